"""Several copies of one deep network side by side, each with its own parameters, trained in one pass.

Every parameter and every activation has a leading axis of R replicas, and nothing ever mixes two of them: a loss
summed over replicas has for each of them the gradient it would have alone. A comparison over seeds and training regimes
is then one run, at the cost on a GPU of little more than one of its members.

Glossary: R replicas · B batch · L length · H channels, one diagonal system each · n poles of a half spectrum.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn
from torch.nn import functional

from models.layers.kernels import diagonal_kernel
from models.layers.recurrences import causal_convolution, closed_poles
from numerics.preconditions import as_count, as_poles, as_real

#: What a network makes of its last hidden sequence: (R, H, B, L) and the inputs -> (R, H, B, ..).
Read = Callable[[Tensor, Tensor], Tensor]


class Affine(nn.Module):
    """W_r x + b_r for each replica, W uniform in ±1/√inputs as in `torch.nn.Linear`.

    Arguments: inputs, outputs; generators, one per replica.
    """

    def __init__(self, inputs: int, outputs: int, generators: Sequence[torch.Generator]) -> None:
        super().__init__()
        self.weight = nn.Parameter(_uniform((outputs, inputs), inputs**-0.5, generators))
        self.bias = nn.Parameter(_uniform((outputs, 1), inputs**-0.5, generators))

    def forward(self, x: Tensor) -> Tensor:
        """Arguments: x (R, inputs, ..). Returns: (R, outputs, ..)."""
        return torch.baddbmm(self.bias, self.weight, x.flatten(2)).unflatten(2, x.shape[2:])


class FNN(nn.Module):
    """W_k ReLU(… ReLU(W_1 x + b_1) …) + b_k for each replica.

    Arguments: widths, of the input, of every hidden layer and of the output; generators, one per replica.
    Raises: ValueError for fewer than two widths, or one below 1.
    """

    def __init__(self, widths: Sequence[int], generators: Sequence[torch.Generator]) -> None:
        super().__init__()
        if len(widths) < 2:
            raise ValueError(f"widths = {tuple(widths)}: must be those of the input and the output at least")
        sizes = [as_count("width", width) for width in widths]
        self.maps = nn.ModuleList(Affine(*pair, generators) for pair in pairwise(sizes))

    def forward(self, x: Tensor) -> Tensor:
        """Arguments: x (R, inputs, ..). Returns: (R, outputs, ..)."""
        for affine in self.maps[:-1]:
            x = torch.relu(affine(x))
        return self.maps[-1](x)


class Norm(nn.Module):
    """Layer normalisation over the channels, with gain and offset for each replica."""

    def __init__(self, channels: int, replicas: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(replicas, channels, 1, 1))
        self.offset = nn.Parameter(torch.zeros(replicas, channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Arguments: x (R, H, B, L). Returns: the same shape."""
        centred = x - x.mean(1, keepdim=True)
        scale = torch.rsqrt(centred.square().mean(1, keepdim=True) + 1e-5)
        return torch.addcmul(self.offset, centred * scale, self.gain)


