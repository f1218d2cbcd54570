"""The problems on which fixed poles are compared with learned ones: sizes, gates and margins.

Margins, and the gates of all but ListOps and the laser further ahead, were written before any run; `plan` says what was
changed after a look.

Each is a frozen record of its sizes whose `task(device)` is what the training loop needs. Test sequences of generated
problems come from a seed of their own; a validation part is held out of the training part of the others, so that no
choice is made on test data.
"""

from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from models.layers.replicas import every_step, last_step, mean_over_time, mean_over_tokens
from models.tasks.adding import adding
from models.tasks.digits import digits
from models.tasks.laser import WARM_UP, laser, linear
from models.tasks.listops import TOKENS, ListOps, first_token_accuracy, generate
from models.tasks.selective_copying import selective_copying
from models.tasks.task import Batch, Task, accuracies, cross_entropies, sampler, squared_errors
from numerics.preconditions import as_count

TEST_SEED = 1_000_003


def _generated(draw: partial[Batch], count: int, device: str) -> tuple[Batch, Batch, Batch]:
    """Training, validation and test parts of a problem without end, from three seeds of their own."""
    return tuple(  # type: ignore[return-value]
        draw(count, generator=torch.Generator(device).manual_seed(TEST_SEED + k)) for k in range(3)
    )


def _held_out(inputs: Tensor, targets: Tensor, count: int, device: str) -> tuple[Batch, Batch]:
    """A part to train on, and `count` random sequences held out of it."""
    if as_count("held", count) >= len(inputs):
        raise ValueError(f"held = {count}: must leave some of {len(inputs)} sequences to train on")
    order = torch.randperm(len(inputs), generator=torch.Generator().manual_seed(TEST_SEED))
    held, kept = order[:count], order[count:]
    return (inputs[kept].to(device), targets[kept].to(device)), (inputs[held].to(device), targets[held].to(device))


@dataclass(frozen=True)
class Adding:
    """The adding problem. Metric: mean squared error, target variance 1/6; learnt below .02; δ = .002."""

    length: int = 50
    tests: int = 1000

    @property
    def name(self) -> str:
        """What it is called in tables."""
        return f"adding, {self.length} steps"

    def task(self, device: str) -> Task:
        """The task with its data on a device."""

        def draw(batch: int, generator: torch.Generator) -> Batch:
            return adding(batch, self.length, generator, torch.float32)

        parts = _generated(partial(draw), self.tests, device)
        return Task(2, 1, last_step, draw, *parts, squared_errors, squared_errors, -1, 0.02, 0.002)


@dataclass(frozen=True)
class Copying:
    """Selective copying. Metric: share of right letters; learnt above `gate`; δ = .02."""

    length: int = 32
    copies: int = 4
    letters: int = 8
    gate: float = 0.6
    tests: int = 1000

    @property
    def name(self) -> str:
        """What it is called in tables."""
        return f"selective copying, {self.length} steps"

    def task(self, device: str) -> Task:
        """The task with its data on a device."""

        def draw(batch: int, generator: torch.Generator) -> Batch:
            return selective_copying(batch, self.length, self.copies, self.letters, generator)

        def answers(hidden: Tensor, inputs: Tensor) -> Tensor:
            return hidden[..., -self.copies :]

        parts = _generated(partial(draw), self.tests, device)
        sizes = self.letters + 2, self.letters
        return Task(*sizes, answers, draw, *parts, cross_entropies, accuracies, 1, self.gate, 0.02)


@dataclass(frozen=True)
class Digits:
    """Sequential digits, 64 steps. Metric: accuracy; learnt above .8; δ = .02. permutation: seed of a fixed order."""

    permutation: int | None = None
    held: int = 180

    @property
    def name(self) -> str:
        """What it is called in tables."""
        return "digits" if self.permutation is None else "permuted digits"

    def task(self, device: str) -> Task:
        """The task with its data on a device."""
        seen, (inputs, labels) = digits(0, self.permutation)
        train, validation = _held_out(*seen, self.held, device)
        test = inputs.to(device), labels.to(device)
        part = train[0][:360], train[1][:360]
        return Task(
            1, 10, mean_over_time, sampler(train), part, validation, test, cross_entropies, accuracies, 1, 0.8, 0.02
        )


@dataclass(frozen=True)
class Laser:
    """Santa Fe laser, `horizon` steps ahead. Metric: NRMSE after 100 steps; δ = .01.

    Learnt below .15 one step ahead, and further ahead below half of what the best linear forecast reaches.
    """

    train: int = 2000
    horizon: int = 1
    window: int = 256
    path: str | None = None

    @property
    def name(self) -> str:
        """What it is called in tables."""
        return "laser" if self.horizon == 1 else f"laser, {self.horizon} steps"

    def task(self, device: str) -> Task:
        """The task with its data on a device; the last eighth of the training series is held out."""
        data = laser(self.train, 1000, self.window, self.horizon, self.path)
        count = len(data.inputs) - self.train // 8 - self.window - self.horizon + 1  # targets do not overlap either
        ahead = self.window + self.horizon - 1
        parts = [
            (data.inputs[:count], data.targets[:count]),
            (data.inputs[: count : self.window], data.targets[: count : self.window]),
            (data.inputs[count + ahead :: 32], data.targets[count + ahead :: 32]),
            (data.test_inputs, data.test_targets),
        ]
        drawn, train, validation, test = ((u.to(device), y.to(device)) for u, y in parts)
        gate = 0.15 if self.horizon == 1 else linear(data) / 2
        return Task(1, 1, every_step, sampler(drawn), train, validation, test, squared_errors, _nrmse, -1, gate, 0.01)


def _nrmse(outputs: Tensor, targets: Tensor) -> Tensor:
    error, kept = (outputs - targets)[:, :, WARM_UP:].double(), targets[:, :, WARM_UP:].double()
    return (error.square().flatten(1).mean(1) / kept.flatten(1).var(1, correction=0)).sqrt()


@dataclass(frozen=True)
class Lists:
    """ListOps. Metric: accuracy; δ = .02; learnt from .05 above what reading the first operator alone gives.

    The best constant answer, .12, is no gate: to name the likeliest answer to the first operator is right in every
    fourth case already.
    """

    samples: int = 2000
    tests: int = 1000
    min_length: int = 16
    max_length: int = 64
    max_depth: int = 4
    max_args: int = 5
    held: int = 500

    @property
    def name(self) -> str:
        """What it is called in tables."""
        return f"ListOps, up to {self.max_length} tokens"

    def sizes(self) -> ListOps:
        """What is generated."""
        return ListOps(self.samples + self.tests, self.min_length, self.max_length, self.max_depth, self.max_args)

    def task(self, device: str) -> Task:
        """The task with its data on a device; the gate from the answers of the training part."""
        lists = self.sizes()
        found = generate(lists)
        tokens, answers = (torch.from_numpy(found[k].astype("int64")) for k in ("tokens", "answers"))
        train, validation = _held_out(tokens[: self.samples], answers[: self.samples], self.held, device)
        test = tokens[self.samples :].to(device), answers[self.samples :].to(device)
        part = train[0][: self.tests], train[1][: self.tests]
        sizes = len(TOKENS), 10
        return Task(
            *sizes, mean_over_tokens, sampler(train), part, validation, test,
            cross_entropies, accuracies, 1, first_token_accuracy(lists) + 0.05, 0.02,
        )  # fmt: skip


Problem = Adding | Copying | Digits | Laser | Lists
