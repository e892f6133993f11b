"""Whole conversations at a real terminal, key by key; each project is what its command makes."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from person import BACKSPACE, CTRL_C, DOWN, ENTER, ESCAPE, SPACE, TAB, Person

from kerasmith.exercises import exercises, marks, questions

KERASMITH = str(Path(sys.executable).with_name("kerasmith"))


def files_of(project: Path) -> dict[str, bytes]:
    """Return what a project consists of."""
    found = (path for path in project.rglob("*") if path.is_file())
    return {path.relative_to(project).as_posix(): path.read_bytes() for path in found}


def printed_command(person: Person) -> str:
    """Return the command that ends the conversation; the terminal broke it at its last column."""
    *_, command = person.everything.rpartition("To recreate this project\n")
    return "".join(command.split("\n")).strip()


def comes_back(person: Person, folder: Path) -> str:
    """Check that the printed command writes the same project, byte for byte; return the command."""
    assert person.leaves() == 0
    command = printed_command(person)
    (project,) = folder.iterdir()
    elsewhere = folder.with_name("elsewhere")
    elsewhere.mkdir()
    words = shlex.split(command)
    assert words[:3] == ["kerasmith", "new", project.name], person.everything
    done = subprocess.run(
        [KERASMITH, *words[1:]], cwd=elsewhere, stdin=subprocess.DEVNULL, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    assert files_of(project) == files_of(elsewhere / project.name)
    assert len(files_of(project)) > 15
    return command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder to work in."""
    (tmp_path / "here").mkdir()
    return tmp_path / "here"


def describes_a_stack(person: Person) -> None:
    """Describe a photo that is a cat or none, up to the question what it is for."""
    person.picks("How would you like", "With a model of my own")
    person.answers("What goes into the model?")
    person.answers("What is photo?")
    person.answers("How large is photo")
    person.answers("Does anything else go in?")
    person.answers("What should it predict?", "cat")
    person.answers("What is cat?")
    person.answers("Should it predict anything else?")
    person.answers("How should data flow from photo?")


def test_a_digit_classifier_takes_at_most_eight_keys(folder: Path) -> None:
    with Person(folder, "new", "my-digits") as person:
        person.answers("How would you like to begin?")
        person.answers("Which recipe?")
        person.answers("What is this model for?")
        person.answers("Which features should")
        person.answers("Is it right?")
        person.sees("Created my-digits Sequential")
        assert comes_back(person, folder) == "kerasmith new my-digits --recipe digits"
        assert person.keys <= 8


def test_data_of_my_own_become_a_project(folder: Path) -> None:
    rows = "\n".join(f"{number * 7 % 50},{('cat', 'dog')[number % 2]}" for number in range(60))
    folder.with_name("own pets.csv").write_text(f"Weight,Kind\n{rows}\n")
    with Person(folder, "new", rows=40) as person:
        person.picks("How would you like", "With data of my own")
        person.answers("Where is your data?", "nowhere.csv")
        person.sees("There is no file or folder 'nowhere.csv'.")
        person.presses(*[BACKSPACE] * len("nowhere.csv"), "../own pets.csv", ENTER)
        person.picks("Which column should the model predict?", "Kind")
        person.sees("Inputs Weight number: whole numbers from 0 to 49")
        person.answers("What is this model for?")
        person.answers("Which features should")
        person.answers("What is the project called?", *[BACKSPACE] * len("own-pets"), "pets")
        person.answers("Is it right?")
        command = comes_back(person, folder)
    assert command == "kerasmith new pets --data '../own pets.csv' --predict Kind"


