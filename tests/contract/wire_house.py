"""A listener over a small engine and a small table, and clients that see every byte: for the wire's own tests."""

import asyncio
import json
import os
import re
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import orjson
from pydantic import BaseModel, Field, RootModel

from openrig_rpc.home import Home
from openrig_rpc.model.base import Empty, Model, Params, now
from openrig_rpc.model.errors import AgentNotFound, NotPermitted, Unauthenticated
from openrig_rpc.model.principal import OPERATOR, Principal, Tier, Token
from openrig_rpc.rpc import Context, Handler, Method, NoParams
from openrig_rpc.version import PROTOCOL
from openrig_rpc.wire.dispatch import Dispatcher
from openrig_rpc.wire.listen import Listener

if TYPE_CHECKING:
    from openrig_rpc.engine import Engine

Json = Any
DEADLINE = 10.0
TOKEN = secrets.token_urlsafe(32)
DOORS = ("plain", "lsp")
TRANSPORTS = ("unix", "tcp", "stdio")
WEB = ("http", "websocket")
"""Further transports, which have the plain door alone."""


# The engine and the table.


class Stub:
    """As much of an engine as the wire knows."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.cancelled: list[str] = []
        self.gates: dict[str, asyncio.Event] = {}
        self.principal: Principal | None = OPERATOR
        self.stopping = asyncio.Event()
        self.tokens = {TOKEN: Token(id="t-operator", name="operator", principal=OPERATOR, created_at=now())}

    def guard(self, principal: Principal, method: Method, params: BaseModel) -> None:
        if principal != OPERATOR and method.tier not in (Tier.OPEN, Tier.READ, Tier.TALK, Tier.REPORT):
            raise NotPermitted(f"{principal} may not", needs=method.tier)

    def refused(self, principal: Principal, name: str, error: NotPermitted) -> None:
        self.calls.append(f"refused {name}")

    def principal_of_process(self, pid: int) -> Principal | None:
        return self.principal

    def token(self, secret: str) -> Token | None:
        return self.tokens.get(secret)

    def allows_origin(self, origin: str) -> bool:
        return any(origin in token.origins for token in self.tokens.values())

    def on_revoked(self, told: Callable[[frozenset[str]], None]) -> None:
        self.tell_revoked = told

    def revoke(self, secret: str) -> None:
        self.tell_revoked(frozenset({self.tokens.pop(secret).id}))

    def gate(self, name: str) -> asyncio.Event:
        return self.gates.setdefault(name, asyncio.Event())


def stub(ctx: Context) -> Stub:
    return cast(Stub, ctx.engine)


class Opening(Params):
    client: dict[str, Json] | None = None
    token: str | None = None
    attention: bool = False
    protocol_version: str | None = None


class Opened(Model):
    principal: Principal
    protocol_version: str
    seq: int


async def open_session(ctx: Context, params: Opening) -> Opened:
    """As the real one, without a store."""
    connection = ctx.connection
    if params.token is not None:
        token = stub(ctx).token(params.token)
        if token is None or (connection.origin is not None and connection.origin not in token.origins):
            raise Unauthenticated("Nobody has this token")
        connection.principal, connection.token = token.principal, token
    if ctx.connection.principal is None:
        raise Unauthenticated("This connection needs a token")
    ctx.connection.client = str((params.client or {}).get("name", ""))
    ctx.connection.attention = params.attention
    return Opened(principal=ctx.connection.principal, protocol_version=PROTOCOL, seq=7)


class Two(Params):
    minuend: int
    subtrahend: int


class Numbers(Params):
    a: int = 0
    b: int = 0
    c: int = 0
    d: int = 0
    e: int = 0


class Number(RootModel[int]):
    pass


class Values(RootModel[list[Json]]):
    pass


class Anything(Params):
    value: Json = None


class Echoed(Model):
    value: Json = None


class Inner(Params):
    max_rate: float = 1.0


class Typed(Params):
    text: str
    lines: int = Field(default=1, ge=1, le=10)
    on: bool = False
    inner: Inner | None = None
    names: list[str] = []


class Named(Params):
    name: str = "gate"


class Long(Params):
    wait: bool | None = None
    timeout_seconds: float | None = None


class Counted(Params):
    count: int = 1
    size: int = 1


async def subtract(ctx: Context, params: Two) -> Number:
    """Of the specification's examples."""
    return Number(params.minuend - params.subtrahend)


