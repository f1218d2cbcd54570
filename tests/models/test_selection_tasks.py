"""The data sources of the trained studies are what they say, whatever the seed, and refuse what they cannot draw."""

import doctest
import importlib

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.tasks import associative_recall as recall
from models.tasks import copying, induction_heads
from models.tasks.associative_recall import associative_recall, recall_query_first, recall_query_last
from models.tasks.motif import MASK, WORDS, masked, motif, occurrences, spelled

seeds = st.integers(0, 2**40)
sizes = st.integers(1, 6).flatmap(lambda n: st.tuples(st.just(n), st.integers(n, 9), st.integers(2, 9)))


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("name", ["associative_recall", "copying", "induction_heads", "motif"])
def test_examples_in_docstrings(name):
    assert doctest.testmod(importlib.import_module(f"models.tasks.{name}")).failed == 0


@given(sizes, seeds)
def test_recall_answers_are_the_values_of_the_keys_asked_for(size, seed):
    n, keys, values = size
    tokens, targets = associative_recall(7, n, keys, values, generator(seed))
    assert tokens.shape == (7, 3 * n) and targets.shape == (7, n) and tokens.dtype == targets.dtype == torch.int64
    for row, wanted in zip(tokens.tolist(), targets.tolist(), strict=True):
        held = dict(zip(row[: 2 * n : 2], row[1 : 2 * n : 2], strict=True))
        assert len(held) == n and all(0 <= k < keys <= v < keys + values for k, v in held.items())
        assert sorted(row[2 * n :]) == sorted(held), "every key is asked for once"
        assert [held[k] - keys for k in row[2 * n :]] == wanted


@given(sizes, seeds)
def test_recall_with_one_query_has_the_same_tokens_in_two_orders(size, seed):
    n, keys, values = size
    (first, answer), (last, same) = (
        f(7, n, keys, values, generator(seed)) for f in (recall_query_first, recall_query_last)
    )
    assert torch.equal(answer, same) and first.shape == last.shape == (7, 2 * n + 3)
    assert torch.equal(torch.cat([first[:, 2:-1], first[:, :2], first[:, -1:]], dim=1), last)
    assert set(last[:, 2 * n].tolist()) == {keys + values} and set(last[:, -1].tolist()) == {keys + values + 1}
    for row, wanted in zip(last.tolist(), answer[:, 0].tolist(), strict=True):
        held = dict(zip(row[: 2 * n : 2], row[1 : 2 * n : 2], strict=True))
        assert held[row[-2]] == wanted + keys


def test_the_map_is_fresh_and_queries_are_balanced():
    n, keys, values, batch = 2, 3, 4, 40_000
    tokens, targets = associative_recall(batch, n, keys, values, generator(1))
    maps = tokens[:, 0] * values + tokens[:, 1] - keys  # each key with each value alike often
    later, first = tokens[:, 3] - keys, tokens[:, 4] == tokens[:, 0]
    for counts, p in ((maps.bincount(), 1 / 12), (later.bincount(), 1 / 4), (targets[:, 0].bincount(), 1 / 4)):
        assert np.all(np.abs(counts.numpy() / batch - p) <= 5 * np.sqrt(p * (1 - p) / batch))
    assert abs(float(first.double().mean()) - 0.5) <= 5 * 0.5 / np.sqrt(batch)
    tokens, _ = recall_query_last(batch, n, keys, values, generator(2))
    assert abs(float((tokens[:, 5] == tokens[:, 0]).double().mean()) - 0.5) <= 5 * 0.5 / np.sqrt(batch)


def test_values_are_independent_of_each_other():
    tokens, _ = associative_recall(40_000, 2, 5, 3, generator(3))
    pairs = (3 * (tokens[:, 1] - 5) + tokens[:, 3] - 5).bincount().numpy() / 40_000
    assert np.all(np.abs(pairs - 1 / 9) <= 5 * np.sqrt(8 / 81 / 40_000))


@given(st.integers(1, 9), st.integers(2, 9), seeds)
def test_copying_asks_for_the_string(length, symbols, seed):
    tokens, targets = copying.copying(5, length, symbols, generator(seed))
    assert torch.equal(tokens[:, :length], targets) and torch.equal(tokens[:, length + 1 :], targets[:, :-1])
    assert set(tokens[:, length].tolist()) == {symbols} and bool(((0 <= targets) & (targets < symbols)).all())


