"""The trained block and the moved one, in torch and in numpy; what is refused."""

import numpy as np
import pytest
import torch

import models.rates.covering as runs
import numerics.rates.covering as exact
from models.layers.mlp import MLP


def test_torch_and_numpy_see_the_same_change() -> None:
    block = MLP(exact.random_maps((2, 5, 1), 1.0, 0))
    other = runs.moved_block(block, 0.01, 3)
    x = np.vstack([np.random.default_rng(1).random((50, 2)), np.ones((1, 2))])
    seen = exact.distance(runs.maps_of(block), runs.maps_of(other), x)
    assert runs.largest_change(block, other, 50, 1) == pytest.approx(seen, rel=1e-10)


def test_every_entry_moves_by_the_change() -> None:
    block = MLP(exact.random_maps((2, 3, 1), 1.0, 0))
    other = runs.moved_block(block, 0.25, 0)
    moves = [p - q for p, q in zip(block.parameters(), other.parameters(), strict=True)]
    assert all(torch.allclose(move.abs(), torch.full_like(move, 0.25)) for move in moves)


def test_training_fits_better_than_the_mean() -> None:
    block = runs.trained_block((1, 8, 1), 0)
    u = torch.linspace(0, 1, 101, dtype=torch.float64)[:, None]
    with torch.no_grad():
        assert float((block(u) - torch.sin(2 * torch.pi * u)).square().mean()) < 0.5


@pytest.mark.parametrize("sizes", [(2,), (2, 3)])
def test_other_sizes_are_refused(sizes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="one output"):
        runs.trained_block(sizes, 0)


def test_negative_changes_are_refused() -> None:
    with pytest.raises(ValueError, match="eps"):
        runs.moved_block(MLP(exact.constant_maps((1, 1), 1.0)), -0.1, 0)
