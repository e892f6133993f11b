"""The wizard as one more way to write a spec: what it asks, and what the answers say.

Who answers here is a script; tests/terminal has a person at a real terminal.
"""

import json
import re
import shlex
import shutil
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from kerasmith.catalogue import encoders
from kerasmith.catalogue.backends import BACKENDS
from kerasmith.catalogue.encoders.image import Cnn
from kerasmith.catalogue.inputs import INPUT_KINDS, Text
from kerasmith.catalogue.outputs import OUTPUT_KINDS, Category
from kerasmith.cli import main
from kerasmith.decision.apply_rules import decide
from kerasmith.errors import KerasmithError, Problem
from kerasmith.render.render import templates_dir
from kerasmith.spec.command import command_of
from kerasmith.spec.flags import Flags, spec_from_flags, tables_from_flags
from kerasmith.spec.names import recipe_names
from kerasmith.spec.read import load_spec, read_spec
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from kerasmith.spec.tables import tables_of
from kerasmith.styled import shown
from kerasmith.testing.random_specs import specs
from kerasmith.wizard import Context, Defaults, ask
from kerasmith.wizard.architecture import api_question
from kerasmith.wizard.draft import Draft
from kerasmith.wizard.project import backend_question
from kerasmith.wizard.question import NO, YES, Question
from tests.samples import draws
from tests.unit.helpers import SPECS, well_said

Tables = dict[str, Any]
Answers = tuple[tuple[str, str], ...]

OWN = ("How would you like", "own")


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


class Script:
    """Gives each answer once, to the first question that begins so; to others the default."""

    def __init__(self, answers: Answers) -> None:
        self.answers = list(answers)
        self.asked: list[Question] = []
        self.shown = ""

    def ask(self, question: Question) -> str:
        self.asked.append(question)
        answer = question.default
        assert question.check(answer) is None, (question.text, answer, question.check(answer))
        for place, (text, said) in enumerate(self.answers):
            if question.text.startswith(text):
                del self.answers[place]
                answer = said
                break
        if question.choices and not question.several:
            assert answer in {each.value for each in question.choices}, (question.text, answer)
        assert question.check(answer) is None, (question.text, answer, question.check(answer))
        return answer

    def say(self, lines: Iterable[str]) -> None:
        self.shown += "".join(f"{click.unstyle(shown(line))}\n" for line in lines)

    @property
    def texts(self) -> list[str]:
        return [question.text for question in self.asked]

    def question(self, text: str) -> Question:
        return next(each for each in self.asked if each.text.startswith(text))

    def was_asked(self, text: str) -> bool:
        return any(each.startswith(text) for each in self.texts)


def talk(
    *answers: tuple[str, str], tables: Tables | None = None, **context: Any
) -> tuple[Spec, Script]:
    """Have a conversation to its end; every answer must have been asked for."""
    script = Script(answers)
    spec = read_spec(ask(tables or {}, Context(**context), script))
    assert not script.answers, f"never asked for: {script.answers}"
    return spec, script


def described(*parts: str) -> Answers:
    """Return the answers that describe inputs and outputs: `photo:image:8x8x1`, `> cat:binary`."""
    answers: list[tuple[str, str]] = [OWN]
    inputs = [part for part in parts if not part.startswith(">")]
    outputs = [part[1:].strip() for part in parts if part.startswith(">")]
    for several, first, more, kinds in (
        (inputs, "What goes into", "Does anything else", INPUT_KINDS),
        (outputs, "What should it", "Should it predict", OUTPUT_KINDS),
    ):
        for number, part in enumerate(several):
            name, kind, size = (*part.split(":", 2), "")[:3]
            begin = (
                first
                if number == 0
                else "What else goes in?"
                if several is inputs
                else "What else?"
            )
            answers += [(begin, name), (f"What is {name}?", kind)]
            if size:
                answers.append((kinds[kind].size_asked.format(name=name), size))
            if number + 1 < len(several):
                answers.append((more, YES))
    return tuple(answers)


