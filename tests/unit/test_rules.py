"""Each rule applies where it should, not where it should not, and quotes the document."""

import re
from pathlib import Path

import pytest

from kerasmith.decision.rules import RULES, Api, Force, Passage, Rule
from kerasmith.decision.structure import Structure, structure_of, structure_of_counts
from tests.unit.helpers import example

DOCUMENT = Path(__file__).parents[2] / "docs" / "sequential-vs-model.md"

ONE = Structure(("photo",), ("cat",))


def rule(name: str) -> Rule:
    return next(each for each in RULES if each.name == name)


# === In pairs ===


def test_multiple_inputs_applies_to_a_second_input() -> None:
    assert rule("multiple-inputs").applies(Structure(("a", "b"), ("c",)))


def test_multiple_inputs_does_not_apply_to_one_input_with_many_outputs() -> None:
    assert not rule("multiple-inputs").applies(Structure(("a",), ("c", "d", "e")))


def test_multiple_outputs_applies_to_a_second_output() -> None:
    assert rule("multiple-outputs").applies(Structure(("a",), ("c", "d")))


def test_multiple_outputs_does_not_apply_to_one_output_of_many_inputs() -> None:
    assert not rule("multiple-outputs").applies(Structure(("a", "b", "c"), ("d",)))


def test_shared_layers_applies_to_an_encoder_that_two_inputs_share() -> None:
    assert rule("shared-layers").applies(structure_of(example("siamese")))


def test_shared_layers_applies_to_a_layer_that_one_input_goes_through_twice() -> None:
    assert rule("shared-layers").applies(structure_of_counts(1, 1, shared=True))


def test_shared_layers_does_not_apply_to_encoders_of_their_own() -> None:
    assert not rule("shared-layers").applies(structure_of(example("two-cameras")))


def test_branching_applies_to_an_encoder_with_shortcuts() -> None:
    assert rule("branching").applies(structure_of(example("residual")))


@pytest.mark.parametrize("name", ["multi-task", "two-cameras", "siamese"])
def test_branching_applies_where_features_are_merged_or_heads_part(name: str) -> None:
    assert rule("branching").applies(structure_of(example(name)))


def test_branching_does_not_apply_to_a_straight_encoder() -> None:
    assert not rule("branching").applies(structure_of(example("smallest")))


def test_linear_stack_applies_to_one_way_through() -> None:
    assert rule("linear-stack").applies(structure_of(example("smallest")))


@pytest.mark.parametrize("name", ["multi-task", "two-cameras", "siamese", "residual"])
def test_linear_stack_does_not_apply_to_anything_else(name: str) -> None:
    assert not rule("linear-stack").applies(structure_of(example(name)))


def test_single_path_applies_to_one_input_and_output_even_with_branches() -> None:
    assert rule("single-path").applies(structure_of(example("residual")))


@pytest.mark.parametrize("name", ["multi-task", "two-cameras"])
def test_single_path_does_not_apply_to_a_second_input_or_output(name: str) -> None:
    assert not rule("single-path").applies(structure_of(example(name)))


def test_room_to_grow_applies_to_that_purpose() -> None:
    assert rule("room-to-grow").applies(structure_of(example("room-to-grow")))


def test_quick_start_applies_to_a_prototype() -> None:
    assert rule("quick-start").applies(structure_of(example("own-words")))


@pytest.mark.parametrize("name", ["room-to-grow", "quick-start"])
def test_advice_does_not_apply_where_no_purpose_is_said(name: str) -> None:
    assert not rule(name).applies(ONE)


def test_one_purpose_is_not_the_other() -> None:
    assert not rule("quick-start").applies(structure_of(example("room-to-grow")))
    assert not rule("room-to-grow").applies(structure_of(example("own-words")))


# === What triggered it ===


