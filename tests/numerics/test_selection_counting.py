"""Pieces, patterns and maps: hard inputs, second routes, refusals."""

from fractions import Fraction

import numpy as np
import pytest
import torch
from scipy.optimize import linprog

import numerics.selection.counting as exact
import numerics.selection.decoders as decoders
import numerics.selection.pieces as pieces
from models.constructed.last_bit import last_bit


def feasible(limits) -> bool:
    """The largest t <= 1 with a·s + c >= t on strict sides is positive: linear programming, in doubles."""
    rows = np.array([[*map(float, numbers), -float(strict)] for numbers, strict in limits])
    D = rows.shape[1] - 2
    found = linprog(
        [0.0] * D + [-1.0],
        A_ub=-np.delete(rows, D, axis=1),
        b_ub=rows[:, D],
        bounds=[(None, None)] * D + [(None, 1.0)],
    )
    return found.status == 0 and found.x[-1] > 1e-9


@pytest.mark.parametrize("D", [1, 2, 3])
def test_generic_affine_answers_have_as_many_patterns_as_the_count(D: int) -> None:
    for N in range(1, 7):
        found = decoders.count_by_recursion(decoders.random_decoder(D, N, (), 1, seed=3))
        assert found.patterns == len(found.maps) == exact.sign_patterns(D, N)
        assert exact.sign_patterns(D, N) == exact.sign_patterns_by_recursion(D, N)


def test_elimination_and_linear_programming_find_the_same_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    for D, Q, widths in ((2, 4, ()), (3, 4, ()), (2, 2, (2,))):
        given = decoders.random_decoder(D, Q, widths, 1, seed=5)
        by_elimination = decoders.count_by_recursion(given)
        with monkeypatch.context() as patched:
            patched.setattr(decoders, "has_point", feasible)
            assert decoders.count_by_recursion(given) == by_elimination


@pytest.mark.parametrize("size", [0, 1, 3, 50])
def test_breakpoints_and_elimination_find_the_same_maps(size: int) -> None:
    for seed in range(4):
        given = decoders.random_decoder(1, 2, (2, 1), 1, seed, size)
        assert decoders.count_on_line(given) == decoders.count_by_recursion(given)


def test_a_grid_shows_no_map_beyond_the_exact_ones() -> None:
    given = decoders.random_decoder(1, 12, (2,), 1, seed=0)
    found = decoders.count_on_line(given)
    grid = decoders.count_on(given, np.linspace(-40, 40, 801)[:, None])
    assert grid.maps <= found.maps
    assert len(found.maps) <= found.patterns <= exact.map_count_bound(1, 12, (2,), 1) == 325 < 2**12


@pytest.mark.parametrize(("layers", "bits"), [(0, 3), (1, 2), (2, 2)])
def test_zigzags_reach_the_bound(layers: int, bits: int) -> None:
    found = decoders.count_on_line(decoders.zigzag_decoder(layers, bits))
    assert found.patterns == exact.map_count_bound(1, 1, (3,) * layers, bits)


def test_the_closed_form_bounds_the_count() -> None:
    for D, N in ((1, 1), (3, 3), (2, 50), (40, 1000)):
        assert exact.sign_patterns(D, N) <= 2 ** exact.sign_patterns_closed_form(D, N)
    assert exact.sign_patterns(9, 4) == 2**4


def test_least_reals_is_the_first_that_the_bound_allows() -> None:
    for Q, widths, b in ((12, (2,), 1), (64, (8, 8), 3), (1, (), 1)):
        top = Q * max((*widths, b))
        first = next(D for D in range(1, top + 1) if exact.bound_in_bits(D, Q, widths, b) >= Q * b)
        assert exact.least_reals(Q, widths, b) == first
    assert exact.least_reals(2**20, (8000,) * 20, 20) == 53392


