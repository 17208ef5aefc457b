"""What panes print, pushed to who watches: gathered to a rate, never in the middle of a character."""

import asyncio
import codecs
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
    decode: Callable[[bytes], str] = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace").decode
    )


class Streams:
    """Watches by agent, and how many bytes each agent's pane has printed."""

    def __init__(self) -> None:
        self._printed: dict[str, int] = {}
        self._watches: dict[str, dict[Viewer, Watch]] = {}

    def offset(self, agent_id: str) -> int:
        """Bytes that the agent's pane printed since this daemon saw it first."""
        return self._printed.get(agent_id, 0)

    def watch(self, agent_id: str, address: str, viewer: Viewer, rate: float) -> int:
        """Push what the pane prints from now on; the offset it begins at. Again: with the new rate."""
        self.unwatch(agent_id, viewer)
        watch = Watch(viewer, address, 1 / rate, self.offset(agent_id))
        self._watches.setdefault(agent_id, {})[viewer] = watch
        return watch.offset

    def unwatch(self, agent_id: str, viewer: Viewer) -> None:
        """Push no more of it."""
        watch = self._watches.get(agent_id, {}).pop(viewer, None)
        if watch is not None and watch.timer is not None:
            watch.timer.cancel()

    def leave(self, viewer: Viewer) -> None:
        """A client is gone."""
        for agent_id in list(self._watches):
            self.unwatch(agent_id, viewer)

    def printed(self, agent_id: str, data: bytes, gap: bool) -> None:
        """The agent's pane printed `data`; `gap`: something before it is missing."""
        self._printed[agent_id] = self.offset(agent_id) + len(data)
        for watch in self._watches.get(agent_id, {}).values():
            watch.gap = watch.gap or gap
            watch.pending += data
            if len(watch.pending) > MOST:
                dropped = len(watch.pending) - MOST
                del watch.pending[:dropped]
                watch.offset += dropped
                watch.gap = True
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
        if not watch.pending:
            return
        if watch.viewer.congested():
            self._plan(watch)
            return
        data = bytes(watch.pending)
        watch.pending.clear()
        text = watch.decode(data)
        watch.sent_at = asyncio.get_running_loop().time()
        output = PaneOutput(agent=watch.address, offset=watch.offset, data=text, gap=watch.gap or None)
        watch.offset += len(data)
        watch.gap = False
        watch.viewer.notify("agent/output", output)
