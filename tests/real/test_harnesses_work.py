"""The real Claude Code and the real Codex work together: a task is given, claimed, told of and handed over, by the
commands and tools of the guide, each under its own name."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.living import Living, until
from tests.real import harness_fixture as real

ONE, TWO = "p-one@r", "p-two@r"
PATIENCE = 60.0


@pytest.fixture
def home() -> Iterator[Living]:
    with real.model_api() as api, real.house(api, real.claude(), real.codex()) as home:
        config = home.folder / "user" / ".codex" / "config.toml"
        config.write_text('sandbox_mode = "workspace-write"\napproval_policy = "on-request"\n' + config.read_text())
        real.rig(home, "r", "one claude-code", "two codex")
        real.settled(home, ONE)
        real.settled(home, TWO)
        yield home


@pytest.mark.full
@pytest.mark.timeout(400)
def test_they_work_together(home: Living) -> None:
    # Claude gives work away; that Codex takes it is what the nudge makes it do.
    real.send(home, ONE, f"[[bash=rig task create r 'port it' {TWO} --body '[[tool=mcp__rig.task_next {{}}]]']]")
    task = until(lambda: task_in(home, "inProgress"), "Codex claimed it", PATIENCE)
    assert (task["creator"], task["owner"]) == (ONE, TWO)

    say = '{"rig": "r", "text": "@p-one I have it"}'
    real.send(home, TWO, f"[[tool=mcp__rig.post {say}]]")
    post = until(lambda: home.ask("room/history", {"rig": "r"})["posts"], "Codex posted", PATIENCE)[0]
    assert (post["from"], post["mentions"]) == (TWO, [ONE])
    until(lambda: submitted(home, TWO, ONE, "I have it"), "and Claude was told", PATIENCE)

    # What an agent may not do is refused, whatever it is asked to do.
    real.send(home, ONE, f"[[bash=rig task force-release {task['id']} mine]]")
    refusal = until(lambda: refusals(home), "Claude was refused", PATIENCE)[0]
    assert (refusal["agent"], refusal["data"]["method"]) == (ONE, "task/forceRelease")
    assert home.ask("task/get", {"id": task["id"]})["task"]["owner"] == TWO

    over = f'{{"id": "{task["id"]}", "fence": 1, "to": "{ONE}", "body": "[[bash=rig task claim-next]]"}}'
    real.send(home, TWO, f"[[tool=mcp__rig.task_handoff {over}]]")
    until(lambda: task_in(home, "handedOff"), "Codex handed it over", PATIENCE)
    successor = until(lambda: task_in(home, "inProgress"), "Claude took it", PATIENCE)
    assert (successor["creator"], successor["owner"], successor["handedFrom"]) == (TWO, ONE, task["id"])
    assert home.ask("audit/verify")["ok"]


def task_in(home: Living, state: str) -> dict[str, Any] | None:
    found: list[dict[str, Any]] = home.ask("task/list", {"rig": "r", "state": state})["tasks"]
    return found[0] if found else None


def submitted(home: Living, sender: str, to: str, part: str) -> bool:
    found = home.ask("message/list", {"rig": "r", "state": "submitted"})["messages"]
    return any((each["from"], each["to"]) == (sender, to) and part in each["text"] for each in found)


def refusals(home: Living) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = home.ask("event/list", {"kinds": ["agent.refused"]})["events"]
    return found
