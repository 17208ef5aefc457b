"""The durable queue: one owner at a time, fenced by its generation."""

from enum import StrEnum
from typing import Literal

from .base import Model


class TaskState(StrEnum):
    """The enforced state machine."""

    PENDING = "pending"
    IN_PROGRESS = "inProgress"
    BLOCKED = "blocked"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    HANDED_OFF = "handedOff"


Urgency = Literal["fast", "routine", "deep", "critical"]
ClosureReason = Literal["handedOff", "blockedOn", "denied", "cancelled", "noFollowOn", "escalation"]


class Comment(Model):
    """A remark on a task."""

    actor: str
    text: str
    at: str


class Task(Model):
    """One piece of work. `fence` is given to its owner alone and goes stale with the claim."""

    id: str
    rig: str
    title: str
    body: str = ""
    state: TaskState
    creator: str
    destination: str
    owner: str | None = None
    fence: int | None = None
    priority: int = 0
    urgency: Urgency = "routine"
    tags: list[str] = []
    parent: str | None = None
    blockers: list[str] = []
    evidence: str | None = None
    closure_reason: ClosureReason | None = None
    closure_target: str | None = None
    due_at: str | None = None
    claimed_at: str | None = None
    created_at: str
    changed_at: str
    comments: list[Comment] = []
