"""Maps of a one-step read against its bound, and pieces of a decoder against its units.

Written before the runs: exact counts are within the statements, with nothing to spare for rounding but 50 digits; the
folding decoder has 2^P pieces, the shallow one 2^N − 1, and both read every integer of N bits.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

import numerics.selection.counting as exact
import numerics.selection.pieces as pieces
import theory.selection.counting as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.statements import line, sides, violation
from figures.style import ink, logarithmic, measurement, panel, theorem
from numerics.selection.decoders import count_on_line, random_decoder

#: Exact numbers are compared at 50 digits.
FIFTY_DIGITS = 1e-45


def parameters(scale: Scale) -> dict[str, Any]:
    """Queries and widths of decoders of one real, how many are drawn at each; bits of the two last-bit decoders."""
    return {
        "Q": scale.choose([2, 6], [1, 2, 4, 6, 8, 10, 12], [2, 4, 8, 12, 16, 24, 32]),
        "widths": [2, 4],
        "draws": scale.choose(1, 2, 20),
        "deep": scale.choose([1, 2, 4], [1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        "shallow": scale.choose([1, 2, 3], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6]),
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """The most patterns and maps of drawn decoders; units and pieces of decoders that read every integer of N bits."""
    Q, widths = given["Q"], given["widths"]
    found = np.array([[_most(q, w, given["draws"]) for q in Q] for w in widths])
    deep = [_read(pieces.folding_decoder(N), N) for N in given["deep"]]
    shallow = [_read(pieces.shallow_decoder(N), N) for N in given["shallow"]]
    stripping = [_read(pieces.stripping_decoder(N), N) for N in given["shallow"]]
    return {
        "Q": np.array(Q),
        "widths": np.array(widths),
        "patterns": found[..., 0],
        "maps": found[..., 1],
        "deep": np.array(deep),
        "shallow": np.array(shallow),
        "stripping": np.array(stripping),
    }


def _most(Q: int, width: int, draws: int) -> tuple[int, int]:
    counts = [count_on_line(random_decoder(1, Q, (width,), 1, seed)) for seed in range(draws)]
    return max(count.patterns for count in counts), max(len(count.maps) for count in counts)


def _read(network: pieces.Wiring, N: int) -> tuple[int, int, int]:
    """Bits that it reads, units, pieces."""
    return pieces.bits_read(network, N + 1), network.units, pieces.pieces(network)


def _map_points(arrays: Arrays) -> list[dict[str, Any]]:
    points = []
    for width, patterns, maps in zip(arrays["widths"], arrays["patterns"], arrays["maps"], strict=True):
        for Q, kappa, T in zip(arrays["Q"].tolist(), patterns.tolist(), maps.tolist(), strict=True):
            letters = {"D": 1, "Q": Q, "b": 1, "ell": 1, "H": np.array([0, width]), "M": int(width)}
            points.append(letters | {"kappa": kappa, "T": T, "A": Fraction(T, 2**Q)})
    return points


def _piece_points(arrays: Arrays) -> list[dict[str, Any]]:
    rows = np.concatenate([arrays["deep"], arrays["shallow"], arrays["stripping"]]).tolist()
    folding = {N: P for N, P, _ in arrays["deep"].tolist()}
    return [{"N": N, "P": P, "K": K, "U": folding[N]} for N, P, K in rows if N in folding]


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Every drawn decoder and every reader against all relations."""
    return (
        Gap(
            claim.RECALL_MAP_COUNT,
            "patterns and maps of drawn decoders of one real, logarithms; 50 digits",
            violation(claim.RECALL_MAP_COUNT, _map_points(arrays)),
            FIFTY_DIGITS,
        ),
        Gap(
            claim.DIGIT_DECODER_SIZE,
            "units and pieces of three decoders of the last bit; exact integers",
            violation(claim.DIGIT_DECODER_SIZE, _piece_points(arrays)),
            0.0,
        ),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Maps on the left, pieces on the right."""
    canvas.set_size_inches(9.6, 4.2)
    left, right = canvas.subplots(1, 2)
    _draw_maps(left, arrays)
    _draw_pieces(right, arrays)


def _draw_maps(axes: Axes, arrays: Arrays) -> None:
    Q, points = arrays["Q"], _map_points(arrays)
    theorem(axes, Q, Q, ink(2), "2^Q, all maps: what storing needs")
    for k, width in enumerate(arrays["widths"]):
        own = points[k * len(Q) : (k + 1) * len(Q)]
        theorem(
            axes, Q, line(claim.RECALL_MAP_COUNT, "log(kappa)", own, "<=") / np.log(2), ink(k), f"bound, w = {width}"
        )
        patterns = [float(both.left) for both in sides(claim.RECALL_MAP_COUNT, "log(kappa)", own, "<=")]
        measurement(axes, Q, np.array(patterns) / np.log(2), ink(k), label=f"patterns, w = {width}")
        measurement(axes, Q, np.log2(arrays["maps"][k]), ink(k + 3), label=f"maps, w = {width}")
    axes.legend(loc="upper left")
    panel(axes, "a", "one real, one hidden layer, b = 1", "queries Q", "log2 of the number")


def _draw_pieces(axes: Axes, arrays: Arrays) -> None:
    deep, shallow, stripping = arrays["deep"], arrays["shallow"], arrays["stripping"]
    P = np.arange(deep[:, 1].max() + 1)
    all_points = [{"P": int(p), "N": 1, "K": 1, "U": 0} for p in P]
    theorem(axes, P, line(claim.DIGIT_DECODER_SIZE, "K", all_points, "<="), ink(0), "2^P, no network has more")
    measurement(axes, deep[:, 1], deep[:, 2], ink(0), label="folding, N units")
    measurement(axes, stripping[:, 1], stripping[:, 2], ink(4), label="taking digits away, 2(N − 1) units")
    measurement(axes, shallow[:, 1], shallow[:, 2], ink(1), label="one hidden layer, 2^N − 2 units")
    read = shallow[1:, 0].tolist()  # from two bits on, where the axis is logarithmic
    floor = line(claim.DIGIT_DECODER_SIZE, "K", [{"P": 0, "K": 1, "U": 0, "N": N} for N in read], ">=")
    theorem(axes, shallow[1:, 1], floor, ink(1), "2^N − 1, what reading N bits needs, at 2^N − 2 units")
    axes.set_xscale("symlog", linthresh=1)
    logarithmic(axes, x=False)
    axes.set_xticks([0, 1, 2, 4, 8, 16, 32, 64], ["0", "1", "2", "4", "8", "16", "32", "64"])
    axes.minorticks_off()
    axes.set_xlim(-0.1, 1.3 * shallow[:, 1].max())
    axes.set_ylim(0.7, 30 * max(deep[:, 2].max(), stripping[:, 2].max()))
    axes.legend(loc="upper left")
    panel(axes, "b", "the last bit of an integer of N bits", "ReLU units P", "affine pieces K")


def note(arrays: Arrays) -> str:
    """What the bound leaves for a large recall."""
    D = exact.least_reals(2**20, (8000,) * 20, 20)
    most = int(arrays["maps"].max())
    return (
        f"At most {most} maps were drawn at Q = {arrays['Q'].max()}. For 2^20 queries with 20 bits each, read by"
        f" 20 hidden layers of 8000 units, the bound leaves no fewer than D = {D} reals."
    )


MAP_COUNT = Figure(
    name="selection.map_count",
    title="How many maps one step can read, and how many pieces a decoder has",
    alt="Two panels. The logarithm of patterns and of maps of decoders of one real grows slowly with the number of"
    " queries, maps below patterns below the bound, while that of all maps is a straight line that crosses the bound"
    " between six and nine queries. Pieces of the folding decoder lie on the line 2 to the number of units; those of"
    " the decoder with one hidden layer on the least number of pieces that reading the last bit needs; at one bit all"
    " three decoders coincide, at two bits the last two.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
    note=note,
)
