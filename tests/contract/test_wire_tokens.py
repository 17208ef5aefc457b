"""Tokens, over a real daemon: minted, used, confined, ended; and nowhere but with their holder."""

import http.client
import json
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import pytest

from tests.living import Living, living, rig_of, terminal, until

PAGE = "https://page.example"


@pytest.fixture(scope="module")
def home() -> Iterator[Living]:
    """A daemon with two rigs, that serves HTTP."""
    with living() as found:
        found.start("--listen", "http://127.0.0.1:0")
        for name in ("one", "two"):
            found.ask("rig/up", {"text": rig_of(name, terminal("shell")), "cwd": str(found.work)})
        yield found


def endpoints(home: Living) -> dict[str, str]:
    said = home.home.daemon()
    assert said is not None
    return cast(dict[str, str], said["endpoints"])


def mint(home: Living, name: str, *words: str) -> dict[str, Any]:
    return cast(dict[str, Any], json.loads(home.rig("token", "mint", name, *words, "--json").stdout))


def post(home: Living, secret: str | None, method: str, params: Any = None, **headers: str) -> tuple[int, Any]:
    """Status and answer of one request."""
    place = urlsplit(endpoints(home)["http"])
    line = http.client.HTTPConnection(place.hostname or "", place.port, timeout=20)
    said = {"Content-Type": "application/json", **headers}
    if secret is not None:
        said["Authorization"] = f"Bearer {secret}"
    try:
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        line.request("POST", "/", json.dumps(body), said)
        answer = line.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        line.close()


def kind(answer: tuple[int, Any]) -> tuple[int, str]:
    return answer[0], answer[1]["error"]["data"]["kind"]


def test_the_endpoints_are_told(home: Living) -> None:
    found = endpoints(home)
    assert found["http"].startswith("http://127.0.0.1:")
    assert found["ws"] == found["http"].replace("http", "ws", 1)
    assert home.ask("system/info")["endpoints"] == found


def test_the_operators_token(home: Living) -> None:
    file = home.home.tokens / "operator"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    status, answer = post(home, file.read_text(), "agent/whoami")
    assert (status, answer["result"]["principal"]) == (200, {"kind": "operator", "name": ""})
    assert kind(post(home, None, "agent/whoami")) == (401, "unauthenticated")
    assert kind(post(home, file.read_text(), "agent/whoami", Origin=PAGE))[0] == 403


def test_scopes(home: Living) -> None:
    secret = mint(home, "reader")["secret"]
    _, answer = post(home, secret, "agent/whoami")
    assert answer["result"]["principal"] == {"kind": "service", "name": "reader", "scopes": ["read"]}
    assert answer["result"]["grants"] == ["read"]
    assert post(home, secret, "agent/list")[1]["result"]["agents"]
    for method, params in (("message/send", {"to": "human@one", "text": "x"}), ("rig/down", {"rig": "one"})):
        assert kind(post(home, secret, method, params)) == (200, "not-permitted")
    talker = mint(home, "talker", "--scopes", "read,talk")["secret"]
    _, answer = post(home, talker, "message/send", {"to": "human@one", "text": "from a service"})
    assert answer["result"]["messages"][0]["from"] == "service:talker"
    assert kind(post(home, talker, "message/send", {"to": "p-shell@one", "text": "rm"})) == (200, "not-permitted")
    waits = {"to": "human@one", "text": "x", "wait": "submitted", "timeoutSeconds": 31}
    assert kind(post(home, talker, "message/send", waits)) == (200, "invalid-request")


def test_no_scope_gives_tokens(home: Living) -> None:
    """Else each would have every right."""
    secret = mint(home, "all", "--scopes", "read,talk,steer,shape")["secret"]
    for method, params in (("token/mint", {"name": "x"}), ("token/list", None), ("token/revoke", {"token": "all"})):
        assert kind(post(home, secret, method, params)) == (200, "not-permitted")


def test_one_rig(home: Living) -> None:
    secret = mint(home, "ui", "--scopes", "read,talk,steer,shape", "--rig", "one")["secret"]

    def ask(method: str, params: Any = None) -> Any:
        return post(home, secret, method, params)[1]

    assert [agent["rig"] for agent in ask("agent/list")["result"]["agents"]] == ["one"]
    assert [rig["name"] for rig in ask("rig/list")["result"]["rigs"]] == ["one"]
    assert {event.get("rig", "one") for event in ask("event/list", {"limit": 1000})["result"]["events"]} == {"one"}
    assert ask("agent/get", {"agent": "p-shell"})["result"]["agent"]["rig"] == "one"
    sent = home.ask("message/send", {"to": "human@two", "text": "private"})["messages"][0]
    for method, params in [
        ("rig/get", {"rig": "two"}),
        ("agent/get", {"agent": "p-shell@two"}),
        ("agent/capture", {"agent": "p-shell@two"}),
        ("agent/list", {"rig": "two"}),
        ("event/list", {"rig": "two"}),
        ("message/send", {"to": "*@two", "text": "x"}),
        ("message/get", {"id": sent["id"]}),
        ("rig/down", {"rig": "two"}),
        ("rig/up", {"all": True, "wait": False}),
        ("rig/up", {"text": rig_of("two", terminal("shell")), "cwd": str(home.work), "wait": False}),
    ]:
        answer = ask(method, params)
        assert answer["error"]["data"]["kind"] == "not-permitted", (method, answer)
    assert {message["to"].rpartition("@")[2] for message in ask("message/list")["result"]["messages"]} <= {"one"}
    assert {item["rig"] for item in ask("inbox/list")["result"]["items"]} <= {"one"}
    done = home.rig("token", "mint", "x", "--rig", "nowhere", check=False)
    assert done.returncode == 5


