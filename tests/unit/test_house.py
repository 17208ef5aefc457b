"""The house rules of DESIGN.md: who imports whom, what only one room may do, and the taste that can be counted."""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import openrig_rpc
from openrig_rpc import rpc

ROOT = Path(openrig_rpc.__file__).parent
PACKAGE = "openrig_rpc"

# "Imports go one way". A room may import what is named here, and what that may import. Everything may use the store
# and the model; `home` and `version` say where things are and need nothing.
EVERYWHERE = {"store", "model", "home", "version"}
ROOMS: dict[str, set[str]] = {
    "tmux": set(),
    "runtimes": {"tmux"},
    "observe": {"runtimes"},
    "delivery": {"observe"},
    "coordination": {"delivery"},
    "spec": set(),
    "starters": set(),
    "services": set(),
    "rig": {"delivery", "spec", "services", "starters"},
    "engine": {"rig", "coordination", "rpc"},
    "rpc": set(),
    "emit": {"rpc"},
    "health": {"engine"},
    # `rpc.discover` answers with what `emit` writes.
    "methods": {"rpc", "engine", "health", "emit"},
    "language": {"engine", "spec"},
    "wire": {"rpc", "language", "engine", "daemon"},
    "cli": {"rpc", "wire"},
    "bridges": {"rpc", "cli"},
    # The roots, which put rooms together.
    "daemon": {"wire", "engine"},
    "__main__": {"daemon", "cli", "wire", "bridges"},
}
BELOW_ALL = {"model": set[str](), "store": {"model"}, "home": set[str](), "version": set[str]()}

STANDARD = (
    "home.py",
    "version.py",
    "wire/__init__.py",
    "wire/forward.py",
    "wire/remote.py",
    "runtimes/__init__.py",
    "runtimes/reporter.py",
    "runtimes/scripted_harness.py",
    "runtimes/scripted/",
    "cli/",
)
"""What starts in a moment and runs anywhere: the forwarder, the reporter, the scripted harness, `rig`."""

SQL = re.compile(
    r"\s*(SELECT\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|PRAGMA\s+\w|CREATE\s+(TABLE|UNIQUE|INDEX)\s"
    r"|ALTER\s+TABLE\s|DROP\s+TABLE\s|BEGIN\s+IMMEDIATE|COMMIT$|ROLLBACK)"
)


@dataclass(frozen=True)
class Module:
    """A source file, read once."""

    path: str
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        first, _, rest = self.path.partition("/")
        return first if rest else first.removesuffix(".py")


@cache
def modules() -> tuple[Module, ...]:
    found = []
    for file in sorted(ROOT.rglob("*.py")):
        text = file.read_text("utf-8")
        found.append(Module(file.relative_to(ROOT).as_posix(), text, ast.parse(text)))
    return tuple(found)


def running(node: ast.AST) -> Iterator[ast.AST]:
    """Every node that can run: all but what only type checkers read."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            for other in child.orelse:
                yield other
                yield from running(other)
            continue
        yield child
        yield from running(child)


def imports(module: Module) -> Iterator[tuple[str, int]]:
    """Every module that may be imported, absolute, with its line; `from x import y` as `x.y`."""
    package = [PACKAGE, *module.path.split("/")[:-1]]
    for node in running(module.tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield name.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            start = ".".join(part for part in (base, node.module) if part)
            for name in node.names:
                yield f"{start}.{name.name}", node.lineno


def reach(room: str) -> set[str]:
    """What a room may import."""
    if room in BELOW_ALL:
        return BELOW_ALL[room]
    found, todo = set(EVERYWHERE), [room]
    while todo:
        for other in ROOMS[todo.pop()]:
            if other not in found:
                found.add(other)
                todo.append(other)
    return found


def ours() -> list[str]:
    return [module.path for module in modules()]


def outside(rooms: set[str], *files: str) -> list[Module]:
    return [module for module in modules() if module.room not in rooms and module.path not in files]


def calls(module: Module, *methods: str) -> Iterator[tuple[str, int]]:
    """Calls of `x.method(...)`, with what x is."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in methods:
            yield ast.unparse(node.func.value), node.lineno


