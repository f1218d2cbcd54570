"""LegS can be diagonalised, and float64 cannot do it.

Criteria, written before the run: the eigensystem's integers exact (three identities without rounding) and equal to the
statement's to 4 u relative; float64's reconstruction within 64 N κ u, κ certified, and its growth that of κ: log-log
slope 1 ± 0.1; enclosed κ of unit eigenvectors not below the largest κ_j, that of balanced ones not above their sum; κ_j
from the entries relative 64 N u, and κ_j^{1/N} below its limit; kernels by recurrence within 64 (n+1) u q_n of the
enclosed ones, by their modes within P_n(3) times that.
Revised after a first run: unit columns were held against the sum of the κ_j too, which is wrong (86.1 > 80 at N = 4);
the smallest scale fitted the slope from N = 4 on, where powers of N still count: it failed with some BLAS kernels.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.colors import SymLogNorm
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

import numerics.equivalence as exact
import theory.equivalence as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import UNIT, relative, worst
from figures.statements import line, violation_of
from figures.style import ink, logarithmic, measurement, panel, theorem
from numerics import certified

SHOWN = 16
STATES = (0, 4, 16, 28)
BALANCED = 10


def parameters(scale: Scale) -> dict[str, Any]:
    """Numbers of states."""
    return {
        "sizes": scale.choose(list(range(8, 25, 2)), list(range(4, 33, 2)), list(range(4, 41))),
        "curves": scale.choose([8, 16], [8, 16, 32, 64], [8, 16, 32, 64, 128]),
        "times": scale.choose(12, 40, 80),
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """Reconstruction errors, enclosed condition numbers, κ_j, kernels both ways."""
    sizes = given["sizes"]
    enclosed = [certified.legs_condition(N) for N in sizes]
    found: Arrays = {
        "sizes": np.array(sizes),
        "lower": np.array([box.lower[0] for box in enclosed]),
        "upper": np.array([box.upper[0] for box in enclosed]),
        "by_eig": np.array([exact.reconstruction_error(N) for N in sizes]),
        "by_rounding": np.array([exact.rounded_reconstruction_error(N) for N in sizes]),
        "exact": np.array([certified.legs_eigensystem_is_exact(N) for N in sizes]).astype(int),
        "below": np.array([_below(N, box) for N, box in zip(sizes, enclosed, strict=True)]),
        "balanced": np.array([_balanced(N) for N in sizes if N <= BALANCED]),
        "curves": np.array(given["curves"]),
        "vectors": exact.legs_eigenvectors(SHOWN)[0],
        "vector_error": np.array([_vector_error(8)]),
        **_kernels(given["times"]),
    }
    for N in given["curves"]:
        found[f"kappa_{N}"] = _measured_condition(N)
        found[f"kappa_statement_{N}"] = _condition_line(N)
    return found


def _measured_condition(N: int) -> NDArray[np.float64]:
    """‖V_·j‖‖V⁻¹_j·‖ from the entries, for every j."""
    V, inverse = exact.legs_eigenvectors(N)
    return np.linalg.norm(V, axis=0) * np.linalg.norm(inverse, axis=1)


def _condition_line(N: int) -> NDArray[np.float64]:
    points = [{"kappa": np.zeros(N), "N": N, "j": j} for j in range(N)]
    return line(claim.LEGS_EIGENVECTOR_CONDITION, "kappa[j]", points)


def _below(N: int, box: certified.Enclosure) -> float:
    """By how much the enclosed κ of unit columns is below the largest κ_j, relative."""
    letters = {"kappa": exact.eigenvalue_condition(N), "N": N, "kappa_D": float(box.upper[0])}
    points = [letters | {"j": j} for j in range(N)]
    return violation_of(claim.LEGS_EIGENVECTOR_CONDITION, "kappa[j]", points, "<=") / float(box.upper[0])


def _balanced(N: int) -> float:
    """κ of V with columns as long as the rows of V⁻¹, less the sum of the statement, over 64 N κ u of itself."""
    V, inverse = exact.legs_eigenvectors(N)
    scaled = V * np.sqrt(np.linalg.norm(inverse, axis=1) / np.linalg.norm(V, axis=0))
    kappa = float(np.linalg.cond(scaled))
    letters = {"kappa": exact.eigenvalue_condition(N), "N": N, "kappa_E": kappa}
    return violation_of(claim.LEGS_EIGENVECTOR_CONDITION, "kappa_E", [letters], "<=") / (64 * N * kappa**2 * UNIT)


def _vector_error(N: int) -> float:
    """V and its inverse of doubles against the statement, relative, where entries are not 0."""
    V, inverse = exact.legs_eigenvectors(N)
    places = [(n, j) for n in range(N) for j in range(n + 1)]
    blank = np.zeros((N, N))
    ahead = line(claim.LEGS_EIGENSYSTEM, "V[n, j]", [{"V": blank, "n": n, "j": j} for n, j in places])
    back = line(claim.LEGS_EIGENSYSTEM, "W[n, j]", [{"W": blank, "n": n, "j": j} for n, j in places])
    rows, columns = np.array(places).T
    return max(relative(V[rows, columns], ahead), relative(inverse[rows, columns], back))


def _kernels(points: int) -> Arrays:
    """Errors of the kernels, by recurrence and as sums over modes, and a few of the statement beside enclosed ones."""
    t, N = np.linspace(0, 4, points), max(STATES) + 1
    chosen = list(STATES)
    box = certified.legs_kernel(N, t)
    blank = np.zeros(N)
    coarse = t[:: max(1, points // 8)]
    legendre = [
        line(claim.LEGS_EIGENSYSTEM, "K[n]", [{"K": blank, "n": n, "t": float(v)} for v in coarse], "==", place)
        for n in chosen
        for place in (0, 1)
    ]
    enclosed = certified.legs_kernel(N, coarse)
    middle = np.repeat((enclosed.lower + enclosed.upper)[chosen] / 2, 2, axis=0)
    return {
        "sum_error": _worst_error(exact.legs_kernel_sum(N, t), box),
        "stable_error": _worst_error(exact.legs_kernel(N, t), box),
        "delannoy": line(claim.LEGS_EIGENVECTOR_CONDITION, "d[n]", [{"d": blank, "n": n} for n in range(N)]),
        "legendre": np.array(legendre),
        "legendre_enclosed": middle,
    }


def _worst_error(kernels: NDArray, box: certified.Enclosure) -> NDArray[np.float64]:
    """Largest error over time of K_n/q_n, at least u."""
    error = np.abs(kernels - (box.lower + box.upper) / 2).max(axis=1) / np.sqrt(2.0 * np.arange(len(kernels)) + 1)
    return np.asarray(np.maximum(error, UNIT), dtype=np.float64)


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Exactness and kernels; conditions and growth."""
    terms = 64 * UNIT * np.arange(1.0, arrays["delannoy"].size + 1)
    return (
        Gap(
            claim.LEGS_EIGENSYSTEM,
            "sizes at which AV = VΛ, V⁻¹V = I or V⁻¹B fails in integers",
            float(np.sum(1 - arrays["exact"])),
            0.0,
        ),
        Gap(
            claim.LEGS_EIGENSYSTEM, "V and V⁻¹ as doubles, N = 8, relative", float(arrays["vector_error"][0]), 4 * UNIT
        ),
        Gap(
            claim.LEGS_EIGENSYSTEM,
            "kernels of the statement, both forms, against enclosed ones; tolerance the enclosure's 1e-12",
            worst(arrays["legendre"], arrays["legendre_enclosed"]),
            1e-12,
        ),
        Gap(
            claim.LEGS_EIGENSYSTEM,
            "kernels by Legendre's recurrence against enclosed ones, over 64 (n+1) u q_n",
            float(np.max(arrays["stable_error"] / terms)),
            1.0,
        ),
        *_condition_gaps(arrays, terms),
    )


