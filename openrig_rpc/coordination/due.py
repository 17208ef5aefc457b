"""What is due: one timer for the soonest task, and one incident for each that is late."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from ..model.base import moment, now
from ..model.task import OPEN
from ..store.store import Store
from ..store.tasks import TaskRow
from ..store.writer import Tx

log = logging.getLogger(__name__)

LONGEST = 3600.0
"""Seconds until the clock is looked at again: the machine may have slept, or been set."""


class Due:
    """Sleeps until the next task is due; `late` is called once for each, in a unit of work."""

    def __init__(self, store: Store, late: Callable[[Tx, TaskRow], Awaitable[None]]) -> None:
        self._store = store
        self._late = late
        self._timer: asyncio.TimerHandle | None = None
        self._next: str | None = None
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin with what is due soonest, or was while nobody looked."""
        self._wake_at(await self._store.tasks.next_due())

    def close(self) -> None:
        """Watch no more."""
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()

    def note(self, row: TaskRow) -> None:
        """A task changed: it may be the next one that is due."""
        if row.warned_at is None and row.state in OPEN and row.due_at and (not self._next or row.due_at < self._next):
            self._wake_at(row.due_at)

    def _wake_at(self, due_at: str | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._next = due_at
        if due_at is not None:
            seconds = (moment(due_at) - moment(now())).total_seconds()
            # A millisecond more: what is due now is to be past then.
            self._timer = asyncio.get_running_loop().call_later(min(max(seconds, 0), LONGEST) + 0.001, self._fire)

    def _fire(self) -> None:
        self._timer = None
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._tell(), name="tasks-due")

    async def _tell(self) -> None:
        try:
            for task_id in await self._store.tasks.due(now()):
                await self._store.write("daemon", partial(self._one, task_id))
        except Exception:
            log.exception("telling what is overdue failed")
        self._wake_at(await self._store.tasks.next_due())

    async def _one(self, task_id: str, tx: Tx) -> None:
        row = await self._store.tasks.get_in(tx, task_id)
        if row is None or row.state not in OPEN or row.warned_at is not None or row.deleted_at is not None:
            return
        if row.due_at is None or row.due_at > now():
            return  # It was taken meanwhile.
        await self._late(tx, self._store.tasks.put(tx, row.model_copy(update={"warned_at": now()}), row))
