"""One client, whatever door it came through: who it is, what it is owed, and how much it may leave unread.

`Session` is the `Connection` that methods see. A door adds how its messages are framed and performed.

It is read as long as it reads: a client that leaves its output unread, or sends more requests than may wait, is paused.
It ends in two steps: first nothing more is taken and what came is answered (`finish`), then what was written is flushed
(`end`).
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import select
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from ..model.base import moment
from ..model.errors import InternalError, InvalidRequest, PayloadTooLarge, RpcError, Unauthenticated
from ..rpc import Door
from . import jsonrpc, limits
from .calls import Batch, Call, Calls, Reply
from .calls import Token as ProgressToken
from .framing import FrameRefused, Framing

if TYPE_CHECKING:
    from ..model.principal import Token
    from .dispatch import Dispatcher
    from .peer import Peer
    from .strangers import Stranger

log = logging.getLogger(__name__)

OPEN = "session/open"
_numbers = itertools.count(1)


class Session(asyncio.Protocol, ABC):
    """A connection from its first byte on."""

    door: Door
    lsp: ClassVar[bool] = False
    status = 0
    """What a process that served only this client exits with."""

    def __init__(self, dispatcher: Dispatcher, framing: Framing, peer: Peer, stranger: Stranger | None) -> None:
        self.id = next(_numbers)
        self.principal = peer.principal
        self.client = ""
        self.attention = False
        self.local = peer.local
        self.token: Token | None = None
        self.origin: str | None = None
        self.peer = peer
        self.dispatcher = dispatcher
        self.calls = Calls(self)
        self._framing = framing
        self._stranger = stranger
        self._transport: asyncio.Transport | None = None
        self._slow = self._eof = self._finishing = self._ended = self._lost = False
        self._pumping = self._refused = False
        self._pushers: list[asyncio.Future[None]] = []
        self._callbacks: list[Callable[[], None]] = []
        self._frame_timer: asyncio.TimerHandle | None = None
        self._end_timer: asyncio.TimerHandle | None = None
        self._token_timer: asyncio.TimerHandle | None = None

    # What methods see.

    def notify(self, method: str, params: object) -> None:
        """Queue a notification (a model, or a JSON value); one whose token ended hears nothing more."""
        if self.principal is not None or self._stranger is not None:
            self.send(jsonrpc.notification(method, params))

    def congested(self) -> bool:
        """True while the client reads more slowly than we write."""
        return self._slow and not self._lost

    async def ready(self) -> None:
        """Wait until the client reads again and no reply is owed before its events. At once when it is gone."""
        while (self._slow or self.calls.owing) and not self._lost:
            waiter = asyncio.get_running_loop().create_future()
            self._pushers.append(waiter)
            await waiter

    def on_close(self, callback: Callable[[], None]) -> None:
        """Call back once when the connection is gone; soon, when it is already."""
        if self._lost:
            asyncio.get_running_loop().call_soon(callback)
        else:
            self._callbacks.append(callback)

    # What a door adds.

    @abstractmethod
    async def perform(self, call: Call) -> Reply | None:
        """Do what is asked, and answer; None for a notification. Raises nothing but CancelledError."""

    def answered(self, response: jsonrpc.Response) -> None:
        """The client answered a request of ours; only LSP has such."""

    def failure(self, identity: jsonrpc.Id, error: RpcError) -> Reply:
        """An error as this door says it."""
        return jsonrpc.failure(identity, error)

    # Writing.

    def send(self, message: object) -> None:
        """Write a JSON value; cut a client that has left too much unread."""
        if self._transport is None or self._ended:
            return
        try:
            body = jsonrpc.encode(message)
        except TypeError:
            log.exception("session %d: a message of ours is not JSON", self.id)
            if isinstance(message, dict) and "method" in message:
                return
            body = jsonrpc.encode([_sound(m) for m in message] if isinstance(message, list) else _sound(message))
        data = self._framing.wrap(body)
        if self._transport.get_write_buffer_size() + len(data) > limits.HARD_CAP:
            log.warning("session %d (%.100r) left too much unread: cut", self.id, self.client)
            self._transport.abort()
            return
        self._transport.write(data)

    def refuse(self, error: RpcError) -> None:
        """Say what was wrong with the stream, answer what came before it, and end."""
        log.warning("session %d (%s, %s) refused: %s", self.id, self.door, self.peer, error.message)
        self._refused = True
        self.send(self.failure(None, error))
        self.finish("the connection is closing")

    def finish(self, why: str, *, queued: bool = False) -> None:
        """Take nothing more; end when what came is answered. What waits (and is `queued`) is answered with -32800."""
        if self._finishing or self._ended or self._transport is None:
            return
        self._finishing = True
        self._stop_frame_timer()
        self._transport.pause_reading()
        self._end_in(limits.LINGER_SECONDS, self._transport.abort)
        self.calls.stop(why, queued=queued)
        if not self.calls.busy:
            self.end()

    def end(self) -> None:
        """Close as soon as everything written is read, or after a while."""
        if self._ended or self._transport is None:
            return
        self._ended = True
        self._stop_frame_timer()
        if self._refused and not self._eof:
            # Closing before what still comes is read would take our last words from a TCP client.
            self._transport.write_eof()
            self._transport.resume_reading()
            self._end_in(limits.REFUSED_SECONDS, self._transport.abort)
        else:
            self._transport.close()
            self._end_in(limits.LINGER_SECONDS, self._transport.abort)

    def abort(self) -> None:
        """End at once, whatever is still to be read."""
        if self._transport is not None:
            self._transport.abort()

    # Reading.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take over the transport; called by whoever chose the door."""
        assert isinstance(transport, asyncio.Transport)
        transport.set_write_buffer_limits(limits.HIGH_WATER, limits.LOW_WATER)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        if not self._closing:
            self._framing.feed(data)
            self._pump()

    def eof_received(self) -> bool:
        """The client sends no more. What it asked for is still done and answered; then the connection ends."""
        self._eof = True
        if self._ended:
            return False
        self._stop_frame_timer()
        self._pump()
        return not self._ended

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._lost = self._ended = True
        self._stop_frame_timer()
        self._stop_token_timer()
        if self._end_timer is not None:
            self._end_timer.cancel()
        if self._stranger is not None:
            self._stranger.leave()
        self.calls.abandon()
        self.settled()
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            try:
                callback()
            except Exception:
                log.exception("session %d: a close callback failed", self.id)

    def pause_writing(self) -> None:
        """The client does not read: don't read it either, and start nothing new for it."""
        self._slow = True

    def resume_writing(self) -> None:
        """The client reads again."""
        self._slow = False
        if not self.calls.owing:
            self.settled()
        self.calls.advance()
        self._pump()

    # What the calls need.

    def settled(self) -> bool:
        """Nothing is owed now: wake those who want to push. True when there were any."""
        pushers, self._pushers = self._pushers, []
        for waiter in pushers:
            if not waiter.done():
                waiter.set_result(None)
        return bool(pushers)

    def moved(self) -> None:
        """A call left a full queue, or ended: take more, or end."""
        if self._finishing:
            if not self.calls.busy:
                self.end()
        else:
            self._pump()

    async def dispatch(self, call: Call, *, positional: bool = False) -> bytes:
        """The result of a method of the table as JSON. Raises RpcError. A stranger may only say who it is, once."""
        stranger = self._stranger
        try:
            if stranger is not None and call.method == OPEN:
                stranger.admit()
            result = await self.dispatcher.dispatch(
                self, call.method, call.params, positional=positional, release=call.release, token=call.token
            )
        except Unauthenticated as error:
            if stranger is not None:
                if "retrySeconds" not in error.facts:
                    stranger.failed()
                asyncio.get_running_loop().call_soon(self.finish, "the connection is closing")
            raise
        if call.method == OPEN and self.token is not None:
            self.hold(self.token)
        if self.principal is not None:
            self.known()
        return result

    def known(self) -> None:
        """It said who it is: no stranger any more."""
        if self._stranger is not None:
            self._stranger.leave()
            self._stranger = None

    def hold(self, token: Token) -> None:
        """The principal is this token's, as long as it lives."""
        self.token = token
        self._stop_token_timer()
        if token.expires_at is not None:
            left = (moment(token.expires_at) - datetime.now(UTC)).total_seconds()
            self._token_timer = asyncio.get_running_loop().call_later(max(0.0, left), self.revoked)

    def revoked(self) -> None:
        """The token ended: nothing more is taken or pushed. What has begun to have effects runs to its end."""
        self.principal = None
        self.refuse(Unauthenticated("The token ended", "it was revoked, or its time is over", "Ask for another one"))

    # Inside.

    def _pump(self) -> None:
        """Take messages as long as they may be taken, and bytes as long as messages may."""
        if self._pumping or self._transport is None:
            return
        self._pumping = True
        try:
            while not self._closing and not self._full:
                frame = self._framing.next(final=self._eof)
                if frame is None:
                    break
                self._take(frame)
        except FrameRefused as refused:
            self.refuse(refused.error)
        finally:
            self._pumping = False
        if self._closing:
            return
        if self._full:
            self._stop_frame_timer()
            self._transport.pause_reading()
        elif self._eof:
            self._drain()
        else:
            self._transport.resume_reading()
            self._watch_frame()

    @property
    def _closing(self) -> bool:
        return self._finishing or self._ended

    @property
    def _full(self) -> bool:
        return self._slow or self.calls.full

    def _take(self, frame: bytes) -> None:
        """One JSON value."""
        try:
            parsed = jsonrpc.parse(frame)
        except RpcError as error:
            self.send(self.failure(None, error))
            return
        value = parsed.value
        if not isinstance(value, list):
            self._member(value, len(frame), parsed.shallow, None, 0)
        elif not value:
            self.send(self.failure(None, InvalidRequest("A batch has at least one member")))
        elif len(value) > limits.BATCH:
            too_many = PayloadTooLarge("The batch has too many members", fix="Send several", limit=limits.BATCH)
            self.send(self.failure(None, too_many))
        else:
            batch = Batch(len(value))
            for slot, member in enumerate(value):
                self._member(member, len(frame) // len(value), parsed.shallow, batch, slot)

    def _member(self, value: object, size: int, shallow: bool, batch: Batch | None, slot: int) -> None:
        """One message, of its own or of a batch."""
        try:
            message = jsonrpc.read(value, shallow=shallow, lsp=self.lsp)
        except RpcError as error:
            self.calls.refuse(error, jsonrpc.known_id(value), batch, slot)
            return
        if isinstance(message, jsonrpc.Response):
            self.answered(message)
            self.calls.skip(batch, slot)
        elif message.id is jsonrpc.ABSENT and message.method in _OUT_OF_TURN:
            _OUT_OF_TURN[message.method](self.calls, message.params)
            self.calls.skip(batch, slot)
        else:
            token = _token(message.params, "workDoneToken")
            lasting = self.dispatcher.lasting(message.method)
            call = Call(message.id, message.method, message.params, size=size, token=token, lasting=lasting)
            self.calls.submit(call, batch, slot)

    def _drain(self) -> None:
        """After the client's last byte: end when all is answered; what only waits ends when it hung up."""
        if self._closing:
            return
        if not self.calls.busy:
            self.end()
            return
        if self._hung_up():
            self.calls.abandon()
            if not self.calls.queued:
                self.end()
                return
        elif self.lsp:  # an editor that closes one side is going
            self.calls.stop("the client is gone", queued=False)
        self._end_in(1.0, self._drain)

    def _hung_up(self) -> bool:
        """True when the peer closed both directions. After the end of its file asyncio does not watch for that."""
        sock = self._transport.get_extra_info("socket") if self._transport is not None else None
        if sock is None or sock.fileno() < 0:
            return True
        poll = select.poll()
        poll.register(sock.fileno(), 0)
        return any(events & (select.POLLHUP | select.POLLERR) for _, events in poll.poll(0))

    def _end_in(self, seconds: float, what: Callable[[], None]) -> None:
        if self._end_timer is not None:
            self._end_timer.cancel()
        self._end_timer = asyncio.get_running_loop().call_later(seconds, what)

    def _watch_frame(self) -> None:
        """A message that was begun has to come to its end."""
        if not self._framing.begun:
            self._stop_frame_timer()
        elif self._frame_timer is None:
            self._start_frame_timer()

    def _start_frame_timer(self) -> None:
        at = (self._framing.taken, self._framing.begun)
        self._frame_timer = asyncio.get_running_loop().call_later(limits.FRAME_SECONDS, self._late, *at)

    def _late(self, taken: int, begun: int) -> None:
        came = self._framing.begun - begun
        if self._framing.taken != taken or came >= limits.FRAME_SECONDS * limits.FRAME_RATE:
            self._start_frame_timer()
        else:
            self._frame_timer = None
            self.refuse(InvalidRequest("A message was begun and not ended", f"for {limits.FRAME_SECONDS:.0f} s"))

    def _stop_token_timer(self) -> None:
        if self._token_timer is not None:
            self._token_timer.cancel()
            self._token_timer = None

    def _stop_frame_timer(self) -> None:
        if self._frame_timer is not None:
            self._frame_timer.cancel()
            self._frame_timer = None


def _token(params: object, name: str) -> ProgressToken | None:
    token = params.get(name) if isinstance(params, dict) else None
    return token if isinstance(token, str | int) and not isinstance(token, bool) else None


def _cancel_request(calls: Calls, params: object) -> None:
    wanted = params.get("id") if isinstance(params, dict) else None
    if jsonrpc.valid_id(wanted, lsp=False) and isinstance(wanted, str | int | float):
        calls.cancel(wanted)


def _cancel_progress(calls: Calls, params: object) -> None:
    token = _token(params, "token")
    if token is not None:
        calls.cancel_token(token)


_OUT_OF_TURN: dict[str, Callable[[Calls, object], None]] = {
    "$/cancelRequest": _cancel_request,
    "window/workDoneProgress/cancel": _cancel_progress,
}
"""Notifications that don't queue."""


def _sound(reply: object) -> object:
    """A reply, or what is sent instead where it can't be written."""
    try:
        jsonrpc.encode(reply)
    except TypeError:
        identity = reply.get("id") if isinstance(reply, dict) else None
        return jsonrpc.failure(identity, InternalError("Something went wrong in the daemon"))
    return reply
