"""Networks whose weights are written down, not trained: stacks of the layers that are trained elsewhere.

- `constructed` a network with its encoding of tokens, and what it costs (`Resources`)

Each other room builds one construction from its sizes.
"""
