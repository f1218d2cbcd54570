"""One real pole and its read-out, learning a delay together.

L₂(w, λ) = w²/(1−λ²) − 2wλ^τ + 1 for y = Σ_l w λ^l u_{t−l}, teacher u_{t−τ}; the best read-out is λ^τ(1−λ²).

Glossary: w read-out · λ pole · z = ln λ · τ delay · ρ = λ^{2τ−2}, the pace of time along the plateau.
"""

import math
import warnings
from functools import partial

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import solve_ivp

from numerics.preconditions import Real, as_delay, as_increasing_times, as_real

_PRECISION = 1e-12
_TRANSIENT, _LONGEST, _FASTEST = 20.0, 1e30, 1e6


def joint_loss(read_out: float, pole: float, delay: int) -> float:
    """L₂(w, λ) = w²/(1−λ²) − 2wλ^τ + 1.

    Arguments: read_out w; pole, |λ| < 1; delay τ >= 0. Raises: ValueError otherwise.
    """
    w, pole, delay = as_real("read_out", read_out), as_real("pole", pole), as_delay(delay)
    if not abs(pole) < 1:
        raise ValueError(f"pole = {pole}: must lie inside the unit circle")
    return w * w / ((1 - pole) * (1 + pole)) - 2 * w * pole**delay + 1


def _speed(w: float, z: float, delay: int) -> tuple[float, float]:
    """The speeds w' and (ln λ)' = λ'/λ."""
    pole, gap = math.exp(z), -math.expm1(2 * z)
    return 2 * (pole**delay - w / gap), 2 * w * (delay * math.exp((delay - 2) * z) - w / gap**2)


def joint_flow(read_out: float, start: float, delay: int, times: ArrayLike) -> tuple[Real, Real]:
    """Read-out and pole at given times of the flow (w', λ') = −∇L₂, by an explicit Runge–Kutta rule of order 8.

    Arguments: read_out w_0; start, 0 < λ_0 < 1; delay τ >= 1; times (n,), increasing, >= 0.
    Returns: w (n,) and λ (n,). Raises: ValueError for bad arguments.
    """
    w, start, delay = _checked(read_out, start, delay)
    times = as_increasing_times(times)
    tolerance = [_PRECISION * start**delay, _PRECISION]
    found = solve_ivp(
        lambda _, y: _speed(y[0], y[1], delay),
        (0.0, times[-1]),
        [w, math.log(start)],
        "DOP853",
        t_eval=times,
        rtol=_PRECISION,
        atol=tolerance,
    )
    return np.asarray(found.y[0]), np.exp(found.y[1])


def joint_time(read_out: float, start: float, stop: float, delay: int) -> float:
    """Time of the flow of (w, λ) until the pole is first at `stop`, either way, by LSODA.

    First for a time in which w comes to its slow manifold (e^{−2t} vanishes); then in the time θ with dt = dθ/ρ
    (but at most 1e6 dθ), in which ln λ moves at a speed of order τ: a plateau of any length costs a few hundred steps.

    Arguments: read_out w_0; start, stop, 0 < λ < 1, different; delay τ >= 1.
    Returns: the time, relative error about 1e-8; inf where the pole does not come to `stop`.
    Raises: ValueError for bad arguments; ArithmeticError where LSODA gives up, as at delay 20 from λ = .29.
    Reference: this project.
    """
    w, start, delay = _checked(read_out, start, delay)
    stop = _as_pole("stop", stop)
    if start == stop:
        raise ValueError(f"stop = {stop}: must differ from start")

    def arrived(_: float, y: Real) -> float:
        return y[1] - math.log(stop)

    arrived.terminal = True  # type: ignore[attr-defined]

    def run(paced: bool, y: list[float]) -> tuple[bool, list[float]]:
        until = _LONGEST if paced else _TRANSIENT
        speed = partial(_paced, paced=paced, delay=delay)
        failure = f"joint flow from w = {w}, λ = {start} at delay {delay}"
        try:
            with warnings.catch_warnings(action="ignore"):  # LSODA also warns of the failure that is raised below
                found = solve_ivp(speed, (0.0, until), y, "LSODA", rtol=_PRECISION, atol=_PRECISION, events=arrived)
        except ValueError as error:  # it looks for a root of the event where there is none
            raise ArithmeticError(f"{failure}: {error}") from error
        if not found.success:
            raise ArithmeticError(f"{failure}: {found.message}")
        there = len(found.t_events[0]) > 0
        return there, (found.y_events[0][0] if there else found.y[:, -1]).tolist()

    there, y = run(False, [w / start**delay, math.log(start), 0.0])
    if not there:
        there, y = run(True, y)
    return y[2] if there else math.inf


