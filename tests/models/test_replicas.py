"""Replicas do not know of each other; a head is the recurrence it says; the loop's pace acts on one replica alone."""

import numpy as np
import pytest
import torch

from models.layers.recurrences import causal_convolution
from models.layers.replicas import Heads, Replicas, every_step, last_step, mean_over_time, mean_over_tokens
from models.training import Pace, Recipe, train

HALF = np.array([0.9 * np.exp(0.3j), 0.8 * np.exp(2j), 0.7])


def network(seeds, dropout=(), read=mean_over_time, poles=HALF, layers=2):
    return Replicas(poles, 1, 3, channels=4, layers=layers, read=read, seeds=seeds, dropout=dropout)


def squares(outputs, targets):
    return (outputs - targets).square().flatten(1).mean(1)


def batch(generator):
    u = torch.randn(5, 12, 1, generator=generator)
    return u, u.flatten(1)[:, :3]


def of(replicas):
    def task(generator):
        u, y = batch(generator)
        return u.expand(replicas, *u.shape), y.expand(replicas, *y.shape)

    return task


def test_replicas_are_the_networks_they_would_be_alone() -> None:
    u = torch.randn(2, 5, 12, 1, generator=torch.Generator().manual_seed(0))
    together = network((3, 5))
    together(u).square().sum().backward()
    for place, seed in enumerate((3, 5)):
        alone = network((seed,))
        y = alone(u[place : place + 1])
        assert torch.allclose(y[0], together(u)[place], atol=1e-6)
        y.square().sum().backward()
        for p, q in zip(alone.parameters(), together.parameters(), strict=True):
            assert torch.allclose(p.grad[0], q.grad[place], rtol=1e-4, atol=1e-6)


def test_training_together_is_training_alone() -> None:
    recipe = Recipe(steps=20, check=10, clip=0.05, keep_best=False, weight_decay=0.1, patience=9)
    together, alone = network((3, 5)), network((5,))
    both = train(together, of(2), recipe, squares)
    one = train(alone, of(1), recipe, squares)
    assert both.loss.shape == (20, 2) and np.allclose(both.loss[:, 1], one.loss[:, 0], rtol=1e-4)
    for p, q in zip(alone.parameters(), together.parameters(), strict=True):
        assert torch.allclose(p[0], q[1], atol=1e-5)


def test_a_head_is_its_recurrence() -> None:
    heads = Heads(HALF, 2, [torch.Generator().manual_seed(k) for k in (0, 1)])
    with torch.no_grad():
        heads.delta.copy_(torch.linspace(-0.5, 0.5, 4).view(2, 2, 1))
    u = torch.randn(2, 2, 3, 30, generator=torch.Generator().manual_seed(2))
    poles = heads.double_poles().detach().numpy()
    assert np.allclose(poles[0, 0], np.exp(np.exp(-0.5) * np.log(HALF)), rtol=1e-6)
    C = torch.view_as_complex(heads.C).detach().numpy() * np.sqrt(1 - np.abs(poles) ** 2) * np.array([2, 2, 1])
    x, found = np.zeros((2, 2, 3, 3), complex), []
    for t in range(30):
        x = poles[:, :, None] * x + u.numpy()[..., t, None]
        found.append((C[:, :, None] * x).sum(-1).real + heads.D.detach().numpy()[..., None] * u.numpy()[..., t])
    assert np.allclose(heads(u).detach().numpy(), np.stack(found, -1), atol=1e-5)


def test_the_adjoint_of_the_convolution_is_that_of_its_definition() -> None:
    generator = torch.Generator().manual_seed(0)
    kernel = torch.randn(2, 1, 7, dtype=torch.float64, generator=generator, requires_grad=True)
    u = torch.randn(2, 3, 7, dtype=torch.float64, generator=generator, requires_grad=True)
    assert torch.autograd.gradcheck(causal_convolution, (kernel, u))


def test_real_poles_stay_real_and_all_stay_inside() -> None:
    model = network((0, 1))
    train(model, of(2), Recipe(steps=30, pole_rate=0.3, keep_best=False, patience=9), squares)
    poles = model.stored_poles()
    assert poles.shape == (2, 2, 4, 3) and np.all(poles[..., 2].imag == 0) and np.all(np.abs(poles) < 1)
    assert len(model.poles()) == 2 * 2 * 4 * 5