def test_several_inputs_of_several_kinds_and_several_outputs(folder: Path) -> None:
    with Person(folder, "new", "pets", columns=100, rows=30) as person:
        person.picks("How would you like", "With a model of my own")
        person.answers("What goes into the model?", "photo")
        person.picks("What is photo?", "image")
        person.answers("How large is photo", "64x64x3")
        person.is_asked("Does anything else go in?")
        person.presses("y")
        person.answers("What else goes in?", "caption")
        person.picks("What is caption?", "text")
        person.answers("How many words of caption", "20")
        person.sees("Functional: it has 2 inputs (multiple-inputs)")
        person.is_asked("Does anything else go in?")
        person.presses("y")
        person.answers("What else goes in?", "owner")
        person.picks("What is owner?", "table")
        person.answers("What are the columns of owner?", "age,sex/f/m")
        person.answers("Does anything else go in?")
        person.answers("What should it predict?", "breed")
        person.picks("What is breed?", "category")
        person.answers("What are the classes of breed?", "beagle,boxer,old dog")
        person.is_asked("Should it predict anything else?")
        person.presses("y")
        person.answers("What else?", "place")
        person.picks("What is place?", "box")
        person.answers("Should it predict anything else?")
        person.picks("How should data flow from photo?", "resnet")
        person.answers("How should data flow from caption?")
        person.picks("How should data flow from owner?", "wide_deep")
        person.picks("What is this model for?", "room-to-grow")
        person.answers("Which features should")
        person.answers("What does it do", "Finds pets, or so.")
        person.answers("Is it right?")
        command = comes_back(person, folder)
    assert "--input owner:table:age,sex/f/m=wide_deep" in command
    assert "multiple-inputs" in (folder / "pets/docs/decision.md").read_text("utf-8")


def test_a_pair_that_is_read_by_the_same_layers(folder: Path) -> None:
    with Person(folder, "new", "pairs") as person:
        person.picks("How would you like", "With a model of my own")
        person.answers("What goes into the model?", "left")
        person.answers("What is left?")
        person.answers("How large is left", "32x32x1")
        person.is_asked("Does anything else go in?")
        person.presses("y")
        person.answers("What else goes in?", "right")
        person.answers("What is right?")
        person.answers("How large is right")
        person.answers("Does anything else go in?")
        person.answers("What should it predict?", "same")
        person.answers("What is same?")
        person.answers("Should it predict anything else?")
        person.is_asked("Should left and right be read by the same layers?")
        person.presses("y")
        person.sees("also shared-layers and branching")
        person.answers("How should data flow from left and right?")
        person.answers("What is this model for?")
        person.answers("Which features should")
        person.answers("What does it do")
        person.answers("Is it right?")
        command = comes_back(person, folder)
    assert command.endswith("--share left,right")


def test_of_three_inputs_two_are_ticked(folder: Path) -> None:
    flags = [flag for name in "abc" for flag in ("--input", f"{name}_text:text:9")]
    with Person(folder, "new", "texts", *flags) as person:
        person.answers("What should it predict?", "same")
        person.answers("What is same?")
        person.answers("Should it predict anything else?")
        person.is_asked("Which of these should be read by the same layers?")
        person.presses(SPACE, ENTER)
        person.sees("One input alone shares nothing.")
        person.presses(DOWN, DOWN, SPACE, ENTER)
        person.answers("How should data flow from a_text and c_text?")
        person.answers("How should data flow from b_text?")
        person.answers("What is this model for?")
        person.answers("Which features should")
        person.answers("What does it do")
        person.answers("Is it right?")
        assert "--share a_text,c_text" in comes_back(person, folder)


def test_a_change_in_the_review_flips_the_decision(folder: Path) -> None:
    with Person(folder, "new", "cats") as person:
        describes_a_stack(person)
        person.answers("What is this model for?")
        person.answers("Which features should")
        person.answers("What does it do")
        person.is_asked("Is it right?")
        assert "Functional: " not in person.everything
        person.picks("Is it right?", "Change how data flows from photo")
        person.picks("How should data flow from photo?", "inception")
        person.sees("Functional: data takes more than one path (branching)")
        person.picks("Is it right?", "Write the project")
        person.sees("Created cats Functional")
        assert "photo:image:28x28x1=inception" in comes_back(person, folder)


