"""Each guard of the gate taken away in turn: its tests notice every time."""

import ast
from pathlib import Path

import pytest

from openrig_rpc.delivery import gate
from tests.unit.mutants import mutants, survives, survivors

SOURCE = Path(gate.__file__)
TESTS = Path(__file__).with_name("test_gate.py")


class Without(ast.NodeTransformer):
    """The source with guard number `number` never true."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.seen = 0
        self.what = ""

    def visit_If(self, node: ast.If) -> ast.AST:
        self.generic_visit(node)
        if any(
            isinstance(each, ast.Call) and ast.unparse(each.func) == "Hold"
            for each in ast.walk(ast.Module(node.body, []))
        ):
            if self.seen == self.number:
                self.what = ast.unparse(node.test)
                node.test = ast.Constant(False)
            self.seen += 1
        return node


@pytest.mark.full
@pytest.mark.timeout(400)
def test_no_guard_can_be_taken_away_unnoticed(tmp_path: Path) -> None:
    assert survives(tmp_path / "whole", gate, TESTS, ast.unparse(ast.parse(SOURCE.read_text("utf-8"))))
    found = list(mutants(SOURCE, Without))
    assert len(found) >= 14
    assert survivors(tmp_path, gate, TESTS, found) == []
