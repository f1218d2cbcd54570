"""The runner: exit codes, failures that stay on record, the cache, and files that do not change between runs."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import theory.memory as claim
from figures import __main__ as command
from figures.figure import Figure, Gap, Scale
from figures.run import arrays_of, attempt, produce, write_csv

RUN = CliRunner()


def parameters(scale: Scale) -> dict:
    return {"lags": scale.choose(3, 5, 7), "seed": 0}


def measure(given) -> dict:
    lag = np.arange(given["lags"])
    return {"lag": lag, "memory": 0.75 * 0.25**lag, "name": np.array(["one pole"]), "pole": np.array([0.5 + 0.0j])}


def draw(canvas, arrays) -> None:
    canvas.subplots().plot(arrays["lag"], arrays["memory"])


def gaps(arrays) -> tuple[Gap, ...]:
    return (Gap(claim.SINGLE_POLE, "a gap", 1.0, 2.0),)


SMALL = Figure("memory.small", "A small figure", "One falling curve.", parameters, measure, draw, gaps)
WRONG = replace(SMALL, name="memory.wrong", gaps=lambda arrays: (Gap(claim.SINGLE_POLE, "a gap", 3.0, 2.0),))
UNKNOWN = replace(SMALL, name="memory.nan", gaps=lambda arrays: (Gap(claim.SINGLE_POLE, "a gap", float("nan"), 2.0),))


def _breaks(given) -> dict:
    raise ImportError("reservoirpy is not installed")


BROKEN = replace(SMALL, name="memory.broken", measure=_breaks)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Run the command on given figures in this process; returns exit code, output and the folder."""

    def run(figures: tuple[Figure, ...], *arguments: str):
        def here(chosen, scale, out, cache, jobs):
            assert jobs >= 1
            return (attempt(figure, scale, out, None) for figure in chosen)

        monkeypatch.setattr(command, "FIGURES", figures)
        monkeypatch.setattr(command, "run", here)
        out, cache = tmp_path / "out", tmp_path / "cache"
        done = RUN.invoke(command.app, [*arguments, "--scale", "smoke", "--out", str(out), "--cache", str(cache)])
        return done, out

    return run


def test_a_run_ends_by_naming_the_page(drawn) -> None:
    done, out = drawn((SMALL,))
    assert done.exit_code == 0
    assert done.stdout.strip().splitlines()[-1] == str(out / "index.html")
    assert {path.name for path in out.iterdir()} == {"index.html"} | {
        f"memory.small.{ending}" for ending in ("pdf", "png", "csv", "json")
    }


@pytest.mark.parametrize("figure", [WRONG, UNKNOWN, BROKEN], ids=lambda figure: figure.name)
def test_a_failing_figure_fails_the_run_and_does_not_stop_the_others(drawn, figure: Figure) -> None:
    done, out = drawn((figure, SMALL))
    assert done.exit_code == 1
    assert (out / "memory.small.png").exists()
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "GAP TOO LARGE" in page or "Not drawn — ImportError: reservoirpy is not installed" in page
    if figure is not BROKEN:
        record = json.loads((out / f"{figure.name}.json").read_text(encoding="utf-8"))
        assert [gap["holds"] for gap in record["gaps"]] == [False]


def test_only_the_named_figures_are_drawn(drawn) -> None:
    done, out = drawn((WRONG, SMALL), "memory.small")
    assert done.exit_code == 0 and not (out / "memory.wrong.png").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["memory.nothing"], "no figure 'memory.nothing'"),
        (["--scale", "huge"], "--scale 'huge': must be one of smoke, paper, full"),
        (["--jobs", "-1"], "--jobs -1: must be at least 0"),
    ],
)
def test_bad_arguments_are_refused_in_one_line(arguments: list[str], message: str, tmp_path: Path) -> None:
    done = RUN.invoke(command.app, [*arguments, "--out", str(tmp_path / "out"), "--cache", str(tmp_path / "cache")])
    assert done.exit_code == 2
    assert message in done.stderr and len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("option", ["--out", "--cache"])
def test_a_folder_that_is_a_file_is_refused(option: str, tmp_path: Path) -> None:
    occupied = tmp_path / "occupied"
    occupied.write_text("here already", encoding="utf-8")
    folders = {"--out": str(tmp_path / "o"), "--cache": str(tmp_path / "c"), option: str(occupied)}
    done = RUN.invoke(command.app, [part for pair in folders.items() for part in pair])
    assert done.exit_code == 2 and str(occupied) in done.stderr


def test_no_gap_or_an_infinite_value_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has no gap"):
        produce(replace(SMALL, gaps=lambda arrays: ()), Scale.SMOKE, tmp_path, None)
    with pytest.raises(ValueError, match="'memory' holds a value that is not finite"):
        produce(replace(SMALL, measure=lambda given: {"memory": np.array([np.inf])}), Scale.SMOKE, tmp_path, None)


def test_the_same_arrays_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        produce(SMALL, Scale.SMOKE, tmp_path / name, None)
    for ending in ("pdf", "png", "csv", "json"):
        assert (tmp_path / f"first/memory.small.{ending}").read_bytes() == (
            tmp_path / f"second/memory.small.{ending}"
        ).read_bytes()


def test_kept_results_are_used_again_and_parameters_tell_them_apart(tmp_path: Path) -> None:
    for scale in (Scale.SMOKE, Scale.SMOKE, Scale.PAPER):
        produce(SMALL, scale, tmp_path, tmp_path / "cache")
    kept = list((tmp_path / "cache").glob("*.npz"))
    assert len(kept) == 2


def test_another_table_beside_a_figure_is_another_result(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys.modules[__name__], "__file__", str(tmp_path / "here.py"))
    table = tmp_path / "studies.csv"
    for content in ("1", "1", "2"):
        table.write_text(content, encoding="utf-8")
        arrays_of(SMALL, Scale.SMOKE, tmp_path / "cache")
    assert len(list((tmp_path / "cache").glob("*.npz"))) == 2


def test_csv_holds_every_entry_to_the_last_bit(tmp_path: Path) -> None:
    table = np.array([[0.1, 1 / 3], [1e-300, -2.0]])
    write_csv({"table": table, "pole": np.array([1 - 2j]), "text": np.array(["a, b"])}, tmp_path / "t.csv")
    lines = (tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "array,i,j,k,value,imaginary"
    assert lines[2] == f"table,0,1,,{1 / 3!r},"
    assert lines[5:] == ["pole,0,,,1.0,-2.0", 'text,0,,,"a, b",']


def test_gap_is_inclusive_and_never_holds_for_nan() -> None:
    assert Gap(claim.SINGLE_POLE, "", 1.0, 1.0).holds
    assert not Gap(claim.SINGLE_POLE, "", 1.0 + 1e-15, 1.0).holds
    assert not Gap(claim.SINGLE_POLE, "", float("nan"), float("inf")).holds
