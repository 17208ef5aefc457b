"""Transcripts: what panes print, appended as it comes, in segments of which the oldest go."""

import logging
import os
import re
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from ..home import UnsafeFolder, private_folder
from ..observe.streams import whole
from .secrets import redacted

log = logging.getLogger(__name__)

SEGMENT = 2 * 1024 * 1024
"""Bytes of a segment; the next one begins after it."""
KEPT = 16
"""Segments of an agent, at most."""
PIECE = 256 * 1024
"""Bytes read at once, at most."""
OPEN = 256
"""Files kept open, at most."""

# CSI, OSC and other strings, two-byte escapes; then control characters but TAB and LF.
ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f]"
)


@dataclass(slots=True)
class End:
    """Where an agent's transcript is written on."""

    file: int
    begins: int
    size: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes `offset` to `next_offset`; `truncated`: something before it is gone, or something after it is left out."""

    offset: int
    next_offset: int
    text: str
    truncated: bool


@dataclass(frozen=True, slots=True)
class Raw:
    """Whole lines as they were printed, each with its offset; `first` is the oldest byte that is kept."""

    first: int
    lines: list[tuple[int, bytes]]
    next_offset: int


class Transcripts:
    """A folder for each agent; a segment's name is the offset of its first byte. Offsets go on after a restart."""

    def __init__(self, folder: Path, *, segment: int = SEGMENT, kept: int = KEPT) -> None:
        self._folder = folder
        self._segment = segment
        self._kept = kept
        self._ends: OrderedDict[str, End] = OrderedDict()
        self._failed = False

    def end(self, agent_id: str) -> int:
        """How many bytes the agent's pane has printed."""
        known = self._ends.get(agent_id)
        if known is not None:
            return known.begins + known.size
        segments = self._segments(agent_id)
        return segments[-1][0] + segments[-1][1].stat().st_size if segments else 0

    def append(self, agent_id: str, data: bytes) -> None:
        """The agent's pane printed `data`. Written at once: it costs less than remembering it would.

        A full disk loses what comes until there is room again; that is logged, and nothing else waits for it.
        """
        try:
            end = self._open(agent_id)
            at = 0
            while at < len(data):
                if end.size >= self._segment:
                    end = self._next(agent_id, end)
                written = os.write(end.file, data[at : at + self._segment - end.size])
                end.size += written
                at += written
            self._failed = False
        except (OSError, UnsafeFolder) as error:
            if not self._failed:
                log.error("a transcript could not be written: %s", error)
            self._failed = True

    def close(self) -> None:
        """Close the files."""
        while self._ends:
            os.close(self._ends.popitem()[1].file)

    def read(self, agent_id: str, offset: int | None, lines: int | None) -> Piece:
        """A piece from byte `offset` (the first that is kept, where that is gone), or the last `lines` (200).

        Without escape sequences and secrets of known shapes. It ends with a whole line where there are more. For a
        thread of its own: it reads files.
        """
        segments = self._segments(agent_id)
        first = segments[0][0] if segments else 0
        if offset is None:
            end = sum(file.stat().st_size for _, file in segments) + first
            start = max(first, end - PIECE)
            data = self._bytes(segments, start)
            skip = _last_lines(data, lines or 200)
            return _piece(start + skip, data[skip:], truncated=start + skip > first)
        start = max(first, offset)
        data = self._bytes(segments, start)
        more = len(data) >= PIECE
        if more:
            data = data[: data.rfind(b"\n") + 1 or whole(data)]
        if lines is not None:
            cut = _first_lines(data, lines)
            more, data = more or cut < len(data), data[:cut]
        return _piece(start, data, truncated=more or start > offset)

    def whole_lines(self, agent_id: str, offset: int) -> Raw:
        """Lines from `offset` on, at most a piece of them; one that has not ended is left for the next time."""
        segments = self._segments(agent_id)
        first = segments[0][0] if segments else 0
        start = max(first, offset)
        data = self._bytes(segments, start)
        # One without an end is taken as it is where it fills a piece.
        end = data.rfind(b"\n") + 1 or (len(data) if len(data) >= PIECE else 0)
        lines: list[tuple[int, bytes]] = []
        at = start
        for line in data[:end].splitlines(keepends=True):
            lines.append((at, line))
            at += len(line)
        return Raw(first, lines, at)

    def _bytes(self, segments: list[tuple[int, Path]], start: int) -> bytes:
        """What there is from `start` on, at most a piece."""
        found = bytearray()
        for begins, file in segments:
            if len(found) >= PIECE or begins + self._segment <= start:
                continue
            try:
                with file.open("rb") as opened:
                    opened.seek(max(0, start + len(found) - begins))
                    found += opened.read(PIECE - len(found))
            except FileNotFoundError:  # It was the oldest one just now.
                continue
        return bytes(found)

    def _segments(self, agent_id: str) -> list[tuple[int, Path]]:
        """Offset and file of each segment, in order."""
        try:
            files = list((self._folder / agent_id).iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted((int(file.name), file) for file in files if file.name.isdecimal())

    def _open(self, agent_id: str) -> End:
        known = self._ends.get(agent_id)
        if known is not None:
            self._ends.move_to_end(agent_id)
            return known
        while len(self._ends) >= OPEN:
            os.close(self._ends.popitem(last=False)[1].file)
        private_folder(self._folder / agent_id)
        segments = self._segments(agent_id)
        begins = segments[-1][0] if segments else 0
        return self._begin(agent_id, begins)

    def _begin(self, agent_id: str, begins: int) -> End:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        file = os.open(self._folder / agent_id / f"{begins:020d}", flags, 0o600)
        end = self._ends[agent_id] = End(file, begins, os.fstat(file).st_size)
        return end

    def _next(self, agent_id: str, end: End) -> End:
        """Begin a new segment, and let the oldest go."""
        new = self._begin(agent_id, end.begins + end.size)
        os.close(end.file)
        for _, file in self._segments(agent_id)[: -self._kept]:
            file.unlink(missing_ok=True)
        return new


def _piece(offset: int, data: bytes, *, truncated: bool) -> Piece:
    return Piece(offset, offset + len(data), plain(data), truncated)


def plain(data: bytes) -> str:
    """What was printed as text: line ends as LF, no escape sequences, no secrets of known shapes."""
    text = ESCAPES.sub("", data.decode("utf-8", "replace").replace("\r\n", "\n"))
    return redacted(text)


def _last_lines(data: bytes, lines: int) -> int:
    """Where the last `lines` begin."""
    at = len(data) - 1 if data.endswith(b"\n") else len(data)
    for _ in range(lines):
        at = data.rfind(b"\n", 0, at)
        if at < 0:
            return 0
    return at + 1


def _first_lines(data: bytes, lines: int) -> int:
    """Where the first `lines` end."""
    at = 0
    for _ in range(lines):
        found = data.find(b"\n", at)
        if found < 0:
            return len(data)
        at = found + 1
    return at
