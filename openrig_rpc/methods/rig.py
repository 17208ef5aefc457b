"""Rigs: what a file says, what runs, and the way from one to the other."""

from typing import Any, Self

from pydantic import model_validator

from ..model.agent import AgentOutcome
from ..model.base import Empty, Model, Params, Read
from ..model.diagnostic import Diagnostic
from ..model.principal import Tier
from ..model.rig import Plan, Revision, Rig, RigState, RigSummary, Starter
from ..rpc import Context, NoParams, planned
from .shapes import AgentsResult, Listed, Page, RigName, RigRef


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
    hash: str


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


@planned("rig/validate", Tier.READ)
async def validate(ctx: Context, params: RigText) -> Validated:
    """Everything that is wrong with a rig file, all at once, with line and column."""
    raise NotImplementedError


@planned("rig/plan", Tier.READ)
async def plan(ctx: Context, params: RigSource) -> Plan:
    """What `rig/up` would do; changes nothing."""
    raise NotImplementedError


@planned("rig/diff", Tier.READ)
async def diff(ctx: Context, params: RigRef) -> Plan:
    """What it would take to make the running rig equal its file; changes nothing."""
    raise NotImplementedError


@planned("rig/up", Tier.SHAPE, waits=True)
async def up(ctx: Context, params: RigSource) -> RigUp:
    """Bring a rig up, or start what is missing of it; every agent has an outcome."""
    raise NotImplementedError


@planned("rig/down", Tier.SHAPE)
async def down(ctx: Context, params: RigDown) -> RigStopped:
    """Take a rig down, with what is needed to bring the same conversations back."""
    raise NotImplementedError


@planned("rig/delete", Tier.SHAPE)
async def delete(ctx: Context, params: RigRef) -> Empty:
    """Forget a stopped rig; its journal stays."""
    raise NotImplementedError


@planned("rig/trust", Tier.SHAPE)
async def trust(ctx: Context, params: RigTrust) -> Empty:
    """Trust a spec that runs commands or loosens permissions, by its hash."""
    raise NotImplementedError


@planned("rig/starters", Tier.READ)
async def starters(ctx: Context, params: NoParams) -> Starters:
    """The rigs that ship with OpenRig RPC."""
    raise NotImplementedError


@planned("rig/list", Tier.READ)
async def list_rigs(ctx: Context, params: RigList) -> Rigs:
    """Known rigs, running or stopped."""
    raise NotImplementedError


@planned("rig/get", Tier.READ)
async def get(ctx: Context, params: RigRef) -> RigResult:
    """A rig whole: pods, agents, edges and services."""
    raise NotImplementedError


@planned("rig/export", Tier.READ)
async def export(ctx: Context, params: RigRef) -> Exported:
    """The rig as a file that loads to the same rig."""
    raise NotImplementedError


@planned("rig/add", Tier.SHAPE)
async def add(ctx: Context, params: RigAdd) -> AgentsResult:
    """Add a pod or a member to a rig; nothing else is restarted."""
    raise NotImplementedError


@planned("rig/remove", Tier.SHAPE)
async def remove(ctx: Context, params: RigRemove) -> AgentsResult:
    """Remove a pod or a member; refused while work would be lost."""
    raise NotImplementedError


@planned("rig/history", Tier.READ)
async def history(ctx: Context, params: RigRef) -> History:
    """Every version of a rig's spec, who made it and when."""
    raise NotImplementedError


@planned("rig/rollback", Tier.SHAPE)
async def rollback(ctx: Context, params: Rollback) -> AgentsResult:
    """Bring an earlier version of the spec back, by plan."""
    raise NotImplementedError
