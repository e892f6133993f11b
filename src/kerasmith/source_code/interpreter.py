"""What the statements of somebody's code do to the models that it builds."""

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kerasmith.source_code.expressions import Expressions
from kerasmith.source_code.keras_names import MODELS, keras_path, layer_names
from kerasmith.source_code.machine import DEEPEST_CALLS, joined
from kerasmith.source_code.plain import NotKnown, guarded, items_of
from kerasmith.source_code.toolbox import Toolbox
from kerasmith.source_code.values import (
    Dotted,
    Function,
    Instance,
    KerasModel,
    Method,
    OwnClass,
    Scope,
    Unknown,
    Value,
)

Definition = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Left:
    """A block was left: by `return` with a value, by `break`, `continue` or `raise`.

    `perhaps` says that it may have gone on instead, and why that is not known.
    """

    how: str
    values: tuple[Value, ...] = ()
    perhaps: Unknown | None = None


class Interpreter(Expressions):
    """Reads the statements of one file."""

    def __init__(
        self, toolbox: Toolbox, sibling: Callable[[str, int], Scope | None] = lambda _, __: None
    ) -> None:
        super().__init__(toolbox)
        self._sibling = sibling
        """Returns the names of a file beside this one, by the path of its module."""

    # === Blocks ===

    def block(self, body: Sequence[ast.stmt], scope: Scope) -> Left | None:
        """Read statements one after the other; return how they were left."""
        for number, node in enumerate(body):
            left = self.statement(node, scope)
            if left and left.perhaps:
                return self._perhaps(left, body[number + 1 :], scope)
            if left:
                return left
        return None

    def _perhaps(self, left: Left, rest: Sequence[ast.stmt], scope: Scope) -> Left:
        """Read the rest of a block that may have been left already: nothing it does is sure."""
        assert left.perhaps is not None
        with self.machine.trial() as trial:
            more = self.block(rest, scope)
        with self.machine.trial() as none:
            pass
        self.machine.join([trial, none], left.perhaps)
        values = (*left.values, *(more.values if more else ()))
        return Left("return", values, left.perhaps)

    def statement(self, node: ast.stmt, scope: Scope) -> Left | None:
        """Read one statement; return how the block is left by it, if it is."""
        self.machine.step()
        read = _STATEMENTS.get(type(node))
        if read is None:
            return None
        try:
            return read(self, node, scope)
        except NotKnown:
            return None

    def _expression(self, node: ast.Expr, scope: Scope) -> None:
        self.value(node.value, scope)

    def _assign(self, node: ast.Assign, scope: Scope) -> None:
        value = self.value(node.value, scope)
        for target in node.targets:
            self.assign(target, value, scope)

    def _assign_typed(self, node: ast.AnnAssign, scope: Scope) -> None:
        if node.value is not None:
            self.assign(node.target, self.value(node.value, scope), scope)

    def _assign_more(self, node: ast.AugAssign, scope: Scope) -> None:
        read = ast.copy_location(ast.fix_missing_locations(_as_read(node.target)), node)
        before, more = self.value(read, scope), self.value(node.value, scope)
        if isinstance(before, list) and isinstance(node.op, ast.Add):
            self.call(Method(before, "extend"), [more], {}, node.lineno)
            return
        if isinstance(before, Unknown):
            self.machine.doubt(before, before)
        try:
            found = self.binary(type(node.op), (before, more), node.lineno)
        except NotKnown:
            found = Unknown("it depends on what only running it tells", node.lineno)
        self.assign(node.target, found, scope)

    def _delete(self, node: ast.Delete, scope: Scope) -> None:
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                self._delete_item(self.value(target.value, scope), target, scope)
            elif isinstance(target, ast.Attribute):
                owner = self.value(target.value, scope)
                self.machine.doubt(owner, Unknown("an attribute is deleted", node.lineno))
            elif isinstance(target, ast.Name):
                self.machine.bind(scope, target.id, Unknown(f"{target.id} is deleted", node.lineno))

    def _delete_item(self, owner: Value, target: ast.Subscript, scope: Scope) -> None:
        key = self.value(target.slice, scope)
        if isinstance(owner, list | dict) and self.machine.change(owner):
            try:
                guarded(owner.__delitem__, key)
            except NotKnown:
                self.machine.doubt(owner, Unknown("an item of it is deleted", target.lineno))

    def _declare(self, node: ast.Global | ast.Nonlocal, scope: Scope) -> None:
        owner = scope.module if isinstance(node, ast.Global) else scope.outer
        if owner is not None:
            for name in node.names:
                scope.shared[name] = owner

    # === Ways ===

    def _if(self, node: ast.If, scope: Scope) -> Left | None:
        test = self._test(node.test, scope)
        truth = self.truth(test)
        if truth is not None:
            return self.block(node.body if truth else node.orelse, scope)
        if _ends_in_error(node.body):
            return self.block(node.orelse, scope)
        if node.orelse and _ends_in_error(node.orelse):
            return self.block(node.body, scope)
        return self._ways([node.body, node.orelse], self.condition(test, node.lineno), scope)

    def _test(self, node: ast.expr, scope: Scope) -> Value:
        """Return the value of a condition; a file is read as the one that is run."""
        left = node.left if isinstance(node, ast.Compare) else None
        if isinstance(left, ast.Name) and left.id == "__name__":
            return True
        return self.value(node, scope)

    def _ways(
        self, bodies: Sequence[Sequence[ast.stmt]], why: Unknown, scope: Scope
    ) -> Left | None:
        """Read ways of which only one is gone, and it is not known which."""
        trials, lefts = [], []
        for body in bodies:
            with self.machine.trial() as trial:
                lefts.append(self.block(body, scope))
            trials.append(trial)
            for owner in trial.changed.values():  # before the next way sees it
                self.machine.doubt(owner, why)
        self.machine.join(trials, why)
        return _one_way(lefts, why)

    def _match(self, node: ast.Match, scope: Scope) -> Left | None:
        subject = self.value(node.subject, scope)
        for case in node.cases:
            fits = self._fits(case.pattern, subject, scope) if case.guard is None else None
            if fits is None:
                why = Unknown("which case fits is not known before running", node.lineno)
                return self._ways([*(each.body for each in node.cases), []], why, scope)
            if fits:
                return self.block(case.body, scope)
        return None

    def _fits(self, pattern: ast.pattern, subject: Value, scope: Scope) -> bool | None:
        if isinstance(pattern, ast.MatchAs) and pattern.pattern is None and not pattern.name:
            return True
        if isinstance(pattern, ast.MatchOr):
            found = [self._fits(each, subject, scope) for each in pattern.patterns]
            return None if None in found else any(found)
        if isinstance(pattern, ast.MatchValue) and isinstance(subject, str | int | float):
            value = self.value(pattern.value, scope)
            return subject == value if isinstance(value, str | int | float) else None
        return None

    def _try(self, node: ast.Try, scope: Scope) -> Left | None:
        left = self.block(node.body, scope)
        if not left:
            left = self.block(node.orelse, scope)
        imports = all(isinstance(each, ast.Import | ast.ImportFrom) for each in node.body)
        if not imports and any(not _ends_in_error(each.body) for each in node.handlers):
            why = Unknown("whether an error is met is not known before running", node.lineno)
            bodies = [each.body for each in node.handlers if not _ends_in_error(each.body)]
            more = self._ways([[], *bodies], why, scope)
            left = _one_way([left, more], why) if more and left else left or more
        final = self.block(node.finalbody, scope)
        return final or left

    def _with(self, node: ast.With | ast.AsyncWith, scope: Scope) -> Left | None:
        for item in node.items:
            value = self.value(item.context_expr, scope)
            if item.optional_vars is not None:
                lost = (
                    value
                    if isinstance(value, Unknown)
                    else Unknown("it is not followed", node.lineno)
                )
                self.assign(item.optional_vars, lost, scope)
        return self.block(node.body, scope)

    # === Loops ===

    def _for(self, node: ast.For | ast.AsyncFor, scope: Scope) -> Left | None:
        over = self.value(node.iter, scope)
        try:
            items = items_of(self._loopable(over))
        except NotKnown:
            return self._unknown_loop(node, over, scope)
        since = self.machine.steps
        for number, item in enumerate(items):
            if self.machine.is_idle(since):
                return self._unknown_loop(node, Unknown("it is long", node.lineno), scope)
            self.assign(node.target, item, scope)
            left = self.block(node.body, scope)
            if left and left.perhaps:
                return self._maybe_more(node, left, scope) if number < len(items) - 1 else left
            if left and left.how == "break":
                return None
            if left and left.how != "continue":
                return left
        return self.block(node.orelse, scope)

    def _maybe_more(self, node: ast.For | ast.AsyncFor, left: Left, scope: Scope) -> Left:
        """Read a loop once more that may have been left already."""
        assert left.perhaps is not None
        self.assign(node.target, Unknown("which turn of a loop it is", node.lineno), scope)
        return self._perhaps(left, node.body, scope)

    def _unknown_loop(self, node: ast.For | ast.AsyncFor, over: Value, scope: Scope) -> Left | None:
        because = f": {over.why}" if isinstance(over, Unknown) else ""
        why = Unknown(f"how often a loop runs is not known before running{because}", node.lineno)
        with self.machine.trial() as trial:
            self.assign(node.target, Unknown(why.why, node.lineno), scope)
            left = self.block(node.body, scope)
        with self.machine.trial() as none:
            pass
        self.machine.join([trial, none], why)
        values = left.values if left and left.how == "return" else ()
        return Left("return", values, why) if values else None

    def _while(self, node: ast.While, scope: Scope) -> Left | None:
        since = self.machine.steps
        while True:
            self.machine.step()
            if self.machine.is_idle(since):
                return self._unknown_while(node, Unknown("it is long", node.lineno), scope)
            test = self.value(node.test, scope)
            truth = self.truth(test)
            if truth is None:
                return self._unknown_while(node, test, scope)
            if not truth:
                return self.block(node.orelse, scope)
            left = self.block(node.body, scope)
            if left and left.perhaps:
                return self._perhaps(left, node.body, scope)
            if left and left.how == "break":
                return None
            if left and left.how != "continue":
                return left

    def _unknown_while(self, node: ast.While, test: Value, scope: Scope) -> Left | None:
        why = self.condition(test, node.lineno)
        with self.machine.trial() as trial:
            left = self.block(node.body, scope)
        with self.machine.trial() as none:
            pass
        self.machine.join([trial, none], why)
        values = left.values if left and left.how == "return" else ()
        return Left("return", values, why) if values else None

    # === Leaving ===

    def _return(self, node: ast.Return, scope: Scope) -> Left:
        return Left("return", (self.value(node.value, scope),))

    def _raise(self, node: ast.Raise, scope: Scope) -> Left:
        return Left("raise")

    def _break(self, node: ast.Break, scope: Scope) -> Left:
        return Left("break")

    def _continue(self, node: ast.Continue, scope: Scope) -> Left:
        return Left("continue")

    # === Imports ===

    def _import(self, node: ast.Import, scope: Scope) -> None:
        for each in node.names:
            first = each.name.partition(".")[0]
            path = each.name if each.asname else first
            self.toolbox.named(each.name, node.lineno, imported=True)
            self.machine.bind(scope, each.asname or first, Dotted(keras_path(path)))

    def _import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        module = keras_path(node.module or "")
        beside = self._sibling(module, node.level)
        for each in node.names:
            if each.name == "*":
                self._import_all(module, beside, scope)
            elif beside is not None:
                lost = Unknown(f"{module}.{each.name} is not known", node.lineno)
                self.machine.bind(
                    scope, each.asname or each.name, beside.names.get(each.name, lost)
                )
            else:
                path = f"{node.module or ''}.{each.name}"
                found = self.toolbox.named(path, node.lineno, imported=True)
                self.machine.bind(scope, each.asname or each.name, found)

    def _import_all(self, module: str, beside: Scope | None, scope: Scope) -> None:
        names: dict[str, Value] = {}
        if beside is not None:
            names = {key: each for key, each in beside.names.items() if not key.startswith("_")}
        elif module == "keras.layers":
            names = {name: Dotted(f"{module}.{name}") for name in layer_names()}
        elif module in ("keras", "keras.models"):
            known = (*MODELS, "Input", "layers", "models", "losses", "optimizers", "load_model")
            names = {name: Dotted(f"{module}.{name}") for name in known}
        for name, value in names.items():
            self.machine.bind(scope, name, value)

    # === Functions and classes ===

    def _define(self, node: Definition, scope: Scope) -> None:
        self.machine.bind(
            scope, node.name, Function(node, scope, defaults=self.defaults(node.args, scope))
        )

    def _define_class(self, node: ast.ClassDef, scope: Scope) -> None:
        bases = tuple(self.value(each, scope) for each in node.bases)
        inner = Scope({}, scope, scope.module)
        self.block(node.body, inner)
        functions = {
            name: Function(each.node, scope, each.bound, each.defaults)
            if isinstance(each, Function)
            else each
            for name, each in inner.names.items()
        }
        words = {part for each in node.decorator_list for part in _words(each)}
        kind = OwnClass(node, scope, bases, functions, is_dataclass="dataclass" in words)
        self.machine.bind(scope, node.name, kind)

    def run(self, function: Function, args: Sequence[Value], words: dict[str, Value]) -> Value:
        """Return what a function of the code gives."""
        node, machine = function.node, self.machine
        machine.called.add(id(node))
        if machine.depth >= DEEPEST_CALLS or machine.running.count(function.name) > 12:
            lost = Unknown("functions call each other too deeply", node.lineno)
            self.foreign([*function.bound, *args, *words.values()], lost)
            return lost
        scope = Scope({}, function.scope, function.scope.module)
        if problem := self._arguments(function, [*function.bound, *args], words, scope):
            return problem
        yielded: list[Value] | None = None
        if any(isinstance(each, ast.Yield | ast.YieldFrom) for each in _inside(node)):
            yielded = []
        self._yielded.append(yielded)
        machine.depth += 1
        machine.running.append(function.name)
        try:
            if isinstance(node, ast.Lambda):
                return self.value(node.body, scope)
            left = self.block(node.body, scope)
        finally:
            machine.depth -= 1
            machine.running.pop()
            self._yielded.pop()
        if yielded is not None and not (left and left.perhaps):
            return self.known(yielded)  # all at once: nothing is lazy where nothing runs
        if left is None:
            return None
        if left.perhaps:
            values = left.values or (None,)
            parts = joined([*values, Unknown("", 0)], left.perhaps)
            return Unknown(left.perhaps.why, left.perhaps.line, parts.may_be)
        if left.how == "raise":
            return Unknown(f"{function.name} raises an error", node.lineno)
        value = left.values[0] if left.values else None
        if isinstance(value, KerasModel) and not value.returned:
            value.returned = function.name
        return value

    def _arguments(
        self, function: Function, args: Sequence[Value], words: dict[str, Value], scope: Scope
    ) -> Unknown | None:
        """Give the parameters of a function their values; return why that is not possible."""
        given = function.node.args
        names = [each.arg for each in (*given.posonlyargs, *given.args)]
        scope.names.update(function.defaults)
        for name in [*names, *(each.arg for each in given.kwonlyargs)]:
            scope.names.setdefault(name, Unknown(f"what {function.name} is given as {name}"))
        scope.names.update(zip(names, args, strict=False))
        if len(args) > len(names) and not given.vararg:
            return Unknown(f"{function.name} takes fewer arguments", function.node.lineno)
        known = {*names, *(each.arg for each in given.kwonlyargs)}
        more = {key: value for key, value in words.items() if key not in known}
        scope.names.update({key: value for key, value in words.items() if key in known})
        if more and not given.kwarg:
            return Unknown(f"{function.name} takes no {next(iter(more))}", function.node.lineno)
        if given.vararg:
            scope.names[given.vararg.arg] = tuple(args[len(names) :])
        if given.kwarg:
            scope.names[given.kwarg.arg] = more
        return None

    def make(self, kind: OwnClass, args: Sequence[Value], words: dict[str, Value]) -> Value:
        """Return an object of a class of the code: a model, a layer, or something else."""
        line = kind.node.lineno
        root = keras_path(kind.root).rpartition(".")[2]
        if root in MODELS:
            return self._own_model(kind, root, args, words, line)
        if kind.root:
            return self.toolbox.own_layer(kind, words, line)
        if any(isinstance(each, Unknown) for each in kind.bases):
            return Unknown(f"{kind.name} extends what is not known", line)
        made = Instance(kind)
        if kind.is_dataclass or any(isinstance(each, Dotted) for each in kind.bases):
            if Dotted("dict") in kind.bases and args and isinstance(args[0], dict):
                words, args = {**args[0], **words}, []
            self._fields(made, args, words)
        elif isinstance(function := kind.find("__init__"), Function):
            self.run(
                Function(function.node, function.scope, (made,), function.defaults), args, words
            )
        return made

    def _own_model(
        self, kind: OwnClass, root: str, args: Sequence[Value], words: dict[str, Value], line: int
    ) -> Value:
        plain = kind.find("call") is None and kind.find("__init__") is None
        if plain and root != "Sequential":
            return self.toolbox.functional(kind.name, args, words, line)
        return self.toolbox.subclassed(kind, words, line)

    def _fields(self, made: Instance, args: Sequence[Value], words: dict[str, Value]) -> None:
        """Give the fields of a dataclass their values."""
        kind = made.kind
        names = [
            each.target.id
            for each in kind.node.body
            if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
        ]
        made.names.update(zip(names, args, strict=False))
        made.names.update(words)
        for name in names:
            if name not in made.names and kind.find(name) is None:
                why = f"what {kind.name} is given as {name} is not in the code"
                made.names[name] = Unknown(why, kind.node.lineno)


