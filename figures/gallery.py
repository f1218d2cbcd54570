"""All figures of a folder: one page that opens without network, in light and in dark, and what the book takes from it.

A drawn figure and its caption are set here once, by `figure_markup`. The page beside the figures and the list of
figures of the book both show that, the book from the provenance that `read` finds in the folder.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import theory
from figures.caption import WARNING, grouped, verdict
from figures.figure import Gap, Scale
from figures.run import Outcome
from theory.claim import Claim
from theory.html import statement

STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1e; --paper: #fafaf8; --card: #fff; --rule: #dcdcd6; --dim: #5d5d62;
  --link: #00568a; --bad: #b00000; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e6e3; --paper: #17181a; --card: #202225; --rule: #3a3c40;
  --dim: #a6a6a2; --link: #7cc0ee; --bad: #ff8a80; } }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
a { color: var(--link); }
nav ul { columns: 18rem; padding-left: 1.2rem; }
article { background: var(--card); border: 1px solid var(--rule); border-radius: .5rem; padding: 1rem 1.25rem;
  margin: 1.5rem 0; }
h1, h2 { line-height: 1.2; } h2 { font-size: 1.15rem; margin: 0 0 .75rem; }
h2 code { font-weight: normal; color: var(--dim); font-size: .85em; }
article img { width: 100%; height: auto; background: #fff; border-radius: .25rem; }
figure { margin: 0; } figcaption { font-size: .92rem; }
dl { margin: .5rem 0; } dt { font-weight: 600; margin-top: .6rem; } dd { margin: .15rem 0 .15rem 1rem; }
dd.statement { overflow-x: auto; } dd math { width: max-content; margin: .25rem 0; }
.bad { color: var(--bad); font-weight: 700; } .files { color: var(--dim); }
"""


def page(outcomes: Sequence[Outcome], scale: Scale) -> str:
    """The HTML of the gallery, self-contained but for the images beside it."""
    bad = [outcome.name for outcome in outcomes if not outcome.holds]
    summary = f"{len(outcomes)} figures at scale {scale.value}: "
    summary += f'<span class="bad">{len(bad)} with a gap too large or a failure</span>' if bad else "every gap holds"
    contents = "".join(f'<li><a href="#{o.name}">{escape(o.title)}</a></li>' for o in outcomes)
    articles = "".join(_article(outcome) for outcome in outcomes)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>ssm-theorems: gallery</title><style>{STYLE}</style></head><body>"
        f"<header><h1>Theorem as a line, measurement as markers</h1><p>{summary}.</p></header>"
        f'<nav aria-label="figures"><ul>{contents}</ul></nav><main>{articles}</main></body></html>\n'
    )


def write(outcomes: Sequence[Outcome], scale: Scale, out: Path) -> Path:
    """Write the page as `index.html` beside the figures. Returns its path."""
    path = out / "index.html"
    path.write_text(page(outcomes, scale), encoding="utf-8")
    return path


def read(folder: Path) -> list[tuple[Outcome, dict[str, Any]]]:
    """Every drawn figure of a folder with its provenance, by name.

    Raises:
        ValueError: a provenance file that this code did not write.
    """
    return [_read(path) for path in sorted(folder.glob("*.json"))]


def _read(path: Path) -> tuple[Outcome, dict[str, Any]]:
    claims = {claim.name: claim for claim in theory.CLAIMS}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        gaps = tuple(Gap(claims[gap["claim"]], gap["what"], gap["measured"], gap["tolerance"]) for gap in found["gaps"])
        outcome = Outcome(found["figure"], found["title"], found["alt"], gaps, found["note"], 0.0)
        missing = [key for key in ("scale", "claims", "commit", "code") if key not in found]
        missing += [e for e in ("png", "pdf", "csv") if not (path.parent / outcome.file(e)).is_file()]
    except (ValueError, KeyError, TypeError) as error:
        missing = [repr(error)]
    if missing:
        raise ValueError(f"{path} is no provenance of a figure ({', '.join(missing)}); draw the figures again")
    return outcome, found


def figure_markup(outcome: Outcome, folder: str = "", named: Callable[[Claim], str] | None = None) -> str:
    """A drawn figure: image, caption, files.

    Args:
        outcome: a figure that was drawn.
        folder: where its files lie, seen from the page, with a slash at the end.
        named: how a claim is named; its plain name by default.
    """
    links = " · ".join(f'<a href="{folder}{outcome.file(e)}">{e.upper()}</a>' for e in ("pdf", "png", "csv", "json"))
    image = f'<img src="{folder}{outcome.file("png")}" alt="{escape(outcome.alt, quote=True)}" loading="lazy">'
    caption = f"<p>{escape(outcome.note)}</p>" if outcome.note else ""
    named = named or (lambda claim: escape(claim.name))
    caption += "<dl>" + "".join(_claim(gaps, named) for gaps in grouped(outcome.gaps).values()) + "</dl>"
    return f'<figure>{image}<figcaption>{caption}</figcaption></figure><p class="files">{links}</p>'


def _article(outcome: Outcome) -> str:
    head = f"<h2>{escape(outcome.title)} <code>{escape(outcome.name)}</code></h2>"
    if outcome.failure:
        body = f'<p class="bad">Not drawn — {escape(outcome.failure)}</p>'
    else:
        body = figure_markup(outcome)
    return f'<article id="{outcome.name}">{head}{body}</article>'


def _claim(gaps: Sequence[Gap], named: Callable[[Claim], str]) -> str:
    claim = gaps[0].claim
    verdicts = "".join(f"<dd{'' if gap.holds else ' class=bad'}>{escape(verdict(gap))}</dd>" for gap in gaps)
    return (
        f'<dt>{named(claim)}</dt><dd class="statement">{statement(claim)}</dd>'
        f"<dd>assumes {escape(claim.assumes)}</dd>{verdicts}"
    )


__all__ = ["WARNING", "figure_markup", "page", "read", "write"]
