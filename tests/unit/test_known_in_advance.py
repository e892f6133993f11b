"""What a forecast knows in advance: a second input for the steps that it looks ahead."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from kerasmith.cli import main
from kerasmith.decision.apply_rules import decide
from kerasmith.errors import KerasmithError
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.specification import Spec

KNOWN = "inputs.holiday.known=true"


def spec(*inputs: str, output: str = "ahead:forecast:3", sets: tuple[str, ...] = (KNOWN,)) -> Spec:
    return spec_from_flags(Flags(name="town", inputs=inputs, outputs=[output], set=sets))


def place_of(*inputs: str, **said: object) -> str:
    with pytest.raises(KerasmithError) as raised:
        spec(*inputs, **said)  # type: ignore[arg-type]  # what the flags say
    (problem,) = raised.value.problems
    assert problem.refusal == "forecast-from-windows"
    return problem.where


def test_it_makes_the_model_functional_and_the_decision_says_why() -> None:
    found = decide(spec("load:series:24x1", "holiday:series:3x1"))
    assert found.api == "functional"
    assert "2 inputs: load and holiday" in " ".join(each.because for each in found.reasons)


def test_it_has_as_many_steps_as_the_forecast_looks_ahead() -> None:
    assert place_of("load:series:24x1", "holiday:series:2x1") == "--input holiday:series:2x1"


def test_the_forecast_is_of_what_is_not_known() -> None:
    assert place_of("holiday:series:3x1", "load:series:24x1") == f"--set {KNOWN}"
    assert place_of("holiday:series:3x1") == f"--set {KNOWN}"


def test_without_a_forecast_nothing_is_known_in_advance() -> None:
    inputs = ("load:series:24x1", "holiday:series:3x1")
    assert place_of(*inputs, output="alarm:binary") == f"--set {KNOWN}"


# === From data ===


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rows = [f"2024-01-{day:02},{day % 7},{int(day % 7 == 0)},sunny" for day in range(1, 32)]
    (tmp_path / "town.csv").write_text("\n".join(["day,load,holiday,weather", *rows]) + "\n")
    return tmp_path / "town.csv"


def answer(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, [*words])
    return result.exit_code, result.output


def test_a_flag_names_the_column(table: Path, tmp_path: Path) -> None:
    flags = ["--data", str(table), "--predict", "load", "--history", "7", "--horizon", "2"]
    code, said = answer("new", str(tmp_path / "town"), *flags, "--known", "holiday")
    assert code == 0, said
    assert "Known in advance, and so read for the steps that come: holiday." in said
    assert "--known holiday" in said
    wishes = (tmp_path / "town/kerasmith.toml").read_text()
    assert 'name = "holiday"\nkind = "series"\nsteps = 2\nknown = true' in wishes


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--known", "holidays", "--known", "sun"], ["no column 'holidays'", "no column 'sun'"]),
        (["--known", "load"], ["'load' is the target"]),
        (["--known", "holiday", "--ignore", "holiday"], ["'holiday' is left out"]),
        (["--known", "weather"], ["known in advance holds numbers"]),
    ],
)
def test_what_cannot_be_known_is_refused(
    flags: list[str], words: list[str], table: Path, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    code, said = answer("new", str(made), "--data", str(table), "--predict", "load", *flags)
    assert code == 2
    assert all(word in said for word in words), said
    assert not made.exists()


def test_rows_behind_the_last_value_say_what_comes(table: Path) -> None:
    text = table.read_text() + "2024-02-01,,1,\n2024-02-02,,0,\n"
    table.write_text(text)
    code, said = answer("inspect", str(table), "--predict", "load", "--known", "holiday")
    assert code == 0, said
    assert "2 rows without load at the end: they say what comes." in said
    assert "left out" not in said


def test_inspect_knows_it(table: Path) -> None:
    code, said = answer("inspect", str(table), "--predict", "load", "--known", "holiday")
    assert code == 0, said
    assert "for the steps that come: holiday" in said
