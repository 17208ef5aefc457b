"""What rigs were: their snapshots, and every version of their specs."""

import sqlite3
from dataclasses import dataclass

from ..model.rig import Revision
from ..model.snapshot import Snapshot, SnapshotKind
from .database import Reader
from .writer import Tx


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a rig's spec, with its text."""

    revision: Revision
    spec: str


class Past:
    """Reads go to the read connection; writes are parts of a unit of work."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    # Snapshots.

    async def snapshot(self, identity: str) -> tuple[str, Snapshot] | None:
        """A snapshot and its rig's id, or None."""
        rows = await self._reader.fetch("SELECT rig_id, doc FROM snapshot WHERE id = ?", (identity,))
        return (rows[0][0], Snapshot.model_validate_json(rows[0][1])) if rows else None

    async def snapshots(self, rig_id: str, *, before: int | None = None, limit: int = 1) -> list[tuple[int, Snapshot]]:
        """A rig's snapshots with their numbers, newest first; `before`: older than that number."""
        rows = await self._reader.fetch(
            "SELECT number, doc FROM snapshot WHERE rig_id = ? AND number < ? ORDER BY number DESC LIMIT ?",
            (rig_id, before if before is not None else 1 << 62, limit),
        )
        return [(row[0], Snapshot.model_validate_json(row[1])) for row in rows]

    def put_snapshot(self, tx: Tx, rig_id: str, snapshot: Snapshot) -> None:
        """Keep a snapshot; the event tells of it."""
        tx.write(
            "INSERT INTO snapshot (id, rig_id, kind, doc) VALUES (?, ?, ?, ?)",
            (snapshot.id, rig_id, snapshot.kind, snapshot.model_dump_json(exclude_none=True)),
        )
        tx.emit("snapshot.created", snapshot, rig=snapshot.rig)

    def prune(self, tx: Tx, rig_id: str, kind: SnapshotKind, keep: int) -> None:
        """Forget all but the newest `keep` snapshots of this kind."""
        tx.write(
            "DELETE FROM snapshot WHERE rig_id = ? AND kind = ? AND number NOT IN"
            " (SELECT number FROM snapshot WHERE rig_id = ? AND kind = ? ORDER BY number DESC LIMIT ?)",
            (rig_id, kind, rig_id, kind, keep),
        )

    # Versions of the spec.

    async def versions(self, rig_id: str) -> list[Version]:
        """Every version, from 0."""
        rows = await self._reader.fetch(f"SELECT {VERSION} FROM revision WHERE rig_id = ? ORDER BY revision", (rig_id,))
        return [version(row) for row in rows]

    async def version(self, rig_id: str, revision: int) -> Version | None:
        """One version, or None."""
        rows = await self._reader.fetch(
            f"SELECT {VERSION} FROM revision WHERE rig_id = ? AND revision = ?", (rig_id, revision)
        )
        return version(rows[0]) if rows else None


VERSION = "revision, digest, actor, at, summary, spec"


def version(row: sqlite3.Row) -> Version:
    """One row of `VERSION`."""
    number, digest, actor, at, summary, spec = row
    return Version(Revision(revision=number, digest=digest, actor=actor, at=at, summary=summary), spec)
