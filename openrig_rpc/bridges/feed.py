"""Events of the daemon for code that awaits: a connection of its own, read by a thread."""

import asyncio
import threading
from typing import Any

from ..cli.faults import Fault
from ..cli.line import Line
from ..home import Home

Event = dict[str, Any]
BEAT = 0.5
"""Seconds until the thread sees that nobody listens any more."""


class Feed:
    """Events of one rig after `since`, in order. `async with Feed(...)`."""

    def __init__(self, home: Home, rig: str, since: int) -> None:
        self._home, self._params = home, {"rig": rig, "since": since}
        self._queue: asyncio.Queue[Event | Fault] = asyncio.Queue()
        self._over = threading.Event()

    async def __aenter__(self) -> "Feed":
        line = await asyncio.to_thread(self._begin)
        loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._read, args=(line, loop), daemon=True)
        self._thread.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._over.set()
        await asyncio.to_thread(self._thread.join)

    async def next(self, seconds: float | None) -> Event | None:
        """The next event, None when `seconds` passed without one. Raises Fault when the daemon went away."""
        try:
            found = await asyncio.wait_for(self._queue.get(), seconds)
        except TimeoutError:
            return None
        if isinstance(found, Fault):
            raise found
        return found

    def _begin(self) -> Line:
        line = Line.open(self._home, start=False)
        line.ask("event/subscribe", self._params)
        return line

    def _read(self, line: Line, loop: asyncio.AbstractEventLoop) -> None:
        try:
            while not self._over.is_set():
                message = line.listen(BEAT)
                if message is not None and message["method"] == "event/published":
                    loop.call_soon_threadsafe(self._queue.put_nowait, message["params"])
        except Fault as fault:
            loop.call_soon_threadsafe(self._queue.put_nowait, fault)
        finally:
            line.close()
