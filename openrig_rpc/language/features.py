"""LSP's requests, each answered by a module of this room; only those that the editor announced are registered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from lsprotocol import types
from pygls.capabilities import get_capability

from . import actions, completion, hover, links, navigation, rename, shown, structure, words
from .able import Able
from .format import formatted
from .known import Known
from .live import agents_near
from .session import Language
from .texts import path_of

Handler = Callable[[Any], Awaitable[Any]]

TRIGGERS = [":", " ", ".", "/", '"', "'", "{", "[", ",", "-"]


def register(language: Language, said: types.ClientCapabilities) -> None:
    """Register on the language's own server what this editor can use."""
    able = Able.of(said)
    language.begin(able)
    if not able.documents:
        return
    requests = _Requests(language)
    save = types.SaveOptions(include_text=False)
    feature = language.server.feature
    feature(types.TEXT_DOCUMENT_DID_SAVE, save)(_notified(requests.did_save))
    feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(_notified(requests.did_change_files))
    for name, method, handler, options in requests.table():
        if get_capability(said, f"text_document.{name}", None) is not None:
            feature(method, options)(_asked(handler))
    if able.prepares_rename:
        feature(types.TEXT_DOCUMENT_PREPARE_RENAME)(_asked(requests.prepare_rename))


def _asked(handler: Handler) -> Handler:
    """pygls writes on what it registers, and can't on a bound method."""

    async def handle(params: Any) -> Any:
        return await handler(params)

    return handle


def _notified(handler: Callable[[Any], None]) -> Callable[[Any], None]:
    def handle(params: Any) -> None:
        handler(params)

    return handle


class _Placed(Protocol):
    """What LSP's requests about a place have in common."""

    text_document: types.TextDocumentIdentifier
    position: types.Position


