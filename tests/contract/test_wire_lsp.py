"""LSP's base protocol and lifecycle, over every way in."""

import asyncio
import subprocess
import sys
from typing import Any

import pytest

from openrig_rpc.version import PROTOCOL, VERSION
from openrig_rpc.wire import limits

from .wire_house import TOKEN, TRANSPORTS, Client, House, until


@pytest.fixture(params=TRANSPORTS)
async def client(request: pytest.FixtureRequest, house: House) -> Client:
    return await house.client(request.param, "lsp")


@pytest.fixture(params=TRANSPORTS)
async def fresh(request: pytest.FixtureRequest, house: House) -> Client:
    """Before `initialize`."""
    return await house.client(request.param, "lsp", hello=False)


ASK = b'{"jsonrpc":"2.0","id":1,"method":"get_data"}'


def options(client: Client) -> dict[str, Any]:
    """What a TCP client needs; others may send it too."""
    return {"openrig": {"token": TOKEN}}


# The header.


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: %d\r\n\r\n",
        b"content-length: %d\r\n\r\n",
        b"CONTENT-LENGTH:%d\r\n\r\n",
        b"Content-Length:   %d  \r\n\r\n",
        b"Content-Length: %d\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n",
        b"Content-Type: application/vscode-jsonrpc; charset=utf8\r\nContent-Length: %d\r\n\r\n",
        b"content-type: application/vscode-jsonrpc\r\nContent-Length: %d\r\n\r\n",
        b'Content-Length: %d\r\nContent-Type: x; charset="UTF-8"\r\n\r\n',
        b"Content-Length: %d\r\nX-Other: 1\r\n\r\n",
    ],
)
async def test_headers_that_are_read(client: Client, head: bytes) -> None:
    client.raw(head % len(ASK) + ASK)
    assert (await client.read())["result"] == ["hello", 5]
    await client.quiet()


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"Content-Length: %d\n\n", "invalid-request"),
        (b"Content-Length: %d\r\n\n", "invalid-request"),
        (b"Content-Type: x; charset=utf-16\r\nContent-Length: %d\r\n\r\n", "invalid-request"),
        (b"Content-Length: -%d\r\n\r\n", "invalid-request"),
        (b"Content-Length: +%d\r\n\r\n", "invalid-request"),
        (b"Content-Length: 0x%d\r\n\r\n", "invalid-request"),
        (b"Content-Length: 0\r\nX: %d\r\n\r\n", "invalid-request"),
        (b"Content-Length: ten\r\nX: %d\r\n\r\n", "invalid-request"),
        (b"Content-Length:\r\nX: %d\r\n\r\n", "invalid-request"),
        (b"Content-Length: \xd9\xa3\r\nX: %d\r\n\r\n", "invalid-request"),
        (b"Content-Length: 5\r\nContent-Length: %d\r\n\r\n", "invalid-request"),
        (b"Content-Length: %d\r\nno colon\r\n\r\n", "invalid-request"),
        (b"Content-Type: text/plain\r\nX: %d\r\n\r\n", "invalid-request"),
        (b"Content-Length: 4294967296\r\nX: %d\r\n\r\n", "payload-too-large"),
        (b"Content-Length: 99999999999999999999999\r\nX: %d\r\n\r\n", "invalid-request"),
    ],
)
async def test_headers_that_end_the_connection(
    client: Client, caplog: pytest.LogCaptureFixture, head: bytes, kind: str
) -> None:
    client.raw(head % len(ASK) + ASK)
    answer = await client.read()
    assert answer["id"] is None
    assert answer["error"]["data"]["kind"] == kind
    assert await client.rest() == b""
    assert "refused" in caplog.text


async def test_a_header_line_without_end(client: Client) -> None:
    client.raw(b"Content-Length: 5\r\nX-Long: " + b"x" * 200_000)
    answer = await client.read()
    data = answer["error"]["data"]
    assert (data["kind"], data["limit"]) == ("payload-too-large", limits.HEADER)
    assert await client.rest() == b""


