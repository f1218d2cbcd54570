"""Experiment: networks whose poles are fixed against the same networks whose poles are learned, and controls.

One run trains every arm for every seed side by side, from the same initial weights and on the same batches for one
seed, so that differences between arms are paired. What is written down of each: the task's metric on test, training and
validation sequences at every check, the step at which validation first passes the gate, the memory function of every
head before and after (exact, from the exported poles), the capacity they keep within the length of the task, the number
of distinct poles, Σ M against it for the first heads, the hyperbolic length of every pole's path, and how many poles
came within 1e-4 of the circle.

The rule that turns runs into a verdict, written before them, is in `models.learning.verdict`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from models.layers.replicas import Replicas
from models.learning.arms import FIXED, LEARNED, Arm, paces
from models.learning.problems import Problem
from models.learning.spectra import RINGS, SPECTRA
from models.memory.recall import whole_sum
from models.tasks.task import Batch, Task
from models.training import History, Recipe, train
from numerics.learning import hyperbolic_length
from numerics.memory import memory_function
from numerics.preconditions import as_count
from numerics.spectra import conjugate_closed

Real = NDArray[np.float64]

STARTS = {**SPECTRA, **RINGS}

DECAY = 0.01  # AdamW's default, on all weights that do not move poles
NEAR = 1e-4  # poles nearer to the circle than this are counted


@dataclass(frozen=True)
class Config:
    """One run: a problem, a spectrum, and all arms and seeds that start from it.

    spectrum: its name in `models.learning.spectra`, SPECTRA or RINGS; states N of each head at step dt; channels,
    layers, batch, steps, rate, pole_rate of the network and its training; check: steps between checks; arms; seeds;
    chunk: test sequences evaluated at a time; device; progress bar.
    """

    problem: Problem
    spectrum: str
    arms: tuple[Arm, ...] = (FIXED, LEARNED)
    seeds: tuple[int, ...] = (2, 3, 4)
    states: int = 16
    dt: float = 0.05
    channels: int = 32
    layers: int = 2
    batch: int = 32
    steps: int = 500
    rate: float = 4e-3
    pole_rate: float = 1e-3
    check: int = 50
    chunk: int = 1000
    device: str = "cpu"
    progress: bool = False


@dataclass(frozen=True)
class Outcome:
    """What a run found, one column or row per replica r, arm by arm and within an arm seed by seed.

    arm, seed (R,); checked (checks,); test, validation, training (checks, R): the metric; loss (R,): mean training loss
    of the last tenth of the steps; crossing (R,): first checked step at which validation passes the gate, −1 for never;
    lags (k,); before, after (R, layers, H, k): memory functions; kept_before, kept_after (R, layers, H): Σ M within the
    length of the task; distinct (R, layers, H): different poles after training, which is what Σ M is; missing (R,):
    largest |Σ M − distinct| over the first head of each layer; length (R, layers, H, n): hyperbolic lengths of
    the paths from check to check, which those of all steps exceed; near (R,):
    poles within 1e-4 of the circle after training; better, gate, margin: the task's.
    """

    arm: NDArray[np.str_]
    seed: NDArray[np.int64]
    checked: NDArray[np.int64]
    test: Real
    validation: Real
    training: Real
    loss: Real
    crossing: NDArray[np.int64]
    lags: NDArray[np.int64]
    before: Real
    after: Real
    kept_before: Real
    kept_after: Real
    distinct: NDArray[np.int64]
    missing: Real
    length: Real
    near: NDArray[np.int64]
    better: NDArray[np.int64]
    gate: Real
    margin: Real


def measure(config: Config) -> Outcome:
    """Train all arms and seeds, those with transplanted poles last.

    Arguments: config. Returns: Outcome.
    Raises: ValueError for an unknown spectrum, no arm or seed, or an arm X without the arm L; FloatingPointError when a
        replica diverges.
    """
    _check(config)
    task = config.problem.task(config.device)
    start = STARTS[config.spectrum](config.states, config.dt, _length(task) // 2, 0)
    first = [arm for arm in config.arms if not arm.transplanted]
    later = [arm for arm in config.arms if arm.transplanted]
    runs = [_run(config, task, first, start, 0)]
    if later:
        place = first.index(LEARNED) * len(config.seeds)
        ended = runs[0][1].watched["poles"][-1][:, place : place + len(config.seeds)]
        runs.append(_run(config, task, later, np.tile(_upper(ended), (1, len(later), 1, 1)), 1))
    return _outcome(config, task, runs)


def _check(config: Config) -> None:
    if config.spectrum not in STARTS:
        raise ValueError(f"spectrum = {config.spectrum!r}: must be one of {', '.join(STARTS)}")
    if not config.arms or not config.seeds:
        raise ValueError(f"{len(config.arms)} arms and {len(config.seeds)} seeds: must be at least one of each")
    labels, seeds = [arm.label for arm in config.arms], [as_count("seed", seed, least=0) for seed in config.seeds]
    if len(set(labels)) < len(labels) or len(set(seeds)) < len(seeds):
        raise ValueError(f"arms {labels}, seeds {seeds}: each must occur once")
    for name in ("batch", "steps", "check", "chunk"):
        as_count(name, getattr(config, name))
    if any(arm.transplanted for arm in config.arms) and LEARNED not in config.arms:
        raise ValueError("an arm with transplanted poles needs the arm L, whose poles it takes")


def _length(task: Task) -> int:
    return task.train[0].shape[1]


def _run(
    config: Config, task: Task, arms: Sequence[Arm], poles: NDArray[np.complex128], anew: int
) -> tuple[list[Arm], History]:
    """One pass of the loop over all replicas. anew: added to the seeds of the initial weights, in millions."""
    of_replica = [arm for arm in arms for _ in config.seeds]
    seeds = [seed for _ in arms for seed in config.seeds]
    starts = [seed + 1_000_000 * anew for seed in seeds]
    rates = [arm.dropout for arm in of_replica]
    model = Replicas(poles, task.inputs, task.outputs, config.channels, config.layers, task.read, starts, rates)
    torch.manual_seed(config.seeds[0])  # of the dropout masks
    recipe = Recipe(
        steps=config.steps, rate=config.rate, pole_rate=config.pole_rate, weight_decay=DECAY, check=config.check,
        patience=config.steps, validation=1, keep_best=False, seed=config.seeds[0], device=config.device,
        progress=config.progress,
    )  # fmt: skip
    groups = len(config.seeds)
    of_group = torch.arange(groups, device=config.device).repeat(len(arms))

    def draw(generator: torch.Generator) -> Batch:
        inputs, targets = task.draw(groups * config.batch, generator)
        return inputs.unflatten(0, (groups, -1))[of_group], targets.unflatten(0, (groups, -1))[of_group]

    def watch(trained: nn.Module, step: int) -> dict[str, NDArray]:
        parts = {"test": task.test, "validation": task.validation, "training": task.train}
        found = {name: _metric(trained, task, part, len(seeds), config.chunk) for name, part in parts.items()}
        return found | {"poles": model.stored_poles()}

    history = train(model, draw, recipe, task.loss, watch, paces(model, of_replica, seeds, DECAY))
    return of_replica, history


def _metric(model: nn.Module, task: Task, part: Batch, replicas: int, chunk: int) -> Real:
    """The task's metric of every replica on fixed sequences. Returns: (R,)."""
    outputs = [model(some.expand(replicas, *some.shape)) for some in part[0].split(chunk)]
    targets = part[1].expand(replicas, *part[1].shape)
    return task.metric(torch.cat(outputs, dim=1), targets).double().cpu().numpy()


