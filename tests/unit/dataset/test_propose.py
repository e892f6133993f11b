"""Data files: how they are read, what is noticed, what spec is proposed, who overrules whom."""

import random
import time
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kerasmith.catalogue.endings import IMAGE_ENDINGS, OTHER_IMAGE_ENDINGS
from kerasmith.catalogue.inputs import INPUT_KINDS
from kerasmith.dataset import arrays, from_table
from kerasmith.dataset.bring import bring
from kerasmith.dataset.propose import DataFindings, DataOptions, Proposal, propose
from kerasmith.dataset.sample import BLOCKS, MOST_ROWS, read_table
from kerasmith.errors import KerasmithError, Problem
from kerasmith.plan.plan import plan
from kerasmith.spec.read import read_spec
from kerasmith.spec.specification import Spec
from tests.unit.helpers import problems_or_none, well_said


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pets.csv"


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def table(path: Path, rows: int = 60, separator: str = ",") -> Path:
    """Write a table of pets with a column of each common kind."""
    rng = random.Random(0)
    lines = [["id", "weight", "breed", "note", "home", "stays"]]
    for number in range(rows):
        words = " ".join(rng.choices(["calm", "loud", "shy", "old", "big"], k=8))
        breed, home = rng.choice(["beagle", "boxer"]), rng.choice(["Bonn", "Ulm"])
        weight = f"{rng.uniform(5, 30):.1f}"
        lines.append([f"P{number}", weight, breed, words, home, str(rng.randrange(2))])
    return written(path, "\n".join(separator.join(line) for line in lines) + "\n")


def proposed(path: Path, **wishes: Any) -> Proposal:
    return propose(path, DataOptions(**wishes))


def spec_of(proposal: Proposal) -> Spec:
    return read_spec(proposal.tables)


def kinds(found: DataFindings) -> dict[str, str]:
    return {each.name: each.kind for each in found.columns}


def refused(path: Path, **wishes: Any) -> tuple[Problem, ...]:
    with pytest.raises(KerasmithError) as refusal:
        proposed(path, **wishes)
    assert all(each.what and each.where for each in refusal.value.problems)
    return refusal.value.problems


# === Tables ===


def visits(path: Path, name: str = "subject", people: int = 12) -> Path:
    lines = [f"P{n % people},{n * 7 % 90}.5,{n * 3 % 50}.5" for n in range(10 * people)]
    return written(path, "\n".join([f"{name},day,score", *lines]) + "\n")


@pytest.mark.parametrize("name", ["subject", "Patient", "user_id", "customerId", "id", "Person Nr"])
def test_whom_rows_are_of_is_proposed_as_their_group(path: Path, name: str) -> None:
    proposal = proposed(visits(path, name), predict=["score"])
    found = {each.name: each for each in proposal.findings.columns}[name]
    assert found.dropped
    assert "12 different in 120 rows, says whom a row is of" in found.reason
    assert "belong in one split (data.group)" in " ".join(found.notes)
    spec = spec_of(proposal)
    assert spec.data.group == name
    assert plan(spec).data.group == name


@pytest.mark.parametrize(
    ("name", "people", "more"),
    [
        ("city", 12, {}),
        ("customer_type", 12, {}),
        ("subject", 4, {}),
        ("subject", 12, {"inputs": ["subject:category"]}),
        ("subject", 12, {"ignore": ["subject"]}),
    ],
)
def test_what_is_no_group_or_said_to_be_none_is_not_proposed_as_one(
    path: Path, name: str, people: int, more: dict[str, list[str]]
) -> None:
    proposal = proposed(visits(path, name, people), predict=["score"], **more)
    assert not spec_of(proposal).data.group


def test_whom_rows_are_of_can_be_predicted(path: Path) -> None:
    proposal = proposed(visits(path), predict=["subject"])
    assert "group" not in proposal.tables["data"]
    assert spec_of(proposal).outputs[0].kind.kind == "category"


def test_numbers_and_categories_become_one_table_and_texts_an_input_each(path: Path) -> None:
    proposal = proposed(table(path), predict=["stays"])
    spec = spec_of(proposal)
    assert spec.project.name == "pets"
    assert [(each.name, each.kind.kind) for each in spec.inputs] == [
        ("note", "text"),
        ("record", "table"),
    ]
    assert spec.input("record").kind.columns_of("record") == ("weight", "breed", "home")
    assert [(each.name, each.kind.kind) for each in spec.outputs] == [("stays", "binary")]
    assert kinds(proposal.findings)["id"] == "dropped"


def test_a_plain_table_stays_one_input(path: Path) -> None:
    spec = spec_of(proposed(table(path), predict=["breed"], ignore=["note"]))
    assert [each.name for each in spec.inputs] == ["record"]


def test_a_target_is_guessed_where_none_is_said(path: Path) -> None:
    found = proposed(table(path)).findings
    assert found.guessed
    assert found.targets[0].columns == ("stays",)
    assert not proposed(path, predict=["breed"]).findings.guessed


def test_a_usual_name_is_guessed_before_the_last_column(path: Path) -> None:
    written(path, "label,age\n" + "a,1\nb,2\n" * 20)
    assert proposed(path).findings.targets[0].columns == ("label",)


