"""Our talk methods as MCP tools, on stdin and stdout: `openrig-rpc mcp`. For agents whose sandbox lets no command
reach the daemon, and for any other MCP client.

Who calls is decided when it starts: by the token file and ancestry of the pane it was started from, never by a
tool's arguments. Each call is a connection of its own, so that one that waits keeps no other waiting.
"""

import asyncio
from typing import Annotated, Any, Literal

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from ..cli.faults import Fault
from ..cli.line import Line
from ..home import Home
from ..version import VERSION

LONGEST = 50.0
"""Seconds that a tool waits at most; clients give up on calls that take about a minute."""

INSTRUCTIONS = (
    "You are an agent in a rig: a team of coding agents, with a person watching. `whoami` says who you are, who your "
    "peers are and what you may do. Answer a message with `send`, giving its id as `reply_to`. Messages to you arrive "
    "as prompts by themselves: never poll for them."
)
READS = ToolAnnotations(read_only_hint=True)
TALKS = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)

Address = Annotated[str, Field(description="`pod-member@rig`; `human@rig` is the person; several, by commas")]
When = Annotated[
    Literal["auto", "idle", "now"],
    Field(description="auto: now, or lined up while it is busy; idle: once it is idle; now: even while it is busy"),
]
Urgency = Literal["fast", "routine", "deep", "critical"]
TaskState = Literal["pending", "inProgress", "blocked", "done", "failed", "cancelled", "handedOff"]
Seconds = Annotated[float, Field(ge=0, le=LONGEST)]


def server(home: Home) -> MCPServer[Any]:
    """The MCP server for whoever this process belongs to."""
    serves: MCPServer[Any] = MCPServer("rig", instructions=INSTRUCTIONS, version=VERSION, log_level="ERROR")

    @serves.tool(annotations=TALKS)
    async def send(to: Address, text: str, reply_to: str | None = None, when: When = "auto") -> dict[str, Any]:
        """Send a text to other agents or to the person; answered when it is durable."""
        return await ask(home, "message/send", to=to, text=text, replyTo=reply_to, when=when)

    @serves.tool(name="list", annotations=READS)
    async def list_agents(rig: str | None = None) -> dict[str, Any]:
        """The agents there are, and what each does."""
        return await ask(home, "agent/list", rig=rig)

    @serves.tool(annotations=READS)
    async def whoami() -> dict[str, Any]:
        """Who you are, your peers, and what you may do."""
        return await ask(home, "agent/whoami")

    @serves.tool(annotations=READS)
    async def inbox(limit: Annotated[int, Field(ge=1, le=100)] = 20) -> dict[str, Any]:
        """The messages to you, newest first, with what became of each."""
        me = (await ask(home, "agent/whoami")).get("agent")
        if not isinstance(me, dict):
            raise ToolError("you are no agent of a rig, so nothing is sent to you here")
        return await ask(home, "message/list", agent=me["address"], limit=limit)

    @serves.tool(annotations=READS)
    async def message(identity: str) -> dict[str, Any]:
        """One message with its receipt."""
        return await ask(home, "message/get", id=identity)

    @serves.tool(annotations=READS)
    async def room(rig: str, room: str = "main", since: int = 0) -> dict[str, Any]:
        """What was posted in a room of a rig."""
        return await ask(home, "room/history", rig=rig, room=room, since=since)

    @serves.tool(annotations=TALKS)
    async def post(rig: str, text: str, room: str = "main") -> dict[str, Any]:
        """Post to a room of a rig."""
        return await ask(home, "room/post", rig=rig, room=room, text=text)

    @serves.tool(annotations=READS)
    async def capture(agent: Address) -> dict[str, Any]:
        """What another agent's terminal shows."""
        return await ask(home, "agent/capture", agent=agent)

    @serves.tool(annotations=READS)
    async def wait(
        agent: Address,
        state: Annotated[list[str], Field(description="idle, busy, needsInput, stopped, exited, failed")],
        seconds: Seconds = 30.0,
    ) -> dict[str, Any]:
        """Wait until another agent is in one of these states."""
        return await ask(home, "agent/wait", agent=agent, state=state, timeoutSeconds=seconds)

    _tasks(serves, home)
    return serves


def _tasks(serves: MCPServer[Any], home: Home) -> None:
    """The tools for owned work."""

    @serves.tool(annotations=READS)
    async def tasks(rig: str | None = None, state: TaskState | None = None, tag: str | None = None) -> dict[str, Any]:
        """The tasks of your rig, most urgent first."""
        return await ask(home, "task/list", rig=rig, state=state, tag=tag)

    @serves.tool(annotations=READS)
    async def task(identity: str) -> dict[str, Any]:
        """One task, with all that was said of it."""
        return await ask(home, "task/get", id=identity)

    @serves.tool(annotations=TALKS)
    async def task_create(
        rig: str, title: str, to: Address, body: str = "", urgency: Urgency = "routine", evidence: str | None = None
    ) -> dict[str, Any]:
        """Give work to an agent or a group; to `human@rig` it is a question, with its evidence."""
        params = {"rig": rig, "title": title, "to": to, "body": body, "urgency": urgency, "evidence": evidence}
        return await ask(home, "task/create", **params)

    @serves.tool(annotations=TALKS)
    async def task_next(tag: str | None = None) -> dict[str, Any]:
        """Become the owner of the next task for you, or be given the one you have in progress."""
        return await ask(home, "task/claimNext", tag=tag)

    @serves.tool(annotations=TALKS)
    async def task_claim(identity: str) -> dict[str, Any]:
        """Become the owner of a task; its `fence` proves it from then on."""
        return await ask(home, "task/claim", id=identity)

    @serves.tool(annotations=TALKS)
    async def task_comment(identity: str, text: str) -> dict[str, Any]:
        """Remark on a task; its owner and its maker are told."""
        return await ask(home, "task/comment", id=identity, text=text)

    @serves.tool(annotations=TALKS)
    async def task_update(
        identity: str,
        fence: int | None = None,
        state: TaskState | None = None,
        comment: str | None = None,
        blockers: list[str] | None = None,
    ) -> dict[str, Any]:
        """Change a task you own, or close it: done, failed, cancelled; blocked, with the tasks it waits for."""
        changes = {"fence": fence, "state": state, "comment": comment, "blockers": blockers}
        return await ask(home, "task/update", id=identity, **changes)

    @serves.tool(annotations=TALKS)
    async def task_handoff(identity: str, fence: int, to: Address, body: str | None = None) -> dict[str, Any]:
        """Close your task and hand its successor to somebody else."""
        return await ask(home, "task/handoff", id=identity, fence=fence, to=to, body=body)

    @serves.tool(annotations=TALKS)
    async def task_release(identity: str, fence: int) -> dict[str, Any]:
        """Give a task back."""
        return await ask(home, "task/release", id=identity, fence=fence)


async def ask(home: Home, method: str, **params: object) -> dict[str, Any]:
    """One request. Raises ToolError with what, why and what to do."""
    given = {name: value for name, value in params.items() if value is not None}
    return await asyncio.to_thread(_ask, home, method, given)


def _ask(home: Home, method: str, params: dict[str, object]) -> dict[str, Any]:
    try:
        line = Line.open(home, start=False)
        try:
            found = line.ask(method, params)
        finally:
            line.close()
    except Fault as fault:
        parts = (fault.what, fault.why, fault.fix)
        raise ToolError("; ".join(part for part in parts if part)) from None
    return found if isinstance(found, dict) else {"result": found}


def main() -> int:
    """Serve until the client hangs up."""
    server(Home.find()).run("stdio")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
