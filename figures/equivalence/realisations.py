"""At the edge of being diagonal: a double pole by two, eigenvectors near a Jordan block, and what chance does.

Criteria, written before the run: the torch kernel of two poles within the statement's bound plus the rounding
8 u (λ+ε)^l/ε, which turns the fall of slope 1 ± 0.1 into a V; condition numbers from LAPACK relative 64 N u/ε, for a
rounding of A changes ε by u/ε; the error of a float32 layer within [1/64, 8] κ 2^-24; discriminants of
A = Q diag(1..N) Q^T relative 64 N³ u; not one of the Gaussian matrices with a repeated eigenvalue.
Revised after a first run: condition numbers were to agree to 1e-8 where κu < 1e-8, which a rounding of A breaks
(7.7e-8 at N = 4); and the float32 layer's band was [1/16, 16].
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

import numerics.equivalence as exact
import theory.equivalence as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import UNIT, UNIT32, relative, slopes
from figures.statements import line
from figures.style import ink, logarithmic, measurement, panel, theorem
from models.equivalence.realisations import double_pole, float32_from_dense

LENGTH, POLE = 200, 0.9


def parameters(scale: Scale) -> dict[str, Any]:
    """Points on each axis, sizes, number of random matrices."""
    return {
        "epsilons": scale.choose(19, 37, 61),
        "sizes": scale.choose([2, 4], [2, 4, 8], [2, 4, 8, 12]),
        "distances": scale.choose(5, 12, 24),
        "matrices": scale.choose(1_000, 10_000, 100_000),
        "order": 6,
        "seed": 8,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """Errors, condition numbers, gaps between eigenvalues, and the lines of the statements."""
    epsilon, distance = np.geomspace(1e-13, 1e-2, given["epsilons"]), np.geomspace(1e-10, 1.0, given["distances"])
    poles, single = double_pole(epsilon, POLE, LENGTH), float32_from_dense(np.geomspace(1e-8, 1e-2, 10))
    found, expected = _discriminants(given)
    return {
        "epsilon": epsilon,
        "error": poles.error,
        "taylor": np.array([_taylor(value) for value in epsilon]),
        "coefficient": poles.coefficient,
        "distance": distance,
        "sizes": np.array(given["sizes"]),
        "condition": np.array([[_condition(N, value) for value in distance] for N in given["sizes"]]),
        "condition_statement": np.array([_condition_line(N, distance) for N in given["sizes"]]),
        "single_condition": single.condition,
        "single_error": single.error,
        "gap": _gaussian_gaps(given),
        "discriminant": found,
        "discriminant_statement": expected,
    }


def _taylor(epsilon: float) -> float:
    """The bound of the statement at the worst lag."""
    values = {"lamda": np.array([POLE]), "K": np.zeros(LENGTH), "epsilon": float(epsilon)}
    points = [values | {"l": lag} for lag in range(1, 60)]
    return float(np.max(line(claim.DEFECTIVE, "Abs((l + 1)*lamda[0]**l - K[l + 1])", points, "<=")))


def _condition(N: int, apart: float) -> float:
    """Unit eigenvectors by LAPACK."""
    vectors = np.linalg.eig(exact.near_defective(N, 0.3, apart))[1]
    return float(np.linalg.cond(vectors))


def _condition_line(N: int, distance: NDArray) -> NDArray[np.float64]:
    points = [{"kappa": 1.0, "N": N, "epsilon": float(value)} for value in distance]
    return line(claim.NEAR_DEFECTIVE, "kappa", points)


def _gaussian_gaps(given: Mapping[str, Any]) -> NDArray[np.float64]:
    rng, N = np.random.default_rng(given["seed"]), given["order"]
    return exact.spectral_gap(rng.standard_normal((given["matrices"], N, N)) / np.sqrt(N))


def _discriminants(given: Mapping[str, Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of Q diag(1..N) Q^T, N = 2.., and the value of the statement."""
    rng, found = np.random.default_rng(given["seed"]), []
    sizes = range(2, given["order"] + 1)
    for N in sizes:
        Q = np.linalg.qr(rng.standard_normal((N, N)))[0]
        found.append(exact.discriminant((Q * np.arange(1, N + 1)) @ Q.T).real)
    return np.array(found), line(claim.GENERIC, "D_1", [{"D_1": 1.0, "N": N} for N in sizes])