def test_several_columns_are_several_outputs(path: Path) -> None:
    spec = spec_of(proposed(table(path), predict=["weight", "breed"]))
    assert [each.name for each in spec.outputs] == ["weight", "breed"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_what_stands_between_columns_is_found_out(path: Path, separator: str) -> None:
    sample = read_table(table(path, separator=separator))
    assert list(sample.columns) == ["id", "weight", "breed", "note", "home", "stays"]
    assert (sample.rows, sample.whole) == (60, True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_every_usual_encoding_is_read(path: Path, encoding: str) -> None:
    written(path, "Straße,größe\n" + "a,1\nö,2\n" * 20, encoding)
    found = proposed(path, predict=["größe"]).findings
    assert [each.name for each in found.columns] == ["Straße", "größe"]
    assert any("Windows-1252" in note for note in found.notes) == (encoding == "latin-1")


def test_quoted_cells_may_hold_separators_and_lines(path: Path) -> None:
    written(path, 'a,b\n"x, y",1\n"two\nlines",2\n' * 20 + "\n")
    assert read_table(path).columns["a"][:2] == ["x, y", "two\nlines"]


def test_rows_that_are_too_long_are_left_out_and_short_ones_filled_and_said(path: Path) -> None:
    written(path, "a,b\n" + "1,2\n" * 30 + "1,2,3\n4\n,\n,\n")
    sample = read_table(path)
    assert sample.size == 31, "lines of separators at the end are not rows"
    assert sample.columns["b"][-1] == ""
    assert "1 of 32 rows has more cells than the 2 columns" in sample.notes[0]
    assert "1 of 32 rows has fewer cells" in sample.notes[1]


def test_columns_are_called_as_pandas_calls_them_and_that_is_said(path: Path) -> None:
    written(path, "a,a,,a.1\n" + "1,2,3,4\n" * 30)
    sample = read_table(path)
    assert list(sample.columns) == ["a", "a.2", "Unnamed: 2", "a.1"]
    assert "Several columns are called 'a'" in sample.notes[0]


def test_names_that_differ_in_blanks_alone_are_refused(path: Path) -> None:
    assert "blanks" in refused(written(path, "a,a ,y\n" + "1,2,3\n" * 30))[0].why


def test_a_first_row_of_data_is_no_header_and_that_is_said(path: Path) -> None:
    rows = "".join(f"{n / 7:.3f},{n * n / 9:.3f},{'RM'[n % 2]}\n" for n in range(1, 40))
    sample = read_table(written(path, rows))
    assert (list(sample.columns), sample.rows) == (["column_1", "column_2", "column_3"], 39)
    assert "--header" in sample.notes[0]
    assert list(read_table(path, header=True).columns) == ["0.143", "0.111", "M"]
    assert sum(content.count(b"\n") for content in brought(path, "column_3")) == 40


def brought(path: Path, target: str) -> list[bytes]:
    contents = bring(proposed(path, predict=[target])).files.values()
    return [each if isinstance(each, bytes) else each.read_bytes() for each in contents]


@pytest.mark.parametrize("header", ["0,1,2,y", "2019,2020,2021,y", "a,b,c,y", "x1,7,8,y"])
def test_a_header_that_only_counts_is_a_header(path: Path, header: str) -> None:
    rows = "".join(f"{n},{n / 7:.2f},{n * n},{'ab'[n % 2]}\n" for n in range(40))
    sample = read_table(written(path, f"{header}\n{rows}"))
    assert list(sample.columns) == header.split(",")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "It is empty."),
        ("\n\n", "It is empty."),
        ("a,b\n", "no rows"),
        ("a,b\n1,2,3\n4,5\n", "the first row has 3 cells"),
        (",,\n1,2,3\n", "Its first line is empty."),
        ("a\0b", "It is not a text file."),
        ('a,b\n"' + "x" * 1_100_000, "a quotation mark is never closed"),
    ],
)
def test_what_is_no_table_is_said(path: Path, text: str, why: str) -> None:
    (problem,) = refused(written(path, text))
    assert why in problem.why, problem


def test_another_ending_is_answered_with_what_is_read(tmp_path: Path) -> None:
    (problem,) = refused(written(tmp_path / "pets.xlsx", "x"))
    assert "Parquet" in problem.try_
    assert "No such file" in refused(tmp_path / "none.csv")[0].why


# === Large files ===


def large(path: Path, size: int) -> int:
    """Write a table of that size whose last rows differ from the first; return its rows."""
    block = "".join(f"{n % 89},{n % 7}.5,a{n % 3}\n" for n in range(10_000))
    count = size // len(block)
    with path.open("w") as file:
        file.write("x,y,z\n")
        for number in range(count):
            file.write(block.replace("a", "late") if number == count - 1 else block)
    return 10_000 * count


@pytest.mark.slow
def test_a_large_file_is_sampled_from_beginning_to_end_with_flat_memory(path: Path) -> None:
    rows = large(path, 60_000_000)
    tracemalloc.start()
    begin = time.process_time()
    sample = read_table(path)
    passed = time.process_time() - begin
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert not sample.whole
    assert 0.5 * MOST_ROWS < sample.size < 1.2 * MOST_ROWS
    assert abs(sample.rows - rows) < 0.02 * rows
    assert {"a0", "late2"} <= set(sample.columns["z"])
    assert sample.stretch == sample.size // BLOCKS
    assert peak < 40_000_000
    assert passed < 20


