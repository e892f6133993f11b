"""The picture of a model, for a terminal and for Markdown."""

import re

import pytest
from hypothesis import given

from kerasmith.plan.picture import mermaid, tall_picture, text_picture
from kerasmith.plan.plan import plan
from kerasmith.spec.read import read_spec
from kerasmith.spec.specification import Spec
from kerasmith.testing.random_specs import specs
from tests.samples import draws
from tests.unit.helpers import example, image, output, tables


def drawn(name: str, *, unicode: bool = True) -> str:
    return "\n".join(text_picture(plan(example(name)), unicode=unicode))


def test_a_stack_is_one_line() -> None:
    assert drawn("smallest") == "photo 8×8×1 ───→ cnn, 64 features ───→ cat, binary"


def test_several_outputs_part() -> None:
    assert drawn("multi-task").split("\n") == [
        "                                      ┌→ breed, category, 3",
        "photo 64×64×3 ───→ cnn, 64 features ──┼→ place, box",
        "                                      └→ weight, number",
    ]


def test_shared_inputs_meet_in_their_encoder() -> None:
    first, second = drawn("siamese").split("\n")
    assert first == "left 32×64×1  ──┐"
    assert second.startswith("right 32×64×1 ──┴→ cnn, shared, 64 features ───→ difference ───→ ")
    assert second.endswith("trunk 64 ───→ same, binary")


def test_an_input_beside_shared_ones_keeps_its_own_encoder() -> None:
    shared = [{"inputs": ["a", "c"], "name": "twin_encoder"}]
    given = tables(image("a"), image("b", encoder="mlp"), image("c"), shared=shared)
    assert text_picture(plan(read_spec(given))) == [
        "a 8×8×1 ──┐",
        "c 8×8×1 ──┴→ cnn, shared, 64 features ──┬→ concatenate ───→ trunk 64 ───→ cat, binary",
        "b 8×8×1 ───→ mlp, 64 features         ──┘",
    ]


def test_a_terminal_without_box_drawing_gets_plain_characters() -> None:
    for name in ("siamese", "multi-task", "two-cameras"):
        assert drawn(name, unicode=False).isascii()
        assert len(drawn(name, unicode=False)) == len(drawn(name))


def test_a_narrow_terminal_gets_the_picture_from_top_to_bottom() -> None:
    assert tall_picture(plan(example("siamese"))) == [
        "left 32×64×1, right 32×64×1",
        "  → cnn, shared, 64 features",
        "→ difference",
        "→ trunk 64",
        "→ same, binary",
    ]
    assert tall_picture(plan(example("smallest")), unicode=False) == [
        "photo 8x8x1",
        "  > cnn, 64 features",
        "> cat, binary",
    ]


@draws(40, 200)
@given(spec=specs(most=4))
def test_every_part_stands_in_the_narrow_picture_too(spec: Spec) -> None:
    planned = plan(spec)
    text = "\n".join(tall_picture(planned))
    assert all(each.name in text for each in planned.inputs)
    assert all(f"→ {each.name}, {each.kind}" in text for each in planned.outputs)
    assert planned.merge in text


@draws(40, 200)
@given(spec=specs(most=4))
def test_every_part_stands_in_its_picture_in_a_column_of_its_own(spec: Spec) -> None:
    planned = plan(spec)
    lines = text_picture(planned)
    assert len(lines) == max(len(planned.inputs), len(planned.outputs))
    text = "\n".join(lines)
    assert all(each.name in text for each in planned.inputs)
    heads = [f"→ {each.name}, {each.kind}" for each in planned.outputs]
    starts = {line.index(head) for head in heads for line in lines if head in line}
    assert len(starts) == 1


_NODE = re.compile(r'    (\w+)(\["[^"]+"\]|\(\["[^"]+"\]\))')
_ARROW = re.compile(r"    (\w+) --> (\w+)")


@draws(40, 200)
@given(spec=specs(most=4))
def test_a_flowchart_leads_from_every_input_to_every_output(spec: Spec) -> None:
    planned = plan(spec)
    first, *lines = mermaid(planned)
    assert first == "flowchart LR"
    nodes = [match[1] for line in lines if (match := _NODE.fullmatch(line))]
    arrows = [(match[1], match[2]) for line in lines if (match := _ARROW.fullmatch(line))]
    assert len(nodes) + len(arrows) == len(lines)
    assert len(nodes) == len(set(nodes))
    parts = len(planned.inputs) + len(planned.encoders) + len(planned.outputs)
    assert len(nodes) == parts + bool(planned.merge) + bool(planned.trunk)
    assert {end for arrow in arrows for end in arrow} == set(nodes)
    for start in planned.inputs:
        reached = {f"{start.name}_in"}
        for _ in nodes:
            reached |= {end for begin, end in arrows if begin in reached}
        assert reached >= {f"{end.name}_out" for end in planned.outputs}


@pytest.mark.parametrize("name", ["end", "style", "default", "graph", "click", "o"])
def test_no_name_can_mean_something_to_mermaid(name: str) -> None:
    planned = plan(read_spec(tables(image(name), output(f"{name}2"))))
    ids = [match[1] for line in mermaid(planned) if (match := _NODE.fullmatch(line))]
    assert all("_" in each for each in ids)
