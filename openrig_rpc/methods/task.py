"""Tasks: owned work that survives everything."""

from typing import Annotated

from pydantic import Field, StringConstraints

from ..coordination.claims import unknown
from ..coordination.tasks import Change, Wanted
from ..model.address import GROUP_ALL, HUMAN, parse
from ..model.base import Model, Params, Read
from ..model.principal import Tier
from ..model.task import ClosureReason, Task, TaskState, Urgency
from ..rpc import Context, method
from ..store.tasks import TaskRow
from ..store.writer import Tx
from .shapes import AddressText, Key, Listed, Page, RigName

Title = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=65_536)]


class TaskCreate(Params):
    """For an agent, a group or `human@rig`. Due by its urgency, unless `dueInSeconds` says when."""

    rig: RigName
    title: Title
    body: str = ""
    to: AddressText
    priority: int = 0
    urgency: Urgency = "routine"
    tags: list[str] | None = None
    parent: str | None = None
    blockers: list[str] | None = None
    evidence: str | None = None
    due_in_seconds: Annotated[float, Field(gt=0, le=366 * 86400)] | None = None
    idempotency_key: Key | None = None


class TaskRef(Params):
    """A task by id."""

    id: str


class TaskClaimNext(Params):
    """The fairest next task for the caller; of one rig, or with a tag."""

    rig: str | None = None
    tag: str | None = None


class TaskUpdate(Params):
    """The owner's changes, proven by its fence. `comment` goes with them: to a task for the person it is the answer."""

    id: str
    fence: int | None = None
    state: TaskState | None = None
    title: Title | None = None
    body: str | None = None
    priority: int | None = None
    urgency: Urgency | None = None
    tags: list[str] | None = None
    blockers: list[str] | None = None
    evidence: str | None = None
    closure_reason: ClosureReason | None = None
    closure_target: str | None = None
    comment: Text | None = None
    deleted: bool | None = None


class TaskComment(Params):
    """A remark by anybody who may talk."""

    id: str
    text: Text


class TaskHandoff(Params):
    """Closes this task and creates its successor in one transaction."""

    id: str
    fence: int | None = None
    to: AddressText
    title: Title | None = None
    body: str | None = None
    idempotency_key: Key | None = None


class TaskRelease(Params):
    """The owner gives it back, proven by its fence."""

    id: str
    fence: int | None = None


class TaskForceRelease(Params):
    """Somebody who may takes it from its owner, and says why."""

    id: str
    why: str


class TaskList(Page):
    """By rig, owner, destination, state or tag."""

    rig: str | None = None
    owner: str | None = None
    to: str | None = None
    state: TaskState | None = None
    tag: str | None = None


class TaskResult(Read):
    """One task, or none where there was none to claim; `why` where there are some, but not now for the caller."""

    task: Task | None = None
    why: str | None = None


class HandedOff(Model):
    """The closed task and its successor."""

    closed: Task
    task: Task


class Tasks(Listed):
    """A page of tasks."""

    tasks: list[Task]


@method("task/create", Tier.TALK, keyed=True)
async def create(ctx: Context, params: TaskCreate) -> TaskResult:
    """Create a task for an agent, a group or the person.

    Whom it is for is told by a message; of a group, the one with the least to do. One for `human@RIG` is a question in
    the inbox; its answer comes back as a message.
    """
    rig = ctx.engine.directory.rig(params.rig)
    wanted = Wanted(
        rig=rig.name,
        title=params.title,
        to=params.to,
        body=params.body,
        priority=params.priority,
        urgency=params.urgency,
        tags=params.tags or (),
        parent=params.parent,
        blockers=params.blockers or (),
        evidence=params.evidence,
        due_in=params.due_in_seconds,
    )
    key, desk = params.idempotency_key, ctx.engine.store.desk

    async def unit(tx: Tx) -> TaskResult:
        if key is not None:
            before = await desk.recall(tx, ctx.principal, key, "task/create", params, TaskResult)
            if before is not None:
                return before
        made = _result(ctx, await ctx.engine.tasks.create(tx, wanted, ctx.principal))
        if key is not None:
            await desk.remember(tx, ctx.principal, key, "task/create", params, made)
        return made

    return await ctx.engine.store.write(ctx.actor, unit)


@method("task/claim", Tier.TALK)
async def claim(ctx: Context, params: TaskRef) -> TaskResult:
    """Become the owner of a task; its `fence` proves it from then on.

    Who holds it already gets it again. A refusal says who holds it, since when, and who may act.
    """

    async def unit(tx: Tx) -> TaskResult:
        await _known(ctx, tx, params.id)
        return _result(ctx, await ctx.engine.tasks.claims.claim(tx, params.id, ctx.principal))

    return await ctx.engine.store.write(ctx.actor, unit)


@method("task/claimNext", Tier.TALK)
async def claim_next(ctx: Context, params: TaskClaimNext) -> TaskResult:
    """Become the owner of the next task that is for you.

    The most urgent one; or the one that you have in progress already, so that saying it again is safe. Where several
    ask, nobody gets far ahead of the others.
    """

    async def unit(tx: Tx) -> TaskResult:
        row, why = await ctx.engine.tasks.claims.next(tx, ctx.principal, params.rig, params.tag)
        return _result(ctx, row) if row is not None else TaskResult(seq=ctx.engine.store.seq, why=why)

    return await ctx.engine.store.write(ctx.actor, unit)


