"""A spec for a folder of images or sounds in class folders."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kerasmith.counts import counted
from kerasmith.dataset.facts import Facts, Finding, values_of
from kerasmith.dataset.file_forms import SOUNDS
from kerasmith.dataset.folders import Folder, class_folders
from kerasmith.dataset.images import look_at
from kerasmith.dataset.photographs import augmentation, notes_on_photographs
from kerasmith.dataset.proposal import DataFindings, Proposal
from kerasmith.dataset.sample import unreadable
from kerasmith.dataset.sounds import listen_to
from kerasmith.dataset.target import target
from kerasmith.spec.names import suggested_project


def from_folders(path: Path) -> Proposal:
    """Propose the class of an image or a sound, which is the name of its folder."""
    try:
        folder = class_folders(path)
    except OSError as error:
        raise unreadable(path, f"{error.strerror or error}.") from None
    counts = {name: len(files) for name, files in folder.classes.items()}
    files = [file for inside in folder.classes.values() for file in inside]
    example = _sound(files, path) if folder.forms is SOUNDS else _image(files, path)
    if example.broken:
        counts = _whole(folder, example.broken, path)
    labels = [name for name, count in counts.items() for _ in range(count)]
    total = len(labels)
    label = replace(
        target("label", labels, "category"),
        confidence=0.95,
        reason=f"category: {counted(len(counts), 'folder')}, {counted(total, folder.forms.noun)}",
        sizes={"classes": list(values_of(Facts("label", labels)))},
    )
    outputs = [{"name": "label", "kind": "category", **label.sizes}]
    tables = {
        "project": {"name": suggested_project(path.resolve().name)},
        "inputs": [{"name": example.name, **example.entry, **example.changes(outputs)}],
        "outputs": outputs,
        "data": {
            "path": "data",
            **{f"{split}_folder": name for split, name in folder.splits.items()},
        },
    }
    form = f"a folder of {folder.forms.noun}s in class folders"
    found = DataFindings(
        path, form, total, total, (example.found,), (label,),
        renamed={example.found.name: example.name},
        notes=(*folder.notes, *example.more_notes(total)), broken=example.broken,
    )  # fmt: skip
    return Proposal(tables, found)


@dataclass(frozen=True)
class _Example:
    """The input that files are read as, what was found of it, and which files are broken."""

    name: str
    entry: dict[str, Any]
    found: Finding
    broken: frozenset[Path]

    def more_notes(self, total: int) -> Iterable[str]:
        """Return what to say of so many files."""
        shape = self.entry.get("shape")
        return notes_on_photographs(self.name, shape, total) if shape else ()

    def changes(self, outputs: Sequence[dict[str, Any]]) -> dict[str, object]:
        """Return what training changes of the files at random."""
        shape = self.entry.get("shape")
        return augmentation(shape, outputs) if shape else {}


def _image(files: Sequence[Path], path: Path) -> _Example:
    images = look_at(files, path)
    found = Finding("image", "image", 0.95, f"image: {images.reason}", notes=images.notes)
    return _Example("photo", {"kind": "image", **images.sizes}, found, images.broken)


def _sound(files: Sequence[Path], path: Path) -> _Example:
    sounds = listen_to(files, path)
    found = Finding("audio", "audio", 0.95, f"audio: {sounds.reason}", notes=sounds.notes)
    return _Example("sound", {"kind": "audio", **sounds.sizes}, found, sounds.broken)


def _whole(folder: Folder, broken: frozenset[Path], path: Path) -> dict[str, int]:
    """Return how many files of each class can be read; a class of none is none."""
    classes = folder.classes.items()
    counts = {name: sum(file not in broken for file in files) for name, files in classes}
    kept = {name: count for name, count in counts.items() if count}
    if len(kept) < 2:
        nouns = f"{folder.forms.noun}s"
        raise unreadable(path, f"{counted(len(kept), 'folder')} with {nouns} that can be read.", "")
    return kept
