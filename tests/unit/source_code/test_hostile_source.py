"""Files that are not what they should be: a clear answer, soon, and nothing is run."""

import gc
import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from kerasmith.errors import KerasmithError
from kerasmith.saved_model.findings import ModelFindings
from kerasmith.source_code.inspect_source import inspect_source

HEAD = "import keras\nfrom keras import layers\n"
STACK = "model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])\n"


def slowness() -> float:
    """Return how many times as long this machine computes as that on which bounds were set."""
    began = time.process_time()
    for _ in range(2_000_000):
        pass
    return (time.process_time() - began) / 0.05


def read(source: str, folder: Path, name: str = "", ending: str = ".py") -> ModelFindings:
    path = folder / f"script{ending}"
    path.write_text(source, encoding="utf-8")
    gc.freeze()  # what the tests before left behind is not looked through
    began = time.process_time()
    try:
        return inspect_source(path, name)
    finally:
        took = time.process_time() - began
        gc.unfreeze()
        assert took < 4 * max(1, slowness())


def refusal(source: str, folder: Path, name: str = "", ending: str = ".py") -> str:
    with pytest.raises(KerasmithError) as error:
        read(source, folder, name, ending)
    (problem,) = error.value.problems
    assert problem.where
    return f"{problem.what} {problem.why} {problem.try_}"


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("import keras\nmodel = keras.Sequential([\n", "Line 2, column 26: '[' was never closed"),
        ("def f():\nreturn 1\n", "Line 2, column 1: expected an indented block"),
        ("print 'hello'\n", "It is Python 2"),
        pytest.param(
            "try:\n    x = 1\nexcept ValueError, error:\n    pass\n",
            "It is Python 2",
            marks=pytest.mark.skipif(sys.version_info >= (3, 14), reason="has a meaning again"),
        ),
        ("x = 0777\n", "It is Python 2"),
        ("x = 0\nx = 1\x00\n", "Line 2 holds a null byte"),
        ("", "has no model"),
        ("import pandas\nprint(1)\n", "It builds no Keras model"),
        ("from keras.layers import Dense\nd = Dense(3)\n", "It makes layers, and no model"),
        ("(" * 5000 + ")" * 5000, "too many nested parentheses"),
        ("x = " + "-" * 20_000 + "1\n", "nested"),
        ("x = " + "1+" * 20_000 + "1\n", "nested"),
    ],
)
def test_what_is_no_code_is_said(source: str, word: str, tmp_path: Path) -> None:
    assert word in refusal(source, tmp_path)


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.py"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    began = time.process_time()
    with pytest.raises(KerasmithError, match="cannot be read"):
        inspect_source(path)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-8-sig", "utf-8"])
def test_a_file_is_read_in_the_encoding_that_python_would_take(
    encoding: str, tmp_path: Path
) -> None:
    coding = "" if "utf" in encoding else f"#!/bin/python\n# vim: set fileencoding={encoding} :\n"
    path = tmp_path / "script.py"
    source = "model = keras.Sequential([keras.Input((4,))], name='Grö\xdfe')\n"
    path.write_bytes((coding + HEAD + source).encode(encoding))
    assert inspect_source(path).name == "Größe"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (HEAD.encode() + b"x = '\xe9'\n", "not UTF-8 text; byte 43"),
        (b"# coding: nonsense\n", "unknown encoding: nonsense"),
        (b"# coding: rot13\n", "not a text encoding"),
        (b"# coding: ascii\nx = '\xe9'\n", "not ascii text; byte 21"),
        ((HEAD + STACK).encode("utf-16"), "not UTF-8 text; byte 0"),
    ],
)
def test_a_wrong_encoding_is_said(content: bytes, word: str, tmp_path: Path) -> None:
    path = tmp_path / "script.py"
    path.write_bytes(content)
    with pytest.raises(KerasmithError) as error:
        inspect_source(path)
    assert word in error.value.problems[0].why


