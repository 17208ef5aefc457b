"""Checks open files off the loop: soon after they change, once at a time each, and never for what is overtaken."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from ..spec.document import Overtaken
from .known import Known, read_known
from .texts import Text, Texts

log = logging.getLogger(__name__)

SETTLES: Final = 0.004
"""Seconds until a change is looked at: what an editor sends with it (completion) comes first."""
FOLLOWS: Final = 0.1
"""Seconds until what stands on a changed file is looked at again."""


class Checks:
    """What is known of each open file. `told` is called with everything new, and with None when a file is closed."""

    def __init__(
        self,
        texts: Texts,
        runtimes: Callable[[], Mapping[str, bool]],
        told: Callable[[str, Known | None], None],
    ) -> None:
        self._texts = texts
        self._runtimes = runtimes
        self._told = told
        self._known: dict[str, Known] = {}
        self._jobs: dict[str, asyncio.Task[None]] = {}
        self._overtaken: set[str] = set()
        self._closed = False

    def latest(self, uri: str) -> Known | None:
        """What is known now, perhaps of a text some keystrokes ago."""
        return self._known.get(uri)

    def all(self) -> Iterable[Known]:
        """Everything that is known now."""
        return list(self._known.values())

    async def current(self, uri: str) -> Known | None:
        """What is known of the text as it is at this moment; waits for it. None for files that are not ours."""
        while (job := self._jobs.get(uri)) is not None:
            await asyncio.wait([job])  # A file that is closed meanwhile is no error of who asks.
        return self._known.get(uri)

    def changed(self, text: Text) -> None:
        """A text was opened or changed."""
        if text.kind is None:
            return
        self._start(text.uri, SETTLES)
        if text.path is not None:
            self.touched([text.path], but=text.uri)

    def touched(self, paths: Iterable[Path], *, but: str | None = None) -> None:
        """Files changed, here or on the disk: look again at what stands on them."""
        changed = frozenset(paths)
        for uri, known in self._known.items():
            if uri != but and (known.files & changed):
                self._start(uri, FOLLOWS)

    def again(self) -> None:
        """Look again at everything: files may have come or gone."""
        for uri in self._known:
            self._start(uri, FOLLOWS)

    def closed(self, text: Text) -> None:
        """A text was closed: nothing is said about it any more."""
        job = self._jobs.pop(text.uri, None)
        if job is not None:
            job.cancel()
        if self._known.pop(text.uri, None) is not None or text.kind is not None:
            self._told(text.uri, None)
        if text.path is not None:
            self.touched([text.path])

    def close(self) -> None:
        """The editor is gone."""
        self._closed = True
        for job in self._jobs.values():
            job.cancel()
        self._jobs.clear()
        self._known.clear()

    def _start(self, uri: str, delay: float) -> None:
        """Have a look soon; a look that runs already sees by itself that it is overtaken."""
        if uri not in self._jobs and not self._closed:
            self._jobs[uri] = asyncio.get_running_loop().create_task(self._job(uri, delay))
        elif uri in self._jobs:
            self._overtaken.add(uri)

    def _wanted(self, text: Text) -> bool:
        """Whether this is still what the editor has, with the files that it had. Asked from any thread."""
        return self._texts.get(text.uri) is text and text.uri not in self._overtaken

    async def _job(self, uri: str, delay: float) -> None:
        try:
            await asyncio.sleep(delay)
            while (text := self._texts.get(uri)) is not None:
                self._overtaken.discard(uri)
                wanted = partial(self._wanted, text)
                runtimes, overlays, encoding = self._runtimes(), self._texts.overlays(), self._texts.encoding
                try:
                    known = await asyncio.to_thread(read_known, text, runtimes, overlays, encoding, wanted)
                except Overtaken:
                    continue
                if wanted():
                    self._known[uri] = known
                    break
        except Exception:
            log.exception("a file could not be checked")
            return
        finally:
            if self._jobs.get(uri) is asyncio.current_task():
                del self._jobs[uri]
        if uri in self._known and not self._closed:
            self._told(uri, self._known[uri])
