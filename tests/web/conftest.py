"""One server, one browser and one page for all tests: the engine takes seconds to start."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page

from kerasmith.web.server import Server
from tests.programs import needed
from tests.web.visit import Visit
from tools import web


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep all of these tests in one process, which starts the browser once."""
    for item in items:
        if "tests/web/" in item.nodeid:
            item.add_marker(pytest.mark.xdist_group("web"))
            item.add_marker(pytest.mark.alone)
            item.add_marker(pytest.mark.long(240))


@pytest.fixture(scope="session")
def built() -> Path:
    """The folder of the page, as `make web` builds it."""
    needed("npm")
    web.main()
    return web.BUILT


@pytest.fixture(scope="session")
def server(built: Path) -> Iterator[Server]:
    """The server that `kerasmith web` starts."""
    with Server(built, 0) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="session")
def opened(browser: Browser, server: Server) -> Iterator[Visit]:
    """The page, once its engine is there; shared by all tests of the session."""
    with browser.new_context(accept_downloads=True) as context:
        visit = Visit(context.new_page(), server.address)
        visit.open()
        yield visit


@pytest.fixture
def visit(opened: Visit) -> Iterator[Visit]:
    """The page at its beginning; a test fails where its console says anything."""
    opened.restart()
    yield opened
    assert opened.complaints == []


@pytest.fixture
def page(visit: Visit) -> Page:
    """The same, as Playwright has it."""
    return visit.page
