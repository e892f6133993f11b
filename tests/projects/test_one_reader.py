"""What `inspect` reads in a table is what a project reads there: names, rows and every value.

The tool reads with code of its own, so that it needs no pandas; a project reads with pandas. These
tests hold the two together, on the files that people really have and on random dirty ones.
"""

import ast
from collections.abc import Callable
from functools import partial
from inspect import signature
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from kerasmith.dataset.bring import bring
from kerasmith.dataset.facts import Finding, as_number
from kerasmith.dataset.propose import DataOptions, Proposal, propose
from kerasmith.dataset.sample import read_table
from kerasmith.dataset.written import FORMS, plain_number
from kerasmith.errors import KerasmithError
from kerasmith.plan.plan import plan
from kerasmith.render.render import render
from kerasmith.spec.read import read_spec
from tests.projects.clean import assert_clean

DATES = ("as_times", "date_parts", "has_hour")
READING = ("read_rows", "stream_rows", "tidy", "plain_number", "joined_labels", "steps")


def names_of(code: str) -> dict[str, Any]:
    """Return how a project reads its rows, out of its data.py; the rest would need TensorFlow."""
    body: list[ast.stmt] = [
        node
        for node in ast.parse(code).body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        or (isinstance(node, ast.ImportFrom) and node.module == "pyarrow.parquet")
        or (isinstance(node, ast.FunctionDef) and node.name in (*READING, *DATES))
    ]
    names: dict[str, Any] = {}
    exec("import re\nimport numpy as np\nimport pandas as pd\nfrom pathlib import Path\n", names)
    exec("from collections.abc import Iterator, Sequence\nfrom typing import Any\n", names)
    names["Config"] = Any
    exec(compile(ast.Module(body, []), "data.py", "exec"), names)
    return names


def reading_of(code: str) -> Callable[[Path], pd.DataFrame]:
    read: Callable[..., pd.DataFrame] = names_of(code)["read_rows"]
    takes_config = "config" in signature(read).parameters
    return partial(read, config=MagicMock()) if takes_config else read


def read_by_project(proposal: Proposal, folder: Path) -> pd.DataFrame:
    """Return what the project reads of the file that it gets, with the names of the file."""
    brought = bring(proposal)
    spec = read_spec(brought.tables)
    code = render(plan(spec))[f"src/{spec.package}/data.py"]
    (content,) = brought.files.values()
    name = Path(brought.tables["data"]["path"]).name
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.read_bytes())
    back = {ours: theirs for theirs, ours in spec.renamed().items()}
    return reading_of(code)(path).rename(columns=back)


def compare(path: Path, target: str, **wishes: Any) -> Proposal:
    """Fail where the project reads something else than what was said of a column."""
    proposal = propose(path, DataOptions(predict=[target], **wishes))
    table = read_by_project(proposal, path.parent / "data")
    table = table[(table != "").any(axis=1)]
    sample = read_table(path)
    answers = {each.name: each for found in proposal.findings.targets for each in found.found}
    for found in proposal.findings.columns:
        told = answers.get(found.name, found)
        if not told.dropped:
            assert found.name in table, f"{found.name!r} is not among {list(table)}"
            expected = [_told(told, cell) for cell in sample.columns[found.name]]
            read = [_read(told, cell) for cell in table[found.name]]
            blank = _told(told, "")
            assert [e for e in expected if e != blank] == [r for r in read if r != blank], told
    return proposal


def _told(found: Finding, cell: str) -> float | str | None:
    if found.kind != "number":
        return "" if cell in found.missing else cell
    mark = next((mark for mark, form in FORMS.items() if form == found.written), "")
    return as_number(plain_number(cell, mark) if mark else cell)


def _read(found: Finding, cell: str) -> float | str | None:
    if found.kind != "number":
        return cell
    number = pd.to_numeric(cell, errors="coerce")
    return float(number) if np.isfinite(number) else None


