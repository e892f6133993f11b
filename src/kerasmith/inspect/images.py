"""Images: their sizes and channels."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kerasmith.counts import counted
from kerasmith.errors import printable
from kerasmith.inspect.files import unreadable
from kerasmith.inspect.image_forms import (
    FORMS,
    READ,
    SAVE,
    channels_for,
    form_of_name,
)

MOST_OPENED = 300
"""Images that are opened, of more evenly chosen ones."""

LARGEST_SIDE = 128
"""Pixels of the longer side that are proposed at the most; a larger size trains slowly."""

CHANNELS = {"1": 1, "L": 1, "I;16": 1, "I": 1, "F": 1, "LA": 4, "RGBA": 4, "PA": 4}
"""Of the modes that Pillow tells; any other is colour."""


@dataclass(frozen=True)
class Images:
    """What was seen of images: the proposed shape, why, and what is odd."""

    shape: tuple[int, int, int]
    reason: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Seen:
    """What is counted of images while they are looked at."""

    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    channels: Counter[int] = field(default_factory=Counter)
    forms: set[str] = field(default_factory=set)
    disguised: Counter[str] = field(default_factory=Counter)
    """Forms that no project reads, under the name of one that it does."""
    broken: list[str] = field(default_factory=list)


def look_at(paths: Sequence[Path], where: Path) -> Images:
    """Return the shape that suits the images, and why.

    Raises KerasmithError where Pillow is missing or none can be opened.
    """
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError:
        why = "Images are looked at with Pillow, which is not installed."
        raise unreadable(where, why, 'pip install "kerasmith[images]"') from None
    seen = _Seen(forms={form for path in paths if (form := form_of_name(path))})
    chosen = paths[:: max(1, len(paths) // MOST_OPENED)]
    for path in chosen:
        try:
            with Image.open(path) as image:
                form = image.format or "of another form"
                if form not in FORMS:
                    seen.disguised[form] += 1
                    continue
                seen.forms.add(form)
                seen.sizes[image.height, image.width] += 1
                seen.channels[CHANNELS.get(image.mode, 3)] += 1
                image.draft("L", (8, 8))
                if image.height * image.width <= 4_000_000:
                    image.load()
        except (
            OSError,
            UnidentifiedImageError,
            SyntaxError,
            ValueError,
            Image.DecompressionBombError,
        ):
            seen.broken.append(path.name)
    if not seen.sizes and seen.disguised:
        raise unreadable(where, f"{_disguised(seen, len(chosen))}: {READ}.", SAVE)
    if not seen.sizes:
        raise unreadable(where, f"None of {counted(len(chosen), 'image')} can be opened.")
    return _images(seen, len(chosen))


def _images(seen: _Seen, opened: int) -> Images:
    (size, times), count = seen.sizes.most_common(1)[0], seen.sizes.total()
    most = seen.channels.most_common(1)[0][0]
    depth = channels_for(most, seen.forms)
    notes = []
    if times < count:
        heights, widths = (sorted(each[side] for each in seen.sizes.elements()) for side in (0, 1))
        size = (heights[count // 2], widths[count // 2])
        notes.append(
            f"Sizes differ, from {heights[0]}×{widths[0]} to {heights[-1]}×{widths[-1]}; all are "
            "brought to one."
        )
    if len(seen.channels) > 1:
        notes.append(
            f"Some are grey, some in colour: all are read with {counted(depth, 'channel')}."
        )
    elif depth != most:
        forms = " and ".join(sorted(seen.forms))
        notes.append(
            f"{forms} files are all read with {counted(depth, 'channel')}, whatever is in them."
        )
    if seen.disguised:
        notes.append(
            f"{_disguised(seen, opened)}, whatever they are called: {READ}, and training stops at "
            f"any other; {SAVE}"
        )
    if seen.broken:
        names = ", ".join(map(printable, seen.broken[:3]))
        more = " …" if len(seen.broken) > 3 else ""
        notes.append(f"{len(seen.broken)} of {opened} looked at cannot be read: {names}{more}")
    height, width = scaled(size)
    shown = f"{size[0]}×{size[1]}" + (
        f", brought to {height}×{width}" if (height, width) != size else ""
    )
    colour = {1: "grey", 3: "colour", 4: "colour and transparency"}[depth]
    return Images((height, width, depth), f"{shown} pixels, {colour}", tuple(notes))


def _disguised(seen: _Seen, opened: int) -> str:
    forms = " or ".join(sorted(seen.disguised))
    return f"{seen.disguised.total()} of {counted(opened, 'image')} looked at are {forms}"


def scaled(size: tuple[int, int]) -> tuple[int, int]:
    """Return a size whose longer side is not too long to train with; small ones as they are."""
    longest = max(size)
    if longest <= LARGEST_SIDE:
        return size
    height, width = (max(8, round(side * LARGEST_SIDE / longest / 8) * 8) for side in size)
    return height, width


def existing(names: Iterable[str], folder: Path) -> tuple[list[Path], int]:
    """Return the files that a table names, seen from its folder, and how many are not there."""
    paths = [folder / name for name in names]
    there = [path for path in paths if path.is_file()]
    return there, len(paths) - len(there)
