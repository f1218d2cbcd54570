"""The linear recurrence inside a module, as the report needs it: poles, input matrix, step, and what read-outs see."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from numerics.memory import controllable_poles, effective_capacity

Complex = NDArray[np.complex128]
ROUNDING = 8 * 2.0**-52  # of |λ|: an exponential, a product and a conversion, each to a unit or two


def real_within_rounding(poles: Complex) -> NDArray[np.bool_]:
    """Which poles lie on the real axis up to the rounding of their computation.

    |Im λ| <= 8 eps |λ|

    Arguments: poles (N,). Returns: bool (N,).

    >>> real_within_rounding(np.array([0.5j, 0.5 * np.exp(1j * np.pi)]))
    array([False,  True])
    """
    return np.abs(poles.imag) <= ROUNDING * np.abs(poles)


def closed(poles: Complex) -> Complex:
    """The smallest set that holds the poles and their conjugates, rounding apart.

    {λ} ∪ {λ̄}, where λ_j is the conjugate of λ_k when |λ_j − λ̄_k| <= 8 eps |λ_k|

    A set that is closed on paper is closed in floating point only up to rounding: compared exactly, every pair
    would count twice. Poles real up to rounding become real; of a pair the upper pole stays. Two poles of the same
    half plane are never merged, however near.

    Arguments: poles (N,). Returns: complex128 (n,), n <= 2N, closed exactly, sorted.

    >>> closed(0.5 * np.exp(0.5j * np.pi * np.arange(4))).size
    4
    """
    on_axis = real_within_rounding(poles)
    upper, lower = poles[~on_axis & (poles.imag > 0)], poles[~on_axis & (poles.imag < 0)].conj()
    if upper.size and lower.size:
        distance, _ = KDTree(_points(upper)).query(_points(lower))
        lower = lower[distance > ROUNDING * np.abs(lower)]
    return np.unique(np.concatenate([poles[on_axis].real, upper, lower, upper.conj(), lower.conj()]))


def _points(poles: Complex) -> NDArray[np.float64]:
    return np.stack([poles.real, poles.imag], axis=1)


def covariance_factor(A: NDArray[np.inexact], B: NDArray[np.inexact]) -> NDArray[np.inexact]:
    """A factor of the state covariance of any stable pair, whose singular values reach further than G's own.

    G = A G A^* + B B^* = LL^*, L ← [L, A^{2^k} L] made triangular

    Smith's doubling on the factor: each pass doubles the lags that are summed, and G, whose eigenvalues below eps ‖G‖
    are noise, is never formed. QR loses no row to a larger one. Ends when a pass adds less than eps/2 of each row.

    Arguments: A (N, N), spectral radius < 1; B (N,). Returns: (N, n), n <= N.

    >>> covariance_factor(np.array([[0.6]]), np.array([0.8])).round(12)
    array([[-1.]])
    """
    factor, power = B[:, None], A
    for _ in range(64):  # 2^64 lags outlast every pole that a double tells from the circle
        later = power @ factor
        if np.all(np.linalg.norm(later, axis=1) <= 2.0**-53 * np.linalg.norm(factor, axis=1)):
            break
        wide = np.hstack([factor, later])
        factor = _triangular(wide) if wide.shape[1] > len(A) else wide
        power = power @ power
    return factor


def _triangular(wide: NDArray[np.inexact]) -> NDArray[np.inexact]:
    lower: NDArray[np.inexact] = np.linalg.qr(wide.conj().T)[1].conj().T
    return lower


@dataclass(frozen=True)
class LinearCore:
    """The linear recurrence inside a module: x_t = A x_{t−1} + B u_t, in the coordinates of A or of its eigenvectors.

    kind: what the module is; poles (n,): discrete eigenvalues of the state as stored, |λ| < 1 not guaranteed; B (n,
    channels), or None when unknown; A (n, n) for a dense state, None for a diagonal one; continuous (n,) poles s
    and dt (n,) steps where the module has them; real: read out through real parts, so that conjugates are seen too;
    feedthrough: the outputs hold u_t itself; stable: the parametrisation keeps |λ| < 1; states: nominal state
    count, when the module declares one.
    """

    kind: str
    poles: Complex
    B: Complex | None = None
    A: NDArray[np.float64] | None = None
    continuous: Complex | None = None
    dt: NDArray[np.float64] | None = None
    real: bool = True
    feedthrough: bool = False
    stable: bool = False
    states: int | None = None

    def reached(self, channel: int = 0) -> Complex:
        """The stored poles that an input channel drives; repeated diagonal ones count once."""
        if self.A is not None and self.B is not None:
            return controllable_poles(self.A, self.B[:, channel].real)
        driven = np.ones(self.poles.size, bool) if self.B is None else self.B[:, channel] != 0
        return np.unique(self.poles[driven])

    def seen(self, channel: int = 0) -> Complex:
        """The pole set whose memory function a read-out of this module has for one input channel.

        {λ reached} ∪ {λ̄} (real read-out) ∪ {0} (feed-through)

        A feed-through D u_t is one more state, with pole zero: it makes M_0 = 1. Distinct poles of a diagonal state
        count once; those of a dense one as often as their reachable Jordan block is long.
        """
        poles = self.reached(channel)
        if self.A is None and self.real:
            poles = closed(poles)
        return np.concatenate([poles, [0.0]]) if self.feedthrough else poles

    def effective_capacity(self, noise: float, channel: int = 0) -> float:
        """Capacity of the states, each scaled to variance one, when they are read through white noise.

        tr G(G + σ²I)^{-1}, G the covariance with unit diagonal

        A dense state is read in the coordinates the module keeps: a delay line or a balanced pair loses nothing, a
        Jordan block little, where parallel diagonal states of the same poles would be hardly told apart.

        Arguments: noise = σ² > 0, a variance; channel. Returns: float in [0, N]. Needs stable poles, some reached.
        """
        if self.A is None or self.B is None:
            return effective_capacity(self.seen(channel), noise)
        factor = covariance_factor(self.A, self.B[:, channel])
        size = np.linalg.norm(factor, axis=1)
        driven = size > 0
        mu = np.linalg.svd(factor[driven] / size[driven, None], compute_uv=False) ** 2
        return float(np.sum(mu / (mu + noise)))