@pytest.mark.slow
def test_a_table_that_may_not_fit_into_memory_is_read_as_a_stream(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = large(path, 2_000_000)
    assert "stream" not in proposed(path, predict=("z",)).tables["data"]
    monkeypatch.setattr(from_table, "STREAMED_FROM", 1_900_000)
    found = proposed(path, predict=("z",))
    assert found.tables["data"]["stream"] is True
    assert spec_of(found).data.stream
    assert any("2 MB of text" in note and "data.stream" in note for note in found.findings.notes)
    assert found.findings.rows == pytest.approx(rows, rel=0.02)
    series = proposed(path, predict=("x",), history=3, horizon=1)
    assert "stream" not in series.tables["data"]


def test_a_large_file_with_lines_in_its_cells_is_read_from_its_beginning(path: Path) -> None:
    with path.open("w") as file:
        file.write("a,b\n")
        file.writelines(f'"some\ntext of row {n}",{n % 7}\n' for n in range(60_000))
    sample = read_table(path)
    assert (sample.whole, sample.size) == (False, MOST_ROWS)
    assert "several lines" in sample.notes[0]


# === Notes ===


def notes(path: Path, **wishes: Any) -> str:
    return " ".join(proposed(path, **wishes).findings.notes)


def test_rows_that_repeat_are_said(path: Path) -> None:
    written(path, "a,b\n" + "".join(f"{n}.5,{n % 2}\n" for n in [*range(100), 3, 4]))
    assert "2 duplicate rows" in notes(path)
    written(path, "a,b\n" + "".join(f"{n}.5,{n % 2}\n" for n in range(100)))
    assert notes(path) == ""


def test_columns_that_hold_the_same_are_said(path: Path) -> None:
    written(path, "a,b,c\n" + "".join(f"{n % 9}.5,{n % 9}.5,{n % 2}\n" for n in range(120)))
    assert "b holds the same as a" in notes(path, predict=["c"])


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{n}.5,{twice}", "it goes up and down with it exactly"),
        ("v{kind},k{kind}", "each of its values goes with one answer"),
        ("{apart}.5,k{kind}", "its numbers do not overlap"),
    ],
)
def test_a_column_that_tells_the_target_is_said(path: Path, line: str, why: str) -> None:
    lines = [
        line.format(n=n, twice=2 * n + 1.25, kind=n % 3, apart=1000 * (n % 3) + n)
        for n in range(120)
    ]
    written(path, "a,answer\n" + "\n".join(lines))
    assert f"a may leak answer: {why}" in notes(path, predict=["answer"])


def test_a_column_that_only_helps_is_no_leak(path: Path) -> None:
    rng = random.Random(1)
    lines = [f"{n % 3 + rng.gauss(0, 1):.2f},k{n % 3}" for n in range(300)]
    written(path, "a,answer\n" + "\n".join(lines))
    assert "leak" not in notes(path, predict=["answer"])


def test_rows_in_the_order_of_time_are_said(path: Path) -> None:
    days = [f"2021-{1 + n // 28:02}-{1 + n % 28:02},{n * 7 % 13}.5" for n in range(120)]
    written(path, "day,load\n" + "\n".join(days))
    assert "follow each other in time (day)" in notes(path)
    written(path, "day,load\n" + "\n".join(reversed(days)))
    assert "in time" not in notes(path)


# === DataOptions ===


def test_the_owner_overrules_kinds_and_leaves_out(path: Path) -> None:
    proposal = proposed(
        table(path), predict=["stays"], inputs=["weight:category", "breed:text:3"], ignore=["id"]
    )
    assert kinds(proposal.findings)["weight"] == "category"
    spec = spec_of(proposal)
    assert spec.input("breed").kind.tensor_shape == (3,)
    assert next(each for each in proposal.findings.columns if each.name == "id").reason == (
        "dropped: you ignore it"
    )


def test_an_output_may_be_said_with_its_kind(path: Path) -> None:
    written(path, "age,stars\n" + "".join(f"{n}.5,{n % 5}\n" for n in range(100)))
    assert spec_of(proposed(path, predict=["stars"])).outputs[0].kind.kind == "category"
    assert spec_of(proposed(path, outputs=["stars:number"])).outputs[0].kind.kind == "number"


def test_all_wrong_wishes_are_told_at_once(path: Path) -> None:
    problems = refused(
        table(path),
        predict=["stay", "breed"],
        inputs=["weight:picture", "wait:number"],
        ignore=["breed", "idd"],
    )
    assert [each.where for each in problems] == [
        "--input weight:picture",
        "--input wait:number",
        "--predict stay",
        "--ignore idd",
        "--ignore breed",
    ]
    assert problems[2].try_ == "Did you mean 'stays'?"


def test_names_that_a_model_cannot_have_are_changed_and_said(path: Path) -> None:
    written(path, "Age,Class\n" + "".join(f"{n}.5,{'ab'[n % 2]}\n" for n in range(100)))
    proposal = proposed(path, predict=["Class"])
    assert proposal.findings.renamed["Class"] == "my_class"
    assert "'Class' is called my_class" in notes(path, predict=["Class"])
    assert spec_of(proposal).outputs[0].name == "my_class"


def test_a_column_whose_name_holds_a_colon_can_be_named(path: Path) -> None:
    written(path, "a:b,c\n" + "".join(f"{n % 3},{n % 2}\n" for n in range(60)))
    assert kinds(proposed(path, predict=["c"], inputs=["a:b:category"]).findings)["a:b"] == (
        "category"
    )


# === Boxes, several numbers, series ===


def boxes(path: Path, *lines: str) -> Path:
    """Write a table with four columns of a box, separated by semicolons."""
    head = "place_left;place_top;place_right;place_bottom;age\n"
    rows = (f"{lines[n % len(lines)]};{n % 7}.5\n" for n in range(50))
    return written(path, head + "".join(rows))


@pytest.mark.parametrize("line", ["0.1;0.2;0.5;0.9", "0;0;1;1", "0,1;0,25;0,5;0,875", ";;;"])
def test_four_columns_of_fractions_are_a_box(path: Path, line: str) -> None:
    proposal = proposed(boxes(path, "0.1;0.2;0.35;1", line), predict=["place"])
    (told,) = proposal.findings.targets
    assert (told.kind, len(told.columns)) == ("box", 4)
    assert [each["name"] for each in proposal.tables["inputs"]] == ["record"]


