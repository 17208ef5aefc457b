"""Codex as a runtime. Everything of ours comes by `-c`; its own files stay as they are.

Hooks given by `-c` run once their hash is trusted, which `-c hooks.state` says for these alone: hooks of the user or
of a repository are still reviewed by a person. The bypass flag is never used.
"""

import hashlib
import json
import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..model.system import RuntimeInfo
from . import hooks
from .guide import BOUND, guide, tools
from .programs import Harness, Package, Program
from .runtime import Launch, Manners, Seat, Signal

HARNESS = Harness(
    "codex",
    "Codex by OpenAI",
    "codex",
    Package("@openai/codex", ("@openai/codex-{system}-{arch}/vendor/{triple}/bin/codex",)),
    "npm install -g @openai/codex",
)
EVENTS = {
    "SessionStart": "session_start",
    "UserPromptSubmit": "user_prompt_submit",
    "PreToolUse": "pre_tool_use",
    "PermissionRequest": "permission_request",
    "PostToolUse": "post_tool_use",
    "PreCompact": "pre_compact",
    "PostCompact": "post_compact",
    "Stop": "stop",
    "Interrupt": "interrupt",
    "SessionEnd": "session_end",
}
PATIENCE = 3
"""Seconds a hook may take; the reporter needs one at most. Codex gives the last hooks of a session no more."""
WAIT = 20
"""Seconds a permission's hook waits for an answer from elsewhere; Codex shows nothing meanwhile."""


class Codex:
    """The conversation's id is learnt with the first prompt."""

    name = HARNESS.runtime
    summary = HARNESS.summary
    # Its composer grows until it hides its upper rows; pastes over 1,000 characters are one line.
    manners = Manners(queue="Tab", now="Enter", fold=(6, 1001))
    screens: str | None = "codex"
    hooks = True

    def find(self, environ: Mapping[str, str]) -> RuntimeInfo:
        return HARNESS.info(environ)

    def launch(self, seat: Seat) -> Launch:
        program = HARNESS.program(seat.env, seat.address)
        argv = [str(program.path), "--no-daemon"]
        for key, value in self._settings(seat).items():
            argv += ["-c", f"{key}={toml(value)}"]
        if seat.model:
            argv += ["--model", seat.model]
        if seat.conversation and seat.resume:
            argv += ["resume", seat.conversation]
        return Launch(argv, _with_tools(seat.env, program), seat.conversation if seat.resume else None)

    def signal(self, event: str, payload: Mapping[str, Any]) -> Signal | None:
        return hooks.signal(event, payload)

    def _settings(self, seat: Seat) -> dict[str, object]:
        """Configuration by key, for this session only."""
        found: dict[str, object] = {}
        trusted: dict[str, object] = {}
        for event, snake in EVENTS.items():
            command = [*seat.reporter, event, f"--harness={self.name}"]
            seconds = PATIENCE
            if event == "PermissionRequest":
                command.append(f"--wait={WAIT}")
                seconds += WAIT
            hook: dict[str, object] = {"type": "command", "command": shlex.join(command), "timeout": seconds}
            found[f"hooks.{event}"] = [{"hooks": [hook]}]
            trusted[f"/<session-flags>/config.toml:{snake}:0:0"] = {"trusted_hash": trusted_hash(snake, hook)}
        found["hooks.state"] = trusted
        server = tools()
        if server is not None:
            # Its sandbox keeps commands from our socket; an MCP server stands outside it.
            found["mcp_servers.rig"] = {
                "command": server[0],
                "args": server[1:],
                "env_vars": list(BOUND),
                "default_tools_approval_mode": "approve",
            }
        found["developer_instructions"] = guide(seat.address, tools=server is not None)
        if seat.effort:
            found["model_reasoning_effort"] = seat.effort
        return found


def trusted_hash(event: str, hook: Mapping[str, object]) -> str:
    """What Codex calls the `currentHash` of a hook: of its canonical JSON. Held by a test against `hooks/list`."""
    identity = {"event_name": event, "hooks": [{"async": False, **hook}]}
    text = json.dumps(identity, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def toml(value: object) -> str:
    """A value in TOML, on one line."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{toml(str(key))}={toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(toml(item) for item in value) + "]"
    # JSON's escapes are TOML's, but for DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _with_tools(env: Mapping[str, str], program: Program) -> Mapping[str, str]:
    """As its npm shim does: the programs that come with it, after those of the person."""
    beside = Path(program.path).parent.parent / "codex-path"
    if not beside.is_dir():
        return env
    return {**env, "PATH": f"{env.get('PATH', '')}{os.pathsep}{beside}"}
