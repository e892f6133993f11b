"""What the page shows, without a browser."""

import json
from typing import Any

import pytest
from hypothesis import given

from kerasmith.plan.plan import plan
from kerasmith.render.render import render
from kerasmith.spec.keys import key_names
from kerasmith.spec.names import recipe_names
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from kerasmith.testing.random_specs import specs_with_features
from kerasmith.web import engine
from kerasmith.web.link import fragment_of
from tests.samples import draws


def ask(do: str, **said: object) -> dict[str, Any]:
    """Ask the engine as the worker does."""
    answer: dict[str, Any] = json.loads(engine.call(json.dumps({"do": do, **said})))
    return answer


@draws(25, 300)
@given(spec=specs_with_features())
def test_any_spec_is_shown_with_the_files_that_the_command_line_writes(spec: Spec) -> None:
    view = ask("start", fragment=fragment_of(spec))
    assert view["problems"] == []
    assert view["files"] == render(plan(spec))
    assert view["note"] == ""


def question(view: dict[str, Any], id: str) -> dict[str, Any]:
    """Return the question of that id."""
    (found,) = [q for group in view["groups"] for q in group["questions"] if q["id"] == id]
    return dict(found)


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipe_can_be_begun_with_and_asks_for_what_the_wizard_asks(name: str) -> None:
    view = ask("start", recipe=name)
    assert view["problems"] == []
    ids = {q["id"] for group in view["groups"] for q in group["questions"]}
    assert {"inputs[0].name", "inputs[0].kind", "outputs[0].name", "outputs[0].kind"} <= ids
    assert {f"project.{key}" for key in ("name", "purpose", "api", "backend", "features")} <= ids


@pytest.mark.slow
@pytest.mark.parametrize("name", recipe_names())
def test_every_option_has_a_question_and_can_be_typed_as_it_is(name: str) -> None:
    view = ask("start", recipe=name)
    asked = [q for group in view["groups"] for q in group["questions"] if not q["choices"]]
    spec = load_recipe(name).spec
    for number, each in enumerate(spec.inputs):
        of_shared = any(each.name in group.inputs[1:] for group in spec.shared)
        for key in () if of_shared else key_names(type(spec.encoders[each.name])):
            assert question(view, f"inputs[{number}].{key}")["fold"].startswith("Hyperparameters")
    for each in asked:
        said = ask("answer", tables=view["tables"], id=each["id"], answer=each["answer"])
        assert said["fragment"] == view["fragment"], each["id"]


@pytest.mark.parametrize(
    ("recipe", "id", "answer", "said"),
    [
        ("digits", "inputs[0].filters", "16, 8", "set=inputs.image.filters=%5B16,%208%5D"),
        ("digits", "model.trunk", "48", "set=model.trunk=48"),
        ("sentiment", "inputs[0].vocabulary", "900", "set=inputs.review.vocabulary=900"),
        ("siamese", "inputs[0].units", "24", "set=inputs.right.units=24"),
        ("siamese", "model.merge", "add", "set=model.merge=%22add%22"),
        ("forecast", "outputs[0].quantiles", "10, 90", "quantiles="),
    ],
)
def test_an_option_is_in_the_files_and_in_the_link_until_it_is_as_before(
    recipe: str, id: str, answer: str, said: str
) -> None:
    view = ask("start", recipe=recipe)
    then = ask("answer", tables=view["tables"], id=id, answer=answer)
    assert said in then["fragment"]
    assert question(then, id)["answer"] == answer
    package = recipe.replace("-", "_")
    assert {f"src/{package}/{name}.py" for name in ("config", "model")} & set(then["changed"])
    before = question(view, id)["answer"]
    again = ask("answer", tables=then["tables"], id=id, answer=before)
    assert again["fragment"] == view["fragment"]


def test_a_wrong_option_is_refused_in_the_words_of_the_command_line() -> None:
    view = ask("start", recipe="digits")
    said = ask("answer", tables=view["tables"], id="inputs[0].filters", answer="16, -8")
    (problem,) = said["refused"]
    assert problem["what"] == "filters = [16, -8] does not work."
    assert problem["try"] == "filters = [32, 64]"


