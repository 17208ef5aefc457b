"""The running rig of a file, as the one who asks may see it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..model.agent import RUNNING, Agent
from ..model.principal import Principal
from ..store.rows import AgentRow, RigRow

if TYPE_CHECKING:
    from ..engine import Engine


@dataclass(frozen=True)
class Live:
    """A known rig with its agents by `pod.member`."""

    rig: RigRow
    agents: dict[str, Agent]

    @property
    def running(self) -> int:
        """How many of its agents run."""
        return sum(1 for agent in self.agents.values() if agent.state in RUNNING)

    @property
    def said(self) -> str:
        """The rig in a few words."""
        if not self.rig.up and not self.running:
            return "stopped"
        return f"up {self.running}/{len(self.agents)}"


def live_of(engine: Engine, principal: Principal | None, path: Path | None, name: str | None) -> Live | None:
    """The known rig that a file describes: the one brought up from it, or one of that name from no file at all."""
    if principal is None:
        return None
    roster = engine.store.roster
    visible = list(roster.visible(principal))
    wanted = str(path) if path is not None else None
    found = next((rig for rig in visible if rig.path is not None and rig.path == wanted), None)
    if found is None or (name is not None and found.name != name):
        named = next((rig for rig in visible if rig.name == name and rig.path is None), None)
        found = named or (found if found is not None and name is None else None)
    if found is None:
        return None
    return Live(found, {row.place: roster.noun(row.id) for row in roster.members(found.id)})


def agents_near(engine: Engine, principal: Principal | None, path: Path | None, most: int = 20) -> list[Agent]:
    """The running agents, terminals left out: first those whose folder the file is in, then the others."""
    if principal is None:
        return []
    roster = engine.store.roster
    rows = [
        row
        for rig in roster.visible(principal)
        for row in roster.members(rig.id)
        if row.state in RUNNING and row.runtime != "terminal" and row.id != principal.agent_id
    ]
    rows.sort(key=lambda row: not _beneath(path, row))
    return [roster.noun(row.id) for row in rows[:most]]


def _beneath(path: Path | None, row: AgentRow) -> bool:
    return path is not None and path.is_relative_to(row.cwd)
