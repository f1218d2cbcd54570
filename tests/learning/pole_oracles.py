"""Poles that move, and the derivative of their memory from its definition; sharing no code with `numerics`."""

from typing import Any, NamedTuple

import mpmath
import numpy as np
from flint import acb, acb_mat, ctx
from hypothesis import strategies as st

import numerics.learning as exact
from tests.oracles import BITS, allpass_series, defined_memory_at
from tests.strategies import pole_sets, poles_in_disc, with_lag

HORIZON = 24

#: Steps 2^-150 leave differences right to 2^-300 times third derivatives, which are below 2^90 at 1 - |λ| = 1e-6.
STEP = 2.0**-150


class Drawn(NamedTuple):
    """Poles, the lag, the pole that is asked about."""

    poles: np.ndarray
    lag: int
    i: int


class Moved(NamedTuple):
    """The same, and where the poles go."""

    poles: np.ndarray
    lag: int
    i: int
    after: np.ndarray


def chosen(sets: st.SearchStrategy[np.ndarray], horizon: int = HORIZON) -> st.SearchStrategy[Drawn]:
    """Poles with a lag and one of them."""
    return with_lag(sets, horizon).flatmap(
        lambda drawn: st.integers(0, len(drawn[0]) - 1).map(lambda i: Drawn(drawn[0], drawn[1], i))
    )


@st.composite
def moved(draw: st.DrawFn) -> Moved:
    """Poles that go uphill, downhill or anywhere, 1e-3 to 2 hyperbolic units each, or to another drawn set."""
    drawn = draw(chosen(pole_sets()))
    size = len(drawn.poles)
    if draw(st.booleans()):
        return Moved(*drawn, np.array([draw(poles_in_disc()) for _ in range(size)]))
    reach, turn = draw(st.sampled_from([1e-3, 0.05, 0.5, 2.0])), draw(st.sampled_from([0.0, np.pi, 1.3]))
    uphill = exact.pole_gradient(drawn.poles, drawn.lag).conj()
    return Moved(*drawn, carried(drawn.poles, reach, np.angle(uphill) + turn))


def carried(poles: np.ndarray, reach: float, angle: np.ndarray) -> np.ndarray:
    """Every pole moved by a hyperbolic distance along the geodesic that leaves in the given direction."""
    w = np.tanh(reach) * np.exp(1j * angle)
    after = (poles + w) / (1 + poles.conj() * w)
    return after * np.minimum(1.0, (1 - 1e-9) / np.maximum(np.abs(after), 0.5))


def differentiated(poles: np.ndarray, i: int, lags: list[int], tied: bool = False) -> dict[int, mpmath.mpc]:
    """½(d/dRe − i d/dIm) of the defined memory by central differences; tied: the conjugate pole i + 1 moves along."""
    by_re: dict[int, mpmath.mpf] = {}
    by_im: dict[int, mpmath.mpf] = {}
    for found, step in ((by_re, acb(STEP)), (by_im, acb(0, STEP))):
        above, below = (shifted(poles, i, sign * step, lags, tied) for sign in (1, -1))
        found.update({lag: (above[lag] - below[lag]) / (2 * mpmath.mpf(STEP)) for lag in lags})
    return {lag: mpmath.mpc(by_re[lag], -by_im[lag]) / 2 for lag in lags}


def shifted(poles: np.ndarray, i: int, step: acb, lags: list[int], tied: bool) -> dict[int, mpmath.mpf]:
    size = len(poles)
    with ctx.workprec(BITS), mpmath.workprec(BITS):
        entries = [acb(pole.real, pole.imag) for pole in np.asarray(poles, dtype=complex).tolist()]
        entries[i] += step
        if tied:
            entries[i + 1] += step.conjugate()
        A = [[entries[m] if m == n else acb(int(n == m + 1)) for n in range(size)] for m in range(size)]
        return defined_memory_at(acb_mat(A), acb_mat([[int(n == size - 1)] for n in range(size)]), lags, BITS)


def row(values: dict[int, Any], i: int, horizon: int) -> np.ndarray:
    """Row i of D, zero at the lags and poles that no statement looks at."""
    D = np.zeros((i + 1, horizon), dtype=object)
    for lag, value in values.items():
        D[i, lag] = value
    return D


def others(poles: np.ndarray, i: int, terms: int) -> np.ndarray:
    """β: coefficients of the all-pass of all poles but one; 1 for none."""
    return allpass_series(np.delete(poles, i), terms)


def series(drawn: Drawn, terms: int) -> dict[str, Any]:
    """The letters that both sums are made of; one pole more than there are, so that no index falls out."""
    poles, lag, i = drawn[:3]
    letters = {"b": allpass_series(poles, terms), "beta": others(poles, i, terms), "lamda": np.append(poles, 0.25)}
    return letters | {"tau": lag, "i": i}


def defined_at(poles: np.ndarray, lags: list[int]) -> np.ndarray:
    """The defined memory with all its bits, zero at the lags not asked for."""
    M = np.zeros(max(lags) + 1, dtype=object)
    for lag, value in shifted(poles, 0, acb(0), lags, False).items():
        M[lag] = value
    return M
