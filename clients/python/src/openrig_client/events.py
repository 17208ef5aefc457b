"""Events as they happen, each once and in order, also over a connection that broke."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, cast

from .errors import ConnectionLost
from .types import Event, EventKind

if TYPE_CHECKING:
    from .client import AsyncClient

MOST = 10_000
"""Events kept for a reader that is slow; beyond it they are asked for again when it is ready."""
LONGEST = 5.0
"""Seconds between two tries to connect, at most."""


class Events(AsyncIterator[Event]):
    """`async for event in client.events()`. Used with `async with`, it listens from there on, not from its first step.

    After a break it goes on behind the last event it gave. Raises RpcError: `since-too-old` where what is asked for is
    no longer kept; then list again, and start from that `seq`.
    """

    def __init__(
        self, client: "AsyncClient", since: int | None, kinds: Sequence[EventKind] | None, rig: str | None
    ) -> None:
        self._client = client
        self._params: dict[str, object] = {"kinds": None if kinds is None else list(kinds), "rig": rig}
        self.seq = since
        """The number of the last event given: pass it as `since` to go on after it."""
        self._subscription: str | None = None
        self._queue: deque[dict[str, Any]] = deque()
        self._woken = asyncio.Event()
        self._full = False
        self._closed = False

    async def __aenter__(self) -> Self:
        await self._subscribe()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def __anext__(self) -> Event:
        while True:
            if self._closed:
                raise StopAsyncIteration
            if self._queue:
                event = self._queue.popleft()
                self.seq = event["seq"]
                return cast(Event, event)
            if self._subscription is None:
                await self._subscribe_again()
            elif self._full:
                await self._leave()
            else:
                self._woken.clear()
                await self._woken.wait()

    async def close(self) -> None:
        """Listen no more."""
        self._closed = True
        self._woken.set()
        await self._leave()

    def heard(self, event: dict[str, Any]) -> None:
        """The connection has an event for this subscription."""
        if self._full:
            return
        self._full = len(self._queue) >= MOST
        if not self._full:
            self._queue.append(event)
        self._woken.set()

    def lost(self) -> None:
        """The connection is gone, and the subscription with it."""
        self._subscription = None
        self._woken.set()

    async def _subscribe_again(self) -> None:
        """Until it works, where it has worked before; else once."""
        delay = 0.05
        while True:
            try:
                return await self._subscribe()
            except ConnectionLost:
                if self.seq is None:
                    raise
            await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST)

    async def _subscribe(self) -> None:
        def begun(result: dict[str, Any]) -> None:
            self._subscription = result["subscription"]
            self.seq = result["seq"]
            self._full = False
            self._client.feeds[result["subscription"]] = self

        await self._client.ask("event/subscribe", {**self._params, "since": self.seq}, begun)

    async def _leave(self) -> None:
        name, self._subscription = self._subscription, None
        if name is not None:
            self._client.feeds.pop(name, None)
            try:
                await self._client.ask("event/unsubscribe", {"subscription": name})
            except ConnectionLost:
                pass
