"""A module with one thing in it changed, and whether its tests notice."""

import ast
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Protocol

PLUGIN = """
import importlib.abc, importlib.machinery, sys
class Mutant(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == {name!r}:
            loader = importlib.machinery.SourceFileLoader(name, {path!r})
            return importlib.machinery.ModuleSpec(name, loader, origin={path!r})
sys.meta_path.insert(0, Mutant())
"""


class Change(Protocol):
    """A change of a syntax tree; `what` it changed, "" when there was nothing of its number."""

    what: str

    def visit(self, node: ast.AST) -> ast.AST: ...


def mutants(source: Path, change: Callable[[int], Change]) -> Iterator[tuple[str, str]]:
    """What was changed, and the source then: each of the changes there are."""
    for number in count():
        one = change(number)
        tree = ast.fix_missing_locations(one.visit(ast.parse(source.read_text("utf-8"))))
        if not one.what:
            return
        yield one.what, ast.unparse(tree)


def survivors(folder: Path, module: ModuleType, tests: Path, mutants: Sequence[tuple[str, str]]) -> list[str]:
    """Those of `mutants` (what was changed, the source then) with which all tests pass."""
    with ThreadPoolExecutor(2) as pool:
        alive = pool.map(lambda each: survives(folder / str(each[0]), module, tests, each[1][1]), enumerate(mutants))
        return [what for (what, _), lives in zip(mutants, alive, strict=True) if lives]


def survives(folder: Path, module: ModuleType, tests: Path, source: str) -> bool:
    """Whether the module's tests pass with this source."""
    folder.mkdir()
    path = folder / "mutant.py"
    path.write_text(source, "utf-8")
    (folder / "mutant_plugin.py").write_text(PLUGIN.format(name=module.__name__, path=str(path)), "utf-8")
    words = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "mutant_plugin", "--timeout", "30", str(tests)]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    for name in [name for name in environment if name.startswith("PYTEST_")]:
        del environment[name]
    done = subprocess.run(words, cwd=tests.parents[2], env=environment, capture_output=True, text=True, timeout=200)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.returncode == 0
