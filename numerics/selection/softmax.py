"""Softmax selection: weights, tails, the sharpness an error needs, the value that is read, ranks.

Glossary: μ_j importances · χ sharpness · w_j ∝ e^{χμ_j} · δ margin of the winner · ε error that is allowed.
"""

import math
from typing import NamedTuple

import mpmath
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

from numerics.preconditions import (
    Real,
    as_array,
    as_count,
    as_fraction,
    as_nonnegative,
    as_positive,
    as_real,
    as_real_vector,
)


class Winner(NamedTuple):
    """Place of the most important token, and its margin over the next one (infinite where there is none)."""

    place: int
    margin: float


class Read(NamedTuple):
    """How far the selected value is from the winner's, and the largest distance of a loser's value."""

    error: float
    spread: float


def softmax_weights(importances: ArrayLike, chi: float) -> Real:
    """w_j = e^{χμ_j} / Σ_k e^{χμ_k}, the largest importance subtracted first, so that no χ overflows.

    Arguments: importances μ, real (L,), L >= 1; chi = χ >= 0. Returns: float64 (L,), each within 2 L u.
    Raises: ValueError for an empty context, NaN, importances whose differences overflow, χ < 0.
    """
    mu, chi = as_importances(importances), as_nonnegative("chi", chi)
    gates = _odds(mu, mu.max(), chi)
    return np.asarray(gates / gates.sum(), dtype=np.float64)


def as_importances(importances: ArrayLike) -> Real:
    """Importances μ (L,), L >= 1, finite, as are their differences. Raises ValueError otherwise."""
    mu = as_real_vector("importances", importances)
    if mu.max() / 2 - mu.min() / 2 >= np.finfo(float).max / 2:
        raise ValueError(f"importances in {mu.min():.6g}..{mu.max():.6g}: their difference must be finite as a double")
    return mu


def _odds(mu: Real, best: float, chi: float) -> Real:
    with np.errstate(over="ignore"):  # beyond −1.8e308 the exponential is 0 as well
        return np.asarray(np.exp(chi * (mu - best)), dtype=np.float64)


def softmax_weights_by_digits(importances: ArrayLike, chi: float, digits: int = 50) -> list[mpmath.mpf]:
    """The slow, obvious route to `softmax_weights`: one exponential after the other, to many digits.

    Arguments, raises: as `softmax_weights`; digits >= 1. Returns: L numbers of that many digits.
    """
    mu, chi = as_importances(importances), as_nonnegative("chi", chi)
    with mpmath.workdps(as_count("digits", digits)):
        gates = [mpmath.exp(mpmath.mpf(chi) * mpmath.mpf(m)) for m in mu.tolist()]
        total = mpmath.fsum(gates)
        return [gate / total for gate in gates]


def winner(importances: ArrayLike) -> Winner | None:
    """The most important token and its margin δ = μ_{i*} − max_{j≠i*} μ_j; None where two tie.

    Arguments: importances, real (L,), L >= 1. Raises: ValueError for an empty context, NaN, differences that
    overflow.
    """
    mu = as_importances(importances)
    place = int(mu.argmax())
    if len(mu) == 1:
        return Winner(0, math.inf)
    gap = float(mu[place] - np.delete(mu, place).max())
    return Winner(place, gap) if gap > 0 else None


def selection_tail(importances: ArrayLike, chi: float) -> float | None:
    """What the softmax gives to all but the winner, 1 − w_{i*} = a/(1+a), a = Σ_{j≠i*} e^{χ(μ_j − μ_{i*})}.

    Summed over the losers, so that a small tail keeps its relative accuracy, about (L + 2χ·distance) u.

    Arguments, raises: as `softmax_weights`. Returns: the tail, None where the winner is not unique.

    >>> selection_tail([0.0, 1.0], 0.0)
    0.5
    >>> selection_tail([1.0, 1.0], 3.0)
    """
    mu, chi, found = as_importances(importances), as_nonnegative("chi", chi), winner(importances)
    if found is None:
        return None
    odds = float(_odds(np.delete(mu, found.place), float(mu[found.place]), chi).sum())
    return odds / (1 + odds)


