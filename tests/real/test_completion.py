"""Tab in real bash, zsh and fish: verbs, options, files, and addresses as they are now."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from openrig_rpc.cli import table
from openrig_rpc.cli.shells import SHELLS
from tests.contract.test_foreign_clients import need
from tests.living import Living, living, rig_of, scripted, terminal, until

ROOT = Path(__file__).resolve().parents[2]
START = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], 'eval "$(rig completion bash)"'),
    "zsh": (["zsh", "-f", "-i"], 'autoload -U compinit && compinit -D -u; eval "$(rig completion zsh)"'),
    "fish": (["fish", "--no-config", "-i"], "rig completion fish | source"),
}
TYPED = {
    "capture p-sh\t": "capture p-shell@tab",
    "capture p-shell@t\t": "capture p-shell@tab",
    "down ta\t": "down tab",
    "send --whe\tid\tp-s\ttext": "send --when idle p-shell@tab text",
    "send --when=id\t": "send --when=idle",
    "broa\tx": "broadcast x",
    "valid\tri\t": "validate rig.yaml",
    "rpc agent/wh\t": "rpc agent/whoami",
    "inbox do\t": "inbox done",
    "send --to": "send --to",
}
"""What a person types, and what the shell then runs."""


@pytest.fixture(scope="module")
def home() -> Iterator[Living]:
    """A rig, a rig file, and a `rig` that completes as the real one, and says what else it was called with."""
    with living() as found:
        found.start()
        text = rig_of("tab", terminal("shell"), scripted("other"))
        found.write("rig.yaml", text)
        found.ask("rig/up", {"text": text, "cwd": str(found.work)})
        program = found.folder / "bin" / "rig"
        program.parent.mkdir()
        program.write_text(
            "#!/bin/sh\n"
            f'case $1 in complet*) PYTHONPATH="{ROOT}" exec "{sys.executable}" -m openrig_rpc cli "$@" ;; esac\n'
            'echo "CALLED<$*>"\n'
        )
        program.chmod(0o755)
        yield found


class Terminal:
    """A shell in a terminal, as a person has it."""

    def __init__(self, home: Living, words: list[str]) -> None:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 300, 0, 0))
        environment = home.environment(TERM="xterm", PS1="$ ", XDG_RUNTIME_DIR=str(home.folder))
        environment["PATH"] = f"{home.folder / 'bin'}:{environment['PATH']}"
        self._ours = ours
        self.shell = subprocess.Popen(
            words,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment,
            cwd=home.work,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(theirs)
        self.seen = ""

    def type(self, line: str) -> None:
        os.write(self._ours, line.encode() + b"\r")

    def called(self, patience: float = 20.0) -> str:
        """What `rig` was called with next."""
        end = time.monotonic() + patience
        while (found := re.search(r"CALLED<([^>$]*)>", self.seen)) is None:
            ready, _, _ = select.select([self._ours], [], [], max(end - time.monotonic(), 0))
            assert ready, f"nothing was called: {self.seen[-2000:]!r}"
            self.seen += os.read(self._ours, 65536).decode("utf-8", "replace")
        self.seen = self.seen[found.end() :]
        return found[1].strip()

    def end(self) -> None:
        self.shell.kill()
        self.shell.wait()
        os.close(self._ours)


@pytest.mark.parametrize("name", SHELLS)
def test_tab(home: Living, name: str) -> None:
    need(name)
    words, begin = START[name]
    shell = Terminal(home, words)
    try:
        shell.type(begin)
        shell.type("rig ready")
        assert shell.called() == "ready"
        found = {}
        for typed in TYPED:
            shell.type(f"rig {typed}")
            found[typed] = shell.called()
        assert found == TYPED
    finally:
        shell.end()


def offered(home: Living, *words: str) -> list[str]:
    """The words that `rig complete` offers."""
    return [line.partition("\t")[0] for line in home.rig("complete", "--", *words).stdout.splitlines()]


def test_what_is_offered(home: Living) -> None:
    methods = table.load()
    verbs = offered(home, "")
    assert {"up", "send", "completion", "delete", "broadcast", "list"} <= set(verbs) and "complete" not in verbs
    assert {method.partition("/")[0] for method in methods if "/" in method} <= set(verbs)
    assert offered(home, "send", "") == ["p-shell@tab", "p-other@tab", "*@tab", "human@tab"]
    assert offered(home, "send", "p-shell@tab", "h") == []
    assert set(methods) <= set(offered(home, "rpc", ""))
    assert offered(home, "agent", "get", "p-o") == ["p-other@tab"]
    assert offered(home, "wait", "p-shell@tab", "--state", "i") == ["idle"]
    assert offered(home, "keys", "p-shell@tab", "C-") == ["C-c", "C-d", "C-u"]
    assert offered(home, "ps", "--nonsense", "") == ["tab"]
    options = offered(home, "message", "list", "--")
    assert {"--agent", "--state", "--json"} <= set(options)


def test_an_open_question_is_completed_with_its_choices(home: Living) -> None:
    home.ask("message/send", {"to": "p-other@tab", "text": "[[bash=true]]"})
    # Its screen may show it before its hook tells of it, with other choices.
    until(
        lambda: (home.ask("agent/prompt", {"agent": "p-other@tab"}).get("prompt") or {}).get("by") == "hook",
        "a question that stays",
    )
    assert offered(home, "answer", "p-other@tab", "") == ["allow", "deny"]
    assert offered(home, "answer", "p-other@tab", "d") == ["deny"]


def test_without_a_daemon_nothing_is_started_and_nothing_said(home: Living, tmp_path: Path) -> None:
    assert offered(home, "--home", str(tmp_path / "none"), "send", "") == []
    assert not (tmp_path / "none").exists()
