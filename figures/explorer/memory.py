"""Explorations of memory: a spectrum under its bound, and poles moved one by one."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import signal

import numerics.memory as exact
import theory.memory as claim
from figures.explorer.controls import Choice, Slider, Switch, Text
from figures.explorer.exploration import Curve, Exploration, Number, OnDemand, Panel, Progress, View, judge
from figures.explorer.plane import plane
from figures.explorer.reading import complexes
from figures.measuring import UNIT, mean_and_error
from figures.memory.systems import balanced_layer, spread
from figures.statements import relation
from models.memory import measured_memory_function, measured_on_series
from numerics import certified, spectra
from numerics.memory.tail import tail_length
from numerics.preconditions import as_poles

Poles = NDArray[np.complex128]

SPECTRA = {
    "S4D-Lin": lambda N, dt: spectra.zoh(spectra.conjugate_closed(spectra.s4d_lin(N)), dt),
    "S4D-Inv": lambda N, dt: spectra.zoh(spectra.conjugate_closed(spectra.s4d_inv(N)), dt),
    "LegS": lambda N, dt: spectra.zoh(spectra.legs_poles(N), dt),
    "S4D-LegS": lambda N, dt: spectra.zoh(spectra.legs_normal(N), dt),
    "real, evenly spaced": lambda N, dt: spectra.real_linear(N, dt),
    "ring of radius exp(−Δ)": lambda N, dt: spectra.ring(N, np.exp(-dt)),
    "delay line": lambda N, dt: spectra.delay_line(N),
}
SIZES = (2, 4, 8, 12, 16, 24, 32, 48, 64)
#: M_τ is at most e^−40 R^{−2(τ+1−T)}, R^{2T} ≥ e^40, from the lag T on where sums end; and the largest T.
LOG_REST, FARTHEST = -40.0, 30_000
STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


def recalled(poles: Poles, horizon: int, coloured: bool, rho: float) -> NDArray[np.float64]:
    """M_τ for τ < horizon, under white input or under input with autocovariance ρ^|d|."""
    if not coloured:
        return exact.memory_function(poles, horizon)
    return exact.memory_function_coloured(poles, lambda d: rho**d, horizon)


def under_the_bound(spectrum: str, N: int, dt: float, lags: int, bits: int, coloured: bool, rho: float) -> View:
    """The memory function of a named spectrum beside N/(τ+1)."""
    poles = SPECTRA[spectrum](N, dt)
    n, lag = len(poles), np.arange(lags)
    memory = recalled(poles, lags, coloured, rho)
    share = (lag + 1) * memory / n
    points = ({"M": memory, "tau": int(t), "N": n} for t in spread(lags, 60))
    words = f"(τ+1) M_τ ≤ N at lags below {lags}"
    # the second relation is about one pole alone, of which nothing is measured here
    bound = judge(
        claim.TRADE_OFF, words, points, 64 * n * lags * UNIT, relation(claim.TRADE_OFF, "(tau + 1)*M[tau]", "<=")
    )
    return View(
        (
            Panel(
                f"memory of {n} states",
                "lag τ + 1 in steps",
                "memory M_τ",
                (
                    Curve("bound N/(τ+1), at most 1", lag + 1, np.minimum(1, n / (lag + 1))),
                    Curve("memory M_τ", lag + 1, memory),
                ),
                log_x=True,
            ),
            plane("poles", Curve("pole", poles.real, poles.imag, measured=True)),
        ),
        (
            Number("states N", n),
            Number("largest share of the bound", float(share.max())),
            Number("at lag τ", int(share.argmax())),
            Number(f"Σ M_τ over τ < {lags}", float(memory.sum())),
            Number("mean delay Σ τ M_τ, white input", exact.mean_delay(poles)),
            Number(
                f"effective capacity, white input, noise 2^−{2 * bits}", exact.effective_capacity(poles, 4.0**-bits)
            ),
        ),
        (bound,),
    )


def driven(spectrum: str, N: int, dt: float, lags: int, bits: int, coloured: bool, rho: float) -> Iterator[Progress]:
    """The same memory measured on a torch layer with these poles, driven by one noise series after another."""
    layer = balanced_layer(SPECTRA[spectrum](N, dt))
    lag = spread(min(lags, 500), 25)
    horizon, runs, seeds = int(lag[-1]) + 1, [], 8
    for seed in range(seeds):
        if coloured:
            rng = np.random.default_rng(seed)
            series = signal.lfilter([1.0], [1.0, -rho], rng.standard_normal(40_000))
            runs.append(measured_on_series(layer, horizon, series, lags=lag).memory)
        else:
            runs.append(measured_memory_function(layer, horizon, 20_000, seed, lags=lag).memory)
        mean, error = mean_and_error(runs) if len(runs) > 1 else (runs[0], None)
        yield Progress(seed + 1, seeds, 0, (Curve("torch layer driven by noise", lag + 1, mean, True, error),))


def enclosed(spectrum: str, N: int, dt: float, lags: int, bits: int, coloured: bool, rho: float) -> Iterator[Progress]:
    """The same memory enclosed in ball arithmetic, at longer and longer lags; white input only."""
    if coloured:
        raise ValueError("coloured = True: the enclosure is that of white input")
    poles = SPECTRA[spectrum](N, dt)
    for done, horizon in enumerate(np.unique(np.geomspace(10, lags, 4).astype(int)), 1):
        ball = certified.memory_function(poles, int(horizon))
        lag = spread(int(horizon), 25)
        curve = Curve("enclosure, ball arithmetic", lag + 1, (ball.lower + ball.upper)[lag] / 2, True)
        yield Progress(done, 4, 0, (curve,), (Number("widest enclosure", float(ball.width.max())),))


def far_enough(poles: Poles, lags: int) -> int:
    """The lag T, at least `lags`, beyond which Σ M_τ lacks T e^−40 at most, and Σ τ M_τ lacks T² e^−40.

    Raises: ValueError where that is beyond 30 000 lags, for poles nearer to 1 than the sums can follow.
    """
    lasting = tail_length(poles, LOG_REST)
    if lasting > FARTHEST:
        raise ValueError(f"poles: their memory lasts {lasting} lags: must be at most {FARTHEST}, to be summed")
    return max(lags, lasting)


def moved(poles: str, which: int, modulus: float, angle: float, lags: int, parallel: bool) -> View:
    """Poles of a text box, one of them moved; in parallel, equal poles are equal entries of a diagonal matrix."""
    placed = complexes("poles", poles)
    if which > len(placed):
        raise ValueError(f"which = {which}: must be at most {len(placed)}, the number of poles")
    if which:
        placed[which - 1] = modulus * np.exp(1j * np.pi * angle)
    placed = as_poles(placed)
    # a diagonal matrix reaches equal entries by one input only together: they are one pole of the memory
    reached = np.unique(placed) if parallel else placed
    far = exact.memory_function(reached, far_enough(placed, lags))
    T, n = len(far), len(placed)
    rest = T * math.exp(LOG_REST)
    letters = {"M": far, "N": n, "r": n, "tau": 0, "lamda": placed, "infinity": T - 1}
    rounding = 64 * n * UNIT
    delay = rounding * float(np.arange(T) ** 2 @ far + n**2)
    total = relation(claim.CAPACITY, "Sum(M[tau], (tau, 0, oo))")
    double = relation(claim.MEAN_DELAY)
    return View(
        (
            Panel("memory", "lag τ in steps", "memory M_τ", (Curve("memory M_τ", np.arange(lags), far[:lags]),)),
            plane("poles", Curve("pole", placed.real, placed.imag, measured=True), *_marked(placed, which)),
        ),
        (
            Number("states N", n),
            Number("Σ M_τ", float(far.sum())),
            Number("mean delay Σ τ M_τ", float(np.arange(T) @ far)),
            Number("first lag with M_τ < 0.5", _lag(exact.first_lag_below(far, 0.5), T)),
        ),
        (
            judge(claim.CAPACITY, f"Σ M_τ = N, {T} lags", [letters], rounding * T + rest, total),
            judge(claim.MEAN_DELAY, f"Σ τ M_τ is the double sum, {T} lags", [letters], delay + T * rest, double),
        ),
    )


def _marked(poles: Poles, which: int) -> tuple[Curve, ...]:
    moved = poles[which - 1 : which]
    return (Curve("moved", moved.real, moved.imag, measured=True),) if which else ()


def _lag(found: int | None, beyond: int) -> int | str:
    return f"beyond {beyond}" if found is None else found


UNDER_THE_BOUND = Exploration(
    name="memory.bound",
    title="Memory under its bound N/(τ+1)",
    about="Choose a spectrum, its size and step: accuracy times length never exceeds the number of states, and a longer"
    " memory is a fainter one. Then colour the input: it predicts itself, and the bound falls.",
    claims=(claim.TRADE_OFF, claim.COLOURED_INPUT),
    controls=(
        Choice("spectrum", "spectrum", tuple(SPECTRA), "S4D-Lin"),
        Slider("N", "states N", SIZES, 16),
        Slider("dt", "step Δ", STEPS, 0.05),
        Slider("lags", "lags shown", (50, 100, 200, 500, 1000, 2000), 200),
        Slider("bits", "precision, bits", (4, 8, 11, 16, 24, 53), 24),
        Switch("coloured", "coloured input"),
        Slider("rho", "its correlation ρ", (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99), 0.9),
    ),
    drops={"coloured": "white input"},
    look=under_the_bound,
    on_demand=(OnDemand("measure on a torch layer", driven), OnDemand("enclose in ball arithmetic", enclosed)),
)

POLES = Exploration(
    name="memory.poles",
    title="Poles one by one",
    about="Type poles, choose one, and move it in the complex plane: memory changes its shape, never its sum N. Two"
    " equal poles count twice in a cascade (one Jordan block); as two entries of a diagonal matrix they are one.",
    claims=(claim.CAPACITY, claim.MEAN_DELAY),
    controls=(
        Text("poles", "poles λ", "0.9, 0.9, 0.5+0.6j, 0.5-0.6j"),
        Slider("which", "pole to move (0: none)", tuple(range(9)), 0),
        Slider("modulus", "its modulus |λ|", (0.0, *(k / 50 for k in range(1, 50)), 0.99, 0.995, 1.0), 0.9),
        Slider("angle", "its angle in units of π", tuple(k / 20 for k in range(-20, 21)), 0.0),
        Slider("lags", "lags shown", (20, 50, 100, 200), 50),
        Switch("parallel", "equal poles in parallel"),
    ),
    drops={"parallel": "one Jordan block for a repeated pole"},
    look=moved,
)

EXPLORATIONS = (UNDER_THE_BOUND, POLES)
