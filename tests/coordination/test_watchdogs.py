"""Watchdogs: reminders from the rig file, visible, stoppable, bounded, and never into a busy agent."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from openrig_rpc.cli.line import Line
from tests.coordination.team import as_agent, refused
from tests.living import Living, living, rig_of, scripted, terminal, until

EVERY, IDLE, UNTOUCHED, BUSY = (f"p-{name}@dogs" for name in ("every", "idle", "untouched", "busy"))
RULES = [
    {"agent": "p.every", "rule": "every", "seconds": 1, "text": "stretch your legs", "most": 2},
    {"agent": "p.idle", "rule": "idle", "seconds": 1, "text": "what is next?", "most": 2},
    {"agent": "p.untouched", "rule": "untouched", "seconds": 1, "text": "how does it go?"},
    {"agent": "p.busy", "rule": "every", "seconds": 1, "text": "a word, please", "most": 100},
]


def spec(rules: list[dict[str, Any]]) -> str:
    members = [*map(scripted, ("every", "idle", "untouched", "busy")), terminal("shell")]
    lines = "".join(f"    - {rule}\n" for rule in rules)
    return rig_of("dogs", *members) + "x-openrig-rpc:\n  watchdogs:\n" + lines


@pytest.fixture(scope="module")
def home() -> Iterator[Living]:
    with living() as home:
        home.start()
        path = home.write("rig.yaml", spec(RULES))
        home.ask("rig/up", {"path": path})
        yield home


@pytest.fixture
def me(home: Living) -> Iterator[Line]:
    line = home.line()
    yield line
    line.close()


def dogs(line: Line) -> dict[str, dict[str, Any]]:
    return {dog["agent"]: dog for dog in line.ask("watchdog/list", {"rig": "dogs"})["watchdogs"]}


def told(line: Line, address: str) -> list[dict[str, Any]]:
    found = line.ask("message/list", {"agent": address, "limit": 1000})["messages"]
    return [message for message in found if message["from"] == "service:watchdogs"]


def ended(line: Line, address: str) -> bool:
    return not dogs(line)[address]["active"]


def waiting(line: Line) -> list[dict[str, Any]]:
    return [message for message in told(line, BUSY) if message["state"] in ("accepted", "held")]


def test_they_remind_and_end(home: Living, me: Line) -> None:
    me.ask("message/send", {"to": BUSY, "text": "[[delay=600]]", "wait": "submitted", "timeoutSeconds": 20})
    for address, text in ((EVERY, "stretch your legs"), (IDLE, "what is next?")):
        until(partial(ended, me, address), f"the one of {address} has barked enough")
        assert dogs(me)[address]["fired"] == 2 and dogs(me)[address]["lastFiredAt"]
        assert [message["text"] for message in told(me, address)] == [text, text]
    kinds = [event["data"]["agent"] for event in me.ask("event/list", {"kinds": ["watchdog.fired"]})["events"]]
    assert kinds.count(EVERY) == 2

    # Never into a busy agent, and no heap of reminders for when it is not busy any more.
    assert len(waiting(me)) == 1
    assert me.ask("agent/get", {"agent": BUSY})["agent"]["state"] == "busy"

    # They go on where they were after a restart, and begin anew when the rig comes up again.
    fired = {address: dog["fired"] for address, dog in dogs(me).items() if not dog["active"]}
    home.kill()
    home.start()
    line = home.line()
    try:
        assert {address: dog["fired"] for address, dog in dogs(line).items() if not dog["active"]} == fired
        assert len(waiting(line)) == 1
    finally:
        line.close()


def test_a_task_that_nobody_touches(me: Line) -> None:
    line = me
    assert told(line, UNTOUCHED) == []
    made = line.ask("task/create", {"rig": "dogs", "title": "the parser", "to": UNTOUCHED})["task"]
    until(lambda: told(line, UNTOUCHED), "it is asked for")
    assert "the parser" in told(line, UNTOUCHED)[0]["text"]
    line.ask("task/comment", {"id": made["id"], "text": "soon"})
    until(lambda: len(told(line, UNTOUCHED)) == 2, "it was touched, and then not any more")
    line.ask("task/update", {"id": made["id"], "state": "done"})


def test_stopping(home: Living, me: Line) -> None:
    line, own = me, as_agent(home, EVERY)
    try:
        dog = dogs(line)[UNTOUCHED]
        assert dog["active"]
        assert len(own.ask("watchdog/list")["watchdogs"]) == len(RULES)
        refused(own, "watchdog/stop", {"id": dog["id"]}, "not-permitted")
        refused(line, "watchdog/stop", {"id": "w-nothing"}, "invalid-params")
        assert not line.ask("watchdog/stop", {"id": dog["id"]})["watchdog"]["active"]
        assert not dogs(line)[UNTOUCHED]["active"]
        assert dog["id"] in home.rig("watchdog", "list").stdout
    finally:
        own.close()


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"agent": "p.nobody"}, "unknown-member"), ({"agent": "p.shell"}, "not-for-runtime"),
        ({"rule": "sometimes"}, "unknown-value"), ({"seconds": 0}, "bad-value"), ({"most": 0}, "bad-value"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(home: Living, rule: dict[str, Any], code: str) -> None:
    found = home.ask("rig/validate", {"text": spec([{**RULES[0], **rule}])})
    assert [each["code"] for each in found["diagnostics"]] == [code]
