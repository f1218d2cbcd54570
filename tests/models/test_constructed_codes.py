"""The recall network through a code: its outputs, its cost, both forms, and what it refuses."""

import numpy as np
import pytest
import torch
from torch import Tensor

import models.selection.blind as blind
import models.selection.codes as runs
from models.constructed.codes import TIE, code_recall, parity_code_recall, random_code_recall
from models.constructed.constructed import Constructed
from numerics.selection.codes import scores

SIZES = [(1, 1, 1, 1), (3, 8, 2, 7), (4, 16, 3, 16), (16, 16, 1, 5)]


def batch(L: int, V: int, b: int, size: int) -> tuple[np.ndarray, np.ndarray, Tensor]:
    draw = np.random.default_rng(L + V + b)
    keys = np.array([draw.permutation(V)[:L] for _ in range(size)])
    v = draw.choice([-1, 1], size=(size, L, b))
    return keys, v, runs.sequences(keys, v, V)


@pytest.mark.parametrize(("L", "V", "b", "d"), SIZES)
def test_outputs_are_the_direct_read_and_weights_are_counted(L: int, V: int, b: int, d: int) -> None:
    network = random_code_recall(L, V, b, d, seed=3)
    code = np.random.default_rng(3).choice([-1, 1], size=(V, d))
    keys, v, tokens = batch(L, V, b, 12)
    u = network.encode(tokens)
    direct = torch.tensor(scores(code[keys], v), dtype=torch.float64)
    assert torch.equal(network.network(u)[:, 2 * L :], direct)
    assert torch.equal(runs.stepped(network, u)[:, 2 * L :], direct)
    found = network.resources
    assert (found.nonzero, found.state_dim) == (25 * d * b + 9 * d + 2 * b, 2 * d + d * b)
    assert 2**found.bits_per_entry >= 2 * L + 1 and found.weight_magnitude == max(1, L * d)


@pytest.mark.parametrize(("L", "d"), [(2, 64), (4, 128)])
def test_long_codes_recall_and_answers_agree_with_generation(L: int, d: int) -> None:
    for network, V in ((random_code_recall(L, 16, 2, d, 0), 16), (parity_code_recall(L, 4, 2, d, 0), 16)):
        _, v, tokens = batch(L, V, 2, 6)
        assert np.array_equal(network.answers(tokens)[:, 2 * L :].numpy(), runs.symbols(v, V))
        for q in range(L):
            prompt = torch.cat([tokens[:, : 2 * L], tokens[:, 2 * L + q, None]], dim=1)
            assert np.array_equal(network.generate(prompt, 1)[:, 0].numpy(), runs.symbols(v, V)[:, q])


def tied() -> Constructed:
    return code_recall([[1, 1], [1, -1], [1, 1]], 2, 1)


def test_ties_and_empty_contexts_have_no_answer() -> None:
    network = tied()
    said = network.answers(torch.tensor([[0, 3, 2, 4, 0], [0, 4, 1, 4, 0]]))[:, -1]
    assert said.tolist() == [TIE, 4]  # equal codes with opposite values cancel; orthogonal ones do not disturb
    assert network.generate(torch.tensor([[1]]), 1).tolist() == [[TIE]]


def test_parity_networks_store_no_table() -> None:
    first, second = (parity_code_recall(2, 3, 1, 5, seed) for seed in (0, 0))
    tokens = torch.tensor([[6, 8, 1, 9, 6]])
    assert torch.equal(first.encode(tokens), second.encode(tokens))
    assert first.encode(torch.tensor([[0]]))[0, 0, :5].tolist() == [1.0] * 5  # no bit of key 0 is set


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: random_code_recall(5, 4, 1, 8, 0), "pairs = 5: must be at most V = 4"),
        (lambda: random_code_recall(2, 4, 1, 0, 0), "dimension = 0: must be at least 1"),
        (lambda: random_code_recall(0, 4, 1, 8, 0), "pairs = 0: must be at least 1"),
        (lambda: random_code_recall(2, 4, 0, 8, 0), "bits = 0: must be at least 1"),
        (lambda: random_code_recall(2, 4, 17, 8, 0), "bits = 17: must be at most 16"),
        (lambda: random_code_recall(2, 4, 1, 8, -1), "seed = -1"),
        (lambda: parity_code_recall(3, 1, 1, 8, 0), "pairs = 3: must be at most V = 2"),
        (lambda: parity_code_recall(2, 17, 1, 8, 0), "key_bits = 17"),
        (lambda: code_recall([[1.0, 0.5]], 1, 1), "must be a matrix of"),
        (lambda: tied().answers(torch.tensor([[0, 5, 0]])), r"must be keys 0\.\.2 or values 3\.\.4"),
        (lambda: tied().answers(torch.tensor([[TIE]])), "must be keys"),
        (lambda: tied().answers(torch.tensor([[0, 3, 1, 3, 2, 3, 0]])), "stores 3 pairs: must be at most 2"),
        (lambda: tied().answers(torch.tensor([[0, 3, 0, 4, 0]])), "stores the same key twice"),
        (lambda: tied().generate(torch.zeros(1, 0, dtype=torch.long), 1), "prompt has shape"),
        (lambda: runs.learned_code(3, 2, 4, 0), "pairs = 4: must be at most V = 3"),
        (lambda: blind.recalls(3, 2, 2), "pairs = 3: must be at most K = 2"),
        (lambda: blind.learned_copy(0, 2, 0), "length = 0"),
        (lambda: blind.learned_copy(2, 1, 0), "symbols = 1: must be at least 2"),
    ],
)
def test_what_is_refused(call, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()
