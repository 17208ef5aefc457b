"""What a connection may count on: order, one reply for each id, cancellation, events after their cause, an end."""

import asyncio
import random
from typing import Any

import pytest

from openrig_rpc.wire import limits

from .wire_house import DOORS, Client, House, WebSocketClient, until


@pytest.fixture(params=[*DOORS, "websocket"])
async def client(request: pytest.FixtureRequest, house: House) -> Client:
    if request.param == "websocket":
        return await house.client("websocket")
    return await house.client("unix", request.param)


def error(message: Any) -> int:
    found = message["error"]["code"]
    assert isinstance(found, int)
    return found


# Order.


async def test_requests_start_in_the_order_they_came(client: Client, house: House) -> None:
    ids = [client.ask("update", {"a": number}) for number in range(50)]
    answers = [(await client.read())["id"] for _ in ids]
    assert answers == ids
    assert house.stub.calls == [f"update {number}" for number in range(50)]


async def test_the_next_one_waits_for_one_that_works(client: Client, house: House) -> None:
    first, second = client.ask("test/hold"), client.ask("update", {"a": 1})
    await until(lambda: house.stub.calls == ["hold gate"])
    house.stub.gate("gate").set()
    assert [(await client.read())["id"] for _ in range(2)] == [first, second]
    assert house.stub.calls == ["hold gate", "held gate", "update 1"]


async def test_the_next_one_overtakes_one_that_waits(client: Client, house: House) -> None:
    first, second = client.ask("test/wait"), client.ask("update", {"a": 1})
    assert (await client.read())["id"] == second
    house.stub.gate("gate").set()
    assert (await client.read())["id"] == first


async def test_notifications_keep_the_order_too(client: Client, house: House) -> None:
    client.send({"jsonrpc": "2.0", "method": "test/hold"})
    client.send({"jsonrpc": "2.0", "method": "update", "params": {"a": 1}})
    asked = client.ask("update", {"a": 2})
    await until(lambda: bool(house.stub.calls))
    house.stub.gate("gate").set()
    assert (await client.read())["id"] == asked
    assert house.stub.calls == ["hold gate", "held gate", "update 1", "update 2"]


async def test_connections_dont_wait_for_each_other(client: Client, house: House) -> None:
    client.ask("test/hold")
    await until(lambda: bool(house.stub.calls))
    await (await house.client("unix", "plain")).quiet()


# Cancellation.


async def test_cancelling_what_waits(client: Client, house: House) -> None:
    asked = client.ask("test/wait")
    await until(lambda: house.stub.calls == ["wait gate"])
    client.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": asked}})
    answer = await client.read()
    assert (answer["id"], error(answer), answer["error"]["data"]["kind"]) == (asked, -32800, "cancelled")
    await until(lambda: house.stub.cancelled == ["gate"])
    await client.quiet()


async def test_cancelling_what_works_ends_the_waiting_not_the_work(client: Client, house: House) -> None:
    asked, behind = client.ask("test/hold"), client.ask("update", {"a": 1})
    await until(lambda: house.stub.calls == ["hold gate"])
    client.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": asked}})
    assert error(await client.reply(asked)) == -32800
    house.stub.gate("gate").set()
    assert "result" in await client.reply(behind)
    assert house.stub.calls == ["hold gate", "held gate", "update 1"]
    await client.quiet()


async def test_cancelling_what_has_effects(client: Client, house: House) -> None:
    asked = client.ask("test/work")
    await until(lambda: house.stub.calls == ["work gate"])
    client.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": asked}})
    assert error(await client.read()) == -32800
    house.stub.gate("gate").set()
    await until(lambda: house.stub.calls == ["work gate", "worked gate"])
    await client.quiet()


async def test_effects_go_on_when_their_caller_is_gone(client: Client, house: House) -> None:
    client.ask("test/work")
    await until(lambda: house.stub.calls == ["work gate"])
    await client.close()
    await until(lambda: not house.listener.sessions)
    house.stub.gate("gate").set()
    await until(lambda: house.stub.calls == ["work gate", "worked gate"])


async def test_cancelling_what_has_not_started(client: Client, house: House) -> None:
    first, second = client.ask("test/hold"), client.ask("update", {"a": 1})
    client.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": second}})
    assert error(await client.reply(second)) == -32800
    house.stub.gate("gate").set()
    assert "result" in await client.reply(first)
    await client.quiet()
    assert "update 1" not in house.stub.calls


