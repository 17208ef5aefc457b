"""Another machine's daemon through ssh: a real sshd on loopback, whose logins find a home of their own."""

import getpass
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from openrig_rpc.wire.remote import NotAHost, check, run_argv, stdio_argv
from tests.living import PATIENCE, Living, living, rig_of, scripted, terminal, until

BIN = Path(sys.executable).parent
HOST = f"{getpass.getuser()}@localhost"


def need(program: str) -> str:
    """A program's path. Where it is missing: a failure in CI, else a reason to skip."""
    found = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"{program} is not installed; CI must try this")
        pytest.skip(f"{program} is not installed (Debian: openssh-server, openssh-client)")
    return found


@dataclass
class Machine:
    """`far`: what logins find. `near`: an empty home, whose `ssh` knows the way."""

    far: Living
    near: Living
    environment: dict[str, str]

    def rig(self, *words: str, check: bool = True, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "openrig_rpc", "cli", "--host", HOST, *words]
        done = subprocess.run(
            command, env=self.environment, cwd=self.near.work, input=stdin, capture_output=True, text=True, timeout=60
        )
        if check:
            assert done.returncode == 0, (words, done.returncode, done.stdout, done.stderr, self.far.logs())
        return done


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    sshd, ssh, keygen = need("sshd"), need("ssh"), need("ssh-keygen")
    with living() as far, living() as near:
        folder = near.folder / "ssh"
        folder.mkdir(mode=0o700)
        for name in ("host", "key"):
            subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
        shutil.copy(folder / "key.pub", folder / "authorized")
        remote = far.environment(PATH=f"{BIN}:{os.environ['PATH']}")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        (folder / "sshd.conf").write_text(
            f"ListenAddress 127.0.0.1:{port}\nHostKey {folder}/host\nPidFile {folder}/pid\n"
            f"AuthorizedKeysFile {folder}/authorized\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n"
            "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPrintMotd no\n"
            "SetEnv " + " ".join(f'"{name}={value}"' for name, value in remote.items() if name != "SHELL") + "\n"
        )
        (folder / "ssh.conf").write_text(
            f"Host localhost\n Port {port}\n HostName 127.0.0.1\n IdentityFile {folder}/key\n IdentitiesOnly yes\n"
            f" IdentityAgent none\n UserKnownHostsFile {folder}/known\n StrictHostKeyChecking accept-new\n"
            " BatchMode yes\n LogLevel ERROR\n"
        )
        wrapper = near.folder / "bin" / "ssh"  # ssh takes its configuration from the account's home, not from $HOME
        wrapper.parent.mkdir()
        wrapper.write_text(f'#!/bin/sh\nexec {ssh} -F {folder}/ssh.conf "$@"\n')
        wrapper.chmod(0o755)
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where sshd of root locks itself in
        log = folder / "sshd.log"
        command = [sshd, "-D", "-E", str(log), "-f", str(folder / "sshd.conf")]
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        try:
            until(lambda: "Server listening" in _read(log) or server.poll() is not None, "sshd listens")
            assert server.poll() is None, _read(log)
            yield Machine(far, near, near.environment(PATH=f"{wrapper.parent}:{os.environ['PATH']}", TERM="xterm"))
        finally:
            server.terminate()
            server.wait(PATIENCE)


def _read(path: Path) -> str:
    return path.read_text("utf-8", "replace") if path.exists() else ""


def test_a_rig_afar(machine: Machine) -> None:
    """Its daemon is started there, by the first who asks; nothing is started here."""
    text = rig_of("afar", terminal("shell"), scripted("echo"))
    path = machine.far.write("rig.yaml", text)
    up = json.loads(machine.rig("up", path, "--json").stdout)
    assert [agent["outcome"] for agent in up["agents"]] == ["launched", "launched"]
    assert "p-shell@afar" in machine.rig("ps").stdout
    sent = json.loads(machine.rig("send", "p-shell@afar", "echo over-$((6*7))", "--wait", "submitted", "--json").stdout)
    assert sent["messages"][0]["state"] == "submitted"
    until(lambda: "over-42" in machine.rig("capture", "p-shell@afar").stdout, "the far pane shows it")
    whoami = json.loads(machine.rig("whoami", "--json").stdout)
    assert whoami["principal"]["kind"] == "operator"
    assert machine.far.home.daemon() is not None
    assert machine.near.home.daemon() is None
    assert not machine.near.home.state.exists()
    done = machine.rig("get", "p-nobody@afar", check=False)
    assert done.returncode in (2, 5), done.stderr


def test_a_rig_file_from_here(machine: Machine) -> None:
    text = rig_of("sent", terminal("shell"))
    machine.rig("up", "-", "--cwd", str(machine.far.work), stdin=text)
    assert "p-shell@sent" in machine.rig("ps").stdout
    for words in (["up"], ["up", "rig.yaml"], ["up", "./rig.yaml"], ["up", "-", "--cwd", "."]):
        done = machine.rig(*words, check=False, stdin=text)
        assert done.returncode == 2 and "the other machine's" in done.stderr, done.stderr


