"""The daemon: one a state folder, under a lock held for its life; and the same in one process with its client.

The unix socket is bound before the heavy imports, so that clients queue there instead of failing.
"""

import contextlib
import errno
import fcntl
import json
import logging
import os
import socket
import stat
import sys
from dataclasses import dataclass, field
from functools import partial
from io import TextIOWrapper
from pathlib import Path

from .home import Home, UnsafeFolder, write_private
from .version import VERSION
from .wire.forward import READY_FD

log = logging.getLogger(__name__)

FAILED = 1
RUNS_ALREADY = 3
SOCKET = "rpc.sock"
BACKLOG = 1024
LOG_BYTES = 4 * 1024 * 1024
LOG_FILES = 3


class CannotStart(Exception):
    """The daemon can't start; the text says why."""


class RunsAlready(CannotStart):
    """Another daemon has the lock."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says. `listen`: schemes, hosts and ports; `stdio`: serve our own, and end with it."""

    listen: tuple[tuple[str, str, int], ...] = ()
    insecure: bool = False
    foreground: bool = False
    stdio: bool = False


def main(arguments: list[str]) -> int:
    """`openrig-rpc daemon`: serve until told to stop. Returns the exit status."""
    return run(parse(arguments))


def run(options: Options) -> int:
    """Take the lock, bind, serve. Returns the exit status; whoever started us learns of a failure too."""
    starter = Starter.of_environment()
    try:
        with Place(Home.find()) as place:
            configure_log(place.home, foreground=options.foreground)
            from .wire.serve import serve  # everything heavy

            return serve(place, options, starter)
    except KeyboardInterrupt:
        return 130
    except RunsAlready as error:
        starter.tell("busy")
        _complain(str(error))
        return RUNS_ALREADY
    except (CannotStart, UnsafeFolder, OSError) as error:
        starter.tell(f"failed: {error}")
        _complain(str(error))
        return FAILED


def parse(arguments: list[str]) -> Options:
    """The command line of `openrig-rpc daemon`. Ends the process where it is wrong."""
    import argparse

    def where(url: str) -> tuple[str, str, int]:
        from urllib.parse import urlsplit

        with contextlib.suppress(ValueError):
            parts = urlsplit(url)
            whole = parts.hostname and parts.port is not None and not (parts.query or parts.fragment or parts.username)
            if parts.scheme in ("tcp", "http") and whole and parts.path in ("", "/"[: parts.scheme == "http"]):
                return parts.scheme, parts.hostname or "", parts.port or 0
        raise argparse.ArgumentTypeError(f"{url!r} is neither tcp://HOST:PORT nor http://HOST:PORT")

    parser = argparse.ArgumentParser("openrig-rpc daemon", description="Serve this user's rigs.", allow_abbrev=False)
    listen = (
        "also listen on tcp://127.0.0.1:PORT, or http://127.0.0.1:PORT for HTTP and WebSocket (port 0: any that is "
        "free); clients need a token there"
    )
    parser.add_argument("--listen", metavar="URL", action="append", default=[], type=where, help=listen)
    parser.add_argument("--insecure", action="store_true", help="let --listen name an address that others can reach")
    parser.add_argument("--foreground", action="store_true", help="log to the terminal too")
    found = parser.parse_args(arguments)
    return Options(tuple(found.listen), found.insecure, found.foreground)


@dataclass
class Starter:
    """Who started us and waits on a pipe, if anybody."""

    descriptor: int | None = None

    @classmethod
    def of_environment(cls) -> "Starter":
        """The pipe that the environment names; nothing that we start inherits it."""
        named = os.environ.pop(READY_FD, "")
        if not named.isdecimal():
            return cls()
        try:
            os.set_inheritable(int(named), False)
        except OSError:
            return cls()
        return cls(int(named))

    def tell(self, word: str) -> None:
        """Say one line, once."""
        if self.descriptor is not None:
            descriptor, self.descriptor = self.descriptor, None
            with contextlib.suppress(OSError):  # it may have gone
                os.write(descriptor, word.replace("\n", " ").encode()[:4000] + b"\n")
            os.close(descriptor)


@dataclass
class Place:
    """The lock and the bound socket, for the daemon's life. Only the lock's holder touches the socket."""

    home: Home
    path: Path = field(init=False)
    listening: socket.socket = field(init=False)
    _lock: int = field(init=False)

    def __enter__(self) -> "Place":
        self.home.make()
        self._lock = take_lock(self.home.daemon_lock)
        try:
            self.path = sockets_of(self.home) / SOCKET
            self.listening = bind(self.path)
        except BaseException:
            os.close(self._lock)
            raise
        os.chdir("/")  # hold no folder of the user's
        return self

    def __exit__(self, *exc: object) -> None:
        self.shut()
        self.listening.close()
        os.close(self._lock)

    def announce(self, endpoints: dict[str, str]) -> None:
        """Write `daemon.json`, from which clients know where to go. It stays: it says where tmux is, too."""
        said = {"pid": os.getpid(), "version": VERSION, "endpoints": endpoints}
        write_private(self.home.daemon_json, json.dumps(said).encode() + b"\n")

    def shut(self) -> None:
        """Let nobody new find us."""
        self.path.unlink(missing_ok=True)


def take_lock(path: Path) -> int:
    """Hold the daemon's lock: the descriptor to close at the end. Raises RunsAlready."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        if error.errno in (errno.EAGAIN, errno.EACCES):
            raise RunsAlready(f"a daemon runs already for {path.parent}") from None
        raise CannotStart(f"{path} can't be locked: {error.strerror}") from error
    return descriptor


def sockets_of(home: Home) -> Path:
    """The folder of the sockets: the last daemon's while it is there, since its tmux server is in it too."""
    before = ((home.daemon() or {}).get("endpoints") or {}).get("unix")
    if isinstance(before, str):
        with contextlib.suppress(OSError):
            found = Path(before).parent.lstat()
            private = found.st_uid == os.geteuid() and not stat.S_IMODE(found.st_mode) & 0o077
            if stat.S_ISDIR(found.st_mode) and private:
                return Path(before).parent
    return home.sockets()


def bind(path: Path) -> socket.socket:
    """A listening unix socket, 0600 from creation on."""
    path.unlink(missing_ok=True)
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o177)
    try:
        found.bind(str(path))
        found.listen(BACKLOG)
    except OSError:
        found.close()
        raise
    finally:
        os.umask(mask)
    found.setblocking(False)
    return found


def configure_log(home: Home, *, foreground: bool) -> None:
    """To `logs/daemon.log`, which rotates and is 0600 from creation on; at info no bodies and no secrets."""
    from logging.handlers import RotatingFileHandler

    class Private(RotatingFileHandler):
        def _open(self) -> TextIOWrapper:
            private = partial(os.open, mode=0o600)
            return open(self.baseFilename, "a", encoding=self.encoding, opener=private)

    file = home.logs / "daemon.log"
    handlers: list[logging.Handler] = [Private(file, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8")]
    if foreground:
        handlers.append(logging.StreamHandler())
    how = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=logging.INFO, handlers=handlers, format=how, force=True)
    for name in ("jsonrpcserver", "libtmux", "aiosqlite", "asyncio"):  # they write what they carry
        logging.getLogger(name).setLevel(logging.WARNING)


def _complain(text: str) -> None:
    log.error("%s", text)
    sys.stderr.write(f"openrig-rpc: {text}\n")
