"""The landscape, the front and the floor against multi-precision and slower routes."""

import mpmath
import numpy as np
import pytest
from flint import arb
from numpy.typing import ArrayLike

from numerics.learning import expected_residual, front, landscape, sample_floor
from numerics.memory import gram, memory_function
from numerics.spectra import ring
from tests.witness import slope


def exact_memory(s: mpmath.mpf, p: mpmath.mpf, lag: int) -> mpmath.mpf:
    """MF by long division of (z² − sz + p) by (1 − sz + pz²)."""
    series = [p, -s, mpmath.mpf(1)] + [mpmath.mpf(0)] * lag
    for j in range(1, lag + 1):
        series[j] += s * series[j - 1] - (p * series[j - 2] if j > 1 else 0)
    return 1 - sum(series[j] ** 2 for j in range(lag + 1))


@pytest.mark.parametrize("lag", [0, 1, 2, 3, 9])
@pytest.mark.parametrize(("s", "p"), [(0.0, 0.0), (1.2, 0.36), (-1.9, 0.91), (0.3, -0.6), (0.01, 0.999)])
def test_jet_is_the_derivative_of_long_division(s: float, p: float, lag: int) -> None:
    with mpmath.workdps(40):
        jet = landscape.memory_jet(s, p, lag)
        wanted = [
            mpmath.diff(lambda x, y: exact_memory(x, y, lag), (s, p), order)
            for order in ((0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (0, 2))
        ]
    assert np.allclose(jet, [float(x) for x in wanted], rtol=0, atol=1e-12 * (1 + lag) ** 3)


def test_eight_stationary_points_each_certain() -> None:
    found = landscape.stationary_points(3)
    assert [q.kind for q in found].count("maximum") == 4
    assert [q.kind for q in found].count("saddle") == 4
    rounded = sorted(round(q.value, 6) for q in found)
    assert rounded == [0.132956, 0.132956, 0.183542, 0.183542, 0.25, 0.25, 0.300781, 0.300781]
    for q in found:
        ball = landscape.certified_stationary(q, 3)
        assert ball.lower[0] - 1e-15 <= q.value <= ball.upper[0] + 1e-15
        assert memory_function(q.poles, 4)[3] == pytest.approx(q.value, abs=1e-14)
    assert found[-1].poles == pytest.approx([0.6751863324 + 0.4149976453j, 0.6751863324 - 0.4149976453j], abs=1e-9)


def test_a_point_that_is_not_stationary_is_not_certified() -> None:
    with pytest.raises(ArithmeticError, match="no stationary point is certain"):
        landscape.certified_stationary(landscape.classified(0.5, 0.3, 3), 3)


def test_ring_is_a_maximum_over_all_pairs_of_complex_poles_up_to_rotation() -> None:
    """Radii and relative phase: the spurious optimum stays one when poles need not be real or conjugate."""
    rng, best = np.random.default_rng(0), memory_function(ring(2, 2**-0.25), 4)[3]
    for size in (1e-1, 1e-2, 1e-3):
        moves = size * rng.standard_normal((200, 3))
        pairs = [[(2**-0.25 + a) * np.exp(1j * c), -(2**-0.25 + b)] for a, b, c in moves.clip(-0.15, 0.15)]
        assert max(memory_function(pair, 4)[3] for pair in pairs) < best


def test_collisions_of_real_poles() -> None:
    (inner, value), (outer, other) = landscape.collisions(3)
    assert inner == pytest.approx(np.sqrt((6 - np.sqrt(6)) / 10), abs=1e-14)
    assert outer == pytest.approx(np.sqrt((6 + np.sqrt(6)) / 10), abs=1e-14)
    assert (1 - value, 1 - other) == pytest.approx((0.768220736020132, 0.890499263979868), abs=1e-14)


def test_read_out_of_near_poles_in_many_digits() -> None:
    poles = np.array([0.6, 0.6 + 1e-7])
    with mpmath.workdps(60):
        x, y = (mpmath.mpf(v) for v in poles)
        G = mpmath.matrix([[1 / (1 - a * b) for b in (x, y)] for a in (x, y)])
        raw = mpmath.lu_solve(G, mpmath.matrix([x**3, y**3]))
        wanted = [float(raw[i] * mpmath.sqrt(G[i, i])) for i in range(2)]
    assert landscape.pair_readout(poles, 3).real == pytest.approx(wanted, rel=1e-7)
    assert landscape.pair_readout_norm([[0.6, 0.6], [0.6, 0.3]], 3)[0] > 1e7
    with pytest.raises(ValueError, match="twice"):
        landscape.pair_readout([0.6, 0.6], 3)
    with pytest.raises(ValueError, match="pairs"):
        landscape.pair_readout([0.6, 0.6, 0.1], 3)


def test_loss_is_least_at_the_pair_readout() -> None:
    poles = np.array([0.7 + 0.2j, -0.4])
    raw = landscape.pair_readout(poles, 3) / np.sqrt(np.diag(gram(poles)).real)
    assert landscape.delay_loss(poles, raw, 3) == pytest.approx(1 - memory_function(poles, 4)[3], abs=1e-14)
    assert landscape.chord_depth(poles, raw, [0, 1], 3) > 0
    with pytest.raises(ValueError, match="one each"):
        landscape.delay_loss(poles, [1.0], 3)


def test_rings_and_bounds() -> None:
    for N, K in ((1, 0), (2, 3), (4, 10), (8, 20), (3, 2)):
        best = memory_function(front.best_ring(N, K), K + 1)[K]
        assert best == pytest.approx(front.best_ring_memory(N, K), abs=1e-13)
        assert best <= front.front_bound(N, K) + 1e-13
        assert front.ring_memory(N, 0.9, K) <= best + 1e-13
    with pytest.raises(ValueError, match="radius"):
        front.ring_memory(2, 1.0, 3)


def test_best_radius_of_a_single_delay_and_of_a_law() -> None:
    law = np.zeros(41)
    law[13] = 1.0
    x, loss = front.best_radius_under(law, 4, np.linspace(0, 0.999, 1000))
    assert x == pytest.approx(3 / 4, abs=1e-3)
    assert loss == pytest.approx(expected_residual(front.best_ring(4, 13), law), abs=1e-6)
    for made in (front.short_law(9, 0.5), front.uniform_law(7), front.long_law(8)):
        assert made.sum() == pytest.approx(1)
    with pytest.raises(ValueError, match=r"law sums to 0\.9"):
        front.best_radius_under([0.5, 0.4], 4, [0.5])


@pytest.mark.parametrize("poles", [[0.8 + 0.3j, -0.5, 0.6], [0.9, 0.9], [0.0]])
def test_floor_by_moments(poles: list[complex]) -> None:
    for K, T in ((0, 1), (3, 7), (6, 9)):
        slow = sample_floor.correlation_floor_by_moments(poles, K, T)
        assert sample_floor.correlation_floor(poles, K, T) == pytest.approx(slow, rel=1e-12)
    with pytest.raises(ValueError, match="samples"):
        sample_floor.correlation_floor(poles, 5, 5)


def test_regression_on_one_state_is_independent_to_first_order_only() -> None:
    """E R² T → 1 with an error 2/T: N/T is not exact where state and target share inputs."""
    T = (64, 128, 256)
    off = [1 - t * sample_floor.one_state_floor(2, t) for t in T]
    assert slope([1 / t for t in T], off) == pytest.approx(1, abs=0.1)
    assert off[-1] * T[-1] == pytest.approx(2, abs=0.1)
    u = np.random.default_rng(3).standard_normal((100_000, 13))
    x, y = u[:, 1:], u[:, :-1]
    shares = np.sum(x * y, axis=1) ** 2 / np.sum(x**2, axis=1) / np.sum(y**2, axis=1)
    error = shares.std() / np.sqrt(len(shares))
    assert abs(shares.mean() - sample_floor.one_state_floor(1, 12)) < 5 * error


def test_regressed_memory_is_memory_and_floor() -> None:
    poles, T = ring(4, 0.7), 400
    rng = np.random.default_rng(0)
    runs = np.array([sample_floor.regressed_memory(poles, [0, 4, 60], T, rng) for _ in range(60)])
    memory = memory_function(poles, 61)[[0, 4, 60]]
    wanted = memory + (1 - memory) * 4 / T
    assert np.all(np.abs(runs.mean(0) - wanted) < 5 * runs.std(0, ddof=1) / np.sqrt(60))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: landscape.in_triangle(np.nan, 0.1), r"s = nan: must be finite"),
        (lambda: landscape.in_triangle([0.1, 0.2], [0.1, 0.2, 0.3]), "must be equal"),
        (lambda: landscape.in_triangle(True, 0.1), "not dtype bool"),
        (lambda: landscape.memory_jet(0.1, np.inf, 3), r"p = inf: must be finite"),
        (lambda: landscape.memory_jet(arb("nan"), arb(0), 3), "s = nan: must be finite"),
        (lambda: landscape.memory_jet(0.1j, 0.1, 3), "must be real"),
        (lambda: landscape.memory_jet(0.1, 0.1, True), "lag = True"),
        (lambda: landscape.classified(np.nan, 0.1, 3), "s = nan: must be finite"),
        (lambda: landscape.classified(5, 9, 3), r"s, p = 5.0, 9.0: must have \|s\| < 1 \+ p and p < 1"),
        (lambda: landscape.classified(0.5, 1.0, 3), "both poles inside the unit circle"),
        (lambda: regressed([2.9]), r"lags\[0\] = 2.9: must be an integer"),
        (lambda: regressed(["1"]), "lags = .*must be numbers"),
        (lambda: regressed([True]), "lags = .*not dtype bool"),
        (lambda: regressed([2, True]), r"lags\[1\] = True"),
        (lambda: regressed([-1, 5]), r"lags\[0\] = -1: must be at least 0"),
        (lambda: regressed([-3]), r"lags\[0\] = -3"),
        (lambda: regressed([2**60]), "must be at most"),
        (lambda: regressed(3), "must be one-dimensional"),
        (lambda: regressed([]), "must hold at least one value"),
    ],
)
def test_bad_input_is_refused_by_name(call, said) -> None:
    with pytest.raises(ValueError, match=said):
        call()


def regressed(lags: ArrayLike) -> np.ndarray:
    return sample_floor.regressed_memory([0.5], lags, 50, np.random.default_rng(0))


def test_lags_come_in_any_order() -> None:
    assert np.array_equal(regressed([5, 0, 2]), regressed([0, 2, 5])[[2, 0, 1]])
