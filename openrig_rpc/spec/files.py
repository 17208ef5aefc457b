"""What lies on disk, as an editor has it where it is open there. Looked at and read, never followed out of a folder."""

import os
import re
import stat
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Literal

from .document import MOST_BYTES

_DRIVE = re.compile(r"[A-Za-z]:[/\\]")


class Unreadable(Exception):
    """A file that can't be read; the text says why, in words for people."""


class Files:
    """The disk with `overlays` over it, by absolute path. One is made for each load; what it saw it remembers."""

    def __init__(self, overlays: Mapping[Path, str] | None = None) -> None:
        self.read_from: dict[Path, None] = {}
        self._overlays = {absolute(path): text for path, text in (overlays or {}).items()}
        self._real: dict[Path, str] = {}
        self._kinds: dict[Path, Literal["file", "folder"] | None] = {}

    def read(self, path: Path) -> str | bytes:
        """The content, up to just above what a spec may have. `Unreadable` where there is none."""
        self.read_from[path] = None
        if path in self._overlays:
            return self._overlays[path]
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except (OSError, ValueError) as error:
            raise Unreadable(_why(error)) from None
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise Unreadable("it is no regular file")
        try:
            with os.fdopen(descriptor, "rb") as file:
                return file.read(MOST_BYTES + 1)
        except OSError as error:
            raise Unreadable(_why(error)) from None

    def kind(self, path: Path) -> Literal["file", "folder"] | None:
        """What is at `path`, links followed; None where nothing is, or nothing that is a file or folder."""
        if path in self._overlays:
            return "file"
        if path not in self._kinds:
            self._kinds[path] = _kind(path)
        return self._kinds[path]

    def escapes(self, root: Path, path: Path) -> bool:
        """Whether links lead `path`, which is beneath `root` by its name, out of it."""
        real_root, real = self._resolve(root), self._resolve(path)
        return real != real_root and not real.startswith(real_root.rstrip(os.sep) + os.sep)

    def folders(self, folder: Path, having: str) -> list[str]:
        """The folders in `folder` that hold a file `having`; the first hundred names are looked at."""
        try:
            names = sorted(entry.name for entry in islice(folder.iterdir(), 100))
        except OSError:
            return []
        return [name for name in names if self.kind(folder / name / having) == "file"]

    def _resolve(self, path: Path) -> str:
        if path not in self._real:
            try:
                self._real[path] = os.path.realpath(path)
            except (OSError, ValueError):
                self._real[path] = str(path)
        return self._real[path]


def outside(path: str) -> str | None:
    """Why a path, by its name, is not one beneath its folder; None where it is."""
    if path.startswith(("/", "\\", "~")) or _DRIVE.match(path):
        return "is absolute"
    return "climbs out with `..`" if ".." in path.replace("\\", "/").split("/") else None


def absolute(path: Path) -> Path:
    """`path` from the root, `.` and `..` worked out by name, as paths in spec files are."""
    return Path(os.path.normpath(os.path.join(os.getcwd(), path)))  # noqa: PTH109, PTH118 - pathlib keeps the `..`


@lru_cache(maxsize=4096)
def join(root: Path, relative: str) -> Path:
    """`relative` from the absolute `root`, worked out by name; an absolute one stays."""
    return Path(os.path.normpath(os.path.join(root, relative)))  # noqa: PTH118


def _kind(path: Path) -> Literal["file", "folder"] | None:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return None
    return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else None


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "it is not there"
    return (error.strerror or "it can't be opened").lower() if isinstance(error, OSError) else "it is no path"
