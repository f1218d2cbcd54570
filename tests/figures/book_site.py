"""The book, built once for all tests that look at it: a gallery of two small figures, evidence for some claims only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path

import theory
from figures.book.build import build
from figures.book.sources import Sources, gather
from figures.figure import Scale
from tests.figures.test_run import SMALL, WRONG, produce
from theory import ledger

#: What a quick run may have left: one claim with a witness, gathered on other code, all others without.
ENTRIES: ledger.Entries = {
    "memory.trade_off": {
        "counter_case": {
            "commit": "abc1234",
            "digest": "0" * 16,
            "outcome": "passed",
            "dropped": "white input <AR(1)*>",
            "violation": 0.62,
            "witness": "((array([[0.+0.j]]), *`x`_), 0.9, 1)",
        },
        "trained": {"commit": "abc1234", "digest": "0" * 16, "outcome": "failed"},
    }
}


class Page(HTMLParser):
    """Tags with their attributes, and the text, of one page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path, self.markup = path, path.read_text(encoding="utf-8")
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(self.markup)

    def handle_starttag(self, tag: str, attrs) -> None:
        self.tags.append((tag, {key: value or "" for key, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name in tags]

    @cached_property
    def formulas(self) -> list[str]:
        return re.findall(r"<math.*?</math>", self.markup, re.DOTALL)

    @cached_property
    def anchors(self) -> set[str]:
        return {attributes["id"] for _, attributes in self.tags if "id" in attributes}


@dataclass(frozen=True)
class Site:
    """The folder of a book, and what it was written from."""

    folder: Path
    sources: Sources
    pages: dict[str, Page]

    def __iter__(self) -> Iterator[tuple[str, Page]]:
        return iter(self.pages.items())


def site(root: Path) -> Site:
    """The book of all claims, with one figure that holds and one that does not."""
    gallery, out = root / "gallery", root / "book"
    gallery.mkdir()
    for figure in (SMALL, WRONG):
        produce(figure, Scale.SMOKE, gallery, None)
    sources = gather(theory.CLAIMS, gallery, ENTRIES)
    assert build(sources, gallery, out) == out / "index.html"
    pages = {path.relative_to(out).with_suffix("").as_posix(): Page(path) for path in sorted(out.rglob("*.html"))}
    return Site(out, sources, pages)
