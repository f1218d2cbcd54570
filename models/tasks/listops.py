"""ListOps: nested MIN, MAX, MED and SM (sum modulo 10) of digits, to be evaluated.

Of Nangia and Bowman (2018), generated as in Long Range Arena (Tay et al. 2021).

A node is a digit with probability 3/4 (always at `max_depth`, the root being at depth 1), else an operator on 2 to
`max_args` nodes, number and kind uniform; MED of an even number is the mean of the middle two, rounded down. An
expression is kept when its number of tokens is in the window and it has not come before.

The tokens are those that Long Range Arena's own input has after its preparation: "[MIN", ten digits, and one "]" per
operator; the round brackets of its files, which say nothing more, are left out. Its window is open, 500 < length <
2000, ours closed: min_length = 501, max_length = 1999, max_depth = 10, max_args = 10 are its numbers.
"""

from dataclasses import dataclass
from itertools import combinations
from math import comb
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.sweep import run
from numerics.preconditions import as_count, as_counts, as_seed

OPERATORS = ("[MIN", "[MAX", "[MED", "[SM")
#: token of each id; the first fills the end of shorter expressions
TOKENS = ("<pad>", *map(str, range(10)), *OPERATORS, "]")
PADDING, DIGIT, OPERATOR, END = 0, 1, 11, 15
NESTING = 0.25
#: a round of candidates: so many trees, fewer where they could hold more tokens than that; and after how many rounds
#: without a new expression the search ends
TREES, ROUND, IDLE = 2**14, 2**22, 100

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Polynomials = NDArray[np.complex128]


@dataclass(frozen=True)
class ListOps:
    """Which expressions: how many; their tokens, least and most; depth and arguments, at most; seed."""

    samples: int = 3000
    min_length: int = 16
    max_length: int = 64
    max_depth: int = 4
    max_args: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in (("samples", 1), ("min_length", 1), ("max_depth", 1), ("max_args", 2)):
            as_count(name, getattr(self, name), least)
        if as_count("max_length", self.max_length) < self.min_length:
            raise ValueError(f"max_length = {self.max_length}: must be at least min_length = {self.min_length}")
        as_seed(self.seed)


def listops(config: ListOps, folder: str | Path) -> tuple[Tensor, Tensor, Tensor]:
    """Distinct expressions and their answers, from the folder when they are there and whole, else generated and kept.

    Arguments: config; folder, made when missing: one file per configuration and version of this code.
    Returns: tokens, int64 (samples, max_length), ids as in `TOKENS`; lengths, int64 (samples,); answers, int64
        (samples,), 0..9. Samples come in the order they were drawn, so two disjoint slices are alike and share none.
    Raises: ValueError for a window that holds too few expressions.
    """
    kept = run(generate, config, folder)
    tokens, lengths, answers = (torch.from_numpy(kept[k].astype(np.int64)) for k in ("tokens", "lengths", "answers"))
    return tokens, lengths, answers


def generate(config: ListOps) -> dict[str, NDArray[np.integer]]:
    """The arrays of `listops`, as small integers and without a folder.

    >>> {name: array.shape for name, array in generate(ListOps(samples=10, max_length=40)).items()}
    {'tokens': (10, 40), 'lengths': (10,), 'answers': (10,)}
    """
    rng, idle = np.random.default_rng(config.seed), 0
    found: dict[bytes, int] = {}
    while len(found) < config.samples:
        if idle == IDLE:
            raise ValueError(f"samples = {config.samples}: only {len(found)} expressions came up, for {config}")
        before = len(found)
        levels = _grown(config, rng)
        tokens, answers = _tokens(levels, config.max_length), _values(levels)
        found.update(zip(map(bytes, tokens), answers.tolist(), strict=True))
        idle = idle + 1 if len(found) == before else 0
    rows = list(found)[: config.samples]
    tokens = np.frombuffer(b"".join(rows), np.uint8).reshape(config.samples, config.max_length)
    lengths = np.count_nonzero(tokens, axis=1).astype(np.int16 if config.max_length < 2**15 else np.int64)
    return {"tokens": tokens, "lengths": lengths, "answers": np.array([found[row] for row in rows], np.uint8)}


