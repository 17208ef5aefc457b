"""Crowds: a thousand connections, drips, subscribers that never read. Whoever is slow or rude harms only itself."""

import asyncio
import json
import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from openrig_rpc.wire import limits
from tests.benchmarks.measure import rss_mb
from tests.living import Living, living, rig_of, terminal, until

from .wire_house import TOKEN, Client, House, HttpClient
from .wire_house import until as later

DRIPS = 200
NEVER = 20


@pytest.fixture(scope="module")
def home() -> Iterator[Living]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192) if hard > 0 else 8192, hard))
    with living() as found:
        found.start()
        found.ask("rig/up", {"text": rig_of("crowd", terminal("shell")), "cwd": str(found.work)})
        yield found
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def connect(home: Living) -> socket.socket:
    said = home.home.daemon()
    assert said is not None
    found = socket.socket(socket.AF_UNIX)
    found.settimeout(30)
    found.connect(said["endpoints"]["unix"])
    return found


def descriptors(home: Living) -> int:
    from pathlib import Path

    assert home.daemon is not None
    return len(list(Path(f"/proc/{home.daemon.pid}/fd").iterdir()))


def test_a_thousand_connections(home: Living) -> None:
    """All open at a time, each served, and nothing left of them."""
    before = descriptors(home)
    with ExitStack() as stack:
        crowd = [stack.enter_context(connect(home)) for _ in range(1000)]
        for number, each in enumerate(crowd):
            each.sendall(b'{"jsonrpc":"2.0","id":%d,"method":"event/subscribe"}\n' % number)
        for number, each in enumerate(crowd):
            assert json.loads(each.makefile("rb").readline())["id"] == number
        sent = home.ask("message/send", {"to": "human@crowd", "text": "to all"})["messages"][0]
        for each in crowd:
            event = json.loads(each.makefile("rb").readline())
            assert (event["method"], event["params"]["data"]["id"]) == ("event/published", sent["id"])
        assert descriptors(home) > 1000
    until(lambda: descriptors(home) <= before + 2, "they are gone")


@pytest.mark.full
def test_subscribers_that_never_read(home: Living) -> None:
    """40 MB of events, twenty times: none of it waits in memory, nobody else waits, and nothing is lost to them."""
    assert home.daemon is not None
    with ExitStack() as stack:
        crowd = [stack.enter_context(connect(home)) for _ in range(NEVER)]
        for each in crowd:
            each.sendall(
                b'{"jsonrpc":"2.0","id":1,"method":"event/subscribe","params":{"kinds":["message.accepted"]}}\n'
            )
        files = [each.makefile("rb") for each in crowd]
        for file in files:
            assert "result" in json.loads(file.readline())
        line = home.line()
        before, most, ids = rss_mb(home.daemon.pid), 0.0, []
        for number in range(40):
            sent = line.ask("message/send", {"to": "human@crowd", "text": f"{number} " + "x" * 1_000_000})
            ids.append(sent["messages"][0]["id"])
            most = max(most, rss_mb(home.daemon.pid))
        line.close()
        assert most - before < 200, (before, most)
        # Two of them read after all: told that they lagged, and given everything, in order.
        for file in files[:2]:
            said: list[str] = []
            lagged = 0
            while len(said) < len(ids):
                message = json.loads(file.readline())
                if message["method"] == "event/lagged":
                    lagged += 1
                else:
                    said.append(message["params"]["data"]["id"])
                most = max(most, rss_mb(home.daemon.pid))
            assert said == ids
            assert lagged == 1
        assert most - before < 200, (before, most)


@pytest.mark.parametrize("transport", ["unix", "tcp", "http"])
async def test_drips(house: House, monkeypatch: pytest.MonkeyPatch, transport: str) -> None:
    """A byte now and then, on 200 connections: each is told and cut, and another client is served all the while."""
    monkeypatch.setattr(limits, "FRAME_SECONDS", 0.5)
    monkeypatch.setattr(limits, "STRANGERS", 2 * DRIPS)
    crowd: list[Client] = [await house.client(transport, hello=transport != "http") for _ in range(DRIPS)]
    other = await house.client("unix")

    async def drip(client: Client) -> bytes:
        begun = b"{"
        if isinstance(client, HttpClient):
            begun = client.request("POST", b"x" * 100, Authorization=f"Bearer {TOKEN}")[:-90]
        client.raw(begun)
        reading = asyncio.create_task(client.rest())
        while not (await asyncio.wait([reading], timeout=0.05))[0]:
            client.raw(b" ")
        return reading.result()

    async with asyncio.TaskGroup() as group:
        drips = [group.create_task(drip(client)) for client in crowd]
        while not all(each.done() for each in drips):
            await other.quiet()
    for each in drips:
        assert b"A message was begun and not ended" in each.result()
    await later(lambda: len(house.listener.sessions) == 1)


async def test_drips_before_a_word(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing at all, by TCP: strangers are few, have little time, and the next one gets in again."""
    monkeypatch.setattr(limits, "HELLO_SECONDS", 0.3)
    crowd = [await house.client("tcp", hello=False) for _ in range(DRIPS)]
    await later(lambda: house.listener.strangers.present == limits.STRANGERS)
    other = await house.client("unix")
    await other.quiet()
    for client in crowd:
        assert await client.rest() == b""
    await later(lambda: house.listener.strangers.present == 0)
    stranger = await house.client("tcp")
    await stranger.quiet()
