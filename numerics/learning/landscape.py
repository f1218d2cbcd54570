"""The landscape of memory over two poles that are real or a conjugate pair, in the coefficients of 1 − sz + pz².

MF(τ) = 1 − Σ_{j≤τ} b_j², B(z) = (z² − sz + p)/(1 − sz + pz²): a polynomial in s and p, its derivatives by recursion.

Glossary: s = λ_1 + λ_2, p = λ_1 λ_2, stable iff |s| < 1 + p and p < 1 · τ = lag · G Gram matrix · K delay.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, NamedTuple

import numpy as np
from flint import arb, arb_mat, ctx
from numpy.typing import ArrayLike

from numerics.certified import Enclosure
from numerics.certified.enclosure import enclose
from numerics.memory.regression import gram
from numerics.preconditions import Complex, Real, as_complex_vector, as_count, as_poles, as_real, as_real_array

_NEWTON = 60
_SAME = 1e-9  # stationary points closer than this are one
_VANISHED = 1e-10


class Jet(NamedTuple):
    """A function of (s, p) with its first and second derivatives; entries of whatever number type came in."""

    value: Any
    s: Any
    p: Any
    ss: Any
    sp: Any
    pp: Any


def memory_jet(s: Any, p: Any, lag: int) -> Jet:
    """MF(τ) with gradient and Hessian in (s, p), exact in the arithmetic of its arguments.

    b_j = s b_{j−1} − p b_{j−2} + (p, −s, 1, 0, ..)_j, differentiated term by term; MF = 1 − Σ_{j≤τ} b_j²

    No poles are formed, so nothing is lost where two of them collide. Arguments are not checked for stability: it is
    a polynomial. Arguments: s, p: real numbers, arrays of one shape, or balls; lag >= 0. Returns: Jet.
    Raises: ValueError for coefficients that are not finite, or of different shapes.

    >>> memory_jet(0.0, -(0.5**0.5), 3).value
    0.25
    """
    return _jet(*_as_coefficients(s, p), lag)


def _as_coefficients(s: Any, p: Any) -> tuple[Any, Any]:
    s, p = _as_coefficient("s", s), _as_coefficient("p", p)
    if np.ndim(s) and np.ndim(p) and s.shape != p.shape:
        raise ValueError(f"s has shape {s.shape} while p has shape {p.shape}: must be equal")
    return s, p


def _as_coefficient(name: str, value: Any) -> Any:
    if isinstance(value, arb) and not value.is_finite():
        raise ValueError(f"{name} = {value}: must be finite")
    if isinstance(value, arb | Fraction):
        return value
    array = as_real_array(name, value)
    return array if array.ndim else array.item()


def _jet(s: Any, p: Any, lag: int) -> Jet:
    zero = s * 0
    nothing = Jet(zero, zero, zero, zero, zero, zero)
    drive = {0: Jet(p, zero, zero + 1, zero, zero, zero), 1: Jet(-s, zero - 1, zero, zero, zero, zero)}
    drive[2] = nothing._replace(value=zero + 1)
    before, last, found = nothing, nothing, nothing._replace(value=zero + 1)
    for j in range(as_count("lag", lag, least=0) + 1):
        b, c = _next(s, p, last, before), drive.get(j, nothing)
        b = Jet(*(x + y for x, y in zip(b, c, strict=True)))
        found = Jet(*(x - y for x, y in zip(found, _square(b), strict=True)))
        before, last = last, b
    return found


def _next(s: Any, p: Any, b: Jet, a: Jet) -> Jet:
    """Jet of s b − p a, by the product rule."""
    return Jet(
        s * b.value - p * a.value,
        s * b.s + b.value - p * a.s,
        s * b.p - p * a.p - a.value,
        s * b.ss + 2 * b.s - p * a.ss,
        s * b.sp + b.p - p * a.sp - a.s,
        s * b.pp - p * a.pp - 2 * a.p,
    )


def _square(b: Jet) -> Jet:
    v = b.value
    return Jet(
        v * v,
        2 * v * b.s,
        2 * v * b.p,
        2 * (v * b.ss + b.s * b.s),
        2 * (v * b.sp + b.s * b.p),
        2 * (v * b.pp + b.p * b.p),
    )


@dataclass(frozen=True)
class Stationary:
    """A stationary point of MF(τ): where, the value, the eigenvalues of the Hessian (ascending), and its kind."""

    s: float
    p: float
    value: float
    curvatures: tuple[float, float]
    kind: Literal["maximum", "saddle", "minimum", "degenerate"]

    @property
    def poles(self) -> Complex:
        """The two poles."""
        half, root = self.s / 2, np.sqrt(complex(self.s**2 / 4 - self.p))
        return np.array([half + root, half - root])


def in_triangle(s: ArrayLike, p: ArrayLike) -> Any:
    """Whether both poles of 1 − sz + pz² are stable: |s| < 1 + p, p < 1.

    Arguments: s, p: real numbers or arrays of one shape. Returns: truth values. Raises: as `memory_jet`.
    """
    return _stable(*_as_coefficients(s, p))


def _stable(s: Any, p: Any) -> Any:
    return (np.abs(s) < 1 + np.asarray(p)) & (np.asarray(p) < 1)


def stationary_points(lag: int, starts: int = 24) -> list[Stationary]:
    """All stationary points of MF(τ) that Newton's method finds from a grid over the triangle of stability.

    Multi-start: a lower bound on their number. For τ = 3 a resultant shows that there are no others. Points with a
    singular Hessian (the origin, where MF = 0) are left out.

    Arguments: lag >= 2; starts per side of the grid. Returns: sorted by value, then s. Raises: ValueError.
    """
    as_count("lag", lag, least=2)
    grid = np.linspace(-1, 1, as_count("starts", starts, least=2) + 2)[1:-1]
    u, p = (x.ravel() for x in np.meshgrid(grid, grid))
    s = u * (1 + p)
    with np.errstate(all="ignore"):  # starts that diverge are dropped
        for _ in range(_NEWTON):
            ds, dp = _newton_step(_jet(s, p, lag))
            s, p = s - ds, p - dp
        kept = np.isfinite(s + p) & _stable(s, p) & (np.hypot(ds, dp) < _VANISHED)
    found: list[Stationary] = []
    for point in zip(s[kept].tolist(), p[kept].tolist(), strict=True):
        if all(np.hypot(point[0] - q.s, point[1] - q.p) > _SAME for q in found):
            found.append(classified(*point, lag))
    regular = [q for q in found if q.kind != "degenerate"]
    return sorted(regular, key=lambda q: (round(q.value, 12), q.s))


def _newton_step(jet: Jet) -> tuple[Real, Real]:
    determinant = jet.ss * jet.pp - jet.sp**2
    return (jet.pp * jet.s - jet.sp * jet.p) / determinant, (jet.ss * jet.p - jet.sp * jet.s) / determinant


def classified(s: float, p: float, lag: int) -> Stationary:
    """The kind of a stationary point by the signs of its Hessian; below 1e-6 a curvature counts as 0.

    Arguments: s, p: finite, both poles stable; lag >= 0. Returns: Stationary. Raises: ValueError otherwise.
    """
    s, p = as_real("s", s), as_real("p", p)
    if not _stable(s, p):
        raise ValueError(f"s, p = {s}, {p}: must have |s| < 1 + p and p < 1, both poles inside the unit circle")
    jet = _jet(s, p, lag)
    low, high = np.linalg.eigvalsh([[jet.ss, jet.sp], [jet.sp, jet.pp]]).tolist()
    if min(abs(low), abs(high)) < 1e-6:
        return Stationary(s, p, jet.value, (low, high), "degenerate")
    return Stationary(s, p, jet.value, (low, high), "maximum" if high < 0 else "minimum" if low > 0 else "saddle")


def certified_stationary(point: Stationary, lag: int, bits: int = 128) -> Enclosure:
    """Proof by interval Newton that exactly one stationary point lies within 2^{−40}, and MF(τ) there.

    N(X) = m − F'(X)^{-1} F(m) ⊂ X, F = ∇MF

    Arguments: point, as from `stationary_points`; lag; bits of the ball arithmetic.
    Returns: Enclosure of MF at the true stationary point.
    Raises: ArithmeticError when the interval Newton step does not map the box into itself.
    """
    with ctx.workprec(bits):
        centre = [arb(point.s), arb(point.p)]
        for radius in (arb(0, 2.0**-40), arb(0, 2.0**-90)):
            box = [c + radius for c in centre]
            at, over = _jet(centre[0], centre[1], lag), _jet(box[0], box[1], lag)
            H = arb_mat([[over.ss, over.sp], [over.sp, over.pp]])
            step = H.solve(arb_mat([[at.s], [at.p]]))
            moved = [c - step[i, 0] for i, c in enumerate(centre)]
            if not all(wide.contains_interior(new) for wide, new in zip(box, moved, strict=True)):
                raise ArithmeticError(f"no stationary point is certain near s = {point.s}, p = {point.p}")
            centre = [arb(new.mid()) for new in moved]
        value = _jet(moved[0], moved[1], lag).value
        return enclose([value], 1e-14)


def collisions(lag: int) -> list[tuple[float, float]]:
    """Double real poles x > 0 at which two real poles that ascend MF(τ) meet: x and MF there, x ascending.

    d/dx F(2x, x²) = 0 with a maximum along x, and ∂F/∂p > 0: with poles x ± δ, p = x² − δ², F falls as δ² grows

    By sign changes of F_s + xF_p on a grid, refined by bisection. Arguments: lag >= 1. Returns: list of (x, MF).
    """
    as_count("lag", lag)
    grid = np.linspace(0, 1, 2001)[1:-1]

    def along(x: Any) -> Any:
        jet = _jet(2 * x, x * x, lag)
        return jet.s + x * jet.p

    signs = along(grid)
    found = []
    for i in np.flatnonzero((signs[:-1] > 0) & (signs[1:] <= 0)):
        low, high = grid[i], grid[i + 1]
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if along(middle) > 0 else (low, middle)
        jet = _jet(2 * low, low * low, lag)
        if jet.p > 0:
            found.append((float(low), float(jet.value)))
    return found


def delay_loss(poles: ArrayLike, read_out: ArrayLike, lag: int) -> float:
    """Loss of a read-out of fixed poles for the delay K: quadratic in w.

    L_2 = ⟨|w^* x_t − u_{t−K}|²⟩ = w^* G w − 2 Re w^* λ^K + 1, B = (1, .., 1)

    Arguments: poles (N,), |λ| < 1; read_out w (N,); lag K. Returns: float. Raises: ValueError for bad arguments.
    """
    poles, w = as_poles(poles), as_complex_vector("read_out", read_out)
    if len(w) != len(poles):
        raise ValueError(f"read_out has {len(w)} weights for {len(poles)} poles: must be one each")
    cross = np.vdot(w, poles ** as_count("lag", lag, least=0))
    return float((np.vdot(w, gram(poles) @ w) - 2 * cross).real + 1)


def pair_readout(poles: ArrayLike, lag: int) -> Complex:
    """The best read-out of two unit-variance states for the delay K, by Cramer's rule with the determinant factored.

    w = Ĝ^{-1} ĉ, det G = |λ_1 − λ_2|²/((1 − |λ_1|²)(1 − |λ_2|²)|1 − λ_1 λ̄_2|²)

    Grows like 1/|λ_1 − λ_2| where poles meet; its relative error like eps/|λ_1 − λ_2|, not like the condition of G.
    Arguments: poles (.., 2), different, |λ| < 1; lag K. Returns: complex (.., 2). Raises: ValueError for other poles.
    """
    pairs, K = np.asarray(poles, dtype=np.complex128), as_count("lag", lag, least=0)
    if pairs.ndim == 0 or pairs.shape[-1] != 2:
        raise ValueError(f"poles have shape {pairs.shape}: must be pairs (.., 2)")
    x, y = np.moveaxis(as_poles(pairs.ravel()).reshape(pairs.shape), -1, 0)
    if np.any(x == y):
        raise ValueError(f"poles hold {x[x == y][0]} twice: must be different")
    g, h = 1 - np.abs(x) ** 2, 1 - np.abs(y) ** 2
    factor = np.abs(1 - x * y.conj()) ** 2 / np.abs(x - y) ** 2
    first = (x**K / h - y**K / (1 - x * y.conj())) * h * np.sqrt(g)
    second = (y**K / g - x**K / (1 - y * x.conj())) * g * np.sqrt(h)
    return np.stack([first * factor, second * factor], axis=-1)


def pair_readout_norm(poles: ArrayLike, lag: int, apart: float = 1e-9) -> Real:
    """‖w‖ of `pair_readout`; poles closer than `apart` are moved that far apart, so that it stays finite.

    Arguments: poles (.., 2), |λ| < 1 − apart; lag; apart > 0. Returns: float64 (..). Raises: ValueError.
    """
    pairs = np.asarray(poles, dtype=np.complex128)
    near = np.abs(pairs[..., :1] - pairs[..., 1:]) < apart
    moved = pairs.mean(axis=-1, keepdims=True) + 0.5 * apart * np.array([1, -1])
    return np.linalg.norm(pair_readout(np.where(near, moved, pairs), lag), axis=-1)


def chord_depth(poles: ArrayLike, first: ArrayLike, second: ArrayLike, lag: int) -> float:
    """Mean loss of two read-outs less the loss of their mean: >= 0, by convexity.

    J = ½L_2(w) + ½L_2(v) − L_2(½(w + v))

    Arguments: poles (N,); first, second: read-outs (N,); lag. Returns: float. Raises: ValueError.
    """
    w, v = (as_complex_vector(name, x) for name, x in (("first", first), ("second", second)))
    ends = delay_loss(poles, w, lag) + delay_loss(poles, v, lag)
    return 0.5 * ends - delay_loss(poles, 0.5 * (w + v), lag)
