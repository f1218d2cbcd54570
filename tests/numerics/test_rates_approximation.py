"""The basis by products and by transforms; errors, norms, widths by two routes; refusals."""

from fractions import Fraction
from itertools import islice

import mpmath
import numpy as np
import pytest

import numerics.rates.approximation as exact
from numerics.rates.basis import analysis, basis_values, block_of, box_frequencies, frequencies, synthesis
from numerics.rates.index_sets import best_terms, gamma
from tests.witness import UNIT


def _points(n: int, d: int) -> np.ndarray:
    return np.stack(np.meshgrid(*[np.arange(n) / n] * d, indexing="ij"), axis=-1).reshape(-1, d)


@pytest.mark.parametrize(("shape", "n"), [((1,), 1), ((7,), 7), ((7,), 8), ((31,), 64), ((7, 3), 9), ((3, 7, 5), 8)])
def test_transforms_are_the_products(shape: tuple[int, ...], n: int) -> None:
    c = np.random.default_rng(0).standard_normal(shape)
    fast = synthesis(c, n)
    slow = basis_values(box_frequencies(shape), _points(n, len(shape))) @ c.ravel()
    tolerance = 32 * c.size * UNIT * 2 ** (len(shape) / 2) * float(np.abs(c).sum())
    assert np.max(np.abs(fast.ravel() - slow)) <= tolerance
    assert np.max(np.abs(analysis(fast, tuple(side // 2 for side in shape)) - c)) <= tolerance
    assert np.mean(fast**2) == pytest.approx(np.sum(c**2), rel=64 * c.size * UNIT)


def test_frequencies_fold_back_on_too_few_points() -> None:
    n, high = 8, np.zeros(21)
    high[10 + 9] = 1.0  # sin 2π9x on 8 points is sin 2πx
    values = basis_values(box_frequencies((21,)), _points(n, 1)) @ high
    assert analysis(values, (2,)) == pytest.approx([0, 0, 0, 1, 0], abs=1e-14)


def test_blocks_partition_the_frequencies() -> None:
    box = [tuple(l) for l in box_frequencies((15, 7)).tolist()]
    found = [l for s in {block_of(l) for l in box} for l in frequencies(s)]
    assert sorted(found) == sorted(box)


@pytest.mark.parametrize("p", [2, 3.5, 4, 8])
def test_norms_of_blocks(p: float) -> None:
    c = np.random.default_rng(1).standard_normal((7, 5 + 2))
    norms = exact.block_norms(c, p, 32)
    for s, found in norms.items():
        assert found == pytest.approx(exact.block_norm_by_products(c, s, p, 32), rel=1e-13)
        assert found >= exact.block_norms(c, 2, 32)[s] * (1 - 1e-14)
    assert exact.block_norms(c, 4, 32) == pytest.approx(exact.block_norms(c, 4, 64), rel=1e-13)  # both exact


def test_truncation_by_coefficients_and_on_a_grid() -> None:
    c, a = np.random.default_rng(2).standard_normal((15, 7, 3)), [Fraction(1), Fraction(3, 2), Fraction(2)]
    for kind in ("mixed", "anisotropic"):
        for T in map(Fraction, ("1", "2", "7/2", "4", "100")):
            fast, slow = exact.truncation_error(c, a, kind, T), exact.truncation_error_on_grid(c, a, kind, T, 16)
            assert fast == pytest.approx(slow, rel=1e-12, abs=1e-13)
    assert exact.truncation_error(c, a, "mixed", 100) == 0


def test_extremal_functions_err_by_all_the_bound_allows() -> None:
    f = exact.extremal_function((15, 7), [1, 2], "mixed", Fraction(5, 2))
    assert f is not None
    assert exact.smoothness_norm(exact.block_norms(f, 2, 16), [1, 2], "mixed", 2) == pytest.approx(1, rel=1e-14)
    assert exact.truncation_error(f, [1, 2], "mixed", Fraction(5, 2)) == 2.0**-3
    assert exact.extremal_function((3,), [1], "mixed", 2) is None


def test_norms_over_blocks() -> None:
    norms: dict[tuple[int, ...], float] = {(0,): 1.0, (1,): 0.5, (2,): 0.25}
    assert exact.smoothness_norm(norms, [1], "mixed", 2) == pytest.approx(np.sqrt(3), rel=1e-15)
    assert exact.smoothness_norm(norms, [1], "mixed", float("inf")) == 1.0
    assert exact.smoothness_norm({(0,): 0.0}, [1], "mixed", 1) == 0.0


def test_widths_and_subspaces() -> None:
    rng = np.random.default_rng(3)
    a = [1, 2]
    g = np.array([float(gamma(a, "mixed", block_of(l))) for l in islice(best_terms(a, "mixed"), 6)])
    for m in range(6):
        U = np.linalg.qr(rng.standard_normal((6, m)))[0]
        fast, slow = exact.subspace_error(g, U), exact.subspace_error_by_digits(g, U)
        assert fast == pytest.approx(float(slow), abs=64 * 6 * UNIT)
        v, distance = exact.missed_function(g, U)
        assert np.sum(4.0**g * v**2) == pytest.approx(1, rel=1e-13) and np.max(np.abs(U.T @ v), initial=0) < 1e-13
        assert 2.0 ** -g[m] * (1 - 1e-13) <= distance <= fast * (1 + 1e-13)
        assert exact.width(a, "mixed", m) == mpmath.mpf(2) ** -int(g[m]) == exact.subspace_error(g, np.eye(6)[:, :m])


@pytest.mark.parametrize("m", range(8))
def test_the_best_terms_of_one_function(m: int) -> None:
    c = np.array([[1.0, -3.0, 0.5], [0.5, 2.0, 0.0]])
    assert exact.best_m_term_error(c, m) == pytest.approx(exact.best_m_term_error_by_subsets(c, m), rel=1e-15)


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (lambda: synthesis(np.zeros(4), 9), "odd"),
        (lambda: synthesis(np.zeros(7), 6), "fold back"),
        (lambda: synthesis(np.zeros(7), 0), "at least 1"),
        (lambda: synthesis([np.nan], 3), "finite"),
        (lambda: analysis(np.zeros(6), (3,)), "needs 2K"),
        (lambda: analysis(np.zeros(6), (1, 1)), "one for each"),
        (lambda: box_frequencies((3, 2)), "odd"),
        (lambda: basis_values([[1.5]], [[0.0]]), "integers"),
        (lambda: block_of([1.5]), "integers"),  # type: ignore[list-item]
        (lambda: exact.smoothness_norm({(0,): 0.0}, [1], "mixed", -1.0), "> 0"),
        (lambda: exact.smoothness_norm({(0,): np.nan}, [1], "mixed", 2.0), "finite"),
        (lambda: exact.subspace_error([0.0, 1.0], np.eye(2) * 1j), "real"),
        (lambda: exact.block_norms(np.zeros(3), 0.5, 4), "at least 1"),
        (lambda: exact.smoothness_norm({(0,): 1.0}, [1], "mixed", 0.0), "> 0"),
        (lambda: exact.truncation_error(np.zeros(3), [-1], "mixed", 1), "> 0"),
        (lambda: exact.truncation_error(np.zeros(3), [1], "mixed", 0), "> 0"),
        (lambda: exact.truncation_error(np.zeros(3), [1], "other", 1), "kind"),
        (lambda: exact.truncation_error(np.zeros((3, 3)), [1], "mixed", 1), "one entry"),
        (lambda: exact.subspace_error([0.0, 1.0], np.ones((2, 1))), "orthonormal"),
        (lambda: exact.subspace_error([0.0, 1.0], np.ones((3, 1))), "shape"),
        (lambda: exact.missed_function([0.0, 1.0], np.eye(2)), "more than"),
        (lambda: exact.missed_function([1.0, 0.0], np.eye(2)[:, :1]), "decrease"),
        (lambda: exact.best_m_term_error([1.0], -1), "at least 0"),
    ],
)
def test_what_does_not_fit_is_refused(call, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        call()
