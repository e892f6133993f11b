"""Spec files that are huge, endlessly deep or no files at all: each is answered at once, in words.

What an answer takes is counted in a process of its own, whose memory and processor time are
limited by the system: a reader that trusts a size, a depth or a count dies there.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kerasmith.spec.read import load_spec, read_spec
from tests.unit.helpers import problems_or_none, well_said

pytestmark = pytest.mark.slow

MEMORY = 600 * 2**20
"""Bytes of address space that an answer may take, Python and libraries included."""

SECONDS = 20
"""Processor seconds that an answer may take; on a quiet machine the slowest takes two."""

BEGIN = '[project]\nname = "pets"\n'
IMAGE = '[[inputs]]\nname = "photo"\nkind = "image"\nshape = [8, 8, 1]\n'
OUTPUT = '[[outputs]]\nname = "cat"\nkind = "binary"\n'
SPEC = BEGIN + IMAGE + OUTPUT


def _inputs(count: int, entry: str) -> str:
    return BEGIN + "".join(f"[[inputs]]\n{entry.format(n)}\n" for n in range(count)) + OUTPUT


HOSTILE: dict[str, str] = {
    "ten thousand inputs": _inputs(10_000, 'name = "i{}"\nkind = "binary"'),
    "ten thousand inputs of wrong kinds": _inputs(10_000, 'name = "i{}"\nkind = "imge"'),
    "ten thousand empty inputs": _inputs(10_000, ""),
    "sixteen inputs of a thousand wrong keys": _inputs(
        16, "\n".join(f"filtres{n} = 1" for n in range(1000))
    ),
    "ten thousand outputs": BEGIN + IMAGE + OUTPUT * 10_000,
    "ten thousand shared encoders": SPEC + '[[shared]]\ninputs = ["photo", "photo"]\n' * 10_000,
    "one encoder for thirty thousand inputs": SPEC
    + "[[shared]]\ninputs = ["
    + '"photo",' * 30_000
    + "]\n",
    "a hundred thousand keys": "".join(f"k{n} = 1\n" for n in range(90_000)),
    "a hundred thousand sections": "".join(f"[k{n}]\n" for n in range(90_000)),
    "ten megabytes of keys": "".join(f"key{n:020} = 1\n" for n in range(360_000)),
    "a dotted key of 40 kB": "a." * 20_000 + "a = 1\n",
    "a dotted key of 100,000 parts": "a." * 100_000 + "a = 1\n",
    "a dotted key with blanks": " a . " * 20_000,
    "a dotted key of texts": '"a".' * 20_000 + "a = 1\n",
    "a dotted key behind a text": f'a = "b.c"\n{"a." * 20_000}a = 1\n',
    "a header of 100,000 parts": f'[{"a." * 100_000}a]\n',
    "a dotted key inside a table": f'a = {{{"a." * 100_000}a = 1}}\n',
    "a thousand dotted keys": "\n".join(f"a.b.c.d.e.f.g.h.i{n} = 1" for n in range(1000)),
    "lists inside each other": "a = " + "[" * 100_000 + "]" * 100_000,
    "lists that nothing ends": "a = " + "[" * 900_000,
    "tables inside each other": "a = " + "{a = " * 50_000 + "1" + "}" * 50_000,
    "a list of 400,000 numbers": f'a = [{"1," * 400_000}]',
    "a list of tables": f'a = [{"{a=1}," * 100_000}]',
    "classes by the hundred thousand": f"{SPEC}classes = [" + '"a",' * 200_000 + "]",
    "a long key": "k" * 900_000 + " = 1\n",
    "a long section of many keys": f"[{'k' * 400_000}]\n"
    + "".join(f"k{n}=1\n" for n in range(30_000)),
    "a long name": f'[project]\nname = "{"n" * 900_000}"\n',
    "a long kind": f'{BEGIN}[[inputs]]\nname = "photo"\nkind = "{"image" * 100_000}"\n{OUTPUT}',
    "a long description": SPEC.replace('"pets"', '"pets"\ndescription = "a' + " a" * 300_000 + '"'),
    "a number of 900,000 digits": f"format = {'9' * 900_000}\n",
    "quotes that nothing ends": 'a = "' + '\\"' * 400_000,
    "texts that nothing ends": 'a = """' + '\\"""' * 200_000,
    "plain texts that nothing ends": "a = '" + "''" * 400_000,
    "quotes line by line": "'\"\n" * 300_000,
    "blanks": " " * 900_000,
    "blanks behind a key": "a" + " " * 900_000,
    "dots": "." * 900_000,
    "null characters": "\0" * 900_000,
    "carriage returns": "\r" * 900_000,
}  # fmt: skip
"""Texts of spec files, by what is odd about them."""


def limited() -> None:
    """Let the process that is about to start take no more than an answer may."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def answered(*arguments: str, prepare: Callable[[], None] = limited) -> tuple[int, str]:
    """Run kerasmith within limits; return its exit code, and what it said."""
    run = subprocess.run(
        [sys.executable, "-m", "kerasmith", *arguments],
        capture_output=True,
        text=True,
        preexec_fn=prepare,
        check=False,
    )
    assert "Traceback" not in run.stderr, run.stderr[-2000:]
    return run.returncode, run.stdout + run.stderr


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_spec_is_refused_with_few_words(tmp_path: Path, what: str) -> None:
    path = tmp_path / "kerasmith.toml"
    path.write_text(HOSTILE[what])
    found = problems_or_none(lambda: load_spec(path))
    well_said(found[:50] if found else found)
    assert found
    assert len(found) <= 51
    assert all(len(f"{each.what}{each.where}{each.why}") < 1000 for each in found)


