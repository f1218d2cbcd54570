"""The feed-forward network that acts on each token alone."""

from collections.abc import Sequence

import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from models.layers.recurrences import complex_dtype, real_tensor

#: One affine map: weight (outputs, inputs) and bias (outputs,).
AffineMap = tuple[ArrayLike, ArrayLike]


class MLP(nn.Module):
    """y = W_ℓ ReLU(… ReLU(W_1 u + b_1) …) + b_ℓ at every token: ReLU after every affine map but the last.

    Arguments: maps, (W_i (n_i, n_{i−1}), b_i (n_i,)) in order, at least one; dtype.
    Raises: ValueError for no map, for entries that are not real and finite, and for shapes that do not fit together.
    """

    def __init__(self, maps: Sequence[AffineMap], *, dtype: torch.dtype = torch.float64) -> None:
        super().__init__()
        complex_dtype(dtype)
        if not maps:
            raise ValueError("maps = (): must be at least one affine map")
        self.weights, self.biases = nn.ParameterList(), nn.ParameterList()
        for i, (weight, bias) in enumerate(maps):
            W, b = real_tensor(f"weight {i}", weight, dtype), real_tensor(f"bias {i}", bias, dtype)
            inputs = self.weights[-1].shape[0] if i else None
            if W.dim() != 2 or b.shape != W.shape[:1] or inputs not in (None, W.shape[1]):
                raise ValueError(
                    f"map {i} has shapes {tuple(W.shape)}, {tuple(b.shape)}: must be (n, {inputs or 'm'}) and (n,)"
                )
            self.weights.append(nn.Parameter(W))
            self.biases.append(nn.Parameter(b))

    def forward(self, u: Tensor) -> Tensor:
        """Arguments: u (.., inputs), at least two axes. Returns: (.., outputs). Raises: ValueError for another u."""
        first = self.weights[0]
        if u.dim() < 2 or u.shape[-1] != first.shape[1] or u.dtype != first.dtype:
            raise ValueError(f"u is {tuple(u.shape)}, {u.dtype}: must be (.., {first.shape[1]}), {first.dtype}")
        for i, (W, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            u = torch.addmm(b, u.flatten(0, -2), W.T).unflatten(0, u.shape[:-1])
            u = torch.relu(u) if i + 1 < len(self.weights) else u
        return u
