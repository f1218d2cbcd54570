"""Networks that look up: against dictionaries at every step, where they fail, what they cost, what they refuse."""

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
import torch

import models.constructed.ngram as by_table
import models.constructed.query_first as by_query
import numerics.selection.look_up as exact
from models.layers.stack import Stack
from models.layers.state_space import BothSides
from models.selection.look_up import all_queries, copied_share, recalled

SIZES = [
    (2, 1),
    (2, 2),
    (2, 5),
    (3, 1),
    (3, 2),
    (3, 4),
    (4, 1),
    (4, 3),
    (7, 1),
    (7, 2),
    (8, 2),
    (15, 2),
    (31, 1),
    (128, 1),
]


def T(*rows: object) -> torch.Tensor:
    return torch.tensor(rows)


@pytest.mark.parametrize(("V", "n"), SIZES)
def test_weights_and_states_of_the_table(V: int, n: int) -> None:
    b, K = V.bit_length(), V**n
    assert 2 ** (b - 1) <= V < 2**b
    layers = list(by_table.ngram(V, n, 40).network.layers)
    counts = [sum(int(torch.count_nonzero(p)) for p in layer.parameters()) for layer in layers]
    conjunctions = K * b * (n * b + 1) + K * b * (n * b != 1) + K * n * b + K * (n * b != 2) + K * (b + 1)
    assert counts == [2 * b * (n + 1), conjunctions, K * (3 * b + 1), 5 * K * b + 3 * b]
    cost = by_table.ngram(V, n, 40).resources
    assert (cost.nonzero, cost.state_dim, cost.bits_per_entry) == (sum(counts), (n + 1) * b + K * b, 6)


@pytest.mark.parametrize(("symbols", "n", "L"), [(2, 1, 2), (2, 2, 4), (3, 1, 3), (3, 2, 4), (2, 3, 6), (3, 2, 6)])
def test_copies_exactly_the_strings_without_a_repeat(symbols: int, n: int, L: int) -> None:
    x, V = exact.all_strings(symbols, L) + 1, symbols + 1
    said = by_table.copy(torch.tensor(x), V, n).numpy()
    assert said.tolist() == [exact.copied(row, n, V) for row in x.tolist()]
    distinct = [exact.distinct_ngrams(row, n) == L - n + 1 for row in x.tolist()]
    assert (said == np.pad(x, ((0, 0), (0, 1)), constant_values=V)).all(1).tolist() == distinct


def test_an_end_mark_within_the_digits_of_a_symbol_hides_a_repeat() -> None:
    """With $ = 1 and x = 3 3: the or of 3 and 1 is 3, so x comes out right; the end mark after it does not."""
    prompt = T([1, 3, 3, 1])
    assert by_table.ngram(3, 1, 8).generate(prompt, 3)[0].tolist() == [3, 3, 3]


def test_both_forms_agree_on_any_tokens() -> None:
    rng = torch.Generator().manual_seed(0)
    for V, n in ((3, 2), (6, 1), (5, 2)):
        tokens = torch.randint(0, V + 1, (6, 30), generator=rng)
        network = by_table.ngram(V, n, 30)
        steps = [network.generate(tokens[:, : t + 1], 1)[:, 0] for t in range(30)]
        whole = network.answers(tokens)
        assert torch.equal(torch.stack(steps, 1), whole)
        for t in range(n, 30):
            assert whole[:, t].tolist() == [exact.answered(row[: t + 1], n, V)[0] for row in tokens.tolist()]


def test_fewer_than_the_writes_is_not_enough() -> None:
    """Exact up to M writes of one key; with more of them it is read although it does not match."""
    for writes, right in ((3, True), (4, False)):
        tokens = T([1, 2] * writes + [3])
        network = by_table.ngram(3, 1, 3)
        said = network.decode(network.network(network.encode(tokens)))[0, -1]  # past the check of the length
        assert (int(said) == 0) is right


def test_recall_of_small_contexts_and_absent_keys() -> None:
    cases = {"stored": 0, "absent": 0}
    for p in (1, 2, 3):
        keys, values = (torch.tensor(rows).repeat_interleave(3, 0) for rows in exact.all_contexts(3, 2, p))
        keys, values, query = keys + 1, values + 4, torch.arange(len(keys)) % 3 + 1
        hit = keys == query[:, None]
        assert torch.equal(by_table.recall(keys, values, query, (3, 2)), (hit * values).sum(1))
        cases["stored"] += int(hit.any(1).sum())
        cases["absent"] += int((~hit.any(1)).sum())
    assert cases == {"stored": 198, "absent": 36}


