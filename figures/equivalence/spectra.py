"""The spectra S4D starts from: which are LegS's normal part, which approximate it, and which are something else.

Criteria, written before the run: frequencies of the Hermitian eigenproblem on their levels of the phase, to
64 N u ω_0 Φ'; weights relative to 64 N u ω_0/gap; residuals of the asymptotic laws of second order: log-log slope
−2 ± 0.1 over the last doubling; S4D-Inv off by −22.2 % at worst, to 0.1 %; eigenvalues of FouT to 64 N u π N/2;
dense eigenvalues of A + PP^T on Re = −½, and A put together again from them, to 64 N² u max|A|; number of distinct
poles of S4D-Lin layers, told apart at 1e-9, equal to the count.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

import numerics.equivalence as exact
import theory.equivalence as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import FLOAT64, UNIT, slopes, worst
from figures.statements import line, sides, violation_of
from figures.style import ink, logarithmic, measurement, panel, theorem
from models.layers import S4D
from models.layers.initialisations import lin
from numerics.spectra import fout, fout_normal, legs, s4d_inv, s4d_lin

NAMES = ("LegS, normal part", "S4D-Inv", "S4D-Lin", "FouT, normal part")
CROSSED, PAIRS = 12, 32
PHASE = "Sum(atan(2*omega[k]/(2*n + 1)), (n, 0, N - 1))"
FIRST, SECOND = "N**2*(-1 + pi*(2*k + 1)*omega[k]/N**2)", "N*(nu[k]/omega[k] - 1)"
INDEX, RATIO = "(2*m + 1)/N", "nu[m]/omega[m]"


def parameters(scale: Scale) -> dict[str, Any]:
    """Numbers of states; steps Δ = p/q of the layers."""
    return {
        "sizes": scale.choose([16, 64, 128, 256], [16, 64, 256, 512, 1024], [16, 64, 256, 512, 1024, 2048]),
        "shown": 32,
        "steps": scale.choose(
            ["1/31", "2/25", "3/50"],
            ["1/100", "1/40", "1/31", "1/20", "3/50", "1/16", "2/25", "1/10", "3/20", "1/5", "1/4", "2/5", "1/2"],
            [f"{p}/60" for p in range(1, 31)],
        ),
        "shares": 31,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """Spectra, phases, laws, residuals, layers counted."""
    N, sizes = given["shown"], given["sizes"]
    omega = np.geomspace(0.05, 200, 200)
    return {
        "legs": exact.normal_part_frequencies(N)[: N // 2],
        "inv": s4d_inv(N).imag,
        "lin": s4d_lin(N).imag,
        "fout": np.sort(_fout_eigenvalues(N).imag)[-N // 2 :],
        "fout_error": np.array([_fout_error(N)]),
        "omega": omega,
        "phase": exact.normal_part_phase(omega, CROSSED),
        **_levels(CROSSED),
        "phase_error": np.array([_spectrum_errors(n) for n in sizes if n <= 64]),
        "sizes": np.array(sizes),
        **_laws(sizes),
        **_real_parts(given["shares"]),
        **_counted(given["steps"]),
    }


def _levels(N: int) -> Arrays:
    """Eigenvalues of the dense normal part, and the phase at which the statement puts them."""
    found = np.linalg.eigvalsh(-1j * exact.nplr(N)[1])[::-1]
    points = [{"omega": found, "N": N, "k": k} for k in range(N)]
    return {"crossing": found, "level": line(claim.NORMAL_PART_SPECTRUM, PHASE, points)}


def _spectrum_errors(N: int) -> tuple[float, float]:
    """Phases and weights of the dense eigenproblem, over their tolerances."""
    P, S = exact.nplr(N)
    found, vectors = np.linalg.eigh(-1j * S)
    found, vectors = found[::-1], vectors[:, ::-1]
    points = [{"omega": found, "w": found, "N": N, "k": k} for k in range(N)]
    slope = exact.normal_part_phase_slope(found, N)
    off = [abs(float(one.left - one.right)) for one in sides(claim.NORMAL_PART_SPECTRUM, PHASE, points)]
    weights = np.abs(vectors.conj().T @ (np.sqrt(2) * P)) ** 2 / line(claim.NORMAL_PART_SPECTRUM, "w[k]", points) - 1
    sensitive = 64 * N * UNIT * found[0] / np.min(-np.diff(found))
    return float(np.max(off / (64 * N * UNIT * found[0] * slope))), float(np.max(np.abs(weights)) / sensitive)


def _laws(sizes: list[int]) -> Arrays:
    """Indices and errors of S4D-Inv for the largest N, residuals of the four laws for all."""
    N = sizes[-1]
    m = np.unique(np.geomspace(1, N // 2, 40).astype(int)) - 1
    omega, nu = exact.normal_part_frequencies(N)[: N // 2], s4d_inv(N).imag
    share = np.linspace(0.02, 0.995, 200)
    residuals = np.array([_residuals(n) for n in sizes])
    return {
        "index": (2 * m + 1) / N,
        "frequency": omega[m] / N,
        "inv_error": nu[m] / omega[m] - 1,
        "share": share,
        "law": exact.bulk_frequency(share),
        "inv_law": (1 / share - 1) / np.pi,
        "error_law": exact.inv_bulk_error(share),
        "residual": residuals,
        "worst": np.array([_worst_error()]),
        "shared_points": _index_line(N, m, omega, nu),
    }


def _residuals(N: int) -> list[float]:
    """By how much the first mode misses its two laws, and a mode near m/N = 0.26 the laws of the bulk."""
    omega, nu = exact.normal_part_frequencies(N)[: N // 2], s4d_inv(N).imag
    values = {"omega": omega, "nu": nu, "N": N, "k": 0, "m": int(0.26 * N)}
    laws = (FIRST, SECOND, INDEX, RATIO)
    return [violation_of(claim.S4D_INV_ASYMPTOTICS, law, [values]) for law in laws]


def _index_line(N: int, m: NDArray, omega: NDArray, nu: NDArray) -> NDArray[np.float64]:
    """(2m + 1)/N of the law, at the frequencies found."""
    points = [{"omega": omega, "nu": nu, "N": N, "m": int(i)} for i in m]
    return line(claim.S4D_INV_ASYMPTOTICS, INDEX, points)


def _worst_error() -> float:
    x = np.linspace(0.3, 0.8, 5001)
    return float(exact.inv_bulk_error(x).min())


def _fout_eigenvalues(N: int) -> NDArray[np.complex128]:
    A, B = fout(N)
    return np.linalg.eigvals(A + np.outer(B, B)).astype(np.complex128)


def _fout_error(N: int) -> float:
    """Worst distance from ±iπn, over 64 N u π N/2."""
    found, expected = (np.sort(p.imag) for p in (_fout_eigenvalues(N), fout_normal(N)))
    points = [{"s": 1j * np.zeros(N), "n": n} for n in range(N // 2)]
    stated = np.array([complex(one.right).imag for one in sides(claim.S4D_LIN_IS_FOUT, "s[2*n]", points)])
    off = max(
        np.abs(found - expected).max(), np.abs(stated - s4d_lin(N).imag).max(), np.abs(_fout_eigenvalues(N).real).max()
    )
    return float(off / (64 * N * UNIT * np.pi * N / 2))


def _real_parts(shares: int) -> Arrays:
    """Real parts of A + c PP^T against c, and the error of putting A together again."""
    N, c = 12, np.linspace(0, 2, shares)
    A, (P, _) = legs(N)[0], exact.nplr(N)
    real = np.array([np.sort(np.linalg.eigvals(A + share * np.outer(P, P)).real) for share in c])
    values, U = np.linalg.eig(A + np.outer(P, P))
    U, _ = np.linalg.qr(U)
    inner = U.conj().T @ P
    points = [
        {"A": A, "U": U, "s": values, "P'": inner, "N": N, "n": n, "k": k} for n in range(N) for k in range(0, N, 3)
    ]
    off = violation_of(claim.NPLR_IDENTITY, "A[n, k]", points)
    return {
        "c": c,
        "real_parts": real,
        "nplr_error": np.array([np.abs(values.real + 0.5).max(), off]) / (64 * N**2 * UNIT * np.abs(A).max()),
    }


def _counted(steps: list[str]) -> Arrays:
    """Distinct poles of S4D-Lin layers, and the count of the statement."""
    given = [Fraction(step) for step in steps]
    found = [_distinct(S4D(lin(2 * PAIRS), float(dt), dtype=FLOAT64).poles()) for dt in given]
    points = [{"count": 0, "M": PAIRS, "p": dt.numerator, "q": dt.denominator} for dt in given]
    return {
        "dt": np.array([float(dt) for dt in given]),
        "distinct": np.array(found),
        "count": line(claim.LIN_ALIASING_COUNT, "count", points),
    }


def _distinct(poles: NDArray[np.complex128]) -> int:
    """Poles further than 1e-9 from every earlier one."""
    near = np.abs(poles[:, None] - poles) < 1e-9
    return int(np.sum(~np.any(np.triu(near, 1), axis=0)))


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Phases, weights, laws, FouT, real parts, counts."""
    local = np.array([slopes(arrays["sizes"], row)[-1] for row in arrays["residual"].T])
    return (
        Gap(
            claim.NORMAL_PART_SPECTRUM,
            "phase of dense eigenvalues over 64 N u ω_0 Φ'",
            float(arrays["phase_error"][:, 0].max()),
            1.0,
        ),
        Gap(
            claim.NORMAL_PART_SPECTRUM,
            "weights of dense eigenvectors, relative, over 64 N u ω_0/gap",
            float(arrays["phase_error"][:, 1].max()),
            1.0,
        ),
        Gap(
            claim.S4D_INV_ASYMPTOTICS,
            "|slope + 2| of the residuals of four laws over the last doubling",
            float(np.max(np.abs(local + 2))),
            0.1,
        ),
        Gap(
            claim.S4D_INV_ASYMPTOTICS,
            "|worst frequency error of S4D-Inv + 22.2 %|",
            abs(float(arrays["worst"][0]) + 0.222),
            1e-3,
        ),
        Gap(claim.S4D_LIN_IS_FOUT, "eigenvalues over 64 N u π N/2", float(arrays["fout_error"][0]), 1.0),
        Gap(claim.NPLR_IDENTITY, "Re s + ½, dense, over 64 N² u max|A|", float(arrays["nplr_error"][0]), 1.0),
        Gap(claim.NPLR_IDENTITY, "A from its parts over 64 N² u max|A|", float(arrays["nplr_error"][1]), 1.0),
        Gap(
            claim.LIN_ALIASING_COUNT,
            f"distinct poles of {arrays['dt'].size} torch layers against the count",
            worst(arrays["distinct"], arrays["count"]),
            0.0,
        ),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Six panels: spectra, phase, laws, signed error, real parts, aliasing."""
    canvas.set_size_inches(11, 6.4)
    axes = canvas.subplots(2, 3).ravel()
    _rugs(axes[0], arrays)
    theorem(axes[1], arrays["omega"], arrays["phase"], ink(0), f"$Φ_N$, N = {CROSSED}")
    upper = arrays["crossing"] > 0
    for level in arrays["level"][upper]:
        axes[1].axhline(level, color="0.75", linewidth=0.7)
    measurement(axes[1], arrays["crossing"][upper], arrays["level"][upper], ink(1), label="dense eigenvalues")
    logarithmic(axes[1], y=False)
    axes[1].legend(loc="upper left")
    panel(axes[1], "b", "one frequency on every level of the phase", "frequency ω", "Φ")
    _bulk(axes[2], axes[3], arrays)
    axes[4].plot(arrays["c"], arrays["real_parts"], color=ink(0).colour, linewidth=0.9)
    axes[4].axhline(-0.5, color=ink(1).colour, linestyle="--", linewidth=0.9, label="Re = −½")
    axes[4].axvline(1, color="0.5", linewidth=0.8)
    axes[4].set_yscale("symlog", linthresh=1)
    axes[4].legend(loc="lower right")
    panel(axes[4], "e", "$A+c\\,PP^T$: normal at c = 1 only", "c", "real parts of the eigenvalues")
    axes[5].vlines(arrays["dt"], 0, arrays["count"], color=ink(2).colour, linewidth=0.9, label="count of the statement")
    measurement(axes[5], arrays["dt"], arrays["distinct"], ink(1), label=f"torch S4D-Lin, {PAIRS} pairs")
    axes[5].axvline(1 / (PAIRS - 1), color="0.5", linewidth=0.8)
    logarithmic(axes[5], y=False)
    axes[5].set_ylim(0, 88)
    axes[5].legend(loc="upper right")
    panel(axes[5], "f", "S4D-Lin folds its modes at large steps", "step Δ = p/q", "distinct poles")


def _rugs(axes: Any, arrays: Arrays) -> None:
    for k, name in enumerate(("legs", "inv", "lin", "fout")):
        where = arrays[name]
        axes.plot(where, np.full(len(where), -k), "|", color=ink(k).colour, markersize=14, markeredgewidth=1.2)
    axes.set_yticks(-np.arange(4), NAMES)
    axes.set_xscale("symlog", linthresh=1)
    axes.set_ylim(-3.6, 0.6)
    axes.set_xlim(-0.3, 1.5 * arrays["legs"].max())
    panel(axes, "a", f"positive frequencies, N = {2 * arrays['legs'].size}", "frequency ω", "")


def _bulk(left: Any, right: Any, arrays: Arrays) -> None:
    N = arrays["sizes"][-1]
    theorem(left, arrays["share"], arrays["law"], ink(0), "law of the normal part")
    theorem(left, arrays["share"], arrays["inv_law"], ink(1), "law of S4D-Inv")
    measurement(left, arrays["index"], arrays["frequency"], ink(0), label=f"normal part, N = {N}")
    logarithmic(left, x=False)
    left.legend()
    panel(left, "c", "frequencies in the bulk", "index (2k+1)/N", "ω/N")
    theorem(right, arrays["share"], 100 * arrays["error_law"], ink(1), "law")
    measurement(right, arrays["index"], 100 * arrays["inv_error"], ink(2), label=f"N = {N}")
    right.axhline(0, color="0.5", linewidth=0.8)
    right.set_ylim(-30, 60)
    right.legend()
    panel(right, "d", "frequency error of S4D-Inv", "index (2k+1)/N", "error in %")


SPECTRA = Figure(
    name="equivalence.spectra",
    title="Where S4D starts: LegS's normal part, and what stands in for it",
    alt="Six panels. Tick marks of four spectra: the normal part of LegS and S4D-Inv spread over decades, S4D-Lin and"
    " FouT coincide and are equispaced. A rising phase curve crossing equally spaced levels at the eigenvalues. The"
    " laws of the bulk frequencies, and the signed error of S4D-Inv between them: zero for the fastest modes, −22 per"
    " cent in the middle, growing without bound for the slowest. Real parts of LegS plus c times a rank-one matrix,"
    " which meet at −1/2 for c = 1 only. Numbers of distinct poles of S4D-Lin, dropping at rational steps.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
