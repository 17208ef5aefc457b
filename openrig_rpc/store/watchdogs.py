"""What became of reminders: how often each fired, and whether it was stopped."""

from dataclasses import dataclass

from .database import Reader
from .rows import RigRow, WatchdogRow
from .writer import Tx


@dataclass(frozen=True, slots=True)
class Record:
    """Since the rig came up at `up_since`."""

    up_since: str
    fired: int = 0
    last_fired_at: str | None = None
    message_id: str | None = None
    stopped: bool = False


class Watchdogs:
    """Whole in memory; changed only by committed units of work."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._records: dict[str, Record] = {}

    async def load(self) -> None:
        """Read what the last daemon left."""
        for row in await self._reader.fetch(
            "SELECT id, up_since, fired, last_fired_at, message_id, stopped FROM watchdog"
        ):
            self._records[row[0]] = Record(row[1], row[2], row[3], row[4], bool(row[5]))

    def record(self, rig: RigRow, watchdog: WatchdogRow) -> Record:
        """What became of a reminder since its rig came up."""
        since = rig.up_since or ""
        found = self._records.get(watchdog.id)
        return found if found is not None and found.up_since == since else Record(since)

    def put(self, tx: Tx, watchdog: WatchdogRow, record: Record) -> None:
        """Write it down."""
        tx.write(
            "INSERT OR REPLACE INTO watchdog (id, up_since, fired, last_fired_at, message_id, stopped)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                watchdog.id,
                record.up_since,
                record.fired,
                record.last_fired_at,
                record.message_id,
                int(record.stopped),
            ),
        )

        def apply() -> None:
            self._records[watchdog.id] = record

        tx.after(apply)
