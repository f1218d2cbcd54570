"""Softmax pooling by ReLU alone: exponential, reciprocal, the network before the sums and the one behind them.

Glossary: ε_m = 4^{−m−1} error of a square or product of numbers up to 1 · K = 2^k, k halvings of the exponent ·
u = −x/K in [0, 1] · r_j Horner's rest, r_0 ≈ e^{−u} · q least denominator · y_i Newton's iterate for 1/z ·
e_0 = (1−q)²/(1+6q+q²) what the start leaves of 1 − z y · χ sharpness, V bound of the values.
"""

from fractions import Fraction
from functools import lru_cache
from math import ceil
from numbers import Rational
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.preconditions import as_count, as_positive, as_real
from numerics.rates.networks import Network, affine, beside, chain, identity, linear
from numerics.rates.relu import product, square


def halvings(B: Any) -> int:
    """The least k with 2^k >= max(B, 1). Arguments: B > 0. Raises: ValueError for another B.

    >>> [halvings(B) for B in (0.5, 1, 1.01, 8, 9)]
    [0, 0, 1, 3, 4]
    """
    as_positive("B", B)
    return (ceil(max(exactly("B", B), Fraction(1))) - 1).bit_length()


def exactly(name: str, value: Any) -> Fraction:
    """A finite number as it is: integers and Fractions exactly, floats as their binary value."""
    return Fraction(value) if isinstance(value, Rational) else Fraction(as_real(name, value))


def scaled_product(m: int, X: Fraction | int, Y: Fraction | int) -> Network:
    """(x, y) -> X Y P(x/X, y/Y), |x| <= X, |y| <= Y: error at most X Y ε_m. P is `product(m, 1)`."""
    return chain([linear([[Fraction(1) / X, 0], [0, Fraction(1) / Y]]), product(m, 1), linear([[X * Y]])])


@lru_cache(maxsize=64)
def exponential(n: int, m: int, k: int) -> Network:
    """e^x on [−2^k, 0]: Horner's rule for Taylor's polynomial of degree n at x/2^k, then k squarings.

    r_{n−1} = 1 − u/n, r_{j−1} = 1 − P(u, r_j)/j, then k times f_m. As 0 <= P(u, r) <= u for u, r in [0, 1], every r_j
    stays in [0, 1] without being clipped. Exactly 1 at x = 0.

    Arguments: n >= 1, m >= 1, k >= 0. Returns: one input, one output in [0, 1], depth (n − 1)(m + 1) + k m.
    Raises: ValueError outside these. Reference: this project.

    >>> exponential(1, 1, 1)([[0.0], [-1.0], [-2.0]])[:, 0].tolist()
    [1.0, 0.25, 0.0]
    """
    n, m, k = as_count("n", n), as_count("m", m), as_count("k", k, least=0)
    K = 2**k
    parts = [affine([[Fraction(-1, K)], [Fraction(1, K * n)]], [0, 1])]
    for j in range(n - 1, 0, -1):
        parts += [_times_rest(m), affine([[1, 0], [0, Fraction(-1, j)]], [0, 1])]
    return chain([*parts, linear([[0, 1]]), *[_square(m)] * k])


@lru_cache(maxsize=32)
def _times_rest(m: int) -> Network:
    """(u, r) -> (u, P(u, r)), u >= 0."""
    return chain([linear([[1, 0], [1, 0], [0, 1]]), beside(identity(1, m + 1, nonnegative=True), product(m, 1))])


_square = lru_cache(maxsize=32)(square)


def exponential_by_formula(x: ArrayLike, n: int, m: int, k: int) -> NDArray[Any]:
    """The other route to `exponential`: the recursion itself, squares as interpolants of x² at multiples of 2^{−m}.

    Arguments: x in [−2^k, 0], floats or an object array of Fractions; n, m, k as there. Returns: as x.
    """
    u = -np.asarray(x) / 2**k
    r = 1 - u / n
    for j in range(n - 1, 0, -1):
        r = 1 - product_by_pieces(u, r, m) / j
    for _ in range(k):
        r = square_by_pieces(r, m)
    return r


def square_by_pieces(x: ArrayLike, m: int) -> NDArray[Any]:
    """The line through (ih)² and ((i+1)h)², h = 2^{−m}, on the piece i that holds x: (2i+1) h x − i(i+1) h².

    Arguments: x in [0, 1], floats or an object array of Fractions. Returns: as x.
    """
    given = np.asarray(x)
    h = Fraction(1, 2**m) if given.dtype == object else 2.0**-m
    i = np.clip(np.floor(given / h), 0, 2**m - 1)
    return np.asarray((2 * i + 1) * h * given - i * (i + 1) * h * h)


def product_by_pieces(x: ArrayLike, y: ArrayLike, m: int, X: Any = 1, Y: Any = 1) -> NDArray[Any]:
    """X Y [f_m(|x/X + y/Y|/2) − f_m(|x/X − y/Y|/2)], the other route to `scaled_product`."""
    a, b = np.asarray(x) / X, np.asarray(y) / Y
    return X * Y * (square_by_pieces(abs(a + b) / 2, m) - square_by_pieces(abs(a - b) / 2, m))


def least_denominator(q: Any) -> Fraction:
    """A q in (0, 1], exactly. Raises: ValueError for another."""
    if not 0 < as_real("q", q) <= 1:
        raise ValueError(f"q = {q}: must lie in (0, 1]")
    return exactly("q", q)


