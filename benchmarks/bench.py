"""Measure kerasmith beside other tools and print the table: `make bench`."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import (
    asking,
    epochs,
    feeding,
    in_memory,
    inspecting,
    many,
    page,
    results,
    scaffolding,
    training,
    updating,
)
from benchmarks.measure import Row

ROOT = Path(__file__).parents[1]
WORK = ROOT / "build" / "bench"
PAGE = ROOT / "docs" / "benchmarks.md"

COMPARISONS: dict[str, Callable[[Path], list[Row]]] = {
    "scaffolding": scaffolding.measure,
    "asking": asking.measure,
    "inspecting": inspecting.measure,
    "updating": updating.measure,
    "memory": in_memory.measure,
    "many": many.measure,
    "training": training.measure,
    "epochs": epochs.measure,
    "feeding": feeding.measure,
    "page": page.measure,
}


def main() -> None:
    """Run the comparisons and show what came out."""
    parser = argparse.ArgumentParser(prog="benchmarks/run.sh", description=__doc__)
    parser.add_argument("--only", choices=COMPARISONS, help="run one comparison")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md, too")
    options = parser.parse_args()
    if options.write and options.only:
        parser.error("--write takes all comparisons, not --only one")

    rows: list[Row] = []
    failed = []
    for name in [options.only] if options.only else COMPARISONS:
        print(f"Measuring {name} …", flush=True)
        try:
            found = COMPARISONS[name](WORK / name)
        except SystemExit as error:  # what was measured until then took minutes
            failed.append(f"{name}: {error}")
            continue
        print("\n".join(results.table(found)), flush=True)
        rows += found
    if failed:
        sys.exit("\n".join(["Not measured:", *failed]))
    if options.write:
        PAGE.write_text("\n".join(results.page(rows)) + "\n", "utf-8")
        print(f"\nWritten: {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
