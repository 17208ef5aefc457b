"""Rooms in the database: posts by rig, room and number."""

import sqlite3
from collections.abc import Callable

import orjson

from ..model.room import Post, Room
from .database import Reader
from .rows import RigRow
from .writer import Tx

COLUMNS = "rig, room, number, sender, body, topic, mentions, at"


class Rooms:
    """Reads go to the read connection; a post is part of a unit of work."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.on_post: Callable[[str, str], None] = lambda rig_id, room: None
        """Called with a rig's id and a room when a post is durable."""

    async def after(
        self, rig_id: str, room: str, since: int, topic: str | None, limit: int, *, last: bool = False
    ) -> list[Post]:
        """Posts after number `since`, in order: the first of them, or the last."""
        rows = await self._reader.fetch(
            f"SELECT {COLUMNS} FROM post WHERE rig_id = ?1 AND room = ?2 AND number > ?3"
            f" AND (?4 IS NULL OR topic = ?4) ORDER BY number {'DESC' if last else 'ASC'} LIMIT ?5",
            (rig_id, room, since, topic, limit),
        )
        return sorted(map(_post, rows), key=lambda post: post.number)

    async def each(self, rig: RigRow) -> list[Room]:
        """The rooms that something was posted to."""
        rows = await self._reader.fetch(
            "SELECT room, max(number), max(at) FROM post WHERE rig_id = ? GROUP BY room ORDER BY room", (rig.id,)
        )
        return [Room(rig=rig.name, name=row[0], posts=row[1], last_at=row[2]) for row in rows]

    async def add(self, tx: Tx, rig: RigRow, post: Post) -> Post:
        """A post with the next number of its room, and the event of it."""
        rows = await tx.fetch("SELECT max(number) FROM post WHERE rig_id = ? AND room = ?", (rig.id, post.room))
        post = post.model_copy(update={"number": (rows[0][0] or 0) + 1})
        tx.write(
            f"INSERT INTO post (rig_id, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                rig.id,
                post.rig,
                post.room,
                post.number,
                post.sender,
                post.text,
                post.topic,
                orjson.dumps(post.mentions).decode(),
                post.at,
            ),
        )
        tx.emit("room.posted", post, rig=rig.name, agent=post.sender if "@" in post.sender else None)
        tx.after(lambda: self.on_post(rig.id, post.room))
        return post


def _post(row: sqlite3.Row) -> Post:
    names = ("rig", "room", "number", "sender", "text", "topic", "mentions", "at")
    said = dict(zip(names, row, strict=True))
    return Post.model_validate({**said, "mentions": orjson.loads(said["mentions"])})
