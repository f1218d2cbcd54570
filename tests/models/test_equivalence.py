"""The experiments of the topic meet the criteria in their docstrings, and fail them when an assumption is dropped."""

import numpy as np
import pytest
import torch

import numerics.equivalence as exact
from models.check import check
from models.equivalence import descent, legs, realisations, selective
from models.equivalence.speed import step_speed
from models.layers import S4D
from models.layers.discretisation import bilinear, euler_input, zoh
from models.layers.initialisations import inv, legs_diagonal, lin
from models.memory.measure import measured_memory_function, parts
from numerics.memory import memory_function
from numerics.spectra import ring
from tests.witness import UNIT


@pytest.mark.parametrize("condition", [1.0, 10.0, 100.0])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_dense_twin_gives_the_same_outputs(condition, seed):
    found = realisations.dense_twin(condition=condition, seed=seed)
    assert found.gap <= found.tolerance < 1e-5


def test_a_dense_twin_with_untransformed_input_does_not(monkeypatch):
    kept = realisations.scan_dense
    monkeypatch.setattr(realisations, "scan_dense", lambda A, drive: kept(A, drive.flip(2)))
    found = realisations.dense_twin(condition=10.0)
    assert found.gap > 1e3 * found.tolerance


def test_two_poles_for_a_double_one():
    epsilon = 10.0 ** -np.arange(1.5, 13.5, 0.5)
    found = realisations.double_pole(epsilon)
    assert np.all(found.error <= found.bound)
    assert 1e-9 < epsilon[np.argmin(found.error)] < 1e-6  # the turn is near √u = 1e-8
    left = (epsilon >= 1e-6) & (epsilon <= 1e-3)
    slopes = np.diff(np.log(found.error[left])) / np.diff(np.log(epsilon[left]))
    assert np.all(np.abs(slopes - 1) <= 0.1) and np.ptp(slopes) < 0.05
    assert found.error[-1] > 100 * found.error.min()
    assert np.allclose(found.coefficient * epsilon, 1, rtol=1e-3)


def test_float32_layer_from_a_nearly_defective_matrix():
    found = realisations.float32_from_dense(10.0 ** -np.arange(3, 20, 2))
    ratio = found.error / (found.condition * 2.0**-24)
    assert np.ptp(np.log10(found.condition)) > 12
    assert np.all((ratio > 1 / 64) & (ratio < 8))


@pytest.mark.parametrize("n", [0, 2])
def test_responses_approach_like_one_over_N(n):
    sizes = (8, 16, 32, 64)
    found = legs.responses(sizes, n)
    slopes = np.diff(np.log(found.error)) / np.diff(np.log(sizes))
    assert np.all(found.error <= found.bound)
    assert np.all(np.abs(slopes + 1) <= 0.1) and np.ptp(slopes) < 0.05
    assert np.all(found.error > 0.3 * found.bound)


def test_responses_at_the_reference_values():
    found = legs.responses((16, 64), 0)
    assert np.allclose(found.error, [0.01559, 0.003906], rtol=2e-3)


@pytest.mark.parametrize(("n", "N"), [(0, 4), (0, 16), (3, 16), (2, 5)])
def test_dc_gains_are_equal(n, N):
    found = legs.dc_gain(n, N)
    assert found.gap <= found.tolerance < 1e-9


def test_dc_gains_differ_when_the_input_is_not_halved(monkeypatch):
    kept = legs.reading

    def doubled(*arguments):
        full, diagonal = kept(*arguments)
        diagonal.C.data.mul_(2)
        return full, diagonal

    monkeypatch.setattr(legs, "reading", doubled)
    found = legs.dc_gain(0, 16)
    assert found.gap > 1e6 * found.tolerance


def test_zero_order_hold_hides_the_kernel_gap():
    coarse, fine = legs.held_kernel_gap(dt=0.1), legs.held_kernel_gap(dt=0.01)
    assert np.allclose(legs.held_kernel_gap(dt=0.1, until=6.0), [0.258, 0.070, 0.0147, 0.0045], rtol=1e-2)
    assert np.all(np.diff(coarse) < 0) and np.all(np.diff(fine) < 0) and np.all(fine > coarse)


def test_initial_memories_differ_and_are_measured():
    full, normal, s4, s4d = legs.initial_memories()
    assert np.abs(full - normal).max() > 0.5
    for memory, layer in ((full, s4), (normal, s4d)):
        found = measured_memory_function(parts(layer), 60, 6000, 1, washout=600)
        assert found.standard_error is not None
        assert np.all(np.abs(found.memory - memory) <= 5 * found.standard_error + 1e-6)


def test_one_step_of_one_size_makes_euler_a_rescaling():
    for dt in (0.01, 0.5, 3.0):
        found = selective.frozen_step(dt=dt)
        assert found.gap <= found.tolerance
    varying, frozen = selective.varying_step()
    assert varying > 1e-3 and frozen < 1e-10


def test_selected_steps_keep_to_the_bound():
    found = selective.selected_steps([0.1, 0.5, 1.0, 3.0, 10.0])
    assert np.all(found.random <= found.bound * (1 + 1e-9))
    assert np.all(np.abs(found.constant - found.bound) <= 1e-9 * found.bound)
    assert np.all(found.random > 0.5 * found.bound)


