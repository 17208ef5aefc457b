"""Facts about processes: who owns a terminal's foreground, who descends from whom."""

import os
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ProcessFacts:
    """From /proc/PID/stat: parent, process group, controlling terminal (device number), its foreground group."""

    pid: int
    parent: int
    group: int
    terminal: int
    foreground: int


def facts(pid: int) -> ProcessFacts | None:
    """What is known of a process; None when it is gone (or where there is no /proc)."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
    except OSError:
        return None
    # The name, in brackets, may hold anything.
    fields = text[text.rindex(")") + 2 :].split()
    return ProcessFacts(pid, int(fields[1]), int(fields[2]), int(fields[4]), int(fields[5]))


def owns_foreground(pid: int) -> bool | None:
    """Whether the process is in its terminal's foreground; None when that can't be known."""
    found = facts(pid)
    if found is None or found.foreground <= 0:
        return None
    return found.foreground == found.group


def ancestor_among(pid: int, pids: Container[int]) -> int | None:
    """The nearest of `pids` that `pid` is or descends from."""
    for _ in range(256):
        if pid in pids:
            return pid
        found = facts(pid)
        if found is None or found.parent <= 1:
            return None
        pid = found.parent
    return None


def terminal_of(pid: int) -> int:
    """The device number of a process's controlling terminal, 0 when it has none."""
    found = facts(pid)
    return found.terminal if found is not None else 0


def device(tty: str) -> int:
    """The device number of a terminal by path, as /proc writes it; 0 when it is gone."""
    try:
        number = os.stat(tty).st_rdev  # noqa: PTH116 - one call, no object
    except OSError:
        return 0
    # /proc writes the kernel's old packing: minor's low byte, major, minor's rest.
    major, minor = os.major(number), os.minor(number)
    return (minor & 0xFF) | (major << 8) | ((minor & ~0xFF) << 12)
