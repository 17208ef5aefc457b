"""Hook reports in the shape that Claude Code has, and Codex and the scripted harness share."""

from collections.abc import Mapping
from typing import Any

from ..model.agent import AgentState, PromptKind
from .runtime import Signal

BUSY = {"PreToolUse", "PostToolUse", "PreCompact"}
IDLE = {"Stop", "StopFailure", "Interrupt"}


def signal(event: str, payload: Mapping[str, Any]) -> Signal | None:
    """What one report means. The names are the hooks' own."""
    conversation = _text(payload, "session_id")
    if event == "UserPromptSubmit":
        return Signal("a prompt was submitted", AgentState.BUSY, _text(payload, "prompt"), conversation)
    if event in BUSY:
        tool = _text(payload, "tool_name")
        return Signal(f"{event} {tool}" if tool else event, AgentState.BUSY, conversation=conversation)
    if event in IDLE:
        return Signal(f"{event}: the turn is over", AgentState.IDLE, conversation=conversation)
    if event == "PermissionRequest":
        asked = _text(payload, "tool_name") == "AskUserQuestion"
        return Signal(
            "a question is asked" if asked else "a permission is asked for",
            AgentState.NEEDS_INPUT,
            conversation=conversation,
            prompt_kind=PromptKind.QUESTION if asked else PromptKind.PERMISSION,
            question=(_asked(payload) if asked else "") or _question(payload),
        )
    if event == "SessionEnd":
        return Signal(f"the session ended: {_text(payload, 'reason') or 'no reason given'}", ended=True)
    if event in ("SessionStart", "PostCompact"):
        source = _text(payload, "source")
        return Signal(f"{event} ({source})" if source else event, conversation=conversation)
    return None


def _question(payload: Mapping[str, Any]) -> str:
    """The whole command or text that a permission is asked for."""
    given = payload.get("tool_input")
    if isinstance(given, Mapping):
        for key in ("command", "file_path", "question", "url"):
            if isinstance(given.get(key), str):
                return f"{_text(payload, 'tool_name') or 'tool'}: {given[key]}"
    return f"{_text(payload, 'tool_name') or 'a tool'}: {given}"


def _asked(payload: Mapping[str, Any]) -> str:
    """The first question of an AskUserQuestion: the one that its dialog shows."""
    given = payload.get("tool_input")
    questions = given.get("questions") if isinstance(given, Mapping) else None
    first = questions[0] if isinstance(questions, list) and questions else None
    return (_text(first, "question") or "") if isinstance(first, Mapping) else ""


def _text(payload: Mapping[str, Any], key: str) -> str | None:
    found = payload.get(key)
    return found if isinstance(found, str) and found else None
