"""A rude client harms only itself: what is too large, too slow, unread, unknown or no protocol at all."""

import asyncio
import os
import socket
import subprocess
import sys
from typing import Any

import orjson
import pytest

from openrig_rpc.model.principal import Principal
from openrig_rpc.wire import limits, peer
from openrig_rpc.wire.listen import UnsafeAddress

from .wire_house import DOORS, TOKEN, Client, House, WebSocketClient, until


@pytest.fixture(params=[*DOORS, "websocket"])
async def client(request: pytest.FixtureRequest, house: House) -> Client:
    if request.param == "websocket":
        return await house.client("websocket")
    return await house.client("unix", request.param)


async def raw(house: House, transport: str) -> Client:
    """A connection that has said nothing."""
    return await house.client(transport, "plain", hello=False)


# Too large.


@pytest.mark.parametrize("transport", ["unix", "tcp"])
@pytest.mark.parametrize("end", [b"", b"\n"])
async def test_too_long_a_line(house: House, transport: str, end: bytes) -> None:
    client = await house.client(transport, "plain")
    client.raw(b"[" + b" " * limits.FRAME + end)
    answer = await client.read()
    assert (answer["id"], answer["error"]["data"]["kind"]) == (None, "payload-too-large")
    assert await client.rest() == b""


async def test_the_longest_line(house: House) -> None:
    client = await house.client("unix", "plain")
    body = b'{"jsonrpc":"2.0","id":1,"method":"get_data"}'
    client.send(body + b" " * (limits.FRAME - len(body)))
    assert "result" in await client.read()


async def test_a_good_request_before_a_bad_header_is_answered(house: House) -> None:
    client = await house.client("tcp", "lsp")
    asked = client.ask("test/hold")
    client.raw(b"Content-Length: nonsense\r\n\r\n" + b"x" * 100_000)
    assert (await client.read())["id"] is None
    house.stub.gate("gate").set()
    assert (await client.read()) == {"jsonrpc": "2.0", "id": asked, "result": {"value": "gate"}}
    assert await client.rest() == b""


# Too slow.


@pytest.mark.parametrize(
    "begun",
    [b"{", b'{"jsonrpc":', b"C", b"Content-Length: 5\r\n", b"Content-Length: 5\r\n\r\n", b"Content-Length: 5\r\n\r\n{"],
)
async def test_a_message_that_does_not_end(house: House, monkeypatch: pytest.MonkeyPatch, begun: bytes) -> None:
    monkeypatch.setattr(limits, "FRAME_SECONDS", 0.2)
    client = await house.client("unix", "lsp" if begun.startswith(b"C") else "plain", hello=False)
    client.raw(begun)
    answer = await client.read()
    assert (answer["id"], answer["error"]["code"]) == (None, -32600)
    assert await client.rest() == b""


