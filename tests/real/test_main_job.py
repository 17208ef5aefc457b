"""The main job over the wire: a rig of agents that message each other, seen and steered by clients."""

import json
import os
import pty
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from openrig_rpc.cli.faults import Refused
from openrig_rpc.cli.line import Line
from tests.living import Living, living, rig_of, scripted, terminal, until

NAME = "job"


@pytest.fixture(scope="module")
def home() -> Iterator[Living]:
    with living() as home:
        home.start()
        members = [
            scripted("lead", log=log(home, "lead")),
            scripted("mate", log=log(home, "mate")),
            scripted("draft", log=log(home, "draft"), type_draft="half a thought"),
            scripted("plain", log=log(home, "plain"), report="screen-only"),
            scripted("gone", log=log(home, "gone")),
            terminal("shell"),
        ]
        edges = "    edges:\n      - {kind: delegates_to, from: lead, to: mate}\n"
        done = home.ask("rig/up", {"path": home.write("rig.yaml", rig_of(NAME, *members) + edges)})
        assert {each["outcome"] for each in done["agents"]} == {"launched"}, done
        yield home


@pytest.fixture
def line(home: Living) -> Iterator[Line]:
    line = home.line()
    yield line
    line.close()


def log(home: Living, member: str) -> str:
    return str(home.folder / f"{member}.log")


def told(home: Living, member: str) -> list[str]:
    """What a scripted agent was really told."""
    path = Path(log(home, member))
    return [json.loads(entry)["text"] for entry in path.read_text().splitlines()] if path.exists() else []


def at(member: str) -> str:
    return f"p-{member}@{NAME}"


