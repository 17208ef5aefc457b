"""Finding tmux, starting the server, and looking it over with libtmux. Everything here blocks: call it in a thread."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from openrig_rpc.model.errors import TmuxUnavailable

from . import config
from .pane import Version

OLDEST = (3, 2)
_INSTALLERS = (
    ("apt-get", "sudo apt-get install tmux"),
    ("dnf", "sudo dnf install tmux"),
    ("pacman", "sudo pacman -S tmux"),
    ("apk", "sudo apk add tmux"),
    ("zypper", "sudo zypper install tmux"),
    ("brew", "brew install tmux"),
)


@dataclass(frozen=True, slots=True)
class Inventory:
    """What libtmux finds on our server, for `system/doctor`."""

    sessions: int
    windows: int
    panes: int
    people: int
    misconfigured: list[str]
    """Options that are not as our configuration says, as `name is X, should be Y`."""


def find() -> tuple[str, Version]:
    """tmux's path and version. Raises TmuxUnavailable when there is none, or one that is too old."""
    path = shutil.which("tmux")
    if path is None:
        raise TmuxUnavailable("tmux is not installed", "no `tmux` on PATH", f"install it: {_install()}")
    try:
        said = subprocess.run([path, "-V"], capture_output=True, text=True, timeout=10, check=True).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise TmuxUnavailable("tmux does not run", f"`{path} -V`: {error}", f"reinstall it: {_install()}") from error
    version = parsed(said)
    if version.number < OLDEST:
        raise TmuxUnavailable(f"tmux {version.text} is too old", "3.2 or newer is needed", f"upgrade it: {_install()}")
    return path, version


def parsed(said: str) -> Version:
    """The version in `tmux -V`'s line: `tmux 3.3a`, `tmux next-3.6`, `tmux openbsd-7.6`, `tmux master`."""
    text = said.strip().removeprefix("tmux ")
    numbers = re.search(r"(\d+)\.(\d+)", text)
    if numbers is None or text.startswith("openbsd"):
        return Version(text, (99, 0))  # built from its newest source
    return Version(text, (int(numbers[1]), int(numbers[2])))


def _install() -> str:
    for tool, command in _INSTALLERS:
        if shutil.which(tool):
            return command
    return "see https://github.com/tmux/tmux/wiki/Installing"


def write_config(path: Path) -> None:
    """Write our configuration, readable by us alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.touch(mode=0o600)
    temporary.write_text(config.text())
    temporary.replace(path)


def start_server(tmux: str, socket: Path, conf: Path, env: Mapping[str, str]) -> None:
    """Start the server with its hub. One that runs already is left as it is. Raises TmuxUnavailable.

    Not through libtmux: its commands take the caller's environment with them, and a server keeps that for ever.
    """
    command = [
        *(tmux, "-u", "-f", str(conf), "-S", str(socket), "new-session", "-d", "-s", config.HUB, "-c", "/"),
        *("-x", str(config.COLUMNS), "-y", str(config.ROWS), *config.IDLE),
    ]
    said = ""
    for _ in range(3):  # a server that is just ending refuses once
        try:
            done = subprocess.run(
                command, env=dict(env), cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20
            )
        except (OSError, subprocess.SubprocessError) as error:
            said = str(error)
            continue
        said = done.stderr.strip()
        if done.returncode == 0 or "duplicate session" in said:
            return
    raise TmuxUnavailable("the tmux server can't be started", said or "tmux gave no reason", _cure(said, socket))


def configure(tmux: str, socket: Path, conf: Path, env: Mapping[str, str]) -> None:
    """Have the running server read our configuration: it may have an older one, and a new server hides what it did
    not take. Never through a control client: what a file runs is answered there as if the client had asked for it.
    Raises TmuxUnavailable."""
    command = [tmux, "-N", "-u", "-S", str(socket), "source-file", str(conf)]
    try:
        done = subprocess.run(
            command, env=dict(env), cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise TmuxUnavailable("the tmux server can't be configured", str(error), "look at its process") from error
    said = (done.stdout + done.stderr).strip()
    if done.returncode or said:
        raise TmuxUnavailable("tmux does not take our configuration", said, "report this, with `tmux -V`")


def _cure(said: str, socket: Path) -> str:
    if "protocol version mismatch" in said:
        return "a server of another tmux version still runs; end its agents, then that server"
    if "File name too long" in said:
        return "set OPENRIG_RPC_RUNTIME to a folder with a shorter path"
    return f"look whether {socket.parent} can be written to"


def inventory(tmux: str, socket: Path) -> Inventory:
    """Look our server over. Raises TmuxUnavailable."""
    import libtmux  # 80 ms, and only the doctor needs it
    from libtmux.exc import LibTmuxException

    server = libtmux.Server(socket_path=str(socket), tmux_bin=tmux)
    try:
        sessions = [session for session in server.sessions if session.session_name != config.HUB]
        panes = {pane.pane_id for session in sessions for pane in session.panes}
        windows = {window.window_id for session in sessions for window in session.windows}
        people = [client for client in server.clients if client.client_control_mode != "1"]
        wrong = []
        for name, wanted in config.OPTIONS:
            found = server.cmd("show-options", "-gqv", name)
            value = " ".join(found.stdout)
            if not found.stderr and value != wanted:
                wrong.append(f"{name} is {value!r}, should be {wanted!r}")
    except LibTmuxException as error:
        raise TmuxUnavailable("the tmux server can't be looked over", str(error), "run the doctor again") from error
    return Inventory(len(sessions), len(windows), len(panes), len(people), wrong)
