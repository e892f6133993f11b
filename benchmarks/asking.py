"""The first question on the screen: `kerasmith new` beside cookiecutter, in pseudo-terminals.

What counts is the time from the start of the process until the words of its first question have
been sent to the terminal; then the process is ended. cookiecutter's template is in a folder and
has three variables, so that neither a network nor a large template keeps it waiting.
"""

import json
import os
import pty
import sys
from pathlib import Path
from time import perf_counter

from benchmarks.measure import Contestant, Row, compared, in_turns, make_empty

TURNS = 21

BIN = Path(sys.executable).parent
FIRST_WORDS = {"kerasmith": b"How would you like to begin?", "cookiecutter": b"description"}
"""What the first question of each says."""


def measure(work: Path) -> list[Row]:
    """Return the rows; `work` is a folder to work in."""
    make_empty(work)
    cookies = work / "cookies"
    (cookies / "{{ cookiecutter.package }}").mkdir(parents=True)
    (cookies / "{{ cookiecutter.package }}" / "README.md").write_text("{{ cookiecutter.title }}\n")
    variables = {"description": "Reads digits.", "title": "Digits", "package": "digits"}
    (cookies / "cookiecutter.json").write_text(json.dumps(variables), "utf-8")
    home = work / "home"
    home.mkdir()

    def contestant(name: str, *words: str | Path) -> Contestant:
        return Contestant([[BIN / name, *words]], work / name, {"HOME": str(home)})

    time = in_turns(
        {
            "kerasmith": contestant("kerasmith", "new", "digits"),
            "cookiecutter": contestant("cookiecutter", cookies),
        },
        TURNS,
        until_asked,
    )
    what = "first question of `new`"
    return [compared(what, time["kerasmith"], time["cookiecutter"], "cookiecutter's first", 1.0)]


def until_asked(contestant: Contestant) -> float:
    """Return the seconds until the first question is on the terminal."""
    make_empty(contestant.folder)
    (command,) = contestant.commands
    environment = {**os.environ, "TERM": "xterm-256color", **contestant.environment}
    environment.pop("CI", None)  # a pipeline is not asked
    words = FIRST_WORDS[Path(command[0]).name]
    start = perf_counter()
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(contestant.folder)
        os.execve(command[0], [str(word) for word in command], environment)
    sent = b""
    while words not in sent:
        try:
            sent += os.read(terminal, 65536)
        except OSError:  # it ended without a question
            sys.exit(f"{command[0]} asked nothing:\n{sent.decode(errors='replace')}")
    taken = perf_counter() - start
    os.close(terminal)  # which ends it, as closing the window does
    os.waitpid(process, 0)
    return taken
