"""The starters that ship: listed, and valid without a single remark."""

from pathlib import Path

import pytest

from openrig_rpc.cli.logins import offer
from openrig_rpc.spec.load import load_rig
from openrig_rpc.starters import Shipped, starters

RUNTIMES = {"scripted": True, "terminal": True, "claude-code": True, "codex": True}


def test_the_demo_ships() -> None:
    demo = next(found for found in starters() if found.name == "demo")
    assert "scripted agents" in demo.summary and "\n" not in demo.summary
    assert demo.path.is_file() and demo.path.is_absolute()


@pytest.mark.parametrize("shipped", starters(), ids=lambda shipped: shipped.name)
def test_starters_are_valid(shipped: Shipped) -> None:
    loaded = load_rig(shipped.path, known_runtimes=RUNTIMES)
    assert [found.message for found in loaded.diagnostics] == []
    assert loaded.spec is not None
    assert loaded.spec.name == shipped.name and loaded.spec.summary == shipped.summary


def test_the_demo_is_three_scripted_agents() -> None:
    demo = next(found for found in starters() if found.name == "demo")
    loaded = load_rig(demo.path, known_runtimes=RUNTIMES)
    assert [member.key for member in loaded.members] == ["team.lead", "team.builder", "team.reviewer"]
    assert {member.runtime for member in loaded.members} == {"scripted"}


@pytest.mark.parametrize("name", ["implementation-pair", "product-team", "adversarial-review"])
def test_a_team_mixes_the_real_harnesses_and_tells_each_what_it_is(name: str) -> None:
    loaded = load_rig(next(found for found in starters() if found.name == name).path, known_runtimes=RUNTIMES)
    assert {member.runtime for member in loaded.members} == {"claude-code", "codex"}
    for member in loaded.members:
        assert member.agent is not None
        assert member.agent.resources is not None
        (role,) = member.agent.resources.guidance
        text = (loaded.root or Path()) / "agents" / member.agent.name / role.path
        assert len(text.read_text("utf-8").splitlines()) > 5


@pytest.mark.parametrize(
    ("files", "keys", "ready"),
    [
        ({}, {}, False),
        ({".claude.json": "{}"}, {}, False),
        ({".claude.json": '{"oauthAccount": {}}'}, {}, True),
        ({".claude/.credentials.json": ""}, {}, True),
        ({}, {"ANTHROPIC_API_KEY": "k"}, True),
        ({".codex/auth.json": ""}, {}, False),
    ],
)
def test_starters_are_offered_where_a_harness_has_a_login(
    tmp_path: Path, files: dict[str, str], keys: dict[str, str], ready: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    for key in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CONFIG_DIR", "CODEX_HOME"):
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    for key, value in keys.items():
        monkeypatch.setenv(key, value)
    lines = offer(["scripted", "claude-code"])
    assert any("claude-code is installed" in line and "implementation-pair" in line for line in lines) is ready
    assert offer(["scripted", "terminal"]) == []
