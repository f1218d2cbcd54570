"""The memory function of any torch module or callable, measured by driving it with noise.

Glossary: M_τ memory at lag τ · T samples · r rank of the states · u input. A system maps sequences (batch, length,
1) to states, or outputs, (batch, length, d).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import nn

from models.display import Grid, Part, Plot, Shown, Words, some
from models.memory.regression import Projection, Real, States, adjusted, project, serial_bias, standard_error
from numerics.preconditions import as_count, as_horizon, as_vector

System = nn.Module | Callable[[Any], Any]
Draw = Callable[[np.random.Generator, int], NDArray[np.float64]]
Run = Callable[[Real], NDArray[Any]]


@dataclass(frozen=True, repr=False)
class Measurement(Shown):
    """A measured memory function.

    memory (lags,), the sample floor removed; standard_error (lags,), or None where no formula is derived; rank r of
    the states; samples T; lags (lags,).
    """

    memory: Real
    standard_error: Real | None
    rank: int
    samples: int
    lags: NDArray[np.int64]

    def parts(self) -> Iterator[Part]:
        """Rank and samples, the curve, and its values at selected lags."""
        order = np.argsort(self.lags)
        lags, memory = self.lags[order], self.memory[order]
        error = None if self.standard_error is None else self.standard_error[order]
        yield Words(f"measured memory function: rank {self.rank}, {self.samples} samples, {len(self.lags)} lags")
        yield Plot("measured memory function with standard errors", lags, points=[(memory, error)])
        spread = ["–"] * len(lags) if error is None else [f"{e:.2g}" for e in error]
        rows = [(str(lags[k]), f"{memory[k]:.6f}", spread[k]) for k in some(lags)]
        yield Grid("memory function", ("lag", "M", "standard error"), rows)


def gaussian(rng: np.random.Generator, samples: int) -> Real:
    """Independent standard normal inputs."""
    return rng.standard_normal(samples)


def on_tensors(function: Callable[[torch.Tensor], torch.Tensor], dtype: torch.dtype, device: str = "cpu") -> Run:
    """A function of tensors as one of arrays: (batch, length, 1) array in, array out, without gradients."""

    def run(u: Real) -> NDArray[Any]:
        with torch.no_grad():
            found = function(torch.as_tensor(u, dtype=dtype, device=device))
        if not torch.is_tensor(found):
            raise ValueError(f"the system returned {type(found).__name__}: must be one tensor of states or outputs")
        return found.resolve_conj().cpu().numpy()

    return run


def as_run(system: System) -> Run:
    """Any system as a function of arrays.

    A module is asked for its `states`, or its outputs where it has none, in its own dtype and on its own device; so
    is a method of a module. Any other callable receives and returns arrays (`on_tensors` wraps one that wants
    tensors).

    Raises: ValueError when it is not callable.
    """
    module = system if isinstance(system, nn.Module) else getattr(system, "__self__", None)
    if isinstance(module, nn.Module):
        function = getattr(system, "states", system) if module is system else system
        real = [p for p in (*module.parameters(), *module.buffers()) if p.is_floating_point() or p.is_complex()]
        dtype = real[0].real.dtype if real else torch.get_default_dtype()
        return on_tensors(function, dtype, str(real[0].device) if real else "cpu")
    if not callable(system):
        raise ValueError(f"system = {system!r}: must be a torch module or a callable from sequences to states")
    return lambda u: np.asarray(system(u))


def parts(system: System) -> Run:
    """The system with real and imaginary parts of its states side by side: what real read-outs see.

    A complex-linear read-out w^*x of half a conjugate spectrum has the memory of the poles as listed; a real
    read-out of (Re x, Im x), such as 2 Re(C x), has that of the set closed under conjugation, nearly twice as many.
    """
    run = as_run(system)

    def both(u: Real) -> NDArray[Any]:
        x = run(u)
        return np.concatenate([x.real, x.imag], axis=-1) if np.iscomplexobj(x) else x

    return both


def _states(run: Run, u: Real) -> tuple[States, float]:
    found = run(u[None, :, None])
    if found.ndim != 3 or found.shape[:2] != (1, len(u)) or found.shape[2] < 1:
        raise ValueError(
            f"the system returned shape {found.shape} for input (1, {len(u)}, 1): must be (1, {len(u)}, d)"
        )
    if not np.issubdtype(found.dtype, np.inexact) or not np.all(np.isfinite(found)):
        raise ValueError(f"the system returned dtype {found.dtype}, or values that are not finite")
    kind = np.complex128 if np.iscomplexobj(found) else np.float64
    return found[0].astype(kind), float(np.finfo(found.dtype).eps)


def _blocks(run: Run, u: Real, washout: int, block: int) -> Iterator[States]:
    for start in range(washout, len(u), block):
        yield _states(run, u[start - washout : start + block])[0][washout:]


def _project(
    system: System,
    u: Real,
    horizon: int,
    washout: int,
    target: Callable[[Real], Real] | None,
    block: int,
    tolerance: float | None,
) -> Projection:
    run, samples = as_run(system), len(u) - washout
    probe, eps = _states(run, u[: min(washout + 1, 16)])
    d = probe.shape[1]
    if samples <= 2 * (d + 1):
        raise ValueError(f"samples = {samples}: must exceed twice the regressors, {d} states and an intercept")
    y = u if target is None else np.asarray(target(u), dtype=np.float64)
    if y.shape != u.shape or not np.all(np.isfinite(y)):
        raise ValueError(f"target returned shape {y.shape}: must be finite, of the input's shape {u.shape}")
    cut = 16 * d * eps if tolerance is None else tolerance
    blocks = _blocks(run, u, washout, max(block, 4 * washout))
    return project(blocks, y[washout - horizon + 1 :], horizon, eps, cut)


def _lags(lags: ArrayLike | None, horizon: int) -> NDArray[np.int64]:
    if lags is None:
        return np.arange(horizon)
    chosen = as_vector("lags", lags)
    if chosen.dtype.kind not in "iu" or chosen.min() < 0 or chosen.max() >= horizon:
        raise ValueError(f"lags = {chosen}: must be integers in 0..horizon−1 = {horizon - 1}")
    return chosen.astype(np.int64)


def _washout(washout: int | None, horizon: int) -> int:
    return 4 * horizon if washout is None else as_count("washout", washout, least=horizon - 1)


def measured_memory_function(
    system: System,
    horizon: int,
    samples: int,
    seed: int,
    *,
    lags: ArrayLike | None = None,
    washout: int | None = None,
    draw: Draw = gaussian,
    target: Callable[[Real], Real] | None = None,
    block: int = 32768,
    tolerance: float | None = None,
) -> Measurement:
    """The memory function of a driven system, by regression of its past input on its states.

    M̂_τ = 1 − (1 − R²_τ)(T − 1)/(T − 1 − r) − bias_τ, R²_τ of u_{t−τ} on an intercept and x_t

    R² comes from an orthonormal basis of the states (`regression.project`), for all lags at once by FFT. The floor
    r/T is removed by the adjusted R², the bias of slow states by `regression.serial_bias`, whole when the memory
    has ended by the horizon. Standard errors: `regression.standard_error`.

    Complex states are read out with complex weights: the memory of the poles as listed. `parts(system)` gives that
    of real read-outs.

    Arguments: system; horizon: lags 0..horizon−1; samples T; seed of the input; lags: those to report (all);
        washout >= horizon − 1: steps dropped before the first sample, until the start from zero is forgotten (4
        horizon); draw(rng, n): i.i.d. input of mean 0 and variance 1 (Gaussian); target: what is recalled of the
        input, element by element (the input); block: samples per call of the system, at least 4 washout, each call
        preceded by its own washout; tolerance: relative cut of the singular values of the states (16 d eps, eps of
        the states' dtype).
    Returns: Measurement.
    Raises: ValueError for bad arguments, and for a system that returns another shape, or values that are not
    finite.
    Reference: Jaeger 2001 (memory capacity); Dambre et al. 2012 (the floor).
    """
    horizon, samples = as_horizon(horizon), as_count("samples", samples)
    chosen, washout = _lags(lags, horizon), _washout(washout, horizon)
    rng = np.random.default_rng(as_count("seed", seed, least=0))
    u = as_vector("draw(rng, samples)", draw(rng, washout + samples)).astype(np.float64)
    if len(u) != washout + samples:
        raise ValueError(f"draw returned {len(u)} inputs: must be {washout + samples}")
    found = _project(system, u, horizon, washout, target, as_count("block", block), tolerance)
    memory = adjusted(found.squared, found.rank, found.samples) - serial_bias(found)
    error = standard_error(found)
    return Measurement(memory[chosen], error[chosen], found.rank, found.samples, chosen)


def measured_on_series(
    system: System,
    horizon: int,
    series: ArrayLike,
    *,
    lags: ArrayLike | None = None,
    washout: int | None = None,
    block: int = 32768,
    tolerance: float | None = None,
) -> Measurement:
    """The memory function under a given input series, which need not be white.

    The same regression; the series is brought to mean 0 and variance 1. The truth is then `memory.coloured_input`
    with the series' own autocovariance. No standard error is derived for such input: it is None.

    Arguments: system, horizon, lags, washout, block, tolerance as in `measured_memory_function`; series (n,), n >
        washout.
    Returns: Measurement, samples = n − washout.
    Raises: ValueError for a series that is too short, constant, or not finite.
    """
    horizon = as_horizon(horizon)
    chosen, washout = _lags(lags, horizon), _washout(washout, horizon)
    u = as_vector("series", series).astype(np.float64)
    if len(u) <= washout:
        raise ValueError(f"series has {len(u)} values: must have more than washout = {washout}")
    if np.ptp(u) == 0:
        raise ValueError(f"series = {u[0]} throughout: must vary")
    found = _project(system, (u - u.mean()) / u.std(), horizon, washout, None, as_count("block", block), tolerance)
    memory = adjusted(found.squared, found.rank, found.samples)
    return Measurement(memory[chosen], None, found.rank, found.samples, chosen)


def measured_over_seeds(
    measurement: Callable[[int], Measurement],
    seeds: list[int],
) -> Measurement:
    """Mean over independent inputs, with the standard error from their spread: valid for every system.

    Arguments: measurement(seed) -> Measurement; seeds, at least two different ones.
    Returns: Measurement; rank the largest, samples the total.
    """
    if len(set(seeds)) < 2 or len(set(seeds)) != len(seeds):
        raise ValueError(f"seeds = {seeds}: must be at least two, all different")
    runs = [measurement(seed) for seed in seeds]
    memory = np.array([run.memory for run in runs])
    error = memory.std(axis=0, ddof=1) / np.sqrt(len(runs))
    samples = sum(run.samples for run in runs)
    return Measurement(memory.mean(axis=0), error, max(run.rank for run in runs), samples, runs[0].lags)
