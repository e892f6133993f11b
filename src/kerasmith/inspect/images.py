"""Images: their sizes and channels, and folders that sort them by class."""

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
    is_image,
    told,
    unread,
)

MOST_OPENED = 300
"""Images that are opened, of more evenly chosen ones."""

LARGEST_SIDE = 128
"""Pixels of the longer side that are proposed at the most; a larger size trains slowly."""

MOST_FILES = 1_000_000

CHANNELS = {"1": 1, "L": 1, "I;16": 1, "I": 1, "F": 1, "LA": 4, "RGBA": 4, "PA": 4}
"""Of the modes that Pillow tells; any other is colour."""


@dataclass(frozen=True)
class Images:
    """What was seen of images: the proposed shape, why, and what is odd."""

    shape: tuple[int, int, int]
    reason: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Folder:
    """A folder of images: the folder with those of the classes, their files, and what is odd."""

    root: Path
    classes: dict[str, list[Path]]
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


def class_folders(folder: Path) -> Folder:
    """Return the images of a folder by class: the name of the folder that each lies in.

    Raises KerasmithError where it holds no classes.
    """
    classes: dict[str, list[Path]] = {}
    notes: list[str] = []
    others, count = 0, 0
    endings: Counter[str] = Counter()
    emptied = []
    root = folder
    inner = sorted(each for each in folder.iterdir() if each.is_dir() and each.name[0] != ".")
    if {each.name.lower() for each in inner} & {"train", "training"}:
        train = next(each for each in inner if each.name.lower() in ("train", "training"))
        rest = ", ".join(each.name for each in inner if each != train)
        notes.append(f"Classes were looked for in {train.name}/, not in {rest or 'others'}.")
        root = train
        inner = sorted(each for each in train.iterdir() if each.is_dir())
    for each in inner:
        found = sorted(path for path in each.rglob("*") if path.is_file())
        images = [path for path in found if is_image(path)]
        left_out = unread(path.name for path in found)
        endings += left_out
        others += len(found) - len(images) - left_out.total()
        count += len(found)
        if count > MOST_FILES:
            raise unreadable(folder, f"It holds more than {MOST_FILES:,} files.")
        if images:
            classes[each.name] = images
        elif left_out:
            emptied.append(printable(each.name))
    if endings:
        lost = f" with the folders that hold no others ({', '.join(emptied)})" if emptied else ""
        notes.append(f"{told(endings)}; left out{lost}: {READ}; {SAVE}")
    if others:
        notes.append(counted(others, "file in it is not an image.", "files in it are not images."))
    if len(classes) < 2:
        loose = sum(is_image(path) for path in folder.iterdir())
        why = f"It holds {counted(len(classes), 'folder')} with images"
        why += f" and {counted(loose, 'image')} in none." if loose else "."
        if endings := endings + unread(path.name for path in folder.iterdir()):
            why = f"{counted(len(classes), 'folder')} with images that can be used; {told(endings)}"
            raise unreadable(folder, f"It holds {why}: {READ}.", SAVE)
        raise unreadable(folder, why, "a folder for each class, with its images in it")
    return Folder(root, classes, tuple(notes))


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