def _condition_gaps(arrays: Arrays, terms: NDArray[np.floating]) -> tuple[Gap, ...]:
    N, kappa = arrays["sizes"], arrays["upper"]
    steep = arrays["by_eig"] < 0.5  # above it the result is noise altogether
    slope = np.polyfit(np.log(kappa[steep]), np.log(arrays["by_eig"][steep]), 1)[0]
    curves = [
        relative(arrays[f"kappa_{n}"], arrays[f"kappa_statement_{n}"]) / (64 * n * UNIT) for n in arrays["curves"]
    ]
    top = [float(arrays[f"kappa_statement_{n}"].max()) ** (1 / n) for n in arrays["curves"]]
    return (
        Gap(
            claim.LEGS_EIGENVECTOR_CONDITION,
            "reconstruction error over 64 N κ u, κ certified",
            float(np.max(arrays["by_eig"] / (64 * N * kappa * UNIT))),
            1.0,
        ),
        Gap(
            claim.LEGS_EIGENVECTOR_CONDITION,
            "|log-log slope of the error on κ − 1| while the error is below ½",
            abs(slope - 1),
            0.1,
        ),
        Gap(
            claim.LEGS_EIGENVECTOR_CONDITION,
            "enclosed κ of unit columns below the largest κ_j, relative",
            float(np.max(arrays["below"])),
            0.0,
        ),
        Gap(
            claim.LEGS_EIGENVECTOR_CONDITION,
            f"κ of balanced columns above Σκ_j, N ≤ {BALANCED}, over 64 N κ² u",
            float(np.max(arrays["balanced"])),
            1.0,
        ),
        Gap(
            claim.LEGS_EIGENVECTOR_CONDITION,
            "error of the sum over modes over 64 (n+1) d_n u q_n",
            float(np.max(arrays["sum_error"] / (terms * arrays["delannoy"]))),
            1.0,
        ),
        Gap(claim.LEGS_EIGENVECTOR_CONDITION, "κ_j from the entries, relative, over 64 N u", max(curves), 1.0),
        Gap(
            claim.LEGS_EIGENVECTOR_CONDITION,
            "largest κ_j^{1/N} over (1 + √2)²",
            max(top) / float((1 + np.sqrt(2)) ** 2),
            1.0,
        ),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Reconstruction, κ_j, V, digits lost."""
    canvas.set_size_inches(11, 6.4)
    axes = canvas.subplots(2, 2).ravel()
    N = arrays["sizes"]
    theorem(axes[0], N, arrays["upper"] * UNIT, ink(2)._replace(line="-"), "κ u, certified")
    measurement(axes[0], N, arrays["by_eig"], ink(0), label="V Λ V⁻¹ by LAPACK")
    measurement(axes[0], N, arrays["by_rounding"], ink(1), label="with the exact V and V⁻¹, rounded")
    axes[0].axhline(1.0, color="0.5", linewidth=0.8)
    axes[0].text(N[0], 1.5, "nothing right", va="bottom", fontsize=8)
    logarithmic(axes[0], x=False)
    panel(axes[0], "a", "diagonalise in float64 and multiply back", "number of states N", "relative error of A")
    for k, n in enumerate(arrays["curves"]):
        j = np.arange(n)
        theorem(axes[1], j / n, arrays[f"kappa_statement_{n}"], ink(k), f"N = {n}")
        measurement(axes[1], j[:: max(1, n // 16)] / n, arrays[f"kappa_{n}"][:: max(1, n // 16)], ink(k))
    axes[1].axvline(np.sqrt(0.5), color="0.5", linewidth=0.8)
    axes[1].text(0.72, 2, "$1/\\sqrt{2}$", fontsize=8)
    logarithmic(axes[1], x=False)
    panel(axes[1], "b", "condition number of eigenvalue −(j+1)", "j/N", "$κ_j$")
    _image(canvas, axes[2], arrays)
    _digits(axes[3], arrays)
    for place in (axes[0], axes[1], axes[3]):
        place.legend()


def _image(canvas: Canvas, axes: Any, arrays: Arrays) -> None:
    V = arrays["vectors"]
    image = axes.imshow(V, norm=SymLogNorm(1.0, vmin=-1e6, vmax=1e6), cmap="PuOr", aspect="auto")
    axes.grid(visible=False)
    canvas.colorbar(image, ax=axes, label="$V_{nj}$")
    panel(axes, "c", f"eigenvectors of LegS, N = {SHOWN}", "mode j", "state n")


def _digits(axes: Any, arrays: Arrays) -> None:
    n = np.arange(arrays["delannoy"].size)
    theorem(axes, n, arrays["delannoy"] * UNIT, ink(2)._replace(line="-"), "$P_n(3)\\,u$")
    measurement(axes, n, arrays["sum_error"], ink(1), label="sum over modes, worst t")
    measurement(axes, n, arrays["stable_error"], ink(0), label="Legendre's recurrence, worst t")
    logarithmic(axes, x=False)
    axes.axhline(1.0, color="0.5", linewidth=0.8)
    panel(axes, "d", "kernels in float64: digits lost by the sum over modes", "state n", "error of $K_n/q_n$")


LEGS_CONDITIONING = Figure(
    name="equivalence.legs_conditioning",
    title="LegS can be diagonalised, and float64 cannot do it",
    alt="Four panels. The error of diagonalising LegS in float64 and multiplying back grows along the certified line"
    " κu and passes 1 at about 26 states. Condition numbers of the eigenvalues, largest near j/N = 0.7, for growing"
    " N. The eigenvector matrix in symmetric logarithmic colours, alternating in sign. Errors of the kernels"
    " against the number of the state: at rounding for a recurrence, along P_n(3) u up to 1 for the sum over modes.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