# === The plain way ===


def test_enter_at_every_question_makes_the_digits_recipe() -> None:
    spec, script = talk(
        folder=Path("my-digits"), named=True, tables={"project": {"name": "my-digits"}}
    )
    assert command_of(spec) == "kerasmith new my-digits --recipe digits"
    assert len(script.asked) <= 8


@pytest.mark.parametrize("name", recipe_names())
def test_each_recipe_can_be_picked(name: str) -> None:
    spec, script = talk(("Which recipe", name))
    assert spec == load_recipe(name).spec
    assert decide(spec).headline in script.shown


def test_a_model_of_ones_own_is_described_part_by_part() -> None:
    spec, _ = talk(
        *described(
            "photo:image:64x64x3",
            "caption:text:20",
            "> breed:category:beagle,boxer",
            "> age:number:1",
        ),
        ("How should data flow from photo", "resnet"),
        ("What is this model for", "prototype"),
        ("What is the project", "pets"),
        ("What does it do", "Finds pets."),
    )
    assert command_of(spec) == (
        "kerasmith new pets --description 'Finds pets.' --purpose prototype "
        "--input photo:image:64x64x3=resnet --input caption:text:20 "
        "--output breed:category:beagle,boxer --output age:number"
    )


def test_what_is_usual_is_left_out_of_the_spec() -> None:
    spec, _ = talk(*described("photo:image:28x28x1", "> digit:category:10"))
    assert tables_of(spec)["inputs"] == [{"name": "photo", "kind": "image", "shape": [28, 28, 1]}]
    assert set(tables_of(spec)["project"]) == {"name"}


@pytest.mark.parametrize("value", ["a;b", "a,b", "a/b"])
@pytest.mark.parametrize("columns", [1, 2])
def test_a_value_that_no_answer_means_is_kept(value: str, columns: int) -> None:
    names = [{"name": f"c{number}"} for number in range(columns)]
    of_kind = [{**each, "type": "category", "values": [value, "b"]} for each in names]
    tables = {
        "project": {"name": "pets"},
        "inputs": [{"name": "row", "kind": "table", "columns": of_kind}],
        "outputs": [{"name": "pet", "kind": "category", "classes": [value, "d"]}],
    }
    spec, _ = talk(tables=tables, again=True, folder=Path("pets"), named=True)
    assert tables_of(spec)["inputs"] == tables["inputs"]
    assert tables_of(spec)["outputs"] == tables["outputs"]


@draws(10, 200)
@given(spec=specs())
def test_asking_again_and_pressing_enter_changes_nothing(spec: Spec) -> None:
    context = Context(again=True, folder=Path("pets"), named=True)
    assert read_spec(ask(tables_of(spec), context, Defaults())) == spec


def test_asking_again_keeps_what_is_known_in_advance() -> None:
    inputs = [{"name": name, "kind": "series", "steps": 1} for name in ("sold", "holiday", "price")]
    inputs[1]["known"] = True
    outputs = [{"name": "ahead", "kind": "forecast", "size": 1}]
    spec = read_spec({"project": {"name": "pets"}, "inputs": inputs, "outputs": outputs})
    context = Context(again=True, folder=Path("pets"), named=True)
    assert read_spec(ask(tables_of(spec), context, Defaults())) == spec


WORDS = ("left", "right", "text", "age", "photo", "page_encoder", "class", "My Photo", "x" * 31)
SIZES = ("8x8x1", "9x9x3", "12", "3", "cat,dog", "a,b,c", "age,sex/f/m", "24x2", "0", "x", "5,5")


