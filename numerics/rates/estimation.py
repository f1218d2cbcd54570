"""Bias against variance: the balance of both, estimation exponents, and the minimax risk from both sides.

Data are coefficients θ_l + (σ/√n) Z_l, as an orthonormal design of n points gives them; targets lie in the unit ball
Σ_s 2^{2γ(s)} ‖δ_s f‖² <= 1, γ(s) = Σ a_i s_i (p = θ = 2).

Glossary: a_1 <= a_2 <= .. smoothness · σ noise · n samples · r_n = (σ²/n)^{2a_1/(2a_1 + 1)} · S the cut, the least
integer with 2^{S(2a_1 + 1)} >= n/σ² · C the constant of the mixed index set · κ distance of two points over noise.
"""

import math
from fractions import Fraction
from itertools import count

import mpmath
import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq

from numerics.preconditions import as_count, as_nonnegative, as_positive, as_real
from numerics.rates.index_sets import (
    Smoothness,
    as_kind,
    as_smoothness,
    best_terms,
    levels,
    mixed_constant,
    mixed_size,
    next_level,
)

Balance = tuple[float, float]


def balance(a: float, c1: float, c2: float, sigma: float, n: int) -> Balance | None:
    """The least of c_1 m^{−2α} + c_2 σ² m/n over real m > 0, and where it is.

    m* = (2α c_1 n/(c_2 σ²))^{1/(2α+1)},  R* = (1 + 2α)(2α)^{−2α/(2α+1)} c_1^{1/(2α+1)} (c_2 σ²/n)^{2α/(2α+1)}

    Rounding m* up costs at most c_2 σ²/n.

    Arguments: a = α, c1, c2 > 0; sigma σ >= 0; n >= 1. Returns: m*, R*; None for σ = 0: there is no least.
    Raises: ValueError outside these, and for values beyond doubles. Reference: this project.

    >>> balance(0.5, 1.0, 1.0, 1.0, 4)
    (2.0, 1.0)
    """
    twice, bias = 2 * as_positive("a", a), as_positive("c1", c1)
    slope = math.log(as_positive("c2", c2)) - math.log(as_count("n", n))
    if not as_nonnegative("sigma", sigma):
        return None
    slope += 2 * math.log(sigma)
    at = (math.log(twice) + math.log(bias) - slope) / (twice + 1)
    risk = math.log1p(twice) + (math.log(bias) + twice * (slope - math.log(twice))) / (twice + 1)
    return _exp("m*", at), _exp("R*", risk)


def _exp(name: str, log: float) -> float:
    return as_real(name, math.exp(log) if log < 709.7 else math.inf)


def trade_off(m: float, a: float, c1: float, c2: float, sigma: float, n: int) -> float:
    """c_1 m^{−2α} + c_2 σ² m/n. Arguments: m > 0, others as in `balance`. Raises: ValueError outside these."""
    terms, smooth = as_positive("m", m), as_positive("a", a)
    noise = as_positive("c2", c2) * as_nonnegative("sigma", sigma) ** 2 / as_count("n", n)
    return as_positive("c1", c1) * terms ** (-2 * smooth) + noise * terms


def balance_by_search(a: float, c1: float, c2: float, sigma: float, n: int) -> tuple[mpmath.mpf, mpmath.mpf]:
    """The slow route to `balance`: golden section on log m, to 40 digits of R* and 20 of m*.

    Arguments, raises: as `balance`, σ > 0. Returns: m*, R*.
    """
    twice, bias, noise = 2 * mpmath.mpf(as_positive("a", a)), mpmath.mpf(as_positive("c1", c1)), as_positive("c2", c2)
    with mpmath.workdps(40):
        each = mpmath.mpf(noise) * mpmath.mpf(as_positive("sigma", sigma)) ** 2 / as_count("n", n)

        def value(x: mpmath.mpf) -> mpmath.mpf:
            return bias * mpmath.exp(-twice * x) + each * mpmath.exp(x)

        golden, low = (mpmath.sqrt(5) - 1) / 2, mpmath.mpf(-1)
        while value(low) < value(low + 1):
            low *= 2
        high = mpmath.mpf(1)
        while value(high) < value(high - 1):
            high *= 2
        left, right = high - golden * (high - low), low + golden * (high - low)
        at_left, at_right = value(left), value(right)
        while high - low > mpmath.mpf(10) ** -20:
            if at_left < at_right:
                high, right, at_right = right, left, at_left
                left = high - golden * (high - low)
                at_left = value(left)
            else:
                low, left, at_left = left, right, at_right
                right = low + golden * (high - low)
                at_right = value(right)
        return mpmath.exp(left), value(left)


