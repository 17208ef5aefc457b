"""Tokens for those who come by TCP, HTTP or WebSocket: scoped, ending, revocable, and for the person alone to give."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints

from ..model.base import Empty, Model, Params, Read, stamp
from ..model.errors import InvalidParams
from ..model.principal import Principal, Tier, Token
from ..rpc import Context, NoParams, method
from ..store.writer import Tx
from .shapes import RigName

OPERATORS: Final = "operator"
"""The name of the token in the file `tokens/operator`."""
YEAR: Final = 366 * 24 * 3600


def _origin(text: str) -> str:
    """An origin as browsers send it: scheme, host, and the port where it is not the scheme's own."""
    parts = urlsplit(text)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = f":{parts.port}" if parts.port is not None else ""
    if not parts.scheme or not parts.hostname or text != f"{parts.scheme}://{host}{port}":
        raise ValueError("an origin is SCHEME://HOST or SCHEME://HOST:PORT, in lower case, without a path")
    return text


Origin = Annotated[str, StringConstraints(max_length=256), AfterValidator(_origin)]
ServiceName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
Scope = Literal[Tier.READ, Tier.TALK, Tier.STEER, Tier.SHAPE]


class TokenMint(Params):
    """`name` is who comes with it: `service:NAME`. It may do what its scopes say, in one rig where that is named."""

    name: ServiceName
    scopes: Annotated[list[Scope], Field(min_length=1)] = [Tier.READ]
    rig: RigName | None = None
    origins: Annotated[list[Origin], Field(max_length=32)] = []
    expires_in_seconds: Annotated[float, Field(gt=0, le=YEAR)] | None = None


class TokenMinted(Model):
    """`secret` is shown this once; only its hash is kept."""

    token: Token
    secret: str


class TokenRevoke(Params):
    """A token by its id, or all of a name; `operator` makes a new one in its file."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Tokens(Read):
    """Every token that lives; agents' are not listed, they come and go with their agents."""

    tokens: list[Token]


@method("token/mint", Tier.SHAPE)
async def mint(ctx: Context, params: TokenMint) -> TokenMinted:
    """Make a token for a service, with scopes, an end, and the web pages that may use it."""
    secret = secrets.token_urlsafe(32)
    principal = Principal(
        kind="service",
        name=params.name,
        scopes=tuple(dict.fromkeys(params.scopes)),
        rig=ctx.engine.directory.rig(params.rig).name if params.rig is not None else None,
    )
    seconds = params.expires_in_seconds
    ends = stamp(datetime.now(UTC) + timedelta(seconds=seconds)) if seconds is not None else None
    token = await ctx.engine.store.write(
        ctx.actor,
        lambda tx: ctx.engine.store.desk.put_token(
            tx, secret, principal, str(principal), expires_at=ends, origins=params.origins
        ),
    )
    return TokenMinted(token=token, secret=secret)


@method("token/list", Tier.SHAPE)
async def list_tokens(ctx: Context, params: NoParams) -> Tokens:
    """The tokens that live, without their secrets."""
    found = [token for token in ctx.engine.store.desk.tokens() if token.principal.kind != "agent"]
    return Tokens(seq=ctx.engine.store.seq, tokens=found)


@method("token/revoke", Tier.SHAPE)
async def revoke(ctx: Context, params: TokenRevoke) -> Empty:
    """End a token, and every connection that was opened with it, at once."""
    store = ctx.engine.store
    names = {params.token, f"service:{params.token}"}
    found = [
        token
        for token in store.desk.tokens()
        if token.principal.kind != "agent" and (token.id == params.token or token.name in names)
    ]
    if not found:
        raise InvalidParams(
            f"there is no token {params.token!r}",
            "it was revoked already, or ended, or never was",
            "see them: openrig-rpc token list",
            errors=[{"at": "token", "message": "unknown"}],
        )

    async def unit(tx: Tx) -> None:
        for token in found:
            await store.desk.revoke_token(tx, token)

    await store.write(ctx.actor, unit)
    if any(token.name == OPERATORS for token in found):
        await ctx.engine.operator_token()
    return Empty()
