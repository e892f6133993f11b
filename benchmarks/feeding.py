"""Whether a model ever waits for its data: what is read in a second, beside what it learns from.

`feed.py` measures both in one process, one after the other, in projects as they are written.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.measure import Contestant, Row, make_empty, run_commands, show
from benchmarks.scaffolding import BIN

TURNS = 3
NOTES = "feed.json"
FEED = Path(__file__).with_name("feed.py")

COPIES = 50
"""How often the sample table is in the one that is read as a stream."""

CASES: dict[str, tuple[str, Sequence[str], Sequence[str]]] = {
    "digits, decoded images in memory": ("digits", (), ()),
    "digits, decoded every epoch": ("digits", (), ("cache_bytes=0",)),
    "shapes, decoded images in memory": ("shapes", (), ()),
    "shapes, decoded every epoch": ("shapes", (), ("cache_bytes=0",)),
    "feedforward, a table in memory": ("feedforward", (), ()),
    "feedforward, a table as a stream": ("feedforward", ("--set", "data.stream=true"), ()),
    "sentiment, texts in memory": ("sentiment", (), ()),
    "sentiment, texts as a stream": ("sentiment", ("--set", "data.stream=true"), ()),
}
"""What is read: the recipe, flags of the project, changes of its config."""


def measure(work: Path) -> list[Row]:
    """Return a row for each case; `work` is a folder to work in."""
    make_empty(work)
    return [
        measure_case(what, *case, work / f"{number}")
        for number, (what, case) in enumerate(CASES.items())
    ]


def measure_case(
    what: str, recipe: str, flags: Sequence[str], changes: Sequence[str], folder: Path
) -> Row:
    """Return the row of a case."""
    make_empty(folder)
    path = {"PYTHONPATH": "src"}
    commands: list[list[str | Path]] = [
        [BIN / "kerasmith", "new", ".", "--recipe", recipe, "--name", recipe, "--yes", *flags],
        [BIN / "python", "-m", f"{recipe}.sample"],
    ]
    run_commands(Contestant(commands, folder, path))
    if flags:
        header, *rows = (folder / "data/examples.csv").read_text("utf-8").splitlines()
        lines = [header, *(rows * COPIES)]
        (folder / "data/examples.csv").write_text("\n".join(lines) + "\n", "utf-8")
    feed = Contestant([(BIN / "python", FEED, NOTES, recipe, *changes)], folder, path)
    found = []
    for turn in range(1, TURNS + 1):
        show(f"{what}: turn {turn} of {TURNS}")
        run_commands(feed)
        found.append(json.loads((folder / NOTES).read_text("utf-8")))
    show("")
    ratio = median(each["learned"] / each["read"] for each in found)
    read, learned = (median(each[name] for each in found) for name in ("read", "learned"))
    return Row(
        f"reading {what}",
        f"{read:,.0f} examples/s",
        f"{learned:,.0f} the model learns from",
        ratio,
        "1.0",
        ratio <= 1,
    )
