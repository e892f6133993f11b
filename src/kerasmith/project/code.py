"""Whether the code of a project still keeps the answers of its kerasmith.toml.

The code as it was rendered and the code as it is are both read, never run, and compared in what
they do: layout, helpers, comments and names of local variables make no difference.
"""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kerasmith.catalogue.encoders.own_code import own_functions
from kerasmith.catalogue.plugins import standing_in
from kerasmith.errors import KerasmithError, Problem, shortened
from kerasmith.project import disk
from kerasmith.project.create import absolute
from kerasmith.project.history import Installed, base_of, rendered_then
from kerasmith.project.recorded import Recorded, read_recorded
from kerasmith.project.repository import check_folder
from kerasmith.project.wanted import read_wanted
from kerasmith.source_code.built import Built, Field, read_built, read_fields
from kerasmith.source_code.computation import Step
from kerasmith.source_code.differences import Difference, differences
from kerasmith.source_code.functions import with_functions
from kerasmith.source_code.source import read_code, read_source
from kerasmith.spec.names import SPEC_FILE
from kerasmith.spec.read import read_spec

READ = ("config.py", "model.py", "data.py", "train.py")
"""The modules of a project that are read."""

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Accept:
    """What kerasmith.toml would have to say: the section, the entry by its name, key and value.

    `encoder` is that of an input whose key belongs to it.
    """

    section: str
    entry: str
    key: str
    value: Any
    encoder: str = ""

    def __hash__(self) -> int:
        return hash((self.section, self.entry, self.key))


@dataclass(frozen=True)
class Drift:
    """An answer that the code no longer keeps: what it does instead, and where.

    `accept` says what kerasmith.toml would have to say; None where it has no word for it.
    """

    answer: str
    what: str
    file: str
    line: int = 0
    accept: "Accept | None" = None


@dataclass(frozen=True)
class CodeStatus:
    """What of the answers the code keeps; `unclear` is what reading alone does not tell."""

    project: Path
    drifts: tuple[Drift, ...] = ()
    unclear: tuple[str, ...] = ()
    accepted: tuple[Drift, ...] = field(default=())

    @property
    def in_step(self) -> bool | None:
        """Whether the code keeps every answer; None where that is not known."""
        if self.drifts:
            return False
        return None if self.unclear else True


def check_code(project: Path, *, accept: bool = False) -> CodeStatus:
    """Return which answers of a project the code no longer keeps.

    With `accept`, kerasmith.toml says what the code does, as far as it has a word for it.
    Raises KerasmithError where it is not a project, or its code cannot be read.
    """
    check_folder(project)
    folder = absolute(project).resolve()
    recorded = read_recorded(folder)
    with standing_in(recorded.stand_ins):
        base = base_of(recorded, Installed())
        files = rendered_then(recorded, base).files
        status = _compared(project, folder, recorded, files)
        content, tables = read_wanted(folder)
        left = tuple(each for each in status.drifts if _with(tables, each) != tables)
        status = replace(status, drifts=left)
        return _accepted(folder, status, content, tables) if accept else status


def _compared(
    project: Path, folder: Path, recorded: Recorded, files: Mapping[str, str]
) -> CodeStatus:
    answers, package = recorded.values, str(recorded.values["package"])
    own = folder / "src" / package
    missing = [name for name in READ if not (own / name).is_file()]
    if missing:
        why = f"{', '.join(f'src/{package}/{name}' for name in missing)} is not there."
        raise KerasmithError(Problem("The code cannot be compared.", str(project), why))
    with TemporaryDirectory() as temporary:
        then = Path(temporary) / package
        then.mkdir()
        for name in READ:
            (then / name).write_text(files[f"src/{package}/{name}"], encoding="utf-8")
        _put_own_code(answers, then / "model.py", own / "model.py")
        fields = _known(answers, read_fields(then / "config.py"))
        before = read_built(then / "model.py")
        texts = {name: _texts(then / name) for name in ("data.py", "train.py")}
    now = read_built(own / "model.py", {name: each.value for name, each in fields.items()})
    drifts = [
        *_fields(answers, package, fields, read_fields(own / "config.py")),
        *_model(answers, f"src/{package}/model.py", before, now),
    ]
    for name, before_texts in texts.items():
        drifts += _keys(answers, f"src/{package}/{name}", before_texts, _texts(own / name))
    unclear = [f"src/{package}/model.py: {now.unclear}"] if now.unclear else []
    return CodeStatus(project, tuple(dict.fromkeys(drifts)), tuple(unclear))


def _put_own_code(answers: Answers, then: Path, now: Path) -> None:
    """Put the functions that are the owner's into the model.py of then: they are no drift."""
    if names := own_functions(answers["encoders"], answers["merge"]):
        read_source(now)  # is it code that can be read?
        theirs = read_code(now)
        text = with_functions(then.read_text("utf-8"), theirs, names)
        then.write_text(text, encoding="utf-8")


