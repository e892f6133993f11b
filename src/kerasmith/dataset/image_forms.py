"""Which forms of image files a project reads, and what is said of those that it does not."""

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePath

from kerasmith.catalogue.endings import IMAGE_ENDINGS, OTHER_IMAGE_ENDINGS
from kerasmith.counts import counted

FORMS = ("PNG", "JPEG", "MPO", "GIF", "BMP", "WEBP")
"""The forms that a project reads, as Pillow calls them; MPO is JPEG, several in a file."""

READ = "a project reads PNG, JPEG, GIF, BMP and WebP"

SAVE = "save them as PNG or JPEG, for example with ImageMagick: magick mogrify -format png FILES"
"""What to do with images of any other form."""


def is_image(path: PurePath) -> bool:
    """Say whether a file is called as images are that a project reads."""
    return path.suffix.lower() in IMAGE_ENDINGS and not path.name.startswith(".")


def unread(names: Iterable[str]) -> Counter[str]:
    """Count the images that no project reads, by the endings of their names."""
    paths = [PurePath(name) for name in names]
    endings = (path.suffix.lower() for path in paths if not path.name.startswith("."))
    return Counter(ending for ending in endings if ending in OTHER_IMAGE_ENDINGS)


def forms_of(endings: Counter[str]) -> str:
    """Return "3 images end in .tif or .webp"."""
    verb = "ends" if endings.total() == 1 else "end"
    return f"{counted(endings.total(), 'image')} {verb} in {' or '.join(sorted(endings))}"
