"""Several series in one table: told apart by a column, each split and standardized by itself."""

import re
import shlex
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from kerasmith.cli import main
from kerasmith.dataset.many_series import SHARE, split_rows
from kerasmith.errors import KerasmithError
from kerasmith.plan.plan import plan
from kerasmith.render.render import render
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.read import read_spec
from kerasmith.spec.tables import tables_of
from kerasmith.wizard import Context, ask
from kerasmith.wizard.question import Defaults

FORECAST = ("--predict", "load", "--history", "5", "--horizon", "2")


def answer(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, [*words])
    return result.exit_code, result.output


def table(folder: Path, days: dict[str, int], *, by_day: bool = False) -> Path:
    """Write days of shops, one shop after the other or day by day."""
    first = date(2024, 1, 1)
    rows = [
        f"{first + timedelta(days=n)},{n % 7},{n % 2},{n},{shop}"
        for shop, count in days.items()
        for n in range(count)
    ]
    file = folder / "shops.csv"
    text = "\n".join(["day,load,holiday,number,shop", *(sorted(rows) if by_day else rows)])
    file.write_text(text + "\n")
    return file


# === What is asked for ===


@pytest.mark.parametrize("by_day", [False, True])
def test_a_flag_names_the_column(by_day: bool, tmp_path: Path) -> None:
    file = table(tmp_path, {"Ost": 60, "West": 50}, by_day=by_day)
    code, said = answer(
        "new", str(tmp_path / "made"), "--data", str(file), *FORECAST, "--series", "shop"
    )
    assert code == 0, said
    assert "2 series by shop, of 50 to 60 rows each." in said
    assert "end at different times, from 2024-02-19 to 2024-02-29" in said
    assert re.search(r"kerasmith new \S+ --data .* --series shop", said)
    assert 'series = "shop"' in (tmp_path / "made/kerasmith.toml").read_text()
    assert 'SERIES = "shop"' in (tmp_path / "made/src/made/data.py").read_text()


def test_rows_of_one_time_lead_to_the_flag(tmp_path: Path) -> None:
    file = table(tmp_path, {"Ost": 28, "West": 28})
    code, said = answer("inspect", str(file))
    assert code == 0, said
    assert "--series shop" in said
    assert "--history 3 --horizon 1" in " ".join(said.split())  # 4 of 28 rows are the test split
    code, said = answer("inspect", str(file), "--predict", "load")
    command = said.partition("The command for a forecast\n")[2].strip()
    assert command.endswith("--predict load --history 3 --horizon 1 --series shop")
    code, said = answer(*shlex.split(command)[1:], "--dry-run")
    assert code == 0, said


def test_rows_of_one_time_are_proposed_as_several_series(tmp_path: Path) -> None:
    file = table(tmp_path, {"Ost": 60, "West": 60})
    code, said = answer("inspect", str(file), *FORECAST)
    assert code == 0, said
    assert "which of 2 series a row is of, as rows of one time differ in it" in " ".join(
        said.split()
    )
    *_, command = said.split("The command\n")
    assert command.strip().endswith("--series shop")
    code, said = answer("new", str(tmp_path / "made"), "--data", str(file), *FORECAST)
    assert code == 0, said
    assert 'series = "shop"' in (tmp_path / "made/kerasmith.toml").read_text()


def test_whole_numbers_name_series_where_each_has_a_row_of_one_time(tmp_path: Path) -> None:
    file = table(tmp_path, {"1": 60, "2": 60, "3": 50})
    code, said = answer("inspect", str(file), *FORECAST)
    assert code == 0, said
    assert "3 series by shop" in said
    head, *rows = file.read_text().splitlines()
    amounts = [f"{row.rpartition(',')[0]},{n * n % 7}" for n, row in enumerate(rows)]
    file.write_text("\n".join([head, *amounts]) + "\n")
    assert "--series" not in answer("inspect", str(file))[1]


def test_other_tables_are_not_taken_for_several_series(tmp_path: Path) -> None:
    one = table(tmp_path, {"Ost": 28})
    assert "--series" not in answer("inspect", str(one))[1]
    orders = tmp_path / "orders.csv"
    rows = [f"2024-01-{1 + (n * 7) % 28:02},{n % 5},{n % 3}" for n in range(60)]
    orders.write_text("\n".join(["day,price,customer", *rows]) + "\n")
    assert "--series" not in answer("inspect", str(orders))[1]


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--series", "shops"], ["no column 'shops'", "Did you mean 'shop'?"]),
        (["--series", "load"], ["'load' is the target"]),
        (["--series", "holiday", "--known", "holiday"], ["'holiday' names the series"]),
        (["--series", "shop", "--ignore", "shop"], ["'shop' names the series"]),
        (["--series", "same"], ["'same' has 1 value"]),
        (["--series", "id"], ["'id' has another value in each row"]),
        (["--series", "some"], ["'some' is empty in 30 rows"]),
        (["--series", "shop", "--history", "20"], ["2 series are too short", "'West' has 50 rows"]),
        (["--series", "day"], ["too short"]),
    ],
)
def test_a_column_that_tells_no_series_apart_is_refused(
    flags: list[str], words: list[str], tmp_path: Path
) -> None:
    file = table(tmp_path, {"Ost": 60, "West": 50})
    head, *rows = file.read_text().splitlines()
    more = (f"{row},1,{n},{n % 4 if n >= 30 else ''}" for n, row in enumerate(rows))
    file.write_text("\n".join([f"{head},same,id,some", *more]) + "\n")
    code, said = answer("new", str(tmp_path / "made"), "--data", str(file), *FORECAST, *flags)
    assert code == 2, said
    assert all(word in said for word in words), said
    assert not (tmp_path / "made").exists()


