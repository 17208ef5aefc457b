"""What of a spec needs trust, and what doesn't; and that the hash is of exactly that."""

import json
from pathlib import Path

import pytest

from openrig_rpc.rig.trust import hash_of
from openrig_rpc.rig.wishes import Wish, wishes
from openrig_rpc.spec.load import load_rig
from openrig_rpc.spec.loaded import LoadedRig

RUNTIMES = ("claude-code", "codex", "terminal", "scripted")
TERMINAL = '{id: t, runtime: terminal, agent_ref: "builtin:terminal", profile: none, cwd: ., MORE}'
SCRIPTED = '{id: s, runtime: scripted, agent_ref: "builtin:scripted", profile: none, cwd: ., MORE}'
CLAUDE = '{id: c, runtime: claude-code, agent_ref: "local:agents/a", profile: default, cwd: ., MORE}'
CODEX = '{id: x, runtime: codex, agent_ref: "local:agents/a", profile: default, cwd: ., MORE}'
AGENT = """\
name: a
version: "1.0"
profiles: {default: {uses: {skills: [k], subagents: [h], runtime_resources: [s, m, c]}}}
resources:
  skills: [{id: k, path: k}]
  subagents: [{id: h, path: h.md}]
  runtime_resources:
    - {id: s, path: s.json, runtime: claude-code, type: claude_settings_fragment}
    - {id: m, path: m.json, runtime: claude-code, type: claude_mcp_fragment}
    - {id: c, path: c.toml, runtime: codex, type: codex_config_fragment}
"""
QUIET = {
    "k/SKILL.md": "---\nname: k\ndescription: a skill\n---\nDo it.",
    "h.md": "---\nname: h\ndescription: helps\ntools: Read\n---\nHelp.",
    "s.json": '{"model": "opus", "permissions": {"deny": ["Bash(rm:*)"]}}',
    "m.json": '{"mcpServers": {}}',
    "c.toml": 'model_reasoning_effort = "high"\n',
}


def rig(folder: Path, member: str, more: str = "", head: str = "", **files: str) -> LoadedRig:
    """A rig of one member, with an agent that is given nothing but talk unless `files` say otherwise."""
    written = {**QUIET, "agent.yaml": AGENT, **{name.replace("_", "."): text for name, text in files.items()}}
    for name, text in written.items():
        path = folder / "agents" / "a" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "note.md").write_text("A note.")
    row = member.replace(", MORE", f", {more}" if more else "")
    text = f'version: "0.2"\nname: r\n{head}\npods: [{{id: p, label: P, members: [{row}]}}]\n'
    loaded = load_rig(folder / "rig.yaml", text, known_runtimes=RUNTIMES)
    assert loaded.ok, loaded.errors
    return loaded


def shown(loaded: LoadedRig) -> list[str]:
    return [wish.shown for wish in wishes(loaded)]


@pytest.mark.parametrize(
    ("member", "more", "head"),
    [
        (TERMINAL, "", ""),
        (TERMINAL, "x-openrig-rpc: {env: {TEAM: blue}}", 'culture_file: "note.md"'),
        (SCRIPTED, 'startup: {actions: [{type: send_text, value: "hello", idempotent: true}]}', ""),
        (SCRIPTED, 'x-openrig-rpc: {scripted: {directives: "[[delay=1]]"}}', ""),
        (CLAUDE, 'startup: {files: [{path: "note.md"}]}', "permission_policy: builtin:locked"),
        (CLAUDE, "permission_policy: builtin:standard", "permission_policy: builtin:yolo"),
        (CODEX, 'startup: {actions: [{type: send_text, value: "Read it.", idempotent: true}]}', ""),
        (CODEX, "", "x-openrig-rpc: {grants: {p.x: [talk]}}"),
    ],
)
def test_talk_needs_none(tmp_path: Path, member: str, more: str, head: str) -> None:
    assert shown(rig(tmp_path, member, more, head)) == []


