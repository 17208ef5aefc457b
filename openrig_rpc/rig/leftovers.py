"""Processes of agents whose tmux server died: the hang-up ends them, but one that ignores it would go on beside its
successor, in the same conversation."""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Iterable
from pathlib import Path

from ..observe.processes import variable_of
from ..store.rows import AgentRow
from ..tmux.processes import wait_end

log = logging.getLogger(__name__)

TOKEN_FILE = "OPENRIG_RPC_TOKEN_FILE"  # noqa: S105 - a variable's name
GRACE = 1.0
"""Seconds that a process has to end by itself; Claude Code was seen to take 0.3."""


async def end_leftovers(rows: Iterable[AgentRow], server: int, tokens: Path) -> None:
    """End the processes that were in panes of another tmux server than `server`. `tokens`: our folder of token
    files; a process that was not given its agent's own is somebody else's by now."""
    lost = [(row, row.pane.pid) for row in rows if row.pane is not None and row.pane.server != server]
    await asyncio.gather(*(_end(row, pid, tokens) for row, pid in lost))


async def _end(row: AgentRow, pid: int, tokens: Path) -> None:
    if variable_of(pid, TOKEN_FILE) != str(tokens / row.id) or await wait_end(pid, GRACE):
        return
    log.warning("%s outlived its pane: ending process %d", row.address, pid)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    await wait_end(pid, GRACE)