@pytest.mark.slow
def test_a_merge_that_does_not_fit_any_more_can_be_answered_again() -> None:
    view = ask("start", recipe="siamese")
    view = ask("answer", tables=view["tables"], id="model.merge", answer="add")
    (shared,) = [q for group in view["groups"] for q in group["questions"] if "shared" in q["id"]]
    view = ask("answer", tables=view["tables"], id=shared["id"], answer="no")
    view = ask("answer", tables=view["tables"], id="inputs[0].units", answer="7")
    assert [each["where"] for each in view["refused"]] == ["model.merge"]
    view = ask("start", recipe="siamese")
    view = ask("answer", tables=view["tables"], id="model.merge", answer="add")
    view = ask("act", tables=view["tables"], id="inputs[1].remove")
    assert view["problems"] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["digits", "siamese"])
def test_every_choice_of_every_question_can_be_taken(name: str) -> None:
    """Whatever is offered is answered with a view or a reason, never with a fault."""
    view = ask("start", recipe=name)
    for group in view["groups"]:
        for asked in group["questions"]:
            for choice in asked["choices"]:
                said = ask("answer", tables=view["tables"], id=asked["id"], answer=choice["value"])
                for problem in said.get("refused", []):
                    assert not problem["what"].startswith("kerasmith failed"), problem
        for action in group["actions"]:
            assert "tables" in ask("act", tables=view["tables"], id=action["id"])


def test_an_answer_changes_the_verdict_and_says_which_files_it_changed() -> None:
    view = ask("start", recipe="digits")
    then = ask("answer", tables=view["tables"], id="inputs[0].encoder", answer="resnet")
    assert then["decision"]["headline"].startswith("Functional")
    assert then["changed"]["src/digits/model.py"] == "changed"
    assert question(then, "inputs[0].encoder")["answer"] == "resnet"
    between = ask(
        "difference", tables=then["tables"], before=view["tables"], path="src/digits/model.py"
    )
    removed = [line for run in between["lines"] for line in run["removed"]]
    assert set(removed) <= set(view["files"]["src/digits/model.py"].splitlines())
    assert any("keras.Sequential" in line for line in removed)


def test_a_wrong_answer_changes_nothing_and_says_why() -> None:
    view = ask("start", recipe="digits")
    said = ask("answer", tables=view["tables"], id="inputs[0].size", answer="8x8x7")
    (problem,) = said["refused"]
    assert problem["what"] == "shape = [8, 8, 7] does not work."
    assert "tables" not in said


@pytest.mark.slow
def test_inputs_that_are_alike_can_be_joined_by_dragging() -> None:
    view = ask("start")
    view = ask("act", tables=view["tables"], id="inputs.add")
    first, second = (g for g in view["groups"] if g["section"] == "inputs" and g["title"])
    id, answer = first["joins"][second["id"]]
    shared = ask("answer", tables=view["tables"], id=id, answer=answer)
    assert shared["decision"]["reasons"][1]["rule"] == "shared-layers"
    (encoder,) = [n for n in shared["picture"]["nodes"] if n["column"] == "encoder"]
    assert "shared" in encoder["marks"]
    assert shared["groups"][0]["joins"] == {}


def test_what_does_not_fit_together_is_beside_its_question() -> None:
    view = ask("start", fragment="name=test&input=photo:image:8x8x1&output=breed:category:2")
    (problem,) = view["problems"]
    assert problem["at"] == "project.name"
    assert "files" not in view


def test_a_link_of_other_templates_opens_with_a_note() -> None:
    view = ask("start", fragment="name=digits&recipe=digits&templates=0.0.1-abcdef01")
    assert view["note"].startswith("This link was made with templates 0.0.1-abcdef01")
    assert view["files"]


def test_both_forms_of_a_stack_are_shown() -> None:
    view = ask("start", recipe="digits")
    assert view["both_forms"]
    both = ask("forms", tables=view["tables"])
    assert "keras.Sequential" in both["sequential"]
    assert "keras.Model(" in both["functional"]
    assert not ask("start", recipe="siamese")["both_forms"]


def test_a_fault_is_said_and_ends_nothing() -> None:
    (problem,) = ask("nothing")["refused"]
    assert problem["what"].startswith("kerasmith failed: KeyError")