def test_the_test_sees_the_house() -> None:
    assert len(modules()) > 100 and "store/writer.py" in ours()
    assert {module.room for module in modules()} - {"__init__"} <= {*ROOMS, *BELOW_ALL}
    writer = next(module for module in modules() if module.path == "store/writer.py")
    found = {name for name, _ in imports(writer)}
    assert {"openrig_rpc.model.errors.RpcError", "openrig_rpc.store.journal.Journal", "sqlite3"} <= found
    assert "model" in reach("tmux") and "rig" not in reach("delivery") and "tmux" in reach("rig")


def test_imports_go_one_way() -> None:
    wrong = []
    for module in modules():
        if module.room == "__init__":
            continue
        allowed = reach(module.room) | {module.room}
        for name, line in imports(module):
            if not name.startswith(f"{PACKAGE}."):
                continue
            room = name.split(".")[1]
            if room not in allowed:
                wrong.append(f"{module.path}:{line} imports {name}")
    assert wrong == []


def test_no_two_rooms_import_each_other() -> None:
    """But those that make one door together."""
    together = {frozenset({"wire", "daemon"})}
    known = {*ROOMS, *BELOW_ALL}
    both = {
        frozenset({one, other})
        for one in known
        for other in known
        if one != other and one in reach(other) and other in reach(one)
    }
    assert both <= together | {frozenset({"wire", "cli"})}


def test_the_model_knows_only_itself() -> None:
    for module in modules():
        if module.room == "model":
            for name, line in imports(module):
                if name.startswith(PACKAGE):
                    assert name.startswith(f"{PACKAGE}.model."), f"{module.path}:{line} imports {name}"


def test_what_needs_the_standard_library_alone() -> None:
    cheap = [module for module in modules() if module.path.startswith(STANDARD)]
    assert len(cheap) > 20
    allowed = {
        f"{PACKAGE}.{module.path.removesuffix('.py').removesuffix('/__init__').replace('/', '.')}" for module in cheap
    }
    wrong = []
    for module in cheap:
        for name, line in imports(module):
            top = name.partition(".")[0]
            if top == PACKAGE:
                if not any(name == each or name.startswith(f"{each}.") for each in allowed):
                    wrong.append(f"{module.path}:{line} imports {name}")
            elif top not in sys.stdlib_module_names:
                wrong.append(f"{module.path}:{line} imports {name}")
    assert wrong == []


@pytest.mark.parametrize(
    ("libraries", "rooms"),
    [
        ({"sqlite3", "aiosqlite"}, {"store"}),
        ({"libtmux"}, {"tmux"}),
        ({"pygls.protocol", "pygls.io_", "pygls.server", "jsonrpcserver", "h11", "wsproto"}, {"wire"}),
        # Features are registered with the server, which is the wire's; bytes are its own.
        ({"pygls", "lsprotocol"}, {"wire", "language"}),
        ({"yaml"}, {"spec", "starters"}),
        ({"tomllib"}, {"observe", "runtimes"}),
    ],
    ids=lambda value: "-".join(sorted(value)),
)
def test_each_library_has_its_room(libraries: set[str], rooms: set[str]) -> None:
    wrong = [
        f"{module.path}:{line} imports {name}"
        for module in outside(rooms)
        for name, line in imports(module)
        if any(name == library or name.startswith(f"{library}.") for library in libraries)
    ]
    assert wrong == []


def test_only_the_store_runs_sql() -> None:
    wrong = []
    for module in outside({"store"}):
        wrong += [
            f"{module.path}:{node.lineno} {node.value[:60]!r}"
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value)
        ]
        wrong += [
            f"{module.path}:{line} {what}"
            for what, line in calls(module, "executemany", "executescript", "execute_fetchall")
        ]
    assert wrong == []
    store = " ".join(module.text for module in modules() if module.room == "store")
    assert SQL.search(store), "the pattern knows SQL"


