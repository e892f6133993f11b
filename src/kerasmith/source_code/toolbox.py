"""What the names of Keras do: layers are made and called, models are put together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kerasmith.errors import shortened
from kerasmith.saved_model.graph import Graph, Shape, places_of
from kerasmith.saved_model.mistake import Mistake
from kerasmith.saved_model.shapes import shapes_after, with_shapes
from kerasmith.source_code.keras_names import (
    APPLICATIONS,
    FOR_ALL,
    LAYER_SCALE,
    LEGACY_ALIASES,
    MERGES,
    MODELS,
    camel_case,
    keras_path,
    layer_class,
    parameters_of,
    snake_case,
)
from kerasmith.source_code.machine import Machine
from kerasmith.source_code.old_names import old_argument, old_name
from kerasmith.source_code.operators import shape_after
from kerasmith.source_code.own_layers import SEVERAL, UNCLEAR, places_of_class, places_of_function
from kerasmith.source_code.plain import NotKnown
from kerasmith.source_code.to_graph import Doubt, graph_of_model, layer_of
from kerasmith.source_code.values import (
    Compiled,
    Dotted,
    Fitted,
    Function,
    Instance,
    KerasLayer,
    KerasModel,
    KerasObject,
    KerasTensor,
    LayerCall,
    LossObject,
    Method,
    OwnClass,
    Unknown,
    Value,
    tensors_in,
    unknown_in,
)

Words = Mapping[str, Value]

_INTEGER_LABELS = ("mnist", "fashion_mnist", "cifar10", "cifar100", "reuters", "imdb")

_OBJECTS = ("keras.constraints.", "keras.initializers.", "keras.regularizers.")

_SHAPES = ("input_shape", "batch_input_shape", "input_dim", "input_length")
"""How layers were told the shape of their input before there was keras.Input."""


class Toolbox:
    """Everything of Keras that the code that is read makes and calls."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.mistakes: dict[Mistake, None] = {}
        self._has_tensorflow = False
        """Whether a name of TensorFlow was met, whose `keras` has some names more."""
        self._gone: set[str] = set()
        """The names of older versions that were reported: once is enough."""
        self._stacked: set[tuple[int, int]] = set()
        """Which layers are in which stacks, by their identities."""

    def mistake(self, line: int, name: str, what: str, mend: str) -> None:
        """Note a mistake."""
        self.mistakes[Mistake(line, name, what, mend)] = None

    # === Names ===

    def named(self, path: str, line: int, *, imported: bool = False) -> Value:
        """Return what a full name is, as it is imported or as an attribute of what is."""
        found = keras_path(path)
        of_tensorflow = path.partition(".")[0] == "tensorflow"
        self._has_tensorflow = self._has_tensorflow or of_tensorflow
        maybe = of_tensorflow or (self._has_tensorflow and not imported)
        gone, instead = old_name(found, of_tensorflow=maybe)
        if gone and gone not in self._gone:
            self._gone.add(gone)
            self.mistake(line, "gone-in-keras-3", f"Keras 3 has no {gone}.", instead)
        return Dotted(found)

    def named_by(self, value: Value, name: str) -> None:
        """Note what a model is assigned to first."""
        if isinstance(value, KerasModel):
            value.variable = value.variable or name
            value.variables.add(name)

    def is_a(self, layer: KerasLayer, path: str) -> bool:
        """Say whether a layer is of a class of Keras.

        Raises NotKnown where one of the two classes might extend the other.
        """
        last = path.rpartition(".")[2]
        if last in MODELS or last == "Layer":
            return last == "Layer" or isinstance(layer, KerasModel)
        name = layer_class(path)
        related = name in layer.class_name or layer.class_name in name
        if layer.own or not name or (related and name != layer.class_name):
            raise NotKnown
        return name == layer.class_name

    def makes(self, path: str, args: Sequence[Value], words: Words) -> bool:
        """Say whether a name is of Keras, or works on tensors of Keras."""
        path = keras_path(path)
        is_keras = path.startswith("keras.")
        return is_keras or bool(tensors_in([*args, *words.values()], 1)) or path in _LABELS

    def call(self, path: str, args: Sequence[Value], words: dict[str, Value], line: int) -> Value:
        """Return what a function or a class of Keras gives."""
        path = keras_path(path)
        last = path.rpartition(".")[2]
        if last == "image_data_format":
            return "channels_last"  # the default, which shapes and counts go by as well
        if path in _LABELS:
            return Unknown("what data hold is not in the code", line, labels="one-hot")
        if path.startswith("keras.datasets.") and last == "load_data":
            return _loaded(path.split(".")[-2], line)
        if path.startswith("keras.") and path.count(".") <= 3 and last in _MAKERS:
            return _MAKERS[last](self, args, words, line)
        if path.startswith("keras.losses.") and last[:1].isupper():
            logits = words.get("from_logits", False)
            known = logits if isinstance(logits, bool) else None
            return LossObject(snake_case(last), known, line)
        if path == LAYER_SCALE:
            called, number = words.get("name"), self.machine.next_number()
            name = called if isinstance(called, str) else self.machine.auto_name("layer_scale")
            said = dict(zip(("init_values", "projection_dim"), args, strict=False)) | words
            return KerasLayer("LayerScale", name, line, made=number, said=said)
        if path.startswith(_OBJECTS) and last[:1].isupper():
            return KerasObject(path, tuple(args), tuple(words.items()))
        if name := layer_class(path):
            self._check_name(path, line)
            return self.layer(name, args, words, line)
        if path.startswith("keras.layers.") and last in MERGES:
            return self._merge(last, args, words, line)
        if path.startswith(APPLICATIONS) and last[:1].isupper():
            return self._application(last, words, line)
        return self._function(path, args, words, line)

    def _check_name(self, path: str, line: int) -> None:
        last = path.rpartition(".")[2]
        if last in LEGACY_ALIASES:
            self.mistake(
                line,
                "gone-in-keras-3",
                f"Keras 3 has no {path}.",
                f"keras.layers.{LEGACY_ALIASES[last]}",
            )

    # === Layers ===

    def layer(
        self, class_name: str, args: Sequence[Value], words: Words, line: int
    ) -> KerasLayer | Unknown:
        """Return a layer of Keras."""
        if class_name == "InputLayer":
            for word, new in (("input_shape", "shape"), ("batch_input_shape", "batch_shape")):
                if word in words:
                    what = f"InputLayer is told its shape by {word}, which Keras 3 warns of."
                    self.mistake(line, "shape-in-layer", what, f"keras.Input({new}=…)")
            made = self._input(args, words, line)
            return made.layer if isinstance(made, KerasTensor) else made
        parameters = parameters_of(class_name)
        said = dict(zip(parameters, args, strict=False)) | dict(words)
        self._check_arguments(class_name, parameters, words, line)
        name = said.get("name")
        made = KerasLayer(
            class_name,
            name if isinstance(name, str) else self.machine.auto_name(snake_case(class_name)),
            line,
            _configuration(class_name, parameters, said),
            made=self.machine.next_number(),
            said=said,
        )
        self._shape_of_first(made, said)
        if isinstance(unsure := said.get("return_state"), Unknown):
            made.doubt = unsure
        inner = said.get("layer", said.get("cell"))
        if isinstance(inner, KerasModel) and not inner.own:
            made.wraps = inner
        if class_name == "Lambda":
            made.places = (
                places_of_function(args[0]) if args and isinstance(args[0], Function) else 1
            )
        return made

    def _check_arguments(
        self, class_name: str, parameters: Mapping[str, object], words: Words, line: int
    ) -> None:
        for word in words:
            if word in _SHAPES and word not in parameters:
                what = f"{class_name} is told its input's shape by {word}, which Keras 3 warns of."
                mend = "keras.Input(shape) as the first layer"
                self.mistake(line, "shape-in-layer", what, mend)
            elif word not in (*parameters, *FOR_ALL) and (new := old_argument(class_name, word)):
                what = f"{class_name} has no argument {word} in Keras 3."
                self.mistake(line, "gone-in-keras-3", what, new)

    def _shape_of_first(self, layer: KerasLayer, said: Words) -> None:
        """Note the shape of the input that a layer is told, as the first of a Sequential is."""
        for word in _SHAPES[:3]:
            config = _config(said.get(word, _LOST))
            if isinstance(config, int) and word == "input_dim" and layer.class_name != "Embedding":
                layer.config["batch_input_shape"] = [None, config]
            elif isinstance(config, list):
                batch = [] if word == "batch_input_shape" else [None]
                layer.config["batch_input_shape"] = [*batch, *config]
        length = _config(said.get("input_length", _LOST))
        if layer.class_name == "Embedding" and isinstance(length, int):
            layer.config["batch_input_shape"] = [None, length]

    def own_layer(self, kind: OwnClass, words: Words, line: int) -> KerasLayer:
        """Return a layer of a class of the code."""
        name = words.get("name")
        return KerasLayer(
            kind.name,
            name if isinstance(name, str) else self.machine.auto_name(snake_case(kind.name)),
            line,
            own=True,
            places=places_of_class(kind),
            made=self.machine.next_number(),
        )

    def _input(self, args: Sequence[Value], words: Words, line: int) -> Value:
        said = dict(zip(parameters_of("InputLayer"), args, strict=False)) | dict(words)
        dtype = said.get("dtype")
        config: dict[str, Any] = {"dtype": dtype} if isinstance(dtype, str) else {}
        whole = _config(said.get("batch_shape", said.get("batch_input_shape", _LOST)))
        shape = _config(said.get("shape", said.get("input_shape", _LOST)))
        if isinstance(shape, int):
            shape = [shape]
        if isinstance(shape, list) and whole is _LOST:
            whole = [_config(said.get("batch_size")), *shape]
        if isinstance(whole, list) and all(each is None or type(each) is int for each in whole):
            config["batch_shape"] = whole
        name = said.get("name")
        layer = KerasLayer(
            "InputLayer",
            name if isinstance(name, str) else self.machine.auto_name("input_layer"),
            line,
            config,
            made=self.machine.next_number(),
        )
        layer.calls.append(LayerCall((), (), line, self.machine.next_number()))
        known = tuple(config["batch_shape"][1:]) if "batch_shape" in config else None
        return KerasTensor(layer, 0, 0, known, config.get("dtype", "float32"))

    def _merge(self, name: str, args: Sequence[Value], words: Words, line: int) -> Value:
        inputs = args[0] if args else words.get("inputs")
        rest = {key: value for key, value in words.items() if key != "inputs"}
        layer = self.layer(MERGES[name], list(args[1:]), rest, line)
        return self.apply(layer, [inputs], {}, line) if isinstance(layer, KerasLayer) else layer

    # === Calls of layers ===

    def apply(self, layer: KerasLayer, args: Sequence[Value], words: Words, line: int) -> Value:
        """Return what a layer gives that is called."""
        data = {key: value for key, value in words.items() if key != "training"}
        if unsure := unknown_in([*args, *data.values()]):
            return Unknown(unsure.why, unsure.line or line)
        given = tensors_in([*args, *words.values()])
        if not given:
            return Unknown(f"{layer.name} is called with what is not a tensor of Keras", line)
        said = tuple(
            f"{key}={value}"
            for key, value in words.items()
            if isinstance(value, bool | int | float | str)
        )
        number = self.machine.next_number()
        call = LayerCall(tuple(given), said, line, number, args=args, words=words)
        layer.calls.append(call)
        if layer.class_name == "InputLayer":
            return Unknown("an input is called", line)
        return self._given(layer, call, words, line)

    def _given(self, layer: KerasLayer, call: LayerCall, words: Words, line: int) -> Value:
        """Return the tensors that a call gives, in the form in which Keras gives them."""
        number = len(layer.calls) - 1
        if isinstance(layer, KerasModel) and not layer.own:
            return self._given_by_model(layer, call, number, line)
        places, shapes = layer.places, self._shapes(layer, call)
        if not (layer.own or layer.class_name == "Lambda"):
            places = len(places_of(replace(layer_of(layer), wraps=None)))
            if words.get("return_attention_scores") is True:
                places = 2
        if places is None:
            why = (
                f"whether {layer.class_name} gives one tensor or several is not clear from its code"
            )
            return Unknown(why, line)
        found = [
            KerasTensor(layer, number, place, shapes[place] if place < len(shapes) else None)
            for place in range(places)
        ]
        call.shapes.extend(each.shape for each in found)
        return found if places > 1 else found[0]

    def _shapes(self, layer: KerasLayer, call: LayerCall) -> Sequence[Shape | None]:
        try:
            return shapes_after(layer_of(layer), [each.shape for each in call.given])
        except Doubt:
            return ()

    def _given_by_model(self, model: KerasModel, call: LayerCall, number: int, line: int) -> Value:
        graph = self.graph(model)
        if isinstance(graph, Unknown):
            return Unknown(graph.why, graph.line or line)
        shaped = with_shapes(graph, {}, [each.shape for each in call.given])
        self.machine.step(len(graph.layers))
        found = [
            KerasTensor(model, number, place, shaped.shapes.get(tensor))
            for place, tensor in enumerate(graph.outputs)
        ]
        call.shapes.extend(each.shape for each in found)
        if isinstance(model.outputs, dict) and len(model.outputs) == len(found):
            return dict(zip(model.outputs, found, strict=True))
        if isinstance(model.outputs, list | tuple) or len(found) > 1:
            return found
        return found[0]

    def graph(self, model: KerasModel) -> Graph | Unknown:
        """Return the graph of a model, or why it is not known."""
        self.machine.step(len(model.stack or ()))
        try:
            return graph_of_model(model)
        except Doubt as doubt:
            return doubt.why

    def called_with_unknown(self, callee: Value, why: Unknown) -> Value:
        """Return what a call gives whose arguments are not known: a layer is one all the same."""
        if isinstance(callee, Dotted) and (name := layer_class(keras_path(callee.path))):
            layer = self.layer(name, [], {}, why.line)
            if isinstance(layer, KerasLayer):
                recurrent = "return_state" in parameters_of(name)
                layer.doubt = why if recurrent else None
                return layer
        if isinstance(callee, OwnClass) and "Layer" in callee.root:
            return self.own_layer(callee, {}, why.line)
        return Unknown(why.why, why.line)

    def unpacked(self, tensor: KerasTensor, count: int) -> Value:
        """Return what a tensor is that is unpacked: tensors do not iterate."""
        return Unknown(f"what {tensor.layer.name} gives is unpacked", tensor.layer.line)

    # === Operators ===

    def operate(
        self, name: str, operands: Sequence[Value], line: int, words: Words | None = None
    ) -> Value:
        """Return what an operator makes of tensors."""
        words = words or {}
        if unsure := unknown_in([*operands, *words.values()]):
            return Unknown(unsure.why, unsure.line or line)
        if not name or name in UNCLEAR:
            return Unknown("what this does to a tensor is not followed", line)
        given = tuple(tensors_in([*operands, *words.values()]))
        layer = KerasLayer(
            camel_case(name),
            self.machine.auto_name(name),
            line,
            _beside(operands, words),
            operator=True,
            made=self.machine.next_number(),
        )
        number = self.machine.next_number()
        layer.calls.append(LayerCall(given, (), line, number, args=operands, words=words))
        if name in SEVERAL:
            return self._several(layer, operands, words)
        shape = shape_after(name, operands, words)
        layer.calls[0].shapes.append(shape)
        return KerasTensor(layer, 0, 0, shape)

    def _several(self, layer: KerasLayer, operands: Sequence[Value], words: Words) -> Value:
        count = _pieces(layer, operands, words)
        if count is None:
            return Unknown(f"how many tensors {layer.name} gives is not known", layer.line)
        return [KerasTensor(layer, 0, place) for place in range(count)]

    def _function(
        self, path: str, args: Sequence[Value], words: dict[str, Value], line: int
    ) -> Value:
        """Return what a function gives: an operator where it is given tensors of Keras."""
        last = path.rpartition(".")[2]
        given = tensors_in([*args, *words.values()], 1)
        root = path.partition(".")[0]
        if not given or root not in ("keras", "tensorflow"):
            lost = Unknown(f"{path} is not followed", line)
            if root not in ("keras", "tensorflow") and given:
                return Unknown(f"{path} is given a tensor of Keras, and is not followed", line)
            return lost
        of_backend = path.startswith("keras.backend.") and last != "int_shape"
        if of_backend or path == "tensorflow.shape":
            self._refuses_tensors(path, last, line)
        if path in ("keras.ops.shape", "tensorflow.shape", "keras.backend.int_shape"):
            shape = given[0].shape
            return Unknown("a shape is not known", line) if shape is None else (None, *shape)
        if root == "tensorflow":
            self._refuses_tensors(path, last, line)
        return self.operate(_TENSORFLOW.get(last, last), args, line, words)

    def _refuses_tensors(self, path: str, last: str, line: int) -> None:
        """Note that a function is given a tensor of Keras, and takes those of TensorFlow alone."""
        name = path.replace("tensorflow", "tf", 1)
        what = f"{name} is given a tensor of Keras, which Keras 3 refuses."
        self.mistake(
            line, "tf-function", what, f"keras.ops.{_TENSORFLOW.get(last, last)}, or a layer"
        )

    # === Models ===

    def _sequential(self, args: Sequence[Value], words: Words, line: int) -> Value:
        said = dict(zip(("layers", "trainable", "name"), args, strict=False)) | dict(words)
        model = self._model("Sequential", said.get("name"), line)
        model.stack = []
        layers = said.get("layers")
        if isinstance(layers, Unknown):
            model.doubt = layers
        elif isinstance(layers, list | tuple):
            for each in layers:
                self._push(model, each, line)
        return model

    def _functional(self, args: Sequence[Value], words: Words, line: int) -> Value:
        return self.functional("Functional", args, words, line)

    def functional(self, class_name: str, args: Sequence[Value], words: Words, line: int) -> Value:
        """Return a model from inputs to outputs."""
        said = dict(zip(("inputs", "outputs", "name"), args, strict=False)) | dict(words)
        if "input" in said or "output" in said:
            what = "Model has no arguments input and output in Keras 3."
            self.mistake(line, "gone-in-keras-3", what, "inputs=… and outputs=…")
        model = self._model(class_name, said.get("name"), line)
        model.inputs = said.get("inputs", said.get("input"))
        model.outputs = said.get("outputs", said.get("output"))
        if model.inputs is None or model.outputs is None:
            model.doubt = Unknown("its inputs and outputs are not named", line)
        return model

    def subclassed(self, kind: OwnClass, words: Words, line: int) -> KerasModel:
        """Return a model of a class of the code, whose graph is in its `call`."""
        model = self._model(kind.name, words.get("name"), line)
        model.own = True
        model.places = places_of_class(kind)
        why = f"{kind.name} is a subclassed model: how data flows is in its code, not in a graph"
        model.doubt = Unknown(why, kind.node.lineno)
        return model

    def _model(self, class_name: str, name: Value, line: int) -> KerasModel:
        word = snake_case("Functional" if class_name == "Model" else class_name)
        model = KerasModel(
            class_name,
            name if isinstance(name, str) else self.machine.auto_name(word),
            line,
            function=self.machine.running[-1] if self.machine.running else "",
            assumed="; ".join(self.machine.assumed),
            made=self.machine.next_number(),
        )
        self.machine.models.append(model)
        return model

    def _application(self, name: str, words: Words, line: int) -> Value:
        """Return a model of keras.applications, whose layers are not in the code."""
        model = self._model(name, words.get("name"), line)
        model.name = str(words.get("name") or name.lower())
        model.own, model.places, model.foreign = True, 1, True
        given = words.get("input_tensor")
        if isinstance(given, KerasTensor):
            self._call_application(model, given)
        elif isinstance(shape := _config(words.get("input_shape", _LOST)), list):
            model.config["batch_shape"] = [None, *shape]
        return model

    def _call_application(self, model: KerasModel, given: Value) -> None:
        """Take a model from outside as one layer, from its input to its output."""
        model.inputs = given
        model.outputs = self.apply(model, [given], {}, model.line)

    def _push(self, model: KerasModel, layer: Value, line: int) -> None:
        """Add a layer to a stack."""
        stack = model.stack
        if stack is None:
            return
        if isinstance(layer, KerasTensor):
            layer = layer.layer
        if isinstance(layer, Unknown | Dotted | Instance):
            why = layer.path if isinstance(layer, Dotted) else "layer"
            name = self.machine.auto_name(snake_case(why.rpartition(".")[2]))
            layer = KerasLayer("?", name, line, own=True, made=self.machine.next_number())
        if not isinstance(layer, KerasLayer):
            self.machine.doubt(model, Unknown("a layer of it is not known", line))
            return
        if (id(model), id(layer)) in self._stacked:
            what = f"{layer.name} is added twice: saved and loaded again, the model has it once."
            self.mistake(
                line, "added-twice", what, f"a {layer.class_name} of its own for each place"
            )
        self._stacked.add((id(model), id(layer)))
        stack.append(layer)

    # === What layers, models and tensors have ===

    def attribute(self, owner: KerasTensor | KerasLayer, name: str, line: int) -> Value:
        """Return what a tensor, a layer or a model has by a name."""
        if isinstance(owner, KerasTensor):
            return self._of_tensor(owner, name, line)
        if isinstance(owner, KerasModel) and name in (
            "inputs",
            "outputs",
            "input",
            "output",
            "layers",
        ):
            return self._of_model(owner, name, line)
        if name in ("input", "output"):
            if len(owner.calls) != 1:
                return Unknown(f"{owner.name} is called {len(owner.calls)} times", line)
            call = owner.calls[0]
            given = call.given if name == "input" else (KerasTensor(owner, 0),)
            return given[0] if len(given) == 1 else list(given)
        if name == "name":
            return owner.name
        if name in owner.config and name not in ("layer", "cell"):
            return owner.config[name]
        return Method(owner, name)

    def _of_tensor(self, tensor: KerasTensor, name: str, line: int) -> Value:
        if name in ("shape", "_keras_shape"):
            shape = tensor.shape
            return Unknown("a shape is not known", line) if shape is None else (None, *shape)
        if name in ("ndim", "rank") and tensor.shape is not None:
            return len(tensor.shape) + 1
        if name == "dtype":
            return tensor.dtype or Unknown("a dtype is not known", line)
        return Unknown(f"{name} of a tensor is not followed", line)

    def _of_model(self, model: KerasModel, name: str, line: int) -> Value:
        if model.doubt:
            return Unknown(model.doubt.why, model.doubt.line or line)
        if model.foreign and name == "layers":
            return Unknown(f"the layers of {model.class_name} are not in the code", line)
        if model.foreign and model.inputs is None:
            shape = {each: model.config[each] for each in model.config}
            self._call_application(model, self._input([], shape, model.line))
        if name == "layers":
            return self._layers_of(model)
        if model.stack is not None:
            self._materialise(model, line)
        value = model.inputs if name.startswith("input") else model.outputs
        if value is None:
            return Unknown("a Sequential without keras.Input has no tensors yet", line)
        if name.endswith("s"):
            return tensors_in(value)
        return value[0] if isinstance(value, list) and len(value) == 1 else value

    def _layers_of(self, model: KerasModel) -> Value:
        if model.stack is not None:
            self._materialise(model, model.line)
            return [each for each in model.stack if each.class_name != "InputLayer"]
        found: dict[KerasLayer, None] = {}
        left = tensors_in([model.inputs, model.outputs])
        seen: set[tuple[int, int]] = set()
        while left:
            tensor = left.pop()
            found[tensor.layer] = None
            if (id(tensor.layer), tensor.call) not in seen:
                seen.add((id(tensor.layer), tensor.call))
                left += tensor.layer.calls[tensor.call].given
        return sorted(found, key=lambda layer: layer.made)

    def _materialise(self, model: KerasModel, line: int) -> None:
        """Call the layers of a stack one after the other, so that its tensors can be named."""
        stack = model.stack or []
        if model.inputs is not None or not stack:
            return
        first = stack[0]
        if first.class_name == "InputLayer":
            shape = first.config.get("batch_shape")
            tensor: Value = KerasTensor(first, 0, 0, tuple(shape[1:]) if shape else None)
            rest = stack[1:]
        elif "batch_input_shape" in first.config:
            tensor = self._input([], {"batch_shape": first.config["batch_input_shape"]}, line)
            rest = stack
        else:
            return
        model.inputs = tensor
        for each in rest:
            tensor = self.apply(each, [tensor], {}, each.line)
        model.outputs = tensor

    # === Methods ===

    def method(
        self, owner: KerasLayer, name: str, args: Sequence[Value], words: Words, line: int
    ) -> Value:
        """Return what a method of a layer or a model gives."""
        if isinstance(owner, KerasModel) and name in _METHODS:
            return _METHODS[name](self, owner, args, words, line)
        if name == "__call__":
            return self.apply(owner, args, words, line)
        if name in _OLD_METHODS and isinstance(owner, KerasModel):
            what = f"Keras 3 has no {name}."
            self.mistake(line, "gone-in-keras-3", what, _OLD_METHODS[name])
        return Unknown(f"what {name} of {owner.name} gives is not in the code", line)

    def _add(self, model: KerasModel, args: Sequence[Value], words: Words, line: int) -> Value:
        layer = args[0] if args else words.get("layer")
        if model.stack is None:
            return Unknown("layers are added to what is not a Sequential", line)
        if self.machine.change(model):
            self._push(model, layer, line)
            if model.outputs is not None:
                model.outputs = self.apply(model.stack[-1], [model.outputs], {}, line)
        return None

    def _pop(self, model: KerasModel, args: Sequence[Value], words: Words, line: int) -> Value:
        if model.stack and self.machine.change(model):
            taken = model.stack.pop()
            self._stacked.discard((id(model), id(taken)))
            if model.outputs is not None and taken.calls:
                model.outputs = taken.calls.pop().given[0]
            return taken
        return Unknown("what pop takes is not known", line)

    def _get_layer(
        self, model: KerasModel, args: Sequence[Value], words: Words, line: int
    ) -> Value:
        layers = self._of_model(model, "layers", line)
        if isinstance(layers, Unknown):
            return layers
        said = dict(zip(("name", "index"), args, strict=False)) | dict(words)
        index = said.get("index")
        found = [each for each in layers if each.name == said.get("name")]
        if isinstance(index, int) and -len(layers) <= index < len(layers):
            found = [layers[index]]
        return found[0] if len(found) == 1 else Unknown("no such layer is known", line)

    def _compile(self, model: KerasModel, args: Sequence[Value], words: Words, line: int) -> Value:
        names = ("optimizer", "loss", "loss_weights", "metrics", "weighted_metrics")
        said = dict(zip(names, args, strict=False)) | dict(words)
        model.compiled.append(Compiled(line, said.get("loss"), said.get("metrics"), said))
        return None

    def _fit(self, model: KerasModel, args: Sequence[Value], words: Words, line: int) -> Value:
        said = dict(zip(("x", "y"), args, strict=False)) | dict(words)
        self._check_words("fit", words, line)
        model.fitted.append(Fitted(line, said.get("x"), said.get("y")))
        return Unknown("what training gives is not in the code", line)

    def _predict(self, model: KerasModel, args: Sequence[Value], words: Words, line: int) -> Value:
        said = dict(zip(("x", "y"), args, strict=False)) | dict(words)
        self._check_words("predict", words, line)
        model.fitted.append(Fitted(line, said.get("x")))
        return Unknown("what a model predicts is not in the code", line)

    def _evaluate(self, model: KerasModel, args: Sequence[Value], words: Words, line: int) -> Value:
        self._check_words("evaluate", words, line)
        return self._fit(model, args, words, line)

    def _check_words(self, method: str, words: Words, line: int) -> None:
        for word, new in _OLD_WORDS.items():
            if word in words:
                what = f"{method} has no argument {word} in Keras 3."
                self.mistake(line, "gone-in-keras-3", what, new)

    def _save(self, model: KerasModel, args: Sequence[Value], words: Words, line: int) -> Value:
        path = args[0] if args else words.get("filepath")
        if isinstance(path, str) and not path.endswith((".keras", ".h5", ".hdf5")):
            what = f"Keras 3 saves no model as {shortened(path, 60)}."
            self.mistake(line, "gone-in-keras-3", what, "a name that ends in .keras")
        return None

    def _save_weights(
        self, model: KerasModel, args: Sequence[Value], words: Words, line: int
    ) -> Value:
        path = args[0] if args else words.get("filepath")
        if isinstance(path, str) and not path.endswith(".weights.h5"):
            what = f"Keras 3 saves no weights as {shortened(path, 60)}."
            self.mistake(line, "gone-in-keras-3", what, "a name that ends in .weights.h5")
        if "save_format" in words:
            what = "save_weights has no argument save_format in Keras 3."
            self.mistake(line, "gone-in-keras-3", what, "the ending .weights.h5 alone")
        return None

    # === Others ===

    def _optimizer(self, args: Sequence[Value], words: Words, line: int) -> Value:
        for word, new in (("lr", "learning_rate"), ("decay", "a schedule as learning_rate")):
            if word in words:
                what = f"Optimizers have no argument {word} in Keras 3."
                self.mistake(line, "gone-in-keras-3", what, new)
        return Unknown("an optimizer is not followed", line)

    def _same(self, args: Sequence[Value], words: Words, line: int) -> Value:
        """Return what a copy of a model is: one of the same structure."""
        return args[0] if args else Unknown("what is copied is not known", line)

    def listed(self, value: Value) -> Value:
        """Return a value as a function of Python sees it."""
        if isinstance(value, KerasTensor | KerasLayer | Function | Dotted | OwnClass):
            raise NotKnown
        return value


