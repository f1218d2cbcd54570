"""The whitened read-out against definitions in many digits, on poles where float64 Gram matrices fail."""

import mpmath
import numpy as np
import pytest

import numerics.learning.readout as flow
from numerics import memory, spectra
from numerics.memory.tail import tail_length
from tests.learning.whitened import projected
from tests.memory.closed_forms import rounding
from tests.oracles import bidiagonal_pair

HARD = {
    "near the circle": np.array([1 - 1e-6, -1 + 1e-6, (1 - 1e-6) * np.exp(0.4j)]),
    "nearly repeated": np.array([0.8, 0.8 * (1 - 1e-9), 0.8j]),
    "repeated": np.full(6, 0.7),
    "zero": np.array([0.0, 0.0, 0.5]),
    "real, 12 of them": np.exp(-0.1 * np.arange(1, 13)),
}
hard = pytest.mark.parametrize("poles", list(HARD.values()), ids=list(HARD))


@hard
def test_projection_is_that_of_the_definition(poles):
    defined = projected(*bidiagonal_pair(poles), 16).astype(complex)
    assert np.abs(flow.projection(poles, 16) - defined).max() <= rounding(poles)


@hard
def test_residual_is_that_of_the_definition(poles):
    teacher = np.random.default_rng(0).standard_normal(16) + 1j * np.arange(16) / 16
    P = projected(*bidiagonal_pair(poles), 16)
    with mpmath.workdps(60):
        k = np.array([mpmath.mpmathify(complex(z)) for z in teacher], dtype=object)
        defined = float(mpmath.re(k.conj() @ k - k.conj() @ P @ k))
    assert abs(flow.residual(poles, teacher) - defined) <= rounding(poles) * np.linalg.norm(teacher) ** 2


@pytest.mark.parametrize("poles", [np.full(3, 0.7), np.array([0.9, -0.6, 0.5j]), np.array([0.0, 0.3])])
def test_a_projection_whose_trace_is_the_number_of_poles(poles):
    lasting = tail_length(poles.astype(complex), -72.0)
    P = flow.projection(poles, lasting)
    assert np.abs(P @ P - P).max() < 1e-13
    assert abs(np.trace(P) - len(poles)) < 1e-13


def test_a_teacher_within_reach_leaves_nothing():
    """The subtraction ‖k*‖² − ‖c‖² would leave 1e-16; the diagonal formula would say 1.29."""
    teacher = 0.7 ** np.arange(120.0)
    assert flow.residual([0.7], teacher) < 1e-30
    diagonal = np.sum(teacher**2 * (1 - memory.memory_function([0.7], 120)))
    assert diagonal == pytest.approx(1.2896433741, abs=1e-9)


def test_small_residuals_keep_their_digits():
    poles = spectra.zoh(spectra.legs_poles(16), 0.05)  # 1 − M_0 = Π λ² = e^{−13.6}
    assert flow.delay_residual(poles, 1)[0] == pytest.approx(np.exp(-13.6), rel=1e-12)
    assert flow.residual(poles, [1.0]) == pytest.approx(np.exp(-13.6), rel=1e-12)


def test_the_table_of_delay_laws():
    """16 states: LegS wins at short delays, and at long ones none comes near the bound 1 − N/(K + 1) by much."""
    lag = np.arange(128)
    geometric, late = 0.8**lag / np.sum(0.8**lag), np.where(lag >= 64, 1 / 64, 0.0)
    sets = {
        "LegS 0.05": (spectra.zoh(spectra.legs_poles(16), 0.05), 0.238, 0.974),
        "LegS-D 0.05": (spectra.zoh(spectra.legs_normal(16), 0.05), 0.586, 0.966),
        "LegS-D 0.02": (spectra.zoh(spectra.legs_normal(16), 0.02), 0.803, 0.935),
        "LegS 0.02": (spectra.zoh(spectra.legs_poles(16), 0.02), 0.443, 0.955),
        "ring 0.99": (spectra.ring(16, 0.99), 0.727, 0.950),
    }
    for poles, early, long in sets.values():
        assert flow.expected_residual(poles, geometric) == pytest.approx(early, abs=6e-4)
        assert flow.expected_residual(poles, late) == pytest.approx(long, abs=6e-4)
        assert flow.expected_residual(poles, late) >= 1 - 16 / 65
        assert 1 - flow.recalled_share(poles, late) == pytest.approx(flow.expected_residual(poles, late), abs=1e-13)


def test_random_signs_average_to_the_diagonal():
    rng = np.random.default_rng(1)
    poles, c = [0.9, 0.5j, -0.5j], 0.7 ** np.arange(12)
    draws = np.array([flow.residual(poles, c * rng.choice([-1.0, 1.0], 12)) for _ in range(4000)])
    expected = np.sum(c**2 * flow.delay_residual(poles, 12))
    assert abs(draws.mean() - expected) <= 5 * draws.std(ddof=1) / np.sqrt(len(draws))


def test_one_raw_step_can_be_anything_at_one_memory():
    pair = ([[0.5, 0.3], [0.0, 0.2]], np.array([1.0, 1.0]))
    for scale in (1e-3, 1.0, 1e3):
        raw = flow.raw_first_step(pair[0], scale * pair[1], 1.0, 4)
        assert raw[0] == pytest.approx(2 * scale**2)
        assert np.allclose(
            memory.memory_function_dense(pair[0], scale * pair[1], 4), memory.memory_function([0.5, 0.2], 4)
        )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: flow.kernel_flow([1.0], [1.0], [0.0], 2), r"poles\[0\] = \(1\+0j\)"),
        (lambda: flow.kernel_flow([0.5], [], [0.0], 2), "teacher = \\[\\]"),
        (lambda: flow.kernel_flow([0.5], [1.0], [-1.0], 2), r"times\[0\] = -1.0"),
        (lambda: flow.kernel_flow([0.5], [1.0], [0.0], 2, [0.0, 1.0]), r"start has shape \(2,\)"),
        (lambda: flow.descent_kernel([0.5], [1.0], 0.0, 1, 2), "eta = 0.0"),
        (lambda: flow.expected_residual([0.5], [0.5, 0.6]), "law sums to 1.1"),
        (lambda: flow.expected_residual([0.5], [1.5, -0.5]), r"law\[1\] = -0.5"),
        (lambda: flow.residual_least_squares([0.5], [1.0, 0.0], 1), "horizon = 1"),
        (lambda: flow.residual([0.5], [np.nan]), r"teacher\[0\] = nan"),
    ],
)
def test_bad_input_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()
