"""Rigs: up, down, plan, delete. Every agent has an outcome; the same command, said again, ends the same."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from ..model.agent import AgentOutcome, AgentState, Outcome
from ..model.base import now
from ..model.errors import AgentNotFound, PlanStale, RigChanged, WorkHeld
from ..model.event import AgentRemoved
from ..model.rig import Plan
from ..observe.asking import follow
from ..spec.loaded import LoadedRig, ResolvedMember
from ..spec.write import export
from ..store.rows import AgentRow, RigRow
from ..store.store import Store
from ..store.writer import Tx
from .launch import Launcher
from .members import agent_row, rig_row, updated
from .plan import Steps, plan, steps, wanted
from .source import Source, Sources

log = logging.getLogger(__name__)

Released = Callable[[], None]


class Rigs:
    """Brings rigs up and down."""

    def __init__(self, store: Store, sources: Sources, launcher: Launcher) -> None:
        self._store = store
        self._sources = sources
        self._launcher = launcher
        self._locks: dict[str, asyncio.Lock] = {}

    async def plan(self, source: Source, only: list[str] | None = None) -> Plan:
        """What `up` would do; changes nothing."""
        rows = self._rows(source.known)
        found = steps(source.loaded, source.known, rows, only)
        return plan(found, source.loaded, source.known, rows, source.name)

    async def up(
        self,
        source: Source,
        actor: str,
        *,
        only: list[str] | None = None,
        fresh: Sequence[str] = (),
        plan_id: str | None = None,
        wait: bool = True,
        committed: Released = lambda: None,
    ) -> list[AgentOutcome]:
        """Make what runs equal the file. `committed` is called once the intent is durable.

        Raises RigChanged where a known rig differs from the file and no plan was given, PlanStale where the plan was
        made for another state.
        """
        async with self._locks.setdefault(source.name, asyncio.Lock()):
            # Somebody may have been faster.
            known = self._store.roster.rig(source.name)
            source = Source(source.loaded, known, source.cwd)
            rows = self._rows(known)
            found = steps(source.loaded, known, rows, only)
            proposal = plan(found, source.loaded, known, rows, source.name)
            self._check_plan(found, known, proposal, plan_id)
            self._check_only(source, only)
            rig = await self._store.write(actor, lambda tx: self._intend(tx, source, found))
            committed()
            await self._launcher.end([row for row in found.remove if row.pane is not None])
            todo, outcomes = self._todo(rig, source.loaded, found, only)
            for key, (row, member) in todo.items():
                if wanted(row, list(fresh)) and fresh:
                    todo[key] = (row.model_copy(update={"conversation": None}), member)
            for layer in source.loaded.launch_order or [[member.key for member in source.loaded.members]]:
                await self._launcher.start([todo[key] for key in layer if key in todo], actor)
            started = [row.id for row, _ in todo.values()]
            if wait:
                await self._launcher.ready(started)
            for key, (row, _) in todo.items():
                is_fresh = wanted(row, list(fresh)) if fresh else False
                kind = Outcome.FRESH if is_fresh else Outcome.LAUNCHED
                outcomes[key] = self._launcher.outcome(row.id, launched=kind)
            return [outcomes[member.key] for member in source.loaded.members]

    async def down(self, rig: RigRow, actor: str) -> list[AgentOutcome]:
        """Stop every agent of a rig; their rows keep what is needed to come back."""
        async with self._locks.setdefault(rig.name, asyncio.Lock()):
            rows = self._store.roster.members(rig.id)
            await self._launcher.stop(rows, actor)

            async def unit(tx: Tx) -> None:
                old = self._store.roster.rig_in(tx, rig.id)
                if old is None or not old.up:
                    return
                new = old.model_copy(update={"up": False, "up_since": None})
                await self._store.roster.put_rig(tx, new)
                stopped = [self._store.roster.agent_in(tx, row.id) or row for row in rows]
                summary, before = self._store.roster.summary(new, stopped), self._store.roster.summary(old)
                tx.emit("rig.down", summary, rig=rig.name, before=before)

            await self._store.write(actor, unit)
            return [AgentOutcome(address=row.address, outcome=Outcome.STOPPED, state=self._state(row)) for row in rows]

    async def delete(self, rig: RigRow, actor: str) -> None:
        """Forget a stopped rig; what waits for its agents is taken back, and what of it waits for the person is put
        away. Raises WorkHeld while it is up."""
        async with self._locks.setdefault(rig.name, asyncio.Lock()):
            rig = self._store.roster.rigs.get(rig.id, rig)
            if rig.up:
                raise WorkHeld(
                    f"the rig {rig.name!r} is up",
                    "its agents would be lost",
                    f"take it down first: rig down {rig.name}",
                    rig=rig.name,
                )

            async def unit(tx: Tx) -> None:
                summary = self._store.roster.summary(rig)
                for row in self._store.roster.members(rig.id):
                    await self._launcher.withdraw(tx, row)
                await self._store.clear_inbox(tx, rig.name)
                await self._store.roster.delete_rig(tx, rig, now())
                tx.emit("rig.deleted", summary, rig=rig.name, before=summary)

            await self._store.write(actor, unit)

    async def export(self, rig: RigRow) -> str:
        """A rig file that loads to the same rig."""
        loaded = await self._sources.again(rig)
        return rig.spec if loaded.spec is None else export(loaded.spec)

    async def start(self, row: AgentRow, actor: str, *, fresh: bool = False) -> AgentOutcome:
        """Start one agent of a known rig."""
        rig = self._store.roster.rigs[row.rig_id]
        async with self._locks.setdefault(rig.name, asyncio.Lock()):
            current = self._store.roster.agents[row.id]
            if current.running:
                return AgentOutcome(address=row.address, outcome=Outcome.ALREADY_RUNNING, state=current.state)
            loaded = await self._sources.again(rig)
            member = loaded.member(row.place)
            if member is None:
                raise AgentNotFound(
                    f"{row.address} is not in its rig's file any more",
                    "there is nothing to start it from",
                    f"bring the rig up again: rig up {rig.name}",
                    near=[],
                )
            if fresh:
                current = current.model_copy(update={"conversation": None})
            await self._launcher.start([(current, member)], actor)
            await self._mark_up(rig, actor)
            await self._launcher.ready([row.id])
            return self._launcher.outcome(row.id, launched=Outcome.FRESH if fresh else Outcome.LAUNCHED)

    async def stop(self, row: AgentRow, actor: str) -> AgentOutcome:
        """Stop one agent on purpose."""
        await self._launcher.stop([row], actor)
        return AgentOutcome(address=row.address, outcome=Outcome.STOPPED, state=self._state(row))

    # The steps of an up.

    def _check_plan(self, found: Steps, known: RigRow | None, proposal: Plan, plan_id: str | None) -> None:
        if plan_id is not None:
            if plan_id != proposal.plan_id:
                raise PlanStale(
                    "the plan does not fit any more",
                    "the rig or its file changed since it was made",
                    "ask for a new one: rig plan FILE",
                    planId=proposal.plan_id,
                    actions=_wire(proposal),
                )
            return
        if known is not None and found.changes_spec:
            raise RigChanged(
                f"the file differs from the rig {known.name!r}",
                "; ".join(f"{a.kind} {a.agent or ''}".strip() for a in proposal.actions if a.kind != "keep"),
                f"look at it: rig plan FILE; then apply it: rig up FILE --plan-id {proposal.plan_id}",
                planId=proposal.plan_id,
                actions=_wire(proposal),
            )

    def _check_only(self, source: Source, only: list[str] | None) -> None:
        for text in only or ():
            if not any(wanted(member, [text]) for member in source.loaded.members):
                near = [f"{member.pod}-{member.member}" for member in source.loaded.members]
                raise AgentNotFound(
                    f"the rig {source.name!r} has no member {text!r}",
                    f"it has {', '.join(near)}",
                    "name one of them in `only`",
                    near=near,
                )

    async def _intend(self, tx: Tx, source: Source, found: Steps) -> RigRow:
        """Write down what is meant to run, before anything is started."""
        roster = self._store.roster
        known = source.known
        positions = {member.key: number for number, member in enumerate(source.loaded.members)}
        new_revision = known is None or found.changes_spec
        rig = rig_row(source.loaded, cwd=source.cwd, known=known) if known is None or found.changes_spec else known
        at = now()
        was = roster.summary(known) if known is not None else None
        risen = not rig.up
        rig = rig.model_copy(update={"up": True, "up_since": rig.up_since or at})
        await roster.put_rig(tx, rig)
        if new_revision:
            await roster.add_revision(tx, rig, "brought up" if known is None else "changed by plan", at)
        for row in found.remove:
            await follow(self._store, tx, row, row.model_copy(update={"prompt": None}))
            await self._launcher.withdraw(tx, row)
            await roster.remove_agent(tx, row, at)
            gone = AgentRemoved(address=row.address, id=row.id)
            tx.emit("agent.removed", gone, rig=rig.name, agent=row.address)
        members = []
        for member in found.add:
            new = agent_row(rig, member, positions[member.key])
            await roster.put_agent(tx, new)
            members.append(new)
        for row, member in [*found.change, *found.keep, *found.start]:
            current = roster.agent_in(tx, row.id) or row  # Its state may have changed since the plan was made.
            new = updated(current, member, positions[member.key])
            if new != current:
                await roster.put_agent(tx, new)
            members.append(new)
        summary = roster.summary(rig, [*members, *found.skip])
        if risen:
            tx.emit("rig.up", summary, rig=rig.name, before=was)
        elif known is not None and found.changes_spec:
            tx.emit("rig.changed", summary, rig=rig.name, before=was)
        for new in members[: len(found.add)]:
            tx.emit("agent.added", roster.agent_noun(new), rig=rig.name, agent=new.address)
        return rig

    def _todo(
        self, rig: RigRow, loaded: LoadedRig, found: Steps, only: list[str] | None
    ) -> tuple[dict[str, tuple[AgentRow, ResolvedMember]], dict[str, AgentOutcome]]:
        """What is to be started, and the outcome of everything else."""
        rows = {row.place: row for row in self._store.roster.members(rig.id)}
        todo: dict[str, tuple[AgentRow, ResolvedMember]] = {}
        outcomes: dict[str, AgentOutcome] = {}
        kept = {member.key for _, member in found.keep}
        for member in loaded.members:
            row = rows[member.key]
            if member.key in kept:
                outcomes[member.key] = AgentOutcome(
                    address=row.address, outcome=Outcome.ALREADY_RUNNING, state=row.state
                )
            elif wanted(member, only):
                todo[member.key] = (row, member)
            else:
                outcomes[member.key] = AgentOutcome(
                    address=row.address,
                    outcome=Outcome.SKIPPED,
                    state=row.state,
                    reason="`only` names others",
                    next=f"start it: rig start {row.address}",
                )
        return todo, outcomes

    async def _mark_up(self, rig: RigRow, actor: str) -> None:
        if rig.up:
            return

        async def unit(tx: Tx) -> None:
            old = self._store.roster.rig_in(tx, rig.id)
            if old is None or old.up:
                return
            new = old.model_copy(update={"up": True, "up_since": now()})
            await self._store.roster.put_rig(tx, new)
            summary, before = self._store.roster.summary(new), self._store.roster.summary(old)
            tx.emit("rig.up", summary, rig=rig.name, before=before)

        await self._store.write(actor, unit)

    def _rows(self, known: RigRow | None) -> list[AgentRow]:
        return self._store.roster.members(known.id) if known is not None else []

    def _state(self, row: AgentRow) -> AgentState:
        current = self._store.roster.agents.get(row.id)
        return current.state if current is not None else AgentState.STOPPED


def _wire(proposal: Plan) -> list[dict[str, object]]:
    return [action.model_dump(by_alias=True, exclude_none=True) for action in proposal.actions]
