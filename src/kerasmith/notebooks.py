"""A notebook: a whole project in one file, which needs none of the project's other files.

Its cells are those of the feature `notebook`, which import functions of the project. Here the code
of these functions goes before the cell that imports them, as the project's modules have it, with
whatever it calls in turn. So there is one text of each function, and what the notebook trains is
what the project trains.
"""

import ast
import json
import re
import shlex
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from itertools import groupby, pairwise
from pathlib import PurePosixPath
from typing import Any

from kerasmith.errors import KerasmithError, Problem
from kerasmith.plan.planned import Plan
from kerasmith.render.render import macro_beside_project, render

PART = "parts/notebook.jinja"

IMPORTS = "imports"
"""The cell in which everything is imported that comes from elsewhere."""

MOST_CELLS = 40

MOST_LINES = (40, 80, 160)
"""Lines of a cell that holds several definitions: more where there would be too many cells."""

WIDTH = 100
"""Columns of a line of code."""

INSTEAD = {
    "data/README.md": "the Data cells",  # as long, so that what is laid out around it stays so
    "config.py": "Config",
    "in data.py": "under Data",
    "; where there is none yet, say how to get one": "",
}
"""What a project's modules say of its files and commands, and what a notebook says instead."""

Cell = dict[str, Any]


def notebook(plan: Plan) -> str:
    """Return the text of the notebook that is the project of a plan, which has no features.

    Raises KerasmithError where a plug-in's code cannot be in one file.
    """
    files = render(plan)
    packages = tomllib.loads(files["pyproject.toml"])["project"]["dependencies"]
    text = macro_beside_project(plan, PART, "notebook", shlex.join(packages))
    written = json.loads(text)
    written["cells"] = self_contained(written["cells"], files, plan.package)
    return json.dumps(written, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def self_contained(cells: Sequence[Cell], files: Mapping[str, str], package: str) -> Sequence[Cell]:
    """Return cells that import nothing from a package of these files, with its code in them.

    Raises KerasmithError where a name means several things in the package.
    """
    modules = _modules(files, package)
    for lines in MOST_LINES:
        found = _Cells(package, modules, lines).of(cells)
        if len(found) <= MOST_CELLS:
            break
    return found


# === Modules ===


@dataclass(frozen=True)
class Import:
    """A name that is imported from a module; the module itself where it has none."""

    module: str
    name: str
    known_as: str

    @property
    def bound(self) -> str:
        """What it is called in the code."""
        return self.known_as or self.name or self.module.partition(".")[0]


@dataclass(frozen=True)
class Definition:
    """A function, a class or a constant of a module, with the comment above it."""

    module: str
    name: str
    text: str
    first: int
    last: int
    """Its lines in the module, from 1 on."""

    @property
    def uses(self) -> list[str]:
        """Every name in it."""
        nodes = ast.walk(ast.parse(self.text))
        return sorted({each.id for each in nodes if isinstance(each, ast.Name)})


@dataclass(frozen=True)
class Module:
    """A module of the project: what it defines, and what it imports, by the names in its code."""

    definitions: dict[str, Definition] = field(default_factory=dict)
    own: dict[str, Import] = field(default_factory=dict)
    """What is imported from other modules of the project."""
    foreign: dict[str, Import] = field(default_factory=dict)


def _modules(files: Mapping[str, str], package: str) -> dict[str, Module]:
    """Return the modules of a package, each behind those that it imports from."""
    found = {
        path.stem: _module(path.stem, text, package)
        for path, text in ((PurePosixPath(path), text) for path, text in files.items())
        if path.match(f"src/{package}/*.py") and path.stem != "__init__"
    }
    before = {name: [each.module for each in module.own.values()] for name, module in found.items()}
    return {name: found[name] for name in TopologicalSorter(before).static_order()}


def _module(name: str, source: str, package: str) -> Module:
    module, lines = Module(), source.split("\n")
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            for each in _imported(statement):
                if not _is_of(package, each):
                    module.foreign[each.bound] = each
                elif each.name:  # without, the module is imported for what it defines, as here
                    own = each.module.removeprefix(f"{package}.")
                    module.own[each.bound] = Import(own, each.name, each.known_as)
        elif not _is_main(statement):
            for bound in _bound(statement):
                module.definitions[bound] = _definition(name, bound, statement, lines)
    return module


def _is_of(package: str, imported: Import) -> bool:
    return imported.module.partition(".")[0] == package


def _is_main(statement: ast.stmt) -> bool:
    """Say whether a statement is what only a command does."""
    return isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test)


