"""Records of projects as no kerasmith writes them: each has one thing that is odd about it.

Every one carries the checksum that belongs to what it says, as whoever edits a record can make it.
"""

import datetime
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from typing import Any

import yaml

from kerasmith.render.render import checksum

Values = dict[str, Any]
Path = tuple[str | int, ...]

ODD_VALUES: tuple[Any, ...] = (
    None, "", " ", -1, 0, 10**30, 1.5, float("nan"), True, [], {}, [[[]]], {"a": {"b": 1}},
    "\x1b[31mred", "\u202egnp", "two\nlines", "../../outside", "/etc/passwd", 'x"""\nimport os',
    "x'); import os; ('", "{{ 7 * 7 }}", "{% raw %}", "$(touch x)", "`touch x`", "import", "None",
    "x" * 5000, ["x"] * 5000, ["inputs", 3], datetime.date(2020, 1, 1), b"\xff",
    "<script>", "--- \n+++", "\\", "%s", "ｆｕｌｌ", "\U0001f415", "nul", "..",
)  # fmt: skip
"""What no field is, or none but a few."""


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield where something is in a record, of a list its first entry only."""
    yield path
    if isinstance(value, dict):
        for key, each in value.items():
            yield from places(each, (*path, key))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*path, 0))


def changed(record: Values, path: Path, value: Any) -> Values:
    """Return a record that says something else in one place."""
    made = deepcopy(record)
    inside: Any = made
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    return made


def without(record: Values, path: Path) -> Values:
    """Return a record that says nothing in one place."""
    made = deepcopy(record)
    inside: Any = made
    for step in path[:-1]:
        inside = inside[step]
    del inside[path[-1]]
    return made


def as_text(values: Values) -> str:
    """Return a record as a file, with the checksum that belongs to it."""
    with suppress(TypeError):  # a date, say, has none
        values = {**values, "checksum": checksum(values)}
    return yaml.dump(values, indent=4, allow_unicode=True, default_flow_style=False)


def odd_records(record: Values) -> Iterator[tuple[str, str]]:
    """Yield what is odd, and the text of the record."""
    own = {key: value for key, value in record.items() if key != "checksum"}
    everywhere = [path for path in places(own) if path]
    for number, path in enumerate(everywhere):
        where = ".".join(map(str, path))
        yield f"without {where}", as_text(without(own, path))
        for shift in (0, 13, 26):  # each place gets three of them, each of them many places
            value = ODD_VALUES[(number + shift) % len(ODD_VALUES)]
            yield f"{where}: {str(value)[:20]!r}", as_text(changed(own, path, value))
    yield from _odd_texts(as_text(own))


def _odd_texts(text: str) -> Iterator[tuple[str, str]]:
    doubling = "\n".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40))
    odd = {
        "empty": "",
        "one value": "3",
        "a list": "- 1\n",
        "cut": text[: len(text) // 2],
        "cut in a text": text[:40],
        "twice": text + text,
        "two documents": f"{text}---\n{text}",
        "aliases that double": f"{text}a0: &a0 [x]\n{doubling}\n",
        "an alias of itself": f"{text}a: &a [*a]\n",
        "an anchor": text.replace("api: ", "api: &a "),
        "a merge": f"{text}<<: {{api: functional}}\n",
        "a python object": f"{text}a: !!python/object/apply:os.system [touch x]\n",
        "a tag": text.replace("api: ", "api: !!binary "),
        "a set": f"{text}a: !!set {{b}}\n",
        "lists inside each other": f"{text}a: {'[' * 100_000}\n",
        "blocks inside each other": f"{text}a: {'- ' * 100_000}\n",
        "keys inside each other": f"{text}a: {'? ' * 100_000}\n",
        "many values": f"{text}a: [{'1,' * 200_000}]\n",
        "many keys": text + "".join(f"k{n}: 1\n" for n in range(60_000)),
        "many documents": text + "---\n" * 200_000,
        "a long text": f"{text}a: {'x' * 3_000_000}\n",
        "a long number": f"{text}a: {'9' * 100_000}\n",
        "a long hexadecimal number": f"{text}a: 0x{'f' * 100_000}\n",
        "a number by sixties": f"{text}a: 1{':1' * 100_000}\n",
        "a float by sixties": f"{text}a: 1{':1' * 100_000}.5\n",
        "too large": text + "#" * 5_000_000,
        "null characters": f"{text}\0",
        "a conflict": f"{text}<<<<<<< ours\n",
        "tabs": text.replace("    ", "\t"),
        "a directive": f"%YAML 9.9\n---\n{text}",
        "a date": text.replace("api: ", "api: 2020-01-01 #"),
        "a date that there is not": text.replace("api: ", "api: 2020-99-99 #"),
        "keys that are lists": f"{text}? [a, b]\n: 1\n",
        "keys that are numbers": f"{text}1: 1\n",
        "another template": text.replace("kerasmith.invalid", "example.invalid"),
        "no template": text.replace("_src_path", "_other"),
        "a version of the future": text.replace("_commit: ", "_commit: 9").replace("api:", "app:"),
        "no version": text.replace("_commit", "_comet"),
        "wrong checksum": text.replace("checksum: ", "checksum: 0"),
        "no checksum": text.replace("checksum: ", "chequesum: "),
    }
    yield from odd.items()
