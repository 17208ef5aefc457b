"""Whatever bytes come, split wherever: nobody crashes, nothing is owed, and the next client is served."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .wire_house import DEADLINE, DOORS, TOKEN, Client, House, house


@dataclass
class Running:
    """A house in a loop of its own, for tests that are not async."""

    runner: asyncio.Runner
    house: House


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    folder = Path(tempfile.mkdtemp(prefix="orw"))
    with asyncio.Runner() as runner:
        context = house(folder)
        found = runner.run(context.__aenter__())
        yield Running(runner, found)
        runner.run(context.__aexit__(None, None, None))
    shutil.rmtree(folder, ignore_errors=True)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
PIECES = st.sampled_from(
    [
        *(
            b'{"jsonrpc":"2.0",',
            b'"id":1',
            b'"method":"test/echo"',
            b'"params":',
            b"[",
            b"]",
            b"{",
            b"}",
            b",",
            b"null",
        ),
        *(
            b"\n",
            b"\r\n",
            b"\r\n\r\n",
            b"Content-Length: ",
            b"Content-Length: 44\r\n\r\n",
            b"content-type: x\r\n",
            b"5",
            b" ",
        ),
        *(
            b'{"jsonrpc":"2.0","id":1,"method":"get_data"}',
            b'{"jsonrpc":"2.0","method":"exit"}',
            b"\xff",
            b"\x00",
            b'"',
            b"\\",
        ),
    ]
)
NOISE = st.lists(PIECES | st.binary(max_size=8), max_size=30).map(b"".join)
OPENERS = st.sampled_from([b"", b"{", b"[", b" ", b"C", b"c", b"GET /", b"Content-Length: "])
CUTS = st.lists(st.integers(0, 400), max_size=6)
MANY = settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    """`data` cut at these places."""
    places = [0, *sorted({cut for cut in cuts if 0 < cut < len(data)}), len(data)]
    return [data[a:b] for a, b in pairwise(places)]


async def say(client: Client, data: bytes, cuts: list[int]) -> None:
    for piece in pieces(data, cuts):
        client.raw(piece)
        await asyncio.sleep(0)
    with suppress(OSError):  # it was closed already
        client.writer.write_eof()


def messages(door: str, data: bytes) -> list[Any]:
    """What a client reads: whole messages, and nothing else."""
    if door == "plain":
        assert data == b"" or data.endswith(b"\n")
        return [orjson.loads(line) for line in data.splitlines()]
    found = []
    while data:
        head, _, rest = data.partition(b"\r\n\r\n")
        length = int(head.removeprefix(b"Content-Length: "))
        found.append(orjson.loads(rest[:length]))
        data = rest[length:]
    return found


@MANY
@given(opener=OPENERS, noise=NOISE, cuts=CUTS)
def test_any_bytes(running: Running, opener: bytes, noise: bytes, cuts: list[int]) -> None:
    any_bytes(running, opener + noise, cuts)


HEADS = st.sampled_from(
    [
        b"",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer %b\r\n"
        % TOKEN.encode(),
        b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        b"Sec-WebSocket-Protocol: openrig.v1\r\n"
        b"Authorization: Bearer %b\r\n" % TOKEN.encode(),
        b"OPTIONS / HTTP/1.1\r\n",
        b"HEAD / HTTP/1.0\r\n",
    ]
)
ENDS = st.sampled_from([b"", b"\r\n", b"Content-Length: 44\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n"])
FRAMES = st.lists(
    st.builds(
        lambda first, length, mask, data: bytes([first, length | mask]) + b"\0\0\0\0" * (mask > 0) + data,
        st.sampled_from([0x81, 0x01, 0x00, 0x80, 0x82, 0x88, 0x89, 0x8A, 0xC1, 0x83]),
        st.sampled_from([0, 1, 5, 44, 126, 127]),
        st.sampled_from([0x80, 0x80, 0x80, 0]),
        st.binary(max_size=8) | st.just(b'{"jsonrpc":"2.0","id":1,"method":"get_data"}'),
    ),
    max_size=8,
).map(b"".join)


@MANY
@given(head=HEADS, end=ENDS, noise=NOISE | FRAMES, cuts=CUTS)
def test_any_bytes_by_http_and_websocket(
    running: Running, head: bytes, end: bytes, noise: bytes, cuts: list[int]
) -> None:
    web_bytes(running, head + end + noise, cuts)


@pytest.mark.full
@pytest.mark.timeout(900)
@settings(MANY, max_examples=10_000)
@given(head=HEADS, end=ENDS, noise=NOISE | FRAMES, cuts=CUTS)
def test_any_bytes_by_http_and_websocket_ten_thousand_times(
    running: Running, head: bytes, end: bytes, noise: bytes, cuts: list[int]
) -> None:
    web_bytes(running, head + end + noise, cuts)


def web_bytes(running: Running, data: bytes, cuts: list[int]) -> None:
    """One connection that says these bytes where HTTP is served, and another that is still served there."""

    async def turn() -> None:
        client = await running.house.client("http", "plain", hello=False)
        try:
            await say(client, data, cuts)
            answer = await client.rest()
        finally:
            await client.close()
            running.house.leave(client)
        assert answer.startswith(b"HTTP/1.1 ") or not answer
        other = await running.house.client("http", "plain")
        await other.quiet()
        await other.close()
        running.house.leave(other)

    failures = running.house.listener.strangers._failures
    failures.clear()  # what is tried here would shut this address out
    running.runner.run(turn())


@pytest.fixture(autouse=True)
def no_errors(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing that nobody thought of is in the log."""
    yield
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.full
@pytest.mark.timeout(900)
@settings(MANY, max_examples=10_000)
@given(opener=OPENERS, noise=NOISE, cuts=CUTS)
def test_any_bytes_ten_thousand_times(running: Running, opener: bytes, noise: bytes, cuts: list[int]) -> None:
    any_bytes(running, opener + noise, cuts)


