"""`check --code` tells what changes the meaning of generated code, and nothing else."""

import ast
import json
import shlex
from collections import Counter
from functools import cache
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner, Result

from kerasmith.cli import main
from kerasmith.plan.plan import plan
from kerasmith.project.code import check_code
from kerasmith.render.render import render
from kerasmith.spec.names import recipe_names
from kerasmith.spec.read import read_spec
from kerasmith.spec.recipes import load_recipe
from tests import code_changes
from tests.samples import samples

FILES = ("config.py", "model.py", "data.py", "train.py")


@cache
def rendered(recipe: str) -> tuple[str, dict[str, str], tuple[str, ...]]:
    """Return the package of a recipe, its files, and the names of its inputs and outputs."""
    spec = read_spec(load_recipe(recipe).tables)
    names = (*(each.name for each in spec.inputs), *(each.name for each in spec.outputs))
    return spec.package, render(plan(spec)), names


def write(folder: Path, recipe: str) -> Path:
    """Write what of a project the check reads; return where its code is."""
    package, files, _ = rendered(recipe)
    for name, text in files.items():
        if name.startswith(f"src/{package}/") or "/" not in name:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    return folder / "src" / package


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("recipe", recipe_names())
def test_code_as_it_was_rendered_keeps_every_answer(recipe: str, tmp_path: Path) -> None:
    write(tmp_path, recipe)
    status = check_code(tmp_path)
    assert status.drifts == ()
    assert status.unclear == ()
    assert status.in_step is True


# === Many changes ===


def changed_meaning(random: Random, code: Path, recipe: str) -> str:
    """Change what the code of a project means, somewhere; return how."""
    names = rendered(recipe)[2]
    while True:
        which = random.random()
        file = "config.py" if which < 0.2 else "data.py" if which < 0.3 else "model.py"
        tree = ast.parse((code / file).read_text("utf-8"))
        if file == "config.py":
            name, found = "other_field", code_changes.other_field(tree, random, names)
        elif file == "data.py":
            name, found = "other_key", code_changes.other_key(tree, random, names)
        else:
            change = random.choice(code_changes.MEANING_OF_MODEL)
            name, found = change.__name__, change(tree, random)
        text = ast.unparse(ast.fix_missing_locations(tree))
        if found and text != ast.unparse(ast.parse((code / file).read_text("utf-8"))):
            (code / file).write_text(text, encoding="utf-8")
            return name


def changed_form(random: Random, code: Path) -> list[str]:
    """Change how the code of a project is written, in one to three ways; return how."""
    names: list[str] = []
    while len(names) < random.randint(1, 3):
        file = random.choice(("model.py", "model.py", "model.py", "config.py", "data.py"))
        of = code_changes.SAME_OF_MODEL if file == "model.py" else code_changes.SAME_OF_OTHERS
        change = random.choice(of)
        tree = ast.parse((code / file).read_text("utf-8"))
        if (
            change is code_changes.said_on_the_way and file == "config.py"
        ) or change.__name__ in names:
            continue
        if change(tree, random):
            text = ast.unparse(ast.fix_missing_locations(tree))
            (code / file).write_text(text, encoding="utf-8")
            names.append(change.__name__)
    return names


@pytest.mark.full
def test_changes_of_meaning_are_told(tmp_path: Path) -> None:
    missed: Counter[str] = Counter()
    count = samples(45, 200)
    for seed in range(count):
        random = Random(seed)
        recipe = random.choice(recipe_names())
        folder = tmp_path / str(seed)
        change = changed_meaning(random, write(folder, recipe), recipe)
        status = check_code(folder)
        if not status.drifts:
            missed[f"{change} of {recipe} ({seed})"] += 1
        assert all(
            each.line or "gone" in each.what or "is used" in each.what for each in status.drifts
        )
    assert missed.total() <= 0.05 * count, missed


@pytest.mark.full
def test_refactorings_raise_no_alarm(tmp_path: Path) -> None:
    for seed in range(samples(45, 200)):
        random = Random(10_000 + seed)
        recipe = random.choice(recipe_names())
        folder = tmp_path / str(seed)
        changes = changed_form(random, write(folder, recipe))
        status = check_code(folder)
        assert (status.drifts, status.unclear) == ((), ()), (seed, recipe, changes)


# === Single ones, by hand ===


def told(folder: Path) -> dict[str, str]:
    return {each.answer: each.what for each in check_code(folder).drifts}


