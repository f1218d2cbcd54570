"""Rows of numbers and words as CSV: a frozen dataclass of str, int and float fields is one row."""

import csv
from collections.abc import Iterable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, TypeVar

Row = TypeVar("Row")

_KINDS: dict[Any, type] = {str: str, int: int, float: float, "str": str, "int": int, "float": float}


def write(found: Iterable[Any], kind: type, path: Path) -> None:
    """Write rows of one kind as CSV, floats to six digits. Arguments: rows; their class; path of the file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, [field.name for field in fields(kind)], lineterminator="\n")
        table.writeheader()
        for row in found:
            table.writerow({k: f"{v:.6g}" if isinstance(v, float) else v for k, v in asdict(row).items()})


def read(kind: type[Row], path: Path) -> list[Row]:
    """The rows of a CSV written by `write`.

    Raises: ValueError for missing columns and for cells that are no numbers, with the line.
    """
    kinds = {field.name: field.type for field in fields(kind)}  # type: ignore[arg-type]
    found = []
    with path.open(newline="", encoding="utf-8") as file:
        table = csv.DictReader(file)
        missing = [name for name in kinds if name not in (table.fieldnames or [])]
        if missing:
            raise ValueError(f"{path}: lacks the columns {', '.join(missing)}")
        for line, cells in enumerate(table, 2):
            try:
                found.append(kind(**{name: _KINDS[of](cells[name]) for name, of in kinds.items()}))
            except (TypeError, ValueError) as error:
                raise ValueError(f"{path}, line {line}: {error}") from None
    return found
