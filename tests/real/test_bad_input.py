"""Bad input over the wire: each the error that the protocol names, with what, why and fix; nothing half-done stays."""

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from openrig_rpc.cli.faults import Refused
from openrig_rpc.cli.line import Line
from tests.living import Living, living, rig_of, scripted, terminal, until

T = "runtime: terminal, agent_ref: builtin:terminal, profile: none, cwd: ."


@pytest.fixture(scope="module")
def home() -> Iterator[Living]:
    with living() as home:
        home.start()
        good = rig_of("good", terminal("t"), scripted("a"), scripted("b"))
        home.ask("rig/up", {"path": home.write("good.yaml", good)})
        yield home


@pytest.fixture
def line(home: Living) -> Iterator[Line]:
    line = home.line()
    yield line
    line.close()


def refusal(line: Line, method: str, params: Any) -> dict[str, Any]:
    """The error object; its data says what, why and what to do next."""
    with pytest.raises(Refused) as refused:
        line.ask(method, params)
    error: dict[str, Any] = refused.value.error()
    assert {"kind", "what", "fix"} <= set(error["data"]), error
    assert error["data"]["what"] and "Traceback" not in str(error)
    return error


def pods(body: str) -> str:
    return f'version: "0.2"\nname: bad\npods:\n{body}'


def pod(*members: str, more: str = "") -> str:
    listed = "".join(f"      - {{{member}}}\n" for member in members)
    return pods(f"  - id: p\n    label: P\n    members:\n{listed}{more}")


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
)

SPECS = {
    "not YAML": ("version: [", None),
    "no version": ("name: bad\npods: []\n", "missing-field"),
    "name of a wrong type": ('version: "0.2"\nname: [1]\npods: []\n', "wrong-type"),
    "no pods": ('version: "0.2"\nname: bad\npods: []\n', None),
    "duplicate member": (pod(f"id: a, {T}", f"id: a, {T}"), None),
    "duplicate pod": (pod(f"id: a, {T}") + f"  - id: p\n    label: Q\n    members:\n      - {{id: b, {T}}}\n", None),
    "colliding names": (
        pods(
            f"  - id: a-b\n    label: A\n    members:\n      - {{id: c, {T}}}\n"
            f"  - id: a\n    label: B\n    members:\n      - {{id: b-c, {T}}}\n"
        ),
        None,
    ),
    "edge to nobody": (
        pod(f"id: a, {T}", more="    edges:\n      - {kind: delegates_to, from: a, to: x}\n"), None,
    ),
    "edge to itself": (
        pod(f"id: a, {T}", more="    edges:\n      - {kind: delegates_to, from: a, to: a}\n"), None,
    ),
    "unknown edge kind": (
        pod(f"id: a, {T}", f"id: b, {T}", more="    edges:\n      - {kind: bosses, from: a, to: b}\n"), None,
    ),
    "launch cycle": (
        pod(
            f"id: a, {T}",
            f"id: b, {T}",
            more="    edges:\n      - {kind: delegates_to, from: a, to: b}\n"
            "      - {kind: delegates_to, from: b, to: a}\n",
        ),
        None,
    ),
    "missing agent file": (
        pod('id: a, runtime: claude-code, agent_ref: "local:nowhere", profile: default, cwd: .'), None,
    ),
    "unknown runtime": (pod('id: a, runtime: hal9000, agent_ref: "local:x", profile: default, cwd: .'), None),
    "half a terminal": (pod('id: a, runtime: terminal, agent_ref: "local:x", profile: none, cwd: .'), None),
    "reserved pod": (pods(f"  - id: human\n    label: H\n    members:\n      - {{id: a, {T}}}\n"), None),
    "traversal": (
        'version: "0.2"\nname: bad\nculture_file: ../../../etc/passwd\n' + pod(f"id: a, {T}").split("\n", 2)[2],
        None,
    ),
    "YAML bomb": (BOMB, None),
    "YAML depth": ("[" * 20_000, None),
    "YAML tag": ("!!python/object/apply:os.system [touch /tmp/never]", None),
    "5 MB of YAML": ("a: " + "x" * 5_000_000, None),
    "NUL": ('version: "0.2"\nname: "b\\0ad"\npods: []\n', None),
    "two documents": ("a: 1\n---\nb: 2\n", None),
}  # fmt: skip


