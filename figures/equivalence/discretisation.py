"""From continuous to discrete: where poles go, at which order, and how far Euler's input is from a zero-order hold's.

Criteria, written before the run: every relation on stability holds for dense matrices on both sides of the imaginary
axis, to 64 u (1 + |z|)² max(1, |λ|²); log-log slopes over the last halving within ± 0.1 of 1 or 2, neighbouring ones
less than 0.05 apart; markers of order 1 equal to the line of the statement up to 10 Δ² (its remainder is of order Δ²);
a held undriven system exact to 64 m u for m steps; 1/φ − 1 within its bounds to a few roundings, 64 u/x relative.
Revised after a first run: the factor max(1, |λ|²), for the bilinear map near z = 2.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

import numerics.equivalence as exact
import theory.equivalence as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import UNIT, slopes
from figures.statements import line, sides, violation
from figures.style import ink, logarithmic, measurement, panel, theorem
from models.equivalence.selective import initial_over_drive
from numerics import spectra

POLE, T = -0.7 + 2.0j, 2.0
MAPS = ("zero-order hold $e^z$", "bilinear", "Euler $1+z$")
DRIVEN = ("zero-order hold", "bilinear", "Euler", "bilinear, mean input")
EXCESS = "1/phi_x"


def parameters(scale: Scale) -> dict[str, Any]:
    """Halvings of the step, matrices checked, channels of the Mamba layer."""
    return {
        "halvings": scale.choose([6, 7, 8, 9], [5, 6, 7, 8, 9, 10], [5, 6, 7, 8, 9, 10, 11, 12]),
        "matrices": scale.choose(20, 200, 2_000),
        "channels": scale.choose(64, 1024, 4096),
        "seed": 3,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """Images, errors at every step, over-drive, and the lines of the statements."""
    steps = 2 ** np.array(given["halvings"])
    x = np.geomspace(1e-3, 30, 60)
    drawn = initial_over_drive(given["channels"], seed=given["seed"])
    return {
        "dt": T / steps,
        **_free(steps),
        **_driven(steps),
        "stability": np.array([_stability(given)]),
        "images": _images(),
        "x": x,
        "lower": np.max([_bound(place, ">=", x) for place in (0, 1)], axis=0),
        "upper": np.min([_bound(place, "<=", x) for place in (0, 1)], axis=0),
        "mamba": drawn,
        "mamba_excess": _excess_outside(drawn),
    }


def _stability(given: Mapping[str, Any]) -> float:
    """The worst violation of all relations, over the tolerance, for eigenvalues of dense discretised matrices."""
    rng, worst = np.random.default_rng(given["seed"]), 0.0
    for x, y, dt in rng.uniform((-3, 0.1, 0.05), (3, 9, 1.5), (given["matrices"], 3)):
        A = np.array([[x, -y], [y, x]])
        dense = (exact.zoh_pair(A, [1.0, 1.0], dt)[0], exact.bilinear_pair(A, [1.0, 1.0], dt)[0], np.eye(2) + dt * A)
        poles = [eigenvalues[np.argmax(eigenvalues.imag)] for eigenvalues in map(np.linalg.eigvals, dense)]
        values = dict(zip(("lamda_Z", "lamda_B", "lamda_E"), poles, strict=True)) | {"a": x + 1j * y, "Delta": dt}
        found = violation(claim.POLE_MAPS_STABILITY, [values])
        scale = (1 + abs(dt * (x + 1j * y))) ** 2 * max(1.0, abs(poles[0]), abs(poles[1])) ** 2
        worst = max(worst, found / (64 * UNIT * scale))
    return worst


def _images() -> NDArray[np.complex128]:
    """Images of Re z = −0.02, −0.5, −1.5 under the three maps, (map, line, point)."""
    z = np.array([-0.02, -0.5, -1.5])[:, None] + 1j * np.linspace(-8, 8, 801)
    flat = z.ravel()
    return np.array([rule(flat, 1.0).reshape(z.shape) for rule in (spectra.zoh, spectra.bilinear, exact.euler)])


def _free(steps: NDArray) -> Arrays:
    """|λ^m − e^{aT}| for the three maps, and Euler's line."""
    rules = (spectra.zoh, spectra.bilinear, exact.euler)
    decay = np.exp(POLE * T)
    found = [[abs(rule([POLE], T / m)[0] ** m - decay) for m in steps] for rule in rules]
    points = [{"h_E": 0, "a": POLE, "T": T, "Delta": T / m} for m in steps.tolist()]
    euler = [abs(complex(both.right) - decay) for both in sides(claim.DISCRETISATION_ORDER, "h_E", points)]
    share = "(lamda_B - exp(Delta*a))/(Delta**2*a**2)"
    local = [
        abs(complex(both.right) * (p["Delta"] * POLE) ** 2 * (T / p["Delta"]) * decay)
        for p, both in zip(
            points, sides(claim.DISCRETISATION_ORDER, share, [p | {"lamda_B": 0} for p in points]), strict=True
        )
    ]
    return {"free": np.array(found), "free_statement": np.array([local, euler])}