class _Requests:
    """The handlers. Each takes its text before it first waits: that is the text the editor asked about."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def table(self) -> list[tuple[str, str, Handler, Any]]:
        """What the editor announces, LSP's method, ours, and its options."""
        kinds: list[types.CodeActionKind | str] = [actions.QUICK_FIX, actions.KIND]
        return [
            (
                "completion",
                types.TEXT_DOCUMENT_COMPLETION,
                self.completion,
                types.CompletionOptions(trigger_characters=TRIGGERS),
            ),
            ("hover", types.TEXT_DOCUMENT_HOVER, self.hover, None),
            ("definition", types.TEXT_DOCUMENT_DEFINITION, self.definition, None),
            ("references", types.TEXT_DOCUMENT_REFERENCES, self.references, None),
            ("document_highlight", types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, self.highlights, None),
            ("document_symbol", types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, self.symbols, None),
            ("folding_range", types.TEXT_DOCUMENT_FOLDING_RANGE, self.folds, None),
            ("document_link", types.TEXT_DOCUMENT_DOCUMENT_LINK, self.links, types.DocumentLinkOptions()),
            ("selection_range", types.TEXT_DOCUMENT_SELECTION_RANGE, self.selections, None),
            ("rename", types.TEXT_DOCUMENT_RENAME, self.rename, None),
            ("formatting", types.TEXT_DOCUMENT_FORMATTING, self.formatting, None),
            (
                "code_action",
                types.TEXT_DOCUMENT_CODE_ACTION,
                self.actions,
                types.CodeActionOptions(code_action_kinds=kinds),
            ),
            ("code_lens", types.TEXT_DOCUMENT_CODE_LENS, self.lenses, types.CodeLensOptions()),
            ("inlay_hint", types.TEXT_DOCUMENT_INLAY_HINT, self.hints, types.InlayHintOptions()),
        ]

    # Notifications.

    def did_save(self, params: types.DidSaveTextDocumentParams) -> None:
        self._language.saved(params.text_document.uri)

    def did_change_files(self, params: types.DidChangeWatchedFilesParams) -> None:
        self._language.touched([change.uri for change in params.changes])

    # Requests.

    async def completion(self, params: types.CompletionParams) -> types.CompletionList | None:
        text = self._language.ours(params.text_document.uri)
        if text is None:
            return None
        encoding = self._language.texts.encoding
        # What was known some keystrokes ago will do: what names there are hardly changes by one.
        known = self._language.checks.latest(text.uri) or await self._language.checks.current(text.uri)
        offset = text.offset(params.position, encoding)
        return await asyncio.to_thread(completion.complete, text, known, offset, self._language.able, encoding)

    async def hover(self, params: types.HoverParams) -> types.Hover | None:
        found = await self._at(params)
        if found is None:
            return None
        known, offset = found
        live = self._language.live(known)
        hovered = hover.hover(known, offset, live)
        if hovered is None:
            return None
        agent = live.agents.get(hovered.member) if live is not None and hovered.member is not None else None
        above = None
        if agent is not None:
            last = await self._language.engine.store.messages.find(address=agent.address, limit=1)
            above = words.live(agent, last[0][1] if last else None)
        return hovered.hover(above)

    async def definition(self, params: types.DefinitionParams) -> list[types.Location] | None:
        found = await self._at(params)
        return await asyncio.to_thread(navigation.definitions, *found) if found is not None else None

    async def references(self, params: types.ReferenceParams) -> list[types.Location] | None:
        found = await self._at(params)
        if found is None:
            return None
        others = self._language.checks.all()
        return navigation.references(*found, others, declaration=params.context.include_declaration)

    async def highlights(self, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight] | None:
        found = await self._at(params)
        return navigation.highlights(*found) if found is not None else None

    async def symbols(
        self, params: types.DocumentSymbolParams
    ) -> list[types.DocumentSymbol] | list[types.SymbolInformation] | None:
        known = await self._known(params.text_document.uri)
        if known is None:
            return None
        found = structure.symbols(known)
        return found if self._language.able.nested_symbols else structure.flat(known.text.uri, found)

    async def folds(self, params: types.FoldingRangeParams) -> list[types.FoldingRange] | None:
        known = await self._known(params.text_document.uri)
        return structure.folds(known) if known is not None else None

    async def links(self, params: types.DocumentLinkParams) -> list[types.DocumentLink] | None:
        known = await self._known(params.text_document.uri)
        return await asyncio.to_thread(links.document_links, known) if known is not None else None

    async def selections(self, params: types.SelectionRangeParams) -> list[types.SelectionRange] | None:
        known = await self._known(params.text_document.uri)
        if known is None:
            return None
        return [structure.selection(known, known.text.offset(each, known.encoding)) for each in params.positions]

    async def prepare_rename(self, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        found = await self._at(params)
        return rename.prepare(*found) if found is not None else None

    async def rename(self, params: types.RenameParams) -> types.WorkspaceEdit | None:
        found = await self._at(params)
        if found is None:
            return None
        language, known = self._language, found[0]
        here = navigation.placeholder(*found)
        live = language.live(known)
        warning = None
        if live is not None and live.rig.up and here is not None and here.sort in ("member", "pod"):
            warning = (
                f"The rig {live.rig.name} is up. When the change is applied, agents with a new name start with a new "
                "conversation, and those with the old name are removed."
            )
        edit = rename.rename(*found, params.new_name, language.checks.all(), language.able, warning)
        if warning is not None and not (language.able.annotated_edits and language.able.versioned_edits):
            language.tell(warning, True)
        return edit

    async def formatting(self, params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
        known = await self._known(params.text_document.uri)
        return await asyncio.to_thread(formatted, known) if known is not None else None

    async def actions(self, params: types.CodeActionParams) -> list[types.CodeAction | types.Command]:
        language = self._language
        uri = params.text_document.uri
        known = await self._known(uri)
        found = actions.fixes(known, params, language.able) if known is not None else []
        if not actions.wanted(params.context):
            return found
        commands: list[types.Command] = []
        if known is not None and not language.able.lenses:
            span = known.text.span(params.range, known.encoding)
            commands += shown.commands(known, language.live(known), language.changes(known), span)
        agents = agents_near(language.engine, language.client.principal, path_of(uri))
        commands += actions.sends(params, agents, language.server.protocol._converter)
        return [*found, *actions.offered(commands, language.able)]

    async def lenses(self, params: types.CodeLensParams) -> list[types.CodeLens] | None:
        known = await self._known(params.text_document.uri)
        if known is None:
            return None
        return shown.lenses(known, self._language.live(known), self._language.changes(known))

    async def hints(self, params: types.InlayHintParams) -> list[types.InlayHint] | None:
        """Only where lenses can't be refreshed: else the same would stand there twice."""
        known = await self._known(params.text_document.uri)
        if known is None or self._language.able.lens_refresh:
            return None
        span = known.text.span(params.range, known.encoding)
        return shown.hints(known, self._language.live(known), self._language.changes(known), span)

    async def _known(self, uri: str) -> Known | None:
        if self._language.ours(uri) is None:
            return None
        return await self._language.checks.current(uri)

    async def _at(self, params: _Placed) -> tuple[Known, int] | None:
        known = await self._known(params.text_document.uri)
        return (known, known.text.offset(params.position, known.encoding)) if known is not None else None