CASES = {
    "names twice": "a,a,y\n" + "1.5,2,3\n2.5,4,1\n" * 20,
    "a name twice, and the one it would get": "a,a,a.1,y\n" + "1.5,2,7,3\n2.5,4,8,1\n" * 20,
    "no name": ",a,y\n" + "8,0.5,1.5\n6,0.25,1.0\n" * 20,
    "blanks": " a , b,y \n" + 'x , "p, q",1.5\nz,  r ,2.5\n' * 20,
    "separators at the end": "a,b,y,\n" + "1.5,x,1,\n2.5,z,3,\n" * 20 + ",,,\n,,,\n",
    "short and long rows": "a,b,y\n" + "1.5,x,1\n2.5,z,3\n" * 20 + "1.5\n1,2,3,4\n2.5,x,3\n",
    "empty lines": "a,y\n\n" + "x,1\n\n  \nz,3\n" * 20,
    "one dollar with three decimals": "p,y\n" + "$3.742,19.73\n$4.335,31.43\n$3.459,2.5\n" * 9,
    "decimal commas above a thousand": "q;y\n" + "27;1.592,80\n21;954,76\n5;12.743,73\n" * 9,
    "thousands with points alone": "q;y\n" + "1.592;0,80\n2.100;54,76\n1.743;3,73\n" * 9,
    "points in one column, commas in another": "q;y\n" + "8.454;1,5\n17.25;20,25\n" * 20,
    "letters for thousands": "a,y\n" + "1.5k,1\n2M,2.5\n300,7\n" * 9,
    "a percent sign": "a,y\n" + "15%,1\n20 %,2.5\n3.5%,7\n" * 9,
    "words among numbers": "a,y\n" + "".join(f"{n},{n}.5\n" for n in range(40)) + "soon,k.A.\n" * 2,
    "words for none": "a,b,y\n" + "None,?,1\nx,p,2\nNA,q,2\nz,-,1\n" * 9,
    "none in one column, a value in another": "a,y\n" + "1.5,None\nNone,x\n2.5,z\n" * 9,
    "nothing in one column, a class in another": "a,b,y\n" + "p,1.5,NA\nq,2,x\nNA,3,NA\n" * 9,
    "quotes inside": "a,b,y\n" + '"say ""x""",1.5,1\n"two\nlines",2,2\n' * 20,
    "windows": "a,y\r\n" + "x,1\r\nz,3\r\n" * 20,
    "no header": "0.58,0.94,R\n" + "0.5,0.7,M\n0.25,0.1,R\n" * 20,
}


