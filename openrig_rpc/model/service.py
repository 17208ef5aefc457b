"""What a rig ships beside its agents."""

from enum import StrEnum
from typing import Literal

from .base import Model


class ServiceState(StrEnum):
    """What a service does, by its readiness checks."""

    STARTING = "starting"
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"
    EXITED = "exited"
    STOPPED = "stopped"


class Surface(Model):
    """A URL a service shows to people."""

    name: str
    url: str


class Service(Model):
    """One service of a rig with the evidence for its state."""

    rig: str
    name: str
    kind: Literal["compose", "process"]
    state: ServiceState
    evidence: str
    state_since: str
    surfaces: list[Surface] = []
