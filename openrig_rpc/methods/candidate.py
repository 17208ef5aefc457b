"""Agents that run outside any rig: find them, take them over, let them go."""

import asyncio
from pathlib import Path

from ..model.agent import Candidate
from ..model.base import Params, Read
from ..model.principal import Tier
from ..observe.discover import candidates
from ..rig.draft import draft
from ..rpc import Context, method, planned
from ..tmux.elsewhere import panes, sockets
from .shapes import AgentRef, AgentResult, RigName


class Discover(Params):
    """`draft` also writes a rig file from what was found."""

    draft: bool = False


class Discovered(Read):
    """What looks like an agent outside any rig."""

    candidates: list[Candidate]
    yaml: str | None = None


class Adopt(Params):
    """Where the found process becomes a member."""

    candidate_id: str
    rig: RigName
    pod: str
    member: str


class Register(Params):
    """The calling process's own pane becomes a member."""

    rig: RigName
    pod: str
    member: str


@method("agent/discover", Tier.SHAPE)
async def discover(ctx: Context, params: Discover) -> Discovered:
    """What looks like an agent in the user's other tmux servers; none is touched.

    A candidate is `certain` where its program and its harness's own files agree, `likely` by one of both, and a
    `guess` by a name alone. Shells are candidates, too.
    """
    found = await asyncio.to_thread(look_elsewhere, ctx.engine.tmux.socket)
    return Discovered(seq=ctx.engine.store.seq, candidates=found, yaml=draft(found) if params.draft else None)


def look_elsewhere(ours: Path) -> list[Candidate]:
    """Every candidate there is, but in our own server."""
    return candidates(pane for socket in sockets(but=ours) for pane in panes(socket))


@planned("agent/adopt", Tier.SHAPE)
async def adopt(ctx: Context, params: Adopt) -> AgentResult:
    """Make a found process a member of a rig without touching it."""
    raise NotImplementedError


@planned("agent/release", Tier.SHAPE)
async def release(ctx: Context, params: AgentRef) -> AgentResult:
    """Let an adopted agent go; its process is not touched."""
    raise NotImplementedError


@planned("agent/register", Tier.SHAPE)
async def register(ctx: Context, params: Register) -> AgentResult:
    """Make the calling process's own pane a member of a rig."""
    raise NotImplementedError
