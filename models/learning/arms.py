"""The ways of training that are compared: fixed poles, learned poles, and the controls that separate the reasons.

What is frozen by "fixed": the poles λ of every channel, hence eigenvalues and step sizes both. The arm Δ freezes the
eigenvalues only and learns one step size for each channel, λ^c, so that both readings of "fixed" are tried.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from models.layers.replicas import Replicas
from models.training import Pace
from numerics.preconditions import as_radius, as_real


@dataclass(frozen=True)
class Arm:
    """One way of training.

    label; poles, step: factors of the rate at which single poles, and the step of each channel, are learned, 0 for
    frozen; decay: weight decay on all parameters, poles included; dropout: rate; frozen: as many other weights as there
    are pole parameters are frozen, chosen at random; transplanted: starts from the poles at which the arm L ended, all
    else initialised anew.

    Raises: ValueError for a factor or decay < 0, a dropout outside [0, 1), or an empty label.
    """

    label: str
    poles: float = 1.0
    step: float = 0.0
    decay: float = 0.0
    dropout: float = 0.0
    frozen: bool = False
    transplanted: bool = False

    def __post_init__(self) -> None:
        for name in ("poles", "step", "decay"):
            if as_real(name, getattr(self, name)) < 0:
                raise ValueError(f"{name} = {getattr(self, name)}: must be >= 0")
        as_radius("dropout", self.dropout)
        if not self.label:
            raise ValueError("label = '': an arm needs a name")


FIXED = Arm("F", poles=0.0)
LEARNED = Arm("L")
STEPS = Arm("Δ", poles=0.0, step=1.0)
DECAYED = Arm("L+wd", decay=0.05)
DROPPED = Arm("L+drop .1", dropout=0.1)
DROPPED_MORE = Arm("L+drop .3", dropout=0.3)
SLOW = Arm("L-slow", poles=0.1)
SPARSE = Arm("R", frozen=True)
TRANSPLANTED = Arm("X", poles=0.0, transplanted=True)

#: L-early is no arm of its own: it is L at its best validation metric.
CONTROLS = (STEPS, DECAYED, DROPPED, DROPPED_MORE, SLOW, SPARSE)


def paces(model: Replicas, arms: Sequence[Arm], seeds: Sequence[int], decay: float) -> dict[nn.Parameter, Pace]:
    """How every parameter of every replica moves.

    Arguments: model; arms and seeds, one per replica; decay: weight decay that the recipe already applies to weights
        that do not move poles. Returns: for every parameter its pace.
    """
    moving = {id(p) for p in model.pole_parameters()}
    poles, step = (torch.tensor([getattr(arm, name) for arm in arms]) for name in ("poles", "step"))
    added = torch.tensor([arm.decay for arm in arms])
    rest = [p for p in model.parameters() if id(p) not in moving]
    frozen = _frozen_weights(rest, arms, seeds, sum(p[0].numel() for h in model.heads for p in (h.nu, h.theta)))
    found = {p: Pace(factor, _lead((added - decay).clamp(min=0), p)) for p, factor in zip(rest, frozen, strict=True)}
    for heads in model.heads:
        for p, factor in ((heads.nu, poles), (heads.theta, poles), (heads.delta, step)):
            found[p] = Pace(_lead(factor, p), _lead(added, p))
    return found


def _frozen_weights(weights: list[nn.Parameter], arms: Sequence[Arm], seeds: Sequence[int], count: int) -> list[Tensor]:
    """Factors 0 or 1 of every weight: in arms that freeze, `count` of them are 0."""
    sizes = [p[0].numel() for p in weights]
    rows = []
    for arm, seed in zip(arms, seeds, strict=True):
        row = torch.ones(sum(sizes))
        if arm.frozen:
            row[torch.randperm(len(row), generator=torch.Generator().manual_seed(seed))[:count]] = 0
        rows.append(row)
    parts = torch.stack(rows).split(sizes, dim=1)
    return [part.view(p.shape) for part, p in zip(parts, weights, strict=True)]


def _lead(values: Tensor, like: Tensor) -> Tensor:
    return values.view(-1, *[1] * (like.dim() - 1))
