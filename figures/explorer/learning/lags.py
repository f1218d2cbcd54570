"""A linear read-out on fixed poles: which lags it learns, how fast, and what it can never learn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

import numerics.learning as exact
import numerics.memory as memory
import theory.learning as claim
from figures.explorer.controls import Choice, Slider, Switch, Text
from figures.explorer.exploration import Curve, Exploration, Number, OnDemand, Panel, Progress, View, judge
from figures.explorer.reading import complexes
from figures.measuring import UNIT, mean_and_error
from figures.memory.systems import balanced_layer
from figures.statements import line, relation
from models.learning.readout import FlowConfig, measure_flow
from numerics.preconditions import as_poles, stability_gap

Kernel = NDArray[np.complex128]
Real = NDArray[np.float64]

#: Lags shown, and times of the second panel.
H = 16
TIMES = np.linspace(0.25, 5, 12)
#: Steps of gradient descent in torch.
STEPS = 20

TEACHERS = {
    "one delay K": lambda K: np.eye(K + 1)[K],
    "decay, K + 1 lags": lambda K: 0.8 ** np.arange(K + 1),
    "alternating decay, K + 1 lags": lambda K: (-0.8) ** np.arange(K + 1),
}


def raw_flow(poles: Kernel, teacher: Real, times: Real) -> tuple[Kernel, Real]:
    """Kernels (n, H) and losses (n,) of the flow from w = 0 on raw states x_t = Λ x_{t−1} + 1 u_t."""
    ones = np.ones(len(poles))
    at, response = exact.directions(poles, H, ones), memory.krylov(np.diag(poles), ones, H)
    kernels = [response.conj().T @ exact.flow_readout(at, teacher, 0 * ones, t) for t in times]
    excess = [exact.flow_excess(at, teacher, 0 * ones, t).sum() for t in times]
    # equal poles on a diagonal are one state
    return np.array(kernels), exact.residual(np.unique(poles), teacher) / 2 + np.array(excess)


def whitened_flow(poles: Kernel, teacher: Real, times: Real) -> tuple[Kernel, Real]:
    """Kernels (n, H) and losses (n,) of the flow from w = 0 on whitened states."""
    return exact.kernel_flow(poles, teacher, times, H), exact.loss_flow(poles, teacher, times)


def learned(poles: str, teacher: str, K: int, t: float, raw: bool) -> View:
    """What a read-out has learned of a teacher by time t of gradient flow from w = 0, lag by lag."""
    placed, target, lags = as_poles(complexes("poles", poles)), TEACHERS[teacher](K), np.arange(H)
    kernels, losses = (raw_flow if raw else whitened_flow)(placed, target, np.append(TIMES, t))
    P, M, R = exact.projection(placed, H), memory.memory_function(placed, H), exact.delay_residual(placed, H)
    whole, least = np.pad(target, (0, H - len(target))), exact.residual(placed, target)
    start = {"k^*": whole, "infinity": K, "k0": np.zeros(H), "L_0": target @ target / 2}
    now = start | {"P": P[:, : K + 1], "t": t, "k": kernels[-1], "L_t": losses[-1]}
    limit = (P @ whole).real
    spread = float(np.sum(stability_gap(placed) ** -0.5))
    rounding = float(256 * UNIT * spread * (1 + np.linalg.norm(target)) ** 2)
    # of a lag whose limit is 0 nothing is learned, and no share of it
    largest = [lag for lag in np.argsort(-np.abs(limit), kind="stable")[:4].tolist() if abs(limit[lag]) > rounding]
    return View(
        (
            Panel(
                f"kernel at time {t:g}",
                "lag τ in steps",
                "kernel, real part",
                (
                    Curve("teacher k*", lags, whole),
                    Curve("limit P k*", lags, limit),
                    Curve("P k* + e^(−t) (k(0) − P k*)", lags, _line([now | {"tau": lag} for lag in lags.tolist()])),
                    Curve("kernel k(t) of the flow", lags, kernels[-1].real, measured=True),
                ),
            ),
            *(_shares(now, kernels[:-1].real, limit, largest) if largest else ()),
        ),
        (
            Number("memory M_K", float(M[K])),
            Number("error of the best read-out, R_min", least),
            Number(f"error 2L at time {t:g}", float(2 * losses[-1])),
            Number(f"k_K at time {t:g}", float(kernels[-1, K].real)),
            Number("its limit (P k*)_K", float(limit[K])),
        ),
        (
            judge(
                claim.WHITENED_FLOW,
                f"k_τ(t) = (P k*)_τ + e^(−t) (k_τ(0) − (P k*)_τ), {H} lags",
                [now | {"tau": lag} for lag in lags.tolist()],
                rounding,
                relation(claim.WHITENED_FLOW, "k[tau]"),
            ),
            judge(
                claim.DELAY_RESIDUAL,
                "no read-out leaves less than R_min, and 1 − M_K of a delay",
                [now | {"M": M, "R": R, "K": K, "R_min": least, "R_w": 2 * losses[-1]}],
                rounding,
            ),
        ),
    )


def _shares(now: dict[str, Any], kernels: Real, limit: Real, lags: list[int]) -> Iterator[Panel]:
    """Shares that these lags have learned at each time, beside the one share of the statement."""
    clock = [now | {"t": time, "tau": lags[0]} for time in TIMES]
    yield Panel(
        "share of its limit that a lag has learned",
        "time t of the flow",
        "k_τ(t) / (P k*)_τ",
        (
            Curve("whitened states, every lag", TIMES, _line(clock) / limit[lags[0]]),
            *(Curve(f"lag {lag}", TIMES, kernels[:, lag] / limit[lag], True) for lag in lags),
        ),
    )


def _line(points: list[dict[str, Any]]) -> Real:
    return line(claim.WHITENED_FLOW, "k[tau]", points)


def trained(poles: str, teacher: str, K: int, t: float, raw: bool) -> Iterator[Progress]:
    """Full-batch descent in torch on sampled series, one pair of seeds after another; whitened states only."""
    if raw:
        raise ValueError("raw = True: the torch read-out is trained on whitened states")
    layer, parts, found = balanced_layer(complexes("poles", poles)), 6, []
    for part in range(parts):
        seeds, eta = (2 * part, 2 * part + 1), -float(np.expm1(-t / STEPS))
        config = FlowConfig(tuple(TEACHERS[teacher](K)), H, eta, STEPS, 3000, seeds=seeds)
        run = measure_flow(layer, config)
        found.append(run.kernel[-1])
        mean, error = mean_and_error(found) if part else (found[0], run.error[-1])
        curve = Curve("torch, sampled series", np.arange(H), mean, True, error)
        yield Progress(part + 1, parts, 0, (curve,))


LAGS = Exploration(
    name="learning.lags",
    title="Which lags a read-out learns",
    about="Choose a teacher and let time run: on whitened states every lag moves towards P k* at one rate, and memory"
    " says where that is; what the poles do not recall is never learned. Then learn from raw states: each direction of"
    " the Gram matrix has a speed of its own, and the lags part.",
    claims=(claim.WHITENED_FLOW, claim.DELAY_RESIDUAL),
    controls=(
        Text("poles", "fixed poles λ", "0.9, 0.6+0.5j, 0.6-0.5j, -0.5"),
        Choice("teacher", "teacher", tuple(TEACHERS), "one delay K"),
        Slider("K", "delay K", tuple(range(13)), 3),
        Slider("t", "time t", tuple(k / 4 for k in range(21)), 1.0),
        Switch("raw", "raw states"),
    ),
    drops={"raw": "whitened states"},
    look=learned,
    on_demand=(OnDemand("train in torch", trained),),
)
