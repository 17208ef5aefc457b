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
        """What the agent's pane shows, without secrets of known shapes.

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

    async def discover(
        self,
        *,
        draft: bool | None = None,
    ) -> types.Discovered:
        """What looks like an agent in the user's other tmux servers; none is touched.

        A candidate is `certain` where its program and its harness's own files agree, `likely` by one of both, and a
        `guess` by a name alone. Shells are candidates, too.

        `draft` also writes a rig file from what was found.

        draft: Also write a rig file from what was found.
        """
        found: types.Discovered = await self._ask(
            "agent/discover",
            {
                "draft": draft,
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

    async def restart(
        self,
        agent: str,
        *,
        fresh: bool | None = None,
        conversation: str | None = None,
    ) -> types.AgentOutcomeResult:
        """Stop and start an agent, by default with the same conversation.

        `fresh` starts a new conversation, `conversation` a named one; neither: as its restore policy says.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        fresh: Start a new conversation, on purpose.
        conversation: Go on with this conversation of the harness.
        """
        found: types.AgentOutcomeResult = await self._ask(
            "agent/restart",
            {
                "agent": agent,
                "fresh": fresh,
                "conversation": conversation,
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
        """Start a stopped, exited or failed agent, by default with the conversation it had.

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


class AsyncAudit:
    """`audit/…`"""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def export(
        self,
        *,
        since: int | None = None,
        limit: int | None = None,
    ) -> types.AuditPage:
        """The journal's mutations, a page at a time.

        Mutations after `since`.

        since: Rows after this number.
        limit: At most so many, 1 to 1000.
        """
        found: types.AuditPage = await self._ask(
            "audit/export",
            {
                "since": since,
                "limit": limit,
            },
        )
        return found

    async def verify(self) -> types.Verified:
        """Check the journal's chain of hashes from its first row.

        Finds a row that was edited, removed or moved; a body that was purged leaves the chain whole.
        """
        found: types.Verified = await self._ask("audit/verify", {})
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

    async def add(
        self,
        *,
        rig: str,
        pod: str | Mapping[str, Any],
        member: Mapping[str, Any] | None = None,
        edges: Sequence[Mapping[str, Any]] | None = None,
        plan_id: str | None = None,
    ) -> types.AgentsResult:
        """Add a pod or a member to a rig; nothing else is restarted.

        A pod, or a member of one, in the rig file's own form.

        rig: A rig's name.
        pod: A pod as a rig file says it, or the id of the one the member joins.
        member: A member's id.
        edges: Edges between it and others, as a rig file says them.
        plan_id: Do exactly what this plan says.
        """
        found: types.AgentsResult = await self._ask(
            "rig/add",
            {
                "rig": rig,
                "pod": pod,
                "member": member,
                "edges": edges,
                "planId": plan_id,
            },
        )
        return found

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

    async def history(
        self,
        rig: str,
    ) -> types.History:
        """Every version of a rig's spec, who made it and when.

        A rig by name.

        rig: A rig's name.
        """
        found: types.History = await self._ask(
            "rig/history",
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

    async def remove(
        self,
        *,
        rig: str,
        pod: str,
        member: str | None = None,
        plan_id: str | None = None,
    ) -> types.AgentsResult:
        """Remove a pod or a member; refused while work would be lost.

        The error `work-held` names what, and a plan; with its `planId` it is done all the same.

        A pod, or one member of it.

        rig: A rig's name.
        pod: A pod's id.
        member: A member's id.
        plan_id: Do exactly what this plan says.
        """
        found: types.AgentsResult = await self._ask(
            "rig/remove",
            {
                "rig": rig,
                "pod": pod,
                "member": member,
                "planId": plan_id,
            },
        )
        return found

    async def rollback(
        self,
        *,
        rig: str,
        revision: int,
        plan_id: str | None = None,
    ) -> types.AgentsResult:
        """Bring an earlier version of the spec back, by plan.

        The error `rig-changed` names the plan; with its `planId` it is done, as a new revision.

        Back to a revision, as a new one.

        rig: A rig's name.
        revision: The revision to bring back, from 0.
        plan_id: Do exactly what this plan says.
        """
        found: types.AgentsResult = await self._ask(
            "rig/rollback",
            {
                "rig": rig,
                "revision": revision,
                "planId": plan_id,
            },
        )
        return found

    async def starters(self) -> types.Starters:
        """The rigs that ship with OpenRig RPC."""
        found: types.Starters = await self._ask("rig/starters", {})
        return found

    async def trust(
        self,
        hash: str,
        *,
        rig: str | None = None,
        path: str | None = None,
    ) -> types.Empty:
        """Trust a spec that runs commands or loosens permissions, by its hash.

        With `path` or `rig` it is looked whether the hash still is of what that would do.

        The hash that `needs-trust` named.

        hash: The hash that `needs-trust` named.
        rig: The known rig whose hash it must be.
        path: The rig file whose hash it must be, absolute.
        """
        found: types.Empty = await self._ask(
            "rig/trust",
            {
                "hash": hash,
                "rig": rig,
                "path": path,
            },
        )
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


class AsyncRoom:
    """`room/…`"""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def history(
        self,
        rig: str,
        *,
        room: str | None = None,
        since: int | None = None,
        topic: str | None = None,
        limit: int | None = None,
    ) -> types.Posts:
        """What was said in a room: after `since`, or without it the last posts.

        Posts after number `since`, without it the last ones.

        rig: A rig's name.
        room: A room of the rig.
        since: Posts after this number; without it, the last ones.
        topic: Posts of one topic.
        limit: At most so many, 1 to 1000.
        """
        found: types.Posts = await self._ask(
            "room/history",
            {
                "rig": rig,
                "room": room,
                "since": since,
                "topic": topic,
                "limit": limit,
            },
        )
        return found

    async def list(
        self,
        rig: str,
    ) -> types.Rooms:
        """The rooms of a rig.

        A rig by name.

        rig: A rig's name.
        """
        found: types.Rooms = await self._ask(
            "room/list",
            {
                "rig": rig,
            },
        )
        return found

    async def post(
        self,
        *,
        rig: str,
        text: str,
        room: str | None = None,
        topic: str | None = None,
        idempotency_key: str | None = None,
    ) -> types.Posted:
        """Post to a room of a rig; whom it mentions (`@pod-member`, `@human`) gets it as a message, too.

        A post; mentions (`@pod-member`) are also sent as messages.

        rig: A rig's name.
        text: The text, at most 1 MiB.
        room: A room of the rig.
        topic: What the post is about.
        idempotency_key: Said again with the same key, it happens once; kept for ever.
        """
        found: types.Posted = await self._ask(
            "room/post",
            {
                "rig": rig,
                "text": text,
                "room": room,
                "topic": topic,
                "idempotencyKey": idempotency_key,
            },
        )
        return found

    async def wait(
        self,
        *,
        rig: str,
        since: int,
        timeout_seconds: float,
        room: str | None = None,
        topic: str | None = None,
        limit: int | None = None,
    ) -> types.Posts:
        """Wait for the next post; said again with the same `since`, nothing is missed, also after a restart.

        Until there is a post after `since`.

        rig: A rig's name.
        since: Posts after this number.
        timeout_seconds: Wait at most so long, seconds.
        room: A room of the rig.
        topic: Posts of one topic.
        limit: At most so many, 1 to 1000.
        """
        found: types.Posts = await self._ask(
            "room/wait",
            {
                "rig": rig,
                "since": since,
                "timeoutSeconds": timeout_seconds,
                "room": room,
                "topic": topic,
                "limit": limit,
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


class AsyncSnapshot:
    """`snapshot/…`"""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def create(
        self,
        rig: str,
    ) -> types.SnapshotResult:
        """Take a snapshot of a rig now.

        A rig by name.

        rig: A rig's name.
        """
        found: types.SnapshotResult = await self._ask(
            "snapshot/create",
            {
                "rig": rig,
            },
        )
        return found

    async def diff(
        self,
        id: str,
        *,
        other: str | None = None,
    ) -> types.SnapshotChanges:
        """What changed between two snapshots, or since one.

        Against another snapshot, or against now.

        id: The id.
        other: Another snapshot; without it, the rig as it is now.
        """
        found: types.SnapshotChanges = await self._ask(
            "snapshot/diff",
            {
                "id": id,
                "other": other,
            },
        )
        return found

    async def get(
        self,
        id: str,
    ) -> types.SnapshotResult:
        """One snapshot.

        A snapshot by id.

        id: The id.
        """
        found: types.SnapshotResult = await self._ask(
            "snapshot/get",
            {
                "id": id,
            },
        )
        return found

    async def list(
        self,
        rig: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> types.Snapshots:
        """Snapshots of a rig, newest first.

        Of one rig, newest first.

        rig: A rig's name.
        limit: At most so many, 1 to 1000.
        cursor: Where to go on: the last page's `nextCursor`.
        """
        found: types.Snapshots = await self._ask(
            "snapshot/list",
            {
                "rig": rig,
                "limit": limit,
                "cursor": cursor,
            },
        )
        return found

    async def restore(
        self,
        id: str,
        *,
        only: Sequence[str] | None = None,
        fresh: Sequence[str] | None = None,
        plan_id: str | None = None,
    ) -> types.Restored:
        """Bring agents back as a snapshot has them, by plan.

        Where a running agent would be stopped, the error `rig-changed` names the plan; with its `planId` it is
        done.

        Of every agent, or of some.

        id: The id.
        only: Only these agents.
        fresh: These agents start a new conversation, on purpose.
        plan_id: Do exactly what this plan says.
        """
        found: types.Restored = await self._ask(
            "snapshot/restore",
            {
                "id": id,
                "only": only,
                "fresh": fresh,
                "planId": plan_id,
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


class AsyncTask:
    """`task/…`"""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def claim(
        self,
        id: str,
    ) -> types.TaskResult:
        """Become the owner of a task; its `fence` proves it from then on.

        Who holds it already gets it again. A refusal says who holds it, since when, and who may act.

        A task by id.

        id: The id.
        """
        found: types.TaskResult = await self._ask(
            "task/claim",
            {
                "id": id,
            },
        )
        return found

    async def claim_next(
        self,
        *,
        rig: str | None = None,
        tag: str | None = None,
    ) -> types.TaskResult:
        """Become the owner of the next task that is for you.

        The most urgent one; or the one that you have in progress already, so that saying it again is safe. Where
        several ask, nobody gets far ahead of the others.

        The fairest next task for the caller; of one rig, or with a tag.

        rig: A rig's name.
        tag: Only a task with this tag.
        """
        found: types.TaskResult = await self._ask(
            "task/claimNext",
            {
                "rig": rig,
                "tag": tag,
            },
        )
        return found

    async def comment(
        self,
        *,
        id: str,
        text: str,
    ) -> types.TaskResult:
        """Remark on a task; its owner and its maker are told.

        A remark by anybody who may talk.

        id: The id.
        text: The text, at most 1 MiB.
        """
        found: types.TaskResult = await self._ask(
            "task/comment",
            {
                "id": id,
                "text": text,
            },
        )
        return found

    async def create(
        self,
        *,
        rig: str,
        title: str,
        to: str,
        body: str | None = None,
        priority: int | None = None,
        urgency: Literal["fast", "routine", "deep", "critical"] | None = None,
        tags: Sequence[str] | None = None,
        parent: str | None = None,
        blockers: Sequence[str] | None = None,
        evidence: str | None = None,
        due_in_seconds: float | None = None,
        idempotency_key: str | None = None,
    ) -> types.TaskResult:
        """Create a task for an agent, a group or the person.

        Whom it is for is told by a message; of a group, the one with the least to do. One for `human@RIG` is a
        question in the inbox; its answer comes back as a message.

        For an agent, a group or `human@rig`. Due by its urgency, unless `dueInSeconds` says when.

        rig: A rig's name.
        title: What is to be done, in a line.
        to: An agent, a group or `human@rig`.
        body: What is to be done, at length.
        priority: Higher is sooner.
        urgency: How fast somebody should see to it.
        tags: Words to find it by.
        parent: The task this one is a part of.
        blockers: Ids of tasks this one waits for.
        evidence: What shows that it is done.
        due_in_seconds: When it is due, seconds from now and again from each claim; without it, by urgency.
        idempotency_key: Said again with the same key, it happens once; kept for ever.
        """
        found: types.TaskResult = await self._ask(
            "task/create",
            {
                "rig": rig,
                "title": title,
                "to": to,
                "body": body,
                "priority": priority,
                "urgency": urgency,
                "tags": tags,
                "parent": parent,
                "blockers": blockers,
                "evidence": evidence,
                "dueInSeconds": due_in_seconds,
                "idempotencyKey": idempotency_key,
            },
        )
        return found

    async def force_release(
        self,
        *,
        id: str,
        why: str,
    ) -> types.TaskResult:
        """Take a task from its owner, with a reason.

        Somebody who may takes it from its owner, and says why.

        id: The id.
        why: The reason, for its owner and the journal.
        """
        found: types.TaskResult = await self._ask(
            "task/forceRelease",
            {
                "id": id,
                "why": why,
            },
        )
        return found

    async def get(
        self,
        id: str,
    ) -> types.TaskResult:
        """One task, with all that was said of it.

        A task by id.

        id: The id.
        """
        found: types.TaskResult = await self._ask(
            "task/get",
            {
                "id": id,
            },
        )
        return found

    async def handoff(
        self,
        *,
        id: str,
        to: str,
        fence: int | None = None,
        title: str | None = None,
        body: str | None = None,
        idempotency_key: str | None = None,
    ) -> types.HandedOff:
        """Close your task and hand its successor to somebody else, in one step.

        Closes this task and creates its successor in one transaction.

        id: The id.
        to: An agent, a group or `human@rig`.
        fence: The number the claim gave; proves that the claim still holds.
        title: What is to be done, in a line.
        body: What is to be done, at length.
        idempotency_key: Said again with the same key, it happens once; kept for ever.
        """
        found: types.HandedOff = await self._ask(
            "task/handoff",
            {
                "id": id,
                "to": to,
                "fence": fence,
                "title": title,
                "body": body,
                "idempotencyKey": idempotency_key,
            },
        )
        return found

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        rig: str | None = None,
        owner: str | None = None,
        to: str | None = None,
        state: types.TaskState | None = None,
        tag: str | None = None,
    ) -> types.Tasks:
        """Tasks, most urgent first.

        By rig, owner, destination, state or tag.

        limit: At most so many, 1 to 1000.
        cursor: Where to go on: the last page's `nextCursor`.
        rig: A rig's name.
        owner: Only tasks of this owner.
        to: Only tasks for this destination.
        state: Only those in this state.
        tag: Only tasks with this tag.
        """
        found: types.Tasks = await self._ask(
            "task/list",
            {
                "limit": limit,
                "cursor": cursor,
                "rig": rig,
                "owner": owner,
                "to": to,
                "state": state,
                "tag": tag,
            },
        )
        return found

    async def release(
        self,
        id: str,
        *,
        fence: int | None = None,
    ) -> types.TaskResult:
        """Give a task back.

        The owner gives it back, proven by its fence.

        id: The id.
        fence: The number the claim gave; proves that the claim still holds.
        """
        found: types.TaskResult = await self._ask(
            "task/release",
            {
                "id": id,
                "fence": fence,
            },
        )
        return found

    async def update(
        self,
        id: str,
        *,
        fence: int | None = None,
        state: types.TaskState | None = None,
        title: str | None = None,
        body: str | None = None,
        priority: int | None = None,
        urgency: Literal["fast", "routine", "deep", "critical"] | None = None,
        tags: Sequence[str] | None = None,
        blockers: Sequence[str] | None = None,
        evidence: str | None = None,
        closure_reason: Literal["handedOff", "blockedOn", "denied", "cancelled", "noFollowOn", "escalation"]
        | None = None,
        closure_target: str | None = None,
        comment: str | None = None,
        deleted: bool | None = None,
    ) -> types.TaskResult:
        """Change a task you own, or close it.

        Its maker may change and cancel it while nobody holds it; the person may always. `deleted` puts it out of
        the lists, or back.

        The owner's changes, proven by its fence. `comment` goes with them: to a task for the person it is the
        answer.

        id: The id.
        fence: The number the claim gave; proves that the claim still holds.
        state: Only those in this state.
        title: What is to be done, in a line.
        body: What is to be done, at length.
        priority: Higher is sooner.
        urgency: How fast somebody should see to it.
        tags: Words to find it by.
        blockers: Ids of tasks this one waits for.
        evidence: What shows that it is done.
        closure_reason: Why the task is closed.
        closure_target: What the reason points to: a task, an agent.
        comment: Said with the change; to a task for the person it is the answer.
        deleted: Put it out of every list, or (false) back.
        """
        found: types.TaskResult = await self._ask(
            "task/update",
            {
                "id": id,
                "fence": fence,
                "state": state,
                "title": title,
                "body": body,
                "priority": priority,
                "urgency": urgency,
                "tags": tags,
                "blockers": blockers,
                "evidence": evidence,
                "closureReason": closure_reason,
                "closureTarget": closure_target,
                "comment": comment,
                "deleted": deleted,
            },
        )
        return found


class AsyncToken:
    """`token/…`"""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def list(self) -> types.Tokens:
        """The tokens that live, without their secrets."""
        found: types.Tokens = await self._ask("token/list", {})
        return found

    async def mint(
        self,
        name: str,
        *,
        scopes: Sequence[Literal["read", "talk", "steer", "shape"]] | None = None,
        rig: str | None = None,
        origins: Sequence[str] | None = None,
        expires_in_seconds: float | None = None,
    ) -> types.TokenMinted:
        """Make a token for a service, with scopes, an end, and the web pages that may use it.

        `name` is who comes with it: `service:NAME`. It may do what its scopes say, in one rig where that is named.

        name: Who comes with it; it is then `service:NAME`.
        scopes: What it may do: any of read, talk, steer, shape.
        rig: The one rig it may reach; every rig where it is left out.
        origins: Web pages that may use it, as `https://HOST` or `http://HOST:PORT`.
        expires_in_seconds: It ends after so long, and every connection opened with it, seconds.
        """
        found: types.TokenMinted = await self._ask(
            "token/mint",
            {
                "name": name,
                "scopes": scopes,
                "rig": rig,
                "origins": origins,
                "expiresInSeconds": expires_in_seconds,
            },
        )
        return found

    async def revoke(
        self,
        token: str,
    ) -> types.Empty:
        """End a token, and every connection that was opened with it, at once.

        A token by its id, or all of a name; `operator` makes a new one in its file.

        token: A token's id, or the name of all that end.
        """
        found: types.Empty = await self._ask(
            "token/revoke",
            {
                "token": token,
            },
        )
        return found


class AsyncTranscript:
    """`transcript/…`"""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def read(
        self,
        agent: str,
        *,
        offset: int | None = None,
        lines: int | None = None,
    ) -> types.TranscriptResult:
        """What an agent's pane printed, by offset.

        Offsets count the pane's bytes, as those of `agent/watch` do, and go on after a restart; `text` is without
        escape sequences, and without secrets of known shapes. Go on from `nextOffset`. What is very old is gone:
        then `offset` is the first that is kept.

        From byte `offset`, at most so many `lines`; without it the last `lines` (200).

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        offset: From this byte of what the pane printed.
        lines: At most so many lines, the last ones.
        """
        found: types.TranscriptResult = await self._ask(
            "transcript/read",
            {
                "agent": agent,
                "offset": offset,
                "lines": lines,
            },
        )
        return found

    async def search(
        self,
        query: str,
        *,
        rig: str | None = None,
        agent: str | None = None,
        limit: int | None = None,
    ) -> types.Hits:
        """Search what agents' panes printed; the best lines first.

        `rank` is lower the better a line fits; `offset` is where it begins: read on from there with
        `transcript/read`. What was printed since the last search is indexed first, which takes a while where it is
        much.

        Words, as SQLite's FTS5 reads them.

        query: Words to look for.
        rig: A rig's name.
        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        limit: At most so many, 1 to 1000.
        """
        found: types.Hits = await self._ask(
            "transcript/search",
            {
                "query": query,
                "rig": rig,
                "agent": agent,
                "limit": limit,
            },
        )
        return found


class AsyncWatchdog:
    """`watchdog/…`"""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def list(
        self,
        *,
        rig: str | None = None,
    ) -> types.Watchdogs:
        """The reminders of a rig.

        Of all rigs, or one.

        rig: A rig's name.
        """
        found: types.Watchdogs = await self._ask(
            "watchdog/list",
            {
                "rig": rig,
            },
        )
        return found

    async def stop(
        self,
        id: str,
    ) -> types.WatchdogResult:
        """Stop a reminder, until its rig comes up again.

        A watchdog by id.

        id: The id.
        """
        found: types.WatchdogResult = await self._ask(
            "watchdog/stop",
            {
                "id": id,
            },
        )
        return found


class AsyncCalls:
    """All nouns."""

    def __init__(self, ask: Ask) -> None:
        self.agent = AsyncAgent(ask)
        self.audit = AsyncAudit(ask)
        self.event = AsyncEvent(ask)
        self.inbox = AsyncInbox(ask)
        self.message = AsyncMessage(ask)
        self.rig = AsyncRig(ask)
        self.room = AsyncRoom(ask)
        self.rpc = AsyncRpc(ask)
        self.session = AsyncSession(ask)
        self.snapshot = AsyncSnapshot(ask)
        self.system = AsyncSystem(ask)
        self.task = AsyncTask(ask)
        self.token = AsyncToken(ask)
        self.transcript = AsyncTranscript(ask)
        self.watchdog = AsyncWatchdog(ask)


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
        """What the agent's pane shows, without secrets of known shapes.

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

    def discover(
        self,
        *,
        draft: bool | None = None,
    ) -> types.Discovered:
        """What looks like an agent in the user's other tmux servers; none is touched.

        A candidate is `certain` where its program and its harness's own files agree, `likely` by one of both, and a
        `guess` by a name alone. Shells are candidates, too.

        `draft` also writes a rig file from what was found.

        draft: Also write a rig file from what was found.
        """
        found: types.Discovered = self._ask(
            "agent/discover",
            {
                "draft": draft,
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

    def restart(
        self,
        agent: str,
        *,
        fresh: bool | None = None,
        conversation: str | None = None,
    ) -> types.AgentOutcomeResult:
        """Stop and start an agent, by default with the same conversation.

        `fresh` starts a new conversation, `conversation` a named one; neither: as its restore policy says.

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        fresh: Start a new conversation, on purpose.
        conversation: Go on with this conversation of the harness.
        """
        found: types.AgentOutcomeResult = self._ask(
            "agent/restart",
            {
                "agent": agent,
                "fresh": fresh,
                "conversation": conversation,
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
        """Start a stopped, exited or failed agent, by default with the conversation it had.

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


class Audit:
    """`audit/…`"""

    def __init__(self, ask: AskNow) -> None:
        self._ask = ask

    def export(
        self,
        *,
        since: int | None = None,
        limit: int | None = None,
    ) -> types.AuditPage:
        """The journal's mutations, a page at a time.

        Mutations after `since`.

        since: Rows after this number.
        limit: At most so many, 1 to 1000.
        """
        found: types.AuditPage = self._ask(
            "audit/export",
            {
                "since": since,
                "limit": limit,
            },
        )
        return found

    def verify(self) -> types.Verified:
        """Check the journal's chain of hashes from its first row.

        Finds a row that was edited, removed or moved; a body that was purged leaves the chain whole.
        """
        found: types.Verified = self._ask("audit/verify", {})
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

    def add(
        self,
        *,
        rig: str,
        pod: str | Mapping[str, Any],
        member: Mapping[str, Any] | None = None,
        edges: Sequence[Mapping[str, Any]] | None = None,
        plan_id: str | None = None,
    ) -> types.AgentsResult:
        """Add a pod or a member to a rig; nothing else is restarted.

        A pod, or a member of one, in the rig file's own form.

        rig: A rig's name.
        pod: A pod as a rig file says it, or the id of the one the member joins.
        member: A member's id.
        edges: Edges between it and others, as a rig file says them.
        plan_id: Do exactly what this plan says.
        """
        found: types.AgentsResult = self._ask(
            "rig/add",
            {
                "rig": rig,
                "pod": pod,
                "member": member,
                "edges": edges,
                "planId": plan_id,
            },
        )
        return found

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

    def history(
        self,
        rig: str,
    ) -> types.History:
        """Every version of a rig's spec, who made it and when.

        A rig by name.

        rig: A rig's name.
        """
        found: types.History = self._ask(
            "rig/history",
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

    def remove(
        self,
        *,
        rig: str,
        pod: str,
        member: str | None = None,
        plan_id: str | None = None,
    ) -> types.AgentsResult:
        """Remove a pod or a member; refused while work would be lost.

        The error `work-held` names what, and a plan; with its `planId` it is done all the same.

        A pod, or one member of it.

        rig: A rig's name.
        pod: A pod's id.
        member: A member's id.
        plan_id: Do exactly what this plan says.
        """
        found: types.AgentsResult = self._ask(
            "rig/remove",
            {
                "rig": rig,
                "pod": pod,
                "member": member,
                "planId": plan_id,
            },
        )
        return found

    def rollback(
        self,
        *,
        rig: str,
        revision: int,
        plan_id: str | None = None,
    ) -> types.AgentsResult:
        """Bring an earlier version of the spec back, by plan.

        The error `rig-changed` names the plan; with its `planId` it is done, as a new revision.

        Back to a revision, as a new one.

        rig: A rig's name.
        revision: The revision to bring back, from 0.
        plan_id: Do exactly what this plan says.
        """
        found: types.AgentsResult = self._ask(
            "rig/rollback",
            {
                "rig": rig,
                "revision": revision,
                "planId": plan_id,
            },
        )
        return found

    def starters(self) -> types.Starters:
        """The rigs that ship with OpenRig RPC."""
        found: types.Starters = self._ask("rig/starters", {})
        return found

    def trust(
        self,
        hash: str,
        *,
        rig: str | None = None,
        path: str | None = None,
    ) -> types.Empty:
        """Trust a spec that runs commands or loosens permissions, by its hash.

        With `path` or `rig` it is looked whether the hash still is of what that would do.

        The hash that `needs-trust` named.

        hash: The hash that `needs-trust` named.
        rig: The known rig whose hash it must be.
        path: The rig file whose hash it must be, absolute.
        """
        found: types.Empty = self._ask(
            "rig/trust",
            {
                "hash": hash,
                "rig": rig,
                "path": path,
            },
        )
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


class Room:
    """`room/…`"""

    def __init__(self, ask: AskNow) -> None:
        self._ask = ask

    def history(
        self,
        rig: str,
        *,
        room: str | None = None,
        since: int | None = None,
        topic: str | None = None,
        limit: int | None = None,
    ) -> types.Posts:
        """What was said in a room: after `since`, or without it the last posts.

        Posts after number `since`, without it the last ones.

        rig: A rig's name.
        room: A room of the rig.
        since: Posts after this number; without it, the last ones.
        topic: Posts of one topic.
        limit: At most so many, 1 to 1000.
        """
        found: types.Posts = self._ask(
            "room/history",
            {
                "rig": rig,
                "room": room,
                "since": since,
                "topic": topic,
                "limit": limit,
            },
        )
        return found

    def list(
        self,
        rig: str,
    ) -> types.Rooms:
        """The rooms of a rig.

        A rig by name.

        rig: A rig's name.
        """
        found: types.Rooms = self._ask(
            "room/list",
            {
                "rig": rig,
            },
        )
        return found

    def post(
        self,
        *,
        rig: str,
        text: str,
        room: str | None = None,
        topic: str | None = None,
        idempotency_key: str | None = None,
    ) -> types.Posted:
        """Post to a room of a rig; whom it mentions (`@pod-member`, `@human`) gets it as a message, too.

        A post; mentions (`@pod-member`) are also sent as messages.

        rig: A rig's name.
        text: The text, at most 1 MiB.
        room: A room of the rig.
        topic: What the post is about.
        idempotency_key: Said again with the same key, it happens once; kept for ever.
        """
        found: types.Posted = self._ask(
            "room/post",
            {
                "rig": rig,
                "text": text,
                "room": room,
                "topic": topic,
                "idempotencyKey": idempotency_key,
            },
        )
        return found

    def wait(
        self,
        *,
        rig: str,
        since: int,
        timeout_seconds: float,
        room: str | None = None,
        topic: str | None = None,
        limit: int | None = None,
    ) -> types.Posts:
        """Wait for the next post; said again with the same `since`, nothing is missed, also after a restart.

        Until there is a post after `since`.

        rig: A rig's name.
        since: Posts after this number.
        timeout_seconds: Wait at most so long, seconds.
        room: A room of the rig.
        topic: Posts of one topic.
        limit: At most so many, 1 to 1000.
        """
        found: types.Posts = self._ask(
            "room/wait",
            {
                "rig": rig,
                "since": since,
                "timeoutSeconds": timeout_seconds,
                "room": room,
                "topic": topic,
                "limit": limit,
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


class Snapshot:
    """`snapshot/…`"""

    def __init__(self, ask: AskNow) -> None:
        self._ask = ask

    def create(
        self,
        rig: str,
    ) -> types.SnapshotResult:
        """Take a snapshot of a rig now.

        A rig by name.

        rig: A rig's name.
        """
        found: types.SnapshotResult = self._ask(
            "snapshot/create",
            {
                "rig": rig,
            },
        )
        return found

    def diff(
        self,
        id: str,
        *,
        other: str | None = None,
    ) -> types.SnapshotChanges:
        """What changed between two snapshots, or since one.

        Against another snapshot, or against now.

        id: The id.
        other: Another snapshot; without it, the rig as it is now.
        """
        found: types.SnapshotChanges = self._ask(
            "snapshot/diff",
            {
                "id": id,
                "other": other,
            },
        )
        return found

    def get(
        self,
        id: str,
    ) -> types.SnapshotResult:
        """One snapshot.

        A snapshot by id.

        id: The id.
        """
        found: types.SnapshotResult = self._ask(
            "snapshot/get",
            {
                "id": id,
            },
        )
        return found

    def list(
        self,
        rig: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> types.Snapshots:
        """Snapshots of a rig, newest first.

        Of one rig, newest first.

        rig: A rig's name.
        limit: At most so many, 1 to 1000.
        cursor: Where to go on: the last page's `nextCursor`.
        """
        found: types.Snapshots = self._ask(
            "snapshot/list",
            {
                "rig": rig,
                "limit": limit,
                "cursor": cursor,
            },
        )
        return found

    def restore(
        self,
        id: str,
        *,
        only: Sequence[str] | None = None,
        fresh: Sequence[str] | None = None,
        plan_id: str | None = None,
    ) -> types.Restored:
        """Bring agents back as a snapshot has them, by plan.

        Where a running agent would be stopped, the error `rig-changed` names the plan; with its `planId` it is
        done.

        Of every agent, or of some.

        id: The id.
        only: Only these agents.
        fresh: These agents start a new conversation, on purpose.
        plan_id: Do exactly what this plan says.
        """
        found: types.Restored = self._ask(
            "snapshot/restore",
            {
                "id": id,
                "only": only,
                "fresh": fresh,
                "planId": plan_id,
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


class Task:
    """`task/…`"""

    def __init__(self, ask: AskNow) -> None:
        self._ask = ask

    def claim(
        self,
        id: str,
    ) -> types.TaskResult:
        """Become the owner of a task; its `fence` proves it from then on.

        Who holds it already gets it again. A refusal says who holds it, since when, and who may act.

        A task by id.

        id: The id.
        """
        found: types.TaskResult = self._ask(
            "task/claim",
            {
                "id": id,
            },
        )
        return found

    def claim_next(
        self,
        *,
        rig: str | None = None,
        tag: str | None = None,
    ) -> types.TaskResult:
        """Become the owner of the next task that is for you.

        The most urgent one; or the one that you have in progress already, so that saying it again is safe. Where
        several ask, nobody gets far ahead of the others.

        The fairest next task for the caller; of one rig, or with a tag.

        rig: A rig's name.
        tag: Only a task with this tag.
        """
        found: types.TaskResult = self._ask(
            "task/claimNext",
            {
                "rig": rig,
                "tag": tag,
            },
        )
        return found

    def comment(
        self,
        *,
        id: str,
        text: str,
    ) -> types.TaskResult:
        """Remark on a task; its owner and its maker are told.

        A remark by anybody who may talk.

        id: The id.
        text: The text, at most 1 MiB.
        """
        found: types.TaskResult = self._ask(
            "task/comment",
            {
                "id": id,
                "text": text,
            },
        )
        return found

    def create(
        self,
        *,
        rig: str,
        title: str,
        to: str,
        body: str | None = None,
        priority: int | None = None,
        urgency: Literal["fast", "routine", "deep", "critical"] | None = None,
        tags: Sequence[str] | None = None,
        parent: str | None = None,
        blockers: Sequence[str] | None = None,
        evidence: str | None = None,
        due_in_seconds: float | None = None,
        idempotency_key: str | None = None,
    ) -> types.TaskResult:
        """Create a task for an agent, a group or the person.

        Whom it is for is told by a message; of a group, the one with the least to do. One for `human@RIG` is a
        question in the inbox; its answer comes back as a message.

        For an agent, a group or `human@rig`. Due by its urgency, unless `dueInSeconds` says when.

        rig: A rig's name.
        title: What is to be done, in a line.
        to: An agent, a group or `human@rig`.
        body: What is to be done, at length.
        priority: Higher is sooner.
        urgency: How fast somebody should see to it.
        tags: Words to find it by.
        parent: The task this one is a part of.
        blockers: Ids of tasks this one waits for.
        evidence: What shows that it is done.
        due_in_seconds: When it is due, seconds from now and again from each claim; without it, by urgency.
        idempotency_key: Said again with the same key, it happens once; kept for ever.
        """
        found: types.TaskResult = self._ask(
            "task/create",
            {
                "rig": rig,
                "title": title,
                "to": to,
                "body": body,
                "priority": priority,
                "urgency": urgency,
                "tags": tags,
                "parent": parent,
                "blockers": blockers,
                "evidence": evidence,
                "dueInSeconds": due_in_seconds,
                "idempotencyKey": idempotency_key,
            },
        )
        return found

    def force_release(
        self,
        *,
        id: str,
        why: str,
    ) -> types.TaskResult:
        """Take a task from its owner, with a reason.

        Somebody who may takes it from its owner, and says why.

        id: The id.
        why: The reason, for its owner and the journal.
        """
        found: types.TaskResult = self._ask(
            "task/forceRelease",
            {
                "id": id,
                "why": why,
            },
        )
        return found

    def get(
        self,
        id: str,
    ) -> types.TaskResult:
        """One task, with all that was said of it.

        A task by id.

        id: The id.
        """
        found: types.TaskResult = self._ask(
            "task/get",
            {
                "id": id,
            },
        )
        return found

    def handoff(
        self,
        *,
        id: str,
        to: str,
        fence: int | None = None,
        title: str | None = None,
        body: str | None = None,
        idempotency_key: str | None = None,
    ) -> types.HandedOff:
        """Close your task and hand its successor to somebody else, in one step.

        Closes this task and creates its successor in one transaction.

        id: The id.
        to: An agent, a group or `human@rig`.
        fence: The number the claim gave; proves that the claim still holds.
        title: What is to be done, in a line.
        body: What is to be done, at length.
        idempotency_key: Said again with the same key, it happens once; kept for ever.
        """
        found: types.HandedOff = self._ask(
            "task/handoff",
            {
                "id": id,
                "to": to,
                "fence": fence,
                "title": title,
                "body": body,
                "idempotencyKey": idempotency_key,
            },
        )
        return found

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        rig: str | None = None,
        owner: str | None = None,
        to: str | None = None,
        state: types.TaskState | None = None,
        tag: str | None = None,
    ) -> types.Tasks:
        """Tasks, most urgent first.

        By rig, owner, destination, state or tag.

        limit: At most so many, 1 to 1000.
        cursor: Where to go on: the last page's `nextCursor`.
        rig: A rig's name.
        owner: Only tasks of this owner.
        to: Only tasks for this destination.
        state: Only those in this state.
        tag: Only tasks with this tag.
        """
        found: types.Tasks = self._ask(
            "task/list",
            {
                "limit": limit,
                "cursor": cursor,
                "rig": rig,
                "owner": owner,
                "to": to,
                "state": state,
                "tag": tag,
            },
        )
        return found

    def release(
        self,
        id: str,
        *,
        fence: int | None = None,
    ) -> types.TaskResult:
        """Give a task back.

        The owner gives it back, proven by its fence.

        id: The id.
        fence: The number the claim gave; proves that the claim still holds.
        """
        found: types.TaskResult = self._ask(
            "task/release",
            {
                "id": id,
                "fence": fence,
            },
        )
        return found

    def update(
        self,
        id: str,
        *,
        fence: int | None = None,
        state: types.TaskState | None = None,
        title: str | None = None,
        body: str | None = None,
        priority: int | None = None,
        urgency: Literal["fast", "routine", "deep", "critical"] | None = None,
        tags: Sequence[str] | None = None,
        blockers: Sequence[str] | None = None,
        evidence: str | None = None,
        closure_reason: Literal["handedOff", "blockedOn", "denied", "cancelled", "noFollowOn", "escalation"]
        | None = None,
        closure_target: str | None = None,
        comment: str | None = None,
        deleted: bool | None = None,
    ) -> types.TaskResult:
        """Change a task you own, or close it.

        Its maker may change and cancel it while nobody holds it; the person may always. `deleted` puts it out of
        the lists, or back.

        The owner's changes, proven by its fence. `comment` goes with them: to a task for the person it is the
        answer.

        id: The id.
        fence: The number the claim gave; proves that the claim still holds.
        state: Only those in this state.
        title: What is to be done, in a line.
        body: What is to be done, at length.
        priority: Higher is sooner.
        urgency: How fast somebody should see to it.
        tags: Words to find it by.
        blockers: Ids of tasks this one waits for.
        evidence: What shows that it is done.
        closure_reason: Why the task is closed.
        closure_target: What the reason points to: a task, an agent.
        comment: Said with the change; to a task for the person it is the answer.
        deleted: Put it out of every list, or (false) back.
        """
        found: types.TaskResult = self._ask(
            "task/update",
            {
                "id": id,
                "fence": fence,
                "state": state,
                "title": title,
                "body": body,
                "priority": priority,
                "urgency": urgency,
                "tags": tags,
                "blockers": blockers,
                "evidence": evidence,
                "closureReason": closure_reason,
                "closureTarget": closure_target,
                "comment": comment,
                "deleted": deleted,
            },
        )
        return found


class Token:
    """`token/…`"""

    def __init__(self, ask: AskNow) -> None:
        self._ask = ask

    def list(self) -> types.Tokens:
        """The tokens that live, without their secrets."""
        found: types.Tokens = self._ask("token/list", {})
        return found

    def mint(
        self,
        name: str,
        *,
        scopes: Sequence[Literal["read", "talk", "steer", "shape"]] | None = None,
        rig: str | None = None,
        origins: Sequence[str] | None = None,
        expires_in_seconds: float | None = None,
    ) -> types.TokenMinted:
        """Make a token for a service, with scopes, an end, and the web pages that may use it.

        `name` is who comes with it: `service:NAME`. It may do what its scopes say, in one rig where that is named.

        name: Who comes with it; it is then `service:NAME`.
        scopes: What it may do: any of read, talk, steer, shape.
        rig: The one rig it may reach; every rig where it is left out.
        origins: Web pages that may use it, as `https://HOST` or `http://HOST:PORT`.
        expires_in_seconds: It ends after so long, and every connection opened with it, seconds.
        """
        found: types.TokenMinted = self._ask(
            "token/mint",
            {
                "name": name,
                "scopes": scopes,
                "rig": rig,
                "origins": origins,
                "expiresInSeconds": expires_in_seconds,
            },
        )
        return found

    def revoke(
        self,
        token: str,
    ) -> types.Empty:
        """End a token, and every connection that was opened with it, at once.

        A token by its id, or all of a name; `operator` makes a new one in its file.

        token: A token's id, or the name of all that end.
        """
        found: types.Empty = self._ask(
            "token/revoke",
            {
                "token": token,
            },
        )
        return found


class Transcript:
    """`transcript/…`"""

    def __init__(self, ask: AskNow) -> None:
        self._ask = ask

    def read(
        self,
        agent: str,
        *,
        offset: int | None = None,
        lines: int | None = None,
    ) -> types.TranscriptResult:
        """What an agent's pane printed, by offset.

        Offsets count the pane's bytes, as those of `agent/watch` do, and go on after a restart; `text` is without
        escape sequences, and without secrets of known shapes. Go on from `nextOffset`. What is very old is gone:
        then `offset` is the first that is kept.

        From byte `offset`, at most so many `lines`; without it the last `lines` (200).

        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        offset: From this byte of what the pane printed.
        lines: At most so many lines, the last ones.
        """
        found: types.TranscriptResult = self._ask(
            "transcript/read",
            {
                "agent": agent,
                "offset": offset,
                "lines": lines,
            },
        )
        return found

    def search(
        self,
        query: str,
        *,
        rig: str | None = None,
        agent: str | None = None,
        limit: int | None = None,
    ) -> types.Hits:
        """Search what agents' panes printed; the best lines first.

        `rank` is lower the better a line fits; `offset` is where it begins: read on from there with
        `transcript/read`. What was printed since the last search is indexed first, which takes a while where it is
        much.

        Words, as SQLite's FTS5 reads them.

        query: Words to look for.
        rig: A rig's name.
        agent: An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
        limit: At most so many, 1 to 1000.
        """
        found: types.Hits = self._ask(
            "transcript/search",
            {
                "query": query,
                "rig": rig,
                "agent": agent,
                "limit": limit,
            },
        )
        return found


class Watchdog:
    """`watchdog/…`"""

    def __init__(self, ask: AskNow) -> None:
        self._ask = ask

    def list(
        self,
        *,
        rig: str | None = None,
    ) -> types.Watchdogs:
        """The reminders of a rig.

        Of all rigs, or one.

        rig: A rig's name.
        """
        found: types.Watchdogs = self._ask(
            "watchdog/list",
            {
                "rig": rig,
            },
        )
        return found

    def stop(
        self,
        id: str,
    ) -> types.WatchdogResult:
        """Stop a reminder, until its rig comes up again.

        A watchdog by id.

        id: The id.
        """
        found: types.WatchdogResult = self._ask(
            "watchdog/stop",
            {
                "id": id,
            },
        )
        return found


class Calls:
    """All nouns."""

    def __init__(self, ask: AskNow) -> None:
        self.agent = Agent(ask)
        self.audit = Audit(ask)
        self.event = Event(ask)
        self.inbox = Inbox(ask)
        self.message = Message(ask)
        self.rig = Rig(ask)
        self.room = Room(ask)
        self.rpc = Rpc(ask)
        self.session = Session(ask)
        self.snapshot = Snapshot(ask)
        self.system = System(ask)
        self.task = Task(ask)
        self.token = Token(ask)
        self.transcript = Transcript(ask)
        self.watchdog = Watchdog(ask)
