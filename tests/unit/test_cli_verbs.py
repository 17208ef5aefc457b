"""Every verb against a door of our own: what goes over the wire, what people see, which status comes back."""

import io
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from openrig_rpc import rpc
from openrig_rpc.cli import line as line_module
from openrig_rpc.cli import table
from openrig_rpc.cli.main import main
from openrig_rpc.emit.verbs import verbs
from tests.unit.cli_door import Door, Guest, HangUp, Refuse, Silence, agent, event, message, rig


@pytest.fixture(scope="module")
def every_method(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("table") / "table.json"
    path.write_text(json.dumps(verbs(rpc.load())))
    return path


@pytest.fixture
def door(tmp_path: Path, every_method: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    monkeypatch.setattr(table, "PATH", every_method)
    monkeypatch.setenv("OPENRIG_RPC_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("OPENRIG_RPC_TOKEN_FILE", raising=False)
    monkeypatch.chdir(tmp_path)
    opened = Door(tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture
def run(door: Door, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run(*words: str) -> tuple[int, str, str]:
        status = main(list(words))
        out, err = capsys.readouterr()
        return status, out, err

    return run


Run = Callable[..., tuple[int, str, str]]
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
RUDE = "\x1b]0;owned\x07\x1b[2Jx\u202ey\x9b"


# ps


def test_ps(door: Door, run: Run) -> None:
    prompt = {"id": "p", "kind": "permission", "question": "git push", "choices": [], "openedAt": "", "by": "hook"}
    door.answers["rig/list"] = {"rigs": [rig("quiet", agents=1), rig("loud", needsInput=1)], "seq": 5}
    door.answers["agent/list"] = {
        "agents": [
            agent("a", rig="quiet"),
            agent("lead", "busy", rig="loud", held=2),
            agent("asks", "needsInput", rig="loud", prompt=prompt),
            agent("gone", "exited", rig="loud", exitCode=3),
        ],
        "seq": 6,
    }
    status, out, _ = run("ps")
    assert status == 0
    lines = out.splitlines()
    assert lines[0].startswith("loud") and "1 needs input" in lines[0], "what needs a person comes first"
    assert lines[1].split()[:4] == ["◆", "team-asks@loud", "needs", "input"]
    assert "permission: git push" in lines[1]
    assert "busy" in lines[2] and "2 held" in lines[2]
    assert "exit status 3" in lines[3]
    assert lines[4].startswith("quiet") and "team-a@quiet" in lines[5]
    column = lines[1].index("needs input")
    assert [line[column:].split()[0] for line in lines[1:4]] == ["needs", "busy", "exited"], "states stand in a column"

    status, out, _ = run("list", "--json")
    found = json.loads(out)
    assert status == 0 and found["seq"] == 5
    assert [row["name"] for row in found["rigs"]] == ["quiet", "loud"] and len(found["agents"]) == 4


def test_ps_of_one_rig_and_state(door: Door, run: Run) -> None:
    door.answers["rig/get"] = {"rig": rig(), "pods": [], "agents": [], "edges": [], "services": [], "seq": 1}
    door.answers["agent/list"] = {"agents": [agent("a")], "seq": 1}
    status, out, _ = run("ps", "demo", "--state", "idle", "--pod", "team", "-v")
    assert status == 0 and "team-a@demo" in out and "hook: Stop" in out and "/work" in out
    assert door.params("agent/list") == {"rig": "demo", "state": "idle", "pod": "team", "limit": 1000}


def test_ps_takes_every_page(door: Door, run: Run) -> None:
    def page(guest: Guest, params: dict[str, Any]) -> Any:
        first = int(params.get("cursor", 0))
        more = {"nextCursor": str(first + 1)} if first < 2 else {}
        return {"agents": [agent(f"a{first}")], "seq": 1, **more}

    door.answers |= {"rig/list": {"rigs": [rig()], "seq": 1}, "agent/list": page}
    found = json.loads(run("ps", "--json")[1])
    assert [one["member"] for one in found["agents"]] == ["a0", "a1", "a2"] and "nextCursor" not in found


def test_ps_with_nothing_says_how_to_begin(door: Door, run: Run) -> None:
    door.answers |= {"rig/list": {"rigs": [], "seq": 0}, "agent/list": {"agents": [], "seq": 0}}
    assert "rig up demo" in run("ps")[1]


def test_nothing_rude_reaches_the_terminal(door: Door, run: Run) -> None:
    rude = agent("a", "failed", reason=RUDE, label=RUDE, cwd=RUDE)
    rude["evidence"]["detail"] = RUDE
    door.answers |= {
        "rig/list": {"rigs": [rig(agents=1)], "seq": 0},
        "agent/list": {"agents": [rude], "seq": 0},
        "agent/capture": {"text": RUDE, "columns": 80, "rows": 24, "cursor": {"x": 0, "y": 0}},
        "message/list": {"messages": [message(text=RUDE)], "seq": 0},
        "message/get": {"message": message(text=RUDE, reason=RUDE), "seq": 0},
        "event/list": {"events": [], "seq": 0},
        "agent/explain": {"state": "idle", "reason": RUDE, "sources": [{"detail": RUDE}], "seq": 0},
        "agent/get": lambda *_: (_ for _ in ()).throw(Refuse(102, "agent-not-found", near=[RUDE], why=RUDE)),
    }
    for words in (
        ["ps", "-v"],
        ["ps", "--json"],
        ["capture", "a"],
        ["capture", "a", "--ansi"],
        ["messages"],
        ["message", "m1"],
        ["explain", "--agent", "a"],
        ["agent", "get", "a"],
        ["agent", "get", "a", "--json"],
    ):
        _, out, err = run(*words)
        assert "owned" in out + err, words
        assert not OBEYED.search(out + err), words


# up, down, plan, validate


def outcome(member: str, what: str = "launched", state: str = "idle", **more: Any) -> dict[str, Any]:
    return {"address": f"team-{member}@demo", "outcome": what, "state": state, **more}


UP = {"rig": "demo", "agents": [outcome("lead"), outcome("builder")]}


@pytest.mark.parametrize(
    ("words", "params"),
    [
        (["known"], {"name": "known"}),
        (["demo"], {"name": "demo", "cwd": "."}),
        (["starter:demo"], {"name": "starter:demo", "cwd": "."}),
        ([], {"path": "rig.yaml"}),
        (["./rig.yaml"], {"path": "rig.yaml"}),
        (["odd"], {"path": "odd"}),
        (["sub/"], {"path": "sub/rig.yaml"}),
        (["sub/rig.yaml", "--only", "a", "--no-wait"], {"path": "sub/rig.yaml", "only": ["a"], "wait": False}),
        (["sub"], {"name": "sub"}),
        (["--all"], {"all": True}),
        (["demo", "--cwd", "sub"], {"name": "demo", "cwd": "sub"}),
    ],
)
def test_up_names_the_rig(door: Door, run: Run, tmp_path: Path, words: list[str], params: dict[str, Any]) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("rig.yaml", "odd", "sub/rig.yaml"):
        (tmp_path / name).write_text("")
    door.answers["rig/up"] = UP
    status, out, _ = run("up", *words)
    assert status == 0
    assert "demo: 2 launched" in out
    expected = {key: str(tmp_path / value) if key in ("path", "cwd") else value for key, value in params.items()}
    assert door.params("rig/up") == expected


def test_up_from_stdin(door: Door, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    door.answers["rig/up"] = UP
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"name: demo\n")))
    assert run("up", "-")[0] == 0
    assert door.params("rig/up") == {"text": "name: demo", "cwd": str(tmp_path)}


@pytest.mark.parametrize("words", [["up"], ["up", "none.yaml"], ["up", "a/b"], ["validate"], ["plan", "x/"]])
def test_a_file_that_is_not_there(door: Door, run: Run, words: list[str]) -> None:
    status, out, err = run(*words)
    assert status == 5 and out == "" and err.startswith("error: ") and "fix: " in err
    assert door.asked == [], "nobody is bothered with it"


def test_up_with_trouble(door: Door, run: Run) -> None:
    trouble = outcome("builder", "failed", "failed", reason="claude is not installed", next="npm install it")
    door.answers["rig/up"] = {"rig": "demo", "agents": [outcome("lead", "alreadyRunning"), trouble]}
    status, out, _ = run("up", "demo")
    assert status == 1
    assert "already running" in out and "claude is not installed" in out and "npm install it" in out
    assert run("up", "demo", "--json")[0] == 1


def test_up_of_a_changed_rig(door: Door, run: Run) -> None:
    step = {"kind": "add", "agent": "team-new@demo", "detail": "start it"}

    def changed(guest: Guest, params: dict[str, Any]) -> Any:
        raise Refuse(122, "rig-changed", planId="p7", actions=[step])

    door.answers["rig/up"] = changed
    status, out, err = run("up", "demo")
    assert status == 1 and out == ""
    assert "add team-new@demo start it" in err and "rig up demo --plan-id p7" in err


def test_a_spec_with_mistakes(door: Door, run: Run) -> None:
    place = {"start": {"line": 2, "character": 4}, "end": {"line": 2, "character": 9}}
    found = {"range": place, "severity": 1, "code": "bad-edge", "message": "no such member", "path": "/x/rig.yaml"}

    def invalid(guest: Guest, params: dict[str, Any]) -> Any:
        raise Refuse(121, "spec-invalid", diagnostics=[found])

    door.answers["rig/up"] = invalid
    status, _, err = run("up", "demo")
    assert status == 1 and "/x/rig.yaml:3:5: error: no such member [bad-edge]" in err


def test_needs_trust_shows_what_would_run(door: Door, run: Run) -> None:
    def untrusted(guest: Guest, params: dict[str, Any]) -> Any:
        raise Refuse(124, "needs-trust", runs=["make watch"], hash="abc")

    door.answers["rig/up"] = untrusted
    status, _, err = run("up", "demo")
    assert status == 1 and "make watch" in err


def test_validate(door: Door, run: Run, tmp_path: Path) -> None:
    (tmp_path / "rig.yaml").write_text("")
    place = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}}
    warning = {"range": place, "severity": 2, "code": "unknown-field", "message": "unknown", "fix": {"title": "remove"}}
    door.answers["rig/validate"] = {"ok": True, "diagnostics": [warning]}
    status, out, _ = run("validate")
    assert status == 0
    assert out.splitlines() == ["rig.yaml:1:1: warning: unknown [unknown-field] (fix: remove)", "rig.yaml is valid"]
    door.answers["rig/validate"] = {"ok": False, "diagnostics": [{**warning, "severity": 1}]}
    status, out, _ = run("validate", "rig.yaml")
    assert status == 1 and "error: unknown" in out and "is valid" not in out
    assert door.params("rig/validate") == {"path": str(tmp_path / "rig.yaml")}


def test_plan(door: Door, run: Run) -> None:
    door.answers["rig/plan"] = {"planId": "p1", "actions": [{"kind": "start", "agent": "a@demo", "detail": "new"}]}
    status, out, _ = run("plan", "demo")
    assert status == 0 and "rig up demo --plan-id p1" in out and "start  a@demo" in out


def test_nothing_to_do_is_said(door: Door, run: Run) -> None:
    door.answers["rig/plan"] = {"planId": "p1", "actions": [{"kind": "keep", "agent": "a@demo", "detail": "it runs"}]}
    out = run("plan", "demo")[1]
    assert "nothing to do" in out and "--plan-id" not in out
    door.answers["rig/up"] = {"rig": "*", "rigs": [], "agents": []}
    assert "no rig is meant to run" in run("up", "--all")[1]
    door.answers["rig/up"] = {**UP, "rig": "*", "rigs": ["one", "two"]}
    assert "one, two: 2 launched" in run("up", "--all")[1]
    status, _, err = run("up", "demo", "--all")
    assert status == 2 and "leave one out" in err


def test_down(door: Door, run: Run) -> None:
    door.answers["rig/down"] = {"agents": [outcome("lead", "stopped", "stopped")], "snapshotId": "s"}
    status, out, _ = run("down", "demo", "--no-snapshot")
    assert status == 0 and "demo is down" in out
    assert door.params("rig/down") == {"rig": "demo", "snapshot": False}


def test_export(door: Door, run: Run, tmp_path: Path) -> None:
    door.answers["rig/export"] = {"yaml": "name: demo\n"}
    assert run("export", "demo")[1] == "name: demo\n"
    assert run("export", "demo", "-o", "out.yaml")[0] == 0
    assert (tmp_path / "out.yaml").read_text() == "name: demo\n"
    status, _, err = run("export", "demo", "-o", "out.yaml")
    assert status == 2 and "overwrites nothing" in err


# messages


def test_send(door: Door, run: Run) -> None:
    door.answers["message/send"] = {"messages": [message(state="submitted", turn="started")]}
    status, out, _ = run("send", "builder", "do", "it", "--wait", "submitted", "--timeout", "2m", "--when", "idle")
    assert status == 0 and "submitted (started)" in out and "m1" in out
    params = door.params("message/send")
    key = params.pop("idempotencyKey")
    assert re.fullmatch("[0-9a-f]{32}", key)
    assert params == {"to": "builder", "text": "do it", "wait": "submitted", "timeoutSeconds": 120.0, "when": "idle"}


@pytest.mark.parametrize("words", [["send", "builder"], ["send", "builder", "-"]])
def test_send_from_stdin(door: Door, run: Run, monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    door.answers["message/send"] = {"messages": [message()]}
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("líne 1\nline 2\n".encode())))
    assert run(*words)[0] == 0
    assert door.params("message/send")["text"] == "líne 1\nline 2"


