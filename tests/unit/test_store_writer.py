"""The one writer: together or not at all, in order, and nobody left waiting."""

import asyncio
import gc
import resource
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openrig_rpc.model.errors import NotPermitted, RpcError, Storage
from openrig_rpc.store import writer as writing
from openrig_rpc.store.store import Store
from openrig_rpc.store.writer import BATCH, Tx
from tests.unit.store_house import agent, check_journal, emitting, full, journal, message, opened, populate, rig

HOME = rig()
ROW = agent(HOME, "p", "a")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path / "openrig.db") as store:
        yield store


def put(key: str, value: str = "v") -> Callable[[Tx], Awaitable[str]]:
    """A unit that leaves a row and an event."""

    async def unit(tx: Tx) -> str:
        await tx.execute("INSERT INTO meta (key, value) VALUES (?, ?)", (key, value))
        tx.emit("message.accepted", message(text=key))
        return key

    return unit


def failing(error: BaseException, key: str = "half") -> Callable[[Tx], Awaitable[str]]:
    """A unit that has done half of its work when it raises."""

    async def unit(tx: Tx) -> str:
        await put(key)(tx)
        tx.pending["agent", key] = object()
        tx.after(lambda: pytest.fail("a callback of an undone unit ran"))
        raise error

    return unit


async def keys(store: Store) -> set[str]:
    return {row[0] for row in await store.reader.fetch("SELECT key FROM meta")}


async def together(store: Store, *units: Callable[[Tx], Awaitable[object]]) -> list[object]:
    """Submit at once, so that they share a transaction; results and errors."""
    return await asyncio.gather(*(store.write("operator", unit) for unit in units), return_exceptions=True)


def refusal() -> NotPermitted:
    return NotPermitted("no", "because", "don't")


@pytest.mark.parametrize(
    "error", [refusal(), ValueError("x"), KeyError("x"), sqlite3.IntegrityError("x"), sqlite3.ProgrammingError("x")]
)
async def test_a_failing_unit_is_undone_alone(store: Store, error: Exception) -> None:
    with pytest.raises(type(error)) as alone:
        await store.write("operator", failing(error))
    assert alone.value is error
    results = await together(store, put("a"), failing(error), put("b"), failing(error), put("c"))
    assert results == ["a", error, "b", error, "c"]
    assert await keys(store) == {"a", "b", "c"}
    assert len(await check_journal(store)) == 3


async def test_a_constraint_fails_alone(store: Store) -> None:
    results = await together(store, put("a"), put("a"), put("b"))
    assert results[0] == "a" and results[2] == "b" and isinstance(results[1], sqlite3.IntegrityError)
    assert await keys(store) == {"a", "b"}
    assert len(await check_journal(store)) == 2


async def test_a_wrong_statement_fails_alone(store: Store) -> None:
    async def wrong(tx: Tx) -> None:
        await tx.execute("INSERT INTO meta (key, value) VALUES (?, ?)", ("only one",))

    results = await together(store, put("a"), wrong, put("b"))
    assert results[0] == "a" and results[2] == "b" and isinstance(results[1], sqlite3.ProgrammingError)
    assert await keys(store) == {"a", "b"}


async def test_an_unknown_kind_of_event_fails_alone(store: Store) -> None:
    results = await together(store, put("a"), emitting("no.such"), put("b"))
    assert results[0] == "a" and results[2] == "b" and isinstance(results[1], KeyError)
    assert await store.write("operator", put("c")) == "c"
    assert len(await check_journal(store)) == 3


@pytest.mark.parametrize("company", [(), (put("a"), put("b"))], ids=["alone", "in company"])
async def test_a_unit_that_is_cancelled_from_within_ends_alone(
    store: Store, company: tuple[Callable[[Tx], Awaitable[str]], ...]
) -> None:
    results = await together(store, *company, failing(asyncio.CancelledError()))
    assert isinstance(results[-1], asyncio.CancelledError)
    assert results[:-1] == ["a", "b"][: len(company)]
    assert await store.write("operator", put("next")) == "next"
    assert await keys(store) == {"next", *("a", "b")[: len(company)]}


