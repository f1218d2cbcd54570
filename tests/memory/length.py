"""Checks of the claims about how long a memory of fixed sum can be."""

from collections.abc import Iterator

import numpy as np
from flint import acb, acb_mat, arb, ctx
from hypothesis import strategies as st

import numerics.memory as exact
import theory.memory as claim
from numerics import certified
from numerics.learning import best_poles
from tests.driven import CRITERION, HORIZON, POLES, driven, in_standard_errors, trained, unit
from tests.memory.allpass import DELAY_LINES, LENGTH, memories
from tests.oracles import bidiagonal_pair, coloured_memory, defined_memory
from tests.strategies import lags, pole_sets, stable_pairs
from tests.witness import UNIT, Check, Counter, Sample, Trained


def best(size: int, lag: int, seed: int) -> tuple[np.ndarray, int]:
    """Poles that an optimiser finds for one lag: the nearest that inputs come to the bound."""
    return best_poles(size, lag, seed, restarts=1)[0], lag


def longest_alone(lag: int) -> tuple[np.ndarray, int]:
    """The single pole that recalls one lag best, |λ|^2 = τ/(τ + 1), turned by an arbitrary phase."""
    return np.array([np.sqrt(lag / (lag + 1)) * np.exp(0.7j)]), lag


def measured_trade_off(drawn: tuple[np.ndarray, int]) -> Iterator[Sample]:
    """All routes to M, and the first pole alone."""
    poles, lag = drawn
    alone = exact.cascade_memory(poles[:1], LENGTH)
    for M, tolerance in memories(poles):
        letters = {"M": M, "m": alone, "tau": lag, "N": len(poles)}
        yield Sample(letters, tolerance * (lag + 1))


def under_coloured_input(drawn: tuple[tuple[np.ndarray, np.ndarray], float, int]) -> Iterator[Sample]:
    """AR(1) input: what is predictable is recalled without being stored."""
    (A, B), rho, lag = drawn
    M = [coloured_memory(A, B, rho, past) for past in range(lag + 2)]
    letters = {"m": exact.cascade_memory(np.diag(A)[:1], lag + 2), "tau": lag, "N": len(B)}
    yield Sample(letters | {"M": M}, 1e-12)


def enclosed_trade_off() -> float:
    """The delay line meets the bound; the optimiser's poles stay below it, as enclosures."""
    widths = []
    for poles, lag in (*DELAY_LINES, best(2, 4, 0), best(4, 9, 0)):
        memory = certified.memory_function(poles, lag + 1)
        if (lag + 1) * memory.lower[lag] > len(poles):
            raise AssertionError(f"{poles} recall lag {lag} beyond the bound")
        widths.append(float((lag + 1) * memory.width[lag]))
    return max(widths)


def trained_trade_off() -> Trained:
    """Recurrent units at the optimiser's poles for four lags, and single units at theirs, where the bound is tight."""
    gaps = []
    for seed, lag in enumerate((1, 3, 6, 10)):
        poles = best(3, lag, seed)[0]
        alone = driven(unit(longest_alone(lag)[0], seed), seed, horizon=4 * HORIZON)
        assert alone.standard_error is not None
        letters = {"N": len(poles), "m": np.zeros(4 * HORIZON)}
        found = driven(unit(poles, seed), seed, horizon=4 * HORIZON)
        gaps.append(in_standard_errors(claim.TRADE_OFF.statement, letters, found, range(HORIZON)))
        letters = {"N": 1, "m": alone.memory}
        gaps[-1] = max(gaps[-1], in_standard_errors(claim.TRADE_OFF.statement, letters, alone, range(lag, lag + 1)))
    return trained(claim.TRADE_OFF, gaps, "LRU at the best 3 poles, and the best single one, for lags 1, 3, 6, 10")


#: Moduli stay at or below 0.9 with at most 4 poles, so |B| <= 2.8^4 on |z| = 1.05 and, by Cauchy, the sum of tau M_tau
#: beyond this many lags is below 2.8^8 1.05^(-2 TERMS) TERMS^2 / (1 - 1.05^-2)^2 < 1e-12.
TERMS = 560


def measured_mean_delay(poles: np.ndarray) -> Iterator[Sample]:
    """The chain of sections and the definition, lag by lag, summed by the statement."""
    letters = {"lamda": np.append(poles, 0.5), "N": len(poles), "infinity": TERMS}
    for M in (exact.cascade_memory(poles, TERMS + 2), defined_memory(*bidiagonal_pair(poles), TERMS + 2)):
        # an error of a state is a rounding unit of states as large as sqrt(M), and counts tau times
        weight = float(np.arange(len(M)) @ np.sqrt(M))
        yield Sample(letters | {"M": M}, 1e-12 + 64 * len(poles) * UNIT * (1 + weight))


