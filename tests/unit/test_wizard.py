"""The wizard as one more way to write a spec: what it asks, and what the answers say."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from kerasmith.catalogue.encoders import ENCODERS, Encoder
from kerasmith.catalogue.encoders.base import FilterCount
from kerasmith.catalogue.flow import Flow
from kerasmith.catalogue.inputs import INPUT_KINDS, Image, InputKind, Text
from kerasmith.decision.decide import decide
from kerasmith.spec.command import command_of
from kerasmith.spec.flags import Flags, tables_from_flags
from kerasmith.spec.model import Spec
from kerasmith.spec.names import recipe_names
from kerasmith.spec.read import load_spec, problems_of, read_spec
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.tables import tables_of
from kerasmith.wizard import Defaults, Occasion, ask
from kerasmith.wizard.question import Question
from tests.samples import samples
from tests.strategies import specs
from tests.unit.helpers import SPECS

Tables = dict[str, Any]


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


class Script:
    """Answers by the beginning of the question, each answer once and in turn; else the default."""

    def __init__(self, *answers: tuple[str, str]) -> None:
        self.answers = list(answers)
        self.asked: list[Question] = []
        self.shown = ""

    def ask(self, question: Question) -> str:
        self.asked.append(question)
        answer = question.default
        for place, (text, given) in enumerate(self.answers):
            if question.text.startswith(text):
                answer = self.answers.pop(place)[1]
                break
        if question.choices and not question.several:
            assert answer in {each.value for each in question.choices}, (question, answer)
        assert question.check(answer) is None, (question.text, answer, question.check(answer))
        return answer

    def say(self, lines: Iterable[str]) -> None:
        self.shown += "".join(f"{re.sub(chr(27) + r'[[][0-9;]*m', '', line)}\n" for line in lines)

    @property
    def texts(self) -> list[str]:
        return [question.text for question in self.asked]

    def question(self, text: str) -> Question:
        return next(each for each in self.asked if each.text.startswith(text))


def talk(*answers: tuple[str, str], tables: Tables | None = None, **occasion: Any) -> Script:
    """Have the conversation; every answer must have been asked for."""
    script = Script(*answers)
    script.spec = read_spec(ask(tables or {}, Occasion(**occasion), script))  # type: ignore[attr-defined]
    assert not script.answers, f"never asked: {script.answers}"
    return script


@settings(max_examples=samples(60, 1000))
@given(spec=specs())
def test_asking_again_and_pressing_enter_changes_nothing(spec: Spec) -> None:
    tables = tables_of(spec)
    again = ask(tables, Occasion(again=True, folder=Path("pets"), named=True), Defaults())
    assert read_spec(again) == spec
