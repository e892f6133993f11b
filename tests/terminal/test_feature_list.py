"""The list of features at a real terminal: ticked, refused with a reason, changed, taken back."""

import subprocess
import tomllib
from pathlib import Path

import pytest
from person import CTRL_C, ENTER, ESCAPE, SPACE, Person

from kerasmith.catalogue.features import FEATURES, USUAL_FEATURES
from tests.terminal.test_conversation import KERASMITH, comes_back, folder

__all__ = ["folder"]

ASKED = "Which features should the project have?"
SUMMARY = FEATURES["export"].summary


def goes_to(person: Person, feature: str) -> None:
    """Move the mark to a feature."""
    person.is_asked(ASKED)
    for _ in FEATURES:
        person.is_pointed_at("")
        if person.pointed.replace("[ ]", "[]").split()[1] == feature:
            return
        person.moves_on()
    raise AssertionError(f"no {feature}:\n" + "\n".join(person.lines))


def looks_at_all(person: Person) -> dict[str, str]:
    """Go down the list; return what is before each feature."""
    seen: dict[str, str] = {}
    for _ in FEATURES:
        person.is_pointed_at("")
        seen |= boxes(person)
        person.moves_on()
    return seen


def reaches_the_features(person: Person) -> None:
    person.answers("How would you like to begin?")
    person.answers("Which recipe?")
    person.answers("What is this model for?")
    person.is_asked(ASKED)


def boxes(person: Person) -> dict[str, str]:
    """Return what is before each feature on the screen: a full or empty circle, or a dash."""
    texts = (line.replace("[ ]", "[]") for line in person.lines)
    found = (text.removeprefix(" »").removeprefix(" >").split() for text in texts)
    return {words[1]: words[0] for words in found if len(words) > 1 and words[1] in FEATURES}


def test_the_usual_ones_are_ticked_and_each_says_what_it_is(folder: Path) -> None:
    with Person(folder, "new", "my-digits") as person:
        reaches_the_features(person)
        found = looks_at_all(person)
        goes_to(person, "export")
        person.sees(SUMMARY)
        assert {name for name, box in found.items() if box == "●"} == {*USUAL_FEATURES}
        assert found["slurm"] == found["kubernetes"] == "-"
        person.sees("slurm (needs JAX)")
        assert {*found} == {*FEATURES}
        person.presses(CTRL_C)
        assert person.leaves() == 130
        person.sees("Your answers so far kerasmith new my-digits --recipe digits")


@pytest.mark.parametrize(("rows", "environment", "up", "down"), [
    (24, {}, "↑", "↓"), (12, {}, "↑", "↓"), (12, {"LC_ALL": "C"}, "^", "v"),
])  # fmt: skip
def test_a_list_longer_than_the_terminal_scrolls(
    folder: Path, rows: int, environment: dict[str, str], up: str, down: str
) -> None:
    with Person(folder, "new", "digits", rows=rows, environment=environment) as person:
        reaches_the_features(person)
        person.is_pointed_at("")

        def arrows() -> set[str]:
            """Return what is in the last column, once the question and the help are there."""
            person.sees(ASKED)
            person.sees("Later, too, each can be added or taken out")
            return {line[79:] for line in person.lines} - {""}

        first = {*boxes(person)}
        assert arrows() == ({down} if {*FEATURES} - first else set())
        assert {*looks_at_all(person)} == {*FEATURES}
        person.is_pointed_at("")  # at the first one again
        goes_to(person, [*FEATURES][-4])
        if rows == 12:
            assert arrows() == {up, down}
        goes_to(person, [*FEATURES][-1])
        assert arrows() == ({up} if {*FEATURES} - {*boxes(person)} else set())
        person.presses(CTRL_C)
        assert person.leaves() == 130


