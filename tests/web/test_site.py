"""The site of the documents: it is whole, fetches nothing from elsewhere, and is for everyone."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from kerasmith import __version__
from tests.samples import full_samples
from tests.web.test_everyone import violations
from tools.site import PAGE, build

LOADING = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}
"""What a browser fetches by itself, and where it says from where."""

SOME = ("index", "own-data", "recipes", "sequential-vs-functional")
"""The pages that are looked at in a browser, unless all are."""


class Html(HTMLParser):
    """The links of a page, what it fetches, and what a link may name in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.names: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note what a tag links to, fetches and is called."""
        said = {name: value or "" for name, value in attributes}
        self.names.add(said.get("id", ""))
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
        if tag in LOADING and LOADING[tag] in said:
            self.fetched.append(said[LOADING[tag]])


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site, strictly built."""
    folder = tmp_path_factory.mktemp("documents") / "site"
    build(folder)
    return folder


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[Path, Html]:
    """Every page, but for that which runs kerasmith."""
    files = [file for file in site.rglob("*.html") if PAGE not in file.relative_to(site).parts]
    return {file: Html(file.read_text("utf-8")) for file in files}


def test_every_link_of_the_site_leads_somewhere(site: Path, pages: dict[Path, Html]) -> None:
    assert len(pages) > 40
    for file, html in pages.items():
        for link in [*html.links, *html.fetched]:
            parts = urlsplit(link)
            if parts.scheme or link.startswith(f"{PAGE}/"):
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            assert target.is_file(), f"{file.relative_to(site)}: {link}"
            if parts.fragment and target in pages:
                assert unquote(parts.fragment) in pages[target].names, f"{file.name}: {link}"


def test_what_language_models_read_leads_to_pages(site: Path, pages: dict[Path, Html]) -> None:
    links = re.findall(r"\]\(([^)]+)\)", (site / "llms.txt").read_text("utf-8"))
    assert len(links) > 30
    for link in links:
        path, _, name = link.partition("#")
        assert not name or name in pages[site / path].names, link
        assert (site / path).is_file(), link


def test_the_site_fetches_nothing_from_elsewhere(pages: dict[Path, Html]) -> None:
    for file, html in pages.items():
        assert [each for each in html.fetched if "//" in each] == [], file.name


def test_the_first_page_has_version_and_first_of_all_the_page(site: Path) -> None:
    text = (site / "index.html").read_text("utf-8")
    assert f"kerasmith {__version__}" in text
    article = text.partition("<article")[2]
    links = [link for link in Html(article).links if not link.startswith("#")]
    assert links[0] == f"{PAGE}/"


@pytest.fixture(scope="session")
def looked_at(site: Path, pages: dict[Path, Html]) -> list[Path]:
    """The pages that a browser shows; search and index of words are Sphinx' own.

    Of those that are made of one template, one a feature, two stand for all.
    """
    left_out = {*sorted((site / "features").glob("*.html"))[2:]}
    own = [page for page in pages if page.stem not in ("search", "genindex")]
    own = [page for page in own if page not in left_out]
    return own if full_samples() else [site / f"{name}.html" for name in SOME]


@pytest.fixture(scope="session")
def reader(browser: Browser) -> Iterator[Page]:
    """Somebody who reads the site."""
    with browser.new_context(reduced_motion="reduce") as context:
        yield context.new_page()


@pytest.mark.usefixtures("built")  # that has axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.full
def test_axe_finds_nothing_on_the_site(looked_at: list[Path], reader: Page, scheme: str) -> None:
    reader.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for page in looked_at:
        reader.goto(page.as_uri())
        assert violations(reader) == [], page.name


BEYOND = """
() => {
  const scrolls = box =>
    box.tagName !== "ARTICLE" &&
    (getComputedStyle(box).overflowX === "auto" || scrolls(box.parentElement));
  return [...document.querySelectorAll("article *")]
    .filter(each => each.getBoundingClientRect().right > innerWidth && !scrolls(each))
    .map(each => each.outerHTML.slice(0, 100));
}
"""
"""What of a page is beyond its right edge, and in no box of its own that scrolls."""


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.full
def test_no_page_of_the_site_is_wider_than_the_screen(
    looked_at: list[Path], reader: Page, width: int
) -> None:
    reader.set_viewport_size({"width": width, "height": 900})
    for page in looked_at:
        reader.goto(page.as_uri())
        assert reader.evaluate("document.documentElement.scrollWidth") <= width, page.name
        assert reader.evaluate(BEYOND) == [], page.name


def test_the_site_is_searched(site: Path, reader: Page) -> None:
    reader.set_viewport_size({"width": 1440, "height": 900})
    reader.goto((site / "index.html").as_uri())
    reader.get_by_placeholder("Search").fill("embedding")
    reader.keyboard.press("Enter")
    found = reader.locator("#search-results li a", has_text="Start from your own data")
    found.first.wait_for()  # they come one after the other