class Random:
    """Answers whatever comes to mind and is taken; in the review it changes a few things."""

    def __init__(self, data: DataObject) -> None:
        self.data = data
        self.changes = 4

    def ask(self, question: Question) -> str:
        if question.several:
            values = [each.value for each in question.choices]
            picked = self.data.draw(st.lists(st.sampled_from(values), unique=True))
            return ",".join(picked) if question.check(",".join(picked)) is None else ""
        if question.choices:
            self.changes -= question.choices[0].value == "write"
            choices = question.choices if self.changes > 0 else question.choices[:1]
            return self.data.draw(st.sampled_from([each.value for each in choices]))
        answer = self.data.draw(st.sampled_from((question.default, *WORDS, *SIZES)))
        return answer if question.check(answer) is None else question.default

    def say(self, lines: Iterable[str]) -> None:
        assert all("\n" not in line for line in lines)


@draws(10, 100)
@given(data=st.data())
def test_whatever_is_answered_leads_to_a_spec_that_its_command_makes(data: DataObject) -> None:
    spec = read_spec(ask({}, Context(), Random(data)))
    decide(spec)
    command = command_of(spec)
    told = CliRunner().invoke(main, [*shlex.split(command)[1:], "--dry-run", "--format", "json"])
    assert told.exit_code == 0, told.stderr
    assert json.loads(told.stdout)["command"] == command


@pytest.mark.parametrize("path", sorted(SPECS.glob("*.toml")), ids=lambda path: path.stem)
def test_asking_an_example_again_asks_for_each_of_its_parts(path: Path) -> None:
    spec = load_spec(path)
    again, script = talk(tables=tables_of(spec), again=True, folder=Path("x"), named=True)
    assert again == spec
    names = [given.name for given in spec.inputs] + [output.name for output in spec.outputs]
    for name in names:
        assert f"What is {name}?" in script.texts


# === Only what is left to say ===


def rest_of(flags: Flags, *answers: tuple[str, str]) -> tuple[Spec, Script]:
    """Have a conversation about what the flags leave open."""
    tables, _, _ = tables_from_flags(flags)
    return talk(*answers, tables=tables, named=flags.name is not None)


def test_what_flags_say_is_not_asked() -> None:
    flags = Flags(name="pets", inputs=["photo:image:64x64x3"])
    spec, script = rest_of(flags, ("What should it", "breed"))
    assert (spec.inputs[0].name, spec.outputs[0].name) == ("photo", "breed")
    for text in ("How would you", "What goes into", "What is photo", "How large", "Does anything"):
        assert not script.was_asked(text)
    assert not script.was_asked("What is the project")


def test_a_size_that_a_flag_leaves_out_is_asked() -> None:
    flags = Flags(name="pets", inputs=["photo:image"], outputs=["breed:category"])
    spec, script = rest_of(
        flags, ("How large is photo", "8x8x3"), ("What are the classes", "cat,dog")
    )
    assert command_of(spec) == (
        "kerasmith new pets --input photo:image:8x8x3 --output breed:category:cat,dog"
    )
    assert not script.was_asked("What is photo")


def test_an_encoder_that_a_flag_names_is_not_asked() -> None:
    flags = Flags(inputs=["photo:image:8x8x1=resnet", "scan:image:9x9x1"])
    _, script = rest_of(flags)
    flows = [text for text in script.texts if text.startswith("How should data flow")]
    assert flows == ["How should data flow from scan?"]


def test_an_output_given_by_a_flag_decides_which_inputs_are_offered() -> None:
    _, script = rest_of(Flags(outputs=["ahead:forecast"]))
    assert [each.value for each in script.question("What is photo?").choices] == ["series"]


def test_an_output_decides_on_the_first_input_and_leaves_the_next_free() -> None:
    _, script = rest_of(
        Flags(outputs=["place:box"]), ("Does anything else", YES), ("What else goes in", "caption")
    )
    assert [each.value for each in script.question("What is photo?").choices] == ["image"]
    assert len(script.question("What is caption?").choices) == len(INPUT_KINDS)


def test_an_entry_of_a_file_that_leaves_something_out_is_asked_for_the_rest() -> None:
    tables: Tables = {"inputs": [{"shape": [8, 8, 1]}, {"name": "scan"}], "outputs": [{}]}
    tables["inputs"][0]["kind"] = "image"
    spec, _ = talk(
        ("What goes into", "photo"),
        ("What is scan", "text"),
        ("What should it", "cat"),
        tables=tables,
    )
    assert [each.name for each in spec.inputs] == ["photo", "scan"]
    assert spec.inputs[0].kind.tensor_shape == (8, 8, 1)


