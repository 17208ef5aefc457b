"""Going back to a snapshot: explicit, by plan, whole or in part; the rig as it was before is kept in another one."""

import hashlib
from dataclasses import dataclass, field

import orjson

from ..model.agent import RUNNING, AgentOutcome, Outcome
from ..model.errors import PlanStale, RigChanged, SnapshotUnusable
from ..model.event import SnapshotRestored
from ..model.rig import Action, Plan
from ..model.snapshot import Snapshot, SnapshotAgent, SnapshotKind
from ..store.rows import AgentRow, RigRow
from ..store.store import Store
from ..store.writer import Tx
from .comeback import Start
from .launch import Launcher
from .plan import wanted, wire
from .snapshots import Snapshots
from .topology import Rigs


@dataclass(slots=True)
class Return:
    """What restoring would do: whom it starts, and the outcome of everybody else."""

    starts: list[Start] = field(default_factory=list)
    others: dict[str, AgentOutcome] = field(default_factory=dict)


class Restores:
    """Brings agents back as a snapshot has them."""

    def __init__(self, store: Store, rigs: Rigs, launcher: Launcher, snapshots: Snapshots) -> None:
        self._store = store
        self._rigs = rigs
        self._launcher = launcher
        self._snapshots = snapshots

    async def restore(
        self, identity: str, actor: str, only: list[str] | None, fresh: list[str] | None, plan_id: str | None
    ) -> list[AgentOutcome]:
        """Bring the agents back; a running one is stopped by plan alone.

        Raises SnapshotNotFound, SnapshotUnusable, RigChanged where no plan was given and somebody would be stopped,
        PlanStale.
        """
        rig_id, snapshot = await self._snapshots.get(identity)
        rig = self._store.roster.rigs.get(rig_id)
        if rig is None:
            raise SnapshotUnusable(
                f"the rig {snapshot.rig!r} is not there any more",
                "the rig of this snapshot was deleted",
                "bring its file up again: rig up FILE",
            )
        async with self._rigs.lock(rig.name):
            rig = self._store.roster.rigs.get(rig_id, rig)
            way = await self._way(rig, snapshot, only, fresh)
            self._check(proposal(snapshot, way, self._store.roster.members(rig.id)), way, identity, plan_id)
            await self._snapshots.take(rig, SnapshotKind.PRE_RESTORE, actor)
            await self._launcher.start(way.starts, actor)
            started = [start for start in way.starts if start.way.starts]
            if started:
                await self._rigs.mark_up(rig, actor)
            await self._launcher.ready(started)
            found = {start.row.address: self._launcher.outcome(start) for start in way.starts} | way.others
            restored = SnapshotRestored(snapshot=snapshot, agents=[start.row.address for start in started])
            await self._store.write(actor, lambda tx: _note(tx, restored, rig))
            return list(found.values())

    async def _way(self, rig: RigRow, snapshot: Snapshot, only: list[str] | None, fresh: list[str] | None) -> Return:
        loaded = await self._rigs.sources.again(rig)
        kept = {agent.address: agent for agent in snapshot.agents}
        way = Return()
        for row in self._store.roster.members(rig.id):
            agent, member = kept.pop(row.address, None), loaded.member(row.place)
            why = without(row, agent, named=only is not None and wanted(row, only))
            if not wanted(row, only):
                why = "`only` names others"
            if why is not None or agent is None or member is None:
                way.others[row.address] = left(row, Outcome.SKIPPED, why or "it is not in its rig's file any more")
                continue
            anew = bool(fresh) and wanted(row, fresh)
            if row.running and row.conversation == agent.conversation and not anew:
                way.others[row.address] = left(row, Outcome.ALREADY_RUNNING, None)
                continue
            was = row.model_copy(update={"conversation": agent.conversation, "begun": agent.conversation is not None})
            way.starts.append(await self._launcher.way(was, member, fresh=anew))
        for address, agent in kept.items():
            way.others[address] = AgentOutcome(
                address=address,
                outcome=Outcome.SKIPPED,
                state=agent.state,
                reason=f"it is not in the rig any more; it was in revision {snapshot.revision}",
                next=f"bring that revision back first: rig rollback {rig.name} {snapshot.revision}",
            )
        return way

    def _check(self, plan: Plan, way: Return, identity: str, plan_id: str | None) -> None:
        if plan_id is not None and plan_id != plan.plan_id:
            raise PlanStale(
                "the plan does not fit any more",
                "the rig changed since it was made",
                f"ask for a new one: rig snapshot restore {identity}",
                planId=plan.plan_id,
                actions=wire(plan),
            )
        if plan_id is None and any(start.row.running for start in way.starts):
            raise RigChanged(
                "restoring this snapshot stops agents that run",
                "; ".join(f"{action.kind} {action.agent}" for action in plan.actions if action.kind != "keep"),
                f"do it: rig snapshot restore {identity} --plan-id {plan.plan_id}",
                planId=plan.plan_id,
                actions=wire(plan),
            )


def without(row: AgentRow, agent: SnapshotAgent | None, *, named: bool) -> str | None:
    """Why an agent is left as it is; None: it can be restored."""
    if agent is None:
        return "the snapshot does not have it"
    if agent.runtime != row.runtime:
        return f"it was {agent.runtime} then, and is {row.runtime} now"
    if agent.state not in RUNNING and agent.conversation is None and not named:
        return "it did not run then, and had no conversation"
    return None


def proposal(snapshot: Snapshot, way: Return, rows: list[AgentRow]) -> Plan:
    """The steps as a client sees them; the id is bound to the snapshot and to the rig as they are now."""
    actions = [action(start) for start in way.starts]
    actions += [
        Action(kind="keep", agent=each.address, detail=each.reason or "it runs with that conversation")
        for each in way.others.values()
    ]
    state = [
        snapshot.id,
        [[row.id, row.generation, row.conversation] for row in rows],
        [[each.kind, each.agent, each.detail] for each in actions],
    ]
    return Plan(plan_id=hashlib.sha256(orjson.dumps(state)).hexdigest()[:20], actions=actions)


def action(start: Start) -> Action:
    """One agent's step."""
    if not start.way.starts:
        return Action(kind="await", agent=start.row.address, detail=f"{start.way.why}; {start.way.next}")
    said = f"with the conversation {start.way.conversation}" if start.way.resume else "with a new conversation"
    return Action(kind="restart" if start.row.running else "start", agent=start.row.address, detail=said)


def left(row: AgentRow, outcome: Outcome, why: str | None) -> AgentOutcome:
    """An agent that is left as it is."""
    return AgentOutcome(address=row.address, outcome=outcome, state=row.state, reason=why)


async def _note(tx: Tx, restored: SnapshotRestored, rig: RigRow) -> None:
    tx.emit("snapshot.restored", restored, rig=rig.name)
