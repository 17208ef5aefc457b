# ruff: noqa: N815 - the wire's own names
"""What travels. Written by `make generate` from the table of methods; not to be edited.

Readers ignore members and values that they don't know: a newer daemon may send more than is written here.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

AgentState = Literal[
    "starting",
    "idle",
    "busy",
    "needsInput",
    "stopped",
    "exited",
    "failed",
    "unknown",
]
"""What an agent does. `unknown` is an answer."""

EdgeKind = Literal[
    "delegates_to",
    "spawned_by",
    "can_observe",
    "collaborates_with",
    "escalates_to",
]
"""The five kinds of the RigSpec."""

Grant = Literal[
    "read",
    "talk",
    "steer",
    "shape",
    "message",
    "observe",
    "assign",
    "answer",
    "keys",
    "interrupt",
    "start",
    "stop",
    "up",
    "down",
    "add",
    "remove",
    "adopt",
    "rollback",
    "services",
    "discover",
]
"""What a rig can grant an agent: a whole tier, or one action of it."""

MessageState = Literal[
    "accepted",
    "held",
    "delivering",
    "delivered",
    "submitted",
    "failed",
    "expired",
    "cancelled",
    "indeterminate",
]
"""The receipt. Nothing says more than was seen."""

Outcome = Literal[
    "launched",
    "resumed",
    "fresh",
    "adopted",
    "alreadyRunning",
    "awaitingDecision",
    "failed",
    "skipped",
    "stopped",
]
"""What became of an agent in an operation; the same words everywhere."""

PromptKind = Literal[
    "permission",
    "question",
    "trust",
    "login",
    "update",
    "hookReview",
    "apiKey",
]
"""What a person is asked for in an agent's pane."""

RigState = Literal[
    "up",
    "partial",
    "stopped",
]
"""`up` while it is meant to run, `stopped` after a down; `partial` when some of its agents are not running."""

ServiceState = Literal[
    "starting",
    "healthy",
    "unhealthy",
    "exited",
    "stopped",
]
"""What a service does, by its readiness checks."""

Severity = Literal[
    1,
    2,
    3,
    4,
]
"""LSP's DiagnosticSeverity."""

SnapshotKind = Literal[
    "down",
    "preRestore",
    "periodic",
    "manual",
]
"""Why it was taken."""

TaskState = Literal[
    "pending",
    "inProgress",
    "blocked",
    "done",
    "failed",
    "cancelled",
    "handedOff",
]
"""The enforced state machine."""

Tier = Literal[
    "open",
    "read",
    "talk",
    "steer",
    "shape",
    "report",
]
"""What a method needs. `open` methods need nothing, `report` only the agent itself."""

ErrorKind = Literal[
    "cancelled",
    "parse-error",
    "internal-error",
    "invalid-params",
    "method-not-found",
    "invalid-request",
    "not-initialized",
    "rig-not-found",
    "agent-not-found",
    "message-not-found",
    "task-not-found",
    "snapshot-not-found",
    "service-not-found",
    "candidate-gone",
    "ambiguous-address",
    "spec-invalid",
    "rig-changed",
    "plan-stale",
    "needs-trust",
    "rig-not-up",
    "agent-not-running",
    "prompt-open",
    "prompt-changed",
    "already-answered",
    "not-permitted",
    "unauthenticated",
    "idempotency-conflict",
    "mailbox-full",
    "payload-too-large",
    "task-held",
    "fence-stale",
    "transition-refused",
    "work-held",
    "since-too-old",
    "runtime-missing",
    "tmux-unavailable",
    "storage",
    "snapshot-unusable",
    "incompatible-daemon",
]
"""`data.kind` of an error."""

