"""From a Sequential to the same stack, written with the Functional API.

`model.add(layer)` becomes `x = layer(x)` where it stands, in loops too; the items of a list become
lines, with their comments.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import libcst as cst

from kerasmith.rewriting.helpers import Handed, Helpers, with_parameter
from kerasmith.rewriting.in_a_block import Block, InABlock, Renamed
from kerasmith.rewriting.stack_input import input_and_layer
from kerasmith.rewriting.trees import (
    Refused,
    argument,
    assigned,
    beside,
    called,
    code_of,
    line_of,
    names_in,
    small,
    split,
    statements_of,
    target_of,
    unused,
    uses,
    with_statements,
    words_of,
)


class ToFunctional(InABlock):
    """Rewrites the Sequential that is made in a line."""

    made_of = ("Sequential",)
    types = Renamed({"Sequential": "Model"})

    def _written(self, body: Block, place: int, call: cst.Call) -> list[cst.BaseStatement]:
        made = body[place]
        assert isinstance(made, cst.SimpleStatementLine)
        name = target_of(made, call)
        inputs, x = unused("inputs", self.taken), unused("x", self.taken)
        stack = _Stack(name, inputs, x, self.helpers, self.at, self.needs, body)
        lines = [*stack.items(call, unused("layer", self.taken), self._line)]
        last = place
        if name:
            adding = [at for at, each in enumerate(body) if at > place and stack.adds(each)]
            last = adding[-1] if adding else place
        for statement in body[place + 1 : last + 1]:
            lines += stack.statement(statement)
        if not stack.flowing:
            raise Refused(NO_INPUT, self._line)
        if lines:
            lines[0] = _led_by(lines[0], made.leading_lines)
            made = made.with_changes(leading_lines=stack.left)
        lines.append(self._model(made, call, stack))
        return [*body[:place], *lines, *body[last + 1 :]]

    def _model(
        self, made: cst.SimpleStatementLine, call: cst.Call, stack: "_Stack"
    ) -> cst.BaseStatement:
        """Return the statement that made the Sequential, which makes the Functional model now."""
        model = called(
            beside(call, "Model", self.needs), cst.Name(stack.inputs), cst.Name(stack.flowing)
        )
        words = words_of(call, ("trainable", "name"), 1)
        model = model.with_changes(args=[*model.args, *words])
        line = made.deep_replace(call, model)
        assert isinstance(line, cst.SimpleStatementLine)
        only = small(line)
        if isinstance(only, cst.AnnAssign):
            line = line_of(only.with_changes(annotation=only.annotation.visit(self.types)), line)
        return line

    def _helper(self, function: cst.FunctionDef, parameter: str) -> cst.FunctionDef:
        taken = names_in(function) - {parameter}
        x = unused("x", taken)
        stack = _Stack(parameter, x, x, self.helpers, self.at, self.needs, ())
        stack.flowing = x
        statements: list[cst.BaseStatement] = []
        for each in statements_of(function.body):
            statements += stack.statement(each)
        returned = small(statements[-1])
        if not isinstance(returned, cst.Return):
            statements.append(line_of(cst.Return(cst.Name(x))))
        body = with_statements(function.body, statements)
        return with_parameter(function, parameter, x).with_changes(body=body)


Line = TypeVar("Line", bound=cst.BaseStatement)

NO_INPUT = "it does not begin with keras.Input(…)"


class _Stack(cst.CSTTransformer):
    """Turns what adds layers to a model into what calls them, one statement after the other."""

    def __init__(
        self,
        name: str,
        inputs: str,
        x: str,
        helpers: Helpers,
        at: Callable[[cst.CSTNode], int],
        needs: dict[str, str],
        around: Block,
    ) -> None:
        super().__init__()
        self._name, self.inputs, self._x = name, inputs, x
        self._helpers, self._at, self._needs, self._around = helpers, at, needs, around
        self.flowing = ""
        """The tensor that the next layer is given; empty before there is an input."""
        self.left: list[cst.EmptyLine] = []
        """The comments behind the last layer of a list."""
        self._inside: tuple[cst.FunctionDef, ...] = ()
        """The functions that are being looked at, for those that call themselves."""

    # === The list that a Sequential is made of ===

    def items(self, call: cst.Call, layer: str, line: int) -> Iterator[cst.BaseStatement]:
        """Yield what the layers become that a Sequential is given."""
        said = argument(call, 0, "layers")
        for each in _summands(said.value) if said else ():
            if isinstance(each, cst.List | cst.Tuple):
                yield from self._elements(each, layer)
            elif self.flowing:
                yield from self._all_of(each, layer, ())
            elif isinstance(each, cst.Name):
                yield line_of(assigned(self.inputs, cst.parse_expression(f"{each.value}[0]")))
                self.flowing = self.inputs
                rest = cst.parse_expression(f"{each.value}[1:]")
                yield from self._all_of(rest, layer, ())
            else:
                raise Refused("its layers are in a list that is built elsewhere", line)

    def _elements(self, items: cst.List | cst.Tuple, layer: str) -> Iterator[cst.BaseStatement]:
        brackets = items.lbracket if isinstance(items, cst.List) else None
        comments = _own_lines(brackets and brackets.whitespace_after)
        end = items.rbracket.whitespace_before if isinstance(items, cst.List) else None
        for element in items.elements:
            behind = getattr(element.comma, "whitespace_after", None)
            if element is items.elements[-1] and end is not None:
                behind = end
            if isinstance(element, cst.StarredElement):
                if not self.flowing:
                    raise Refused(NO_INPUT, self._at(element))
                yield from self._all_of(element.value, layer, comments)
            else:
                lines = self._called(element.value)
                if lines:
                    lines[0] = _led_by(lines[0], comments)
                    if comment := _comment_behind(behind):
                        lines[-1] = lines[-1].with_changes(trailing_whitespace=comment)
                yield from lines
            comments = _own_lines(behind)
        self.left += comments

    def _all_of(
        self, layers: cst.BaseExpression, layer: str, above: Sequence[cst.EmptyLine]
    ) -> Iterator[cst.BaseStatement]:
        """Yield the loop that calls each layer of a list."""
        yield from self._named()
        line = line_of(assigned(self._x, called(cst.Name(layer), cst.Name(self._x))))
        loop = cst.For(cst.Name(layer), layers, cst.IndentedBlock([line]))
        yield loop.with_changes(leading_lines=above)

    def _named(self) -> Iterator[cst.BaseStatement]:
        """Yield the line that names the tensor as every later one, before a loop goes on."""
        if self.flowing and self.flowing != self._x:
            yield line_of(assigned(self._x, cst.Name(self.flowing)))
            self.flowing = self._x

    def _called(self, layer: cst.BaseExpression) -> list[cst.SimpleStatementLine]:
        """Return the lines that call a layer; those that make the input, for the first one."""
        if self.flowing:
            line = line_of(assigned(self._x, called(layer, cst.Name(self.flowing))))
            self.flowing = self._x
            return [line]
        found = input_and_layer(layer, self._around, self._needs)
        if found is None:
            raise Refused(NO_INPUT, self._at(layer))
        given, first = found
        if isinstance(given, cst.Name):
            self.inputs = self.flowing = given.value
            return []
        self.flowing = self.inputs
        lines = [line_of(assigned(self.inputs, given))]
        return [*lines, *self._called(first)] if first is not None else lines

    # === Statements ===

    def adds(self, statement: cst.CSTNode) -> bool:
        """Say whether a statement adds to the model, at any depth."""
        found = _Adds(self._layer_of, self._handed)
        statement.visit(found)
        return found.any

    def statement(self, statement: cst.BaseStatement) -> Iterator[cst.BaseStatement]:
        """Yield what a statement becomes."""
        if not uses(statement, self._name):
            yield statement
        elif isinstance(statement, cst.SimpleStatementLine):
            for line in split(statement):
                yield from self._line(line)
        elif self.adds(statement):
            yield from self._named()
            new = statement.visit(self)
            assert isinstance(new, cst.BaseStatement)
            if uses(new, self._name):
                raise self._too_soon(statement)
            yield new
        else:
            raise self._too_soon(statement)

    def _line(self, line: cst.SimpleStatementLine) -> list[cst.SimpleStatementLine]:
        only = line.body[0]
        if not uses(only, self._name):
            return [line]
        if (layer := self._layer_of(only)) is not None:
            lines = self._called(layer)
            if lines:
                last = line.with_changes(body=lines[-1].body, leading_lines=[])
                lines = [*lines[:-1], last]
                lines[0] = _led_by(lines[0], line.leading_lines)
            return lines
        if handed := self._handed(only):
            return [line.with_changes(body=[self._go_on(handed, only)])]
        if isinstance(only, cst.Return) and isinstance(only.value, cst.Name):
            return [line.with_changes(body=[cst.Return(cst.Name(self.flowing))])]
        raise self._too_soon(line)

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.FlattenSentinel[cst.BaseStatement]:
        """Write the lines of a block inside of a statement."""
        lines = [new for line in split(original_node) for new in self._line(line)]
        if self.flowing and self.flowing != self._x:
            lines += self._named()  # type: ignore[arg-type]  # lines
        return cst.FlattenSentinel(lines)

    def leave_SimpleStatementSuite(
        self, original_node: cst.SimpleStatementSuite, updated_node: cst.SimpleStatementSuite
    ) -> cst.BaseSuite:
        """Write the statements behind a colon."""
        before = statements_of(original_node)
        lines = [new for each in before for new in self.statement(each)]
        return with_statements(updated_node, lines)

    def _layer_of(self, statement: cst.CSTNode | None) -> cst.BaseExpression | None:
        """Return the layer that a statement adds; None where it is another statement."""
        call = statement.value if isinstance(statement, cst.Expr) else None
        if (
            isinstance(call, cst.Call)
            and isinstance(call.func, cst.Attribute)
            and call.func.attr.value == "add"
            and code_of(call.func.value) == self._name
            and len(call.args) == 1
            and not call.args[0].star
        ):
            return call.args[0].value
        return None

    def _handed(self, statement: cst.CSTNode | None) -> Handed | None:
        """Return which function that adds to the model is handed it by a statement."""
        value = statement.value if isinstance(statement, cst.Expr | cst.Assign) else None
        if isinstance(statement, cst.Assign) and (
            len(statement.targets) != 1 or code_of(statement.targets[0].target) != self._name
        ):
            return None
        handed = self._helpers.handed(value, self._name)
        if handed is None or handed.function in self._inside:
            return None
        inner = _Stack(handed.parameter, "", "", self._helpers, self._at, self._needs, ())
        inner._inside = (*self._inside, handed.function)
        return handed if inner.adds(handed.function.body) else None

    def _go_on(self, handed: Handed, statement: cst.CSTNode) -> cst.BaseSmallStatement:
        """Return the statement that goes on with what a function makes of the tensor."""
        if not self.flowing:
            raise Refused(NO_INPUT, self._at(statement))
        self._helpers.use(handed)
        call = statement.value  # type: ignore[attr-defined]  # as _handed says
        new = handed.arg.with_changes(value=cst.Name(self.flowing))
        self.flowing = self._x
        return assigned(self._x, call.deep_replace(handed.arg, new))

    def _too_soon(self, statement: cst.CSTNode) -> Refused:
        return Refused(f"{self._name} is used before it is complete", self._at(statement))


class _Adds(cst.CSTVisitor):
    """Looks for statements that add to a model."""

    def __init__(
        self,
        layer_of: Callable[[cst.CSTNode | None], cst.BaseExpression | None],
        handed: Callable[[cst.CSTNode | None], Handed | None],
    ) -> None:
        super().__init__()
        self._layer_of, self._handed, self.any = layer_of, handed, False

    def visit_Expr(self, node: cst.Expr) -> None:
        self.any = self.any or self._layer_of(node) is not None or self._handed(node) is not None

    def visit_Assign(self, node: cst.Assign) -> None:
        self.any = self.any or self._handed(node) is not None


def _summands(value: cst.BaseExpression) -> list[cst.BaseExpression]:
    """Return the lists that `a + b + c` puts together."""
    if isinstance(value, cst.BinaryOperation) and isinstance(value.operator, cst.Add):
        return [*_summands(value.left), *_summands(value.right)]
    return [value]


def _own_lines(whitespace: object) -> list[cst.EmptyLine]:
    """Return the comments on lines of their own in the whitespace of a list."""
    if not isinstance(whitespace, cst.ParenthesizedWhitespace):
        return []
    return [cst.EmptyLine(comment=line.comment) for line in whitespace.empty_lines if line.comment]


def _comment_behind(whitespace: object) -> cst.TrailingWhitespace | None:
    if isinstance(whitespace, cst.ParenthesizedWhitespace) and whitespace.first_line.comment:
        comment = whitespace.first_line.comment
        return cst.TrailingWhitespace(whitespace=cst.SimpleWhitespace("  "), comment=comment)
    return None


def _led_by(line: Line, above: Sequence[cst.EmptyLine]) -> Line:
    own = getattr(line, "leading_lines", ())
    return line.with_changes(leading_lines=[*above, *own])
