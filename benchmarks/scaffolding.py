"""`kerasmith` as whole processes beside cookiecutter, copier and jinja2 alone.

All of them make the same project, that of the `digits` recipe: copier and jinja2 from the very
templates that kerasmith carries, cookiecutter from what these render to, with a handful of
variables put back in. What each of them wrote is compared before anything is timed.
`--help` and `new` also run where the plug-ins of `examples/` are installed, beside themselves
without: nobody who uses built-ins alone waits for them.
"""

import json
import os
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.measure import Contestant, Row, compared, in_turns, make_empty, run, timed
from kerasmith.api import Plan, plan, render
from kerasmith.render.render import answers_of, templates_dir
from kerasmith.spec.names import ANSWERS_FILE
from kerasmith.spec.recipes import load_recipe

TURNS = 21

BIN = Path(sys.executable).parent
RECIPE = "digits"  # the name of its project, too
FLAGS = ["--input", "photo:image:28x28x1", "--output", "digit:category:10"]
PLUGINS = sorted((Path(__file__).parents[1] / "examples" / "plugins").iterdir())
WRITERS = ("new", "copier", "cookiecutter", "jinja2")


def measure(work: Path) -> list[Row]:
    """Return the rows; `work` is a folder to work in."""
    contestants = prepare(work)
    compare_files(contestants)
    time = in_turns(contestants, TURNS)
    return [
        compared("`--help`", time["help"], time["cookies"], "cookiecutter --help", 0.3),
        compared("`decide`, flags", time["decide"], time["cookies"], "cookiecutter --help", 0.6),
        compared("`new`", time["new"], time["copier"], "copier, same templates", 0.35),
        compared("`new`", time["new"], time["cookiecutter"], "cookiecutter, same files", 0.65),
        compared("`new`", time["new"], time["jinja2"], "jinja2 alone, the floor", 0.46),
        compared("`--help`, three plug-ins", time["help+"], time["help"], "without any", 1.05),
        compared("`new`, three plug-ins", time["new+"], time["new"], "without any", 1.05),
    ]


def prepare(work: Path) -> dict[str, Contestant]:
    """Write what the contestants read, and return them by name."""
    make_empty(work)
    planned = plan(load_recipe(RECIPE).spec)
    templates, answers, cookies = work / "templates", work / "answers.json", work / "cookies"
    shutil.copytree(templates_dir(), templates)
    answers.write_text(json.dumps(answers_of(planned)), "utf-8")
    write_cookies(cookies, planned, render(planned))

    # A home of their own: nobody's settings, and nobody's home gets cookiecutter's replay files
    home = work / "home"
    home.mkdir()

    def contestant(name: str, *command: str | Path, **more: str) -> Contestant:
        return Contestant([command], work / name, {"HOME": str(home), **more})

    kerasmith, cookiecutter, copier = BIN / "kerasmith", BIN / "cookiecutter", BIN / "copier"
    bare = Path(__file__).with_name("bare_jinja.py")
    new = (kerasmith, "new", RECIPE, "--recipe", RECIPE, "--yes")
    plugins = {"PYTHONPATH": str(install_plugins(work / "plugins"))}
    copy = (copier, "copy", "--data-file", answers, "--defaults", "--quiet", templates, RECIPE)
    return {
        "help": contestant("help", kerasmith, "--help"),
        "decide": contestant("decide", kerasmith, "decide", *FLAGS),
        "cookies": contestant("cookies-help", cookiecutter, "--help"),
        "help+": contestant("help-plugins", kerasmith, "--help", **plugins),
        "new": contestant("new", *new),
        "new+": contestant("new-plugins", *new, **plugins),
        "copier": contestant("copier", *copy),
        "cookiecutter": contestant("cookiecutter", cookiecutter, "--no-input", cookies),
        "jinja2": contestant("jinja2", BIN / "python", bare, templates, answers, RECIPE),
    }


def install_plugins(folder: Path) -> Path:
    """Install the plug-ins of `examples/` into a folder; stop where kerasmith does not see them."""
    pip = (BIN / "pip", "install", "--quiet", "--no-deps", "--no-build-isolation")
    run([*pip, "--target", folder, *PLUGINS], folder.parent, os.environ)
    code = "from kerasmith.catalogue.plugins import found; import sys; sys.exit(len(found()) != 3)"
    run([BIN / "python", "-c", code], folder.parent, {**os.environ, "PYTHONPATH": str(folder)})
    return folder


def write_cookies(folder: Path, planned: Plan, files: Mapping[str, str]) -> None:
    """Write a cookiecutter template that renders to these files."""
    variables = {
        "description": planned.description,
        "title": planned.title,
        "package": planned.package,
    }

    def template(text: str) -> str:
        text = re.sub(r"\{[{%#]", lambda braces: f"{{{{ '{braces[0]}' }}}}", text)
        for name, value in variables.items():
            text = text.replace(value, f"{{{{ cookiecutter.{name} }}}}")
        return text

    for name, text in files.items():
        path = folder / "{{ cookiecutter.package }}" / template(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(template(text), "utf-8")
    (folder / "cookiecutter.json").write_text(json.dumps(variables), "utf-8")


def compare_files(contestants: Mapping[str, Contestant]) -> None:
    """Let each write its project once; stop where two of them are not the same."""
    for name in WRITERS:
        timed(contestants[name])
    ours = files_of(contestants["new"].folder)
    for name in WRITERS:
        theirs = files_of(contestants[name].folder)
        if differing := [file for file in ours | theirs if ours.get(file) != theirs.get(file)]:
            sys.exit(f"kerasmith and {name} do not write the same: {', '.join(differing)}")


def files_of(folder: Path) -> dict[str, str]:
    """Return the files of projects, without the lines that say which tool wrote them."""
    files = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }
    for name in files:
        if name.endswith(ANSWERS_FILE):
            tool = r"^_(commit|src_path): .*\n"
            files[name] = re.sub(tool, "", files[name], flags=re.MULTILINE)
    return files
