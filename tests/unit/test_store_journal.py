"""The journal: numbered, chained, served from memory or from the database without a seam."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from openrig_rpc.model.errors import SinceTooOld, Storage
from openrig_rpc.store import journal as journalling
from openrig_rpc.store.journal import Entry, chain
from openrig_rpc.store.store import Store
from openrig_rpc.store.writer import Tx
from tests.unit.store_house import check_journal, emitting, journal, message, opened


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path / "openrig.db") as store:
        yield store


async def emit(store: Store, *kinds: str, **more: str) -> None:
    for kind in kinds:
        await store.write("operator", emitting(kind, **more))


async def test_the_chain_can_be_followed_in_the_database(store: Store) -> None:
    await emit(store, "message.accepted", "agent.stateChanged", "message.held", "agent.contextChanged", "rig.up")
    entries = await check_journal(store)
    assert [entry.hash is not None for entry in entries] == [True, False, True, False, True]


async def test_before_and_after_are_digests_of_the_nouns(store: Store) -> None:
    old, new = message(text="old"), message(text="new")

    async def unit(tx: Tx) -> None:
        tx.emit("message.held", new, before=old)
        tx.emit("message.held", new)

    await store.write("operator", unit)
    first, second = await check_journal(store)
    was = old.model_dump_json(by_alias=True, exclude_none=True).encode()
    assert first.before == hashlib.sha256(was).hexdigest() and second.before is None
    assert first.event().data == new.model_dump(mode="json", by_alias=True, exclude_none=True)


@pytest.mark.parametrize("field", ["time", "kind", "rig", "agent", "actor", "before", "after"])
async def test_each_field_is_in_the_chain(store: Store, field: str) -> None:
    forged: dict[str, Any] = {field: "forged"}
    await emit(store, "message.accepted")
    (entry,) = await journal(store)
    assert chain("", entry) == entry.hash
    assert chain("", replace(entry, **forged)) != entry.hash
    assert chain("", replace(entry, seq=2)) != entry.hash
    assert chain("another past", entry) != entry.hash


async def test_bodies_and_observations_can_go_without_breaking_the_chain(store: Store) -> None:
    await emit(store, "message.accepted", "agent.stateChanged", "message.held")
    await store._db.execute_fetchall("UPDATE event SET data = NULL WHERE seq = 1")
    await store._db.execute_fetchall("DELETE FROM event WHERE hash IS NULL")
    entries = await journal(store)
    assert [entry.seq for entry in entries] == [1, 3]
    assert entries[0].hash == chain("", entries[0])
    assert entries[1].hash == chain(entries[0].hash, entries[1])
    assert entries[0].event().data == {}


async def test_it_goes_on_after_reopening(tmp_path: Path) -> None:
    path = tmp_path / "openrig.db"
    for round_ in range(3):
        async with opened(path) as store:
            assert store.seq == 2 * round_
            await emit(store, "message.accepted", "agent.stateChanged")
            await check_journal(store)


async def test_a_pruned_number_is_not_given_again(tmp_path: Path) -> None:
    path = tmp_path / "openrig.db"
    async with opened(path) as store:
        await emit(store, "message.accepted", "agent.stateChanged")
        await store._db.execute_fetchall("DELETE FROM event WHERE seq = 2")
        await store._db.execute_fetchall("INSERT INTO meta VALUES ('pruned_to', '2')")
    async with opened(path) as store:
        assert store.seq == 2
        await emit(store, "message.accepted")
        assert [entry.seq for entry in await journal(store)] == [1, 3]


async def test_what_is_too_old_or_of_another_journal(store: Store) -> None:
    await emit(store, *["message.accepted"] * 5)
    store.journal.pruned_to = 2
    for since in (2, 3, 5):
        store.journal.check(since)
    for since in (0, 1, 6):
        with pytest.raises(SinceTooOld) as refused:
            store.journal.check(since)
        assert (refused.value.facts["oldestSeq"], refused.value.facts["seq"]) == (2, 5)


KINDS = ["message.accepted", "agent.stateChanged", "message.held", "agent.contextChanged"]


@pytest.mark.parametrize("tail", [1, 3, 8, 100])
@pytest.mark.parametrize("kinds", [None, ["message.held"], ["agent.stateChanged", "message.accepted"], []])
@pytest.mark.parametrize("rig", [None, "demo"])
async def test_any_page_is_the_same_from_memory_and_database(
    store: Store, monkeypatch: pytest.MonkeyPatch, tail: int, kinds: list[str] | None, rig: str | None
) -> None:
    monkeypatch.setattr(journalling, "TAIL", tail)
    for number in range(12):
        await store.write("operator", emitting(KINDS[number % 4], rig="demo" if number % 3 else "other"))
    assert len(store.journal._tail) == min(tail, 12)
    every = await journal(store)
    for since in range(13):
        for limit in (1, 2, 5, 50):
            fitting = [
                entry
                for entry in every
                if entry.seq > since and (kinds is None or entry.kind in kinds) and (rig is None or entry.rig == rig)
            ]
            found, upto = await store.journal.after(since, limit, kinds, rig)
            assert found == fitting[:limit]
            assert upto == (fitting[limit - 1].seq if len(fitting) >= limit else 12)


async def test_the_tail_is_bounded_in_bytes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journalling, "TAIL_BYTES", 50_000)
    for _ in range(10):
        await store.write("operator", emitting("message.accepted", text="x" * 20_000))
    kept = store.journal._tail
    assert len(kept) == 2 and store.journal._tail_bytes == sum(len(entry.data or b"") for entry in kept)
    assert not store.journal.in_tail(0) and store.journal.in_tail(8) and store.journal.in_tail(10)
    await store.write("operator", emitting("message.accepted", text="x" * 200_000))
    assert len(kept) == 1, "the newest stays, however large"
    assert [entry.seq for entry in (await store.journal.after(0, 50))[0]] == list(range(1, 12))


async def test_who_waits_is_woken_and_leaves_nothing_behind(store: Store) -> None:
    waiting = [asyncio.create_task(store.journal.beyond(seq)) for seq in (0, 0, 1)]
    await asyncio.sleep(0)
    await emit(store, "message.accepted")
    await asyncio.gather(*waiting[:2])
    assert not waiting[2].done()
    waiting[2].cancel()
    await asyncio.gather(waiting[2], return_exceptions=True)
    assert not store.journal._waiting


async def test_a_database_that_cant_be_read_is_storage(tmp_path: Path) -> None:
    store = await Store.open(tmp_path / "openrig.db")
    await store.close()
    store.journal.seq = 1  # something to read, and nothing of it in memory
    with pytest.raises(Storage):
        await store.journal.after(0, 1)


def test_an_entry_without_a_body_lists_as_empty() -> None:
    entry = Entry(1, "t", "rig.up", None, None, "operator", None, None, "d", "h")
    assert entry.event().data == {}
