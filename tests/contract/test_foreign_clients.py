"""Clients that nobody here wrote, against a real daemon with a real rig: npm's vscode-jsonrpc, and nc."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.living import Living, living, rig_of, terminal, until

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "vscode-jsonrpc@10.0.0"
DEADLINE = 60


def need(program: str) -> str:
    """A program's path. Where it is missing: a failure in CI, else a reason to skip."""
    found = shutil.which(program)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"{program} is not installed; CI must try this")
        pytest.skip(f"{program} is not installed")
    return found


@pytest.fixture(scope="module")
def home() -> Iterator[Living]:
    """A daemon with one rig of one terminal."""
    with living() as found:
        found.start()
        found.ask("rig/up", {"text": rig_of("afar", terminal("shell")), "cwd": str(found.work)})
        yield found


@pytest.fixture(scope="module")
def endpoint(home: Living) -> str:
    said = home.home.daemon()
    assert said is not None
    path = said["endpoints"]["unix"]
    assert isinstance(path, str)
    return path


@pytest.fixture(scope="module")
def packages() -> Path:
    """The folder in which npm installed the package; kept from run to run."""
    npm = need("npm")
    folder = ROOT / ".cache" / "npm" / PACKAGE.replace("@", "-")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "node_modules" / "vscode-jsonrpc" / "package.json").is_file():
            words = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder), PACKAGE]
            done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=DEADLINE)
            if done.returncode != 0:
                if os.environ.get("CI"):
                    pytest.fail(f"npm could not install {PACKAGE}: {done.stderr}")
                pytest.skip(f"npm could not install {PACKAGE}")
    return folder


def test_vscode_jsonrpc(home: Living, endpoint: str, packages: Path) -> None:
    node = need("node")
    script = Path(__file__).with_name("foreign_client.mjs")
    words = [node, str(script), str(packages), endpoint, "p-shell@afar"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=DEADLINE, env=home.environment())
    assert done.returncode == 0, (done.stdout, done.stderr, home.logs())
    said: list[tuple[str, Any]] = [next(iter(json.loads(line).items())) for line in done.stdout.splitlines()]
    found = {name: value for name, value in said if name != "error"}

    ours = found["initialize"]["capabilities"]["experimental"]["openrig"]
    assert found["initialize"]["serverInfo"]["name"] == "openrig-rpc"
    assert {"agent/list", "message/send", "event/subscribe"} <= set(ours["methods"])
    assert [agent["address"] for agent in found["list"]["agents"]] == ["p-shell@afar"]
    assert found["listWithoutParams"]["agents"] == found["list"]["agents"]
    (message,) = found["sent"]["messages"]
    assert (message["to"], message["from"]) == ("p-shell@afar", "human@afar")
    assert found["event"]["data"]["id"] == message["id"]
    assert found["event"]["subscription"] == found["subscribed"]["subscription"]
    assert found["event"]["prev"] == found["subscribed"]["seq"]
    assert [value for name, value in said if name == "error"] == [
        {"code": 101, "kind": "rig-not-found"},
        {"code": -32601, "kind": "method-not-found"},
        {"code": -32602, "kind": "invalid-params"},
        {"code": -32602, "kind": "invalid-params"},
    ]
    assert found["cancelled"] == -32800
    assert found["shutdown"] is None
    assert found["closed"] is True
    assert "connectionError" not in found


def test_nc(home: Living, endpoint: str) -> None:
    """Whole conversations by hand: `nc -N` closes its side, and what was asked is still answered."""
    nc = need("nc")
    asked = (
        b'{"jsonrpc":"2.0","id":1,"method":"session/open","params":{"client":{"name":"nc"}}}\n'
        b'{"jsonrpc":"2.0","id":2,"method":"agent/list"}\n'
        b'{"jsonrpc":"2.0","id":3,"method":"agent/get","params":["p-shell@afar"]}\n'
        b'[{"jsonrpc":"2.0","id":4,"method":"rig/list"},{"jsonrpc":"2.0","method":"rig/list"},1]\n'
        b"nonsense\n"
    )
    done = subprocess.run([nc, "-N", "-U", endpoint], input=asked, capture_output=True, timeout=DEADLINE)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    by_id = {answer["id"]: answer for answer in answers if isinstance(answer, dict)}
    assert by_id[1]["result"]["principal"]["kind"] == "operator"
    assert by_id[2]["result"]["agents"][0]["address"] == "p-shell@afar"
    assert by_id[3]["result"]["agent"]["address"] == "p-shell@afar"
    (batch,) = [answer for answer in answers if isinstance(answer, list)]
    assert [member.get("id") for member in batch] == [4, None]
    assert by_id[None]["error"]["code"] == -32700


def test_nc_is_told_what_happens(home: Living, endpoint: str) -> None:
    """`nc -U` without -N stays: it is pushed events until it leaves."""
    nc = need("nc")
    with subprocess.Popen([nc, "-U", endpoint], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(
                b'{"jsonrpc":"2.0","id":1,"method":"event/subscribe","params":{"kinds":["message.submitted"]}}\n'
            )
            process.stdin.flush()
            opened = json.loads(process.stdout.readline())
            home.ask("message/send", {"to": "p-shell@afar", "text": "true"})
            event = json.loads(process.stdout.readline())
            assert event["method"] == "event/published"
            assert event["params"]["subscription"] == opened["result"]["subscription"]
            assert event["params"]["kind"] == "message.submitted"
        finally:
            process.kill()


def test_who_vanishes_costs_nothing(home: Living, endpoint: str) -> None:
    said = home.home.daemon()
    assert said is not None
    files = Path(f"/proc/{said['pid']}/fd")
    home.ask("system/info")
    before = len(list(files.iterdir()))
    for number in range(200):
        client = socket.socket(socket.AF_UNIX)
        client.connect(endpoint)
        if number % 3 == 1:
            client.sendall(b'{"jsonrpc":"2.0","id":1,"method":"event/subscribe"}\n')
        elif number % 3 == 2:
            client.sendall(b'Content-Length: 100\r\n\r\n{"half')
        client.close()
    home.ask("system/info")
    until(lambda: len(list(files.iterdir())) <= before, "the daemon has closed what others left")
