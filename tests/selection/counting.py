"""Checks of the claims of `theory.selection.counting`."""

import math
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import models.selection.counting as runs
import numerics.selection.counting as exact
import numerics.selection.pieces as line
import theory.selection.counting as claim
from models.constructed.last_bit import last_bit
from numerics.selection.decoders import (
    Count,
    Decoder,
    as_decoder,
    count_by_recursion,
    count_on_line,
    random_decoder,
    zigzag_decoder,
)
from tests.witness import Check, Counter, Sample, Trained, worst_violation

#: Exact numbers are compared at 50 digits.
FIFTY_DIGITS = 1e-45


@st.composite
def networks(draw: st.DrawFn) -> line.Wiring:
    """Any wiring of up to five units, weights from all zero to generic; readers of one bit up to five."""
    kind = draw(st.sampled_from(["wired", "wired", "layered", "folded", "stripped", "shallow"]))
    seed, N = draw(st.integers(0, 10**6)), draw(st.integers(1, 5))
    match kind:
        case "wired":
            return line.random_wiring(draw(st.integers(0, 5)), seed, draw(st.sampled_from([0, 1, 3, 50])))
        case "layered":
            return line.layered(*zip(*line.folding_layers(min(N, 3)), strict=True))
        case "folded":
            return line.folding_decoder(N)
        case "stripped":
            return line.stripping_decoder(min(N, 4))
    return line.shallow_decoder(min(N, 4))


def measured_pieces(network: line.Wiring) -> Iterator[Sample]:
    """Unit by unit; where units are few, from every assignment of gates; the folding decoder of as many bits."""
    N = line.bits_read(network, 6)
    routes = [line.pieces] + [line.pieces_by_candidates] * (network.units <= 4)
    for route in routes:
        yield _pieces_sample(network.units, route(network), N)


def _pieces_sample(P: int, K: int, N: int) -> Sample:
    return Sample({"P": P, "K": K, "N": N, "U": folding_units(N)}, 0.0)


@lru_cache
def folding_units(N: int) -> int:
    """Units of the folding decoder, which reads N bits; reading nothing takes none."""
    if not N:
        return 0
    folding = line.folding_decoder(N)
    assert line.bits_read(folding, N) == N
    return folding.units


def with_a_periodic_gate(N: int) -> Iterator[Sample]:
    """One unit that is no ReLU; its pieces from 0 to 2^N − 1 only."""
    s = np.arange(2**N)
    assert [int(y) for y in line.periodic_gate(s)] == (s % 2).tolist()
    yield _pieces_sample(1, line.runs_of_slope(line.periodic_gate(s)), N)


def trained_pieces() -> Trained:
    """The constructed network on every integer; what gradient descent finds, as pieces and bits read."""
    worst, wrong, report = 0.0, 0, []
    for N in (1, 2, 3, 8, 16):
        s = torch.arange(2**N)
        wrong += int((last_bit(N).answers(s[:, None])[:, 0] != s % 2).sum())
    for N, seed in ((1, 0), (2, 0), (3, 0)):
        network, accuracy = runs.trained_last_bit(N, seed)
        K, read = line.pieces(network), line.bits_read(network, N)
        sample = _pieces_sample(network.units, K, read)
        worst = max(worst, worst_violation(claim.DIGIT_DECODER_SIZE.statement, sample.values))
        report.append(f"N = {N}: accuracy {accuracy:.2f}, {K} pieces, {read} bits")
    what = "folding network on all integers of 1, 2, 3, 8, 16 bits, wrong answers; trained, width 3 and depth N: "
    return Trained(worst + wrong, 0.0, 3, what + "; ".join(report))


#: Gates beyond which elimination takes longer than a moment, by D.
_FEW = {1: 7, 2: 7, 3: 5}


