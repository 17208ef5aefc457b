"""The roster: whole in memory, the same as the database, changed only by what is committed."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from openrig_rpc.model.agent import AgentState
from openrig_rpc.model.errors import AgentNotFound, NotPermitted, RigNotFound
from openrig_rpc.model.principal import OPERATOR
from openrig_rpc.model.rig import RigState
from openrig_rpc.store.roster import Roster
from openrig_rpc.store.rows import AgentRow, RigRow
from openrig_rpc.store.store import Store
from openrig_rpc.store.writer import Tx
from tests.unit.store_house import AT, agent, item, opened, populate, principal, rig

HOME, AWAY = rig("home"), rig("away")
A, B = agent(HOME, "p", "a", position=0), agent(HOME, "p", "b", position=1)
C = agent(AWAY, "p", "c")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path / "openrig.db") as store:
        await populate(store, (HOME, [A, B]), (AWAY, [C]))
        yield store


def state_of(roster: Roster) -> tuple[Any, ...]:
    rigs = {name: [row.id for row in roster.members(found.id)] for name in roster._names if (found := roster.rig(name))}
    return roster.rigs, roster.agents, rigs, [row.id for row in roster.each()]


async def check(store: Store) -> None:
    """What is in memory is what a restart would read."""
    assert state_of(store.roster) == state_of(await Roster.load(store.reader))
    assert set(store.roster.agents) == {row.id for row in store.roster.each()}


async def test_what_is_committed_is_what_a_restart_reads(store: Store) -> None:
    await check(store)
    new = agent(HOME, "q", "c", position=-1)
    await populate(store, (HOME.model_copy(update={"up": False}), [new, A.model_copy(update={"position": 5})]))
    assert [row.id for row in store.roster.members(HOME.id)] == [new.id, B.id, A.id]
    await check(store)
    await store.write("operator", lambda tx: store.roster.remove_agent(tx, B, AT))
    await check(store)
    await store.write("operator", lambda tx: store.roster.delete_rig(tx, HOME, AT))
    assert set(store.roster.agents) == {C.id} and store.roster.rig("home") is None
    await check(store)
    await populate(store, (rig("home", id="r-new"), [agent(rig("home", id="r-new"), "p", "a", id="a-new")]))
    assert store.roster.rig("home") is not None
    await check(store)


async def test_what_is_undone_is_nowhere(store: Store) -> None:
    before = state_of(store.roster)

    async def unit(tx: Tx) -> None:
        await store.roster.put_rig(tx, rig("third"))
        await store.roster.remove_agent(tx, A, AT)
        await store.roster.delete_rig(tx, AWAY, AT)
        raise NotPermitted("no")

    with pytest.raises(NotPermitted):
        await store.write("operator", unit)
    assert state_of(store.roster) == before
    await check(store)
    seen: list[AgentRow | None] = []

    async def look(tx: Tx) -> None:
        seen.extend([store.roster.agent_in(tx, A.id), store.roster.agent_in(tx, C.id)])

    await asyncio.gather(store.write("operator", unit), store.write("operator", look), return_exceptions=True)
    assert seen == [A, C]


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "afterwards"])
@pytest.mark.parametrize("way", ["removed", "deleted"])
async def test_who_is_gone_does_not_come_back(store: Store, together: bool, way: str) -> None:
    """A hook or a look that was on its way when its agent left."""
    seen: list[AgentRow | RigRow | None] = []

    async def leave(tx: Tx) -> None:
        if way == "removed":
            await store.roster.remove_agent(tx, A, AT)
        else:
            await store.roster.delete_rig(tx, HOME, AT)

    async def look(tx: Tx) -> None:
        seen.append(store.roster.agent_in(tx, A.id))
        if way == "deleted":
            seen.extend([store.roster.agent_in(tx, B.id), store.roster.rig_in(tx, HOME.id)])
        await store.roster.put_agent(tx, A.model_copy(update={"label": "back"}))

    async def again(tx: Tx) -> None:
        await store.roster.put_rig(tx, HOME.model_copy(update={"up": True}))

    units = [leave, look, again] if way == "deleted" else [leave, look]
    if together:
        results = await asyncio.gather(*(store.write("operator", unit) for unit in units), return_exceptions=True)
    else:
        results = [(await asyncio.gather(store.write("operator", unit), return_exceptions=True))[0] for unit in units]
    assert results[0] is None and isinstance(results[1], AgentNotFound)
    if way == "deleted":
        assert isinstance(results[2], RigNotFound) and store.roster.rig("home") is None
    assert set(seen) == {None}
    assert A.id not in store.roster.agents
    await check(store)


async def test_an_agent_that_is_added_and_lost_in_one_batch(store: Store) -> None:
    new = agent(HOME, "q", "new")
    await asyncio.gather(
        store.write("operator", lambda tx: store.roster.put_agent(tx, new)),
        store.write("operator", lambda tx: store.roster.delete_rig(tx, HOME, AT)),
    )
    assert new.id not in store.roster.agents
    await check(store)


async def test_two_rigs_of_one_name(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        await populate(store, (rig("home", id="r-other"), []))
    found = store.roster.rig("home")
    assert found is not None and found.id == HOME.id
    await check(store)


async def test_a_rig_that_changes_its_name(store: Store) -> None:
    await populate(store, (HOME.model_copy(update={"name": "new"}), []))
    assert store.roster.rig("home") is None and store.roster.rig("new") is not None
    await check(store)


async def test_counts_travel_with_the_noun(store: Store) -> None:
    assert (store.roster.noun(A.id).held, store.roster.noun(A.id).unread) == (0, 0)

    async def unit(tx: Tx) -> None:
        store.roster.count(tx, A.id, 2)

    await store.write("operator", unit)
    store.roster.count_unread(A.id, 3)
    store.roster.count_unread(A.id, -1)
    assert (store.roster.noun(A.id).held, store.roster.noun(A.id).unread) == (2, 2)
    store.roster.count_unread(A.id, -9)
    assert store.roster.noun(A.id).unread == 0


async def test_unread_is_counted_again_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "openrig.db"
    async with opened(path) as store:
        await populate(store, (HOME, [A, B]))
        for ref, more in {"m-1": {}, "m-2": {}, "m-3": {"kind": "indeterminate"}, "m-4": {"agent": "p-x@home"}}.items():
            each = item(ref, **{"agent": A.address, **more})
            await store.write("operator", lambda tx, each=each: store.desk.put(tx, each))  # type: ignore[misc]
    async with opened(path) as store:
        assert (store.roster.noun(A.id).unread, store.roster.noun(B.id).unread) == (2, 0)


@pytest.mark.parametrize(
    ("up", "states", "state"),
    [
        (True, [AgentState.IDLE, AgentState.UNKNOWN], RigState.UP),
        (True, [AgentState.NEEDS_INPUT, AgentState.EXITED], RigState.PARTIAL),
        (True, [], RigState.UP),
        (False, [AgentState.IDLE], RigState.STOPPED),
        (False, [AgentState.STOPPED], RigState.STOPPED),
    ],
)
def test_a_rig_in_one_line(up: bool, states: list[AgentState], state: RigState) -> None:
    home = rig(up=up)
    rows = [agent(home, "p", f"m{number}", state=each) for number, each in enumerate(states)]
    summary = Roster().summary(home, rows)
    assert (summary.state, summary.agents) == (state, len(states))
    assert summary.needs_input == states.count(AgentState.NEEDS_INPUT)


async def test_what_a_principal_may_know_of(store: Store) -> None:
    assert list(store.roster.visible(OPERATOR)) == [HOME, AWAY]
    assert list(store.roster.visible(principal(A))) == [HOME]
    assert list(store.roster.visible(principal(agent(HOME, "p", "gone")))) == []
    assert store.roster.rig_of(principal(C)) == AWAY and store.roster.rig_of(OPERATOR) is None