# === config.py ===


def _known(answers: Answers, fields: Mapping[str, Field]) -> dict[str, Field]:
    """Return the fields that follow from answers, not from what an owner tries out."""
    names = [*(each["name"] for of in ("inputs", "outputs") for each in answers[of])]
    names += [each["stem"] for each in answers["encoders"]]
    starts = tuple(f"{name}_" for name in names)
    return {
        name: each for name, each in fields.items() if name.startswith((*starts, "trunk_units"))
    }


def _fields(
    answers: Answers, package: str, before: Mapping[str, Field], now: Mapping[str, Field]
) -> Iterator[Drift]:
    """Yield the numbers of the config that are other than the answers lead to."""
    file = f"src/{package}/config.py"
    for name, was in before.items():
        if name not in now:
            yield Drift(_answer_of(answers, name)[0], f"{name} is gone", file)
        elif _plain(now[name].value) != _plain(was.value):
            answer, accept = _answer_of(answers, name)
            value = _plain(now[name].value)
            what = f"{name} is {shortened(value, 60)}, not {shortened(_plain(was.value), 60)}"
            accept = replace(accept, value=value) if accept else None
            yield Drift(answer, what, file, now[name].line, accept)


def _plain(value: Any) -> Any:
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _answer_of(answers: Answers, name: str) -> tuple[str, Accept | None]:
    """Return the answer that a field of the config follows from, and where it would be said."""
    if name.startswith("trunk_units"):
        return "model.trunk", Accept("model", "", "trunk", None)
    for encoder in answers["encoders"]:
        key = name.removeprefix(f"{encoder['stem']}_")
        first = encoder["inputs"][0]
        if key != name and (key in encoder["knobs"] or key in encoder["sizes"]):
            own = encoder["encoder"] if key in encoder["knobs"] else ""
            accept = Accept("inputs", first, key, None, own)
            return f"inputs.{first}.{key}", accept if len(encoder["inputs"]) == 1 else None
    for section in ("inputs", "outputs"):
        for each in answers[section]:
            key = name.removeprefix(f"{each['name']}_")
            if key != name:
                accept = Accept(section, each["name"], key, None)
                return f"{section}.{each['name']}.{key}", accept
    return name, None


# === model.py ===


def _model(answers: Answers, file: str, before: Built, now: Built) -> Iterator[Drift]:
    if now.unclear:
        return
    if now.class_name != before.class_name:
        form = "sequential" if now.class_name == "Sequential" else "functional"
        what = f"the model is written {form}, not {answers['api']}"
        yield Drift("project.api", what, file, now.line, Accept("project", "", "api", form))
    inputs = _renamed([*before.inputs], [*now.inputs])
    outputs = _renamed([*before.steps.outputs], [*now.steps.outputs])
    yield from _ends(answers, file, "inputs", inputs, now.line)
    yield from _ends(answers, file, "outputs", outputs, now.line)
    for name, (shape, dtype) in before.inputs.items():
        found = now.inputs.get(inputs.get(name, name))
        if found and found != (shape, dtype):
            what = f"{name} has the shape {found[0]} of {found[1]}, not {shape} of {dtype}"
            yield Drift(f"inputs.{name}", what, file, now.line)
    if {*inputs} != {*inputs.values()} or {*outputs} != {*outputs.values()}:
        return  # what else differs would be told by the old names
    for each in differences(before.steps, now.steps):
        yield Drift(_place(answers, each, before, now), each.what, file, each.line)
    yield from _compiled(file, before, now)


def _renamed(before: list[str], now: list[str]) -> dict[str, str]:
    """Return what each name is now: the same, or the new one in its place; "" where it is gone."""
    gone = [name for name in before if name not in now]
    new = [name for name in now if name not in before]
    pairs = dict(zip(gone, new, strict=False)) if len(gone) == len(new) else {}
    found = {name: pairs.get(name, "") if name in gone else name for name in before}
    return found | {name: name for name in new if name not in pairs.values()}


def _ends(
    answers: Answers, file: str, section: str, names: Mapping[str, str], line: int
) -> Iterator[Drift]:
    known = {each["name"] for each in answers[section]}
    for name, now in names.items():
        kind = section[:-1]
        if name not in known:
            yield Drift(section, f"there is an {kind} {name} more", file, line)
        elif not now:
            yield Drift(f"{section}.{name}", f"the {kind} {name} is gone", file, line)
        elif now != name:
            what = f"the {kind} {name} is called {now}"
            accept = Accept(section, name, "name", now)
            yield Drift(f"{section}.{name}.name", what, file, line, accept)


