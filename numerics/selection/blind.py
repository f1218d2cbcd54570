"""What is reached without selection: linear, order-blind, and by a pure delay.

The recall: n distinct keys out of K, each followed by a value, uniform on V symbols and independent of all else; then
one of the stored keys, uniform, as the query. The answer is the value that followed it.

Glossary: n pairs · V values · N_m sequences of n values with none more than m times · y_t = u_{t−L} the copy.
"""

import math
from collections import Counter, defaultdict
from fractions import Fraction
from itertools import permutations, product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.preconditions import Real, as_count, as_real_vector
from numerics.preconditions.scalars import short

#: The most recalls that are listed one by one.
MOST = 2**18
#: The most numbers in one matrix: 128 MiB.
LARGEST = 2**24


def linear_recall_risk(pairs: int, values: int) -> Fraction:
    """The mean squared error of the best affine predictor of the one-hot answer.

    (1 − 1/n)(1 − 1/V), reached by mean + (1/n) Σ_j (v_j − mean); any depth of linear layers

    Arguments: pairs = n >= 1; values = V >= 1. Returns: Fraction. Raises: ValueError otherwise.

    >>> linear_recall_risk(2, 8)
    Fraction(7, 16)
    """
    n, V = as_count("pairs", pairs), as_count("values", values)
    return (1 - Fraction(1, n)) * (1 - Fraction(1, V))