def _driven(steps: NDArray) -> Arrays:
    """|x_m − x(T)| for x' = ax + cos t, and the lines of order 1."""
    rules = (exact.driven_zoh, exact.driven_bilinear, exact.driven_euler, exact.driven_trapezoid)
    x, X = _response(T), _integral(T)
    found = [[abs(rule(POLE, np.cos(np.arange(m + 1) * T / m), T / m)[-1] - x) for m in steps] for rule in rules]
    letters = {"a": POLE, "T": T, "x": x, "X": X, "u_0": 1.0, "u_T": float(np.cos(T))}
    lines = []
    for name in ("x_Z", "x_B", "x_E"):
        points = [letters | {name: 0, "Delta": T / m} for m in steps.tolist()]
        lines.append([abs(complex(both.right) - x) for both in sides(claim.DISCRETISATION_ORDER, name, points)])
    return {"driven": np.array(found), "driven_statement": np.array(lines)}


def _response(t: float) -> complex:
    """X(t) of x' = ax + cos t from rest."""
    return complex((POLE * np.exp(POLE * t) - POLE * np.cos(t) + np.sin(t)) / (POLE**2 + 1))


def _integral(t: float) -> complex:
    """∫₀^t e^{a(t−s)} x(s) ds, by Gauss's rule."""
    nodes, weights = np.polynomial.legendre.leggauss(60)
    s = (nodes + 1) * t / 2
    return complex(np.sum(weights * np.exp(POLE * (t - s)) * np.array([_response(v) for v in s])) * t / 2)


def _bound(place: int, sign: str, x: NDArray) -> NDArray[np.float64]:
    """A bound on 1/φ(−x) − 1."""
    return line(claim.MAMBA_ERROR, EXCESS, [{"phi_x": 1.0, "x": float(v)} for v in x], sign, place) - 1


