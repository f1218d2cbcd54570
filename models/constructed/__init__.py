"""Networks whose weights are written down, not trained: stacks of the layers that are trained elsewhere.

- `constructed` a network with its encoding of tokens, and what it costs (`Resources`)
- `delay_line` copy at one length · `digits` copy by the digits of one number · `ngram` copy and recall by a table
- `codes` recall by random or parity codes · `query_first` recall with the query first, or seen from both sides
- `pooling` softmax pooling by two integrators · `motif` does a word occur
"""
