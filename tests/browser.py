"""A headless Chromium, driven by Playwright: the one of the system, nothing is downloaded."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

EXECUTABLE = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

MISSING = "no Chromium on this machine (Debian: apt install chromium)"
needs_browser = pytest.mark.skipif(EXECUTABLE is None, reason=MISSING)

LAPTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}


@dataclass
class Watched:
    """A page, and what went wrong on it: errors of its console, exceptions, requests that leave `allowed`."""

    page: Page
    allowed: str
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", self._asked)

    def _asked(self, request: object) -> None:
        url = str(getattr(request, "url", ""))
        if not url.startswith((self.allowed, self.allowed.replace("http", "ws", 1), "data:", "blob:")):
            self.wrong.append(f"request to {url}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser, for any number of pages."""
    with sync_playwright() as playwright:
        # machines of continuous integration run as root, which the sandbox refuses, with little shared memory
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=arguments)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def watching(
    browser: Browser, allowed: str, *, dark: bool = False, phone: bool = False, offline: bool = False
) -> Iterator[Watched]:
    """A fresh page, as on another machine, that may ask for addresses beginning with `allowed` only."""
    viewport = PHONE if phone else LAPTOP
    with browser.new_context(viewport=viewport, color_scheme="dark" if dark else "light", offline=offline) as context:
        yield Watched(context.new_page(), allowed)
