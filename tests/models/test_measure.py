"""Measured = exact for every layer; the standard errors are right; what no linear state has is not found."""

import numpy as np
import pytest
import torch

from models.layers import LRU, S4D, LinearAttention, LinearRNN, SoftmaxAttention, UniformAverage
from models.memory.measure import (
    measured_memory_function,
    measured_on_series,
    measured_over_seeds,
    on_tensors,
    parts,
)
from models.memory.regression import cross_correlation, squared_overlap
from numerics.memory import memory_function
from numerics.spectra import (
    conjugate_closed,
    s4d_inv,
    s4d_lin,
    scaled_gaussian,
    uniform_annulus,
    zoh,
)


def error(found):
    assert found.standard_error is not None
    return found.standard_error


def z_scores(system, truth, samples, seeds, **options):
    runs = [measured_memory_function(system, len(truth), samples, seed, **options) for seed in seeds]
    return np.array([(run.memory - truth) / error(run) for run in runs])


GAUSSIAN = scaled_gaussian(8, 0.9, 3)


def linear(dtype):
    """Layers of a given precision, and their poles by another way than the layer's own export."""
    half = uniform_annulus(6, 0.5, 0.95, 3)
    return {
        "dense": (LinearRNN(GAUSSIAN, np.ones(8), dtype=dtype), np.linalg.eigvals(GAUSSIAN)),
        "delay line": (LinearRNN(np.eye(5, k=-1), np.eye(5)[0], dtype=dtype), np.zeros(5)),
        "width 6, one eigenvalue": (LinearRNN(0.9 * np.eye(6), np.arange(1.0, 7.0), dtype=dtype), np.array([0.9])),
        "s4d-lin": (S4D(s4d_lin(16), 0.05, dtype=dtype), conjugate_closed(zoh(s4d_lin(16), 0.05))),
        "s4d-inv": (S4D(s4d_inv(16), 0.02, dtype=dtype), conjugate_closed(zoh(s4d_inv(16), 0.02))),
        "lru": (LRU(half, dtype=dtype), np.concatenate([half, half.conj()])),
    }


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("name", linear(torch.float64))
def test_measured_equals_exact(name, dtype):
    layer, poles = linear(dtype)[name]
    truth = memory_function(poles, 120)
    found = measured_memory_function(parts(layer), 120, 20_000, 7, washout=600)
    assert found.rank == len(poles)
    # parameters rounded to float32 move the poles by eps, and M by at most N eps / (1 − |λ|)
    moved = torch.finfo(dtype).eps * len(poles) / (1 - np.abs(poles).max())
    assert np.all(np.abs(found.memory - truth) <= 5 * error(found) + moved)
    shifted = np.abs(found.memory - np.roll(truth, 1)) > 5 * error(found) + moved
    assert shifted.any()  # it could fail


def test_z_scores_have_unit_variance():
    """n independent inputs: z² scatters by √(2/n), its mean over lags by no more. An error 1.3 times off would fail."""
    n = 400
    spread = np.sqrt(2 / n)
    lru = LRU(uniform_annulus(6, 0.6, 0.95, 3), dtype=torch.float64)
    z = z_scores(parts(lru), memory_function(lru.poles(), 30), 3000, range(n), washout=300)
    assert abs(np.mean(z**2) - 1) <= 5 * spread
    assert abs(z.mean()) <= 5 / np.sqrt(n)
    assert np.all(np.abs(np.mean(z[:, :10] ** 2, axis=0) - 1) <= 6 * spread)  # lag by lag, lag 0 included


def test_serial_bias_is_removed(monkeypatch):
    """Slow poles and few samples: left in, the bias would be seen at twice the distance that it must stay within."""
    layer, n = S4D(s4d_lin(16), 0.02, dtype=torch.float64), 120
    truth = memory_function(layer.poles(), 300)

    def deviations():
        z = z_scores(parts(layer), truth, 2000, range(n), washout=600)[:, :150].mean(axis=1)
        return z.mean() / (z.std(ddof=1) / np.sqrt(n))

    assert abs(deviations()) <= 3
    monkeypatch.setattr("models.memory.measure.serial_bias", lambda projection: 0.0)
    assert deviations() < -6


def test_float32_loses_states_of_close_real_poles():
    """The rank falls, and with it what is measured; the poles themselves have all twelve."""
    poles = -np.arange(1.0, 13.0)
    exact = memory_function(S4D(poles, 0.05, dtype=torch.float64).poles(), 400)
    double = measured_memory_function(S4D(poles, 0.05, dtype=torch.float64), 400, 20_000, 0, washout=800)
    single = measured_memory_function(S4D(poles, 0.05, dtype=torch.float32), 400, 20_000, 0, washout=800)
    assert double.rank == 12 and np.all(np.abs(double.memory - exact) <= 5 * error(double))
    assert single.rank < 12 and np.any(exact - single.memory > 5 * error(single))