@pytest.mark.parametrize(
    ("line", "why", "what_to_do"),
    [
        ("12;8;90;64", "numbers from 0.1 to 90", "divide left and right by the picture's width"),
        ('1,024;8;"2,048";64', "to 2048", "pixels: divide"),
        ("0.1;0.2;1.02;0.9", "25 of 200 outside 0 to 1", "cut off at 0 and 1"),
        ("-0.1;0.2;0.3;0.9", "numbers from -0.1", "cut off at 0 and 1"),
        ("0.5;0.2;0.4;0.1", "Left is beyond right, or top below bottom, 50 times", "top left"),
    ],
)
def test_a_box_of_pixels_or_turned_around_is_refused_with_what_to_do(
    path: Path, line: str, why: str, what_to_do: str
) -> None:
    (problem,) = refused(boxes(path, "0.1;0.2;0.5;0.9", line), predict=["place"])
    assert why in problem.why
    assert what_to_do in problem.try_


def test_numbered_columns_are_one_output_of_several_numbers(path: Path) -> None:
    written(path, "age,far_1,far_2\n" + "".join(f"{n}.5,{n}.1,{n}.2\n" for n in range(50)))
    (out,) = spec_of(proposed(path, predict=["far"])).outputs
    assert (out.name, out.kind.units) == ("far", 2)


def test_a_long_series_is_forecast_from_the_steps_before(path: Path) -> None:
    written(path, "day,load,heat\n" + "".join(f"{n},{n % 24}.5,{n % 7}.5\n" for n in range(300)))
    spec = spec_of(proposed(path, predict=["load"], history=48, horizon=3))
    assert [(each.name, each.kind.tensor_shape) for each in spec.inputs] == [("load", (48, 1))]
    assert (spec.outputs[0].kind.kind, spec.outputs[0].kind.units) == ("forecast", 3)
    assert "looks at load alone" in notes(path, predict=["load"], history=48)


def test_a_series_that_is_too_short_and_a_column_of_words_are_refused(path: Path) -> None:
    written(path, "kind,load\n" + "".join(f"{'ab'[n % 2]},{n % 5}.5\n" for n in range(20)))
    assert "no window of 24 steps" in refused(path, predict=["load"], history=24)[0].what
    assert "one column of numbers" in refused(path, predict=["kind"], history=4)[0].what
    assert "one column of numbers" in refused(path, predict=["load", "kind"], history=4)[0].what


# === Images ===


def picture(path: Path, size: tuple[int, int] = (8, 6), mode: str = "L") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    colour = Image.new("RGBA", size, (90, 50, 20, 200))
    colour.paste((20, 70, 90, 100), (0, 0, 3, 3))
    if mode == "I;16":
        colour = Image.new(mode, size, 30_000)
    colour.convert(mode).save(path)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for number in range(6):
        picture(tmp_path / "photos" / "cat" / f"{number}.png")
        picture(tmp_path / "photos" / "dog" / f"{number}.jpg")
    return tmp_path / "photos"


def test_class_folders_are_classes(photos: Path) -> None:
    spec = spec_of(proposed(photos))
    assert spec.inputs[0].kind.tensor_shape == (6, 8, 1)
    assert proposed(photos).tables["outputs"][0]["classes"] == ["cat", "dog"]


def test_photographs_are_augmented_and_small_or_grey_images_are_not(tmp_path: Path) -> None:
    for place, (size, mode) in enumerate([((80, 64), "RGB"), ((80, 64), "L"), ((28, 28), "RGB")]):
        for name in ("cat", "dog"):
            picture(tmp_path / str(place) / name / "1.png", size, mode)
    found = [proposed(tmp_path / str(place)).tables["inputs"][0] for place in range(3)]
    assert {*found[0]} - {"name", "kind", "shape"} == {*INPUT_KINDS["image"].augmentations}
    assert all({*each} == {"name", "kind", "shape"} for each in found[1:])


def test_odd_images_are_said(photos: Path) -> None:
    (photos / "cat" / "broken.png").write_bytes(b"no image")
    (photos / "cat" / "notes.txt").touch()
    picture(photos / "dog" / "large.png", (900, 600), "RGB")
    found = proposed(photos).findings
    said = " ".join((*found.notes, *found.columns[0].notes))
    for each in ("1 of 14 looked at cannot be read", "broken.png", "Sizes differ", "Some are grey"):
        assert each in said
    assert "1 file in it is not an image." in said


def test_images_that_no_project_reads_are_left_out_and_said(photos: Path) -> None:
    for place in ("cat/1.ppm", "cat/2.TIF", "bird/1.ppm"):
        picture(photos / place)
    (photos / "dog" / "1.heic").write_bytes(b"whatever")
    found = proposed(photos)
    assert found.tables["outputs"][0]["classes"] == ["cat", "dog"]
    (note,) = found.findings.notes
    assert "4 images end in .heic or .ppm or .tif; left out" in note
    assert "folders that hold no others (bird)" in note
    assert "save them as PNG or JPEG" in note
    assert all("ppm" not in place for place in bring(found).files)


@pytest.mark.parametrize("ending", OTHER_IMAGE_ENDINGS)
def test_a_folder_of_images_that_no_project_reads_is_refused(tmp_path: Path, ending: str) -> None:
    for place in ("in/cat", "in/dog"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / f"1{ending}").touch()
    (problem,) = refused(tmp_path / "in")
    assert f"2 images end in {ending}: a project reads PNG, JPEG, GIF, BMP and WebP" in problem.why
    assert "save them as PNG or JPEG" in problem.try_


