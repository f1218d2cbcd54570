"""Checks of the claims of `theory.selection.codes`."""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

import models.selection.codes as runs
import numerics.selection.codes as exact
import numerics.selection.sampled_codes as sampled
import numerics.selection.state_counts as counts
import theory.selection.codes as claim
from tests.witness import UNIT, Check, Counter, Sample, Trained, worst_violation

#: Exact numbers are compared at 50 digits.
FIFTY_DIGITS = 1e-45

#: A probability is below its interval once in so many.
DOUBT = 1e-6


class Memory(NamedTuple):
    """Keys of so many bits with their values ±1 (L, b), fixed before a code of d entries is drawn."""

    keys: tuple[int, ...]
    key_bits: int
    values: np.ndarray
    d: int


@st.composite
def memories(draw: st.DrawFn) -> Memory:
    """One pair up to four, with one or two bits; keys that fill their group, where parities are least independent."""
    key_bits = draw(st.integers(1, 3))
    L = draw(st.integers(1, min(4, 2**key_bits)))
    keys = draw(st.one_of(st.just(tuple(range(L))), st.permutations(range(2**key_bits)).map(lambda k: tuple(k[:L]))))
    b = draw(st.integers(1, 2))
    bits = draw(st.one_of(st.just([1] * (L * b)), st.lists(st.sampled_from([-1, 1]), min_size=L * b, max_size=L * b)))
    return Memory(keys, key_bits, np.array(bits).reshape(L, b), draw(st.integers(1, 6)))


def measured_read(memory: Memory) -> Iterator[Sample]:
    """The exact law of all scores; every code written down, where they are few; drawn codes where they are many."""
    keys, key_bits, v, d = memory
    L, b = v.shape
    letters = {"L": L, "b": b, "d": d, "p": exact.one_bit_tail(L, d)}
    routes = [exact.misread] + [exact.misread_by_enumeration] * (2 ** max(L * d, key_bits * d) <= 1 << 8)
    for misread in routes:
        free = misread(exact.random_columns(L), v, d)
        parity = misread(exact.parity_columns(keys, key_bits), v, d)
        probabilities = {"F": free.any, "g": parity.one.max(), "G": parity.any}
        for p in set(free.one.ravel()) | {letters["p"]}:
            yield Sample(letters | probabilities | {"p": p}, FIFTY_DIGITS)


def drawn_read(L: int, d: int, b: int) -> Iterator[Sample]:
    """Sizes beyond enumeration: the lower ends of intervals, which lie above the truth once in a million."""
    key_bits, codes = (L - 1).bit_length() + 1, 60
    v = np.random.default_rng(L * d).choice([-1, 1], size=(L, b))
    F = sampled.clopper_pearson(sampled.random_codes_failing(v, d, codes, seed=1), codes, DOUBT).lower
    hits = sampled.parity_codes_failing(range(L), key_bits, v, d, codes, seed=2)
    G = sampled.clopper_pearson(hits, codes, DOUBT).lower
    g = G / (b * L)  # of b L bits one is misread at least so often
    yield Sample({"L": L, "b": b, "d": d, "p": exact.one_bit_tail(L, d), "F": F, "g": g, "G": G}, FIFTY_DIGITS)


def measured_small_or_large(drawn: Memory | tuple[int, int, int]) -> Iterator[Sample]:
    yield from measured_read(drawn) if isinstance(drawn, Memory) else drawn_read(*drawn)


def with_values_chosen_after(drawn: tuple[int, int]) -> Iterator[Sample]:
    """For every code the values that it reads worst."""
    L, d = drawn
    codes = np.array(list(product((-1, 1), repeat=L * d))).reshape(-1, 1, L, d)
    v = np.array(list(product((-1, 1), repeat=L))).reshape(1, -1, L, 1)
    failing = (exact.scores(codes, v) * v <= 0).any((2, 3)).any(1).mean()
    letters = {"L": L, "b": 1, "d": d, "p": exact.one_bit_tail(L, d), "g": 0, "G": 0}
    yield Sample(letters | {"F": float(failing)}, 1e-12)


def trained_read() -> Trained:
    """The recall network over many codes: equal to the direct read, and its failures within the bounds."""
    L, b, d, width, codes, worst = 4, 1, 24, 4, 120, 0.0
    draw = np.random.default_rng(0)
    keys, v = draw.permutation(2**width)[:L], draw.choice([-1, 1], size=(L, b))
    free = [draw.choice([-1, 1], size=(2**width, d)) for _ in range(codes)]
    parity = [exact.parity_code(np.arange(2**width), draw.integers(0, 2, size=(d, width))) for _ in range(codes)]
    hits: list[int] = []
    for drawn in (free, parity):
        gap, misread = runs.read_errors(drawn, keys, v)
        worst, hits = max(worst, gap), [*hits, misread]
    F, G = (sampled.clopper_pearson(k, codes, DOUBT).lower for k in hits)
    values = {"L": L, "b": b, "d": d, "p": exact.one_bit_tail(L, d), "F": F, "g": G / (b * L), "G": G}
    assert sum(hits) < codes, f"{hits} of {codes} codes fail: too many to tell a bound from chance"
    what = f"recall network at L = {L}, d = {d}: {hits} of {codes} random and parity codes misread; difference from the"
    return Trained(
        max(worst, worst_violation(claim.RANDOM_CODE_READ.statement, values)),
        0.0,
        codes,
        what + " direct read in both forms, and excess of the lower Clopper-Pearson limits over the bounds",
    )


