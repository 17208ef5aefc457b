"""Reaching the daemon, and starting it where none runs. Standard library only, and little of it: each editor's start,
each cold `rig` and each pane waits for these imports.

Exactly one daemon, however many start at once: the daemon holds `daemon.lock` for its life and only its holder touches
the socket; `start.lock` lets one at a time try to start one.
"""

import errno
import fcntl
import os
import select
import socket
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..home import Home, UnsafeFolder, private_folder

READY_FD = "OPENRIG_RPC_READY_FD"
"""Names the pipe on which a daemon tells its starter how its start went: `ready`, `busy` or `failed: why`."""
START_SECONDS = 30.0
"""How long a daemon may take to start, and others to let it."""
CONNECT_SECONDS = 5
"""How long a daemon may take to let one in."""
CHUNK = 1 << 18
LOG_LINES = 12
OF_A_PANE = (
    "TMUX",
    "TMUX_PANE",
    "OPENRIG_RPC_AGENT",
    "OPENRIG_RPC_SOCKET",
    "OPENRIG_RPC_TOKEN_FILE",
    "OPENRIG_RPC_HARNESS",
    "OPENRIG_RPC_HOOK_WAIT",
)
"""What a daemon started out of a pane must not have from there."""


class NoDaemon(Exception):
    """None runs, or none could be started; the text says why."""


def dial(home: Home, *, start: bool = True) -> socket.socket:
    """A connection to the daemon of `home`, started if need be. Blocking, nothing sent yet. Raises NoDaemon."""
    found = connect(home)
    if found is not None:
        return found
    if not start:
        raise NoDaemon(f"no daemon runs for {home.state}")
    try:
        private_folder(home.state)
        private_folder(home.logs)
    except (OSError, UnsafeFolder) as error:
        raise NoDaemon(f"the state folder {home.state} can't be used: {error}") from error
    until = time.monotonic() + START_SECONDS
    with _locked(home.start_lock, until):
        while True:
            found = connect(home)
            if found is not None:
                return found
            if time.monotonic() > until:
                raise NoDaemon(f"a daemon runs for {home.state}, but lets nobody in{_last_lines(home)}")
            if not _start(home, until):
                time.sleep(0.05)  # another one has the lock, and either comes up or goes down now


def connect(home: Home) -> socket.socket | None:
    """A connection to the daemon that runs, or None. Raises NoDaemon when it runs but does not answer."""
    daemon = home.daemon()
    path = (daemon.get("endpoints") or {}).get("unix") if daemon else None
    if not isinstance(path, str):
        return None
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    # A connect() that waits for a full backlog is limited by this; a timeout of Python's would not wait at all.
    _send_timeout(found, CONNECT_SECONDS)
    try:
        found.connect(path)
    except OSError as error:
        found.close()
        if error.errno in (errno.EAGAIN, errno.EWOULDBLOCK):
            pid = daemon.get("pid") if daemon else None
            raise NoDaemon(f"the daemon (process {pid}) takes no connections; is it stopped?") from None
        if error.errno in (errno.ENOENT, errno.ECONNREFUSED, errno.ECONNRESET):
            return None
        raise NoDaemon(f"the daemon's socket {path} can't be used: {error.strerror}") from error
    _send_timeout(found, 0)
    return found


def pump(daemon: socket.socket, source: int = 0, sink: int = 1) -> bool:
    """Carry bytes between a client's two descriptors and the daemon until it ends. True when the client hung up.

    The client's end of file is handed on; what the daemon still answers is handed back.
    """
    import _thread  # the module above it costs more than it gives here

    state = {"eof": False}

    def up() -> None:
        try:
            while data := os.read(source, CHUNK):
                daemon.sendall(data)
        except OSError:
            pass
        state["eof"] = True
        try:
            daemon.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    _thread.start_new_thread(up, ())
    poll = select.poll()
    poll.register(daemon, select.POLLIN)
    poll.register(sink, 0)  # tells when nobody reads any more
    while True:
        ready = dict(poll.poll())
        if ready.get(sink, 0) & (select.POLLERR | select.POLLHUP | select.POLLNVAL):
            return True
        if daemon.fileno() not in ready:
            continue
        try:
            data = daemon.recv(CHUNK)
        except OSError:
            data = b""
        if not data:
            return state["eof"]
        try:
            _write(sink, data)
        except OSError:
            return True


