"""`python -m openrig_rpc.emit`: deterministic files, and a check that can fail."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from openrig_rpc import rpc
from openrig_rpc.emit import __main__ as emit
from openrig_rpc.emit.spec import agent_spec, rig_spec
from openrig_rpc.emit.verbs import verbs

FILES = [
    "clients/lua/lua/openrig/calls.lua",
    "clients/lua/lua/openrig/types.lua",
    "clients/python/src/openrig_client/calls.py",
    "clients/python/src/openrig_client/types.py",
    "clients/typescript/src/calls.ts",
    "clients/typescript/src/types.ts",
    "openrig_rpc/bridges/tools.json",
    "openrig_rpc/cli/table.json",
    "schemas/REFERENCE.md",
    "schemas/agent-spec.schema.json",
    "schemas/openrpc.json",
    "schemas/rig-spec.schema.json",
]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.setattr(emit, "ROOT", tmp_path)
    return tmp_path


def test_writes_then_has_nothing_to_do(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert emit.main([]) == 0
    written = sorted(str(path.relative_to(checkout)) for path in checkout.rglob("*.*") if path.name != "pyproject.toml")
    assert written == FILES
    first = {name: (checkout / name).read_bytes() for name in FILES}
    capsys.readouterr()
    assert emit.main([]) == 0
    assert capsys.readouterr().out == ""
    assert {name: (checkout / name).read_bytes() for name in FILES} == first
    assert emit.main(["--check"]) == 0


def test_check_names_what_differs_and_the_command(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert emit.main([]) == 0
    table = checkout / "openrig_rpc/cli/table.json"
    table.write_text(table.read_text() + " ")
    (checkout / "schemas/openrpc.json").unlink()
    assert emit.main(["--check"]) == 1
    said = capsys.readouterr().err
    assert "openrig_rpc/cli/table.json is not" in said
    assert "schemas/openrpc.json is not" in said
    assert "rig-spec" not in said
    assert "run: python -m openrig_rpc.emit" in said
    assert not (checkout / "schemas/openrpc.json").exists(), "a check writes nothing"


def test_misuse(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert emit.main(["--chekc"]) == 2
    (checkout / "pyproject.toml").unlink()
    assert emit.main([]) == 2
    assert "checkout" in capsys.readouterr().err


def test_the_table_of_verbs() -> None:
    table = verbs(rpc.load())
    assert set(table) == set(rpc.METHODS)
    send = table["message/send"]
    assert send["keyed"] and send["waits"] and send["tier"] == "talk"
    assert send["summary"].startswith("Send a text")
    assert send["params"]["to"]["required"]
    assert send["params"]["when"] == {
        "type": "string",
        "enum": ["auto", "idle", "now"],
        "default": "auto",
        "doc": send["params"]["when"]["doc"],
    }
    assert send["params"]["timeoutSeconds"]["type"] == "number"
    assert "idle" in table["agent/list"]["params"]["state"]["enum"]
    assert table["agent/wait"]["params"]["state"]["type"] == "strings"
    assert "needsInput" in table["agent/wait"]["params"]["state"]["enum"]
    assert table["rig/up"]["params"]["only"]["type"] == "strings"
    assert table["agent/keys"]["params"]["keys"]["type"] == "json"
    assert table["rig/add"]["params"]["pod"]["type"] == "json"
    assert json.loads(json.dumps(table)) == table


RIG = {
    "version": "0.2",
    "name": "demo",
    "pods": [
        {
            "id": "team",
            "label": "Team",
            "members": [
                {"id": "a", "agent_ref": "builtin:terminal", "profile": "none", "runtime": "terminal", "cwd": "."},
            ],
        }
    ],
    "edges": [{"kind": "delegates_to", "from": "team.a", "to": "team.b"}],
    "x-openrig-rpc": {"env": {"PORT": 80}, "services": {"web": {"command": ["true"]}}},
}


def test_rig_schema_takes_a_rig_and_refuses_mistakes() -> None:
    schema = rig_spec()
    Draft202012Validator.check_schema(schema)
    check = Draft202012Validator(schema)
    assert [error.message for error in check.iter_errors(RIG)] == []
    mistakes: list[dict[str, object]] = [
        {"version": None},
        {"pods": []},
        {"name": "a b"},
        {"culture_file": "../secret"},
        {"culture_file": "/etc/passwd"},
        {"edges": [{"kind": "loves", "from": "a.b", "to": "c.d"}]},
        {"edges": [{"kind": "delegates_to", "to": "c.d"}]},
        {"x-openrig-rpc": {"services": {"web": {"command": []}}}},
        {"x-openrig-rpc": {"services": {"../web": {"command": ["true"]}}}},
        {"x-openrig-rpc": {"grants": {"a.b": ["everything"]}}},
    ]
    for mistake in mistakes:
        assert list(check.iter_errors({**RIG, **mistake})), f"{mistake} must be refused"
    assert not list(check.iter_errors({**RIG, "culture_file": "a..b/c.md", "unknown": 1}))


def test_agent_schema_names_fields_as_files_do() -> None:
    schema = agent_spec()
    Draft202012Validator.check_schema(schema)
    check = Draft202012Validator(schema)
    agent = {
        "name": "x",
        "version": "1.0",
        "defaults": {"runtime": "codex", "lifecycle": {"compaction_strategy": "harness_native"}},
    }
    assert [error.message for error in check.iter_errors(agent)] == []
    assert list(check.iter_errors({**agent, "defaults": {"lifecycle": {"compaction_strategy": "nonsense"}}}))
    assert "runtime_resources" in schema["$defs"]["Resources"]["properties"]
