"""State space layers and feed-forward layers in turn."""

from collections.abc import Sequence

from torch import Tensor, nn

from models.layers.mlp import MLP
from models.layers.state_space import StateSpace

#: The states of the state space layers, from the first to the last.
States = tuple[Tensor, ...]


class Stack(nn.Module):
    """Layers one after the other, with nothing between them: no residual, no norm.

    A constructed network and one that is trained from random weights are both such a stack, and differ in weights only.

    Arguments: layers, each a `StateSpace` or an `MLP`.
    Raises: ValueError for no layer.
    """

    def __init__(self, layers: Sequence[StateSpace | MLP]) -> None:
        super().__init__()
        if not layers:
            raise ValueError("layers = (): must be at least one")
        self.layers = nn.ModuleList(layers)

    @property
    def systems(self) -> list[StateSpace]:
        """The state space layers, from the first to the last."""
        return [layer for layer in self.layers if isinstance(layer, StateSpace)]

    def forward(self, u: Tensor) -> Tensor:
        """Outputs of a whole sequence. Arguments: u (batch, length, inputs). Returns: (batch, length, outputs)."""
        for layer in self.layers:
            u = layer(u)
        return u

    def initial_state(self, batch: int) -> States:
        """Zeros, one (batch, N) for each state space layer."""
        return tuple(system.initial_state(batch) for system in self.systems)

    def step(self, state: States, u: Tensor) -> tuple[States, Tensor]:
        """One step. Arguments: state, u (batch, inputs). Returns: the next states and y (batch, outputs)."""
        before, after = iter(state), []
        for layer in self.layers:
            if isinstance(layer, StateSpace):
                x, u = layer.step(next(before), u)
                after.append(x)
            else:
                u = layer(u)
        return tuple(after), u
