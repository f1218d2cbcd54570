"""HiPPO-LegS enclosed: what is true where float64 returns noise.

Glossary: V eigenvectors, κ₂ condition number of V with unit columns · Φ phase of the normal part, ω_k its levels ·
K_n, K_n^{(N)} impulse responses of LegS and of its normal part.
"""

import math

from flint import acb, arb, arb_mat, ctx, fmpz_mat
from numpy.typing import ArrayLike

from numerics.certified.conditioning import positive_condition
from numerics.certified.enclosure import Enclosure, NotTight, as_bits, enclose
from numerics.equivalence.legs import column_norms_squared, legs_eigensystem
from numerics.equivalence.normal_part import normal_part_frequencies as rounded_frequencies
from numerics.preconditions import as_count, as_times

_NEWTON = 8  # doublings of the digits: enough for 53 · 2^8 bits


def _roots(N: int) -> list[arb]:
    return [arb(2 * n + 1).sqrt() for n in range(N)]


def legs_eigenvectors(N: int, bits: int = 128) -> tuple[Enclosure, Enclosure]:
    """V and V⁻¹ of LegS, entry by entry.

    The integers of `legs_eigensystem` times or over √(2n+1); that they are inverse to each other and solve the
    eigen-equation is checked in integers (`legs_eigensystem_is_exact`), without any rounding.

    Arguments: N >= 1; bits. Returns: two Enclosures (N, N), each entry within two doubles.
    Raises: ValueError for bad N or bits; NotTight never in practice. Reference: this project.
    """
    exact, shape = legs_eigensystem(N), (as_count("N", N), N)
    with ctx.workprec(as_bits(bits)):
        q = _roots(N)
        V = [arb(int(exact.vectors[n, j])) * q[n] for n in range(N) for j in range(N)]
        inverse = [arb(int(exact.inverse[j, n])) / q[n] for j in range(N) for n in range(N)]
        boxes = [enclose(balls, math.inf) for balls in (V, inverse)]
    first, second = (Enclosure(box.lower.reshape(shape), box.upper.reshape(shape)) for box in boxes)
    return first, second


def legs_eigensystem_is_exact(N: int) -> bool:
    """Whether the stored integers are the eigensystem: three identities of integer matrices, no rounding anywhere.

    A'W = WΛ, MW = I, M1 = weights, with A' = diag(1/q) A diag(q), A'_nk = −(2k+1) (n > k), −(n+1) (n = k)

    Arguments: N >= 1. Returns: bool. Raises: ValueError for a bad N.
    """
    exact = legs_eigensystem(N)
    W, M = (fmpz_mat([[int(x) for x in row] for row in table]) for table in (exact.vectors, exact.inverse))
    scaled = fmpz_mat([[-(2 * k + 1) if n > k else -(n + 1) * (n == k) for k in range(N)] for n in range(N)])
    modes = fmpz_mat([[-(j + 1) * (i == j) for j in range(N)] for i in range(N)])
    ones, weights = fmpz_mat([[1]] * N), fmpz_mat([[int(w)] for w in exact.weights])
    identity = fmpz_mat([[int(i == j) for j in range(N)] for i in range(N)])
    return scaled * W == W * modes and M * W == identity and M * ones == weights


def legs_reconstruction(N: int, bits: int = 512, tolerance: float = 1e-10) -> Enclosure:
    """V Λ V⁻¹ in ball arithmetic: it contains A where the same product of doubles is noise.

    Arguments: N >= 1; bits, of which about 2.5 N are lost; tolerance. Returns: Enclosure (N, N).
    Raises: ValueError for bad N or bits; NotTight when bits do not suffice. Reference: this project.
    """
    exact, N = legs_eigensystem(N), as_count("N", N)
    with ctx.workprec(as_bits(bits)):
        q = _roots(N)
        left = [[arb(int(exact.vectors[n, j])) * q[n] * -(j + 1) for j in range(N)] for n in range(N)]
        right = [[arb(int(exact.inverse[j, n])) / q[n] for n in range(N)] for j in range(N)]
        box = enclose((arb_mat(left) * arb_mat(right)).entries(), tolerance)
    return Enclosure(box.lower.reshape(N, N), box.upper.reshape(N, N))


def legs_condition(N: int, bits: int = 0) -> Enclosure:
    """Condition number of the eigenvectors of LegS, columns scaled to length one.

    κ₂(V)² = κ(VᵀV), column norms √(2j+1) C(N+j, 2j+1); grows like 5.83^N

    Arguments: N >= 1; bits, 0 for 12 N + 400. Returns: Enclosure (1,), relative width about 1e-11.
    Raises: ValueError for bad N or bits; NotTight when bits do not suffice. Reference: this project.
    """
    exact, norms = legs_eigensystem(N), column_norms_squared(N)
    with ctx.workprec(as_bits(bits or 12 * N + 400)):
        q, sizes = _roots(N), [arb(int(x)).sqrt() for x in norms]
        unit = arb_mat([[arb(int(exact.vectors[n, j])) * q[n] / sizes[j] for j in range(N)] for n in range(N)])
        return enclose([positive_condition(unit.transpose() * unit).sqrt()], math.inf)


