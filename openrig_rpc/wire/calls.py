"""One connection's calls: started in the order they came, answered exactly once, cancelled by id.

A call holds the next one back until it ends or releases; until then, and until its reply is written, no event may be
pushed to this connection (`owing`).

Cancelling ends the waiting, never an effect: the caller gets its -32800 at once, and the handler is cancelled only
where it has released and its method only reads or talks (`lasting` says otherwise). All others run to their end.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import Any, Protocol

from ..model.errors import Cancelled, InternalError, InvalidRequest, PayloadTooLarge, RpcError
from . import limits
from .jsonrpc import ABSENT, Id, MaybeId

log = logging.getLogger(__name__)

Reply = dict[str, Any]
Token = str | int


class Owner(Protocol):
    """The connection, as its calls see it."""

    async def perform(self, call: Call) -> Reply | None:
        """Do what is asked, and answer; None for a notification. Raises nothing but CancelledError."""

    def send(self, message: object) -> None:
        """Write a JSON value."""

    def failure(self, identity: Id, error: RpcError) -> Reply:
        """An error as this door says it."""

    def congested(self) -> bool:
        """True while the client reads more slowly than we write."""

    def settled(self) -> bool:
        """Nothing is owed now. True when somebody waited for that, and must come before the next call."""

    def moved(self) -> None:
        """A call left a full queue, or ended."""


class Call:
    """One request (or notification: `id` is ABSENT) on its way. `lasting`: what it does goes on without its caller."""

    __slots__ = (
        "answered",
        "batch",
        "calls",
        "cancelled",
        "id",
        "lasting",
        "method",
        "owed",
        "params",
        "released",
        "size",
        "slot",
        "task",
        "token",
    )

    def __init__(
        self,
        identity: MaybeId,
        method: str,
        params: object,
        *,
        size: int = 0,
        token: Token | None = None,
        lasting: bool = False,
    ) -> None:
        self.id = identity
        self.method = method
        self.params = params
        self.size = size
        self.token = token
        self.lasting = lasting
        self.batch: Batch | None = None
        self.slot = 0
        self.calls: Calls | None = None
        self.task: asyncio.Task[None] | None = None
        self.owed = self.answered = self.released = self.cancelled = False

    @property
    def notification(self) -> bool:
        return self.id is ABSENT

    @property
    def reply_id(self) -> Id:
        """The id a reply carries."""
        return None if self.id is ABSENT else self.id

    def release(self) -> None:
        """Let the next call start, and events flow, while this one waits. From here on it may be cancelled."""
        if self.calls is not None and not self.released:
            self.released = True
            self.calls.released(self)

    def cancel(self) -> None:
        """Cancel the handler, if it only waits."""
        if self.task is not None and self.released and not self.lasting:
            self.task.cancel()


class Batch:
    """The members of one array, answered together when the last one is."""

    def __init__(self, size: int) -> None:
        self.missing = size
        self.replies: list[Reply | None] = [None] * size
        self.members: list[Call] = []

    def put(self, slot: int, reply: Reply | None) -> bool:
        """Enter a member's reply (None: it gets none). True when that was the last."""
        self.replies[slot] = reply
        self.missing -= 1
        return self.missing == 0

    def found(self) -> list[Reply]:
        """The array to send; empty when all were notifications."""
        return [reply for reply in self.replies if reply is not None]


