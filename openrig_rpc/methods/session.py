"""Who a connection is."""

from ..model.base import Model, Params
from ..model.principal import Principal, Tier
from ..rpc import Context, planned


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


@planned("session/open", Tier.OPEN)
async def open_session(ctx: Context, params: SessionOpen) -> SessionOpened:
    """Say who connects, and learn who the daemon takes it for.

    Optional on the unix socket, where the peer's process decides; the first and only thing allowed elsewhere.
    A token can name another principal, but never lift an agent above itself.
    """
    raise NotImplementedError
