"""What an agent file gives its agents is really seen by Claude Code and Codex, and nothing of it is left anywhere:
not in the project, not in the person's own configuration."""

import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.living import Living, rig_of, until
from tests.real import harness_fixture as real

AGENT = "p-one@r"
SERVER = '''\
from mcp.server import MCPServer
server = MCPServer("weather")

@server.tool()
def forecast(town: str) -> str:
    """Says what the weather will be."""
    return "rain"

server.run()
'''
OWN = """\
name: own
version: "1.0"
imports: [{ref: "local:../shared"}]
profiles:
  plain: {}
  full:
    uses:
      guidance: [role, house]
      skills: [tidy, "shared:tidy"]
      subagents: [helper]
      runtime_resources: [settings, servers, config]
resources:
  guidance: [{id: role, path: role.md}]
  skills: [{id: tidy, path: skills/tidy}]
  subagents: [{id: helper, path: helper.md}]
  runtime_resources:
    - {id: settings, path: settings.json, runtime: claude-code, type: claude_settings_fragment}
    - {id: servers, path: servers.json, runtime: claude-code, type: claude_mcp_fragment}
    - {id: config, path: config.toml, runtime: codex, type: codex_config_fragment}
startup:
  files: [{path: norms.md}]
"""
SHARED = """\
name: shared
version: "1.0"
resources:
  guidance: [{id: house, path: house.md}]
  skills: [{id: tidy, path: skills/tidy}]
"""


def skill(words: str) -> str:
    return f"---\nname: tidy\ndescription: {words}\n---\nDo it like this.\n"


def write_agents(home: Living) -> None:
    """The agent files, in a folder that is not the project."""
    server = home.folder / "server.py"
    server.write_text(SERVER)
    command = {"command": sys.executable, "args": [str(server)]}
    files = {
        "own/agent.yaml": OWN,
        "own/role.md": "ROLE-TEXT: you mend clocks.\n",
        "own/norms.md": "NORMS-TEXT: be brief.\n",
        "own/skills/tidy/SKILL.md": skill("OWN-TIDY keeps rooms tidy"),
        "own/skills/tidy/scripts/run.sh": "#!/bin/sh\n",
        "own/helper.md": "---\ndescription: HELPER-SAYS it helps\n---\nYou help.\n",
        "own/settings.json": json.dumps({"outputStyle": "default", "permissions": {"ask": ["Bash(make:*)"]}}),
        "own/servers.json": json.dumps({"mcpServers": {"weather": command}}),
        "own/config.toml": f"[mcp_servers.weather]\ncommand = {json.dumps(sys.executable)}\nargs = [{str(server)!r}]\n",
        "shared/agent.yaml": SHARED,
        "shared/house.md": "HOUSE-TEXT: wipe your feet.\n",
        "shared/skills/tidy/SKILL.md": skill("SHARED-TIDY keeps files tidy"),
    }
    for name, text in files.items():
        path = home.folder / "agents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def bring_up(home: Living, runtime: str, profile: str = "full") -> dict[str, Any]:
    write_agents(home)
    ref = home.folder / "agents" / "own"
    row = f"{{id: one, runtime: {runtime}, agent_ref: 'path:{ref}', profile: {profile}, cwd: {home.work}}}"
    path = home.folder / "rig.yaml"
    path.write_text(rig_of("r", row))
    found: dict[str, Any] = home.ask("rig/up", {"path": str(path)})
    return found


def asked(api: real.ModelApi, protocol: str, home: Living) -> dict[str, Any]:
    """The last request of a turn."""
    real.send(home, AGENT, "hello")
    real.until_turned(home, AGENT)
    return api.requests(protocol)[-1]


def having(request: dict[str, Any], words: str) -> dict[str, Any] | None:
    return request if words in json.dumps(request["body"]) else None


def own_config(user: Path) -> dict[str, Any]:
    """Codex's configuration, but for what it notes of its screens itself."""
    found = tomllib.loads((user / ".codex" / "config.toml").read_text())
    return {key: value for key, value in found.items() if key != "tui"}


@pytest.fixture
def api() -> Iterator[real.ModelApi]:
    with real.model_api() as api:
        yield api


@pytest.mark.parametrize("version", [real.CLAUDE, pytest.param(real.OLDER_CLAUDE, marks=pytest.mark.full)])
def test_claude_code_sees_it(api: real.ModelApi, version: str) -> None:
    with real.house(api, real.claude(version)) as home:
        user = home.folder / "user"
        work, before = real.tree(home.work), json.loads((user / ".claude.json").read_text())
        bring_up(home, "claude-code")
        real.settled(home, AGENT)
        request = until(lambda: having(asked(api, "anthropic", home), "weather"), "its server is there")
        body = json.dumps(request["body"])
        for words in ("ROLE-TEXT", "HOUSE-TEXT", "NORMS-TEXT", "You are the agent p-one@r"):
            assert words in json.dumps(request["body"]["system"]), words
        for words in ("rig:tidy: OWN-TIDY", "rig:shared-tidy: SHARED-TIDY", "rig:helper: HELPER-SAYS"):
            assert words in body, words
        # Its script came along, and ours are still there beside what the fragment says.
        (given,) = home.home.state.glob("agents/*/given/skills/tidy/scripts/run.sh")
        settings = json.loads((given.parents[4] / "claude-settings.json").read_text())
        assert settings["permissions"]["ask"] == ["Bash(make:*)"]
        assert "Bash(tmux:*)" in settings["permissions"]["deny"] and "Stop" in settings["hooks"]
        home.ask("rig/down", {"rig": "r"})
        assert real.tree(home.work) == work
        # It counts and migrates there itself; what the person said stays, and nothing of ours comes in.
        after = json.loads((user / ".claude.json").read_text())
        kept = ("customApiKeyResponses", "hasCompletedOnboarding")
        assert [after[key] for key in kept] == [before[key] for key in kept]
        assert {path.name for path in (user / ".claude").iterdir()}.isdisjoint({"skills", "agents", "commands"})
        text = " ".join(
            path.read_text() for path in (user / ".claude.json", *(user / ".claude").glob("settings*.json"))
        )
        assert not any(words in text for words in ("weather", "PreToolUse", "Bash(make", str(home.home.state)))


