"""HTTP: `POST /` carries one JSON value of the plain door, and its answer comes back. Each request names its token.

What would push, or wait for long, is refused by the dispatcher (`brief`): that is what WebSocket is for. A request
that is no JSON-RPC is answered in HTTP's own words, and the connection ends.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import h11

from ..model.errors import InvalidRequest, PayloadTooLarge, RpcError, Unauthenticated
from ..rpc import Door
from . import limits, web
from .plain import PlainSession

if TYPE_CHECKING:
    from .dispatch import Dispatcher
    from .peer import Peer
    from .strangers import Stranger

STATUS: Final[dict[type[RpcError], int]] = {PayloadTooLarge: 413, Unauthenticated: 401}
"""What an error that ends the connection is in HTTP; else 400."""
Write = Callable[[bytes], None]


class Bodies:
    """Requests of one connection, one at a time: the body of each `POST`. See `Framing`."""

    def __init__(self, admit: Callable[[h11.Request], web.Headers | None], write: Write) -> None:
        self.taken = 0
        self.status = 200
        self.headers: web.Headers = []
        self._admit = admit
        self._write = write
        self._http = web.connection()
        self._body = bytearray()
        self._told: web.Headers | None = None
        self._came = 0
        self._ended = self._head = False

    @property
    def begun(self) -> int:
        return self._came

    def feed(self, data: bytes) -> None:
        self._came += len(data)
        self._http.receive_data(data)

    def next(self, *, final: bool = False) -> bytes | None:
        """The body of the next `POST`. What needs no JSON is answered here. Raises HttpRefused."""
        if final and not self._ended:
            self._ended = True
            self._http.receive_data(b"")
        try:
            return self._next()
        except web.HttpRefused as refused:
            self.status = refused.status
            self.headers += refused.headers
            raise

    def _next(self) -> bytes | None:
        while True:
            event = web.next_event(self._http)
            if isinstance(event, h11.Request):
                self._head = event.method == b"HEAD"
                self._told = self._admit(event)
            elif isinstance(event, h11.Data):
                self._body += event.data
                if len(self._body) > limits.FRAME:
                    raise web.HttpRefused(413, too_large())
            elif isinstance(event, h11.EndOfMessage):
                self.taken += 1
                self._came = len(self._http.trailing_data[0])
                body, self._body = bytes(self._body), bytearray()
                if self._told is None:
                    return body
                self._write(self.respond(204, b"", self._told))
                if not self.again():
                    return None
            else:
                if self._http.they_are_waiting_for_100_continue:
                    self._write(self._http.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
                return None

    def wrap(self, body: bytes) -> bytes:
        return self.respond(self.status, body, self.headers)

    def respond(self, status: int, body: bytes, headers: web.Headers) -> bytes:
        """A response, as bytes; nothing where it was given already."""
        return web.response(self._http, status, body, headers, close=status >= 400, head=self._head)

    def again(self) -> bool:
        """Be ready for the next request; False when this connection takes none."""
        if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            return False
        self._http.start_next_cycle()
        self.status, self.headers, self._head = 200, [], False
        return True


class HttpSession(PlainSession):
    """One connection; its principal is that of the request at hand."""

    door: Door = "http"

    def __init__(self, dispatcher: Dispatcher, peer: Peer, stranger: Stranger | None, *, loopback: bool) -> None:
        self._bodies = Bodies(self._admit, self._answer)
        super().__init__(dispatcher, peer, None, self._bodies)
        self._visitor = stranger
        self._loopback = loopback
        self._asked = False
        """A request is read, and not answered."""

    def notify(self, method: str, params: object) -> None:
        """There is nowhere to push to."""

    def send(self, message: object) -> None:
        """The answer to the request at hand."""
        if not self._asked:
            return
        super().send(message)
        self._asked = False
        if not self._bodies.again():
            self.finish("the connection is closing")

    def refuse(self, error: RpcError) -> None:
        """Answer with an error of HTTP, and end."""
        if self._bodies.status == 200:
            self._bodies.status = STATUS.get(type(error), 400)
        self._asked = True
        super().refuse(error)

    def moved(self) -> None:
        """Notifications alone have no answer, but their request has."""
        self._silence()
        super().moved()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        if self._visitor is not None:
            self._visitor.leave()
        super().connection_lost(exc)

    @property
    def _full(self) -> bool:
        return self._asked or super()._full

    def _take(self, frame: bytes) -> None:
        self._asked = True
        super()._take(frame)
        self._silence()

    def _silence(self) -> None:
        if self._asked and not self.calls.busy:
            self._asked = False
            self._answer(self._bodies.respond(204, b"", self._bodies.headers))
            if not self._bodies.again():
                self.finish("the connection is closing")

    def _answer(self, data: bytes) -> None:
        if self._transport is not None and not self._ended:
            self._transport.write(data)

    def _admit(self, request: h11.Request) -> web.Headers | None:
        """Look at a request before its body: None lets it in, headers answer it. Raises HttpRefused."""
        engine = self.dispatcher.engine
        asked = web.read(request, engine, loopback=self._loopback)
        self._bodies.headers = web.shared(asked.origin)
        if asked.method == "OPTIONS":
            return web.preflight(asked) if asked.origin is not None else [("Allow", "GET, OPTIONS, POST")]
        if asked.method == "GET":
            error = InvalidRequest("There is nothing to get", fix="POST JSON-RPC, or ask for a WebSocket")
            raise web.HttpRefused(426, error, ("Upgrade", "websocket"), ("Connection", "upgrade"))
        if asked.method != "POST":
            error = InvalidRequest(f"{asked.method[:20]} is not served here", fix="POST JSON-RPC")
            raise web.HttpRefused(405, error, ("Allow", "GET, OPTIONS, POST"))
        kind = asked.headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
        if kind != b"application/json" or asked.headers.get(b"content-encoding", b"identity") != b"identity":
            raise web.HttpRefused(415, InvalidRequest("The body is plain JSON", fix="Send application/json, unpacked"))
        token = web.authenticate(asked, engine, self._visitor)
        if int(asked.headers.get(b"content-length", b"0")) > limits.FRAME:
            raise web.HttpRefused(413, too_large())
        if self._visitor is not None:
            self._visitor.leave()
        self.principal, self.origin = token.principal, asked.origin
        self.hold(token)
        return None


def too_large() -> PayloadTooLarge:
    """More than a message may have."""
    return PayloadTooLarge("The message is too large", f"{limits.FRAME} bytes is the most", limit=limits.FRAME)
