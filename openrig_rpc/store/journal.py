"""The numbered journal: its chain of hashes, its recent tail in memory, and waiting for more."""

import asyncio
import hashlib
import sqlite3
from collections import deque
from collections.abc import Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

import orjson

from ..model.base import now
from ..model.errors import SinceTooOld
from ..model.event import KINDS, Event
from .database import Reader

COLUMNS = "seq, time, kind, rig, agent, actor, data, before, after, hash"

TAIL = 8192
"""Events kept in memory, at most."""
PAGE_BYTES = 1024 * 1024
"""Bytes of a page, about."""
TAIL_BYTES = 32 * 1024 * 1024
"""Bytes of them, at most: a message's text is in each of its events."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event; `data` is JSON as it goes to the wire."""

    seq: int
    time: str
    kind: str
    rig: str | None
    agent: str | None
    actor: str
    data: bytes | None
    before: str | None
    after: str
    hash: str | None

    def event(self) -> Event:
        """The event as it is listed."""
        data = orjson.loads(self.data) if self.data is not None else {}
        return Event(
            seq=self.seq, time=self.time, kind=self.kind, rig=self.rig, agent=self.agent, actor=self.actor, data=data
        )


def digest(data: bytes) -> str:
    """SHA-256 of a noun's JSON, in hex."""
    return hashlib.sha256(data).hexdigest()


def chain(previous: str, entry: Entry) -> str:
    """The hash of a mutation: over the one before and every field but the body, which counts by its digest."""
    fields = [previous, entry.seq, entry.time, entry.kind, entry.rig, entry.agent, entry.actor]
    return digest(orjson.dumps([*fields, entry.before, entry.after]))


