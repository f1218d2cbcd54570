"""Explorations of equivalence: refused inputs, numbers by another route, and what is measured on demand."""

from itertools import islice
from typing import Any

import numpy as np
import pytest

import numerics.equivalence as exact
from figures.explorer.equivalence import DIAGONAL_FORM, DISCRETISATION, EIGENVECTORS
from figures.explorer.exploration import Exploration, Verdict, worst
from figures.measuring import UNIT
from numerics import spectra
from tests.figures.shown import Shown
from theory.equivalence import MAMBA_ERROR

SHOWN: tuple[Shown, ...] = (
    Shown(
        DIAGONAL_FORM.name,
        "N",
        "‖K'_n − K_n‖ / ‖K_n‖",
        lambda: f"{np.sqrt(2 * exact.kernel_gap_squared(1, 24)):.6g}",
    ),
    Shown(EIGENVECTORS.name, "N", "largest κ_j", lambda: f"{float(max(exact.eigenvalue_condition(26))):.6g}"),
    Shown(
        DISCRETISATION.name,
        "dt",
        "largest |λ|, Euler 1 + Δa",
        lambda: f"{abs(1 + 0.4 * (-1.5 + 4j)):.6g}",
    ),
)


def numbers(exploration: Exploration, **moves: Any) -> dict[str, Any]:
    """The numbers by their labels, some controls moved."""
    return {one.label: one.value for one in exploration.look(**(exploration.first() | moves)).numbers}