async def test_a_unit_that_hangs_is_undone_and_the_others_go_on(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "LONGEST", 0.05)

    async def deadlock(tx: Tx) -> str:
        await put("half")(tx)
        return await store.write("operator", put("within"))

    results = await together(store, put("a"), deadlock, put("b"))
    assert results[0] == "a" and results[2] == "b" and isinstance(results[1], Storage)
    assert "0.05 s" in results[1].message
    assert await store.write("operator", put("next")) == "next"
    assert await keys(store) == {"a", "b", "within", "next"}
    await check_journal(store)


async def test_a_unit_with_its_own_timeout_keeps_its_own_error(store: Store) -> None:
    with pytest.raises(TimeoutError):
        await store.write("operator", failing(TimeoutError()))


async def test_units_run_and_number_their_events_in_the_order_they_came(store: Store) -> None:
    count = 3 * BATCH + 7
    ran: list[int] = []

    def numbered(number: int) -> Callable[[Tx], Awaitable[int]]:
        async def unit(tx: Tx) -> int:
            ran.append(number)
            tx.emit("message.accepted", message(text=str(number)))
            if number % 5 == 0:
                await asyncio.sleep(0)
            return number

        return unit

    assert await together(store, *map(numbered, range(count))) == list(range(count))
    assert ran == list(range(count))
    entries = await check_journal(store)
    assert [entry.event().data["text"] for entry in entries] == [str(number) for number in range(count)]


async def test_each_event_has_the_actor_of_its_unit(store: Store) -> None:
    await asyncio.gather(
        *(store.write(name, emitting("message.accepted")) for name in ("operator", "agent:x", "daemon"))
    )
    assert [entry.actor for entry in await journal(store)] == ["operator", "agent:x", "daemon"]


async def test_a_later_unit_of_a_batch_sees_what_an_earlier_one_did(store: Store) -> None:
    await populate(store, (HOME, [ROW]))
    seen: list[str | None] = []

    def labelled(label: str, error: Exception | None = None) -> Callable[[Tx], Awaitable[None]]:
        async def unit(tx: Tx) -> None:
            row = store.roster.agent_in(tx, ROW.id)
            assert row is not None
            seen.append(row.label)
            await store.roster.put_agent(tx, row.model_copy(update={"label": f"{row.label or ''}{label}"}))
            assert store.roster.agents[ROW.id].label is None, "visible before it is durable"
            if error is not None:
                raise error

        return unit

    await together(store, labelled("a"), labelled("x", refusal()), labelled("b"))
    assert seen == [None, "a", "a"]
    assert store.roster.agents[ROW.id].label == "ab"
    (row,) = await store.reader.fetch("SELECT doc FROM agent")
    assert '"label":"ab"' in row[0]


async def test_nothing_is_visible_before_it_is_durable(store: Store) -> None:
    """Callbacks first, then events, then the reply; and all of them after the commit."""
    order: list[str] = []
    inside = asyncio.Event()
    go_on = asyncio.Event()

    async def unit(tx: Tx) -> None:
        await put("a")(tx)
        tx.after(lambda: order.append(f"callback at {store.seq}"))
        inside.set()
        await go_on.wait()

    async def watch() -> None:
        await store.journal.beyond(0)
        order.append(f"event with {len(await keys(store))} rows")

    watching = asyncio.create_task(watch())
    writing_ = asyncio.create_task(store.write("operator", unit))
    await inside.wait()
    assert order == [] and store.seq == 0 and await keys(store) == set()
    assert await store.journal.after(0, 10) == ([], 0)
    go_on.set()
    await asyncio.gather(watching, writing_)
    assert order == ["callback at 0", "event with 1 rows"]


