"""Agents: see, attach, steer, find and take over."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from ..model.agent import Agent, AgentState, Candidate, Evidence, Prompt
from ..model.base import Empty, Model, Params, Read
from ..model.principal import Principal, Tier
from ..model.rig import Edge
from ..rpc import Context, NoParams, planned
from .shapes import AddressText, AgentOutcomeResult, AgentRef, AgentResult, Listed, Page, RigName, Seconds


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
    conversation: str | None = None


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


class Discover(Params):
    """`draft` also writes a rig file from what was found."""

    draft: bool = False


class Discovered(Read):
    """What looks like an agent outside any rig."""

    candidates: list[Candidate]
    yaml: str | None = None


class Adopt(Params):
    """Where the found process becomes a member."""

    candidate_id: str
    rig: RigName
    pod: str
    member: str


class Register(Params):
    """The calling process's own pane becomes a member."""

    rig: RigName
    pod: str
    member: str


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
    grants: list[Tier]


@planned("agent/list", Tier.READ)
async def list_agents(ctx: Context, params: AgentList) -> Agents:
    """Agents with their state and the evidence for it."""
    raise NotImplementedError


@planned("agent/get", Tier.READ)
async def get(ctx: Context, params: AgentRef) -> AgentResult:
    """One agent and what is known of it now."""
    raise NotImplementedError


@planned("agent/attach", Tier.READ)
async def attach(ctx: Context, params: AgentAttach) -> Attachment:
    """The command that shows the agent's session in any terminal."""
    raise NotImplementedError


@planned("agent/capture", Tier.READ)
async def capture(ctx: Context, params: AgentCapture) -> Captured:
    """What the agent's pane shows."""
    raise NotImplementedError


@planned("agent/watch", Tier.READ, waits=True)
async def watch(ctx: Context, params: AgentWatch) -> Watched:
    """The screen now, then `agent/output` as the pane prints."""
    raise NotImplementedError


@planned("agent/unwatch", Tier.READ)
async def unwatch(ctx: Context, params: AgentRef) -> Empty:
    """No more `agent/output` for this agent on this connection."""
    raise NotImplementedError


@planned("agent/start", Tier.STEER, waits=True)
async def start(ctx: Context, params: AgentStart) -> AgentOutcomeResult:
    """Start a stopped, exited or failed agent."""
    raise NotImplementedError


@planned("agent/stop", Tier.STEER)
async def stop(ctx: Context, params: AgentRef) -> AgentOutcomeResult:
    """Stop an agent on purpose; its messages are held."""
    raise NotImplementedError


@planned("agent/restart", Tier.STEER, waits=True)
async def restart(ctx: Context, params: AgentStart) -> AgentOutcomeResult:
    """Stop and start an agent, by default with the same conversation."""
    raise NotImplementedError


@planned("agent/fork", Tier.SHAPE, waits=True)
async def fork(ctx: Context, params: AgentFork) -> AgentResult:
    """A new member that continues this agent's conversation on its own."""
    raise NotImplementedError


@planned("agent/handover", Tier.SHAPE, waits=True)
async def handover(ctx: Context, params: AgentHandover) -> AgentResult:
    """A successor takes the address over with what its predecessor left."""
    raise NotImplementedError


@planned("agent/interrupt", Tier.STEER)
async def interrupt(ctx: Context, params: AgentRef) -> AgentResult:
    """Stop the agent's current turn, as its harness does on Escape."""
    raise NotImplementedError


@planned("agent/keys", Tier.STEER)
async def keys(ctx: Context, params: AgentKeys) -> AgentResult:
    """Type raw keys into the pane, on purpose; journalled."""
    raise NotImplementedError


@planned("agent/prompt", Tier.READ)
async def prompt(ctx: Context, params: AgentRef) -> PromptResult:
    """The open question in the agent's pane."""
    raise NotImplementedError


@planned("agent/answer", Tier.STEER)
async def answer(ctx: Context, params: AgentAnswer) -> AgentResult:
    """Answer exactly that prompt; refused when it changed or was answered."""
    raise NotImplementedError


@planned("agent/wait", Tier.READ, waits=True)
async def wait(ctx: Context, params: AgentWait) -> Waited:
    """Wait until the agent is in one of the states."""
    raise NotImplementedError


@planned("agent/explain", Tier.READ)
async def explain(ctx: Context, params: AgentExplain) -> Explained:
    """Which rule or signal decided the state, and what the composer holds."""
    raise NotImplementedError


@planned("agent/report", Tier.REPORT, waits=True)
async def report(ctx: Context, params: AgentReport) -> Reported:
    """What the agent's own harness reports; accepted only from the agent itself."""
    raise NotImplementedError


@planned("agent/discover", Tier.SHAPE)
async def discover(ctx: Context, params: Discover) -> Discovered:
    """Find agents that run outside any rig, with evidence; touches none."""
    raise NotImplementedError


@planned("agent/adopt", Tier.SHAPE)
async def adopt(ctx: Context, params: Adopt) -> AgentResult:
    """Make a found process a member of a rig without touching it."""
    raise NotImplementedError


@planned("agent/release", Tier.SHAPE)
async def release(ctx: Context, params: AgentRef) -> AgentResult:
    """Let an adopted agent go; its process is not touched."""
    raise NotImplementedError


@planned("agent/register", Tier.SHAPE)
async def register(ctx: Context, params: Register) -> AgentResult:
    """Make the calling process's own pane a member of a rig."""
    raise NotImplementedError


@planned("agent/whoami", Tier.READ)
async def whoami(ctx: Context, params: NoParams) -> Whoami:
    """Who the caller is, its peers and edges, and what it may do."""
    raise NotImplementedError