def any_bytes(running: Running, data: bytes, cuts: list[int]) -> None:
    """One connection that says these bytes, and another that is still served."""

    async def turn() -> None:
        client = await running.house.client("unix", "plain", hello=False)
        try:
            await say(client, data, cuts)
            answer = await client.rest()
        finally:
            await client.close()
            running.house.leave(client)
        if not answer.startswith((b"HTTP/1.1 501 ", b"Content-Length: ")):
            messages("plain", answer)
        other = await running.house.client("unix", "plain")
        await other.quiet()
        await other.close()
        running.house.leave(other)

    running.runner.run(turn())


def requests() -> st.SearchStrategy[list[dict[str, Any] | bytes]]:
    """Requests with ids of their own among nonsense that is framed, so that reading goes on."""
    request = st.builds(
        lambda method, params: {"jsonrpc": "2.0", "method": method, "params": params},
        st.sampled_from(["test/echo", "get_data", "test/typed", "test/fail", "test/refuse", "nothing", "subtract"]),
        st.none()
        | st.dictionaries(st.sampled_from(["value", "text", "lines", "minuend"]), JSON, max_size=3)
        | st.lists(JSON, max_size=3),
    )
    nonsense = st.sampled_from(
        [b"[]", b"[1]", b"{}", b"1", b"{", b'"x"', b"[{]", b"\xff", b'{"jsonrpc":"2.0","method":"update"}']
    )
    return st.lists(request | nonsense, min_size=1, max_size=20)


@pytest.mark.parametrize("door", DOORS)
@MANY
@given(data=st.data(), cuts=CUTS)
def test_each_request_has_one_reply(running: Running, door: str, data: st.DataObject, cuts: list[int]) -> None:
    asked = data.draw(requests())

    async def turn() -> None:
        client = await running.house.client("unix", door)
        try:
            stream = b"\n" if door == "plain" else b""  # the door is open, whatever comes first
            ids = []
            for number, message in enumerate(asked):
                if isinstance(message, dict):
                    ids.append(f"r{number}")
                    message = orjson.dumps({**message, "id": ids[-1]})
                stream += client.frame(message)
            if door == "lsp":
                stream += client.frame(b'{"jsonrpc":"2.0","method":"exit"}')
            await say(client, stream, cuts)
            async with asyncio.timeout(DEADLINE):
                answers = messages(door, await client.rest())
        finally:
            await client.close()
            running.house.leave(client)
        flat = [answer for found in answers for answer in (found if isinstance(found, list) else [found])]
        assert sorted(answer["id"] for answer in flat if answer["id"] is not None) == sorted(ids)
        assert not [answer for answer in flat if ("result" in answer) == ("error" in answer)]

    running.runner.run(turn())
