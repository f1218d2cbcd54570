"""Gram matrices: real poles, geometric poles, rings, Cauchy formulas, against certified condition numbers."""

import flint
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from numerics import certified
from numerics import equivalence as ne
from numerics import memory as nm
from numerics import spectra as sp
from tests.strategies import pole_sets
from tests.witness import UNIT

REAL_SETS: dict[str, np.ndarray] = {
    "pair": np.array([0.1, 0.5]),
    "wide_pair": np.array([-0.9, 0.999]),
    "equispaced": np.linspace(-0.9, 0.9, 12),
    "positive": np.linspace(0.05, 0.95, 16),
    "s4d_real": sp.zoh(sp.legs_poles(64), 0.01).real,
    "real_linear": sp.real_linear(24, 0.1).real,
    "geometric": ne.geometric_real_poles(16, 1.0).real,
}


@pytest.mark.parametrize("name", REAL_SETS)
def test_real_poles_are_as_badly_conditioned_as_the_bound_says(name):
    poles = REAL_SETS[name]
    bound = ne.real_condition_bound(poles)
    assert bound <= certified.gram_condition(poles).lower[0]
    assert bound <= certified.unit_gram_condition(poles).lower[0]


def test_reference_bound_and_its_sharpness():
    assert ne.real_condition_bound(REAL_SETS["s4d_real"]) == pytest.approx(2.5e48, rel=0.02)
    assert certified.unit_gram_condition(REAL_SETS["s4d_real"]).lower[0] > 1e90
    assert ne.real_condition_bound([0.3]) == 1
    pair = ne.geometric_real_poles(2, 1.829)
    ratio = ne.real_condition_bound(pair) / certified.unit_gram_condition(pair).upper[0]
    assert ratio == pytest.approx(0.985, abs=1e-3)  # a constant 1.02 times larger would be refuted


def test_displacement_identity():
    poles = REAL_SETS["positive"]
    G, X, d = nm.gram(poles).real, np.diag((1 - poles) / (1 + poles)), 1 / (1 + poles)
    assert np.abs(X @ G + G @ X - 2 * np.outer(d, d)).max() <= 64 * UNIT * np.abs(G).max()


def test_a_ring_breaks_the_bound_for_real_poles():
    ring = sp.ring(12, 0.99)
    with pytest.raises(ValueError, match="real poles only"):
        ne.real_condition_bound(ring)
    projected = np.exp(np.pi**2 * 11 / np.log(4 * (1.99 / 0.01) ** 2)) / 4
    assert projected > 100 * ne.ring_condition(12, 0.99)


@pytest.mark.parametrize("h", [0.8, 1.0, 2.0, 3.0])
def test_geometric_poles_are_bounded_in_N(h):
    limit = ne.geometric_condition_limit(h)
    values = [certified.geometric_condition(N, h).lower[0] for N in (2, 4, 8, 16, 32)]
    assert np.all(np.diff(values) > 0) and values[-1] < limit
    assert limit == pytest.approx(0.25 * np.exp(np.pi**2 / h), rel=1e-2 if h >= 2 else 1e-5)
    N = 16
    poles = ne.geometric_real_poles(N, h)
    rounding = 16 * UNIT / (1 - np.abs(poles).max())  # of poles next to 1
    assert np.abs(ne.unit_gram(poles) - ne.geometric_gram(N, h)).max() <= rounding
    assert certified.condition(ne.geometric_gram(N, h)).lower[0] == pytest.approx(values[3], rel=1e-6)
    x = (1 - poles.real) / (1 + poles.real)
    assert np.allclose(np.diff(np.log(x[2:-2])), -h, rtol=1e-9)


def test_reference_limits():
    assert [round(ne.geometric_condition_limit(2.0), 2), round(0.25 * np.exp(np.pi**2 / 2), 2)] == [34.77, 34.76]
    assert round(ne.geometric_condition_limit(1.0), 1) == 4833.4
    assert certified.geometric_condition(64, 2.0).lower[0] == pytest.approx(34.77, rel=0.01)


@given(st.floats(0.5, 6), st.floats(-10, 10))
def test_two_forms_of_the_symbol(h, t):
    assert ne.geometric_symbol(h, t) == pytest.approx(float(ne.geometric_symbol_series(h, t)), abs=64 * UNIT * 20)


@given(st.integers(1, 24), st.floats(0.3, 0.999), st.integers(1, 4))
def test_ring(N, radius, turns):
    ring, exact = sp.ring(N, radius), ne.ring_gram_eigenvalues(N, radius)
    tolerance = 64 * N * UNIT * exact[0]
    assert np.abs(np.linalg.eigvalsh(nm.gram(ring))[::-1] - exact).max() <= tolerance
    assert exact[0] / exact[-1] == pytest.approx(ne.ring_condition(N, radius), rel=1e-11)
    squares = np.linalg.svd(np.vander(ring, turns * N, increasing=True))[1] ** 2
    assert np.abs(squares - ne.ring_vandermonde_squares(N, radius, turns)).max() <= tolerance
    assert np.abs(np.linalg.eigvalsh(ne.window_gram(ring, turns * N))[::-1] - squares).max() <= tolerance


