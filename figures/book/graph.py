"""Which claim rests on which, read off the proofs: one drawing per topic, and the same as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

import networkx as nx

from figures.book import markup as m
from figures.book.sources import Sources

#: Sizes in the units of the drawing: of a letter, a row, and the space for arrows between columns.
LETTER, ROW, SPACE = 7.3, 30, 70


def page(sources: Sources) -> str:
    """The page of the graph."""
    lines = [m.title("Which claim rests on which")]
    lines.append(
        m.escaped(
            "An arrow leads from a claim to one whose proof uses it as a lemma. The edges are read off the proofs."
            " Claims of another topic have a broken frame; claims without any edge are listed below the drawing."
        )
        + "\n"
    )
    for topic in sources.topics:
        lines += [m.title(topic.capitalize(), 2), *_topic(topic, sources)]
    return "\n".join(lines)


def edges(topic: str, lemmas: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """The edges lemma -> claim that end in a topic."""
    return [(lemma, name) for name, used in lemmas.items() if name.startswith(f"{topic}.") for lemma in used]


def _topic(topic: str, sources: Sources) -> Iterator[str]:
    found = edges(topic, sources.lemmas)
    yield m.raw(drawing(topic, found))
    users = {lemma: [b for a, b in found if a == lemma] for lemma, _ in found}
    rows = [(m.claim_link(lemma), ", ".join(map(m.claim_link, used))) for lemma, used in users.items()]
    yield m.table(("claim", "is used by"), rows, (30, 70))
    joined = {name for edge in found for name in edge}
    alone = [claim.name for claim in sources.topics[topic] if claim.name not in joined]
    yield f"Without edges: {', '.join(map(m.claim_link, alone)) or 'none'}\n"


def columns(found: Sequence[tuple[str, str]]) -> list[list[str]]:
    """The claims in columns, every one right of all it rests on; in a column, near what they rest on."""
    graph = nx.DiGraph(found)
    layers = [list(layer) for layer in nx.topological_generations(graph)]
    height: dict[str, float] = {}
    for layer in layers:
        above = {name: [height[lemma] for lemma in graph.predecessors(name)] or [0.0] for name in layer}
        layer.sort(key=lambda name: sum(above[name]) / len(above[name]))
        height |= {name: float(place) for place, name in enumerate(layer)}
    return layers


def drawing(topic: str, found: Sequence[tuple[str, str]]) -> str:
    """The graph as inline SVG in the colour of the text, every claim a link to its page."""
    layers = columns(found)
    words = {name: name.removeprefix(f"{topic}.") for layer in layers for name in layer}
    widths = [LETTER * max(len(words[name]) for name in layer) + 16 for layer in layers]
    tall = max(len(layer) for layer in layers) * ROW
    left = [sum(widths[:place]) + SPACE * place for place in range(len(layers))]
    where = {
        name: (left[place] + 1, (row + 0.5) * tall / len(layer), widths[place])
        for place, layer in enumerate(layers)
        for row, name in enumerate(layer)
    }
    wide = left[-1] + widths[-1] + 2
    arrows = "".join(_arrow(where[lemma], where[name]) for lemma, name in found)
    boxes = "".join(_box(name, words[name], *where[name], own=name.startswith(f"{topic}.")) for name in words)
    return (
        f'<div class="graph" tabindex="0">'
        f'<svg viewBox="0 0 {wide:.0f} {tall:.0f}" width="{wide:.0f}" height="{tall:.0f}"'
        f' role="group" aria-label="Claims of the topic {topic} and what they rest on; the table below says the same">'
        f"{arrows}{boxes}</svg></div>"
    )


def _box(name: str, words: str, x: float, y: float, width: float, own: bool) -> str:
    frame = "" if own else ' class="other"'
    return (
        f'<a href="claims/{name}.html">'
        f'<rect{frame} x="{x:.0f}" y="{y - 11:.0f}" width="{width:.0f}" height="22" rx="4"/>'
        f'<text x="{x + 8:.0f}" y="{y + 4:.0f}">{escape(words)}</text></a>'
    )


def _arrow(start: tuple[float, float, float], end: tuple[float, float, float]) -> str:
    (x, y, width), (to, down, _) = start, end
    x, bend = x + width, SPACE / 2
    head = f"M{to - 6:.0f} {down - 3:.0f}L{to:.0f} {down:.0f}L{to - 6:.0f} {down + 3:.0f}"
    return f'<path d="M{x:.0f} {y:.0f}C{x + bend:.0f} {y:.0f} {to - bend:.0f} {down:.0f} {to:.0f} {down:.0f}{head}"/>'
