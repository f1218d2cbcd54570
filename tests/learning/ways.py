"""Ways of one pole, up and down, drawn for the checks; how exact a time is."""

import mpmath
from hypothesis import strategies as st

import numerics.learning as exact
from tests.witness import UNIT


@st.composite
def ways_up(draw: st.DrawFn, least: int = 1, most: int = 12) -> tuple[int, float, float]:
    """Delay, start from 1e-6 λ* to λ*, stop anywhere between it and λ*, the three places crowding together often."""
    delay = draw(st.integers(least, most))
    near = st.floats(-6.0, -0.01).map(lambda e: 10.0**e)
    best = exact.best_pole(delay)
    start = best * draw(st.one_of(st.floats(-6.0, -0.01).map(lambda e: 10.0**e), near.map(lambda e: 1 - e)))
    share = draw(st.one_of(near, near.map(lambda e: 1 - e)))
    return delay, start, start + share * (best - start)


def rounding(delay: int) -> float:
    """Relative: a power of order τ, an integral of a few dozen points."""
    return 64 * (delay + 4) * UNIT


def share(pole: float, delay: int) -> mpmath.mpf:
    """x = (τ + 1)(1 − λ²), to many digits."""
    with mpmath.workdps(60):
        return (delay + 1) * (1 - mpmath.mpf(pole) ** 2)


SHARES = st.one_of(
    st.floats(0.01, 0.99), st.floats(-6, -1).map(lambda e: 10.0**e), st.floats(-9, -1).map(lambda e: 1 - 10.0**e)
)
LOOSER = "a looser bound, true as well"
BRIEF = st.tuples(st.integers(2, 4), st.floats(0.05, 0.3))
