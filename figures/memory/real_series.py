"""Memory of a measured series, the Santa Fe laser: its own autocovariance explains it, white noise does not.

Criteria, written before the run: for both modules the worst |measured − coloured-input theorem| is at most the largest
such gap among 19 phase-randomised surrogates of the series sent through the same module (they share its periodogram, so
a gap beyond all of them has probability 1/20 by chance); the white-noise theorem must fail by at least ten times that;
under AR(1) noise the torch layer is within 5 standard errors (spread over seeds) of the claim's own statement.
"""

import warnings
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray
from scipy.signal import lfilter

import numerics.memory as exact
import theory.memory as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import FLOAT64, standard_errors, with_floor, worst
from figures.memory.systems import spread
from figures.statements import sides
from figures.style import ink, measurement, panel, theorem
from models.adapters import describe, exposed
from models.layers import S4D
from models.memory import measured_on_series, measured_over_seeds, parts
from numerics.spectra import s4d_lin

MODULES = ("S4D", "LRU_pytorch")
HALF = np.array([0.9 * np.exp(0.4j), 0.7 * np.exp(1.5j)])
RHO, SURROGATES = 0.7, 19


def parameters(scale: Scale) -> dict[str, Any]:
    """Surrogates of the series, and the samples and seeds of the AR(1) control."""
    return {
        "surrogates": SURROGATES,
        "length": scale.choose(3000, 10_093, 10_093),
        "horizon": 40,
        "washout": 600,
        "samples": scale.choose(10_000, 50_000, 500_000),
        "seeds": scale.choose(8, 12, 20),
        "seed": 61,
    }


def laser(length: int) -> NDArray[np.float64]:
    """The series that ships with reservoirpy, brought to mean 0 and variance 1.

    Raises: ImportError, with the remedy, when the extra `oracles` is not installed.
    """
    for package in ("reservoirpy", "LRU_pytorch"):
        if find_spec(package) is None:
            raise ImportError(f"{package} is not installed; this figure needs the extra: pip install -e '.[oracles]'")
    from reservoirpy.datasets import santafe_laser

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it leaves the file to the garbage collector
        x = santafe_laser()[:length, 0].astype(np.float64)
    return (x - x.mean()) / x.std()


