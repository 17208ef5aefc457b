"""One input: bytes of a connection, in pieces, through a framing, decoding, and the params of the method named."""

from collections.abc import Callable

import h11
import orjson

from openrig_rpc import rpc
from openrig_rpc.model.errors import RpcError
from openrig_rpc.wire import jsonrpc, limits, web
from openrig_rpc.wire.framing import ContentLength, FrameRefused, Framing, Lines
from openrig_rpc.wire.http import Bodies
from openrig_rpc.wire.params import decode
from openrig_rpc.wire.websocket import Frames, accept

METHODS = rpc.load()


class AnyToken:
    """A gate that knows no token and no page."""

    def token(self, secret: str) -> None:
        """There is none."""

    def allows_origin(self, origin: str) -> bool:
        """Every other one."""
        return len(origin) % 2 == 0


def _asked(request: h11.Request) -> web.Asked:
    asked = web.read(request, AnyToken(), loopback=True)
    if asked.bearer == "wrong":
        web.authenticate(asked, AnyToken(), None)
    return asked


def _http() -> Bodies:
    def admit(request: h11.Request) -> web.Headers | None:
        asked = _asked(request)
        return web.preflight(asked) if asked.method == "OPTIONS" else None

    return Bodies(admit, lambda data: None)


def _websocket() -> Frames:
    def upgrade(request: h11.Request) -> web.Headers:
        return accept(_asked(request))

    return Frames(upgrade, lambda data: None)


FRAMINGS: list[Callable[[], Framing]] = [Lines, ContentLength, _http, _websocket]


def one(data: bytes) -> None:
    """Raises nothing, whatever `data` is."""
    if len(data) < 2:
        return
    framing = FRAMINGS[data[0] % len(FRAMINGS)]()
    size, rest = data[1] + 1, data[2:]
    try:
        for start in range(0, len(rest), size):
            framing.feed(rest[start : start + size])
            while (frame := framing.next()) is not None:
                _message(frame)
                framing.wrap(b"{}")
                if isinstance(framing, Bodies):
                    framing.again()
        assert framing.begun <= limits.FRAME + limits.HEADER + 256
        while (frame := framing.next(final=True)) is not None:
            _message(frame)
            framing.wrap(b"{}")
            if isinstance(framing, Bodies) and not framing.again():
                return
    except FrameRefused as refused:
        _said(refused.error)
        framing.wrap(b"{}")


def _message(frame: bytes) -> None:
    try:
        parsed = jsonrpc.parse(frame)
    except RpcError as error:
        _said(error)
        return
    for member in parsed.value if isinstance(parsed.value, list) else [parsed.value]:
        try:
            message = jsonrpc.read(member, shallow=parsed.shallow, lsp=len(frame) % 2 == 0)
            if isinstance(message, jsonrpc.Request) and message.method in METHODS:
                decode(METHODS[message.method], message.params, positional=True)
        except RpcError as error:
            _said(error)


def _said(error: RpcError) -> None:
    assert orjson.loads(jsonrpc.encode(jsonrpc.failure(None, error)))["error"]["code"] != -32603
