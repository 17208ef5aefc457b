"""Tasks in the database: the queue, who holds what, and what was said of it."""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

import orjson

from ..model.base import now
from ..model.principal import Principal
from ..model.task import Task, TaskState
from .database import Reader
from .writer import Tx, Value

OPEN = "('pending', 'inProgress', 'blocked')"
STORED = (
    "id, rig, title, body, state, creator, creator_id, destination, owner, owner_id, generation, fence, priority,"
    " urgency, tags, parent, handed_from, evidence, closure_reason, closure_target, due_seconds, due_at, warned_at,"
    " claimed_at, created_at, changed_at, deleted_at"
)
NAMES = tuple(STORED.split(", "))
COLUMNS = (
    f"{STORED}, (SELECT json_group_array(blocker) FROM task_blocker WHERE task = task.id),"
    " (SELECT json_array(actor, body, at) FROM task_comment WHERE task = task.id ORDER BY number DESC LIMIT 1)"
)
URGENT = (
    "CASE urgency WHEN 'critical' THEN 0 WHEN 'fast' THEN 1 WHEN 'routine' THEN 2 ELSE 3 END, priority DESC, due_at,"
    " number"
)
CLAIM = (
    "UPDATE task SET state = 'inProgress', owner = ?, owner_id = ?, generation = ?, fence = fence + 1, claimed_at = ?,"
    " changed_at = ?, warned_at = NULL, due_at = strftime('%Y-%m-%dT%H:%M:%fZ', ?, '+' || due_seconds || ' seconds')"
    " WHERE id = ? AND state = 'pending' AND deleted_at IS NULL"
)


class TaskRow(Task):
    """A task with what is nobody else's business."""

    creator_id: str | None = None
    owner_id: str | None = None
    generation: int | None = None
    due_seconds: float
    warned_at: str | None = None

    def noun(self, *, fenced: bool = False) -> Task:
        """The task as it travels; with its fence for its owner."""
        found = Task.model_validate(self.model_dump(include=set(Task.model_fields)))
        return found if fenced else found.model_copy(update={"fence": None})


