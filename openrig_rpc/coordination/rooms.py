"""Rooms: posts in order, mentions that are also sent, and waiting for the next post."""

import asyncio
import re
from collections import defaultdict

from ..delivery.post import Letter
from ..delivery.post import Post as Deliveries
from ..delivery.text import clean
from ..model.address import HUMAN
from ..model.base import now
from ..model.errors import MailboxFull, RpcError
from ..model.principal import Principal
from ..model.room import Post
from ..store.directory import Directory, Recipient
from ..store.rows import RigRow
from ..store.store import Store
from ..store.writer import Tx

MENTION = re.compile(r"(?<![\w@.])@([A-Za-z0-9][A-Za-z0-9_.-]*|\*)(?:@([A-Za-z0-9][A-Za-z0-9_.-]*))?")
MOST = 32
"""Mentions of one post that are followed."""


class Rooms:
    """A post is part of a unit of work; who waits is woken when it is durable."""

    def __init__(self, store: Store, directory: Directory, deliveries: Deliveries) -> None:
        self._store = store
        self._directory = directory
        self._deliveries = deliveries
        self._waiting: dict[tuple[str, str], set[asyncio.Future[None]]] = defaultdict(set)
        store.rooms.on_post = self._posted

    async def post(self, tx: Tx, rig: RigRow, room: str, text: str, topic: str | None, principal: Principal) -> Post:
        """Post, and send it to whom it mentions: `@pod-member`, `@human`. Raises PayloadTooLarge, InvalidParams.

        What fits nobody is plain text, and so is who can't be typed to: a terminal. A full mailbox has the post in the
        room all the same.
        """
        text = clean(text)
        sender = principal.name if principal.kind == "agent" else str(principal)
        if principal.is_person:
            sender = f"{HUMAN}@{rig.name}"
        mentioned = self.mentioned(rig, text, principal)
        post = Post(
            rig=rig.name,
            room=room,
            number=0,
            sender=sender,
            text=text,
            topic=topic,
            mentions=[each.address for each in mentioned],
            at=now(),
        )
        post = await self._store.rooms.add(tx, rig, post)
        about = f"room {room}, post {post.number}" + (f", topic {topic}" if topic else "")
        for each in mentioned:
            try:
                await self._deliveries.accept(tx, Letter(f"({about}) {text}"), [each], principal)
            except MailboxFull:
                continue
        return post

    def mentioned(self, rig: RigRow, text: str, principal: Principal) -> list[Recipient]:
        """Whom a text mentions, each once: agents of the rig but its author and terminals, and the person."""
        found: dict[str, Recipient] = {}
        for name, where in list(dict.fromkeys(MENTION.findall(text)))[:MOST]:
            if name == "*" or where not in ("", rig.name):
                continue
            try:
                meant = self._directory.recipients(f"{name.rstrip('.-')}@{rig.name}", principal)
            except RpcError:
                continue
            for each in meant:
                row = each.agent
                own = principal.is_person if row is None else row.id == principal.agent_id
                if not own and (row is None or row.runtime != "terminal"):
                    found[each.address] = each
        return list(found.values())

    async def wait(
        self, rig: RigRow, room: str, since: int, topic: str | None, limit: int, seconds: float
    ) -> tuple[list[Post], bool]:
        """Posts after `since`, as soon as there are any; and whether the time ran out first."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        key = (rig.id, room)
        while True:
            future = loop.create_future()
            self._waiting[key].add(future)
            try:
                found = await self._store.rooms.after(rig.id, room, since, topic, limit)
                left = until - loop.time()
                if found or left <= 0:
                    return found, not found
                await asyncio.wait((future,), timeout=left)
            finally:
                self._waiting[key].discard(future)
                if not self._waiting[key]:
                    del self._waiting[key]

    def _posted(self, rig_id: str, room: str) -> None:
        for future in self._waiting.get((rig_id, room), ()):
            if not future.done():
                future.set_result(None)
