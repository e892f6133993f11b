"""What must agree among the columns of the data table, and what is in them."""

from collections.abc import Iterator

from msgspec import UNSET

from kerasmith.errors import Problem
from kerasmith.spec.agreements.agreement import Agreement, Partial
from kerasmith.spec.names import suggested_part
from kerasmith.spec.specification import DataSection, Input, Output, renamed_columns


class OneColumnEach(Agreement):
    """Inputs and outputs are in one table, each column once.

    So no two tables of the same columns share an encoder.
    """

    name = "one-column-twice"
    instead = "another name for the column, or the columns of both in one table"
    example = "--input person:table:age,height --output age:number"

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield each part with a column that another part has."""
        seen: dict[str, str] = {}
        for path, part in spec.parts.items():
            for column in part.kind.columns_of(part.name):
                if seen.setdefault(column, part.name) != part.name:
                    yield self.problem(
                        spec,
                        f"{path}.name",
                        f"{part.name!r} and {seen[column]!r} both have a column {column!r}.",
                        "All inputs and outputs are in one table, each column once.",
                        suggested_part(f"my {part.name}"),
                    )


class OwnColumnNames(Agreement):
    """A column is read once, and under a name that no other column has.

    A table and a forecast name the columns that they read themselves.
    """

    name = "columns-under-other-names"
    instead = "no column key where the name will do, and another name where it meets a column's"
    example = "--input person:table:age --output years:number --set outputs.years.column=age"
    of_whole = True

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield each column under another name that it cannot have."""
        for path, part in spec.parts.items():
            kind = part.kind
            others = {
                column
                for other in spec.parts.values()
                if other is not part
                for column in other.kind.columns_of(other.column or other.name)
            }
            renamed = renamed_columns(part)
            if part.column and kind.columns_of(part.column) == kind.columns_of(part.name):
                yield self.problem(
                    spec,
                    f"{path}.column",
                    f"The {kind.kind} {part.name!r} has no column of its own to name.",
                    self.sentence,
                    "leave it out",
                )
            elif met := sorted(others & {*renamed, *renamed.values()}):
                yield self.problem(
                    spec,
                    f"{path}.column",
                    f"{part.name!r} and another one both mean a column {met[0]!r}.",
                    self.sentence,
                    "another name",
                )


class ClearValues(Agreement):
    """Classes, labels, values and columns are told apart by their names; a number has no values.

    Quantiles rise, each once.
    """

    name = "unclear-values"
    instead = "different names, no | in a label, values where the type is category"
    example = "--input photo:image:8x8x1 --output breed:category:boxer,boxer"

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield what is unclear within a part, then what the data say otherwise."""
        for section, parts in (("input", spec.inputs), ("output", spec.outputs)):
            tables = dict(spec.entries(f"{section}s"))
            for path, part in parts.items():
                if why := part.kind.problem():
                    keys = (key for key in ("classes", "quantiles") if key in tables[path])
                    where = ".".join((path, *keys))
                    yield self.problem(
                        spec, where, f"The {section} {part.name!r} does not work.", why
                    )
        if spec.data:
            for part in spec.parts.values():
                yield from self._missing(spec, spec.data, part)
            for output in spec.outputs.values():
                yield from self._labels(spec, spec.data, output)

    def _missing(self, spec: Partial, data: DataSection, part: Input | Output) -> Iterator[Problem]:
        """Yield what means an empty cell and is a class or value as well."""
        columns = [column.values or () for column in getattr(part.kind, "columns", ())]
        listed = getattr(part.kind, "values", ())
        words = {
            *getattr(part.kind, "classes", ()),
            *(listed if isinstance(listed, tuple) else ()),
            *(value for values in columns for value in values),
        }
        if met := sorted(words & {*data.missing}):
            yield self.problem(
                spec,
                "data.missing",
                f"{met[0]!r} means an empty cell, and something in {part.name!r}.",
                self.sentence,
                "leave it out of one of them",
            )

    def _labels(self, spec: Partial, data: DataSection, output: Output) -> Iterator[Problem]:
        """Yield each label that holds the mark between labels, or their brackets or quotes."""
        marks = {each.name: each.labels for each in data.columns if each.labels is not UNSET}
        mark = marks.get(output.column or output.name)
        for label in getattr(output.kind, "classes", ()) if mark else ():
            if mark in label or label != label.strip(" []'\""):
                yield self.problem(
                    spec,
                    "data.columns",
                    f"The label {label!r} of {output.name!r} holds what is around labels.",
                    f"They are said to be joined by {mark!r}.",
                    "another label",
                )
