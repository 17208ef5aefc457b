"""The live part of the scripted harness's picture: what runs, what waits, the composer or a question, the footer."""

import time
from typing import TYPE_CHECKING

from .composer import drawn
from .paint import BOLD, DIM, PLAIN, QUIET, block, clean, painted, width
from .transcript import short

if TYPE_CHECKING:
    from .harness import Harness

View = tuple[list[str], tuple[int, int] | None]
"""Rows, and the cursor's row and column among them."""


def live(harness: "Harness") -> View:
    """Everything below the transcript."""
    room = harness.display.columns
    if harness.ready_at is None:
        return ["Starting…"], None
    rows = running(harness, room)
    if harness.dialog is not None:
        return [*rows, *harness.dialog.rows(room)], None
    text, cursor = harness.shown
    most = max(3, harness.display.lines // 2)
    draft, row, column = drawn(text, cursor, room, most)
    if not text and harness.options.ghost:
        draft = [draft[0] + painted([(DIM, clean(harness.options.ghost))], room - 3)]
    name = f" {harness.name} ─"
    rule = "─" * max(0, room - width(name)) + name if width(name) < room // 2 else "─" * room
    top = len(rows) + 1
    rows += [painted([(QUIET, rule)]), *draft, painted([(QUIET, "─" * room)])]
    return [*rows, painted([(PLAIN, "  "), (QUIET, footer(harness))], room)], (top + row, column)


def running(harness: "Harness", room: int) -> list[str]:
    """The turn under way, and what is queued behind it."""
    rows: list[str] = [""]
    turn = harness.turn
    if turn is not None:
        if turn.tool is not None:
            rows += [*block(f"Bash({short(turn.tool.command, 3, 400)})", room, "● ")]
            rows += block("\n".join(turn.tool.output.strip("\n").split("\n")[-5:])[-1000:], room, "  ⎿  ", "     ")
        elif turn.live:
            rows += block(turn.live[-2000:], room, "● ")
        if harness.dialog is None:
            seconds = int(time.monotonic() - turn.began)
            rows += [painted([(BOLD, "·"), (PLAIN, " Working… "), (QUIET, f"({seconds}s · esc to interrupt)")], room)]
        rows.append("")
    for text, _ in harness.queue:
        rows += block(short(text, 1, room), room, "❯ ", style=DIM)
    if harness.queue:
        rows += [painted([(QUIET, "  ⎿  Queued")], room), ""]
    return rows


def footer(harness: "Harness") -> str:
    """One line on what is going on and which keys there are."""
    if harness.leaving_armed:
        return "Press Ctrl-C again to exit"
    parts = ["scripted"]
    if harness.queue:
        parts.append(f"{len(harness.queue)} queued")
    if harness.turn is not None:
        parts += ["esc to interrupt"]
        if harness.shown[0]:
            parts.append("tab to queue message")
    return " · ".join(parts)
