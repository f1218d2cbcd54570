"""The complex plane with its unit circle."""

import numpy as np

from figures.explorer.exploration import Curve, Panel


def plane(title: str, *curves: Curve) -> Panel:
    """Curves in the complex plane, real parts across and imaginary parts up, beside the unit circle."""
    angle = np.linspace(0, 2 * np.pi, 181)
    circle = Curve("unit circle", np.cos(angle), np.sin(angle))
    return Panel(title, "Re λ", "Im λ", (circle, *curves), square=True)