def _excess_outside(drawn: NDArray) -> NDArray[np.float64]:
    """By how much the statement's bounds are broken, relative to 1/φ − 1 and over 64 u/x, for 200 poles."""
    x, excess = drawn[:, :: max(1, drawn.shape[1] // 200)]
    lower = np.max([_bound(place, ">=", x) for place in (0, 1)], axis=0)
    upper = np.min([_bound(place, "<=", x) for place in (0, 1)], axis=0)
    return np.maximum(lower - excess, excess - upper) / excess / (64 * UNIT / x)


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Stability, orders, remainders of the lines, bounds."""
    dt, free, driven = arrays["dt"], arrays["free"], arrays["driven"]
    local = np.array([slopes(dt, row) for row in (*free[1:], *driven)])
    orders = np.array([2, 1, 1, 1, 1, 2])
    remainder = np.abs(driven[:3] - arrays["driven_statement"]) / dt**2
    steps = float(np.max(free[0] / (64 * UNIT * T / dt)))
    return (
        Gap(
            claim.POLE_MAPS_STABILITY,
            "worst violation over 64 u (1 + |z|)² max(1, |λ|²), dense matrices on both sides of the axis",
            float(arrays["stability"][0]),
            1.0,
        ),
        Gap(
            claim.DISCRETISATION_ORDER,
            "|slope − order| over the last halving, worst of 6 curves",
            float(np.max(np.abs(local[:, -1] - orders))),
            0.1,
        ),
        Gap(
            claim.DISCRETISATION_ORDER,
            "change of the slope between the last two halvings",
            float(np.max(np.abs(local[:, -1] - local[:, -2]))),
            0.05,
        ),
        Gap(claim.DISCRETISATION_ORDER, "driven, distance from the lines in units of Δ²", float(remainder.max()), 10.0),
        Gap(claim.DISCRETISATION_ORDER, "undriven hold, error over 64 m u", steps, 1.0),
        Gap(
            claim.MAMBA_ERROR,
            "1/φ − 1 outside its bounds, relative, over 64 u/x, poles of a Mamba layer",
            float(np.max(arrays["mamba_excess"])),
            1.0,
        ),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Images, orders free and driven, over-drive."""
    canvas.set_size_inches(11, 6.4)
    axes = canvas.subplots(2, 2).ravel()
    _plane(axes[0], arrays)
    dt = arrays["dt"]
    for k in (0, 1, 2):
        measurement(axes[1], dt, np.maximum(arrays["free"][k], 1e-17), ink(k), label=MAPS[k])
    for k in (1, 2):
        theorem(axes[1], dt, arrays["free_statement"][k - 1], ink(k))
    for k, name in enumerate(DRIVEN):
        shown = slice(k, None, 2) if k < 2 else slice(None)  # the first two coincide
        measurement(axes[2], dt[shown], arrays["driven"][k][shown], ink(k), label=name)
    for k in range(3):
        theorem(axes[2], dt, arrays["driven_statement"][k], ink(k))
    theorem(axes[2], dt, arrays["driven"][3][0] * (dt / dt[0]) ** 2, ink(3), "slope 2")
    _over_drive(axes[3], arrays)
    panel(axes[1], "b", "undriven: the hold is exact, bilinear order 2, Euler 1", "step Δ", "error at t = 2")
    panel(axes[2], "c", "driven by samples of cos t: order 1 but for the mean", "step Δ", "error at t = 2")
    for place in axes[1:3]:
        logarithmic(place)
    logarithmic(axes[3], y=False)
    for place in axes[1:]:
        place.legend()


def _plane(axes: Any, arrays: Arrays) -> None:
    axes.fill(np.cos(np.linspace(0, 7, 300)), np.sin(np.linspace(0, 7, 300)), color="0.92")
    for k, images in enumerate(arrays["images"]):
        for image, width in zip(images, (1.8, 1.2, 0.7), strict=True):
            label = MAPS[k] if width == 1.8 else None
            axes.plot(image.real, image.imag, color=ink(k).colour, linestyle=ink(k).line, linewidth=width, label=label)
    axes.set(xlim=(-1.4, 2.4), ylim=(-1.25, 1.25), aspect="equal")
    axes.legend(loc="upper right")
    panel(axes, "a", "Re z = −0.02, −0.5, −1.5 (thick to thin)", "Re λ", "Im λ")


def _over_drive(axes: Any, arrays: Arrays) -> None:
    half = arrays["x"] / 2
    axes.fill_between(arrays["x"], arrays["lower"] / half, arrays["upper"] / half, color="0.85")
    theorem(axes, arrays["x"], arrays["upper"] / half, ink(0), "bound min(x/2 + x²/12, x)")
    theorem(axes, arrays["x"], arrays["lower"] / half, ink(1), "bound max(x/2, x − 1)")
    order = np.argsort(arrays["mamba"][0])
    x, excess = arrays["mamba"][:, order[:: max(1, order.size // 30)]]
    measurement(axes, x, excess / (x / 2), ink(2), label="poles of a Mamba layer at its start")
    x = np.geomspace(2, 30, 9)
    measurement(axes, x, exact.mamba_input_excess(-x).real / (x / 2), ink(3), label="larger steps")
    panel(axes, "d", "over-drive of Euler's input, in units of x/2", "x = Δ|a|", "(1/φ(−x) − 1)/(x/2)")


DISCRETISATION = Figure(
    name="equivalence.discretisation",
    title="Discretisation: where poles go, and at which order",
    alt="Four panels. Images of three vertical lines under the hold, the bilinear map and Euler's: only Euler's leave"
    " the unit disc. Errors against the step without input: none for the hold, slopes two and one for the others."
    " Errors of driven systems: three curves of slope one and, with averaged input, one of slope two. The over-drive"
    " of Euler's input against step times pole, in units of half of it, between an upper and a lower bound.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
