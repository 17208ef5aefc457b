"""Snapshots: taken on down, before a restore, from time to time, and on demand."""

from ..model.agent import AgentOutcome
from ..model.base import Model, Params, Read
from ..model.principal import Tier
from ..model.snapshot import Snapshot, SnapshotChange, SnapshotKind
from ..rpc import Context, method
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


@method("snapshot/create", Tier.SHAPE)
async def create(ctx: Context, params: RigRef) -> SnapshotResult:
    """Take a snapshot of a rig now."""
    rig = ctx.engine.directory.rig(params.rig)
    found = await ctx.engine.snapshots.take(rig, SnapshotKind.MANUAL, ctx.actor)
    return SnapshotResult(seq=ctx.engine.store.seq, snapshot=found)


@method("snapshot/list", Tier.READ)
async def list_snapshots(ctx: Context, params: SnapshotList) -> Snapshots:
    """Snapshots of a rig, newest first."""
    rig = ctx.engine.directory.rig(params.rig)
    before = int(params.cursor) if params.cursor is not None and params.cursor.isdigit() else None
    rows = await ctx.engine.store.past.snapshots(rig.id, before=before, limit=params.limit + 1)
    more = str(rows[params.limit - 1][0]) if len(rows) > params.limit else None
    found = [snapshot for _, snapshot in rows[: params.limit]]
    return Snapshots(seq=ctx.engine.store.seq, snapshots=found, next_cursor=more)


@method("snapshot/get", Tier.READ)
async def get(ctx: Context, params: SnapshotRef) -> SnapshotResult:
    """One snapshot."""
    found = await allowed(ctx, params.id, "snapshot/get")
    return SnapshotResult(seq=ctx.engine.store.seq, snapshot=found)


@method("snapshot/diff", Tier.READ)
async def diff(ctx: Context, params: SnapshotDiff) -> SnapshotChanges:
    """What changed between two snapshots, or since one."""
    for identity in (params.id, params.other):
        if identity is not None:
            await allowed(ctx, identity, "snapshot/diff")
    found = await ctx.engine.snapshots.diff(params.id, params.other)
    return SnapshotChanges(seq=ctx.engine.store.seq, changes=found)


@method("snapshot/restore", Tier.SHAPE, waits=True)
async def restore(ctx: Context, params: SnapshotRestore) -> Restored:
    """Bring agents back as a snapshot has them, by plan.

    Where a running agent would be stopped, the error `rig-changed` names the plan; with its `planId` it is done.
    """
    await allowed(ctx, params.id, "snapshot/restore")
    ctx.release()
    agents = await ctx.engine.restores.restore(params.id, ctx.actor, params.only, params.fresh, params.plan_id)
    return Restored(agents=agents)


async def allowed(ctx: Context, identity: str, name: str) -> Snapshot:
    """The snapshot, where its rig is one the caller may know of."""
    _, found = await ctx.engine.snapshots.get(identity)
    ctx.engine.policy.within(ctx.principal, found.rig, name)
    return found
