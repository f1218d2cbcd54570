"""What a table of runs needs to be made again: command, commit, versions, device, and the key of every run."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import torch

from models.cache import key, parameters, versions

ROOT = Path(__file__).resolve().parent.parent


def provenance(measure: Callable[..., Any], configs: Iterable[Any], device: str) -> dict[str, Any]:
    """The record of a sweep as JSON data. Arguments: measure and configs as given to `models.sweep`; device."""
    cuda = torch.device(device).type == "cuda"
    return {
        "command": " ".join(["python -m models", *sys.argv[1:]]),
        "commit": commit(),
        "device": torch.cuda.get_device_name(device) if cuda else "cpu",
        "versions": versions(),
        "runs": [{"key": key(measure, config), "parameters": parameters(config)} for config in configs],
    }


def write(record: dict[str, Any], path: Path) -> None:
    """Write a record as JSON, keys sorted."""
    path.write_text(json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def commit() -> str:
    """The commit checked out, or `unknown` outside a git checkout."""
    if shutil.which("git") is None:
        return "unknown"
    command = ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout.strip() if found.returncode == 0 else "unknown"
