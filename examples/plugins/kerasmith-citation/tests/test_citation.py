from pathlib import Path

from kerasmith_citation import CITATION, PLUGIN

from kerasmith.testing import check_feature


def test_citation(tmp_path: Path) -> None:
    check_feature(CITATION, PLUGIN, tmp_path)
