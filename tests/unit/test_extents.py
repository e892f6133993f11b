"""The encoder is chosen for the whole spec: an output for every place asks for features there."""

from typing import ClassVar

import pytest

from kerasmith.catalogue import encoders as catalogue
from kerasmith.catalogue.encoders import ENCODERS, Encoder, default_encoder, fitting_encoders
from kerasmith.catalogue.encoders.image import Autoencoder, Unet
from kerasmith.catalogue.extent import Extent
from kerasmith.catalogue.flow import Flow
from kerasmith.catalogue.inputs import Image, Text
from kerasmith.catalogue.outputs import OUTPUT_KINDS, Binary
from kerasmith.decision.structure import structure_of
from kerasmith.errors import KerasmithError
from kerasmith.plan.plan import plan
from kerasmith.spec.read import problems_of, read_spec
from kerasmith.wizard.architecture import flow_question
from kerasmith.wizard.draft import Draft
from tests.unit.helpers import image, output, tables


class Outline(Binary, frozen=True, omit_defaults=True):
    """Yes or no for each pixel."""

    kind = "outline"
    needs = "image"
    answers = Extent.EVERY_PLACE


class Contour(Encoder[Image], frozen=True):
    """Convolutions that keep height and width."""

    encoder = "contour"
    takes = Image
    flow = Flow.RESIDUAL
    gives = Extent.EVERY_PLACE
    source = "a test"
    layers: ClassVar[tuple[str, ...]] = ("conv",)

    def features(self, given: Image) -> int:
        return 8

    def parameters(self, given: Image) -> int:
        return 8


@pytest.fixture(autouse=True)
def entries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have one kind that answers at every place, and one encoder for it: an entry each."""
    for encoder in (Unet, Autoencoder):
        monkeypatch.setattr(encoder, "gives", Extent.ONCE)
    monkeypatch.setitem(OUTPUT_KINDS, "outline", Outline)
    monkeypatch.setitem(ENCODERS["image"], "contour", Contour)
    assert catalogue.encoders_for(Image)["contour"] is Contour


def test_the_default_gives_what_the_outputs_ask() -> None:
    once = read_spec(tables(image("photo"), output("pet", "binary")))
    everywhere = read_spec(tables(image("photo"), output("edge", "outline")))
    assert once.encoders["photo"].encoder == "cnn"
    assert everywhere.encoders["photo"].encoder == "contour"
    assert not structure_of(once).branches
    assert structure_of(everywhere).branches


def test_an_input_without_such_places_is_refused_beside_it() -> None:
    caption = {"name": "caption", "kind": "text", **Text.from_flag("20")}
    given = tables(image("photo"), output("edge", "outline"))
    given["inputs"].insert(0, caption)
    (problem,) = problems_of(given)
    assert (problem.refusal, problem.where) == ("mask-beside-others", "inputs[0]")
    given["inputs"] = [image("photo"), image("scan")]
    (problem,) = problems_of(given)
    assert (problem.refusal, problem.where) == ("mask-beside-others", "inputs[1]")


@pytest.mark.parametrize(
    ("encoder", "kind"), [("cnn", "outline"), ("contour", "binary"), ("contour", "number")]
)
def test_an_encoder_of_another_extent_is_refused(encoder: str, kind: str) -> None:
    given = tables({**image("photo"), "encoder": encoder}, output("answer", kind))
    (problem,) = problems_of(given)
    assert (problem.refusal, problem.where) == ("encoder-does-not-fit", "inputs[0]")
    assert "at every place" in problem.why
    assert problem.try_.startswith("leave encoder out")
    assert not problems_of(tables(image("photo"), output("answer", kind)))


def test_one_that_fits_is_taken() -> None:
    read_spec(tables({**image("photo"), "encoder": "cnn"}, output("a", "binary")))
    read_spec(tables({**image("photo"), "encoder": "contour"}, output("a", "outline")))


def test_outputs_of_both_extents_do_not_go_together() -> None:
    given = tables(image("photo"), output("pet", "binary"), output("edge", "outline"))
    (problem,) = problems_of(given)
    assert (problem.refusal, problem.where) == ("mask-beside-others", "outputs[0]")


def test_a_label_is_of_every_place() -> None:
    spec = read_spec(tables(image("photo"), output("pet", "binary")))
    assert plan(spec).outputs[0].places == ()
    spec = read_spec(tables(image("photo"), output("edge", "outline"), output("rim", "outline")))
    shape = spec.inputs[0].kind.tensor_shape
    for each in plan(spec).outputs:
        assert (each.places, each.label_shape) == (shape[:2], (*shape[:2], 1))


def test_the_wizard_offers_what_the_outputs_ask() -> None:
    plain = Draft(tables(image("photo"), output("pet", "binary")))
    question = flow_question(plain, ["photo"])
    assert question
    assert "contour" not in [choice.value for choice in question.choices]
    edges = Draft(tables(image("photo"), output("edge", "outline")))
    assert flow_question(edges, ["photo"]) is None  # one alone leaves nothing to ask


def test_where_no_encoder_gives_what_is_asked_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(ENCODERS["image"], "contour")
    given = Image((8, 8, 1))
    assert not list(fitting_encoders(given, Extent.EVERY_PLACE))
    assert default_encoder(given, Extent.EVERY_PLACE) is default_encoder(given)
    with pytest.raises(KerasmithError, match="does not fit"):
        read_spec(tables(image("photo"), output("edge", "outline")))
