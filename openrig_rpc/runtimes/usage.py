"""How full a context is and what it cost, in each harness's own words."""

from collections.abc import Mapping
from typing import Any

from ..model.agent import ContextUse
from ..model.base import now


def claude_use(payload: Mapping[str, Any]) -> ContextUse | None:
    """What Claude Code gives to its status line (2.1.197, 2.1.330); None where it says nothing of it."""
    window = _object(payload, "context_window")
    size = _count(window, "context_window_size")
    if size is None:
        return None
    last = _object(window, "current_usage")
    parts = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    used = sum(_count(last, part) or 0 for part in parts)
    share = window.get("used_percentage")
    cost = _object(payload, "cost").get("total_cost_usd")
    return ContextUse(
        used_tokens=used,
        window_tokens=size,
        used_percent=float(share) if isinstance(share, (int, float)) else _percent(used, size),
        cost_usd=round(float(cost), 4) if isinstance(cost, (int, float)) else None,
        at=now(),
    )


def codex_use(payload: Mapping[str, Any], at: str) -> ContextUse | None:
    """A `token_count` of Codex's rollout (0.169.0); it tells no cost."""
    info = _object(payload, "info")
    used = _count(_object(info, "last_token_usage"), "total_tokens")
    if used is None:
        return None
    size = _count(info, "model_context_window")
    return ContextUse(used_tokens=used, window_tokens=size, used_percent=_percent(used, size), at=at)


def _percent(used: int, size: int | None) -> float | None:
    return min(100.0, round(used / size * 100, 1)) if size else None


def _object(given: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = given.get(key)
    return found if isinstance(found, Mapping) else {}


def _count(given: Mapping[str, Any], key: str) -> int | None:
    found = given.get(key)
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None