async def test_cancelling_a_caller_undoes_nothing(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def slow(tx: Tx) -> str:
        await put("slow")(tx)
        inside.set()
        await go_on.wait()
        return "slow"

    first = asyncio.create_task(store.write("operator", slow))
    await inside.wait()
    queued = asyncio.create_task(store.write("operator", put("queued")))
    refused = asyncio.create_task(store.write("operator", failing(refusal())))
    await asyncio.sleep(0)  # both are in the queue
    for task in (first, queued, refused):
        task.cancel()
    results = await asyncio.gather(first, queued, refused, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results)
    go_on.set()
    await store.write("operator", put("last"))
    assert await keys(store) == {"slow", "queued", "last"}
    assert len(await check_journal(store)) == 3
    del refused, results
    gc.collect()
    assert "never retrieved" not in caplog.text


async def test_a_failing_callback_keeps_nothing_from_anybody(store: Store) -> None:
    done: list[str] = []

    def fail() -> None:
        raise RuntimeError("a callback that fails")

    async def unit(tx: Tx) -> str:
        await put("a")(tx)
        tx.after(lambda: done.append("before"))
        tx.after(fail)
        tx.after(lambda: done.append("behind"))
        return "answer"

    assert await together(store, unit, put("b")) == ["answer", "b"]
    assert done == ["before", "behind"]
    assert store.seq == 2 and await store.write("operator", put("c")) == "c"
    await check_journal(store)


def big(key: str) -> Callable[[Tx], Awaitable[str]]:
    return put(key, "x" * 400_000)


async def test_a_full_disk_is_storage_for_everybody_and_nothing_half_done(store: Store) -> None:
    await store.write("operator", put("first"))
    async with full(store):
        results = await together(store, put("a"), big("b"), put("c"), failing(refusal()))
        assert [type(result) for result in results[:3]] == [Storage] * 3
        assert isinstance(results[3], RpcError)
        assert len({id(result) for result in results}) == 4, "an error shared by callers gathers their tracebacks"
        assert await keys(store) == {"first"} and store.seq == 1
    assert await together(store, put("a"), big("b")) == ["a", "b"]
    assert len(await check_journal(store)) == 3


async def test_a_commit_that_fails_is_storage_for_everybody_and_the_next_write_works(
    store: Store, tmp_path: Path
) -> None:
    """Every statement fits; only the commit, which writes to the disk, finds it full."""
    await store.write("operator", put("first"))
    ran: list[str] = []
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    async def last(tx: Tx) -> None:
        await put("last")(tx)
        tx.after(lambda: ran.append("callback"))
        size = (tmp_path / "openrig.db-wal").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))

    for units in ([last], [put("a"), failing(refusal()), last]):
        try:
            results = await together(store, *units)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert [type(result) for result in results] == [Storage, NotPermitted, Storage][-len(units) :]
        assert ran == [] and store.seq == 1 and await keys(store) == {"first"}
    assert await store.write("operator", put("a")) == "a"
    assert len(await check_journal(store)) == 2


async def no_such_rig(tx: Tx) -> None:
    """Fits only until the transaction ends."""
    await tx.execute("PRAGMA defer_foreign_keys = ON")
    await tx.execute("INSERT INTO revision VALUES ('no rig', 0, '', '', '', '', '')")
    tx.emit("message.accepted", message())


async def test_what_does_not_fit_at_the_commit_fails_alone(store: Store) -> None:
    results = await together(store, no_such_rig)
    assert isinstance(results[0], sqlite3.IntegrityError)
    results = await together(store, put("a"), no_such_rig, failing(refusal()), put("b"))
    assert isinstance(results[1], sqlite3.IntegrityError)
    assert (results[0], type(results[2]), results[3]) == ("a", NotPermitted, "b")
    assert len(await check_journal(store)) == 2 and await keys(store) == {"a", "b"}