class Code(NamedTuple):
    """A code (V, d) and the number of keys that are stored."""

    phi: np.ndarray
    L: int


@st.composite
def codes(draw: st.DrawFn) -> Code:
    """Signs, with ties and repeated keys; orthogonal ones; real ones, nearly equal ones, and near the tie."""
    V, d = draw(st.integers(2, 5)), draw(st.integers(1, 4))
    L = draw(st.integers(2, V))
    kind = draw(st.sampled_from(["signs", "real", "near", "tie"]))
    if kind == "tie":  # in the plane, the second key at 60 degrees to the others: 1/2 + 1/2, more or less
        shift = draw(st.sampled_from([0.0, 1e-12, -1e-12, 0.01, -0.01]))
        angles = np.array([0.0, np.pi / 3 + shift, 2 * np.pi / 3 + 2 * shift])
        return Code(np.stack([np.cos(angles), np.sin(angles)], axis=1), draw(st.integers(2, 3)))
    low, high = (-1, 1) if kind == "signs" else (-4, 4)
    entry = st.integers(low, high).filter(bool)
    phi = np.array([[draw(entry) for _ in range(d)] for _ in range(V)], dtype=np.float64)
    if kind == "near":
        phi[1] = phi[0] * (1 + 1e-9 * np.arange(d))
    return Code(phi / np.linalg.norm(phi, axis=1, keepdims=True), L)


def code_error(code: Code) -> float:
    """16 L (d + 2) u: sums of L inner products of d terms, and norms that are 1 to rounding."""
    return 16 * code.L * (code.phi.shape[1] + 2) * UNIT


def worst_row(coherences: np.ndarray, L: int) -> np.ndarray:
    """The row whose L − 1 first entries sum highest, with room for the next index."""
    return np.append(coherences[np.argmax(coherences[:, : L - 1].sum(1))], [0.0, 0.0])


def measured_contents(code: Code) -> Iterator[Sample]:
    """All contents written and read; the margin also from the Babel function."""
    phi, L = code
    found, c = exact.all_contents(phi, L), worst_row(exact.coherences(phi), L)
    for margin in (found.margin, 1 - exact.babel(phi, L - 1)):
        yield Sample({"L": L, "c": c, "m": margin, "E": found.misread}, code_error(code))


def with_other_norms(drawn: tuple[Code, int]) -> Iterator[Sample]:
    """One key's code is longer than the others'."""
    (phi, L), factor = drawn
    phi = phi * np.where(np.arange(len(phi)) == 0, factor, 1)[:, None]
    gram = np.abs(phi @ phi.T)
    rows = -np.sort(-gram[~np.eye(len(gram), dtype=bool)].reshape(len(gram), -1), axis=1)
    found = exact.all_contents(phi, L)
    yield Sample({"L": L, "c": worst_row(rows, L), "m": found.margin, "E": found.misread}, 1e-9)


def trained_contents() -> Trained:
    """Learned codes with enough entries, and with too few."""
    worst, L, V = 0.0, 3, 6
    for d, enough in ((4, True), (2, False)):
        for seed in (0, 1):
            code = Code(runs.learned_code(V, d, L, seed, steps=60), L)
            assert (exact.babel(code.phi, L - 1) < 1) == enough, f"d = {d}: {exact.babel(code.phi, L - 1)}"
            for sample in measured_contents(code):
                gap = worst_violation(claim.ALL_CONTENTS_IFF.statement, sample.values)
                worst = max(worst, gap / sample.tolerance)
    return Trained(worst, 1.0, 2, "codes that Adam learned, d = 4 and 2; all contents read; gap in 16 L (d + 2) u")


class Held(NamedTuple):
    """A ±1 code (V, d), how many of its keys are stored, and bits per value."""

    code: np.ndarray
    L: int
    b: int


