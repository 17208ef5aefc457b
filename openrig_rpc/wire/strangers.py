"""Those who have not said who they are: how many at a time, and how often they may be wrong."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

from ..model.errors import Unauthenticated
from . import limits

WINDOW: Final = 60.0
"""Seconds in which wrong tokens are counted."""
REMEMBERED: Final = 1_000
"""Peers whose wrong tokens are remembered."""


class Strangers:
    """Counts by the peer's address. One for a daemon."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()
        self.present = 0

    @property
    def crowded(self) -> bool:
        """True when no further stranger is let in."""
        return self.present >= limits.STRANGERS

    def admit(self, peer: str) -> None:
        """Let `peer` try a token, or raise Unauthenticated when it was wrong too often."""
        times = self._failures.get(peer)
        now = self._clock()
        while times and times[0] <= now - WINDOW:
            times.popleft()
        if times and len(times) >= limits.FAILURES:
            wait = int(times[0] + WINDOW - now) + 1
            raise Unauthenticated(
                "Too many wrong tokens came from this address", fix=f"Wait {wait} s", retrySeconds=wait
            )

    def failed(self, peer: str) -> None:
        """A token was wrong, or there was none."""
        self._failures.setdefault(peer, deque(maxlen=limits.FAILURES)).append(self._clock())
        self._failures.move_to_end(peer)
        while len(self._failures) > REMEMBERED:
            self._failures.popitem(last=False)