# === Names, kinds, sizes ===


@pytest.mark.parametrize(
    ("question", "answer", "flag"),
    [
        ("What goes into", "My Photo", "--input 'My Photo:image:8x8x1' --output cat:binary"),
        ("What goes into", "class", "--input class:image:8x8x1 --output cat:binary"),
        ("How large", "8x8", "--input photo:image:8x8 --output cat:binary"),
        ("How large", "8x8x2", "--input photo:image:8x8x2 --output cat:binary"),
        ("How large", "0x8x1", "--input photo:image:0x8x1 --output cat:binary"),
        ("How large", "large", "--input photo:image:large --output cat:binary"),
        ("What should it", "photo", "--input photo:image:8x8x1 --output photo:binary"),
        (
            "What are the classes",
            "cat,cat",
            "--input photo:image:8x8x1 --output c:category:cat,cat",
        ),
        ("What are the classes", "cat", "--input photo:image:8x8x1 --output c:category:cat"),
        ("What is the project", "json", "--name json --input p:image:8x8x1 --output c:binary"),
        ("What does it do", "x" * 81, f"--description {'x' * 81}"),
    ],
)
def test_a_wrong_answer_is_refused_in_the_words_of_the_flag(
    question: str, answer: str, flag: str
) -> None:
    _, script = talk(OWN, ("What is label?", "category"))
    found = script.question(question).check(answer)
    assert found is not None
    refused = CliRunner().invoke(main, f"new pets --dry-run {flag}")
    told = " ".join(refused.stderr.split())
    why = found.why.split(":")[0]  # an example of what works may differ
    assert why in told
    if question != "What should it":  # what stands there already has another name
        assert found.what.split(" output ")[0] in told


def test_a_wrong_answer_comes_with_one_that_works() -> None:
    _, script = talk(*described("photo:image:8x8x1", "> breed:category:cat,dog"))
    for text, wrong in (
        ("What goes into", "My Photo"),
        ("How large", "8"),
        ("What should it", "class"),
        ("What are the classes", "cat"),
        ("What is the project", "My Pets"),
    ):
        question = script.question(text)
        found = question.check(wrong)
        assert found is not None
        well_said((found,))
        assert found.try_, text
        assert question.check(found.try_) is None, (text, found.try_)


def test_every_question_has_a_default_that_works_and_some_help() -> None:
    _, script = talk(
        *described("photo:image:8x8x1", "title:text:9", "body:text:9", "> breed:category:3"),
        ("Should title and body", YES),
        ("What is this model for", "room-to-grow"),
    )
    for question in script.asked:
        assert question.help or all(
            each.about or each.brief or each.label for each in question.choices
        )


def test_a_name_that_a_column_has_is_refused() -> None:
    _, script = talk(*described("person:table:age,height", "> cat:binary"))
    assert "both have a column 'age'" in getattr(
        script.question("What should it").check("age"), "what", ""
    )


def test_a_second_table_begins_with_columns_of_its_own() -> None:
    spec, _ = talk(
        *described("photo:table", "> cat:binary"),
        ("Does anything else", YES),
        ("What else goes in", "house"),
    )
    assert [each.kind.to_flag() for each in spec.inputs] == [
        "age,height,sex/f/m",
        "house_1,house_2",
    ]


@pytest.mark.slow
def test_only_kinds_that_fit_are_offered() -> None:
    def offered(*inputs: str) -> list[str]:
        _, script = talk(*described(*inputs), ("What should it", "answer"))
        return [each.value for each in script.question("What is answer?").choices]

    assert "box" in offered("photo:image:8x8x1")
    assert "forecast" not in offered("photo:image:8x8x1")
    assert "box" not in offered("caption:text:9")
    assert "forecast" in offered("load:series:24x1")


