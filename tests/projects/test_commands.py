"""What a project's commands say: before there is anything to work on, and of odd values."""

import runpy
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from kerasmith.spec.flags import Flags, spec_from_flags
from tests.projects.conftest import project_environment, write_project
from tests.projects.test_own_data import modules_of

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

FIRST = {
    "train": "python -m pets.sample",
    "evaluate": "python -m pets.sample",
    "export": "python -m pets.train",
    "predict rows.csv": "python -m pets.train",
}
"""The commands, and what each says to run first."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of columns, without data and without a model."""
    flags = Flags(
        name="pets",
        inputs=("owner:table:age,sex/f/m", "colour:category:rot,grün"),
        outputs=("price:number", "kind:category:süß,sauer"),
        with_=("export",),
    )
    project = write_project(tmp_path_factory.mktemp("commands"), spec_from_flags(flags))
    (project / "rows.csv").write_text("age,sex,colour\n3,f,rot\n", "utf-8")
    return project


@pytest.mark.parametrize("command", FIRST)
def test_a_command_that_comes_too_early_says_what_to_do_in_one_line(
    project: Path,
    command: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    module, *words = command.split()
    monkeypatch.chdir(project)
    monkeypatch.setattr(sys, "argv", [module, *words])
    with modules_of(project) as package, pytest.raises(SystemExit) as ended:
        runpy.run_path(getattr(package, module).__file__, run_name="__main__")
    assert capsys.readouterr().out == ""
    (line,) = str(ended.value.code).splitlines()
    assert line.startswith("error: ")
    assert FIRST[command] in line


def test_nothing_else_is_on_the_screen_then(project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pets.predict", "rows.csv"],
        cwd=project,
        env=project_environment(project, {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")


def test_training_refuses_what_it_does_not_know(project: Path) -> None:
    """The numbers of a run are in config.py; who gives one here must not train without it."""
    done = subprocess.run(
        [sys.executable, "-m", "pets.train", "--epochs", "12"],
        cwd=project,
        env=project_environment(project, {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "unrecognized arguments: --epochs 12" in done.stderr


def test_what_predict_does_not_know_is_named_column_by_column(project: Path) -> None:
    rows = pd.DataFrame(
        {
            "age": ["3", "old", "", "older"],
            "sex": ["f", "x", "m", ""],
            "colour": ["rot", "", "grün", "rot"],
        }
    )
    with modules_of(project) as package:
        lines = package.predict.not_known(rows, package.config.Config())
    assert lines == [
        "age: 'old' in row 2 counts as unknown",
        "sex: 'x' in row 2 counts as unknown",
    ]


def test_every_number_of_an_answer_has_six_digits(project: Path) -> None:
    with modules_of(project) as package:
        predict = package.predict
        assert predict.probabilities(pd.Series([1 / 3, 2 / 3]).to_numpy(), ("süß", "sauer")) == {
            "sauer": 0.666667,
            "süß": 0.333333,
        }
