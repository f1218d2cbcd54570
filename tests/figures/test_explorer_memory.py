"""The explorations of memory: the numbers beside their curves, by another route."""

import numpy as np
import pytest

import numerics.memory as exact
from figures.explorer.exploration import Curve, View
from figures.explorer.memory import POLES, UNDER_THE_BOUND
from numerics.spectra import conjugate_closed, ring, s4d_lin, zoh
from tests.figures.shown import Shown


def largest_share_at_24() -> str:
    """(τ+1) M_τ/N at its largest, S4D-Lin with N = 24, Δ = .05, by the Gram matrix."""
    poles = zoh(conjugate_closed(s4d_lin(24)), 0.05)
    memory = exact.memory_function_dense(np.diag(poles), np.sqrt(1 - np.abs(poles) ** 2), 200)
    return f"{np.max(np.arange(1, 201) * memory) / len(poles):.6g}"


def sum_with_the_first_pole_moved() -> str:
    """Σ M_τ = N, whichever pole is moved."""
    return "4"


SHOWN: tuple[Shown, ...] = (
    Shown("memory.bound", "N", "largest share of the bound", largest_share_at_24),
    Shown("memory.poles", "which", "Σ M_τ", sum_with_the_first_pole_moved),
)


def numbers(view: View) -> dict[str, float | int | str]:
    return {number.label: number.value for number in view.numbers}


def test_a_delay_line_meets_the_bound_at_its_last_lag() -> None:
    found = numbers(UNDER_THE_BOUND.look(**(UNDER_THE_BOUND.first() | {"spectrum": "delay line", "N": 12})))
    assert (found["states N"], found["largest share of the bound"], found["at lag τ"]) == (12, 1.0, 11)


def test_a_ring_has_the_mean_delay_of_its_closed_form() -> None:
    state = UNDER_THE_BOUND.first() | {"spectrum": "ring of radius exp(−Δ)", "N": 8, "dt": 0.1, "lags": 500}
    memory = exact.memory_function(ring(8, np.exp(-0.1)), 4000)
    found = numbers(UNDER_THE_BOUND.look(**state))["mean delay Σ τ M_τ, white input"]
    assert found == pytest.approx(np.arange(4000) @ memory, rel=1e-9)


def line_at(curve: Curve, marker: Curve) -> np.ndarray:
    return np.asarray(curve.y)[np.asarray(marker.x) - 1]


@pytest.mark.parametrize("coloured", [False, True])
def test_torch_markers_lie_on_the_curve(coloured: bool) -> None:
    state = UNDER_THE_BOUND.first() | {"coloured": coloured, "N": 4, "lags": 50, "rho": 0.5}
    curve = UNDER_THE_BOUND.look(**state).panels[0].curves[1]
    *_, last = UNDER_THE_BOUND.on_demand[0].run(**state)
    (marker,) = last.curves
    assert last.done == last.total and marker.error is not None
    off = np.abs(np.asarray(marker.y) - line_at(curve, marker)) / np.hypot(marker.error, 1e-4)
    assert off.max() < 6


def test_enclosures_contain_the_curve_and_are_refused_for_coloured_input() -> None:
    state = UNDER_THE_BOUND.first()
    curve = UNDER_THE_BOUND.look(**state).panels[0].curves[1]
    *_, last = UNDER_THE_BOUND.on_demand[1].run(**state)
    (marker,), (width,) = last.curves, last.numbers
    assert np.max(np.abs(np.asarray(marker.y) - line_at(curve, marker))) < 1e-13
    assert isinstance(width.value, float) and 0 < width.value < 1e-14
    with pytest.raises(ValueError, match="white input"):
        next(UNDER_THE_BOUND.on_demand[1].run(**(state | {"coloured": True})))


def test_equal_poles_in_parallel_are_one() -> None:
    both = [numbers(POLES.look(**(POLES.first() | {"parallel": parallel})))["Σ M_τ"] for parallel in (False, True)]
    assert both == pytest.approx([4, 3], abs=1e-12)


@pytest.mark.parametrize("poles", ["0.995, 0.995", "0.99, 0.99, 0.99, 0.99", "0.999, 0.999", "0, 0"])
def test_sums_go_far_enough_to_tell_two_equal_poles_from_one(poles: str) -> None:
    for parallel in (False, True):
        total, delay = POLES.look(**(POLES.first() | {"poles": poles, "parallel": parallel})).verdicts
        assert total.tolerance < 1e-6 and delay.tolerance < 0.1
        assert total.holds is delay.holds is not parallel


def test_the_capacity_beside_coloured_input_says_that_it_is_of_white_input() -> None:
    found = numbers(UNDER_THE_BOUND.look(**(UNDER_THE_BOUND.first() | {"coloured": True})))
    for label in ("mean delay", "effective capacity"):
        (own,) = (name for name in found if name.startswith(label))
        assert "white input" in own