async def test_one_byte_too_many_is_refused_at_the_header(client: Client) -> None:
    client.raw(b"Content-Length: %d\r\n\r\n" % (limits.FRAME + 1))
    answer = await client.read()
    assert answer["error"]["data"]["kind"] == "payload-too-large"
    assert answer["error"]["data"]["limit"] == limits.FRAME
    assert await client.rest() == b""


async def test_the_largest_message(client: Client) -> None:
    body = b'{"jsonrpc":"2.0","id":1,"method":"test/typed","params":{"text":"%b"}}'
    text = "x" * (limits.FRAME - len(body) + 2)
    body %= text.encode()
    assert len(body) == limits.FRAME
    client.send(body)
    assert (await client.read())["result"]["value"] == text


async def test_the_end_of_file_amid_a_message(client: Client, house: House) -> None:
    client.raw(client.frame(b'{"jsonrpc":"2.0","id":1,"method":"test/echo"}')[:-1])
    client.writer.write_eof()
    assert await client.rest() == b""
    assert house.stub.calls == []


# The lifecycle.


async def test_what_initialize_says(fresh: Client) -> None:
    params = {"processId": None, "rootUri": None, "capabilities": {}, "initializationOptions": options(fresh)}
    result = (await fresh.call("initialize", params))["result"]
    assert result["serverInfo"] == {"name": "openrig-rpc", "version": VERSION}
    assert "textDocumentSync" not in result["capabilities"]
    said = result["capabilities"]["experimental"]["openrig"]
    assert said["protocolVersion"] == PROTOCOL
    assert said["principal"]["kind"] == "operator"
    assert said["seq"] == 7
    assert "test/echo" in said["methods"]
    assert "test/planned" not in said["methods"]
    assert "message.accepted" in said["events"]


@pytest.mark.parametrize(
    "params", [None, {}, {"capabilities": None}, {"processId": None}, {"clientInfo": {"name": "a"}}]
)
async def test_a_client_without_an_editors_capabilities(house: House, params: Any) -> None:
    client = await house.client("unix", "lsp", hello=False)
    answer = await client.call("initialize", params)
    assert "result" in answer, answer
    await client.quiet()


async def test_an_editors_capabilities(house: House) -> None:
    client = await house.client("unix", "lsp", hello=False)
    capabilities = {
        "general": {"positionEncodings": ["utf-8", "utf-16"]},
        "window": {
            "workDoneProgress": True,
            "showMessage": {"messageActionItem": {"additionalPropertiesSupport": True}},
        },
        "textDocument": {"completion": {"completionItem": {"snippetSupport": True}}},
        "workspace": {"workspaceFolders": True, "configuration": True},
        "experimental": {"anything": [1, 2]},
    }
    answer = await client.call("initialize", {"processId": None, "capabilities": capabilities, "rootUri": "file:///x"})
    assert answer["result"]["capabilities"]["positionEncoding"] == "utf-8"


async def test_capabilities_that_are_nonsense(house: House) -> None:
    client = await house.client("unix", "lsp", hello=False)
    answer = await client.call(
        "initialize", {"processId": None, "capabilities": {"general": {"positionEncodings": 5}, "x": "a secret"}}
    )
    assert answer["error"]["code"] == -32602
    assert "secret" not in str(answer)
    assert "result" in await client.call("initialize", {"processId": None, "capabilities": {}})


async def test_options_of_ours(house: House) -> None:
    client = await house.client("unix", "lsp", hello=False)
    ours = {"attention": True, "client": {"name": "an editor"}}
    await client.call("initialize", {"capabilities": {}, "initializationOptions": {"openrig": ours, "other": 1}})
    (session,) = house.listener.sessions
    assert (session.client, session.attention) == ("an editor", True)


