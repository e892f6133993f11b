"""The command `kerasmith`: how it answers an error and an interrupt."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from kerasmith import __version__
from kerasmith.cli.echo import echo
from kerasmith.cli.failing import answer, asks_json


class Commands(click.Group):
    """The commands, in the order in which people meet them, with kerasmith's errors and exits."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands as they were declared."""
        return list(self.commands)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run what was asked for, and exit; whatever goes wrong is answered in words or JSON."""
        arguments = list(sys.argv[1:] if args is None else args)
        try:
            code = super().main(arguments, prog_name, complete_var, standalone_mode=False, **extra)
        except click.Abort:
            code = 130
        except Exception as error:
            code = answer(error, as_json=asks_json(arguments))
        sys.exit(code)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; an interrupt exits with 130."""
        try:
            with _interruptible():
                return super().invoke(ctx)
        except (KeyboardInterrupt, EOFError) as interrupt:
            _say_interrupted(ctx.invoked_subcommand, str(interrupt))
            sys.exit(130)


def _say_interrupted(command: str | None, left: str) -> None:
    """Say what an interrupt has left, to whoever is still there."""
    left = left or "nothing was written"
    if command == "update":
        left = "what it had begun is finished or taken back when kerasmith update runs again"
    try:
        echo(err=True)
        echo(f"Interrupted; {left}.", err=True)
        sys.stdout.flush()
    except OSError:  # the terminal is gone; Python would try once more at its end, and fail
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let a terminal that is closed, and a request to end, do what Ctrl-C does: leave nothing."""
    signals = [getattr(signal, name) for name in ("SIGHUP", "SIGTERM") if hasattr(signal, name)]
    ours = [each for each in signals if signal.getsignal(each) is signal.SIG_DFL]
    for each in ours:
        signal.signal(each, signal.default_int_handler)
    try:
        yield
    finally:
        for each in ours:
            signal.signal(each, signal.SIG_DFL)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Get started: kerasmith new my-digits --recipe digits",
)
@click.version_option(__version__, message="kerasmith %(version)s")
def main() -> None:
    """Decide between keras.Sequential and the Functional API, and write the starter project.

    You describe the inputs and outputs of a model. kerasmith applies the rules, says why, and
    writes a complete Keras project that trains at once.
    """