def test_complex_read_out_sees_half_and_its_error_is_an_upper_bound():
    layer = S4D(s4d_lin(16), 0.05, dtype=torch.float64)
    truth = memory_function(zoh(s4d_lin(16), 0.05), 120)
    z = z_scores(layer, truth, 8000, range(40), washout=800)
    assert 0.3 <= np.mean(z**2) <= 1 + 5 * np.sqrt(2 / 40)
    closed = memory_function(layer.poles(), 120)
    assert closed.sum() - truth.sum() > 5


def test_non_gaussian_input_keeps_memory_and_error():
    layer = S4D(s4d_lin(8), 0.1, dtype=torch.float64)

    def uniform(rng, n):
        return rng.uniform(-np.sqrt(3), np.sqrt(3), n)

    z = z_scores(parts(layer), memory_function(layer.poles(), 60), 6000, range(40), washout=400, draw=uniform)
    assert abs(np.mean(z**2) - 1) <= 5 * np.sqrt(2 / 40)


def test_blocks_change_nothing():
    layer = S4D(s4d_lin(8), 0.1, dtype=torch.float64)
    whole = measured_memory_function(parts(layer), 30, 5000, 1, washout=600, block=10**6)
    pieces = measured_memory_function(parts(layer), 30, 5000, 1, washout=600, block=1)
    # each block starts from zero: what was forgotten in the washout is e^{−½·0.1·600}
    assert np.abs(whole.memory - pieces.memory).max() <= np.exp(-0.05 * 600) + 1e-12
    chosen = measured_memory_function(parts(layer), 30, 5000, 1, washout=600, lags=[0, 7, 29])
    assert np.array_equal(chosen.memory, whole.memory[[0, 7, 29]]) and np.array_equal(chosen.lags, [0, 7, 29])