def autocovariance(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """r_k = (1/n) Σ_t x_t x_{t+k}: the biased estimate, which is positive definite."""
    spectrum = np.fft.rfft(x, 2 * len(x))
    return np.fft.irfft(np.abs(spectrum) ** 2)[: len(x)] / len(x)


def surrogate(x: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """A series with the same periodogram and random phases."""
    spectrum = np.fft.rfft(x)
    turned = np.abs(spectrum) * np.exp(2j * np.pi * rng.random(len(spectrum)))
    turned[0] = spectrum[0]
    return np.fft.irfft(turned, len(x))


def systems() -> tuple[tuple[Any, NDArray[np.complex128]], ...]:
    """Our S4D and another package's LRU with set poles, each with the poles that real read-outs of its state see."""
    s4d = S4D(s4d_lin(16), 0.1, dtype=FLOAT64)
    from LRU_pytorch import LRU

    radius, phase = np.linspace(0.6, 0.9, 6), np.linspace(0.25, 2.5, 6)
    lru = LRU(1, 1, len(radius))
    # set one by one: its initialisation draws from a global generator
    for k, (r, angle) in enumerate(zip(radius, phase, strict=True)):
        lru.nu_log.data[k], lru.theta_log.data[k] = float(np.log(-np.log(r))), float(np.log(angle))
        lru.gamma_log.data[k], lru.B.data[k, 0] = float(0.5 * np.log(1 - r**2)), 1.0
    reached = describe(lru).reached()
    return (parts(s4d), s4d.poles()), (exposed(lru), np.concatenate([reached, reached.conj()]))


def measure(given: Mapping[str, Any]) -> Arrays:
    """The series, both modules against both theorems, their surrogates, and the AR(1) control."""
    x = laser(given["length"])
    r, horizon = autocovariance(x), given["horizon"]
    measured, coloured, white, chance = [], [], [], []
    for run, poles in systems():
        coloured.append(exact.memory_function_coloured(poles, r, horizon))
        white.append(exact.memory_function(poles, horizon))
        measured.append(measured_on_series(run, horizon, x, washout=given["washout"]).memory)
        rng = np.random.default_rng(given["seed"])
        again = (
            measured_on_series(run, horizon, surrogate(x, rng), washout=given["washout"]).memory
            for _ in range(given["surrogates"])
        )
        chance.append([worst(memory, coloured[-1]) for memory in again])
    return {
        "module": np.array(MODULES),
        "lag": np.arange(horizon),
        "series": x[:500],
        "autocovariance": r[:100],
        "measured": np.array(measured),
        "coloured": np.array(coloured),
        "white": np.array(white),
        "surrogate_gap": np.array(chance),
    } | _control(given)


def _control(given: Mapping[str, Any]) -> Arrays:
    """A torch layer under AR(1) noise, and M from the claim's own statement of G and c."""
    lags, poles = spread(24, 14), np.concatenate([HALF, HALF.conj()])
    layer = parts(S4D(np.log(HALF), 1.0, dtype=FLOAT64))

    def once(seed: int) -> Any:
        return measured_on_series(layer, 24, _ar1(given["samples"], seed), lags=lags, washout=400)

    found = measured_over_seeds(once, [given["seed"] + j for j in range(given["seeds"])])
    return {
        "ar1_lag": lags,
        "ar1_statement": _stated(poles, lags),
        "ar1_white": exact.memory_function(poles, 24)[lags],
        "ar1_measured": found.memory,
        "ar1_error": with_floor(found.standard_error),
    }


def _ar1(samples: int, seed: int) -> NDArray[np.float64]:
    white = np.random.default_rng(seed).standard_normal(samples + 500)
    return lfilter([np.sqrt(1 - RHO**2)], [1.0, -RHO], white)[500:]


def _stated(poles: NDArray[np.complex128], lags: NDArray[np.int64]) -> NDArray[np.float64]:
    """M at each lag from the three relations of the statement: G and c entry by entry, then c^* G^{-1} c."""
    N = len(poles)
    blank = {"M": np.zeros(lags[-1] + 1), "G": np.eye(N), "c_x": np.zeros(N)}

    def right(left: str, **letters: Any) -> complex:
        values = {**blank, "lamda": poles, "rho_u": RHO, "N": N, **letters}
        return complex(sides(claim.COLOURED_INPUT, left, [values])[0].right)

    G = np.array([[right("G[k, l]", k=k, l=l) for l in range(N)] for k in range(N)])
    columns = [np.array([[right("c_x[k]", k=k, tau=int(lag))] for k in range(N)]) for lag in lags]
    return np.array([right("M[tau]", G=G, c=c, tau=int(lag)).real for c, lag in zip(columns, lags, strict=True)])


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Coloured theorem within chance, white theorem visibly wrong, AR(1) statement in standard errors."""
    found = []
    for k, name in enumerate(arrays["module"]):
        chance = float(arrays["surrogate_gap"][k].max())
        white = worst(arrays["measured"][k], arrays["white"][k])
        found += [
            Gap(
                claim.COLOURED_INPUT,
                f"{name}: worst |measured − theorem|, tolerance the largest of {SURROGATES} surrogates",
                worst(arrays["measured"][k], arrays["coloured"][k]),
                chance,
            ),
            Gap(
                claim.COLOURED_INPUT,
                f"{name}, counter-case: ten tolerances over the {white:.2f} by which the white-noise theorem fails",
                10 * chance / white,
                1.0,
            ),
        ]
    off = standard_errors(arrays["ar1_measured"], arrays["ar1_statement"], arrays["ar1_error"])
    count = len(arrays["ar1_lag"])
    return (*found, Gap(claim.COLOURED_INPUT, f"AR(1) input, torch S4D, worst of {count} lags in s.e.", off, 5.0))


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """The series, the two modules, the control."""
    canvas.set_size_inches(11, 6.6)
    series, first, second, control = canvas.subplots(2, 2).ravel()
    series.plot(np.arange(len(arrays["series"])), arrays["series"], color="black", linewidth=0.7)
    panel(series, "a", "the first 500 values of the laser series", "time step", "intensity, standardised")
    for k, axes in enumerate((first, second)):
        _module(axes, arrays, k)
    lag = arrays["ar1_lag"]
    theorem(control, lag, arrays["ar1_statement"], ink(0), label=f"coloured-input statement, AR(1), ρᵤ = {RHO}")
    theorem(control, lag, arrays["ar1_white"], ink(1), label="white-noise theorem")
    measurement(control, lag, arrays["ar1_measured"], ink(2), arrays["ar1_error"], label="torch S4D")
    control.legend()
    panel(control, "d", "control: AR(1) noise as input", "lag τ", "memory $M_τ$")


def _module(axes: Axes, arrays: Arrays, k: int) -> None:
    lag, chance = arrays["lag"], float(arrays["surrogate_gap"][k].max())
    theorem(axes, lag, arrays["coloured"][k], ink(0), label="theorem, the series' own autocovariance")
    theorem(axes, lag, arrays["white"][k], ink(1), label="white-noise theorem: fails")
    measurement(axes, lag, arrays["measured"][k], ink(2), np.full(len(lag), chance), label="measured, ± tolerance")
    axes.set_ylim(-0.03, 1.25)
    axes.legend(loc="upper right")
    panel(axes, "bc"[k], f"{arrays['module'][k]} driven by the series", "lag τ", "memory $M_τ$")


REAL_SERIES = Figure(
    name="memory.real_series",
    title="Memory of a measured series: the Santa Fe laser",
    alt="Four panels. An excerpt of the laser intensity, oscillations that grow and collapse. Memory against"
    " lag of an S4D and of another package's LRU driven by the series: markers lie on the coloured-input"
    " theorem's line and far above the white-noise theorem's line. Control: under AR(1) noise a torch"
    " layer lies on the statement's line.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
