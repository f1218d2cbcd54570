"""The one training loop.

AdamW; the parameters that move poles form a group of their own, with their own rate and no decay. A model may be many
replicas side by side (`models.layers.replicas`): its loss is then a vector, one entry each, and clipping, pace and
decay act on each replica alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from tqdm import tqdm

from numerics.preconditions import as_count, as_real

Batch = tuple[Tensor, Tensor]
Task = Callable[[torch.Generator], Batch]
Loss = Callable[[Tensor, Tensor], Tensor]
Watch = Callable[[nn.Module, int], Mapping[str, NDArray[np.float64]]]


@dataclass(frozen=True)
class Recipe:
    """How to train.

    steps of AdamW at `rate` (read-outs and the rest) and `pole_rate` (`pole_parameters` of every layer that has
    them); weight_decay, never on poles; clip: largest gradient norm; every `check` steps the loss on `validation`
    fixed batches is taken, and `patience` checks without a new best end the run; keep_best: leave the model, each of
    several replicas by itself, at its best validation loss, else as the last step left it; warm_up: 0 for constant
    rates, else the share of the steps in which they rise to the given ones, to fall along a cosine afterwards (one
    cycle, Smith and Topin 2018, with the momentum in the other direction); seed of the batches; device; progress bar.
    """

    steps: int = 300
    rate: float = 1e-2
    pole_rate: float = 1e-2
    weight_decay: float = 0.0
    clip: float = 1.0
    check: int = 25
    patience: int = 8
    validation: int = 4
    keep_best: bool = True
    warm_up: float = 0.0
    seed: int = 0
    device: str = "cpu"
    progress: bool = False


@dataclass(frozen=True)
class Pace:
    """What differs from one replica to the next in how a parameter moves.

    factor: of every step of a parameter, a tensor that broadcasts to it: 0 freezes, 1 leaves as it is. AdamW's step is
    proportional to its rate, so a factor is a rate of its own. decay: added to the recipe's weight decay, on this
    parameter too where it moves poles; broadcasts likewise.
    """

    factor: Tensor
    decay: Tensor


@dataclass(frozen=True)
class History:
    """What happened.

    loss (steps,) of training; validation (checks,) and the steps `checked` (checks,) at which it was taken; best, the
    step of the best validation loss; watched: what `watch` said at every check, (checks, ..). Of replicas, loss and
    validation have one column each, and best is of their mean.
    """

    loss: NDArray[np.float64]
    validation: NDArray[np.float64]
    checked: NDArray[np.int64]
    best: int
    watched: dict[str, NDArray[np.float64]] = field(default_factory=dict)


def squared_error(outputs: Tensor, targets: Tensor) -> Tensor:
    """The mean squared error. Returns: a scalar."""
    return nn.functional.mse_loss(outputs, targets)


def train(
    model: nn.Module,
    task: Task,
    recipe: Recipe,
    loss: Loss = squared_error,
    watch: Watch | None = None,
    paces: Mapping[nn.Parameter, Pace] | None = None,
    held: Sequence[Batch] | None = None,
) -> History:
    """Train in place.

    Arguments: model; task(generator) -> inputs and targets of one batch, on the generator's device; recipe;
        loss(outputs, targets) -> a scalar, or (R,) for a model of R replicas, all of whose parameters lead with R;
        watch(model, step) -> named numbers, asked at every check; paces: parameters that do not all move alike;
        held: batches to validate on in place of drawn ones, at least one.
    Returns: History. The same model, task and recipe give the same run, bit for bit, on one machine and thread.
    Raises: ValueError for a recipe with steps, check, patience, validation < 1, rates, clip <= 0 or warm_up outside
        [0, 1), and for paces with changing rates; FloatingPointError when the loss is no longer finite.
    """
    _check(recipe)
    model.to(recipe.device)
    others, batches = (torch.Generator(recipe.device).manual_seed(recipe.seed + k) for k in (1, 0))
    validation = held or [task(others) for _ in range(recipe.validation)]
    descent = _Descent(model, recipe, loss, paces or {})
    losses: list[Tensor] = []
    checks, seen = [mean_loss(model, validation, loss)], [_watched(watch, model, 0)]
    steps, best, kept, least = [0], 0, _copy(model) if recipe.keep_best else {}, checks[0]
    for step in tqdm(range(1, recipe.steps + 1), disable=not recipe.progress):
        losses.append(descent.step(task(batches)))
        if step % recipe.check and step != recipe.steps:
            continue
        _finite(losses, step)
        checks.append(mean_loss(model, validation, loss))
        _finite_check(checks[-1], step)
        seen.append(_watched(watch, model, step))
        steps.append(step)
        if recipe.keep_best:
            _keep(kept, model, np.asarray(checks[-1] < least))
            least = np.minimum(least, checks[-1])
        if checks[-1].mean() < checks[best].mean():
            best = len(checks) - 1
        elif len(checks) - 1 - best >= recipe.patience:
            break
    if recipe.keep_best:
        model.load_state_dict(kept)
    watched = {name: np.array([found[name] for found in seen]) for name in seen[0]}
    return History(_array(torch.stack(losses)), np.array(checks), np.array(steps), steps[best], watched)


def mean_loss(model: nn.Module, batches: Sequence[Batch], loss: Loss = squared_error) -> NDArray[np.float64]:
    """The loss on given batches, without gradients and without dropout. Returns: () or (R,)."""
    model.eval()
    with torch.no_grad():
        found = np.mean([_array(loss(model(u), y)) for u, y in batches], axis=0)
    model.train()
    return np.asarray(found, dtype=np.float64)


class _Descent:
    """The optimiser with what each parameter's pace asks for."""

    def __init__(self, model: nn.Module, recipe: Recipe, loss: Loss, paces: Mapping[nn.Parameter, Pace]) -> None:
        self.model, self.loss, self.clip = model, loss, recipe.clip
        self.optimiser = torch.optim.AdamW(_groups(model, recipe))
        rates = {p: group["lr"] for group in self.optimiser.param_groups for p in group["params"]}
        self.paced = [p.detach() for p in paces]
        # what stands still has no part in the norm that is clipped
        self.moves = [(p, (pace.factor != 0).to(p)) for p, pace in paces.items() if bool((pace.factor == 0).any())]
        self.factors: list[Tensor] = [_full(pace.factor, p) for p, pace in paces.items()]
        self.shrink: list[Tensor] = [1 - rates[p] * _full(pace.factor * pace.decay, p) for p, pace in paces.items()]
        self.cycle = _cycle(self.optimiser, recipe) if recipe.warm_up else None
        if paces and self.cycle:
            raise ValueError(f"warm_up = {recipe.warm_up}: must be 0 with paces, whose decay is at a constant rate")

    def step(self, batch: Batch) -> Tensor:
        """One step. Returns: the loss before it, detached."""
        self.optimiser.zero_grad()
        loss = self.loss(self.model(batch[0]), batch[1])
        loss.sum().backward()
        for p, moves in self.moves:
            if p.grad is not None:
                p.grad.mul_(moves)
        if loss.dim():
            _clip_each(list(self.model.parameters()), self.clip)
        else:
            nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
        before = list(torch._foreach_mul(self.paced, 1.0)) if self.paced else []
        self.optimiser.step()
        if self.paced:  # start·shrink + factor·(step taken), all parameters in one launch each
            torch._foreach_sub_(self.paced, before)
            torch._foreach_mul_(self.paced, self.factors)
            torch._foreach_addcmul_(self.paced, before, self.shrink)
        if self.cycle:
            self.cycle.step()
        return loss.detach()


