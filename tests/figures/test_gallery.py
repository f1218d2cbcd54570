"""The page: every link leads to a file beside it, every image says what it shows, and a large gap is loud."""

from html.parser import HTMLParser
from pathlib import Path

import pytest
import sympy as sp

import theory
import theory.memory as claim
from figures import gallery
from figures.caption import statement_markup, verdict
from figures.figure import Gap, Scale
from figures.run import Outcome
from tests.figures.test_run import SMALL, produce

GOOD = Gap(claim.SINGLE_POLE, "gap <in> units", 1.0, 2.0)
BAD = Gap(claim.RING, "another", 3.0, 2.0)


class Page(HTMLParser):
    """All tags of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def outcome(*gaps: Gap, failure: str = "") -> Outcome:
    return Outcome("memory.small", "A title & more", 'A "curve" falls.', gaps, "A note.", 0.1, failure)


def test_links_and_images_exist_and_need_no_network(tmp_path: Path) -> None:
    found = produce(SMALL, Scale.SMOKE, tmp_path, None)
    page = Page(gallery.write([found], Scale.SMOKE, tmp_path).read_text(encoding="utf-8"))
    anchors = {tag["id"] for _, tag in page.tags if "id" in tag}
    targets = [str(tag["href"]) for tag in page.all("a")] + [str(tag["src"]) for tag in page.all("img")]
    assert len(targets) == 6
    for target in targets:
        assert target[1:] in anchors if target.startswith("#") else (tmp_path / target).is_file()
    assert not page.all("script") and not page.all("link")


def test_alt_texts_say_what_is_shown() -> None:
    images = Page(gallery.page([outcome(GOOD)], Scale.SMOKE)).all("img")
    assert [image["alt"] for image in images] == ['A "curve" falls.']


def test_the_page_sets_the_statements() -> None:
    page = gallery.page([outcome(GOOD, BAD)], Scale.SMOKE)
    assert len(Page(page).all("math")) == len(claim.SINGLE_POLE.relations) + len(claim.RING.relations)


def test_light_and_dark() -> None:
    text = gallery.page([outcome(GOOD)], Scale.SMOKE)
    assert "color-scheme: light dark" in text and "prefers-color-scheme: dark" in text


def test_a_large_gap_is_loud_and_a_small_one_is_not() -> None:
    loud = gallery.page([outcome(GOOD, BAD)], Scale.SMOKE)
    assert "GAP TOO LARGE — another: 3 &gt; 2" in loud and "1 with a gap too large" in loud
    quiet = gallery.page([outcome(GOOD)], Scale.SMOKE)
    assert "GAP TOO LARGE" not in quiet and "gap &lt;in&gt; units: 1 ≤ 2" in quiet and "every gap holds" in quiet


def test_a_failed_figure_gives_its_reason_and_no_broken_image() -> None:
    text = gallery.page([outcome(failure="ImportError: extra oracles")], Scale.SMOKE)
    assert "Not drawn — ImportError: extra oracles" in text and not Page(text).all("img")


@pytest.mark.parametrize("said", theory.CLAIMS, ids=lambda said: said.name)
def test_every_statement_is_drawn_as_a_formula(said) -> None:
    for markup in statement_markup(said):
        assert markup.startswith("$"), f"mathtext cannot set {markup}"


def test_a_statement_that_mathtext_cannot_set_stays_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sp, "latex", lambda relation: r"\notacommand{x}")
    assert statement_markup(claim.SINGLE_POLE) == (sp.sstr(claim.SINGLE_POLE.statement),)


def test_verdicts_name_both_numbers() -> None:
    assert verdict(GOOD) == "gap <in> units: 1 ≤ 2"
    assert verdict(BAD) == "GAP TOO LARGE — another: 3 > 2"
