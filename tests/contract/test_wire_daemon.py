"""The real daemon and its forwarder: started once however many want it, found again, and ended."""

import contextlib
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from openrig_rpc.version import VERSION
from openrig_rpc.wire.forward import NoDaemon, connect, dial
from tests.living import Living, living, strays, until

INFO = b'{"jsonrpc":"2.0","id":1,"method":"system/info"}\n'
DEADLINE = 30


@pytest.fixture
def home() -> Iterator[Living]:
    with living() as found:
        yield found


Stdio = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def stdio(home: Living) -> Iterator[Stdio]:
    """Starts what an editor runs; all of it ends with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            [sys.executable, "-m", "openrig_rpc", "stdio", *arguments],
            env=home.environment(),
            cwd=home.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


def frame(method: str, params: Any = None, identity: int | None = None) -> bytes:
    message: dict[str, Any] = {"jsonrpc": "2.0", "method": method}
    if params is not None:
        message["params"] = params
    if identity is not None:
        message["id"] = identity
    body = json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def unframed(data: bytes) -> list[dict[str, Any]]:
    """Every message in a stream of frames."""
    found = []
    while data:
        head = re.match(rb"Content-Length: (\d+)\r\n\r\n", data)
        assert head is not None, data
        end = head.end() + int(head[1])
        found.append(json.loads(data[head.end() : end]))
        data = data[end:]
    return found


def daemons(home: Living) -> list[int]:
    """Processes that are a daemon of this home."""
    found = []
    for pid in strays(f"OPENRIG_RPC_HOME={home.home.state}".encode()):
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"openrig_rpc" in words and b"daemon" in words:
            found.append(pid)
    return found


def pid_of(answer: bytes) -> int:
    found = json.loads(answer)["result"]["pid"]
    assert isinstance(found, int)
    return found


# Starting.


def test_twelve_at_once_start_one_daemon(home: Living, stdio: Stdio) -> None:
    forwarders = [stdio() for _ in range(12)]
    answers = [forwarder.communicate(INFO, DEADLINE) for forwarder in forwarders]
    pids = {pid_of(out) for out, _ in answers}
    assert len(pids) == 1, answers
    assert daemons(home) == list(pids)
    assert [forwarder.returncode for forwarder in forwarders] == [0] * 12


@pytest.mark.full
@pytest.mark.timeout(600)
def test_a_hundred_races_of_twelve(home: Living, stdio: Stdio) -> None:
    """Stale sockets, daemons that die amid them, a daemon.json that lies."""
    for turn in range(100):
        forwarders = [stdio() for _ in range(12)]
        if turn % 5 == 4:
            for pid in daemons(home):
                os.kill(pid, signal.SIGKILL)
        answers = [forwarder.communicate(INFO, DEADLINE) for forwarder in forwarders]
        assert len(daemons(home)) == 1
        if turn % 5 != 4:
            assert {pid_of(out) for out, _ in answers} == set(daemons(home)), answers
        for pid in daemons(home):
            os.kill(pid, signal.SIGKILL)
        until(lambda: not daemons(home), "the daemon is gone")
        if turn % 3 == 0:
            home.home.daemon_json.unlink()


def test_the_daemon_holds_nothing_of_its_starter(home: Living, stdio: Stdio) -> None:
    """Its starter's stdout ends with the starter, though the daemon lives on."""
    forwarder = stdio()
    out, errors = forwarder.communicate(INFO, DEADLINE)
    (pid,) = daemons(home)
    assert pid_of(out) == pid
    assert errors == b""
    assert os.readlink(f"/proc/{pid}/cwd") == "/"
    assert os.getsid(pid) == pid
    variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    assert not [name for name in variables if name.startswith((b"TMUX", b"OPENRIG_RPC_TOKEN"))]


def test_a_stale_socket(home: Living, stdio: Stdio) -> None:
    home.start()
    home.kill()
    said = home.home.daemon()
    assert said is not None and Path(said["endpoints"]["unix"]).is_socket()
    out, _ = stdio().communicate(INFO, DEADLINE)
    assert pid_of(out) != said["pid"]
    assert home.home.daemon() == {"pid": pid_of(out), "version": VERSION, "endpoints": said["endpoints"]}


