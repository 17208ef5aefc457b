"""Who a connection is."""

from ..model.base import Model, Params
from ..model.errors import IncompatibleDaemon, NotPermitted, Unauthenticated
from ..model.principal import Principal, Tier
from ..rpc import Context, method
from ..version import PROTOCOL, VERSION


class ClientInfo(Params):
    """The program that connects."""

    name: str
    version: str | None = None


class SessionOpen(Params):
    """`token` names the operator, an agent or a service; `attention` opts in to questions for the person."""

    client: ClientInfo | None = None
    token: str | None = None
    attention: bool = False
    protocol_version: str | None = None


class SessionOpened(Model):
    """Who the connection is from now on."""

    principal: Principal
    protocol_version: str
    seq: int


@method("session/open", Tier.OPEN)
async def open_session(ctx: Context, params: SessionOpen) -> SessionOpened:
    """Say who connects, and learn who the daemon takes it for.

    Optional on the unix socket, where the peer's process decides; the first and only thing allowed elsewhere.
    A token can name another principal, but never lift an agent above itself.
    """
    connection = ctx.connection
    _same_major(params.protocol_version)
    if params.token is not None:
        token = ctx.engine.token(params.token)
        if token is None:
            raise Unauthenticated(
                "the token names nobody",
                "it was revoked, or ended, or is another daemon's",
                "read it again from its file; an agent's is new with each start",
            )
        if connection.origin is not None and connection.origin not in token.origins:
            raise Unauthenticated(
                "the token is not for this web page",
                f"{connection.origin} is none of its origins",
                "the person can mint one that is: openrig-rpc token mint NAME --origins URL",
            )
        named = token.principal
        if connection.principal is not None and connection.principal.kind == "agent" and named != connection.principal:
            raise NotPermitted(
                f"{connection.principal} can't become {named}",
                "this process runs in an agent's pane",
                "leave the token out, or use the agent's own",
                needs="own token",
            )
        connection.principal, connection.token = named, token
    if connection.principal is None:
        raise Unauthenticated(
            "nobody knows who connects",
            "this door takes a token",
            "send `token` in session/open; the operator's is in the file tokens/operator of the state folder",
        )
    if params.client is not None:
        connection.client = params.client.name
    connection.attention = params.attention
    return SessionOpened(principal=connection.principal, protocol_version=PROTOCOL, seq=ctx.engine.store.seq)


def _same_major(asked: str | None) -> None:
    if asked is not None and asked.partition(".")[0] != PROTOCOL.partition(".")[0]:
        raise IncompatibleDaemon(
            f"the client speaks protocol {asked}",
            f"this daemon ({VERSION}) speaks {PROTOCOL}",
            "install matching versions; agents go on meanwhile",
            protocolVersion=PROTOCOL,
            version=VERSION,
        )