def test_a_shared_alphabet_fails_in_28_of_108_cases() -> None:
    keys, values = (torch.tensor(rows).repeat_interleave(2, 0) + 1 for rows in exact.all_contexts(3, 3, 2))
    place, rows = torch.arange(len(keys)) % 2, torch.arange(len(keys))
    query, wanted = keys[rows, place], values[rows, place]
    said = by_table.ngram(3, 1, 5).answers(by_table.recall_prompt(keys, values, query))[:, -1]
    stray = (values[:, 0] == query) & (keys[:, 1] & ~wanted != 0)  # (v_1, k_2) is filed under the query
    assert (len(keys), int((said != wanted).sum())) == (108, 28)
    last = values[:, 1] == query  # so is (v_2, query) where the query equals v_2
    assert torch.equal(said != wanted, stray | (last & (query & ~wanted != 0)))


@pytest.mark.parametrize("V", [2, 3, 4, 5, 8, 9, 33, 256])
def test_weights_and_states_without_a_table(V: int) -> None:
    b = (V - 1).bit_length()
    causal, both = by_query.query_first(V), by_query.query_anywhere(V)
    counts = [sum(int(torch.count_nonzero(p)) for p in layer.parameters()) for layer in causal.network.layers]
    assert counts == [7 * b + 2, 7 * b + 1, 12 * b + 2, 3 * b, 5 * b]
    assert (causal.resources.nonzero, causal.resources.state_bits) == (34 * b + 5, 4 * b)
    assert (both.resources.nonzero, both.resources.state_bits) == (37 * b + 5, 5 * b)
    assert causal.resources.weight_magnitude == both.resources.weight_magnitude == 1


def test_query_first_last_and_between() -> None:
    cases = 0
    for p in (1, 2, 3):
        keys, values, query, wanted = all_queries(4, p)
        cases += len(keys)
        assert torch.equal(by_query.recall(keys, values, query, 4), wanted)
        assert torch.equal(by_query.recall(keys, values, query, 4, last=True), wanted)
        pairs = by_query.recall_prompt(keys, values, query, 4, last=True)
        middle = torch.cat([pairs[:, :2], pairs[:, -1:], pairs[:, 2:-1]], dim=1)
        assert torch.equal(by_query.query_anywhere(4).answers(middle)[:, -1], wanted)
        causal = by_query.query_first(4).answers(pairs)[:, -1]
        assert torch.equal(causal, ((keys == 0) * values).sum(1))  # as if the query were symbol 0
    assert cases == 5008


def test_shares_are_exact() -> None:
    assert copied_share(3, 2, 4) == 1 - exact.repeat_probability(3, 2, 4)
    assert recalled(4, 2) == (1, 1, 1, Fraction(7, 16))


def test_both_forms_of_query_first_agree() -> None:
    keys, values, query, _ = all_queries(4, 2)
    network, tokens = by_query.query_first(4), by_query.recall_prompt(keys, values, query, 4, last=False)
    assert torch.equal(network.generate(tokens, 1)[:, 0], network.answers(tokens)[:, -1])


def test_the_largest_sizes_are_exact() -> None:
    """One more token, or twice the symbols, and integers no longer fit their format: those are refused below."""
    assert by_table.recall(T([1, 2]), T([4, 5]), T(2), (3, 2), longest=2**52).tolist() == [5]
    keys, values = T([0, 2**60, 2**61 - 1]), T([1, 2**61 - 1, 2**60 + 1])
    for last in (False, True):
        assert by_query.recall(keys, values, T(2**60), 2**61, last=last).tolist() == [2**61 - 1]


