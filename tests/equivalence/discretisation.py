"""Checks of the pole maps and of the orders of the discretised responses."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import mpmath
import numpy as np
import torch
from flint import acb, acb_mat, ctx
from hypothesis import strategies as st

import numerics.equivalence as exact
import theory.equivalence as claim
from models.equivalence.descent import driven_errors
from models.layers import discretisation as rules
from models.layers.discretisation import Rule
from models.layers.initialisations import inv
from models.layers.s4d import S4D
from models.tasks.delay import delayed_recall
from models.training import Recipe, train
from numerics.spectra import bilinear, zoh
from tests.oracles import as_matrix
from tests.witness import UNIT, Check, Counter, Ladder, Sample, Trained, slope
from theory.claim import evaluate

EXACT = 1e-40

Point = tuple[complex, float]


@st.composite
def points(draw: st.DrawFn) -> Point:
    """A continuous pole and a step: Re z from -1e3 to -1e-12 and on to the right half-plane, either side of Euler's."""
    decay = 10.0 ** draw(st.floats(-12.0, 3.0))
    real = draw(st.sampled_from([-decay, -decay, min(decay, 5.0), 0.0]))
    size = draw(st.one_of(st.just(0.0), st.floats(-3.0, 3.0).map(lambda e: 10.0**e)))
    a = complex(real, size * draw(st.sampled_from([-1.0, 1.0])))
    if a == 0 or abs(a - 2) < 1e-3:
        a = complex(-decay, 1.0)
    near_euler = -2 * a.real / abs(a) ** 2
    dt = draw(st.sampled_from([1.0, 0.5, 2.0**-7, 0.9 * near_euler, 1.1 * near_euler]))
    return a, dt if 0 < dt and abs(dt * a - 2) > 1e-3 and dt * a.real < 10 else 1.0


def in_balls(a: complex, dt: float) -> dict[str, Any]:
    """The three maps from their definitions."""
    with ctx.workprec(400):
        z = acb(a.real, a.imag) * acb(dt)
        maps = {"lamda_Z": z.exp(), "lamda_B": (1 + z / 2) / (1 - z / 2), "lamda_E": 1 + z}
        return {name: as_matrix(acb_mat([[value]]))[0, 0] for name, value in maps.items()}


def dense(a: complex, dt: float) -> dict[str, Any]:
    """The same by the exponential and the LU factors of the real matrix that acts as a does on the plane."""
    A, B = np.array([[a.real, -a.imag], [a.imag, a.real]]), np.zeros(2)
    maps = {
        "lamda_Z": exact.zoh_pair(A, B, dt)[0],
        "lamda_B": exact.bilinear_pair(A, B, dt)[0],
        "lamda_E": np.eye(2) + dt * A,
    }
    return {name: complex(M[0, 0], M[1, 0]) for name, M in maps.items()}


def rounding(a: complex, dt: float) -> float:
    """Squares of 1 + |z|, and of the held pole, each to a few units; near z = 2 the bilinear pole is large."""
    z = dt * a
    return float(64 * UNIT * (1 + abs(z)) ** 2 * (1 + np.exp(2 * z.real)) / min(1.0, abs(1 - z / 2)) ** 4)


def measured_poles(drawn: Point) -> Iterator[Sample]:
    """In balls, to all digits; by dense matrices; and, in the left half-plane, by the maps of `numerics`."""
    a, dt = drawn
    letters = {"a": a, "Delta": dt}
    yield Sample(letters | in_balls(a, dt), EXACT)
    yield Sample(letters | dense(a, dt), rounding(a, dt))
    if a.real < 0:
        maps = {"lamda_Z": zoh([a], dt), "lamda_B": bilinear([a], dt), "lamda_E": exact.euler([a], dt)}
        yield Sample(letters | {name: complex(value[0]) for name, value in maps.items()}, rounding(a, dt))


def backwards(drawn: Point) -> Iterator[Sample]:
    """A negative step."""
    a, dt = drawn
    yield Sample({"a": a, "Delta": -dt} | in_balls(a, -dt), EXACT)


