"""The plain door: JSON-RPC 2.0 to the letter by jsonrpcserver, one value a line, each member of a batch alone.

What is not left to jsonrpcserver: it answers a whole batch with one error where one member is bad, and puts the text
of exceptions into replies. So it is given one checked request at a time, and only errors that we wrote.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, cast

from jsonrpcserver.async_dispatcher import dispatch_request
from jsonrpcserver.dispatcher import to_response
from jsonrpcserver.exceptions import JsonRpcError
from jsonrpcserver.request import Request
from jsonrpcserver.response import to_serializable_one
from jsonrpcserver.result import Result, Success
from orjson import Fragment

from ..model.errors import InvalidRequest, MethodNotFound, ParseError, RpcError
from ..rpc import Door
from . import jsonrpc
from .calls import Call, Reply
from .framing import Framing, Lines
from .session import Session

if TYPE_CHECKING:
    from .dispatch import Dispatcher
    from .peer import Peer
    from .strangers import Stranger

Invoke = Callable[..., Awaitable[Result]]

_WORDS: dict[type[RpcError], str] = {
    ParseError: "Parse error",
    InvalidRequest: "Invalid Request",
    MethodNotFound: "Method not found",
}
"""The messages that the specification itself gives; `data` says more."""


class PlainSession(Session):
    """A client that speaks JSON-RPC and nothing else."""

    door: Door = "plain"

    def __init__(
        self, dispatcher: Dispatcher, peer: Peer, stranger: Stranger | None = None, framing: Framing | None = None
    ) -> None:
        super().__init__(dispatcher, framing or Lines(), peer, stranger)
        self._methods: dict[str, Invoke] = dict.fromkeys(dispatcher.methods, _invoke)

    async def perform(self, call: Call) -> Reply | None:
        """One request through jsonrpcserver."""
        params = call.params if isinstance(call.params, dict | list) else []
        request = Request(call.method, params, call.reply_id)
        _, result = await dispatch_request(self._methods, (self, call), request)
        if call.notification:
            return None
        if call.method not in self._methods:  # it says no more than -32601
            return self._not_found(call)
        return cast(Reply, to_serializable_one(to_response(request, result)))

    def failure(self, identity: jsonrpc.Id, error: RpcError) -> Reply:
        """An error, in the specification's words where it has some."""
        return jsonrpc.failure(identity, error, message=_WORDS.get(type(error)))

    def _not_found(self, call: Call) -> Reply:
        try:
            self.dispatcher.method(call.method)
        except MethodNotFound as error:
            return self.failure(call.reply_id, error)
        raise AssertionError(call.method)


async def _invoke(asked: tuple[PlainSession, Call], /, *positional: object, **named: object) -> Result:
    """Any method, as jsonrpcserver calls it; `positional` and `named` are the call's params again."""
    session, call = asked
    try:
        return Success(Fragment(await session.dispatch(call, positional=True)))
    except RpcError as error:
        raise JsonRpcError(error.code, _WORDS.get(type(error), error.message), error.data()) from None


# jsonrpcserver asks for it at each request.
setattr(_invoke, "__signature__", inspect.signature(_invoke))  # noqa: B010 - a function has no such attribute for mypy
