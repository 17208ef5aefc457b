"""The LSP door: pygls, one protocol object a connection. Imported at the first LSP byte, since lsprotocol takes 240 ms.

pygls keeps the lifecycle's words, the editor's capabilities and (from the language room on) its features and our
requests to the editor. What it would do wrong is done before it: framing, decoding, the methods of our own table,
errors, `exit`; see `_Pygls`.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Generator
from concurrent.futures import Future
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

import orjson
from cattrs import Converter
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter, lsp_method

from ..language.features import register
from ..language.session import Language
from ..model.errors import InternalError, InvalidParams, InvalidRequest, MethodNotFound, NotInitialized, RpcError
from ..rpc import EVENTS, Door
from ..version import VERSION
from . import jsonrpc
from .calls import Call, Reply
from .dispatch import hidden
from .framing import ContentLength
from .session import OPEN, Session

if TYPE_CHECKING:
    from ..engine import Engine
    from .dispatch import Dispatcher
    from .peer import Peer
    from .strangers import Stranger

log = logging.getLogger(__name__)
# It logs whole messages, tokens among them.
logging.getLogger("pygls").setLevel(logging.CRITICAL + 1)

SERVER: Final = "openrig-rpc"
_shared_converter: Callable[[], Converter] = cache(default_converter)
"""Making one takes longer than serving a hundred requests."""


class LspSession(Session):
    """An editor, or anything else that frames with `Content-Length`."""

    door: Door = "lsp"
    lsp = True

    def __init__(self, dispatcher: Dispatcher, peer: Peer, stranger: Stranger | None = None) -> None:
        super().__init__(dispatcher, ContentLength(), peer, stranger)
        self.server = _Server(self)
        self.last_request = 0.0
        self._initialized = self._shut_down = False
        self._parent: int | None = None

    async def perform(self, call: Call) -> Reply | None:
        """A method of the table, else one of LSP's own."""
        try:
            if call.notification:
                await self._notification(call)
                return None
            self._lifecycle(call.method)
            self.last_request = asyncio.get_running_loop().time()
            if call.method == types.INITIALIZE:
                result = await self._initialize(call)
            elif call.method == types.WORKSPACE_EXECUTE_COMMAND:
                result = await self._execute(call)
            elif call.method in self.dispatcher.methods:
                result = await self.dispatch(call)
            else:
                result = orjson.dumps(await self.server.protocol.request(call))
                self._shut_down = self._shut_down or call.method == types.SHUTDOWN
            return jsonrpc.success(call.reply_id, result)
        except RpcError as error:
            return None if call.notification else self.failure(call.reply_id, error)
        except Exception as error:
            return None if call.notification else self.failure(call.reply_id, hidden(call.method, error))

    def answered(self, response: jsonrpc.Response) -> None:
        """The editor answered a request of ours."""
        self.server.protocol.response(response.message)

    @property
    def engine(self) -> Engine:
        return self.dispatcher.engine

    async def ask(self, method: str, params: dict[str, Any], release: Callable[[], None] = lambda: None) -> Any:
        """A method of the table for this client, on behalf of its editor; the result as JSON values."""
        return orjson.loads(await self.dispatcher.dispatch(self, method, params, release=release))

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone: end what pygls has, and stop watching the editor."""
        super().connection_lost(exc)
        self._unwatch()
        self.server.protocol.abandon()

    def _lifecycle(self, method: str) -> None:
        if self._shut_down:
            raise InvalidRequest("This session was shut down", "only `exit` may follow", "Connect again")
        if not self._initialized and method != types.INITIALIZE:
            raise NotInitialized("The session is not initialized", fix="Send `initialize` first")
        if self._initialized and method == types.INITIALIZE:
            raise InvalidRequest("The session is initialized already", fix="Connect again for another session")

    async def _notification(self, call: Call) -> None:
        if call.method == types.EXIT:
            self.status = 0 if self._shut_down else 1
            self.finish("the client said `exit`")
        elif not self._initialized or self._shut_down:
            log.debug("session %d: %.100r came out of turn", self.id, call.method)
        elif call.method in self.dispatcher.methods:
            await self.dispatch(call)
        else:
            self.server.protocol.notification(call)
            if call.method == types.INITIALIZED:
                self.server.language.initialized()

    async def _execute(self, call: Call) -> bytes:
        """A command: it keeps its turn among the calls, as the methods it stands for do, and is never cut short."""
        call.lasting = True
        params = self.server.protocol.typed(call).params
        token = params.work_done_token
        return orjson.dumps(await self.server.language.execute(params, call.release, token))

    async def _initialize(self, call: Call) -> bytes:
        """LSP's own answer, and ours under `capabilities.experimental.openrig`."""
        params = dict(call.params) if isinstance(call.params, dict) else {}
        params["capabilities"] = params.get("capabilities") or {}
        options = params.get("initializationOptions")
        ours = None
        if isinstance(options, dict):
            params["initializationOptions"] = {k: v for k, v in options.items() if k != "openrig"}
            ours = options.get("openrig")
        if ours is not None and not isinstance(ours, dict):
            raise InvalidParams("`initializationOptions.openrig` is an object")
        process = params.get("processId")
        request = Call(call.id, call.method, params)
        result = await self.server.protocol.request(request)
        opened = orjson.loads(await self.dispatch(Call(call.id, OPEN, _with_client(ours, params))))
        experimental = result["capabilities"].get("experimental") or {}
        experimental["openrig"] = {
            "protocolVersion": opened["protocolVersion"],
            "principal": opened["principal"],
            "methods": list(self.dispatcher.methods),
            "events": list(EVENTS),
            "seq": opened["seq"],
        }
        result["capabilities"]["experimental"] = experimental
        self._initialized = True
        if self.local and isinstance(process, int) and not isinstance(process, bool) and process > 0:
            self._watch(process)
        return orjson.dumps(result)

    def _watch(self, process: int) -> None:
        """End the session when the editor's process does; a process of another namespace can't be watched."""
        try:
            self._parent = os.pidfd_open(process)
        except (OSError, AttributeError, OverflowError) as error:
            log.info("session %d: process %d is not watched: %s", self.id, process, error)
            return
        asyncio.get_running_loop().add_reader(self._parent, self._orphaned)

    def _orphaned(self) -> None:
        self._unwatch()
        log.info("session %d: the client's process is gone", self.id)
        self.finish("the client's process is gone")

    def _unwatch(self) -> None:
        if self._parent is not None:
            asyncio.get_running_loop().remove_reader(self._parent)
            os.close(self._parent)
            self._parent = None