def test_an_iterated_decoder_tells_all_strings_apart() -> None:
    assert [exact.iterated_strings(L) for L in (1, 2, 8)] == [2, 4, 256]
    assert exact.iterated_strings(8) > exact.map_count_bound(1, 8, (), 1)


@pytest.mark.parametrize("N", [1, 2, 3, 4])
def test_readers_of_the_last_bit(N: int) -> None:
    expected = {
        pieces.folding_decoder: (N if N > 1 else 0, 2**N if N > 1 else 1),
        pieces.stripping_decoder: (2 * (N - 1), 3 ** (N - 1)),
        pieces.shallow_decoder: (2**N - 2, 2**N - 1),
    }
    s = np.arange(2**N)
    for make, (P, K) in expected.items():
        network = make(N)
        assert (network.units, pieces.pieces(network)) == (P, K)
        assert pieces.outputs(network, s).tolist() == (s % 2).tolist()
        assert pieces.bits_read(network, N + 1) == N
    layers = pieces.layered(*zip(*pieces.folding_layers(N), strict=True))
    assert pieces.outputs(layers, s).tolist() == (s % 2).tolist()


def test_three_routes_count_the_same_pieces() -> None:
    for units, seed in ((0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (4, 5)):
        network = pieces.random_wiring(units, seed)
        assert pieces.pieces(network) == pieces.pieces_by_candidates(network) <= 2**units
    folding = pieces.folding_decoder(5)
    assert pieces.runs_of_slope(pieces.outputs(folding, range(-2, 36))) == pieces.pieces(folding) == 2**5


def test_the_constructed_network_reads_every_integer() -> None:
    for N in (1, 2, 10):
        s = torch.arange(2**N)[:, None]
        network = last_bit(N)
        assert torch.equal(network.answers(s), s % 2)
        assert torch.equal(network.generate(s, 1), s % 2)
        assert network.resources.state_dim == 0
    with pytest.raises(ValueError, match=r"0\.\.3"):
        last_bit(2).answers(torch.tensor([[4]]))


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (lambda: exact.sign_patterns_closed_form(5, 4), "at most the number of functions"),
        (lambda: exact.sign_patterns(0, 4), "dimension"),
        (lambda: exact.sign_patterns(2, 0), "functions"),
        (lambda: exact.map_count_bound(1, 0, (2,), 1), "queries"),
        (lambda: exact.map_count_bound(1, 4, (2, 0), 1), "width 2"),
        (lambda: exact.map_count_bound(1, 4, (-1,), 1), "width 1"),
        (lambda: exact.map_count_bound(1, 4, (2,), 0), "bits"),
        (lambda: exact.least_reals(0, (2,), 1), "queries"),
        (lambda: exact.iterated_strings(21), "at most 20"),
        (lambda: exact.threshold_maps(0), "bits"),
        (lambda: decoders.as_decoder([], []), "at least one"),
        (lambda: decoders.as_decoder([np.ones((1, 1, 1))], [np.ones((1, 2))]), "shapes"),
        (lambda: decoders.as_decoder([[[[np.nan]]]], [[[1.0]]]), "finite"),
        (lambda: decoders.count_on_line(decoders.random_decoder(2, 1, (), 1, 0)), "must be 1"),
        (lambda: pieces.folding_decoder(0), "bits"),
        (lambda: pieces.shallow_decoder(17), "at most 16"),
        (lambda: pieces.as_wiring([1, 1], [[1], [0]], [0, 0]), "earlier"),
        (lambda: pieces.as_wiring([], [], []), "shapes"),
        (lambda: pieces.runs_of_slope([]), "at least two"),
        (lambda: pieces.layered([[[1, 2]]], [[0]]), "one input"),
        (lambda: last_bit(0), "bits"),
    ],
)
def test_refusals(call, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        call()


def test_doubles_enter_with_all_their_bits() -> None:
    assert decoders.exactly([0.1])[0] == Fraction(3602879701896397, 2**55)
