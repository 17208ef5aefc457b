"""Who holds a task: claims with their fence, giving back, taking away, and leases that heal."""

from collections import Counter
from collections.abc import Callable, Sequence

from ..model.address import HUMAN
from ..model.errors import FenceStale, NotPermitted, TaskHeld, TaskNotFound, TransitionRefused
from ..model.principal import Principal
from ..model.task import OPEN, TaskState
from ..store.rows import AgentRow
from ..store.store import Store
from ..store.tasks import TaskRow
from ..store.writer import Tx
from .nudges import KEEPER, Nudges, for_person
from .turns import Turns


class Claims:
    """Every function is part of a unit of work."""

    def __init__(self, store: Store, nudges: Nudges, may_force: Callable[[str], list[str]]) -> None:
        """may_force: the addresses that a rig grants `task/forceRelease`."""
        self._store = store
        self._nudges = nudges
        self._may_force = may_force
        self._turns = Turns()
        self._offers: Counter[str] = Counter()
        self.holders: dict[str, tuple[str, int | None]] = {}
        """Agent id and generation by the id of the open task that it holds."""

    def note(self, row: TaskRow) -> None:
        """A durable change: who holds what now."""
        if row.owner_id is not None and row.state in OPEN and row.deleted_at is None:
            self.holders[row.id] = (row.owner_id, row.generation)
        else:
            self.holders.pop(row.id, None)

    async def known(self, tx: Tx, task_id: str) -> TaskRow:
        """A task that is not deleted. Raises TaskNotFound."""
        row = await self._store.tasks.get_in(tx, task_id)
        if row is None or row.deleted_at is not None:
            raise unknown(task_id)
        return row

    async def claim(self, tx: Tx, task_id: str, principal: Principal) -> TaskRow:
        """Make the caller its owner. Whoever holds it already gets it again, with its fence.

        Raises TaskNotFound, TaskHeld, TransitionRefused, NotPermitted.
        """
        row = await self.known(tx, task_id)
        owner = self._as_owner(principal, row.rig)
        self._check_destination(row, principal)
        if self.is_owner(row, principal) and row.state is TaskState.IN_PROGRESS:
            return row
        row = await self.heal(tx, row) or row
        if row.owner is not None and row.state in OPEN:
            raise self.held(row)
        got = await self._store.tasks.claim(tx, row, owner, principal)
        if got is None:
            waits = f"it waits for {', '.join(row.blockers)}" if row.state is TaskState.BLOCKED else "it is closed"
            raise TransitionRefused(
                f"{row.id} is {row.state.value}",
                waits,
                "see it: rig task get " + row.id,
                state=row.state.value,
            )
        return await self._taken(tx, got)

    async def _taken(self, tx: Tx, row: TaskRow) -> TaskRow:
        """That it was late is over."""
        item = self._store.desk.about(row.id)
        if item is not None and not for_person(row):
            await self._store.desk.done(tx, item)
        return row

    async def next(
        self, tx: Tx, principal: Principal, rig: str | None, tag: str | None
    ) -> tuple[TaskRow | None, str | None]:
        """The task that the caller has in progress, or else the most urgent one that is for it; or why there is none.

        Said again, it gives the same task, so a lost answer loses no work, and nobody heaps up tasks.
        """
        agent = self._store.roster.agent_in(tx, principal.agent_id or "")
        if agent is None and not principal.is_person:
            raise self._only_owners(principal)
        has = await self._store.tasks.holds(tx, principal, rig, tag)
        if has is not None:
            return has, None
        for_whom = self.destinations(agent, rig)
        owner = agent.address if agent is not None else HUMAN
        found = await self._store.tasks.next_for(tx, for_whom, owner, rig=rig, tag=tag)
        if found is None:
            return None, None
        if agent is not None and (before := self._turns.asks(agent.id, self._peers(agent, found))):
            names = [self._store.roster.agents[each].address for each in before]
            return None, f"it is the turn of {', '.join(names)}, who asked too and had less; ask again in a moment"
        got = await self._store.tasks.claim(tx, found, self._as_owner(principal, found.rig), principal)
        if got is not None and agent is not None:
            agent_id = agent.id
            tx.after(lambda: self._turns.took(agent_id))
        return (await self._taken(tx, got) if got is not None else None), None

    async def release(self, tx: Tx, row: TaskRow, fence: int | None, principal: Principal) -> TaskRow:
        """Give it back. Raises FenceStale, TaskHeld, TransitionRefused."""
        if row.owner is None and row.state in OPEN and row.fence == fence:
            return row  # Given back already.
        self.own(row, principal, fence)
        self.open(row)
        return await self.let_go(tx, row, f"{row.owner} gave it back", principal)

    async def force_release(self, tx: Tx, row: TaskRow, why: str, principal: Principal) -> TaskRow:
        """Take it from its owner, who is told."""
        self.open(row)
        if row.owner is None:
            return row
        owner_id = row.owner_id
        free = await self.let_go(tx, row, f"taken from {row.owner}: {why}", principal, but=owner_id)
        await self._nudges.to(tx, free, owner_id, f"taken from you by {principal}: {why}", principal)
        return free

    async def heal(self, tx: Tx, row: TaskRow) -> TaskRow | None:
        """Free a task whose owner's pane is gone, or has a new generation in it; None where its owner lives."""
        if row.owner_id is None or row.state not in OPEN or row.deleted_at is not None:
            return None
        agent = self._store.roster.agent_in(tx, row.owner_id)
        if agent is not None and agent.running and agent.generation == row.generation:
            return None
        return await self.let_go(tx, row, f"{row.owner} ended while it had it", KEEPER)

    async def let_go(self, tx: Tx, row: TaskRow, reason: str, sender: Principal, *, but: str | None = None) -> TaskRow:
        """Nobody holds it from now on; it is offered again (not to agent `but`)."""
        state = TaskState.PENDING if row.state is TaskState.IN_PROGRESS else row.state
        free = row.model_copy(
            update={"state": state, "owner": None, "owner_id": None, "generation": None, "claimed_at": None}
        )
        free = self._store.tasks.put(tx, free, row)
        if state is TaskState.PENDING:
            await self.offer(tx, free, reason, sender, but=but)
        return free

    async def offer(self, tx: Tx, row: TaskRow, reason: str, sender: Principal, *, but: str | None = None) -> None:
        """Nudge whom it is for: every agent that is named, and of a group the one with the least to do."""
        for destination in row.destination.split(","):
            members = [
                each for each in self._eligible(tx, row.rig, destination) if each.id not in (but, sender.agent_id)
            ]
            if "*" not in destination:
                for each in members:
                    await self._nudges.to(tx, row, each.id, reason, sender)
                continue
            members = [each for each in members if each.address != row.creator]
            if members:
                load = Counter(owner for owner, _ in self.holders.values())
                least = min(members, key=lambda each: (not each.running, load[each.id], self._offers[each.id]))
                self._offers[least.id] += 1
                await self._nudges.to(tx, row, least.id, reason, sender)

    # Who may.

    def own(self, row: TaskRow, principal: Principal, fence: int | None) -> None:
        """Raise unless the caller owns the task by this very claim; the person may always.

        Raises FenceStale where the claim is over, TaskHeld where somebody else has it, NotPermitted where nobody does.
        """
        if fence is not None and fence != row.fence:
            raise self._stale(row, f"the fence {fence} is not that of the present claim")
        if principal.is_person or (self.is_owner(row, principal) and fence is not None):
            return
        if self.is_owner(row, principal):
            raise self._stale(row, "the claim is proven by its fence, and none was given")
        if row.owner is not None and row.state in OPEN:
            raise self.held(row)
        if fence is not None:
            raise self._stale(row, "nobody holds it now: the claim ended with the pane, or was taken back")
        raise NotPermitted(
            f"{principal} may not change {row.id}",
            "it does not hold it",
            f"take it first: rig task claim {row.id}",
            needs="claim",
        )

    def is_owner(self, row: TaskRow, principal: Principal) -> bool:
        """Whether the caller, in this generation, holds (or closed) the task."""
        if principal.is_person:
            return row.owner is not None and row.owner_id is None
        return principal.agent_id is not None and (row.owner_id, row.generation) == (
            principal.agent_id,
            principal.generation,
        )

    def open(self, row: TaskRow) -> None:
        """Raise TransitionRefused for a task that is closed."""
        if row.state not in OPEN:
            raise TransitionRefused(
                f"{row.id} is {row.state.value}", "what is closed stays so", "create a new one", state=row.state.value
            )

    def held(self, row: TaskRow) -> TaskHeld:
        """Somebody has it: who, since when, and who may act."""
        may = list(dict.fromkeys([str(row.owner), f"{HUMAN}@{row.rig}", *self._may_force(row.rig)]))
        return TaskHeld(
            f"{row.id} is held by {row.owner}",
            f"since {row.claimed_at}; it may be acted on by {', '.join(may)}",
            "take another: rig task claim-next",
            holder=row.owner,
            since=row.claimed_at,
            mayAct=may,
        )

    def destinations(self, agent: AgentRow | None, rig: str | None) -> Sequence[str]:
        """Under which names a task can be for an agent, or for the person."""
        if agent is None:
            rigs = [rig] if rig is not None else [each.name for each in self._store.roster.rigs.values()]
            return [f"{HUMAN}@{name}" for name in rigs]
        if agent.runtime == "terminal":
            return [agent.address]
        return [agent.address, f"{agent.pod}.*@{agent.rig}", f"*@{agent.rig}"]

    def _check_destination(self, row: TaskRow, principal: Principal) -> None:
        if principal.is_person:
            return
        agent = self._store.roster.agents.get(principal.agent_id or "")
        if agent is None:
            raise self._only_owners(principal)
        if not set(self.destinations(agent, None)) & set(row.destination.split(",")):
            raise NotPermitted(
                f"{principal} may not claim {row.id}",
                f"it is for {row.destination}",
                "take one that is for you: rig task claim-next",
                needs="destination",
            )

    def _as_owner(self, principal: Principal, rig: str) -> str:
        return f"{HUMAN}@{rig}" if principal.is_person else principal.name

    def _only_owners(self, principal: Principal) -> NotPermitted:
        return NotPermitted(
            f"{principal} may not own a task", "agents and the person do", "create one for them", needs="agent"
        )

    def _eligible(self, tx: Tx, rig: str, destination: str) -> list[AgentRow]:
        found = self._store.roster.rig(rig)
        members = self._store.roster.members(found.id) if found is not None else []
        return [each for each in members if destination in self.destinations(each, None)]

    def _peers(self, agent: AgentRow, task: TaskRow) -> list[str]:
        """Agents that could have the same task, run, and hold none."""
        holding = {owner for owner, _ in self.holders.values()}
        return [
            each.id
            for each in self._store.roster.members(agent.rig_id)
            if each.running
            and each.id not in holding
            and set(self.destinations(each, None)) & set(task.destination.split(","))
        ]

    def _stale(self, row: TaskRow, why: str) -> FenceStale:
        return FenceStale(
            f"the claim of {row.id} does not hold",
            f"{why}; it is {row.state.value}" + (f", held by {row.owner}" if row.owner else ""),
            f"see it: rig task get {row.id}",
            holder=row.owner,
            state=row.state.value,
        )


def unknown(task_id: str) -> TaskNotFound:
    """No such task, or none that the caller may see."""
    return TaskNotFound(f"there is no task {task_id!r}", "no such id", "see them: rig task list")
