"""Runs logged for MLflow, Weights & Biases and Trackio: all of it stays on this machine."""

import subprocess
import sys
from pathlib import Path

import pytest

from kerasmith.catalogue.features import FEATURES, everything_on
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.tables import tables_of
from tests.projects.conftest import Run, write_project
from tests.samples import full_samples

LOGGERS = [name for name, feature in FEATURES.items() if feature.of_several]

LOOKING = '''

def write_down(event: str, arguments: tuple) -> None:
    """Write down each address beyond this machine that something asks for."""
    if event in ("socket.connect", "socket.getaddrinfo"):
        host = arguments[1] if event == "socket.connect" else arguments[0]
        host = host[0] if isinstance(host, tuple) else host
        if str(host).startswith("/") or host in (None, "", "localhost", "127.0.0.1", "::1"):
            return
        with open("asked.txt", "a") as asked:
            print(event, host, file=asked)


sys.addaudithook(write_down)
'''


@pytest.mark.full
@pytest.mark.skipif(not full_samples(), reason="half a minute; in make test-all")
def test_each_run_is_read_back_and_nothing_is_sent(tmp_path: Path, run: Run) -> None:
    spec = spec_from_flags(Flags(with_=LOGGERS), tables_of(load_recipe("digits").spec))
    project = write_project(tmp_path, spec)
    conftest = project / "tests/conftest.py"
    text = conftest.read_text("utf-8")
    conftest.write_text(text.replace('"""\n', f'"""\n\nimport sys{LOOKING}\n', 1), "utf-8")
    run(project, "pytest", "-q", "-p", "no:cacheprovider", "-k", "read_back")
    assert not (project / "asked.txt").exists(), (project / "asked.txt").read_text()
    assert not (project / "runs").exists(), "the tests log beside their own runs"


def test_what_looks_would_see_it(tmp_path: Path) -> None:
    """The control of the test above."""
    asks = "with contextlib.suppress(OSError):\n    socket.getaddrinfo('example.invalid', 443)\n"
    code = f"import contextlib, socket, sys\n{LOOKING}\n{asks}"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
    assert "example.invalid" in (tmp_path / "asked.txt").read_text("utf-8")


def test_one_of_several_is_asked_for_by_its_name() -> None:
    assert LOGGERS == ["mlflow", "wandb", "trackio"]
    assert not {*LOGGERS} & {*everything_on("tensorflow")}
