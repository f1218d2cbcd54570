"""The networks of select-first and of length: forms that agree, the exact Lipschitz constant, refusals."""

import numpy as np
import pytest
import torch

from models.rates import length, plugin
from numerics.rates.length import contexts


def test_the_lipschitz_constant_is_the_steepest_slope() -> None:
    network = plugin.trained_network(20.0, 0, steps=20)
    v = torch.linspace(-1, 2, 30_001, dtype=torch.float64)[:, None]
    with torch.no_grad():
        slopes = network.read(v).diff(dim=0).abs() / (v[1] - v[0])
    assert float(slopes.max()) == pytest.approx(network.lipschitz(), rel=1e-9)


def test_pooling_step_by_step_is_pooling_at_once() -> None:
    given = length.token_by_token(contexts(6, 5, 0))
    model = length.Selecting(30.0, (8,))
    state = model.pool.initial_state(5)
    for t in range(6):
        state, y = model.pool.step(state, given[:, t])
    assert torch.allclose(model.read(y[:, :1]), model(given), atol=1e-13)


def test_a_sharp_pooling_selects_the_winner() -> None:
    given = contexts(6, 50, 0)
    said = length.Selecting(300.0)(length.token_by_token(given))[:, 0].detach().numpy()
    assert np.abs(said - given.winners).max() < 1e-12


REFUSED = {
    "half the margin": lambda: plugin.moved_logits(0, (0.5,)),
    "chi = 0": lambda: plugin.PooledNetwork(4, 0.0),
    "no unit": lambda: plugin.PooledNetwork(0, 1.0),
    "no loser": lambda: plugin.separated(4, 1, 0),
    "importances that do not fit": lambda: plugin.PooledNetwork(4, 1.0).selected(torch.ones(2, 3), torch.ones(2, 2)),
    "L = 0": lambda: length.flat(0),
    "a layer without units": lambda: length.flat(2, (0,)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"must"):
        REFUSED[name]()
