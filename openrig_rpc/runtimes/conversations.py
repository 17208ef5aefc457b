"""Conversations as harnesses keep them on disk: whether one is there and whole, which others there are, and what
proves that a process goes on with one.

None of these formats is documented. Measured with Claude Code 2.1.197 and 2.1.330, Codex 0.169.0: both refuse an id
whose file is missing or unreadable, forgive a torn last line, and silently leave out a broken line in the middle.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from ..model.base import stamp

HEAD = 20
"""Lines at a file's beginning that may say whose it is and where it was held."""
NEWEST = 50
"""Files that are looked at for other conversations of a folder."""
OFFERED = 5


Line = Mapping[str, Any]
Names = Callable[[Line, str], bool]
"""Whether a line says that its file is that conversation's."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an agent works: its environment, its working folder, and the private folder that is ours."""

    env: Mapping[str, str]
    cwd: Path
    folder: Path


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation's file. `at`: its last change (RFC 3339). `fault`: why it can't be gone on with, if so."""

    id: str
    path: Path
    at: str
    fault: str | None = None


class Archive(Protocol):
    """Where one harness keeps its conversations. Everything here reads files: call it in a thread."""

    def find(self, place: Place, conversation: str) -> Kept | None:
        """The conversation with this id; None where there is no file of it."""

    def others(self, place: Place) -> list[Kept]:
        """Whole conversations that were held in its working folder, newest first, a few."""

    def proof(self, place: Place, conversation: str, pid: int) -> str | None:
        """What shows that the process `pid` goes on with the conversation; None: nothing does so far."""

    def held_by(self, place: Place, pid: int) -> str | None:
        """The conversation that the process `pid` is in, by what its harness keeps."""


class ClaudeProjects:
    """`projects/FOLDER/ID.jsonl`; how FOLDER is named after the working folder is not ours to know."""

    def find(self, place: Place, conversation: str) -> Kept | None:
        if not plain(conversation):
            return None
        found = newest(self._folder(place.env).glob(f"projects/*/{conversation}.jsonl"))
        return kept(found[0], conversation, self._names) if found else None

    def others(self, place: Place) -> list[Kept]:
        files = newest(self._folder(place.env).glob("projects/*/*.jsonl"))
        return offered(files, place.cwd, lambda path: path.stem, lambda line: line.get("cwd"), self._names)

    def proof(self, place: Place, conversation: str, pid: int) -> str | None:
        return "its session file names it" if self.held_by(place, pid) == conversation else None

    def held_by(self, place: Place, pid: int) -> str | None:
        try:
            found = entry((self._folder(place.env) / "sessions" / f"{pid}.json").read_bytes()).get("sessionId")
        except OSError:
            return None
        return found if isinstance(found, str) else None

    def _folder(self, env: Mapping[str, str]) -> Path:
        return Path(env.get("CLAUDE_CONFIG_DIR") or Path(env.get("HOME") or Path.home()) / ".claude")

    def _names(self, line: Line, conversation: str) -> bool:
        return line.get("sessionId") == conversation


class CodexSessions:
    """`sessions/Y/M/D/rollout-TIME-ID.jsonl`, whose first line says id and working folder. A running Codex has the
    rollout of its thread open from the resume on."""

    def find(self, place: Place, conversation: str) -> Kept | None:
        if not plain(conversation):
            return None
        found = newest(self._folder(place.env).glob(f"sessions/*/*/*/rollout-*-{conversation}.jsonl"))
        return kept(found[0], conversation, self._names) if found else None

    def others(self, place: Place) -> list[Kept]:
        files = newest(self._folder(place.env).glob("sessions/*/*/*/rollout-*.jsonl"))
        return offered(
            files, place.cwd, lambda path: path.stem[-36:], lambda line: self._meta(line).get("cwd"), self._names
        )

    def proof(self, place: Place, conversation: str, pid: int) -> str | None:
        return "it has that conversation's rollout open" if conversation in self._open(pid) else None

    def held_by(self, place: Place, pid: int) -> str | None:
        # Ids begin with their time; after `/clear` the old one may still be open.
        return max(self._open(pid), default=None)

    def _open(self, pid: int) -> list[str]:
        paths = [Path(name) for process in family(pid) for name in opened(process)]
        return [path.stem[-36:] for path in paths if path.name.startswith("rollout-") and path.suffix == ".jsonl"]

    def _folder(self, env: Mapping[str, str]) -> Path:
        return Path(env.get("CODEX_HOME") or Path(env.get("HOME") or Path.home()) / ".codex")

    def _meta(self, line: Line) -> Line:
        found = line.get("payload") if line.get("type") == "session_meta" else None
        return found if isinstance(found, dict) else {}

    def _names(self, line: Line, conversation: str) -> bool:
        return self._meta(line).get("id") == conversation


class ScriptedSessions:
    """`ID.jsonl` in a folder of ours."""

    def find(self, place: Place, conversation: str) -> Kept | None:
        path = scripted_sessions(place.folder) / f"{conversation}.jsonl"
        return kept(path, conversation, self._names) if plain(conversation) and path.is_file() else None

    def others(self, place: Place) -> list[Kept]:
        files = newest(scripted_sessions(place.folder).glob("*.jsonl"))
        return offered(files, place.cwd, lambda path: path.stem, lambda line: line.get("cwd"), self._names)

    def proof(self, place: Place, conversation: str, pid: int) -> str | None:
        try:
            lines = (scripted_sessions(place.folder) / f"{conversation}.jsonl").read_bytes().splitlines()
        except OSError:
            return None
        resumed = any(entry(line).get("resumed_by") == pid for line in lines)
        return "its session file says that it was resumed by its process" if resumed else None

    def held_by(self, place: Place, pid: int) -> str | None:
        return None  # Only we know where it keeps them.

    def _names(self, line: Line, conversation: str) -> bool:
        return line.get("session_id") == conversation


def scripted_sessions(folder: Path) -> Path:
    """Where a scripted agent keeps its conversations, in the agent's private folder."""
    return folder / "sessions"


