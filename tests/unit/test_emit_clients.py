"""What is written for clients and readers: nothing of the table is left out, and every link leads somewhere."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from openrig_rpc import rpc
from openrig_rpc.emit import lua, python, typescript
from openrig_rpc.emit.contract import Contract, read
from openrig_rpc.emit.openrpc import build
from openrig_rpc.emit.reference import reference

ROOT = Path(__file__).resolve().parents[2]


@cache
def whole() -> Contract:
    """The contract as it will be when all is filled."""
    return read(build(rpc.load()))


def test_python_has_every_method_event_and_error() -> None:
    contract = whole()
    classes = {node.name: node for node in ast.parse(python.calls(contract)).body if isinstance(node, ast.ClassDef)}
    types = python.types(contract)
    ast.parse(types)
    for noun, rows in contract.nouns.items():
        for prefix, kind in (("", ast.FunctionDef), ("Async", ast.AsyncFunctionDef)):
            found = {node.name for node in classes[f"{prefix}{noun.title()}"].body if isinstance(node, kind)}
            assert len(found - {"__init__"}) == len(rows), noun
    assert all(f'    kind: Literal["{kind}"]' in types for kind in rpc.EVENTS)
    assert all(f'    "{kind}",' in types for kind in rpc.ERRORS)
    # The words that Python can't have as names.
    assert '"from": "str"' in types and '"in": "list[Edge]"' in types


@pytest.mark.parametrize("verb", [("check",), ("format", "--check")], ids=" ".join)
def test_python_is_as_ruff_wants_it(verb: tuple[str, ...]) -> None:
    """Of what is planned too, so that filling a method asks for nothing here."""
    for name, text in (("types", python.types(whole())), ("calls", python.calls(whole()))):
        words = [sys.executable, "-m", "ruff", *verb, "--stdin-filename", f"clients/python/{name}.py", "-"]
        done = subprocess.run(words, input=text, capture_output=True, text=True, cwd=ROOT)
        assert done.returncode == 0, done.stdout + done.stderr


def test_typescript_has_every_method_event_and_error() -> None:
    types, calls = typescript.types(whole()), typescript.calls(whole())
    for name in rpc.load():
        assert f'  "{name}": {{ params: ' in types and f'this.#ask("{name}", ' in calls
    assert all(f'  "{kind}": ' in types for kind in rpc.EVENTS)
    assert all(f'  | "{kind}"' in types for kind in rpc.ERRORS)


def test_lua_has_every_method_event_and_error() -> None:
    types, calls = lua.types(whole()), lua.calls(whole())
    for name in rpc.load():
        noun, _, verb = name.replace(".", "/").partition("/")
        assert f"\nfunction {noun}.{verb}(params, callback) end\n" in types
        assert f'    {verb} = "{name}",\n' in calls
    assert all(f'---@field kind "{kind}"' in types for kind in rpc.EVENTS)
    assert all(f'---| "{kind}"' in types for kind in rpc.ERRORS)


def test_every_type_that_lua_names_is_one() -> None:
    types = lua.types(whole())
    known = set(re.findall(r"^---@(?:class|alias) (openrig\.\w+)", types, re.MULTILINE))
    own = "".join(path.read_text("utf-8") for path in (ROOT / "clients/lua/lua/openrig").glob("*.lua"))
    known |= set(re.findall(r"^---@class (openrig\.\w+)", own, re.MULTILINE))
    named = set(re.findall(r"\bopenrig\.\w+", "".join(re.findall(r"^---@.*$", types + own, re.MULTILINE))))
    assert len(named) > 100 and named <= known, named - known


def test_every_link_of_the_reference_leads_to_one_heading() -> None:
    document = build(rpc.load())
    page = reference(read(document), document)
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    anchors = ["".join(c for c in each.lower().replace(" ", "-") if c.isalnum() or c in "-_") for each in headings]
    assert len(set(anchors)) == len(anchors), "two headings with one anchor"
    links = set(re.findall(r"\]\(#([^)]*)\)", page))
    assert len(links) > 100 and links <= set(anchors), links - set(anchors)
    for name, row in rpc.load().items():
        assert f"#### {name} ({row.tier.value})\n\n{row.summary}" in page
    assert all(f"| `{kind}` | " in page for kind in (*rpc.EVENTS, *rpc.ERRORS))
    widths = {line.count("|") - line.count("\\|") for line in page.splitlines() if line.startswith("|")}
    assert widths <= {3, 4}
