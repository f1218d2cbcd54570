"""Truth for the numeric floor: 200-digit arithmetic by power series, and pole sets that are hard."""

import flint
import numpy as np

from numerics import spectra


def exact_memory(poles, horizon, digits=200):
    """M_τ = 1 − Σ_{j≤τ}|b_j|² from the quotient of two power series in ball arithmetic, to at least `digits` digits.

    Shares nothing with the lossless chain. Bits are added until the balls themselves certify the digits.
    """
    bits = int(3.33 * digits) + 64
    while True:
        memory = _series_memory(np.asarray(poles, dtype=complex), horizon, bits)
        if max(float(m.rad()) for m in memory) < 10.0**-digits:
            return np.array([float(m.mid()) for m in memory])
        bits *= 2


def _series_memory(poles, horizon, bits):
    with flint.ctx.workprec(bits):
        before, flint.ctx.cap = flint.ctx.cap, horizon
        try:
            top, bottom = flint.acb_series([1]), flint.acb_series([1])
            for p in poles:
                ball = flint.acb(p.real, p.imag)
                top *= flint.acb_series([-ball.conjugate(), 1])
                bottom *= flint.acb_series([1, -ball])
            b = top / bottom
        finally:
            flint.ctx.cap = before
        memory, left = [], flint.arb(1)
        for j in range(horizon):
            left = left - (b[j].real ** 2 + b[j].imag ** 2)
            memory.append(left)
        return memory


def hard_sets():
    """Repeated, nearly repeated, zero, near the circle, real, closed, single: name -> poles."""
    rng = np.random.default_rng(5)
    near = 1 - np.array([1e-6, 1e-5, 1e-4, 1e-3])
    return {
        "single": np.array([0.5]),
        "single_slow": np.array([1 - 2.0**-7]),
        "single_zero": np.array([0.0]),
        "zeros": np.zeros(7),
        "repeated": np.full(9, 0.6 - 0.3j),
        "repeated_slow": np.full(128, 1 - 1e-6),
        "repeated_slow_phase": np.full(128, (1 - 1e-6) * np.exp(1j)),
        "nearly_repeated": 0.7 + 1e-9 * rng.standard_normal(12) + 1e-9j * rng.standard_normal(12),
        "zeros_and_slow": np.concatenate([np.zeros(20), near, -near, 1j * near]),
        "slow_and_fast": np.concatenate([near * np.exp(2j), 0.01 * rng.standard_normal(8)]),
        "real": np.linspace(-0.99, 0.99, 40),
        "tiny": np.array([1e-200, 1e-160j, 0.3]),
        "annulus": spectra.uniform_annulus(128, 0.5, 0.999999, 1),
        "slow_cloud": (1 - 1e-6) * np.exp(2j * np.pi * rng.random(128)),
        "slow_cluster": (1 - 1e-6) * np.exp(1e-6j * rng.random(128)),
        "ring": spectra.ring(64, 0.99),
        "s4d_lin": spectra.zoh(spectra.conjugate_closed(spectra.s4d_lin(64)), 1e-2),
        "legs": spectra.zoh(spectra.legs_poles(64), 1e-3),
    }
