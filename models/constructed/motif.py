"""The exact detector of a word: a delay line, one ReLU for the match, an integrator, one ReLU for "at least once"."""

from collections.abc import Sequence

import numpy as np
from torch import Tensor
from torch.nn import functional

from models.constructed.constructed import Constructed
from models.layers.mlp import MLP
from models.layers.stack import Stack
from models.layers.state_space import StateSpace
from numerics.preconditions import as_count


def motif_detector(word: Sequence[int], letters: int, length: int) -> Constructed:
    """At every step 1 if the word has occurred so far, else 0.

    Letters enter as unit vectors, the symbol `letters`, which hides one, as zero. SSM1: delay line, tokens t..t−m+1.
    FNN1: ReLU(Σ_l ⟨e(w_{m−l}), u_{t−l}⟩ − (m − 1)), 1 at the end of an occurrence, else 0. SSM2: integrator, the
    number of occurrences. FNN2: S − ReLU(S − 1), read at ½.

    Nonzeros: 2mV of the delay line, m + [m≠1] + 1 of FNN1, 3 of SSM2 and 5 of FNN2. State mV + 1.

    Arguments: word, m >= 1 letters out of 0..V−1; letters V; length: the longest sequence, for the bits of the count.
    Returns: Constructed, on tokens 0..V.
    Raises: ValueError for an empty word, a letter outside 0..V−1; of `answers`, for tokens outside 0..V and sequences
        longer than `length`.
    """
    V, m, length = as_count("letters", letters), as_count("length of the word", len(word)), as_count("length", length)
    for letter in word:
        if not 0 <= as_count("letter of the word", letter, least=0) < V:
            raise ValueError(f"letter of the word = {letter}: must be below letters = {V}")
    N = m * V
    match = np.zeros(N)
    match[[age * V + letter for age, letter in enumerate(reversed(word))]] = 1
    once = [([[1.0], [1.0]], [0.0, -1.0]), ([[1.0, -1.0]], [0.0])]
    layers: list[StateSpace | MLP] = [
        StateSpace(np.eye(N, k=-V), np.eye(N, V), np.eye(N), np.zeros((N, V))),
        MLP([(match[None], [1.0 - m]), ([[1.0]], [0.0])]),
        StateSpace([1.0], [[1.0]], [[1.0]], [[0.0]]),
        MLP(once),
    ]

    def encode(tokens: Tensor) -> Tensor:
        if tokens.numel() and not 0 <= int(tokens.min()) <= int(tokens.max()) <= V:
            raise ValueError(f"tokens lie in {int(tokens.min())}..{int(tokens.max())}: must lie in 0..{V}")
        if tokens.shape[1] > length:
            raise ValueError(f"sequence of {tokens.shape[1]} tokens: must be at most length = {length}")
        return functional.one_hot(tokens, V + 1)[..., :V].double()

    return Constructed(Stack(layers), encode, lambda y: (y[..., 0] > 0.5).long(), length.bit_length())