def test_images_that_are_another_form_than_they_are_called_are_said(photos: Path) -> None:
    Image.new("RGB", (8, 6)).save(photos / "cat" / "other.jpg", "TIFF")
    told, left_out = proposed(photos).findings.columns[0].notes
    assert "1 of 13 images looked at are TIFF, whatever they are called" in told
    assert "1 of 13 looked at cannot be read and are left out: other.jpg" in left_out
    assert not any("other" in place for place in bring(proposed(photos)).files)
    for name in ("cat", "dog"):
        Image.new("RGB", (8, 6)).save(photos.parent / f"{name}.tiff")
        for file in (photos / name).iterdir():
            (photos.parent / f"{name}.tiff").replace(file) if file.stem == "1" else file.unlink()
    (problem,) = refused(photos)
    assert "2 of 2 images looked at are TIFF: a project reads PNG" in problem.why


@pytest.mark.parametrize(
    ("ending", "mode", "depth"),
    [
        *((ending, "L", 1) for ending in IMAGE_ENDINGS),
        *((ending, "RGB", 3) for ending in IMAGE_ENDINGS),
        *((ending, "RGBA", 4) for ending in (".png", ".webp")),
        (".jpg", "CMYK", 3),
        (".png", "LA", 4),
        (".png", "P", 4),
        (".png", "1", 1),
        (".png", "I;16", 1),
    ],
)
def test_channels_are_those_of_the_pictures_in_each_form(
    tmp_path: Path, ending: str, mode: str, depth: int
) -> None:
    for name in ("a", "b"):
        picture(tmp_path / "in" / name / f"1{ending}", mode=mode)
    assert proposed(tmp_path / "in").tables["inputs"][0]["shape"] == [6, 8, depth]


def test_transparent_and_other_images_together_are_read_in_colour(photos: Path) -> None:
    for number in range(20):
        picture(photos / "cat" / f"clear{number}.png", mode="RGBA")
    assert proposed(photos).tables["inputs"][0]["shape"] == [6, 8, 3], "no JPEG has transparency"


def test_colour_beside_transparency_is_not_called_grey(tmp_path: Path) -> None:
    for name, mode in (("a", "RGB"), ("b", "RGBA")):
        picture(tmp_path / "in" / name / "1.png", mode=mode)
    (told,) = proposed(tmp_path / "in").findings.columns[0].notes
    assert told == "Some are in colour, some have transparency: all are read with 3 channels."


def test_height_and_width_are_those_of_a_picture(tmp_path: Path) -> None:
    for number in range(10):
        size = (90, 120) if number < 4 else (120 + number, 90)
        picture(tmp_path / "in" / "ab"[number % 2] / f"{number}.png", size)
    height, width, _ = proposed(tmp_path / "in").tables["inputs"][0]["shape"]
    assert width > height, "most of them are wide"
    assert (height, width) != (90, 90)


def test_pictures_are_measured_upright_as_their_exif_data_say(tmp_path: Path) -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    for name in ("a", "b"):
        (tmp_path / "in" / name).mkdir(parents=True)
        Image.new("RGB", (12, 8)).save(tmp_path / "in" / name / "1.jpg", exif=turned)
    proposal = proposed(tmp_path / "in")
    assert proposal.tables["inputs"][0]["shape"] == [12, 8, 3]
    assert "2 of 2 looked at are turned upright" in proposal.findings.columns[0].notes[0]


def test_dark_pictures_of_16_bits_are_reported(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / "in" / name).mkdir(parents=True)
        Image.new("I;16", (8, 8), 3500).save(tmp_path / "in" / name / "1.png")
    (told,) = proposed(tmp_path / "in").findings.columns[0].notes
    assert "2 of 2 looked at have 16 bits a pixel and use less than 13" in told


def test_a_class_of_broken_images_alone_is_no_class(photos: Path) -> None:
    for name in ("bird", "cow"):
        (photos / name).mkdir()
        (photos / name / "1.png").touch()
    assert proposed(photos).tables["outputs"][0]["classes"] == ["cat", "dog"]
    for path in (photos / "cat").iterdir():
        path.write_bytes(b"not an image")
    assert "1 folder with images that can be read" in refused(photos)[0].why


def test_large_images_are_brought_to_a_size_that_trains(tmp_path: Path) -> None:
    for name in ("a", "b"):
        picture(tmp_path / "in" / name / "1.jpg", (1024, 768), "RGB")
    assert proposed(tmp_path / "in").tables["inputs"][0]["shape"] == [96, 128, 3]


@pytest.mark.parametrize(
    ("training", "others"),
    [
        ("train", {"test_folder": "test"}),
        ("training_set", {"test_folder": "test_set"}),
        ("Train", {"validation_folder": "Valid"}),
        ("train_images", {"validation_folder": "val", "test_folder": "testing"}),
    ],
)
def test_folders_with_the_same_classes_are_the_splits_that_a_project_keeps(
    tmp_path: Path, training: str, others: dict[str, str]
) -> None:
    folders = [training, *others.values()]
    for split in folders:
        for name in ("a", "b"):
            picture(tmp_path / "in" / "pets" / split / name / "1.png")
    proposal = proposed(tmp_path / "in")
    (label,) = proposal.findings.targets
    assert label.sizes["classes"] == ["a", "b"]
    assert proposal.findings.rows == 2 * len(folders)
    assert spec_of(proposal).data.split_folders() == {
        "train": training,
        **{key.removesuffix("_folder"): name for key, name in others.items()},
    }
    assert {*bring(proposal).files} == {
        f"data/{split}/{name}/1.png" for split in folders for name in ("a", "b")
    }
    assert f"splits: {training}/ for train (2)" in proposal.findings.notes[0]


def test_a_class_that_training_has_not_and_folders_beside_the_splits_are_reported(
    tmp_path: Path,
) -> None:
    for place in ("train/a", "train/b", "test/a", "test/b", "test/c", "more/a"):
        picture(tmp_path / "in" / place / "1.png")
    told = proposed(tmp_path / "in").findings.notes
    assert "No image of c is in train/: it cannot be learned." in told
    assert "Not looked at: more." in told


