"""Five pole sets whose memory function can be written out, each against a torch layer driven by noise.

Criteria, written before the run: markers within 5 standard errors (the worst of all lags counts); the chain of lossless
sections equal to the statement to 64 N u.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

import numerics.memory as exact
import theory.memory as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import FLOAT64, UNIT, standard_errors, with_floor, worst
from figures.memory.systems import balanced_layer
from figures.statements import lines_of
from figures.style import ink, measurement, panel, theorem
from models.layers import LRU, S4D, LinearRNN
from models.memory import measured_memory_function, parts
from numerics.spectra import ring
from theory.claim import Claim


class Case(NamedTuple):
    """A claim, the letters of its statement, the poles, the torch system that has them, and a title."""

    claim: Claim
    letters: Mapping[str, Any]
    poles: NDArray[np.complex128]
    system: Callable
    title: str


def cases() -> tuple[Case, ...]:
    """The five, in the order of the panels."""
    one, r, N, laguerre, phi = 0.8 * np.exp(0.7j), 0.9, 6, 0.6, 0.9
    unit = np.eye(N)
    pair = 0.85 * np.exp(1j * phi)
    return (
        Case(
            claim.DELAY_LINE,
            {"N": N},
            np.zeros(N, complex),
            LinearRNN(np.eye(N, k=-1), unit[0], dtype=FLOAT64),
            f"delay line, N = {N}",
        ),
        Case(claim.SINGLE_POLE, {"R": abs(one)}, np.array([one]), LRU([one], dtype=FLOAT64), "one pole, |λ| = 0.8"),
        Case(
            claim.RING,
            {"N": N, "R": r},
            ring(N, r),
            LinearRNN(r * np.roll(unit, 1, axis=0), unit[0], dtype=FLOAT64),
            f"ring, N = {N}, radius {r}",
        ),
        Case(
            claim.REPEATED_POLE,
            {"N": 4, "R": laguerre},
            np.full(4, laguerre, complex),
            balanced_layer(np.full(4, laguerre)),
            f"repeated pole λ = {laguerre}, N = 4 (Laguerre)",
        ),
        Case(
            claim.CONJUGATE_PAIR,
            {"R": 0.85, "phi": phi},
            np.array([pair, np.conj(pair)]),
            parts(S4D([np.log(pair)], 1.0, dtype=FLOAT64)),
            f"conjugate pair 0.85 e^(±{phi}i) (Kautz)",
        ),
    )


def parameters(scale: Scale) -> dict[str, Any]:
    """T samples and lags per panel."""
    return {"samples": scale.choose(20_000, 200_000, 4_000_000), "horizon": 25, "washout": 400, "seed": 11}


def measure(given: Mapping[str, Any]) -> Arrays:
    """Statement, exact evaluation and torch measurement at every lag of every case."""
    lags = np.arange(given["horizon"])
    statement, evaluated, measured, error = [], [], [], []
    for k, case in enumerate(cases()):
        statement.append(lines_of(case.claim, lags, **case.letters))
        evaluated.append(exact.memory_function(case.poles, given["horizon"]))
        found = measured_memory_function(
            case.system, given["horizon"], given["samples"], given["seed"] + k, washout=given["washout"]
        )
        measured.append(found.memory)
        error.append(with_floor(found.standard_error))
    return {
        "case": np.array([case.title for case in cases()]),
        "lag": lags,
        "statement": np.array(statement),
        "evaluated": np.array(evaluated),
        "measured": np.array(measured),
        "error": np.array(error),
    }


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Two per claim: the torch layer in standard errors, the evaluation in units of rounding."""
    found = []
    for k, case in enumerate(cases()):
        line, N = arrays["statement"][k], len(case.poles)
        errors = standard_errors(arrays["measured"][k], line, arrays["error"][k])
        found += [
            Gap(case.claim, f"torch layer, worst of {len(line)} lags in standard errors", errors, 5.0),
            Gap(case.claim, "chain of sections, tolerance 64 N u", worst(arrays["evaluated"][k], line), 64 * N * UNIT),
        ]
    return tuple(found)


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """One panel per claim, and the residuals of all of them."""
    canvas.set_size_inches(11, 5.6)
    axes = canvas.subplots(2, 3).ravel()
    lag = arrays["lag"]
    for k, title in enumerate(arrays["case"]):
        theorem(axes[k], lag, arrays["statement"][k], ink(k), label="statement", drawstyle="default")
        measurement(axes[k], lag, arrays["measured"][k], ink(k), arrays["error"][k], label="torch")
        axes[k].set_ylim(-0.05, 1.08)
        axes[k].legend(loc="upper right")
        panel(axes[k], "abcde"[k], str(title), "lag τ", "memory $M_τ$")
        residual = (arrays["measured"][k] - arrays["statement"][k]) / arrays["error"][k]
        axes[5].plot(
            lag + 0.12 * (k - 2), residual, ink(k).marker, color=ink(k).colour, markersize=3.5, label="abcde"[k]
        )
    for level in (-5, 5):
        axes[5].axhline(level, color="0.45", linestyle=":", linewidth=0.9)
    axes[5].set_ylim(-6.5, 6.5)
    axes[5].legend(ncols=5, loc="lower center", title="panel", columnspacing=0.8, handletextpad=0.1)
    panel(axes[5], "f", "torch − statement; dotted: tolerance", "lag τ", "standard errors")


CLOSED_FORMS = Figure(
    name="memory.closed_forms",
    title="Memory functions that can be written out",
    alt="Five panels of memory against lag. The delay line is 1 for six lags and then 0; one pole decays geometrically;"
    " the ring falls in a staircase of six lags per step; four equal poles and a conjugate pair fall smoothly, the pair"
    " in ripples. Markers measured on torch layers lie on the lines; a sixth panel shows the differences scattered"
    " around 0 within five standard errors.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