def test_codex_sees_it(api: real.ModelApi) -> None:
    with real.house(api, real.codex()) as home:
        user = home.folder / "user"
        work, before = real.tree(home.work), own_config(user)
        bring_up(home, "codex")
        real.settled(home, AGENT)
        # Its servers come up while it works already.
        request = until(lambda: having(asked(api, "openai", home), "forecast"), "its server is there")
        body = json.dumps(request["body"])
        words = ("ROLE-TEXT", "HOUSE-TEXT", "NORMS-TEXT", "- tidy: OWN-TIDY", "- shared-tidy: SHARED-TIDY")
        for said in (*words, "You are the agent p-one@r"):
            assert said in json.dumps(request["body"]["input"]), said
        assert "HELPER-SAYS it helps" in body
        (copy,) = home.home.state.glob("agents/*/given/skills/tidy/SKILL.md")
        assert str(copy) in body
        home.ask("rig/down", {"rig": "r"})
        assert real.tree(home.work) == work
        assert own_config(user) == before
        assert {path.name for path in (user / ".codex").iterdir()}.isdisjoint({"hooks.json", "AGENTS.md", "agents"})


@pytest.mark.full
def test_a_profile_that_uses_nothing_is_given_nothing(api: real.ModelApi) -> None:
    with real.house(api, real.codex()) as home:
        bring_up(home, "codex", "plain")
        real.settled(home, AGENT)
        body = json.dumps(asked(api, "openai", home)["body"])
        assert "NORMS-TEXT" in body
        assert not any(words in body for words in ("ROLE-TEXT", "HELPER-SAYS", "OWN-TIDY", "forecast"))


def test_what_is_missing_is_said_and_not_started(api: real.ModelApi) -> None:
    with real.house(api, real.codex()) as home:
        write_agents(home)
        role = home.folder / "agents" / "own" / "role.md"
        ref = home.folder / "agents" / "own"
        row = f"{{id: one, runtime: codex, agent_ref: 'path:{ref}', profile: full, cwd: {home.work}}}"
        path = Path(home.write("rig.yaml", rig_of("r", row)))
        role.unlink()
        (outcome,) = home.ask("rig/up", {"path": str(path)})["agents"]
        assert outcome["outcome"] == "failed" and str(role) in outcome["reason"]


MERGES = """\
version: "0.2"
name: r
startup: {files: [{path: norms.md, delivery_hint: guidance_merge}]}
pods:
  - id: p
    label: P
    members: [{id: one, runtime: codex, agent_ref: "local:agents/plain", profile: default, cwd: CWD}]
"""


def test_a_block_in_the_project_is_there_while_the_rig_is_up(api: real.ModelApi) -> None:
    with real.house(api, real.codex()) as home:
        (home.work / "AGENTS.md").write_text("MINE: mend it.")
        rig = home.folder / "rig.yaml"
        (home.folder / "norms.md").write_text("MERGED-TEXT: be kind.\n")
        plain = home.folder / "agents" / "plain" / "agent.yaml"
        plain.parent.mkdir(parents=True)
        plain.write_text(real.AGENT.format(name="plain"))
        rig.write_text(MERGES.replace("CWD", str(home.work)))
        home.ask("rig/up", {"path": str(rig)})
        real.settled(home, AGENT)
        body = json.dumps(asked(api, "openai", home)["body"])
        assert "MERGED-TEXT" in body and "MINE" in body
        (home.work / "AGENTS.md").write_text("FIRST\n" + (home.work / "AGENTS.md").read_text())
        # Also after a crash.
        home.kill()
        home.start(PATH=f"{home.folder / 'programs'}:/usr/bin:/bin")
        assert "MERGED-TEXT" in (home.work / "AGENTS.md").read_text()
        home.ask("rig/down", {"rig": "r"})
        assert real.tree(home.work) == {"AGENTS.md": b"FIRST\nMINE: mend it."}


COMMANDS = (
    "one claude-code startup: {actions: [{type: slash_command, value: /context, idempotent: true}, "
    "{type: send_text, value: 'and then this', idempotent: true}]}"
)


@pytest.mark.full
def test_a_command_of_the_harness_is_done_once_and_then_the_rest(api: real.ModelApi) -> None:
    with real.house(api, real.claude()) as home:
        real.rig(home, "r", COMMANDS)
        until(lambda: [text for text in api.texts("anthropic") if "and then this" in text], "the rest was told", 40)
        messages = {each["text"]: each["state"] for each in home.ask("message/list", {"rig": "r"})["messages"]}
        assert messages["/context"] == "submitted"
        assert "Context usage" in real.screen(home, AGENT)
        assert home.ask("inbox/list")["items"] == []
