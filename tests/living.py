"""A real daemon in a state folder of its own, for tests: started, killed, ended by pid with everything it started."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from openrig_rpc.cli.faults import Refused
from openrig_rpc.cli.line import Line
from openrig_rpc.home import Home

PATIENCE = 20.0


class Living:
    """One home. `start` and `kill` as often as wanted; `end` leaves nothing."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="rigt-"))
        self.home = Home(self.folder / "state")
        self.work = self.folder / "work"
        for part in ("run", "work", "user"):
            (self.folder / part).mkdir(mode=0o700)
        self.daemon: subprocess.Popen[bytes] | None = None
        self.trusting = True
        """The person trusts what the tests' own rig files would run."""

    def environment(self, **more: str) -> dict[str, str]:
        """What a process of this home gets; nothing of the tester's own harness or home."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
        return {
            **kept,
            "HOME": str(self.folder / "user"),
            "SHELL": "/bin/bash",
            "OPENRIG_RPC_HOME": str(self.home.state),
            "OPENRIG_RPC_RUNTIME": str(self.folder / "run"),
            **more,
        }

    def start(self, *arguments: str, file_limit: int | None = None, **environment: str) -> None:
        """Start the daemon and wait until it answers. `file_limit`: no file may grow larger (bytes)."""

        def limit() -> None:
            if file_limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))

        self.home.daemon_json.unlink(missing_ok=True)
        log = (self.folder / "daemon.out").open("ab")
        self.daemon = subprocess.Popen(
            [sys.executable, "-m", "openrig_rpc", "daemon", *arguments],
            env=self.environment(**environment),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=limit,
        )
        log.close()
        until(lambda: self.home.daemon() is not None or self._ended(), "the daemon is ready")
        assert not self._ended(), self.logs()

    def _ended(self) -> bool:
        return self.daemon is None or self.daemon.poll() is not None

    def kill(self) -> None:
        """kill -9 of the daemon; agents live on."""
        assert self.daemon is not None
        self.daemon.kill()
        self.daemon.wait()
        self.daemon = None

    def died(self, seconds: float = PATIENCE) -> int:
        """Wait for a daemon that ends by itself; its status."""
        assert self.daemon is not None
        status = self.daemon.wait(seconds)
        self.daemon = None
        return status

    def stop(self) -> None:
        """Ask the daemon to end."""
        if self.daemon is not None:
            self.daemon.terminate()
            self.daemon.wait(PATIENCE)
            self.daemon = None

    def line(self) -> Line:
        """A connection as the operator."""
        return Line.open(self.home, start=False)

    def ask(self, method: str, params: dict[str, Any] | None = None) -> Any:
        """One request on a connection of its own."""
        line = self.line()
        try:
            return line.ask(method, params)
        except Refused as refused:
            if refused.kind != "needs-trust" or not self.trusting or method == "rig/trust":
                raise
            line.ask("rig/trust", {"hash": refused.facts["hash"]})
            return line.ask(method, params)
        finally:
            line.close()

    def rig(self, *words: str, stdin: str | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
        """The command line, as a person gives it."""
        done = subprocess.run(
            [sys.executable, "-m", "openrig_rpc", "cli", *words],
            env=self.environment(),
            cwd=self.work,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
        )
        if check:
            assert done.returncode == 0, (words, done.returncode, done.stdout, done.stderr, self.logs())
        return done

    def write(self, name: str, text: str) -> str:
        """A file in the working folder; its absolute path."""
        path = self.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return str(path)

    def logs(self) -> str:
        """What the daemon wrote, to be shown when something fails."""
        found = [self.folder / "daemon.out", self.home.logs / "daemon.log"]
        return "\n".join(path.read_text("utf-8", "replace")[-4000:] for path in found if path.exists())

    @property
    def tmux_socket(self) -> Path | None:
        """Our tmux server's socket, where there is one."""
        return next((path for path in (self.folder / "run").rglob("tmux*") if path.is_socket()), None)

    def tmux(self, *words: str) -> str:
        """Run tmux on our server."""
        assert self.tmux_socket is not None
        return subprocess.run(
            ["tmux", "-S", str(self.tmux_socket), *words], capture_output=True, text=True, check=True, timeout=20
        ).stdout

    def tmux_pid(self) -> int:
        """Our tmux server's process."""
        return int(self.tmux("display-message", "-p", "#{pid}"))

    def end(self) -> None:
        """End everything that was started here, and remove the folder."""
        if self.daemon is not None:
            self.daemon.kill()
            self.daemon.wait()
        marker = f"OPENRIG_RPC_HOME={self.home.state}".encode()
        # Daemons before tmux: one that lives would start a new server.
        slay(strays(marker))
        for socket in [path for path in self.folder.rglob("tmux*") if path.is_socket()]:
            slay(tmux_processes(socket))
        slay(strays(marker))
        shutil.rmtree(self.folder, ignore_errors=True)


def tmux_processes(socket: Path) -> list[int]:
    """A tmux server and the processes in its panes."""
    found: list[int] = []
    for words in (("list-panes", "-a", "-F", "#{pane_pid}"), ("display-message", "-p", "#{pid}")):
        done = subprocess.run(["tmux", "-S", str(socket), *words], capture_output=True, text=True, timeout=20)
        found += [int(pid) for pid in done.stdout.split()] if done.returncode == 0 else []
    return found


def slay(pids: list[int]) -> None:
    """kill -9."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def strays(marker: bytes) -> list[int]:
    """Processes whose environment has `marker`."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            try:
                if marker in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def until(holds: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """Wait for a condition, which is looked at often; its value."""
    end = time.monotonic() + seconds
    while True:
        found = holds()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        time.sleep(0.01)


@contextmanager
def living() -> Iterator[Living]:
    """A home that ends with the block, also when it fails."""
    home = Living()
    try:
        yield home
    finally:
        home.end()


def rig_of(name: str, *members: str, pod: str = "p") -> str:
    """A rig file with one pod: each member is YAML lines after its dash, indented by two."""
    body = "".join(f"      - {member}\n" for member in members)
    return f'version: "0.2"\nname: {name}\npods:\n  - id: {pod}\n    label: Pod\n    members:\n{body}'


def terminal(member: str, cwd: str = ".") -> str:
    """A terminal member for `rig_of`."""
    return f"{{id: {member}, runtime: terminal, agent_ref: builtin:terminal, profile: none, cwd: {cwd}}}"


def scripted(member: str, **options: Any) -> str:
    """A scripted member for `rig_of`; options as the scripted harness has them."""
    extra = f", x-openrig-rpc: {{scripted: {json.dumps(options)}}}" if options else ""
    return f"{{id: {member}, runtime: scripted, agent_ref: builtin:scripted, profile: none, cwd: .{extra}}}"