def tied_tail(L: int, chi: float, delta: float) -> float:
    """The tail of L − 1 losers tied at the margin, r/(1+r), r = (L−1)e^{−χδ}: the most that any losers have.

    Arguments: L >= 1; chi >= 0; delta = δ > 0. Returns: in [0, 1). Raises: ValueError outside these, and
    for L beyond doubles.
    """
    L, chi, delta = _length(L), as_nonnegative("chi", chi), as_positive("delta", delta)
    r = (L - 1) * math.exp(-chi * delta)
    return r / (1 + r)


def sharpness_needed(L: int, delta: float, eps: float) -> float:
    """The least sharpness at which L − 1 tied losers have tail <= ε, and any losers at most that.

    χ* = max(0, log((L−1)(1−ε)/ε)/δ)

    Arguments: L >= 1; margin delta = δ > 0; eps = ε in (0, 1). Returns: χ*; 0 for L = 1 or ε >= 1 − 1/L.
    Raises: ValueError for a margin that is not positive, ε outside (0, 1), a χ* beyond doubles.
    Reference: this project.

    >>> sharpness_needed(2, 1.0, 0.5)
    0.0
    """
    L, delta, eps = _length(L), as_positive("delta", delta), as_fraction("eps", eps)
    if (L - 1) * (1 - eps) <= eps:
        return 0.0
    return as_real("sharpness", (math.log(L - 1) + math.log1p(-eps) - math.log(eps)) / delta)


def _length(L: object) -> int:
    """Tokens L >= 1, at most the largest double."""
    as_real("L", length := as_count("L", L))
    return length


def sharpness_by_bisection(L: int, delta: float, eps: float) -> float:
    """The slow, obvious route to `sharpness_needed`: where the explicit softmax of a tied context has tail ε.

    Arguments, returns, raises: as there; χ*δ within 8 (1 + χ*δ) u.
    """
    L, delta, eps = as_count("L", L), as_positive("delta", delta), as_fraction("eps", eps)
    losers = np.zeros(L - 1)

    def excess(scaled: float) -> float:
        odds = np.exp(losers - scaled).sum()
        return float(odds / (1 + odds) / eps - 1)

    if excess(0.0) <= 0:
        return 0.0
    return float(brentq(excess, 0.0, 800.0 + math.log(L), xtol=1e-15, rtol=1e-15)) / delta


def read_value(importances: ArrayLike, values: ArrayLike, chi: float) -> NDArray[np.inexact]:
    """The value that the softmax selects, Σ_j w_j v_j.

    Arguments: importances (L,); values (L, m), real or complex; chi >= 0. Returns: (m,).
    Raises: as `softmax_weights`, and where there is not one value for each token.
    """
    return np.asarray(softmax_weights(importances, chi) @ _values(importances, values))


def value_error(importances: ArrayLike, values: ArrayLike, chi: float) -> Read | None:
    """How far the selected value is from the winner's, ‖Σ_j w_j v_j − v_{i*}‖, and max_j ‖v_j − v_{i*}‖.

    The differences are averaged, not the values: a small error keeps its relative accuracy.

    Arguments: as `read_value`. Returns: error and spread, None where the winner is not unique.
    Raises: as `read_value`, and where a difference of values overflows.

    >>> value_error([0.0, 1.0], [[3.0], [-1.0]], 0.0)
    Read(error=2.0, spread=4.0)
    """
    v, found = _values(importances, values), winner(importances)
    if found is None:
        return None
    away, size = v / 2 - v[found.place] / 2, float(np.abs(v).max()) or 1.0
    if not np.isfinite(away).all() or size > np.finfo(float).max / 4 / v.shape[1]:
        raise ValueError(f"values up to {size:.6g}: their distances must be finite as doubles")
    away = (v - v[found.place]) / size  # so that no square over- or underflows
    error = np.linalg.norm(softmax_weights(importances, chi) @ away)
    return Read(size * float(error), size * float(np.linalg.norm(away, axis=1).max()))


