"""The one writer. Units of work that wait together commit together; what a unit did is visible once it is durable."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

import aiosqlite
from pydantic import BaseModel

from ..model.errors import RpcError, Storage
from ..model.event import KINDS
from .database import TOGETHER
from .journal import Draft, Entry, Journal, digest

log = logging.getLogger(__name__)

T = TypeVar("T")
Value = str | int | float | bytes | None
Statement = tuple[str, tuple[Value, ...]]
INSERT = (
    "INSERT INTO event (seq, time, kind, rig, agent, actor, data, before, after, hash)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
HEAD = "UPDATE head SET seq = ?, hash = ?"
BATCH = 64
"""Units of work in one transaction, at most."""
LONGEST = 30.0
"""Seconds that one unit may take: one that waits for something else would hold everybody's writes for ever."""


def to_json(noun: BaseModel) -> bytes:
    """A noun as the wire has it: camelCase, without what is not set."""
    return noun.model_dump_json(by_alias=True, exclude_none=True).encode()


class Tx:
    """What a unit of work may do. `pending` holds rows changed in this batch, so that later units see them."""

    def __init__(self, db: aiosqlite.Connection, pending: dict[tuple[str, str], Any]) -> None:
        self._db = db
        self.actor = "daemon"
        self.pending = pending
        self.drafts: list[Draft] = []
        self.callbacks: list[Callable[[], None]] = []
        self.unsent: list[Statement] = []
        self.sent = 0
        self.settled = 0
        """How often what waited was sent, and came back without an error."""

    def write(self, sql: str, values: Iterable[Value] = ()) -> None:
        """A statement whose outcome nobody asks for: it goes with the next one that is asked, or with the commit."""
        self.unsent.append((sql, tuple(values)))

    async def execute(self, sql: str, values: Iterable[Value] = ()) -> int:
        """Run one statement, after those that wait; the number of rows it changed."""
        self.write(sql, values)
        return (await self.send()).rowcount

    async def fetch(self, sql: str, values: Iterable[Value] = ()) -> list[sqlite3.Row]:
        """The rows of one query, which sees what this transaction wrote so far."""
        self.write(sql, values)
        rows = list(await self._db.execute_fetchall(TOGETHER, self._taken()))
        self.settled += 1
        return rows

    async def send(self) -> aiosqlite.Cursor:
        """Run all that waits, in one hop to SQLite's thread."""
        cursor = await self._db.execute(TOGETHER, self._taken())
        self.settled += 1
        return cursor

    def _taken(self) -> list[Statement]:
        statements, self.unsent = self.unsent, []
        self.sent += 1
        return statements

    def emit(
        self,
        kind: str,
        noun: BaseModel,
        *,
        rig: str | None = None,
        agent: str | None = None,
        before: BaseModel | None = None,
        actor: str | None = None,
    ) -> None:
        """An event of this unit: `noun` is what is there afterwards, `before` what was. KeyError: no such kind."""
        if kind not in KINDS:
            raise KeyError(f"there are no events of kind {kind!r}")
        data = to_json(noun)
        was = digest(to_json(before)) if before is not None else None
        self.drafts.append(Draft(kind, rig, agent, actor or self.actor, data, was, digest(data)))

    def after(self, callback: Callable[[], None]) -> None:
        """Call back once this unit is durable, before its events are seen."""
        self.callbacks.append(callback)


Unit = Callable[[Tx], Awaitable[T]]


class Unclear(Exception):
    """Statements of several units were sent together, and one failed: nobody knows whose."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a transaction was when a unit began."""

    drafts: int
    callbacks: int
    unsent: int
    pending: dict[tuple[str, str], Any]
    sent: int


@dataclass(slots=True)
class Job(Generic[T]):
    """A unit that waits for its turn, and who waits for it."""

    actor: str
    unit: Unit[T]
    done: "asyncio.Future[T]"
    result: T | None = None


