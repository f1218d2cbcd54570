"""Poles, step and input matrix of linear recurrent modules: ours, `lru-pytorch`'s, `s5-pytorch`'s, and anyone's.

Parameters are read in float64, whatever precision the module computes in. A module that is not linear in its input
is refused, with the reason. `exposed` runs a foreign module's own forward code with a read-out that shows its whole
state.
"""

import copy
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.linalg import block_diag
from torch import nn

from models.core import LinearCore
from models.layers import LRU, S4, S4D, LinearAttention, LinearRNN, SoftmaxAttention, UniformAverage
from numerics.preconditions import as_count, as_pair, as_vector

Complex = NDArray[np.complex128]


def _plain(value: Any) -> NDArray[Any]:
    if not torch.is_tensor(value):
        return np.asarray(value)
    held = value.detach().cpu().resolve_conj().resolve_neg()
    return (held.double() if held.is_floating_point() else held).numpy()  # NumPy has no bfloat16


def _array(value: Any) -> NDArray[Any]:
    found = _plain(value)
    return found.astype(np.complex128 if np.iscomplexobj(found) else np.float64)


def _blocks(B: Complex) -> Complex:
    """One input per channel, each driving its own states: (channels, n) to block diagonal (channels·n, channels)."""
    channels, n = B.shape
    return (np.eye(channels)[:, None, :] * B[:, :, None]).reshape(channels * n, channels)


def _s4d(module: S4D) -> LinearCore:
    poles, B = (_array(part) for part in module.double_discrete())
    s = _array(module.continuous())
    dt = np.broadcast_to(np.exp(_array(module.log_dt)), s.shape)
    return LinearCore(
        "S4D", poles.ravel(), _blocks(B), continuous=s.ravel(), dt=dt.ravel(), stable=True, states=2 * s.size
    )


def _s4(module: S4) -> LinearCore:
    A, B = module.double_pair()
    wide = _blocks(B.astype(np.complex128))
    return LinearCore("S4", module.poles(), wide, A=block_diag(*A), stable=True, states=B.size)


def _lru(module: LRU) -> LinearCore:
    rate = np.exp(_array(module.nu))
    B = np.sqrt(-np.expm1(-2 * rate))[:, None] * _array(module.B)
    return LinearCore("LRU", module.double_poles().detach().cpu().numpy(), B, stable=True)


def _dense(module: LinearRNN) -> LinearCore:
    A = _array(module.transition())
    return LinearCore("LinearRNN", module.poles(), _array(module.B).astype(np.complex128), A=A, stable=True)


def _lru_pytorch(module: Any) -> LinearCore:
    rate, phase = np.exp(_array(module.nu_log)), np.exp(_array(module.theta_log))
    B = np.exp(_array(module.gamma_log))[:, None] * _array(module.B)
    feedthrough = bool(np.any(_array(module.D)))
    return LinearCore("LRU_pytorch.LRU", np.exp(-rate + 1j * phase), B, feedthrough=feedthrough)


def _s5(module: Any) -> LinearCore:
    core = getattr(module, "seq", module)
    for name, plain in (("liquid", False), ("bidir", False), ("degree", 1)):
        if getattr(core, name) != plain:
            raise ValueError(f"S5 with {name} = {getattr(core, name)}: its state is not one causal linear recurrence")
    s, dt = core.Lambda.detach().to(torch.complex128), core.log_step.detach().double().exp()
    poles, B = core.discretize(s, core.get_BC_tilde()[0].detach().to(torch.complex128), dt)
    return LinearCore(
        "s5.S5",
        _array(poles),
        _array(B),
        continuous=_array(s),
        dt=_array(dt),
        feedthrough=bool(np.any(_array(core.D))),
        states=int(s.numel()),
    )