@pytest.mark.parametrize(
    "params", [{"id": "none"}, {"id": None}, {"id": True}, {"id": [1]}, {}, [], None, {"id": 1e300}]
)
async def test_cancelling_nothing(client: Client, params: Any) -> None:
    client.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": params})
    await client.quiet()


async def test_an_id_is_free_after_its_cancellation(client: Client, house: House) -> None:
    client.ask("test/wait", identity="x")
    client.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": "x"}})
    assert error(await client.read()) == -32800
    client.ask("test/echo", identity="x")
    assert (await client.read()) == {"jsonrpc": "2.0", "id": "x", "result": {}}
    await client.quiet()


async def test_a_storm_of_cancellations(client: Client, house: House) -> None:
    """1,000 requests, each cancelled at some moment: each has exactly one answer."""
    choose = random.Random(7)
    live: list[int] = []
    seen: dict[int, int] = {}

    async def read(count: int) -> None:
        for _ in range(count):
            answer = await client.read()
            seen[answer["id"]] = seen.get(answer["id"], 0) + 1
            assert "result" in answer or error(answer) == -32800

    reading = asyncio.create_task(read(1000))
    for number in range(1000):
        method = choose.choice(["test/wait", "test/echo", "get_data", "test/wait"])
        live.append(client.ask(method, {"name": "never"} if method == "test/wait" else None))
        if choose.random() < 0.7:
            client.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": choose.choice(live)}})
        if number % 50 == 0:
            await asyncio.sleep(0)
    for identity in live:
        client.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": identity}})
    await reading
    assert seen == dict.fromkeys(live, 1)
    await client.quiet()


async def test_too_many_that_wait(client: Client, house: House) -> None:
    for number in range(limits.WAITING):
        client.ask("test/wait", identity=number)
    await until(lambda: len(house.stub.calls) == limits.WAITING)
    client.ask("test/wait", identity="one more")
    answer = await client.read()
    assert (answer["id"], answer["error"]["data"]["kind"]) == ("one more", "payload-too-large")
    house.stub.gate("gate").set()
    answered = {(await client.read())["id"] for _ in range(limits.WAITING)}
    assert answered == set(range(limits.WAITING))
    await client.quiet()


# Events.


async def test_a_reply_comes_before_its_first_event(client: Client) -> None:
    asked = client.ask("test/publish", {"count": 3})
    messages = [await client.read() for _ in range(4)]
    assert messages[0].get("id") == asked
    assert [message["params"]["seq"] for message in messages[1:]] == [0, 1, 2]


async def test_events_come_between_the_requests_of_a_busy_client(client: Client) -> None:
    client.ask("test/publish", {"count": 20})
    for _ in range(100):
        client.ask("get_data")
    messages = [await client.read() for _ in range(121)]
    last = max(number for number, message in enumerate(messages) if message.get("method") == "event/published")
    assert last < 100, "events waited for the queue to be empty"


async def test_events_flow_while_a_request_waits(client: Client, house: House) -> None:
    waiting = client.ask("test/wait")
    asked = client.ask("test/publish", {"count": 1})
    assert (await client.read())["id"] == asked
    assert (await client.read())["method"] == "event/published"
    house.stub.gate("gate").set()
    assert (await client.read())["id"] == waiting


async def test_events_wait_for_the_whole_batch(client: Client, house: House) -> None:
    client.send(
        [{"jsonrpc": "2.0", "id": n, "method": m} for n, m in enumerate(["test/publish", "test/hold", "test/wait"])]
    )
    await until(lambda: house.stub.calls == ["hold gate"])
    house.stub.gate("gate").set()
    assert [answer["id"] for answer in await client.read()] == [0, 1, 2]
    assert (await client.read())["method"] == "event/published"


# Ends.


@pytest.mark.parametrize("last", [b"\n", b""])
async def test_one_side_closed(house: House, last: bytes) -> None:
    client = await house.client("unix", "plain")
    for number in range(300):
        client.ask("update", {"a": number})
    waiting = client.ask("test/wait")
    client.raw(b'{"jsonrpc":"2.0","id":"last","method":"get_data"}' + last)
    client.writer.write_eof()
    assert "result" in await client.reply("last")
    house.stub.gate("gate").set()
    assert "result" in await client.reply(waiting)
    assert await client.rest() == b""
    assert len(house.stub.calls) == 301


