"""The dense linear recurrent network."""

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import cholesky, solve_discrete_lyapunov, solve_triangular
from torch import Tensor, nn

from models.layers.recurrences import check_input, complex_dtype, gaussian, scan_dense
from numerics.preconditions import as_stable_pair


class LinearRNN(nn.Module):
    """x_t = A x_{t−1} + B u_t, y_t = C x_t, with a dense real A that stays stable whatever its parameters become.

    A = T^{-1} W T / max(1, ‖W‖₂/(1−ε)), T^T T = P, P = I + A₀^T P A₀ (Stein)

    In the coordinates T the initial A₀ is a contraction, strictly; ‖W‖₂ < 1 keeps it one, and ρ(A) <= ‖W‖₂. A
    non-normal A₀ with ‖A₀‖ > 1 is reproduced exactly, which a bound on ‖A‖ itself would not allow.

    Arguments: A (N, N), real, spectral radius < 1; B (N,) or (N, 1); outputs; seed of C; dtype.
    Raises: ValueError for an unstable, complex or non-square A.
    """

    def __init__(
        self,
        A: ArrayLike,
        B: ArrayLike,
        outputs: int = 1,
        *,
        seed: int = 0,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        super().__init__()
        complex_dtype(dtype)
        A, B = as_stable_pair(A, B)
        if np.iscomplexobj(A):
            raise ValueError("A, B are complex: a dense layer is real; a complex diagonal one is LRU")
        T = cholesky(solve_discrete_lyapunov(A.T, np.eye(len(A))))
        W = solve_triangular(T, (T @ A).T, trans="T").T
        self.margin = 4 * torch.finfo(dtype).eps
        self.register_buffer("T", torch.as_tensor(T, dtype=dtype))
        self.W = nn.Parameter(torch.as_tensor(W, dtype=dtype))
        self.B = nn.Parameter(torch.as_tensor(B, dtype=dtype)[:, None])
        self.C = nn.Parameter(gaussian((outputs, len(A)), dtype, seed) / len(A) ** 0.5)

    def transition(self) -> Tensor:
        """A, stable by construction. Returns: (N, N)."""
        norm = torch.linalg.matrix_norm(self.W, ord=2)
        contraction = self.W / torch.clamp(norm / (1 - self.margin), min=1.0)
        T = self.get_buffer("T")
        return torch.linalg.solve_triangular(T, contraction @ T, upper=True)

    def states(self, u: Tensor) -> Tensor:
        """The state sequence, real. Arguments: u (batch, length, 1). Returns: (batch, length, N)."""
        check_input(u, 1)
        return scan_dense(self.transition(), u @ self.B.T)

    def forward(self, u: Tensor) -> Tensor:
        """Outputs of a whole sequence. Arguments: u (batch, length, 1). Returns: (batch, length, outputs)."""
        return self.states(u) @ self.C.T

    def initial_state(self, batch: int) -> Tensor:
        """Zeros (batch, N)."""
        return self.B.new_zeros(batch, len(self.B))

    def step(self, state: Tensor, u: Tensor) -> tuple[Tensor, Tensor]:
        """One step. Arguments: state (batch, N), u (batch, 1). Returns: the next state and y (batch, outputs)."""
        state = state @ self.transition().T + u @ self.B.T
        return state, state @ self.C.T

    def poles(self) -> NDArray[np.complex128]:
        """Eigenvalues of A (LAPACK, float64). Returns: complex128 (N,), closed under conjugation."""
        A = self.transition().detach().cpu().numpy().astype(np.float64)
        return np.linalg.eigvals(A).astype(np.complex128)

    def pole_parameters(self) -> list[nn.Parameter]:
        """The parameters that move the poles."""
        return [self.W]
