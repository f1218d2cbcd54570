"""`python -m models rates`: the numbers of `numerics.rates.budget`, the claims by name, refusals in one line."""

from fractions import Fraction

import pytest
from typer.testing import CliRunner

import theory
from models.__main__ import app
from models.rates.calculator import parsed, text
from numerics.rates.budget import budget


def run(*words: str) -> tuple[int, str]:
    """Exit code and output of the command."""
    found = CliRunner().invoke(app, ["rates", *words])
    return found.exit_code, found.output


def test_every_number_is_printed_with_what_it_rests_on() -> None:
    code, page = run("--smoothness", "1,2,2", "--kind", "mixed", "--accuracy", "1e-3", "--samples", "5000")
    assert code == 0
    for number in budget([1, 2, 2], "mixed", "1e-3", 5000):
        assert number.what in page and text(number.value) in page
        assert all(claim in page for claim in number.claims)


@pytest.mark.parametrize("kind", ["mixed", "anisotropic"])
def test_every_claim_that_is_named_is_on_record(kind: str) -> None:
    numbers = budget([Fraction(1, 2), 1, 3], kind, "1e-2")
    named = {claim for number in numbers for claim in number.claims}
    assert len(named) >= 5 and named <= {claim.name for claim in theory.CLAIMS}
    assert all(number.claims or number.value is None for number in numbers)


def test_numbers_print_in_few_characters() -> None:
    assert [text(value) for value in (None, 12, 10**20, Fraction(2, 3), 0.123456789)] == [
        "-", "12", "about 10^20.00", "2/3", "0.123457",
    ]  # fmt: skip


def test_fractions_and_decimals_are_exact() -> None:
    assert parsed("1/2, 0.1,2") == [Fraction(1, 2), Fraction(1, 10), Fraction(2)]


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (("--smoothness", "1,x"), "smoothness = '1,x'"),
        (("--smoothness", "2,1"), "a[1] = 1"),
        (("--smoothness", ""), "smoothness"),
        (("--smoothness", "1", "--accuracy", "2"), "accuracy = 2"),
        (("--smoothness", "1", "--samples", "0"), "samples = 0"),
        (("--smoothness", "1", "--noise", "-1"), "noise = -1"),
    ],
)
def test_bad_words_are_refused_in_one_line(words: tuple[str, ...], rule: str) -> None:
    code, page = run(*words)
    assert code == 2 and rule in page and page.count("\n") == 1
