"""Watchdogs: reminders that a rig asked for. One timer for each; never into a busy agent, never without end."""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import Any

from ..delivery.post import Letter, Post
from ..delivery.text import clean
from ..model.agent import AgentState
from ..model.base import moment, now, stamp
from ..model.errors import InvalidParams, MailboxFull
from ..model.message import WAITING
from ..model.principal import Principal
from ..model.watchdog import Watchdog
from ..store.directory import Recipient
from ..store.rows import AgentRow, RigRow, WatchdogRow
from ..store.store import Store
from ..store.writer import Tx

log = logging.getLogger(__name__)

BARKS = Principal(kind="service", name="watchdogs")
LONGEST = 3600.0
"""Seconds until the clock is looked at again: the machine may have slept, or been set."""


class Watchdogs:
    """The rules are in the rigs; what became of them is in the store."""

    def __init__(self, store: Store, post: Post) -> None:
        self._store = store
        self._post = post
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        store.roster.on_rig = self._rig_changed

    async def open(self) -> None:
        """After a start: go on where the last daemon was."""
        await self._store.watchdogs.load()
        for rig in list(self._store.roster.rigs.values()):
            self._rig_changed(rig)

    def close(self) -> None:
        """Remind nobody any more."""
        self._closing = True
        for timer in self._timers.values():
            timer.cancel()
        for task in self._tasks:
            task.cancel()

    # What is there.

    def each(self, rigs: list[RigRow]) -> list[Watchdog]:
        """The reminders of rigs, with what became of them."""
        return [self._noun(rig, dog) for rig in rigs for dog in rig.watchdogs]

    def find(self, watchdog_id: str) -> tuple[RigRow, WatchdogRow]:
        """A reminder and its rig. Raises InvalidParams."""
        for rig in self._store.roster.rigs.values():
            for dog in rig.watchdogs:
                if dog.id == watchdog_id:
                    return rig, dog
        why = "no such id"
        fix = "see them: rig watchdog list"
        raise InvalidParams(f"there is no watchdog {watchdog_id!r}", why, fix, errors=[{"path": "id", "message": why}])

    async def stop(self, rig: RigRow, dog: WatchdogRow, actor: str) -> Watchdog:
        """It reminds nobody any more, until its rig comes up again."""

        async def unit(tx: Tx) -> None:
            self._store.watchdogs.put(tx, dog, replace(self._store.watchdogs.record(rig, dog), stopped=True))

        await self._store.write(actor, unit)
        self._cancel(dog)
        return self._noun(rig, dog)

    # When something changes.

    def agent_changed(self, row: AgentRow) -> None:
        """An agent is in another state: how long it is idle counts from now."""
        rig = self._store.roster.rigs.get(row.rig_id)
        for dog in rig.watchdogs if rig is not None else ():
            if dog.place == row.place and dog.rule == "idle":
                self._arm_soon(dog)

    def task_changed(self, rig_name: str) -> None:
        """Somebody touched a task of a rig."""
        rig = self._store.roster.rig(rig_name)
        for dog in rig.watchdogs if rig is not None else ():
            if dog.rule == "untouched":
                self._arm_soon(dog)

    def _rig_changed(self, rig: RigRow) -> None:
        for dog in rig.watchdogs:
            self._arm_soon(dog)

    # Timers.

    def _arm_soon(self, dog: WatchdogRow) -> None:
        if not self._closing:
            self._cancel(dog)
            self._spawn(dog, self._arm(dog.id))

    def _cancel(self, dog: WatchdogRow) -> None:
        timer = self._timers.pop(dog.id, None)
        if timer is not None:
            timer.cancel()

    async def _arm(self, watchdog_id: str) -> None:
        """Sleep until a reminder may be due; one of a rig that is down, or was changed, is due no more."""
        found = self._now(watchdog_id)
        at = await self._due(*found) if found is not None else None
        if found is None or at is None or self._closing:
            return
        self._cancel(found[1])
        seconds = max(0.0, (moment(at) - moment(now())).total_seconds())
        fire = asyncio.get_running_loop().call_later
        self._timers[watchdog_id] = fire(min(seconds, LONGEST) + 0.001, self._wake, watchdog_id)

    def _wake(self, watchdog_id: str) -> None:
        self._timers.pop(watchdog_id, None)
        found = self._now(watchdog_id)
        if found is not None and not self._closing:
            self._spawn(found[1], self._look(watchdog_id))

    async def _look(self, watchdog_id: str) -> None:
        """Its time may have come: remind, and sleep again."""
        found = self._now(watchdog_id)
        if found is None:
            return
        rig, dog, row = found
        at = await self._due(rig, dog, row)
        if at is not None and at <= now():
            text = dog.text
            if dog.rule == "untouched":
                task = await self._untouched(rig, dog, row)
                text = f'{text}\n(nobody touched "{task[0]}" since {task[1]})' if task is not None else text
            fired = await self._store.write("daemon", lambda tx: self._fire(tx, watchdog_id, text))
            if not fired:
                # Its last word still waits, or the agent is busy: not before that much time has gone again.
                self._sleep(dog, dog.seconds)
                return
        await self._arm(watchdog_id)

    def _sleep(self, dog: WatchdogRow, seconds: float) -> None:
        if not self._closing:
            self._cancel(dog)
            self._timers[dog.id] = asyncio.get_running_loop().call_later(seconds, self._wake, dog.id)

    async def _fire(self, tx: Tx, watchdog_id: str, text: str) -> bool:
        found = self._now(watchdog_id)
        if found is None:
            return False
        rig, dog, row = found
        record = self._store.watchdogs.record(rig, dog)
        if record.message_id is not None:
            last = await self._store.messages.get_in(tx, record.message_id)
            if last is not None and last.state in WAITING:
                return False
        if not row.running or (dog.rule == "idle" and row.state is not AgentState.IDLE):
            return False
        try:
            sent = await self._post.accept(tx, Letter(clean(text), when="idle"), [Recipient(rig, row)], BARKS)
        except MailboxFull:
            return False
        record = replace(record, fired=record.fired + 1, last_fired_at=now(), message_id=sent[0].id)
        self._store.watchdogs.put(tx, dog, record)
        noun = self._noun(rig, dog).model_copy(
            update={
                "fired": record.fired,
                "last_fired_at": record.last_fired_at,
                "active": record.fired < dog.most,
            }
        )
        tx.emit("watchdog.fired", noun, rig=rig.name, agent=row.address)
        return True

    # When it is due.

    def _now(self, watchdog_id: str) -> tuple[RigRow, WatchdogRow, AgentRow] | None:
        """A reminder that may still fire, as its rig has it now, and its agent."""
        for rig in self._store.roster.rigs.values():
            for dog in rig.watchdogs:
                if dog.id == watchdog_id and rig.up:
                    record = self._store.watchdogs.record(rig, dog)
                    members = self._store.roster.members(rig.id)
                    row = next((each for each in members if each.place == dog.place), None)
                    if row is not None and not record.stopped and record.fired < dog.most:
                        return rig, dog, row
        return None

    async def _due(self, rig: RigRow, dog: WatchdogRow, row: AgentRow) -> str | None:
        """When to fire; None as long as only something that happens can tell."""
        last = self._store.watchdogs.record(rig, dog).last_fired_at or ""
        if dog.rule == "every":
            return _later(max(last, rig.up_since or rig.created_at), dog.seconds)
        if dog.rule == "idle":
            return _later(max(last, row.state_since), dog.seconds) if row.state is AgentState.IDLE else None
        task = await self._untouched(rig, dog, row)
        return _later(task[1], dog.seconds) if task is not None else None

    async def _untouched(self, rig: RigRow, dog: WatchdogRow, row: AgentRow) -> tuple[str, str] | None:
        """A task that became too old since the last reminder, or will next."""
        last = self._store.watchdogs.record(rig, dog).last_fired_at
        return await self._store.tasks.untouched(row.address, _later(last, -dog.seconds) if last is not None else "")

    def _noun(self, rig: RigRow, dog: WatchdogRow) -> Watchdog:
        record = self._store.watchdogs.record(rig, dog)
        pod, _, member = dog.place.partition(".")
        return Watchdog(
            id=dog.id,
            rig=rig.name,
            agent=f"{pod}-{member}@{rig.name}",
            rule=dog.rule,
            seconds=dog.seconds,
            text=dog.text,
            active=rig.up and not record.stopped and record.fired < dog.most,
            fired=record.fired,
            last_fired_at=record.last_fired_at,
        )

    def _spawn(self, dog: WatchdogRow, job: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_logged(dog.id, job))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _later(at: str, seconds: float) -> str:
    return stamp(moment(at) + timedelta(seconds=seconds))


async def _logged(watchdog_id: str, job: Coroutine[Any, Any, None]) -> None:
    try:
        await job
    except Exception:
        log.exception("the watchdog %s failed", watchdog_id)
