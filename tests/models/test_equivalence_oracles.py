"""Other people's initialisers, discretisations and scans against ours: `s5-pytorch` and `mambapy`."""

import numpy as np
import pytest
import torch

import numerics.equivalence as exact
from models.equivalence.selective import initial_over_drive, selective_scan
from models.layers import S4, S4D
from models.layers.discretisation import bilinear, euler_input, zoh
from models.layers.initialisations import inv, legs, legs_diagonal
from models.layers.recurrences import scan, scan_varying
from numerics.spectra import conjugate_closed
from numerics.spectra import legs as legs_pair
from tests.witness import UNIT

U32 = 2.0**-24
LENGTHS = (1, 2, 3, 16, 37, 64, 101)


def s5(name):
    return pytest.importorskip(f"s5.{name}", reason="extra `oracles` is not installed")


def mambapy(name):
    return pytest.importorskip(f"mambapy.{name}", reason="extra `oracles` is not installed")


@pytest.mark.parametrize("N", [1, 2, 5, 16, 64])
def test_s5_legs_and_its_normal_part(N):
    oracle = s5("init")
    A, b = legs_pair(N)
    assert np.abs(oracle.make_HiPPO(N) - A).max() <= 4 * UNIT * np.abs(A).max()
    poles, P, B, V, plain = oracle.make_DPLR_HiPPO(N)
    order = np.argsort(-poles.imag)
    ours = conjugate_closed(legs_diagonal(N))
    ours = ours[np.argsort(-ours.imag)]
    assert np.abs(poles[order] - ours).max() <= 64 * N * UNIT * np.abs(ours).max()
    # the eigenvectors' phases are free; |P| and |B| and the reconstructed A are not
    closed, _ = exact.legs_dplr(N)
    # eigh moves an eigenvector by N u ‖A‖ over the nearest gap of the spectrum, and B by as much times its norm N
    gap = np.diff(-ours.imag).min() if N > 1 else 1.0
    slack = 64 * N * UNIT * np.abs(ours).max() / gap * N
    assert np.abs(np.abs(P)[order] - closed.P.real).max() <= slack
    assert np.abs(np.abs(B)[order] - closed.B.real).max() <= slack
    assert np.array_equal(plain, b)
    rebuilt = V @ (np.diag(poles) - np.outer(P, P.conj())) @ V.conj().T
    assert np.abs(rebuilt - A).max() <= 64 * N * UNIT * np.linalg.norm(A)


