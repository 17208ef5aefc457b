"""Guidance that a spec wants merged into a file of the project: as a marked block, which `rig down` takes out again.

What will be written is noted in the state folder before it is, so that it is found again whatever happens between.
A file of the person's is replaced at once and only as it was read; all that stands outside our blocks stays.
"""

import hashlib
import json
import logging
import os
import re
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..home import private_folder, write_private
from ..model.startup import DeliveryHint
from ..runtimes.given import NotGiven
from ..spec.loaded import ResolvedMember
from .projection import text_of

log = logging.getLogger(__name__)

LARGEST = 4 * 1024 * 1024
TRIES = 5
ANY_BLOCK = re.compile(
    rb"^<!-- BEGIN openrig-rpc ([0-9a-f]{12}):[^\n]*-->\r?\n.*?^<!-- END openrig-rpc \1 -->(?:\r?\n|\Z)", re.M | re.S
)
Noted = dict[str, dict[str, Any]]
"""By file: the `keys` of our blocks, whether the file was `created` by us, whether we ended its last line."""


def blocks_of(member: ResolvedMember, rig_id: str) -> Iterator[tuple[Path, str, str]]:
    """The file, key and content of each block that a member's spec asks for. Reads files. Raises NotGiven."""
    for file in member.files:
        if file.delivery_hint is DeliveryHint.GUIDANCE_MERGE and member.guidance_file is not None:
            text = text_of(file)
            if text is not None:
                yield target(member), key_of(rig_id, file.path), f"{file.name}\0{text}"


def target(member: ResolvedMember) -> Path:
    """The file that a member's harness reads in its working folder, links followed. Raises NotGiven."""
    path = Path(os.path.realpath(member.cwd / (member.guidance_file or "")))
    if not path.is_relative_to(os.path.realpath(member.cwd)):
        raise NotGiven(f"{member.cwd / (member.guidance_file or '')} is a link to {path}, which is not in the project")
    return path


def key_of(rig_id: str, source: Path) -> str:
    """What a block is called in the file: the same for all agents of a rig that are given the same text."""
    return hashlib.sha256(f"{rig_id}\0{source}".encode("utf-8", "surrogatepass")).hexdigest()[:12]


