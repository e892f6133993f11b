"""Hundreds of hostile files: each command ends with an answer, in little memory, without noise."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.samples import full_samples, samples
from tests.terminal.hostile import files

PARTS = 4 if full_samples() else 1
"""So many tests share the files, that they may run side by side."""

pytestmark = [
    pytest.mark.full,
    pytest.mark.alone,
    pytest.mark.long(60),
    pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="memory is read there"),
]

MOST_MEMORY = 300 * 1024
"""KiB that a command takes at the most, with the processes that it starts."""

RUN = """
import re, resource, sys
from pathlib import Path
from kerasmith.cli import main
try:
    main(sys.argv[1:])
except SystemExit as exit:
    code = exit.code or 0
# not ru_maxrss of its own, in which the process that started it counts
own = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())
theirs = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print("MOST", max(int(own[1]), theirs), file=sys.stderr)
sys.exit(code)
"""

MODELS = (".json", ".h5", ".keras")


def commands(path: Path, project: Path) -> list[list[str]]:
    """Return what is asked of a file: of a model, three commands; of data, two."""
    if path.suffix in MODELS:
        like = ["new", str(project), "--like", str(path), "--dry-run", "--yes"]
        return [["inspect", str(path)], ["decide", str(path), "--format", "json"], like]
    return [["inspect", str(path)], ["new", str(project), "--data", str(path), "--yes"]]


@pytest.mark.parametrize("part", range(PARTS))
def test_every_hostile_file_has_an_answer(part: int, tmp_path: Path) -> None:
    """Each file is given to one command, in turn; all of them lead through the same readers.

    A wait of a minute means that a command hangs; how long one takes is not asserted.
    """
    wrong, most = [], 0
    (tmp_path / "files").mkdir()
    count = 0
    for number, path in enumerate(files(tmp_path / "files", samples(30, 520))):
        if number % PARTS != part:
            remove(path)
            continue
        count += 1
        asked = commands(path, tmp_path / f"p{count}")
        words = asked[number // PARTS % len(asked)]
        done = subprocess.run(
            [sys.executable, "-c", RUN, *words],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=60,
            env={**os.environ, "COLUMNS": "100"},
        )
        *said, last = done.stderr.splitlines() or [""]
        memory = int(last.split()[-1]) if last.startswith("MOST") else 10**9
        most = max(most, memory)
        noise = "Traceback" in done.stderr or "Warning" in done.stderr
        if done.returncode not in (0, 2) or noise or memory > MOST_MEMORY:
            wrong.append((path.name, words[0], done.returncode, memory, said[-3:]))
        remove(path)
    assert count
    assert not wrong, wrong
    print(f"{count} hostile files, {most // 1024} MB at the most")


def remove(path: Path) -> None:
    """Remove a file; a folder stays, as it is small."""
    if path.is_file():
        path.unlink()
