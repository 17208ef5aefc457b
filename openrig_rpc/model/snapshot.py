"""A snapshot: what a rig was at a moment, enough to bring it back."""

from enum import StrEnum
from typing import Literal

from .agent import AgentState
from .base import Model


class SnapshotKind(StrEnum):
    """Why it was taken."""

    DOWN = "down"
    PRE_RESTORE = "preRestore"
    PERIODIC = "periodic"
    MANUAL = "manual"


class SnapshotAgent(Model):
    """One agent as the snapshot knows it."""

    address: str
    runtime: str
    cwd: str
    state: AgentState
    conversation: str | None = None


class Snapshot(Model):
    """Topology, conversation ids and cwd of every agent; no transcripts, no files."""

    id: str
    rig: str
    kind: SnapshotKind
    revision: int
    at: str
    actor: str
    agents: list[SnapshotAgent] = []


class SnapshotChange(Model):
    """One difference between two snapshots, or a snapshot and now."""

    address: str
    change: Literal["added", "removed", "changed"]
    detail: str
