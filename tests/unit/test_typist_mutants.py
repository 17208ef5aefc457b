"""Each guard of the typist taken away in turn: its tests notice every time."""

import ast
from pathlib import Path

import pytest

from openrig_rpc.delivery import typist
from tests.unit.mutants import mutants, survives, survivors

SOURCE = Path(typist.__file__)
TESTS = Path(__file__).with_name("test_typist.py")
GUARDED = ("deliver", "_submit", "_ours", "_press_on_echo", "_taken", "_swallowed", "_enter", "took")
STOPS = (ast.Raise, ast.Return)
PRESSES = ("paste", "_press")
"""What is behind a condition that lets something be typed."""
ANYWAY = (
    "reading is None",  # the next words would fail on it
    "sight.reading is None",
    "reading.composer is None",
    "hushes >= HUSHED",  # an end of patience, not a guard
    "hushed",
    "runtime.manners.composer",
    "reading is not None and reading.prompt is not None and _stands(sight, text)",  # tells more, allows nothing
    "ear.took(text)",  # a report: without it nothing is submitted
    "ear.took(text) or (lost and self._swallowed(row, sight, text, ear, go))",
    "self._swallowed(row, sight, text, ear, go)",
    "lost and self._swallowed(row, sight, text, ear, go)",
    "not heard or ear.ended(text) or at - ear.empty >= LATE",  # which turn a receipt tells of
    "self._taken_at(text) is not None",
    "not touched",  # which words a receipt has
    "loop.time() >= until",  # without it, it waits for ever
    "ear.covered and (not shown) and (message.attempts < PASTES) and _nothing(sight)",
    "self._waits_out(row, sight) or (typing and loop.time() < began + PATIENCE)",
    "isinstance(verdict, Hold)",  # says so; what keeps from typing is the condition before it
)


class Weaker(ast.NodeTransformer):
    """The source with guard number `number` gone: one that stops never does, one that lets type always does."""

    def __init__(self, number: int) -> None:
        self.number, self.seen, self.what = number, 0, ""
        self.function = ""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._in(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._in(node)

    def _in(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        outer, self.function = self.function, node.name
        self.generic_visit(node)
        self.function = outer
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        self.generic_visit(node)
        if self.function not in GUARDED:
            return node
        calls = [each.func for each in ast.walk(ast.Module(node.body, [])) if isinstance(each, ast.Call)]
        if any(isinstance(call, ast.Attribute) and call.attr in PRESSES for call in calls):
            node.test = self._without(node.test, ast.And, True)
        elif isinstance(node.body[-1], STOPS):
            node.test = self._without(node.test, ast.Or, False)
        return node

    def visit_Return(self, node: ast.Return) -> ast.AST:
        """The last word of `_ours` and `_swallowed` lets Enter be pressed, or a receipt be written."""
        if self.function in ("_ours", "_swallowed") and not isinstance(node.value, ast.Constant | None):
            node.value = self._without(node.value, ast.And, True)
        return node

    def _without(self, test: ast.expr, kind: type[ast.boolop], always: bool) -> ast.expr:
        """The condition without one of its parts."""
        if isinstance(test, ast.BoolOp) and isinstance(test.op, kind):
            test.values = [self._turned(part, always) for part in test.values]
            return test
        return self._turned(test, always)

    def _turned(self, part: ast.expr, always: bool) -> ast.expr:
        words = ast.unparse(part)
        if words in ANYWAY:
            return part
        self.seen += 1
        if self.seen - 1 != self.number:
            return part
        self.what = f"{self.function}: {words}"
        return ast.Constant(always)


@pytest.mark.full
@pytest.mark.timeout(900)
def test_no_guard_can_be_taken_away_unnoticed(tmp_path: Path) -> None:
    assert survives(tmp_path / "whole", typist, TESTS, ast.unparse(ast.parse(SOURCE.read_text("utf-8"))))
    found = list(mutants(SOURCE, Weaker))
    assert len(found) >= 14
    assert survivors(tmp_path, typist, TESTS, found) == []