def start(q: Any) -> tuple[Fraction, Fraction]:
    """Newton's start a − b z on [q, 1]: (a, b) = (8(1+q), 8)/(1+6q+q²), for which |1 − z y_0| is least at its worst.

    Then 1 − z y_0 = e_0 T_2((2z−1−q)/(1−q)), Chebyshev's polynomial, e_0 = (1−q)²/(1+6q+q²).

    Arguments: 0 < q <= 1. Raises: ValueError for another q.

    >>> start(0.5)
    (Fraction(48, 17), Fraction(32, 17))
    """
    q = least_denominator(q)
    return 8 * (1 + q) / (1 + 6 * q + q * q), 8 / (1 + 6 * q + q * q)


def start_error(q: Any) -> Fraction:
    """The largest |1 − z y_0| on [q, 1], e_0 = (1−q)²/(1+6q+q²). Arguments, raises: as `start`.

    >>> start_error(0.5)
    Fraction(1, 17)
    """
    q = least_denominator(q)
    return (1 - q) ** 2 / (1 + 6 * q + q * q)


@lru_cache(maxsize=64)
def reciprocal(q: Fraction | float, steps: int, m: int) -> Network:
    """1/z on [q, 1] by Newton's y <- y(2 − z y) from `start`, the products those of ReLU networks, |y| <= 2/q.

    Arguments: 0 < q <= 1, steps >= 0, m >= 1. Returns: one input, one output, depth 2·steps·(m + 1).
    Raises: ValueError outside these. Where (2^steps − 1) 8 ε_m/q > 1 − e_0 nothing is known of its error.
    Reference: this project.

    >>> reciprocal(1, 0, 1)([[1.0]])[:, 0].tolist()
    [1.0]
    """
    a, b = start(q)
    steps, m, Y = as_count("steps", steps, least=0), as_count("m", m), 2 / least_denominator(q)
    lacking = [
        linear([[1, 0], [0, 1], [1, 0], [0, 1]]),
        beside(identity(2, m + 1, nonnegative=True), scaled_product(m, 1, Y)),
        affine([[1, 0, 0], [0, 1, 0], [0, 0, -1]], [0, 0, 2]),
    ]
    step = chain([*lacking, beside(identity(1, m + 1, nonnegative=True), scaled_product(m, Y, 2))])
    return chain([affine([[1], [-b]], [0, a]), *[step] * steps, linear([[0, 1]])])


def reciprocal_by_formula(z: ArrayLike, q: Any, steps: int, m: int | None) -> NDArray[Any]:
    """The other route to `reciprocal`: the recursion itself. With m = None the products are exact.

    Arguments: z in [q, 1], floats or an object array of Fractions; q, steps, m as there. Returns: as z.
    """
    z = np.asarray(z)
    (a, b), Y = start(q), 2 / least_denominator(q)
    if z.dtype != object:
        a, b, Y = float(a), float(b), float(Y)  # type: ignore[assignment]
    y = a - b * z
    for _ in range(steps):
        if m is None:
            y = y * (2 - z * y)
        else:
            y = product_by_pieces(y, 2 - product_by_pieces(z, y, m, 1, Y), m, Y, 2)
    return y


@lru_cache(maxsize=64)
def gates(chi: Any, n: int, m: int, k: int, V: Any) -> Network:
    """(μ, v) -> (g, g v) by ReLU, g ≈ e^{χμ}: the network in front of the two sums; |second| <= V·first.

    Arguments: chi = χ > 0, -2^k <= χμ <= 0; n, m >= 1, k >= 0 as in `exponential`; V > 0, |v| <= V.
    Returns: two inputs, two outputs, depth n(m + 1) + k m. Raises: ValueError outside these.
    """
    as_positive("chi", chi), as_positive("V", V)
    weigh = exponential(n, m, k)
    both = beside(weigh, identity(1, weigh.depth))
    times = beside(identity(1, m + 1, nonnegative=True), scaled_product(m, 1, exactly("V", V)))
    return chain([linear([[exactly("chi", chi), 0], [0, 1]]), both, linear([[1, 0], [1, 0], [0, 1]]), times])


@lru_cache(maxsize=64)
def ratio(q: Any, steps: int, m: int, V: Any) -> Network:
    """(Z, N) -> N/Z by ReLU: the network behind the two sums.

    Arguments: q, steps, m as in `reciprocal`, q <= Z <= 1; V > 0, |N| <= V. Returns: depth (2·steps + 1)(m + 1).
    Raises: ValueError outside these.
    """
    as_positive("V", V)
    invert = reciprocal(least_denominator(q), steps, m)
    return beside(invert, identity(1, invert.depth)).then(scaled_product(m, 2 / least_denominator(q), exactly("V", V)))


def pooled_by_formula(
    importances: ArrayLike, values: ArrayLike, chi: Any, sizes: tuple[int, int, int, int], q: Any, V: Any, L: int
) -> Any:
    """What the selecting network says, by its recursions: N̂ ŷ(Ẑ), Ẑ = Σ ĝ_t/L, N̂ = Σ P(ĝ_t, v_t)/L.

    Arguments: importances μ (length,), values (length,), floats or object arrays of Fractions; chi; sizes (n, m, k,
    steps); q; V; L >= length. Returns: a number, exact for Fractions.
    """
    n, m, k, steps = sizes
    mu, v = np.asarray(importances), np.asarray(values)
    exact = mu.dtype == object
    bound, low = (exactly("V", V), least_denominator(q)) if exact else (float(V), float(q))
    g = exponential_by_formula(mu * (exactly("chi", chi) if exact else float(chi)), n, m, k)
    Z, N = g.sum() / L, product_by_pieces(g, v, m, 1, bound).sum() / L
    y = reciprocal_by_formula(np.array([Z]), q, steps, m)
    return product_by_pieces(y, np.array([N]), m, 2 / low, bound)[0]
