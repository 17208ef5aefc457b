"""Each guard of the gate taken away in turn: its tests notice every time."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from openrig_rpc.delivery import gate

SOURCE = Path(gate.__file__)
TESTS = Path(__file__).with_name("test_gate.py")
PLUGIN = """
import importlib.abc, importlib.machinery, sys
class Mutant(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "openrig_rpc.delivery.gate":
            loader = importlib.machinery.SourceFileLoader(name, {path!r})
            return importlib.machinery.ModuleSpec(name, loader, origin={path!r})
sys.meta_path.insert(0, Mutant())
"""


class Without(ast.NodeTransformer):
    """The source with guard number `number` never true."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.seen = 0
        self.removed = ""

    def visit_If(self, node: ast.If) -> ast.AST:
        self.generic_visit(node)
        if any(
            isinstance(each, ast.Call) and ast.unparse(each.func) == "Hold"
            for each in ast.walk(ast.Module(node.body, []))
        ):
            if self.seen == self.number:
                self.removed = ast.unparse(node.test)
                node.test = ast.Constant(False)
            self.seen += 1
        return node


def mutants() -> Iterator[tuple[str, str]]:
    """Which guard is gone, and the source without it."""
    number = 0
    while True:
        without = Without(number)
        tree = ast.fix_missing_locations(without.visit(ast.parse(SOURCE.read_text("utf-8"))))
        if not without.removed:
            return
        yield without.removed, ast.unparse(tree)
        number += 1


def survives(folder: Path, source: str) -> bool:
    """Whether the gate's tests pass with this source."""
    folder.mkdir()
    (folder / "gate.py").write_text(source, "utf-8")
    (folder / "mutant_plugin.py").write_text(PLUGIN.format(path=str(folder / "gate.py")), "utf-8")
    words = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "mutant_plugin", str(TESTS)]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    for name in [name for name in environment if name.startswith("PYTEST_")]:
        del environment[name]
    done = subprocess.run(words, cwd=TESTS.parents[2], env=environment, capture_output=True, text=True, timeout=100)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.returncode == 0


@pytest.mark.full
@pytest.mark.timeout(400)
def test_no_guard_can_be_taken_away_unnoticed(tmp_path: Path) -> None:
    assert survives(tmp_path / "whole", ast.unparse(ast.parse(SOURCE.read_text("utf-8"))))
    found = list(mutants())
    assert len(found) >= 14
    with ThreadPoolExecutor(2) as pool:
        alive = pool.map(lambda each: survives(tmp_path / str(each[0]), each[1][1]), enumerate(found))
        assert [guard for (guard, _), lives in zip(found, alive, strict=True) if lives] == []
