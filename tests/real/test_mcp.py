"""MCP's official client on `openrig-rpc mcp`: it lists every tool, calls every tool, and reads every resource."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from mcp import MCPError
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp_types import TextContent, TextResourceContents

from openrig_rpc import rpc
from openrig_rpc.emit.openrpc import build
from openrig_rpc.emit.tools import PUSHES, tools
from openrig_rpc.model.principal import Tier
from tests.living import Living, living, rig_of, scripted, terminal

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def home() -> Iterator[Living]:
    """A rig of a shell and of a scripted agent."""
    with living() as found:
        found.start()
        text = rig_of("box", terminal("shell"), scripted("one"))
        found.ask("rig/up", {"text": text, "cwd": str(found.work)})
        yield found


def client(home: Living, **more: str) -> Client:
    """The official client, and a server of its own."""
    environment = home.environment(PYTHONPATH=str(ROOT), **more)
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "openrig_rpc", "mcp"], env=environment, cwd=home.work
    )
    return Client(server, read_timeout_seconds=60)


def snapshot(home: Living) -> str:
    return str(home.ask("snapshot/create", {"rig": "box"})["snapshot"]["id"])


async def called(mcp: Client, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """A tool's answer, the same as text and as structure."""
    answer = await mcp.call_tool(tool, arguments)
    (content,) = answer.content
    assert isinstance(content, TextContent)
    assert not answer.is_error, (tool, content.text)
    found: dict[str, Any] = json.loads(content.text)
    assert answer.structured_content == found
    return found


def least(tool: dict[str, Any]) -> dict[str, Any]:
    """The least that a tool can be called with, made from its schema: for those that have no words of their own yet."""
    return {name: _value(name, tool["properties"][name]) for name in tool.get("required", ())}


def _value(name: str, schema: dict[str, Any]) -> Any:
    if "anyOf" in schema:
        return _value(name, schema["anyOf"][0])
    named = {"rig": "box", "agent": "p-shell@box", "to": "p-one@box"}
    if schema.get("type") == "string":
        return named.get(name) or schema.get("enum", ["something"])[0]
    if schema.get("type") == "array":
        return [_value(name, schema["items"])] if schema.get("minItems") else []
    return {"integer": schema.get("minimum", 0), "number": schema.get("minimum", 0), "boolean": False}.get(
        schema.get("type", ""), {}
    )


async def refused(mcp: Client, tool: str, arguments: dict[str, Any]) -> str:
    answer = await mcp.call_tool(tool, arguments)
    (content,) = answer.content
    assert answer.is_error and isinstance(content, TextContent)
    return f"{answer.structured_content['kind']}: {content.text}"


async def test_every_tool_is_listed_and_called(home: Living) -> None:
    held = home.ask("message/send", {"to": "human@box", "text": "hello", "when": "idle"})["messages"][0]["id"]
    shell = {"agent": "p-shell@box"}
    task = home.ask("task/create", {"rig": "box", "title": "to do", "to": "human@box"})["task"]["id"]
    other = home.ask("task/create", {"rig": "box", "title": "to give back", "to": "human@box"})["task"]["id"]
    home.ask("task/claim", {"id": other})
    taken = {"id": snapshot(home)}
    calls: dict[str, dict[str, Any]] = {
        "agent_attach": shell,
        "capture": shell,
        "agent_explain": shell,
        "agent_get": shell,
        "agent_prompt": shell,
        "audit_export": {"limit": 1},
        "audit_verify": {},
        "event_list": {"kinds": ["rig.up"]},
        "inbox": {},
        "inbox_list": {"rig": "box"},
        "list": {"rig": "box"},
        "message": {"id": held},
        "message_broadcast": {"rig": "box", "text": "to all", "wait": "submitted"},
        "message_cancel": {"id": held},
        "message_list": {"rig": "box", "limit": 1},
        "rig_diff": {"rig": "box"},
        "rig_export": {"rig": "box"},
        "rig_get": {"rig": "box"},
        "rig_history": {"rig": "box"},
        "rig_list": {},
        "rig_plan": {"name": "starter:demo"},
        "rig_starters": {},
        "rig_validate": {"text": "version: 1"},
        "post": {"rig": "box", "text": "hello, room"},
        "room": {"rig": "box"},
        "room_list": {"rig": "box"},
        "room_wait": {"rig": "box", "since": 0},
        "send": {"to": "p-one@box", "text": "to one", "wait": "submitted"},
        "snapshot_diff": {"id": taken["id"]},
        "snapshot_get": taken,
        "snapshot_list": {"rig": "box"},
        "system_doctor": {},
        "system_info": {},
        "task": {"id": task},
        "task_claim": {"id": task},
        "task_comment": {"id": task, "text": "so far"},
        "task_create": {"rig": "box", "title": "more", "to": "p-one@box"},
        "task_update": {"id": task, "priority": 2},
        "task_handoff": {"id": task, "to": "p-one@box"},
        "task_release": {"id": other},
        "task_next": {"rig": "box"},
        "tasks": {"rig": "box"},
        "wait": {"agent": "p-one@box", "state": ["idle"]},
        "watchdog_list": {"rig": "box"},
        "whoami": {},
    }
    async with client(home) as mcp:
        listed = {tool.name: tool for tool in (await mcp.list_tools()).tools}
        talks = {name for name, row in rpc.filled().items() if row.tier in (Tier.READ, Tier.TALK)} - set(PUSHES)
        assert len(listed) == len(talks) + 1, "every read and talk method, and the inbox"
        assert set(calls) <= set(listed)
        found = {}
        for name, arguments in calls.items():
            tool = listed[name]
            assert tool.description and tool.annotations
            Draft202012Validator(tool.input_schema).validate(arguments)
            if name in ("inbox", "message_cancel"):
                continue
            found[name] = await called(mcp, name, arguments)
        for name in listed.keys() - calls.keys():
            answer = await mcp.call_tool(name, least(listed[name].input_schema))
            kind = (answer.structured_content or {}).get("kind") if answer.is_error else None
            assert kind not in ("internal-error", "method-not-found", "invalid-params"), (name, answer)
        assert [agent["address"] for agent in found["list"]["agents"]] == ["p-shell@box", "p-one@box"]
        assert found["send"]["messages"][0]["state"] == "submitted"
        assert found["wait"]["timedOut"] is False
        assert found["rig_validate"]["ok"] is False
        assert found["whoami"]["principal"]["kind"] == "operator"
        # What can't be done here is told with its way out, and the connection lives on.
        assert "you are no agent of a rig" in await refused(mcp, "inbox", {})
        assert f"{held} is " in await refused(mcp, "message_cancel", {"id": held})
        assert "rig-not-found: there is no rig 'none'" in await refused(mcp, "rig_get", {"rig": "none"})
        assert "there is no tool 'rig_up'" in await refused(mcp, "rig_up", {"name": "starter:demo"})
        assert "whoami" in {tool.name for tool in (await mcp.list_tools()).tools}


