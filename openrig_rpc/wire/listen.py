"""Where clients come in: the unix socket, TCP, HTTP, a socket pair of our own. The first byte opens a door.

HTTP and WebSocket are served where they were asked for, and there nothing else is: a browser that is made to post to
another address finds nobody who reads it.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import ipaddress
import logging
import os
import re
import socket
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from ..model.errors import InvalidRequest, Unauthenticated
from . import jsonrpc, limits
from .dispatch import Dispatcher
from .framing import not_a_door
from .http import HttpSession
from .peer import Peer, credentials, keep_alive
from .plain import PlainSession
from .session import Session
from .strangers import Stranger, Strangers
from .websocket import WebSocketSession

if TYPE_CHECKING:
    from .lsp import LspSession

log = logging.getLogger(__name__)

LSP: Final = b"Cc"
PLAIN: Final = b"{[ \t\r\n"
HTTP: Final = b"GPHDOTC"
"""The first letters of HTTP's verbs; elsewhere CONNECT's is LSP's."""
HEAD: Final = re.compile(rb"\n\r?\n")
"""Where the head of a request ends."""
UPGRADE: Final = re.compile(rb"(?im)^upgrade[ \t]*:[^\r\n]*websocket")
BACKLOG: Final = 1024


class UnsafeAddress(Exception):
    """A TCP address that others can reach, and nobody said `--insecure`."""


