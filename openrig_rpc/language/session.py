"""One editor: its open files, what is known of them, and what it is told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from ..model.principal import Principal
from ..spec.positions import ENCODINGS, UTF16
from . import work
from .able import Able
from .attention import attention_of
from .checks import Checks
from .commands import APPLY, DOWN, UP, Commands, Json
from .known import Known
from .live import Live, live_of
from .pulse import Changes, Pulse
from .shapes import diagnostic, plain
from .texts import Text, Texts, path_of
from .turns import Turns

if TYPE_CHECKING:
    from ..engine import Engine

log = logging.getLogger(__name__)

WATCHED: Final = ("**/agent.yaml", "**/rig.yaml", "**/*.rig.yaml")
_LONG: Final = {UP: "Bringing the rig up", APPLY: "Applying changes", DOWN: "Taking the rig down"}


class Client(Protocol):
    """The connection, as this room sees it."""

    @property
    def engine(self) -> Engine:
        """What all connections share."""

    @property
    def principal(self) -> Principal | None:
        """Who asks."""

    @property
    def attention(self) -> bool:
        """Whether questions for the person may be shown here."""

    @property
    def last_request(self) -> float:
        """When it was used last, by the loop's clock."""

    async def ask(self, method: str, params: dict[str, Any], release: Callable[[], None] = ...) -> Any:
        """Call the table as this client; the result as JSON values. Raises RpcError."""

    async def ready(self) -> None:
        """Wait until it reads again."""

    def on_close(self, callback: Callable[[], None]) -> None:
        """Call back once when it is gone."""


