"""Functions of a file that are handed a model, or a tensor, and go on with it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import libcst as cst
from libcst import matchers as m

from kerasmith.rewriting.trees import Refused, code_of

Rewrite = Callable[[cst.FunctionDef, str], cst.FunctionDef]


@dataclass(frozen=True)
class Handed:
    """A call that hands a model or a tensor to a function: which one, and which argument it is."""

    function: cst.FunctionDef
    parameter: str
    arg: cst.Arg


class Helpers:
    """The functions of a file, and which of them were handed what is rewritten."""

    def __init__(self, at: Callable[[cst.CSTNode], int]) -> None:
        self._at = at
        self._functions: dict[str, cst.FunctionDef] = {}
        self._used: dict[str, str] = {}
        self._calls: Counter[str] = Counter()

    def collect(self, module: cst.Module) -> None:
        """Take in the functions of a module, those of whose names there is one alone."""
        found = m.findall(module, m.FunctionDef())
        names = Counter(each.name.value for each in found if isinstance(each, cst.FunctionDef))
        for each in found:
            if isinstance(each, cst.FunctionDef) and names[each.name.value] == 1:
                self._functions[each.name.value] = each

    def handed(self, call: cst.CSTNode | None, target: str) -> Handed | None:
        """Return what a call hands to which function, if that is a function of the file."""
        if not isinstance(call, cst.Call):
            return None
        function, of_self = self._functions.get(_name(call.func)), 0
        if function is None:
            return None
        names = [
            each.name.value for each in (*function.params.posonly_params, *function.params.params)
        ]
        if isinstance(call.func, cst.Attribute) and names[:1] in (["self"], ["cls"]):
            of_self = 1
        for number, arg in enumerate(call.args):
            if code_of(arg.value) == target and not arg.star:
                if arg.keyword is not None:
                    return Handed(function, arg.keyword.value, arg)
                if number + of_self < len(names):
                    return Handed(function, names[number + of_self], arg)
        return None

    def use(self, handed: Handed) -> None:
        """Note that such a call was rewritten."""
        name = handed.function.name.value
        if self._used.setdefault(name, handed.parameter) != handed.parameter:
            raise Refused(f"{name} is called in several ways", self._at(handed.function))
        self._calls[name] += 1

    def forget(self) -> None:
        """Begin again: what was rewritten is rewritten in another way."""
        self._used.clear()
        self._calls.clear()

    def rewritten(self, new: cst.Module, old: cst.Module, rewrite: Rewrite) -> cst.Module:
        """Return the new module with the functions that were handed something, rewritten."""
        done: dict[str, cst.FunctionDef] = {}
        while left := [name for name in self._used if name not in done]:
            for name in left:
                done[name] = rewrite(self._functions[name], self._used[name])
        for name in done:
            mentions = m.findall(old, m.Name(name))
            if len(mentions) != self._calls[name] + 1:
                why = f"{name} is used for something else, too"
                raise Refused(why, self._at(self._functions[name]))
        tree = new.visit(_Put(done)) if done else new
        assert isinstance(tree, cst.Module)
        return tree


class _Put(cst.CSTTransformer):
    def __init__(self, functions: dict[str, cst.FunctionDef]) -> None:
        super().__init__()
        self._functions = functions

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        return self._functions.get(original_node.name.value, updated_node)


def _name(function: cst.BaseExpression) -> str:
    """Return the name of a function, or of a method of the object itself."""
    if isinstance(function, cst.Name):
        return function.value
    if isinstance(function, cst.Attribute) and code_of(function.value) in ("self", "cls"):
        return function.attr.value
    return ""


def with_parameter(function: cst.FunctionDef, old: str, new: str) -> cst.FunctionDef:
    """Return a function whose parameter has another name, and no types of models any more."""

    def renamed(parameter: cst.Param) -> cst.Param:
        if parameter.name.value != old:
            return parameter
        return parameter.with_changes(name=cst.Name(new), annotation=None)

    params = function.params.with_changes(
        params=[renamed(each) for each in function.params.params],
        posonly_params=[renamed(each) for each in function.params.posonly_params],
        kwonly_params=[renamed(each) for each in function.params.kwonly_params],
    )
    return function.with_changes(params=params, returns=None)
