"""States read by features: cross-talk, what exact reading lacks, coherence, the features of the softmax kernel.

Criteria: features trained to read exactly within 1e-6 of the least sum of squares V − d, their worst read within the
statement's bounds; random codes above the floor, with one table of features and with two, and the simplex on it; Taylor
features below the remainder, but for rounding.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

import numerics.selection.kernels as exact
import theory.selection.kernels as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import UNIT
from figures.statements import line
from figures.style import ink, logarithmic, measurement, panel, theorem
from models.selection.kernels import random_look_up, train_to_read


def parameters(scale: Scale) -> dict[str, Any]:
    """Symbols, codes for each dimension, steps of training, radii and degrees of Taylor features."""
    return {
        "symbols": 12,
        "codes": scale.choose(5, 40, 400),
        "steps": scale.choose(15, 20, 60),
        "radii": [0.5, 1.0, 3.0],
        "degrees": scale.choose(5, 11, 16),
        "seed": 4,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """All panels, random codes from one generator."""
    return _reads(given) | _codes(given, np.random.default_rng(given["seed"])) | _taylor(given)


def _reads(given: Mapping[str, Any]) -> Arrays:
    V = given["symbols"]
    found, d = {}, np.array([2, V // 4, V // 2, 3 * V // 4, V - 1, V])
    squares, worst = [], []
    for size in d.tolist():
        model = random_look_up(V, size, given["seed"])
        squares.append(train_to_read(model, given["steps"])[-1])
        phi, psi = model.phi.detach().numpy(), model.psi.detach().numpy()
        worst.append(exact.worst_read(phi, psi, 2))
        if size in (V, V - 1, V // 2):
            found[f"M_{size}"] = exact.cross_talk(phi, psi)
    points = [{"f": 0.0, "V": V, "d": size} for size in d.tolist()]
    least = line(claim.KERNEL_STATE_EXACT, "f", points, ">=")
    return found | {
        "V": np.array([V]),
        "read_d": d,
        "squares": np.array(squares),
        "least": least,
        "worst_read": np.array(worst),
    }


def _codes(given: Mapping[str, Any], rng: np.random.Generator) -> Arrays:
    """Unit vectors for keys and queries alike, and queries that differ from them."""
    V, codes = given["symbols"], given["codes"]
    d = np.arange(2, V + 5)
    eta, eta_two = np.empty((2, len(d), codes))
    for i, size in enumerate(d):
        for k in range(codes):
            phi, other = rng.standard_normal((2, size, V))
            phi /= np.linalg.norm(phi, axis=0)
            eta[i, k] = exact.coherence(phi, phi)
            eta_two[i, k] = exact.coherence(phi, phi + 0.5 * other / np.sqrt(size))
    points = [{"V": V, "d": int(size), "eta": 0.0} for size in d]
    floor = np.sqrt(np.maximum(0, line(claim.COHERENCE_FLOOR, "", points, ">=")))
    attained = [(V - 1, float(exact.coherence(*exact.simplex_code(V))))]
    return {"d": d, "eta": eta, "eta_two": eta_two, "floor": floor, "simplex": np.array(attained)}


def _taylor(given: Mapping[str, Any]) -> Arrays:
    p, errors, bounds = np.arange(given["degrees"]), [], []
    for R in given["radii"]:
        x = np.linspace(-R, R, 201)
        errors.append([float(np.abs(np.exp(x) - exact.taylor_sum(x, int(k))).max()) for k in p])
        points = [{"p": int(k), "R": R, "e_p": 0.0} for k in p]
        scaled = line(claim.SOFTMAX_KERNEL_RANK, "e_p*(p + 1)*factorial(p)", points, "<=")
        bounds.append(scaled / np.cumprod(p + 1.0))
    return {"p": p, "taylor": np.array(errors), "remainder": np.array(bounds), "radii": np.array(given["radii"])}


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Reads, codes, kernels."""
    rounding = 64 * UNIT * np.exp(float(arrays["radii"].max()))
    return (
        Gap(
            claim.KERNEL_STATE_EXACT,
            "features trained to read: sum of squares off V − d, in 1e-6",
            float(np.abs(arrays["squares"] - arrays["least"]).max() / 1e-6),
            1.0,
        ),
        Gap(
            claim.KERNEL_STATE_EXACT,
            "trained features: squared worst read above the sum of squares, tolerance 64 V u",
            float(np.max(arrays["worst_read"] ** 2 - arrays["squares"])),
            64 * int(arrays["V"][0]) * UNIT,
        ),
        Gap(
            claim.COHERENCE_FLOOR,
            f"floor above the cross-talk of {2 * arrays['eta'].size} random codes, tolerance 64 u",
            float(np.max(arrays["floor"][:, None] - np.minimum(arrays["eta"], arrays["eta_two"]))),
            64 * UNIT,
        ),
        Gap(claim.COHERENCE_FLOOR, "simplex off the floor, tolerance 64 u", _off_simplex(arrays), 64 * UNIT),
        Gap(
            claim.SOFTMAX_KERNEL_RANK,
            "error of Taylor features above the remainder, tolerance 64 u e^R",
            float(np.max(arrays["taylor"] - arrays["remainder"])),
            rounding,
        ),
    )


