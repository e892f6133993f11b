"""A large table: `kerasmith inspect` beside a script in which pandas reads the same file.

kerasmith looks at rows from all over the file, pandas reads every one; so this is what it costs to
know what a table holds, beside what it costs to hold it. The file is made once for both.
"""

import sys
from pathlib import Path

from benchmarks.measure import Contestant, Row, compared, in_turns, make_empty

TURNS = 5

BYTES = 200_000_000
BLOCK = 10_000
"""Rows that are made; the file repeats them."""

BIN = Path(sys.executable).parent
WORDS = ("calm", "loud", "shy", "old", "big", "fond", "of", "long", "walks")


def measure(work: Path) -> list[Row]:
    """Return the row; `work` is a folder to work in."""
    make_empty(work)
    path = work / "pets.csv"
    write_table(path)
    ours = (BIN / "kerasmith", "inspect", path, "--predict", "stays")
    theirs = (BIN / "python", "-c", f"import pandas; pandas.read_csv({str(path)!r})")
    time = in_turns(
        {
            "kerasmith": Contestant([ours], work / "kerasmith", {}),
            "pandas": Contestant([theirs], work / "pandas", {}),
        },
        TURNS,
    )
    path.unlink()
    what = f"`inspect`, a table of {BYTES // 1_000_000} MB"
    return [compared(what, time["kerasmith"], time["pandas"], "pandas reading it", 1.0)]


def write_table(path: Path) -> None:
    """Write a table of that size: numbers, categories, days, text, and yes or no."""
    block = "".join(line(number) for number in range(BLOCK))
    with path.open("w", encoding="utf-8") as file:
        file.write("weight,age,breed,born,note,stays\n")
        file.writelines(block for _ in range(BYTES // len(block)))


def line(number: int) -> str:
    """Return a row of the table, another for each number."""
    breed = ("beagle", "boxer", "poodle")[number % 3]
    born = f"20{number % 20:02}-{1 + number % 12:02}-{1 + number % 28:02}"
    note = " ".join(WORDS[number // 9**place % 9] for place in range(8))
    weight, age, stays = 5 + number * 7919 % 2500 / 100, number % 17, number // 7 % 2
    return f"{weight},{age},{breed},{born},{note},{stays}\n"
