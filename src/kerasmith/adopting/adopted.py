"""From a saved model to the code that builds it."""

from dataclasses import dataclass
from pathlib import Path

from kerasmith.adopting.from_source import read_either
from kerasmith.adopting.literals import Hole
from kerasmith.adopting.model_code import code_of
from kerasmith.errors import KerasmithError, Problem, printable
from kerasmith.source_code.source import source_of
from kerasmith.untrusted.bounds import NO_MODEL, SAVED, answered


@dataclass(frozen=True)
class Adopted:
    """A saved model and the code that builds it."""

    source: Path
    text: str
    headline: str


def adopt(source: Path, called: str = "") -> Adopted:
    """Return the code of a model in a file, saved or as code.

    Of several models in a file of code it is the one that is `called` so. Raises KerasmithError
    where the file holds none, or one that is in part its owner's own code.
    """
    name = printable(source.name).replace("\\", "/").replace('"', "'")
    with answered(source, NO_MODEL, SAVED):
        try:
            found, saved = read_either(source, called)
            if found.graph is None:
                raise Hole(found.why_unknown.rstrip("."))
            class_name = str(saved.config["class_name"])
            text = code_of(class_name, saved.config["config"], f"The model of {name}, as code.")
        except Hole as hole:
            raise KerasmithError(_refused(source, f"{hole}.")) from None
        source_of(source, text)  # whatever a file holds, what is written is Python
    return Adopted(source, text, found.class_name)


def _refused(source: Path, why: str) -> Problem:
    return Problem(
        f"No code can be written for the model of {printable(source.name)}.",
        str(source),
        printable(f"{why[:1].upper()}{why[1:]}"),
        f"kerasmith inspect {source}",
    )