EventKind = Literal[
    "rig.up",
    "rig.down",
    "rig.changed",
    "rig.deleted",
    "agent.added",
    "agent.removed",
    "agent.stateChanged",
    "agent.promptOpened",
    "agent.promptClosed",
    "agent.contextChanged",
    "agent.steered",
    "agent.refused",
    "message.accepted",
    "message.held",
    "message.delivering",
    "message.delivered",
    "message.submitted",
    "message.failed",
    "message.expired",
    "message.cancelled",
    "message.indeterminate",
    "inbox.changed",
    "room.posted",
    "task.created",
    "task.claimed",
    "task.changed",
    "snapshot.created",
    "snapshot.restored",
    "service.changed",
    "watchdog.fired",
    "system.started",
    "system.stopping",
]
"""`kind` of an event."""

OpenRpcDocument = dict[str, Any]
"""An OpenRPC document."""


class Action(TypedDict):
    """One step of a plan, in the order it would be taken."""

    kind: Literal["start", "stop", "restart", "add", "remove", "change", "keep", "service", "await"]
    agent: NotRequired[str | None]
    detail: str


class Agent(TypedDict):
    """One member of a rig and what is known of it now."""

    id: str
    generation: int
    address: str
    rig: str
    pod: str
    member: str
    runtime: str
    label: NotRequired[str | None]
    model: NotRequired[str | None]
    cwd: str
    state: AgentState
    stateSince: str
    evidence: Evidence
    unread: NotRequired[int]
    held: NotRequired[int]
    conversation: NotRequired[str | None]
    context: NotRequired[ContextUse | None]
    prompt: NotRequired[Prompt | None]
    exitCode: NotRequired[int | None]
    reason: NotRequired[str | None]


class AgentOutcome(TypedDict):
    """One agent's outcome; `reason` and `next` say why and what to do where it isn't plain success."""

    address: str
    outcome: Outcome
    state: AgentState
    reason: NotRequired[str | None]
    next: NotRequired[str | None]


class AgentOutcomeResult(TypedDict):
    """One agent and what became of it."""

    agent: Agent
    outcome: AgentOutcome


class AgentRemoved(TypedDict):
    """The address and id that are gone."""

    address: str
    id: str


class AgentResult(TypedDict):
    """One agent."""

    seq: NotRequired[int]
    agent: Agent


class Agents(TypedDict):
    """A page of agents."""

    seq: NotRequired[int]
    nextCursor: NotRequired[str | None]
    agents: list[Agent]


class AgentsResult(TypedDict):
    """What became of each agent."""

    agents: list[AgentOutcome]


class Attachment(TypedDict):
    """Run `argv` with `env` added (null: removed) in `cwd`, in any terminal."""

    argv: list[str]
    env: dict[str, str | None]
    cwd: str


class AuditPage(TypedDict):
    """A page of mutations with their hashes."""

    events: list[AuditRow]
    nextSince: NotRequired[int | None]


class AuditRow(TypedDict):
    """A mutation with the digests of its noun before and after, and its hash.

    `hash` is SHA-256 over the JSON list of the hash before ("" at first), seq, time, kind, rig, agent, actor,
    before, and after. `purged`: the body was removed; its digest stays.
    """

    seq: int
    time: str
    kind: str
    rig: NotRequired[str | None]
    agent: NotRequired[str | None]
    actor: str
    data: NotRequired[dict[str, Any]]
    before: NotRequired[str | None]
    after: str
    hash: str
    purged: NotRequired[bool | None]


class Candidate(TypedDict):
    """A process that looks like an agent, found outside any rig."""

    id: str
    runtime: str
    confidence: Literal["certain", "likely", "guess"]
    evidence: list[str]
    socket: str
    pane: str
    pid: int
    cwd: str
    conversation: NotRequired[str | None]


class Captured(TypedDict):
    """A pane's text."""

    seq: NotRequired[int]
    text: str
    columns: int
    rows: int
    cursor: Cursor
    truncated: NotRequired[bool]


class Check(TypedDict):
    """One line of `system/doctor`; `fix` is the exact command or step that mends it."""

    name: str
    ok: bool
    detail: str
    fix: NotRequired[str | None]


