"""The report tells what the poles say, names each hazard, and the command line fails in one line."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
import torch
from rich.console import Console
from typer.testing import CliRunner

from models.__main__ import app, show
from models.check import check
from models.core import covariance_factor
from models.layers import LRU, S4D, LinearRNN
from numerics.memory import balanced_pair, effective_capacity, memory_function
from numerics.spectra import conjugate_closed, ring, s4d_inv, s4d_lin, zoh

EXAMPLE = Path(__file__).parent / "examples" / "users_module.py"
ROOT = Path(__file__).parents[2]


def of(**attributes):
    return check(type("Mine", (), attributes)())


def hazards(report):
    return [hazard.split(":")[0] for hazard in report.hazards]


def test_report_of_a_layer():
    report = check(S4D(s4d_inv(64), 1e-2, dtype=torch.float64), horizon=2000)
    poles = zoh(conjugate_closed(s4d_inv(64)), 1e-2)
    memory = memory_function(poles, 2000)
    assert report.capacity == 64
    assert report.below == {0.5: 0, 0.1: 254, 0.01: 715}  # the reference values of S4D-Inv, N = 64, Δ = 0.01
    assert hazards(report) == ["aliased"]  # |Im s| reaches 1283, so at this step 2 of 32 pairs turn by more than π
    assert report.hazards[0].startswith(f"aliased: {np.sum(s4d_inv(64).imag * 1e-2 >= np.pi)} pole(s)")
    assert report.memory is not None and report.within is not None and report.effective_capacity is not None
    assert all(abs(value - memory[lag]) <= 1e-9 for lag, value in report.memory.items())
    assert abs(report.within - memory.sum()) <= 1e-8
    assert abs(report.effective_capacity - effective_capacity(poles, 2.0**-48)) <= 1e-6
    for name in ("memory.capacity", "memory.poles_only", "memory.continuous_limit", "memory.training_keeps_capacity"):
        assert name in report.claims
    assert "memory.single_pole" not in report.claims
    assert check(S4D(s4d_inv(16), 1e-2), horizon=2000).hazards == ()


def test_each_hazard_alone():
    assert hazards(check(S4D(s4d_inv(64), 1e-1), horizon=1000)) == ["aliased"]
    assert hazards(check(S4D(s4d_lin(16), 0.05), horizon=1000)) == ["half spectrum"]
    assert hazards(of(poles=[0.5 - 1e-17j, 0.4 + 0.2j])) == ["half spectrum"]
    assert hazards(of(poles=[0.5 + 0.1j, 0.4 + 0.2j], N=5)) == ["lost state"]
    assert hazards(of(poles=[0.5, 0.5, 0.2])) == ["not minimal"]
    assert hazards(of(poles=[0.5, -0.2], B=[1.0, 0.0])) == ["not minimal"]
    assert hazards(of(A=np.diag([0.5, -0.2]), B=np.array([1.0, 0.0]))) == ["not minimal"]
    assert hazards(of(poles=[0.99999])) == ["beyond the horizon"]
    assert hazards(of(poles=0.5 + np.arange(24) / 240)) == ["ill-conditioned"]
    assert hazards(of(poles=[0.5, -0.2])) == []


def test_dense_states_are_read_in_their_own_coordinates():
    line = check(LinearRNN(np.eye(8, k=-1), np.eye(8)[0], dtype=torch.float64))
    assert line.effective_capacity is not None and abs(line.effective_capacity - 8) <= 1e-12
    assert hazards(line) == []
    A, B = balanced_pair(np.linspace(0.5, 0.74, 24))
    balanced = of(A=A.real, B=B.real)
    assert not np.any(A.imag) and balanced.effective_capacity is not None
    assert balanced.capacity == 24 and abs(balanced.effective_capacity - 24) <= 1e-11 and hazards(balanced) == []
    # the same poles side by side: the pair's coordinates, not its poles, were what held
    poles = np.linspace(0.5, 0.74, 24)
    side = of(A=np.diag(poles), B=np.ones(24))
    assert side.effective_capacity is not None and side.effective_capacity < 12
    assert abs(side.effective_capacity - effective_capacity(poles, 2.0**-48)) <= 1e-6
    assert hazards(side) == ["ill-conditioned"]


def test_covariance_factor_solves_the_stein_equation():
    rng = np.random.default_rng(0)
    for N, radius in ((1, 0.5), (5, 0.9), (12, 0.9999)):
        A, B = rng.standard_normal((N, N)), rng.standard_normal(N)
        A *= radius / np.abs(np.linalg.eigvals(A)).max()
        L = covariance_factor(A, B)
        G = L @ L.T
        assert L.shape[1] <= N
        # Stein's equation amplifies a unit rounding by the size of the sum it stands for
        assert np.abs(G - A @ G @ A.T - np.outer(B, B)).max() <= 64 * N * 2.0**-52 * np.abs(G).max() * max(
            1, np.linalg.norm(A) ** 2
        )
    unreached = covariance_factor(np.diag([0.5, 0.6]), np.array([1.0, 0.0]))
    assert not np.any(unreached[1])


def test_no_svd_of_thousands_of_states(monkeypatch):
    monkeypatch.setattr("models.check.MOST_STATES", 3)
    few, many = of(poles=[0.5 + 0.1j, 0.2]), of(poles=ring(4, 0.5))
    assert few.effective_capacity is not None and many.effective_capacity is None and many.capacity == 4
    console = Console(record=True, file=StringIO(), width=200)
    show(many, console)
    assert "not computed above" in console.export_text() and hazards(many) == []
    dense = of(A=np.diag(np.full(4, 0.5)) + np.eye(4, k=-1), B=np.eye(4)[0])
    assert dense.effective_capacity is None


def test_outside_the_circle():
    for bad in ([0.5, 1.0], [1.5j], [-1e200, 0.1]):
        report = of(poles=bad)
        assert hazards(report) == ["outside"] and report.claims == ()
        assert report.capacity is report.memory is report.below is None
        json.dumps(report.as_json())
    assert hazards(of(A=np.diag([2.0, 0.5]), B=np.ones(2))) == ["outside"]


def test_nothing_reached():
    report = of(poles=[0.5], B=[0.0])
    assert report.capacity == 0 and report.claims == () and len(report.hazards) == 1


def test_claims_follow_the_poles():
    assert "memory.delay_line" in of(poles=[0.0]).claims
    assert "memory.single_pole" in of(poles=[0.5]).claims
    assert "memory.conjugate_pair" in of(poles=[0.5 + 0.1j]).claims
    assert "memory.training_keeps_capacity" not in of(poles=ring(4, 0.5)).claims
    assert "memory.training_keeps_capacity" in check(LRU([0.5 + 0.1j])).claims
    jordan = of(A=np.array([[0.5, 0.0], [1.0, 0.5]]), B=np.array([1.0, 0.0]))
    assert "memory.repeated_pole" in jordan.claims and "memory.poles_only" not in jordan.claims and jordan.capacity == 2


def names(claim, *reports):
    return [claim in report.claims for report in reports]


def test_claims_are_listed_only_where_their_assumptions_hold():
    line, single, rings = of(poles=[0.0]), of(poles=[0.5]), [of(poles=ring(N, 0.9)) for N in (2, 3, 4, 100)]
    turned = of(poles=0.5 * np.exp(2j * np.pi * np.arange(4) / 4))
    wandering = of(poles=[0.5 * np.exp(1j)])  # a pair of irrational angle
    shifted, with_zero = of(poles=ring(4, 0.9) * 1j**0.5), of(poles=[0.5, 0.0])
    assert names("memory.ring", line, single, turned, *rings) == [True] * 7
    assert names("memory.ring", wandering, shifted, with_zero, of(poles=[0.5, -0.4]), of(poles=[-0.5])) == [False] * 5
    assert names("memory.decay", single, turned, *rings, shifted, with_zero) == [True] * 8
    assert names("memory.decay", line, wandering) == [False] * 2
    assert names("memory.information", single, wandering, *rings) == [True] * 6
    assert names("memory.information", line, with_zero) == [False] * 2
    assert names("equivalence.gram_ring_exact", line, turned) == [False, True]
    assert names("equivalence.gram_real_lower_bound", single, with_zero, wandering) == [False, True, False]
    jordan = of(A=np.array([[0.5, 0.0], [1.0, 0.5]]), B=np.array([1.0, 0.0]))
    assert names("equivalence.defective_has_no_diagonal_twin", jordan, single) == [True, False]
    assert names("equivalence.spectrum_determines_memory", jordan, line, wandering) == [True] * 3


def test_the_rescaling_claim_needs_poles_of_one_known_step():
    s = np.array([-1.0, -0.5 + 1j])
    held, euler = np.exp(0.1 * s), 1 + 0.1 * s
    claim = "equivalence.mamba_input_is_a_rescaling"
    assert names(claim, of(poles=held, continuous_poles=s, dt=0.1), check(S4D(s4d_inv(4), 0.1))) == [True] * 2
    wanting = (
        of(poles=held),
        of(poles=euler, continuous_poles=s, dt=0.1),
        of(poles=np.exp(s * [0.1, 0.2]), continuous_poles=s, dt=[0.1, 0.2]),
    )
    assert names(claim, *wanting) == [False] * 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((torch.nn.GRU(1, 2),), "gates"),
        ((LRU([0.5]), 0), "horizon = 0"),
        ((LRU([0.5]), 2.5), "horizon"),
        ((LRU([0.5]), 10, 1), "channel = 1"),
        ((object(),), "must expose"),
    ],
)
def test_bad_input_is_named(arguments, words):
    with pytest.raises(ValueError, match=words):
        check(*arguments)


def invoke(*arguments):
    return CliRunner().invoke(app, ["check", *arguments])


@pytest.mark.parametrize("factory", ["sound", "mine", "unstable"])
def test_command_line(factory):
    shown = invoke(f"{EXAMPLE}:{factory}")
    assert shown.exit_code == 0 and "claims that apply" in shown.stdout
    assert ("hazard: outside" in shown.stdout) == (factory == "unstable")
    data = json.loads(invoke(f"{EXAMPLE}:{factory}", "--json", "--horizon", "50").stdout)
    assert data["horizon"] == 50 and data["capacity"] == {"sound": 16, "mine": 6, "unstable": None}[factory]
    if data["memory"] is not None:
        poles = np.array([complex(*pole) for pole in data["poles"]])
        truth = memory_function(poles, 50)
        assert all(abs(value - truth[int(lag)]) <= 1e-12 for lag, value in data["memory"].items())


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("no_colon.py", "path/to/file.py:factory"),
        (":factory", "path/to/file.py:factory"),
        ("nowhere.py:factory", "no such Python file"),
        (f"{EXAMPLE.parent}:factory", "no such Python file"),
        (f"{EXAMPLE}:missing", "no function missing"),
        (f"{EXAMPLE}:not_a_function", "no function not_a_function"),
        (f"{EXAMPLE}:raises", "RuntimeError: no weights found"),
        (f"{EXAMPLE}:leaves", "SystemExit: 7"),
        (f"{EXAMPLE}:number", "must expose"),
        (f"{EXAMPLE}:gated", "gates"),
        (f"{EXAMPLE}:ragged", "one-dimensional"),
        (f"{EXAMPLE}:broken", "Broken.poles fails when read: RuntimeError: not yet built"),
        (f"{EXAMPLE}:words", "Words.poles: must be numbers"),
        (f"{EXAMPLE}:later", "is async"),
    ],
)
def test_command_line_refuses_in_one_line(target, words):
    result = invoke(target)
    assert result.exit_code == 2
    assert words in result.stderr and len(result.stderr.strip().splitlines()) == 1 and result.stdout == ""


def test_files_that_do_not_import_and_bad_options(tmp_path):
    for name, text in (
        ("syntax", "def f(:\n"),
        ("missing", "import nowhere_to_be_found\n"),
        ("exits", "raise SystemExit\n"),
    ):
        path = tmp_path / f"{name}.py"
        path.write_text(text)
        result = invoke(f"{path}:f")
        assert result.exit_code == 2 and "fails when imported" in result.stderr and result.stderr.count("\n") == 1
    for options in (["--horizon", "-1"], ["--channel", "3"]):
        result = invoke(f"{EXAMPLE}:mine", *options)
        assert result.exit_code == 2 and result.stderr.count("\n") == 1


def test_an_async_factory_leaves_no_warning():
    found = subprocess.run(
        [sys.executable, "-m", "models", "check", f"{EXAMPLE}:later"], cwd=ROOT, capture_output=True, text=True
    )
    assert found.returncode == 2 and len(found.stderr.strip().splitlines()) == 1


def test_as_a_program():
    found = subprocess.run(
        [sys.executable, "-m", "models", "check", f"{EXAMPLE}:mine", "--json"], cwd=ROOT, capture_output=True, text=True
    )
    assert found.returncode == 0 and json.loads(found.stdout)["capacity"] == 6
