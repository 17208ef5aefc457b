"""A real Emacs with eglot, as Debian has them, in a terminal: its keys are pressed and its screen is read."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.living import Living, rig_of, scripted, until

from .readme import lines_for

NEEDED = "emacs-nox elpa-eglot elpa-yaml-mode"


@pytest.fixture
def emacs() -> str:
    """Emacs, where it has eglot and yaml-mode. Where it is not installed, CI fails and others are told."""
    program = shutil.which("emacs")
    if program is not None:
        asked = [program, "--batch", "--eval", "(progn (require 'eglot) (require 'yaml-mode))"]
        if subprocess.run(asked, capture_output=True).returncode == 0:
            return program
    why = f"Emacs with eglot and yaml-mode is not installed: apt-get install {NEEDED}"
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


class Screen:
    """A terminal with a program in it, in a tmux server of its own."""

    def __init__(self, socket: Path, argv: list[str], environment: dict[str, str], cwd: Path) -> None:
        self.tmux = ["tmux", "-S", str(socket), "-f", "/dev/null"]
        began = [*self.tmux, "new-session", "-d", "-x", "150", "-y", "40", *argv]
        subprocess.run(began, env=environment, cwd=cwd, check=True, timeout=20)

    def text(self) -> str:
        """What it shows."""
        done = subprocess.run([*self.tmux, "capture-pane", "-p", "-J"], capture_output=True, text=True, timeout=20)
        return done.stdout

    def press(self, *keys: str) -> None:
        """Press keys, by tmux's names."""
        subprocess.run([*self.tmux, "send-keys", *keys], check=True, timeout=20)

    def write(self, text: str) -> None:
        """Write a text, and Return."""
        subprocess.run([*self.tmux, "send-keys", "-l", text], check=True, timeout=20)
        self.press("Enter")

    def shows(self, *words: str) -> str:
        """Wait until it shows all of these."""
        try:
            until(lambda: all(word in self.text() for word in words), f"{words} on the screen")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.text()}") from None
        return self.text()

    def end(self) -> None:
        """End it."""
        subprocess.run([*self.tmux, "kill-server"], capture_output=True, timeout=20)


@pytest.fixture
def screen(emacs: str, home: Living, environment: dict[str, str]) -> Iterator[Screen]:
    """Emacs with the lines of the README as its configuration, and a rig file with a mistake in it."""
    home.write("rig.yaml", rig_of("demo", scripted("a")).replace("label:", "summry: x\n    label:"))
    home.write("deploy.yaml", "one: 1\ntwo: 2\nthree: 3\n")
    settings = home.folder / "user" / ".emacs.d"
    settings.mkdir()
    (settings / "early-init.el").write_text("(setq native-comp-deferred-compilation nil)\n")  # No compiler beside us.
    (settings / "init.el").write_text(lines_for("Emacs")[1])
    made = Screen(home.folder / "screen", [emacs, "-nw", "rig.yaml"], {**environment, "TERM": "xterm"}, home.work)
    yield made
    made.end()


@pytest.mark.timeout(180)
def test_a_session_in_emacs_with_eglot(screen: Screen, home: Living) -> None:
    # Open a file with a mistake: it is underlined, and said in words.
    screen.shows("[eglot:", "summry")
    screen.press("M-x")
    screen.write("flymake-show-buffer-diagnostics")
    screen.shows("unknown-field", "did you mean `summary`")
    screen.press("C-x", "1")

    # Mend it by its quick fix.
    screen.press("C-s")
    screen.write("summry")
    screen.press("M-x")
    screen.write("eglot-code-actions")
    screen.shows("Rename to `summary`")
    screen.press("Enter")
    screen.shows("summary: x")

    # Complete a field.
    screen.press("C-s")
    screen.write("runtime: ")
    screen.press("M-d")
    screen.press("s", "c", "r", "M-x")
    screen.write("completion-at-point")
    screen.shows("runtime: scripted, agent_ref")
    screen.press("C-x", "C-s")
    screen.shows("Wrote ")

    # Bring it up, and see its member's state come by itself.
    screen.press("M-x")
    screen.write("openrig")
    screen.press("C-h", "e")
    screen.shows("Rig demo: 1 launched", "p-a@demo is idle")
    screen.press("C-x", "1")

    # Send two lines of another file to the agent.
    screen.press("C-x", "C-f")
    screen.write("deploy.yaml")
    screen.shows("deploy.yaml", "[eglot:")
    screen.press("C-Space", "C-n", "C-n", "M-x")
    screen.write("openrig")
    screen.press("C-h", "e")
    screen.shows("To p-a@demo: ")
    screen.press("C-x", "1")
    [sent] = home.ask("message/list")["messages"]
    assert sent["text"] == "deploy.yaml#L1-L2\n```yaml\none: 1\ntwo: 2\n```"

    # Answer its permission prompt.
    home.ask("agent/wait", {"agent": "p-a@demo", "state": ["idle"], "timeoutSeconds": 20})
    home.ask("message/send", {"to": "p-a@demo", "text": "[[bash=true]]"})
    screen.shows("p-a@demo asks for permission", "Choose an option")
    screen.press("C-a", "C-k")
    screen.write("Allow")
    home.ask("agent/wait", {"agent": "p-a@demo", "state": ["idle"], "timeoutSeconds": 20})
    assert home.ask("agent/get", {"agent": "p-a@demo"})["agent"].get("prompt") is None