class Choice(TypedDict):
    """One answer a prompt offers; `key` is what the pane would be given."""

    id: str
    label: str
    key: NotRequired[str | None]


class ClientInfo(TypedDict):
    """The program that connects."""

    name: str
    version: NotRequired[str | None]


class Comment(TypedDict):
    """A remark on a task."""

    actor: str
    text: str
    at: str


class ContextUse(TypedDict):
    """How full an agent's context is, and what it cost, where its harness tells."""

    usedTokens: NotRequired[int | None]
    windowTokens: NotRequired[int | None]
    usedPercent: NotRequired[float | None]
    costUsd: NotRequired[float | None]
    at: str


class Cursor(TypedDict):
    """0-based column and row of the visible screen."""

    x: int
    y: int


class DaemonState(TypedDict):
    """Version and process id of the daemon."""

    version: str
    pid: int


class Decision(TypedDict):
    """A person's answer to a permission, for the hook to hand on."""

    behavior: Literal["allow", "deny"]
    message: NotRequired[str | None]


class Diagnostic(TypedDict):
    """One finding. `code` is stable and documented; `path` is set when it is not the file asked about."""

    range: Range
    severity: Severity
    code: str
    message: str
    path: NotRequired[str | None]
    fix: NotRequired[Fix | None]


class Discovered(TypedDict):
    """What looks like an agent outside any rig."""

    seq: NotRequired[int]
    candidates: list[Candidate]
    yaml: NotRequired[str | None]


class DoctorResult(TypedDict):
    """Every check that was made."""

    seq: NotRequired[int]
    checks: list[Check]


class Edge(TypedDict):
    """A directed edge between two addresses."""

    kind: EdgeKind
    source: str
    target: str


_EdgesOfWords = TypedDict(
    "_EdgesOfWords",
    {
        "in": "list[Edge]",
    },
)


class EdgesOf(_EdgesOfWords):
    """Edges that touch the caller; `in` on the wire."""

    out: list[Edge]


class Empty(TypedDict):
    """A result that says only that it happened."""


class Events(TypedDict):
    """Events in order; go on with `since` = the last one's `seq`."""

    seq: NotRequired[int]
    events: list[Event]


class Evidence(TypedDict):
    """Why a state is shown: which source said so, when, and what it said."""

    source: Literal["hook", "file", "screen", "process"]
    at: str
    detail: str


class Explained(TypedDict):
    """Which rule or signal decided, and what the composer holds."""

    seq: NotRequired[int]
    state: AgentState
    reason: str
    rule: NotRequired[str | None]
    sources: list[Evidence]
    draft: NotRequired[str | None]
    prompt: NotRequired[ScreenPrompt | None]


class Exported(TypedDict):
    """A rig file that loads to the same rig."""

    yaml: str


class Fix(TypedDict):
    """A text edit that mends the diagnostic: replace `range` by `new_text`."""

    title: str
    range: Range
    newText: str


class HandedOff(TypedDict):
    """The closed task and its successor."""

    closed: Task
    task: Task


class History(TypedDict):
    """Revisions from 0."""

    seq: NotRequired[int]
    revisions: list[Revision]


class Hit(TypedDict):
    """A ranked search hit."""

    agent: str
    offset: int
    at: NotRequired[str | None]
    excerpt: str
    rank: float


class Hits(TypedDict):
    """Ranked hits."""

    seq: NotRequired[int]
    hits: list[Hit]


class Inbox(TypedDict):
    """Oldest first."""

    seq: NotRequired[int]
    nextCursor: NotRequired[str | None]
    items: list[InboxItem]


class InboxChange(TypedDict):
    """The item, and whether it is still open."""

    item: InboxItem
    open: bool


