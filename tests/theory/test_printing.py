"""How an expression is written as LaTeX."""

import pytest
import sympy as sp

from theory.printing import printed


@pytest.mark.parametrize(
    ("name", "latex"),
    [("2/Delta", r"2/\Delta "), ("b_{tau+1}", r"b_{\tau +1}"), ("w_star", r"w_{\star }"), ("start", "start")],
)
def test_greek_letters_and_stars_inside_names_are_set_as_such(name: str, latex: str) -> None:
    assert printed(sp.Symbol(name)) == latex


def test_a_star_bears_an_exponent() -> None:
    assert printed(sp.Symbol("w_star") ** 2) == r"w_{\star }^{2}"