class Calls:
    """The queue of one connection."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._queue: deque[Call] = deque()
        self._bytes = 0
        self._head: Call | None = None
        self._live: dict[Id, Call] = {}
        self._running: set[Call] = set()
        self._owed = 0
        self._gone = False
        self._woken = False

    @property
    def full(self) -> bool:
        """True when no more should be read before something was started."""
        return len(self._queue) >= limits.QUEUE or self._bytes >= limits.QUEUE_BYTES

    @property
    def owing(self) -> bool:
        """True when an event now could come before the reply to its cause."""
        return self._owed > 0

    @property
    def queued(self) -> bool:
        """True while anything waits to start."""
        return bool(self._queue)

    @property
    def busy(self) -> bool:
        """True while anything is still to be done or answered; what was given up does not count."""
        return bool(self._queue) or any(not call.answered for call in self._running)

    def submit(self, call: Call, batch: Batch | None = None, slot: int = 0) -> None:
        """Queue a call. Refused at once: an id that is live, and more than a connection may leave waiting."""
        call.calls, call.batch, call.slot = self, batch, slot
        if call.id is not ABSENT and call.id in self._live:
            self.refuse(
                InvalidRequest("This id is in use", "the first request with it is not answered yet"),
                call.id,
                batch,
                slot,
            )
            return
        if len(self._running) >= limits.WAITING:
            if call.notification:
                self.skip(batch, slot)
            else:
                self.refuse(_too_many(), call.reply_id, batch, slot)
            return
        if call.id is not ABSENT:
            self._live[call.id] = call
        if batch is not None:
            batch.members.append(call)
        self._queue.append(call)
        self._bytes += call.size
        self._next()

    def refuse(self, error: RpcError, identity: Id, batch: Batch | None, slot: int) -> None:
        """Answer what never becomes a call."""
        reply = self._owner.failure(identity, error)
        if batch is None:
            self._owner.send(reply)
        elif batch.put(slot, reply):
            self._close(batch)

    def skip(self, batch: Batch | None, slot: int) -> None:
        """A member that gets no reply and becomes no call."""
        if batch is not None and batch.put(slot, None):
            self._close(batch)

    def cancel(self, identity: Id) -> None:
        """End the waiting of the call with that id; nothing happens when there is none."""
        call = self._live.get(identity)
        if call is not None:
            self._cancel(call, "its caller asked for that")

    def cancel_token(self, token: Token) -> None:
        """The same by the call's `workDoneToken`."""
        for call in list(self._live.values()):
            if call.token == token:
                self._cancel(call, "its caller asked for that")

    def released(self, call: Call) -> None:
        """A running call waits from now on."""
        self._settle(call)
        if self._head is call:
            self._head = None
            self._next()
        if call.cancelled or self._gone:
            call.cancel()

    def abandon(self) -> None:
        """The client is gone: what only waits ends now; what came in whole is still done, and answered to nobody."""
        self._gone = True
        for call in list(self._running):
            call.cancel()
        self.advance()

    def stop(self, why: str, *, queued: bool) -> None:
        """Nothing more will come: answer what waits, and what has not started where `queued`. The rest runs out."""
        for call in [*self._queue, *self._running]:
            if call.released or (queued and call.task is None):
                self._cancel(call, why)

    def advance(self) -> None:
        """Start the next call, if it may start."""
        self._woken = False
        if self.full:
            asyncio.get_running_loop().call_soon(self._owner.moved)
        while self._queue and self._head is None and (self._gone or not self._owner.congested()):
            call = self._queue.popleft()
            self._bytes -= call.size
            if call.answered:
                self._owner.moved()
                continue
            self._head = call
            call.owed = True
            self._owed += 1
            self._running.add(call)
            call.task = asyncio.get_running_loop().create_task(self._run(call))

    async def _run(self, call: Call) -> None:
        reply: Reply | None = None
        try:
            reply = await self._owner.perform(call)
        except asyncio.CancelledError:
            if not (call.cancelled or self._gone):
                log.error("%.100r was cancelled, and not by its caller", call.method)
                reply = self._failure(call, InternalError("Something went wrong in the daemon"))
        except Exception:
            log.exception("a door failed at %.100r", call.method)
            reply = self._failure(call, InternalError("Something went wrong in the daemon"))
        finally:
            self._answer(call, reply)
            self._running.discard(call)
            if self._head is call:
                self._head = None
                self._next()
            self._owner.moved()

    def _cancel(self, call: Call, why: str) -> None:
        call.cancelled = True
        self._answer(call, self._failure(call, Cancelled("The request was cancelled", why)))
        call.cancel()

    def _failure(self, call: Call, error: RpcError) -> Reply | None:
        return None if call.notification else self._owner.failure(call.reply_id, error)

    def _answer(self, call: Call, reply: Reply | None) -> None:
        if call.answered:
            return
        call.answered = True
        if call.batch is None:
            if reply is not None:
                self._owner.send(reply)
            self._written(call)
        elif call.batch.put(call.slot, reply):
            self._close(call.batch)

    def _close(self, batch: Batch) -> None:
        replies = batch.found()
        if replies:
            self._owner.send(replies)
        for call in batch.members:
            self._written(call)

    def _written(self, call: Call) -> None:
        if call.id is not ABSENT and self._live.get(call.id) is call:
            del self._live[call.id]
        self._settle(call)

    def _settle(self, call: Call) -> None:
        if call.owed:
            call.owed = False
            self._owed -= 1
            if self._owed == 0 and self._owner.settled():
                self._woken = True

    def _next(self) -> None:
        """Those who waited to push come first, else a busy client would never get its events."""
        if self._woken:
            asyncio.get_running_loop().call_soon(self.advance)
        else:
            self.advance()


def _too_many() -> PayloadTooLarge:
    return PayloadTooLarge(
        "Too many requests of this connection are waiting",
        fix="Cancel some, or use another connection",
        limit=limits.WAITING,
    )
