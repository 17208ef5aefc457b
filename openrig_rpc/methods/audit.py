"""The journal as an audit log."""

from ..model.base import Model, Params
from ..model.event import Event
from ..model.principal import Tier
from ..rpc import Context, NoParams, planned
from .shapes import Limit


class Verified(Model):
    """Whether the chain is whole; `brokenAt` is the first row that does not fit."""

    ok: bool
    rows: int
    broken_at: int | None = None
    why: str | None = None


class AuditExport(Params):
    """Mutations after `since`."""

    since: int = 0
    limit: Limit = 1000


class AuditPage(Model):
    """A page of mutations with their hashes."""

    events: list[Event]
    next_since: int | None = None


@planned("audit/verify", Tier.READ)
async def verify(ctx: Context, params: NoParams) -> Verified:
    """Check the journal's chain of hashes from its first row."""
    raise NotImplementedError


@planned("audit/export", Tier.READ)
async def export(ctx: Context, params: AuditExport) -> AuditPage:
    """The journal's mutations, a page at a time."""
    raise NotImplementedError
