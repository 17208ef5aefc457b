"""Another machine's daemon: `ssh` carries the bytes of `openrig-rpc stdio` there. Standard library only.

Who may come in, by which key and through which hosts on the way, is ssh's own business and configuration.
"""

import os
import re
import socket

PROGRAM = "openrig-rpc"
OPTIONS = (
    *("-a", "-x"),  # neither keys nor a display are lent
    *("-o", "ClearAllForwardings=yes"),
    *("-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=4"),  # a vanished machine is noticed in a minute
)
STDIO = f'PATH="$PATH:$HOME/.local/bin"; exec {PROGRAM} stdio'
RUN = 'cd -- "$1" 2>/dev/null; shift; exec "$@"'
HOST = re.compile(
    r"(?:[A-Za-z0-9_][A-Za-z0-9_.+-]*@)?(?:[A-Za-z0-9_][A-Za-z0-9_.-]*|\[?[0-9A-Fa-f]*:[0-9A-Fa-f:.%a-z]+\]?)"
)


class NotAHost(Exception):
    """What was named can't be a host's name; the text says why."""


def check(host: str) -> str:
    """`host` as ssh may be given it. Raises NotAHost: what looks like an option would be one."""
    if not HOST.fullmatch(host):
        raise NotAHost(
            f"{host!r} is no host: it is [USER@]HOST, of letters, digits, dots and hyphens, a hyphen not first"
        )
    if any(name in os.environ for name in ("OPENRIG_RPC_TOKEN_FILE", "OPENRIG_RPC_AGENT")):
        raise NotAHost("an agent has no other daemon than its own: leave --host out")
    return host


def stdio_argv(host: str) -> list[str]:
    """What speaks for the daemon of `host` on its stdin and stdout. Raises NotAHost."""
    return ["ssh", "-T", *OPTIONS, "--", check(host), _sh(STDIO)]


def run_argv(host: str, argv: list[str], cwd: str, environment: dict[str, str | None]) -> list[str]:
    """What runs `argv` there, in this terminal. `environment`: a value, or None to take it away. Raises NotAHost."""
    changes = [word for name, value in environment.items() if value is None for word in ("-u", name)]
    changes += [f"{name}={value}" for name, value in environment.items() if value is not None]
    return ["ssh", "-t", *OPTIONS, "--", check(host), _sh(RUN, "rig", cwd, "env", *changes, *argv)]


def stdio(host: str) -> int:
    """`openrig-rpc stdio --host HOST`: become ssh. Returns only where that fails."""
    import sys

    try:
        argv = stdio_argv(host)
        os.execvp(argv[0], argv)  # noqa: S606 - an argv of ours, no shell
    except NotAHost as error:
        sys.stderr.write(f"openrig-rpc: {error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"openrig-rpc: ssh can't be run: {error.strerror}\n")
    return 1


class Carrier:
    """An `ssh` that was started, and our end of it."""

    def __init__(self, host: str) -> None:
        """Start it. Raises NotAHost, OSError."""
        import subprocess

        argv = stdio_argv(host)
        self.socket, theirs = socket.socketpair()
        with theirs:
            try:
                self._process = subprocess.Popen(argv, stdin=theirs.fileno(), stdout=theirs.fileno())
            except OSError:
                self.socket.close()
                raise

    def ended(self, seconds: float = 5.0) -> int | None:
        """Its exit status, once our end is closed or it ended by itself; None where it goes on."""
        import subprocess

        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def close(self) -> None:
        """End it: it sees the end of its input, and is not waited for longer than a moment."""
        self.socket.close()
        if self.ended(2.0) is None:
            self._process.terminate()
            if self.ended(1.0) is None:
                self._process.kill()
                self.ended()


def _sh(script: str, *words: str) -> str:
    """One line for whatever shell is there: a POSIX one that runs `script`."""
    from shlex import join

    return join(["sh", "-c", script, *words])
