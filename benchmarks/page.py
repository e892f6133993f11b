"""The page in headless Chromium: a first visit, a second one, an answer, and what it transfers.

The seconds of a visit go from the request for the page until the verdict of a recipe is there, and
until a first answer to it has led to another one; those of an answer from the change of a field
until verdict, picture and the open file show it. The server is that of `kerasmith web`. What a host
transfers is counted as it would compress it.
"""

import gzip
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from threading import Thread
from time import perf_counter

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks.measure import Row, duration, show
from kerasmith.web.server import Server
from tools import web

VISITS = 5

ANSWERS = 21

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")

PATIENCE = 120_000
"""Milliseconds for anything, on a machine with much else to do."""


def measure(work: Path) -> list[Row]:
    """Return the rows; nothing is written into `work`."""
    web.main()
    cold: list[tuple[float, float]] = []
    warm: list[tuple[float, float]] = []
    answers: list[float] = []
    with _browser() as browser, Server(web.BUILT, 0) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        for visit in range(VISITS):
            show(f"visit {visit + 1} of {VISITS}")
            with browser.new_context() as context:
                cold.append(_visit(context, server.address, cold=True))
                warm.append(_visit(context, server.address, cold=False))
                answers += _answers(context.pages[-1], ANSWERS // VISITS + 1)
        server.shutdown()
    show("")
    return [
        *_rows("first", cold, 8),
        *_rows("second", warm, 3),
        _row("page: from an answer to verdict, picture and file", median(answers), 0.15),
        _size("page: transferred, compressed", _transferred(), 9_000_000),
        _size("page: its own JavaScript and CSS", _own(), 150_000),
    ]


@contextmanager
def _browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=FLAGS)


def _rows(which: str, times: list[tuple[float, float]], goal: float) -> Iterator[Row]:
    for what, taken in zip(("first verdict", "answer"), zip(*times, strict=True), strict=True):
        yield _row(f"page: {which} visit to {what}", median(taken), goal)


def _visit(context: BrowserContext, address: str, *, cold: bool) -> tuple[float, float]:
    """Return the seconds to the verdict, and to another one by an answer.

    A first visit ends when all is there for the next.
    """
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    start = perf_counter()
    page.goto(address)
    page.locator("[data-recipe=digits]").click()
    page.locator("#result .verdict").wait_for()
    shown = perf_counter() - start
    page.select_option("#ask-inputs-0-encoder", "resnet")
    page.locator("#result .verdict.functional").wait_for()
    answered = perf_counter() - start
    if cold:
        page.locator("html[data-kept]").wait_for()
        page.close()
    return shown, answered


def _answers(page: Page, count: int) -> Iterator[float]:
    """Yield the seconds that the page itself takes for an answer."""
    for number in range(count):
        encoder = ("cnn", "resnet")[number % 2]
        page.select_option("#ask-inputs-0-encoder", encoder)
        page.locator(".picture", has_text=encoder).wait_for()
        page.locator("html[data-took]").wait_for()
        page.wait_for_timeout(50)
        yield int(page.locator("html").get_attribute("data-took") or 0) / 1000


def _transferred() -> int:
    """Return the bytes of all files, those that are not packed compressed as hosts do it."""
    return sum(
        path.stat().st_size if path.suffix == ".zip" else len(gzip.compress(path.read_bytes()))
        for path in web.files_of(web.BUILT)
    )


def _own() -> int:
    own = (path for path in web.BUILT.iterdir() if path.suffix in (".js", ".css"))
    return sum(path.stat().st_size for path in own)


def _row(what: str, seconds: float, goal: float) -> Row:
    return Row(what, duration(seconds), "", None, duration(goal), seconds <= goal)


def _size(what: str, size: int, goal: int) -> Row:
    return Row(what, _bytes(size), "", None, _bytes(goal), size <= goal)


def _bytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1_000_000 else f"{size / 1e3:.0f} kB"
