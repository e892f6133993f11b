"""Images: their sizes and channels, and which of them cannot be read."""

import sys
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kerasmith.counts import counted
from kerasmith.dataset.file_forms import FORMS, IMAGES
from kerasmith.dataset.sample import unreadable
from kerasmith.errors import KerasmithError, Problem, printable

MOST_OPENED = 300
"""Images that are opened, of more evenly chosen ones."""

MOST_PIXELS = 40_000_000
"""Pixels that are decoded in all: of the images after them the header alone is read."""

LARGEST_SIDE = 128
"""Pixels of the longer side that are proposed at the most; a larger size trains slowly."""

GREY = ("1", "L", "LA", "La", "I", "I;16", "I;16B", "F")
"""Modes that Pillow calls grey; in a palette the colours themselves say it."""

ORIENTATION = 0x0112
"""The tag of EXIF that says how a picture is turned."""


@dataclass(frozen=True)
class Images:
    """What was seen of images: the proposed shape, why, what is odd, and which are broken."""

    shape: tuple[int, int, int]
    reason: str
    notes: tuple[str, ...]
    broken: frozenset[Path] = frozenset()

    @property
    def sizes(self) -> dict[str, Any]:
        """The keys of an input for them."""
        return {"shape": list(self.shape)}


@dataclass
class _Seen:
    """What is counted of images while they are looked at."""

    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    channels: Counter[int] = field(default_factory=Counter)
    turned: int = 0
    dark: int = 0
    """Images of 16 bits a pixel that use a small part of them."""
    disguised: Counter[str] = field(default_factory=Counter)
    """Forms that no project reads, under the name of one that it does."""
    broken: list[Path] = field(default_factory=list)
    left: int = MOST_PIXELS


@dataclass(frozen=True)
class Facts:
    """What is seen of one image: its form, its height and width upright, its channels."""

    form: str
    size: tuple[int, int] = (0, 0)
    channels: int = 0
    turned: bool = False
    dark: bool = False
    """Whether it has 16 bits a pixel and uses a small part of them."""


class ImagesWanted(KerasmithError):
    """In a browser there is no Pillow: who runs this is asked to look at these images."""

    def __init__(self, paths: Sequence[Path]) -> None:
        super().__init__(Problem("These images have not been looked at yet."))
        self.paths = paths


IN_A_BROWSER = sys.platform == "emscripten"

SEEN: dict[str, Facts | None] = {}
"""What a browser has seen of images, by their paths; None where it cannot open one."""


