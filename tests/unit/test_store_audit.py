"""The journal as an audit log: SQLite itself keeps it append-only, and what is changed past it is found."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from openrig_rpc.store import audit
from openrig_rpc.store.audit import Finding
from openrig_rpc.store.database import Reader
from tests.unit.store_house import emitting, opened

TRIGGERS = ("event_new", "event_same", "event_kept")
MUTATIONS = 7
"""Of ten rows: 3, 6 and 9 are observations."""


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    path = tmp_path / "openrig.db"
    async with opened(path) as store:
        for number in range(1, 11):
            kind = "agent.stateChanged" if number % 3 == 0 else "message.accepted"
            await store.write("operator", emitting(kind, rig="demo", text=f"text {number}"))
    return path


async def verified(path: Path) -> Finding:
    reader = await Reader.open(path)
    try:
        return await audit.verify(reader)
    finally:
        await reader.close()


def tamper(path: Path, *statements: str) -> None:
    """Somebody with the file in their hands, who knows of the triggers."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for trigger in TRIGGERS:
            db.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            db.execute(statement)


async def test_an_untouched_journal_is_whole(path: Path) -> None:
    assert await verified(path) == Finding(MUTATIONS)


async def test_an_empty_journal_is_whole(tmp_path: Path) -> None:
    async with opened(tmp_path / "empty.db"):
        pass
    assert await verified(tmp_path / "empty.db") == Finding(0)


async def test_it_goes_on_after_a_restart(path: Path) -> None:
    async with opened(path) as store:
        await store.write("operator", emitting("message.accepted"))
    assert await verified(path) == Finding(MUTATIONS + 1)


async def test_more_rows_than_a_page(tmp_path: Path) -> None:
    path = tmp_path / "long.db"
    count = audit.PAGE + 5
    async with opened(path) as store:
        await asyncio.gather(*(store.write("operator", emitting("message.accepted")) for _ in range(count)))
    assert await verified(path) == Finding(count)
    tamper(path, f"UPDATE event SET actor = 'agent:x' WHERE seq = {audit.PAGE + 2}")
    assert (await verified(path)).broken_at == audit.PAGE + 2


@pytest.mark.parametrize("seq", [1, 4, 10])
@pytest.mark.parametrize(
    "change",
    [
        "time = '2020-01-01T00:00:00.000Z'", "kind = 'message.held'", "rig = 'other'", "rig = NULL",
        "agent = 'p-x@demo'", "actor = 'agent:p-x@demo'", "data = '{}'", "before = 'x'", "after = 'x'",
        "hash = 'x'", "hash = NULL",
        "data = NULL, after = 'x'", "hash = NULL, kind = 'agent.stateChanged'",
    ],
)  # fmt: skip
async def test_an_edited_row_is_found(path: Path, change: str, seq: int) -> None:
    tamper(path, f"UPDATE event SET {change} WHERE seq = {seq}")
    found = await verified(path)
    assert found.broken_at is not None and found.why
    # Where a row poses as an observation, the next mutation shows it; where it was the last one, the journal's end.
    assert found.broken_at in (seq, seq + 1)


@pytest.mark.parametrize("seq", [1, 2, 3, 9, 10])
async def test_a_missing_row_is_found(path: Path, seq: int) -> None:
    tamper(path, f"DELETE FROM event WHERE seq = {seq}")
    found = await verified(path)
    assert found.broken_at in (seq, seq + 1) and found.why


async def test_a_missing_end_is_found(path: Path) -> None:
    tamper(path, "DELETE FROM event WHERE seq > 6")
    assert (await verified(path)).broken_at == 7
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("DELETE FROM event")
    assert (await verified(path)).broken_at == 1


async def test_a_removed_row_with_the_others_moved_up_is_found(path: Path) -> None:
    tamper(path, "DELETE FROM event WHERE seq = 5", "UPDATE event SET seq = seq - 1 WHERE seq > 5")
    assert (await verified(path)).broken_at == 6, "row 5 is now the observation that was 6"


@pytest.mark.parametrize("pair", [(1, 2), (4, 8), (7, 10), (2, 3)])
async def test_moved_rows_are_found(path: Path, pair: tuple[int, int]) -> None:
    one, other = pair
    tamper(
        path,
        f"UPDATE event SET seq = 1000 WHERE seq = {one}",
        f"UPDATE event SET seq = {one} WHERE seq = {other}",
        f"UPDATE event SET seq = {other} WHERE seq = 1000",
    )
    # An observation moved up is none of the chain: the mutation that went down for it shows it.
    assert (await verified(path)).broken_at == (one if pair != (2, 3) else other)


async def test_an_added_row_is_found(path: Path) -> None:
    tamper(path, "INSERT INTO event SELECT 11, time, kind, rig, agent, actor, data, before, after, hash FROM event"
                 " WHERE seq = 10", "UPDATE head SET seq = 11")  # fmt: skip
    assert (await verified(path)).broken_at == 11


async def test_a_purged_body_leaves_the_chain_whole(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        assert db.execute("UPDATE event SET data = NULL WHERE seq IN (2, 10)").rowcount == 2
    assert await verified(path) == Finding(MUTATIONS)
    async with opened(path) as store:
        rows = await audit.mutations(store.reader, 0, None, 100)
        assert [row.seq for row in rows if row.data is None] == [2, 10] and len(rows) == MUTATIONS


async def test_observations_may_be_pruned(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        assert db.execute("DELETE FROM event WHERE hash IS NULL AND seq <= 6").rowcount == 2
        assert (await verified(path)).broken_at == 3, "not without saying so"
        db.execute("INSERT INTO meta VALUES ('pruned_to', '6')")
    assert await verified(path) == Finding(MUTATIONS)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET actor = 'x' WHERE seq = 1", "UPDATE event SET data = '{}' WHERE seq = 3",
        "UPDATE event SET seq = 99 WHERE seq = 1", "UPDATE event SET hash = NULL WHERE seq = 1",
        "UPDATE event SET data = NULL, hash = 'x' WHERE seq = 1", "DELETE FROM event WHERE seq = 1",
        "DELETE FROM event", "INSERT OR REPLACE INTO event SELECT * FROM event WHERE seq = 1",
        "INSERT INTO event SELECT 0, time, kind, rig, agent, actor, data, before, after, hash FROM event WHERE seq = 1",
    ],
)  # fmt: skip
async def test_the_database_keeps_it_append_only(path: Path, statement: str) -> None:
    refused = pytest.raises(sqlite3.IntegrityError, match="append-only")
    with closing(sqlite3.connect(path, isolation_level=None)) as db, refused:
        db.execute(statement)
    assert await verified(path) == Finding(MUTATIONS)
