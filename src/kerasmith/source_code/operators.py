"""The shapes of what operators give: `x * 2`, `ops.abs(x)`, `x[:, 0]`."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from kerasmith.saved_model.graph import Shape
from kerasmith.source_code.values import KerasTensor, Value, tensors_in

_AS_GIVEN = {
    "abs", "absolute", "cast", "ceil", "clip", "cos", "cumsum", "cumprod", "elu", "erf", "exp",
    "expm1", "floor", "gelu", "hard_sigmoid", "identity", "leaky_relu", "log", "log1p",
    "log_softmax", "logical_not", "negative", "normalize", "ones_like", "relu", "relu6", "round",
    "rsqrt", "selu", "sigmoid", "sign", "silu", "sin", "softmax", "softplus", "softsign", "sqrt",
    "square", "stop_gradient", "swish", "tanh", "zeros_like", "nan_to_num", "log_sigmoid",
}  # fmt: skip

_BETWEEN = {
    "add", "subtract", "multiply", "divide", "true_divide", "floor_divide", "mod", "power",
    "maximum", "minimum", "equal", "not_equal", "less", "less_equal", "greater", "greater_equal",
    "logical_and", "logical_or", "logical_xor",
}  # fmt: skip


def shape_after(name: str, operands: Sequence[Value], words: Mapping[str, Value]) -> Shape | None:
    """Return the shape of what an operator gives, without its batch axis; None where unclear."""
    given = tensors_in([*operands, *words.values()])
    if any(each.shape is None for each in given):
        return None
    if name in _AS_GIVEN and len(given) == 1:
        return given[0].shape
    plain = all(isinstance(each, KerasTensor | int | float) for each in operands)
    if name in _BETWEEN and plain and not words:
        return _broadcast([(None, *(each.shape or ())) for each in given])
    if name == "get_item" and isinstance(operands[0], KerasTensor):
        return _indexed((None, *(operands[0].shape or ())), words["key"])
    return None


def _broadcast(shapes: Sequence[tuple[int | None, ...]]) -> Shape | None:
    sizes: list[int | None] = []
    for pair in zip_longest(*(reversed(each) for each in shapes), fillvalue=1):
        known = {size for size in pair if size != 1}
        if len(known) > 1 and None not in known:
            return None
        known.discard(None) if len(known) > 1 else None
        sizes.append(known.pop() if known else 1)
    return tuple(reversed(sizes[:-1]))


def _indexed(whole: tuple[int | None, ...], key: Value) -> Shape | None:
    """Return the shape of a part of a tensor, where the batch is left as it is."""
    keys = key if isinstance(key, tuple) else (key,)
    if Ellipsis in keys:
        at = keys.index(Ellipsis)
        between = len(whole) - sum(each is not None for each in keys) + 1
        keys = (*keys[:at], *[slice(None)] * between, *keys[at + 1 :])
    if len([each for each in keys if each is not None]) > len(whole) or keys[:1] != (slice(None),):
        return None
    sizes: list[int | None] = []
    left = list(whole)
    for each in keys:
        if each is None:
            sizes.append(1)
        elif isinstance(each, slice):
            sizes.append(_sliced(left.pop(0), each))
        elif isinstance(each, int):
            left.pop(0)
        else:
            return None
    return tuple([*sizes, *left][1:])


def _sliced(size: int | None, part: slice) -> int | None:
    ends = (part.start, part.stop, part.step)
    if size is None or not all(each is None or isinstance(each, int) for each in ends):
        return None
    return len(range(*part.indices(size))) if part.step != 0 else None
