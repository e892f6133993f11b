"""Changes of generated code: some change what it means, some only how it is written.

Each is a function of a syntax tree that changes it in place; it returns whether it found a place.
The tree is written out again by `ast.unparse`, which drops comments and layout.
"""

import ast
from collections.abc import Callable, Iterator
from random import Random

Change = Callable[[ast.Module, Random], bool]


def calls(tree: ast.AST, *names: str) -> list[ast.Call]:
    """Return the calls of layers, or of what has one of the names."""
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (
            node.func.attr in names
            if names
            else isinstance(node.func.value, ast.Name)
            and node.func.value.id == "layers"
            and node.func.attr[0].isupper()
        )
    ]


def pick(random: Random, found: list[ast.Call]) -> ast.Call | None:
    return random.choice(found) if found else None


# === What changes the meaning of model.py ===


def other_activation(tree: ast.Module, random: Random) -> bool:
    words = [word for call in calls(tree) for word in call.keywords if word.arg == "activation"]
    if not words:
        return False
    word = random.choice(words)
    assert isinstance(word.value, ast.Constant)
    word.value = ast.Constant("elu" if word.value.value != "elu" else "relu")
    return True


def other_loss(tree: ast.Module, random: Random) -> bool:
    losses = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and node.value
        in (
            "sparse_categorical_crossentropy",
            "binary_crossentropy",
            "mean_squared_error",
        )
    ]
    if not losses:
        return False
    random.choice(losses).value = "mean_absolute_error"
    return True


def layer_gone(tree: ast.Module, random: Random) -> bool:
    """Take a `model.add(…)` out, but not that of the input or of the head."""
    found = [
        (body, node)
        for body in bodies(tree)
        for node in body
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
        and node.value.func.attr == "add"
        and "Input" not in ast.unparse(node)
        and "Rescaling" not in ast.unparse(node)
        and len(body) > 1
    ]
    if not found:
        return False
    body, node = random.choice(found)
    body.remove(node)
    return True


def layer_more(tree: ast.Module, random: Random) -> bool:
    found = [
        (body, place)
        for body in bodies(tree)
        for place, node in enumerate(body)
        if isinstance(node, ast.Expr)
        and ast.unparse(node).startswith(("model.add(layers.", "model.add(keras.Input"))
    ]
    if not found:
        return False
    body, place = random.choice(found)
    body.insert(place + 1, ast.parse("model.add(layers.LayerNormalization())").body[0])
    return True


def wrapped_in_more(tree: ast.Module, random: Random) -> bool:
    """Put a layer behind what a layer gives: `f(x)` becomes `Dropout(0.3)(f(x))`."""
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Call)
        and ast.unparse(node.value.func).startswith("layers.")
    ]
    if not found:
        return False
    node = random.choice(found)
    more = ast.parse("layers.GaussianNoise(0.3)(x)", mode="eval").body
    assert isinstance(more, ast.Call)
    more.args = [node.value]
    node.value = more
    return True


def skip_more(tree: ast.Module, random: Random) -> bool:
    """Let a tensor be added to itself, which turns a stack into a graph."""
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Call)
        and isinstance(node.targets[0], ast.Name)
    ]
    if not found:
        return False
    node = random.choice(found)
    name = f"layers.add([layers.ReLU()(given := {ast.unparse(node.value)}), given])"
    node.value = ast.parse(name, mode="eval").body
    return True


OTHER_CLASSES = {
    "MaxPooling2D": "AveragePooling2D",
    "MaxPooling1D": "AveragePooling1D",
    "GlobalAveragePooling1D": "GlobalMaxPooling1D",
    "GlobalAveragePooling2D": "GlobalMaxPooling2D",
    "LSTM": "GRU",
    "Dropout": "GaussianDropout",
    "Add": "Average",
    "BatchNormalization": "LayerNormalization",
    "Concatenate": "Add",
}


def other_class(tree: ast.Module, random: Random) -> bool:
    call = pick(random, calls(tree, *OTHER_CLASSES))
    if call is None:
        return False
    assert isinstance(call.func, ast.Attribute)
    call.func.attr = OTHER_CLASSES[call.func.attr]
    return True


def other_number(tree: ast.Module, random: Random) -> bool:
    found = [
        node
        for call in calls(tree)
        for node in (*call.args, *(word.value for word in call.keywords))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and node.value > 0
        and node.value is not True
    ]
    if not found:
        return False
    node = random.choice(found)
    assert isinstance(node.value, int | float)
    node.value = node.value + 1
    return True


def units_of_head(tree: ast.Module, random: Random) -> bool:
    heads = [call for call in calls(tree, "Dense") if "classes" in ast.unparse(call)]
    call = pick(random, heads)
    if call is None:
        return False
    call.args[0] = ast.BinOp(call.args[0], ast.Add(), ast.Constant(1))
    return True


