"""Measure how long the tests take that each feature adds to a project: `make features`.

    python docs/measure_features.py [FEATURE...]

Written are whole seconds, of a project of the recipe `digits`. Tests of the core run before them,
so that neither the model that all share is counted nor what a project imports.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from xml.etree import ElementTree

from feature_costs import SECONDS, Cost, costs

from kerasmith.project.create import create

OF_THE_CORE = "tests/test_predict.py"


def main() -> None:
    """Measure the features that the command line names, or all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="FEATURE", help="left out: all of them")
    names = parser.parse_args().names
    known: dict[str, int] = tomllib.loads(SECONDS.read_text("utf-8"))
    for each in costs():
        name = each.feature.name
        if (not names or name in names) and added_tests(each):
            known[name] = round(tested(each))
            print(f"{name}: {known[name]}", flush=True)
    lines = [f"{name} = {seconds}\n" for name, seconds in sorted(known.items()) if seconds > 0]
    SECONDS.write_text("# Written by measure_features.py\n" + "".join(lines), "utf-8")


def added_tests(cost: Cost) -> list[str]:
    """Return the files of tests that come with a feature."""
    return [path for path in cost.added if path.startswith("tests/test_")]


def tested(cost: Cost) -> float:
    """Return how many seconds the tests take that come with a feature."""
    tests = added_tests(cost)
    with tempfile.TemporaryDirectory() as folder:
        project = create(Path(folder) / "project", cost.after)
        command = [sys.executable, "-m", "pytest", "--quiet", "--junitxml=tests.xml"]
        subprocess.run(
            [*command, OF_THE_CORE, *tests],
            cwd=project,
            env={**os.environ, "PYTHONPATH": "src", "KERAS_BACKEND": cost.backend},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        modules = {path.removesuffix(".py").replace("/", ".") for path in tests}
        cases = ElementTree.parse(project / "tests.xml").iter("testcase")
        return sum(
            float(each.attrib["time"]) for each in cases if each.attrib["classname"] in modules
        )


if __name__ == "__main__":
    main()
