"""Rooms: what a rig says to everybody, in order."""

from typing import Annotated

from pydantic import StringConstraints

from ..model.base import Model, Params, Read
from ..model.principal import Tier
from ..model.room import Post, Room
from ..rpc import Context, planned
from .shapes import Key, Limit, RigName, RigRef, Seconds

RoomName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]


class RoomPost(Params):
    """A post; mentions (`@pod-member`) are also sent as messages."""

    rig: RigName
    room: RoomName = "main"
    text: Annotated[str, StringConstraints(min_length=1)]
    topic: str | None = None
    idempotency_key: Key | None = None


class Posted(Model):
    """The post with its number."""

    post: Post


class RoomHistory(Params):
    """Posts after number `since`."""

    rig: RigName
    room: RoomName = "main"
    since: int = 0
    topic: str | None = None
    limit: Limit = 200


class RoomWait(RoomHistory):
    """Until there is a post after `since`."""

    timeout_seconds: Seconds


class Posts(Read):
    """Posts in order."""

    posts: list[Post]
    timed_out: bool | None = None


class Rooms(Read):
    """Rooms of a rig."""

    rooms: list[Room]


@planned("room/post", Tier.TALK, keyed=True)
async def post(ctx: Context, params: RoomPost) -> Posted:
    """Post to a room of a rig."""
    raise NotImplementedError


@planned("room/history", Tier.READ)
async def history(ctx: Context, params: RoomHistory) -> Posts:
    """What was said in a room."""
    raise NotImplementedError


@planned("room/wait", Tier.READ, waits=True)
async def wait(ctx: Context, params: RoomWait) -> Posts:
    """Wait for the next post."""
    raise NotImplementedError


@planned("room/list", Tier.READ)
async def list_rooms(ctx: Context, params: RigRef) -> Rooms:
    """The rooms of a rig."""
    raise NotImplementedError
