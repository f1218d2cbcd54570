"""Which tokens matter: what hiding one of them changes, by brute force and in closed form.

Glossary: L length · e_t value of token t · K response of all layers together · p pooling weights · m length of a word.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.preconditions import Real, as_count


def pooled_output(values: ArrayLike, kernels: Sequence[ArrayLike], pooling: ArrayLike, gated: bool = False) -> float:
    """The output f = Σ_τ p_τ y_τ, layer by layer: x ← x + k * x, and then, if gated, x ← x + ReLU(x).

    Arguments: values e (L,), real; kernels, one (L,) for each layer, causal; pooling p (L,); gated: an FNN after every
        layer but the last, else the network is linear.
    Returns: float, exact for integers below 2^53.
    Raises: ValueError for no token, and for kernels or pooling of another length.

    >>> pooled_output([1, 2], [[1, 3]], [0, 1])
    7.0
    """
    x, layers, p = _checked(values, kernels, pooling)
    for i, kernel in enumerate(layers):
        x = x + np.convolve(x, kernel)[: len(x)]
        x = x + np.maximum(x, 0) if gated and i + 1 < len(layers) else x
    return float(p @ x)


def occlusion(f: Callable[[Real], float], values: ArrayLike, hidden: float) -> Real:
    """Δ_t = f(x) − f(x with e_t replaced by `hidden`), one t at a time. Returns: (L,)."""
    e = np.asarray(values, dtype=np.float64)
    return np.array([f(e) - f(np.where(np.arange(len(e)) == t, hidden, e)) for t in range(len(e))])


def composite_kernel(kernels: Sequence[ArrayLike], length: int) -> Real:
    """K = (δ + k_1) * … * (δ + k_N), the first `length` lags. Returns: (length,).

    >>> composite_kernel([[1, 3], [0, 1]], 2)
    array([2., 5.])
    """
    K = np.zeros(as_count("length", length))
    K[0] = 1
    for kernel in kernels:
        K = K + np.convolve(K, np.asarray(kernel, dtype=np.float64))[: len(K)]
    return K


def linear_response(kernel: ArrayLike, pooling: ArrayLike) -> Real:
    """g_t = Σ_{τ>=t} p_τ K_{τ−t}: the derivative of the pooled output by e_t, the same for every input. Returns: (L,).

    >>> linear_response([2, 5], [0, 1])
    array([5., 2.])
    """
    K, p = np.asarray(kernel, dtype=np.float64), np.asarray(pooling, dtype=np.float64)
    return np.convolve(K, p[::-1])[: len(p)][::-1]


def linear_occlusion(values: ArrayLike, hidden: float, kernel: ArrayLike, pooling: ArrayLike) -> Real:
    """Δ_t = (e_t − o) g_t. Arguments: values (L,); hidden o; kernel K, pooling p (L,). Returns: (L,)."""
    return (np.asarray(values, dtype=np.float64) - hidden) * linear_response(kernel, pooling)


def occurrences(letters: ArrayLike, word: ArrayLike) -> NDArray[np.int64]:
    """Where a word begins. Arguments: letters (L,), word (m,), integers. Returns: places, rising; none if m > L.

    Raises: ValueError for an empty word.

    >>> occurrences([0, 1, 0, 1, 0], [0, 1, 0])
    array([0, 2])
    """
    x, w = _letters("letters", letters), _letters("word", word)
    as_count("length of the word", len(w))
    if len(w) > len(x):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero((np.lib.stride_tricks.sliding_window_view(x, len(w)) == w).all(1))


def still_occurs(letters: ArrayLike, word: ArrayLike, hidden: int) -> NDArray[np.int64]:
    """y_t: 1 if the word still occurs when letter t is hidden, else 0, by looking at every window of every sequence.

    Arguments: letters (L,); word (m,); hidden, the symbol that hides. Returns: (L,).
    Raises: ValueError when the word has the symbol that hides, or no letter.

    >>> still_occurs([2, 0, 1, 2], [0, 1], 9)
    array([1, 0, 0, 1])
    """
    x, w = _letters("letters", letters), _letters("word", word)
    if hidden in w:
        raise ValueError(f"hidden = {hidden}: must be no letter of the word {w.tolist()}")
    return np.array([int(len(occurrences(np.where(np.arange(len(x)) == t, hidden, x), w)) > 0) for t in range(len(x))])


def still_occurs_by_cover(letters: ArrayLike, word: ArrayLike) -> NDArray[np.int64]:
    """The same from where the word begins: y_t = 1 if some occurrence does not cover t. Returns: (L,)."""
    t = np.arange(len(_letters("letters", letters)))
    starts = occurrences(letters, word)[:, None]
    outside = (t < starts) | (t >= starts + len(np.asarray(word)))
    return np.asarray(outside.any(0), dtype=np.int64)


def _letters(name: str, given: ArrayLike) -> NDArray[np.int64]:
    array = np.asarray(given)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise ValueError(f"{name} = {given!r}: must be a sequence of integers")
    return array.astype(np.int64)


def _checked(values: ArrayLike, kernels: Sequence[ArrayLike], pooling: ArrayLike) -> tuple[Real, list[Real], Real]:
    x, p = np.asarray(values, dtype=np.float64), np.asarray(pooling, dtype=np.float64)
    layers = [np.asarray(kernel, dtype=np.float64) for kernel in kernels]
    as_count("number of tokens", len(x))
    for name, part in (("pooling", p), *(("kernel", layer) for layer in layers)):
        if part.shape != x.shape:
            raise ValueError(f"{name} has shape {part.shape}: must be {x.shape}, one number for each token")
    return x, layers, p
