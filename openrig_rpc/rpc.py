"""The one table: every method, event and error of the protocol, and what a method is given.

A method is one decorated async function in `openrig_rpc/methods/`; its params and result are pydantic models; the
first line of its docstring is its summary on the wire, in the docs, in MCP and in the command line. Nothing else is
edited to add one:

    @method("agent/get", Tier.READ)
    async def get(ctx: Context, params: AgentRef) -> AgentResult:
        '''One agent and what is known of it now.'''

`@planned` freezes the signature of a method that is not there yet: calling it answers -32601, and neither
`initialize` nor `rpc.discover` lists it.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar, get_type_hints

from pydantic import BaseModel

from .model.base import Params
from .model.errors import ERRORS, RpcError
from .model.event import KINDS, Kind
from .model.principal import Principal, Tier, Token

if TYPE_CHECKING:
    from .engine import Engine

__all__ = [
    "ERRORS",
    "EVENTS",
    "METHODS",
    "Connection",
    "Context",
    "Method",
    "RpcError",
    "Tier",
    "load",
    "method",
    "planned",
]

EVENTS: dict[str, Kind] = KINDS
METHODS: dict[str, Method] = {}

Door = Literal["lsp", "plain", "http", "websocket"]
P = TypeVar("P", bound=BaseModel)
R = TypeVar("R", bound=BaseModel)
Handler = Callable[["Context", P], Awaitable[R]]


class NoParams(Params):
    """Takes none."""


class Connection(Protocol):
    """One client, as methods see it. The doors in `wire/` are the implementations."""

    id: int
    door: Door
    principal: Principal | None
    client: str
    attention: bool
    local: bool  # a unix socket or our own stdio: the peer's uid is known
    token: Token | None  # what names the principal, where that was a token
    origin: str | None  # the web page that asks, where a browser says so

    def notify(self, method: str, params: object) -> None:
        """Queue a notification (a model, or a JSON value that orjson can write)."""

    def congested(self) -> bool:
        """True while the client reads more slowly than we write."""

    async def ready(self) -> None:
        """Wait until the client reads again and no reply is owed before its events."""

    def on_close(self, callback: Callable[[], None]) -> None:
        """Call back once when the connection is gone."""


@dataclass(slots=True)
class Context:
    """What a method is given besides its params."""

    engine: Engine
    connection: Connection
    principal: Principal
    release: Callable[[], None] = field(default=lambda: None)
    """Let the connection's next request start, and its events flow, while this one waits."""
    report: Callable[[str, int | None], None] = field(default=lambda message, percentage: None)
    """`$/progress` to the caller, when it sent a `workDoneToken`."""

    @property
    def actor(self) -> str:
        """Who the journal says did it."""
        return str(self.principal)


@dataclass(frozen=True, slots=True)
class Method:
    """One row of the table."""

    name: str
    tier: Tier
    params: type[BaseModel]
    result: type[BaseModel]
    handler: Handler[Any, Any] | None
    summary: str
    doc: str
    keyed: bool
    waits: bool

    @property
    def filled(self) -> bool:
        return self.handler is not None


def method(
    name: str, tier: Tier, *, keyed: bool = False, waits: bool = False
) -> Callable[[Handler[P, R]], Handler[P, R]]:
    """Enter an async function into the table as `name`.

    keyed: takes `idempotencyKey`. waits: may wait for long or push afterwards, so HTTP refuses it.
    """

    def enter(function: Handler[P, R]) -> Handler[P, R]:
        _enter(name, tier, function, keyed=keyed, waits=waits, filled=True)
        return function

    return enter


def planned(
    name: str, tier: Tier, *, keyed: bool = False, waits: bool = False
) -> Callable[[Handler[P, R]], Handler[P, R]]:
    """Freeze the signature of a method that is still to be written."""

    def enter(function: Handler[P, R]) -> Handler[P, R]:
        _enter(name, tier, function, keyed=keyed, waits=waits, filled=False)
        return function

    return enter


def _enter(name: str, tier: Tier, function: Handler[Any, Any], *, keyed: bool, waits: bool, filled: bool) -> None:
    if name in METHODS:
        raise TypeError(f"method {name!r} is in the table already")
    hints = get_type_hints(function, {**function.__globals__, "Context": Context})
    doc = inspect.getdoc(function) or ""
    if not doc:
        raise TypeError(f"method {name!r} has no docstring: its first line is its summary")
    params, result = hints["params"], hints["return"]
    if keyed != ("idempotency_key" in params.model_fields):
        raise TypeError(f"method {name!r}: keyed and an `idempotency_key` field go together")
    METHODS[name] = Method(
        name, tier, params, result, function if filled else None, doc.splitlines()[0], doc, keyed, waits
    )


def load() -> dict[str, Method]:
    """Import every module of `openrig_rpc.methods`, and return the whole table."""
    package = importlib.import_module("openrig_rpc.methods")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return METHODS


def filled() -> dict[str, Method]:
    """The methods that answer, in the table's order."""
    return {name: row for name, row in load().items() if row.filled}