@pytest.mark.parametrize(
    "lie", [b"", b"{", b"[]", b"{}", b'{"endpoints":{"unix":"/nowhere/x"}}', b'{"endpoints":null}', b"\xff"]
)
def test_a_daemon_json_that_lies(home: Living, stdio: Stdio, lie: bytes) -> None:
    home.home.make()
    home.home.daemon_json.write_bytes(lie)
    out, errors = stdio().communicate(INFO, DEADLINE)
    assert [pid_of(out)] == daemons(home), errors


def test_a_daemon_that_cant_start_says_why(home: Living, stdio: Stdio) -> None:
    home.home.make()
    home.home.database.mkdir()
    forwarders = [stdio() for _ in range(3)]
    for forwarder in forwarders:
        out, errors = forwarder.communicate(INFO, DEADLINE)
        assert (forwarder.returncode, out) == (1, b"")
        assert errors.startswith(b"openrig-rpc: the daemon can't start: ")
        assert b"Traceback" not in errors
    assert not daemons(home)


def test_a_state_folder_that_cant_be(home: Living, stdio: Stdio) -> None:
    home.home.state.write_text("a file")
    forwarder = stdio()
    out, errors = forwarder.communicate(INFO, DEADLINE)
    assert (forwarder.returncode, out) == (1, b"")
    assert b"can't be used" in errors


def test_nothing_is_started_unasked(home: Living) -> None:
    with pytest.raises(NoDaemon):
        dial(home.home, start=False)
    assert not home.home.state.exists()


def test_a_second_daemon_says_that_one_runs(home: Living) -> None:
    home.start()
    words = [sys.executable, "-m", "openrig_rpc", "daemon"]
    second = subprocess.run(words, env=home.environment(), capture_output=True, timeout=DEADLINE)
    assert second.returncode == 3
    assert b"runs already" in second.stderr
    home.ask("system/info")


