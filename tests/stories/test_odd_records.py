"""A project whose record says something odd: a plan all the same, or a problem in words.

Whoever edits a record can make its checksum. So what it says is believed no further than a spec is:
it is read within its limits, and what is rendered from it compiles and stays in the project.
"""

import ast
import os
import resource
import subprocess
import sys
from collections import Counter
from copy import deepcopy
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kerasmith.errors import KerasmithError, Problem
from kerasmith.plan.plan import plan
from kerasmith.plan.record import wrong_in
from kerasmith.project.check import check
from kerasmith.project.history import Base, rendered_then
from kerasmith.project.recorded import read_recorded
from kerasmith.render.render import SOURCE, answers_of, render, templates_dir
from kerasmith.spec.names import ANSWERS_FILE, SPEC_FILE
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from kerasmith.testing.random_specs import specs
from tests.odd_records import ODD_VALUES, as_text, changed, odd_records, places, without
from tests.samples import draws, samples

RELEASED = Path(__file__).parent / "released"
RECORDS = sorted(RELEASED.glob(f"*/*/{ANSWERS_FILE}"))

MEMORY = 600 * 2**20
"""Bytes of address space that an answer may take, Python and libraries included."""

SECONDS = 20
"""Processor seconds that an answer may take; on a quiet machine the slowest takes two."""


def _own_record(recipe: str) -> dict[str, Any]:
    """Return what this kerasmith records of a recipe."""
    answers = answers_of(plan(load_recipe(recipe).spec))
    return {"_commit": "0.3.0.dev0", "_src_path": SOURCE, **answers}


def _project(folder: Path, recipe: str) -> Path:
    """Write the project of a recipe, as far as `check` looks at it."""
    files = render(plan(load_recipe(recipe).spec))
    for name in (ANSWERS_FILE, SPEC_FILE):
        (folder / name).write_text(files[name], "utf-8")
    return folder


def _answer(project: Path, text: str) -> tuple[Problem, ...]:
    """Return what `check` has against a record; nothing where it is one of a plan."""
    (project / ANSWERS_FILE).write_bytes(text.encode("utf-8", "surrogateescape"))
    try:
        check(project)
    except KerasmithError as error:
        for each in error.problems:
            assert each.what
            assert len(f"{each.what}{each.why}{each.try_}") < 2000
        return error.problems
    return ()


def _sound(project: Path) -> None:
    """Check that an accepted record can be rendered, as code, and that this is in the project."""
    files, _ = rendered_then(read_recorded(project), Base("then", templates_dir()))
    for name, text in files.items():
        path = PurePosixPath(name)
        assert not path.is_absolute()
        assert ".." not in path.parts
        if path.suffix == ".py":
            ast.parse(text)
        if path.suffix in {".yml", ".yaml"}:
            list(yaml.safe_load_all(text))


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: "-".join(path.parts[-3:-1]))
def test_a_released_record_is_read(record: Path) -> None:
    assert list(wrong_in(yaml.safe_load(record.read_text("utf-8")))) == []


@draws(15, 60)
@given(specs())
def test_whatever_is_recorded_is_read(spec: Spec) -> None:
    recorded = {"_commit": "1.0.0", "_src_path": SOURCE, **answers_of(plan(spec))}
    assert list(wrong_in(yaml.safe_load(as_text(recorded)))) == []


@pytest.mark.full
@pytest.mark.alone
@pytest.mark.long(samples(5, 40))
@pytest.mark.parametrize("recipe", ["siamese", "wide-and-deep"])
def test_odd_records_are_plans_or_problems(recipe: str, tmp_path: Path) -> None:
    told: Counter[str] = Counter()
    unsound = []
    project = _project(tmp_path, recipe)
    for what, text in islice(odd_records(_own_record(recipe)), 0, None, samples(11, 1)):
        problems = _answer(project, text)
        told["problem" if problems else "plan"] += 1
        if not problems:
            try:
                _sound(project)
            except Exception as error:
                unsound.append(f"{recipe}, {what}: {error!r}")
    print(f"\n{told.total()} odd records: {told}")
    assert unsound == [], "\n".join(unsound)
    assert told.total() >= samples(20, 232)
    assert told["plan"] < told["problem"] / 3


@draws(25, 150)
@given(data=st.data())
def test_a_record_that_is_odd_in_several_places_is_a_plan_or_a_problem(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    record = yaml.safe_load(data.draw(st.sampled_from(RECORDS)).read_text("utf-8"))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from([path for path in places(record) if path]))
        values = st.one_of(st.sampled_from(ODD_VALUES), st.text(max_size=20), st.integers())
        remove = data.draw(st.booleans())
        record = without(record, path) if remove else changed(record, path, data.draw(values))
    project = _project(tmp_path_factory.mktemp("odd"), "digits")
    _answer(project, as_text(deepcopy(record)))


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def _checked(project: Path) -> tuple[int, str]:
    """Run `kerasmith check` within limits; return its exit code and its words."""
    run = subprocess.run(
        [sys.executable, "-m", "kerasmith", "check", str(project)],
        capture_output=True,
        preexec_fn=_limited,
        check=False,
    )
    return run.returncode, (run.stdout + run.stderr).decode()


def test_an_odd_record_takes_little_and_exits_with_2(tmp_path: Path) -> None:
    project = _project(tmp_path, "digits")
    hostile = [text for what, text in odd_records(_own_record("digits")) if " " in what][-38:]
    for text in hostile[::4]:
        (project / ANSWERS_FILE).write_text(text, "utf-8")
        code, told = _checked(project)
        assert code == 2, told
        assert "Traceback" not in told


@pytest.mark.parametrize("name", [ANSWERS_FILE, SPEC_FILE])
def test_a_pipe_or_a_device_in_the_place_of_a_file_is_refused(tmp_path: Path, name: str) -> None:
    project = _project(tmp_path, "digits")
    (project / name).unlink()
    (project / name).symlink_to("/dev/zero")
    assert _checked(project)[0] == 2
    (project / name).unlink()
    os.mkfifo(project / name)
    code, told = _checked(project)
    assert code == 2
    assert "a device or a pipe" in told


def test_a_record_that_is_a_link_is_refused(tmp_path: Path) -> None:
    project = _project(tmp_path, "digits")
    (project / ANSWERS_FILE).rename(project / "elsewhere")
    (project / ANSWERS_FILE).symlink_to("elsewhere")
    code, told = _checked(project)
    assert code == 2
    assert "symbolic link" in told


def test_each_odd_field_is_told_with_its_place(tmp_path: Path) -> None:
    project = _project(tmp_path, "digits")
    record = changed(_own_record("digits"), ("api",), "both")
    record = changed(record, ("inputs", 0, "kind"), "\x1b[31m")
    record = without(record, ("outputs", 0, "units"))
    problems = _answer(project, as_text(record))
    wheres = [each.where.rsplit(": ", 1)[-1] for each in problems]
    assert wheres == ["api", "inputs[0].kind", "outputs[0].units"]


def test_a_record_of_a_later_kerasmith_asks_for_that_one(tmp_path: Path) -> None:
    record = {**_own_record("digits"), "_commit": "99.0.0", "later": 1}
    [problem] = _answer(_project(tmp_path, "digits"), as_text(record))
    assert "made by kerasmith 99.0.0" in problem.what
