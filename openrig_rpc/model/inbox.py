"""What waits for the person."""

from typing import Literal

from .agent import Prompt
from .base import Model

InboxKind = Literal["prompt", "message", "task", "heldLong", "indeterminate"]


class InboxItem(Model):
    """One thing that needs a person; `ref` is the id of the prompt, message or task behind it."""

    id: str
    kind: InboxKind
    rig: str
    agent: str | None = None
    ref: str
    title: str
    text: str
    prompt: Prompt | None = None
    since: str
