"""The problems of the trained studies: what is drawn, which hidden vectors answer, and what is measured in the end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.layers.replicas import Read, mean_over_time
from models.selection.occlusion import correlation, inside, keeping, occluded, spread
from models.tasks.associative_recall import associative_recall, recall_query_first, recall_query_last
from models.tasks.copying import copying, copying_of_some_length
from models.tasks.motif import MASK, WORDS, masked, motif
from models.tasks.task import Batch, accuracies

#: Tokens (B, L) -> outputs (R, B, .., outputs), without gradients.
Answer = Callable[[Tensor], Tensor]
#: A measure's name and where it is taken, a length or a number of letters (0 for neither) -> its value by replica.
Measures = Mapping[tuple[str, float], NDArray[np.float64]]


class Problem(Protocol):
    """What a study needs of a problem."""

    @property
    def study(self) -> str:
        """The study it belongs to."""

    @property
    def name(self) -> str:
        """What it is called in tables."""

    @property
    def vocabulary(self) -> int:
        """Number of tokens."""

    @property
    def outputs(self) -> int:
        """Number of answers."""

    def read(self) -> Read:
        """Which hidden vectors are decoded."""

    def draw(self, batch: int, generator: torch.Generator) -> Batch:
        """One batch to train on."""

    def measures(self, answer: Answer, tests: int, generator: torch.Generator) -> Measures:
        """What is measured after training, on that many sequences drawn from the generator."""


def _last(steps: int) -> Read:
    return lambda hidden, inputs: hidden[..., -steps:]


@dataclass(frozen=True)
class Recall:
    """All n keys are asked for after the context, K = V."""

    pairs: int = 2
    symbols: int = 8
    study: str = "recall"

    @property
    def name(self) -> str:
        """What it is called in tables."""
        return f"n = {self.pairs}, V = {self.symbols}"

    vocabulary = property(lambda self: 2 * self.symbols)
    outputs = property(lambda self: self.symbols)

    def read(self) -> Read:
        """The steps of the queries."""
        return _last(self.pairs)

    def draw(self, batch: int, generator: torch.Generator) -> Batch:
        """One batch."""
        return associative_recall(batch, self.pairs, self.symbols, self.symbols, generator)

    def measures(self, answer: Answer, tests: int, generator: torch.Generator) -> Measures:
        """The share of right answers."""
        tokens, targets = self.draw(tests, generator)
        return {("accuracy", 0): _accuracy(answer(tokens), targets)}


@dataclass(frozen=True)
class Order:
    """One key is asked for, before or after the context, K = V."""

    first: bool
    pairs: int = 4
    symbols: int = 8
    study: str = "query_order"

    @property
    def name(self) -> str:
        """What it is called in tables."""
        return f"n = {self.pairs}, V = {self.symbols}, query {'first' if self.first else 'last'}"

    vocabulary = property(lambda self: 2 * self.symbols + 2)
    outputs = property(lambda self: self.symbols)

    def read(self) -> Read:
        """The step of the end mark."""
        return _last(1)

    def draw(self, batch: int, generator: torch.Generator) -> Batch:
        """One batch."""
        ask = recall_query_first if self.first else recall_query_last
        return ask(batch, self.pairs, self.symbols, self.symbols, generator)

    def measures(self, answer: Answer, tests: int, generator: torch.Generator) -> Measures:
        """The share of right answers, also for twice as many pairs as were trained on."""
        twice = Order(self.first, 2 * self.pairs, self.symbols)
        found = {}
        for problem in (self, twice) if twice.pairs <= self.symbols else (self,):
            tokens, targets = problem.draw(tests, generator)
            found["accuracy", float(problem.pairs)] = _accuracy(answer(tokens), targets)
        return found


@dataclass(frozen=True)
class Copy:
    """A string of some length, one length per batch."""

    symbols: int = 16
    shortest: int = 4
    longest: int = 12
    tests: tuple[int, ...] = (4, 8, 12, 14, 18, 24)
    study: str = "copy"

    @property
    def name(self) -> str:
        """What it is called in tables."""
        return f"V = {self.symbols}, L = {self.shortest} to {self.longest}"

    vocabulary = property(lambda self: self.symbols + 1)
    outputs = property(lambda self: self.symbols)

    def read(self) -> Read:
        """The steps from the separator on: the second half of the sequence."""
        return lambda hidden, inputs: hidden[..., hidden.shape[-1] // 2 :]

    def draw(self, batch: int, generator: torch.Generator) -> Batch:
        """One batch."""
        return copying_of_some_length(batch, self.shortest, self.longest, self.symbols, generator)

    def measures(self, answer: Answer, tests: int, generator: torch.Generator) -> Measures:
        """The share of right symbols and of wholly right strings, by length."""
        found = {}
        for length in self.tests:
            tokens, targets = copying(tests, length, self.symbols, generator)
            right = answer(tokens).argmax(-1) == targets
            found["symbols right", float(length)] = right.double().mean((1, 2)).numpy()
            found["strings right", float(length)] = right.all(-1).double().mean(1).numpy()
        return found


@dataclass(frozen=True)
class Motif:
    """Which of two words occurs; most: the largest rate at which letters are hidden in training, 0 for none."""

    length: int = 40
    most: float = 0.9
    kept: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 8, 12, 20, 40)
    study: str = "motif"

    @property
    def name(self) -> str:
        """What it is called in tables."""
        return f"L = {self.length}, {'letters hidden' if self.most else 'nothing hidden'} in training"

    vocabulary = MASK + 1
    outputs = len(WORDS)

    def read(self) -> Read:
        """The mean over all steps."""
        return mean_over_time

    def draw(self, batch: int, generator: torch.Generator) -> Batch:
        """One batch, letters hidden."""
        tokens, which, _ = motif(batch, self.length, generator)
        return masked(tokens, self.most, generator), which

    def measures(self, answer: Answer, tests: int, generator: torch.Generator) -> Measures:
        """Accuracy, and what hiding letters does on a tenth of the sequences: see `models.selection.occlusion`."""
        tokens, which, _ = motif(tests, self.length, generator)
        found: dict[tuple[str, float], NDArray[np.float64]] = {("accuracy", 0): _accuracy(answer(tokens), which)}
        tokens, which, start = motif(max(tests // 10, 1), self.length, generator)
        change = occluded(partial(margins, answer), tokens, MASK)
        importance = change.abs()
        for k in self.kept:
            if k <= self.length:
                outputs = torch.stack([answer(kept)[r] for r, kept in enumerate(keeping(tokens, importance, k, MASK))])
                found["accuracy keeping", float(k)] = _accuracy(outputs, which)
        found["share inside", 0] = inside(importance, start, len(WORDS[0])).numpy()
        found["correlation", 0] = correlation(importance).numpy()
        found["spread", 0] = spread(change, tokens).numpy()
        return found


def margins(answer: Answer, tokens: Tensor) -> Tensor:
    """Logit of the second word less that of the first, in float64. Returns: (R, B)."""
    outputs = answer(tokens).double()
    return outputs[..., 1] - outputs[..., 0]


def _accuracy(outputs: Tensor, targets: Tensor) -> NDArray[np.float64]:
    return accuracies(outputs, targets.expand(len(outputs), *targets.shape)).numpy()
