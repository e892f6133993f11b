"""Spellings of older versions become those of Keras 3, where there is exactly one."""

import libcst as cst

from kerasmith.rewriting.trees import argument, code_of, imported_names
from kerasmith.source_code.keras_names import (
    FOR_ALL,
    LEGACY_ALIASES,
    MODELS,
    keras_path,
    layer_class,
    parameters_of,
)
from kerasmith.source_code.old_names import OLD_ARGUMENTS, OLD_NAMES

_METHODS = {
    "fit_generator": "fit",
    "evaluate_generator": "evaluate",
    "predict_generator": "predict",
}

_WORDS_OF_METHODS = {"nb_epoch": "epochs", "samples_per_epoch": "steps_per_epoch"}


class ToKeras3(cst.CSTTransformer):
    """Rewrites names, arguments and methods that Keras 3 no longer has."""

    def __init__(self) -> None:
        super().__init__()
        self.done = False
        self._imported: dict[str, str] = {}
        """The full names of what is imported, by the names that nothing else in the file has."""

    def visit_Module(self, node: cst.Module) -> None:
        """Look at what the file imports."""
        self._imported = imported_names(node)

    def _path(self, node: cst.CSTNode) -> str:
        first, dot, rest = code_of(node).partition(".")
        return keras_path(f"{self._imported[first]}{dot}{rest}") if first in self._imported else ""

    # === Imports ===

    def leave_ImportFrom(
        self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom
    ) -> cst.ImportFrom:
        """Import from where a name is now."""
        module = original_node.module
        if module is None:
            return updated_node
        path = cst.Module([]).code_for_node(module)
        found = keras_path(path)
        if OLD_NAMES.get(found) == "keras.layers":
            self.done = True
            new = cst.parse_expression(path[: path.index("layers") + len("layers")])
            assert isinstance(new, cst.Attribute | cst.Name)
            return updated_node.with_changes(module=new)
        if isinstance(original_node.names, cst.ImportStar):
            return updated_node
        if found == "keras.utils":
            return self._without_np_utils(updated_node)
        return self._by_new_names(updated_node) if found == "keras.layers" else updated_node

    def _by_new_names(self, node: cst.ImportFrom) -> cst.ImportFrom:
        """Import a layer by its new name, as the old one, which the code goes on using."""
        assert not isinstance(node.names, cst.ImportStar)
        names = []
        for each in node.names:
            old = each.name.value if isinstance(each.name, cst.Name) else ""
            if old in LEGACY_ALIASES and each.asname is None:
                self.done = True
                new = cst.Name(LEGACY_ALIASES[old])
                each = each.with_changes(name=new, asname=cst.AsName(cst.Name(old)))
            names.append(each)
        return node.with_changes(names=names)

    def _without_np_utils(self, node: cst.ImportFrom) -> cst.ImportFrom:
        assert not isinstance(node.names, cst.ImportStar)
        names = []
        for each in node.names:
            is_np_utils = isinstance(each.name, cst.Name) and each.name.value == "np_utils"
            self.done = self.done or is_np_utils
            new = cst.Name("to_categorical")
            names.append(each.with_changes(name=new) if is_np_utils else each)
        return node.with_changes(names=names)

    # === Names ===

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """Write a name by its new path."""
        path = self._path(original_node)
        if path == "keras.utils.np_utils.to_categorical":
            self.done = True
            if isinstance(original_node.value, cst.Name):
                return cst.Name("to_categorical")
            inner = updated_node.value
            assert isinstance(inner, cst.Attribute)
            return updated_node.with_changes(value=inner.value)
        last = original_node.attr.value
        if path == f"keras.layers.{last}" and last in LEGACY_ALIASES:
            self.done = True
            return updated_node.with_changes(attr=cst.Name(LEGACY_ALIASES[last]))
        return updated_node

    # === Calls ===

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Write the arguments and the method of a call as they are called now."""
        path = self._path(original_node.func)
        words = self._words(path)
        function = original_node.func
        if isinstance(function, cst.Attribute) and not path.startswith("keras."):
            method = function.attr.value
            if method in _METHODS and isinstance(updated_node.func, cst.Attribute):
                self.done = True
                attribute = updated_node.func.with_changes(attr=cst.Name(_METHODS[method]))
                updated_node = updated_node.with_changes(func=attribute)
            if method in ("fit", *_METHODS):
                words = _WORDS_OF_METHODS
        args = [self._renamed(updated_node, arg, words) for arg in updated_node.args]
        return updated_node.with_changes(args=args)

    def _words(self, path: str) -> dict[str, str]:
        last = path.rpartition(".")[2]
        if path.startswith("keras.optimizers."):
            return {"lr": "learning_rate"}
        if path.startswith("keras.") and last in MODELS:
            return {"input": "inputs", "output": "outputs"}
        name = layer_class(path)
        if not name or name == "InputLayer":
            return {}
        known = (*parameters_of(name), *FOR_ALL)
        return {old: new for old, new in OLD_ARGUMENTS.items() if new in known and old not in known}

    def _renamed(self, call: cst.Call, arg: cst.Arg, words: dict[str, str]) -> cst.Arg:
        if arg.keyword is None or arg.keyword.value not in words:
            return arg
        new = words[arg.keyword.value]
        same = [
            each
            for each in call.args
            if each.keyword is not None and words.get(each.keyword.value) == new
        ]
        if len(same) > 1 or argument(call, -1, new) is not None:
            return arg
        self.done = True
        return arg.with_changes(keyword=cst.Name(new))