def test_a_rule_names_what_triggered_it() -> None:
    structure = structure_of(example("siamese"))
    assert rule("multiple-inputs").because(structure) == "2 inputs: left and right"
    assert rule("shared-layers").because(structure) == "one encoder reads left and right"
    assert rule("branching").because(structure) == "left and right are merged"
    residual = structure_of(example("residual"))
    assert (
        rule("branching").because(residual) == "photo goes through resnet, with shortcuts (ResNet)"
    )


def test_of_many_inputs_the_first_are_named() -> None:
    because = rule("multiple-inputs").because(structure_of_counts(1000, 1))
    assert because.startswith("1000 inputs: input 1, input 2, ")
    assert because.endswith("input 8 and 992 more")


def test_up_to_twice_as_many_names_are_all_listed() -> None:
    because = rule("multiple-inputs").because(structure_of_counts(16, 1))
    assert because.endswith("input 14, input 15 and input 16")
    because = rule("multiple-inputs").because(structure_of_counts(17, 1))
    assert because.endswith("input 8 and 9 more")


# === All of them ===


def test_the_rules_stand_in_the_order_of_precedence() -> None:
    assert [each.name for each in RULES] == [
        "multiple-inputs",
        "multiple-outputs",
        "shared-layers",
        "branching",
        "linear-stack",
        "single-path",
        "room-to-grow",
        "quick-start",
    ]
    demanding = {each.name for each in RULES if each.force is Force.DECIDES}
    assert demanding == {each.name for each in RULES[:5]}
    assert {each.name for each in RULES if each.verdict is Api.FUNCTIONAL} == {
        "multiple-inputs",
        "multiple-outputs",
        "shared-layers",
        "branching",
        "room-to-grow",
    }


@pytest.mark.parametrize("each", RULES, ids=lambda each: each.name)
def test_a_rule_is_a_sentence(each: Rule) -> None:
    assert re.fullmatch(r"[A-Z][^\n]*\.", each.sentence)
    assert re.fullmatch(r"[A-Z][^\n]*\.", each.example)
    assert each.begins[0].isupper()
    assert each.begins[-1] != "."
    assert each.ends[0].islower()
    assert each.ends[-1] != "."


# === The document ===


def sections() -> dict[str, list[str]]:
    """Return the statements of the document by section, as passages name it."""
    found: dict[str, list[str]] = {}
    chapter = part = ""
    for line in DOCUMENT.read_text("utf-8").splitlines():
        heading = re.fullmatch(r"#+\s+(?:•\s*)?\**(.*?):?\**:?\s*", line)
        statement = re.fullmatch(r"-\s+(?:o\s+)?(.*)", line)
        if heading and (heading[1][0].isdigit() or heading[1] == "Conclusion"):
            chapter, part = heading[1], ""
        elif heading and heading[1] in ("Sequential Model", "Model"):
            part = heading[1]
        elif statement:
            found.setdefault(", ".join(filter(None, (chapter, part))), []).append(statement[1])
    return found


def test_the_document_has_the_sections_that_this_test_sees() -> None:
    assert list(sections()) == [
        "1. Definitions and Structure, Sequential Model",
        "1. Definitions and Structure, Model",
        "2. Advantages and Disadvantages, Sequential Model",
        "2. Advantages and Disadvantages, Model",
        "3. When to Use Each, Sequential Model",
        "3. When to Use Each, Model",
        "4. Best Use Cases, Sequential Model",
        "4. Best Use Cases, Model",
        "5. Popularity",
        "Conclusion",
    ]


@pytest.mark.parametrize(
    "passage",
    dict.fromkeys(passage for each in RULES for passage in each.passages),
    ids=lambda passage: passage.quote[:30],
)
def test_a_passage_stands_in_its_section(passage: Passage) -> None:
    statements = [" ".join(statement.split()) for statement in sections()[passage.section]]
    assert any(statement.endswith(passage.quote) for statement in statements)


def test_every_rule_rests_on_a_passage() -> None:
    assert all(each.passages for each in RULES)
