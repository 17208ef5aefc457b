"""Every error a client can get, one class a kind: a fixed code and `data.kind`.

    RpcError
    ├── the JSON-RPC and LSP codes (negative)
    └── ours, 1-999: `data = {kind, what, why, fix, ...facts}`

`what` happened, `why`, and how to `fix` it. Facts are JSON values; no secret, no traceback and no path that is
not the caller's own goes into one.
"""

from typing import Any, ClassVar

ERRORS: dict[str, type["RpcError"]] = {}


class RpcError(Exception):
    """An answer instead of a result. `code` and `kind` are a fixed pair."""

    code: ClassVar[int] = -32603
    kind: ClassVar[str] = "internal"

    def __init__(self, what: str, why: str = "", fix: str = "", **facts: Any) -> None:
        super().__init__(what)
        self.what, self.why, self.fix, self.facts = what, why, fix, facts

    def __init_subclass__(cls) -> None:
        clash = ERRORS.get(cls.kind)
        if clash is not None or any(e.code == cls.code for e in ERRORS.values()):
            raise TypeError(f"error {cls.kind!r} ({cls.code}) is in the table already")
        ERRORS[cls.kind] = cls

    @property
    def message(self) -> str:
        """One sentence for people: what, and why where that is known."""
        return f"{self.what}: {self.why}" if self.why else self.what

    def data(self) -> dict[str, Any]:
        """The `data` member of the JSON-RPC error object."""
        return {"kind": self.kind, "what": self.what, "why": self.why, "fix": self.fix, **self.facts}


# The specifications' own.


class ParseError(RpcError):
    """The bytes are not JSON."""

    code, kind = -32700, "parse-error"


class InvalidRequest(RpcError):
    """JSON, but not a request, or not one that may come now."""

    code, kind = -32600, "invalid-request"


class MethodNotFound(RpcError):
    """No such method, or one that this version does not have yet."""

    code, kind = -32601, "method-not-found"


class InvalidParams(RpcError):
    """The params don't fit the method; `errors` names each place."""

    code, kind = -32602, "invalid-params"


class InternalError(RpcError):
    """Our fault; the log has it under the `id` given here."""

    code, kind = -32603, "internal-error"


class NotInitialized(RpcError):
    """LSP: a request before `initialize`."""

    code, kind = -32002, "not-initialized"


class Cancelled(RpcError):
    """LSP: the caller cancelled the waiting."""

    code, kind = -32800, "cancelled"


# Ours. Codes are given once and for ever.


class RigNotFound(RpcError):
    """No rig of that name; `near` lists similar ones."""

    code, kind = 101, "rig-not-found"


class AgentNotFound(RpcError):
    """No agent fits the address; `near` lists similar ones."""

    code, kind = 102, "agent-not-found"


class MessageNotFound(RpcError):
    """No message with that id."""

    code, kind = 103, "message-not-found"


class TaskNotFound(RpcError):
    """No task with that id."""

    code, kind = 104, "task-not-found"


class SnapshotNotFound(RpcError):
    """No snapshot with that id."""

    code, kind = 105, "snapshot-not-found"


class ServiceNotFound(RpcError):
    """No such service in that rig."""

    code, kind = 106, "service-not-found"


class CandidateGone(RpcError):
    """What was discovered is not there any more."""

    code, kind = 107, "candidate-gone"


class AmbiguousAddress(RpcError):
    """The address fits two agents or more; `candidates` lists them."""

    code, kind = 111, "ambiguous-address"


class SpecInvalid(RpcError):
    """The rig or agent file has errors; `diagnostics` has all of them."""

    code, kind = 121, "spec-invalid"


class RigChanged(RpcError):
    """The spec differs from the running rig; `planId` and `actions` say what would be done."""

    code, kind = 122, "rig-changed"


class PlanStale(RpcError):
    """The plan was made for another state of the rig; ask for a new one."""

    code, kind = 123, "plan-stale"


class NeedsTrust(RpcError):
    """The spec would run commands or loosen permissions; `runs` says what, `hash` is what to trust."""

    code, kind = 124, "needs-trust"


class RigNotUp(RpcError):
    """The rig is known but not running."""

    code, kind = 131, "rig-not-up"


class AgentNotRunning(RpcError):
    """The agent has no running process."""

    code, kind = 132, "agent-not-running"


class PromptOpen(RpcError):
    """A prompt is open in the agent's pane; answer it first."""

    code, kind = 141, "prompt-open"


class PromptChanged(RpcError):
    """Another prompt is open than the one answered."""

    code, kind = 142, "prompt-changed"


class AlreadyAnswered(RpcError):
    """Somebody was faster; `by` says who."""

    code, kind = 143, "already-answered"


class NotPermitted(RpcError):
    """The caller may not; `needs` says which tier, grant or edge is missing."""

    code, kind = 151, "not-permitted"


class Unauthenticated(RpcError):
    """This connection has not said who it is."""

    code, kind = 152, "unauthenticated"


class IdempotencyConflict(RpcError):
    """The key was used before, for another request."""

    code, kind = 161, "idempotency-conflict"


class MailboxFull(RpcError):
    """The agent has as many held messages as it may have; `limit` says how many."""

    code, kind = 162, "mailbox-full"


class PayloadTooLarge(RpcError):
    """Something is larger than its `limit`."""

    code, kind = 163, "payload-too-large"


class TaskHeld(RpcError):
    """Somebody else holds the task: `holder`, `since`, `mayAct`."""

    code, kind = 171, "task-held"


class FenceStale(RpcError):
    """The claim is no longer valid: the task went to another owner or generation."""

    code, kind = 172, "fence-stale"


class TransitionRefused(RpcError):
    """The task's state does not allow this."""

    code, kind = 173, "transition-refused"


class WorkHeld(RpcError):
    """The agent still holds work that would be lost."""

    code, kind = 174, "work-held"


class SinceTooOld(RpcError):
    """Events that far back are pruned; list again and go on from `seq`."""

    code, kind = 181, "since-too-old"


class RuntimeMissing(RpcError):
    """The harness is not installed here; `runtime` and the command that installs it."""

    code, kind = 191, "runtime-missing"


class TmuxUnavailable(RpcError):
    """tmux is missing, too old, or its server can't be reached."""

    code, kind = 192, "tmux-unavailable"


class Storage(RpcError):
    """The database could not be read or written; nothing was changed."""

    code, kind = 193, "storage"


class SnapshotUnusable(RpcError):
    """The snapshot can't be restored as it is."""

    code, kind = 194, "snapshot-unusable"


class IncompatibleDaemon(RpcError):
    """Client and daemon speak different major versions."""

    code, kind = 195, "incompatible-daemon"