class Tasks:
    """Reads go to the read connection, or to the transaction where there is one; writes are parts of one."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.on_change: Callable[[TaskRow], None] = lambda row: None
        """Called with a task when a change of it is durable."""

    # Reading.

    async def get(self, task_id: str) -> TaskRow | None:
        """One task with all its comments, also a deleted one."""
        rows = await self._reader.fetch(f"SELECT {COLUMNS} FROM task WHERE id = ?", (task_id,))
        if not rows:
            return None
        said = await self._reader.fetch(
            "SELECT actor, body, at FROM task_comment WHERE task = ? ORDER BY number", (task_id,)
        )
        return row_of(rows[0]).model_copy(update={"comments": [_comment(row) for row in said]})

    async def find(
        self,
        *,
        rig: str | None = None,
        owner: str | None = None,
        destination: str | None = None,
        state: TaskState | None = None,
        tag: str | None = None,
        skip: int = 0,
        limit: int = 200,
    ) -> list[TaskRow]:
        """Open ones first, the most urgent first of them; no deleted ones."""
        rows = await self._reader.fetch(
            f"SELECT {COLUMNS} FROM task WHERE deleted_at IS NULL AND (?1 IS NULL OR rig = ?1)"
            " AND (?2 IS NULL OR owner = ?2) AND (?3 IS NULL OR state = ?3)"
            " AND (?4 IS NULL OR EXISTS (SELECT 1 FROM task_for WHERE task = task.id AND destination = ?4))"
            " AND (?5 IS NULL OR EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?5))"
            f" ORDER BY state NOT IN {OPEN}, {URGENT} LIMIT ?6 OFFSET ?7",
            (rig, owner, state.value if state is not None else None, destination, tag, limit, skip),
        )
        return [row_of(row) for row in rows]

    async def held(self) -> list[TaskRow]:
        """Every open task that an agent holds."""
        rows = await self._reader.fetch(
            f"SELECT {COLUMNS} FROM task"
            " WHERE owner_id IS NOT NULL AND deleted_at IS NULL AND state IN ('inProgress', 'blocked')"
        )
        return [row_of(row) for row in rows]

    async def due(self, upto: str) -> list[str]:
        """Open tasks that are due by then, and of which nobody was told."""
        rows = await self._reader.fetch(
            f"SELECT id FROM task WHERE warned_at IS NULL AND state IN {OPEN} AND deleted_at IS NULL"
            " AND due_at <= ? ORDER BY due_at LIMIT 200",
            (upto,),
        )
        return [row[0] for row in rows]

    async def untouched(self, address: str, after: str) -> tuple[str, str] | None:
        """Of an agent's open tasks that last changed after then, the one that nobody touched for longest: its title
        and since when."""
        rows = await self._reader.fetch(
            f"SELECT title, changed_at FROM task WHERE state IN {OPEN} AND state != 'blocked' AND deleted_at IS NULL"
            " AND changed_at > ?2 AND (owner = ?1 OR (owner IS NULL AND EXISTS"
            " (SELECT 1 FROM task_for WHERE task = task.id AND task_for.destination = ?1)))"
            " ORDER BY changed_at LIMIT 1",
            (address, after),
        )
        return (rows[0][0], rows[0][1]) if rows else None

    async def next_due(self) -> str | None:
        """When the next open task is due of which nobody was told."""
        rows = await self._reader.fetch(
            f"SELECT min(due_at) FROM task WHERE warned_at IS NULL AND state IN {OPEN} AND deleted_at IS NULL"
        )
        return rows[0][0] if rows else None

    # Inside a unit of work.

    async def get_in(self, tx: Tx, task_id: str) -> TaskRow | None:
        """One task as this transaction has it so far."""
        rows = await tx.fetch(f"SELECT {COLUMNS} FROM task WHERE id = ?", (task_id,))
        return row_of(rows[0]) if rows else None

    def add(self, tx: Tx, row: TaskRow, destinations: Iterable[str]) -> None:
        """A new task."""
        marks = ", ".join("?" for _ in NAMES)
        tx.write(f"INSERT INTO task ({STORED}) VALUES ({marks})", _values(row))
        for destination in destinations:
            tx.write("INSERT INTO task_for (task, destination) VALUES (?, ?)", (row.id, destination))
        self._blockers(tx, row)
        tx.emit("task.created", row.noun(), rig=row.rig, agent=_about(row))
        tx.after(lambda: self.on_change(row))

    def put(self, tx: Tx, row: TaskRow, was: TaskRow, *, kind: str = "task.changed") -> TaskRow:
        """A changed task, and the event of it."""
        row = row.model_copy(update={"changed_at": now()})
        sets = ", ".join(f"{name} = ?" for name in NAMES)
        tx.write(f"UPDATE task SET {sets} WHERE id = ?", (*_values(row), row.id))
        if row.blockers != was.blockers:
            tx.write("DELETE FROM task_blocker WHERE task = ?", (row.id,))
            self._blockers(tx, row)
        tx.emit(kind, row.noun(), rig=row.rig, agent=_about(row), before=was.noun())
        tx.after(lambda: self.on_change(row))
        return row

    async def claim(self, tx: Tx, was: TaskRow, owner: str, principal: Principal) -> TaskRow | None:
        """Take a pending task, in one statement; None where it is not to be had."""
        at = now()
        rows = await tx.fetch(
            f"{CLAIM} RETURNING {COLUMNS}", (owner, principal.agent_id, principal.generation, at, at, at, was.id)
        )
        if not rows:
            return None
        row = row_of(rows[0])
        tx.emit("task.claimed", row.noun(), rig=row.rig, agent=_about(row), before=was.noun())
        tx.after(lambda: self.on_change(row))
        return row

    async def next_for(
        self, tx: Tx, destinations: Sequence[str], owner: str, *, rig: str | None, tag: str | None
    ) -> TaskRow | None:
        """The most urgent pending task for any of `destinations` that `owner` did not make for a group itself."""
        rows = await tx.fetch(
            f"SELECT {COLUMNS} FROM task WHERE state = 'pending' AND deleted_at IS NULL AND EXISTS"
            " (SELECT 1 FROM task_for AS meant WHERE meant.task = task.id"
            " AND meant.destination IN (SELECT value FROM json_each(?1))"
            " AND (task.creator IS NOT ?2 OR meant.destination = ?2)) AND (?3 IS NULL OR rig = ?3)"
            " AND (?4 IS NULL OR EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?4))"
            f" ORDER BY {URGENT} LIMIT 1",
            (orjson.dumps(list(destinations)).decode(), owner, rig, tag),
        )
        return row_of(rows[0]) if rows else None

    async def holds(self, tx: Tx, principal: Principal, rig: str | None, tag: str | None) -> TaskRow | None:
        """The task that an agent (or the person: no id) has had in progress for longest."""
        rows = await tx.fetch(
            f"SELECT {COLUMNS} FROM task WHERE state = 'inProgress' AND owner IS NOT NULL AND deleted_at IS NULL"
            " AND owner_id IS ? AND generation IS ? AND (? IS NULL OR rig = ?)"
            " AND (? IS NULL OR EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?)) ORDER BY claimed_at LIMIT 1",
            (principal.agent_id, principal.generation, rig, rig, tag, tag),
        )
        return row_of(rows[0]) if rows else None

    def comment(self, tx: Tx, task_id: str, text: str) -> None:
        """A remark by whoever this transaction is of."""
        tx.write(
            "INSERT INTO task_comment (task, actor, body, at) VALUES (?, ?, ?, ?)", (task_id, tx.actor, text, now())
        )

    async def missing(self, tx: Tx, task_ids: Collection[str], rig: str | None) -> list[str]:
        """Those of `task_ids` that are not there (in `rig`)."""
        rows = await tx.fetch(
            "SELECT id FROM task WHERE id IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL"
            " AND (? IS NULL OR rig = ?)",
            (orjson.dumps(list(task_ids)).decode(), rig, rig),
        )
        known = {row[0] for row in rows}
        return [task_id for task_id in task_ids if task_id not in known]

    async def waits_for(self, tx: Tx, task_ids: Collection[str], task_id: str) -> bool:
        """Whether one of `task_ids` is, or waits for, `task_id`: then it can't block it."""
        rows = await tx.fetch(
            "WITH RECURSIVE before (id) AS (SELECT value FROM json_each(?) UNION"
            " SELECT blocker FROM task_blocker JOIN before ON task = before.id) SELECT 1 FROM before WHERE id = ?",
            (orjson.dumps(list(task_ids)).decode(), task_id),
        )
        return bool(rows)

    async def all_free(self, tx: Tx, task_ids: Collection[str]) -> bool:
        """Whether none of `task_ids` blocks any more."""
        rows = await tx.fetch(
            "SELECT 1 FROM task WHERE id IN (SELECT value FROM json_each(?)) AND state NOT IN ('done', 'cancelled')",
            (orjson.dumps(list(task_ids)).decode(),),
        )
        return not rows

    async def blocked_by(self, tx: Tx, task_id: str) -> list[TaskRow]:
        """Open tasks that name `task_id` as a blocker."""
        rows = await tx.fetch(
            f"SELECT {COLUMNS} FROM task JOIN task_blocker ON task_blocker.task = task.id"
            f" WHERE blocker = ? AND state IN {OPEN} AND deleted_at IS NULL",
            (task_id,),
        )
        return [row_of(row) for row in rows]

    # Nudges.

    async def nudge(self, tx: Tx, task_id: str, agent_id: str) -> tuple[str, list[str]] | None:
        """The nudge that still waits for an agent: its message's id and its reasons."""
        rows = await tx.fetch(
            "SELECT message_id, reasons FROM task_nudge JOIN message ON message.id = message_id"
            " WHERE task = ? AND task_nudge.agent_id = ? AND message.state IN ('accepted', 'held')",
            (task_id, agent_id),
        )
        return (rows[0][0], orjson.loads(rows[0][1])) if rows else None

    def keep_nudge(self, tx: Tx, task_id: str, agent_id: str, message_id: str, reasons: list[str]) -> None:
        """The message that now nudges an agent about a task."""
        tx.write(
            "INSERT OR REPLACE INTO task_nudge (task, agent_id, message_id, reasons) VALUES (?, ?, ?, ?)",
            (task_id, agent_id, message_id, orjson.dumps(reasons).decode()),
        )

    def _blockers(self, tx: Tx, row: TaskRow) -> None:
        for blocker in row.blockers:
            tx.write("INSERT INTO task_blocker (task, blocker) VALUES (?, ?)", (row.id, blocker))


def row_of(row: "sqlite3.Row | tuple[Any, ...]") -> TaskRow:
    """A row of `COLUMNS`."""
    *stored, blockers, comment = row
    said: dict[str, Any] = dict(zip(NAMES, stored, strict=True))
    said["tags"] = orjson.loads(said["tags"])
    said["blockers"] = orjson.loads(blockers)
    said["comments"] = [_comment(orjson.loads(comment))] if comment is not None else []
    return TaskRow.model_validate(said)


def _comment(row: "sqlite3.Row | Sequence[str]") -> dict[str, str]:
    return {"actor": row[0], "text": row[1], "at": row[2]}


def _values(row: TaskRow) -> tuple[Value, ...]:
    said = row.model_dump(mode="json", by_alias=False)
    said["tags"] = orjson.dumps(row.tags).decode()
    return tuple(said[name] if name != "fence" else said[name] or 0 for name in NAMES)


def _about(row: TaskRow) -> str | None:
    """The agent that an event of a task is about."""
    return row.owner if row.owner_id is not None else None