async def add(ctx: Context, params: Numbers) -> Number:
    """Of the specification's examples."""
    stub(ctx).calls.append("sum")
    return Number(params.a + params.b + params.c + params.d + params.e)


async def get_data(ctx: Context, params: NoParams) -> Values:
    """Of the specification's examples."""
    return Values(["hello", 5])


async def update(ctx: Context, params: Numbers) -> Empty:
    """Of the specification's examples."""
    stub(ctx).calls.append(f"update {params.a}")
    return Empty()


async def echo(ctx: Context, params: Anything) -> Echoed:
    """Gives back what came."""
    stub(ctx).calls.append("echo")
    return Echoed(value=params.value)


async def typed(ctx: Context, params: Typed) -> Echoed:
    """Has something to be wrong about."""
    return Echoed(value=params.text)


async def fail(ctx: Context, params: NoParams) -> Empty:
    """Fails in a way nobody thought of."""
    raise RuntimeError("a secret of /home/somebody")


async def blunder(ctx: Context, params: NoParams) -> Empty:
    """Says what can't be said."""
    ctx.connection.notify("event/published", {"no": object()})
    raise AgentNotFound("There is none", no=object())


async def refuse(ctx: Context, params: NoParams) -> Empty:
    """Fails in a way somebody thought of."""
    raise AgentNotFound("There is no agent dev-x@demo", fix="Did you mean dev-y@demo?", near=["dev-y@demo"])


async def hold(ctx: Context, params: Named) -> Echoed:
    """Takes until its gate opens, and lets nothing by."""
    stub(ctx).calls.append(f"hold {params.name}")
    await stub(ctx).gate(params.name).wait()
    stub(ctx).calls.append(f"held {params.name}")
    return Echoed(value=params.name)


async def wait(ctx: Context, params: Named) -> Echoed:
    """Waits until its gate opens, and lets others by."""
    stub(ctx).calls.append(f"wait {params.name}")
    ctx.release()
    ctx.report("waiting", 0)
    try:
        await stub(ctx).gate(params.name).wait()
    except asyncio.CancelledError:
        stub(ctx).cancelled.append(params.name)
        raise
    ctx.report("soon", 50)
    return Echoed(value=params.name)


async def work(ctx: Context, params: Named) -> Echoed:
    """Lets others by, and has effects all the while."""
    stub(ctx).calls.append(f"work {params.name}")
    ctx.release()
    await stub(ctx).gate(params.name).wait()
    stub(ctx).calls.append(f"worked {params.name}")
    return Echoed(value=params.name)


async def long(ctx: Context, params: Long) -> Empty:
    """Could take long."""
    await stub(ctx).gate("gate").wait()
    return Empty()


async def publish(ctx: Context, params: Counted) -> Empty:
    """Pushes events as a subscription would: as soon as it may. The first is due before the reply."""
    connection = ctx.connection

    async def push() -> None:
        for number in range(params.count):
            await connection.ready()
            connection.notify("event/published", {"seq": number, "data": "x" * params.size})

    task = asyncio.get_running_loop().create_task(push())
    connection.on_close(lambda: end(task))
    await asyncio.sleep(0)
    return Empty()


def end(task: asyncio.Task[None]) -> None:
    task.cancel()


async def flood(ctx: Context, params: Counted) -> Echoed:
    """Answers a lot."""
    stub(ctx).calls.append("flood")
    return Echoed(value="x" * params.size)


async def shape(ctx: Context, params: NoParams) -> Empty:
    """Needs the highest tier."""
    return Empty()


