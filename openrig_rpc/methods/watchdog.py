"""Reminders a rig asked for."""

from ..model.base import Params, Read
from ..model.principal import Tier
from ..model.watchdog import Watchdog
from ..rpc import Context, method


class WatchdogList(Params):
    """Of all rigs, or one."""

    rig: str | None = None


class WatchdogRef(Params):
    """A watchdog by id."""

    id: str


class Watchdogs(Read):
    """Every reminder with how often it fired."""

    watchdogs: list[Watchdog]


class WatchdogResult(Read):
    """One reminder."""

    watchdog: Watchdog


@method("watchdog/list", Tier.READ)
async def list_watchdogs(ctx: Context, params: WatchdogList) -> Watchdogs:
    """The reminders of a rig."""
    if params.rig is not None:
        rigs = [ctx.engine.directory.rig(params.rig)]
    else:
        rigs = list(ctx.engine.store.roster.visible(ctx.principal))
    return Watchdogs(seq=ctx.engine.store.seq, watchdogs=ctx.engine.watchdogs.each(rigs))


@method("watchdog/stop", Tier.STEER)
async def stop(ctx: Context, params: WatchdogRef) -> WatchdogResult:
    """Stop a reminder, until its rig comes up again."""
    rig, dog = ctx.engine.watchdogs.find(params.id)
    ctx.engine.policy.within(ctx.principal, rig.name, "watchdog/stop")
    stopped = await ctx.engine.watchdogs.stop(rig, dog, ctx.actor)
    return WatchdogResult(seq=ctx.engine.store.seq, watchdog=stopped)
