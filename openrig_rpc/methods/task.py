"""Tasks: owned work that survives everything."""

from typing import Annotated

from pydantic import StringConstraints

from ..model.base import Model, Params, Read
from ..model.principal import Tier
from ..model.task import ClosureReason, Task, TaskState, Urgency
from ..rpc import Context, planned
from .shapes import AddressText, Key, Listed, Page, RigName

Title = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class TaskCreate(Params):
    """For an agent, a group or `human@rig`."""

    rig: RigName
    title: Title
    body: str = ""
    to: AddressText
    priority: int = 0
    urgency: Urgency = "routine"
    tags: list[str] | None = None
    parent: str | None = None
    blockers: list[str] | None = None
    evidence: str | None = None
    idempotency_key: Key | None = None


class TaskRef(Params):
    """A task by id."""

    id: str


class TaskClaimNext(Params):
    """The fairest next task for the caller; of one rig, or with a tag."""

    rig: str | None = None
    tag: str | None = None


class TaskUpdate(Params):
    """The owner's changes, proven by its fence."""

    id: str
    fence: int | None = None
    state: TaskState | None = None
    title: Title | None = None
    body: str | None = None
    priority: int | None = None
    urgency: Urgency | None = None
    tags: list[str] | None = None
    blockers: list[str] | None = None
    evidence: str | None = None
    closure_reason: ClosureReason | None = None
    closure_target: str | None = None


class TaskComment(Params):
    """A remark by anybody who may talk."""

    id: str
    text: str


class TaskHandoff(Params):
    """Closes this task and creates its successor in one transaction."""

    id: str
    fence: int
    to: AddressText
    title: Title | None = None
    body: str | None = None
    idempotency_key: Key | None = None


class TaskRelease(Params):
    """The owner gives it back."""

    id: str
    fence: int


class TaskForceRelease(Params):
    """Somebody who may takes it from its owner, and says why."""

    id: str
    why: str


class TaskList(Page):
    """By rig, owner, destination, state or tag."""

    rig: str | None = None
    owner: str | None = None
    to: str | None = None
    state: TaskState | None = None
    tag: str | None = None


class TaskResult(Read):
    """One task, or none where there was none to claim."""

    task: Task | None = None


class HandedOff(Model):
    """The closed task and its successor."""

    closed: Task
    task: Task


class Tasks(Listed):
    """A page of tasks."""

    tasks: list[Task]


@planned("task/create", Tier.TALK, keyed=True)
async def create(ctx: Context, params: TaskCreate) -> TaskResult:
    """Create a task for an agent, a group or the person."""
    raise NotImplementedError


@planned("task/claim", Tier.TALK)
async def claim(ctx: Context, params: TaskRef) -> TaskResult:
    """Become the owner of a task."""
    raise NotImplementedError


@planned("task/claimNext", Tier.TALK)
async def claim_next(ctx: Context, params: TaskClaimNext) -> TaskResult:
    """Become the owner of the next task that is for you."""
    raise NotImplementedError


@planned("task/update", Tier.TALK)
async def update(ctx: Context, params: TaskUpdate) -> TaskResult:
    """Change a task you own."""
    raise NotImplementedError


@planned("task/comment", Tier.TALK)
async def comment(ctx: Context, params: TaskComment) -> TaskResult:
    """Remark on a task."""
    raise NotImplementedError


@planned("task/handoff", Tier.TALK, keyed=True)
async def handoff(ctx: Context, params: TaskHandoff) -> HandedOff:
    """Close your task and hand its successor to somebody else, in one step."""
    raise NotImplementedError


@planned("task/release", Tier.TALK)
async def release(ctx: Context, params: TaskRelease) -> TaskResult:
    """Give a task back."""
    raise NotImplementedError


@planned("task/forceRelease", Tier.STEER)
async def force_release(ctx: Context, params: TaskForceRelease) -> TaskResult:
    """Take a task from its owner, with a reason."""
    raise NotImplementedError


@planned("task/get", Tier.READ)
async def get(ctx: Context, params: TaskRef) -> TaskResult:
    """One task."""
    raise NotImplementedError


@planned("task/list", Tier.READ)
async def list_tasks(ctx: Context, params: TaskList) -> Tasks:
    """Tasks, most urgent first."""
    raise NotImplementedError
