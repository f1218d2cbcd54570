"""The named pole sets: their defining equations, closure, discretisations and refusals."""

import flint
import numpy as np
import pytest
from scipy.linalg import expm

from numerics import spectra as sp

EPS = 2.0**-52


def closed(poles):
    return np.array_equal(np.sort_complex(poles), np.sort_complex(np.conj(poles)))


def test_s4d_formulas():
    np.testing.assert_array_equal(sp.s4d_lin(6), -0.5 + 1j * np.pi * np.arange(3))
    n = np.arange(4)
    np.testing.assert_allclose(sp.s4d_inv(8), -0.5 + 1j * 8 / np.pi * (8 / (2 * n + 1) - 1), rtol=4 * EPS)


@pytest.mark.parametrize("half", [sp.s4d_lin, sp.s4d_inv, lambda N: sp.random_imaginary(N, 0)])
def test_half_spectra(half):
    poles = half(64)
    assert poles.shape == (32,) and np.all(poles.real == -0.5) and np.all(poles.imag >= 0)
    for odd in (1, 63):
        with pytest.raises(ValueError, match=rf"N = {odd}: must be even.*lose the last state"):
            half(odd)


def test_closing_counts_real_poles_once():
    assert len(sp.conjugate_closed(sp.s4d_lin(64))) == 63
    assert len(sp.conjugate_closed(sp.s4d_inv(64))) == 64
    for half in ([0.1 + 0.2j, 0.3, 0.1 + 0.2j], [-0.2j, 0.3], [0.0], [0.5, 0.5]):
        full = sp.conjugate_closed(half)
        assert closed(full)
        assert len(full) == sum(1 if p == np.conj(p) else 2 for p in half)


@pytest.mark.parametrize("full", [[0.5j, -0.5j], [0.5j, -0.5j, 0.5j, -0.5j, 0.1], [0.2, 0.2]])
def test_closed_set_is_unchanged(full):
    np.testing.assert_array_equal(sp.conjugate_closed(full), np.asarray(full, complex))
    np.testing.assert_array_equal(sp.conjugate_closed(sp.conjugate_closed(full)), np.asarray(full, complex))


@pytest.mark.parametrize("neither", [[0.5j, -0.4j], [0.5j, 0.5j, -0.5j], [0.1 + 0.5j, -0.1 - 0.5j]])
def test_neither_half_nor_closed_is_refused(neither):
    with pytest.raises(ValueError, match="half spectrum"):
        sp.conjugate_closed(neither)


@pytest.mark.parametrize("N", [1, 2, 7, 40])
def test_legs(N):
    A, B = sp.legs(N)
    q = np.sqrt(2 * np.arange(N) + 1)
    for n in range(N):
        for k in range(N):
            assert A[n, k] == (-q[n] * q[k] if n > k else -(n + 1) if n == k else 0)
    np.testing.assert_array_equal(B, q)
    np.testing.assert_array_equal(np.sort(sp.legs_poles(N).real), np.sort(np.diag(A)))


@pytest.mark.parametrize("N", [1, 2, 9, 64])
def test_legs_normal_are_eigenvalues(N):
    A, B = sp.legs(N)
    poles = sp.legs_normal(N)
    normal = A + 0.5 * np.outer(B, B)
    assert np.all(poles.real == -0.5) and closed(poles) and len(poles) == N
    reference = np.sort(np.linalg.eigvals(normal).imag)
    np.testing.assert_allclose(np.sort(poles.imag), reference, atol=64 * N * EPS * np.linalg.norm(normal, 2))


def test_legs_normal_against_balls():
    with flint.ctx.workprec(200):
        root = [flint.arb(2 * n + 1).sqrt() for n in range(8)]
        S = [
            [flint.acb(0) if n == k else root[n] * root[k] * (-1 if n > k else 1) / 2 for k in range(8)]
            for n in range(8)
        ]
        imag = sorted(float(x.imag.mid()) for x in flint.acb_mat(S).eig())
    np.testing.assert_allclose(sp.legs_normal(8).imag, imag, atol=64 * 8 * EPS * max(imag))


