"""A running rig grows, shrinks and goes back: each change is a new revision of its spec, and touches nobody else."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..model.agent import RUNNING, AgentOutcome, AgentState, Outcome
from ..model.errors import InvalidParams, RigChanged, RigNotUp, WorkHeld
from ..model.rig import Plan, Revision
from ..spec.change import grown, shrunk
from ..spec.loaded import LoadedRig
from ..spec.write import export
from ..store.rows import AgentRow, RigRow
from ..store.store import Store
from .plan import steps, wire
from .source import Source, invalid
from .topology import Rigs

LONGEST = 64 * 1024
"""Characters of a spec that is still compared line by line."""


class Evolution:
    """Changes the specs of known rigs, and remembers every version."""

    def __init__(self, store: Store, rigs: Rigs) -> None:
        self._store = store
        self._rigs = rigs

    async def add(
        self,
        rig: RigRow,
        pod: str | Mapping[str, Any],
        member: Mapping[str, Any] | None,
        edges: Sequence[Mapping[str, Any]],
        actor: str,
        plan_id: str | None,
    ) -> list[AgentOutcome]:
        """A new pod, or a new member of one; nobody else is restarted. Raises SpecInvalid, InvalidParams, PlanStale."""
        current = await self._current(rig)
        assert current.spec is not None
        try:
            text = grown(current.spec, pod, member, edges)
        except KeyError as missing:
            raise self._no_such(rig, str(missing.args[0])) from None
        loaded = await self._loaded(rig, text)
        old = {each.key for each in current.members}
        named = pod if isinstance(pod, str) else str(pod.get("id"))
        meant = named if member is None else f"{named}.{member.get('id')}"
        new = [each.key for each in loaded.members if each.key not in old]
        summary = f"added {', '.join(new)}" if new else f"changed {named}"
        outcomes = await self._apply(rig, loaded, actor, summary, new, plan_id)
        asked = {row.address for row in self._store.roster.members(rig.id) if meant in (row.pod, row.place)}
        return [outcome for outcome in outcomes if outcome.address in asked]

    async def remove(
        self, rig: RigRow, pod: str, member: str | None, actor: str, plan_id: str | None
    ) -> list[AgentOutcome]:
        """Without a pod or one of its members. Raises WorkHeld where something would be lost and no plan says so."""
        current = await self._current(rig)
        assert current.spec is not None
        try:
            loaded = await self._loaded(rig, shrunk(current.spec, pod, member))
        except KeyError:
            raise self._no_such(rig, f"{pod}.{member}" if member else pod) from None
        left = {each.key for each in loaded.members}
        gone = [row for row in self._store.roster.members(rig.id) if row.place not in left]
        if plan_id is None and (held := [f"{row.address}: {what}" for row in gone for what in self._work(row)]):
            plan = await self._rigs.plan(Source(loaded, rig, rig.cwd), [])
            again = f"rig remove {rig.name} {pod}{f' --member {member}' if member else ''} --plan-id {plan.plan_id}"
            raise WorkHeld(
                f"work would be lost with {', '.join(row.address for row in gone)}",
                "; ".join(held),
                f"let it finish, or do it all the same: {again}",
                rig=rig.name,
                planId=plan.plan_id,
                actions=wire(plan),
            )
        await self._apply(rig, loaded, actor, f"removed {', '.join(row.place for row in gone)}", [], plan_id)
        return [
            AgentOutcome(
                address=row.address, outcome=Outcome.STOPPED, state=AgentState.STOPPED, reason="it left the rig"
            )
            for row in gone
        ]

    async def rollback(self, rig: RigRow, revision: int, actor: str, plan_id: str | None) -> list[AgentOutcome]:
        """An earlier version of the spec, as a new revision. Agent files are read as they are now.

        Raises RigChanged with the plan where none was given and something would change.
        """
        self._up(rig)
        version = await self._store.past.version(rig.id, revision)
        if version is None:
            raise InvalidParams(
                f"the rig {rig.name!r} has no revision {revision}",
                f"it has those from 0 to {rig.revision}",
                f"see what each changed: rig history {rig.name}",
                errors=[{"path": "revision", "message": "no such revision"}],
            )
        loaded = await self._loaded(rig, version.spec)
        rows = self._store.roster.members(rig.id)
        found = steps(loaded, rig, rows, None)
        changed = [member.key for row, member in found.change if row.state in RUNNING]
        named = [*(member.key for member in found.add), *changed]
        if plan_id is None and found.changes_spec:
            plan = await self._rigs.plan(Source(loaded, rig, rig.cwd), named)
            raise self._needs_plan(rig, revision, plan)
        return await self._apply(rig, loaded, actor, f"rolled back to {revision}", named, plan_id)

    async def history(self, rig: RigRow) -> list[Revision]:
        """Every version from 0, with what it changed."""
        versions = await self._store.past.versions(rig.id)
        texts = [await self._canonical(rig, version.spec) for version in versions]
        found = [versions[0].revision] if versions else []
        for number, version in enumerate(versions[1:], 1):
            diff = compared(texts[number - 1], texts[number], version.revision.revision)
            found.append(version.revision.model_copy(update={"diff": diff}))
        return found

    async def _canonical(self, rig: RigRow, text: str) -> str:
        """What a version says, however it was written."""
        loaded = await self._rigs.sources.again(rig, text)
        return text if loaded.spec is None else export(loaded.spec)

    async def _current(self, rig: RigRow) -> LoadedRig:
        """The rig's spec as it runs."""
        self._up(rig)
        return await self._loaded(rig, rig.spec)

    async def _loaded(self, rig: RigRow, text: str) -> LoadedRig:
        loaded = await self._rigs.sources.again(rig, text)
        if not loaded.ok or loaded.spec is None:
            raise invalid(loaded)
        return loaded

    async def _apply(
        self, rig: RigRow, loaded: LoadedRig, actor: str, summary: str, only: list[str], plan_id: str | None
    ) -> list[AgentOutcome]:
        source = Source(loaded, rig, rig.cwd)
        return await self._rigs.up(source, actor, only=only, plan_id=plan_id, summary=summary)

    def _up(self, rig: RigRow) -> None:
        if not rig.up:
            raise RigNotUp(
                f"the rig {rig.name!r} is down",
                "a change is made to a rig that runs",
                f"bring it up first: rig up {rig.name}",
            )

    def _work(self, row: AgentRow) -> Iterable[str]:
        """What an agent holds that nobody else has."""
        if row.state is AgentState.BUSY and row.runtime != "terminal":
            yield "it works on a turn"
        if row.prompt is not None:
            yield f"it asks: {row.prompt.question}"
        if held := self._store.roster.held.get(row.id, 0):
            yield f"{held} message{'s wait' if held > 1 else ' waits'} for it"

    def _no_such(self, rig: RigRow, what: str) -> InvalidParams:
        places = [row.place for row in self._store.roster.members(rig.id)]
        return InvalidParams(
            f"the rig {rig.name!r} has no {what!r}",
            f"it has {', '.join(places)}",
            f"name one of them, as in: rig ps {rig.name}",
            errors=[{"path": "pod", "message": "not in the rig"}],
        )

    def _needs_plan(self, rig: RigRow, revision: int, plan: Plan) -> RigChanged:
        return RigChanged(
            f"revision {revision} differs from what runs in {rig.name!r}",
            "; ".join(f"{each.kind} {each.agent or ''}".strip() for each in plan.actions if each.kind != "keep"),
            f"do it: rig rollback {rig.name} {revision} --plan-id {plan.plan_id}",
            planId=plan.plan_id,
            actions=wire(plan),
        )


def compared(before: str, after: str, revision: int) -> str | None:
    """What a version changed in the one before, line by line; None where both are too long for that."""
    if max(len(before), len(after)) > LONGEST:
        return None
    names = f"revision {revision - 1}", f"revision {revision}"
    return "\n".join(difflib.unified_diff(before.splitlines(), after.splitlines(), *names, lineterm="", n=1))