def _place(answers: Answers, found: Difference, before: Built, now: Built) -> str:
    """Return the answer that a step follows from."""
    for built, step in ((before, found.before), (now, found.now)):
        if step is None:
            continue
        for name, at in built.steps.outputs.items():
            if isinstance(at, int) and built.steps.steps[at] is step:
                return f"outputs.{name}.kind"
        return _encoder_of(answers, step)
    return "model"


def _encoder_of(answers: Answers, step: Step) -> str:
    if step.name.startswith("trunk"):
        return "model.trunk"
    if len(step.inputs) == 1:
        return f"inputs.{next(iter(step.inputs))}.encoder"
    return "model.merge"


def _compiled(file: str, before: Built, now: Built) -> Iterator[Drift]:
    for name, loss in before.losses.items():
        found = now.losses.get(name, "")
        if found != loss:
            what = f"the loss of {name} is {found or 'not known'}, not {loss}"
            yield Drift(f"outputs.{name}.kind", what, file, now.compiled or now.line)
    for name in before.losses:
        weight, value = before.weights.get(name, 1), now.weights.get(name, 1)
        if value != weight:
            what = f"the weight of {name} is {shortened(value)}, not {shortened(weight)}"
            number = isinstance(value, int | float)
            accept = Accept("outputs", name, "weight", value) if number else None
            yield Drift(f"outputs.{name}.weight", what, file, now.compiled, accept)


# === data.py, train.py ===


def _texts(path: Path) -> dict[str, list[int]]:
    """Return the texts that code uses as keys, or gives to a call, with their lines."""
    found: dict[str, list[int]] = {}
    for node in ast.walk(read_source(path).tree):
        keys: list[ast.expr | None] = []
        if isinstance(node, ast.Subscript):
            keys = [node.slice]
        elif isinstance(node, ast.Dict):
            keys = [*node.keys]
        elif isinstance(node, ast.Call):
            keys = [*node.args, *(each.value for each in node.keywords)]
        elif isinstance(node, ast.Set | ast.List | ast.Tuple):
            keys = [*node.elts]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            keys = [node.value]
        for key in keys:
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                found.setdefault(key.value, []).append(key.lineno)
    return found


def _keys(
    answers: Answers, file: str, before: Mapping[str, list[int]], now: Mapping[str, list[int]]
) -> Iterator[Drift]:
    """Yield the names of columns, inputs and outputs that code no longer uses, or uses less."""
    counts = Counter({text: len(lines) for text, lines in now.items()})
    new = {text: lines[0] for text, lines in now.items() if text not in before}
    for text, answer in _named(answers):
        if text in before and counts[text] < len(before[text]) and (not counts[text] or new):
            instead = next(iter(new.items()), None)
            what = f"{text!r} is used {counts[text]} times, not {len(before[text])}"
            what += f"; {instead[0]!r} is new" if instead else ""
            yield Drift(answer, what, file, instead[1] if instead else 0)


def _named(answers: Answers) -> Iterator[tuple[str, str]]:
    for section in ("inputs", "outputs"):
        for each in answers[section]:
            yield each["name"], f"{section}.{each['name']}.name"
            for column in each.get("columns", ()):
                if column != each["name"]:
                    yield column, f"{section}.{each['name']}.column"
    for column in answers["data"]["columns"]:
        yield column, "data.columns"


# === Accepting ===


def _accepted(
    folder: Path, status: CodeStatus, content: bytes, tables: dict[str, Any]
) -> CodeStatus:
    """Let kerasmith.toml say what the code does, each answer by itself, as far as it can."""
    accepted: list[Drift] = []
    for drift in status.drifts:
        wanted = _with(tables, drift)
        try:
            if wanted is None:
                continue
            read_spec(wanted)
        except KerasmithError:
            continue
        tables, accepted = wanted, [*accepted, drift]
    if accepted:
        from kerasmith.spec.edit import edited  # tomlkit, which only an edit needs

        mark = content[:3] if content.startswith(b"\xef\xbb\xbf") else b""
        text = mark + edited(content.decode("utf-8-sig"), tables).encode()
        disk.replace_file(folder, SPEC_FILE, text)
    left = tuple(each for each in status.drifts if each not in accepted)
    return CodeStatus(status.project, left, status.unclear, tuple(accepted))


def _with(tables: dict[str, Any], drift: Drift) -> dict[str, Any] | None:
    """Return tables that say what the code does; None where they have no word for it."""
    accept = drift.accept
    if accept is None:
        return None
    section, key = accept.section, accept.key
    if not accept.entry:
        return {**tables, section: {**tables.get(section, {}), key: accept.value}}
    entries = [dict(each) for each in tables.get(section, ())]
    for entry in entries:
        if entry.get("name") == accept.entry:
            if key == "name":
                entry.setdefault("column", accept.entry)
            if accept.encoder:
                entry.setdefault("encoder", accept.encoder)
            entry[key] = accept.value
            return {**tables, section: entries}
    return None