def test_advice_is_followed_or_declined(folder: Path) -> None:
    with Person(folder, "new", "cats") as person:
        describes_a_stack(person)
        person.picks("What is this model for?", "room-to-grow")
        person.sees("Functional: it is meant to grow (room-to-grow)")
        person.is_asked("The stack itself does not need the Functional API.")
        person.presses("n")
        person.sees("Sequential: it was asked for (--api sequential)")
        person.answers("Which features should")
        person.answers("What does it do")
        person.answers("Is it right?")
        command = comes_back(person, folder)
    assert "--api sequential --purpose room-to-grow" in command


def test_what_is_wrong_is_said_while_it_is_typed(folder: Path) -> None:
    with Person(folder, "new", "cats", columns=100) as person:
        person.picks("How would you like", "With a model of my own")
        person.is_asked("What goes into the model?")
        person.presses("My Photo")
        person.sees("name = 'My Photo' does not work. A name is lower-case letters and digits")
        person.sees("Try: my_photo")
        person.presses(ENTER)  # which is not taken
        person.presses(*[BACKSPACE] * 8, "photo")
        person.sees_no_more("does not work")
        person.presses(ENTER)
        person.answers("What is photo?")
        person.is_asked("How large is photo")
        person.presses("28x28")
        person.sees("shape = [28, 28] does not work.")
        person.sees("Try: 28x28x3 in colour, 28x28x1 in grey")
        person.presses("x1", ENTER)
        person.answers("Does anything else go in?")
        person.is_asked("What should it predict?")
        person.presses("photo")
        person.sees("The name 'photo' is already used by the input photo.")
        person.presses(*[BACKSPACE] * 5, "cat", ENTER)
        person.picks("What is cat?", "category")
        person.is_asked("What are the classes of cat?")
        person.presses("tabby,tabby")
        person.sees("The class 'tabby' appears 2 times.")
        person.presses(*[BACKSPACE] * 5, "none", ENTER)
        person.answers("Should it predict anything else?")
        person.answers("How should data flow from photo?")
        person.answers("What is this model for?")
        person.answers("Which features should")
        person.answers("What does it do")
        person.answers("Is it right?")
        assert "--output cat:category:tabby,none" in comes_back(person, folder)


def test_tab_brings_the_default_to_edit_it(folder: Path) -> None:
    with Person(folder, "new", "--recipe", "digits") as person:
        person.is_asked("What is this model for?")
        person.presses(ENTER)
        person.answers("Which features should")
        person.is_asked("What is the project called?")
        person.presses(TAB, "-two", ENTER)
        person.answers("Is it right?")
        assert comes_back(person, folder) == "kerasmith new digits-two --recipe digits"


def test_a_name_whose_folder_is_taken_is_refused_while_it_is_typed(folder: Path) -> None:
    (folder / "digits").mkdir()
    (folder / "digits/mine.txt").touch()
    with Person(folder, "new", "--recipe", "digits") as person:
        person.answers("What is this model for?")
        person.answers("Which features should")
        person.is_asked("What is the project called?")
        person.presses("digits")
        person.sees("digits is not empty.")
        person.presses(ENTER, "-b", ENTER)
        person.answers("Is it right?")
        assert person.leaves() == 0
    assert sorted(path.name for path in folder.iterdir()) == ["digits", "digits-b"]


def test_a_message_breaks_inside_no_word_however_long_the_path(tmp_path: Path) -> None:
    folder = tmp_path / ("long-" * 20) / "here"
    (folder / "digits").mkdir(parents=True)
    (folder / "digits/mine.txt").touch()
    with Person(folder, "new", "--recipe", "digits") as person:
        person.answers("What is this model for?")
        person.answers("Which features should")
        person.is_asked("What is the project called?")
        person.presses("digits")
        person.sees("digits is not empty.")
        person.presses(CTRL_C)
        assert person.leaves() == 130


def test_a_test_table_beside_that_of_training_is_asked_for(folder: Path) -> None:
    rows = [f"{number * 7 % 50},{('cat', 'dog')[number % 2]}" for number in range(90)]
    for name, of_split in (("train", rows[:60]), ("test", rows[60:]), ("validated", ["other,1"])):
        header = "weight,kind" if name != "validated" else "a,b"
        folder.with_name(f"{name}.csv").write_text("\n".join((header, *of_split)) + "\n")
    with Person(folder, "new", "pets", "--data", "../train.csv", rows=40) as person:
        person.answers("Are the rows of test.csv the test split?")
        person.picks("Which column should the model predict?", "kind")
        person.answers("What is this model for?")
        person.answers("Which features should")
        person.answers("Is it right?")
        command = comes_back(person, folder)
    assert command == ("kerasmith new pets --data ../train.csv --predict kind --test ../test.csv")