def test_negative_poles_keep_their_sign() -> None:
    heads = Heads(np.array([0.5, -0.5, 0.3j]), 1, [torch.Generator().manual_seed(0)])
    assert np.allclose(heads.double_poles().detach().numpy()[0, 0], [0.5, -0.5, 0.3j], atol=1e-7)


def test_what_stands_still_does_not_clip_the_rest() -> None:
    paced, frozen = network((0,)), network((0,))
    paces = {p: Pace(torch.tensor(0.0), torch.tensor(0.0)) for p in paced.pole_parameters()}
    for p in frozen.pole_parameters():
        p.requires_grad_(False)
    recipe = Recipe(steps=15, clip=1e-3, keep_best=False, patience=9)
    train(paced, of(1), recipe, squares, paces=paces)
    train(frozen, of(1), recipe, squares)
    for p, q in zip(paced.parameters(), frozen.parameters(), strict=True):
        assert torch.allclose(p, q, atol=1e-5)


def test_dropout_is_for_training_and_for_its_replica() -> None:
    model, plain = network((3, 3), dropout=(0.0, 0.5)), network((3, 3))
    u = torch.randn(2, 5, 12, 1, generator=torch.Generator().manual_seed(0))
    torch.manual_seed(0)
    trained = model(u)
    assert torch.allclose(trained[0], plain(u)[0], atol=1e-6)
    assert not torch.allclose(trained[1], plain(u)[1], atol=1e-2)
    assert torch.equal(model.eval()(u), plain.eval()(u))


def test_reads() -> None:
    hidden = torch.arange(24.0).view(1, 2, 3, 4)
    tokens = torch.tensor([[[1, 2, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0]]])
    assert torch.equal(mean_over_tokens(hidden, tokens)[0, :, 0], hidden[0, :, 0, :2].mean(-1))
    assert torch.equal(mean_over_tokens(hidden, tokens)[0, :, 1], hidden[0, :, 1].mean(-1))
    assert torch.isfinite(mean_over_tokens(hidden, tokens)).all()
    assert torch.equal(last_step(hidden, tokens), hidden[..., -1]) and every_step(hidden, tokens) is hidden


@pytest.mark.parametrize("factor", [0.0, 0.1])
def test_a_pace_is_a_rate_of_its_own(factor: float) -> None:
    recipe = Recipe(steps=15, rate=1e-2, pole_rate=1e-2, keep_best=False, patience=9)
    paced, slow = network((0,)), network((0,))
    paces = {p: Pace(torch.tensor(factor), torch.tensor(0.0)) for p in paced.parameters()}
    before = [p.detach().clone() for p in paced.parameters()]
    train(paced, of(1), recipe, squares, paces=paces)
    if factor == 0:
        assert all(torch.equal(p, q) for p, q in zip(before, paced.parameters(), strict=True))
        return
    train(slow, of(1), Recipe(**{**vars(recipe), "rate": 1e-3, "pole_rate": 1e-3}), squares)
    for p, q in zip(slow.parameters(), paced.parameters(), strict=True):
        assert torch.allclose(p, q, atol=1e-5)


def test_a_decay_is_that_of_adamw() -> None:
    paced, plain = network((0,)), network((0,))
    moving = {id(p) for p in paced.pole_parameters()}
    paces = {p: Pace(torch.tensor(1.0), torch.tensor(0.3)) for p in paced.parameters() if id(p) not in moving}
    recipe = Recipe(steps=15, keep_best=False, patience=9)
    train(paced, of(1), recipe, squares, paces=paces)
    train(plain, of(1), Recipe(**{**vars(recipe), "weight_decay": 0.3}), squares)
    for p, q in zip(plain.parameters(), paced.parameters(), strict=True):
        assert torch.allclose(p, q, atol=1e-5)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"poles": [0.5, 0.0]}, r"poles\[1\] = 0"),
        ({"poles": [0.5 - 0.5j]}, "Im λ >= 0"),
        ({"poles": [1.5]}, "inside the unit circle"),
        ({"seeds": ()}, "0 seeds"),
        ({"dropout": (1.0, 0.0)}, "dropout = 1.0"),
        ({"dropout": (0.1,)}, "1 dropout rates"),
        ({"layers": 0}, "layers = 0"),
    ],
)
def test_bad_networks_are_named(change, words) -> None:
    with pytest.raises(ValueError, match=words):
        network(**{"seeds": (0, 1)} | change)
