"""A subscription: nothing lost, nothing twice, at the client's own pace and at nobody's cost."""

import asyncio
import gc
import uuid
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openrig_rpc.store import feed as feeding
from openrig_rpc.store import journal as journalling
from openrig_rpc.store.feed import Feed, latest
from openrig_rpc.store.journal import Entry
from openrig_rpc.store.store import Store
from tests.unit.store_house import emitting, journal, opened

STATE, MESSAGE, CONTEXT, SERVICE = "agent.stateChanged", "message.accepted", "agent.contextChanged", "service.changed"


class Client:
    """A connection that reads when it is let: `room` events, then it is slow."""

    def __init__(self, room: int | None = None) -> None:
        self.room = room
        self.told: list[tuple[str, dict[str, Any]]] = []
        self._stirred = asyncio.Event()

    def notify(self, method: str, params: object) -> None:
        assert self.room is None or self.room > 0, "written to while it is slow"
        if self.room is not None:
            self.room -= 1
        self.told.append((method, orjson.loads(orjson.dumps(params))))
        self._stirred.set()

    def congested(self) -> bool:
        return self.room == 0

    async def ready(self) -> None:
        while self.congested():
            self._stirred.clear()
            await self._stirred.wait()

    def read(self, room: int | None = None) -> None:
        """It reads again."""
        self.room = room
        self._stirred.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not holds():
                self._stirred.clear()
                await self._stirred.wait()

    @property
    def events(self) -> list[dict[str, Any]]:
        return [params for method, params in self.told if method == "event/published"]

    @property
    def seqs(self) -> list[int]:
        return [event["seq"] for event in self.events]

    @property
    def lags(self) -> list[int]:
        return [params["from"] for method, params in self.told if method == "event/lagged"]

    def check_chain(self, since: int) -> None:
        """Each event names the one before it, so a client sees a gap."""
        for event in self.events:
            assert event["prev"] == since
            assert event["seq"] > since
            since = event["seq"]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path / "openrig.db") as store:
        yield store


@pytest.fixture
async def subscribe(store: Store) -> AsyncIterator[Callable[..., Feed]]:
    feeds: list[Feed] = []

    def start(client: Client, since: int | None = None, **filters: Any) -> Feed:
        feed = Feed("s1", store.journal, client, store.seq if since is None else since, **filters)
        feeds.append(feed)
        feed.start()
        return feed

    yield start
    for feed in feeds:
        feed.stop()
        if feed._task is not None:
            await asyncio.gather(feed._task, return_exceptions=True)


Subscribe = Callable[..., Feed]


async def emit(store: Store, *kinds: str, **more: Any) -> None:
    for kind in kinds:
        await store.write("operator", emitting(kind, **more))


async def settle(*feeds: Feed) -> None:
    """Until the feeds have nothing to do: they wait for the journal or for their client."""
    async with asyncio.timeout(10):
        while not all(_waits(feed) for feed in feeds):
            await asyncio.sleep(0)


def _waits(feed: Feed) -> bool:
    journal_ = feed._journal
    return feed._at >= journal_.seq and bool(journal_._waiting)


async def test_what_an_event_carries(store: Store, subscribe: Subscribe) -> None:
    await emit(store, MESSAGE)
    client = Client()
    subscribe(client)
    await emit(store, MESSAGE, rig="demo", agent="p-a@demo", text="hello")
    await emit(store, STATE)
    await client.until(lambda: len(client.events) == 2)
    _, second, third = await journal(store)
    first_event, second_event = client.events
    assert first_event == {
        "subscription": "s1", "seq": 2, "prev": 1, "time": second.time, "kind": MESSAGE, "rig": "demo",
        "agent": "p-a@demo", "actor": "operator", "data": orjson.loads(second.data or b""),
    }  # fmt: skip
    assert second_event["data"] == orjson.loads(third.data or b"") and "rig" not in second_event
    client.check_chain(1)


@pytest.mark.parametrize("tail", [1, 2, 5, 1000])
@pytest.mark.parametrize("since", [0, 1, 7, 8])
async def test_since_in_memory_or_in_the_database(
    store: Store, subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch, tail: int, since: int
) -> None:
    monkeypatch.setattr(journalling, "TAIL", tail)
    monkeypatch.setattr(feeding, "PAGE", 3)
    await emit(store, *[MESSAGE, STATE] * 4)
    client = Client()
    subscribe(client, since)
    await emit(store, MESSAGE, STATE)
    await client.until(lambda: client.seqs[-1:] == [10])
    assert client.seqs == list(range(since + 1, 11))
    client.check_chain(since)
    assert client.lags == [], "who asks for the past doesn't lag"


