"""The `read` and `talk` methods as MCP tools and rigs as resources, on stdin and stdout: `openrig-rpc mcp`. For agents
whose sandbox lets no command reach the daemon, and for any other MCP client.

Who calls is decided when it starts: by the token file and ancestry of the pane it was started from, never by a
tool's arguments. Each call is a connection of its own, so that one that waits keeps no other waiting.
"""

import asyncio
import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from mcp.server import Server
from mcp.server.context import ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ListToolsResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
    Resource,
    ResourceTemplate,
    TextContent,
    TextResourceContents,
    Tool,
    ToolAnnotations,
)

from ..cli.faults import Fault
from ..home import Home
from ..version import VERSION
from .asking import ask, told

TOOLS = Path(__file__).with_name("tools.json")
Session = ServerRequestContext[Any]

INSTRUCTIONS = (
    "You are an agent in a rig: a team of coding agents, with a person watching. `whoami` says who you are, who your "
    "peers are and what you may do. Answer a message with `send`, giving its id as `replyTo`. Messages to you arrive "
    "as prompts by themselves: never poll for them."
)
READS = ToolAnnotations(read_only_hint=True)
TALKS = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)
INBOX = Tool(
    name="inbox",
    description="The messages to you, newest first, with what became of each.",
    input_schema={
        "type": "object",
        "properties": {"limit": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}},
        "additionalProperties": False,
    },
    annotations=READS,
)

RIGS = "openrig://rigs/"
PAGES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "rig/get": ("{rig}", "A rig with its pods, agents, edges and services.", ("rig",)),
    "room/history": ("{rig}/rooms/{room}", "What was posted in a room of a rig.", ("rig", "room")),
    "transcript/read": ("{rig}/transcripts/{agent}", "What an agent's pane has shown.", ("rig", "agent")),
}
"""What can be read as a resource, by the method that answers it; those that this version has are offered."""


@cache
def table() -> dict[str, dict[str, Any]]:
    """The generated rows, by the tool's name."""
    return {row["name"]: row for row in json.loads(TOOLS.read_bytes())}


def offered() -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Method, template, words and parts of each kind of resource there is."""
    methods = {row["method"] for row in table().values()}
    return [(method, *page) for method, page in PAGES.items() if method in methods]


def server(home: Home) -> Server[Any]:
    """The MCP server for whoever this process belongs to."""

    async def tools(ctx: Session, params: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[*map(_tool, table().values()), INBOX])

    async def call(ctx: Session, params: CallToolRequestParams) -> CallToolResult:
        try:
            return _answer(await _called(home, params.name, params.arguments or {}))
        except Fault as fault:
            facts = fault.error().get("data")
            return CallToolResult(content=[TextContent(text=told(fault))], structured_content=facts, is_error=True)

    async def resources(ctx: Session, params: PaginatedRequestParams | None) -> ListResourcesResult:
        rigs = (await ask(home, "rig/list", limit=1000))["rigs"]
        return ListResourcesResult(
            resources=[
                Resource(
                    name=rig["name"],
                    uri=RIGS + quote(rig["name"], safe=""),
                    description=f"The rig {rig['name']}: {rig['state']}.",
                    mime_type="application/json",
                )
                for rig in rigs
            ]
        )

    async def templates(ctx: Session, params: PaginatedRequestParams | None) -> ListResourceTemplatesResult:
        found = [
            ResourceTemplate(name=method, uri_template=RIGS + template, description=words, mime_type="application/json")
            for method, template, words, _ in offered()
        ]
        return ListResourceTemplatesResult(resource_templates=found)

    async def read(ctx: Session, params: ReadResourceRequestParams) -> ReadResourceResult:
        method, asked = _resource(params.uri)
        try:
            text = _json(await ask(home, method, **asked))
        except Fault as fault:
            raise MCPError(INVALID_PARAMS, told(fault), fault.error().get("data")) from None
        page = TextResourceContents(uri=params.uri, mime_type="application/json", text=text)
        return ReadResourceResult(contents=[page])

    return Server(
        "rig",
        version=VERSION,
        instructions=INSTRUCTIONS,
        on_list_tools=tools,
        on_call_tool=call,
        on_list_resources=resources,
        on_list_resource_templates=templates,
        on_read_resource=read,
    )


async def _called(home: Home, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    if name == INBOX.name:
        me = (await ask(home, "agent/whoami")).get("agent")
        if not isinstance(me, dict):
            raise Fault("you are no agent of a rig", "nothing is sent to you here", "message_list shows all messages")
        return await ask(home, "message/list", agent=me["address"], limit=arguments.get("limit", 20))
    row = table().get(name)
    if row is None:
        raise Fault(f"there is no tool {name!r}", "", f"use one of {', '.join([*table(), INBOX.name])}")
    wait = row["inputSchema"]["properties"].get("timeoutSeconds")
    if wait is not None:
        given = arguments.get("timeoutSeconds", wait["default"])
        bounded = min(given, wait["maximum"]) if isinstance(given, int | float) else given
        arguments = {**arguments, "timeoutSeconds": bounded}
    return await ask(home, row["method"], **arguments)


def _tool(row: dict[str, Any]) -> Tool:
    return Tool(
        name=row["name"],
        description=row["description"],
        input_schema=row["inputSchema"],
        annotations=READS if row["reads"] else TALKS,
    )


def _resource(uri: str) -> tuple[str, dict[str, str]]:
    """The method that answers a resource, and its params. Raises MCPError."""
    parts = uri.removeprefix(RIGS).split("/") if uri.startswith(RIGS) else []
    for method, template, _, names in offered():
        pairs = list(zip(template.split("/"), parts, strict=False))
        if len(parts) == len(template.split("/")) and all(
            part if want.startswith("{") else part == want for want, part in pairs
        ):
            asked = {name: unquote(part) for name, part in zip(names, _filled(pairs), strict=True)}
            if "agent" in asked:
                asked = {"agent": f"{asked['agent']}@{asked['rig']}"}
            return method, asked
    raise MCPError(INVALID_PARAMS, f"there is no resource {uri}", {"uri": uri})


def _filled(pairs: list[tuple[str, str]]) -> list[str]:
    return [part for want, part in pairs if want.startswith("{")]


def _answer(found: dict[str, Any]) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=_json(found))], structured_content=found)


def _json(found: dict[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False)


async def _serve(home: Home) -> None:
    serves = server(home)
    async with stdio_server() as (reads, writes):
        await serves.run(reads, writes, serves.create_initialization_options())


def main() -> int:
    """Serve until the client hangs up."""
    asyncio.run(_serve(Home.find()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
