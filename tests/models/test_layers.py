"""Every layer: recurrent = parallel, stable whatever its parameters, poles as given, bad input refused."""

import numpy as np
import pytest
import torch

from models.layers import LRU, S4D, LinearAttention, LinearRNN, SoftmaxAttention, UniformAverage
from models.layers.recurrences import causal_convolution, powers, scan, scan_dense
from numerics.spectra import (
    conjugate_closed,
    delay_line,
    s4d_inv,
    s4d_lin,
    scaled_gaussian,
    uniform_annulus,
    zoh,
)


def layers(dtype):
    """Every layer with the slowest decay of its memory, 1 − |λ| (None where memory ends with a window)."""
    A = scaled_gaussian(6, 0.9, 3)
    return {
        "dense": (LinearRNN(A, np.ones(6), outputs=2, dtype=dtype), 0.1),
        "delay": (LinearRNN(np.eye(5, k=-1), np.eye(5)[0], dtype=dtype), 1.0),
        "s4d": (S4D(s4d_lin(8), 0.05, channels=3, dtype=dtype), 0.024),
        "lru": (LRU(uniform_annulus(7, 0.5, 0.98, 1), channels=2, outputs=3, dtype=dtype), 0.02),
        "linear attention": (LinearAttention(3, 0.9, channels=2, dtype=dtype), 0.1),
        "softmax attention": (SoftmaxAttention(5, 2, 3, channels=2, dtype=dtype), None),
        "uniform": (UniformAverage(5, channels=2), None),
    }


def channels_of(layer):
    for name, axis in (("B", 1), ("C", 0), ("O", 0)):
        if isinstance(layer, S4D):
            return layer.C.shape[0]
        if hasattr(layer, name):
            return getattr(layer, name).shape[axis]
    return layer.channels


def unroll(layer, u):
    state, outputs = layer.initial_state(len(u)), []
    for t in range(u.shape[1]):
        state, y = layer.step(state, u[:, t])
        outputs.append(y)
    return torch.stack(outputs, dim=1), state


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("name", layers(torch.float32))
@pytest.mark.parametrize("length", [1, 2, 77])
def test_recurrent_equals_parallel(name, dtype, length):
    layer, gap = layers(dtype)[name]
    u = torch.randn(2, length, channels_of(layer), dtype=dtype, generator=torch.Generator().manual_seed(5))
    with torch.no_grad():
        parallel, (recurrent, state) = layer(u), unroll(layer, u)
        states = layer.states(u)
    assert parallel.shape == recurrent.shape
    assert parallel.dtype == recurrent.dtype == dtype
    # powers by doubling lose l·eps relative, the recurrence eps per step: both die out within 1/gap steps
    steps = min(length, 1 / gap) if gap else layer.window
    tolerance = 64 * torch.finfo(dtype).eps * (steps + np.log2(2 * length)) * (1 + states.abs().max().item())
    assert (parallel - recurrent).abs().max().item() <= tolerance
    if torch.is_tensor(state):
        assert (states[:, -1] - state.flatten(1)).abs().max().item() <= tolerance
    else:
        assert torch.equal(states[:, -1], state[0].flatten(1))


