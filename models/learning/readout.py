"""Read-outs trained on layers whose poles stay where they are.

The states are made white by a triangular map, x̂_t = M^T x_t, taken from the layer's own impulse response, and read out
as y_t = x̂_t^* w. Full-batch gradient descent of ½ mean |y − y*|²; on a unit impulse in place of a series, half the sum
of squares is the population loss itself, without sampling error.

Criteria, written before the first run. Sampled series (T samples each, several seeds): means over the seeds within 5
standard errors of the statement, the error taken from the spread over the seeds. On an impulse: equal to 1e-10. A
kernel outside the window of a delay line or a convolution: 0.0, to the last bit, whatever the optimiser has done.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from models.layers import LinearRNN
from models.learning.driving import Optimiser, descend, impulse, sgd
from numerics.memory.tail import tail_length
from numerics.preconditions import as_count, as_poles, as_real, as_real_vector


def filtered(u: Tensor, kernels: Tensor) -> Tensor:
    """What teachers make of an input. Arguments: u (T,), real; kernels (heads, S). Returns: (T, heads)."""
    padded = nn.functional.pad(u[None, None], (kernels.shape[1] - 1, 0))
    return nn.functional.conv1d(padded, kernels.flip(1)[:, None])[0].T


class FixedPoles(nn.Module):
    """A read-out, the only parameter, on a layer's states, made white or left raw.

    y_t = (M^T x_t)^* w, M = R^{-1} with impulse response = Q R (whitened), M = 1 (raw)

    Arguments: layer, any with `states` and `poles`, float64, its states independent; heads; whiten.
    """

    def __init__(self, layer: nn.Module, heads: int = 1, whiten: bool = True) -> None:
        super().__init__()
        self.layer = layer.requires_grad_(False)
        horizon = tail_length(as_poles(layer.poles()), -80.0)  # type: ignore[operator]
        with torch.no_grad():
            response = layer.states(impulse(horizon))[0]  # type: ignore[operator]
            N, kind = response.shape[1], response.dtype
            eye = torch.eye(N, dtype=kind)
            R = torch.linalg.qr(response).R if whiten else eye
        self.register_buffer("M", torch.linalg.solve_triangular(R, eye, upper=True))
        self.w = nn.Parameter(torch.zeros(N, as_count("heads", heads), dtype=kind))

    def states(self, u: Tensor) -> Tensor:
        """Whitened (or raw) states (batch, length, N)."""
        return self.layer.states(u) @ self.get_buffer("M")  # type: ignore[operator]

    def forward(self, u: Tensor) -> Tensor:
        """Outputs (batch, length, heads), complex where the states are."""
        return self.states(u).conj() @ self.w

    def kernel(self, horizon: int) -> NDArray[np.complex128]:
        """k_τ of every head, (heads, horizon): the response to a unit impulse."""
        with torch.no_grad():
            return self(impulse(horizon))[0].T.resolve_conj().numpy().astype(np.complex128)


class Window(nn.Module):
    """A causal convolution of width U: y_t = Σ_{τ<U} k_τ u_{t−τ}. Arguments: width; seed; dtype."""

    def __init__(self, width: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.k = nn.Parameter(torch.randn(1, as_count("width", width), generator=generator, dtype=dtype))

    def forward(self, u: Tensor) -> Tensor:
        """Outputs. Arguments: u (batch, length, 1). Returns: the same shape."""
        return torch.stack([filtered(series[:, 0], self.k) for series in u])


def one_step(model: nn.Module, delay: int, optimiser: Optimiser, horizon: int = 64) -> float:
    """Lag K of the kernel after one step from where the model is, for a teacher of delay K, on the population loss.

    Arguments: model; delay K; optimiser; horizon > K of the impulse. Returns: real part of k_K.
    Raises: ValueError for horizon <= delay.
    """
    horizon = as_count("horizon", horizon, least=as_count("delay", delay, least=0) + 1)
    u = impulse(horizon)
    descend(model, u, u.roll(delay, 1), optimiser, 1)
    with torch.no_grad():
        return float(model(u)[0, delay, 0].real)


@dataclass(frozen=True)
class FlowConfig:
    """Descent of whitened read-outs on sampled series.

    teacher kernel; horizon of the kernels returned; eta, steps; samples T, washout before them; seeds of the series.
    """

    teacher: tuple[float, ...] = (0.0, 0.0, 1.0)
    horizon: int = 16
    eta: float = 0.1
    steps: int = 40
    samples: int = 4000
    washout: int = 400
    seeds: tuple[int, ...] = tuple(range(16))


@dataclass(frozen=True)
class Trajectory:
    """Times t = −m log(1−η) (m+1,); mean kernel over the seeds and its standard error, (m+1, horizon), real parts."""

    time: NDArray[np.float64]
    kernel: NDArray[np.float64]
    error: NDArray[np.float64]


def measure_flow(layer: nn.Module, config: FlowConfig) -> Trajectory:
    """Kernels along gradient descent from 0, whose m-th step is gradient flow at t = −m log(1−η).

    Arguments: layer with fixed poles, float64; config. Returns: Trajectory.
    Raises: ValueError for eta outside (0, 1), or fewer than two seeds.
    """
    if not 0 < as_real("eta", config.eta) < 1:
        raise ValueError(f"eta = {config.eta}: must lie in (0, 1), for steps to have times on the flow")
    if len(set(config.seeds)) < 2:
        raise ValueError(f"seeds = {config.seeds}: must be at least two")
    teacher = torch.as_tensor(as_real_vector("teacher", config.teacher))[None]
    whitened = FixedPoles(layer)
    response = whitened.states(impulse(config.horizon))[0].conj().resolve_conj().detach()
    runs = []
    for seed in config.seeds:
        x, y = _series(whitened, teacher, config.samples, config.washout, seed)
        path = descend(_Linear(x), x, y, sgd(config.eta), config.steps, 0.5 / len(y))
        runs.append((np.array(path) @ response.numpy().T).real)
    error = np.std(runs, axis=0, ddof=1) / np.sqrt(len(runs))
    return Trajectory(-np.arange(config.steps + 1) * np.log1p(-config.eta), np.mean(runs, axis=0), error)


class _Linear(nn.Module):
    """A read-out of states x (T, N) that are already there: y = x^* w, from w = 0. Returns outputs (T, heads)."""

    def __init__(self, x: Tensor, heads: int = 1) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.zeros(x.shape[1], heads, dtype=x.dtype))

    def forward(self, x: Tensor) -> Tensor:
        return x.conj() @ self.w


def _series(model: FixedPoles, kernels: Tensor, samples: int, washout: int, seed: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    u = torch.randn(samples + washout, generator=generator, dtype=torch.float64)
    with torch.no_grad():
        x = model.states(u[None, :, None])[0, washout:]
    return x, filtered(u, kernels)[washout:]


def trained_residuals(
    layer: nn.Module, teachers: ArrayLike, seed: int, samples: int = 10_000, washout: int = 400, steps: int = 12
) -> NDArray[np.float64]:
    """Mean squared error, on a fresh series, of one read-out for each teacher, trained together.

    Arguments: layer, poles fixed; teachers (heads, S), real; seed; samples of the training and of the fresh series;
    washout >= S, until the start is forgotten; steps of whitened descent with η = 0.8: what
    is left of the way is at most 0.4^steps while sample eigenvalues lie within a quarter of 1.
    Returns: float64 (heads,), above min_w E|y − y*|² by about N/samples of it.
    """
    kernels = torch.as_tensor(np.atleast_2d(np.asarray(teachers, dtype=np.float64)))
    whitened = FixedPoles(layer)
    x, y = _series(whitened, kernels, samples, as_count("washout", washout, least=kernels.shape[1]), seed)
    trained = _Linear(x, len(kernels))
    descend(trained, x, y, sgd(0.8), steps, 0.5 / len(y))
    fresh, target = _series(whitened, kernels, samples, washout, seed + 10_000)
    with torch.no_grad():
        error = trained(fresh) - target
    return np.asarray((error.abs() ** 2).mean(dim=0).numpy())


def leaky_line(width: int, leak: float) -> LinearRNN:
    """A delay line of `width` states whose last one keeps a share of itself: poles 0, .., 0 and `leak`, float64."""
    A = np.eye(as_count("width", width), k=-1)
    A[-1, -1] = as_real("leak", leak)
    return LinearRNN(A, np.eye(width)[0], dtype=torch.float64)


def learned_kernel(
    model: nn.Module, teacher: Sequence[float], optimiser: Optimiser, steps: int, horizon: int, samples: int, seed: int
) -> NDArray[np.float64]:
    """The kernel of a model trained on a white series, by its response to an impulse.

    Arguments: model, of (1, T, 1) inputs, one output; teacher kernel; optimiser, steps; horizon of the kernel returned;
    samples, seed of the series. Returns: float64 (horizon,).
    """
    series = torch.randn(samples, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    u, y = series[None, :, None], filtered(series, torch.as_tensor(as_real_vector("teacher", teacher))[None])
    if isinstance(model, FixedPoles):  # the states stay what they are: run the layer once
        x = model.states(u)[0].detach()
        read = _Linear(x)
        descend(read, x, y, optimiser, steps, 0.5 / samples)
        model.w.data = read.w.data
    else:
        descend(model, u, y[None], optimiser, steps, 0.5 / samples)
    with torch.no_grad():
        return model(impulse(horizon))[0, :, 0].real.resolve_conj().numpy().copy()