def send(line: Line, member: str, text: str, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = line.ask("message/send", {"to": at(member), "text": text, **more})["messages"][0]
    return found


def reached(line: Line, message: dict[str, Any], *states: str) -> dict[str, Any]:
    """The message once it is in one of these states."""
    found: dict[str, Any] = until(
        lambda: (now := line.ask("message/get", {"id": message["id"]})["message"])["state"] in states and now,
        f"{message['id']} is {states}",
    )
    return found


def wait(line: Line, member: str, *states: str) -> dict[str, Any]:
    """The agent once it is in one of these states."""
    waited = line.ask("agent/wait", {"agent": at(member), "state": list(states), "timeoutSeconds": 15})
    assert not waited["timedOut"], waited
    agent: dict[str, Any] = waited["agent"]
    assert set(agent["evidence"]) == {"source", "at", "detail"}
    return agent


def test_an_agent_writes_to_another_by_itself(home: Living, line: Line) -> None:
    text = f'[[run=rig send {at("mate")} "pass it on"]]'
    assert send(line, "lead", text, wait="submitted")["state"] == "submitted"
    found = until(
        lambda: [m for m in line.ask("message/list", {"agent": at("mate")})["messages"] if m["from"] == at("lead")],
        "the lead's message is there",
    )
    message = reached(line, found[0], "submitted")
    assert message["text"] == "pass it on" and message["turn"] == "started"
    assert any("pass it on" in each and f"from {at('lead')} to {at('mate')}" in each for each in told(home, "mate"))
    screen = line.ask("agent/capture", {"agent": at("mate")})["text"]
    assert "pass it on" in screen and f"rig send {at('lead')}" in screen


def test_an_agent_is_itself_whatever_it_leaves_out(home: Living, line: Line) -> None:
    bare = "env -u OPENRIG_RPC_TOKEN_FILE -u OPENRIG_RPC_AGENT setsid -w rig"

    def shows(what: str, times: int) -> bool:
        screen = line.ask("agent/capture", {"agent": at("lead"), "lines": 400, "history": True})["text"]
        return "".join(screen.split()).count(what) >= times

    for number, command in enumerate(("rig", bare), 1):
        send(line, "lead", f"[[run={command} --json whoami]]", wait="submitted")
        until(partial(shows, f'"name":"{at("lead")}"', number), f"{command} says who it is")
    before = line.ask("rig/get", {"rig": NAME})["rig"]["state"]
    for number, command in enumerate((f"rig down {NAME}", f"{bare} down {NAME}", f"rig interrupt {at('mate')}"), 1):
        send(line, "lead", f"[[run={command}]]", wait="submitted")
        until(partial(shows, "maynotcall", number), f"{command} is refused")
    assert line.ask("rig/get", {"rig": NAME})["rig"]["state"] == before


def test_a_busy_agent_gets_it_queued_or_now_or_when_idle(home: Living, line: Line) -> None:
    send(line, "mate", "[[delay=2]] first", wait="submitted")
    wait(line, "mate", "busy")
    queued = send(line, "mate", "queued one", wait="submitted")
    assert (queued["state"], queued["turn"]) == ("submitted", "queued")
    patient = send(line, "mate", "patient one", when="idle")
    assert reached(line, patient, "held")["reason"] == "busy"
    assert reached(line, patient, "submitted")["turn"] == "started"
    order = [text for text in told(home, "mate") if "one" in text or "first" in text]
    assert ["first" in order[-3], "queued one" in order[-2], "patient one" in order[-1]] == [True] * 3


def test_nothing_is_typed_into_a_prompt(home: Living, line: Line) -> None:
    marker = home.work / "ran"
    send(line, "mate", f"[[bash=touch {marker}]]", wait="submitted")
    agent = wait(line, "mate", "needsInput")
    assert agent["prompt"]["kind"] == "permission" and str(marker) in agent["prompt"]["question"]
    for when in ("auto", "now", "idle"):
        assert (
            reached(line, send(line, "mate", f"during the prompt {when}", when=when), "held")["reason"] == "needsInput"
        )
    assert not marker.exists()
    line.ask("agent/keys", {"agent": at("mate"), "keys": ["3"]})
    wait(line, "mate", "idle", "busy")
    until(lambda: len([t for t in told(home, "mate") if "during the prompt" in t]) == 3, "all three came afterwards")
    assert not marker.exists()


def test_nothing_is_typed_over_a_draft(home: Living, line: Line) -> None:
    message = send(line, "draft", "wait for it")
    assert reached(line, message, "held")["reason"] == "draft"
    assert "half a thought" in line.ask("agent/capture", {"agent": at("draft")})["text"]
    assert line.ask("agent/get", {"agent": at("draft")})["agent"]["held"] == 1
    line.ask("agent/keys", {"agent": at("draft"), "keys": ["C-u"]})
    assert reached(line, message, "submitted")["attempts"] == 1
    assert [text for text in told(home, "draft") if "half a thought" in text] == []


def test_copy_mode_holds_and_its_end_delivers(home: Living, line: Line) -> None:
    pane = home.tmux("list-panes", "-a", "-F", "#{pane_id} #{pane_title}").splitlines()
    target = next(each.split()[0] for each in pane if at("lead") in each)
    home.tmux("copy-mode", "-t", target)
    message = send(line, "lead", "while you scroll")
    assert reached(line, message, "held")["reason"] == "copyMode"
    home.tmux("send-keys", "-t", target, "-X", "cancel")
    reached(line, message, "submitted")


def test_a_stopped_agent_gets_it_when_it_is_started(home: Living, line: Line) -> None:
    assert line.ask("agent/stop", {"agent": at("gone")})["outcome"]["state"] == "stopped"
    message = send(line, "gone", "for later")
    assert reached(line, message, "held")["reason"] == "stopped"
    assert line.ask("agent/start", {"agent": at("gone")})["outcome"]["outcome"] == "launched"
    reached(line, message, "submitted")
    assert line.ask("agent/start", {"agent": at("gone")})["outcome"]["outcome"] == "alreadyRunning"


def test_a_crash_is_seen_with_its_code(home: Living, line: Line) -> None:
    send(line, "gone", "[[crash=7]]")
    agent = wait(line, "gone", "exited")
    assert agent["exitCode"] == 7 and agent["evidence"]["source"] == "process"
    message = send(line, "gone", "too late")
    assert reached(line, message, "held")["reason"] == "exited"
    assert line.ask("message/cancel", {"id": message["id"]})["message"]["state"] == "cancelled"
    with pytest.raises(Refused) as refused:
        line.ask("agent/interrupt", {"agent": at("gone")})
    assert refused.value.kind == "agent-not-running"
    line.ask("agent/start", {"agent": at("gone")})


def test_a_message_that_comes_too_late_expires(line: Line) -> None:
    line.ask("agent/stop", {"agent": at("gone")})
    message = send(line, "gone", "soon", expiresInSeconds=0.2)
    assert reached(line, message, "expired")["reason"] == "stopped"
    line.ask("agent/start", {"agent": at("gone")})


def test_a_harness_without_hooks_is_read_from_its_screen(home: Living, line: Line) -> None:
    assert send(line, "plain", "[[delay=1.5]] work", wait="submitted")["state"] == "submitted"
    assert wait(line, "plain", "busy")["evidence"]["source"] == "screen"
    assert wait(line, "plain", "idle")["evidence"]["source"] == "screen"
    send(line, "plain", "[[ask=Which one?|left|right]]", wait="submitted")
    prompt = wait(line, "plain", "needsInput")["prompt"]
    assert prompt["kind"] == "question" and [c["label"] for c in prompt["choices"]] == ["left", "right"]
    line.ask("agent/keys", {"agent": at("plain"), "keys": ["1"]})
    wait(line, "plain", "idle")


def test_a_terminal_takes_text_as_it_is(home: Living, line: Line) -> None:
    answer = home.work / "answer"
    message = send(line, "shell", f"echo $((40 + 2)) > {answer}; ", wait="submitted")
    assert message["state"] == "submitted"
    until(lambda: answer.exists() and answer.read_text() == "42\n", "the shell ran it")
    send(line, "shell", "sleep 60", wait="submitted")
    wait(line, "shell", "busy")
    assert reached(line, send(line, "shell", "echo later"), "held")["reason"] == "busy"
    line.ask("agent/interrupt", {"agent": at("shell")})
    wait(line, "shell", "idle")


def test_groups_leave_out_terminals_and_the_person_has_an_inbox(line: Line) -> None:
    sent = line.ask("message/broadcast", {"rig": NAME, "text": "all hands", "wait": "submitted"})["messages"]
    assert sorted(each["to"] for each in sent) == sorted(at(m) for m in ("lead", "mate", "draft", "plain", "gone"))
    send(line, "lead", f"[[run=rig send human@{NAME} 'are you there?']]", wait="submitted")
    agent = until(
        lambda: (now := line.ask("agent/get", {"agent": at("lead")})["agent"])["unread"] == 1 and now, "it is unread"
    )
    assert agent["held"] == 0


def test_output_is_pushed_and_a_terminal_attaches(home: Living, line: Line) -> None:
    watched = line.ask("agent/watch", {"agent": at("shell")})
    assert watched["columns"] == 120 and watched["rows"] == 36
    send(line, "shell", "echo pushed-$((1 + 1))")
    offset, text = watched["offset"], ""
    while "pushed-2" not in text:
        heard = line.listen(10)
        assert heard is not None and heard["method"] == "agent/output", heard
        offset = heard["params"]["offset"]
        text += heard["params"]["data"]
    assert offset >= watched["offset"]
    line.ask("agent/unwatch", {"agent": at("shell")})

    attachment = line.ask("agent/attach", {"agent": at("shell")})
    pid, terminal_fd = pty.fork()
    if pid == 0:
        environment = {**home.environment(), "TERM": "xterm-256color"}
        for name, value in attachment["env"].items():
            environment.pop(name, None) if value is None else environment.update({name: value})
        os.chdir(attachment["cwd"])
        os.execvpe(attachment["argv"][0], attachment["argv"], environment)
    try:
        os.write(terminal_fd, b"echo typed-$((2 + 3))\r")
        until(lambda: "typed-5" in line.ask("agent/capture", {"agent": at("shell")})["text"], "what is typed arrives")
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        os.close(terminal_fd)


def test_events_come_after_the_reply_and_in_order(line: Line) -> None:
    since = line.ask("event/subscribe", {"kinds": ["message.accepted", "message.submitted"]})["seq"]
    number = line.send("message/send", {"to": at("lead"), "text": "count"})
    heard: list[Any] = []
    answer = line.reply(number, heard=heard.append)
    assert heard == [], "an event came before its cause's reply"
    kinds: list[tuple[str, str]] = []
    while len(kinds) < 2:
        event = line.listen(10)
        assert event is not None
        assert event["params"]["prev"] == since
        since = event["params"]["seq"]
        kinds.append((event["params"]["kind"], event["params"]["data"]["id"]))
    message = answer["messages"][0]["id"]
    assert kinds == [("message.accepted", message), ("message.submitted", message)]


def test_down_and_up_by_name(home: Living) -> None:
    with living() as other:
        other.start()
        path = other.write("rig.yaml", rig_of("again", terminal("t"), scripted("a")))
        other.ask("rig/up", {"path": path})
        pids = other.tmux("list-panes", "-a", "-F", "#{pane_pid}").split()
        ours = [pid for pid in pids if "_hub" not in other.tmux("display-message", "-p", "-t", "=_hub:", "#{pane_pid}")]
        down = other.ask("rig/down", {"rig": "again"})
        assert {each["state"] for each in down["agents"]} == {"stopped"}
        assert [rig["state"] for rig in other.ask("rig/list")["rigs"]] == ["stopped"]
        hub = other.tmux("list-panes", "-s", "-t", "=_hub:", "-F", "#{pane_pid}").split()
        assert not [pid for pid in ours if pid not in hub and Path(f"/proc/{pid}").exists()]
        again = other.ask("rig/up", {"name": "again"})
        assert {each["outcome"] for each in again["agents"]} == {"launched"}
        assert {each["outcome"] for each in other.ask("rig/up", {"name": "again"})["agents"]} == {"alreadyRunning"}
        other.ask("rig/down", {"rig": "again"})
        other.ask("rig/delete", {"rig": "again"})
        assert other.ask("rig/list")["rigs"] == []


def test_fifty_terminals_come_up_in_one_call() -> None:
    with living() as home:
        home.start()
        path = home.write("rig.yaml", rig_of("fifty", *(terminal(f"t{n}") for n in range(50))))
        done = home.ask("rig/up", {"path": path})
        assert [each["outcome"] for each in done["agents"]] == ["launched"] * 50
        agents = home.ask("agent/list", {"rig": "fifty"})["agents"]
        assert {agent["state"] for agent in agents} == {"idle"}
        home.ask("rig/down", {"rig": "fifty"})


def test_agents_get_no_tmux_and_their_own_rig(home: Living, line: Line) -> None:
    out = home.work / "env"
    send(line, "shell", f"env > {out}; command -v rig >> {out}", wait="submitted")
    text = until(lambda: out.exists() and "/rig\n" in out.read_text() and out.read_text(), "the environment is there")
    names = {entry.partition("=")[0] for entry in text.splitlines()}
    assert not names & {"TMUX", "TMUX_PANE", "OPENRIG_RPC_RUNTIME", "OPENRIG_RPC_FAULT"}
    assert {"OPENRIG_RPC_AGENT", "OPENRIG_RPC_TOKEN_FILE", "OPENRIG_RPC_SOCKET", "OPENRIG_RPC_HOME"} <= names
    assert text.splitlines()[-1].startswith(str(home.home.runtime_copies))
    token = next(entry.partition("=")[2] for entry in text.splitlines() if entry.startswith("OPENRIG_RPC_TOKEN_FILE="))
    assert Path(token).stat().st_mode & 0o777 == 0o600


def test_the_doctor_and_the_version_answer(home: Living, line: Line) -> None:
    checks = {check["name"]: check for check in line.ask("system/doctor")["checks"]}
    assert checks["tmux"]["ok"] and checks["database"]["ok"]
    info = line.ask("system/info")
    assert info["tmuxVersion"] and info["endpoints"]["unix"] and info["loop"]["lagMs"] >= 0
    told_version = subprocess.run(["tmux", "-V"], capture_output=True, text=True, check=True).stdout.split()[-1]
    assert info["tmuxVersion"] == told_version
