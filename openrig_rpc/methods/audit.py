"""The journal as an audit log."""

from ..model.base import Model, Params
from ..model.event import Event
from ..model.principal import Tier
from ..rpc import Context, NoParams, method
from ..store import audit
from ..store.journal import PAGE_BYTES
from .room import Number
from .shapes import Limit


class Verified(Model):
    """Whether the chain is whole; `brokenAt` is the first row that does not fit."""

    ok: bool
    rows: int
    broken_at: int | None = None
    why: str | None = None


class AuditExport(Params):
    """Mutations after `since`."""

    since: Number = 0
    limit: Limit = 1000


class AuditRow(Event):
    """A mutation with the digests of its noun before and after, and its hash.

    `hash` is SHA-256 over the JSON list of the hash before ("" at first), seq, time, kind, rig, agent, actor, before,
    and after. `purged`: the body was removed; its digest stays.
    """

    before: str | None = None
    after: str
    hash: str
    purged: bool | None = None


class AuditPage(Model):
    """A page of mutations with their hashes."""

    events: list[AuditRow]
    next_since: int | None = None


@method("audit/verify", Tier.READ)
async def verify(ctx: Context, params: NoParams) -> Verified:
    """Check the journal's chain of hashes from its first row.

    Finds a row that was edited, removed or moved; a body that was purged leaves the chain whole.
    """
    ctx.release()
    found = await audit.verify(ctx.engine.store.reader)
    return Verified(ok=found.broken_at is None, rows=found.rows, broken_at=found.broken_at, why=found.why)


@method("audit/export", Tier.READ)
async def export(ctx: Context, params: AuditExport) -> AuditPage:
    """The journal's mutations, a page at a time."""
    own = ctx.engine.store.roster.rig_of(ctx.principal)
    rig = own.name if own is not None else None
    entries = await audit.mutations(ctx.engine.store.reader, params.since, rig, params.limit)
    # A page is one frame: large messages make it a short one.
    size, events = 0, list[AuditRow]()
    for entry in entries:
        size += len(entry.data or b"")
        if events and size > PAGE_BYTES:
            break
        row = entry.event().model_dump(by_alias=False)
        purged = True if entry.data is None else None
        events.append(AuditRow(**row, before=entry.before, after=entry.after, hash=entry.hash or "", purged=purged))
    more = len(events) < len(entries) or len(entries) == params.limit
    return AuditPage(events=events, next_since=events[-1].seq if events and more else None)