def _declared(module: Any) -> LinearCore:
    """Anyone's object with `poles` (and perhaps `B`, `dt`, `continuous_poles`), or with `A` and `B`."""
    kind = type(module).__name__
    counts = (_attribute(module, name) for name in ("state_size", "d_state", "N"))
    states = next((int(c) for c in counts if isinstance(c, (int, np.integer)) and not isinstance(c, bool)), None)
    given = _value(module, "poles")
    if given is None:
        A, b = as_pair(_value(module, "A"), _value(module, "B"))  # type: ignore[arg-type]
        if np.iscomplexobj(A) or np.iscomplexobj(b):
            raise ValueError(f"{kind}.A, {kind}.B are complex: a complex state exposes `poles` (and B) instead")
        poles = np.linalg.eigvals(A).astype(np.complex128)
        return LinearCore(kind, poles, b[:, None].astype(np.complex128), A=np.real(A))
    poles = as_vector(f"{kind}.poles", given).astype(np.complex128)
    B, dt, s = (_value(module, name) for name in ("B", "dt", "continuous_poles"))
    if B is not None:
        B = B.reshape(len(B), -1).astype(np.complex128) if B.size and B.ndim else B
        if B.ndim != 2 or len(B) != poles.size:
            raise ValueError(f"{kind}.B has shape {B.shape}: must have one row for each of the {poles.size} poles")
    if dt is not None:
        dt = _one_each(f"{kind}.dt", dt.repeat(poles.size) if dt.size == 1 else dt, poles)
        if np.iscomplexobj(dt) or dt.min() <= 0:
            raise ValueError(f"{kind}.dt = {dt.ravel()[:3]}: steps must be real and > 0")
    if s is not None:
        s = _one_each(f"{kind}.continuous_poles", s, poles).astype(np.complex128)
    return LinearCore(kind, poles, B, continuous=s, dt=dt, states=states)


def _one_each(name: str, value: NDArray[Any], poles: Complex) -> NDArray[Any]:
    if value.shape != poles.shape:
        raise ValueError(f"{name} has shape {value.shape}: must hold one value for each of the {poles.size} poles")
    return value


def _attribute(module: Any, name: str) -> Any:
    """An attribute, or None where the module has none; one that fails when it is read is named."""
    if not _has(module, name):
        return None
    try:
        return getattr(module, name)
    except Exception as error:
        raise ValueError(f"{_label(module, name)} fails when read: {type(error).__name__}: {error}") from error


def _has(module: Any, name: str) -> bool:
    # static first: `hasattr` runs a property, and takes an AttributeError inside it for absence
    return inspect.getattr_static(module, name, None) is not None or hasattr(module, name)


def _label(module: Any, name: str) -> str:
    return f"{type(module).__name__}.{name}"


def _value(module: Any, name: str) -> NDArray[Any] | None:
    """The numbers an attribute holds, or that a method without arguments returns; None where there are none."""
    found, label = _attribute(module, name), _label(module, name)
    if callable(found) and not torch.is_tensor(found):
        try:
            found = found()
        except Exception as error:
            rule = "a method must work without arguments"
            raise ValueError(f"{label}() fails: {rule}: {type(error).__name__}: {error}") from error
    if found is None:
        return None
    try:
        plain = _plain(found)
    except Exception as error:
        raise ValueError(f"{label}: must be a rectangular array of numbers: {error}") from error
    if plain.dtype.kind not in "iufc":
        raise ValueError(f"{label}: must be numbers, not {type(found).__name__} of dtype {plain.dtype}")
    if not np.all(np.isfinite(plain)):
        raise ValueError(f"{label} holds {plain[~np.isfinite(plain)][0]}: must be finite")
    return _array(plain)


def _named(module: Any, package: str, *names: str) -> bool:
    return any(c.__module__.split(".")[0] == package and c.__name__ in names for c in type(module).__mro__)


def _refusal(module: Any) -> str | None:
    if isinstance(module, LinearAttention):
        return "its state is driven by products of inputs, not by the input: measure it with target=np.square"
    if isinstance(module, (SoftmaxAttention, UniformAverage)):
        return "it is no recurrence with poles: its state is a cache of the last inputs; measure it"
    if isinstance(module, nn.RNNBase):
        return (
            f"its state passes through a nonlinearity ({getattr(module, 'nonlinearity', 'gates')}): measure it instead"
        )
    return None


