"""The model.py of any spec is read back as what the plan says of it."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import Phase, given

from kerasmith.plan.plan import plan
from kerasmith.render.render import render
from kerasmith.source_code.inspect_source import inspect_source
from kerasmith.spec.specification import Spec
from kerasmith.testing.random_specs import specs
from tests.samples import draws


@draws(20, 500, phases=[Phase.explicit, Phase.generate])
@given(spec=specs(free_text=False))
def test_ends_and_parameters_are_those_of_the_plan(spec: Spec) -> None:
    planned = plan(spec)
    files = render(planned)
    with TemporaryDirectory() as folder:
        for name in ("model.py", "config.py"):
            text = files[f"src/{spec.package}/{name}"]
            Path(folder, name).write_text(text.replace(f"{spec.package}.config", "config"), "utf-8")
        found = inspect_source(Path(folder, "model.py"))
    assert found.graph is not None, found.why_unknown
    assert {each.name for each in found.inputs} == {each.name for each in spec.inputs}
    assert {each.name for each in found.outputs} == {each.name for each in spec.outputs}
    assert [each.name for each in found.mistakes if each.name != "plain-stack"] == []
    assert found.uncounted or found.parameters == planned.parameters
