"""Index sets {s: γ(s) < T}: their blocks in order, the functions in them, exact sizes.

Glossary: a_1 <= .. <= a_d smoothness, γ(s) = Σ a_i s_i (mixed) or max a_i s_i (anisotropic); block s holds the
frequencies l with ⌊2^{s_i − 1}⌋ <= |l_i| < 2^{s_i}, that is 2^{Σ s_i} functions; G(T) = Σ_{γ(s) < T} 2^{Σ s_i}.

Integers and Fractions throughout: ⌈T/a⌉ in doubles is wrong at lattice points. Of an infinite sequence only the
a_i < T matter: any finite prefix that holds them all gives the same set (`mixed_constant` alone depends on the rest).
"""

import heapq
import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import reduce
from itertools import product
from typing import Literal

import numpy as np

from numerics.preconditions import as_count
from numerics.rates.basis import Block, frequencies

Smoothness = Sequence[int | Fraction]
Kind = Literal["mixed", "anisotropic"]


def mixed_size(a: Smoothness, T: int | Fraction) -> int:
    """Functions of the mixed index set.

    G(T) = Σ_{k < T} c_k,  c_k += 2 c_{k − a_i} for one coordinate after the other, a and T rescaled to integers;
    coordinate 1 comes last and is summed in closed form: Σ_{s < m} 2^s = 2^m − 1, m = ⌈(T − k)/a_1⌉

    Arguments: a, exact, > 0, not decreasing; T > 0, exact. Returns: int, exact.
    Raises: ValueError otherwise. Reference: Okumoto and Suzuki 2022, section 2.

    >>> mixed_size([1, 2], 4), mixed_size([1, 2], Fraction(9, 2))
    (21, 49)
    """
    (first, *rest), K, _ = _integers(a, T)
    return sum(c * (2 ** -(-(K - k) // first) - 1) for k, c in _counts(rest, K).items())


def anisotropic_size(a: Smoothness, T: int | Fraction) -> int:
    """Functions of the anisotropic index set, a box: G(T) = Π_{a_i < T} (2^{⌈T/a_i⌉} − 1).

    Arguments, returns, raises, reference: as `mixed_size`.

    >>> anisotropic_size([1, 2], 4)
    45
    """
    steps, K, _ = _integers(a, T)
    return _box(steps, K)


def mixed_size_by_enumeration(a: Smoothness, T: int | Fraction) -> int:
    """The slow, obvious route to `mixed_size`: every block of the enclosing box. Arguments, raises: as there."""
    smooth, most = as_smoothness(a), as_threshold(T)
    return sum(2 ** sum(s) for s in _grid(smooth, most) if sum(x * k for x, k in zip(smooth, s, strict=True)) < most)


def anisotropic_size_by_enumeration(a: Smoothness, T: int | Fraction) -> int:
    """The slow, obvious route to `anisotropic_size`, block by block. Arguments, raises: as there."""
    smooth, most = as_smoothness(a), as_threshold(T)
    return sum(2 ** sum(s) for s in _grid(smooth, most) if max(x * k for x, k in zip(smooth, s, strict=True)) < most)


def index_set_size(a: Smoothness, kind: str, T: int | Fraction) -> int:
    """`mixed_size` or `anisotropic_size`. Arguments, raises: as there, and for another kind."""
    return mixed_size(a, T) if as_kind(kind) == "mixed" else anisotropic_size(a, T)


def mixed_constant(a: Smoothness) -> Fraction | float | None:
    """The constant of the mixed index set: 2^{T/a_1} <= G(T) + 1 <= 2C 2^{T/a_1}.

    C = Π_{j >= 2} 1/(1 − 2^{−(a_j/a_1 − 1)})

    Arguments: a as in `mixed_size`; of an infinite sequence the factors that are left out are > 1, so a prefix gives
    a constant that serves every T up to its next a_j, and the constant for all T is their limit, finite where
    Σ_j 2^{−a_j/a_1} is.
    Returns: a Fraction where all a_j/a_1 are integers up to 4096, else a float; 1 for one coordinate; None where
    a_1 = a_2. Raises: ValueError as there, and where a_2/a_1 is so near 1 that C is beyond doubles.

    >>> mixed_constant([1, 2, 3])
    Fraction(8, 3)
    """
    smooth = as_smoothness(a)
    ratios = [x / smooth[0] - 1 for x in smooth[1:]]
    if 0 in ratios:
        return None
    if all(r.denominator == 1 and r < 4096 for r in ratios):
        return math.prod((1 / (1 - Fraction(1, 2 ** int(r))) for r in ratios), start=Fraction(1))
    less = [-math.expm1(-float(min(r, Fraction(4096))) * math.log(2)) for r in ratios]
    C = math.prod(1 / x for x in less) if all(less) else math.inf
    if C == math.inf:
        raise ValueError("a[1] is too near a[0]: the constant of the mixed index set must be finite as a double")
    return C


def mixed_constant_by_blocks(a: Smoothness, terms: int) -> float:
    """The slow route to `mixed_constant`: Π_{j >= 2} Σ_{s < terms} 2^{−s (a_j/a_1 − 1)}, from below.

    Arguments: a as there; terms >= 1. Returns: float, too small by a factor of at most Π (1 − 2^{−terms (a_j/a_1 −1)}).
    Raises: ValueError otherwise.
    """
    smooth, n = as_smoothness(a), as_count("terms", terms)
    return math.prod(math.fsum(2.0 ** (-s * float(x / smooth[0] - 1)) for s in range(n)) for x in smooth[1:])


def repeated_size(coordinates: int, steps: int) -> int:
    """Functions of the mixed index set of r equal a_i, m = ⌈T/a_1⌉: G = Σ_{k < m} C(k + r − 1, r − 1) 2^k.

    Arguments: coordinates = r >= 1; steps = m >= 1. Returns: int, exact. Raises: ValueError otherwise.
    """
    r, m = as_count("coordinates", coordinates), as_count("steps", steps)
    return sum(math.comb(k + r - 1, r - 1) << k for k in range(m))


def blocks(a: Smoothness, kind: str, T: int | Fraction) -> Iterator[Block]:
    """The blocks s with γ(s) < T in the order of γ, ties in a fixed order. Arguments, raises: as `index_set_size`."""
    steps, K, _ = _integers(a, T)
    return _ordered(steps, as_kind(kind), K)


def best_terms(a: Smoothness, kind: str) -> Iterator[Block]:
    """Frequencies l without end, in the order of γ of their blocks: the first m are the best m-term set.

    Blocks come from a heap of frontiers, frequencies of a block one by one: nothing of size 2^{Σ s_i} is held.

    Arguments: a, kind as in `index_set_size`. Returns: an iterator over tuples of d integers. Raises: as there.

    >>> from itertools import islice
    >>> list(islice(best_terms([1, 2], "mixed"), 5))
    [(0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)]
    """
    steps, _, _ = _integers(a, 1)
    return (l for s in _ordered(steps, as_kind(kind), None) for l in frequencies(s))


def levels(a: Smoothness, kind: str, T: int | Fraction) -> Iterator[tuple[Fraction, int]]:
    """Pairs (γ, number of functions at exactly this γ), γ < T, increasing; the numbers add up to G(T).

    Mixed: the c_k of `mixed_size`, all coordinates; anisotropic: differences of boxes at the multiples of the a_i.

    Arguments, raises: as `index_set_size`.
    """
    steps, K, scale = _integers(a, T)
    if as_kind(kind) == "mixed":
        return ((Fraction(k, scale), c) for k, c in _counts(steps, K).items())
    places = sorted({k for x in steps for k in range(0, K, x)})
    return ((Fraction(k, scale), _box(steps, k + 1) - (_box(steps, k) if k else 0)) for k in places)


def next_level(a: Smoothness, kind: str, T: int | Fraction) -> Fraction:
    """T⁺ = min{γ(s): γ(s) >= T}. Arguments, raises: as `index_set_size`."""
    most = as_threshold(T)
    beyond = most + as_smoothness(a)[0]  # a multiple of a_1 lies in [T, T + a_1)
    return next(gamma for gamma, _ in levels(a, kind, beyond) if gamma >= most)


def width_level(a: Smoothness, kind: str, m: int) -> Fraction:
    """γ_{(m+1)}, the (m+1)-th smallest γ, each block counted 2^{Σ s_i} times.

    G(t) <= m < G(t⁺) at t = γ_{(m+1)}; a window that holds it is found by doubling T.

    Arguments: a, kind as in `index_set_size`; m >= 0. Returns: Fraction. Raises: ValueError otherwise.
    """
    smooth, m = as_smoothness(a), as_count("m", m, least=0)
    T = smooth[0]
    while index_set_size(smooth, kind, T) <= m:
        T *= 2
    seen = 0
    for gamma, count in levels(smooth, kind, T):
        seen += count
        if seen > m:
            return gamma
    raise AssertionError("levels below T add up to G(T) > m")


def gamma(a: Smoothness, kind: str, s: Sequence[int]) -> Fraction:
    """γ(s) = Σ a_i s_i or max a_i s_i. Arguments: a, kind as above; s, one integer >= 0 each. Raises: as above."""
    smooth = as_smoothness(a)
    if len(s) != len(smooth):
        raise ValueError(f"s = {s}: must have one entry for each of {len(smooth)} coordinates")
    each = [x * as_count("s", k, least=0) for x, k in zip(smooth, s, strict=True)]
    return sum(each, Fraction(0)) if as_kind(kind) == "mixed" else max(each)


def as_smoothness(a: Smoothness) -> tuple[Fraction, ...]:
    """Smoothness as Fractions: at least one, integers or Fractions (no floats), > 0, not decreasing."""
    smooth = tuple(_exact(f"a[{i}]", x) for i, x in enumerate(a))
    if not smooth:
        raise ValueError("a = []: must hold at least one smoothness")
    for i, x in enumerate(smooth):
        if x <= 0:
            raise ValueError(f"a[{i}] = {x}: must be > 0")
        if i and x < smooth[i - 1]:
            raise ValueError(f"a[{i}] = {x} after {smooth[i - 1]}: must not decrease")
    return smooth


def as_threshold(T: int | Fraction) -> Fraction:
    """A threshold as a Fraction: an integer or a Fraction, > 0."""
    most = _exact("T", T)
    if most <= 0:
        raise ValueError(f"T = {most}: must be > 0")
    return most


def as_kind(kind: str) -> Kind:
    """The name of γ: mixed or anisotropic."""
    match kind:
        case "mixed" | "anisotropic":
            return kind
    raise ValueError(f"kind = {kind!r}: must be 'mixed' or 'anisotropic'")


def _exact(name: str, value: object) -> Fraction:
    if isinstance(value, Fraction):
        return value
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return Fraction(int(value))
    raise ValueError(f"{name} = {value!r}: must be an integer or a Fraction, exact, no float")


def _integers(a: Smoothness, T: int | Fraction) -> tuple[list[int], int, Fraction]:
    """The a_i and T times a common scale, all a_i integers without common divisor, T rounded up: γ < T iff γ < ⌈T⌉."""
    smooth, most = as_smoothness(a), as_threshold(T)
    scale = Fraction(math.lcm(*(x.denominator for x in smooth)))
    scale /= reduce(math.gcd, (int(x * scale) for x in smooth))
    return [int(x * scale) for x in smooth], math.ceil(most * scale), scale


def _counts(steps: Sequence[int], K: int) -> dict[int, int]:
    """c_k for the k < K that occur, increasing: functions at γ = k. The loop over coordinates is the recursion."""
    counts = {0: 1}
    for x in steps:
        places = set[int]()
        for k in counts:
            while k < K and k not in places:
                places.add(k)
                k += x
        grown: dict[int, int] = {}
        for k in sorted(places):
            grown[k] = counts.get(k, 0) + 2 * grown.get(k - x, 0)
        counts = grown
    return counts


def _box(steps: Sequence[int], K: int) -> int:
    return math.prod(2 ** -(-K // x) - 1 for x in steps if x < K)


def _grid(smooth: Sequence[Fraction], most: Fraction) -> Iterator[Block]:
    return product(*(range(math.ceil(most / x)) for x in smooth))


def _ordered(steps: Sequence[int], kind: Kind, K: int | None) -> Iterator[Block]:
    """All blocks with γ < K by a heap; every block but 0 has one parent, whose γ is not larger.

    With i the last coordinate in use: s_i one more; the next coordinate begun; or, where s_i = 1, moved on by one.
    """
    mixed, last = kind == "mixed", len(steps) - 1
    heap = [(0, (0,) * len(steps), -1)]
    while heap:
        _, s, i = heapq.heappop(heap)
        yield s
        near = [(i, 1)] if i >= 0 else []
        near += [(i + 1, 1)] + [(i + 1, 0)] * (i >= 0 and s[i] == 1) if i < last else []
        for k, keep in near:
            child = list(s)
            child[k] += 1
            if not keep:
                child[i] = 0
            height = sum(x * n for x, n in zip(steps, child, strict=True)) if mixed else _highest(steps, child)
            if K is None or height < K:
                heapq.heappush(heap, (height, tuple(child), k))


def _highest(steps: Sequence[int], s: Sequence[int]) -> int:
    return max(x * n for x, n in zip(steps, s, strict=True))
