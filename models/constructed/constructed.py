"""A network with written weights, how tokens enter and answers leave it, and what it costs."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from models.layers.stack import Stack
from numerics.preconditions import as_count


@dataclass(frozen=True)
class Resources:
    """What a network costs. Parameters and bits of state are different currencies and never added.

    nonzero: weights and biases that are not zero; dense: all of them, zeros of the matrices included (a diagonal A
    counts its diagonal); state_dim: numbers in the state; bits_per_entry: that one of them needs at most;
    weight_magnitude: the largest absolute weight.
    """

    nonzero: int
    dense: int
    state_dim: int
    bits_per_entry: int
    weight_magnitude: float

    @property
    def state_bits(self) -> int:
        """Bits of the whole state."""
        return self.state_dim * self.bits_per_entry


def resources(network: Stack, bits_per_entry: int) -> Resources:
    """What a stack costs, counted on its weights as they are. Arguments: network; bits_per_entry of its state."""
    weights = [p.detach() for p in network.parameters()]
    return Resources(
        nonzero=sum(int(torch.count_nonzero(w)) for w in weights),
        dense=sum(w.numel() for w in weights),
        state_dim=sum(len(system.B) for system in network.systems),
        bits_per_entry=bits_per_entry,
        weight_magnitude=max(float(w.abs().max()) for w in weights if w.numel()),
    )


@dataclass(frozen=True)
class Constructed:
    """A stack with the code of its tokens.

    network; encode: tokens, int64 (batch, length) -> inputs (batch, length, channels); decode: outputs
    (.., channels) -> symbols, int64 (..); bits_per_entry of the state; feed: the token that hands an answer back to
    the network, int64 -> int64, by default the answer itself; longest: the most tokens it is exact for, those fed back
    included, or None where it does not matter.
    """

    network: Stack
    encode: Callable[[Tensor], Tensor]
    decode: Callable[[Tensor], Tensor]
    bits_per_entry: int
    feed: Callable[[Tensor], Tensor] = lambda answer: answer
    longest: int | None = None

    @property
    def resources(self) -> Resources:
        """Counted on the weights as they are."""
        return resources(self.network, self.bits_per_entry)

    @torch.no_grad()
    def answers(self, tokens: Tensor) -> Tensor:
        """What the network says at every step, in the parallel form.

        Arguments, returns: int64 (batch, length >= 1).
        Raises: ValueError for other shapes, tokens that are no integers, more tokens than it holds.
        """
        _check_tokens("tokens", tokens)
        self._check_length(tokens.shape[1])
        return self.decode(self.network(self.encode(tokens)))

    @torch.no_grad()
    def generate(self, prompt: Tensor, steps: int) -> Tensor:
        """What the network says after the prompt, each answer fed back, in the recurrent form.

        Arguments: prompt, int64 (batch, length >= 1); steps >= 1. Returns: int64 (batch, steps).
        Raises: ValueError for an empty prompt, tokens that are no integers, steps < 1, more tokens than it holds.
        """
        _check_tokens("prompt", prompt)
        self._check_length(prompt.shape[1] + as_count("steps", steps) - 1)
        state = self.network.initial_state(len(prompt))
        answer = prompt[:, 0]
        for u in self.encode(prompt).unbind(1):
            state, y = self.network.step(state, u)
            answer = self.decode(y)
        said = [answer]
        for _ in range(steps - 1):
            state, y = self.network.step(state, self.encode(self.feed(said[-1])[:, None])[:, 0])
            said.append(self.decode(y))
        return torch.stack(said, dim=1)

    def _check_length(self, length: int) -> None:
        if self.longest is not None and length > self.longest:
            raise ValueError(f"{length} tokens, those fed back included: this network is exact for {self.longest} only")


def _check_tokens(name: str, tokens: Tensor) -> None:
    if tokens.dim() != 2 or not tokens.shape[1]:
        raise ValueError(f"{name} has shape {tuple(tokens.shape)}: must be (batch, length >= 1)")
    if tokens.is_floating_point() or tokens.is_complex() or tokens.dtype == torch.bool:
        raise ValueError(f"{name} is {tokens.dtype}: must be integers")
