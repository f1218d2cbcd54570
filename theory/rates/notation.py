"""The letters of the topic, one meaning each.

    a_i (`a`)   smoothness of coordinate i, from 1, not decreasing     s_i (`s`)   block of coordinate i
    T (`T`)     threshold of an index set {s: γ(s) < T}                G (`G`)     functions in it
    d (`d`)     coordinates                                            m (`m`)     terms, functions or pieces
    n (`n`)     samples                                                σ (`sigma`) standard deviation of the noise
    L (`L`)     tokens of a context                                    χ (`chi`)   sharpness of the softmax
    δ (`delta`) margin of the winner                                   η (`eta`)   error of the importances
    B (`B`)     bound of values

`numerics.rates` and `models.rates` use the same letters; L, χ, δ are those of `theory.selection`.
"""

import sympy as sp

from theory.selection.notation import L, chi, d, delta, n

T, sigma, B = sp.symbols("T sigma B", positive=True)
G, m = sp.symbols("G m", integer=True, positive=True)
eta = sp.Symbol("eta", nonnegative=True)
a, s = sp.IndexedBase("a"), sp.IndexedBase("s")

__all__ = ["B", "G", "L", "T", "a", "chi", "d", "delta", "eta", "m", "n", "s", "sigma"]
