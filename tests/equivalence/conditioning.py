"""Checks of the claims about the condition of Gram matrices: real poles, rings and lines, and Cauchy's products."""

from collections.abc import Callable, Iterator
from typing import Any

import mpmath
import numpy as np
import sympy as sp
import torch
from flint import acb, acb_mat, arb, ctx
from hypothesis import strategies as st

import numerics.equivalence as exact
import theory.equivalence as claim
from models.layers import S4D
from numerics.memory import gram
from numerics.spectra import real_linear, ring
from tests.oracles import as_matrix, as_mpf, ball_matrix
from tests.strategies import pole_sets
from tests.witness import UNIT, Check, Counter, Sample, Trained
from theory.claim import Claim, evaluate

BITS = 500
TINY = 2.0**-120


def gram_in_balls(poles: list[acb]) -> acb_mat:
    """1/(1 - λ_k conj λ_l), for balls."""
    return acb_mat([[1 / (1 - x * y.conjugate()) for y in poles] for x in poles])


def as_balls(poles: np.ndarray) -> list[acb]:
    """Floats as exact balls."""
    return ball_matrix(np.asarray(poles, dtype=complex)).entries()


def scaled(G: acb_mat, weights: list) -> acb_mat:
    """Rows and columns of G multiplied by positive weights."""
    size = range(G.nrows())
    return acb_mat([[weights[i] * G[i, j] * weights[j] for j in size] for i in size])


def unit_weights(G: acb_mat) -> list:
    """What scales G to a diagonal of ones."""
    return [1 / G[i, i].real.sqrt() for i in range(G.nrows())]


def eigenvalue_balls(G: acb_mat) -> list[arb]:
    """Eigenvalues of a Hermitian matrix, largest first."""
    return sorted((x.real for x in G.eig(multiple=True)), key=lambda x: x.mid(), reverse=True)


def condition(values: list) -> Any:
    """Largest over smallest."""
    return values[0] / values[-1]


def geometric(N: int, h: float) -> acb_mat:
    """Unit Gram matrix of N poles with (1 - λ)/(1 + λ) = 2 exp(-h k), from the poles."""
    ratios = [2 * (-arb(h) * k).exp() for k in range(N)]
    G = gram_in_balls([acb((1 - x) / (1 + x)) for x in ratios])
    return scaled(G, unit_weights(G))


def by_number(N: int, condition_of: Callable[[int], Any]) -> list:
    """κ at N, N + 1 and N + 2, where the statement and its neighbours read it."""
    return [1] * N + [condition_of(size) for size in (N, N + 1, N + 2)]


def terms_of_the_line(h: float) -> int:
    """Terms after which the sums change by less than 1e-15 of the smaller one, which is about (8 pi/h) exp(-pi^2/h)."""
    return int(np.ceil(2 * (np.pi**2 / h + 36) / h))


def measured_real_bound(drawn: tuple[np.ndarray, list[float], float, tuple[int, int]]) -> Iterator[Sample]:
    """Eigenvalues in balls and by Jacobi's method in mpmath; G raw, of unit diagonal, or scaled at will."""
    poles, weights, h, (at, column) = drawn
    N = len(poles)
    letters = {"N": N, "k": at % N, "lamda_min": poles.min(), "lamda_max": poles.max(), "h": h, "l": column % N}
    letters["infinity"] = terms_of_the_line(h)
    with ctx.workprec(BITS):
        G = gram_in_balls(as_balls(poles))
        g = eigenvalue_balls(scaled(G, unit_weights(G)) if column % 2 else G)
        U = as_matrix(geometric(N, h))
        conditions = by_number(N, lambda size: as_mpf(condition(eigenvalue_balls(geometric(size, h)))))
        found = {"g": np.array([as_mpf(x) for x in g]), "kappa": as_mpf(condition(g))}
        yield Sample(letters | found | {"U": U, "kappa_U": conditions}, 1e-14 * float(max(conditions)))
        changed = as_matrix(scaled(G, weights[:N]))
    with mpmath.workdps(120):
        g = sorted((mpmath.re(x) for x in mpmath.eighe(changed, eigvals_only=True)), reverse=True)
    floats = by_number(N, lambda size: np.linalg.cond(exact.geometric_gram(size, h)))
    spaced = exact.geometric_real_poles(N, h)
    found = {"g": np.array(g), "kappa": condition(g), "U": exact.unit_gram(spaced), "kappa_U": floats}
    # rounding a pole moves 1 - |λ| by u: the correlations move by that relative to 1 - |λ|
    tolerance = 8 * UNIT / (1 - np.max(np.abs(spaced))) + 64 * (N + 2) * UNIT * max(floats) ** 2
    yield Sample(letters | found, tolerance)


