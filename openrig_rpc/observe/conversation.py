"""What an agent's row learns of its conversation, as its harness names it."""

from typing import Any

from ..model.agent import Evidence
from ..store.rows import AgentRow


def learnt(row: AgentRow, conversation: str, begun: bool, word: Evidence) -> dict[str, Any]:
    """What of the row changes when its harness names its conversation. `begun`: in the midst of a turn."""
    changes: dict[str, Any] = {}
    if conversation != row.conversation:
        changes |= {"conversation": conversation, "begun": begun}
    elif begun and not row.begun:
        changes["begun"] = True
    if row.proof is None and row.resumes == conversation:
        changes["proof"] = f"its hook names it: {word.detail}"
    return changes
