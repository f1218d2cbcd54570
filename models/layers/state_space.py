"""The linear state space model with its four matrices as they are: any real A, stable or not."""

import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from models.layers.recurrences import check_input, complex_dtype, scan, scan_dense


class StateSpace(nn.Module):
    """x_t = A x_{t−1} + B u_t, y_t = C x_t + D u_t, x before the first step zero.

    Nothing keeps A stable: an integrator (A = I) and a delay line (A a shift) are exactly that. The parallel form adds
    and multiplies in another order than the recurrence: where all sums are integers below 1/eps both are exact,
    elsewhere they agree to rounding as long as the powers of A do not grow.

    Arguments: A (N, N), or (N,) for a diagonal one; B (N, m); C (p, N); D (p, m); all real; dtype.
    Raises: ValueError for shapes that do not fit together.
    """

    def __init__(
        self, A: ArrayLike, B: ArrayLike, C: ArrayLike, D: ArrayLike, *, dtype: torch.dtype = torch.float64
    ) -> None:
        super().__init__()
        complex_dtype(dtype)
        given = [torch.as_tensor(matrix, dtype=dtype).clone() for matrix in (A, B, C, D)]
        shapes = [tuple(matrix.shape) for matrix in given]
        N, (p, m) = len(given[0]), (shapes[3] if len(shapes[3]) == 2 else (-1, -1))
        if shapes[0] not in ((N,), (N, N)) or shapes[1:] != [(N, m), (p, N), (p, m)]:
            raise ValueError(f"A, B, C, D have shapes {shapes}: must be (N, N) or (N,), (N, m), (p, N), (p, m)")
        self.A, self.B, self.C, self.D = map(nn.Parameter, given)

    def states(self, u: Tensor) -> Tensor:
        """The state sequence, by doubling. Arguments: u (batch, length, m). Returns: (batch, length, N)."""
        check_input(u, self.B.shape[1], self.B)
        return (scan if self.A.dim() == 1 else scan_dense)(self.A, u @ self.B.T)

    def forward(self, u: Tensor) -> Tensor:
        """Outputs of a whole sequence. Arguments: u (batch, length, m). Returns: (batch, length, p)."""
        return self.states(u) @ self.C.T + u @ self.D.T

    def initial_state(self, batch: int) -> Tensor:
        """Zeros (batch, N)."""
        return self.B.new_zeros(batch, len(self.B))

    def step(self, state: Tensor, u: Tensor) -> tuple[Tensor, Tensor]:
        """One step. Arguments: state (batch, N), u (batch, m). Returns: the next state and y (batch, p)."""
        carried = state * self.A if self.A.dim() == 1 else state @ self.A.T
        state = carried + u @ self.B.T
        return state, state @ self.C.T + u @ self.D.T
