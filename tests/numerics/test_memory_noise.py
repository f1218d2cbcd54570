"""Noise on the state, information in bits, and coloured input."""

import flint
import numpy as np
import pytest

from numerics import memory as nm
from numerics import spectra as sp

EPS = 2.0**-52
CONSECUTIVE = sp.zoh(-0.5 + 1j * np.pi * np.arange(-32, 32), 1e-2)
REAL = sp.zoh(sp.legs_poles(64), 1e-2)


def exact_trace(poles, noise, bits=1500):
    with flint.ctx.workprec(bits):
        p = [flint.acb(x.real, x.imag) for x in poles]
        g = [(1 - x.real**2 - x.imag**2).sqrt() for x in p]
        G = flint.acb_mat([[a * b / (1 - x * y.conjugate()) for y, b in zip(p, g)] for x, a in zip(p, g)])  # noqa: B905
        ridge = flint.acb_mat([[flint.acb(noise if i == j else 0) for j in range(len(p))] for i in range(len(p))])
        return float((G + ridge).solve(G).trace().real)


def test_reference_values():
    G = nm.gram(CONSECUTIVE) * np.sqrt(np.outer(1 - np.abs(CONSECUTIVE) ** 2, 1 - np.abs(CONSECUTIVE) ** 2))
    assert round(np.linalg.cond(G), 1) == 6.8
    assert round(nm.effective_capacity(CONSECUTIVE, 1e-3), 1) == 63.9
    assert round(nm.effective_capacity(REAL, 1e-3), 1) == 6.5
    # the closed S4D-Lin set has one pole less
    assert round(nm.effective_capacity(sp.zoh(sp.conjugate_closed(sp.s4d_lin(64)), 1e-2), 1e-3), 1) == 62.9


@pytest.mark.parametrize("poles", [CONSECUTIVE, REAL, sp.ring(8, 0.9), np.array([0.5, 0.5, 0.2])])
@pytest.mark.parametrize("noise", [1.0, 1e-3, 1e-8, 1e-14, 1e-20])
def test_effective_capacity_against_balls(poles, noise):
    error = abs(nm.effective_capacity(poles, noise) - exact_trace(poles, noise))
    assert error <= 64 * len(poles) * EPS * np.sqrt(len(poles) / noise + 1)


@pytest.mark.parametrize("poles", [CONSECUTIVE, REAL, np.array([0.3, 0.0, 0.0, -0.5j, 1 - 1e-6])])
def test_gram_factor(poles):
    T = nm.gram_factor(poles)
    gap = 1 - np.abs(poles) ** 2
    np.testing.assert_allclose(
        T @ T.conj().T, nm.gram(poles) * np.sqrt(np.outer(gap, gap)), atol=1e-9 * EPS / EPS * 1e-3
    )
    np.testing.assert_array_equal(np.triu(T, 1), 0)
    np.testing.assert_allclose(np.linalg.norm(T, axis=1), 1, atol=64 * len(poles) * EPS)
    B = np.arange(1.0, len(poles) + 1)
    weighted = nm.gram_factor(poles[1:], B[1:])
    np.testing.assert_allclose(np.diag(weighted @ weighted.conj().T), B[1:] ** 2 / gap[1:], rtol=1e-9)


@pytest.mark.parametrize("noise", [0.0, 1e-12, 1e-3, 10.0])
def test_noisy_memory_sums_to_effective_capacity(noise):
    poles = np.array([0.9, 0.5, 0.5, -0.3j, 0.0])
    M = nm.memory_function_noisy(poles, noise, 600)
    assert M.sum() == pytest.approx(nm.effective_capacity(poles, noise), abs=1e-12)
    clean = nm.memory_function(np.unique(poles), 600)
    assert np.all(M <= clean + 64 * EPS)


def test_noisy_memory_is_ridge_regression():
    poles, noise = np.array([0.9, -0.4, 0.5j]), 0.2
    G = nm.gram(poles) + noise * np.eye(3)
    v = np.vander(poles, 20, increasing=True)
    truth = np.einsum("nt,nt->t", v.conj(), np.linalg.solve(G, v)).real
    np.testing.assert_allclose(nm.memory_function_noisy(poles, noise, 20, B=np.ones(3)), truth, atol=64 * EPS)


def test_noise_makes_weights_matter():
    poles = np.array([0.9, 0.5])
    assert nm.effective_capacity(poles, 0.1, [1.0, 1.0]) != nm.effective_capacity(poles, 0.1, [1.0, 5.0])
    assert nm.effective_capacity(poles, 0.0, [1.0, 0.0]) == 1
    assert nm.effective_capacity([0.5, 0.5], 0) == 1


def test_beckermann_townsend():
    for poles in (REAL, sp.real_linear(20, 0.1), np.array([0.1, 0.9]), np.array([-0.99, 0.0, 0.99])):
        values = np.linalg.svd(nm.gram_factor(poles), compute_uv=False) ** 2
        bound = nm.beckermann_townsend_bound(poles)
        resolved = values > 1e-28 * values[0]
        assert np.all(values[resolved] <= values[0] * bound[resolved] * (1 + 1e-12))
    # complex poles leave it: the formula of the moduli fails for a ring
    ring = np.linalg.svd(nm.gram_factor(sp.ring(12, 0.9)), compute_uv=False) ** 2
    assert np.any(ring > ring[0] * nm.beckermann_townsend_bound(np.full(12, 0.9)))
    with pytest.raises(ValueError, match="real poles only"):
        nm.beckermann_townsend_bound([0.5, 0.1j])


def test_information():
    np.testing.assert_allclose(nm.information([0.0, 0.75, 1.0, 1 + 1e-12]), [0, 1, np.inf, np.inf])
    # I of a sampled Gaussian pair; dI/dρ = ρ/((1−ρ²) ln 2) and ρ̂ has standard error (1−ρ²)/√n
    u, v = np.random.default_rng(0).standard_normal((2, 200_000))
    rho = np.corrcoef(u, 0.8 * u + 0.6 * v)[0, 1]
    assert abs(nm.information(rho**2) - nm.information(0.64)) <= 5 * 0.8 / np.log(2) / np.sqrt(200_000)
    for bad in (-0.1, 1.1, -1e-3, 1 + 1e-3, -1e-8, 1 + 1e-8, np.nan):
        with pytest.raises(ValueError, match="memory"):
            nm.information([0.5, bad])


@pytest.mark.parametrize("noise", [-1.0, np.nan, "x", None, True])
def test_bad_noise_refused(noise):
    for entry in (nm.effective_capacity, lambda p, n: nm.memory_function_noisy(p, n, 3)):
        with pytest.raises(ValueError, match="noise"):
            entry([0.5], noise)


def test_bad_weights_refused():
    for B in ([1.0], [1.0, np.nan], [[1.0, 2.0]]):
        with pytest.raises(ValueError, match="B"):
            nm.effective_capacity([0.5, 0.2], 0.1, B)
