"""A table larger than the memory that training gets: read as a stream it is learned from."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow
import pytest
from pyarrow.parquet import ParquetWriter

from kerasmith.spec.flags import Flags, spec_from_flags
from tests.projects.conftest import project_environment, write_project
from tests.samples import full_samples

pytestmark = [
    pytest.mark.full,
    pytest.mark.long(90),
    pytest.mark.skipif(not full_samples(), reason="trains on much; in make test-all"),
]

LIMIT = 64
"""MB that training on the large table may take beyond what training on a small one took."""

TIMES = 4
"""How many times larger than that the table is."""

OUT_OF_MEMORY = ("MemoryError", "out of memory", "Unknown error: Wrapping")
"""How Python, pandas and Arrow say that there is none left."""

SMALL, LARGE = 2_000, LIMIT * TIMES * 100 // 1000 * 1000
"""Rows; a row has about 10,000 bytes, of which the model reads few."""

TRAIN_UNDER_A_LIMIT = """
import faulthandler
import os
import resource
import sys
from dataclasses import replace
from pathlib import Path

from big.config import Config
from big.train import train

limit, small, large = int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
config = replace(Config(), epochs=1, batch_size=1024)
if hasattr(config, "piece_rows"):  # rows are long
    config = replace(config, piece_rows=200, most_rows=1000)

# pandas reads a large file in several threads, as many as it counts processors when it first reads;
# one for which there is no memory would be waited for in vain
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
faulthandler.dump_traceback_later(600, exit=True)

# Threads, arenas and compiled steps: what any training takes
train(replace(config, data_dir=small, run_dir=small / "run"))

held = next(line for line in open("/proc/self/status") if line.startswith("VmData"))
most = int(held.split()[1]) * 1024 + limit * 1024**2
resource.setrlimit(resource.RLIMIT_DATA, (most, most))
train(replace(config, data_dir=large, run_dir=large / "run"))
print("trained")
"""


@pytest.fixture(scope="module", params=["parquet", "csv"])
def tables(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small and a large table, in folders of their own."""
    folder: Path = tmp_path_factory.mktemp("tables")
    for name, rows in (("small", SMALL), ("large", LARGE)):
        (folder / name).mkdir()
        write_table(folder / name / f"big.{request.param}", rows)
    return folder


def write_table(path: Path, rows: int) -> None:
    """Write rows of two numbers, an answer that they tell, and a long note nobody reads."""
    pieces = pieces_of_rows(rows)
    if path.suffix == ".parquet":
        first = pyarrow.table(next(pieces))
        plain = {"compression": "none", "use_dictionary": False}
        with ParquetWriter(path, first.schema, **plain) as writer:
            for table in (first, *map(pyarrow.table, pieces)):
                writer.write_table(table)
    else:
        for number, piece in enumerate(pieces):
            pd.DataFrame(piece).to_csv(path, mode="a", header=not number, index=False)


def pieces_of_rows(rows: int) -> Iterator[dict[str, object]]:
    """Yield the columns of a thousand rows at a time."""
    rng = np.random.default_rng(0)
    note = "".join(rng.choice(list("abcdefgh"), 10_000))
    for start in range(0, rows, 1000):
        kind = rng.integers(2, size=1000)
        yield {
            "a": (kind + rng.random(1000)).round(4),
            "b": rng.random(1000).round(4),
            "kind": kind,
            "note": [f"{number} {note}" for number in range(start, start + 1000)],
        }


def trained(folder: Path, tables: Path, *flags: str) -> "subprocess.CompletedProcess[str]":
    """Train the project of the table under a limit."""
    form = next((tables / "large").glob("big.*")).name
    spec = spec_from_flags(
        Flags(
            name="big",
            inputs=["record:table:a,b"],
            outputs=["kind:binary"],
            set=[f"data.path=data/{form}", *flags],
        )
    )
    project = write_project(folder, spec)
    return subprocess.run(
        [
            # A thread's stack counts, whether it is used or not
            *("sh", "-c", 'ulimit -s 1024; exec "$@"', "sh"),
            *(sys.executable, "-c", TRAIN_UNDER_A_LIMIT, str(LIMIT)),
            *(str(tables / "small"), str(tables / "large")),
        ],
        env=project_environment(project, {}),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_table_larger_than_memory_is_trained_on(tables: Path, tmp_path: Path) -> None:
    done = trained(tmp_path, tables, "data.stream=true")
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.endswith("trained\n")
    history = pd.read_csv(tables / "large" / "run" / "history.csv")
    assert history["val_accuracy"][0] > 0.9


def test_the_same_table_does_not_fit_into_that_memory(tables: Path, tmp_path: Path) -> None:
    """The control: where this trains, the limit limits nothing."""
    done = trained(tmp_path, tables)
    assert done.returncode != 0
    assert any(words in done.stderr for words in OUT_OF_MEMORY), done.stderr[-2000:]
