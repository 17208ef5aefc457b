"""The one way from a method's name and raw params to its result or an RpcError, whatever door they came through."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from ..model.errors import InternalError, InvalidRequest, MethodNotFound, NotPermitted, RpcError, Unauthenticated
from ..model.principal import Principal, Tier
from ..rpc import Connection, Context, Method, load
from . import limits
from .jsonrpc import model_json
from .params import decode, similar
from .progress import Progress

if TYPE_CHECKING:
    from pydantic import BaseModel

    from ..engine import Engine

log = logging.getLogger(__name__)

OPEN: Final = "session/open"
NOBODY: Final = Principal(kind="service", name="nobody", scopes=())
"""Who asks `session/open` where nobody said yet who it is."""


class Dispatcher:
    """The table over one engine. One for all connections."""

    def __init__(self, engine: Engine, methods: Mapping[str, Method] | None = None) -> None:
        self.engine = engine
        self.methods = {name: row for name, row in (methods or load()).items() if row.filled}
        self.running: set[asyncio.Task[object]] = set()
        self.asked_at = 0.0
        """When somebody last asked something, by the loop's clock."""

    def method(self, name: str) -> Method:
        """The row of that name, or MethodNotFound: unknown, or planned only."""
        try:
            return self.methods[name]
        except KeyError:
            near = similar(name, self.methods)
            fix = f"Did you mean {' or '.join(near)}?" if near else "`rpc.discover` lists the methods"
            raise MethodNotFound("There is no such method", name[:100], fix, near=near) from None

    def lasting(self, name: str) -> bool:
        """True when a method's effects must go on though its caller cancels or is gone."""
        row = self.methods.get(name)
        return row is not None and row.tier in (Tier.STEER, Tier.SHAPE)

    async def stop(self, seconds: float = 1.0) -> None:
        """Cancel what still runs, and wait until it has ended; after that the engine may close."""
        left = [task for task in self.running if task is not asyncio.current_task()]
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=seconds)

    async def dispatch(
        self,
        connection: Connection,
        name: str,
        raw: object,
        *,
        positional: bool = False,
        release: Callable[[], None] = lambda: None,
        token: int | str | None = None,
    ) -> bytes:
        """The result as JSON.

        raw: the params as decoded JSON. positional: an array is params by position. token: where progress goes.
        Raises RpcError, and CancelledError when the task is cancelled; nothing of any other error leaves here.
        """
        self.asked_at = asyncio.get_running_loop().time()
        row = self.method(name)
        principal = connection.principal
        if principal is None:
            if name != OPEN:
                raise Unauthenticated("Nobody said yet who asks here", fix=f"Call {OPEN} with a token first")
            principal = NOBODY
        context = Context(self.engine, connection, principal, release)
        progress = None
        if token is not None:
            progress = Progress(connection, token, name)
            context.report = progress.report
        task = asyncio.current_task()
        assert task is not None
        self.running.add(task)
        try:
            params = decode(row, raw, positional=positional)
            if name != OPEN:
                self.engine.guard(principal, row, params)
            if row.waits and connection.door == "http":
                brief(name, params)
            assert row.handler is not None
            return model_json(await row.handler(context, params))
        except RpcError as error:
            if isinstance(error, NotPermitted):
                self.engine.refused(principal, name, error)
            raise
        except Exception as error:
            raise hidden(name, error) from None
        finally:
            self.running.discard(task)
            if progress is not None:
                progress.end()


def brief(name: str, params: BaseModel) -> None:
    """Raise InvalidRequest where an answer by HTTP would be long in coming, or only the beginning."""
    timeout = getattr(params, "timeout_seconds", None)
    if getattr(params, "wait", None) in (False, "accepted") or getattr(params, "waits", None) is False:
        return
    if timeout is None or timeout > limits.HTTP_SECONDS:
        raise InvalidRequest(
            f"{name} may push, or wait too long for HTTP",
            f"{limits.HTTP_SECONDS:.0f} s is the longest",
            "Use a WebSocket, or say a shorter `timeoutSeconds`, or what not to `wait` for",
        )


def hidden(name: str, error: BaseException) -> InternalError:
    """An unexpected error as clients may see it: under a number that the log explains."""
    number = secrets.token_hex(6)
    log.error("%.100r failed (%s)", name, number, exc_info=error)
    return InternalError(
        "Something went wrong in the daemon", fix=f"The daemon's log says more under {number}", id=number
    )