async def test_an_agent_is_itself(home: Living) -> None:
    """With the token of its pane."""
    token = next(
        Path(line.partition("=")[2])
        for pane in home.tmux("list-panes", "-a", "-F", "#{pane_pid}").split()
        for line in Path(f"/proc/{pane}/environ").read_text().split("\0")
        if line.startswith("OPENRIG_RPC_TOKEN_FILE=") and _agent(pane) == "p-one@box"
    )
    home.ask("message/send", {"to": "p-one@box", "text": "look into your inbox", "wait": "submitted"})
    async with client(home, OPENRIG_RPC_TOKEN_FILE=str(token)) as mcp:
        assert (await called(mcp, "whoami", {}))["principal"]["name"] == "p-one@box"
        (newest,) = (await called(mcp, "inbox", {"limit": 1}))["messages"]
        assert newest["text"] == "look into your inbox"
        (sent,) = (await called(mcp, "send", {"to": "human@box", "text": "hi", "replyTo": newest["id"]}))["messages"]
        assert (sent["from"], sent["replyTo"]) == ("p-one@box", newest["id"])


def _agent(pane: str) -> str:
    entries = Path(f"/proc/{pane}/environ").read_text().split("\0")
    return next((entry.partition("=")[2] for entry in entries if entry.startswith("OPENRIG_RPC_AGENT=")), "")


async def test_resources(home: Living) -> None:
    async with client(home) as mcp:
        (rig,) = (await mcp.list_resources()).resources
        assert (rig.name, rig.uri) == ("box", "openrig://rigs/box")
        (page,) = (await mcp.read_resource(rig.uri)).contents
        assert isinstance(page, TextResourceContents)
        assert [agent["address"] for agent in json.loads(page.text)["agents"]] == ["p-shell@box", "p-one@box"]
        templates = {each.name: each.uri_template for each in (await mcp.list_resource_templates()).resource_templates}
        assert templates["rig/get"] == "openrig://rigs/{rig}"
        assert set(templates) == {"rig/get", "room/history", "transcript/read"} & set(rpc.filled())
        for missing in ("openrig://rigs/none", "openrig://rigs/", "openrig://rigs/box/nothing", "file:///etc/passwd"):
            with pytest.raises(MCPError):
                await mcp.read_resource(missing)


def test_tools_of_all_that_is_planned() -> None:
    """Every schema stands alone, and no two tools have one name."""
    rows = tools(build(rpc.load()))
    assert len({row["name"] for row in rows}) == len(rows) > 35
    for row in rows:
        Draft202012Validator.check_schema(row["inputSchema"])
        assert "$ref" not in json.dumps(row["inputSchema"])
        Draft202012Validator(row["inputSchema"]).validate(least(row["inputSchema"]))
    wait = next(row for row in rows if row["name"] == "wait")["inputSchema"]
    assert wait["required"] == ["agent", "state"] and wait["properties"]["timeoutSeconds"]["maximum"] == 50
    assert wait["properties"]["state"]["items"]["enum"][0] == "starting"
