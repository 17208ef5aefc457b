"""The scripted harness in a real tmux of its own: one server a pane, on a private socket, ended by its pid."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

import openrig_rpc
from openrig_rpc.model.agent import AgentState
from openrig_rpc.observe.cells import Screen, parse
from openrig_rpc.observe.rules import Reading, load

HARNESS = Path(openrig_rpc.__file__).parent / "runtimes" / "scripted_harness.py"
CONFIGURATION = "set -g remain-on-exit on\nset -g escape-time 10\nset -g default-size 100x30\n"
SECONDS = 15.0

T = TypeVar("T")


def until(condition: Callable[[], T], what: str, seconds: float = SECONDS) -> T:
    """The first true value of `condition`; fails when there is none in time."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            pytest.fail(f"after {seconds} s still not: {what}")
        time.sleep(0.01)


class Pane:
    """One scripted harness. Everything is asked of tmux, as the daemon would have to."""

    def __init__(self, folder: Path, options: dict[str, Any], size: tuple[int, int], extra: dict[str, str]) -> None:
        self.folder = folder
        self._log, self._answers = folder / "log", folder / "answers"
        (folder / "tmux.conf").write_text(CONFIGURATION)
        whole = {"name": "seven", "log": str(self._log), "answer_log": str(self._answers), **options}
        command = [sys.executable, "-I", "-S", str(HARNESS), json.dumps(whole)]
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", "TERM": "xterm", **extra}
        self._environment = environment
        started = self.tmux(
            "new-session", "-d", "-s", "main", "-c", str(folder), "-x", str(size[0]), "-y", str(size[1]), *command,
            ";", "display-message", "-p", "#{pid} #{pane_id} #{pane_pid}",
        )  # fmt: skip
        server, self.id, process = started.split()
        self.server, self.process = int(server), int(process)

    def tmux(self, *arguments: str, text: str | None = None) -> str:
        """Run one tmux command; its output."""
        argv = ["tmux", "-S", str(self.folder / "s"), "-f", str(self.folder / "tmux.conf"), *arguments]
        done = subprocess.run(argv, input=text, capture_output=True, text=True, env=self._environment, timeout=20)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def keys(self, *names: str) -> None:
        """Press keys, by tmux's names."""
        self.tmux("send-keys", "-t", self.id, *names)

    def type(self, text: str) -> None:
        """Type text without a paste."""
        self.tmux("send-keys", "-t", self.id, "-l", "--", text)

    def paste(self, text: str) -> None:
        """Paste as deliveries do: bracketed where the harness asked for it, new lines kept."""
        self.tmux("load-buffer", "-b", "b", "-", text=text)
        self.tmux("paste-buffer", "-p", "-r", "-d", "-b", "b", "-t", self.id)

    def tell(self, text: str) -> None:
        """Paste, wait until the draft shows it, and press Enter."""
        self.paste(text)
        self.until(lambda reading: bool(reading.composer and reading.composer.shows(text)), f"draft {text!r}")
        self.keys("Enter")

    def screen(self) -> Screen:
        """A look: the picture and what tmux knows of the pane, in one command."""
        form = "#{cursor_x} #{cursor_y} #{pane_width} #{window_bell_flag} #{pane_title}"
        facts, picture = self.tmux(
            "display-message", "-p", "-t", self.id, form, ";", "capture-pane", "-p", "-e", "-N", "-t", self.id
        ).split("\n", 1)
        x, y, columns, bell, title = facts.split(" ", 4)
        return Screen(parse(picture), title, (int(x), int(y)), bell == "1", int(columns))

    def text(self, *, history: bool = False) -> str:
        """The screen as plain text, with what scrolled away if asked for."""
        return self.tmux("capture-pane", "-p", "-t", self.id, *(["-S", "-"] if history else []))

    def read(self) -> Reading:
        """What the rules say of the screen."""
        return load("scripted").read(self.screen())

    def until(self, condition: Callable[[Reading], bool], what: str) -> Reading:
        """The first reading for which `condition` holds."""

        def look() -> Reading | None:
            reading = self.read()
            return reading if condition(reading) else None

        try:
            found = until(look, what)
        except pytest.fail.Exception as failure:
            pytest.fail(f"{failure}; {self.read()} of\n{self.text()}")
        assert found is not None
        return found

    def until_state(self, state: str) -> Reading:
        """The first reading with this state."""
        return self.until(lambda reading: reading.state is AgentState(state), state)

    def shows(self, text: str) -> None:
        """Wait until the screen has `text` somewhere."""
        try:
            until(lambda: text in self.text(), f"{text!r} on the screen")
        except pytest.fail.Exception as failure:
            pytest.fail(f"{failure}:\n{self.text()}")

    def log(self) -> list[dict[str, str]]:
        """What was submitted, by the harness's own log."""
        return lines(self._log)

    def answers(self) -> list[tuple[str, str, str]]:
        """Prompt, answer, and who gave it."""
        return [(line["prompt"], line["answer"], line["by"]) for line in lines(self._answers)]

    def exit_code(self) -> int:
        """Wait for the harness's end."""

        def look() -> list[str] | None:
            # tmux before 3.5 can lose a SIGCHLD; another makes it look again.
            os.kill(self.server, signal.SIGCHLD)
            form = "#{pane_dead} #{pane_dead_status}"
            dead = self.tmux("display-message", "-p", "-t", self.id, form).split()
            return dead if len(dead) == 2 else None

        found = until(look, "the harness ended")
        assert found is not None
        return int(found[1])

    def close(self) -> None:
        """End the harness, which ends its tool, then the server; by their pids."""
        for pid in (self.process, self.server):
            if alive(pid):
                os.kill(pid, signal.SIGTERM)
            try:
                until(lambda pid=pid: not alive(pid), "it ended", 5)  # type: ignore[misc]
            except pytest.fail.Exception:
                os.kill(pid, signal.SIGKILL)
                until(lambda pid=pid: not alive(pid), "it ended, killed", 5)  # type: ignore[misc]


def lines(path: Path) -> list[dict[str, str]]:
    """A file of JSON lines, as far as they are whole; none yet is empty."""
    text = path.read_text("ascii") if path.exists() else ""
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie doesn't."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


Start = Callable[..., Pane]


@pytest.fixture
def start() -> Iterator[Start]:
    """`start(size=(100, 30), extra={}, **options)` gives a pane with a fresh harness in it."""
    panes: list[Pane] = []
    folders: list[Path] = []

    def begin(size: tuple[int, int] = (100, 30), extra: dict[str, str] | None = None, **options: Any) -> Pane:
        folders.append(Path(tempfile.mkdtemp(prefix="scripted-", dir="/tmp")))
        panes.append(Pane(folders[-1], options, size, extra or {}))
        return panes[-1]

    try:
        yield begin
    finally:
        for pane in panes:
            pane.close()
        for folder in folders:
            shutil.rmtree(folder)