_LOST: Any = object()


def _beside(operands: Sequence[Value], words: Words) -> dict[str, Any]:
    """Return what an operator is given besides tensors."""
    plain = {f"operand {number}": each for number, each in enumerate(operands)} | dict(words)
    found = {
        key: str(each) if isinstance(each, slice | tuple) else _config(each)
        for key, each in plain.items()
        if not tensors_in(each, 1)
    }
    return {key: config for key, config in found.items() if config is not _LOST}


_SIDES = ("kernel_size", "strides", "pool_size", "dilation_rate", "size")


def _configuration(
    class_name: str, parameters: Mapping[str, object], said: Words
) -> dict[str, Any]:
    """Return the configuration of a layer as Keras saves it, with its defaults.

    What is not known is left out, and a number that holds for each side of an image is repeated.
    """
    defaults = {key: default for key, default in parameters.items() if default is not ...}
    found = {
        key: _config(each)
        for key, each in (defaults | dict(said)).items()
        if key in parameters or key not in _SHAPES
    }
    if "pool_size" in found and found.get("strides") is None:
        found["strides"] = found["pool_size"]
    sides = next((int(each) for each in class_name if each in "123"), 0)
    for key in _SIDES:
        if sides and isinstance(found.get(key), int):
            found[key] = [found[key]] * sides
    return {key: config for key, config in found.items() if config is not _LOST}


