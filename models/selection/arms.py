"""The networks that are compared: blocks of state space model and feed-forward network, and what each lacks.

Every arm is an encoder, pre-norm residual blocks, a read and a decoder, at an equal number of weights:

- SSM-2: two blocks of state space model + FNN; SSM-1: one, wider; SSM-2 deep: two, each FNN with two hidden layers
- no-FNN: two state space blocks with neither FNN nor norm between them, which is a linear network
- Transformer: two blocks of causal attention (rotary, two heads) + FNN
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.layers.replicas import Affine, Read
from models.layers.residual import FeedForward, Mixer
from models.layers.rotary import RotaryAttention
from numerics.preconditions import as_count, as_seed

HEADS = 2


@dataclass(frozen=True)
class Arm:
    """One architecture.

    label; channels H; layers; hidden: hidden layers of each FNN, 0 for a network without FNN and norm; modes of each
    channel's system; attention in place of the state space blocks.
    """

    label: str
    channels: int
    layers: int = 2
    hidden: int = 1
    modes: int = 16
    attention: bool = False


#: About 60 000 weights each.
SSM_2 = Arm("SSM-2", 64)
SSM_1 = Arm("SSM-1", 92, layers=1)
DEEP = Arm("SSM-2 deep", 51, hidden=2)
NO_FNN = Arm("no-FNN", 104, hidden=0)
TRANSFORMER = Arm("Transformer", 60, attention=True)
ARMS = (TRANSFORMER, SSM_2, SSM_1, NO_FNN)

#: Small networks for the motif, of equal width: 15, 17 and 7 thousand weights.
MOTIF_ARMS = tuple(replace(arm, channels=32, modes=8) for arm in (SSM_2, TRANSFORMER, NO_FNN))


class Network(nn.Module):
    """R networks of one arm side by side, from the seeds of their weights.

    Arguments: arm; vocabulary of integer tokens, read one-hot; outputs; read: which hidden vectors are decoded; seeds,
        one per replica.
    Raises: ValueError for bad counts and for no seed.
    """

    def __init__(self, arm: Arm, vocabulary: int, outputs: int, read: Read, seeds: Sequence[int]) -> None:
        super().__init__()
        if not seeds:
            raise ValueError("seeds = (): must be at least one")
        generators = [torch.Generator().manual_seed(as_seed(seed)) for seed in seeds]
        self.vocabulary, self.read, H = as_count("vocabulary", vocabulary, least=2), read, arm.channels
        self.encoder = Affine(self.vocabulary, H, generators)
        blocks: list[nn.Module] = []
        for _ in range(as_count("layers", arm.layers)):
            if arm.attention:
                blocks.append(RotaryAttention(H, HEADS, generators))
            else:
                blocks.append(Mixer(H, arm.modes, arm.hidden > 0, generators))
            blocks += [FeedForward(H, arm.hidden, generators)] if arm.hidden else []
        self.blocks = nn.ModuleList(blocks)
        self.decoder = Affine(H, as_count("outputs", outputs), generators)

    def forward(self, tokens: Tensor) -> Tensor:
        """Arguments: integer tokens (R, B, L). Returns: (R, B, .., outputs)."""
        return self.from_one_hot(functional.one_hot(tokens, self.vocabulary).to(self.encoder.weight.dtype))

    def from_one_hot(self, u: Tensor) -> Tensor:
        """The same from one-hot tokens, by which it can be differentiated. Arguments: u (R, B, L, vocabulary)."""
        x = self.encoder(u.movedim(-1, 1))
        for block in self.blocks:
            x = block(x)
        return self.decoder(self.read(x, u)).movedim(1, -1)

    def initial_state(self, batch: int) -> tuple[Tensor, ...]:
        """Zeros, one state for each state space block. Raises: ValueError for a network with attention."""
        if any(isinstance(block, RotaryAttention) for block in self.blocks):
            raise ValueError("a network with attention has no state of fixed size")
        return tuple(block.initial_state(batch) for block in self.blocks if isinstance(block, Mixer))

    def step(self, state: tuple[Tensor, ...], tokens: Tensor) -> tuple[tuple[Tensor, ...], Tensor]:
        """One token. Arguments: state; tokens (R, B). Returns: the next state, and outputs (R, B, outputs)."""
        one_hot = functional.one_hot(tokens, self.vocabulary).to(self.encoder.weight.dtype)
        x, before, after = self.encoder(one_hot.movedim(-1, 1)[..., None]), iter(state), []
        for block in self.blocks:
            if isinstance(block, Mixer):
                kept, x = block.step(next(before), x)
                after.append(kept)
            else:
                x = block(x)
        return tuple(after), self.decoder(x)[..., 0].movedim(1, -1)

    def pole_parameters(self) -> list[nn.Parameter]:
        """The parameters that move poles."""
        heads = [block.heads for block in self.blocks if isinstance(block, Mixer)]
        return [p for head in heads for p in (head.nu, head.theta, head.delta)]


def weights(network: Network) -> int:
    """Trained numbers of one replica."""
    return sum(p[0].numel() for p in network.parameters())
