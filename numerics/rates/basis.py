"""The trigonometric basis on the unit cube.

ψ_0 = 1,  ψ_l(x) = √2 sin 2πlx for l > 0,  √2 cos 2π|l|x for l < 0;  ψ_l(X) = Π_i ψ_{l_i}(x_i)
"""

import numpy as np
from numpy.typing import ArrayLike

from numerics.preconditions import Real, as_real_array


def basis_values(frequencies: ArrayLike, points: ArrayLike) -> Real:
    """The values of basis functions, as explicit products.

    Arguments: frequencies, integers (m, d), one row l per function; points (n, d), real.
    Returns: ψ_l(X), float64 (n, m).
    Raises: ValueError for other shapes, for frequencies that are no integers, for entries that are not finite.
    Reference: Okumoto and Suzuki 2022, section 2.
    """
    l, x = np.asarray(frequencies), as_real_array("points", points)
    if l.ndim != 2 or x.ndim != 2 or l.shape[1] != x.shape[1]:
        raise ValueError(f"frequencies {l.shape} and points {x.shape}: must be (m, d) and (n, d)")
    if not np.issubdtype(l.dtype, np.integer):
        raise ValueError(f"frequencies are {l.dtype}: must be integers")
    angle = 2 * np.pi * np.mod(np.abs(l)[None] * x[:, None], 1.0)
    factors = np.where(l > 0, np.sqrt(2) * np.sin(angle), np.where(l < 0, np.sqrt(2) * np.cos(angle), 1.0))
    return factors.prod(axis=-1)