def test_a_table_whose_rows_are_steps_in_time_is_asked_for_a_forecast(folder: Path) -> None:
    rows = [
        f"2024-{1 + n // 28:02}-{1 + n % 28:02} 10:00,{(n * 7 + number) % 13},{n % 2},{shop}"
        for number, shop in enumerate(("Ost", "West"))
        for n in range(28)
    ]
    folder.with_name("shops.csv").write_text("\n".join(("day,load,holiday,shop", *rows)) + "\n")
    with Person(folder, "new", "shops", "--data", "../shops.csv", rows=40) as person:
        person.is_asked("Which column should the model predict?")
        person.is_pointed_at("")
        first = person.pointed
        person.moves_on()
        person.presses(ESCAPE)  # before which there is nothing: it is asked anew
        person.is_pointed_at(first)
        person.picks("Which column should the model predict?", "load")
        person.answers("Should load be forecast?")
        person.answers("Is each value of shop a series of its own?")
        person.is_asked("How many steps ahead should it predict?")
        person.presses(ESCAPE)
        person.answers("Is each value of shop a series of its own?")
        person.is_asked("How many steps ahead should it predict?")
        person.presses("4")
        person.sees("The rows allow 3 steps at the most.")
        person.presses(BACKSPACE, "2", ENTER)
        person.answers("How many steps before should it read?")
        person.is_asked("Which columns are known in advance?")
        person.sees("A holiday is, or a price that is set.")
        person.presses(SPACE, ENTER)
        person.answers("What is this model for?")
        person.answers("Which features should")
        person.answers("Is it right?")
        command = comes_back(person, folder)
    assert command == (
        "kerasmith new shops --data ../shops.csv --predict load --history 2 --horizon 2 "
        "--series shop --known holiday"
    )


def test_what_stays_together_is_asked(folder: Path) -> None:
    rows = "\n".join(f"p{n // 5},{n * 7 % 50},{n * n % 3}.5" for n in range(100))
    folder.with_name("ill.csv").write_text(f"patient,weight,dose\n{rows}\n")
    with Person(folder, "new", "ill", rows=40) as person:
        person.picks("How would you like", "With data of my own")
        person.answers("Where is your data?", "../ill.csv")
        person.is_asked("Which column should the model predict?")
        person.presses(ESCAPE)
        person.answers("Where is your data?")  # the path of before
        person.picks("Which column should the model predict?", "dose")
        person.answers("Should all rows of one patient be in one split?")
        person.answers("What is this model for?")
        person.answers("Which features should")
        person.is_asked("Is it right?")
        assert 'group = "patient"' in person.everything
        person.presses(ENTER)
        command = comes_back(person, folder)
    assert command == "kerasmith new ill --data ../ill.csv --predict dose"


def test_what_is_made_from_data_is_reviewed_before_it_is_written(folder: Path) -> None:
    rows = "\n".join(f"{number * 7 % 50},{('cat', 'dog')[number % 2]}" for number in range(60))
    folder.with_name("pets.csv").write_text(f"weight,kind\n{rows}\n")
    with Person(folder, "new", "pets", "--data", "../pets.csv", rows=40) as person:
        person.picks("Which column should the model predict?", "kind")
        person.answers("What is this model for?")
        person.answers("Which features should")
        person.is_asked("Is it right?")
        assert list(folder.iterdir()) == []
        person.presses(CTRL_C)
        assert person.leaves() == 130
        person.sees("Your answers so far kerasmith new pets --data ../pets.csv --predict kind")
    assert list(folder.iterdir()) == []


