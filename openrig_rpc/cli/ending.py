"""Ending processes by the sockets they listen on: what is left when nobody can be asked any more."""

import os
import signal
import socket
import stat
import struct
import time
from pathlib import Path

GENTLE = 3.0
"""Seconds between asking a process to end and making it."""


def end_all(folder: Path) -> int:
    """End every process that listens on a unix socket below `folder`, and wait for it; how many there were.

    Only this user's own processes; a socket that nobody listens on is left as it is.
    """
    found = {pid for path in folder.rglob("*") if (pid := _listener(path))}
    for pid in found:
        _end(pid)
    return len(found)


def _listener(path: Path) -> int | None:
    """The process that listens on the socket at `path`."""
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            return None
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1.0)
            probe.connect(str(path))
            # As they were when it began to listen; Linux only, as the demo's three figures: pid, uid, gid.
            credentials = probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    except OSError:
        return None
    pid, uid, _ = struct.unpack("3i", credentials)
    return pid if uid == os.getuid() and pid != os.getpid() else None


def _end(pid: int) -> None:
    try:
        handle = os.pidfd_open(pid)
    except OSError:
        return
    try:
        for number in (signal.SIGTERM, signal.SIGKILL):
            signal.pidfd_send_signal(handle, number)
            if _ended(handle, GENTLE):
                return
    except ProcessLookupError:
        pass
    finally:
        os.close(handle)


def _ended(handle: int, seconds: float) -> bool:
    import select

    poll = select.poll()
    poll.register(handle, select.POLLIN)
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if poll.poll(left * 1000):
            return True
    return False
