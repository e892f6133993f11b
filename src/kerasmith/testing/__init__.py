"""What the tests of a plug-in call: they do for it what kerasmith's own do for the catalogue.

    from kerasmith.testing import check_encoder

    def test_fire(tmp_path):
        check_encoder(Fire, PLUGIN, tmp_path)

The plug-in need not be installed. Each check renders projects: for sizes and names of many kinds,
and for specs at random, the same ones each time. It holds them to ruff, to their record and to an
update without the plug-in. Then it builds their models with Keras, counts their weights, trains
each for a step, and runs the tests of the first project. What is wrong is an `AssertionError`,
and the projects stay in the folder, each with its spec in `kerasmith.toml`. `train=False` leaves
Keras out. Needed besides are git and the packages of an extra: `pip install kerasmith[testing]`.
"""

from kerasmith.testing.checks import (
    check_encoder,
    check_feature,
    check_kind,
    check_merge,
    check_recipe,
)

__all__ = ["check_encoder", "check_feature", "check_kind", "check_merge", "check_recipe"]