def test_a_split_without_class_folders_is_not_looked_at(tmp_path: Path) -> None:
    for place in ("train/a/1.png", "train/b/1.png", "test/1.png"):
        picture(tmp_path / "in" / place)
    proposal = proposed(tmp_path / "in")
    assert "train/, not in test" in proposal.findings.notes[0]
    assert spec_of(proposal).data.split_folders() == {}


def test_folders_that_repeat_in_each_class_are_reported(tmp_path: Path) -> None:
    for place in ("left/a", "left/b", "right/a", "right/b"):
        picture(tmp_path / "in" / place / "1.png")
    assert "Each class holds the folders a, b" in proposed(tmp_path / "in").findings.notes[0]


def test_an_only_folder_is_entered(tmp_path: Path) -> None:
    for name in ("a", "b"):
        picture(tmp_path / "in" / "in" / "photos" / name / "1.png")
        picture(tmp_path / "in" / "__MACOSX" / name / "1.png")
    found = proposed(tmp_path / "in").findings
    assert found.targets[0].sizes["classes"] == ["a", "b"]


def test_a_folder_without_classes_is_refused(tmp_path: Path) -> None:
    picture(tmp_path / "loose.png")
    (problem,) = refused(tmp_path)
    assert "0 folders with images and 1 image in none" in problem.why
    assert "a folder for each class" in problem.try_


def test_a_table_may_name_images(photos: Path) -> None:
    lines = [f"photos/cat/{n}.png,{n % 2}" for n in range(6)]
    path = written(photos.parent / "list.csv", "file,stays\n" + "\n".join([*lines, *lines * 2]))
    proposal = proposed(path, predict=["stays"])
    assert spec_of(proposal).input("file").kind.tensor_shape == (6, 8, 1)
    written(path, "file,stays\n" + "\n".join(line.replace("cat", "gone") for line in lines * 2))
    assert "12 files that do not exist" in notes(path, predict=["stays"])


def test_a_table_that_names_images_that_no_project_reads_says_so(path: Path) -> None:
    lines = [f"photos/{n}.{'tif' if n % 6 else 'png'},{n % 2}\n" for n in range(60)]
    written(path, "file,stays\n" + "".join(lines))
    assert "file: 50 images end in .tif, and their rows are left out" in notes(
        path, predict=["stays"]
    )
    written(path, "file,stays\n" + "".join(lines).replace(".png", ".tif"))
    (problem,) = refused(path, predict=["stays"])
    assert "60 images end in .tif" in problem.why
    assert "--ignore file" in problem.try_
    (problem,) = refused(path, predict=["stays"], inputs=["file:image:8x8x3"])
    assert "60 images end in .tif" in problem.why


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """A table of noisy pictures, grey, beside clean ones in colour."""
    lines = []
    for number in range(12):
        for name, mode in (("noisy", "L"), ("clean", "RGB")):
            color = number if mode == "L" else (200, number, 0)
            (tmp_path / name).mkdir(exist_ok=True)
            Image.new(mode, (8, 6), color).save(tmp_path / name / f"{number}.png")
        lines.append(f"noisy/{number}.png,{'xyz'[number % 3]},clean/{number}.png\n")
    return written(tmp_path / "pairs.csv", "noisy,by,clean\n" + "".join(lines))


def test_an_image_beside_another_can_be_predicted(pairs: Path) -> None:
    proposal = proposed(pairs, predict=["clean"])
    assert proposal.tables["outputs"] == [{"name": "clean", "kind": "picture", "channels": 3}]
    assert [each["name"] for each in proposal.tables["inputs"]] == ["noisy"]
    assert spec_of(proposal).input("noisy").kind.tensor_shape == (6, 8, 1)
    told = notes(pairs, predict=["clean"])
    assert "A picture is of noisy alone: by is left out." in told
    assert "if its pixels are the numbers of classes: --output clean:mask:ground,road" in " ".join(
        proposal.findings.targets[0].notes
    )
    (pairs.parent / "clean/3.png").unlink()
    (target,) = proposed(pairs, outputs=["clean:picture"]).findings.targets
    assert target.sizes == {"channels": 3}
    assert "1 row has no such file" in " ".join(target.notes)
    (target,) = proposed(pairs, outputs=["clean:picture:1"]).findings.targets
    assert target.sizes == {"channels": 1}
    spec = spec_of(proposed(pairs, outputs=["clean:mask:ground,road"]))
    assert [each.name for each in spec.inputs] == ["noisy"]


def test_of_two_images_alone_one_is_guessed_to_be_predicted(pairs: Path) -> None:
    text = pairs.read_text()
    written(pairs, "\n".join(",".join(line.split(",")[::2]) for line in text.split()) + "\n")
    (target,) = proposed(pairs).findings.targets
    assert (target.columns, target.kind) == (("clean",), "picture")
    written(pairs, pairs.read_text().replace("noisy,clean", "target,photo"))
    (target,) = proposed(pairs).findings.targets
    assert target.columns == ("target",)


def test_an_image_alone_cannot_be_predicted(pairs: Path) -> None:
    text = pairs.read_text()
    written(pairs, "\n".join(",".join(line.split(",")[1:]) for line in text.split()) + "\n")
    (target,) = proposed(pairs, predict=["clean"]).findings.targets
    assert (target.kind, target.reason) == (
        "",
        "image: names of image files, such as 'clean/0.png'",
    )


# === Arrays and Parquet ===


