"""Rendering what came with a project: what the process of its own does."""

from pathlib import Path
from typing import Any

import msgspec

from kerasmith.errors import KerasmithError, Problem
from kerasmith.render.parts import FOLDER, Parts
from kerasmith.render.render import FAILS, Rendering, rendered


class Request(msgspec.Struct):
    """What is rendered: a record, kerasmith's own templates, and those that came with it."""

    recorded: dict[str, Any]
    templates: str
    texts: tuple[tuple[str, str], ...]


def read(path: Path) -> Rendering:
    """Return what the request in a file leads to."""
    request = msgspec.json.decode(path.read_bytes(), type=Request)
    parts = Parts(request.texts)
    try:
        return rendered(request.recorded, Path(request.templates), parts)
    except FAILS as error:
        why = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        raise KerasmithError(Problem("The parts cannot be rendered.", FOLDER, why)) from error
