"""Debian's chromium for tests: one browser a session, pages that note every error and every request.

A `conftest.py` that says `from tests.browser import browser, serve` gives its tests both fixtures; without
chromium they skip and say how to install it. `shell` in the place of `browser` is the same engine without the
windows around it, for pages that people open in a browser of their own: a page in it costs a quarter.
"""

import atexit
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Playwright, sync_playwright

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
SHELL = shutil.which("chromium-headless-shell") or CHROMIUM
"""Chromium's own program for tests, where it is installed."""

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""No sandbox, since containers run as root; no background traffic, which closed networks refuse by the hundred."""

PHONE = (360, 740)
SMALLEST_PHONE = (320, 568)
DESKTOP = (1280, 900)


class Watched:
    """A page with all that went wrong on it, and all that it asked for.

    Args:
        page: a new page of a browser, not yet anywhere.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.errors.append(message.text) if message.type in BAD else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", self._refuse)
        page.on("requestfailed", lambda request: self.errors.append(f"failed: {request.url}"))
        page.on("request", lambda request: self.requests.append(request.url))

    def _refuse(self, dialog: Dialog) -> None:
        self.errors.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def has_sideways_scroll(self) -> bool:
        """Whether the page is wider than its window."""
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        return bool(self.page.evaluate(wide))


BAD = ("error", "warning", "assert")


def open_page(
    browser: Browser, url: str, size: tuple[int, int], scheme: Literal["light", "dark"] = "light"
) -> tuple[BrowserContext, Watched]:
    """A page in a context of its own, which the caller closes."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    watched = Watched(context.new_page())
    watched.page.goto(url)
    return context, watched


@pytest.fixture(scope="session")
def browser() -> Browser:
    """Headless chromium, as a station's screen is; the same one in every folder of tests."""
    return _running(CHROMIUM)


@pytest.fixture(scope="session", name="browser")
def shell() -> Browser:
    """The same engine in the shell, in the place of `browser`."""
    return _running(SHELL)


@cache
def _running(program: str) -> Browser:
    if not Path(program).exists():
        pytest.skip("needs Debian's chromium: sudo apt-get install chromium (`make test` does it)")
    return _playwright().chromium.launch(executable_path=program, args=list(FLAGS))


@cache
def _playwright() -> Playwright:
    """Once in a process."""
    playwright = sync_playwright().start()
    atexit.register(playwright.stop)
    return playwright


@pytest.fixture
def serve() -> Iterator[Callable[[Path], str]]:
    """Serves folders on localhost until the test ends; gives each one's address."""
    servers: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def start(folder: Path) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in servers:
        server.shutdown()
        server.server_close()
        thread.join()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: tests look at what the page asked for instead."""
