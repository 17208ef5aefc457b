"""Rooms: what a rig says to everybody, in order."""

from typing import Annotated

from pydantic import Field, StringConstraints

from ..model.base import Model, Params, Read
from ..model.principal import Tier
from ..model.room import Post, Room
from ..model.spec import Grant
from ..rpc import Context, method
from ..store.writer import Tx
from .shapes import Key, Limit, RigName, RigRef, Seconds

RoomName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
Number = Annotated[int, Field(ge=0, le=2**53 - 1)]


class RoomPost(Params):
    """A post; mentions (`@pod-member`) are also sent as messages."""

    rig: RigName
    room: RoomName = "main"
    text: Annotated[str, StringConstraints(min_length=1)]
    topic: Annotated[str, StringConstraints(min_length=1, max_length=256)] | None = None
    idempotency_key: Key | None = None


class Posted(Model):
    """The post with its number."""

    post: Post


class RoomHistory(Params):
    """Posts after number `since`, without it the last ones."""

    rig: RigName
    room: RoomName = "main"
    since: Number | None = None
    topic: str | None = None
    limit: Limit = 200


class RoomWait(Params):
    """Until there is a post after `since`."""

    rig: RigName
    room: RoomName = "main"
    since: Number
    topic: str | None = None
    limit: Limit = 200
    timeout_seconds: Seconds


class Posts(Read):
    """Posts in order."""

    posts: list[Post]
    timed_out: bool | None = None


class Rooms(Read):
    """Rooms of a rig."""

    rooms: list[Room]


@method("room/post", Tier.TALK, keyed=True)
async def post(ctx: Context, params: RoomPost) -> Posted:
    """Post to a room of a rig; whom it mentions (`@pod-member`, `@human`) gets it as a message, too."""
    rig, key, desk = ctx.engine.directory.rig(params.rig), params.idempotency_key, ctx.engine.store.desk

    async def unit(tx: Tx) -> Posted:
        if key is not None:
            before = await desk.recall(tx, ctx.principal, key, "room/post", params, Posted)
            if before is not None:
                return before
        for each in ctx.engine.rooms.mentioned(rig, params.text, ctx.principal):
            if each.agent is not None:
                ctx.engine.policy.check_edge(ctx.principal, "room/post", each.agent, Grant.MESSAGE)
        posted = Posted(
            post=await ctx.engine.rooms.post(tx, rig, params.room, params.text, params.topic, ctx.principal)
        )
        if key is not None:
            await desk.remember(tx, ctx.principal, key, "room/post", params, posted)
        return posted

    return await ctx.engine.store.write(ctx.actor, unit)


@method("room/history", Tier.READ)
async def history(ctx: Context, params: RoomHistory) -> Posts:
    """What was said in a room: after `since`, or without it the last posts."""
    rig, last = ctx.engine.directory.rig(params.rig), params.since is None
    found = await ctx.engine.store.rooms.after(
        rig.id, params.room, params.since or 0, params.topic, params.limit, last=last
    )
    return Posts(seq=ctx.engine.store.seq, posts=found)


@method("room/wait", Tier.READ, waits=True)
async def wait(ctx: Context, params: RoomWait) -> Posts:
    """Wait for the next post; said again with the same `since`, nothing is missed, also after a restart."""
    rig = ctx.engine.directory.rig(params.rig)
    ctx.release()
    found, late = await ctx.engine.rooms.wait(
        rig, params.room, params.since, params.topic, params.limit, params.timeout_seconds
    )
    return Posts(seq=ctx.engine.store.seq, posts=found, timed_out=late or None)


@method("room/list", Tier.READ)
async def list_rooms(ctx: Context, params: RigRef) -> Rooms:
    """The rooms of a rig."""
    rig = ctx.engine.directory.rig(params.rig)
    return Rooms(seq=ctx.engine.store.seq, rooms=await ctx.engine.store.rooms.each(rig))
