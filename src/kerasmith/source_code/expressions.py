"""The value of an expression, as far as it is known without running anything."""

import ast
import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from kerasmith.source_code.machine import TooMuch, joined
from kerasmith.source_code.plain import (
    FUNCTIONS,
    PLAIN,
    WITH_EFFECT,
    WITHOUT_EFFECT,
    NotKnown,
    call_method,
    formatted,
    guarded,
    items_of,
    operate,
)
from kerasmith.source_code.toolbox import Toolbox
from kerasmith.source_code.values import (
    Dotted,
    Function,
    Instance,
    KerasLayer,
    KerasModel,
    KerasTensor,
    Method,
    OwnClass,
    Partial,
    Scope,
    Unknown,
    Value,
    unknown_in,
)

DEEPEST = 60
"""Expressions inside each other."""


class Expressions(ABC):
    """Evaluates expressions; what Keras makes is asked of the toolbox."""

    def __init__(self, toolbox: Toolbox) -> None:
        self.toolbox = toolbox
        self.machine = toolbox.machine
        self._within = 0
        self._yielded: list[list[Value] | None] = []
        """What the functions that are being read yielded so far; None for those that do not."""

    @abstractmethod
    def run(self, function: Function, args: Sequence[Value], words: dict[str, Value]) -> Value:
        """Return what a function of the code gives."""

    @abstractmethod
    def make(self, kind: OwnClass, args: Sequence[Value], words: dict[str, Value]) -> Value:
        """Return an object of a class of the code."""

    def value(self, node: ast.expr | None, scope: Scope) -> Value:
        """Return the value of an expression."""
        if node is None:
            return None
        self.machine.step()
        self._within += 1
        if self._within > DEEPEST * 4:
            raise TooMuch("Its expressions are nested too deeply.")
        try:
            read = _READERS.get(type(node))
            found = read(self, node, scope) if read else unknown("it is not understood", node)
        except NotKnown as error:
            usual = unknown("it depends on what only running it tells", node)
            found = error.args[0] if error.args else usual
        finally:
            self._within -= 1
        return found

    def known(self, value: Value) -> Value:
        """Return a value, or why it is not known any more."""
        unsure = self.machine.unsure(value)
        return value if unsure is None or isinstance(value, KerasModel) else unsure

    # === Names and plain values ===

    def _constant(self, node: ast.Constant, scope: Scope) -> Value:
        return node.value

    def _name(self, node: ast.Name, scope: Scope) -> Value:
        return self.known(self.look_up(node.id, scope, node.lineno))

    def look_up(self, name: str, scope: Scope, line: int) -> Value:
        """Return what a name is."""
        around: Scope | None = scope.shared.get(name, scope)
        while around is not None:
            if name in around.names:
                return around.names[name]
            around = around.outer
        if name in _BUILTINS:
            return Dotted(name)
        return Unknown(f"{name} is not defined in the code that was read", line)

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Value:
        return self.known(self.attribute(self.value(node.value, scope), node.attr, node.lineno))

    def attribute(self, owner: Value, name: str, line: int) -> Value:
        """Return what something has by a name."""
        if isinstance(owner, Unknown):
            return Unknown(owner.why, owner.line or line, owner.may_be)
        if isinstance(owner, Dotted):
            return self.toolbox.named(f"{owner.path}.{name}", line)
        if isinstance(owner, Instance):
            return self._of_instance(owner, name, line)
        if isinstance(owner, OwnClass):
            found = owner.find(name)
            if isinstance(found, Function) and "classmethod" in _decorators(found):
                return Function(found.node, found.scope, (owner,), found.defaults)
            return Unknown(f"{owner.name}.{name} is not known", line) if found is None else found
        if isinstance(owner, KerasTensor | KerasLayer):
            return self.toolbox.attribute(owner, name, line)
        return Method(owner, name)

    def _of_instance(self, owner: Instance, name: str, line: int) -> Value:
        if name in owner.names:
            return owner.names[name]
        found = owner.kind.find(name)
        if isinstance(found, Function):
            words = _decorators(found)
            first = owner.kind if "classmethod" in words else owner
            bound = Function(found.node, found.scope, (first,), found.defaults)
            if words & {"property", "cached_property"}:
                return self.run(bound, (), {})
            return found if "staticmethod" in words else bound
        if found is None:
            return Unknown(f"{owner.kind.name} has no {name} that is known", line)
        return found

    # === Collections ===

    def _items(self, nodes: Sequence[ast.expr], scope: Scope) -> list[Value]:
        found: list[Value] = []
        for each in nodes:
            if isinstance(each, ast.Starred):
                several = self.value(each.value, scope)
                if isinstance(several, Unknown):
                    raise NotKnown(several)
                found += items_of(several)
            else:
                found.append(self.value(each, scope))
        return found

    def _list(self, node: ast.List, scope: Scope) -> Value:
        return self._items(node.elts, scope)

    def _tuple(self, node: ast.Tuple, scope: Scope) -> Value:
        return tuple(self._items(node.elts, scope))

    def _set(self, node: ast.Set, scope: Scope) -> Value:
        return guarded(set, self._items(node.elts, scope))

    def _dict(self, node: ast.Dict, scope: Scope) -> Value:
        found: dict[Value, Value] = {}
        for key, each in zip(node.keys, node.values, strict=True):
            value = self.value(each, scope)
            if key is None:
                if not isinstance(value, dict):
                    raise NotKnown
                found |= value
            else:
                word = self.value(key, scope)
                if not isinstance(word, str | int | float | bool | tuple | Dotted):
                    raise NotKnown
                found[word] = value
        return found

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Value:
        owner, key = self.value(node.value, scope), self.value(node.slice, scope)
        if isinstance(owner, Unknown):
            return owner
        if isinstance(owner, KerasTensor):
            return self.toolbox.operate("get_item", (owner,), node.lineno, words={"key": key})
        if isinstance(owner, Dotted):
            return owner  # a type with its parameters
        if unsure := unknown_in(key):
            return Unknown(unsure.why, unsure.line, _changeable([owner]))
        if not isinstance(owner, PLAIN):
            raise NotKnown
        return self.known(guarded(operator.getitem, owner, key))

    def _slice(self, node: ast.Slice, scope: Scope) -> Value:
        return slice(*(self.value(each, scope) for each in (node.lower, node.upper, node.step)))

    # === Operators ===

    def _binary(self, node: ast.BinOp, scope: Scope) -> Value:
        operands = (self.value(node.left, scope), self.value(node.right, scope))
        return self.binary(type(node.op), operands, node.lineno)

    def binary(self, kind: type[ast.AST], operands: tuple[Value, ...], line: int) -> Value:
        """Return what an operator makes of two values."""
        if any(isinstance(each, KerasTensor) for each in operands):
            return self.toolbox.operate(_TENSOR_OPERATORS.get(kind, ""), operands, line)
        if isinstance(operands[0], Dotted) and kind is ast.BitOr:
            return operands[0]  # a type or another one
        return self._plain(kind, operands, line)

    def _plain(self, kind: type[ast.AST], operands: Sequence[Value], line: int) -> Value:
        for each in operands:
            if isinstance(each, Unknown):
                return Unknown(each.why, each.line or line, each.may_be)
        if not all(isinstance(each, PLAIN) for each in operands):
            raise NotKnown
        return operate(kind, *operands)

    def _unary(self, node: ast.UnaryOp, scope: Scope) -> Value:
        value = self.value(node.operand, scope)
        if isinstance(value, KerasTensor):
            return self.toolbox.operate("negative", (value,), node.lineno)
        if isinstance(node.op, ast.Not):
            truth = self.truth(value)
            return value if truth is None else not truth
        return self._plain(type(node.op), (value,), node.lineno)

    def truth(self, value: Value) -> bool | None:
        """Return whether a value counts as true; None where that is not known."""
        if isinstance(value, PLAIN):
            return bool(value)
        return None if isinstance(value, Unknown | KerasTensor | Dotted | Method) else True

    def _bool(self, node: ast.BoolOp, scope: Scope) -> Value:
        is_and, found, unsure = isinstance(node.op, ast.And), None, None
        for each in node.values:
            if unsure:
                with self.machine.trial() as trial:
                    self.value(each, scope)
                with self.machine.trial() as none:
                    pass
                self.machine.join([trial, none], unsure)
                continue
            found = self.value(each, scope)
            truth = self.truth(found)
            if truth is None:
                unsure = found if isinstance(found, Unknown) else unknown("it is not known", node)
            elif truth is not is_and:
                return found
        return unsure or found

    def _compare(self, node: ast.Compare, scope: Scope) -> Value:
        left = self.value(node.left, scope)
        result: Value = True
        for kind, each in zip(node.ops, node.comparators, strict=True):
            right = self.value(each, scope)
            result = self._compared(type(kind), left, right, node.lineno)
            if self.truth(result) is not True:
                return result
            left = right
        return result

    def _compared(self, kind: type[ast.AST], left: Value, right: Value, line: int) -> Value:
        if kind in (ast.Is, ast.IsNot) and None in (left, right):
            for each in (left, right):
                if isinstance(each, Unknown):
                    return each
            return (left is right) is (kind is ast.Is)
        if any(isinstance(each, KerasTensor) for each in (left, right)):
            return self.toolbox.operate(_TENSOR_OPERATORS.get(kind, ""), (left, right), line)
        if isinstance(left, Dotted) and left.path in ("__main__", "__name__"):
            raise NotKnown
        if unsure := unknown_in(left) or unknown_in(right):
            return unsure
        return self._plain(kind, (left, right), line)

    def _choice(self, node: ast.IfExp, scope: Scope) -> Value:
        test = self.value(node.test, scope)
        truth = self.truth(test)
        if truth is not None:
            return self.value(node.body if truth else node.orelse, scope)
        why = self.condition(test, node.lineno)
        trials, values = [], []
        for each in (node.body, node.orelse):
            with self.machine.trial() as trial:
                values.append(self.value(each, scope))
            trials.append(trial)
        self.machine.join(trials, why)
        return joined(values, why)

    def condition(self, test: Value, line: int) -> Unknown:
        """Return why the outcome of a condition is not known."""
        why = f": {test.why}" if isinstance(test, Unknown) else ""
        return Unknown(f"a condition is not known before running{why}", line)

    # === Text ===

    def _text(self, node: ast.JoinedStr, scope: Scope) -> Value:
        found = []
        for each in node.values:
            if isinstance(each, ast.FormattedValue):
                value = self.value(each.value, scope)
                form = self.value(each.format_spec, scope) if each.format_spec else ""
                if isinstance(value, Unknown):
                    return value
                found.append(formatted(value, form, each.conversion))
            else:
                found.append(self.value(each, scope))
        return guarded("".join, found)

    # === Comprehensions ===

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp, scope: Scope) -> Value:
        found: list[Value] = []
        inner = Scope({}, scope, scope.module)
        self._over(node.generators, inner, lambda: found.append(self.value(node.elt, inner)))
        return found

    def _set_comprehension(self, node: ast.SetComp, scope: Scope) -> Value:
        return guarded(set, self._comprehension(node, scope))  # type: ignore[arg-type]  # alike

    def _dict_comprehension(self, node: ast.DictComp, scope: Scope) -> Value:
        found: dict[Value, Value] = {}
        inner = Scope({}, scope, scope.module)

        def add() -> None:
            key = self.value(node.key, inner)
            if not isinstance(key, str | int | float | bool | tuple):
                raise NotKnown
            found[key] = self.value(node.value, inner)

        self._over(node.generators, inner, add)
        return found

    def _over(self, loops: list[ast.comprehension], scope: Scope, body: Callable[[], None]) -> None:
        if not loops:
            body()
            return
        first, *others = loops
        for item in items_of(self._loopable(self.value(first.iter, scope))):
            self.assign(first.target, item, scope)
            truths = [self.truth(self.value(each, scope)) for each in first.ifs]
            if None in truths:
                raise NotKnown
            if all(truths):
                self._over(others, scope, body)

    def _loopable(self, value: Value) -> Value:
        if isinstance(value, KerasModel | Dotted | Instance):
            raise NotKnown
        return value

    def _walrus(self, node: ast.NamedExpr, scope: Scope) -> Value:
        value = self.value(node.value, scope)
        self.assign(node.target, value, scope)
        return value

    def _yield(self, node: ast.Yield | ast.YieldFrom, scope: Scope) -> Value:
        yielded = self._yielded[-1] if self._yielded else None
        if yielded is None:
            raise NotKnown
        method = "extend" if isinstance(node, ast.YieldFrom) else "append"
        self.call(Method(yielded, method), [self.value(node.value, scope)], {}, node.lineno)
        return unknown("what a generator is sent is not followed", node)

    def _lambda(self, node: ast.Lambda, scope: Scope) -> Value:
        return Function(node, scope, defaults=self.defaults(node.args, scope))

    def defaults(self, arguments: ast.arguments, scope: Scope) -> dict[str, Value]:
        """Return the values of the parameters of a function that have a default."""
        names = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
        ends = names[len(names) - len(arguments.defaults) :]
        pairs = [*zip(ends, arguments.defaults, strict=True)]
        pairs += [
            (each.arg, default)
            for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
            if default is not None
        ]
        return {name: self.value(default, scope) for name, default in pairs}

    # === Assignments ===

    def assign(self, target: ast.expr, value: Value, scope: Scope) -> None:
        """Give a value to what is on the left of an equals sign."""
        if isinstance(target, ast.Name):
            self.toolbox.named_by(value, target.id)
            self.machine.bind(scope, target.id, value)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target.elts, value, scope)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, value, scope)
        elif isinstance(target, ast.Attribute):
            owner = self.value(target.value, scope)
            if isinstance(owner, Instance):
                self.toolbox.named_by(value, target.attr)
                self.machine.set_item(owner.names, target.attr, value)
        elif isinstance(target, ast.Subscript):
            self._assign_item(target, value, scope)

    def _unpack(self, targets: Sequence[ast.expr], value: Value, scope: Scope) -> None:
        if isinstance(value, KerasTensor):
            value = self.toolbox.unpacked(value, len(targets))
        starred = [number for number, each in enumerate(targets) if isinstance(each, ast.Starred)]
        try:
            items = items_of(value)
        except NotKnown:
            line = targets[0].lineno
            lost = value if isinstance(value, Unknown) else Unknown("it is not known", line)
            items = [lost] * len(targets)
        if starred and len(items) >= len(targets) - 1:
            at, after = starred[0], len(targets) - starred[0] - 1
            items = [*items[:at], items[at : len(items) - after], *items[len(items) - after :]]
        if len(items) != len(targets):
            lost = Unknown("it has another number of items than names", targets[0].lineno)
            items = [lost] * len(targets)
        for target, item in zip(targets, items, strict=True):
            self.assign(target, item, scope)

    def _assign_item(self, target: ast.Subscript, value: Value, scope: Scope) -> None:
        owner, key = self.value(target.value, scope), self.value(target.slice, scope)
        if isinstance(owner, Unknown):
            self.machine.doubt(owner, owner)
        if not isinstance(owner, list | dict) or not self.machine.change(owner):
            return
        plain = isinstance(key, str | int | bool) or (
            isinstance(key, tuple) and not unknown_in(key)
        )
        try:
            if not plain:
                raise NotKnown
            guarded(owner.__setitem__, key, value)
        except NotKnown:
            self.machine.doubt(owner, unknown("a key is not known", target))

    # === Calls ===

    def _call(self, node: ast.Call, scope: Scope) -> Value:
        callee = self.value(node.func, scope)
        args: list[Value] = []
        words: dict[str, Value] = {}
        unsure: Unknown | None = None
        for each in node.args:
            if isinstance(each, ast.Starred):
                several = self.value(each.value, scope)
                if isinstance(several, KerasTensor):
                    several = self.toolbox.unpacked(several, 1)
                if not isinstance(several, list | tuple | range):
                    unsure = several if isinstance(several, Unknown) else unknown("it is", node)
                else:
                    args += several
            else:
                args.append(self.value(each, scope))
        for word in node.keywords:
            value = self.value(word.value, scope)
            if word.arg is not None:
                words[word.arg] = value
            elif isinstance(value, dict) and all(isinstance(key, str) for key in value):
                words |= value
            else:
                unsure = value if isinstance(value, Unknown) else unknown("it is", node)
        if unsure:
            unsure = Unknown(f"what it is called with is not known: {unsure.why}", node.lineno)
            self.foreign([callee, *args, *words.values()], unsure)
            return self.toolbox.called_with_unknown(callee, unsure)
        return self.call(callee, args, words, node.lineno)

    def call(
        self, callee: Value, args: Sequence[Value], words: dict[str, Value], line: int
    ) -> Value:
        """Return what a call gives."""
        self.machine.step()
        if isinstance(callee, Partial):
            words = {**dict(callee.words), **words}
            return self.call(callee.callee, [*callee.args, *args], words, line)
        if isinstance(callee, Function):
            return self.run(callee, args, words)
        if isinstance(callee, OwnClass):
            return self.make(callee, args, words)
        if isinstance(callee, KerasLayer):
            return self.toolbox.apply(callee, args, words, line)
        if isinstance(callee, Method):
            return self._method(callee, args, words, line)
        if isinstance(callee, Dotted):
            return self._dotted(callee.path, args, words, line)
        if isinstance(callee, Instance) and isinstance(callee.kind.find("__call__"), Function):
            return self.call(self._of_instance(callee, "__call__", line), args, words, line)
        why = callee.why if isinstance(callee, Unknown) else "what is called is not known"
        lost = Unknown(why, line, _changeable([callee, *args, *words.values()]))
        self.foreign([callee, *args, *words.values()], lost)
        return lost

    def foreign(self, given: Sequence[Value], why: Unknown) -> None:
        """Note that code which was not read gets values, and may change them."""
        for each in given:
            if not (isinstance(each, KerasModel) and each.compiled):
                self.machine.doubt(each, why)

    def _method(
        self, method: Method, args: Sequence[Value], words: dict[str, Value], line: int
    ) -> Value:
        owner, name = method.owner, method.name
        if isinstance(owner, KerasLayer):
            return self.toolbox.method(owner, name, args, words, line)
        kind = type(owner).__name__
        if name in WITH_EFFECT.get(kind, ()):
            if not self.machine.change(owner):
                return self.machine.unsure(owner)
            for each in (*args, *words.values()):
                if isinstance(each, Unknown) and name in ("extend", "update", "pop", "insert"):
                    self.machine.doubt(owner, each)
                    return each
            try:
                return call_method(owner, name, args, words)
            except NotKnown:
                self.machine.doubt(owner, Unknown("what it holds is not known", line))
                raise
        if name not in WITHOUT_EFFECT.get(kind, ()):
            raise NotKnown
        if unsure := unknown_in([*args, *words.values()]):
            return unsure
        return call_method(owner, name, args, words)

    def _dotted(
        self, path: str, args: Sequence[Value], words: dict[str, Value], line: int
    ) -> Value:
        special = _SPECIAL.get(path)
        if special:
            return special(self, args, words, line)
        if path in FUNCTIONS:
            return self._function(path, args, words)
        if self.toolbox.makes(path, args, words):
            return self.toolbox.call(path, args, words, line)
        root = path.partition(".")[0]
        lost = Unknown(f"{path} is not followed", line, ())
        if root not in _HARMLESS or path == "random.shuffle":
            given = [*args, *words.values()]
            lost = Unknown(lost.why, line, _changeable(given))
            self.foreign(given, lost)
        return lost

    def _function(self, path: str, args: Sequence[Value], words: dict[str, Value]) -> Value:
        if path == "print":
            return None
        for each in (*args, *words.values()):
            if isinstance(each, Unknown) and path not in ("list", "tuple", "zip", "enumerate"):
                return Unknown(each.why, each.line, ())
        args = [self.toolbox.listed(each) for each in args]
        return guarded(FUNCTIONS[path], *args, **words)

    # === Functions that need more than values ===

    def _is_instance(self, args: Sequence[Value], words: dict[str, Value], line: int) -> Value:
        value, kinds = args
        if isinstance(value, KerasLayer) and isinstance(kinds, Dotted):
            return self.toolbox.is_a(value, kinds.path)
        types = {"int": int, "float": float, "str": str, "list": list, "tuple": tuple, "dict": dict}
        names = [each.path for each in (kinds if isinstance(kinds, tuple) else (kinds,))]
        if not isinstance(value, PLAIN) or not all(name in types for name in names):
            raise NotKnown
        return isinstance(value, tuple(types[name] for name in names))

    def _callable(self, args: Sequence[Value], words: dict[str, Value], line: int) -> Value:
        (value,) = args
        if isinstance(value, PLAIN):
            return False
        if isinstance(value, Function | OwnClass | Partial | KerasLayer | Dotted):
            return True
        raise NotKnown

    def _filter(self, args: Sequence[Value], words: dict[str, Value], line: int) -> Value:
        function, values = args
        items = items_of(values)
        tests = items if function is None else [self.call(function, [x], {}, line) for x in items]
        truths = [self.truth(each) for each in tests]
        if None in truths:
            raise NotKnown
        return [item for item, truth in zip(items, truths, strict=True) if truth]

    def _namespace(self, args: Sequence[Value], words: dict[str, Value], line: int) -> Value:
        made = Instance(_class_of_fields("SimpleNamespace", ()))
        made.names.update(words)
        return made

    def _named_tuple(self, args: Sequence[Value], words: dict[str, Value], line: int) -> Value:
        name, fields = args[:2]
        names = fields.replace(",", " ").split() if isinstance(fields, str) else items_of(fields)
        if not all(isinstance(each, str) and each.isidentifier() for each in (name, *names)):
            raise NotKnown
        return _class_of_fields(name, names)

    def _get_attribute(self, args: Sequence[Value], words: dict[str, Value], line: int) -> Value:
        if len(args) < 2 or not isinstance(args[1], str):
            raise NotKnown
        return self.attribute(args[0], args[1], line)

    def _partial(self, args: Sequence[Value], words: dict[str, Value], line: int) -> Value:
        return Partial(args[0], tuple(args[1:]), tuple(words.items()))

    def _map(self, args: Sequence[Value], words: dict[str, Value], line: int) -> Value:
        function, *values = args
        rows = zip(*map(items_of, values), strict=False)
        return [self.call(function, row, {}, line) for row in rows]

    def _reduce(self, args: Sequence[Value], words: dict[str, Value], line: int) -> Value:
        function, values, *first = args
        items = [*first, *items_of(values)]
        result = items[0]
        for each in items[1:]:
            result = self.call(function, [result, each], {}, line)
        return result