def exponent(a: Smoothness, kind: str) -> Fraction:
    """The exponent 2a†/(2a† + 1) of the risk, a† = a_1 (mixed) or 1/Σ 1/a_i (anisotropic).

    Arguments: a, exact, > 0, not decreasing; kind, "mixed" or "anisotropic". Returns: a Fraction in (0, 1).
    Raises: ValueError otherwise. Reference: Okumoto and Suzuki 2022.

    >>> exponent([1, 2], "mixed"), exponent([1, 1], "anisotropic")
    (Fraction(2, 3), Fraction(1, 2))
    """
    smooth = as_smoothness(a)
    effective = smooth[0] if as_kind(kind) == "mixed" else 1 / sum((1 / x for x in smooth), Fraction(0))
    return 2 * effective / (2 * effective + 1)


def cut(smoothness: int | Fraction, sigma: float, n: int) -> int | None:
    """The least integer S with 2^{S(2α+1)} >= n/σ², decided exactly where n/σ² is a power of 2, else to 60 digits.

    Only there can both sides be equal.

    Arguments: smoothness α, exact, > 0; sigma σ > 0; n >= 1. Returns: S >= 0; None for n < σ².
    Raises: ValueError outside these.

    >>> cut(1, 1.0, 8), cut(1, 1.0, 9), cut(1, 4.0, 8)
    (1, 2, None)
    """
    order = 2 * as_smoothness([smoothness])[0] + 1
    ratio = as_count("n", n) / Fraction(as_positive("sigma", sigma)) ** 2
    if ratio < 1:
        return None
    if ratio.denominator == 1 and ratio.numerator & (ratio.numerator - 1) == 0:
        return math.ceil((ratio.numerator.bit_length() - 1) / order)
    with mpmath.workdps(60):
        log = mpmath.log(mpmath.mpf(ratio.numerator) / ratio.denominator, 2)
        return int(mpmath.ceil(log * order.denominator / order.numerator))


def unit_rate(smoothness: int | Fraction, sigma: float, n: int) -> float:
    """r_n = (σ²/n)^{2α/(2α+1)}. Arguments: as `cut`, σ >= 0. Raises: ValueError outside these."""
    power, noise = float(exponent([smoothness], "mixed")), as_nonnegative("sigma", sigma)
    return math.exp(power * (2 * math.log(noise) - math.log(as_count("n", n)))) if noise else 0.0


def two_point_risk(kappa: float) -> float:
    """b(κ) = 1 − E tanh(κ² + κZ): the least mean square at which θ = ±1, equally likely, is told from θ + Z/κ.

    Written as E 2/(1 + e^{2(κ² + κZ)}), nothing cancels.

    Arguments: kappa κ >= 0. Returns: in [0, 1], by adaptive quadrature. Raises: ValueError outside.

    >>> round(two_point_risk(1.0), 10), two_point_risk(0.0)
    (0.4495995092, 1.0)
    """
    k = as_nonnegative("kappa", kappa)
    if not k:
        return 1.0
    root = math.sqrt(2 * math.pi)

    def weighted(z: float) -> float:
        return math.exp(-z * z / 2 - np.logaddexp(0.0, 2 * (k * k + k * z))) * 2 / root

    return float(quad(weighted, -k - 9, -k + 9, points=[-k], epsabs=0, epsrel=1e-13, limit=200)[0])


def two_point_risk_by_digits(kappa: float, digits: int = 30) -> mpmath.mpf:
    """The slow route to `two_point_risk`: 1 − E tanh²(κ² + κZ), the mean posterior variance, to many digits."""
    k = mpmath.mpf(as_nonnegative("kappa", kappa))
    with mpmath.workdps(as_count("digits", digits)):
        ends = [*range(-14, 15, 2)]
        return 1 - mpmath.quad(lambda z: mpmath.tanh(k * k + k * z) ** 2 * mpmath.npdf(z), ends)


