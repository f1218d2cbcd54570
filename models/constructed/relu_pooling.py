"""Softmax pooling by ReLU networks and two integrators: no exponential and no division anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from numpy.typing import ArrayLike
from torch import Tensor

from models.constructed.constructed import Resources, resources
from models.layers.mlp import MLP
from models.layers.stack import Stack
from models.layers.state_space import StateSpace
from models.rates.networks import as_module
from numerics.preconditions import as_count, as_nonnegative, as_positive, as_real
from numerics.rates.networks import affine, linear
from numerics.rates.relu_plan import UNIT, Plan, plan
from numerics.rates.relu_softmax import exactly, gates, ratio


@dataclass(frozen=True)
class ReluPooling:
    """A written stack that selects, and the tokens it is made for.

    network: per token (e^{χ(μ−top)}, e^{χ(μ−top)} v) by ReLU, then their sums over L, then the ratio by ReLU; sizes:
    what `plan` chose; chi; top, span: importances lie in [top − span, top]; V: |v| <= V; longest: tokens at most;
    slack: the best importance is at least top − slack; readout (2, channels): importance and value of a token.
    """

    network: Stack
    sizes: Plan
    chi: float
    top: float
    span: float
    V: float
    longest: int
    slack: float
    readout: Tensor

    @property
    def bound(self) -> float:
        """Of the distance from the softmax average of the values: the theorem's, and what doubles may add.

        That includes the shift by `top`, which cancels digits of the exponents.
        """
        shift = 16 * UNIT * self.chi * abs(self.top) / float(self.sizes.q)
        return self.V * (self.sizes.bound + self.sizes.rounding + shift)

    @property
    def depth(self) -> int:
        """Hidden layers of both networks, counted on the weights."""
        return sum(len(layer.weights) - 1 for layer in self.network.layers if isinstance(layer, MLP))

    @property
    def resources(self) -> Resources:
        """Counted on the weights as they are; the two sums are doubles."""
        return resources(self.network, bits_per_entry=64)

    @torch.no_grad()
    def answers(self, tokens: Tensor) -> Tensor:
        """The value selected from every prefix, in the parallel form; NaN where its best importance is too low.

        Arguments: tokens, float64 (batch, length, channels). Returns: (batch, length).
        Raises: ValueError for other shapes, more tokens than `longest`, importances outside [top − span, top], values
        beyond V.
        """
        known = self._known(tokens)
        return torch.where(known, self.network(tokens)[..., 0], torch.nan)

    @torch.no_grad()
    def recurrent(self, tokens: Tensor) -> Tensor:
        """The same in the recurrent form, token by token. Arguments, returns, raises: as `answers`."""
        known, state, said = self._known(tokens), self.network.initial_state(len(tokens)), []
        for u in tokens.unbind(1):
            state, y = self.network.step(state, u)
            said.append(y[:, 0])
        return torch.where(known, torch.stack(said, dim=1), torch.nan)

    def _known(self, tokens: Tensor) -> Tensor:
        channels = self.readout.shape[1]
        if tokens.dim() != 3 or not tokens.shape[1] or tokens.shape[2] != channels or tokens.dtype != torch.float64:
            given = f"tokens is {tuple(tokens.shape)}, {tokens.dtype}"
            raise ValueError(f"{given}: must be (batch, length >= 1, {channels}), torch.float64")
        if tokens.shape[1] > self.longest:
            raise ValueError(f"{tokens.shape[1]} tokens: this network is made for at most {self.longest}")
        mu, v = (tokens @ self.readout.T).unbind(-1)
        if not bool(((mu <= self.top) & (mu >= self.top - self.span)).all()):
            given = f"importances in {float(mu.min()):.6g}..{float(mu.max()):.6g}"
            raise ValueError(f"{given}: must lie in [{self.top - self.span:.6g}, {self.top:.6g}], up to the known top")
        if not bool((v.abs() <= self.V).all()):
            raise ValueError(f"values up to {float(v.abs().max()):.6g}: must be at most V = {self.V}")
        return torch.cummax(mu, dim=1).values >= self.top - self.slack


def relu_pooling(
    accuracy: float,
    longest: int,
    chi: float,
    span: float,
    *,
    V: float = 1.0,
    top: float = 0.0,
    slack: float = 0.0,
    readout: ArrayLike | None = None,
) -> ReluPooling:
    """A ReLU stack within V·accuracy of the softmax average Σ w_t v_t, w ∝ e^{χμ}, of up to `longest` tokens.

    FNN (gates) → x_t = x_{t−1} + u_t/L, two states → FNN (ratio); depth 2(n + s)(m + 1) + k m. With a margin δ it
    selects the winner's value but for (L − 1) e^{−χδ} times the largest difference of values.

    Arguments: accuracy in (0, 1), in units of V; longest = L >= 1; chi = χ > 0; span > 0: importances lie in
    [top − span, top]; V > 0: |v| <= V; slack in [0, span]: how far below the top the best importance may be: 0 where
    some token is at the top, span where nothing is known; readout (2, channels), importance and value of a token, the
    two channels themselves by default.
    Raises: ValueError outside these, and for an accuracy that doubles cannot reach.
    Reference: this project; Nishikawa and Suzuki 2025 use such networks in the proof of their approximation theorem.
    """
    longest, chi, span, V = (
        as_count("longest", longest),
        as_positive("chi", chi),
        as_positive("span", span),
        as_positive("V", V),
    )
    top, slack = as_real("top", top), as_nonnegative("slack", slack)
    if slack > span:
        raise ValueError(f"slack = {slack}: must be at most the span of importances, {span}")
    sizes = plan(accuracy, exactly("chi", chi) * exactly("span", span), longest, chi * slack)
    read = linear([[1, 0], [0, 1]] if readout is None else readout)  # type: ignore[arg-type]
    if read.outputs != 2:
        raise ValueError(f"readout has {read.outputs} rows: must be importance and value of a token, (2, channels)")
    before = gates(chi, 2 * sizes.n - 1, sizes.m, sizes.k, V)
    shifted = read.then(affine([[1, 0], [0, 1]], [-exactly("top", top), 0])).then(before)
    sums = StateSpace(torch.ones(2), torch.eye(2) / longest, torch.eye(2), torch.zeros(2, 2))
    network = Stack([as_module(shifted), sums, as_module(ratio(sizes.q, sizes.steps, sizes.m, V))])
    weights = torch.as_tensor(read.floats[0][0])
    return ReluPooling(network, sizes, chi, top, span, V, longest, slack, weights)


class Size(NamedTuple):
    """What an accuracy costs: its bound, hidden layers, nonzero weights, dense weights."""

    accuracy: float
    bound: float
    depth: int
    nonzero: int
    dense: int


def sizes(accuracies: Sequence[float], longest: int, chi: float, span: float, **more: Any) -> list[Size]:
    """Exact size against accuracy, counted on the weights. Arguments, raises: as `relu_pooling`."""
    rows = []
    for accuracy in accuracies:
        made = relu_pooling(accuracy, longest, chi, span, **more)
        cost = made.resources
        rows.append(Size(accuracy, made.bound, made.depth, cost.nonzero, cost.dense))
    return rows
