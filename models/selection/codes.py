"""Codes on torch: learned ones, the recall network over many random codes, and the states it holds.

Written before the runs:
- outputs of the network at every query equal the direct read, exactly, in both forms;
- the share of codes that misread any stored bit of a memory fixed beforehand is not above the bound: the lower end of
  its 1 − 1e-6 Clopper-Pearson interval is not;
- a code that gradient descent has learned reads every content iff its Babel function at L − 1 is below 1, wherever the
  descent ends: with enough entries it must end below, with too few above.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.constructed.codes import code_recall, encoder
from models.constructed.constructed import Constructed
from models.selection.descent import descend
from numerics.preconditions import as_count, as_positive, as_seed
from numerics.selection.codes import Integers, as_keys, as_signs, scores
from numerics.selection.state_counts import contents


def sequences(keys: Integers, values: Integers, alphabet: int) -> Tensor:
    """k_1 v_1 .. k_L v_L k_1 .. k_L: a context, then every stored key as a query.

    Arguments: keys (.., L); values, ±1, (.., L, b); alphabet = V. Returns: int64 (batch, 3L).
    """
    given = symbols(values, alphabet)
    stored = np.broadcast_to(keys, given.shape)
    context = np.stack([stored, given], axis=-1).reshape(*given.shape[:-1], -1)
    return torch.tensor(np.concatenate([context, stored], axis=-1).reshape(-1, 3 * given.shape[-1]))


def symbols(values: Integers, alphabet: int) -> Integers:
    """Bits ±1 (.., b) as value tokens. Arguments: values; alphabet = V. Returns: (..,)."""
    return np.asarray(alphabet + ((values > 0) * 2 ** np.arange(values.shape[-1])).sum(-1), dtype=np.int64)


@torch.no_grad()
def read_errors(codes: Sequence[Integers], keys: Integers, values: Integers) -> tuple[float, int]:
    """The network under many codes, its weights the same for all, against the direct read, in both forms.

    Arguments: codes ±1, each (V, d); keys (L,), distinct; values ±1 (L, b).
    Returns: the largest difference, and how many codes misread any bit. Raises: ValueError for other shapes.
    """
    v, tables = as_signs("values", values), [as_signs("code", code) for code in codes]
    V, L = len(tables[0]), len(v)
    stored = as_keys(keys, V)
    network, tokens = code_recall(tables[0], L, v.shape[1]), sequences(stored, v, V)
    direct = np.stack([scores(phi[stored], v) for phi in tables])
    u = torch.cat([encoder(torch.tensor(phi), v.shape[1], L)(tokens) for phi in tables])
    found = [network.network(u)[:, 2 * L :], stepped(network, u)[:, 2 * L :]]
    wrong = network.decode(found[0]).numpy() != symbols(v, V)
    return max(float(np.abs(one.numpy() - direct).max()) for one in found), int(wrong.any(1).sum())


def stepped(network: Constructed, u: Tensor) -> Tensor:
    """The recurrent form over a whole sequence. Arguments: network; u (batch, length, m). Returns: outputs."""
    state, outputs = network.network.initial_state(len(u)), []
    for now in u.unbind(1):
        state, y = network.network.step(state, now)
        outputs.append(y)
    return torch.stack(outputs, dim=1)


@torch.no_grad()
def held_states(code: Integers, pairs: int, bits: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The integrator's state after every context of L keys with all their values, and whether all are then read right.

    Arguments: code ±1 (V, d); pairs = L; bits = b; small. Returns: (contents, d·b), (contents,).
    Raises: ValueError for L > V.
    """
    phi, L, b = as_signs("code", code), as_count("pairs", pairs), as_count("bits", bits)
    network = code_recall(phi, L, b)
    sets, given = contents(len(phi), L, b)
    states, right = [], []
    for stored in sets:
        tokens = sequences(stored, given, len(phi))
        delay, gate, integrator, _ = network.network.layers
        summed = integrator.states(gate(delay(network.encode(tokens))))  # type: ignore[operator]
        states.append(summed[:, 2 * L - 1].numpy())
        said = network.answers(tokens)[:, 2 * L :].numpy()
        right.append((said == symbols(given, len(phi))).all(1))
    return np.concatenate(states), np.concatenate(right)


def learned_code(
    keys: int, dimension: int, pairs: int, seed: int, steps: int = 200, rate: float = 0.03
) -> NDArray[np.float64]:
    """Unit-norm codes that Adam has made as incoherent as it can.

    loss = log Σ_q exp(20·sum of the L − 1 largest |φ(q)·φ(k)|)/20, a smooth Babel(L − 1)

    Arguments: keys = V >= 2; dimension = d >= 1; pairs = L, 2..V; seed; steps; rate. Returns: float64 (V, d).
    Raises: ValueError otherwise.
    """
    V, d, L = as_count("keys", keys, 2), as_count("dimension", dimension), as_count("pairs", pairs, 2)
    if L > V:
        raise ValueError(f"pairs = {L}: must be at most V = {V}, the number of keys")
    generator = torch.Generator().manual_seed(as_seed(seed))
    weights = torch.randn(V, d, generator=generator, dtype=torch.float64).requires_grad_()

    def loss(step: int) -> Tensor:
        phi = torch.nn.functional.normalize(weights, dim=1)
        crossed = (phi @ phi.T).abs() - 2 * torch.eye(V, dtype=torch.float64)
        return torch.logsumexp(20 * crossed.topk(L - 1, dim=1).values.sum(1), dim=0) / 20

    descend(torch.optim.Adam([weights], lr=as_positive("rate", rate)), loss, steps)
    found = weights.detach().numpy()
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True))