def on_a_ring(drawn: tuple[int, float]) -> Iterator[Sample]:
    """Complex poles, evenly on a circle, with their real range."""
    N, radius = drawn
    with ctx.workprec(BITS):
        g = [as_mpf(x) for x in eigenvalue_balls(gram_in_balls(as_balls(ring(N, radius))))]
        U, h = as_matrix(geometric(N, 2.0)), 2.0
        conditions = by_number(N, lambda size: as_mpf(condition(eigenvalue_balls(geometric(size, h)))))
    letters = {"N": N, "k": N - 1, "l": 0, "lamda_min": -radius, "lamda_max": radius, "h": h, "infinity": 100}
    yield Sample(letters | {"g": np.array(g), "kappa": condition(g), "U": U, "kappa_U": conditions}, 1e-12)


def enclosed_real_bound() -> float:
    """κ of S4D-Real poles in balls, N up to 16, raw and of unit diagonal: above the bound; widest relative ball."""
    widest = 0.0
    with ctx.workprec(2 * BITS):
        for N in (2, 8, 16):
            poles = real_linear(N, 0.01).real
            bound = exact.real_condition_bound(poles)
            G = gram_in_balls(as_balls(poles))
            for g in (eigenvalue_balls(G), eigenvalue_balls(scaled(G, unit_weights(G)))):
                ball = condition(g)
                assert ball.lower() >= bound * (1 - 64 * UNIT * N), f"κ = {ball.str(5)} of {N} poles against {bound}"
                widest = max(widest, float(ball.rad() / ball.mid()))
    return widest


def about(of: Claim, letter: str) -> sp.Basic:
    """The first relation whose left side is this letter, indexed or not."""
    return next(part for part in of.relations if str(part.args[0]).split("[")[0] == letter)


