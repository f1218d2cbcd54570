"""What torch says about poles that learn: its gradient of memory, a layer's gradient on data, a whole training run.

Criteria, written before the first run:
- autograd through the cascade of lossless sections is 2·conj of the closed gradient, to rounding;
- the gradient by a layer's parameters of its sampled loss, read-out solved, is that of −M within 5 standard errors of
  the mean over seeds;
- before and after a training run, D by autograd of the layer's sampled loss and M by regression on its own states:
  D is the closed gradient, |D|(1 − |λ|²) <= √(M(1 − M)), arcsin√M has moved by no more than the poles have travelled,
  Σ M is the number of poles, Σ D is 0 and every pole adds to M what its section holds; all within 5 standard errors
  of the mean over seeds.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.layers import LRU
from models.learning.spectra import SPECTRA
from models.memory.recall import whole_sum
from models.tasks.delay import delayed_recall
from numerics.learning import hyperbolic_length, pole_gradients
from numerics.memory import cascade_memory
from numerics.preconditions import as_count

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]


def torch_memory(poles: Tensor, lag: int) -> Tensor:
    """M_τ by the definition of the lossless cascade, one step and one section at a time, differentiable.

    s' = λs + g a, the next section's a is g s − λ̄ a; M_τ = Σ_n |s^{(n)}_{τ+1}|² after one impulse

    Arguments: poles, complex tensor (N,), |λ| < 1; lag = τ >= 0. Returns: real scalar.
    """
    gains = torch.sqrt(1 - poles.real**2 - poles.imag**2)
    states = [torch.zeros_like(poles[0]) for _ in poles]
    for step in range(lag + 1):
        a = torch.full_like(poles[0], float(step == 0))
        for n, (pole, gain) in enumerate(zip(poles, gains, strict=True)):
            states[n], a = pole * states[n] + gain * a, gain * states[n] - pole.conj() * a
    return torch.stack([(state * state.conj()).real for state in states]).sum()


def autograd_gradient(poles: Complex, lag: int) -> Complex:
    """∂M_τ/∂λ by torch, which returns ∂/∂Re λ + i ∂/∂Im λ = 2·conj of it. Arguments: poles (N,); lag."""
    leaf = torch.tensor(np.asarray(poles, dtype=np.complex128), requires_grad=True)
    torch_memory(leaf, lag).backward()
    assert leaf.grad is not None
    return np.asarray(leaf.grad.numpy().conj() / 2, dtype=np.complex128)


def sampled_gradient(layer: LRU, delay: int | range, samples: int, seed: int) -> Complex:
    """∂M_K/∂λ of a layer's poles as its parameters see it on data: minus the loss of the best read-out, differentiated.

    L_2 = min_C mean(Re(C x_t) − u_{t−K})²; at the best C its change drops out, so −∂L_2/∂(ν, θ) = ∂M_K/∂(ν, θ).
    With λ = exp(−e^ν + iθ) and the conjugate pole moving along: ∂M/∂ν = −4 Re(D e^ν λ), ∂M/∂θ = −4 Im(D λ).

    Arguments: layer, one input channel, float64, no real poles; delay = K, or a range of them, whose losses are
        added; samples, after a washout; seed.
    Returns: complex (n,), D of every stored pole, summed over the delays.
    """
    delays = range(delay, delay + 1) if isinstance(delay, int) else delay
    washout = max(delays) + int(40 / -np.log(np.abs(layer.poles()).max()))
    u = torch.randn(1, samples + washout, 1, generator=torch.Generator().manual_seed(seed), dtype=layer.nu.dtype)
    states = layer.states(u)[0, washout:]
    features = torch.cat([states.real, states.imag], dim=1)
    target = torch.cat([u[0, washout - K : washout - K + samples] for K in delays], dim=1)
    with torch.no_grad():
        readout = torch.linalg.lstsq(features, target).solution
    loss = torch.sum(torch.mean((features @ readout - target) ** 2, dim=0) / torch.mean(target**2, dim=0))
    by_nu, by_phase = (grad.numpy() for grad in torch.autograd.grad(loss, [layer.nu, layer.phase]))
    turned = by_nu / (4 * np.exp(layer.nu.detach().numpy())) + 0.25j * by_phase
    return np.asarray(turned / layer.double_poles().detach().numpy(), dtype=np.complex128)


@dataclass(frozen=True)
class Config:
    """One run: an LRU of N states on a spectrum without real poles, trained by Adam to recall `delay` steps back.

    steps of Adam at `rate`, the poles at `pole_rate`; `record` steps between records; batch and length of sequences;
    horizon of the memory functions; seed of everything.
    """

    N: int = 6
    spectrum: str = "S4D-Inv"
    dt: float = 0.1
    delay: int = 20
    steps: int = 600
    rate: float = 2e-2
    pole_rate: float = 1e-2
    record: int = 20
    batch: int = 16
    length: int = 100
    horizon: int = 80
    seed: int = 0


@dataclass(frozen=True)
class Curve:
    """The run at every recorded step, r records.

    step (r,); loss (r,), of that step's batch; poles (r, N); memory (r, horizon), exact; gradient (r, N, horizon),
    closed, at the recorded poles; length (r, N), hyperbolic, travelled so far, all steps counted; capacity (r,), exact
    Σ M; missing (r,), bound on what the sum leaves out.
    """

    step: NDArray[np.int64]
    loss: Real
    poles: Complex
    memory: Real
    gradient: Complex
    length: Real
    capacity: Real
    missing: Real


def small(seed: int = 0) -> Config:
    """A run of a fraction of a second."""
    return Config(N=4, delay=8, steps=150, record=50, batch=8, length=40, horizon=32, seed=seed)


def measure(config: Config) -> Curve:
    """Train once and read every record off the poles. Arguments: config. Returns: Curve. Raises: ValueError."""
    losses, path, _ = trained(config)
    shown = np.arange(0, config.steps + 1, as_count("record", config.record))
    sums = np.array([whole_sum(poles) for poles in path[shown]])
    return Curve(
        step=shown,
        loss=losses[shown],
        poles=path[shown],
        memory=np.array([cascade_memory(poles, config.horizon) for poles in path[shown]]),
        gradient=np.array([pole_gradients(poles, config.horizon) for poles in path[shown]]),
        length=np.array([hyperbolic_length(path[: step + 1]) for step in shown]),
        capacity=sums[:, 0],
        missing=sums[:, 1],
    )


def initial(config: Config) -> LRU:
    """The layer that a run starts from. Arguments: config. Raises: ValueError for a spectrum with a real pole."""
    half = SPECTRA[config.spectrum](config.N, config.dt, config.delay, config.seed)
    if np.any(half.imag == 0):
        raise ValueError(
            f"spectrum = {config.spectrum}: holds a real pole, which would part into two when it leaves the axis"
        )
    return LRU(half, seed=config.seed, dtype=torch.float64)


def trained(config: Config) -> tuple[Real, Complex, LRU]:
    """One run: losses (steps + 1,), poles with conjugates (steps + 1, N), and the layer that has the last of them."""
    layer = initial(config)
    generator = torch.Generator().manual_seed(config.seed)
    optimiser = torch.optim.Adam(
        [{"params": [layer.B, layer.C], "lr": config.rate}, {"params": layer.pole_parameters(), "lr": config.pole_rate}]
    )
    losses, path = [], []
    for _ in range(as_count("steps", config.steps) + 1):
        u, target = delayed_recall(config.batch, config.length, config.delay, generator, torch.float64)
        loss = torch.nn.functional.mse_loss(layer(u)[:, config.delay :], target[:, config.delay :])
        losses.append(loss.item())
        now = layer.double_poles().detach().numpy()
        path.append(np.concatenate([now, now.conj()]))  # a pair may cross the real axis: it stays a pair
        if len(path) <= config.steps:
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return np.array(losses), np.array(path), layer
