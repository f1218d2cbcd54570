"""Kernels of diagonal systems: four ways to apply one, powers at long lags, half a spectrum.

Criteria, written before the run: outputs by each route within 64 u log₂(2L) ‖K‖‖u‖ of extended precision; the unpadded
FFT off by the statement's amount to the same; powers of a pole within 64 l u of the statement, and within 64 l 2^-24
in float32; a half spectrum equal to the statement to 64 N u Σ|w|, and a real pole counted twice, or dropped, off by
|v μ^l| to twice that.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

import numerics.equivalence as exact
import theory.equivalence as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import UNIT, UNIT32, worst
from figures.statements import line, sides
from figures.style import ink, logarithmic, measurement, panel, theorem
from numerics.spectra import bilinear, s4d_inv, zoh

ROUTES = ("recurrence", "convolution", "FFT, padded", "scan", "FFT, not padded")


def parameters(scale: Scale) -> dict[str, Any]:
    """Lengths of the routes, lags of the powers."""
    return {
        "lengths": scale.choose([16, 64, 256], [16, 64, 256, 1024, 4096], [16, 64, 256, 1024, 4096, 16384]),
        "lags": scale.choose(1024, 16384, 65536),
        "seed": 6,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """Routes, powers, the pole counted twice."""
    rng = np.random.default_rng(given["seed"])
    return {
        "lengths": np.array(given["lengths"]),
        **_routes(given["lengths"], rng),
        **_phases(given["lags"]),
        **_half(rng),
    }


def _extended(poles: NDArray, weights: NDArray, u: NDArray) -> NDArray[np.float64]:
    """Outputs by the recurrence in extended precision, state by state in blocks of time."""
    length = len(u)
    block = min(length, 64)
    p, w = poles.astype(np.clongdouble), weights.astype(np.clongdouble)
    powers = p[:, None] ** np.arange(block + 1)
    toeplitz = np.zeros((block, block), dtype=np.clongdouble)
    kernel = w @ powers
    for lag in range(block):
        toeplitz += np.diag(np.full(block - lag, kernel[lag]), -lag)
    x, found = np.zeros(len(p), dtype=np.clongdouble), []
    for part in u.reshape(-1, block).astype(np.longdouble):
        found.append(toeplitz @ part + (w * x) @ powers[:, 1:])
        x = powers[:, block] * x + powers[:, block - 1 :: -1] @ part
    return np.concatenate(found).real


def _routes(lengths: list[int], rng: np.random.Generator) -> Arrays:
    """Largest error of every route against extended precision, over ‖K‖‖u‖; the wrapped part by the statement."""
    poles = zoh(np.concatenate([s4d_inv(8), s4d_inv(8).conj()]), 0.02)
    w = np.concatenate([c := rng.standard_normal(4) + 1j * rng.standard_normal(4), c.conj()])
    errors, wrapped, stated = [], [], []
    for L in lengths:
        u = rng.standard_normal(L)
        K = exact.vandermonde_kernel(w, poles, L).real
        true, size = _extended(poles, w, u), np.linalg.norm(K) * np.linalg.norm(u)
        scan = exact.associative_scan(np.repeat(poles[:, None], L, axis=1), np.tile(u, (8, 1)))
        outputs = (
            exact.apply_recurrence(w, poles, u).real,
            exact.apply_convolution(K, u),
            exact.apply_fft(K, u),
            (w @ scan).real,
            exact.apply_circular(K, u),
        )
        errors.append([max(float(np.abs(y - true).max() / size), UNIT / 8) for y in outputs])
        at = [0, L // 3, L - 1]
        points = [{"K": K, "u": u, "L": L, "t": t, "o": outputs[4]} for t in at] if L <= 256 else []
        off = [abs(float(one.left - one.right)) for one in sides(claim.RECURRENCE_CONVOLUTION_SCAN, "o[t]", points)]
        wrapped.append(float(np.abs(exact.circular_error(K, u)).max() / size))
        stated.append(max(off, default=0.0) / size)
    return {"routes": np.array(errors).T, "wrapped": np.array(wrapped), "wrapped_error": np.array(stated)}


def _phases(lags: int) -> Arrays:
    """Errors of λ^l: exp(l log λ) in both precisions, and block powers; bilinear pole near the circle."""
    z = -1e-6 + 1.3j
    pole = bilinear([z], 1.0)
    l = np.unique(np.geomspace(1, lags, 60).astype(int))
    steps = np.arange(int(l[-1]) + 1)
    true = np.exp(np.log(pole.astype(np.clongdouble)) * steps)
    single = np.exp(np.log(pole).astype(np.complex64) * steps.astype(np.float32))
    double, block = exact.vandermonde_kernel([1.0], pole, len(steps)), exact.block_kernel([1.0], pole, len(steps))
    errors = [np.maximum.accumulate(np.abs(found - true))[l] for found in (single, double, block)]
    at = l[l < 1024]
    letters = {"Q": double[:1024], "z": [z], "Delta": 1.0, "B": [1.0], "C": [1 - z / 2], "N": 1}
    points = [letters | {"l": int(i)} for i in at]
    stated = [abs(complex(one.left - one.right)) for one in sides(claim.VANDERMONDE_KERNEL, "Q[l]", points)]
    return {
        "phase_lag": l,
        "phase": np.maximum(np.array(errors, dtype=np.float64), UNIT / 8),
        "phase_at": at,
        "phase_stated": np.array(stated),
    }


def _half(rng: np.random.Generator) -> Arrays:
    """A real system of 5 states by its half spectrum, with the real pole doubled, and dropped."""
    half, mu, lags = np.array([0.95 * np.exp(0.4j), 0.9 * np.exp(1.1j)]), 0.97, 60
    w, v = rng.standard_normal(2) + 1j * rng.standard_normal(2), 0.8
    closed, weights = np.concatenate([half, half.conj(), [mu]]), np.concatenate([w, w.conj(), [v]])
    whole = exact.power_kernel(weights, closed, lags).real
    paired = exact.paired_kernel(np.append(w, v), np.append(half, mu), lags)
    points = [{"K": whole, "lamda": half, "w": w, "mu": [mu], "v": [v], "p": 2, "q": 1, "l": l} for l in range(lags)]
    return {
        "half_statement": line(claim.CONJUGATE_PAIRS, "K[l]", points),
        "whole": whole,
        "doubled": exact.block_kernel(2 * np.append(w, v), np.append(half, mu), lags).real,
        "dropped": exact.paired_kernel(w, half, lags),
        "lost": v * mu ** np.arange(lags),
        "paired": paired,
        "half_scale": np.array([2 * np.abs(w).sum() + v]),
    }


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Routes, powers, pairs."""
    route = 64 * UNIT * np.log2(2 * arrays["lengths"])
    phase = 64 * arrays["phase_at"] * UNIT
    pair = 64 * 5 * UNIT * float(arrays["half_scale"][0])
    more, less = arrays["doubled"] - arrays["whole"], arrays["whole"] - arrays["dropped"]
    return (
        Gap(
            claim.RECURRENCE_CONVOLUTION_SCAN,
            "four routes over 64 u log₂(2L) ‖K‖‖u‖",
            float(np.max(arrays["routes"][:4] / route)),
            1.0,
        ),
        Gap(
            claim.RECURRENCE_CONVOLUTION_SCAN,
            "unpadded FFT against the statement, over the same",
            float(np.max(arrays["wrapped_error"] / route)),
            1.0,
        ),
        Gap(
            claim.VANDERMONDE_KERNEL,
            "λ^l in float64 against the statement, over 64 l u",
            float(np.max(arrays["phase_stated"] / phase)),
            1.0,
        ),
        Gap(
            claim.VANDERMONDE_KERNEL,
            "λ^l in float32 over 64 l 2^-24",
            float(np.max(arrays["phase"][0] / (64 * arrays["phase_lag"] * UNIT32))),
            1.0,
        ),
        Gap(
            claim.CONJUGATE_PAIRS,
            "half spectrum, and all of it, tolerance 64 N u Σ|w|",
            max(worst(arrays[name], arrays["half_statement"]) for name in ("paired", "whole")),
            pair,
        ),
        Gap(
            claim.CONJUGATE_PAIRS,
            "doubled or dropped real pole off by |v μ^l|, twice the same",
            max(worst(more, arrays["lost"]), worst(less, arrays["lost"])),
            2 * pair,
        ),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Routes, powers; the kernel of a half spectrum, and its error."""
    canvas.set_size_inches(11, 6)
    axes = canvas.subplots(2, 2).ravel()
    for k, name in enumerate(ROUTES):
        measurement(axes[0], arrays["lengths"], arrays["routes"][k], ink(k), label=name)
    theorem(axes[0], arrays["lengths"], arrays["wrapped"], ink(4), "its wrapped part")
    logarithmic(axes[0])
    panel(axes[0], "a", "four ways to apply a kernel", "length L", "largest error / ‖K‖‖u‖")
    _powers(axes[1], arrays)
    _pairs(axes[2], axes[3], arrays)
    for place in axes:
        place.legend()


def _powers(axes: Any, arrays: Arrays) -> None:
    l = arrays["phase_lag"]
    theorem(axes, l, l * UNIT32, ink(0), "l 2⁻²⁴ and l 2⁻⁵³")
    theorem(axes, l, l * UNIT, ink(0))
    for k, name in enumerate(("float32 exp(l log λ)", "float64 exp(l log λ)", "float64 in blocks")):
        measurement(axes, l[::4], arrays["phase"][k][::4], ink(k), label=name)
    logarithmic(axes)
    panel(axes, "b", "error of λ^l grows with the lag", "lag l", "largest error up to l")


def _pairs(left: Any, right: Any, arrays: Arrays) -> None:
    lag = np.arange(arrays["whole"].size)
    theorem(left, lag, arrays["half_statement"], ink(2)._replace(line="-"), "2 Re Σ + real pole")
    for k, (name, label) in enumerate(
        (("whole", "all 5 poles"), ("doubled", "real pole doubled"), ("dropped", "dropped"))
    ):
        measurement(left, lag[::2], arrays[name][::2], ink((0, 1, 4)[k]), label=label)
    panel(left, "c", "odd N: the real pole counts once", "lag l", "$K_l$")
    theorem(right, lag, arrays["lost"], ink(2)._replace(line="-"), "$|v μ^l|$")
    measurement(right, lag[::2], (arrays["doubled"] - arrays["whole"])[::2], ink(1), label="doubled less whole")
    measurement(right, lag[1::2], (arrays["whole"] - arrays["dropped"])[1::2], ink(4), label="whole less dropped")
    panel(right, "d", "what counting it wrongly costs", "lag l", "error")


KERNELS = Figure(
    name="equivalence.kernels",
    title="Kernels of diagonal systems: how they are applied, powered and paired",
    alt="Four panels. Errors of four routes against the length, all at rounding, and of an unpadded FFT, far above."
    " Errors of powers of a pole growing with the lag, in float32 and float64. The kernel of an odd number of states"
    " with its real pole counted once, twice and not at all, and the two errors, which are one exponential.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