class Journal:
    """Appended to by the writer alone, read by everybody.

    `seq` is the last number that is committed and published. A subscriber reads after a number it has; the tail
    in memory serves those who keep up, the database the others, so that a slow one costs no memory.
    """

    def __init__(self, reader: Reader, seq: int, last_hash: str, pruned_to: int) -> None:
        self._reader = reader
        self.seq = seq
        self.pruned_to = pruned_to
        self._last_hash = last_hash
        self._tail: deque[Entry] = deque()
        self._tail_bytes = 0
        self._waiting: set[asyncio.Future[None]] = set()

    @classmethod
    async def open(cls, reader: Reader) -> "Journal":
        """Go on where the database ends."""
        seq = await _one(reader, "SELECT max(seq) FROM event")
        last = await _one(reader, "SELECT hash FROM event WHERE hash IS NOT NULL ORDER BY seq DESC LIMIT 1")
        pruned = await _one(reader, "SELECT value FROM meta WHERE key = 'pruned_to'")
        # What was pruned last may have been the newest: its number is used up all the same.
        return cls(reader, max(int(seq or 0), int(pruned or 0)), last or "", int(pruned or 0))

    def number(self, drafts: Sequence["Draft"]) -> list[Entry]:
        """Give drafts their numbers and hashes. Nothing is taken until `publish`."""
        seq, last, entries = self.seq, self._last_hash, []
        for draft in drafts:
            seq += 1
            entry = Entry(
                seq, now(), draft.kind, draft.rig, draft.agent, draft.actor, draft.data, draft.before, draft.after, None
            )
            if KINDS[draft.kind].durability == "mutation":
                last = chain(last, entry)
                entry = replace(entry, hash=last)
            entries.append(entry)
        return entries

    def head_after(self, entries: Sequence[Entry]) -> tuple[int, str]:
        """Where the journal ends with `entries`: the number of its last row and the hash of its last mutation."""
        return entries[-1].seq, self._hash_after(entries)

    def _hash_after(self, entries: Sequence[Entry]) -> str:
        return next((entry.hash for entry in reversed(entries) if entry.hash), self._last_hash)

    def publish(self, entries: Sequence[Entry]) -> None:
        """Committed entries become visible, and everybody who waits is woken."""
        if not entries:
            return
        for entry in entries:
            self._tail.append(entry)
            self._tail_bytes += len(entry.data or b"")
        while len(self._tail) > TAIL or (self._tail_bytes > TAIL_BYTES and len(self._tail) > 1):
            self._tail_bytes -= len(self._tail.popleft().data or b"")
        self.seq = entries[-1].seq
        self._last_hash = self._hash_after(entries)
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def beyond(self, seq: int) -> None:
        """Wait until something after `seq` is published."""
        while self.seq <= seq:
            future = asyncio.get_running_loop().create_future()
            self._waiting.add(future)
            try:
                await future
            finally:
                self._waiting.discard(future)

    def check(self, since: int) -> None:
        """SinceTooOld when events after `since` are no longer all here, or `since` is of another journal."""
        if since < self.pruned_to or since > self.seq:
            raise SinceTooOld(
                f"events after {since} can't be given",
                f"the journal has {self.pruned_to + 1} to {self.seq}",
                "list again, and go on from the `seq` that the list gives",
                oldestSeq=self.pruned_to,
                seq=self.seq,
            )

    def in_tail(self, seq: int) -> bool:
        """Whether everything after `seq` is in memory."""
        return seq >= self.seq or (bool(self._tail) and seq + 1 >= self._tail[0].seq)

    async def after(
        self, seq: int, limit: int, kinds: Collection[str] | None = None, rig: str | None = None
    ) -> tuple[list[Entry], int]:
        """Up to `limit` entries after `seq` that fit, and the number up to which the journal was looked at.

        They are fewer where they are large: a page has about PAGE_BYTES, however many read one.
        """
        if self.in_tail(seq):
            return self._from_tail(seq, limit, kinds, rig)
        return await self._from_database(seq, limit, kinds, rig)

    def _from_tail(
        self, seq: int, limit: int, kinds: Collection[str] | None, rig: str | None
    ) -> tuple[list[Entry], int]:
        found: list[Entry] = []
        size = 0
        # By index: who keeps up reads at the right end, and doesn't walk there.
        first = seq + 1 - self._tail[0].seq if self._tail else 0
        for index in range(first, len(self._tail)):
            entry = self._tail[index]
            if (kinds is None or entry.kind in kinds) and (rig is None or entry.rig == rig):
                found.append(entry)
                size += len(entry.data or b"")
                if len(found) == limit or size > PAGE_BYTES:
                    return found, entry.seq
        return found, max(seq, self.seq)

    async def _from_database(
        self, seq: int, limit: int, kinds: Collection[str] | None, rig: str | None
    ) -> tuple[list[Entry], int]:
        upto = self.seq
        wanted = None if kinds is None else orjson.dumps(list(kinds)).decode()
        found: list[Entry] = []
        size = 0
        pieces = self._reader.pieces(
            f"SELECT {COLUMNS} FROM event"
            " WHERE seq > ?1 AND seq <= ?2 AND (?3 IS NULL OR kind IN (SELECT value FROM json_each(?3)))"
            " AND (?4 IS NULL OR rig = ?4) ORDER BY seq LIMIT ?5",
            (seq, upto, wanted, rig, limit),
        )
        async with aclosing(pieces):
            async for rows in pieces:
                found += map(entry_of, rows)
                size += sum(len(entry.data or b"") for entry in found[-len(rows) :])
                if size > PAGE_BYTES:
                    return found, found[-1].seq
        return found, found[-1].seq if len(found) == limit else upto


@dataclass(frozen=True, slots=True)
class Draft:
    """An event on its way into the journal."""

    kind: str
    rig: str | None
    agent: str | None
    actor: str
    data: bytes
    before: str | None
    after: str


def entry_of(row: sqlite3.Row) -> Entry:
    """A row of `COLUMNS`."""
    seq, time, kind, rig, agent, actor, data, before, after, link = row
    return Entry(seq, time, kind, rig, agent, actor, None if data is None else data.encode(), before, after, link)


async def _one(reader: Reader, sql: str) -> str | None:
    """The first value of the first row, as text."""
    for row in await reader.fetch(sql):
        return None if row[0] is None else str(row[0])
    return None
