"""The commands an editor can run: each is a method of the table, said in an editor's words."""

from __future__ import annotations

import shlex
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, Protocol

from ..model.errors import InvalidParams, NeedsTrust, RigChanged
from .sending import reference
from .shapes import MOST_ASKED, plain, visible
from .texts import Texts, path_of

if TYPE_CHECKING:
    from lsprotocol import types

UP: Final = "openrig.up"
DOWN: Final = "openrig.down"
APPLY: Final = "openrig.apply"
ATTACH: Final = "openrig.attach"
SEND: Final = "openrig.send"
INTERRUPT: Final = "openrig.interrupt"
SEND_REF: Final = "openrig.sendRef"

Json = Any
Told = Callable[[str, bool], None]
TRUST: Final = "Trust and bring up"


class Table(Protocol):
    """How the table is called: as this client, in its order; and how its person is asked."""

    async def __call__(self, method: str, params: dict[str, Json]) -> Json:
        """The result as JSON values. Raises RpcError."""

    async def ask(self, message: str, buttons: list[str]) -> str | None:
        """The button that was chosen, while other calls go on. None for none, also where the editor can't ask."""


class Commands:
    """What each id does. `told` shows a sentence to the person; its second argument: something went wrong."""

    def __init__(self, texts: Texts, told: Told) -> None:
        self._texts = texts
        self._told = told
        self._by_id: dict[str, Callable[[Table, Mapping[str, Json]], Awaitable[Json]]] = {
            UP: self._up,
            DOWN: self._down,
            APPLY: self._apply,
            ATTACH: self._attach,
            SEND: self._send,
            INTERRUPT: self._interrupt,
            SEND_REF: self._send_ref,
        }

    @property
    def ids(self) -> list[str]:
        """All of them, as they are announced."""
        return list(self._by_id)

    async def run(self, call: Table, params: types.ExecuteCommandParams) -> Json:
        """Run one; its method's result. Raises RpcError."""
        command = self._by_id.get(params.command)
        arguments = params.arguments or []
        if command is None:
            raise InvalidParams(
                f"there is no command {params.command[:60]!r}", "", f"use one of {', '.join(self._by_id)}", errors=[]
            )
        first: object = arguments[0] if arguments else {}
        if isinstance(first, str):
            first, arguments = {_plain_name(params.command): first}, []
        if len(arguments) > 1 or not isinstance(first, Mapping):
            fix = 'give one, such as {"agent": "dev-a@demo"}'
            raise InvalidParams("a command takes one argument", "an object", fix, errors=[])
        try:
            return await command(call, first)
        except NeedsTrust as refused:
            # Editors show an error's sentence, not its facts; to trust is said where the whole list can be read.
            listed = "; ".join(refused.facts["runs"])
            self._told(plain(f"{refused.what}: {listed}. {refused.fix}"), True)
            raise

    async def _up(self, call: Table, given: Mapping[str, Json]) -> Json:
        given = self._placed(given)
        result = await self._bring_up(call, _only(given, "path", "name", "text", "cwd", "only", "fresh", "planId"))
        self._tell_outcomes(f"Rig {result['rig']}", result["agents"])
        return result

    async def _down(self, call: Table, given: Mapping[str, Json]) -> Json:
        result = await call("rig/down", _only(given, "rig"))
        self._tell_outcomes(f"Rig {given.get('rig')}", result["agents"])
        return result

    async def _apply(self, call: Table, given: Mapping[str, Json]) -> Json:
        """`rig/up` by the plan there is now: what the file on the disk says."""
        source = _only(self._placed(given), "path", "name", "text", "cwd", "only")
        try:
            result = await self._bring_up(call, source)
        except RigChanged as changed:
            result = await self._bring_up(call, {**source, "planId": changed.facts["planId"]})
        self._tell_outcomes(f"Rig {result['rig']}", result["agents"])
        return result

    async def _bring_up(self, call: Table, source: dict[str, Json]) -> Json:
        """`rig/up`. What must be trusted first, the person who asked for it is shown whole, and may trust here."""
        try:
            return await call("rig/up", source)
        except NeedsTrust as refused:
            runs = "\n".join(f"- {each}" for each in refused.facts["runs"])
            question = f"{refused.what}:\n{visible(runs)}"
            if len(runs) > MOST_ASKED or await call.ask(question, [TRUST, "Cancel"]) != TRUST:
                raise
            await call("rig/trust", {**_only(source, "path"), "hash": refused.facts["hash"]})
            return await call("rig/up", source)

    async def _attach(self, call: Table, given: Mapping[str, Json]) -> Json:
        result = await call("agent/attach", _only(given, "agent", "readOnly"))
        shown = shlex.join(result["argv"])
        self._told(f"{plain(str(given.get('agent')))} is here, in any terminal: {shown}", False)
        return result

    async def _send(self, call: Table, given: Mapping[str, Json]) -> Json:
        agent = plain(str(given.get("agent")))
        if not given.get("text"):
            self._told(
                f'LSP can\'t ask for a text. Select lines and choose "Send selection to {agent}", '
                f'or say it in a terminal: rig send {agent} "…"',
                False,
            )
            return None
        params: dict[str, Json] = {"to": given.get("agent"), "text": given["text"]}
        return await self._sent(call, {**params, **_only(given, "when", "replyTo", "idempotencyKey")})

    async def _interrupt(self, call: Table, given: Mapping[str, Json]) -> Json:
        return await call("agent/interrupt", _only(given, "agent"))

    async def _send_ref(self, call: Table, given: Mapping[str, Json]) -> Json:
        """A place in a file, with its text: `{agent, uri, range?, diagnostics?, note?}`."""
        uri = given.get("uri")
        if not isinstance(uri, str) or not isinstance(given.get("agent"), str):
            raise InvalidParams("`agent` and `uri` are needed", "", "give both as strings", errors=[])
        found = await call("agent/get", {"agent": given["agent"]})
        text = await reference(self._texts, found["agent"]["cwd"], given)
        return await self._sent(call, {"to": given["agent"], "text": text, **_only(given, "when", "idempotencyKey")})

    async def _sent(self, call: Table, params: dict[str, Json]) -> Json:
        result = await call("message/send", params)
        for message in result["messages"]:
            why = f" ({message['reason']})" if message.get("reason") else ""
            self._told(f"To {plain(message['to'])}: {message['state']}{why}", False)
        return result

    def _placed(self, given: Mapping[str, Json]) -> dict[str, Json]:
        """With `uri` as a path."""
        source = dict(given)
        uri = source.pop("uri", None)
        path = path_of(uri) if isinstance(uri, str) else None
        if uri is not None and path is None:
            raise InvalidParams("`uri` is no local file", "", "save it first, or give `path`", errors=[])
        return {**source, "path": str(path)} if path is not None else source

    def _tell_outcomes(self, what: str, agents: list[dict[str, Json]]) -> None:
        counts: dict[str, int] = {}
        for agent in agents:
            counts[agent["outcome"]] = counts.get(agent["outcome"], 0) + 1
        said = ", ".join(f"{count} {outcome}" for outcome, count in counts.items()) or "nothing to do"
        failed = [f"{a['address']}: {a.get('reason') or a['outcome']}" for a in agents if a["outcome"] == "failed"]
        self._told(plain("; ".join([f"{what}: {said}", *failed])), bool(failed))


def _plain_name(command: str) -> str:
    """What a bare string means: a path for the rig's file, a rig to take down, else an agent."""
    return {UP: "path", APPLY: "path", DOWN: "rig"}.get(command, "agent")


def _only(given: Mapping[str, Json], *names: str) -> dict[str, Json]:
    """These of the fields; anything else would be an error of the method, which an editor's own extras are not."""
    return {name: given[name] for name in names if given.get(name) is not None}
