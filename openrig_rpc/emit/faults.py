"""Which errors a method may answer, beside those that every method may.

Read off its params: an `agent` is looked up, a `planId` may be stale. What no param tells stands under its name.
"""

from ..model import errors as e
from ..model.errors import RpcError
from ..rpc import Method

Faults = tuple[type[RpcError], ...]

ALWAYS: Faults = (e.InvalidParams, e.NotPermitted, e.Unauthenticated, e.InternalError, e.Storage)

BY_PARAM: dict[str, Faults] = {
    "agent": (e.AgentNotFound, e.AmbiguousAddress, e.RigNotFound),
    "candidateId": (e.CandidateGone,),
    "fence": (e.FenceStale,),
    "idempotencyKey": (e.IdempotencyConflict,),
    "planId": (e.PlanStale,),
    "promptId": (e.PromptChanged, e.AlreadyAnswered),
    "rig": (e.RigNotFound,),
    "service": (e.ServiceNotFound,),
    "to": (e.AgentNotFound, e.AmbiguousAddress, e.RigNotFound),
}

BY_ID: dict[str, Faults] = {
    "message": (e.MessageNotFound,),
    "snapshot": (e.SnapshotNotFound,),
    "task": (e.TaskNotFound, e.TaskHeld, e.TransitionRefused),
}

BY_METHOD: dict[str, Faults] = {
    "agent/attach": (e.AgentNotRunning,),
    "agent/capture": (e.AgentNotRunning, e.TmuxUnavailable),
    "agent/interrupt": (e.AgentNotRunning, e.TmuxUnavailable),
    "agent/keys": (e.AgentNotRunning, e.TmuxUnavailable),
    "agent/start": (e.NeedsTrust, e.RuntimeMissing, e.TmuxUnavailable),
    "agent/restart": (e.RuntimeMissing, e.TmuxUnavailable),
    "agent/watch": (e.AgentNotRunning, e.TmuxUnavailable),
    "event/list": (e.SinceTooOld,),
    "event/subscribe": (e.SinceTooOld,),
    "message/broadcast": (e.MailboxFull, e.PayloadTooLarge),
    "message/send": (e.MailboxFull, e.PayloadTooLarge),
    "rig/plan": (e.RigNotFound, e.SpecInvalid),
    "rig/remove": (e.WorkHeld,),
    "rig/up": (e.RigNotFound, e.SpecInvalid, e.RigChanged, e.NeedsTrust, e.TmuxUnavailable),
    "rig/trust": (e.SpecInvalid, e.NeedsTrust),
    "session/open": (e.IncompatibleDaemon,),
    "snapshot/restore": (e.SnapshotUnusable,),
}


def faults(row: Method) -> list[type[RpcError]]:
    """The error classes of one method, by code, the negative ones first."""
    noun = row.name.partition("/")[0]
    names = [field.alias or name for name, field in row.params.model_fields.items()]
    found = {*ALWAYS, *BY_METHOD.get(row.name, ())}
    for name in names:
        found.update(BY_PARAM.get(name, ()))
        if name == "id":
            found.update(BY_ID.get(noun, ()))
    return sorted(found, key=lambda fault: fault.code)
