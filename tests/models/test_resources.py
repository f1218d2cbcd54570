"""What the networks cost: the README's table is the one that the code prints; sizes out of reach are refused."""

import pytest
from typer.testing import CliRunner

from models.__main__ import app
from models.selection.resources import copying, markdown, recall
from theory.ledger import ROOT


def test_the_table_of_the_readme_is_what_the_networks_cost() -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    for rows in (copying(4, 16), recall(16)):
        assert markdown(rows).split("\n", 2)[2] in page, "renew it by `python -m models resources`"


def test_the_command_prints_the_same_table() -> None:
    run = CliRunner().invoke(app, ["resources", "--symbols", "4", "--length", "8", "--pairs", "4"])
    assert run.exit_code == 0
    assert markdown(copying(4, 8)) in run.stdout
    assert markdown(recall(4)) in run.stdout


def test_what_does_not_exist_at_a_size_is_left_out() -> None:
    assert [entry.name for entry in copying(4, 26)] == ["delay line", "digits"]
    assert [entry.name for entry in copying(2, 1100)] == ["delay line"]


@pytest.mark.parametrize(("make", "rule"), [(lambda: copying(3, 4), "V = 3"), (lambda: recall(6), "n = 6")])
def test_sizes_that_are_no_powers_of_two_are_refused(make, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        make()


def test_the_command_refuses_in_one_line() -> None:
    run = CliRunner().invoke(app, ["resources", "--pairs", "6"])
    assert run.exit_code == 2
    assert "n = 6" in run.output
