"""One connection to the plain door: a JSON value a line, answers by id, notifications to whoever listens."""

import asyncio
import contextlib
import itertools
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from .errors import ConnectionLost, NoDaemon, RpcError

LONGEST = 16 * 1024 * 1024
"""Bytes of a line at most; the daemon's own frames end at 8 MiB."""

Heard = Callable[[str, dict[str, Any]], None]
Arrived = Callable[[Any], None]


class Connection:
    """Open until either side ends it. Belongs to one event loop."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        process: Process | None,
        heard: Heard,
        ended: Callable[[], None],
    ) -> None:
        self._reader, self._writer, self._process = reader, writer, process
        self._heard, self._ended = heard, ended
        self._ids = itertools.count(1)
        self._waiting: dict[int, tuple[asyncio.Future[Any], Arrived | None]] = {}
        self.alive = True
        self._task = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, where: str | Sequence[str], heard: Heard, ended: Callable[[], None]) -> "Connection":
        """Connect to `unix:/path`, `tcp://host:port`, or to the stdin and stdout of a command. Raises NoDaemon."""
        process = None
        try:
            if not isinstance(where, str):
                process = await asyncio.create_subprocess_exec(*where, stdin=PIPE, stdout=PIPE, limit=LONGEST)
                assert process.stdin is not None and process.stdout is not None
                reader, writer = process.stdout, process.stdin
            elif where.startswith("unix:"):
                path = where.removeprefix("unix:")
                reader, writer = await asyncio.open_unix_connection(path, limit=LONGEST)
            else:
                url = urlsplit(where)
                if url.scheme != "tcp" or url.port is None:
                    raise ValueError(f"{where!r} is neither unix:/path nor tcp://host:port")
                reader, writer = await asyncio.open_connection(url.hostname, url.port, limit=LONGEST)
        except OSError as why:
            raise NoDaemon(f"nobody answers at {where}: {why}") from why
        return cls(reader, writer, process, heard, ended)

    async def ask(self, method: str, params: dict[str, Any], arrived: Arrived | None = None) -> Any:
        """One request and its result. `arrived` is called with it before anything that comes after it is read.

        Raises RpcError, ConnectionLost. Cancelled, it tells the daemon that nobody waits any more.
        """
        number = next(self._ids)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = (future, arrived)
        try:
            await self._write({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
            return await future
        except asyncio.CancelledError:
            if self.alive:
                self._put({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": number}})
            raise
        finally:
            self._waiting.pop(number, None)

    async def close(self) -> None:
        """Hang up, and end what was started for it."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        self._writer.close()
        if self._process is None:
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()
            return
        try:
            await asyncio.wait_for(self._process.wait(), 5)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    def drop(self) -> None:
        """Cut the line, as a broken network would."""
        if isinstance(self._writer.transport, asyncio.WriteTransport):
            self._writer.transport.abort()

    def _put(self, message: dict[str, Any]) -> None:
        self._writer.write(json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")

    async def _write(self, message: dict[str, Any]) -> None:
        if not self.alive:
            raise ConnectionLost("the connection is closed")
        self._put(message)
        try:
            await self._writer.drain()
        except OSError as why:
            raise ConnectionLost(f"the daemon went away: {why}") from why

    async def _read(self) -> None:
        why = "the daemon closed the connection"
        try:
            while line := await self._reader.readline():
                self._sort(json.loads(line))
        except (OSError, ValueError) as wrong:
            why = f"the connection broke: {wrong}"
        finally:
            self.alive = False
            for future, _ in self._waiting.values():
                if not future.done():
                    future.set_exception(ConnectionLost(why))
            self._ended()

    def _sort(self, message: Any) -> None:
        if not isinstance(message, dict):
            return
        if "method" in message:
            params = message.get("params")
            self._heard(str(message["method"]), params if isinstance(params, dict) else {})
            return
        future, arrived = self._waiting.get(message.get("id", 0), (None, None))
        if future is None or future.done():
            return
        if "error" in message:
            future.set_exception(RpcError(message["error"]))
            return
        if arrived is not None:
            arrived(message.get("result"))
        future.set_result(message.get("result"))
