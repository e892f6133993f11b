"""The schema that a project of an early version holds, and the line of its kerasmith.toml for it.

Templates up to 0.2.0 wrote both (docs/decisions/0018-schema-out-of-the-project.md). An update takes
the file away, and with it the line: editors call a file wrong whose schema they do not find.
"""

import re

from kerasmith.project.merge_inputs import MergeInputs
from kerasmith.project.repository import Repository

SCHEMA = ".kerasmith/schema.json"

_LINE = re.compile(
    rb"\A((?:\xef\xbb\xbf)?(?:#[^\n]*\n)*?)#:schema \./\.kerasmith/schema\.json\r?\n"
)
"""The line, among the comments at the top."""


def without_line(content: bytes, sides: MergeInputs, repository: Repository) -> bytes:
    """Return a kerasmith.toml without the line, where the update takes the schema away."""
    if SCHEMA not in sides.base or SCHEMA in sides.theirs:
        return content
    entry = repository.entries.get(SCHEMA)
    if entry and entry.id != repository.id_of(sides.base[SCHEMA]):
        return content  # its owner edited the file, so it stays
    return _LINE.sub(rb"\1", content)
