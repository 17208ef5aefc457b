"""Every known rig and agent, whole in memory; changed only by committed units of work."""

from collections.abc import Callable, Iterator

from ..model.agent import RUNNING, Agent, AgentState
from ..model.errors import AgentNotFound, RigNotFound
from ..model.principal import Principal
from ..model.rig import RigState, RigSummary
from .database import Reader
from .rows import AgentRow, RigRow
from .writer import Tx

GONE = object()
"""In `tx.pending`: removed in this batch."""


class Roster:
    """Rigs by id and name, agents by id and place, with the counts that go with them."""

    def __init__(self) -> None:
        self.rigs: dict[str, RigRow] = {}
        self.agents: dict[str, AgentRow] = {}
        self.on_rig: Callable[[RigRow], None] = lambda rig: None
        """Called with a rig when a change of it is durable; with a deleted one, too."""
        self.on_agent: Callable[[AgentRow], None] = lambda row: None
        """Called with an agent when a change of it is durable; with one that left its rig, too."""
        self.held: dict[str, int] = {}
        self.unread: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._members: dict[str, list[str]] = {}
        self._nouns: dict[str, Agent] = {}
        self._gone: set[str] = set()

    @classmethod
    async def load(cls, reader: Reader) -> "Roster":
        """Read all that is neither deleted nor removed."""
        self = cls()
        for row in await reader.fetch("SELECT doc FROM rig WHERE deleted_at IS NULL ORDER BY rowid"):
            self._set_rig(RigRow.model_validate_json(row[0]))
        for row in await reader.fetch(
            "SELECT agent.doc FROM agent JOIN rig ON rig.id = rig_id"
            " WHERE removed_at IS NULL AND deleted_at IS NULL ORDER BY rig.rowid, position"
        ):
            self._set_agent(AgentRow.model_validate_json(row[0]))
        for agent_id, count in await reader.fetch(
            "SELECT agent_id, count(*) FROM message WHERE agent_id IS NOT NULL AND state IN ('accepted', 'held')"
            " GROUP BY agent_id"
        ):
            self.held[agent_id] = count
        return self

    # Reading.

    def rig(self, name: str) -> RigRow | None:
        """A known rig by name."""
        return self.rigs.get(self._names.get(name, ""))

    def members(self, rig_id: str) -> list[AgentRow]:
        """The agents of a rig in the order of its file."""
        return [self.agents[agent_id] for agent_id in self._members.get(rig_id, ())]

    def each(self) -> Iterator[AgentRow]:
        """Every agent, rig by rig, in the order of the files."""
        for rig_id in self.rigs:
            yield from self.members(rig_id)

    def noun(self, agent_id: str) -> Agent:
        """The agent as it travels."""
        found = self._nouns.get(agent_id)
        if found is None:
            found = self._nouns[agent_id] = self.agent_noun(self.agents[agent_id])
        return found

    def agent_noun(self, row: AgentRow) -> Agent:
        """`row` as it travels, with the counts as they are now."""
        return Agent.model_construct(
            id=row.id,
            generation=row.generation,
            address=row.address,
            rig=row.rig,
            pod=row.pod,
            member=row.member,
            runtime=row.runtime,
            label=row.label,
            model=row.model,
            cwd=row.cwd,
            state=row.state,
            state_since=row.state_since,
            evidence=row.evidence,
            unread=self.unread.get(row.id, 0),
            held=self.held.get(row.id, 0),
            conversation=row.conversation,
            context=row.context,
            prompt=row.prompt,
            exit_code=row.exit_code,
            reason=row.reason,
        )

    def summary(self, rig: RigRow, members: list[AgentRow] | None = None) -> RigSummary:
        """One line about a rig."""
        rows = self.members(rig.id) if members is None else members
        running = sum(1 for row in rows if row.state in RUNNING)
        state = RigState.STOPPED if not rig.up else RigState.UP if running == len(rows) else RigState.PARTIAL
        return RigSummary(
            name=rig.name,
            state=state,
            revision=rig.revision,
            path=rig.path,
            cwd=rig.cwd,
            summary=rig.summary,
            agents=len(rows),
            needs_input=sum(1 for row in rows if row.state is AgentState.NEEDS_INPUT),
            created_at=rig.created_at,
            up_since=rig.up_since,
        )

    def visible(self, principal: Principal) -> Iterator[RigRow]:
        """The rigs a principal may know of: its own where it is confined to that, else all."""
        for rig in self.rigs.values():
            if not principal.confined or self.rig_of(principal) is rig:
                yield rig

    def rig_of(self, principal: Principal) -> RigRow | None:
        """The rig that a principal is confined to; None for everybody else, and where that rig is gone."""
        if principal.rig is not None:
            return next((rig for rig in self.rigs.values() if rig.name == principal.rig), None)
        row = self.agents.get(principal.agent_id or "")
        return self.rigs.get(row.rig_id) if row is not None else None

    # Writing: inside a unit of work.

    def agent_in(self, tx: Tx, agent_id: str) -> AgentRow | None:
        """The agent as this transaction has it so far; None when it left its rig."""
        pending = tx.pending.get(("agent", agent_id), self.agents.get(agent_id))
        return pending if isinstance(pending, AgentRow) else None

    def rig_in(self, tx: Tx, rig_id: str) -> RigRow | None:
        """The rig as this transaction has it so far; None when it was deleted."""
        pending = tx.pending.get(("rig", rig_id), self.rigs.get(rig_id))
        return pending if isinstance(pending, RigRow) else None

    async def put_rig(self, tx: Tx, rig: RigRow) -> None:
        """Write a rig, new or changed. Raises RigNotFound when it was deleted meanwhile."""
        tx.write(
            "INSERT INTO rig (id, name, doc) VALUES (?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET name = excluded.name, doc = excluded.doc WHERE deleted_at IS NULL",
            (rig.id, rig.name, rig.model_dump_json(exclude_none=True)),
        )
        if rig.id in self._gone or tx.pending.get(("rig", rig.id)) is GONE:
            raise RigNotFound(f"there is no rig {rig.name!r} any more", "it was deleted meanwhile", near=[])
        tx.pending["rig", rig.id] = rig
        tx.after(lambda: self._set_rig(rig))
        tx.after(lambda: self.on_rig(rig))

    async def delete_rig(self, tx: Tx, rig: RigRow, at: str) -> None:
        """Forget a rig and its agents; their rows stay."""
        tx.write("UPDATE rig SET deleted_at = ? WHERE id = ?", (at, rig.id))
        tx.write("UPDATE agent SET removed_at = ? WHERE rig_id = ? AND removed_at IS NULL", (at, rig.id))
        tx.pending["rig", rig.id] = GONE
        added = [row for row in tx.pending.values() if isinstance(row, AgentRow) and row.rig_id == rig.id]
        for row in [*self.members(rig.id), *added]:
            tx.pending["agent", row.id] = GONE
        tx.after(lambda: self._drop_rig(rig))
        tx.after(lambda: self.on_rig(rig))

    async def add_revision(self, tx: Tx, rig: RigRow, summary: str, at: str) -> None:
        """Keep the rig's spec as its revision `rig.revision`."""
        tx.write(
            "INSERT INTO revision (rig_id, revision, digest, spec, actor, at, summary) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (rig.id, rig.revision, rig.digest, rig.spec, tx.actor, at, summary),
        )

    async def put_agent(self, tx: Tx, row: AgentRow) -> None:
        """Write an agent, new or changed. Raises AgentNotFound when it left its rig meanwhile."""
        tx.write(
            "INSERT INTO agent (id, rig_id, pod, member, position, doc) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET position = excluded.position, doc = excluded.doc"
            " WHERE removed_at IS NULL",
            (row.id, row.rig_id, row.pod, row.member, row.position, row.model_dump_json(exclude_none=True)),
        )
        if row.id in self._gone or tx.pending.get(("agent", row.id)) is GONE:
            raise AgentNotFound(f"{row.address} is not there any more", "it left its rig meanwhile", near=[])
        tx.pending["agent", row.id] = row
        tx.after(lambda: self._set_agent(row))
        tx.after(lambda: self.on_agent(row))

    async def remove_agent(self, tx: Tx, row: AgentRow, at: str) -> None:
        """An agent leaves its rig; its row stays."""
        tx.write("UPDATE agent SET removed_at = ? WHERE id = ?", (at, row.id))
        tx.pending["agent", row.id] = GONE
        tx.after(lambda: self._drop_agent(row))
        tx.after(lambda: self.on_agent(row))

    def count(self, tx: Tx, agent_id: str, held: int) -> None:
        """Change the number of messages that wait for an agent, once durable."""

        def apply() -> None:
            self.held[agent_id] = self.held.get(agent_id, 0) + held
            self._nouns.pop(agent_id, None)

        tx.after(apply)

    def count_unread(self, agent_id: str, unread: int) -> None:
        """Change the number of open messages from an agent to the person."""
        self.unread[agent_id] = max(0, self.unread.get(agent_id, 0) + unread)
        self._nouns.pop(agent_id, None)

    # Applying what is committed.

    def _set_rig(self, rig: RigRow) -> None:
        known = self.rigs.get(rig.id)
        if known is not None and known.name != rig.name:
            self._names.pop(known.name, None)
        self.rigs[rig.id] = rig
        self._names[rig.name] = rig.id
        self._members.setdefault(rig.id, [])

    def _drop_rig(self, rig: RigRow) -> None:
        self._gone.add(rig.id)
        for agent_id in self._members.pop(rig.id, []):
            self._gone.add(agent_id)
            self.agents.pop(agent_id, None)
            self._nouns.pop(agent_id, None)
        self.rigs.pop(rig.id, None)
        if self._names.get(rig.name) == rig.id:
            del self._names[rig.name]

    def _set_agent(self, row: AgentRow) -> None:
        known = row.id in self.agents
        moved = known and self.agents[row.id].position != row.position
        self.agents[row.id] = row
        self._nouns.pop(row.id, None)
        members = self._members.setdefault(row.rig_id, [])
        if not known:
            members.append(row.id)
        if moved or (not known and len(members) > 1):
            members.sort(key=lambda agent_id: self.agents[agent_id].position)

    def _drop_agent(self, row: AgentRow) -> None:
        self._gone.add(row.id)
        self.agents.pop(row.id, None)
        self._nouns.pop(row.id, None)
        if row.id in self._members.get(row.rig_id, ()):
            self._members[row.rig_id].remove(row.id)
