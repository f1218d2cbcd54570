"""S4 and S4D under casts of precision, and what does not fit them."""

import pytest
import torch

from models.layers import S4, S4D
from models.layers.initialisations import inv, legs


@pytest.mark.parametrize("make", [lambda: S4D(inv(4), 0.1, 2), lambda: S4(legs(4), 0.1, 2)], ids=["S4D", "S4"])
@pytest.mark.parametrize("cast", [lambda m: m.to(torch.float64), lambda m: m.double()], ids=["to", "double"])
def test_a_cast_keeps_complex_parameters_complex(make, cast):
    layer, u = make(), torch.randn(1, 9, 2, generator=torch.Generator().manual_seed(0))
    before = layer(u).detach()
    after = cast(layer)(u.double())
    assert layer.C.dtype == torch.complex128
    assert torch.allclose(after, before.double(), rtol=0, atol=1e-5 * float(before.abs().max()))


@pytest.mark.parametrize("make", [lambda: S4D(inv(4), 0.1, 2), lambda: S4(legs(4), 0.1, 2)], ids=["S4D", "S4"])
@pytest.mark.parametrize(
    ("state", "u"),
    [
        ((1, 2, 2), torch.zeros(1, 2, dtype=torch.float64)),
        ((1, 2, 2), torch.zeros(1, 3)),
        ((1, 2, 2), torch.zeros(1, 1)),
        ((3, 2, 2), torch.zeros(1, 2)),
    ],
)
def test_a_step_that_does_not_fit_is_refused(make, state, u):
    with pytest.raises(ValueError, match="must be"):
        make().step(torch.zeros(state, dtype=torch.complex64), u)


@pytest.mark.parametrize("channels", [0, -1, 1.5])
def test_a_bad_number_of_channels_is_refused(channels):
    for make in (lambda: S4D(inv(4), 0.1, channels), lambda: S4(legs(4), 0.1, channels)):
        with pytest.raises(ValueError, match="channels"):
            make()


@pytest.mark.parametrize("dt", [1j, 0.1 + 5j])
def test_a_complex_step_is_refused(dt):
    with pytest.raises(ValueError, match="must be"):
        S4D(inv(4), dt)
