"""The rows of a series: in the order of time, once each, at equal distances, or refused."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kerasmith.dataset.propose import DataOptions, Proposal, propose
from kerasmith.dataset.written import ISO, date_form
from kerasmith.errors import KerasmithError

START = date(2022, 1, 3)


def days(count: int, form: str = "%Y-%m-%d", start: date = START) -> list[str]:
    return [(start + timedelta(days=number)).strftime(form) for number in range(count)]


def weekdays(count: int) -> Iterator[str]:
    return (f"{START + timedelta(days=n // 5 * 7 + n % 5)}" for n in range(count))


def series(path: Path, times: list[str], numbers: list[object], header: str = "date,load") -> Path:
    rows = (f"{time},{number}" for time, number in zip(times, numbers, strict=True))
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "own.csv"


def forecast(path: Path, **wishes: Sequence[str]) -> Proposal:
    return propose(path, DataOptions(predict=["load"], history=6, horizon=1, **wishes))  # type: ignore[arg-type]


def notes(path: Path, **wishes: Sequence[str]) -> str:
    return " ".join(forecast(path, **wishes).findings.notes)


def refused(path: Path, **wishes: Sequence[str]) -> str:
    with pytest.raises(KerasmithError) as refusal:
        forecast(path, **wishes)
    (problem,) = refusal.value.problems
    return f"{problem.what} {problem.why} {problem.try_}"


NUMBERS: list[object] = [round(50 + n * 7 % 13 + n / 10, 1) for n in range(120)]


def test_rows_in_order_at_equal_distances_are_said_to_be(path: Path) -> None:
    series(path, days(120), NUMBERS)
    assert "in the order of time (date), 1 day apart" in notes(path)
    assert "time" not in forecast(path).tables["data"]


def test_without_a_column_of_dates_the_order_is_not_known(path: Path) -> None:
    path.write_text("load\n" + "".join(f"{number}\n" for number in NUMBERS))
    assert "no column of dates was looked at" in notes(path)


def test_newest_first_is_sorted_and_said(path: Path) -> None:
    series(path, days(120, "%d.%m.%Y")[::-1], NUMBERS)
    assert "the newest first; the project sorts them by date" in notes(path)
    data = forecast(path).tables["data"]
    assert (data["time"], data["time_form"], data["step"]) == ("date", "%d.%m.%Y", "1D")


def test_several_rows_of_one_time_are_refused_with_what_tells_them_apart(path: Path) -> None:
    rows = [f"{day},north" for day in days(60)] + [f"{day},south" for day in days(60)]
    series(path, rows, NUMBERS, "date,shop,load")
    assert forecast(path).tables["data"]["series"] == "shop"
    uneven = [f"{day},south" for n, day in enumerate(days(100)) if n % 5 in (0, 1, 3)]
    series(path, rows[:60] + uneven, NUMBERS, "date,shop,load")
    assert "2 rows have the same time in 'date'" in refused(path)
    assert "shop tells several series apart. --series shop" in refused(path)


def test_few_missing_steps_are_put_in_and_many_are_refused(path: Path) -> None:
    few = days(124)[:50] + days(124)[54:]
    series(path, few, NUMBERS)
    assert "4 steps of 1 day missing in date" in notes(path)
    assert forecast(path).tables["data"]["step"] == "1D"
    many = days(60) + days(60, start=START + timedelta(days=134))
    series(path, many, NUMBERS)
    assert "74 steps of 1 day are missing in 1 gap" in refused(path)
    assert "is not known" in notes(path, ignore=["date"])


@pytest.mark.slow
def test_weekends_and_months_of_unlike_length_are_no_gaps(path: Path) -> None:
    series(path, list(weekdays(120)), NUMBERS)
    assert "a day from Monday to Friday apart" in notes(path)
    months = [f"{1949 + n // 12}-{1 + n % 12:02}" for n in range(120)]
    series(path, months, NUMBERS)
    assert "1 month apart" in notes(path)


def test_missing_steps_are_told_and_count_as_the_one_before(path: Path) -> None:
    series(path, days(120), ["NA", *NUMBERS[:49], "NA", "", *NUMBERS[52:]])
    path.write_text(path.read_text() + ",\n,\n")
    told = notes(path)
    assert "2 steps of load are missing ('NA'): a missing one counts as the one before" in told
    assert "1 row without load at the beginning or end: left out" in told


def test_prices_that_go_up_by_one_are_no_identifier_to_a_forecast(path: Path) -> None:
    series(path, days(60), [100 + n for n in range(60)])
    assert forecast(path).findings.targets[0].kind == "forecast"


@pytest.mark.slow
def test_a_number_that_stands_for_none_is_told_with_its_flag(path: Path) -> None:
    series(path, days(120), [-999 if n % 30 == 0 else each for n, each in enumerate(NUMBERS)])
    assert "4 numbers are far from the others" in notes(path)
    assert "--missing -999" in notes(path)
    assert "far" not in notes(path, missing=["-999"])


@pytest.mark.parametrize(
    ("cells", "form"),
    [
        (["03.01.2022", "04.01.2022"], "%d.%m.%Y"),
        (["03/01/2022", "31/01/2022"], "%d/%m/%Y"),
        (["01/03/2022", "01/31/2022"], "%m/%d/%Y"),
        (["01/11/2022", "01/12/2022", "02/01/2022"], "%m/%d/%Y"),
        (["2022-01-03 10:00", "2022-01-03 11:00"], "%Y-%m-%d %H:%M"),
        (["2022-01-03T10:00:00+01:00", "2022-01-03T11:00:00+01:00"], ISO),
        (["Jan 3, 2022", "Feb 3, 2022"], "%b %d, %Y"),
        (["soon", "later"], ""),
    ],
)
def test_a_column_has_one_form_of_dates(cells: list[str], form: str) -> None:
    assert date_form(cells) == form


def hours(count: int, start: str = "2024-03-29T00:00+00:00") -> list[datetime]:
    """Return hours by the clocks of Berlin, put forward in March and back in October."""
    first = datetime.fromisoformat(start)
    berlin = ZoneInfo("Europe/Berlin")
    return [(first + timedelta(hours=number)).astimezone(berlin) for number in range(count)]


@pytest.mark.slow
@pytest.mark.parametrize("start", ["2024-03-29T00:00+00:00", "2024-10-25T00:00+00:00"])
def test_hours_with_offsets_are_those_of_utc_when_clocks_change(path: Path, start: str) -> None:
    times = hours(120, start)
    series(path, [time.isoformat() for time in times], NUMBERS)
    assert "in the order of time (date), 1 hour apart" in notes(path)
    assert "different offsets to UTC; they are those of UTC" in notes(path)
    assert "time" not in forecast(path).tables["data"]
    series(path, [time.isoformat() for time in times[:60] + times[61:]], NUMBERS[1:])
    data = forecast(path).tables["data"]
    assert (data["time"], data["time_form"], data["step"]) == ("date", ISO, "1h")
    assert "1 step of 1 hour missing in date" in notes(path)


@pytest.mark.slow
def test_days_by_the_clock_of_a_place_are_days(path: Path) -> None:
    zone = ZoneInfo("Europe/Berlin")
    whole = [datetime(2024, 3, 1, tzinfo=zone) + timedelta(days=n) for n in range(121)]
    series(path, [time.isoformat() for time in whole[:120]], NUMBERS)
    assert "1 day apart" in notes(path)
    assert "those of the clock of their place" in notes(path)
    series(path, [time.isoformat() for time in whole[119::-1]], NUMBERS)
    assert forecast(path).tables["data"].keys() == {"path", "time", "time_form"}  # sorted alone
    series(path, [time.isoformat() for time in whole[:50] + whole[51:]], NUMBERS)
    assert "1 step of 1 day missing" in refused(path)
    assert "times without their offsets to UTC" in refused(path)


@pytest.mark.slow
@pytest.mark.parametrize("offset", ["Z", "+00:00", "+02:00", "-0330", " +0200"])
def test_one_offset_everywhere_goes_without_a_word(path: Path, offset: str) -> None:
    series(path, [f"{day}T06:00:00{offset}" for day in days(121)[1:]][::-1], NUMBERS)
    data = forecast(path).tables["data"]
    assert (data["time_form"], data["step"]) == (ISO, "1D")
    assert "offset" not in notes(path)
    series(
        path, [f"{1949 + n // 12}-{1 + n % 12:02}-01T00:00{offset}" for n in range(120)], NUMBERS
    )
    assert "1 month apart" in notes(path)


def test_offsets_in_some_rows_alone_are_refused(path: Path) -> None:
    times = [f"{day}T06:00:00.5" for day in days(120)]
    series(path, [*(f"{time}Z" for time in times[:117]), *times[117:]], NUMBERS)
    assert "Some times in 'date' have an offset to UTC, and others none" in refused(path)
    assert "2022-04-30T06:00:00.5" in refused(path)


def test_an_hour_that_is_there_twice_in_autumn_is_answered_with_offsets(path: Path) -> None:
    times = [f"{time:%Y-%m-%d %H:%M}" for time in hours(120, "2024-10-25T00:00+00:00")]
    series(path, times, NUMBERS)
    assert "2024-10-27 02:00" in refused(path)
    assert "with its offset to UTC where clocks were set back" in refused(path)


# === Without a forecast in mind ===


def looked_at(path: Path) -> str:
    return " ".join(propose(path, DataOptions(predict=["load"])).findings.notes)


def test_gaps_are_told_of_any_table_in_the_order_of_time(path: Path) -> None:
    times = [day for number, day in enumerate(days(124)) if number not in (20, 60, 61, 62)]
    series(path, times, NUMBERS)
    told = "4 steps of 1 day missing in 2 gaps, the longest of 3 behind 2022-03-03 00:00:00 (date)."
    assert told in looked_at(path)
    series(path, days(120), NUMBERS)
    assert "missing in" not in looked_at(path)


def test_uneven_steps_are_told_of_any_table_in_the_order_of_time(path: Path) -> None:
    minutes = [datetime(2022, 1, 3) + timedelta(minutes=n * n % 7 + 10 * n) for n in range(120)]
    series(path, [f"{time}" for time in minutes], NUMBERS)
    assert "not at equal distances of time, but from 0:0" in looked_at(path)


def test_of_several_series_in_one_table_no_gap_is_told(path: Path) -> None:
    series(path, sorted(days(30) * 4), NUMBERS)
    assert "in time (date)" in looked_at(path)
    assert "distances" not in looked_at(path)
