"""The table of results, for a terminal and for docs/benchmarks.md."""

import os
import platform
from collections.abc import Iterator, Sequence
from datetime import date
from importlib.metadata import version

from benchmarks.measure import Row

HEADINGS = ("what", "kerasmith", "other", "ratio", "goal, at most", "met")


def table(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of the table for a terminal."""
    lines = [HEADINGS, *(tuple(cell.replace("`", "") for cell in cells(row)) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        yield "  ".join(map(str.ljust, line, widths)).rstrip()


def page(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of docs/benchmarks.md."""
    yield from INTRODUCTION.splitlines()
    yield ""
    yield f"Measured on {date.today():%Y-%m-%d}, {machine()}:"
    yield ""
    yield f"| {' | '.join(HEADINGS)} |"
    yield "| --- | ---: | ---: | ---: | ---: | --- |"
    for row in rows:
        yield f"| {' | '.join(cells(row))} |"
    yield ""
    yield from EXPLANATION.splitlines()


def cells(row: Row) -> tuple[str, ...]:
    """Return the words of a row."""
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    return row.what, row.ours, row.other, ratio, row.goal, "yes" if row.met else "no"


def machine() -> str:
    """Return what was measured on and with."""
    names = ("keras", "tensorflow", "copier", "cookiecutter", "jinja2")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {versions}"


INTRODUCTION = """\
# Benchmarks

`make bench` measures the numbers of this page in an environment of its own;
`bash benchmarks/run.sh --write` also writes the page. Times depend on the machine and on what else
it does; ratios hardly do: all contestants of a comparison take turns in one run, and what counts is
the median, of the times and of the turns' ratios. Speed is shown here, never asserted: no test
fails for it.\
"""

EXPLANATION = """\
How it is measured:

- Whole processes, from start to exit, with compiled bytecode, as after `pip install`.
- kerasmith, Copier and jinja2 alone render the very same templates with the same answers;
  cookiecutter renders a template of the same files. Before the clock starts, what all four wrote
  is compared file by file.
- jinja2 alone is a bare script that reads the answers, renders and writes: the floor. kerasmith
  also reads the user's words, decides, plans, and writes all or nothing.
- Three plug-ins: those of `examples/plugins/`, installed beside kerasmith, as a whole process
  that uses built-ins alone, beside the same one without them.
- The first question: from the start of the process until its words have come through a
  pseudo-terminal. cookiecutter asks about a template with three variables in a folder.
- `inspect`: a table with numbers, categories, days and text. kerasmith reads rows from all over it,
  and says what the columns are; a script of one line reads all of it with `pandas.read_csv`. The
  file is in the cache of the system for both.
- `update`: the digits project, committed, from one version of the templates to the next, beside
  `copier update` of the same project out of the same bundle; both leave the same files, which is
  checked. `check` and `copier check-update`: the same project when it is up to date.
- In memory: from flags to the text of all files, four kinds of models in turn, each with a name of
  its own. Memory is the process's peak.
- 1,000 projects: `new --spec-dir` reads, checks, decides, plans and writes each of them
  whole or not at all; the bare script of jinja2 has their finished answers, and renders and writes
  in one process, too. Four kinds of models in turn. What both wrote is compared.
- From `new` to trained: `kerasmith new`, `python -m digits.sample`, `python -m digits.train`,
  beside `benchmarks/handwritten_digits.py`: the same data, splits, layers, optimizer, batches,
  epochs and early stopping, which is checked. For this both train to their last epoch.
- An epoch: `python -m PROJECT.train` beside `benchmarks/handwritten_PROJECT.py`, held to the same
  model and numbers in the same way, reading the same sample data. Both are whole processes of
  unchanged code, in which a callback takes the time of every epoch: training steps, validation,
  and all that feeds them, but not the saving of a better model, which is luck. The first two
  epochs do not count; of the others a run's median does.
- Reading: the training split alone, from the files to batches, beside what the model learns from
  where one batch is given to it again and again, in one process. The ratio is the model's
  examples by those that are read: below 1 it never waits. A stream reads the sample's table
  fifty times over.
- The page: `dist/web` behind the server of `kerasmith web`, in headless Chromium, five first
  visits, each with a second one behind it. A recipe is clicked at once, and answered at once; what
  counts is when its verdict is there, and when that of the answer is.\
"""
