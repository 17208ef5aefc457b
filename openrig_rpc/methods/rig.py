"""Rigs: what a file says, what runs, and the way from one to the other."""

import asyncio
from itertools import chain
from typing import Any, Self

from pydantic import Field, model_validator

from ..model.agent import AgentOutcome, Outcome
from ..model.base import Empty, Model, Params, Read
from ..model.diagnostic import Diagnostic
from ..model.errors import RpcError
from ..model.principal import Tier
from ..model.rig import Plan, Pod, Revision, Rig, RigState, RigSummary, Starter
from ..rpc import Context, NoParams, method
from ..starters import starters as shipped
from ..store.rows import RigRow
from .shapes import AgentsResult, Listed, Page, RigName, RigRef, page, shown_edges


class RigText(Params):
    """A rig file by absolute path, or as text (then `path` says where it would lie)."""

    path: str | None = None
    text: str | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if self.path is None and self.text is None:
            raise ValueError("give `path` or `text`")
        return self


class Validated(Model):
    """Everything that is wrong with the file, with positions in it."""

    ok: bool
    diagnostics: list[Diagnostic]


class RigSource(Params):
    """Exactly one of `path`, `name` (a known rig, else a starter; `starter:NAME`), `text`, `all: true`."""

    path: str | None = None
    name: str | None = None
    text: str | None = None
    all: bool | None = None
    cwd: str | None = None
    only: list[str] | None = None
    fresh: list[str] | None = None
    plan_id: str | None = None
    wait: bool = True

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        given = [self.path is not None, self.name is not None, self.text is not None, bool(self.all)]
        if sum(given) != 1:
            raise ValueError("give exactly one of `path`, `name`, `text` and `all: true`")
        return self


class RigUp(Model):
    """The rig and what became of each agent; `rigs` has one of each where `all` was asked for."""

    rig: str
    agents: list[AgentOutcome]
    rigs: list[str] | None = None


class RigDown(Params):
    """Take down by name; `snapshot` keeps what is needed to come back."""

    rig: RigName
    snapshot: bool = True


class RigStopped(AgentsResult):
    """What became of each agent, and the snapshot that was taken."""

    snapshot_id: str | None = None


class RigTrust(Params):
    """The hash that `needs-trust` named."""

    rig: str | None = None
    path: str | None = None
    hash: str = Field(pattern="^[0-9a-f]{64}$")


class Starters(Model):
    """Rigs that ship with us."""

    starters: list[Starter]


class RigList(Page):
    """Known rigs, running or stopped."""

    state: RigState | None = None


class Rigs(Listed):
    """A page of rigs."""

    rigs: list[RigSummary]


class RigResult(Read, Rig):
    """A rig whole."""


class Exported(Model):
    """A rig file that loads to the same rig."""

    yaml: str


class RigAdd(Params):
    """A pod, or a member of one, in the rig file's own form."""

    rig: RigName
    pod: str | dict[str, Any]
    member: dict[str, Any] | None = None
    edges: list[dict[str, Any]] | None = None
    plan_id: str | None = None


class RigRemove(Params):
    """A pod, or one member of it."""

    rig: RigName
    pod: str
    member: str | None = None
    plan_id: str | None = None


class History(Read):
    """Revisions from 0."""

    revisions: list[Revision]


class Rollback(Params):
    """Back to a revision, as a new one."""

    rig: RigName
    revision: int
    plan_id: str | None = None


@method("rig/validate", Tier.READ)
async def validate(ctx: Context, params: RigText) -> Validated:
    """Everything that is wrong with a rig file, all at once, with line and column."""
    loaded = await ctx.engine.sources.read(params.path, params.text)
    return Validated(ok=loaded.ok, diagnostics=loaded.diagnostics)


@method("rig/plan", Tier.READ)
async def plan(ctx: Context, params: RigSource) -> Plan:
    """What `rig/up` would do; changes nothing."""
    source = await ctx.engine.sources.of(path=params.path, name=params.name, text=params.text, cwd=params.cwd)
    ctx.engine.policy.within(ctx.principal, source.name, "rig/plan")
    return await ctx.engine.rigs.plan(source, params.only)


@method("rig/diff", Tier.READ)
async def diff(ctx: Context, params: RigRef) -> Plan:
    """What it would take to make the running rig equal its file; changes nothing."""
    rig = ctx.engine.directory.rig(params.rig)
    source = await ctx.engine.sources.of(path=rig.path, text=None if rig.path else rig.spec, cwd=rig.cwd)
    return await ctx.engine.rigs.plan(source)


@method("rig/up", Tier.SHAPE, waits=True)
async def up(ctx: Context, params: RigSource) -> RigUp:
    """Bring a rig up, or start what is missing of it; every agent has an outcome."""
    engine = ctx.engine
    if params.all:
        ctx.release()
        rigs = [rig for rig in engine.store.roster.rigs.values() if rig.up]
        each = await asyncio.gather(*(_again(ctx, rig, params) for rig in rigs))
        return RigUp(rig="*", agents=list(chain.from_iterable(each)), rigs=[rig.name for rig in rigs])
    source = await engine.sources.of(path=params.path, name=params.name, text=params.text, cwd=params.cwd)
    engine.policy.within(ctx.principal, source.name, "rig/up")
    outcomes = await engine.rigs.up(
        source,
        ctx.actor,
        only=params.only,
        fresh=params.fresh or (),
        plan_id=params.plan_id,
        wait=params.wait,
        committed=ctx.release,
    )
    return RigUp(rig=source.name, agents=outcomes)


