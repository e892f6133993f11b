"""What is answered when a command cannot do what it was asked: in words, or as JSON."""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress
from io import StringIO
from pathlib import Path

import click

from kerasmith.cli.echo import echo_json, echo_lines, echo_problems
from kerasmith.errors import KerasmithError, Problem, problem_json

REFUSED = 2
"""The exit code where the request was wrong, or the system did not allow it."""

FAULT = 70
"""The exit code of a fault of kerasmith's own, as systems know it (`EX_SOFTWARE`)."""

TRACEBACK = "KERASMITH_TRACEBACK"
"""The environment variable that asks for the place of a fault in the code."""


def asks_json(arguments: list[str]) -> bool:
    """Say whether a command was asked for JSON, even one whose other flags cannot be read."""
    pairs = zip(arguments, [*arguments[1:], ""], strict=True)
    return any(each == ("--format", "json") or each[0] == "--format=json" for each in pairs)


def answer(error: Exception, *, as_json: bool) -> int:
    """Say what is wrong; return the exit code."""
    if isinstance(error, click.ClickException) and not as_json:
        usage = StringIO()
        error.show(usage)
        echo_lines(usage.getvalue().splitlines(), err=True)
        return error.exit_code
    if isinstance(error, OSError):
        _leave_what_cannot_be_printed()
    if os.environ.get(TRACEBACK):
        traceback.print_exception(error)
    problems = _problems(error)
    if as_json:
        with suppress(OSError):  # it has been tried
            echo_json({"problems": [problem_json(each) for each in problems]})
    if not as_json or isinstance(error, OSError):
        echo_problems(problems)
    return FAULT if _is_fault(error) else REFUSED


def _is_fault(error: Exception) -> bool:
    return not isinstance(error, KerasmithError | click.ClickException | OSError | MemoryError)


def _problems(error: Exception) -> tuple[Problem, ...]:
    if isinstance(error, KerasmithError):
        return error.problems
    if isinstance(error, click.ClickException):
        return (_usage(error),)
    if isinstance(error, OSError):
        what = f"The system does not allow it: {error.strerror or error}."
        return (Problem(what, str(error.filename or "")),)
    if isinstance(error, MemoryError):
        return (Problem("There is not enough memory for this.", try_="smaller files or sizes"),)
    return (_fault(error),)


def _usage(error: click.ClickException) -> Problem:
    """Return what click has against the flags."""
    context = getattr(error, "ctx", None)
    if context is None:
        return Problem(error.format_message())
    command = context.command_path
    return Problem(error.format_message(), command, try_=f"{command} --help")


def _fault(error: Exception) -> Problem:
    place = traceback.extract_tb(error.__traceback__)[-1:]
    return Problem(
        f"kerasmith failed: {type(error).__name__}: {error}",
        " ".join(f"{Path(each.filename).name}, line {each.lineno}" for each in place),
        "This is a fault of kerasmith, not of yours.",
        f"report it with the command and its files; {TRACEBACK}=1 shows more",
    )


def _leave_what_cannot_be_printed() -> None:
    """Forget what standard output did not take; Python would try again at its end, and fail."""
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
