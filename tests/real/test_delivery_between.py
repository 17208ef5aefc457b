"""What happens between the looks: prompts that open, people who press Enter, hooks that lie, fifty who write at
once."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from openrig_rpc.cli.line import Line
from tests.living import Living, living, rig_of, scripted, terminal, until
from tests.real.delivery_cells import Person

RIG = "btw"
TRIALS = 12
SENDERS, EACH = 50, 3


@pytest.fixture(scope="module")
def home() -> Iterator[Living]:
    with living() as home:
        home.start()
        late = {"behaviour": "late-draw", "late_seconds": 0.7}
        later = {"behaviour": "late-draw", "late_seconds": 1.6}
        drop = {"behaviour": "drop-first-enter"}
        members = [
            *(scripted(f"late{n}", **late, **logs(home, f"late{n}")) for n in range(TRIALS)),
            *(scripted(f"drop{n}", **drop, hotkeys=True, **logs(home, f"drop{n}")) for n in range(TRIALS)),
            *(scripted(f"shared{n}", **later, **logs(home, f"shared{n}")) for n in range(3)),
            scripted("blind", report="screen-only", **later, **logs(home, "blind")),
            scripted("liar", hotkeys=True, **logs(home, "liar")),
            scripted("one", **logs(home, "one")),
            *(terminal(f"t{n}") for n in range(SENDERS)),
        ]
        path = home.write("rig.yaml", rig_of(RIG, *members))
        home.ask("rig/up", {"path": path})
        yield home


@pytest.fixture
def line(home: Living) -> Iterator[Line]:
    line = home.line()
    yield line
    line.close()


def logs(home: Living, member: str) -> dict[str, str]:
    return {"log": str(home.folder / f"{member}.log"), "answer_log": str(home.folder / f"{member}.answers")}


def at(member: str) -> str:
    return f"p-{member}@{RIG}"


def lines(home: Living, member: str, which: str = "log") -> list[dict[str, Any]]:
    path = Path(logs(home, member)[which])
    text = path.read_text() if path.exists() else ""
    return [json.loads(each) for each in text[: text.rfind("\n") + 1].splitlines()]


def message(line: Line, message_id: str) -> dict[str, Any]:
    found: dict[str, Any] = line.ask("message/get", {"id": message_id})["message"]
    return found


def as_agent(home: Living, line: Line, member: str) -> Line:
    """A connection as that agent."""
    agent = line.ask("agent/get", {"agent": at(member)})["agent"]["id"]
    own = home.line()
    own.ask("session/open", {"client": {"name": "t"}, "token": (home.home.tokens / agent).read_text()})
    return own


@pytest.mark.parametrize("kind", ["late", "drop"])
def test_a_prompt_that_opens_between_paste_and_enter_is_not_answered(home: Living, kind: str) -> None:
    def trial(number: int) -> str | None:
        member, line = f"{kind}{number}", home.line()
        mark = home.work / f"{member}.{time.monotonic_ns()}.ran"
        earlier = len(lines(home, member, "answer_log"))
        try:
            # The prompt opens at a moment of its own, while a message to the busy agent is on its way.
            line.ask(
                "agent/keys", {"agent": at(member), "keys": [{"text": f"[[delay=1.0]][[bash=touch {mark}]]"}, "Enter"]}
            )
            line.ask("agent/wait", {"agent": at(member), "state": ["busy"], "timeoutSeconds": 15})
            time.sleep(number * 1.0 / TRIALS)  # not a wait: the moments are what is tried
            sent = line.ask(
                "message/send", {"to": at(member), "text": "y p 1 2 3", "when": ("auto", "now")[number % 2]}
            )
            line.ask("agent/wait", {"agent": at(member), "state": ["needsInput"], "timeoutSeconds": 15})
            until(lambda: choices(line, member), "the prompt is there")
            before = lines(home, member, "answer_log")[earlier:]
            if before or mark.exists():
                return f"{member}: it was answered: {before}"
            deny(line, member)
            ended = until(lambda: final(line, sent["messages"][0]["id"]), "the message is at its end", 30)
            mine = [each for each in lines(home, member) if sent["messages"][0]["id"] in each["text"]]
            if ended["state"] != "submitted" or len(mine) != 1 or mark.exists():
                return f"{member}: {ended} {len(mine)}"
            return None
        except AssertionError as wrong:
            return f"{member}: {wrong} {line.ask('agent/capture', {'agent': at(member)})['text'][-500:]}"
        finally:
            line.close()

    with ThreadPoolExecutor(TRIALS) as pool:
        assert [wrong for wrong in pool.map(trial, range(TRIALS)) if wrong] == []


def deny(line: Line, member: str) -> None:
    prompt = line.ask("agent/prompt", {"agent": at(member)})["prompt"]
    choice = next(each["id"] for each in prompt["choices"] if each["label"] in ("Deny", "No"))
    line.ask("agent/answer", {"agent": at(member), "promptId": prompt["id"], "choice": choice})


def choices(line: Line, member: str) -> bool:
    return bool((line.ask("agent/prompt", {"agent": at(member)}).get("prompt") or {}).get("choices"))


def final(line: Line, message_id: str) -> dict[str, Any] | None:
    found = message(line, message_id)
    return found if found["state"] not in ("accepted", "held", "delivering", "delivered") else None


@pytest.mark.parametrize("member", ["shared0", "shared1", "shared2", "blind"])
def test_a_persons_own_enter_on_our_text_is_seen_and_said(home: Living, line: Line, member: str) -> None:
    """Between paste and echo (1.6 s here) the person presses Enter: alone, or after letters of their own."""
    person = Person(line.ask("agent/attach", {"agent": at(member)}), 1, home)
    typed = {"shared0": b"\r", "shared1": b"xyz\r", "shared2": b"xyz", "blind": b"xyz\r"}[member]
    try:
        # Attaching counts as typing; nothing may be on its way when that happens.
        until(lambda: "0 " in home.tmux("list-clients", "-F", "#{client_control_mode} "), "the person is there")
        line.ask("event/subscribe", {"kinds": ["message.delivering"]})
        sent = line.ask("message/send", {"to": at(member), "text": "our own words"})["messages"][0]["id"]
        while (heard := line.listen(20)) is not None and heard["params"]["data"]["id"] != sent:
            pass
        assert heard is not None
        # The paste follows the receipt within milliseconds; the composer shows it 1.6 s later.
        threading.Event().wait(0.7)
        person.write(typed)
        try:
            ended = until(lambda: final(line, sent), "the message is at its end", 30)
        except AssertionError as wrong:
            raise AssertionError(
                f"{wrong}: {message(line, sent)}\n{line.ask('agent/capture', {'agent': at(member)})['text']}"
            ) from None
    finally:
        person.end()
    mine = [each for each in lines(home, member) if sent in each["text"]]
    if member == "shared0":
        assert ended["state"] == "submitted" and len(mine) == 1, ended
        return
    assert ended["state"] == "indeterminate", ended
    items = [item for item in line.ask("inbox/list", {"limit": 1000})["items"] if item["ref"] == sent]
    assert [item["kind"] for item in items] == ["indeterminate"]
    assert len(mine) == (0 if member == "shared2" else 1)
    if member == "shared1":
        assert mine[0]["text"].endswith("xyz") and "together with" in ended["reason"]


def test_an_idle_that_is_a_lie_types_nothing(home: Living, line: Line) -> None:
    line.ask("message/send", {"to": at("liar"), "text": "[[bash=touch lied]]", "wait": "submitted"})
    line.ask("agent/wait", {"agent": at("liar"), "state": ["needsInput"], "timeoutSeconds": 15})
    told = len(lines(home, "liar"))
    own = as_agent(home, line, "liar")
    sent = []
    for number in range(30):
        event = ("Stop", "UserPromptSubmit", "Interrupt", "PostToolUse")[number % 4]
        own.ask("agent/report", {"event": event, "payload": {"prompt": "nothing"}})
        when = ("auto", "now", "idle")[number % 3]
        sent.append(line.ask("message/send", {"to": at("liar"), "text": "y", "when": when})["messages"][0]["id"])
    own.ask("agent/report", {"event": "Stop", "payload": {}})
    until(lambda: all(message(line, each).get("reason") == "needsInput" for each in sent), "all are held")
    assert lines(home, "liar", "answer_log") == [] and len(lines(home, "liar")) == told
    assert line.ask("agent/get", {"agent": at("liar")})["agent"]["state"] == "needsInput"
    assert "run this command?" in line.ask("agent/capture", {"agent": at("liar")})["text"]
    own.close()
    deny(line, "liar")
    until(lambda: all(final(line, each) for each in sent), "all are delivered", 50)
    texts = [each["text"] for each in lines(home, "liar")]
    assert all(sum(each in text for text in texts) == 1 for each in sent)
    assert not (home.work / "lied").exists()


def test_fifty_senders_are_neither_mixed_nor_out_of_order(home: Living, line: Line) -> None:
    agents = [as_agent(home, line, f"t{number}") for number in range(SENDERS)]
    gate = threading.Barrier(SENDERS)

    def write(number: int) -> list[str]:
        gate.wait(20)
        sent = []
        for count in range(EACH):
            params = {"to": at("one"), "text": f"sender {number} message {count}\nsecond line"}
            sent.append(agents[number].ask("message/send", params)["messages"][0]["id"])
        return sent

    with ThreadPoolExecutor(SENDERS) as pool:
        sent = list(pool.map(write, range(SENDERS)))
    everything = [each for part in sent for each in part]
    until(lambda: line.ask("agent/get", {"agent": at("one")})["agent"]["held"] == 0, "nothing waits", 55)
    until(lambda: all(final(line, part[-1]) for part in sent), "the last ones are at their end")
    states = {each["state"] for each in line.ask("message/list", {"agent": at("one"), "limit": 1000})["messages"]}
    assert states == {"submitted"}
    texts = [each["text"] for each in lines(home, "one")]
    assert len(texts) == SENDERS * EACH
    order = []
    for text in texts:
        assert text.count("[message ") == 1 and text.count("sender ") == 1, text
        order.append(text.split("[message ", 1)[1].split(" ", 1)[0])
    assert sorted(order) == sorted(everything)
    for part in sent:
        places = [order.index(each) for each in part]
        assert places == sorted(places)
    for agent in agents:
        agent.close()
