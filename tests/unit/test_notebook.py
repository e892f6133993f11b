"""`kerasmith notebook`: what is in the cells, and what is refused."""

import json
from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from click.testing import CliRunner

from kerasmith.cli import main
from kerasmith.errors import KerasmithError
from kerasmith.notebooks import self_contained


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*words: str) -> str:
    done = CliRunner().invoke(main, ["notebook", *words])
    assert done.exit_code == 0, done.output
    return done.output


def refused(*words: str) -> str:
    """Return what is said to a command that writes nothing."""
    before = sorted(Path().rglob("*"))
    done = CliRunner().invoke(main, ["notebook", *words])
    assert done.exit_code == 2, done.output
    assert sorted(Path().rglob("*")) == before
    return done.output


def code_of(notebook: Path) -> str:
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def test_flags_say_what_the_model_is_as_they_do_for_a_project() -> None:
    words = ("--input", "photo:image:8x8x1=resnet", "--output", "breed:category:beagle,boxer")
    assert "Functional" in run("pets.ipynb", *words, "--backend", "jax")
    code = code_of(Path("pets.ipynb"))
    assert 'keras.Model(photo, breed, name="pets")' in code
    assert 'os.environ["KERAS_BACKEND"] = "jax"' in code


def test_programs_get_the_decision() -> None:
    told = json.loads(run("digits.ipynb", "--recipe", "digits", "--format", "json"))
    assert (told["destination"], told["api"]) == ("digits.ipynb", "sequential")
    cells = json.loads(Path("digits.ipynb").read_text("utf-8"))["cells"]
    assert told["cells"] == len(cells)


def test_folders_on_the_way_are_made() -> None:
    run("notes/first/digits.ipynb", "--recipe", "digits")
    assert [*Path().rglob("*.*")] == [Path("notes/first/digits.ipynb")]


def test_features_of_a_spec_are_left_out_and_named() -> None:
    words = ["new", "digits", "--recipe", "digits", "--with", "export,seeds"]
    assert CliRunner().invoke(main, words).exit_code == 0
    told = run("digits.ipynb", "--spec", "digits/kerasmith.toml")
    assert "Left out are its features: export, seeds." in told
    run("plain.ipynb", "--recipe", "digits", "--name", "digits")
    assert code_of(Path("digits.ipynb")) == code_of(Path("plain.ipynb"))


def test_what_is_there_stays() -> None:
    Path("digits.ipynb").write_text("mine", "utf-8")
    assert "digits.ipynb exists already" in refused("digits.ipynb", "--recipe", "digits")
    assert Path("digits.ipynb").read_text("utf-8") == "mine"
    Path("folder.ipynb").mkdir()
    assert "folder.ipynb exists already" in refused("folder.ipynb", "--recipe", "digits")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("digits --recipe digits", ["ends in .ipynb", "digits.ipynb"]),
        ("digits.py", ["ends in .ipynb", "No inputs or outputs given"]),
        ("digits.ipynb", ["No inputs or outputs given", "--recipe digits"]),
        ("digits.ipynb --recipe digit", ["no recipe 'digit'", "Did you mean 'digits'?"]),
        ("digits.ipynb --recipe digits --spec kerasmith.toml", ["--recipe", "--spec"]),
        ("digits.ipynb --input photo:image:8x8x1", ["--output"]),
        ("json.ipynb --recipe digits", ["standard library", "--name json-model"]),
        ("file/digits.ipynb --recipe digits", ["cannot be written", "Not a directory"]),
        ("digits.ipynb --recipe digits --with export", ["--with"]),
    ],
)
def test_what_cannot_be_is_refused_in_words(words: str, told: list[str]) -> None:
    Path("file").write_text("", "utf-8")
    said = refused(*words.split())
    assert all(word in said for word in told), said


# === Cells ===

