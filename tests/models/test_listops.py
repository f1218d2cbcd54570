"""ListOps against an evaluator and a generator of their own: recursive, one token at a time, in exact arithmetic."""

import dataclasses
import itertools
import random
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.tasks import listops
from models.tasks.listops import ListOps, answer_law, constant_accuracy, first_token_accuracy, generate, text


def median(values):
    ordered = sorted(values)
    n = len(ordered)
    return ordered[n // 2] if n % 2 else int(Fraction(ordered[n // 2 - 1] + ordered[n // 2], 2))


RULES: dict[str, Callable[[Sequence[int]], int]] = {
    "[MIN": min,
    "[MAX": max,
    "[MED": median,
    "[SM": lambda values: sum(values) % 10,
}


def evaluate(words, at=0):
    """The value of the expression that starts there, where it ends, how deep it is, and its most arguments."""
    if words[at].isdigit():
        return int(words[at]), at + 1, 1, 0
    values: list[int] = []
    rule, at, depth, most = RULES[words[at]], at + 1, 0, 0
    while words[at] != "]":
        value, at, below, arguments = evaluate(words, at)
        values, depth, most = [*values, value], max(depth, below), max(most, arguments)
    assert len(values) >= 2
    return rule(values), at + 1, depth + 1, max(most, len(values))


def grow(rng, depth, config):
    """Long Range Arena's recursion, as words."""
    if depth == config.max_depth or rng.random() >= 0.25:
        return [str(rng.randrange(10))]
    arguments = [grow(rng, depth + 1, config) for _ in range(rng.randint(2, config.max_args))]
    return [rng.choice(list(RULES)), *(word for argument in arguments for word in argument), "]"]


windows = st.builds(
    ListOps,
    samples=st.integers(1, 40),
    min_length=st.integers(4, 14),
    max_length=st.integers(20, 70),
    max_depth=st.integers(3, 7),
    max_args=st.integers(4, 9),
    seed=st.integers(0, 2**32),
)


@given(windows)
def test_every_expression_is_whole_distinct_in_the_window_and_rightly_answered(config):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listops, "TREES", 1000)
        some = generate(config)
    assert some["tokens"].shape == (config.samples, config.max_length)
    texts = [text(row) for row in some["tokens"]]
    assert len(set(texts)) == config.samples
    for row, length, answer, words in zip(some["tokens"], some["lengths"], some["answers"], texts, strict=True):
        assert config.min_length <= length <= config.max_length and len(words.split()) == length
        assert np.all(row[:length] != listops.PADDING) and np.all(row[length:] == listops.PADDING)
        value, end, depth, arguments = evaluate(words.split())
        assert (value, end) == (answer, length)
        assert depth <= config.max_depth and arguments <= config.max_args


def test_long_deep_expressions_are_rightly_answered():
    some = generate(ListOps(samples=40, min_length=501, max_length=1999, max_depth=10, max_args=10))
    for row, length, answer in zip(some["tokens"], some["lengths"], some["answers"], strict=True):
        assert evaluate(text(row).split())[:2] == (answer, length)


SMALL = ListOps(samples=30_000, min_length=16, max_length=40, max_depth=4, max_args=5, seed=5)


def alike(counts, others):
    """Two samples' frequencies within 5 standard errors, category by category."""
    n, m = counts.sum(), others.sum()
    pooled = (counts + others) / (n + m)
    return np.all(np.abs(counts / n - others / m) <= 5 * np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m)))


def test_expressions_are_distributed_as_the_recursion_makes_them():
    rng, words = random.Random(1), list[list[str]]()
    while len(words) < 800:
        one = grow(rng, 1, SMALL)
        words += [one] if SMALL.min_length <= len(one) <= SMALL.max_length else []
    ours = [text(row).split() for row in generate(dataclasses.replace(SMALL, samples=4000))["tokens"]]

    def features(expressions):
        lengths = np.bincount([len(one) for one in expressions], minlength=41)[16:]
        tokens = Counter(word for one in expressions for word in one[:3])  # place 0, 1, 2: operators and digits
        depths = np.bincount([evaluate(one)[2] for one in expressions], minlength=5)
        arguments = np.bincount([evaluate(one)[3] for one in expressions], minlength=6)
        return lengths, np.array([tokens[word] for word in listops.TOKENS[1:]]), depths, arguments

    assert all(alike(a, b) for a, b in zip(features(words), features(ours), strict=True))


def test_a_node_is_an_operator_once_in_four():
    """Where no window selects: depth 3 and at most 2 arguments, 3 operators and 10 tokens at most."""
    config = ListOps(min_length=1, max_length=10, max_depth=3, max_args=2)
    top, below, last = listops._grown(config, np.random.default_rng(1))
    for level in (top, below):
        n = len(level.operator)
        assert abs(level.operator.mean() - 0.25) <= 5 * np.sqrt(3 / 16 / n) < 0.03
    assert not last.operator.any()


