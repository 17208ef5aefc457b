"""`rig` as a process: what it imports, how it ends, and what it does to a terminal."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from openrig_rpc import rpc
from openrig_rpc.emit.verbs import verbs
from tests.unit.cli_door import Door, Guest, HangUp, Silence, agent, event, rig

RUN = """
import sys
from pathlib import Path
from openrig_rpc.cli import table
table.PATH = Path(sys.argv.pop(1))
from openrig_rpc.cli.main import main
sys.exit(main())
"""
TELL = "import atexit, sys\natexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture(scope="module")
def every_method(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("table") / "table.json"
    path.write_text(json.dumps(verbs(rpc.load())))
    return path


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    opened = Door(tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture
def start(door: Door, every_method: Path) -> Iterator[Start]:
    running: list[subprocess.Popen[bytes]] = []

    def start(*words: str, code: str = RUN, env: dict[str, str] | None = None, **how: Any) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "OPENRIG_RPC_HOME": str(door.home), "TERM": "xterm-256color", **(env or {})}
        environment.pop("OPENRIG_RPC_TOKEN_FILE", None)
        how = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how}
        argv = [sys.executable, "-c", code, str(every_method), *words]
        process = subprocess.Popen(argv, env=environment, **how)
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=10)


class Terminal:
    """A pseudo terminal with a person who reads it."""

    def __init__(self) -> None:
        self.master, self.slave = pty.openpty()
        os.set_blocking(self.master, False)
        self.seen = ""

    def read_until(self, pattern: str, seconds: float = 20, since: int = 0) -> int:
        """Read until `pattern` appears after position `since`; the position after it."""
        end = time.monotonic() + seconds
        while True:
            found = re.compile(pattern).search(self.seen, since)
            if found:
                return found.end()
            ready, _, _ = select.select([self.master], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"{pattern!r} did not appear in {self.seen!r}"
            self.seen += os.read(self.master, 65536).decode()

    def close(self) -> None:
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    opened = Terminal()
    yield opened
    opened.close()


def lines(process: subprocess.Popen[bytes], number: int) -> list[str]:
    assert process.stdout is not None
    return [process.stdout.readline().decode().rstrip("\n") for _ in range(number)]


def test_only_the_standard_library(door: Door, start: Start) -> None:
    door.answers |= {"rig/list": {"rigs": [rig()], "seq": 1}, "agent/list": {"agents": [agent("a")], "seq": 1}}
    process = start("ps", code=TELL + RUN)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 0 and b"team-a@demo" in out
    loaded = set(err.decode().split())
    ours = {name for name in loaded if name.startswith("openrig_rpc")}
    assert "openrig_rpc.cli.ps" in ours
    allowed = ("openrig_rpc.cli", "openrig_rpc.wire.forward", "openrig_rpc.home", "openrig_rpc.version")
    assert {name for name in ours if not name.startswith(allowed)} <= {"openrig_rpc", "openrig_rpc.wire"}
    assert not {"asyncio", "argparse", "typing_extensions", "logging", "unittest"} & loaded
    bare = subprocess.run([sys.executable, "-c", "import sys; print(*sys.modules)"], capture_output=True, check=True)
    foreign = {name.partition(".")[0] for name in loaded - ours - set(bare.stdout.decode().split())}
    assert foreign <= sys.stdlib_module_names


def test_interrupted_it_tells_the_daemon(door: Door, start: Start) -> None:
    def silent(guest: Guest, params: dict[str, Any]) -> Any:
        raise Silence

    door.answers["agent/wait"] = silent
    process = start("wait", "a")
    door.wait_for(lambda: bool(door.asked))
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, b"", b"")
    door.wait_for(lambda: bool(door.notified))
    assert door.notified == [("$/cancelRequest", {"id": 1})]


def test_nobody_reads(door: Door, start: Start) -> None:
    guests: list[Guest] = []

    def subscribed(guest: Guest, params: dict[str, Any]) -> Any:
        guests.append(guest)
        return {"subscription": "s1", "seq": 1}

    door.answers |= {"event/subscribe": subscribed}
    process = start("events", "--follow", "--since", "1")
    door.wait_for(lambda: bool(guests))
    guests[0].event(2, "rig.up", rig())
    assert "rig.up" in lines(process, 1)[0]
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    guests[0].event(3, "rig.up", rig())
    assert process.wait(20) == 141
    assert process.stderr.read() == b""
    process.stdout = None


def test_any_method_with_what_it_pushes(door: Door, start: Start) -> None:
    guests: list[Guest] = []

    def subscribed(guest: Guest, params: dict[str, Any]) -> Any:
        guests.append(guest)
        return {"subscription": "s1", "seq": 1}

    door.answers["event/subscribe"] = subscribed
    process = start("rpc", "event/subscribe", "{}", "--follow")
    assert json.loads(lines(process, 1)[0]) == {"subscription": "s1", "seq": 1}
    guests[0].event(2, "rig.up", rig())
    assert json.loads(lines(process, 1)[0])["method"] == "event/published"


def test_following_events_over_a_restart(door: Door, start: Start) -> None:
    guests: list[Guest] = []

    def subscribed(guest: Guest, params: dict[str, Any]) -> Any:
        guests.append(guest)
        return {"subscription": "s1", "seq": params["since"]}

    def hang_up_once(guest: Guest, params: dict[str, Any]) -> Any:
        if len([method for method, _ in door.asked if method == "event/list"]) == 1:
            raise HangUp
        return {"events": [], "seq": 41}

    door.answers |= {
        "event/subscribe": subscribed,
        "event/list": hang_up_once,
        "rig/list": {"rigs": [], "seq": 41},
    }
    process = start("events", "--follow", "--json", "--kind", "rig.up")
    door.wait_for(lambda: len(guests) == 1)
    assert door.params("event/subscribe") == {"kinds": ["rig.up"], "since": 41}
    guests[0].event(42, "rig.up", rig())
    assert json.loads(lines(process, 1)[0]) == event(42, "rig.up", rig())
    door.close()
    door.open()
    door.wait_for(lambda: len(guests) == 2)
    assert door.params("event/subscribe")["since"] == 42, "none lost, none repeated"
    guests[1].event(43, "rig.up", rig())
    assert json.loads(lines(process, 1)[0])["seq"] == 43
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130


@pytest.mark.parametrize(("env", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colours(door: Door, start: Start, terminal: Terminal, env: dict[str, str], coloured: bool) -> None:
    waits = agent("a", "needsInput")
    door.answers |= {"rig/list": {"rigs": [rig()], "seq": 1}, "agent/list": {"agents": [waits], "seq": 1}}
    environment = {"NO_COLOR": "", **env}
    process = start("ps", env=environment, stdout=terminal.slave)
    terminal.read_until("needs input")
    assert process.wait(20) == 0
    assert ("\x1b[33;1m" in terminal.seen) is coloured


def test_progress_while_a_rig_comes_up(door: Door, start: Start, terminal: Terminal) -> None:
    def up(guest: Guest, params: dict[str, Any]) -> Any:
        for seq, (member, state) in enumerate(
            [("lead", "starting"), ("other", "busy"), ("builder", "starting"), ("builder", "idle"), ("lead", "idle")]
        ):
            guest.event(seq, "agent.stateChanged", agent(member, state))
        outcomes = [("lead", "launched"), ("builder", "launched"), ("reviewer", "alreadyRunning")]
        rows = [{"address": f"team-{name}@demo", "outcome": what, "state": "idle"} for name, what in outcomes]
        return {"rig": "demo", "agents": rows}

    door.answers["rig/up"] = up
    process = start("up", "demo", env={"NO_COLOR": "1"}, stdout=terminal.slave)
    terminal.read_until("demo: 2 launched, 1 already running")
    assert process.wait(20) == 0
    shown = terminal.seen.splitlines()
    assert shown == [
        "○ idle  team-builder@demo",
        "○ idle  team-lead@demo",
        "team-reviewer@demo  already running  idle",
        "demo: 2 launched, 1 already running",
    ]


def test_ps_live(door: Door, start: Start, terminal: Terminal) -> None:
    states = ["idle"]
    guests: list[Guest] = []

    def subscribed(guest: Guest, params: dict[str, Any]) -> Any:
        guests.append(guest)
        return {"subscription": "s1", "seq": 1}

    door.answers |= {
        "event/subscribe": subscribed,
        "rig/list": {"rigs": [rig()], "seq": 1},
        "agent/list": lambda guest, params: {"agents": [agent("a", states[-1])], "seq": 1},
    }
    process = start("ps", "-w", env={"NO_COLOR": "1"}, stdout=terminal.slave)
    here = terminal.read_until("○.*team-a@demo.*idle")
    looks = len(door.asked)
    states.append("busy")
    guests[0].event(2, "agent.stateChanged", agent("a", "busy"))
    terminal.read_until("●.*team-a@demo.*busy", since=here)
    assert len(door.asked) == looks + 2, "a look for a push, and no other"
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130
    terminal.read_until(re.escape("\x1b[?1049l"))


def test_ps_live_as_json(door: Door, start: Start) -> None:
    guests: list[Guest] = []

    def subscribed(guest: Guest, params: dict[str, Any]) -> Any:
        guests.append(guest)
        return {"subscription": "s1", "seq": 1}

    door.answers |= {
        "event/subscribe": subscribed,
        "rig/list": {"rigs": [rig()], "seq": 1},
        "agent/list": lambda guest, params: {"agents": [agent("a")], "seq": len(door.asked)},
    }
    process = start("ps", "--watch", "--json")
    first = json.loads(lines(process, 1)[0])
    guests[0].event(2, "rig.up", rig())
    second = json.loads(lines(process, 1)[0])
    assert first["agents"] == second["agents"] == [agent("a")]
    door.close()
    assert process.wait(20) == 3
    assert process.stderr is not None
    assert json.loads(process.stderr.read())["error"]["data"]["kind"] == "unreachable"
    door.open()


HOSTILE = "\x1b]52;c;ZXZpbA==\x07\x1b]0;title\x1b\\\x1b[2J\x1b[6n\x1bP$q\x1b\\"


def test_watching_on_a_terminal(door: Door, start: Start, terminal: Terminal) -> None:
    guests: list[Guest] = []
    screens = [f"\x1b[32mfirst\x1b[0m {HOSTILE}"]

    def watched(guest: Guest, params: dict[str, Any]) -> Any:
        guests.append(guest)
        return {"screen": "", "offset": 0, "columns": 80, "rows": 24, "seq": 1}

    door.answers |= {
        "agent/watch": watched,
        "agent/capture": lambda guest, params: {
            "text": screens[-1],
            "columns": 80,
            "rows": 24,
            "cursor": {"x": 0, "y": 0},
            "seq": 1,
        },
    }
    process = start("watch", "lead", stdout=terminal.slave)
    here = terminal.read_until("first")
    assert door.params("agent/capture") == {"agent": "lead", "ansi": True}
    screens.append("second")
    guests[0].push("agent/output", {"agent": "team-lead@demo", "offset": 9, "data": HOSTILE})
    terminal.read_until("second", since=here)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130
    terminal.read_until(re.escape("\x1b[?1049l"))
    assert "\x1b[32mfirst" in terminal.seen
    own = re.sub(r"\x1b\[(?:[0-9;]*m|H|J|2K|\?(?:1049|25|7)[hl]|2J)", "", terminal.seen)
    assert "\x1b" not in own and "\x07" not in own
    assert terminal.seen.count("\x1b[2J") == 1, "ours, not the agent's"


def test_watching_into_a_pipe(door: Door, start: Start) -> None:
    guests: list[Guest] = []

    def watched(guest: Guest, params: dict[str, Any]) -> Any:
        guests.append(guest)
        return {"screen": "begun\n\n", "offset": 6, "columns": 80, "rows": 24, "seq": 1}

    door.answers["agent/watch"] = watched
    process = start("watch", "lead", "--rate", "5")
    assert lines(process, 1) == ["begun"]
    assert door.params("agent/watch") == {"agent": "lead", "maxRate": 5.0}
    half = len(HOSTILE) // 2
    guests[0].push("agent/output", {"agent": "a", "offset": 9, "data": f"one\r\n{HOSTILE[:half]}"})
    guests[0].push("agent/output", {"agent": "a", "offset": 99, "data": f"{HOSTILE[half:]}two\r\n", "gap": True})
    assert lines(process, 4) == ["one", "", "… (something was left out)", "two"]

    process = start("watch", "lead", "--json")
    assert json.loads(lines(process, 1)[0])["offset"] == 6
    guests[1].push("agent/output", {"agent": "a", "offset": 9, "data": "x"})
    assert json.loads(lines(process, 1)[0]) == {"agent": "a", "offset": 9, "data": "x"}


def test_attaching_runs_what_the_daemon_says(door: Door, start: Start, terminal: Terminal, tmp_path: Path) -> None:
    tell = "import os; print('here', os.getcwd(), os.environ.get('ADDED'), os.environ.get('TMUX'))"
    door.answers["agent/attach"] = {
        "argv": [sys.executable, "-c", tell],
        "env": {"ADDED": "yes", "TMUX": None},
        "cwd": str(tmp_path),
    }
    process = start("attach", "lead", env={"TMUX": "/outer"}, stdin=terminal.slave, stdout=terminal.slave)
    terminal.read_until(re.escape(f"here {tmp_path} yes None"))
    assert process.wait(20) == 0


def test_attaching_to_what_is_not_installed(door: Door, start: Start, terminal: Terminal) -> None:
    door.answers["agent/attach"] = {"argv": ["/nowhere/tmux"], "env": {}, "cwd": "/"}
    process = start("attach", "lead", stdin=terminal.slave, stdout=terminal.slave)
    assert process.wait(20) == 1
    assert process.stderr is not None
    assert b"/nowhere/tmux can't be run" in process.stderr.read()