def look_at(paths: Sequence[Path], where: Path) -> Images:
    """Return the shape that suits the images, and why.

    Raises KerasmithError where Pillow is missing or none can be opened, and ImagesWanted in a
    browser that has not seen them yet.
    """
    chosen = paths[:: max(1, len(paths) // MOST_OPENED)]
    if IN_A_BROWSER:
        if any(str(path) not in SEEN for path in chosen):
            raise ImagesWanted(chosen)
    else:
        _check_pillow(where)
    seen = _Seen()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Pillow: broken EXIF data, many pixels
        for path in chosen:
            _look_at(path, seen)
    if not seen.sizes and seen.disguised:
        raise unreadable(where, f"{_disguised(seen, len(chosen))}: {IMAGES.read}.", IMAGES.save)
    if not seen.sizes:
        raise unreadable(where, f"None of {counted(len(chosen), 'image')} can be opened.")
    return _images(seen, len(chosen))


def _check_pillow(where: Path) -> None:
    try:
        import PIL.Image as _  # noqa: F401 - only whether it is there
    except ImportError:
        why = "Images are looked at with Pillow, which is not installed."
        raise unreadable(where, why, 'pip install "kerasmith[images]"') from None


def _look_at(path: Path, seen: _Seen) -> None:
    try:
        facts = SEEN[str(path)] if IN_A_BROWSER else _opened(path, seen)
    except Exception:  # whoever made the file broken may have broken anything
        facts = None
    if facts is None or facts.form not in FORMS:
        seen.broken.append(path)
        seen.disguised.update([facts.form] if facts else [])
        return
    seen.sizes[facts.size] += 1
    seen.channels[facts.channels] += 1
    seen.turned += facts.turned
    seen.dark += facts.dark


def _opened(path: Path, seen: _Seen) -> Facts:
    """Return what Pillow sees of an image."""
    from PIL import Image

    with Image.open(path) as image:
        form = image.format or "of another form"
        if form not in FORMS:
            return Facts(form)
        height, width = image.height, image.width
        turned = image.getexif().get(ORIENTATION, 1)
        image.draft(None, (8, 8))
        seen.left -= image.height * image.width
        if decoded := seen.left >= 0:
            image.load()
        channels = _channels(image, decoded=decoded)
        dark = decoded and image.mode.startswith("I") and _brightest(image) < 8192
    upright = (width, height) if turned in (5, 6, 7, 8) else (height, width)
    return Facts(form, upright, channels, turned in range(2, 9), dark)


def _brightest(image: Any) -> int:
    _, brightest = image.getextrema()
    return int(brightest)


def _channels(image: Any, *, decoded: bool) -> int:
    """Return 1 for grey, 3 for colour, 4 for colour some of which shows through."""
    clear = "A" in image.getbands() or "a" in image.getbands() or "transparency" in image.info
    if decoded and clear:
        lowest, _ = image.convert("RGBA").getchannel("A").getextrema()
        clear = lowest < 255
    if clear:
        return 4
    if image.mode in GREY:
        return 1
    if decoded and (image.mode in ("P", "PA") or image.format == "WEBP"):  # which knows no grey
        red, green, blue = image.convert("RGB").split()
        return 1 if red.tobytes() == green.tobytes() == blue.tobytes() else 3
    return 3


def _images(seen: _Seen, opened: int) -> Images:
    size = _size(seen.sizes)
    (depth, times), count = seen.channels.most_common(1)[0], seen.channels.total()
    if times < count:  # transparency only where all have it, grey where most are
        depth = 1 if seen.channels[1] > count / 2 else 3
    height, width = scaled(size)
    shown = f"{size[0]}×{size[1]}" + (
        f", brought to {height}×{width}" if (height, width) != size else ""
    )
    colour = {1: "grey", 3: "colour", 4: "colour and transparency"}[depth]
    notes = tuple(_notes(seen, depth, opened))
    broken = frozenset(seen.broken)
    return Images((height, width, depth), f"{shown} pixels, {colour}", notes, broken)


def _size(sizes: Counter[tuple[int, int]]) -> tuple[int, int]:
    """Return the size of most, or else that of the picture in the middle: between upright and wide.

    Height and width belong together: apart, the middle of uprights and wide ones is a square.
    """
    size, times = sizes.most_common(1)[0]
    if times > sizes.total() / 2:
        return size
    by_form = sorted(sizes.elements(), key=lambda each: (each[0] / each[1], each))
    return by_form[len(by_form) // 2]


def _notes(seen: _Seen, depth: int, opened: int) -> Iterable[str]:
    if len(seen.sizes) > 1:
        by_area = sorted(seen.sizes, key=lambda each: (each[0] * each[1], each))
        (low, low_width), (high, high_width) = by_area[0], by_area[-1]
        yield (
            f"Sizes differ, from {low}×{low_width} to {high}×{high_width}; all are brought to one."
        )
    if len(seen.channels) > 1:
        words = {1: "are grey", 3: "are in colour", 4: "have transparency"}
        some = ", ".join(f"some {words[each]}" for each in sorted(seen.channels))
        channels = counted(depth, "channel")
        yield f"{some[0].upper()}{some[1:]}: all are read with {channels}."
    if seen.turned:
        yield f"{seen.turned:,} of {opened:,} looked at are turned upright, as their EXIF data say."
    if seen.dark:
        yield (
            f"{seen.dark:,} of {opened:,} looked at have 16 bits a pixel and use less than 13 of "
            "them, so that they are read as nearly black: multiply them to reach 65,535 first."
        )
    if seen.disguised:
        yield f"{_disguised(seen, opened)}, whatever they are called: {IMAGES.read}; {IMAGES.save}"
    if broken := len(seen.broken):
        names = ", ".join(printable(path.name) for path in seen.broken[:3])
        more = " …" if broken > 3 else ""
        yield f"{broken:,} of {opened:,} looked at cannot be read and are left out: {names}{more}"


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
