"""Draw the terminal pictures: what kerasmith really prints, as SVG.

Each picture is a command, or a moment of the tutorial's conversation; it runs in a
pseudo-terminal, so that colours and line breaks are those that a person sees. `docs/make.py`
writes the files.
"""

import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

import pexpect
from person import ENTER, Person
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from rich.text import Text

COLUMNS = 100

PICTURES = {
    "new": "kerasmith new pets --input photo:image:64x64x3 --output pet:category:cat,dog "
    "--output place:box",
    "decide": "kerasmith decide --recipe digits",
}
"""The command of each picture, by the name of its file in `docs/pictures/`."""

MOMENTS = ("begin", "wrong", "flip", "flow", "features", "review", "end")
"""The pictures of the tutorial's conversation: `docs/pictures/ask-begin.svg` and so on."""

COLOURS = [
    (230, 110, 115),
    (135, 201, 120),
    (224, 190, 115),
    (110, 170, 240),
    (200, 130, 225),
    (90, 195, 205),
]
"""Red, green, yellow, blue, magenta and cyan."""

BACKGROUND, FOREGROUND = (30, 33, 39), (214, 218, 226)

THEME = TerminalTheme(
    background=BACKGROUND,
    foreground=FOREGROUND,
    normal=[BACKGROUND, *COLOURS, FOREGROUND],
    bright=[(128, 135, 148), *COLOURS, (255, 255, 255)],
)

# rich's own frame without the fonts that it would fetch from elsewhere
FRAME = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
    font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
    font-size: {char_height}px;
    line-height: {line_height}px;
}}
{styles}
</style>
<defs>{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def pictures() -> Iterator[str]:
    """Yield the names of all pictures."""
    yield from PICTURES
    yield from (f"ask-{moment}" for moment in MOMENTS)


def picture(name: str) -> str:
    """Return the SVG of a picture."""
    if name not in PICTURES:
        return drawn(name, conversation()[name.removeprefix("ask-")], SCREEN)
    command = wrapped(Text.assemble(("$ ", "bold green"), PICTURES[name]))
    return drawn(name, command + wrapped(Text.from_ansi(printed(PICTURES[name]))), COLUMNS)


def drawn(name: str, lines: list[Text], columns: int) -> str:
    """Return lines of text as the SVG of a terminal."""
    console = Console(
        record=True,
        width=columns,
        file=io.StringIO(),
        color_system="truecolor",
        force_terminal=True,
        legacy_windows=False,
    )
    for line in lines:
        console.print(line)
    svg = console.export_svg(title="", theme=THEME, code_format=FRAME, unique_id=name)
    return re.sub(r"[ \t]+$", "", svg, flags=re.MULTILINE)


# === The tutorial's conversation ===

SCREEN, ROWS = 80, 24


@cache
def conversation() -> dict[str, list[Text]]:
    """Have the conversation that the tutorial walks through; return its moments as screens."""
    moments = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        Person(Path(folder), "new", "pets", columns=SCREEN, rows=ROWS) as person,
    ):
        person.is_asked("How would you like to begin?")
        moments["begin"] = screen(person)
        person.picks("How would you like to begin?", "With a model of my own")
        person.answers("What goes into the model?", "photo")
        person.picks("What is photo?", "image")
        person.is_asked("How large is photo")
        person.presses("64x64")
        person.sees("Try: 64x64x3 in colour")
        moments["wrong"] = screen(person)
        person.presses("x3", ENTER)
        person.answers("Does anything else go in?")
        person.answers("What should it predict?", "breed")
        person.picks("What is breed?", "category")
        person.answers("What are the classes of breed?", "beagle,boxer,corgi")
        person.is_asked("Should it predict anything else?")
        person.presses("y")
        person.answers("What else?", "place")
        person.picks("What is place?", "box")
        person.is_asked("Should it predict anything else?")
        moments["flip"] = screen(person)
        person.presses(ENTER)
        person.is_asked("How should data flow from photo?")
        moments["flow"] = screen(person)
        person.picks("How should data flow from photo?", "cnn")
        person.picks("What is this model for?", "prototype")
        person.is_asked("Which features should the project have?")
        moments["features"] = screen(person)
        person.presses(ENTER)
        person.answers("What does it do", "Finds pets in photos.")
        person.is_asked("Is it right?")
        moments["review"] = screen(person)
        person.presses(ENTER)
        person.sees("To recreate this project kerasmith new pets")
        moments["end"] = screen(person)
    return moments


def screen(person: Person) -> list[Text]:
    """Return what is on the screen, in its colours, as soon as nothing is drawn any more."""
    while person.reads(0.3):
        pass
    lines = [Text.assemble(*_pieces(person, row)) for row in range(ROWS)]
    for line in lines:
        line.rstrip()
    while not lines[-1].plain:
        del lines[-1]
    return lines


def _pieces(person: Person, row: int) -> Iterator[tuple[str, Style]]:
    """Yield the pieces of a line that look alike."""
    cells = (person.screen.buffer[row][column] for column in range(SCREEN))
    for style, alike in groupby(cells, lambda cell: (_colour(cell.fg), cell.bold)):
        colour, bold = style
        yield "".join(cell.data for cell in alike), Style(color=colour, bold=bold)


def _colour(name: str) -> str | None:
    """Return what rich calls a colour of pyte's."""
    name = name.replace("brown", "yellow")
    return None if name == "default" else re.sub("^bright", "bright_", name)


# === Commands ===


def printed(command: str) -> str:
    """Return what a command prints on a terminal, escape sequences included."""
    program, *arguments = shlex.split(command)
    environment = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
    with tempfile.TemporaryDirectory() as folder:
        output, status = pexpect.run(
            shlex.join([str(Path(sys.executable).with_name(program)), *arguments]),
            cwd=folder,
            env=environment | {"TERM": "xterm-256color", "LANG": "C.UTF-8"},
            dimensions=(50, COLUMNS),
            withexitstatus=True,
            encoding="utf-8",
        )
    if status:
        raise RuntimeError(f"{command}\n{output}")
    return str(output).replace("\r\n", "\n").rstrip("\n")


def wrapped(text: Text) -> list[Text]:
    """Return the lines, broken where the terminal breaks them: at its last column."""
    lines: list[Text] = []
    for line in text.split("\n", allow_blank=True):
        lines += line.divide(range(COLUMNS, len(line), COLUMNS))
    return lines


def words(svg: str) -> str:
    """Return what a picture says; the drawing around it is a matter of rich's version."""
    return re.sub(r"<style>.*?</style>|<[^>]*>", "", svg, flags=re.DOTALL)
