"""The columns that a plan newly asks of the project's own data table."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kerasmith.catalogue.endings import TABLE_ENDINGS
from kerasmith.catalogue.inputs import Column, Table
from kerasmith.errors import KerasmithError, Problem
from kerasmith.spec.read import read_spec
from kerasmith.spec.specification import Input, Output, Spec


def check_new_columns(project: Path, spec: Spec, recorded: Mapping[str, Any]) -> None:
    """Check that the project's own table has what is newly asked of it, as `new --data` does.

    A series has its columns in several forms, which are not looked at here. Raises KerasmithError.
    """
    path = spec.data.path
    table = project / path if isinstance(path, str) else project
    series = any(each.kind.kind == "series" for each in spec.inputs)
    if series or not table.is_file() or table.suffix.lower() not in TABLE_ENDINGS:
        return
    before = _recorded(recorded) if _path(recorded) == path else None
    known = {column for columns in _asked(before).values() for column in columns} if before else ()
    found = {
        where: tuple(column for column in columns if column not in known)
        for where, columns in _asked(spec).items()
    }
    new = set(_flags(spec)) - set(_flags(before) if before else ())
    if any(found.values()) or new:
        from kerasmith.dataset.data_options import DataOptions
        from kerasmith.dataset.own import check_columns  # what an update without data needs not

        words = {*spec.data.missing, *(w for each in spec.data.columns for w in each.missing or ())}
        said = {flag: sorted(text for f, text in new if f == flag) for flag in ("input", "output")}
        options = DataOptions(inputs=said["input"], outputs=said["output"], missing=sorted(words))
        problems: list[Problem] = []
        for name in (table.name, *spec.data.split_files().values()):
            try:
                check_columns(table.with_name(name), found, options)
            except KerasmithError as error:
                problems += error.problems
        if problems:
            raise KerasmithError(*problems)


def _flags(spec: Spec) -> Iterator[tuple[str, str]]:
    """Yield what flags of `new --data` would say of columns: which flag, and its text."""
    for output in spec.outputs:
        size = output.kind.to_flag()
        yield (
            "output",
            f"{output.column or output.name}:{output.kind.kind}{(size and f':{size}') or ''}",
        )
    for each in spec.inputs:
        if isinstance(each.kind, Table):
            for column in each.kind.columns:
                if column.type != "category":
                    yield "input", f"{column.name}:{column.type}{_form(column)}"


def _form(column: Column) -> str:
    return f":{column.form}" if column.form else ""


def _asked(spec: Spec) -> dict[str, tuple[str, ...]]:
    entries: list[tuple[str, Input | Output]] = [("inputs", each) for each in spec.inputs]
    entries += [("outputs", each) for each in spec.outputs if not each.kind.may_lack_labels]
    asked = {
        f"{section}.{each.name}": each.kind.columns_of(each.column or each.name)
        for section, each in entries
    }
    return {**asked, "data.group": (spec.data.group,)} if spec.data.group else asked


def _recorded(recorded: Mapping[str, Any]) -> Spec | None:
    """Return the spec that the project was last rendered from."""
    try:
        return read_spec(recorded["spec"])
    except (KeyError, KerasmithError):  # of a version that wrote down no spec, or another form
        return None


def _path(recorded: Mapping[str, Any]) -> object:
    return recorded.get("spec", {}).get("data", {}).get("path")