def listed_twice(poles: np.ndarray) -> Iterator[Sample]:
    """A pole that stands twice in a diagonal matrix: the input reaches it once only."""
    poles = np.append(poles, poles[-1])
    M = defined_memory(np.diag(poles), np.ones(len(poles)), TERMS + 2)
    yield Sample({"lamda": np.append(poles, 0.5), "N": len(poles), "infinity": TERMS, "M": M}, 1e-9)


def enclosed_mean_delay() -> float:
    """Near the circle: D = tr G^{-1} (H - G), H = A H A^* + G, against the sum over pairs, all in balls."""
    widths = []
    for poles in (np.array([1 - 1e-6, 0.999j, -0.5]), np.linspace(0.1, 0.9, 9), np.array([0.9 + 0.4j, 0.9 - 0.4j])):
        with ctx.workprec(1024):
            balls = [acb(pole.real, pole.imag) for pole in poles.astype(complex).tolist()]
            apart = [[1 - p * q.conjugate() for q in balls] for p in balls]
            G = acb_mat([[1 / entry for entry in row] for row in apart])
            H = acb_mat([[1 / (entry * entry) for entry in row] for row in apart])
            product = G.solve(H - G)
            left = sum((product[n, n] for n in range(len(balls))), acb(0)).real
            squares = [(p * p.conjugate()).real for p in balls]
            kernel = [
                (1 - squares[m] * squares[n]) / (apart[m][n] * apart[m][n].conjugate()).real
                for m in range(len(balls))
                for n in range(len(balls))
            ]
            right = (sum(kernel, arb(0)) - len(balls)) / 2
            if not left.overlaps(right) or left < len(balls) * (len(balls) - 1) / 2:
                raise AssertionError(f"{poles}: {left} and {right} exclude each other")
            widths.append(2 * float((left - right).rad()))
        slack = 64 * len(poles) ** 2 * UNIT * float(right)
        if abs(exact.mean_delay(poles) - float(right)) > slack:
            raise AssertionError(f"{poles}: mean delay {exact.mean_delay(poles)} in float64, {right} in balls")
    return max(widths)


def trained_mean_delay() -> Trained:
    """Sum of τ M over 64 lags, per seed; the error is that of the mean over seeds."""
    found = [driven(unit(POLES, seed), seed, horizon=64).memory for seed in range(10)]
    sums = np.array(found) @ np.arange(64)
    error = float(np.std(sums, ddof=1) / np.sqrt(len(sums)))
    what = "LRU with 5 poles, sum over 64 lags (the rest holds 2e-4); gap in standard errors of the mean over seeds"
    return Trained(abs(float(np.mean(sums)) - exact.mean_delay(POLES)) / error, CRITERION, len(sums), what)


systems = st.tuples(pole_sets(), lags(HORIZON))
optimised = st.builds(best, st.integers(1, 4), st.integers(0, HORIZON - 1), st.integers(0, 99))
pairs = st.tuples(stable_pairs(max_size=2, margin=0.05), st.sampled_from([0.5, -0.5, 0.9]), st.integers(0, 8))

CHECKS = (
    Check(
        claim.TRADE_OFF,
        inputs=st.one_of(systems, systems, systems, optimised),
        measure=measured_trade_off,
        counter=Counter("white input (AR(1) instead)", pairs, under_coloured_input),
        examples=(*DELAY_LINES, *(longest_alone(lag) for lag in (1, 2, 5, 11))),
        still_true={
            "sign of 1 at 0.0.0.0": "τ - 1 < τ + 1: weaker",
            "sign of tau at 0.0.0.1": "1 - τ <= τ + 1: weaker",
            "index tau -> tau + 1 at 0.0.1.1": "M_{τ+1} <= M_τ: weaker",
            "index tau -> tau + 1 at 1.0.1": "m_{τ+1} <= m_τ: weaker",
            "sign of -1 at 1.1.1.1.0": "a larger power of τ + 1: weaker",
            "sign of -tau at 1.1.1.1.1": "a larger power of τ + 1: weaker",
            "constant -1 -> 0 at 1.1.1.1.0": "a larger power of τ + 1: weaker",
            "constant -1 -> 0 at 1.1.1.1.1.0": "a larger power of τ + 1: weaker",
        },
        enclosed=enclosed_trade_off,
        trained=trained_trade_off,
    ),
    Check(
        claim.MEAN_DELAY,
        inputs=pole_sets(max_size=4, margin=0.1),
        measure=measured_mean_delay,
        counter=Counter(
            "one Jordan block for a repeated pole (a diagonal matrix instead)",
            pole_sets(max_size=2, margin=0.1),
            listed_twice,
        ),
        examples=tuple(poles for poles, _ in DELAY_LINES),
        still_true={"sign of N at 0.1.2.1": "-N (N + 1)/2 is negative: weaker"},
        enclosed=enclosed_mean_delay,
        trained=trained_mean_delay,
    ),
)
