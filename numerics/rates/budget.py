"""What a smoothness vector costs: functions for an accuracy, risk for samples, and the claim each number rests on.

Targets f with ‖f‖ = (Σ_s 2^{2γ(s)} ‖δ_s f‖²)^{1/2} <= 1, γ(s) = Σ a_i s_i (mixed) or max a_i s_i (anisotropic); data
are the coefficients of f with independent noise of variance σ²/n, as an orthonormal design of n points gives them.

Glossary: ε accuracy in L² · T threshold · G functions with γ(s) < T · T⁺ least γ(s) >= T · σ noise · n samples.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import count, takewhile
from math import ceil, lcm, log2

import mpmath

from numerics.preconditions import as_count, as_positive
from numerics.rates.estimation import exponent, minimax_band
from numerics.rates.index_sets import Smoothness, as_kind, as_smoothness, index_set_size, levels, mixed_constant

#: Bits of G up to which all levels are listed, in seconds.
BITS = 20_000

#: A number in (0, 1); decimal text is exact.
Accuracy = Fraction | float | str


@dataclass(frozen=True)
class Number:
    """One number: what it is, its value (None where no statement gives one), the claims it rests on, a remark."""

    what: str
    value: int | float | Fraction | None
    claims: tuple[str, ...]
    remark: str = ""


def as_accuracy(accuracy: Accuracy) -> Fraction:
    """An accuracy as the fraction it is: Fraction, int, float or decimal text, in (0, 1).

    Raises: ValueError for anything else.
    """
    try:
        eps = Fraction(accuracy)
    except (TypeError, ValueError, OverflowError, ZeroDivisionError) as error:
        raise ValueError(f"accuracy = {accuracy!r}: must be a number in (0, 1)") from error
    if not 0 < eps < 1:
        raise ValueError(f"accuracy = {accuracy}: must lie in (0, 1)")
    return eps


def threshold(a: Smoothness, accuracy: Accuracy) -> Fraction:
    """The least multiple T of 1/q with 2^{−T} <= ε, q the common denominator of a: {γ < T} is {γ < log2(1/ε)}.

    Arguments: a, smoothness; accuracy ε in (0, 1). Returns: T, exact, also where q or 1/ε has thousands of digits.
    Raises: ValueError for other arguments.

    >>> threshold([1, 2, 2], "1e-3"), threshold([Fraction(3, 2)], "0.25")
    (Fraction(10, 1), Fraction(2, 1))
    """
    q = lcm(*(entry.denominator for entry in as_smoothness(a)))
    return Fraction(_rounded_up_log2(1 / as_accuracy(accuracy), q), q)


def _rounded_up_log2(x: Fraction, times: int) -> int:
    """⌈q log2 x⌉ for x > 1. No integer unless x is a power of 2, so enough digits tell on which side it lies."""
    if x.denominator == 1 and x.numerator & (x.numerator - 1) == 0:
        return times * (x.numerator.bit_length() - 1)
    for double in count():
        digits = (40 + len(str(times))) * 2**double
        with mpmath.workdps(digits):
            log = mpmath.log(mpmath.mpf(x.numerator) / x.denominator, 2)
            error = times * (1 + log) * mpmath.mpf(10) ** (5 - digits)
            low, high = mpmath.ceil(times * log - error), mpmath.ceil(times * log + error)
        if low == high:
            return int(low)
    raise AssertionError("the logarithm is no integer")


def cuts(a: Smoothness, kind: str) -> Iterator[tuple[Fraction, int]]:
    """(T⁺, G) of every index set, without end, from the empty one: its G functions err by 2^{−T⁺} at most."""
    functions, done = 0, Fraction(-1)
    for k in count():
        for gamma, many in levels(a, kind, 2**k * as_smoothness(a)[0]):
            if gamma > done:
                yield gamma, functions
                functions, done = functions + many, gamma


def best_risk(a: Smoothness, kind: str, noise: float, samples: int) -> tuple[float, int]:
    """The least worst-case risk of a projection, min over index sets of 2^{−2T⁺} + σ²G/n, and its G.

    Arguments: smoothness a; kind, "mixed" or "anisotropic"; noise σ > 0; samples n >= 1.
    Returns: risk, the supremum over the unit ball (p = θ = 2) of the expected squared L² error; G.
    Raises: ValueError for other arguments.
    """
    each = Fraction(as_positive("noise", noise)) ** 2 / as_count("samples", samples)
    most = int(1 / each)  # with more functions the variance alone is above 1, the risk of no function
    with mpmath.workdps(30):
        variance = mpmath.mpf(each.numerator) / each.denominator
        worth = list(takewhile(lambda cut: cut[1] <= most, cuts(a, kind)))
        risk, G = min((_quarter(gamma) + variance * G, G) for gamma, G in worth)
    return float(risk), G


def samples_enough(a: Smoothness, kind: str, accuracy: Accuracy, noise: float) -> int:
    """The least n at which a projection has worst-case risk at most ε²: the least of σ²G/(ε² − 2^{−2T⁺}), rounded up.

    Arguments: as `best_risk`, accuracy ε in (0, 1). Returns: n >= 1.
    Raises: ValueError for other arguments.
    """
    eps, variance = as_accuracy(accuracy), Fraction(as_positive("noise", noise)) ** 2
    T, least = threshold(a, eps), None
    for gamma, G in cuts(a, kind):
        if least is not None and variance * G >= least * eps**2:
            break
        if gamma > T or (gamma == T and eps.numerator * 2**T != eps.denominator):
            n = _samples(variance * G, eps**2, gamma)
            least = n if least is None else min(least, n)
    return max(1, least or 1)


def _samples(total: Fraction, allowed: Fraction, gamma: Fraction) -> int:
    """⌈total/(ε² − 4^{−γ})⌉, ε² = allowed > 4^{−γ}: in fractions where 2γ is an integer, else irrational."""
    if (2 * gamma).denominator == 1:
        return ceil(total / (allowed - Fraction(1, 2 ** int(2 * gamma))))
    for double in count():
        digits = (40 + int(total / allowed).bit_length() // 2) * 2**double
        with mpmath.workdps(digits):
            square = mpmath.mpf(allowed.numerator) / allowed.denominator
            room = square - _quarter(gamma)
            if room * mpmath.mpf(10) ** (digits // 4) > square:  # enough digits are left of the difference
                return int(mpmath.ceil(mpmath.mpf(total.numerator) / total.denominator / room))
    raise AssertionError("ε² > 4^{−γ}")


def _quarter(gamma: Fraction) -> mpmath.mpf:
    """4^{−γ}, at the digits of the context."""
    return mpmath.power(4, -mpmath.mpf(gamma.numerator) / gamma.denominator)


def budget(
    smoothness: Smoothness, kind: str, accuracy: Accuracy, samples: int = 1000, noise: float = 1.0
) -> list[Number]:
    """Every number of the calculator, with the claims it rests on.

    Arguments: smoothness a_1 <= a_2 <= …, ints or Fractions; kind, "mixed" or "anisotropic"; accuracy ε in (0, 1), rms
        in L²; samples n >= 1; noise σ > 0.
    Returns: numbers in reading order.
    Raises: ValueError for other arguments, and where more than 2^20000 functions are needed.
    Reference: Okumoto and Suzuki 2022 for the classes; the statements are this project's, by the names given.
    """
    a, T = as_smoothness(smoothness), threshold(smoothness, accuracy)
    if T > BITS * a[0]:  # G >= 2^{T/a_1} - 1
        raise ValueError(f"accuracy = {accuracy} at a_1 = {a[0]}: must need at most 2^{BITS} functions")
    return [*_terms(a, as_kind(kind), T), *_risks(a, kind, accuracy, samples, noise)]


def _terms(a: tuple[Fraction, ...], kind: str, T: Fraction) -> list[Number]:
    named = f"rates.{'mixed' if kind == 'mixed' else 'aniso'}_index_size"
    order, functions = exponent(a, kind), index_set_size(a, kind, T)
    smooth = order / (1 - order) / 2
    return [
        Number("threshold T", T, ("rates.truncation",), "least level at which 2^(-T) is at most the accuracy"),
        Number("functions G(T)", functions, (named, "rates.truncation"), "enough for p >= 2, θ <= 2"),
        Number("functions needed", functions, ("rates.width_equal",), "by any linear method, p = θ = 2"),
        Number("log2 of the bound of G", *_bound(a, kind, T)),
        _rated("approximation exponent", smooth, a, kind, "rates.approximation_rate"),
        _rated(
            "estimation exponent", order, a, kind, "rates.minimax_two_sided" if kind == "mixed" else "rates.erm_fixed"
        ),
    ]


def _bound(a: tuple[Fraction, ...], kind: str, T: Fraction) -> tuple[float | None, tuple[str, ...], str]:
    if kind == "anisotropic":
        box = sum(1 + float(T / entry) for entry in a if entry < T)
        return box, ("rates.aniso_index_size",), "Σ over a_i < T of 1 + T/a_i"
    C = mixed_constant(a)
    if C is None:
        return None, (), "a_1 is repeated: G grows like T^(r-1) 2^(T/a_1), rates.repeated_smoothness"
    return 1 + log2(C) + float(T / a[0]), ("rates.mixed_index_bound",), f"2C 2^(T/a_1), C = {float(C):.6g}"


def _rated(what: str, value: Fraction, a: tuple[Fraction, ...], kind: str, claim: str) -> Number:
    """An exponent, and what stands behind it: a theorem of this project, or one on record only, up to logarithms."""
    if kind == "mixed" and len(a) > 1 and a[0] == a[1]:
        return Number(what, None, (), f"{value} up to logarithms, as a_1 is repeated; no statement on record")
    cited = "up to logarithms; cited, not derived here" if claim == "rates.erm_fixed" else ""
    return Number(what, value, (claim,), cited)


def _risks(a: tuple[Fraction, ...], kind: str, accuracy: Accuracy, samples: int, noise: float) -> list[Number]:
    risk, G = best_risk(a, kind, noise, samples)
    rests = ("rates.width_equal", "rates.projection_risk")
    band = minimax_band(a, noise, samples) if kind == "mixed" else None
    lower, upper = band or (None, None)
    silent = "" if band else "the theorem needs mixed smoothness, a_1 < a_2 and n >= σ²"
    minimax = ("rates.minimax_two_sided",) * bool(band)
    return [
        Number("risk of the best projection", risk, rests, f"worst case, squared, at n = {samples}, σ = {noise:g}"),
        Number("functions of that projection", G, rests),
        Number("minimax risk, at least", lower, minimax, silent),
        Number("minimax risk, at most", upper, minimax, silent or "the best projection's risk is a smaller bound"),
        Number("samples enough", samples_enough(a, kind, accuracy, noise), rests, "a projection reaches the accuracy"),
    ]
