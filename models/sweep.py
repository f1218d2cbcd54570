"""Runs of an experiment over many configurations, each computed once and kept.

Local processes by default, a Dask cluster when an address is given. A sweep killed at any moment resumes where it
stopped, and the stores of two machines merge by copying files.
"""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import torch
from joblib import Parallel, delayed, parallel_config
from tqdm import tqdm

from models.cache import Arrays, as_arrays, key, load, parameters, save, versions
from numerics.preconditions import as_count

Measure = Callable[[Any], Any]


def run(measure: Measure, config: Any, cache_dir: str | Path) -> Arrays:
    """One run: from the store when it is there and whole, else computed on one thread and stored.

    Arguments: measure, a module-level function of a configuration (a frozen dataclass or a mapping), which returns
        a dataclass or a mapping of arrays and depends on nothing but it; config; cache_dir, made when missing.
    Returns: the arrays by name.
    Raises: ValueError for a configuration or a result that cannot be stored; what `measure` raises.
    """
    name = key(measure, config)
    folder = Path(cache_dir)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.npz"
    found = load(path, name)
    if found is None:
        found = as_arrays(_on_one_thread(measure, config))
        record = {"key": name, "function": f"{measure.__module__}.{measure.__qualname__}"}
        save(path, found, {**record, "parameters": parameters(config), "versions": versions()})
    return found


def _on_one_thread(measure: Measure, config: Any) -> Any:
    # sums in another order round otherwise: one thread gives the same bits on any number of cores
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return measure(config)
    finally:
        torch.set_num_threads(threads)


def _clear(folder: Path) -> None:
    # what a killed writer left behind; a living one takes seconds, not a day
    for path in folder.glob(".*.part"):
        if time.time() - path.stat().st_mtime > 86_400:
            path.unlink(missing_ok=True)


def sweep(
    measure: Measure,
    configs: Iterable[Any],
    cache_dir: str | Path,
    jobs: int = 1,
    address: str | None = None,
    progress: bool = False,
) -> list[Arrays]:
    """All runs of an experiment, in the order of the configurations.

    Arguments: measure and cache_dir as in `run`; configs; jobs: local processes; address of a Dask scheduler to use
        instead (needs the extra `sweep`; workers of one thread each, that see cache_dir); progress bar.
    Returns: one dictionary of arrays per configuration.
    Raises: ValueError for jobs < 1; ImportError when an address is given and Dask is missing.
    """
    _clear(Path(cache_dir))
    tasks = [delayed(run)(measure, config, cache_dir) for config in configs]
    if address is None:
        done = Parallel(n_jobs=as_count("jobs", jobs), return_as="generator")(tasks)
        return list(tqdm(done, total=len(tasks), unit="run", disable=not progress))
    from dask.distributed import Client

    with Client(address), parallel_config(backend="dask"):
        return list(Parallel()(tasks))
