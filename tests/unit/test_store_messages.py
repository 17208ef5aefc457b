"""Messages: first in, first out; counts that are exact after any history; moved only from where they are."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from openrig_rpc.model.errors import MailboxFull, NotPermitted
from openrig_rpc.model.message import FINAL, MAX_HELD, WAITING, HoldReason, Message, MessageState
from openrig_rpc.store.store import Store
from openrig_rpc.store.writer import Tx
from tests.unit.store_house import agent, check_journal, message, opened, populate, rig

HOME = rig()
ROWS = [agent(HOME, "p", "a", position=0), agent(HOME, "p", "b", position=1)]
A, B = (row.id for row in ROWS)
S = MessageState


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path / "openrig.db") as store:
        await populate(store, (HOME, ROWS))
        yield store


async def accept(store: Store, *messages: Message, agent_id: str | None = A) -> None:
    async def unit(tx: Tx) -> None:
        for each in messages:
            await store.messages.accept(tx, each, agent_id=agent_id, rig="demo")

    await store.write("operator", unit)


async def move(
    store: Store, found: Message, state: MessageState, *expect: MessageState, agent_id: str | None = A, **changes: Any
) -> Message | None:
    return await store.write(
        "daemon",
        lambda tx: store.messages.move(tx, found, state, agent_id=agent_id, rig="demo", expect=expect, **changes),
    )


async def waiting(store: Store, agent_id: str = A) -> list[str]:
    """What waits, in the order in which it would be delivered."""
    found, number = [], 0
    while (after := await store.messages.next_waiting(agent_id, number)) is not None:
        number, each = after
        found.append(each.id)
    return found


async def test_a_message_comes_back_as_it_was(store: Store) -> None:
    sent = message(text="tab\tline\n日本 🎉", when="now", raw=True, replyTo="m-1", expiresAt="2026-02-01T00:00:00.000Z")
    await accept(store, sent)
    assert await store.messages.get(sent.id) == sent
    assert await store.messages.get("m-none") is None
    assert [found for _, found in await store.messages.find(address="p-a@demo")] == [sent]


async def test_first_in_first_out(store: Store) -> None:
    sent = [message() for _ in range(5)]
    await accept(store, *sent)
    ids = [each.id for each in sent]
    assert await waiting(store) == ids
    await move(store, sent[0], S.HELD, *WAITING, reason="busy")
    await move(store, sent[2], S.CANCELLED, *WAITING)
    await move(store, sent[3], S.DELIVERING, *WAITING)
    assert await waiting(store) == [ids[0], ids[1], ids[4]]
    await move(store, sent[3], S.HELD, S.DELIVERING)
    assert await waiting(store) == [ids[0], ids[1], ids[3], ids[4]], "held again, it has its old place"
    assert await waiting(store, B) == []
    assert await store.messages.waiting_agents() == [A]


async def test_move_only_from_where_it_is_expected(store: Store) -> None:
    sent = message()
    await accept(store, sent)
    seq = store.seq
    moved: list[str] = []
    store.messages.on_moved = moved.append
    for state in S:
        if state is not S.ACCEPTED:
            assert await move(store, sent, S.SUBMITTED, state) is None
    assert await move(store, message(), S.SUBMITTED, *S) is None
    assert (store.seq, moved, store.roster.held[A]) == (seq, [], 1)
    assert await store.messages.get(sent.id) == sent
    result = await move(store, sent, S.DELIVERING, S.ACCEPTED, attempts=1)
    assert result == sent.model_copy(update={"state": S.DELIVERING, "attempts": 1})
    assert await store.messages.get(sent.id) == result and moved == [sent.id]
    *_, event = await check_journal(store)
    assert (event.kind, event.rig, event.agent) == ("message.delivering", "demo", "p-a@demo")


async def test_an_old_copy_of_a_message_spoils_nothing(store: Store) -> None:
    """A client reads it while it is typed, the gate closes, and then the client takes it back."""
    sent = message()
    await accept(store, sent)
    old = await move(store, sent, S.DELIVERING, S.ACCEPTED, attempts=1, delivered_at="2026-01-01T00:00:00.000Z")
    assert old is not None
    await move(store, old, S.HELD, S.DELIVERING, reason="draft")
    assert store.roster.held[A] == 1
    cancelled = await move(store, sent.model_copy(update={"state": S.SUBMITTED}), S.CANCELLED, *WAITING)
    assert store.roster.held[A] == 0
    assert cancelled == old.model_copy(update={"state": S.CANCELLED})
    assert await store.messages.get(sent.id) == cancelled


async def test_it_is_counted_for_whom_it_waits_and_not_for_a_namesake(store: Store) -> None:
    sent = message()
    await accept(store, sent)
    await move(store, sent, S.CANCELLED, *WAITING, agent_id=B)
    assert (store.roster.held.get(A, 0), store.roster.held.get(B, 0)) == (0, 0)


async def test_the_mailbox_is_full_at_exactly_256(store: Store) -> None:
    sent = [message() for _ in range(MAX_HELD)]
    await accept(store, *sent[:-1])
    assert store.roster.held[A] == MAX_HELD - 1
    one, other = message(), message()
    results = await asyncio.gather(
        accept(store, sent[-1]), accept(store, one), accept(store, other, agent_id=B), return_exceptions=True
    )
    assert results[0] is None and results[2] is None and isinstance(results[1], MailboxFull)
    assert results[1].facts == {"agent": "p-a@demo", "limit": 256}
    assert await store.messages.get(one.id) is None and store.roster.held == {A: 256, B: 1}
    with pytest.raises(MailboxFull):
        await accept(store, one)
    await move(store, sent[7], S.DELIVERING, *WAITING)
    await accept(store, one)
    assert store.roster.held[A] == 256
    await accept(store, other.model_copy(update={"id": "m-person"}), agent_id=None)


async def test_a_full_mailbox_among_several_recipients_sends_nothing(store: Store) -> None:
    await accept(store, *(message() for _ in range(MAX_HELD)))
    for_b = message(to="p-b@demo")

    async def unit(tx: Tx) -> None:
        await store.messages.accept(tx, for_b, agent_id=B, rig="demo")
        await store.messages.accept(tx, message(), agent_id=A, rig="demo")

    with pytest.raises(MailboxFull):
        await store.write("operator", unit)
    assert await store.messages.get(for_b.id) is None and store.roster.held.get(B, 0) == 0


async def test_a_batch_cannot_fill_more_than_there_is_room(store: Store) -> None:
    results = await asyncio.gather(
        *(accept(store, *(message() for _ in range(20))) for _ in range(15)), return_exceptions=True
    )
    assert [result is None for result in results] == [True] * 12 + [False] * 3
    assert store.roster.held[A] == 240 == len(await waiting(store))


async def test_what_a_crash_left_half_way(tmp_path: Path) -> None:
    path = tmp_path / "openrig.db"
    sent = {state: message(text=state.value) for state in S}
    person = message(to="human@demo")
    async with opened(path) as store:
        await populate(store, (HOME, ROWS))
        await accept(store, *sent.values())
        for state, each in sent.items():
            if state is not S.ACCEPTED:
                await move(store, each, state, S.ACCEPTED)
        await accept(store, person, agent_id=None)
        await move(store, person, S.DELIVERED, S.ACCEPTED, agent_id=None)
        assert store.roster.held[A] == 2
    async with opened(path) as store:
        half = await store.messages.half_way()
        assert [(who, found.text) for who, found in half] == [(A, "delivering"), (A, "delivered")]
        assert await waiting(store) == [sent[S.ACCEPTED].id, sent[S.HELD].id]
        assert store.roster.held == {A: 2} and store.roster.noun(A).held == 2
        found = await store.messages.get(person.id)
        assert found is not None and found.state is S.DELIVERED, "in the inbox, and nobody's to type"


async def test_finding(store: Store) -> None:
    sent = [
        message(to="p-a@demo"), message(to="p-b@demo", sender="p-a@demo"), message(to="p-b@demo"), message(),
    ]  # fmt: skip
    for each in sent:
        await accept(store, each, agent_id=B if each.to == "p-b@demo" else A)
    await move(store, sent[3], S.CANCELLED, *WAITING)
    find = store.messages.find

    async def ids(**wanted: Any) -> list[int]:
        return [sent.index(found) if found in sent else 3 for _, found in await find(**wanted)]

    assert await ids() == [3, 2, 1, 0]
    assert await ids(address="p-a@demo") == [3, 1, 0]
    assert await ids(rig="demo", state=S.CANCELLED) == [3]
    assert await ids(rig="other") == []
    first = await find(limit=2)
    assert [found for _, found in await find(before=first[-1][0])] == [sent[1], sent[0]]


async def test_what_expires_soonest_first(store: Store) -> None:
    late, soon, gone = (message(expiresAt=f"2026-01-0{day}T00:00:00.000Z") for day in (3, 2, 1))
    await accept(store, late, soon, gone, message())
    await move(store, gone, S.EXPIRED, *WAITING)
    assert [found.id for _, found in await store.messages.expiring()] == [soon.id, late.id]


class History(RuleBasedStateMachine):
    """Any history of messages for two agents, also with units that fail and with restarts, against a simple model."""

    factory: pytest.TempPathFactory

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.path = self.factory.mktemp("store") / "openrig.db"
        self.model: dict[str, tuple[str, MessageState]] = {}
        self.copies: dict[str, Message] = {}
        self.store = self.run(Store.open(self.path))

    def run(self, job: Any) -> Any:
        return self.loop.run_until_complete(job)

    @initialize()
    def begin(self) -> None:
        self.run(populate(self.store, (HOME, ROWS)))

    @rule(recipients=st.lists(st.sampled_from([A, B]), min_size=1, max_size=6), fails=st.booleans())
    def send(self, recipients: list[str], fails: bool) -> None:
        """Several in one unit."""
        new = [(agent_id, message(to=agent_id)) for agent_id in recipients]

        async def unit(tx: Tx) -> None:
            for agent_id, each in new:
                await self.store.messages.accept(tx, each, agent_id=agent_id, rig="demo")
            if fails:
                raise NotPermitted("no")

        results = self.run(asyncio.wait_for(self.together(unit), 10))
        assert isinstance(results, NotPermitted) is fails
        if not fails:
            self.model |= {each.id: (agent_id, S.ACCEPTED) for agent_id, each in new}
            self.copies |= {each.id: each for _, each in new}

    async def together(self, unit: Any) -> Any:
        """In one transaction with another unit, so that it has a savepoint of its own."""

        async def nothing(tx: Tx) -> None:
            return None

        results = await asyncio.gather(
            self.store.write("operator", nothing), self.store.write("operator", unit), return_exceptions=True
        )
        return results[1]

    @precondition(lambda self: self.model)
    @rule(data=st.data(), fails=st.booleans(), fresh=st.booleans())
    def move(self, data: st.DataObject, fails: bool, fresh: bool) -> None:
        """Two moves in one unit, by copies that may be old."""
        moves = data.draw(
            st.lists(
                st.tuples(
                    st.sampled_from(sorted(self.model)),
                    st.sampled_from(list(S)),
                    st.frozensets(st.sampled_from(list(S)), min_size=1, max_size=9),
                ),
                min_size=1,
                max_size=2,
            )
        )

        async def unit(tx: Tx) -> list[Message | None]:
            done = []
            for message_id, state, expect in moves:
                copy = await self.store.messages.get(message_id) if fresh else self.copies[message_id]
                assert copy is not None
                who = self.model[message_id][0]
                done.append(
                    await self.store.messages.move(
                        tx, copy, state, agent_id=who, rig="demo", expect=expect, reason=HoldReason.BUSY.value
                    )
                )
            if fails:
                raise NotPermitted("no")
            return done

        results = self.run(self.together(unit))
        if fails:
            assert isinstance(results, NotPermitted)
            return
        for (message_id, state, expect), moved in zip(moves, results, strict=True):
            who, was = self.model[message_id]
            assert (moved is not None) is (was in expect)
            if moved is not None:
                assert moved.state is state
                self.model[message_id] = (who, state)

    @rule()
    def reopen(self) -> None:
        self.run(self.store.close())
        self.store = self.run(Store.open(self.path))

    @invariant()
    def counts_are_exact(self) -> None:
        for who in (A, B):
            expected = [
                found for found, (agent_id, state) in self.model.items() if (agent_id, state in WAITING) == (who, True)
            ]
            assert self.store.roster.held.get(who, 0) == len(expected)
            assert self.run(waiting(self.store, who)) == expected
            if who in self.store.roster.agents:
                assert self.store.roster.noun(who).held == len(expected)

    @invariant()
    def receipts_are_what_they_should(self) -> None:
        for message_id, (_, state) in self.model.items():
            found = self.run(self.store.messages.get(message_id))
            assert found.state is state

    def teardown(self) -> None:
        self.run(check_journal(self.store))
        self.run(self.store.close())
        self.loop.close()


def test_counts_are_exact_after_any_history(tmp_path_factory: pytest.TempPathFactory) -> None:
    History.factory = tmp_path_factory

    quick = settings(max_examples=100, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(History, settings=quick)


def test_every_state_is_waiting_final_or_on_its_way() -> None:
    assert set(S) - WAITING - FINAL == {S.DELIVERING, S.DELIVERED}
