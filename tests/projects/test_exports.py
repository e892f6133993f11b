"""Exported models, asked by interpreters and servers without Keras: they answer as it does."""

import json
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import numpy as np
import pytest
from PIL import Image

from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.names import recipe_names
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.tables import tables_of
from tests.projects.conftest import project_environment, run_in, write_project
from tests.samples import full_samples

pytestmark = [pytest.mark.full, pytest.mark.long(60)]

EVERY_KIND = Flags(
    name="every-kind",
    inputs=(
        "photo:image:12x10x4",
        "note:text:6",
        "town:category:north,south",
        "shop:category:20",
        "wave:series:6x2",
        "row:table:age,rooms/?,sold/%d.%m.%Y,seen/ISO8601,heat/gas/oil",
    ),
    outputs=("price:number:2", "tags:multilabel:red,round", "kind:category:a,b", "ok:binary"),
    with_=("serve", "litert", "openvino"),
)

QUANTILES = Flags(
    name="quantiles",
    inputs=("load:series:6x1=mlp", "holiday:series:2x1=mlp"),
    outputs=("ahead:forecast:2",),
    quantiles="2.5,50,97.5",
    set=("inputs.holiday.known=true",),
    with_=("serve", "litert", "openvino"),
)

SHOPS = Flags(
    name="shops",
    inputs=("load:series:6x1=mlp", "holiday:series:2x1=mlp"),
    outputs=("ahead:forecast:2",),
    set=(
        "inputs.holiday.known=true",
        'data.path="data/shops.csv"',
        """data.series="The shop's name\"""",
    ),
    with_=("serve", "litert", "openvino"),
)

PREPARE = """
import json, os, sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
import numpy as np
for folder, package in json.load(open("projects.json")):
    os.chdir(folder)
    sys.path[:0] = [os.path.join(folder, "src")]
    names = "config", "data", "model", "sample", "export_onnx", "predict"
    modules = [import_module(f"{package}.{each}") for each in names]
    config, data, model, sample, export_onnx, predict = modules
    own = config.Config()
    sample.write_sample(own)
    built = model.build_model(own)
    own.run_dir.mkdir(parents=True)
    path = own.run_dir / "model.keras"
    data.save_model(built, data.fit(own), path) if hasattr(data, "fit") else built.save(path)
    export_onnx.export_onnx(own.run_dir / "onnx", own)
    litert = import_module(f"{package}.export_litert")
    litert.export_litert(own.run_dir / "onnx", own.run_dir / "litert", own)
    to_openvino = import_module(f"{package}.export_openvino")
    to_openvino.export_openvino(own.run_dir / "onnx", own.run_dir / "openvino", own)
    assert not hasattr(sys.modules["openvino_telemetry"], "Telemetry"), "it reports to Intel"
    found = spec_from_file_location("test_serve", "tests/test_serve.py")
    test_serve = module_from_spec(found)
    found.loader.exec_module(test_serve)
    rows = data.read_split("test", own)
    rows = rows.groupby(data.SERIES).head(20) if hasattr(data, "SERIES") else rows[:40]
    asked = {"rows": test_serve.as_rows(rows, own), "answers": predict.predict(rows, own)}
    open("asked.json", "w").write(json.dumps(asked))
    if hasattr(data, "plain_words"):
        import tensorflow as tf
        from_the_server = import_module(f"{package}.onnx_model").split_words
        # TensorFlow's Unicode is older than Python's: the next letters are newer than it
        signs = map(chr, range(1, 0x2C00))
        texts = [f"{before}{sign}Ab" for sign in signs for before in ("", "C", "d ")]
        for text, plain in zip(texts, data.plain_words(tf.constant(texts)).numpy()):
            assert from_the_server(text) == plain.decode().split(), text.encode()
"""
"""A model need not be trained to be exported, and asked."""