class InboxItem(TypedDict):
    """One thing that needs a person; `ref` is the id of the prompt, message or task behind it."""

    id: str
    kind: Literal["prompt", "message", "task", "heldLong", "indeterminate"]
    rig: str
    agent: NotRequired[str | None]
    ref: str
    title: str
    text: str
    prompt: NotRequired[Prompt | None]
    since: str


_LaggedWords = TypedDict(
    "_LaggedWords",
    {
        "from": "int",
    },
)


class Lagged(_LaggedWords):
    """`event/lagged`: the subscriber read too slowly; it catches up from `from`."""

    subscription: str


class Loop(TypedDict):
    """How late the event loop ran at worst in the last seconds, in milliseconds."""

    lagMs: float


_MessageWords = TypedDict(
    "_MessageWords",
    {
        "from": "str",
    },
)


class Message(_MessageWords):
    """One text to one recipient, with its receipt. `sender` is `from` on the wire."""

    id: str
    to: str
    text: str
    state: MessageState
    createdAt: str
    deliveredAt: NotRequired[str | None]
    submittedAt: NotRequired[str | None]
    turn: NotRequired[Literal["started", "queued", "steered"] | None]
    attempts: NotRequired[int]
    reason: NotRequired[str | None]
    replyTo: NotRequired[str | None]
    when: NotRequired[Literal["auto", "idle", "now"]]
    raw: NotRequired[bool]
    expiresAt: NotRequired[str | None]


class MessageResult(TypedDict):
    """One message with its receipt."""

    seq: NotRequired[int]
    message: Message


class Messages(TypedDict):
    """A page of messages."""

    seq: NotRequired[int]
    nextCursor: NotRequired[str | None]
    messages: list[Message]


class PaneOutput(TypedDict):
    """`agent/output`: what a watched pane printed; `gap` when something before it was dropped."""

    agent: str
    offset: int
    data: str
    gap: NotRequired[bool | None]


class Plan(TypedDict):
    """What would be done. `planId` is bound to the spec and the rig as they are now."""

    planId: str
    actions: list[Action]


class Pod(TypedDict):
    """Agents that share a context."""

    id: str
    label: str
    summary: NotRequired[str | None]
    agents: NotRequired[list[str]]


class Position(TypedDict):
    """0-based line and character; characters are utf-16 units unless LSP negotiated others."""

    line: int
    character: int


_PostWords = TypedDict(
    "_PostWords",
    {
        "from": "str",
    },
)


class Post(_PostWords):
    """One post; `number` counts in its room from 1."""

    rig: str
    room: str
    number: int
    text: str
    topic: NotRequired[str | None]
    mentions: NotRequired[list[str]]
    at: str


class Posted(TypedDict):
    """The post with its number."""

    post: Post


class Posts(TypedDict):
    """Posts in order."""

    seq: NotRequired[int]
    posts: list[Post]
    timedOut: NotRequired[bool | None]


class Principal(TypedDict):
    """`operator`, `agent:ADDRESS`, `service:NAME` or `daemon`; never taken from a parameter."""

    kind: Literal["operator", "agent", "service", "daemon"]
    name: NotRequired[str]
    agentId: NotRequired[str | None]
    generation: NotRequired[int | None]
    scopes: NotRequired[list[Tier] | None]
    rig: NotRequired[str | None]


class Progress(TypedDict):
    """Progress of a request that carried a `workDoneToken`."""

    token: str | int
    value: dict[str, Any]


class Prompt(TypedDict):
    """An open question in an agent's pane. `question` has the whole command or text asked about."""

    id: str
    kind: PromptKind
    question: str
    choices: NotRequired[list[Choice]]
    openedAt: str
    by: NotRequired[Literal["hook", "screen"]]


class PromptResult(TypedDict):
    """The open prompt, or none."""

    seq: NotRequired[int]
    prompt: NotRequired[Prompt | None]


class Range(TypedDict):
    """From `start` up to, not including, `end`."""

    start: Position
    end: Position


