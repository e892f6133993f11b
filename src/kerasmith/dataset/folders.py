"""Folders of images or sounds: which folder is a class, which one a split, what is left out.

Links are followed only where they stay inside: what a project gets copies of is what is in the
folder that its owner named, not what a link in it leads to.
"""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from kerasmith.counts import counted
from kerasmith.dataset.file_forms import IMAGES, SOUNDS, FileForms
from kerasmith.dataset.sample import unreadable
from kerasmith.errors import printable

MOST_FILES = 1_000_000

MOST_ENTERED = 5
"""Folders, one in the other, that are gone into where each holds nothing else."""

MOST_COUNTED = 10_000
"""Files of which it is counted how many are images and sounds."""

SPLITS = {"train": ("train",), "validation": ("val", "dev"), "test": ("test", "holdout")}
"""How names of folders and tables begin that hold a split: train, training_set, Validation."""


@dataclass(frozen=True)
class Folder:
    """A folder of images or sounds: that with the class folders, their files, and what is odd."""

    root: Path
    forms: FileForms
    """What its files hold."""
    classes: dict[str, list[Path]]
    notes: tuple[str, ...]
    splits: dict[str, str] = field(default_factory=dict)
    """The folder of each split that has one of its own, with class folders in it."""


@dataclass(frozen=True)
class _Found:
    """What is counted of the files in a folder while they are looked at."""

    root: Path
    forms: FileForms
    classes: dict[str, list[Path]] = field(default_factory=dict)
    endings: Counter[str] = field(default_factory=Counter)
    emptied: list[str] = field(default_factory=list)
    """Folders all of whose files no project reads."""
    others: Counter[str] = field(default_factory=Counter)


def class_folders(folder: Path) -> Folder:
    """Return the images, or else the sounds, of a folder by class: the folder that each is in.

    Raises KerasmithError where it holds no classes.
    """
    forms = forms_in(folder)
    root, notes = _entered(folder, forms)
    splits = _splits(root)
    found = _Found(root, forms)
    for above in [root / name for name in splits.values()] or [root]:
        links = (each.is_dir() and leads_out(each, root) for each in above.iterdir())
        found.others["link"] += sum(links)
        for each in _inner(above):
            _look_into(each, found)
            if found.others["file"] > MOST_FILES:
                raise unreadable(folder, f"It holds more than {MOST_FILES:,} files.")
    if len(found.classes) < 2:
        raise _no_classes(folder, found)
    notes += _split_notes(found, splits) if splits else _repeated(root, forms)
    return Folder(root, forms, found.classes, (*notes, *_notes(found)), splits)


def leads_out(path: Path, root: Path) -> bool:
    """Say whether a link leads out of a folder, or to nothing; what is not a link does not."""
    try:
        return path.is_symlink() and not path.resolve(strict=True).is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # links in a circle
        return True


def forms_in(folder: Path) -> FileForms:
    """Return what most files in a folder hold, of the first ones."""
    counts: Counter[str] = Counter()
    for path in islice(_files(folder), MOST_COUNTED):
        counts[path.suffix.lower()] += 1
    images, sounds = (
        sum(counts[ending] for ending in (*each.endings, *each.unread_endings))
        for each in (IMAGES, SOUNDS)
    )
    return SOUNDS if sounds > images else IMAGES


def _entered(folder: Path, forms: FileForms) -> tuple[Path, list[str]]:
    """Return the folder with those of the classes, and what to say of the way there."""
    root, notes = folder, []
    for _ in range(MOST_ENTERED):
        inner = _inner(root)
        if (
            len(inner) != 1
            or any(forms.holds(path) for path in root.iterdir())
            or not _inner(inner[0])
        ):
            break
        root = inner[0]
    training = [each for each in _inner(root) if split_of(each.name) == "train"]
    if len(training) == 1 and _inner(training[0]) and not _splits(root):
        rest = ", ".join(printable(each.name) for each in _inner(root) if each != training[0])
        notes.append(
            f"Classes were looked for in {printable(training[0].name)}/, not in {rest or 'others'}."
        )
        root = training[0]
    return root, notes


def split_of(name: str) -> str:
    """Return the split that a folder or a table is called as; empty where it is none."""
    return next((split for split, begins in SPLITS.items() if name.lower().startswith(begins)), "")


def _splits(root: Path) -> dict[str, str]:
    """Return the folder of each split, where folders called as splits hold the same class folders.

    There are none without one for training, or where a split could be in two of them.
    """
    inner = {each.name: {*map(_name, _inner(each))} for each in _inner(root)}
    called = {name: split for name in inner if (split := split_of(name))}
    training = next((inner[name] for name, split in called.items() if split == "train"), set())
    alike = {name: split for name, split in called.items() if inner[name] & training}
    if len(training) < 2 or len({*alike.values()}) < max(2, len(alike)):
        return {}
    return {split: name for split in SPLITS for name in alike if alike[name] == split}


