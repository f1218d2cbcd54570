"""Selection by estimated importances, and the series on selected values: two routes, hard inputs, refusals."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest

from numerics.rates import plugin as exact
from numerics.rates import plugin_series as series
from numerics.rates.basis import basis_values
from numerics.selection.softmax import read_value


def test_the_rule_leaves_tied_losers_the_weight_1_over_n() -> None:
    for L, n, delta, eta in ((2, 1, 1.0, 0.0), (16, 2048, 0.2, 0.05), (10**6, 10**9, 1e-6, 4.9e-7)):
        chi = exact.sharpness_rule(L, n, delta, eta)
        with mpmath.workdps(60):
            safe = mpmath.mpf(delta) - 2 * mpmath.mpf(eta)
            odds = (L - 1) * mpmath.exp(-mpmath.mpf(chi) * safe)
            assert abs(odds * n - 1) < 1e-13 * (1 + mpmath.log(L * n))


@pytest.mark.parametrize("eta", [0.1, 0.3])
def test_at_half_the_margin_the_theorem_is_silent(eta: float) -> None:
    assert exact.sharpness_rule(4, 10, 0.2, eta) is None
    assert exact.selection_cost(1.0, 4, 1.0, 0.2, eta, 1.0) is None
    mu, v = np.array([0.2, 0.0]), np.zeros((2, 1))
    assert exact.stable_selection(mu, mu + np.array([-eta, eta]), v, 1.0) is None
    assert exact.stable_selection(np.zeros(2), np.zeros(2), v, 1.0) is None


def test_both_routes_of_stability_agree_at_extreme_sharpness() -> None:
    rng = np.random.default_rng(0)
    for chi in (0.0, 1.0, 40.0, 600.0):
        mu = np.append(1.0, rng.uniform(0, 0.5, 5))
        nu, v = mu + rng.uniform(-0.2, 0.2, 6), rng.standard_normal((6, 2))
        fast, slow = (exact.stable_selection(mu, nu, v, chi, by_loop=loop) for loop in (False, True))
        assert fast is not None and slow is not None
        assert fast[:3] == slow[:3]
        assert fast.error == pytest.approx(slow.error, rel=1e-15 * (20 + 4 * chi), abs=1e-300)


def test_both_routes_of_the_risks_agree() -> None:
    rng = np.random.default_rng(1)
    v, w, F = rng.standard_normal((500, 2)), rng.standard_normal((500, 2)), rng.standard_normal(500)
    h, S = exact.ramp(2.0, [1.0, 3.0], 1.5), rng.random(500) < 0.7
    fast, slow = (route(h, v, w, F, S) for route in (exact.plugin_risks, exact.plugin_risks_by_loop))
    assert fast == pytest.approx(slow, rel=1e-12)


def test_the_cost_of_selection_is_reached_by_tied_losers_to_first_order() -> None:
    L, chi, delta, eta = 8, 200.0, 0.2, 0.05
    mu, v = np.array([delta, *([0.0] * (L - 1))]), np.array([[1.0], *([[0.0]] * (L - 1))])
    found = exact.stable_selection(mu, mu + eta * np.array([-1.0, *([1.0] * (L - 1))]), v, chi)
    assert found is not None
    bound = exact.selection_cost(3.0, L, chi, delta, eta, 1.0)
    assert 3.0 * found.error == pytest.approx(bound, rel=1e-7)


def test_gaps_exactly_by_quadrature_and_by_draws() -> None:
    for L in (2, 5, 40):
        for t in (Fraction(0), Fraction(1, 64), Fraction(1, 3), Fraction(1)):
            assert exact.gap_probability(L, t) == (1 - t) ** L
            assert exact.gap_probability_by_quadrature(L, float(t)) == pytest.approx(float((1 - t) ** L), abs=1e-14)
    draws = 200_000
    for L, eta in ((2, 0.1), (16, 0.01)):
        chance = float(exact.misselection(L, Fraction(eta)))
        assert abs(exact.sampled_misselection(L, eta, draws, 3) - chance) < 6 * np.sqrt(chance * (1 - chance) / draws)
    assert exact.sampled_misselection(16, 0.05, 1000, 0, delta=0.2) == 0.0


def test_powers_are_the_basis() -> None:
    x, (frequencies, _) = np.random.default_rng(2).random(50), series.target_series()
    assert np.abs(series.series_values(x, series.TOP) - basis_values(frequencies, x[:, None])).max() < 1e-12


def test_the_target_has_smoothness_1_and_stays_in_its_bound() -> None:
    frequencies, c = series.target_series()
    l = np.abs(frequencies[:, 0])
    for s in range(1, series.BLOCKS):
        inside = (2 ** (s - 1) <= l) & (l < 2**s)
        assert inside.sum() == 2**s
        assert np.linalg.norm(c[inside]) == pytest.approx(2.0**-s)
    f = series.series_values(np.linspace(0, 1, 4001), series.TOP) @ c
    assert 0.5 * series.target_bound() < np.abs(f).max() < series.target_bound()


@pytest.mark.parametrize("how", [series.Selector(0.0), series.Selector(20.0), series.Selector(90.0, 0.05)])
def test_selected_values_are_those_of_one_context_after_the_other(how: series.Selector) -> None:
    drawn = series.draw(series.Setting(5, 8, tests=4), 0)
    moved = drawn.importances + how.eta * np.array([-1.0, 1.0, 1.0, 1.0, 1.0])
    slow = [read_value(mu, v[:, None], how.chi)[0] for mu, v in zip(moved, drawn.values, strict=True)]
    assert series.selected(drawn, how) == pytest.approx(slow, rel=1e-13)


def test_a_hard_argmax_gives_the_oracle() -> None:
    setting = series.Setting(4, 64, tests=100)
    drawn = series.draw(setting, 0)
    hard = np.take_along_axis(drawn.values, drawn.importances.argmax(1)[:, None], 1)[:, 0]
    risks = series.series_risks(setting, [series.Selector(1e4)], [0])
    assert risks[0, 0] == risks[0, 1] == series.fitted_risk(hard, drawn, setting)


def test_without_clipping_least_squares_on_concentrated_values_is_singular() -> None:
    """The condition number is the cause; the risk has heavy tails, so the worst of a few draws is what is told."""
    setting, free, clipped = series.Setting(16, 2048), [], []
    for seed in range(4):
        drawn = series.draw(setting, seed)
        mean = series.selected(drawn, series.Selector(0.0))
        size = np.linalg.svd(series.series_values(mean[:2048], 2**setting.blocks - 1), compute_uv=False)
        assert size[0] / size[-1] > 1e9
        free.append(series.fitted_risk(mean, drawn, setting, clipped=False))
        clipped.append(series.fitted_risk(mean, drawn, setting))
    assert max(clipped) <= (2 * series.target_bound()) ** 2 < max(free)


def test_the_error_of_a_ratio_is_that_of_its_pairs() -> None:
    ratio, error = series.risk_ratio(np.array([[2.0, 1.0], [4.0, 2.0], [6.0, 3.0]]))
    assert ratio == pytest.approx([2.0])
    assert error == pytest.approx([0.0])


def test_the_error_of_a_ratio_is_the_spread_of_ratios() -> None:
    """Over 2000 tables of 24 repetitions, whose plug-in and oracle share data; unpaired it would be another."""
    shared, own = np.random.default_rng(0).exponential(1.0, (2, 2000, 24))
    found = [series.risk_ratio(np.stack([1.5 * a + b, 1 + a], axis=1)) for a, b in zip(shared, own, strict=True)]
    ratios, errors = np.array(found)[:, :, 0].T
    assert np.sqrt(np.mean(errors**2)) == pytest.approx(ratios.std(ddof=1), rel=0.1)
    assert ratios.std(ddof=1) < 0.8 * (1.5 * shared + own).std() / (1 + shared).mean() / np.sqrt(24)


REFUSED = {
    "K = 0": lambda: exact.selection_cost(0.0, 4, 1.0, 0.2, 0.0, 1.0),
    "K = -1": lambda: exact.ramp(-1.0, [1.0], 1.0),
    "no direction": lambda: exact.ramp(1.0, [0.0], 1.0),
    "L = 1": lambda: exact.sharpness_rule(1, 10, 0.2),
    "one token": lambda: exact.stable_selection([1.0], [1.0], [[0.0]], 1.0),
    "estimates of another length": lambda: exact.stable_selection([1.0, 0.0], [1.0], [[0.0], [0.0]], 1.0),
    "samples that do not fit": lambda: exact.plugin_risks(lambda v: v[:, 0], [[0.0]], [[0.0]], [0.0, 1.0], [True]),
    "S that is no set": lambda: exact.plugin_risks(lambda v: v[:, 0], [[0.0]], [[0.0]], [0.0], [1.0]),
    "t > 1": lambda: exact.gap_probability(3, 1.5),
    "2 eta > 1": lambda: exact.misselection(3, 0.6),
    "eta < 0": lambda: exact.sharpness_rule(3, 10, 0.2, -0.1),
    "gap of one token": lambda: exact.gap_probability(1, 0.5),
    "noise < 0": lambda: series.Setting(4, 64, noise=-1.0),
    "one token to choose": lambda: series.Setting(1, 64),
    "too few samples": lambda: series.Setting(4, 7),
    "eta >= delta/2": lambda: series.rule_ratios(series.Setting(4, 64), (0.1,), (), (0, 1)),
    "one repetition": lambda: series.risk_ratio(np.ones((1, 2))),
    "a repetition that is none": lambda: series.rule_ratios(series.Setting(4, 64, tests=9), (0.0,), (), (1, 1)),
    "no way to select": lambda: series.risk_ratio(np.ones((2, 1))),
    "an oracle without risk": lambda: series.risk_ratio(np.zeros((2, 2))),
    "risks that are not finite": lambda: series.risk_ratio(np.array([[np.nan, 1.0], [1.0, 1.0]])),
    "points that are not finite": lambda: series.series_values(np.array([np.nan]), 2),
    "data of another setting": lambda: series.fitted_risk(
        np.zeros(90), series.draw(series.Setting(4, 64, tests=26), 0), series.Setting(4, 80, tests=10)
    ),
    "a bound that overflows": lambda: exact.selection_cost(1e300, 4, 0.0, 1.0, 0.0, 1e300),
    "predictions in columns": lambda: exact.plugin_risks(lambda v: v, [[0.0]] * 2, [[1.0]] * 2, [0.0, 1.0], [True] * 2),
    "predictions in columns, by loop": lambda: exact.plugin_risks_by_loop(lambda v: v, [[0.0]], [[1.0]], [0.0], [True]),
    "predictions not finite": lambda: exact.plugin_risks(lambda v: v[:, 0] * np.nan, [[0.0]], [[1.0]], [0.0], [True]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"must"):
        REFUSED[name]()
