"""WebSocket: the plain door, one JSON value a text message, subprotocol `openrig.v1`. wsproto reads and writes frames.

A client that can, names its token in the upgrade's `Authorization`; a browser can't, and says `session/open` first,
as on TCP. Its `Origin` has to be one of that token's either way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import h11
from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage
from wsproto.utilities import generate_accept_token

from ..model.errors import InvalidRequest, PayloadTooLarge, RpcError, Unauthenticated
from ..rpc import Door
from . import limits, web
from .framing import FrameRefused
from .http import too_large
from .plain import PlainSession

if TYPE_CHECKING:
    from collections.abc import Callable

    from .dispatch import Dispatcher
    from .peer import Peer
    from .strangers import Stranger

SUBPROTOCOL: Final = "openrig.v1"
GOING_AWAY: Final = 1001
CODES: Final[dict[type[RpcError], int]] = {PayloadTooLarge: 1009, Unauthenticated: 1008}
"""Why we close, in WebSocket's words; else 1002, a protocol error."""


class Frames:
    """The upgrade, then messages. See `Framing`."""

    def __init__(self, upgrade: Callable[[h11.Request], web.Headers], write: Callable[[bytes], None]) -> None:
        self.taken = 0
        self.closed = False
        """The client said goodbye."""
        self.status = 400
        self.headers: web.Headers = []
        self._upgrade = upgrade
        self._write = write
        self._http = web.connection()
        self._socket: Connection | None = None
        self._pieces: list[str] = []
        self._size = 0
        self._came = 0
        self._head = False

    @property
    def begun(self) -> int:
        return self._came

    def feed(self, data: bytes) -> None:
        self._came += len(data)
        if self._socket is None:
            self._http.receive_data(data)
        elif not self.closed:
            self._socket.receive_data(data)

    def next(self, *, final: bool = False) -> bytes | None:
        """The next whole message. Pings are answered here. Raises FrameRefused."""
        socket = self._socket or self._open()
        if socket is None or self.closed:
            return None
        for event in socket.events():
            if isinstance(event, TextMessage):
                self._pieces.append(event.data)
                self._size += len(event.data)
                if self._size > limits.FRAME:
                    raise FrameRefused(too_large())
                if event.message_finished:
                    return self._message()
            elif isinstance(event, BytesMessage):
                raise FrameRefused(InvalidRequest("A message is text", "this one is binary"))
            elif isinstance(event, Ping):
                self._came = 0
                self._write(socket.send(event.response()))
            elif isinstance(event, CloseConnection):
                self.closed = True
                if socket.state in (ConnectionState.OPEN, ConnectionState.REMOTE_CLOSING):
                    self._write(socket.send(event.response()))
                return None
        return None

    def wrap(self, body: bytes) -> bytes:
        if self._socket is None:
            return web.response(self._http, self.status, body, self.headers, close=True, head=self._head)
        if self._socket.state is not ConnectionState.OPEN:
            return b""
        return self._socket.send(TextMessage(data=body.decode()))

    def close(self, code: int) -> bytes:
        """Our goodbye; nothing where it was said, or the upgrade did not happen."""
        if self._socket is None or self._socket.state is not ConnectionState.OPEN:
            return b""
        return self._socket.send(CloseConnection(code=code))

    def _message(self) -> bytes:
        body = "".join(self._pieces).encode()
        self._pieces.clear()
        self._size = self._came = 0
        self.taken += 1
        if len(body) > limits.FRAME:
            raise FrameRefused(too_large())
        return body

    def _open(self) -> Connection | None:
        """The upgrade, once its head is here. Raises HttpRefused."""
        try:
            event = web.next_event(self._http)
            if not isinstance(event, h11.Request):
                return None
            self._head = event.method == b"HEAD"
            headers = self._upgrade(event)
        except web.HttpRefused as refused:
            self.status = refused.status
            self.headers += refused.headers
            raise
        web.next_event(self._http)  # the end of the request; what comes behind it is WebSocket's
        said = h11.InformationalResponse(status_code=101, headers=headers, reason=b"Switching Protocols")
        self._write(self._http.send(said) or b"")
        self._socket = Connection(ConnectionType.SERVER, trailing_data=self._http.trailing_data[0])
        self._came = 0
        return self._socket


class WebSocketSession(PlainSession):
    """A client that came by an upgrade."""

    door: Door = "websocket"

    def __init__(self, dispatcher: Dispatcher, peer: Peer, stranger: Stranger | None, *, loopback: bool) -> None:
        self._frames = Frames(self._upgrade, self._answer)
        super().__init__(dispatcher, peer, stranger, self._frames)
        self._loopback = loopback
        self._code = GOING_AWAY

    def refuse(self, error: RpcError) -> None:
        """Say what was wrong, in HTTP's words before the upgrade, and end."""
        self._code = CODES.get(type(error), 1002)
        super().refuse(error)

    def eof_received(self) -> bool:
        """There are no half connections here: who sends no more is gone. What came in whole is still done."""
        if super().eof_received():
            self.calls.abandon()
            self.end()
        return False

    def end(self) -> None:
        """Close as soon as everything written is read, with WebSocket's own goodbye."""
        self._answer(self._frames.close(self._code))
        super().end()

    def _pump(self) -> None:
        super()._pump()
        if self._frames.closed and not self._closing:
            self._refused = True  # what the client still sends must not take our goodbye from it
            self.end()

    def _answer(self, data: bytes) -> None:
        if self._transport is not None and not self._ended and data:
            self._transport.write(data)

    def _upgrade(self, request: h11.Request) -> web.Headers:
        """The headers that accept an upgrade. Raises HttpRefused."""
        engine = self.dispatcher.engine
        asked = web.read(request, engine, loopback=self._loopback)
        headers = accept(asked)
        self.origin = asked.origin
        if asked.bearer is not None:
            token = web.authenticate(asked, engine, self._stranger)
            self.principal = token.principal
            self.hold(token)
            self.known()
        return headers


def accept(asked: web.Asked) -> web.Headers:
    """What accepts this upgrade, by RFC 6455. Raises HttpRefused."""
    key, version = asked.headers.get(b"sec-websocket-key"), asked.headers.get(b"sec-websocket-version")
    upgrade = asked.hands and b"upgrade" in asked.headers.get(b"connection", b"").lower()
    body = b"transfer-encoding" in asked.headers or asked.headers.get(b"content-length", b"0") != b"0"
    if asked.method != "GET" or not upgrade or key is None or body:
        raise web.HttpRefused(400, InvalidRequest("This is no WebSocket upgrade", "RFC 6455 says what one has"))
    if version != b"13":
        error = InvalidRequest("Another version of WebSocket is spoken here")
        raise web.HttpRefused(426, error, ("Sec-WebSocket-Version", "13"), ("Upgrade", "websocket"))
    offered = asked.headers.get(b"sec-websocket-protocol", b"").decode("latin-1").split(",")
    if SUBPROTOCOL not in (name.strip() for name in offered):
        raise web.HttpRefused(400, InvalidRequest("The subprotocol is missing", fix=f"Offer {SUBPROTOCOL}"))
    return [
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Accept", generate_accept_token(key).decode()),
        ("Sec-WebSocket-Protocol", SUBPROTOCOL),
    ]
