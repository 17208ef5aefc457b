"""What became of an agent that was to be started: the outcome, why, and what to do next."""

from ..model.agent import AgentOutcome, AgentState, Outcome
from ..store.rows import AgentRow
from .comeback import Way


def outcome(row: AgentRow, how: Way) -> AgentOutcome:
    """The row now, against how it was started."""
    if how.outcome is Outcome.AWAITING_DECISION:
        return said(row, how.outcome, how.why, how.next)
    if row.state in (AgentState.FAILED, AgentState.EXITED):
        why = row.reason or row.evidence.detail
        hint = f"see what it printed: rig capture {row.address}; then: rig start {row.address}"
        if how.resume:
            why += f", when it was to go on with the conversation {how.conversation}"
            hint += f", or rig start {row.address} --fresh"
        return said(row, Outcome.FAILED, why, hint)
    if how.resume and row.proof is None and row.conversation != how.conversation:
        why = f"it has the conversation {row.conversation} instead of {how.conversation}"
        return said(row, Outcome.FAILED, why, f"try again: rig restart {row.address} --conversation {how.conversation}")
    became = Outcome.LAUNCHED if how.resume and row.proof is None else how.outcome
    if row.state is AgentState.STARTING:
        return said(row, became, "it is not ready yet", f"look at it: rig attach {row.address}")
    if row.state is AgentState.NEEDS_INPUT and row.prompt is not None:
        return said(row, became, f"it asks: {row.prompt.question}", f"answer it: rig answer {row.address}")
    if not how.resume:
        return said(row, became, how.why, how.next)
    if row.proof is None:
        why = f"nothing shows so far that it goes on with {how.conversation}"
        return said(row, became, why, f"look at it: rig capture {row.address}")
    return said(row, became, f"it goes on with {how.conversation}: {row.proof}", None)


def said(row: AgentRow, became: Outcome, why: str | None, hint: str | None) -> AgentOutcome:
    """An outcome, in words."""
    return AgentOutcome(address=row.address, outcome=became, state=row.state, reason=why, next=hint)


def unproven(row: AgentRow) -> bool:
    """Whether it runs, and may still show that it goes on with its conversation."""
    return row.running and row.proof is None and row.state is not AgentState.NEEDS_INPUT
