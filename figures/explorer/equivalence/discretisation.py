"""Zero-order hold, bilinear rule and Euler: where the poles go, the order of the error, and the input Δ B of Mamba."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import And, Basic

import numerics.equivalence as exact
import theory.equivalence as claim
from figures.explorer.controls import Slider, Switch, Text
from figures.explorer.exploration import Curve, Exploration, Number, Panel, Verdict, View, judge, worst
from figures.explorer.plane import plane
from figures.explorer.reading import complexes
from figures.measuring import UNIT
from figures.statements import line, relation
from numerics import spectra
from theory.claim import evaluate

#: The end of the time interval; numbers of steps up to it; and the largest pole that the finest of them follow.
T, STEPS, LARGEST = 2.0, tuple(2**k for k in range(3, 12)), 40.0
MAPS = {"hold exp(Δa)": spectra.zoh, "bilinear": spectra.bilinear, "Euler 1 + Δa": exact.euler}
RULES = {
    "x_Z": exact.driven_zoh,
    "x_B": exact.driven_bilinear,
    "x_E": exact.driven_euler,
    "x_H": exact.driven_trapezoid,
}
#: Steps up to which the factor between the inputs is drawn.
WIDE = np.geomspace(5e-4, 4, 14)
STABLE = "|λ| by each map, and where it is below 1, for every pole"
ORDER = claim.DISCRETISATION_ORDER
HELD, TUSTIN, EULER, MEAN = (relation(ORDER, name) for name in ("x_Z", "x_B", "x_E", "x_H"))
FIRST = And(HELD, TUSTIN, EULER)
BOUNDED = And(*(relation(claim.MAMBA_ERROR, left, "<=") for left in ("Abs(phi_z - 1)", "Abs(phi_z)")))
Poles = NDArray[np.complex128]
NAMES = {"x_Z": "hold", "x_B": "bilinear", "x_E": "Euler", "x_H": "bilinear, mean of both ends"}


def dense(a: complex, dt: float) -> dict[str, Any]:
    """One pole under the three maps, from the real 2 × 2 matrix that acts as a does on the plane."""
    A, B = np.array([[a.real, -a.imag], [a.imag, a.real]]), np.zeros(2)
    held, tustin = exact.zoh_pair(A, B, dt)[0], exact.bilinear_pair(A, B, dt)[0]
    maps = {"lamda_Z": held, "lamda_B": tustin, "lamda_E": np.eye(2) + dt * A}
    return {name: complex(M[0, 0], M[1, 0]) for name, M in maps.items()} | {"a": complex(a), "Delta": dt}


def driven(a: complex, steps: int, sampled: bool) -> dict[str, Any]:
    """x(T) of x' = a x + cos t by each rule; `sampled`: the end of a step in place of the mean of both ends."""
    u = np.cos(np.arange(steps + 1) * (T / steps))
    found: dict[str, Any] = {name: complex(rule(a, u, T / steps)[-1]) for name, rule in RULES.items()}
    return found | {"Delta": T / steps} | ({"x_H": found["x_B"]} if sampled else {})


def solution(a: complex) -> dict[str, Any]:
    """x(T), and X(T) with X' = a X + x, as integrals by Gauss's rule; and the input at both ends."""
    nodes, weights = np.polynomial.legendre.leggauss(80)
    r = (nodes + 1) * T / 2
    response = weights * T / 2 * np.exp(a * r) * np.cos(T - r)
    return {"a": a, "T": T, "x": response.sum(), "X": response @ r, "u_0": 1.0, "u_T": float(np.cos(T))}


def falls_as_square(words: str, equal: Basic, points: list[dict[str, Any]]) -> Verdict:
    """Equations up to O(Δ²), at the last step: no more than the three before allow, where the order is at least 1.9."""
    *_, finest = verdicts = [judge(ORDER, words, [point], np.inf, equal) for point in points[-4:]]
    found = [one.violation for one in verdicts]
    dts = np.array([point["Delta"] for point in points[-4:]])
    allowed = float(np.max((found * (dts[-1] / dts) ** 1.9)[:-1]))
    return finest._replace(tolerance=allowed + 64 * STEPS[-1] * UNIT)


def rounding(z: complex) -> float:
    """Squares of 1 + |z|, to a few units."""
    return float(128 * UNIT * (1 + abs(z)) ** 2)


