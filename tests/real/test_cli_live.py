"""The command line against a real daemon with real panes."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.living import Living
from tests.living import living as own_home


@pytest.fixture
def living() -> Iterator[Living]:
    with own_home() as opened:
        yield opened


def test_a_rig_from_nothing_to_nothing(living: Living) -> None:
    assert "no rigs yet" in living.rig("ps").stdout, "the first call starts the daemon"
    up = living.rig("up", "demo").stdout
    assert up.count("launched") == 4 and "demo: 3 launched" in up
    found = json.loads(living.rig("ps", "--json").stdout)
    assert [agent["address"] for agent in found["agents"]] == [
        "team-lead@demo",
        "team-builder@demo",
        "team-reviewer@demo",
    ]
    assert {agent["cwd"] for agent in found["agents"]} == {str(living.work)}, "a starter works where it was asked for"
    sent = living.rig("send", "lead", "-", "--wait", "submitted", stdin="line one\nline two\n").stdout
    assert "submitted" in sent
    number = sent.split()[0]
    assert living.rig("message", number).stdout.endswith("line one\nline two\n")
    living.rig("wait", "lead", "--timeout", "20")
    assert "line two" in living.rig("capture", "lead").stdout
    kinds = [json.loads(row)["kind"] for row in living.rig("events", "--json", "--since", "0").stdout.splitlines()]
    assert kinds.index("rig.up") < kinds.index("message.accepted") < kinds.index("message.submitted")
    exported = living.rig("export", "demo").stdout
    assert living.rig("validate", "-", check=False).returncode == 1
    assert living.rig("down", "demo").stdout.count("stopped") == 6
    file = living.write("rig.yaml", exported)
    assert "is valid" in living.rig("validate").stdout
    assert living.rig("plan", file).returncode == 0
    assert "with all agents" in living.rig("shutdown", "--no-keep-agents").stdout
    assert living.rig("shutdown").stdout == "no daemon runs\n"


def test_in_a_pane_it_is_the_agent_with_its_rights(living: Living) -> None:
    living.rig("up", "demo")
    living.rig("send", "builder", "[[run=rig whoami]]", "--wait", "submitted")
    living.rig("wait", "builder", "--timeout", "20")
    assert "agent:team-builder@demo" in living.rig("capture", "builder").stdout
    living.rig("send", "builder", "[[run=rig stop lead]]", "--wait", "submitted")
    living.rig("wait", "builder", "--timeout", "20")
    screen = living.rig("capture", "builder", "--history").stdout
    assert "may not call agent/stop" in screen and "exit code 4" in screen


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["down", "nope"], 5),
        (["send", "nobody@demo", "hi"], 5),
        (["message", "m-none"], 5),
        (["up", "none.yaml"], 5),
        (["rpc", "agent/list", '{"state": "odd"}'], 2),
        (["rpc", "no/such"], 2),
        (["capture"], 2),
        (["rpc", "agent/wait", '{"agent": "lead@demo", "state": ["idle"], "timeoutSeconds": 0}'], 5),
    ],
)
def test_statuses(living: Living, words: list[str], status: int) -> None:
    done = living.rig(*words, check=False)
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.startswith("error: ")
    assert "fix: " in done.stderr


def test_following_over_a_killed_daemon(living: Living) -> None:
    living.start()
    living.rig("up", "demo")
    follower = subprocess.Popen(
        [sys.executable, "-u", "-m", "openrig_rpc", "cli", "events", "--json", "--follow", "--since", "0"],
        env=living.environment(),
        cwd=living.work,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert follower.stdout is not None
        seen = [json.loads(follower.stdout.readline())]
        living.kill()
        living.start()
        living.rig("send", "lead", "the last one", "--wait", "submitted")
        while seen[-1]["kind"] != "message.submitted":
            seen.append(json.loads(follower.stdout.readline()))
        numbers = [row["seq"] for row in seen]
        rows = living.rig("events", "--json", "--since", "0").stdout.splitlines()
        journal = [json.loads(row)["seq"] for row in rows]
        assert numbers == journal[: len(numbers)], "none lost, none repeated"
        assert [row["kind"] for row in seen].count("system.started") == 2
        follower.send_signal(signal.SIGINT)
        assert follower.wait(20) == 130
    finally:
        follower.kill()
        follower.communicate(timeout=10)


def test_colours_are_kept_on_request_only(living: Living) -> None:
    living.rig("up", "demo")
    plain = living.rig("capture", "lead").stdout
    coloured = living.rig("capture", "lead", "--ansi").stdout
    assert "\x1b" not in plain
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;:]*m", "", coloured).split() == plain.split()
