"""What waits for the person."""

from ..model.base import Empty, Params
from ..model.inbox import InboxItem
from ..model.principal import Tier
from ..rpc import Context, method
from .shapes import Listed, Page, page


class InboxList(Page):
    """Of all rigs, or one."""

    rig: str | None = None


class Inbox(Listed):
    """Oldest first."""

    items: list[InboxItem]


class InboxRef(Params):
    """An item by id."""

    id: str


@method("inbox/list", Tier.READ)
async def list_inbox(ctx: Context, params: InboxList) -> Inbox:
    """Prompts, messages, tasks and uncertain deliveries that wait for the person."""
    rig = ctx.engine.directory.rig(params.rig).name if params.rig is not None else None
    items, more = page(ctx.engine.inbox.open(ctx.principal, rig), params)
    return Inbox(seq=ctx.engine.store.seq, items=items, next_cursor=more)


@method("inbox/done", Tier.STEER)
async def done(ctx: Context, params: InboxRef) -> Empty:
    """Put an item of the inbox away; a message is `submitted` by that."""
    await ctx.engine.inbox.done(params.id, ctx.principal)
    return Empty()
