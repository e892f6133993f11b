"""`kerasmith update` and `check` beside Copier's own commands, on the very same project.

The digits project, committed, is brought from one version of the templates to the next: by
kerasmith, and by `copier update` out of the same bundle. What the two leave is compared before
anything is timed.
"""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter

import kerasmith
from benchmarks.measure import Contestant, Row, compared, in_turns, make_empty, run_commands
from kerasmith.api import create, plan, render
from kerasmith.project.history import BUNDLE
from kerasmith.render.render import SOURCE
from kerasmith.spec.names import ANSWERS_FILE
from kerasmith.spec.recipes import load_recipe
from tools.release import add_release

TURNS = 15

BIN = Path(sys.executable).parent
BEFORE = {
    "src/{{ package }}/config.py.jinja": ("epochs: int = {{ epochs }}", "epochs: int = 10"),
    "src/{{ package }}/train.py.jinja": ("Train the model and", "Train a model and"),
    "README.md.jinja": ("## Where things are", "## What lies where"),
}
"""How the templates differed before, by the files: what is there now, and what did."""


def measure(work: Path) -> list[Row]:
    """Return the rows; `work` is a folder to work in."""
    contestants = prepare(work)
    compare_files(contestants)
    time = in_turns(contestants, TURNS, updated)
    return [
        compared("`update`", time["update"], time["copier-update"], "copier update", 0.25),
        compared("`check`", time["check"], time["copier-check"], "copier check-update", 0.5),
    ]


def prepare(work: Path) -> dict[str, Contestant]:
    """Write two versions of kerasmith's templates and a project; return the contestants."""
    make_empty(work)
    package = work / "installed" / "kerasmith"
    shutil.copytree(Path(kerasmith.__file__).parent, package)
    old, new = work / "old", package / "templates"
    shutil.copytree(new, old)
    for name, (now, then) in BEFORE.items():
        path = old / "project" / name
        text = path.read_text("utf-8")
        if now not in text:
            sys.exit(f"{now!r} is not in {name} any more")
        path.write_text(text.replace(now, then), "utf-8")
    (old / BUNDLE).unlink(missing_ok=True)
    add_release(old, "0.1.0")
    shutil.copy(old / BUNDLE, new)
    add_release(new, "0.2.0")
    version = package / "__init__.py"
    text = version.read_text("utf-8").replace(f'"{kerasmith.__version__}"', '"0.2.0"')
    version.write_text(text, "utf-8")

    planned = plan(load_recipe("digits").spec)
    committed(create(work / "before", render(planned, old, "0.1.0")))
    committed(create(work / "after", render(planned, new, "0.2.0")))
    return {
        name: Contestant([command], work / name, surroundings(work))
        for name, command in {
            "update": (BIN / "kerasmith", "update"),
            "copier-update": (BIN / "copier", "update", "--defaults", "--quiet"),
            "check": (BIN / "kerasmith", "check"),
            "copier-check": (BIN / "copier", "check-update"),
        }.items()
    }


def surroundings(work: Path) -> Mapping[str, str]:
    """Return what both programs see: the same home, and the bundle where Copier looks for it."""
    home = work / "home"
    home.mkdir(exist_ok=True)
    who = {
        f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    return who | {
        "HOME": str(home),
        "PYTHONPATH": str(work / "installed"),
        "COPIER_CACHE_DIR": str(home / "copier"),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{work / 'installed/kerasmith/templates' / BUNDLE}.insteadOf",
        "GIT_CONFIG_VALUE_0": SOURCE,
    }


def committed(project: Path) -> None:
    """Make a repository of a project."""
    who = ("-c", "user.name=a", "-c", "user.email=a@b")
    for words in (("init", "--quiet"), ("add", "."), (*who, "commit", "--quiet", "-m", "One")):
        subprocess.run(["git", *words], cwd=project, check=True)


def updated(contestant: Contestant) -> float:
    """Return the seconds of a command on a fresh copy of the project it is about."""
    shutil.rmtree(contestant.folder, ignore_errors=True)
    state = "after" if "check" in contestant.folder.name else "before"
    shutil.copytree(contestant.folder.parent / state, contestant.folder)
    start = perf_counter()
    run_commands(contestant)
    return perf_counter() - start


def compare_files(contestants: Mapping[str, Contestant]) -> None:
    """Stop where the two updates leave anything but the same, their records aside."""
    left = []
    for name in ("update", "copier-update"):
        updated(contestants[name])
        folder = contestants[name].folder
        left.append(
            {
                path.relative_to(folder).as_posix(): path.read_bytes()
                for path in folder.rglob("*")
                if path.is_file() and ".git" not in path.relative_to(folder).parts
            }
        )
    ours, theirs = left
    different = {name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name)}
    if different - {ANSWERS_FILE} or b"epochs: int = 30" not in ours["src/digits/config.py"]:
        sys.exit(f"kerasmith and copier leave different files: {sorted(different)}")