@pytest.mark.parametrize(
    ("member", "more", "head", "said"),
    [
        (TERMINAL, "x-openrig-rpc: {command: [less, +F, a b]}", "", "p-t runs in FOLDER: less +F 'a b'"),
        (
            TERMINAL,
            'startup: {actions: [{type: send_text, value: "make  it", idempotent: true}]}',
            "",
            "p-t is typed at its start: make it",
        ),
        (TERMINAL, "x-openrig-rpc: {env: {HOME: ./evil}}", "", "p-t is started with HOME=./evil"),
        (
            SCRIPTED,
            'x-openrig-rpc: {scripted: {directives: "[[run=rm x]]"}}',
            "",
            "p-s does with all it is told: [[run=rm x]]",
        ),
        (
            SCRIPTED,
            'startup: {actions: [{type: send_text, value: "so [[run=x]]", idempotent: true}]}',
            "",
            "p-s is typed at its start: so [[run=x]]",
        ),
        (
            CLAUDE,
            "startup: {actions: [{type: slash_command, value: /permissions, idempotent: true}]}",
            "",
            "p-c is typed at its start: /permissions",
        ),
        (
            CODEX,
            'startup: {actions: [{type: send_text, value: "!make", idempotent: true}]}',
            "",
            "p-x is typed at its start: !make",
        ),
        (
            CLAUDE,
            "permission_policy: builtin:open",
            "",
            "p-c changes files in its working folder without asking (builtin:open)",
        ),
        (
            CODEX,
            "",
            "permission_policy: builtin:yolo",
            "p-x does everything without asking, outside any sandbox (builtin:yolo)",
        ),
        (CODEX, "codex_config_profile: work", "", "p-x uses the profile work of your Codex configuration"),
        (CODEX, "", "x-openrig-rpc: {grants: {p.x: [talk, steer]}}", "p.x may steer in its rig"),
    ],
)
def test_the_rest_is_said(tmp_path: Path, member: str, more: str, head: str, said: str) -> None:
    assert shown(rig(tmp_path, member, more, head)) == [said.replace("FOLDER", str(tmp_path))]


@pytest.mark.parametrize(
    ("member", "file", "text", "said"),
    [
        (
            CLAUDE,
            "m_json",
            '{"mcpServers": {"w": {"command": "npx", "args": ["-y", "w"]}, "u": {"url": "http://x"}}}',
            ["p-c gets the MCP server w: npx -y w", "p-c gets the MCP server u: http://x"],
        ),
        (CLAUDE, "m_json", '{"w": {"command": "w"}}', ["p-c gets the MCP server w: w"]),
        (
            CLAUDE,
            "s_json",
            '{"model": "opus", "apiKeyHelper": "x.sh"}',
            ['p-c gets settings (s): {"apiKeyHelper": "x.sh"}'],
        ),
        (
            CLAUDE,
            "s_json",
            '{"permissions": {"allow": ["Bash"], "deny": []}}',
            ['p-c gets settings (s): {"permissions": {"allow": ["Bash"], "deny": []}}'],
        ),
        (
            CODEX,
            "c_toml",
            'sandbox_mode = "danger-full-access"\n[mcp_servers.w]\ncommand = "w"\n',
            ["p-x gets the MCP server w: w", 'p-x gets settings (c): {"sandbox_mode": "danger-full-access"}'],
        ),
        (
            CLAUDE,
            "h_md",
            "---\nname: h\ndescription: d\npermissionMode: bypassPermissions\n---\nHelp.",
            ['p-c gets the subagent h, with {"permissionMode": "bypassPermissions"}'],
        ),
        (
            CLAUDE,
            "k/SKILL_md",
            "---\nname: k\nallowed-tools: Bash\n---\nNow: !`date`",
            [
                'p-c gets the skill k, with {"allowed-tools": "Bash"}',
                "p-c gets the skill k, which runs commands when it is read",
            ],
        ),
        (CODEX, "k/SKILL_md", "---\nname: k\nallowed-tools: Bash\n---\nNow: !`date`", []),
    ],
)
def test_resources(tmp_path: Path, member: str, file: str, text: str, said: list[str]) -> None:
    assert shown(rig(tmp_path, member, **{file: text})) == said


@pytest.mark.parametrize(("posture", "said"), [("full_bypass", 1), ("floor", 0)])
def test_a_policy_file(tmp_path: Path, posture: str, said: int) -> None:
    (tmp_path / "x.policy.md").write_text(f"---\nsurface: flag\nlaunch_posture: {posture}\n---\n")
    assert len(shown(rig(tmp_path, CLAUDE, "permission_policy: x.policy.md"))) == said


def test_a_warning_accepted_beforehand_is_said(tmp_path: Path) -> None:
    head = "non_interruptive: true\npermission_policy: {}"
    assert len(shown(rig(tmp_path, CLAUDE, "", head.format("builtin:yolo")))) == 2
    assert shown(rig(tmp_path, CLAUDE, "", head.format("none"))) == []


def test_the_hash_is_of_what_is_shown_and_meant(tmp_path: Path) -> None:
    def one(value: str, **files: str) -> str:
        more = f"label: L{len(value)}, startup: {{actions: [{{type: send_text, value: {value}, idempotent: true}}]}}"
        loaded = rig(tmp_path, TERMINAL, more, **files)
        return hash_of(loaded, wishes(loaded))

    assert one("make") == one("make", m_json="{}")
    assert one("make") != one("make2")
    # What is shown in part counts in whole.
    long = json.dumps("x" * 500)
    assert one(long) != one(long[:-1] + 'y"')


def test_services_count_once_they_are_started(tmp_path: Path) -> None:
    head = "x-openrig-rpc: {services: {web: {command: [serve, now]}}}"
    found = list(wishes(rig(tmp_path, TERMINAL, "", head)))
    # The mark on the field says whether this version starts them.
    assert found in ([], [Wish("the service web runs in .: serve now", "{}")])
