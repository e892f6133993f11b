"""The forms of data: which file endings are tables, images or sounds, and how each is read."""

from typing import Literal

TABLE_ENDINGS = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
}
"""Endings of tables, and the form that each stands for; whatever ends otherwise is a folder."""

IMAGE_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp")
"""Endings of the image files that a project reads."""

OTHER_IMAGE_ENDINGS = (
    *(".tif", ".tiff", ".heic", ".heif", ".avif", ".jxl", ".jp2", ".jfif", ".svg"),
    *(".ico", ".psd", ".dng", ".cr2", ".nef", ".ppm", ".pgm"),
)
"""Endings of image files that it does not read."""

SOUND_ENDINGS = (".wav", ".flac")
"""Endings of the sound files that a project reads."""

OTHER_SOUND_ENDINGS = (
    *(".mp3", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".wma"),
    *(".aif", ".aiff", ".au", ".caf", ".w64"),
)
"""Endings of sound files that it does not read."""

FOLDERS = "folders"
"""The form of images or sounds that are in a folder for each class."""

Numbers = Literal["1234.5", "1,234.5", "1.234,5"]
"""How people write numbers: as programs do, with commas for thousands, with a decimal comma."""

Separator = Literal[",", ";", "|"]
Encoding = Literal["utf-8", "cp1252", "latin-1", "utf-16"]


def form_of(path: str) -> str:
    """Return the form of the data under a path."""
    name = path.replace("\\", "/").rstrip("/").rpartition("/")[2].lower()
    ending = name[name.rfind(".") :] if "." in name else ""
    return TABLE_ENDINGS.get(ending, FOLDERS)
