"""A subscription: pushes the journal to one client, at that client's own pace."""

import asyncio
import logging
from collections.abc import Collection
from typing import Protocol

import orjson

from ..model.errors import Storage
from .journal import Entry, Journal

log = logging.getLogger(__name__)

PAGE = 256
"""Events read at once."""
AGAIN = 1.0
"""Seconds until a database that could not be read is tried again."""


class Sink(Protocol):
    """Where events go: a connection."""

    def notify(self, method: str, params: object) -> None:
        """Queue a notification."""

    def congested(self) -> bool:
        """True while the client reads too slowly."""

    async def ready(self) -> None:
        """Wait until more may be written."""


class Feed:
    """Reads on from where its client is, so that a slow client costs no memory and slows nobody.

    Who falls behind the journal's tail is told `event/lagged {from}`, once, and catches up from the database, where
    observations that a later one of the same kind and agent replaces are left out. What was there before the
    subscription is given whole: who asks for the past doesn't lag.
    """

    def __init__(
        self,
        name: str,
        journal: Journal,
        sink: Sink,
        since: int,
        *,
        kinds: Collection[str] | None = None,
        rig: str | None = None,
    ) -> None:
        self.name = name
        self._journal = journal
        self._sink = sink
        self._kinds = kinds
        self._rig = rig
        self._at = since
        self._given = since
        self._began = journal.seq
        self._lagging = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to push."""
        self._task = asyncio.create_task(self._run(), name=f"feed-{self.name}")

    def stop(self) -> None:
        """Push no more."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        while True:
            try:
                await self._journal.beyond(self._at)
                await self._sink.ready()
                await self._page()
            except Storage as error:
                log.error("the subscription %s can't be read on: %s", self.name, error.message)
                await asyncio.sleep(AGAIN)

    async def _page(self) -> None:
        """Push what fits of the next page."""
        lagged = self._at >= self._began and not self._journal.in_tail(self._at)
        if lagged and not self._lagging:
            self._sink.notify("event/lagged", {"subscription": self.name, "from": self._at})
        self._lagging = lagged
        entries, upto = await self._journal.after(self._at, PAGE, self._kinds, self._rig)
        for entry in latest(entries) if lagged else entries:
            if self._sink.congested():
                return  # The rest is read again: what waits for a slow client costs no memory.
            await self._sink.ready()
            self._push(entry)
            self._at = entry.seq
        self._at = upto

    def _push(self, entry: Entry) -> None:
        published: dict[str, object] = {
            "subscription": self.name,
            "seq": entry.seq,
            "prev": self._given,
            "time": entry.time,
            "kind": entry.kind,
        }
        if entry.rig is not None:
            published["rig"] = entry.rig
        if entry.agent is not None:
            published["agent"] = entry.agent
        published["actor"] = entry.actor
        published["data"] = orjson.Fragment(entry.data) if entry.data is not None else {}
        self._sink.notify("event/published", published)
        self._given = entry.seq


def latest(entries: list[Entry]) -> list[Entry]:
    """Without observations (they have no hash) that a later one of the same kind and agent replaces.

    One without an agent says nothing of what it is about but in its noun, so it is kept.
    """
    last = {(entry.kind, entry.agent): entry.seq for entry in entries}
    return [
        entry
        for entry in entries
        if entry.hash is not None or entry.agent is None or last[entry.kind, entry.agent] == entry.seq
    ]