@pytest.mark.slow
def test_ten_thousand_layers_are_read(tmp_path: Path) -> None:
    source = HEAD + "model = keras.Sequential([keras.Input((4,))])\n"
    found = read(source + "model.add(layers.Dense(4))\n" * 10_000, tmp_path)
    assert found.structure is not None
    assert found.structure.linear
    assert found.parameters == 10_000 * 20


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [
        "while True: x = [1]",
        "while True: layers.Dense(1)",
        "for a in range(10**9): pass",
        "for a in range(9999):\n    for b in range(9999):\n        c = a * b",
        "def f(n): return f(n + 1)\nf(0)",
        "x = 10 ** 10 ** 10",
        "x = 'a' * 10 ** 9",
        "x = [0]\nfor _ in range(60): x = x + x",
        "x = '%0999999999d' % 1",
        "x = f'{1:999999999}'",
        "x = 'a'.ljust(10 ** 9)",
        "x = {}\nx[x] = 1",
        "x = list(range(10 ** 7))",
        "def f(g): return g(g)\nf(f)",
        "x = []\nx.append(x)",
        "import os; os.system('touch owned')",
        "open('owned', 'w').write('')",
        'exec(\'open("owned", "w")\')',
        "__import__('os').system('touch owned')",
        "().__class__.__bases__[0].__subclasses__()",
    ],
)
def test_nothing_runs_and_everything_ends(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "script.py").write_text(HEAD + STACK + line + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    began = time.process_time()
    try:
        found = inspect_source(Path("script.py"))
    except KerasmithError as error:
        said = f"{error.problems}"
    else:
        said = "" if found.structure and found.structure.linear else "misread"
    assert said == "" or "steps to read" in said or "30,000 times" in said
    assert [each.name for each in tmp_path.iterdir()] == ["script.py"]
    assert time.process_time() - began < 4


def test_several_models_are_listed_and_chosen_by_name(tmp_path: Path) -> None:
    source = HEAD + (
        "def small():\n    return keras.Sequential([keras.Input((4,)), layers.Dense(1)])\n"
        "def wide():\n    a = keras.Input((4,)); b = keras.Input((4,))\n"
        "    return keras.Model([a, b], layers.Dense(1)(layers.concatenate([a, b])))\n"
    )
    said = refusal(source, tmp_path)
    assert "has 2 models" in said
    assert "small (Sequential, line 4)" in said
    assert "wide (Functional, line 7)" in said
    assert read(source, tmp_path, "wide").class_name == "Functional"
    assert read(source, tmp_path, "small").class_name == "Sequential"
    assert "Did you mean 'small'?" in refusal(source, tmp_path, "smal")


@pytest.mark.parametrize("name", ["class", "\x1b[31mred", "a\nb", "../x", "{{ 1 }}", "é" * 400])
def test_hostile_names_are_answered_and_steer_nothing(name: str, tmp_path: Path) -> None:
    said = refusal(HEAD + STACK, tmp_path, name)
    assert "\x1b" not in said
    assert "\n" not in said
    found = read(HEAD + f"model = keras.Sequential([layers.Dense(1, name={name!r})])\n", tmp_path)
    assert found.graph is not None
    assert "\x1b" not in f"{found.name}{found.notes}{found.outputs}"


def test_a_sibling_that_is_a_link_or_broken_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "elsewhere.py"
    secret.write_text("UNITS = 3\n", encoding="utf-8")
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / "linked.py").symlink_to(secret)
    (tmp_path / "beside" / "broken.py").write_text("def", encoding="utf-8")
    (tmp_path / "beside" / "sound.py").write_text("UNITS = 5\n", encoding="utf-8")
    imports = "".join(f"from {name} import UNITS as {name}\n" for name in ("linked", "broken"))
    lines = "".join(
        f"model.add(layers.Dense({name}))\n" for name in ("linked", "broken", "sound.UNITS")
    )
    source = HEAD + imports + "import sound\nfrom sound import UNITS as own\n" + STACK + lines
    found = read(source + "model.add(layers.Dense(own, name='last'))\n", tmp_path / "beside")
    assert found.graph is not None
    units = [each.config.get("units") for each in found.graph.layers.values()]
    assert units[-1] == 5
    assert 3 not in units


# === Notebooks ===


def notebook(*cells: Any) -> str:
    code = [
        each if isinstance(each, dict) else {"cell_type": "code", "source": each} for each in cells
    ]
    return json.dumps({"cells": code, "nbformat": 4, "nbformat_minor": 5, "metadata": {}})


def test_a_notebook_is_read_past_its_magics(tmp_path: Path) -> None:
    text = notebook(
        "%matplotlib inline\n!pip install keras\n" + HEAD,
        {"cell_type": "markdown", "source": "# not code ("},
        "%%bash\nls -l | (",
        "files = !ls\nkeras.Model?\nif True:\n    %time x = 1\n    !ls \\\n   -l\ncd ..\n",
        "pip install keras\n",
        ["%%time\n", "a = keras.Input((4,))\n", "b = layers.Dense(4)(a)\n"],
        "model = keras.Model(a, layers.add([a, b]))",
    )
    found = read(text, tmp_path, ending=".ipynb")
    assert found.form == "a notebook"
    assert found.at == "cell 6, line 1"
    assert found.lines["dense"] == "cell 5, line 3"
    assert found.against.merging == ("add",)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{", "damaged"),
        ("[]", "no list of cells"),
        ('{"worksheets": []}', "version 3"),
        (json.dumps({"cells": [{"cell_type": "code", "source": "x = ("}]}), "Cell 1, line 1"),
        (json.dumps({"cells": [7, None, {"cell_type": "code", "source": 7}]}), "has no model"),
        ("[" * 100_000, "nested too deeply"),
        (json.dumps({"cells": [{}] * 6000}), "6,000 cells"),
    ],
)
def test_a_notebook_that_is_none_is_said(text: str, word: str, tmp_path: Path) -> None:
    assert word in refusal(text, tmp_path, ending=".ipynb")
