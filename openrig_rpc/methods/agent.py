"""Agents: see, attach, steer, find and take over."""

import time
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from ..coordination.secrets import redacted
from ..model.agent import Agent, AgentState, Evidence, Prompt
from ..model.base import Empty, Model, Params, Read
from ..model.errors import AgentNotFound, AgentNotRunning, InvalidParams, NotPermitted
from ..model.event import Steered
from ..model.principal import Principal, Tier
from ..model.rig import Edge
from ..model.spec import Grant
from ..observe.explain import explain_agent, explain_screen
from ..rpc import Context, NoParams, method, planned
from ..store.rows import AgentRow
from ..store.writer import Tx
from ..tmux.pane import PaneGone, Text
from .shapes import (
    AddressText,
    AgentOutcomeResult,
    AgentRef,
    AgentResult,
    Listed,
    Page,
    Seconds,
    page,
    shown_edges,
)


class AgentList(Page):
    """Agents of all rigs the caller may see, or of one rig, pod or state."""

    rig: str | None = None
    pod: str | None = None
    state: AgentState | None = None


class Agents(Listed):
    """A page of agents."""

    agents: list[Agent]


class AgentAttach(Params):
    """`readOnly` shows without typing."""

    agent: AddressText
    read_only: bool = False


class Attachment(Model):
    """Run `argv` with `env` added (null: removed) in `cwd`, in any terminal."""

    argv: list[str]
    env: dict[str, str | None]
    cwd: str


class AgentCapture(Params):
    """The visible screen, or the last `lines` with `history`; `ansi` keeps colours."""

    agent: AddressText
    lines: Annotated[int, Field(ge=1, le=10_000)] | None = None
    history: bool = False
    ansi: bool = False


class Cursor(Model):
    """0-based column and row of the visible screen."""

    x: int
    y: int


class Captured(Read):
    """A pane's text."""

    text: str
    columns: int
    rows: int
    cursor: Cursor
    truncated: bool = False


class AgentWatch(Params):
    """At most `maxRate` notifications a second."""

    agent: AddressText
    max_rate: Annotated[float, Field(gt=0, le=60)] = 20


class Watched(Read):
    """The screen now; `agent/output` goes on from `offset` (bytes the pane has printed)."""

    screen: str
    offset: int
    columns: int
    rows: int


class AgentStart(Params):
    """`fresh` starts a new conversation, `conversation` a named one; neither: as its restore policy says."""

    agent: AddressText
    fresh: bool = False
    conversation: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if self.fresh and self.conversation is not None:
            raise ValueError("give `fresh` or `conversation`, not both")
        return self


class AgentFork(Params):
    """The new member of the same pod that continues the agent's conversation on its own."""

    agent: AddressText
    member: str


class AgentHandover(Params):
    """The successor takes the address; `to` names its runtime where that changes."""

    agent: AddressText
    to: str | None = None


class TypedText(Params):
    """Text typed as it is."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=8192)]


KeyName = Annotated[str, StringConstraints(min_length=1, max_length=32)]


class AgentKeys(Params):
    """tmux key names (`"Enter"`, `"C-c"`), and `{text}` typed as it is."""

    agent: AddressText
    keys: Annotated[list[KeyName | TypedText], Field(min_length=1, max_length=256)]


class PromptResult(Read):
    """The open prompt, or none."""

    prompt: Prompt | None = None


class AgentAnswer(Params):
    """Answers exactly that prompt, by one of its choices or by text."""

    agent: AddressText
    prompt_id: str
    choice: str | None = None
    text: str | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.choice is None and self.text is None:
            raise ValueError("give `choice` or `text`")
        return self


class AgentWait(Params):
    """Until the agent is in one of `state`, at most `timeoutSeconds`."""

    agent: AddressText
    state: Annotated[list[AgentState], Field(min_length=1)]
    timeout_seconds: Seconds


class Waited(AgentResult):
    """How long it took, and whether the time ran out first."""

    waited_seconds: float
    timed_out: bool


class AgentExplain(Params):
    """An agent, or a recorded screen (`capture-pane -e`) of a runtime."""

    agent: str | None = None
    runtime: str | None = None
    screen: str | None = None
    title: str | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.agent is None) == (self.runtime is None or self.screen is None):
            raise ValueError("give `agent`, or `runtime` and `screen`")
        return self


class ScreenPrompt(Model):
    """A prompt as a screen shows it."""

    kind: str
    question: str
    choices: list[str]


class Explained(Read):
    """Which rule or signal decided, and what the composer holds."""

    state: AgentState
    reason: str
    rule: str | None = None
    sources: list[Evidence]
    draft: str | None = None
    prompt: ScreenPrompt | None = None


class AgentReport(Params):
    """What a harness's hook says; `payload` is the hook's own JSON, bounded."""

    event: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    at: str | None = None
    pid: int | None = None
    harness: str | None = None
    payload: dict[str, Any] = Field(default_factory=dict)
    waits: bool = False


class Decision(Model):
    """A person's answer to a permission, for the hook to hand on."""

    behavior: Literal["allow", "deny"]
    message: str | None = None


