"""The memory of attention, and memory in bits.

Criteria, written before the run: torch layers within 5 standard errors of each statement, the worst of all lags
counts; the information read off Gaussian covariances likewise. Counter-case: for a binary input the state holds one
whole bit at every lag where the Gaussian formula says next to nothing.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

import numerics.memory as exact
import theory.memory as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import FLOAT64, standard_errors, with_floor
from figures.memory.systems import side_by_side
from figures.statements import line
from figures.style import ink, measurement, panel, theorem
from models.layers import S4D, LinearAttention, LinearRNN, SoftmaxAttention, UniformAverage
from models.memory import measured_memory_function, measured_over_seeds, on_tensors, parts
from models.memory.measure import as_run

GAMMA, WINDOW, LAGS = 0.9, 6, 16
LINES = ("M_dec[tau]", "M_sq[tau]", "M_lin[tau]", "M_avg[tau]", "M_win[tau]")
NAMES = ("decay, width 5", "linear attention, of u²", "linear attention, of u", "uniform average", "softmax heads")
HALF = np.array([0.93 * np.exp(0.4j), 0.8 * np.exp(1.3j)])


def parameters(scale: Scale) -> dict[str, Any]:
    """T samples and seeds of the measurements."""
    return {
        "samples": scale.choose(20_000, 100_000, 1_000_000),
        "seeds": scale.choose(6, 12, 20),
        "seed": 41,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """Both panels."""
    return _attention(given) | _information(given)


def _heads() -> Any:
    """Softmax heads without query, each with its largest score at a position of its own."""
    heads = []
    for place in range(WINDOW):
        head = SoftmaxAttention(WINDOW, dtype=FLOAT64, seed=place)
        head.embed.data[0] = 0.0
        head.position.data[0, place] = 3.0
        heads.append(as_run(head.forward))
    return side_by_side(*heads)


def _attention(given: Mapping[str, Any]) -> Arrays:
    width = 5
    decay = LinearRNN(GAMMA * np.eye(width), np.arange(1.0, width + 1), dtype=FLOAT64)
    linear = LinearAttention(width, GAMMA, dtype=FLOAT64)
    average = on_tensors(UniformAverage(WINDOW).forward, FLOAT64)
    systems = ((decay, None), (linear, np.square), (linear, None), (average, None), (_heads(), None))
    memory, error = [], []
    for k, (system, target) in enumerate(systems):

        def once(seed: int, system: Any = system, target: Any = target) -> Any:
            return measured_memory_function(system, LAGS, given["samples"] // 4, seed, target=target, washout=400)

        # the average is no state, so its standard error is read off the spread over seeds; so for all five
        seeds = [given["seed"] + 100 * k + j for j in range(given["seeds"])]
        found = measured_over_seeds(once, seeds)
        memory.append(found.memory)
        error.append(with_floor(found.standard_error))
    still, lags = np.zeros(LAGS), np.arange(LAGS)
    letters = {name[:-5]: still for name in LINES} | {"gamma": GAMMA, "T": float(WINDOW)}
    points = [{**letters, "tau": int(lag)} for lag in lags]
    return {
        "lag": lags,
        "attention": np.array(NAMES),
        "attention_statement": np.array([line(claim.ATTENTION, name, points) for name in LINES]),
        "attention_memory": np.array(memory),
        "attention_error": np.array(error),
    }


def _information(given: Mapping[str, Any]) -> Arrays:
    """Bits per lag from covariances of simulated states, the statement's bits, and a binary input decoded."""
    layer = parts(S4D(np.log(HALF), 1.0, dtype=FLOAT64))
    M = exact.memory_function(np.concatenate([HALF, HALF.conj()]), LAGS)
    still = np.zeros(200)
    letters = {"I": still, "M": M, "N": 4, "infinity": 0}
    stated = line(claim.INFORMATION, "I[tau]", [{**letters, "tau": lag} for lag in range(LAGS)])
    bits = np.array([_bits(layer, given["samples"], given["seed"] + j) for j in range(given["seeds"])])
    radius = 0.3
    binary = np.array([_decoded(radius, given["seed"] + j) for j in range(given["seeds"])])
    return {
        "bits_statement": stated,
        "bits": bits.mean(axis=0),
        "bits_error": bits.std(axis=0, ddof=1) / np.sqrt(len(bits)),
        "binary_formula": exact.information(exact.memory_function([radius], LAGS)),
        "binary_bits": binary.mean(axis=0),
    }