@pytest.mark.parametrize("name", ["dense", "delay", "s4d", "lru", "linear attention"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_stable_after_any_change_of_parameters(name, dtype):
    layer, _ = layers(dtype)[name]
    generator = torch.Generator().manual_seed(0)
    for scale in (1.0, 30.0):
        with torch.no_grad():
            for p in layer.pole_parameters():
                p.add_(scale * torch.randn(p.shape, generator=generator, dtype=p.dtype))
        poles = layer.poles()
        assert np.all(np.isfinite(poles)) and np.all(np.abs(poles) < 1)
        impulse = torch.zeros(1, 4096, channels_of(layer), dtype=dtype)
        impulse[:, 0] = 1
        with torch.no_grad():
            x = layer.states(impulse).abs()
        assert torch.isfinite(x).all()


def test_modulus_below_one_in_the_layers_own_arithmetic():
    layer = S4D([-1e-12 + 1j], 1e-3, dtype=torch.float32)
    lru = LRU([0.5], dtype=torch.float32)
    with torch.no_grad():
        lru.nu.fill_(-200.0)
        assert layer.discrete()[0].abs().max() < 1 and lru.discrete()[0].abs().max() < 1
    assert np.abs(layer.poles()).max() < 1 and np.abs(lru.poles()).max() < 1


def sorted_poles(poles):
    return np.sort_complex(np.round(poles, 9))


def test_exported_poles_are_the_given_ones():
    eps = np.finfo(np.float64).eps
    for half in (s4d_lin(8), s4d_inv(8)):
        exported = S4D(half, 0.01, dtype=torch.float64).poles()
        expected = conjugate_closed(zoh(half, 0.01))
        # a parameter is a logarithm: its rounding is multiplied by |s|Δ
        assert np.abs(exported - expected).max() <= 64 * eps * (1 + np.abs(half).max())
    half = uniform_annulus(5, 0.3, 0.9, 0)
    exported = LRU(half, dtype=torch.float64).poles()
    assert exported.size == 10
    distances = np.abs(exported[:, None] - np.concatenate([half, half.conj()]))
    assert distances.min(axis=0).max() <= 64 * eps and distances.min(axis=1).max() <= 64 * eps
    A = scaled_gaussian(6, 0.9, 2)
    values, vectors = np.linalg.eig(A)
    distances = np.abs(LinearRNN(A, np.ones(6), dtype=torch.float64).poles()[:, None] - values)
    assert distances.min(axis=0).max() <= 64 * 6 * eps * np.linalg.cond(vectors) ** 2
    assert np.array_equal(LinearAttention(4, 0.5, dtype=torch.float64).poles(), [0.5])


def test_dense_transition_reproduces_a_non_normal_matrix():
    rng = np.random.default_rng(0)
    A = np.diag(rng.uniform(-0.9, 0.9, 6)) + np.triu(rng.standard_normal((6, 6)), k=1)
    assert np.linalg.norm(A, 2) > 2  # a bound on the norm of A itself would change it
    layer = LinearRNN(A, np.ones(6), dtype=torch.float64)
    condition = np.linalg.cond(layer.get_buffer("T").numpy())
    error = np.abs(layer.transition().detach().numpy() - A).max()
    assert error <= 64 * 6 * condition * np.linalg.norm(A, 2) * np.finfo(float).eps


def test_gradients_reach_the_poles():
    for name in ("dense", "s4d", "lru", "linear attention"):
        layer, _ = layers(torch.float64)[name]
        u = torch.randn(2, 33, channels_of(layer), dtype=torch.float64, generator=torch.Generator().manual_seed(1))
        layer(u).square().mean().backward()
        for p in layer.pole_parameters():
            assert torch.isfinite(p.grad).all() and p.grad.abs().max() > 0, name


def test_primitives_against_loops():
    generator = torch.Generator().manual_seed(2)
    poles = torch.rand(3, dtype=torch.float64, generator=generator) * torch.exp(
        1j * torch.arange(3.0, dtype=torch.float64)
    )
    drive = torch.randn(2, 19, 3, dtype=torch.complex128, generator=generator)
    A = torch.as_tensor(scaled_gaussian(3, 0.8, 0)).to(drive.dtype)
    x, z, k = torch.zeros_like(drive[:, 0]), torch.zeros_like(drive[:, 0]), torch.ones_like(poles)
    diagonal, dense, kernel = scan(poles, drive), scan_dense(A, drive), powers(poles, 19)
    for t in range(19):
        x, z = poles * x + drive[:, t], z @ A.T + drive[:, t]
        assert torch.allclose(diagonal[:, t], x, atol=1e-13, rtol=0)
        assert torch.allclose(dense[:, t], z, atol=1e-13, rtol=0)
        assert torch.allclose(kernel[:, t], k, atol=1e-14, rtol=0)
        k = k * poles
    u = drive[0, :, 0].real
    convolved = causal_convolution(kernel, u)
    assert torch.allclose(convolved.T, scan(poles, u[None, :, None].to(poles.dtype).expand(1, 19, 3))[0], atol=1e-13)


def test_attention_facts():
    u = torch.randn(1, 12, 1, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    soft = SoftmaxAttention(4, heads=4, dtype=torch.float64)
    with torch.no_grad():
        soft.embed[0].zero_()
        blank = UniformAverage(4)(u)
        soft.embed[2].fill_(1.0)
        soft.O.fill_(0.25)
        assert torch.allclose(soft(u), blank, atol=1e-14)  # all scores equal: the average
        soft.position.copy_(1e3 * torch.eye(4, dtype=torch.float64))
        soft.O.zero_()
        soft.O[0, 3] = 1.0
        assert torch.equal(soft(u)[:, 3:], u[:, :-3])  # one head addresses one position
    S = LinearAttention(3, 0.9, dtype=torch.float64).states(u)[0].detach().numpy()
    assert np.linalg.matrix_rank(S) == 1


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: S4D([0.1j], 0.1), "Re s < 0"),
        (lambda: S4D([-1.0], 0.0), "dt = 0.0: must be > 0"),
        (lambda: S4D([], 0.1), "at least one"),
        (lambda: S4D([-1.0], 0.1, dtype=torch.float16), "float16"),
        (lambda: LRU([1.0]), "unit circle"),
        (lambda: LRU([0.0]), "needs |λ| > 0"),
        (lambda: LRU([np.nan]), "finite"),
        (lambda: LinearRNN(np.eye(2), np.ones(2)), "spectral radius"),
        (lambda: LinearRNN(0.5j * np.eye(2), np.ones(2)), "real"),
        (lambda: LinearAttention(2, 1.0), "(0, 1)"),
        (lambda: SoftmaxAttention(0), "window"),
        (lambda: UniformAverage(0), "window"),
        (lambda: S4D([-1.0], 0.1)(torch.zeros(3, 4)), "(3, 4)"),
        (lambda: LRU([0.5])(torch.zeros(1, 4, 2)), "must be (batch"),
        (lambda: LinearRNN([[0.5]], [1.0])(torch.zeros(1, 4, 1, dtype=torch.long)), "int64"),
    ],
)
def test_bad_input_is_named(make, words):
    with pytest.raises(ValueError) as refusal:
        make()
    assert words in str(refusal.value)


def test_a_delay_line_is_exact():
    N = 5
    layer = LinearRNN(np.eye(N, k=-1), np.eye(N)[0], dtype=torch.float64)
    u = torch.randn(1, 40, 1, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    x = layer.states(u).detach()
    for lag in range(N):
        assert torch.allclose(x[0, lag:, lag], u[0, : 40 - lag, 0], atol=1e-14, rtol=0)
    # a Jordan block of size N moves its eigenvalues by eps^(1/N) under rounding
    assert np.abs(layer.poles() - delay_line(N)).max() <= 4 * np.finfo(float).eps ** (1 / N)