def test_escape_goes_back_to_the_question_before(folder: Path) -> None:
    with Person(folder, "new", "pets") as person:
        person.is_asked("How would you like")
        person.is_pointed_at("")
        first = person.pointed
        person.moves_on()
        person.presses(ESCAPE)  # before which there is nothing: it is asked anew
        person.is_pointed_at(first)
        person.picks("How would you like", "With data of my own")
        person.is_asked("Where is your data?")
        person.presses(ESCAPE)
        person.picks("How would you like", "With a model of my own")
        person.answers("What goes into the model?", "foto")
        person.is_asked("What is foto?")
        person.presses(ESCAPE)
        person.answers("What goes into the model?", "photo")
        person.answers("What is photo?")
        person.answers("How large is photo", "64, 64, 3")
        person.answers("Does anything else go in?")
        person.answers("What should it predict?", "cat")
        person.answers("What is cat?")
        person.answers("Should it predict anything else?")
        person.answers("How should data flow from photo?")
        person.answers("What is this model for?")
        person.answers("Which features should")
        person.answers("What does it do")
        person.picks("Is it right?", "Add an input")
        person.is_asked("What else goes in?")
        person.presses(ESCAPE)
        person.picks("Is it right?", "Write the project")
        assert comes_back(person, folder).endswith(
            "--input photo:image:64x64x3 --output cat:binary"
        )


def test_flags_answer_ahead(folder: Path) -> None:
    with Person(folder, "new", "pets", "--input", "photo:image:64x64x3") as person:
        person.answers("What should it predict?", "breed")
        person.picks("What is breed?", "category")
        person.answers("What are the classes of breed?", "beagle,boxer")
        person.answers("Should it predict anything else?")
        person.answers("How should data flow from photo?")
        person.answers("What is this model for?")
        person.answers("Which features should")
        person.answers("What does it do")
        person.answers("Is it right?")
        assert "photo:image:64x64x3 --output breed" in comes_back(person, folder)
        assert "What goes into" not in person.everything


def test_a_project_is_asked_again(folder: Path) -> None:
    first = [KERASMITH, "new", "old", "--recipe", "siamese"]
    subprocess.run(first, cwd=folder, check=True, capture_output=True)
    with Person(folder, "new", "young", "--ask-again", "old") as person:
        person.answers("What goes into the model?")
        person.answers("What is left?")
        person.answers("How large is left")
        person.answers("Does anything else go in?")
        person.answers("What else goes in?")
        person.answers("What is right?")
        person.answers("How large is right")
        person.answers("Does anything else go in?")
        person.answers("What should it predict?")
        person.answers("What is same?")
        person.is_asked("Should it predict anything else?")
        person.presses("y")
        person.is_asked("What else?")
        person.presses("digit")
        person.sees("The name 'digit' does not go with the layers that left and right share.")
        person.presses(*[BACKSPACE] * 5, "sort", ENTER)
        person.picks("What is sort?", "category")
        person.answers("What are the classes of sort?", "10")
        person.answers("Should it predict anything else?")
        person.answers("Should left and right be read by the same layers?")
        person.answers("How should data flow from left and right?")
        person.answers("What is this model for?")
        person.answers("Which features should")
        person.answers("What does it do")
        person.answers("Is it right?")
        assert person.leaves() == 0
        command = printed_command(person)
    assert "--share" in command
    assert "--output same:binary --output sort:category:10" in command
    assert (folder / "young/kerasmith.toml").exists()


def test_a_project_is_asked_what_to_update(folder: Path) -> None:
    new = [KERASMITH, "new", "digits", "--recipe", "digits"]
    subprocess.run(new, cwd=folder, check=True, capture_output=True)
    project = folder / "digits"
    commit = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "one"]
    for command in (["git", "init", "--quiet"], ["git", "add", "--all"], commit):
        subprocess.run(command, cwd=project, check=True)
    with Person(project, "update", "--ask") as person:
        person.answers("What goes into the model?")
        person.answers("What is image?")
        person.answers("How large is image")
        person.answers("Does anything else go in?")
        person.answers("What should it predict?")
        person.answers("What is digit?")
        person.answers("What are the classes of digit?")
        person.is_asked("Should it predict anything else?")
        person.presses("y")
        person.answers("What else?", "place")
        person.picks("What is place?", "box")
        person.answers("Should it predict anything else?")
        person.answers("How should data flow from image?")
        person.answers("What is this model for?")
        person.answers("Which features should")
        person.answers("What is the project called?")
        person.answers("What does it do")
        person.picks("Is it right?", "Update the project")
        assert person.leaves() == 0
        assert "Sequential becomes Functional" in person.everything
    assert 'kind = "box"' in (project / "kerasmith.toml").read_text("utf-8")
    assert "keras.Model" in (project / "src/digits/model.py").read_text("utf-8")


