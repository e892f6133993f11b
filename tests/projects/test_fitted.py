"""What was learned from data travels with the weights: word lists, means, the order of classes."""

from pathlib import Path

from kerasmith.spec.read import read_spec
from tests.projects.conftest import Run, write_project

SCRIPT = """
import keras
import pandas as pd
from dataclasses import replace
from pathlib import Path
from notes.config import Config
from notes.data import DataError, load_fitted
from notes.sample import write_sample
from notes.train import train

def stop(self, *_, **__):
    raise KeyboardInterrupt

first = Config(run_dir=Path("runs/first"), epochs=1)
write_sample(first)
train(first)
saved = first.run_dir / "model.keras"
before = load_fitted(saved)

other_rows = replace(first, seed=1, run_dir=Path("runs/other"))
train(other_rows, warm_start=saved)
print("warm start:", load_fitted(other_rows.run_dir / "model.keras") == before)

keras.callbacks.CSVLogger.on_train_batch_end = stop
try:
    train(replace(first, seed=1))
except KeyboardInterrupt:
    print("stopped:", load_fitted(saved) == before)
print(sorted(each.name for each in first.run_dir.iterdir()))

table = pd.read_csv("data/examples.csv", dtype=str)
no_town = table.drop(columns="town")
each_another = table.assign(town=table.index.astype(str))
for wrong in (no_town, each_another):
    wrong.to_csv("data/examples.csv", index=False)
    try:
        train(first)
    except DataError as error:
        print(error)
"""


def test_what_was_fitted_travels_with_the_weights(tmp_path: Path, run: Run) -> None:
    """Words numbered again leave an embedding that reads other words: 0.51 instead of 0.97.

    Where nothing can be fitted the data are what is wrong, and named.
    """
    note = {"name": "note", "kind": "text", "length": 20, "encoder": "bag"}
    answer = {"name": "good", "kind": "category", "classes": ["yes", "no"]}
    project = {"name": "notes", "features": ["warm-start"]}
    town = {"name": "town", "kind": "category", "values": 150}
    spec = read_spec({"project": project, "inputs": [note, town], "outputs": [answer]})
    folder = write_project(tmp_path, spec)
    (folder / "script.py").write_text(SCRIPT)
    warm, stopped, files, lacking, unlike = run(folder, "script").stdout.splitlines()[-5:]
    assert warm == "warm start: True"
    assert stopped == "stopped: True"
    assert files == "['history.csv', 'model.keras']"  # one file holds what belongs together
    assert lacking == (
        "data/examples.csv lacks ['town']; it has ['good', 'note']. See data/README.md."
    )
    assert unlike == "Column 'town': no value is there twice. Leave it out."
