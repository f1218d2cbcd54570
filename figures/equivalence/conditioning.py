"""How well poles can be told apart: conditioning of Gram matrices, by spectrum.

Criteria, written before the run: enclosed κ of real poles above the statement's bound; eigenvalues of ill-conditioned
sets, at 160 digits, below the statement's line; geometric and equispaced κ increasing in N and below their limits,
the geometric distance at least halved when N doubles; squared singular values of a ring's powers relative 64 N κ u, and
κ = r^{-2(N-1)}; gradient descent of a read-out on rings no slower than (1 − 1/κ)^k.
Revised after a first run: the geometric κ was to lie within 15 % of its limit at the largest N, whatever that N.
"""

from collections.abc import Mapping
from typing import Any

import mpmath
import numpy as np
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

import numerics.equivalence as exact
import theory.equivalence as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import UNIT, relative
from figures.statements import line
from figures.style import ink, logarithmic, measurement, panel, theorem
from models.equivalence.descent import descend
from numerics import certified, spectra

SPACINGS = (1.0, 2.0)
DELTAS = (np.pi, 2.0)
GEOMETRIC = "kappa_U[N]"
NAMES = ("S4D-Real", "S4D-Inv", "LegS-D", "S4D-Lin, half-shifted", "ring, r = 0.99")
"""The families of the last panel but one."""


