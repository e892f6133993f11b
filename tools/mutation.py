"""Change code in small ways, and look whether a test fails: `make mutation`.

What is changed and which tests judge it is in `pyproject.toml`, why mutmut in
`docs/decisions/0032-mutation-testing.md`.
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

SAMPLE = "*__mutmut_31"
"""One change of each function that allows so many: what is judged where time is short."""

LEAST = 0.9
"""The share of the changes that must make a test fail."""

FOLDER = Path("mutants")
"""Where mutmut puts the changed code."""


def mutmut(*words: str) -> str:
    """Return what mutmut prints; where it cannot work, say it and leave."""
    program = Path(sys.executable).with_name("mutmut")
    done = subprocess.run([program, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{done.stdout[-5000:]}\n{done.stderr}mutmut {words[0]}: {done.returncode}")
    return done.stdout


def share(*names: str) -> float:
    """Judge the changes of these names, or all; print those that no test sees."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    mutmut("run", *names)
    mutmut("export-cicd-stats")
    counts = json.loads((FOLDER / "mutmut-cicd-stats.json").read_text("utf-8"))
    for line in mutmut("results").splitlines():
        if not line.endswith("not checked"):
            print(line)
    killed = counts["killed"] + counts["timeout"]
    judged = killed + counts["survived"] + counts["no_tests"]
    print(f"{killed} of {judged} changes make a test fail: {killed / judged:.1%}")
    return float(killed / judged)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", action="store_true", help="judge a few changes of all")
    found = share(*[SAMPLE] * parser.parse_args().sample)
    sys.exit(found < LEAST)