def value_error_by_loop(importances: ArrayLike, values: ArrayLike, chi: float) -> Read | None:
    """The slow, obvious route to `value_error`: the values averaged one by one, the winner's taken off at the end."""
    v, found = _values(importances, values), winner(importances)
    if found is None:
        return None
    w = softmax_weights_by_digits(importances, chi)
    with mpmath.workdps(50):
        columns = [list(map(mpmath.mpmathify, column)) for column in v.T]
        read = [mpmath.fsum(weight * x for weight, x in zip(w, column, strict=True)) for column in columns]
        best = v[found.place]
        error = mpmath.sqrt(mpmath.fsum(abs(x - mpmath.mpmathify(y)) ** 2 for x, y in zip(read, best, strict=True)))
        away = [[mpmath.mpmathify(x) - mpmath.mpmathify(y) for x, y in zip(row, best, strict=True)] for row in v]
        spread = max(mpmath.norm(row) for row in away)
    return Read(float(error), float(spread))


def _values(importances: ArrayLike, values: ArrayLike) -> NDArray[np.inexact]:
    mu, v = as_importances(importances), as_array("values", values)
    if v.ndim != 2 or len(v) != len(mu):
        raise ValueError(f"values has shape {v.shape}: must be ({len(mu)}, m), one value for each importance")
    return v if np.iscomplexobj(values) else v.real


def rank_sharpness(rank: int, L: int, c: float, beta: float, eps: float) -> float:
    """The sharpness that selects rank r of L tokens whose gap after it is at least c r^{−β}.

    χ_r = (r^β/c) log((L−r)/ε)

    Arguments: 1 <= rank < L; c > 0; beta >= 0; eps in (0, 1). Returns: χ_r.
    Raises: ValueError outside these, and for a χ_r beyond doubles.

    >>> rank_sharpness(1, 2, 1.0, 1.0, 0.25) == math.log(4)
    True
    """
    rank, L = as_count("rank", rank), as_count("L", L, least=2)
    if rank >= L:
        raise ValueError(f"rank = {rank}: must be below L = {L}, or nothing is left to lose")
    c, beta, eps = as_positive("c", c), as_nonnegative("beta", beta), as_fraction("eps", eps)
    as_real("L", L)
    try:
        slowest = float(rank) ** beta
    except OverflowError as error:
        raise ValueError(f"rank = {rank}, beta = {beta}: rank**beta must be finite as a double") from error
    return as_real("sharpness", slowest / c * (math.log(L - rank) - math.log(eps)))


def ranked_tail(importances: ArrayLike, rank: int, chi: float) -> float | None:
    """The tail of the rank-th most important token once those above it are masked.

    Arguments: importances (L,), in any order; 1 <= rank <= L; chi >= 0.
    Returns: the tail, None where the token of that rank is not unique. Raises: ValueError outside these.
    """
    mu, rank = _ranked(importances, rank)
    order = np.sort(mu)[::-1]
    if rank > 1 and order[rank - 2] == order[rank - 1]:
        return None
    return selection_tail(order[rank - 1 :], chi)


def _ranked(importances: ArrayLike, rank: int) -> tuple[Real, int]:
    mu, rank = as_importances(importances), as_count("rank", rank)
    if rank > len(mu):
        raise ValueError(f"rank = {rank}: there are only {len(mu)} tokens")
    return mu, rank


def ranked_tail_by_loop(importances: ArrayLike, rank: int, chi: float) -> float | None:
    """The slow, obvious route to `ranked_tail`: one winner after the other taken away."""
    mu, rank = _ranked(importances, rank)
    left, best = mu.tolist(), math.inf
    for _ in range(rank - 1):
        best = max(left)
        left.remove(best)
    found = winner(left)
    if found is None or best in left:
        return None
    return float(mpmath.fsum(w for k, w in enumerate(softmax_weights_by_digits(left, chi)) if k != found.place))
