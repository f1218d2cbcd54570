"""What is reported of a module's memory, as data, as text and as HTML."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.display import Grid, Part, Shown, Words

Complex = NDArray[np.complex128]
MOST_STATES = 2048  # an SVD of that many states takes seconds, and its cost grows with the cube


@dataclass(frozen=True, repr=False)
class Report(Shown):
    """What `check` found. Fields that make no sense for unstable poles are None.

    kind of module; stored: poles as the module holds them (n,); poles: those its read-outs see (N,); horizon;
    memory: value at selected lags; capacity Σ_τ M_τ; within: its part before the horizon; effective_capacity:
    that of the states at variance one, rounded to float32 (None above 2048 states, where its SVD takes too long);
    mean_delay Σ τ M_τ; below: first lag with M under 0.5, 0.1, 0.01 (None beyond 131072); input_rescale: largest
    |1/φ(sΔ) − 1|, by how much the read-out of a mode must change when Euler's input ΔB replaces zero-order hold's
    Δφ(sΔ)B, the memory staying (None without s and Δ); hazards: sentences; claims: names of those whose
    assumptions hold.
    """

    kind: str
    stored: Complex
    poles: Complex
    horizon: int
    hazards: tuple[str, ...]
    claims: tuple[str, ...]
    memory: dict[int, float] | None = None
    capacity: int | None = None
    within: float | None = None
    effective_capacity: float | None = None
    mean_delay: float | None = None
    below: dict[float, int | None] | None = None
    input_rescale: float | None = None

    def as_json(self) -> dict[str, Any]:
        """The same as JSON data; a pole is [re, im]."""
        data = asdict(self)
        for name in ("stored", "poles"):
            data[name] = [[float(p.real), float(p.imag)] for p in data[name]]
        for name in ("memory", "below"):
            data[name] = None if data[name] is None else {str(k): v for k, v in data[name].items()}
        return data

    def parts(self) -> Iterator[Part]:
        """Poles, memory at selected lags, what follows from it, hazards, and the claims that apply."""
        yield Words(f"{self.kind}  {self.stored.size} poles stored, {self.poles.size} seen by read-outs", "bold")
        yield self._poles()
        if self.memory is not None and self.below is not None:
            yield self._memory(self.memory)
            effective = self.effective_capacity
            rounded = f"not computed above {MOST_STATES} states" if effective is None else f"{effective:.4f}"
            yield Words(
                f"capacity {self.capacity} · within {self.horizon} lags {self.within:.4f} · "
                f"at float32 rounding {rounded} · Σ τ M_τ = {self.mean_delay:.4g}"
            )
            for level, lag in self.below.items():
                yield Words(f"M < {level:g} from lag {'131072 or later' if lag is None else lag}")
        if self.input_rescale is not None:
            yield Words(
                f"with Euler's input ΔB in place of zero-order hold's: C rescaled by up to {self.input_rescale:.2%}, "
                "the same memory"
            )
        yield from (Words(f"hazard: {hazard}", "red") for hazard in self.hazards)
        if not self.hazards:
            yield Words("no hazards met", "green")
        yield Words("claims that apply: " + (", ".join(self.claims) or "none"))

    def _poles(self) -> Grid:
        largest = sorted(self.poles, key=abs, reverse=True)[:12]
        rows = [(f"{pole:.6g}", f"{abs(pole):.9f}", f"{np.angle(pole) / np.pi:+.6f}") for pole in largest]
        return Grid(f"poles ({len(rows)} of {self.poles.size})", ("pole", "|λ|", "phase/π"), rows)

    def _memory(self, memory: Mapping[int, float]) -> Grid:
        bound = {lag: min(1.0, self.poles.size / (lag + 1)) for lag in memory}
        rows = [(str(lag), f"{value:.6f}", f"{bound[lag]:.6f}") for lag, value in memory.items()]
        return Grid("memory function", ("lag", "M", "bound N/(τ+1)"), rows)
