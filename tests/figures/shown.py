"""What a page must show after one move, worked out by another route than the page's own."""

from collections.abc import Callable
from typing import NamedTuple


class Shown(NamedTuple):
    """An exploration; the slider that is moved one step to the right; the label of a number; what it must then read."""

    exploration: str
    slider: str
    number: str
    expected: Callable[[], str]
