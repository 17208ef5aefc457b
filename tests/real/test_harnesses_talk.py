"""The real Claude Code and the real Codex in one rig: one asks the other through its own shell, and is answered by
MCP out of a sandbox that lets no command reach us."""

from collections.abc import Iterator

import pytest

from tests.living import Living, until
from tests.real import harness_fixture as real

ONE, TWO = "p-one@r", "p-two@r"


@pytest.fixture
def api() -> Iterator[real.ModelApi]:
    with real.model_api() as api:
        yield api


@pytest.fixture
def home(api: real.ModelApi) -> Iterator[Living]:
    """A rig of both, Codex in `workspace-write`."""
    with real.house(api, real.claude(), real.codex()) as home:
        config = home.folder / "user" / ".codex" / "config.toml"
        config.write_text('sandbox_mode = "workspace-write"\napproval_policy = "on-request"\n' + config.read_text())
        real.rig(home, "r", "one claude-code", "two codex")
        real.settled(home, ONE)
        real.settled(home, TWO)
        yield home


def test_they_talk(home: Living, api: real.ModelApi) -> None:
    user = home.folder / "user"
    work, codex = real.tree(home.work), (user / ".codex" / "config.toml").read_bytes()
    claude = (user / ".claude.json").read_bytes()

    answer = '[[tool=mcp__rig.send {"to": "p-one@r", "text": "pong, says Codex"}]]'
    first = real.send(home, ONE, f"[[bash=rig send {TWO} 'ping, says Claude {answer}']]")
    everything = until(lambda: _submitted(home, 3), "three messages, all submitted")
    by_sender = {message["from"]: message for message in everything}
    assert by_sender.keys() == {"human@r", ONE, TWO}

    # Each harness got exactly what was sent, from whom it was sent.
    assert by_sender[ONE]["text"] == f"ping, says Claude {answer}"
    assert by_sender[TWO]["text"] == "pong, says Codex"
    assert api.texts("openai") == [real.enveloped(by_sender[ONE])]
    until(lambda: any("pong" in text for text in api.texts("anthropic")[1:]), "Claude was asked again")
    asked = [real.unwrapped(text) for text in api.texts("anthropic")]
    assert real.enveloped(first) in asked
    assert any(real.enveloped(by_sender[TWO]) in text for text in asked)

    for agent in (ONE, TWO):
        real.until_state(home, agent, "idle")
        states = " ".join(state for state, _ in real.states(home, agent))
        assert states.startswith("starting ")
        assert states.endswith(" idle busy idle")
    assert not [event for event in real.events(home) if event["kind"] == "agent.promptOpened"]

    assert real.tree(home.work) == work
    assert (user / ".codex" / "config.toml").read_bytes() == codex
    assert real.same_settings(claude, (user / ".claude.json").read_bytes())
    assert not (user / ".codex" / "hooks.json").exists()
    assert not (user / ".claude" / "settings.json").exists()


def test_the_sandbox_keeps_a_command_from_us(home: Living, api: real.ModelApi) -> None:
    real.send(home, TWO, f"[[bash=rig send {ONE} hello]]")
    until(lambda: any(entry["output"] is not None for entry in api.requests("openai")), "the command ended")
    real.until_state(home, TWO, "idle")
    assert len(home.ask("message/list", {"rig": "r"})["messages"]) == 1


def _submitted(home: Living, count: int) -> list[dict[str, str]] | None:
    found: list[dict[str, str]] = home.ask("message/list", {"rig": "r"})["messages"]
    return found if [message["state"] for message in found] == ["submitted"] * count else None
