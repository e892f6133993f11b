"""The mistakes of a model that its code shows before anything is run, each with what to write."""

from collections.abc import Iterator

from kerasmith.saved_model.findings import against_of
from kerasmith.saved_model.graph import Graph, Layer, Tensor
from kerasmith.saved_model.heads import head_of
from kerasmith.saved_model.mistake import Mistake
from kerasmith.saved_model.shapes import with_shapes
from kerasmith.source_code.keras_names import snake_case
from kerasmith.source_code.toolbox import Toolbox
from kerasmith.source_code.values import (
    Compiled,
    Dotted,
    KerasModel,
    LossObject,
    Unknown,
    Value,
    tensors_in,
)


def mistakes_of(
    toolbox: Toolbox, model: KerasModel, graph: Graph | None, lines: dict[str, int]
) -> tuple[Mistake, ...]:
    """Return the mistakes of a file and of one of its models, in the order of their lines."""
    found = dict(toolbox.mistakes)
    if graph is None:
        return tuple(sorted(found))
    graph = with_shapes(graph, {})
    for check in (_one_unit_softmax, _sequences, _plain_stack, _same_names, _fitted_keys):
        found |= dict.fromkeys(check(model, graph, lines))
    if any(_share_tensors(model, each) for each in toolbox.machine.models if each is not model):
        found = {each: None for each in found if each.name != "plain-stack"}
    for compiled in model.compiled:
        for compile_check in (_logits, _form_of_labels, _metrics, _keys):
            found |= dict.fromkeys(compile_check(model, graph, compiled))
    return tuple(sorted(found))


# === The graph ===


def _one_unit_softmax(model: KerasModel, graph: Graph, lines: dict[str, int]) -> Iterator[Mistake]:
    for output in graph.outputs:
        head = head_of(graph, output)
        if head and head.units == 1 and head.activation == "softmax":
            what = f"{output.layer} is a softmax of one unit: it is always 1."
            mend = "activation='sigmoid' for a yes or no, or as many units as classes"
            yield Mistake(lines.get(output.layer, model.line), "one-unit-softmax", what, mend)