def table() -> dict[str, Method]:
    rows: list[tuple[str, Tier, type[BaseModel], type[BaseModel], Callable[..., Any]]] = [
        ("session/open", Tier.OPEN, Opening, Opened, open_session),
        ("subtract", Tier.READ, Two, Number, subtract),
        ("sum", Tier.READ, Numbers, Number, add),
        ("get_data", Tier.READ, NoParams, Values, get_data),
        ("update", Tier.TALK, Numbers, Empty, update),
        ("notify_hello", Tier.TALK, Numbers, Empty, update),
        ("test/echo", Tier.READ, Anything, Echoed, echo),
        ("test/typed", Tier.READ, Typed, Echoed, typed),
        ("test/fail", Tier.READ, NoParams, Empty, fail),
        ("test/blunder", Tier.READ, NoParams, Empty, blunder),
        ("test/refuse", Tier.READ, NoParams, Empty, refuse),
        ("test/hold", Tier.READ, Named, Echoed, hold),
        ("test/wait", Tier.READ, Named, Echoed, wait),
        ("test/work", Tier.SHAPE, Named, Echoed, work),
        ("test/publish", Tier.READ, Counted, Empty, publish),
        ("test/flood", Tier.READ, Counted, Echoed, flood),
        ("test/shape", Tier.SHAPE, NoParams, Empty, shape),
    ]
    made = {
        name: Method(name, tier, params, result, cast(Handler[Any, Any], function), "", "", False, False)
        for name, tier, params, result, function in rows
    }
    made["test/long"] = Method("test/long", Tier.READ, Long, Empty, cast(Handler[Any, Any], long), "", "", False, True)
    made["test/planned"] = Method("test/planned", Tier.READ, NoParams, Empty, None, "", "", False, False)
    return made


@dataclass
class House:
    """A listener that runs, and how to come in."""

    stub: Stub
    listener: Listener
    home: Home
    path: Path
    tcp: tuple[str, int]
    http: tuple[str, int]
    _open: list["Client"] = field(default_factory=list)

    async def client(self, transport: str = "unix", door: str = "plain", *, hello: bool = True) -> "Client":
        """A client at a door; where `hello`, one that may ask."""
        made: Client
        if transport == "unix":
            reader, writer = await asyncio.open_unix_connection(str(self.path), limit=1 << 26)
            made = Client(door, reader, writer)
        elif transport == "tcp":
            reader, writer = await asyncio.open_connection(*self.tcp, limit=1 << 26)
            made = Client(door, reader, writer)
        elif transport in WEB:
            assert door == "plain"
            reader, writer = await asyncio.open_connection(*self.http, limit=1 << 26)
            made = (HttpClient if transport == "http" else WebSocketClient)(door, reader, writer)
        else:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "openrig_rpc",
                "stdio",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env={**os.environ, "OPENRIG_RPC_HOME": str(self.home.state)},
                limit=1 << 26,
            )
            assert process.stdout is not None and process.stdin is not None
            made = Client(door, process.stdout, process.stdin, process)
        self._open.append(made)
        if hello:
            await made.hello(TOKEN if transport == "tcp" or transport in WEB else None)
        return made

    def leave(self, client: "Client") -> None:
        """This one is closed already."""
        self._open.remove(client)

    async def close(self) -> None:
        for client in self._open:
            await client.close()
        await self.listener.close(grace=0.5)


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[House]:
    """A listener with its doors, in `folder`."""
    engine = Stub()
    listener = Listener(Dispatcher(cast("Engine", engine), table()))
    path = folder / "s"
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    bound.bind(str(path))
    bound.setblocking(False)
    await listener.unix(bound)
    url = await listener.tcp("127.0.0.1", 0)
    home = Home(folder / "state")
    home.make()
    home.daemon_json.write_text(json.dumps({"pid": os.getpid(), "version": "0", "endpoints": {"unix": str(path)}}))
    web = await listener.http("127.0.0.1", 0)
    tcp, http = (("127.0.0.1", int(each.rpartition(":")[2])) for each in (url, web))
    made = House(engine, listener, home, path, tcp, http)
    try:
        yield made
    finally:
        await made.close()