class Blocks:
    """Every block that stands in somebody's file, by rig. Blocking: call it in a thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def put(self, rig_id: str, rig: str, member: ResolvedMember) -> None:
        """Write the blocks of one member, or bring them up to date. Raises NotGiven."""
        with self._lock:
            for path, key, said in blocks_of(member, rig_id):
                self._put(rig_id, rig, path, key, *said.split("\0", 1))

    def keep(self, rig_id: str, members: Collection[ResolvedMember] = ()) -> dict[Path, str]:
        """Take out every block of a rig that none of these members asks for; the files in which that failed, and why.

        Without members: all of them.
        """
        with self._lock:
            noted = self._read(rig_id)
            if not noted:
                return {}
            wanted: set[tuple[str, str]] = set()
            for member in members:
                with suppress(NotGiven):
                    wanted |= {(str(path), key) for path, key, _ in blocks_of(member, rig_id)}
            failed: dict[Path, str] = {}
            for name, note in list(noted.items()):
                gone = [key for key in note["keys"] if (name, key) not in wanted]
                try:
                    self._take_out(Path(name), gone, note)
                except (NotGiven, OSError) as error:
                    log.warning("our block stays in %s: %s", name, error)
                    failed[Path(name)] = str(error)
                    continue
                note["keys"] = [key for key in note["keys"] if key not in gone]
                if not note["keys"]:
                    del noted[name]
            self._write(rig_id, noted)
            return failed

    def rigs(self) -> list[str]:
        """The ids of the rigs that have blocks anywhere."""
        return [path.stem for path in self._folder.glob("*.json")]

    # One file.

    def _put(self, rig_id: str, rig: str, path: Path, key: str, name: str, text: str) -> None:
        for _ in range(TRIES):
            data, seen = _look(path)
            noted = self._read(rig_id)
            line = b"\r\n" if data is not None and b"\r\n" in data.split(b"\n", 1)[0] + b"\n" else b"\n"
            block = _block(rig, key, name, text).replace(b"\n", line)
            found = _find(data or b"", key)
            note = noted.setdefault(str(path), {"keys": [], "created": False, "newline": False})
            if found is not None:
                new = (data or b"")[: found[0]] + block + (data or b"")[found[1] :]
            else:
                old = data or b""
                ended = not old or old.endswith(b"\n")
                new = old + (b"" if ended else line) + block
                if not any(_find(old, each) for each in note["keys"]):
                    note["newline"] = not ended
                    # Another rig's block alone makes no file of the person's either.
                    note["created"] = data is None or (bool(data) and not ANY_BLOCK.sub(b"", data))
            if key not in note["keys"]:
                note["keys"].append(key)
            self._write(rig_id, noted)
            if new == data or _replace(path, new, seen):
                return
        raise NotGiven(f"{path} is being changed all the time; our block could not be written into it")

    def _take_out(self, path: Path, keys: Collection[str], note: Mapping[str, Any]) -> None:
        for _ in range(TRIES):
            data, seen = _look(path)
            if data is None:
                return
            new, at_end = data, False
            for key in keys:
                found = _find(new, key)
                if found is not None:
                    at_end = at_end or found[1] == len(new)
                    new = new[: found[0]] + new[found[1] :]
            if new == data:
                return
            others = [key for key in note["keys"] if key not in keys]
            if note["newline"] and at_end and not others:
                new = new.removesuffix(b"\n").removesuffix(b"\r")
            if note["created"] and not new.strip() and not others:
                path.unlink()
                return
            if _replace(path, new, seen):
                return
        raise NotGiven("it is being changed all the time")

    # The note.

    def _read(self, rig_id: str) -> Noted:
        try:
            found = json.loads((self._folder / f"{rig_id}.json").read_bytes())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _write(self, rig_id: str, noted: Noted) -> None:
        path = self._folder / f"{rig_id}.json"
        if not noted:
            path.unlink(missing_ok=True)
            return
        private_folder(self._folder)
        write_private(path, json.dumps(noted, indent=1).encode())


def _block(rig: str, key: str, name: str, text: str) -> bytes:
    # Two hyphens would end the comment.
    about = f"{name} of the rig {rig}; `rig down {rig}` takes this block out".replace("--", "- -")
    end = f"<!-- END openrig-rpc {key} -->"
    body = text.replace("\r\n", "\n").replace(end, "").rstrip("\n")
    return f"<!-- BEGIN openrig-rpc {key}: {about} -->\n{body}\n{end}\n".encode("utf-8", "replace")


def _find(data: bytes, key: str) -> tuple[int, int] | None:
    """Where a block stands, its last line end included; None where either of its marks is gone."""
    for found in ANY_BLOCK.finditer(data):
        if found[1] == key.encode():
            return found.span()
    return None


def _look(path: Path) -> tuple[bytes | None, tuple[int, int, int] | None]:
    """A file as it is, and what shows that it is still so. Raises NotGiven for what is no file that can be changed."""
    try:
        if not path.is_file():
            if path.exists():
                raise NotGiven(f"{path} is no file")
            return None, None
        if path.stat().st_size > LARGEST:
            raise NotGiven(f"{path} has more than {LARGEST >> 20} MiB")
        seen = _state(path)
        return path.read_bytes(), seen
    except OSError as error:
        raise NotGiven(f"{path} can't be read: {error.strerror}") from None


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _replace(path: Path, data: bytes, seen: tuple[int, int, int] | None) -> bool:
    """Put new content in place at once, with the file's own mode; False where somebody changed it meanwhile."""
    temporary = path.with_name(f".{path.name}.openrig-rpc")
    mode = path.stat().st_mode & 0o7777 if seen is not None else 0o644
    try:
        temporary.unlink(missing_ok=True)  # What a crash left.
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if _state(path) != seen:
            return False
        temporary.replace(path)
    except OSError as error:
        raise NotGiven(f"{path} can't be written: {error.strerror}") from None
    finally:
        temporary.unlink(missing_ok=True)
    return True