class Listener:
    """Every way in, over one dispatcher."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self.dispatcher = dispatcher
        self.strangers = Strangers()
        self.fronts: set[Front] = set()
        self.sessions: set[Session] = set()
        self._servers: list[asyncio.Server] = []
        self._lsp: asyncio.Future[type[LspSession]] | None = None
        self._empty = asyncio.Event()
        dispatcher.engine.on_revoked(self._revoked)

    async def unix(self, sock: socket.socket) -> None:
        """Serve a bound unix socket."""
        loop = asyncio.get_running_loop()
        self._servers.append(await loop.create_unix_server(lambda: Front(self), sock=sock, backlog=BACKLOG))

    async def tcp(self, host: str, port: int, *, insecure: bool = False) -> str:
        """Serve TCP; returns the address as a URL, with its port. Raises UnsafeAddress, OSError."""
        return f"tcp://{await self._bind(host, port, lambda: Front(self), insecure=insecure)}"

    async def http(self, host: str, port: int, *, insecure: bool = False) -> str:
        """Serve HTTP and WebSocket; returns the URL, with its port. Raises UnsafeAddress, OSError."""
        loopback = host == "localhost" or _is_loopback(host)
        return f"http://{await self._bind(host, port, lambda: WebFront(self, loopback), insecure=insecure)}"

    async def _bind(self, host: str, port: int, front: Callable[[], Front], *, insecure: bool) -> str:
        host = "127.0.0.1" if host == "localhost" else host
        if not (insecure or _is_loopback(host)):
            raise UnsafeAddress(
                f"{host} can be reached by others: put ssh before a loopback address, or say --insecure"
            )
        server = await asyncio.get_running_loop().create_server(front, host, port, backlog=BACKLOG)
        self._servers.append(server)
        name, number = server.sockets[0].getsockname()[:2]
        return f"[{name}]:{number}" if ":" in name else f"{name}:{number}"

    async def own(self, sock: socket.socket) -> Front:
        """Serve the one client at the other end of a socket pair."""
        _, front = await asyncio.get_running_loop().connect_accepted_socket(lambda: Front(self), sock)
        return front

    async def lsp(self) -> type[LspSession]:
        """The LSP door, imported aside so that nobody else waits for that."""
        if self._lsp is None:
            self._lsp = asyncio.ensure_future(asyncio.to_thread(_import_lsp))
        return await asyncio.shield(self._lsp)

    async def close(self, grace: float = 2.0) -> None:
        """Let nobody in any more; answer everybody and end it, within `grace` seconds."""
        for server in self._servers:
            server.close()
        for front in list(self.fronts):
            front.abort()
        for session in list(self.sessions):
            session.finish("the daemon is stopping", queued=True)
        try:
            if self.sessions:
                self._empty.clear()
                await asyncio.wait_for(self._empty.wait(), grace)
        except TimeoutError:
            for session in list(self.sessions):
                session.abort()
        await self.dispatcher.stop()

    def opened(self, session: Session) -> None:
        """A door took a connection over."""
        self.sessions.add(session)
        session.on_close(lambda: self._closed(session))

    def _revoked(self, tokens: frozenset[str]) -> None:
        for session in list(self.sessions):
            if session.token is not None and session.token.id in tokens:
                session.revoked()

    def _closed(self, session: Session) -> None:
        self.sessions.discard(session)
        if not self.sessions:
            self._empty.set()

    def peer(self, sock: socket.socket) -> Peer | None:
        """Who is there; None for another user, who gets no further."""
        if sock.family != socket.AF_UNIX:
            keep_alive(sock)
            return Peer(str(sock.getpeername()[0]), local=False)
        pid, uid = credentials(sock)
        if uid != os.geteuid():
            log.warning("refused a connection of user %d", uid)
            return None
        principal = self.dispatcher.engine.principal_of_process(pid)
        return Peer("unix", local=True, principal=principal, pid=pid)


class Front(asyncio.Protocol):
    """A connection before its first byte."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._transport: asyncio.Transport | None = None
        self._peer: Peer | None = None
        self._stranger: Stranger | None = None
        self._session: Session | None = None
        self._linger: asyncio.TimerHandle | None = None

    @property
    def status(self) -> int:
        """What a process that served only this client exits with: LSP's 1 for an `exit` without `shutdown`."""
        return self._session.status if self._session is not None else 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Look who it is, before anything is read."""
        self._transport = cast(asyncio.Transport, transport)
        try:
            self._peer = self._listener.peer(transport.get_extra_info("socket"))
        except Exception:
            log.exception("a connection's peer can't be told")
        if self._peer is not None and self._peer.principal is None:
            self._stranger = self._listener.strangers.enter(self._peer.address, self._expired)
        if self._peer is None or (self._peer.principal is None and self._stranger is None):
            self._peer = None
            self._transport.abort()
            return
        self._listener.fronts.add(self)

    def data_received(self, data: bytes) -> None:
        """The first bytes."""
        first = data[:1]
        if self._peer is None:
            return
        if first in PLAIN:
            self._enter(PlainSession, data)
        elif first in LSP:
            self._wait_for_lsp(data)
        elif first in HTTP:
            self._refuse(_no_http(b"501 Not Implemented", "HTTP is not served here"))
        else:
            error = jsonrpc.failure(None, not_a_door(data[0]))
            self._refuse(jsonrpc.encode(error) + b"\n")

    def connection_lost(self, exc: Exception | None) -> None:
        """Gone before it said anything."""
        self._leave()
        if self._linger is not None:
            self._linger.cancel()
        if self._stranger is not None:
            self._stranger.leave()

    def abort(self) -> None:
        """End at once."""
        if self._transport is not None:
            self._transport.abort()

    def _enter(self, door: Callable[[Dispatcher, Peer, Stranger | None], Session], data: bytes) -> None:
        assert self._peer is not None and self._transport is not None
        self._leave()
        session = self._session = door(self._listener.dispatcher, self._peer, self._stranger)
        self._listener.opened(session)
        self._transport.set_protocol(session)
        session.connection_made(self._transport)
        session.data_received(data)

    def _wait_for_lsp(self, data: bytes) -> None:
        assert self._transport is not None
        self._transport.pause_reading()

        def imported(task: asyncio.Task[type[LspSession]]) -> None:
            if self not in self._listener.fronts:
                return
            if task.cancelled() or task.exception() is not None:
                log.error("the LSP door can't be opened", exc_info=None if task.cancelled() else task.exception())
                self.abort()
                return
            self._enter(task.result(), data)

        asyncio.ensure_future(self._listener.lsp()).add_done_callback(imported)

    def _refuse(self, answer: bytes) -> None:
        assert self._transport is not None
        self._peer = None
        self._transport.write(answer)
        self._transport.write_eof()  # and read on: see Session.end
        self._linger = asyncio.get_running_loop().call_later(limits.REFUSED_SECONDS, self.abort)

    def _expired(self) -> None:
        why = f"nobody said who asks within {limits.HELLO_SECONDS:.0f} s"
        if self._session is not None:
            self._session.refuse(Unauthenticated("This connection needs a token", why, "Call session/open first"))
        else:
            self.abort()

    def _leave(self) -> None:
        self._listener.fronts.discard(self)


class WebFront(Front):
    """A connection to the address of HTTP and WebSocket, before its first head."""

    def __init__(self, listener: Listener, loopback: bool) -> None:
        super().__init__(listener)
        self._loopback = loopback
        self._head = bytearray()

    def data_received(self, data: bytes) -> None:
        """The first head; what it asks for opens the door."""
        if self._peer is None:
            return
        self._head += data
        if self._head[:1] not in HTTP:
            self._refuse(_no_http(b"400 Bad Request", "Only HTTP is served here"))
        elif len(self._head) > limits.HEADER or HEAD.search(self._head):
            door = WebSocketSession if UPGRADE.search(self._head) else HttpSession
            self._enter(partial(door, loopback=self._loopback), bytes(self._head))


def _import_lsp() -> type[LspSession]:
    module = importlib.import_module("openrig_rpc.wire.lsp")
    # What was imported never dies. Collecting it again and again takes 60 ms each time, amid somebody's keystrokes.
    gc.freeze()
    # A large file's tree is 15,000 objects, none of them in a circle: looking for circles at every 700 costs a fifth.
    gc.set_threshold(20_000, 20, 20)
    return cast("type[LspSession]", module.LspSession)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _no_http(status: bytes, what: str) -> bytes:
    fix = "Send JSON-RPC itself or LSP frames; `openrig-rpc daemon --listen http://127.0.0.1:0` serves HTTP"
    body = jsonrpc.encode(jsonrpc.failure(None, InvalidRequest(what, fix=fix)))
    head = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nConnection: close\r\n" % status
    return b"%bContent-Length: %d\r\n\r\n%b" % (head, len(body), body)