ASK = """
import json, sys
import numpy as np
contract, reference = (json.load(open(f"{each}.json")) for each in ("contract", "reference"))
inputs = {
    each["name"]: np.array(reference["inputs"][each["name"]], each["type"])
    for each in contract["inputs"]
}
names = [each["name"] for each in contract["outputs"]]
if sys.argv[1] == "onnx":
    from onnxruntime import InferenceSession
    session = InferenceSession("model.onnx")
    assert {each.name for each in session.get_inputs()} == {*inputs}
    ask = lambda inputs: session.run(names, inputs)
elif sys.argv[1] == "openvino":
    sys.modules["openvino_telemetry"] = type(sys)("openvino_telemetry")
    import openvino
    exact = {"INFERENCE_PRECISION_HINT": "f32"}
    model = openvino.Core().compile_model("model.xml", "CPU", exact)
    assert {each.any_name for each in model.inputs} == {*inputs}
    ask = lambda inputs: [model(inputs)[name] for name in names]
else:
    from ai_edge_litert.interpreter import Interpreter
    interpreter = Interpreter("model.tflite")
    (signature,) = interpreter.get_signature_list().values()
    assert (sorted(signature["inputs"]), signature["outputs"]) == (sorted(inputs), sorted(names))
    runner = interpreter.get_signature_runner()
    def ask(inputs):
        rows = [dict(zip(inputs, cells)) for cells in zip(*inputs.values())]
        found = [runner(**{name: cell[None] for name, cell in row.items()}) for row in rows]
        return [np.concatenate([each[name] for each in found]) for name in names]
one = {name: array[:1] for name, array in inputs.items()}
for name, answer, first in zip(names, ask(inputs), ask(one)):
    expected = np.array(reference["outputs"][name])
    assert len(expected) == 20, len(expected)
    np.testing.assert_allclose(answer, expected, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(first, expected[:1], rtol=1e-5, atol=1e-5)
assert not {"keras", "tensorflow"} & {*sys.modules}
"""
"""Asks the files alone, with nothing of the project."""

REFUSED_BY_OPENVINO = """
from dataclasses import replace
from pathlib import Path
import keras, tensorflow as tf
from forecast.config import Config
from forecast.export_openvino import export_openvino

@keras.saving.register_keras_serializable()
class LogGamma(keras.layers.Layer):
    def call(self, inputs):
        return tf.math.lgamma(inputs)

trained = Config().run_dir
own = replace(Config(), run_dir=Path("refused"))
own.run_dir.mkdir()
model = keras.models.load_model(trained / "model.keras")
model.add(LogGamma())
model.save(own.run_dir / "model.keras")
folder = own.run_dir / "openvino"
folder.mkdir()
for name in "model.xml", "model.bin":
    (folder / name).write_text("of a model before")
try:
    export_openvino(trained / "onnx", folder, own)
except ValueError as error:
    print(error)
assert not [*folder.glob("model.*")]
"""
"""Exports a model with an operation that OpenVINO does not have."""

SERVE = """
import runpy, sys
class Training:
    @staticmethod
    def find_spec(name, *where):
        if name in ("keras", "tensorflow", "pandas", "sklearn", "jax", "torch", "onnx"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Training)
runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
"""
"""Runs the server where it can import nothing that training needs."""

REFUSED = {"photo", "wave", "age", "rooms", "sold", "seen"}
"""Columns where any text will not do."""

