"""What stands around the charts, as HTML: statements with badges, verdicts, numbers, contents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

import marimo as mo
from sympy import Basic

from figures.explorer.charts import chart, legend
from figures.explorer.exploration import Exploration, Number, Progress, Verdict, View
from figures.explorer.job import Report
from theory import ledger
from theory.claim import Claim
from theory.html import badge_markup, formulas, statement

STYLE = """<style>
.topic { display: flex; flex-wrap: wrap; gap: .2rem 1.5rem; align-items: baseline; }
.topic h1 { font-size: 1.6rem; margin: 0; }
.output-area:has(.topic, .controls, .verdict) { margin-block: 0; }
.controls { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr)); gap: .5rem 1.5rem;
  align-items: center; }
.claims { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 1rem; }
.claims > div { border-left: 3px solid #8888; padding-left: .8rem; overflow-x: auto; }
.claims math { margin: .3rem 0; font-size: 1.05em; }
.badge { border: 1px solid #1f7a4d; border-radius: 1rem; padding: .05rem .6rem; font-size: .85rem;
  white-space: nowrap; }
.badge.incomplete { border-color: #b35900; border-style: dashed; }
.verdict { border-left: 4px solid #1f7a4d; padding: .15rem .7rem; margin: .3rem 0; }
.verdict.fails { border-left: 4px double #c62828; font-weight: 600; }
.numbers { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr)); gap: .2rem 1.5rem; }
.numbers div { display: flex; justify-content: space-between; gap: 1rem; border-bottom: 1px solid #8884; }
.numbers dd { font-variant-numeric: tabular-nums; margin: 0; font-weight: 600; }
.numbers dt { font-weight: normal; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); gap: 1rem; }
.legend { list-style: none; padding: 0 0 0 2.5rem; margin: .2rem 0; font-size: .85rem; display: flex; flex-wrap: wrap;
  gap: .1rem 1.2rem; }
.legend svg { vertical-align: middle; display: inline; }
.refused { border: 2px solid #c62828; border-radius: .4rem; padding: .5rem .8rem; overflow-wrap: anywhere; }
</style>"""


def contents(explorations: Sequence[Exploration]) -> str:
    """The entrance: every exploration with its link."""
    topics = dict.fromkeys(one.topic for one in explorations)
    parts = [_topic(topic, [one for one in explorations if one.topic == topic]) for topic in topics]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>ssm-theorems: explore</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,"><style>:root{color-scheme:light dark}'
        "body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}</style></head><body>"
        "<main><h1>Explore the bounds</h1><p>Move a parameter and watch the theorem and the measurement move together;"
        f" drop an assumption and see it fail.</p>{''.join(parts)}</main></body></html>"
    )


def _topic(topic: str, explorations: Iterable[Exploration]) -> str:
    items = "".join(
        f'<li><a href="/{topic}/?view={one.name}">{escape(one.title)}</a><br>{escape(one.about)}</li>'
        for one in explorations
    )
    return f"<h2>{escape(topic)}</h2><ul>{items}</ul>"


def heading(topics: Iterable[str], here: str) -> str:
    """The topic, and links to the entrance and to the pages of the others."""
    links = [f'<a href="/{name}/">{name}</a>' for name in topics if name != here]
    others = f'<nav aria-label="other topics"><a href="/">all explorations</a> · {" · ".join(links)}</nav>'
    return f'<header class="topic"><h1>{here}</h1>{others}</header>'


def claims(judged: Mapping[Claim, Sequence[Basic]]) -> str:
    """What is evaluated of each claim, its badge from the ledger, and folded: all of it, assumptions, source, proof."""
    records = ledger.read(judged, ledger.load())
    return f'<div class="claims">{"".join(map(_card, judged, judged.values(), records))}</div>'


def _card(claim: Claim, judged: Sequence[Basic], record: ledger.Record) -> str:
    shown = formulas(judged) or f"{statement(claim)}<small>beside the others, not evaluated here</small>"
    whole = statement(claim) if 0 < len(judged) < len(claim.relations) else ""
    return (
        f"<div><strong>{claim.name}</strong> {badge_markup(record)}{shown}"
        f"<details><summary>{'whole statement, ' if whole else ''}assumptions and proof</summary>{whole}"
        f"<p>Assumes: {escape(claim.assumes)}.</p><p>Source: {escape(claim.source)}.</p>"
        f"<p><code>python -m theory show {claim.name}</code></p></details></div>"
    )


def look(view: View, added: Progress | None, dropped: Sequence[str]) -> str:
    """Verdicts, charts and numbers of a view, with what a long computation has added so far."""
    panels, listed = list(view.panels), view.numbers
    if added:
        panels[added.panel] = panels[added.panel]._replace(curves=panels[added.panel].curves + added.curves)
        listed += added.numbers
    drawn = "".join(f"<div>{mo.as_html(chart(panel)).text}{legend(panel)}</div>" for panel in panels)
    return f'{verdicts(view.verdicts, dropped)}<div class="charts">{drawn}</div>{numbers(listed)}'


def told(report: Report) -> str:
    """How far a long computation is, or why it was refused."""
    if report.refused:
        return refusal([report.refused])
    done, total = (report.progress.done, report.progress.total) if report.progress else (0, 1)
    word = "running" if report.running else "done" if done == total else "cancelled"
    bar = f'<progress value="{done}" max="{total}" aria-label="{escape(report.label)}"></progress>'
    return f'<p role="status">{escape(report.label)}: {word} {bar} {done}/{total}</p>'


def verdicts(found: Iterable[Verdict], dropped: Sequence[str]) -> str:
    """Whether each statement holds at these positions, and what it means where an assumption is dropped."""
    return "".join(_verdict(one, " and ".join(dropped)) for one in found)


def _verdict(verdict: Verdict, dropped: str) -> str:
    size = f"violation {verdict.violation:.3g}, tolerance {verdict.tolerance:.3g}"
    match verdict.holds, bool(dropped):
        case True, False:
            words = "✓ holds"
        case True, True:
            words = f"✓ holds here, although “{dropped}” is dropped"
        case False, True:
            words = f"✗ FAILS without “{dropped}”"
        case _:
            words = "✗ FAILS although its assumptions hold: please report this link"
    kind = "verdict" if verdict.holds else "verdict fails"
    text = f"{words}: {escape(verdict.what)} ({size}) <small>{verdict.claim.name}</small>"
    return f'<div class="{kind}" role="status">{text}</div>'


def numbers(found: Iterable[Number]) -> str:
    """A list of labelled numbers."""
    rows = "".join(f"<div><dt>{escape(one.label)}</dt><dd>{escape(written(one))}</dd></div>" for one in found)
    return f'<dl class="numbers">{rows}</dl>'


def written(number: Number) -> str:
    """A number as it is shown: integers whole, others to six digits."""
    return f"{number.value:.6g}" if isinstance(number.value, float) else str(number.value)


def refusal(messages: Iterable[str]) -> str:
    """What was refused, in the words of the library."""
    return "".join(f'<p class="refused" role="alert">{escape(message)}</p>' for message in messages)
