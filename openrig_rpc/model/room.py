"""A rig's rooms: posts in a numbered order."""

from pydantic import Field

from .base import Model


class Post(Model):
    """One post; `number` counts in its room from 1."""

    rig: str
    room: str
    number: int
    sender: str = Field(alias="from")
    text: str
    topic: str | None = None
    mentions: list[str] = []
    at: str


class Room(Model):
    """A room of a rig."""

    rig: str
    name: str
    posts: int
    last_at: str | None = None
