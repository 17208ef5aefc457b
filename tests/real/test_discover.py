"""Agents that were started outside: found in another tmux server with evidence, and left exactly as they are."""

import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from openrig_rpc.runtimes import scripted_harness
from openrig_rpc.spec.load import load_rig
from tests.living import Living, living, slay, tmux_processes, until
from tests.real import harness_fixture as real


class Elsewhere:
    """A tmux server of the person's own."""

    def __init__(self, home: Living) -> None:
        self.home = home
        self.socket = home.folder / "theirs" / "tmux-theirs"
        self.socket.parent.mkdir(mode=0o700)

    def tmux(self, *words: str) -> str:
        # Nothing of the tester's own.
        env = self.home.environment()
        for name in ("OPENRIG_RPC_HOME", "OPENRIG_RPC_RUNTIME"):
            del env[name]
        argv = ["tmux", "-S", str(self.socket), "-f", "/dev/null", *words]
        return subprocess.run(argv, env=env, capture_output=True, text=True, check=True, timeout=20).stdout

    def open(self, name: str, *argv: str) -> None:
        command = shlex.join(argv)
        self.tmux("new-session", "-d", "-s", name, "-x", "120", "-y", "36", "-c", str(self.home.work), command)

    def shows(self, name: str) -> str:
        return self.tmux("capture-pane", "-p", "-t", f"={name}:")

    def pids(self) -> list[str]:
        return self.tmux("list-panes", "-a", "-F", "#{session_name} #{pane_pid}").splitlines()


@contextmanager
def elsewhere(home: Living) -> Iterator[Elsewhere]:
    theirs = Elsewhere(home)
    try:
        yield theirs
    finally:
        if theirs.socket.exists():
            slay(tmux_processes(theirs.socket))


def found(home: Living) -> dict[str, dict[str, Any]]:
    """Candidates by the session they are in."""
    candidates = home.ask("agent/discover")["candidates"]
    return {each["evidence"][0].split(") in ")[1].partition(":")[0]: each for each in candidates}


def again(home: Living) -> None:
    """A daemon that looks at the person's server, and at nobody else's."""
    home.stop()
    home.start(OPENRIG_RPC_DISCOVER=str(home.folder / "theirs"))


def test_real_ones_are_found_with_their_conversations() -> None:
    with real.model_api() as api, real.house(api, real.claude(), real.codex()) as home, elsewhere(home) as theirs:
        again(home)
        assert home.ask("agent/discover")["candidates"] == []
        variables = [f"{name}={value}" for name, value in real.variables(api).items()]
        theirs.open("cc", "env", *variables, str(home.folder / "programs" / "claude"))
        theirs.open("cx", "env", *variables, str(home.folder / "programs" / "codex"))
        theirs.open("sh", "bash", "--norc")
        until(lambda: "❯" in theirs.shows("cc") and "›" in theirs.shows("cx"), "both are ready")
        before = found(home)
        assert {name: (each["runtime"], each["confidence"]) for name, each in before.items()} == {
            "cc": ("claude-code", "certain"),
            "cx": ("codex", "likely"),
            "sh": ("terminal", "certain"),
        }
        # Codex has a conversation from its first prompt on.
        theirs.tmux("send-keys", "-t", "=cx:", "-l", "hello")
        until(lambda: "hello" in theirs.shows("cx"), "it is typed")
        until(lambda: press(theirs) or "ECHO" in theirs.shows("cx"), "it answered")
        pids, screens = theirs.pids(), [theirs.shows(name) for name in ("cc", "sh")]
        after = found(home)
        (rollout,) = (home.folder / "user" / ".codex").glob("sessions/*/*/*/*.jsonl")
        assert after["cx"]["confidence"] == "certain"
        assert rollout.stem.endswith(after["cx"]["conversation"])
        assert after["cx"]["id"] == before["cx"]["id"]
        assert after["cc"]["cwd"] == str(home.work)
        assert theirs.pids() == pids
        assert [theirs.shows(name) for name in ("cc", "sh")] == screens


def press(theirs: Elsewhere) -> bool:
    theirs.tmux("send-keys", "-t", "=cx:", "Enter")
    return False


def test_what_is_no_agent_is_none_and_a_draft_is_a_rig() -> None:
    with living() as home, elsewhere(home) as theirs:
        home.start()
        again(home)
        assert "nothing was found" in home.rig("discover", "--draft").stdout
        theirs.open("sh", "bash", "--norc")
        theirs.open("sleep", "sleep", "600")
        theirs.open("one", sys.executable, "-I", "-S", str(Path(scripted_harness.__file__)))
        theirs.open("named", "bash", "--norc", "-c", "exec -a claude sleep 600")
        until(lambda: "✻" in theirs.shows("one"), "it is ready")
        until(lambda: len(found(home)) == 2, "two are found")
        seen = found(home)
        assert {name: (each["runtime"], each["confidence"]) for name, each in seen.items()} == {
            "sh": ("terminal", "certain"),
            "one": ("scripted", "guess"),
        }
        text = home.ask("agent/discover", {"draft": True})["yaml"]
        loaded = load_rig(None, text, root=home.work, known_runtimes=["terminal", "scripted"])
        assert loaded.ok, loaded.errors
        assert sorted(member.runtime for member in loaded.members) == ["scripted", "terminal"]
        assert home.rig("discover", "--draft").stdout.count("runtime: ") == 2
