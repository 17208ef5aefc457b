"""The configuration of our own server, and the environment it starts with.

`set -q` throughout: an option that this tmux does not have yet is left out instead of greeting the first person
who attaches with an error.
"""

import os
import pwd
from collections.abc import Mapping
from pathlib import Path

HUB = "_hub"
"""The session that every agent's window is linked into; only our own clients are ever attached to it."""

IDLE = ("sleep", "2147483647")
"""What the hub runs: two words, so that tmux executes it without a shell."""

COLUMNS, ROWS = 120, 36

# Server, session, window and pane options, each as `set -g` takes it. Why, where it is not plain:
#   remain-on-exit-format   tmux would scroll the dead pane's screen by a line to say so; the status line does instead
#   message-limit 0     tmux keeps every command it ran, with its arguments, in a log anybody may show
#   window-size latest  people's terminals decide; per-window `manual` only for an instant (server.c of 3.3a
#                       dereferences NULL on a global `manual` with `new-session -d -x -y`)
#   allow-rename, automatic-rename, set-titles off: no text of an agent becomes a name
#   update-environment  a person who attaches does not leak their environment into the session
#   monitor-bell        a bell is told to us by the output itself; it should not ring in the hub
OPTIONS: tuple[tuple[str, str], ...] = (
    ("exit-empty", "off"),
    ("exit-unattached", "off"),
    ("destroy-unattached", "off"),
    ("detach-on-destroy", "on"),
    ("remain-on-exit", "on"),
    ("remain-on-exit-format", ""),
    ("window-status-current-format", "#W#{?pane_dead, (ended#{?pane_dead_status, #{pane_dead_status},}),}"),
    ("message-limit", "0"),
    ("window-size", "latest"),
    ("aggressive-resize", "off"),
    ("default-size", f"{COLUMNS}x{ROWS}"),
    ("history-limit", "10000"),
    ("buffer-limit", "50"),
    ("escape-time", "10"),
    ("focus-events", "on"),
    ("extended-keys", "on"),
    ("set-clipboard", "external"),
    ("allow-passthrough", "off"),
    ("allow-rename", "off"),
    ("automatic-rename", "off"),
    ("set-titles", "off"),
    ("update-environment", ""),
    ("bell-action", "none"),
    ("monitor-bell", "on"),
)

TERMINAL_FEATURES = "*:RGB:extkeys"

# A person must not get into the hub: it has every agent's window, and a terminal there would resize them all.
_IN_HUB = f"#{{&&:#{{==:#{{session_name}},{HUB}}},#{{!=:#{{client_control_mode}},1}}}}"
_NOT_HUB = f"#{{!=:#{{session_name}},{HUB}}}"
# Who came from another session goes on to the next one; who attached to the hub itself is sent away.
_OUT = "if-shell -F '#{client_last_session}' { switch-client -n } { detach-client }"
COMMANDS: tuple[str, ...] = (
    f"bind-key s choose-tree -Zs -f '{_NOT_HUB}'",
    f"bind-key w choose-tree -Zw -f '{_NOT_HUB}'",
    f"set-hook -g client-session-changed {{ if-shell -F '{_IN_HUB}' {{ {_OUT} }} }}",
)


def text() -> str:
    """The whole configuration file."""
    lines = ["# Written at each start of the daemon; changes here are lost."]
    lines += [f"set-option -gq {name} '{value}'" for name, value in OPTIONS]
    lines += [f"set-option -gq default-terminal '{terminal()}'"]
    lines += [f"set-option -sq terminal-features[90] '{TERMINAL_FEATURES}'"]  # beside tmux's own, not after them
    lines += COMMANDS
    return "\n".join(lines) + "\n"


def terminal() -> str:
    """What `TERM` is in a pane: tmux's own description where this machine has it."""
    places = [
        os.environ.get("TERMINFO"),
        *os.environ.get("TERMINFO_DIRS", "").split(":"),
        str(Path.home() / ".terminfo"),
        "/etc/terminfo",
        "/lib/terminfo",
        "/usr/share/terminfo",
        "/usr/lib/terminfo",
        "/usr/local/share/terminfo",
    ]
    for name in ("tmux-256color", "screen-256color"):
        for place in filter(None, places):
            if any((Path(place) / folder / name).exists() for folder in (name[0], f"{ord(name[0]):x}")):
                return name
    return "screen"


def server_environment(given: Mapping[str, str] | None = None) -> dict[str, str]:
    """What the server starts with: `given`, or the user's own account; never what the starter happens to have."""
    try:
        account = pwd.getpwuid(os.getuid())
        home, user, shell = account.pw_dir, account.pw_name, account.pw_shell
    except KeyError:  # a container's anonymous user
        home, user, shell = str(Path.home()), str(os.getuid()), ""
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    minimal = {
        "PATH": path,
        "HOME": home,
        "USER": user,
        "LOGNAME": user,
        "SHELL": shell or "/bin/sh",
        "LANG": "C.UTF-8",
    }
    environment = {**minimal, **(given or {})}
    for name in ("TMUX", "TMUX_PANE", "TMUX_TMPDIR"):
        environment.pop(name, None)
    return environment
