"""From a Functional model that is a plain stack to a Sequential: `x = layer(x)` becomes an add."""

from collections.abc import Callable, Iterator

import libcst as cst

from kerasmith.rewriting.helpers import Helpers, with_parameter
from kerasmith.rewriting.in_a_block import Block, InABlock, Renamed
from kerasmith.rewriting.trees import (
    Refused,
    argument,
    assigned,
    beside,
    called,
    code_of,
    is_call_of,
    line_of,
    names_in,
    names_outside,
    replaced,
    small,
    split,
    statements_of,
    target_of,
    unused,
    uses,
    with_statements,
    words_of,
)


class ToSequential(InABlock):
    """Rewrites the Functional model that is made in a line."""

    made_of = ("Model", "Functional")
    types = Renamed({"Functional": "Sequential"})

    def _written(self, body: Block, place: int, call: cst.Call) -> list[cst.BaseStatement]:
        made = body[place]
        assert isinstance(made, cst.SimpleStatementLine)
        tensor = self._one(call, 0, "inputs")
        if not isinstance(tensor, cst.Name):
            raise Refused("its input is not a tensor with a name", self._line)
        first = self._input_of(body[:place], tensor.value)
        name = target_of(made, call)
        if not name or any(uses(each, name) for each in body[:place]):
            name = unused("model", self.taken)
        try:
            return self._as_stack(body, first, place, call, name, keeps=first is None)
        except _InputIsUsed:
            self.helpers.forget()
            return self._as_stack(body, first, place, call, name, keeps=True)

    def _as_stack(
        self, body: Block, first: int | None, place: int, call: cst.Call, name: str, *, keeps: bool
    ) -> list[cst.BaseStatement]:
        """Return the block with the stack; where the input keeps its name, it is added by that."""
        made = body[place]
        assert isinstance(made, cst.SimpleStatementLine)
        inputs = self._one(call, 0, "inputs")
        assert isinstance(inputs, cst.Name)
        given: cst.BaseExpression = inputs
        tensors = {inputs.value}
        before = place if first is None else first
        begin = cst.SimpleStatementLine([])
        if first is None:
            before = self._first_use(body[:place], inputs.value)
        else:
            begin = body[first]  # type: ignore[assignment]  # a line
            only = small(begin)
            assert isinstance(only, cst.Assign | cst.AnnAssign)
            if isinstance(only, cst.Assign):
                tensors = {code_of(each.target) for each in only.targets}
            if not keeps:
                assert only.value is not None
                given = only.value
        chain = _Chain(name, inputs.value, self.helpers, self.at, keeps=keeps)
        chain.tensors |= tensors
        chain.also |= tensors
        start = before if first is None else before + 1
        lines = [each for one in body[start:place] for each in chain.statement(one)]
        ends = self._one(call, 1, "outputs")
        lines += chain.adds(ends, cst.SimpleStatementLine([]))
        rest = [*self._last(made, call, name), *body[place + 1 :]]
        self._check_after(body[place + 1 :], chain, name)
        opening = self._opening(made, call, name, begin, keeps=keeps)
        add = line_of(cst.Expr(called(_attribute(name, "add"), given)))
        if not keeps:
            add = add.with_changes(trailing_whitespace=begin.trailing_whitespace)
        return [*body[:start], opening, add, *lines, *rest] if keeps else [
            *body[:before], opening, add, *lines, *rest
        ]  # fmt: skip

    def _one(self, call: cst.Call, place: int, name: str) -> cst.BaseExpression:
        """Return the only input or output that a model is made of."""
        said = argument(call, place, name)
        if said is None:
            raise Refused(f"its {name} are not named", self._line)
        if isinstance(said.value, cst.List | cst.Tuple) and len(said.value.elements) == 1:
            return said.value.elements[0].value
        return said.value

    def _input_of(self, before: Block, name: str) -> int | None:
        """Return which statement makes the input; None where it is made elsewhere."""
        for place, statement in enumerate(before):
            only = small(statement)
            if not isinstance(only, cst.Assign | cst.AnnAssign) or only.value is None:
                continue
            targets = [only] if isinstance(only, cst.AnnAssign) else [*only.targets]
            if is_call_of(only.value, "Input") and name in (
                code_of(each.target) for each in targets
            ):
                return place
        return None

    def _first_use(self, before: Block, name: str) -> int:
        """Return where a tensor is used first that is made elsewhere, or in another way."""
        using = [place for place, each in enumerate(before) if uses(each, name)]
        made = [
            place
            for place in using
            if isinstance(only := small(before[place]), cst.Assign)
            and name in (code_of(each.target) for each in only.targets)
        ]
        if made:
            return made[0] + 1
        return using[0] if using else len(before)

    def _opening(
        self, made: cst.SimpleStatementLine, call: cst.Call, name: str,
        begin: cst.SimpleStatementLine, *, keeps: bool,
    ) -> cst.BaseStatement:  # fmt: skip
        """Return the line that makes an empty Sequential, with the comments of what was there."""
        stack = cst.Call(beside(call, "Sequential", self.needs), words_of(call, ("name",), 2))
        above = [] if keeps else [*begin.leading_lines]
        if target_of(made, call) == name:
            line = made.deep_replace(call, stack)
            assert isinstance(line, cst.SimpleStatementLine)
            comments = [each for each in made.leading_lines if each.comment]
            return line.with_changes(leading_lines=[*above, *comments])
        return line_of(assigned(name, stack)).with_changes(leading_lines=above)

    def _last(
        self, made: cst.SimpleStatementLine, call: cst.Call, name: str
    ) -> Iterator[cst.BaseStatement]:
        """Yield what is left of the statement that made the model, if it did more than that."""
        if target_of(made, call) != name:
            line = made.deep_replace(call, cst.parse_expression(name))
            assert isinstance(line, cst.SimpleStatementLine)
            yield line

    def _check_after(self, body: Block, chain: "_Chain", name: str) -> None:
        """Check that no tensor of the model is used after it.

        Raises Refused where one is, but for the input, if that has its name still.
        """
        left = chain.tensors - ({name} | (chain.also if chain.keeps else set()))
        for later in body:
            only = small(later)
            if isinstance(only, cst.Assign):
                used = names_in(only.value) & left
                bound = {each for one in only.targets for each in names_in(one)}
            else:
                used, bound = names_outside(later) & left, set()
            if isinstance(later, cst.For) and not names_in(later.iter) & left:
                bound = names_in(later.target)
                used = used - bound
            if used:
                if used <= chain.also:
                    raise _InputIsUsed
                raise Refused(f"{min(used)} is used after the model is made", self.at(later))
            left -= bound

    def _helper(self, function: cst.FunctionDef, parameter: str) -> cst.FunctionDef:
        model = unused("model", names_in(function) - {parameter})
        chain = _Chain(model, parameter, self.helpers, self.at, keeps=False)
        *before, last = statements_of(function.body)
        try:
            statements = [new for each in before for new in chain.statement(each)]
        except _InputIsUsed:
            raise _something_else({parameter}, self.at(function)) from None
        returned = small(last)
        if not isinstance(returned, cst.Return) or returned.value is None:
            raise Refused("it does not end by returning a tensor", self.at(last))
        assert isinstance(last, cst.SimpleStatementLine)
        added = [*chain.adds(returned.value, last)]
        body = with_statements(function.body, [*statements, *added])
        return with_parameter(function, parameter, model).with_changes(body=body)


