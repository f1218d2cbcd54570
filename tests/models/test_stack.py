"""Stacks of state space and feed-forward layers: two forms, exact on integers, and what they refuse."""

import numpy as np
import pytest
import torch

from models.constructed.constructed import Constructed
from models.layers.mlp import MLP
from models.layers.stack import Stack
from models.layers.state_space import BothSides, StateSpace


def delay_and_sum() -> Stack:
    shift = StateSpace([[0.0, 0.0], [1.0, 0.0]], [[1.0], [0.0]], np.eye(2), [[0.0], [0.0]])
    gate = MLP([([[1.0, 1.0]], [-1.0]), ([[2.0]], [1.0])])
    return Stack([shift, gate, StateSpace([1.0], [[1.0]], [[1.0]], [[0.0]])])


def test_both_forms_agree_and_are_exact_on_integers() -> None:
    stack = delay_and_sum()
    u = torch.randint(0, 3, (4, 20, 1), generator=torch.Generator().manual_seed(0)).double()
    previous = torch.cat([torch.zeros(4, 1, 1), u[:, :-1]], dim=1).double()
    expected = torch.cumsum(2 * torch.relu(u + previous - 1) + 1, dim=1)
    state, stepped = stack.initial_state(4), []
    for now in u.unbind(1):
        state, y = stack.step(state, now)
        stepped.append(y)
    assert torch.equal(stack(u), expected)
    assert torch.equal(torch.stack(stepped, dim=1), expected)


def test_resources_are_counted_on_the_weights() -> None:
    network = Constructed(delay_and_sum(), lambda t: t[..., None].double(), lambda y: y[..., 0].long(), 7)
    found = network.resources
    assert (found.nonzero, found.dense, found.state_dim) == (
        1 + 1 + 2 + 2 + 1 + 1 + 1 + 3,
        4 + 2 + 4 + 2 + 3 + 2 + 4,
        3,
    )
    assert (found.state_bits, found.weight_magnitude) == (21, 2.0)


def test_generating_feeds_answers_back() -> None:
    network = Constructed(delay_and_sum(), lambda t: t[..., None].double(), lambda y: y[..., 0].long() % 3, 7)
    prompt = torch.tensor([[1, 2, 0]])
    said = network.generate(prompt, 4)
    whole = torch.cat([prompt, said[:, :-1]], dim=1)
    assert torch.equal(network.answers(whole)[:, 2:], said)


@pytest.mark.parametrize(
    "make",
    [
        lambda: StateSpace(np.eye(2), np.ones((3, 1)), np.ones((1, 2)), np.ones((1, 1))),
        lambda: StateSpace(np.eye(2), np.ones((2, 1)), np.ones((1, 2)), np.ones(1)),
        lambda: StateSpace(np.eye(2), np.ones((2, 1)), np.ones((1, 2)), np.ones((1, 1)), dtype=torch.int64),
        lambda: MLP([]),
        lambda: MLP([(np.ones((2, 1)), np.ones(2)), (np.ones((1, 3)), np.ones(1))]),
        lambda: MLP([(np.ones((2, 1)), np.ones(1))]),
        lambda: MLP([(np.full((2, 1), np.nan), np.ones(2))]),
        lambda: MLP([(1j * np.ones((2, 1)), np.ones(2))]),
        lambda: MLP([([["a"]], np.ones(1))]),
        lambda: StateSpace([np.inf], [[1.0]], [[1.0]], [[0.0]]),
        lambda: StateSpace(torch.tensor([1j]), [[1.0]], [[1.0]], [[0.0]]),
        lambda: StateSpace(1.0, [[1.0]], [[1.0]], [[0.0]]),
        lambda: BothSides(np.eye(2), np.ones((2, 1)), np.ones((1, 2)), np.zeros((1, 1)), backwards=3),
        lambda: BothSides(np.ones((2, 2)), np.ones((2, 1)), np.ones((1, 2)), np.zeros((1, 1)), backwards=1),
        lambda: Stack([]),
    ],
)
def test_shapes_that_do_not_fit_are_refused(make) -> None:
    with pytest.raises(ValueError, match="must be"):
        make()


def test_an_empty_prompt_is_refused() -> None:
    network = Constructed(delay_and_sum(), lambda t: t[..., None].double(), lambda y: y[..., 0].long(), 7)
    with pytest.raises(ValueError, match="prompt has shape"):
        network.generate(torch.zeros(1, 0, dtype=torch.long), 2)


ONE = StateSpace([1.0], [[1.0]], [[1.0]], [[0.0]])


@pytest.mark.parametrize(
    "run",
    [
        lambda: ONE.step(torch.zeros(3, 1).double(), torch.zeros(2, 1).double()),
        lambda: ONE.step(torch.zeros(1).double(), torch.zeros(3, 1).double()),
        lambda: ONE.step(torch.zeros(3, 1).double(), torch.zeros(3, 2).double()),
        lambda: ONE.step(torch.zeros(3, 1), torch.zeros(3, 1)),
        lambda: MLP([([[1.0]], [0.0])])(torch.zeros(3, 2).double()),
        lambda: MLP([([[1.0]], [0.0])])(torch.zeros(1).double()),
        lambda: MLP([([[1.0]], [0.0])])(torch.zeros(3, 1)),
    ],
)
def test_inputs_that_do_not_fit_are_refused(run) -> None:
    with pytest.raises(ValueError, match="must be"):
        run()
