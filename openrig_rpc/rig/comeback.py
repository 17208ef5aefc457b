"""How an agent comes back: with the conversation it had, with a fresh one, or only once somebody has decided.

A conversation that was begun is never left behind silently: where its file is gone or damaged, nothing is started.
"""

from dataclasses import dataclass

from ..model.agent import Outcome
from ..model.spec import RestorePolicy
from ..runtimes.conversations import ARCHIVES, Archive, Kept, Place
from ..spec.loaded import ResolvedMember
from ..store.rows import AgentRow


@dataclass(frozen=True, slots=True)
class Way:
    """What an agent is started with. `resume`: it goes on with `conversation`; else that is an id nobody used yet."""

    outcome: Outcome
    conversation: str | None = None
    resume: bool = False
    why: str | None = None
    next: str | None = None

    @property
    def starts(self) -> bool:
        """Whether nothing has to be decided first."""
        return self.outcome is not Outcome.AWAITING_DECISION


@dataclass(frozen=True, slots=True)
class Start:
    """An agent to be started, its member, and how."""

    row: AgentRow
    member: ResolvedMember
    way: Way


def way(
    row: AgentRow, member: ResolvedMember, place: Place, *, fresh: bool = False, conversation: str | None = None
) -> Way:
    """How this agent starts now. fresh: with a new conversation; conversation: with this one, even a damaged one.

    Reads files: call it in a thread.
    """
    archive = ARCHIVES.get(member.runtime)
    if fresh:
        return Way(Outcome.FRESH)
    if archive is None:
        # Whether there is something to resume its own runtime knows, if any.
        return Way(Outcome.LAUNCHED, conversation or row.conversation)
    wanted = conversation or row.conversation
    if wanted is None:
        return Way(Outcome.LAUNCHED)
    if conversation is None and row.begun and member.restore_policy is not RestorePolicy.RESUME:
        return Way(
            Outcome.FRESH,
            why=f"its restore policy is {member.restore_policy}; before, it had the conversation {wanted}",
            next=f"go on with that one: rig restart {row.address} --conversation {wanted}",
        )
    found = archive.find(place, wanted)
    if found is not None and (found.fault is None or conversation is not None):
        return Way(Outcome.RESUMED, wanted, resume=True)
    if found is None and conversation is None and not row.begun:
        return Way(Outcome.LAUNCHED, wanted)
    why = f"there is no file of its conversation {wanted}" if found is None else found.fault
    return Way(Outcome.AWAITING_DECISION, why=why, next=choices(row, found, archive.others(place)))


def choices(row: AgentRow, found: Kept | None, others: list[Kept]) -> str:
    """Every way to go on, as commands."""
    start = f"rig start {row.address}"
    ways = [f"{start} --fresh"]
    if found is not None:
        ways.append(f"{start} --conversation {found.id} (as far as it can be read)")
    ways += [
        f"{start} --conversation {other.id} (of {other.at})"
        for other in others
        if found is None or other.id != found.id
    ]
    if found is None:
        ways.append(f"put its file back, then {start}")
    return "one of: " + "; ".join(ways)


def archive_of(row: AgentRow) -> Archive | None:
    """Where the agent's harness keeps conversations, if it does."""
    return ARCHIVES.get(row.runtime)