def _outcome(config: Config, task: Task, runs: list[tuple[list[Arm], History]]) -> Outcome:
    histories = [history for _, history in runs]
    labels = [arm.label for arms, _ in runs for arm in arms]
    watched = {
        name: np.concatenate([h.watched[name] for h in histories], axis=1)
        for name in ("test", "validation", "training")
    }
    path = np.concatenate([h.watched["poles"] for h in histories], axis=2)  # (checks, layers, R, H, n)
    checked = histories[0].checked
    passed = task.better * (watched["validation"] - task.gate) > 0
    tenth = max(1, config.steps // 10)
    length = _length(task)
    lags = np.unique(np.geomspace(1, length, 24).astype(int)) - 1
    before, kept_before = _memories(path[0], lags, length)
    after, kept_after = _memories(path[-1], lags, length)
    shape = path.shape[1:]
    return Outcome(
        arm=np.array(labels),
        seed=np.tile(np.array(config.seeds), len(labels) // len(config.seeds)),
        checked=checked,
        **watched,
        loss=np.concatenate([h.loss[-tenth:].mean(0) for h in histories]),
        crossing=np.where(passed.any(0), checked[passed.argmax(0)], -1),
        lags=lags,
        before=before,
        after=after,
        kept_before=kept_before,
        kept_after=kept_after,
        distinct=_by_replica(np.array([len(np.unique(_closed(h))) for h in _flat(path[-1])]), shape),
        missing=_missing(path[-1][:, :, 0]),
        length=hyperbolic_length(path.reshape(len(path), -1)).reshape(shape).swapaxes(0, 1),
        near=(np.abs(path[-1]) > 1 - NEAR).sum(axis=(0, 2, 3)),
        better=np.array(task.better),
        gate=np.array(task.gate),
        margin=np.array(task.margin),
    )


def _closed(half: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Both halves; a phase that training carried past 0 or π comes back as its conjugate, which read-outs see alike."""
    return conjugate_closed(_upper(half))


def _upper(poles: NDArray[np.complex128]) -> NDArray[np.complex128]:
    return np.asarray(poles.real + 1j * np.abs(poles.imag))


def _flat(poles: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Half spectra as rows. Arguments: (layers, R, H, n). Returns: (layers·R·H, n)."""
    return poles.reshape(-1, poles.shape[-1])


def _by_replica(values: NDArray, shape: tuple[int, ...]) -> NDArray:
    """Rows of `_flat` back in their places, replicas first. Returns: (R, layers, H, ..)."""
    return values.reshape(*shape[:-1], *values.shape[1:]).swapaxes(0, 1)


def _memories(poles: NDArray[np.complex128], lags: NDArray[np.int64], length: int) -> tuple[Real, Real]:
    """Memory at the lags, and its sum over `length` lags, of every head. Returns: (R, layers, H, k), (R, layers, H)."""
    halves, place = np.unique(_flat(poles), axis=0, return_inverse=True)  # many heads start alike
    found = [memory_function(_closed(half), length) for half in halves]
    at, kept = (np.array([f(m) for m in found])[place] for f in (lambda m: m[lags], np.sum))
    return _by_replica(at, poles.shape), _by_replica(kept, poles.shape)


def _missing(poles: NDArray[np.complex128]) -> Real:
    """Largest |Σ M − number of distinct poles| over layers. Arguments: (layers, R, n). Returns: (R,)."""
    gaps = [[abs(whole_sum(c)[0] - len(np.unique(c))) for c in map(_closed, layer)] for layer in poles]
    return np.array(gaps).max(axis=0)


def early(outcome: Outcome) -> Real:
    """The test metric at the best validation metric, later checks losing ties: the control L-early. Returns: (R,)."""
    best = np.argmax(outcome.better * outcome.validation, axis=0)
    return outcome.test[best, np.arange(outcome.test.shape[1])]