def test_named_arrays_are_told_by_their_shapes(tmp_path: Path) -> None:
    np.savez(
        tmp_path / "a.npz",
        photo=np.zeros((40, 8, 8, 3), "uint8"),
        grey=np.zeros((40, 8, 8), "uint8"),
        load=np.zeros((40, 24, 2), "float32"),
        facts=np.zeros((40, 5)),
        y_test=np.zeros(7),
        odd=np.zeros((3, 3)),
        label=np.arange(40) % 3,
        word=np.array(["cat", "dog"] * 20),
    )
    proposal = proposed(tmp_path / "a.npz", predict=["label", "word"])
    spec = spec_of(proposal)
    assert {each.name: each.kind.tensor_shape for each in spec.inputs} == {
        "photo": (8, 8, 3),
        "grey": (8, 8, 1),
        "load": (24, 2),
        "facts": (5,),
    }
    assert [each["classes"] for each in proposal.tables["outputs"]] == [
        ["0", "1", "2"],
        ["cat", "dog"],
    ]
    said = " ".join(proposal.findings.notes)
    assert "y_test are taken for a split" in said
    assert "odd does not have the 40 rows" in said


@pytest.mark.parametrize("text", [False, True])
def test_sorted_labels_of_an_array_have_all_their_classes(tmp_path: Path, text: bool) -> None:
    labels = np.repeat(np.arange(10), 6000)
    x = np.zeros((60_000, 3), "float32")
    np.savez_compressed(tmp_path / "a.npz", x=x, y=labels.astype("U" if text else "u1"))
    (output,) = proposed(tmp_path / "a.npz").tables["outputs"]
    assert output["classes"] == [str(digit) for digit in range(10)]


def test_labels_that_were_not_looked_at_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrays, "MOST_VALUES_READ", 100)
    monkeypatch.setattr(arrays, "MOST_LOOKED_AT", 600)  # of two arrays together
    monkeypatch.setattr(arrays, "MOST_BYTES_LOOKED_AT", 9_600)
    labels = np.repeat([0, 1, 2, 3], [100, 100, 200, 1])
    np.savez(tmp_path / "a.npz", x=np.zeros((401, 2)), y=labels)
    proposal = proposed(tmp_path / "a.npz")
    assert proposal.tables["outputs"][0]["classes"] == ["0", "1", "2"]
    assert "The last 1 value of y were not" not in " ".join(proposal.findings.notes)
    assert "The last 1 value of y was not looked at" in " ".join(proposal.findings.notes)
    np.savez(tmp_path / "a.npz", x=np.zeros((400, 2)), y=labels[:400])
    assert "looked at" not in " ".join(proposed(tmp_path / "a.npz").findings.notes)


def test_arrays_are_kinds_that_their_values_say(tmp_path: Path) -> None:
    np.savez(
        tmp_path / "a.npz",
        town=np.array([f"town {n % 7}" for n in range(70)]),
        place=np.array([f"place {n % 150}" for n in range(900)])[:70],
        size=np.arange(70) / 7,
        deep=np.zeros((70, 2, 2, 2, 2)),
        single=np.array(3),
        both=np.arange(140).reshape(70, 2) / 3,
        hot=np.eye(4)[np.arange(70) % 4],
    )
    proposal = proposed(tmp_path / "a.npz", predict=["hot", "both"])
    inputs = {each["name"]: each for each in proposal.tables["inputs"]}
    assert inputs["town"]["values"] == [f"town {n}" for n in range(7)]
    assert inputs["size"]["columns"] == [{"name": "size_1"}]
    hot, both = proposal.tables["outputs"]
    assert (hot["classes"], both["size"]) == (["0", "1", "2", "3"], 2)
    reasons = {each.name: each.reason for each in proposal.findings.columns}
    assert "which no input takes" in reasons["deep"]
    assert "70 different values in 70 rows" in reasons["place"]
    assert "single.npy holds no rows" in " ".join(proposal.findings.notes)


def test_an_array_of_many_values_is_a_category_that_is_fitted(tmp_path: Path) -> None:
    np.savez(
        tmp_path / "a.npz", word=np.array([f"w {n % 150}" for n in range(900)]), y=np.ones(900)
    )
    (word,) = proposed(tmp_path / "a.npz", predict=["y"]).tables["inputs"]
    assert (word["kind"], word["values"]) == ("category", 150)


def test_arrays_that_are_not_there_or_say_nothing_are_told(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=np.zeros((40, 8, 8, 3), "uint8"), label=np.arange(40) % 3)
    (problem,) = refused(tmp_path / "a.npz", predict=["lable"])
    assert (problem.what, problem.try_) == ("There is no array 'lable'.", "Did you mean 'label'?")
    (target,) = proposed(tmp_path / "a.npz", predict=["x"]).findings.targets
    assert target.reason == "unclear: 8×8×3 u1 a row"


def test_an_array_of_objects_is_never_unpickled(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (tmp_path / "trapped",))

    trap = np.array([Trap()] * 4, dtype=object)
    np.savez(tmp_path / "a.npz", allow_pickle=True, x=np.zeros((4, 3)), y=np.arange(4), z=trap)
    assert "z.npy holds Python objects" in " ".join(proposed(tmp_path / "a.npz").findings.notes)
    assert not (tmp_path / "trapped").exists()


@pytest.mark.parametrize("content", [b"", b"no zip", b"\x93NUMPY\x01\0\xff\xff"])
def test_damaged_arrays_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.npz").write_bytes(content)
    assert "not an .npz file" in refused(tmp_path / "a.npz")[0].what
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("x.npy", content)
    assert "not an .npz file" in refused(tmp_path / "a.npz")[0].what


@pytest.mark.slow
def test_parquet_tells_the_same_as_csv(path: Path) -> None:
    import pandas as pd

    frame = pd.read_csv(table(path))
    frame.to_parquet(path.with_suffix(".parquet"), row_group_size=7)
    found = proposed(path, predict=["stays"]).findings
    other = proposed(path.with_suffix(".parquet"), predict=["stays"]).findings
    assert other.columns == found.columns
    assert (other.form, other.rows, other.looked_at) == ("Parquet", 60, 60)


