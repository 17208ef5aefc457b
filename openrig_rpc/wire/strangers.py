"""Those who have not said who they are: how many at a time, for how long, and how often they may be wrong."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

from ..model.errors import Unauthenticated
from . import limits

WINDOW: Final = 60.0
"""Seconds in which failures are counted."""
REMEMBERED: Final = 1_000
"""Addresses whose failures are remembered."""


class Strangers:
    """All of them. One for a daemon."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()
        self.present = 0

    def enter(self, address: str, expire: Callable[[], None]) -> Stranger | None:
        """Somebody connected; `expire` is called when it takes too long. None: there are too many."""
        if self.present >= limits.STRANGERS:
            return None
        self.present += 1
        return Stranger(self, address, expire)

    def admit(self, address: str) -> None:
        """Raise Unauthenticated when that address failed too often."""
        times = self._failures.get(address)
        now = self._clock()
        while times and times[0] <= now - WINDOW:
            times.popleft()
        if times and len(times) >= limits.FAILURES:
            wait = int(times[0] + WINDOW - now) + 1
            raise Unauthenticated(
                "Too many wrong tokens came from there", fix=f"Try again in {wait} s", retrySeconds=wait
            )

    def failed(self, address: str) -> None:
        """Count a failure."""
        self._failures.setdefault(address, deque(maxlen=limits.FAILURES)).append(self._clock())
        self._failures.move_to_end(address)
        while len(self._failures) > REMEMBERED:
            self._failures.popitem(last=False)


class Stranger:
    """One connection until it says who it is, or is gone."""

    def __init__(self, strangers: Strangers, address: str, expire: Callable[[], None]) -> None:
        self._strangers = strangers
        self._address = address
        self._here = True
        self._timer = asyncio.get_running_loop().call_later(limits.HELLO_SECONDS, expire)

    def admit(self) -> None:
        """Let it try a token, or raise Unauthenticated."""
        self._strangers.admit(self._address)

    def failed(self) -> None:
        """It had no token, or a wrong one."""
        self._strangers.failed(self._address)

    def leave(self) -> None:
        """It is known now, or gone."""
        if self._here:
            self._here = False
            self._strangers.present -= 1
            self._timer.cancel()
