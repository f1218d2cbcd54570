"""What memory does not depend on: coordinates, read-in, and how a layer is divided into heads.

Criteria, written before the run: every marker within 5 standard errors of the line that its claim states; QR of the
Vandermonde matrix equal to the chain's states to 64 N κ u, κ the condition number of that matrix. The counter-case, a
read-in with one coordinate 0, must leave the line: its largest distance is at least 20 standard errors.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray
from scipy.linalg import block_diag, solve_discrete_lyapunov

import numerics.memory as exact
import theory.memory as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import FLOAT64, UNIT, standard_errors, with_floor
from figures.memory.systems import in_a_row, side_by_side
from figures.statements import line, lines_of
from figures.style import ink, measurement, panel, theorem
from models.layers import S4D, LinearRNN
from models.memory import Measurement, measured_memory_function, parts
from models.memory.measure import Run
from numerics.spectra import conjugate_closed, scaled_gaussian

HALF = np.array([0.92 * np.exp(0.35j), 0.85 * np.exp(1.2j), 0.75 * np.exp(2.3j)])


def parameters(scale: Scale) -> dict[str, Any]:
    """T samples per realisation."""
    return {
        "samples": scale.choose(20_000, 200_000, 2_000_000),
        "horizon": scale.choose(10, 30, 30),
        "washout": 400,
        "seed": 21,
    }


def rotations(half: NDArray[np.complex128]) -> NDArray[np.float64]:
    """The real block-diagonal matrix whose eigenvalues are these and their conjugates."""
    return block_diag(*(np.array([[p.real, -p.imag], [p.imag, p.real]]) for p in half))


def measure(given: Mapping[str, Any]) -> Arrays:
    """Lines from the statements, markers from torch layers, one row per realisation."""
    lags, poles = np.arange(given["horizon"]), conjugate_closed(HALF)
    dense, dense_line = _similar(given, lags)
    masked, lost = _masked(given)
    heads = _heads(given)
    letters = {"lamda": poles, "N": len(poles), "G": exact.gram(poles)}
    return {
        "lag": lags,
        "similar_statement": dense_line,
        "masked_statement": _poles_line(letters, lags),
        "heads_statement": _union_line(lags),
        **_stacked("similar", dense),
        **_stacked("masked", masked),
        **_stacked("lost", [lost]),
        **_stacked("heads", heads),
        **_orthonormal(poles, given["horizon"]),
    }


def _run(system: Any, given: Mapping[str, Any], shift: int) -> Measurement:
    return measured_memory_function(
        system, given["horizon"], given["samples"], given["seed"] + shift, washout=given["washout"]
    )


def _stacked(name: str, found: Sequence[Measurement]) -> Arrays:
    return {
        name: np.array([run.memory for run in found]),
        f"{name}_error": np.array([with_floor(run.standard_error) for run in found]),
    }


def _similar(given: Mapping[str, Any], lags: NDArray) -> tuple[list[Measurement], NDArray]:
    """A random dense pair as it is, and in three other coordinates; the line from its own G and c."""
    N = 6
    A, B = scaled_gaussian(N, 0.9, given["seed"]), np.ones(N)
    G = solve_discrete_lyapunov(A, np.outer(B, B))
    columns = exact.krylov(A, B, given["horizon"])
    stated = [lines_of(claim.REGRESSION, [lag], N=N, G=G, c=columns[:, [lag]])[0] for lag in lags]
    rng = np.random.default_rng(given["seed"])
    changes = [np.eye(N), *(np.eye(N) + 0.35 * rng.standard_normal((N, N)) for _ in range(3))]
    found = [_run(LinearRNN(S @ A @ np.linalg.inv(S), S @ B, dtype=FLOAT64), given, k) for k, S in enumerate(changes)]
    return found, np.array(stated)


def _masked(given: Mapping[str, Any]) -> tuple[list[Measurement], Measurement]:
    """One spectrum under three read-ins, and under one that misses the slowest pair."""
    rng, A = np.random.default_rng(given["seed"] + 1), rotations(HALF)
    masks = [np.ones(len(A)), *rng.standard_normal((2, len(A)))]
    lost = np.concatenate([[0.0, 0.0], np.ones(len(A) - 2)])
    runs = [_run(LinearRNN(A, B, dtype=FLOAT64), given, 10 + k) for k, B in enumerate([*masks, lost])]
    return runs[:-1], runs[-1]


def _poles_line(letters: Mapping[str, Any], lags: NDArray) -> NDArray:
    still = np.zeros(len(lags))
    points = [{**letters, "M": still, "tau": int(lag), "k": 0, "l": 0} for lag in lags]
    return line(claim.POLES_ONLY, "M[tau]", points)


def _two_heads() -> tuple[Run, Run]:
    """Two S4D heads that share one pole pair."""
    return tuple(parts(S4D(np.log(part), 1.0, dtype=FLOAT64)) for part in (HALF[:2], HALF[1:]))  # type: ignore


def _heads(given: Mapping[str, Any]) -> list[Measurement]:
    """Two heads side by side, and two without a common pole in a row."""
    first, second = _two_heads()
    alone = parts(S4D(np.log(HALF[2:]), 1.0, dtype=FLOAT64))
    row = in_a_row(first, np.array([0.3, -1.1, 0.8, 0.5]), alone)
    return [_run(system, given, 20 + k) for k, system in enumerate((side_by_side(first, second), row))]


def _union_line(lags: NDArray) -> NDArray:
    """The line of the union of the heads' poles, the shared pair counted once."""
    A, B = exact.balanced_pair(conjugate_closed(HALF))
    columns = exact.krylov(A, B, len(lags))
    return np.array([lines_of(claim.LAYER, [lag], N=len(A), G=np.eye(len(A)), c=columns[:, [lag]])[0] for lag in lags])