TABLE, QUERY, NONE = (3, 2), 4, torch.zeros(1, 0, dtype=torch.int64)


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (lambda: by_table.copy(T([1, 5]), 4, 1), "must be 1..3"),
        (lambda: by_table.copy(T([1, 0]), 4, 1), "must be 1..3"),
        (lambda: by_table.copy(T([1, 4]), 4, 1), "hold 4: must be 1..3"),
        (lambda: by_table.copy(T([1, 2]), 4, 3), "at least n = 3"),
        (lambda: by_table.copy(NONE, 4, 1), "must be .batch, >= 1."),
        (lambda: by_table.copy(torch.ones(1, 2), 4, 1), "of int64"),
        (lambda: by_table.copy(T([1, 2]), 4, 1, longest=5), "exact for 5 only"),
        (lambda: by_table.recall(T([1, 2]), T([2, 4]), T(1), TABLE), "values hold 2: must be 4..5"),
        (lambda: by_table.recall(T([1, 1]), T([4, 4]), T(1), TABLE), "key 1 occurs twice"),
        (lambda: by_table.recall(T([1, 4]), T([4, 4]), T(1), TABLE), "keys hold 4: must be 1..3"),
        (lambda: by_table.recall(T([1, 2]), T([4, 4]), T(5), TABLE), "query hold 5"),
        (lambda: by_table.recall(T([1, 2]), T([4]), T(1), TABLE), "have shapes"),
        (lambda: by_table.recall(NONE, NONE, T(1), TABLE), "must be .batch, >= 1."),
        (lambda: by_table.recall(T([1, 2]), T([4, 5]), T(1), TABLE, longest=4), "exact for 4 only"),
        (lambda: by_table.ngram(1, 1, 5), "V = 1: must be at least 2"),
        (lambda: by_table.ngram(3, 0, 5), "n = 0"),
        (lambda: by_table.ngram(3, 1, 0), "longest = 0"),
        (lambda: by_table.ngram(32, 2, 5), "at most 4096"),
        (lambda: by_table.ngram(10**9, 10**9, 5), "at most 4096"),
        (lambda: by_table.ngram(3, 1, 2**52 + 1), r"longest = 4503599627370497: must be at most 2\^52"),
        (lambda: by_table.ngram(3, 1, 10**400), "must be at most 2"),
        (lambda: by_table.ngram(3, 1, 9).answers(torch.tensor([1, 2])), "must be .batch, length >= 1."),
        (lambda: by_table.ngram(3, 1, 9).answers(T([1, 4])), "must be int64 in 0..3"),
        (lambda: by_table.ngram(3, 1, 9).answers(NONE), "must be .batch, length >= 1."),
        (lambda: by_query.recall(T([1, 1]), T([2, 3]), T(1), QUERY), "key 1 occurs twice"),
        (lambda: by_query.recall(T([1, 2]), T([2, 3]), T(3), QUERY), "query 3 is no key"),
        (lambda: by_query.recall(T([1, 4]), T([2, 3]), T(1), QUERY), "keys .* must be 0..3"),
        (lambda: by_query.recall(T([1, 2]), T([-1, 3]), T(1), QUERY), "values .* must be 0..3"),
        (lambda: by_query.recall(NONE, NONE, T(1), QUERY), "must be .batch, >= 1."),
        (lambda: by_query.recall(torch.tensor([1, 2]), torch.tensor([1, 2]), T(1, 2), QUERY), "must be .batch, >= 1."),
        (lambda: by_query.recall(T([True, False]), T([2, 3]), T(1), QUERY), "of int64"),
        (lambda: by_query.query_first(1), "V = 1: must be at least 2"),
        (lambda: by_query.query_first(2**61 + 1), "V = 2305843009213693953: must be at most 2"),
        (lambda: by_query.query_anywhere(10**30), "must be at most 2"),
        (lambda: by_query.query_first(4).answers(T([12])), "must be int64 in 0..11"),
        (lambda: by_query.query_anywhere(4).generate(T([8, 1, 5]), 1), "no recurrent form"),
    ],
)
def test_what_is_refused(make: Callable[[], object], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        make()


def test_a_layer_that_sees_both_sides_sums_both() -> None:
    layer = BothSides(np.eye(2), np.ones((2, 1)), np.ones((1, 2)), np.zeros((1, 1)), backwards=1)
    u = torch.tensor([[[1.0], [2.0], [4.0]]], dtype=torch.float64)
    assert layer(u)[0, :, 0].tolist() == [1 + 7, 3 + 6, 7 + 4]
    assert Stack([layer]).systems == [layer]