@pytest.mark.parametrize(
    ("exploration", "moves", "words"),
    [
        (DIAGONAL_FORM, {"N": 4, "n": 5}, "n = 5: a state of N = 4 is one of 0..3"),
        (DIAGONAL_FORM, {"N": 4, "n": 4, "windowed": True}, "n = 4: a state of N = 4"),
        (DISCRETISATION, {"poles": "-1, 0.5"}, "0.5"),
        (DISCRETISATION, {"poles": "x"}, "'x' must be a number"),
        (DISCRETISATION, {"poles": "-1, -300"}, "must be at most 40"),
    ],
)
def test_bad_input_is_refused_in_words(exploration: Exploration, moves: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        exploration.look(**(exploration.first() | moves))


def test_the_distance_of_the_kernels_is_that_of_its_closed_form() -> None:
    found = numbers(DIAGONAL_FORM, N=24, n=3)
    assert found["‖K'_n − K_n‖ / ‖K_n‖"] == pytest.approx(np.sqrt(2 * exact.kernel_gap_squared(3, 24)), rel=1e-12)
    poles = spectra.legs_normal(24)
    assert found["fastest mode ω_0"] == pytest.approx(poles.imag.max(), rel=64 * 24**2 * UNIT)


def test_the_response_error_is_that_of_two_integrated_systems() -> None:
    """By the states of both systems on t exp(−t), from a dense exponential of systems that hold their input too."""
    N, n = 4, 1
    A, B = spectra.legs(N)
    source, start = np.array([[-1.0, 1.0], [0.0, -1.0]]), np.append(np.zeros(2 * N), [0.0, 1.0])
    both = np.zeros((2 * N + 2, 2 * N + 2))
    both[:N, :N], both[N:-2, N:-2], both[-2:, -2:] = A, A + np.outer(B, B) / 2, source
    both[:N, -2], both[N:-2, -2] = B, B / 2
    # ∫ x x^T dt solves a Lyapunov equation
    gramian = np.linalg.solve(
        np.kron(both, np.eye(len(both))) + np.kron(np.eye(len(both)), both), -np.outer(start, start).ravel()
    ).reshape(both.shape)
    apart = np.zeros(len(both))
    apart[n], apart[N + n] = 1, -1
    found = numbers(DIAGONAL_FORM, N=N, n=n)["distance of the responses e"]
    assert found == pytest.approx(np.sqrt(apart @ gramian @ apart), rel=1e-9)


def test_the_kernels_drawn_resolve_the_fastest_mode() -> None:
    panel = DIAGONAL_FORM.look(**(DIAGONAL_FORM.first() | {"N": 64})).panels[0]
    step = np.diff(np.asarray(panel.curves[0].x)).max()
    assert step * exact.normal_part_frequencies(64).max() <= np.pi / 4


def test_what_is_measured_on_demand_stands_on_its_line() -> None:
    enclose, layers = (demand.run for demand in DIAGONAL_FORM.on_demand)
    state = DIAGONAL_FORM.first() | {"N": 8}
    gap, rate = (np.asarray(panel.curves[-1].y) for panel in DIAGONAL_FORM.look(**state).panels[1:])
    np.testing.assert_allclose(np.asarray(list(enclose(**state))[-1].curves[0].y), gap, atol=1e-12)
    # the step and the end of the layers' time, as the figure allows
    np.testing.assert_allclose(np.asarray(list(layers(**state))[-1].curves[0].y), rate, rtol=0.05)
    with pytest.raises(ValueError, match="a = 2"):
        next(layers(**(state | {"a": 2.0})))


def test_the_largest_eigenvalue_condition_is_the_exact_one() -> None:
    found = numbers(EIGENVECTORS, N=20)
    kappa = exact.eigenvalue_condition(20)
    assert found["largest κ_j"] == pytest.approx(float(kappa.max()), rel=64 * 20 * UNIT)
    assert found["at j"] == int(np.floor(20 / np.sqrt(2) - 0.25))


def test_enclosed_conditions_are_those_of_doubles_where_these_resolve_them() -> None:
    run = EIGENVECTORS.on_demand[0].run
    (curve,) = list(islice(run(**EIGENVECTORS.first()), 6))[-1].curves
    measured = EIGENVECTORS.look(**EIGENVECTORS.first()).panels[1].curves[2]
    kappa = np.asarray(curve.y)
    # the enclosure is wide by about 1e-11 of itself
    assert np.all(np.abs(np.asarray(measured.y)[:6] - kappa) <= 64 * 7 * UNIT * kappa**2 + 1e-11 * kappa)
    with pytest.raises(ValueError, match="columns of length one"):
        next(run(**(EIGENVECTORS.first() | {"normal": True})))


@pytest.mark.parametrize("scaling", ["as long as the row of W", "V_jj = q_j"])
def test_the_bounds_hold_for_other_lengths_of_the_columns(scaling: str) -> None:
    view = EIGENVECTORS.look(**(EIGENVECTORS.first() | {"scaling": scaling, "N": 12}))
    assert all(verdict.holds for verdict in view.verdicts)


@pytest.mark.parametrize("poles", ["-0.05+1j", "-40", "-3+39j", "-1e-3", "-0.3+0.9j, -2-7j"])
@pytest.mark.parametrize("dt", [0.01, 2.0])
def test_discretisation_holds_for_slow_and_fast_poles(poles: str, dt: float) -> None:
    view = DISCRETISATION.look(**(DISCRETISATION.first() | {"poles": poles, "dt": dt}))
    assert all(verdict.holds for verdict in view.verdicts), view.verdicts


def test_the_moduli_are_those_of_the_maps() -> None:
    found = numbers(DISCRETISATION, poles="-1+3j", dt=0.5)
    assert found["largest |λ|, hold exp(Δa)"] == pytest.approx(np.exp(-0.5), rel=4 * UNIT)
    assert found["largest |λ|, Euler 1 + Δa"] == pytest.approx(np.hypot(0.5, 1.5), rel=4 * UNIT)
    assert found["Euler is stable for Δ below"] == pytest.approx(0.2, rel=4 * UNIT)


def test_the_worst_verdict_is_the_one_that_is_not_a_number() -> None:
    fine, bad, nan = (Verdict(MAMBA_ERROR, "", violation, 1.0, ()) for violation in (0.5, 2.0, np.nan))
    assert worst([fine, bad]) is bad and worst([fine, nan, bad]) is nan
