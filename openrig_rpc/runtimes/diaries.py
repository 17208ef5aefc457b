"""Files in which harnesses note what they do, beside their hooks.

Neither format is documented: what doesn't read as expected says nothing. Seen with Claude Code 2.1.197 and 2.1.330,
Codex 0.169.0.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from ..model.agent import AgentState
from ..model.base import stamp
from .runtime import Signal
from .usage import codex_use

TAIL = 64 * 1024
"""Bytes at a rollout's end that are looked at when following begins."""
MOST = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """What was noted, and when by the harness's own clock (RFC 3339, UTC)."""

    signal: Signal
    at: str


class Diary(Protocol):
    """How one harness's notes are found and read."""

    def place(self, transcript: Path) -> Path:
        """The file or folder to watch, by the transcript that hooks name."""

    def begin(self, place: Path) -> int:
        """From which byte to read first."""

    def pages(self, place: Path) -> Iterable[Path]:
        """The files there now."""

    def read(self, path: Path, conversation: str, offset: int) -> tuple[list[Entry], int]:
        """Entries of that conversation since `offset`, and the next offset. Raises OSError."""


class ClaudeSessions:
    """`sessions/PID.json` in Claude Code's folder: one object, rewritten whenever its status changes."""

    STATES = {"idle": AgentState.IDLE, "busy": AgentState.BUSY, "waiting": AgentState.NEEDS_INPUT}

    def place(self, transcript: Path) -> Path:
        # CONFIG/projects/FOLDER/CONVERSATION.jsonl
        return transcript.parent.parent.parent / "sessions"

    def begin(self, place: Path) -> int:
        return 0

    def pages(self, place: Path) -> Iterable[Path]:
        return sorted(place.glob("*.json"))

    def read(self, path: Path, conversation: str, offset: int) -> tuple[list[Entry], int]:
        if path.suffix != ".json":
            return [], 0
        found = _object(path.read_bytes()[:TAIL])
        state, at = self.STATES.get(str(found.get("status"))), found.get("statusUpdatedAt")
        if found.get("sessionId") != conversation or state is None or not isinstance(at, (int, float)):
            return [], 0
        waiting = found.get("waitingFor")
        detail = f"its session file says {found['status']}" + (f" for {waiting}" if isinstance(waiting, str) else "")
        moment = stamp(datetime.fromtimestamp(at / 1000, UTC))
        return [Entry(Signal(detail, state), moment)], 0


class CodexRollout:
    """The rollout, which is the transcript: a line for each event, turns beginning and ending among them."""

    STATES = {
        "task_started": AgentState.BUSY,
        "task_complete": AgentState.IDLE,
        "turn_aborted": AgentState.IDLE,
    }

    def place(self, transcript: Path) -> Path:
        return transcript

    def begin(self, place: Path) -> int:
        return max(0, place.stat().st_size - TAIL)

    def pages(self, place: Path) -> Iterable[Path]:
        return [place]

    def read(self, path: Path, conversation: str, offset: int) -> tuple[list[Entry], int]:
        with path.open("rb") as file:
            file.seek(offset)
            data = file.read(MOST)
        whole = data.rfind(b"\n") + 1
        entries = []
        for line in data[:whole].splitlines():
            # Most lines are long and none of ours.
            if b'"event_msg"' not in line[:200]:
                continue
            found = _object(line)
            payload = found.get("payload")
            payload = payload if isinstance(payload, dict) else {}
            kind = payload.get("type")
            state, at = self.STATES.get(str(kind)), found.get("timestamp")
            use = codex_use(payload, at) if kind == "token_count" and isinstance(at, str) else None
            if use is not None:
                entries.append(Entry(Signal("its rollout says token_count", use=use), use.at))
            if state is not None and isinstance(at, str):
                failed = payload.get("error") is not None
                detail = f"its rollout says {kind}{' with an error' if failed else ''}"
                entries.append(Entry(Signal(detail, state), at))
        # A line longer than what is read at once is passed over.
        return entries, offset + (whole or (len(data) if len(data) == MOST else 0))


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


DIARIES: dict[str, Diary] = {"claude-code": ClaudeSessions(), "codex": CodexRollout()}