class _InputIsUsed(Exception):
    """The input of a model is used for something else, too."""


def _attribute(name: str, attribute: str) -> cst.BaseExpression:
    return cst.parse_expression(f"{name}.{attribute}")


class _Chain:
    """Follows one tensor through the statements of a block."""

    def __init__(
        self,
        model: str,
        tensor: str,
        helpers: Helpers,
        at: Callable[[cst.CSTNode], int],
        *,
        keeps: bool,
    ) -> None:
        self._model, self._tensor, self._helpers, self._at = model, tensor, helpers, at
        self.keeps = keeps
        self.tensors = {tensor}
        self.also = {tensor}
        """The names of the input."""

    def _is_current(self, value: cst.BaseExpression) -> bool:
        if not isinstance(value, cst.Name):
            return False
        return value.value == self._tensor or (
            self._tensor in self.also and value.value in self.also
        )

    def statement(self, statement: cst.BaseStatement) -> Iterator[cst.BaseStatement]:
        """Yield what a statement becomes."""
        if not self.tensors & names_in(statement):
            yield statement
        elif isinstance(statement, cst.SimpleStatementLine):
            for line in split(statement):
                yield from self._line(line)
        elif isinstance(statement, cst.For | cst.While | cst.If | cst.With):
            yield self._compound(statement)
        else:
            raise _something_else(self.tensors & names_in(statement), self._at(statement))

    def _line(self, line: cst.SimpleStatementLine) -> Iterator[cst.BaseStatement]:
        only = line.body[0]
        if not self.tensors & names_in(only):
            yield line
        elif isinstance(only, cst.Assign | cst.AnnAssign) and self._is_chain(only.value):
            assert only.value is not None
            targets = [only] if isinstance(only, cst.AnnAssign) else [*only.targets]
            target = targets[0].target
            if len(targets) != 1 or not isinstance(target, cst.Name):
                raise Refused("several names are given a value at once", self._at(line))
            yield from self.adds(only.value, line)
            self._tensor = target.value
            self.also.discard(target.value)
            self.tensors.add(target.value)
        elif isinstance(only, cst.Assign) and not isinstance(only.value, cst.Attribute):
            raise Refused("this is not a layer that is called", self._at(line))
        else:
            new = self._of_model(only, line)
            yield line.with_changes(body=[new])

    def _is_chain(self, value: cst.BaseExpression | None) -> bool:
        """Say whether an expression is a layer that is called with the tensor, or the tensor."""
        while isinstance(value, cst.Call) and value.args:
            value = value.args[0].value
        return value is not None and isinstance(value, cst.Name) and value.value in self.tensors

    def _of_model(self, node: cst.CSTNode, line: cst.CSTNode) -> cst.CSTNode:
        """Return code that looks at the tensor as code that looks at the output of the model."""
        used = self.tensors & names_in(node)
        if isinstance(node, cst.Return):
            raise _something_else(used, self._at(line))
        if used <= self.also:
            if used and not self.keeps:
                raise _InputIsUsed
            return node
        if used != {self._tensor}:
            raise _something_else(used - {self._tensor}, self._at(line))
        return replaced(node, self._tensor, _attribute(self._model, "outputs[0]"))

    def adds(
        self, value: cst.BaseExpression, statement: cst.SimpleStatementLine
    ) -> Iterator[cst.SimpleStatementLine]:
        """Yield the lines that add the layers of `f(g(x))`, g before f."""
        calls: list[cst.Call] = []
        while isinstance(value, cst.Call):
            self._check_call(value)
            calls.append(value)
            value = value.args[0].value
        if not self._is_current(value):
            raise Refused("this is not a layer that is called", self._at(value))
        lines = [line_of(self._added(call)) for call in reversed(calls)]
        if len(lines) == 1:
            lines = [line_of(lines[0].body[0], statement)] if statement.body else lines
        elif lines:
            lines[0] = lines[0].with_changes(leading_lines=statement.leading_lines)
            lines[-1] = lines[-1].with_changes(trailing_whitespace=statement.trailing_whitespace)
        yield from lines

    def _check_call(self, call: cst.Call) -> None:
        """Refuse the call of a layer with anything but a tensor; functions of the file may be."""
        if len(call.args) == 1 and not call.args[0].star:
            return
        if not call.args or not self._helpers.handed(call, code_of(call.args[0].value)):
            if used := self.tensors & {name for arg in call.args[1:] for name in names_in(arg)}:
                raise _something_else(used, self._at(call))
            raise Refused("a layer is called with more than a tensor", self._at(call))

    def _added(self, call: cst.Call) -> cst.BaseSmallStatement:
        """Return the statement that adds what is called to the model."""
        handed = self._helpers.handed(call, code_of(call.args[0].value))
        if handed:
            self._helpers.use(handed)
            new = handed.arg.with_changes(value=cst.parse_expression(self._model))
            return cst.Expr(call.deep_replace(handed.arg, new))  # type: ignore[arg-type]  # a call
        layer = self._of_model(call.func, call)
        assert isinstance(layer, cst.BaseExpression)
        return cst.Expr(called(_attribute(self._model, "add"), layer))

    # === Statements with blocks ===

    def _compound(self, statement: cst.For | cst.While | cst.If | cst.With) -> cst.BaseStatement:
        before, also = self._tensor, {*self.also}
        body = self._body(statement.body)
        changed = statement.with_changes(body=body)
        after = self._tensor
        if isinstance(statement, cst.If):
            self._tensor = before
            changed = changed.with_changes(orelse=self._else(statement.orelse))
        elif not isinstance(statement, cst.With):
            if statement.orelse is not None:
                raise _something_else({before}, self._at(statement))
            self._tensor = after if {before, after} <= also else before
        if self._tensor != after:
            raise Refused("a tensor has another name after it", self._at(statement))
        if wrong := (self.tensors - (self.also if self.keeps else set())) & names_in(changed):
            if wrong <= self.also:
                raise _InputIsUsed
            raise _something_else(wrong, self._at(statement))
        return changed

    def _body(self, body: cst.BaseSuite) -> cst.BaseSuite:
        new = [each for one in statements_of(body) for each in self.statement(one)]
        return with_statements(body, new)

    def _else(self, node: cst.If | cst.Else | None) -> cst.If | cst.Else | None:
        if node is None:
            return None
        if isinstance(node, cst.If):
            changed = self._compound(node)
            assert isinstance(changed, cst.If)
            return changed
        return node.with_changes(body=self._body(node.body))


def _something_else(used: set[str], line: int) -> Refused:
    return Refused(f"{min(used)} is used for something else here", line)
