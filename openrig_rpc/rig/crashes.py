"""An agent whose process ended by itself is started again only where its spec says so, and not for ever.

Nothing else of its rig is touched. What ended because tmux did is left to `rig up`: then nothing runs, and a person
should know.
"""

import logging
import time
from collections import defaultdict, deque
from collections.abc import Callable, Coroutine
from typing import Any

from ..model.agent import AgentState
from ..model.spec import RestartPolicy
from ..observe.observer import Observer
from ..store.rows import AgentRow
from .topology import Rigs

log = logging.getLogger(__name__)

MOST, WITHIN = 5, 10.0
"""Restarts in so many seconds; one end more, and the agent has failed."""


class Crashes:
    """Told of every state; `spawn` runs what takes longer."""

    def __init__(self, rigs: Rigs, observer: Observer, spawn: Callable[[Coroutine[Any, Any, None]], None]) -> None:
        self._rigs = rigs
        self._observer = observer
        self._spawn = spawn
        self._restarts: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=MOST))

    def changed(self, row: AgentRow) -> None:
        """An agent's row changed: when it ended by itself, start it again, or give it up."""
        if row.state is AgentState.EXITED and row.wanted and row.pane is not None and restarts(row):
            self._spawn(self._again(row))

    async def _again(self, row: AgentRow) -> None:
        last, at = self._restarts[row.id], time.monotonic()
        if len(last) == MOST and at - last[0] < WITHIN:
            why = f"it ended {MOST + 1} times in {WITHIN:g} s, the last time with {row.evidence.detail!r}"
            log.warning("%s is given up: %s", row.address, why)
            last.clear()
            failed = AgentState.FAILED
            await self._observer.show(row.id, row.generation, failed, "process", why, reason=why, wanted=False)
        elif await self._rigs.revive(row):
            last.append(at)


def restarts(row: AgentRow) -> bool:
    """Whether its policy lets it be started again after this end."""
    if row.restart is RestartPolicy.ON_FAILURE:
        return row.exit_code != 0
    return row.restart is RestartPolicy.ALWAYS
