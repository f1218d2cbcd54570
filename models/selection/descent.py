"""The loop of the small witnesses, which need nothing of `models.training` but steps on a loss."""

from collections.abc import Callable

import torch
from torch import Tensor

from numerics.preconditions import as_count


def descend(optimiser: torch.optim.Optimizer, loss: Callable[[int], Tensor], steps: int) -> list[float]:
    """Steps of any optimiser, those that evaluate the loss several times included.

    Arguments: optimiser, of the parameters that move; loss(step), a scalar, step from 0 on; steps >= 1.
    Returns: the loss before each step. Raises: ValueError for steps < 1.
    """
    losses = []
    for step in range(as_count("steps", steps)):

        def closure(step: int = step) -> Tensor:
            optimiser.zero_grad()
            value = loss(step)
            value.backward()
            return value

        losses.append(float(optimiser.step(closure).detach()))  # type: ignore[arg-type, attr-defined]
    return losses
