"""The tutorial followed literally: every line that it shows, typed into one shell."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from tests.docs.test_docs import DOCS, SOMEBODY
from tests.samples import full_samples

SHELL = r"""
pip() { test -e pyproject.toml -o "$1 $2" = "install ./kerasmith"; }
deactivate() { test -n "$VIRTUAL_ENV" && unset VIRTUAL_ENV; }
needs() {
    test "$(basename "$VIRTUAL_ENV")" = "$1" || { echo "not in $1: $VIRTUAL_ENV"; return 9; }
}
kerasmith() { needs kerasmith-env && "$PYTHON" -m kerasmith "$@"; }
pytest() { python -m pytest -q -p no:cacheprovider; }
python() {
    if test "$2" = venv; then
        mkdir -p "$3/bin" && echo "VIRTUAL_ENV=$PWD/$3" > "$3/bin/activate"
    elif test -n "$TRAINS" -o "${2##*.}" = sample; then
        needs .venv && PYTHONPATH=src "$PYTHON" "$@"
    else
        needs .venv && test "$2" = pytest -o -e "src/$(echo "$2" | tr . /).py"
    fi
}
"""
"""What installing and training take too long for is only looked at: which environment is active,
and whether the module is there. Where everything is tried, what is trained is trained."""


def typed() -> list[tuple[str, bool]]:
    """Return the commands in their order, and whether the page shows that each is refused."""
    page = (DOCS / "tutorial.md").read_text("utf-8")
    found = []
    for kind, block in re.findall(r"^```(sh|console)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        text = block.replace("\\\n", " ")
        lines = text.splitlines() if kind == "sh" else re.findall(r"^\$ (.*)$", text, re.MULTILINE)
        for line in filter(None, lines):
            refused = f"$ {line}\nerror: " in text
            found.append((line, refused))
    return found


def test_the_tutorial_can_be_followed_from_top_to_bottom_in_one_shell(tmp_path: Path) -> None:
    (tmp_path / "kerasmith").mkdir()
    lines = [SHELL]
    for line, refused in typed():
        wanted = 2 if refused else 0
        lines += [line, f"test $? = {wanted} || {{ echo {shlex.quote(line)}; exit 1; }}"]
    done = subprocess.run(
        ["bash", "-c", "\n".join(lines)],
        cwd=tmp_path,
        env=os.environ
        | SOMEBODY
        | {"PYTHON": sys.executable, "TRAINS": "yes" if full_samples() else "", "VIRTUAL_ENV": ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert len(typed()) > 30