class Refusal(TypedDict):
    """An agent asked for what it may not do; said once a minute where it asks again. `needs` as in `not-permitted`."""

    principal: str
    method: str
    why: str
    needs: str


class Reported(TypedDict):
    """Empty, or the answer that a waiting hook asked for."""

    decision: NotRequired[Decision | None]


class Restored(TypedDict):
    """An outcome for every agent."""

    agents: list[AgentOutcome]


class Revision(TypedDict):
    """One version of a rig's spec; `diff` is what it changed in the one before, line by line."""

    revision: int
    digest: str
    actor: str
    at: str
    summary: str
    diff: NotRequired[str | None]


class RigResult(TypedDict):
    """A rig whole."""

    rig: RigSummary
    pods: list[Pod]
    agents: list[Agent]
    edges: list[Edge]
    services: NotRequired[list[Service]]
    seq: NotRequired[int]


class RigStopped(TypedDict):
    """What became of each agent, and the snapshot that was taken."""

    agents: list[AgentOutcome]
    snapshotId: NotRequired[str | None]


class RigSummary(TypedDict):
    """One line of `rig/list`."""

    name: str
    state: RigState
    revision: int
    path: NotRequired[str | None]
    cwd: str
    summary: NotRequired[str | None]
    agents: int
    needsInput: int
    createdAt: str
    upSince: NotRequired[str | None]


class RigUp(TypedDict):
    """The rig and what became of each agent; `rigs` has one of each where `all` was asked for."""

    rig: str
    agents: list[AgentOutcome]
    rigs: NotRequired[list[str] | None]


class Rigs(TypedDict):
    """A page of rigs."""

    seq: NotRequired[int]
    nextCursor: NotRequired[str | None]
    rigs: list[RigSummary]


class Room(TypedDict):
    """A room of a rig."""

    rig: str
    name: str
    posts: int
    lastAt: NotRequired[str | None]


class Rooms(TypedDict):
    """Rooms of a rig."""

    seq: NotRequired[int]
    rooms: list[Room]


class RuntimeInfo(TypedDict):
    """A harness this daemon knows, and whether it is installed here. `verified`: with what it was tried, and how."""

    name: str
    summary: str
    installed: bool
    version: NotRequired[str | None]
    detail: NotRequired[str | None]
    verified: NotRequired[str]


class ScreenPrompt(TypedDict):
    """A prompt as a screen shows it."""

    kind: str
    question: str
    choices: list[str]


class Sent(TypedDict):
    """One message a recipient; `timedOut` when `wait` was not reached in time."""

    messages: list[Message]
    timedOut: NotRequired[bool | None]


class Service(TypedDict):
    """One service of a rig with the evidence for its state."""

    rig: str
    name: str
    kind: Literal["compose", "process"]
    state: ServiceState
    evidence: str
    stateSince: str
    surfaces: NotRequired[list[Surface]]


class SessionOpened(TypedDict):
    """Who the connection is from now on."""

    principal: Principal
    protocolVersion: str
    seq: int


class Snapshot(TypedDict):
    """Topology, conversation ids and cwd of every agent; no transcripts, no files."""

    id: str
    rig: str
    kind: SnapshotKind
    revision: int
    at: str
    actor: str
    agents: NotRequired[list[SnapshotAgent]]


class SnapshotAgent(TypedDict):
    """One agent as the snapshot knows it."""

    address: str
    runtime: str
    cwd: str
    state: AgentState
    conversation: NotRequired[str | None]


class SnapshotChange(TypedDict):
    """One difference between two snapshots, or a snapshot and now."""

    address: str
    change: Literal["added", "removed", "changed"]
    detail: str


class SnapshotChanges(TypedDict):
    """What differs."""

    seq: NotRequired[int]
    changes: list[SnapshotChange]


class SnapshotRestored(TypedDict):
    """Which snapshot was restored into which rig."""

    snapshot: Snapshot
    agents: list[str]


