"""Which forms of image files a project reads, and what is said of those that it does not."""

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePath

from kerasmith.catalogue.files import IMAGE_ENDINGS, OTHER_IMAGE_ENDINGS
from kerasmith.counts import counted

FORMS = {"PNG": (1, 3, 4), "JPEG": (1, 3), "MPO": (1, 3), "GIF": (3,), "BMP": (3, 4)}
"""The forms that a project reads, as Pillow calls them, and the channels that TensorFlow gives.

MPO is JPEG, several in a file.
"""

READ = "a project reads PNG, JPEG, GIF and BMP"

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


def told(endings: Counter[str]) -> str:
    """Return "3 images end in .tif or .webp"."""
    verb = "ends" if endings.total() == 1 else "end"
    return f"{counted(endings.total(), 'image')} {verb} in {' or '.join(sorted(endings))}"


def channels_for(wanted: int, forms: Iterable[str]) -> int:
    """Return the channels that all forms can be read with: as many as wanted, or colour."""
    return wanted if all(wanted in FORMS[form] for form in forms) else 3


def form_of_name(path: PurePath) -> str:
    """Return what Pillow calls the form that a file's name tells; empty where it tells none."""
    form = path.suffix.lower().lstrip(".").upper().replace("JPG", "JPEG")
    return form if form in FORMS else ""
