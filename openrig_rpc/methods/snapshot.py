"""Snapshots: taken on down, before a restore, from time to time, and on demand."""

from ..model.agent import AgentOutcome
from ..model.base import Model, Params, Read
from ..model.principal import Tier
from ..model.snapshot import Snapshot, SnapshotChange
from ..rpc import Context, planned
from .shapes import Listed, Page, RigName, RigRef


class SnapshotList(Page):
    """Of one rig, newest first."""

    rig: RigName


class SnapshotRef(Params):
    """A snapshot by id."""

    id: str


class SnapshotDiff(Params):
    """Against another snapshot, or against now."""

    id: str
    other: str | None = None


class SnapshotRestore(Params):
    """Of every agent, or of some."""

    id: str
    only: list[str] | None = None
    fresh: list[str] | None = None
    plan_id: str | None = None


class SnapshotResult(Read):
    """One snapshot."""

    snapshot: Snapshot


class Snapshots(Listed):
    """A page of snapshots."""

    snapshots: list[Snapshot]


class SnapshotChanges(Read):
    """What differs."""

    changes: list[SnapshotChange]


class Restored(Model):
    """An outcome for every agent."""

    agents: list[AgentOutcome]


@planned("snapshot/create", Tier.SHAPE)
async def create(ctx: Context, params: RigRef) -> SnapshotResult:
    """Take a snapshot of a rig now."""
    raise NotImplementedError


@planned("snapshot/list", Tier.READ)
async def list_snapshots(ctx: Context, params: SnapshotList) -> Snapshots:
    """Snapshots of a rig, newest first."""
    raise NotImplementedError


@planned("snapshot/get", Tier.READ)
async def get(ctx: Context, params: SnapshotRef) -> SnapshotResult:
    """One snapshot."""
    raise NotImplementedError


@planned("snapshot/diff", Tier.READ)
async def diff(ctx: Context, params: SnapshotDiff) -> SnapshotChanges:
    """What changed between two snapshots, or since one."""
    raise NotImplementedError


@planned("snapshot/restore", Tier.SHAPE, waits=True)
async def restore(ctx: Context, params: SnapshotRestore) -> Restored:
    """Bring agents back as a snapshot has them, by plan."""
    raise NotImplementedError
