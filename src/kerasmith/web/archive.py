"""A project as a ZIP: one folder of its name, with what `kerasmith new` would write."""

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_DATE = (1980, 1, 1, 0, 0, 0)
"""The first that a ZIP can hold: the same project is the same archive."""

_FILE, _PROGRAM = 0o100644, 0o100755


def archive(name: str, files: Mapping[str, str], data: Mapping[str, bytes] | None = None) -> bytes:
    """Return the ZIP of a project; `data` are files that it gets besides."""
    content = {path: text.encode("utf-8", "surrogateescape") for path, text in files.items()}
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as zipped:
        for path, each in sorted({**content, **(data or {})}.items()):
            info = ZipInfo(f"{name}/{path}", _DATE)
            info.create_system = 3  # Unix, where files have rights
            mode = _PROGRAM if each.startswith(b"#!") else _FILE
            info.external_attr = mode << 16
            info.compress_type = ZIP_DEFLATED
            zipped.writestr(info, each)
    return made.getvalue()
