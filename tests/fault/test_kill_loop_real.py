"""kill -9 of the daemon again and again while it types into real harnesses: nothing acknowledged is lost, nothing is
said twice to their models, and each message of which nobody can know says so."""

import os
import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from openrig_rpc.cli.faults import Fault
from openrig_rpc.cli.line import Line
from openrig_rpc.model.base import stamp
from tests.fault.test_kill_loop import ENDS, POINTS
from tests.living import Living, until
from tests.real import harness_fixture as real
from tests.real.real_cells import RUNTIMES, conversation, said

AGENTS = 3
KILLS = 20
LINES = 12


def at(number: int) -> str:
    return f"p-a{number}@loop"


def send_until_it_dies(home: Living, acknowledged: list[str], dice: random.Random) -> None:
    """Messages to everybody, one after the other, until the daemon is gone."""
    assert home.daemon is not None
    try:
        line = home.line()
    except Fault:
        return  # It died of what waited from before.
    try:
        for number in range(60):
            if home.daemon.poll() is not None:
                return
            clear_drafts(line)
            to = at(dice.randrange(AGENTS))
            text = f"text {number} " + "\n".join(["word " * dice.randint(1, 30)] * dice.randint(1, 3))
            params = {"to": to, "text": text, "wait": "submitted", "timeoutSeconds": dice.choice((0.1, 1, 3))}
            acknowledged.extend(each["id"] for each in line.ask("message/send", params)["messages"])
        raise AssertionError(f"the daemon did not die\n{home.logs()}")
    except Fault:
        pass
    finally:
        line.close()


def clear_drafts(line: Line) -> None:
    """What a crash left in a composer is a draft to the next daemon; the person takes it away line by line, by keys
    that do nothing to an empty composer (a second C-c would end the harness)."""
    held = line.ask("message/list", {"rig": "loop", "state": "held"})["messages"]
    for address in {each["to"] for each in held if each.get("reason") == "draft"}:
        draft = line.ask("agent/explain", {"agent": address}).get("draft")
        # Nor while something is typed: an interrupted turn would take back what was submitted.
        if draft and not on_its_way(line, address):
            line.ask("agent/keys", {"agent": address, "keys": ["C-u", "BSpace"] * LINES})
            with suppress(AssertionError):  # Otherwise it is tried again.
                until(partial(empty, line, address), "it is gone", 3)


def on_its_way(line: Line, address: str) -> bool:
    messages = line.ask("message/list", {"agent": address, "limit": 50})["messages"]
    newest = max((each.get("submittedAt") or "" for each in messages), default="")
    moving = any(each["state"] in ("delivering", "delivered") for each in messages)
    return moving or newest > stamp(datetime.now(UTC) - timedelta(seconds=1))


def empty(line: Line, address: str) -> bool:
    return bool(line.ask("agent/explain", {"agent": address}).get("draft") == "")


@pytest.mark.full
@pytest.mark.timeout(900)
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_twenty_kills(runtime: str) -> None:
    binary = real.claude() if runtime == "claude-code" else real.codex()
    dice = random.Random(f"kills of {runtime}")
    with real.model_api() as api, real.house(api, binary) as home:
        path = f"{home.folder / 'programs'}:{os.environ['PATH']}"
        real.rig(home, "loop", *(f"a{number} {runtime}" for number in range(AGENTS)))
        for number in range(AGENTS):
            real.settled(home, at(number))
        home.stop()
        acknowledged: list[str] = []
        for number in range(KILLS):
            point = POINTS[number % len(POINTS)]
            with suppress(AssertionError):  # It may die of what waits before it says that it is ready.
                home.start(OPENRIG_RPC_FAULT=f"{point}:{dice.randint(1, 3)}", PATH=path)
            send_until_it_dies(home, acknowledged, dice)
            if home.daemon is not None:
                assert home.died() == 9, home.logs()
        home.start(PATH=path)
        line = home.line()
        try:
            ended = until(lambda: at_their_end(line), "every message is at its end", 90)
        except AssertionError as wrong:
            pytest.fail(f"{wrong}: {unended(line)}")
        messages = {each["id"]: each for each in ended}
        assert not set(acknowledged) - set(messages), "acknowledged and lost"
        for number in range(AGENTS):
            real.until_state(home, at(number), "idle")
        inbox = {item["ref"] for item in line.ask("inbox/list", {"limit": 1000})["items"]}
        told = {at(number): texts(api, runtime, at(number)) for number in range(AGENTS)}
        for each in messages.values():
            times = len(said(told[each["to"]], each["id"]))
            if each["state"] == "submitted":
                assert times == 1, f"submitted, and told {times} times: {each}"
            else:
                assert times <= 1, f"typed twice: {each}"
                assert each["reason"] and each["id"] in inbox, f"uncertain, and nobody is told: {each}"
        why = {each["reason"] for each in messages.values() if each["state"] == "indeterminate"}
        # The person who takes drafts away may do so in the moment of a paste: that is seen, too.
        allowed = ("the daemon ended while it was typed", "the text ", "the composer shows", "Enter was pressed")
        assert all(each.startswith(allowed) for each in why), why
        line.close()


def at_their_end(line: Line) -> list[dict[str, Any]] | None:
    clear_drafts(line)
    found: list[dict[str, Any]] = line.ask("message/list", {"rig": "loop", "limit": 1000})["messages"]
    return found if all(each["state"] in ENDS for each in found) else None


def unended(line: Line) -> str:
    """What keeps messages from their end."""
    found = line.ask("message/list", {"rig": "loop", "limit": 1000})["messages"]
    open_ = [each for each in found if each["state"] not in ENDS]
    seen = {to: line.ask("agent/explain", {"agent": to}) for to in {each["to"] for each in open_}}
    shown = [line.ask("agent/capture", {"agent": to})["text"] for to in seen]
    return "\n".join([*map(str, open_), *map(str, seen.items()), *shown])


def texts(api: real.ModelApi, runtime: str, address: str) -> list[str]:
    """All that was said to this agent's model."""
    asked = api.requests(RUNTIMES[runtime], text=address)
    return [item["text"] for item in conversation(asked[-1]["body"]) if "text" in item]