class Writer:
    """Runs units one after another, in the order they came, up to 64 in one transaction."""

    def __init__(self, db: aiosqlite.Connection, journal: Journal) -> None:
        self._db = db
        self._journal = journal
        self._jobs: asyncio.Queue[Job[Any] | None] = asyncio.Queue()
        self._closing = False
        self._task = asyncio.create_task(self._run(), name="store-writer")

    async def write(self, actor: str, unit: Unit[T]) -> T:
        """Run `unit` in a transaction and return its result when it is durable.

        An exception in the unit undoes that unit alone. It may be run again, from the start, so it changes nothing but
        its Tx. Cancelling the caller ends its waiting, not the unit. Raises Storage when SQLite fails, when the unit
        takes longer than LONGEST, and after `close`.
        """
        if self._closing:
            raise _stopping()
        job: Job[T] = Job(actor, unit, asyncio.get_running_loop().create_future())
        # An error is not missed where the caller waits no more.
        job.done.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._jobs.put_nowait(job)
        return await asyncio.shield(job.done)

    async def close(self) -> None:
        """Finish what waits, then stop. From now on nothing is taken in."""
        if not self._closing:
            self._closing = True
            self._jobs.put_nowait(None)
        await self._task

    async def _run(self) -> None:
        try:
            stopping = False
            while not stopping:
                batch = [await self._jobs.get()]
                while len(batch) < BATCH and not self._jobs.empty():
                    batch.append(self._jobs.get_nowait())
                stopping = None in batch
                jobs = [job for job in batch if job is not None]
                try:
                    if jobs:
                        await self._commit(jobs)
                finally:
                    # Only where even that was ended from outside.
                    for job in jobs:
                        _refuse(job, _stopping())
        finally:
            # Only left with jobs when this task was cancelled: nobody may wait for ever.
            self._closing = True
            while not self._jobs.empty():
                if (left := self._jobs.get_nowait()) is not None:
                    _refuse(left, _stopping())

    async def _commit(self, jobs: list[Job[Any]]) -> None:
        tx = Tx(self._db, {})
        try:
            if self._db.in_transaction:  # The undoing of the last one failed.
                await self._db.execute("ROLLBACK")
            tx.write("BEGIN IMMEDIATE")
            alive = [job for job in jobs if await self._attempt(tx, job, alone=len(jobs) == 1)]
            entries = self._journal.number(tx.drafts)
            for entry in entries:
                tx.write(INSERT, _values(entry))
            if entries:
                tx.write(HEAD, self._journal.head_after(entries))
            # Where the only unit was undone, nothing is begun and nothing waits.
            if tx.unsent or self._db.in_transaction:
                tx.write("COMMIT")
                await tx.send()
        except asyncio.CancelledError:
            await self._fail(jobs, _stopping)
            raise
        except Exception as error:
            if _of_database(error):
                log.error("a transaction of %d units failed: %s", len(jobs), error)
                await self._fail(jobs, partial(storage_error, error))
            elif len(jobs) == 1:
                await self._roll_back()
                _refuse(jobs[0], error)
            else:
                # A statement did not fit, and was only sent with others: each unit again, for itself.
                await self._roll_back()
                for job in jobs:
                    if not job.done.done():
                        await self._commit([job])
            return
        # Durable: nothing that happens from here on may keep anybody from being told.
        for callback in tx.callbacks:
            try:
                callback()
            except Exception:
                log.exception("what follows a transaction failed")
        self._journal.publish(entries)
        for job in alive:
            if not job.done.done():
                job.done.set_result(job.result)

    async def _attempt(self, tx: Tx, job: Job[Any], *, alone: bool) -> bool:
        """Run one unit behind a savepoint. A failure of the database is everybody's and goes up."""
        mark = Mark(len(tx.drafts), len(tx.callbacks), len(tx.unsent), dict(tx.pending), tx.sent)
        if not alone:
            tx.write("SAVEPOINT unit")
        tx.actor = job.actor
        try:
            async with asyncio.timeout(LONGEST) as patience:
                job.result = await job.unit(tx)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise  # It is the writer that is being ended.
            await self._undo(tx, mark, alone=alone)
            _refuse(job, error)
            return False
        except Exception as error:
            if isinstance(error, sqlite3.Error) and _of_database(error):
                raise
            await self._undo(tx, mark, alone=alone)
            if patience.expired():
                log.error("a unit of %s took longer than %g s, and was undone", job.actor, LONGEST)
                error = _hung()
            _refuse(job, error)
            return False
        if tx.settled != tx.sent:
            raise Unclear("a unit went on after a statement had failed")
        if not alone:
            tx.write("RELEASE unit")
        return True

    async def _undo(self, tx: Tx, mark: Mark, *, alone: bool) -> None:
        if tx.settled != tx.sent and not alone:
            # What failed, or was left while it ran, may have been an earlier unit's; its savepoint is in doubt too.
            raise Unclear("statements of several units failed together")
        if tx.sent == mark.sent:
            del tx.unsent[mark.unsent :]
            if alone:
                tx.unsent.clear()
        else:
            tx.unsent.clear()
            if alone:
                tx.write("ROLLBACK")
            else:
                tx.write("ROLLBACK TO unit")
                tx.write("RELEASE unit")
            await tx.send()
        del tx.drafts[mark.drafts :], tx.callbacks[mark.callbacks :]
        tx.pending.clear()
        tx.pending.update(mark.pending)

    async def _fail(self, jobs: list[Job[Any]], why: Callable[[], RpcError]) -> None:
        """Undo the whole batch. Each caller gets an error of its own: a shared one would gather tracebacks."""
        await self._roll_back()
        for job in jobs:
            _refuse(job, why())

    async def _roll_back(self) -> None:
        with suppress(sqlite3.Error, ValueError):
            if self._db.in_transaction:
                await self._db.execute("ROLLBACK")


def _refuse(job: Job[Any], error: BaseException) -> None:
    if job.done.done():
        return
    if isinstance(error, asyncio.CancelledError):
        job.done.cancel()
    else:
        job.done.set_exception(error)


def _of_database(error: Exception) -> bool:
    """Whether SQLite failed as a whole (disk, lock, corruption; a plain ValueError is aiosqlite's for a closed
    connection), not one statement by its own fault."""
    whole = (sqlite3.DatabaseError, ValueError)
    return isinstance(error, sqlite3.OperationalError | sqlite3.InternalError) or type(error) in whole


def _values(entry: Entry) -> tuple[Value, ...]:
    data = None if entry.data is None else entry.data.decode()
    place = (entry.rig, entry.agent, entry.actor)
    return (entry.seq, entry.time, entry.kind, *place, data, entry.before, entry.after, entry.hash)


def storage_error(error: Exception) -> RpcError:
    """What a client is told of a failure of SQLite."""
    return Storage(
        "the database could not be written", str(error), "nothing was changed; check the disk, then try again"
    )


def _stopping() -> RpcError:
    return Storage("the database is closed", "the daemon is stopping", "try again when it is up")


def _hung() -> RpcError:
    return Storage(
        "the database could not be written",
        f"a change took longer than {LONGEST:g} s, and was undone",
        "try again; the daemon's log says more",
    )