class SnapshotResult(TypedDict):
    """One snapshot."""

    seq: NotRequired[int]
    snapshot: Snapshot


class Snapshots(TypedDict):
    """A page of snapshots."""

    seq: NotRequired[int]
    nextCursor: NotRequired[str | None]
    snapshots: list[Snapshot]


class Starter(TypedDict):
    """A rig that ships with us."""

    name: str
    summary: str


class Starters(TypedDict):
    """Rigs that ship with us."""

    starters: list[Starter]


class Steered(TypedDict):
    """Somebody typed keys into an agent's pane on purpose; texts are told by their length alone.

    action: `interrupt`, `keys`, `answer`, or `answerWithdrawn` when the prompt changed before the key was pressed.
    For an answer: the whole `prompt` and the `answer`'s label; no keys where it went through the harness's hook.
    """

    agent: str
    action: str
    keys: list[str]
    prompt: NotRequired[Prompt | None]
    answer: NotRequired[str | None]


class Subscribed(TypedDict):
    """`seq` is the `prev` of the first event that will come."""

    subscription: str
    seq: int


class Surface(TypedDict):
    """A URL a service shows to people."""

    name: str
    url: str


class SystemInfo(TypedDict):
    """What runs here."""

    seq: NotRequired[int]
    version: str
    pid: int
    uptimeSeconds: float
    tmuxVersion: str
    loop: Loop
    endpoints: dict[str, str]
    runtimes: list[RuntimeInfo]


class Task(TypedDict):
    """One piece of work. `fence` is given to its owner alone and goes stale with the claim.

    `dueAt`: until when it should be taken, and once it is taken, until when it should be closed. `comments`: all of
    them where one task is asked for, elsewhere the latest. `closureTarget` of a handed off one is its successor.
    """

    id: str
    rig: str
    title: str
    body: NotRequired[str]
    state: TaskState
    creator: str
    destination: str
    owner: NotRequired[str | None]
    fence: NotRequired[int | None]
    priority: NotRequired[int]
    urgency: NotRequired[Literal["fast", "routine", "deep", "critical"]]
    tags: NotRequired[list[str]]
    parent: NotRequired[str | None]
    handedFrom: NotRequired[str | None]
    blockers: NotRequired[list[str]]
    evidence: NotRequired[str | None]
    closureReason: NotRequired[
        Literal["handedOff", "blockedOn", "denied", "cancelled", "noFollowOn", "escalation"] | None
    ]
    closureTarget: NotRequired[str | None]
    dueAt: NotRequired[str | None]
    claimedAt: NotRequired[str | None]
    createdAt: str
    changedAt: str
    deletedAt: NotRequired[str | None]
    comments: NotRequired[list[Comment]]


class TaskResult(TypedDict):
    """One task, or none where there was none to claim; `why` where there are some, but not now for the caller."""

    seq: NotRequired[int]
    task: NotRequired[Task | None]
    why: NotRequired[str | None]


class Tasks(TypedDict):
    """A page of tasks."""

    seq: NotRequired[int]
    nextCursor: NotRequired[str | None]
    tasks: list[Task]


class Token(TypedDict):
    """What names a principal. Its secret is known to its holder alone; `id` is the start of the secret's hash.

    `origins`: the web pages that may use it (`https://example.org`); none may where it is empty.
    """

    id: str
    name: str
    principal: Principal
    createdAt: str
    expiresAt: NotRequired[str | None]
    origins: NotRequired[list[str]]


class TokenMinted(TypedDict):
    """`secret` is shown this once; only its hash is kept."""

    token: Token
    secret: str


class Tokens(TypedDict):
    """Every token that lives; agents' are not listed, they come and go with their agents."""

    seq: NotRequired[int]
    tokens: list[Token]


