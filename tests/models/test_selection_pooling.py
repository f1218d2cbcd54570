"""Pooling layers, the delay line and the heads: two forms, extreme sharpness, resources, refusals."""

import numpy as np
import pytest
import torch

from models.constructed.delay_line import delay_line
from models.constructed.pooling import softmax_pooling
from models.layers.pooling import SoftmaxPooling
from models.selection import kernels, softmax
from numerics.selection import softmax as exact

EPS = 2.0**-52


def tokens(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


@torch.no_grad()
@pytest.mark.parametrize("window", [None, 0, 3, 40])
@pytest.mark.parametrize("chi", [1.0, 50.0, 1e5])
def test_both_forms_of_pooling_are_attention(window, chi):
    layer = SoftmaxPooling(3, heads=2, width=2, chi=chi, window=window, dtype=torch.float64)
    u = tokens(4, 17, 3)
    y, state, stepped = layer(u), layer.initial_state(4), []
    for now in u.unbind(1):
        state, out = layer.step(state, now)
        stepped.append(out)
    exponent = float(layer.scores(u).abs().max())
    tolerance = (2 * 17 + 10 + 4 * exponent) * EPS * float(layer.values(u).abs().max() * layer.O.abs().sum())
    assert torch.isfinite(y).all()
    assert (y - layer.attention(u)).abs().max() <= tolerance
    assert (y - torch.stack(stepped, dim=1)).abs().max() <= tolerance


def test_gradients_are_finite_at_any_sharpness_and_equal_those_of_attention():
    for chi in (1.0, 1e4):
        layer, u = SoftmaxPooling(3, chi=chi, dtype=torch.float64), tokens(2, 9, 3)
        found = torch.autograd.grad(layer(u).square().sum(), list(layer.parameters()))
        expected = torch.autograd.grad(layer.attention(u).square().sum(), list(layer.parameters()))
        for one, other in zip(found, expected, strict=True):
            torch.testing.assert_close(one, other, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("length", "bits"), [(1, 1), (3, 2), (7, 4)])
def test_a_delay_line_says_every_token_again(length, bits):
    network = delay_line(length, bits)
    given = torch.randint(0, 2**bits, (5, 20), generator=torch.Generator().manual_seed(0))
    answers = network.answers(given)
    assert torch.equal(answers[:, length:], given[:, :-length]) and not answers[:, :length].any()
    found = network.resources
    assert (found.nonzero, found.state_dim, found.bits_per_entry) == ((length + 2) * bits, (length + 1) * bits, 1)
    assert found.weight_magnitude == 1.0
    prompt = given[:, : length + 1]
    assert torch.equal(network.generate(prompt, 3 * length + 3), prompt.repeat(1, 3))


def test_pooling_names_the_most_important_symbol_so_far():
    importances, longest = [0.0, 3.0, 1.0, 2.0, -1.0], 40
    network = softmax_pooling(importances, 3.7, longest)
    given = torch.randint(0, 5, (200, longest), generator=torch.Generator().manual_seed(1))
    given[0] = torch.tensor([2] + [0] * (longest - 1))
    best = torch.tensor(np.maximum.accumulate(np.array(importances)[given.numpy()], axis=1))
    expected = torch.tensor([4, 0, 2, 3, 1])[(best + 1).long()]
    assert torch.equal(network.answers(given), expected)
    assert torch.equal(network.generate(given[:, :5], 4), expected[:, 4:5].expand(-1, 4))
    assert (network.resources.state_dim, network.resources.bits_per_entry) == (4, 64)
    assert network.resources.weight_magnitude == 1.0


def test_pooling_below_its_sharpness_would_be_wrong():
    # one important token among 39 that are less so: at χδ < log 39 the others outvote it, and the network is refused
    with pytest.raises(ValueError, match="must exceed"):
        softmax_pooling([0.0, 1.0], 3.6, 40)
    assert int(softmax_pooling([0.0, 1.0], 3.67, 40).answers(torch.tensor([[1] + [0] * 39]))[0, -1]) == 1


@torch.no_grad()
def test_every_head_selects_the_token_of_its_own_rank():
    heads, given = softmax.RankedHeads(3, [4.0, 2.0, 1.0], seed=1), tokens(5, 9, 3)
    mu, weights = heads(given)
    for row, importances in zip(weights.numpy(), mu.numpy(), strict=True):
        order = np.argsort(-importances)
        for k, chi in enumerate(heads.chi):
            tail = exact.ranked_tail(importances, k + 1, chi)
            assert tail is not None and abs(1 - row[k, order[k]] - tail) <= 64 * EPS
            assert not row[k, order[:k]].any()


@torch.no_grad()
def test_a_look_up_reads_only_the_keys_that_are_stored():
    read = kernels.one_hot(4)(torch.tensor([[2, 0]]), tokens(1, 2, 3), torch.tensor([[0, 1]]))
    assert torch.equal(read[0, 0], tokens(1, 2, 3)[0, 1]) and not read[0, 1].any()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: delay_line(0, 1), "length = 0: must be at least 1"),
        (lambda: delay_line(3, 0), "bits = 0: must be at least 1"),
        (lambda: delay_line(3, 63), "must be at most 62"),
        (lambda: delay_line(3, 2).answers(torch.tensor([[0, 4]])), r"integers in 0..3"),
        (lambda: delay_line(3, 2).answers(torch.tensor([[0, -1]])), r"integers in 0..3"),
        (lambda: softmax_pooling([1.0, 1.0], 5.0, 3), "two of them tie"),
        (lambda: softmax_pooling([0.0, 1.0], 0.0, 3), "chi = 0.0: must be > 0"),
        (lambda: softmax_pooling([0.0, 1.0], 1e3, 3), "must be at most 700"),
        (lambda: softmax_pooling([], 1.0, 3), "importances"),
        (lambda: softmax_pooling([0.0, np.nan], 1.0, 3), "must be finite"),
        (lambda: softmax_pooling([0.0, 1.0], 5.0, 3).answers(torch.zeros(1, 4, dtype=torch.long)), "context of 4"),
        (lambda: softmax_pooling([0.0, 1.0], 5.0, 3).answers(torch.zeros(1, 0, dtype=torch.long)), "length >= 1"),
        (lambda: softmax_pooling([0.0, 1.0], 5.0, 3).answers(torch.tensor([[2]])), "symbols 0..1"),
        (lambda: SoftmaxPooling(2, chi=0.0), "chi = 0.0: must be > 0"),
        (lambda: SoftmaxPooling(2, window=-1), "window = -1: must be at least 0"),
        (lambda: SoftmaxPooling(2)(torch.zeros(1, 0, 2)), "length >= 1"),
        (lambda: softmax.SelectionHead(2)(tokens(1, 2), tokens(1, 0, 2), tokens(1, 0, 1)), "L >= 1"),
        (lambda: softmax.SelectionHead(2)(tokens(1, 2), tokens(1, 3, 2), tokens(1, 3, 1), chi=-1.0), "chi = -1.0"),
        (lambda: softmax.RankedHeads(2, []), "at least one head"),
        (lambda: softmax.RankedHeads(2, [1.0, 2.0])(tokens(1, 1, 2)), "need as many tokens"),
        (lambda: softmax_pooling([0.0, 1.0], 5.0, 3).answers(torch.zeros(1, 2)), "must be integers"),
        (lambda: softmax_pooling([0.0, 1.0], 5.0, 3).answers(torch.tensor([0, 1])), r"must be \(batch, length"),
        (lambda: delay_line(2, 1).generate(torch.zeros(1, 2), 1), "must be integers"),
        (lambda: softmax.SelectionHead(2)(tokens(1, 3), tokens(1, 2, 2), tokens(1, 2, 1)), "query has shape"),
        (lambda: softmax.RankedHeads(2, [1.0])(tokens(1, 3, 4)), r"must be \(batch, L, 2\)"),
        (lambda: kernels.one_hot(3)(torch.tensor([[-1, 2]]), tokens(1, 2, 1), torch.tensor([[2]])), r"symbols 0\.\.2"),
        (lambda: kernels.one_hot(3)(torch.tensor([[1, 2]]), tokens(1, 2, 1), torch.tensor([[3]])), r"symbols 0\.\.2"),
        (lambda: kernels.one_hot(3)(torch.tensor([[1, 2]]), tokens(1, 1, 1), torch.tensor([[2]])), "values has shape"),
        (lambda: kernels.LookUp(np.eye(2), np.eye(3)), "must both be"),
        (lambda: kernels.one_hot(3)(torch.tensor([[1, 1]]), tokens(1, 2, 1), torch.tensor([[1]])), "stored twice"),
    ],
)
def test_refusals(call, words):
    with pytest.raises(ValueError, match=words):
        call()
