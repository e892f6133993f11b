"""The input of a Sequential, however its first layer says it, as a `keras.Input`."""

from collections.abc import Sequence

import libcst as cst

from kerasmith.rewriting.trees import argument, beside, is_call_of, small, target_of, without, word

Found = tuple[cst.BaseExpression, cst.BaseExpression | None]


def input_and_layer(
    first: cst.BaseExpression, around: Sequence[cst.BaseStatement], needs: dict[str, str]
) -> Found | None:
    """Return the input of a stack by its first item, and the first layer where that told its shape.

    None where neither says what the input is. `around` are the statements in which a name stands
    for an input.
    """
    if isinstance(first, cst.Name):
        made = [(each, getattr(small(each), "value", None)) for each in around]
        inputs = [(each, call) for each, call in made if isinstance(call, cst.Call)]
        names = [target_of(each, call) for each, call in inputs if is_call_of(call, "Input")]
        return (first, None) if first.value in names else None
    if is_call_of(first, "Input"):
        return first, None
    if not isinstance(first, cst.Call):
        return None
    if is_call_of(first, "InputLayer"):
        args = [_renamed(each) for each in first.args]
        return first.with_changes(func=beside(first, "Input", needs), args=args), None
    for name, as_input in _TOLD.items():
        if (arg := argument(first, -1, name)) is not None:
            made_input = cst.Call(beside(first, "Input", needs), [as_input(arg.value)])
            return made_input, without(first, arg)
    return None


def _renamed(arg: cst.Arg) -> cst.Arg:
    old = arg.keyword.value if arg.keyword else ""
    new = {"input_shape": "shape", "batch_input_shape": "batch_shape"}.get(old)
    return arg.with_changes(keyword=cst.Name(new)) if new else arg


def _row(size: cst.BaseExpression) -> cst.Arg:
    """Return the shape `(size,)`."""
    return cst.Arg(cst.Tuple([cst.Element(size, comma=cst.Comma())]))


_TOLD = {
    "input_shape": cst.Arg,
    "batch_input_shape": lambda shape: word("batch_shape", shape),
    "input_dim": _row,
    "input_length": _row,
}
"""The words by which a layer is told the shape of its input, and what keras.Input takes instead."""
