"""Nudges: short messages about a task, sent through the post like any other. One waits for each agent and task."""

from ..delivery.post import Letter, Post
from ..delivery.text import clean
from ..model.address import HUMAN
from ..model.errors import MailboxFull
from ..model.message import WAITING, MessageState
from ..model.principal import Principal
from ..store.directory import Recipient
from ..store.rows import AgentRow
from ..store.store import Store
from ..store.tasks import TaskRow
from ..store.writer import Tx

KEEPER = Principal(kind="service", name="tasks")
"""Who nudges where nobody did: a lease that healed, a blocker that is gone, a task that is overdue."""
EXCERPT = 2000
"""Characters of a task's body in a nudge."""


class Nudges:
    """Part of the unit of work that gives the reason for a nudge."""

    def __init__(self, store: Store, post: Post) -> None:
        self._store = store
        self._post = post

    async def to(self, tx: Tx, task: TaskRow, agent_id: str | None, reason: str, sender: Principal) -> None:
        """Tell an agent, unless it is the sender, or a terminal: what is typed there is a command.

        A nudge about the same task that still waits is taken back, and its reasons go into this one. A full mailbox
        loses the nudge, not the task.
        """
        row = self._store.roster.agent_in(tx, agent_id or "")
        if row is None or row.id == sender.agent_id or row.runtime == "terminal":
            return
        reasons = [reason]
        waiting = await self._store.tasks.nudge(tx, task.id, row.id)
        if waiting is not None:
            reasons = [*(each for each in waiting[1] if each != reason), reason]
            message = await self._store.messages.get_in(tx, waiting[0])
            if message is not None:
                await self._store.messages.move(
                    tx, message, MessageState.CANCELLED, agent_id=row.id, rig=row.rig, expect=WAITING
                )
        message_id = await self._send(tx, row, _words(task, row, reasons), sender)
        if message_id is not None:
            self._store.tasks.keep_nudge(tx, task.id, row.id, message_id, reasons)

    async def to_address(self, tx: Tx, task: TaskRow, address: str | None, reason: str, sender: Principal) -> None:
        """The same, by address; the person sees tasks in the inbox."""
        row = next((row for row in self._store.roster.each() if row.address == address), None)
        await self.to(tx, task, row.id if row is not None else None, reason, sender)

    async def answer(self, tx: Tx, task: TaskRow, said: str, sender: Principal) -> None:
        """What the person says to a task that an agent gave them goes to that agent as a message."""
        row = self._store.roster.agent_in(tx, task.creator_id or "")
        if row is not None and row.runtime != "terminal":
            await self._send(tx, row, f'About your task {task.id} "{task.title}": {said}', sender)

    async def _send(self, tx: Tx, row: AgentRow, text: str, sender: Principal) -> str | None:
        recipient = Recipient(self._store.roster.rigs[row.rig_id], row)
        try:
            sent = await self._post.accept(tx, Letter(clean(text)), [recipient], sender)
        except MailboxFull:
            return None
        return sent[0].id


def _words(task: TaskRow, row: AgentRow, reasons: list[str]) -> str:
    """What an agent reads about a task."""
    lines = [f'Task {task.id} "{task.title}" ({task.state.value}): {"; ".join(reasons)}.']
    if task.owner is None and task.state.value == "pending":
        if task.body:
            lines.append(task.body[:EXCERPT] + ("…" if len(task.body) > EXCERPT else ""))
        lines.append(f"Take it with: rig task claim {task.id}")
    return "\n".join(lines)


def for_person(task: TaskRow) -> bool:
    """Whether a task is the person's alone."""
    return task.destination == f"{HUMAN}@{task.rig}"
