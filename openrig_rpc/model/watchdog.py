"""Reminders a rig asked for."""

from typing import Literal

from .base import Model


class Watchdog(Model):
    """A rule that nudges an agent after a time, when it is idle, or when nobody touches a task."""

    id: str
    rig: str
    agent: str
    rule: Literal["every", "idle", "untouched"]
    seconds: float
    text: str
    active: bool
    fired: int
    last_fired_at: str | None = None
