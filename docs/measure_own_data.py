"""From real data to trained models, measured: the table in docs/own-data.md.

    python docs/measure_own_data.py [NAME...] [--seeds 5] [--write]

Each set of data in real_data.py goes the way that a user's own would: `kerasmith new --data`,
train, evaluate. Printed are medians over the seeds; each seed is another split, too. Data of 20
rows take ten times as many: what the three rows of one split say of a model is luck. With
`--write` the rows of what was measured are replaced in the page.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from measure_recipes import Run, measure_project
from real_data import REAL_DATA, RealData

PAGE = Path(__file__).with_name("own-data.md")
BEGIN, END = "<!-- measured -->\n", "<!-- end -->\n"

FOR_FEW = 10
"""How many times as many splits it takes until the scores of a few rows say something."""

HEAD = """\
| data | flags behind `--data PATH` | predicted | model | baseline | scikit-learn |
| --- | --- | --- | --- | --- | --- |
"""


def main() -> None:
    """Measure the data that the command line names, or all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="left out: all of them")
    parser.add_argument("--seeds", type=int, default=5, metavar="N", help="runs of each (5)")
    parser.add_argument("--write", action="store_true", help="write the table into own-data.md")
    given = parser.parse_args()
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    old, _, after = rest.partition(END)
    lines = []
    for each in REAL_DATA:
        if given.names and each.name not in given.names:
            lines += [line for line in old.splitlines() if line.startswith(f"| {each.title} |")]
            continue
        found = list(rows(each, measured(each, given.seeds * (FOR_FEW if each.few else 1))))
        print("\n".join(found), flush=True)
        lines += found
    if given.write:
        seeds = "One seed" if given.seeds == 1 else f"Medians over {given.seeds} seeds"
        caption = (
            f"{seeds}, {given.seeds * FOR_FEW} of what has 20 rows, each with a split of its "
            "own:\n\n"
        )
        table = caption + HEAD + "".join(f"{line}\n" for line in lines)
        PAGE.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", "utf-8")


def measured(data: RealData, seeds: int) -> Run:
    """Generate a project for the data, train it with each seed, return the medians."""
    with tempfile.TemporaryDirectory() as folder:
        path = data.write(Path(folder))
        project = Path(folder, f"{data.name}-project")
        command = ["new", str(project), "--data", str(path), *data.flags, "--with", "compare"]
        subprocess.run([sys.executable, "-m", "kerasmith", *command], check=True, stdout=-3)
        return measure_project(project, project.name.replace("-", "_"), seeds)


def rows(data: RealData, run: Run) -> Iterator[str]:
    """Yield a row of the table for each output."""
    for name, score in run.score.items():
        numbers = (score, run.baseline[name], run.forest[name])
        flags = f"`{' '.join(data.flags)}`" if data.flags else ""
        told = " | ".join(f"{number:.3g}" for number in numbers)
        yield f"| {data.title} | {flags} | `{name}` | {told} |"


if __name__ == "__main__":
    main()