def trained_poles() -> Trained:
    """S4D trained on delayed recall by each rule; poles against the maps of its parameters, share of rounding."""
    shares = []
    for seed, rule in enumerate((rules.zoh, rules.bilinear)):
        layer = S4D(inv(8), 0.2, rule=rule, seed=seed, dtype=torch.float64)
        before = layer.poles()
        train(layer, lambda g: delayed_recall(8, 32, 4, g, torch.float64), Recipe(steps=40, pole_rate=0.05, seed=seed))
        assert np.abs(layer.poles() - before).max() > 1e-3, "training did not move the poles"
        assert np.abs(layer.poles()).max() < 1
        shares += list(_shares(layer))
    return Trained(max(shares), 1.0, 2, "S4D trained with hold and with bilinear: stability maps, share of rounding")


def _shares(layer: S4D) -> Iterator[float]:
    """Violation over rounding for every pole, both rules applied to the trained parameters."""
    with torch.no_grad():
        dt = float(layer.log_dt.double().exp()[0, 0])
        a = layer.continuous()[0]
        held, tustin = (rule(a * dt)[0].numpy() for rule in (rules.zoh, rules.bilinear))
    for pole, z, b in zip(a.numpy(), held, tustin, strict=True):
        letters = {"a": pole, "Delta": dt, "lamda_Z": z, "lamda_B": b, "lamda_E": 1 + dt * pole}
        for sides in evaluate(claim.POLE_MAPS_STABILITY.statement, letters):
            yield float(sides.violation) / rounding(complex(pole), dt)


class Drive(NamedTuple):
    """A pole, an input sum of g_i e^{c_i t}, and the end of the time interval."""

    a: complex
    terms: tuple[tuple[complex, complex], ...]
    T: float


@st.composite
def drives(draw: st.DrawFn) -> Drive:
    """Poles and inputs on a grid of quarters and halves, complex and real: exponentials, and cosines.

    Left out: constant input, for which the hold has no error at all, and c = -a, for which its error is of order 3.
    """
    decay, half = st.integers(-8, -1).map(lambda i: i / 4), st.integers(-6, 6).map(lambda i: i / 2)
    a = draw(st.builds(complex, decay, st.one_of(st.just(0.0), half)))
    if draw(st.booleans()):
        rate = draw(st.sampled_from([1j, 2j]))
        terms: tuple = ((0.5 + 0j, rate), (0.5 + 0j, -rate))
    else:
        c = complex(draw(st.integers(-4, 4)) / 4, draw(half))
        terms = ((1.0 + 0j, c if c not in (0, a, -a) else c + 0.3),)
    return Drive(a, terms, draw(st.sampled_from([1.0, 2.0])))


def exact_response(drawn: Drive) -> dict[str, Any]:
    """x(T), X(T), u(0) and u(T), integrated by hand for one exponential at a time."""
    a, T = mpmath.mpmathify(drawn.a), mpmath.mpf(drawn.T)
    terms = [(mpmath.mpmathify(g), mpmath.mpmathify(c)) for g, c in drawn.terms]
    x = sum(g * (mpmath.exp(c * T) - mpmath.exp(a * T)) / (c - a) for g, c in terms)
    X = sum(g * (mpmath.exp(c * T) - mpmath.exp(a * T) * (1 + (c - a) * T)) / (c - a) ** 2 for g, c in terms)
    ends = {f"u_{name}": sum(g * mpmath.exp(c * t) for g, c in terms) for name, t in (("0", 0), ("T", T))}
    return {"x": x, "X": X, "a": drawn.a, "T": drawn.T} | ends


def summed_by_hand(drawn: Drive, steps: int) -> dict[str, Any]:
    """Every rule as a geometric sum, in many digits."""
    a, dt = mpmath.mpmathify(drawn.a), mpmath.mpf(drawn.T) / steps
    z = a * dt
    poles = {"Z": mpmath.exp(z), "B": (1 + z / 2) / (1 - z / 2), "E": 1 + z}
    gains = {"Z": (mpmath.exp(z) - 1) / a, "B": dt / (1 - z / 2), "E": dt}
    found = {f"x_{name}": mpmath.mpf(0) for name in "ZBEH"}
    for g, c in ((mpmath.mpmathify(g), mpmath.mpmathify(c)) for g, c in drawn.terms):
        q = mpmath.exp(c * dt)
        for name, pole in poles.items():
            found[f"x_{name}"] += gains[name] * g * q * (q**steps - pole**steps) / (q - pole)
        found["x_H"] += gains["B"] * g * (1 + q) / 2 * (q**steps - poles["B"] ** steps) / (q - poles["B"])
    free = {"h_B": poles["B"] ** steps, "h_E": poles["E"] ** steps}
    return found | free | {"lamda_B": poles["B"], "lamda_E": poles["E"], "Delta": dt}