def test_an_editor_afar(machine: Machine) -> None:
    """`openrig-rpc stdio --host` is what it would be there: both doors, either end may end it."""
    command = [sys.executable, "-m", "openrig_rpc", "stdio", "--host", HOST]
    asked = b'{"jsonrpc":"2.0","id":1,"method":"system/info"}\n'
    done = subprocess.run(command, env=machine.environment, input=asked, capture_output=True, timeout=60)
    answer = json.loads(done.stdout)
    assert answer["result"]["endpoints"]["unix"].startswith(str(machine.far.folder))
    assert done.returncode == 0, done.stderr

    def framed(message: Any) -> bytes:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)

    hello = {"id": 1, "method": "initialize", "params": {"processId": None, "capabilities": {}}}
    messages = [hello, {"id": 2, "method": "shutdown"}, {"method": "exit"}]
    done = subprocess.run(
        command, env=machine.environment, input=b"".join(map(framed, messages)), capture_output=True, timeout=60
    )
    assert b'"openrig-rpc"' in done.stdout and done.returncode == 0


def test_large_messages_afar(machine: Machine) -> None:
    text = "x" * 1_000_000
    sent = json.loads(machine.rig("send", "human@afar", "-", "--json", stdin=text).stdout)
    assert sent["messages"][0]["text"] == text


def test_attach_is_wrapped(machine: Machine) -> None:
    found = json.loads(machine.rig("attach", "p-shell@afar", "--json").stdout)
    assert found["argv"][:2] == ["ssh", "-t"]
    assert found["argv"][-2] == HOST and found["argv"][-3] == "--"
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        found["argv"], env=machine.environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    os.set_blocking(ours, False)
    shown = b""

    def saw(what: bytes) -> bool:
        nonlocal shown
        with suppress(BlockingIOError, OSError):
            shown += os.read(ours, 65536)
        return what in shown

    try:
        until(lambda: saw(b"over-42"), "the pane is seen here")
        os.write(ours, b"\x02d")
        until(lambda: saw(b"detached (from session"), "it is left")
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def test_subscribing_afar(machine: Machine) -> None:
    command = [sys.executable, "-m", "openrig_rpc", "cli", "--host", HOST, "events", "--follow", "--json"]
    with subprocess.Popen(command, env=machine.environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            marker = "over the wire and far away"

            def came() -> bool:
                machine.far.ask("message/send", {"to": "human@afar", "text": marker})
                assert process.stdout is not None
                return any(marker in process.stdout.readline() for _ in range(3))

            until(came, "the event comes")
        finally:
            process.terminate()
            process.wait(PATIENCE)


def test_a_machine_that_is_not_there(machine: Machine) -> None:
    command = [sys.executable, "-m", "openrig_rpc", "cli", "--host", "nowhere.invalid", "ps"]
    done = subprocess.run(command, env=machine.environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 3
    assert "can't be reached" in done.stderr


@pytest.mark.parametrize(
    "host",
    [
        "-oProxyCommand=touch canary",
        "--",
        "-",
        "",
        "user@-oProxyCommand=x",
        "-user@box",
        "box;touch canary",
        "box touch",
        "$(touch canary)",
        "`x`",
        "a@b@c",
        "box\nHost evil",
        "ssh://box",
        "box/..",
        "'box'",
        "%h",
        "bóx",
    ],
)
def test_what_is_no_host(host: str, tmp_path: Path) -> None:
    with pytest.raises(NotAHost):
        stdio_argv(host)
    with pytest.raises(NotAHost):
        run_argv(host, ["tmux"], "/", {})
    for words in (["stdio", "--host", host], ["cli", f"--host={host}", "ps"]):
        done = subprocess.run(
            [sys.executable, "-m", "openrig_rpc", *words],
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "OPENRIG_RPC_HOME": str(tmp_path / "s")},
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
        )
        assert done.returncode == 2, done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "host", ["box", "user@box", "box.example.org", "me.too@10.0.0.1", "::1", "u@[fe80::1%eth0]", "_x"]
)
def test_what_is_a_host(host: str) -> None:
    assert check(host) == host
    assert stdio_argv(host)[-3:-1] == ["--", host]


def test_an_agent_stays_with_its_daemon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would come back from the other side as the person."""
    monkeypatch.setenv("OPENRIG_RPC_TOKEN_FILE", "/somewhere")
    with pytest.raises(NotAHost):
        stdio_argv("localhost")


def test_the_shell_there_gets_words_and_nothing_else(tmp_path: Path) -> None:
    """What ssh would hand to the login's shell, handed to one here."""
    canary = tmp_path / "canary"
    nasty = [f"$(touch {canary})", f"`touch {canary}`", f"'; touch {canary}; '", '"', "\\", "a\nb", "*", "-n", " "]
    argv = run_argv("box", ["printf", "%s|", *nasty], str(tmp_path), {"GONE": None, "KEPT": f"$(touch {canary})"})
    done = subprocess.run(["sh", "-c", argv[-1]], capture_output=True, text=True, env={"PATH": os.environ["PATH"]})
    assert done.stdout == "".join(f"{word}|" for word in nasty)
    assert not canary.exists()