def test_only_the_tmux_room_runs_tmux() -> None:
    """Nobody else has its name where a program's name stands."""
    wrong = []
    for module in outside({"tmux"}):
        for node in ast.walk(module.tree):
            first: ast.expr | None = None
            if isinstance(node, ast.List | ast.Tuple) and node.elts:
                first = node.elts[0]
            elif isinstance(node, ast.Call) and node.args:
                called = ast.unparse(node.func)
                if called.rpartition(".")[2] in ("which", "run", "Popen", "create_subprocess_exec", "execvp", "call"):
                    first = node.args[0]
            if isinstance(first, ast.Constant) and first.value == "tmux":
                wrong.append(f"{module.path}:{first.lineno}")
    assert wrong == []


def test_only_the_gate_types() -> None:
    """Raw keys, on purpose, are the one exception."""
    typing = [
        f"{module.path}:{line} {what}"
        for module in outside({"delivery", "tmux"}, "methods/agent.py")
        for what, line in calls(module, "paste", "keys")
        if what.rpartition(".")[2].lstrip("_") == "tmux"
    ]
    assert typing == []
    gate = [module.path for module in modules() if list(calls(module, "paste")) and module.room == "delivery"]
    assert gate == ["delivery/typist.py"], "one place pastes"
    raw = next(module for module in modules() if module.path == "methods/agent.py")
    assert not list(calls(raw, "paste"))


def test_nobody_makes_a_shell_of_text() -> None:
    """No text is code."""
    wrong = []
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func)
                if name in ("eval", "exec", "os.system", "os.popen", "asyncio.create_subprocess_shell"):
                    wrong.append(f"{module.path}:{node.lineno} {name}")
                if any(word.arg == "shell" and ast.unparse(word.value) != "False" for word in node.keywords):
                    wrong.append(f"{module.path}:{node.lineno} shell=")
    assert wrong == []


# Taste.


@pytest.mark.parametrize("path", ours())
def test_a_module_is_small_and_says_what_it_is(path: str) -> None:
    module = next(each for each in modules() if each.path == path)
    assert ast.get_docstring(module.tree), "a module without a docstring"
    assert len(module.text.splitlines()) <= 600


def test_names_say_what_a_thing_is() -> None:
    empty = re.compile(r"(^|_)(utils?|helpers?|managers?|common|misc|stuff)(_|$)")
    # The base of the family of models.
    assert [path for path in ours() if empty.search(Path(path).stem) or Path(path).stem == "base"] == ["model/base.py"]
    classes = [
        f"{module.path} {node.name}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and re.search(r"(Manager|Helper|Utils?)$", node.name)
    ]
    assert classes == []


def test_every_method_has_a_summary() -> None:
    table = rpc.load()
    assert len(table) > 50
    for name, row in table.items():
        assert row.summary and len(row.summary) <= 100, f"{name}: {row.summary!r}"
        assert row.summary == row.doc.splitlines()[0] and row.summary[0].isupper() and row.summary.endswith("."), name
        assert row.params.__doc__ and row.result.__doc__, name


def test_every_error_says_what_it_is_and_has_its_own_code() -> None:
    codes = set()
    for kind, error in rpc.ERRORS.items():
        own = error.__dict__.get("__doc__")
        assert own and own.strip(), kind
        assert error.kind == kind and re.fullmatch(r"[a-z]+(-[a-z]+)*", kind)
        assert error.code < 0 or 1 <= error.code <= 999
        codes.add(error.code)
    assert len(codes) == len(rpc.ERRORS)


def test_every_event_says_what_it_is() -> None:
    for kind, row in rpc.EVENTS.items():
        assert row.name == kind and row.summary and row.data.__doc__, kind


def test_public_names_are_documented() -> None:
    """Modules, classes and functions that others may use."""
    bare = [
        f"{module.path}:{node.lineno} {node.name}"
        for module in modules()
        for node in module.tree.body
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    known = {"tmux/look.py human", "tmux/look.py pane_info"}  # what they make says it
    assert [each for each in bare if re.sub(r":\d+", "", each) not in known] == []