def _bits(run: Any, samples: int, seed: int) -> NDArray[np.float64]:
    """½ log₂(det C_x · var u/det C_{x,u}) with sample covariances, less its bias N/(2T ln 2)."""
    washout = 400
    u = np.random.default_rng(seed).standard_normal(samples + washout)
    x = run(u[None, :, None])[0, washout:]
    found = []
    for lag in range(LAGS):
        past = u[washout - lag : len(u) - lag]
        joint = np.cov(np.column_stack([x, past]).T)
        minors = np.linalg.slogdet(joint[:-1, :-1])[1] + np.log(joint[-1, -1]) - np.linalg.slogdet(joint)[1]
        found.append(minors / (2 * np.log(2)) - x.shape[1] / (2 * samples * np.log(2)))
    return np.array(found)


def _decoded(radius: float, seed: int) -> NDArray[np.float64]:
    """Information about u = ±1 in x_t = radius x_{t−1} + u_t, by reading its digits off one after another.

    1 − H(e) bits, e the share of digits read wrongly
    """
    u = np.random.default_rng(seed).choice([-1.0, 1.0], 2000)
    x = exact.simulate(np.array([[radius]]), np.ones(1), u)[:, 0]
    found = np.zeros(LAGS)
    for lag in range(LAGS):
        guess = np.sign(x)
        wrong = np.mean(guess[LAGS:] != u[LAGS - lag : len(u) - lag])
        entropy = 0.0 if wrong in (0.0, 1.0) else -wrong * np.log2(wrong) - (1 - wrong) * np.log2(1 - wrong)
        found[lag] = 1 - entropy
        x = (x - guess) / radius
    return found


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Attention in standard errors, information in standard errors, and the counter-case."""
    attention = standard_errors(arrays["attention_memory"], arrays["attention_statement"], arrays["attention_error"])
    bits = standard_errors(arrays["bits"], arrays["bits_statement"], arrays["bits_error"])
    count = arrays["attention_memory"].size
    missed = float(1 - np.min(arrays["binary_bits"] - arrays["binary_formula"], initial=1.0, where=_late(arrays)))
    return (
        Gap(claim.ATTENTION, f"torch layers, worst of {count} markers in standard errors", attention, 5.0),
        Gap(claim.INFORMATION, f"bits from covariances, worst of {LAGS} lags in standard errors", bits, 5.0),
        Gap(claim.INFORMATION, "counter-case: 1 less the bits of a binary input that the formula misses", missed, 0.1),
    )


def _late(arrays: Arrays) -> NDArray[np.bool_]:
    return arrays["lag"] >= 2


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Attention on the left, bits on the right."""
    canvas.set_size_inches(11, 4.3)
    left, right = canvas.subplots(1, 2)
    for k, name in enumerate(arrays["attention"]):
        shift = 0.12 * (k - 2)
        theorem(left, arrays["lag"], arrays["attention_statement"][k], ink(k))
        measurement(
            left, arrays["lag"] + shift, arrays["attention_memory"][k], ink(k), arrays["attention_error"][k], str(name)
        )
    left.legend(loc="upper right", bbox_to_anchor=(1.0, 0.93))
    panel(left, "a", f"attention: γ = {GAMMA}, window T = {WINDOW}", "lag τ", "memory $M_τ$")
    _draw_bits(right, arrays)


def _draw_bits(axes: Axes, arrays: Arrays) -> None:
    lag = arrays["lag"]
    theorem(axes, lag, arrays["bits_statement"], ink(0), label="−½ log₂(1 − M)")
    measurement(axes, lag, arrays["bits"], ink(0), arrays["bits_error"], label="Gaussian input, torch S4D")
    theorem(axes, lag, arrays["binary_formula"], ink(1), label="the same formula, λ = 0.3")
    axes.plot(lag, arrays["binary_bits"], "X", color=ink(1).colour, label="binary input, λ = 0.3: counter-case")
    axes.set_ylim(-0.05, 1.9)
    axes.legend()
    panel(axes, "b", "mutual information of state and past input", "lag τ", "bits")


ATTENTION = Figure(
    name="memory.attention",
    title="The memory of attention, and memory in bits",
    alt="Left: five kinds of attention against lag. A decay and linear attention's memory of the squared"
    " input fall geometrically, its memory of the input is zero, a uniform average is flat at one sixth"
    " for six lags, softmax heads are flat at 1 for six lags. Right: bits per lag measured for Gaussian"
    " input lie on the formula's line; a binary input keeps one whole bit at every lag while the formula"
    " falls to zero.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
