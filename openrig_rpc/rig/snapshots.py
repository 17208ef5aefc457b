"""Snapshots: taken on down, before a restore, from time to time while something changes, and on demand.

A snapshot has what is needed to come back: who there was, where, and with which conversation. Conversations themselves
stay where their harnesses keep them. The live rows are always newer; a snapshot is only for going back on purpose.
"""

import asyncio
import logging
import os
from collections.abc import Iterable

from ..delivery import faults
from ..model.base import now
from ..model.errors import SnapshotNotFound, Storage
from ..model.snapshot import Snapshot, SnapshotAgent, SnapshotChange, SnapshotKind
from ..store.rows import AgentRow, RigRow
from ..store.store import Store
from ..store.writer import Tx
from .members import new_id

log = logging.getLogger(__name__)

EVERY = 900.0
"""Seconds between two looks whether something changed; `OPENRIG_RPC_SNAPSHOT_SECONDS` says otherwise."""
KEEP = {SnapshotKind.PERIODIC: 20, SnapshotKind.DOWN: 20, SnapshotKind.PRE_RESTORE: 20}
"""How many of a kind are kept for each rig. Those taken by hand stay."""


class Snapshots:
    """Takes, keeps and compares snapshots."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def take(self, rig: RigRow, kind: SnapshotKind, actor: str) -> Snapshot:
        """A snapshot of a rig as it is now."""

        async def unit(tx: Tx) -> Snapshot:
            roster = self._store.roster
            rows = [roster.agent_in(tx, row.id) or row for row in roster.members(rig.id)]
            found = picture(roster.rig_in(tx, rig.id) or rig, rows, kind, actor)
            self._store.past.put_snapshot(tx, rig.id, found)
            if kind in KEEP:
                self._store.past.prune(tx, rig.id, kind, KEEP[kind])
            return found

        taken = await self._store.write(actor, unit)
        faults.point("after_snapshot")
        return taken

    async def get(self, identity: str) -> tuple[str, Snapshot]:
        """A snapshot, and its rig's id. Raises SnapshotNotFound."""
        found = await self._store.past.snapshot(identity)
        if found is None:
            raise SnapshotNotFound(
                f"there is no snapshot {identity!r}",
                "it was never taken, or newer ones took its place",
                "see what there is: rig snapshot list RIG",
            )
        return found

    async def diff(self, identity: str, other: str | None) -> list[SnapshotChange]:
        """What differs in another snapshot, or now."""
        rig_id, before = await self.get(identity)
        if other is not None:
            return changes(before, (await self.get(other))[1])
        rig = self._store.roster.rigs.get(rig_id)
        members = self._store.roster.members(rig_id) if rig is not None else []
        return changes(before, before.model_copy(update={"agents": agents(members)}))

    async def keep_taking(self) -> None:
        """Look from time to time, for ever, and take one of each rig in which something changed."""
        while True:
            await asyncio.sleep(float(os.environ.get("OPENRIG_RPC_SNAPSHOT_SECONDS") or EVERY))
            for rig in list(self._store.roster.rigs.values()):
                try:
                    await self._if_changed(rig)
                except Storage:
                    log.exception("no snapshot of %s could be taken", rig.name)

    async def _if_changed(self, rig: RigRow) -> None:
        if not rig.up:
            return
        last = await self._store.past.snapshots(rig.id)
        told = [without_state(agent) for agent in last[0][1].agents] if last else None
        if told != [without_state(agent) for agent in agents(self._store.roster.members(rig.id))]:
            await self.take(rig, SnapshotKind.PERIODIC, "daemon")


def picture(rig: RigRow, rows: list[AgentRow], kind: SnapshotKind, actor: str) -> Snapshot:
    """A rig as it is."""
    return Snapshot(
        id=new_id("s"), rig=rig.name, kind=kind, revision=rig.revision, at=now(), actor=actor, agents=agents(rows)
    )


def agents(rows: Iterable[AgentRow]) -> list[SnapshotAgent]:
    """Agents as a snapshot has them: a conversation in which nothing was said is none."""
    return [
        SnapshotAgent(
            address=row.address,
            runtime=row.runtime,
            cwd=row.cwd,
            state=row.state,
            conversation=row.conversation if row.begun else None,
        )
        for row in rows
    ]


def without_state(agent: SnapshotAgent) -> SnapshotAgent:
    """What of an agent is worth a snapshot when it changes."""
    return agent.model_copy(update={"state": "stopped"})


def changes(before: Snapshot, after: Snapshot) -> list[SnapshotChange]:
    """What differs, agent by agent."""
    old, new = ({agent.address: agent for agent in each.agents} for each in (before, after))
    found = [SnapshotChange(address=at, change="removed", detail=f"{old[at].runtime}") for at in old if at not in new]
    for at, agent in new.items():
        if at not in old:
            found.append(SnapshotChange(address=at, change="added", detail=f"{agent.runtime} in {agent.cwd}"))
            continue
        was, now_ = old[at].model_dump(), agent.model_dump()
        told = [f"{key}: {was[key] or 'none'} → {now_[key] or 'none'}" for key in was if was[key] != now_[key]]
        if told:
            found.append(SnapshotChange(address=at, change="changed", detail="; ".join(told)))
    return found
