"""Least squares with the trigonometric series on selected values, against the same on the winners' values.

Glossary: L tokens · n samples · δ margin · η error of the importances · χ sharpness · v values, one winner a context ·
F = f(v*) target · S the last block that is fitted, frequencies below 2^S · B_f bound of the target, at which
predictions are clipped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from numerics.preconditions import (
    Real,
    as_count,
    as_fraction,
    as_nonnegative,
    as_real_array,
    as_real_vector,
    as_seed,
)
from numerics.rates.plugin import sharpness_rule

#: Blocks of the target, and its largest frequency.
BLOCKS = 7
TOP = 2 ** (BLOCKS - 1) - 1


@dataclass(frozen=True)
class Setting:
    """Contexts of a separated class: winner of importance 1, losers uniform on [0, 1 − δ], values uniform on [0, 1].

    Arguments: L >= 2 tokens; n >= 8 samples to fit, tests >= 1 to judge; delta = δ in (0, 1); noise, its standard
        deviation, >= 0.
    Raises: ValueError outside these.
    """

    L: int
    n: int
    tests: int = 2000
    delta: float = 0.2
    noise: float = 1.0

    def __post_init__(self) -> None:
        as_count("L", self.L, least=2)
        as_count("n", self.n, least=8)
        as_count("tests", self.tests)
        as_fraction("delta", self.delta)
        as_nonnegative("noise", self.noise)

    @property
    def blocks(self) -> int:
        """S = log2(n)/3, rounded: 2^S ≈ n^{1/3}, the balance for a = 1."""
        return min(BLOCKS - 1, round(np.log2(self.n) / 3))


class Selector(NamedTuple):
    """Sharpness χ, and the error η of the importances: the winner's lowered, all losers' raised by it."""

    chi: float
    eta: float = 0.0


class Drawn(NamedTuple):
    """Importances μ and values v (n + tests, L), winner first; targets F (n + tests,); noise (n,)."""

    importances: Real
    values: Real
    targets: Real
    noise: Real


def target_series(seed: int = 0) -> tuple[NDArray[np.int64], Real]:
    """A target with ‖δ_s f‖ = 2^{−s} in every block: random signs, sizes alike within a block.

    Returns: frequencies (m, 1) of the blocks s < BLOCKS, in the order 0, −1, 1, −2, …; coefficients (m,).
    """
    size = np.arange(1, TOP + 1)
    l = np.concatenate([[0], np.stack([-size, size], axis=1).ravel()])
    s = np.where(l == 0, 0, np.floor(np.log2(np.maximum(np.abs(l), 1))) + 1)
    signs = np.random.default_rng(as_seed(seed)).choice([-1.0, 1.0], len(l))
    return l[:, None], signs * 2.0**-s * 2.0 ** (-s / 2)


def series_values(x: Real, top: int) -> Real:
    """The basis functions of frequencies up to `top` at real points, as powers of e^{2πix}: within 8 top u.

    Arguments: x (n,); top >= 0. Returns: (n, 2 top + 1), in the order 0, −1, 1, −2, 2, … of `target_series`.
    Raises: ValueError for top < 0, points that are not finite. The slow route: `numerics.rates.basis.basis_values`.
    """
    x = as_real_vector("x", x)
    turns = np.repeat(np.exp(2j * np.pi * x)[:, None], as_count("top", top, least=0), axis=1)
    powers = np.sqrt(2.0) * np.cumprod(turns, axis=1)
    return np.hstack([np.ones((len(x), 1)), powers.view(np.float64)])


def target_bound() -> float:
    """B_f = Σ_l |c_l| sup |ψ_l|, no less than sup |f|."""
    l, c = target_series()
    return float(np.abs(c) @ np.where(l[:, 0] == 0, 1.0, np.sqrt(2.0)))


def draw(setting: Setting, seed: int) -> Drawn:
    """One data set of a setting. Raises: ValueError for a seed < 0."""
    rng, size = np.random.default_rng(as_seed(seed)), setting.n + setting.tests
    mu = rng.random((size, setting.L))
    mu *= 1 - setting.delta
    mu[:, 0] = 1.0
    v = rng.random((size, setting.L))
    F = series_values(v[:, 0], TOP) @ target_series()[1]
    return Drawn(mu, v, F, setting.noise * rng.standard_normal(setting.n))


def selected(drawn: Drawn, how: Selector) -> Real:
    """The values that the softmax of the estimated importances selects in all contexts. Returns: (n + tests,).

    Raises: ValueError for χ < 0, η < 0.
    """
    chi, eta = as_nonnegative("chi", how.chi), as_nonnegative("eta", how.eta)
    gates = drawn.importances - (1.0 - 2 * eta)  # less the winner's estimate: errors ±η move all gaps by 2η
    gates[:, 0] = 0.0
    gates *= chi
    gates -= gates.max(1, keepdims=True)
    np.exp(gates, out=gates)
    total = gates.sum(1)
    gates *= drawn.values
    return np.asarray(gates.sum(1) / total)


def fitted_risk(x: Real, drawn: Drawn, setting: Setting, *, clipped: bool = True) -> float:
    """The mean squared error on the tests of least squares on the blocks s <= S of given values.

    Arguments: x (n + tests,), values in [0, 1]; clipped: predictions within B_f, without which least squares on
        concentrated values, of a condition number up to 1e17, has an error of any size.
    Raises: ValueError for values or data of another setting.
    """
    n, sizes = setting.n, (len(x), len(drawn.targets), len(drawn.noise))
    if sizes != (n + setting.tests, n + setting.tests, n):
        raise ValueError(f"x, targets, noise have {sizes} entries: must be n + tests, n + tests, n of {setting}")
    psi = series_values(x, 2**setting.blocks - 1)
    c = np.linalg.lstsq(psi[:n], drawn.targets[:n] + drawn.noise, rcond=None)[0]
    said = psi[n:] @ c
    said = np.clip(said, -target_bound(), target_bound()) if clipped else said
    return float(np.mean((said - drawn.targets[n:]) ** 2))


def series_risks(setting: Setting, how: Sequence[Selector], seeds: Sequence[int]) -> Real:
    """Risks of least squares on selected values, and on the winners' values, on the same data.

    Arguments: setting; how, each way to select; seeds, one per repetition.
    Returns: (seeds, len(how) + 1), the oracle last.
    Raises: ValueError for a seed that occurs twice: its data are no repetition.
    """
    if len({as_seed(seed) for seed in seeds}) < len(seeds):
        raise ValueError(f"seeds = {tuple(seeds)}: each must occur once")
    found = np.empty((len(seeds), len(how) + 1))
    for k, seed in enumerate(seeds):
        drawn = draw(setting, seed)
        inputs = [*(selected(drawn, one) for one in how), drawn.values[:, 0]]
        found[k] = [fitted_risk(x, drawn, setting) for x in inputs]
    return found


def risk_ratio(risks: Real) -> tuple[Real, Real]:
    """Mean risk of each way to select over the oracle's, and its standard error over the repetitions.

    The error is that of a ratio of means of pairs, to first order.

    Arguments: risks (repetitions >= 2, ways + 1), the oracle last. Returns: ratios and errors, (ways,).
    Raises: ValueError for fewer repetitions, no way to select, risks that are not finite, an oracle without risk.
    """
    repetitions, risks = as_count("repetitions", len(risks), least=2), as_real_array("risks", risks)
    if risks.ndim != 2 or risks.shape[1] < 2:
        raise ValueError(f"risks has shape {risks.shape}: must be (repetitions, ways + 1)")
    plug_in, oracle = risks[:, :-1], risks[:, -1:]
    if oracle.mean() <= 0:
        raise ValueError(f"risk of the oracle = {oracle.mean()}: must be positive, or there is no ratio")
    ratio = plug_in.mean(0) / oracle.mean()
    error = (plug_in - ratio * oracle).std(0, ddof=1) / oracle.mean() / np.sqrt(repetitions)
    return ratio, error


def rule_ratios(setting: Setting, etas: Sequence[float], fixed: Sequence[float], seeds: Sequence[int]) -> Real:
    """Risk of plug-in over oracle at the sharpness χ_n for each error η, then at each fixed sharpness without error.

    Arguments: setting; etas, each in [0, δ/2); fixed, each >= 0; seeds, at least two.
    Returns: (2, len(etas) + len(fixed)), ratios and standard errors. Raises: ValueError outside these.
    """
    how = []
    for eta in etas:
        chi = sharpness_rule(setting.L, setting.n, setting.delta, eta)
        if chi is None:
            raise ValueError(f"eta = {eta}: must be below δ/2 = {setting.delta / 2}, or no sharpness is enough")
        how.append(Selector(chi, eta))
    return np.array(risk_ratio(series_risks(setting, [*how, *(Selector(chi) for chi in fixed)], seeds)))
