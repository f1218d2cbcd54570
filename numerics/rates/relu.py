"""ReLU networks with known error: square, product, frequencies by folding, sine.

Glossary: g tooth, g(x) = 2x on [0, ½] and 2 − 2x on [½, 1] · f_m the square, from m compositions of g ·
ε_m = 2^{−2m−2} · B bound of the factors · N factors · l frequency · n products of the sine. `relu_direct` has the same
functions as formulas.
"""

from __future__ import annotations

from fractions import Fraction
from numbers import Rational
from typing import Any

import mpmath
import numpy as np

from numerics.preconditions import as_count, as_positive
from numerics.rates.networks import Network, affine, beside, chain, identity, layer, linear

HALF = Fraction(1, 2)


def square(m: int) -> Network:
    """The square f_m(x) = x − Σ_{k=1}^m g^{∘k}(x)/4^k on [0, 1], the interpolant of x² at the multiples of 2^{−m}.

    Layer k holds σ(g_{k−1}), σ(g_{k−1} − ½) and the sum so far, σ(f_{k−1}), which in layer 1 is σ(x) once more:
    depth m, width 3, 3m − 1 units, no weight above 4. m = 0 is x, without a unit.

    Not a square outside [0, 1]: 0 for x < 0 and (3x − 1)/2 for x > 1, where m >= 1.

    Arguments: m >= 0. Returns: one input, one output; 0 <= f_m(x) − x² <= ε_m on [0, 1].
    Raises: ValueError for an m that is negative or no integer.
    Reference: Yarotsky 2017.

    >>> square(2)([[0.25], [0.375], [0.5]])[:, 0].tolist()
    [0.0625, 0.15625, 0.25]
    """
    if not as_count("m", m, least=0):
        return linear([[1]])
    first = layer([[1], [1]], [0, -HALF], [[2, -4], [HALF, 1]], [0, 0])
    return chain([first, *map(_next_tooth, range(2, m + 1)), linear([[0, 1]])])


def _next_tooth(k: int) -> Network:
    """(g_{k−1}, f_{k−1}) -> (g_k, f_k), f_k = f_{k−1} − g_k/4^k."""
    part = Fraction(1, 4**k)
    return layer([[1, 0], [1, 0], [0, 1]], [0, -HALF, 0], [[2, -4, 0], [-2 * part, 4 * part, 1]], [0, 0])


def product(m: int, B: Any) -> Network:
    """(x, y) -> P(x, y) = B² [f_m(|x + y|/2B) − f_m(|x − y|/2B)].

    |z| = σ(z) + σ(−z) takes one layer of 4 units, the two squares follow side by side: depth m + 1, 6m + 2 units
    (4 for m = 0). Both squares err upwards, so their difference by no more than one of them.

    Arguments: m >= 0; B > 0, taken exactly. Returns: two inputs, |x|, |y| <= B, one output; |P − xy| <= B² ε_m,
    P = 0 where x or y is, |P| <= B².
    Raises: ValueError for an m that is negative or no integer, a B that is not finite and positive.
    Reference: Yarotsky 2017.

    >>> product(3, 2)([[1.5, -0.5], [1.5, 0.0]])[:, 0].tolist()
    [-0.75, 0.0]
    """
    B = as_bound(B)
    scale = 1 / (2 * B)
    signs = [[scale, scale], [-scale, -scale], [scale, -scale], [-scale, scale]]
    moduli = layer(signs, [0] * 4, [[1, 1, 0, 0], [0, 0, 1, 1]], [0, 0])
    return chain([moduli, beside(square(m), square(m)), linear([[B**2, -(B**2)]])])


def as_bound(B: Any) -> Fraction:
    """The bound of the factors: finite and positive, an integer or a Fraction as it is, a float as its binary value."""
    number = as_positive("B", B)
    return Fraction(B) if isinstance(B, Rational) else Fraction(number)


