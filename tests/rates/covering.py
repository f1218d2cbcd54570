"""Checks of the claims of `theory.rates.covering`."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

import models.rates.covering as trained
import numerics.rates.covering as exact
import theory.rates.covering as claim
from tests.witness import UNIT, Check, Counter, Sample, Trained, worst_violation


class Drawn(NamedTuple):
    """Sizes, entries at most B or all equal to it, change as a share of 2B, radius as a share of B U."""

    sizes: tuple[int, ...]
    B: float
    share: float
    radius: float
    seed: int | None


@st.composite
def networks(draw: st.DrawFn) -> Drawn:
    """One to four maps, widths one to six, entries below and above 1, all of them B too; changes from none to 2B."""
    sizes = tuple(draw(st.lists(st.integers(1, 6), min_size=2, max_size=5)))
    B = draw(st.sampled_from([0.01, 0.5, 1.0, 1.5, 8.0]))
    share, radius = (
        draw(st.sampled_from([0.0, 1e-9, 1e-3, 0.25, 1.0])),
        draw(st.sampled_from([1e-6, 0.01, 0.3, 1.0, 4.0])),
    )
    return Drawn(sizes, B, share, radius, draw(st.none() | st.integers(0, 10**6)))


def pair(drawn: Drawn) -> tuple[exact.Maps, exact.Maps]:
    """Two networks: random ones, or all entries B and all moved down."""
    eps = 2 * drawn.B * drawn.share
    if drawn.seed is None:
        return exact.constant_maps(drawn.sizes, drawn.B), exact.constant_maps(drawn.sizes, drawn.B - eps)
    first = exact.random_maps(drawn.sizes, drawn.B, drawn.seed)
    return first, exact.perturbed(first, drawn.B, eps, drawn.seed + 1)


def measured(drawn: Drawn, inputs_counted: bool = True) -> Iterator[Sample]:
    """In doubles at the corners 0, 1 and random points; in Fractions at the corner of ones where networks are small."""
    one, two = pair(drawn)
    L, W, _, S = exact.size(one)
    if not inputs_counted:
        W = max(drawn.sizes[1:-1], default=1)
    d, B = drawn.sizes[0], drawn.B
    eps = max(float(np.abs(v - w).max()) for u, z in zip(one, two, strict=True) for v, w in zip(u, z, strict=True))
    U = exact.sensitivity(L, W, B)
    delta = drawn.radius * B * U
    cells = exact.cover_size(1, L, W, B, delta)
    half = B / cells
    centre = exact.nearest_centre(one, B, cells)
    edge = exact.constant_maps(drawn.sizes, B)
    points = np.vstack([np.ones((1, d)), np.zeros((1, d)), np.random.default_rng(0).random((20, d))])
    shared = {"L": L, "W": W, "B": B, "epsilon": eps, "S": S, "delta": delta, "N": exact.cover_size(S, L, W, B, delta)}
    for start, middle in ((one, centre), (edge, exact.nearest_centre(edge, B, cells))):
        assert all(
            np.all(np.abs(v - w) <= half * (1 + 8 * cells * UNIT))
            for u, z in zip(start, middle, strict=True)
            for v, w in zip(u, z, strict=True)
        )
        letters = {"D": exact.distance(one, two, points), "Delta": exact.distance(start, middle, points)}
        yield Sample(shared | letters, 16 * L * (max(drawn.sizes) + 2) * UNIT * (max(B, 1) * (max(W, d) + 1)) ** L)
    if S <= 25:
        corner = {"D": exact.exact_distance(one, two, points[:1]), "Delta": 0}
        yield Sample(shared | corner, 8 * UNIT * eps * U)


def trained_covering() -> Trained:
    """Trained blocks, moved by three sizes of change; entries of the moved one count as well."""
    worst, report = 0.0, []
    for sizes, seed in (((1, 8, 1), 0), ((2, 6, 6, 1), 1), ((3, 1), 2)):
        block = trained.trained_block(sizes, seed)
        for eps in (1e-4, 1e-2, 0.3):
            other = trained.moved_block(block, eps, seed)
            (L, W, B, S), (_, _, more, _) = exact.size(trained.maps_of(block)), exact.size(trained.maps_of(other))
            B, D = max(B, more), trained.largest_change(block, other, 200, seed)
            letters = {"L": L, "W": W, "B": B, "epsilon": eps, "D": D, "S": S, "N": 1, "delta": 1.0, "Delta": 0.0}
            worst = max(worst, worst_violation(claim.PARAMETER_PERTURBATION.statement, letters))
            report.append(f"{D / exact.perturbation_bound(L, W, B, min(eps, 2 * B)):.2g}")
    return Trained(
        worst, 0.0, 3, "trained FNN blocks, moved by 1e-4, 1e-2, 0.3; change over bound: " + ", ".join(report)
    )


EXAMPLES = (
    Drawn((3, 1), 1.0, 0.25, 1 / 64, None),
    Drawn((3, 2), 0.5, 0.5, 1 / 1024, None),
    Drawn((1, 1), 8.0, 1e-3, 1.0, None),
    Drawn((1, 1), 0.5, 0.25, 1 / 2**20, None),
    Drawn((40, 40, 1), 1.0, 1e-4, 0.01, None),
    Drawn((40, 40, 1), 1.5, 1e-4, 0.01, None),
    Drawn((2, 4, 4, 4, 1), 1.5, 1.0, 4.0, 3),
)

#: Relation 1 is the bound of D, 2 that of log N.
_WEAKER = (
    *(f"constant 1 -> 2 at {place}" for place in ("1.1.2.0.0", "1.1.3.0.0", "2.1.1.0.0")),
    *(f"constant 1 -> 2 at 2.1.1.0.1.{place}.0.0" for place in (3, 4)),
    *(
        f"{change} at {place}.1.0"
        for change in ("sign of -1", "constant -1 -> 0")
        for place in ("1.1.3", "2.1.1.0.1.4")
    ),
)

CHECKS: tuple[Check, ...] = (
    Check(
        claim.PARAMETER_PERTURBATION,
        inputs=networks(),
        measure=measured,
        counter=Counter(
            "inputs at most W (hidden widths alone, which drops the 1 in W + 1)",
            st.builds(
                Drawn, st.tuples(st.integers(2, 5), st.just(1)), st.just(1.0), st.just(0.25), st.just(0.01), st.none()
            ),
            lambda drawn: measured(drawn, inputs_counted=False),
        ),
        examples=EXAMPLES,
        still_true=dict.fromkeys(_WEAKER, "a weaker bound"),
        trained=trained_covering,
    ),
)
