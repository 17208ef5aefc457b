"""What harnesses write down of themselves, followed for what their hooks leave out: an interrupted or failed turn,
a queued one that begins.

Where the file is comes with a hook (`transcript_path`), so following begins with the first report and again after a
restart. Nothing runs while nothing is written.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..runtimes.diaries import Diary, Entry
from .inotify import Inotify

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Follower:
    """One agent's diary, read up to `offset`."""

    agent_id: str
    diary: Diary
    conversation: str
    place: Path
    offset: int


class Files:
    """Follows diaries; `tell` gets each entry of an agent's own conversation."""

    def __init__(self, tell: Callable[[str, Entry], None]) -> None:
        self._tell = tell
        self._inotify = Inotify(self._changed)
        self._followers: dict[str, Follower] = {}

    def follow(self, agent_id: str, diary: Diary, transcript: Path, conversation: str) -> None:
        """Follow an agent's diary from now on, from its last entries. Again: nothing new unless something moved."""
        place = diary.place(transcript)
        known = self._followers.get(agent_id)
        if known is not None and (known.place, known.conversation) == (place, conversation):
            return
        if not self._inotify.watch(place):
            return
        self.forget(agent_id, but=place)
        try:
            begin = diary.begin(place)
        except OSError:
            return
        follower = Follower(agent_id, diary, conversation, place, begin)
        self._followers[agent_id] = follower
        for path in diary.pages(place):
            self._read(follower, path)

    def forget(self, agent_id: str, *, but: Path | None = None) -> None:
        """Follow this agent's diary no more."""
        known = self._followers.pop(agent_id, None)
        if known is not None and known.place != but and all(f.place != known.place for f in self._followers.values()):
            self._inotify.unwatch(known.place)

    def close(self) -> None:
        """Follow nobody."""
        self._followers.clear()
        self._inotify.close()

    def _changed(self, path: Path) -> None:
        for follower in list(self._followers.values()):
            if follower.place in (path, path.parent):
                self._read(follower, path)

    def _read(self, follower: Follower, path: Path) -> None:
        try:
            entries, follower.offset = follower.diary.read(path, follower.conversation, follower.offset)
        except OSError as error:
            log.debug("%s can't be read: %s", path, error)
            return
        for entry in entries:
            self._tell(follower.agent_id, entry)
