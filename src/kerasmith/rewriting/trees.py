"""Small steps on concrete syntax trees, and what is wrong where they are not possible."""

from collections.abc import Collection, Sequence
from typing import TypeVar

import libcst as cst
from libcst import matchers as m

Node = TypeVar("Node", bound=cst.CSTNode)

_NOWHERE = cst.Module([])


class Refused(Exception):
    """Why code is not rewritten, and where."""

    def __init__(self, why: str, line: int = 0) -> None:
        super().__init__(why)
        self.why, self.line = why, line


# === Names ===


def code_of(node: cst.CSTNode) -> str:
    """Return a piece of code as text."""
    return _NOWHERE.code_for_node(node)


class _Names(cst.CSTVisitor):
    """Collects the names that code uses or binds, attributes and keywords aside."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def visit_Name(self, node: cst.Name) -> None:
        self.found.add(node.value)

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        node.value.visit(self)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
        return False

    def visit_ImportAlias(self, node: cst.ImportAlias) -> bool:
        self.found.add((node.evaluated_alias or node.evaluated_name).partition(".")[0])
        return False


class _NamesOutside(_Names):
    """The same, without the names that functions have for themselves."""

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        params = {code_of(each.name) for each in m.findall(node.params, m.Param())}  # type: ignore[attr-defined]  # what was looked for
        shared = {code_of(each.name) for each in m.findall(node.body, m.NameItem())}  # type: ignore[attr-defined]
        bound = {code_of(each.target) for each in m.findall(node.body, m.AssignTarget())}  # type: ignore[attr-defined]
        self.found |= names_in(node) - ((params | bound) - shared)
        return False


def names_in(node: cst.CSTNode) -> set[str]:
    """Return the names that a piece of code uses, attributes and keywords aside."""
    names = _Names()
    node.visit(names)
    return names.found


def names_outside(node: cst.CSTNode) -> set[str]:
    """Return the names that a piece of code uses, without those that functions in it have alone."""
    names = _NamesOutside()
    node.visit(names)
    return names.found


def imported_names(module: cst.Module) -> dict[str, str]:
    """Return what the names of a file import, those that mean one thing alone, by the name."""
    found: dict[str, set[str]] = {}
    for each in m.findall(module, m.Import() | m.ImportFrom(relative=[])):
        path = code_of(each.module) if isinstance(each, cst.ImportFrom) and each.module else ""
        names = each.names if isinstance(each, cst.Import | cst.ImportFrom) else ()
        for alias in () if isinstance(names, cst.ImportStar) else names:
            whole = alias.evaluated_name
            name = alias.evaluated_alias or (whole if path else whole.partition(".")[0])
            meant = f"{path}.{whole}" if path else whole if alias.asname else name
            found.setdefault(name, set()).add(meant)
    bound = m.findall(module, m.AssignTarget() | m.Param() | m.FunctionDef() | m.ClassDef())
    other = {
        code_of(each.target if isinstance(each, cst.AssignTarget) else each.name)  # type: ignore[attr-defined]  # a definition
        for each in bound
    }
    return {
        name: meant.pop() for name, meant in found.items() if len(meant) == 1 and name not in other
    }


def uses(node: cst.CSTNode, target: str) -> bool:
    """Say whether a piece of code uses a name, or an attribute such as `self.model`."""
    if "." not in target:
        return bool(target) and target in names_in(node)
    return any(code_of(each) == target for each in m.findall(node, m.Attribute()))


def unused(wanted: str, taken: Collection[str]) -> str:
    """Return a name that is not taken: the wanted one, or one like it."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}{number}"
    return name


class _Replace(cst.CSTTransformer):
    def __init__(self, target: str, new: cst.BaseExpression) -> None:
        super().__init__()
        self._target, self._new = target, new

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        return updated_node.with_changes(attr=original_node.attr)

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        return updated_node.with_changes(keyword=original_node.keyword)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        return self._new if original_node.value == self._target else updated_node


def replaced(node: Node, target: str, new: cst.BaseExpression) -> Node:
    """Return a piece of code with something else in the place of a name."""
    return node.visit(_Replace(target, new))  # type: ignore[return-value]  # an expression stays one


# === Statements ===


def assigned(target: str | cst.BaseExpression, value: cst.BaseExpression) -> cst.BaseSmallStatement:
    """Return the statement `target = value`."""
    if isinstance(target, str):
        target = cst.parse_expression(target)
    assert isinstance(target, cst.BaseAssignTargetExpression)
    return cst.Assign([cst.AssignTarget(target)], value)


def line_of(
    statement: cst.BaseSmallStatement, like: cst.SimpleStatementLine | None = None
) -> cst.SimpleStatementLine:
    """Return a statement on a line of its own, with the comments and blank lines of another."""
    if like is None:
        return cst.SimpleStatementLine([statement])
    return like.with_changes(body=[statement])


