"""The architectures, one per file.

`linear_rnn.LinearRNN` (dense) · `s4.S4` (diagonal plus low rank) · `s4d.S4D` (diagonal) · `lru.LRU` ·
`attention.LinearAttention`, `attention.SoftmaxAttention`, `attention.UniformAverage`. Each has `forward(u)` (parallel
in time), `step(state, u)` (recurrent), `states(u)` and `initial_state(batch)`; those with poles export them, as
float64 and closed under conjugation, by `poles()`. Where S4 and S4D start: `initialisations`; how their poles become
discrete: `discretisation`; how a kernel is computed: `kernels`.

For selecting tokens: `state_space.StateSpace` (any four matrices), `mlp.MLP`, `stack.Stack` of both, with written
weights or trained; `pooling.SoftmaxPooling`. Many networks side by side: `replicas`, `residual`, `rotary`.
"""

from models.layers.attention import LinearAttention, SoftmaxAttention, UniformAverage
from models.layers.linear_rnn import LinearRNN
from models.layers.lru import LRU
from models.layers.s4 import S4
from models.layers.s4d import S4D

__all__ = ["LRU", "S4", "S4D", "LinearAttention", "LinearRNN", "SoftmaxAttention", "UniformAverage"]
