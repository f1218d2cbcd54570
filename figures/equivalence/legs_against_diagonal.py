"""LegS against its diagonal part: kernels that never meet, responses that do.

Criteria, written before the run: the enclosed squared gap of the kernels equal to the statement's to 1e-12, and larger
for every larger N; the response error below its bound, from the frequency integral and from torch layers, with a
log-log slope of −1 ± 0.1 (local slopes 0.05 apart at most); the torch error within 5 % of the integral (its step and
its end); transfer functions by dense solves equal to the statement's to 64 N u |B| |(s − A)^{-1}|; equal gain at s = 0
.. N−1 to the same.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

import numerics.equivalence as exact
import theory.equivalence as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import UNIT, slopes, worst
from figures.statements import line, sides
from figures.style import ink, logarithmic, measurement, panel, theorem
from models.equivalence.legs import responses
from numerics import certified
from numerics.spectra import legs
from theory.claim import Sides

#: ‖u'‖ of the input u = t e^{−t}
SPEED = 0.5
STATES = (0, 1, 3)
SOLVED = 12


def parameters(scale: Scale) -> dict[str, Any]:
    """Numbers of states: whose kernels are drawn, enclosed, integrated, run as layers."""
    return {
        "drawn": scale.choose([16, 64, 256], [16, 64, 256], [16, 64, 256]),
        "enclosed": scale.choose([8, 16], [8, 16, 32, 64], [8, 16, 32, 64, 128]),
        "integrated": scale.choose([12, 24, 48], [12, 24, 48, 96, 192, 384], [12, 24, 48, 96, 192, 384, 768]),
        "layers": scale.choose([8, 16], [8, 16, 32, 64], [8, 16, 32, 64, 128]),
        "dt": scale.choose(2e-2, 5e-3, 5e-3),
        "points": scale.choose(400, 3000, 3000),
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """Kernels, enclosed gaps, response errors, gains of the difference."""
    t = np.linspace(0, 3, given["points"])
    layers = responses(tuple(given["layers"]), dt=given["dt"])
    integrated = [exact.response_error(0, N, _power) for N in given["integrated"]]
    return {
        "time": t,
        "legs": exact.legs_kernel(1, t)[0],
        "drawn": np.array(given["drawn"]),
        "normal": np.array([exact.normal_kernel(N, t)[0] for N in given["drawn"]]),
        **_gaps(given["enclosed"]),
        "integrated": np.array(given["integrated"]),
        "response": np.array(integrated),
        "bound": _bound(given["integrated"]),
        "layers": np.array(given["layers"]),
        "layer_error": layers.error,
        "layer_bound": _bound(given["layers"]),
        "layer_integral": np.array([exact.response_error(0, N, _power) for N in given["layers"]]),
        **_gains(given["drawn"], given["points"] // 6),
        "transfer_error": np.array([_transfer_error()]),
    }


def _power(omega: NDArray[np.float64]) -> NDArray[np.float64]:
    """|U(iω)|² of u = t e^{−t}."""
    return 1 / (1 + omega**2) ** 2


def _gaps(sizes: list[int]) -> Arrays:
    """Squared L² distances, enclosed, and the line of the statement."""
    boxes = [[certified.kernel_gap_squared(n, N) for N in sizes] for n in STATES]
    smooth = np.unique(np.geomspace(min(sizes), 2 * max(sizes), 30).astype(int))

    def statement(n: int, at: list[int]) -> NDArray[np.float64]:
        return line(claim.S4D_LEGS_KERNEL_GAP, "E[n]", [{"E": np.zeros(n + 1), "n": n, "N": N} for N in at])

    return {
        "enclosed": np.array(sizes),
        "gap": np.array([[(box.lower[0] + box.upper[0]) / 2 for box in row] for row in boxes]),
        "gap_statement": np.array([statement(n, sizes) for n in STATES]),
        "smooth": smooth,
        "gap_line": np.array([statement(n, smooth.tolist()) for n in STATES]),
    }


def _bound(sizes: list[int]) -> NDArray[np.float64]:
    return line(claim.S4D_LEGS_INPUT_RATE, "e", [{"e": 0, "n": 0, "N": N, "v": SPEED} for N in sizes], "<=")


def _gains(sizes: list[int], points: int) -> Arrays:
    """|X^{(N)} − X|(iω) of the first state, on a grid that finds the resonances."""
    found: Arrays = {}
    for N in sizes:
        modes = exact.normal_part_frequencies(N)[: N // 2]
        around = (modes[:, None] + np.array([-2, -0.5, -0.15, 0, 0.15, 0.5, 2])).ravel()
        omega = np.unique(np.concatenate([np.geomspace(0.1, 1e5, points), around[around > 0.1]]))
        found |= {f"omega_{N}": omega, f"gain_{N}": exact.error_gain(0, N, omega)}
    return found


def _transfer_error() -> float:
    """Dense solves against the statement, over 64 N u |B| |(s − A)^{-1}|, on the axis and at s = 0..N−1."""
    A, B = legs(SOLVED)
    normal, found = A + 0.5 * np.outer(B, B), 0.0
    for s in (0.3 + 1.0j, 2.7j, 40.0j, 0.7 + 0j):
        X, Y = (np.linalg.solve(s * np.eye(SOLVED) - M, b) for M, b in ((A, B), (normal, B / 2)))
        places = [{"s": s, "n": n, "N": SOLVED, "X": X, "Y": Y, "rho": 1 - B @ X} for n in range(SOLVED)]
        scale = (
            64
            * SOLVED
            * UNIT
            * np.linalg.norm(B)
            * max(np.linalg.norm(np.linalg.inv(s * np.eye(SOLVED) - M), 2) for M in (A, normal))
        )
        for name in ("X[n]", "Y[n]"):
            both = [abs(complex(one.left - one.right)) for one in _sides(name, places)]
            found = max(found, float(max(both) / scale))
    return max(found, _moments(A, normal, B))


def _sides(name: str, places: list[dict[str, Any]]) -> list[Sides]:
    return sides(claim.S4D_LEGS_LAPLACE, name, places)


def _moments(A: NDArray, normal: NDArray, B: NDArray) -> float:
    """H_n = F_n at s = 0..N−1, over the same scale."""
    found = 0.0
    for s in range(SOLVED):
        F, H = (np.linalg.solve(s * np.eye(SOLVED) - M, b) for M, b in ((A, B), (normal, B / 2)))
        size = max(np.linalg.norm(np.linalg.inv(s * np.eye(SOLVED) - M), 2) for M in (A, normal))
        both = [abs(one.left - one.right) for one in _sides("H[n]", [{"F": F, "H": H, "n": n} for n in range(SOLVED)])]
        found = max(found, float(max(both)) / (64 * SOLVED * UNIT * float(np.linalg.norm(B)) * float(size)))
    return found


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """The gap and its growth, the rate and its bound, the transforms."""
    local = slopes(arrays["integrated"], arrays["response"])
    growth = np.diff(arrays["gap"], axis=1)
    return (
        Gap(
            claim.S4D_LEGS_KERNEL_GAP,
            "enclosed squared gap against the statement, n = 0, 1, 3, tolerance the enclosure's 1e-12",
            worst(arrays["gap"], arrays["gap_statement"]),
            1e-12,
        ),
        Gap(
            claim.S4D_LEGS_KERNEL_GAP,
            "states or sizes at which the gap does not grow",
            float(np.sum(growth <= 0)),
            0.0,
        ),
        Gap(
            claim.S4D_LEGS_INPUT_RATE,
            "response error over its bound, integral and torch layers",
            float(
                max(np.max(arrays["response"] / arrays["bound"]), np.max(arrays["layer_error"] / arrays["layer_bound"]))
            ),
            1.0,
        ),
        Gap(claim.S4D_LEGS_INPUT_RATE, "|slope + 1| over the last doubling", abs(local[-1] + 1), 0.1),
        Gap(claim.S4D_LEGS_INPUT_RATE, "change of the slope between the last two", abs(local[-1] - local[-2]), 0.05),
        Gap(
            claim.S4D_LEGS_INPUT_RATE,
            "torch layers against the integral, relative",
            float(np.max(np.abs(arrays["layer_error"] / arrays["layer_integral"] - 1))),
            0.05,
        ),
        Gap(
            claim.S4D_LEGS_LAPLACE,
            "dense solves, on the axis and at s = 0..N−1, over 64 N u |B| |(s − A)^{-1}|",
            float(arrays["transfer_error"][0]),
            1.0,
        ),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Kernels for three N above; gap, response and gain below."""
    canvas.set_size_inches(11, 6)
    grid = canvas.add_gridspec(2, 1)
    above, below = (canvas.add_subfigure(grid[row]) for row in (0, 1))
    axes = above.subplots(1, 3, sharey=True)
    for place, N, normal, letter in zip(axes, arrays["drawn"], arrays["normal"], "abc", strict=True):
        place.plot(arrays["time"], normal, color=ink(0).colour, linewidth=0.6, label="diagonal part")
        theorem(place, arrays["time"], arrays["legs"], ink(1)._replace(line="-"), "LegS, $e^{-t}$", linewidth=2)
        panel(place, letter, f"kernels of state 0, N = {N}", "time t", "$K_0$" if letter == "a" else "")
        place.legend(loc="upper right")
    axes = below.subplots(1, 3)
    _gap(axes[0], arrays)
    _response(axes[1], arrays)
    for k, N in enumerate(arrays["drawn"]):
        theorem(axes[2], arrays[f"omega_{N}"], arrays[f"gain_{N}"], ink(k), f"N = {N}", linewidth=0.8)
    axes[2].axhline(2 / np.pi, color="0.5", linewidth=0.8)
    axes[2].text(0.12, 0.85, "2/π", fontsize=8)
    logarithmic(axes[2])
    axes[2].set_ylim(2e-6, 3)
    axes[2].legend(loc="lower left")
    panel(axes[2], "f", "… because it is pushed to high frequency", "frequency ω", "gain of the difference")


