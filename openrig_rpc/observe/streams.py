"""What panes print, pushed to who watches: gathered to a rate, never in the middle of a character.

`offset` counts the pane's bytes. A character whose last bytes are still to come waits for them, so the next `offset`
is this one and the bytes of this `data`, where they were UTF-8.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from ..model.event import PaneOutput

MOST = 256 * 1024
"""Bytes kept for a watcher that reads too slowly; beyond them there is a gap."""


class Viewer(Protocol):
    """A connection."""

    def notify(self, method: str, params: object) -> None:
        """Queue a notification."""

    def congested(self) -> bool:
        """True while the client reads too slowly."""


@dataclass(slots=True)
class Watch:
    """One client's view of one pane."""

    viewer: Viewer
    address: str
    interval: float
    offset: int
    pending: bytearray = field(default_factory=bytearray)
    gap: bool = False
    timer: asyncio.TimerHandle | None = None
    sent_at: float = 0.0

    def take(self, data: bytes, gap: bool) -> None:
        """Gather what was printed; `gap`: something before it is missing."""
        if gap:
            self.skip(len(self.pending))
            self.gap = True
        self.pending += data
        if len(self.pending) > MOST:
            self.skip(len(self.pending) - MOST)
            # Not in the middle of a character.
            self.skip(next((at for at in range(4) if self.pending[at] & 0xC0 != 0x80), 0))

    def skip(self, size: int) -> None:
        """Give up what was gathered first."""
        del self.pending[:size]
        self.offset += size
        self.gap = self.gap or size > 0


class Streams:
    """Watches by agent, and how many bytes each agent's pane has printed."""

    def __init__(self, begins: Callable[[str], int] = lambda agent_id: 0) -> None:
        """begins: how many bytes an agent's pane had printed before this daemon."""
        self._begins = begins
        self._printed: dict[str, int] = {}
        self._watches: dict[str, dict[Viewer, Watch]] = {}

    def offset(self, agent_id: str) -> int:
        """Bytes that the agent's pane has printed."""
        known = self._printed.get(agent_id)
        return self._begins(agent_id) if known is None else known

    def watch(self, agent_id: str, address: str, viewer: Viewer, rate: float) -> int:
        """Push what the pane prints from now on; the offset it begins at. Again: with the new rate."""
        self.unwatch(agent_id, viewer)
        watch = Watch(viewer, address, 1 / rate, self.offset(agent_id))
        self._watches.setdefault(agent_id, {})[viewer] = watch
        return watch.offset

    def unwatch(self, agent_id: str, viewer: Viewer) -> None:
        """Push no more of it."""
        watches = self._watches.get(agent_id, {})
        watch = watches.pop(viewer, None)
        if watch is not None and watch.timer is not None:
            watch.timer.cancel()
        if not watches:
            self._watches.pop(agent_id, None)

    def leave(self, viewer: Viewer) -> None:
        """A client is gone."""
        for agent_id in list(self._watches):
            self.unwatch(agent_id, viewer)

    def printed(self, agent_id: str, data: bytes, gap: bool) -> None:
        """The agent's pane printed `data`; `gap`: something before it is missing."""
        self._printed[agent_id] = self.offset(agent_id) + len(data)
        for watch in list(self._watches.get(agent_id, {}).values()):
            watch.take(data, gap)
            self._plan(watch)

    def _plan(self, watch: Watch) -> None:
        if watch.timer is None:
            loop = asyncio.get_running_loop()
            at = watch.sent_at + watch.interval
            if loop.time() >= at and not watch.viewer.congested():
                self._flush(watch)
            else:
                watch.timer = loop.call_at(max(at, loop.time() + watch.interval), self._flush, watch)

    def _flush(self, watch: Watch) -> None:
        watch.timer = None
        size = whole(watch.pending)
        if not size:
            return
        if watch.viewer.congested():
            self._plan(watch)
            return
        data = bytes(watch.pending[:size])
        del watch.pending[:size]
        text = data.decode("utf-8", "replace")
        watch.sent_at = asyncio.get_running_loop().time()
        output = PaneOutput(agent=watch.address, offset=watch.offset, data=text, gap=watch.gap or None)
        watch.offset += size
        watch.gap = False
        watch.viewer.notify("agent/output", output)


def whole(data: bytes | bytearray) -> int:
    """How many bytes from the start end with a whole character, or with what never becomes one."""
    for back in range(1, min(3, len(data)) + 1):
        byte = data[-back]
        if byte & 0xC0 == 0x80:
            continue
        needs = 2 if byte & 0xE0 == 0xC0 else 3 if byte & 0xF0 == 0xE0 else 4 if byte & 0xF8 == 0xF0 else 1
        return len(data) - back if needs > back else len(data)
    return len(data)