@method("task/update", Tier.TALK)
async def update(ctx: Context, params: TaskUpdate) -> TaskResult:
    """Change a task you own, or close it.

    Its maker may change and cancel it while nobody holds it; the person may always. `deleted` puts it out of the lists,
    or back.
    """
    plain = ("title", "body", "priority", "urgency", "tags", "evidence")
    change = Change(
        state=params.state,
        closure_reason=params.closure_reason,
        closure_target=params.closure_target,
        blockers=params.blockers,
        comment=params.comment,
        deleted=params.deleted,
        fields={name: value for name in plain if (value := getattr(params, name)) is not None},
    )

    async def unit(tx: Tx) -> TaskResult:
        row = await _known(ctx, tx, params.id, deleted=params.deleted is False)
        return _result(ctx, await ctx.engine.tasks.update(tx, row, params.fence, change, ctx.principal))

    return await ctx.engine.store.write(ctx.actor, unit)


@method("task/comment", Tier.TALK)
async def comment(ctx: Context, params: TaskComment) -> TaskResult:
    """Remark on a task; its owner and its maker are told."""

    async def unit(tx: Tx) -> TaskResult:
        row = await _known(ctx, tx, params.id)
        return _result(ctx, await ctx.engine.tasks.comment(tx, row, params.text, ctx.principal))

    return await ctx.engine.store.write(ctx.actor, unit)


@method("task/handoff", Tier.TALK, keyed=True)
async def handoff(ctx: Context, params: TaskHandoff) -> HandedOff:
    """Close your task and hand its successor to somebody else, in one step."""
    key, desk = params.idempotency_key, ctx.engine.store.desk

    async def unit(tx: Tx) -> HandedOff:
        if key is not None:
            before = await desk.recall(tx, ctx.principal, key, "task/handoff", params, HandedOff)
            if before is not None:
                return before
        row = await _known(ctx, tx, params.id)
        closed, new = await ctx.engine.tasks.handoff(
            tx, row, params.fence, params.to, params.title, params.body, ctx.principal
        )
        handed = HandedOff(closed=closed.noun(), task=new.noun())
        if key is not None:
            await desk.remember(tx, ctx.principal, key, "task/handoff", params, handed)
        return handed

    return await ctx.engine.store.write(ctx.actor, unit)


@method("task/release", Tier.TALK)
async def release(ctx: Context, params: TaskRelease) -> TaskResult:
    """Give a task back."""

    async def unit(tx: Tx) -> TaskResult:
        row = await _known(ctx, tx, params.id)
        return _result(ctx, await ctx.engine.tasks.claims.release(tx, row, params.fence, ctx.principal))

    return await ctx.engine.store.write(ctx.actor, unit)


@method("task/forceRelease", Tier.STEER)
async def force_release(ctx: Context, params: TaskForceRelease) -> TaskResult:
    """Take a task from its owner, with a reason."""

    async def unit(tx: Tx) -> TaskResult:
        row = await _known(ctx, tx, params.id)
        return _result(ctx, await ctx.engine.tasks.claims.force_release(tx, row, params.why, ctx.principal))

    return await ctx.engine.store.write(ctx.actor, unit)


@method("task/get", Tier.READ)
async def get(ctx: Context, params: TaskRef) -> TaskResult:
    """One task, with all that was said of it."""
    row = await ctx.engine.store.tasks.get(params.id)
    if row is None:
        raise unknown(params.id)
    ctx.engine.policy.within(ctx.principal, row.rig, "task/get")
    return _result(ctx, row)


@method("task/list", Tier.READ)
async def list_tasks(ctx: Context, params: TaskList) -> Tasks:
    """Tasks, most urgent first."""
    own = ctx.engine.store.roster.rig_of(ctx.principal)
    rig = own.name if own is not None else params.rig
    skip = int(params.cursor) if params.cursor is not None and params.cursor.isdigit() else 0
    found = await ctx.engine.store.tasks.find(
        rig=rig,
        owner=_address(ctx, params.owner, rig),
        destination=_address(ctx, params.to, rig),
        state=params.state,
        tag=params.tag,
        skip=skip,
        limit=params.limit,
    )
    return Tasks(
        seq=ctx.engine.store.seq,
        tasks=[_noun(ctx, row) for row in found],
        next_cursor=str(skip + len(found)) if len(found) == params.limit else None,
    )


def _address(ctx: Context, text: str | None, rig: str | None) -> str | None:
    """How tasks name an agent, a group or the person."""
    target = parse(text) if text is not None else None
    if text is None or target is None:
        return text
    if not (target.group or target.human):
        return ctx.engine.directory.agent(text, ctx.principal).address
    where = target.rig or rig or ctx.engine.directory.recipients(text, ctx.principal)[0].rig.name
    group = f"{target.pod}.{GROUP_ALL}" if target.pod is not None else GROUP_ALL
    return f"{HUMAN if target.human else group}@{where}"


async def _known(ctx: Context, tx: Tx, task_id: str, *, deleted: bool = False) -> TaskRow:
    """A task that the caller may see."""
    row = await ctx.engine.store.tasks.get_in(tx, task_id)
    if row is None or (row.deleted_at is not None and not deleted):
        raise unknown(task_id)
    ctx.engine.policy.within(ctx.principal, row.rig, "task/get")
    return row


def _noun(ctx: Context, row: TaskRow) -> Task:
    return row.noun(fenced=ctx.engine.tasks.claims.is_owner(row, ctx.principal))


def _result(ctx: Context, row: TaskRow) -> TaskResult:
    return TaskResult(seq=ctx.engine.store.seq, task=_noun(ctx, row))
