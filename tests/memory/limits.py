"""Checks of what memory tends to: its decay at long lags, its density in time at small steps."""

from collections import Counter as Multiset
from collections.abc import Iterator
from math import gcd
from typing import Any, NamedTuple

import mpmath
import numpy as np
from flint import acb, acb_mat, arb, ctx
from hypothesis import strategies as st
from scipy.linalg import solve_continuous_lyapunov

import numerics.memory as exact
import theory.memory as claim
from numerics.spectra import zoh
from tests.oracles import as_mpf, ball_matrix, defined_memory_at, stein_sum
from tests.witness import Check, Counter, Ladder, Sample

BITS = 1000

#: Angles are multiples of a twelfth of a turn, so that along lags that are multiples of 12 all phases stand still.
TURN = 12


class Spectrum(NamedTuple):
    """Poles ρ r exp(i phase + 2 pi i a/12), one for each pair (a, r), repetitions included; the largest r is 1."""

    rho: float
    phase: float
    places: tuple[tuple[int, float], ...]

    def multiplicity(self) -> int:
        """How often the most repeated pole of largest modulus occurs."""
        return max(count for (_, r), count in Multiset(self.places).items() if r == 1)

    def period(self) -> int:
        """The number of lags after which the poles of largest modulus, of any multiplicity, have turned alike."""
        leading = [a for a, r in self.places if r == 1]
        return TURN // gcd(TURN, *(a - leading[0] for a in leading))


@st.composite
def spectra(draw: st.DrawFn) -> Spectrum:
    """One to three simple leading poles above well separated moduli; or repeated ones above, or beside, anything."""
    twelfth = st.integers(0, TURN - 1)
    if draw(st.booleans()):
        leading = [(a, 1.0) for a in draw(st.lists(twelfth, min_size=1, max_size=3, unique=True))]
        ratios = draw(st.sampled_from([(), (0.6,), (0.5, 0.2), (0.3, 0.0)]))
    else:
        repeated = draw(st.lists(twelfth, min_size=1, max_size=2, unique=True))
        leading = [(a, 1.0) for a in repeated] * (draw(st.sampled_from([2, 3])) if len(repeated) == 1 else 2)
        ratios = draw(st.sampled_from([(), (1.0,), (0.6,), (0.9, 0.0)]))
    below = [(draw(twelfth), ratio) for ratio in ratios]
    return Spectrum(draw(st.sampled_from([0.1, 0.5, 0.8])), draw(st.floats(-3.0, 3.0)), (*leading, *below))


def exact_pair(spectrum: Spectrum) -> tuple[acb_mat, acb_mat]:
    """A controllable bidiagonal pair with these poles, angles exact to the working precision."""
    size = len(spectrum.places)
    with ctx.workprec(BITS):
        turned = acb(0, spectrum.phase).exp() * acb(spectrum.rho)
        poles = [turned * acb(ratio) * acb(arb(2 * a) / TURN).exp_pi_i() for a, ratio in spectrum.places]
        A = [[poles[i] if i == j else acb(int(j == i + 1)) for j in range(size)] for i in range(size)]
        return acb_mat(A), acb_mat([[int(i == size - 1)] for i in range(size)])


def rounded(spectrum: Spectrum) -> np.ndarray:
    """The same poles in float64."""
    return np.array(
        [spectrum.rho * ratio * np.exp(1j * (spectrum.phase + 2 * np.pi * a / TURN)) for a, ratio in spectrum.places]
    )


def sparse(memory: dict[int, Any]) -> np.ndarray:
    """M as an array, zero at the lags that no statement looks at."""
    M = np.zeros(max(memory) + 1, dtype=object)
    for lag, value in memory.items():
        M[lag] = value
    return M


def measured_decay(spectrum: Spectrum, period: int | None = None) -> Iterator[Ladder | Sample]:
    """Ratios along multiples of 12: by powers of an exact matrix, and by the chain of sections in float64."""
    period = period or spectrum.period()
    simple = spectrum.multiplicity() == 1
    lags = [TURN * f for f in ((2, 3, 4, 5) if simple else (32, 64, 128, 256))]
    ratio = max((r for _, r in spectrum.places if r < 1), default=0.0)
    steps = tuple(ratio**lag if simple else 1 / lag for lag in lags)
    asked = {past for lag in lags for past in (lag, lag + 1, lag + period, lag + period + 1)}
    memory = defined_memory_at(*exact_pair(spectrum), sorted(asked), BITS)
    letters, M = {"p": period, "rho": spectrum.rho}, sparse(memory)
    values = tuple(letters | {"tau": lag, "M": M} for lag in lags)
    if simple and not ratio:
        yield from (Sample(value, 1e-40) for value in values)  # nothing below: the ratio is exact
        return
    yield Ladder(steps, values, 1.0)
    if spectrum.rho >= 0.8 and simple and ratio == 0.6:
        chain = exact.cascade_memory(rounded(spectrum), lags[2] + period + 2)
        yield Ladder(steps[:3], tuple(letters | {"tau": lag, "M": chain} for lag in lags[:3]), 1.0)


