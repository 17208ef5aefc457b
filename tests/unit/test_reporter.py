"""The hook reporter as harnesses run it: a process, a real socket, and nothing that may hurt the harness."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import openrig_rpc
from openrig_rpc.model.base import moment

REPORTER = Path(openrig_rpc.__file__).parent / "runtimes" / "reporter.py"
AGENT = "dev-one@demo"
BOUND = 20.0
"""Seconds: the reporter's own bound is 1; the rest is for a loaded machine."""

Reply = Callable[[dict[str, Any]], dict[str, Any] | None]


class Door:
    """A plain door: one thread, one client at a time. `reply` gives each request's result, None for no reply."""

    def __init__(self, path: str, reply: Reply) -> None:
        self.requests: list[dict[str, Any]] = []
        self.hung_up = threading.Event()
        self.arrived = threading.Event()
        self._reply = reply
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(path)
        self._listener.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client, client.makefile("rb") as lines:
                try:
                    for line in lines:
                        self._answer(client, json.loads(line))
                except OSError:
                    pass
            self.hung_up.set()

    def _answer(self, client: socket.socket, request: dict[str, Any]) -> None:
        self.requests.append(request)
        if request["method"] == "agent/report":
            self.arrived.set()
        result = self._reply(request)
        if result is not None:
            reply = {"jsonrpc": "2.0", "id": request["id"], **result}
            client.sendall(json.dumps(reply).encode() + b"\n")

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(BOUND)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short one: socket paths are."""
    with tempfile.TemporaryDirectory(prefix="hook-", dir="/tmp") as name:
        yield Path(name)


@pytest.fixture
def door(folder: Path) -> Iterator[Callable[[Reply], Door]]:
    doors: list[Door] = []

    def opened(reply: Reply) -> Door:
        doors.append(Door(str(folder / "s"), reply))
        return doors[-1]

    yield opened
    for one in doors:
        one.close()


def accept(request: dict[str, Any]) -> dict[str, Any]:
    return {"result": {}}


def decide(decision: object) -> Reply:
    """Answers the report with a decision."""
    return lambda request: {"result": {"decision": decision} if request["method"] == "agent/report" else {}}


def command(folder: Path, event: str, *flags: str, **environment: str) -> tuple[list[str], dict[str, str]]:
    (folder / "token").write_text("s3cret\n")
    env = {
        "OPENRIG_RPC_SOCKET": str(folder / "s"),
        "OPENRIG_RPC_TOKEN_FILE": str(folder / "token"),
        "OPENRIG_RPC_AGENT": AGENT,
        **environment,
    }
    return [sys.executable, "-I", "-S", str(REPORTER), *([event] if event else []), *flags], env


def run(folder: Path, event: str, stdin: bytes, *flags: str, **environment: str) -> bytes:
    """What the hook printed. It always exits 0, in time, and keeps quiet on stderr."""
    argv, env = command(folder, event, *flags, **environment)
    done = subprocess.run(argv, input=stdin, capture_output=True, env=env, timeout=BOUND, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout


def test_a_hook_is_reported(folder: Path, door: Callable[[Reply], Door]) -> None:
    daemon = door(accept)
    before = time.time()
    hook = {"session_id": "s", "prompt": "Grüße\n\ud83d", "n": float("nan"), "deep": {"a": [1, None, True]}}
    assert run(folder, "UserPromptSubmit", json.dumps(hook).encode(), "--harness=codex") == b""
    opening, report = daemon.requests
    assert opening == {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "session/open",
        "params": {"client": {"name": "hook"}, "token": "s3cret"},
    }
    assert (report["method"], report["id"]) == ("agent/report", 2)
    params = report["params"]
    assert before - 1 <= moment(params.pop("at")).timestamp() <= time.time()
    assert params == {
        "event": "UserPromptSubmit",
        "pid": os.getpid(),
        "harness": "codex",
        "waits": False,
        "payload": {"session_id": "s", "prompt": "Grüße\n?", "n": None, "deep": {"a": [1, None, True]}},
    }


def test_the_harness_can_be_named_by_the_environment_and_the_event_by_the_hook(
    folder: Path, door: Callable[[Reply], Door]
) -> None:
    daemon = door(accept)
    run(folder, "", b'{"hook_event_name":"Stop"}', OPENRIG_RPC_HARNESS="scripted")
    params = daemon.requests[1]["params"]
    assert (params["event"], params["harness"]) == ("Stop", "scripted")


def test_big_strings_are_cut_and_prompts_are_not(folder: Path, door: Callable[[Reply], Door]) -> None:
    daemon = door(accept)
    prompt, command_text = "p" * 500_000, "c" * 100_000
    hook = {"prompt": prompt, "tool_input": {"command": command_text}, "tool_response": {"stdout": ["o" * 50_000]}}
    run(folder, "PostToolUse", json.dumps(hook).encode())
    payload = daemon.requests[1]["params"]["payload"]
    assert payload["prompt"] == prompt
    assert payload["tool_input"]["command"] == "c" * (64 * 1024 - 1) + "…"
    assert payload["tool_response"]["stdout"] == ["o" * (8 * 1024 - 1) + "…"]
    assert payload["truncated"] is True


@pytest.mark.parametrize(
    "stdin",
    [b"", b"no json", b"[1]", b'"x"', b"\xff\xfe", b"[" * 500_000, b'{"a":' * 5000, b'{"n":' + b"9" * 10_000 + b"}"],
)
def test_odd_input_is_reported_as_the_bare_event(folder: Path, door: Callable[[Reply], Door], stdin: bytes) -> None:
    daemon = door(accept)
    run(folder, "Stop", stdin)
    params = daemon.requests[1]["params"]
    assert params["event"] == "Stop"
    assert params["payload"] == ({"truncated": True} if stdin else {})


def test_nesting_is_cut(folder: Path, door: Callable[[Reply], Door]) -> None:
    daemon = door(accept)
    run(folder, "Stop", b'{"a":' + b"[" * 200 + b"]" * 200 + b"}")
    assert json.dumps(daemon.requests[1]["params"]["payload"]).count("[") < 60


def test_input_without_end_is_bounded(folder: Path, door: Callable[[Reply], Door]) -> None:
    daemon = door(accept)
    argv, env = command(folder, "Stop")
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env) as hook:
        assert hook.stdin is not None and hook.stdout is not None
        try:
            for _ in range(100):
                hook.stdin.write(b"x" * 1024 * 1024)
        except BrokenPipeError:
            pass
        assert hook.wait(BOUND) == 0
        assert hook.stdout.read() == b""
        try:
            hook.stdin.close()
        except BrokenPipeError:
            pass
    assert daemon.requests[1]["params"]["payload"] == {"truncated": True}


def test_input_that_never_comes_ends_it_quietly(folder: Path, door: Callable[[Reply], Door]) -> None:
    daemon = door(accept)
    argv, env = command(folder, "Stop")
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env) as hook:
        assert hook.wait(BOUND) == 0
        assert hook.stdout is not None and hook.stderr is not None and hook.stdin is not None
        assert hook.stdout.read() == hook.stderr.read() == b""
    assert daemon.requests == []


@pytest.mark.parametrize("event", ["Stop", "PermissionRequest"])
def test_no_daemon_is_silence(folder: Path, event: str) -> None:
    assert run(folder, event, b"{}") == b""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(folder / "s"))  # and one that died: the file is there, nobody listens
    listener.close()
    assert run(folder, event, b"{}") == b""


@pytest.mark.parametrize("missing", ["OPENRIG_RPC_SOCKET", "OPENRIG_RPC_AGENT"])
def test_outside_an_agent_nothing_is_reported(folder: Path, door: Callable[[Reply], Door], missing: str) -> None:
    daemon = door(accept)
    assert run(folder, "Stop", b"{}", **{missing: ""}) == b""
    assert daemon.requests == []


def test_without_a_readable_token_it_goes_without(folder: Path, door: Callable[[Reply], Door]) -> None:
    daemon = door(accept)
    run(folder, "Stop", b"{}", OPENRIG_RPC_TOKEN_FILE=str(folder / "none"))
    assert daemon.requests[0]["params"] == {"client": {"name": "hook"}}
    assert daemon.requests[1]["method"] == "agent/report"


def test_a_daemon_that_never_answers_is_left(folder: Path, door: Callable[[Reply], Door]) -> None:
    daemon = door(lambda request: None)
    assert run(folder, "Stop", b"{}") == b""
    assert daemon.hung_up.wait(BOUND)
    assert len(daemon.requests) == 2


def test_a_daemon_that_never_accepts_is_left(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "s"))
        listener.listen(0)
        with socket.socket(socket.AF_UNIX) as first:
            first.connect(str(folder / "s"))
            assert run(folder, "Stop", b"{}") == b""


@pytest.mark.parametrize(
    ("decision", "printed"),
    [
        ({"behavior": "allow"}, {"behavior": "allow"}),
        ({"behavior": "allow", "message": "no matter"}, {"behavior": "allow"}),
        ({"behavior": "deny"}, {"behavior": "deny"}),
        ({"behavior": "deny", "message": "Not today – müde"}, {"behavior": "deny", "message": "Not today – müde"}),
        ({"behavior": "deny", "message": None}, {"behavior": "deny"}),
    ],
)
def test_a_decision_is_handed_on(
    folder: Path, door: Callable[[Reply], Door], decision: dict[str, Any], printed: dict[str, Any]
) -> None:
    daemon = door(decide(decision))
    output = json.loads(run(folder, "PermissionRequest", b'{"tool_name":"Bash"}'))
    assert output == {"hookSpecificOutput": {"hookEventName": "PermissionRequest", "decision": printed}}
    assert daemon.requests[1]["params"]["waits"] is True


@pytest.mark.parametrize("decision", [None, "allow", {}, {"behavior": "ALLOW"}, {"behavior": True}, ["allow"]])
def test_what_is_no_decision_is_silence(folder: Path, door: Callable[[Reply], Door], decision: object) -> None:
    door(decide(decision))
    assert run(folder, "PermissionRequest", b"{}") == b""


def test_other_hooks_never_decide(folder: Path, door: Callable[[Reply], Door]) -> None:
    daemon = door(decide({"behavior": "allow"}))
    assert run(folder, "PreToolUse", b"{}") == b""
    assert daemon.requests[1]["params"]["waits"] is False


@pytest.mark.parametrize(
    "reply",
    [
        {"error": {"code": 151, "message": "no", "data": {"decision": {"behavior": "allow"}}}},
        {"result": None},
        {"result": [1]},
    ],
)
def test_an_error_is_silence(folder: Path, door: Callable[[Reply], Door], reply: dict[str, Any]) -> None:
    door(lambda request: reply)
    assert run(folder, "PermissionRequest", b"{}") == b""


def test_notifications_and_foreign_lines_do_not_confuse_it(folder: Path) -> None:
    lines = [
        b'{"jsonrpc":"2.0","method":"event/published","params":{"decision":{"behavior":"allow"}}}',
        b'{"jsonrpc":"2.0","id":1,"result":{"decision":{"behavior":"allow"}}}',
        b'{"jsonrpc":"2.0","id":2,"method":"x","params":{}}',
        b'{"jsonrpc":"2.0","id":2,"result":{"decision":{"behavior":"deny"}}}',
    ]
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "s"))
        listener.listen()

        def serve() -> None:
            client, _ = listener.accept()
            with client:
                client.recv(65536)
                for byte in b"\n".join(lines) + b"\n":
                    client.send(bytes([byte]))

        thread = threading.Thread(target=serve)
        thread.start()
        output = run(folder, "PermissionRequest", b"{}")
        thread.join(BOUND)
    assert json.loads(output)["hookSpecificOutput"]["decision"] == {"behavior": "deny"}


def test_the_wait_for_a_permission_is_bounded_by_argument_or_environment(
    folder: Path, door: Callable[[Reply], Door]
) -> None:
    daemon = door(lambda request: None)
    assert run(folder, "PermissionRequest", b"{}", "--wait=0.2") == b""
    assert run(folder, "PermissionRequest", b"{}", OPENRIG_RPC_HOOK_WAIT="0.2") == b""
    assert run(folder, "PermissionRequest", b"{}", "--wait=0", OPENRIG_RPC_HOOK_WAIT="600") == b""
    assert [request["params"]["waits"] for request in daemon.requests[1::2]] == [True, True, False]


def test_it_waits_longer_than_its_budget_for_a_permission(folder: Path, door: Callable[[Reply], Door]) -> None:
    late = threading.Event()
    allow = decide({"behavior": "allow"})
    door(lambda request: allow(request) if late.wait(BOUND) else None)
    argv, env = command(folder, "PermissionRequest", "--wait=60")
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env) as hook:
        assert hook.stdin is not None and hook.stdout is not None
        hook.stdin.close()
        with pytest.raises(subprocess.TimeoutExpired):
            hook.wait(1.5)  # its budget for everything else is 1 s
        late.set()
        assert json.loads(hook.stdout.read())["hookSpecificOutput"]["decision"] == {"behavior": "allow"}
        assert hook.wait(BOUND) == 0


def test_killed_while_it_waits_it_just_dies(folder: Path, door: Callable[[Reply], Door]) -> None:
    daemon = door(lambda request: None)
    argv, env = command(folder, "PermissionRequest", "--wait=60")
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
        daemon.arrived.clear()
        daemon.hung_up.clear()
        with subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env
        ) as hook:
            assert hook.stdin is not None and hook.stdout is not None and hook.stderr is not None
            hook.stdin.close()
            assert daemon.arrived.wait(BOUND)
            hook.send_signal(number)
            assert hook.wait(BOUND) == -number
            assert hook.stdout.read() == hook.stderr.read() == b""
        assert daemon.hung_up.wait(BOUND)


def test_a_daemon_that_hangs_up_is_silence(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "s"))
        listener.listen()

        def serve() -> None:
            client, _ = listener.accept()
            client.recv(65536)
            client.close()

        thread = threading.Thread(target=serve)
        thread.start()
        assert run(folder, "PermissionRequest", b"{}") == b""
        thread.join(BOUND)
