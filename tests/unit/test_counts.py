"""Small numbers are said as one says them: 1 row, not 1 rows."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import kerasmith
from kerasmith.cli import main
from kerasmith.counts import counted

SOURCES = sorted(Path(kerasmith.__file__).parent.rglob("*.py"))


def test_one_is_not_many() -> None:
    assert [counted(count, "row") for count in (0, 1, 2)] == ["0 rows", "1 row", "2 rows"]
    assert counted(12_000, "class", "classes") == "12,000 classes"


def test_nobody_else_makes_a_plural() -> None:
    """One function knows how; an s by condition elsewhere would be the next "1 rows"."""
    own = re.compile(r"""(== 1 else ["']\w*s["'])|(["']s["'] if \w+)""")
    found = [path.name for path in SOURCES if own.search(path.read_text("utf-8"))]
    assert found == []


@pytest.mark.parametrize("rows", [1, 2])
def test_a_small_table_is_said_in_right_numbers(tmp_path: Path, rows: int) -> None:
    lines = ["age,kind", *["3,cat", "unknown,dog"][:rows]]
    (tmp_path / "pets.csv").write_text("\n".join(lines) + "\n")
    result = CliRunner().invoke(main, ["inspect", str(tmp_path / "pets.csv"), "--predict", "kind"])
    assert not re.search(r"\b1 \w+s\b|\b1 \w+ are\b", result.output), result.output
    assert ("1 row" in result.output) == (rows == 1)