CLIENTS = 10


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folders of projects that are ready to serve, by package, with rows and answers."""
    folder = tmp_path_factory.mktemp("served")
    recipes = [*recipe_names()] if full_samples() else ["forecast", "segmentation"]
    flags = Flags(with_=["serve", "litert", "openvino"])
    specs = [spec_from_flags(flags, tables_of(load_recipe(name).spec)) for name in recipes]
    specs += map(spec_from_flags, (EVERY_KIND, QUANTILES, SHOPS))
    written = {spec.package: write_project(folder, spec) for spec in specs}
    (folder / "prepare.py").write_text(PREPARE, "utf-8")
    listed = [(str(project), package) for package, project in written.items()]
    (folder / "projects.json").write_text(json.dumps(listed), "utf-8")
    run_in(folder, "prepare")
    return written


@pytest.mark.parametrize("runtime", ["onnx", "litert", "openvino"])
def test_a_runtime_without_keras_gives_the_answers_of_keras(
    runtime: str, projects: dict[str, Path]
) -> None:
    for package, folder in projects.items():
        done = subprocess.run(
            [sys.executable, "-I", "-c", ASK, runtime],
            cwd=folder / "runs/latest" / runtime,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{package}: {done.stderr}"


def test_openvino_refuses_in_words_what_it_cannot_run(projects: dict[str, Path]) -> None:
    folder = projects["forecast"]
    (folder / "refused.py").write_text(REFUSED_BY_OPENVINO, "utf-8")
    said = run_in(folder, "refused").stdout
    assert "OpenVINO cannot run this model" in said
    assert "Lgamma" in said


# === Over HTTP ===


@contextmanager
def serving(folder: Path, package: str) -> Iterator[str]:
    """Start the server of a project on a port that is free; yield its address."""
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE, f"{package}.serve", "--port", "0"],
        cwd=folder,
        env=project_environment(folder, {}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stderr is not None
    said = []
    try:
        for line in server.stderr:
            said.append(line)
            if "running on " in line:
                yield line.split("running on ")[1].split()[0]
                return
        pytest.fail("".join(said))
    finally:
        server.terminate()
        server.communicate(timeout=60)


def ask(url: str, rows: list[Any]) -> tuple[int, Any]:
    """Return the status and the content of an answer to rows."""
    body = json.dumps({"rows": rows}).encode()
    try:
        answer = urlopen(Request(url, body, {"Content-Type": "application/json"}), timeout=60)
    except HTTPError as error:
        answer = error
    with answer:
        return answer.status, json.load(answer)


def agree(given: Any, wanted: Any) -> bool:
    """Say whether two answers are the same, up to what adding in another order changes."""
    if isinstance(wanted, dict):
        names = {name for name in wanted if not name.endswith(".file")}
        return names <= {*given} and all(agree(given[name], wanted[name]) for name in names)
    if isinstance(wanted, list):
        return len(given) == len(wanted) and all(map(agree, given, wanted))
    return bool(given == pytest.approx(wanted, rel=1e-4, abs=1e-5))


def same_images(given: dict[str, str], wanted: dict[str, Any], folder: Path) -> bool:
    """Say whether the server sends as PNG what `predict` saved as files."""
    for name in wanted:
        if name.endswith(".file"):
            png = BytesIO(b64decode(given[f"{name.removesuffix('.file')}.png"]))
            with Image.open(png) as sent, Image.open(folder / wanted[name]) as saved:
                difference = np.asarray(sent, "int16") - np.asarray(saved, "int16")
            if np.abs(difference).mean() > 0.01:
                return False
    return True


def asked_of(folder: Path) -> dict[str, Any]:
    """Return rows that a project is asked, and the answers of `predict`."""
    return dict(json.loads((folder / "asked.json").read_text("utf-8")))


def test_servers_answer_as_predict_does(projects: dict[str, Path]) -> None:
    for package, folder in projects.items():
        asked = asked_of(folder)
        with serving(folder, package) as url:
            status, content = ask(f"{url}/predict", asked["rows"])
            assert status == 200, f"{package}: {content}"
            assert agree(content["answers"], asked["answers"]), package
            for given, wanted in zip(content["answers"], asked["answers"], strict=True):
                assert same_images(given, wanted, folder), package


def test_a_value_that_cannot_be_read_is_named(projects: dict[str, Path]) -> None:
    with serving(projects["every_kind"], "every_kind") as url:
        row = asked_of(projects["every_kind"])["rows"][0]
        for name in row:
            status, content = ask(f"{url}/predict", [row, {**row, name: "no such thing"}])
            assert status == (422 if name in REFUSED else 200), f"{name}: {content}"
            places = f"#/rows/1/{name}", f"rows[1].{name} is not"
            assert status == 200 or any(place in json.dumps(content) for place in places)


def test_a_series_that_was_not_in_training_is_named(projects: dict[str, Path]) -> None:
    with serving(projects["shops"], "shops") as url:
        rows = asked_of(projects["shops"])["rows"]
        strange = [{**row, "The shop's name": "never seen before"} for row in rows]
        status, content = ask(f"{url}/predict", strange)
        assert status == 422
        assert "never seen before" in content["detail"]
        status, content = ask(f"{url}/predict", rows[:9] + strange[:1])
        assert status == 422
        assert "'never seen before' has 1" in content["detail"]


def test_parallel_clients_lose_nothing(projects: dict[str, Path]) -> None:
    package = "every_kind"
    asked = asked_of(projects[package])
    with serving(projects[package], package) as url, ThreadPoolExecutor(CLIENTS) as clients:
        several = list(zip(asked["rows"], asked["answers"], strict=True)) * 10
        given = clients.map(lambda each: ask(f"{url}/predict", [each[0]]), several)
        for (status, content), (_, wanted) in zip(given, several, strict=True):
            assert status == 200
            assert agree(content["answers"], [wanted])
