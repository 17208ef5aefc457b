"""The client that is awaited: connects when it is first asked something, and again after a break."""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from . import where
from .calls import AsyncCalls
from .connection import Arrived, Connection
from .events import Events
from .types import EventKind

PROTOCOL = "1.0"
Listener = Callable[[dict[str, Any]], None]


class AsyncClient(AsyncCalls):
    """Every method by its noun: `await client.agent.list()`; and `async for event in client.events()`.

    where: `unix:/path`, `tcp://host:port`, or a command to talk to (`["openrig-rpc", "stdio"]` starts the daemon where
        none runs); without it, the unix socket of the daemon that runs for `home`.
    token: who connects; without it, on TCP, the operator's where this user may read it and the daemon is this home's.
    home: the daemon's state folder, where it isn't the usual one.
    """

    def __init__(
        self,
        where: str | Sequence[str] | None = None,
        *,
        token: str | None = None,
        home: str | os.PathLike[str] | None = None,
        name: str = "openrig-client",
    ) -> None:
        super().__init__(self.ask)
        self._where, self._token, self._name = where, token, name
        self._home = Path(home) if home is not None else None
        self._connection: Connection | None = None
        self._opening = asyncio.Lock()
        self._listeners: dict[str, list[Listener]] = {}
        self.feeds: dict[str, Events] = {}

    async def __aenter__(self) -> Self:
        await self._connected()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def ask(self, method: str, params: Mapping[str, object] | None = None, arrived: Arrived | None = None) -> Any:
        """Any method by its name; params that are None are left out. Raises RpcError, ConnectionLost."""
        given = {name: value for name, value in (params or {}).items() if value is not None}
        return await (await self._connected()).ask(method, given, arrived)

    def events(
        self, *, since: int | None = None, kinds: Sequence[EventKind] | None = None, rig: str | None = None
    ) -> Events:
        """What happens: everything after `since` (every read result has a `seq`), else from now on."""
        return Events(self, since, kinds, rig)

    def on(self, method: str, listener: Listener) -> Callable[[], None]:
        """Call `listener` with the params of each such notification (`agent/output`, `$/progress`); returns its end."""
        self._listeners.setdefault(method, []).append(listener)
        return lambda: self._listeners[method].remove(listener)

    async def close(self) -> None:
        """Hang up."""
        for feed in list(self.feeds.values()):
            await feed.close()
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    def drop(self) -> None:
        """Cut the connection, as a broken network would; the next call connects again."""
        if self._connection is not None:
            self._connection.drop()
            self._connection.alive = False

    async def _connected(self) -> Connection:
        async with self._opening:
            if self._connection is not None and self._connection.alive:
                return self._connection
            if self._connection is not None:
                await self._connection.close()
                self._connection = None
            state = where.home(self._home)
            target = self._where if self._where is not None else where.endpoint(state)
            token = self._token or where.token(state, target)
            opened = await Connection.open(target, self._heard, self._lost)
            try:
                hello = {"client": {"name": self._name}, "token": token, "protocolVersion": PROTOCOL}
                await opened.ask("session/open", {name: value for name, value in hello.items() if value is not None})
            except BaseException:
                await opened.close()
                raise
            self._connection = opened
            return opened

    def _heard(self, method: str, params: dict[str, Any]) -> None:
        if method == "event/published":
            feed = self.feeds.get(str(params.get("subscription")))
            if feed is not None:
                feed.heard(params)
        for listener in list(self._listeners.get(method, ())):
            listener(params)

    def _lost(self) -> None:
        feeds, self.feeds = self.feeds, {}
        for feed in feeds.values():
            feed.lost()
