"""`python -m models rates`: what a smoothness vector costs, and which statement each number rests on."""

from enum import StrEnum
from fractions import Fraction
from math import log10
from typing import Annotated

import typer
from rich.table import Table

from models import options
from numerics.rates.budget import budget


class Kind(StrEnum):
    """How the smoothness of the coordinates adds up."""

    MIXED = "mixed"
    ANISOTROPIC = "anisotropic"


def parsed(smoothness: str) -> list[Fraction]:
    """A smoothness vector from its text, "1,2,3/2". Raises: ValueError naming the entry that is no number."""
    try:
        return [Fraction(entry.strip()) for entry in smoothness.split(",")]
    except (ValueError, ZeroDivisionError) as error:
        raise ValueError(f"smoothness = {smoothness!r}: must be numbers or fractions between commas") from error


def text(value: int | float | Fraction | None) -> str:
    """A value in few characters: integers in full up to 15 digits, then by their order of magnitude."""
    if value is None:
        return "-"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**15 else f"about 10^{log10(value):.2f}"
    return str(value) if isinstance(value, Fraction) else f"{value:.6g}"


def rates(
    smoothness: Annotated[str, typer.Option(help="a_1,a_2,.. not decreasing; decimals and fractions are exact")],
    kind: Annotated[Kind, typer.Option(help="γ(s) = Σ a_i s_i, or max a_i s_i")] = Kind.MIXED,
    accuracy: Annotated[str, typer.Option(help="error in L², between 0 and 1")] = "1e-2",
    samples: Annotated[int, typer.Option(help="n")] = 1000,
    noise: Annotated[float, typer.Option(help="standard deviation of the noise")] = 1.0,
) -> None:
    """Functions for an accuracy, risk for samples, and the claim each number rests on."""
    try:
        numbers = budget(parsed(smoothness), kind.value, accuracy, samples, noise)
    except ValueError as error:
        typer.echo(" ".join(str(error).split()), err=True)
        raise typer.Exit(2) from None
    grid = Table(title=f"smoothness {smoothness}, {kind.value}, accuracy {accuracy}")
    for heading in ("number", "value", "rests on", "remark"):
        grid.add_column(heading, overflow="fold")
    for number in numbers:
        grid.add_row(number.what, text(number.value), ", ".join(number.claims) or "-", number.remark)
    options.console().print(grid)