@pytest.mark.parametrize("ours", [1, [], "x", {"unknown": 1}, {"token": 1}, {"token": "wrong"}])
async def test_options_that_are_wrong(house: House, ours: Any) -> None:
    client = await house.client("unix", "lsp", hello=False)
    answer = await client.call("initialize", {"capabilities": {}, "initializationOptions": {"openrig": ours}})
    assert answer["error"]["data"]["kind"] in ("invalid-params", "unauthenticated")
    assert "wrong" not in str(answer)


async def test_the_clients_name_comes_from_client_info(house: House) -> None:
    client = await house.client("unix", "lsp", hello=False)
    await client.call("initialize", {"capabilities": {}, "clientInfo": {"name": "Neovim", "version": "0.11.4"}})
    (session,) = house.listener.sessions
    assert session.client == "Neovim"


async def test_no_token_is_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    client = await house.client("tcp", "lsp")
    await client.quiet()
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("method", ["test/echo", "shutdown", "textDocument/hover", "foo"])
async def test_nothing_before_initialize(fresh: Client, method: str) -> None:
    answer = await fresh.call(method)
    assert answer["error"]["code"] == -32002


async def test_notifications_before_initialize_are_dropped(fresh: Client, house: House) -> None:
    fresh.send({"jsonrpc": "2.0", "method": "update", "params": {"a": 1}})
    assert (await fresh.call("test/echo"))["error"]["code"] == -32002
    assert house.stub.calls == []


async def test_initialize_comes_once(client: Client) -> None:
    assert (await client.call("initialize", {"capabilities": {}}))["error"]["code"] == -32600
    await client.quiet()


async def test_nothing_after_shutdown(client: Client) -> None:
    assert (await client.call("shutdown"))["result"] is None
    for method in ("test/echo", "shutdown", "initialize", "textDocument/hover"):
        assert (await client.call(method))["error"]["code"] == -32600
    client.send({"jsonrpc": "2.0", "method": "exit"})
    assert await client.rest() == b""


async def test_all_at_once(fresh: Client) -> None:
    """In one write: the queue keeps the lifecycle's order."""
    first = fresh.ask("initialize", {"capabilities": {}, "initializationOptions": options(fresh)})
    fresh.send({"jsonrpc": "2.0", "method": "initialized", "params": {}})
    second, third, fourth = fresh.ask("get_data"), fresh.ask("shutdown"), fresh.ask("get_data")
    fresh.send({"jsonrpc": "2.0", "method": "exit"})
    answers = {answer["id"]: answer for answer in [await fresh.read() for _ in range(4)]}
    assert "result" in answers[first]
    assert answers[second]["result"] == ["hello", 5]
    assert answers[third]["result"] is None
    assert answers[fourth]["error"]["code"] == -32600
    assert await fresh.rest() == b""


@pytest.mark.parametrize("polite", [True, False])
async def test_exit_ends_only_its_own_session(house: House, polite: bool) -> None:
    others = [await house.client("unix", door) for door in ("lsp", "plain")]
    client = await house.client("unix", "lsp")
    if polite:
        await client.call("shutdown")
    client.send({"jsonrpc": "2.0", "method": "exit"})
    assert await client.rest() == b""
    for other in others:
        await other.quiet()


async def test_exit_answers_what_waits(house: House) -> None:
    client = await house.client("unix", "lsp")
    waiting = client.ask("test/wait")
    client.send({"jsonrpc": "2.0", "method": "exit"})
    assert (await client.read())["error"]["code"] == -32800
    assert waiting
    assert await client.rest() == b""
    await until(lambda: house.stub.cancelled == ["gate"])


async def test_the_clients_process_ends_its_session(house: House) -> None:
    other = await house.client("unix", "lsp")
    process = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    client = await house.client("unix", "lsp", hello=False)
    try:
        await client.call("initialize", {"processId": process.pid, "capabilities": {}})
        await client.quiet()
    finally:
        process.kill()
        process.communicate()
    assert await client.rest() == b""
    await other.quiet()


