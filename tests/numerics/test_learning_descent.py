"""Flow, steps and penalties of a linear read-out: against many digits on near-singular states, and what is refused."""

import mpmath
import numpy as np
import pytest

import numerics.learning.descent as exact
from numerics.memory import effective_capacity, memory_function

UNIT = 2.0**-53


def cauchy_speeds(poles: np.ndarray, digits: int = 120) -> np.ndarray:
    """Eigenvalues of 1/(1 - λ_i λ_j) in many digits, largest first, rounded once."""
    with mpmath.workdps(digits):
        x = [mpmath.mpf(float(p)) for p in poles]
        G = mpmath.matrix([[1 / (1 - a * b) for b in x] for a in x])
        return np.array(sorted((float(g) for g in mpmath.eigsy(G, eigvals_only=True)), reverse=True))


def test_speeds_of_a_nearly_singular_state_to_1e_32() -> None:
    poles = np.linspace(0.5, 0.65, 9)
    truth = cauchy_speeds(poles)
    found = exact.directions(poles, 1, np.ones(9)).speed
    assert truth[-1] / truth[0] < 1e-20
    assert np.all(np.abs(np.sqrt(found) - np.sqrt(truth)) <= 64 * 9 * UNIT * np.sqrt(truth[0]))
    assert abs(found[-1] / truth[-1] - 1) <= 2 * 64 * 9 * UNIT * np.sqrt(truth[0] / truth[-1])
    floats = np.linalg.eigvalsh(1 / (1 - poles[:, None] * poles))
    assert abs(floats[0] / truth[-1] - 1) > 1  # the float Gram matrix does not know it at all


def test_repeated_and_unreached_poles_are_no_directions() -> None:
    at = exact.directions([0.5, 0.5, 0.2, 0.9], 40, [1.0, 2.0, 0.0, 1.0])
    assert at.speed.shape == (2,) and at.basis.shape == (4, 2) and at.alpha.shape == (2, 40)
    start = np.array(
        [2.0, -1.0, 3.0, 0.0]
    )  # its first two weights cancel, its third reads a state that is never driven
    moved = exact.flow_readout(at, [0.0], start, 1e6)
    assert np.allclose(moved, start, atol=1e-13)


def test_capacity_grows_from_zero_to_the_number_of_directions() -> None:
    at = exact.directions([0.9, 0.5, -0.4], 400, np.ones(3))
    assert exact.time_filter(at.speed, 0.0).sum() == 0
    late = exact.delay_shares(at, exact.time_filter(at.speed, 1e3))
    assert np.allclose(late, memory_function([0.9, 0.5, -0.4], 400), atol=1e-12)
    assert late.sum() == pytest.approx(3, abs=1e-12)


def test_what_a_ridge_leaves_is_more_than_what_the_penalised_fit_reports() -> None:
    at = exact.directions([0.9, 0.5, -0.4], 1)
    for penalty in (1e-6, 0.1, 10.0):
        left = exact.ridge_filter(at.speed, penalty).sum()
        assert effective_capacity([0.9, 0.5, -0.4], penalty) < left < 3
        assert left <= exact.time_filter(at.speed, 1 / penalty).sum()


def test_dropout_by_all_masks() -> None:
    rng = np.random.default_rng(3)
    X = rng.standard_normal((5, 9)) + 1j * rng.standard_normal((5, 9))
    G, h, w = X @ X.conj().T, X[:, 0], rng.standard_normal(5) + 1j
    for keep in (1.0, 0.7, 0.05):
        slow = exact.dropout_rise_enumerated(G, h, w, keep)
        assert exact.dropout_rise(G, w, keep) == pytest.approx(slow, rel=1e-10, abs=1e-10)


