"""A rig: a named topology of pods, agents and edges; its plans and its history."""

from enum import StrEnum
from typing import Literal

from .agent import Agent
from .base import Model
from .service import Service


class EdgeKind(StrEnum):
    """The five kinds of the RigSpec."""

    DELEGATES_TO = "delegates_to"
    SPAWNED_BY = "spawned_by"
    CAN_OBSERVE = "can_observe"
    COLLABORATES_WITH = "collaborates_with"
    ESCALATES_TO = "escalates_to"


class Edge(Model):
    """A directed edge between two addresses."""

    kind: EdgeKind
    source: str
    target: str


class Pod(Model):
    """Agents that share a context."""

    id: str
    label: str
    summary: str | None = None
    agents: list[str] = []


class RigState(StrEnum):
    """`up` while it is meant to run, `stopped` after a down; `partial` when some of its agents are not running."""

    UP = "up"
    PARTIAL = "partial"
    STOPPED = "stopped"


class RigSummary(Model):
    """One line of `rig/list`."""

    name: str
    state: RigState
    revision: int
    path: str | None = None
    cwd: str
    summary: str | None = None
    agents: int
    needs_input: int
    created_at: str
    up_since: str | None = None


class Rig(Model):
    """A rig whole."""

    rig: RigSummary
    pods: list[Pod]
    agents: list[Agent]
    edges: list[Edge]
    services: list[Service] = []


ActionKind = Literal["start", "stop", "restart", "add", "remove", "change", "keep", "service", "await"]


class Action(Model):
    """One step of a plan, in the order it would be taken."""

    kind: ActionKind
    agent: str | None = None
    detail: str


class Plan(Model):
    """What would be done. `planId` is bound to the spec and the rig as they are now."""

    plan_id: str
    actions: list[Action]


class Revision(Model):
    """One version of a rig's spec; `diff` is what it changed in the one before, line by line."""

    revision: int
    digest: str
    actor: str
    at: str
    summary: str
    diff: str | None = None


class Starter(Model):
    """A rig that ships with us."""

    name: str
    summary: str
