"""Formulas of the book as MathML: a Sphinx extension."""

from __future__ import annotations

from typing import Any

from docutils import nodes

from theory.html import mathml


def inline(writer: Any, node: nodes.math) -> None:
    """A formula within a line."""
    writer.body.append(f'<span class="formula">{mathml(node.astext(), block=False)}</span>')
    raise nodes.SkipNode


def block(writer: Any, node: nodes.math_block) -> None:
    """A formula on a line of its own, which scrolls by itself where it is wider than the page."""
    writer.body.append(f'<div class="formula" tabindex="0">{mathml(node.astext())}</div>')
    raise nodes.SkipNode


def setup(app: Any) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