@pytest.mark.parametrize(
    "what",
    [
        "ten thousand inputs of wrong kinds",
        "a dotted key of 100,000 parts",
        "a hundred thousand sections",
    ],
)
def test_a_hostile_spec_takes_little(tmp_path: Path, what: str) -> None:
    path = tmp_path / "kerasmith.toml"
    path.write_text(HOSTILE[what])
    code, told = answered("decide", "--spec", str(path))
    assert code == 2, told
    assert "error: " in told


def test_a_spec_that_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "zero.toml").symlink_to("/dev/zero")
    for spec in ("/dev/zero", str(tmp_path / "zero.toml"), str(tmp_path / "pipe.toml")):
        code, told = answered("new", str(tmp_path / "made"), "--yes", "--spec", spec)
        assert code == 2
        assert "It is a device or a pipe." in told
    assert not (tmp_path / "made").exists()


def test_hostile_specs_in_a_folder_stop_no_other(tmp_path: Path) -> None:
    specs, made = tmp_path / "specs", tmp_path / "made"
    specs.mkdir()
    for number, text in enumerate([*HOSTILE.values()][::4]):
        (specs / f"hostile{number}.toml").write_text(text)
    os.mkfifo(specs / "pipe.toml")
    (specs / "zero.toml").symlink_to("/dev/zero")
    (specs / "folder.toml").mkdir()
    (specs / "good.toml").write_text(SPEC)
    count = len(list(specs.iterdir())) - 1
    code, told = answered("new", str(made), "--spec-dir", str(specs), prepare=lambda: None)
    assert code == 1
    assert f"Created 1 project in {made}; {count} failed" in told
    assert [each.name for each in made.iterdir()] == ["pets"]


def test_a_spec_of_a_hundred_gigabytes_is_refused_at_once(tmp_path: Path) -> None:
    with (tmp_path / "kerasmith.toml").open("wb") as file:
        file.truncate(100 * 2**30)
    code, told = answered("decide", "--spec", str(tmp_path / "kerasmith.toml"))
    assert code == 2
    assert "It is larger than 1,000,000 bytes." in told


def test_a_spec_of_many_values_is_still_read(tmp_path: Path) -> None:
    classes = ", ".join(f'"class {number}"' for number in range(1000))
    outputs = (
        f'[[outputs]]\nname = "o{n}"\nkind = "category"\nclasses = [{classes}]\n' for n in range(16)
    )
    path = tmp_path / "kerasmith.toml"
    path.write_text(BEGIN + IMAGE + "".join(outputs))
    assert len(load_spec(path).outputs) == 16


def test_too_few_open_files_are_said(tmp_path: Path) -> None:
    (tmp_path / "kerasmith.toml").write_text(SPEC)

    code = (
        "import resource, kerasmith.cli; "
        "resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3)); kerasmith.cli.main()"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, "decide", "--spec", str(tmp_path / "kerasmith.toml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2, run.stderr
    assert "Too many open files" in run.stderr


def test_no_more_than_fifty_mistakes_are_told() -> None:
    found = problems_or_none(lambda: read_spec({f"key{number}": 1 for number in range(100)}))
    assert len(found or ()) == 51
