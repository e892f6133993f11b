"""Which forms of image and sound files a project reads, and what is said of the others."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from kerasmith.catalogue.endings import (
    IMAGE_ENDINGS,
    OTHER_IMAGE_ENDINGS,
    OTHER_SOUND_ENDINGS,
    SOUND_ENDINGS,
)
from kerasmith.counts import counted

FORMS = ("PNG", "JPEG", "MPO", "GIF", "BMP", "WEBP")
"""The forms of images that a project reads, as Pillow calls them; MPO is several JPEG in one."""


@dataclass(frozen=True)
class FileForms:
    """What files hold, in a word, and the endings of those that a project reads and does not."""

    noun: str
    endings: tuple[str, ...]
    unread_endings: tuple[str, ...]
    read: str
    """Which ones a project reads, in words."""
    save: str
    """What to do with those of any other form."""

    def holds(self, path: PurePath) -> bool:
        """Say whether a file is called as those are that a project reads."""
        return path.suffix.lower() in self.endings and not path.name.startswith(".")

    def unread(self, names: Iterable[str]) -> Counter[str]:
        """Count the files that no project reads, by the endings of their names."""
        paths = [PurePath(name) for name in names]
        endings = (path.suffix.lower() for path in paths if not path.name.startswith("."))
        return Counter(ending for ending in endings if ending in self.unread_endings)

    def forms_of(self, endings: Counter[str]) -> str:
        """Return "3 images end in .tif or .webp"."""
        verb = "ends" if endings.total() == 1 else "end"
        return f"{counted(endings.total(), self.noun)} {verb} in {' or '.join(sorted(endings))}"


IMAGES = FileForms(
    "image",
    IMAGE_ENDINGS,
    OTHER_IMAGE_ENDINGS,
    "a project reads PNG, JPEG, GIF, BMP and WebP",
    "save them as PNG or JPEG, for example with ImageMagick: magick mogrify -format png FILES",
)

SOUNDS = FileForms(
    "sound",
    SOUND_ENDINGS,
    OTHER_SOUND_ENDINGS,
    "a project reads WAV and FLAC",
    "save them as WAV or FLAC, for example with FFmpeg: ffmpeg -i FILE FILE.wav",
)

OF_FILES = {"image": IMAGES, "audio": SOUNDS}
"""The kinds of input whose columns name files, and the forms of these."""
