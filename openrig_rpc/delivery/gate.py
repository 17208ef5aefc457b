"""The one gate: may this be typed into that pane now? Every source has a veto."""

import time
from dataclasses import dataclass

from ..model.agent import AgentState
from ..model.message import HoldReason, Message, Turn
from ..observe.sight import Sight
from ..runtimes.runtime import Manners
from ..store.rows import AgentRow

QUIET = 3
"""Seconds since an attached person last typed; tmux tells whole seconds, so at least two of them passed."""
IDLE_FOR = 1.5
"""Seconds of idle that `when: idle` waits for."""
LONGEST_LINE = 4095
"""Bytes of a line that a terminal in line mode takes; the rest is cut."""

NOT_RUNNING = {
    AgentState.STARTING: HoldReason.STARTING,
    AgentState.STOPPED: HoldReason.STOPPED,
    AgentState.EXITED: HoldReason.EXITED,
    AgentState.FAILED: HoldReason.FAILED,
}


@dataclass(frozen=True, slots=True)
class Go:
    """Type it, and submit it with `key`; the harness then makes `turn` of it."""

    key: str
    turn: Turn


@dataclass(frozen=True, slots=True)
class Hold:
    """Not now. `whole`: nothing at all may be typed there, not only this message."""

    reason: HoldReason
    whole: bool = True


def by_row(row: AgentRow) -> Hold | None:
    """What the agent's row alone forbids."""
    reason = NOT_RUNNING.get(row.state)
    if reason is None and row.pane is None:
        reason = HoldReason.STOPPED
    return Hold(reason) if reason is not None else None


def decide(
    row: AgentRow,
    message: Message,
    manners: Manners,
    sight: Sight,
    *,
    hook: AgentState | None,
    idle_seconds: float,
    canonical: bool | None,
) -> Go | Hold:
    """What the row, the hooks and the pane together allow.

    hook: what the agent's hooks last told. idle_seconds: how long it has been idle. canonical: whether the pane's
    terminal is in line mode.
    """
    look = sight.look
    if look.dead:
        return Hold(HoldReason.EXITED)
    if look.in_mode:
        return Hold(HoldReason.COPY_MODE)
    if row.state is AgentState.NEEDS_INPUT or (hook is AgentState.NEEDS_INPUT and row.prompt is not None):
        return Hold(HoldReason.NEEDS_INPUT)
    if any(not human.read_only and time.time() - human.activity < QUIET for human in look.humans):
        return Hold(HoldReason.TYPING)
    if not manners.composer:
        return _terminal(message, sight, canonical, idle_seconds)
    return _composer(row, message, manners, sight, hook, idle_seconds)


def _composer(
    row: AgentRow,
    message: Message,
    manners: Manners,
    sight: Sight,
    hook: AgentState | None,
    idle_seconds: float,
) -> Go | Hold:
    reading = sight.reading
    if reading is None or reading.state is AgentState.UNKNOWN:
        return Hold(HoldReason.UNKNOWN)
    if reading.state is AgentState.NEEDS_INPUT:
        return Hold(HoldReason.NEEDS_INPUT)
    if reading.state is AgentState.STARTING:
        return Hold(HoldReason.STARTING)
    if reading.composer is None or reading.draft is None:
        return Hold(HoldReason.UNKNOWN if reading.composer is None else HoldReason.DRAFT)
    if reading.draft.strip():
        return Hold(HoldReason.DRAFT)
    if sight.look.bracketed is False:
        return Hold(HoldReason.MULTILINE)
    # Idle only where every source that speaks says so.
    busy = AgentState.BUSY in (row.state, reading.state, hook)
    if busy:
        if message.when == "now" and manners.now is not None:
            return Go(manners.now, manners.steered)
        if message.when == "auto" and manners.queue is not None:
            return Go(manners.queue, manners.queued)
        return Hold(HoldReason.BUSY, whole=False)
    if row.state is AgentState.UNKNOWN:
        return Hold(HoldReason.UNKNOWN)
    if message.when == "idle" and idle_seconds < IDLE_FOR:
        return Hold(HoldReason.BUSY, whole=False)
    return Go(manners.submit, "started")


def _terminal(message: Message, sight: Sight, canonical: bool | None, idle_seconds: float) -> Go | Hold:
    if "\n" in message.text.rstrip("\n") and sight.look.bracketed is not True:
        return Hold(HoldReason.MULTILINE, whole=False)
    if canonical and any(len(line.encode()) > LONGEST_LINE for line in message.text.split("\n")):
        return Hold(HoldReason.MULTILINE, whole=False)
    if message.when == "now":
        return Go("Enter", "started")
    if sight.foreground is None:
        return Hold(HoldReason.UNKNOWN)
    if not sight.foreground:
        return Hold(HoldReason.BUSY, whole=False)
    if message.when == "idle" and idle_seconds < IDLE_FOR:
        return Hold(HoldReason.BUSY, whole=False)
    return Go("Enter", "started")
