"""What `check --code` answers: values to lines of text, and to JSON."""

import shlex
from collections.abc import Iterator
from typing import Any

from kerasmith.errors import printable
from kerasmith.project.code import CodeStatus, Drift
from kerasmith.styled import style
from kerasmith.wrapping import wrapped


def code_text(status: CodeStatus) -> Iterator[str]:
    """Yield which answers the code no longer keeps, and what to do about it."""
    if status.accepted:
        yield style("Accepted", fg="green", bold=True) + ": kerasmith.toml now says so"
        yield from _drifts(status.accepted)
        yield ""
    if status.in_step:
        kept = style("The code keeps every answer", fg="green", bold=True) + " of kerasmith.toml."
        yield f"Run: kerasmith update{_folder(status)}" if status.accepted else kept
        return
    if status.drifts:
        yield style("Answers that the code no longer keeps", fg="yellow", bold=True)
        yield from _drifts(status.drifts)
    for each in status.unclear:
        yield from wrapped(printable(f"Cannot tell: {each}"), 0, hanging=2)
    yield ""
    yield from _what_next(status)


def _what_next(status: CodeStatus) -> Iterator[str]:
    if any(each.accept for each in status.drifts) and not status.accepted:
        yield f"Keep the code      kerasmith check --code --accept{_folder(status)}"
    if status.drifts:
        yield "Keep the answers   edit the code back; an update leaves these lines as they are"


def _folder(status: CodeStatus) -> str:
    folder = str(status.project)
    return "" if folder == "." else f" {shlex.quote(folder)}"


def _drifts(drifts: tuple[Drift, ...]) -> Iterator[str]:
    for each in drifts:
        yield "  " + style(printable(each.answer), fg="cyan")
        at = f"{each.file}:{each.line}" if each.line else each.file
        yield from wrapped(printable(f"{at}: {each.what}"), 4, hanging=2)


def code_json(status: CodeStatus) -> dict[str, Any]:
    """Return which answers the code no longer keeps, for programs; `in_step` may be null."""
    return {
        "project": str(status.project),
        "in_step": status.in_step,
        "drifts": [_drift(each) for each in status.drifts],
        "cannot_tell": list(status.unclear),
        "accepted": [_drift(each) for each in status.accepted],
    }


def _drift(drift: Drift) -> dict[str, Any]:
    return {
        "answer": drift.answer,
        "what": drift.what,
        "file": drift.file,
        "line": drift.line or None,
        "acceptable": drift.accept is not None,
    }