def later(key: str, *, asks: bool = False, error: Exception | None = None) -> Callable[[Tx], Awaitable[str]]:
    """A unit whose statement waits for the next hop; `asks`: it makes that hop itself, before its own statement."""

    async def unit(tx: Tx) -> str:
        if asks:
            await tx.fetch("SELECT 1")
        tx.write("INSERT INTO meta (key, value) VALUES (?, ?)", (key, "v"))
        tx.emit("message.accepted", message(text=key))
        if error is not None:
            raise error
        return key

    return unit


@pytest.mark.parametrize("behind", [later("c"), later("c", asks=True), put("c")], ids=["waits", "asks", "executes"])
@pytest.mark.parametrize("poison", ["clash", "\ud800"], ids=["a clash", "no text"])
async def test_a_statement_that_fails_late_is_its_own_units(
    store: Store, behind: Callable[[Tx], Awaitable[str]], poison: str
) -> None:
    """It may be sent with another unit's statements; that one must not pay for it, and it must not pass for done."""
    await store.write("operator", put("clash"))

    async def bad(tx: Tx) -> None:
        tx.write("INSERT INTO meta (key, value) VALUES (?, ?)", (poison, "v"))
        tx.emit("message.accepted", message(text="never"))

    refused = refusal()
    results = await together(store, later("a"), later("x", error=refused), bad, behind, later("d"))
    assert results[:2] == ["a", refused] and results[3:] == ["c", "d"]
    assert isinstance(results[2], sqlite3.IntegrityError | UnicodeEncodeError)
    assert await keys(store) == {"clash", "a", "c", "d"}
    assert [entry.event().data["text"] for entry in await check_journal(store)] == ["clash", "a", "c", "d"]


async def test_a_unit_is_not_run_again_once_its_caller_has_an_answer(store: Store) -> None:
    """What was refused once must not happen after all, when the batch is tried again one by one."""
    runs: list[int] = []

    async def second_time_lucky(tx: Tx) -> str:
        runs.append(1)
        if len(runs) == 1:
            raise refusal()
        return await put("lucky")(tx)

    await store.write("operator", put("clash"))
    results = await together(store, second_time_lucky, later("clash"), later("b"))
    assert isinstance(results[0], NotPermitted) and isinstance(results[1], sqlite3.IntegrityError)
    assert results[2] == "b" and len(runs) == 1 and await keys(store) == {"clash", "b"}


async def test_a_unit_that_goes_on_after_a_failed_statement_is_undone(store: Store) -> None:
    """What was sent behind the failed statement never ran, so nothing of it can stand."""
    await store.write("operator", put("clash"))

    async def stubborn(tx: Tx) -> str:
        tx.write("INSERT INTO meta (key, value) VALUES ('half', 'v')")
        with suppress(sqlite3.IntegrityError):
            await put("clash")(tx)
        return "done"

    for company in ([], [put("a"), put("b")]):
        results = await together(store, *company, stubborn)
        assert isinstance(results[-1], Exception) and results[:-1] == ["a", "b"][: len(company)]
    assert await keys(store) == {"clash", "a", "b"}
    await check_journal(store)


async def test_units_undone_before_anything_was_sent(store: Store) -> None:
    first, second = refusal(), refusal()
    assert await together(store, later("a", error=first), later("b", error=second)) == [first, second]
    assert await together(store, later("a", error=first)) == [first]
    assert await together(store, later("a", error=first), later("b")) == [first, "b"]
    assert await together(store, later("c"), later("d", asks=True, error=first), later("e")) == ["c", first, "e"]
    assert await keys(store) == {"b", "c", "e"}
    assert len(await check_journal(store)) == 3


