"""A model in a file of code is written in the other form: its lines change, and nothing else."""

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kerasmith.cli import main
from kerasmith.errors import KerasmithError
from kerasmith.rewriting.conversion import convert
from kerasmith.source_code.inspect_source import inspect_source
from tests.convertible import FUNCTIONAL, SEQUENTIAL


def converted(
    source: str, folder: Path, to: str = "", name: str = "", *, keras3: bool = False
) -> str:
    path = folder / "script.py"
    path.write_bytes(source.encode())
    result = convert(path, to, name, keras3=keras3)
    assert result.before == source
    assert path.read_bytes().decode() == source
    return result.after


def refused(source: str, folder: Path, to: str) -> str:
    with pytest.raises(KerasmithError) as error:
        converted(source, folder, to, "m")
    return " ".join(f"{each.what} {each.why} {each.where}" for each in error.value.problems)


@pytest.mark.parametrize("name", SEQUENTIAL)
def test_a_stack_becomes_functional_and_a_stack_again(name: str, tmp_path: Path) -> None:
    source = SEQUENTIAL[name]
    after = converted(source, tmp_path, "functional")
    (tmp_path / "after.py").write_text(after, encoding="utf-8")
    assert inspect_source(tmp_path / "after.py").class_name == "Functional"
    for line in source.splitlines():
        if "#" in line:
            assert line[line.index("#") :] in after
    if name == "adds in blocks of their own":
        return  # the block with the input is the place where the model would begin
    again = converted(after, tmp_path, "sequential")
    (tmp_path / "again.py").write_text(again, encoding="utf-8")
    assert inspect_source(tmp_path / "again.py").class_name == "Sequential"


@pytest.mark.parametrize("name", FUNCTIONAL)
def test_a_functional_stack_becomes_sequential(name: str, tmp_path: Path) -> None:
    source = FUNCTIONAL[name]
    after = converted(source, tmp_path, "sequential")
    assert ".add(" in after
    for line in source.splitlines():
        if "#" in line:
            assert line[line.index("#") :] in after


def test_only_the_lines_of_the_model_change(tmp_path: Path) -> None:
    source = """# A header.
import   keras           # odd spaces stay

X = {  'a':1 }           # so does this

def build(units = 4):
    '''Build it.'''

    # The stack.
    model = keras.Sequential(name="stack")
    model.add(keras.Input((8,)))    # eight numbers
    for n in range(2):
        # one of two
        model.add(keras.layers.Dense(units,
                                     activation='relu'))
    model.add(keras.layers.Dense(1))  # the answer

    model.compile( 'adam','mse' )
    return model
"""
    assert (
        converted(source, tmp_path, "functional")
        == """# A header.
import   keras           # odd spaces stay

X = {  'a':1 }           # so does this

def build(units = 4):
    '''Build it.'''

    # The stack.
    inputs = keras.Input((8,))    # eight numbers
    x = inputs
    for n in range(2):
        # one of two
        x = keras.layers.Dense(units,
                                     activation='relu')(x)
    x = keras.layers.Dense(1)(x)  # the answer
    model = keras.Model(inputs, x, name="stack")

    model.compile( 'adam','mse' )
    return model
"""
    )


def test_line_ends_and_encoding_stay(tmp_path: Path) -> None:
    source = SEQUENTIAL["a list with comments"].replace("\n", "\r\n")
    after = converted(source, tmp_path, "functional")
    assert after.count("\r\n") == after.count("\n")


HEAD = "import keras\nfrom keras import layers\n"
INPUT = "a = keras.Input((4,))\n"