FILES = {
    "src/pets/__init__.py": "import os\n",
    "src/pets/data.py": """
        import math
        from pathlib import Path
        import numpy as np

        # How many there are.
        COUNT = 3
        OTHERS = 4


        def read(path: Path):
            if not path.exists():
                raise FileNotFoundError(f"{path} is missing. Run python -m pets.sample")
            return scaled(np.loadtxt(path))


        def scaled(rows):
            return rows / COUNT


        def unused(rows):
            return math.sqrt(rows)
        """,
    "src/pets/train.py": """
        import numpy as np

        from pets.data import read


        def train(path):
            return read(path).sum() + np.pi


        if __name__ == "__main__":
            train("pets.csv")
        """,
}


def cell(name: str, *lines: str) -> dict[str, Any]:
    return {"cell_type": "code", "id": name, "source": [f"{line}\n" for line in lines]}


CELLS = [
    cell("imports"),
    cell("run", "import pandas as pd", "from pets.train import train", "", "train('pets.csv')"),
]


def sources(cells: Sequence[dict[str, Any]]) -> dict[str, str]:
    return {each["id"]: "".join(each["source"]) for each in cells}


def composed(files: dict[str, str], *cells: dict[str, Any]) -> dict[str, str]:
    texts = {path: dedent(text) for path, text in files.items()}
    return sources(self_contained(cells or CELLS, texts, "pets"))


def test_what_a_cell_imports_is_before_it_with_what_that_needs_and_nothing_else() -> None:
    found = composed(FILES)
    assert [*found] == ["imports", "data-COUNT", "train-train", "run"]
    assert found["imports"] == (
        "from pathlib import Path\n\nimport numpy as np\nimport pandas as pd"
    )
    assert found["data-COUNT"].startswith("# How many there are.\nCOUNT = 3\n\n\ndef read(")
    assert "OTHERS" not in found["data-COUNT"]
    assert found["run"] == "train('pets.csv')"


def test_a_check_that_only_names_a_command_is_left_out() -> None:
    data = composed(FILES)["data-COUNT"]
    assert "def read(path: Path):\n    return scaled(np.loadtxt(path))\n" in data


def test_a_check_of_something_else_stays() -> None:
    asked = FILES["src/pets/data.py"].replace("path.exists()", "path.is_file()")
    data = composed(FILES | {"src/pets/data.py": asked})["data-COUNT"]
    assert "if not path.is_file():\n        raise FileNotFoundError(" in data


def test_code_is_written_once_however_often_it_is_imported() -> None:
    again = cell("again", "from pets.data import read", "read('pets.csv')")
    found = composed(FILES, *CELLS, again)
    assert [*found] == ["imports", "data-COUNT", "train-train", "run", "again"]


def test_a_cell_of_imports_alone_is_the_code_that_it_imports() -> None:
    assert [*composed(FILES, cell("imports"), cell("shown", "from pets.data import scaled"))] == [
        "imports",
        "data-COUNT",
    ]


def test_cells_above_the_imports_stay_as_they_are() -> None:
    above = cell("above", "import os", "os.environ['A'] = '1'")
    assert composed(FILES, above, *CELLS)["above"] == "import os\nos.environ['A'] = '1'\n"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("src/pets/train.py", "\n\n        def scaled(rows):\n            return train\n"),
        ("src/pets/train.py", "\n\n        from elsewhere import scaled\n"),
    ],
)
def test_a_name_of_several_meanings_is_refused(path: str, code: str) -> None:
    files = FILES | {path: FILES[path].replace("np.pi", "scaled(np.pi)") + code}
    with pytest.raises(KerasmithError, match="'scaled' has several meanings"):
        composed(files)


def test_a_variable_of_a_cell_is_no_function_of_the_project() -> None:
    other = cell("other", "scaled = 3")
    with pytest.raises(
        KerasmithError, match=r"'scaled' has several meanings in this project: a variable, data\.py"
    ):
        composed(FILES, *CELLS, other)
