"""HTTP and WebSocket besides JSON-RPC: heads, tokens, origins, hosts, bodies, what is refused and how."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

import orjson
import pytest

from openrig_rpc.model.principal import Principal, Tier, Token
from openrig_rpc.wire import limits, web

from .wire_house import TOKEN, House, HttpClient, WebSocketClient, until

ECHO = b'{"jsonrpc":"2.0","id":1,"method":"test/echo","params":{"value":1}}'
ECHOED = {"jsonrpc": "2.0", "id": 1, "result": {"value": 1}}
PAGE = "https://page.example"
READER = Principal(kind="service", name="ui", scopes=(Tier.READ,))
Fresh = Callable[[], Awaitable[HttpClient]]


def let_page_in(house: House, secret: str = "page", **more: Any) -> str:
    """A token that pages of PAGE may use."""
    token = Token(id=f"t-{secret}", name="service:ui", principal=READER, created_at="2026", origins=[PAGE], **more)
    house.stub.tokens[secret] = token
    return secret


@pytest.fixture
async def http(house: House) -> HttpClient:
    return cast(HttpClient, await house.client("http"))


@pytest.fixture
async def socket(house: House) -> WebSocketClient:
    """Connected, and not upgraded."""
    return cast(WebSocketClient, await house.client("websocket", hello=False))


async def refused(client: HttpClient, status: int) -> dict[str, Any]:
    """The error that the connection ends with, said with this status."""
    body = await client.response()
    assert (client.status, client.head["connection"].rpartition(" ")[2]) == (status, "close")
    assert client.head["content-type"] == "application/json"
    assert await client.rest() == b""
    found = orjson.loads(body)
    assert set(found) == {"jsonrpc", "id", "error"} and found["id"] is None
    return cast(dict[str, Any], found["error"])


# HTTP.


async def test_one_connection_asks_often(http: HttpClient) -> None:
    for _ in range(3):
        http.raw(http.request("POST", ECHO))
        assert (orjson.loads(await http.response()), http.status) == (ECHOED, 200)
        assert http.head["content-type"] == "application/json"
        assert http.head["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in http.head


async def test_requests_that_are_sent_ahead(http: HttpClient, house: House) -> None:
    http.raw(
        b"".join(
            http.request("POST", b'{"jsonrpc":"2.0","id":%d,"method":"test/echo","params":{"value":%d}}' % (n, n))
            for n in range(20)
        )
    )
    for n in range(20):
        assert orjson.loads(await http.response())["result"] == {"value": n}


async def test_a_notification_has_an_empty_response(http: HttpClient, house: House) -> None:
    http.raw(http.request("POST", b'{"jsonrpc":"2.0","method":"update","params":{"a":3}}'))
    assert await http.response() == b""
    assert http.status == 204
    assert house.stub.calls == ["update 3"]
    http.raw(http.request("POST", b'{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}'))
    assert (await http.response(), http.status) == (b"", 204)
    assert (await http.call("get_data"))["result"]


async def test_a_chunked_body(http: HttpClient) -> None:
    http.raw(http.request("POST", Content_Length="", Transfer_Encoding="chunked"))
    for piece in (ECHO[:9], ECHO[9:]):
        http.raw(b"%x\r\n%b\r\n" % (len(piece), piece))
    http.raw(b"0\r\n\r\n")
    assert orjson.loads(await http.response()) == ECHOED


async def test_a_client_that_asks_whether_it_may_go_on(http: HttpClient) -> None:
    http.raw(http.request("POST", ECHO, Expect="100-continue").removesuffix(ECHO))
    async with asyncio.timeout(5):
        assert await http.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 \r\n\r\n"
    http.raw(ECHO)
    assert orjson.loads(await http.response()) == ECHOED


async def test_the_old_http_ends_after_one(http: HttpClient) -> None:
    http.raw(http.request("POST", ECHO).replace(b"HTTP/1.1", b"HTTP/1.0"))
    assert orjson.loads(await http.response()) == ECHOED
    assert await http.rest() == b""


@pytest.mark.parametrize(
    ("verb", "path", "headers", "status"),
    [
        ("GET", "/", {}, 426),
        ("HEAD", "/", {}, 405),
        ("PUT", "/", {}, 405),
        ("DELETE", "/", {}, 405),
        ("TRACE", "/", {}, 405),
        ("CONNECT", "/", {}, 405),
        ("PATCH", "/", {}, 405),
        ("POST", "/rpc", {}, 404),
        ("POST", "/?token=x", {}, 404),
        ("GET", "/favicon.ico", {}, 404),
        ("POST", "http://localhost/", {}, 404),
        ("POST", "/", {"Content_Type": ""}, 415),
        ("POST", "/", {"Content_Type": "text/plain"}, 415),
        ("POST", "/", {"Content_Type": "application/x-www-form-urlencoded"}, 415),
        ("POST", "/", {"Content_Encoding": "gzip"}, 415),
        ("POST", "/", {"Authorization": ""}, 401),
        ("POST", "/", {"Authorization": f"Basic {TOKEN}"}, 401),
        ("POST", "/", {"Authorization": "Bearer"}, 401),
        ("POST", "/", {"Authorization": "Bearer wrong"}, 401),
        ("POST", "/", {"Authorization": f"Bearer {TOKEN}x"}, 401),
        ("POST", "/", {"Content_Length": str(limits.FRAME + 1)}, 413),
        ("POST", "/", {"Content_Length": "-1"}, 400),
        ("POST", "/", {"Content_Length": "x"}, 400),
        ("POST", "/", {"Transfer_Encoding": "gzip"}, 501),
        ("POST", "/", {"Host": ""}, 400),
        ("POST", "/", {"X": "x" * 9000}, 431),
    ],
)
async def test_what_is_refused(http: HttpClient, verb: str, path: str, headers: dict[str, str], status: int) -> None:
    http.raw(http.request(verb, ECHO, path, **headers))
    if verb == "HEAD":
        async with asyncio.timeout(5):
            head = await http.reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 405 ")
        assert await http.rest() == b""
        return
    error = await refused(http, status)
    assert error["data"]["kind"] in ("invalid-request", "unauthenticated", "payload-too-large")
    if status == 401:
        assert http.head["www-authenticate"].startswith("Bearer")
    if status == 405:
        assert http.head["allow"] == "GET, OPTIONS, POST"


@pytest.mark.parametrize("twice", ["Host", "Origin", "Authorization"])
async def test_headers_that_may_come_once(http: HttpClient, house: House, twice: str) -> None:
    let_page_in(house)
    value = {"Host": "localhost", "Origin": PAGE, "Authorization": f"Bearer {TOKEN}"}[twice]
    more = f"{twice}: {value}\r\n{twice}: {value}\r\n\r\n".encode()
    left_out: dict[str, Any] = {twice: ""}
    http.raw(http.request("POST", **left_out).replace(b"\r\n\r\n", b"\r\n") + more)
    await refused(http, 400)


async def test_a_body_that_grows_too_large(http: HttpClient) -> None:
    http.raw(http.request("POST", Content_Length="", Transfer_Encoding="chunked"))
    for _ in range(9):
        http.raw(b"100000\r\n%b\r\n" % (b" " * 0x100000))
    assert (await refused(http, 413))["data"]["limit"] == limits.FRAME


async def test_the_largest_body(http: HttpClient) -> None:
    value = "x" * (limits.FRAME - 100)
    answer = await http.call("test/echo", {"value": value})
    assert answer["result"] == {"value": value}


@pytest.mark.parametrize("most", [1, 9, -5])
async def test_the_end_of_file_amid_a_request(http: HttpClient, house: House, most: int) -> None:
    http.raw(http.request("POST", ECHO)[:most])
    http.writer.write_eof()
    await http.rest()
    assert house.stub.calls == []


async def test_a_body_that_does_not_come(http: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FRAME_SECONDS", 0.05)
    http.raw(http.request("POST", ECHO)[:-5])
    assert (await refused(http, 400))["data"]["what"] == "A message was begun and not ended"


@pytest.mark.parametrize("begun", [b"", b"P", b"POST / HTTP/1.1\r\nHost: localhost\r\n", b"GET / HTTP/1.1\r\n"])
async def test_strangers_have_little_time(house: House, monkeypatch: pytest.MonkeyPatch, begun: bytes) -> None:
    monkeypatch.setattr(limits, "HELLO_SECONDS", 0.05)
    client = await house.client("http", hello=False)
    client.raw(begun)
    await client.rest()
    await until(lambda: house.listener.strangers.present == 0)


async def test_who_said_its_token_has_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HELLO_SECONDS", 0.05)
    client = await house.client("http")
    assert (await client.call("test/echo"))["result"] == {}
    await asyncio.sleep(0.1)
    assert (await client.call("test/echo"))["result"] == {}
    assert house.listener.strangers.present == 0


async def test_wrong_tokens_are_counted(house: House) -> None:
    for _ in range(limits.FAILURES):
        client = cast(HttpClient, await house.client("http"))
        client.raw(client.request("POST", ECHO, Authorization="Bearer wrong"))
        await refused(client, 401)
    client = cast(HttpClient, await house.client("http"))
    client.raw(client.request("POST", ECHO))
    error = await refused(client, 429)
    assert int(client.head["retry-after"]) == error["data"]["retrySeconds"]


@pytest.mark.parametrize("first", [b'{"jsonrpc":"2.0"}\n', b"[]", b"Xontent-Length: 5\r\n\r\n", b"\x16\x03\x01", b" "])
async def test_nothing_but_http(house: House, first: bytes) -> None:
    client = await house.client("http", hello=False)
    client.raw(first)
    assert (await client.rest()).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    "said", [b"GET\r\n\r\n", b"POST / HTTP/2\r\n\r\n", b"GET / HTTP/1.1\nHost localhost\n\n", b"PRI * HTTP/2.0\r\n\r\n"]
)
async def test_heads_that_are_none(house: House, said: bytes) -> None:
    client = await house.client("http", hello=False)
    client.raw(said)
    assert (await client.rest()).startswith(b"HTTP/1.1 4")


async def test_nothing_is_pushed_by_http(http: HttpClient) -> None:
    answer = await http.call("test/publish", {"count": 3})
    assert answer["result"] == {}
    assert (await http.call("test/echo"))["result"] == {}


@pytest.mark.parametrize(
    ("params", "may"),
    [
        ({}, False),
        ({"wait": True}, False),
        ({"wait": False}, True),
        ({"timeoutSeconds": 30}, True),
        ({"timeoutSeconds": 30.5}, False),
        ({"timeoutSeconds": 31, "wait": False}, True),
    ],
)
async def test_what_may_wait_long_is_refused(http: HttpClient, house: House, params: Any, may: bool) -> None:
    house.stub.gate("gate").set()
    answer = await http.call("test/long", params)
    assert ("result" in answer) is may
    if not may:
        assert answer["error"]["data"]["kind"] == "invalid-request"
    other = await house.client("websocket")
    assert "result" in await other.call("test/long", params)


# Pages.


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "192.0.2.1", "0", "[::1", "[::1]x:1"),
        *("::1", "127.1", "2130706433", "0x7f.1", "127.0.0.1@evil.example", "0.0.0.0", "[localhost]", "localhost:x"),
    ],
)
@pytest.mark.parametrize("door", ["http", "websocket"])
async def test_foreign_hosts(house: House, door: str, host: str) -> None:
    client = await house.client(door, hello=False)
    if isinstance(client, HttpClient):
        client.raw(client.request("POST", ECHO, Host=host, Authorization=f"Bearer {TOKEN}"))
    elif isinstance(client, WebSocketClient):
        client.raw(client.upgrade(Host=host, Authorization=f"Bearer {TOKEN}"))
    said = await client.rest()
    assert said.startswith((b"HTTP/1.1 403 ", b"HTTP/1.1 400 ")), said
    assert house.stub.calls == []


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:80", "127.0.0.1", "127.0.0.1:5", "127.8.8.8", "[::1]", "[::1]:9"]
)
async def test_our_own_hosts(http: HttpClient, host: str) -> None:
    http.raw(http.request("POST", ECHO, Host=host))
    assert orjson.loads(await http.response()) == ECHOED


def test_elsewhere_an_address_is_enough() -> None:
    assert web.ours("192.0.2.1:80", loopback=False)
    assert web.ours("localhost", loopback=False)
    assert not web.ours("daemon.example", loopback=False)
    assert not web.ours("192.0.2.1:80", loopback=True)


@pytest.mark.parametrize(
    "origin", ["null", "https://evil.example", PAGE + ".evil.example", PAGE + ":1", "http://localhost"]
)
async def test_foreign_pages(house: House, origin: str) -> None:
    secret = let_page_in(house)
    for verb, bearer in (("POST", secret), ("POST", TOKEN), ("POST", ""), ("OPTIONS", "")):
        client = cast(HttpClient, await house.client("http", hello=False))
        said = f"Bearer {bearer}" if bearer else ""
        client.raw(client.request(verb, ECHO, Origin=origin, Authorization=said))
        await refused(client, 403)
        assert "access-control-allow-origin" not in client.head
        other = cast(WebSocketClient, await house.client("websocket", hello=False))
        assert (await other.upgraded(Origin=origin, Authorization=said)).startswith("HTTP/1.1 403 ")
    assert house.stub.calls == []


async def test_a_page_with_its_token(house: House) -> None:
    client = cast(HttpClient, await house.client("http", hello=False))
    client.secret = let_page_in(house)
    client.raw(client.request("OPTIONS", Origin=PAGE, Authorization="", Access_Control_Request_Method="POST"))
    assert (await client.response(), client.status) == (b"", 204)
    assert client.head["access-control-allow-origin"] == PAGE
    assert client.head["access-control-allow-methods"] == "POST"
    assert "authorization" in client.head["access-control-allow-headers"]
    client.raw(client.request("POST", ECHO, Origin=PAGE))
    assert (orjson.loads(await client.response()), client.status) == (ECHOED, 200)
    assert (client.head["access-control-allow-origin"], client.head["vary"]) == (PAGE, "Origin")
    client.raw(client.request("POST", ECHO.replace(b"test/echo", b"test/shape"), Origin=PAGE))
    assert orjson.loads(await client.response())["error"]["code"] != -32601, "it has its own scopes"


async def test_a_page_with_somebody_elses_token(house: House) -> None:
    """Its origin is known here, but not of this token."""
    let_page_in(house)
    client = cast(HttpClient, await house.client("http", hello=False))
    client.raw(client.request("POST", ECHO, Origin=PAGE, Authorization=f"Bearer {TOKEN}"))
    await refused(client, 403)
    page = cast(WebSocketClient, await house.client("websocket", hello=False))
    assert (await page.upgraded(Origin=PAGE)).startswith("HTTP/1.1 101 ")
    answer = await page.call("session/open", {"token": TOKEN})
    assert answer["error"]["data"]["kind"] == "unauthenticated"
    assert (await page.received())[0] == 8


async def test_a_page_by_websocket(house: House) -> None:
    page = cast(WebSocketClient, await house.client("websocket", hello=False))
    secret = let_page_in(house)
    assert (await page.upgraded(Origin=PAGE)).startswith("HTTP/1.1 101 ")
    assert (await page.call("session/open", {"token": secret}))["result"]["principal"]["name"] == "ui"
    assert (await page.call("test/echo"))["result"] == {}


# Revoking.


async def test_revoking_cuts_every_connection_of_a_token(house: House) -> None:
    secret = let_page_in(house)
    page = cast(WebSocketClient, await house.client("websocket", hello=False))
    await page.upgraded(Authorization=f"Bearer {secret}")
    line = await house.client("tcp", hello=False)
    await line.hello(secret)
    await house.listener.lsp()  # its import is not what has five seconds here
    editor = await house.client("tcp", "lsp", hello=False)
    await editor.hello(secret)
    post = cast(HttpClient, await house.client("http"))
    post.secret = secret
    for client in (page, line, editor):
        client.ask("test/wait", identity="waits")
        await client.call("test/publish", {"count": 0})
    post.ask("test/wait", identity="waits")
    await until(lambda: house.stub.calls.count("wait gate") == 4)
    others = [await house.client(transport) for transport in ("unix", "tcp", "http", "websocket")]
    house.stub.revoke(secret)
    for client in (page, line, editor):
        assert (await client.read())["error"]["data"]["kind"] == "unauthenticated"
        assert (await client.read())["error"]["code"] == -32800
        with pytest.raises(EOFError):
            await client.read()
    assert (await refused(post, 401))["data"]["kind"] == "unauthenticated"
    for client in others:
        await client.quiet()
    again = cast(HttpClient, await house.client("http"))
    again.raw(again.request("POST", ECHO, Authorization=f"Bearer {secret}"))
    await refused(again, 401)


async def test_nothing_is_pushed_after_revoking(house: House) -> None:
    """Not even to one whose work runs on."""
    secret = let_page_in(house)
    line = await house.client("websocket", hello=False)
    await line.hello(secret)
    line.ask("test/publish", {"count": 1})
    line.ask("test/hold", identity="held")
    await until(lambda: "hold gate" in house.stub.calls)
    (session,) = [each for each in house.listener.sessions if each.token is not None and each.token.id == "t-page"]
    house.stub.revoke(secret)
    session.notify("event/published", {"seq": 99})
    house.stub.gate("gate").set()
    said = []
    with pytest.raises(EOFError):
        while True:
            said.append(await line.read())
    assert 99 not in [message["params"]["seq"] for message in said if "method" in message]
    assert {"jsonrpc": "2.0", "id": "held", "result": {"value": "gate"}} in said


async def test_a_token_that_ends_ends_its_connections(house: House) -> None:
    from datetime import UTC, datetime, timedelta

    from openrig_rpc.model.base import stamp

    secret = let_page_in(house, expires_at=stamp(datetime.now(UTC) + timedelta(seconds=0.3)))
    line = await house.client("tcp", hello=False)
    await line.hello(secret)
    assert (await line.read())["error"]["data"]["kind"] == "unauthenticated"
    with pytest.raises(EOFError):
        await line.read()


# WebSocket.


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec_WebSocket_Protocol": ""}, 400),
        ({"Sec_WebSocket_Protocol": "openrig.v2"}, 400),
        ({"Sec_WebSocket_Key": ""}, 400),
        ({"Sec_WebSocket_Version": "8"}, 426),
        ({"Sec_WebSocket_Version": ""}, 426),
        ({"Connection": "keep-alive"}, 400),
        ({"Content_Length": "5"}, 400),
        ({"Transfer_Encoding": "chunked"}, 400),
        ({"Upgrade": "h2c, websocketish"}, 101),
        ({"Authorization": "Bearer wrong"}, 401),
    ],
)
async def test_upgrades_that_are_refused(socket: WebSocketClient, headers: dict[str, str], status: int) -> None:
    assert (await socket.upgraded(**headers)).startswith(f"HTTP/1.1 {status} ")


async def test_another_path_has_no_socket(socket: WebSocketClient) -> None:
    socket.raw(socket.upgrade("/socket"))
    assert (await socket.rest()).startswith(b"HTTP/1.1 404 ")


async def test_a_token_in_the_upgrade(socket: WebSocketClient) -> None:
    assert (await socket.upgraded(Authorization=f"Bearer {TOKEN}")).startswith("HTTP/1.1 101 ")
    assert (await socket.call("test/echo"))["result"] == {}


async def test_without_a_token_there_is_nothing(socket: WebSocketClient) -> None:
    await socket.upgraded()
    assert (await socket.call("test/echo"))["error"]["data"]["kind"] == "unauthenticated"
    assert (await socket.received())[0] == 8


async def test_messages_sent_with_the_upgrade(socket: WebSocketClient) -> None:
    socket.raw(socket.upgrade(Authorization=f"Bearer {TOKEN}") + socket.frame(ECHO))
    async with asyncio.timeout(5):
        await socket.reader.readuntil(b"\r\n\r\n")
    assert await socket.read() == ECHOED


async def test_a_message_in_fragments_with_a_ping_between(socket: WebSocketClient) -> None:
    await socket.hello(TOKEN)
    socket.raw(socket.piece(0x01, ECHO[:5]))
    socket.raw(socket.piece(0x89, b"there?"))
    socket.raw(socket.piece(0x00, ECHO[5:30]) + socket.piece(0x80, ECHO[30:]))
    assert await socket.received() == (10, b"there?")
    assert await socket.read() == ECHOED


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"\x81\x05hello", 1002),  # not masked
        (b"\x83\x80\0\0\0\0", 1002),  # no such opcode
        (b"\xc1\x80\0\0\0\0", 1002),  # an extension nobody agreed on
        (b"\x80\x80\0\0\0\0", 1002),  # goes on with nothing
        (b"\x09\x80\0\0\0\0", 1002),  # half a ping
        (b"\x82\x80\0\0\0\0", 1002),  # binary
        (b"\x88\x81\0\0\0\0x", 1002),  # a goodbye with half a code
        (b"\x88\x80\0\0\0\0", 1005),
        (b"\x88\x82\0\0\0\0\x03\xe8", 1000),
    ],
)
async def test_frames_that_end_it(socket: WebSocketClient, house: House, frame: bytes, code: int) -> None:
    await socket.hello(TOKEN)
    socket.raw(frame)
    said = await socket.rest()
    goodbye = said[said.rindex(b"\x88") :]
    assert goodbye[2:4] == (b"" if code == 1005 else code.to_bytes(2, "big"))
    await until(lambda: not house.listener.sessions)


async def test_a_message_too_large(socket: WebSocketClient) -> None:
    await socket.hello(TOKEN)
    for _ in range(9):
        socket.raw(socket.piece(0x01 if _ == 0 else 0x00, b" " * 0x100000))
    assert (await socket.read())["error"]["data"]["limit"] == limits.FRAME
    opcode, payload = await socket.received()
    assert (opcode, payload[:2]) == (8, (1009).to_bytes(2, "big"))


async def test_a_frame_that_announces_too_much(socket: WebSocketClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its payload is counted as it comes; what never comes is not waited for."""
    await socket.hello(TOKEN)
    monkeypatch.setattr(limits, "FRAME_SECONDS", 0.05)
    socket.raw(b"\x81\xff" + (2**62).to_bytes(8, "big") + b"\0\0\0\0" + b"x" * 1000)
    assert (await socket.read())["error"]["data"]["what"] == "A message was begun and not ended"


