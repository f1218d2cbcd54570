"""ReLU networks with known error: square, product.

Glossary: g tooth, g(x) = 2x on [0, ½] and 2 − 2x on [½, 1] · f_m the square, from m compositions of g ·
ε_m = 2^{−2m−2} · B bound of the factors.
"""

from __future__ import annotations

from fractions import Fraction
from numbers import Rational
from typing import Any

from numerics.preconditions import as_count, as_positive
from numerics.rates.networks import Network, beside, chain, layer, linear

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