def test_send_nothing(door: Door, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    status, _, err = run("send", "builder")
    assert status == 2 and "no text" in err
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff")))
    status, _, err = run("send", "builder")
    assert status == 2 and "UTF-8" in err
    status, _, err = run("send", "builder", "\udcff")
    assert status == 2 and "UTF-8" in err
    assert door.asked == []


@pytest.mark.parametrize(
    ("state", "more", "status"),
    [("held", {}, 0), ("failed", {}, 1), ("indeterminate", {}, 1), ("held", {"timedOut": True}, 1)],
)
def test_send_status(door: Door, run: Run, state: str, more: dict[str, Any], status: int) -> None:
    door.answers["message/send"] = {"messages": [message(state=state, reason="needsInput")], **more}
    found, out, _ = run("send", "builder", "hi")
    assert found == status and f"{state} (needs input)" in out


def test_send_survives_a_restart_of_the_daemon(door: Door, run: Run) -> None:
    def once(guest: Guest, params: dict[str, Any]) -> Any:
        if len(door.asked) == 1:
            raise HangUp
        return {"messages": [message()]}

    door.answers["message/send"] = once
    status, _, _ = run("send", "builder", "hi")
    assert status == 0
    first, second = (params for _, params in door.asked)
    assert first == second, "the same key, so that it happens once"


def test_broadcast(door: Door, run: Run) -> None:
    door.answers["message/broadcast"] = {"messages": [message("a@demo"), message("b@demo")]}
    status, out, _ = run("broadcast", "--rig", "demo", "all", "stop")
    assert status == 0 and len(out.splitlines()) == 2
    params = door.params("message/broadcast")
    assert (params["rig"], params["text"]) == ("demo", "all stop")


def test_messages_and_message(door: Door, run: Run) -> None:
    door.answers["message/list"] = {"messages": [message(text="one\ntwo")], "seq": 1, "nextCursor": "c"}
    status, out, _ = run("messages", "builder", "--state", "held", "-n", "1")
    assert status == 0 and out.count("\n") == 1 and "one two" in out
    assert door.params("message/list") == {"agent": "builder", "state": "held", "limit": 1}
    door.answers["message/get"] = {"message": message(text="one\ntwo", state="submitted"), "seq": 1}
    status, out, _ = run("message", "m1")
    assert status == 0 and out.endswith("\none\ntwo\n")


def test_cancel(door: Door, run: Run) -> None:
    door.answers["message/cancel"] = {"message": message(state="cancelled"), "seq": 1}
    assert run("cancel", "m1")[0] == 0
    door.answers["message/cancel"] = {"message": message(state="submitted"), "seq": 1}
    assert run("cancel", "m1")[0] == 1, "too late is no success"


# agents


def test_capture(door: Door, run: Run) -> None:
    screen = {"text": "\x1b[31mred\x1b[0m\nplain\n\n", "columns": 80, "rows": 24, "cursor": {"x": 0, "y": 0}}
    door.answers["agent/capture"] = screen
    assert run("capture", "a", "-n", "9", "--history", "--ansi")[1] == "\x1b[31mred\x1b[0m\nplain\n"
    assert door.params("agent/capture") == {"agent": "a", "lines": 9, "history": True, "ansi": True}
    assert json.loads(run("capture", "a", "--json")[1]) == screen


def test_keys_in_order(door: Door, run: Run) -> None:
    door.answers["agent/keys"] = {"agent": agent("a"), "seq": 1}
    assert run("keys", "-t", "first", "lead", "Up", "-t", "lead", "--text=ls -l", "Enter")[0] == 0
    keys = [{"text": "first"}, "Up", {"text": "lead"}, {"text": "ls -l"}, "Enter"]
    assert door.params("agent/keys") == {"agent": "lead", "keys": keys}
    assert run("keys", "lead")[0] == 2


def test_wait(door: Door, run: Run) -> None:
    door.answers["agent/wait"] = {"agent": agent("a"), "waitedSeconds": 0.1, "timedOut": False, "seq": 1}
    assert run("wait", "a")[0] == 0
    assert door.params("agent/wait") == {"agent": "a", "state": ["idle"], "timeoutSeconds": 300.0}
    door.answers["agent/wait"] = {"agent": agent("a", "busy"), "waitedSeconds": 2.0, "timedOut": True, "seq": 1}
    status, out, _ = run("wait", "a", "--state", "needsInput", "--timeout", "2")
    assert status == 1 and "not needs input after 2.0 s" in out


@pytest.mark.parametrize("verb", ["start", "stop"])
def test_start_and_stop(door: Door, run: Run, verb: str) -> None:
    door.answers[f"agent/{verb}"] = {"agent": agent("a"), "outcome": outcome("a", "failed", "failed", reason="gone")}
    status, out, _ = run(verb, "a")
    assert status == 1 and "gone" in out
    door.answers[f"agent/{verb}"] = {"agent": agent("a"), "outcome": outcome("a")}
    assert run(verb, "a")[0] == 0


def test_whoami(door: Door, run: Run) -> None:
    door.answers["agent/whoami"] = {
        "principal": {"kind": "agent", "name": "team-lead@demo"},
        "agent": agent("lead"),
        "rig": "demo",
        "peers": [agent("builder", "busy")],
        "edges": {
            "in": [],
            "out": [{"kind": "delegates_to", "source": "team-lead@demo", "target": "team-builder@demo"}],
        },
        "grants": ["read", "talk"],
        "seq": 1,
    }
    status, out, _ = run("whoami")
    assert status == 0
    assert out.startswith("agent:team-lead@demo\n") and "read, talk" in out and "delegates to" in out
    assert 'rig send team-builder@demo "TEXT"' in out


def test_attach_needs_a_terminal(door: Door, run: Run) -> None:
    door.answers["agent/attach"] = {"argv": ["tmux"], "env": {"TMUX": None}, "cwd": "/"}
    status, _, err = run("attach", "a")
    assert status == 2 and "terminal" in err and door.asked == []
    status, out, _ = run("attach", "a", "--read-only", "--json")
    assert status == 0 and json.loads(out)["argv"] == ["tmux"]
    assert door.params("agent/attach") == {"agent": "a", "readOnly": True}


def test_in_an_agents_pane_it_is_that_agent(
    door: Door, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "token").write_text("secret\n")
    monkeypatch.setenv("OPENRIG_RPC_TOKEN_FILE", str(tmp_path / "token"))
    door.answers |= {
        "session/open": {"principal": {"kind": "agent", "name": "a"}, "protocolVersion": "1.0", "seq": 1},
        "message/send": {"messages": [message()]},
    }
    assert run("send", "b", "hi")[0] == 0
    assert [method for method, _ in door.asked] == ["session/open", "message/send"]
    assert door.params("session/open")["token"] == "secret"

    def refuse(guest: Guest, params: dict[str, Any]) -> Any:
        raise Refuse(152, "unauthenticated")

    door.answers["session/open"] = refuse
    status, out, err = run("send", "b", "hi")
    assert status == 4 and out == "" and "unauthenticated" in err


# events


def journal(door: Door, *rows: dict[str, Any]) -> None:
    def listed(guest: Guest, params: dict[str, Any]) -> Any:
        kinds, since = params.get("kinds"), params.get("since", 0)
        fit = [row for row in rows if row["seq"] > since and (not kinds or row["kind"] in kinds)]
        return {"events": fit[: params["limit"]], "seq": rows[-1]["seq"]}

    door.answers |= {"event/list": listed, "rig/list": {"rigs": [], "seq": rows[-1]["seq"]}}


def test_events(door: Door, run: Run) -> None:
    told = message(state="held", reason="busy", text="hi\nthere")
    rows = [event(n, "agent.stateChanged", agent("a", "busy"), agent="team-a@demo") for n in range(1, 80)]
    journal(door, *rows, event(80, "message.held", told, rig="demo"))
    status, out, _ = run("events")
    lines = out.splitlines()
    assert status == 0 and len(lines) == 50 and "#31" in lines[0]
    assert "operator → team-builder@demo (busy): hi there" in lines[-1]
    assert len(run("events", "--since", "70")[1].splitlines()) == 10
    assert len(run("events", "--since", "0", "-n", "3")[1].splitlines()) == 3
    assert len(run("events", "--kind", "message.held")[1].splitlines()) == 1
    assert [json.loads(line)["seq"] for line in run("events", "-n", "2", "--json")[1].splitlines()] == [79, 80]


def test_events_too_old(door: Door, run: Run) -> None:
    def old(guest: Guest, params: dict[str, Any]) -> Any:
        raise Refuse(181, "since-too-old", oldestSeq=7, seq=9)

    door.answers["event/list"] = old
    status, _, err = run("events", "--since", "1")
    assert status == 1 and "fix of since-too-old" in err

    def pruned(guest: Guest, params: dict[str, Any]) -> Any:
        if params["since"] < 7:
            raise Refuse(181, "since-too-old", oldestSeq=7, seq=9)
        fit = [event(n, "rig.up", rig()) for n in range(params["since"] + 1, 10)]
        return {"events": fit, "seq": 9}

    door.answers |= {"event/list": pruned, "rig/list": {"rigs": [], "seq": 9}}
    status, out, _ = run("events")
    assert status == 0 and [row.split()[1] for row in out.splitlines()] == ["#8", "#9"]


# daemon


def test_doctor(door: Door, run: Run) -> None:
    good = {"name": "tmux", "ok": True, "detail": "3.3a"}
    door.answers["system/doctor"] = {"checks": [good], "seq": 1}
    assert run("doctor")[0] == 0
    bad = {"name": "git", "ok": False, "detail": "not found", "fix": "apt-get install git"}
    door.answers["system/doctor"] = {"checks": [good, bad], "seq": 1}
    status, out, _ = run("doctor", "--fix")
    assert status == 1 and "✗" in out and "git: apt-get install git" in out


def test_shutdown_returns_when_it_is_gone(door: Door, run: Run) -> None:
    def gone(guest: Guest, params: dict[str, Any]) -> Any:
        guest.write({"id": 1, "result": {}})
        raise HangUp

    door.answers["system/shutdown"] = gone
    status, out, _ = run("shutdown", "--no-keep-agents")
    assert status == 0 and "with all agents" in out
    assert door.params("system/shutdown") == {"keepAgents": False}


def test_rpc(door: Door, run: Run) -> None:
    door.answers["any/thing"] = lambda guest, params: {"got": params}
    assert json.loads(run("rpc", "any/thing", '{"a": [1]}')[1]) == {"got": {"a": [1]}}
    assert json.loads(run("rpc", "any/thing")[1]) == {"got": {}}
    status, _, err = run("rpc", "any/thing", "{a: 1}")
    assert status == 2 and "not JSON" in err
    assert run("rpc", "no/thing")[0] == 2


def test_version(door: Door, run: Run) -> None:
    door.answers["system/info"] = {"version": "9.9", "pid": 7, "tmuxVersion": "3.3a", "seq": 1}
    status, out, _ = run("version")
    assert status == 0 and "daemon 9.9, process 7, tmux 3.3a" in out
    assert run("--version")[1] == out == run("-V")[1]


# methods without a verb


def test_a_method_without_a_verb(door: Door, run: Run) -> None:
    door.answers["task/create"] = {"task": {"id": "t1", "title": "x", "tags": ["a"], "blockers": None}, "seq": 1}
    status, out, _ = run("task", "create", "demo", "Fix it", "builder", "--tags", "a,b", "--priority", "3")
    assert status == 0 and "task.id" in out and "t1" in out
    params = {"rig": "demo", "title": "Fix it", "to": "builder", "tags": ["a", "b"], "priority": 3}
    assert door.params("task/create") == params
    door.answers["task/list"] = {"tasks": [{"id": "t1", "owner": None}, {"id": "t2", "owner": "x"}], "seq": 1}
    status, out, _ = run("task", "list")
    assert status == 0 and [row.split() for row in out.splitlines()[1:]] == [["ID", "OWNER"], ["t1"], ["t2", "x"]]
    door.answers["rig/delete"] = {}
    assert run("delete", "demo") == (0, "done\n", "")
    door.answers["rig/rollback"] = {"agents": []}
    assert run("rollback", "demo", "3")[0] == 0
    assert door.params("rig/rollback") == {"rig": "demo", "revision": 3}
    assert run("rollback", "demo", "three")[0] == 2


# errors


@pytest.mark.parametrize(
    ("code", "kind", "status"),
    [
        (101, "rig-not-found", 5),
        (102, "agent-not-found", 5),
        (111, "ambiguous-address", 5),
        (151, "not-permitted", 4),
        (152, "unauthenticated", 4),
        (195, "incompatible-daemon", 3),
        (-32602, "invalid-params", 2),
        (162, "mailbox-full", 1),
        (193, "storage", 1),
        (-32603, "internal-error", 1),
    ],
)
def test_errors(door: Door, run: Run, code: int, kind: str, status: int) -> None:
    def refuse(guest: Guest, params: dict[str, Any]) -> Any:
        raise Refuse(code, kind, near=["team-a@demo"], errors=[{"at": "to", "message": "too long"}])

    door.answers["agent/get"] = refuse
    found, out, err = run("agent", "get", "a")
    assert (found, out) == (status, "")
    assert err.splitlines() == [
        f"error: what of {kind}",
        f"  why: why of {kind}",
        "  near: team-a@demo",
        "  at: to: too long",
        f"  fix: fix of {kind}",
    ]
    found, out, err = run("agent", "get", "a", "--json")
    assert (found, out) == (status, "")
    error = json.loads(err)["error"]
    assert (error["code"], error["data"]["kind"]) == (code, kind)


def test_an_error_without_data(door: Door, run: Run) -> None:
    def refuse(guest: Guest, params: dict[str, Any]) -> Any:
        guest.write({"id": 1, "error": {"code": -32601, "message": "Method not found"}})
        raise Silence

    door.answers["agent/get"] = refuse
    status, _, err = run("agent", "get", "a")
    assert status == 2 and err == "error: Method not found\n"


def test_a_daemon_that_does_not_answer(door: Door, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(guest: Guest, params: dict[str, Any]) -> Any:
        raise Silence

    monkeypatch.setattr("openrig_rpc.cli.call.PATIENCE", 0.05)
    door.answers["agent/get"] = silent
    status, _, err = run("agent", "get", "a")
    assert status == 3 and "does not answer" in err


def test_no_daemon(door: Door, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    door.close()
    try:
        assert run("shutdown") == (0, "no daemon runs\n", "")
        assert json.loads(run("version", "--json")[1])["daemon"] is None
        monkeypatch.setattr("openrig_rpc.wire.forward.dial", broken)
        status, out, err = run("ps")
        assert status == 3 and out == ""
        assert "no daemon answers" in err and "  why: it broke\n      log line\n  fix: " in err
        status, out, _ = run("doctor")
        assert status == 3 and "daemon" in out and "it broke" in out
        monkeypatch.setenv("PATH", "/nowhere")
        assert "not found on PATH" in run("doctor")[1]
    finally:
        monkeypatch.undo()
        door.open()


def broken(home: object, *, start: bool = True) -> None:
    raise RuntimeError("it broke\n  log line")


def test_usage_in_json(door: Door, run: Run) -> None:
    status, out, err = run("sned", "--json")
    assert (status, out) == (2, "") and json.loads(err)["error"]["data"]["kind"] == "usage"


def test_home_is_where_it_says(door: Door, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENRIG_RPC_HOME", "/nowhere")
    door.answers["agent/get"] = {"agent": agent("a"), "seq": 1}
    assert run("--home", "home", "agent", "get", "a")[0] == 0
    monkeypatch.setenv("OPENRIG_RPC_HOME", "/nowhere")
    assert run("agent", "get", "a", "--home=home")[0] == 0


def test_help(door: Door, run: Run) -> None:
    assert run()[1] == run("help")[1] == run("--help")[1] == run("-h")[1]
    assert run("help", "send")[1] == run("send", "-h")[1] == run("send", "lead", "--help")[1]
    status, _, err = run("task", "craete", "x")
    assert status == 2 and "did you mean: rig task create?" in err
    status, _, err = run("task")
    assert status == 2 and "needs a verb" in err and "claim-next" in err
    status, _, err = run("help", "sned")
    assert status == 2 and "rig send" in err
    assert run("help", "task", "create")[1].startswith("Usage: rig task create RIG TITLE TO")
    assert door.asked == []


def test_a_line_too_long_for_one_read(door: Door, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_module, "CHUNK", 7)
    door.answers["agent/get"] = lambda guest, params: {"agent": agent("ü" * 1000), "seq": 1}
    assert "ü" * 1000 in run("agent", "get", "a")[1]