def test_each_drift_names_its_answer_file_and_line(tmp_path: Path) -> None:
    code = write(tmp_path, "shapes")
    edit(code / "config.py", "picture_units: int = 64", "picture_units: int = 48")
    edit(code / "model.py", '"place": 10.0', '"place": 2.5')
    edit(code / "model.py", '"shape": "sparse_categorical', '"shape": "categorical')
    drifts = {each.answer: each for each in check_code(tmp_path).drifts}
    assert drifts.keys() == {"inputs.picture.units", "outputs.place.weight", "outputs.shape.kind"}
    for each in drifts.values():
        line = (tmp_path / each.file).read_text("utf-8").splitlines()[each.line - 1]
        assert "picture_units" in line or "compile" in line


CONV = 'padding="same", activation="relu", name=f"image_conv{number}")\n        )'

OTHER = [
    ("digits", "1 / 255)", "1 / 127.5, offset=-1)"),
    ("digits", 'padding="same"', 'padding="valid"'),
    (
        "digits",
        '"sparse_categorical_crossentropy"',
        "keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
    ),
    ("digits", "layers.Flatten()", "layers.GlobalAveragePooling2D()"),
    ("digits", "config.image_filters, start=1", "reversed(config.image_filters), start=1"),
    ("digits", 'activation="softmax", name="digit"', 'name="digit"'),
    ("digits", CONV, CONV.replace(', activation="relu"', "") + "\n        model.add(layers.ELU())"),
    ("two-outputs", 'name="even")(image_features)', 'name="even")(digit)'),
    ("two-outputs", "metrics={", 'loss_weights={"even": 0.3},\n        metrics={'),
    (
        "wide-and-deep",
        "layers.Concatenate()([flat, deep])",
        "keras.ops.concatenate([deep, flat], -1)",
    ),
    ("wide-and-deep", '"mean_squared_error"', "keras.losses.Huber(delta=2.0)"),
    ("resnet", "layers.ReLU()(layers.Add()([x, shortcut]))", "layers.ReLU()(x)"),
    ("resnet", "layers.Add()([x, shortcut])", "x * shortcut"),
    ("resnet", "stride = 1 if number == 1 else 2", "stride = 2"),
]


@pytest.mark.parametrize(("recipe", "old", "new"), OTHER)
def test_a_change_of_meaning_by_hand_is_told(
    recipe: str, old: str, new: str, tmp_path: Path
) -> None:
    edit(write(tmp_path, recipe) / "model.py", old, new)
    assert told(tmp_path)


SAME = [
    ("digits", '"sparse_categorical_crossentropy"', "keras.losses.SparseCategoricalCrossentropy()"),
    ("digits", 'activation="relu"', "activation=keras.activations.relu"),
    (
        "digits",
        CONV,
        CONV.replace(', activation="relu"', "") + "\n        model.add(layers.ReLU())",
    ),
    (
        "digits",
        'activation="softmax", name="digit"))',
        'name="logits"))\n    model.add(layers.Activation("softmax", name="digit"))',
    ),
    ("digits", "layers.MaxPooling2D()", "layers.MaxPool2D(pool_size=2, strides=2)"),
    (
        "two-outputs",
        'outputs={"digit": digit, "even": even},',
        "outputs=dict(even=even, digit=digit),",
    ),
    ("two-outputs", "metrics={", 'loss_weights={"digit": 1.0, "even": 1},\n        metrics={'),
    (
        "wide-and-deep",
        "layers.Concatenate()([flat, deep])",
        "keras.ops.concatenate([flat, deep], axis=-1)",
    ),
    (
        "wide-and-deep",
        "layers.Concatenate()([flat, deep])",
        "keras.ops.concatenate([flat, deep], -1)",
    ),
    ("wide-and-deep", '"mean_squared_error"', '"mse"'),
    ("wide-and-deep", 'Dense(1, name="rent")', 'Dense(1, activation="linear", name="rent")'),
    ("resnet", "layers.Add()([x, shortcut])", "x + shortcut"),
    ("resnet", "layers.ReLU()(x)", 'layers.Activation("relu")(x)'),
]


@pytest.mark.parametrize(("recipe", "old", "new"), SAME)
def test_a_refactoring_by_hand_raises_no_alarm(
    recipe: str, old: str, new: str, tmp_path: Path
) -> None:
    edit(write(tmp_path, recipe) / "model.py", old, new)
    status = check_code(tmp_path)
    assert (status.drifts, status.unclear) == ((), ())


def test_a_skip_connection_is_told_where_it_is(tmp_path: Path) -> None:
    code = write(tmp_path, "image-and-text")
    edit(
        code / "model.py",
        "question_features = question_encoder(question)",
        "question_features = question_encoder(question)\n"
        "    question_features = layers.add([question_features, question_features])",
    )
    drifts = check_code(tmp_path).drifts
    assert {each.answer for each in drifts} == {"inputs.question.encoder"}
    assert "add" in drifts[0].what.lower()