def describe(module: Any) -> LinearCore:
    """The linear recurrence inside a module.

    Known: `models.layers` S4D, S4, LRU, LinearRNN; `LRU_pytorch.LRU`; `s5.S5` and its `S5SSM`. Any other object must
    expose `poles` (array or method; discrete, read out through real parts), optionally with `B` (one row per pole),
    `dt`, `continuous_poles`, and a nominal state count as `state_size`, `d_state` or `N`; or real `A` (N, N) and
    `B` (N,).

    Arguments: module. Returns: LinearCore.
    Raises: ValueError for modules that are not linear (with the reason), and for those that expose neither.
    """
    reason = _refusal(module)
    if reason is not None:
        raise ValueError(f"{type(module).__name__}: {reason}")
    readers: list[tuple[bool, Callable[[Any], LinearCore]]] = [
        (isinstance(module, S4D), _s4d),
        (isinstance(module, S4), _s4),
        (isinstance(module, LRU), _lru),
        (isinstance(module, LinearRNN), _dense),
        (_named(module, "LRU_pytorch", "LRU"), _lru_pytorch),
        (_named(module, "s5", "S5", "S5SSM"), _s5),
        (_has(module, "poles") or (_has(module, "A") and _has(module, "B")), _declared),
    ]
    for fits, read in readers:
        if fits:
            return read(module)
    raise ValueError(f"{type(module).__name__}: must expose `poles`, or `A` and `B`, or be a known linear layer")


def exposed(module: Any, channel: int = 0) -> Callable[[NDArray[np.float64]], NDArray[Any]]:
    """A foreign module's own forward code, run with a read-out that shows the real and imaginary part of every state.

    C = [I; −iI], D = 0: Re(C x) = (Re x, Im x)

    Only the read-out parameters C and D of a copy are replaced; recurrence, discretisation and scan are the
    module's own. The scalar input goes to one channel, the others get zero.

    Arguments: module, `LRU_pytorch.LRU` or `s5.S5`/`S5SSM`; channel.
    Returns: a function from (batch, length, 1) to (batch, length, 2n).
    Raises: ValueError for other modules, or a channel that does not exist.
    """
    if _named(module, "LRU_pytorch", "LRU"):
        return _exposed_lru(copy.deepcopy(module), channel)
    if _named(module, "s5", "S5", "S5SSM"):
        describe(module)  # refuses what is not linear
        return _exposed_s5(copy.deepcopy(module), channel)
    raise ValueError(f"{type(module).__name__}: only LRU_pytorch.LRU and s5.S5 need their state exposed")


def _inputs(u: NDArray[np.float64], channels: int, channel: int) -> torch.Tensor:
    if as_count("channel", channel, least=0) >= channels:
        raise ValueError(f"channel = {channel}: must be less than {channels}, the module's inputs")
    wide = torch.zeros(*u.shape[:2], channels)
    wide[..., channel] = torch.as_tensor(u[..., 0])
    return wide


def _both_parts(n: int, like: torch.Tensor) -> torch.Tensor:
    eye = torch.eye(n, dtype=like.dtype, device=like.device)
    return torch.cat([eye, -1j * eye])


def _exposed_lru(module: Any, channel: int) -> Callable[[NDArray[np.float64]], NDArray[Any]]:
    n, inputs = module.B.shape
    module.C = nn.Parameter(_both_parts(n, module.C.detach()))
    module.D = nn.Parameter(module.D.new_zeros(2 * n, inputs))
    module.out_features = 2 * n

    def run(u: NDArray[np.float64]) -> NDArray[Any]:
        with torch.no_grad():
            return module(_inputs(u, inputs, channel).to(module.D)).cpu().numpy()

    return run


def _exposed_s5(module: Any, channel: int) -> Callable[[NDArray[np.float64]], NDArray[Any]]:
    core = getattr(module, "seq", module)
    width, n = core.D.numel(), core.Lambda.numel()
    rows = _both_parts(n, core.Lambda.detach())
    # a module of width h has h outputs, so the 2n rows take ⌈2n/h⌉ passes
    rows = torch.cat([rows, rows.new_zeros(-len(rows) % width, n)])
    core.D = nn.Parameter(torch.zeros_like(core.D))

    def once(C: torch.Tensor, u: torch.Tensor) -> torch.Tensor:
        core.C = nn.Parameter(C)
        return torch.stack([module(one) for one in u]) if core is module else module(u)

    def run(u: NDArray[np.float64]) -> NDArray[Any]:
        wide = _inputs(u, width, channel).to(core.D)
        with torch.no_grad():
            return torch.cat([once(C, wide) for C in rows.split(width)], dim=-1)[..., : 2 * n].cpu().numpy()

    return run