def test_a_page(home: Living) -> None:
    secret = mint(home, "page", "--origins", PAGE)["secret"]
    assert post(home, secret, "agent/list", Origin=PAGE)[0] == 200
    assert post(home, secret, "agent/list")[0] == 200
    assert post(home, secret, "agent/list", Origin="https://evil.example")[0] == 403
    assert post(home, secret, "agent/list", Origin=PAGE, Host="evil.example")[0] == 403


@pytest.mark.parametrize("origin", ["*", "null", "page.example", PAGE + "/", PAGE + "/x", "HTTPS://page.example", ""])
def test_what_is_no_origin(home: Living, origin: str) -> None:
    done = home.rig("rpc", "token/mint", json.dumps({"name": "x", "origins": [origin]}), check=False)
    assert done.returncode == 2, done.stderr


def test_the_list_has_no_secrets(home: Living) -> None:
    made = mint(home, "listed", "--expires", "1h")
    found = json.loads(home.rig("token", "list", "--json").stdout)["tokens"]
    assert made["token"] in found
    assert {"operator"} < {token["name"] for token in found}
    assert not [token for token in found if token["principal"]["kind"] == "agent"]
    assert made["secret"] not in json.dumps(found)


def test_the_secret_is_nowhere_else(home: Living) -> None:
    secret = mint(home, "hidden", "--origins", PAGE)["secret"]
    post(home, secret, "agent/list")
    post(home, secret + "x", "agent/list")
    files = [path for path in home.folder.rglob("*") if path.is_file()]
    assert len(files) > 5
    assert [path for path in files if secret.encode() in path.read_bytes()] == []


class Raw:
    """A WebSocket by hand: the token is in the upgrade."""

    def __init__(self, home: Living, secret: str) -> None:
        place = urlsplit(endpoints(home)["ws"])
        self.line = socket.create_connection((place.hostname or "", place.port or 0), timeout=20)
        self.line.sendall(
            f"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            f"Sec-WebSocket-Protocol: openrig.v1\r\nAuthorization: Bearer {secret}\r\n\r\n".encode()
        )
        self.file = self.line.makefile("rb")
        assert self.file.readline() == b"HTTP/1.1 101 Switching Protocols\r\n"
        while self.file.readline() != b"\r\n":
            pass

    def send(self, message: Any) -> None:
        body = json.dumps(message).encode()
        assert len(body) < 126
        self.line.sendall(bytes([0x81, 0x80 | len(body), 0, 0, 0, 0]) + body)

    def read(self) -> Any:
        head = self.file.read(2)
        if len(head) < 2 or head[0] == 0x88:
            raise EOFError
        size = head[1] if head[1] < 126 else int.from_bytes(self.file.read(2 if head[1] == 126 else 8), "big")
        return json.loads(self.file.read(size))


@pytest.mark.parametrize("by", ["id", "name"])
def test_revoking_cuts_at_once(home: Living, by: str) -> None:
    made = mint(home, f"cut-{by}")
    line = Raw(home, made["secret"])
    line.send({"jsonrpc": "2.0", "id": 1, "method": "event/subscribe"})
    assert "result" in line.read()
    home.rig("token", "revoke", made["token"]["id"] if by == "id" else made["token"]["name"].partition(":")[2])
    home.ask("message/send", {"to": "human@one", "text": "nothing for it"})
    said = line.read()
    assert said["error"]["data"]["kind"] == "unauthenticated"
    with pytest.raises(EOFError):
        line.read()
    line.line.close()
    assert post(home, made["secret"], "agent/list")[0] == 401
    assert home.rig("token", "revoke", made["token"]["id"], check=False).returncode == 2


def test_an_end_of_its_own(home: Living) -> None:
    made = mint(home, "brief", "--expires", "500ms")
    line = Raw(home, made["secret"])
    assert line.read()["error"]["data"]["kind"] == "unauthenticated"
    line.line.close()
    assert post(home, made["secret"], "agent/list")[0] == 401


def test_the_operators_token_can_be_changed(home: Living) -> None:
    file: Path = home.home.tokens / "operator"
    old = file.read_text()
    line = Raw(home, old)
    home.rig("token", "revoke", "operator")
    assert line.read()["error"]["data"]["kind"] == "unauthenticated"
    line.line.close()
    assert until(file.read_text, "there is a new one") != old
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert post(home, old, "agent/list")[0] == 401
    assert post(home, file.read_text(), "agent/list")[0] == 200


def test_tokens_outlive_the_daemon(home: Living) -> None:
    made, gone = mint(home, "kept"), mint(home, "gone")
    home.rig("token", "revoke", "gone")
    home.kill()
    home.start("--listen", "http://localhost:0")
    assert post(home, made["secret"], "agent/list")[0] == 200
    assert post(home, gone["secret"], "agent/list")[0] == 401
