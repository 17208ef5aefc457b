"""A spec that runs commands or loosens permissions is trusted once, by a person, for exactly what it would do."""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from openrig_rpc.cli.faults import Refused
from tests.living import Living, living, rig_of, scripted, until

SHELL = (
    "{{id: sh, runtime: terminal, agent_ref: 'builtin:terminal', profile: none, cwd: ., "
    "x-openrig-rpc: {{command: [sh, -c, {command}]}}}}"
)


@pytest.fixture
def home() -> Iterator[Living]:
    with living() as home:
        home.trusting = False
        home.start()
        yield home


def write(home: Living, command: str = "echo hi; exec cat", label: str = "") -> str:
    row = SHELL.format(command=f"'{command}'")
    return home.write("rig.yaml", rig_of("r", row[:-1] + (f", label: {label}}}" if label else "}")))


def refused(home: Living, method: str, params: dict[str, Any]) -> Refused:
    with pytest.raises(Refused) as caught:
        home.ask(method, params)
    return caught.value


def test_nothing_runs_before_it_is_trusted(home: Living) -> None:
    path = write(home)
    first = refused(home, "rig/up", {"path": path})
    assert first.kind == "needs-trust"
    assert first.facts["runs"] == [f"p-sh runs in {home.work}: sh -c 'echo hi; exec cat'"]
    assert home.ask("rig/list")["rigs"] == [] and home.ask("agent/list")["agents"] == []
    home.ask("rig/trust", {"path": path, "hash": first.facts["hash"]})
    (outcome,) = home.ask("rig/up", {"path": path})["agents"]
    assert outcome["outcome"] == "launched"

    # By name, alone, and after a crash: once is enough.
    home.ask("rig/down", {"rig": "r"})
    home.kill()
    home.start()
    home.ask("rig/up", {"name": "r"})
    home.ask("agent/stop", {"agent": "p-sh@r"})
    home.ask("agent/start", {"agent": "p-sh@r"})


def test_a_change_of_what_it_runs_asks_again_and_nothing_else_does(home: Living) -> None:
    path = write(home)
    home.ask("rig/trust", {"hash": refused(home, "rig/up", {"path": path}).facts["hash"]})
    home.ask("rig/up", {"path": path})
    write(home, label="Shell")
    plan = home.ask("rig/plan", {"path": path})["planId"]
    home.ask("rig/up", {"path": path, "planId": plan})
    before = home.ask("agent/get", {"agent": "p-sh@r"})["agent"]
    write(home, "echo other; exec cat", label="Shell")
    plan = home.ask("rig/plan", {"path": path})["planId"]
    again = refused(home, "rig/up", {"path": path, "planId": plan})
    assert again.kind == "needs-trust" and "echo other" in again.facts["runs"][0]
    assert home.ask("agent/get", {"agent": "p-sh@r"})["agent"]["generation"] == before["generation"]


def test_a_hash_of_something_else_is_not_taken_for_a_file(home: Living) -> None:
    path = write(home)
    looked_at = refused(home, "rig/up", {"path": path}).facts["hash"]
    write(home, "rm -rf /tmp/nothing")
    other = refused(home, "rig/trust", {"path": path, "hash": looked_at})
    assert other.kind == "needs-trust" and other.facts["hash"] != looked_at
    assert refused(home, "rig/trust", {"hash": "abc"}).kind == "invalid-params"


def test_an_agent_can_not_trust(home: Living) -> None:
    log = home.folder / "log"
    rig = home.write("talk.yaml", rig_of("talk", scripted("a", log=str(log))))
    home.ask("rig/up", {"path": rig})
    write(home)
    asked = "rig up rig.yaml --trust"
    home.ask("message/send", {"to": "p-a@talk", "text": f"[[run={asked}]]", "wait": "submitted", "timeoutSeconds": 15})
    until(lambda: "not-permitted" in (text := _screen(home)) or "may not" in text, "it is refused")
    assert [each["name"] for each in home.ask("rig/list")["rigs"]] == ["talk"]


def _screen(home: Living) -> str:
    return str(home.ask("agent/capture", {"agent": "p-a@talk"})["text"])


def test_the_command_line_shows_it_and_takes_a_flag(home: Living) -> None:
    write(home)
    done = home.rig("up", check=False)
    assert (
        done.returncode == 1 and "would run: p-sh runs in" in done.stderr and "rig up rig.yaml --trust" in done.stderr
    )
    done = home.rig("up", "--trust")
    assert "trusted: p-sh runs in" in done.stdout and "1 launched" in done.stdout
    home.rig("down", "r")
    home.rig("up", "r")


@pytest.mark.parametrize(("answer", "up"), [("y", True), ("", False)])
def test_on_a_terminal_the_person_is_asked(home: Living, answer: str, up: bool) -> None:
    write(home)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "openrig_rpc", "cli", "up"],
        env=home.environment(TERM="xterm"), cwd=home.work, stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    try:
        seen = read_until(ours, "[y/N]")
        assert "sh -c 'echo hi; exec cat'" in seen
        os.write(ours, f"{answer}\n".encode())
        rest = read_until(ours, None)
        assert ("1 launched" in rest) is up
        assert process.wait(20) == (0 if up else 1)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert bool(home.ask("rig/list")["rigs"]) is up


def read_until(terminal: int, words: str | None) -> str:
    """What comes until `words`, or the end."""
    found, end = "", time.monotonic() + 20
    while words is None or words not in found:
        assert time.monotonic() < end, found
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                data = os.read(terminal, 4096)
            except OSError:
                return found
            if not data:
                return found
            found += data.decode()
    return found


def test_what_ships_is_trusted_and_talk_needs_none(home: Living) -> None:
    home.ask("rig/up", {"name": "demo", "cwd": str(home.work)})
    home.ask("rig/up", {"path": home.write("quiet.yaml", rig_of("quiet", scripted("a")))})
