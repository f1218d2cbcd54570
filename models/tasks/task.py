"""What a data source is to the training loop: batches to train on, sequences to test on, and what counts as solved.

Losses and metrics are taken per replica: outputs and targets lead with R replicas.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from models.layers.replicas import Read

Batch = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Task:
    """One learning problem.

    inputs: channels, or size of the vocabulary of integer tokens; outputs; read: which hidden vectors are decoded;
    draw(batch, generator) -> inputs and targets of a training batch on the generator's device; train, validation,
    test: fixed sequences that are evaluated, train being of those trained on; loss and metric: (R, B, .., outputs) and
    targets (R, B, ..) -> (R,); better: +1 where a larger metric is better, −1 where a smaller one is; gate: the metric
    from which on the task counts as learnt; margin: δ, the difference of metrics that matters.
    """

    inputs: int
    outputs: int
    read: Read
    draw: Callable[[int, torch.Generator], Batch]
    train: Batch
    validation: Batch
    test: Batch
    loss: Callable[[Tensor, Tensor], Tensor]
    metric: Callable[[Tensor, Tensor], Tensor]
    better: int
    gate: float
    margin: float


def as_floating(dtype: torch.dtype) -> torch.dtype:
    """The dtype of real sequences: floating, never integer, truth value or complex; else a ValueError."""
    if not isinstance(dtype, torch.dtype) or not dtype.is_floating_point:
        raise ValueError(f"dtype = {dtype}: must be a real floating-point dtype of torch")
    return dtype


def squared_errors(outputs: Tensor, targets: Tensor) -> Tensor:
    """Mean squared error. Arguments: both (R, ..). Returns: (R,)."""
    return (outputs - targets).square().flatten(1).mean(1)


def cross_entropies(outputs: Tensor, targets: Tensor) -> Tensor:
    """Mean cross-entropy in nats. Arguments: logits (R, .., classes), labels (R, ..). Returns: (R,)."""
    losses = nn.functional.cross_entropy(outputs.flatten(0, -2), targets.flatten(), reduction="none")
    return losses.view(len(outputs), -1).mean(1)


def accuracies(outputs: Tensor, targets: Tensor) -> Tensor:
    """Share of right answers. Arguments: logits (R, .., classes), labels (R, ..). Returns: (R,)."""
    return (outputs.argmax(-1) == targets).double().flatten(1).mean(1)


def sampler(part: Batch) -> Callable[[int, torch.Generator], Batch]:
    """Batches drawn with replacement from fixed sequences. Arguments: part, its first axis the sequences."""

    def draw(batch: int, generator: torch.Generator) -> Batch:
        chosen = torch.randint(0, len(part[0]), (batch,), generator=generator, device=generator.device)
        return part[0][chosen], part[1][chosen]

    return draw