def test_copying_takes_every_length():
    g = generator(4)
    lengths = [copying.copying_of_some_length(1, 2, 4, 3, g)[1].shape[1] for _ in range(60)]
    assert set(lengths) == {2, 3, 4}


@given(st.integers(2, 12), st.integers(2, 6), seeds)
def test_induction_heads_asks_for_what_followed_the_mark(length, symbols, seed):
    tokens, targets = induction_heads.induction_heads(5, length, symbols, generator(seed))
    assert tokens.shape == (5, length + 1)
    for row, wanted in zip(tokens.tolist(), targets[:, 0].tolist(), strict=True):
        assert row.count(symbols) == 2 and row[-1] == symbols and row.index(symbols) < length - 1
        assert row[row.index(symbols) + 1] == wanted < symbols


@given(st.integers(6, 60), seeds)
def test_a_motif_occurs_exactly_once(length, seed):
    tokens, which, start = motif(9, length, generator(seed))
    assert tokens.shape == (9, length) and bool(((0 <= tokens) & (tokens < MASK)).all())
    found = [occurrences(tokens, spelled(word)) for word in WORDS]
    assert torch.equal(found[0].sum(1) + found[1].sum(1), torch.ones(9, dtype=torch.long))
    for row, w, s in zip(tokens.tolist(), which.tolist(), start.tolist(), strict=True):
        assert "".join("ACGT"[i] for i in row)[s : s + 6] == WORDS[w]


def test_motifs_stand_everywhere_alike_and_composition_tells_nothing():
    tokens, which, start = motif(30_000, 12, generator(5))
    assert np.all(np.abs(start.bincount().numpy() / 30_000 - 1 / 7) <= 6 * np.sqrt(6 / 49 / 30_000))
    counts = torch.stack([(tokens == letter).sum(1) for letter in range(4)], 1).double()
    difference = counts[which == 0].mean(0) - counts[which == 1].mean(0)
    assert float(difference.abs().max()) <= 6 * float(counts.std(0).max()) * 2 / np.sqrt(30_000) + 0.01
    assert sorted(WORDS[0]) == sorted(WORDS[1])


def test_letters_are_hidden_at_a_rate_of_each_sequence():
    tokens = torch.zeros(4000, 50, dtype=torch.long)
    share = (masked(tokens, 0.9, generator(6)) == MASK).double().mean(1)
    assert abs(float(share.mean()) - 0.45) <= 5 * 0.27 / np.sqrt(4000)
    assert abs(float(share.std()) - np.sqrt(0.81 / 12 + (0.45 - 0.27) / 50)) <= 0.02
    assert torch.equal(masked(tokens, 0, generator(6)), tokens)


def test_a_batch_repeats_with_its_seed():
    for draw in (
        lambda g: associative_recall(4, 2, 3, 3, g),
        lambda g: motif(4, 9, g),
        lambda g: copying.copying(4, 3, 3, g),
    ):
        first, again, other = draw(generator(1)), draw(generator(1)), draw(generator(2))
        assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True)) and not torch.equal(first[0], other[0])


def test_chance_levels():
    assert recall.chance(8) == 1 / 8 and copying.chance(16) == induction_heads.chance(16) == 1 / 16


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (lambda g: associative_recall(3, 4, 3, 3, g), "pairs = 4: must be at most keys = 3"),
        (lambda g: associative_recall(3, 1, 3, 1, g), "values = 1"),
        (lambda g: recall_query_first(0, 1, 3, 3, g), "batch = 0"),
        (lambda g: copying.copying(3, 0, 3, g), "length = 0"),
        (lambda g: copying.copying(3, 2, 1, g), "symbols = 1"),
        (lambda g: copying.copying_of_some_length(3, 4, 2, 3, g), "longest = 2"),
        (lambda g: induction_heads.induction_heads(3, 1, 3, g), "length = 1"),
        (lambda g: motif(3, 5, g), "length = 5"),
        (lambda g: motif(3, 9, g, ("ACGT", "ACGG")), "two different words of the same letters"),
        (lambda g: motif(3, 9, g, ("ACGT", "ACGT")), "two different words of the same letters"),
        (lambda g: motif(3, 9, g, ("ACGU", "ACUG")), "word = 'ACGU'"),
        (lambda g: masked(torch.zeros(1, 2), 1.5, g), "most = 1.5"),
        (lambda g: recall.chance(1), "values = 1"),
    ],
)
def test_bad_inputs_are_named(draw, words):
    with pytest.raises(ValueError, match=words):
        draw(generator())
