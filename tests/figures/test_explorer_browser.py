"""The explorer as its user meets it: started by its command, opened in Chromium, its controls moved."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection

import pytest
from playwright.sync_api import Browser, Page, expect
from typer.testing import CliRunner

from figures.explorer import EXPLORATIONS
from figures.explorer.__main__ import app
from figures.explorer.controls import Slider, Switch
from figures.explorer.exploration import Exploration
from figures.explorer.markup import written
from figures.explorer.memory import UNDER_THE_BOUND
from tests.browser import chromium, needs_browser, watching
from tests.figures.test_explorer import SHOWN
from theory.ledger import ROOT

TOPICS = tuple(dict.fromkeys(one.topic for one in EXPLORATIONS))
PATIENCE = 60_000  # milliseconds: two busy cores


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "figures.explorer", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            assert f"http://127.0.0.1:{port}/" in server.stdout.readline()
            _wait(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def _wait(port: int) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the server does not answer")


def asked(address: str, path: str, host: str) -> tuple[int, str]:
    with closing(HTTPConnection("127.0.0.1", int(address.rsplit(":", 1)[1]), timeout=20)) as connection:
        connection.request("GET", path, headers={"Host": host})
        answer = connection.getresponse()
        return answer.status, answer.headers.get("location", "") or answer.read().decode()


def test_only_this_machine_is_served(address: str) -> None:
    assert asked(address, "/", "127.0.0.1")[0] == 200
    assert asked(address, "/", "elsewhere.example")[0] == 400
    with socket.socket() as other:  # another address of this machine
        assert other.connect_ex(("127.0.0.2", int(address.rsplit(":", 1)[1]))) != 0


def test_the_entrance_links_every_exploration_and_links_keep_their_query(address: str) -> None:
    page = asked(address, "/", "127.0.0.1")[1]
    assert all(f'href="/{one.topic}/?view={one.name}"' in page for one in EXPLORATIONS)
    status, target = asked(address, "/memory?view=memory.poles&which=2", "127.0.0.1")
    assert status in (302, 307) and target.endswith("/memory/?view=memory.poles&which=2")


def test_a_port_that_is_taken_is_refused(address: str) -> None:
    port = address.rsplit(":", 1)[1]
    done = CliRunner().invoke(app, ["--port", port])
    assert done.exit_code == 2 and f"--port {port}" in done.stderr


def opened(page: Page, address: str, query: str) -> None:
    page.goto(address + query)
    expect(page.locator(".numbers")).to_be_visible(timeout=PATIENCE)


@needs_browser
@pytest.mark.parametrize("topic", TOPICS)
def test_every_exploration_of_a_topic_answers_to_its_controls(topic: str, address: str, browser: Browser) -> None:
    with watching(browser, address) as watched:
        page = watched.page
        opened(page, address, f"/{topic}/")
        expect(page.get_by_role("heading", level=1)).to_have_text(topic)
        for exploration in (one for one in EXPLORATIONS if one.topic == topic):
            page.get_by_text(exploration.title, exact=True).click()
            expect(page).to_have_url(re.compile(re.escape(f"view={exploration.name}")), timeout=PATIENCE)
            _starts(page, exploration)
            _moves(page, exploration)
            _fails_without(page, exploration)
        assert not watched.wrong


def _starts(page: Page, exploration: Exploration) -> None:
    first = exploration.look(**exploration.first())
    for claim in exploration.claims:
        expect(page.locator(".claims").get_by_text(claim.name, exact=True)).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".claims math").first).to_be_visible()
    expect(page.locator(".verdict.fails")).to_have_count(0)
    expect(page.locator(".charts canvas, .charts svg.marks")).to_have_count(len(first.panels), timeout=PATIENCE)
    for one in first.numbers:
        _settles(page, one.label, written(one))


def _moves(page: Page, exploration: Exploration) -> None:
    """One step of a slider by the keyboard: the address says so, and the number is that of `numerics`."""
    (shown,) = (one for one in SHOWN if one.exploration == exploration.name)
    sliders = [control.name for control in exploration.controls if isinstance(control, Slider)]
    handle = page.get_by_role("slider").nth(sliders.index(shown.slider))
    handle.focus()
    handle.press("ArrowRight")
    expect(page).to_have_url(re.compile(f"[?&]{shown.slider}="), timeout=PATIENCE)
    _settles(page, shown.number, shown.expected())


def _settles(page: Page, label: str, text: str) -> None:
    row = page.locator(".numbers div").filter(has=page.get_by_text(label, exact=True))
    expect(row.locator("dd")).to_have_text(text, timeout=PATIENCE)


def _fails_without(page: Page, exploration: Exploration) -> None:
    words = next(iter(exploration.drops.values()))
    switches = [control.name for control in exploration.controls if isinstance(control, Switch)]
    page.get_by_role("switch").nth(switches.index(next(iter(exploration.drops)))).click()
    expect(page.locator(".verdict.fails").first).to_contain_text(f"FAILS without “{words}”", timeout=PATIENCE)


@needs_browser
def test_a_link_shows_another_reader_the_same(address: str, browser: Browser) -> None:
    with watching(browser, address) as watched:
        opened(watched.page, address, "/memory/?view=memory.bound&N=24&coloured=True")
        expect(watched.page.locator(".verdict.fails")).to_contain_text("FAILS without “white input”", timeout=PATIENCE)
        view = UNDER_THE_BOUND.look(**(UNDER_THE_BOUND.first() | {"N": 24, "coloured": True}))
        for one in view.numbers:
            _settles(watched.page, one.label, written(one))
        assert not watched.wrong


@needs_browser
def test_bad_text_is_refused_in_place_in_the_words_of_the_library(address: str, browser: Browser) -> None:
    with watching(browser, address) as watched:
        opened(watched.page, address, "/memory/?view=memory.poles")
        box = watched.page.get_by_role("textbox")
        for text, words in (("0.9, x", "poles: 'x' must be a number"), ("0.9, 1.5", "1.5")):
            box.fill(text)
            box.press("Enter")
            expect(watched.page.get_by_role("alert")).to_contain_text(words, timeout=PATIENCE)
        box.fill("0.9, 0.5")
        box.press("Enter")
        _settles(watched.page, "Σ M_τ", "2")
        expect(watched.page.get_by_role("alert")).to_have_count(0)
        assert "Traceback" not in watched.page.inner_text("body")
        assert not watched.wrong


@needs_browser
def test_a_broken_link_says_so_and_shows_the_rest(address: str, browser: Browser) -> None:
    with watching(browser, address) as watched:
        opened(watched.page, address, "/memory/?view=memory.bound&N=1000&dt=0.1")
        expect(watched.page.get_by_role("alert")).to_contain_text("N = 1000", timeout=PATIENCE)
        _settles(watched.page, "states N", "15")


@needs_browser
def test_long_work_shows_progress_and_can_be_cancelled(address: str, browser: Browser) -> None:
    with watching(browser, address) as watched:
        page = watched.page
        opened(page, address, "/memory/?view=memory.bound&lags=2000&N=64")
        page.get_by_role("button", name="measure on a torch layer").click()
        expect(page.get_by_text("measure on a torch layer: running")).to_be_visible(timeout=PATIENCE)
        page.get_by_role("button", name="cancel").click()
        expect(page.get_by_text("measure on a torch layer: cancelled")).to_be_visible(timeout=PATIENCE)
        page.get_by_role("button", name="enclose in ball arithmetic").click()
        expect(page.get_by_text("enclose in ball arithmetic: done")).to_be_visible(timeout=PATIENCE)
        expect(page.locator(".numbers")).to_contain_text("widest enclosure")
        assert not watched.wrong


@needs_browser
@pytest.mark.parametrize(("dark", "topics"), [(False, TOPICS[:1]), (True, TOPICS)], ids=["light", "dark"])
def test_a_phone_shows_every_page_without_scrolling_sideways(
    dark: bool, topics: tuple[str, ...], address: str, browser: Browser
) -> None:
    with watching(browser, address, dark=dark, phone=True) as watched:
        for topic in topics:
            opened(watched.page, address, f"/{topic}/")
            assert watched.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), topic
            ground = watched.page.evaluate("getComputedStyle(document.body).backgroundColor")
            light = float(re.findall(r"[\d.]+", ground)[0]) / (1 if "srgb" in ground else 255)
            assert (light < 0.3) == dark, ground
        assert not watched.wrong