@pytest.mark.parametrize("case", CASES)
def test_a_project_reads_what_inspect_says(case: str, tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(CASES[case].encode())
    compare(path, "column_3" if case == "no header" else "y")


@pytest.mark.parametrize("form", ["own.csv", "own.parquet"])
@pytest.mark.parametrize("stream", [False, True])
def test_what_is_said_of_columns_renders_clean_code(form: str, stream: bool) -> None:
    long = "how often do you go there by bus, by train, on foot, and for which reasons " * 2
    columns = [{"name": "age"}, {"name": long.strip()}]
    said = [
        {"name": "tags", "labels": ","},
        {"name": long.strip(), "numbers": "1.234,5", "missing": ["-", "k.A."]},
        {"name": "age", "numbers": "1,234.5"},
    ]
    tables = {
        "project": {"name": "own"},
        "inputs": [{"name": "rec", "kind": "table", "columns": columns}],
        "outputs": [{"name": "tags", "kind": "multilabel", "classes": ["a", "b"]}],
    }
    data = {"path": f"data/{form}", "stream": stream, "missing": ["?"]}
    for kept in range(len(said) + 1):
        assert_clean(read_spec(tables | {"data": data | {"columns": said[:kept]}}))
        assert_clean(read_spec(tables | {"data": data | {"columns": said[kept:]}}))


@pytest.mark.parametrize("step", ["", "1D", "15min", "B"])
def test_series_in_time_render_clean_code(step: str) -> None:
    tables = {
        "project": {"name": "own"},
        "inputs": [{"name": "load", "kind": "series", "steps": 6}],
        "outputs": [{"name": "ahead", "kind": "forecast"}],
    }
    for form in ("%d.%m.%Y", "ISO8601"):
        data = {"path": "data/own.csv", "time": "When it was", "time_form": form}
        assert_clean(read_spec(tables | {"data": data | ({"step": step} if step else {})}))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_a_project_reads_the_encoding_that_inspect_found(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    text = "stadt,größe\n" + "Köln,bis 10\nZürich,über 10\n" * 20
    text = text.replace("10", "10 €") if encoding == "cp1252" else text
    path.write_bytes(text.encode(encoding))
    proposal = compare(path, "größe")
    (target,) = proposal.findings.targets
    assert any("ü" in each for each in target.sizes["classes"])


def test_a_dollar_does_not_change_the_numbers_of_another_column(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(CASES["one dollar with three decimals"])
    table = read_by_project(propose(path, DataOptions(predict=["y"])), tmp_path / "data")
    assert list(table["y"][:3]) == ["19.73", "31.43", "2.5"]
    assert list(table["p"][:2]) == ["3.742", "4.335"]


def test_each_column_has_its_own_decimal_mark(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(CASES["points in one column, commas in another"])
    proposal = propose(path, DataOptions(predict=["y"]))
    assert proposal.tables["data"]["numbers"] == "1.234,5"
    assert proposal.tables["data"]["columns"] == [{"name": "q", "numbers": "1234.5"}]
    assert list(read_by_project(proposal, tmp_path / "data")["q"][:2]) == ["8.454", "17.25"]


@pytest.mark.parametrize("index", [None, "key", ""])
def test_parquet_is_read_alike_whatever_its_index(index: str | None, tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "amount": [1.5, 2.0, None, 4.25] * 10,
            "count": pd.array([1, 2, None, 3] * 10, "Int64"),
            "good": [True, False, True, False] * 10,
            "town": ["Köln", "None", " Ulm", None] * 10,
            "y": ["a", "b"] * 20,
        }
    )
    if index is not None:
        table.index = pd.Index([f"k{n % 3}" for n in range(40)], name=index or None)
    path = tmp_path / "own.parquet"
    table.to_parquet(path)
    compare(path, "y")


def test_days_and_small_floats_of_parquet_are_read_alike(tmp_path: Path) -> None:
    path = tmp_path / "own.parquet"
    columns = {
        "small": pa.array([0.1, 0.2, 0.7] * 12, pa.float32()),
        "grade": pa.array([1, 2, 3] * 12, pa.int8()),
        "y": pa.array(["a", "b", "c"] * 12),
    }
    parquet.write_table(pa.table(columns), path)
    compare(path, "y", inputs=["small:category", "grade:category"])


def series(path: Path, rows: list[str]) -> list[str]:
    """Return what a project reads of the series in a table, step by step."""
    path.write_text("\n".join(rows) + "\n")
    proposal = propose(path, DataOptions(predict=["load"], history=3, horizon=1))
    return list(read_by_project(proposal, path.parent / "data")["load"])


def test_missing_steps_count_as_the_one_before_and_ends_are_cut(tmp_path: Path) -> None:
    rows = ["load", "NA", *(f"{n}.5" for n in range(30)), "", "NA", '""', "7.5", "NA", ""]
    read = series(tmp_path / "own.csv", rows)
    assert read == [*(f"{n}.5" for n in range(30)), "29.5", "29.5", "29.5", "7.5"]


def test_steps_are_sorted_by_time_and_few_gaps_are_filled(tmp_path: Path) -> None:
    days = pd.date_range("2022-01-03", periods=60).delete([20, 21])
    rows = [f"{day:%d.%m.%Y},{n}.5" for n, day in enumerate(days)]
    read = series(tmp_path / "own.csv", ["when,load", *rows[::-1]])
    expected = [f"{n}.5" for n in range(58)]
    assert read == [*expected[:20], "19.5", "19.5", *expected[20:]]


def test_steps_are_sorted_by_utc_where_clocks_were_set_back(tmp_path: Path) -> None:
    hours = pd.date_range("2024-10-26", periods=61, freq="h", tz="Europe/Berlin").delete(20)
    rows = [f"{hour.isoformat()},{n}.5" for n, hour in enumerate(hours)]
    read = series(tmp_path / "own.csv", ["when,load", *rows[::-1]])
    assert read == [f"{n}.5" for n in (*range(20), 19, *range(20, 60))]


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("time", [{}, {"step": ""}, {"step": "1D"}, {"step": "7D"}, {"step": "B"}])
def test_each_of_many_series_is_read_as_it_is_alone(time: dict[str, str], known: bool) -> None:
    inputs: list[dict[str, object]] = [{"name": "load", "kind": "series", "steps": 3}]
    inputs += [{"name": "holiday", "kind": "series", "steps": 1, "known": True}] * known
    data = {"path": "data/own.csv"} | (time and {"time": "day", "time_form": "%Y-%m-%d"} | time)
    data = {key: said for key, said in data.items() if said}
    several, alone = (
        names_of(
            render(
                plan(
                    read_spec(
                        {
                            "project": {"name": "own"},
                            "inputs": inputs,
                            "outputs": [{"name": "ahead", "kind": "forecast"}],
                            "data": data | more,
                        }
                    )
                )
            )["src/own/data.py"]
        )["steps"]
        for more in ({"series": "shop"}, {})
    )
    rng = np.random.default_rng(0)
    frames = []
    for count, shop in enumerate(["9", "10", "", "Ost", "West", "of one row"][::-1]):
        days = pd.date_range(f"2024-01-0{count + 2}", periods=5 * count + 1, freq=data.get("step"))
        days = days.delete([2, 5] if time and count > 1 else [])
        columns = rng.choice(["", "?", "1", "2.5"], (len(days), 2), p=[0.2, 0.1, 0.4, 0.3])
        frame = pd.DataFrame(columns, columns=["load", "holiday"], dtype=object)
        frames.append(frame.assign(day=days.strftime("%Y-%m-%d"), shop=shop))
    table = pd.concat(frames).sample(frac=1, random_state=0) if time else pd.concat(frames)
    table = table.reset_index(drop=True)
    one_by_one = [
        alone(rows.reset_index(drop=True)).assign(shop=shop) for shop, rows in table.groupby("shop")
    ]
    read = several(table).reset_index(drop=True)
    pd.testing.assert_frame_equal(read, pd.concat(one_by_one, ignore_index=True))
    assert several(table[:0]).empty


def test_times_of_a_place_in_parquet_are_in_order_where_they_are_in_utc(tmp_path: Path) -> None:
    hours = pd.date_range("2024-10-26", periods=61, freq="h", tz="Europe/Berlin").delete(20)
    path = tmp_path / "own.parquet"
    pd.DataFrame({"when": hours, "load": [n + 0.5 for n in range(60)]})[::-1].to_parquet(path)
    proposal = propose(path, DataOptions(predict=["load"], history=3, horizon=1))
    read = read_by_project(proposal, tmp_path / "data")["load"]
    assert [float(number) for number in read] == [n + 0.5 for n in (*range(20), 19, *range(20, 60))]


def test_labels_are_read_by_the_mark_that_stands_between_them(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    cells = ["Action", "Horror", "Comedy", "Action, Comedy", "Horror, Action", "Comedy, Horror"]
    path.write_text("n,y\n" + "".join(f'{n / 3},"{cells[n % 6]}"\n' for n in range(60)))
    read = read_by_project(propose(path, DataOptions(predict=["y"])), tmp_path / "data")
    assert list(read["y"][:4]) == ["Action", "Horror", "Comedy", "Action|Comedy"]


_PIECES = """\
1 2.5 -3 1,234 1.234 1.234,5 $5 7% 2.5M NA ? None a b x ü n/a 1e3 inf 007 12B - 3_kg €_5"""
cells = st.one_of(
    st.sampled_from(["", " a", "b ", "x y", *_PIECES.replace("_", " ").split(" ")]),
    st.text('abc12.,;"\n ', max_size=6),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rows=st.lists(st.lists(cells, min_size=3, max_size=3), min_size=2, max_size=12),
    names=st.lists(st.sampled_from(["a", "b", "a ", "", "class", "x y"]), min_size=2, max_size=2),
    separator=st.sampled_from(",;\t|"),
    cut=st.integers(0, 3),
    tail=st.sampled_from(["", "\n", "\n\n", ",,\n"]),
)
def test_random_dirty_files_are_read_alike_or_refused(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    names: list[str],
    separator: str,
    cut: int,
    tail: str,
) -> None:
    def quoted(cell: str) -> str:
        inner = cell.replace('"', '""')
        return f'"{inner}"' if set(cell) & {*'",;\n', separator} else cell

    lines = [
        separator.join([str(number), *map(quoted, row)]) for number, row in enumerate(rows * 4)
    ]
    lines[-1] = separator.join(["7", *map(quoted, rows[-1][: 3 - cut])])
    path = tmp_path_factory.mktemp("dirty") / "own.csv"
    header = separator.join(["n", *map(quoted, names), "y"])
    path.write_text("\n".join([header, *lines]) + tail, newline="")
    try:
        compare(path, "y")
    except KerasmithError:
        return  # refused, in words


def test_a_served_model_has_a_name_for_columns_called_as_words_of_python(tmp_path: Path) -> None:
    columns = [{"name": "class"}, {"name": "from"}, {"name": "a b"}, {"name": "class_"}]
    tables = {
        "project": {"name": "own", "features": ["export"]},
        "inputs": [{"name": "rec", "kind": "table", "columns": columns}],
        "outputs": [{"name": "y", "kind": "number"}],
        "data": {"path": "data/own.csv"},
    }
    spec = read_spec(tables)
    assert_clean(spec)
    code = ast.parse(render(plan(spec))["src/own/export.py"])
    (served,) = [each for each in code.body if getattr(each, "name", "") == "served_names"]
    names: dict[str, Any] = {}
    exec("import keyword, re\nfrom collections.abc import Iterable\n", names)
    exec(compile(ast.Module([served], []), "export.py", "exec"), names)
    given = names["served_names"](["class", "from", "a b", "class_"])
    assert given == {"class": "class_", "from": "from_", "a b": "a_b", "class_": "column_4"}


WRITTEN_DATES = {
    "%d.%m.%Y": "%d.%m.%Y",
    "%m/%d/%Y %H:%M": "%m/%d/%Y %H:%M",
    "%Y-%m": "%Y-%m",
    "%d %b %Y": "%d %b %Y",
    "%Y-%m-%dT%H:%M:%S+02:00": "ISO8601",
    "%Y-%m-%dT%H:%M:%SZ": "ISO8601",
    "%Y-%m-%d %H:%M:%S +0200": "ISO8601",
}


@pytest.mark.parametrize("written", WRITTEN_DATES)
def test_dates_become_the_parts_that_they_say(written: str, tmp_path: Path) -> None:
    times = pd.Series(pd.date_range("2019-11-30T01:10", "2024-03-02", 250))
    shown = [time.strftime(written) for time in times]
    path = tmp_path / "own.csv"
    rows = "".join(f"{time},{n}.5\n" for n, time in enumerate([*shown, "", "soon"]))
    path.write_text("when,y\n" + rows)
    proposal = propose(path, DataOptions(predict=["y"]))
    (column,) = proposal.tables["inputs"][0]["columns"]
    assert column == {"name": "when", "type": "date", "form": WRITTEN_DATES[written]}
    code = render(plan(read_spec(proposal.tables)))["src/own/data.py"]
    names = names_of(code)
    parts = names["date_parts"](reading_of(code)(path), [("when", column["form"])])
    day = times if "%d" in written else times.dt.to_period("M").dt.start_time
    turns = [(day.dt.month, 12), (day.dt.day_of_week, 7)]
    turns += [(times.dt.hour, 24)] if names["has_hour"](column["form"]) else []
    expected: list[Any] = [day.dt.year]
    for number, of in turns:
        angle = 2 * np.pi * number / of
        expected += [np.cos(angle), np.sin(angle)]
    np.testing.assert_allclose(parts[:-2], np.stack(expected, axis=1), atol=1e-6)
    assert np.isnan(parts[-2:]).all()
