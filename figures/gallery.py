"""One page with all figures of a folder: it opens without network, in light and in dark."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from figures.caption import WARNING, grouped, verdict
from figures.figure import Gap, Scale
from figures.run import Outcome
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
details { color: var(--dim); font-size: .9rem; } summary { cursor: pointer; }
figure { margin: 0; } figcaption { font-size: .92rem; }
dl { margin: .5rem 0; } dt { font-weight: 600; margin-top: .6rem; } dd { margin: .15rem 0 .15rem 1rem; }
dd:has(math) { overflow-x: auto; } dd math { margin: .25rem 0; width: max-content; }
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


def _article(outcome: Outcome) -> str:
    head = f"<h2>{escape(outcome.title)} <code>{escape(outcome.name)}</code></h2>"
    if outcome.failure:
        body = f'<p class="bad">Not drawn — {escape(outcome.failure)}</p>'
    else:
        links = " · ".join(f'<a href="{outcome.file(e)}">{e.upper()}</a>' for e in ("pdf", "png", "csv", "json"))
        image = f'<img src="{outcome.file("png")}" alt="{escape(outcome.alt, quote=True)}" loading="lazy">'
        body = f'<figure>{image}<figcaption>{_caption(outcome)}</figcaption></figure><p class="files">{links}</p>'
    return f'<article id="{outcome.name}">{head}{body}</article>'


def _caption(outcome: Outcome) -> str:
    note = f"<p>{escape(outcome.note)}</p>" if outcome.note else ""
    return note + "<dl>" + "".join(_claim(gaps) for gaps in grouped(outcome.gaps).values()) + "</dl>"


def _claim(gaps: Sequence[Gap]) -> str:
    claim = gaps[0].claim
    verdicts = "".join(f"<dd{'' if gap.holds else ' class=bad'}>{escape(verdict(gap))}</dd>" for gap in gaps)
    return f"<dt>{escape(claim.name)}</dt><dd>{statement(claim)}</dd><dd>assumes {escape(claim.assumes)}</dd>{verdicts}"


__all__ = ["WARNING", "page", "write"]
