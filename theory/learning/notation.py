"""The letters of the topic, one meaning each; those of `theory.memory.notation` keep theirs.

    M_τ (`M`)      memory function           P_ττ' (`P`)   α_τ^* α_τ', projection on what the state can recall
    k_τ (`kernel`) kernel of the model       k*_τ (`teacher`)  kernel of the teacher, Σ_τ k*_τ^2 finite
    w              read-out                  c             Σ_τ α_τ k*_τ, the best whitened read-out
    t (`time`)     time of the gradient flow η (`eta`)     step of gradient descent
    g_i (`g`)      eigenvalues of the Gram matrix G        K (`delay`)  delay of the teacher
    λ (`pole`)     one real pole             θ, μ: local letters of a room, named at its top

Loss L = ½⟨(y − y*)²⟩ and flow w' = −∂L/∂w, except where L_2 = ⟨(y − y*)²⟩ is written: all results on single poles.
"""

import sympy as sp

from theory.memory.notation import G, M, N, k, l, lamda, matrix_letter, n, tau

P = sp.IndexedBase("P")
kernel, teacher = sp.IndexedBase("k"), sp.IndexedBase(sp.Symbol("k^*"))
g = sp.IndexedBase("g")
time, eta = sp.Symbol("t", nonnegative=True), sp.Symbol("eta", positive=True)
delay = sp.Symbol("K", integer=True, nonnegative=True)
pole = sp.Symbol("lamda", real=True)

__all__ = [
    "G",
    "M",
    "N",
    "P",
    "delay",
    "eta",
    "g",
    "k",
    "kernel",
    "l",
    "lamda",
    "matrix_letter",
    "n",
    "pole",
    "tau",
    "teacher",
    "time",
]
