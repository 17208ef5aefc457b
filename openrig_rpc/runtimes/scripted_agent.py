"""The scripted harness as a runtime: behaves like a coding agent, needs no login; for demos and tests."""

import json
import sys
from collections.abc import Mapping
from typing import Any

from ..model.system import RuntimeInfo
from . import hooks
from .conversations import scripted_sessions
from .runtime import Launch, Manners, Seat, Signal


class Scripted:
    """Started from the versioned copy in the state folder, so that an upgrade doesn't change a running one."""

    name = "scripted"
    summary = "A small program that behaves like a coding agent, for demos and tests"
    manners = Manners(queue="Tab", now="Enter")
    screens: str | None = "scripted"
    hooks = True

    def __init__(self, script: str) -> None:
        self._script = script

    def find(self, environ: Mapping[str, str]) -> RuntimeInfo:
        return RuntimeInfo(name=self.name, summary=self.summary, installed=True)

    def launch(self, seat: Seat) -> Launch:
        conversation = seat.conversation or f"scripted-{seat.agent_id}-{seat.generation}"
        options = {
            "name": seat.address,
            "reporter": [*seat.reporter, "--harness=scripted"],
            "session_id": conversation,
            "sessions": str(scripted_sessions(seat.folder)),
            **seat.options,
        }
        # Isolated and without site-packages: it draws within 60 ms.
        argv = [sys.executable, "-I", "-S", self._script, json.dumps(options)]
        return Launch(argv, seat.env, conversation)

    def signal(self, event: str, payload: Mapping[str, Any]) -> Signal | None:
        return hooks.signal(event, payload)
