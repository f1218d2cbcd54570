"""Blocks of frequencies in two coordinates, and the sets they make: a box and a hyperbolic cross of like size.

Criteria: frequencies in a block are counted exactly, mean squares of random series within 64 N u of Σ f²; the numbers
of functions at each γ fulfil the recursion and add up to the size, exactly.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

import numerics.rates.index_sets as exact
import theory.rates.index_sets as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import UNIT
from figures.statements import violation, violation_of
from figures.style import ink, measurement, panel, theorem
from numerics.rates.basis import block_of, box_frequencies, synthesis

A = (1, 2)


def parameters(scale: Scale) -> dict[str, Any]:
    """The box of frequencies |l_i| < 2^K; T of the cross and of the box; γ up to which functions are counted."""
    return {"K": scale.choose(3, 4, 4), "mixed": 5, "anisotropic": 4, "levels": scale.choose(8, 14, 20), "seed": 0}


def measure(given: Mapping[str, Any]) -> Arrays:
    """The block of every frequency of a box; functions at each γ, coordinate by coordinate."""
    K, T = given["K"], given["levels"]
    side = 2 ** (K + 1) - 1
    blocks = np.array([block_of(l) for l in box_frequencies((side, side)).tolist()])
    rng = np.random.default_rng(given["seed"])
    rows = []
    for s in sorted({tuple(s) for s in blocks.tolist()}):
        own = (blocks == s).all(axis=1)
        f = rng.standard_normal(int(own.sum()))
        c = np.zeros(len(blocks))
        c[own] = f
        F = np.mean(synthesis(c.reshape(side, side), side + 1) ** 2)
        rows.append((*s, own.sum(), F, f @ f))
    counts = np.zeros((3, T), dtype=np.int64)
    counts[0, 0] = 1
    for i in (1, 2):
        for level, count in exact.levels(A[:i], "mixed", T):
            counts[i, int(level)] = count
    return {
        "blocks": blocks.reshape(side, side, 2),
        "cross": np.array([exact.mixed_size(A, given["mixed"]), given["mixed"]]),
        "box": np.array([exact.anisotropic_size(A, given["anisotropic"]), given["anisotropic"]]),
        "found": np.array(rows, dtype=float),
        "counts": counts,
        "sizes": np.array([exact.mixed_size_by_enumeration(A, t) for t in range(1, T + 1)]),
    }


def _blocks(arrays: Arrays) -> list[dict[str, Any]]:
    return [
        {
            "s": np.array([0, int(s), int(t)]),
            "d": 2,
            "N": int(N),
            "F": F,
            "f": np.array([0.0, np.sqrt(square)] + [0.0] * int(N)),
        }
        for s, t, N, F, square in arrays["found"]
    ]


def _levels(arrays: Arrays) -> list[dict[str, Any]]:
    K = arrays["counts"].shape[1]
    shared = {"a": np.array([0, *A]), "d": 2, "c": arrays["counts"], "z": 2.0**-9, "infinity": K - 1}
    return [shared | {"k": k, "T": k + 1, "G": int(arrays["sizes"][k])} for k in range(K - A[1])]


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Blocks, and the recursion."""
    N, square = arrays["found"][:, 2].max(), arrays["found"][:, 4].max()
    K = arrays["counts"].shape[1]
    recursion = max(violation_of(claim.MIXED_INDEX_SIZE, "", _levels(arrays), place=k) for k in (0, 1, 2))
    series = violation_of(claim.MIXED_INDEX_SIZE, "", _levels(arrays)[:1], place=3)
    return (
        Gap(
            claim.BLOCK_SIZE,
            f"frequencies and mean squares of {len(arrays['found'])} blocks, N up to {N:.0f}, tolerance 64 N u Σ f²",
            violation(claim.BLOCK_SIZE, _blocks(arrays)),
            64 * N * UNIT * square,
        ),
        Gap(claim.MIXED_INDEX_SIZE, "functions at each γ, and sizes block by block; integers", recursion, 0.0),
        Gap(
            claim.MIXED_INDEX_SIZE,
            f"generating function at z = 2^-9 off its {K} first terms, tolerance 4·2^-{7 * K}, what is left out",
            series,
            4 * 2.0 ** (-7 * K),
        ),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Tiles of the first blocks, the two sets, functions at each γ."""
    canvas.set_size_inches(13, 4.2)
    tiles, sets, counts = canvas.subplots(1, 3)
    _draw_tiles(tiles, arrays)
    _draw_sets(sets, arrays)
    _draw_counts(counts, arrays)


def _draw_tiles(axes: Axes, arrays: Arrays) -> None:
    total = arrays["blocks"].sum(axis=-1)
    K = total.shape[0] // 2
    axes.imshow(total.T, origin="lower", extent=(-K - 0.5, K + 0.5) * 2, cmap="Greys", vmax=2 * total.max(), vmin=0)
    edges = [e - 0.5 for k in range(int(np.log2(K + 1)) + 1) for e in (2**k, 1 - 2**k)]
    axes.vlines(edges, -K - 0.5, K + 0.5, color="white", linewidth=0.9)
    axes.hlines(edges, -K - 0.5, K + 0.5, color="white", linewidth=0.9)
    for s, t, N, *_ in arrays["found"]:
        if s >= 2 or N < 10:  # what is wider than its tile is left out
            x, y = (0.0 if k == 0 else 3 * 2.0 ** (k - 2) - 0.5 for k in (s, t))
            axes.text(x, y, f"{N:.0f}", ha="center", va="center", fontsize=7)
    axes.grid(False)
    panel(axes, "a", "blocks, mirrored tiles: $2^{s_1+s_2}$ functions", "$l_1$", "$l_2$")


def _draw_sets(axes: Axes, arrays: Arrays) -> None:
    s = arrays["blocks"]
    K = s.shape[0] // 2
    cross = A[0] * s[..., 0] + A[1] * s[..., 1] < arrays["cross"][1]
    box = np.maximum(A[0] * s[..., 0], A[1] * s[..., 1]) < arrays["box"][1]
    for inside, k, size, fill, label in (
        (box, 1, 6.0, "none", f"box, max < {arrays['box'][1]}: G = {arrays['box'][0]}"),
        (cross, 0, 2.5, ink(0).colour, f"cross, sum < {arrays['cross'][1]}: G = {arrays['cross'][0]}"),
    ):
        l = np.argwhere(inside) - K
        look: dict[str, Any] = {"color": ink(k).colour, "markersize": size, "markerfacecolor": fill}
        axes.plot(l[:, 0], l[:, 1], ink(k).marker, linestyle="none", label=label, **look)
    axes.set_ylim(-5, 9)
    axes.legend(loc="upper center", ncol=1)
    panel(axes, "b", "box and hyperbolic cross, a = (1, 2)", "$l_1$", "$l_2$")


def _draw_counts(axes: Axes, arrays: Arrays) -> None:
    k = np.arange(arrays["counts"].shape[1])
    doubled = arrays["counts"][1].astype(float)
    recursion = doubled.copy()
    for level in k[A[1] :]:
        recursion[level] += 2 * recursion[level - A[1]]
    theorem(axes, k, recursion, ink(0), "$c_{2,k} = c_{1,k} + 2c_{2,k−2}$")
    measurement(axes, k, arrays["counts"][2], ink(0), label="functions at γ = k")
    measurement(axes, k + 1, arrays["sizes"], ink(1), label="G(T), block by block, at T")
    theorem(axes, k + 1, np.cumsum(arrays["counts"][2]), ink(1), "their sum over γ < T")
    axes.set_yscale("log", base=2)
    axes.legend(loc="upper left")
    panel(axes, "c", "functions at each γ, a = (1, 2)", "γ, or T", "number")


BLOCKS = Figure(
    name="rates.blocks",
    title="Blocks of frequencies, and the sets they make",
    alt="Three panels. The plane of frequencies of two coordinates, cut into blocks that double in size, with the"
    " number of functions in each. The box and the hyperbolic cross for smoothness 1 and 2, the cross reaching further"
    " along the axes. Functions at each level, on the recursion, and their sums, the sizes of the cross.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