class Transcript(TypedDict):
    """A piece of a transcript: `text` covers bytes `offset` up to `nextOffset`."""

    agent: str
    offset: int
    nextOffset: int
    text: str
    truncated: NotRequired[bool]


class TranscriptResult(TypedDict):
    """A piece of a transcript."""

    seq: NotRequired[int]
    transcript: Transcript


class TypedText(TypedDict):
    """Text typed as it is."""

    text: str


class Validated(TypedDict):
    """Everything that is wrong with the file, with positions in it."""

    ok: bool
    diagnostics: list[Diagnostic]


class Verified(TypedDict):
    """Whether the chain is whole; `brokenAt` is the first row that does not fit."""

    ok: bool
    rows: int
    brokenAt: NotRequired[int | None]
    why: NotRequired[str | None]


class Waited(TypedDict):
    """How long it took, and whether the time ran out first."""

    seq: NotRequired[int]
    agent: Agent
    waitedSeconds: float
    timedOut: bool


class Watchdog(TypedDict):
    """A rule that nudges an agent after a time, when it is idle, or when nobody touches a task."""

    id: str
    rig: str
    agent: str
    rule: Literal["every", "idle", "untouched"]
    seconds: float
    text: str
    active: bool
    fired: int
    lastFiredAt: NotRequired[str | None]


class WatchdogResult(TypedDict):
    """One reminder."""

    seq: NotRequired[int]
    watchdog: Watchdog


class Watchdogs(TypedDict):
    """Every reminder with how often it fired."""

    seq: NotRequired[int]
    watchdogs: list[Watchdog]


class Watched(TypedDict):
    """The screen now; `agent/output` goes on from `offset` (bytes the pane has printed)."""

    seq: NotRequired[int]
    screen: str
    offset: int
    columns: int
    rows: int


class Whoami(TypedDict):
    """Who the caller is, whom it can reach and what it may."""

    seq: NotRequired[int]
    principal: Principal
    agent: NotRequired[Agent | None]
    rig: NotRequired[str | None]
    peers: list[Agent]
    edges: EdgesOf
    grants: list[Grant]


class Happened(TypedDict):
    """What every event has."""

    seq: int
    time: str
    rig: NotRequired[str | None]
    agent: NotRequired[str | None]
    actor: str
    subscription: str
    prev: int


class RigUpEvent(Happened):
    """A rig was brought up."""

    kind: Literal["rig.up"]
    data: RigSummary


class RigDownEvent(Happened):
    """A rig was taken down."""

    kind: Literal["rig.down"]
    data: RigSummary


class RigChangedEvent(Happened):
    """A rig's spec or trust changed."""

    kind: Literal["rig.changed"]
    data: RigSummary


class RigDeletedEvent(Happened):
    """A rig was deleted; its journal stays."""

    kind: Literal["rig.deleted"]
    data: RigSummary


class AgentAddedEvent(Happened):
    """An agent joined a rig."""

    kind: Literal["agent.added"]
    data: Agent


class AgentRemovedEvent(Happened):
    """An agent left its rig."""

    kind: Literal["agent.removed"]
    data: AgentRemoved


class AgentStateChangedEvent(Happened):
    """An agent's state changed."""

    kind: Literal["agent.stateChanged"]
    data: Agent


class AgentPromptOpenedEvent(Happened):
    """A prompt opened in an agent's pane."""

    kind: Literal["agent.promptOpened"]
    data: Agent


class AgentPromptClosedEvent(Happened):
    """The prompt in an agent's pane is over."""

    kind: Literal["agent.promptClosed"]
    data: Agent


class AgentContextChangedEvent(Happened):
    """An agent's context use or cost changed."""

    kind: Literal["agent.contextChanged"]
    data: Agent


class AgentSteeredEvent(Happened):
    """Somebody interrupted an agent, answered its prompt, or typed raw keys."""

    kind: Literal["agent.steered"]
    data: Steered