def test_a_program_that_reads_json_is_not_asked_what_to_update(folder: Path) -> None:
    with Person(folder, "update", "--ask", "--format", "json") as person:
        assert person.leaves() == 2
        assert "This needs an interactive terminal." in person.everything


def test_nobody_is_asked_what_to_update_without_a_terminal(folder: Path) -> None:
    done = subprocess.run(
        [KERASMITH, "update", "--ask"], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True
    )
    assert done.returncode == 2
    assert b"This needs an interactive terminal." in done.stderr


def test_a_dry_run_asks_and_writes_nothing(folder: Path) -> None:
    with Person(folder, "new", "pets", "--dry-run") as person:
        person.answers("How would you like")
        person.answers("Which recipe?")
        person.answers("What is this model for?")
        person.answers("Which features should")
        person.picks("Is it right?", "Show what would be written")
        assert person.leaves() == 0
        assert "Nothing was written (--dry-run)." in person.everything
    assert list(folder.iterdir()) == []


def test_a_taken_destination_is_refused_before_anything_is_asked(folder: Path) -> None:
    (folder / "mine.txt").touch()
    with Person(folder, "new", ".") as person:
        assert person.leaves() == 2
        assert re.search(r"is\s+not\s+empty", person.everything)
        assert person.asked == ""


@pytest.mark.parametrize("wrong", ["photo:image:8x8", "photo:imag", "photo", "class:image:8x8x1"])
def test_a_wrong_flag_is_refused_before_anything_is_asked(folder: Path, wrong: str) -> None:
    with Person(folder, "new", "pets", "--input", wrong) as person:
        assert person.leaves() == 2
        assert "error: " in person.everything
        assert "--output" not in person.everything, "what is missing would have been asked for"
    assert list(folder.iterdir()) == []


def test_programs_are_answered_in_json_and_never_asked(folder: Path) -> None:
    with Person(folder, "new", "pets", "--format", "json") as person:
        assert person.leaves() == 2
    with Person(folder, "new", "pets", "--yes", "--format", "json") as person:
        assert person.leaves() == 0
        told = json.loads(re.sub(r"\n(?=\S)", "", person.everything.strip()))
    assert (told["written"], told["command"]) == (True, "kerasmith new pets --recipe digits")


def asks_about_a_stack() -> str:
    """Return the seed of a quiz in which the first alone of the answers below is right."""
    for seed in range(1000):
        exercise = next(exercises(seed))
        answers = ("sequential", "branching", questions(exercise)[2].default)
        if exercise.decision.rule == "linear-stack" and sum(marks(exercise, answers)) == 1:
            return str(seed)
    raise AssertionError("no quiz begins with a stack")


def test_a_quiz_marks_answers_and_shows_the_rules(folder: Path) -> None:
    seed = asks_about_a_stack()
    with Person(folder, "quiz", "--seed", seed, "--questions", "1") as person:
        person.sees("Model 1 of 1")
        person.picks("Sequential or Functional?", "Sequential")
        person.picks("Which rule decides?", "branching")
        person.answers("Which of these would change that")
        assert person.leaves() == 0
        *_, marked = person.everything.partition("Right: it is Sequential.")
    for said in (
        "No: linear-stack decides.",
        "No: what does is: ",
        "“If your model can be described as a linear stack of layers.”",
        "1 of 3 answers are right.",
        f"The same again: kerasmith quiz --seed {seed} --questions 1",
    ):
        assert said in marked
    assert not [*folder.iterdir()]