def test_memory_of_the_process_stays_bounded():
    """2·10⁵ samples, 3000 lags: the pairs would be 4.8 GB, the correlations are under 1 MB."""
    import tracemalloc

    layer = S4D(s4d_lin(8), 0.01)
    tracemalloc.start()
    measured_memory_function(layer, 3000, 200_000, 0, washout=3000, block=20_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100e6


def test_against_plain_least_squares():
    """The slow and obvious route: shifted targets, lstsq, one by one."""
    layer = LinearRNN(GAUSSIAN, np.ones(8), dtype=torch.float64)
    found = measured_memory_function(layer, 10, 500, 3, washout=100)
    u = np.random.default_rng(3).standard_normal(600)
    x = layer.states(torch.as_tensor(u)[None, :, None])[0, 100:].detach().numpy()
    X = np.hstack([np.ones((500, 1)), x])
    for lag in range(10):
        y = u[100 - lag : 600 - lag]
        residual = y - X @ np.linalg.lstsq(X, y)[0]
        squared = 1 - residual @ residual / np.sum((y - y.mean()) ** 2)
        plain = 1 - (1 - squared) * 499 / 491
        # what is left between them is the serial correction, of order r/T
        assert abs(found.memory[lag] - plain) <= 2 * 8 * 8 / 500


def test_pieces_against_loops():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((40, 11)) + 1j * rng.standard_normal((40, 11)), rng.standard_normal(46)
    slow = np.array([[X[:, i].conj() @ y[6 - lag : 46 - lag] for lag in range(7)] for i in range(11)])
    assert np.abs(cross_correlation(X, y, 7) - slow).max() <= 1e-12
    a = rng.standard_normal((3, 9)) + 1j * rng.standard_normal((3, 9))
    P = np.abs(a.conj().T @ a) ** 2
    assert np.allclose(squared_overlap(a, block=4), [P[:t, t].sum() for t in range(9)], rtol=1e-13)


def test_attention_remembers_as_claimed():
    gamma, T = 0.9, 12
    linear = LinearAttention(4, gamma, dtype=torch.float64)
    of_u = measured_memory_function(linear, 40, 20_000, 0, washout=300)
    assert of_u.rank == 1 and np.all(np.abs(of_u.memory) <= 5 * error(of_u))
    of_square = measured_memory_function(linear, 40, 20_000, 0, washout=300, target=np.square)
    truth = memory_function(linear.poles(), 40)
    assert np.allclose(truth, (1 - gamma**2) * gamma ** (2 * np.arange(40)))
    assert np.all(np.abs(of_square.memory - truth) <= 5 * error(of_square))

    cache = measured_memory_function(SoftmaxAttention(T, dtype=torch.float64), 20, 4000, 0)
    assert cache.rank == T and np.all(np.abs(cache.memory - (np.arange(20) < T)) <= 5 * error(cache))

    average = UniformAverage(T)
    found = measured_over_seeds(lambda seed: measured_memory_function(average.forward, 20, 4000, seed), list(range(30)))
    assert found.rank == 1
    assert np.all(np.abs(found.memory - np.where(np.arange(20) < T, 1 / T, 0)) <= 5 * error(found))
    untrained = SoftmaxAttention(T, dtype=torch.float64)
    with torch.no_grad():
        untrained.embed[0].zero_()  # queries at zero: every score equal
    same = measured_memory_function(untrained.forward, 20, 4000, 0)
    once = measured_memory_function(average.forward, 20, 4000, 0)
    assert np.abs(same.memory - once.memory).max() <= 1e-5  # the average runs in float32


def test_a_series_of_its_own():
    rng = np.random.default_rng(0)
    layer = LinearRNN([[0.0]], [1.0], dtype=torch.float64)
    rho, noise = 0.8, rng.standard_normal(20_000)
    series = np.zeros_like(noise)
    for t in range(1, len(noise)):
        series[t] = rho * series[t - 1] + noise[t]
    found = measured_on_series(layer, 10, 5 * series + 3)
    assert found.standard_error is None
    # one delay, AR(1) input: M_τ = ρ^{2τ}. By Bartlett's formula ρ̂_τ scatters by less than √((1+ρ²)/(1−ρ²)/T)
    scatter = np.sqrt((1 + rho**2) / (1 - rho**2) / 20_000)
    assert np.all(np.abs(found.memory - rho ** (2 * np.arange(10))) <= 5 * 2 * scatter)


def test_any_callable():
    layer = S4D(s4d_lin(8), 0.1, dtype=torch.float64)
    by_module = measured_memory_function(layer, 20, 2000, 0)
    by_method = measured_memory_function(layer.states, 20, 2000, 0)
    by_array = measured_memory_function(on_tensors(layer.states, torch.float64), 20, 2000, 0)
    by_numpy = measured_memory_function(lambda u: layer.states(torch.as_tensor(u)).detach().numpy(), 20, 2000, 0)
    for other in (by_method, by_array, by_numpy):
        assert np.array_equal(by_module.memory, other.memory)
    dead = measured_memory_function(lambda u: np.zeros((1, u.shape[1], 3)), 5, 100, 0)
    assert dead.rank == 0 and np.array_equal(dead.memory, np.zeros(5))


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        ((LinearRNN([[0.5]], [1.0]), -1, 100, 0), {}, "horizon"),
        ((LinearRNN([[0.5]], [1.0]), 2.5, 100, 0), {}, "integer"),
        ((LinearRNN([[0.5]], [1.0]), 5, 0, 0), {}, "samples"),
        ((LinearRNN([[0.5]], [1.0]), 5, 4, 0), {}, "twice the regressors"),
        ((LinearRNN([[0.5]], [1.0]), 5, 100, -1), {}, "seed"),
        ((LinearRNN([[0.5]], [1.0]), 5, 100, 0), {"lags": [5]}, "0..horizon"),
        ((LinearRNN([[0.5]], [1.0]), 5, 100, 0), {"lags": [0.5]}, "integers"),
        ((LinearRNN([[0.5]], [1.0]), 5, 100, 0), {"washout": 3}, "washout = 3"),
        ((LinearRNN([[0.5]], [1.0]), 5, 100, 0), {"draw": lambda rng, n: np.ones(n + 1)}, "draw returned"),
        ((LinearRNN([[0.5]], [1.0]), 5, 100, 0), {"draw": lambda rng, n: np.ones(n)}, "constant"),
        ((LinearRNN([[0.5]], [1.0]), 5, 100, 0), {"target": lambda u: u[:3]}, "target returned"),
        (("s4d", 5, 100, 0), {}, "torch module or a callable"),
        ((lambda u: u[0], 5, 100, 0), {}, "must be (1, 16, d)"),
        ((lambda u: u * np.nan, 5, 100, 0), {}, "not finite"),
        ((torch.nn.RNN(1, 2, batch_first=True), 5, 100, 0), {}, "returned tuple"),
    ],
)
def test_bad_input_is_named(arguments, options, words):
    with pytest.raises(ValueError) as refusal:
        measured_memory_function(*arguments, **options)
    assert words in str(refusal.value)


def test_bad_series_and_seeds_are_named():
    layer = LinearRNN([[0.5]], [1.0])
    with pytest.raises(ValueError, match="more than washout"):
        measured_on_series(layer, 10, np.ones(20))
    with pytest.raises(ValueError, match="must vary"):
        measured_on_series(layer, 2, np.ones(200))
    with pytest.raises(ValueError, match="finite"):
        measured_on_series(layer, 2, [np.nan] * 200)
    with pytest.raises(ValueError, match="all different"):
        measured_over_seeds(lambda seed: measured_memory_function(layer, 2, 100, seed), [1, 1])
