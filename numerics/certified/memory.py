"""The memory function, the capacity and eigenvalues in ball arithmetic.

Glossary: ball a midpoint with an error radius · bits working precision · E rounding errors of a whole run, summed.
"""

from dataclasses import dataclass

import numpy as np
from flint import acb, acb_mat, arb, ctx
from numpy.typing import ArrayLike

from numerics.certified.enclosure import Enclosure, NotTight, Poles, as_bits, enclose, energy, pole_balls
from numerics.preconditions import as_count, as_horizon, as_pair


@dataclass(frozen=True)
class PartialCapacity:
    """Σ_{τ<T} M_τ, the rest Σ_{τ≥T} M_τ (lower end 0), and their sum, which contains the capacity."""

    partial: Enclosure
    tail: Enclosure
    total: Enclosure


def _error(ball: acb) -> arb:
    return ball.real.rad() + ball.imag.rad()


def _section(pole: acb, drive: list[acb], memory: list[arb]) -> tuple[list[acb], acb, arb]:
    """One lossless section on midpoints: adds |s'|² to `memory`; returns output, last state, sum of dropped radii."""
    g = (1 - energy(pole)).sqrt()
    turned = -pole.conjugate()
    s, error, passed = acb(0), arb(0), []
    for t, a in enumerate(drive):  # ball arithmetic has no filter over arrays
        out, state = g * s + turned * a, pole * s + g * a
        error += _error(out) + _error(state)
        s = state.mid()
        memory[t] += energy(s)
        passed.append(out.mid())
    return passed, s, error


def _run_chain(poles: list[acb], horizon: int) -> tuple[list[arb], list[acb], arb]:
    """M_τ as balls, the last states' midpoints, and the bound E on their joint error.

    ‖ŝ_τ − s_τ‖ <= E, so |M̂_τ − M_τ| <= 2E√M̂_τ + E²

    Carrying balls through a rotation would double their radii every few steps. Instead each step keeps the midpoint
    and counts its radius as a disturbance: the sections are lossless, so no disturbance ever grows, and all of them
    together move the vector of states by at most their sum E.
    """
    drive = [acb(1)] + [acb(0)] * (horizon - 1)
    memory = [arb(0) for _ in range(horizon)]
    error, last = arb(0), []
    for pole in poles:
        drive, state, dropped = _section(pole, drive, memory)
        last.append(state)
        error += dropped
    error = arb(error.upper())
    return [m + arb(0, (2 * error * m.sqrt() + error * error).upper()) for m in memory], last, error


def memory_function(poles: Poles, horizon: int, bits: int = 128, tolerance: float = 1e-14) -> Enclosure:
    """Enclosure of the memory function.

    M_τ = Σ_n |s^{(n)}_{τ+1}|², the chain of lossless sections

    Arguments: poles (N,), doubles taken exactly, or a list of acb/arb balls (`eigenvalues`) inside the unit circle;
    horizon; bits of working precision; tolerance, the widest enclosure that is acceptable.
    Returns: Enclosure of shape (horizon,). Time O(N·horizon) ball operations, about 2 µs each.
    Raises: ValueError for bad arguments; NotTight when wider than the tolerance. Reference: this project.
    """
    horizon = as_horizon(horizon)
    with ctx.workprec(as_bits(bits)):
        return enclose(_run_chain(pole_balls(poles), horizon)[0], tolerance)


def capacity_partial(poles: Poles, horizon: int, bits: int = 128, tolerance: float = 1e-9) -> PartialCapacity:
    """Enclosure of the capacity: a partial sum of the memory function and a rigorous bound on the rest.

    Σ_{τ≥T} M_τ <= Σ_n (|x_n| |λ_n|/g_n + √((1+|λ_n|)/(1−|λ_n|)) √(Σ_{m<n} |x_m|²))², x = α_{T−1}

    Section n decays by itself from x_n, and is driven by what the earlier ones still hold: they are lossless, so their
    output has no more energy than their states had, and (1+|λ|)/(1−|λ|) is the section's largest gain in energy.

    Arguments: as `memory_function`; horizon = T. Returns: PartialCapacity of shape (1,).
    Raises: ValueError for bad arguments; NotTight when the total is wider than the tolerance (a longer horizon or more
    bits are needed). Reference: this project.
    """
    horizon = as_horizon(horizon)
    with ctx.workprec(as_bits(bits)):
        balls = pole_balls(poles)
        memory, states, error = _run_chain(balls, horizon)
        partial, rest = sum(memory, arb(0)), _rest(balls, states, error)
        tail = arb(0).union(arb(rest.upper()))
        parts = [enclose([ball], tolerance) for ball in (partial, tail, partial + tail)]
    return PartialCapacity(*parts)


def _rest(poles: list[acb], states: list[acb], error: arb) -> arb:
    earlier, total = arb(0), arb(0)
    for pole, state in zip(poles, states, strict=True):
        x, r = arb(state.abs_upper()) + error, arb(pole.abs_upper())
        own = x * r / (1 - r * r).sqrt()
        reach = own + ((1 + r) / (1 - r)).sqrt() * earlier.sqrt()
        total += reach * reach
        earlier += x * x
    return total


def eigenvalues(A: ArrayLike, bits: int = 256) -> list[acb]:
    """Balls that each hold exactly one eigenvalue of a matrix of doubles, taken exactly.

    Arguments: A (N, N), real or complex; bits.
    Returns: list of N disjoint acb, to be passed to `memory_function` or `capacity_partial`.
    Raises: ValueError for a bad matrix; NotTight when the eigenvalues cannot be isolated at this precision: more bits
    may do, but repeated eigenvalues never will. Reference: Johansson 2017, Arb (acb_mat_eig).
    """
    A = as_pair(A, np.zeros(len(np.atleast_1d(A))))[0].astype(np.complex128)
    with ctx.workprec(as_bits(bits)):
        matrix = acb_mat([[acb(x.real, x.imag) for x in row] for row in A])
        try:
            return list(matrix.eig())
        except ValueError as error:
            raise NotTight(
                f"eigenvalues of A not isolated at {bits} bits: raise bits, or A has repeated ones"
            ) from error


def gram_memory(poles: Poles, lag: int, bits: int = 2048, tolerance: float = 1e-14) -> Enclosure:
    """Enclosure of one M_τ by its definition: slow, obvious, and sharing nothing with the chain.

    M_τ = v^* G^{-1} v, v_k = λ_k^τ, G_kl = 1/(1 − λ_k λ̄_l)

    Arguments: distinct poles (N,), as `memory_function`; lag = τ >= 0; bits, of which cond(G) consumes many.
    Returns: Enclosure of shape (1,).
    Raises: ValueError for bad arguments; NotTight when G is not certainly invertible (repeated poles, too few bits) or
    the result is wider than the tolerance.
    """
    lag = as_count("lag", lag, least=0)
    with ctx.workprec(as_bits(bits)):
        balls = pole_balls(poles)
        v = acb_mat([[p**lag] for p in balls])
        G = acb_mat([[1 / (1 - p * q.conjugate()) for q in balls] for p in balls])
        try:
            M = (v.conjugate().transpose() * G.solve(v))[0, 0].real
        except ZeroDivisionError as error:
            raise NotTight(
                f"Gram matrix not certainly invertible at {bits} bits: raise bits, or poles repeat"
            ) from error
        return enclose([M], tolerance)
