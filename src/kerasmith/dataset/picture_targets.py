"""Targets that are image files themselves, each beside the picture that it is of."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kerasmith.catalogue.extent import Extent
from kerasmith.catalogue.outputs import OUTPUT_KINDS, Mask, Picture
from kerasmith.counts import counted
from kerasmith.dataset.beside import place_of
from kerasmith.dataset.facts import MISSING, Finding, shlex_name
from kerasmith.dataset.images import look_at
from kerasmith.dataset.sample import Sample
from kerasmith.dataset.target import Target


def as_picture(target: Target, sample: Sample, others: Sequence[Finding]) -> Target:
    """Return a target whose column names images as a picture, with its channels.

    Where nobody says that it is one, it takes an image to be made of: one of the `others`.
    """
    (name,) = target.columns
    is_said = target.kind == Picture.kind
    read = [each for each in others if each.kind == "image" and each.name != name]
    named = target.found[0].kind == "image"
    if not is_said and not (named and read and not target.kind):
        return target
    cells = [cell for cell in sample.columns[name] if cell.lower() not in MISSING]
    place = place_of(cells, sample.path)
    there = [place.file(cell) for cell in cells if place.finds(cell)]
    notes = list(target.notes)
    if missing := len(sample.columns[name]) - len(there):
        rows = counted(missing, "row has", "rows have")
        notes.append(f"{rows} no such file: training ends where one is missing, and names it.")
    channels = 3
    if there:
        channels = 1 if look_at(there, sample.path).shape[2] == 1 else 3
    colour = {1: "grey", 3: "in colour"}[channels]
    if is_said:
        return replace(target, sizes={"channels": channels}, notes=tuple(notes))
    notes.append(
        "if its pixels are the numbers of classes: --output "
        f"{shlex_name(f'{name}:{Mask.kind}:{Mask.size_hint}')}"
    )
    reason = f"picture: names of image files, {colour}"
    sizes = {"channels": channels}
    return replace(
        target, kind=Picture.kind, confidence=0.7, reason=reason, sizes=sizes, notes=tuple(notes)
    )


def read_beside(
    given: Sequence[Finding], targets: Sequence[Target], notes: list[str]
) -> Iterator[Finding]:
    """Yield the columns that are read: all, or the one image where answers are at its pixels."""
    kinds = [OUTPUT_KINDS[each.kind] for each in targets if each.kind]
    kinds = [each for each in kinds if each.answers is Extent.EVERY_PLACE]
    pictured = [each.kind for each in kinds if "image" in each.kinds_needed()]
    image = next((each for each in given if each.kind == "image"), None)
    for each in given:
        if not pictured or image is None or each is image:
            yield each
        else:
            notes.append(f"A {pictured[0]} is of {image.name} alone: {each.name} is left out.")
