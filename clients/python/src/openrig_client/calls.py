"""Every method, by noun. Written by `make generate` from the table of methods; not to be edited."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Literal

from . import types

Ask = Callable[[str, dict[str, object]], Awaitable[Any]]
AskNow = Callable[[str, dict[str, object]], Any]


class AsyncAgent:
    """`agent/…`"""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def answer(
        self,
        *,
        agent: str,
        prompt_id: str,
        choice: str | None = None,
        text: str | None = None,
    ) -> types.AgentResult:
        """Answer exactly that prompt; refused when it changed or was answered.

        `choice` is one of the prompt's choices, by id or label; `text` does the same, or goes along with a denial
        to a harness whose hook waits.

        Answers exactly that prompt, by one of its choices or by text.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        prompt_id: The prompt that is answered.
        choice: The id of one of its choices.
        text: The answer, where the prompt takes text.
        """
        found: types.AgentResult = await self._ask(
            "agent/answer",
            {
                "agent": agent,
                "promptId": prompt_id,
                "choice": choice,
                "text": text,
            },
        )
        return found

    async def attach(
        self,
        agent: str,
        *,
        read_only: bool | None = None,
    ) -> types.Attachment:
        """The command that shows the agent's session in any terminal.

        `readOnly` shows without typing.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        read_only: Show, and take no keys.
        """
        found: types.Attachment = await self._ask(
            "agent/attach",
            {
                "agent": agent,
                "readOnly": read_only,
            },
        )
        return found

    async def capture(
        self,
        agent: str,
        *,
        lines: int | None = None,
        history: bool | None = None,
        ansi: bool | None = None,
    ) -> types.Captured:
        """What the agent's pane shows.

        The visible screen, or the last `lines` with `history`; `ansi` keeps colours.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        lines: At most so many lines, the last ones.
        history: Also what has scrolled off the screen.
        ansi: Keep colours and attributes, as SGR sequences.
        """
        found: types.Captured = await self._ask(
            "agent/capture",
            {
                "agent": agent,
                "lines": lines,
                "history": history,
                "ansi": ansi,
            },
        )
        return found

    async def explain(
        self,
        *,
        agent: str | None = None,
        runtime: str | None = None,
        screen: str | None = None,
        title: str | None = None,
    ) -> types.Explained:
        """Which rule or signal decided the state, and what the composer holds.

        An agent, or a recorded screen (`capture-pane -e`) of a runtime.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        runtime: The harness a recorded screen is of.
        screen: A recorded screen, as `capture-pane -e` prints it.
        title: The recorded pane's title.
        """
        found: types.Explained = await self._ask(
            "agent/explain",
            {
                "agent": agent,
                "runtime": runtime,
                "screen": screen,
                "title": title,
            },
        )
        return found

    async def get(
        self,
        agent: str,
    ) -> types.AgentResult:
        """One agent and what is known of it now.

        An agent by address.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        """
        found: types.AgentResult = await self._ask(
            "agent/get",
            {
                "agent": agent,
            },
        )
        return found

    async def interrupt(
        self,
        agent: str,
    ) -> types.AgentResult:
        """Stop the agent's current turn, as its harness does on Escape.

        An agent by address.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        """
        found: types.AgentResult = await self._ask(
            "agent/interrupt",
            {
                "agent": agent,
            },
        )
        return found

    async def keys(
        self,
        *,
        agent: str,
        keys: Sequence[str | types.TypedText],
    ) -> types.AgentResult:
        """Type raw keys into the pane, on purpose; journalled.

        tmux key names (`"Enter"`, `"C-c"`), and `{text}` typed as it is.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        keys: Names of tmux's keys (`Enter`, `C-c`), and text to type as it is.
        """
        found: types.AgentResult = await self._ask(
            "agent/keys",
            {
                "agent": agent,
                "keys": keys,
            },
        )
        return found

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        rig: str | None = None,
        pod: str | None = None,
        state: types.AgentState | None = None,
    ) -> types.Agents:
        """Agents with their state and the evidence for it.

        Agents of all rigs the caller may see, or of one rig, pod or state.

        limit: At most so many, 1 to 1000.
        cursor: Where to go on: the last page's `nextCursor`.
        rig: Only agents of this rig.
        pod: Only agents of this pod.
        state: Only those in this state.
        """
        found: types.Agents = await self._ask(
            "agent/list",
            {
                "limit": limit,
                "cursor": cursor,
                "rig": rig,
                "pod": pod,
                "state": state,
            },
        )
        return found

    async def prompt(
        self,
        agent: str,
    ) -> types.PromptResult:
        """The open question in the agent's pane.

        An agent by address.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        """
        found: types.PromptResult = await self._ask(
            "agent/prompt",
            {
                "agent": agent,
            },
        )
        return found

    async def report(
        self,
        event: str,
        *,
        at: str | None = None,
        pid: int | None = None,
        harness: str | None = None,
        payload: Mapping[str, Any] | None = None,
        waits: bool | None = None,
    ) -> types.Reported:
        """What the agent's own harness reports; accepted only from the agent itself.

        With `waits`, a permission is answered when somebody answers it, or when it is over.

        What a harness's hook says; `payload` is the hook's own JSON, bounded.

        event:
        at:
        pid:
        harness:
        payload:
        waits:
        """
        found: types.Reported = await self._ask(
            "agent/report",
            {
                "event": event,
                "at": at,
                "pid": pid,
                "harness": harness,
                "payload": payload,
                "waits": waits,
            },
        )
        return found

    async def start(
        self,
        agent: str,
        *,
        fresh: bool | None = None,
        conversation: str | None = None,
    ) -> types.AgentOutcomeResult:
        """Start a stopped, exited or failed agent.

        `fresh` starts a new conversation, `conversation` a named one; neither: as its restore policy says.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        fresh: Start a new conversation, on purpose.
        conversation: Go on with this conversation of the harness.
        """
        found: types.AgentOutcomeResult = await self._ask(
            "agent/start",
            {
                "agent": agent,
                "fresh": fresh,
                "conversation": conversation,
            },
        )
        return found

    async def stop(
        self,
        agent: str,
    ) -> types.AgentOutcomeResult:
        """Stop an agent on purpose; its messages are held.

        An agent by address.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        """
        found: types.AgentOutcomeResult = await self._ask(
            "agent/stop",
            {
                "agent": agent,
            },
        )
        return found

    async def unwatch(
        self,
        agent: str,
    ) -> types.Empty:
        """No more `agent/output` for this agent on this connection.

        An agent by address.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        """
        found: types.Empty = await self._ask(
            "agent/unwatch",
            {
                "agent": agent,
            },
        )
        return found

    async def wait(
        self,
        *,
        agent: str,
        state: Sequence[types.AgentState],
        timeout_seconds: float,
    ) -> types.Waited:
        """Wait until the agent is in one of the states.

        Until the agent is in one of `state`, at most `timeoutSeconds`.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        state: Until it is in one of these states.
        timeout_seconds: Wait at most so long, seconds.
        """
        found: types.Waited = await self._ask(
            "agent/wait",
            {
                "agent": agent,
                "state": state,
                "timeoutSeconds": timeout_seconds,
            },
        )
        return found

    async def watch(
        self,
        agent: str,
        *,
        max_rate: float | None = None,
    ) -> types.Watched:
        """The screen now, then `agent/output` as the pane prints.

        At most `maxRate` notifications a second.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        max_rate: At most so many updates a second.
        """
        found: types.Watched = await self._ask(
            "agent/watch",
            {
                "agent": agent,
                "maxRate": max_rate,
            },
        )
        return found

    async def whoami(self) -> types.Whoami:
        """Who the caller is, its peers and edges, and what it may do."""
        found: types.Whoami = await self._ask("agent/whoami", {})
        return found


class AsyncEvent:
    """`event/…`"""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def list(
        self,
        *,
        since: int | None = None,
        kinds: Sequence[str] | None = None,
        rig: str | None = None,
        limit: int | None = None,
    ) -> types.Events:
        """The journal, a page at a time.

        A page of events after `since`.

        since: Events after this number.
        kinds: Only events of these kinds.
        rig: Only events of this rig.
        limit: At most so many, 1 to 1000.
        """
        found: types.Events = await self._ask(
            "event/list",
            {
                "since": since,
                "kinds": kinds,
                "rig": rig,
                "limit": limit,
            },
        )
        return found

    async def subscribe(
        self,
        *,
        since: int | None = None,
        kinds: Sequence[str] | None = None,
        rig: str | None = None,
    ) -> types.Subscribed:
        """Be pushed `event/published` for everything after `since`.

        Events after `since` (exclusive; now where it is left out), of some kinds, of one rig.

        since: Events after this number; without it, from now on.
        kinds: Only events of these kinds.
        rig: Only events of this rig.
        """
        found: types.Subscribed = await self._ask(
            "event/subscribe",
            {
                "since": since,
                "kinds": kinds,
                "rig": rig,
            },
        )
        return found

    async def unsubscribe(
        self,
        subscription: str,
    ) -> types.Empty:
        """End a subscription of this connection.

        The subscription that ends.

        subscription: The subscription's id.
        """
        found: types.Empty = await self._ask(
            "event/unsubscribe",
            {
                "subscription": subscription,
            },
        )
        return found


class AsyncInbox:
    """`inbox/…`"""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def done(
        self,
        id: str,
    ) -> types.Empty:
        """Put an item of the inbox away; a message is `submitted` by that.

        An item by id.

        id: The id.
        """
        found: types.Empty = await self._ask(
            "inbox/done",
            {
                "id": id,
            },
        )
        return found

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        rig: str | None = None,
    ) -> types.Inbox:
        """Prompts, messages, tasks and uncertain deliveries that wait for the person.

        Of all rigs, or one.

        limit: At most so many, 1 to 1000.
        cursor: Where to go on: the last page's `nextCursor`.
        rig: Only what this rig waits for.
        """
        found: types.Inbox = await self._ask(
            "inbox/list",
            {
                "limit": limit,
                "cursor": cursor,
                "rig": rig,
            },
        )
        return found


class AsyncMessage:
    """`message/…`"""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def broadcast(
        self,
        text: str,
        *,
        when: Literal["auto", "idle", "now"] | None = None,
        reply_to: str | None = None,
        raw: bool | None = None,
        expires_in_seconds: float | None = None,
        wait: Literal["accepted", "delivered", "submitted"] | None = None,
        timeout_seconds: float | None = None,
        idempotency_key: str | None = None,
        rig: str | None = None,
        pod: str | None = None,
    ) -> types.Sent:
        """Send a text to every agent of a rig or a pod but the sender.

        To everybody in a rig or pod: the sender's own rig unless one is named.

        text: The text, at most 1 MiB.
        when: `auto`: now, or by the harness's own queue while busy; `idle`: when idle; `now`: while busy too.
        reply_to: The id of the message this one answers.
        raw: Type the text as it is, without the envelope that says from whom it comes.
        expires_in_seconds: Give the message up when it is not delivered by then, seconds.
        wait: Answer when the messages are so far.
        timeout_seconds: Wait at most so long, seconds.
        idempotency_key: Said again with the same key, it happens once; kept for ever.
        rig: To this rig; without it, your own.
        pod: Only to this pod.
        """
        found: types.Sent = await self._ask(
            "message/broadcast",
            {
                "text": text,
                "when": when,
                "replyTo": reply_to,
                "raw": raw,
                "expiresInSeconds": expires_in_seconds,
                "wait": wait,
                "timeoutSeconds": timeout_seconds,
                "idempotencyKey": idempotency_key,
                "rig": rig,
                "pod": pod,
            },
        )
        return found

    async def cancel(
        self,
        id: str,
    ) -> types.MessageResult:
        """Take back a message that has not been typed yet.

        A message by id.

        id: The id.
        """
        found: types.MessageResult = await self._ask(
            "message/cancel",
            {
                "id": id,
            },
        )
        return found

    async def get(
        self,
        id: str,
    ) -> types.MessageResult:
        """One message with its receipt.

        A message by id.

        id: The id.
        """
        found: types.MessageResult = await self._ask(
            "message/get",
            {
                "id": id,
            },
        )
        return found

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        agent: str | None = None,
        rig: str | None = None,
        state: types.MessageState | None = None,
    ) -> types.Messages:
        """Messages, newest first.

        Newest first; to or from an agent, of a rig, in a state.

        limit: At most so many, 1 to 1000.
        cursor: Where to go on: the last page's `nextCursor`.
        agent: Only messages from or to this agent.
        rig: Only messages of this rig.
        state: Only those in this state.
        """
        found: types.Messages = await self._ask(
            "message/list",
            {
                "limit": limit,
                "cursor": cursor,
                "agent": agent,
                "rig": rig,
                "state": state,
            },
        )
        return found

    async def retry(
        self,
        id: str,
    ) -> types.MessageResult:
        """Deliver an indeterminate, failed or expired message again, on a person's word.

        It keeps its id, and waits at the gate like a new one, without an end. One that waits already, or is on its
        way, is left as it is.

        A message by id.

        id: The id.
        """
        found: types.MessageResult = await self._ask(
            "message/retry",
            {
                "id": id,
            },
        )
        return found

    async def send(
        self,
        *,
        text: str,
        to: str,
        when: Literal["auto", "idle", "now"] | None = None,
        reply_to: str | None = None,
        raw: bool | None = None,
        expires_in_seconds: float | None = None,
        wait: Literal["accepted", "delivered", "submitted"] | None = None,
        timeout_seconds: float | None = None,
        idempotency_key: str | None = None,
    ) -> types.Sent:
        """Send a text to agents or to the person; answered when it is durable.

        It is typed into the recipient's pane when its gate opens, and never twice. `wait` waits for more than
        `accepted`, at most `timeoutSeconds`; when that ends, the delivery goes on.

        To an address, a group, a comma list, or `human@rig`.

        text: The text, at most 1 MiB.
        to: An address, a group (`*@rig`, `pod.*@rig`, `*@*`), a comma list, or `human@rig`.
        when: `auto`: now, or by the harness's own queue while busy; `idle`: when idle; `now`: while busy too.
        reply_to: The id of the message this one answers.
        raw: Type the text as it is, without the envelope that says from whom it comes.
        expires_in_seconds: Give the message up when it is not delivered by then, seconds.
        wait: Answer when the message is so far.
        timeout_seconds: Wait at most so long, seconds.
        idempotency_key: Said again with the same key, it happens once; kept for ever.
        """
        found: types.Sent = await self._ask(
            "message/send",
            {
                "text": text,
                "to": to,
                "when": when,
                "replyTo": reply_to,
                "raw": raw,
                "expiresInSeconds": expires_in_seconds,
                "wait": wait,
                "timeoutSeconds": timeout_seconds,
                "idempotencyKey": idempotency_key,
            },
        )
        return found


class AsyncRig:
    """`rig/…`"""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def delete(
        self,
        rig: str,
    ) -> types.Empty:
        """Forget a stopped rig; its journal stays.

        A rig by name.

        rig: A rig's name.
        """
        found: types.Empty = await self._ask(
            "rig/delete",
            {
                "rig": rig,
            },
        )
        return found

    async def diff(
        self,
        rig: str,
    ) -> types.Plan:
        """What it would take to make the running rig equal its file; changes nothing.

        A rig by name.

        rig: A rig's name.
        """
        found: types.Plan = await self._ask(
            "rig/diff",
            {
                "rig": rig,
            },
        )
        return found

    async def down(
        self,
        rig: str,
        *,
        snapshot: bool | None = None,
    ) -> types.RigStopped:
        """Take a rig down, with what is needed to bring the same conversations back.

        Take down by name; `snapshot` keeps what is needed to come back.

        rig: A rig's name.
        snapshot: Keep what is needed to bring the same conversations back.
        """
        found: types.RigStopped = await self._ask(
            "rig/down",
            {
                "rig": rig,
                "snapshot": snapshot,
            },
        )
        return found

    async def export(
        self,
        rig: str,
    ) -> types.Exported:
        """The rig as a file that loads to the same rig.

        A rig by name.

        rig: A rig's name.
        """
        found: types.Exported = await self._ask(
            "rig/export",
            {
                "rig": rig,
            },
        )
        return found

    async def get(
        self,
        rig: str,
    ) -> types.RigResult:
        """A rig whole: pods, agents, edges and services.

        A rig by name.

        rig: A rig's name.
        """
        found: types.RigResult = await self._ask(
            "rig/get",
            {
                "rig": rig,
            },
        )
        return found

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: types.RigState | None = None,
    ) -> types.Rigs:
        """Known rigs, running or stopped.

        Known rigs, running or stopped.

        limit: At most so many, 1 to 1000.
        cursor: Where to go on: the last page's `nextCursor`.
        state: Only those in this state.
        """
        found: types.Rigs = await self._ask(
            "rig/list",
            {
                "limit": limit,
                "cursor": cursor,
                "state": state,
            },
        )
        return found

    async def plan(
        self,
        *,
        path: str | None = None,
        name: str | None = None,
        text: str | None = None,
        all: bool | None = None,
        cwd: str | None = None,
        only: Sequence[str] | None = None,
        fresh: Sequence[str] | None = None,
        plan_id: str | None = None,
        wait: bool | None = None,
    ) -> types.Plan:
        """What `rig/up` would do; changes nothing.

        Exactly one of `path`, `name` (a known rig, else a starter; `starter:NAME`), `text`, `all: true`.

        path: A rig file, absolute.
        name: A known rig, else a starter; `starter:NAME` is always a starter.
        text: The rig file itself.
        all: Every known rig that is meant to run.
        cwd: An absolute folder that agents work in, instead of the rig file's.
        only: Only these agents.
        fresh: These agents start a new conversation, on purpose.
        plan_id: Do exactly what this plan says.
        wait: Wait for an answer until it is done.
        """
        found: types.Plan = await self._ask(
            "rig/plan",
            {
                "path": path,
                "name": name,
                "text": text,
                "all": all,
                "cwd": cwd,
                "only": only,
                "fresh": fresh,
                "planId": plan_id,
                "wait": wait,
            },
        )
        return found

    async def starters(self) -> types.Starters:
        """The rigs that ship with OpenRig RPC."""
        found: types.Starters = await self._ask("rig/starters", {})
        return found

    async def up(
        self,
        *,
        path: str | None = None,
        name: str | None = None,
        text: str | None = None,
        all: bool | None = None,
        cwd: str | None = None,
        only: Sequence[str] | None = None,
        fresh: Sequence[str] | None = None,
        plan_id: str | None = None,
        wait: bool | None = None,
    ) -> types.RigUp:
        """Bring a rig up, or start what is missing of it; every agent has an outcome.

        Exactly one of `path`, `name` (a known rig, else a starter; `starter:NAME`), `text`, `all: true`.

        path: A rig file, absolute.
        name: A known rig, else a starter; `starter:NAME` is always a starter.
        text: The rig file itself.
        all: Every known rig that is meant to run.
        cwd: An absolute folder that agents work in, instead of the rig file's.
        only: Only these agents.
        fresh: These agents start a new conversation, on purpose.
        plan_id: Do exactly what this plan says.
        wait: Wait for an answer until it is done.
        """
        found: types.RigUp = await self._ask(
            "rig/up",
            {
                "path": path,
                "name": name,
                "text": text,
                "all": all,
                "cwd": cwd,
                "only": only,
                "fresh": fresh,
                "planId": plan_id,
                "wait": wait,
            },
        )
        return found

    async def validate(
        self,
        *,
        path: str | None = None,
        text: str | None = None,
    ) -> types.Validated:
        """Everything that is wrong with a rig file, all at once, with line and column.

        A rig file by absolute path, or as text (then `path` says where it would lie).

        path: A rig file, absolute.
        text: The rig file itself; `path` then says where it would lie.
        """
        found: types.Validated = await self._ask(
            "rig/validate",
            {
                "path": path,
                "text": text,
            },
        )
        return found


class AsyncRpc:
    """`rpc/…`"""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def discover(self) -> types.OpenRpcDocument:
        """This interface as an OpenRPC document."""
        found: types.OpenRpcDocument = await self._ask("rpc.discover", {})
        return found


class AsyncSession:
    """`session/…`"""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def open(
        self,
        *,
        client: types.ClientInfo | None = None,
        token: str | None = None,
        attention: bool | None = None,
        protocol_version: str | None = None,
    ) -> types.SessionOpened:
        """Say who connects, and learn who the daemon takes it for.

        Optional on the unix socket, where the peer's process decides; the first and only thing allowed elsewhere. A
        token can name another principal, but never lift an agent above itself.

        `token` names the operator, an agent or a service; `attention` opts in to questions for the person.

        client: The program that connects.
        token: Names the operator, an agent or a service.
        attention: Offer this client for questions to the person.
        protocol_version: The protocol version the client was written for.
        """
        found: types.SessionOpened = await self._ask(
            "session/open",
            {
                "client": client,
                "token": token,
                "attention": attention,
                "protocolVersion": protocol_version,
            },
        )
        return found


class AsyncSystem:
    """`system/…`"""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def doctor(
        self,
        *,
        restore: str | None = None,
        fix: bool | None = None,
    ) -> types.DoctorResult:
        """Check everything a rig needs here, with the exact command that mends what is missing.

        `restore` names a rig to check for restoring; `fix` does what can safely be done.

        restore: Also check whether this rig can be brought back.
        fix: Mend what can safely be mended.
        """
        found: types.DoctorResult = await self._ask(
            "system/doctor",
            {
                "restore": restore,
                "fix": fix,
            },
        )
        return found

    async def info(self) -> types.SystemInfo:
        """Version, endpoints and harnesses of this daemon, and how late its event loop runs."""
        found: types.SystemInfo = await self._ask("system/info", {})
        return found

    async def shutdown(
        self,
        *,
        keep_agents: bool | None = None,
    ) -> types.Empty:
        """Stop the daemon; agents live on in tmux unless asked otherwise.

        Agents outlive the daemon unless `keepAgents` is false.

        keep_agents: Leave the agents running in tmux.
        """
        found: types.Empty = await self._ask(
            "system/shutdown",
            {
                "keepAgents": keep_agents,
            },
        )
        return found


class AsyncCalls:
    """All nouns."""

    def __init__(self, ask: Ask) -> None:
        self.agent = AsyncAgent(ask)
        self.event = AsyncEvent(ask)
        self.inbox = AsyncInbox(ask)
        self.message = AsyncMessage(ask)
        self.rig = AsyncRig(ask)
        self.rpc = AsyncRpc(ask)
        self.session = AsyncSession(ask)
        self.system = AsyncSystem(ask)


class Agent:
    """`agent/…`"""

    def __init__(self, ask: AskNow) -> None:
        self._ask = ask

    def answer(
        self,
        *,
        agent: str,
        prompt_id: str,
        choice: str | None = None,
        text: str | None = None,
    ) -> types.AgentResult:
        """Answer exactly that prompt; refused when it changed or was answered.

        `choice` is one of the prompt's choices, by id or label; `text` does the same, or goes along with a denial
        to a harness whose hook waits.

        Answers exactly that prompt, by one of its choices or by text.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        prompt_id: The prompt that is answered.
        choice: The id of one of its choices.
        text: The answer, where the prompt takes text.
        """
        found: types.AgentResult = self._ask(
            "agent/answer",
            {
                "agent": agent,
                "promptId": prompt_id,
                "choice": choice,
                "text": text,
            },
        )
        return found

    def attach(
        self,
        agent: str,
        *,
        read_only: bool | None = None,
    ) -> types.Attachment:
        """The command that shows the agent's session in any terminal.

        `readOnly` shows without typing.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        read_only: Show, and take no keys.
        """
        found: types.Attachment = self._ask(
            "agent/attach",
            {
                "agent": agent,
                "readOnly": read_only,
            },
        )
        return found

    def capture(
        self,
        agent: str,
        *,
        lines: int | None = None,
        history: bool | None = None,
        ansi: bool | None = None,
    ) -> types.Captured:
        """What the agent's pane shows.

        The visible screen, or the last `lines` with `history`; `ansi` keeps colours.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        lines: At most so many lines, the last ones.
        history: Also what has scrolled off the screen.
        ansi: Keep colours and attributes, as SGR sequences.
        """
        found: types.Captured = self._ask(
            "agent/capture",
            {
                "agent": agent,
                "lines": lines,
                "history": history,
                "ansi": ansi,
            },
        )
        return found

    def explain(
        self,
        *,
        agent: str | None = None,
        runtime: str | None = None,
        screen: str | None = None,
        title: str | None = None,
    ) -> types.Explained:
        """Which rule or signal decided the state, and what the composer holds.

        An agent, or a recorded screen (`capture-pane -e`) of a runtime.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        runtime: The harness a recorded screen is of.
        screen: A recorded screen, as `capture-pane -e` prints it.
        title: The recorded pane's title.
        """
        found: types.Explained = self._ask(
            "agent/explain",
            {
                "agent": agent,
                "runtime": runtime,
                "screen": screen,
                "title": title,
            },
        )
        return found

    def get(
        self,
        agent: str,
    ) -> types.AgentResult:
        """One agent and what is known of it now.

        An agent by address.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        """
        found: types.AgentResult = self._ask(
            "agent/get",
            {
                "agent": agent,
            },
        )
        return found

    def interrupt(
        self,
        agent: str,
    ) -> types.AgentResult:
        """Stop the agent's current turn, as its harness does on Escape.

        An agent by address.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        """
        found: types.AgentResult = self._ask(
            "agent/interrupt",
            {
                "agent": agent,
            },
        )
        return found

    def keys(
        self,
        *,
        agent: str,
        keys: Sequence[str | types.TypedText],
    ) -> types.AgentResult:
        """Type raw keys into the pane, on purpose; journalled.

        tmux key names (`"Enter"`, `"C-c"`), and `{text}` typed as it is.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        keys: Names of tmux's keys (`Enter`, `C-c`), and text to type as it is.
        """
        found: types.AgentResult = self._ask(
            "agent/keys",
            {
                "agent": agent,
                "keys": keys,
            },
        )
        return found

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        rig: str | None = None,
        pod: str | None = None,
        state: types.AgentState | None = None,
    ) -> types.Agents:
        """Agents with their state and the evidence for it.

        Agents of all rigs the caller may see, or of one rig, pod or state.

        limit: At most so many, 1 to 1000.
        cursor: Where to go on: the last page's `nextCursor`.
        rig: Only agents of this rig.
        pod: Only agents of this pod.
        state: Only those in this state.
        """
        found: types.Agents = self._ask(
            "agent/list",
            {
                "limit": limit,
                "cursor": cursor,
                "rig": rig,
                "pod": pod,
                "state": state,
            },
        )
        return found

    def prompt(
        self,
        agent: str,
    ) -> types.PromptResult:
        """The open question in the agent's pane.

        An agent by address.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        """
        found: types.PromptResult = self._ask(
            "agent/prompt",
            {
                "agent": agent,
            },
        )
        return found

    def report(
        self,
        event: str,
        *,
        at: str | None = None,
        pid: int | None = None,
        harness: str | None = None,
        payload: Mapping[str, Any] | None = None,
        waits: bool | None = None,
    ) -> types.Reported:
        """What the agent's own harness reports; accepted only from the agent itself.

        With `waits`, a permission is answered when somebody answers it, or when it is over.

        What a harness's hook says; `payload` is the hook's own JSON, bounded.

        event:
        at:
        pid:
        harness:
        payload:
        waits:
        """
        found: types.Reported = self._ask(
            "agent/report",
            {
                "event": event,
                "at": at,
                "pid": pid,
                "harness": harness,
                "payload": payload,
                "waits": waits,
            },
        )
        return found

    def start(
        self,
        agent: str,
        *,
        fresh: bool | None = None,
        conversation: str | None = None,
    ) -> types.AgentOutcomeResult:
        """Start a stopped, exited or failed agent.

        `fresh` starts a new conversation, `conversation` a named one; neither: as its restore policy says.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        fresh: Start a new conversation, on purpose.
        conversation: Go on with this conversation of the harness.
        """
        found: types.AgentOutcomeResult = self._ask(
            "agent/start",
            {
                "agent": agent,
                "fresh": fresh,
                "conversation": conversation,
            },
        )
        return found

    def stop(
        self,
        agent: str,
    ) -> types.AgentOutcomeResult:
        """Stop an agent on purpose; its messages are held.

        An agent by address.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        """
        found: types.AgentOutcomeResult = self._ask(
            "agent/stop",
            {
                "agent": agent,
            },
        )
        return found

    def unwatch(
        self,
        agent: str,
    ) -> types.Empty:
        """No more `agent/output` for this agent on this connection.

        An agent by address.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        """
        found: types.Empty = self._ask(
            "agent/unwatch",
            {
                "agent": agent,
            },
        )
        return found

    def wait(
        self,
        *,
        agent: str,
        state: Sequence[types.AgentState],
        timeout_seconds: float,
    ) -> types.Waited:
        """Wait until the agent is in one of the states.

        Until the agent is in one of `state`, at most `timeoutSeconds`.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        state: Until it is in one of these states.
        timeout_seconds: Wait at most so long, seconds.
        """
        found: types.Waited = self._ask(
            "agent/wait",
            {
                "agent": agent,
                "state": state,
                "timeoutSeconds": timeout_seconds,
            },
        )
        return found

    def watch(
        self,
        agent: str,
        *,
        max_rate: float | None = None,
    ) -> types.Watched:
        """The screen now, then `agent/output` as the pane prints.

        At most `maxRate` notifications a second.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        max_rate: At most so many updates a second.
        """
        found: types.Watched = self._ask(
            "agent/watch",
            {
                "agent": agent,
                "maxRate": max_rate,
            },
        )
        return found

    def whoami(self) -> types.Whoami:
        """Who the caller is, its peers and edges, and what it may do."""
        found: types.Whoami = self._ask("agent/whoami", {})
        return found


class Event:
    """`event/…`"""

    def __init__(self, ask: AskNow) -> None:
        self._ask = ask

    def list(
        self,
        *,
        since: int | None = None,
        kinds: Sequence[str] | None = None,
        rig: str | None = None,
        limit: int | None = None,
    ) -> types.Events:
        """The journal, a page at a time.

        A page of events after `since`.

        since: Events after this number.
        kinds: Only events of these kinds.
        rig: Only events of this rig.
        limit: At most so many, 1 to 1000.
        """
        found: types.Events = self._ask(
            "event/list",
            {
                "since": since,
                "kinds": kinds,
                "rig": rig,
                "limit": limit,
            },
        )
        return found

    def subscribe(
        self,
        *,
        since: int | None = None,
        kinds: Sequence[str] | None = None,
        rig: str | None = None,
    ) -> types.Subscribed:
        """Be pushed `event/published` for everything after `since`.

        Events after `since` (exclusive; now where it is left out), of some kinds, of one rig.

        since: Events after this number; without it, from now on.
        kinds: Only events of these kinds.
        rig: Only events of this rig.
        """
        found: types.Subscribed = self._ask(
            "event/subscribe",
            {
                "since": since,
                "kinds": kinds,
                "rig": rig,
            },
        )
        return found

    def unsubscribe(
        self,
        subscription: str,
    ) -> types.Empty:
        """End a subscription of this connection.

        The subscription that ends.

        subscription: The subscription's id.
        """
        found: types.Empty = self._ask(
            "event/unsubscribe",
            {
                "subscription": subscription,
            },
        )
        return found


class Inbox:
    """`inbox/…`"""

    def __init__(self, ask: AskNow) -> None:
        self._ask = ask

    def done(
        self,
        id: str,
    ) -> types.Empty:
        """Put an item of the inbox away; a message is `submitted` by that.

        An item by id.

        id: The id.
        """
        found: types.Empty = self._ask(
            "inbox/done",
            {
                "id": id,
            },
        )
        return found

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        rig: str | None = None,
    ) -> types.Inbox:
        """Prompts, messages, tasks and uncertain deliveries that wait for the person.

        Of all rigs, or one.

        limit: At most so many, 1 to 1000.
        cursor: Where to go on: the last page's `nextCursor`.
        rig: Only what this rig waits for.
        """
        found: types.Inbox = self._ask(
            "inbox/list",
            {
                "limit": limit,
                "cursor": cursor,
                "rig": rig,
            },
        )
        return found


class Message:
    """`message/…`"""

    def __init__(self, ask: AskNow) -> None:
        self._ask = ask

    def broadcast(
        self,
        text: str,
        *,
        when: Literal["auto", "idle", "now"] | None = None,
        reply_to: str | None = None,
        raw: bool | None = None,
        expires_in_seconds: float | None = None,
        wait: Literal["accepted", "delivered", "submitted"] | None = None,
        timeout_seconds: float | None = None,
        idempotency_key: str | None = None,
        rig: str | None = None,
        pod: str | None = None,
    ) -> types.Sent:
        """Send a text to every agent of a rig or a pod but the sender.

        To everybody in a rig or pod: the sender's own rig unless one is named.

        text: The text, at most 1 MiB.
        when: `auto`: now, or by the harness's own queue while busy; `idle`: when idle; `now`: while busy too.
        reply_to: The id of the message this one answers.
        raw: Type the text as it is, without the envelope that says from whom it comes.
        expires_in_seconds: Give the message up when it is not delivered by then, seconds.
        wait: Answer when the messages are so far.
        timeout_seconds: Wait at most so long, seconds.
        idempotency_key: Said again with the same key, it happens once; kept for ever.
        rig: To this rig; without it, your own.
        pod: Only to this pod.
        """
        found: types.Sent = self._ask(
            "message/broadcast",
            {
                "text": text,
                "when": when,
                "replyTo": reply_to,
                "raw": raw,
                "expiresInSeconds": expires_in_seconds,
                "wait": wait,
                "timeoutSeconds": timeout_seconds,
                "idempotencyKey": idempotency_key,
                "rig": rig,
                "pod": pod,
            },
        )
        return found

    def cancel(
        self,
        id: str,
    ) -> types.MessageResult:
        """Take back a message that has not been typed yet.

        A message by id.

        id: The id.
        """
        found: types.MessageResult = self._ask(
            "message/cancel",
            {
                "id": id,
            },
        )
        return found

    def get(
        self,
        id: str,
    ) -> types.MessageResult:
        """One message with its receipt.

        A message by id.

        id: The id.
        """
        found: types.MessageResult = self._ask(
            "message/get",
            {
                "id": id,
            },
        )
        return found

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        agent: str | None = None,
        rig: str | None = None,
        state: types.MessageState | None = None,
    ) -> types.Messages:
        """Messages, newest first.

        Newest first; to or from an agent, of a rig, in a state.

        limit: At most so many, 1 to 1000.
        cursor: Where to go on: the last page's `nextCursor`.
        agent: Only messages from or to this agent.
        rig: Only messages of this rig.
        state: Only those in this state.
        """
        found: types.Messages = self._ask(
            "message/list",
            {
                "limit": limit,
                "cursor": cursor,
                "agent": agent,
                "rig": rig,
                "state": state,
            },
        )
        return found

    def retry(
        self,
        id: str,
    ) -> types.MessageResult:
        """Deliver an indeterminate, failed or expired message again, on a person's word.

        It keeps its id, and waits at the gate like a new one, without an end. One that waits already, or is on its
        way, is left as it is.

        A message by id.

        id: The id.
        """
        found: types.MessageResult = self._ask(
            "message/retry",
            {
                "id": id,
            },
        )
        return found

    def send(
        self,
        *,
        text: str,
        to: str,
        when: Literal["auto", "idle", "now"] | None = None,
        reply_to: str | None = None,
        raw: bool | None = None,
        expires_in_seconds: float | None = None,
        wait: Literal["accepted", "delivered", "submitted"] | None = None,
        timeout_seconds: float | None = None,
        idempotency_key: str | None = None,
    ) -> types.Sent:
        """Send a text to agents or to the person; answered when it is durable.

        It is typed into the recipient's pane when its gate opens, and never twice. `wait` waits for more than
        `accepted`, at most `timeoutSeconds`; when that ends, the delivery goes on.

        To an address, a group, a comma list, or `human@rig`.

        text: The text, at most 1 MiB.
        to: An address, a group (`*@rig`, `pod.*@rig`, `*@*`), a comma list, or `human@rig`.
        when: `auto`: now, or by the harness's own queue while busy; `idle`: when idle; `now`: while busy too.
        reply_to: The id of the message this one answers.
        raw: Type the text as it is, without the envelope that says from whom it comes.
        expires_in_seconds: Give the message up when it is not delivered by then, seconds.
        wait: Answer when the message is so far.
        timeout_seconds: Wait at most so long, seconds.
        idempotency_key: Said again with the same key, it happens once; kept for ever.
        """
        found: types.Sent = self._ask(
            "message/send",
            {
                "text": text,
                "to": to,
                "when": when,
                "replyTo": reply_to,
                "raw": raw,
                "expiresInSeconds": expires_in_seconds,
                "wait": wait,
                "timeoutSeconds": timeout_seconds,
                "idempotencyKey": idempotency_key,
            },
        )
        return found


class Rig:
    """`rig/…`"""

    def __init__(self, ask: AskNow) -> None:
        self._ask = ask

    def delete(
        self,
        rig: str,
    ) -> types.Empty:
        """Forget a stopped rig; its journal stays.

        A rig by name.

        rig: A rig's name.
        """
        found: types.Empty = self._ask(
            "rig/delete",
            {
                "rig": rig,
            },
        )
        return found

    def diff(
        self,
        rig: str,
    ) -> types.Plan:
        """What it would take to make the running rig equal its file; changes nothing.

        A rig by name.

        rig: A rig's name.
        """
        found: types.Plan = self._ask(
            "rig/diff",
            {
                "rig": rig,
            },
        )
        return found

    def down(
        self,
        rig: str,
        *,
        snapshot: bool | None = None,
    ) -> types.RigStopped:
        """Take a rig down, with what is needed to bring the same conversations back.

        Take down by name; `snapshot` keeps what is needed to come back.

        rig: A rig's name.
        snapshot: Keep what is needed to bring the same conversations back.
        """
        found: types.RigStopped = self._ask(
            "rig/down",
            {
                "rig": rig,
                "snapshot": snapshot,
            },
        )
        return found

    def export(
        self,
        rig: str,
    ) -> types.Exported:
        """The rig as a file that loads to the same rig.

        A rig by name.

        rig: A rig's name.
        """
        found: types.Exported = self._ask(
            "rig/export",
            {
                "rig": rig,
            },
        )
        return found

    def get(
        self,
        rig: str,
    ) -> types.RigResult:
        """A rig whole: pods, agents, edges and services.

        A rig by name.

        rig: A rig's name.
        """
        found: types.RigResult = self._ask(
            "rig/get",
            {
                "rig": rig,
            },
        )
        return found

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: types.RigState | None = None,
    ) -> types.Rigs:
        """Known rigs, running or stopped.

        Known rigs, running or stopped.

        limit: At most so many, 1 to 1000.
        cursor: Where to go on: the last page's `nextCursor`.
        state: Only those in this state.
        """
        found: types.Rigs = self._ask(
            "rig/list",
            {
                "limit": limit,
                "cursor": cursor,
                "state": state,
            },
        )
        return found

    def plan(
        self,
        *,
        path: str | None = None,
        name: str | None = None,
        text: str | None = None,
        all: bool | None = None,
        cwd: str | None = None,
        only: Sequence[str] | None = None,
        fresh: Sequence[str] | None = None,
        plan_id: str | None = None,
        wait: bool | None = None,
    ) -> types.Plan:
        """What `rig/up` would do; changes nothing.

        Exactly one of `path`, `name` (a known rig, else a starter; `starter:NAME`), `text`, `all: true`.

        path: A rig file, absolute.
        name: A known rig, else a starter; `starter:NAME` is always a starter.
        text: The rig file itself.
        all: Every known rig that is meant to run.
        cwd: An absolute folder that agents work in, instead of the rig file's.
        only: Only these agents.
        fresh: These agents start a new conversation, on purpose.
        plan_id: Do exactly what this plan says.
        wait: Wait for an answer until it is done.
        """
        found: types.Plan = self._ask(
            "rig/plan",
            {
                "path": path,
                "name": name,
                "text": text,
                "all": all,
                "cwd": cwd,
                "only": only,
                "fresh": fresh,
                "planId": plan_id,
                "wait": wait,
            },
        )
        return found

    def starters(self) -> types.Starters:
        """The rigs that ship with OpenRig RPC."""
        found: types.Starters = self._ask("rig/starters", {})
        return found

    def up(
        self,
        *,
        path: str | None = None,
        name: str | None = None,
        text: str | None = None,
        all: bool | None = None,
        cwd: str | None = None,
        only: Sequence[str] | None = None,
        fresh: Sequence[str] | None = None,
        plan_id: str | None = None,
        wait: bool | None = None,
    ) -> types.RigUp:
        """Bring a rig up, or start what is missing of it; every agent has an outcome.

        Exactly one of `path`, `name` (a known rig, else a starter; `starter:NAME`), `text`, `all: true`.

        path: A rig file, absolute.
        name: A known rig, else a starter; `starter:NAME` is always a starter.
        text: The rig file itself.
        all: Every known rig that is meant to run.
        cwd: An absolute folder that agents work in, instead of the rig file's.
        only: Only these agents.
        fresh: These agents start a new conversation, on purpose.
        plan_id: Do exactly what this plan says.
        wait: Wait for an answer until it is done.
        """
        found: types.RigUp = self._ask(
            "rig/up",
            {
                "path": path,
                "name": name,
                "text": text,
                "all": all,
                "cwd": cwd,
                "only": only,
                "fresh": fresh,
                "planId": plan_id,
                "wait": wait,
            },
        )
        return found

    def validate(
        self,
        *,
        path: str | None = None,
        text: str | None = None,
    ) -> types.Validated:
        """Everything that is wrong with a rig file, all at once, with line and column.

        A rig file by absolute path, or as text (then `path` says where it would lie).

        path: A rig file, absolute.
        text: The rig file itself; `path` then says where it would lie.
        """
        found: types.Validated = self._ask(
            "rig/validate",
            {
                "path": path,
                "text": text,
            },
        )
        return found


class Rpc:
    """`rpc/…`"""

    def __init__(self, ask: AskNow) -> None:
        self._ask = ask

    def discover(self) -> types.OpenRpcDocument:
        """This interface as an OpenRPC document."""
        found: types.OpenRpcDocument = self._ask("rpc.discover", {})
        return found


class Session:
    """`session/…`"""

    def __init__(self, ask: AskNow) -> None:
        self._ask = ask

    def open(
        self,
        *,
        client: types.ClientInfo | None = None,
        token: str | None = None,
        attention: bool | None = None,
        protocol_version: str | None = None,
    ) -> types.SessionOpened:
        """Say who connects, and learn who the daemon takes it for.

        Optional on the unix socket, where the peer's process decides; the first and only thing allowed elsewhere. A
        token can name another principal, but never lift an agent above itself.

        `token` names the operator, an agent or a service; `attention` opts in to questions for the person.

        client: The program that connects.
        token: Names the operator, an agent or a service.
        attention: Offer this client for questions to the person.
        protocol_version: The protocol version the client was written for.
        """
        found: types.SessionOpened = self._ask(
            "session/open",
            {
                "client": client,
                "token": token,
                "attention": attention,
                "protocolVersion": protocol_version,
            },
        )
        return found


class System:
    """`system/…`"""

    def __init__(self, ask: AskNow) -> None:
        self._ask = ask

    def doctor(
        self,
        *,
        restore: str | None = None,
        fix: bool | None = None,
    ) -> types.DoctorResult:
        """Check everything a rig needs here, with the exact command that mends what is missing.

        `restore` names a rig to check for restoring; `fix` does what can safely be done.

        restore: Also check whether this rig can be brought back.
        fix: Mend what can safely be mended.
        """
        found: types.DoctorResult = self._ask(
            "system/doctor",
            {
                "restore": restore,
                "fix": fix,
            },
        )
        return found

    def info(self) -> types.SystemInfo:
        """Version, endpoints and harnesses of this daemon, and how late its event loop runs."""
        found: types.SystemInfo = self._ask("system/info", {})
        return found

    def shutdown(
        self,
        *,
        keep_agents: bool | None = None,
    ) -> types.Empty:
        """Stop the daemon; agents live on in tmux unless asked otherwise.

        Agents outlive the daemon unless `keepAgents` is false.

        keep_agents: Leave the agents running in tmux.
        """
        found: types.Empty = self._ask(
            "system/shutdown",
            {
                "keepAgents": keep_agents,
            },
        )
        return found


class Calls:
    """All nouns."""

    def __init__(self, ask: AskNow) -> None:
        self.agent = Agent(ask)
        self.event = Event(ask)
        self.inbox = Inbox(ask)
        self.message = Message(ask)
        self.rig = Rig(ask)
        self.rpc = Rpc(ask)
        self.session = Session(ask)
        self.system = System(ask)
