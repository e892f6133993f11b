"""The block of code in which one model is made is found, and written again."""

from abc import abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import ClassVar

import libcst as cst
from libcst import matchers as m
from libcst.metadata import PositionProvider

from kerasmith.rewriting.helpers import Helpers
from kerasmith.rewriting.trees import (
    is_call_of,
    names_in,
    names_outside,
    split,
    statements_of,
    with_statements,
)

Block = Sequence[cst.BaseStatement]


class InABlock(cst.CSTTransformer):
    """Rewrites the block that makes the model of one line."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    made_of: ClassVar[tuple[str, ...]]
    """The classes of Keras whose calls make such a model."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self._line = line
        self._names: set[str] = set()
        """The names by which these classes are called in the file."""
        self._around: list[cst.Module | cst.FunctionDef] = []
        """The module and the functions that are being visited."""
        self._making: list[cst.Module | cst.FunctionDef] = []
        """Those of them in which the model is made."""
        self.needs: dict[str, str] = {}
        """Names of Keras that the code uses now, by the name beside which they are imported."""
        self.taken: set[str] = set()
        """The names that mean something where the model is made."""
        self.done = False
        self.helpers = Helpers(self.at)

    types: ClassVar["Renamed"]
    """What the types are called now that a function may say it returns."""

    @abstractmethod
    def _written(self, body: Block, place: int, call: cst.Call) -> list[cst.BaseStatement]:
        """Return a block whose statement at a place makes the model by a call."""

    @abstractmethod
    def _helper(self, function: cst.FunctionDef, parameter: str) -> cst.FunctionDef:
        """Return a function that goes on with the model, which it is given as a parameter."""

    # === Where it is made ===

    def visit_Module(self, node: cst.Module) -> None:
        """Look at the functions of the module."""
        self._around.append(node)
        self.helpers.collect(node)
        self._names = {*self.made_of}
        for each in m.findall(node, m.ImportAlias(asname=m.AsName())):
            if isinstance(each, cst.ImportAlias) and each.evaluated_name in self.made_of:
                self._names.add(each.evaluated_alias or "")

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        """Note the function that is visited."""
        self._around.append(node)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        """Leave a function; let one that returns the model say so."""
        self._around.pop()
        if original_node not in self._making or updated_node.returns is None:
            return updated_node
        return updated_node.with_changes(returns=updated_node.returns.visit(self.types))

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.BaseSuite:
        """Rewrite a block in which the model is made."""
        return self._suite(original_node, updated_node)

    def leave_SimpleStatementSuite(
        self, original_node: cst.SimpleStatementSuite, updated_node: cst.SimpleStatementSuite
    ) -> cst.BaseSuite:
        """Rewrite statements behind a colon of which one makes the model."""
        return self._suite(original_node, updated_node)

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:
        """Rewrite the module, if the model is made in it itself; then the functions it uses."""
        body = self._rewritten(original_node.body)
        if body is not None:
            updated_node = updated_node.with_changes(body=body)
        return self.helpers.rewritten(updated_node, original_node, self._helper)

    def _suite(self, original: cst.BaseSuite, updated: cst.BaseSuite) -> cst.BaseSuite:
        body = self._rewritten(statements_of(original))
        return updated if body is None else with_statements(updated, body)

    def _rewritten(self, body: Block) -> list[cst.BaseStatement] | None:
        for place, statement in enumerate(body) if not self.done else ():
            if not isinstance(statement, cst.SimpleStatementLine):
                continue
            for number, line in enumerate(lines := split(statement)):
                if call := self._call_in(line):
                    self.done = True
                    around, self._making = self._around[-1], [*self._around]
                    is_module = isinstance(around, cst.Module)
                    self.taken = names_outside(around) if is_module else names_in(around)
                    whole = [*body[:place], *lines, *body[place + 1 :]]
                    return _with_comments(whole, self._written(whole, place + number, call))
        return None

    def _call_in(self, statement: cst.BaseStatement) -> cst.Call | None:
        """Return the call in a statement that makes the model; None where none does, for sure."""
        found = _Calls([*self._names])
        statement.visit(found)
        return next((each for each in found.calls if self.at(each) == self._line), None)

    def at(self, node: cst.CSTNode) -> int:
        """Return the line of a piece of the code, new lines around what was there included."""
        position = self.get_metadata(PositionProvider, node, None)
        if position is not None:
            return int(position.start.line)
        return next(filter(None, map(self.at, node.children)), 0)


def _with_comments(before: Block, now: list[cst.BaseStatement]) -> list[cst.BaseStatement]:
    """Return the new statements of a block with the comments of the old ones that got lost."""
    was, kept = (
        [each.value for one in body for each in m.findall(one, m.Comment())]  # type: ignore[attr-defined]  # comments
        for body in (before, now)
    )
    lost = [cst.EmptyLine(comment=cst.Comment(each)) for each in (Counter(was) - Counter(kept))]
    known = {*map(id, before)}
    place = next((at for at, each in enumerate(now) if id(each) not in known), 0)
    if lost:
        above = [*getattr(now[place], "leading_lines", ()), *lost]
        now[place] = now[place].with_changes(leading_lines=above)
    return now


class _Calls(cst.CSTVisitor):
    """Finds the calls of some names that happen whenever a statement is run."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._names = names
        self.calls: list[cst.Call] = []

    def visit_Call(self, node: cst.Call) -> None:
        if is_call_of(node, *self._names):
            self.calls.append(node)

    def _not_always(self, node: cst.CSTNode) -> bool:
        return False

    visit_Lambda = visit_IfExp = visit_BooleanOperation = _not_always
    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _not_always


class Renamed(cst.CSTTransformer):
    """Writes other names of Keras in a type: `keras.Sequential` becomes `keras.Model`."""

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__()
        self._names = names

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        """Write a name."""
        return cst.Name(self._names.get(updated_node.value, updated_node.value))
