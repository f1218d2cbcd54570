"""The letters of the topic, one meaning each.

    L (`L`)        tokens of a context, or stored pairs    V (`V`)   symbols of an alphabet
    b (`b`)        bits per symbol                         n (`n`)   pairs of a recall, or symbols of an n-gram
    d (`d`)        dimension of a code or of a state       χ (`chi`) sharpness of the softmax
    δ (`delta`)    margin of the winner                    ε (`eps`) error that is allowed
    w_j (`w`)      softmax weights, the winner first (w_0) μ_j (`mu`) importances, the winner first (μ_0)

`numerics.selection` and `models.selection` use the same letters.
"""

import sympy as sp

L, V, b, n, d = sp.symbols("L V b n d", integer=True, positive=True)
chi, delta, eps = sp.symbols("chi delta epsilon", positive=True)
w, mu = sp.IndexedBase("w"), sp.IndexedBase("mu")
j = sp.Symbol("j", integer=True, nonnegative=True)