class Reported(Model):
    """Empty, or the answer that a waiting hook asked for."""

    decision: Decision | None = None


class EdgesOf(Model):
    """Edges that touch the caller; `in` on the wire."""

    incoming: list[Edge] = Field(alias="in")
    out: list[Edge]


class Whoami(Read):
    """Who the caller is, whom it can reach and what it may."""

    principal: Principal
    agent: Agent | None = None
    rig: str | None = None
    peers: list[Agent]
    edges: EdgesOf
    grants: list[Grant]


@method("agent/list", Tier.READ)
async def list_agents(ctx: Context, params: AgentList) -> Agents:
    """Agents with their state and the evidence for it."""
    roster = ctx.engine.store.roster
    if params.rig is not None:
        rows = roster.members(ctx.engine.directory.rig(params.rig).id)
    else:
        rows = [row for rig in roster.visible(ctx.principal) for row in roster.members(rig.id)]
    fitting = [
        row.id
        for row in rows
        if (params.pod is None or row.pod == params.pod) and (params.state is None or row.state is params.state)
    ]
    found, more = page(fitting, params)
    return Agents(seq=ctx.engine.store.seq, agents=[roster.noun(agent_id) for agent_id in found], next_cursor=more)


@method("agent/get", Tier.READ)
async def get(ctx: Context, params: AgentRef) -> AgentResult:
    """One agent and what is known of it now."""
    row = ctx.engine.directory.agent(params.agent, ctx.principal)
    return AgentResult(seq=ctx.engine.store.seq, agent=ctx.engine.store.roster.noun(row.id))


@method("agent/attach", Tier.READ)
async def attach(ctx: Context, params: AgentAttach) -> Attachment:
    """The command that shows the agent's session in any terminal."""
    row = running(ctx, params.agent, dead=True)
    argv = await ctx.engine.tmux.attach_argv(pane(row), read_only=params.read_only)
    return Attachment(argv=argv, env={"TMUX": None, "TMUX_PANE": None}, cwd=row.cwd)


@method("agent/capture", Tier.READ)
async def capture(ctx: Context, params: AgentCapture) -> Captured:
    """What the agent's pane shows, without secrets of known shapes."""
    row = running(ctx, params.agent, dead=True)
    found = await ctx.engine.tmux.capture(pane(row), params.lines, history=params.history, ansi=params.ansi)
    return Captured(
        seq=ctx.engine.store.seq,
        text=redacted(found.text),
        columns=found.columns,
        rows=found.rows,
        cursor=Cursor(x=found.cursor[0], y=found.cursor[1]),
        truncated=found.truncated,
    )


@method("agent/watch", Tier.READ, waits=True)
async def watch(ctx: Context, params: AgentWatch) -> Watched:
    """The screen now, then `agent/output` as the pane prints."""
    row = running(ctx, params.agent)
    streams = ctx.engine.streams
    # The screen first, then what comes after it: a byte in between may be seen twice, none is missed.
    offset = streams.watch(row.id, row.address, ctx.connection, params.max_rate)
    ctx.connection.on_close(lambda: streams.leave(ctx.connection))
    found = await ctx.engine.tmux.capture(pane(row), ansi=True)
    return Watched(seq=ctx.engine.store.seq, screen=found.text, offset=offset, columns=found.columns, rows=found.rows)


@method("agent/unwatch", Tier.READ)
async def unwatch(ctx: Context, params: AgentRef) -> Empty:
    """No more `agent/output` for this agent on this connection."""
    row = ctx.engine.directory.agent(params.agent, ctx.principal)
    ctx.engine.streams.unwatch(row.id, ctx.connection)
    return Empty()


@method("agent/start", Tier.STEER, waits=True)
async def start(ctx: Context, params: AgentStart) -> AgentOutcomeResult:
    """Start a stopped, exited or failed agent, by default with the conversation it had."""
    row = ctx.engine.directory.agent(params.agent, ctx.principal)
    ctx.release()
    outcome = await ctx.engine.rigs.start(row, ctx.actor, fresh=params.fresh, conversation=params.conversation)
    return AgentOutcomeResult(agent=ctx.engine.store.roster.noun(row.id), outcome=outcome)


