from pathlib import Path

from kerasmith_squeezenet import PLUGIN, Squeezenet

from kerasmith.testing import check_encoder


def test_squeezenet(tmp_path: Path) -> None:
    check_encoder(Squeezenet, PLUGIN, tmp_path)
