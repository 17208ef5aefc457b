"""Real tmux for tests: servers of our own in short private folders, what they tell, and people at terminals.

Waiting is always for a condition, with a deadline. Whatever a test starts is ended by its process id.
"""

import asyncio
import contextlib
import fcntl
import os
import pty
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path

from openrig_rpc.tmux import processes
from openrig_rpc.tmux.pane import Change, Modes, Pane
from openrig_rpc.tmux.server import Tmux

DEADLINE = 20.0
PATH = "/usr/local/bin:/usr/bin:/bin"


async def until(condition: Callable[[], object], what: str = "it") -> None:
    """Wait until `condition()` is true; fails when it has not become so in time."""
    try:
        async with asyncio.timeout(DEADLINE):
            while not condition():
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError(f"waited {DEADLINE:.0f} s for {what}") from None


async def until_async(condition: Callable[[], Awaitable[object]], what: str = "it") -> None:
    """The same for a condition that asks tmux."""
    try:
        async with asyncio.timeout(DEADLINE):
            while not await condition():
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"waited {DEADLINE:.0f} s for {what}") from None


class Heard:
    """Everything that a Tmux told by itself."""

    def __init__(self, tmux: Tmux) -> None:
        self.output: defaultdict[str, bytes] = defaultdict(bytes)
        self.gaps: defaultdict[str, int] = defaultdict(int)
        self.exits: dict[str, int | None] = {}
        self.order: list[tuple[str, str]] = []
        self.changes: defaultdict[str, list[Change]] = defaultdict(list)
        self.modes: dict[str, Modes] = {}
        self.attached: list[tuple[str, int]] = []
        self.here: dict[str, int] = {}
        self.gone = 0
        tmux.on_output = self._output
        tmux.on_exit = self._exit
        tmux.on_change = lambda pane, change: self.changes[pane].append(change)
        tmux.on_modes = self.modes.__setitem__
        tmux.on_attached = self._attached
        tmux.on_gone = self._gone

    def _output(self, pane: str, data: bytes, gap: bool) -> None:
        self.output[pane] += data
        self.gaps[pane] += gap
        self.order.append(("output", pane))

    def _exit(self, pane: str, code: int | None) -> None:
        assert pane not in self.exits, "an exit is told once"
        self.exits[pane] = code
        self.order.append(("exit", pane))

    def _attached(self, name: str, humans: int) -> None:
        self.attached.append((name, humans))
        self.here[name] = humans

    def _gone(self) -> None:
        self.gone += 1


class Place:
    """A private folder with a tmux server in it, and every Tmux that a test opens on it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="or-", dir="/tmp"))
        self.socket = self.folder / "s"
        self._opened: list[Tmux] = []
        self._servers: set[int] = set()
        self._people: list[Person] = []

    async def open(self) -> tuple[Tmux, Heard]:
        """One more Tmux on the server; starts it if need be."""
        tmux = Tmux(self.socket, self.folder / "state")
        self._opened.append(tmux)
        heard = Heard(tmux)
        await tmux.start()
        self._servers.add(tmux.pid)
        return tmux, heard

    def raw(self, *argv: str) -> str:
        """What a person could do with tmux by hand."""
        command = ["tmux", "-S", str(self.socket), *argv]
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def control_clients(self) -> dict[str, int]:
        """The process ids of our two clients: `commands`, `output`."""
        listed = self.raw("list-clients", "-F", "#{client_control_mode} #{client_pid} #{client_flags}")
        found = [line.split() for line in listed.splitlines() if line.startswith("1 ")]
        return {"commands" if "no-output" in flags else "output": int(pid) for _, pid, flags in found}

    def person(self, argv: list[str], columns: int = 90, rows: int = 30) -> "Person":
        """A person who runs `argv` in a terminal."""
        person = Person(argv, columns, rows)
        self._people.append(person)
        return person

    async def end(self) -> None:
        """End everything, whatever state it is in."""
        for person in self._people:
            person.end()
        leaders: set[int] = set()
        for tmux in self._opened:
            with contextlib.suppress(Exception):
                leaders |= {info.pid for info in await tmux.panes()}
                self._servers.add(tmux.pid)
            await tmux.close()
        with contextlib.suppress(AssertionError):  # a start that failed may have left one, too
            self._servers.add(int(self.raw("-N", "display-message", "-p", "#{pid}")))
        members = processes.session_members(leaders)
        for pid in self._servers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
            if not await processes.wait_end(pid, 5):
                os.kill(pid, signal.SIGKILL)
        await processes.end_session(leaders, members, grace=2)
        shutil.rmtree(self.folder)


class Person:
    """Somebody at a terminal."""

    def __init__(self, argv: list[str], columns: int, rows: int) -> None:
        self.screen = b""
        self.pid, self._master = pty.fork()
        if self.pid == 0:  # the child: only exec
            os.environ["TERM"] = "xterm-256color"
            os.environ["TMUX"] = "/nowhere,1,1"
            os.execvp(argv[0], argv)
        self.resize(columns, rows)
        os.set_blocking(self._master, False)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._master, self._read)
        self.left = False

    def _read(self) -> None:
        try:
            data = os.read(self._master, 65536)
        except OSError:
            data = b""
        if not data:
            self._loop.remove_reader(self._master)
            self.left = True
        self.screen += data

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, data: bytes) -> None:
        os.write(self._master, data)

    def end(self) -> None:
        """Close the terminal's window."""
        if self._master < 0:
            return
        self._loop.remove_reader(self._master)
        os.close(self._master)
        self._master = -1
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


READER = """
import os, sys, tty
tty.setraw(0)
if sys.argv[2] == "marked": os.write(1, b"\\x1b[?2004h")
out = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
os.write(1, b"reading")
while data := os.read(0, 65536): os.write(out, data)
"""


async def reader(tmux: Tmux, heard: Heard, name: str, file: Path, *, marked: bool = False) -> Pane:
    """A program that writes every byte it is given to `file`; ready when this returns."""
    argv = [sys.executable, "-I", "-S", "-c", READER, str(file), "marked" if marked else "plain"]
    pane = await tmux.spawn(name, argv, file.parent, {"PATH": PATH})
    await until(lambda: b"reading" in heard.output[pane.id], "the reader")
    return pane


def alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"
