"""The S4D kernel timed: ours, the direct Vandermonde evaluation, and the bare matrix product of the same sizes.

Glossary: H heads · N poles of a half spectrum · L length · l = jM + i · u = 2^-24, the roundoff of float32.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.layers.initialisations import inv, legs
from models.layers.kernels import block_length, diagonal_kernel
from models.layers.s4 import S4

Real = NDArray[np.float64]
Work = Callable[[], Tensor]


@dataclass(frozen=True)
class Config:
    """Sizes of one comparison; `direct_heads` heads are evaluated directly, and the time multiplied by H/direct_heads.

    Fewer heads favour the direct evaluation: its arrays of N·L numbers each come closer to fitting into the cache.
    """

    heads: int = 256
    states: int = 64
    length: int = 16_384
    direct_heads: int = 16
    repeats: int = 5
    seed: int = 0


@dataclass(frozen=True)
class Speed:
    """What `kernel_speed` found.

    ours, direct, bare (repeats, 2): processor seconds forward, and forward + backward; of ours and bare the best of
    four in every repeat, for the direct evaluation lasts long enough to average over what else the machine does. The
    minimum over repeats is what a quiet machine needs. lags (k,); error_block, error_direct (k,): largest float32
    error up to that lag, for poles e^z of float32 z, in units of u Σ|c||λ|^l + 2^-126 Σ|c|, the second term for
    powers that underflow; error_given (k,): ours for the poles as rounded; bound: that of `diagonal_kernel` in the
    same units.
    """

    ours: Real
    direct: Real
    bare: Real
    lags: NDArray[np.int64]
    error_block: Real
    error_direct: Real
    error_given: Real
    bound: float

    def ratios(self) -> tuple[Real, Real]:
        """direct/ours and ours/bare, each (2,): forward, and forward + backward, by the fastest repeat of each."""
        ours, direct, bare = (times.min(axis=0) for times in (self.ours, self.direct, self.bare))
        return direct / ours, ours / bare


def direct_kernel(coefficients: Tensor, z: Tensor, length: int) -> Tensor:
    """2 Re Σ_n c_n e^{z_n l} with all N L exponentials formed, as the reference implementation does."""
    table = torch.exp(z[..., None] * torch.arange(length, dtype=z.real.dtype, device=z.device))
    return 2 * torch.einsum("hn,hnl->hl", coefficients, table).real


def kernel_speed(config: Config) -> Speed:
    """Time the three in one process, the repeats interleaved, and hold ours against complex128.

    Success: direct/ours >= 80 and ours/bare <= 10, forward and forward + backward, at the default sizes; the error
    of the poles as given stays below its bound at every lag.

    Arguments: config. Returns: Speed.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)  # processor time of several would be their sum
    try:
        works, scales = _works(config)
        rounds = range(config.repeats + 1)  # the first warms up
        times = (
            np.array([[min(_time(work, grad) for _ in range(n)) for work, grad, n in works] for _ in rounds])[1:]
            * scales
        )
    finally:
        torch.set_num_threads(before)
    ours, direct, bare = (times[:, k : k + 2] for k in (0, 2, 4))
    return Speed(ours, direct, bare, *_errors(config))


def _parameters(config: Config) -> tuple[Tensor, Tensor]:
    g = torch.Generator().manual_seed(config.seed)
    c = torch.randn(config.heads, config.states, dtype=torch.complex64, generator=g)
    dt = torch.exp(torch.empty(config.heads, 1).uniform_(np.log(1e-3), np.log(1e-1), generator=g))
    return c, dt * torch.as_tensor(inv(2 * config.states)).to(torch.complex64)


def _works(config: Config) -> tuple[list[tuple[Work, Tensor | None, int]], Real]:
    c, z = (v.requires_grad_() for v in _parameters(config))
    few_c, few_z = (v.detach()[: config.direct_heads].clone().requires_grad_() for v in (c, z))
    M = block_length(config.length)
    J = -(-config.length // M)
    left, right = (torch.randn(config.heads, m, 2 * config.states, requires_grad=True) for m in (J, M))
    grad = torch.randn(config.heads, config.length, generator=torch.Generator().manual_seed(config.seed))
    padded = torch.nn.functional.pad(grad, (0, J * M - config.length)).unflatten(1, (J, M))
    few = config.heads / config.direct_heads
    pairs: list[tuple[Work, Tensor, int]] = [
        (lambda: diagonal_kernel(c, torch.exp(z), config.length), grad, 4),
        (lambda: direct_kernel(few_c, few_z, config.length), grad[: config.direct_heads], 1),
        (lambda: torch.bmm(left, right.mT), padded, 4),
    ]
    works = [(work, given, n) for work, grad, n in pairs for given in (None, grad)]
    return works, np.array([1, 1, few, few, 1, 1])


def _time(work: Work, grad: Tensor | None) -> float:
    start = time.process_time()
    if grad is None:
        with torch.no_grad():
            work()
    else:
        work().backward(grad)
    return time.process_time() - start


def _errors(config: Config) -> tuple[NDArray[np.int64], Real, Real, Real, float]:
    """Of two heads, the slowest and the fastest step, in units of u Σ|c||λ|^l + 2^-126 Σ|c|."""
    c, z = _parameters(config)
    order = z.imag.abs().amax(1).argsort()[[0, -1]]
    c, z, length = c[order], z[order], config.length
    c2, z2 = c.to(torch.complex128), z.to(torch.complex128)
    poles = torch.exp(z)
    true, given = (direct_kernel(c2, v, length) for v in (z2, torch.log(poles.to(torch.complex128))))
    scale = (
        direct_kernel(c2.abs().to(c2.dtype), z2.real.to(c2.dtype), length) * 2.0**-25
        + 2.0**-126 * c2.abs().sum(1)[:, None]
    )
    ours, direct = diagonal_kernel(c, poles, length).double(), direct_kernel(c, z, length).double()
    lags = np.unique(np.geomspace(1, length, 60).astype(np.int64))
    found = [((a - b).abs() / scale).amax(0) for a, b in ((ours, true), (direct, true), (ours, given))]
    block, plain, rounded = (torch.cummax(e, 0).values.numpy()[lags - 1] for e in found)
    return lags, block, plain, rounded, 2 * (2 * config.states + 12)


def step_speed(sizes: tuple[int, ...] = (64, 128, 256, 512, 1024), batch: int = 64, repeats: int = 20) -> Real:
    """`equivalence.dplr_bilinear`: one recurrent step by Woodbury, O(N), and by the dense Ā, O(N²).

    Success: from the first size to the last the dense time grows more than four times as much.

    Arguments: sizes N; batch; repeats, of which the fastest counts. Returns: seconds (2, sizes), Woodbury first.
    """
    found = []
    for N in sizes:
        layer = S4(legs(N), 1e-3)
        with torch.no_grad():
            A, B = (part[0] for part in layer.discrete())
            state, u = layer.initial_state(batch), torch.ones(batch, 1)
            full = torch.zeros(batch, N, dtype=A.dtype)
            works: list[Work] = [lambda: layer.step(state, u)[0], lambda: torch.addmm(u.to(A.dtype) * B, full, A.T)]  # noqa: B023
            found.append([min(_time(work, None) for _ in range(repeats)) for work in works])
    return np.array(found).T
