"""Codex as a runtime. Everything of ours comes by `-c`; its own files stay as they are.

Hooks given by `-c` run once their hash is trusted, which `-c hooks.state` says for these alone: hooks of the user or
of a repository are still reviewed by a person. The bypass flag is never used.
"""

import hashlib
import json
import os
import re
import shlex
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..home import write_private
from ..model.spec import Posture
from ..model.system import RuntimeInfo
from . import hooks
from .given import NotGiven, afresh, copy_skills, file_name
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
MOST_TOLD = 65_536
"""Bytes of instructions: one argument of a program has 131,072 at most, with every quote and line end doubled."""
CONFIG = "codex_config_fragment"
OURS = ("hooks", "developer_instructions", "notify")
"""Keys that are ours to give, or would be run unseen."""
PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")
POSTURES: dict[Posture, dict[str, object]] = {
    Posture.OWN: {},
    Posture.LOCKED: {"sandbox_mode": "read-only", "approval_policy": "never"},
    Posture.EDITS: {"sandbox_mode": "workspace-write", "approval_policy": "on-request"},
    Posture.AUTO: {
        "sandbox_mode": "workspace-write",
        "approval_policy": "on-request",
        "approvals_reviewer": "auto_review",
    },
    Posture.BYPASS: {"sandbox_mode": "danger-full-access", "approval_policy": "never"},
}
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
        if seat.profile and seat.posture is not Posture.BYPASS:
            argv += ["--profile", seat.profile]
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
        found: dict[str, object] = {**fragments(seat), **POSTURES[seat.posture]}
        if seat.warned and seat.posture is Posture.BYPASS:
            found["notice.hide_full_access_warning"] = True
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
        folder = afresh(seat.folder / "given")
        found |= _subagents(seat, folder)
        told = guide(seat.address, tools=server is not None) + _skills(seat, folder)
        if len((told + seat.given.told).encode()) > MOST_TOLD:
            told += _by_reference(seat, folder)
        else:
            told += seat.given.told
        found["developer_instructions"] = told
        if seat.effort:
            found["model_reasoning_effort"] = seat.effort
        return found


def fragments(seat: Seat) -> dict[str, object]:
    """Configuration that its spec gives it, by dotted key. What the person's own configuration says wins."""
    own = _own(seat.env)
    found: dict[str, object] = {}
    for fragment in seat.given.of(CONFIG):
        for key, value in fragment.parsed().items():
            if key in OURS:
                raise NotGiven(f"{fragment.source}: `{key}` can't be given by a fragment")
            below = own.get(key)
            if not isinstance(value, dict):
                if below is None:
                    found[key] = value
                continue
            for inner, said in value.items():
                if (key, inner) == ("mcp_servers", "rig"):
                    raise NotGiven(f"{fragment.source}: no server may be called `rig`: that is ours")
                if not PLAIN_KEY.fullmatch(inner) or not PLAIN_KEY.fullmatch(key):
                    raise NotGiven(f"{fragment.source}: `{key}.{inner}` can't be given by a flag; use letters and -")
                if not isinstance(below, dict) or inner not in below:
                    found[f"{key}.{inner}"] = said
    return found


def _own(env: Mapping[str, str]) -> dict[str, Any]:
    """The person's own configuration; empty where it can't be read, which Codex itself will say."""
    folder = env.get("CODEX_HOME") or str(Path(env.get("HOME") or Path.home()) / ".codex")
    try:
        return tomllib.loads((Path(folder) / "config.toml").read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def _skills(seat: Seat, folder: Path) -> str:
    """It has no flag for skills, but is told of its own ones in this way too."""
    if not seat.given.skills:
        return ""
    copies = copy_skills(seat.given.skills, folder / "skills")
    rows = [f"- {skill.name}: {skill.summary} (file: {copies[skill.name]}/SKILL.md)" for skill in seat.given.skills]
    return (
        "\n\n## Skills of your rig\nUse one when its name is said or the task fits its description: read its SKILL.md "
        "completely first; paths in it begin in its folder.\n" + "\n".join(rows)
    )


def _subagents(seat: Seat, folder: Path) -> dict[str, object]:
    """As roles of its own subagents."""
    found: dict[str, object] = {}
    for subagent in seat.given.subagents:
        name = file_name(subagent.name).replace(".", "-")
        file = folder / f"{name}.toml"
        write_private(file, f"developer_instructions = {toml(subagent.prompt)}\n".encode())
        found[f"agents.{name}"] = {"description": subagent.summary or name, "config_file": str(file)}
    return found


def _by_reference(seat: Seat, folder: Path) -> str:
    """Guidance that is too long for an argument: where it is."""
    rows = []
    for text in seat.given.guidance:
        file = folder / "guidance" / f"{file_name(text.name)}.md"
        file.parent.mkdir(mode=0o700, exist_ok=True)
        write_private(file, text.text.encode())
        rows.append(f"- {file}")
    return "\n\n## Guidance\nRead these files completely before you do anything else:\n" + "\n".join(rows)


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
