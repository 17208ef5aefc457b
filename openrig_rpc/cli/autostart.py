"""autostart: the daemon and every rig that was up, again with the person's login; by systemd or launchd."""

import os
import sys
from pathlib import Path

from . import text
from .call import Call
from .faults import FAILED, OK, Missing, Usage

NAME = "openrig-rpc"
BUSY = 3
"""The daemon's exit status where another one has the lock."""
LABEL = "io.github.openrig-rpc"

UNIT = """\
# Written by `rig autostart install`; `rig autostart remove` takes it away.
[Unit]
Description=OpenRig RPC, rigs of coding agents

[Service]
ExecStart={daemon}
# What was up when the machine went down comes back, each agent with its conversation.
ExecStartPost=-{up}
{environment}Restart=on-failure
# It ends with 3 where a daemon runs already.
SuccessExitStatus={busy}
RestartPreventExitStatus={busy}
# Agents live in tmux and outlive the daemon: only its own process is ended.
KillMode=process

[Install]
WantedBy=default.target
"""


def autostart(call: Call) -> int:
    """Install, remove or show what starts us at login."""
    what = call.words[0]
    mac = sys.platform == "darwin"
    path = agents_folder() / f"{LABEL}.plist" if mac else units_folder() / f"{NAME}.service"
    written = plist(call) if mac else unit(call)
    if what == "show":
        call.show({"path": str(path), "text": written}, lambda call, _: call.say(written.rstrip("\n")))
        return OK
    if what == "install":
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(written, "utf-8")
        except OSError as why:
            raise Missing(f"{path} can't be written", why.strerror or str(why), "see the folder's owner") from None
        commands = [["launchctl", "load", "-w", str(path)]] if mac else [RELOAD, [*SYSTEMCTL, "enable", NAME]]
    elif what == "remove":
        commands = [["launchctl", "unload", "-w", str(path)]] if mac else [[*SYSTEMCTL, "disable", NAME], RELOAD]
    else:
        raise Usage(f"{what!r} is none of install, remove and show", "", "rig autostart install")
    # A unit is disabled before its file goes, and enabled after it came.
    left = [command for command in commands if not run(command)] if what == "install" or path.exists() else []
    if what == "remove":
        path.unlink(missing_ok=True)

    def human(call: Call, _: object) -> None:
        call.say(f"{'wrote' if what == 'install' else 'removed'} {text.line(str(path))}")
        for command in left:
            call.say(f"still to do, where your session manager answers: {text.line(' '.join(command))}")
        if what == "install" and not mac:
            call.say("to start without a login, too: loginctl enable-linger")

    call.show({"path": str(path), "left": left}, human)
    return FAILED if left else OK


SYSTEMCTL = ["systemctl", "--user"]
RELOAD = [*SYSTEMCTL, "daemon-reload"]


def unit(call: Call) -> str:
    """The systemd user unit."""
    variables = "".join(f"Environment={quoted(f'{name}={value}')}\n" for name, value in environment(call).items())
    return UNIT.format(
        daemon=" ".join(map(quoted, argv("daemon"))),
        up=" ".join(map(quoted, argv("cli", "up", "--all", "--no-wait"))),
        environment=variables,
        busy=BUSY,
    )


def plist(call: Call) -> str:
    """The launchd job: `rig up --all`, which starts the daemon; that and its agents outlive the job."""
    import plistlib

    job = {
        "Label": LABEL,
        "ProgramArguments": argv("cli", "up", "--all", "--no-wait"),
        "EnvironmentVariables": environment(call),
        "RunAtLoad": True,
        "AbandonProcessGroup": True,
        "ProcessType": "Interactive",
        "StandardErrorPath": str(call.home.logs / "autostart.log"),
    }
    return plistlib.dumps(job).decode()


def argv(*words: str) -> list[str]:
    """Ourselves, without a search path."""
    return [sys.executable, "-m", "openrig_rpc", *words]


def environment(call: Call) -> dict[str, str]:
    """Which home is meant, and where tmux is found: session managers know neither of what a shell sets."""
    return {"OPENRIG_RPC_HOME": str(call.home.state), "PATH": os.environ.get("PATH", os.defpath)}


def quoted(word: str) -> str:
    """A word as systemd reads it: no specifier, no variable, no escape of its own."""
    for sign, written in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("$", "$$")):
        word = word.replace(sign, written)
    return f'"{word}"'


def units_folder() -> Path:
    """Where a person's systemd units lie."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def agents_folder() -> Path:
    """Where a person's launchd jobs lie."""
    return Path.home() / "Library" / "LaunchAgents"


def run(command: list[str]) -> bool:
    """Whether a command of the session manager did what it was for; it may not be there at all."""
    import subprocess

    try:
        return subprocess.run(command, capture_output=True, timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
