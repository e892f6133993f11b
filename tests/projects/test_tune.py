"""The search for better numbers: what it writes is what updates write, and its study lasts."""

import signal
import subprocess
import sys
from itertools import islice
from pathlib import Path

import optuna
import pytest

from kerasmith.project.history import Installed
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.tables import tables_of
from tests.projects.conftest import project_environment, run_in, train_for
from tests.samples import full_samples
from tests.stories.story import Project

pytestmark = [pytest.mark.alone, pytest.mark.long(20)]

WRITE = """
from pathlib import Path

from digits import tune

best = {"learning_rate": 0.003, "image_filters": (64, 128), "image_dropout": 0.3}
tune.write(best, Path("src/digits/config.py"), Path("kerasmith.toml"))
"""


@pytest.fixture
def digits(tmp_path: Path) -> Project:
    """The digits with a search, committed."""
    spec = spec_from_flags(Flags(with_=["tune"]), tables_of(load_recipe("digits").spec))
    return Project.new(tmp_path / "digits", spec, Installed())


def test_numbers_that_were_written_are_those_of_an_update(digits: Project) -> None:
    digits.write("write.py", WRITE)
    run_in(digits.folder, "write")
    digits.path("write.py").unlink()
    digits.commit("Better numbers")
    written = digits.read("src/digits/config.py")
    assert "    image_filters: tuple[int, ...] = (64, 128)\n" in written
    assert "    learning_rate: float = 0.003\n" in written
    assert 'encoder = "cnn"\ndropout = 0.3\nfilters = [64, 128]\n' in digits.read("kerasmith.toml")
    digits.settle(Installed())
    assert digits.read("src/digits/config.py") == written
    assert digits.in_step(Installed())
    run_in(digits.folder, "kerasmith", "check", "--code", ".")


@pytest.mark.full
@pytest.mark.skipif(not full_samples(), reason="trains; in make test-all")
def test_a_search_that_is_killed_goes_on(digits: Project) -> None:
    train_for(2, digits.path("src/digits/config.py"))
    run_in(digits.folder, "digits.sample")
    command = [sys.executable, "-c", "from digits import tune; tune.search(tune.Config(), 10)"]
    environment = project_environment(digits.folder, {})
    study = f"sqlite:///{digits.path('runs/tune/study.db')}"
    with subprocess.Popen(
        command, cwd=digits.folder, env=environment, stdout=subprocess.PIPE, text=True
    ) as search:
        assert search.stdout
        ended = [*islice((line for line in search.stdout if "trial " in line), 2)]
        search.send_signal(signal.SIGKILL)
    before = completed(study)
    assert len(ended) == 2 <= before
    more = "from digits import tune; tune.search(tune.Config(), 10, trials=1)"
    subprocess.run([*command[:2], more], cwd=digits.folder, env=environment, check=True)
    assert completed(study) == before + 1
    assert len(optuna.get_all_study_summaries(study)) == 1


def completed(study: str) -> int:
    """Return how many trials have ended, in all studies of a file; none where there is no file."""
    if not Path(study.removeprefix("sqlite:///")).exists():
        return 0
    names = optuna.get_all_study_names(study)
    trials = [
        each for name in names for each in optuna.load_study(study_name=name, storage=study).trials
    ]
    return sum(each.state.is_finished() for each in trials)
