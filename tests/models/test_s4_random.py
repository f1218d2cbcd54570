"""S4 on random diagonal-plus-low-rank systems: slow and fast, real and complex poles, phases of every kind."""

import math

import numpy as np
import torch
from hypothesis import example, given
from hypothesis import strategies as st

import numerics.equivalence as exact
from models.layers.initialisations import LowRank
from models.layers.s4 import S4, generating_function
from tests.witness import UNIT


def random_system(n, real, seed):
    """n stored poles, the first `real` of them real; decay 1e-3 to 30, frequency 1e-2 to 300, |P| and |B| e^-3 to e."""
    rng = np.random.default_rng(seed)
    decay = np.exp(rng.uniform(np.log(1e-3), np.log(30), n))
    frequency = np.exp(rng.uniform(np.log(1e-2), np.log(300), n))
    frequency[:real] = 0
    P, B = (np.exp(rng.uniform(-3, 1, n)) * np.exp(2j * np.pi * rng.random(n)) for _ in range(2))
    P, B = (np.where(frequency > 0, v, v.real) for v in (P, B))
    return LowRank(-decay + 1j * frequency, P, B)


def closed(layer):
    return (part[0].detach().numpy() for part in layer.full())


SYSTEMS = st.tuples(st.integers(1, 5), st.integers(0, 5), st.integers(0, 2**20)).map(
    lambda drawn: (drawn[0], min(drawn[0], drawn[1]), drawn[2])
)


@given(system=SYSTEMS, exponent=st.floats(-3, 0.5), length=st.integers(1, 400))
@example(system=(1, 1, 0), exponent=-3.0, length=400)  # one slow real pole at a root of unity
@example(system=(1, 0, 0), exponent=0.5, length=2)
def test_kernel_by_the_generating_function(system, exponent, length):
    layer = S4(random_system(*system), 10**exponent, dtype=torch.float64, seed=system[2])
    poles, P, B, C, dt = closed(layer)
    truth = exact.dplr_recurrence_kernel(exact.dplr(poles, P, B), C, float(dt[0]), length)
    size = np.abs(C).sum() * np.abs(B).max() * float(dt[0])
    assert np.abs(truth.imag).max() <= 64 * UNIT * len(poles) * length * size
    error = np.abs(layer.kernel(length)[0].detach().numpy() - truth.real).max()
    # resolvents on the circle of radius e^{−1/L} are at most L times the step
    assert error <= 16 * UNIT * len(poles) * length * size


@given(system=SYSTEMS, exponent=st.floats(-3, 0.5))
def test_step_by_woodbury(system, exponent):
    layer = S4(random_system(*system), 10**exponent, dtype=torch.float64, seed=system[2])
    A, B = (part[0].detach() for part in layer.discrete())
    n = len(layer.pair)
    x = torch.randn(1, 1, n, dtype=torch.complex128, generator=torch.Generator().manual_seed(system[2]))
    x = torch.complex(x.real, x.imag * layer.pair)
    full = torch.cat([x[0, 0], x[0, 0, layer.pair].conj()])
    with torch.no_grad():
        state, y = layer.step(x, torch.ones(1, 1, dtype=torch.float64))
    truth = A @ full + B
    size = float(A.abs().sum(1).max() * full.abs().max() + B.abs().max()) * (
        1 + float(layer.P.detach().abs().max()) ** 2
    )
    assert (state[0, 0] - truth[:n]).abs().max() <= 64 * UNIT * len(full) * size
    out = float((layer.full()[3][0].detach() * truth).sum().real)
    assert abs(float(y) - out) <= 64 * UNIT * len(full) * size * float(layer.C.detach().abs().sum())


@given(system=SYSTEMS, exponent=st.floats(-3, 0.5))
def test_poles_are_those_of_the_dense_matrix_and_stable(system, exponent):
    layer = S4(random_system(*system), 10**exponent, dtype=torch.float64)
    A, B = layer.double_pair()
    dense, drive = (part[0].detach().numpy() for part in layer.discrete())
    x, z = B[0], drive
    for _ in range(3):  # norms and moments survive the change of coordinates
        assert abs(np.linalg.norm(x) - np.linalg.norm(z)) <= 64 * UNIT * len(x) * np.linalg.norm(drive)
        x, z = A[0] @ x, dense @ z
    poles = layer.poles()
    assert np.all(np.abs(poles) < 1) and np.allclose(np.sort_complex(poles), np.sort_complex(poles.conj()), atol=1e-9)
    assert abs(poles.sum() - np.trace(dense)) <= 1e-10 * len(x)


def test_without_the_correction_the_kernel_is_folded_in_time():
    """Σ_m e^{−m} K_{l+mL} instead of K: the circle of radius e^{−1/L} damps every fold by another 1/e."""
    length, folds = 12, 60
    layer = S4(random_system(3, 1, 5), 0.02, dtype=torch.float64)
    poles, P, B, C, dt = (part.detach() for part in layer.full())
    products = torch.stack([C * B, C * P, P.conj() * B, P.conj() * P], dim=-1)
    values = generating_function(products, poles * dt, dt, length)
    folded = torch.fft.irfft(values, length)[0] * torch.exp(torch.arange(length, dtype=torch.float64) / length)
    K = layer.kernel(folds * length)[0].detach()
    expected = (K.view(folds, length) * torch.exp(-torch.arange(folds, dtype=torch.float64))[:, None]).sum(0)
    scale = float(K.abs().max())
    assert (folded - expected).abs().max() <= 64 * UNIT * 5 * folds * length * scale + math.exp(-folds) * scale
    assert (folded - K[:length]).abs().max() > 1e-2 * scale


def test_the_sign_of_the_low_rank_term_matters():
    system = random_system(3, 1, 5)
    layer = S4(system, 0.1, dtype=torch.float64)
    turned = S4(LowRank(system.poles, 1j * system.P * (system.poles.imag != 0), system.B), 0.1, dtype=torch.float64)
    poles, P, B, C, _ = closed(layer)
    A = np.diag(poles) + np.outer(P, P.conj())
    left = np.linalg.inv(np.eye(len(poles)) - 0.05 * A)
    wrong = [
        (C @ np.linalg.matrix_power(left @ (np.eye(len(poles)) + 0.05 * A), l) @ left @ B * 0.1).real for l in range(20)
    ]
    K = layer.kernel(20)[0].detach().numpy()
    assert np.abs(K - wrong).max() > 1e-3 * np.abs(K).max()
    assert np.abs(turned.kernel(20)[0].detach().numpy() - K).max() > 1e-3 * np.abs(K).max()
