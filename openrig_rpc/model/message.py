"""A message and its receipt: from `accepted` (durable) to `submitted` (the harness took it)."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from .base import Model

MAX_TEXT = 1024 * 1024
MAX_HELD = 256


class MessageState(StrEnum):
    """The receipt. Nothing says more than was seen."""

    ACCEPTED = "accepted"
    HELD = "held"
    DELIVERING = "delivering"
    DELIVERED = "delivered"
    SUBMITTED = "submitted"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    INDETERMINATE = "indeterminate"


WAITING = frozenset({MessageState.ACCEPTED, MessageState.HELD})
FINAL = frozenset(
    {
        MessageState.SUBMITTED,
        MessageState.FAILED,
        MessageState.EXPIRED,
        MessageState.CANCELLED,
        MessageState.INDETERMINATE,
    }
)


class HoldReason(StrEnum):
    """Why a message waits at the gate."""

    BUSY = "busy"
    NEEDS_INPUT = "needsInput"
    DRAFT = "draft"
    COPY_MODE = "copyMode"
    TYPING = "typing"
    MULTILINE = "multiline"
    STARTING = "starting"
    STOPPED = "stopped"
    EXITED = "exited"
    FAILED = "failed"
    UNKNOWN = "unknown"


When = Literal["auto", "idle", "now"]
WaitFor = Literal["accepted", "delivered", "submitted"]
Turn = Literal["started", "queued", "steered"]


class Message(Model):
    """One text to one recipient, with its receipt. `sender` is `from` on the wire."""

    id: str
    to: str
    sender: str = Field(alias="from")
    text: str
    state: MessageState
    created_at: str
    delivered_at: str | None = None
    submitted_at: str | None = None
    turn: Turn | None = None
    attempts: int = 0
    reason: str | None = None
    reply_to: str | None = None
    when: When = "auto"
    raw: bool = False
    expires_at: str | None = None
