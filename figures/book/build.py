"""From the sources to the site: the pages as reStructuredText in a temporary folder, and Sphinx run over them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from figures.book import claim_page, contents, graph, papers, questions
from figures.book.sources import Sources

CONFIGURATION: dict[str, Any] = {
    "project": "ssm-theorems",
    "copyright": "The ssm-theorems authors",
    "html_title": "ssm-theorems, the book",
    "html_theme": "furo",
    "html_math_renderer": "mathml",
    "extensions": ["figures.book.extension"],
    "html_static_path": [str(Path(__file__).parent / "static")],
    "html_css_files": ["book.css"],
    "html_copy_source": False,
    "html_show_sourcelink": False,
    "html_show_search_summary": False,  # it would fetch pages, which a browser refuses to a page opened from a folder
    "html_permalinks": False,
    "html_domain_indices": False,
    "html_use_index": False,
    "smartquotes": False,
    "nitpicky": True,
    "highlight_language": "none",
    "rst_prolog": ".. role:: badge\n.. role:: incomplete\n",
}


def pages(sources: Sources) -> Iterator[tuple[str, str]]:
    """Every page: its name without ending, and its source."""
    yield "index", contents.page(sources)
    for topic in sources.topics:
        yield f"topics/{topic}", contents.topic(topic, sources)
    for claim in sources.claims:
        yield f"claims/{claim.name}", claim_page.page(claim, sources)
    for work in papers.PAPERS:
        yield f"papers/{work.key}", papers.page(work, sources)
    yield "questions", questions.page(sources)
    yield "graph", graph.page(sources)
    yield "figures", contents.figures(sources)
    yield "bibliography", papers.bibliography(sources)


def build(sources: Sources, gallery: Path, out: Path, jobs: int = 1) -> Path:
    """Write the whole site.

    Args:
        sources: what it is written from.
        gallery: the folder of the figures.
        out: where to; a book that an earlier run left there is replaced.
        jobs: processes at a time.

    Returns:
        The path of the first page.

    Raises:
        ValueError: the folder holds something else; or Sphinx warns of a page, which is an error of ours.
    """
    if out.exists() and any(out.iterdir()) and not _is_book(out):
        raise ValueError(f"{out}: holds other files, and the book replaces what it finds there")
    out.parent.mkdir(parents=True, exist_ok=True)
    # beside the place, so that a whole book is moved there: a run that is killed leaves the one before, or none
    with TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as temporary:
        root = Path(temporary)
        for name, text in pages(sources):
            path = root / "source" / f"{name}.rst"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        _run(root, jobs)
        (root / "html" / "gallery").mkdir()
        for drawing in sources.drawings:
            for file in map(drawing.outcome.file, ("png", "pdf", "csv", "json")):
                shutil.copyfile(gallery / file, root / "html" / "gallery" / file)
        if out.exists():
            out.rename(root / "old")
        (root / "html").rename(out)
    return out / "index.html"


def _is_book(folder: Path) -> bool:
    """Whether an earlier run wrote the folder: any site of Sphinx has an inventory, ours names this project."""
    inventory = folder / "objects.inv"
    return inventory.is_file() and f"# Project: {CONFIGURATION['project']}\n".encode() in inventory.read_bytes()


def _run(root: Path, jobs: int) -> None:
    warnings = StringIO()
    with patch_docutils(), docutils_namespace():
        source, html, trees = (root / name for name in ("source", "html", "doctrees"))
        app = Sphinx(source, None, html, trees, "html", CONFIGURATION, None, warnings, freshenv=True, parallel=jobs)
        app.build(force_all=True)
    if warnings.getvalue():
        raise ValueError(f"the pages of the book are not sound:\n{warnings.getvalue()}")