def _changeable(given: Sequence[Value]) -> tuple[Value, ...]:
    """Return what of some values could be changed by who holds them."""
    found: list[Value] = []
    for each in given:
        if isinstance(each, Unknown):
            found += each.may_be
        elif isinstance(each, list | dict | set | KerasModel | Instance):
            found.append(each)
    return tuple(found)


def _decorators(function: Function) -> set[str]:
    decorators = getattr(function.node, "decorator_list", ())
    return {each.id for each in decorators if isinstance(each, ast.Name)}


def _class_of_fields(name: str, fields: Sequence[str]) -> OwnClass:
    """Return a class that holds nothing but fields."""
    targets = [ast.Name(each, ast.Store()) for each in fields]
    body: list[ast.stmt] = [ast.AnnAssign(each, ast.Constant(None), None, 1) for each in targets]
    node = ast.ClassDef(name, [], [], body, [])
    return OwnClass(ast.fix_missing_locations(node), Scope({}), (), {}, is_dataclass=True)


def unknown(why: str, node: ast.AST) -> Unknown:
    """Return what is not known of a part of the code."""
    return Unknown(why, getattr(node, "lineno", 0))


_READERS: dict[type[ast.AST], Callable[..., Value]] = {
    ast.Constant: Expressions._constant,
    ast.Name: Expressions._name,
    ast.Attribute: Expressions._attribute,
    ast.List: Expressions._list,
    ast.Tuple: Expressions._tuple,
    ast.Set: Expressions._set,
    ast.Dict: Expressions._dict,
    ast.Subscript: Expressions._subscript,
    ast.Slice: Expressions._slice,
    ast.BinOp: Expressions._binary,
    ast.UnaryOp: Expressions._unary,
    ast.BoolOp: Expressions._bool,
    ast.Compare: Expressions._compare,
    ast.IfExp: Expressions._choice,
    ast.JoinedStr: Expressions._text,
    ast.ListComp: Expressions._comprehension,
    ast.GeneratorExp: Expressions._comprehension,
    ast.SetComp: Expressions._set_comprehension,
    ast.DictComp: Expressions._dict_comprehension,
    ast.NamedExpr: Expressions._walrus,
    ast.Lambda: Expressions._lambda,
    ast.Call: Expressions._call,
    ast.Yield: Expressions._yield,
    ast.YieldFrom: Expressions._yield,
}

