"""An exploration as a Python script: the very lines behind its view, with what they use, at the given positions."""

from __future__ import annotations

import ast
import inspect

from figures.explorer.exploration import Exploration, State

ENDING = """
for panel in view.panels:
    canvas, axes = plt.subplots()
    for curve in panel.curves:
        axes.plot(curve.x, curve.y, "o" if curve.measured else "-", fillstyle="none", label=curve.label)
    axes.set(title=panel.title, xlabel=panel.x, ylabel=panel.y)
    axes.set(xscale="log" if panel.log_x else "linear", yscale="log" if panel.log_y else "linear")
    axes.legend()
for number in view.numbers:
    print(number.label, number.value)
for verdict in view.verdicts:
    print("holds" if verdict.holds else "FAILS", verdict.claim.name, verdict.what, verdict.violation)
plt.show()
"""


def script(exploration: Exploration, state: State) -> str:
    """The lines that compute and draw the view again, with nothing left out but the libraries and the five floors."""
    module = inspect.getmodule(exploration.look)
    assert module is not None
    definitions = _needed(ast.parse(inspect.getsource(module)), exploration.look.__name__)
    imports = [node for node in definitions if isinstance(node, ast.Import | ast.ImportFrom)]
    others = [node for node in definitions if node not in imports]
    given = ", ".join(f"{name}={value!r}" for name, value in state.items())
    source = inspect.getsource(module).splitlines()
    parts = [
        f"# {exploration.name}: {exploration.title}",
        "import matplotlib.pyplot as plt",
        *(ast.unparse(node) for node in imports),
        "",
        *(_lines(source, node) + "\n" for node in others),
        f"view = {exploration.look.__name__}({given})",
    ]
    return "\n".join(parts) + "\n" + ENDING


def _lines(source: list[str], node: ast.stmt) -> str:
    return "\n".join(source[node.lineno - 1 : node.end_lineno])


def _needed(tree: ast.Module, name: str) -> list[ast.stmt]:
    """The top-level statements that bind what `name` uses, and what these use, in the order of the module."""
    binds = {bound: node for node in tree.body for bound in _bound(node)}
    wanted, seen = [name], set[str]()
    while wanted:
        one = wanted.pop()
        if one in binds and one not in seen:
            seen.add(one)
            wanted += [used.id for used in ast.walk(binds[one]) if isinstance(used, ast.Name)]
    nodes = {id(binds[one]) for one in seen}
    return [_only(node, seen) for node in tree.body if id(node) in nodes]


def _bound(node: ast.stmt) -> list[str]:
    match node:
        case ast.Import() | ast.ImportFrom():
            return [(alias.asname or alias.name).split(".")[0] for alias in node.names]
        case ast.FunctionDef():
            return [node.name]
        case ast.Assign():
            return [name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)]
    return []


def _only(node: ast.stmt, seen: set[str]) -> ast.stmt:
    """An import without the names that are not used; anything else as it is."""
    match node:
        case ast.Import():
            return ast.Import([a for a in node.names if (a.asname or a.name).split(".")[0] in seen])
        case ast.ImportFrom():
            return ast.ImportFrom(node.module, [a for a in node.names if (a.asname or a.name) in seen], node.level)
    return node
