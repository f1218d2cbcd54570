"""The book as a site: every claim has a page, links resolve, nothing comes from elsewhere, pages are well formed."""

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from contextlib import contextmanager
from itertools import pairwise
from urllib.parse import unquote

import pytest

import theory
from tests.browser import chromium, needs_browser, watching
from tests.figures.book_site import Site, site


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Site:
    pytest.importorskip("furo", reason="needs the extra book")
    return site(tmp_path_factory.mktemp("site"))


def test_every_claim_and_topic_has_a_page_that_the_contents_link(book: Site) -> None:
    targets = {link.get("href") for link in book.pages["index"].all("a")}
    for claim in theory.CLAIMS:
        assert f"claims/{claim.name}" in book.pages and f"claims/{claim.name}.html" in targets
        assert f"topics/{claim.topic}.html" in targets
    for name in ("papers/guan2025", "papers/nishikawa2025", "questions", "graph", "figures", "bibliography"):
        assert name in book.pages and f"{name}.html" in targets


def test_links_and_images_lead_to_files_and_places_of_the_book(book: Site) -> None:
    seen = 0
    for name, page in book:
        if name in ("search", "genindex"):
            continue
        for attributes in page.all("a", "img", "script", "link"):
            target = attributes.get("href") or attributes.get("src") or ""
            if target in ("", "#") or re.match(r"https?://|data:", target):
                continue
            file, _, place = unquote(target).split("?")[0].partition("#")
            path = (page.path.parent / file).resolve() if file else page.path
            assert path.is_file(), f"{name}: {target}"
            if place and path.suffix == ".html":
                other = book.pages[path.relative_to(book.folder.resolve()).with_suffix("").as_posix()]
                assert place in other.anchors, f"{name}: {target}"
            seen += 1
    assert seen > 2000


def test_nothing_is_loaded_from_elsewhere(book: Site) -> None:
    for name, page in book:
        for tag, attributes in page.tags:
            loaded = [attributes.get(key, "") for key in ("src", "srcset", "data", "poster")]
            loaded += [attributes.get("href", "")] if tag in ("link", "use", "image") else []
            assert not [url for url in loaded if re.match(r"(https?:)?//", url)], name
    for sheet in book.folder.rglob("*.css"):
        assert not re.search(r"(url\(|@import)\s*[\"']?(https?:)?//", sheet.read_text(encoding="utf-8")), sheet


def test_formulas_are_well_formed_and_leave_no_command(book: Site) -> None:
    count = 0
    for name, page in book:
        for formula in page.formulas:
            words = "".join(ET.fromstring(formula).itertext())
            assert not re.search(r"\\|&|aligned|substack", words), f"{name}: {words}"
            count += 1
    assert count > 2 * len(theory.CLAIMS)
    for claim in theory.CLAIMS:
        steps = [step for step in claim.proof.steps() if step.left is not None]
        assert len(book.pages[f"claims/{claim.name}"].formulas) >= len(claim.relations) + len(steps), claim.name


def test_headings_go_down_step_by_step_from_one(book: Site) -> None:
    for name, page in book:
        if name == "search":  # writes its heading by script
            continue
        levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
        assert levels.count(1) == 1 and levels[0] == 1, name
        assert all(after <= before + 1 for before, after in pairwise(levels)), name


def test_every_image_says_what_it_shows(book: Site) -> None:
    images = [image for _, page in book for image in page.all("img")]
    assert {image["alt"] for image in images} == {"One falling curve."}
    assert len(book.pages["figures"].all("img")) == 2 == len(book.pages["claims/memory.single_pole"].all("img"))


def test_a_page_shows_what_the_ledger_holds_as_it_is(book: Site) -> None:
    page = book.pages["claims/memory.trade_off"].text
    assert "without white input <AR(1)*>: off by 0.62" in page
    assert "((array([[0.+0.j]]), *`x`_), 0.9, 1)" in page
    assert "evidence incomplete" in page and "failed: trained" in page and "commit abc1234" in page
    assert 'python -m pytest tests/test_claims.py -k "[memory.trade_off]"' in page
    assert "claim memory.trade_off, evidence of commit abc1234" in page and "eprint = {2510.00563}" in page


