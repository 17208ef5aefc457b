"""Opening: modes, migrations, and errors that say what to do."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from openrig_rpc.model.errors import Storage
from openrig_rpc.store import database
from openrig_rpc.store.database import Reader, migrations, open_writer
from openrig_rpc.store.store import Store
from tests.unit.store_house import opened


@pytest.fixture(autouse=True)
def no_thread_stays() -> Iterator[None]:
    """aiosqlite's threads keep a process from ending."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
        assert not thread.is_alive(), thread


async def test_how_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "o ?#%.db"
    async with opened(path) as store:
        assert os.stat(path).st_mode & 0o777 == 0o600
        found = [(await store._db.execute_fetchall(f"PRAGMA {name}")) for name in
                 ("journal_mode", "synchronous", "foreign_keys", "user_version")]  # fmt: skip
        assert [next(iter(rows))[0] for rows in found] == ["wal", 2, 1, len(migrations())]
        for beside in (f"{path}-wal", f"{path}-shm"):
            assert os.stat(beside).st_mode & 0o777 == 0o600


async def test_the_reader_cant_write(tmp_path: Path) -> None:
    async with opened(tmp_path / "openrig.db") as store:
        with pytest.raises(Storage):
            await store.reader.fetch("INSERT INTO meta VALUES ('a', 'b')")
        with pytest.raises(Storage):
            await store.reader.fetch("SELECT nonsense")


async def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "openrig.db"
    async with opened(path):
        pass
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(Storage) as refused:
        await Store.open(path)
    assert "newer" in refused.value.message
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (99,)
    db.close()


async def test_what_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "openrig.db"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(Storage):
        await Store.open(path)
    assert path.read_bytes() == b"not a database" * 1000


async def test_where_there_can_be_none(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "folder", tmp_path / "missing" / "openrig.db"):
        with pytest.raises(Storage):
            await Store.open(path)
    with pytest.raises(Storage):
        await Reader.open(tmp_path / "none.db")


async def test_rows_of_another_shape_close_what_was_opened(tmp_path: Path) -> None:
    path = tmp_path / "openrig.db"
    async with opened(path) as store:
        await store._db.execute_fetchall("INSERT INTO rig VALUES ('r', 'demo', '{}', NULL)")
    with pytest.raises(ValueError):
        await Store.open(path)


async def test_a_migration_that_fails_leaves_the_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "openrig.db"
    async with opened(path):
        pass
    number = len(migrations()) + 1
    script = "CREATE TABLE new (a) STRICT;\nCREATE TABLE meta (b);\n"
    known = [*migrations(), (number, script)]
    monkeypatch.setattr(database, "migrations", lambda: known)
    with pytest.raises(Storage):
        await open_writer(path)
    known[-1] = (number, "CREATE TABLE new (a TEXT) STRICT;")
    async with opened(path) as store:
        assert await store.reader.fetch("SELECT a FROM new") == []


def test_migrations_are_numbered_and_whole() -> None:
    assert [number for number, _ in migrations()] == list(range(1, len(migrations()) + 1))
    for _, script in migrations():
        assert len(database._statements(script)) == sum(line.rstrip().endswith(";") for line in script.splitlines())
    with pytest.raises(ValueError, match="middle of a statement"):
        database._statements("CREATE TABLE a (b);\nCREATE TABLE c (")
