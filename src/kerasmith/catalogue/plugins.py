"""The plug-ins: what is installed beside kerasmith, read once and only where it is needed.

A *plug-in* is an entry point of the group `kerasmith.plugins`; its *package* is what people
install. One that breaks is left out with its reason, and so is a name that two of them claim;
everything else goes on working.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasmith.catalogue.encoders import ENCODERS, readers_of
from kerasmith.catalogue.encoders.base import Encoder
from kerasmith.catalogue.features import FEATURES, Feature
from kerasmith.catalogue.inputs import INPUT_KINDS, InputKind
from kerasmith.catalogue.merges import MERGES, Merge
from kerasmith.catalogue.named import Named
from kerasmith.catalogue.outputs import OUTPUT_KINDS, OutputKind
from kerasmith.catalogue.plugin_type import CONTRACT, Plugin
from kerasmith.catalogue.recipe_folders import RECIPE_FILE, RECIPES, recipes_in, templates_dir
from kerasmith.errors import Problem, printable

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint  # importing it takes a while

GROUP = "kerasmith.plugins"

BUILT_IN = Plugin(
    contract=CONTRACT,
    inputs=tuple(INPUT_KINDS.known.values()),
    outputs=tuple(OUTPUT_KINDS.known.values()),
    encoders=tuple(each for kind in ENCODERS.known.values() for each in kind.known.values()),
    merges=tuple(MERGES.known.values()),
    features=tuple(FEATURES.known.values()),
    templates=templates_dir(),
    recipes=templates_dir() / "recipes",
)
"""kerasmith's own, as a plug-in: read, checked and listed by the same functions."""

MOST_BYTES = 256 * 1024
"""Of one template of a plug-in, which goes with each project that uses it."""


@dataclass(frozen=True, order=True)
class Claim:
    """An entry's place in the catalogue: its family, its name, for an encoder the kind it takes."""

    family: str
    name: str
    kind: str = ""

    def __str__(self) -> str:
        """Return it in words."""
        what = {"inputs": "input kind", "outputs": "output kind", "encoders": "encoder"}
        of = f" for {self.kind} inputs" if self.kind else ""
        return f"{what.get(self.family, self.family.removesuffix('s'))} {self.name!r}{of}"


@dataclass(frozen=True)
class Found:
    """A plug-in that was found: its name, its package, and what is wrong with it."""

    name: str
    package: str
    version: str
    entries: Mapping[Claim, Any] = field(default_factory=dict)
    """What it brings and nobody else claims."""
    texts: Callable[[], Mapping[str, str]] = dict
    """Its templates: their texts by their paths, which are those of kerasmith's own."""
    problems: tuple[Problem, ...] = ()
    is_foreign: bool = False
    """Whether its templates came with a project, from whoever that is."""

    @property
    def words(self) -> str:
        """How it is called where somebody looks for it."""
        return f"{self.package} {self.version}"


_found: tuple[Found, ...] | None = None
_owners: dict[Claim, Found] = {}


def found() -> tuple[Found, ...]:
    """Return the plug-ins that are installed, and add what they bring to the catalogue, once."""
    global _found
    if _found is None:
        _found = ()  # whoever asks meanwhile sees kerasmith's own alone
        _found = _without_shared(_read(each) for each in _entry_points())
        for plugin in _found:
            add(plugin)
    return _found


def forget() -> None:
    """Take what plug-ins brought out of the catalogue; whoever asks next reads them again."""
    global _found
    for plugin in {id(each): each for each in _owners.values()}.values():
        remove(plugin)
    _found = None


def add(plugin: Found) -> None:
    """Add the entries of a plug-in to the catalogue."""
    for claim, entry in plugin.entries.items():
        _named(claim)[claim.name] = entry
        _owners[claim] = plugin


def remove(plugin: Found) -> None:
    """Take the entries of a plug-in out of the catalogue."""
    for claim in plugin.entries:
        if _owners.get(claim) is plugin:
            _take_out(claim)
            del _owners[claim]


@cache
def own_claims() -> frozenset[Claim]:
    """Return the places in the catalogue that are kerasmith's own."""
    return frozenset(claim for claim, _ in entries_of(BUILT_IN))


def owner_of(claim: Claim) -> Found | None:
    """Return the plug-in that an entry is of; none for kerasmith's own."""
    return _owners.get(claim)


def whose(family: str, name: str, kind: str = "") -> str:
    """Return how the plug-in of an entry is called; empty for kerasmith's own."""
    owner = owner_of(Claim(family, name, kind))
    return owner.words if owner else ""


def signed(text: str, family: str, name: str, kind: str = "") -> str:
    """Return what is said of an entry, with the plug-in that it is of."""
    owner = whose(family, name, kind)
    return f"{text} ({owner})" if owner else text


