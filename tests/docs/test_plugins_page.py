"""The page on plug-ins followed literally, from nothing to a package that could be published."""

import os
import re
import sys
import tomllib
from pathlib import Path

import pytest

from kerasmith.spec.company_defaults import KEYS, VARIABLE, read_defaults
from tests.docs.test_docs import DOCS
from tests.installed import own_environment
from tests.programs import bash
from tests.samples import full_samples

SHELL = r"""
pip() { "$OUTER" -m pip --python "$PYTHON" install --quiet --no-deps --no-index \
    --no-build-isolation --force-reinstall .; }
kerasmith() { "$PYTHON" -m kerasmith "$@"; }
python() { "$OUTER" -m build --wheel --no-isolation .; }
twine() { test -e dist/*.whl; }
pytest() {
    test -n "$TRAINS" || sed -i "s/, tmp_path)/, tmp_path, train=False)/" tests/*.py
    "$PYTHON" -m pytest -q -p no:cacheprovider
}
"""
"""pip reaches no index here, and nothing is uploaded. Keras is left out but in `make test-all`."""


def page() -> str:
    return (DOCS / "plugins.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page(), re.MULTILINE | re.DOTALL)


@pytest.mark.full
def test_whoever_follows_the_page_has_an_encoder(tmp_path: Path) -> None:
    python = own_environment(tmp_path / "own")
    first, look, use, test, publish = blocks("sh")
    (entry,), (part,), (shown,) = blocks("python"), blocks("jinja"), blocks("text")
    source = tmp_path / "kerasmith-specks/src/kerasmith_specks"

    def typed(lines: str, folder: Path) -> str:
        environment = {
            **os.environ,
            "PYTHON": str(python),
            "OUTER": sys.executable,
            "TRAINS": "yes" if full_samples() else "",
        }
        return bash(SHELL + lines, folder, environment)

    typed(first, tmp_path)
    package = tmp_path / "kerasmith-specks"
    assert shown in typed(look, package)
    typed(use, package)
    assert "Conv2D" in (tmp_path / "pets/src/pets/model.py").read_text("utf-8")
    (source / "__init__.py").write_text(entry, "utf-8")
    (source / "templates/parts/encoders/image/specks.jinja").write_text(part, "utf-8")
    typed("pip install -e .\n" + test, package)
    again = use.replace("../pets", "../more") + "cat ../more/src/more/config.py"
    assert "photo_window: int = 3" in typed(again, package)
    typed(publish, package)


def test_the_defaults_on_the_page_are_all_that_there_are(tmp_path: Path) -> None:
    (text,) = blocks("toml")
    path = tmp_path / "kerasmith.toml"
    path.write_text(text, "utf-8")
    assert {*read_defaults(path).project} == {*KEYS} == {*tomllib.loads(text)["project"]}
    assert VARIABLE in page()
