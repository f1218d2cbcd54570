"""Random systems that reach the hard classes: repeated, nearly repeated, zero, near the circle, non-normal.

`test_strategies.py` proves that each class occurs. Arrays print as themselves, so a witness can be pasted.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

#: The closest a drawn pole comes to the unit circle.
MARGIN = 1e-6


def radii(margin: float = MARGIN) -> st.SearchStrategy[float]:
    """Moduli in [0, 1 - margin]: zero, spread out, and crowding towards the circle on a log scale."""
    near = st.floats(np.log10(margin), np.log10(0.5)).map(lambda e: 1.0 - 10.0**e)
    return st.one_of(st.just(0.0), st.floats(0.0, 0.9), near)


@st.composite
def poles_in_disc(draw: st.DrawFn, margin: float = MARGIN) -> complex:
    """One stable pole, real or complex, 1 - |λ| from 1 down to `margin`."""
    radius = draw(radii(margin))
    angle = draw(st.one_of(st.sampled_from([0.0, np.pi]), st.floats(-np.pi, np.pi)))
    pole = complex(radius * np.cos(angle), 0.0 if angle in (0.0, np.pi) else radius * np.sin(angle))
    return pole if abs(pole) <= 1 - margin else pole * (1 - margin)


@st.composite
def pole_sets(
    draw: st.DrawFn,
    max_size: int = 5,
    min_size: int = 1,
    margin: float = MARGIN,
    repeated: bool = True,
    nonzero: bool = False,
) -> np.ndarray:
    """Stable poles, complex128 of shape (N,): fresh ones, exact and near repetitions, conjugates.

    Args:
        draw: supplied by Hypothesis.
        max_size: largest N.
        min_size: smallest N.
        margin: smallest 1 - |λ|.
        repeated: whether a pole may occur twice; near repetitions (relative 1e-1 to 1e-10) always may.
        nonzero: whether zero is left out.
    """
    size = draw(st.integers(min_size, max_size))
    fresh = poles_in_disc(margin)
    if repeated and not nonzero and size % 2 == 0 and draw(st.integers(0, 3)) == 0:
        half = np.array([draw(fresh) for _ in range(size // 2)])
        return np.concatenate([half, half.conjugate()])
    poles: list[complex] = []
    while len(poles) < size:
        relation = draw(st.sampled_from(["fresh", "fresh", "near", "conjugate", "repeat"])) if poles else "fresh"
        if relation == "fresh":
            pole = draw(fresh)
        else:
            earlier = draw(st.sampled_from(poles))
            shrink = 1 - 10.0 ** draw(st.integers(-10, -1))
            pole = {"near": earlier * shrink, "conjugate": earlier.conjugate(), "repeat": earlier}[relation]
        taken = not repeated and pole in poles
        if taken or (nonzero and pole == 0):
            pole = _unused(poles, margin)
        poles.append(pole)
    return np.array(poles, dtype=complex)


def _unused(poles: list[complex], margin: float) -> complex:
    """A non-zero stable pole not in the list, found without discarding the draw."""
    candidates = (complex(radius, 0.0) for radius in np.linspace(0.5, 0.5 + 0.4 * (1 - margin), len(poles) + 2))
    return next(pole for pole in candidates if pole not in poles)


def conjugate_closed_sets(max_pairs: int = 3, **options: Any) -> st.SearchStrategy[np.ndarray]:
    """Pole sets closed under conjugation, hence the spectra of real systems."""
    return pole_sets(max_size=max_pairs, **options).map(
        lambda half: np.concatenate([half, half[half.imag != 0].conjugate()])
    )


def lags(horizon: int = 24) -> st.SearchStrategy[int]:
    """Lags 0..horizon-1, the first and the last ones often."""
    return st.one_of(st.sampled_from([0, 1, horizon - 1]), st.integers(0, horizon - 1))


@st.composite
def stable_pairs(
    draw: st.DrawFn, max_size: int = 4, margin: float = 1e-3, controllable: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """A pair (A, B), shapes (N, N) and (N,): non-normal triangular A with chosen poles, full B.

    Entries above the diagonal reach size 2, so that the norm of A exceeds its spectral radius; the superdiagonal
    keeps repeated poles in one Jordan block. Where `controllable`, the rare pair whose matrix [B, AB, ..] is nearly
    singular loses what lies beyond its superdiagonal, and its B but for the last entry.
    """
    poles = draw(pole_sets(max_size=max_size, margin=margin))
    size = len(poles)
    entry = st.integers(-8, 8).map(lambda i: i / 4)
    upper = np.array([[draw(entry) for _ in range(size)] for _ in range(size)])
    couplings = np.array([draw(st.sampled_from([-1.0, -0.5, 0.5, 1.0])) for _ in range(size)])
    B = np.array([draw(entry) for _ in range(size)], dtype=complex)
    if not controllable:
        return np.diag(poles) + np.triu(upper, 1), B
    B[-1] = couplings[0]
    chain = np.diag(poles) + np.diag(couplings[1:], 1)
    A = chain + np.triu(upper, 2)
    krylov = np.stack([np.linalg.matrix_power(A, power) @ B for power in range(size)])
    if abs(np.linalg.det(krylov)) < 0.5**10:  # the least a chain of four has
        return chain, np.append(np.zeros(size - 1), B[-1:])
    return A, B


@st.composite
def transforms(draw: st.DrawFn, size: int) -> np.ndarray:
    """An invertible complex matrix of shape (size, size): a unit lower times a scaled unit upper triangle."""
    entry = st.builds(complex, st.integers(-2, 2), st.integers(-2, 2))
    grid = np.array([[draw(entry) for _ in range(size)] for _ in range(size)])
    scales = np.array([draw(st.sampled_from([0.25, -0.5, 1.0, 4.0])) for _ in range(size)])
    return (np.tril(grid, -1) + np.eye(size)) @ (np.triu(grid, 1) + np.diag(scales))


def with_lag(inputs: st.SearchStrategy[Any], horizon: int = 24) -> st.SearchStrategy[tuple[Any, int]]:
    """A system together with the lag at which its statement is read."""
    return st.tuples(inputs, lags(horizon))


#: Each hard class of pole sets with the test that recognises it.
HARD_CLASSES: dict[str, Callable[[np.ndarray], bool]] = {
    "one pole": lambda p: len(p) == 1,
    "zero": lambda p: bool(np.any(p == 0)),
    "repeated": lambda p: len(np.unique(p)) < len(p),
    "nearly repeated": lambda p: bool(np.any((np.abs(p[:, None] - p) < 1e-6 * np.abs(p)) & (p[:, None] != p))),
    "real": lambda p: bool(np.all(p.imag == 0) and np.any(p != 0)),
    "complex, not closed": lambda p: sorted(p, key=_key) != sorted(p.conjugate(), key=_key),
    "conjugate-closed, not real": lambda p: (
        bool(np.any(p.imag != 0)) and sorted(p, key=_key) == sorted(p.conjugate(), key=_key)
    ),
    "1 - |λ| above 1/2": lambda p: bool(np.any(1 - np.abs(p) > 0.5)),
    "1 - |λ| below 1e-5": lambda p: bool(np.any(1 - np.abs(p) < 1e-5)),
}


def _key(pole: complex) -> tuple[float, float]:
    return pole.real, pole.imag
