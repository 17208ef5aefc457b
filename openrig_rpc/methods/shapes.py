"""Params and results that several nouns share."""

from collections.abc import Sequence
from typing import Annotated, TypeVar

from pydantic import Field, StringConstraints

from ..model.address import shown
from ..model.agent import Agent, AgentOutcome
from ..model.base import Model, Params, Read
from ..model.rig import Edge
from ..store.rows import RigRow

T = TypeVar("T")

AddressText = Annotated[str, StringConstraints(min_length=1, max_length=8192, strip_whitespace=True)]
RigName = Annotated[str, StringConstraints(min_length=1, max_length=128, strip_whitespace=True)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=256)]
Limit = Annotated[int, Field(ge=1, le=1000)]
Seconds = Annotated[float, Field(ge=0, le=86400)]


class RigRef(Params):
    """A rig by name."""

    rig: RigName


class AgentRef(Params):
    """An agent by address."""

    agent: AddressText


class Page(Params):
    """How much of a list, and from where: `cursor` is the last page's `nextCursor`."""

    limit: Limit = 200
    cursor: str | None = None


class Listed(Read):
    """A page of a list."""

    next_cursor: str | None = None


class AgentResult(Read):
    """One agent."""

    agent: Agent


class AgentOutcomeResult(Model):
    """One agent and what became of it."""

    agent: Agent
    outcome: AgentOutcome


class AgentsResult(Model):
    """What became of each agent."""

    agents: list[AgentOutcome]


def page(found: Sequence[T], wanted: Page) -> tuple[list[T], str | None]:
    """A page of a list that is whole in memory; the cursor is how far the last page went."""
    start = int(wanted.cursor) if wanted.cursor is not None and wanted.cursor.isdigit() else 0
    end = start + wanted.limit
    return list(found[start:end]), str(end) if end < len(found) else None


def shown_edges(rig: RigRow) -> list[Edge]:
    """A rig's edges between addresses as they are shown."""

    def address(place: str) -> str:
        pod, _, member = place.partition(".")
        return shown(pod, member, rig.name)

    return [Edge(kind=edge.kind, source=address(edge.source), target=address(edge.target)) for edge in rig.edges]