def test_uncorrelated_states_lose_no_direction_to_dropout() -> None:
    G, h, keep = np.diag([4.0, 0.01]), np.array([1.0, -2.0]), 0.3
    dropped = np.linalg.solve(G + exact.dropout_penalty(keep) * np.diag(np.diag(G)), h)
    assert np.allclose(dropped, keep * np.linalg.solve(G, h), rtol=1e-13)
    ridged = np.linalg.solve(G + 0.1 * np.eye(2), h) / np.linalg.solve(G, h)
    assert ridged[0] > 0.9 and ridged[1] < 0.1


def test_at_the_bound_descent_neither_converges_nor_diverges() -> None:
    at = exact.directions([0.9, 0.5], 1, [1.0, 1.0])
    G, w = (at.basis * at.speed) @ at.basis.conj().T, at.basis[:, 0]
    path = exact.descent_iterated(G, np.zeros(2), w, 2 / at.speed[0], 1000)
    assert np.allclose(path[-1], w, atol=1e-10)
    size = [
        np.linalg.norm(exact.descent_iterated(G, np.zeros(2), w, x / at.speed[0], 3000)[-1]) for x in (1.999, 2.001)
    ]
    assert size == pytest.approx([0.999**3000, 1.001**3000], rel=1e-9)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: exact.directions([0.5], 3, [0.0]), "not all of them 0"),
        (lambda: exact.directions([1.0], 3), "unit circle"),
        (lambda: exact.krylov_directions([[0.5]], [1.0], 0), "horizon = 0"),
        (lambda: exact.time_filter([1.0], -1.0), "time = -1.0"),
        (lambda: exact.ridge_filter([1.0], 0.0), "penalty = 0.0"),
        (lambda: exact.ridge_filter([-1.0], 1.0), r"speed\[0\] = -1.0"),
        (lambda: exact.contraction([1.0], 0.0), "eta = 0.0"),
        (lambda: exact.best_step([0.0]), "must be > 0"),
        (lambda: exact.dropout_penalty(0.0), "keep = 0.0"),
        (lambda: exact.dropout_penalty(1.5), "keep = 1.5"),
        (lambda: exact.flow_readout(exact.directions([0.5], 2), [1, 0, 0], [0.0], 1.0), "teacher has 3 lags"),
        (lambda: exact.flow_readout(exact.directions([0.5], 2), [1.0], [0.0, 1.0], 1.0), "start has shape"),
        (lambda: exact.descent_readout(exact.directions([0.5], 2), [1.0], [0.0], 0.1, -1), "steps = -1"),
        (lambda: exact.krylov_directions([[0.5]], 1.0, 3), r"B has shape \(\)"),
        (lambda: exact.descent_iterated([[np.nan]], [1.0], [0.0], 0.1, 2), r"G\[0, 0\] = \(?nan.*must be finite"),
        (lambda: exact.descent_iterated([[1.0]], [True], [0.0], 0.1, 2), "h = .*must be numbers, not dtype bool"),
        (lambda: exact.descent_iterated(np.eye(2), [1.0, 1.0], [0.0], 0.1, 2), "one weight for each of 2 states"),
        (lambda: exact.descent_iterated(np.eye(2), [1.0], [0.0, 0.0], 0.1, 2), r"h has shape \(1,\)"),
        (lambda: exact.descent_iterated(np.ones((2, 3)), [1.0], [0.0], 0.1, 2), "must be square"),
        (lambda: exact.descent_iterated([[1.0]], [1.0], [0.0], 0.1, True), "steps = True"),
        (lambda: exact.flow_integrated(np.eye(2), [1.0], [0.0, 0.0], 1.0), r"h has shape \(1,\)"),
        (lambda: exact.dropout_rise([[1.0]], None, 0.5), "w = None: must be numbers"),  # type: ignore[arg-type]
        (lambda: exact.dropout_rise(np.eye(2), [1.0], 0.5), "one weight for each of 2 states"),
        (lambda: exact.dropout_rise_enumerated([[1.0]], [1.0], 1.0, 0.5), r"w has shape \(\)"),
    ],
)
def test_bad_input_is_refused_by_name(call, said) -> None:
    with pytest.raises(ValueError, match=said):
        call()
