"""What forecasts promise beside one value: quantiles that cover what they say, trained for real."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import mean_pinball_loss

from kerasmith.cli import main
from kerasmith.spec.flags import Flags, spec_from_flags
from tests.projects.building import imported, package_of
from tests.samples import draws, full_samples

# Keras asks TensorFlow's variables for NumPy arrays in an older way than NumPy 2 wants.
pytestmark = [
    pytest.mark.full,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

MODULES = ("data", "predict", "train", "evaluate")


def new(project: Path, *flags: str) -> dict[str, Any]:
    """Write a project; return what the program says of it."""
    result = CliRunner().invoke(main, ["new", str(project), *flags, "--format", "json"])
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def hours(count: int) -> pd.DataFrame:
    """Return hours of a day that repeats itself, with noise that is larger in the afternoon."""
    rng = np.random.default_rng(0)
    time = pd.date_range("2024-01-01", periods=count, freq="h")
    day = np.sin(2 * np.pi * time.hour.to_numpy() / 24)
    noise = rng.normal(scale=np.where(time.hour >= 12, 3.0, 1.0))
    return pd.DataFrame({"time": time, "load": (50 + 20 * day + noise).round(2)})


def days(count: int) -> pd.DataFrame:
    """Return days of a week that repeats itself; holidays, which no week tells, move the load."""
    rng = np.random.default_rng(0)
    time = pd.date_range("2010-01-01", periods=count, freq="D")
    holiday = (rng.uniform(size=count) < 0.15).astype(int)
    week = np.sin(2 * np.pi * time.day_of_week.to_numpy() / 7)
    load = 50 + 10 * week + 20 * holiday + rng.normal(scale=1.5, size=count)
    return pd.DataFrame({"day": time.date, "load": load.round(2), "holiday": holiday})


# === What is known in advance ===


@pytest.mark.skipif(not full_samples(), reason="trains twice; in make test-all")
def test_a_planted_holiday_that_is_known_makes_the_error_smaller(tmp_path: Path) -> None:
    table = days(4000)
    table.to_csv(tmp_path / "town.csv", index=False)
    data = ["--data", str(tmp_path / "town.csv"), "--predict", "load", "--history", "7"]
    errors = {}
    for name, flags in {
        "without": [],
        "known": ["--known", "holiday", "--set", "inputs.holiday.encoder=mlp"],
    }.items():
        new(tmp_path / name, *data, "--set", "inputs.load.encoder=mlp", *flags)
        with imported(tmp_path / name, name, *MODULES) as package:
            folder = tmp_path / name / "data"
            config = package["config"].Config(data_dir=folder, run_dir=tmp_path / f"run-{name}")
            config = replace(config, epochs=20)
            package["train"].train(config)
            scores = package["evaluate"].evaluate(config)
            errors[name] = scores["model"]["mean_absolute_error"]
            if name == "known":
                answers = [tomorrow(package, table, holiday, config) for holiday in (0, 1)]
    assert errors["known"] <= 0.8 * errors["without"], errors
    assert answers[1] - answers[0] > 10


def tomorrow(package: Any, table: pd.DataFrame, holiday: int, config: Any) -> float:
    """Return what is forecast behind a table by rows as a file has them: of the next, no load."""
    last = pd.to_datetime(table["day"].iloc[-1])
    more = {"day": [(last + pd.Timedelta(days=1)).date()], "load": [""], "holiday": [holiday]}
    path = config.run_dir / "rows.csv"
    pd.concat([table[-7:].astype(object), pd.DataFrame(more)]).to_csv(path, index=False)
    (answer,) = package["predict"].predict(package["data"].read_rows(path), config)
    return float(answer["ahead"])


def test_rows_that_only_say_what_comes_teach_nothing(tmp_path: Path) -> None:
    table = days(300).astype({"load": object})
    table.loc[290:, "load"] = ""
    table.to_csv(tmp_path / "town.csv", index=False)
    flags = ["--predict", "load", "--history", "7", "--horizon", "2", "--known", "holiday"]
    new(tmp_path / "town", "--data", str(tmp_path / "town.csv"), *flags)
    with imported(tmp_path / "town", "town", "data") as package:
        data, config = package["data"], package["config"].Config(data_dir=tmp_path / "town/data")
        splits = {name: data.read_split(name, config) for name in ("train", "validation", "test")}
        inputs, targets = data.load_split("test", config)
    assert sum(map(len, splits.values())) == 290
    assert splits["test"].index.max() == 289
    windows = len(splits["test"]) - 7 - 2 + 1
    assert {*map(len, inputs.values())} == {len(targets["ahead"])} == {windows}
    holidays = data.as_numbers(splits["test"], ["holiday"])[:, 0]
    scaled = data.standardize(holidays, {"mean": [0.0], "std": [1.0]})
    assert (inputs["holiday"][:, 0, 0] > 0).tolist() == (scaled[7 : 7 + windows] > 0).tolist()


# === Quantiles ===


def test_an_interval_of_80_percent_covers_as_much_of_what_comes(tmp_path: Path) -> None:
    hours(10_000 if full_samples() else 6000).to_csv(tmp_path / "town.csv", index=False)
    flags = ["--history", "24", "--horizon", "2", "--set", "inputs.load.encoder=mlp"]
    data = ["--data", str(tmp_path / "town.csv"), "--predict", "load"]
    new(tmp_path / "town", *data, *flags, "--quantiles", "10,50,90")
    with imported(tmp_path / "town", "town", *MODULES) as package:
        folders = {"data_dir": tmp_path / "town/data", "run_dir": tmp_path / "run"}
        config = package["config"].Config(**folders)
        package["train"].train(config)
        scores = package["evaluate"].evaluate(config)
        rows = package["data"].read_split("test", config)
        answers = package["predict"].predict(rows[:30], config)
    assert 0.75 <= scores["model"]["between_10_and_90"] <= 0.85
    assert scores["model"]["pinball_loss"] < scores["baseline"]["pinball_loss"]
    assert len(answers) == 30 - 24 + 1
    for answer in answers:
        low, middle, high = answer["ahead"].values()
        assert list(answer["ahead"]) == ["10", "50", "90"]
        assert all(a <= b <= c for a, b, c in zip(low, middle, high, strict=True))


QUANTILES = (2.5, 25, 50, 90)
numbers = st.floats(-1e3, 1e3, width=32, allow_subnormal=False)


@draws(20, 200)
@given(st.lists(st.tuples(numbers, *[numbers] * 4), min_size=2, max_size=12))
def test_its_loss_is_that_of_scikit_learn_and_no_quantile_crosses_another(
    pinball: Any, rows: list[tuple[float, ...]]
) -> None:
    table = np.array(rows[: len(rows) // 2 * 2], "float32")
    actual, drawn = table[:, :1].reshape(-1, 2), table[:, 1:].reshape(-1, 2, 4)
    predicted = np.asarray(pinball.InOrder()(drawn))
    assert (predicted == np.sort(drawn)).all()
    found = float(pinball.PinballLoss(QUANTILES)(actual, predicted))
    losses = [
        mean_pinball_loss(actual, predicted[..., n], alpha=share / 100)
        for n, share in enumerate(QUANTILES)
    ]
    assert found == pytest.approx(np.mean(losses), rel=1e-4, abs=1e-4)


@pytest.fixture(scope="module")
def pinball() -> Any:
    """The module of a project with layer and loss for quantiles."""
    flags = Flags(
        name="pinball",
        inputs=["load:series:4x1=mlp"],
        outputs=["ahead:forecast:2"],
        quantiles="2.5,25,50,90",
    )
    with package_of(spec_from_flags(flags)) as modules:
        yield modules["model"]