def why_unknown(known: Mapping[str, Any], word: object) -> str:
    """Say which plug-ins may be the reason that there is no entry of a name; empty without any."""
    family = known.family if isinstance(known, Named) else ""
    claimed = [
        problem
        for plugin in found()
        for problem in plugin.problems
        if problem.where == f"{family}: {word}"
    ]
    broken = [problem for plugin in found() if not plugin.entries for problem in plugin.problems]
    return " ".join(f"{each.what} {each.why}".strip() for each in (claimed[:1] or broken))


def _named(claim: Claim) -> Any:
    if claim.family == "encoders":
        return readers_of(claim.kind)
    return _FAMILIES[claim.family]


def _take_out(claim: Claim) -> None:
    readers = _named(claim)
    del readers[claim.name]
    if claim.family == "encoders" and not readers.known and claim.kind not in INPUT_KINDS.own:
        del ENCODERS[claim.kind]


_FAMILIES: dict[str, Named[Any]] = {
    each.family: each for each in (INPUT_KINDS, OUTPUT_KINDS, MERGES, FEATURES, RECIPES)
}


def templates_for(plugin: Found, claims: Iterable[Claim]) -> dict[str, str]:
    """Return the templates of a plug-in that some of its entries need, by their paths.

    These are their parts, whatever these name of the plug-in's others, and for features the files
    in `project/` whose path has the feature's name.
    """
    texts, needed = plugin.texts(), {}
    todo = [path for claim in claims for path in _first_templates(claim, texts)]
    while todo:
        path = todo.pop()
        if path not in needed and path in texts:
            needed[path] = texts[path]
            todo += [other for other in texts if other in texts[path]]
    return needed


def _first_templates(claim: Claim, texts: Iterable[str]) -> Iterator[str]:
    yield part_of(claim)
    if claim.family == "inputs":  # one that is read from windows has a second part
        yield f"parts/inputs/{claim.name}_windows.jinja"
    if claim.family == "recipes":
        yield f"recipes/{claim.name}/{RECIPE_FILE}"
    if claim.family == "features":
        yield from (path for path in texts if path.startswith("project/") and claim.name in path)


@contextmanager
def standing_in(plugins: Iterable[Found]) -> Iterator[None]:
    """Have entries in the catalogue for as long as the block runs, in the place of others."""
    before: list[tuple[Claim, Any, Found | None]] = []
    for plugin in plugins:
        for claim in plugin.entries:
            before.append((claim, _named(claim).known.get(claim.name), _owners.get(claim)))
        add(plugin)
    try:
        yield
    finally:
        for claim, entry, owner in reversed(before):
            _owners.pop(claim, None)
            _take_out(claim)
            if entry is not None:
                _named(claim)[claim.name] = entry
            if owner is not None:
                _owners[claim] = owner


# === Reading ===


def _entry_points() -> "list[EntryPoint]":
    from importlib.metadata import entry_points  # takes a while, and is seldom needed

    return sorted(entry_points(group=GROUP), key=lambda each: (_package(each), each.name))


def _package(point: "EntryPoint") -> str:
    return point.dist.name if point.dist else point.value


def _read(point: "EntryPoint") -> Found:
    """Import a plug-in and look at it, whatever it does."""
    version = point.dist.version if point.dist else ""
    plugin = Found(printable(point.name), printable(_package(point)), printable(version))
    try:
        loaded = point.load()
    except (Exception, SystemExit) as error:  # it is somebody else's code: anything may happen
        why = f"{type(error).__name__}: {printable(' '.join(str(error).split()))[:200]}"
        return _broken(
            plugin, "breaks when it is imported.", why, "its maintainers, or uninstall it"
        )
    if not isinstance(loaded, Plugin):
        return _broken(plugin, "is not a Plugin.", f"{point.value} is a {type(loaded).__name__}.")
    if loaded.contract != CONTRACT:
        why = f"It is for version {loaded.contract} of the contract; this kerasmith has {CONTRACT}."
        return _broken(plugin, "does not fit this kerasmith.", why, "another version of either")
    return read(plugin, loaded)


def read(plugin: Found, loaded: Plugin) -> Found:
    """Return a plug-in with what it brings, or with what is wrong with it."""
    try:
        entries, texts = dict(entries_of(loaded)), texts_of(loaded)
        reserved = () if loaded is BUILT_IN else _reserved(entries, texts)
        why = next(chain(_wrong(entries, texts), reserved), "")
    except Exception as error:  # an entry without its name, a folder that cannot be read
        why = f"{type(error).__name__}: {printable(str(error))[:200]}"
    if why:
        return _broken(plugin, "brings something that does not work.", why)
    return replace(plugin, entries=entries, texts=lambda: texts)


def _broken(plugin: Found, what: str, why: str, try_: str = "") -> Found:
    where = f"{GROUP}: {plugin.name}"
    problem = Problem(f"The plug-in {plugin.name!r} of {plugin.words} {what}", where, why, try_)
    return replace(plugin, problems=(problem,))


