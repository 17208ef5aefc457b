"""The processes behind panes: their ends by pidfd, what is left of their sessions, their terminals' line mode."""

import asyncio
import contextlib
import os
import signal
import termios
from collections.abc import Callable
from pathlib import Path


class Ends:
    """Tells once for each watched process that it ended, at once and without polling."""

    def __init__(self) -> None:
        self._watched: dict[str, int] = {}

    def watch(self, key: str, pid: int, ended: Callable[[], None]) -> None:
        """Call `ended` in the loop when `pid` ends; soon, if it has. A key watched already stays as it is."""
        if key in self._watched:
            return
        loop = asyncio.get_running_loop()
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            loop.call_soon(ended)
            return

        def fire() -> None:
            self.forget(key)
            ended()

        self._watched[key] = descriptor
        loop.add_reader(descriptor, fire)

    def forget(self, key: str) -> None:
        """Stop watching; unknown keys are fine."""
        descriptor = self._watched.pop(key, None)
        if descriptor is not None:
            asyncio.get_running_loop().remove_reader(descriptor)
            os.close(descriptor)

    def __contains__(self, key: str) -> bool:
        return key in self._watched

    def close(self) -> None:
        for key in list(self._watched):
            self.forget(key)


async def wait_end(pid: int, timeout: float) -> bool:
    """Wait until `pid` has ended (a zombie has), at most `timeout` seconds; whether it did."""
    ends, ended = Ends(), asyncio.Event()
    ends.watch("it", pid, ended.set)
    try:
        async with asyncio.timeout(timeout):
            await ended.wait()
        return True
    except TimeoutError:
        return False
    finally:
        ends.close()


def session_members(leaders: set[int]) -> dict[int, str]:
    """The living processes in the sessions that `leaders` began, each with its start time. Reads all of /proc, 10
    ms for 1,000 processes: for a thread."""
    found: dict[int, str] = {}
    for entry in Path("/proc").iterdir() if leaders else ():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_bytes()
            except OSError:
                continue  # it ended meanwhile
            fields = stat[stat.rindex(b")") + 2 :].split()
            if int(fields[3]) in leaders and fields[0] not in (b"Z", b"X"):
                found[int(entry.name)] = fields[19].decode()
    return found


async def end_session(leaders: set[int], members: dict[int, str], *, grace: float) -> None:
    """Wait until `members` (what `session_members` found before the leaders were hung up) have ended; those that
    have not after `grace` seconds get SIGKILL."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + grace
    for pid in members:
        await wait_end(pid, max(0.0, deadline - clock()))
    left = await asyncio.to_thread(session_members, leaders)
    # A process id may serve again, but not with the same start time, and new members can only be children of old ones.
    if any(members.get(pid) == started for pid, started in left.items()):
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in left:
            await wait_end(pid, 1.0)


def canonical(tty: str) -> bool | None:
    """Whether the terminal `tty` is in line mode; None if it is gone. 0.03 ms."""
    try:
        descriptor = os.open(tty, os.O_RDONLY | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        return bool(termios.tcgetattr(descriptor)[3] & termios.ICANON)
    except termios.error:
        return None
    finally:
        os.close(descriptor)