def product_tree(N: int, m: int) -> Network:
    """(x_1, …, x_N) -> their product, pairs of halves multiplied by P with B = 1.

    A tree of height J = ⌈log2 N⌉: depth J (m + 1), since a half that is done is handed on.

    Arguments: N >= 1; m >= 0. Returns: N inputs, |x_i| <= 1, one output; its error is at most (N − 1) ε_m.
    Raises: ValueError for sizes outside these.

    >>> product_tree(3, 2)([[0.5, -1.0, 0.5]])[:, 0].tolist()
    [-0.25]
    """
    if as_count("N", N) == 1:
        return linear([[1]])
    halves = (product_tree(size, m) for size in ((N + 1) // 2, N // 2))
    return beside(*halves).then(product(m, 1))


def folds(j: int) -> Network:
    """The tooth j times, u -> g^{∘j}(u) on [0, 1]: depth j, width 2.

    For j >= 1 twice the distance of 2^{j−1} u from the integers.

    Arguments: j >= 0. Raises: ValueError for a j that is negative or no integer.

    >>> folds(2)([[0.0], [0.25], [0.375], [0.5]])[:, 0].tolist()
    [0.0, 1.0, 0.5, 0.0]
    """
    tooth = layer([[1], [1]], [0, -HALF], [[2, -4]])
    return chain([linear([[1]]), *[tooth] * as_count("j", j, least=0)])


def cosine_fold(l: int) -> Network:
    """Folds x into t in [0, 1] with cos(2πlx) = cos(πt): t = g^{∘(j+1)}(lx/2^j) with the least 2^j >= l.

    Arguments: l >= 0. Returns: a network for x in [0, 1], depth ⌈log2 l⌉ + 1 (1 for l = 0), width 2.
    Raises: ValueError for an l that is negative or no integer.

    >>> cosine_fold(3)([[0.25]])[:, 0].tolist()
    [0.5]
    """
    j = max(0, as_count("l", l, least=0) - 1).bit_length()
    return linear([[Fraction(l, 2**j)]]).then(folds(j + 1))


def sine_fold(l: int) -> Network:
    """Folds x into t in [0, 1] with sin(2πlx) = cos(πt): as `cosine_fold`, (lx + ¾)/2^j with the least 2^j >= l + 1.

    Arguments, raises: as there. Returns: a network for x in [0, 1], depth ⌈log2(l + 1)⌉ + 1, width 2.
    """
    j = as_count("l", l, least=0).bit_length()
    return affine([[Fraction(l, 2**j)]], [Fraction(3, 4 * 2**j)]).then(folds(j + 1))


def sine(n: int, m: int) -> Network:
    """About sin(πs/2), S(s) by its Taylor polynomial of degree 2n + 1, Horner's rule in z = f_m(|s|).

    h_{n−1} = c_{n−1} + c_n z, h_i = c_i + P(z, h_{i+1}), S = P(s, h_0), c_k = (−1)^k (π/2)^{2k+1}/(2k+1)!, B = 2:
    n products, so depth (n + 1)(m + 1), or none for n = 0, S = πs/2. The c_k are exact to 2^{−160}.

    Arguments: n >= 0; m >= 0 with 10 (n − 1) <= 4^{m+1}, so that no factor exceeds B. Returns: one input,
    |s| <= 1, one output; |S − sin(πs/2)| <= (π/2)^{2n+3}/(2n+3)! + 4n ε_m + (π/2)³/6 ε_m.
    Raises: ValueError for sizes outside these.

    >>> round(float(sine(3, 8)([[1.0]])[0, 0]), 4)
    0.9998
    """
    n, m = as_count("n", n, least=0), as_count("m", m, least=0)
    if 10 * (n - 1) > 4 ** (m + 1):
        raise ValueError(f"n = {n}, m = {m}: 10 (n - 1) must be at most 4^(m + 1), or a factor may exceed B = 2")
    c = sine_coefficients(n)
    if not n:
        return linear([[c[0]]])
    modulus = layer([[1], [-1]], [0, 0], [[1, 1]])
    both = linear([[1], [1]]).then(beside(linear([[1]]), modulus.then(square(m))))
    start = affine([[1, 0], [0, 1], [0, c[n]]], [0, 0, c[n - 1]])
    return chain([both, start, *(_horner(c[i], m) for i in range(n - 2, -1, -1)), _last_factor(m)])


def _horner(c: Fraction, m: int) -> Network:
    """(s, z, h) -> (s, z, c + P(z, h)), s and z handed on, z by one unit since z >= 0."""
    again = linear([[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]])
    carried = beside(identity(1, m + 1), identity(1, m + 1, nonnegative=True))
    return again.then(beside(carried, product(m, 2))).then(affine(np.eye(3, dtype=int), [0, 0, c]))


def _last_factor(m: int) -> Network:
    """(s, z, h) -> P(s, h)."""
    return linear([[1, 0, 0], [0, 0, 1]]).then(product(m, 2))


def sine_coefficients(n: int) -> list[Fraction]:
    """c_k = (−1)^k (π/2)^{2k+1}/(2k+1)! for k = 0..n, as the nearest multiples of 2^{−160}."""
    with mpmath.workdps(80):
        quarter = mpmath.pi / 2
        return [
            (-1) ** k
            * Fraction(int(mpmath.nint(quarter ** (2 * k + 1) / mpmath.factorial(2 * k + 1) * 2**160)), 2**160)
            for k in range(as_count("n", n, least=0) + 1)
        ]


def cosine_wave(l: int, n: int, m: int) -> Network:
    """About cos(2πlx) on [0, 1], by ReLU alone: S(1 − 2t) behind the folds, cos(πt) = sin(π(1 − 2t)/2).

    Arguments: l as `cosine_fold`, n, m as `sine`. Returns: its error is that of `sine`, whatever l. Raises: as there.
    """
    return _wave(cosine_fold(l), n, m)


def sine_wave(l: int, n: int, m: int) -> Network:
    """About sin(2πlx) on [0, 1]. Arguments, returns, raises: as `cosine_wave`."""
    return _wave(sine_fold(l), n, m)


def _wave(fold: Network, n: int, m: int) -> Network:
    return chain([fold, affine([[-2]], [1]), sine(n, m)])
