"""What a command line asks for, as one frozen value: what its flags say, as click reads them.

The fields are called as click's parameters are. Those that several commands take are in classes
of their own, and the request of a command is made of these and of its own flags.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from kerasmith.dataset.propose import DataOptions
    from kerasmith.spec.flags import Flags

R = TypeVar("R")


@dataclass(frozen=True, kw_only=True)
class StartFlags:
    """The flags that name a ready spec to start from."""

    recipe: str | None = None
    spec_file: Path | None = None


@dataclass(frozen=True, kw_only=True)
class ModelFlags:
    """The flags that say what a model is."""

    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    quantiles: str | None = None
    share: tuple[str, ...] = ()
    branching: tuple[str, ...] = ()
    set: tuple[str, ...] = ()
    api: str | None = None
    purpose: str | None = None

    def flags(self, folder: str | None = None) -> Flags:
        """Return them for the spec; `folder` names a project that no flag names."""
        from kerasmith.spec.flags import Flags

        own = ProjectFlags if isinstance(self, ProjectFlags) else ModelFlags
        said: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(own)}
        return Flags(folder=folder, **said)


@dataclass(frozen=True, kw_only=True)
class ProjectFlags(ModelFlags):
    """The flags that say what a project is."""

    name: str | None = None
    description: str | None = None
    backend: str | None = None
    with_: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DataFlags:
    """The flags that say what a data file holds, and what to predict from it."""

    predict: tuple[str, ...] = ()
    history: int | None = None
    horizon: int | None = None
    known: tuple[str, ...] = ()
    series: str | None = None
    ignore: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    header: bool | None = None
    encoding: str | None = None
    validation: Path | None = None
    test: Path | None = None

    def options(self, inputs: tuple[str, ...], outputs: tuple[str, ...]) -> DataOptions:
        """Return them for the data; `inputs` and `outputs` say what columns are."""
        from kerasmith.dataset.propose import DataOptions

        said: dict[str, Any] = {each: getattr(self, each) for each in DATA_FLAGS}
        return DataOptions(inputs=inputs, outputs=outputs, **said)


@dataclass(frozen=True, kw_only=True)
class Request(StartFlags, ProjectFlags, DataFlags):
    """What `kerasmith new` is asked for."""

    dest: Path | None = None
    spec_dir: Path | None = None
    like: Path | None = None
    data: Path | None = None
    ask_again: Path | None = None
    yes: bool = False
    dry_run: bool = False
    format_: str = "text"

    def said(self) -> list[str]:
        """Return the flags that say anything of the project, and not only how to write it."""
        starts = ("recipe", "spec_file", "like", "data", "ask_again")
        project = (each.name for each in fields(ProjectFlags))
        return said(self, (*starts, *project, *DATA_FLAGS))


DATA_FLAGS = tuple(each.name for each in fields(DataFlags))

MODEL_FLAGS = ("recipe", "spec_file", "inputs", "outputs", "quantiles", "share", "branching", "set")
"""The flags that say something of a model, and not only how to write it."""


def takes(request: Callable[..., R]) -> Callable[[Callable[[R], None]], Callable[..., None]]:
    """Give a command one value in the place of its flags."""

    def taking(command: Callable[[R], None]) -> Callable[..., None]:
        @wraps(command)
        def called(**given: object) -> None:
            command(request(**given))

        return called

    return taking


def said(request: object, names: Iterable[str]) -> list[str]:
    """Return the flags among these that say something, without what they say."""
    values = {name: getattr(request, name) for name in names}
    return [_flag(name, value) for name, value in values.items() if _says(value)]


def typed(request: object, names: Iterable[str]) -> Iterator[str]:
    """Yield the flags among these that say something, word by word as they are typed."""
    values: Mapping[str, object] = {name: getattr(request, name) for name in names}
    for name, value in values.items():
        for word in value if isinstance(value, tuple) else (value,):
            if _says(word):
                yield from (_flag(name, word), str(word))


def _says(value: object) -> bool:
    return value is not None and value != ()


def _flag(name: str, value: object) -> str:
    """Return a flag as it is typed."""
    if name == "header":
        return "--header" if value else "--no-header"
    return f"--{_FLAG_NAMES.get(name, name.replace('_', '-'))}"


_FLAG_NAMES = {"with_": "with", "spec_file": "spec", "inputs": "input", "outputs": "output"}