def _as_read(target: ast.expr) -> ast.expr:
    """Return the target of an assignment as an expression that reads it."""
    if isinstance(target, ast.Name):
        return ast.Name(target.id, ast.Load())
    if isinstance(target, ast.Attribute):
        return ast.Attribute(target.value, target.attr, ast.Load())
    if isinstance(target, ast.Subscript):
        return ast.Subscript(target.value, target.slice, ast.Load())
    return target


def _inside(node: ast.AST) -> list[ast.AST]:
    """Return the expressions of a function, without those of functions in it."""
    found: list[ast.AST] = []
    left = list(ast.iter_child_nodes(node))
    while left:
        each = left.pop()
        found.append(each)
        if not isinstance(each, Definition | ast.Lambda | ast.ClassDef):
            left += ast.iter_child_nodes(each)
    return found


def _words(node: ast.expr) -> list[str]:
    return [
        each.id if isinstance(each, ast.Name) else each.attr
        for each in ast.walk(node)
        if isinstance(each, ast.Name | ast.Attribute)
    ]


def _ends_in_error(body: Sequence[ast.stmt]) -> bool:
    """Say whether statements end the program: whoever comes to a model has not gone there."""
    if not body:
        return False
    last = body[-1]
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
        return bool({"exit", "quit", "_exit"} & {*_words(last.value.func)})
    return isinstance(last, ast.Raise)


