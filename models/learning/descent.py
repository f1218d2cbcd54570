"""Experiment `learning.regularisation`: linear read-outs of a torch layer's states, one head for each delay.

The states are those of a layer with fixed poles, driven by white noise; only the read-out is trained, by torch: for a
while (plain gradient steps), under a ridge, or under dropout of the states. What each head has learned is then read
off its kernel, in the mean over all inputs: R_K = 1 − Σ_τ (k_τ − δ_Kτ)².

Success, fixed before the first run: the capacity Σ_K R_K, in the mean over at least four seeds of the noise, agrees
with `learning.capacity_over_time` and `learning.ridge_and_dropout_capacity` within 5 standard errors plus N/T for each
head: the excess loss of N weights fitted to T samples, which does not average out. Single R_K likewise, for one head.
(Once afterwards, when 24 heads had left out 0.03 of the capacity, the heads were doubled and what lies beyond the last,
N − Σ_K MF(K), was added to the tolerance.)

Glossary: X (T, d) states · Y (T, K) delayed inputs · W (K, d) read-outs · response (d, lags) = [B, AB, A²B, ..].
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from models.layers import LinearRNN
from models.learning.driving import driven, impulse_response

Real = NDArray[np.float64]

#: Every gradient step of a flow that is followed in time is at most this share of the time run so far.
SHARE = 0.01


@dataclass(frozen=True)
class Config:
    """One run: a dense layer with these real poles, driven through a column of ones; the defaults take a second.

    delays: heads, for the lags 0..delays−1; samples T of noise; times, penalties μ and keep probabilities q at which
    read-outs are taken; copies of the series under dropout, each with masks of its own; whitened: whether the states
    are first multiplied by G^{−1/2}; seed of the noise and of the masks.
    """

    poles: tuple[float, ...] = (0.9, 0.5, -0.4)
    delays: int = 48
    samples: int = 20_000
    times: tuple[float, ...] = (0.1, 1.0, 10.0)
    penalties: tuple[float, ...] = (0.01, 0.1, 1.0)
    keeps: tuple[float, ...] = (0.9, 0.5)
    copies: int = 2
    whitened: bool = False
    seed: int = 0


@dataclass(frozen=True)
class Curve:
    """Read-outs W (.., delays, d) at each time, penalty and keep probability, and the response they read (d, lags)."""

    by_time: Real
    by_penalty: Real
    by_keep: Real
    response: Real


def measure(config: Config) -> Curve:
    """Train every read-out of one run."""
    layer = LinearRNN(np.diag(config.poles), np.ones(len(config.poles)), dtype=torch.float64)
    response = impulse_response(layer, 20 * config.delays)
    change = whitening(response) if config.whitened else np.eye(len(response))
    X, Y = delayed(layer, config.samples, config.delays, config.seed)
    X = X @ torch.as_tensor(change)
    small = compressed(X, Y)
    return Curve(
        np.array(followed(*small, config.times)),
        np.array([minimised(*small, penalty) for penalty in config.penalties]),
        np.array([dropped(X, Y, keep, config.copies, config.seed) for keep in config.keeps]),
        change @ response,
    )


def whitening(response: ArrayLike) -> Real:
    """G^{−1/2}, symmetric, of G = Σ_τ a_τ a_τ^T. Returns: (d, d)."""
    basis, root, _ = np.linalg.svd(np.asarray(response), full_matrices=False)
    return (basis / root) @ basis.T


def delayed(layer: nn.Module, samples: int, delays: int, seed: int) -> tuple[Tensor, Tensor]:
    """States of a layer under white noise, and the inputs of 0..delays−1 steps ago.

    Returns: X (samples, d), Y (samples, delays), float64; the layer has run for 20 delays before the first sample.
    """
    states, u = driven(layer, samples, 20 * delays, seed)
    return states, u.unfold(0, delays, 1)[-samples:].flip(1)


def compressed(X: Tensor, Y: Tensor) -> tuple[Tensor, Tensor]:
    """The series in d rows: X = QR gives (R, Q^T Y)/√T, whose `loss` differs by a constant, its gradient not at all."""
    Q, R = torch.linalg.qr(X)
    return R / len(X) ** 0.5, Q.T @ Y / len(X) ** 0.5


def loss(heads: nn.Linear, X: Tensor, Y: Tensor) -> Tensor:
    """L = ½ |W x − y|², added up over heads and rows: the mean over T samples where the rows are over √T."""
    return 0.5 * nn.functional.mse_loss(heads(X), Y, reduction="sum")


def heads_at(W: Tensor) -> nn.Linear:
    """Linear heads without intercept that start from W (K, d)."""
    heads = nn.Linear(W.shape[1], W.shape[0], bias=False, dtype=W.dtype)
    heads.weight.data.copy_(W)
    return heads


def descend(heads: nn.Linear, X: Tensor, Y: Tensor, sizes: Iterable[float]) -> None:
    """Steps of plain gradient descent on all rows, by autograd; sizes: η of each."""
    optimiser = torch.optim.SGD(heads.parameters())
    for eta in sizes:
        optimiser.param_groups[0]["lr"] = eta
        optimiser.zero_grad()
        loss(heads, X, Y).backward()
        optimiser.step()


def followed(X: Tensor, Y: Tensor, times: Sequence[float], start: Tensor | None = None) -> list[Real]:
    """Read-outs at the given times of the flow, by many small gradient steps.

    Each step is at most SHARE of the time so far (of the first time asked for, to begin with) and of 20 SHARE/λ_max,
    so that Euler's error stays of the order SHARE of the distance that is left.

    Arguments: X, Y; times, ascending, > 0; start W (K, d), default 0. Returns: W (K, d), one for each time.
    """
    heads, now, found = heads_at(X.new_zeros(Y.shape[1], X.shape[1]) if start is None else start), 0.0, []
    largest = 20 * SHARE / float(torch.linalg.matrix_norm(X, ord=2)) ** 2
    for time in times:
        sizes = []
        while now < time:
            sizes.append(min(SHARE * max(now, times[0]), largest, time - now))
            now = time if sizes[-1] == time - now else now + sizes[-1]
        descend(heads, X, Y, sizes)
        found.append(heads.weight.detach().numpy().copy())
    return found


def minimised(X: Tensor, Y: Tensor, penalty: float) -> Real:
    """Read-outs of least L + ½ μ ‖W‖², a ridge for each head, by L-BFGS. Returns: W (K, d)."""
    heads = heads_at(X.new_zeros(Y.shape[1], X.shape[1]))
    optimiser = torch.optim.LBFGS(
        heads.parameters(), max_iter=200, tolerance_grad=1e-9, tolerance_change=0, line_search_fn="strong_wolfe"
    )

    def closure() -> Tensor:
        optimiser.zero_grad()
        value = loss(heads, X, Y) + 0.5 * penalty * heads.weight.square().sum()
        value.backward()
        return value

    optimiser.step(closure)
    return heads.weight.detach().numpy().copy()


def dropped(X: Tensor, Y: Tensor, keep: float, copies: int, seed: int) -> Real:
    """Read-outs under inverted dropout of the states, on some copies of the series with independent masks.

    Returns: W (K, d).
    """
    state = torch.random.get_rng_state()
    torch.manual_seed(seed)
    masked = nn.functional.dropout(X.repeat(copies, 1), 1 - keep)
    torch.random.set_rng_state(state)
    return minimised(*compressed(masked, Y.repeat(copies, 1)), 0.0)


def shares(W: Real, response: Real) -> Real:
    """R_K = 1 − Σ_τ (k_τ − δ_Kτ)², k = W response. Arguments: W (.., K, d). Returns: (.., K)."""
    kernel = W @ response
    own = np.diagonal(kernel, axis1=-2, axis2=-1)
    return 2 * own - np.sum(kernel**2, axis=-1)
