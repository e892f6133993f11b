"""Whether the rows of a series are steps in time: in order, once each, at equal distances."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import pairwise

from kerasmith.counts import counted
from kerasmith.dataset.facts import MISSING, Finding, shlex_name, shown
from kerasmith.dataset.many_series import cells_by_series
from kerasmith.dataset.sample import Sample
from kerasmith.dataset.written import date_form, moments_by
from kerasmith.errors import KerasmithError, Problem

MOST_GAPS = 0.05
"""The share of steps that may be missing; they count as the step before."""

DAY = timedelta(days=1)
SUNDAY = 6


@dataclass(frozen=True)
class Steps:
    """What is known of the order of rows in time."""

    notes: tuple[str, ...]
    data: Mapping[str, str]
    """What a project has to know to read them in order, as `[data]` of a spec says it."""


def steps_of(sample: Sample, findings: Sequence[Finding], series: str = "") -> Steps:
    """Return how the rows follow each other in time, those of each of several `series`.

    Raises KerasmithError where they are not series, or one with too many gaps.
    """
    for each in findings:
        cells = sample.columns[each.name][: sample.stretch]
        if series:  # where days and months could be either, the order within one series decides
            cells = next(iter(cells_by_series(sample, series, each.name).values()))
        if each.kind == "date" and each.name != series and (form := date_form(cells)):
            if series:
                return _steps_of_each(sample, each.name, form, series)
            return _steps_by(sample, findings, each.name, form)
    return Steps((_NOT_KNOWN,), {})


_NOT_KNOWN = (
    "It is not known whether the rows are in the order of time, at equal distances: no column "
    "of dates was looked at. They are taken in their order."
)


@dataclass(frozen=True)
class Clock:
    """The times of rows as one clock shows them, in their order, and the steps between them."""

    times: tuple[datetime, ...]
    is_utc: bool = True
    """Whether each time with an offset to UTC is what it is there; that is how projects read it."""
    by_offsets: bool = False
    """Whether the times have offsets to UTC, and more than one."""

    @cached_property
    def order(self) -> list[datetime]:
        return sorted(self.times)

    @cached_property
    def steps(self) -> tuple[str | None, dict[datetime, int]]:
        """The step, and how many are missing behind which time."""
        return _gaps(self.order)

    @property
    def disorder(self) -> tuple[bool, bool, int]:
        """How far the times are from being steps: less is better."""
        step, gaps = self.steps
        return len({*self.times}) < len(self.times), step is None, sum(gaps.values())


def unequal_steps(times: Sequence[datetime]) -> str:
    """Say which steps are missing among times in their order, or that they are no equal steps.

    Empty where they are; where some are equal, which is of several series, or have an offset to
    UTC, nothing is said.
    """
    if any(later == time for time, later in pairwise(times)) or any(t.tzinfo for t in times):
        return ""
    step, gaps = _gaps(times)
    if step is None:
        return f"They are not at equal distances of time, but {_span(times)}"
    if not gaps:
        return ""
    count, longest = sum(gaps.values()), max(gaps, key=lambda time: gaps[time])
    return (
        f"{counted(count, 'step')} of {_called(step)} missing in {counted(len(gaps), 'gap')}, the "
        f"longest of {gaps[longest]:,} behind {longest.isoformat(' ')}"
    )


def _steps_by(sample: Sample, findings: Sequence[Finding], name: str, form: str) -> Steps:
    clock = _clock(sample, name, form, sample.columns[name][: sample.stretch])
    _check_once(sample, findings, name, clock.times)
    times, order, (step, gaps) = [*clock.times], clock.order, clock.steps
    notes, data = [], {"time": name, "time_form": form}
    if times != order:
        newest = "the newest first" if times == order[::-1] else "in no order of time"
        notes.append(f"The rows are {newest}; the project sorts them by {name}.")
    looked = "" if sample.whole else f", as far as the first {sample.stretch:,} rows say"
    if step is not None and clock.is_utc:
        data["step"] = step
    if step is None:
        notes.append(
            f"The rows are not at equal distances of time ({_span(order)}): a step is a row."
        )
    elif gaps:
        _check_gaps(sample, name, form, clock)
        notes.append(
            f"{counted(sum(gaps.values()), 'step')} of {_called(step)} missing in {name}: each "
            "counts as the one before."
        )
    if times == order and not gaps:
        data = {}
        if step:
            notes.append(
                f"The rows are in the order of time ({name}), {_called(step)} apart{looked}."
            )
    if clock.by_offsets:
        by = "UTC" if clock.is_utc else "the clock of their place"
        notes.append(f"The times of {name} have different offsets to UTC; they are those of {by}.")
    return Steps(tuple(notes), data)


def _steps_of_each(sample: Sample, name: str, form: str, series: str) -> Steps:
    """Return how the rows of each series follow each other in time."""
    clocks = _clocks(sample, name, form, series)
    found = {clock.steps[0] for clock in clocks.values()}
    step = found.pop() if len(found) == 1 else None
    in_order = all([*clock.times] == clock.order for clock in clocks.values())
    gaps = sum(sum(clock.steps[1].values()) for clock in clocks.values())
    notes, data = [], {"time": name, "time_form": form}
    if not in_order:
        notes.append(f"Rows of one series are in no order of time; the project sorts by {name}.")
    if step is None:
        apart = "not all at equal distances of time, or not at the same ones: a step is a row"
        notes.append(f"The rows of the series are {apart}.")
    elif gaps:
        for each, clock in clocks.items():
            _check_gaps(sample, name, form, clock, shown(each), series)
        missing = f"{counted(gaps, 'step')} of {_called(step)} missing in {name}"
        notes.append(f"{missing}: each counts as the one before in its series.")
    elif in_order:
        order = f"in the order of time ({name}), {_called(step)} apart"
        notes.append(f"The rows of each series are {order}.")
    if step is not None and all(clock.is_utc for clock in clocks.values()):
        data["step"] = step
    ends = sorted({clock.order[-1] for clock in clocks.values()})
    if len(ends) > 1 and sample.whole:
        first, last = (
            f"{time:{form if '%' in form else '%Y-%m-%d'}}" for time in (ends[0], ends[-1])
        )
        notes.append(
            f"The series end at different times, from {first} to {last}. Each is split by itself, "
            "so one is tested on times that another was trained on."
        )
    return Steps(tuple(notes), {} if in_order and (step is None or not gaps) else data)


def _clocks(sample: Sample, name: str, form: str, series: str) -> dict[str, Clock]:
    """Return the clock of each series. Raises KerasmithError where one has a time twice."""
    clocks = {
        each: _clock(sample, name, form, cells)
        for each, cells in cells_by_series(sample, series, name).items()
    }
    for each, clock in clocks.items():
        twice, count = Counter(clock.times).most_common(1)[0]
        if count > 1:
            why = f"{count:,} rows of {shown(each)} have the same time in {name!r}"
            why += f" ({twice.isoformat(' ')})."
            raise _refused(sample, why, "a row for each time of a series", series)
    if sample.whole:
        return clocks
    # The last one may go on behind the rows that were looked at
    return {each: clock for each, clock in clocks.items() if len(clock.times) > 2} or clocks


def _clock(sample: Sample, name: str, form: str, cells: Sequence[str]) -> Clock:
    """Return the clock by which the rows of a series are steps.

    That is UTC, where times say how far they are from it: clocks of a place are set back once a
    year. Days and months may be steps by that clock alone.

    Raises KerasmithError where cells hold no time, or only some an offset to UTC.
    """
    found = moments_by(form, cells)
    moments = [time for time in found if time is not None]
    if len(moments) < len(cells):
        unread = next(cell for cell, time in zip(cells, found, strict=True) if time is None)
        raise _refused(
            sample,
            f"{name!r} has no time in {counted(len(cells) - len(moments), 'row')}, for example "
            f"{shown(unread)}.",
            f"a time in each row, or --ignore {shlex_name(name)} to take rows in their order",
        )
    offsets = {time.utcoffset() for time in moments}
    local = tuple(time.replace(tzinfo=None) for time in moments)
    if offsets <= {None, timedelta()} and len(offsets) == 1:
        return Clock(local)
    if None in offsets:
        without = next(
            cell for cell, time in zip(cells, moments, strict=True) if time.tzinfo is None
        )
        raise _refused(
            sample,
            f"Some times in {name!r} have an offset to UTC, and others none, for example "
            f"{shown(without)}.",
            "times that all have one, such as 2024-01-31T10:00:00+01:00",
        )
    utc = tuple(time.astimezone(UTC).replace(tzinfo=None) for time in moments)
    several = len(offsets) > 1
    clocks = (Clock(utc, by_offsets=several), Clock(local, is_utc=False, by_offsets=several))
    return min(clocks, key=lambda clock: clock.disorder)


def _check_gaps(
    sample: Sample, name: str, form: str, clock: Clock, of: str = "", series: str = ""
) -> None:
    """Raise KerasmithError where too many steps are missing, or the project cannot put them in."""
    step, gaps = clock.steps
    if not gaps:
        return
    ignore = f"or --ignore {shlex_name(name)} to take rows in their order"
    missing = f"{counted(sum(gaps.values()), 'step')} of {_called(step or '')}"
    if sum(gaps.values()) > MOST_GAPS * len(clock.times):
        longest = max(gaps, key=lambda time: gaps[time])
        raise _refused(
            sample,
            f"{missing} {f'of {of} ' if of else ''}are missing in {counted(len(gaps), 'gap')}, the "
            f"longest of {gaps[longest]:,} behind "
            f"{longest:{form if '%' in form else '%Y-%m-%d'}}.",
            f"a part without such gaps, {ignore}",
            series,
        )
    if not clock.is_utc:
        raise _refused(
            sample,
            f"{missing} missing in {name!r}, and in UTC the others are not at equal distances.",
            f"times without their offsets to UTC, {ignore}",
            series,
        )


def _check_once(
    sample: Sample, findings: Sequence[Finding], name: str, times: Sequence[datetime]
) -> None:
    """Raise KerasmithError where a time has several rows."""
    twice, count = Counter(times).most_common(1)[0]
    if count == 1:
        return
    by = next(telling_apart(sample, findings, times), "")
    several = f": {by} tells several series apart" if by else ""
    one = "a row for each time"
    if twice.weekday() == SUNDAY and twice.month in (10, 11) and twice - _midnight(twice):
        one += ", with its offset to UTC where clocks were set back"
    raise _refused(
        sample,
        f"{count:,} rows have the same time in {name!r} ({twice.isoformat(' ')}){several}.",
        f"--series {shlex_name(by)}" if by else one,
    )


def column_of_times(sample: Sample, findings: Sequence[Finding]) -> str:
    """Return the first column of dates or times; empty where there is none."""
    dates = (each.name for each in findings if each.kind == "date")
    return next((name for name in dates if date_form(sample.columns[name])), "")


def are_steps(sample: Sample, name: str) -> bool:
    """Say whether rows are the steps of one series, in their order.

    Raises KerasmithError where cells hold no time.
    """
    cells = sample.columns[name][: sample.stretch]
    if not (form := date_form(cells)):
        return False
    clock = _clock(sample, name, form, cells)
    return _at_equal_distances(clock) and [*clock.times] == clock.order


def _at_equal_distances(clock: Clock) -> bool:
    """Say whether times are steps that each have one row, with few missing."""
    step, gaps = clock.steps
    once = len({*clock.times}) == len(clock.times)
    return once and step is not None and sum(gaps.values()) <= MOST_GAPS * len(clock.times)


def series_by(sample: Sample, findings: Sequence[Finding], name: str) -> str:
    """Return the column that tells the rows of one time apart, which are then of several series.

    Empty where there is none, or where these would not be steps: at equal distances of time.
    """
    cells = sample.columns[name][: sample.stretch]
    form = date_form(cells)
    times = [time for time in moments_by(form, cells) if time is not None] if form else []
    if len(times) < len(cells) or len({*times}) == len(times):
        return ""
    for by in telling_apart(sample, findings, times):
        try:
            clocks = _clocks(sample, name, form, by).values()
        except KerasmithError:
            continue
        if all(map(_at_equal_distances, clocks)):
            return by
    return ""


def telling_apart(
    sample: Sample, findings: Sequence[Finding], times: Sequence[datetime]
) -> Iterator[str]:
    """Yield the columns that tell rows of one time apart: names before numbers.

    Numbers name series where they are whole, and some time has a row for each of them.
    """
    most = Counter(times).most_common(1)[0][1]
    for each in sorted(findings, key=lambda each: each.is_number):
        if each.kind in ("category", "date", "dropped", "number"):
            cells = sample.columns[each.name][: len(times)]
            names = {*cells} - MISSING
            if each.is_number and not (len(names) == most and all(map(str.isdigit, names))):
                continue
            apart = len({*zip(times, cells, strict=True)}) == len(times)
            if 1 < len(names) < len(times) / 2 and apart:
                yield each.name


def _refused(sample: Sample, why: str, try_: str, series: str = "") -> KerasmithError:
    one = f"a series for each {series}" if series else "one series"
    what = f"The rows of {sample.path.name} are not the steps of {one}."
    return KerasmithError(Problem(what, str(sample.path), why, try_))


def _gaps(times: Sequence[datetime]) -> tuple[str | None, dict[datetime, int]]:
    """Return the step between times, as pandas calls it, and how many are missing behind which.

    The step is None where there is none that all distances are made of.
    """
    if len(times) < 3:
        return None, {}
    distances = [later - time for time, later in pairwise(times)]
    if all(time.day == 1 and time - _midnight(time) == timedelta() for time in times):
        months = [time.year * 12 + time.month for time in times]
        apart = [b - a for a, b in pairwise(months)]
        return _multiples(f"{min(apart)}MS", times, apart, min(apart))
    usual = Counter(distances).most_common(1)[0][0]
    if usual == DAY and all(time.weekday() < 5 for time in times):
        days = [_weekdays(time) for time in times]
        return _multiples("B", times, [b - a for a, b in pairwise(days)], 1)
    seconds = [round(each.total_seconds()) for each in distances]
    return _multiples(_frequency(usual), times, seconds, round(usual.total_seconds()))


def _multiples(
    step: str, times: Sequence[datetime], apart: Sequence[int], usual: int
) -> tuple[str | None, dict[datetime, int]]:
    if not usual or any(each % usual for each in apart):
        return None, {}
    gaps = {
        time: each // usual - 1 for time, each in zip(times, apart, strict=False) if each > usual
    }
    return step, gaps


def _midnight(time: datetime) -> datetime:
    return datetime(time.year, time.month, time.day)


def _weekdays(time: datetime) -> int:
    """Return how many days from Monday to Friday are before a day."""
    weeks, day = divmod(time.toordinal() - 1, 7)
    return weeks * 5 + min(day, 5)


def _frequency(step: timedelta) -> str:
    seconds = round(step.total_seconds())
    for unit, size in (("D", 86400), ("h", 3600), ("min", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _called(step: str) -> str:
    """Return a step in words."""
    if step == "B":
        return "a day from Monday to Friday"
    count = int("".join(each for each in step if each.isdigit()))
    words = {"D": "day", "h": "hour", "min": "minute", "s": "second", "MS": "month"}
    return counted(count, words[step.lstrip("0123456789")])


def _span(times: Sequence[datetime]) -> str:
    apart = [later - time for time, later in pairwise(times)]
    return f"from {min(apart)} to {max(apart)}" if apart else "one"
