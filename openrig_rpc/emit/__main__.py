"""`python -m openrig_rpc.emit [--check]`: write what is generated from the table, or say what is out of date.

Exit status: 0 all is as the table says, 1 `--check` found a difference, 2 misused.
"""

import sys
from collections.abc import Iterator
from json import dumps
from pathlib import Path
from typing import Any

from .. import rpc
from . import lua, python, typescript
from .contract import read
from .openrpc import build
from .reference import reference
from .spec import agent_spec, rig_spec
from .tools import tools
from .verbs import verbs

ROOT = Path(__file__).resolve().parents[2]
COMMAND = "python -m openrig_rpc.emit"


def generated() -> Iterator[tuple[Path, str]]:
    """Every generated file: its path from the root of the checkout, and its whole text."""
    methods = rpc.filled()
    document = build(methods)
    contract = read(document)
    yield Path("schemas/openrpc.json"), _pretty(document)
    yield Path("schemas/REFERENCE.md"), reference(contract, document)
    yield Path("schemas/rig-spec.schema.json"), _pretty(rig_spec())
    yield Path("schemas/agent-spec.schema.json"), _pretty(agent_spec())
    yield Path("openrig_rpc/cli/table.json"), _rows(verbs(methods))
    yield Path("openrig_rpc/bridges/tools.json"), _pretty(tools(document))
    here = Path("clients/python/src/openrig_client")
    yield here / "types.py", python.types(contract)
    yield here / "calls.py", python.calls(contract)
    here = Path("clients/typescript/src")
    yield here / "types.ts", typescript.types(contract)
    yield here / "calls.ts", typescript.calls(contract)
    here = Path("clients/lua/lua/openrig")
    yield here / "types.lua", lua.types(contract)
    yield here / "calls.lua", lua.calls(contract)


def main(arguments: list[str]) -> int:
    """Write, or with `--check` compare."""
    if arguments not in ([], ["--check"]):
        print(f"usage: {COMMAND} [--check]", file=sys.stderr)
        return 2
    if not (ROOT / "pyproject.toml").is_file():
        print(f"{COMMAND} writes into a checkout, and {ROOT} is none; run it in the repository", file=sys.stderr)
        return 2
    stale = []
    for path, text in generated():
        target = ROOT / path
        if target.is_file() and target.read_bytes() == text.encode():
            continue
        stale.append(path)
        if not arguments:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())
            print(f"wrote {path}")
    if not (arguments and stale):
        return 0
    for path in stale:
        print(f"{path} is not what the table says", file=sys.stderr)
    print(f"run: {COMMAND}   (or: make generate), and commit what it writes", file=sys.stderr)
    return 1


def _pretty(value: Any) -> str:
    return dumps(value, indent=2, ensure_ascii=False) + "\n"


def _rows(table: dict[str, Any]) -> str:
    """A line a method: small to load, and a difference is still readable."""
    lines = (f"{dumps(name)}: {dumps(row, ensure_ascii=False, separators=(',', ':'))}" for name, row in table.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
