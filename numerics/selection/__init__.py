"""Selecting tokens: softmax tails, codes, look-ups, and what states and decoders can hold.

- `softmax` softmax selection: sharpness, tails, ranks
- `pooling` softmax pooling by two integrators, and what a window costs
- `kernels` linear-attention states read by features: exact reading and coherence
- `codes` random, parity and learned codes: reading, worst contents · `sampled_codes` the same over drawn codes
- `state_counts` contents that share a state of small integers
- `look_up` n-gram look-up: copying, recall, repeats; and recall with the query first
- `blind` what is reached without selection: linear, order-blind, fixed-length
- `importance` which tokens matter: hiding one of them
- `states` bits of state: pigeonhole, the digit copier
- `counting` maps of a one-step read · `pieces` affine pieces of a decoder · `decoders` decoders counted exactly
"""