def recall_sequences(pairs: int, keys: int, values: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every recall once: sequences k_1 v_1 .. k_n v_n q, keys 0..K−1 and values K..K+V−1, with their answers.

    Arguments: n >= 1, K >= n, V >= 1, at most `MOST` sequences. Returns: (m, 2n + 1), and (m,) in
    0..V−1.
    Raises: ValueError otherwise.
    """
    n, V = as_count("pairs", pairs), as_count("values", values)
    K = as_count("keys", keys)
    if n > K:
        raise ValueError(f"pairs = {short(n)}: must be at most K = {short(K)}, the number of keys")
    if n > MOST.bit_length() or math.perm(K, n) * V**n * n > MOST:  # there are at least n! of them
        raise ValueError(f"pairs = {short(n)}, keys = {short(K)}, values = {short(V)}: more than 2^18 sequences")
    stored = np.array(list(permutations(range(K), n)))
    given = np.array(list(product(range(V), repeat=n)))
    sets, contents, asked = (x.ravel() for x in np.indices((len(stored), len(given), n)))
    sequences = np.empty((len(asked), 2 * n + 1), dtype=np.int64)
    sequences[:, 0:-1:2], sequences[:, 1::2] = stored[sets], given[contents] + K
    sequences[:, -1] = stored[sets, asked]
    return sequences, given[contents, asked]


def linear_recall_risk_fitted(pairs: int, keys: int, values: int, products: bool = False) -> float:
    """The obvious route: least squares on every recall, one-hot tokens at every place.

    Arguments: as `recall_sequences`; products: whether each value also comes multiplied by "its key is the query",
    which no affine map of the tokens can do. Returns: the risk, to about 1e-12.
    Raises: ValueError as there, and where the features are more than `LARGEST` numbers.
    """
    sequences, answers = recall_sequences(pairs, keys, values)
    V = as_count("values", values)
    hot = _one_hot(sequences, keys + V).astype(np.float64)
    features = [np.ones((len(answers), 1)), hot.reshape(len(answers), -1)]
    if products:
        owns = sequences[:, 0:-1:2] == sequences[:, -1:]
        features.append((hot[:, 1::2, keys:] * owns[..., None]).reshape(len(answers), -1))
    X, Y = np.concatenate(features, axis=1), np.eye(V)[answers]
    weights = np.linalg.pinv(X.T @ X, rcond=1e-10) @ (X.T @ Y)
    return float(np.mean(np.sum((Y - X @ weights) ** 2, axis=1)))


def linear_recall_risk_exact(pairs: int, keys: int, values: int) -> Fraction:
    """A third route, exact: E|Y|² − Σ over the normal equations, in Fractions, on the values alone and their products.

    The residual of Y − mean − (1/n) Σ_j (v_j − mean) is checked to be orthogonal to every token at every place, in
    integers; then its mean square is the least risk.

    Arguments, raises: as `linear_recall_risk_fitted`. Returns: Fraction. Raises ArithmeticError if it were not
    orthogonal.
    """
    sequences, answers = recall_sequences(pairs, keys, values)
    n, V = as_count("pairs", pairs), as_count("values", values)
    hot = _one_hot(sequences, keys + V)
    mean_free = V * hot[:, 1::2, keys:].sum(1) - n
    residual = n * (V * np.eye(V, dtype=np.int64)[answers] - 1) - mean_free  # n V times what is left
    if np.any(np.einsum("stc,sv->tcv", hot, residual)) or np.any(residual.sum(0)):
        raise ArithmeticError("the residual is not orthogonal to the tokens")
    return Fraction(int((residual**2).sum()), len(answers) * (n * V) ** 2)


def _one_hot(sequences: NDArray[np.int64], symbols: int) -> NDArray[np.int64]:
    if sequences.size * symbols > LARGEST or symbols**2 > LARGEST:
        raise ValueError(f"{sequences.size} tokens of {symbols} symbols: one-hot, more than {LARGEST} numbers")
    return np.eye(symbols, dtype=np.int64)[sequences]


def limited_sequences(pairs: int, values: int) -> list[int]:
    """N_m for m = 0..n: sequences of n values, out of V, in which none occurs more than m times.

    N_m = n! [z^n] (Σ_{k<=m} z^k/k!)^V, by powers of the series with binomial products. O(n³ log V) integer products.

    Arguments: pairs = n >= 1; values = V >= 1. Returns: n + 1 integers, the last V^n. Raises: ValueError otherwise.

    >>> limited_sequences(3, 2)
    [0, 0, 6, 8]
    """
    n, V = as_count("pairs", pairs), as_count("values", values)
    return [_power([int(k <= m) for k in range(n + 1)], V)[n] for m in range(n + 1)]


def _power(series: list[int], exponent: int) -> list[int]:
    result = [1] + [0] * (len(series) - 1)
    while exponent:
        if exponent & 1:
            result = _times(result, series)
        series, exponent = _times(series, series), exponent >> 1
    return result


def _times(a: list[int], b: list[int]) -> list[int]:
    return [sum(math.comb(s, k) * a[k] * b[s - k] for k in range(s + 1)) for s in range(len(a))]


def order_blind_accuracy(pairs: int, values: int) -> Fraction:
    """The best accuracy of a recall that knows which values occur how often, but not which key owns which.

    E[max_v count_v]/n = (1/n) Σ_{m<n} (1 − N_m/V^n);  n = 2: (1 + 1/V)/2

    Arguments: pairs = n >= 1; values = V >= 1. Returns: Fraction. Raises: ValueError otherwise.

    >>> order_blind_accuracy(2, 8)
    Fraction(9, 16)
    """
    n, V = as_count("pairs", pairs), as_count("values", values)
    return sum((1 - Fraction(N, V**n) for N in limited_sequences(n, V)[:n]), Fraction(0)) / n


def order_blind_entropy(pairs: int, values: int) -> float:
    """The best mean cross-entropy of the same predictor, in nats.

    E[H(counts/n)] = log n − (V/n) E[c log c], c ~ Bin(n, 1/V);  n = 2: (1 − 1/V) log 2

    Arguments: pairs = n >= 1; values = V >= 1. Returns: float, to rounding of log n. Raises: ValueError otherwise.
    """
    n, V = as_count("pairs", pairs), as_count("values", values)
    terms = (Fraction(math.comb(n, j) * (V - 1) ** (n - j) * j, n * V ** (n - 1)) for j in range(1, n + 1))
    return max(0.0, math.log(n) - math.fsum(float(term) * math.log(j) for j, term in enumerate(terms, 1)))


def blind_by_enumeration(pairs: int, values: int, ordered: bool = False) -> tuple[Fraction, float]:
    """The obvious route to both: all V^n values, all n queries, the best answer to each thing seen.

    Arguments: n, V as above, at most 2^18 recalls; ordered: whether it sees the values in the order of their keys and
    the place of the query instead of the values as a multiset. Returns: accuracy, entropy in nats.
    Raises: ValueError otherwise.
    """
    n, V = as_count("pairs", pairs), as_count("values", values)
    if n > MOST or math.log2(n) + n * math.log2(V) > math.log2(MOST):
        raise ValueError(f"pairs = {short(n)}, values = {short(V)}: more than 2^18 recalls")
    answers: defaultdict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
    for v in product(range(V), repeat=n):
        for asked in range(n):
            answers[(*v, asked) if ordered else tuple(sorted(v))][v[asked]] += 1
    total = n * V**n
    right = sum(max(seen.values()) for seen in answers.values())
    nats = math.fsum(
        -count / total * math.log(count / sum(seen.values())) for seen in answers.values() for count in seen.values()
    )
    return Fraction(right, total), nats


def copied(u: ArrayLike, length: int) -> Real:
    """y_t = u_{t−L}, zero before: what the filter with one tap, of weight 1 at lag L, makes of u.

    Arguments: u (T,), real; length = L >= 1. Returns: (T,). Raises: ValueError otherwise.
    """
    x, L = as_real_vector("u", u), as_count("length", length)
    return np.concatenate([np.zeros(min(L, len(x))), x[: max(0, len(x) - L)]])


def copied_by_delay_line(u: ArrayLike, length: int) -> Real:
    """The slow route: L states, each taking over from the one before it, the last one read before it is replaced.

    Arguments, returns: as `copied`. Raises: ValueError as there, and for more than `LARGEST` states.
    """
    x, L = as_real_vector("u", u), as_count("length", length)
    if L > LARGEST:
        raise ValueError(f"length = {short(L)}: must be at most {LARGEST} states")
    line = np.zeros(L)
    y = np.empty_like(x)
    for t, now in enumerate(x):
        y[t] = line[-1]
        line = np.concatenate([[now], line[:-1]])
    return y


def copying_taps(lengths: ArrayLike, weights: int) -> tuple[Real, float]:
    """The causal filter h_0..h_{m−1} that comes nearest to copying, by least squares over all strings at once.

    A string x of L symbols is followed by L blanks; y_{L+i} must be x_i. With independent symbols of mean 0 and
    variance 1 the normal equations are exact sums of shifts: nothing is sampled. Where several filters are as near,
    that of least norm.

    Arguments: lengths, the L of equally many strings each, integers >= 1; weights = m >= 1.
    Returns: h (m,), and the mean squared error of a symbol.
    Raises: ValueError otherwise, and where the equations, m L² for each length, are more than `LARGEST` numbers.
    """
    m, each = as_count("weights", weights), [as_count("lengths", L) for L in np.atleast_1d(np.asarray(lengths))]
    if not each:
        raise ValueError("lengths = []: must hold at least one")
    if m * sum(L * L for L in each) > LARGEST:
        raise ValueError(f"lengths = {short(each)}, weights = {short(m)}: more than {LARGEST} numbers in the equations")
    rows, targets, shares = [], [], []
    for L in each:
        place = np.arange(L, 2 * L)[:, None] - np.arange(m)  # which symbol of the string meets which tap
        seen = (place[..., None] == np.arange(L)).astype(np.float64)  # (i, tap, symbol)
        rows.append(np.swapaxes(seen, 1, 2).reshape(-1, m))
        targets.append(np.eye(L).ravel())
        shares.append(np.full(L * L, 1 / np.sqrt(L * len(each))))
    X, y, w = np.concatenate(rows), np.concatenate(targets), np.concatenate(shares)
    h = np.linalg.lstsq(X * w[:, None], y * w, rcond=None)[0]
    return h, float(np.sum((w * (y - X @ h)) ** 2))


def delay_state(length: int) -> int:
    """The least number of states of a filter with one tap at lag L: the rank of its Hankel matrix (h_{i+j+1}).

    Arguments: length = L, 1..1024. Returns: int. Raises: ValueError otherwise.
    """
    L = as_count("length", length)
    if L > 1024:
        raise ValueError(f"length = {short(L)}: must be at most 1024, the matrix has (L + 2)² entries")
    i = np.arange(L + 2)
    return int(np.linalg.matrix_rank((i[:, None] + i + 1 == L).astype(np.float64)))
