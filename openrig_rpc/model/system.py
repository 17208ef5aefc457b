"""What the daemon says of itself."""

from .base import Model


class Loop(Model):
    """How late the event loop ran at worst in the last seconds, in milliseconds."""

    lag_ms: float


class RuntimeInfo(Model):
    """A harness this daemon knows, and whether it is installed here. `verified`: with what it was tried, and how."""

    name: str
    summary: str
    installed: bool
    version: str | None = None
    detail: str | None = None
    verified: str = "tested"


class Check(Model):
    """One line of `system/doctor`; `fix` is the exact command or step that mends it."""

    name: str
    ok: bool
    detail: str
    fix: str | None = None