async def _again(ctx: Context, rig: RigRow, params: RigSource) -> list[AgentOutcome]:
    """One of all rigs: what keeps it down keeps no other one down."""
    try:
        source = await ctx.engine.sources.of(name=rig.name)
        return await ctx.engine.rigs.up(source, ctx.actor, only=params.only, fresh=params.fresh or (), wait=params.wait)
    except RpcError as error:
        return [
            AgentOutcome(
                address=row.address, outcome=Outcome.FAILED, state=row.state, reason=error.message, next=error.fix
            )
            for row in ctx.engine.store.roster.members(rig.id)
        ]


@method("rig/down", Tier.SHAPE)
async def down(ctx: Context, params: RigDown) -> RigStopped:
    """Take a rig down, with what is needed to bring the same conversations back."""
    rig = ctx.engine.directory.rig(params.rig)
    agents, taken = await ctx.engine.rigs.down(rig, ctx.actor, snapshot=params.snapshot)
    return RigStopped(agents=agents, snapshot_id=taken.id if taken is not None else None)


@method("rig/delete", Tier.SHAPE)
async def delete(ctx: Context, params: RigRef) -> Empty:
    """Forget a stopped rig; its journal stays."""
    await ctx.engine.rigs.delete(ctx.engine.directory.rig(params.rig), ctx.actor)
    return Empty()


@method("rig/trust", Tier.SHAPE)
async def trust(ctx: Context, params: RigTrust) -> Empty:
    """Trust a spec that runs commands or loosens permissions, by its hash.

    With `path` or `rig` it is looked whether the hash still is of what that would do.
    """
    engine = ctx.engine
    if params.path is not None or params.rig is not None:
        source = await engine.sources.of(path=params.path, name=None if params.path else params.rig)
        await engine.trust.give(source.loaded, params.hash, ctx.actor)
    else:
        await engine.trust.write(params.hash, ctx.actor)
    return Empty()


@method("rig/starters", Tier.READ)
async def starters(ctx: Context, params: NoParams) -> Starters:
    """The rigs that ship with OpenRig RPC."""
    return Starters(starters=[Starter(name=name, summary=summary) for name, summary, _ in shipped()])


@method("rig/list", Tier.READ)
async def list_rigs(ctx: Context, params: RigList) -> Rigs:
    """Known rigs, running or stopped."""
    roster = ctx.engine.store.roster
    found = [roster.summary(rig) for rig in roster.visible(ctx.principal)]
    found = [rig for rig in found if params.state is None or rig.state is params.state]
    rigs, more = page(found, params)
    return Rigs(seq=ctx.engine.store.seq, rigs=rigs, next_cursor=more)


@method("rig/get", Tier.READ)
async def get(ctx: Context, params: RigRef) -> RigResult:
    """A rig whole: pods, agents, edges and services."""
    roster = ctx.engine.store.roster
    rig = ctx.engine.directory.rig(params.rig)
    members = roster.members(rig.id)
    pods = [
        Pod(id=pod.id, label=pod.label, summary=pod.summary, agents=[m.address for m in members if m.pod == pod.id])
        for pod in rig.pods
    ]
    return RigResult(
        seq=ctx.engine.store.seq,
        rig=roster.summary(rig),
        pods=pods,
        agents=[roster.noun(row.id) for row in members],
        edges=shown_edges(rig),
    )


@method("rig/export", Tier.READ)
async def export(ctx: Context, params: RigRef) -> Exported:
    """The rig as a file that loads to the same rig."""
    return Exported(yaml=await ctx.engine.rigs.export(ctx.engine.directory.rig(params.rig)))


@method("rig/add", Tier.SHAPE, waits=True)
async def add(ctx: Context, params: RigAdd) -> AgentsResult:
    """Add a pod or a member to a rig; nothing else is restarted."""
    rig = ctx.engine.directory.rig(params.rig)
    agents = await ctx.engine.evolution.add(
        rig, params.pod, params.member, params.edges or (), ctx.actor, params.plan_id
    )
    return AgentsResult(agents=agents)


@method("rig/remove", Tier.SHAPE)
async def remove(ctx: Context, params: RigRemove) -> AgentsResult:
    """Remove a pod or a member; refused while work would be lost.

    The error `work-held` names what, and a plan; with its `planId` it is done all the same.
    """
    rig = ctx.engine.directory.rig(params.rig)
    return AgentsResult(
        agents=await ctx.engine.evolution.remove(rig, params.pod, params.member, ctx.actor, params.plan_id)
    )


@method("rig/history", Tier.READ)
async def history(ctx: Context, params: RigRef) -> History:
    """Every version of a rig's spec, who made it and when."""
    rig = ctx.engine.directory.rig(params.rig)
    return History(seq=ctx.engine.store.seq, revisions=await ctx.engine.evolution.history(rig))


@method("rig/rollback", Tier.SHAPE, waits=True)
async def rollback(ctx: Context, params: Rollback) -> AgentsResult:
    """Bring an earlier version of the spec back, by plan.

    The error `rig-changed` names the plan; with its `planId` it is done, as a new revision.
    """
    rig = ctx.engine.directory.rig(params.rig)
    ctx.release()
    agents = await ctx.engine.evolution.rollback(rig, params.revision, ctx.actor, params.plan_id)
    return AgentsResult(agents=agents)