def end_renamed(tree: ast.Module, random: Random) -> bool:
    """Rename the layer of an input or an output, and the keys that stand for it."""
    names = [
        node.name.value
        for node in _named_ends(tree)
        if isinstance(node.name, ast.Constant) and isinstance(node.name.value, str)
    ]
    if not names:
        return False
    old = random.choice(names)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value == old:
            node.value = f"{old}_new"
    return True


class _End:
    def __init__(self, name: ast.expr) -> None:
        self.name = name


def _named_ends(tree: ast.Module) -> Iterator[_End]:
    for call in [*calls(tree, "Input"), *calls(tree, "Dense")]:
        for word in call.keywords:
            text = ast.unparse(call)
            if word.arg == "name" and ("Input" in text or "classes" in text):
                yield _End(word.value)


def dtype_of_input(tree: ast.Module, random: Random) -> bool:
    call = pick(random, calls(tree, "Input"))
    if call is None:
        return False
    call.keywords = [word for word in call.keywords if word.arg != "dtype"]
    call.keywords.append(ast.keyword("dtype", ast.Constant("float16")))
    return True


def shape_of_input(tree: ast.Module, random: Random) -> bool:
    call = pick(random, calls(tree, "Input"))
    if call is None:
        return False
    call.args[0] = ast.parse("(7, 7)", mode="eval").body
    return True


def other_weight(tree: ast.Module, random: Random) -> bool:
    for call in calls(tree, "compile"):
        for word in call.keywords:
            if word.arg == "loss_weights" and isinstance(word.value, ast.Dict):
                value = random.choice(word.value.values)
                assert isinstance(value, ast.Constant)
                value.value = 3.5
                return True
    return False


def no_bias(tree: ast.Module, random: Random) -> bool:
    call = pick(random, calls(tree, "Dense", "Conv1D"))
    if call is None or any(word.arg == "use_bias" for word in call.keywords):
        return False
    call.keywords.append(ast.keyword("use_bias", ast.Constant(False)))
    return True


