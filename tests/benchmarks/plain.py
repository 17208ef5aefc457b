"""The same things done with libtmux alone, as one normally writes it: what a user would have otherwise."""

import shutil
import tempfile
import time
from pathlib import Path

import libtmux


class Plain:
    """A tmux server driven by libtmux: one subprocess a command."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="rigb-"))
        config = self.folder / "tmux.conf"
        config.write_text("set -g history-limit 10000\n")
        self.server = libtmux.Server(socket_path=str(self.folder / "s"), config_file=str(config))
        self.sessions: list[libtmux.Session] = []
        self.panes: list[libtmux.Pane] = []

    def boot(self, count: int) -> None:
        """Sessions one after another, each with its pane."""
        for number in range(count):
            session = self.server.new_session(f"t{number}", window_command="/bin/bash --norc", x=120, y=36)
            self.sessions.append(session)
            pane = session.active_pane
            assert pane is not None
            self.panes.append(pane)

    def list(self) -> int:
        """Every pane with what tmux knows of it."""
        return len(self.server.panes)

    def send(self, number: int, text: str) -> None:
        """Text and Enter."""
        self.panes[number % len(self.panes)].send_keys(text)

    def visible(self, number: int, text: str) -> None:
        """Send, and look until it is there."""
        pane = self.panes[number % len(self.panes)]
        pane.send_keys(text)
        while not any(text in line for line in pane.capture_pane()):
            pass

    def watch(self, seconds: float) -> None:
        """Look at every pane once a second, which is how one knows what agents do."""
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            for pane in self.panes:
                pane.capture_pane()
            time.sleep(max(0.0, min(end, now + 1) - time.monotonic()))

    def end(self) -> None:
        """End the server and everything in it."""
        try:
            self.server.kill()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