def legs_kernel(N: int, times: ArrayLike, bits: int = 0, tolerance: float = 1e-12) -> Enclosure:
    """Impulse responses of LegS by the alternating sum over its modes, with the digits that it needs.

    K_n(t) = q_n Σ_j (−1)^{n−j} C(n, j) C(n+j, j) e^{−(j+1)t}

    Arguments: N >= 1; times (T,) >= 0, doubles taken exactly; bits, 0 for 6 N + 100; tolerance.
    Returns: Enclosure (N, T). Raises: ValueError for bad arguments; NotTight when bits do not suffice.
    """
    exact, t = legs_eigensystem(N), as_times(times)
    with ctx.workprec(as_bits(bits or 6 * N + 100)):
        modes = [int(w) for w in exact.weights]
        amplitudes = arb_mat([[int(x) * w for x, w in zip(row, modes, strict=True)] for row in exact.vectors])
        decays = arb_mat([[(-arb(x) * (j + 1)).exp() for x in t] for j in range(N)])
        product, q = amplitudes * decays, _roots(N)
        box = enclose([product[n, i] * q[n] for n in range(N) for i in range(len(t))], tolerance)
    return Enclosure(box.lower.reshape(N, -1), box.upper.reshape(N, -1))


def _phase(omega: arb, N: int) -> arb:
    return sum(((2 * omega / (2 * n + 1)).atan() for n in range(N)), arb(0))


def _slope(omega: arb, N: int) -> arb:
    return sum(((arb(n) + 0.5) / ((arb(n) + 0.5) ** 2 + omega**2) for n in range(N)), arb(0))


def _level(start: float, k: int, N: int) -> arb:
    level, omega = arb(N - 1 - 2 * k) * arb.pi() / 2, arb(start)
    for _ in range(_NEWTON):
        step = ((level - _phase(omega, N)) / _slope(omega, N)).mid()
        omega = (omega + step).mid()
        if abs(step) < abs(omega) * arb(2) ** (-ctx.prec // 2 - 8):
            break
    radius = abs(omega) * arb(2) ** (24 - ctx.prec)
    if not (_phase(omega - radius, N) < level < _phase(omega + radius, N)):
        raise NotTight(f"frequency {k} of N = {N} not isolated at {ctx.prec} bits: raise bits")
    return omega + arb(0, radius.upper())


def _frequencies(N: int) -> list[arb]:
    upper = [_level(float(start), k, N) for k, start in enumerate(rounded_frequencies(N)[: N // 2])]
    return upper + [arb(0)] * (N % 2) + [-omega for omega in reversed(upper)]


def normal_part_frequencies(N: int, bits: int = 128, tolerance: float = 1e-8) -> Enclosure:
    """Frequencies of the normal part: the phase is below its level on the left of each ball and above on the right.

    Φ_N(ω_k) = (N−1)π/2 − kπ, Φ_N increasing: exactly one root in every ball, and N balls

    Arguments: N >= 1; bits; tolerance, absolute (ω_0 ≈ N²/π). Returns: Enclosure (N,), descending.
    Raises: ValueError for bad N or bits; NotTight when bits do not suffice. Reference: this project.
    """
    with ctx.workprec(as_bits(bits)):
        return enclose(_frequencies(as_count("N", N)), tolerance)


def _residues(n: int, N: int, frequencies: list[arb]) -> list[acb]:
    residues = []
    for omega in frequencies:
        passed = acb(1)
        for m in range(n):
            passed *= acb(-(arb(m) + 0.5), omega) / acb(arb(m) + 0.5, omega)
        amplitude = arb(2 * n + 1).sqrt() / (2 * _slope(omega, N))
        residues.append(amplitude * passed / acb(arb(n) + 0.5, omega))
    return residues


def _transfer(n: int, s: acb) -> acb:
    value = acb(arb(2 * n + 1).sqrt()) / (s + n + 1)
    for m in range(n):
        value *= (s - m) / (s + m + 1)
    return value


def kernel_gap_squared(n: int, N: int, bits: int = 192, tolerance: float = 1e-12) -> Enclosure:
    """Squared L² distance between the impulse responses of LegS and of its normal part, for every n < N.

    Σ_kl r_k r̄_l/(1 − i(ω_k−ω_l)) − 2 Re Σ_k r_k X_n(½ − iω_k) + ½

    Nothing of the closed formula enters: enclosed frequencies, their residues, and a sum over pairs of modes.

    Arguments: 0 <= n < N; bits; tolerance. Returns: Enclosure (1,). Time O(N²) ball operations.
    Raises: ValueError for bad arguments; NotTight when bits do not suffice. Reference: this project.
    """
    N, n = as_count("N", N), as_count("n", n, least=0)
    if n >= N:
        raise ValueError(f"n = {n}: a state of N = {N} is one of 0..{N - 1}")
    with ctx.workprec(as_bits(bits)):
        frequencies = _frequencies(N)
        r = _residues(n, N, frequencies)
        energy = sum(
            (
                a * b.conjugate() / acb(1, w - v)
                for a, v in zip(r, frequencies, strict=True)
                for b, w in zip(r, frequencies, strict=True)
            ),
            acb(0),
        )
        cross = sum((a * _transfer(n, acb(0.5, -w)) for a, w in zip(r, frequencies, strict=True)), acb(0))
        return enclose([energy.real - 2 * cross.real + arb(0.5)], tolerance)
