"""A clue that was planted is found, in a table's column and in a place of each picture."""

from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from kerasmith.spec.flags import Flags, spec_from_flags
from tests.projects.building import package_of

# Keras asks TensorFlow's variables for NumPy arrays in an older way than NumPy 2 wants.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

MODULES = ("data", "train", "explain")


def trained(modules: dict[str, ModuleType], folder: Path) -> object:
    """Train on what lies in a folder; return the config of that run."""
    config = modules["config"].Config()
    config = replace(config, data_dir=folder, run_dir=folder / "run", epochs=20)
    modules["train"].train(config)
    return config


def test_the_only_column_that_tells_comes_first(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(600, 3)), columns=["noise", "clue", "hum"])
    table["colour"] = rng.choice(["red", "blue"], 600)
    table["good"] = (table["clue"] > 0).astype(int)
    table.to_csv(tmp_path / "examples.csv", index=False)
    columns = "row:table:noise,clue,hum,colour/red/blue"
    flags = Flags(name="clues", inputs=(columns,), outputs=("good:binary",), with_=("explain",))
    with package_of(spec_from_flags(flags), *MODULES) as modules:
        changes = modules["explain"].importance(trained(modules, tmp_path))
    assert changes.index[0] == "clue"
    assert changes.loc["clue", "average_precision"] < -0.3
    assert (changes.drop("clue")["average_precision"].abs() < 0.05).all()


def test_the_only_place_that_tells_is_the_brightest(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    (tmp_path / "images").mkdir()
    rows = []
    for number in range(300):
        pixels = rng.integers(0, 100, (16, 16, 3), dtype="uint8")
        spotted = number % 2
        pixels[9:13, 2:6] += np.uint8(120 * spotted)
        Image.fromarray(pixels).save(tmp_path / f"images/{number}.png")
        rows.append((f"images/{number}.png", spotted))
    pd.DataFrame(rows, columns=["photo", "spotted"]).to_csv(tmp_path / "examples.csv", index=False)
    flags = Flags(
        name="spots",
        inputs=("photo:image:16x16x3",),
        outputs=("spotted:binary",),
        with_=("explain",),
    )
    with package_of(spec_from_flags(flags), *MODULES) as modules:
        config, data = trained(modules, tmp_path), modules["data"]
        rows_shown = data.readable_rows(data.read_split("test", config)[:8], config)
        spotted_rows = rows_shown[rows_shown["spotted"] == "1"]
        heat = modules["explain"].sensitivity("photo", spotted_rows, config)["spotted"].mean(axis=0)
    spot = heat[9:13, 2:6].mean()
    heat[8:14, 1:7] = 0  # patches that cover its edge
    assert spot > 5 * heat.max()
