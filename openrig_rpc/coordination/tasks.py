"""Tasks: made, changed, closed, handed over, remarked on; who holds them is in `claims`."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

from ..delivery.post import Post
from ..model.address import GROUP_ALL, HUMAN, parse, split_list
from ..model.base import moment, now, stamp
from ..model.errors import InvalidParams, NotPermitted, TransitionRefused
from ..model.inbox import InboxItem
from ..model.principal import Principal
from ..model.task import DUE_AFTER, FREEING, OPEN, TARGETED, ClosureReason, TaskState, Urgency
from ..store.directory import Directory
from ..store.store import Store
from ..store.tasks import TaskRow
from ..store.writer import Tx
from .claims import Claims, unknown
from .due import Due
from .nudges import KEEPER, Nudges, for_person

CLOSING = (TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A task to be made."""

    rig: str
    title: str
    to: str
    body: str = ""
    priority: int = 0
    urgency: Urgency = "routine"
    tags: Sequence[str] = ()
    parent: str | None = None
    blockers: Sequence[str] = ()
    evidence: str | None = None
    due_in: float | None = None
    handed_from: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What an update asks for; None leaves a thing as it is."""

    state: TaskState | None = None
    closure_reason: ClosureReason | None = None
    closure_target: str | None = None
    blockers: Sequence[str] | None = None
    comment: str | None = None
    deleted: bool | None = None
    fields: dict[str, object] = field(default_factory=dict)
    """Title, body, priority, urgency, tags, evidence."""


class Tasks:
    """The queue. Every function that takes a Tx is part of a unit of work."""

    def __init__(self, store: Store, directory: Directory, post: Post, may_force: Callable[[str], list[str]]) -> None:
        self._store = store
        self._directory = directory
        self._nudges = Nudges(store, post)
        self.claims = Claims(store, self._nudges, may_force)
        self.due = Due(store, self._overdue)
        self.on_change: Callable[[str], None] = lambda rig: None
        """Called with a rig's name when a change of one of its tasks is durable."""
        store.tasks.on_change = self._changed

    async def open(self) -> None:
        """After a start: free what ended while nobody looked, and watch what is due."""
        for row in await self._store.tasks.held():
            self.claims.note(row)
        for agent_id in {agent_id for agent_id, _ in self.claims.holders.values()}:
            await self.lost(agent_id)
        await self.due.open()

    def close(self) -> None:
        """Watch no more."""
        self.due.close()

    def _changed(self, row: TaskRow) -> None:
        self.claims.note(row)
        self.due.note(row)
        self.on_change(row.rig)

    def holds(self, agent_id: str) -> bool:
        """Whether an agent holds any open task."""
        return any(owner == agent_id for owner, _ in self.claims.holders.values())

    async def lost(self, agent_id: str) -> None:
        """An agent may have ended: free what it held, if so."""
        ids = [task_id for task_id, (owner, _) in self.claims.holders.items() if owner == agent_id]

        async def unit(tx: Tx) -> None:
            for task_id in ids:
                row = await self._store.tasks.get_in(tx, task_id)
                if row is not None:
                    await self.claims.heal(tx, row)

        if ids:
            await self._store.write("daemon", unit)

    # Making.

    async def create(self, tx: Tx, wanted: Wanted, principal: Principal) -> TaskRow:
        """A new task, offered to whom it is for. Raises what addresses raise, TaskNotFound, InvalidParams."""
        destinations = self._destinations(wanted, principal)
        await self._check_links(tx, wanted, principal)
        free = await self._store.tasks.all_free(tx, wanted.blockers)
        at = now()
        due_seconds = wanted.due_in if wanted.due_in is not None else DUE_AFTER[wanted.urgency]
        row = TaskRow(
            id=f"t-{uuid.uuid4().hex[:12]}",
            rig=wanted.rig,
            title=wanted.title,
            body=wanted.body,
            state=TaskState.PENDING if free else TaskState.BLOCKED,
            creator=principal.name if principal.kind == "agent" else self._name(principal, wanted.rig),
            creator_id=principal.agent_id,
            destination=",".join(destinations),
            priority=wanted.priority,
            urgency=wanted.urgency,
            tags=list(wanted.tags),
            parent=wanted.parent or None,
            handed_from=wanted.handed_from,
            blockers=list(wanted.blockers),
            evidence=wanted.evidence,
            due_seconds=due_seconds,
            due_at=stamp(moment(at) + timedelta(seconds=due_seconds)),
            created_at=at,
            changed_at=at,
        )
        self._store.tasks.add(tx, row, destinations)
        if f"{HUMAN}@{row.rig}" in destinations:
            await self._ask_person(tx, row)
        if row.state is TaskState.PENDING:
            reason = f"new from {row.creator}" if wanted.handed_from is None else f"handed over by {row.creator}"
            await self.claims.offer(tx, row, reason, principal)
        return row

    async def handoff(
        self,
        tx: Tx,
        row: TaskRow,
        fence: int | None,
        to: str,
        title: str | None,
        body: str | None,
        principal: Principal,
    ) -> tuple[TaskRow, TaskRow]:
        """Close a task and make its successor for somebody else; what it blocked waits for the successor."""
        self.claims.own(row, principal, fence)
        self.claims.open(row)
        new = await self.create(
            tx,
            Wanted(
                rig=row.rig,
                title=title or row.title,
                to=to,
                body=row.body if body is None else body,
                priority=row.priority,
                urgency=row.urgency,
                tags=row.tags,
                parent=row.parent,
                evidence=row.evidence,
                due_in=row.due_seconds,
                handed_from=row.id,
            ),
            principal,
        )
        for waiting in await self._store.tasks.blocked_by(tx, row.id):
            blockers = [new.id if each == row.id else each for each in waiting.blockers]
            self._store.tasks.put(tx, waiting.model_copy(update={"blockers": blockers}), waiting)
        closed = await self._close(
            tx,
            row,
            {"state": TaskState.HANDED_OFF, "closure_reason": "handedOff", "closure_target": new.id},
            f"handed over to {new.destination} as {new.id}",
            principal,
        )
        return closed, new

    # Changing.

    async def update(self, tx: Tx, row: TaskRow, fence: int | None, change: Change, principal: Principal) -> TaskRow:
        """Change a task: its owner by its fence, its maker while nobody holds it, the person always."""
        if change.state is row.state and row.state in CLOSING and self.claims.is_owner(row, principal):
            return row  # Said again.
        self._check_may(row, fence, change, principal)
        if change.deleted is not None:
            return await self._delete(tx, row, change.deleted)
        self.claims.open(row)
        self._check_move(row, change)
        if change.comment is not None:
            await self.comment(tx, row, change.comment, principal)
        was, update = row, dict(change.fields)
        if change.fields.get("urgency") not in (None, row.urgency):
            update |= _due(row, DUE_AFTER[cast(Urgency, change.fields["urgency"])])
        if change.blockers is not None:
            await self._check_blockers(tx, row, change.blockers)
            update["blockers"] = list(change.blockers)
        if change.state in CLOSING:
            assert change.state is not None
            default = "cancelled" if change.state is TaskState.CANCELLED else "noFollowOn"
            update |= {
                "state": change.state,
                "closure_reason": change.closure_reason or default,
                "closure_target": change.closure_target,
            }
            said = f"{change.state.value} by {self._name(principal, row.rig)}"
            return await self._close(tx, row, update, said, principal, answer=change.comment)
        if change.blockers is not None:
            update["state"] = await self._with_blockers(tx, row, change.blockers)
        if not update:
            return row
        row = self._store.tasks.put(tx, row.model_copy(update=update), was)
        if was.state is TaskState.BLOCKED and row.state is not TaskState.BLOCKED:
            await self._go_on(tx, row, "nothing blocks it any more", principal)
        return row

    async def comment(self, tx: Tx, row: TaskRow, text: str, principal: Principal) -> TaskRow:
        """A remark; its owner and its maker are told, and the whole of the person's to whom asked them."""
        self._store.tasks.comment(tx, row.id, text)
        if for_person(row) and principal.is_person and row.creator_id is not None:
            if row.state in OPEN:
                await self._nudges.answer(tx, row, text, principal)
        else:
            short = text.strip().split("\n", 1)[0][:300]
            for agent_id in dict.fromkeys((row.owner_id, row.creator_id)):
                await self._nudges.to(tx, row, agent_id, f"{self._name(principal, row.rig)} says: {short}", principal)
        fresh = await self._store.tasks.get_in(tx, row.id) or row
        return self._store.tasks.put(tx, fresh, row)

    async def put_away(self, tx: Tx, task_id: str, principal: Principal) -> None:
        """The person put a task's item out of the inbox: a question to them is closed by that, unanswered."""
        row = await self._store.tasks.get_in(tx, task_id)
        if row is not None and row.state in OPEN and for_person(row):
            closing: dict[str, object] = {"state": TaskState.DONE, "closure_reason": "noFollowOn"}
            await self._close(tx, row, closing, "put away without an answer", principal)

    async def _close(
        self,
        tx: Tx,
        row: TaskRow,
        update: dict[str, object],
        said: str,
        principal: Principal,
        *,
        answer: str | None = None,
    ) -> TaskRow:
        """Close it, tell whoever made or held it, take it out of the inbox, and let go on what it blocked."""
        fresh = await self._store.tasks.get_in(tx, row.id) or row
        closed = self._store.tasks.put(tx, fresh.model_copy(update=update), row)
        item = self._store.desk.about(row.id)
        if item is not None:
            await self._store.desk.done(tx, item)
        if for_person(row) and principal.is_person:
            await self._nudges.answer(tx, closed, answer or said, principal)
        else:
            reason = f"{said}: {answer}" if answer else said
            for agent_id in dict.fromkeys((row.creator_id, row.owner_id)):
                await self._nudges.to(tx, closed, agent_id, reason, principal)
        if closed.state is not TaskState.HANDED_OFF:
            await self._let_go_on(tx, closed)
        return closed

    async def _let_go_on(self, tx: Tx, closed: TaskRow) -> None:
        for waiting in await self._store.tasks.blocked_by(tx, closed.id):
            if closed.state not in FREEING:
                reason = f"{closed.id}, which it waits for, {closed.state.value}"
                await self._nudges.to(tx, waiting, waiting.owner_id or waiting.creator_id, reason, KEEPER)
            elif waiting.state is TaskState.BLOCKED and await self._store.tasks.all_free(tx, waiting.blockers):
                state = TaskState.PENDING if waiting.owner is None else TaskState.IN_PROGRESS
                free = self._store.tasks.put(tx, waiting.model_copy(update={"state": state}), waiting)
                await self._go_on(tx, free, f"{closed.id} is {closed.state.value}, nothing blocks it any more", KEEPER)

    async def _go_on(self, tx: Tx, row: TaskRow, reason: str, principal: Principal) -> None:
        if row.owner is None:
            await self.claims.offer(tx, row, reason, principal)
        else:
            await self._nudges.to(tx, row, row.owner_id, reason, principal)

    async def _delete(self, tx: Tx, row: TaskRow, deleted: bool) -> TaskRow:
        """Put it out of every list, or back; its history stays."""
        if deleted == (row.deleted_at is not None):
            return row
        item = self._store.desk.about(row.id)
        if deleted and item is not None:
            await self._store.desk.done(tx, item)
        return self._store.tasks.put(tx, row.model_copy(update={"deleted_at": now() if deleted else None}), row)

    async def _with_blockers(self, tx: Tx, row: TaskRow, blockers: Sequence[str]) -> TaskState:
        if not await self._store.tasks.all_free(tx, blockers):
            return TaskState.BLOCKED
        return TaskState.PENDING if row.owner is None else TaskState.IN_PROGRESS

    # Who may do what.

    def _check_may(self, row: TaskRow, fence: int | None, change: Change, principal: Principal) -> None:
        made = principal.agent_id is not None and principal.agent_id == row.creator_id
        if not (made and fence is None and not self.claims.is_owner(row, principal)):
            self.claims.own(row, principal, fence)
            return
        if row.owner is not None and row.state in OPEN:
            raise self.claims.held(row)
        if change.state not in (None, TaskState.CANCELLED):
            raise NotPermitted(
                f"{principal} may not set {row.id} to {change.state.value}",
                "who made a task may change and cancel it, not do it",
                f"take it first: rig task claim {row.id}",
                needs="claim",
            )

    def _check_move(self, row: TaskRow, change: Change) -> None:
        target = change.state
        ways = {
            TaskState.PENDING: f"give it back: rig task release {row.id} FENCE",
            TaskState.IN_PROGRESS: f"claim it: rig task claim {row.id}; a blocked one goes on without its blockers",
            TaskState.HANDED_OFF: f"hand it over: rig task handoff {row.id} FENCE TO",
        }
        if target in ways and target is not row.state:
            raise TransitionRefused(
                f"{row.id} can't be set to {target.value}",
                "that comes of another method",
                ways[target],
                state=row.state.value,
            )
        if target is TaskState.BLOCKED and not (change.blockers or row.blockers):
            raise _invalid(
                "blockers",
                "a blocked task says what it waits for",
                "name tasks; to wait for the person, create one for human@RIG and name that",
            )
        if change.closure_reason in TARGETED and change.closure_target is None:
            raise _invalid("closureTarget", f"{change.closure_reason} says to whom or what", "give closureTarget")
        if change.closure_reason is not None and target not in CLOSING:
            raise _invalid("closureReason", "only a task that is being closed has one", "give `state` too")

    async def _check_links(self, tx: Tx, wanted: Wanted, principal: Principal) -> None:
        links = [*wanted.blockers, *((wanted.parent,) if wanted.parent else ())]
        own = self._store.roster.rig_of(principal)
        for missing in await self._store.tasks.missing(tx, links, own.name if own is not None else None):
            raise unknown(missing)

    async def _check_blockers(self, tx: Tx, row: TaskRow, blockers: Sequence[str]) -> None:
        for missing in await self._store.tasks.missing(tx, blockers, None):
            raise unknown(missing)
        if await self._store.tasks.waits_for(tx, blockers, row.id):
            raise _invalid("blockers", f"{row.id} would wait for itself", "leave out what waits for it: rig task list")

    def _destinations(self, wanted: Wanted, principal: Principal) -> list[str]:
        """Whom a task is for, in the words that claims are looked up by. Raises what addresses raise."""
        found: dict[str, None] = {}
        for element in split_list(wanted.to):
            target = parse(element)
            if target is None or target.rig not in (None, wanted.rig):
                raise _invalid("to", f"{element!r} is nobody in the rig {wanted.rig}", "see `rig ps` for who is there")
            whole = element if target.rig is not None else f"{element}@{wanted.rig}"
            for recipient in self._directory.recipients(whole, principal):
                if target.human:
                    found[f"{HUMAN}@{wanted.rig}"] = None
                elif not target.group:
                    found[recipient.address] = None
            if target.group:
                found[f"{target.pod}.*@{wanted.rig}" if target.pod is not None else f"{GROUP_ALL}@{wanted.rig}"] = None
        if not found:
            raise _invalid("to", "nobody is named", "name an agent, a group or human@RIG")
        return list(found)

    def _name(self, principal: Principal, rig: str) -> str:
        if principal.kind == "agent":
            return principal.name
        return f"{HUMAN}@{rig}" if principal.is_person else str(principal)

    # The person.

    async def _ask_person(self, tx: Tx, row: TaskRow) -> None:
        """A task for the person is a question in the inbox, with its evidence."""
        text = "\n\n".join(part for part in (row.body, f"evidence: {row.evidence}" if row.evidence else "") if part)
        await self._store.desk.put(tx, self._item(row, f"{row.creator} asks: {row.title}", text))

    async def _overdue(self, tx: Tx, row: TaskRow) -> None:
        """One incident for a task that is late: the person sees it, and who could do something is told."""
        what = {
            TaskState.PENDING: "nobody took it",
            TaskState.IN_PROGRESS: f"{row.owner} has it",
            TaskState.BLOCKED: f"it waits for {', '.join(row.blockers)}",
        }[row.state]
        item = self._store.desk.about(row.id)
        title = f"overdue: {row.title} ({what})"
        if item is None:
            await self._store.desk.put(tx, self._item(row, title, row.body))
        else:
            await self._store.desk.change(tx, item.model_copy(update={"title": title}))
        if row.owner_id is not None:
            await self._nudges.to(tx, row, row.owner_id, f"overdue since {row.due_at}", KEEPER)
        elif row.state is TaskState.PENDING:
            await self.claims.offer(tx, row, f"overdue since {row.due_at}", KEEPER)

    def _item(self, row: TaskRow, title: str, text: str) -> InboxItem:
        return InboxItem(
            id=f"i-{uuid.uuid4().hex[:16]}",
            kind="task",
            rig=row.rig,
            agent=row.creator if row.creator_id is not None else None,
            ref=row.id,
            title=title,
            text=text,
            since=now(),
        )


def _due(row: TaskRow, seconds: float) -> dict[str, object]:
    """Due that long after it was made or taken."""
    since = moment(row.claimed_at or row.created_at)
    return {"due_seconds": seconds, "due_at": stamp(since + timedelta(seconds=seconds)), "warned_at": None}


def _invalid(field_name: str, why: str, fix: str) -> InvalidParams:
    return InvalidParams(f"{field_name} does not fit", why, fix, errors=[{"path": field_name, "message": why}])
