"""Permission policies, as the real harnesses take them: less without asking, and more only by the spec."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.living import Living, until
from tests.real import harness_fixture as real

AGENT = "p-one@r"


@pytest.fixture(scope="module")
def api() -> Iterator[real.ModelApi]:
    with real.model_api() as api:
        yield api


def turn(home: Living, api: real.ModelApi, protocol: str, text: str) -> str:
    """One turn with a tool in it; what the tool said."""
    before = len(outputs(api, protocol))
    real.send(home, AGENT, text)
    until(lambda: len(outputs(api, protocol)) > before, "the tool ended")
    real.until_state(home, AGENT, "idle")
    return outputs(api, protocol)[-1]


def outputs(api: real.ModelApi, protocol: str) -> list[str]:
    return [each["output"] for each in api.requests(protocol) if each["output"] is not None]


def asked(home: Living) -> list[dict[str, object]]:
    return [event for event in real.events(home) if event["kind"] == "agent.promptOpened"]


@pytest.mark.parametrize(
    ("policy", "made"),
    [
        ("builtin:locked", False),
        pytest.param("builtin:open", True, marks=pytest.mark.full),
        pytest.param("builtin:auto", True, marks=pytest.mark.full),
    ],
)
def test_codex(api: real.ModelApi, policy: str, made: bool) -> None:
    with real.house(api, real.codex()) as home:
        real.rig(home, "r", f"one codex permission_policy: '{policy}'")
        real.settled(home, AGENT)
        file = home.work / f"made-{policy.partition(':')[2]}"
        turn(home, api, "openai", f"[[bash=touch {file}]]")
        assert file.exists() is made
        assert asked(home) == []


def test_codex_without_a_sandbox(api: real.ModelApi) -> None:
    """What its own sandbox would keep from it: our socket."""
    with real.house(api, real.codex()) as home:
        real.rig(home, "r", "one codex permission_policy: 'builtin:yolo'")
        real.settled(home, AGENT)
        (rig,) = home.home.state.glob("runtime/*/bin/rig")
        said = turn(home, api, "openai", f"[[bash={rig} send human@r through]]")
        items = home.ask("inbox/list", {"rig": "r"})["items"]
        assert [item["text"] for item in items] == ["through"], said
        assert asked(home) == []


@pytest.mark.parametrize(
    ("policy", "made"), [("builtin:locked", False), pytest.param("builtin:open", True, marks=pytest.mark.full)]
)
def test_claude_code(api: real.ModelApi, policy: str, made: bool) -> None:
    with real.house(api, real.claude()) as home:
        real.rig(home, "r", f"one claude-code permission_policy: '{policy}'")
        real.settled(home, AGENT)
        file: Path = home.work / f"made-{policy.partition(':')[2]}.txt"
        turn(home, api, "anthropic", f"[[write={file}]]")
        assert file.exists() is made
        assert not [event for event in asked(home) if "auto mode" not in str(event).lower()]


@pytest.mark.full
def test_claude_code_without_permissions_warns_unless_the_spec_accepts_that(api: real.ModelApi) -> None:
    # As root it refuses that mode outside of a sandbox.
    with real.house(api, real.claude(), IS_SANDBOX="1") as home:
        real.rig(home, "r", "one claude-code permission_policy: 'builtin:yolo'")
        assert "Yes, I accept" in str(real.until_prompt(home, AGENT)["choices"])
        home.ask("rig/down", {"rig": "r"})
        home.ask("rig/delete", {"rig": "r"})
        path = home.work / "rig.yaml"
        path.write_text(path.read_text() + "non_interruptive: true\n")
        home.ask("rig/up", {"path": str(path)})
        real.settled(home, AGENT)
        turn(home, api, "anthropic", f"[[bash=touch {home.folder / 'made'}]]")
        assert (home.folder / "made").exists()
