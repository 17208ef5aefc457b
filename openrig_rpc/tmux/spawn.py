"""From a `Spawn` to the commands that start it: one line, so that nothing can come in between.

The process gets exactly the environment that was asked for. tmux hands the session's variables to its first
process, and adds some of its own (spawn.c, environ.c); those are taken away again by env(1), which then becomes the
program. Values go through the session, never through an argument list that `ps` shows, and leave the session again:
a window that a person opens there is not the agent.
"""

import os
import re
import shutil
from collections.abc import Collection

from . import config
from .control import Command
from .fields import Fields
from .pane import Pane, Spawn, SpawnFailed
from .quote import literal, quoted

NAME = "@openrig_name"
"""A pane option: this pane is ours, and its session's name. Panes that people split off don't have it."""
SIZE = "@openrig_size"
"""A window option: the size the window goes back to after the last person left."""

STARTED = Fields("pane_id", "pane_pid", "window_id", "session_id", "pane_tty")
_TMUX_ADDS = ("PATH", "SHELL", "TERM_PROGRAM", "TERM_PROGRAM_VERSION")
_TMUX_PUTS = ("PWD", *_TMUX_ADDS[1:])  # also over what the session says
_ENV = shutil.which("env", path=f"{os.defpath}:/usr/bin:/bin") or "env"  # the program's own PATH may not have it
_SESSION = re.compile(r"[a-z0-9][a-z0-9-]{0,127}")


def check(spawn: Spawn) -> None:
    """Raise SpawnFailed for what can be known beforehand: the name, the folder, the program, the environment."""
    if not _SESSION.fullmatch(spawn.name):
        raise SpawnFailed(f"{spawn.name!r} is no session name: lower case letters, digits and - only")
    if not (1 <= spawn.columns <= 10_000 and 1 <= spawn.rows <= 10_000):
        raise SpawnFailed(f"{spawn.columns}x{spawn.rows} is no size for a terminal")
    if not spawn.cwd.is_absolute() or not spawn.cwd.is_dir():
        raise SpawnFailed(f"{spawn.cwd} is not a folder")
    if not os.access(spawn.cwd, os.X_OK):
        raise SpawnFailed(f"{spawn.cwd} can't be entered")
    for name in spawn.env:
        if not name or "=" in name:
            raise SpawnFailed(f"{name!r} is no name for a variable")
    if not spawn.argv or not spawn.argv[0]:
        raise SpawnFailed("there is no program to start")
    if "=" in spawn.argv[0]:
        raise SpawnFailed(f"{spawn.argv[0]!r} can't be started: env(1) takes a name with = for a variable")
    if not _executable(spawn):
        raise SpawnFailed(f"{spawn.argv[0]} is not a program that can be run from {spawn.cwd}")
    try:
        for text in (*spawn.argv, *spawn.env, *spawn.env.values(), str(spawn.cwd)):
            quoted(text)
    except ValueError as error:
        raise SpawnFailed(f"an argument, a variable or the folder can't be given to a program: {error}") from None


def _executable(spawn: Spawn) -> bool:
    program = spawn.argv[0]
    if "/" in program:
        path = spawn.cwd / program
        return path.is_file() and os.access(path, os.X_OK)
    folders = [str(spawn.cwd / folder) for folder in spawn.env.get("PATH", os.defpath).split(":")]
    return shutil.which(program, path=":".join(folders)) is not None


def commands(spawn: Spawn, server_variables: Collection[str]) -> list[Command]:
    """The chain that starts `spawn`; its first reply is a `STARTED` record.

    `server_variables` are the names in the server's own environment: a session inherits them.
    """
    own = {name: value for name, value in spawn.env.items() if name not in ("TERM", "TMUX", "TMUX_PANE")}
    unwanted = {name for name in (*_TMUX_ADDS, *server_variables) if name not in own} - {"TERM"}
    drop = ("-u", "TMUX", "-u", "TMUX_PANE", *(word for name in sorted(unwanted) for word in ("-u", name)))
    prefix = [_ENV, *drop, *(f"{name}={own[name]}" for name in _TMUX_PUTS if name in own)]
    folder = literal(str(spawn.cwd))
    target = f"={spawn.name}:"
    return [
        (
            *("new-session", "-d", "-P", "-F", STARTED.format, "-s", spawn.name, "-n", spawn.name, "-c", folder),
            *("-x", str(spawn.columns), "-y", str(spawn.rows)),
            *(word for name, value in own.items() for word in ("-e", f"{name}={value}")),
            *("--", *prefix, *spawn.argv),
        ),
        ("set-option", "-p", "-t", target, NAME, spawn.name),
        ("set-option", "-w", "-t", target, SIZE, f"{spawn.columns}x{spawn.rows}"),
        ("link-window", "-d", "-s", target, "-t", f"={config.HUB}:"),
        *(("set-environment", "-u", "-t", target, name) for name in own),
    ]


def started(name: str, text: str) -> Pane:
    """What `STARTED` says."""
    (record,) = STARTED.parse(text)
    return Pane(
        id=record["pane_id"],
        name=name,
        pid=int(record["pane_pid"]),
        window=record["window_id"],
        session=record["session_id"],
        tty=record["pane_tty"],
    )