async def test_a_locked_database_is_storage_until_it_is_free(store: Store, tmp_path: Path) -> None:
    await store._db.execute_fetchall("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(tmp_path / "openrig.db", isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        assert all(isinstance(result, Storage) for result in await together(store, put("a"), put("b")))
        other.execute("ROLLBACK")
    finally:
        other.close()
    assert await together(store, put("a"), put("b")) == ["a", "b"]
    await check_journal(store)


async def test_a_read_only_database_is_storage(store: Store) -> None:
    await store._db.execute_fetchall("PRAGMA query_only = ON")
    assert all(isinstance(result, Storage) for result in await together(store, put("a"), put("b")))
    await store._db.execute_fetchall("PRAGMA query_only = OFF")
    assert await store.write("operator", put("a")) == "a"


async def test_a_transaction_that_was_left_open_is_undone_first(store: Store) -> None:
    await store._db.execute_fetchall("BEGIN IMMEDIATE")
    await store._db.execute_fetchall("INSERT INTO meta (key, value) VALUES ('left', 'over')")
    assert await store.write("operator", put("a")) == "a"
    assert await keys(store) == {"a"}


async def test_close_finishes_what_waits_and_takes_no_more(tmp_path: Path) -> None:
    store = await Store.open(tmp_path / "openrig.db")
    waiting = [asyncio.create_task(store.write("operator", put(str(number)))) for number in range(2 * BATCH)]
    await asyncio.sleep(0)  # all are in the queue
    closing = asyncio.create_task(store._writer.close())
    await asyncio.sleep(0)
    with pytest.raises(Storage):
        await store.write("operator", put("late"))
    await closing
    assert await asyncio.gather(*waiting) == [str(number) for number in range(2 * BATCH)]
    assert len(await keys(store)) == 2 * BATCH
    await store.close()
    with pytest.raises(Storage):
        await store.write("operator", put("later"))


async def test_when_the_writer_is_cancelled_nobody_waits_for_ever(tmp_path: Path) -> None:
    store = await Store.open(tmp_path / "openrig.db")
    inside = asyncio.Event()

    async def slow(tx: Tx) -> None:
        await put("slow")(tx)
        inside.set()
        await asyncio.Event().wait()

    first = asyncio.create_task(store.write("operator", slow))
    await inside.wait()
    queued = asyncio.create_task(store.write("operator", put("queued")))
    await asyncio.sleep(0)
    store._writer._task.cancel()
    results = await asyncio.gather(first, queued, return_exceptions=True)
    assert all(isinstance(result, Storage) for result in results)
    assert await keys(store) == set()
    with pytest.raises(Storage):
        await store.write("operator", put("late"))
    with pytest.raises(asyncio.CancelledError):
        await store.close()


STEPS = st.lists(
    st.lists(
        st.sampled_from(["put", "later", "asks", "refuse", "clash", "late clash", "cancel", "full", "commit"]),
        min_size=1,
        max_size=5,
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=STEPS)
def test_numbers_never_have_gaps_or_repeats(batches: list[list[str]], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever fails: the journal counts on, its chain holds, and it goes on so after reopening."""

    async def run() -> None:
        path = tmp_path_factory.mktemp("store") / "openrig.db"
        expected, number = 0, 0
        async with opened(path) as store:
            await store.write("operator", put("clash"))
            expected += 1
            for batch in batches:
                units: list[Callable[[Tx], Awaitable[object]]] = []
                for step in batch:
                    number += 1
                    match step:
                        case "put":
                            units.append(put(str(number)))
                        case "later" | "asks":
                            units.append(later(str(number), asks=step == "asks"))
                        case "late clash":
                            units.append(later("clash"))
                        case "refuse":
                            units.append(failing(refusal()))
                        case "clash":
                            units.append(put("clash"))
                        case "cancel":
                            units.append(failing(asyncio.CancelledError()))
                        case "full":
                            units.append(big(str(number)))
                        case _:
                            units.append(no_such_rig)
                if "full" in batch:
                    async with full(store):
                        results = await together(store, *units)
                else:
                    results = await together(store, *units)
                expected += sum(isinstance(result, str) for result in results)
                assert store.seq == expected
        async with opened(path) as store:
            assert store.seq == expected
            await store.write("operator", put("after"))
            assert len(await check_journal(store)) == expected + 1

    asyncio.run(run())
