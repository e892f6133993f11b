"""A visit to the page, in the words of who makes it."""

import io
import os
import zipfile

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

PATIENCE = int(os.environ.get("KERASMITH_PATIENCE", "60000"))
"""Milliseconds for the engine to start, on a machine with much else to do."""


FOLLOW = """to => {
    if (location.hash === to) dispatchEvent(new Event('hashchange'))
    else location.hash = to
}"""
"""Goes to a fragment, also to the one that is there."""


STATE = """() => ({
    hash: location.hash,
    page: { ...document.documentElement.dataset },
    ...Object.fromEntries(["begin", "looked", "work", "result", "notice"].map((id) => {
        const { hidden, className, textContent } = document.getElementById(id);
        return [id, { hidden, className, says: textContent.slice(0, 200) }];
    })),
})"""
"""What of the page is shown."""


class Visit:
    """A page that is open; `complaints` are what its console says and what it asks of elsewhere."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        page.on("console", lambda said: self.complaints.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", lambda request: self.requests.append(request.url))

    def open(self, fragment: str = "") -> None:
        """Go there, and wait for the engine."""
        self.page.goto(f"{self.address}{'#' if fragment else ''}{fragment}")
        self.page.locator("html[data-engine=ready]").wait_for()

    def restart(self) -> None:
        """Go back to the beginning, with the same engine."""
        self.complaints.clear()
        self.page.evaluate(FOLLOW, "")
        self.page.locator("#begin").wait_for(state="visible")

    def recipe(self, name: str) -> None:
        """Begin with a recipe."""
        self.begin(f"[data-recipe={name}]")

    def begin(self, button: str = "#begin-with") -> None:
        """Press a button that a project begins with; by default, that of what was looked into."""
        self.page.locator(button).click()
        try:
            self.page.locator("#result .verdict:visible, #notice.shown").first.wait_for()
        except PlaywrightError as error:
            raise AssertionError(f"Nothing came of {button}: {self.state()}") from error
        assert self.page.locator("#notice").text_content() == ""

    def state(self) -> object:
        """Return what there is to know of a page that does not do what was expected of it."""
        return [self.page.evaluate(STATE), self.complaints]

    def link(self, fragment: str) -> None:
        """Follow a link to the page."""
        shown = self.page.locator("html").get_attribute("data-shown") or "0"
        self.page.evaluate(FOLLOW, f"#{fragment}")
        self.page.locator(f'html:not([data-shown="{shown}"])').wait_for()

    def headline(self) -> str:
        """Return the verdict."""
        return self.page.locator("#strip").text_content() or ""

    def archive(self) -> zipfile.ZipFile:
        """Download the project."""
        with self.page.expect_download() as download:
            self.page.locator("#zip").click()
        return zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes()))

    def files(self) -> dict[str, bytes]:
        """Return the files of the project, from its ZIP, by their path in its one folder."""
        with self.archive() as zipped:
            return {name.partition("/")[2]: zipped.read(name) for name in zipped.namelist()}
