"""A spec for a folder of images in class folders."""

from dataclasses import replace
from pathlib import Path

from kerasmith.counts import counted
from kerasmith.dataset.facts import Facts, Finding, values_of
from kerasmith.dataset.folders import class_folders
from kerasmith.dataset.images import look_at
from kerasmith.dataset.notes import few_photographs
from kerasmith.dataset.proposal import DataFindings, Proposal
from kerasmith.dataset.sample import unreadable
from kerasmith.dataset.target import target
from kerasmith.spec.names import suggested_project


def from_images(path: Path) -> Proposal:
    """Propose the class of an image, which is the name of its folder."""
    try:
        folder = class_folders(path)
    except OSError as error:
        raise unreadable(path, f"{error.strerror or error}.") from None
    counts = {name: len(files) for name, files in folder.classes.items()}
    images = look_at([file for files in folder.classes.values() for file in files], path)
    if images.broken:
        counts = _whole(folder.classes, images.broken, path)
    labels = [name for name, count in counts.items() for _ in range(count)]
    total = len(labels)
    label = replace(
        target("label", labels, "category"),
        confidence=0.95,
        reason=f"category: {counted(len(counts), 'folder')}, {counted(total, 'image')}",
        sizes={"classes": list(values_of(Facts("label", labels)))},
    )
    seen = Finding("image", "image", 0.95, f"image: {images.reason}", notes=images.notes)
    tables = {
        "project": {"name": suggested_project(path.resolve().name)},
        "inputs": [{"name": "photo", "kind": "image", "shape": list(images.shape)}],
        "outputs": [{"name": "label", "kind": "category", **label.sizes}],
        "data": {
            "path": "data",
            **{f"{split}_folder": name for split, name in folder.splits.items()},
        },
    }
    form = "a folder of images in class folders"
    found = DataFindings(
        path, form, total, total, (seen,), (label,), renamed={"image": "photo"},
        notes=(*folder.notes, *few_photographs("photo", images.shape, total)),
        broken=images.broken,
    )  # fmt: skip
    return Proposal(tables, found)


def _whole(classes: dict[str, list[Path]], broken: frozenset[Path], path: Path) -> dict[str, int]:
    """Return how many images of each class can be read; a class of none is none."""
    counts = {name: sum(file not in broken for file in files) for name, files in classes.items()}
    kept = {name: count for name, count in counts.items() if count}
    if len(kept) < 2:
        raise unreadable(path, f"{counted(len(kept), 'folder')} with images that can be read.", "")
    return kept
