"""What it would take to make a rig equal a file."""

import hashlib
from dataclasses import dataclass, field

import orjson

from ..model.agent import RUNNING
from ..model.rig import Action, Plan
from ..spec.loaded import LoadedRig, ResolvedMember
from ..store.rows import AgentRow, RigRow
from .members import fingerprint


@dataclass(slots=True)
class Steps:
    """The difference between a rig and a file, member by member, in the file's order."""

    add: list[ResolvedMember] = field(default_factory=list)
    start: list[tuple[AgentRow, ResolvedMember]] = field(default_factory=list)
    change: list[tuple[AgentRow, ResolvedMember]] = field(default_factory=list)
    keep: list[tuple[AgentRow, ResolvedMember]] = field(default_factory=list)
    remove: list[AgentRow] = field(default_factory=list)
    skip: list[AgentRow] = field(default_factory=list)
    topology: bool = False

    @property
    def changes_spec(self) -> bool:
        """Whether this is more than starting what is missing."""
        return bool(self.add or self.change or self.remove or self.topology)


def steps(loaded: LoadedRig, known: RigRow | None, rows: list[AgentRow], only: list[str] | None) -> Steps:
    """Compare. `only`: members that are to be started, by any form of their names."""
    found = Steps(topology=known is not None and known.digest != loaded.digest)
    by_place = {row.place: row for row in rows}
    for member in loaded.members:
        row = by_place.pop(member.key, None)
        if row is None:
            found.add.append(member)
        elif row.fingerprint != fingerprint(member):
            found.change.append((row, member))
        elif row.state in RUNNING and row.pane is not None:
            found.keep.append((row, member))
        elif wanted(row, only):
            found.start.append((row, member))
        else:
            found.skip.append(row)
    found.remove = list(by_place.values())
    return found


def wanted(row: AgentRow | ResolvedMember, only: list[str] | None) -> bool:
    """Whether `only` names this member: `pod.member`, `pod-member`, with or without the rig, or the member alone."""
    if only is None:
        return True
    names = {f"{row.pod}.{row.member}", f"{row.pod}-{row.member}", row.member}
    return any(text.partition("@")[0] in names for text in only)


def plan(found: Steps, loaded: LoadedRig, known: RigRow | None, rows: list[AgentRow], name: str) -> Plan:
    """The steps as a client sees them; its id is bound to them, to the file and to the rig as they are now.

    What agents do meanwhile doesn't count: a plan is not stale because one of them went on to the next turn.
    """
    actions = [Action(kind="remove", agent=row.address, detail="it is no longer in the file") for row in found.remove]
    actions += [
        Action(
            kind="add", agent=f"{member.pod}-{member.member}@{name}", detail=f"start {member.runtime} in {member.cwd}"
        )
        for member in found.add
    ]
    actions += [
        Action(
            kind="restart" if row.state in RUNNING else "start",
            agent=row.address,
            detail=f"its member changed: {member.runtime} in {member.cwd}",
        )
        for row, member in found.change
    ]
    actions += [
        Action(kind="start", agent=row.address, detail=f"start {member.runtime} in {member.cwd}")
        for row, member in found.start
    ]
    actions += [Action(kind="keep", agent=row.address, detail="it runs") for row, _ in found.keep]
    if found.topology and not (found.add or found.change or found.remove):
        actions.append(Action(kind="change", detail="edges, labels or policies change; no agent is restarted"))
    state = [
        loaded.digest,
        [fingerprint(member) for member in loaded.members],
        None if known is None else [known.id, known.revision],
        [[row.id, row.generation] for row in rows],
        [[action.kind, action.agent, action.detail] for action in actions],
    ]
    return Plan(plan_id=hashlib.sha256(orjson.dumps(state)).hexdigest()[:20], actions=actions)


def wire(proposal: Plan) -> list[dict[str, object]]:
    """A plan's actions as an error carries them."""
    return [action.model_dump(by_alias=True, exclude_none=True) for action in proposal.actions]