def small(statement: cst.BaseStatement) -> cst.BaseSmallStatement | None:
    """Return the only statement of a line; None where it is compound, or several."""
    if isinstance(statement, cst.SimpleStatementLine) and len(statement.body) == 1:
        return statement.body[0]
    return None


def split(statement: cst.SimpleStatementLine) -> list[cst.SimpleStatementLine]:
    """Return the statements of a line, each on a line of its own."""
    if len(statement.body) == 1:
        return [statement]
    lines = lines_of(statement.body)
    lines[0] = lines[0].with_changes(leading_lines=statement.leading_lines)
    lines[-1] = lines[-1].with_changes(trailing_whitespace=statement.trailing_whitespace)
    return lines


def lines_of(statements: Sequence[cst.BaseSmallStatement]) -> list[cst.SimpleStatementLine]:
    """Return statements, each on a line of its own."""
    plain = [each.with_changes(semicolon=cst.MaybeSentinel.DEFAULT) for each in statements]
    return [cst.SimpleStatementLine([each]) for each in plain]


def statements_of(body: cst.BaseSuite) -> list[cst.BaseStatement]:
    """Return the statements of a block, whether or not it is on lines of its own."""
    if isinstance(body, cst.SimpleStatementSuite):
        return [*lines_of(body.body)]
    assert isinstance(body, cst.IndentedBlock)
    return [*body.body]


def with_statements(body: cst.BaseSuite, statements: Sequence[cst.BaseStatement]) -> cst.BaseSuite:
    """Return a block with other statements."""
    if not statements:
        statements = [cst.SimpleStatementLine([cst.Pass()])]
    if isinstance(body, cst.IndentedBlock):
        return body.with_changes(body=statements)
    return cst.IndentedBlock(statements)


def target_of(statement: cst.BaseStatement, call: cst.Call) -> str:
    """Return what a call is assigned to, a name or an attribute; "" for anything else."""
    only = small(statement)
    if isinstance(only, cst.Assign) and only.value is call and len(only.targets) == 1:
        target: cst.BaseExpression = only.targets[0].target
    elif isinstance(only, cst.AnnAssign) and only.value is call:
        target = only.target
    else:
        return ""
    return code_of(target) if isinstance(target, cst.Name | cst.Attribute) else ""


# === Calls ===


def called(function: cst.BaseExpression, *args: cst.BaseExpression) -> cst.Call:
    """Return a call with positional arguments."""
    return cst.Call(function, [cst.Arg(each) for each in args])


def word(name: str, value: cst.BaseExpression) -> cst.Arg:
    """Return the argument `name=value`."""
    equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    return cst.Arg(value, keyword=cst.Name(name), equal=equal)


def argument(call: cst.Call, place: int, word: str) -> cst.Arg | None:
    """Return the argument of a call at a place, or by its keyword."""
    for number, arg in enumerate(call.args):
        if (arg.keyword is None and not arg.star and number == place) or (
            arg.keyword is not None and arg.keyword.value == word
        ):
            return arg
    return None


def words_of(call: cst.Call, names: Sequence[str], first: int) -> list[cst.Arg]:
    """Return what a call of a model is given besides layers and tensors, by keywords.

    `names` are those of its positional arguments from the first of these on.
    """
    found = [
        word(name, call.args[first + number].value)
        for number, name in enumerate(names)
        if first + number < len(call.args) and call.args[first + number].keyword is None
    ]
    return found + [
        word(each.keyword.value, each.value)
        for each in call.args
        if each.keyword is not None and each.keyword.value not in ("layers", "inputs", "outputs")
    ]


def without(call: cst.Call, arg: cst.Arg) -> cst.Call:
    """Return a call without one of its arguments."""
    place = next(number for number, each in enumerate(call.args) if each is arg)
    args = [each for each in call.args if each is not arg]
    if args and place == len(args):
        args[-1] = args[-1].with_changes(comma=arg.comma)
    return call.with_changes(args=args)


def beside(call: cst.Call, name: str, needs: dict[str, str]) -> cst.BaseExpression:
    """Return a name of Keras as it is written where another is called: `tf.keras.Model`.

    Where the other is imported by its name, what has to be imported beside it goes into `needs`.
    """
    if isinstance(call.func, cst.Attribute):
        return call.func.with_changes(attr=cst.Name(name))
    if isinstance(call.func, cst.Name):
        needs[name] = call.func.value
    return cst.Name(name)


def is_call_of(node: cst.CSTNode, *names: str) -> bool:
    """Say whether something is a call of one of the names, whatever stands before them."""
    if not isinstance(node, cst.Call):
        return False
    function = node.func
    last = function.attr if isinstance(function, cst.Attribute) else function
    return isinstance(last, cst.Name) and last.value in names
