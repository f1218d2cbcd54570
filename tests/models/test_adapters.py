"""What adapters read agrees with what the modules do when they are driven by noise."""

import numpy as np
import pytest
import torch

from models.adapters import describe, exposed
from models.core import LinearCore, closed
from models.layers import LRU, S4D, LinearAttention, LinearRNN, SoftmaxAttention
from models.memory.measure import measured_memory_function, on_tensors, parts
from numerics.memory import memory_function
from numerics.spectra import s4d_inv, s4d_lin, scaled_gaussian, uniform_annulus


def agrees(system, poles, horizon, samples, washout):
    truth = memory_function(poles, horizon)
    found = measured_memory_function(system, horizon, samples, 11, washout=washout)
    assert found.standard_error is not None
    assert found.rank == len(poles)
    # the module rounds its own poles to float32, which moves M by at most N eps / (1 − |λ|)
    moved = np.finfo(np.float32).eps * len(poles) / (1 - np.abs(poles).max())
    assert np.all(np.abs(found.memory - truth) <= 5 * found.standard_error + moved)
    return found


def lru_pytorch(*sizes, seed, **options):
    oracle = pytest.importorskip("LRU_pytorch", reason="extra `oracles` is not installed")
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return oracle.LRU(*sizes, **options)


def s5(*sizes, seed, **options):
    oracle = pytest.importorskip("s5", reason="extra `oracles` is not installed")
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return oracle.S5(*sizes, **options)


def test_lru_pytorch_state():
    module = lru_pytorch(2, 3, 5, seed=0, rmin=0.3, rmax=0.95)
    core = describe(module)
    assert core.kind == "LRU_pytorch.LRU" and core.feedthrough and not core.stable
    assert core.B is not None and core.B.shape == (5, 2)
    closed = core.seen()[:-1]
    assert len(closed) == 10
    for channel in (0, 1):
        agrees(exposed(module, channel), closed, 40, 4000, 400)


def test_lru_pytorch_untouched_outputs_see_a_pole_at_zero():
    """2n + 1 outputs span the state's real and imaginary parts and, through D, the input itself."""
    n = 3
    module = lru_pytorch(1, 2 * n + 1, n, seed=1, rmin=0.3, rmax=0.9)
    poles = describe(module).seen()
    assert len(poles) == 2 * n + 1 and poles[-1] == 0
    found = agrees(on_tensors(module, torch.float32), poles, 30, 4000, 300)
    assert abs(found.memory[0] - 1) < 1e-4
    without = memory_function(poles[:-1], 30)
    assert np.abs(found.memory - without).max() > 0.02  # forgetting the feed-through would be noticed


def test_s5_state():
    module = s5(1, 8, seed=0, dt_min=0.01, dt_max=0.1)
    core = describe(module)
    assert core.dt is not None and np.ptp(core.dt) > 0
    # every state has a step of its own, so the stored poles are no longer closed: real read-outs see twice as many
    assert len(core.seen()) == 2 * 8 + 1
    agrees(exposed(module), core.seen()[:-1], 200, 20_000, 3000)


@pytest.mark.parametrize("channel", [0, 2])
def test_s5_of_several_channels_takes_several_passes(channel):
    module = s5(3, 4, seed=2, dt_min=0.05, dt_max=0.3)
    agrees(exposed(module, channel), describe(module).seen(channel)[:-1], 80, 10_000, 800)
    agrees(exposed(module.seq, channel), describe(module.seq).seen(channel)[:-1], 80, 10_000, 800)


def test_s5_untouched_outputs_see_a_pole_at_zero():
    module = s5(9, 4, seed=3, dt_min=0.05, dt_max=0.3)

    def first_channel(u):
        return module(torch.nn.functional.pad(u, (0, 8)))

    agrees(on_tensors(first_channel, torch.float32), describe(module).seen(0), 80, 10_000, 800)


def test_s5_bilinear():
    oracle = pytest.importorskip("s5.s5_model", reason="extra `oracles` is not installed")
    module = s5(1, 4, seed=4, dt_min=0.05, dt_max=0.3)
    module.seq.discretize = oracle.discretize_bilinear
    agrees(exposed(module), describe(module).seen()[:-1], 80, 10_000, 800)


