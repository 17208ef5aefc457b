"""Events: numbered, replayed from any number, pushed as they happen."""

from typing import Annotated

from pydantic import Field

from ..model.base import Empty, Model, Params, Read
from ..model.event import Event
from ..model.principal import Tier
from ..rpc import Context, planned
from .shapes import Limit

Seq = Annotated[int, Field(ge=0)]


class EventSubscribe(Params):
    """Events after `since` (exclusive; now where it is left out), of some kinds, of one rig."""

    since: Seq | None = None
    kinds: list[str] | None = None
    rig: str | None = None


class Subscribed(Model):
    """`seq` is the `prev` of the first event that will come."""

    subscription: str
    seq: int


class EventUnsubscribe(Params):
    """The subscription that ends."""

    subscription: str


class EventList(Params):
    """A page of events after `since`."""

    since: Seq = 0
    kinds: list[str] | None = None
    rig: str | None = None
    limit: Limit = 200


class Events(Read):
    """Events in order; go on with `since` = the last one's `seq`."""

    events: list[Event]


@planned("event/subscribe", Tier.READ, waits=True)
async def subscribe(ctx: Context, params: EventSubscribe) -> Subscribed:
    """Be pushed `event/published` for everything after `since`."""
    raise NotImplementedError


@planned("event/unsubscribe", Tier.READ)
async def unsubscribe(ctx: Context, params: EventUnsubscribe) -> Empty:
    """End a subscription of this connection."""
    raise NotImplementedError


@planned("event/list", Tier.READ)
async def list_events(ctx: Context, params: EventList) -> Events:
    """The journal, a page at a time."""
    raise NotImplementedError
