"""Balance, exponents, projection risk and minimax bounds against slow routes; what is refused."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest

import numerics.rates.estimation as exact
import numerics.rates.projection as fits
from numerics.rates.basis import basis_values
from tests.witness import UNIT

A = (Fraction(1), Fraction(3, 2))
COLUMNS = np.vander(np.linspace(0, 1, 6), 3)


def slope(n: list[int], risk: list[float]) -> float:
    return float(np.polyfit(np.log(n), np.log(risk), 1)[0])


def exact_risks(alpha: Fraction, sizes: list[int]) -> list[float]:
    """Targets of 16 blocks, of which those beyond n/2 fold; the cut of the balance."""
    c, kept = fits.block_coefficients(float(alpha), 16, 0), [exact.cut(alpha, 1.0, n) or 0 for n in sizes]
    return [fits.risk(fits.design_values(c, n), 2**S // 2, 1.0) for n, S in zip(sizes, kept, strict=True)]


@pytest.mark.parametrize(
    ("alpha", "sizes", "window"),
    [
        (Fraction(1), [64, 512, 4096, 32768], 0.03),
        (Fraction(1, 2), [64, 256, 1024, 4096, 16384], 0.03),
        (Fraction(2), [32, 1024, 32768], 0.05),
    ],
)
def test_exact_risk_falls_at_the_rate(alpha: Fraction, sizes: list[int], window: float) -> None:
    order = 2 * alpha / (2 * alpha + 1)
    assert abs(slope(sizes, exact_risks(alpha, sizes)) + float(order)) <= window


def test_cuts_that_miss_the_balance_lose_the_rate() -> None:
    sizes, c = [2**k for k in range(8, 15)], fits.block_coefficients(1.0, 16, 0)
    for kept, expected in ((lambda n: 2, 0.0), (lambda n: round(n ** (2 / 3) / 2), -1 / 3), (lambda n: n // 8, 0.0)):
        risk = [fits.risk(fits.design_values(c, n), kept(n), 1.0) for n in sizes]
        assert abs(slope(sizes, risk) - expected) <= 0.05


@pytest.mark.parametrize("n", [5, 16, 31, 40])
def test_values_at_the_design_fold_as_the_explicit_sum_does(n: int) -> None:
    c = fits.block_coefficients(0.5, 5, 1)
    explicit = basis_values(np.arange(-15, 16)[:, None], np.arange(n)[:, None] / n) @ c
    assert np.abs(fits.design_values(c, n) - explicit).max() <= 64 * len(c) * UNIT * np.abs(c).sum()


def test_folded_frequencies_change_the_bias() -> None:
    alone = fits.design_values([0.0, 0.0, 1.0], 4)
    folded = fits.design_values(np.eye(11)[10], 4)  # sin 2π5x at k/4 is sin 2πx
    assert np.allclose(folded, alone, atol=1e-15) and fits.risk(folded, 2, 0.0) <= 1e-30


def test_risk_agrees_by_transform_matrix_signs_and_draws() -> None:
    n, c, sigma = 9, 3, 0.7
    f = np.random.default_rng(0).standard_normal(n)
    columns = basis_values(np.arange(1 - c, c)[:, None], np.arange(n)[:, None] / n)
    routes = fits.risk(f, c, sigma), fits.risk_by_matrix(f, columns, sigma), fits.risk_by_signs(f, columns, sigma)
    assert np.ptp(routes) <= 64 * n * UNIT * (f @ f)
    drawn = fits.risk_by_draws(f, lambda y: fits.project(y, c), sigma, 4000, 1)
    assert abs(drawn.mean - routes[0]) <= 5 * drawn.error


def test_correlated_noise_has_another_risk() -> None:
    """One sign for all points: the constant takes all of the noise, sines none."""
    n, sigma = 8, 1.0
    common = np.stack([sigma * np.ones(n), -sigma * np.ones(n)])
    assert np.mean(fits.project(common, 1) ** 2) == pytest.approx(sigma**2)
    assert fits.risk(np.zeros(n), 1, sigma) == pytest.approx(sigma**2 / n)


def test_least_squares_by_normal_equations_and_clipped() -> None:
    y = np.array([1.0, -2.0, 0.5, 3.0, 1.0, -1.0])
    for ridge in (0.0, 1e-3, 2.0):
        normal = np.linalg.solve(COLUMNS.T @ COLUMNS / 6 + ridge * np.eye(3), COLUMNS.T @ y / 6)
        assert np.allclose(fits.least_squares(COLUMNS, y, ridge), normal, rtol=1e-9)
    values = fits.predictions(COLUMNS, fits.least_squares(COLUMNS, y), 0.5)
    assert np.abs(values).max() == 0.5


def test_nearly_equal_columns_explode_without_ridge_or_clipping() -> None:
    """Selected values that concentrate: the fit runs away where no point lies, a ridge or a bound keeps it."""
    rng = np.random.default_rng(0)
    x = 0.3 + 0.02 * rng.random(64)
    frequencies = np.arange(-3, 4)[:, None]
    near, far = basis_values(frequencies, x[:, None]), basis_values(frequencies, np.linspace(0, 1, 50)[:, None])
    y = np.sin(2 * np.pi * x) + rng.standard_normal(64)
    free = fits.predictions(far, fits.least_squares(near, y))
    kept = fits.predictions(far, fits.least_squares(near, y, 1e-2))
    assert np.abs(free).max() > 1e6 and np.abs(kept).max() < 10
    assert np.abs(fits.predictions(far, fits.least_squares(near, y), 1.0)).max() == 1.0


@pytest.mark.parametrize(
    "given", [(1.0, 2.0, 3.0, 0.5, 100), (0.05, 1e-6, 50.0, 1e3, 1), (20.0, 1e4, 0.01, 1e-6, 10**9)]
)
def test_balance_by_golden_section(given: tuple) -> None:
    fast, slow = exact.balance(*given), exact.balance_by_search(*given)
    assert fast is not None
    assert all(abs(mpmath.mpf(x) / y - 1) <= 1e-13 for x, y in zip(fast, slow, strict=True))


def test_balance_is_silent_without_noise() -> None:
    assert exact.balance(1.0, 1.0, 1.0, 0.0, 5) is None


def test_exponents() -> None:
    assert exact.exponent([1, 2, 3], "mixed") == Fraction(2, 3)
    assert exact.exponent([1, 2], "anisotropic") == Fraction(4, 7)
    assert exact.exponent(A[:1], "anisotropic") == exact.exponent(A[:1], "mixed")


def test_cut_is_exact_on_lattices() -> None:
    assert [exact.cut(1, 2.0**-30, n) for n in (8, 9)] == [21, 22]
    assert [exact.cut(Fraction(1, 4), 1.0, n) for n in (8, 9)] == [2, 3]  # 2^{3S/2} >= 8, 9


@pytest.mark.parametrize("kappa", [1e-3, 0.3, 1.0, 3.0, 8.0])
def test_two_point_risk_is_the_mean_posterior_variance(kappa: float) -> None:
    assert abs(exact.two_point_risk(kappa) - exact.two_point_risk_by_digits(kappa)) <= 1e-12 * exact.two_point_risk(
        kappa
    )


def test_two_point_risk_falls() -> None:
    assert np.all(np.diff([exact.two_point_risk(k) for k in np.linspace(0, 5, 40)]) < 0)


@pytest.mark.parametrize(("sigma", "n"), [(1.0, 8), (1.0, 100), (0.5, 300), (3.0, 9)])
def test_worst_projection_function_by_function(sigma: float, n: int) -> None:
    S = exact.cut(A[0], sigma, n)
    assert S is not None
    assert exact.projection_worst(A, sigma, n) == pytest.approx(
        exact.worst_by_functions(A, S, sigma, n, 500), rel=1e-14
    )


def test_linear_minimax_by_search_over_truncated_families() -> None:
    """Pinsker's weights are a saddle point: the worst risk of his estimator over the ball is its Bayes risk there."""
    n, gammas = 50, np.array([0.0, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3])
    risk = exact.linear_minimax([1], 1.0, n)
    mu = np.array(np.linspace(1.0, 8.0, 200001))
    worst = mu**-2 + np.maximum(1 - 2.0 ** gammas[:, None] / mu, 0).__pow__(2).sum(axis=0) / n
    assert risk == pytest.approx(float(worst.min()), rel=1e-8)


