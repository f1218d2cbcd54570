"""The block kernel against the definition: values, gradients, accuracy, memory, and a generous guard on speed."""

import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from models.equivalence.speed import Config, direct_kernel, kernel_speed
from models.layers.kernels import block_length, diagonal_kernel, power_table
from models.layers.recurrences import causal_convolution
from tests.witness import UNIT

U32 = 2.0**-24


def drawn(H, N, seed, dtype=torch.complex128, slow=1e-3):
    """Poles of every modulus from 0 to 1 − slow, real and complex, one zero."""
    rng = np.random.default_rng(seed)
    poles = (1 - np.exp(rng.uniform(np.log(slow), 0, (H, N)))) * np.exp(1j * rng.uniform(-np.pi, np.pi, (H, N)))
    poles.flat[0] = 0
    poles.flat[-1] = -abs(poles.flat[-1])
    c = rng.standard_normal((H, N)) + 1j * rng.standard_normal((H, N))
    return torch.as_tensor(c).to(dtype), torch.as_tensor(poles).to(dtype)


def loop(c, poles, length):
    x, found = c.to(torch.complex128), []
    for _ in range(length):
        found.append(2 * x.sum(1).real)
        x = x * poles
    return torch.stack(found, dim=1)


def bound(c, poles, length, u):
    """What the docstring promises, with the rounding of the float64 loop itself."""
    size = loop(c.abs().to(torch.complex128), poles.abs().to(torch.complex128), length) / 2
    N, lags = c.shape[1], torch.arange(length)
    # what underflows is lost: below the smallest normal number of float32, or a few of the smallest double a term
    weight = c.abs().double().sum(1, keepdim=True)
    tiny = 2.0**-126 * weight if u == U32 else 8 * (N + weight) * 2.0**-1074
    return 2 * (2 * N + 12) * u * size + 8 * (lags + N) * UNIT * size + tiny


@given(
    H=st.integers(1, 5),
    N=st.integers(1, 9),
    length=st.one_of(st.integers(1, 40), st.integers(250, 1100)),
    seed=st.integers(0, 2**16),
    dtype=st.sampled_from([torch.complex64, torch.complex128]),
)
@example(H=3, N=1, length=382, seed=4, dtype=torch.complex128)  # the last lags are subnormal
def test_the_kernel_is_its_definition(H, N, length, seed, dtype):
    c, poles = drawn(H, N, seed, dtype)
    K = diagonal_kernel(c, poles, length)
    assert K.shape == (H, length) and K.dtype == c.real.dtype
    error = (K.double() - loop(c, poles.to(torch.complex128), length)).abs()
    assert (error <= bound(c, poles, length, U32 if dtype == torch.complex64 else UNIT)).all()


def test_the_definition_would_notice_a_real_part_taken_before_the_product():
    c, poles = drawn(2, 3, 0)
    wrong = 2 * (c.real[..., None] * poles[..., None].pow(torch.arange(50)).real).sum(1)
    assert ((wrong - loop(c, poles, 50)).abs() > bound(c, poles, 50, UNIT)).any()


def test_zero_to_the_power_zero_is_one():
    c, zero = torch.ones(1, 1, dtype=torch.complex128), torch.zeros(1, 1, dtype=torch.complex128)
    assert torch.equal(diagonal_kernel(c, zero, 20), 2 * torch.eye(1, 20, dtype=torch.float64))


@pytest.mark.parametrize("length", [1, 2, 3, 5, 17, 300])
def test_gradients(length):
    c, poles = (v.requires_grad_() for v in drawn(3, 4, 1, slow=0.2))
    assert torch.autograd.gradcheck(lambda c, p: diagonal_kernel(c, p, length), (c, poles))


def test_gradient_of_a_long_float32_kernel():
    length = 3000
    singles = [v.requires_grad_() for v in drawn(5, 8, 2, torch.complex64)]
    doubles = [v.detach().to(torch.complex128).requires_grad_() for v in singles]
    G = torch.randn(5, length, generator=torch.Generator().manual_seed(0))
    diagonal_kernel(singles[0], singles[1], length).backward(G)
    lags = torch.arange(length)
    (2 * (doubles[0][..., None] * doubles[1][..., None] ** lags).sum(1).real * G.double()).sum().backward()
    weight = doubles[1].detach().abs()[..., None] ** lags * G.double().abs()[:, None]
    sizes = weight.sum(-1), doubles[0].detach().abs() * (weight[..., 1:] * lags[1:]).sum(-1) / doubles[1].detach().abs()
    for single, double, size in zip(singles, doubles, sizes, strict=True):
        inside = doubles[1].detach() != 0  # PyTorch has no derivative of 0^l
        error = (single.grad - double.grad).abs()[inside]
        assert (error <= 2 * (2 * block_length(length) + 24) * U32 * size[inside]).all()


