"""Gradients of real losses of complex numbers from their definition, and what fills places that nothing may read."""

from collections.abc import Callable
from typing import Any

import mpmath

#: Written into a place of an array that no true statement reads.
JUNK = 1e3

#: Digits of the arithmetic, and the step: central differences are then right to twenty digits or so.
DIGITS, STEP = 40, mpmath.mpf(10) ** -12


def gradient(loss: Callable[[list], Any], at: list[complex]) -> list[mpmath.mpc]:
    """∂L/∂Re z + i ∂L/∂Im z of every entry z, by central differences of a loss that computes with mpmath's numbers."""
    with mpmath.workdps(DIGITS):
        z = [mpmath.mpmathify(value) for value in at]
        found = []
        for n in range(len(z)):
            parts = []
            for unit in (mpmath.mpf(1), mpmath.mpc(0, 1)):
                up, down = ([v + sign * STEP * unit * (m == n) for m, v in enumerate(z)] for sign in (1, -1))
                parts.append((loss(up) - loss(down)) / (2 * STEP))
            found.append(parts[0] + 1j * parts[1])
        return found
