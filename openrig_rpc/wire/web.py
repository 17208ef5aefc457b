"""What a request by HTTP must be before anything of it is done: for this host, from no foreign page, by a token.

A page in a browser can reach our port. It can't leave its `Origin` out or say another; nor can a name that was made to
point at us (DNS rebinding) stand for our address in `Host`. So a name but `localhost` is refused, and so is an origin
that no token lists. No I/O; h11 reads the bytes.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import h11

from ..model.errors import InvalidRequest, PayloadTooLarge, RpcError, Unauthenticated
from . import limits
from .framing import FrameRefused

if TYPE_CHECKING:
    from ..model.principal import Token
    from .strangers import Stranger

Headers = list[tuple[str, str]]
PATH: Final = b"/"
HOST: Final = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[^:\[\]]+))(?::[0-9]{1,5})?")
ALWAYS: Final[Headers] = [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
JSON: Final = ("Content-Type", "application/json")


class HttpRefused(FrameRefused):
    """The request can't be done; `status` and `headers` say it in HTTP's words."""

    def __init__(self, status: int, error: RpcError, *headers: tuple[str, str]) -> None:
        super().__init__(error)
        self.status = status
        self.headers = headers


class Gate(Protocol):
    """As much of an engine as is asked here."""

    def token(self, secret: str) -> Token | None:
        """The token with that secret, if it lives."""

    def allows_origin(self, origin: str) -> bool:
        """True where some token lets pages of `origin` in."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request's head, as far as we care. `bearer`: the secret that came with it; `hands`: it asks for a WebSocket."""

    method: str
    origin: str | None
    bearer: str | None
    hands: bool
    headers: dict[bytes, bytes]


def connection() -> h11.Connection:
    """HTTP/1.1 as a server speaks it, with a bounded head."""
    return h11.Connection(h11.SERVER, max_incomplete_event_size=limits.HEADER)


def next_event(http: h11.Connection) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
    """h11's next event. Raises HttpRefused."""
    try:
        return http.next_event()
    except h11.RemoteProtocolError as error:
        why = str(error)
        raise HttpRefused(error.error_status_hint, InvalidRequest("This is not HTTP/1.1", why)) from None


def read(request: h11.Request, gate: Gate, *, loopback: bool) -> Asked:
    """The head of a request that is for us. Raises HttpRefused. loopback: nobody elsewhere can reach the port."""
    headers: dict[bytes, bytes] = {}
    if len(request.target) + sum(len(name) + len(value) for name, value in request.headers) > limits.HEADER:
        raise HttpRefused(431, PayloadTooLarge("The header is too large", limit=limits.HEADER))
    for name, value in request.headers:
        if name in headers and name in (b"host", b"origin", b"authorization"):
            raise HttpRefused(400, InvalidRequest(f"{name.decode()} comes twice"))
        headers[name] = value
    if not ours(headers.get(b"host", b"").decode("latin-1"), loopback=loopback):
        raise HttpRefused(
            403,
            InvalidRequest("This host is not served here", "the name in `Host` could be anybody's", "Say localhost"),
        )
    origin = headers[b"origin"].decode("latin-1") if b"origin" in headers else None
    if origin is not None and not gate.allows_origin(origin):
        raise HttpRefused(403, _foreign(origin))
    if request.target != PATH:
        raise HttpRefused(404, InvalidRequest("There is nothing at this path", fix="Everything is at /"))
    hands = b"websocket" in headers.get(b"upgrade", b"").lower()
    return Asked(request.method.decode("latin-1"), origin, _bearer(headers), hands, headers)


def ours(host: str, *, loopback: bool) -> bool:
    """True when a `Host` header names us by an address, or as localhost; the port may be a tunnel's."""
    found = HOST.fullmatch(host)
    if found is None:
        return False
    name = found["six"] or found["name"]
    if name.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or not loopback


def authenticate(asked: Asked, gate: Gate, stranger: Stranger | None) -> Token:
    """The token that the request came with. Raises HttpRefused; wrong ones are counted."""
    try:
        if stranger is not None:
            stranger.admit()
        token = gate.token(asked.bearer) if asked.bearer is not None else None
        if token is None:
            if stranger is not None and asked.bearer is not None:
                stranger.failed()
            raise Unauthenticated(
                "The token names nobody" if asked.bearer else "A token is needed here",
                "it was revoked, or ended, or is another daemon's" if asked.bearer else "",
                "Send `Authorization: Bearer TOKEN`; the person mints one: openrig-rpc token mint NAME",
            )
    except Unauthenticated as error:
        if "retrySeconds" in error.facts:
            raise HttpRefused(429, error, ("Retry-After", str(error.facts["retrySeconds"]))) from None
        raise HttpRefused(401, error, ("WWW-Authenticate", 'Bearer realm="openrig-rpc"')) from None
    if asked.origin is not None and asked.origin not in token.origins:
        raise HttpRefused(403, _foreign(asked.origin))
    return token


def preflight(asked: Asked) -> Headers:
    """What a browser is told before it sends a page's request."""
    return [
        *shared(asked.origin),
        ("Access-Control-Allow-Methods", "POST"),
        ("Access-Control-Allow-Headers", "authorization, content-type"),
        ("Access-Control-Allow-Private-Network", "true"),
        ("Access-Control-Max-Age", "600"),
    ]


def shared(origin: str | None) -> Headers:
    """That a page may read the answer, where a page asked."""
    return [("Access-Control-Allow-Origin", origin), ("Vary", "Origin")] if origin is not None else []


def response(
    http: h11.Connection, status: int, body: bytes, headers: Iterable[tuple[str, str]], *, close: bool, head: bool
) -> bytes:
    """A whole response as bytes; none where one was given already. head: HEAD was asked, which gets no body."""
    if http.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
        return b""
    lines = [*ALWAYS, *headers]
    if status != 204:
        lines += [JSON, ("Content-Length", str(len(body)))]
    if close:
        lines.append(("Connection", "close"))
    events: list[h11.Event] = [h11.Response(status_code=status, headers=lines)]
    events += [h11.Data(data=body)] if body and not head else []
    return b"".join(http.send(event) or b"" for event in [*events, h11.EndOfMessage()])


def _bearer(headers: dict[bytes, bytes]) -> str | None:
    scheme, _, secret = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" and secret.strip() else None


def _foreign(origin: str) -> InvalidRequest:
    return InvalidRequest(
        "This page may not ask here",
        f"{origin[:100]} is no origin of the token",
        "The person can mint one for it: openrig-rpc token mint NAME --origins URL",
    )
