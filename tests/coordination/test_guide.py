"""The guide for agents: short, and every command and tool in it works for an agent as it is written there."""

import asyncio
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp_types import CallToolResult

from openrig_rpc.bridges.mcp import INBOX, table
from openrig_rpc.runtimes.guide import guide
from tests.coordination.team import as_agent
from tests.living import Living, living, rig_of, scripted

ME, PEER = "p-one@work", "p-two@work"
COMMANDS = [
    re.split(r"\s{2,}", line.strip())[0] for line in guide(ME, tools=False).splitlines() if line.startswith("  rig ")
]
TOOLS = [line.split()[0] for line in guide(ME, tools=True).splitlines() if line.startswith("  ")]


@pytest.fixture(scope="module")
def home() -> Iterator[Living]:
    with living() as home:
        home.start()
        home.ask("rig/up", {"path": home.write("rig.yaml", rig_of("work", scripted("one"), scripted("two")))})
        home.ask("agent/wait", {"agent": PEER, "state": ["idle"], "timeoutSeconds": 20})
        yield home


def token_file(home: Living) -> str:
    return str(home.home.tokens / home.ask("agent/get", {"agent": ME})["agent"]["id"])


def held_task(home: Living) -> tuple[str, int]:
    """A task that the agent holds, and its fence."""
    line = as_agent(home, ME)
    try:
        made = line.ask("task/create", {"rig": "work", "title": "held", "to": ME})["task"]["id"]
        return made, line.ask("task/claim", {"id": made})["task"]["fence"]
    finally:
        line.close()


def test_it_is_short() -> None:
    for tools in (True, False):
        text = guide(ME, tools=tools)
        assert len(text.splitlines()) <= 60 and max(map(len, text.splitlines())) < 1000
        assert ME in text
    assert len(COMMANDS) >= 15 and len(TOOLS) >= 15


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_works_as_it_is_written(home: Living, command: str) -> None:
    task, fence = held_task(home)
    message = home.ask("message/send", {"to": ME, "text": "hello"})["messages"][0]["id"]
    values = {"ADDRESS": PEER, "TASK": task, "FENCE": str(fence), "RIG": "work", "ID": message}
    words = [values.get(word, word) for word in shlex.split(command)]
    if words[:3] == ["rig", "task", "handoff"] or words[:3] == ["rig", "task", "create"]:
        assert PEER in words
    done = subprocess.run(
        [sys.executable, "-m", "openrig_rpc", "cli", *words[1:], "--json"],
        env=home.environment(OPENRIG_RPC_TOKEN_FILE=token_file(home)),
        cwd=home.work,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    for value in words[2:]:
        assert value not in ("ADDRESS", "TASK", "FENCE", "RIG", "ID")
    if words[1:3] == ["task", "update"]:
        found = home.ask("task/get", {"id": task})["task"]
        assert (found["state"], found["owner"]) == ("done", ME)


@pytest.mark.parametrize("tool", TOOLS)
def test_every_tool_works(home: Living, tool: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in home.environment(OPENRIG_RPC_TOKEN_FILE=token_file(home)).items():
        monkeypatch.setenv(name, value)
    task, fence = held_task(home)
    message = home.ask("message/send", {"to": PEER, "text": "hello"})["messages"][0]["id"]
    given: dict[str, dict[str, Any]] = {
        "send": {"to": PEER, "text": "hello"},
        "message": {"id": message},
        "wait": {"agent": PEER, "state": ["idle", "busy"], "timeoutSeconds": 20},
        "capture": {"agent": PEER},
        "post": {"rig": "work", "text": "hello"},
        "room": {"rig": "work"},
        "task": {"id": task},
        "task_create": {"rig": "work", "title": "t", "to": PEER},
        "task_claim": {"id": task},
        "task_comment": {"id": task, "text": "so far"},
        "task_update": {"id": task, "fence": fence, "state": "done", "comment": "all of it"},
        "task_handoff": {"id": task, "fence": fence, "to": PEER},
        "task_release": {"id": task, "fence": fence},
    }
    answer = asyncio.run(one_call(tool, given.get(tool, {})))
    assert not answer.is_error, answer
    if tool == "task_handoff":
        assert home.ask("task/get", {"id": task})["task"]["state"] == "handedOff"
    if tool == "post":
        posts = home.ask("room/history", {"rig": "work"})["posts"]
        assert posts[-1]["from"] == ME, "who calls is who started it"


def test_every_tool_that_is_told_is_there() -> None:
    assert set(TOOLS) <= {*table(), INBOX.name}


async def one_call(tool: str, arguments: dict[str, Any]) -> CallToolResult:
    """A tool's answer to MCP's own client, as whoever the environment says."""
    server = StdioServerParameters(command=sys.executable, args=["-m", "openrig_rpc", "mcp"], env=dict(os.environ))
    async with Client(server) as client:
        return await client.call_tool(tool, arguments)