def entries_of(plugin: Plugin) -> Iterator[tuple[Claim, Any]]:
    """Yield what a plug-in brings, and its place in the catalogue."""
    for kind in plugin.inputs:
        yield Claim("inputs", kind.kind), kind
    for output in plugin.outputs:
        yield Claim("outputs", output.kind), output
    for encoder in plugin.encoders:
        yield Claim("encoders", encoder.encoder, encoder.takes.kind), encoder
    for merge in plugin.merges:
        yield Claim("merges", merge.name), merge
    for feature in plugin.features:
        yield Claim("features", feature.name), feature
    for name, folder in recipes_in(plugin.recipes) if plugin.recipes else ():
        yield Claim("recipes", name), folder


def texts_of(plugin: Plugin) -> dict[str, str]:
    """Return the templates of a plug-in, by the paths that kerasmith's own would have."""
    folders = [(plugin.templates, ("parts", "project"), ""), (plugin.recipes, ("*",), "recipes/")]
    texts = {}
    for folder, below, prefix in folders:
        for path in sorted(each for top in below for each in _files(folder, top)):
            assert folder is not None
            if path.stat().st_size > MOST_BYTES:
                raise ValueError(f"{path} has more than {MOST_BYTES // 1024} KB")
            texts[prefix + path.relative_to(folder).as_posix()] = path.read_text("utf-8")
    return texts


def _files(folder: Path | None, top: str) -> Iterator[Path]:
    for below in folder.glob(top) if folder else ():
        yield from (path for path in below.rglob("*") if path.is_file())


def part_of(claim: Claim) -> str:
    """Return the path of the template that an entry needs."""
    if claim.family == "recipes":
        return f"recipes/{claim.name}/sample.jinja"
    kind = f"{claim.kind}/" if claim.kind else ""
    return f"parts/{claim.family}/{kind}{claim.name}.jinja"


_ENTRY_TYPES: dict[str, type] = {
    "inputs": InputKind,
    "outputs": OutputKind,
    "encoders": Encoder,
    "merges": Merge,
    "features": Feature,
    "recipes": Path,
}

_WORD = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")


def _wrong(entries: Mapping[Claim, Any], texts: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with what a plug-in brings."""
    for claim, entry in entries.items():
        wanted = _ENTRY_TYPES[claim.family]
        if not (
            isinstance(entry, wanted) or (isinstance(entry, type) and issubclass(entry, wanted))
        ):
            yield f"The {claim} is not of kerasmith.plugin.{wanted.__name__}."
        if not _WORD.fullmatch(claim.name) or len(claim.name) > 60:
            yield f"The {claim} is not called by a word of lower-case letters and digits."
        if part_of(claim) not in texts:
            yield f"The {claim} has no template {part_of(claim)}."
        if claim.family == "recipes":
            tables = tomllib.loads((entry / RECIPE_FILE).read_text("utf-8"))
            if missing := {"title", "document", "data", "expected"} - {*tables.get("recipe", ())}:
                yield f"The {claim} does not say {' and '.join(sorted(missing))} in [recipe]."
    for path in texts:
        if len(path) > 200 or not re.fullmatch(r"[\w .,'{}%()=\-/]+", path, re.ASCII):
            yield f"Its template {path!r} has a name that some system cannot hold."


def _reserved(entries: Mapping[Claim, Any], texts: Mapping[str, str]) -> Iterator[str]:
    """Yield what a plug-in brings and only kerasmith itself may."""
    for claim, entry in entries.items():
        if isinstance(entry, Feature) and entry.usual:
            yield f"The {claim} is usual, which only kerasmith's own features can be."
    for path in texts:
        if (templates_dir() / path).exists():
            yield f"Its template {path} is one of kerasmith's own."


def _without_shared(plugins: Iterable[Found]) -> tuple[Found, ...]:
    """Return the plug-ins without the entries that several claim, kerasmith among them."""
    plugins = tuple(plugins)
    own = own_claims()
    checked = []
    for plugin in plugins:
        others = {
            claim: [p.words for p in plugins if p is not plugin and claim in p.entries]
            + (["kerasmith itself"] if claim in own else [])
            for claim in plugin.entries
        }
        shared = {claim: words for claim, words in others.items() if words}
        problems = [
            Problem(
                f"The {claim} is claimed by {plugin.words} and by {' and by '.join(words)}.",
                f"{claim.family}: {claim.name}",
                "So it is left out; everything else goes on working."
                if "kerasmith itself" not in words
                else "kerasmith's own is taken.",
                "uninstall one of them",
            )
            for claim, words in shared.items()
        ]
        kept = {claim: entry for claim, entry in plugin.entries.items() if claim not in shared}
        checked.append(replace(plugin, entries=kept, problems=(*plugin.problems, *problems)))
    return tuple(checked)