def test_ring_condition_is_certified_and_fragile():
    assert certified.gram_condition(sp.ring(16, 0.9)).lower[0] == pytest.approx(ne.ring_condition(16, 0.9), rel=1e-9)
    jittered = sp.ring(16, 0.9).copy()
    jittered[1] = jittered[0] * np.exp(1e-3j)
    assert certified.gram_condition(jittered).lower[0] > 1e3 * ne.ring_condition(16, 0.9)
    assert ne.ring_condition(16, 1 - 1e-9) == pytest.approx(1, abs=1e-7)


def test_equispaced_frequencies():
    limit = ne.equispaced_condition_limit(np.pi)
    assert round(limit, 2) == 7.39
    values = [np.linalg.cond(ne.equispaced_gram(N, np.pi)) for N in (2, 8, 64, 256, 1024)]
    assert np.all(np.diff(values) > 0) and 7.3 < values[-1] < limit
    half_shifted = -0.5 + 1j * np.pi * (np.arange(64) - 31.5)
    assert round(np.linalg.cond(ne.continuous_unit_gram(half_shifted)), 1) == 6.8
    exact = -0.5 + 1j * ne.normal_part_frequencies(64)
    conditions = [np.linalg.cond(ne.continuous_unit_gram(s)) for s in (sp.conjugate_closed(sp.s4d_inv(64)), exact)]
    assert [float(f"{c:.1e}") for c in conditions] == [1.6e3, 1.5e3]
    assert np.abs(ne.unit_gram(sp.zoh(exact, 1e-6)) - ne.continuous_unit_gram(exact)).max() <= 1e-2


def _exact(poles, entry):
    with flint.ctx.workprec(8000):
        balls = [flint.acb(p.real, p.imag) for p in poles]
        return entry(flint.acb_mat([[1 / (1 - p * q.conjugate()) for q in balls] for p in balls]))


@given(pole_sets(max_size=5, repeated=False))
@example(np.array([2.22507386e-309, 2.00256647e-309], dtype=complex))
def test_cauchy_formulas_against_balls(poles):
    det = _exact(poles, lambda G: G.det().real.log())
    assert ne.cauchy_log_determinant(poles) == pytest.approx(float(det.mid()), rel=1e-9, abs=1e-9)
    inverse = _exact(poles, lambda G: [float((G.inv())[i, i].real.mid()) for i in range(len(poles))])
    assert ne.cauchy_inverse_diagonal(poles) == pytest.approx(inverse, rel=1e-9)


@given(pole_sets(max_size=5, repeated=False, margin=1e-3))
def test_condition_lower_bound(poles):
    if len(poles) > 1 and np.abs(poles[:, None] - poles)[~np.eye(len(poles), dtype=bool)].min() < 1e-6:
        poles = poles[:1]
    assert ne.condition_lower_bound(poles) <= certified.unit_gram_condition(poles).upper[0] * (1 + 1e-9)


def test_a_repeated_pole_has_no_inverse():
    assert ne.cauchy_log_determinant([0.5, 0.5]) == -np.inf
    with pytest.raises(ValueError, match="twice"):
        ne.cauchy_inverse_diagonal([0.5, 0.1, 0.5])
    with pytest.raises(certified.NotTight):
        certified.gram_condition([0.5, 0.5], bits=128)


def test_float64_condition_numbers_lie():
    poles = REAL_SETS["s4d_real"]
    assert np.linalg.cond(nm.gram(poles)) < 0.01 * certified.gram_condition(poles).lower[0]


def test_certified_condition_of_known_matrices():
    for diagonal in ([1.0, 4.0], [3.0, 3.0, 3.0], [1e-20, 1.0, 1e20]):
        box = certified.condition(np.diag(diagonal))
        assert box.lower[0] * (1 - 1e-10) <= max(diagonal) / min(diagonal) <= box.upper[0] * (1 + 1e-10)
        assert box.width[0] <= 1e-9 * box.upper[0]


def test_refusals():
    for call, message in (
        (lambda: ne.geometric_real_poles(64, 2.0), "N = 64"),
        (lambda: ne.geometric_gram(4, 0.0), "spacing = 0.0"),
        (lambda: ne.ring_condition(4, 0.0), "radius = 0.0"),
        (lambda: ne.ring_gram_eigenvalues(4, 1.0), "radius = 1.0"),
        (lambda: ne.continuous_unit_gram([0.1]), "real part 0.1"),
        (lambda: certified.condition([[1.0, 2.0], [0.0, 1.0]]), "Hermitian"),
        (lambda: certified.geometric_condition(4, -1.0), "spacing = -1.0"),
        (lambda: certified.gram_condition([1.0]), "poles"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