def stdio(home: Home) -> int:
    """What an editor runs: its bytes to the daemon and back. The exit status tells whether the daemon went away."""
    try:
        daemon = dial(home)
    except NoDaemon as error:
        sys.stderr.write(f"openrig-rpc: {error}\n")
        return 1
    try:
        if pump(daemon) or _lives(home):
            return 0
    except KeyboardInterrupt:
        return 130
    sys.stderr.write(f"openrig-rpc: the daemon went away{_last_lines(home)}\n")
    return 1


def _lives(home: Home) -> bool:
    """True when the daemon closed one connection and lives on."""
    try:
        probe = connect(home)
    except NoDaemon:
        return True
    if probe is None:
        return False
    # A daemon that is dying closes its sockets one after another.
    poll = select.poll()
    poll.register(probe, select.POLLIN)
    gone = bool(poll.poll(50))
    probe.close()
    return not gone


def _start(home: Home, until: float) -> bool:
    """Start a daemon and wait until it says how that went. False when there is one already. Raises NoDaemon."""
    import subprocess  # only where one has to be started

    read, write = os.pipe()
    errors = home.logs / "daemon.err"
    environment = {name: value for name, value in os.environ.items() if name not in OF_A_PANE}
    try:
        with open(errors, "wb", opener=_private) as file:
            process = subprocess.Popen(  # -P: nothing is imported from the working folder
                [sys.executable, "-P", "-m", "openrig_rpc", "daemon"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=file,
                cwd="/",
                env={**environment, "OPENRIG_RPC_HOME": str(home.state), READY_FD: str(write)},
                pass_fds=(write,),
                start_new_session=True,
            )
    except OSError as error:
        os.close(read)
        raise NoDaemon(f"the daemon can't be started: {error}") from error
    finally:
        os.close(write)
    word = _told(read, until)
    if word == "ready":
        process.returncode = 0  # it outlives this process: no warning that nobody waits for it
        return True
    if word == "":
        try:
            process.wait(1)
        except subprocess.TimeoutExpired:
            process.returncode = 0
            raise NoDaemon(f"the daemon did not start within {START_SECONDS:.0f} s{_last_lines(home)}") from None
        raise NoDaemon(f"the daemon ended while it started (status {process.returncode}){_last_lines(home)}")
    process.wait()
    if word == "busy":
        return False
    raise NoDaemon(f"the daemon can't start: {word.removeprefix('failed: ')}")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


def _told(read: int, until: float) -> str:
    """What came through the readiness pipe until it was closed; nothing in time: ''."""
    said = b""
    try:
        poll = select.poll()
        poll.register(read, select.POLLIN)
        while poll.poll(max(0, int((until - time.monotonic()) * 1000))):
            piece = os.read(read, 4096)
            if not piece:
                break
            said += piece
            if said.endswith(b"\n"):
                break
    finally:
        os.close(read)
    return said.decode("utf-8", "replace").strip()


@contextmanager
def _locked(path: Path, until: float) -> Iterator[None]:
    """Hold `path`'s lock, waiting for others no longer than they may take."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() > until:
                    raise NoDaemon(f"somebody else has been starting the daemon for {START_SECONDS:.0f} s") from None
                time.sleep(0.02)
        yield
    finally:
        os.close(descriptor)


def _last_lines(home: Home) -> str:
    """The end of what the daemon wrote when it started, else of its log."""
    for name in ("daemon.err", "daemon.log"):
        try:
            lines = (home.logs / name).read_text("utf-8", "replace").splitlines()[-LOG_LINES:]
        except OSError:
            continue
        if lines:
            return "\n" + "\n".join(f"  {line}" for line in lines)
    return ""


def _write(sink: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(sink, view) :]
        except BlockingIOError:  # the other end made it so
            select.select([], [sink], [])


def _send_timeout(found: socket.socket, seconds: int) -> None:
    found.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", seconds, 0))
