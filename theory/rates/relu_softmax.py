"""Softmax pooling by ReLU alone: exponential, reciprocal, and the network that selects."""

from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
