"""The page of questions: their text and the answers are in `questions.toml`, every name in an answer is a link."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from figures.book import markup as m
from figures.book.sources import Sources

_LINK = re.compile(r"(?:figure )?`[a-z_]+\.[a-z0-9_]+`")
INTRODUCTION = """What readers and reviewers of the two papers asked, and users of the implementations. Every answer
rests on claims and figures, whose pages say how far they reach; where nothing here answers a question, that is said."""


def groups() -> list[dict[str, Any]]:
    """The questions as they are written down: groups with `about` and questions that `asks` and have an `answer`.

    A question may be looked for in other words as well: `also`.

    Raises:
        tomllib.TOMLDecodeError: the file is broken.
    """
    text = (Path(__file__).parent / "questions.toml").read_text(encoding="utf-8")
    return list(tomllib.loads(text)["group"])


def names(answer: str) -> tuple[set[str], set[str]]:
    """The claims and the figures that an answer rests on."""
    found = _LINK.findall(" ".join(answer.split()))
    figures = {_name(link) for link in found if link.startswith("figure ")}
    return {_name(link) for link in found if not link.startswith("figure ")}, figures


def page(sources: Sources) -> str:
    """The page of all questions."""
    drawn = {drawing.name for drawing in sources.drawings}
    lines = [m.title("Questions"), m.escaped(INTRODUCTION) + "\n"]
    for group in groups():
        lines.append(m.title(group["about"], 2))
        for question in group["question"]:
            lines += [f".. index:: ! single: {words}\n" for words in question.get("also", ())]
            lines.append(m.title(question["asks"], 3))
            answer = " ".join(question["answer"].split())
            lines.append(m.woven(answer, _LINK, lambda link: _link(link, drawn)) + "\n")
    return "\n".join(lines)


def _name(link: str) -> str:
    return link.split("`")[1]


def _link(link: str, drawn: set[str]) -> str:
    name = _name(link)
    if not link.startswith("figure "):
        return m.claim_link(name)
    return "figure " + (m.reference(name, f"figure-{name}") if name in drawn else m.code(name))