def test_nothing_is_asked_that_could_not_be_said() -> None:
    _, script = talk(*described("load:series:24x1", "> ahead:forecast:2"))
    assert not script.was_asked("Should it predict anything else")


@pytest.mark.slow
def test_quantiles_are_asked_for_where_there_are_some_and_enter_takes_none() -> None:
    forecast = described("load:series:24x1", "> ahead:forecast:2")
    spec, script = talk(*forecast)
    assert script.question("Which quantiles of ahead").default == "none"
    assert tables_of(spec)["outputs"] == [{"name": "ahead", "kind": "forecast", "size": 2}]
    spec, _ = talk(*forecast, ("Which quantiles", "10, 50,90"))
    assert tables_of(spec)["outputs"][0]["quantiles"] == [10, 50, 90]
    _, script = talk(*described("load:series:24x1", "> high:binary"))
    assert not script.was_asked("Which quantiles")


@pytest.mark.parametrize("answer", ["90, 10", "0", "100", "half", "10, 10"])
def test_quantiles_that_cannot_be_are_refused_as_in_a_spec(answer: str) -> None:
    _, script = talk(*described("load:series:24x1", "> ahead:forecast:2"))
    refused = script.question("Which quantiles").check(answer)
    assert refused
    assert refused.where == "outputs[0].quantiles"


def test_quantiles_are_the_default_when_they_are_asked_for_again_and_can_go() -> None:
    flags = Flags(name="loads", inputs=["load:series:24x1"], outputs=["ahead:forecast:2"])
    tables = tables_of(spec_from_flags(Flags(quantiles="10,90"), tables_of(spec_from_flags(flags))))
    again = Context(Path("loads"), named=True, again=True)
    kept, left_out = Script(()), Script((("Which quantiles", "none"),))
    assert read_spec(ask(tables, again, kept)).outputs[0].kind.to_flag() == "2"
    assert kept.question("Which quantiles").default == "10, 90"
    assert "quantiles" not in ask(tables, again, left_out)["outputs"][0]


def test_the_second_of_a_pair_is_like_the_first() -> None:
    spec, _ = talk(
        *described("left:image:9x7x3", "> same:binary"),
        ("Does anything else", YES),
        ("What else goes in", "right"),
    )
    assert spec.inputs[1].kind == spec.inputs[0].kind


# === Sharing and flow ===


@pytest.mark.slow
def test_sharing_is_asked_only_where_inputs_are_alike() -> None:
    for parts, asked in (
        (("photo:image:8x8x1", "caption:text:9"), False),
        (("left:image:8x8x1", "right:image:9x9x1"), False),
        (("title:text:9", "body:text:9"), True),
    ):
        _, script = talk(*described(*parts, "> cat:binary"))
        assert any("read by the same layers" in text for text in script.texts) is asked, parts


@pytest.mark.slow
def test_two_inputs_share_their_layers_where_one_says_so() -> None:
    answers = described("left:image:8x8x1", "right:image:8x8x1", "> same:binary")
    spec, script = talk(*answers, ("Should left and right be read by the same layers", YES))
    assert [each.inputs for each in spec.shared] == [("left", "right")]
    assert "How should data flow from left and right?" in script.texts
    spec, _ = talk(*answers, ("Should left and right", NO))
    assert spec.shared == ()


@pytest.mark.slow
def test_of_three_alike_some_may_share() -> None:
    answers = described("a:text:9", "b:text:9", "c:text:9", "> same:binary")
    spec, script = talk(*answers, ("Which of these should", "a,c"))
    assert [each.inputs for each in spec.shared] == [("a", "c")]
    question = script.question("Which of these should")
    assert question.check("b") is not None
    assert question.check("") is None


def test_shared_layers_get_a_name_where_theirs_is_taken() -> None:
    spec, script = talk(
        *described("text:text:9", "body:text:9", "> same:binary"),
        ("Should text and body", YES),
        ("What should the layers", "page_encoder"),
    )
    assert spec.shared[0].name == "page_encoder"
    assert script.question("What should the layers").check("body") is not None