async def test_a_drip_is_no_progress(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FRAME_SECONDS", 0.2)
    client = await house.client("unix", "plain")
    client.raw(b'{"jsonrpc":"2.0","id":1,"method":"')

    async def drip() -> None:
        while True:
            client.raw(b"x")
            await asyncio.sleep(0.01)

    dripping = asyncio.create_task(drip())
    answer = await client.read()
    dripping.cancel()
    assert answer["error"]["code"] == -32600


async def test_a_large_message_may_take_its_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FRAME_SECONDS", 0.2)
    monkeypatch.setattr(limits, "FRAME_RATE", 100)
    client = await house.client("unix", "plain")
    body = client.frame(
        orjson.dumps({"jsonrpc": "2.0", "id": 1, "method": "test/echo", "params": {"value": "x" * 3000}})
    )
    for start in range(0, len(body), 50):
        client.raw(body[start : start + 50])
        await asyncio.sleep(0.01)
    assert "result" in await client.read()


async def test_whole_messages_need_no_hurry(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is always a begun one here, and never the same for long."""
    monkeypatch.setattr(limits, "FRAME_SECONDS", 0.1)
    frame = client.frame(b'{"jsonrpc":"2.0","id":1,"method":"get_data"}')
    client.raw(frame[:7])
    for _ in range(50):
        client.raw(frame[7:] + frame[:7])
        assert "result" in await client.read()
        await asyncio.sleep(0.01)


async def test_a_client_that_waits_long_is_not_slow(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading is paused while the queue is full: that a message is begun then is not the client's fault."""
    monkeypatch.setattr(limits, "FRAME_SECONDS", 0.1)
    client = await house.client("unix", "plain")
    client.ask("test/hold")
    for number in range(limits.QUEUE * 2):
        client.ask("update", {"a": number})
    client.raw(b'{"jsonrpc":"2.0","id":"last","method":"get')
    await until(lambda: house.stub.calls == ["hold gate"])
    await asyncio.sleep(0.3)
    client.raw(b'_data"}\n')
    house.stub.gate("gate").set()
    assert "result" in await client.reply("last")


# Unread.


async def test_a_client_that_does_not_read_is_not_read(client: Client, house: House) -> None:
    """1,000 answers of 64 KiB: a few of them are made, not all; and all of them come when it reads again."""
    other = await house.client("unix", "plain")
    client.stop_reading()
    first = client.ask("test/flood", {"size": 1 << 16})
    for _ in range(999):
        client.ask("test/flood", {"size": 1 << 16})
    await until(lambda: any(session.congested() for session in house.listener.sessions))
    before = house.stub.calls.count("flood")
    for _ in range(100):
        await other.quiet()
    assert house.stub.calls.count("flood") == before
    kernel = 16 if isinstance(client, WebSocketClient) else 4  # TCP's own buffers are larger
    assert before * (1 << 16) < kernel * limits.HIGH_WATER
    client.read_again()
    for number in range(1000):
        assert (await client.read())["id"] == first + number


async def test_one_that_will_never_read_is_cut(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HARD_CAP", 2 * limits.HIGH_WATER)
    client = await house.client("unix", "plain")
    client.ask("test/flood", {"size": 3 * limits.HIGH_WATER})
    await until(lambda: not house.listener.sessions)


async def test_events_wait_for_a_slow_client(client: Client, house: House) -> None:
    other = await house.client("unix", "plain")
    client.stop_reading()
    asked = client.ask("test/publish", {"count": 1000, "size": 1 << 16})
    await until(lambda: any(session.congested() for session in house.listener.sessions))
    session = next(session for session in house.listener.sessions if session.congested())
    for _ in range(50):
        await other.quiet()
    assert session._transport is not None
    assert session._transport.get_write_buffer_size() < 2 * limits.HIGH_WATER
    client.read_again()
    assert (await client.read())["id"] == asked
    assert [(await client.read())["params"]["seq"] for _ in range(1000)] == list(range(1000))


async def test_many_requests_at_once_are_bounded(client: Client, house: House) -> None:
    client.ask("test/hold")
    for number in range(5000):
        client.ask("update", {"a": number})
    await until(lambda: any(session.calls.full for session in house.listener.sessions))
    (session,) = house.listener.sessions
    assert len(session.calls._queue) <= limits.QUEUE
    house.stub.gate("gate").set()
    for _ in range(5001):
        assert "result" in await client.read()


# No protocol.


@pytest.mark.parametrize("transport", ["unix", "tcp"])
@pytest.mark.parametrize("verb", ["GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "TRACE", "PATCH"])
async def test_http_is_told_that_it_is_not_served(house: House, transport: str, verb: str) -> None:
    client = await raw(house, transport)
    client.raw(f"{verb} / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n".encode() + b"x" * 100_000)
    head, _, body = (await client.rest()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 501 ")
    assert orjson.loads(body)["error"]["code"] == -32600


@pytest.mark.parametrize(
    "first", [b"\x16\x03\x01", b"\xef\xbb\xbf{}", b"SSH-2.0", b"hello", b'"x"', b"1", b"true", b"\x00"]
)
async def test_what_opens_no_door(house: House, first: bytes) -> None:
    client = await raw(house, "unix")
    client.raw(first + b"\n")
    answer = await client.read()
    assert (answer["id"], answer["error"]["code"]) == (None, -32700)
    assert await client.rest() == b""


async def test_nothing_at_all(house: House) -> None:
    client = await raw(house, "unix")
    await until(lambda: len(house.listener.fronts) == 1)
    await client.close()
    await until(lambda: not house.listener.fronts)


# Strangers.


@pytest.mark.parametrize("method", ["test/echo", "rpc.discover", "get_data", "nothing"])
async def test_strangers_may_only_say_who_they_are(house: House, method: str) -> None:
    client = await raw(house, "tcp")
    answer = await client.call(method)
    assert answer["error"]["data"]["kind"] in ("unauthenticated", "method-not-found")
    answer = await (client if method == "nothing" else await raw(house, "tcp")).call("session/open", {})
    assert answer["error"]["data"]["kind"] == "unauthenticated"


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "token", ["wrong", "", TOKEN[:-1], TOKEN + "x", "ü"], ids=["other", "empty", "short", "long", "umlaut"]
)
async def test_a_wrong_token_ends_the_connection(house: House, door: str, token: str) -> None:
    client = await house.client("tcp", door, hello=False)
    params: dict[str, Any] = {"token": token}
    method = "session/open"
    if door == "lsp":
        method, params = "initialize", {"capabilities": {}, "initializationOptions": {"openrig": params}}
    client.ask(method, params)
    client.ask("update", {"a": 1})
    assert (await client.read())["error"]["data"]["kind"] == "unauthenticated"
    assert "error" in await client.read()
    assert await client.rest() == b""
    assert house.stub.calls == []


async def test_a_token_lets_in(house: House) -> None:
    client = await raw(house, "tcp")
    assert (await client.call("session/open", {"token": TOKEN}))["result"]["principal"]["kind"] == "operator"
    assert house.listener.strangers.present == 0
    await client.quiet()


async def test_wrong_tokens_are_counted(house: House) -> None:
    for _ in range(limits.FAILURES):
        client = await raw(house, "tcp")
        assert "retrySeconds" not in (await client.call("session/open", {"token": "wrong"}))["error"]["data"]
    client = await raw(house, "tcp")
    answer = await client.call("session/open", {"token": TOKEN})
    assert answer["error"]["data"]["kind"] == "unauthenticated"
    assert 0 < answer["error"]["data"]["retrySeconds"] <= 60
    assert await client.rest() == b""
    await (await house.client("unix", "plain")).quiet()


@pytest.mark.parametrize(
    "said", [b"", b'{"jsonrpc":', b"Content-Length: 10\r\n\r\n", b'{"jsonrpc":"2.0","method":"x"}\n']
)
async def test_strangers_have_little_time(house: House, monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    monkeypatch.setattr(limits, "HELLO_SECONDS", 0.2)
    client = await raw(house, "tcp")
    client.raw(said)
    answer = await client.rest()
    assert (b"unauthenticated" in answer) == bool(said)
    await until(lambda: house.listener.strangers.present == 0)


async def test_strangers_are_few(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STRANGERS", 3)
    known = await house.client("tcp", "plain")
    waiting = [await raw(house, "tcp") for _ in range(3)]
    await until(lambda: house.listener.strangers.present == 3)
    assert await (await raw(house, "tcp")).rest() == b""
    await known.quiet()
    for client in waiting:
        await client.close()
    await until(lambda: house.listener.strangers.present == 0)
    await (await house.client("tcp", "plain")).quiet()


async def test_a_local_process_nobody_can_name_is_a_stranger(house: House) -> None:
    house.stub.principal = None
    client = await raw(house, "unix")
    assert (await client.call("get_data"))["error"]["data"]["kind"] == "unauthenticated"
    client = await raw(house, "unix")
    assert "result" in await client.call("session/open", {"token": TOKEN})
    await client.quiet()


async def test_an_agent_has_its_tiers(house: House) -> None:
    house.stub.principal = Principal(kind="agent", name="dev-a@demo")
    client = await raw(house, "unix")
    assert "result" in await client.call("get_data")
    assert (await client.call("test/shape"))["error"]["data"] | {"what": ""} == {
        "kind": "not-permitted",
        "what": "",
        "why": "",
        "fix": "",
        "needs": "shape",
    }


async def test_a_peer_that_cant_be_told_is_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(pid: int) -> None:
        raise OSError("no /proc")

    monkeypatch.setattr(house.stub, "principal_of_process", fail)
    assert await (await raw(house, "unix")).rest() == b""


def test_the_kernel_names_the_peer() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert peer.credentials(ours) == (os.getpid(), os.getuid())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
async def test_another_user_is_refused_before_a_byte_is_read(house: House) -> None:
    house.path.chmod(0o777)
    house.path.parent.chmod(0o755)
    program = (
        "import os, socket, sys\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])\n"
        "try:\n"
        '    s.sendall(b\'{"jsonrpc":"2.0","id":1,"method":"get_data"}\\n\')\n'
        "    print(s.recv(1000))\n"
        "except OSError as error:\n"
        "    print(type(error).__name__)\n"
    )
    found = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-I", "-c", program, str(house.path)], capture_output=True, timeout=10
    )
    assert found.stdout.strip() in (b"b''", b"ConnectionResetError", b"BrokenPipeError"), found
    assert not house.listener.sessions


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", ""])
async def test_tcp_stays_on_loopback(house: House, host: str) -> None:
    with pytest.raises(UnsafeAddress):
        await house.listener.tcp(host, 0)


async def test_tcp_elsewhere_when_asked_for(house: House) -> None:
    url = await house.listener.tcp("0.0.0.0", 0, insecure=True)
    assert url.startswith("tcp://0.0.0.0:")