def _gap(axes: Any, arrays: Arrays) -> None:
    for k, n in enumerate(STATES):
        q = np.sqrt(2 * n + 1)
        theorem(axes, arrays["smooth"], np.sqrt(np.maximum(arrays["gap_line"][k], 0)) / q, ink(k))
        measurement(axes, arrays["enclosed"], np.sqrt(arrays["gap"][k]) / q, ink(k), label=f"state {n}, enclosed")
    axes.axhline(0.5, color="0.5", linewidth=0.8)
    logarithmic(axes, y=False)
    axes.legend(loc="lower right")
    panel(axes, "d", "the gap of the kernels grows", "number of states N", "$‖K^{(N)}_n-K_n‖/q_n$")


def _response(axes: Any, arrays: Arrays) -> None:
    theorem(axes, arrays["integrated"], arrays["bound"], ink(2)._replace(line="-"), "bound of the statement")
    measurement(axes, arrays["integrated"], arrays["response"], ink(0), label="frequency integral")
    measurement(axes, arrays["layers"], arrays["layer_error"], ink(1), label="torch S4 and S4D")
    logarithmic(axes)
    axes.legend(loc="lower left")
    panel(axes, "e", "yet the responses approach, like 1/N", "number of states N", "error on $u=te^{-t}$")


def note(arrays: Arrays) -> str:
    """What the figure says, in words."""
    share = np.sqrt(arrays["gap"][0] / 0.5)
    return (
        f"Relative to the kernel itself the gap of state 0 is {share[0]:.1%} at N = {arrays['enclosed'][0]} and"
        f" {share[-1]:.1%} at N = {arrays['enclosed'][-1]}, tending to 70.7 %; on the smooth input the responses are"
        f" {arrays['response'][0]:.2g} apart at N = {arrays['integrated'][0]} and {arrays['response'][-1]:.2g} at"
        f" N = {arrays['integrated'][-1]}."
    )


LEGS_AGAINST_DIAGONAL = Figure(
    name="equivalence.legs_against_diagonal",
    title="S4 with LegS against S4D-LegS: kernels that never meet, responses that do",
    alt="Six panels. Above, the smooth kernel of LegS and the kernel of its diagonal part for 16, 64 and 256 states,"
    " which oscillates faster and faster around it at full size. Below: the distance of the kernels grows towards one"
    " half of q; the distance of the responses to a smooth input falls like 1/N below its bound; the gain of the"
    " difference keeps its height and moves to higher frequencies as N grows.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
    note=note,
)
