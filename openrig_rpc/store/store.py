"""The store: opened once by the daemon, closed last."""

from functools import partial
from pathlib import Path
from typing import TypeVar

import aiosqlite

from .database import Reader, open_writer
from .desk import Desk
from .journal import Journal
from .messages import Messages
from .past import Past
from .rooms import Rooms
from .roster import Roster
from .tasks import Tasks
from .watchdogs import Watchdogs
from .writer import Tx, Unit, Writer

T = TypeVar("T")


class Store:
    """One writer, one reader, and what is kept in memory of them."""

    def __init__(self, db: aiosqlite.Connection, reader: Reader, journal: Journal, roster: Roster, desk: Desk) -> None:
        self._db = db
        self.reader = reader
        self.journal = journal
        self.roster = roster
        self.desk = desk
        self.messages = Messages(reader, roster, desk)
        self.rooms = Rooms(reader)
        self.tasks = Tasks(reader)
        self.watchdogs = Watchdogs(reader)
        self.past = Past(reader)
        self._writer = Writer(db, journal)

    @classmethod
    async def open(cls, path: Path) -> "Store":
        """Open and migrate the database at `path`. Raises Storage."""
        db = await open_writer(path)
        reader: Reader | None = None
        try:
            reader = await Reader.open(path)
            journal = await Journal.open(reader)
            roster = await Roster.load(reader)
            desk = await Desk.load(reader)
        except BaseException:
            if reader is not None:
                await reader.close()
            await db.close()
            raise
        for item in desk.open_items.values():
            if item.kind == "message" and item.agent is not None:
                sender = next((row.id for row in roster.each() if row.address == item.agent), None)
                if sender is not None:
                    roster.count_unread(sender, 1)
        return cls(db, reader, journal, roster, desk)

    @property
    def seq(self) -> int:
        """The number of the last event that is visible."""
        return self.journal.seq

    async def write(self, actor: str, unit: Unit[T]) -> T:
        """Run a unit of work; its result is given when it is durable. Raises Storage, or what the unit raises."""
        return await self._writer.write(actor, unit)

    async def clear_inbox(self, tx: Tx, rig: str) -> None:
        """Part of a unit of work: nothing of this rig waits for the person any more."""
        for item in [item for item in self.desk.open_items.values() if item.rig == rig]:
            if await self.desk.done(tx, item) and item.kind == "message":
                sender = next((row.id for row in self.roster.each() if row.address == item.agent), None)
                if sender is not None:
                    tx.after(partial(self.roster.count_unread, sender, -1))

    async def close(self) -> None:
        """Commit what waits and close."""
        try:
            await self._writer.close()
        finally:
            await self.reader.close()
            await self._db.close()
