"""Opening the database: modes, pragmas, migrations."""

import sqlite3
from collections.abc import AsyncGenerator, Iterable
from importlib import resources
from pathlib import Path
from typing import Any

import aiosqlite

from ..model.errors import Storage

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA temp_store = MEMORY",
)


PIECE = 8
"""Rows read at once where each may be large."""
TOGETHER = "-- several statements"


class Together(sqlite3.Connection):
    """Runs several statements in one call: `execute(TOGETHER, [(sql, values), ...])` gives the last one's cursor.

    Each call is a hop to SQLite's thread and back, which costs more than most statements do.
    """

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        if sql is not TOGETHER:
            return super().execute(sql, parameters)
        cursor = self.cursor()
        for statement, values in parameters:
            cursor.execute(statement, values)
        return cursor


def migrations() -> list[tuple[int, str]]:
    """Every migration as (number, SQL), from number one."""
    folder = resources.files("openrig_rpc.store") / "migrations"
    files = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    found = [(int(name.split("_", 1)[0]), (folder / name).read_text("utf-8")) for name in files]
    if [number for number, _ in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"migrations are not numbered 1, 2, 3…: {files}")
    return found


async def open_writer(path: Path) -> aiosqlite.Connection:
    """The writing connection, with every migration applied; the file is 0600 from creation on. Raises Storage."""
    db: aiosqlite.Connection | None = None
    try:
        path.touch(mode=0o600, exist_ok=True)
        sqlite3.connect(path).close()  # Where aiosqlite can't open it, its thread outlives the loop and complains.
        db = await aiosqlite.connect(path, isolation_level=None, factory=Together)
        for pragma in PRAGMAS:
            await db.execute(pragma)
        await _migrate(db, path)
    except BaseException as error:
        if db is not None:  # Its thread would keep the process from ending.
            await db.close()
        if isinstance(error, sqlite3.Error | OSError):
            raise _unusable(path, error) from error
        raise
    return db


class Reader:
    """A connection that can only read; it sees what is committed."""

    def __init__(self, db: aiosqlite.Connection) -> None:
        self._db = db

    @classmethod
    async def open(cls, path: Path) -> "Reader":
        """Read the database at `path`, an absolute path, beside its writer. Raises Storage."""
        uri = f"{path.as_uri()}?mode=ro"
        try:
            sqlite3.connect(uri, uri=True).close()
            db = await aiosqlite.connect(uri, uri=True, isolation_level=None)
        except sqlite3.Error as error:
            raise _unusable(path, error) from error
        self = cls(db)
        await self.fetch("PRAGMA busy_timeout = 5000")
        return self

    async def fetch(self, sql: str, values: Iterable[str | int | None] = ()) -> list[sqlite3.Row]:
        """Every row of one query. Raises Storage."""
        try:
            return list(await self._db.execute_fetchall(sql, tuple(values)))
        except (sqlite3.Error, ValueError) as error:
            raise Storage("the database could not be read", str(error), "check the disk, then try again") from error

    async def pieces(
        self, sql: str, values: Iterable[str | int | None] = ()
    ) -> AsyncGenerator[list[sqlite3.Row], None]:
        """The rows of one query, some at a time: who has enough stops, and the rest is never read. Raises Storage."""
        try:
            async with self._db.execute(sql, tuple(values)) as cursor:
                while rows := list(await cursor.fetchmany(PIECE)):
                    yield rows
        except (sqlite3.Error, ValueError) as error:
            raise Storage("the database could not be read", str(error), "check the disk, then try again") from error

    async def close(self) -> None:
        await self._db.close()


def _unusable(path: Path, error: Exception) -> Storage:
    return Storage(f"the database {path} can't be opened", str(error), "check the disk and the file's permissions")


async def _migrate(db: aiosqlite.Connection, path: Path) -> None:
    cursor = await db.execute("PRAGMA user_version")
    row = await cursor.fetchone()
    have = int(row[0]) if row else 0
    known = migrations()
    if have > len(known):
        raise Storage(
            f"the database {path} was written by a newer version",
            f"it is at schema {have}, this version knows {len(known)}",
            "install that version again; going back is not supported",
        )
    for number, script in known[have:]:
        await db.execute("BEGIN IMMEDIATE")
        for statement in _statements(script):
            await db.execute(statement)
        await db.execute(f"PRAGMA user_version = {number:d}")
        await db.execute("COMMIT")


def _statements(script: str) -> list[str]:
    found, current = [], ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            found.append(current)
            current = ""
    if current.strip():
        raise ValueError(f"a migration ends in the middle of a statement: {current.strip()[:80]}")
    return found
