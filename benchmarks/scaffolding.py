"""`kerasmith` as whole processes beside cookiecutter, copier and jinja2 alone.

All of them make the same project: the templates are those of the installed kerasmith, the answers
those of its `digits` recipe, and the cookiecutter template is what these render to, with a handful
of variables put back in. What each wrote is compared before anything is timed.
"""

import json
import shutil
import sys
from pathlib import Path

from benchmarks.measure import Contestant, Row, Step, compare, make_empty, medians, timed

TURNS = 21

BIN = Path(sys.executable).parent
HERE = Path(__file__).parent


def rows(work: Path) -> list[Row]:
    """Return what was measured; `work` is a folder of our own."""
    contestants = prepare(work)
    same_files(work, contestants)
    time = medians(contestants, TURNS)
    return [
        compare("`--help`", time["help"], time["cookiecutter help"], "cookiecutter", 0.4),
        compare(
            "`decide` with flags", time["decide"], time["cookiecutter help"], "cookiecutter --help", 0.6
        ),
        compare("`new`", time["new"], time["copier"], "copier, the same templates", 0.35),
        compare("`new`", time["new"], time["cookiecutter"], "cookiecutter, the same files", 0.65),
        compare("`new`", time["new"], time["jinja2"], "jinja2 alone, the floor", 1.6),
    ]


def prepare(work: Path) -> dict[str, Contestant]:
    """Write what the contestants read, and return them."""
    from kerasmith.api import load_spec, plan, render
    from kerasmith.render.render import answers_of, templates_dir
    from kerasmith.spec.names import RECIPES
    from kerasmith.spec.read import read_spec
    from kerasmith.spec.recipes import load_recipe

    make_empty(work)
    planned = plan(load_recipe("digits").spec)
    templates, answers, cookies = work / "templates", work / "answers.json", work / "cookies"
    shutil.copytree(templates_dir(), templates)
    answers.write_text(json.dumps(answers_of(planned)), "utf-8")
    write_cookies(cookies, render(planned), planned.name)
