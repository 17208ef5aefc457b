"""One agent of a rig in an editor that speaks ACP: `openrig-rpc acp --agent ADDRESS`, on stdin and stdout.

The editor's prompt is a message to that agent, its open questions are permission requests; what it writes to the
person, and at the end of its turn what its pane shows anew, are its answer. Rig, agent and conversation stay what and
where they are: an editor that leaves ends nothing.
"""

import asyncio
import itertools
import sys
from typing import Any, Literal, cast

from acp import PROTOCOL_VERSION, RequestError, run_agent
from acp.helpers import update_agent_message_text, update_agent_thought_text
from acp.interfaces import Agent, Client
from acp.schema import (
    AgentCapabilities,
    AllowedOutcome,
    ClientCapabilities,
    EmbeddedResourceContentBlock,
    Implementation,
    InitializeResponse,
    NewSessionResponse,
    PermissionOption,
    PromptCapabilities,
    PromptResponse,
    ResourceContentBlock,
    TextContentBlock,
    TextResourceContents,
    ToolCallUpdate,
)

from ..cli.faults import Fault
from ..cli.line import Line
from ..home import Home
from ..version import VERSION
from .asking import ask, told
from .turn import Prompt, Turn

Kind = Literal["allow_once", "allow_always", "reject_once", "reject_always"]


class Session:
    """A conversation of the editor with the agent: where it is shown."""

    def __init__(self, name: str, client: Client) -> None:
        self._name, self._client = name, client
        self.turn: Turn | None = None

    async def say(self, text: str) -> None:
        """The agent's words."""
        await self._client.session_update(self._name, update_agent_message_text(text))

    async def note(self, text: str) -> None:
        """What happens on the way."""
        await self._client.session_update(self._name, update_agent_thought_text(text))

    async def choose(self, prompt: Prompt) -> str | None:
        """Ask for one of the prompt's choices."""
        call = ToolCallUpdate(tool_call_id=prompt["id"], title=prompt["question"], status="pending")
        options = [
            PermissionOption(option_id=choice["id"], name=choice["label"], kind=kind_of(choice))
            for choice in prompt["choices"]
        ]
        answer = await self._client.request_permission(self._name, call, options)
        return answer.outcome.option_id if isinstance(answer.outcome, AllowedOutcome) else None


class Seat:
    """The ACP agent: an agent of a rig, whatever its harness is."""

    def __init__(self, home: Home, address: str) -> None:
        self._home, self._address = home, address
        self._client: Client | None = None
        self._sessions: dict[str, Session] = {}
        self._numbers = itertools.count(1)

    def on_connect(self, conn: Client) -> None:
        """The editor is there."""
        self._client = conn

    async def initialize(
        self,
        protocol_version: int,
        client_capabilities: ClientCapabilities | None = None,
        client_info: Implementation | None = None,
        **kwargs: Any,
    ) -> InitializeResponse:
        """Say what is understood: text, and files as text."""
        return InitializeResponse(
            protocol_version=min(protocol_version, PROTOCOL_VERSION),
            agent_capabilities=AgentCapabilities(prompt_capabilities=PromptCapabilities(embedded_context=True)),
            agent_info=Implementation(name="openrig-rpc", title=f"{self._address} (OpenRig RPC)", version=VERSION),
        )

    async def new_session(self, cwd: str, **kwargs: Any) -> NewSessionResponse:
        """A session with the one agent; it works where it works, not in `cwd`."""
        assert self._client is not None
        try:
            found = await ask(self._home, "agent/get", agent=self._address)
        except Fault as fault:
            raise refused(fault) from None
        self._address = found["agent"]["address"]
        name = f"{found['agent']['id']}-{next(self._numbers)}"
        self._sessions[name] = Session(name, self._client)
        return NewSessionResponse(session_id=name)

    async def prompt(self, session_id: str, prompt: list[Any], **kwargs: Any) -> PromptResponse:
        """One turn."""
        session = self._session(session_id)
        if session.turn is not None:
            raise RequestError(-32600, "a turn of this session is running", {"fix": "wait for it, or cancel it"})
        session.turn = Turn(self._home, self._address, session)
        try:
            stop = await session.turn.run("\n".join(map(words, prompt)))
        except Fault as fault:
            raise refused(fault) from None
        finally:
            session.turn = None
        return PromptResponse(stop_reason=stop)

    async def cancel(self, session_id: str, **kwargs: Any) -> None:
        """Stop the turn."""
        turn = self._session(session_id).turn
        if turn is not None:
            await turn.cancel()

    def _session(self, name: str) -> Session:
        session = self._sessions.get(name)
        if session is None:
            raise RequestError.invalid_params({"what": f"there is no session {name!r}", "fix": "session/new"})
        return session


def words(block: object) -> str:
    """A part of a prompt as text; the agent reads files by itself."""
    match block:
        case TextContentBlock(text=text):
            return text
        case ResourceContentBlock(uri=uri):
            return uri.removeprefix("file://")
        case EmbeddedResourceContentBlock(resource=TextResourceContents(uri=uri, text=text)):
            return f"{uri.removeprefix('file://')}:\n{text}"
    raise RequestError.invalid_params({"what": "only text and files as text can be sent to an agent"})


def kind_of(choice: dict[str, Any]) -> Kind:
    """What a choice of a harness means, by its own words: ACP has four kinds, harnesses have sentences."""
    label = f"{choice['id']} {choice['label']}".lower()
    no = any(word in label.replace(",", " ").split() for word in ("no", "deny", "reject", "don't", "cancel", "never"))
    for_good = any(word in label for word in ("always", "don't ask", "for this session", "for all"))
    if for_good:
        return "reject_always" if "never" in label else "allow_always"
    return "reject_once" if no else "allow_once"


def refused(fault: Fault) -> RequestError:
    """The daemon's answer as ACP's."""
    error = fault.error()
    return RequestError(int(error.get("code") or -32603), told(fault), error.get("data"))


def main(arguments: list[str]) -> int:
    """Serve until the editor hangs up."""
    match arguments:
        case ["--agent", address]:
            pass
        case [word] if word.startswith("--agent="):
            address = word.removeprefix("--agent=")
        case _:
            sys.stderr.write("usage: openrig-rpc acp --agent ADDRESS\n")
            return 2
    home = Home.find()
    try:
        Line.open(home).close()  # Starts the daemon where none runs.
    except Fault as fault:
        sys.stderr.write(f"{told(fault)}\n")
        return fault.status
    asyncio.run(run_agent(cast(Agent, Seat(home, address))))
    return 0