@pytest.mark.parametrize("N", [2, 4, 10])
def test_fout(N):
    A, B = sp.fout(N)
    # B holds the orthonormal basis 1, √2 sin 2πmt, √2 cos 2πmt of L²(0, 1) at t = 1, where the first sine is no basis
    t, m = (np.arange(64) + 0.5) / 64, np.arange(N) // 2
    basis = lambda t: np.where(np.arange(N) % 2, np.sin(2 * np.pi * m * t), np.cos(2 * np.pi * m * t))  # noqa: E731
    values = np.array([basis(x) for x in t])
    norms = np.sqrt(np.mean(values**2, axis=0))
    np.testing.assert_allclose(B, basis(1.0) / np.where(norms == 0, 1, norms), atol=64 * EPS)
    rotation = np.zeros((N, N))
    for n in range(0, N, 2):
        rotation[n + 1, n], rotation[n, n + 1] = n / 2, -n / 2
    np.testing.assert_allclose(A + np.outer(B, B), np.pi * rotation, atol=64 * EPS * N)


@pytest.mark.parametrize("N", [1, 2, 5, 12])
def test_ring(N):
    poles = sp.ring(N, 0.9)
    np.testing.assert_allclose(poles**N, 0.9**N, atol=16 * N * EPS)
    assert closed(poles) and len(np.unique(poles)) == N


def test_random_sets_are_seeded_and_in_range():
    ring = sp.uniform_annulus(4000, 0.3, 0.8, 1)
    np.testing.assert_array_equal(ring, sp.uniform_annulus(4000, 0.3, 0.8, 1))
    assert not np.array_equal(ring, sp.uniform_annulus(4000, 0.3, 0.8, 2))
    assert np.abs(ring).min() >= 0.3 - EPS and np.abs(ring).max() < 0.8 + EPS
    # uniform by area: |λ|² has mean (0.09 + 0.64)/2, standard deviation 0.55/√12
    assert abs(np.mean(np.abs(ring) ** 2) - 0.365) < 5 * 0.55 / np.sqrt(12 * 4000)
    imag = sp.random_imaginary(8000, 3).imag
    assert abs(np.mean(imag**2) - 1) < 5 * np.sqrt(2 / 4000)


def test_remaining_sets():
    np.testing.assert_allclose(sp.real_linear(4, 0.1), (np.exp(-0.5) * np.arange(1, 5) / 4) ** 0.1, rtol=4 * EPS)
    steps = sp.stepped_rings(12, 3)
    assert closed(steps)
    np.testing.assert_allclose(np.sort(np.abs(steps)), np.repeat([0.25, 0.5, 0.75], 4), rtol=4 * EPS)
    with pytest.raises(ValueError, match="steps must divide N"):
        sp.stepped_rings(10, 3)
    np.testing.assert_array_equal(sp.delay_line(3), np.zeros(3))
    W = sp.scaled_gaussian(30, 0.9, 0)
    assert abs(np.abs(np.linalg.eigvals(W)).max() - 0.9) < 1e-13
    with pytest.raises(ValueError, match="inner"):
        sp.uniform_annulus(3, 0.9, 0.1, 0)


@pytest.mark.parametrize("N", [0, -2, 2.0, True, None])
@pytest.mark.parametrize("make", [sp.s4d_lin, sp.legs, sp.legs_poles, sp.legs_normal, sp.delay_line])
def test_counts_refused(make, N):
    with pytest.raises(ValueError, match="N = "):
        make(N)


def test_zoh_is_the_matrix_exponential():
    A, _ = sp.legs(5)
    discrete = np.sort(np.diag(expm(A * 0.1)))
    np.testing.assert_allclose(np.sort(sp.zoh(sp.legs_poles(5), 0.1).real), discrete, rtol=64 * EPS)


def test_bilinear_is_the_cayley_transform_and_second_order():
    s = sp.s4d_lin(4)
    np.testing.assert_allclose(sp.bilinear(s, 0.3), (1 + 0.15 * s) / (1 - 0.15 * s), rtol=4 * EPS)
    error = [np.abs(sp.bilinear(s, dt) - sp.zoh(s, dt)).max() for dt in (1e-2, 5e-3)]
    assert abs(np.log2(error[0] / error[1]) - 3) < 0.1


@pytest.mark.parametrize("discretise", [sp.zoh, sp.bilinear])
def test_discretisations_keep_closure_and_refuse(discretise):
    assert closed(discretise(sp.conjugate_closed(sp.s4d_inv(64)), 1e-2))
    with pytest.raises(ValueError, match="Re s < 0"):
        discretise([0.1j], 0.1)
    with pytest.raises(ValueError, match="dt = 0"):
        discretise([-1.0], 0)