@pytest.mark.parametrize(
    "words",
    [
        ["daemon", "--listen", "ws://127.0.0.1:0"],
        ["daemon", "--listen", "https://127.0.0.1:0"],
        ["daemon", "--listen", "http://127.0.0.1:0/path"],
        ["daemon", "--listen", "http://x@127.0.0.1:0"],
        ["daemon", "--listen", "http://127.0.0.1"],
        ["daemon", "--listen", "tcp://127.0.0.1"],
        ["daemon", "--listen", "tcp://127.0.0.1:99999"],
        ["daemon", "what"],
        ["stdio", "what"],
        ["what"],
        [],
    ],
    ids=" ".join,
)
def test_a_wrong_command_line(home: Living, words: list[str]) -> None:
    command = [sys.executable, "-m", "openrig_rpc", *words]
    done = subprocess.run(
        command, env=home.environment(), capture_output=True, timeout=DEADLINE, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 2
    assert b"usage:" in done.stderr
    assert b"Traceback" not in done.stderr
    assert not daemons(home)


def test_tcp_that_others_could_reach(home: Living) -> None:
    command = [sys.executable, "-m", "openrig_rpc", "daemon", "--listen", "tcp://0.0.0.0:0"]
    done = subprocess.run(command, env=home.environment(), capture_output=True, timeout=DEADLINE)
    assert done.returncode == 1
    assert b"--insecure" in done.stderr


def test_version_and_help(home: Living) -> None:
    for words, said in ((["--version"], f"openrig-rpc {VERSION}\n"), (["--help"], None)):
        command = [sys.executable, "-m", "openrig_rpc", *words]
        done = subprocess.run(command, env=home.environment(), capture_output=True, text=True, timeout=DEADLINE)
        assert done.returncode == 0
        assert said is None or done.stdout == said
        assert "usage:" in done.stdout or said


# Where it is.


def test_everything_is_private(home: Living) -> None:
    home.start()
    said = home.home.daemon()
    assert said is not None
    path = Path(said["endpoints"]["unix"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(os.fsencode(path)) < 100
    for file in (home.home.daemon_json, home.home.tokens / "operator", home.home.daemon_lock):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert stat.S_IMODE(home.home.state.stat().st_mode) == 0o700
    assert set(said) == {"pid", "version", "endpoints"}


def test_the_sockets_stay_where_tmux_is(home: Living, stdio: Stdio) -> None:
    """The next daemon may have another environment: it must find the same tmux server."""
    home.start()
    before = home.home.daemon()
    home.kill()
    (home.folder / "else").mkdir(mode=0o700)
    home.start(OPENRIG_RPC_RUNTIME=str(home.folder / "else"))
    # Living removes daemon.json before it starts one, so that one is put back here.
    home.kill()
    assert before is not None
    home.home.daemon_json.write_text(json.dumps(before))
    out, _ = stdio().communicate(INFO, DEADLINE)
    assert json.loads(out)["result"]["endpoints"] == before["endpoints"]


def test_tcp_with_the_operators_token(home: Living) -> None:
    home.start("--listen", "tcp://127.0.0.1:0")
    said = home.home.daemon()
    assert said is not None
    host, _, port = said["endpoints"]["tcp"].removeprefix("tcp://").rpartition(":")
    token = (home.home.tokens / "operator").read_text()
    opened = json.dumps({"jsonrpc": "2.0", "id": 0, "method": "session/open", "params": {"token": token}}).encode()
    with socket.create_connection((host, int(port)), DEADLINE) as client, client.makefile("rb") as lines:
        client.sendall(opened + b"\n" + INFO)
        assert json.loads(lines.readline())["result"]["principal"]["kind"] == "operator"
        assert pid_of(lines.readline()) == said["pid"]
    with socket.create_connection((host, int(port)), DEADLINE) as client, client.makefile("rb") as lines:
        client.sendall(INFO)
        assert json.loads(lines.readline())["error"]["data"]["kind"] == "unauthenticated"
        assert lines.readline() == b""
    assert token not in home.logs()


# Ending.


def test_sigterm_ends_it_cleanly(home: Living) -> None:
    home.start()
    said = home.home.daemon()
    assert said is not None and home.daemon is not None
    line = home.line()
    try:
        home.daemon.terminate()
        assert home.died() == 0
    finally:
        line.close()
    assert not Path(said["endpoints"]["unix"]).exists()
    assert connect(home.home) is None
    assert "Traceback" not in home.logs()


def test_the_forwarder_ends_with_the_editor(home: Living, stdio: Stdio) -> None:
    home.start()
    forwarder = stdio()
    assert forwarder.stdin is not None
    forwarder.stdin.close()
    assert forwarder.wait(DEADLINE) == 0


def test_the_forwarder_ends_when_nobody_reads(home: Living, stdio: Stdio) -> None:
    """The editor is gone, though something else still holds our stdin open."""
    home.start()
    forwarder = stdio()
    assert forwarder.stdin is not None and forwarder.stdout is not None and forwarder.stderr is not None
    forwarder.stdin.write(INFO)
    forwarder.stdin.flush()
    pid_of(forwarder.stdout.readline())
    forwarder.stdout.close()
    assert forwarder.wait(DEADLINE) == 0


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_forwarder_tells_that_the_daemon_is_gone(home: Living, stdio: Stdio, number: signal.Signals) -> None:
    home.start()
    forwarders = [stdio() for _ in range(5)]
    for forwarder in forwarders:
        assert forwarder.stdin is not None and forwarder.stdout is not None
        forwarder.stdin.write(INFO)
        forwarder.stdin.flush()
        pid_of(forwarder.stdout.readline())
    assert home.daemon is not None
    home.daemon.send_signal(number)
    home.died()
    for forwarder in forwarders:
        assert forwarder.wait(DEADLINE) == 1
        _, errors = forwarder.communicate()
        assert b"the daemon went away" in errors


def test_exit_ends_the_forwarder_and_not_the_daemon(home: Living, stdio: Stdio) -> None:
    home.start()
    forwarder = stdio()
    said = (
        frame("initialize", {"processId": os.getpid(), "capabilities": {}}, 1)
        + frame("shutdown", None, 2)
        + frame("exit")
    )
    assert forwarder.stdin is not None and forwarder.stdout is not None and forwarder.stderr is not None
    forwarder.stdin.write(said)
    forwarder.stdin.flush()
    answers = unframed(forwarder.stdout.read())
    assert [answer["id"] for answer in answers] == [1, 2]
    assert forwarder.wait(DEADLINE) == 0
    home.ask("system/info")


def test_what_was_sent_before_the_end_of_file_is_answered(home: Living, stdio: Stdio) -> None:
    home.start()
    asked = b"".join(b'{"jsonrpc":"2.0","id":%d,"method":"system/info"}\n' % number for number in range(500))
    out, _ = stdio().communicate(asked, DEADLINE)
    assert [json.loads(line)["id"] for line in out.splitlines()] == list(range(500))


def test_large_messages_both_ways(home: Living, stdio: Stdio) -> None:
    home.start()
    name = "x" * 4_000_000
    asked = json.dumps({"jsonrpc": "2.0", "id": name, "method": "system/info"}).encode() + b"\n"
    forwarder = stdio()
    out: list[bytes] = []
    assert forwarder.stdout is not None
    reading = threading.Thread(target=lambda: out.append(forwarder.stdout.read() if forwarder.stdout else b""))
    reading.start()
    assert forwarder.stdin is not None and forwarder.stderr is not None
    forwarder.stdin.write(asked)
    forwarder.stdin.close()
    reading.join(DEADLINE)
    assert forwarder.wait(DEADLINE) == 0
    assert json.loads(out[0])["id"] == name


# In one process.


@pytest.mark.parametrize(
    ("last", "status"),
    [(["shutdown", "exit"], 0), (["exit"], 1), (["shutdown"], 0), ([], 0)],
    ids=["shutdown-exit", "exit", "shutdown", "end-of-file"],
)
def test_standalone_with_an_editor(home: Living, stdio: Stdio, last: list[str], status: int) -> None:
    process = stdio("--standalone")
    said = frame("initialize", {"processId": None, "capabilities": {}}, 1) + frame("system/info", None, 2)
    said += b"".join(frame(method, None, None if method == "exit" else 3) for method in last)
    out, errors = process.communicate(said, DEADLINE)
    answers = unframed(out)
    assert [answer["id"] for answer in answers] == [1, 2, 3][: 3 if "shutdown" in last else 2], errors
    assert answers[0]["result"]["capabilities"]["experimental"]["openrig"]["principal"]["kind"] == "operator"
    assert answers[1]["result"]["pid"] == process.pid
    assert process.returncode == status
    assert errors == b""


def test_standalone_with_files(home: Living) -> None:
    asked, answered = home.folder / "asked", home.folder / "answered"
    asked.write_bytes(b"".join(INFO.replace(b":1,", b":%d," % number) for number in range(3)))
    with asked.open("rb") as source, answered.open("wb") as sink:
        words = [sys.executable, "-m", "openrig_rpc", "stdio", "--standalone"]
        done = subprocess.run(words, stdin=source, stdout=sink, env=home.environment(), timeout=DEADLINE)
    assert done.returncode == 0
    assert len([pid_of(line) for line in answered.read_bytes().splitlines()]) == 3


def test_standalone_is_a_daemon_to_others(home: Living, stdio: Stdio) -> None:
    process = stdio("--standalone")
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(INFO)
    process.stdin.flush()
    pid_of(process.stdout.readline())
    assert home.ask("system/info")["pid"] == process.pid
    second = stdio("--standalone")
    assert second.communicate(INFO, DEADLINE)[0] == b""
    assert second.returncode == 3
    process.communicate(b"", DEADLINE)
    assert process.returncode == 0
