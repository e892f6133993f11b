"""What all tests share."""

import os
import random
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import engine
from hypothesis.internal.conjecture.providers import HypothesisProvider
from hypothesis.internal.constants_ast import Constants

from tests.numbering import number_layers_anew
from tests.programs import needed
from tests.samples import full_samples, refused

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Rendering and building take longer than hypothesis expects of an example.
settings.register_profile(
    "kerasmith", deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)
settings.load_profile("kerasmith")

# A failing example is made smaller for so long, of five minutes: each try may render a project.
engine.MAX_SHRINKING_SECONDS = 30

# Hypothesis mixes the constants of our modules into its examples, of those that a process has
# loaded until then: which test ran before would decide on what is drawn.
HypothesisProvider._local_constants = Constants()  # type: ignore[method-assign, assignment]

# The defaults of whoever runs the tests are none of theirs.
os.environ["KERASMITH_DEFAULTS"] = ""

# Whoever is started in the background of a script hears no Ctrl-C, and hands that on.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

MEMORY = Path("/dev/shm")
"""Where Linux has a file system in memory."""

ROOM = 4 * 2**30
"""Bytes that the files of all tests fit into, with much to spare."""


def is_roomy(folder: Path) -> bool:
    """Say whether a folder takes the files of all tests, and has programs run that lie there."""
    if not os.access(folder, os.W_OK):
        return False
    system = os.statvfs(folder)
    return system.f_bavail * system.f_frsize >= ROOM and not system.f_flag & os.ST_NOEXEC


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Draw the same examples in every run; a number in KERASMITH_SAMPLES draws fresh ones.

    Temporary files are kept in memory where there is room. Tests make and remove them by the ten
    thousand, and for each new one ext4 steps over all that were removed in the last minutes.
    """
    if "TMPDIR" not in os.environ and is_roomy(MEMORY):
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(MEMORY)
    if config.option.hypothesis_seed is None:
        fresh = os.environ.get("KERASMITH_SAMPLES", "").isdigit()
        config.option.hypothesis_seed = str(random.randrange(10**9) if fresh else 0)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file in one process, so that each imports Keras once.

    Those that train in processes of their own are marked as `alone`, and go where there is room.
    What takes `long` begins first, so that no process waits for another at the end.
    """
    for item in items:
        if not item.get_closest_marker("alone"):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
    items.sort(key=lambda item: -seconds_of(item))


def seconds_of(item: pytest.Item) -> int:
    """Return how long a test takes by its mark, or that it is among the quick ones."""
    mark = item.get_closest_marker("long")
    return int(mark.args[0]) if mark else 0


TIME_IS_OVER = "the time for full samples is over"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what samples fully once KERASMITH_UNTIL is past, in seconds since 1970.

    CI has so much time, on a slow machine, too; the end of the run says how much was left out.
    """
    if full_samples() and time.time() > float(os.environ.get("KERASMITH_UNTIL") or "inf"):
        pytest.skip(TIME_IS_OVER)


@pytest.fixture(scope="session", autouse=True)
def temporary_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep other temporary files beside those of pytest; what is killed leaves some behind."""
    with pytest.MonkeyPatch.context() as patch:  # whoever calls pytest goes on without the folder
        patch.setenv("TMPDIR", str(tmp_path_factory.mktemp("rest")))
        patch.setattr(tempfile, "tempdir", None)
        yield
    tempfile.tempdir = None


@pytest.fixture(scope="session", autouse=True)
def mypy_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let projects share what mypy finds out about Keras, a folder for each process of tests."""
    os.environ["MYPY_CACHE_DIR"] = str(tmp_path_factory.mktemp("mypy"))


@pytest.fixture(scope="session", autouse=True)
def state_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what updates remember out of the home of whoever tests."""
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))


@pytest.fixture(autouse=True)
def layers_are_numbered_anew() -> None:
    """Let Keras number layers from the first, whichever tests this process ran before."""
    number_layers_anew()


FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """A chromium without a window; Playwright can be started once in a process."""
    from playwright.sync_api import sync_playwright

    chromium = needed("chromium", "chromium-browser", "google-chrome")
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium, args=FLAGS) as browser,
    ):
        yield browser


def pytest_report_header(config: pytest.Config) -> str:
    return f"random specs: --hypothesis-seed={config.option.hypothesis_seed}"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send what this process counted to the one that reports."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["refused"] = dict(refused)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a process has counted."""
    refused.update(node.workeroutput.get("refused", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell how many random specs were refused, and why; and what there was no time for."""
    skipped = terminalreporter.stats.get("skipped", ())
    late = sum(TIME_IS_OVER in str(report.longrepr) for report in skipped)
    if late:
        terminalreporter.write_line(f"NOT RUN: {late} tests, as {TIME_IS_OVER}")
    if refused:
        reasons = ", ".join(f"{name} {count}" for name, count in sorted(refused.items()))
        terminalreporter.write_line(f"random specs refused: {reasons}")
