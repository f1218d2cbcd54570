"""The works that the records name, and how a record's words are linked to them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from figures.book.markup import claim_link, reference, woven
from theory import CLAIMS


class Work(NamedTuple):
    """One entry of the bibliography: `names` are the ways in which records name it, `where` what it appeared in."""

    key: str
    names: tuple[str, ...]
    authors: str
    title: str
    year: str = ""
    where: str = ""
    arxiv: str = ""
    url: str = ""

    @property
    def link(self) -> str:
        """Where it can be read, as far as known."""
        return self.url or (f"https://arxiv.org/abs/{self.arxiv}" if self.arxiv else "")


def bibtex(work: Work) -> str:
    """The entry for a bibliography of LaTeX."""
    fields = {"author": work.authors, "title": f"{{{work.title}}}", "year": work.year, "note": work.where}
    fields |= {"eprint": work.arxiv, "archiveprefix": "arXiv" if work.arxiv else "", "url": work.link}
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@misc{{{work.key},\n{lines}\n}}"


def named(words: str) -> list[Work]:
    """The works that a text names, in the order of the bibliography."""
    found = {hit.group() for hit in _NAMES.finditer(words)}
    return [work for work in WORKS if found & set(work.names)]


def stated_by(source: str, work: Work) -> str:
    """The part of a source that says the work itself makes the statement, beginning with its name; empty if none."""
    return next((part for part in map(str.strip, source.split(";")) if part.startswith(work.names)), "")


def unresolved(words: str) -> list[str]:
    """The years of works in a text that the bibliography does not know."""
    return re.findall(r"\b(?:1[89]|20)\d\d\b", _NAMES.sub("", words))


def linked(words: str) -> str:
    """A text in which claims are links to their pages, and works to the bibliography."""
    keys = {name: work.key for work in WORKS for name in work.names}
    return woven(
        words, _LINKED, lambda name: reference(name, f"work-{keys[name]}") if name in keys else claim_link(name)
    )


def _works() -> tuple[Work, ...]:
    found = tomllib.loads((Path(__file__).parent / "works.toml").read_text(encoding="utf-8"))
    return tuple(Work(key, tuple(fields.pop("names")), **fields) for key, fields in found.items())


WORKS = _works()
#: The two papers that are the subject.
PAPERS = tuple(next(work for work in WORKS if work.key == key) for key in ("guan2025", "nishikawa2025"))


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    """The longest first, so that no name hides a longer one that begins alike."""
    return re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))


_NAMES = _any_of(name for work in WORKS for name in work.names)
_LINKED = _any_of([claim.name for claim in CLAIMS] + [name for work in WORKS for name in work.names])