def bayes_risk(smoothness: int | Fraction, sigma: float, n: int) -> float | None:
    """A lower bound of the minimax risk: ±c in every function of block S of coordinate 1, 2^S c² = 2^{−2a_1 S}.

    2^{−2a_1 S} b(κ),  κ² = c² n/σ² <= 1

    Arguments: smoothness a_1, sigma, n as in `cut`, σ >= 0. Returns: 0 for σ = 0; None for n < σ².
    Raises: ValueError outside these. Reference: this project.
    """
    if not as_nonnegative("sigma", sigma):
        return 0.0
    S, a = cut(smoothness, sigma, n), float(as_smoothness([smoothness])[0])
    return None if S is None else 4.0 ** (-a * S) * two_point_risk(2.0 ** (-S * (a + 0.5)) * math.sqrt(n) / sigma)


def projection_worst(a: Smoothness, sigma: float, n: int) -> float | None:
    """The worst risk over the ball of the projection on γ(s) < a_1 S: 2^{−2T⁺} + σ² G/n, an upper bound.

    Arguments: a exact, > 0, not decreasing; sigma, n as in `bayes_risk`. Returns, raises: as there.
    """
    smooth = as_smoothness(a)
    if not as_nonnegative("sigma", sigma):
        return 0.0
    S = cut(smooth[0], sigma, n)
    if S is None:
        return None
    T = smooth[0] * S
    G, left = (mixed_size(smooth, T), next_level(smooth, "mixed", T)) if S else (0, Fraction(0))
    return 4.0 ** -float(left) + sigma**2 * G / n


def linear_minimax(a: Smoothness, sigma: float, n: int) -> float:
    """The least worst risk over the ball of any linear estimator, between the minimax risk and `projection_worst`.

    (σ²/n) Σ (1 − 2^γ/μ)₊, μ the root of (σ²/n) Σ 2^γ (μ − 2^γ)₊ = 1, sums over functions

    Arguments: a as in `projection_worst`; σ > 0, n >= 1. Raises: ValueError outside these.
    Reference: Pinsker 1980.
    """
    each = as_positive("sigma", sigma) ** 2 / as_count("n", n)
    for T in count(1):
        pairs = [(2.0 ** float(g), float(k)) for g, k in levels(a, "mixed", T * as_smoothness(a)[0])]
        weight, many = np.array(pairs).T
        top = 2.0 ** (T * float(as_smoothness(a)[0]))
        if each * np.sum(many * weight * (top - weight)) >= 1:
            break
    mu = brentq(lambda x: each * np.sum(many * weight * np.maximum(x - weight, 0)) - 1, 1.0, top, xtol=1e-300)
    return float(each * np.sum(many * np.maximum(1 - weight / mu, 0)))


def worst_by_functions(a: Smoothness, S: int, sigma: float, n: int, functions: int) -> float:
    """The slow route to `projection_worst`: function by function in the order of γ, the worst target on one omitted.

    Arguments: as there; S the cut; functions, how many of the list are looked at, more than are kept.
    """
    smooth = as_smoothness(a)
    terms = (l for _, l in zip(range(as_count("functions", functions)), best_terms(smooth, "mixed"), strict=False))
    gammas = [sum(x * abs(k).bit_length() for x, k in zip(smooth, l, strict=True)) for l in terms]
    out = [4.0 ** -float(g) for g in gammas if g >= smooth[0] * S]
    return max(out) + sigma**2 * (len(gammas) - len(out)) / n


def minimax_band(a: Smoothness, sigma: float, n: int) -> tuple[float, float] | None:
    """Bounds of the minimax risk over the mixed unit ball, without logarithms.

    b(1) 4^{−a_1} r_n <= risk <= (4^{−a_1} + 2(hC − h + 1)) r_n,  h = 1 if all a_j/a_1 are integers, else 2

    Arguments: a, exact, > 0, not decreasing; sigma σ >= 0; n >= 1. Returns: lower, upper; (0, 0) for σ = 0; None where
    the theorem is silent: a_1 = a_2, where no such upper constant exists, and n < σ².
    Raises: ValueError outside these. Reference: this project.

    >>> minimax_band([1, 1], 1.0, 100), minimax_band([1, 2], 2.0, 3)
    (None, None)
    """
    smooth, noise, samples = as_smoothness(a), as_nonnegative("sigma", sigma), as_count("n", n)
    C = mixed_constant(smooth)
    if C is None or Fraction(noise) ** 2 > samples:
        return None
    h = 1 if all((x / smooth[0]).denominator == 1 for x in smooth) else 2
    rate, least = unit_rate(smooth[0], noise, samples), 4.0 ** -float(smooth[0])
    return two_point_risk(1.0) * least * rate, (least + 2 * (h * float(C) - h + 1)) * rate