_RECURRENT = ("LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "ConvLSTM2D")
_NEEDS_STEPS = (*_RECURRENT, "Conv1D", "MaxPooling1D", "GlobalMaxPooling1D", "TimeDistributed",
    "GlobalAveragePooling1D", "AveragePooling1D")  # fmt: skip


def _sequences(model: KerasModel, graph: Graph, lines: dict[str, int]) -> Iterator[Mistake]:
    for layer in graph.layers.values():
        if layer.class_name not in _NEEDS_STEPS:
            continue
        for call in layer.calls:
            given = _past_same_shape(graph, call.given[0])
            before = graph.layers[given.layer]
            if _gives_last_step(before) and not given.place:
                what = f"{layer.name} reads steps, and {before.name} gives the last one alone."
                mend = f"return_sequences=True in {before.name}"
                yield Mistake(lines[before.name], "no-return-sequences", what, mend)


_SAME_SHAPE = ("Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise", "Activation",
    "BatchNormalization", "LayerNormalization", "ReLU", "LeakyReLU", "PReLU", "ELU")  # fmt: skip


def _past_same_shape(graph: Graph, tensor: Tensor) -> Tensor:
    """Return the tensor that layers which leave the shape as it is were given."""
    while graph.layers[tensor.layer].class_name in _SAME_SHAPE:
        tensor = graph.layers[tensor.layer].calls[tensor.call].given[0]
    return tensor


def _gives_last_step(layer: Layer) -> bool:
    config = layer.config
    if layer.class_name == "Bidirectional":
        inner = config.get("layer")
        config = inner.get("config", {}) if isinstance(inner, dict) else {"return_sequences": True}
    elif layer.class_name not in _RECURRENT:
        return False
    return config.get("return_sequences", False) is False


def _plain_stack(model: KerasModel, graph: Graph, lines: dict[str, int]) -> Iterator[Mistake]:
    one_each = len(graph.inputs) == len(graph.outputs) == 1
    stacked = one_each and not any(
        layer.operator or any(call.said for call in layer.calls) for layer in graph.layers.values()
    )
    if model.class_name == "Functional" and stacked and not against_of(graph).layers:
        what = "It is written Functional, and data goes one way through it."
        yield Mistake(model.line, "plain-stack", what, "a keras.Sequential says the same shorter")


def _share_tensors(one: KerasModel, other: KerasModel) -> bool:
    """Say whether two models have tensors in common, as an encoder within an autoencoder."""
    return not other.foreign and bool(_calls_in(one) & _calls_in(other))


def _calls_in(model: KerasModel) -> set[tuple[int, int]]:
    """Return the calls that lead to the outputs of a model, each as its layer and its number."""
    found: set[tuple[int, int]] = set()
    left = tensors_in(model.outputs)
    while left:
        tensor = left.pop()
        if (call := (id(tensor.layer), tensor.call)) not in found:
            found.add(call)
            left += tensor.layer.calls[tensor.call].given
    return found


def _same_names(model: KerasModel, graph: Graph, lines: dict[str, int]) -> Iterator[Mistake]:
    for name in graph.layers:
        if name.endswith(")") and (first := name.rpartition(" (")[0]) in graph.layers:
            what = f"Two layers are called {first}, which Keras refuses."
            yield Mistake(lines[name], "same-name", what, "a name for each layer")


# === What it is compiled with ===


def losses_of(model: KerasModel, graph: Graph, compiled: Compiled) -> Iterator[tuple[str, Value]]:
    """Yield the layer of each output with its loss, where that is clear."""
    loss, outputs = compiled.loss, [each.layer for each in graph.outputs]
    if isinstance(loss, dict):
        keys = _output_keys(model, graph)
        for key, each in loss.items():
            if key in keys:
                yield keys[key], each
    elif isinstance(loss, list | tuple):
        yield from zip(outputs, loss, strict=False)
    elif len(outputs) == 1:
        yield outputs[0], loss


def _output_keys(model: KerasModel, graph: Graph) -> dict[Value, str]:
    """Return the layers of the outputs by what a dict of losses calls them."""
    names = [each.layer for each in graph.outputs]
    keys = {name: name for name in names}
    if isinstance(model.outputs, dict) and len(model.outputs) == len(names):
        keys |= dict(zip(model.outputs, names, strict=True))
    return keys


def loss_name(loss: Value) -> str:
    """Return a loss as it is called in words, whether it is a text, a function or an object."""
    if isinstance(loss, LossObject):
        return loss.name
    name = loss if isinstance(loss, str) else loss.path if isinstance(loss, Dotted) else ""
    name = snake_case(name.rpartition(".")[2])
    return _SHORT.get(name, name)


_SHORT = {
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "kld": "kl_divergence",
    "bce": "binary_crossentropy",
}
"""Losses that have a short name."""


_UNBOUNDED = ("linear", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "swish", "tanh")
"""Activations whose results are not probabilities."""


def _logits(model: KerasModel, graph: Graph, compiled: Compiled) -> Iterator[Mistake]:
    for layer, loss in losses_of(model, graph, compiled):
        head = next((head_of(graph, each) for each in graph.outputs if each.layer == layer), None)
        from_logits = loss.from_logits if isinstance(loss, LossObject) else False
        if from_logits is None or not head:
            continue
        line = loss.line if isinstance(loss, LossObject) else compiled.line
        ends = head.activation in ("softmax", "sigmoid")
        if from_logits and ends:
            what = f"{layer} gives probabilities ({head.activation}), and its loss takes logits."
            mend = "from_logits=False, or a last layer without activation"
            yield Mistake(line, "softmax-from-logits", what, mend)
        elif (
            not from_logits and head.activation in _UNBOUNDED and "crossentropy" in loss_name(loss)
        ):
            given = "no activation" if head.activation == "linear" else head.activation
            what = f"{layer} gives logits ({given}), and its loss takes probabilities."
            mend = "a loss object with from_logits=True, or a softmax or sigmoid at the end"
            yield Mistake(line, "logits-as-probabilities", what, mend)


def _form_of_labels(model: KerasModel, graph: Graph, compiled: Compiled) -> Iterator[Mistake]:
    for layer, loss in losses_of(model, graph, compiled):
        name = loss_name(loss)
        head = next((head_of(graph, each) for each in graph.outputs if each.layer == layer), None)
        if head and (said := _misfit(name, head.units, head.activation)):
            yield Mistake(compiled.line, "loss-and-labels", f"{layer}: {said[0]}", said[1])
        for fitted in model.fitted if len(graph.outputs) == 1 else ():
            form = fitted.y.labels if isinstance(fitted.y, Unknown) else ""
            if form == "one-hot" and name == "sparse_categorical_crossentropy":
                what = f"The labels of {layer} are one-hot, and its loss takes numbers of classes."
                yield Mistake(fitted.line, "loss-and-labels", what, "categorical_crossentropy")
            if form == "integers" and name == "categorical_crossentropy":
                what = f"The labels of {layer} are numbers of classes, and its loss takes one-hot."
                yield Mistake(
                    fitted.line, "loss-and-labels", what, "sparse_categorical_crossentropy"
                )


def _misfit(loss: str, units: int, activation: str) -> tuple[str, str] | None:
    """Return what is wrong with a loss for an output, and what to write; None where it fits."""
    of_classes = loss in ("categorical_crossentropy", "sparse_categorical_crossentropy")
    if of_classes and units == 1:
        return f"{loss} of one unit is always the same.", "binary_crossentropy and a sigmoid"
    if loss == "binary_crossentropy" and activation == "softmax" and units > 1:
        what = f"binary_crossentropy takes the {units} classes of a softmax for so many yes or no."
        return what, "categorical_crossentropy, or sparse_categorical_crossentropy for numbers"
    if of_classes and activation == "sigmoid":
        return f"{loss} needs probabilities that sum to 1.", "activation='softmax'"
    return None


def _metrics(model: KerasModel, graph: Graph, compiled: Compiled) -> Iterator[Mistake]:
    metrics, count = compiled.metrics, len(graph.outputs)
    if isinstance(metrics, str):
        what = "Keras 3 refuses a text as metrics."
        yield Mistake(compiled.line, "gone-in-keras-3", what, f"metrics=[{metrics!r}]")
    if count < 2 or not isinstance(metrics, list | tuple) or not metrics:
        return
    flat = not any(isinstance(each, list | tuple | dict | Unknown) for each in metrics)
    if flat and len(metrics) != count:
        what = f"One list of metrics for {count} outputs, which Keras 3 refuses."
        names = ", ".join(f"{each!r}: …" for each in _output_keys(model, graph))
        yield Mistake(compiled.line, "one-metrics-list", what, f"metrics={{{names}}}")


def _keys(model: KerasModel, graph: Graph, compiled: Compiled) -> Iterator[Mistake]:
    known = _output_keys(model, graph)
    if isinstance(model.outputs, dict):
        known = {key: known[key] for key in known if key in model.outputs}
    for word in ("loss", "metrics", "loss_weights"):
        said = compiled.words.get(word)
        if isinstance(said, dict):
            for key in said:
                if isinstance(key, str) and key not in known:
                    what = f"{word} names {key!r}, and no output is called so."
                    mend = ", ".join(repr(each) for each in known)
                    yield Mistake(compiled.line, "unknown-key", what, mend)


def _fitted_keys(model: KerasModel, graph: Graph, lines: dict[str, int]) -> Iterator[Mistake]:
    inputs = _input_keys(model)
    for fitted in model.fitted:
        if isinstance(fitted.x, dict) and inputs:
            for key in fitted.x:
                if isinstance(key, str) and key not in inputs:
                    what = f"fit is given {key!r}, and no input is called so."
                    mend = ", ".join(repr(each) for each in inputs)
                    yield Mistake(fitted.line, "unknown-key", what, mend)
        outputs = _output_keys(model, graph)
        for key in fitted.y if isinstance(fitted.y, dict) else ():
            if isinstance(key, str) and key not in outputs:
                what = f"fit is given {key!r}, and no output is called so."
                mend = ", ".join(repr(each) for each in outputs)
                yield Mistake(fitted.line, "unknown-key", what, mend)


def _input_keys(model: KerasModel) -> list[str]:
    if isinstance(model.inputs, dict):
        return [key for key in model.inputs if isinstance(key, str)]
    return [each.layer.name for each in tensors_in(model.inputs)]