def as_functional(tree: ast.Module, random: Random) -> bool:
    """Return the stack as a Functional model: the form that was decided is another."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and "model.add" in ast.unparse(node):
            lines = "model = keras.Model(model.inputs, model.outputs, name='other')"
            places = [
                place
                for place, each in enumerate(node.body)
                if "model.compile(" in ast.unparse(each)
            ]
            if node.name == "build_model" and places and "keras.Model(" not in ast.unparse(node):
                node.body[places[0] : places[0]] = ast.parse(lines).body
                return True
    return False


MEANING_OF_MODEL: tuple[Change, ...] = (
    other_activation,
    other_loss,
    layer_gone,
    layer_more,
    wrapped_in_more,
    skip_more,
    other_class,
    other_number,
    units_of_head,
    end_renamed,
    dtype_of_input,
    shape_of_input,
    other_weight,
    no_bias,
    as_functional,
)


# === What changes the meaning of config.py and data.py ===


def other_field(tree: ast.Module, random: Random, names: tuple[str, ...]) -> bool:
    """Change a number of the config that follows from an answer."""
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and node.target.id.startswith(tuple(f"{name}_" for name in names))
        and node.value is not None
    ]
    if not found:
        return False
    node = random.choice(found)
    value = node.value
    if isinstance(value, ast.Tuple):
        value.elts = value.elts[:-1] if random.random() < 0.5 else [*value.elts, value.elts[0]]
    elif isinstance(value, ast.Constant) and isinstance(value.value, int | float):
        value.value = value.value * 2
    else:
        return False
    return True


def other_key(tree: ast.Module, random: Random, names: tuple[str, ...]) -> bool:
    """Rename a column, an input or an output in one place."""
    found = [
        node.slice
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and node.slice.value in names
    ]
    if not found:
        return False
    node = random.choice(found)
    node.value = f"{node.value!s}_2"
    return True


# === What changes nothing but how code is written ===


def bodies(tree: ast.AST) -> list[list[ast.stmt]]:
    return [
        node.body
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.For | ast.If | ast.With)
    ]


def written_anew(tree: ast.Module, random: Random) -> bool:
    return True


def locals_renamed(tree: ast.Module, random: Random) -> bool:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    if not functions:
        return False
    function = random.choice(functions)
    arguments = {each.arg for each in function.args.args}
    inner = {node.name for node in ast.walk(function) if isinstance(node, ast.FunctionDef)}
    names = {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    shadowed = {
        each.arg
        for node in ast.walk(function)
        if isinstance(node, ast.FunctionDef | ast.Lambda) and node is not function
        for each in node.args.args
    }
    names -= arguments | inner | shadowed
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id in names:
            node.id = f"the_{node.id}"
    return bool(names)


def keywords_reordered(tree: ast.Module, random: Random) -> bool:
    found = [call for call in calls(tree) if len(call.keywords) > 1]
    for call in found:
        random.shuffle(call.keywords)
    return bool(found)


FIRST = {"Dense": "units", "Conv2D": "filters", "Dropout": "rate", "Embedding": "input_dim"}


def by_keyword(tree: ast.Module, random: Random) -> bool:
    found = [call for call in calls(tree, *FIRST) if len(call.args) == 1]
    for call in found:
        assert isinstance(call.func, ast.Attribute)
        call.keywords.insert(0, ast.keyword(FIRST[call.func.attr], call.args.pop()))
    return bool(found)


def through_a_helper(tree: ast.Module, random: Random) -> bool:
    """Move a layer that is called into a function of its own."""
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Call)
        and len(node.value.args) == 1
        and ast.unparse(node.value.func).startswith("layers.")
    ]
    if not found:
        return False
    node = random.choice(found)
    assert isinstance(node.value, ast.Call)
    helper = "def applied(layer, tensor):\n    '''Apply a layer.'''\n    return layer(tensor)"
    tree.body[_after_imports(tree) : _after_imports(tree)] = ast.parse(helper).body
    node.value = ast.Call(
        ast.Name("applied", ast.Load()), [node.value.func, node.value.args[0]], []
    )
    return True


def add_by_a_helper(tree: ast.Module, random: Random) -> bool:
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and ast.unparse(node).startswith("model.add(")
    ]
    helper = "def put(stack, layer):\n    stack.add(layer)\n    return stack"
    for node in found:
        assert isinstance(node.value, ast.Call)
        node.value = ast.Call(
            ast.Name("put", ast.Load()), [ast.Name("model", ast.Load()), *node.value.args], []
        )
    tree.body[_after_imports(tree) : _after_imports(tree)] = ast.parse(helper).body
    return bool(found)


def _after_imports(tree: ast.Module) -> int:
    return max(
        place
        for place, node in enumerate(tree.body, start=1)
        if isinstance(node, ast.Import | ast.ImportFrom)
    )


def numbers_named(tree: ast.Module, random: Random) -> bool:
    """Give a number that stands in a layer a name at the top of the file."""
    found = [
        word
        for call in calls(tree)
        for word in call.keywords
        if isinstance(word.value, ast.Constant) and type(word.value.value) is int
    ]
    if not found:
        return False
    word = random.choice(found)
    tree.body.insert(_after_imports(tree), ast.parse(f"NUMBER = {ast.unparse(word.value)}").body[0])
    word.value = ast.Name("NUMBER", ast.Load())
    return True


def other_imports(tree: ast.Module, random: Random) -> bool:
    for place, node in enumerate(tree.body):
        if isinstance(node, ast.ImportFrom) and node.module == "keras":
            new = "import keras.layers as layers\nimport keras.ops as ops"
            tree.body[place : place + 1] = ast.parse(new).body
            return True
    return False


def counted_by_hand(tree: ast.Module, random: Random) -> bool:
    """Replace `for number, x in enumerate(xs, start=1)` by a counter."""
    for body in bodies(tree):
        for place, node in enumerate(body):
            if (
                isinstance(node, ast.For)
                and isinstance(node.target, ast.Tuple)
                and isinstance(node.iter, ast.Call)
                and ast.unparse(node.iter.func) == "enumerate"
            ):
                number, item = map(ast.unparse, node.target.elts)
                node.target = ast.Name(item, ast.Store())
                node.iter = node.iter.args[0]
                node.body.insert(0, ast.parse(f"{number} += 1").body[0])
                body.insert(place, ast.parse(f"{number} = 0").body[0])
                return True
    return False


def said_on_the_way(tree: ast.Module, random: Random) -> bool:
    found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    function = random.choice(found)
    lines = "import logging\nlogging.getLogger(__name__).info('building')\nprint('building')"
    function.body[1:1] = ast.parse(lines).body
    return True


def other_tries(tree: ast.Module, random: Random) -> bool:
    """Change what every owner tries out: epochs, learning rate, batch size."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and node.target.id in ("epochs", "learning_rate", "batch_size")
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, int | float)
        ):
            node.value.value = node.value.value * 2
    return True


SAME_OF_MODEL: tuple[Change, ...] = (
    written_anew,
    locals_renamed,
    keywords_reordered,
    by_keyword,
    through_a_helper,
    add_by_a_helper,
    numbers_named,
    other_imports,
    counted_by_hand,
    said_on_the_way,
)

SAME_OF_OTHERS: tuple[Change, ...] = (written_anew, locals_renamed, said_on_the_way, other_tries)