async def test_the_past_is_given_whole(store: Store, subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch) -> None:
    """Observations too: only who lags gets them thinned out."""
    monkeypatch.setattr(journalling, "TAIL", 2)
    await emit(store, *[STATE] * 6, agent="p-a@demo")
    client = Client()
    subscribe(client, 0)
    await client.until(lambda: client.seqs[-1:] == [6])
    assert client.seqs == [1, 2, 3, 4, 5, 6] and client.lags == []


@pytest.mark.parametrize("tail", [2, 1000])
async def test_a_filtered_client_can_see_that_nothing_is_missing(
    store: Store, subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch, tail: int
) -> None:
    monkeypatch.setattr(journalling, "TAIL", tail)
    monkeypatch.setattr(feeding, "PAGE", 2)
    await emit(store, MESSAGE, STATE, STATE, MESSAGE, rig="demo")
    clients = [Client(), Client(), Client()]
    filters: Iterable[dict[str, Any]] = [
        {"kinds": frozenset([MESSAGE])},
        {"rig": "other"},
        {"kinds": [], "rig": "demo"},
    ]
    feeds = [subscribe(client, 0, **wanted) for client, wanted in zip(clients, filters, strict=True)]
    await emit(store, STATE, MESSAGE, rig="other")
    await emit(store, STATE, rig="demo")
    await settle(*feeds)
    assert [client.seqs for client in clients] == [[1, 4, 6], [5, 6], []]
    for client in clients:
        client.check_chain(0)
    assert [event["prev"] for event in clients[0].events] == [0, 1, 4]


async def test_who_falls_behind_is_told_once_and_catches_up(
    store: Store, subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journalling, "TAIL", 4)
    monkeypatch.setattr(feeding, "PAGE", 3)
    client = Client(room=0)
    subscribe(client)
    await emit(store, MESSAGE, *[STATE] * 8, MESSAGE, *[STATE] * 3, agent="p-a@demo")
    client.read()
    await client.until(lambda: client.seqs[-1:] == [13])
    assert client.lags == [0], "once, not with every page"
    assert {1, 10} <= set(client.seqs), "a mutation is never left out"
    assert client.seqs[-1] == 13, "nor is the last observation"
    assert len(client.seqs) < 13, "what a later one replaces is"
    client.check_chain(0)
    assert client.told[0][0] == "event/lagged"
    # Caught up, and behind again: told again.
    client.read(0)
    await emit(store, *[STATE] * 6, agent="p-a@demo")
    client.read()
    await client.until(lambda: client.seqs[-1:] == [19])
    assert client.lags == [0, 13]
    client.check_chain(0)


async def test_a_client_just_behind_gets_everything(
    store: Store, subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journalling, "TAIL", 4)
    client = Client(room=0)
    subscribe(client)
    await emit(store, *[STATE] * 4, agent="p-a@demo")
    client.read()
    await client.until(lambda: len(client.seqs) == 4)
    assert client.seqs == [1, 2, 3, 4] and client.lags == []


