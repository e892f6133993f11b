"""The tests of a lesson: they pass what is right, and name what is wrong with what is not."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kerasmith.lessons import Lesson, lesson
from kerasmith.project.create import create
from tests.samples import full_samples, samples

pytestmark = [pytest.mark.alone, pytest.mark.long(40)]

GRADE = """
import json, os, shutil, sys
from pathlib import Path
import pytest

class Causes:
    def __init__(self):
        self.told = []
    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.told.append(str(report.longrepr))

def graded(folder):
    os.chdir(folder)
    package = next(Path("src").iterdir()).name
    sys.path.insert(0, str(folder / "src"))
    __import__(f"{package}.sample")
    module = sys.modules[f"{package}.sample"]
    kept, write = folder.parent / f"{package}-data", module.write_sample
    def write_sample(config):  # few data, and the same for each: they are written once
        if not kept.exists():
            write(config)
            table = config.data_dir / "examples.csv"
            table.write_text("".join(table.open().readlines()[:601]))
            shutil.copytree(config.data_dir, kept)
        else:
            config.data_dir.symlink_to(kept)
    module.write_sample = write_sample
    causes = Causes()
    words = ["tests/test_lesson.py", "tests/test_data.py", "-q", "-x", "-p", "no:cacheprovider"]
    pytest.main([*words, "--import-mode=importlib", f"--basetemp={folder}/temporary"], [causes])
    sys.path.remove(str(folder / "src"))
    for name in [name for name in sys.modules if name.partition(".")[0] in (package, "tests")]:
        del sys.modules[name]
    sys.modules["keras"].utils.clear_session(free_memory=False)
    return causes.told

told = {folder: graded(Path(folder)) for folder in sys.argv[2:]}
Path(sys.argv[1]).write_text(json.dumps(told))
"""
"""Runs the tests of lessons in one process, which loads Keras once; says what each complains of."""


def grade(folders: list[Path], tmp_path: Path) -> list[list[str]]:
    """Return what the tests of each lesson complain of."""
    answer = tmp_path / "graded.json"
    subprocess.run(
        [sys.executable, "-c", GRADE, str(answer), *map(str, folders)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    told: dict[str, list[str]] = json.loads(answer.read_text("utf-8"))
    return [told[str(folder)] for folder in folders]


def answered(found: Lesson, folder: Path, **instead: str) -> Path:
    """Write a lesson with the solution in it, or what somebody wrote `instead` of a module's."""
    source = f"src/{found.plan.package}"
    paths = {path: f"{source}/{path}" for path, _, _ in found.holes()}
    written = {place: found.solution[place] for place in paths.values()}
    written |= {f"{source}/{name}.py": text for name, text in instead.items()}
    return create(folder, found.files | written)


@pytest.mark.full
@pytest.mark.skipif(not full_samples(), reason="slow; in make test-all")
def test_the_solution_of_each_lesson_passes(tmp_path: Path) -> None:
    recipes = [*LESSONS, "sentiment", "shapes", "forecast"]
    folders = [answered(lesson(name, f"of-{name}"), tmp_path / name) for name in recipes]
    assert grade(folders, tmp_path) == [[] for _ in recipes]


# === Mistakes ===


@dataclass(frozen=True)
class Mistake:
    """A wrong line in the place of a right one, and a word of what is to be said of it."""

    module: str
    right: str
    wrong: str
    told: str = ""


