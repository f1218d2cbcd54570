"""Moments against mpmath, flows against their scalar equation, correlations against loops, and what is refused."""

import mpmath
import numpy as np
import pytest

from numerics.learning import nonlinear as exact

T2 = np.array([0.5, 0.3])


@pytest.mark.parametrize("variance", [0.0, 1e-6, 0.5, 4.0, 16.0])
def test_moments_of_tanh_against_mpmath(variance: float) -> None:
    def expected(h) -> mpmath.mpf:
        def integrand(z: mpmath.mpf) -> mpmath.mpf:
            return h(mpmath.sqrt(variance) * z) * mpmath.npdf(z)

        return mpmath.quad(integrand, list(range(-12, 13)))

    def slope(s: mpmath.mpf) -> mpmath.mpf:
        return mpmath.sech(s) ** 2

    found = exact.gaussian_moments(exact.tanh(), variance)
    own = expected(lambda s: slope(s) ** 2 - 2 * mpmath.tanh(s) ** 2 * slope(s))
    third = expected(lambda s: slope(s) * (6 * mpmath.tanh(s) ** 2 - 2))
    assert np.allclose(found, [float(x) for x in (expected(slope), own, third)], rtol=0, atol=2e-15)


def test_moments_of_a_sine_in_closed_form() -> None:
    a, v = 1.7, 0.8
    found = exact.gaussian_moments(exact.sine(a), v)
    decay = np.exp(-(a**2) * v / 2)
    expected = [a * decay, a**2 * np.exp(-2 * a**2 * v), -(a**3) * decay]  # f'^2 + f f'' = a^2 cos(2 a s)
    assert np.allclose(found, expected, rtol=0, atol=64 * 2.0**-53 * a**3)


@pytest.mark.parametrize("f", [exact.tanh(), exact.sine(1.3), exact.polynomial([0.1, 1.0, 0.0, -0.1])])
def test_the_flow_stays_on_the_ray_of_its_scalar_equation(f: exact.Nonlinearity) -> None:
    times = np.array([0.5, 2.0, 8.0])
    w = exact.nonlinear_flow(T2, times, f, 1e-10, points=40)
    assert np.allclose(T2 @ w, exact.kernel_curve(float(T2 @ T2), times, f), rtol=0, atol=1e-8)
    assert np.abs(w[0] * T2[1] - w[1] * T2[0]).max() < 1e-8


def test_a_forgotten_delay_is_never_learnt() -> None:
    assert exact.kernel_rate(0.0, 0.0, exact.tanh()) == 0.0
    assert not exact.nonlinear_flow(np.zeros(2), [1.0, 2.0], exact.tanh()).any()


def test_uniform_input_adds_its_fourth_cumulant() -> None:
    """f = s - s^3/3, uniform u: the gradient leaves the span of w and α_K by κ_4 Σ k^3 α E-terms, not small."""
    node, weight = np.polynomial.legendre.leggauss(8)
    x = np.sqrt(3) * np.stack(np.meshgrid(node, node, node), -1).reshape(-1, 3)
    p = np.prod(np.stack(np.meshgrid(weight, weight, weight), -1).reshape(-1, 3) / 2, axis=1)
    w, alpha, f = np.array([0.9, 0.4, 0.2]), np.array([0.0, 0.0, 1.0]), exact.polynomial([0, 1, 0, -1 / 3])
    gradient = ((f.f(x @ w) - x @ alpha) * f.first(x @ w) * p) @ x
    span = np.linalg.qr(np.array([w, alpha]).T)[0]
    assert np.linalg.norm(gradient - span @ (span.T @ gradient)) > 0.05
    gaussian = exact.quadrature_gradient(w, alpha, f, 8)
    assert np.linalg.norm(gaussian - span @ (span.T @ gaussian)) < 1e-13


def test_correlations_against_a_loop() -> None:
    rng = np.random.default_rng(0)
    delta, u = rng.standard_normal(50), rng.standard_normal(56)
    slow = [np.mean([delta[t] * u[t + 6 - lag] for t in range(50)]) for lag in range(7)]
    assert np.allclose(exact.lag_correlations(delta, u, 7), slow, rtol=0, atol=1e-15)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: exact.gaussian_moments(exact.tanh(), -1.0), "variance = -1.0: must be >= 0"),
        (lambda: exact.gaussian_gradient([1.0], [1.0, 0.0], exact.tanh()), "must be equal"),
        (lambda: exact.gaussian_gradient([1.0], [1.1], exact.tanh()), "a memory function is at most 1"),
        (lambda: exact.quadrature_gradient(np.ones(5), np.zeros(5), exact.tanh()), "at most 10\\^7 nodes"),
        (lambda: exact.kernel_rate(0.0, 1.5, exact.tanh()), "memory = 1.5: must lie in"),
        (lambda: exact.kernel_curve(0.5, [1.0, 1.0], exact.tanh()), "must increase"),
        (lambda: exact.lag_correlations(np.ones(4), np.ones(4), 2), "u has 4 samples: must have 4 \\+ 2 − 1"),
    ],
)
def test_bad_input_is_refused(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
