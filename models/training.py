"""The one training loop.

AdamW on mean squared error; the parameters that move poles form a group of their own, with their own rate and no
decay.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from tqdm import tqdm

from numerics.preconditions import as_count, as_real

Task = Callable[[torch.Generator], tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class Recipe:
    """How to train.

    steps of AdamW at `rate` (read-outs and the rest) and `pole_rate` (`pole_parameters` of every layer that has
    them); weight_decay, never on poles; clip: largest gradient norm; every `check` steps the loss on `validation`
    fixed batches is taken, and `patience` checks without a new best end the run; seed of the batches; device;
    progress bar.
    """

    steps: int = 300
    rate: float = 1e-2
    pole_rate: float = 1e-2
    weight_decay: float = 0.0
    clip: float = 1.0
    check: int = 25
    patience: int = 8
    validation: int = 4
    seed: int = 0
    device: str = "cpu"
    progress: bool = False


@dataclass(frozen=True)
class History:
    """What happened: training loss (steps,), validation loss and the steps at which it was taken, the best step."""

    loss: NDArray[np.float64]
    validation: NDArray[np.float64]
    checked: NDArray[np.int64]
    best: int


def _groups(model: nn.Module, recipe: Recipe) -> list[dict[str, object]]:
    givers = [getattr(module, "pole_parameters", None) for module in model.modules()]
    poles: list[nn.Parameter] = [p for give in givers if callable(give) for p in give()]
    moving = {id(p) for p in poles}
    rest = [p for p in model.parameters() if id(p) not in moving]
    groups: list[dict[str, object]] = [
        {"params": rest, "lr": recipe.rate, "weight_decay": recipe.weight_decay},
        {"params": poles, "lr": recipe.pole_rate, "weight_decay": 0.0},
    ]
    return [group for group in groups if group["params"]]


def mean_squared_error(model: nn.Module, batches: list[tuple[Tensor, Tensor]]) -> float:
    """The loss on given batches, without gradients."""
    with torch.no_grad():
        return float(np.mean([nn.functional.mse_loss(model(u), y).item() for u, y in batches]))


def train(model: nn.Module, task: Task, recipe: Recipe) -> History:
    """Train in place, and leave the model at its best validation loss.

    Arguments: model; task(generator) -> inputs and targets of one batch, on the generator's device; recipe.
    Returns: History. The same model, task and recipe give the same run, bit for bit, on one machine and thread.
    Raises: ValueError for a recipe with steps, check, patience, validation < 1 or rates, clip <= 0;
        FloatingPointError when the loss is no longer finite.
    """
    _check(recipe)
    model.to(recipe.device)
    held = torch.Generator(recipe.device).manual_seed(recipe.seed + 1)
    validation = [task(held) for _ in range(recipe.validation)]
    batches = torch.Generator(recipe.device).manual_seed(recipe.seed)
    optimiser = torch.optim.AdamW(_groups(model, recipe))
    losses: list[float] = []
    checks: list[tuple[int, float]] = [(0, mean_squared_error(model, validation))]
    best, kept = 0, _copy(model)
    for step in tqdm(range(1, recipe.steps + 1), disable=not recipe.progress):
        losses.append(_descend(model, task(batches), optimiser, recipe.clip))
        if not np.isfinite(losses[-1]):
            raise FloatingPointError(f"loss = {losses[-1]} at step {step}: training has diverged")
        if step % recipe.check == 0 or step == recipe.steps:
            checks.append((step, mean_squared_error(model, validation)))
            if checks[-1][1] < checks[best][1]:
                best, kept = len(checks) - 1, _copy(model)
            elif len(checks) - 1 - best >= recipe.patience:
                break
    model.load_state_dict(kept)
    steps, values = zip(*checks, strict=True)
    return History(np.array(losses), np.array(values), np.array(steps), steps[best])


def _descend(model: nn.Module, batch: tuple[Tensor, Tensor], optimiser: torch.optim.Optimizer, clip: float) -> float:
    optimiser.zero_grad()
    loss = nn.functional.mse_loss(model(batch[0]), batch[1])
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), clip)
    optimiser.step()
    return loss.item()


def _copy(model: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


def _check(recipe: Recipe) -> None:
    for name in ("steps", "check", "patience", "validation"):
        as_count(name, getattr(recipe, name))
    for name in ("rate", "pole_rate", "clip"):
        if as_real(name, getattr(recipe, name)) <= 0:
            raise ValueError(f"{name} = {getattr(recipe, name)}: must be > 0")
    if as_real("weight_decay", recipe.weight_decay) < 0:
        raise ValueError(f"weight_decay = {recipe.weight_decay}: must be >= 0")
