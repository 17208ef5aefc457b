"""Reminders a rig asked for."""

from ..model.base import Params, Read
from ..model.principal import Tier
from ..model.watchdog import Watchdog
from ..rpc import Context, planned


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


@planned("watchdog/list", Tier.READ)
async def list_watchdogs(ctx: Context, params: WatchdogList) -> Watchdogs:
    """The reminders of a rig."""
    raise NotImplementedError


@planned("watchdog/stop", Tier.STEER)
async def stop(ctx: Context, params: WatchdogRef) -> WatchdogResult:
    """Stop a reminder."""
    raise NotImplementedError