def test_what_is_ticked_is_written_and_is_what_the_printed_command_makes(folder: Path) -> None:
    with Person(folder, "new", "my-digits") as person:
        reaches_the_features(person)
        goes_to(person, "export")
        person.presses(SPACE, ENTER)
        chosen = {*USUAL_FEATURES} ^ {"export"}
        person.sees(f"{ASKED} {', '.join(name for name in FEATURES if name in chosen)}")
        person.picks("Is it right?", "Change the features")
        goes_to(person, "ci")
        person.presses(SPACE, ENTER)
        person.picks("Is it right?", "Write the project")
        command = comes_back(person, folder)
    flag = "--without" if "export" in USUAL_FEATURES else "--with"
    assert flag in command
    assert "export" in command
    assert not (folder / "my-digits/.github").exists()


def test_a_step_back_leads_to_what_was_ticked(folder: Path) -> None:
    with Person(folder, "new") as person:
        reaches_the_features(person)
        goes_to(person, "ci")
        person.presses(SPACE, ENTER)
        person.is_asked("What is the project called?")
        person.presses(ESCAPE)
        person.is_asked(ASKED)
        person.is_pointed_at("○ ci")
        person.presses(ESCAPE)
        person.is_asked("What is this model for?")
        person.presses(CTRL_C)
        assert person.leaves() == 130


@pytest.mark.parametrize("said", [[], ["--without", "ci"]])
def test_an_update_shows_what_the_project_has_and_adds_what_is_ticked(
    folder: Path, said: list[str]
) -> None:
    new = [KERASMITH, "new", "digits", "--recipe", "digits", *said]
    subprocess.run(new, cwd=folder, check=True, capture_output=True)
    project = folder / "digits"
    who = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "-m", "one"]):
        subprocess.run([*who, *words], cwd=project, check=True)
    with Person(project, "update", "--ask") as person:
        for question in (
            "What goes into the model?", "What is image?", "How large is image",
            "Does anything else go in?", "What should it predict?", "What is digit?",
            "What are the classes of digit?", "Should it predict anything else?",
            "How should data flow from image?", "What is this model for?",
        ):  # fmt: skip
            person.answers(question)
        goes_to(person, "ci")
        assert boxes(person)["ci"] == ("○" if said else "●")
        person.presses(SPACE, ENTER)
        person.answers("What is the project called?")
        person.answers("What does it do")
        person.picks("Is it right?", "Update the project")
        assert person.leaves() == 0
    wishes = tomllib.loads((project / "kerasmith.toml").read_text("utf-8"))
    features = wishes["project"]["features"]
    assert ("ci" in features) is bool(said)
    assert (project / ".github/workflows/ci.yml").exists() is bool(said)


def test_without_box_drawings_boxes_are_ticked(folder: Path) -> None:
    with Person(folder, "new", "digits", environment={"LC_ALL": "C"}) as person:
        reaches_the_features(person)
        goes_to(person, USUAL_FEATURES[0])
        person.sees(f"> [x] {USUAL_FEATURES[0]}")
        person.presses(SPACE)
        person.sees(f"> [ ] {USUAL_FEATURES[0]}")
        person.presses(ENTER)
        person.answers("Is it right?")
        assert person.leaves() == 0


def test_answers_about_data_become_flags_behind_those_of_the_data(folder: Path) -> None:
    rows = "\n".join(f"{number * 7 % 50},{('cat', 'dog')[number % 2]}" for number in range(60))
    folder.with_name("pets.csv").write_text(f"weight,kind\n{rows}\n")
    with Person(folder, "new", "pets", "--data", "../pets.csv", rows=40) as person:
        person.picks("Which column should the model predict?", "kind")
        person.picks("What is this model for?", "room-to-grow")
        person.answers("The stack itself does not need the Functional API.")
        goes_to(person, "ci")
        person.presses(SPACE, ENTER)
        person.picks("Is it right?", "Change how data flows from record")
        person.picks("How should data flow from record?", "wide_deep")
        person.picks("Is it right?", "Write the project")
        command = comes_back(person, folder)
    start = "kerasmith new pets --data ../pets.csv --predict kind --purpose room-to-grow "
    flag = "--without" if "ci" in USUAL_FEATURES else "--with"
    assert command == f"{start}{flag} ci --set 'inputs.record.encoder=\"wide_deep\"'"
