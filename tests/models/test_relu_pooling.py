"""The ReLU stack that selects: two forms, softmax pooling and the winner, exact sizes, refusals."""

import math

import pytest
import torch

from models.constructed.relu_pooling import relu_pooling, sizes
from models.layers.mlp import MLP
from models.rates.relu_softmax import contexts, softmax_average, winners


@pytest.fixture(scope="module")
def made():
    return relu_pooling(1e-3, 32, 16.0, 1.0, V=2.5)


def test_both_forms_agree_and_stay_within_the_bound_of_softmax_pooling(made):
    tokens = contexts(made, 30, 0.5, seed=0)
    said, stepped = made.answers(tokens), made.recurrent(tokens)
    known = ~said.isnan()
    assert torch.equal(known, ~stepped.isnan()) and known[:, -1].all() and not known.all()
    assert (said - stepped)[known].abs().max() <= 2 * made.V * made.sizes.rounding
    assert (said - softmax_average(made, tokens))[known].abs().max() <= made.bound <= 1e-3 * made.V * (1 + 1e-6)


def test_it_selects_the_winner_but_for_the_tail(made):
    tokens = contexts(made, 30, 0.9, seed=1)
    away = (made.answers(tokens) - winners(made, tokens))[:, -1].abs().max()
    assert away <= made.bound + 31 * math.exp(-16 * 0.9) * 2 * made.V < 0.003


def test_sizes_are_those_of_the_weights(made):
    n, m, k, steps, _, _, _, depth = made.sizes
    assert made.depth == depth == 2 * (n + steps) * (m + 1) + k * m
    before, behind = (layer for layer in made.network.layers if isinstance(layer, MLP))
    weights = [p for mlp in (before, behind) for p in (*mlp.weights, *mlp.biases)]
    cost = made.resources
    assert cost.nonzero == sum(int((w != 0).sum()) for w in weights) + 2 + 2 + 2
    assert (cost.state_dim, cost.bits_per_entry) == (2, 64)
    rows = sizes([1e-1, 1e-3], 8, 8.0, 1.0)
    assert [row.accuracy for row in rows] == [1e-1, 1e-3]
    assert rows[0].depth < rows[1].depth and rows[0].nonzero < rows[1].nonzero < rows[1].dense


def test_any_readout_any_top_and_any_prefix():
    net = relu_pooling(1e-2, 6, 4.0, 1.5, top=3.0, slack=1.5, V=2.0, readout=[[1.0, 1.0, 0.0], [0.0, 0.5, -1.0]])
    u = torch.rand(20, 6, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    u[..., 0] = 1.5 + u[..., 0] * 0.5
    said = net.answers(u)
    assert not said.isnan().any()
    assert (said - softmax_average(net, u)).abs().max() <= net.bound
    assert (said - net.recurrent(u)).abs().max() <= 2 * net.V * net.sizes.rounding


def test_one_token_is_its_value():
    net = relu_pooling(1e-4, 1, 1.0, 1.0)
    tokens = torch.tensor([[[0.0, -0.7]], [[0.0, 1.0]], [[-0.5, 1.0]]], dtype=torch.float64)
    said = net.answers(tokens)[:, 0]
    assert (said[:2] - tokens[:2, 0, 1]).abs().max() <= net.bound and said[2].isnan()


@pytest.mark.parametrize(
    ("tokens", "says"),
    [
        (torch.zeros(1, 33, 2), "33 tokens: this network is made for at most 32"),
        (torch.full((1, 2, 2), 0.1), "up to the known top"),
        (torch.full((1, 2, 2), -1.1), "must lie in"),
        (torch.tensor([[[0.0, 2.6]]]), "values up to 2.6: must be at most V = 2.5"),
        (torch.zeros(1, 2, 3), "must be"),
        (torch.zeros(1, 0, 2), "must be"),
        (torch.tensor([[[math.nan, 0.0]]]), "must lie in"),
        (torch.tensor([[[0.0, math.nan]]]), "nan"),
    ],
)
def test_tokens_it_is_not_made_for_are_refused(made, tokens, says):
    for form in (made.answers, made.recurrent):
        with pytest.raises(ValueError, match=says):
            form(tokens.double())


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"accuracy": 0.0}, "accuracy = 0.0"),
        ({"accuracy": 1.0}, "accuracy = 1.0"),
        ({"accuracy": 1e-13}, "doubles may lose"),
        ({"longest": 0}, "longest = 0"),
        ({"chi": 0.0}, "chi = 0.0"),
        ({"span": 0.0}, "span = 0.0"),
        ({"V": -1.0}, "V = -1.0"),
        ({"slack": 2.0}, "must be at most the span"),
        ({"readout": [[1.0, 0.0]]}, "1 rows"),
    ],
)
def test_networks_that_cannot_be_made_are_refused(given, says):
    with pytest.raises(ValueError, match=says):
        relu_pooling(**({"accuracy": 0.1, "longest": 4, "chi": 2.0, "span": 1.0} | given))
