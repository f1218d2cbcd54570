"""Checks of the claims of `theory.selection.states`."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import torch
from hypothesis import strategies as st

import models.selection.states as trained
import numerics.selection.states as exact
import theory.selection.states as claim
from models.constructed.digits import SIGNIFICAND, digit_copier
from tests.driven import CRITERION
from tests.witness import Check, Counter, Sample, Trained, worst_violation

#: What 50 digits leave of numbers up to V^L.
ROUNDING = 1e-45


class Reader(NamedTuple):
    """Laws of the state after each string and of the answer from each state, and the bits of error allowed beyond."""

    V: int
    L: int
    encoder: np.ndarray
    decoder: np.ndarray
    loose: Fraction = Fraction(0)


def _one_hot(places: Any, m: int) -> np.ndarray:
    laws = np.full((len(places), m), Fraction(0), dtype=object)
    laws[np.arange(len(places)), places] = Fraction(1)
    return laws


def automaton(V: int, L: int, table: np.ndarray, loose: Fraction = Fraction(0)) -> Reader:
    """A deterministic automaton, and from each state one of the strings that end in it."""
    states = exact.final_states(table, L)
    answers = [int(np.argmax(states == s)) for s in range(len(table))]
    return Reader(V, L, _one_hot(states, len(table)), _one_hot(answers, V**L), loose)


def counting(V: int, L: int, m: int) -> Reader:
    """s ← V s + u mod m, which ends in every state that it can."""
    return automaton(V, L, (V * np.arange(m)[:, None] + np.arange(V)) % m)


@st.composite
def readers(draw: st.DrawFn) -> Reader:
    """Automata with the best answers, and random laws of both, more and fewer states than strings."""
    V, L = draw(st.sampled_from([(2, 1), (2, 2), (2, 3), (2, 4), (3, 1), (3, 2), (4, 1), (4, 2)]))
    m, loose = draw(st.integers(1, 6)), draw(st.fractions(0, 1, max_denominator=8))
    if draw(st.booleans()):
        table = draw(st.lists(st.integers(0, m - 1), min_size=m * V, max_size=m * V))
        return automaton(V, L, np.reshape(table, (m, V)), loose)
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    sharp = draw(st.integers(1, 6))  # powers make some of the laws nearly deterministic
    return Reader(V, L, _law(rng, V**L, m, sharp), _law(rng, m, V**L, sharp), loose)


def _law(rng: np.random.Generator, rows: int, columns: int, sharp: int) -> np.ndarray:
    weights = rng.integers(0, 5, (rows, columns)) ** sharp
    weights[np.arange(rows), rng.integers(0, columns, rows)] += 1
    return np.array([[Fraction(int(w), int(row.sum())) for w in row] for row in weights], dtype=object)


def _letters(V: int, L: int, m: int, errors: exact.Errors, loose: Fraction = Fraction(0)) -> dict[str, Any]:
    allowed = errors.strings + loose * (1 - errors.strings)
    return {"V": V, "L": L, "m": m, "S": (m - 1).bit_length(), "E": errors.strings, "e": errors.tokens} | {
        "epsilon": allowed
    }


def measured_copies(drawn: Reader) -> Iterator[Sample]:
    """Exact sums by matrices, and by loops over strings, states, answers and tokens."""
    for route in (exact.copy_errors, exact.copy_errors_by_loops):
        errors = route(drawn.encoder, drawn.decoder, drawn.V, drawn.L)
        yield Sample(_letters(drawn.V, drawn.L, len(drawn.decoder), errors, drawn.loose), ROUNDING)


def reading_twice(drawn: tuple[int, int]) -> Iterator[Sample]:
    """The string is there again when the answer is given: a state is not needed, one value is enough."""
    V, L = drawn
    whole = _one_hot(np.arange(V**L), V**L)
    yield Sample(_letters(V, L, 1, exact.copy_errors(whole, whole, V, L)), ROUNDING)


def trained_copies() -> Trained:
    """Two trained copiers at every number of bits, S = 0..4, on all 16 strings."""
    gaps, seeds, said = [], 2, []
    for seed in range(seeds):
        config = trained.Config(seed=seed)
        found = trained.quantised(config)
        assert found.whole.strings == 0, f"seed {seed} has not learned to copy: {found.whole}"
        for bits, errors in zip(found.bits, found.errors, strict=True):
            letters = _letters(config.V, config.L, 2**bits, errors)
            gaps.append(worst_violation(claim.COPY_PIGEONHOLE.statement, letters))
        said.append(" ".join(str(errors.strings) for errors in found.errors))
    what = f"trained copier, V = 2, L = 4, state reduced to S = 0..4 bits; errors on strings {said[0]}"
    return Trained(max(gaps), ROUNDING, seeds, what)


class Sizes(NamedTuple):
    """Bits per symbol, tokens, bits of the significand."""

    b: int
    L: int
    p: int


@st.composite
def sizes(draw: st.DrawFn) -> Sizes:
    """Strings of at most 8 bits: one token, one bit, more and fewer bits than the significand has."""
    b = draw(st.integers(1, 4))
    return Sizes(b, draw(st.integers(1, 8 // b)), draw(st.integers(2, 10)))


def measured_digits(drawn: Sizes) -> Iterator[Sample]:
    """Every string in rounded arithmetic; string by string in Python's integers; and the best reader of the state."""
    b, L, p = drawn
    V, count = 2**b, 2 ** (b * L)
    letters = drawn._asdict() | {"Z": digit_copier(V, L).resources.nonzero}
    fast = exact.digits_in_precision(V, L, p)
    yield Sample(letters | {"F": fast.copied, "K": fast.states}, 0.0)
    words = exact.strings(V, L).tolist()
    slow = [exact.copy_in_precision(word, V, p) for word in words]
    right = sum(said == word for (_, said), word in zip(slow, words, strict=True))
    kept = sum(x == number for number, (x, _) in enumerate(slow))
    yield Sample(letters | {"F": Fraction(right, count), "K": Fraction(kept, count)}, 0.0)
    best = len(np.unique(exact.numbers_in_precision(V, L, p)))
    counted = exact.numbers_with(p, b * L)
    yield Sample(letters | {"F": Fraction(best, count), "K": Fraction(counted, count)}, 0.0)