@pytest.mark.parametrize("N", [2, 6, 16])
def test_s4_kernel_from_s5s_decomposition(N):
    """The kernel of coordinate x_0, from the oracle's eigenvectors by dense arithmetic, and from our layer."""
    dt, length = 0.05, 80
    poles, P, B, V, _ = s5("init").make_DPLR_HiPPO(N)
    A = np.diag(poles) - np.outer(P, P.conj())
    left = np.linalg.inv(np.eye(N) - dt / 2 * A)
    x, row, truth = dt * left @ B, V[0], []
    for _ in range(length):
        truth.append((row @ x).real)
        x = left @ (np.eye(N) + dt / 2 * A) @ x
    layer = S4(legs(N), dt, dtype=torch.float64)
    with torch.no_grad():
        layer.C.copy_(torch.as_tensor(exact.legs_dplr(N)[1][:1, : (N + 1) // 2]))
        K = layer.kernel(length)[0].numpy()
    assert np.abs(K - truth).max() <= 64 * N**2 * UNIT * length**0.5


@pytest.mark.parametrize(("ours", "theirs"), [(zoh, "discretize_zoh"), (bilinear, "discretize_bilinear")])
def test_s5_discretisations(ours, theirs):
    s, dt = torch.as_tensor(inv(16)), torch.linspace(0.01, 0.5, 8, dtype=torch.float64)
    poles, gain = ours(s * dt)
    expected, B = getattr(s5("s5_model"), theirs)(s, torch.ones(8, 1, dtype=torch.complex128), dt)
    phase = 1 + (s * dt).abs()
    assert ((poles - expected).abs() <= 16 * UNIT * phase).all()
    # (λ − 1)/s, as the oracle writes it, loses u/|z| where we lose u
    assert ((dt * gain - B[:, 0]).abs() <= 16 * UNIT * phase * dt * (1 + 1 / (s * dt).abs())).all()


@pytest.mark.parametrize("length", LENGTHS)
def test_s5_scan(length):
    model = s5("s5_model")
    layer = S4D(inv(6), 0.1, dtype=torch.float64)
    u = torch.randn(length, 1, dtype=torch.float64, generator=torch.Generator().manual_seed(length))
    with torch.no_grad():
        poles, B = (part[0] for part in layer.discrete())
        y, last = model.apply_ssm(poles, B[:, None], 2 * layer.C, torch.zeros(1, dtype=torch.float64), u)
        scanned = scan(poles, (u * B)[None])[0, -1]
        ours = layer(u[None])[0]
    size = float(B.abs().sum() * layer.C.detach().abs().max() * u.abs().max()) * length
    assert (y - ours).abs().max() <= 64 * UNIT * size
    assert (last - scanned).abs().max() <= 64 * UNIT * size


@pytest.mark.parametrize("length", LENGTHS)
def test_mambapy_scan(length):
    pscan = mambapy("pscan").pscan
    g = torch.Generator().manual_seed(length)
    decay = torch.rand(2, length, 3, 4, dtype=torch.float64, generator=g)
    drive = torch.randn(2, length, 3, 4, dtype=torch.float64, generator=g)
    theirs = pscan(decay, drive)
    ours = scan_varying(decay.flatten(2), drive.flatten(2)).view_as(drive)
    x, loop = torch.zeros_like(drive[:, 0]), []
    for t in range(length):
        x = decay[:, t] * x + drive[:, t]
        loop.append(x)
    truth = torch.stack(loop, dim=1)
    tolerance = 64 * UNIT * np.log2(2 * length) * float(truth.abs().max() + drive.abs().max())
    assert (theirs - truth).abs().max() <= tolerance and (ours - truth).abs().max() <= tolerance
    assert (ours - theirs).abs().max() <= tolerance


def block(seed, dtype=torch.float64):
    """A Mamba block: 6 inner channels of 16 states."""
    oracle = mambapy("mamba")
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        made = oracle.MambaBlock(oracle.MambaConfig(d_model=3, n_layers=1))
    return made.to(dtype)


def inputs(made, length, seed):
    g = torch.Generator().manual_seed(seed)
    inner, N = made.A_log.shape
    x, B, C = (torch.randn(2, length, k, dtype=torch.float64, generator=g) for k in (inner, N, N))
    return x, B, C, -torch.exp(made.A_log.detach()), torch.zeros(inner, dtype=torch.float64)


def by_channel(made, x, delta, A, B, C, rule):
    return torch.stack([selective_scan(x[..., e], delta[..., e], A[e], B, C, rule) for e in range(len(A))], dim=-1)


@pytest.mark.parametrize("length", [16, 37])
def test_mamba_takes_eulers_input(length):
    made = block(0)
    x, B, C, A, D = inputs(made, length, 1)
    delta = torch.nn.functional.softplus(torch.randn(2, length, len(A), dtype=torch.float64))
    y = made.selective_scan(x, delta, A, B, C, D)
    tolerance = 64 * 16 * UNIT * float(y.abs().max()) * length
    assert (made.selective_scan_seq(x, delta, A, B, C, D) - y).abs().max() <= tolerance
    assert (by_channel(made, x, delta, A, B, C, euler_input) - y).abs().max() <= tolerance
    assert (by_channel(made, x, delta, A, B, C, zoh) - y).abs().max() > 1e6 * tolerance


def test_mamba_with_a_frozen_step_is_zero_order_hold_with_another_C():
    made = block(1)
    x, B, C, A, D = inputs(made, 60, 2)
    delta = torch.full((2, 60, len(A)), 0.4, dtype=torch.float64)
    y = made.selective_scan(x, delta, A, B, C, D)
    phi = torch.expm1(0.4 * A[0]) / (0.4 * A[0])  # one row serves all channels: they start with the same poles
    held = by_channel(made, x, delta, A, B, C / phi, zoh)
    assert torch.equal(A, A[:1].expand_as(A))
    assert (held - y).abs().max() <= 64 * 16 * UNIT * float(y.abs().max()) * 60


def test_mamba_starts_where_the_histogram_says():
    """Poles −1..−16, steps log-uniform in [1e-3, 1e-1]: each quantile of Δ within 5 binomial standard errors."""
    oracle = mambapy("mamba")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        made = oracle.MambaBlock(oracle.MambaConfig(d_model=512, n_layers=1))
    a = torch.exp(made.A_log.detach()).double().numpy()
    assert np.allclose(a, np.arange(1, 17)[None], rtol=16 * U32)
    dt = torch.nn.functional.softplus(made.dt_proj.bias.detach().double()).numpy()
    assert dt.min() >= 1e-3 * (1 - 1e-3) and dt.max() <= 1e-1 * (1 + 1e-3)
    for p in (0.1, 0.5, 0.9):
        share = np.mean(dt <= 10 ** (-3 + 2 * p))
        assert abs(share - p) <= 5 * np.sqrt(p * (1 - p) / dt.size)
    theirs, ours = np.outer(dt, a[0]).ravel(), initial_over_drive(dt.size)[0]
    for p in (0.1, 0.5, 0.9):
        level = np.quantile(ours, p)
        # channels, not their 16 poles, are independent
        assert abs(np.mean(theirs <= level) - p) <= 5 * np.sqrt(2 * p * (1 - p) / dt.size)