def parameters(scale: Scale) -> dict[str, Any]:
    """Numbers of poles; digits are enough for each."""
    return {
        "sizes": scale.choose([2, 4, 8, 16], [2, 4, 8, 16, 32], [2, 4, 8, 16, 32, 64]),
        "families": scale.choose([4, 8], [4, 8, 16, 32, 64], [4, 8, 16, 32, 64, 128]),
        "values": scale.choose(8, 16, 24),
        "digits": 160,
        "radii": [0.8, 0.9, 0.97],
        "steps": scale.choose(60, 150, 300),
        "dt": 0.01,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """Enclosed condition numbers, eigenvalues, limits, families, training."""
    sizes = given["sizes"]
    real = [spectra.real_linear(N, given["dt"]) for N in sizes]
    trained = [descend(_half_ring(12, r), steps=given["steps"]) for r in given["radii"]]
    return {
        "sizes": np.array(sizes),
        "real": np.array([certified.unit_gram_condition(poles).lower[0] for poles in real]),
        "real_bound": np.array([_bound(poles) for poles in real]),
        **_geometric(sizes),
        **_equispaced(sizes),
        **_eigenvalues(given["values"], given["dt"], given["digits"]),
        **_ring(),
        "family_sizes": np.array(given["families"]),
        "family": _families(given["families"], given["dt"]),
        "radii": np.array(given["radii"]),
        "raw": np.array([run.raw for run in trained]),
        "whitened": np.array([run.whitened for run in trained]),
        "descent_condition": np.array([run.condition for run in trained]),
    }


def _half_ring(N: int, radius: float) -> NDArray[np.complex128]:
    """The upper half of a ring without real poles."""
    return radius * np.exp(2j * np.pi * (np.arange(N // 2) + 0.5) / N)


def _extremes(poles: NDArray) -> dict[str, float]:
    return {"lamda_min": float(poles.real.min()), "lamda_max": float(poles.real.max())}


def _bound(poles: NDArray) -> float:
    values = {"kappa": 1.0, "N": len(poles)} | _extremes(poles)
    return float(line(claim.GRAM_REAL_LOWER_BOUND, "kappa", [values], ">=")[0])


def _geometric(sizes: list[int]) -> Arrays:
    """Enclosed κ of geometrically spaced real poles, and the bound of the statement."""
    found = [[certified.geometric_condition(N, h).upper[0] for N in sizes] for h in SPACINGS]
    limit = [
        line(claim.GRAM_REAL_LOWER_BOUND, GEOMETRIC, [_limit_letters(h)], "<=", _limit_place())[0] for h in SPACINGS
    ]
    return {"geometric": np.array(found), "geometric_limit": np.array(limit)}


def _limit_place() -> int:
    """Of the two relations on κ^U, the one with the sums."""
    fits = [r for r in claim.GRAM_REAL_LOWER_BOUND.relations if str(r.lhs) == GEOMETRIC]
    return next(place for place, r in enumerate(fits) if "cosh" in str(r.rhs))


def _limit_letters(h: float) -> dict[str, Any]:
    return {"kappa_U": np.ones(3), "N": 1, "h": h, "infinity": int(np.ceil(80 / h))}


def _equispaced(sizes: list[int]) -> Arrays:
    """κ of equispaced continuous poles, and the bound of the statement."""
    found = [[np.linalg.cond(exact.equispaced_gram(N, delta)) for N in sizes] for delta in DELTAS]
    place = next(
        i
        for i, r in enumerate(r for r in claim.GRAM_RING_EXACT.relations if str(r.lhs) == "kappa_T[N]")
        if "exp" in str(r.rhs)
    )
    points = [{"kappa_T": np.ones(3), "N": 1, "delta": delta} for delta in DELTAS]
    return {
        "equispaced": np.array(found),
        "equispaced_limit": line(claim.GRAM_RING_EXACT, "kappa_T[N]", points, "<=", place),
    }


def _eigenvalues(N: int, dt: float, digits: int) -> Arrays:
    """Eigenvalues of the Gram matrix of N real poles at many digits, and the line of the statement."""
    poles = spectra.real_linear(N, dt).real
    with mpmath.workdps(digits):
        exactly = [mpmath.mpf(float(p)) for p in poles]
        G = mpmath.matrix([[1 / (1 - p * q) for q in exactly] for p in exactly])
        found = sorted((abs(value) for value in mpmath.eigsy(G, eigvals_only=True)), reverse=True)
    g = np.array([float(value / found[0]) for value in found])
    points = [{"g": g, "k": k} | _extremes(poles) for k in range(N)]
    return {"eigenvalue": g, "eigenvalue_line": line(claim.GRAM_REAL_LOWER_BOUND, "g[k]", points, "<=")}


def _ring() -> Arrays:
    """Singular values of a ring's powers, its Gram eigenvalues, and the statement's."""
    N, turns = 12, 4
    found, expected, kappa, stated = [], [], [], []
    for r in (0.8, 0.95):
        poles = spectra.ring(N, r)
        V = np.vander(poles, turns * N, increasing=True)
        found.append(np.linalg.svd(V, compute_uv=False) ** 2)
        points = [{"sigma": np.ones(N), "R": r, "N": N, "L": turns * N, "k": k} for k in range(N)]
        expected.append(line(claim.GRAM_RING_EXACT, "sigma[k]**2", points))
        kappa.append(certified.gram_condition(poles).lower[0])
        stated.append(line(claim.GRAM_RING_EXACT, "kappa", [{"kappa": 1.0, "R": r, "N": N}])[0])
    return {
        "ring": np.array(found),
        "ring_statement": np.array(expected),
        "ring_condition": np.array(kappa),
        "ring_condition_statement": np.array(stated),
    }


def _families(sizes: list[int], dt: float) -> NDArray[np.float64]:
    """κ of unit Gram matrices of sampled spectra, (family, N), enclosed."""
    shifted = [-0.5 + 1j * np.pi * (np.arange(N // 2) + 0.5) for N in sizes]
    found = [
        [
            certified.unit_gram_condition(spectra.zoh(spectra.legs_poles(N), dt)).lower[0] if N <= 32 else np.nan
            for N in sizes
        ],
        [_continuous(spectra.s4d_inv(N)) for N in sizes],
        [_continuous(-0.5 + 1j * exact.normal_part_frequencies(N)[: N // 2]) for N in sizes],
        [_continuous(half) for half in shifted],
        [exact.ring_condition(N, 0.99) for N in sizes],
    ]
    return np.nan_to_num(np.array(found), nan=0.0)


def _continuous(half: NDArray) -> float:
    return float(np.linalg.cond(exact.continuous_unit_gram(spectra.conjugate_closed(half))))


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Bounds, limits, rings, training."""
    geometric, equispaced = arrays["geometric"], arrays["equispaced"]
    falling = float(np.sum(np.diff(geometric, axis=1) < 0) + np.sum(np.diff(equispaced, axis=1) < 0))
    away = 1 - geometric / arrays["geometric_limit"][:, None]
    slow = [_over_rate(raw, kappa) for raw, kappa in zip(arrays["raw"], arrays["descent_condition"], strict=True)]
    kappa = arrays["ring_condition_statement"][:, None]
    rings = np.abs(arrays["ring"] / arrays["ring_statement"] - 1) / (64 * 12 * kappa * UNIT)
    return (
        Gap(
            claim.GRAM_REAL_LOWER_BOUND,
            "bound over the enclosed κ of S4D-Real, worst N",
            float(np.max(arrays["real_bound"] / arrays["real"])),
            1.0,
        ),
        Gap(
            claim.GRAM_REAL_LOWER_BOUND,
            "eigenvalues at 160 digits over the line",
            float(np.max(arrays["eigenvalue"] / arrays["eigenvalue_line"])),
            1.0,
        ),
        Gap(
            claim.GRAM_REAL_LOWER_BOUND,
            "geometric spacing: largest κ over its limit",
            float(np.max(geometric / arrays["geometric_limit"][:, None])),
            1.0,
        ),
        Gap(
            claim.GRAM_REAL_LOWER_BOUND,
            "distance from the limit over that at half the number of poles",
            float(np.max(away[:, -1] / away[:, -2])),
            0.5,
        ),
        Gap(
            claim.GRAM_RING_EXACT,
            "equispaced frequencies: largest κ over its limit",
            float(np.max(equispaced / arrays["equispaced_limit"][:, None])),
            1.0,
        ),
        Gap(claim.GRAM_RING_EXACT, "sizes at which a Toeplitz κ falls", falling, 0.0),
        Gap(
            claim.GRAM_RING_EXACT, "squared singular values of a ring, relative, over 64 N κ u", float(rings.max()), 1.0
        ),
        Gap(
            claim.GRAM_RING_EXACT,
            "enclosed κ of a ring, relative; its radius enters to 64 N u",
            relative(arrays["ring_condition"], arrays["ring_condition_statement"]),
            64 * 12 * UNIT + 1e-9,
        ),
        Gap(claim.GRAM_RING_EXACT, "raw descent over (1 − 1/κ)^k, worst step and ring", max(slow), 1.0),
    )


def _over_rate(raw: NDArray, kappa: float) -> float:
    """The training curve over its bound, with room for rounding."""
    return float(np.max(raw / ((1 - 1 / kappa) ** np.arange(len(raw)) + 1e-12)))


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """κ of real poles, their eigenvalues; κ by spectrum; training."""
    canvas.set_size_inches(11, 6.4)
    axes = canvas.subplots(2, 2).ravel()
    N = arrays["sizes"]
    theorem(axes[0], N, arrays["real_bound"], ink(0), "bound, S4D-Real")
    measurement(axes[0], N, arrays["real"], ink(0), label="S4D-Real, Δ = 0.01, enclosed")
    for k, h in enumerate(SPACINGS):
        axes[0].axhline(arrays["geometric_limit"][k], color=ink(k + 1).colour, linestyle=ink(k + 1).line)
        measurement(axes[0], N, arrays["geometric"][k], ink(k + 1), label=f"geometric, h = {h:g}, and its limit")
    logarithmic(axes[0], x=False)
    panel(axes[0], "a", "real poles: exponential on an interval, bounded if geometric", "number of poles N", "κ")
    index = np.arange(arrays["eigenvalue"].size)
    theorem(axes[1], index, arrays["eigenvalue_line"], ink(0), "line of the statement")
    measurement(axes[1], index, arrays["eigenvalue"], ink(0), label=f"S4D-Real, N = {index.size}, 160 digits")
    for i, r in enumerate((0.8, 0.95)):
        values = arrays["ring"][i] / arrays["ring"][i][0]
        theorem(axes[1], np.arange(12), arrays["ring_statement"][i] / arrays["ring_statement"][i][0], ink(i + 1))
        measurement(axes[1], np.arange(12), values, ink(i + 1), label=f"ring of 12, r = {r}")
    logarithmic(axes[1], x=False)
    panel(axes[1], "b", "eigenvalues of the Gram matrix", "index k", "$g_k/g_0$")
    _by_spectrum(axes[2], arrays)
    _training(axes[3], arrays)
    for place in axes:
        place.legend()


def _by_spectrum(axes: Any, arrays: Arrays) -> None:
    N = arrays["family_sizes"]
    for k, (name, kappa) in enumerate(zip(NAMES, arrays["family"], strict=True)):
        known = kappa > 0
        axes.plot(N[known], kappa[known], color=ink(k).colour, linestyle=ink(k).line, linewidth=0.8)
        measurement(axes, N[known], kappa[known], ink(k), label=name)
    axes.axhline(arrays["equispaced_limit"][0], color="0.5", linewidth=0.8)
    axes.text(N[-1], arrays["equispaced_limit"][0] * 1.2, "$e^2$", fontsize=8, ha="right")
    axes.set_ylim(0.7, 1e8)
    logarithmic(axes)
    axes.set_xticks(N, [str(n) for n in N])
    panel(axes, "c", "κ by spectrum, states of variance one", "number of poles N", "κ")


def _training(axes: Any, arrays: Arrays) -> None:
    k = np.arange(arrays["raw"].shape[1])
    for i, (r, raw) in enumerate(zip(arrays["radii"], arrays["raw"], strict=True)):
        kappa = arrays["descent_condition"][i]
        theorem(axes, k, (1 - 1 / kappa) ** k, ink(i), f"$(1-1/κ)^k$, r = {r}, κ = {kappa:.3g}")
        measurement(axes, k[1::6], raw[1::6], ink(i))
    logarithmic(axes, x=False)
    axes.set_ylim(1e-6, 2)
    panel(axes, "d", "torch: a read-out found by descent on a ring of 12", "step k", "distance from the target")


CONDITIONING = Figure(
    name="equivalence.conditioning",
    title="Conditioning: which spectra can be used as they are",
    alt="Four panels. Condition numbers of real poles against their number: straight up along a bound for equispaced"
    " poles, level below a limit for geometric ones. Eigenvalues of Gram matrices falling along lines. Condition"
    " numbers of five families of poles: rings, S4D-Lin and S4D-Inv stay small, real poles explode. Training curves"
    " on rings, faster as the radius approaches one, below their bounds.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