def discretised(poles: str, dt: float, sampled: bool, mirrored: bool) -> View:
    """Poles under three maps, errors of the driven response of the first pole, and φ, the factor between the inputs."""
    a = complexes("poles", poles)
    if np.abs(a).max() > LARGEST:
        raise ValueError(f"poles: |{a[np.abs(a).argmax()]:g}| must be at most {LARGEST:g}, for {STEPS[-1]} steps")
    images = {name: rule(a, dt) for name, rule in MAPS.items()}
    exactly = solution(a[0])
    points = [exactly | driven(a[0], steps, sampled) for steps in STEPS]
    here = [factor(pole * dt, mirrored) for pole in a]
    along = [factor(a[0] * one, mirrored) for one in WIDE]
    return View(
        (moved(a[0], dt, images), _errors(a[0], points), _factors(along)),
        (
            *(Number(f"largest |λ|, {name}", float(np.abs(image).max())) for name, image in images.items()),
            Number("Euler is stable for Δ below", float(exact.euler_step_limit(a).min())),
            Number(
                "largest |1/φ − 1|: excess of Δ B", float(max(abs(exact.mamba_input_excess(one["z"])) for one in here))
            ),
        ),
        (
            worst(
                judge(
                    claim.POLE_MAPS_STABILITY,
                    STABLE,
                    [dense(pole, dt)],
                    rounding(dt * pole),
                )
                for pole in a
            ),
            falls_as_square("error of hold, bilinear and Euler to first order", FIRST, points),
            falls_as_square("no error of first order with the mean of both ends", MEAN, points),
            worst(
                judge(claim.MAMBA_ERROR, "|φ − 1| ≤ |z|/2 and |φ| ≤ 1", [one], rounding(one["z"]), BOUNDED)
                for one in (*along, *here)
            ),
        ),
    )


def moved(a: complex, dt: float, images: Mapping[str, Poles]) -> Panel:
    """The images of all poles, and the ways of the first as the step grows to Δ."""
    steps = np.linspace(0, dt, 61)[1:]
    ways = {name: np.append(1, [rule([a], step)[0] for step in steps]) for name, rule in MAPS.items()}
    return plane(
        f"poles after a step Δ = {dt:g}",
        *(Curve(f"{name}, first pole as Δ grows", way.real, way.imag) for name, way in ways.items()),
        *(Curve(f"at Δ, {name}", image.real, image.imag, measured=True) for name, image in images.items()),
    )


def _errors(a: complex, points: list[dict[str, Any]]) -> Panel:
    dts = [point["Delta"] for point in points]
    held, euler = ([abs(complex(evaluate(one, p)[0].right) - p["x"]) for p in points] for one in (HELD, EULER))
    return Panel(
        f"x' = ax + cos t with a = {a:g}",
        "step Δ",
        f"error of x at t = {T:g}",
        (
            Curve("first order, hold and bilinear", dts, held),
            Curve("first order, Euler", dts, euler),
            *(Curve(name, dts, [abs(p[key] - p["x"]) for p in points], measured=True) for key, name in NAMES.items()),
        ),
        log_x=True,
        log_y=True,
    )


def _factors(along: list[dict[str, Any]]) -> Panel:
    curves = (
        Curve("bound |z|/2", WIDE, line(claim.MAMBA_ERROR, "Abs(phi_z - 1)", along, "<=")),
        Curve("φ(z) at z = Δa, first pole", WIDE, [abs(one["phi_z"] - 1) for one in along], measured=True),
    )
    return Panel("the hold's input over Mamba's Δ B: φ", "step Δ", "|φ(z) − 1|", curves, log_x=True, log_y=True)


def factor(z: complex, mirrored: bool) -> dict[str, Any]:
    """φ at z, or at its mirror image in the right half-plane."""
    z = complex(-z.conjugate() if mirrored else z)
    return {"z": z, "phi_z": complex(exact.phi(z))}


DISCRETISATION = Exploration(
    name="equivalence.discretisation",
    title="Zero-order hold, bilinear rule and Euler",
    about="Lengthen the step: hold and bilinear rule keep every pole inside the circle, Euler does so up to a limit."
    " Driven by samples all three are of order 1, and only the mean of both ends gives the bilinear rule order 2. The"
    " input Δ B of Mamba lacks the factor φ(Δa), within |Δa|/2 of 1 as long as Re a < 0.",
    claims=(claim.POLE_MAPS_STABILITY, claim.DISCRETISATION_ORDER, claim.MAMBA_ERROR),
    controls=(
        Text("poles", "continuous poles a", "-0.7+2j, -0.5, -1.5+4j"),
        Slider("dt", "step Δ", (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.5, 2.0), 0.3),
        Switch("sampled", "end sample in place of the mean"),
        Switch("mirrored", "φ at poles mirrored to Re a > 0"),
    ),
    drops={"sampled": "the mean of both ends", "mirrored": "Re z ≤ 0"},
    look=discretised,
)
