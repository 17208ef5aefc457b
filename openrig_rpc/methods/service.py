"""Services that a rig ships beside its agents."""

from typing import Annotated

from pydantic import Field

from ..model.base import Params, Read
from ..model.principal import Tier
from ..model.service import Service
from ..rpc import Context, planned
from .shapes import RigName


class ServiceRef(Params):
    """One service of a rig, or all of them."""

    rig: RigName
    service: str | None = None


class ServiceLogs(Params):
    """The last lines a service printed."""

    rig: RigName
    service: str
    lines: Annotated[int, Field(ge=1, le=10_000)] = 100


class Services(Read):
    """Services with the evidence for their state."""

    services: list[Service]


class Logs(Read):
    """A service's own output."""

    text: str


@planned("service/list", Tier.READ)
async def list_services(ctx: Context, params: ServiceRef) -> Services:
    """The services of a rig."""
    raise NotImplementedError


@planned("service/start", Tier.SHAPE, waits=True)
async def start(ctx: Context, params: ServiceRef) -> Services:
    """Start services."""
    raise NotImplementedError


@planned("service/stop", Tier.SHAPE)
async def stop(ctx: Context, params: ServiceRef) -> Services:
    """Stop services."""
    raise NotImplementedError


@planned("service/restart", Tier.SHAPE, waits=True)
async def restart(ctx: Context, params: ServiceRef) -> Services:
    """Restart services."""
    raise NotImplementedError


@planned("service/logs", Tier.READ)
async def logs(ctx: Context, params: ServiceLogs) -> Logs:
    """What a service printed."""
    raise NotImplementedError
