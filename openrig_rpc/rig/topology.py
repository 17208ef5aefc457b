"""Rigs: up, down, plan, delete. Every agent has an outcome; the same command, said again, ends the same."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ..delivery import faults
from ..model.agent import AgentOutcome, AgentState, Outcome
from ..model.base import now
from ..model.errors import AgentNotFound, InvalidParams, PlanStale, RigChanged, WorkHeld
from ..model.event import AgentRemoved
from ..model.rig import Action, Plan
from ..model.snapshot import Snapshot, SnapshotKind
from ..observe.asking import follow
from ..runtimes.conversations import ARCHIVES
from ..spec.loaded import LoadedRig, ResolvedMember
from ..spec.write import export
from ..store.rows import AgentRow, RigRow
from ..store.store import Store
from ..store.writer import Tx
from .comeback import Start
from .launch import Launcher
from .members import agent_row, rig_row, updated
from .plan import Steps, plan, steps, wanted, wire
from .snapshots import Snapshots
from .source import Source, Sources
from .trust import Trust

log = logging.getLogger(__name__)

Released = Callable[[], None]


class Rigs:
    """Brings rigs up and down."""

    def __init__(self, store: Store, sources: Sources, launcher: Launcher, snapshots: Snapshots, trust: Trust) -> None:
        self._store = store
        self.sources = sources
        self._launcher = launcher
        self._snapshots = snapshots
        self._trust = trust
        self._locks: dict[str, asyncio.Lock] = {}

    def lock(self, name: str) -> asyncio.Lock:
        """Held while a rig of that name changes."""
        return self._locks.setdefault(name, asyncio.Lock())

    async def plan(self, source: Source, only: list[str] | None = None) -> Plan:
        """What `up` would do, and with which conversations; changes nothing."""
        rows = self._rows(source.known)
        found = steps(source.loaded, source.known, rows, only)
        proposal = plan(found, source.loaded, source.known, rows, source.name)
        again = [*found.start, *((updated(row, member, row.position), member) for row, member in found.change)]
        starts = {start.row.address: start for start in await self._starts(again, ())}
        actions = [explained(action, starts.get(action.agent or "")) for action in proposal.actions]
        return Plan(plan_id=proposal.plan_id, actions=actions)

    async def up(
        self,
        source: Source,
        actor: str,
        *,
        only: list[str] | None = None,
        fresh: Sequence[str] = (),
        plan_id: str | None = None,
        wait: bool = True,
        summary: str | None = None,
        committed: Released = lambda: None,
    ) -> list[AgentOutcome]:
        """Make what runs equal the file. `committed` is called once the intent is durable.

        summary: the change itself was asked for, and this is what it is called; it needs no plan.
        Raises RigChanged where a known rig differs from the file and no plan was given, PlanStale where the plan or
        the change was made for another state, NeedsTrust where the file would do what nobody trusted.
        """
        async with self.lock(source.name):
            # Somebody may have been faster.
            known = self._store.roster.rig(source.name)
            if summary is not None and known != source.known:
                raise PlanStale("the rig changed meanwhile", "somebody was faster", "say it again, or look at it first")
            source = Source(source.loaded, known, source.cwd)
            rows = self._rows(known)
            found = steps(source.loaded, known, rows, only)
            proposal = plan(found, source.loaded, known, rows, source.name)
            if summary is None or plan_id is not None:
                self._check_plan(found, known, proposal, plan_id)
            self._check_only(source, only)
            await self._trust.check(source.loaded, actor)
            rig = await self._store.write(actor, lambda tx: self._intend(tx, source, found, summary))
            faults.point("after_intend")
            committed()
            await self._launcher.end([row for row in found.remove if row.pane is not None])
            todo, outcomes = self._todo(rig, source.loaded, found, only)
            started: list[Start] = []
            for layer in source.loaded.launch_order or [[member.key for member in source.loaded.members]]:
                starts = await self._starts([todo[key] for key in layer if key in todo], fresh)
                await self._launcher.start(starts, actor)
                started += starts
            await asyncio.to_thread(self._launcher.blocks.keep, rig.id, source.loaded.members)
            if wait:
                await self._launcher.ready(started)
            outcomes |= {start.row.place: self._launcher.outcome(start) for start in started}
            return [outcomes[member.key] for member in source.loaded.members]

    async def down(
        self, rig: RigRow, actor: str, *, snapshot: bool = True
    ) -> tuple[list[AgentOutcome], Snapshot | None]:
        """Stop every agent of a rig; their rows keep what is needed to come back, and so does a snapshot."""
        async with self.lock(rig.name):
            rig = self._store.roster.rigs.get(rig.id, rig)
            rows = self._store.roster.members(rig.id)
            taken = await self._snapshots.take(rig, SnapshotKind.DOWN, actor) if snapshot and rig.up else None
            await self._launcher.stop(rows, actor)
            left = await asyncio.to_thread(self._launcher.blocks.keep, rig.id)

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
            became = [_left(self._stopped(row), row, left) for row in rows]
            return became, taken

    async def sweep(self) -> None:
        """After a start: take out the blocks of rigs that are down, or gone, which a crash kept there."""
        for rig_id in await asyncio.to_thread(self._launcher.blocks.rigs):
            rig = self._store.roster.rigs.get(rig_id)
            if rig is None or not (rig.up or any(row.wanted for row in self._store.roster.members(rig_id))):
                await asyncio.to_thread(self._launcher.blocks.keep, rig_id)

    async def delete(self, rig: RigRow, actor: str) -> None:
        """Forget a stopped rig; what waits for its agents is taken back, and what of it waits for the person is put
        away. Raises WorkHeld while it is up."""
        async with self.lock(rig.name):
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
        loaded = await self.sources.again(rig)
        return rig.spec if loaded.spec is None else export(loaded.spec)

    async def _starts(self, todo: list[tuple[AgentRow, ResolvedMember]], fresh: Sequence[str]) -> list[Start]:
        """How each of these comes back."""
        anew = [bool(fresh) and wanted(row, list(fresh)) for row, _ in todo]
        ways = (self._launcher.way(row, member, fresh=new) for (row, member), new in zip(todo, anew, strict=True))
        return list(await asyncio.gather(*ways))

    async def start(
        self,
        row: AgentRow,
        actor: str,
        *,
        fresh: bool = False,
        conversation: str | None = None,
        again: bool = False,
    ) -> AgentOutcome:
        """Start one agent of a known rig: with a fresh conversation, a named one, or as it was.

        again: stop it first where it runs; but not for a decision that somebody has to make.
        """
        rig = self._store.roster.rigs[row.rig_id]
        async with self.lock(rig.name):
            current = self._store.roster.agents[row.id]
            if current.running and not again:
                return AgentOutcome(address=row.address, outcome=Outcome.ALREADY_RUNNING, state=current.state)
            loaded = await self.sources.again(rig)
            member = loaded.member(row.place)
            if member is None:
                raise AgentNotFound(
                    f"{row.address} is not in its rig's file any more",
                    "there is nothing to start it from",
                    f"bring the rig up again: rig up {rig.name}",
                    near=[],
                )
            self._check_free(row, conversation)
            await self._trust.check(loaded, actor)
            start = await self._launcher.way(current, member, fresh=fresh, conversation=conversation)
            await self._launcher.start([start], actor)
            if start.way.starts:
                await self.mark_up(rig, actor)
            await self._launcher.ready([start])
            return self._launcher.outcome(start)

    async def revive(self, row: AgentRow) -> bool:
        """Start an agent again that ended by itself, unless somebody was faster; whether it was started."""
        rig = self._store.roster.rigs.get(row.rig_id)
        if rig is None:
            return False
        async with self.lock(rig.name):
            current = self._store.roster.agents.get(row.id)
            if current is None or current.generation != row.generation or not current.wanted:
                return False
            member = (await self.sources.again(rig)).member(row.place)
            if member is None:
                return False
            await self._launcher.start([await self._launcher.way(current, member)], "daemon")
            return True

    async def stop(self, row: AgentRow, actor: str) -> AgentOutcome:
        """Stop one agent on purpose."""
        await self._launcher.stop([row], actor)
        return self._stopped(row)

    def _check_free(self, row: AgentRow, conversation: str | None) -> None:
        """Two agents in one conversation would spoil its file; a terminal has none."""
        if conversation is not None and row.runtime not in ARCHIVES:
            raise InvalidParams(
                f"{row.address} has no conversations",
                f"{row.runtime} keeps none",
                f"start it as it is: rig start {row.address}",
                errors=[{"path": "conversation", "message": "not for this runtime"}],
            )
        for other in self._store.roster.each():
            if conversation is not None and other.conversation == conversation and other.running and other != row:
                raise InvalidParams(
                    f"the conversation {conversation} is {other.address}'s",
                    "two agents can't go on with one conversation",
                    f"stop it first: rig stop {other.address}",
                    errors=[{"path": "conversation", "message": "in use"}],
                )

    # The steps of an up.

    def _check_plan(self, found: Steps, known: RigRow | None, proposal: Plan, plan_id: str | None) -> None:
        if plan_id is not None:
            if plan_id != proposal.plan_id:
                raise PlanStale(
                    "the plan does not fit any more",
                    "the rig or its file changed since it was made",
                    "ask for a new one: rig plan FILE",
                    planId=proposal.plan_id,
                    actions=wire(proposal),
                )
            return
        if known is not None and found.changes_spec:
            raise RigChanged(
                f"the file differs from the rig {known.name!r}",
                "; ".join(f"{a.kind} {a.agent or ''}".strip() for a in proposal.actions if a.kind != "keep"),
                f"look at it: rig plan FILE; then apply it: rig up FILE --plan-id {proposal.plan_id}",
                planId=proposal.plan_id,
                actions=wire(proposal),
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

    async def _intend(self, tx: Tx, source: Source, found: Steps, called: str | None) -> RigRow:
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
            what = called or ("brought up" if known is None else "changed by plan")
            await roster.add_revision(tx, rig, what, at)
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

    async def mark_up(self, rig: RigRow, actor: str) -> None:
        """From now on the rig is meant to run."""
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

    def _stopped(self, row: AgentRow) -> AgentOutcome:
        current = self._store.roster.agents.get(row.id)
        state = current.state if current is not None else AgentState.STOPPED
        return AgentOutcome(address=row.address, outcome=Outcome.STOPPED, state=state)


def explained(action: Action, start: Start | None) -> Action:
    """A step of a plan with the conversation that it means."""
    if start is None or (start.way.starts and not start.way.resume):
        return action
    if start.way.resume:
        return action.model_copy(update={"detail": f"{action.detail}, with its conversation {start.way.conversation}"})
    return action.model_copy(update={"kind": "await", "detail": f"{start.way.why}; {start.way.next}"})


def _left(outcome: AgentOutcome, row: AgentRow, left: Mapping[Path, str]) -> AgentOutcome:
    """The outcome of a down, with a block that could not be taken out of a file in the agent's folder."""
    folder = Path(row.cwd).resolve()
    for path, error in left.items():
        if path.is_relative_to(folder):
            why = f"our block stays in {path}: {error}"
            return outcome.model_copy(update={"reason": why, "next": f"mend that, then: rig down {row.rig}"})
    return outcome