def _orthonormal(poles: NDArray, horizon: int) -> Arrays:
    """Energies of the chain's states at every lag, and those of Gram–Schmidt on the rows λ^τ."""
    lasting = 600
    V = np.vander(poles, lasting, increasing=True)
    Q = np.linalg.qr(V.conj().T)[0].conj().T
    states = exact.orthonormal_states(poles, lasting)
    blocks = {"states": np.abs(states[:, :horizon]) ** 2, "gram_schmidt": np.abs(Q[:, :horizon]) ** 2}
    points = lines_of(claim.ORTHONORMAL_STATES, np.arange(horizon), N=len(poles), alpha=states[:, :horizon])
    return blocks | {
        "orthonormal_statement": points,
        "orthonormal_memory": exact.vandermonde_qr(poles, horizon),
        "vandermonde_condition": np.array([np.linalg.cond(V)]),
    }


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Each realisation against the line of its claim; the counter-case must be far off."""

    def off(name: str, line: str, rows: slice = slice(None)) -> float:
        return standard_errors(arrays[name][rows], arrays[f"{line}_statement"], arrays[f"{name}_error"][rows])

    states = float(np.max(np.abs(arrays["states"] - arrays["gram_schmidt"])))
    sums = float(np.max(np.abs(arrays["orthonormal_statement"] - arrays["orthonormal_memory"])))
    tolerance = 64 * len(arrays["states"]) * float(arrays["vandermonde_condition"][0]) * UNIT
    lost = off("lost", "masked")
    lags = arrays["lag"].size
    return (
        Gap(
            claim.REGRESSION,
            f"least squares on a torch layer, worst of {lags} lags in s.e.",
            off("similar", "similar", slice(1)),
            5.0,
        ),
        Gap(
            claim.SIMILARITY,
            f"three other coordinates, worst of {3 * lags} in s.e.",
            off("similar", "similar", slice(1, None)),
            5.0,
        ),
        Gap(claim.POLES_ONLY, f"three read-ins, worst of {3 * lags} in s.e.", off("masked", "masked"), 5.0),
        Gap(
            claim.POLES_ONLY,
            f"counter-case: 20 over the {lost:.0f} s.e. by which a lost coordinate is off",
            20 / lost,
            1.0,
        ),
        Gap(
            claim.ORTHONORMAL_STATES,
            "chain against Gram–Schmidt, state by state, tolerance 64 N κ u",
            states,
            tolerance,
        ),
        Gap(claim.ORTHONORMAL_STATES, "their sum against QR, tolerance 64 N κ u", sums, tolerance),
        Gap(claim.LAYER, f"heads side by side and in a row, worst of {2 * lags} in s.e.", off("heads", "heads"), 5.0),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Coordinates, read-ins, orthonormal states, heads."""
    canvas.set_size_inches(11, 6)
    axes = canvas.subplots(2, 2).ravel()
    names = ("as drawn", "x → S₁x", "x → S₂x", "x → S₃x")
    _many(axes[0], arrays, "similar", "similar", names)
    panel(axes[0], "a", "a random dense pair in four coordinates", "lag τ", "memory $M_τ$")
    _many(axes[1], arrays, "masked", "masked", ("B = 1", "B random", "B random"))
    measurement(axes[1], arrays["lag"], arrays["lost"][0], ink(4), arrays["lost_error"][0], "B misses one pair")
    axes[1].legend()
    panel(axes[1], "b", "six poles, three read-ins, and one too poor", "lag τ", "memory $M_τ$")
    _states(axes[2], arrays)
    _many(axes[3], arrays, "heads", "heads", ("side by side, one pair shared", "in a row"))
    panel(axes[3], "d", "two heads: the union of their poles", "lag τ", "memory $M_τ$")


def _many(axes: Axes, arrays: Arrays, name: str, line: str, labels: Sequence[str]) -> None:
    theorem(axes, arrays["lag"], arrays[f"{line}_statement"], ink(2)._replace(line="-"), label="statement")
    for k, label in enumerate(labels):
        shift = 0.12 * (k - (len(labels) - 1) / 2)
        look = ink((0, 1, 3, 5)[k])
        measurement(axes, arrays["lag"] + shift, arrays[name][k], look, arrays[f"{name}_error"][k], label)
    axes.legend()


def _states(axes: Axes, arrays: Arrays) -> None:
    below = np.zeros(len(arrays["lag"]))
    greys = np.linspace(0.35, 0.92, len(arrays["states"]))
    for n, (energy, other) in enumerate(zip(arrays["states"], arrays["gram_schmidt"], strict=True)):
        axes.fill_between(arrays["lag"], below, below + energy, color=str(greys[n]), linewidth=0)
        axes.plot(arrays["lag"], below + other, ".", color=ink(1).colour, markersize=3)
        below = below + energy
    theorem(axes, arrays["lag"], arrays["orthonormal_statement"], ink(2)._replace(line="-"), label="$M_τ=Σ_n|α_{nτ}|²$")
    axes.plot([], [], ".", color=ink(1).colour, label="Gram–Schmidt of λ^τ, summed up to n")
    axes.fill_between([], [], color="0.6", label="|α|² of the chain, n = 0 darkest")
    axes.legend()
    panel(axes, "c", "whitened states add up to the memory", "lag τ", "energy")


REALISATIONS = Figure(
    name="memory.realisations",
    title="What memory does not depend on",
    alt="Four panels of memory against lag. Four coordinate systems of one matrix, three read-ins of one spectrum, and"
    " two ways to arrange heads each give markers on a single line; a read-in that misses one pole pair falls clearly"
    " below. In the third panel the energies of the whitened states, stacked, fill the area under the memory function.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
