"""Long work as an editor shows it: `$/progress`, from the first step to the last."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final

from lsprotocol import types
from pygls.lsp.server import LanguageServer

if TYPE_CHECKING:
    from ..engine import Engine

Token = int | str
_PERIOD: Final = 0.2
_PATIENCE: Final = 2.0


@asynccontextmanager
async def shown(
    server: LanguageServer,
    engine: Engine,
    title: str,
    said: Callable[[], str | None],
    *,
    token: Token | None,
    announced: bool,
) -> AsyncIterator[None]:
    """Show `title` while the block runs, and what `said` gives whenever the journal goes on.

    token: the caller's own, where it sent one; else one is made where the editor announced that it can show it.
    """
    if token is None and announced:
        token = await created(server)
    if token is None:
        yield
        return
    server.progress(types.ProgressParams(token, types.WorkDoneProgressBegin(title, cancellable=False)))
    reporter = asyncio.get_running_loop().create_task(_report(server, engine, token, said))
    try:
        yield
    finally:
        reporter.cancel()
        server.progress(types.ProgressParams(token, types.WorkDoneProgressEnd(message=said())))


async def created(server: LanguageServer) -> Token | None:
    """A token that the editor agreed to; None when it did not, or said nothing for a while."""
    token = f"openrig-{secrets.token_hex(6)}"
    with suppress(Exception):
        params = types.WorkDoneProgressCreateParams(token)
        await asyncio.wait_for(server.window_work_done_progress_create_async(params), _PATIENCE)
        return token
    return None


async def _report(server: LanguageServer, engine: Engine, token: Token, said: Callable[[], str | None]) -> None:
    journal = engine.store.journal
    last = None
    while True:
        await journal.beyond(journal.seq)
        message = said()
        if message is not None and message != last:
            last = message
            server.progress(types.ProgressParams(token, types.WorkDoneProgressReport(message=message)))
        await asyncio.sleep(_PERIOD)
