"""What Sphinx is given for the book: formulas as MathML, and a search that reads words and no commands of formulas."""

from __future__ import annotations

from functools import cache
from typing import Any

from docutils import nodes
from sphinx.search.en import SearchEnglish

from figures.book.markup import WIDE, width
from theory.html import mathml

#: Commands that stand in nearly every formula, which nobody looks for.
COMMANDS = frozenset(("left", "right", "frac", "begin", "end", "aligned", "quad", "operatorname", "substack", "text"))


class Search(SearchEnglish):
    """English, every word brought to its stem once."""

    def __init__(self, options: dict[str, str]) -> None:
        super().__init__(options)
        self.stem = cache(super().stem)  # type: ignore[method-assign]

    def word_filter(self, word: str) -> bool:
        """Whether a word enters the index: a letter does not, since a page that lacks one would be left out."""
        return len(word) > 1 and word not in COMMANDS and super().word_filter(word)


def inline(writer: Any, node: nodes.math) -> None:
    """A formula within a line."""
    writer.body.append(f'<span class="formula">{mathml(node.astext(), block=False)}</span>')
    raise nodes.SkipNode


def block(writer: Any, node: nodes.math_block) -> None:
    """A formula on a line of its own, which scrolls by itself where it is wider than the page; paper cannot scroll."""
    latex = node.astext()
    kind = "formula wide" if max(map(width, latex.split(r"\\"))) > WIDE else "formula"
    writer.body.append(f'<div class="{kind}" tabindex="0">{mathml(latex)}</div>')
    raise nodes.SkipNode


def setup(app: Any) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    app.add_search_language(Search)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
