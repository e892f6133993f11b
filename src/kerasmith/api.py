"""The public Python API: the stages of kerasmith, each a function from value to value.

>>> from pathlib import Path
>>> from kerasmith.api import create, decide, load_spec, plan, render
>>> spec = load_spec(Path("kerasmith.toml"))
>>> decide(spec).headline
'Sequential: data goes one way through it (linear-stack)'
>>> files = render(plan(spec))  # {path: text}, nothing is written
>>> folder = create(Path("digits"), files)
"""

from kerasmith.decision.apply_rules import Decision, Reason, decide
from kerasmith.description import describe as catalogue
from kerasmith.errors import KerasmithError, Problem
from kerasmith.plan.plan import plan
from kerasmith.plan.planned import Plan
from kerasmith.project.create import create
from kerasmith.render.render import render
from kerasmith.spec.read import load_spec
from kerasmith.spec.specification import Spec

__all__ = [
    "Decision",
    "KerasmithError",
    "Plan",
    "Problem",
    "Reason",
    "Spec",
    "catalogue",
    "create",
    "decide",
    "load_spec",
    "plan",
    "render",
]
