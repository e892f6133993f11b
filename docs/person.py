"""A person at a terminal: types keys into the installed program and reads the screen.

The program runs in a pseudo-terminal; pyte draws what it sends as a terminal would. Tests read its
lines of text, and the documents show it as pictures.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import pexpect
import pyte

ENTER, DOWN, UP, SPACE, TAB = "\r", "\x1b[B", "\x1b[A", " ", "\t"
CTRL_C, CTRL_D, BACKSPACE, ESCAPE = "\x03", "\x04", "\x7f", "\x1b"

PATIENCE = 20.0
"""Seconds that something may take to appear; a busy machine is not a failure."""


def hears_of_a_closed_terminal() -> None:
    """Undo what `nohup` leaves to every child, as a new terminal would."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


class Person:
    """Runs `kerasmith` with these words in a folder, and talks to it."""

    def __init__(
        self,
        folder: Path,
        *words: str,
        columns: int = 80,
        rows: int = 24,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.screen = pyte.HistoryScreen(columns, rows, history=2000, ratio=0.01)
        self._stream = pyte.ByteStream(self.screen)
        self.sent = b""
        self.keys = 0
        keep = ("HOME", "PATH", "LANG", "VIRTUAL_ENV", "COVERAGE_PROCESS_CONFIG")
        inherited = {name: os.environ[name] for name in keep if name in os.environ}
        self.child = pexpect.spawn(
            str(Path(sys.executable).with_name("kerasmith")),
            list(words),
            cwd=str(folder),
            env=inherited | {"LANG": "C.UTF-8", "TERM": "xterm-256color"} | dict(environment or {}),
            dimensions=(rows, columns),
            timeout=PATIENCE,
            preexec_fn=hears_of_a_closed_terminal,
        )
        self.child.delaybeforesend = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if not self.child.closed:
            self.child.close(force=True)

    # === Seeing ===

    def read(self, seconds: float = 0.02) -> bool:
        """Draw what has been sent; say whether the program may send more."""
        try:
            sent = self.child.read_nonblocking(65536, timeout=seconds)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.sent += sent
        self._stream.feed(sent)
        return True

    def reads(self, seconds: float) -> bool:
        """Draw what comes within these seconds; say whether anything did."""
        before = len(self.sent)
        return self.read(seconds) and len(self.sent) > before

    @property
    def lines(self) -> list[str]:
        """What is on the screen."""
        return [line.rstrip() for line in self.screen.display]

    @property
    def everything(self) -> str:
        """What is on the screen, below all that has scrolled away."""
        width = self.screen.columns
        scrolled = (
            "".join(line[column].data for column in range(width)).rstrip()
            for line in self.screen.history.top
        )
        return "\n".join((*scrolled, *self.lines)).rstrip()

    @property
    def asked(self) -> str:
        """The question that waits for an answer."""
        questions = [line for line in self.lines if line.startswith("? ")]
        return questions[-1] if questions else ""

    def sees(self, text: str) -> None:
        """Wait until the text is on the screen, wherever lines are broken."""
        self._wait(lambda: " ".join(text.split()) in " ".join(" ".join(self.lines).split()), text)

    def sees_no_more(self, text: str) -> None:
        """Wait until the text has gone from the screen."""
        self._wait(lambda: text not in " ".join(" ".join(self.lines).split()), f"no {text}")

    def is_asked(self, text: str) -> None:
        """Wait until the last question begins with the text."""
        self._wait(lambda: self.asked.startswith(f"? {text}"), f"? {text}")

    def is_pointed_at(self, text: str) -> None:
        """Wait until the pointer is at a choice that begins with the text."""
        self._wait(lambda: bool(self.pointed) and self.pointed.startswith(text), f"» {text}")

    def _wait(self, seen: Callable[[], bool], text: str) -> None:
        end = time.monotonic() + PATIENCE
        while not seen():
            if not self.read():
                end = 0.0
            assert seen() or time.monotonic() < end, f"{text!r} never appeared:\n" + "\n".join(
                self.lines
            )

    # === Answering ===

    def presses(self, *keys: str) -> None:
        """Press keys: a text is as many keys as it has letters."""
        for key in keys:
            self.keys += 1 if key in (DOWN, UP) else len(key)
            self.child.send(key)

    def answers(self, question: str, *keys: str) -> None:
        """Wait for the question, then press these keys and Enter."""
        self.is_asked(question)
        self.presses(*keys, ENTER)

    def picks(self, question: str, choice: str) -> None:
        """Wait for the question, go down to the choice, then press Enter."""
        self.is_asked(question)
        self.is_pointed_at("")
        for _ in range(60):
            self.read(0.01)
            if self.pointed.split()[: len(choice.split())] == choice.split():
                self.presses(ENTER)
                return
            self.moves_on()
        raise AssertionError(f"no choice {choice!r}:\n" + "\n".join(self.lines))

    def moves_on(self) -> None:
        """Go one choice down."""
        before = self.pointed
        self.presses(DOWN)
        self._wait(lambda: self.pointed != before, f"another choice than {before}")

    @property
    def pointed(self) -> str:
        """The choice that the pointer is at."""
        marks = (" » ", " > ")
        found = [line[3:].strip() for line in self.lines if line.startswith(marks)]
        return found[-1] if found else ""

    def resizes(self, columns: int, rows: int) -> None:
        """Change the size of the terminal's window, as a mouse does."""
        self.screen.resize(rows, columns)
        self.screen.reset()
        self.child.setwinsize(rows, columns)

    # === The end ===

    def closes_the_terminal(self) -> int:
        """Close the terminal's window; return the exit code of the program."""
        self.child.ptyproc.fileobj.close()
        self.child.child_fd = self.child.ptyproc.fd = -1
        self.child.closed = self.child.ptyproc.closed = True
        _, status = os.waitpid(self.child.pid, 0)
        return os.waitstatus_to_exitcode(status)

    def leaves(self) -> int:
        """Wait for the end of the program; return its exit code."""
        end = time.monotonic() + PATIENCE
        while self.read(0.05):
            assert time.monotonic() < end, "it did not end:\n" + "\n".join(self.lines)
        self.child.close()
        code = self.child.exitstatus
        assert code is not None, f"ended by signal {self.child.signalstatus}"
        return int(code)
