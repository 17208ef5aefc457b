"""Messages in the database: the outbox until a message is final, the record afterwards."""

import sqlite3
from collections.abc import Callable, Collection, Iterable

from ..model.errors import MailboxFull
from ..model.message import MAX_HELD, WAITING, HoldReason, Message, MessageState
from .database import Reader
from .desk import Desk
from .roster import Roster
from .writer import Tx

COLUMNS = (
    "id, recipient, sender, body, state, created_at, delivered_at, submitted_at, turn, attempts, reason, reply_to,"
    " mode, raw, expires_at"
)


class Messages:
    """Reads go to the read connection; writes are parts of a unit of work."""

    def __init__(self, reader: Reader, roster: Roster, desk: Desk) -> None:
        self._reader = reader
        self._roster = roster
        self._desk = desk
        self.on_moved: Callable[[str], None] = lambda message_id: None
        """Called with a message's id when a change of it is durable."""

    # Reading.

    async def get(self, message_id: str) -> Message | None:
        """One message, or None."""
        return await self._first("id = ?", (message_id,))

    async def next_waiting(self, agent_id: str, after: int = 0) -> tuple[int, Message] | None:
        """The oldest message that waits for an agent, with its number."""
        rows = await self._reader.fetch(
            f"SELECT number, {COLUMNS} FROM message"
            " WHERE agent_id = ? AND state IN ('accepted', 'held') AND number > ? ORDER BY number LIMIT 1",
            (agent_id, after),
        )
        for row in rows:
            return row[0], message_of(row[1:])
        return None

    async def waiting_agents(self) -> list[str]:
        """Agents for whom something waits."""
        rows = await self._reader.fetch(
            "SELECT DISTINCT agent_id FROM message WHERE agent_id IS NOT NULL AND state IN ('accepted', 'held')"
        )
        return [row[0] for row in rows]

    async def half_way(self) -> list[tuple[str, Message]]:
        """Messages that a crash left between paste and submission, with their agents' ids."""
        rows = await self._reader.fetch(
            f"SELECT agent_id, {COLUMNS} FROM message"
            # One to the person is `delivered` while it is in the inbox; nobody types it.
            " WHERE state IN ('delivering', 'delivered') AND agent_id IS NOT NULL ORDER BY number"
        )
        return [(row[0], message_of(row[1:])) for row in rows]

    async def expiring(self) -> list[tuple[str, Message]]:
        """Waiting messages that have an end, soonest first."""
        rows = await self._reader.fetch(
            f"SELECT agent_id, {COLUMNS} FROM message"
            " WHERE state IN ('accepted', 'held') AND agent_id IS NOT NULL AND expires_at IS NOT NULL"
            " ORDER BY expires_at"
        )
        return [(row[0], message_of(row[1:])) for row in rows]

    async def find(
        self,
        *,
        address: str | None = None,
        rig: str | None = None,
        state: MessageState | None = None,
        before: int | None = None,
        limit: int = 200,
    ) -> list[tuple[int, Message]]:
        """Newest first: to or from `address`, of a rig, in a state; `before` a number."""
        rows = await self._reader.fetch(
            f"SELECT number, {COLUMNS} FROM message WHERE (?1 IS NULL OR recipient = ?1 OR sender = ?1)"
            " AND (?2 IS NULL OR rig = ?2) AND (?3 IS NULL OR state = ?3) AND (?4 IS NULL OR number < ?4)"
            " ORDER BY number DESC LIMIT ?5",
            (address, rig, state, before, limit),
        )
        return [(row[0], message_of(row[1:])) for row in rows]

    async def _first(self, where: str, values: Iterable[str]) -> Message | None:
        rows = await self._reader.fetch(f"SELECT {COLUMNS} FROM message WHERE {where}", tuple(values))
        for row in rows:
            return message_of(row)
        return None

    # Writing.

    async def get_in(self, tx: Tx, message_id: str) -> Message | None:
        """One message as this transaction has it so far."""
        rows = await tx.fetch(f"SELECT {COLUMNS} FROM message WHERE id = ?", (message_id,))
        return message_of(rows[0]) if rows else None

    async def accept(
        self, tx: Tx, message: Message, *, agent_id: str | None, rig: str, sender_id: str | None = None
    ) -> None:
        """A new message. Raises MailboxFull."""
        if agent_id is not None:
            self._room(tx, agent_id, message.to)
            self._count(tx, agent_id, 1)
        tx.write(
            "INSERT INTO message (id, agent_id, rig, recipient, sender, sender_id, body, state, mode, raw, reply_to,"
            " created_at, delivered_at, submitted_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                message.id,
                agent_id,
                rig,
                message.to,
                message.sender,
                sender_id,
                message.text,
                message.state,
                message.when,
                message.raw,
                message.reply_to,
                message.created_at,
                message.delivered_at,
                message.submitted_at,
                message.expires_at,
            ),
        )
        tx.emit("message.accepted", message, rig=rig, agent=message.to if agent_id else None)

    async def in_tx(self, tx: Tx, message_id: str) -> Message | None:
        """One message as this transaction has it so far."""
        rows = await tx.fetch(f"SELECT {COLUMNS} FROM message WHERE id = ?", (message_id,))
        return message_of(rows[0]) if rows else None

    async def waiting_from(self, tx: Tx, agent_id: str, sender: str | None) -> list[Message]:
        """What one sender (None: anybody) has waiting for an agent."""
        rows = await tx.fetch(
            f"SELECT {COLUMNS} FROM message WHERE agent_id = ?1 AND (?2 IS NULL OR sender = ?2)"
            " AND state IN ('accepted', 'held') ORDER BY number",
            (agent_id, sender),
        )
        return [message_of(row) for row in rows]

    async def move(
        self,
        tx: Tx,
        message: Message,
        state: MessageState,
        *,
        agent_id: str | None,
        rig: str,
        expect: Collection[MessageState],
        **changes: object,
    ) -> Message | None:
        """Take a message to `state` if it is in one of `expect`, with its event; None when it was not.

        `message` only says which: what it was is read again, because the caller's copy may be old.
        """
        rows = await tx.fetch(f"SELECT agent_id, {COLUMNS} FROM message WHERE id = ?", (message.id,))
        was = message_of(rows[0][1:]) if rows else None
        if was is None or was.state not in expect:
            return None
        counted = rows[0][0]
        moved = was.model_copy(update={"state": state, "reason": None, **changes})
        tx.write(
            "UPDATE message SET state = ?, reason = ?, turn = ?, attempts = ?, delivered_at = ?, submitted_at = ?"
            " WHERE id = ?",
            (
                moved.state,
                moved.reason,
                moved.turn,
                moved.attempts,
                moved.delivered_at,
                moved.submitted_at,
                moved.id,
            ),
        )
        if counted is not None:
            # Whose it is, not who has that address now.
            change = (state in WAITING) - (was.state in WAITING)
            if change:
                self._count(tx, counted, change)
        told = self._desk.about(moved.id)
        if told is not None and told.kind == "heldLong" and not unreadable(moved):
            await self._desk.done(tx, told)
        tx.after(lambda: self.on_moved(moved.id))
        tx.emit(f"message.{state.value}", moved, rig=rig, agent=moved.to if agent_id else None, before=was)
        return moved

    async def again(self, tx: Tx, message_id: str, *, rig: str, expect: Collection[MessageState]) -> Message | None:
        """Let a message wait once more, without an end, if it is in one of `expect`. Raises MailboxFull."""
        rows = await tx.fetch(f"SELECT agent_id, {COLUMNS} FROM message WHERE id = ?", (message_id,))
        was = message_of(rows[0][1:]) if rows else None
        if was is None or was.state not in expect or rows[0][0] is None:
            return None
        self._room(tx, rows[0][0], was.to)
        # Not in one write with the state: `move` reads the row again.
        tx.write("UPDATE message SET expires_at = NULL WHERE id = ?", (message_id,))
        return await self.move(
            tx,
            was,
            MessageState.ACCEPTED,
            agent_id=rows[0][0],
            rig=rig,
            expect=expect,
            delivered_at=None,
            turn=None,
        )

    async def recipient(self, message_id: str) -> str | None:
        """The id of the agent a message is for; None for one to the person."""
        for row in await self._reader.fetch("SELECT agent_id FROM message WHERE id = ?", (message_id,)):
            return str(row[0]) if row[0] is not None else None
        return None

    def _room(self, tx: Tx, agent_id: str, address: str) -> None:
        """Raise MailboxFull where no more may wait."""
        waiting = self._roster.held.get(agent_id, 0) + tx.pending.get(("held", agent_id), 0)
        if waiting >= MAX_HELD:
            raise MailboxFull(
                f"{address} has {waiting} messages waiting",
                "its mailbox is full",
                f"see `rig ps` for what it waits for, or cancel some: rig messages {address}",
                agent=address,
                limit=MAX_HELD,
            )

    def _count(self, tx: Tx, agent_id: str, change: int) -> None:
        tx.pending["held", agent_id] = tx.pending.get(("held", agent_id), 0) + change
        self._roster.count(tx, agent_id, change)


def unreadable(message: Message) -> bool:
    """Whether it waits because nobody can tell what its recipient does."""
    return message.state is MessageState.HELD and message.reason == HoldReason.UNKNOWN.value


def message_of(row: "sqlite3.Row | tuple[object, ...]") -> Message:
    """A row of `COLUMNS` as the noun."""
    names = (
        "id", "to", "sender", "text", "state", "created_at", "delivered_at", "submitted_at", "turn", "attempts",
        "reason", "reply_to", "when", "raw", "expires_at",
    )  # fmt: skip
    return Message.model_validate(dict(zip(names, row, strict=True)))
