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
    # Asked at every look: three system calls, no file object.
    try:
        descriptor = os.open(f"/proc/{pid}/stat", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        text = os.read(descriptor, 4096)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    # The name, in brackets, may hold anything.
    fields = text[text.rindex(b")") + 2 :].split()
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


def variable_of(pid: int, name: str) -> str | None:
    """An environment variable that a process was started with; None where it has none, or can't be asked."""
    try:
        variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return None
    start = f"{name}=".encode()
    found = next((variable for variable in variables if variable.startswith(start)), None)
    return found.removeprefix(start).decode("utf-8", "replace") if found is not None else None


def terminal_of(pid: int) -> str:
    """The path of a process's controlling terminal, where it is a pseudo-terminal; else an empty text."""
    found = facts(pid)
    if found is None:
        return ""
    # The kernel's old packing: minor's low byte, major, minor's rest. Majors 136 to 143 are pseudo-terminals.
    major, minor = (found.terminal >> 8) & 0xFFF, (found.terminal & 0xFF) | ((found.terminal >> 12) & 0xFFF00)
    return f"/dev/pts/{(major - 136) * 256 + minor}" if 136 <= major <= 143 else ""
