"""Expressions as LaTeX, one way for documents, pages, notebooks and captions."""

import re

import sympy as sp
from sympy.core.alphabets import greeks

_LETTERS = {*greeks, *map(str.capitalize, greeks), "star"}
_NAMED = re.compile(rf"(?<![\\A-Za-z])(?:{'|'.join(sorted(_LETTERS, key=len, reverse=True))})(?![A-Za-z])")


def printed(expression: sp.Basic) -> str:
    """An expression as LaTeX; Greek letters, and stars, inside names that SymPy leaves as they are, as commands."""
    return _NAMED.sub(r"\\\g<0> ", sp.latex(expression))
