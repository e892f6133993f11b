"""`decide` and `inspect` answer for code as they do for a saved model."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kerasmith.cli import main

EXAMPLE = Path(__file__).parents[3] / "docs/examples/model.py"
PAGE = Path(__file__).parents[3] / "docs/existing-code.md"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(EXAMPLE, tmp_path)
    monkeypatch.chdir(tmp_path)


def run(command: str) -> Result:
    return CliRunner().invoke(main, command.split())


def test_what_the_page_shows_is_what_the_commands_print() -> None:
    text = PAGE.read_text("utf-8").split("## Code that moved on")[0]
    about_models = ("kerasmith decide ", "kerasmith inspect ")
    commands = [line for line in text.splitlines() if line.startswith(about_models)]
    printed = "".join(run(command.removeprefix("kerasmith ")).output for command in commands)
    shown = text.split("```text\n")[1:]
    assert len(commands) == 3
    assert len(shown) == 2
    for block in shown:
        assert block.split("```")[0] in printed


def test_decide_names_the_lines_of_the_layers_in_the_way() -> None:
    result = run("decide model.py --format json")
    assert result.exit_code == 0
    answer = json.loads(result.output)
    assert answer["api"] == "functional"
    assert {each["layer"]: each["at"] for each in answer["against"]} == {
        "embedding": "line 19",
        "concatenate": "line 20",
    }


def test_inspect_lists_findings_for_programs() -> None:
    answer = json.loads(run("inspect model.py --format json").output)
    assert answer["parameters"] == 168_449
    (finding,) = answer["findings"]
    assert finding["name"] == "one-unit-softmax"
    assert finding["at"] == "line 21"


def test_a_doubt_is_an_answer(tmp_path: Path) -> None:
    source = "import keras\ndef f(n):\n    m = keras.Sequential()\n    for i in range(n):\n"
    source += "        m.add(keras.layers.Dense(3))\n    return m\n"
    Path("own.py").write_text(source, encoding="utf-8")
    result = run("decide own.py")
    assert result.exit_code == 0
    assert "Cannot tell from the file." in result.output
    assert "line 4" in result.output
    assert json.loads(run("decide own.py --format json").output)["api"] is None


@pytest.mark.parametrize(
    ("command", "word"),
    [
        ("decide model.py --name other", "no model called other"),
        ("decide --name other --recipe digits", "none is named"),
        ("inspect model.py --predict likes", "inputs and outputs in the file"),
        ("decide model.py --input a:number", "cannot be combined"),
        ("decide absent.py", "absent.py cannot be read"),
        ("inspect data.csv --name a", "none is named"),
    ],
)
def test_what_does_not_go_together_is_refused(command: str, word: str) -> None:
    result = run(command)
    assert result.exit_code == 2
    assert word in result.output


def test_a_sequential_may_be_asked_for() -> None:
    result = run("decide model.py --api sequential")
    assert result.exit_code == 2
    assert "shared-layers" in result.output