def test_a_series_that_is_too_short_is_named_with_its_rows(tmp_path: Path) -> None:
    file = table(tmp_path, {"Ost": 60, "West": 30})
    code, said = answer("inspect", str(file), *FORECAST, "--series", "shop")
    assert code == 2
    assert "1 series is too short for a window of 5 steps and 2 ahead" in said
    assert re.search(r"'West' has 30 rows, of which [45] in its (test|validation) part", said)


def test_a_time_twice_in_one_series_is_refused(tmp_path: Path) -> None:
    file = table(tmp_path, {"Ost": 60, "West": 60})
    file.write_text(file.read_text() + "2024-01-01,1,0,0,West\n")
    code, said = answer("inspect", str(file), *FORECAST, "--series", "shop")
    assert code == 2
    assert "2 rows of 'West' have the same time in 'day'" in said


def test_a_series_that_only_the_test_table_has_is_refused(tmp_path: Path) -> None:
    test = table(tmp_path, {"Ost": 60, "Nord": 60}).rename(tmp_path / "test.csv")
    file = table(tmp_path, {"Ost": 60, "West": 60})
    more = ("--series", "shop", "--test", str(test))
    code, said = answer("inspect", str(file), *FORECAST, *more)
    assert code == 2
    assert "1 series of test.csv cannot be predicted: 'Nord'." in said


def test_a_name_that_means_nothing_elsewhere_is_a_name(tmp_path: Path) -> None:
    file = table(tmp_path, {"NA": 60, "West": 60})
    file.write_text(file.read_text().replace("2024-01-05,4", "2024-01-05,NA"))
    new = ("new", str(tmp_path / "made"), "--data", str(file), *FORECAST, "--series", "shop")
    code, said = answer(*new)
    assert code == 0, said
    assert '"shop": []' in (tmp_path / "made/src/made/data.py").read_text()


@pytest.mark.slow
def test_a_file_that_is_not_looked_at_whole_may_hold_more(tmp_path: Path) -> None:
    file = table(tmp_path, {f"shop {number}": 300 for number in range(200)})
    code, said = answer("inspect", str(file), *FORECAST, "--series", "shop")
    assert code == 0, said
    assert re.search(r"5 series by shop in the first 1,\d+ rows; there may be more", said), said


# === The splits ===


def test_a_series_is_divided_as_the_project_divides_it() -> None:
    sets = ('data.path="data/shops.csv"', 'data.series="shop"')
    flags = Flags(name="shops", inputs=["load:series:5x1"], outputs=["ahead:forecast"], set=sets)
    config = render(plan(spec_from_flags(flags)))["src/shops/config.py"]
    assert f"validation_share: float = {SHARE}\n" in config
    assert f"test_share: float = {SHARE}\n" in config
    assert split_rows(100, ["train", "validation", "test"]) == {
        "train": 70,
        "validation": 15,
        "test": 15,
    }
    assert split_rows(50, ["train", "validation"]) == {"train": 43, "validation": 7}
    assert split_rows(9, ["test"]) == {"test": 9}


# === What is said in a spec ===


def test_asking_again_keeps_the_series() -> None:
    sets = ('data.path="data/shops.csv"', 'data.series="shop"')
    flags = Flags(name="shops", inputs=["load:series:5x1"], outputs=["ahead:forecast"], set=sets)
    spec = spec_from_flags(flags)
    context = Context(again=True, folder=Path("shops"), named=True)
    assert read_spec(ask(tables_of(spec), context, Defaults())) == spec


@pytest.mark.parametrize(
    ("sets", "output", "more"),
    [
        (('data.series="shop"',), "ahead:forecast", ()),  # sample data
        (('data.series="load"', "data.path=a.csv"), "ahead:forecast", ()),
        (('data.series="ahead"', "data.path=a.csv"), "ahead:forecast", ()),
        (('data.series="day"', "data.path=a.csv", "data.time=day"), "ahead:forecast", ()),
        (('data.series="shop"', "data.path=a.csv"), "alarm:binary", ()),
        (('data.series="shop"', "data.path=a.csv"), "ahead:forecast", ("export",)),
    ],
)
def test_a_spec_without_such_series_is_refused(
    sets: tuple[str, ...], output: str, more: tuple[str, ...]
) -> None:
    flags = Flags(name="s", inputs=["load:series:5x1"], outputs=[output], set=sets, with_=more)
    with pytest.raises(KerasmithError) as raised:
        spec_from_flags(flags)
    (problem,) = raised.value.problems
    assert problem.refusal == "series-without-forecast"
