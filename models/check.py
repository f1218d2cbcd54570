"""What the theory says about one module: poles, memory, capacity, hazards, and the claims that apply.

`check(module)` reports from the poles alone, without running the module. `models.memory` measures.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.adapters import describe
from models.core import LinearCore, real_within_rounding
from models.report import MOST_STATES, Report
from numerics.memory import first_lag_below, mean_delay, memory_function, tail_bound
from numerics.preconditions import as_count, as_horizon, stability_gap

Complex = NDArray[np.complex128]
LEVELS = (0.5, 0.1, 0.01)
FLOAT32_NOISE = 2.0**-48  # variance of a relative error of one unit roundoff, 2^-24
LONGEST = 1 << 17
ROOT_ROUNDING = 32 * 2.0**-52  # of |λ|: an angle up to 2π is off by a few units, and so is its exponential

ALWAYS = (
    "memory.regression",
    "memory.similarity",
    "memory.tail_energy",
    "memory.orthonormal_states",
    "memory.capacity",
    "memory.bounded_monotone",
    "memory.first_lag",
    "memory.trade_off",
    "memory.mean_delay",
    "memory.sample_floor",
    "memory.coloured_input",
    "equivalence.similarity_invariance",
    "equivalence.spectrum_determines_memory",
    "equivalence.recurrence_convolution_scan",
)


def check(module: Any, horizon: int = 1000, channel: int = 0) -> Report:
    """Report on a module's memory from its poles.

    Arguments: module, anything that `adapters.describe` can read; horizon: the number of lags the user cares about;
        channel: the input that is recalled.
    Returns: Report. Unstable poles are a hazard, not an error.
    Raises: ValueError for a module that cannot be read, and for a bad horizon or channel.
    """
    horizon, core = as_horizon(horizon), describe(module)
    channels = 1 if core.B is None else core.B.shape[1]
    if as_count("channel", channel, least=0) >= channels:
        raise ValueError(f"channel = {channel}: must be less than {channels}, the module's inputs")
    outside = core.poles[~(_gap(core.poles) > 0)]
    if outside.size:
        found = (_outside(outside), *_structure(core, channel))
        return Report(core.kind, core.poles, core.poles, horizon, found, ())
    poles = core.seen(channel)
    if poles.size == 0:
        lost = (f"input channel {channel} reaches no state: nothing is remembered",)
        zeros = dict.fromkeys(_key_lags(horizon), 0.0)
        below: dict[float, int | None] = dict.fromkeys(LEVELS, 0)
        return Report(core.kind, core.poles, poles, horizon, lost, (), zeros, 0, 0.0, 0.0, 0.0, below)
    memory = memory_function(poles, max(horizon, _extent(poles)))
    within = float(memory[:horizon].sum())
    small = max(poles.size, 0 if core.A is None else len(core.A)) <= MOST_STATES
    effective = core.effective_capacity(FLOAT32_NOISE, channel) if small else None
    return Report(
        kind=core.kind,
        stored=core.poles,
        poles=poles,
        horizon=horizon,
        memory={tau: float(memory[tau]) for tau in _key_lags(horizon)},
        capacity=poles.size,
        within=within,
        effective_capacity=effective,
        mean_delay=mean_delay(poles),
        below={level: first_lag_below(memory, level) for level in LEVELS},
        hazards=(*_structure(core, channel), *_limits(core, poles, horizon, within, effective)),
        claims=_claims(core, poles, channels, channel),
        input_rescale=_input_rescale(core),
    )


def _gap(poles: Complex) -> NDArray[np.float64]:
    # poles far outside would overflow the exact square: their gap is only needed to be negative
    finite = np.where(np.isfinite(poles) & (np.abs(poles) < 2), poles, 2)
    return stability_gap(finite)


def _extent(poles: Complex) -> int:
    """Enough lags for the memory to fall below the lowest level, by the bound, at most LONGEST."""
    lags = 64
    while lags < LONGEST and tail_bound(poles, lags) >= LEVELS[-1]:
        lags *= 2
    return min(lags, LONGEST)


def _key_lags(horizon: int) -> list[int]:
    decades = [d * 10**e for e in range(6) for d in (1, 2, 5)]
    return [0, *(lag for lag in decades if lag < horizon)]


def _outside(poles: Complex) -> str:
    worst = poles[np.argmax(np.abs(poles))]
    return f"outside: {poles.size} pole(s) on or outside the unit circle, such as {worst:.6g}: no stationary state"


def _structure(core: LinearCore, channel: int) -> list[str]:
    found = []
    s, dt = core.continuous, core.dt
    if s is not None and dt is not None:
        rule, fast = _pole_rule(core.poles, s * dt), np.abs(s.imag) * dt >= np.pi
        if rule is _euler:
            widest = np.min(-2 * s.real / np.abs(s) ** 2)
            found.append(
                f"Euler poles: λ = 1 + sΔ lies inside the unit circle only for Δ < {widest:.3g} and is off "
                f"e^(sΔ) by up to {np.abs(core.poles - np.exp(s * dt)).max():.2g} a step"
            )
        if rule is not _bilinear and fast.any():
            found.append(
                f"aliased: {int(fast.sum())} pole(s) with |Im s|Δ >= π, such as s = {s[fast][0]:.6g} "
                f"at Δ = {dt[fast][0]:.3g}: the step turns them by more than half a circle, onto slower ones"
            )
    n = core.poles.size
    on_axis = real_within_rounding(core.poles)
    side = np.where(on_axis, 0, np.sign(core.poles.imag))
    upper, single = n > 1 and abs(side.sum()) == np.abs(side).sum() > 0, int(on_axis.sum())
    if core.real and core.A is None and upper and single:
        found.append(
            f"half spectrum: {single} of {n} stored poles is real and counts once: {2 * n - single} states, not {2 * n}"
        )
    if core.states is not None and core.states % 2 and core.states // 2 == n:
        found.append(
            f"lost state: {core.states} states declared, {n} poles stored as half a spectrum: one state is missing"
        )
    missing = n - core.reached(channel).size if np.all(_gap(core.poles) > 0) else 0
    if missing:
        found.append(
            f"not minimal: {missing} of {n} stored states add nothing for input channel {channel} "
            "(a zero input weight, or a pole that occurs twice)"
        )
    return found


def _euler(z: Complex) -> Complex:
    return 1 + z


def _bilinear(z: Complex) -> Complex:
    return (1 + z / 2) / (1 - z / 2)


def _pole_rule(poles: Complex, z: Complex) -> Callable[[Complex], Complex] | None:
    """The map from z = sΔ that gave these poles, up to float32 rounding of the parameters, or None."""
    rules: tuple[Callable[[Complex], Complex], ...] = (np.exp, _bilinear, _euler)
    errors = [float(np.abs(poles - rule(z)).max()) for rule in rules]
    near = 64 * 2.0**-24 * (1 + float(np.abs(z).max()))
    return rules[int(np.argmin(errors))] if min(errors) <= near else None


def _input_rescale(core: LinearCore) -> float | None:
    if core.continuous is None or core.dt is None:
        return None
    z = core.continuous * core.dt
    held = np.expm1(z)
    inverse = np.divide(z, held, out=np.full_like(z, np.inf), where=held != 0)  # a mode at 2πik is lost
    return float(np.abs(inverse - 1).max())


def _limits(core: LinearCore, poles: Complex, horizon: int, within: float, effective: float | None) -> list[str]:
    found = []
    beyond = poles.size - within
    if beyond > 0.05 * poles.size:
        nearest = float(_gap(poles).min() / 2)
        found.append(
            f"beyond the horizon: {beyond:.3g} of capacity {poles.size} lies at lags >= {horizon} "
            f"(nearest pole to the circle: 1 − |λ| ≈ {nearest:.2g})"
        )
    if effective is not None and effective < 0.99 * poles.size:
        found.append(
            f"ill-conditioned: rounded to float32 the states hold {effective:.4g} of capacity {poles.size}, "
            + ("and other coordinates hold more" if core.A is not None else "and how much depends on the input weights")
        )
    return found


def _claims(core: LinearCore, poles: Complex, channels: int, channel: int) -> tuple[str, ...]:
    distinct = np.unique(poles).size == poles.size
    ring = _is_ring(poles)
    spread = poles.size > 1 and distinct and not np.any(poles.imag)
    conditions = {
        "memory.poles_only": distinct,
        "memory.finite_precision": distinct,
        "memory.delay_line": not np.any(poles),
        "memory.single_pole": poles.size == 1,
        "memory.ring": ring,
        "memory.repeated_pole": poles.size > 1 and np.unique(poles).size == 1,
        "memory.conjugate_pair": poles.size == 2 and bool(np.any(poles.imag)) and bool(poles[0] == poles[1].conj()),
        "memory.decay": _settles(poles),
        "memory.information": core.real and bool(np.all(poles != 0)),
        "memory.continuous_limit": core.continuous is not None and not core.feedthrough,
        "memory.layer": channels == 1 and core.continuous is not None and core.dt is not None and np.ptp(core.dt) > 0,
        "memory.training_keeps_capacity": core.stable and distinct,
        "equivalence.defective_has_no_diagonal_twin": not distinct,
        "equivalence.conjugate_pairs": core.real and distinct and not core.feedthrough,
        "equivalence.mamba_input_is_a_rescaling": _holds_its_input(core, channel),
        "equivalence.gram_real_lower_bound": spread,
        "equivalence.gram_ring_exact": ring and bool(np.any(poles)),
    }
    return (*ALWAYS, *(name for name, holds in conditions.items() if holds))


def _is_ring(poles: Complex) -> bool:
    """Whether the poles are R exp(2πik/N), k = 0..N−1, up to the rounding of a root of unity."""
    N, radius = poles.size, np.abs(poles).max()
    k = np.rint(np.angle(poles) * N / (2 * np.pi)) % N
    off = np.abs(poles - radius * np.exp(2j * np.pi * k / N)).max()
    return bool(not radius or (np.unique(k).size == N and off <= ROOT_ROUNDING * radius))


def _settles(poles: Complex) -> bool:
    """Whether ρ > 0 and some p <= 64, or their number, turns the slowest poles onto each other: λ^p all equal.

    Of poles of irrational angle no p exists: their memory decays like ρ^(2τ), but the ratio of neighbours wanders.
    """
    radius = np.abs(poles).max()
    if radius == 0:
        return False
    values, counts = np.unique(poles[np.abs(poles) >= radius * (1 - ROOT_ROUNDING)], return_counts=True)
    slowest = values[counts == counts.max()]
    turn = np.angle(slowest / slowest[0])[:, None] * np.array([*range(1, 65), slowest.size])
    return bool(np.any(np.all(np.abs(np.exp(1j * turn) - 1) <= 64 * ROOT_ROUNDING, axis=0)))


def _holds_its_input(core: LinearCore, channel: int) -> bool:
    """Whether the driven states are modes e^(sΔ) of one step, different ones, none of which the hold loses."""
    if core.continuous is None or core.dt is None or core.A is not None:
        return False
    driven = np.ones(core.poles.size, bool) if core.B is None else core.B[:, channel] != 0
    z, poles = (core.continuous * core.dt)[driven], core.poles[driven]
    one_step = np.ptp(core.dt[driven]) == 0 and bool(np.all(z.real < 0))
    return one_step and np.unique(poles).size == poles.size and _pole_rule(poles, z) is np.exp