@method("agent/stop", Tier.STEER)
async def stop(ctx: Context, params: AgentRef) -> AgentOutcomeResult:
    """Stop an agent on purpose; its messages are held."""
    row = ctx.engine.directory.agent(params.agent, ctx.principal)
    outcome = await ctx.engine.rigs.stop(row, ctx.actor)
    return AgentOutcomeResult(agent=ctx.engine.store.roster.noun(row.id), outcome=outcome)


@method("agent/restart", Tier.STEER, waits=True)
async def restart(ctx: Context, params: AgentStart) -> AgentOutcomeResult:
    """Stop and start an agent, by default with the same conversation."""
    row = ctx.engine.directory.agent(params.agent, ctx.principal)
    ctx.release()
    outcome = await ctx.engine.rigs.start(
        row, ctx.actor, fresh=params.fresh, conversation=params.conversation, again=True
    )
    return AgentOutcomeResult(agent=ctx.engine.store.roster.noun(row.id), outcome=outcome)


@planned("agent/fork", Tier.SHAPE, waits=True)
async def fork(ctx: Context, params: AgentFork) -> AgentResult:
    """A new member that continues this agent's conversation on its own."""
    raise NotImplementedError


@planned("agent/handover", Tier.SHAPE, waits=True)
async def handover(ctx: Context, params: AgentHandover) -> AgentResult:
    """A successor takes the address over with what its predecessor left."""
    raise NotImplementedError


@method("agent/interrupt", Tier.STEER)
async def interrupt(ctx: Context, params: AgentRef) -> AgentResult:
    """Stop the agent's current turn, as its harness does on Escape."""
    row = running(ctx, params.agent)
    keys = ctx.engine.shelf.get(row.runtime).manners.interrupt
    await steer(ctx, row, "interrupt", list(keys), list(keys))
    return AgentResult(seq=ctx.engine.store.seq, agent=ctx.engine.store.roster.noun(row.id))


@method("agent/keys", Tier.STEER)
async def keys(ctx: Context, params: AgentKeys) -> AgentResult:
    """Type raw keys into the pane, on purpose; journalled."""
    row = running(ctx, params.agent)
    typed: list[str | Text] = [Text(key.text) if isinstance(key, TypedText) else key for key in params.keys]
    told = [f"{len(key.text)} characters" if isinstance(key, TypedText) else key for key in params.keys]
    await steer(ctx, row, "keys", typed, told)
    return AgentResult(seq=ctx.engine.store.seq, agent=ctx.engine.store.roster.noun(row.id))


@method("agent/prompt", Tier.READ)
async def prompt(ctx: Context, params: AgentRef) -> PromptResult:
    """The open question in the agent's pane."""
    row = ctx.engine.directory.agent(params.agent, ctx.principal)
    return PromptResult(seq=ctx.engine.store.seq, prompt=row.prompt)


@method("agent/answer", Tier.STEER)
async def answer(ctx: Context, params: AgentAnswer) -> AgentResult:
    """Answer exactly that prompt; refused when it changed or was answered.

    `choice` is one of the prompt's choices, by id or label; `text` does the same, or goes along with a denial to a
    harness whose hook waits.
    """
    row = ctx.engine.directory.agent(params.agent, ctx.principal)
    async with ctx.engine.post.lock(row.id):
        await ctx.engine.answers.give(row, params.prompt_id, params.choice, params.text, ctx.actor)
    return AgentResult(seq=ctx.engine.store.seq, agent=ctx.engine.store.roster.noun(row.id))


@method("agent/wait", Tier.READ, waits=True)
async def wait(ctx: Context, params: AgentWait) -> Waited:
    """Wait until the agent is in one of the states."""
    row = ctx.engine.directory.agent(params.agent, ctx.principal)
    ctx.release()
    wanted = frozenset(params.state)
    began = time.monotonic()
    found = await ctx.engine.waiting.until(row.id, lambda each: each.state in wanted, params.timeout_seconds)
    if found is None:
        raise AgentNotFound(f"{row.address} left its rig", "while it was waited for", "see `rig ps`", near=[])
    return Waited(
        seq=ctx.engine.store.seq,
        agent=ctx.engine.store.roster.noun(row.id),
        waited_seconds=round(time.monotonic() - began, 3),
        timed_out=found.state not in wanted,
    )