@pytest.mark.parametrize(
    "config",
    [
        SMALL,
        ListOps(samples=30_000, min_length=20, max_length=60, max_depth=3, max_args=10, seed=6),
        ListOps(samples=6000, min_length=60, max_length=120, max_depth=9, max_args=4, seed=7),
    ],
)
def test_answers_follow_the_exact_law(config):
    law, some = answer_law(config), generate(config)
    seen = np.zeros((5, 10))
    np.add.at(seen, (some["tokens"][:, 0] - listops.OPERATOR, some["answers"]), 1)
    error = np.sqrt(law * (1 - law) / config.samples)
    assert np.all(np.abs(seen / config.samples - law) <= 5 * error)
    assert abs(seen.sum(0).max() / config.samples - constant_accuracy(config)) <= 5 * error.max()
    assert 0.1 < constant_accuracy(config) < first_token_accuracy(config) < 0.5


def test_the_law_of_one_operator_counted_out():
    """Depth 2, two or three digits: each of the 4·(100 + 1000) expressions, weighted as the recursion does."""
    config = ListOps(min_length=4, max_length=5, max_depth=2, max_args=3)
    counted = np.zeros((5, 10))
    for k in (2, 3):
        for digits in itertools.product(range(10), repeat=k):
            for row, rule in enumerate(RULES.values()):
                counted[row, rule(digits)] += 0.125 / 10**k
    assert np.abs(answer_law(config) - counted).max() <= 1e-13
    alone = answer_law(ListOps(min_length=1, max_length=4, max_depth=2, max_args=2))
    assert np.abs(alone.sum(axis=1) - [1 / 16, 1 / 16, 1 / 16, 1 / 16, 3 / 4]).max() <= 1e-13


def test_seeds_repeat_bit_for_bit_and_other_seeds_differ():
    first, again, other = (generate(ListOps(samples=50, seed=seed)) for seed in (3, 3, 4))
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not np.array_equal(first["tokens"], other["tokens"])
    more = generate(ListOps(samples=80, seed=3))
    assert np.array_equal(more["tokens"][:50], first["tokens"])


def test_store_keeps_each_configuration_and_survives_damage(tmp_path, monkeypatch):
    config, made, original = ListOps(samples=20), list[ListOps](), listops._grown

    def counted(config, rng):
        made.append(config)
        return original(config, rng)

    monkeypatch.setattr(listops, "_grown", counted)
    folder = tmp_path / "new" / "store"
    first = listops.listops(config, folder)
    assert [part.dtype for part in first] == [torch.int64] * 3 and first[0].shape == (20, 64)
    rounds = len(made)
    again = listops.listops(config, folder)
    assert len(made) == rounds, "the second time it is read"
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    for damage in (whole[: len(whole) // 2], b"", whole[:-200] + b"\0" * 200):
        file.write_bytes(damage)
        mended = listops.listops(config, folder)
        assert file.read_bytes() == whole
        assert all(torch.equal(a, b) and torch.equal(a, c) for a, b, c in zip(first, again, mended, strict=True))
    listops.listops(ListOps(samples=20, seed=1), folder)
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"samples": 0}, "samples = 0"),
        ({"min_length": 0}, "min_length = 0"),
        ({"max_length": 15}, "max_length = 15: must be at least min_length = 16"),
        ({"max_depth": 2.0}, "max_depth = 2.0"),
        ({"max_args": 1}, "max_args = 1"),
        ({"seed": -1}, "seed = -1"),
    ],
)
def test_bad_configurations_are_named(change, words):
    with pytest.raises(ValueError, match=words):
        ListOps(**change)


def test_windows_that_hold_too_little_are_named(monkeypatch):
    monkeypatch.setattr(listops, "IDLE", 3)
    with pytest.raises(ValueError, match="samples = 401: only 400 expressions"):
        generate(ListOps(samples=401, min_length=4, max_length=4, max_depth=2, max_args=2))
    with pytest.raises(ValueError, match="only 0 expressions"):
        generate(ListOps(samples=1, min_length=2, max_length=3))
    with pytest.raises(ValueError, match="no expression has that many tokens"):
        answer_law(ListOps(min_length=2, max_length=3))


@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        ([-1], r"tokens\[0\] = -1: must be at least 0"),
        ([2.7], r"tokens\[0\] = 2.7: must be an integer"),
        ([True], "not dtype bool"),
        ([2, 16], r"tokens\[1\] = 16: must be at most 15"),
        ([[2]], "must be one-dimensional"),
    ],
)
def test_tokens_that_mean_nothing_are_named(tokens, words):
    with pytest.raises(ValueError, match=words):
        text(tokens)
