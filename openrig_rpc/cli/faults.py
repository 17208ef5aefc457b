"""What can go wrong, said in three parts - what, why, what to do - and the exit status that goes with it."""

from typing import Any

OK = 0
FAILED = 1
"""The operation failed, timed out, or an agent's outcome is not what was asked for."""
USAGE = 2
UNREACHABLE = 3
"""No daemon answers, or it is of another major version."""
NOT_PERMITTED = 4
NOT_FOUND = 5
"""Nothing, or more than one thing, has that name."""
INTERRUPTED = 130
CLOSED = 141
"""Whoever read our output went away."""

Json = Any
"""A JSON value as it came from the daemon."""

STATUS: dict[str, int] = {
    "parse-error": USAGE,
    "invalid-request": USAGE,
    "invalid-params": USAGE,
    "method-not-found": USAGE,
    "not-initialized": UNREACHABLE,
    "incompatible-daemon": UNREACHABLE,
    "not-permitted": NOT_PERMITTED,
    "unauthenticated": NOT_PERMITTED,
    "rig-not-found": NOT_FOUND,
    "agent-not-found": NOT_FOUND,
    "message-not-found": NOT_FOUND,
    "task-not-found": NOT_FOUND,
    "snapshot-not-found": NOT_FOUND,
    "service-not-found": NOT_FOUND,
    "candidate-gone": NOT_FOUND,
    "ambiguous-address": NOT_FOUND,
    "cancelled": INTERRUPTED,
}
"""Exit status by the error's kind; every other kind is FAILED."""


class Fault(Exception):
    """Why `rig` ends without doing what was asked. `facts` are JSON values."""

    status = FAILED
    kind = "failed"

    def __init__(self, what: str, why: str = "", fix: str = "", **facts: Json) -> None:
        super().__init__(what)
        self.what, self.why, self.fix, self.facts = what, why, fix, facts

    def error(self) -> dict[str, Json]:
        """The same as a JSON-RPC error object, for `--json`; without a code where no daemon gave one."""
        data = {"kind": self.kind, "what": self.what, "why": self.why, "fix": self.fix, **self.facts}
        return {"message": self.what, "data": data}


class Usage(Fault):
    """The command line was not understood."""

    status, kind = USAGE, "usage"


class Missing(Fault):
    """A file that was named is not there."""

    status, kind = NOT_FOUND, "file-not-found"


class Unreachable(Fault):
    """No daemon answers."""

    status, kind = UNREACHABLE, "unreachable"


class Lost(Unreachable):
    """The connection ended before the answer."""


class Refused(Fault):
    """The daemon answered with an error."""

    def __init__(self, error: Json) -> None:
        found: dict[str, Json] = error if isinstance(error, dict) else {}
        data = found.get("data") if isinstance(found.get("data"), dict) else {}
        facts = {key: value for key, value in (data or {}).items() if key not in ("kind", "what", "why", "fix")}
        message = str(found.get("message") or "the daemon refused")
        data = data or {}
        super().__init__(str(data.get("what") or message), str(data.get("why", "")), str(data.get("fix", "")), **facts)
        self.kind = str(data.get("kind") or _KIND_OF_CODE.get(found.get("code"), "failed"))
        self.status = STATUS.get(self.kind, FAILED)
        self._error = found

    def error(self) -> dict[str, Json]:
        return self._error


_KIND_OF_CODE: dict[object, str] = {
    -32700: "parse-error",
    -32600: "invalid-request",
    -32601: "method-not-found",
    -32602: "invalid-params",
    -32002: "not-initialized",
    -32800: "cancelled",
}