@method("agent/explain", Tier.READ)
async def explain(ctx: Context, params: AgentExplain) -> Explained:
    """Which rule or signal decided the state, and what the composer holds."""
    engine = ctx.engine
    if params.agent is not None:
        row = engine.directory.agent(params.agent, ctx.principal)
        found = await explain_agent(row, engine.shelf.get(row.runtime), engine.eyes, engine.observer)
    else:
        runtime = engine.shelf.get(params.runtime or "")
        found = explain_screen(runtime, params.screen or "", params.title or "")
    prompt = None
    if found.prompt is not None:
        labels = [choice.label for choice in found.prompt.choices]
        prompt = ScreenPrompt(kind=found.prompt.kind, question=found.prompt.question, choices=labels)
    return Explained(
        seq=engine.store.seq,
        state=found.state,
        reason=found.reason,
        rule=found.rule,
        sources=found.sources,
        draft=found.draft,
        prompt=prompt,
    )


@method("agent/report", Tier.REPORT, waits=True)
async def report(ctx: Context, params: AgentReport) -> Reported:
    """What the agent's own harness reports; accepted only from the agent itself.

    With `waits`, a permission is answered when somebody answers it, or when it is over.
    """
    row = ctx.engine.store.roster.agents.get(ctx.principal.agent_id or "")
    if row is None or ctx.principal.generation != row.generation:
        raise NotPermitted(
            f"{ctx.principal} is not running any more",
            "another one took its place",
            "nothing to do",
            needs="generation",
        )
    observer = ctx.engine.observer
    held = await observer.report(row, params.event, params.payload, params.at, waits=params.waits)
    if held is None:
        return Reported()
    try:
        ctx.release()
        decided = await held.answer
    finally:
        observer.left(row, held)
    return Reported(decision=Decision(behavior=decided.behaviour, message=decided.message) if decided else None)


@method("agent/whoami", Tier.READ)
async def whoami(ctx: Context, params: NoParams) -> Whoami:
    """Who the caller is, its peers and edges, and what it may do."""
    engine, roster = ctx.engine, ctx.engine.store.roster
    row = roster.agents.get(ctx.principal.agent_id or "")
    own = roster.rig_of(ctx.principal)
    peers = [
        roster.noun(each.id)
        for rig in roster.visible(ctx.principal)
        for each in roster.members(rig.id)
        if each is not row
    ]
    edges = shown_edges(own) if own is not None else []
    address = row.address if row is not None else None
    return Whoami(
        seq=engine.store.seq,
        principal=ctx.principal,
        agent=roster.noun(row.id) if row is not None else None,
        rig=own.name if own is not None else None,
        peers=peers,
        edges=EdgesOf(
            incoming=[edge for edge in edges if edge.target == address],
            out=[edge for edge in edges if edge.source == address],
        ),
        grants=engine.policy.grants(ctx.principal),
    )


def running(ctx: Context, address: str, *, dead: bool = False) -> AgentRow:
    """The agent, which must have a process; `dead`: or at least the pane of one. Raises AgentNotRunning."""
    row = ctx.engine.directory.agent(address, ctx.principal)
    if row.pane is None or not (dead or row.running):
        raise AgentNotRunning(
            f"{row.address} is {row.state.value}",
            row.reason or row.evidence.detail,
            f"start it: rig start {row.address}",
            agent=row.address,
            state=row.state.value,
        )
    return row


def pane(row: AgentRow) -> str:
    """The tmux pane of an agent that has one."""
    assert row.pane is not None
    return row.pane.pane


async def steer(ctx: Context, row: AgentRow, action: str, keys: list[str | Text], told: list[str]) -> None:
    """Type keys inside the agent's lock; who did it is in the journal first."""
    steered = Steered(agent=row.address, action=action, keys=told)

    async def unit(tx: Tx) -> None:
        tx.emit("agent.steered", steered, rig=row.rig, agent=row.address)

    async with ctx.engine.post.lock(row.id):
        await ctx.engine.store.write(ctx.actor, unit)
        try:
            await ctx.engine.tmux.keys(pane(row), keys)
        except PaneGone:
            raise AgentNotRunning(
                f"the pane of {row.address} is gone", "its process ended", f"start it: rig start {row.address}",
                agent=row.address,
            ) from None  # fmt: skip
        except ValueError as error:
            raise InvalidParams(
                "one of the keys is unknown",
                str(error),
                'use tmux\'s names ("Enter", "C-c"), or {"text": "..."} for text',
                errors=[{"path": "keys", "message": str(error)}],
            ) from None