async def test_a_process_elsewhere_is_not_watched(house: House) -> None:
    for process in (2**30, -1, 0, True):
        client = await house.client("unix", "lsp", hello=False)
        await client.call("initialize", {"processId": process, "capabilities": {}})
        await client.quiet()


# LSP's own messages.


@pytest.mark.parametrize("method", ["textDocument/hover", "textDocument/completion", "workspace/symbol", "$/foo"])
async def test_what_nobody_serves_yet(client: Client, method: str) -> None:
    answer = await client.call(method, {"textDocument": {"uri": "file:///x"}})
    assert answer["error"]["code"] == -32601
    assert "Traceback" not in str(answer)


async def test_notifications_nobody_asked_for(client: Client) -> None:
    for method in (
        "textDocument/didOpen",
        "textDocument/didChange",
        "workspace/didChangeConfiguration",
        "$/setTrace",
        "$/x",
    ):
        client.send({"jsonrpc": "2.0", "method": method, "params": {"nonsense": 1}})
        client.send({"jsonrpc": "2.0", "method": method})
    await client.quiet()


async def test_answers_nobody_asked_for(client: Client) -> None:
    for identity in (1, "x", 1.5, None):
        client.send({"jsonrpc": "2.0", "id": identity, "result": {"a": 1}})
        client.send({"jsonrpc": "2.0", "id": identity, "error": {"code": 1, "message": "x"}})
    waiting = client.ask("test/wait")
    client.send({"jsonrpc": "2.0", "id": waiting, "result": 5})
    await client.quiet()


async def test_we_can_ask_the_editor(house: House) -> None:
    from openrig_rpc.wire.lsp import LspSession

    client = await house.client("unix", "lsp")
    (session,) = house.listener.sessions
    assert isinstance(session, LspSession)
    from lsprotocol import types

    params = types.ShowMessageRequestParams(
        type=types.MessageType.Info, message="?", actions=[types.MessageActionItem("Yes")]
    )
    asked = asyncio.ensure_future(session.server.window_show_message_request_async(params))
    request = await client.read()
    assert request["method"] == "window/showMessageRequest"
    assert request["params"] == {"type": 3, "message": "?", "actions": [{"title": "Yes"}]}
    client.send({"jsonrpc": "2.0", "id": request["id"], "result": {"title": "Yes"}})
    answer = await asked
    assert answer is not None and answer.title == "Yes"

    asked = asyncio.ensure_future(session.server.window_show_message_request_async(params))
    request = await client.read()
    client.send({"jsonrpc": "2.0", "id": request["id"], "error": {"code": -32601, "message": "no"}})
    with pytest.raises(Exception, match="no"):
        await asked

    asked = asyncio.ensure_future(session.server.window_show_message_request_async(params))
    request = await client.read()
    await client.close()
    with pytest.raises(asyncio.CancelledError):
        await asked


async def test_progress(house: House) -> None:
    client = await house.client("unix", "lsp")
    asked = client.ask("test/wait", {"workDoneToken": "t"})
    first = await client.read()
    assert first["method"] == "$/progress"
    assert first["params"]["token"] == "t"
    assert first["params"]["value"] == {
        "kind": "begin",
        "title": "test/wait",
        "message": "waiting",
        "percentage": 0,
        "cancellable": True,
    }
    house.stub.gate("gate").set()
    assert (await client.read())["params"]["value"] == {"kind": "report", "message": "soon", "percentage": 50}
    assert (await client.read())["params"]["value"] == {"kind": "end"}
    assert (await client.read())["id"] == asked


async def test_progress_cancelled_in_the_editor(house: House) -> None:
    client = await house.client("unix", "lsp")
    asked = client.ask("test/wait", {"workDoneToken": 5})
    await client.read()
    client.send({"jsonrpc": "2.0", "method": "window/workDoneProgress/cancel", "params": {"token": 5}})
    assert (await client.reply(asked))["error"]["code"] == -32800
    await until(lambda: house.stub.cancelled == ["gate"])