def by_recurrence(drawn: Drive, steps: int) -> dict[str, Any]:
    """The same from `numerics`, in floats, sample by sample; one step's error, of order Δ^3, needs more digits."""
    dt = drawn.T / steps
    times = np.arange(steps + 1) * dt
    u = sum(g * np.exp(c * times) for g, c in drawn.terms)
    runs = {"Z": exact.driven_zoh, "B": exact.driven_bilinear, "E": exact.driven_euler, "H": exact.driven_trapezoid}
    found = {f"x_{name}": complex(run(drawn.a, u, dt)[-1]) for name, run in runs.items()}
    B, E = complex(bilinear([drawn.a], dt)[0]), complex(exact.euler([drawn.a], dt)[0])
    z = mpmath.mpmathify(drawn.a) * dt
    return found | {
        "h_B": B**steps,
        "h_E": E**steps,
        "lamda_B": (1 + z / 2) / (1 - z / 2),
        "lamda_E": 1 + z,
        "Delta": dt,
    }


def measured_order(drawn: Drive) -> Iterator[Ladder]:
    """Steps halved three times: sums in many digits, and the recurrences of `numerics`."""
    with mpmath.workdps(50):
        common = exact_response(drawn)
        counts = [2**k for k in range(8, 12)]
        ladder = tuple(drawn.T / count for count in counts)
        yield Ladder(ladder, tuple(common | summed_by_hand(drawn, count) for count in counts), 2.0)
        yield Ladder(ladder, tuple(common | by_recurrence(drawn, count) for count in counts), 2.0)


def without_the_mean(drawn: Drive) -> Iterator[Ladder]:
    """Bilinear driven by the sample at the end of the step, where the mean of both ends is claimed."""
    with mpmath.workdps(50):
        common = exact_response(drawn)
        found = [summed_by_hand(drawn, 2**k) for k in range(8, 12)]
        values = tuple(common | run | {"x_H": run["x_B"]} for run in found)
        yield Ladder(tuple(drawn.T / 2**k for k in range(8, 12)), values, 2.0)


def trained_order() -> Trained:
    """An S4D layer resampled at Δ, Δ/2, .. on sin t: slopes 1, 1 and, with means of both ends, 2."""
    cases: list[tuple[Rule, bool]] = [(rules.zoh, False), (rules.bilinear, False), (rules.bilinear, True)]
    gaps = []
    for seed in range(3):
        for rule, averaged in cases:
            errors = driven_errors(rule, averaged, steps=128 if averaged else 1024, seed=seed)
            gaps.append(abs(slope([2.0**-k for k in range(len(errors))], errors) - (1 + averaged)))
    return Trained(max(gaps), 0.1, 3, "S4D resampled: slope against 1 (hold, bilinear) and 2 (bilinear with means)")


CHECKS = (
    Check(
        claim.POLE_MAPS_STABILITY,
        inputs=points(),
        measure=measured_poles,
        counter=Counter("Δ > 0", points(), backwards),
        examples=((-1 + 0j, 1.999), (-1 + 0j, 2.001), (-0.05 + 0j, 1.0), (-1e-12 + 1j, 1.0), (-0.01 + 0.3j, 1.0)),
        still_true=dict.fromkeys(
            ("bounded side re(a) raised at 1.0.0", "bounded side re(a) raised at 2.0.0"), "the same sign"
        ),
        trained=trained_poles,
    ),
    Check(
        claim.DISCRETISATION_ORDER,
        inputs=drives(),
        measure=measured_order,
        counter=Counter("the mean of both ends (the sample at the end instead)", drives(), without_the_mean),
        trained=trained_order,
    ),
)
