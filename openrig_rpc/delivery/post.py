"""The post: takes messages in, and has one worker for each agent that something waits for."""

import asyncio
import logging
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from ..model.agent import AgentState
from ..model.base import moment, now, stamp
from ..model.errors import AgentNotFound, RuntimeMissing, TmuxUnavailable, TransitionRefused
from ..model.inbox import InboxItem
from ..model.message import FINAL, WAITING, HoldReason, Message, MessageState, WaitFor, When
from ..model.principal import Principal
from ..observe.observer import Observer
from ..observe.sight import Eyes, Sight
from ..runtimes.runtime import Runtime, Signal
from ..runtimes.shelf import Shelf
from ..store.directory import Recipient
from ..store.messages import unreadable
from ..store.rows import AgentRow
from ..store.store import Store
from ..store.writer import Tx
from ..tmux.pane import PaneGone
from ..tmux.server import Tmux
from .gate import IDLE_FOR, Go, Hold, by_row, decide
from .notice import notice
from .typist import Ear, Typist

log = logging.getLogger(__name__)

UNKNOWN_FOR = 60.0
"""Seconds that a message is held `unknown` before the person is told."""
AGAIN = 1.0
"""Seconds until the gate is looked at again where nothing tells that it opened: a person typing, a settling idle."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a sender wants sent, cleaned."""

    text: str
    when: When = "auto"
    reply_to: str | None = None
    raw: bool = False
    expires_in: float | None = None


@dataclass(slots=True)
class Box:
    """One agent's worker, and what it listens to."""

    agent_id: str
    ear: Ear = field(default_factory=Ear)
    task: asyncio.Task[None] | None = None
    stirred: asyncio.Event = field(default_factory=asyncio.Event)