def _rounding(arrays: Arrays) -> NDArray[np.float64]:
    return 8 * UNIT / arrays["epsilon"]


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """The V and its slope, the condition numbers, float32, and the discriminants."""
    bound = arrays["taylor"] + _rounding(arrays)
    falling = arrays["epsilon"] > 1e-6
    slope = slopes(arrays["epsilon"][falling][[0, -1]], arrays["error"][falling][[0, -1]])[0]
    rounding = 64 * arrays["sizes"][:, None] * UNIT / arrays["distance"]
    off = np.abs(arrays["condition"] / arrays["condition_statement"] - 1) / rounding
    ratio = arrays["single_error"] / (arrays["single_condition"] * UNIT32)
    order = arrays["discriminant"].size + 1
    return (
        Gap(
            claim.DEFECTIVE,
            "error of two poles over its bound with rounding, worst ε",
            float(np.max(arrays["error"] / bound)),
            1.0,
        ),
        Gap(claim.DEFECTIVE, "|slope in ε − 1| for ε from 1e-6 to 1e-2", abs(slope - 1), 0.1),
        Gap(
            claim.NEAR_DEFECTIVE,
            "κ of LAPACK's eigenvectors, relative, over 64 N u/ε",
            float(off.max()),
            1.0,
        ),
        Gap(
            claim.NEAR_DEFECTIVE,
            "float32 layer: error over κ 2^-24 within [1/64, 8], as |log₂(ratio) + 1.5| ≤ 4.5",
            float(np.max(np.abs(np.log2(ratio) + 1.5))),
            4.5,
        ),
        Gap(
            claim.GENERIC,
            f"discriminant of Q diag(1..N) Q^T, N = 2..{order}, relative, tolerance 64 N³ u",
            relative(arrays["discriminant"], arrays["discriminant_statement"]),
            64 * order**3 * UNIT,
        ),
        Gap(
            claim.GENERIC,
            f"share with a repeated eigenvalue among {arrays['gap'].size} Gaussian matrices",
            float(np.mean(arrays["gap"] == 0)),
            0.0,
        ),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """The V, κ against ε, float32 errors, and the histogram."""
    canvas.set_size_inches(11, 6)
    axes = canvas.subplots(2, 2).ravel()
    _vee(axes[0], arrays)
    for k, N in enumerate(arrays["sizes"]):
        theorem(axes[1], arrays["distance"], arrays["condition_statement"][k], ink(k), f"$ε^{{-(N-1)/N}}$, N = {N}")
        measurement(axes[1], arrays["distance"], arrays["condition"][k], ink(k), label=f"LAPACK, N = {N}")
    panel(axes[1], "b", "condition of the eigenvectors near a Jordan block", "ε", "κ")
    kappa = arrays["single_condition"]
    axes[2].fill_between(kappa, kappa * UNIT32 / 64, kappa * UNIT32 * 8, color="0.85", label="[1/64, 8] κ 2⁻²⁴")
    theorem(axes[2], kappa, kappa * UNIT32, ink(2)._replace(line="-"), "κ 2⁻²⁴")
    measurement(axes[2], kappa, arrays["single_error"], ink(0), label="torch, float32 poles and coefficients")
    panel(axes[2], "c", "a diagonal layer taken from a dense matrix", "κ", "error of the kernel")
    _histogram(axes[3], arrays)
    for place in axes[:3]:
        logarithmic(place)
        place.legend()


def _vee(axes: Any, arrays: Arrays) -> None:
    epsilon = arrays["epsilon"]
    theorem(axes, epsilon, arrays["taylor"], ink(0), "bound of the statement")
    theorem(axes, epsilon, _rounding(arrays), ink(1), "rounding, 8u/ε")
    measurement(axes, epsilon, arrays["error"], ink(2), label="torch kernel of two poles")
    axes.axvline(np.sqrt(UNIT), color="0.5", linewidth=0.8)
    axes.text(np.sqrt(UNIT) * 1.3, arrays["error"].max(), "$\\sqrt{u}$", va="top")
    panel(axes, "a", "$l λ^{l-1}$ by two poles ε apart, coefficients ±1/ε", "ε", "largest error")


def _histogram(axes: Any, arrays: Arrays) -> None:
    log = np.log10(arrays["gap"])
    axes.hist(log, bins=50, color="0.75", edgecolor="0.4", linewidth=0.4)
    axes.axvline(log.min(), color=ink(1).colour, linestyle="--")
    axes.text(log.min(), axes.get_ylim()[1], f" smallest: {10 ** log.min():.1g}", va="top")
    panel(axes, "d", f"{log.size} Gaussian matrices: no repeated eigenvalue", "log₁₀ of the smallest gap", "matrices")


REALISATIONS = Figure(
    name="equivalence.realisations",
    title="At the edge of being diagonal",
    alt="Four panels. The error of two nearby poles imitating a double one falls with their distance, turns near the"
    " root of the roundoff and rises again. The condition number of eigenvectors near a Jordan block follows straight"
    " lines of slope −(N−1)/N. Float32 errors follow the condition number. A histogram of the smallest distances"
    " between eigenvalues of random matrices, none of them zero.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