def test_a_gap_too_large_is_loud_in_the_list_of_figures(book: Site) -> None:
    page = book.pages["figures"].text
    assert "gaps too large in memory.wrong" in page and "GAP TOO LARGE — a gap: 3 > 2" in page
    for ending in ("png", "pdf", "csv", "json"):
        assert (book.folder / "gallery" / f"memory.small.{ending}").is_file()


def test_the_graph_is_that_of_the_proofs(book: Site) -> None:
    page = book.pages["graph"]
    links = {attributes["href"] for attributes in page.all("a") if "href" in attributes}
    assert {f"claims/{claim.name}.html" for claim in theory.CLAIMS} <= links
    for claim in theory.CLAIMS:
        own = book.pages[f"claims/{claim.name}"].text
        assert all(lemma in own.split("Rests on")[1] for lemma in book.sources.lemmas[claim.name])


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


def _has_font(family: str) -> bool:
    """Whether the system has a font of this name: formulas are wider in others."""
    command = shutil.which("fc-list")
    return (
        command is not None
        and family in subprocess.run([command, family], capture_output=True, text=True, check=False).stdout
    )


@contextmanager
def opened(browser, book: Site, name: str, **how: bool):
    """A page of the book from its folder, without network; nothing may go wrong on it."""
    with watching(browser, book.folder.as_uri(), offline=True, **how) as watched:
        watched.page.goto((book.folder / f"{name}.html").as_uri())
        yield watched.page
        assert watched.wrong == []


@needs_browser
def test_the_folder_opens_in_a_browser_without_network(book: Site, browser) -> None:
    with opened(browser, book, "index") as page:
        page.locator("a[href='claims/memory.trade_off.html']").first.click()
        assert page.locator("h1").inner_text() == "memory.trade_off"
        found = _search(page, "memory at most N/(τ+1)")
        assert "questions.html#index" in found[0]
        page.locator("#search-results a[href*='claims/memory.trade_off.html']").wait_for()  # they come one by one
        assert "questions.html" in _search(page, "memory is at most N/(τ+1)")[0]


@needs_browser
@pytest.mark.parametrize("how", [{"dark": True}, {"phone": True}], ids=["laptop, dark", "phone, light"])
def test_pages_fit_and_are_readable_at_any_width_in_light_and_dark(book: Site, browser, how: dict[str, bool]) -> None:
    with opened(browser, book, "claims/memory.trade_off", **how) as page:
        colours = page.evaluate("[document.body, document.querySelector('math')].map(e => getComputedStyle(e).color)")
        assert all(_bright(colour) == how.get("dark", False) for colour in colours)
        lines = page.evaluate(LINES)
        assert {"outcome": 1, "trained": 1, "failed": 1}.items() <= lines.items()
        for name in ("claims/memory.trade_off", "index", "graph", "questions"):
            page.goto((book.folder / f"{name}.html").as_uri())
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


@needs_browser
@pytest.mark.skipif(not _has_font("Latin Modern Math"), reason="no Latin Modern Math (Debian: fonts-lmodern)")
def test_nothing_is_cut_off_on_paper(book: Site, browser) -> None:
    with opened(browser, book, "index") as page:
        page.set_viewport_size({"width": 720, "height": 1000})  # A4 less its margins
        page.emulate_media(media="print")
        for name in ("index", "claims/learning.fixed_convex_learned_not", "claims/selection.recall_network"):
            page.goto((book.folder / f"{name}.html").as_uri())
            wide = "[...document.querySelectorAll('div.formula, pre')].map(e => e.scrollWidth - e.clientWidth)"
            spare = page.evaluate(wide)
            assert len(spare) > 5 and max(spare) <= 0, name


#: On how many lines the words of the table of evidence are set.
LINES = """Object.fromEntries([...document.querySelectorAll('table.evidence p')].map(
  e => [e.innerText, Math.round(e.offsetHeight / parseFloat(getComputedStyle(e).lineHeight))]))"""


def _bright(colour: str) -> bool:
    return sum(map(int, re.findall(r"\d+", colour)[:3])) > 3 * 128


def _search(page, words: str) -> list[str]:
    page.locator("input.sidebar-search").fill(words)
    page.locator("input.sidebar-search").press("Enter")
    page.locator(".search-summary", has_text="found").wait_for()
    page.locator("#search-results li a").first.wait_for()
    return [str(link.get_attribute("href")) for link in page.locator("#search-results li a").all()]