# Clients.


class Client:
    """Sends what it is told to, and reads messages."""

    def __init__(
        self,
        door: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        process: asyncio.subprocess.Process | None = None,
    ) -> None:
        self.door = door
        self.reader = reader
        self.writer = writer
        self.process = process
        self.opened: Json = None
        self._id = 1000

    def stop_reading(self) -> None:
        """Leave everything unread from now on."""
        cast(asyncio.ReadTransport, self.writer.transport).pause_reading()

    def read_again(self) -> None:
        """Read again."""
        cast(asyncio.ReadTransport, self.writer.transport).resume_reading()

    def frame(self, body: bytes) -> bytes:
        """`body` as this door frames it."""
        if self.door == "lsp":
            return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        return body + b"\n"

    def raw(self, data: bytes) -> None:
        """Write bytes as they are."""
        self.writer.write(data)

    def send(self, message: Json) -> None:
        """Write a message."""
        self.raw(self.frame(message if isinstance(message, bytes) else orjson.dumps(message)))

    async def read(self) -> Json:
        """The next message. EOFError at the end."""
        async with asyncio.timeout(DEADLINE):
            if self.door == "lsp":
                head = await self.reader.readuntil(b"\r\n\r\n")
                found = re.fullmatch(rb"Content-Length: (\d+)\r\n\r\n", head)
                assert found is not None, head
                return orjson.loads(await self.reader.readexactly(int(found[1])))
            line = await self.reader.readline()
            if not line:
                raise EOFError
            assert line.endswith(b"\n"), line
            return orjson.loads(line)

    async def rest(self) -> bytes:
        """Everything up to the end of the connection."""
        async with asyncio.timeout(DEADLINE):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""

    def ask(self, method: str, params: Json = None, *, identity: Json = None, **more: Json) -> Json:
        """Send a request; returns its id."""
        if identity is None:
            self._id += 1
            identity = self._id
        self.send(
            {
                "jsonrpc": "2.0",
                "id": identity,
                "method": method,
                **({"params": params} if params is not None else {}),
                **more,
            }
        )
        return identity

    async def call(self, method: str, params: Json = None) -> Json:
        """Ask, and read up to the reply."""
        return await self.reply(self.ask(method, params))

    async def reply(self, identity: Json) -> Json:
        """Read up to the reply with that id; what comes before is dropped."""
        while True:
            message = await self.read()
            if "method" not in message and message.get("id") == identity:
                return message

    async def hello(self, token: str | None) -> None:
        """What a client of this door says first."""
        if self.door == "lsp":
            options = {"openrig": {"token": token}} if token else {}
            answer = await self.call(
                "initialize", {"processId": None, "capabilities": {}, "initializationOptions": options}
            )
            assert "result" in answer, answer
            self.opened = answer["result"]
            self.send({"jsonrpc": "2.0", "method": "initialized", "params": {}})
        elif token:
            answer = await self.call("session/open", {"token": token})
            assert "result" in answer, answer
            self.opened = answer["result"]

    async def quiet(self) -> None:
        """Nothing but the answer to this comes: nothing else was on its way."""
        identity = self.ask("test/echo")
        message = await self.read()
        assert message == {"jsonrpc": "2.0", "id": identity, "result": {}}, message

    async def close(self) -> None:
        """Leave."""
        self.writer.close()
        if self.process is not None:
            if self.process.returncode is None:
                self.process.kill()
            async with asyncio.timeout(DEADLINE):
                await self.process.wait()
            return
        try:
            await self.writer.wait_closed()
        except OSError:
            pass


