"""Text boxes: numbers as they are typed, refused with the value and the rule."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: Numbers in one box at most: each more makes the answer to a moved slider slower.
MOST = 32


def listed(name: str, text: str, most: int) -> list[str]:
    """What stands between the commas. Raises: ValueError for more than `most`."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) > most:
        raise ValueError(f"{name}: {len(parts)} numbers: must be at most {most}")
    return parts


def complexes(name: str, text: str) -> NDArray[np.complex128]:
    """Complex numbers between commas, as in `0.9, 0.5+0.3j`. Returns: (k,). Raises: ValueError for anything else."""
    parts = listed(name, text, MOST)
    if not parts:
        raise ValueError(f"{name} = {text!r}: must be one number at least")
    return np.array([_complex(name, part) for part in parts])


def _complex(name: str, part: str) -> complex:
    try:
        return complex(part.replace(" ", ""))
    except ValueError:
        raise ValueError(f"{name}: {part!r} must be a number such as 0.9 or 0.5+0.3j") from None


def reals(name: str, text: str) -> NDArray[np.float64]:
    """Real numbers between commas. Returns: (k,). Raises: ValueError for anything else."""
    found = complexes(name, text)
    if np.any(found.imag):
        raise ValueError(f"{name}: {found[np.argmax(found.imag != 0)]:g} must be real")
    return found.real