def _off_simplex(arrays: Arrays) -> float:
    d, eta = arrays["simplex"][0]
    return float(np.abs(arrays["floor"][arrays["d"] == d] - eta).max())


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """What is read from a state above; sums of squares, coherence, Taylor features below."""
    canvas.set_size_inches(12, 7.2)
    axes = canvas.subplots(2, 3)
    _draw_reads(axes[0], arrays)
    _draw_squares(axes[1, 0], arrays)
    _draw_coherence(axes[1, 1], arrays)
    _draw_taylor(axes[1, 2], arrays)


def _whole(axes: Axes) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))


def _draw_reads(three: NDArray[Any], arrays: Arrays) -> None:
    """How much trained features read of each stored key, sign apart; one scale of grey for all."""
    V = int(arrays["V"][0])
    for letter, axes, d in zip("abc", three, (V, V - 1, V // 2), strict=True):
        image = axes.imshow(np.abs(arrays[f"M_{d}"]), vmin=0.0, vmax=1.0, cmap="Greys")
        axes.grid(False)
        _whole(axes)
        axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
        panel(axes, letter, f"trained, V = {V}, d = {d}", "query q", "stored key k")
    three[0].figure.colorbar(image, ax=list(three), shrink=0.85, label="$|φ(k)·ψ(q)|$")


def _draw_squares(axes: Axes, arrays: Arrays) -> None:
    """The sum of squares of trained features against d, and the square of the worst read."""
    theorem(axes, arrays["read_d"], arrays["least"], ink(0), "least f: V − d")
    measurement(axes, arrays["read_d"], arrays["squares"], ink(1), label="f, trained")
    axes.plot(
        arrays["read_d"], arrays["worst_read"] ** 2, ink(2).marker, color=ink(2).colour, label="$E^2$, worst read"
    )
    _whole(axes)
    axes.legend(loc="upper right")
    panel(axes, "d", "what exact reading lacks", "features d", "$f = |Φ^TΨ − I|^2$ and $E^2$")


def _draw_coherence(axes: Axes, arrays: Arrays) -> None:
    """Cross-talk of random codes, the floor, the simplex."""
    for k, (name, what) in enumerate((("eta", "φ = ψ"), ("eta_two", "φ ≠ ψ")), start=1):
        spread, shift = np.sort(arrays[name], axis=1), 0.16 * (2 * k - 3)
        middle, low, high = np.median(spread, axis=1), spread[:, 0], spread[:, -1]
        ends = np.array([middle - low, high - middle])
        measurement(axes, arrays["d"] + shift, middle, ink(k), ends, f"random, {what}: median, range")
    above = arrays["floor"] > 0
    theorem(axes, arrays["d"][above], arrays["floor"][above], ink(0), "floor (0 from d = V on)")
    axes.plot(*arrays["simplex"].T, "*", color="black", markersize=9, label="simplex", zorder=4)
    logarithmic(axes, x=False)
    axes.set_ylim(top=100.0)  # room for the legend
    _whole(axes)
    axes.legend(loc="upper right")
    panel(axes, "e", f"cross-talk of {arrays['V'][0]} symbols", "dimension d", "coherence η")


def _draw_taylor(axes: Axes, arrays: Arrays) -> None:
    """Errors of Taylor features against the degree."""
    for k, R in enumerate(arrays["radii"]):
        theorem(axes, arrays["p"], arrays["remainder"][k], ink(k), f"R = {R:g}")
        measurement(axes, arrays["p"], np.maximum(arrays["taylor"][k], UNIT), ink(k))
    logarithmic(axes, x=False)
    _whole(axes)
    axes.legend(loc="lower left", title="line: remainder", title_fontsize=7.5)
    panel(axes, "f", "Taylor features of the softmax kernel", "degree p", "largest error")


KERNELS = Figure(
    name="selection.kernels",
    title="States read by features: how many symbols d dimensions hold",
    alt="Six panels. Heat maps of the size of trained cross-talk: the identity at d = V, a little less at V - 1, blur"
    " at V/2. Sum of squares on the line V - d, the squared worst read below it. Coherence of random codes, with one"
    " table of features and with two, above the floor, the simplex on it. Error of Taylor features against the degree,"
    " below three remainders.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
