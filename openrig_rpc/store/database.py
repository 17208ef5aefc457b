"""Opening the database: modes, pragmas, migrations."""

import sqlite3
from importlib import resources
from pathlib import Path

import aiosqlite

from ..model.errors import Storage

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA temp_store = MEMORY",
)


def migrations() -> list[tuple[int, str]]:
    """Every migration as (number, SQL), from number one."""
    folder = resources.files("openrig_rpc.store") / "migrations"
    files = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    found = [(int(name.split("_", 1)[0]), (folder / name).read_text("utf-8")) for name in files]
    if [number for number, _ in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"migrations are not numbered 1, 2, 3…: {files}")
    return found


async def open_writer(path: Path) -> aiosqlite.Connection:
    """The writing connection, with every migration applied; the file is 0600 from creation on."""
    path.touch(mode=0o600, exist_ok=True)
    try:
        db = await aiosqlite.connect(path, isolation_level=None)
        for pragma in PRAGMAS:
            await db.execute(pragma)
        await _migrate(db, path)
    except sqlite3.Error as error:
        raise Storage(
            f"the database {path} can't be opened", str(error), "check the disk and the file's permissions"
        ) from error
    return db


async def open_reader(path: Path) -> aiosqlite.Connection:
    """A connection that can only read; it sees what is committed."""
    db = await aiosqlite.connect(f"file:{_quoted(path)}?mode=ro", uri=True, isolation_level=None)
    await db.execute("PRAGMA busy_timeout = 5000")
    return db


def _quoted(path: Path) -> str:
    return path.as_uri().removeprefix("file://")


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
    return found
