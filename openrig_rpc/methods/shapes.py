"""Params and results that several nouns share."""

from typing import Annotated

from pydantic import Field, StringConstraints

from ..model.agent import Agent, AgentOutcome
from ..model.base import Model, Params, Read

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
