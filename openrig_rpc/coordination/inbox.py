"""The person's inbox: what is open, and putting it away."""

from ..model.base import now
from ..model.errors import InvalidParams, NotPermitted
from ..model.inbox import InboxItem
from ..model.message import MessageState
from ..model.principal import Principal
from ..store.store import Store
from ..store.writer import Tx
from .tasks import Tasks


class Inbox:
    """Items are put in where things happen: prompts as they open, messages as they come."""

    def __init__(self, store: Store, tasks: Tasks) -> None:
        self._store = store
        self._tasks = tasks

    def open(self, principal: Principal, rig: str | None = None) -> list[InboxItem]:
        """What waits, oldest first: all of it for the person, an agent's own rig's for an agent."""
        own = self._store.roster.rig_of(principal)
        only = own.name if own is not None else rig
        if principal.confined and own is None:
            return []
        found = [item for item in self._store.desk.open_items.values() if only is None or item.rig == only]
        return sorted(found, key=lambda item: item.since)

    async def done(self, item_id: str, principal: Principal) -> None:
        """Put an item away; a message is then `submitted`, and its sender has one unread less. Said again, nothing
        changes. Raises InvalidParams, NotPermitted."""
        item = self._store.desk.open_items.get(item_id) or await self._store.desk.known(item_id)
        own = self._store.roster.rig_of(principal)
        if item is None or (principal.confined and (own is None or own.name != item.rig)):
            raise InvalidParams(
                f"there is no inbox item {item_id!r}",
                "no such id",
                "see them: rig inbox",
                errors=[{"path": "id", "message": "unknown"}],
            )
        if principal.kind == "agent" and item.agent == principal.name:
            raise NotPermitted(
                f"{principal} may not put away {item_id}",
                "it is about itself",
                "ask the person to do it: human@RIG",
                needs="another principal",
            )

        async def unit(tx: Tx) -> None:
            if not await self._store.desk.done(tx, item):
                return
            if item.kind == "message":
                await self._read(tx, item)
            elif item.kind == "task":
                await self._tasks.put_away(tx, item.ref, principal)

        await self._store.write(str(principal), unit)

    async def _read(self, tx: Tx, item: InboxItem) -> None:
        message = await self._store.messages.get(item.ref)
        if message is None:
            return
        moved = await self._store.messages.move(
            tx,
            message,
            MessageState.SUBMITTED,
            agent_id=None,
            rig=item.rig,
            expect=(MessageState.DELIVERED,),
            submitted_at=now(),
        )
        roster = self._store.roster
        sender = next((row.id for row in roster.each() if row.address == message.sender), None)
        if moved is not None and sender is not None:
            tx.after(lambda: roster.count_unread(sender, -1))
