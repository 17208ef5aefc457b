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

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind

    @property
    def is_person(self) -> bool:
        return self.kind == "operator"


OPERATOR = Principal(kind="operator")
DAEMON = Principal(kind="daemon")
