"""The journal as an audit log: walked from its first row, whatever the daemon remembers of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from ..model.event import KINDS
from .database import Reader
from .journal import COLUMNS, Entry, chain, digest, entry_of

PAGE = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """What a walk found: `broken_at` is the first number that doesn't fit."""

    rows: int
    broken_at: int | None = None
    why: str | None = None


async def verify(reader: Reader) -> Finding:
    """Check every row: its number, its body's digest, and for mutations the chain of hashes. Raises Storage."""
    head = await reader.fetch("SELECT seq, hash, (SELECT value FROM meta WHERE key = 'pruned_to') FROM head")
    if not head:
        return Finding(0, 0, "nothing says where the journal ends")
    upto, last_hash, pruned = head[0][0], head[0][1], int(head[0][2] or 0)
    previous, number, count = "", 0, 0
    async for entry in _each(reader, upto):
        wrong = _wrong(entry, previous)
        if wrong is None and entry.seq != number + 1 and entry.seq - 1 > pruned:
            return Finding(count, max(number, pruned) + 1, "a row is missing here")
        if wrong is not None:
            return Finding(count, entry.seq, wrong)
        number = entry.seq
        if entry.hash is not None:
            previous = entry.hash
            count += 1
    if number < upto and upto > pruned:
        return Finding(count, number + 1, f"the rows up to {upto} are missing")
    if previous != last_hash:
        return Finding(count, number, "the journal does not end as it was written")
    return Finding(count)


def _wrong(entry: Entry, previous: str) -> str | None:
    """What is wrong with one row, after the mutation whose hash is `previous`."""
    kind = KINDS.get(entry.kind)
    if entry.data is not None and digest(entry.data) != entry.after:
        return "its body was changed"
    if entry.hash is None:
        return "its hash is gone" if kind is not None and kind.durability == "mutation" else None
    if chain(previous, entry) != entry.hash:
        return "it was changed, or one before it was removed or moved"
    return None


async def _each(reader: Reader, upto: int) -> AsyncIterator[Entry]:
    """Every row in order, a page at a time."""
    at = -1
    while True:
        rows = await reader.fetch(
            f"SELECT {COLUMNS} FROM event WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT {PAGE}", (at, upto)
        )
        for row in rows:
            yield entry_of(row)
        if len(rows) < PAGE:
            return
        at = rows[-1][0]


async def mutations(reader: Reader, since: int, rig: str | None, limit: int) -> list[Entry]:
    """Mutations after `since`, in order; of one rig, or all."""
    rows = await reader.fetch(
        f"SELECT {COLUMNS} FROM event WHERE seq > ?1 AND hash IS NOT NULL AND (?2 IS NULL OR rig = ?2)"
        " ORDER BY seq LIMIT ?3",
        (since, rig, limit),
    )
    return [entry_of(row) for row in rows]