def test_a_second_output_is_told(tmp_path: Path) -> None:
    code = write(tmp_path, "digits")
    edit(
        code / "model.py",
        "    optimizer =",
        "    even = layers.Dense(1, name='even')(model.layers[-2].output)\n"
        "    model = keras.Model(model.inputs, [model.outputs[0], even])\n    optimizer =",
    )
    found = told(tmp_path)
    assert found["project.api"] == "the model is written functional, not sequential"
    assert "an output even more" in found["outputs"]


def test_what_cannot_be_read_is_a_doubt(tmp_path: Path) -> None:
    code = write(tmp_path, "digits")
    edit(code / "model.py", "import keras\n", "import keras\nimport sys\n")
    edit(
        code / "model.py",
        "    model.add(layers.Flatten())",
        "    if sys.argv[1:]:\n        model.add(layers.Dense(3))\n    model.add(layers.Flatten())",
    )
    status = check_code(tmp_path)
    assert status.in_step is None
    assert "a condition is not known" in status.unclear[0]
    answer = json.loads(run(f"check '{tmp_path}' --code --format json").output)
    assert answer["in_step"] is None


# === Accepting, and the command ===


def run(command: str) -> Result:
    return CliRunner().invoke(main, shlex.split(command))


def test_what_is_accepted_is_written_and_no_drift_any_more(tmp_path: Path) -> None:
    code = write(tmp_path, "shapes")
    before = (tmp_path / "kerasmith.toml").read_text("utf-8")
    edit(tmp_path / "kerasmith.toml", 'kind = "image"', 'kind = "image"  # from the scanner')
    edit(code / "config.py", "picture_units: int = 64", "picture_units: int = 48")
    edit(code / "model.py", '"place": 10.0', '"place": 2.5')
    edit(code / "model.py", 'activation="sigmoid"', 'activation="tanh"')
    assert run(f"check '{tmp_path}' --code").exit_code == 1
    result = run(f"check '{tmp_path}' --code --accept --format json")
    answer = json.loads(result.output)
    assert {each["answer"] for each in answer["accepted"]} == {
        "inputs.picture.units",
        "outputs.place.weight",
    }
    assert [each["answer"] for each in answer["drifts"]] == ["outputs.place.kind"]
    after = (tmp_path / "kerasmith.toml").read_text("utf-8")
    assert "# from the scanner" in after
    assert "units = 48" in after
    assert "weight = 2.5" in after
    assert len(after.splitlines()) <= len(before.splitlines()) + 2
    assert {*told(tmp_path)} == {"outputs.place.kind"}


def test_a_weight_where_there_was_none_is_accepted(tmp_path: Path) -> None:
    code = write(tmp_path, "two-outputs")
    edit(code / "model.py", "metrics={", 'loss_weights={"even": 0.3},\n        metrics={')
    answer = json.loads(run(f"check '{tmp_path}' --code --accept --format json").output)
    assert [each["answer"] for each in answer["accepted"]] == ["outputs.even.weight"]
    assert "weight = 0.3" in (tmp_path / "kerasmith.toml").read_text("utf-8")


def test_a_renamed_output_keeps_its_column(tmp_path: Path) -> None:
    code = write(tmp_path, "digits")
    edit(code / "model.py", 'name="digit"', 'name="numeral"')
    answer = json.loads(run(f"check '{tmp_path}' --code --accept --format json").output)
    assert [each["answer"] for each in answer["accepted"]] == ["outputs.digit.name"]
    text = (tmp_path / "kerasmith.toml").read_text("utf-8")
    assert 'name = "numeral"' in text
    assert 'column = "digit"' in text


def test_the_command_answers_people_and_programs(tmp_path: Path) -> None:
    code = write(tmp_path, "digits")
    result = run(f"check '{tmp_path}' --code")
    assert (result.exit_code, result.output) == (
        0,
        "The code keeps every answer of kerasmith.toml.\n",
    )
    edit(code / "config.py", "image_units: int = 64", "image_units: int = 48")
    result = run(f"check '{tmp_path}' --code")
    assert result.exit_code == 1
    assert "inputs.image.units" in result.output
    assert "src/digits/config.py:23: image_units is 48, not 64" in " ".join(result.output.split())
    assert run(f"check '{tmp_path}' --accept").exit_code == 2
    (code / "data.py").unlink()
    result = run(f"check '{tmp_path}' --code")
    assert result.exit_code == 2
    assert "src/digits/data.py is not there" in result.output
