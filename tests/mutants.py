"""False neighbours of a statement, made by machine from its SymPy tree.

Four operators: a constant nudged, a sign flipped, an index shifted, a bound tightened. Each is applied at
every place of the tree where it makes sense, one place at a time.
"""

from collections.abc import Iterator

import sympy as sp
from sympy.core.relational import Relational

Path = tuple[int, ...]


def mutants(statement: sp.Basic) -> dict[str, sp.Basic]:
    """Every one-place mutant of a statement that differs from it, by a name that says what was changed.

    Of a conjunction only the changed relation is given: the others stay as they are, and to build the whole again would
    put every relation in canonical form each time.
    """
    if not isinstance(statement, sp.And):
        found = _mutants(statement, ())
        return {name: mutant for name, mutant in found.items() if mutant not in (sp.true, sp.false)}
    parts = (_mutants(part, (place,)) for place, part in enumerate(statement.args))
    return {name: mutant for found in parts for name, mutant in found.items() if mutant != sp.false}


def _mutants(relation: sp.Basic, at: Path) -> dict[str, sp.Basic]:
    found: dict[str, sp.Basic] = {}
    for label, path, node in _changes(relation):
        try:
            mutant = _replace(relation, path, node)
        except (TypeError, ValueError, IndexError):  # the place admits no such value (an exponent of a matrix, say)
            continue
        if mutant == relation or mutant.has(sp.zoo, sp.nan):
            continue
        if mutant not in found.values():
            found.setdefault(f"{label} at {'.'.join(map(str, (*at, *path))) or 'top'}", mutant)
    return found


def _changes(statement: sp.Basic) -> Iterator[tuple[str, Path, sp.Basic]]:
    for path, node in _walk(statement, ()):
        match node:
            case sp.matrices.expressions.Inverse():
                yield f"inverse of {node.arg} dropped", path, node.arg
            case sp.Rational():
                yield f"constant {node} -> {node + 1}", path, node + 1
            case sp.Indexed():
                for place in range(1, len(node.args)):
                    shifted = node.args[place] + 1
                    yield f"index {node.args[place]} -> {shifted}", (*path, place), shifted
            case sp.Add():
                for place, term in enumerate(node.args):
                    yield f"sign of {term}", (*path, place), -term
            case Relational() if not isinstance(node, sp.Eq):
                shrink = sp.Rational(9, 10)
                small, large = (0, 1) if isinstance(node, sp.LessThan | sp.StrictLessThan) else (1, 0)
                yield f"bound {node.args[large]} tightened", (*path, large), node.args[large] * shrink
                yield f"bounded side {node.args[small]} raised", (*path, small), node.args[small] / shrink
            case sp.Eq():
                yield f"side {node.rhs} scaled", (*path, 1), node.rhs * sp.Rational(11, 10)


def _walk(node: sp.Basic, path: Path) -> Iterator[tuple[Path, sp.Basic]]:
    yield path, node
    if isinstance(node, sp.Indexed | sp.Tuple | sp.MatrixSymbol):
        return  # indices are shifted whole; the ranges of sums and the shapes of matrices stay
    children = node.args[:1] if isinstance(node, sp.matrices.expressions.MatPow) else node.args
    for place, child in enumerate(children):
        yield from _walk(child, (*path, place))


def _replace(node: sp.Basic, path: Path, new: sp.Basic) -> sp.Basic:
    if not path:
        return new
    arguments = list(node.args)
    arguments[path[0]] = _replace(arguments[path[0]], path[1:], new)
    if isinstance(node, Relational | sp.And):
        return node.func(*arguments, evaluate=False)
    return node.func(*arguments)
