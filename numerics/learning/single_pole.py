"""One pole that learns a delay: the loss, the way up and the way down.

Glossary: λ the pole, real · s = λ² · τ the delay · λ* = √(τ/(τ+1)) the best pole · L₂ = ⟨(y − y*)²⟩ with the best
read-out · ν log-log parameter, λ = exp(−e^ν) · room = τ − (τ+1)λ², positive below λ*, negative above
· u = ln(s/|room|), the variable in which both ways are smooth integrals: ds/(s·room) = du/τ.
"""

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import quad, solve_ivp

from numerics.preconditions import Real, as_delay, as_increasing_times, as_real, as_real_vector

_PRECISION = 1e-13


def _room(pole: float, delay: int) -> float:
    """τ − (τ+1)λ², correctly rounded: near λ* and near 1 nothing cancels."""
    return float(delay - (delay + 1) * Fraction(pole) ** 2)


def best_pole(delay: int) -> float:
    """The positive pole of least loss, λ* = √(τ/(τ+1)).

    >>> best_pole(3)
    0.8660254037844386
    """
    delay = as_delay(delay)
    return math.sqrt(delay / (delay + 1))


def pole_at_share(share: float, delay: int) -> float:
    """The pole that has gone a share x of the way in λ² from 1 down to the best pole, √(1 − x/(τ+1)).

    Arguments: share x in [0, 1]; delay τ >= 0. Returns: float. Raises: ValueError for another share or a bad delay.

    >>> pole_at_share(1.0, 3)
    0.8660254037844386
    """
    x = as_real("share", share)
    if not 0 <= x <= 1:
        raise ValueError(f"share = {x}: must lie in [0, 1]")
    return math.sqrt(1 - x / (as_delay(delay) + 1))


def single_pole_loss(poles: ArrayLike, delay: int) -> Real:
    """L₂(λ) = 1 − (1−λ²)λ^{2τ}, the loss of one real pole with its best read-out.

    Arguments: poles (n,), real, |λ| < 1, each a model of its own; delay τ >= 0. Returns: float64 (n,).
    Raises: ValueError for a pole on or outside the circle, or a bad delay.

    >>> single_pole_loss([0.5], 1)
    array([0.8125])
    """
    poles, delay = _inside(poles), as_delay(delay)
    return 1 - (1 - poles) * (1 + poles) * poles ** (2 * delay)


def single_pole_slope(poles: ArrayLike, delay: int) -> Real:
    """dL₂/dλ = −2λ^{2τ−1}(τ − (τ+1)λ²), and 2λ for τ = 0. Arguments, raises: as `single_pole_loss`.

    >>> single_pole_slope([0.5], 1)
    array([-0.5])
    """
    poles, delay = _inside(poles), as_delay(delay)
    if delay == 0:
        return 2 * poles
    return -2 * poles ** (2 * delay - 1) * np.array([_room(pole, delay) for pole in poles.tolist()])


def _inside(poles: ArrayLike) -> Real:
    poles = as_real_vector("poles", poles)
    bad = np.flatnonzero(np.abs(poles) >= 1)
    if bad.size:
        raise ValueError(f"poles[{bad[0]}] = {poles[bad[0]]}: must lie inside the unit circle")
    return poles


def escape_time(start: float, stop: float, delay: int) -> float | None:
    """Time of the flow λ' = −L₂'(λ) up from `start` to `stop`, below the best pole.

    T = ∫ ds/(4 s^τ (τ − (τ+1)s)) = (1/4τ) ∫ s^{1−τ} du

    Arguments: 0 < start < stop <= √(τ/(τ+1)); delay τ >= 0.
    Returns: the time, relative error about 1e-13 τ; inf where `stop`, as an exact number, is not below √(τ/(τ+1)), and
        where the time exceeds the largest double; None for τ = 0, which has no way up.
    Raises: ValueError for other poles or a bad delay. Reference: this project.

    >>> round(escape_time(0.1, 0.6, 1), 12)
    1.209070476738
    """
    if (ends := _upward(start, stop, delay)) is None:
        return None
    (start, stop), delay = ends, int(delay)
    return _scaled(
        start, 2 - 2 * delay, _integral(lambda s, _: (s / start**2) ** (1 - delay), start, stop, delay, False) / 4
    )


def escape_time_series(start: float, stop: float, delay: int) -> float | None:
    """The same time in closed form, a sum of positive terms, c = (τ+1)/τ.

    4τT = Σ_{i<τ−1} c^i (s₀^{i+1−τ} − s₁^{i+1−τ})/(τ−1−i) + c^{τ−1} ln(s₁ room₀/(s₀ room₁))

    Arguments, returns, raises: as `escape_time`.
    """
    if (ends := _upward(start, stop, delay)) is None:
        return None
    start, stop = ends
    if _room(stop, delay) <= 0:
        return math.inf
    c, ratio = (delay + 1) / delay, -2 * math.log1p((stop - start) / start)
    powers = ((c * start**2) ** i * -math.expm1((delay - 1 - i) * ratio) / (delay - 1 - i) for i in range(delay - 1))
    way = _width(start, stop, delay)
    return _scaled(start, 2 - 2 * delay, (sum(powers) + (c * start**2) ** (delay - 1) * way) / (4 * delay))


