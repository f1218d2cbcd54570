"""Linear attention over symbols: a state of stored pairs, read by features that are given or learned.

Criterion, written before the runs: one-hot features read every stored value exactly; features that are trained to read
exactly come within 1e-6 of the least sum of squares V − d and never below it by more than rounding; features trained
against cross-talk stay above the floor, and come within 2 % of it where it is attained; Taylor features differ from the
softmax kernel by at most the remainder.
"""

from collections.abc import Callable

import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from models.layers.recurrences import gaussian
from models.selection.descent import descend
from numerics.preconditions import as_count, as_nonnegative
from numerics.selection.kernels import exponents


class LookUp(nn.Module):
    """S = Σ_j φ(k_j) v_j^T, read by ψ(q)^T S: linear attention over symbols, no normaliser.

    Arguments: features phi, psi (d, V), of keys and of queries; dtype.
    Raises: ValueError for shapes that differ.
    """

    def __init__(self, phi: ArrayLike, psi: ArrayLike, *, dtype: torch.dtype = torch.float64) -> None:
        super().__init__()
        given = [torch.as_tensor(features, dtype=dtype).clone() for features in (phi, psi)]
        if given[0].dim() != 2 or given[0].shape != given[1].shape:
            raise ValueError(f"phi and psi have shapes {[tuple(f.shape) for f in given]}: must both be (d, V)")
        self.phi, self.psi = map(nn.Parameter, given)

    def forward(self, keys: Tensor, values: Tensor, queries: Tensor) -> Tensor:
        """Arguments: keys (batch, L), values (batch, L, m), queries (batch, Q). Returns: reads (batch, Q, m).

        Raises: ValueError for a symbol outside 0..V−1, values that are not one for each key, and a key that is stored
        twice, whose values would add up.
        """
        V = self.phi.shape[1]
        for name, symbols in (("keys", keys), ("queries", queries)):
            if symbols.is_floating_point() or not bool(((symbols >= 0) & (symbols < V)).all()):
                raise ValueError(f"{name} = {symbols.flatten()[:5].tolist()}..: must be symbols 0..{V - 1}")
        if values.shape[:2] != keys.shape:
            raise ValueError(f"values has shape {tuple(values.shape)}: must be {(*keys.shape, 'm')}")
        ordered = keys.sort(dim=1).values
        if bool((ordered[:, 1:] == ordered[:, :-1]).any()):
            raise ValueError("keys: one is stored twice, must be distinct")
        state = torch.einsum("dbl,blm->bdm", self.phi[:, keys], values)
        return torch.einsum("dbq,bdm->bqm", self.psi[:, queries], state)


def one_hot(V: int) -> LookUp:
    """Features of dimension V that read exactly: Φ = Ψ = I."""
    eye = torch.eye(as_count("V", V), dtype=torch.float64)
    return LookUp(eye, eye)


def random_look_up(V: int, d: int, seed: int) -> LookUp:
    """Gaussian features of dimension d, of about unit length."""
    phi, psi = gaussian((2, as_count("d", d), as_count("V", V)), torch.float64, seed) / d**0.5
    return LookUp(phi, psi)


def train_to_read(model: LookUp, steps: int = 60) -> list[float]:
    """L-BFGS on ‖Φ^T Ψ − I‖², the mean squared error of all reads. Returns: the sum of squares after every step."""
    eye = torch.eye(model.phi.shape[1], dtype=model.phi.dtype)
    return _descend(model, lambda: (model.phi.T @ model.psi - eye).square().sum(), steps)


def train_apart(model: LookUp, steps: int = 60) -> list[float]:
    """L-BFGS on the sum of 16th powers of cross-talk, after ψ(q) is scaled to φ(q)·ψ(q) = 1. Returns: the sums."""
    off = ~torch.eye(model.phi.shape[1], dtype=torch.bool)

    def loss() -> Tensor:
        M = model.phi.T @ model.psi
        return (M / M.diagonal())[off].square().pow(8).mean().log()

    with torch.no_grad():
        model.psi.copy_(model.phi + 0.1 * model.psi)  # φ(q)·ψ(q) > 0
    return _descend(model, loss, steps)


def _descend(model: LookUp, loss: Callable[[], Tensor], steps: int) -> list[float]:
    """L-BFGS. Returns: the loss after every step."""
    optimiser = torch.optim.LBFGS(model.parameters(), max_iter=20, line_search_fn="strong_wolfe")
    before = descend(optimiser, lambda step: loss(), steps)
    return [*before[1:], loss().item()]


class TaylorAttention(nn.Module):
    """Linear attention whose features are the monomials of degree <= p, next to softmax attention itself.

    φ_α(x) = √(χ^{|α|}/α!) x^α; with N, Z the sums of φ(k_j) v_j and of φ(k_j), y = φ(q)^T N / φ(q)^T Z. Of odd degree
    the kernel is negative for negative χ q·k of large size, and the ratio means nothing where its sum nears 0.

    Arguments: dimension D of queries and keys; degree p >= 0; sharpness χ >= 0.
    """

    def __init__(self, dimension: int, degree: int, chi: float = 1.0) -> None:
        super().__init__()
        self.chi = as_nonnegative("chi", chi)
        self.powers = torch.tensor(exponents(dimension, degree), dtype=torch.float64)
        factorials = torch.exp(torch.lgamma(self.powers + 1).sum(1))
        self.scale = (self.chi ** self.powers.sum(1) / factorials).sqrt()

    def features(self, x: Tensor) -> Tensor:
        """Arguments: x (.., D). Returns: (.., C(D+p, p))."""
        return (x[..., None, :] ** self.powers).prod(-1) * self.scale

    def kernel(self, queries: Tensor, keys: Tensor) -> Tensor:
        """φ(q)·φ(k). Arguments: (Q, D), (L, D). Returns: (Q, L)."""
        return self.features(queries) @ self.features(keys).T

    def forward(self, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """Reads from one state of L pairs. Arguments: (Q, D), (L, D), (L, m). Returns: (Q, m)."""
        of_keys, of_queries = self.features(keys), self.features(queries)
        return of_queries @ (of_keys.T @ values) / (of_queries @ of_keys.sum(0))[:, None]

    def softmax(self, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """Softmax attention at sharpness χ. Arguments, returns: as `forward`."""
        return torch.softmax(self.chi * queries @ keys.T, dim=1) @ values
