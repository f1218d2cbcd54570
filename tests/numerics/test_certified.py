"""Enclosures contain the truth, are tight, and say so when they cannot be."""

import math
from fractions import Fraction

import flint
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import certified
from numerics import memory as nm
from numerics import spectra as sp
from tests.numerics.oracle import exact_memory, hard_sets

HARD = hard_sets()
EPS = 2.0**-52


@pytest.mark.parametrize("name", HARD)
def test_encloses_the_truth_within_two_roundings(name):
    box = certified.memory_function(HARD[name], 120)
    truth = exact_memory(HARD[name], 120)
    assert box.contains(truth).all()
    assert np.all(box.width <= 4 * EPS * np.maximum(np.abs(truth), 1e-15))
    assert box.distance(nm.memory_function(HARD[name], 120)).max() <= 1e-14


@pytest.mark.parametrize("bits", [8, 12, 16, 24, 32, 53])
@pytest.mark.parametrize("name", HARD)
def test_never_a_wrong_enclosure_however_few_the_bits(name, bits):
    truth = exact_memory(HARD[name], 120)
    for horizon in (1, 2, 5, 120):  # the error bound sums over the run: short runs leave it the least slack
        box = certified.memory_function(HARD[name], horizon, bits=bits, tolerance=math.inf)
        assert box.contains(truth[:horizon]).all()
    if bits >= 24:
        assert np.isfinite(box.width).all()


def test_radii_do_not_grow_with_the_horizon():
    poles = 0.999 * np.exp(1j * np.array([0.5, 1.5, 2.5]))  # turning: plain balls would double every few steps
    box = certified.memory_function(poles, 5000, bits=100)
    assert box.contains(exact_memory(poles, 5000)).all() and box.width.max() < 1e-18 + 4 * EPS


@given(st.lists(st.floats(-0.999, 0.999), min_size=1, max_size=4, unique=True), st.integers(0, 20))
def test_chain_and_gram_enclosures_meet(poles, lag):
    if min((abs(a - b) for i, a in enumerate(poles) for b in poles[:i]), default=1) < 1e-100:
        poles = poles[:1]
    chain = certified.memory_function(poles, lag + 1)
    gram = certified.gram_memory(poles, lag, bits=4096)
    assert chain.lower[lag] <= gram.upper[0] and gram.lower[0] <= chain.upper[lag]


def test_public_names_are_public():
    assert not [name for name in certified.__all__ if name.startswith("_") or not hasattr(certified, name)]


def test_outward_rounding():
    third = flint.arb(1) / 3
    box = certified.enclose([third, flint.arb(0)], 1e-12)
    with flint.ctx.workprec(200):
        exact = flint.arb(1) / 3
        assert flint.arb(box.lower[0]) < exact < flint.arb(box.upper[0])
    assert box.lower[1] <= 0 <= box.upper[1] and not box.contains([1 / 3 + 1e-10, 0]).all()
    assert box.distance([1 / 3 + 1e-10, 0])[0] == pytest.approx(1e-10, rel=1e-5)


@pytest.mark.parametrize("bits", [53, 60, 128, 300])
@pytest.mark.parametrize(("p", "q"), [(1, 3), (2, 3), (-1, 3), (-2, 3), (1, 10), (7, 11)])
def test_both_ends_are_rounded_outwards(p, q, bits):
    # the double nearest 1/3 is below it, the one nearest 2/3 above: each end meets both
    with flint.ctx.workprec(bits):
        box = certified.enclose([flint.arb(p) / q], math.inf)
    assert Fraction(float(box.lower[0])) < Fraction(p, q) < Fraction(float(box.upper[0]))


def test_a_ball_that_is_not_a_number_encloses_the_line():
    vague = [flint.arb(-1).sqrt(), flint.arb(0.5)]
    assert certified.enclose(vague, math.inf).contains([1e300, 0.5]).all()
    with pytest.raises(certified.NotTight, match="width inf"):
        certified.enclose(vague, 1e300)


@pytest.mark.parametrize("poles", [[0.5], [0.0, 0.0, 0.0], [0.9, 0.9, -0.5j], sp.ring(16, 0.95)])
def test_capacity_is_enclosed(poles):
    result = certified.capacity_partial(poles, 1200)
    assert result.total.contains(len(poles)).all()
    assert result.total.width.max() < 1e-9
    assert result.partial.upper[0] <= len(poles) + 1e-13


@given(st.lists(st.sampled_from([0.0, 0.5, -0.8, 0.3j, 0.9]), min_size=1, max_size=4), st.integers(1, 30))
def test_tail_is_bounded_at_any_horizon(poles, horizon):
    rest = len(poles) - exact_memory(poles, horizon).sum()
    result = certified.capacity_partial(poles, horizon, tolerance=1e9)
    assert result.tail.upper[0] >= rest - 1e-12
    assert result.total.contains(len(poles)).all()