def _config(value: Value, depth: int = 4) -> Any:
    """Return a value as a configuration of Keras holds it; a mark where it holds none."""
    if isinstance(value, bool | int | float | str | None):
        return value
    if isinstance(value, list | tuple | range) and depth and len(value) < 1000:
        items = [_config(each, depth - 1) for each in value]
        return _LOST if _LOST in items else items
    if isinstance(value, Dotted) and value.path.startswith(
        ("keras.activations.", "tensorflow.nn.")
    ):
        return value.path.rpartition(".")[2]
    if isinstance(value, KerasLayer):
        return {"class_name": value.class_name, "config": value.config}
    return _LOST


def _loaded(dataset: str, line: int) -> Value:
    """Return what a data set of Keras gives: two pairs of data and labels."""
    form = "integers" if dataset in _INTEGER_LABELS else ""
    why = "what data hold is not in the code"
    pair = (Unknown(why, line), Unknown(why, line, labels=form))
    return (pair, pair)


def _pieces(layer: KerasLayer, operands: Sequence[Value], words: Words) -> int | None:
    """Return how many tensors an operator gives."""
    fixed = {"Moments": 2, "TopK": 2, "Eigh": 2, "Eig": 2, "Qr": 2, "Svd": 3, "Slogdet": 2}
    if layer.class_name in fixed:
        return fixed[layer.class_name]
    names = ("x", "indices_or_sections", "axis")
    said = dict(zip(names, operands, strict=False)) | dict(words)
    pieces = said.get("indices_or_sections", said.get("num_or_size_splits"))
    if layer.class_name in ("Split", "ArraySplit", "Hsplit", "Vsplit", "Dsplit"):
        if isinstance(pieces, int):
            return pieces if 0 < pieces < 1000 else None
        sizes = "num_or_size_splits" in said
        return len(pieces) + (not sizes) if isinstance(pieces, list | tuple) else None
    if layer.class_name == "Unstack":
        return _unstacked(said)
    return None


