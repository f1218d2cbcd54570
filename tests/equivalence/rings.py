"""Checks of the claim about rings of poles, and poles on a line in continuous time."""

from collections.abc import Iterator
from typing import Any

import mpmath
import numpy as np
import torch
from flint import acb, acb_mat, arb, ctx
from hypothesis import strategies as st

import numerics.equivalence as exact
import theory.equivalence as claim
from models.layers import LRU
from numerics.memory import gram
from numerics.spectra import ring
from tests.equivalence.conditioning import (
    BITS,
    TINY,
    WEAKER,
    about,
    by_number,
    condition,
    descended_condition,
    eigenvalue_balls,
    gram_in_balls,
)
from tests.oracles import as_matrix, as_mpf
from tests.strategies import radii
from tests.witness import UNIT, Check, Counter, Sample, Trained
from theory.claim import evaluate


def ring_in_balls(N: int, radius: float) -> list[acb]:
    """R exp(2 pi i n/N) for a float R and an exact circle."""
    return [acb(radius) * (acb(2 * n) / N).exp_pi_i() for n in range(N)]


def line_in_balls(N: int, spacing: float) -> acb_mat:
    """Gram matrix of -1/2 + i δ k, -1/(s_k + conj s_l)."""
    poles = [acb(-0.5, arb(spacing) * k) for k in range(N)]
    return acb_mat([[-1 / (x + y.conjugate()) for y in poles] for x in poles])


def in_balls(N: int, radius: float, turns: int, spacing: float) -> tuple[dict[str, Any], float]:
    """Every measured letter from eigenvalues in balls, and what is left of their width."""
    with ctx.workprec(BITS), mpmath.workprec(BITS):
        poles = ring_in_balls(N, radius)
        V = acb_mat([[pole**l for l in range(turns * N)] for pole in poles])
        g, squares = eigenvalue_balls(gram_in_balls(poles)), eigenvalue_balls(V * V.transpose().conjugate())
        lines = by_number(N, lambda size: as_mpf(condition(eigenvalue_balls(line_in_balls(size, spacing)))))
        ring_letters = {"g": np.array([as_mpf(x) for x in g]), "kappa": as_mpf(condition(g))}
        sigma = np.array([mpmath.sqrt(as_mpf(x)) for x in squares])
        line_letters = {"T": as_matrix(line_in_balls(N, spacing)), "kappa_T": lines}
    return ring_letters | line_letters | {"sigma": sigma}, TINY * float(condition(g).mid() + g[0].mid())


def by_lapack(poles: np.ndarray, columns: int) -> dict[str, Any]:
    """The ring's letters from float eigenvalues and singular values."""
    g = np.linalg.eigvalsh(gram(poles))[::-1]
    V = np.vander(poles, columns, increasing=True)
    return {"g": g, "kappa": g[0] / g[-1], "sigma": np.linalg.svd(V, compute_uv=False)}


def measured_ring(drawn: tuple[int, float, int, float, tuple[int, int]]) -> Iterator[Sample]:
    """Eigenvalues in balls, for few poles; numerics' closed forms; LAPACK's, where they are well conditioned."""
    N, radius, turns, spacing, (row, column) = drawn
    letters: dict[str, Any] = {"N": N, "R": radius, "L": turns * N, "delta": spacing, "k": row % N, "l": column % N}
    if N <= 8:
        found, width = in_balls(N, radius, turns, spacing)
        yield Sample(letters | found, width)
    # rounding R moves every 1 - R^{2N} by u relative to itself over 1 - R
    relative = 64 * (N + 2) * UNIT / (1 - radius)
    g, kappa = exact.ring_gram_eigenvalues(N, radius), exact.ring_condition(N, radius)
    lines = by_number(N, lambda size: np.linalg.cond(exact.equispaced_gram(size, spacing)))
    letters |= {"T": exact.equispaced_gram(N, spacing), "kappa_T": lines}
    tolerance = relative * g[0] + 64 * (N + 2) * UNIT * max(lines) ** 2
    sigma = np.sqrt(exact.ring_vandermonde_squares(N, radius, turns))
    yield Sample(letters | {"g": g, "kappa": kappa, "sigma": sigma}, tolerance + relative * kappa)
    if kappa < 1e6:
        yield Sample(letters | by_lapack(ring(N, radius), turns * N), tolerance + relative * kappa**2)