def text(tokens: NDArray[np.integer]) -> str:
    """An expression as Long Range Arena writes it, without round brackets and padding.

    Arguments: tokens (n,), ids as in `TOKENS`. Raises: ValueError for other ids.

    >>> text(np.array([14, 9, 11, 4, 2, 15, 7, 15, 0, 0]))
    '[SM 8 [MIN 3 1 ] 6 ]'
    """
    return " ".join(TOKENS[token] for token in as_counts("tokens", tokens, most=END).tolist() if token != PADDING)


@dataclass
class _Level:
    """The nodes of one depth in all trees, siblings side by side: tree and parent, by number; operator or digit.

    `name` is the digit, or the number of the operator.
    """

    tree: Ints
    parent: Ints
    operator: NDArray[np.bool_]
    name: Ints

    def children(self, below: "_Level") -> tuple[Ints, Ints]:
        """Of every operator: how many arguments it has, and where they start in the level below."""
        number = np.bincount(below.parent, minlength=len(self.tree))[self.operator]
        return number, np.cumsum(number) - number


def _grown(config: ListOps, rng: np.random.Generator) -> list[_Level]:
    """A round of trees, level by level; those whose length is in the window, with digits and operators named."""
    candidates = max(1, min(TREES, ROUND // config.max_length))
    tree = parent = np.arange(candidates)
    length, levels = np.zeros(candidates, np.int64), list[_Level]()
    for depth in range(1, config.max_depth + 1):
        nested = rng.random(len(tree)) < (NESTING if depth < config.max_depth else 0.0)
        length += np.bincount(tree, 1.0 + nested, candidates).astype(np.int64)
        levels.append(_Level(tree, parent, nested, tree))
        parent = np.flatnonzero(nested & (length <= config.max_length)[tree])  # a tree too long grows no further
        parent = np.repeat(parent, rng.integers(2, config.max_args + 1, len(parent)))
        tree = tree[parent]
        if not len(tree):
            break
    whole = _restricted(levels, (config.min_length <= length) & (length <= config.max_length))
    for level in whole:
        level.name = rng.integers(np.where(level.operator, len(OPERATORS), 10))
    return whole


def _restricted(levels: list[_Level], keep: NDArray[np.bool_]) -> list[_Level]:
    """The same levels without the nodes of other trees; trees and parents numbered anew."""
    rank = above = np.cumsum(keep) - 1
    kept = []
    for level in levels:
        here = keep[level.tree]
        kept.append(_Level(rank[level.tree[here]], above[level.parent[here]], level.operator[here], level.name[here]))
        above = np.cumsum(here) - 1
    return [level for level in kept if len(level.tree)] or kept[:1]


def _values(levels: list[_Level]) -> Ints:
    """The answer of every tree, from the leaves up."""
    value = levels[-1].name
    for level, below in zip(levels[-2::-1], levels[:0:-1], strict=True):
        number, start = level.children(below)
        ordered = np.sort(10 * below.parent + value) % 10
        middle = (ordered[start + (number - 1) // 2] + ordered[start + number // 2]) // 2
        every = (ordered[start], ordered[start + number - 1], middle, np.add.reduceat(value, start) % 10)
        value = level.name.copy()
        value[level.operator] = np.choose(level.name[level.operator], every)
    return value


def _tokens(levels: list[_Level], width: int) -> Bytes:
    """The token ids of every tree: an operator, its arguments, and "]"."""
    sizes = [np.ones(len(levels[-1].tree), np.int64)]
    for level, below in zip(levels[-2::-1], levels[:0:-1], strict=True):
        size = np.ones(len(level.tree), np.int64)
        size[level.operator] = 2 + np.add.reduceat(sizes[0], level.children(below)[1])
        sizes.insert(0, size)
    tokens = np.full((len(levels[0].tree), width), PADDING, np.uint8)
    place = np.zeros(len(tokens), np.int64)
    for k, (level, size) in enumerate(zip(levels, sizes, strict=True)):
        if k:
            before = np.cumsum(size) - size  # in the level; among the siblings, once the first one's is taken off
            number, start = levels[k - 1].children(level)
            place = place[level.parent] + 1 + before - np.repeat(before[start], number)
        tokens[level.tree, place] = level.name + np.where(level.operator, OPERATOR, DIGIT)
        tokens[level.tree[level.operator], (place + size - 1)[level.operator]] = END
    return tokens


def answer_law(config: ListOps) -> NDArray[np.float64]:
    """The exact joint law of the outermost operator and the answer, before repeated expressions are left out.

    A_d(z)[v] = Σ_l z^l P(a node at depth d has l tokens and value v); A_D(z)[v] = z/10,
    A_d(z)[v] = 3z/40 + z²/4 · mean over k = 2..max_args and operators of P(operator of k nodes of A_{d+1} gives v)

    as polynomials in z modulo z^(max_length+1), multiplied by FFT; of its coefficients those in the window are summed.
    Arguments: config. Returns: float64 (5, 10): one row for each of `OPERATORS`, the last for a lone digit.
    Raises: ValueError for a window that no expression falls in.
    """
    size = 1 << (config.max_args * config.max_length + 2).bit_length()
    z = np.eye(1, size, 1)
    digit = np.repeat(z / 10, 10, axis=0)
    rows = np.concatenate([np.zeros((4, 10, size)), digit[None]])
    nesting = NESTING / (4 * (config.max_args - 1)) * np.fft.rfft(z) ** 2
    for _ in range(config.max_depth - 1):
        applied = _applied(np.fft.rfft(rows.sum(axis=0)), config.max_args)
        rows = np.concatenate([np.fft.irfft(nesting * applied, size), (1 - NESTING) * digit[None]])
        rows[..., config.max_length + 1 :] = 0.0
    law = rows[..., config.min_length :].sum(axis=2)
    if law.sum() < 1e-12:  # what rounding leaves
        raise ValueError(f"{config}: no expression has that many tokens")
    return np.maximum(law, 0.0) / law.sum()


def constant_accuracy(config: ListOps) -> float:
    """Probability that the most frequent answer is right.

    >>> round(constant_accuracy(ListOps()), 4)
    0.1189
    """
    return float(answer_law(config).sum(axis=0).max())


def first_token_accuracy(config: ListOps) -> float:
    """Probability that the best answer after the first token is right: MIN says small, MAX says large.

    A model has evaluated something only when it exceeds this.

    >>> round(first_token_accuracy(ListOps()), 4)
    0.2474
    """
    return float(answer_law(config).max(axis=1).sum())


def _applied(node: Polynomials, most: int) -> Polynomials:
    """Laws of MIN, MAX, MED and SM of independent nodes, summed over their number 2..most: (4, 10, ·) from (10, ·)."""
    up, down = _powers(np.cumsum(node, axis=0), most), _powers(np.cumsum(node[::-1], axis=0)[::-1], most)
    law = np.zeros((4, *node.shape), complex)
    law[0] = -np.diff(down[2:].sum(axis=0), axis=0, append=0.0)
    law[1] = np.diff(up[2:].sum(axis=0), axis=0, prepend=0.0)
    law[2] = sum(_median(up, down, k) for k in range(2, most + 1))
    law[3] = np.fft.ifft(_powers(np.fft.fft(node, axis=0), most)[2:].sum(axis=0), axis=0)
    return law


def _powers(base: Polynomials, most: int) -> Polynomials:
    return np.cumprod(np.stack([np.ones_like(base), *[base] * most]), axis=0, dtype=np.complex128)


def _median(up: Polynomials, down: Polynomials, k: int) -> Polynomials:
    """Law of the mean, rounded down, of the two middle ones of k (of the middle one, for odd k).

    up and down: powers of P(one node <= v) and of P(one node >= v). P(x_(m) = a, x_(m+1) = b) for a < b is the second
    difference of P(x_(m) <= a, x_(m+1) >= b) = C(k,m) up_a^m down_b^(k-m).
    """
    m = (k + 1) // 2
    above = np.concatenate([down[:, 1:], np.zeros_like(down[:, :1])], axis=1)
    above[0] = 1.0
    at_most = np.zeros_like(up[0])
    for j in range(m, k + 1):  # so many are <= v
        at_most += comb(k, j) * up[j] * above[k - j]
    law: Polynomials = np.diff(at_most, axis=0, prepend=0.0)
    if k % 2 == 0:
        low, high = np.diff(up[m], axis=0, prepend=0.0), -np.diff(down[m], axis=0, append=0.0)
        for a, b in combinations(range(10), 2):
            both = comb(k, m) * low[a] * high[b]
            law[a] -= both
            law[(a + b) // 2] += both
    return law
