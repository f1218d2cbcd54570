"""S4 and S4D: three forms that agree, real poles counted once, initialisations, discretisations, bad input."""

import numpy as np
import pytest
import torch

import numerics.equivalence as exact
from models.layers import S4, S4D, initialisations
from models.layers.discretisation import bilinear, euler_input, expm1, zoh
from models.layers.initialisations import LowRank, fout, inv, legs, legs_basis, legs_diagonal, lin
from numerics.spectra import conjugate_closed, legs_normal, s4d_inv, s4d_lin
from numerics.spectra import legs as legs_pair
from tests.witness import UNIT

U = {torch.float32: 2.0**-24, torch.float64: UNIT}
SIZES = (1, 2, 5, 8)


def layers(N, dtype):
    dt = [0.05, 0.3]
    return {
        "S4 legs": S4(legs(N), dt, 2, dtype=dtype),
        "S4 fout": S4(fout(N), dt, 2, dtype=dtype),
        "S4D inv": S4D(inv(N), dt, 2, dtype=dtype),
        "S4D lin bilinear": S4D(lin(N), dt, 2, rule=bilinear, dtype=dtype),
        "S4D legs euler": S4D(legs_diagonal(N), dt, 2, rule=euler_input, dtype=dtype),
    }


def unroll(layer, u):
    state, outputs = layer.initial_state(len(u)), []
    for t in range(u.shape[1]):
        state, y = layer.step(state, u[:, t])
        outputs.append(y)
    return torch.stack(outputs, dim=1), state


@pytest.mark.parametrize("dtype", U)
@pytest.mark.parametrize("length", [1, 2, 7, 64])
@pytest.mark.parametrize("N", SIZES)
def test_step_convolution_and_scan_agree(N, length, dtype):
    for name, layer in layers(N, dtype).items():
        u = torch.randn(3, length, 2, dtype=dtype, generator=torch.Generator().manual_seed(length))
        with torch.no_grad():
            convolved, scanned, (stepped, state) = layer(u), layer.scan(u), unroll(layer, u)
            states = layer.states(u)
        assert convolved.shape == u.shape and convolved.dtype == dtype
        # every state loses at most eps a step, and adds up over at most `length` steps
        size = (1 + states.abs().max()) * (1 + layer.C.detach().abs().sum(1).max())
        tolerance = 64 * N * length * U[dtype] * float(size)
        for other in (scanned, stepped):
            assert (convolved - other).abs().max() <= tolerance, name
        assert (states[:, -1] - state.flatten(1)).abs().max() <= tolerance, name


@pytest.mark.parametrize("dtype", U)
@pytest.mark.parametrize(("N", "length"), [(1, 1), (1, 2), (4, 16), (7, 15), (16, 64), (33, 200), (64, 1024)])
def test_s4_kernel_is_that_of_the_dense_system(N, length, dtype):
    layer = S4(legs(N), 0.02, dtype=dtype)
    C = layer.full()[3].detach()
    system = exact.legs_dplr(N)[0]
    order = [int(np.argmin(np.abs(system.poles - p))) for p in layer.full(torch.float64)[0][0].detach().numpy()]
    row = np.empty(N, dtype=complex)
    row[order] = C[0].numpy()
    truth = exact.dplr_recurrence_kernel(system, row, 0.02, length).real
    error = np.abs(layer.kernel(length)[0].detach().double().numpy() - truth).max()
    # parameters are stored as logarithms and rounded: the kernel moves by at most |z| u a step, N of them summed
    assert error <= 64 * N * U[dtype] * np.abs(row).sum() * np.abs(system.B).max() * 0.02 * (1 + np.sqrt(length))