def test_over_drive_at_the_start():
    x, over = selective.initial_over_drive(512)
    slack = 4 * UNIT * (1 + 1 / x)
    assert np.all(over >= np.maximum(x / 2, x - 1) - slack) and np.all(over <= np.minimum(x / 2 + x**2 / 12, x) + slack)
    assert over.max() > 0.8  # a tenth of a time unit at a = −16


@pytest.mark.parametrize("poles", [[0.5, 0.6], [0.5, 0.6, 0.7], ring(8, 0.7)[1:4]])
def test_descent_is_as_slow_as_the_condition_says(poles):
    found = descent.descend(poles)
    steps = np.arange(found.raw.size)
    assert np.all(found.raw <= (1 - 1 / found.condition) ** steps * (1 + 1e-9) + 1e-12)
    assert found.whitened[1] <= 1e-12
    assert found.raw[-1] > 1e3 * found.whitened[-1] or found.condition < 20


def test_raw_descent_joins_the_whitened_one_on_a_growing_ring():
    last = [
        descent.descend(r * np.exp(1j * np.pi * (np.arange(4) + 0.5) / 4), steps=30).raw[5] for r in (0.6, 0.9, 0.99)
    ]
    assert last[0] > 0.5 and last[0] > last[1] > last[2] and last[2] < 1e-4


@pytest.mark.parametrize(
    ("rule", "averaged", "order"), [(zoh, False, 1), (euler_input, False, 1), (bilinear, False, 1), (bilinear, True, 2)]
)
def test_orders_of_driven_layers(rule, averaged, order):
    errors = descent.driven_errors(rule, averaged)
    slopes = np.log2(errors[:-1] / errors[1:])
    assert np.all(np.abs(slopes - order) <= 0.1) and np.ptp(slopes) < 0.05


@pytest.mark.parametrize(("numerator", "denominator"), [(1, 31), (2, 25), (3, 50), (1, 10), (1, 100)])
def test_distinct_poles_of_an_s4d_lin_layer(numerator, denominator):
    layer = S4D(lin(64), numerator / denominator, dtype=torch.float64)
    poles = layer.poles()
    near = np.abs(poles[:, None] - poles) < 1e-9
    assert np.unique(near.argmax(axis=1)).size == exact.lin_distinct_poles(32, numerator, denominator)
    plain = S4D(lin(64), numerator / denominator, rule=bilinear, dtype=torch.float64).poles()
    assert np.unique((np.abs(plain[:, None] - plain) < 1e-9).argmax(axis=1)).size == 63


def test_inv_and_exact_poles_remember_almost_alike():
    """Reported, not asserted to be close: the numbers are those of the two spectra at N = 64, Δ = 0.001."""
    memories = [
        memory_function(S4D(half, 1e-3, dtype=torch.float64).poles(), 3000) for half in (inv(64), legs_diagonal(64))
    ]
    difference = np.abs(memories[0] - memories[1])
    assert abs(difference.max() - 0.0024) < 1e-4 and difference.argmax() == 493
    assert [int(np.argmax(m < 0.01)) for m in memories] == [2246, 2345]


def hazards(report):
    return [hazard.split(":")[0] for hazard in report.hazards]


def module(s, dt, poles):
    s = np.asarray(s)
    return type("Mine", (), {"continuous_poles": s, "dt": dt, "poles": poles})()


def test_check_tells_the_rules_apart():
    s = np.array([-0.5 + 1j, -0.5 + 40j])
    dt = 0.1
    z = s * dt
    assert hazards(check(module(s, dt, np.exp(z)))) == ["aliased"]
    assert hazards(check(module(s, dt, (1 + z / 2) / (1 - z / 2)))) == []  # the bilinear map is injective
    slow = np.array([-0.5 + 1j, -0.5 + 2j])
    report = check(module(slow, dt, 1 + slow * dt))
    assert hazards(report) == ["Euler poles"]
    assert "Δ < 0.235" in report.hazards[0]
    assert hazards(check(S4D(s, dt))) == ["aliased"] and hazards(check(S4D(s, dt, rule=bilinear))) == []


def test_check_reports_the_rescaling_of_eulers_input():
    for half, dt in ((inv(8), 0.1), (np.array([-1.0, -16.0]), 0.1)):
        z = half * dt
        truth = np.abs(z / np.expm1(z) - 1).max()
        for rule in (zoh, euler_input):
            found = check(S4D(half, dt, rule=rule, dtype=torch.float64), horizon=100).input_rescale
            assert found is not None and abs(found - truth) <= 1e-12 * truth
    assert check(type("Mine", (), {"poles": [0.5]})()).input_rescale is None
    lost = check(module([-1e-9 + 2j * np.pi, -0.5], 1.0, np.exp([-1e-9 + 2j * np.pi, -0.5])))
    assert lost.input_rescale is not None and lost.input_rescale > 1e8


def test_check_names_the_lost_state():
    """The half spectrum of an odd size cut down to pairs, as d_state // 2 does; and the whole one."""
    half = inv(5)
    cut = type("Cut", (), {"poles": np.exp(half[:2] * 0.01), "d_state": 5})()
    assert "lost state" in hazards(check(cut))
    whole = check(S4D(half, 0.01, dtype=torch.float64))
    assert whole.capacity == 5 and "lost state" not in hazards(whole)


def test_a_step_costs_what_its_form_says():
    """Generous: the dense step's time must grow more than twice as fast between 64 and 1024 states."""
    woodbury, dense = step_speed((64, 1024), repeats=10)
    assert dense[1] / dense[0] > 2 * woodbury[1] / woodbury[0]