@pytest.mark.slow
def test_damaged_parquet_is_refused(tmp_path: Path) -> None:
    assert "not a Parquet" in refused(written(tmp_path / "a.parquet", "PAR1 and no more"))[0].what


# === Whatever is in a file ===

CELL = st.text(st.characters(codec="utf-8"), max_size=6) | st.sampled_from(
    [
        "1",
        "2.5",
        "1,000",
        "yes",
        "no",
        "",
        "NA",
        "2021-01-01",
        "a|b",
        "a b c d",
        "x.png",
        "€5",
        "9%",
    ]
)


@pytest.mark.slow
@given(
    names=st.lists(CELL, min_size=1, max_size=4),
    rows=st.lists(st.lists(CELL, min_size=1, max_size=4), max_size=30),
    times=st.sampled_from([1, 30]),
    separator=st.sampled_from(",;\t|"),
)
def test_any_table_is_answered(
    tmp_path_factory: pytest.TempPathFactory,
    names: list[str],
    rows: list[list[str]],
    times: int,
    separator: str,
) -> None:
    """Findings with a spec that can be read, or one clear error; never anything else."""
    path = tmp_path_factory.getbasetemp() / "any.csv"
    text = "\n".join(separator.join(row) for row in [names, *rows * times])
    written(path, text)

    def attempt() -> None:
        found = propose(path).findings
        assert all(each.reason and 0 <= each.confidence <= 1 for each in found.columns)
        if (tables := propose(path).tables)["inputs"] and tables["outputs"]:
            read_spec(tables)

    well_said(problems_or_none(attempt))


def test_dates_and_gaps_become_dates_and_indicators(path: Path) -> None:
    rows = "".join(
        f"{n % 28 + 1}.{n % 12 + 1}.2024,{n if n % 9 else ''},{n}.5\n" for n in range(60)
    )
    path.write_text("when,some,all\n" + rows)
    (table,) = propose(path, DataOptions(predict=["all"])).tables["inputs"]
    assert table["columns"] == [
        {"name": "when", "type": "date", "form": "%d.%m.%Y"},
        {"name": "some", "indicator": True},
    ]


def test_a_column_that_is_called_dates_and_holds_none_is_refused(path: Path) -> None:
    path.write_text("when,y\n" + "".join(f"soon {n},{n}.5\n" for n in range(60)))
    for said, why in (("date", "does not hold dates"), ("date:%Q", "not the form of a date")):
        with pytest.raises(KerasmithError, match=why):
            propose(path, DataOptions(predict=["y"], inputs=[f"when:{said}"]))


def test_a_category_of_many_values_is_an_input_of_its_own(path: Path) -> None:
    rows = "".join(f"a{n % 19},b{n % 20},c {n % 101},{n}.5\n" for n in range(1400))
    path.write_text("few,some,Many,y\n" + rows)
    proposal = propose(path, DataOptions(predict=["y"]))
    inputs = {each["name"]: each for each in proposal.tables["inputs"]}
    assert [*inputs] == ["some", "many", "record"]
    assert len(inputs["some"]["values"]) == 20
    assert inputs["many"] == {"name": "many", "column": "Many", "kind": "category", "values": 101}
    (column,) = inputs["record"]["columns"]
    assert len(column["values"]) == 19
    assert any("Many has 101 values" in note for note in proposal.findings.notes)


@pytest.mark.slow
def test_a_category_of_thousands_of_values_is_one_and_no_output(path: Path) -> None:
    path.write_text("shop,y\n" + "".join(f"shop{n % 1200} a,{n / 7}\n" for n in range(7200)))
    (shop,) = propose(path, DataOptions(predict=["y"])).tables["inputs"]
    assert (shop["kind"], shop["values"]) == ("category", 1200)
    (target,) = propose(path, DataOptions(predict=["shop"])).findings.targets
    assert "1,200 values in 7,200 rows, and an output has 1,000 classes at most" in target.reason


def test_values_that_few_rows_share_are_a_category_where_their_owner_says_so(path: Path) -> None:
    path.write_text("shop,y\n" + "".join(f"shop{n % 1200} a,{n / 7}\n" for n in range(3600)))
    proposal = propose(path, DataOptions(predict=["y"]))
    assert "--input shop:category" in " ".join(proposal.findings.columns[0].notes)
    said = propose(path, DataOptions(predict=["y"], inputs=["shop:category"]))
    assert said.tables["inputs"][0]["values"] == 1200


@pytest.mark.slow
def test_thousands_of_values_beyond_the_room_for_embeddings_are_left_out(path: Path) -> None:
    rows = (f"{','.join(f'v{n % (1001 + at)}' for at in range(16))},{n}.5\n" for n in range(5100))
    path.write_text(",".join([*(f"c{n}" for n in range(16)), "y\n"]) + "".join(rows))
    proposal = propose(path, DataOptions(predict=["y"]))
    assert [each["name"] for each in proposal.tables["inputs"]] == [f"c{n}" for n in range(1, 16)]
    assert any("c0 has 1,001 values, too many" in note for note in proposal.findings.notes)


def test_no_more_categories_than_there_is_room_for_are_inputs_of_their_own(path: Path) -> None:
    names = [f"c{n}" for n in range(20)]
    rows = [",".join(f"v{n % (20 + place)}" for place in range(20)) for n in range(400)]
    path.write_text(
        "\n".join([",".join([*names, "y"]), *(f"{row},{n}.5" for n, row in enumerate(rows))])
    )
    *alone, table = propose(path, DataOptions(predict=["y"])).tables["inputs"]
    assert [each["name"] for each in alone] == names[5:]
    assert [each["name"] for each in table["columns"]] == names[:5]