def descent_time(start: float, stop: float, delay: int) -> float:
    """Time of the flow λ' = −L₂'(λ) down from `start` to `stop`, above the best pole.

    Arguments: √(τ/(τ+1)) <= stop < start <= 1, stop > 0; delay τ >= 0. Returns: the time, relative error about 1e-13 τ;
        inf where `stop`, as an exact number, is not above √(τ/(τ+1)).
    Raises: ValueError for other poles or a bad delay. Reference: this project.

    >>> round(descent_time(1.0, 0.5, 0), 12)  # (1/2) ln 2
    0.34657359028
    """
    start, stop, delay = _downward(start, stop, delay)
    if delay == 0:
        return math.log(start / stop) / 2
    return _integral(lambda s, _: s ** (1 - delay), start, stop, delay, False) / 4


def log_log_time(start: float, stop: float, delay: int) -> float | None:
    """Time of the flow ν' = −dL₂/dν, λ = exp(−e^ν), from `start` to `stop` on one side of the best pole.

    T = ∫ ds/(s^{τ+1} |room| ln² s) = (1/τ) ∫ s^{−τ} du / ln² s

    ν is the parameter of LRU and, up to a shift by ln Δ, of S4D.

    Arguments: 0 < start < stop <= λ* (up) or λ* <= stop < start < 1 (down), λ* = √(τ/(τ+1)); delay τ >= 0.
    Returns: the time, inf at stop = λ* or beyond the largest double; None for τ = 0, whose best pole is ν = ∞.
    Raises: ValueError for other poles (start = 1 is ν = −∞ and never leaves) or a bad delay.
    """
    delay, start, stop = as_delay(delay), as_real("start", start), as_real("stop", stop)
    if delay == 0:
        return None
    if start < stop:
        _upward(start, stop, delay)
    else:
        _downward(start, stop, delay)
        if start == 1:
            raise ValueError("start = 1.0: is ν = −∞, from which no time leaves")

    def speed(s: float, log_s: float) -> float:
        return (s / start**2) ** -delay / log_s**2

    return _scaled(start, -2 * delay, _integral(speed, start, stop, delay, start > stop))


def _upward(start: float, stop: float, delay: int) -> tuple[float, float] | None:
    start, stop, delay = as_real("start", start), as_real("stop", stop), as_delay(delay)
    if delay == 0:
        return None
    if not 0 < start < stop <= best_pole(delay):
        raise ValueError(f"start, stop = {start}, {stop}: must be 0 < start < stop <= {best_pole(delay):.17g}, λ*")
    return start, stop


def _downward(start: float, stop: float, delay: int) -> tuple[float, float, int]:
    start, stop, delay = as_real("start", start), as_real("stop", stop), as_delay(delay)
    if not (best_pole(delay) <= stop < start <= 1 and stop > 0):
        raise ValueError(f"start, stop = {start}, {stop}: must be {best_pole(delay):.17g}, λ*, <= stop < start <= 1")
    return start, stop, delay


def _width(start: float, stop: float, delay: int) -> float:
    """The way in u from `start` to `stop`: s₁ room₀ − s₀ room₁ = τ(s₁ − s₀), so nothing cancels between close ends."""
    return math.log1p(delay * (stop - start) * (stop + start) / (start**2 * _room(stop, delay)))


def _integral(of_s: Callable[[float, float], float], start: float, stop: float, delay: int, geometric: bool) -> float:
    """(1/τ) ∫ f(s, ln s) du between the ends, in ln u where `geometric` (f may then vary like 1/u², as near λ = 1)."""
    first_room, last_room = _room(start, delay), _room(stop, delay)
    if first_room * last_room <= 0:
        return math.inf
    above = first_room < 0
    if above:  # s/|room| = 1 + τ(1 − s)/|room|
        first = math.log1p(-delay * (1 - start) * (1 + start) / first_room)
    else:
        first = 2 * math.log(start) - math.log(first_room)
    width = _width(start, stop, delay)

    def at(u: float) -> float:
        # s = τ/(τ + 1 ± e^{−u}), and 1 − s without cancellation
        log_s = -math.log1p((-math.expm1(-u) if above else 1 + math.exp(-u)) / delay)
        return of_s(math.exp(log_s), log_s)

    def geometrically(v: float) -> float:
        u = first * math.exp(v)
        return at(u) * u

    if geometric:
        value, error = quad(geometrically, 0.0, math.log1p(width / first), epsabs=0.0, epsrel=_PRECISION, limit=1000)
    else:
        value, error = quad(lambda v: at(first + v), 0.0, width, epsabs=0.0, epsrel=_PRECISION, limit=1000)
    if error > 1e-10 * abs(value):
        raise ArithmeticError(f"quadrature from {start} to {stop} at delay {delay}: error {error} of {value}")
    return float(value) / delay


def _scaled(base: float, power: int, value: float) -> float:
    """base^power · value, inf where it exceeds the largest double."""
    try:
        return math.pow(base, power) * value
    except OverflowError:
        return math.inf


def single_pole_flow(start: float, delay: int, times: ArrayLike) -> Real:
    """The pole at given times of the flow λ' = −L₂'(λ), by an explicit Runge–Kutta rule of order 8.

    Arguments: start, 0 <= start <= 1; delay τ >= 0; times (n,), increasing, >= 0. Returns: float64 (n,).
    Raises: ValueError for a bad start, delay or times.
    """
    start, delay, times = as_real("start", start), as_delay(delay), as_increasing_times(times)
    if not 0 <= start <= 1:
        raise ValueError(f"start = {start}: must lie in [0, 1]")

    def speed(_: float, y: Real) -> Real:
        y = np.clip(y, 0, 1)  # where the flow stays, and trial steps need not
        return 2 * y ** (2 * delay - 1) * (delay - (delay + 1) * y**2) if delay else -2 * y

    found = solve_ivp(speed, (0.0, times[-1]), [start], "DOP853", t_eval=times, rtol=1e-12, atol=1e-14)
    return np.asarray(found.y[0])
