"""Draw the terminal pictures: what kerasmith really prints, as SVG.

Each picture is a command; it runs in a pseudo-terminal, so that colours and line breaks are those
that a person sees. `docs/make.py` writes the files.
"""

import io
import os
import re
import shlex
import sys
import tempfile
from pathlib import Path

import pexpect
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

COLUMNS = 100

PICTURES = {
    "new": "kerasmith new pets --input photo:image:64x64x3 --output pet:category:cat,dog "
    "--output place:box",
    "decide": "kerasmith decide --recipe digits",
}
"""The command of each picture, by the name of its file in `docs/pictures/`."""

THEME = TerminalTheme(
    background=(30, 33, 39),
    foreground=(214, 218, 226),
    normal=[
        (30, 33, 39),
        (230, 110, 115),
        (135, 201, 120),
        (224, 190, 115),
        (110, 170, 240),
        (200, 130, 225),
        (90, 195, 205),
        (214, 218, 226),
    ],
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


def picture(name: str) -> str:
    """Return the SVG of a picture."""
    console = Console(
        record=True,
        width=COLUMNS,
        file=io.StringIO(),
        color_system="truecolor",
        force_terminal=True,
        legacy_windows=False,
    )
    for line in wrapped(Text.assemble(("$ ", "bold green"), PICTURES[name])):
        console.print(line)
    for line in wrapped(Text.from_ansi(printed(PICTURES[name]))):
        console.print(line)
    svg = console.export_svg(title="", theme=THEME, code_format=FRAME, unique_id=name)
    return re.sub(r"[ \t]+$", "", svg, flags=re.MULTILINE)


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
