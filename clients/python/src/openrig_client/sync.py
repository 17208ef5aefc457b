"""The client that waits: the same one, on an event loop in a thread of its own. Any thread may use it."""

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

from .calls import Calls
from .client import AsyncClient, Listener
from .events import Events
from .types import Event, EventKind

T = TypeVar("T")


class Client(Calls):
    """Every method by its noun: `client.agent.list()`; and `for event in client.events()`. See AsyncClient."""

    def __init__(
        self,
        where: str | Sequence[str] | None = None,
        *,
        token: str | None = None,
        home: str | os.PathLike[str] | None = None,
        name: str = "openrig-client",
    ) -> None:
        super().__init__(self.ask)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="openrig-client", daemon=True)
        self._thread.start()
        self._client = AsyncClient(where, token=token, home=home, name=name)

    def __enter__(self) -> Self:
        try:
            self.run(self._client.__aenter__())
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def ask(self, method: str, params: Mapping[str, object] | None = None) -> Any:
        """Any method by its name. Raises RpcError, ConnectionLost."""
        return self.run(self._client.ask(method, params))

    def events(
        self, *, since: int | None = None, kinds: Sequence[EventKind] | None = None, rig: str | None = None
    ) -> "EventsNow":
        """What happens: everything after `since`, else from now on."""
        return EventsNow(self, self._client.events(since=since, kinds=kinds, rig=rig))

    def on(self, method: str, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each such notification, in the client's own thread: it must not wait for the client."""
        return self._client.on(method, listener)

    def drop(self) -> None:
        """Cut the connection, as a broken network would; the next call connects again."""
        self._loop.call_soon_threadsafe(self._client.drop)

    def close(self) -> None:
        """Hang up, and end the thread."""
        if self._thread.is_alive():
            self.run(self._client.close())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for what runs on the client's loop; interrupted, it is cancelled there."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise


class EventsNow(Iterator[Event]):
    """`for event in client.events()`. See Events."""

    def __init__(self, client: Client, events: Events) -> None:
        self._client, self._events = client, events

    @property
    def seq(self) -> int | None:
        """The number of the last event given."""
        return self._events.seq

    def __enter__(self) -> Self:
        self._client.run(self._events.__aenter__())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __next__(self) -> Event:
        try:
            return self._client.run(self._events.__anext__())
        except StopAsyncIteration:
            raise StopIteration from None

    def close(self) -> None:
        """Listen no more."""
        self._client.run(self._events.close())
