"""Selection by estimated importances, and what it costs a predictor of the selected value.

Glossary: μ, μ̂ importances and their estimates · η largest error of an estimate · δ margin of the winner · χ sharpness ·
K Lipschitz constant of a predictor · v̂, v* selected value and value of the winner.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.integrate import fixed_quad

from numerics.preconditions import (
    Real,
    as_count,
    as_nonnegative,
    as_positive,
    as_real,
    as_real_array,
    as_real_vector,
    as_seed,
)
from numerics.selection.softmax import as_importances, softmax_weights, softmax_weights_by_digits, winner


class Stable(NamedTuple):
    """Margin of the winner, error of the importances and margin of the same token under the estimates, all exact;
    distance of the selected value from the winner's, and the largest distance of a loser's value.
    """

    margin: Fraction
    eta: Fraction
    found: Fraction
    error: float
    spread: float


class Risks(NamedTuple):
    """Root mean squares of h(v̂) − F, of h(v*) − F and of |v̂ − v*|; the largest |v̂ − v*|, that within a set of
    samples, and the share of samples outside the set.
    """

    plug_in: float
    oracle: float
    rms: float
    largest: float
    inside: float
    outside: float


def sharpness_rule(L: int, n: int, delta: float, eta: float = 0.0) -> float | None:
    """The sharpness at which errors η of the importances leave the losers a weight of at most 1/n.

    χ_n = log((L−1) n)/(δ − 2η)

    Arguments: L >= 2 tokens; n >= 1 samples; delta = δ > 0; eta = η >= 0.
    Returns: χ_n, None where η >= δ/2: another token may win, and the theorem is silent.
    Raises: ValueError outside these, for L < 2, where there is no loser.

    >>> sharpness_rule(2, 1, 1.0), sharpness_rule(2, 1, 1.0, 0.5)
    (0.0, None)
    """
    L, n = as_count("L", L, least=2), as_count("n", n)
    safe = _safe_margin(as_positive("delta", delta), as_nonnegative("eta", eta))
    return None if safe is None else as_real("sharpness", (math.log(L - 1) + math.log(n)) / safe)


def _safe_margin(delta: float, eta: float) -> float | None:
    safe = Fraction(delta) - 2 * Fraction(eta)
    return float(safe) if safe > 0 else None


def stable_selection(
    importances: ArrayLike, estimates: ArrayLike, values: ArrayLike, chi: float, *, by_loop: bool = False
) -> Stable | None:
    """Softmax selection by estimated importances, measured at the true winner.

    The margins are differences of doubles as fractions. The differences of values are averaged, not the values: a
    small error keeps its relative accuracy.

    Arguments: importances μ (L,), L >= 2; estimates μ̂ (L,); values (L, m), real; chi = χ >= 0; by_loop, the slow and
        obvious route: token by token, weights to 50 digits.
    Returns: margins, errors and spread, None where the winner is not unique or η >= δ/2.
    Raises: ValueError for L < 2, shapes that do not fit, entries that are not finite, χ < 0.
    """
    mu, nu, v = as_importances(importances), as_importances(estimates), as_real_array("values", values)
    if len(mu) < 2:
        raise ValueError(f"importances has shape {mu.shape}: L must be at least 2, or there is no loser")
    if nu.shape != mu.shape or v.ndim != 2 or len(v) != len(mu):
        raise ValueError(f"estimates {nu.shape}, values {v.shape}: must be ({len(mu)},) and ({len(mu)}, m)")
    true, moved = list(map(Fraction, mu.tolist())), list(map(Fraction, nu.tolist()))
    eta, best = max(abs(x - y) for x, y in zip(true, moved, strict=True)), winner(mu)
    if best is None:
        return None
    margin, found = (x[best.place] - max(x[: best.place] + x[best.place + 1 :]) for x in (true, moved))
    if 2 * eta >= margin:
        return None
    away = v - v[best.place]
    if by_loop:
        weights = softmax_weights_by_digits(nu, chi)
        parts = [[float(w) * x for x in row] for w, row in zip(weights, away.tolist(), strict=True)]
        error = math.hypot(*(math.fsum(column) for column in zip(*parts, strict=True)))
    else:
        error = float(np.linalg.norm(softmax_weights(nu, chi) @ away))
    return Stable(margin, eta, found, error, float(np.linalg.norm(away, axis=1).max()))


def selection_cost(K: float, L: int, chi: float, delta: float, eta: float, spread: float) -> float | None:
    """The most that selecting by softmax adds to the root mean square error of a K-Lipschitz predictor.

    K (L−1) e^{−χ(δ−2η)} D

    Arguments: K > 0; L >= 2; chi = χ >= 0; delta = δ > 0; eta = η >= 0; spread = D >= 0, largest distance of a loser's
        value from the winner's.
    Returns: the bound, None where η >= δ/2. Raises: ValueError outside these, and where the bound overflows.
    """
    K, L, chi = as_positive("K", K), as_count("L", L, least=2), as_nonnegative("chi", chi)
    safe = _safe_margin(as_positive("delta", delta), as_nonnegative("eta", eta))
    spread = as_nonnegative("spread", spread)
    return None if safe is None else as_real("cost", K * spread * math.exp(math.log(L - 1) - chi * safe))


def ramp(K: float, direction: ArrayLike, bound: float) -> Callable[[Real], Real]:
    """The predictor v -> clip(K ⟨u, v⟩, −B, B), |u| = 1: of Lipschitz constant K.

    Arguments: K > 0; direction (m,), not zero, u is its unit vector; bound = B > 0.
    Returns: a function of values (.., m) with results (..,). Raises: ValueError outside these.
    """
    K, u, B = as_positive("K", K), as_real_vector("direction", direction), as_positive("bound", bound)
    length = float(np.linalg.norm(u))
    if length == 0:
        raise ValueError(f"direction = {u}: must not be zero")
    return lambda v: np.clip(K * (np.asarray(v) @ (u / length)), -B, B)


def plugin_risks(
    predictor: Callable[[Real], Real], selected: ArrayLike, winners: ArrayLike, targets: ArrayLike, inside: ArrayLike
) -> Risks:
    """What a predictor loses when it is given the selected values in place of the winners'.

    Arguments: predictor, values (n, m) -> (n,); selected v̂ and winners v* (n, m); targets F (n,); inside, truth values
        (n,), the set of samples.
    Returns: root mean squares, distances and the share outside; the distance inside is 0 for an empty set.
    Raises: ValueError for shapes that do not fit, entries that are not finite, predictions among them.
    """
    v, w, F, S = _samples(selected, winners, targets, inside)
    away = np.linalg.norm(v - w, axis=1)
    errors = _predicted(predictor, v) - F, _predicted(predictor, w) - F
    plug_in, oracle, rms = (float(np.sqrt(np.mean(x**2))) for x in (*errors, away))
    return Risks(plug_in, oracle, rms, float(away.max()), float(away[S].max(initial=0.0)), float(np.mean(~S)))


def plugin_risks_by_loop(
    predictor: Callable[[Real], Real], selected: ArrayLike, winners: ArrayLike, targets: ArrayLike, inside: ArrayLike
) -> Risks:
    """The slow, obvious route to `plugin_risks`: sample by sample, sums without rounding."""
    v, w, F, S = _samples(selected, winners, targets, inside)
    n, away = len(F), [math.dist(x, y) for x, y in zip(v.tolist(), w.tolist(), strict=True)]
    errors = [[float(_predicted(predictor, x[k : k + 1])[0]) - float(F[k]) for k in range(n)] for x in (v, w)]
    plug_in, oracle, rms = (math.sqrt(math.fsum(x * x for x in part) / n) for part in (*errors, away))
    within = [d for d, held in zip(away, S.tolist(), strict=True) if held]
    return Risks(plug_in, oracle, rms, max(away), max(within, default=0.0), 1 - len(within) / n)


def _predicted(predictor: Callable[[Real], Real], values: Real) -> Real:
    said = as_real_array("predictions", predictor(values))
    if said.shape != values.shape[:1]:
        raise ValueError(f"predictions have shape {said.shape}: must be {values.shape[:1]}, one per sample")
    return said


def _samples(
    selected: ArrayLike, winners: ArrayLike, targets: ArrayLike, inside: ArrayLike
) -> tuple[Real, Real, Real, NDArray[np.bool_]]:
    v, w, F = as_real_array("selected", selected), as_real_array("winners", winners), as_real_vector("targets", targets)
    S = np.asarray(inside)
    if v.ndim != 2 or v.shape != w.shape or len(v) != len(F) or S.shape != F.shape:
        shapes = [v.shape, w.shape, F.shape, S.shape]
        raise ValueError(f"selected, winners, targets, inside have shapes {shapes}: must be (n, m), (n, m), (n,), (n,)")
    if S.dtype != np.bool_:
        raise ValueError(f"inside has dtype {S.dtype}: must be truth values")
    return v, w, F, S


def gap_probability(L: int, t: Fraction | float) -> Fraction:
    """The chance that the largest of L independent uniform importances exceeds the next one by more than t.

    L ∫_t^1 (x − t)^{L−1} dx, the power written out and integrated term by term, exactly.

    Arguments: L >= 2; 0 <= t <= 1. Returns: a Fraction. Raises: ValueError outside these.

    >>> gap_probability(2, Fraction(1, 2))
    Fraction(1, 4)
    """
    L, t = as_count("L", L, least=2), _unit("t", t)
    terms = (math.comb(L - 1, k) * (-t) ** (L - 1 - k) * (1 - t ** (k + 1)) / (k + 1) for k in range(L))
    return L * sum(terms, Fraction(0))


def gap_probability_by_quadrature(L: int, t: float) -> float:
    """The same by Gauss-Legendre, with as many nodes as are exact for the degree. Arguments, raises: as there."""
    L, t = as_count("L", L, least=2), float(_unit("t", t))
    return float(fixed_quad(lambda x: L * (x - t) ** (L - 1), t, 1.0, n=(L + 1) // 2 + 1)[0])


def misselection(L: int, eta: Fraction | float) -> Fraction:
    """The chance that errors η against the winner make L uniform importances select another token, or tie.

    Arguments: L >= 2; 0 <= eta <= 1/2. Returns: a Fraction. Raises: ValueError outside these.
    """
    if not 0 <= 2 * Fraction(as_real("eta", eta)) <= 1:
        raise ValueError(f"eta = {eta}: must lie in [0, 1/2]")
    return 1 - gap_probability(L, 2 * Fraction(eta))


def sampled_misselection(L: int, eta: float, draws: int, seed: int, *, delta: float = 0.0) -> float:
    """The share of draws in which errors of η against the winner select another token, or tie.

    Arguments: L >= 2; eta >= 0; draws >= 1; seed; delta in [0, 1]: the winner is 1 and the losers uniform on
        [0, 1 − δ] where δ > 0, all tokens uniform on [0, 1] where δ = 0.
    Returns: the share. Raises: ValueError outside these.
    """
    L, eta, draws = as_count("L", L, least=2), as_nonnegative("eta", eta), as_count("draws", draws)
    rng, delta = np.random.default_rng(as_seed(seed)), float(_unit("delta", delta))
    mu = (1 - delta) * rng.random((draws, L))
    if delta:
        mu[:, 0] = 1.0
    best = mu.argmax(1)[:, None]
    own = np.take_along_axis(mu, best, 1)[:, 0]
    np.put_along_axis(mu, best, -np.inf, 1)
    return float(np.mean(own - eta <= mu.max(1) + eta))


def _unit(name: str, value: Fraction | float) -> Fraction:
    as_real(name, value)
    if not 0 <= value <= 1:
        raise ValueError(f"{name} = {value}: must lie in [0, 1]")
    return Fraction(value)
