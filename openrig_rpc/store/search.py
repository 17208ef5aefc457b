"""Lines of transcripts, to be searched: an index in a file of its own, which may be thrown away at any time."""

import json
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..model.errors import InvalidParams, Storage

SCHEMA = """
CREATE TABLE IF NOT EXISTS upto (agent TEXT PRIMARY KEY, offset INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS place (id INTEGER PRIMARY KEY, agent TEXT NOT NULL, offset INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS place_offset ON place (agent, offset);
CREATE VIRTUAL TABLE IF NOT EXISTS line USING fts5 (text, tokenize = "unicode61 tokenchars '_'");
"""
FOUND = (
    "SELECT place.agent, place.offset, snippet(line, 0, '', '', '…', 32), rank FROM line"
    " JOIN place ON place.id = line.rowid"
    " WHERE line MATCH ? AND place.agent IN (SELECT value FROM json_each(?)) ORDER BY rank LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A line; the lower `rank` is, the better it fits."""

    agent_id: str
    offset: int
    excerpt: str
    rank: float


class Search:
    """For threads: one at a time is let in."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close the file, where it was ever opened."""
        with self._lock:
            if self._db is not None:
                self._db.close()
                self._db = None

    def upto(self, agent_id: str) -> int:
        """The offset up to which an agent's lines are known."""
        with self._lock:
            return self._upto(self._open(), agent_id)

    def add(self, agent_id: str, since: int, lines: Iterable[tuple[int, str]], upto: int) -> bool:
        """Know an agent's lines from `since` to `upto`; False where somebody else was faster."""
        with self._lock:
            db = self._open()
            with db:
                if self._upto(db, agent_id) != since:
                    return False
                last = db.execute("SELECT coalesce(max(id), 0) FROM place").fetchone()[0]
                rows = [(number, offset, text) for number, (offset, text) in enumerate(lines, last + 1)]
                places = ((number, agent_id, offset) for number, offset, _ in rows)
                db.executemany("INSERT INTO place (id, agent, offset) VALUES (?, ?, ?)", places)
                texts = ((number, text) for number, _, text in rows)
                db.executemany("INSERT INTO line (rowid, text) VALUES (?, ?)", texts)
                db.execute("INSERT OR REPLACE INTO upto (agent, offset) VALUES (?, ?)", (agent_id, upto))
            return True

    def forget(self, agent_id: str, before: int) -> None:
        """Lines before an offset are gone from the transcript."""
        with self._lock:
            db = self._open()
            with db:
                old = "SELECT id FROM place WHERE agent = ? AND offset < ?"
                db.execute(f"DELETE FROM line WHERE rowid IN ({old})", (agent_id, before))
                db.execute("DELETE FROM place WHERE agent = ? AND offset < ?", (agent_id, before))

    def find(self, query: str, agent_ids: Sequence[str], limit: int) -> list[Found]:
        """Lines that fit, the best first. Raises InvalidParams for a query that FTS5 can't read, Storage."""
        with self._lock:
            db = self._open()
            try:
                rows = db.execute(FOUND, (query, json.dumps(list(agent_ids)), limit)).fetchall()
            except sqlite3.OperationalError as error:
                raise InvalidParams(
                    "the query can't be read",
                    str(error),
                    'words, "a phrase", a OR b, a NOT b, begin*; put anything else in double quotes',
                    errors=[{"path": "query", "message": str(error)}],
                ) from error
            except sqlite3.Error as error:
                raise _broken(self._path, error) from error
        return [Found(*row) for row in rows]

    def _upto(self, db: sqlite3.Connection, agent_id: str) -> int:
        row = db.execute("SELECT offset FROM upto WHERE agent = ?", (agent_id,)).fetchone()
        return int(row[0]) if row is not None else 0

    def _open(self) -> sqlite3.Connection:
        if self._db is None:
            try:
                self._path.touch(mode=0o600, exist_ok=True)
                db = sqlite3.connect(self._path, check_same_thread=False)
                db.execute("PRAGMA journal_mode = WAL")
                db.execute("PRAGMA synchronous = NORMAL")
                db.executescript(SCHEMA)
            except (sqlite3.Error, OSError) as error:
                raise _broken(self._path, error) from error
            self._db = db
        return self._db


def _broken(path: Path, error: Exception) -> Storage:
    return Storage(
        f"the search index {path.name} can't be used", str(error), "remove that file: it is made again from transcripts"
    )
