"""The linear state space model with its four matrices as they are: any real A, stable or not."""

import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from models.layers.recurrences import check_input, complex_dtype, real_tensor, scan, scan_dense
from numerics.preconditions import as_count


class StateSpace(nn.Module):
    """x_t = A x_{t−1} + B u_t, y_t = C x_t + D u_t, x before the first step zero.

    Nothing keeps A stable: an integrator (A = I) and a delay line (A a shift) are exactly that. The parallel form adds
    and multiplies in another order than the recurrence: where all sums are integers below 1/eps both are exact,
    elsewhere they agree to rounding as long as the powers of A do not grow.

    Arguments: A (N, N), or (N,) for a diagonal one; B (N, m); C (p, N); D (p, m); all real; dtype.
    Raises: ValueError for entries that are not real and finite, and for shapes that do not fit together.
    """

    def __init__(
        self, A: ArrayLike, B: ArrayLike, C: ArrayLike, D: ArrayLike, *, dtype: torch.dtype = torch.float64
    ) -> None:
        super().__init__()
        complex_dtype(dtype)
        given = [real_tensor(name, matrix, dtype) for name, matrix in zip("ABCD", (A, B, C, D), strict=True)]
        shapes = [tuple(matrix.shape) for matrix in given]
        N, (p, m) = (shapes[0] or (-1,))[0], (shapes[3] if len(shapes[3]) == 2 else (-1, -1))
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
        """One step. Arguments: state (batch, N), u (batch, m). Returns: the next state and y (batch, p).

        Raises: ValueError for another shape or dtype.
        """
        N, m = self.B.shape
        if u.dim() != 2 or u.shape[1] != m or state.shape != (len(u), N) or not u.dtype == state.dtype == self.B.dtype:
            given = f"state {tuple(state.shape)}, {state.dtype} and u {tuple(u.shape)}, {u.dtype}"
            raise ValueError(f"{given}: must be (batch, {N}) and (batch, {m}), {self.B.dtype}")
        carried = state * self.A if self.A.dim() == 1 else state @ self.A.T
        state = carried + u @ self.B.T
        return state, state @ self.C.T + u @ self.D.T


class BothSides(StateSpace):
    """A state space layer whose last states run backwards in time: it sees what comes before and what comes after.

    x_t = A x_{t−1} + B u_t for the first states, x_t = A x_{t+1} + B u_t for the last `backwards`; y_t = C x_t + D u_t

    Not causal, so without a recurrent form.

    Arguments: A, B, C, D as `StateSpace`, A diagonal or block diagonal in the two kinds of states; backwards, 1..N.
    Raises: ValueError as there, for an A that mixes the two kinds, and at every `step`.
    """

    def __init__(self, A: ArrayLike, B: ArrayLike, C: ArrayLike, D: ArrayLike, *, backwards: int) -> None:
        super().__init__(A, B, C, D)
        self.backwards = as_count("backwards", backwards)
        forwards = len(self.B) - self.backwards
        if forwards < 0:
            raise ValueError(f"backwards = {backwards}: must be at most the number of states, {len(self.B)}")
        if self.A.dim() == 2 and (self.A[:forwards, forwards:].any() or self.A[forwards:, :forwards].any()):
            raise ValueError(f"A mixes the last {backwards} states with the others: must be block diagonal")

    def states(self, u: Tensor) -> Tensor:
        """Both directions. Arguments: u (batch, length, m). Returns: (batch, length, N)."""
        check_input(u, self.B.shape[1], self.B)
        before, after = super().states(u), super().states(u.flip(1)).flip(1)
        return torch.cat([before[..., : -self.backwards], after[..., -self.backwards :]], dim=-1)

    def step(self, state: Tensor, u: Tensor) -> tuple[Tensor, Tensor]:
        """Refused. Raises: ValueError."""
        raise ValueError("a layer that sees both sides has no recurrent form: use the parallel one")
