"""Keeps what an editor shows of running rigs true: told by the journal, at most twice a second."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from ..model.errors import RpcError, Storage

if TYPE_CHECKING:
    from ..engine import Engine

log = logging.getLogger(__name__)

PERIOD: Final = 0.5
"""Seconds between two refresh requests, at least."""
PATIENCE: Final = 10.0
"""Seconds that an editor may take to answer one."""
PAGE: Final = 256
_AGENTS: Final = ("agent.", "message.")
_KINDS: Final = frozenset(
    {
        "rig.up", "rig.down", "rig.changed", "rig.deleted", "agent.added", "agent.removed", "agent.stateChanged",
        "agent.promptOpened", "agent.promptClosed", "agent.contextChanged", "message.accepted", "message.held",
        "message.delivering", "message.delivered", "message.submitted", "message.failed", "message.expired",
        "message.cancelled",
    }
)  # fmt: skip


class Client(Protocol):
    """The connection, as far as it matters here."""

    async def ready(self) -> None:
        """Wait until it reads again."""


class Pulse:
    """Follows the journal for one editor while it has rig files open.

    `names` are the rigs that its files show; `refresh` asks it to draw again; `changed` is called when what a plan
    would say may have changed.
    """

    def __init__(
        self,
        engine: Engine,
        client: Client,
        names: Callable[[], set[str]],
        refresh: Callable[[], Awaitable[None]],
        changed: Callable[[], None],
    ) -> None:
        self._engine = engine
        self._client = client
        self._names = names
        self._refresh = refresh
        self._changed = changed
        self._wanted = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def running(self) -> bool:
        return bool(self._tasks)

    def start(self) -> None:
        """Begin, once."""
        if not self._tasks:
            loop = asyncio.get_running_loop()
            self._tasks = [loop.create_task(logged(self._follow())), loop.create_task(logged(self._draw()))]

    def stop(self) -> None:
        """End; may begin again."""
        for task in self._tasks:
            task.cancel()
        self._tasks = []

    def ask(self) -> None:
        """Something that is shown changed."""
        self._wanted.set()

    async def _follow(self) -> None:
        journal = self._engine.store.journal
        at = journal.seq
        while True:
            try:
                await journal.beyond(at)
                entries, at = await journal.after(at, PAGE, _KINDS)
            except Storage as error:
                log.error("the journal can't be read for an editor: %s", error.message)
                await asyncio.sleep(1.0)
                continue
            names = self._names()
            for entry in entries:
                if entry.rig is None or (entry.rig not in names and not entry.kind.startswith("rig.")):
                    continue
                self._wanted.set()
                if not entry.kind.startswith(_AGENTS) or entry.kind in ("agent.added", "agent.removed"):
                    self._changed()

    async def _draw(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            await self._client.ready()
            try:
                await asyncio.wait_for(self._refresh(), PATIENCE)
            except (TimeoutError, RpcError):
                log.info("an editor left a refresh request unanswered")
            except Exception as error:
                log.info("an editor refused a refresh request: %s", type(error).__name__)
            await asyncio.sleep(PERIOD)


async def logged(job: Coroutine[Any, Any, None]) -> None:
    """A task whose failure is not seen only when it is collected."""
    try:
        await job
    except Exception:
        log.exception("an editor is not told of changes any more")


class Changes:
    """How many steps would make each rig equal its saved file, counted in the background."""

    def __init__(self, engine: Engine, told: Callable[[], None]) -> None:
        self._engine = engine
        self._told = told
        self._counts: dict[Path, int | None] = {}
        self._jobs: dict[Path, asyncio.Task[None]] = {}
        self._again: set[Path] = set()

    def of(self, path: Path | None) -> int | None:
        """The number for a file; None where it is not known, or the rig isn't up."""
        return self._counts.get(path) if path is not None else None

    def count(self, path: Path) -> None:
        """Count again, soon."""
        if path in self._jobs:
            self._again.add(path)
        else:
            self._jobs[path] = asyncio.get_running_loop().create_task(self._count(path))

    def forget(self, path: Path) -> None:
        """The file was closed."""
        self._counts.pop(path, None)
        self._again.discard(path)
        job = self._jobs.pop(path, None)
        if job is not None:
            job.cancel()

    def close(self) -> None:
        """The editor is gone."""
        for path in list(self._jobs):
            self.forget(path)

    async def _count(self, path: Path) -> None:
        try:
            while True:
                self._again.discard(path)
                found = await self._steps(path)
                if path not in self._again:
                    break
        finally:
            if self._jobs.get(path) is asyncio.current_task():
                del self._jobs[path]
        if self._counts.get(path) != found:
            self._counts[path] = found
            self._told()

    async def _steps(self, path: Path) -> int | None:
        try:
            source = await self._engine.sources.of(path=str(path))
            if source.known is None or not source.known.up:
                return None
            plan = await self._engine.rigs.plan(source)
        except RpcError:
            return None  # Its errors are shown where they are.
        except Exception:
            log.exception("a plan could not be made for an editor")
            return None
        return sum(1 for action in plan.actions if action.kind not in ("keep", "start"))
