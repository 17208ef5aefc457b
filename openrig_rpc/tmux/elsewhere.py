"""tmux servers that are not ours: which there are, and what runs in their panes. Nothing of theirs is changed."""

import contextlib
import os
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .boot import find
from .fields import Fields

PANE = Fields("pane_id", "pane_pid", "pane_dead", "pane_current_path", "session_name", "window_name")
PATIENCE = 3.0
"""Seconds that a server may take to answer."""


@dataclass(frozen=True, slots=True)
class ForeignPane:
    """A living pane of somebody else's server. `place` is how its person knows it: session and window."""

    socket: Path
    pane: str
    pid: int
    cwd: str
    place: str


def sockets(but: Path) -> list[Path]:
    """The sockets of this user's tmux servers, wherever they are, without `but`: ours. Reads all of /proc.

    `OPENRIG_RPC_DISCOVER` names a folder: then only those in it are looked at.
    """
    found: dict[Path, None] = {}
    folder = Path(os.environ.get("TMUX_TMPDIR") or "/tmp") / f"tmux-{os.geteuid()}"  # noqa: S108 - tmux's own place
    with contextlib.suppress(OSError):
        found.update(dict.fromkeys(sorted(folder.iterdir())))
    found.update(dict.fromkeys(_listening()))
    within = os.environ.get("OPENRIG_RPC_DISCOVER")
    return [path for path in found if path != but and own(path) and (not within or path.is_relative_to(within))]


def own(path: Path) -> bool:
    """Whether this is a socket of this user's."""
    try:
        said = path.lstat()
    except OSError:
        return False
    return stat.S_ISSOCK(said.st_mode) and said.st_uid == os.geteuid()


def panes(socket: Path) -> list[ForeignPane]:
    """The living panes of one server; none where nobody answers. Blocks: call it in a thread."""
    tmux, _ = find()
    argv = [tmux, "-N", "-u", "-S", str(socket), "list-panes", "-a", "-F", PANE.format]
    env = {name: value for name, value in os.environ.items() if name not in ("TMUX", "TMUX_PANE")}
    try:
        done = subprocess.run(argv, env=env, capture_output=True, text=True, errors="replace", timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired):
        return []
    found: dict[str, ForeignPane] = {}
    for record in PANE.parse(done.stdout) if done.returncode == 0 else ():
        if record["pane_dead"] != "1":
            place = f"{record['session_name']}:{record['window_name']}"
            one = ForeignPane(socket, record["pane_id"], int(record["pane_pid"]), record["pane_current_path"], place)
            found.setdefault(one.pane, one)  # A linked window is listed with each of its sessions.
    return list(found.values())


def _listening() -> list[Path]:
    """Sockets on which processes called tmux listen, which may be anywhere."""
    inodes: dict[str, Path] = {}
    with contextlib.suppress(OSError):
        for line in Path("/proc/net/unix").read_text("utf-8", "replace").splitlines()[1:]:
            fields = line.split(maxsplit=7)
            # The flag says that it accepts connections.
            if len(fields) == 8 and fields[3] == "00010000" and fields[7].startswith("/"):
                inodes[fields[6]] = Path(fields[7])
    found = []
    for entry in Path("/proc").iterdir() if inodes else ():
        with contextlib.suppress(OSError):
            if not entry.name.isdecimal() or not (entry / "comm").read_text().startswith("tmux"):
                continue
            for descriptor in (entry / "fd").iterdir():
                name = str(descriptor.readlink())
                if name.startswith("socket:[") and name[8:-1] in inodes:
                    found.append(inodes[name[8:-1]])
    return found
