"""A live project grows: what was chosen and edited stays, what depends on it follows."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kerasmith.plan.pinned import pin_choices, replan
from kerasmith.plan.plan import plan
from kerasmith.project.history import Installed
from kerasmith.project.update import Outcome, carry_out, prepare
from kerasmith.spec.flags import Flags
from kerasmith.spec.names import SPEC_FILE
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from tests.projects.conftest import run_in
from tests.samples import NEEDS_KERAS, full_samples
from tests.stories.story import Project

CONFIG = "src/digits/config.py"
DATA = "src/digits/data.py"
MODEL = "src/digits/model.py"
NOTEBOOK = "notebook.ipynb"
TRAIN = "src/digits/train.py"

in_full = pytest.mark.skipif(not full_samples(), reason="trains; in make test-all")


def own_tests_pass(project: Project, package: str = "digits") -> None:
    """Run everything that the project promises: its linters, its types, its tests."""
    run_in(project.folder, "ruff", "check", ".")
    run_in(project.folder, "ruff", "format", "--check", ".")
    run_in(project.folder, "mypy")
    run_in(project.folder, "pytest", "-q", "-p", "no:cacheprovider")
    assert project.path(f"src/{package}").is_dir()


def edited_as_people_do(project: Project) -> None:
    """Edit numbers, reading, augmentation, callbacks and the optimizer, and commit."""
    project.edit(CONFIG, "epochs: int = 30", "epochs: int = 6")
    project.edit(
        CONFIG,
        "image_filters: tuple[int, ...] = (32, 64)",
        "image_filters: tuple[int, ...] = (48, 64)",
    )
    project.edit(
        DATA,
        "    small = picture.resize(",
        "    picture.info.clear()  # what a camera noted\n    small = picture.resize(",
    )
    project.edit(DATA, "import numpy as np\n", "import keras\nimport numpy as np\n")
    project.edit(
        DATA,
        "    table = readable_rows(read_split(split, config), config)\n"
        "    return read_inputs(table, config), read_targets(table, config)\n",
        "    table = readable_rows(read_split(split, config), config)\n"
        "    inputs = read_inputs(table, config)\n"
        '    if split == "train":\n'
        "        inputs = keras.tree.map_structure(brighter, inputs)\n"
        "    return inputs, read_targets(table, config)\n",
    )
    project.write(
        DATA,
        project.read(DATA) + "\n\ndef brighter(images: np.ndarray) -> np.ndarray:\n"
        '    """Add the same to each pixel."""\n'
        "    return np.clip(images + 5.0, 0, 255)\n",
    )
    project.edit(
        TRAIN,
        '        keras.callbacks.CSVLogger(config.run_dir / "history.csv"),\n',
        '        keras.callbacks.CSVLogger(config.run_dir / "history.csv"),\n'
        "        keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate),\n",
    )
    project.edit(
        MODEL,
        "keras.optimizers.Adam(config.learning_rate)",
        "keras.optimizers.Adam(config.learning_rate, clipnorm=1.0)",
    )
    project.commit()


EDITS = [
    "picture.info.clear()",
    "inputs = keras.tree.map_structure(brighter, inputs)",
    "LearningRateScheduler",
    "clipnorm",
    "epochs: int = 6",
    "(48, 64)",
]


def everything(project: Project) -> str:
    return b"\n".join(project.held().values()).decode("utf-8", "replace")


# === The story of the digits ===


def test_digits_grow_an_output_and_every_edit_stays(project: Project, first: Installed) -> None:
    edited_as_people_do(project)
    outcome = project.settle(first, outputs=["place:box"])
    text = everything(project)
    assert all(edit in text for edit in EDITS)
    assert 'outputs={"digit": digit, "place": place},' in text
    assert outcome.mentions == ()


@NEEDS_KERAS
def test_digits_grow_an_output_train_on_and_lose_only_the_new_head(
    project: Project, first: Installed
) -> None:
    """The whole story, with real training runs: train, edit, grow, test, warm start."""
    edited_as_people_do(project)
    project.settle(first, with_=["warm-start"])
    run_in(project.folder, "digits.sample")
    run_in(project.folder, "digits.train")
    project.path("runs/latest/model.keras").rename(project.path("runs/old.keras"))

    project.settle(first, outputs=["place:box"])

    own_tests_pass(project)
    project.write("data/examples.csv", "")  # the sample is another now
    run_in(project.folder, "digits.sample")
    said = run_in(project.folder, "digits.train", "--warm-start", "runs/old.keras").stdout
    carried = re.findall(r"^carried over: (.*)$", said, re.MULTILINE)
    fresh = re.findall(r"^starts fresh: +(.*)$", said, re.MULTILINE)
    assert carried == ["image_conv1", "image_conv2", "image_dense", "digit"]
    assert fresh == ["place, it is new"]


# === Other ways to grow ===


GROWTHS: dict[str, tuple[str, Callable[[Project], object]]] = {
    "an input": (
        "digits",
        lambda p: append(
            p, "inputs", 'name = "age"', 'kind = "table"', 'columns = [{ name = "years" }]'
        ),
    ),
    "an output less": ("shapes", lambda p: cut(p, "outputs", "place")),
    "a shared pair": ("digits", lambda p: pair(p)),
    "a pair less": ("siamese", lambda p: unshare(p)),
    "another encoder": (
        "digits",
        lambda p: p.edit(SPEC_FILE, "shape = [8, 8, 1]", 'shape = [8, 8, 1]\nencoder = "resnet"'),
    ),
    "an input renamed": ("digits", lambda p: p.edit(SPEC_FILE, 'name = "image"', 'name = "scan"')),
    "the project renamed": (
        "digits",
        lambda p: p.edit(SPEC_FILE, 'name = "digits"', 'name = "numerals"'),
    ),
    "another backend, and job files": (
        "digits",
        lambda p: p.edit(
            SPEC_FILE,
            'name = "digits"',
            'name = "digits"\nbackend = "jax"\njobs = ["slurm", "kubernetes"]',
        ),
    ),
    "data as a stream": (
        "digits",
        lambda p: p.edit(SPEC_FILE, 'sample = "digits"', 'sample = "digits"\nstream = true'),
    ),
}
"""What an owner wants otherwise: the recipe it begins with, and how kerasmith.toml is edited."""


def append(project: Project, section: str, *lines: str) -> None:
    text = project.read(SPEC_FILE)
    project.write(SPEC_FILE, text + f"\n[[{section}]]\n" + "\n".join(lines) + "\n")


def cut(project: Project, section: str, name: str) -> None:
    entries = re.split(r"(?m)^(?=\[)", project.read(SPEC_FILE))
    kept = [e for e in entries if not (e.startswith(f"[[{section}]]") and f'name = "{name}"' in e)]
    assert len(kept) == len(entries) - 1
    project.write(SPEC_FILE, "".join(kept))


def pair(project: Project) -> None:
    append(project, "inputs", 'name = "other"', 'kind = "image"', "shape = [8, 8, 1]")
    append(project, "shared", 'name = "twin_encoder"', 'inputs = ["image", "other"]')


def unshare(project: Project) -> None:
    text = project.read(SPEC_FILE)
    project.write(SPEC_FILE, re.sub(r"\[\[shared\]\]\n(?:.+\n)+", "", text))
    assert project.read(SPEC_FILE) != text


def grown(how: str, folder: Path, by: Installed) -> tuple[Project, Outcome]:
    recipe, edit = GROWTHS[how]
    project = Project.new(folder / recipe, load_recipe(recipe).spec, by)
    edit(project)
    outcome = project.settle(by)
    return project, outcome


@pytest.mark.parametrize("how", GROWTHS)
def test_a_grown_project_is_what_a_new_one_would_be(
    how: str, tmp_path: Path, first: Installed
) -> None:
    """Without edits nothing tells it from one that was generated so; kept choices aside."""
    project, _ = grown(how, tmp_path, first)
    update = prepare(project.folder, installed=first)
    assert not update.is_needed
    for name, text in update.sides.theirs.items():
        assert project.read(name) == text, name


@pytest.mark.full
@pytest.mark.alone
@pytest.mark.long(30)
@in_full
@pytest.mark.parametrize("how", ["an input", "a pair less"])
def test_a_grown_projects_own_tests_pass(how: str, tmp_path: Path, first: Installed) -> None:
    project, _ = grown(how, tmp_path, first)
    package = "numerals" if "project" in how else GROWTHS[how][0]
    own_tests_pass(project, package)


def test_what_changes_around_the_model_is_told(project: Project, first: Installed) -> None:
    wishes = ["data.stream=true"]
    update = prepare(
        project.folder,
        installed=first,
        flags=Flags(backend="jax", with_=["warm-start"], set=wishes),
    )
    assert {*map(str, update.changes)} == {
        "backend: TensorFlow → JAX",
        "feature stream added: Tables that do not fit into memory, read piece by piece.",
        "feature warm-start added: Training that starts with the weights of a saved model.",
    }


def test_an_option_switched_off_after_edits_leaves_them(project: Project, first: Installed) -> None:
    """A residual encoder is chosen, edited beside, and left out again."""
    project.settle(first, branching=["residual"])
    project.edit(CONFIG, "seed: int = 0", "seed: int = 7")
    project.edit(
        "src/digits/model.py",
        "    model = keras.Model(",
        "    print(digit.shape)\n    model = keras.Model(",
    )
    project.commit()
    project.update(first, inputs=["image:image:8x8x1=cnn"])
    assert "seed: int = 7" in project.read(CONFIG)
    assert "print(digit.shape)" in project.read("src/digits/model.py")


def test_augmentation_comes_and_goes_beside_edits(project: Project, first: Installed) -> None:
    """What training changes is no matter of the model: its encoder stays as it was chosen."""
    before = project.read(MODEL)
    project.edit(CONFIG, "epochs: int = 30", "epochs: int = 7")
    project.edit(CONFIG, "image_units: int = 64", "image_units: int = 48")
    project.edit(
        DATA, "    small = picture.resize(", "    print(file)\n    small = picture.resize("
    )
    project.commit()
    wishes = ["inputs.image.shift=0.1", "inputs.image.rotate=10"]
    update = prepare(project.folder, installed=first, flags=Flags(set=wishes))
    assert [*map(str, update.changes)] == ["augmentation of image added: rotate 10, shift 0.1"]
    project.settle(first, set=wishes)
    assert "    image_shift: float = 0.1" in project.read(CONFIG)
    assert "augmented(dataset, config)" in project.read(DATA)
    assert project.path("tests/test_augmentation.py").is_file()
    project.settle(first, set=["inputs.image.shift=0", "inputs.image.rotate=0"])
    assert not project.path("src/digits/augmentation.py").exists()
    assert project.read(MODEL) == before
    for name, edit in ((CONFIG, "epochs: int = 7"), (CONFIG, "= 48"), (DATA, "print(file)")):
        assert edit in project.read(name)


def test_edits_in_the_model_survive_a_second_output(project: Project, first: Installed) -> None:
    project.edit(
        "src/digits/model.py",
        "    model.add(layers.Flatten())",
        '    model.add(layers.BatchNormalization(name="image_norm"))\n'
        "    model.add(layers.Flatten())",
    )
    project.commit()
    outcome = project.update(first, outputs=["place:box"])
    assert "image_norm" in project.read("src/digits/model.py")
    assert {each.path for each in outcome.conflicts} <= {"src/digits/model.py"}


# === What is chosen stays ===


def siamese() -> Spec:
    return load_recipe("siamese").spec


def test_another_output_never_redesigns_the_trained_part() -> None:
    """Two shared inputs and one yes or no are compared; with a second output they would not be."""
    from kerasmith.spec.flags import read_flags
    from kerasmith.spec.tables import tables_of

    before = plan(siamese())
    assert before.merge == "difference"
    _, grown = read_flags(Flags(outputs=["more:number"]), tables_of(siamese()))
    assert plan(grown).merge == "concatenate"
    after = replan(grown, recorded(before))
    assert (after.merge, after.trunk, after.encoders) == (
        before.merge,
        before.trunk,
        before.encoders,
    )


def recorded(planned: object) -> dict[str, object]:
    import msgspec

    found: dict[str, object] = msgspec.to_builtins(planned)
    return found


def test_a_kept_choice_is_not_written_into_the_spec(digits: Spec) -> None:
    before = plan(digits)
    assert pin_choices(digits, recorded(before)) != digits
    assert replan(digits, recorded(before)) == before


def test_a_new_default_changes_nothing_until_it_is_asked_for(
    project: Project, first: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kerasmith.catalogue.encoders.image import Cnn

    def suited(cls: type[Cnn], given: object) -> Cnn:
        return cls(filters=(8,), units=8, dropout=0.5)

    monkeypatch.setattr(Cnn, "suited", classmethod(suited))
    assert project.in_step(first)
    update = prepare(project.folder, refresh=True, installed=first)
    said = [str(each) for each in update.changes]
    assert "input image, cnn units: 64 → 8" in said
    project.update(first, refresh=True)
    assert "image_units: int = 8" in project.read(CONFIG)


def test_a_changed_entry_is_chosen_for_anew(project: Project, first: Installed) -> None:
    outcome = project.settle(first, inputs=["image:image:64x64x3"])
    assert CONFIG in outcome.changed
    assert "image_filters: tuple[int, ...] = (32, 64)" not in project.read(CONFIG)


# === What changes its meaning ===


def test_lines_of_the_owners_that_name_an_old_metric_are_listed(
    project: Project, first: Installed
) -> None:
    project.edit(
        TRAIN,
        '        keras.callbacks.CSVLogger(config.run_dir / "history.csv"),\n',
        '        keras.callbacks.CSVLogger(config.run_dir / "history.csv"),\n'
        '        keras.callbacks.EarlyStopping(monitor="val_accuracy", patience=3),\n',
    )
    project.write("study.py", "from digits.data import load_split\n")
    project.commit()
    outcome = project.settle(first, outputs=["place:box"])
    found = {(each.path, each.word): each.instead for each in outcome.mentions}
    assert found[TRAIN, "val_accuracy"] == "`val_digit_accuracy` now"
    assert "study.py" in {path for path, _ in found}


def test_lines_that_name_an_input_which_went_are_listed(project: Project, first: Installed) -> None:
    project.write("study.py", 'print(config.image_shape, batch["image"], "an image")\n')
    project.commit()
    project.edit(SPEC_FILE, 'name = "image"', 'name = "scan"')
    (mention,) = project.settle(first).mentions
    assert (mention.path, mention.line, mention.word) == ("study.py", 1, "image")
    assert "scan" in mention.instead


def test_who_is_asked_may_change_everything_and_kerasmith_toml_says_it(
    project: Project, first: Installed
) -> None:
    def ask(tables: dict[str, Any]) -> dict[str, Any]:
        (image,) = tables["inputs"]
        return {**tables, "inputs": [{**image, "encoder": "mlp"}]}

    project.write(SPEC_FILE, "# Mine\n" + project.read(SPEC_FILE))
    project.commit()
    carry_out(prepare(project.folder, ask=ask, installed=first))
    assert project.read(SPEC_FILE).startswith("# Mine\n")
    assert 'encoder = "mlp"' in project.read(SPEC_FILE)
    assert "How image is read: mlp" in project.read(CONFIG)


def test_a_notebook_with_cells_of_the_owner_grows_as_text(
    digits: Spec, first: Installed, tmp_path: Path
) -> None:
    """An update changes the cell of the decision; the owner's cells and Jupyter's words stay."""
    project = Project.new(tmp_path / "digits", digits, first)
    project.settle(first, with_=["notebook"])
    notebook = json.loads(project.read(NOTEBOOK))
    *before, last = notebook["cells"]
    last["source"] = ['predict(read_split("validation", config), config)']
    mine = {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": ["How sure it is"]}
    notebook["cells"] = [*before, mine, last]
    notebook["metadata"]["language_info"]["version"] = "3.11.7"
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    project.write(NOTEBOOK, text)
    project.commit()
    project.settle(first, outputs=["parity:binary"])
    merged = json.loads(project.read(NOTEBOOK))
    cells = {cell["id"]: "".join(cell["source"]) for cell in merged["cells"]}
    assert cells["mine"] == "How sure it is"
    assert cells["predict"] == "".join(last["source"])
    assert "multiple-outputs" in cells["decision"]
    assert "linear-stack" not in cells["decision"]
    assert merged["metadata"] == notebook["metadata"]
