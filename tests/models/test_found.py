"""Training from and towards the constructed network: the stack is the same one, and small noise is repaired."""

import numpy as np
import pytest
import torch

from models.constructed.query_first import query_first
from models.selection.found import Config, SideBySide, drawn, measure


def test_replicas_answer_as_the_constructed_network_does() -> None:
    network = query_first(4)
    tokens, answer = drawn(4, 3, 50, torch.Generator().manual_seed(0))
    assert torch.equal(network.answers(tokens)[:, -1], answer)
    exact = [p.detach().clone() for p in network.network.parameters()]
    u = network.encode(tokens).float().expand(2, 50, -1, -1)
    both = SideBySide(network, [exact, [2 * w for w in exact]])(u)
    assert torch.equal(network.decode(both[0]), answer)
    assert not torch.equal(both[1], both[0])
    assert torch.equal(network.answers(tokens)[:, -1], answer), "the replicas change the network they are made from"


def test_small_noise_is_repaired_and_large_noise_is_not() -> None:
    found = measure(Config(V=4, pairs=2, noise=(0.0, 0.01, 1.0), seeds=(10,), steps=60, held=200))
    own = list(found.pairs).index(2)
    assert found.before[0, 0, own] == found.after[0, 0, own] == 1.0
    assert found.after[1, 0, own] >= 0.99 > found.before[2, 0, own]
    assert found.after[2, 0, own] < 0.99
    assert np.all(found.loss[1, 0, -1] < found.loss[1, 0, 0])
    assert found.away[0, 0] == 0 and found.away[1, 0] < found.away[2, 0]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"V": 1}, "V = 1"),
        ({"V": 2**40}, "at most 4096"),
        ({"pairs": 9}, "pairs = 9"),
        ({"noise": (-1.0,)}, "noise"),
        ({"seeds": ()}, "at least one"),
    ],
)
def test_bad_sizes_are_refused(change: dict, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        measure(Config(**{"V": 4, "pairs": 2, "steps": 1, **change}))
