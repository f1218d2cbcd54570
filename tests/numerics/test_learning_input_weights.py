"""Optima by three routes, gradients by differences, flows by their closed equation, and what is refused."""

import numpy as np
import pytest

from numerics.learning import input_weights as exact
from numerics.learning import residual

A, b, TEACHER = np.array([[0.5, 5.0], [0.0, 0.5j]]), np.array([0.0, 1.0]), np.array([1, 2, -1j, 0, 3])
POLES = np.array([0.5, 0.3 + 0.4j, 0.3 - 0.4j])


def test_three_routes_to_the_optimum() -> None:
    found = exact.solve_readout(A, b, TEACHER)
    best = residual(np.diag(A), TEACHER.conj())
    assert found.residual == pytest.approx(best, rel=64 * found.condition * 2.0**-53)
    assert exact.least_squares_loss(A, b, TEACHER, 120) == pytest.approx(best, rel=1e-12)
    assert np.abs(found.gradient).max() < 1e-13


def test_real_poles_close_together_lose_nothing_by_the_stable_route() -> None:
    poles, teacher = np.array([0.5, 0.5 + 1e-9, 0.5 - 1e-9]), [0.0, 0.0, 1.0]
    assert residual(poles, teacher) == pytest.approx(residual([0.5] * 3, teacher), abs=1e-8)


def test_gradient_in_b_against_differences() -> None:
    w = exact.solve_readout(A, b, TEACHER).w + 0.3

    def loss(v: np.ndarray) -> float:
        kernel = np.array([w @ np.linalg.matrix_power(A, lag) @ v for lag in range(120)])
        kernel[:5] -= TEACHER
        return 0.5 * float(np.sum(np.abs(kernel) ** 2))

    h = 1e-5
    for n, found in enumerate(exact.input_gradient(A, b, w, TEACHER)):
        e = h * np.eye(2)[n]
        slow = (loss(b + e) - loss(b - e) + 1j * (loss(b + 1j * e) - loss(b - 1j * e))) / (2 * h)
        assert found == pytest.approx(slow, abs=1e-7)
        assert abs(found) > 0.1


def test_the_flow_against_its_products_alone() -> None:
    w, start, times = np.array([0.3, 0.2j, -1.0]), np.array([1.0, 0.5, 0.1j]), np.linspace(1, 50, 5)
    F = exact.product_slope(POLES, [1.0, 0.5, 0.0, 2.0])
    flow, kept = exact.balanced_flow(w, start, F, times), exact.balance(w, start)
    assert np.abs(exact.balance(flow.w, flow.b) - kept[:, None]).max() < 4 * flow.steps * np.sqrt(6) * 1e-12
    assert np.abs(exact.product_flow(w * start, kept, F, times) - flow.w * flow.b).max() < 1e-8


def test_a_mode_that_starts_at_zero_is_never_learnt() -> None:
    """w = b = 0 is at rest, though the loss there is above the optimum."""
    F = exact.product_slope([0.5], [1.0])
    flow = exact.balanced_flow([0.0], [0.0], F, [100.0])
    assert not flow.w.any() and F(np.zeros(1, complex))[0] == -1.0 and residual([0.5], [1.0]) < 1.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: exact.product_slope([1.0], [1.0]), "must lie inside the unit circle"),
        (lambda: exact.product_slope([0.5], []), "teacher"),
        (lambda: exact.solve_readout(2 * np.eye(2), b, TEACHER), "spectral radius"),
        (lambda: exact.input_gradient(A, b, [1.0], TEACHER), "must be equal"),
        (lambda: exact.balanced_flow([1.0], [1.0, 2.0], lambda t: t, [1.0]), "must be equal"),
        (lambda: exact.balanced_flow([1.0], [1.0], lambda t: t, [1.0], rtol=2.0), "rtol = 2.0"),
        (lambda: exact.least_squares_loss(A, b, TEACHER, 2.5), "horizon = 2.5: must be an integer"),  # type: ignore[arg-type]
        (lambda: exact.least_squares_loss(A, b, TEACHER, True), "horizon = True"),
        (lambda: exact.least_squares_loss(A, b, TEACHER, "a"), "horizon = 'a'"),  # type: ignore[arg-type]
        (lambda: exact.least_squares_loss(A, b, [1.0, 2.0, 3.0], 2), "horizon = 2: must be at least 3"),
        (lambda: exact.balance([np.nan], [1.0]), r"w\[0\] = nan: must be finite"),
        (lambda: exact.balance([True], [1.0]), "not dtype bool"),
        (lambda: exact.balance([1.0, 2.0], [1.0]), "must be equal"),
        (lambda: exact.balance(np.ones((2, 3)), np.ones(3)), "must be equal"),
    ],
)
def test_bad_input_is_refused(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