def _unstacked(said: Words) -> int | None:
    count, tensor = said.get("num", said.get("indices_or_sections")), said.get("x")
    if isinstance(count, int):
        return count if 0 < count < 1000 else None
    axis = said.get("axis", 0)
    if isinstance(tensor, KerasTensor) and tensor.shape and isinstance(axis, int) and axis:
        whole = (None, *tensor.shape)
        if -len(whole) < axis < len(whole):
            found = whole[axis]
            return found if found is None or found < 1000 else None
    return None


_LABELS = (
    "keras.utils.to_categorical",
    "keras.utils.np_utils.to_categorical",
    "tensorflow.one_hot",
)

_TENSORFLOW = {
    "concat": "concatenate",
    "reduce_max": "max",
    "reduce_mean": "mean",
    "reduce_min": "min",
    "reduce_sum": "sum",
    "l2_normalize": "normalize",
    "gather": "take",
    "pow": "power",
}
"""What functions of TensorFlow are called among the operators of Keras."""

_OLD_METHODS = {
    "fit_generator": "fit, which takes generators",
    "evaluate_generator": "evaluate, which takes generators",
    "predict_generator": "predict, which takes generators",
    "predict_classes": "predict(…).argmax(axis=-1)",
    "predict_proba": "predict",
    "to_yaml": "to_json",
    "add_metric": "compile(metrics=[…])",
}

_OLD_WORDS = {
    "nb_epoch": "epochs",
    "workers": "keras.utils.PyDataset(workers=…) as the data",
    "use_multiprocessing": "keras.utils.PyDataset(use_multiprocessing=…) as the data",
    "max_queue_size": "keras.utils.PyDataset(max_queue_size=…) as the data",
}
"""Arguments of `fit`, `evaluate` and `predict`."""

_MAKERS: dict[str, Callable[..., Value]] = {
    "Input": Toolbox._input,
    "Model": Toolbox._functional,
    "Functional": Toolbox._functional,
    "Sequential": Toolbox._sequential,
    "clone_model": Toolbox._same,
    **dict.fromkeys(
        ("SGD", "Adam", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Nadam", "AdamW"),
        Toolbox._optimizer,
    ),
}

_METHODS: dict[str, Callable[..., Value]] = {
    "add": Toolbox._add,
    "pop": Toolbox._pop,
    "get_layer": Toolbox._get_layer,
    "compile": Toolbox._compile,
    "fit": Toolbox._fit,
    "evaluate": Toolbox._evaluate,
    "predict": Toolbox._predict,
    "save": Toolbox._save,
    "save_weights": Toolbox._save_weights,
}
