"""What a layer of somebody's own class gives: one tensor or several, as far as its code says."""

import ast
from collections.abc import Iterator

from kerasmith.source_code.keras_names import layer_class
from kerasmith.source_code.values import Dotted, Function, OwnClass, Scope

SEVERAL = {
    "array_split", "dsplit", "eig", "eigh", "fft", "fft2", "histogram", "hsplit", "ifft2",
    "lstsq", "lu_factor", "meshgrid", "moments", "nonzero", "qr", "rfft", "slogdet", "split",
    "stft", "svd", "top_k", "unique", "unstack", "vsplit", "unravel_index", "ctc_decode",
}  # fmt: skip
"""Operators that give several tensors."""

UNCLEAR = {
    "associative_scan", "case", "cond", "custom_gradient", "dynamic_rnn", "fori_loop", "function",
    "map", "map_fn", "numpy_function", "py_function", "rnn", "scan", "switch", "vectorized_map",
    "while_loop",
}  # fmt: skip
"""Operators that give whatever a function of the code gives."""


def places_of_class(kind: OwnClass) -> int | None:
    """Return how many tensors the `call` of a layer gives; None where that is not clear."""
    function = kind.find("call")
    if not isinstance(function, Function) or isinstance(function.node, ast.Lambda):
        return None
    return _places_of_body(function, kind)


def places_of_function(function: Function) -> int | None:
    """Return how many tensors a function gives that is given one, as a Lambda calls it."""
    if isinstance(function.node, ast.Lambda):
        return _places(function.node.body, {}, function.scope, None, 8)
    return _places_of_body(function, None)


def _places_of_body(function: Function, kind: OwnClass | None) -> int | None:
    """Return how many tensors the statements of a function return; None where unclear."""
    if isinstance(function.node, ast.Lambda):
        return None
    arguments = (*function.node.args.posonlyargs, *function.node.args.args)
    assigned: dict[str, list[ast.expr | None]] = {each.arg: [] for each in arguments}
    returned: list[ast.expr | None] = []
    for node in _statements(function.node.body):
        if isinstance(node, ast.Return):
            returned.append(node.value)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    assigned.setdefault(target.id, []).append(node.value)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            assigned.setdefault(node.target.id, []).append(ast.UnaryOp(ast.UAdd(), node.value))
    assigned |= _last_assigned(function.node.body)
    counts = {_places(each, assigned, function.scope, kind, 8) for each in returned}
    return counts.pop() if len(counts) == 1 else None


def _last_assigned(body: list[ast.stmt]) -> dict[str, list[ast.expr | None]]:
    """Return what a name is at the end of a function, where its last statement gives it that."""
    *before, last = body
    if not (isinstance(last, ast.Return) and isinstance(last.value, ast.Name) and before):
        return {}
    name, value = last.value.id, before[-1]
    if isinstance(value, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id == name for target in value.targets
    ):
        calls = isinstance(
            value.value, ast.Call | ast.BinOp
        )  # what it is given makes no difference
        return {name: [value.value]} if calls else {}
    return {}


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a function, without those of functions in it."""
    for node in body:
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for name in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(node, name, []))
            for handler in getattr(node, "handlers", []):
                yield from _statements(handler.body)


def _places(
    node: ast.expr | None,
    assigned: dict[str, list[ast.expr | None]],
    scope: Scope,
    kind: OwnClass | None,
    depth: int,
) -> int | None:
    if isinstance(node, ast.Tuple | ast.List):
        return len(node.elts)
    if isinstance(node, ast.BinOp | ast.UnaryOp | ast.Compare):
        return 1
    if isinstance(node, ast.Name) and depth:
        values = assigned.get(node.id)
        if values is None:  # one of several that were unpacked
            return 1
        counts = {_places(each, assigned, scope, kind, depth - 1) for each in values}
        return counts.pop() if len(counts) == 1 else None
    if isinstance(node, ast.IfExp):
        ways = {
            _places(each, assigned, scope, kind, depth - 1) for each in (node.body, node.orelse)
        }
        return ways.pop() if len(ways) == 1 else None
    if isinstance(node, ast.Call):
        return _places_of_call(node.func, scope, kind)
    return None


def _places_of_call(callee: ast.expr, scope: Scope, kind: OwnClass | None) -> int | None:
    """Return how many tensors a call in a layer gives: of an operator, or of a layer it holds."""
    if not isinstance(callee, ast.Attribute):
        return None
    if isinstance(callee.value, ast.Name) and callee.value.id == "self":
        return 1 if kind and _is_plain_layer(callee.attr, kind) else None
    path = _dotted(callee, scope)
    if not path.startswith(("keras.", "tensorflow.")) or callee.attr in SEVERAL | UNCLEAR:
        return None
    return 1


def _dotted(node: ast.expr, scope: Scope) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value, scope)}.{node.attr}"
    found = scope.names.get(node.id) if isinstance(node, ast.Name) else None
    if isinstance(node, ast.Name) and found is None and scope.module:
        found = scope.module.names.get(node.id)
    return found.path if isinstance(found, Dotted) else ""


def _is_plain_layer(attribute: str, kind: OwnClass) -> bool:
    """Say whether a layer keeps under a name a layer of Keras that gives one tensor."""
    function = kind.find("__init__") or kind.find("build")
    found = False
    for name in ("__init__", "build"):
        function = kind.find(name)
        if not isinstance(function, Function) or isinstance(function.node, ast.Lambda):
            continue
        for node in _statements(function.node.body):
            if isinstance(node, ast.Assign) and any(
                isinstance(target, ast.Attribute) and target.attr == attribute
                for target in node.targets
            ):
                if not _makes_plain_layer(node.value, function.scope):
                    return False
                found = True
    return found


def _makes_plain_layer(node: ast.expr, scope: Scope) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if any(word.arg in (None, "return_state") for word in node.keywords):
        return False
    path = _dotted(node.func, scope)
    return bool(layer_class(path)) or path in ("keras.Sequential", "keras.models.Sequential")