async def test_exit_does_not_wait_for_effects(house: House) -> None:
    client = await house.client("unix", "lsp")
    asked = client.ask("test/work")
    client.send({"jsonrpc": "2.0", "method": "exit"})
    assert error(await client.reply(asked)) == -32800
    assert await client.rest() == b""
    assert house.stub.calls == ["work gate"]
    house.stub.gate("gate").set()
    await until(lambda: house.stub.calls == ["work gate", "worked gate"])


async def test_half_a_line_is_not_done(house: House) -> None:
    client = await house.client("unix", "plain")
    client.raw(b'{"jsonrpc":"2.0","id":1,"method":"test/echo"')
    client.writer.write_eof()
    assert await client.rest() == b""
    assert house.stub.calls == []


async def test_both_sides_closed(client: Client, house: House) -> None:
    """Said, and gone: it is done; what only waits is given up."""
    client.ask("update", {"a": 1})
    client.ask("test/wait")
    client.ask("update", {"a": 2})
    await client.writer.drain()
    await client.close()
    await until(lambda: house.stub.calls == ["update 1", "wait gate", "update 2"])
    await until(lambda: house.stub.cancelled == ["gate"])
    await until(lambda: not house.listener.sessions)


async def test_gone_amid_work(client: Client, house: House) -> None:
    client.ask("test/hold")
    await until(lambda: house.stub.calls == ["hold gate"])
    client.writer.transport.abort()
    house.stub.gate("gate").set()
    await until(lambda: house.stub.calls == ["hold gate", "held gate"])
    await until(lambda: not house.listener.sessions)


async def test_close_callbacks_are_called_once(house: House) -> None:
    client = await house.client("unix", "plain")
    await client.quiet()
    (session,) = house.listener.sessions
    called: list[int] = []
    session.on_close(lambda: called.append(1))
    session.on_close(lambda: called.append(2))
    await client.close()
    await until(lambda: not house.listener.sessions)
    session.on_close(lambda: called.append(3))
    await until(lambda: len(called) == 3)
    assert called == [1, 2, 3]
    await session.ready()
    session.notify("to/nobody", {})


async def test_the_daemon_stops(client: Client, house: House) -> None:
    waiting, working, queued = client.ask("test/wait"), client.ask("test/hold"), client.ask("update", {"a": 1})
    await until(lambda: house.stub.calls == ["wait gate", "hold gate"])
    closing = asyncio.create_task(house.listener.close(grace=5))
    assert {(await client.read())["id"] for _ in range(2)} == {waiting, queued}
    house.stub.gate("gate").set()
    assert (await client.read())["id"] == working
    assert await client.rest() == (b"\x88\x02\x03\xe9" if isinstance(client, WebSocketClient) else b"")
    await closing
    assert house.stub.calls == ["wait gate", "hold gate", "held gate"]


async def test_the_daemon_stops_and_one_does_not_end(client: Client, house: House) -> None:
    client.ask("test/hold")
    await until(lambda: house.stub.calls == ["hold gate"])
    await house.listener.close(grace=0.05)
    assert await client.rest() == b""
    assert not house.listener.dispatcher.running
    house.stub.gate("gate").set()
    await asyncio.sleep(0)
    assert house.stub.calls == ["hold gate"]


async def test_three_editors_two_plain_clients_and_one_leaves_rudely(house: House) -> None:
    clients = [await house.client("unix", door) for door in ("lsp", "lsp", "lsp", "plain", "plain")]
    rude = clients.pop(1)

    async def talk(client: Client, number: int) -> None:
        for turn in range(100):
            value = {"n": number, "turn": turn}
            assert (await client.call("test/echo", {"value": value}))["result"] == {"value": value}

    async def be_rude() -> None:
        rude.ask("test/hold")
        rude.ask("test/wait")
        await rude.writer.drain()
        rude.raw(rude.frame(b'{"jsonrpc":"2.0","id":1,')[:-5])
        rude.writer.transport.abort()

    await asyncio.gather(be_rude(), *(talk(client, number) for number, client in enumerate(clients)))
    for client in clients:
        await client.quiet()
    house.stub.gate("gate").set()
    await until(lambda: len(house.listener.sessions) == 4)