def test_an_encoder_flows_as_its_heading_says() -> None:
    _, script = talk(*described("photo:image:28x28x1", "> cat:binary"))
    choices = script.question("How should data flow from photo?").choices
    assert [(each.value, each.heading) for each in choices] == [
        ("cnn", "straight through"),
        ("mlp", "straight through"),
        ("own_layers", "straight through"),
        ("resnet", "with shortcuts"),
        ("inception", "side by side"),
        ("vit", "attention"),
        ("own_graph", "as its own code says"),
    ]


def test_an_encoder_that_does_not_fit_is_not_offered() -> None:
    _, script = talk(*described("photo:image:1x1x1", "> cat:binary"))
    assert "cnn" not in [e.value for e in script.question("How should data flow").choices]


def test_flow_is_not_asked_where_there_is_one_way() -> None:
    _, script = talk(*described("site:category:north,south", "> cat:binary"))
    assert not script.was_asked("How should data flow")


# === The decision in view ===


def test_the_decision_is_said_after_every_answer_that_matters() -> None:
    _, script = talk(
        *described("left:image:8x8x1", "right:image:8x8x1", "> same:binary"),
        ("Should left and right", YES),
    )
    arrows = [line.strip() for line in script.shown.splitlines() if line.startswith("  →")]
    assert arrows[0] == "→ Sequential: data goes one way through it (linear-stack)"
    assert arrows[1] == "→ Functional: it has 2 inputs (multiple-inputs), also branching"
    assert "→ Functional: it has 2 inputs (multiple-inputs), also shared-layers and" in script.shown


def test_advice_that_loses_is_explained() -> None:
    _, script = talk(
        *described("photo:image:8x8x1", "> cat:binary", "> place:box"),
        ("What is this model for", "prototype"),
    )
    shown = " ".join(script.shown.split())
    assert "quick-start advises otherwise: A first model or a quick prototype" in shown
    assert "It gives way to multiple-outputs" in shown


@pytest.mark.slow
def test_room_to_grow_can_be_declined() -> None:
    answers = (
        *described("photo:image:8x8x1", "> cat:binary"),
        ("What is this model for", "room-to-grow"),
    )
    spec, _ = talk(*answers, ("The stack itself", YES))
    assert (decide(spec).api, spec.project.api) == ("functional", "auto")
    spec, script = talk(*answers, ("The stack itself", NO))
    assert (decide(spec).api, spec.project.purpose) == ("sequential", "room-to-grow")
    assert "Overruled" in script.shown


def test_where_structure_demands_it_no_advice_is_asked_about() -> None:
    _, script = talk(
        *described("photo:image:8x8x1", "> cat:binary", "> place:box"),
        ("What is this model for", "room-to-grow"),
    )
    assert not script.was_asked("The stack itself")


# === The review ===


def test_before_writing_everything_is_in_view() -> None:
    spec, script = talk(*described("photo:image:8x8x1", "> cat:binary", "> place:box"))
    for piece in (
        "model.py",
        "photo 8×8×1",
        "parameters in all",
        "“When multiple inputs or outputs are required.”",
        decide(spec).headline,
    ):
        assert piece in script.shown
    assert script.asked[-1].default == "write"


STACK = described("photo:image:8x8x1", "> cat:binary")
USUAL = {
    "How should data flow": "cnn",
    "What is this model for": "open",
    "What is the project": "my-model",
    "What does it": "Predicts cat from photo.",
}