async def test_a_client_that_never_reads_costs_no_memory(
    store: Store, subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that stopped in the middle of a page read from the database."""
    monkeypatch.setattr(journalling, "TAIL", 2)
    mark = uuid.uuid4().hex
    await emit(store, *[MESSAGE] * 20, text=mark * 30)
    never, halfway = Client(room=0), Client(room=3)
    subscribe(never, 0)
    feed = subscribe(halfway, 0)
    await halfway.until(lambda: halfway.room == 0)
    await emit(store, *[MESSAGE] * 10, text=mark * 30)
    await asyncio.sleep(0)
    gc.collect()
    found = [entry for entry in gc.get_objects() if isinstance(entry, Entry)]
    held = [entry.seq for entry in found if mark.encode() in (entry.data or b"")]
    assert held == [29, 30], "only the journal's tail"
    assert never.told == [] and halfway.seqs == [1, 2, 3] and feed._at == 3
    halfway.read()
    await halfway.until(lambda: halfway.seqs[-1:] == [30])
    assert halfway.seqs == list(range(1, 31))
    halfway.check_chain(0)


async def test_one_that_never_reads_slows_nobody(store: Store, subscribe: Subscribe) -> None:
    slow, quick = Client(room=0), Client()
    subscribe(slow)
    subscribe(quick)
    await emit(store, *[MESSAGE] * 50)
    await quick.until(lambda: len(quick.seqs) == 50)
    assert slow.told == []


async def test_after_the_end_nothing_comes(store: Store, subscribe: Subscribe) -> None:
    client, other = Client(), Client()
    feed = subscribe(client)
    subscribe(other)
    await emit(store, MESSAGE)
    await client.until(lambda: client.seqs == [1])
    feed.stop()
    await emit(store, MESSAGE)
    await other.until(lambda: other.seqs == [1, 2])
    assert client.seqs == [1]
    assert feed._task is not None
    await asyncio.gather(feed._task, return_exceptions=True)
    assert feed._task.cancelled()


async def test_a_database_that_cant_be_read_for_a_while_loses_nothing(
    store: Store, subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journalling, "TAIL", 1)
    monkeypatch.setattr(feeding, "AGAIN", 0.001)
    await emit(store, *[MESSAGE] * 5)
    failed = asyncio.Event()
    read = store.reader.pieces

    def broken(sql: str, values: Iterable[Any] = ()) -> Any:
        failed.set()
        return read("SELECT nonsense")

    monkeypatch.setattr(store.reader, "pieces", broken)
    client = Client()
    subscribe(client, 0)
    await failed.wait()
    monkeypatch.setattr(store.reader, "pieces", read)
    await client.until(lambda: client.seqs[-1:] == [5])
    assert client.seqs == [1, 2, 3, 4, 5]


def entry(seq: int, kind: str, agent: str | None = None, *, mutation: bool = False) -> Entry:
    return Entry(seq, "t", kind, "demo", agent, "daemon", b"{}", None, "d", "h" if mutation else None)


def test_latest_keeps_the_last_observation_of_each_agent_and_every_mutation() -> None:
    entries = [
        entry(1, STATE, "a"), entry(2, STATE, "b"), entry(3, CONTEXT, "a"), entry(4, MESSAGE, "a", mutation=True),
        entry(5, STATE, "a"), entry(6, MESSAGE, "a", mutation=True), entry(7, SERVICE), entry(8, SERVICE),
    ]  # fmt: skip
    assert [each.seq for each in latest(entries)] == [2, 3, 4, 5, 6, 7, 8]
    assert latest([]) == []


@given(
    st.lists(
        st.tuples(st.sampled_from([STATE, CONTEXT, MESSAGE]), st.sampled_from(["a", "b", None])),
        max_size=30,
    )
)
def test_latest_never_loses_what_is_so_now(told: list[tuple[str, str | None]]) -> None:
    entries = [entry(seq, kind, who, mutation=kind == MESSAGE) for seq, (kind, who) in enumerate(told, 1)]
    kept = latest(entries)
    assert [each.seq for each in kept] == sorted(each.seq for each in kept)
    assert {(each.kind, each.agent): each.seq for each in entries} == {
        (each.kind, each.agent): each.seq for each in kept
    }
    assert [each for each in entries if each.hash] == [each for each in kept if each.hash]
    assert len({(each.kind, each.agent) for each in kept if not each.hash and each.agent}) == len(
        [each for each in kept if not each.hash and each.agent]
    )


STEPS = st.lists(
    st.one_of(
        st.lists(st.sampled_from([MESSAGE, STATE, CONTEXT]), min_size=1, max_size=6), st.integers(0, 5), st.none()
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, tail=st.integers(1, 6), page=st.integers(1, 5), before=st.integers(0, 6), since=st.integers(0, 6))
def test_no_event_is_lost_or_repeated(
    steps: list[list[str] | int | None],
    tail: int,
    page: int,
    before: int,
    since: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """However the client reads, across the seam of memory and database: every mutation once and in order, the last
    observation of each kind, and a chain without a gap."""

    async def run(monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(journalling, "TAIL", tail)
        monkeypatch.setattr(feeding, "PAGE", page)
        async with opened(tmp_path_factory.mktemp("store") / "openrig.db") as store:
            await emit(store, *[STATE] * before, agent="a")
            start = min(since, before)
            client = Client(room=0)
            feed = Feed("s1", store.journal, client, start)
            feed.start()
            for step in steps:
                if isinstance(step, list):
                    await asyncio.gather(*(store.write("operator", emitting(kind, agent="a")) for kind in step))
                else:
                    client.read(step)
            client.read(None)
            async with asyncio.timeout(10):
                while feed._at < store.seq:
                    await asyncio.sleep(0)
            feed.stop()
            client.check_chain(start)
            every = [each for each in await journal(store) if each.seq > start]
            wanted = {each.seq for each in every if each.hash}
            wanted |= {each.seq for each in latest(every)}
            assert wanted <= set(client.seqs) <= {each.seq for each in every}
            if not client.lags:
                assert client.seqs == [each.seq for each in every]
            assert feed._task is not None
            await asyncio.gather(feed._task, return_exceptions=True)

    with pytest.MonkeyPatch.context() as monkeypatch:
        asyncio.run(run(monkeypatch))
