"""What was learned from data travels with the weights: word lists, means, the order of classes."""

from pathlib import Path

from kerasmith.spec.read import read_spec
from tests.projects.conftest import Run, write_project

SCRIPT = """
import keras
from dataclasses import replace
from pathlib import Path
from notes.config import Config
from notes.data import load_fitted
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
"""


def test_what_was_fitted_travels_with_the_weights(tmp_path: Path, run: Run) -> None:
    """Words numbered again leave an embedding that reads other words: 0.51 instead of 0.97."""
    note = {"name": "note", "kind": "text", "length": 20, "encoder": "bag"}
    answer = {"name": "good", "kind": "category", "classes": ["yes", "no"]}
    spec = read_spec({"project": {"name": "notes"}, "inputs": [note], "outputs": [answer]})
    folder = write_project(tmp_path, spec)
    (folder / "script.py").write_text(SCRIPT)
    warm, stopped, files = run(folder, "script").stdout.splitlines()[-3:]
    assert warm == "warm start: True"
    assert stopped == "stopped: True"
    assert files == "['history.csv', 'model.keras']"  # one file holds what belongs together
