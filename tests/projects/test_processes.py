"""Several processes learn as one, and end as one: two of them, on this machine."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.tables import tables_of
from tests.projects.conftest import project_environment, run_in, write_project
from tests.samples import full_samples

pytestmark = [pytest.mark.alone, pytest.mark.long(60)]


def in_full(test: Any) -> Any:
    """Leave a test that trains long to `make test-all`."""
    skipped = pytest.mark.skipif(not full_samples(), reason="trains long; in make test-all")
    return pytest.mark.full(skipped(test))


ROWS = 239
"""Examples of a recipe that these training runs see: two thirds of them in one batch."""

LEARN = """
import argparse
import sys
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from {package}.config import Config
from {package}.data import load_dataset, read_split
from {package}.devices import add_process_arguments, devices, join, rank
from {package}.train import train

folder, *flags = sys.argv[1:]
parser = argparse.ArgumentParser()
add_process_arguments(parser)
join(parser, parser.parse_args(flags))
config = Config()
count = len(read_split("train", config))
every_row = -(-count // len(devices())) * len(devices())
without = {{name: 0.0 for name in vars(config) if name.endswith("_dropout")}}
config = replace(config, batch_size=every_row, epochs=4, run_dir=Path(folder), **without)


model = train(config)
rows = sum(len(tf.nest.flatten(batch)[0]) for batch in load_dataset("train", config))
weights = [keras.ops.convert_to_numpy(weight) for weight in model.variables]
checked = len(read_split("validation", config))
np.savez(f"{{folder}}-{{rank() == 0}}.npz", *weights, rows=rows, of=count, checked=checked)
"""
"""Trains with all examples in one batch and no dropout, so that no order plays a part in it."""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def by_flags(rank: int, port: int) -> tuple[list[str], dict[str, str]]:
    flags = ["--processes", "2", "--rank", str(rank), "--coordinator", f"127.0.0.1:{port}"]
    return flags, {}


def by_slurm(rank: int, port: int) -> tuple[list[str], dict[str, str]]:
    """Return what srun sets, as far as JAX reads it."""
    return [], {
        "SLURM_JOB_ID": "1",
        "SLURM_STEP_NODELIST": "localhost",
        "SLURM_STEP_NUM_TASKS": "2",
        "SLURM_NTASKS": "2",
        "SLURM_PROCID": str(rank),
        "SLURM_LOCALID": "0",
        "JAX_COORDINATOR_PORT": str(port),
    }


def by_open_mpi(rank: int, port: int) -> tuple[list[str], dict[str, str]]:
    """Return what mpirun sets, as far as JAX reads it."""
    return [], {
        "OMPI_MCA_orte_hnp_uri": "1531576320.0;tcp://127.0.0.1:34911",
        "OMPI_COMM_WORLD_SIZE": "2",
        "OMPI_COMM_WORLD_RANK": str(rank),
        "OMPI_COMM_WORLD_LOCAL_RANK": "0",
        "JAX_COORDINATOR_PORT": str(port),
    }


WAYS = {"digits": by_flags, "shapes": by_slurm, "siamese": by_open_mpi}

LEARNT = [
    pytest.param("digits", "", False, id="digits-uneven"),
    pytest.param("digits", "data.stream=true", False, id="digits-stream"),
    pytest.param("shapes", "", True, id="shapes"),
    pytest.param("siamese", "", True, id="siamese"),
]
"""Recipes, what is set beside them, and whether their rows come out even."""


@dataclass(frozen=True)
class Both:
    """Two processes of one training, as they run."""

    processes: Sequence["subprocess.Popen[str]"]

    def ended(self, rank: int, seconds: float) -> tuple[int, str]:
        """Wait for one of them; return its exit code and what it said on standard error."""
        _, told = self.processes[rank].communicate(timeout=seconds)
        return self.processes[rank].returncode, told


@pytest.fixture
def both() -> Iterator["Start"]:
    with ExitStack() as stack:
        yield Start(stack)


@dataclass(frozen=True)
class Start:
    """Starts two processes, and ends what is left of them after the test."""

    stack: ExitStack

    def __call__(
        self, folder: Path, commands: Sequence[Sequence[str]], more: Sequence[Mapping[str, str]]
    ) -> Both:
        found = []
        for command, environment in zip(commands, more, strict=True):
            wanted = {"KERAS_BACKEND": "jax", **environment}
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=folder,
                env=project_environment(folder, wanted),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            self.stack.callback(process.kill)
            found.append(process)
        return Both(found)


def small_project(folder: Path, recipe: str, wish: str = "", *, even: bool) -> Path:
    """Write a recipe with few of its sample data, of which an even or odd number is trained on."""
    flags = Flags(set=[wish] if wish else [], with_=["devices"])
    project = write_project(folder, spec_from_flags(flags, tables_of(load_recipe(recipe).spec)))
    run_in(project, f"{project.name.replace('-', '_')}.sample", KERAS_BACKEND="jax")
    table = project / "data/examples.csv"
    rows = table.read_text().splitlines(keepends=True)
    kept = ROWS if even else ROWS + 1
    table.write_text("".join(rows[: 1 + kept]))
    return project


def losses(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "history.csv")[["loss", "val_loss"]]


@in_full
@pytest.mark.parametrize(("recipe", "wish", "even"), LEARNT)
def test_two_processes_learn_what_one_learns(
    recipe: str, wish: str, even: bool, tmp_path: Path, both: Start
) -> None:
    """At the same global batch: equal weights in both, the losses of one.

    Within 0.1 %; within 5 % where the rows do not come out even and one of them counts twice.
    """
    project = small_project(tmp_path, recipe, wish, even=even)
    code = LEARN.format(package=recipe)
    port = free_port()
    said = [WAYS[recipe](rank, port) for rank in (0, 1)]
    commands = [["-c", code, "runs/both", *flags] for flags, _ in said]
    running = both(project, commands, [environment for _, environment in said])
    for rank in (1, 0):
        code_of, told = running.ended(rank, 300)
        assert code_of == 0, told[-3000:]
    alone = subprocess.run(
        [sys.executable, "-c", code, "runs/one"],
        cwd=project,
        env=project_environment(project, {"KERAS_BACKEND": "jax"}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert alone.returncode == 0, alone.stderr[-3000:]

    first, second = (dict(np.load(project / f"runs/both-{first}.npz")) for first in (True, False))
    assert first.keys() == second.keys()
    for name, weights in first.items():
        np.testing.assert_array_equal(weights, second[name], err_msg=name)
    rows, of = int(first["rows"]), int(first["of"])
    assert rows == (of + 1) // 2
    exact = (
        of % 2 == int(first["checked"]) % 2 == 0
    )  # which rows are in a split they say themselves
    assert wish or recipe != "digits" or of % 2 == (0 if even else 1)
    np.testing.assert_allclose(
        losses(project / "runs/both"), losses(project / "runs/one"), rtol=1e-3 if exact else 0.05
    )


@in_full
@pytest.mark.parametrize("victim", [1, 0])
def test_a_killed_process_ends_the_other_and_loses_one_epoch(
    victim: int, tmp_path: Path, both: Start
) -> None:
    project = small_project(tmp_path, "digits", even=True)
    config = project / "src/digits/config.py"
    endless = config.read_text().replace("epochs: int = 30", "epochs: int = 100_000")
    config.write_text(endless.replace("patience: int = 5", "patience: int = 100_000"))

    def start(*more: str) -> Both:
        port = free_port()
        flags = ["--processes", "2", "--coordinator", f"127.0.0.1:{port}", *more]
        commands = [["-m", "digits.train", "--rank", str(rank), *flags] for rank in (0, 1)]
        return both(project, commands, [{}, {}])

    running = start()
    history = project / "runs/latest/history.csv"
    wait_for_epochs(history, 3, running)
    os.kill(running.processes[victim].pid, signal.SIGKILL)
    code, told = running.ended(1 - victim, 60)
    assert code != 0
    ours, jax_s = "start all of them again with --resume", "another task died"
    assert ours in told or jax_s in told, told[-3000:]
    running.ended(victim, 10)

    before = pd.read_csv(history)
    notes = json.loads(str(np.load(project / "runs/latest/state.npz")["notes"]))
    finished = notes["finished"]
    assert len(before) - finished in (0, 1)  # the last row, or what belongs to it, may be missing
    text = config.read_text().replace("epochs: int = 100_000", f"epochs: int = {finished + 2}")
    config.write_text(text)
    again = start("--resume")
    for rank in (0, 1):
        code, told = again.ended(rank, 300)
        assert code == 0, told[-3000:]
    after = pd.read_csv(history)
    assert list(after["epoch"]) == list(range(finished + 2))
    pd.testing.assert_frame_equal(after[:finished], before[:finished])


def wait_for_epochs(history: Path, count: int, running: Both) -> None:
    """Wait until so many epochs have been noted."""
    for _ in range(3000):
        if history.exists() and len(history.read_text().splitlines()) > count:
            return
        for process in running.processes:
            assert process.poll() is None, process.communicate()[1][-3000:]
        time.sleep(0.1)
    pytest.fail(f"no {count} epochs in five minutes")


@in_full
def test_processes_that_do_not_share_a_disk_are_told(tmp_path: Path, both: Start) -> None:
    project = small_project(tmp_path, "digits", even=True)
    (project / "runs/0").mkdir(parents=True)
    (project / "runs/0/state.npz").write_bytes(b"")
    code = """
import argparse
from dataclasses import replace
from pathlib import Path
from digits.config import Config
from digits.devices import add_process_arguments, join, rank
from digits.train import train
parser = argparse.ArgumentParser()
add_process_arguments(parser)
join(parser, parser.parse_args())
train(replace(Config(), run_dir=Path("runs") / str(rank())), resume=True)
"""
    port = free_port()
    commands = [["-c", code, *by_flags(rank, port)[0]] for rank in (0, 1)]
    running = both(project, commands, [{}, {}])
    told = "".join(running.ended(rank, 120)[1] for rank in (1, 0))
    assert "must be on a disk that all processes share" in told


TWO_DEVICES = {
    "jax": "import jax; jax.config.update('jax_num_cpu_devices', 2)",
    "tensorflow": """
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
""",
}


@in_full
@pytest.mark.parametrize("backend", TWO_DEVICES)
def test_one_process_uses_all_devices_of_its_machine(backend: str, tmp_path: Path) -> None:
    project = small_project(tmp_path, "digits", even=False)
    learn = LEARN.format(package="digits")
    count = "\nprint('devices:', len(devices()))"
    for name, begins in {"two": TWO_DEVICES[backend], "one": ""}.items():
        done = subprocess.run(
            [sys.executable, "-c", begins + learn + count, f"runs/{name}"],
            cwd=project,
            env=project_environment(project, {"KERAS_BACKEND": backend}),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        assert f"devices: {2 if begins else 1}" in done.stdout
    np.testing.assert_allclose(
        losses(project / "runs/two"), losses(project / "runs/one"), rtol=0.05
    )


def test_what_does_not_work_together_is_told(tmp_path: Path) -> None:
    flags = ["--processes", "2", "--rank", "0", "--coordinator", "127.0.0.1:1"]
    base = tables_of(load_recipe("digits").spec)
    project = write_project(tmp_path, spec_from_flags(Flags(with_=["devices"]), base))
    done = subprocess.run(
        [sys.executable, "-m", "digits.train", *flags],
        cwd=project,
        env=project_environment(project, {"KERAS_BACKEND": "tensorflow"}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "KERAS_BACKEND=jax" in done.stderr
    assert "Traceback" not in done.stderr