def _name(folder: Path) -> str:
    return folder.name


def _split_notes(found: _Found, splits: dict[str, str]) -> Iterator[str]:
    """Say which folders are splits, and what one of them has alone."""
    counts: Counter[str] = Counter()
    of_classes: dict[str, set[str]] = {name: set() for name in splits.values()}
    for label, images in found.classes.items():
        for image in images:
            name = image.relative_to(found.root).parts[0]
            counts[name] += 1
            of_classes[name].add(label)
    told = [f"{printable(name)}/ for {split} ({counts[name]:,})" for split, name in splits.items()]
    drawn = [split for split in SPLITS if split not in splits]
    rest = f"; {drawn[0]} is drawn from the first" if drawn else ""
    yield f"Folders with the same classes are splits: {', '.join(told)}{rest}."
    if lacking := sorted({*found.classes} - of_classes[splits["train"]]):
        shown = ", ".join(map(printable, lacking[:5]))
        where = printable(splits["train"])
        yield f"No {found.forms.noun} of {shown} is in {where}/: it cannot be learned."
    others = [each.name for each in _inner(found.root) if each.name not in splits.values()]
    if others:
        yield f"Not looked at: {', '.join(map(printable, others[:5]))}."


def _repeated(root: Path, forms: FileForms) -> Iterator[str]:
    """Say where each class holds the same folders, so that these may be the classes."""
    inner = [{*map(_name, _inner(each))} for each in _inner(root)]
    if len(inner) > 1 and len(inner[0]) > 1 and all(each == inner[0] for each in inner):
        folders = ", ".join(printable(name) for name in sorted(inner[0])[:5])
        yield (
            f"Each class holds the folders {folders}; if these are the classes, put the "
            f"{forms.noun}s of each into one folder."
        )


def _inner(folder: Path) -> list[Path]:
    """Return the folders in a folder, in the order of their names; hidden ones do not count."""
    return sorted(
        each
        for each in folder.iterdir()
        if each.name[0] != "."
        and each.name != "__MACOSX"
        and each.is_dir()
        and not leads_out(each, folder)
    )


def _look_into(folder: Path, found: _Found) -> None:
    files = list(_files(folder))
    kept = [path for path in files if not leads_out(path, found.root)]
    inside = [path for path in kept if path.is_file()]
    images = [path for path in inside if found.forms.holds(path)]
    left_out = found.forms.unread(path.name for path in inside)
    found.endings.update(left_out)
    found.others["link"] += len(files) - len(kept)
    found.others["other"] += len(inside) - len(images) - left_out.total()
    found.others["file"] += len(files)
    if images:
        found.classes.setdefault(folder.name, []).extend(images)
    elif left_out:
        found.emptied.append(printable(folder.name))


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files in a folder and in those inside it; a linked folder is not entered."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        yield from sorted(Path(parent, name) for name in (*names, *folders))


def _notes(found: _Found) -> Iterator[str]:
    forms = found.forms
    if found.endings:
        lost = f" with the folders that hold no others ({', '.join(found.emptied)})"
        yield (
            f"{forms.forms_of(found.endings)}; left out{lost if found.emptied else ''}: "
            f"{forms.read}; {forms.save}"
        )
    if links := found.others["link"]:
        lead = counted(
            links,
            "link that leads out of the folder was left out",
            "links that lead out of the folder were left out",
        )
        yield f"{lead}: put the files themselves there (cp -rL makes a folder of them)."
    if others := found.others["other"]:
        noun = forms.noun
        a_file = f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"
        yield counted(others, f"file in it is not {a_file}.", f"files in it are not {noun}s.")


def _no_classes(folder: Path, found: _Found) -> Exception:
    names = [path.name for path in found.root.iterdir()]
    forms = found.forms
    loose = sum(forms.holds(Path(name)) for name in names)
    why = f"It holds {counted(len(found.classes), 'folder')} with {forms.noun}s"
    if endings := found.endings + forms.unread(names):
        why += f" that can be used; {forms.forms_of(endings)}: {forms.read}."
        return unreadable(folder, why, forms.save)
    why += f" and {counted(loose, forms.noun)} in none." if loose else "."
    if links := found.others["link"]:
        why += f" {counted(links, 'link out of it is', 'links out of it are')} not followed."
    return unreadable(folder, why, f"a folder for each class, with its {forms.noun}s in it")
