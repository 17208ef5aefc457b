"""What harnesses are started with when a spec gives them something: as files in the state folder, and as flags."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from openrig_rpc.model.spec import Posture
from openrig_rpc.rig.posture import posture
from openrig_rpc.rig.projection import given
from openrig_rpc.runtimes.claude_code import ClaudeCode
from openrig_rpc.runtimes.codex import Codex
from openrig_rpc.runtimes.given import Fragment, Given, NotGiven, Skill, Text
from openrig_rpc.runtimes.runtime import Runtime, Seat
from openrig_rpc.spec.load import load_rig
from openrig_rpc.spec.loaded import ResolvedMember

RIG = """\
version: "0.2"
name: r
culture_file: CULTURE.md
startup: {files: [{path: norms.md, delivery_hint: send_text}, {path: extra/SKILL.md, required: false}]}
pods:
  - id: p
    label: P
    members:
      - {id: c, runtime: claude-code, agent_ref: "local:own", profile: full, cwd: .}
      - {id: x, runtime: codex, agent_ref: "local:own", profile: full, cwd: ., codex_config_profile: work}
      - {id: s, runtime: scripted, agent_ref: "builtin:scripted", profile: none, cwd: .}
"""
OWN = """\
name: own
version: "1"
imports: [{ref: "local:../shared"}]
profiles:
  full:
    uses:
      guidance: ["shared:role", role]
      skills: ["shared:tidy", tidy, plan]
      subagents: [helper]
      runtime_resources: [settings, servers, config]
resources:
  guidance: [{id: role, path: role.md}]
  skills: [{id: tidy, path: tidy}]
  subagents: [{id: helper, path: helper.md}]
  runtime_resources:
    - {id: settings, path: settings.json, runtime: claude-code, type: claude_settings_fragment}
    - {id: servers, path: servers.json, runtime: claude-code, type: claude_mcp_fragment}
    - {id: config, path: config.toml, runtime: codex, type: codex_config_fragment}
"""
SHARED = """\
name: shared
version: "1"
resources:
  guidance: [{id: role, path: role.md}]
  skills: [{id: tidy, path: tidy}, {id: plan, path: plan}]