class Heads(nn.Module):
    """One diagonal system per channel and replica, poles parametrised inside the unit circle.

    y_t = Σ_l K_l u_{t−l} + D u_t,  K_l = Σ_k w_k Re(C_k √(1 − |λ_k|²) λ_k^l),  λ_k = exp(e^δ(−e^{ν_k} + iθ_k))

    w = 2 for a pole of a conjugate pair and 1 for a real one, which stays real and keeps its sign. δ, one per channel,
    is the logarithm of a step relative to the one the poles were given at: ν and θ move single poles, δ moves a
    channel's poles together along λ^c (a negative one by its modulus). With unit C every mode has unit energy, so the
    size of C does not depend on how slow a pole is.

    Arguments: poles, discrete half spectrum (n,) or one per replica and channel (R, H, n), 0 < |λ| < 1, Im λ >= 0;
        channels H; generators, one per replica.
    Raises: ValueError for poles outside the circle, at zero, or below the real axis.
    """

    def __init__(self, poles: ArrayLike, channels: int, generators: Sequence[torch.Generator]) -> None:
        super().__init__()
        given = np.asarray(poles, dtype=np.complex128)
        flat = as_poles(given.ravel())
        if not np.all(flat) or np.any(flat.imag < 0):
            k = int(np.argmax((flat == 0) | (flat.imag < 0)))
            raise ValueError(f"poles[{k}] = {flat[k]}: a half spectrum here needs |λ| > 0 and Im λ >= 0")
        half = np.broadcast_to(given, (len(generators), channels, given.shape[-1]))
        self.nu = nn.Parameter(torch.tensor(np.log(-np.log(np.abs(half))), dtype=torch.float32))
        self.theta = nn.Parameter(torch.tensor(np.angle(half), dtype=torch.float32))
        self.delta = nn.Parameter(torch.zeros(len(generators), channels, 1))
        self.C = nn.Parameter(_normal((channels, half.shape[-1], 2), half.shape[-1] ** -0.5, generators))
        self.D = nn.Parameter(_normal((channels,), 1.0, generators))
        self.pair: Tensor
        self.angle: Tensor
        self.register_buffer("pair", torch.tensor(half.imag != 0, dtype=torch.float32))
        self.register_buffer("angle", torch.tensor(np.angle(half), dtype=torch.float32))

    def logarithms(self, dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor]:
        """−log|λ|, kept above 4 eps of float32, and arg λ; each (R, H, n)."""
        step = self.delta.to(dtype).exp()
        rate = (self.nu.to(dtype).exp() * step).clamp(min=4 * torch.finfo(torch.float32).eps)
        return rate, torch.where(self.pair > 0, self.theta.to(dtype) * step, self.angle.to(dtype))

    def kernel(self, length: int) -> Tensor:
        """K_l, l < length. Returns: (R, H, length)."""
        rate, phase = self.logarithms()
        weight = torch.sqrt(-torch.expm1(-2 * rate)) * (1 + self.pair) / 2
        C = torch.view_as_complex(self.C) * weight
        poles = torch.exp(torch.complex(-rate, phase))
        return diagonal_kernel(C.flatten(0, 1), poles.flatten(0, 1), length).unflatten(0, C.shape[:2])

    def forward(self, u: Tensor) -> Tensor:
        """Arguments: u (R, H, B, L). Returns: the same shape."""
        y = causal_convolution(self.kernel(u.shape[-1])[:, :, None], u)
        return torch.addcmul(y, u, self.D[:, :, None, None])

    def double_poles(self) -> Tensor:
        """λ in float64 from the parameters, the stored half. Returns: complex (R, H, n)."""
        rate, phase = self.logarithms(torch.float64)
        return torch.exp(torch.complex(-rate, phase))


class Block(nn.Module):
    """x + dropout(GLU(GELU(heads(norm(x)))))."""

    def __init__(self, poles: ArrayLike, channels: int, generators: Sequence[torch.Generator]) -> None:
        super().__init__()
        self.norm = Norm(channels, len(generators))
        self.heads = Heads(poles, channels, generators)
        self.gate = Affine(channels, 2 * channels, generators)

    def forward(self, x: Tensor, keep: Tensor | None) -> Tensor:
        """Arguments: x (R, H, B, L); keep: probability that an entry survives, (R, 1, 1, 1), or None."""
        y = functional.glu(self.gate(functional.gelu(self.heads(self.norm(x)))), dim=1)
        return x + (y if keep is None else y * (torch.rand_like(y) < keep) / keep)


