"""Who asks, and how much they may: every connection is exactly one principal."""

from enum import StrEnum
from typing import Literal

from .base import Model


class Tier(StrEnum):
    """What a method needs. `open` methods need nothing, `report` only the agent itself."""

    OPEN = "open"
    READ = "read"
    TALK = "talk"
    STEER = "steer"
    SHAPE = "shape"
    REPORT = "report"


GRANTABLE = (Tier.READ, Tier.TALK, Tier.STEER, Tier.SHAPE)

PrincipalKind = Literal["operator", "agent", "service", "daemon"]


class Principal(Model):
    """`operator`, `agent:ADDRESS`, `service:NAME` or `daemon`; never taken from a parameter."""

    kind: PrincipalKind
    name: str = ""
    agent_id: str | None = None
    generation: int | None = None
    scopes: tuple[Tier, ...] | None = None
    rig: str | None = None
    """The one rig a service may reach; every rig where it is left out. An agent's own is known by its id."""

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind

    @property
    def is_person(self) -> bool:
        return self.kind == "operator"

    @property
    def confined(self) -> bool:
        """True for those who reach no other rig than their own."""
        return self.kind == "agent" or self.rig is not None


class Token(Model):
    """What names a principal. Its secret is known to its holder alone; `id` is the start of the secret's hash.

    `origins`: the web pages that may use it (`https://example.org`); none may where it is empty.
    """

    id: str
    name: str
    principal: Principal
    created_at: str
    expires_at: str | None = None
    origins: list[str] = []


OPERATOR = Principal(kind="operator")
DAEMON = Principal(kind="daemon")