ARCHIVES: dict[str, Archive] = {
    "claude-code": ClaudeProjects(),
    "codex": CodexSessions(),
    "scripted": ScriptedSessions(),
}


def kept(path: Path, conversation: str, names: Names) -> Kept:
    """A conversation's file, looked through."""
    try:
        at = stamp(datetime.fromtimestamp(path.stat().st_mtime, UTC))
        return Kept(conversation, path, at, fault(path, conversation, names))
    except OSError as error:
        return Kept(conversation, path, "", f"{path} can't be read: {error.strerror}")


def fault(path: Path, conversation: str, names: Names) -> str | None:
    """What is wrong with a file of JSON lines; its last line may be torn. Raises OSError."""
    broken, named = 0, False
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if broken:
                return f"{path} is damaged at line {broken}"
            if not (line.startswith(b"{") and line.rstrip().endswith(b"}")) or b"\0" in line:
                broken = number
            elif number <= HEAD and not named:
                named = names(entry(line), conversation)
    return None if named else f"{path} does not say that it is this conversation's"


def offered(
    files: Iterable[Path], cwd: Path, identified: Callable[[Path], str], says: Callable[[Line], object], names: Names
) -> list[Kept]:
    """The whole ones of these that were held in `cwd`."""
    found = []
    for path in files:
        try:
            here = any(says(line) == str(cwd) for line in head(path))
        except OSError:
            continue
        if here and (one := kept(path, identified(path), names)).fault is None:
            found.append(one)
            if len(found) == OFFERED:
                break
    return found


def head(path: Path) -> Iterator[dict[str, Any]]:
    """The first lines of a file. Raises OSError."""
    with path.open("rb") as file:
        for _, line in zip(range(HEAD), file, strict=False):
            yield entry(line)


def entry(line: bytes) -> dict[str, Any]:
    """One line's object; empty where it is none."""
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def newest(paths: Iterable[Path]) -> list[Path]:
    """The files changed last, in that order."""

    def changed(path: Path) -> float:
        try:
            return path.stat().st_mtime
        except OSError:
            return 0.0

    return sorted(paths, key=changed, reverse=True)[:NEWEST]


def plain(conversation: str) -> bool:
    """Whether an id can be part of a file's name and no pattern."""
    return re.fullmatch(r"[A-Za-z0-9._-]{1,200}", conversation) is not None


def family(pid: int) -> Iterator[int]:
    """A process and its descendants: a shim may stand before the harness itself."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found = children.read_text("ascii").split()
        except OSError:
            continue
        for child in found:
            yield from family(int(child))


def opened(pid: int) -> Iterator[str]:
    """The files that a process has open, by name."""
    try:
        descriptors = list(Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return
    for descriptor in descriptors:
        try:
            yield str(descriptor.readlink())
        except OSError:
            continue