async def test_the_largest_message(socket: WebSocketClient) -> None:
    await socket.hello(TOKEN)
    value = "x" * (limits.FRAME - 100)
    assert (await socket.call("test/echo", {"value": value}))["result"] == {"value": value}


async def test_events_come_by_websocket(socket: WebSocketClient) -> None:
    await socket.hello(TOKEN)
    asked = socket.ask("test/publish", {"count": 3})
    assert (await socket.read())["id"] == asked
    assert [(await socket.read())["params"]["seq"] for _ in range(3)] == [0, 1, 2]


async def test_a_goodbye_ends_what_waits(socket: WebSocketClient, house: House) -> None:
    await socket.hello(TOKEN)
    socket.ask("test/wait")
    await until(lambda: "wait gate" in house.stub.calls)
    socket.raw(socket.piece(0x88, b"\x03\xe8"))
    assert (await socket.received())[0] == 8
    await until(lambda: house.stub.cancelled == ["gate"])


async def test_the_daemon_says_goodbye(socket: WebSocketClient, house: House) -> None:
    await socket.hello(TOKEN)
    closing = asyncio.create_task(house.listener.close())
    opcode, payload = await socket.received()
    assert (opcode, payload[:2]) == (8, (1001).to_bytes(2, "big"))
    await closing