def _cycle(optimiser: torch.optim.Optimizer, recipe: Recipe) -> torch.optim.lr_scheduler.OneCycleLR:
    rates = [group["lr"] for group in optimiser.param_groups]
    # one step more than are taken: the scheduler is also asked after the last
    return torch.optim.lr_scheduler.OneCycleLR(optimiser, rates, recipe.steps + 1, pct_start=recipe.warm_up)


def _full(values: Tensor, like: Tensor) -> Tensor:
    return values.to(like).expand_as(like).contiguous()


def _clip_each(parameters: list[nn.Parameter], largest: float) -> None:
    """Scale the gradient of every replica to a norm of at most `largest`."""
    grads = [p.grad for p in parameters if p.grad is not None]
    square = torch.stack([g.abs().square().flatten(1).sum(1) for g in grads]).sum(0)
    scale = (largest / (square.sqrt() + 1e-6)).clamp(max=1.0)
    for g in grads:
        g.mul_(scale.view(-1, *[1] * (g.dim() - 1)))


def _groups(model: nn.Module, recipe: Recipe) -> list[dict[str, object]]:
    givers = [getattr(module, "pole_parameters", None) for module in model.modules()]
    poles = list(dict.fromkeys(p for give in givers if callable(give) for p in give()))
    moving = {id(p) for p in poles}
    rest = [p for p in model.parameters() if id(p) not in moving]
    groups: list[dict[str, object]] = [
        {"params": rest, "lr": recipe.rate, "weight_decay": recipe.weight_decay},
        {"params": poles, "lr": recipe.pole_rate, "weight_decay": 0.0},
    ]
    return [group for group in groups if group["params"]]


def _watched(watch: Watch | None, model: nn.Module, step: int) -> Mapping[str, NDArray[np.float64]]:
    if watch is None:
        return {}
    model.eval()
    with torch.no_grad():
        found = watch(model, step)
    model.train()
    return found


def _finite(losses: list[Tensor], step: int) -> None:
    late = torch.stack(losses[-1000:])
    if not torch.isfinite(late).all():
        raise FloatingPointError(f"loss = {_array(losses[-1])} at step {step}: training has diverged")


def _finite_check(validation: NDArray[np.float64], step: int) -> None:
    if not np.isfinite(validation).all():
        raise FloatingPointError(f"validation loss = {validation} after step {step}: training has diverged")


def _array(tensor: Tensor) -> NDArray[np.float64]:
    return tensor.detach().cpu().numpy().astype(np.float64)


def _copy(model: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


def _keep(kept: dict[str, Tensor], model: nn.Module, better: NDArray[np.bool_]) -> None:
    """Copy the parameters of the replicas that are better, or the model that is; buffers as they are; in place."""
    which = torch.as_tensor(better)
    parameters = {name for name, _ in model.named_parameters(remove_duplicate=False)}
    for name, value in model.state_dict().items() if bool(which.any()) else ():
        if name in parameters:
            of = which.to(value.device).view(*which.shape, *[1] * (value.dim() - which.dim()))
            kept[name] = torch.where(of, value, kept[name])
        else:
            kept[name] = value.clone()


def _check(recipe: Recipe) -> None:
    for name in ("steps", "check", "patience", "validation"):
        as_count(name, getattr(recipe, name))
    for name in ("rate", "pole_rate", "clip"):
        if as_real(name, getattr(recipe, name)) <= 0:
            raise ValueError(f"{name} = {getattr(recipe, name)}: must be > 0")
    if as_real("weight_decay", recipe.weight_decay) < 0:
        raise ValueError(f"weight_decay = {recipe.weight_decay}: must be >= 0")
    if not 0 <= as_real("warm_up", recipe.warm_up) < 1:
        raise ValueError(f"warm_up = {recipe.warm_up}: must lie in [0, 1)")
