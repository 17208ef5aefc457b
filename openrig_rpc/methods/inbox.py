"""What waits for the person."""

from ..model.base import Empty, Params
from ..model.inbox import InboxItem
from ..model.principal import Tier
from ..rpc import Context, planned
from .shapes import Listed, Page


class InboxList(Page):
    """Of all rigs, or one."""

    rig: str | None = None


class Inbox(Listed):
    """Oldest first."""

    items: list[InboxItem]


class InboxRef(Params):
    """An item by id."""

    id: str


@planned("inbox/list", Tier.READ)
async def list_inbox(ctx: Context, params: InboxList) -> Inbox:
    """Prompts, messages, tasks and uncertain deliveries that wait for the person."""
    raise NotImplementedError


@planned("inbox/done", Tier.STEER)
async def done(ctx: Context, params: InboxRef) -> Empty:
    """Put an item of the inbox away."""
    raise NotImplementedError
