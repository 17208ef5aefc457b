"""Changes of files, told by the kernel: Linux's inotify, by the C library. Elsewhere nothing is told."""

import asyncio
import contextlib
import ctypes
import os
import struct
import sys
from collections.abc import Callable
from pathlib import Path

MODIFY, CLOSE_WRITE, MOVED_TO, CREATE = 0x2, 0x8, 0x80, 0x100
EVENTS = MODIFY | CLOSE_WRITE | MOVED_TO | CREATE
HEAD = struct.Struct("iIII")


class Inotify:
    """Watches files and folders; `changed` gets the file that changed."""

    def __init__(self, changed: Callable[[Path], None]) -> None:
        self._changed = changed
        self._descriptor = -1
        self._paths: dict[int, Path] = {}

    def watch(self, path: Path) -> bool:
        """Tell of changes of a file, or of the files in a folder; False where that is not possible."""
        if path in self._paths.values():
            return True
        if not sys.platform.startswith("linux"):
            return False
        libc = ctypes.CDLL(None, use_errno=True)
        if self._descriptor < 0:
            self._descriptor = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
            if self._descriptor < 0:
                return False
            asyncio.get_running_loop().add_reader(self._descriptor, self._read)
        number = libc.inotify_add_watch(self._descriptor, os.fsencode(path), EVENTS)
        if number < 0:
            return False
        self._paths[number] = path
        return True

    def unwatch(self, path: Path) -> None:
        """No more of this path."""
        for number in [number for number, watched in self._paths.items() if watched == path]:
            del self._paths[number]
            ctypes.CDLL(None).inotify_rm_watch(self._descriptor, number)

    def close(self) -> None:
        """Watch nothing."""
        self._paths.clear()
        if self._descriptor >= 0:
            with contextlib.suppress(RuntimeError):
                asyncio.get_running_loop().remove_reader(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = -1

    def _read(self) -> None:
        try:
            data = os.read(self._descriptor, 65536)
        except OSError:
            return
        told: dict[Path, None] = {}
        place = 0
        while place + HEAD.size <= len(data):
            number, _, _, length = HEAD.unpack_from(data, place)
            name = data[place + HEAD.size : place + HEAD.size + length].rstrip(b"\0")
            place += HEAD.size + length
            path = self._paths.get(number)
            if path is not None:
                told[path / os.fsdecode(name) if name else path] = None
        for path in told:
            self._changed(path)
