"""What the database keeps of a rig and an agent, beyond what travels."""

from typing import Literal

from ..model.address import shown
from ..model.agent import RUNNING, AgentState, ContextUse, Evidence, Prompt
from ..model.base import Model
from ..model.rig import Edge
from ..model.spec import Grant, RestartPolicy


class PodRow(Model):
    """A pod of a rig."""

    id: str
    label: str
    summary: str | None = None


class WatchdogRow(Model):
    """A reminder of a rig for the agent at `place`; its id says what it is, so that an unchanged one goes on."""

    id: str
    place: str
    rule: Literal["every", "idle", "untouched"]
    seconds: float
    text: str
    most: int


class RigRow(Model):
    """A rig: its spec as text, and what of it is looked at often. Edges are in `pod.member` form."""

    id: str
    name: str
    up: bool
    revision: int
    digest: str
    spec: str
    path: str | None = None
    root: str
    cwd: str
    summary: str | None = None
    pods: list[PodRow]
    edges: list[Edge]
    policy: str = "open"
    grants: dict[str, list[Grant]] = {}
    watchdogs: list[WatchdogRow] = []
    created_at: str
    up_since: str | None = None


class PaneRow(Model):
    """Where an agent's process lives. tmux ids are of our own server; `server` is its start time."""

    pane: str
    window: str
    session: str
    pid: int
    tty: str
    server: int


class AgentRow(Model):
    """An agent with its binding. `wanted` is intent: it should run; tmux says whether it does.

    begun: something was said in `conversation`, so that a file of it must be there. resumes: the conversation that
    this generation was started with, to go on with; proof: what of the harness's own shows that it does.
    """

    id: str
    rig_id: str
    rig: str
    pod: str
    member: str
    position: int
    fingerprint: str = ""
    generation: int = 0
    runtime: str
    label: str | None = None
    model: str | None = None
    effort: str | None = None
    cwd: str
    restart: RestartPolicy = RestartPolicy.NEVER
    wanted: bool
    state: AgentState
    state_since: str
    evidence: Evidence
    conversation: str | None = None
    begun: bool = False
    resumes: str | None = None
    proof: str | None = None
    context: ContextUse | None = None
    prompt: Prompt | None = None
    exit_code: int | None = None
    reason: str | None = None
    pane: PaneRow | None = None
    token: str | None = None
    bracketed: bool = False

    @property
    def address(self) -> str:
        return shown(self.pod, self.member, self.rig)

    @property
    def place(self) -> str:
        """`pod.member`, as edges name it."""
        return f"{self.pod}.{self.member}"

    @property
    def running(self) -> bool:
        return self.pane is not None and self.state in RUNNING
