"""What is commonly said of the kernels of S4D-LegS, put to the procedure that holds every claim."""

import sympy as sp

import numerics.equivalence as exact
from tests.witness import Ladder, refuted
from theory.equivalence.diagonal import E

SIZES = (8, 16, 32, 64)


def gaps(n: int) -> tuple[dict, ...]:
    """Squared distances of the kernels from the modes of both systems."""
    return tuple({"E": [0.0] * n + [exact.modal_kernel_gap_squared(n, N)]} for N in SIZES)


def test_that_the_kernels_converge_is_refuted_at_every_order() -> None:
    steps = tuple(1 / N for N in SIZES)
    for n in range(3):
        assert all(refuted(sp.Eq(E[n], 0), Ladder(steps, gaps(n), order), 30) for order in (0.5, 1.0, 2.0))


def test_that_the_gap_grows_to_half_of_q_n_is_not() -> None:
    steps = tuple(1 / N for N in SIZES)
    for n in range(3):
        assert not refuted(sp.Eq(E[n], sp.Rational(2 * n + 1, 4)), Ladder(steps, gaps(n), 2.0), 30)
