"""The modules of the package, as who searches for one by its name finds them."""

from collections import Counter
from pathlib import Path

import kerasmith

PACKAGE = Path(kerasmith.__file__).parent


def test_no_two_modules_have_one_name() -> None:
    names = Counter(file.name for file in PACKAGE.rglob("*.py") if file.name != "__init__.py")
    assert [name for name, count in names.items() if count > 1] == []