@pytest.mark.parametrize("option", [{"liquid": True}, {"bidir": True}, {"degree": 2}])
def test_s5_that_is_not_linear_is_refused(option):
    module = s5(4, 4, seed=0, **option)
    for entry in (describe, exposed):
        with pytest.raises(ValueError, match=next(iter(option))):
            entry(module)


def test_own_layers():
    for layer in (
        S4D(s4d_lin(8), 0.1, dtype=torch.float64),
        LRU(uniform_annulus(4, 0.3, 0.9, 0), dtype=torch.float64),
        LinearRNN(scaled_gaussian(5, 0.8, 1), np.ones(5), dtype=torch.float64),
    ):
        core = describe(layer)
        assert core.stable and not core.feedthrough
        assert np.allclose(np.sort_complex(core.seen()), np.sort_complex(layer.poles()), rtol=1e-9, atol=1e-12)
        impulse = torch.zeros(1, 3, 1, dtype=torch.float64)
        impulse[0, 0] = 1
        x = layer.states(impulse)[0].detach().numpy()
        assert core.B is not None and np.allclose(
            x[0], core.B[:, 0], rtol=1e-12
        )  # B is the first state after an impulse
        if core.A is None:
            assert np.allclose(x[1], core.poles * core.B[:, 0], rtol=1e-12)


def test_channels_of_s4d_are_separate():
    layer = S4D(s4d_inv(4), 0.1, channels=3, dtype=torch.float64)
    with torch.no_grad():
        layer.log_dt.copy_(torch.tensor([[-3.0], [-2.0], [-1.0]]))
    core = describe(layer)
    assert [len(core.seen(c)) for c in range(3)] == [4, 4, 4]
    assert len(np.unique(np.concatenate([core.seen(c) for c in range(3)]))) == 12

    def second(u):
        return layer.states(torch.nn.functional.pad(u, (1, 1)))

    agrees(parts(on_tensors(second, torch.float64)), core.seen(1), 60, 8000, 800)


def test_anyones_object():
    class WithPoles:
        state_size = 5
        poles = np.array([0.5, 0.4 + 0.3j])
        B = torch.tensor([1.0, 0.0])
        dt = 0.1

    core = describe(WithPoles())
    assert core.states == 5 and np.array_equal(core.seen(), [0.5]) and core.dt is not None and np.all(core.dt == 0.1)

    class WithMatrix(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.A = torch.nn.Parameter(torch.tensor([[0.5, 0.0], [0.0, 0.5]]))
            self.B = torch.nn.Parameter(torch.tensor([[1.0], [2.0]]))

    core = describe(WithMatrix())
    assert np.allclose(core.seen(), [0.5]) and len(core.seen()) == 1  # the same pole twice, in parallel, is one state
    jordan = WithMatrix()
    jordan.A.data[1, 0] = 1.0
    assert len(describe(jordan).seen()) == 2


def fake(**attributes):
    return type("Fake", (), attributes)()


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (torch.nn.RNN(1, 2), "nonlinearity (tanh)"),
        (torch.nn.RNN(1, 2, nonlinearity="relu"), "nonlinearity (relu)"),
        (torch.nn.GRU(1, 2), "gates"),
        (LinearAttention(2, 0.9), "products of inputs"),
        (SoftmaxAttention(2), "cache"),
        (torch.nn.Linear(1, 1), "must expose"),
        (3, "must expose"),
        (fake(poles=np.zeros((2, 2))), "one-dimensional"),
        (fake(poles=[]), "at least one"),
        (fake(poles=[np.nan]), "finite"),
        (fake(poles=[0.5], B=np.ones(2)), "one row for each"),
        (fake(A=np.ones((2, 3)), B=np.ones(2)), "square"),
        (fake(A=1j * np.eye(2), B=np.ones(2)), "complex"),
    ],
)
def test_refusals_give_the_reason(module, words):
    with pytest.raises(ValueError) as refusal:
        describe(module)
    assert words in str(refusal.value)


