"""JSON-RPC 2.0 over every way in: the specification's own examples, and what libraries get wrong."""

from typing import Any

import orjson
import pytest

from .wire_house import DOORS, TRANSPORTS, WEB, Client, House, HttpClient, WebSocketClient

EVERYWHERE = [(transport, door) for transport in TRANSPORTS for door in DOORS] + [(each, "plain") for each in WEB]


@pytest.fixture(params=EVERYWHERE, ids=lambda pair: "-".join(pair))
async def client(request: pytest.FixtureRequest, house: House) -> Client:
    transport, door = request.param
    return await house.client(transport, door)


@pytest.fixture(params=[*TRANSPORTS, *WEB])
async def plain(request: pytest.FixtureRequest, house: House) -> Client:
    return await house.client(request.param, "plain")


def bare(message: Any) -> Any:
    """A reply without what the specification leaves to us."""
    if isinstance(message, list):
        return [bare(member) for member in message]
    if "error" in message:
        return {**message, "error": {name: message["error"][name] for name in ("code", "message")}}
    return message


def code(message: Any) -> int:
    assert set(message) == {"jsonrpc", "id", "error"}, message
    assert set(message["error"]) <= {"code", "message", "data"}
    found = message["error"]["code"]
    assert isinstance(found, int)
    return found


# The examples of the specification, section 7, in its order.