def badly_layered(drawn: tuple[int, int]) -> Iterator[Sample]:
    """Strings of 20 to 22 bits, which float32 holds, by the network that takes a bit away before it is one."""
    b, L = drawn
    p = SIGNIFICAND[torch.float32]
    words = torch.randint(0, 2**b, (100, L), generator=torch.Generator().manual_seed(0))
    copier = digit_copier(2**b, L, dtype=torch.float32, merged=True)
    found = trained.kept_and_copied(copier, words, 2**b)
    Z = digit_copier(2**b, L).resources.nonzero
    yield Sample({"b": b, "L": L, "p": p, "Z": Z, "F": found.copied, "K": found.states}, 0.0)


def constructed_digits() -> Trained:
    """The network at the last length that fits and at the next, in three precisions: 300 random strings and an odd one.

    What fits is copied without exception. Beyond, the odd string 10..01 is lost, and of the random ones the fraction
    kept is within five standard errors.
    """
    gaps, generator = [], torch.Generator().manual_seed(1)
    for dtype, b in [(torch.float16, 1), (torch.float32, 1), (torch.float64, 1), (torch.float64, 3)]:
        p = SIGNIFICAND[dtype]
        for L in (p // b, p // b + 1):
            words = torch.randint(0, 2**b, (300, L), generator=generator)
            odd = torch.tensor([[2 ** (b - 1), *[0] * (L - 2), 1]])
            copier = digit_copier(2**b, L, dtype=dtype, inexact=True)
            found = trained.kept_and_copied(copier, words, 2**b)
            alone = trained.kept_and_copied(copier, odd, 2**b)
            assert (L * b <= p) == (alone.copied == 1) == (found.copied == 1), f"{dtype}, b, L = {b}, {L}: {found}"
            letters: dict[str, Any] = {"b": b, "L": L, "p": p, "Z": copier.resources.nonzero}
            letters |= {"F": found.copied, "K": found.states}
            error = max(float(found.states * (1 - found.states) / 300) ** 0.5, 1e-12)
            gaps.append(worst_violation(claim.DIGIT_COPIER.statement, letters) / error)
    what = "digit copier in float16, 32, 64, first length that is lost; fraction kept, gap in standard errors"
    return Trained(max(gaps), CRITERION, 1, what)


_WEAKER = "a weaker bound"

#: Relation 0 is the error of strings, 1 the bits, 2 the error of tokens.
_WEAKER_PIGEONHOLE = {
    "sign of 1 at 0.1.0": _WEAKER,
    "constant -1 -> 0 at 0.1.1.2.1.0": "1 - m is at most 0, a weaker bound",
    "sign of L*log(V)/log(2) at 1.1.1": _WEAKER,
    "constant 2 -> 3 at 1.1.1.1.0.0": "log_3 V is below log_2 V",
    "constant -1 -> 0 at 1.1.1.1.1": "log V is below log_2 V",
    "sign of -e at 2.1.0.2.1.1": "a higher power of 1 - e <= 1",
    "constant 1 -> 2 at 2.1.0.2.1.0": "a higher power of 1 - e <= 1",
    "constant -1 -> 0 at 2.1.0.2.1.1.0": "a higher power of 1 - e <= 1",
    "sign of -1 at 2.1.0.3.0.0": "divided by a power of V + 1, not of V - 1",
    "constant -1 -> 0 at 2.1.0.3.0.0": "divided by a power of V, not of V - 1",
}

_SAME_OR_WEAKER = {
    "constant -1 -> 0 at 0.1.1.1.0": _WEAKER,
    "constant 2 -> 3 at 2.1.1.1.1.0": "less than one step below 1, which no fraction of the strings is",
}

CHECKS: tuple[Check, ...] = (
    Check(
        claim.COPY_PIGEONHOLE,
        inputs=readers(),
        measure=measured_copies,
        counter=Counter(
            "what is said depends on the state only (the string is read again)",
            st.tuples(st.integers(2, 3), st.integers(1, 3)),
            reading_twice,
        ),
        examples=tuple(counting(V, L, m) for V, L in [(2, 1), (2, 3), (3, 2), (4, 2)] for m in (1, 2, 3, 4, 8, 9)),
        still_true=_WEAKER_PIGEONHOLE,
        trained=trained_copies,
    ),
    Check(
        claim.DIGIT_COPIER,
        inputs=sizes(),
        measure=measured_digits,
        counter=Counter(
            "a layer of its own for every bit (its two gates taken off directly)",
            st.sampled_from([(2, 11), (3, 7), (4, 5)]),
            badly_layered,
        ),
        examples=(Sizes(1, 1, 2), Sizes(1, 3, 3), Sizes(1, 3, 2), Sizes(2, 4, 2), Sizes(3, 2, 3), Sizes(4, 2, 7)),
        still_true=_SAME_OR_WEAKER,
        trained=constructed_digits,
    ),
)