def descended_condition(features: torch.Tensor, weights: torch.Tensor, target: torch.Tensor, steps: int) -> float:
    """κ as training shows it: the loss of gradient descent at rate 1/σ_1 ends up falling by (1 - 1/κ)^2 a step."""
    rate = 1 / torch.linalg.matrix_norm(features, 2) ** 2
    losses = []
    for _ in range(steps):
        loss = torch.sum(torch.abs(features @ weights - target) ** 2) / 2
        losses.append(float(loss.detach()))
        (slope,) = torch.autograd.grad(loss, weights)
        with torch.no_grad():
            weights -= rate * slope
    late = np.array(losses[-steps // 4 :])
    return float(1 / (1 - np.sqrt((late[-1] / late[0]) ** (1 / (len(late) - 1)))))


def trained_real_bound() -> Trained:
    """Heads of S4D-Real whose read-out descends to nothing from a random start: too slowly for a smaller κ.

    Criterion, written before the run: the bound is at most the κ that training shows.
    """
    gaps, grids = [], ([-0.4, -2.0], [-0.1, -1.0, -5.0], [-0.5, -1.5, -4.5])
    impulse = torch.eye(600, 1, dtype=torch.float64)[None]
    for seed, grid in enumerate(grids):
        layer = S4D(grid, 0.5, seed=seed, dtype=torch.float64)
        with torch.no_grad():
            states, poles = layer.states(impulse)[0].real, layer.discrete()[0][0].real.numpy()
        weights = torch.randn(len(grid), 1, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
        target = torch.zeros(len(states), 1, dtype=torch.float64)
        kappa = descended_condition(states, weights.requires_grad_(), target, 1500)
        letters = {"kappa": kappa, "N": len(grid), "lamda_min": poles.min(), "lamda_max": poles.max()}
        (sides,) = evaluate(about(claim.GRAM_REAL_LOWER_BOUND, "kappa"), letters)
        gaps.append(float(sides.right / sides.left))
    return Trained(max(gaps), 1.0, len(grids), "S4D-Real heads of 2 and 3 poles: bound over the κ of gradient descent")


def real_sets() -> st.SearchStrategy[np.ndarray]:
    """Two to five distinct real poles; 1 - |λ| down to 1e-4, and pairs about ±0.43, where the bound is nearly met."""
    spread = st.lists(st.floats(-4, 4), min_size=2, max_size=5, unique_by=lambda x: round(x, 3))
    return spread.map(lambda grid: np.tanh(np.array(grid)))


def measured_cauchy(drawn: tuple[np.ndarray, int]) -> Iterator[Sample]:
    """Determinant, inverse and eigenvalues in balls; products of floats."""
    poles, at = drawn
    N = len(poles)
    letters = {"lamda": np.append(poles, 0.999), "N": N, "k": at % N}
    with ctx.workprec(3 * BITS):
        G = gram_in_balls(as_balls(poles))
        inverse = G.inv()
        H = [as_mpf(inverse[i, i].real) for i in range(N)]
        kappa, D = as_mpf(condition(eigenvalue_balls(G))), as_mpf(G.det().real)
    yield Sample(letters | {"D": D, "H": [*H, 1], "kappa": kappa}, TINY)
    logarithm = exact.cauchy_log_determinant(poles)
    with mpmath.workdps(50):
        D = mpmath.exp(logarithm)
    products = np.append(exact.cauchy_inverse_diagonal(poles), 1)
    yield Sample(letters | {"D": D, "H": products, "kappa": kappa}, 64 * N**2 * UNIT * (1 + abs(logarithm)))


def apart(poles: np.ndarray) -> bool:
    """Whether an inverse that squares the distances stays within the range of floats."""
    return bool(np.min(np.abs(poles[:, None] - poles) + np.eye(len(poles))) > 1e-30)


def with_a_repeated_pole(pole: complex) -> Iterator[Sample]:
    """One pole twice: G is singular, and what is left of its inverse is finite."""
    poles = np.array([pole, pole])
    G = gram(poles)
    H = np.diag(np.linalg.pinv(G, hermitian=True)).real
    yield Sample({"lamda": poles, "N": 2, "k": 0, "D": 0.0, "H": H, "kappa": 1e300}, 1e-9)


def enclosed_cauchy() -> float:
    """det G by elimination in balls overlaps the product of differences, for 12 real and 12 complex poles."""
    widths = []
    with ctx.workprec(BITS):
        for poles in (np.linspace(-0.9, 0.9, 12), 0.9 * np.exp(1j * np.linspace(0, 3, 12)) * np.linspace(0.5, 1, 12)):
            balls = as_balls(poles)
            product = arb(1)
            for i, x in enumerate(balls):
                product /= 1 - abs(x) * abs(x)
                for y in balls[:i]:
                    product *= (abs(x - y) / abs(1 - x * y.conjugate())) ** 2
            determinant = gram_in_balls(balls).det().real
            assert determinant.overlaps(product), f"{determinant.str(5)} and {product.str(5)} exclude each other"
            widths.append(float((determinant.rad() + product.rad()) / product.mid()))
    return max(widths)


HALF = np.array([-0.43, 0.43])
EDGE = 0.9999 * np.exp(1.2j)
SPREAD = ([0.9, -0.9], [0.99, 0.98], [0.99, 0.5, -0.9], [0.9, -0.95j, 0.95j], [EDGE, -0.1, EDGE * (1 - 1e-6)])
CLOSE = np.array([0.5 + 0.2j, (0.5 + 0.2j) * (1 - 1e-10)])
places = st.tuples(st.integers(0, 19), st.integers(0, 19))
spacings = st.floats(3.0, 8.0)
WEAKER = "a weaker bound"
UNDEFINED = "the logarithm of λ_k - λ_k wherever the sum has a term"
BELOW, ABOVE = claim.CAUCHY_FORMULAS.relations[1].args[1].args

CHECKS = (
    Check(
        claim.GRAM_REAL_LOWER_BOUND,
        inputs=st.tuples(real_sets(), st.lists(st.floats(0.01, 100), min_size=5, max_size=5), spacings, places),
        measure=measured_real_bound,
        counter=Counter("real poles (a ring)", st.tuples(st.integers(3, 5), st.floats(0.5, 0.9)), on_a_ring),
        examples=(
            (HALF, [1.0] * 5, 2.0, (1, 0)),
            (HALF, [1.0] * 5, 8.0, (1, 1)),
            (np.linspace(-0.43, 0.43, 16), [1.0] * 16, 2.0, (2, 5)),
            (np.linspace(-0.43, 0.43, 16), [1.0] * 16, 1.0, (2, 5)),
        ),
        still_true={
            "index N -> N + 1 at 0.0.1": "both sides are then the same letter",
            "index N + 1 -> N + 2 at 0.1.1": "follows by growth twice",
            "constant 4 -> 5 at 2.1.1.0.1.0.0.0": WEAKER,
            "constant 1 -> 2 at 2.1.1.0.1.0.0.3.0": f"{WEAKER}: a wider interval",
            "constant 1 -> 2 at 2.1.1.0.1.0.0.4.0": f"{WEAKER}: a wider interval",
            "sign of N at 2.1.1.0.2.1": f"{WEAKER}: less than 1",
            "index k -> k + 1 at 3.0.1": "the eigenvalues fall",
            "constant 4 -> 5 at 3.1.0": WEAKER,
            "constant -1 -> 0 at 3.1.2.0.0": f"{WEAKER}: 4 g_0",
            "constant 4 -> 5 at 3.1.2.0.3.0.0.0": WEAKER,
            "constant 1 -> 2 at 3.1.2.0.3.0.0.3.0": f"{WEAKER}: a wider interval",
            "constant 1 -> 2 at 3.1.2.0.3.0.0.4.0": f"{WEAKER}: a wider interval",
            "index N -> N + 1 at 4.0.1": "one pole more obeys the same bound",
            "constant 1 -> 2 at 4.1.1.0": WEAKER,
            "constant 2 -> 3 at 4.1.1.1.0": WEAKER,
            "constant -1 -> 0 at 4.1.1.1.1.0.1": f"{WEAKER}: the sum diverges",
        },
        enclosed=enclosed_real_bound,
        trained=trained_real_bound,
    ),
    Check(
        claim.CAUCHY_FORMULAS,
        inputs=st.tuples(pole_sets(repeated=False).filter(apart), st.integers(0, 4)),
        measure=measured_cauchy,
        counter=Counter("distinct poles", st.sampled_from([0.5, 0.5j, 0.9]), with_a_repeated_pole),
        examples=tuple((np.array(poles), k) for poles in (CLOSE, *SPREAD) for k in range(len(poles))),
        still_true={
            "index j -> j + 1 at 0.1.1.1.0.0.1.0.0.1.1": UNDEFINED,
            "index j -> j + 1 at 1.1.0.1.0.0.1.0.0.1.1": UNDEFINED,
            "index k -> k + 1 at 1.1.1.1.0.0.1.0.0.0.1.1": UNDEFINED,
            "index j -> j + 1 at 2.1.0.1.0.0.1.0.0.1.1": UNDEFINED,
            "index k -> k + 1 at 2.1.1.1.0.0.1.0.0.0.1.1": UNDEFINED,
            f"sign of {BELOW} at 1.1.0": WEAKER,
            f"sign of {ABOVE} at 1.1.1": WEAKER,
            "index j -> j + 1 at 1.1.0.1.0.1.0.0.1.1.0.1": "the factors telescope, and what is left is at most"
            " G_00 H_k, by |1 - x conj y|^2 >= (1 - |x|^2) (1 - |y|^2)",
        },
        enclosed=enclosed_cauchy,
    ),
)