@pytest.mark.parametrize("name", SPECS)
def test_a_bad_rig_file_is_refused_whole(line: Line, home: Living, name: str) -> None:
    text, code = SPECS[name]
    before = line.ask("rig/list")["rigs"]
    error = refusal(line, "rig/up", {"text": text, "cwd": str(home.work)})
    assert error["data"]["kind"] == "spec-invalid"
    found = error["data"]["diagnostics"]
    assert found and all({"range", "severity", "code", "message"} <= set(each) for each in found)
    if code is not None:
        assert code in [each["code"] for each in found]
    checked = line.ask("rig/validate", {"text": text, "path": str(home.work / "bad.yaml")})
    assert not checked["ok"] and checked["diagnostics"]
    assert line.ask("rig/list")["rigs"] == before


CALLS: dict[str, tuple[str, Any, str]] = {
    "unknown method": ("rig/upp", {}, "method-not-found"),
    "planned method": ("service/list", {"rig": "good"}, "method-not-found"),
    "params of a wrong type": ("agent/get", {"agent": 7}, "invalid-params"),
    "unknown field": ("agent/get", {"agent": "p-a@good", "agnet": 1}, "invalid-params"),
    "missing field": ("agent/get", {}, "invalid-params"),
    "both path and name": ("rig/up", {"path": "/x", "name": "y"}, "invalid-params"),
    "relative path": ("rig/up", {"path": "rig.yaml"}, "invalid-params"),
    "no such file": ("rig/up", {"path": "/nowhere/rig.yaml"}, "invalid-params"),
    "unknown rig": ("rig/get", {"rig": "goood"}, "rig-not-found"),
    "unknown starter": ("rig/up", {"name": "starter:nothing"}, "rig-not-found"),
    "unknown agent": ("agent/get", {"agent": "p-zzz@good"}, "agent-not-found"),
    "agent of an unknown rig": ("message/send", {"to": "p-a@nowhere", "text": "x"}, "rig-not-found"),
    "group that fits nothing": ("message/send", {"to": "q.*@good", "text": "x"}, "agent-not-found"),
    "not an address": ("message/send", {"to": "a b@@", "text": "x"}, "invalid-params"),
    "list with one bad name": ("message/send", {"to": "p-a@good, p-x@good", "text": "x"}, "agent-not-found"),
    "empty text": ("message/send", {"to": "p-a@good", "text": ""}, "invalid-params"),
    "nothing but control bytes": ("message/send", {"to": "p-a@good", "text": "\x1b\x00\x07"}, "invalid-params"),
    "5 MB of text": ("message/send", {"to": "p-a@good", "text": "x" * 5_000_000}, "payload-too-large"),
    "unknown message": ("message/get", {"id": "m-nothing"}, "message-not-found"),
    "unknown key": ("agent/keys", {"agent": "p-a@good", "keys": ["Entre"]}, "invalid-params"),
    "too many lines": ("agent/capture", {"agent": "p-a@good", "lines": 1_000_000}, "invalid-params"),
    "unknown kind of event": ("event/subscribe", {"kinds": ["rig.exploded"]}, "invalid-params"),
    "since of another journal": ("event/subscribe", {"since": 10**9}, "since-too-old"),
    "stale plan": ("rig/up", {"name": "good", "planId": "0" * 20}, "plan-stale"),
    "member that is not there": ("rig/up", {"name": "good", "only": ["nobody"]}, "agent-not-found"),
    "deleting what is up": ("rig/delete", {"rig": "good"}, "work-held"),
    "report by the person": ("agent/report", {"event": "Stop"}, "not-permitted"),
    "token that names nobody": ("session/open", {"token": "x" * 43}, "unauthenticated"),
    "protocol of the future": ("session/open", {"protocolVersion": "9.0"}, "incompatible-daemon"),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_bad_call_is_the_error_that_the_protocol_names(line: Line, name: str) -> None:
    method, params, kind = CALLS[name]
    before = line.ask("message/list", {})["messages"]
    assert refusal(line, method, params)["data"]["kind"] == kind
    assert line.ask("message/list", {})["messages"] == before
    assert line.ask("system/info")["pid"]


def test_what_was_near_is_named(line: Line) -> None:
    assert "p-a@good" in refusal(line, "agent/get", {"agent": "p-aa@good"})["data"]["near"]
    assert refusal(line, "rig/get", {"rig": "goood"})["data"]["near"] == ["good"]


def test_a_key_used_for_another_request_is_refused(line: Line) -> None:
    first = {"to": "p-b@good", "text": "once", "idempotencyKey": "k1"}
    one = line.ask("message/send", first)
    assert line.ask("message/send", first) == one
    assert refusal(line, "message/send", {**first, "text": "twice"})["data"]["kind"] == "idempotency-conflict"


def test_a_mailbox_has_a_limit() -> None:
    with living() as home:
        home.start()
        home.ask("rig/up", {"path": home.write("rig.yaml", rig_of("full", scripted("a")))})
        home.ask("agent/stop", {"agent": "p-a@full"})
        line = home.line()
        for number in range(256):
            line.ask("message/send", {"to": "p-a@full", "text": f"{number}"})
        error = refusal(line, "message/send", {"to": "p-a@full", "text": "one more"})
        assert error["data"]["kind"] == "mailbox-full" and error["data"]["limit"] == 256
        assert line.ask("agent/get", {"agent": "p-a@full"})["agent"]["held"] == 256
        line.close()


def test_a_changed_file_needs_its_plan(home: Living, line: Line) -> None:
    path = home.write("change.yaml", rig_of("change", scripted("a"), scripted("b")))
    line.ask("rig/up", {"path": path})
    pids = {agent["address"]: agent["generation"] for agent in line.ask("agent/list", {"rig": "change"})["agents"]}
    home.write("change.yaml", rig_of("change", scripted("a"), scripted("c")))
    error = refusal(line, "rig/up", {"path": path})
    assert error["data"]["kind"] == "rig-changed"
    assert {action["kind"] for action in error["data"]["actions"]} == {"add", "remove", "keep"}
    done = line.ask("rig/up", {"path": path, "planId": error["data"]["planId"]})
    assert {each["address"]: each["outcome"] for each in done["agents"]} == {
        "p-a@change": "alreadyRunning",
        "p-c@change": "launched",
    }
    now = {agent["address"]: agent["generation"] for agent in line.ask("agent/list", {"rig": "change"})["agents"]}
    assert now == {"p-a@change": pids["p-a@change"], "p-c@change": 1}
    line.ask("rig/down", {"rig": "change"})


def test_an_agent_whose_program_is_missing_fails_alone(home: Living, line: Line) -> None:
    broken = terminal("x")[:-1] + ", x-openrig-rpc: {command: [no-such-program-here, --flag]}}"
    path = home.write("half.yaml", rig_of("half", terminal("ok"), broken, terminal("where", cwd="not/there")))
    done = {each["address"]: each for each in home.ask("rig/up", {"path": path})["agents"]}
    assert done["p-ok@half"]["outcome"] == "launched"
    for name in ("p-x@half", "p-where@half"):
        assert done[name]["outcome"] == "failed" and done[name]["reason"] and done[name]["next"]
    line.ask("rig/down", {"rig": "half"})


def test_a_killed_tmux_server_is_told_and_a_new_one_serves() -> None:
    with living() as home:
        home.start()
        path = home.write("rig.yaml", rig_of("gone", terminal("t"), scripted("a")))
        home.ask("rig/up", {"path": path})
        os.kill(home.tmux_pid(), signal.SIGKILL)
        line = home.line()
        for agent in ("p-t@gone", "p-a@gone"):
            waited = line.ask("agent/wait", {"agent": agent, "state": ["exited"], "timeoutSeconds": 10})
            assert not waited["timedOut"]
        error = refusal(line, "agent/capture", {"agent": "p-t@gone"})
        assert error["data"]["kind"] == "agent-not-running"
        back = until(lambda: _up_again(line), "the rig is up again")
        assert [each["outcome"] for each in back["agents"]] == ["launched", "launched"]
        line.close()


def _up_again(line: Line) -> Any:
    try:
        return line.ask("rig/up", {"name": "gone"})
    except Refused as refused:
        assert refused.kind == "tmux-unavailable"
        return None


def test_a_full_disk_loses_nothing() -> None:
    """No file may grow beyond 1 MB: sends are refused as `storage`, reads go on, and nothing half-done is there."""
    with living() as home:
        home.start(file_limit=1_000_000)
        home.ask("rig/up", {"path": home.write("rig.yaml", rig_of("disk", terminal("t")))})
        home.ask("agent/stop", {"agent": "p-t@disk"})
        line = home.line()
        accepted, error = [], None
        for number in range(100):
            try:
                accepted += line.ask("message/send", {"to": "p-t@disk", "text": f"{number} " + "x" * 20_000})[
                    "messages"
                ]
            except Refused as refused:
                error = refused.error()
                break
        assert error is not None and error["data"]["kind"] == "storage" and error["data"]["fix"]
        held = line.ask("message/list", {"limit": 1000})["messages"]
        assert sorted(each["id"] for each in held) == sorted(each["id"] for each in accepted)
        line.close()
        home.kill()
        home.start()
        again = home.ask("message/list", {"limit": 1000})["messages"]
        assert sorted(each["id"] for each in again) == sorted(each["id"] for each in accepted)