class AgentRefusedEvent(Happened):
    """An agent asked for what it may not do."""

    kind: Literal["agent.refused"]
    data: Refusal


class MessageAcceptedEvent(Happened):
    """A message is durable."""

    kind: Literal["message.accepted"]
    data: Message


class MessageHeldEvent(Happened):
    """A message waits at the gate; `reason` says why."""

    kind: Literal["message.held"]
    data: Message


class MessageDeliveringEvent(Happened):
    """A message is about to be typed."""

    kind: Literal["message.delivering"]
    data: Message


class MessageDeliveredEvent(Happened):
    """A message's text is in the pane."""

    kind: Literal["message.delivered"]
    data: Message


class MessageSubmittedEvent(Happened):
    """The harness took the message."""

    kind: Literal["message.submitted"]
    data: Message


class MessageFailedEvent(Happened):
    """A message could not be delivered."""

    kind: Literal["message.failed"]
    data: Message


class MessageExpiredEvent(Happened):
    """A message was not delivered in time."""

    kind: Literal["message.expired"]
    data: Message


class MessageCancelledEvent(Happened):
    """A message was cancelled before delivery."""

    kind: Literal["message.cancelled"]
    data: Message


class MessageIndeterminateEvent(Happened):
    """Nobody can know whether the message arrived."""

    kind: Literal["message.indeterminate"]
    data: Message


class InboxChangedEvent(Happened):
    """Something for the person came or was dealt with."""

    kind: Literal["inbox.changed"]
    data: InboxChange


class RoomPostedEvent(Happened):
    """Somebody posted to a room."""

    kind: Literal["room.posted"]
    data: Post


class TaskCreatedEvent(Happened):
    """A task was created."""

    kind: Literal["task.created"]
    data: Task


class TaskClaimedEvent(Happened):
    """A task has an owner."""

    kind: Literal["task.claimed"]
    data: Task


class TaskChangedEvent(Happened):
    """A task changed."""

    kind: Literal["task.changed"]
    data: Task


class SnapshotCreatedEvent(Happened):
    """A snapshot was taken."""

    kind: Literal["snapshot.created"]
    data: Snapshot


class SnapshotRestoredEvent(Happened):
    """A snapshot was restored."""

    kind: Literal["snapshot.restored"]
    data: SnapshotRestored


class ServiceChangedEvent(Happened):
    """A service's state changed."""

    kind: Literal["service.changed"]
    data: Service


class WatchdogFiredEvent(Happened):
    """A watchdog nudged an agent."""

    kind: Literal["watchdog.fired"]
    data: Watchdog


class SystemStartedEvent(Happened):
    """The daemon started."""

    kind: Literal["system.started"]
    data: DaemonState


class SystemStoppingEvent(Happened):
    """The daemon is stopping."""

    kind: Literal["system.stopping"]
    data: DaemonState


Event = (
    RigUpEvent
    | RigDownEvent
    | RigChangedEvent
    | RigDeletedEvent
    | AgentAddedEvent
    | AgentRemovedEvent
    | AgentStateChangedEvent
    | AgentPromptOpenedEvent
    | AgentPromptClosedEvent
    | AgentContextChangedEvent
    | AgentSteeredEvent
    | AgentRefusedEvent
    | MessageAcceptedEvent
    | MessageHeldEvent
    | MessageDeliveringEvent
    | MessageDeliveredEvent
    | MessageSubmittedEvent
    | MessageFailedEvent
    | MessageExpiredEvent
    | MessageCancelledEvent
    | MessageIndeterminateEvent
    | InboxChangedEvent
    | RoomPostedEvent
    | TaskCreatedEvent
    | TaskClaimedEvent
    | TaskChangedEvent
    | SnapshotCreatedEvent
    | SnapshotRestoredEvent
    | ServiceChangedEvent
    | WatchdogFiredEvent
    | SystemStartedEvent
    | SystemStoppingEvent
)
"""An event, told apart by its `kind`."""
