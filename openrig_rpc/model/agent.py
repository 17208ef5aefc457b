"""An agent: a member of a pod with its running session, its state and the evidence for it."""

from enum import StrEnum
from typing import Literal

from .base import Model


class AgentState(StrEnum):
    """What an agent does. `unknown` is an answer."""

    STARTING = "starting"
    IDLE = "idle"
    BUSY = "busy"
    NEEDS_INPUT = "needsInput"
    STOPPED = "stopped"
    EXITED = "exited"
    FAILED = "failed"
    UNKNOWN = "unknown"


RUNNING = frozenset({AgentState.STARTING, AgentState.IDLE, AgentState.BUSY, AgentState.NEEDS_INPUT, AgentState.UNKNOWN})


class PromptKind(StrEnum):
    """What a person is asked for in an agent's pane."""

    PERMISSION = "permission"
    QUESTION = "question"
    TRUST = "trust"
    LOGIN = "login"
    UPDATE = "update"
    HOOK_REVIEW = "hookReview"
    API_KEY = "apiKey"


Source = Literal["hook", "file", "screen", "process"]


class Evidence(Model):
    """Why a state is shown: which source said so, when, and what it said."""

    source: Source
    at: str
    detail: str


class Choice(Model):
    """One answer a prompt offers; `key` is what the pane would be given."""

    id: str
    label: str
    key: str | None = None


class Prompt(Model):
    """An open question in an agent's pane. `question` has the whole command or text asked about."""

    id: str
    kind: PromptKind
    question: str
    choices: list[Choice] = []
    opened_at: str
    by: Literal["hook", "screen"] = "screen"


class ContextUse(Model):
    """How full an agent's context is, and what it cost, where its harness tells."""

    used_tokens: int | None = None
    window_tokens: int | None = None
    used_percent: float | None = None
    cost_usd: float | None = None
    at: str


class Agent(Model):
    """One member of a rig and what is known of it now."""

    id: str
    generation: int
    address: str
    rig: str
    pod: str
    member: str
    runtime: str
    label: str | None = None
    model: str | None = None
    cwd: str
    state: AgentState
    state_since: str
    evidence: Evidence
    unread: int = 0
    held: int = 0
    conversation: str | None = None
    context: ContextUse | None = None
    prompt: Prompt | None = None
    exit_code: int | None = None
    reason: str | None = None


class Outcome(StrEnum):
    """What became of an agent in an operation; the same words everywhere."""

    LAUNCHED = "launched"
    RESUMED = "resumed"
    FRESH = "fresh"
    ADOPTED = "adopted"
    ALREADY_RUNNING = "alreadyRunning"
    AWAITING_DECISION = "awaitingDecision"
    FAILED = "failed"
    SKIPPED = "skipped"
    STOPPED = "stopped"


class AgentOutcome(Model):
    """One agent's outcome; `reason` and `next` say why and what to do where it isn't plain success."""

    address: str
    outcome: Outcome
    state: AgentState
    reason: str | None = None
    next: str | None = None


class Candidate(Model):
    """A process that looks like an agent, found outside any rig."""

    id: str
    runtime: str
    confidence: Literal["certain", "likely", "guess"]
    evidence: list[str]
    socket: str
    pane: str
    pid: int
    cwd: str
    conversation: str | None = None