@pytest.mark.parametrize(
    ("choice", "text", "answer", "flags"),
    [
        ("flow photo", "How should data flow", "resnet", "photo:image:8x8x1=resnet"),
        ("inputs 0", "What goes into", "scan", "scan:image:8x8x1"),
        ("inputs 0", "What is photo", "text", "photo:text:40"),
        ("inputs 0", "How large", "9x9x3", "photo:image:9x9x3"),
        ("outputs 0", "What is cat", "box", "cat:box"),
        ("add inputs", "What else goes in", "scan", "--input scan:image:8x8x1"),
        ("add outputs", "What else?", "dog", "--output dog:binary"),
        ("purpose", "What is this model for", "prototype", "--purpose prototype"),
        ("name", "What is the project", "owls", "kerasmith new owls "),
        ("description", "What does it", "Owls.", "--description Owls."),
    ],
)
def test_every_answer_can_be_changed(choice: str, text: str, answer: str, flags: str) -> None:
    # The question comes twice: first the script answers it as it would be, then with the change
    first = [(text, USUAL[text])] if text in USUAL else []
    spec, _ = talk(*STACK, *first, ("Is it right", choice), (text, answer))
    assert flags in command_of(spec)


def test_a_change_can_flip_the_decision() -> None:
    spec, script = talk(
        *STACK,
        ("How should data flow", "cnn"),
        ("Is it right", "flow photo"),
        ("How should data flow", "vit"),
        ("Is it right", "flow photo"),
        ("How should data flow", "mlp"),
    )
    verdicts = re.findall(r"^  → (\w+)", script.shown, re.MULTILINE)
    flips = [pair for pair in pairwise(verdicts) if len(set(pair)) > 1]
    assert flips == [("Sequential", "Functional"), ("Functional", "Sequential")]
    assert decide(spec).api == "sequential"


def test_an_input_can_go_again() -> None:
    answers = described("left:image:8x8x1", "right:image:8x8x1", "> same:binary")
    spec, script = talk(
        *answers,
        ("Should left and right", YES),
        ("Is it right", "remove inputs"),
        ("Which input should be removed", "left"),
    )
    assert ([each.name for each in spec.inputs], spec.shared) == (["right"], ())
    assert not any(each.value == "remove inputs" for each in script.asked[-1].choices)


def test_an_output_that_fits_no_input_any_more_is_asked_for_again() -> None:
    spec, script = talk(
        *described("photo:image:8x8x1", "caption:text:9", "> place:box"),
        ("Is it right", "remove inputs"),
        ("Which input should be removed", "photo"),
        ("What is place?", "number"),
    )
    assert "there is no input of kind 'image'" in " ".join(script.shown.split())
    assert spec.outputs[0].kind.kind == "number"


def test_inputs_that_are_not_alike_any_more_share_nothing() -> None:
    answers = described("left:image:8x8x1", "right:image:8x8x1", "> same:binary")
    spec, script = talk(
        *answers,
        ("Should left and right", YES),
        ("Is it right", "inputs 1"),
        ("How large is right", "9x9x1"),
    )
    assert spec.shared == ()
    assert "left and right are not alike any more" in script.shown


def test_a_renamed_input_is_still_shared() -> None:
    answers = described("left:image:8x8x1", "right:image:8x8x1", "> same:binary")
    spec, _ = talk(
        *answers, ("Should left", YES), ("Is it right", "inputs 1"), ("What else goes in?", "other")
    )
    assert [each.inputs for each in spec.shared] == [("left", "other")]


def test_declined_advice_gives_way_when_the_model_grows() -> None:
    spec, _ = talk(
        *STACK,
        ("What is this model for", "room-to-grow"),
        ("The stack itself", NO),
        ("Is it right", "add outputs"),
        ("What else?", "dog"),
    )
    assert (spec.project.api, decide(spec).api) == ("auto", "functional")


def test_an_api_that_a_flag_asked_for_can_be_changed() -> None:
    flags = Flags(name="pets", inputs=["photo:image:8x8x1"], api="functional")
    spec, script = rest_of(flags, ("Is it right", "api"), ("Which API", "auto"))
    assert decide(spec).api == "sequential"
    assert script.was_asked("Which API")


