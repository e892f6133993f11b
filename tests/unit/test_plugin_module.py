"""`kerasmith.plugin` is what plug-ins import: its names and signatures are a promise.

Whoever changes one of them breaks plug-ins of others. Where that is meant, `CONTRACT` grows, and

    python -m tests.unit.test_plugin_module

writes down what the promise is from then on. A new name is a minor version and no other contract.
"""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import StrEnum
from pathlib import Path

import msgspec

from kerasmith import plugin

PROMISED = Path(__file__).with_name("plugin_module.txt")


def test_the_names_and_signatures_are_those_that_were_promised() -> None:
    told = "\n".join(promise()).replace("pathlib._local.", "pathlib.")  # Python 3.13 says where
    assert told + "\n" == PROMISED.read_text("utf-8")


def test_every_name_is_exported_and_no_other() -> None:
    public = {name for name in vars(plugin) if not name.startswith("_")}
    assert public == {*plugin.__all__}


def test_every_entry_type_and_function_says_what_it_is() -> None:
    for name in plugin.__all__:
        entry = getattr(plugin, name)
        if inspect.isclass(entry) or inspect.isfunction(entry):
            assert (entry.__doc__ or "").strip(), name


def test_it_imports_nothing_but_the_catalogue() -> None:
    tree = ast.parse(Path(plugin.__file__).read_text("utf-8"))
    modules = [each.module or "" for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)]
    assert all(module.startswith("kerasmith.catalogue.") for module in modules)


def promise() -> Iterator[str]:
    """Yield each name, and for a class what its entries state and answer."""
    for name in plugin.__all__:
        entry = getattr(plugin, name)
        if inspect.isclass(entry):
            yield f"class {name}"
            yield from sorted(f"    {line}" for line in _members(entry))
        elif inspect.isfunction(entry):
            yield f"def {name}{inspect.signature(entry)}"
        else:
            yield f"{name} = {entry}" if isinstance(entry, int) else name


def _members(entry: type) -> Iterator[str]:
    if is_dataclass(entry):
        yield from (f"{each.name}: {each.type}" for each in fields(entry))
        return
    if issubclass(entry, msgspec.Struct):
        yield from (f"field {each.name}" for each in msgspec.structs.fields(entry))
    if issubclass(entry, plugin.InputKind) and entry is not plugin.InputKind:
        return  # what it answers is promised of every kind
    if issubclass(entry, StrEnum):
        yield from (each.name for each in entry)
    for name, member in inspect.getmembers_static(entry):
        if name.startswith("_") or isinstance(member, type(msgspec.Struct.__match_args__)):
            continue
        plain = getattr(member, "__func__", member)
        if inspect.isfunction(plain):
            yield f"{name}{inspect.signature(plain)}"
        elif isinstance(member, property):
            yield f"property {name}"
    for name, type_ in inspect.get_annotations(entry).items():
        if "ClassVar" in str(type_):
            yield f"{name}: {type_}"


if __name__ == "__main__":
    PROMISED.write_text("\n".join(promise()) + "\n", "utf-8")
