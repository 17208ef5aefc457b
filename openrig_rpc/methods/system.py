"""The daemon itself."""

import asyncio
import os
import time
from typing import Any

from pydantic import RootModel

from ..health import comebacks, examine
from ..model.base import Empty, Model, Params, Read
from ..model.principal import Tier
from ..model.system import Check, Loop, RuntimeInfo
from ..rpc import Context, NoParams, method, planned
from ..version import VERSION


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


@method("system/info", Tier.READ)
async def info(ctx: Context, params: NoParams) -> SystemInfo:
    """Version, endpoints and harnesses of this daemon, and how late its event loop runs."""
    engine = ctx.engine
    before = time.monotonic()
    await asyncio.sleep(0)
    lag = (time.monotonic() - before) * 1000
    return SystemInfo(
        seq=engine.store.seq,
        version=VERSION,
        pid=os.getpid(),
        uptime_seconds=round(time.monotonic() - engine.started_at, 3),
        tmux_version=engine.tmux.version().text,
        loop=Loop(lag_ms=round(lag, 3)),
        endpoints=dict(engine.endpoints),
        runtimes=engine.shelf.infos(),
    )


@method("system/doctor", Tier.READ)
async def doctor(ctx: Context, params: Doctor) -> DoctorResult:
    """Check everything a rig needs here, with the exact command that mends what is missing."""
    checks = await examine(ctx.engine)
    if params.restore is not None:
        checks += await comebacks(ctx.engine, ctx.engine.directory.rig(params.restore))
    return DoctorResult(seq=ctx.engine.store.seq, checks=checks)


@method("system/shutdown", Tier.SHAPE)
async def shutdown(ctx: Context, params: Shutdown) -> Empty:
    """Stop the daemon; agents live on in tmux unless asked otherwise."""
    if not params.keep_agents:
        for rig in list(ctx.engine.store.roster.rigs.values()):
            if rig.up:
                await ctx.engine.rigs.down(rig, ctx.actor)
        await ctx.engine.tmux.kill_server()
    # After the reply: the daemon ends its connections itself.
    asyncio.get_running_loop().call_later(0.02, ctx.engine.stopping.set)
    return Empty()


@planned("system/upgrade", Tier.SHAPE)
async def upgrade(ctx: Context, params: NoParams) -> Upgraded:
    """Hand over to a newer daemon without stopping agents."""
    raise NotImplementedError


@method("rpc.discover", Tier.OPEN)
async def discover(ctx: Context, params: NoParams) -> OpenRpcDocument:
    """This interface as an OpenRPC document."""
    from ..emit.openrpc import document

    return OpenRpcDocument(document())