def with_one_pole_moved(drawn: tuple[int, float, float]) -> Iterator[Sample]:
    """The second pole of the ring turned towards the first."""
    N, radius, turn = drawn
    poles = ring(N, radius)
    poles[1] *= np.exp(-1j * turn)
    lines = by_number(N, lambda size: np.linalg.cond(exact.equispaced_gram(size, 2.0)))
    letters = {"N": N, "R": radius, "L": N, "delta": 2.0, "k": 0, "l": 0, "T": exact.equispaced_gram(N, 2.0)}
    yield Sample(letters | by_lapack(poles, N) | {"kappa_T": lines}, 1e-9)


def enclosed_ring() -> float:
    """Eigenvalues of G in balls overlap N R^{2 k}/(1 - R^{2 N}), and κ of the line stays below exp(2 pi/δ)."""
    widths = []
    with ctx.workprec(BITS):
        for N, radius in ((4, 0.5), (12, 0.9), (16, 1 - 2.0**-20)):
            R = arb(radius)
            for k, g in enumerate(eigenvalue_balls(gram_in_balls(ring_in_balls(N, radius)))):
                stated = N * R ** (2 * k) / (1 - R ** (2 * N))
                assert g.overlaps(stated), f"eigenvalue {k} of {N} poles: {g.str(5)} excludes {stated.str(5)}"
                widths.append(float((g.rad() + stated.rad()) / stated.mid()))
        for spacing in (0.5, 2.0):
            kappa, bound = condition(eigenvalue_balls(line_in_balls(16, spacing))), (2 * arb.pi() / spacing).exp()
            assert kappa < bound, f"κ = {kappa.str(5)} against {bound.str(5)}"
    return max(widths)


def trained_ring() -> Trained:
    """A recurrent unit on a ring: κ from gradient descent on its read-out, and the Gram matrix of its torch states."""
    gaps, N, seeds = [], 5, range(3)
    for seed, radius in zip(seeds, (0.7, 0.8, 0.95), strict=True):
        layer = LRU(ring(N, radius), seed=seed, dtype=torch.float64)
        impulse = torch.eye(200 * N, 1, dtype=torch.float64)[None]
        with torch.no_grad():
            V = layer.states(impulse)[0] / layer.discrete()[1][:, 0]
        generator = torch.Generator().manual_seed(seed)
        weights = torch.randn(N, 1, generator=generator, dtype=V.dtype)
        kappa = descended_condition(V, weights.requires_grad_(), torch.zeros(len(V), 1, dtype=V.dtype), 300)
        squares = torch.linalg.svdvals(V).numpy() ** 2
        for at in range(N):
            letters = {"g": squares, "kappa": kappa, "R": radius, "N": N, "k": at}
            for letter in ("kappa", "g"):
                (sides,) = evaluate(about(claim.GRAM_RING_EXACT, letter), letters)
                gaps.append(float(sides.violation / sides.right))
    return Trained(max(gaps), 1e-6, len(seeds), "LRU on rings of 5 poles: κ of gradient descent and Gram, relative")


index = st.integers(0, 4)

CHECKS = (
    Check(
        claim.GRAM_RING_EXACT,
        inputs=st.tuples(
            st.integers(1, 5),
            radii().filter(lambda r: r > 1e-3),
            st.integers(1, 3),
            st.floats(1.0, 8.0),
            st.tuples(index, index),
        ),
        measure=measured_ring,
        counter=Counter(
            "even spacing on the circle (one pole moved)",
            st.tuples(st.integers(2, 4), st.floats(0.5, 0.9), st.floats(0.1, 0.5)),
            with_one_pole_moved,
        ),
        examples=((3, 0.5, 2, 2.0, (1, 2)), (64, 0.999, 1, np.pi, (3, 5)), (64, 0.999, 1, 0.5, (3, 5))),
        still_true={
            "index N -> N + 1 at 1.0.1": "both sides are then the same letter",
            "index N + 1 -> N + 2 at 1.1.1": "follows by growth twice",
            "index N -> N + 1 at 2.0.1": "one pole more obeys the same bound",
            "constant 2 -> 3 at 2.1.0.0": WEAKER,
        },
        enclosed=enclosed_ring,
        trained=trained_ring,
    ),
)
