"""Read a file in a process of its own, which gets so much memory and time and no more.

HDF5 and Parquet are read by libraries in C. A file that is damaged, or made for it, can have them
hang, crash or fill the memory; in a process of its own that ends in an answer, too.
"""

import importlib
import os
import subprocess
import sys
from pathlib import Path
from typing import TypeVar

import msgspec

from kerasmith.errors import KerasmithError, Problem
from kerasmith.untrusted.bounds import answered

T = TypeVar("T")

MOST_MEMORY = 192 * 1024 * 1024
"""Bytes that a reader may take, beside what it and its libraries have when they begin."""

MOST_SECONDS = 4
"""Of a processor, for one file; a sound one takes tenths of that."""

LONGEST_WAIT = 60
"""Seconds that go by, for a machine that has much else to do."""


class _Said(msgspec.Struct):
    """What the other process answers: a value, or why there is none."""

    problems: tuple[Problem, ...] = ()
    value: bytes = b""


_GIVEN: dict[tuple[str, str], object] = {}


def give(reader: str, path: Path, value: object) -> None:
    """Say what a reader finds, where a browser has read the file and there are no processes."""
    _GIVEN[reader, str(path)] = value


def is_given(reader: str, path: Path) -> bool:
    """Say whether it has been said what a reader finds in a file."""
    return (reader, str(path)) in _GIVEN


def apart(reader: str, path: Path, answer: type[T]) -> T:
    """Return what `reader.read(path)` gives, read in a process of its own.

    Raises KerasmithError where it raises one, and where it comes to no end within its limits.
    """
    if is_given(reader, path):
        return msgspec.convert(_GIVEN[reader, str(path)], answer)
    root = str(Path(__file__).parents[2])
    # -P: nothing is imported from the folder that somebody happens to be in
    command = [sys.executable, "-P", "-c", _START, root, reader, str(path)]
    # pyarrow's own pools reserve far more than they use
    environment = {**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "1"}
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=LONGEST_WAIT,
            check=False,
        )
        said = msgspec.msgpack.decode(done.stdout, type=_Said)
        if not said.problems:
            return msgspec.msgpack.decode(said.value, type=answer)
    except (subprocess.TimeoutExpired, msgspec.DecodeError):
        what = f"{path.name} cannot be read."
        why = f"It takes more than {_LIMITS}, or is damaged in a way that ends its reader."
        raise KerasmithError(Problem(what, str(path), why)) from None
    raise KerasmithError(*said.problems)


_LIMITS = f"{MOST_SECONDS} seconds or {MOST_MEMORY // 1024**2} MB"

_START = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from kerasmith.untrusted.apart import answer; answer(*sys.argv[2:])"
)


def answer(reader: str, path: str) -> None:
    """Read a file and write what was found to standard output: what the other process does."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is not the answer
    read = importlib.import_module(reader).read
    _limit()
    try:
        with answered(Path(path)):
            said = _Said(value=msgspec.msgpack.encode(read(Path(path))))
    except KerasmithError as error:
        said = _Said(error.problems)
    with out:
        out.write(msgspec.msgpack.encode(said))
        out.flush()
        os._exit(0)  # a library that read a damaged file may not come to a clean end


def _limit() -> None:
    """Take no more memory and time than a file needs; without limits of the system, a wait ends."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + MOST_SECONDS
    limits = {resource.RLIMIT_CPU: seconds, resource.RLIMIT_CORE: 0}
    statm = Path("/proc/self/statm")
    if statm.is_file():
        pages = int(statm.read_text().split()[0])
        limits[resource.RLIMIT_AS] = pages * resource.getpagesize() + MOST_MEMORY
    for limit, most in limits.items():
        hard = resource.getrlimit(limit)[1]
        if hard == resource.RLIM_INFINITY or most < hard:
            resource.setrlimit(limit, (most, hard))