class HttpClient(Client):
    """Each message in a `POST` of its own, with the token; answers come in the same order."""

    secret: str | None = None
    status = 0
    head: dict[str, str] = {}

    def frame(self, body: bytes) -> bytes:
        return self.request("POST", body)

    def request(self, verb: str, body: bytes = b"", path: str = "/", **headers: str) -> bytes:
        """A request as bytes; a header's `_` stands for `-`, and an empty one is left out."""
        said = {"Host": "localhost:1", "Content-Type": "application/json", "Content-Length": str(len(body))}
        if self.secret is not None:
            said["Authorization"] = f"Bearer {self.secret}"
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = "".join(f"{name}: {value}\r\n" for name, value in said.items() if value)
        return f"{verb} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body

    async def response(self) -> bytes:
        """The next response's body; its status and headers are kept. EOFError at the end."""
        async with asyncio.timeout(DEADLINE):
            try:
                head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
            except asyncio.IncompleteReadError as error:
                assert not error.partial
                raise EOFError from None
            first, *rest = head.removesuffix("\r\n\r\n").split("\r\n")
            self.status = int(first.split(" ")[1])
            self.head = {name.lower(): value for name, _, value in (line.partition(": ") for line in rest)}
            return await self.reader.readexactly(int(self.head.get("content-length", "0")))

    async def read(self) -> Json:
        """The next message; notifications have an empty response."""
        while True:
            body = await self.response()
            if body:
                return orjson.loads(body)
            assert self.status == 204, self.status

    async def hello(self, token: str | None) -> None:
        self.secret = token


class WebSocketClient(Client):
    """A text message each. What another library would write is written here by hand, byte for byte."""

    MASK = b"\x5a\x00\xff\x13"

    def frame(self, body: bytes) -> bytes:
        return self.piece(0x81, body)

    def piece(self, first: int, body: bytes) -> bytes:
        """A masked frame; `first` is its first byte."""
        size = len(body)
        if size < 126:
            length = bytes([0x80 | size])
        elif size < 1 << 16:
            length = bytes([0x80 | 126]) + size.to_bytes(2, "big")
        else:
            length = bytes([0x80 | 127]) + size.to_bytes(8, "big")
        mask = (self.MASK * (size // 4 + 1))[:size]
        masked = (int.from_bytes(body, "big") ^ int.from_bytes(mask, "big")).to_bytes(size, "big")
        return bytes([first]) + length + self.MASK + masked

    async def received(self) -> tuple[int, bytes]:
        """The next frame: its opcode and payload. EOFError at the end."""
        async with asyncio.timeout(DEADLINE):
            try:
                first, second = await self.reader.readexactly(2)
                assert first & 0xF0 == 0x80 and not second & 0x80, "whole, and not masked"
                size = second
                if size >= 126:
                    size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8), "big")
                return first & 0x0F, await self.reader.readexactly(size)
            except asyncio.IncompleteReadError as error:
                assert not error.partial
                raise EOFError from None

    async def read(self) -> Json:
        opcode, payload = await self.received()
        if opcode == 8:
            raise EOFError(int.from_bytes(payload[:2], "big"))
        assert opcode == 1, opcode
        return orjson.loads(payload)

    def upgrade(self, path: str = "/", **headers: str) -> bytes:
        """The upgrade's request; a header's `_` stands for `-`, and an empty one is left out."""
        said = {
            "Host": "127.0.0.1:1",
            "Connection": "keep-alive, Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Protocol": "other, openrig.v1",
        }
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = "".join(f"{name}: {value}\r\n" for name, value in said.items() if value)
        return f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode()

    async def upgraded(self, **headers: str) -> str:
        """Ask for the upgrade; the head that answers."""
        self.raw(self.upgrade(**headers))
        async with asyncio.timeout(DEADLINE):
            return (await self.reader.readuntil(b"\r\n\r\n")).decode()

    async def hello(self, token: str | None) -> None:
        head = await self.upgraded()
        assert head.startswith("HTTP/1.1 101 "), head
        assert "\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in head, "RFC 6455, 1.3"
        assert "\r\nSec-WebSocket-Protocol: openrig.v1\r\n" in head
        await super().hello(token)


async def until(condition: Callable[[], bool], what: str = "") -> None:
    """Wait for a condition, with a deadline."""
    async with asyncio.timeout(DEADLINE):
        while not condition():
            await asyncio.sleep(0.005)