_SPECIAL: dict[str, Callable[..., Value]] = {
    "isinstance": Expressions._is_instance,
    "getattr": Expressions._get_attribute,
    "functools.partial": Expressions._partial,
    "functools.reduce": Expressions._reduce,
    "map": Expressions._map,
    "filter": Expressions._filter,
    "callable": Expressions._callable,
    "types.SimpleNamespace": Expressions._namespace,
    "collections.namedtuple": Expressions._named_tuple,
}

_BUILTINS = {
    *(name for name in FUNCTIONS if "." not in name), "isinstance", "getattr", "map", "super",
    "filter", "type", "object", "Exception", "ValueError", "open", "input", "bytes", "iter",
    "next", "hasattr", "id", "repr", "vars", "locals", "globals", "exit", "quit", "callable",
    "RuntimeError", "TypeError", "ImportError", "property", "staticmethod", "classmethod",
    "NotImplementedError", "KeyError", "FileNotFoundError", "SystemExit", "AssertionError",
}  # fmt: skip

_HARMLESS = {
    "numpy", "tensorflow", "keras", "pandas", "matplotlib", "sklearn", "os", "sys", "math",
    "json", "logging", "time", "pathlib", "random", "argparse", "datetime", "seaborn", "cv2",
    "PIL", "re", "collections", "itertools", "warnings", "tqdm", "scipy", "wandb", "mlflow",
    "keras_tuner", "tensorflow_datasets", "glob", "shutil", "repr", "open", "hasattr", "type",
    "input", "id", "IPython", "visualkeras", "pydot", "joblib", "pickle", "torch", "jax", "csv",
    "typing", "dataclasses", "functools", "tensorboard", "gc", "subprocess", "string",
    *(each for each in _BUILTINS if each[0].isupper()),
}  # fmt: skip
"""Roots of names whose functions change no list and no model that they are given."""

_TENSOR_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "true_divide",
    ast.FloorDiv: "floor_divide",
    ast.Mod: "mod",
    ast.Pow: "power",
    ast.MatMult: "matmul",
    ast.BitAnd: "logical_and",
    ast.BitOr: "logical_or",
    ast.BitXor: "logical_xor",
    ast.Eq: "equal",
    ast.NotEq: "not_equal",
    ast.Lt: "less",
    ast.LtE: "less_equal",
    ast.Gt: "greater",
    ast.GtE: "greater_equal",
}
"""The operators of Keras that Python's own become, between tensors."""
