"""The scripted harness's loop: the keyboard, a tool's output, signals, timers, and calls from other threads."""

import heapq
import os
import select
import signal
import time
from collections import deque
from collections.abc import Callable

Call = Callable[[], None]

RESTLESS_SECONDS = 0.05
SIGNALS = (signal.SIGWINCH, signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP)


class Loop:
    """Waits without polling. `after` and `hear` are for the loop's own thread, `later` for any."""

    def __init__(self) -> None:
        self._timers: list[tuple[float, int, Call]] = []
        self._count = 0
        self._rested = 0.0
        self._calls: deque[Call] = deque()
        self._heard: dict[int, Call] = {}
        self._wake, self._bell = os.pipe()
        os.set_blocking(self._wake, False)
        os.set_blocking(self._bell, False)

    def signals(self, heard: Callable[[int], None]) -> None:
        """Call `heard` with every signal of `SIGNALS`, from the loop."""
        for number in SIGNALS:
            signal.signal(number, lambda number, frame: self._calls.append(lambda: heard(number)))
        signal.set_wakeup_fd(self._bell, warn_on_full_buffer=False)

    def after(self, seconds: float, call: Call) -> None:
        """Call once, `seconds` from now."""
        self._count += 1
        heapq.heappush(self._timers, (time.monotonic() + seconds, self._count, call))

    def later(self, call: Call) -> None:
        """Call soon; from any thread."""
        self._calls.append(call)
        try:
            os.write(self._bell, b"\0")
        except BlockingIOError:
            pass  # the bell rings already

    def hear(self, file: int, call: Call) -> None:
        """Call whenever `file` can be read or is at its end."""
        self._heard[file] = call

    def deaf(self, file: int) -> None:
        """Don't listen to `file` any more."""
        self._heard.pop(file, None)

    def turn(self, rest: Call) -> None:
        """Do what is due; when nothing is, or nothing but that for a while, call `rest`; then wait for something."""
        busy = self._due() or self._ready(0)
        if busy and time.monotonic() - self._rested < RESTLESS_SECONDS:
            return
        rest()
        self._rested = time.monotonic()
        if not busy and not self._calls:
            self._ready(max(0.0, self._timers[0][0] - time.monotonic()) if self._timers else None)

    def _due(self) -> bool:
        now, did = time.monotonic(), False
        while self._timers and self._timers[0][0] <= now:
            heapq.heappop(self._timers)[2]()
            did = True
        while self._calls:
            self._calls.popleft()()
            did = True
        return did

    def _ready(self, seconds: float | None) -> bool:
        poll = select.poll()
        for file in (self._wake, *self._heard):
            poll.register(file, select.POLLIN)
        ready = poll.poll(None if seconds is None else seconds * 1000)
        for file, _ in ready:
            if file == self._wake:
                os.read(self._wake, 4096)
            elif file in self._heard:
                self._heard[file]()
        return bool(ready)