def _imported(statement: ast.Import | ast.ImportFrom) -> Iterator[Import]:
    for each in statement.names:
        if isinstance(statement, ast.Import):
            yield Import(each.name, "", each.asname or "")
        else:
            yield Import(statement.module or "", each.name, each.asname or "")


def _bound(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement gives to something, but for those that functions keep."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name
        return
    for each in ast.walk(statement):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            yield each.id
        elif isinstance(each, ast.Import | ast.ImportFrom):
            yield from (imported.bound for imported in _imported(each))


def _definition(module: str, name: str, statement: ast.stmt, lines: list[str]) -> Definition:
    decorators = getattr(statement, "decorator_list", [])
    first = min(each.lineno for each in (statement, *decorators))
    while lines[first - 2].startswith("#"):
        first -= 1
    last = statement.end_lineno or first
    guards = {
        number
        for each in ast.walk(statement)
        if isinstance(each, ast.If) and _is_guard(each)
        for number in range(each.lineno, (each.end_lineno or 0) + 1)
    }
    text = "\n".join(lines[n - 1] for n in range(first, last + 1) if n not in guards)
    for words, instead in INSTEAD.items():
        text = text.replace(words, instead)
    return Definition(module, name, text, first, last)


def _is_guard(statement: ast.If) -> bool:
    """Say whether all that a statement does is to say which command makes a file that is missing.

    A notebook has no commands; the line behind it fails where there is no file, and names it.
    """
    test, first = ast.unparse(statement.test), ast.unparse(statement.body[0])
    missing = re.fullmatch(r"not \w+\.exists\(\)", test)
    return bool(missing) and first.startswith("raise FileNotFoundError(") and not statement.orelse


# === Cells ===


class _Cells:
    """The cells of a notebook, made of those that import from a package."""

    def __init__(self, package: str, modules: Mapping[str, Module], most_lines: int) -> None:
        self.package = package
        self.modules = modules
        self.most_lines = most_lines
        self.written: dict[Definition, None] = {}
        """The definitions that cells have so far, in their order."""
        self.imports: set[Import] = set()
        self.variables: set[str] = set()

    def of(self, cells: Iterable[Cell]) -> list[Cell]:
        """Return cells that import nothing from the package, with the code that they need."""
        found: list[Cell] = []
        begun = False  # where everything is imported; what is above it has to be
        for cell in cells:
            begun = begun or cell["id"] == IMPORTS
            found += self._self_contained(cell) if begun else [cell]
        self._check_names()
        for cell in found:
            if cell["id"] == IMPORTS:
                cell["source"] = _source(_import_lines(self.imports))
        return found

    def _self_contained(self, cell: Cell) -> Iterator[Cell]:
        """Yield a cell without its imports, behind the code of what it imports from the package."""
        if cell["cell_type"] != "code":
            yield cell
            return
        source = "".join(cell["source"])
        lines = source.split("\n")
        wanted: set[Definition] = set()
        for statement in ast.parse(source).body:
            if isinstance(statement, ast.Import | ast.ImportFrom):
                for number in range(statement.lineno, (statement.end_lineno or 0) + 1):
                    lines[number - 1] = ""
                for each in _imported(statement):
                    if _is_of(self.package, each):
                        module = each.module.removeprefix(f"{self.package}.")
                        self._collect(module, each.name, wanted)
                    else:
                        self.imports.add(each)
            else:
                self.variables |= {*_bound(statement)}
        yield from self._definition_cells(wanted)
        left = "\n".join(lines).strip("\n")
        if left or cell["id"] == IMPORTS:
            yield cell | {"source": _source(left)}

    def _collect(self, module: str, name: str, wanted: set[Definition]) -> None:
        """Collect what a name in a module means, and what that needs; locals mean nothing here."""
        found = self.modules[module]
        if name in found.own:
            self._collect(found.own[name].module, found.own[name].name, wanted)
        elif name in found.foreign:
            self.imports.add(found.foreign[name])
        elif name in found.definitions:
            definition = found.definitions[name]
            if definition not in wanted and definition not in self.written:
                wanted.add(definition)
                for used in definition.uses:
                    self._collect(module, used, wanted)

    def _definition_cells(self, wanted: set[Definition]) -> Iterator[Cell]:
        """Yield cells with definitions, in the order of their modules, a few in each."""
        places = [*self.modules]
        ordered = sorted(wanted, key=lambda each: (places.index(each.module), each.first))
        self.written |= dict.fromkeys(ordered)
        for module, of_module in groupby(ordered, key=lambda each: each.module):
            for together in self._together(of_module):
                yield {
                    "cell_type": "code",
                    "execution_count": None,
                    "id": f"{module}-{together[0].name}"[:64],
                    "metadata": {},
                    "outputs": [],
                    "source": _source(_one_below_the_other(together)),
                }

    def _together(self, definitions: Iterable[Definition]) -> Iterator[list[Definition]]:
        """Yield definitions in groups of as many lines as a reader has in view."""
        group: list[Definition] = []
        for each in definitions:
            if group and _one_below_the_other([*group, each]).count("\n") >= self.most_lines:
                yield group
                group = []
            group.append(each)
        yield group

    def _check_names(self) -> None:
        """Check that each name means one thing in all cells.

        Raises KerasmithError; the kinds of kerasmith itself see to it.
        """
        meanings: dict[str, set[str]] = {name: {"a variable"} for name in self.variables}
        for definition in self.written:
            meanings.setdefault(definition.name, set()).add(f"{definition.module}.py")
        for each in self.imports:
            whole = each.bound if not (each.name or each.known_as) else ""
            meaning = f"import {whole or f'{each.module} {each.name}'}".strip()
            meanings.setdefault(each.bound, set()).add(meaning)
        problems = [
            Problem(
                f"{name!r} has several meanings in this project: {', '.join(sorted(found))}.",
                why="In a notebook all code has its names in one place.",
                try_="kerasmith new … --with notebook: that notebook imports the project",
            )
            for name, found in meanings.items()
            if len(found) > 1
        ]
        if problems:
            raise KerasmithError(*problems)


def _one_below_the_other(definitions: list[Definition]) -> str:
    """Return the text of definitions of a module, as far apart as they are there."""
    text = definitions[0].text
    for before, each in pairwise(definitions):
        text += "\n" * min(each.first - before.last, 3) + each.text
    return text


def _source(text: str) -> list[str]:
    return text.splitlines(keepends=True)


# === Imports ===


def _import_lines(imports: Iterable[Import]) -> str:
    """Return the lines that import names, sorted as isort does it."""
    of_python = {each for each in imports if each.module.partition(".")[0] in STANDARD}
    sections = (of_python, {*imports} - of_python)
    return "\n\n".join("\n".join(_section(each)) for each in sections if each)


STANDARD = sys.stdlib_module_names


def _section(imports: Iterable[Import]) -> Iterator[str]:
    def of_module(each: Import) -> str:
        return each.module.lower()

    for each in sorted((each for each in imports if not each.name), key=of_module):
        yield f"import {each.module}{_known_as(each)}"
    members = sorted((each for each in imports if each.name), key=of_module)
    for module, found in groupby(members, key=lambda each: each.module):
        names = [f"{each.name}{_known_as(each)}" for each in sorted(found, key=_kind_and_name)]
        line = f"from {module} import {', '.join(names)}"
        if len(line) > WIDTH:
            line = (
                "\n    ".join([f"from {module} import (", *(f"{name}," for name in names)]) + "\n)"
            )
        yield line


def _known_as(imported: Import) -> str:
    return f" as {imported.known_as}" if imported.known_as else ""


def _kind_and_name(imported: Import) -> tuple[int, str]:
    """Order constants before classes, and those before functions."""
    name = imported.name
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2
    return kind, name.lower()
