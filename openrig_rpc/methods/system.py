"""The daemon itself."""

from typing import Any

from pydantic import RootModel

from ..model.base import Empty, Model, Params, Read
from ..model.principal import Tier
from ..model.system import Check, Loop, RuntimeInfo
from ..rpc import Context, NoParams, planned


class SystemInfo(Read):
    """What runs here."""

    version: str
    pid: int
    uptime_seconds: float
    tmux_version: str
    loop: Loop
    endpoints: dict[str, str]
    runtimes: list[RuntimeInfo]


class Doctor(Params):
    """`restore` names a rig to check for restoring; `fix` does what can safely be done."""

    restore: str | None = None
    fix: bool = False


class DoctorResult(Read):
    """Every check that was made."""

    checks: list[Check]


class Shutdown(Params):
    """Agents outlive the daemon unless `keepAgents` is false."""

    keep_agents: bool = True


class Upgraded(Model):
    """The daemon that took over."""

    version: str
    pid: int


class OpenRpcDocument(RootModel[dict[str, Any]]):
    """An OpenRPC document."""


@planned("system/info", Tier.READ)
async def info(ctx: Context, params: NoParams) -> SystemInfo:
    """Version, endpoints and harnesses of this daemon, and how late its event loop runs."""
    raise NotImplementedError


@planned("system/doctor", Tier.READ)
async def doctor(ctx: Context, params: Doctor) -> DoctorResult:
    """Check everything a rig needs here, with the exact command that mends what is missing."""
    raise NotImplementedError


@planned("system/shutdown", Tier.SHAPE)
async def shutdown(ctx: Context, params: Shutdown) -> Empty:
    """Stop the daemon; agents live on in tmux unless asked otherwise."""
    raise NotImplementedError


@planned("system/upgrade", Tier.SHAPE)
async def upgrade(ctx: Context, params: NoParams) -> Upgraded:
    """Hand over to a newer daemon without stopping agents."""
    raise NotImplementedError


@planned("rpc.discover", Tier.OPEN)
async def discover(ctx: Context, params: NoParams) -> OpenRpcDocument:
    """This interface as an OpenRPC document."""
    raise NotImplementedError
