"""Measure how much longer a project's own tests take with each feature: `make features`.

    python docs/measure_features.py [FEATURE...]

Written are whole seconds, of a project of the recipe `digits` with the feature beside one with what
the feature needs alone; what a project imports is not counted.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import tomllib
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from feature_costs import SECONDS, costs

from kerasmith.project.create import create


def main() -> None:
    """Measure the features that the command line names, or all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="FEATURE", help="left out: all of them")
    names = parser.parse_args().names
    known: dict[str, int] = tomllib.loads(SECONDS.read_text("utf-8"))
    for each in costs():
        name = each.feature.name
        if (not names or name in names) and (each.lines("src/") or each.lines("tests/")):
            after, before = (
                tested((*files.items(),), each.backend) for files in (each.after, each.before)
            )
            known[name] = round(after - before)
            print(f"{name}: {known[name]}", flush=True)
    lines = [f"{name} = {seconds}\n" for name, seconds in sorted(known.items()) if seconds > 0]
    SECONDS.write_text("# Written by measure_features.py\n" + "".join(lines), "utf-8")


@cache
def tested(files: tuple[tuple[str, str], ...], backend: str) -> float:
    """Return how many seconds a project's own tests take."""
    with tempfile.TemporaryDirectory() as folder:
        project = create(Path(folder) / "project", dict(files))
        subprocess.run(
            [sys.executable, "-m", "pytest", "--quiet", "--junitxml=tests.xml"],
            cwd=project,
            env={**os.environ, "PYTHONPATH": "src", "KERAS_BACKEND": backend},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        cases = ElementTree.parse(project / "tests.xml").iter("testcase")
        return sum(float(case.attrib["time"]) for case in cases)


if __name__ == "__main__":
    main()