def test_band_holds_what_is_known_and_is_silent_elsewhere() -> None:
    for n in (1, 7, 64, 1000):
        band, bayes = exact.minimax_band(A, 1.0, n), exact.bayes_risk(A[0], 1.0, n)
        linear, worst = exact.linear_minimax(A, 1.0, n), exact.projection_worst(A, 1.0, n)
        assert band is not None and bayes is not None and worst is not None
        assert band[0] <= bayes <= linear <= worst <= band[1]
    assert exact.minimax_band([1, 1], 1.0, 10) is None and exact.minimax_band(A, 4.0, 15) is None
    assert exact.minimax_band(A, 4.0, 16) is not None
    assert exact.minimax_band(A, 0.0, 10) == (0.0, 0.0) and exact.bayes_risk(1, 4.0, 15) is None


def test_risk_without_data_or_noise() -> None:
    assert fits.risk(np.ones(4), 0, 5.0) == 1.0 and fits.risk(np.ones(4), 1, 0.0) <= 1e-30
    assert fits.block_coefficients(1.0, 0, 0).size == 0 and not fits.design_values([], 3).any()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: exact.balance(1.0, 1.0, 1.0, -0.1, 5), "sigma"),
        (lambda: exact.balance(1.0, 1.0, 1.0, 1.0, 0), "n = 0"),
        (lambda: exact.balance(0.0, 1.0, 1.0, 1.0, 5), "a = 0"),
        (lambda: exact.minimax_band([1, 2], -1.0, 5), "sigma"),
        (lambda: exact.minimax_band([1, 2], 1.0, 0), "n = 0"),
        (lambda: exact.minimax_band([1, 1.5], 1.0, 5), "1.5"),  # type: ignore[list-item]
        (lambda: exact.exponent([1.0], "mixed"), "1.0"),  # type: ignore[list-item]
        (lambda: exact.exponent([1], "isotropic"), "isotropic"),
        (lambda: exact.cut(0.5, 1.0, 4), "0.5"),  # type: ignore[arg-type]
        (lambda: fits.risk(np.ones(4), 1, -1.0), "sigma"),
        (lambda: fits.risk(np.ones(4), 3, 1.0), "m = 5"),
        (lambda: fits.risk_by_matrix(np.ones(2), np.ones((2, 3)), 1.0), "m = 3"),
        (lambda: fits.risk_by_matrix(np.ones(3), np.ones((3, 2)), 1.0), "dependent"),
        (lambda: fits.orthonormal(np.zeros((3, 1))), "dependent"),
        (lambda: fits.least_squares(np.ones((3, 2)), np.ones(3)), "dependent"),
        (lambda: fits.least_squares(COLUMNS, np.ones(6), -1.0), "ridge"),
        (lambda: fits.risk_by_signs(np.ones(13), np.ones((13, 1)), 1.0), "n = 13"),
        (lambda: fits.risk_by_draws(np.ones(3), lambda y: y, 1.0, 1, 0), "draws"),
        (lambda: fits.design_values([1.0, 2.0], 3), "odd"),
        (lambda: fits.project(np.ones(3), -1), "frequencies"),
        (lambda: fits.predictions(COLUMNS, np.ones(3), 0.0), "bound"),
    ],
)
def test_refusals(call, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()


def test_refusals_leave_good_values_alone() -> None:
    assert math.isfinite(fits.risk([1.0], 1, 1.0))