def test_only_the_wanted_gradient():
    c, poles = drawn(2, 3, 3)
    poles.requires_grad_()
    diagonal_kernel(c, poles, 10).sum().backward()
    assert c.grad is None and poles.grad is not None


def test_table_keeps_its_accuracy_at_every_power():
    poles = drawn(2, 5, 4, slow=1e-6)[1]
    exact = power_table(poles, 5000, torch.complex128)
    single = power_table(poles, 5000, torch.complex64).to(torch.complex128)
    assert ((single - exact).abs() <= 3 * np.sqrt(2) * U32 * exact.abs() + 2.0**-126).all()
    for l in (0, 1, 15, 16, 17, 4095, 4999):
        assert ((exact[:, l] - poles**l).abs() <= 8 * (l + 1) * UNIT).all()


def test_no_table_of_all_powers_of_all_states():
    """The largest tensors made, forward and backward, stay below N L / 4 numbers for each head."""
    sizes: list[int] = []

    class Watch(torch.utils._python_dispatch.TorchDispatchMode):
        def __torch_dispatch__(self, function, types, args=(), kwargs=None):
            found = function(*args, **(kwargs or {}))
            sizes.extend(part.numel() for part in torch.utils._pytree.tree_leaves(found) if torch.is_tensor(part))
            return found

    H, N, length = 2, 32, 4096
    c, poles = (v.requires_grad_() for v in drawn(H, N, 5, torch.complex64))
    with Watch():
        diagonal_kernel(c, poles, length).sum().backward()
    assert sizes and max(sizes) <= H * N * length // 4
    with Watch():
        direct_kernel(c, torch.log(poles), length)
    assert max(sizes) >= H * N * length  # the watch does see such a table


@pytest.mark.parametrize("length", [1, 2, 7, 64])
def test_convolution_does_not_wrap_round(length):
    g = torch.Generator().manual_seed(length)
    K, u = (torch.randn(3, length, dtype=torch.float64, generator=g) for _ in range(2))
    direct = torch.stack([(K[:, : t + 1].flip(1) * u[:, : t + 1]).sum(1) for t in range(length)], dim=1)
    tolerance = 64 * UNIT * np.log2(2 * length) * K.norm() * u.norm()
    assert (causal_convolution(K, u) - direct).abs().max() <= tolerance
    if length > 1:
        wrapped = torch.fft.irfft(torch.fft.rfft(K) * torch.fft.rfft(u), length)
        assert (wrapped - direct).abs().max() > tolerance


C64 = torch.ones(2, 3, dtype=torch.complex64)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: diagonal_kernel(C64, C64, 0), "length = 0"),
        (lambda: diagonal_kernel(C64, C64, 2.0), "length = 2.0"),  # type: ignore[arg-type]
        (lambda: diagonal_kernel(C64, C64, True), "length = True"),
        (lambda: diagonal_kernel(C64, C64[:1], 4), "(1, 3)"),
        (lambda: diagonal_kernel(C64[0], C64[0], 4), "(H, N)"),
        (lambda: diagonal_kernel(C64[:, :0], C64[:, :0], 4), "at least one pole"),
        (lambda: diagonal_kernel(C64, C64.to(torch.complex128), 4), "both must be complex64"),
        (lambda: diagonal_kernel(C64.real, C64.real, 4), "torch.float32"),
        (lambda: diagonal_kernel(C64, C64.to("meta"), 4), "poles on meta"),
    ],
)
def test_bad_input_is_named(make, words):
    with pytest.raises(ValueError) as refusal:
        make()
    assert words in str(refusal.value)


def test_speed_and_error():
    """Sizes an eighth of the claim's, a threshold an order of magnitude below what is measured there."""
    found = kernel_speed(Config(heads=32, states=32, length=4096, direct_heads=4, repeats=3))
    faster, slower = found.ratios()
    assert (faster >= 10).all() and (slower <= 100).all()
    assert (found.error_given <= found.bound).all()
    assert (found.error_block <= found.bound + 4 * found.lags).all()
    assert found.error_direct[-1] > found.error_block[-1]
