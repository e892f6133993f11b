"""Edit a `kerasmith.toml` in place: comments, order and layout stay as their owner left them.

tomlkit keeps what is between the keys. What is below a table, up to the next header, is
that table's *tail* to it; to people it belongs to what follows. So what is added goes before it.
"""

import tomllib
from itertools import takewhile
from typing import Any

import tomlkit
from tomlkit.container import Container
from tomlkit.items import AoT, Array, Item, Table, Whitespace

from kerasmith.errors import KerasmithError, Problem
from kerasmith.spec.keys import toml_value

Tables = dict[str, Any]
Tail = list[tuple[Any, Item]]


def edited(text: str, wanted: Tables) -> str:
    """Return the text changed so far that it says what is wanted, and no further.

    Raises KerasmithError where its layout cannot be kept.
    """
    if tomllib.loads(text) == wanted:
        return text
    newline = "\r\n" if "\r\n" in text else "\n"
    text = text.replace("\r\n", "\n")
    document = tomlkit.parse(text if text.endswith("\n") else text + "\n")
    _sync(document, wanted)
    result = document.as_string().replace("\n", newline)
    if tomllib.loads(result) != wanted:
        raise KerasmithError(
            Problem(
                "kerasmith.toml cannot be changed in place without losing its layout.",
                "kerasmith.toml",
                try_="edit it by hand, then: kerasmith update",
            )
        )
    return result


def _sync(table: Any, wanted: Tables) -> None:
    """Make a table say what is wanted; what it says already is not touched."""
    for key in [key for key in table if key not in wanted]:
        _give_tail_away(table, key)
        del table[key]
    for key, value in wanted.items():
        if key not in table:
            _add(table, key, value)
        elif isinstance(value, dict) and isinstance(table[key], dict):
            _sync(table[key], value)
        elif isinstance(table[key], AoT):
            _sync_entries(table, key, value)
        elif isinstance(table[key], Array) and isinstance(value, list):
            _sync_array(table[key], value)
        elif table.unwrap()[key] != value:
            table[key] = tomlkit.value(toml_value(value))


def _sync_array(array: Array, wanted: list[object]) -> None:
    """Change an array from where it differs, so that what is before keeps its layout."""
    pairs = zip(array.unwrap(), wanted, strict=False)
    same = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
    while len(array) > same:
        array.pop()
    for value in wanted[same:]:
        array.append(tomlkit.value(toml_value(value)))


def _sync_entries(table: Any, key: str, wanted: list[Tables]) -> None:
    """Make the entries of `[[inputs]]`, say, the wanted ones; they are known by their names.

    An entry whose name went, in the place of one whose name is new, is the same one renamed.
    """
    entries: AoT = table[key]
    keys = [_known_by(each) for each in wanted]
    before = [_known_by(each) for each in entries]
    stays = [
        name in keys or (place < len(keys) and keys[place] not in before)
        for place, name in enumerate(before)
    ]
    kept = [name for name, stay in zip(before, stays, strict=True) if stay and name in keys]
    if kept != [name for name in keys if name in kept]:  # in another order now
        stays = [False] * len(before)
    for place in reversed(range(len(before))):
        if not stays[place]:
            receiver = entries[place - 1].value if place else _before(table, key)
            _extend(receiver, _without_tail(entries[place].value))
            del entries[place]
    for place, value in enumerate(wanted):
        if place < len(entries):
            _sync(entries[place], value)
        else:
            _append(entries, value)
    if not any(stays):
        entries[-1].value.body.append((None, Whitespace("\n")))


def _known_by(entry: Any) -> str:
    """Return what an entry is known by: its name, or for want of one what it holds together."""
    return str(entry["name"]) if "name" in entry else str([str(e) for e in entry.get("inputs", ())])


def _append(entries: AoT, value: Tables) -> None:
    """Add an entry behind the others, and before what is below them."""
    tail = _without_tail(entries[-1].value) if len(entries) else []
    entry = _table(value)
    if len(entries):
        entry.trivia.indent = "\n"
    entries.append(entry)
    entry.value.body.extend(tail)


def _add(table: Any, key: str, value: object) -> None:
    """Add a key behind the others of a table, and before what is below them."""
    if isinstance(table, tomlkit.TOMLDocument) and isinstance(value, dict | list):
        table.add(tomlkit.nl())
        if isinstance(value, dict):
            table.add(key, _table(value))
        else:
            entries = tomlkit.aot()
            for each in value:
                _append(entries, each)
            table.add(key, entries)
        return
    container = table if isinstance(table, Container) else table.value
    tail = _without_tail(container)
    table.add(key, tomlkit.value(toml_value(value)))
    container.body.extend(tail)


def _table(value: Tables) -> Table:
    table = tomlkit.table()
    for key, each in value.items():
        table.add(key, tomlkit.value(toml_value(each)))
    return table


def _without_tail(container: Container) -> Tail:
    """Take what is below the keys of a table, from the first empty line on."""
    body = container.body
    start = len(body)
    while start and body[start - 1][0] is None:
        start -= 1
    while start < len(body) and not isinstance(body[start][1], Whitespace):
        start += 1
    tail = body[start:]
    del body[start:]
    return tail


def _give_tail_away(table: Any, key: str) -> None:
    """Let what is below a section that goes be below the one before."""
    last = table[key][-1] if isinstance(table[key], AoT) and len(table[key]) else table[key]
    if isinstance(last, Table):
        _extend(_before(table, key), _without_tail(last.value))


def _extend(container: Container, tail: Tail) -> None:
    """Put below a table what was below another, with one empty line between."""
    ends_empty = container.body and isinstance(container.body[-1][1], Whitespace)
    container.body.extend(tail[1:] if ends_empty else tail)


def _before(table: Any, key: str) -> Container:
    """Return the container of what is before a section."""
    before: Container = table if isinstance(table, Container) else table.value
    for name, item in before.body:
        if name is not None and name.key == key:
            break
        last = item[-1] if isinstance(item, AoT) and len(item) else item
        if isinstance(last, Table):
            before = last.value
    return before
