"""The calculator against enumeration: thresholds, functions, risks, samples."""

from fractions import Fraction
from itertools import islice, product

import mpmath
import pytest

from numerics.rates.budget import as_accuracy, best_risk, budget, cuts, samples_enough, threshold
from numerics.rates.index_sets import index_set_size

SMOOTHNESS = [(1,), (1, 2), (1, 1), (Fraction(1, 2), Fraction(3, 4)), (1, 2, 2), (Fraction(2, 3), 1)]
both_kinds = pytest.mark.parametrize("kind", ["mixed", "anisotropic"])
every_vector = pytest.mark.parametrize("a", SMOOTHNESS, ids=str)


def slow_levels(a: tuple, kind: str, deepest: int) -> list[tuple[Fraction, int]]:
    """(γ, functions) of every block with γ <= deepest, one by one, sorted."""
    join = sum if kind == "mixed" else max
    grid = product(*(range(int(deepest / entry) + 1) for entry in a))
    found = [(Fraction(join(x * k for x, k in zip(a, s, strict=True))), 2 ** sum(s)) for s in grid]
    return sorted((gamma, many) for gamma, many in found if gamma <= deepest)


@every_vector
@both_kinds
@pytest.mark.parametrize("accuracy", ["0.5", "0.1", "0.03125", "1e-2"])
def test_functions_are_those_whose_block_is_worse_than_the_accuracy(a: tuple, kind: str, accuracy: str) -> None:
    needed = sum(many for gamma, many in slow_levels(a, kind, 8) if mpmath.mpf(2) ** -gamma > mpmath.mpf(accuracy))
    T = threshold(a, accuracy)
    assert index_set_size(a, kind, T) == needed
    assert mpmath.mpf(2) ** (-T) <= mpmath.mpf(accuracy)


@every_vector
@both_kinds
def test_cuts_are_the_running_sums_of_all_levels(a: tuple, kind: str) -> None:
    slow: dict[Fraction, int] = {}
    for gamma, many in slow_levels(a, kind, 6):
        slow[gamma] = slow.get(gamma, 0) + many
    levels = sorted(slow)
    for (gamma, functions), level in zip(cuts(a, kind), levels, strict=False):
        assert gamma == level
        assert functions == sum(slow[below] for below in levels if below < level)


@every_vector
@both_kinds
@pytest.mark.parametrize(("noise", "samples"), [(1.0, 1), (1.0, 300), (0.3, 77), (10.0, 5)])
def test_the_best_projection_is_the_best_of_all_cuts(a: tuple, kind: str, noise: float, samples: int) -> None:
    slow = [(Fraction(-1), 0), *slow_levels(a, kind, 12)]
    risks, functions = [], 0
    for gamma, many in slow[1:]:
        risks.append(4.0 ** -float(gamma) + noise**2 * functions / samples)
        functions += many
    risk, G = best_risk(a, kind, noise, samples)
    assert risk == pytest.approx(min(risks), rel=1e-14)
    assert noise**2 * G / samples <= risk <= 1


@every_vector
@both_kinds
@pytest.mark.parametrize("accuracy", ["0.5", "0.1", "0.03"])
def test_enough_samples_are_enough_and_one_less_is_not(a: tuple, kind: str, accuracy: str) -> None:
    n = samples_enough(a, kind, accuracy, 0.7)
    assert best_risk(a, kind, 0.7, n)[0] <= float(accuracy) ** 2 * (1 + 1e-12)
    assert n == 1 or best_risk(a, kind, 0.7, n - 1)[0] > float(accuracy) ** 2


def test_thresholds_are_exact_where_powers_would_not_end() -> None:
    assert threshold([Fraction(10**9 + 1, 10**9)], 0.001) == Fraction(9965784285, 10**9)
    assert threshold([Fraction(1, 3)], 1 - Fraction(1, 10**200)) == Fraction(1, 3)
    assert threshold([Fraction(1, 7)], "0.125") == 3


@pytest.mark.parametrize("a", [(1,), (Fraction(1, 3), 2)], ids=str)
def test_least_samples_are_exact_where_doubles_are_not(a: tuple) -> None:
    eps, sigma = Fraction(1, 10**12), 0.7
    n = samples_enough(a, "mixed", eps, sigma)

    def enough(samples: int) -> bool:
        with mpmath.workdps(90):
            worst = (mpmath.power(4, -mpmath.mpf(g.numerator) / g.denominator) + Fraction(sigma) ** 2 * G / samples
                     for g, G in islice(cuts(a, "mixed"), 160))  # fmt: skip
            return bool(min(worst) <= mpmath.mpf(eps.numerator) ** 2 / eps.denominator**2)

    assert n > 10**30 and enough(n) and not enough(n - 1)


def test_extreme_noise_and_smoothness() -> None:
    assert best_risk([1, 2], "mixed", 1e200, 1000) == (1.0, 0)
    risk, G = best_risk([1], "mixed", 1e-155, 1000)
    assert G > 10**100 and 0 < risk < 1e-200
    assert best_risk([1] * 700, "anisotropic", 1.0, 1000) == (pytest.approx(0.251), 1)
    assert samples_enough([Fraction(1, 1000)], "mixed", "0.1", 1.0) > 10**900
    with pytest.raises(ValueError, match="at most 2\\^20000 functions"):
        budget([Fraction(1, 1000)], "mixed", "1e-30")


def test_an_exponent_that_is_only_cited_says_so() -> None:
    by_name = {number.what: number for number in budget([1, 2], "anisotropic", "1e-2")}
    assert by_name["estimation exponent"].claims == ("rates.erm_fixed",)
    assert "logarithms" in by_name["estimation exponent"].remark


def test_a_repeated_smoothness_has_no_exponent_and_no_band() -> None:
    silent = [number for number in budget([1, 1], "mixed", "1e-2") if number.value is None]
    assert [number.what for number in silent] == [
        "log2 of the bound of G", "approximation exponent", "estimation exponent",
        "minimax risk, at least", "minimax risk, at most",
    ]  # fmt: skip
    assert all(number.remark and not number.claims for number in silent)


@pytest.mark.parametrize("accuracy", ["0", "1", "-1", "nan", "inf", "one", None, 2, "1/0"])
def test_accuracies_outside_the_open_unit_interval_are_refused(accuracy: object) -> None:
    with pytest.raises(ValueError, match="accuracy = "):
        as_accuracy(accuracy)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"smoothness": [2, 1]}, r"a\[1\] = 1"),
        ({"smoothness": [1.5]}, r"1\.5"),
        ({"smoothness": []}, "a = "),
        ({"kind": "isotropic"}, "kind"),
        ({"samples": 0}, "samples = 0"),
        ({"noise": 0.0}, "noise = 0"),
    ],
)
def test_bad_arguments_are_refused(change: dict, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        budget(**({"smoothness": [1, 2], "kind": "mixed", "accuracy": "1e-2"} | change))