def joint_excess(start: float, stop: float, delay: int) -> float:
    """E = T − S, the joint flow's time from w = 0 less the single pole's, without the difference of two long times.

    With δ = 1 − w/w*, w* = λ^τ (1−s), and v the speed with the best read-out, nothing cancels in
    dE/dt = 1 − λ'/v = δ (τ(1−s) − s(2−δ))/(τ − (τ+1)s), δ' = −2δ/(1−s) + (1−δ)(ln w*)'λ';
    after the transient p = δ/ρ and dθ = ρ dt keep every term of order 1.

    Arguments: 0 < λ_0 = start < stop, stop² <= τ/(τ+2); delay τ >= 1.
    Returns: E, absolute error about 1e-9. Raises: ValueError for other arguments. Reference: this project.
    """
    _, start, delay = _checked(0.0, start, delay)
    stop = _as_pole("stop", stop)
    if not start < stop or (delay + 2) * stop**2 > delay * (1 + 1e-12):
        raise ValueError(f"stop = {stop}: must lie above start = {start} and at most at sqrt(tau/(tau + 2))")

    def speed(_: float, y: Real, paced: bool) -> list[float]:
        z = min(float(y[1]), math.log(stop) + 1e-9)
        s, pace = math.exp(2 * z), math.exp((2 * delay - 2) * z)
        gap, delta = -math.expm1(2 * z), float(y[0]) * (pace if paced else 1.0)
        dz = 2 * (1 - delta) * gap * (delay - (1 - delta) * s / gap)  # z' = ρ dz
        push = (1 - delta) * (delay - 2 * s / gap) * dz
        lag = (delay * gap - s * (2 - delta)) / (delay - (delay + 1) * s)
        p = float(y[0])
        if paced:
            return [(push - 2 * p / gap) / pace - (2 * delay - 2) * p * dz, dz, p * lag]
        return [pace * push - 2 * p / gap, pace * dz, p * lag]

    def arrived(_: float, y: Real, paced: bool) -> float:
        return float(y[1]) - math.log(stop)

    arrived.terminal = True  # type: ignore[attr-defined]
    y = [1.0, math.log(start), 0.0]
    for paced, until in ((False, _TRANSIENT), (True, _LONGEST)):
        found = solve_ivp(speed, (0.0, until), y, "BDF", rtol=1e-11, atol=1e-11, events=arrived, args=(paced,))
        if not found.success:
            raise ArithmeticError(f"joint flow from λ = {start} at delay {delay}: {found.message}")
        if len(found.t_events[0]):
            return float(found.y_events[0][0][2])
        y = found.y[:, -1].tolist()
        y[0] /= math.exp((2 * delay - 2) * y[1])
    raise ArithmeticError(f"joint flow from λ = {start} at delay {delay} does not come to {stop}")


def _paced(_: float, y: Real, paced: bool, delay: int) -> list[float]:
    """Speeds of q = w/λ^τ, z = ln λ and t: q' = 2(1 − q/(1−s)) − τ q z', z' = 2 q s^{τ−1}(τ − q s/(1−s)²)."""
    q, z = float(y[0]), min(float(y[1]), -1e-15)  # trial steps may leave the disc, the flow does not
    gap, slow = -math.expm1(2 * z), math.exp((2 * delay - 2) * z)
    dz = 2 * q * (delay - q * math.exp(2 * z) / gap**2)
    pace = min(1 / slow, _FASTEST) if paced else 1.0
    return [2 * (1 - q / gap) * pace - delay * q * dz * slow * pace, dz * slow * pace, pace]


def _checked(read_out: float, start: float, delay: int) -> tuple[float, float, int]:
    delay = as_delay(delay)
    if delay == 0:
        raise ValueError("delay = 0: the joint flow is described for delays >= 1")
    return as_real("read_out", read_out), _as_pole("start", start), delay


def _as_pole(name: str, value: float) -> float:
    pole = as_real(name, value)
    if not 0 < pole < 1:
        raise ValueError(f"{name} = {pole}: must lie in (0, 1)")
    return pole
