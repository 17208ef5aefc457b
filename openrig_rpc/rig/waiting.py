"""Waiting for an agent's state, woken by the change itself."""

import asyncio
from collections import defaultdict
from collections.abc import Callable

from ..store.roster import Roster
from ..store.rows import AgentRow


class Waiting:
    """Who waits for which agent."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self._waiters: dict[str, set[asyncio.Future[None]]] = defaultdict(set)

    def changed(self, agent_id: str) -> None:
        """An agent's row changed."""
        for future in self._waiters.pop(agent_id, ()):
            if not future.done():
                future.set_result(None)

    async def until(self, agent_id: str, holds: Callable[[AgentRow], bool], seconds: float) -> AgentRow | None:
        """The agent's row once `holds`, or as it is after `seconds`; None when the agent is gone."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while True:
            row = self._roster.agents.get(agent_id)
            left = end - loop.time()
            if row is None or holds(row) or left <= 0:
                return row
            future = loop.create_future()
            self._waiters[agent_id].add(future)
            try:
                await asyncio.wait([future], timeout=left)
            finally:
                self._waiters[agent_id].discard(future)
                if not self._waiters[agent_id]:
                    del self._waiters[agent_id]
