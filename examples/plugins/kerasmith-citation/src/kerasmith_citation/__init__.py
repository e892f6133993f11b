"""How to cite a project, as a feature of it."""

from pathlib import Path

from kerasmith.plugin import Feature, Plugin

CITATION = Feature("citation", "A CITATION.cff that says how to cite the project.")

PLUGIN = Plugin(contract=1, features=(CITATION,), templates=Path(__file__).parent / "templates")
