"""Whose turn it is where several agents ask for the next task: nobody is outrun by one that asks more often."""

import time
from collections.abc import Callable, Iterable

PRESENT = 2.0
"""Seconds that who asked counts as waiting for work."""
AHEAD = 2
"""Tasks that one may be ahead of another who waits."""


class Turns:
    """Who asked when, and how many tasks each took. In memory: after a restart all begin alike.

    Work is never kept from the only one who asks: who has not asked for a while has no turn to be waited for, and
    comes back level with the others, not with a debt.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked: dict[str, float] = {}
        self._taken: dict[str, int] = {}

    def asks(self, who: str, peers: Iterable[str]) -> list[str]:
        """`who` asks for a task that `peers` could have, too; those whose turn comes first, if any."""
        at = self._clock()
        present = [each for each in peers if each != who and at - self._asked.get(each, -PRESENT) < PRESENT]
        least = min((self._taken.get(each, 0) for each in present), default=0)
        if at - self._asked.get(who, -PRESENT) >= PRESENT:
            self._taken[who] = max(self._taken.get(who, 0), least)
        self._asked[who] = at
        mine = self._taken.get(who, 0)
        return [each for each in present if mine - self._taken.get(each, 0) >= AHEAD]

    def took(self, who: str) -> None:
        """`who` got one."""
        self._taken[who] = self._taken.get(who, 0) + 1
