from pathlib import Path

from kerasmith_rating import PLUGIN, Rating

from kerasmith.testing import check_kind


def test_rating(tmp_path: Path) -> None:
    check_kind(Rating, PLUGIN, tmp_path)