def test_one_may_begin_anew() -> None:
    spec, _ = talk(
        *STACK,
        ("Is it right", "restart"),
        ("How would you like", "recipe"),
        ("Which recipe", "siamese"),
    )
    assert spec.shared == load_recipe("siamese").spec.shared


def test_what_was_shown_is_not_shown_twice() -> None:
    _, script = talk(*STACK, ("Is it right", "name"))
    assert script.shown.count("parameters in all") == 1


# === The catalogue ===


class Mirror(Cnn, frozen=True):
    """Looks at an image and at its mirror image."""

    encoder = "mirror"


class Smell(Text, frozen=True):
    """What a nose says."""

    kind = "smell"
    size_hint = "7"


class Mood(Category, frozen=True, kw_only=True):
    """How it feels."""

    kind = "mood"


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The parts of a copy of the templates, which the review renders."""
    copied = shutil.copytree(templates_dir(), tmp_path / "templates")
    monkeypatch.setattr("kerasmith.render.render.templates_dir", lambda: copied)
    return copied / "parts"


@pytest.mark.slow
def test_a_new_encoder_is_offered(parts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(parts / "encoders/image/cnn.jinja", parts / "encoders/image/mirror.jinja")
    monkeypatch.setitem(encoders.ENCODERS["image"], "mirror", Mirror)
    spec, script = talk(*described("photo:image:8x8x1", "> cat:binary"), ("How should", "mirror"))
    choice = next(c for c in script.question("How should").choices if c.value == "mirror")
    assert choice.brief == "Looks at an image and at its mirror image."
    assert "photo:image:8x8x1=mirror" in command_of(spec)


@pytest.mark.slow
def test_a_new_kind_of_input_is_offered(parts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(parts / "inputs/text.jinja", parts / "inputs/smell.jinja")
    shutil.copytree(parts / "encoders/text", parts / "encoders/smell")
    monkeypatch.setitem(INPUT_KINDS, "smell", Smell)
    monkeypatch.setitem(encoders.ENCODERS, "smell", encoders.ENCODERS["text"])
    spec, script = talk(
        OWN, ("What is photo?", "smell"), ("How many words of photo", "9"), tables={}
    )
    choice = next(c for c in script.question("What is photo?").choices if c.value == "smell")
    assert choice.brief == "What a nose says."
    assert "photo:smell:9" in command_of(spec)


@pytest.mark.slow
def test_a_new_kind_of_output_is_offered(parts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(parts / "outputs/category.jinja", parts / "outputs/mood.jinja")
    monkeypatch.setitem(OUTPUT_KINDS, "mood", Mood)
    spec, _ = talk(OWN, ("What is label?", "mood"), ("What are the classes of label", "glad,sad"))
    assert "label:mood:glad,sad" in command_of(spec)


# === Leaving ===


@pytest.mark.parametrize("way", [KeyboardInterrupt, EOFError])
def test_who_leaves_gets_nothing(way: type[BaseException]) -> None:
    class Leaver(Script):
        def ask(self, question: Question) -> str:
            raise way

    with pytest.raises(way):
        ask({}, Context(), Leaver(()))


def test_a_flag_that_is_wrong_is_never_asked_about() -> None:
    tables, _, problems = tables_from_flags(Flags(name="pets", inputs=["photo:image:8x8"]))
    assert [problem.missing for problem in problems] == [False, True]
    with pytest.raises(KerasmithError):
        spec_from_flags(Flags(name="pets", inputs=["photo:image:8x8"]))
    assert isinstance(problems[0], Problem)
    assert tables["inputs"][0]["shape"] == [8, 8]


def test_a_spec_with_faults_can_still_choose_its_backend_and_its_api() -> None:
    twice = {"name": "same", "kind": "class", "classes": 3}
    draft = Draft({"inputs": [{"name": "photo", "kind": "image"}], "outputs": [twice, twice]})
    assert draft.problems()
    assert [each.value for each in backend_question(draft).choices] == list(BACKENDS)
    assert [each.value for each in api_question(draft).choices] == [
        "auto",
        "sequential",
        "functional",
    ]