class Post:
    """Accepts, holds, delivers, expires and cancels messages."""

    def __init__(self, store: Store, tmux: Tmux, eyes: Eyes, observer: Observer, shelf: Shelf) -> None:
        self._store = store
        self._tmux = tmux
        self._eyes = eyes
        self._observer = observer
        self._shelf = shelf
        self._typist = Typist(store, tmux, eyes, observer, self._decide)
        self._boxes: dict[str, Box] = {}
        self._waiters: dict[str, list[asyncio.Future[None]]] = defaultdict(list)
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[object]] = set()
        self._closing = False
        store.messages.on_moved = self._told

    async def open(self) -> None:
        """After a start: what a crash left half-way is uncertain, what waits goes on."""
        for agent_id, message in await self._store.messages.half_way():
            await self._uncertain(agent_id, message, "the daemon ended while it was typed")
        for agent_id, message in await self._store.messages.expiring():
            self._expire_later(agent_id, message)
        for agent_id in await self._store.messages.waiting_agents():
            self.wake(agent_id)

    async def close(self) -> None:
        """Finish what is being typed; what waits stays in the database."""
        self._closing = True
        for timer in self._timers.values():
            timer.cancel()
        tasks = [box.task for box in self._boxes.values() if box.task is not None]
        for box in self._boxes.values():
            box.stirred.set()
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=3)
            for task in late:
                task.cancel()

    # Taking in.

    async def accept(self, tx: Tx, letter: Letter, to: Sequence[Recipient], sender: Principal) -> list[Message]:
        """Part of a unit of work: one durable message for each recipient. Raises MailboxFull."""
        at = now()
        name = sender.name if sender.kind == "agent" else str(sender) if sender.kind != "operator" else None
        expires = None
        if letter.expires_in is not None:
            expires = stamp(moment(at) + timedelta(seconds=letter.expires_in))
        messages = []
        for recipient in to:
            row = recipient.agent
            message = Message(
                id=f"m-{uuid.uuid4().hex[:16]}",
                to=recipient.address,
                sender=name or f"human@{recipient.rig.name}",
                text=letter.text,
                state=MessageState.ACCEPTED,
                created_at=at,
                reply_to=letter.reply_to,
                when=letter.when,
                raw=letter.raw,
                expires_at=expires if row is not None else None,
            )
            await self._store.messages.accept(
                tx,
                message,
                agent_id=row.id if row is not None else None,
                rig=recipient.rig.name,
                sender_id=sender.agent_id,
            )
            if row is None:
                await self._to_person(tx, message, recipient, sender)
            else:
                tx.after(lambda agent_id=row.id, taken=message: self._taken_in(agent_id, taken))  # type: ignore[misc]
            messages.append(message)
        return messages

    async def _to_person(self, tx: Tx, message: Message, recipient: Recipient, sender: Principal) -> None:
        """A message to the person is in the inbox at once; it is `submitted` when the person is done with it."""
        await self._store.messages.move(
            tx,
            message,
            MessageState.DELIVERED,
            agent_id=None,
            rig=recipient.rig.name,
            expect=(MessageState.ACCEPTED,),
            delivered_at=message.created_at,
        )
        first_line = message.text.strip().split("\n", 1)[0][:120]
        item = InboxItem(
            id=f"i-{uuid.uuid4().hex[:16]}",
            kind="message",
            rig=recipient.rig.name,
            agent=message.sender,
            ref=message.id,
            title=f"{message.sender}: {first_line}",
            text=message.text,
            since=message.created_at,
        )
        await self._store.desk.put(tx, item)
        if sender.agent_id is not None:
            agent_id = sender.agent_id
            tx.after(lambda: self._store.roster.count_unread(agent_id, 1))

    def _taken_in(self, agent_id: str, message: Message) -> None:
        if message.expires_at is not None:
            self._expire_later(agent_id, message)
        self.wake(agent_id)

    # What tells that a gate may have opened.

    def wake(self, agent_id: str) -> None:
        """Something waits for this agent, or something changed about it."""
        box = self._boxes.get(agent_id)
        if box is None:
            if self._closing or not self._store.roster.held.get(agent_id):
                return
            box = self._boxes[agent_id] = Box(agent_id)
        box.stirred.set()
        box.ear.stirred.set()
        if box.task is None and not self._closing:
            box.task = asyncio.create_task(self._work(box), name=f"post-{agent_id}")

    def stir(self, agent_id: str) -> None:
        """The agent's pane printed: whoever types there looks again. Nothing is decided anew by that alone."""
        box = self._boxes.get(agent_id)
        if box is not None:
            box.ear.stirred.set()

    def signalled(self, agent_id: str, signal: Signal, at: str) -> None:
        """A hook reported, of that moment."""
        box = self._boxes.get(agent_id)
        if box is not None:
            box.ear.hear(signal, at)
        self.wake(agent_id)

    def lock(self, agent_id: str) -> asyncio.Lock:
        """Whoever types into an agent's pane holds this."""
        return self._boxes.setdefault(agent_id, Box(agent_id)).ear.lock

    # Working.

    async def _work(self, box: Box) -> None:
        """Deliver to one agent as long as something waits for it."""
        try:
            while not self._closing:
                box.stirred.clear()
                again = await self._round(box)
                if not self._store.roster.held.get(box.agent_id):
                    break
                if again is None:
                    await box.stirred.wait()
                elif again > 0:
                    try:
                        async with asyncio.timeout(again):
                            await box.stirred.wait()
                    except TimeoutError:
                        pass
        except Exception:
            log.exception("delivering to %s failed", box.agent_id)
        finally:
            box.task = None
            if self._store.roster.held.get(box.agent_id) and box.stirred.is_set() and not self._closing:
                self.wake(box.agent_id)

    async def _round(self, box: Box) -> float | None:
        """Go through what waits, oldest first; a sender's later message never overtakes an earlier one.

        Returns when to come again at the latest, in seconds; None: when something happens.
        """
        whole: Hold | None = None
        behind: dict[str, Hold] = {}
        number, again = 0, None
        while (found := await self._store.messages.next_waiting(box.agent_id, number)) is not None:
            number, message = found
            row = self._store.roster.agents.get(box.agent_id)
            if row is None or self._closing:
                return None
            hold = whole or behind.get(message.sender)
            if hold is not None:
                await self._held(row, message, hold)
                continue
            hold = await self._one(box, row, message)
            if hold is None:
                continue
            again = self._come_again(row, hold, again)
            if hold.whole:
                whole = hold
            else:
                behind[message.sender] = hold
        return again

    async def _one(self, box: Box, row: AgentRow, message: Message) -> Hold | None:
        """Deliver one message or say why not, and write that down."""
        hold = by_row(row)
        if hold is None:
            try:
                runtime = self._shelf.get(row.runtime)
                sight = await self._eyes.look(row, runtime)
            except PaneGone:
                hold = Hold(HoldReason.EXITED)
            except (ConnectionError, TmuxUnavailable, RuntimeMissing):
                hold = Hold(HoldReason.UNKNOWN)
            else:
                verdict = self._decide(row, message, runtime, sight)
                if isinstance(verdict, Go):
                    hold = await self._typist.deliver(row, runtime, message, box.ear)
                    return hold
                hold = verdict
                await self._observer.seen(row, runtime, sight)
        await self._held(row, message, hold)
        return hold

    def _decide(self, row: AgentRow, message: Message, runtime: Runtime, sight: Sight) -> Go | Hold:
        current = self._store.roster.agents.get(row.id, row)
        held = by_row(current)
        if held is not None:
            return held
        if self._observer.closing(row.id):
            return Hold(HoldReason.NEEDS_INPUT)
        idle = 0.0
        if current.state is AgentState.IDLE:
            idle = (moment(now()) - moment(current.state_since)).total_seconds()
        canonical = None
        if not runtime.manners.composer and current.pane is not None:
            canonical = self._tmux.canonical(current.pane.tty)
        return decide(
            current,
            message,
            runtime.manners,
            sight,
            hook=self._observer.hook_word(row.id),
            idle_seconds=idle,
            canonical=canonical,
        )

    def _come_again(self, row: AgentRow, hold: Hold, again: float | None) -> float | None:
        """Most holds end with something that is pushed. Typing, a settling idle and a closing dialog end by time, and
        of copy mode tmux tells once a second only, so that one which is left and entered between goes untold."""
        if hold.reason in (HoldReason.TYPING, HoldReason.COPY_MODE):
            return min(again or AGAIN, AGAIN)
        settling = hold.reason is HoldReason.BUSY and row.state is AgentState.IDLE
        if settling or (hold.reason is HoldReason.NEEDS_INPUT and self._observer.closing(row.id)):
            return min(again or IDLE_FOR, 0.2)
        return again

    async def _held(self, row: AgentRow, message: Message, hold: Hold) -> None:
        """Write down why a message waits, unless that is known."""
        if message.state is MessageState.HELD and message.reason == hold.reason.value:
            return

        async def unit(tx: Tx) -> Message | None:
            return await self._store.messages.move(
                tx,
                message,
                MessageState.HELD,
                agent_id=row.id,
                rig=row.rig,
                expect=WAITING,
                reason=hold.reason.value,
            )

        moved = await self._store.write("daemon", unit)
        if moved is not None and hold.reason is HoldReason.UNKNOWN:
            self._later(f"unknown:{message.id}", UNKNOWN_FOR, self._still_unknown, row.id, message.id)

    async def _uncertain(self, agent_id: str, message: Message, why: str) -> None:
        row = self._store.roster.agents.get(agent_id)
        rig = row.rig if row is not None else message.to.rpartition("@")[2]
        expect = (MessageState.DELIVERING, MessageState.DELIVERED)

        async def unit(tx: Tx) -> None:
            moved = await self._store.messages.move(
                tx, message, MessageState.INDETERMINATE, agent_id=agent_id, rig=rig, expect=expect, reason=why
            )
            if moved is not None:
                await self._store.desk.put(tx, notice(rig, message.to, moved, "indeterminate", why))

        await self._store.write("daemon", unit)

    async def _still_unknown(self, agent_id: str, message_id: str) -> None:
        row = self._store.roster.agents.get(agent_id)
        if row is None or self._store.desk.about(message_id) is not None:
            return
        why = f"held for {UNKNOWN_FOR:g} s, because nobody can tell what {row.address} does"

        async def unit(tx: Tx) -> None:
            message = await self._store.messages.in_tx(tx, message_id)
            if message is not None and unreadable(message):
                await self._store.desk.put(tx, notice(row.rig, row.address, message, "heldLong", why))

        await self._store.write("daemon", unit)

    # Ending.

    async def withdraw(self, tx: Tx, row: AgentRow, sender: str | None) -> None:
        """Part of a unit of work: take back everything (of `sender`) that still waits for an agent."""
        for message in await self._store.messages.waiting_from(tx, row.id, sender):
            await self._store.messages.move(
                tx, message, MessageState.CANCELLED, agent_id=row.id, rig=row.rig, expect=WAITING
            )

    async def cancel(self, message: Message, row: AgentRow | None, actor: str) -> Message | None:
        """Take back a waiting message; None when it waits no more."""
        agent_id = row.id if row is not None else None
        rig = row.rig if row is not None else message.to.rpartition("@")[2]
        moved = await self._store.write(
            actor,
            lambda tx: self._store.messages.move(
                tx, message, MessageState.CANCELLED, agent_id=agent_id, rig=rig, expect=WAITING
            ),
        )
        if moved is not None and agent_id is not None:
            self.wake(agent_id)
        return moved

    async def retry(self, message: Message, actor: str) -> Message:
        """Let a message that ended without being delivered wait again. Raises TransitionRefused, MailboxFull."""
        ended = (MessageState.INDETERMINATE, MessageState.FAILED, MessageState.EXPIRED)
        agent_id = await self._store.messages.recipient(message.id)
        row = self._store.roster.agents.get(agent_id or "")
        if message.state in ended and row is None:
            raise AgentNotFound(f"{message.to} is not there any more", "it left its rig", "see `rig ps`", near=[])
        rig = row.rig if row is not None else message.to.rpartition("@")[2]

        async def unit(tx: Tx) -> Message | None:
            again = await self._store.messages.again(tx, message.id, rig=rig, expect=ended)
            item = self._store.desk.about(message.id)
            if again is not None and item is not None:
                await self._store.desk.done(tx, item)
            return again

        again = await self._store.write(actor, unit)
        if again is not None:
            self.wake(agent_id or "")
            return again
        current = await self._store.messages.get(message.id) or message
        if current.state in (MessageState.SUBMITTED, MessageState.CANCELLED) or agent_id is None:
            raise TransitionRefused(
                f"{message.id} is {current.state.value}",
                "only a message that failed, expired or is uncertain can be delivered again",
                "send a new one: rig send",
                state=current.state.value,
            )
        return current

    def _expire_later(self, agent_id: str, message: Message) -> None:
        assert message.expires_at is not None
        seconds = max(0.0, (moment(message.expires_at) - moment(now())).total_seconds())
        self._later(f"expiry:{message.id}", seconds, self._expire, agent_id, message.id)

    async def _expire(self, agent_id: str, message_id: str) -> None:
        message = await self._store.messages.get(message_id)
        row = self._store.roster.agents.get(agent_id)
        if message is None or row is None:
            return
        await self._store.write(
            "daemon",
            lambda tx: self._store.messages.move(
                tx, message, MessageState.EXPIRED, agent_id=agent_id, rig=row.rig, expect=WAITING, reason=message.reason
            ),
        )
        self.wake(agent_id)

    def _later(self, key: str, seconds: float, job: object, *arguments: str) -> None:
        def fire() -> None:
            self._timers.pop(key, None)
            task = asyncio.create_task(job(*arguments))  # type: ignore[operator]
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        known = self._timers.pop(key, None)
        if known is not None:
            known.cancel()
        self._timers[key] = asyncio.get_running_loop().call_later(seconds, fire)

    # Waiting for receipts.

    async def reach(self, message_ids: Sequence[str], goal: WaitFor, seconds: float) -> tuple[list[Message], bool]:
        """Wait until every message is at `goal` or beyond, or held, or at its end; and whether that took too long.

        A message that is held is waited for as long as there is time: its gate may open.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while True:
            futures = [loop.create_future() for _ in message_ids]
            for message_id, future in zip(message_ids, futures, strict=True):
                self._waiters[message_id].append(future)
            try:
                messages = [await self._store.messages.get(message_id) for message_id in message_ids]
                there = [message for message in messages if message is not None]
                pending = [future for message, future in zip(messages, futures, strict=True) if _short(message, goal)]
                if not pending:
                    return there, False
                left = until - loop.time()
                if left <= 0:
                    return there, True
                await asyncio.wait(pending, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for message_id, future in zip(message_ids, futures, strict=True):
                    self._waiters[message_id].remove(future)
                    if not self._waiters[message_id]:
                        del self._waiters[message_id]

    def _told(self, message_id: str) -> None:
        for future in self._waiters.get(message_id, ()):
            if not future.done():
                future.set_result(None)


def _short(message: Message | None, goal: WaitFor) -> bool:
    """Whether a message is not at `goal` yet and may still get there."""
    if message is None or message.state in FINAL:
        return False
    return not (goal == "delivered" and message.state is MessageState.DELIVERED)
