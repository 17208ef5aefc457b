"""A real store on a file of its own, and rows to put into it."""

import hashlib
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson

from openrig_rpc.model.agent import AgentState, Evidence
from openrig_rpc.model.base import now
from openrig_rpc.model.inbox import InboxItem
from openrig_rpc.model.message import Message, MessageState
from openrig_rpc.model.principal import Principal
from openrig_rpc.model.spec import Grant
from openrig_rpc.store.journal import Entry, chain
from openrig_rpc.store.rows import AgentRow, PaneRow, RigRow
from openrig_rpc.store.store import Store
from openrig_rpc.store.writer import Tx

AT = "2026-01-01T00:00:00.000Z"


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Store]:
    """A store, closed afterwards."""
    store = await Store.open(path)
    try:
        yield store
    finally:
        await store.close()


def rig(name: str = "demo", *, up: bool = True, grants: dict[str, list[Grant]] | None = None, **more: Any) -> RigRow:
    """A rig that nothing was written about."""
    return RigRow(
        id=more.pop("id", f"r-{name}"), name=name, up=up, revision=0, digest=more.pop("digest", "d"), spec="",
        root="/", cwd="/", pods=[], edges=[], grants=grants or {}, created_at=AT, **more,
    )  # fmt: skip


def agent(
    home: RigRow, pod: str, member: str, *, position: int = 0, runtime: str = "scripted", **more: Any
) -> AgentRow:
    """An idle agent in a pane."""
    at = more.pop("at", AT)
    return AgentRow(
        id=more.pop("id", f"a-{home.name}-{pod}.{member}"), rig_id=home.id, rig=home.name, pod=pod, member=member,
        position=position, generation=more.pop("generation", 1), runtime=runtime, cwd="/",
        wanted=more.pop("wanted", True), state=more.pop("state", AgentState.IDLE), state_since=at,
        evidence=Evidence(source="screen", at=at, detail="seen"), pane=more.pop("pane", pane()), **more,
    )  # fmt: skip


def pane(number: int = 1) -> PaneRow:
    """A place in tmux."""
    return PaneRow(pane=f"%{number}", window=f"@{number}", session="s", pid=number, tty="/dev/pts/9", server=1)


def principal(row: AgentRow, generation: int | None = None) -> Principal:
    """The agent as it connects."""
    return Principal(
        kind="agent", name=row.address, agent_id=row.id, generation=row.generation if generation is None else generation
    )


def message(to: str = "p-a@demo", sender: str = "human@demo", text: str = "hello", **more: Any) -> Message:
    """A new message."""
    return Message.model_validate(
        {"id": f"m-{uuid.uuid4().hex[:16]}", "to": to, "from": sender, "text": text, "createdAt": now(),
         "state": MessageState.ACCEPTED, **more}
    )  # fmt: skip


def item(ref: str, kind: str = "message", **more: Any) -> InboxItem:
    """Something for the person."""
    return InboxItem.model_validate(
        {"id": f"i-{ref}", "kind": kind, "rig": "demo", "ref": ref, "title": "t", "text": "x", "since": now(), **more}
    )


async def populate(store: Store, *rigs: tuple[RigRow, list[AgentRow]]) -> None:
    """Write rigs with their agents."""

    async def unit(tx: Tx) -> None:
        for home, rows in rigs:
            await store.roster.put_rig(tx, home)
            for row in rows:
                await store.roster.put_agent(tx, row)

    await store.write("operator", unit)


def emitting(
    *kinds: str, agent: str | None = None, rig: str | None = None, text: str = "x"
) -> Callable[[Tx], Awaitable[None]]:
    """A unit that only emits."""

    async def unit(tx: Tx) -> None:
        for kind in kinds:
            tx.emit(kind, message(text=text), agent=agent, rig=rig)

    return unit


async def journal(store: Store) -> list[Entry]:
    """The whole journal as the database has it, read past every cache."""
    rows = await store.reader.fetch(
        "SELECT seq, time, kind, rig, agent, actor, data, before, after, hash FROM event ORDER BY seq"
    )
    return [
        Entry(seq, time, kind, rig, agent, actor, None if data is None else data.encode(), before, after, link)
        for seq, time, kind, rig, agent, actor, data, before, after, link in rows
    ]


async def check_journal(store: Store) -> list[Entry]:
    """Numbers without gap or repeat, times that don't run back, bodies by their digest, and an unbroken chain."""
    entries = await journal(store)
    assert [entry.seq for entry in entries] == list(range(1, store.seq + 1))
    last = ""
    for entry in entries:
        assert entry.data is not None
        assert orjson.loads(entry.data) is not None
        assert hashlib.sha256(entry.data).hexdigest() == entry.after
        if entry.hash is not None:
            last = chain(last, entry)
            assert entry.hash == last, f"the chain breaks at {entry.seq}"
    return entries


@asynccontextmanager
async def full(store: Store) -> AsyncIterator[None]:
    """The disk is full: not a page more."""
    rows = list(await store._db.execute_fetchall("PRAGMA page_count"))
    await store._db.execute_fetchall(f"PRAGMA max_page_count = {rows[0][0]}")
    try:
        yield
    finally:
        await store._db.execute_fetchall("PRAGMA max_page_count = 1073741823")
