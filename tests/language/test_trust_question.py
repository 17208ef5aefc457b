"""What a person is asked before a rig runs commands, and what their answer does."""

import asyncio
from typing import Any

import pytest
from lsprotocol import types

from openrig_rpc.language.commands import APPLY, TRUST, UP, Commands
from openrig_rpc.language.shapes import MOST_ASKED
from openrig_rpc.language.texts import Texts
from openrig_rpc.model.errors import NeedsTrust, RigChanged

DONE = {"rig": "demo", "agents": []}


class Desk:
    """A table that wants trust first, and a person who presses a button."""

    def __init__(self, button: str | None, *runs: str) -> None:
        self.button, self.runs, self.trusted = button, list(runs), False
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.questions: list[str] = []
        self.told: list[str] = []

    async def __call__(self, method: str, params: dict[str, Any]) -> Any:
        self.calls.append((method, params))
        if method == "rig/trust":
            self.trusted = True
            return {}
        if not self.trusted:
            raise NeedsTrust("the rig 'demo' would run commands", runs=self.runs, hash="0" * 64)
        if "planId" not in params and method == "rig/up" and params.get("path") == "/changed":
            raise RigChanged("changed", planId="p1")
        return DONE

    async def ask(self, message: str, buttons: list[str]) -> str | None:
        assert buttons == [TRUST, "Cancel"]
        self.questions.append(message)
        return self.button

    def run(self, command: str, path: str = "/x") -> Any:
        commands = Commands(Texts(), lambda message, warning: self.told.append(message))
        params = types.ExecuteCommandParams(command, arguments=[{"path": path}])
        return asyncio.run(commands.run(self, params))


def test_what_would_be_run_is_shown_as_it_is() -> None:
    desk = Desk(TRUST, "runs: make\x1b[2J\u202e", "cwd: /y")
    assert desk.run(UP) == DONE
    assert desk.questions == ["the rig 'demo' would run commands:\n- runs: make\\x1b[2J\\u202e\n- cwd: /y"]
    assert desk.calls == [
        ("rig/up", {"path": "/x"}),
        ("rig/trust", {"path": "/x", "hash": "0" * 64}),
        ("rig/up", {"path": "/x"}),
    ]


@pytest.mark.parametrize("button", ["Cancel", None])
def test_anything_but_yes_is_no(button: str | None) -> None:
    desk = Desk(button, "make")
    with pytest.raises(NeedsTrust):
        desk.run(UP)
    assert [method for method, _ in desk.calls] == ["rig/up"]


def test_what_is_not_shown_whole_is_not_trusted() -> None:
    desk = Desk(TRUST, "x" * MOST_ASKED)
    with pytest.raises(NeedsTrust):
        desk.run(UP)
    assert desk.questions == [] and not desk.trusted


def test_changes_are_applied_after_it() -> None:
    desk = Desk(TRUST, "make")
    assert desk.run(APPLY, "/changed") == DONE
    assert desk.calls[-1] == ("rig/up", {"path": "/changed", "planId": "p1"})