@st.composite
def decoders(draw: st.DrawFn) -> Decoder:
    """One to three reals, as many as answers, no or up to two hidden layers, all weights zero, ties, generic."""
    D = draw(st.integers(1, 3))
    Q, b = draw(st.integers(1, 4)), draw(st.integers(1, 2))
    widths = draw(st.lists(st.integers(1, 3), max_size=2))
    seed, size = draw(st.integers(0, 10**6)), draw(st.sampled_from([0, 1, 2, 50, 1000]))
    gates = _FEW[D] if D > 1 else 24
    Q = max(1, min(Q, gates // (sum(widths) + b)))
    while Q * (sum(widths) + b) > gates:
        widths = widths[:-1]
    return random_decoder(min(D, Q * b), Q, widths, b, seed, size)


def measured_maps(drawn: Decoder | int) -> Iterator[Sample]:
    """Breakpoints on a line, elimination in any dimension; a ladder of that many thresholds on one real."""
    if isinstance(drawn, int):
        T = exact.threshold_maps(drawn)
        yield _maps_sample((1, 1, (), drawn), T, T, Fraction(T, 2**drawn))
        return
    D, Q, widths, b = drawn.sizes
    routes = [count_on_line] * (D == 1) + [count_by_recursion] * (Q * (sum(widths) + b) <= _FEW[D])
    for route in routes:
        found = route(drawn)
        yield _maps_sample(drawn.sizes, found.patterns, len(found.maps), stored_share(found, Q * b))


def stored_share(found: Count, bits: int) -> Fraction:
    """The share of all contents, written down one by one, that the decoder gives back from some state."""
    return Fraction(sum(content in found.maps for content in product((False, True), repeat=bits)), 2**bits)


def _maps_sample(sizes: tuple[int, int, tuple[int, ...], int], patterns: int, maps: int, share: Fraction) -> Sample:
    D, Q, widths, b = sizes
    least = math.ceil(D / Q)
    H = [max(w, least) for w in widths]  # filled up with idle units
    letters: dict[str, Any] = {"D": D, "Q": Q, "b": b, "ell": len(H), "H": np.array([0, *H, least])}
    return Sample(letters | {"M": max(*H, b, 1), "kappa": patterns, "T": maps, "A": share}, FIFTY_DIGITS)


def with_answers_fed_back(L: int) -> Iterator[Sample]:
    """The decoder is run again on its own answers, L times: position t of the string is query t."""
    T = exact.iterated_strings(L)
    yield _maps_sample((1, L, (), 1), T, T, Fraction(T, 2**L))


def trained_maps() -> Trained:
    """Trained decoders of one real: grid on torch within the exact count, exact count within the statement."""
    worst, report = 0.0, []
    for Q, width, seed in ((3, 2, 0), (6, 4, 2)):
        found = runs.trained_decoder(1, Q, width, seed)
        count = count_on_line(found.decoder)
        span = 2 * float(np.abs(found.states).max())
        seen = runs.maps_on(found, np.concatenate([np.linspace(-span, span, 4001)[:, None], found.states]))
        assert seen <= count.maps, f"Q = {Q}: the grid shows {len(seen - count.maps)} maps that are none"
        sample = _maps_sample(found.decoder.sizes, count.patterns, len(count.maps), stored_share(count, Q))
        worst = max(worst, worst_violation(claim.RECALL_MAP_COUNT.statement, sample.values))
        bound = exact.map_count_bound(1, Q, (width,), 1)
        report.append(f"Q = {Q}, width {width}: {len(seen)} on a grid, {len(count.maps)} in all, bound {bound}")
    return Trained(worst, FIFTY_DIGITS, 2, "decoders of one real, trained on all contents; maps: " + "; ".join(report))


#: Tight: 2^P pieces, 2^N − 1 pieces, N units, no unit at all.
NETWORKS = (
    line.folding_decoder(1),
    line.folding_decoder(2),
    line.folding_decoder(5),
    line.shallow_decoder(2),
    line.shallow_decoder(4),
    line.stripping_decoder(3),
    line.random_wiring(0, 0, 0),
)

#: Tight: affine answers in general position, zigzags; 2^15 thresholds, where the closed form is nearest.
DECODERS = (
    *(random_decoder(D, N, (), 1, seed=3) for D, N in ((1, 5), (2, 5), (3, 5), (2, 2))),
    zigzag_decoder(0, 3),
    zigzag_decoder(1, 2),
    zigzag_decoder(2, 2),
    random_decoder(1, 12, (2,), 1, seed=0),
    as_decoder([np.array([[[1]], [[-1]]])], [np.zeros((2, 1), dtype=int)]),
    2**15,
)

CHECKS: tuple[Check, ...] = (
    Check(
        claim.DIGIT_DECODER_SIZE,
        inputs=networks(),
        measure=measured_pieces,
        counter=Counter("ReLU units (a periodic gate instead)", st.integers(1, 6), with_a_periodic_gate),
        examples=NETWORKS,
        still_true={
            "constant 2 -> 3 at 0.1.0": "more pieces than units can make: a weaker bound",
            "sign of 2**N at 1.1.1": "a negative bound",
        },
        trained=trained_pieces,
    ),
    Check(
        claim.RECALL_MAP_COUNT,
        inputs=decoders(),
        measure=measured_maps,
        counter=Counter("one forward step (its answers fed back instead)", st.integers(1, 8), with_answers_fed_back),
        examples=DECODERS,
        still_true={
            "constant 1 -> 2 at 2.1.1.0": "one layer more: a weaker bound",
            "constant 1 -> 2 at 2.1.2.0": "e² for e: a weaker bound",
            "constant -1 -> 0 at 2.1.2.1.0.2.1": "not divided by D >= 1: a weaker bound",
        },
        trained=trained_maps,
    ),
)