class _Server(LanguageServer):
    """What pygls wants for each of its protocol objects; features are registered here."""

    protocol: _Pygls

    def __init__(self, session: LspSession) -> None:
        self.session = session
        super().__init__(
            SERVER,
            VERSION,
            protocol_cls=_Pygls,
            converter_factory=_shared_converter,
            max_workers=1,
        )
        self.language = Language(self, session)

        @self.feature(types.INITIALIZE)
        def registered(params: types.InitializeParams) -> None:
            register(self.language, params.capabilities)

    def report_server_error(self, error: Exception, source: object) -> None:
        """Not by a message window: a request that fails is answered, and a notification has nobody to tell."""
        log.error("session %d: a notification failed: %s", self.session.id, type(error).__name__)


class _Pygls(LanguageServerProtocol):
    """pygls without its wire: it is handed typed messages, and gives results back instead of writing them."""

    _server: _Server

    def __init__(self, server: _Server, converter: Converter) -> None:
        super().__init__(server, converter)
        self._replies: dict[int | str, asyncio.Future[Any]] = {}

    async def request(self, call: Call) -> Any:
        """The result of one of LSP's own requests, as JSON values. Raises RpcError."""
        identity = cast(int | str, call.id)
        if call.method not in self.fm.builtin_features and call.method not in self.fm.features:
            self._server.session.dispatcher.method(call.method)
            raise MethodNotFound("There is no such method", call.method[:100])
        message = self.typed(call)
        future = asyncio.get_running_loop().create_future()
        self._replies[identity] = future
        try:
            self._handle_request(identity, call.method, message.params)
            if not future.done():
                call.release()  # these read only, and see the document as it was when they started
            return await future
        except asyncio.CancelledError:
            self._handle_cancel_notification(identity)
            raise
        finally:
            self._replies.pop(identity, None)

    def notification(self, call: Call) -> None:
        """One of LSP's own notifications; what nobody registered for is ignored."""
        if call.method in self.fm.builtin_features or call.method in self.fm.features:
            message = self._typed({"jsonrpc": jsonrpc.VERSION, "method": call.method}, call.params)
            self._handle_notification(call.method, message.params)

    def response(self, message: dict[str, Any]) -> None:
        """The editor's answer to `send_request`."""
        if message["id"] in self._replies or message["id"] not in self._request_futures:
            log.info("session %d: the client answered what nobody asked", self._server.session.id)
            return
        try:
            self.handle_message(self.structure_message(message))
        except Exception as error:
            future = self._request_futures.pop(message["id"], None)
            if future is not None and not future.done():
                future.set_exception(InvalidRequest("The client's answer can't be read", type(error).__name__))

    def abandon(self) -> None:
        """The connection is gone: nobody will answer."""
        for future in [*self._request_futures.values(), *self._replies.values()]:
            if isinstance(future, Future | asyncio.Future) and not future.done():
                future.cancel()

    def lsp_exit(self, *args: object) -> None:  # type: ignore[override]
        """Never pygls's way, which ends the process. Not registered: the session sees to it."""

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        """pygls's own, with our commands; without documents and commands where the client announced no editor."""
        result = yield from super().lsp_initialize(params)
        language, able = self._server.language, result.capabilities
        language.agreed(able.position_encoding)
        if language.able.documents:
            able.execute_command_provider = types.ExecuteCommandOptions(commands=language.commands.ids)
        else:
            able.text_document_sync = able.execute_command_provider = None
        return result

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """The language room keeps the texts: pygls's workspace breaks lines where LSP does not."""
        self._server.language.opened(params.text_document)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """As above."""
        self._server.language.changed(params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """As above."""
        self._server.language.closed(params.text_document.uri)

    def typed(self, call: Call) -> Any:
        """A request as lsprotocol types it. Raises InvalidParams."""
        return self._typed({"jsonrpc": jsonrpc.VERSION, "id": call.id, "method": call.method}, call.params)

    def _typed(self, envelope: dict[str, Any], params: object) -> Any:
        """The message as lsprotocol types it. Raises InvalidParams."""
        if params is not None and params != []:
            envelope["params"] = params
        try:
            return self.structure_message(envelope)
        except Exception as error:
            raise InvalidParams(f"The params of {envelope['method']} can't be read", _first_place(error)) from None

    def _send_data(self, data: Any) -> None:
        """Notifications and requests of ours to the editor."""
        if data:
            self._server.session.send(self._converter.unstructure(data))

    def _send_handler_result(self, future: Future[Any] | asyncio.Future[Any], *, msg_id: int | str) -> None:
        """A handler ended. Its errors reach the caller as ours: pygls would only say that there was one."""
        error = future.exception() if not future.cancelled() else None
        waiting = self._replies.get(msg_id)
        if error is None or waiting is None or isinstance(error, JsonRpcException):
            super()._send_handler_result(cast(Future[Any], future), msg_id=msg_id)
            return
        self._request_futures.pop(msg_id, None)
        if not waiting.done():
            waiting.set_exception(error)

    def _send_response(self, msg_id: int | str, result: Any = None, error: types.ResponseError | None = None) -> None:
        """Hand a result to the call that waits for it."""
        future = self._replies.get(msg_id)
        if future is None or future.done():
            return
        if error is None:
            future.set_result(self._converter.unstructure(result))
        else:
            future.set_exception(_own_error(error))


def _own_error(error: types.ResponseError) -> RpcError:
    """pygls's error without its `data`, which holds tracebacks."""
    if error.code == MethodNotFound.code:
        return MethodNotFound("There is no such method")
    if error.code == InvalidParams.code:
        return InvalidParams("The params can't be read")
    return InternalError("Something went wrong in the daemon")


def _first_place(error: BaseException) -> str:
    """Where cattrs stumbled, never over what."""
    cause: BaseException | None = error.__cause__ or error
    names: list[str] = []
    while isinstance(cause, BaseExceptionGroup):
        notes = getattr(cause.exceptions[0], "__notes__", [])
        names += [note.name for note in notes if hasattr(note, "name")]
        cause = cause.exceptions[0]
    return ".".join(str(name) for name in names)


def _with_client(ours: dict[str, Any] | None, params: dict[str, Any]) -> dict[str, Any]:
    """The params of `session/open`; `clientInfo` says who it is where nothing else does."""
    opened = dict(ours or {})
    info = params.get("clientInfo")
    if "client" not in opened and isinstance(info, dict) and isinstance(info.get("name"), str):
        version = info.get("version")
        opened["client"] = {"name": info["name"], **({"version": version} if isinstance(version, str) else {})}
    return opened