@st.composite
def held(draw: st.DrawFn) -> Held:
    """Up to five keys, all of them stored or one only, codes with repeated keys."""
    V, d, b = draw(st.integers(1, 5)), draw(st.integers(1, 3)), draw(st.integers(1, 2))
    L = draw(st.integers(1, min(V, 4 // b)))
    signs = draw(st.lists(st.sampled_from([-1, 1]), min_size=V * d, max_size=V * d))
    return Held(np.array(signs).reshape(V, d), L, b)


def measured_states(drawn: Held) -> Iterator[Sample]:
    """All contents at once, and one after the other where they are few."""
    code, L, b = drawn
    (V, d), routes = code.shape, [counts.sharing]
    if counts.contents_count(V, L, b) <= 64:
        routes.append(counts.sharing_by_hand)
    for route in routes:
        found = route(code, L, b)
        assert found.reached <= counts.contents_count(V, L, b)
        yield _states_sample(V, L, b, d, found)


def _states_sample(V: int, L: int, b: int, d: int, found: counts.Sharing) -> Sample:
    return Sample({"V": V, "L": L, "b": b, "d": d, "kappa": found.most, "rho": found.read}, FIFTY_DIGITS)


def with_real_codes(drawn: tuple[int, int]) -> Iterator[Sample]:
    """One real entry, 4^k for key k: its sums tell all contents apart."""
    V, L = drawn[0], min(drawn)
    stored, v = counts.contents(V, L, 1)
    states = (4.0 ** stored[:, None] * v[None, :, :, 0]).sum(-1).reshape(-1, 1)
    yield _states_sample(V, L, 1, 1, counts.shared(states, np.zeros(len(states), dtype=bool)))


def trained_states() -> Trained:
    """The integrator of the recall network after every context."""
    worst, sizes = 0.0, (HELD[-1], Held(np.ones((3, 1), dtype=int), 1, 1), Held(HELD[-1].code[:4, :2], 2, 2))
    for code, L, b in sizes:
        found = counts.shared(*runs.held_states(code, L, b))
        assert found == counts.sharing(code, L, b), f"the network holds {found}"
        sample = _states_sample(len(code), L, b, code.shape[1], found)
        worst = max(worst, worst_violation(claim.INTEGER_STATE_COUNT.statement, sample.values))
    return Trained(
        worst, FIFTY_DIGITS, len(sizes), "states of the recall network's integrator, all contents enumerated"
    )


_ONES = np.ones((3, 1), dtype=int)

#: Tight cases: any bit is at most three times one bit, for both codes; parities of a full group, all but one sum zero.
MEMORIES = (
    Memory((1, 2, 3), 2, _ONES, 1),
    Memory((0, 1, 2), 2, _ONES, 2),
    Memory((5,), 3, _ONES[:1], 3),
    Memory(tuple(range(16)), 4, np.ones((16, 1), dtype=int), 1),
    (12, 40, 1),
    (8, 9, 2),
    (3, 120, 1),
)

#: All eight codes of d = 4 up to sign: every content of two keys is read though 112 contents have 81 states at most.
HELD = (
    Held(np.ones((1, 1), dtype=int), 1, 1),
    Held(np.ones((5, 1), dtype=int), 1, 1),
    Held(np.array([[1, 1], [1, -1]]), 1, 1),
    Held(np.array([(1, *signs) for signs in product((1, -1), repeat=2)]), 3, 1),
    Held(np.array([(1, *signs) for signs in product((1, -1), repeat=3)]), 2, 1),
)

CODES = (
    Code(np.array([[1.0, 1, 1, 1], [1, 1, 1, -1], [1, 1, -1, 1]]) / 2, 2),
    Code(np.array([[1.0, 1, 1, 1], [1, 1, 1, -1], [1, 1, -1, 1]]) / 2, 3),
    Code(np.eye(3), 3),
    Code(np.array([[1.0, 0.0], [0.95, np.sqrt(1 - 0.95**2)]]), 2),
)

#: Relations 0, 1 and 2: contents read, states enough, dimension.
_WEAKER = {
    "constant 1 -> 2 at 1.1.1.0.0": "more values of an entry: a weaker bound",
    "constant 1 -> 2 at 2.1.1.0.0.0": "more values of an entry: a weaker bound",
    "sign of L*b*log(2) at 2.1.2.1": "fewer contents: a weaker bound",
    "sign of log(binomial(V, L)) at 2.1.2.2": "fewer contents: a weaker bound",
}

CHECKS: tuple[Check, ...] = (
    Check(
        claim.RANDOM_CODE_READ,
        inputs=memories(),
        measure=measured_small_or_large,
        counter=Counter(
            "the memory is fixed before the code is drawn (values chosen after it)",
            st.tuples(st.integers(2, 3), st.integers(1, 3)),
            with_values_chosen_after,
        ),
        examples=MEMORIES,
        still_true=dict.fromkeys(
            ("bound Piecewise((exp(-d/(2*L - 2)), L > 1), (0, True)) tightened at 3.1", "bounded side p raised at 3.0"),
            "not tight: of all L, d <= 60 the tail comes nearest at L = 2, d = 1, where it is e^(1/2)/2 = 0.82 of it",
        ),
        trained=trained_read,
    ),
    Check(
        claim.ALL_CONTENTS_IFF,
        inputs=codes(),
        measure=measured_contents,
        counter=Counter("unit norm", st.tuples(codes(), st.integers(2, 4)), with_other_norms),
        examples=CODES,
        trained=trained_contents,
    ),
    Check(
        claim.INTEGER_STATE_COUNT,
        inputs=held(),
        measure=measured_states,
        counter=Counter(
            "codes of ±1 (real ones instead)", st.tuples(st.integers(1, 4), st.integers(1, 3)), with_real_codes
        ),
        examples=HELD,
        still_true=_WEAKER,
        trained=trained_states,
    ),
)
