"""What forecasts promise beside one value: quantiles that cover what they say, trained for real."""

import json
from dataclasses import replace
from functools import partial
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
from kerasmith.dataset.many_series import split_rows
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


# === Several series ===

SHOPS = ("--predict", "load", "--history", "5", "--horizon", "2", "--series", "shop")


def shops(counts: dict[str, int], rng: np.random.Generator) -> pd.DataFrame:
    """Return days of shops, one ten times as large as the one before, in any order of rows."""
    tables = []
    for number, (name, count) in enumerate(counts.items()):
        day = np.arange(count)
        load = 10.0**number * (50 + 10 * np.sin(2 * np.pi * day / 7) + rng.normal(size=count))
        first = pd.Timestamp("2020-01-01") + pd.Timedelta(days=int(rng.integers(100)))
        table = pd.DataFrame({"day": (first + pd.to_timedelta(day, "D")).date, "load": load})
        tables.append(table.assign(holiday=rng.integers(2, size=count), shop=name))
    return pd.concat(tables).sample(frac=1, random_state=int(rng.integers(1000)))


def examples_by_hand(table: pd.DataFrame, split: str, known: bool) -> dict[str, np.ndarray]:
    """Return what a split should hold, made row by row, one series after the other."""
    found: dict[str, list[Any]] = {"load": [], "holiday": [], "ahead": [], "shop": []}
    for name, rows in table.groupby("shop"):
        rows = rows.sort_values("day").reset_index(drop=True)
        place = (rows.index + 0.5) / len(rows)
        of_split = np.where(place <= 0.7, "train", np.where(place <= 0.85, "validation", "test"))
        seen = rows[of_split == "train"]
        scaled = (rows[["load", "holiday"]] - seen[["load", "holiday"]].mean()) / seen[
            ["load", "holiday"]
        ].std(ddof=0)
        for first in range(len(rows) - 6):
            if {*of_split[first : first + 7]} == {split}:
                found["load"].append(scaled["load"][first : first + 5])
                found["ahead"].append(scaled["load"][first + 5 : first + 7])
                found["holiday"].append(scaled["holiday"][first + 5 : first + 7])
                found["shop"].append(name)
    return {name: np.array(values) for name, values in found.items() if known or name != "holiday"}


@pytest.mark.parametrize("known", [False, True])
def test_windows_cross_neither_series_nor_splits(known: bool, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    project, file = tmp_path / "shops", tmp_path / "shops.csv"
    shops({"b": 60, "a": 60}, rng).to_csv(file, index=False)
    new(project, "--data", str(file), *SHOPS, *(("--known", "holiday") if known else ()))
    with imported(project, "shops", "data") as package:
        data = package["data"]
        config = package["config"].Config(data_dir=tmp_path / "other")
        config.data_dir.mkdir()
        for _ in range(30 if full_samples() else 5):
            names = rng.permutation(["Ost", "a b", "7", "NA", "é", "z"])[: rng.integers(1, 6)]
            counts = {str(name): int(rng.integers(47, 90)) for name in names}
            table = shops(counts, rng)
            table.to_csv(config.data_dir / "shops.csv", index=False)
            for split in ("train", "validation", "test"):
                inputs, targets = data.load_split(split, config)
                wanted = examples_by_hand(table, split, known)
                given = {**inputs, **targets} if known else {"load": inputs, "ahead": targets}
                for name, array in given.items():
                    assert len(array) == len(wanted[name]) > 0
                    flat = wanted[name].reshape(array.shape)
                    np.testing.assert_allclose(array, flat, rtol=1e-3, atol=1e-4)
                rows = data.read_split(split, config)
                names = data.window_names(rows, config)
                scored = names if known else names[data.has_future(rows, config)]
                assert scored.tolist() == wanted["shop"].tolist()
                for name, count in counts.items():
                    parts = split_rows(count, ["train", "validation", "test"])
                    assert parts[split] == sum(rows["shop"] == name)


def test_rows_without_an_order_are_answered_by_series(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    table = shops({"small": 300, "large": 200}, rng)
    table.to_csv(tmp_path / "shops.csv", index=False)
    new(tmp_path / "shops", "--data", str(tmp_path / "shops.csv"), *SHOPS)
    with imported(tmp_path / "shops", "shops", *MODULES) as package:
        folder = tmp_path / "shops" / "data"
        config = package["config"].Config(data_dir=folder, run_dir=tmp_path / "run", epochs=2)
        package["train"].train(config)
        asked = table.sort_values("day").groupby("shop").tail(6).sample(frac=1, random_state=0)
        asked.to_csv(tmp_path / "rows.csv", index=False)
        read, predict = package["data"].read_rows, package["predict"].predict
        answers = predict(read(tmp_path / "rows.csv"), config)
        assert [each["shop"] for each in answers] == ["large", "large", "small", "small"]
        levels = [np.mean(each["ahead"]) for each in answers]
        assert levels == pytest.approx([500, 500, 50, 50], rel=0.5)
        asked.assign(shop="Ost").to_csv(tmp_path / "rows.csv", index=False)
        with pytest.raises(package["data"].DataError, match="Ost"):
            predict(read(tmp_path / "rows.csv"), config)


@pytest.mark.skipif(not full_samples(), reason="trains twice; in make test-all")
def test_a_scale_of_its_own_makes_the_error_of_small_shops_smaller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = shops({"kiosk": 700, "store": 700, "mall": 700}, np.random.default_rng(0))
    table.to_csv(tmp_path / "shops.csv", index=False)
    new(tmp_path / "shops", "--data", str(tmp_path / "shops.csv"), *SHOPS)
    with imported(tmp_path / "shops", "shops", *MODULES) as package:
        data, config = package["data"], package["config"].Config()
        config = replace(config, data_dir=tmp_path / "shops" / "data", epochs=15)
        found = {}
        for name in ("own", "one"):
            tried = replace(config, run_dir=tmp_path / name)
            if name == "one":
                one = partial(one_scale, data.mean_and_std)
                monkeypatch.setattr(data, "mean_and_std", one)
            package["train"].train(tried)
            package["evaluate"].evaluate(tried)
            found[name] = pd.read_csv(tmp_path / name / "series.csv", index_col="shop")
        own_scale, one_for_all = found["own"], found["one"]
        assert (own_scale["model"] < own_scale["baseline"]).all()
        assert own_scale["model"]["kiosk"] < 0.5 * one_for_all["model"]["kiosk"], found


def one_scale(mean_and_std: Any, table: pd.DataFrame, columns: list[str]) -> dict[str, Any]:
    """Return one mean and standard deviation, those of all rows, for each series."""
    (scale,) = mean_and_std(table.assign(shop="all"), columns).values()
    return dict.fromkeys(table["shop"].unique(), scale)


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