"""
FILES = {
    "rig.yaml": RIG,
    "CULTURE.md": "Culture.",
    "norms.md": "Norms.",
    "extra/SKILL.md": "Extra skill.",
    "own/agent.yaml": OWN,
    "own/role.md": "Own role.",
    "own/tidy/SKILL.md": "---\nname: tidy\ndescription: >\n  Keeps it\n  tidy\n---\nOwn tidy.",
    "own/tidy/scripts/run": "#!/bin/sh\n",
    "own/helper.md": "You help.",
    "own/settings.json": '{"hooks": {"Stop": [{"hooks": []}]}, "permissions": {"deny": ["Read(.env)"]}, '
    '"env": {"A": "1"}}',
    "own/servers.json": '{"mcpServers": {"weather": {"command": "w"}}}',
    "own/config.toml": '[mcp_servers.weather]\ncommand = "w"\n[mcp_servers.mine]\ncommand = "theirs"\n'
    '[tui]\ntheme = "x"\n',
    "shared/agent.yaml": SHARED,
    "shared/role.md": "Shared role.",
    "shared/tidy/SKILL.md": "Shared tidy.",
    "shared/plan/SKILL.md": "Shared plan.",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "rig" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "rig/own/tidy/scripts/run").chmod(0o755)
    return tmp_path / "rig"


def member(folder: Path, name: str) -> ResolvedMember:
    loaded = load_rig(folder / "rig.yaml", known_runtimes=("claude-code", "codex", "scripted"))
    found = loaded.member(f"p.{name}")
    assert found is not None, loaded.errors
    return found


def seat(tmp_path: Path, program: str, **more: Any) -> Seat:
    """A seat where the harness is a file that nobody starts."""
    (tmp_path / "bin").mkdir(exist_ok=True)
    binary = tmp_path / "bin" / program
    binary.write_bytes(b"\x7fELF")
    binary.chmod(0o755)
    (tmp_path / "seat").mkdir(mode=0o700, exist_ok=True)
    env = {"HOME": str(tmp_path / "home"), "PATH": str(tmp_path / "bin")}
    return Seat("a1", 1, "p-c@r", tmp_path, env, tmp_path / "seat", ["reporter"], **more)


def flags(argv: list[str], name: str) -> list[str]:
    return [argv[at + 1] for at, word in enumerate(argv) if word == name]


def configured(argv: list[str]) -> Mapping[str, Any]:
    """What `-c` says, by dotted key."""
    return {(pair := each.split("=", 1))[0]: tomllib.loads(f"x = {pair[1]}")["x"] for each in flags(list(argv), "-c")}


def test_names_and_order(folder: Path) -> None:
    found = given(member(folder, "c"))
    # The agent's own resource keeps its id, whatever is named first; a file without a hint of its own is guidance.
    assert [(each.name, each.text) for each in found.guidance] == [
        ("shared-role", "Shared role."),
        ("role", "Own role."),
        ("CULTURE.md", "Culture."),
    ]
    assert [each.name for each in found.skills] == ["shared-tidy", "tidy", "plan", "extra"]
    assert found.skills[1].summary == "Keeps it tidy"
    assert [each.name for each in found.fragments] == ["settings", "servers"]
    assert [each.name for each in given(member(folder, "x")).fragments] == ["config"]
    assert given(member(folder, "s")) == Given([], [], [], [])


def test_claude_code(folder: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    launch = ClaudeCode().launch(seat(tmp_path, "claude", given=given(member(folder, "c"))))
    argv = list(launch.argv)
    (told,) = flags(argv, "--append-system-prompt-file")
    text = Path(told).read_text()
    assert text.startswith("You are the agent p-c@r") and text.endswith("Shared role.\n\nOwn role.\n\nCulture.\n")
    (plugin,) = flags(argv, "--plugin-dir")
    files = {str(path.relative_to(plugin)): path for path in Path(plugin).rglob("*") if path.is_file()}
    assert json.loads(files.pop(".claude-plugin/plugin.json").read_text())["name"] == "rig"
    assert files.keys() == {
        *(f"skills/{name}/SKILL.md" for name in ("shared-tidy", "tidy", "plan", "extra")),
        "skills/tidy/scripts/run",
        "agents/helper.md",
    }
    assert files["skills/tidy/SKILL.md"].read_text().endswith("Own tidy.")
    assert files["skills/tidy/scripts/run"].stat().st_mode & 0o777 == 0o700
    assert files["agents/helper.md"].read_text() == "---\nname: helper\ndescription: helper\n---\nYou help."
    settings = json.loads(Path(flags(argv, "--settings")[0]).read_text())
    assert settings["env"] == {"A": "1"} and settings["permissions"]["deny"] == ["Read(.env)", "Bash(tmux:*)"]
    assert len(settings["hooks"]["Stop"]) == 2 and "Bash(rig send:*)" in settings["permissions"]["allow"]
    servers = json.loads(Path(flags(argv, "--mcp-config")[0]).read_text())["mcpServers"]
    assert servers["weather"] == {"command": "w"}
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before

    # What a former start was given is not there any more.
    argv = list(ClaudeCode().launch(seat(tmp_path, "claude")).argv)
    assert "--plugin-dir" not in argv and "--append-system-prompt" in argv and list(Path(plugin).iterdir()) == []


def test_codex(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "home" / ".codex" / "config.toml"
    own.parent.mkdir(parents=True)
    own.write_text('[mcp_servers.mine]\ncommand = "mine"\n')
    found = given(member(folder, "x"))
    argv = list(Codex().launch(seat(tmp_path, "codex", given=found, profile="work")).argv)
    said = configured(argv)
    told = said["developer_instructions"]
    for words in ("You are the agent", "- tidy: Keeps it tidy (file: ", "- plan: plan", "Own role.", "Culture."):
        assert words in told
    copies = tmp_path / "seat" / "given" / "skills"
    assert (copies / "shared-tidy" / "SKILL.md").read_text() == "Shared tidy." and str(copies) in told
    assert said["mcp_servers.weather"] == {"command": "w"} and said["tui.theme"] == "x"
    # The person's own servers win.
    assert "mcp_servers.mine" not in said
    role = said["agents.helper"]
    assert role["description"] == "helper"
    assert tomllib.loads(Path(role["config_file"]).read_text()) == {"developer_instructions": "You help."}
    assert flags(argv, "--profile") == ["work"] and own.read_text() == '[mcp_servers.mine]\ncommand = "mine"\n'


def test_guidance_too_long_for_an_argument_is_given_as_a_file(tmp_path: Path) -> None:
    long = Given(guidance=[Text("book.md", "word " * 20_000)])
    told = configured(list(Codex().launch(seat(tmp_path, "codex", given=long)).argv))["developer_instructions"]
    assert len(told) < 5_000 and str(tmp_path / "seat" / "given" / "guidance" / "book.md.md") in told


@pytest.mark.parametrize(
    ("runtime", "program", "kind", "text", "why"),
    [
        (ClaudeCode(), "claude", "claude_settings_fragment", "{", "no JSON"),
        (ClaudeCode(), "claude", "claude_settings_fragment", "[]", "not a JSON object"),
        (ClaudeCode(), "claude", "claude_mcp_fragment", '{"mcpServers": {"rig": {}}}', "ours"),
        (ClaudeCode(), "claude", "claude_mcp_fragment", '{"mcpServers": 1}', "mcpServers"),
        (Codex(), "codex", "codex_config_fragment", "= 1", "no TOML"),
        (Codex(), "codex", "codex_config_fragment", "x = 1979-05-27", "no TOML"),
        (Codex(), "codex", "codex_config_fragment", '[mcp_servers.rig]\ncommand = "x"', "ours"),
        (Codex(), "codex", "codex_config_fragment", "[[hooks.Stop]]\nx = 1", "`hooks`"),
        (Codex(), "codex", "codex_config_fragment", '[projects."/x"]\ntrust_level = "trusted"', "by a flag"),
    ],
)
def test_a_fragment_that_can_not_be_given_is_said(
    tmp_path: Path, runtime: Runtime, program: str, kind: str, text: str, why: str
) -> None:
    fragment = Fragment("f", kind, text, Path("/x/fragment"))
    with pytest.raises(NotGiven, match=why):
        runtime.launch(seat(tmp_path, program, given=Given(fragments=[fragment])))


def test_links_that_lead_out_of_a_skill_are_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (folder / "own/tidy/out").symlink_to(tmp_path / "secret")
    (folder / "own/tidy/in").symlink_to("SKILL.md")
    launch = Codex().launch(seat(tmp_path, "codex", given=given(member(folder, "x"))))
    names = {path.name for path in (tmp_path / "seat/given/skills/tidy").iterdir()}
    assert names == {"SKILL.md", "scripts", "in"} and launch.argv


@pytest.mark.parametrize("gone", ["own/role.md", "own/tidy/SKILL.md", "own/helper.md", "own/config.toml", "CULTURE.md"])
def test_what_is_not_there_is_said(folder: Path, gone: str) -> None:
    (folder / gone).unlink()
    with pytest.raises(NotGiven, match=gone):
        given(member(folder, "x"))
    (folder / "extra/SKILL.md").unlink()  # It need not be there.


def test_too_large_a_skill(tmp_path: Path) -> None:
    big = tmp_path / "big"
    big.mkdir()
    (big / "SKILL.md").write_text("x")
    with (big / "data").open("wb") as file:
        file.truncate(40 * 1024 * 1024)
    with pytest.raises(NotGiven, match="32 MiB"):
        Codex().launch(seat(tmp_path, "codex", given=Given(skills=[Skill("big", big, "x")])))


@pytest.mark.parametrize(
    ("policy", "mode", "sandbox"),
    [
        (None, None, None),
        ("none", None, None),
        ("builtin:standard", None, None),
        ("builtin:locked", "dontAsk", "read-only"),
        ("builtin:open", "acceptEdits", "workspace-write"),
        ("builtin:auto", "auto", "workspace-write"),
    ],
)
def test_postures(folder: Path, tmp_path: Path, policy: str | None, mode: str | None, sandbox: str | None) -> None:
    found = posture(replace(member(folder, "c"), permission_policy=policy))
    claude = list(ClaudeCode().launch(seat(tmp_path, "claude", posture=found)).argv)
    assert flags(claude, "--permission-mode") == ([mode] if mode else [])
    assert "--dangerously-skip-permissions" not in claude
    assert configured(list(Codex().launch(seat(tmp_path, "codex", posture=found)).argv)).get("sandbox_mode") == sandbox


def test_everything_without_asking(tmp_path: Path) -> None:
    claude = ClaudeCode().launch(seat(tmp_path, "claude", posture=Posture.BYPASS)).argv
    assert "--dangerously-skip-permissions" in claude
    codex = list(Codex().launch(seat(tmp_path, "codex", posture=Posture.BYPASS, profile="work")).argv)
    said = configured(codex)
    assert (said["sandbox_mode"], said["approval_policy"]) == ("danger-full-access", "never")
    assert flags(codex, "--profile") == [] and "notice.hide_full_access_warning" not in said
    # Its warning is the person's to read, unless the spec was trusted to accept it.
    warned = seat(tmp_path, "claude", posture=Posture.BYPASS, warned=True)
    settings = json.loads(Path(flags(list(ClaudeCode().launch(warned).argv), "--settings")[0]).read_text())
    assert settings["skipDangerousModePermissionPrompt"] is True
    calm = seat(tmp_path, "claude", posture=Posture.AUTO, warned=True)
    settings = json.loads(Path(flags(list(ClaudeCode().launch(calm).argv), "--settings")[0]).read_text())
    assert "skipDangerousModePermissionPrompt" not in settings


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("---\nsurface: flag\nlaunch_posture: full_bypass\n---\n", Posture.BYPASS),
        ("---\nsurface: flag\nlaunch_posture: auto\n---\n", Posture.AUTO),
        ("---\nsurface: config\ndefault_posture: allow\n---\n", Posture.OWN),
        ("---\nsurface: flag\nlaunch_posture: most\n---\n", Posture.OWN),
        ("no front matter", Posture.OWN),
    ],
)
def test_policy_files(folder: Path, text: str, found: Posture) -> None:
    (folder / "x.policy.md").write_text(text)
    (folder / "rig.yaml").write_text(RIG + "permission_policy: x.policy.md\n")
    assert posture(member(folder, "c")) is found