def with_a_wrong_period(spectrum: Spectrum) -> Iterator[Ladder | Sample]:
    """Two leading angles, neighbouring lags: the ratio goes round and does not settle."""
    yield from measured_decay(spectrum, period=1)


class Continuous(NamedTuple):
    """Continuous poles on a grid of halves, distinct, and a time in eighths."""

    s: tuple[complex, ...]
    t: float


@st.composite
def continuous_systems(draw: st.DrawFn) -> Continuous:
    """One to three distinct poles, -2 <= Re s <= -1/2, |Im s| <= 3; the time at which m falls fastest of four."""
    pole = st.builds(complex, st.integers(-4, -1).map(lambda x: x / 2), st.integers(-6, 6).map(lambda y: y / 2))
    s = tuple(draw(st.lists(pole, min_size=1, max_size=3, unique=True)))
    times, poles = np.array([0.125, 0.25, 0.375, 0.5]), np.array(s)
    gram = -1 / (poles[:, None] + poles.conj())
    fall = np.abs(np.sum(np.linalg.solve(gram, np.exp(np.outer(poles, times))), axis=0))  # sqrt(-m'(t))
    return Continuous(s, float(times[np.argmax(fall)]))


def delay_by_sums(A: acb_mat, B: acb_mat) -> mpmath.mpf:
    """D = tr G^{-1} (H - G), G and H = G + A H A^* summed lag by lag."""
    with ctx.workprec(BITS):
        G = stein_sum(A, B * B.transpose().conjugate(), BITS)
        product = G.solve(stein_sum(A, G, BITS) - G)
        return as_mpf(sum((product[n, n] for n in range(A.nrows())), acb(0)).real)


def measured_continuous(drawn: Continuous, pace: float = 1.0) -> Iterator[Ladder]:
    """Two halvings of the step: by the definition on exact poles, and by `numerics` on rounded ones."""
    s = np.array(drawn.s)
    steps = tuple(2.0**-k for k in (7, 8, 9))
    ones = np.ones((len(s), len(s)))
    letters = {
        "G": solve_continuous_lyapunov(np.diag(s), -ones),
        "c": np.exp(s * drawn.t)[:, None],
        "s": np.append(s, -1.0),
        "N": len(s),
    }
    slow, fast = [], []
    for dt in steps:
        lag = round(drawn.t / dt)
        with ctx.workprec(BITS):
            poles = [(acb(z.real, z.imag) * acb(pace * dt)).exp() for z in drawn.s]
            A = acb_mat([[poles[i] if i == j else acb(0) for j in range(len(s))] for i in range(len(s))])
        B = ball_matrix(np.ones(len(s)))
        memory = defined_memory_at(A, B, [0, 1, lag, lag + 1], BITS)
        common = letters | {"Delta": dt, "tau": lag}
        slow.append({**common, "M": sparse(memory), "D": delay_by_sums(A, B)})
        short = exact.memory_function(zoh(s, pace * dt), lag + 2)
        fast.append({**common, "M": short, "D": exact.mean_delay(zoh(s, pace * dt))})
    yield Ladder(steps, tuple(slow), 1.0)
    yield Ladder(steps, tuple(fast), 1.0)


def with_half_the_step(drawn: Continuous) -> Iterator[Ladder]:
    """λ = exp(s Δ/2): the state lives twice as long as the statement says."""
    yield from measured_continuous(drawn, pace=0.5)


CHECKS = (
    Check(
        claim.DECAY,
        inputs=spectra(),
        measure=measured_decay,
        counter=Counter(
            "p a period of the leading poles (p = 1 for leading poles at several angles)",
            st.lists(st.integers(0, TURN - 1), min_size=2, max_size=3, unique=True).map(
                lambda angles: Spectrum(0.5, 0.0, (*((a, 1.0) for a in angles), (0, 0.5)))
            ),
            with_a_wrong_period,
        ),
    ),
    Check(
        claim.CONTINUOUS_LIMIT,
        inputs=continuous_systems(),
        measure=measured_continuous,
        still_true={
            "index 0 -> 1 at 0.0.1.1": "lag 1 is the time Δ, which tends to 0 at the same order",
            "index tau -> tau + 1 at 1.0.1.1": "one lag more is the time t + Δ, which tends to t at the same order",
        },
        counter=Counter("λ = exp(s Δ) (half the step is taken)", continuous_systems(), with_half_the_step),
    ),
)
