"""Non-linear read-outs, and the input weights."""
