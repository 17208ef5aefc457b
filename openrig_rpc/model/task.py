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


OPEN = frozenset({TaskState.PENDING, TaskState.IN_PROGRESS, TaskState.BLOCKED})
FREEING = frozenset({TaskState.DONE, TaskState.CANCELLED})
"""Ends of a blocker that let go on what it blocked; a failed one doesn't."""

Urgency = Literal["fast", "routine", "deep", "critical"]
DUE_AFTER: dict[Urgency, float] = {"critical": 15 * 60.0, "fast": 30 * 60.0, "routine": 4 * 3600.0, "deep": 24 * 3600.0}
"""Seconds to be taken, and again to be closed once taken: OpenRig's tiers."""

ClosureReason = Literal["handedOff", "blockedOn", "denied", "cancelled", "noFollowOn", "escalation"]
TARGETED = frozenset({"handedOff", "blockedOn", "escalation"})
"""Reasons that say to whom or what: they need a `closureTarget`."""


class Comment(Model):
    """A remark on a task."""

    actor: str
    text: str
    at: str


class Task(Model):
    """One piece of work. `fence` is given to its owner alone and goes stale with the claim.

    `dueAt`: until when it should be taken, and once it is taken, until when it should be closed. `comments`: all of
    them where one task is asked for, elsewhere the latest. `closureTarget` of a handed off one is its successor.
    """

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
    handed_from: str | None = None
    blockers: list[str] = []
    evidence: str | None = None
    closure_reason: ClosureReason | None = None
    closure_target: str | None = None
    due_at: str | None = None
    claimed_at: str | None = None
    created_at: str
    changed_at: str
    deleted_at: str | None = None
    comments: list[Comment] = []
