"""Claude Code as a runtime. Everything of ours comes by `--settings` and flags; its own files stay as they are."""

import json
import shlex
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..home import write_private
from ..model.agent import AgentState
from ..model.system import RuntimeInfo
from . import hooks
from .guide import BOUND, guide, tools
from .programs import Harness, Package
from .runtime import Launch, Manners, Seat, Signal
from .usage import claude_use

HARNESS = Harness(
    "claude-code",
    "Claude Code by Anthropic",
    "claude",
    Package(
        "@anthropic-ai/claude-code",
        ("@anthropic-ai/claude-code-{system}-{arch}/claude", "@anthropic-ai/claude-code-{system}-{arch}-musl/claude"),
    ),
    "npm install -g @anthropic-ai/claude-code",
)
TOOLS = ("PreToolUse", "PostToolUse", "PermissionRequest")
OTHERS = ("SessionStart", "UserPromptSubmit", "Stop", "StopFailure", "PreCompact", "PostCompact", "SessionEnd")
STATUS = "StatusLine"
"""Not a hook, but run like one whenever context use or cost changed. It prints nothing."""
PATIENCE = 5
"""Seconds a hook may take; the reporter needs one at most."""
WAIT = 600
"""Seconds a permission's hook waits for an answer from elsewhere; the dialog shows meanwhile."""

TALK = (
    "whoami", "ps", "send", "broadcast", "messages", "message", "wait", "capture", "help", "inbox", "room", "chatroom",
    "post", "task",
)  # fmt: skip
ASKING = ("AskUserQuestion", "ExitPlanMode")
"""Tools that ask the person by themselves: their dialogs are read from the screen, an allow would answer nothing."""


class ClaudeCode:
    """The conversation's id is ours to choose; `/clear` and compaction change it, which hooks tell."""

    name = HARNESS.runtime
    summary = HARNESS.summary
    manners = Manners(invisible=False, queue="Enter", now="Enter", steered="queued")
    screens: str | None = "claude-code"
    hooks = True

    def find(self, environ: Mapping[str, str]) -> RuntimeInfo:
        return HARNESS.info(environ)

    def launch(self, seat: Seat) -> Launch:
        program = HARNESS.program(seat.env, seat.address)
        settings = seat.folder / "claude-settings.json"
        write_private(settings, json.dumps(self._settings(seat), indent=1).encode())
        conversation = seat.conversation or str(uuid.uuid4())
        argv = [str(program.path), "--settings", str(settings), "--name", seat.address]
        argv += ["--resume" if seat.resume else "--session-id", conversation]
        if seat.model:
            argv += ["--model", seat.model]
        if seat.effort:
            argv += ["--effort", seat.effort]
        argv += self._tools(seat)
        argv += ["--append-system-prompt", guide(seat.address, tools=False)]
        # Its title is one of the signs that tell whether it works.
        env = {name: value for name, value in seat.env.items() if name != "CLAUDE_CODE_DISABLE_TERMINAL_TITLE"}
        return Launch(argv, env, conversation)

    def signal(self, event: str, payload: Mapping[str, Any]) -> Signal | None:
        if event == STATUS:
            use = claude_use(payload)
            return Signal("its status line", use=use) if use is not None else None
        if event == "PermissionRequest" and payload.get("tool_name") in ASKING:
            conversation = payload.get("session_id")
            return Signal(
                f"{payload['tool_name']}: it asks the person",
                AgentState.NEEDS_INPUT,
                conversation=conversation if isinstance(conversation, str) else None,
            )
        return hooks.signal(event, payload)

    def _tools(self, seat: Seat) -> list[str]:
        """Our MCP server, beside those the person has."""
        server = tools()
        if server is None:
            return []
        env = {name: seat.env[name] for name in BOUND if name in seat.env}
        one = {"type": "stdio", "command": server[0], "args": server[1:], "env": env}
        config = seat.folder / "claude-mcp.json"
        write_private(config, json.dumps({"mcpServers": {"rig": one}}, indent=1).encode())
        return ["--mcp-config", str(config)]

    def _settings(self, seat: Seat) -> dict[str, object]:
        """Our hooks, and leave to talk to us. Its own permission mode stays as it is."""

        def hook(event: str, *flags: str, seconds: int = PATIENCE) -> dict[str, object]:
            command = shlex.join([*seat.reporter, event, f"--harness={self.name}", *flags])
            return {"type": "command", "command": command, "timeout": seconds}

        told: dict[str, list[object]] = {}
        for event in TOOLS:
            asks = event == "PermissionRequest"
            one = hook(event, f"--wait={WAIT}", seconds=WAIT + PATIENCE) if asks else hook(event)
            told[event] = [{"matcher": "*", "hooks": [one]}]
        for event in OTHERS:
            told[event] = [{"hooks": [hook(event)]}]
        allow = [f"Bash(rig {verb}{rest})" for verb in TALK for rest in ("", ":*")]
        found: dict[str, object] = {
            "hooks": told,
            "permissions": {"allow": [*allow, "mcp__rig"], "deny": ["Bash(tmux:*)"]},
        }
        if not _has_status_line(seat):
            command = shlex.join([*seat.reporter, STATUS, f"--harness={self.name}"])
            found["statusLine"] = {"type": "command", "command": command}
        return found


def _has_status_line(seat: Seat) -> bool:
    """Whether the person or the project has one; then it stays, and context use is not told."""
    folders = (_config(seat.env), seat.cwd / ".claude")
    for path in [folder / name for folder in folders for name in ("settings.json", "settings.local.json")]:
        try:
            found = json.loads(path.read_bytes())
        except (OSError, ValueError):
            continue
        if isinstance(found, dict) and found.get("statusLine"):
            return True
    return False


def _config(env: Mapping[str, str]) -> Path:
    return Path(env.get("CLAUDE_CONFIG_DIR") or Path(env.get("HOME") or Path.home()) / ".claude")