@pytest.mark.parametrize(
    ("source", "to", "word"),
    [
        (
            INPUT + "b = layers.Dense(4)(a)\nm = keras.Model(a, layers.add([a, b]))",
            "sequential",
            "branching",
        ),
        (
            INPUT + "c = keras.Input((4,))\nm = keras.Model([a, c], layers.add([a, c]))",
            "sequential",
            "multiple-inputs",
        ),
        (
            INPUT + "def f(x):\n    return layers.Dense(4)(x)\nm = keras.Model(a, f(a))\n"
            "b = keras.Input((3,))\nn = keras.Model(b, f(b))",
            "sequential",
            "f is used for something else, too (line 4)",
        ),
        (
            INPUT + "b = layers.Dense(4)(a)\nc = layers.Dense(4)(b)\nprint(b.shape)\n"
            "m = keras.Model(a, c)",
            "sequential",
            "b is used for something else here (line 6)",
        ),
        (
            INPUT + "b = layers.Dense(4)(a)\nm = keras.Model(a, b)\nn = layers.Dense(3)(b)",
            "sequential",
            "b is used after the model is made (line 6)",
        ),
        (
            INPUT + "b = layers.Dense(4)(a)\nm = keras.Model(a, b)\nn = keras.Model(a, [a, b])",
            "sequential",
            "a is used after the model is made (line 6)",
        ),
        (
            INPUT + "def f(x):\n    print(x.shape)\n    return layers.Dense(4)(x)\n"
            "m = keras.Model(a, f(a))",
            "sequential",
            "x is used for something else here (line 4)",
        ),
        (
            INPUT + "b = layers.Dropout(0.1)(a, training=True)\nm = keras.Model(a, b)",
            "sequential",
            "called with more than a tensor (line 4)",
        ),
        (
            INPUT + "m = keras.Model({'a': a}, layers.Dense(4)(a))",
            "sequential",
            "its input is not a tensor with a name (line 4)",
        ),
        (
            "m = keras.Sequential([layers.Dense(4)])",
            "functional",
            "does not begin with keras.Input",
        ),
        (
            "def f():\n    return [keras.Input((4,)), layers.Dense(4)]\nm = keras.Sequential(f())",
            "functional",
            "a list that is built elsewhere (line 5)",
        ),
        (
            "def f(m, n):\n    m.add(layers.Dense(n))\n"
            "m = keras.Sequential([keras.Input((4,))])\nf(m, 3)\n"
            "n = keras.Sequential([keras.Input((4,))])\nf(n, 3)",
            "functional",
            "f is used for something else, too (line 3)",
        ),
        (
            "m = keras.Sequential([keras.Input((4,))])\nprint(m.layers)\nm.add(layers.Dense(4))",
            "functional",
            "m is used before it is complete (line 4)",
        ),
        (
            "m = (lambda: keras.Sequential([keras.Input((4,)), layers.Dense(3)]))()",
            "functional",
            "inside of another expression (line 3)",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(
    source: str, to: str, word: str, tmp_path: Path
) -> None:
    assert word in refused(HEAD + source + "\n", tmp_path, to)


OLD = """from keras.layers.core import Dense, Dropout  # as it was
from keras.utils import np_utils
from keras.models import Sequential, Model
from keras.layers import CuDNNLSTM, LeakyReLU, Input
import keras

y = np_utils.to_categorical([0, 1])
a = Input((5, 3))
x = keras.layers.CuDNNLSTM(output_dim=4, init="uniform")(a)
x = LeakyReLU(alpha=0.1)(x)
x = Dropout(p=0.5)(x)
model = Model(input=a, output=Dense(2, bias=False)(x))
model.compile(keras.optimizers.Adam(lr=0.1), "mse")
model.fit_generator(range(3), nb_epoch=2)
"""


def test_old_spellings_become_those_of_keras_3(tmp_path: Path) -> None:
    after = converted(OLD, tmp_path, keras3=True)
    assert (
        after
        == """from keras.layers import Dense, Dropout  # as it was
from keras.utils import to_categorical
from keras.models import Sequential, Model
from keras.layers import CuDNNLSTM, LeakyReLU, Input
import keras

y = to_categorical([0, 1])
a = Input((5, 3))
x = keras.layers.LSTM(units=4, kernel_initializer="uniform")(a)
x = LeakyReLU(negative_slope=0.1)(x)
x = Dropout(rate=0.5)(x)
model = Model(inputs=a, outputs=Dense(2, use_bias=False)(x))
model.compile(keras.optimizers.Adam(learning_rate=0.1), "mse")
model.fit(range(3), epochs=2)
""".replace("import CuDNNLSTM, Lea", "import LSTM as CuDNNLSTM, Lea")
    )
    assert converted(after, tmp_path, keras3=True) == after


# === The command ===


def run(command: str) -> Result:
    return CliRunner().invoke(main, shlex.split(command))


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("script.py")
    path.write_text(SEQUENTIAL["a list with comments"], encoding="utf-8")
    return path


def test_the_command_shows_the_difference_and_writes_in_place(script: Path) -> None:
    before = script.read_text("utf-8")
    shown = run("convert script.py --to functional --dry-run")
    assert shown.exit_code == 0
    assert "+x = layers.Flatten()(inputs)" in shown.output
    assert "Nothing was written" in shown.output
    assert script.read_text("utf-8") == before
    assert run("convert script.py --to functional").exit_code == 0
    assert "keras.Model(inputs, x" in script.read_text("utf-8")
    again = run("convert script.py --to functional")
    assert "Nothing to change" in again.output
    assert [each.name for each in Path().iterdir()] == ["script.py"]


def test_the_page_shows_what_the_command_prints(tmp_path: Path) -> None:
    docs = Path(__file__).parents[3] / "docs"
    path = tmp_path / "stack.py"
    path.write_bytes((docs / "examples/stack.py").read_bytes())
    shown = (docs / "existing-code.md").read_text("utf-8").split("```text\n+")[1].split("```")[0]
    assert f"+{shown}" in run(f"convert {shlex.quote(str(path))} --to functional --dry-run").output


@pytest.mark.slow
def test_what_the_command_needs_is_said(script: Path) -> None:
    assert run("convert script.py").exit_code == 2
    assert run("convert absent.py --keras3").exit_code == 2
    assert run("convert script.py --to functional --name other").exit_code == 2
    Path("a.ipynb").write_text('{"cells": []}', encoding="utf-8")
    assert "notebook is not converted" in run("convert a.ipynb --to functional").output
    head = "import keras\nfrom keras import layers\n"
    stack = "model = keras.Sequential([keras.Input((4,))])\n"
    Path("long.py").write_text(head + stack + "model.add(layers.Dense(4))\n" * 10_000, "utf-8")
    assert "some 2,000 lines" in run("convert long.py --to functional").output
    nested = f"{head}{stack}x = {'f(' * 180}1{')' * 180}\n"
    Path("nested.py").write_text(nested, encoding="utf-8")
    assert "nested too deeply" in run("convert nested.py --to functional").output
    assert Path("nested.py").read_text("utf-8") == nested
    Path("link.py").symlink_to("script.py")
    assert "symbolic link" in run("convert link.py --to functional").output