def fails(error):
    def get(self):
        raise error

    return get


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"poles": "abc"}, "Fake.poles: must be numbers"),
        ({"poles": [True]}, "Fake.poles: must be numbers"),
        ({"poles": [[0.5], [0.1, 0.2]]}, "Fake.poles: must be a rectangular array"),
        ({"poles": property(fails(RuntimeError("not yet built")))}, "Fake.poles fails when read: RuntimeError"),
        ({"poles": property(fails(AttributeError("no s")))}, "Fake.poles fails when read: AttributeError: no s"),
        ({"poles": fails(KeyError("s"))}, "Fake.poles() fails"),
        ({"poles": lambda self, dt: dt}, "without arguments"),
        ({"poles": [0.5], "B": [np.nan]}, "Fake.B holds nan: must be finite"),
        ({"poles": [0.5], "B": 1.0}, "one row for each"),
        ({"poles": [0.5], "B": []}, "one row for each"),
        ({"poles": [0.5], "N": property(fails(RuntimeError("x")))}, "Fake.N fails when read"),
        ({"poles": [0.5, 0.4], "continuous_poles": [-1.0], "dt": 0.1}, "Fake.continuous_poles has shape (1,)"),
        ({"poles": [0.5, 0.4], "dt": [0.1, 0.2, 0.3]}, "Fake.dt has shape (3,)"),
        ({"poles": [0.5, 0.4], "dt": -0.1}, "Fake.dt = [-0.1 -0.1]: steps must be real and > 0"),
        ({"poles": [0.5], "dt": 1j}, "steps must be real"),
        ({"poles": [0.5], "dt": np.inf}, "Fake.dt holds inf"),
        ({"A": [[0.5]], "B": [np.inf]}, "Fake.B holds inf"),
        ({"A": [[0.5]], "B": None}, "B = None"),
    ],
)
def test_a_declared_attribute_that_breaks_a_rule_is_named(attributes, words):
    with pytest.raises(ValueError) as refusal:
        describe(fake(**attributes))
    assert words in str(refusal.value)


def test_tensors_of_any_kind_are_read():
    assert np.array_equal(describe(fake(poles=torch.tensor([0.5], dtype=torch.bfloat16))).poles, [0.5])
    assert np.array_equal(describe(fake(poles=torch.tensor([0.5 + 0.25j]).conj())).poles, [0.5 - 0.25j])


def test_exposing_the_wrong_module_or_channel_is_named():
    with pytest.raises(ValueError, match="only LRU_pytorch"):
        exposed(S4D([-1.0], 0.1))
    system = exposed(lru_pytorch(2, 3, 2, seed=0), channel=2)
    with pytest.raises(ValueError, match="channel = 2"):
        system(np.zeros((1, 4, 1)))


def test_exposing_leaves_the_module_as_it_was():
    module = lru_pytorch(1, 2, 3, seed=0)
    before = {name: value.clone() for name, value in module.state_dict().items()}
    exposed(module)(np.zeros((1, 4, 1)))
    assert module.out_features == 2
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())


def test_core_of_known_poles_without_input_matrix():
    core = LinearCore("known", np.array([0.5 + 0.1j, 0.5 + 0.1j, 0.2]))
    assert len(core.reached()) == 2 and len(core.seen()) == 3


@pytest.mark.parametrize("N", [1, 2, 3, 4, 12, 37])
def test_a_set_closed_up_to_rounding_is_closed_once(N):
    turned = 0.5 * np.exp(2j * np.pi * np.arange(N) / N)
    found = closed(turned)
    assert found.size == N and np.array_equal(np.sort_complex(found.conj()), found)
    assert np.abs(found[:, None] - turned).min(axis=1).max() <= 8 * 2.0**-52
    assert describe(fake(poles=turned)).seen().size == N


def test_closing_merges_only_conjugates_within_rounding():
    p = 0.5 + 0.3j
    assert closed(np.array([p, p.conjugate() * (1 + 2e-16)])).size == 2
    assert closed(np.array([p, p.conjugate() * (1 + 1e-14)])).size == 4  # further apart than rounding: four poles
    assert closed(np.array([p, p * (1 + 4e-16)])).size == 4  # the same half plane: both are kept
    assert closed(np.array([0.5 + 1e-14j])).size == 2
    assert np.array_equal(closed(np.array([0.5 + 1e-17j, 0.0, -0.2])), [-0.2, 0.0, 0.5])
    assert closed(np.array([p.conjugate()])).tolist() == [p.conjugate(), p]