MISTAKES = [
    Mistake("model", r"    return model\n$", "    return None\n", "returns no model"),
    Mistake("model", r'    """\n    (?=\S)', '    """\n    raise NotImplementedError("x")\n    '),
    Mistake("model", r"layers\.Dense\(", "layers.Dence(", "AttributeError"),
    Mistake("model", r'activation="softmax"', 'activation="sigmoid"', "add up to 1"),
    Mistake("model", r'activation="softmax", ', "", "add up to 1"),
    Mistake("model", r'activation="sigmoid"', 'activation="softmax"', "by itself"),
    Mistake("model", r'activation="sigmoid", ', "", "by itself"),
    Mistake("model", r'activation="sigmoid"', 'activation="relu"', "by itself"),
    Mistake("model", r"Dense\(len\((config\.\w+)\)", r"Dense(len(\1) + 1", "a unit for each"),
    Mistake("model", r"Dense\(len\((config\.\w+)\)", "Dense(1", "a unit for each"),
    Mistake("model", r'Dense\(1, activation="sigmoid"', 'Dense(2, activation="sigmoid"', "a unit"),
    Mistake(
        "model", r'name="(digit|even|diagnosis|same|rent)"', 'name="head"', "name of its output"
    ),
    Mistake("model", r'(keras\.Input\(.*), name="\w+"\)', r"\1)", "name of its input"),
    Mistake("model", r'(keras\.Input\(.*), name="\w+"\)', r'\1, name="x")', "name of its input"),
    Mistake(
        "model", r"keras\.Input\((.*), name", r'keras.Input(\1, dtype="float16", name', "float"
    ),
    Mistake("model", r"keras\.Input\(config\.\w+, name", "keras.Input((28, 28, 1), name", "28"),
    Mistake("model", r"keras\.Input\(\(config\.\w+,\), name", "keras.Input((4,), name", "(4,)"),
    Mistake("model", r"keras\.Input\((.*), name", r"keras.Input((None,), name", "None"),
    Mistake("model", r"sparse_categorical_crossentropy", "categorical_crossentropy", "takes"),
    Mistake("model", r"sparse_categorical_crossentropy", "binary_crossentropy", "takes"),
    Mistake("model", r"sparse_categorical_crossentropy", "mean_squared_error", "takes"),
    Mistake("model", r"binary_crossentropy", "mean_squared_error", "takes"),
    Mistake("model", r"binary_crossentropy", "sparse_categorical_crossentropy", "takes"),
    Mistake("model", r"mean_squared_error", "binary_crossentropy", "takes"),
    Mistake("model", r"mean_squared_error", "mean_absolute_error", "takes"),
    Mistake(
        "model",
        r'"sparse_categorical_crossentropy"',
        "keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
        "from_logits",
    ),
    Mistake(
        "model",
        r'"binary_crossentropy"',
        "keras.losses.BinaryCrossentropy(from_logits=True)",
        "from_logits",
    ),
    Mistake(
        "model", r"    model\.compile\((.|\n)*?\n?    ?\)\n    return", "    return", "compile"
    ),
    Mistake("model", r"(?s)model\.compile\(.*\)\n", "model.compile(optimizer)\n", "loss"),
    Mistake("model", r"Adam\(config\.learning_rate\)", "Adam(0.0)", "stays as it was"),
    Mistake(
        "model", r"    return model\n$", "    model.trainable = False\n    return model\n", "learn"
    ),
    Mistake(
        "model",
        r'(layers\.Dense\(\w.*?), activation="relu"',
        r'\1, kernel_initializer="zeros", activation="relu"',
        "stays as it was",
    ),
    Mistake("model", r"layers\.Flatten\(\)", 'layers.Activation("relu")', ""),
    Mistake("model", r"config\.(\w+)_units", r"config.\1_unit", "AttributeError"),
    Mistake("model", r"digit_encoder\(right\)", "keras.models.clone_model(digit_encoder)(right)"),
    Mistake("model", r"right_features = digit_encoder\(right\)", "right_features = left_features"),
    Mistake("model", r'"even": even,?', "", ""),
    Mistake("model", r'"right": right', '"left": right', ""),
    Mistake("data", r'\.to_numpy\("int32"\)', '.to_numpy("float32")', "dtype"),
    Mistake("data", r'\.to_numpy\("int32"\)', '.to_numpy("int64")', "dtype"),
    Mistake("data", r'\.to_numpy\("int32"\)', '.to_numpy("int32") + 1', "first labels"),
    Mistake("data", r'\.to_numpy\("int32"\)', '.to_numpy("int32")[::-1]', "first labels"),
    Mistake("data", r'\.to_numpy\("int32"\)', '.to_numpy("int32") * 0', "first labels"),
    Mistake("data", r'\.to_numpy\("int32"\)', '.to_numpy("int32")[:, None]', "shape"),
    Mistake("data", r'\.to_numpy\("int32"\)', '.to_numpy("int32")[1:]', "shape"),
    Mistake(
        "data",
        r'return (.*)\.to_numpy\("int32"\)',
        r'numbers = \1.to_numpy("int32")\n    return np.eye(99, dtype="int32")[numbers]',
        "shape",
    ),
    Mistake("data", r'\.to_numpy\("float32"\)\[:, None\]', '.to_numpy("float32")', "shape"),
    Mistake("data", r'\.to_numpy\("float32"\)\[:, None\]', '.to_numpy("int32")[:, None]', "dtype"),
    Mistake("data", r'(\.to_numpy\("float32"\)\[:, None\])', r"\1 * 2 - 1", "first labels"),
    Mistake("data", r'return (.*"float32"\)\[:, None\])', r"return 1 - \1", "first labels"),
    Mistake("data", r"(?m)^    if unknown:\n        raise DataError.*\n", "", ""),
    Mistake("data", r"raise DataError\(f\"Column", 'raise KeyError(f"Column', ""),
    Mistake(
        "data", r'DataError\(f"Column \{column\.name!r\} holds', 'DataError(f"A column holds', ""
    ),
    Mistake("data", r'"digit": (class_numbers)', r'"digits": \1', "by its name|each output"),
    Mistake("data", r'table\["digit"\], config', 'table["even"], config', ""),
]
"""What students write; each is made in every lesson in which the right line stands."""

LESSONS = ("digits", "feedforward", "two-outputs", "siamese", "wide-and-deep")


def wrong(recipe: str) -> Iterator[tuple[Mistake, str]]:
    """Yield each mistake that can be made in a lesson, and the module with it."""
    found = lesson(recipe, f"of-{recipe}")
    for mistake in MISTAKES:
        right = found.solution[f"src/{found.plan.package}/{mistake.module}.py"]
        text = re.sub(mistake.right, mistake.wrong, right)
        if text != right:
            yield mistake, text


def test_a_hundred_mistakes_are_named(tmp_path: Path) -> None:
    """Of all at least 95 in 100 are found, in the words of their cause."""
    made = [(name, mistake, text) for name in LESSONS for mistake, text in wrong(name)]
    assert len(made) >= 100
    count = samples(8, 100)
    chosen = [made[place * len(made) // count] for place in range(count)]
    folders = [
        answered(lesson(name, f"of-{name}"), tmp_path / f"{place}", **{mistake.module: text})
        for place, (name, mistake, text) in enumerate(chosen)
    ]
    told = grade(folders, tmp_path)
    missed = [
        (name, mistake.wrong, causes)
        for (name, mistake, _), causes in zip(chosen, told, strict=True)
        if not any(re.search(mistake.told, cause) for cause in causes)
    ]
    assert len(missed) <= len(chosen) / 20, missed
