"""The trigonometric basis on the unit cube: values as explicit products, and series by fast transforms.

ψ_0 = 1,  ψ_l(x) = √2 sin 2πlx for l > 0,  √2 cos 2π|l|x for l < 0;  ψ_l(X) = Π_i ψ_{l_i}(x_i)

Coefficients of a series stand in a box: an array (2K_1 + 1, .., 2K_d + 1) whose entry [l_1 + K_1, .., l_d + K_d]
belongs to ψ_l. A grid has the points j/n, j = 0 .. n − 1, in every coordinate.
"""

import operator
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.preconditions import Real, as_count, as_real_array

#: A block s, or a frequency l: one integer for each coordinate.
Block = tuple[int, ...]


def basis_values(frequencies: ArrayLike, points: ArrayLike) -> Real:
    """The values of basis functions, as explicit products.

    Arguments: frequencies, integers (m, d), one row l per function; points (n, d), real.
    Returns: ψ_l(X), float64 (n, m).
    Raises: ValueError for other shapes, for frequencies that are no integers, for entries that are not finite.
    Reference: Okumoto and Suzuki 2022, section 2.
    """
    l, x = np.asarray(frequencies), as_real_array("points", points)
    if l.ndim != 2 or x.ndim != 2 or l.shape[1] != x.shape[1]:
        raise ValueError(f"frequencies {l.shape} and points {x.shape}: must be (m, d) and (n, d)")
    if not np.issubdtype(l.dtype, np.integer):
        raise ValueError(f"frequencies are {l.dtype}: must be integers")
    angle = 2 * np.pi * np.mod(np.abs(l)[None] * x[:, None], 1.0)
    factors = np.where(l > 0, np.sqrt(2) * np.sin(angle), np.where(l < 0, np.sqrt(2) * np.cos(angle), 1.0))
    return factors.prod(axis=-1)


def box_frequencies(shape: tuple[int, ...]) -> NDArray[np.int64]:
    """The frequencies of a box of coefficients, row by row.

    Arguments: shape (2K_1 + 1, .., 2K_d + 1), odd. Returns: int64 (Π shape, d), in the order of `ravel`.
    Raises: ValueError for even or empty sides.
    """
    _odd(shape)
    return np.indices(shape).reshape(len(shape), -1).T - np.array(shape) // 2


def frequencies(s: Sequence[int]) -> Iterator[Block]:
    """The frequencies of block s one by one, 2^{Σ s_i} of them: ⌊2^{s_i − 1}⌋ <= |l_i| < 2^{s_i}.

    Arguments: s, integers >= 0. Raises: ValueError otherwise.
    """
    sizes = [as_count(f"s[{i}]", k, least=0) for i, k in enumerate(s)]
    used = [i for i, k in enumerate(sizes) if k]
    return (_spread(l, used, len(sizes)) for l in _product([_edge(sizes[i]) for i in used]))


def block_of(l: Sequence[int]) -> Block:
    """The block of frequency l: s_i is the number of bits of |l_i|.

    Arguments: l, integers. Returns: tuple of s_i. Raises: ValueError for anything else.
    """
    try:
        return tuple(abs(operator.index(k)).bit_length() for k in l)
    except TypeError as error:
        raise ValueError(f"l = {l!r}: must be integers") from error


def synthesis(coefficients: ArrayLike, points: int) -> Real:
    """The series Σ c_l ψ_l on the grid, one transform per coordinate.

    c_l ψ_l + c_{−l} ψ_{−l} = 2 Re[z e^{2πilx}],  z = (c_{−l} − i c_l)/√2, l > 0

    Arguments: coefficients, a box; points = n >= 2K_i + 1 in every coordinate. Returns: float64 (n,)*d.
    Raises: ValueError for an even side, or fewer points, where frequencies would fold back.
    """
    values, n = _box(coefficients), as_count("points", points)
    for axis, side in enumerate(values.shape):
        if side > n:
            raise ValueError(f"points = {n}: must be at least 2K + 1 = {side}, else frequencies fold back")
        c = np.moveaxis(values, axis, -1)
        K = side // 2
        z = np.zeros((*c.shape[:-1], n // 2 + 1), dtype=np.complex128)
        z[..., 0] = c[..., K]
        z[..., 1 : K + 1] = (c[..., :K][..., ::-1] - 1j * c[..., K + 1 :]) / np.sqrt(2)
        values = np.moveaxis(np.fft.irfft(n * z, n), -1, axis)
    return values


def analysis(values: ArrayLike, cuts: tuple[int, ...]) -> Real:
    """The coefficients of a series from its values on the grid: the inverse of `synthesis` for |l_i| <= K_i.

    Arguments: values (n_1, .., n_d); cuts (K_1, .., K_d), 2K_i + 1 <= n_i. Returns: float64 (2K_1 + 1, .., 2K_d + 1).
    Raises: ValueError for other cuts. Frequencies beyond the grid's fold back into these.
    """
    found = as_real_array("values", values)
    if len(cuts) != found.ndim:
        raise ValueError(f"cuts = {cuts}: must be one for each of {found.ndim} coordinates")
    for axis, cut in enumerate(cuts):
        K, n = as_count(f"cuts[{axis}]", cut, least=0), found.shape[axis]
        if 2 * K + 1 > n:
            raise ValueError(f"cuts[{axis}] = {K}: needs 2K + 1 points, there are {n}")
        z = np.fft.rfft(np.moveaxis(found, axis, -1))[..., : K + 1] / n
        c = np.concatenate([np.sqrt(2) * z[..., :0:-1].real, z[..., :1].real, -np.sqrt(2) * z[..., 1:].imag], axis=-1)
        found = np.moveaxis(c, -1, axis)
    return found


def _box(coefficients: ArrayLike) -> Real:
    box = as_real_array("coefficients", coefficients)
    _odd(box.shape)
    return box


def _odd(shape: tuple[int, ...]) -> None:
    if not shape or any(side % 2 == 0 for side in shape):
        raise ValueError(f"coefficients have shape {shape}: must be odd, 2K + 1, in every coordinate")


def _edge(s: int) -> tuple[range, range]:
    return range(1 - 2**s, 1 - 2 ** (s - 1)), range(2 ** (s - 1), 2**s)


def _spread(l: Block, used: Sequence[int], d: int) -> Block:
    full = [0] * d
    for i, k in zip(used, l, strict=True):
        full[i] = k
    return tuple(full)


def _product(edges: Sequence[tuple[range, range]]) -> Iterator[Block]:
    if not edges:
        yield ()
        return
    for part in edges[0]:
        for l in part:
            for rest in _product(edges[1:]):
                yield (l, *rest)