class Language:
    """What an editor has of this room. Nothing in it starts or changes a rig but the person's own command."""

    def __init__(self, server: LanguageServer, client: Client) -> None:
        self.server = server
        self.client = client
        self.able = Able()
        self.texts = Texts()
        self.commands = Commands(self.texts, self.tell)
        self.checks = Checks(self.texts, self._runtimes, self._checked)
        self._turns = Turns(server)
        self._pulse: Pulse | None = None
        self._changes: Changes | None = None
        self._known_runtimes: dict[str, bool] | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    # From `initialize` to the end.

    def begin(self, able: Able) -> None:
        """What the editor can do is known."""
        self.able = able

    def agreed(self, encoding: str | None) -> None:
        """How characters are counted is known."""
        self.texts.encoding = next((each for each in ENCODINGS if each == encoding), UTF16)

    def initialized(self) -> None:
        """The editor is ready to be told things."""
        self.client.on_close(self._close)
        if self.able.watches:
            self._spawn(self._watch())
        if self.client.attention:
            attention_of(self.engine).join(self)

    def _close(self) -> None:
        self.checks.close()
        for task in self._tasks:
            task.cancel()
        if self._changes is not None:
            self._changes.close()
        if self._pulse is not None:
            self._pulse.stop()
        if self.client.attention:
            attention_of(self.engine).leave(self)

    @property
    def engine(self) -> Engine:
        return self.client.engine

    # Its files.

    def opened(self, item: types.TextDocumentItem) -> None:
        """A text was opened: it is read, and nothing is started."""
        text = self.texts.open(item)
        if text.kind is not None:
            self._known_runtimes = None
            self.checks.changed(text)
        if text.kind == "rig" and text.path is not None:
            self._show_live(text.path)

    def changed(self, params: types.DidChangeTextDocumentParams) -> None:
        """A text was changed."""
        document = params.text_document
        text = self.texts.change(document.uri, document.version, params.content_changes)
        if text is not None:
            self.checks.changed(text)

    def closed(self, uri: str) -> None:
        """A text was closed."""
        text = self.texts.close(uri)
        if text is None:
            return
        self.checks.closed(text)
        if text.path is not None and self._changes is not None:
            self._changes.forget(text.path)
        if self._pulse is not None and not any(each.kind == "rig" for each in self.texts):
            self._pulse.stop()
            self._turns.end()

    def saved(self, uri: str) -> None:
        """A text was written: what stands on it, and what a plan would say, may be different."""
        path = path_of(uri)
        self.checks.again()
        if path is not None:
            self._recount()

    def touched(self, uris: list[str]) -> None:
        """Files changed on the disk."""
        self.checks.touched([path for uri in uris if (path := path_of(uri)) is not None])
        self._recount()

    # What is known.

    def ours(self, uri: str) -> Text | None:
        """The open text at `uri`, where it is one of ours."""
        text = self.texts.get(uri)
        return text if text is not None and text.kind is not None else None

    def live(self, known: Known) -> Live | None:
        """The running rig that a file describes."""
        return live_of(self.engine, self.client.principal, known.text.path, known.name)

    def changes(self, known: Known) -> int | None:
        """How many steps would make the running rig equal the saved file."""
        return self._changes.of(known.text.path) if self._changes is not None else None

    def _runtimes(self) -> dict[str, bool]:
        if self._known_runtimes is None:
            self._known_runtimes = self.engine.shelf.known()
        return self._known_runtimes

    def _checked(self, uri: str, known: Known | None) -> None:
        """Tell the editor everything that is wrong with a file, at once."""
        found = [diagnostic(each, self.able.tags) for each in known.diagnostics] if known is not None else []
        version = known.text.version if known is not None else None
        self.server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version))

    # The running rigs.

    def _show_live(self, path: Path) -> None:
        if self._pulse is None:
            self._pulse = Pulse(self.engine, self.client, self._shown_rigs, self._refresh, self._recount)
            self._changes = Changes(self.engine, self._pulse.ask)
        self._pulse.start()
        assert self._changes is not None
        self._changes.count(path)

    def _shown_rigs(self) -> set[str]:
        """The rigs that open files show."""
        return {live.rig.name for live in self._live_rigs()}

    def _live_rigs(self) -> list[Live]:
        found = [self.live(known) for known in self.checks.all() if known.text.kind == "rig"]
        return [live for live in found if live is not None]

    def _recount(self) -> None:
        for text in self.texts:
            if text.kind == "rig" and text.path is not None and self._changes is not None:
                self._changes.count(text.path)

    async def _refresh(self) -> None:
        """Have the editor ask again for what changes by itself; else tell it what it can show without asking."""
        if self.able.lens_refresh:
            await self.server.workspace_code_lens_refresh_async(None)
        elif self.able.hint_refresh:
            await self.server.workspace_inlay_hint_refresh_async(None)
        elif self.able.progress:
            await self._turns.show(agent for live in self._live_rigs() for agent in live.agents.values())

    # The person.

    @property
    def principal(self) -> Principal | None:
        return self.client.principal

    @property
    def last_request(self) -> float:
        return self.client.last_request

    def tell(self, message: str, warning: bool) -> None:
        """Show a sentence."""
        kind = types.MessageType.Warning if warning else types.MessageType.Info
        self.server.window_show_message(types.ShowMessageParams(kind, message))

    async def ask_person(self, message: str, buttons: list[str]) -> str | None:
        """A question with buttons; the one that was chosen."""
        actions = [types.MessageActionItem(title) for title in buttons]
        params = types.ShowMessageRequestParams(types.MessageType.Warning, message, actions)
        chosen = await self.server.window_show_message_request_async(params)
        return chosen.title if chosen is not None else None

    async def answer(self, params: dict[str, Any]) -> object:
        """`agent/answer`, as this client."""
        return await self.client.ask("agent/answer", params)

    # Commands.

    async def execute(
        self, params: types.ExecuteCommandParams, release: Callable[[], None], token: int | str | None
    ) -> Json:
        """Run a command in its turn. Raises RpcError."""

        table = _Turn(self, release)
        title = _LONG.get(params.command)
        if title is None:
            return await self.commands.run(table, params)
        argument = (params.arguments or [None])[0]
        said = self._progress(argument)
        announced = self.able.progress
        async with work.shown(self.server, self.engine, title, said, token=token, announced=announced):
            return await self.commands.run(table, params)

    def _progress(self, argument: object) -> Callable[[], str | None]:
        """What a rig's members do, as long as it takes."""
        given = argument if isinstance(argument, dict) else {}
        path, name = given.get("path"), given.get("rig") or given.get("name")
        uri = given.get("uri")
        place = Path(path) if isinstance(path, str) else path_of(uri) if isinstance(uri, str) else None

        def said() -> str | None:
            live = live_of(self.engine, self.client.principal, place, name if isinstance(name, str) else None)
            if live is None:
                return None
            starting = [agent.address for agent in live.agents.values() if agent.state.value == "starting"]
            waits = f", waiting for {plain(', '.join(starting[:3]))}" if starting else ""
            return f"{live.running}/{len(live.agents)} run{waits}"

        return said

    # Background.

    async def _watch(self) -> None:
        """Have the editor tell of files that change beside it."""
        options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(each) for each in WATCHED])
        method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        registration = types.Registration("openrig-files", method, register_options=options)
        try:
            await self.server.client_register_capability_async(types.RegistrationParams([registration]))
        except Exception as error:
            log.info("an editor does not watch files: %s", type(error).__name__)

    def _spawn(self, job: Any) -> None:
        task = asyncio.get_running_loop().create_task(job)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


@dataclass(frozen=True)
class _Turn:
    """The table, as a command calls it."""

    language: Language
    release: Callable[[], None]

    async def __call__(self, method: str, params: dict[str, Json]) -> Json:
        return await self.language.client.ask(method, params, self.release)

    async def ask(self, message: str, buttons: list[str]) -> str | None:
        self.release()
        try:
            return await self.language.ask_person(message, buttons)
        except Exception as error:
            log.info("an editor could not ask the person: %s", type(error).__name__)
            return None
