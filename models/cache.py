"""A content-addressed store of results: one file per run, believed only when whole.

The key of a run is a hash of everything that its result depends on: the source of the experiment and of every
module of this project that it imports, the parameters, and the versions of what computes. A file holds the arrays
and, as JSON, the key, the parameters, the versions and a digest of the arrays; it appears under its name whole or
not at all.
"""

import ast
import dataclasses
import hashlib
import importlib.util
import io
import json
import os
import platform
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import scipy
import torch
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]
RECORD = "__record__"


def versions() -> dict[str, str]:
    """What computes: Python, NumPy, SciPy, torch, and the machine's architecture."""
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "torch": torch.__version__,
    }


def _file(module: str) -> Path | None:
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return None
    return Path(spec.origin) if spec and spec.origin and spec.origin.endswith(".py") else None


@cache  # of the text alone: a sweep names every run, and would parse the same modules each time
def _imports(source: str) -> frozenset[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.update({node.module, *(f"{node.module}.{alias.name}" for alias in node.names)})
    return frozenset(found)


def sources(module: str, packages: tuple[str, ...] = ("models", "numerics")) -> dict[str, str]:
    """The source of a module and of all modules that it imports, directly or through others, within the given packages.

    Arguments: module, dotted name; packages to follow imports into, besides the module's own. Returns: dotted name
        to source text.
    Raises: ValueError when the module has no source file.
    """
    found: dict[str, str] = {}
    seen: set[str] = set()
    packages, open_ends = (*packages, module.split(".")[0]), [module]
    while open_ends:
        name = open_ends.pop()
        if name in seen:
            continue
        seen.add(name)
        path = _file(name)
        if path is None:
            continue
        found[name] = path.read_text(encoding="utf-8")
        parents = [name.rsplit(".", k)[0] for k in range(1, name.count(".") + 1)]
        open_ends += [n for n in (*parents, *_imports(found[name])) if n.split(".")[0] in packages]
    if module not in found:
        raise ValueError(f"module {module}: has no source file, so its results cannot be named by their code")
    return found


def parameters(config: Any) -> dict[str, Any]:
    """A configuration as JSON data. Floats keep every bit (their shortest repr), arrays become a digest.

    Raises: ValueError unless it is a dataclass or a mapping of JSON values and arrays.
    """
    if dataclasses.is_dataclass(config) and not isinstance(config, type):
        data = {"config": type(config).__qualname__, **dataclasses.asdict(config)}
    elif isinstance(config, Mapping):
        data = dict(config)
    else:
        raise ValueError(f"config = {config!r}: must be a dataclass instance or a mapping")
    return json.loads(json.dumps(data, sort_keys=True, default=_encode))


def _encode(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray) and value.dtype != object:
        return {"shape": value.shape, "dtype": value.dtype.str, "sha256": hashlib.sha256(value.tobytes()).hexdigest()}
    raise ValueError(f"parameter {value!r}: must be JSON data or an array, so that a run can be named by it")


def key(measure: Callable[..., Any], config: Any) -> str:
    """The name of a run: 64 hexadecimal digits. Arguments: measure, a module-level function; its configuration."""
    contents = {
        "function": f"{measure.__module__}.{measure.__qualname__}",
        "sources": sources(measure.__module__),
        "parameters": parameters(config),
        "versions": versions(),
    }
    return hashlib.sha256(json.dumps(contents, sort_keys=True).encode()).hexdigest()


def _digest(arrays: Arrays) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(json.dumps([name, array.dtype.str, array.shape]).encode() + array.tobytes())
    return digest.hexdigest()


def as_arrays(result: Any) -> Arrays:
    """A result, a dataclass or a mapping, as named arrays.

    Raises: ValueError for anything else, and for fields that are not arrays of numbers, truth values or text.
    """
    if dataclasses.is_dataclass(result) and not isinstance(result, type):
        fields = {field.name: getattr(result, field.name) for field in dataclasses.fields(result)}
    elif isinstance(result, Mapping):
        fields = dict(result)
    else:
        raise ValueError(f"the experiment returned {type(result).__name__}: must be a dataclass or a mapping of arrays")
    arrays = {name: np.asarray(value) for name, value in fields.items()}
    for name, array in arrays.items():
        if array.dtype.kind not in "biufcU" or name == RECORD:
            raise ValueError(f"the experiment's {name} has dtype {array.dtype}: must be an array of numbers or text")
    return arrays


def save(path: Path, arrays: Arrays, record: Mapping[str, Any]) -> None:
    """Write a file that appears whole or not at all: a temporary one beside it, flushed to disk, then renamed."""
    text = json.dumps({**record, "digest": _digest(arrays)}, sort_keys=True)
    buffer = io.BytesIO()
    np.savez(buffer, **{RECORD: np.array(text)}, **arrays)  # type: ignore[arg-type]
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(buffer.getbuffer())
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def load(path: Path, name: str) -> Arrays | None:
    """The arrays of a file, or None when it is missing, cut short, altered, or of another run."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            record = json.loads(str(stored[RECORD]))
            arrays = {field: stored[field] for field in stored.files if field != RECORD}
        whole = record["key"] == name and record["digest"] == _digest(arrays)
    except Exception:  # one altered byte can make the archive, its headers or its text fail in any way
        return None
    return arrays if whole else None
