"""The house: who may import whom, one topic on every floor, rooms of a size one can overlook."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("theory", "numerics", "models", "figures", "tests")

#: What each floor may import of ours, besides itself.
MAY_IMPORT = {
    "theory": set(),
    "numerics": set(),
    "models": {"numerics"},
    "figures": {"theory", "numerics", "models"},
    "tests": {"theory", "numerics", "models", "figures"},
}
#: Libraries that live on one floor; tests may use any.
LIVES_IN = {"sympy": {"theory", "figures"}, "torch": {"models"}}

SOURCES = [path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py"))]
in_every_file = pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())


def imported(tree: ast.AST) -> set[str]:
    """Top-level packages a module imports."""
    roots = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            roots |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            roots.add(node.module.split(".")[0])
    return roots


@in_every_file
def test_imports_point_downwards(path: Path) -> None:
    floor = path.relative_to(ROOT).parts[0]
    roots = imported(ast.parse(path.read_text(encoding="utf-8")))
    assert roots & set(FLOORS) <= MAY_IMPORT[floor] | {floor}
    if floor != "tests":
        assert not {library for library, homes in LIVES_IN.items() if library in roots and floor not in homes}


def test_the_check_sees_every_way_to_import() -> None:
    source = "import numerics.memory as exact\ndef f():\n    from models import layers\n    import torch.nn"
    assert imported(ast.parse(source)) == {"numerics", "models", "torch"}


@in_every_file
def test_rooms_are_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300, "which two ideas does this file hold?"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < 60, f"{node.name} is too long"


def rebound(tree: ast.Module) -> set[str]:
    """Names that a module binds more than once at its top level."""
    targets = [t for node in tree.body if isinstance(node, ast.Assign) for t in node.targets]
    names = [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
    return {name for name in names if names.count(name) > 1}


@pytest.mark.parametrize(
    "path", sorted((ROOT / "theory").glob("*/*.py")), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_a_proof_built_late_sees_the_letters_it_was_written_with(path: Path) -> None:
    assert not rebound(ast.parse(path.read_text(encoding="utf-8")))


def test_a_letter_bound_twice_is_seen() -> None:
    assert rebound(ast.parse("_a, _b = f('a b')\nclaim = g(lambda: _b)\n_b, _c = f('b c')")) == {"_b"}


def test_every_topic_lives_on_every_floor() -> None:
    import theory

    topics = {claim.topic for claim in theory.CLAIMS}
    assert topics
    for topic in topics:
        for floor in FLOORS:
            rooms = (ROOT / floor / f"{topic}.py", ROOT / floor / topic / "__init__.py")
            assert any(room.exists() for room in rooms), f"{floor} has no room for {topic}"


def test_every_link_of_the_documents_resolves() -> None:
    links = {}
    for page in sorted(ROOT.glob("*.md")):
        for target in re.findall(r"\]\(([^)#\s]+)\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                links[f"{page.name}: {target}"] = (page.parent / target).exists()
    assert links
    assert all(links.values()), links