def test_too_short_a_horizon_is_not_tight():
    with pytest.raises(certified.NotTight, match=r"width .* > tolerance"):
        certified.capacity_partial([0.999], 10)


def test_too_few_bits_are_not_tight():
    with pytest.raises(certified.NotTight, match="raise bits"):
        certified.memory_function(HARD["annulus"], 200, bits=20)
    loose = certified.memory_function(HARD["annulus"], 200, bits=20, tolerance=100.0)
    assert loose.contains(exact_memory(HARD["annulus"], 200)).all()


def test_gram_of_repeated_poles_is_refused():
    with pytest.raises(certified.NotTight, match="not certainly invertible"):
        certified.gram_memory([0.5, 0.5], 1)


def test_ill_conditioned_gram_needs_its_bits():
    poles = sp.zoh(sp.legs_poles(30), 1e-2)
    with pytest.raises(certified.NotTight):
        certified.gram_memory(poles, 50, bits=64)
    box = certified.gram_memory(poles, 50)
    assert box.distance(nm.memory_function(poles, 51)[50]).max() < 1e-14


def test_eigenvalues_are_enclosed_and_feed_the_chain():
    W = sp.scaled_gaussian(20, 0.9, 0)
    balls = certified.eigenvalues(W)
    assert len(balls) == 20
    with flint.ctx.workprec(400):
        characteristic = flint.acb_mat([[flint.acb(x) for x in row] for row in W]).charpoly()
        assert all(characteristic(ball).contains(0) for ball in balls)
    assert max(float(ball.rad()) for ball in balls) < 1e-50
    box = certified.memory_function(balls, 100)
    assert box.distance(nm.memory_function_dense(W, np.ones(20), 100)).max() <= 1e-12
    assert certified.capacity_partial(balls, 1500).total.contains(20).all()


def test_eigenvalues_that_cannot_be_isolated():
    with pytest.raises(certified.NotTight, match="not isolated"):
        certified.eigenvalues([[0.5, 1.0], [0.0, 0.5]])
    with pytest.raises(certified.NotTight, match="not isolated"):
        certified.eigenvalues(nm.balanced_pair(np.full(6, 0.5))[0].real + 0.0, bits=30)


def test_inexact_poles_widen_the_enclosure():
    sure = certified.memory_function([0.9], 5)
    vague = certified.memory_function([flint.arb(0.9, 1e-6)], 5, tolerance=1e-3)
    assert np.all(vague.lower < sure.lower) and np.all(sure.upper < vague.upper)
    with pytest.raises(certified.NotTight):
        certified.memory_function([flint.arb(0.9, 1e-6)], 5)
    with pytest.raises(ValueError, match="whole ball"):
        certified.memory_function([flint.arb(0.9, 0.2)], 5)


def test_precision_is_left_as_found():
    before = flint.ctx.prec
    certified.memory_function([0.5], 3, bits=333)
    with pytest.raises(ValueError, match="poles"):
        certified.memory_function([1.0], 3, bits=333)
    assert flint.ctx.prec == before


def test_refusals():
    for call, message in (
        (lambda: certified.memory_function([0.5], 0), "horizon"),
        (lambda: certified.memory_function([0.5], 3, bits=1), "bits"),
        (lambda: certified.memory_function([0.5], 3, bits=64.0), "bits"),  # type: ignore[arg-type]
        (lambda: certified.memory_function([0.5], 3, tolerance="x"), "tolerance = 'x'"),  # type: ignore[arg-type]
        (lambda: certified.memory_function([0.5], 3, tolerance=None), "tolerance = None"),  # type: ignore[arg-type]
        (lambda: certified.memory_function([0.5], 3, tolerance=-1.0), "tolerance = -1.0"),
        (lambda: certified.memory_function([0.5], 3, tolerance=np.nan), "tolerance = nan"),
        (lambda: certified.geometric_condition(3, "x"), "spacing = 'x'"),  # type: ignore[arg-type]
        (lambda: certified.geometric_condition(3, np.inf), "spacing = inf"),
        (lambda: certified.memory_function([], 3), "poles"),
        (lambda: certified.memory_function([np.nan], 3), "poles"),
        (lambda: certified.capacity_partial([1.0], 3), "poles"),
        (lambda: certified.gram_memory([0.5], -1), "lag"),
        (lambda: certified.eigenvalues([[0.5, 1.0]]), "A has shape"),
        (lambda: certified.eigenvalues([[np.inf]]), "finite"),
        (lambda: certified.eigenvalues(0.5), "A has shape"),
    ):
        with pytest.raises(ValueError, match=message):
            call()


def test_eigenvalues_of_a_real_matrix_feed_the_chain():
    poles = certified.eigenvalues(np.array([[0.5, 0.25], [0.25, -0.25]]), 128)
    assert any(pole.imag.contains(0) for pole in poles)
    box = certified.memory_function(poles, 8)
    assert box.distance(nm.memory_function_dense([[0.5, 0.25], [0.25, -0.25]], [1.0, 0.5], 8)).max() <= 8 * EPS