def test_s4_reads_the_coordinates_of_legs():
    """x_n of the real LegS system by the layer, against the dense bilinear system in its own coordinates."""
    N, n, dt, length = 7, 3, 0.1, 60
    layer = S4(legs(N), dt, dtype=torch.float64)
    with torch.no_grad():
        layer.C.copy_(torch.as_tensor(legs_basis(N)[n])[None])
    A, B = legs_pair(N)
    left = np.linalg.inv(np.eye(N) - dt / 2 * A)
    x, truth = dt * left @ B, []
    for _ in range(length):
        truth.append(x[n])
        x = left @ (np.eye(N) + dt / 2 * A) @ x
    assert np.abs(layer.kernel(length)[0].detach().numpy() - truth).max() <= 64 * N**2 * U[torch.float64]
    poles = np.sort(layer.poles().real)
    k = np.arange(N, 0, -1)
    assert np.abs(poles - (1 - dt * k / 2) / (1 + dt * k / 2)).max() <= 64 * exact.eigenvalue_condition(N).max() * UNIT


@pytest.mark.parametrize("length", [1, 2, 5, 6])
def test_s4_gradients(length):
    layer = S4(legs(3), 0.2, 2, dtype=torch.float64)
    u = torch.randn(1, length, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    names = [name for name, _ in layer.named_parameters()]

    def outputs(*values):
        return torch.func.functional_call(layer, dict(zip(names, values, strict=True)), (u,))

    assert torch.autograd.gradcheck(outputs, tuple(layer.parameters()))


@pytest.mark.parametrize("rule", [zoh, bilinear, euler_input])
def test_s4d_gradients(rule):
    layer = S4D(inv(5), [0.1, 0.3], 2, rule=rule, dtype=torch.float64)
    u = torch.randn(1, 20, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    names = [name for name, _ in layer.named_parameters()]

    def outputs(*values):
        return torch.func.functional_call(layer, dict(zip(names, values, strict=True)), (u,))

    assert torch.autograd.gradcheck(outputs, tuple(layer.parameters()))


def test_s4_forms_no_table_of_resolvents(monkeypatch):
    """Many blocks give the same kernel and gradient as one, and nothing of size N L is kept for the backward pass."""
    N, length = 16, 2048
    layer = S4(legs(N), 0.01, dtype=torch.float64)
    whole = layer.kernel(length)
    gradient = torch.autograd.grad(whole.square().sum(), layer.log_decay)[0]
    monkeypatch.setattr("models.layers.s4.ENTRIES", 64 * N)
    kept: list[int] = []

    def keep(x):
        kept.append(x.numel())
        return x

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda x: x):
        blocked = layer.kernel(length)
    assert max(kept) <= 8 * length < N * length
    assert torch.allclose(whole, blocked, rtol=0, atol=1e-13 * float(whole.detach().abs().max()))
    again = torch.autograd.grad(blocked.square().sum(), layer.log_decay)[0]
    assert torch.allclose(gradient, again, rtol=1e-9)


@pytest.mark.parametrize("N", [1, 2, 3, 4, 5, 8, 9])
def test_initialisations_hold_N_states(N):
    even_lin = N - (N % 2 == 0)  # its real pole counts once
    for half, states in ((inv(N), N), (lin(N), even_lin), (legs_diagonal(N), N), (fout(N).poles, even_lin)):
        assert half.size == (N + 1) // 2 and conjugate_closed(half).size == states
        layer = S4D(half, 0.05, dtype=torch.float64)
        assert layer.poles().size == states
        u = torch.randn(1, 40, 1, dtype=torch.float64, generator=torch.Generator().manual_seed(N))
        K = layer.kernel(2 * N + 2)[0].detach().numpy()
        hankel = np.array([K[i : i + N + 1] for i in range(N + 1)])
        assert np.linalg.matrix_rank(hankel, tol=1e-13 * np.linalg.norm(hankel)) <= states
        assert layer(u).shape == u.shape
    if N % 2 == 0:
        assert np.array_equal(inv(N), s4d_inv(N)) and np.array_equal(lin(N), s4d_lin(N))
    ours, theirs = np.sort(conjugate_closed(legs_diagonal(N)).imag), np.sort(legs_normal(N).imag)
    assert np.abs(ours - theirs).max() <= 64 * N * U[torch.float64] * (1 + np.abs(theirs).max())


@pytest.mark.parametrize("N", [1, 2, 5, 8])
def test_legs_in_its_basis_is_legs(N):
    system, V = legs(N), legs_basis(N)
    pair = system.poles.imag != 0
    wide = np.concatenate([V, V[:, pair].conj()], axis=1)
    poles, P, B = (np.concatenate([v, v[pair].conj()]) for v in (system.poles, system.P, system.B))
    A, b = legs_pair(N)
    tolerance = 64 * N * U[torch.float64] * np.linalg.norm(A)
    assert np.abs(wide @ (np.diag(poles) - np.outer(P, P.conj())) @ wide.conj().T - A).max() <= tolerance
    assert np.abs(wide @ B - b).max() <= tolerance


@pytest.mark.parametrize("N", [2, 4, 6])  # an odd N leaves the last coordinate of the reference without its partner
def test_fout_in_its_basis_is_fout(N):
    """The pair of FouT as its reference code writes it: π-scaled skew part minus BBᵀ."""
    frequency = np.stack([np.zeros(N), np.arange(N)], axis=-1).ravel()[1:N]
    B = np.where(np.arange(N) % 2 == 0, np.sqrt(2), 0.0)
    B[0] = 1
    A = np.pi * (np.diag(frequency, -1) - np.diag(frequency, 1)) - np.outer(B, B)
    system = fout(N, decay=1e-12)
    pair = system.poles.imag != 0
    poles, P, b = (np.concatenate([v, v[pair].conj()]) for v in (system.poles, system.P, system.B))
    s = np.array([0.3 + 0.2j, 1j, 2.0])
    ours = [b.conj() @ np.linalg.solve(v * np.eye(b.size) - np.diag(poles) + np.outer(P, P.conj()), b) for v in s]
    theirs = [B @ np.linalg.solve(v * np.eye(N) - A, B) for v in s]
    assert np.abs(np.array(ours) - theirs).max() <= 1e-10


def test_a_real_pole_counts_once():
    layer = S4D([-0.5], 0.2, dtype=torch.float64)
    with torch.no_grad():
        layer.C.fill_(1.0)
    poles, B = layer.discrete()
    truth = (B * poles ** torch.arange(30)).real
    assert torch.allclose(layer.kernel(30), truth, atol=1e-15)
    assert not torch.allclose(layer.kernel(30), 2 * truth, atol=1e-3)
    u = torch.ones(1, 30, 1, dtype=torch.float64)
    assert torch.allclose(unroll(layer, u)[0], layer(u), atol=1e-14)


@pytest.mark.parametrize("make", [lambda: S4D(inv(5), 0.1), lambda: S4(legs(5), 0.1)])
def test_real_poles_stay_real_in_training(make):
    layer = make()
    optimiser = torch.optim.Adam(layer.parameters(), lr=0.1)
    u = torch.randn(4, 50, 1, generator=torch.Generator().manual_seed(0))
    first = layer.poles()
    for _ in range(20):
        optimiser.zero_grad()
        (layer(u) - u.roll(3, 1)).square().mean().backward()
        optimiser.step()
    last = layer.poles()
    assert last.size == first.size == 5 and np.all(np.abs(last) < 1) and not np.allclose(last, first, atol=1e-3)
    assert np.sum(last.imag == 0) % 2 == 1


@pytest.mark.parametrize("dtype", U)
def test_rules_against_their_definitions(dtype):
    rng = np.random.default_rng(0)
    z = -np.exp(rng.uniform(np.log(1e-12), np.log(30), 2000)) + 1j * rng.uniform(-50, 50, 2000) * rng.integers(
        0, 2, 2000
    )
    z = torch.as_tensor(z).to(torch.complex64 if dtype == torch.float32 else torch.complex128)
    exactly = z.to(torch.complex128)
    u = U[dtype]
    phase = 1 + exactly.abs()
    for rule, poles, gain in (
        (zoh, torch.exp(exactly), None),
        (euler_input, torch.exp(exactly), torch.ones_like(exactly)),
        (bilinear, (1 + exactly / 2) / (1 - exactly / 2), 1 / (1 - exactly / 2)),
    ):
        found, weight = rule(z)
        assert ((found - poles).abs() <= 16 * u * phase).all()
        assert (found.abs() < 1).all() or rule is not bilinear
        if gain is not None:
            assert ((weight - gain).abs() <= 16 * u).all()
    # φ to full relative accuracy, also where e^z − 1 cancels
    series = 1 + exactly / 2 + exactly**2 / 6 + exactly**3 / 24 + exactly**4 / 120
    phi = torch.where(exactly.abs() < 1e-3, series, torch.expm1(exactly.real) + 0j)
    small = exactly.abs() < 1e-3
    assert small.any() and ((zoh(z)[1] - phi).abs()[small] <= 16 * u).all()
    assert (
        (zoh(z)[1] - (torch.exp(exactly) - 1) / exactly).abs()[~small]
        <= (32 * u * phase + 4 * U[torch.float64] / exactly.abs())[~small]
    ).all()
    assert expm1(z).dtype == z.dtype


def test_bilinear_poles_stay_inside():
    z = torch.complex(torch.full((3,), -1e-6), torch.tensor([0.0, 1e3, 1e6]))
    assert (bilinear(z)[0].abs() < 1).all()
    layer = S4D([-1e-6 + 1e7j], 1.0, rule=bilinear)
    assert np.abs(layer.poles()).max() < 1 and layer.discrete()[0].abs().max() < 1
    layer.kernel(10).sum().backward()
    assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in layer.parameters())


