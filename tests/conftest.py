"""What all tests share."""

import os
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.samples import refused

# Rendering and building take longer than hypothesis expects of an example.
settings.register_profile(
    "kerasmith", deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)
settings.load_profile("kerasmith")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Draw the same examples in every run; a number in KERASMITH_SAMPLES draws fresh ones."""
    if config.option.hypothesis_seed is None:
        fresh = os.environ.get("KERASMITH_SAMPLES", "").isdigit()
        config.option.hypothesis_seed = str(random.randrange(10**9) if fresh else 0)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file in one process, so that each imports Keras once.

    Those that train in processes of their own are marked as `alone`, and go where there is room.
    """
    for item in items:
        if not item.get_closest_marker("alone"):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


@pytest.fixture(scope="session", autouse=True)
def mypy_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let projects share what mypy finds out about Keras, a folder for each process of tests."""
    os.environ["MYPY_CACHE_DIR"] = str(tmp_path_factory.mktemp("mypy"))


@pytest.fixture(scope="session", autouse=True)
def state_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what updates remember out of the home of whoever tests."""
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))


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
    """Tell how many random specs were refused, and why."""
    if refused:
        reasons = ", ".join(f"{name} {count}" for name, count in sorted(refused.items()))
        terminalreporter.write_line(f"random specs refused: {reasons}")
