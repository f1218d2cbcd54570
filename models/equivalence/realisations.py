"""One spectrum realised in several ways: a dense twin, a double pole by two poles, a nearly defective matrix.

Glossary: N states · λ poles · T change of coordinates · κ condition number · u unit roundoff · K kernel.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from models.layers.initialisations import inv
from models.layers.kernels import diagonal_kernel
from models.layers.recurrences import scan_dense
from models.layers.s4d import S4D

Real = NDArray[np.float64]
ROUNDOFF = 2.0**-53


@dataclass(frozen=True)
class Agreement:
    """Largest difference of two computations of one thing, and what rounding allows."""

    gap: float
    tolerance: float


def dense_twin(N: int = 8, condition: float = 1e3, length: int = 300, dt: float = 0.1, seed: int = 0) -> Agreement:
    """`equivalence.similarity_invariance`: an S4D layer and a dense one, (TAT⁻¹, Tb, wT⁻¹), give the same outputs.

    Success: gap <= 4 κ(T)³ u ‖w‖ ‖b‖ max|u_t| / (1 − |λ|)². The scan squares TAT⁻¹, of norm up to κ, with an error of
    κ²u, and T and T⁻¹ outside bring another κ; 1/(1 − |λ|)² is Σ l|λ|^{l−1}, what a changed pole does.

    Arguments: N even; condition κ(T) >= 1 of a random T; length; dt; seed. Returns: Agreement.
    """
    rng = np.random.default_rng(seed)
    layer = S4D(inv(N), dt, seed=seed, dtype=torch.float64)
    poles, B = (part[0].detach() for part in layer.discrete())
    A = torch.zeros(N, N, dtype=torch.float64)
    for k, pole in enumerate(poles):
        A[2 * k : 2 * k + 2, 2 * k : 2 * k + 2] = torch.tensor([[pole.real, -pole.imag], [pole.imag, pole.real]])
    b = torch.view_as_real(B).flatten()
    w = 2 * torch.view_as_real(layer.C[0].detach().conj().resolve_conj()).flatten()
    left, right = (torch.as_tensor(np.linalg.qr(rng.standard_normal((N, N)))[0]) for _ in range(2))
    spread = torch.as_tensor(np.geomspace(1, condition, N))
    T, inverse = (left * spread) @ right, right.T @ (left / spread).T
    u = torch.as_tensor(rng.uniform(-1, 1, (1, length, 1)))
    states = scan_dense(T @ A @ inverse, u * (T @ b))
    gap = float((states @ (w @ inverse) - layer(u).detach()[..., 0]).abs().max())
    scale = float(w.norm() * b.norm() / (1 - poles.abs().max()) ** 2)
    return Agreement(gap, 4 * condition**3 * ROUNDOFF * scale)


@dataclass(frozen=True)
class DoublePole:
    """A double pole's kernel by two poles ε apart: error, its bound and the size of the coefficients, each (ε,)."""

    error: Real
    bound: Real
    coefficient: Real


def double_pole(epsilons: ArrayLike, pole: float = 0.9, length: int = 200) -> DoublePole:
    """`equivalence.defective_has_no_diagonal_twin`: lλ^{l−1} by two poles λ, λ + ε with coefficients ∓1/ε.

    |((λ+ε)^l − λ^l)/ε − lλ^{l−1}| <= ε max_l l(l−1)/2 (λ+ε)^{l−2}

    Success: the error keeps to this bound plus the rounding 8u(λ+ε)^l/ε, so it falls with slope 1, turns near √u, and
    grows like u/ε; for every ε.

    Arguments: epsilons > 0, pole + ε < 1; pole; length >= 3. Returns: DoublePole.
    """
    epsilon = np.asarray(epsilons, dtype=np.float64)
    near = pole + epsilon
    poles = torch.as_tensor(np.stack([near, np.full_like(near, pole)], axis=1)).to(torch.complex128)
    apart = near - pole  # the distance that is stored
    coefficients = torch.as_tensor(np.stack([1 / apart, -1 / apart], axis=1)).to(torch.complex128)
    l = np.arange(length)
    target = l * pole ** np.maximum(l - 1, 0)
    error = np.abs(diagonal_kernel(coefficients / 2, poles, length).numpy() - target).max(axis=1)
    taylor = (l[2:] * (l[2:] - 1) / 2 * near[:, None] ** (l[2:] - 2)).max(axis=1)
    return DoublePole(error, epsilon * taylor + 8 * ROUNDOFF / epsilon, 1 / apart)


@dataclass(frozen=True)
class Rounded:
    """Kernel error of float32 layers built from dense matrices, and κ of their eigenvectors, each (ε,)."""

    error: Real
    condition: Real


def float32_from_dense(epsilons: ArrayLike, N: int = 6, pole: float = 0.4, length: int = 100) -> Rounded:
    """`equivalence.near_defective_condition`: A = λI + J + εe_N e_1^T diagonalised and stored in float32.

    κ(V) = ε^{−(N−1)/N};  V = diag(1, μ, μ², …)·DFT, μ = ε^{1/N}

    Read from the first coordinate, driven at the last, where the condition number acts in full: K_{N−1} = 1 is a sum
    of N terms of modulus κ/N.

    Success: error / (κ 2^-24) stays within [1/64, 8] while κ grows by orders of magnitude: N roundings of κ/N each.

    Arguments: epsilons with λ + ε^{1/N} < 1; N >= 2; pole λ; length. Returns: Rounded.
    """
    turn = np.exp(2j * np.pi * np.arange(N) / N)
    errors = []
    for epsilon in np.asarray(epsilons, dtype=np.float64):
        mu = epsilon ** (1 / N)
        coefficients, poles = mu ** (1 - N) * turn / N, pole + mu * turn
        single = [torch.as_tensor(v[None]).to(torch.complex64) for v in (coefficients / 2, poles)]
        found = diagonal_kernel(single[0], single[1], length)[0].double().numpy()
        A = pole * np.eye(N) + np.eye(N, k=1)
        A[-1, 0] += epsilon
        errors.append(np.abs(found - _powers(A, np.eye(N)[-1], length)[:, 0]).max())
    return Rounded(np.array(errors), np.asarray(epsilons) ** (-(N - 1) / N))


def _powers(A: Real, b: Real, length: int) -> Real:
    """A^l b, (length, N), by doubling."""
    states = b[:, None]
    while states.shape[1] < length:
        states, A = np.hstack([states, A @ states]), A @ A
    return states[:, :length].T