EXAMPLES: list[tuple[str, bytes, Any]] = [
    (
        "positional-1",
        b'{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}',
        {"jsonrpc": "2.0", "result": 19, "id": 1},
    ),
    (
        "positional-2",
        b'{"jsonrpc": "2.0", "method": "subtract", "params": [23, 42], "id": 2}',
        {"jsonrpc": "2.0", "result": -19, "id": 2},
    ),
    (
        "named-1",
        b'{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}',
        {"jsonrpc": "2.0", "result": 19, "id": 3},
    ),
    (
        "named-2",
        b'{"jsonrpc": "2.0", "method": "subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": 4}',
        {"jsonrpc": "2.0", "result": 19, "id": 4},
    ),
    ("notification-1", b'{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}', None),
    ("notification-2", b'{"jsonrpc": "2.0", "method": "foobar"}', None),
    (
        "no-method",
        b'{"jsonrpc": "2.0", "method": "foobar", "id": "1"}',
        {"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}, "id": "1"},
    ),
    (
        "invalid-json",
        b'{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]',
        {"jsonrpc": "2.0", "error": {"code": -32700, "message": "Parse error"}, "id": None},
    ),
    (
        "invalid-request",
        b'{"jsonrpc": "2.0", "method": 1, "params": "bar"}',
        {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": None},
    ),
    (
        "invalid-batch-json",
        b'[ {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"}, {"jsonrpc": "2.0", "method" ]',
        {"jsonrpc": "2.0", "error": {"code": -32700, "message": "Parse error"}, "id": None},
    ),
    (
        "empty-array",
        b"[]",
        {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": None},
    ),
    (
        "invalid-batch-not-empty",
        b"[1]",
        [{"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": None}],
    ),
    (
        "invalid-batch",
        b"[1,2,3]",
        [{"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": None}] * 3,
    ),
    (
        "batch",
        b'[ {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},'
        b' {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},'
        b' {"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},'
        b' {"foo": "boo"},'
        b' {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},'
        b' {"jsonrpc": "2.0", "method": "get_data", "id": "9"} ]',
        [
            {"jsonrpc": "2.0", "result": 7, "id": "1"},
            {"jsonrpc": "2.0", "result": 19, "id": "2"},
            {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": None},
            {"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}, "id": "5"},
            {"jsonrpc": "2.0", "result": ["hello", 5], "id": "9"},
        ],
    ),
    (
        "batch-of-notifications",
        b'[ {"jsonrpc": "2.0", "method": "notify_sum", "params": [1,2,4]},'
        b' {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]} ]',
        None,
    ),
]


@pytest.mark.parametrize(("sent", "answered"), [row[1:] for row in EXAMPLES], ids=[row[0] for row in EXAMPLES])
async def test_the_specifications_examples(plain: Client, sent: bytes, answered: Any) -> None:
    plain.send(sent)
    if answered is not None:
        assert bare(await plain.read()) == answered
    await plain.quiet()


# The conformance table; every row at both doors, over every transport.


async def test_named_params(client: Client) -> None:
    assert (await client.call("subtract", {"minuend": 42, "subtrahend": 23}))["result"] == 19


async def test_positional_params_are_for_the_plain_door(client: Client) -> None:
    answer = await client.call("subtract", [42, 23])
    if client.door == "plain":
        assert answer["result"] == 19
    else:
        assert code(answer) == -32602


async def test_an_unknown_notification_is_silence(client: Client) -> None:
    client.send({"jsonrpc": "2.0", "method": "foo/bar"})
    client.send({"jsonrpc": "2.0", "method": "foo/bar", "params": {"a": 1}})
    await client.quiet()


@pytest.mark.parametrize("params", [None, {"a": 1}], ids=["absent", "given"])
async def test_an_unknown_method(client: Client, params: Any) -> None:
    answer = await client.call("foo/bar", params)
    assert code(answer) == -32601
    assert answer["error"]["data"]["kind"] == "method-not-found"


async def test_a_planned_method_is_not_there(client: Client) -> None:
    assert code(await client.call("test/planned")) == -32601


async def test_what_was_meant_is_said(client: Client) -> None:
    answer = await client.call("test/ecoh")
    assert answer["error"]["data"]["near"][0] == "test/echo"


@pytest.mark.parametrize(
    "params", [b"", b',"params":null', b',"params":[]', b',"params":{}'], ids=["absent", "null", "[]", "{}"]
)
async def test_no_params(client: Client, params: bytes) -> None:
    client.send(b'{"jsonrpc":"2.0","id":1,"method":"get_data"%b}' % params)
    assert (await client.read())["result"] == ["hello", 5]


@pytest.mark.parametrize("sent", [b'{"jsonrpc"', b"[nonsense]", b'{"a":1}}', b'{"a":"\xff"}', b"{'a':1}"])
async def test_a_parse_error(client: Client, sent: bytes) -> None:
    client.send(sent)
    if b"\xff" in sent and isinstance(client, WebSocketClient):  # RFC 6455, 8.1: the connection fails
        opcode, payload = await client.received()
        assert (opcode, payload[:2]) == (8, (1007).to_bytes(2, "big"))
        return
    answer = await client.read()
    assert code(answer) == -32700
    assert answer["id"] is None
    await client.quiet()


async def test_an_empty_batch(client: Client) -> None:
    client.send(b"[]")
    answer = await client.read()
    assert code(answer) == -32600
    assert answer["id"] is None


@pytest.mark.parametrize("count", [1, 3])
async def test_a_batch_of_nothing_valid(client: Client, count: int) -> None:
    client.send(list(range(count)))
    answers = await client.read()
    assert [(code(answer), answer["id"]) for answer in answers] == [(-32600, None)] * count


async def test_a_mixed_batch(client: Client) -> None:
    client.send(
        [
            {"jsonrpc": "2.0", "method": "sum", "params": {"a": 1, "b": 2}, "id": 1},
            {"jsonrpc": "2.0", "method": "notify_hello", "params": {"a": 7}},
            {"foo": "boo"},
            {"jsonrpc": "2.0", "method": "foo.get", "id": "5"},
            {"jsonrpc": "1.0", "method": "sum", "id": 6},
        ]
    )
    answers = await client.read()
    assert [answer.get("id") for answer in answers] == [1, None, "5", 6]
    assert [answer.get("result", answer.get("error", {}).get("code")) for answer in answers] == [
        3,
        -32600,
        -32601,
        -32600,
    ]


async def test_a_batch_of_notifications(client: Client, house: House) -> None:
    client.send([{"jsonrpc": "2.0", "method": "update", "params": {"a": n}} for n in (1, 2)])
    await client.quiet()
    assert house.stub.calls[:2] == ["update 1", "update 2"]


@pytest.mark.parametrize("identity", [True, False, [1], {"a": 1}])
async def test_an_id_that_is_none(client: Client, identity: Any) -> None:
    client.send({"jsonrpc": "2.0", "id": identity, "method": "get_data"})
    answer = await client.read()
    assert code(answer) == -32600
    assert answer["id"] is None


@pytest.mark.parametrize("identity", [None, 1.5])
async def test_an_id_that_is_discouraged(client: Client, identity: Any) -> None:
    client.send({"jsonrpc": "2.0", "id": identity, "method": "get_data"})
    answer = await client.read()
    assert answer["id"] == identity
    if client.door == "plain":
        assert answer["result"] == ["hello", 5]
    else:
        assert code(answer) == -32600


@pytest.mark.parametrize("identity", ["", "x", 0, -1, 2**53, "1"])
async def test_ids_come_back_as_they_came(client: Client, identity: Any) -> None:
    client.send({"jsonrpc": "2.0", "id": identity, "method": "get_data"})
    answer = await client.read()
    assert answer["id"] == identity
    assert type(answer["id"]) is type(identity)


async def test_a_number_too_large_to_come_back_is_no_id(client: Client) -> None:
    client.send(b'{"jsonrpc":"2.0","id":123456789012345678901234567890,"method":"get_data"}')
    assert code(await client.read()) == -32600


async def test_an_id_in_use(client: Client, house: House) -> None:
    if isinstance(client, HttpClient):  # where nothing but a batch can have two at once
        client.send([{"jsonrpc": "2.0", "id": "twice", "method": m} for m in ("test/hold", "test/echo")])
        house.stub.gate("gate").set()
        first, second = await client.read()
        assert (first["id"], first["result"]) == ("twice", {"value": "gate"})
        assert (second["id"], code(second)) == ("twice", -32600)
        return
    client.ask("test/hold", identity="twice")
    client.ask("test/echo", identity="twice")
    answer = await client.read()
    assert (answer["id"], code(answer)) == ("twice", -32600)
    house.stub.gate("gate").set()
    assert (await client.read())["result"] == {"value": "gate"}
    await client.quiet()
    assert house.stub.calls.count("echo") == 1  # the quiet one
    client.ask("test/echo", identity="twice")
    assert "result" in await client.reply("twice")


@pytest.mark.parametrize("version", [b'"1.0"', b"2.0", b"2", b"null", None])
async def test_another_version(client: Client, version: bytes | None) -> None:
    member = b"" if version is None else b'"jsonrpc":%b,' % version
    client.send(b'{%b"id":1,"method":"get_data"}' % member)
    answer = await client.read()
    assert code(answer) == -32600
    assert answer["id"] == 1


@pytest.mark.parametrize("params", [b'"bar"', b"1", b"true", b"1.5"])
async def test_params_that_are_no_structure(client: Client, params: bytes) -> None:
    client.send(b'{"jsonrpc":"2.0","id":1,"method":"get_data","params":%b}' % params)
    answer = await client.read()
    assert code(answer) == -32600
    assert answer["id"] == 1


async def test_an_exception_shows_nothing_of_itself(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    answer = await client.call("test/fail")
    assert code(answer) == -32603
    said = orjson.dumps(answer).decode()
    for secret in ("secret", "/home", "Traceback", "RuntimeError", ".py"):
        assert secret not in said
    assert answer["error"]["data"]["id"] in caplog.text
    assert "a secret of /home/somebody" in caplog.text


async def test_what_cant_be_said_is_answered_all_the_same(client: Client) -> None:
    asked = client.ask("test/blunder")
    answer = await client.read()
    assert (answer["id"], code(answer)) == (asked, -32603)
    client.send([{"jsonrpc": "2.0", "id": n, "method": m} for n, m in enumerate(["get_data", "test/blunder"])])
    good, bad = await client.read()
    assert good["result"] == ["hello", 5]
    assert (bad["id"], code(bad)) == (1, -32603)
    await client.quiet()


async def test_an_error_of_ours_comes_whole(client: Client) -> None:
    answer = await client.call("test/refuse")
    assert answer["error"] == {
        "code": 102,
        "message": "There is no agent dev-x@demo",
        "data": {
            "kind": "agent-not-found",
            "what": "There is no agent dev-x@demo",
            "why": "",
            "fix": "Did you mean dev-y@demo?",
            "near": ["dev-y@demo"],
        },
    }


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e999"])
async def test_no_numbers_that_are_none(client: Client, number: bytes) -> None:
    client.send(b'{"jsonrpc":"2.0","id":1,"method":"test/echo","params":{"value":%b}}' % number)
    assert code(await client.read()) == -32700
    await client.quiet()


async def test_a_hundred_thousand_levels(client: Client) -> None:
    client.send(
        b'{"jsonrpc":"2.0","id":1,"method":"test/echo","params":{"value":%b%b}}' % (b"[" * 100_000, b"]" * 100_000)
    )
    assert code(await client.read()) == -32700
    await client.quiet()


async def test_sixty_four_levels_and_one_more(client: Client) -> None:
    def nested(levels: int) -> bytes:
        inner = levels - 2  # the message, its params
        return b'{"jsonrpc":"2.0","id":1,"method":"test/echo","params":{"value":%b%b}}' % (b"[" * inner, b"]" * inner)

    client.send(nested(64))
    assert "result" in await client.read()
    client.send(nested(65))
    answer = await client.read()
    assert (answer["id"], answer["error"]["data"]["kind"], answer["error"]["data"]["limit"]) == (
        1,
        "payload-too-large",
        64,
    )
    await client.quiet()


async def test_many_brackets_are_not_depth(client: Client) -> None:
    value = [[n] for n in range(500)]
    assert (await client.call("test/echo", {"value": value}))["result"] == {"value": value}


async def test_the_last_of_two_equal_keys_wins(client: Client) -> None:
    client.send(b'{"jsonrpc":"2.0","id":1,"method":"test/echo","params":{"value":1,"value":2}}')
    assert (await client.read())["result"] == {"value": 2}


# What else libraries got wrong.


async def test_params_keep_every_key(client: Client) -> None:
    value = {
        "jsonrpc": "2.0",
        "id": 3,
        "method": "x",
        "from": 1,
        "class": 2,
        "max-age": 3,
        "_x": 4,
        "type_name": 5,
        "": 6,
    }
    assert (await client.call("test/echo", {"value": value}))["result"] == {"value": value}


async def test_lsps_own_members_of_params(client: Client) -> None:
    answer = await client.call("test/echo", {"value": 1, "workDoneToken": "t", "partialResultToken": 7})
    assert answer["result"] == {"value": 1}


async def test_each_wrong_place_is_named(client: Client) -> None:
    answer = await client.call(
        "test/typed", {"lines": "5", "on": 1, "txet": "", "inner": {"maxRat": 3}, "names": ["a", 2]}
    )
    data = answer["error"]["data"]
    assert (code(answer), data["kind"]) == (-32602, "invalid-params")
    assert {place["at"]: place.get("near") for place in data["errors"]} == {
        "text": None,
        "lines": None,
        "on": None,
        "txet": ["text"],
        "inner.maxRat": ["maxRate"],
        "names[1]": None,
    }


async def test_what_came_is_not_repeated(client: Client) -> None:
    answer = await client.call("test/typed", {"text": ["a-secret"], "lines": 99, "a-secret-key": 1})
    assert "a-secret-value" not in str(answer)
    assert "a-secret'" not in str(answer)


@pytest.mark.parametrize("lines", [5, 5.0])
async def test_a_whole_number_is_an_integer(client: Client, lines: float) -> None:
    client.send(
        b'{"jsonrpc":"2.0","id":1,"method":"test/typed","params":{"text":"x","lines":%b}}' % str(lines).encode()
    )
    assert "result" in await client.read()


async def test_a_fraction_is_none(client: Client) -> None:
    assert code(await client.call("test/typed", {"text": "x", "lines": 5.5})) == -32602


async def test_too_many_positional_params(plain: Client) -> None:
    assert code(await plain.call("subtract", [1, 2, 3])) == -32602


async def test_too_many_values(client: Client) -> None:
    answer = await client.call("test/typed", {"text": "x", "names": [1] * 20_000})
    assert answer["error"]["data"]["kind"] == "payload-too-large"


async def test_too_long_a_batch(client: Client) -> None:
    client.send([1] * 1001)
    answer = await client.read()
    assert answer["error"]["data"]["kind"] == "payload-too-large"
    await client.quiet()


async def test_a_reply_to_nothing(client: Client) -> None:
    client.send({"jsonrpc": "2.0", "id": 4, "result": None})
    if client.door == "plain":
        assert code(await client.read()) == -32600
    await client.quiet()


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\n\n\n", b" \t\n"])
async def test_lines_end_in_many_ways(plain: Client, end: bytes) -> None:
    plain.send(b' {"jsonrpc":"2.0","id":1,"method":"get_data"} ' + end)
    assert (await plain.read())["result"] == ["hello", 5]
    await plain.quiet()


async def test_a_message_in_single_bytes(client: Client) -> None:
    data = client.frame(b'{"jsonrpc":"2.0","id":1,"method":"test/echo","params":{"value":"\xc3\xa4"}}')
    for byte in data:
        client.raw(bytes([byte]))
        await client.writer.drain()
    assert (await client.read())["result"] == {"value": "ä"}