def _one_way(lefts: Sequence[Left | None], why: Unknown) -> Left | None:
    """Return how a block is left of whose ways only one is gone."""
    hows = {each.how if each else "" for each in lefts}
    values = tuple(value for each in lefts if each for value in each.values)
    unsure = next((each.perhaps for each in lefts if each and each.perhaps), None)
    if hows == {""}:
        return None
    if len(hows) == 1 and not unsure:
        how = hows.pop()
        return Left(how, (joined(list(values), why),) if values else ())
    return Left("return", values, unsure or why)


_STATEMENTS: dict[type[ast.stmt], Callable[..., Left | None]] = {
    ast.Expr: Interpreter._expression,
    ast.Assign: Interpreter._assign,
    ast.AnnAssign: Interpreter._assign_typed,
    ast.AugAssign: Interpreter._assign_more,
    ast.Delete: Interpreter._delete,
    ast.Global: Interpreter._declare,
    ast.Nonlocal: Interpreter._declare,
    ast.If: Interpreter._if,
    ast.Match: Interpreter._match,
    ast.Try: Interpreter._try,
    ast.TryStar: Interpreter._try,
    ast.With: Interpreter._with,
    ast.AsyncWith: Interpreter._with,
    ast.For: Interpreter._for,
    ast.AsyncFor: Interpreter._for,
    ast.While: Interpreter._while,
    ast.Return: Interpreter._return,
    ast.Raise: Interpreter._raise,
    ast.Break: Interpreter._break,
    ast.Continue: Interpreter._continue,
    ast.Import: Interpreter._import,
    ast.ImportFrom: Interpreter._import_from,
    ast.FunctionDef: Interpreter._define,
    ast.AsyncFunctionDef: Interpreter._define,
    ast.ClassDef: Interpreter._define_class,
}