def low_rank(poles, P, B):
    return S4(LowRank(np.array(poles), np.array(P), np.array(B)), 0.1)


X = torch.zeros(1, 4, 1)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: S4D([-1 + 1j, -1 - 1j], 0.1), "poles[1] = (-1-1j)"),
        (lambda: S4D([-1.0, -1 - 2j, -1 + 1j], 0.1), "poles[2] = (-1+1j)"),
        (lambda: S4D([0.5], 0.1), "Re s < 0"),
        (lambda: S4D([-1.0], [0.1, 0.0], 2), "dt = 0.0"),
        (lambda: S4D([-1.0], -1.0), "dt = -1.0"),
        (lambda: S4D([-1.0], [0.1, 0.2, 0.3], 2), "2 channels"),
        (lambda: S4D([-1.0], 0.1).kernel(0), "length = 0"),
        (lambda: S4D([-1.0], 0.1)(X[:, :0]), "length >= 1"),
        (lambda: S4D([-1.0], 0.1)(X.double()), "torch.float64"),
        (lambda: S4D([-1.0], 0.1)(X.to("meta")), "on meta"),
        (lambda: S4D([-1.0], 0.1, dtype=torch.bfloat16), "bfloat16"),
        (lambda: low_rank([-1 + 1j, -1 - 1j], [1, 1], [1, 1]), "poles[1] = (-1-1j)"),
        (lambda: low_rank([1j], [1], [1]), "Re s < 0"),
        (lambda: low_rank([-1 + 1j], [1, 1], [1]), "P has shape (2,)"),
        (lambda: low_rank([-1 + 1j], [1], [np.inf]), "B[0] = (inf"),
        (lambda: low_rank([-1.0], [1j], [1]), "real for a real pole"),
        (lambda: S4(legs(4), 0.0), "dt = 0.0"),
        (lambda: S4(legs(4), 0.1).kernel(0), "length = 0"),
        (lambda: S4(legs(4), 0.1)(X.double()), "torch.float64"),
        (lambda: S4(legs(4), 0.1).scan(X.to("meta")), "on meta"),
        (lambda: fout(4, decay=0.0), "decay = 0.0"),
        (lambda: legs(0), "N = 0"),
        (lambda: inv(2.5), "N = "),  # type: ignore[arg-type]
        (lambda: initialisations.lin(True), "N = True"),
    ],
)
def test_bad_input_is_named(make, words):
    with pytest.raises(ValueError) as refusal:
        make()
    assert words in str(refusal.value)
