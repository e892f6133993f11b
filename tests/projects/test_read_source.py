"""Models that are read from code without running it, held to what real Keras builds of the code.

What Keras saves of a model is read by `saved_model`, which has tests of its own against Keras.
"""

import inspect
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import keras
import pytest
from hypothesis import Phase, given

from kerasmith.catalogue.encoders.pretrained import Backbone
from kerasmith.plan.plan import plan
from kerasmith.render.render import render
from kerasmith.saved_model.findings import ModelFindings, with_graph
from kerasmith.saved_model.graph import Graph
from kerasmith.saved_model.read_graph import graph_of
from kerasmith.source_code.inspect_source import inspect_source
from kerasmith.source_code.keras_names import layer_class, layer_names, parameters_of
from kerasmith.spec.names import recipe_names
from kerasmith.spec.read import read_spec
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from kerasmith.testing.random_specs import specs
from tests.isomorphic import form
from tests.projects.building import package_of
from tests.samples import draws
from tests.written_models import SEVERAL, STYLES

# Keras asks TensorFlow's variables for a NumPy array in an older way than NumPy 2 wants.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def saved_graph(model: keras.Model) -> Graph:
    """Return the graph that Keras saves of a model."""
    serialized = json.loads(model.to_json())
    graph = graph_of(serialized["class_name"], serialized["config"])
    found = with_graph(ModelFindings(Path(), "", "", ""), graph, {}, {}).graph
    assert found is not None
    return found


def networks(graph: Graph) -> list[str]:
    """Return the layers that are models of keras.applications: their layers are in no file."""
    inside = [layer.inside for layer in graph.layers.values() if layer.inside]
    deeper = [name for each in inside for name in networks(each)]
    return deeper + [
        layer.name
        for layer in graph.layers.values()
        if layer.name.endswith("_backbone")
        or (layer.own and hasattr(keras.applications, layer.class_name))
    ]


def check(model: keras.Model, found: ModelFindings) -> None:
    """Hold what was read from code to the model that the code makes."""
    assert found.graph is not None, found.why_unknown
    graph = saved_graph(model)
    assert form(found.graph, networks(found.graph)) == form(graph, networks(graph))
    shapes = sorted(str(each.shape[1:]) for each in model.inputs)  # Keras sorts those of a dict
    assert sorted(str(each.shape) for each in found.inputs) == shapes
    ends = {None, *(tuple(each.shape[1:]) for each in model.outputs)}
    assert {each.shape for each in found.outputs} <= ends
    own = any(layer.own for layer in found.graph.layers.values())
    if not found.uncounted and not own:
        assert found.parameters == model.count_params()


@pytest.mark.parametrize("name", STYLES)
def test_a_script_is_read_as_keras_runs_it(name: str, tmp_path: Path) -> None:
    source = STYLES[name][0]
    path = tmp_path / "script.py"
    path.write_text(source, encoding="utf-8")
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(source, "script.py", "exec"), names)
    check(names["model"], inspect_source(path, "model" if name in SEVERAL else ""))


def check_spec(spec: Spec) -> None:
    """Hold what is read from a project's model.py to its spec and plan, and to real Keras."""
    with TemporaryDirectory() as folder:
        files = render(plan(spec))
        package = Path(folder) / spec.package
        package.mkdir()
        for name in ("model.py", "config.py"):
            text = files[f"src/{spec.package}/{name}"]
            (package / name).write_text(text, encoding="utf-8")
        found = inspect_source(package / "model.py")
    with package_of(spec) as modules:
        model = modules["model"].build_model(modules["config"].Config())
        check(model, found)
    names = [{each.name for each in of} for of in (found.inputs, found.outputs)]
    assert names == [{each.name for each in spec.inputs}, {each.name for each in spec.outputs}]
    assert [each.name for each in found.mistakes if each.name != "plain-stack"] == []


@pytest.mark.parametrize("recipe", recipe_names())
def test_the_model_of_a_recipe_is_read_back(recipe: str) -> None:
    check_spec(read_spec(load_recipe(recipe).tables))


@pytest.mark.parametrize("encoder", Backbone.__subclasses__())
def test_a_network_of_keras_is_read_as_one_layer(encoder: type[Backbone]) -> None:
    photo = {"name": "photo", "kind": "image", "shape": [32, 32, 3], "encoder": encoder.encoder}
    outputs = [{"name": "cat", "kind": "binary"}]
    check_spec(read_spec({"project": {"name": "cats"}, "inputs": [photo], "outputs": outputs}))


@draws(20, 200, phases=[Phase.explicit, Phase.generate])
@given(spec=specs(free_text=False))
def test_the_model_of_any_spec_is_read_back(spec: Spec) -> None:
    check_spec(spec)


def test_what_layers_are_called_with_is_what_keras_says() -> None:
    for name in layer_names():
        if not layer_class(f"keras.layers.{name}") or name == "InputLayer":
            continue
        signature = inspect.signature(getattr(keras.layers, name).__init__)
        wanted = {
            each.name: ... if each.default is each.empty else each.default
            for each in list(signature.parameters.values())[1:]
            if each.kind not in (each.VAR_KEYWORD, each.VAR_POSITIONAL)
        }
        assert parameters_of(layer_class(f"keras.layers.{name}")) == wanted, name


def test_no_layer_of_keras_is_left_out() -> None:
    known = {
        name
        for name, each in vars(keras.layers).items()
        if inspect.isclass(each) and issubclass(each, keras.layers.Layer)
    }
    assert known <= {*layer_names()}
