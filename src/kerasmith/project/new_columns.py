"""The columns that a plan newly asks of the project's own data table."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kerasmith.catalogue.endings import TABLE_ENDINGS
from kerasmith.errors import KerasmithError
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
    before = _known(recorded) if _path(recorded) == path else set()
    found = {
        where: tuple(column for column in columns if column not in before)
        for where, columns in _asked(spec).items()
    }
    if any(found.values()):
        from kerasmith.dataset.own import check_columns  # what an update without data needs not

        check_columns(table, found)


def _asked(spec: Spec) -> dict[str, tuple[str, ...]]:
    entries: list[tuple[str, Input | Output]] = [("inputs", each) for each in spec.inputs]
    entries += [("outputs", each) for each in spec.outputs]
    return {
        f"{section}.{each.name}": each.kind.columns_of(each.column or each.name)
        for section, each in entries
    }


def _known(recorded: Mapping[str, Any]) -> set[str]:
    """Return the columns that the project asked for as it was last rendered."""
    try:
        spec = read_spec(recorded["spec"])
    except (KeyError, KerasmithError):  # of a version that wrote down no spec, or another form
        return set()
    return {column for columns in _asked(spec).values() for column in columns}


def _path(recorded: Mapping[str, Any]) -> object:
    return recorded.get("spec", {}).get("data", {}).get("path")
