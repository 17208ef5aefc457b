"""Claude Code as a runtime. Everything of ours comes by `--settings` and flags; its own files stay as they are."""

import json
import shlex
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..home import write_private
from ..model.agent import AgentState
from ..model.spec import Posture
from ..model.system import RuntimeInfo
from . import hooks
from .given import NotGiven, afresh, copy_skills, file_name
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
PLUGIN = "rig"
SETTINGS, MCP = ("claude_settings_fragment", "claude_mcp_fragment")
POSTURES: dict[Posture, list[str]] = {
    Posture.OWN: [],
    Posture.LOCKED: ["--permission-mode", "dontAsk"],
    Posture.EDITS: ["--permission-mode", "acceptEdits"],
    Posture.AUTO: ["--permission-mode", "auto"],
    Posture.BYPASS: ["--dangerously-skip-permissions"],
}
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
        argv += POSTURES[seat.posture]
        if seat.model:
            argv += ["--model", seat.model]
        if seat.effort:
            argv += ["--effort", seat.effort]
        argv += self._tools(seat)
        argv += _plugin(seat)
        argv += _told(seat)
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
        """Our MCP server and those that its spec gives it, beside those the person has."""
        servers: dict[str, object] = {}
        for fragment in seat.given.of(MCP):
            found = fragment.parsed()
            more = found.get("mcpServers", found)
            if not isinstance(more, dict) or "rig" in more:
                raise NotGiven(f"{fragment.source} must have `mcpServers` by name, and none called `rig`: that is ours")
            servers |= more
        server = tools()
        if server is not None:
            env = {name: seat.env[name] for name in BOUND if name in seat.env}
            servers["rig"] = {"type": "stdio", "command": server[0], "args": server[1:], "env": env}
        if not servers:
            return []
        config = seat.folder / "claude-mcp.json"
        write_private(config, json.dumps({"mcpServers": servers}, indent=1).encode())
        return ["--mcp-config", str(config)]

    def _settings(self, seat: Seat) -> dict[str, object]:
        """What its spec gives it, our hooks, and leave to talk to us. Its own permission mode stays as it is."""

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
        settings: dict[str, object] = {}
        if seat.warned and seat.posture is Posture.BYPASS:
            settings["skipDangerousModePermissionPrompt"] = True
        for fragment in seat.given.of(SETTINGS):
            settings = _merged(settings, fragment.parsed())
        return _merged(settings, found)


def _plugin(seat: Seat) -> list[str]:
    """Skills and subagents as a plugin for this session, in which they are called `rig:NAME`.

    It would ask the person before it read them from a folder of ours as `--add-dir`.
    """
    given = afresh(seat.folder / "given")
    if not seat.given.skills and not seat.given.subagents:
        return []
    files = {".claude-plugin/plugin.json": json.dumps({"name": PLUGIN, "description": "What your rig gives you"})}
    files |= {f"agents/{file_name(each.name)}.md": each.text for each in seat.given.subagents}
    for name, text in files.items():
        (given / name).parent.mkdir(mode=0o700, exist_ok=True)
        write_private(given / name, text.encode())
    copy_skills(seat.given.skills, given / "skills")
    return ["--plugin-dir", str(given)]


def _told(seat: Seat) -> list[str]:
    """Our guide, and what its spec tells it: that may be long, and is nobody else's to see in a list of processes."""
    ours = guide(seat.address, tools=False)
    if not seat.given.guidance:
        return ["--append-system-prompt", ours]
    file = seat.folder / "claude-guidance.md"
    write_private(file, f"{ours}{seat.given.told}\n".encode())
    return ["--append-system-prompt-file", str(file)]


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Both: of single values those of `over`, lists one after the other."""
    found = dict(under)
    for key, value in over.items():
        below = found.get(key)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            found[key] = _merged(below, value)
        elif isinstance(value, list) and isinstance(below, list):
            found[key] = [*below, *(item for item in value if item not in below)]
        else:
            found[key] = value
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