class Replicas(nn.Module):
    """Encoder, residual blocks of diagonal systems, read, decoder: R independent networks.

    Arguments: poles of every block, a half spectrum (n,), or (layers, R, H, n); inputs: channels of the input, or the
        size of the vocabulary of integer tokens, which are read one-hot; outputs; channels H; layers; read: which
        hidden vectors are decoded; seeds, one per replica: equal seeds start from equal parameters; dropout: rate in
        [0, 1) of each replica.
    Raises: ValueError for bad counts, rates or poles.
    """

    def __init__(
        self,
        poles: ArrayLike,
        inputs: int,
        outputs: int,
        channels: int,
        layers: int,
        read: Read,
        seeds: Sequence[int],
        dropout: Sequence[float] = (),
    ) -> None:
        super().__init__()
        channels, self.inputs = as_count("channels", channels), as_count("inputs", inputs)
        generators = [torch.Generator().manual_seed(as_count("seed", seed, least=0)) for seed in seeds]
        rates = [_rate(rate) for rate in dropout] or [0.0] * len(generators)
        if not generators or len(rates) != len(generators):
            raise ValueError(f"{len(seeds)} seeds and {len(dropout)} dropout rates: must be one of each per replica")
        given = np.asarray(poles)
        if given.ndim == 0 or (given.ndim == 4 and len(given) != layers):
            raise ValueError(f"poles have shape {given.shape}: must be (n,) or ({layers}, R, H, n)")
        of_layer = list(given) if given.ndim == 4 else [given] * as_count("layers", layers)
        self.encoder = Affine(self.inputs, channels, generators)
        self.blocks = nn.ModuleList(Block(half, channels, generators) for half in of_layer)
        self.decoder = Affine(channels, as_count("outputs", outputs), generators)
        self.read = read
        self.keep: Tensor
        self.register_buffer("keep", 1 - torch.tensor(rates)[:, None, None, None])
        self.drops = any(rates)

    def forward(self, inputs: Tensor) -> Tensor:
        """Arguments: inputs (R, B, L, channels) or integer tokens (R, B, L). Returns: (R, B, .., outputs)."""
        floating = inputs if inputs.is_floating_point() else functional.one_hot(inputs, self.inputs).float()
        x = self.encoder(floating.movedim(-1, 1))
        for block in self.blocks:
            x = block(x, self.keep if self.drops and self.training else None)
        return self.decoder(self.read(x, inputs)).movedim(1, -1)

    @property
    def heads(self) -> list[Heads]:
        """The diagonal systems of every layer."""
        return [module for module in self.modules() if isinstance(module, Heads)]

    def pole_parameters(self) -> list[nn.Parameter]:
        """The parameters that move poles: modulus, phase and step of every layer."""
        return [p for heads in self.heads for p in (heads.nu, heads.theta, heads.delta)]

    def stored_poles(self) -> NDArray[np.complex128]:
        """The half spectra in float64. Returns: complex128 (layers, R, H, n)."""
        return np.stack([heads.double_poles().detach().cpu().numpy() for heads in self.heads])

    def poles(self) -> NDArray[np.complex128]:
        """All discrete poles of all replicas, layers and channels, both halves. Returns: complex128, flat."""
        return np.concatenate([closed_poles(heads.double_poles()) for heads in self.heads])


def _rate(value: float) -> float:
    if not 0 <= as_real("dropout", value) < 1:
        raise ValueError(f"dropout = {value}: must lie in [0, 1)")
    return float(value)


def _uniform(shape: tuple[int, ...], bound: float, generators: Sequence[torch.Generator]) -> Tensor:
    return torch.stack([(2 * torch.rand(shape, generator=g) - 1) * bound for g in generators])


def _normal(shape: tuple[int, ...], scale: float, generators: Sequence[torch.Generator]) -> Tensor:
    return torch.stack([torch.randn(shape, generator=g) * scale for g in generators])


def mean_over_time(hidden: Tensor, inputs: Tensor) -> Tensor:
    """The mean of all steps. Arguments: hidden (R, H, B, L); inputs. Returns: (R, H, B)."""
    return hidden.mean(-1)


def mean_over_tokens(hidden: Tensor, inputs: Tensor) -> Tensor:
    """The mean of the steps that hold a token, 0 being padding. Arguments: (R, H, B, L), (R, B, L) -> (R, H, B)."""
    held = (inputs != 0).to(hidden.dtype)[:, None]
    return (hidden * held).sum(-1) / held.sum(-1).clamp(min=1)


def last_step(hidden: Tensor, inputs: Tensor) -> Tensor:
    """The last step. Arguments: hidden (R, H, B, L); inputs. Returns: (R, H, B)."""
    return hidden[..., -1]


def every_step(hidden: Tensor, inputs: Tensor) -> Tensor:
    """All steps as they are."""
    return hidden
