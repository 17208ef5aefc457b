"""Where things lie. Standard library only: the forwarder and a cold `rig` import it.

The state folder is `$OPENRIG_RPC_HOME`, else the platform's user state folder for `openrig-rpc`. Sockets lie in a
short 0700 runtime folder, because a unix socket's path may have about 100 bytes. Only the daemon computes that one;
clients read `daemon.json`.
"""

import json
import os
import stat
import sys
from pathlib import Path
from typing import Any


class UnsafeFolder(Exception):
    """A folder of ours belongs to somebody else, or others may write there."""


class Home:
    """The state folder and what is in it. A plain class: `dataclasses` costs a cold `rig` 8 ms."""

    __slots__ = ("state",)

    def __init__(self, state: Path) -> None:
        self.state = state

    @classmethod
    def find(cls) -> "Home":
        """The home that the environment names."""
        named = os.environ.get("OPENRIG_RPC_HOME")
        if named:
            return cls(Path(named).expanduser().absolute())
        if sys.platform == "darwin":
            return cls(Path.home() / "Library" / "Application Support" / "openrig-rpc")
        base = os.environ.get("XDG_STATE_HOME")
        return cls((Path(base) if base else Path.home() / ".local" / "state") / "openrig-rpc")

    @property
    def database(self) -> Path:
        return self.state / "openrig.db"

    @property
    def daemon_json(self) -> Path:
        return self.state / "daemon.json"

    @property
    def daemon_lock(self) -> Path:
        """Held by the daemon for its life."""
        return self.state / "daemon.lock"

    @property
    def start_lock(self) -> Path:
        """Held by whoever starts a daemon, until it is ready."""
        return self.state / "start.lock"

    @property
    def tokens(self) -> Path:
        return self.state / "tokens"

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def transcripts(self) -> Path:
        return self.state / "transcripts"

    @property
    def runtime_copies(self) -> Path:
        """Versioned copies of hook scripts and shims, so that an upgrade doesn't break running agents."""
        return self.state / "runtime"

    @property
    def runtime_files(self) -> Path:
        """Where a person puts own runtimes: in the platform's folder for what people write, not in the state."""
        named = os.environ.get("OPENRIG_RPC_CONFIG")
        if named:
            return Path(named).expanduser().absolute() / "runtimes"
        base = os.environ.get("XDG_CONFIG_HOME")
        return (Path(base) if base else Path.home() / ".config") / "openrig-rpc" / "runtimes"

    def make(self) -> None:
        """Create the state folder and its parts, private from creation on."""
        for folder in (self.state, self.tokens, self.logs, self.transcripts, self.runtime_copies):
            private_folder(folder)

    def sockets(self) -> Path:
        """The short runtime folder for this home's sockets, created private. For the daemon only."""
        import hashlib

        key = hashlib.sha256(os.fsencode(self.state.resolve())).hexdigest()[:12]
        base = os.environ.get("OPENRIG_RPC_RUNTIME") or os.environ.get("XDG_RUNTIME_DIR")
        if base and Path(base).is_dir() and len(os.fsencode(base)) <= 60:
            parent = Path(base) / "openrig-rpc"
        else:
            parent = Path("/tmp") / f"openrig-rpc-{os.getuid()}"  # noqa: S108 - made 0700 and checked for its owner
        private_folder(parent)
        folder = parent / key
        private_folder(folder)
        return folder

    def daemon(self) -> dict[str, Any] | None:
        """What `daemon.json` says, or None when there is none that can be read."""
        try:
            found = json.loads(self.daemon_json.read_bytes())
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None


def private_folder(folder: Path) -> None:
    """Create `folder` with mode 0700, or check that it is ours and closed to others."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise UnsafeFolder(f"{folder} is not a folder of yours; remove it or set OPENRIG_RPC_HOME to another place")
    if stat.S_IMODE(found.st_mode) & 0o077:
        folder.chmod(0o700)


def write_private(path: Path, data: bytes) -> None:
    """Write a 0600 file at once: readers see the old content or the new."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    descriptor = os.open(temporary, flags, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
