"""What the person is told of a delivery: it goes into the inbox in the same transaction as the receipt."""

import uuid

from ..model.base import now
from ..model.inbox import InboxItem, InboxKind
from ..model.message import Message


def notice(rig: str, agent: str, message: Message, kind: InboxKind, why: str) -> InboxItem:
    """The item about a message to `agent` (its address)."""
    return InboxItem(
        id=f"i-{uuid.uuid4().hex[:16]}",
        kind=kind,
        rig=rig,
        agent=agent,
        ref=message.id,
        title=f"message to {agent}: {why}",
        text=message.text,
        since=now(),
    )
