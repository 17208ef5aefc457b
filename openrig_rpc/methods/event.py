"""Events: numbered, replayed from any number, pushed as they happen."""

import secrets
from typing import Annotated

from pydantic import Field

from ..model.base import Empty, Model, Params, Read
from ..model.errors import InvalidParams
from ..model.event import KINDS, Event
from ..model.principal import Tier
from ..rpc import Context, method
from ..store.feed import Feed
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


@method("event/subscribe", Tier.READ, waits=True)
async def subscribe(ctx: Context, params: EventSubscribe) -> Subscribed:
    """Be pushed `event/published` for everything after `since`."""
    _known(params.kinds)
    engine, connection = ctx.engine, ctx.connection
    own = engine.store.roster.rig_of(ctx.principal)
    rig = own.name if own is not None else params.rig
    since = engine.store.seq if params.since is None else params.since
    engine.store.journal.check(since)
    name = f"s{connection.id}-{secrets.token_hex(4)}"
    kinds = frozenset(params.kinds) if params.kinds is not None else None
    feed = Feed(name, engine.store.journal, connection, since, kinds=kinds, rig=rig)
    engine.feeds[connection.id, name] = feed

    def leave() -> None:
        feed.stop()
        engine.feeds.pop((connection.id, name), None)

    connection.on_close(leave)
    feed.start()
    return Subscribed(subscription=name, seq=since)


@method("event/unsubscribe", Tier.READ)
async def unsubscribe(ctx: Context, params: EventUnsubscribe) -> Empty:
    """End a subscription of this connection."""
    feed = ctx.engine.feeds.pop((ctx.connection.id, params.subscription), None)
    if feed is not None:
        feed.stop()
    return Empty()


@method("event/list", Tier.READ)
async def list_events(ctx: Context, params: EventList) -> Events:
    """The journal, a page at a time."""
    _known(params.kinds)
    journal = ctx.engine.store.journal
    journal.check(params.since)
    own = ctx.engine.store.roster.rig_of(ctx.principal)
    rig = own.name if own is not None else params.rig
    entries, _ = await journal.after(params.since, params.limit, params.kinds, rig)
    return Events(seq=journal.seq, events=[entry.event() for entry in entries])


def _known(kinds: list[str] | None) -> None:
    unknown = [kind for kind in kinds or () if kind not in KINDS]
    if unknown:
        raise InvalidParams(
            f"there are no events of kind {', '.join(map(repr, unknown))}",
            "the kinds are fixed",
            f"use some of {', '.join(KINDS)}",
            errors=[{"path": "kinds", "message": f"unknown: {kind}"} for kind in unknown],
        )
