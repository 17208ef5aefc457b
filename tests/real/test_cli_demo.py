"""`make demo` as a process: it tells the truth, and nothing of it is left, however it ends."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from openrig_rpc.cli.ending import end_all


class Stage:
    """Where the demo makes its folder."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="rigd-"))
        (self.folder / "user").mkdir()
        self.demo: subprocess.Popen[str] | None = None

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        own = {"HOME": str(self.folder / "user"), "TMPDIR": str(self.folder), "PYTHONUNBUFFERED": "1"}
        return {**kept, **own, **more}

    def start(self, **environment: str) -> subprocess.Popen[str]:
        self.demo = subprocess.Popen(
            [sys.executable, "-m", "openrig_rpc.cli.demo"],
            env=self.environment(**environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        return self.demo

    def run(self, **environment: str) -> tuple[int, str, str]:
        demo = self.start(**environment)
        out, err = demo.communicate(timeout=50)
        return demo.returncode, out, err

    def processes(self) -> list[str]:
        """Command lines of what lives on and knows the folder."""
        found = []
        mark = os.fsencode(self.folder)
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                command = (entry / "cmdline").read_bytes()
                if mark in command or mark in (entry / "environ").read_bytes():
                    found.append(command.replace(b"\0", b" ").decode(errors="replace"))
            except OSError:
                continue
        return found

    def nothing_lives(self) -> bool:
        """Also what was told to end a moment ago is given the moment."""
        until = time.monotonic() + 10
        while self.processes() and time.monotonic() < until:
            time.sleep(0.02)
        return not self.processes()

    def folders(self) -> list[Path]:
        return list(self.folder.glob("rig-demo-*"))

    def end(self) -> None:
        if self.demo is not None and self.demo.poll() is None:
            self.demo.kill()
            self.demo.communicate(timeout=10)
        end_all(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def stage() -> Iterator[Stage]:
    opened = Stage()
    yield opened
    opened.end()


def test_it_shows_one_agent_reaching_another(stage: Stage) -> None:
    status, out, err = stage.run()
    assert (status, err) == (0, ""), out + err
    _, _, after = out.partition("The builder's pane")
    assert "from team-lead@demo to team-builder@demo" in after and "hello from the lead" in after
    assert "team-lead@demo → team-builder@demo: submitted" in out
    assert "rig attach team-builder@demo" in out
    assert stage.nothing_lives(), stage.processes()
    assert stage.folders() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("moment", ["the daemon starts", "the lead writes"])
def test_stopped_half_way_it_ends_what_it_began(stage: Stage, number: signal.Signals, moment: str) -> None:
    demo = stage.start()
    assert demo.stdout is not None
    if moment == "the daemon starts":
        until = time.monotonic() + 20
        while not any("openrig_rpc daemon" in command for command in stage.processes()):
            assert time.monotonic() < until
            time.sleep(0.005)
    else:
        while "rig send" not in (line := demo.stdout.readline()):
            assert line, "it ended before it sent"
    demo.send_signal(number)
    _, err = demo.communicate(timeout=30)
    assert demo.returncode == 130, err
    assert stage.nothing_lives(), stage.processes()
    assert stage.folders() == []


def test_kept_it_says_how_to_go_on_and_how_to_end_it(stage: Stage) -> None:
    status, out, err = stage.run(KEEP="1")
    assert status == 0, out + err
    (folder,) = stage.folders()
    lines = [line.strip() for line in out.splitlines()]
    export = next(line for line in lines if line.startswith("export OPENRIG_RPC_HOME"))
    end = next(line for line in lines if line.startswith("rig shutdown"))
    command = f'{export}; rig() {{ {sys.executable} -m openrig_rpc cli "$@"; }}; rig ps && {end}'
    done = subprocess.run(
        ["/bin/sh", "-c", command], env=stage.environment(), capture_output=True, text=True, timeout=50
    )
    assert done.returncode == 0, done.stderr
    assert "team-builder@demo" in done.stdout
    assert stage.nothing_lives(), stage.processes()
    assert not folder.exists()


def test_a_failure_is_one(stage: Stage) -> None:
    empty = stage.folder / "empty"
    empty.mkdir()
    status, out, err = stage.run(PATH=str(empty))
    assert status == 1, out
    assert "the demo failed" in err and "tmux" in err
    assert stage.nothing_lives(), stage.processes()
