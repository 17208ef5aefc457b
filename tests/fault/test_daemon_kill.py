"""kill -9 of the daemon: agents live on, the next one finds the same rig, nothing is lost and nothing is doubled."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from openrig_rpc.cli.line import Line
from tests.living import Living, living, rig_of, scripted, terminal, until

KEPT = ("id", "address", "generation", "state", "runtime", "conversation", "cwd")


def states(home: Living) -> list[dict[str, Any]]:
    agents = home.ask("agent/list")["agents"]
    return [{key: agent.get(key) for key in KEPT} for agent in agents]


def settled(home: Living, line: Line, *messages: str) -> None:
    """Wait until each message is at its end."""
    ends = {"submitted", "failed", "expired", "cancelled", "indeterminate"}
    until(
        lambda: all(line.ask("message/get", {"id": each})["message"]["state"] in ends for each in messages),
        "every message is at its end",
    )


def submitted(log: Path) -> list[str]:
    """What a scripted agent was really told, in order."""
    if not log.exists():
        return []
    return [json.loads(line)["text"] for line in log.read_text().splitlines()]


def test_the_next_daemon_finds_the_same_rig_with_the_same_states() -> None:
    with living() as home:
        home.start()
        busy = str(home.folder / "busy.log")
        members = [terminal("shell"), scripted("idle"), scripted("busy", log=busy), scripted("asks")]
        home.ask("rig/up", {"path": home.write("rig.yaml", rig_of("kept", *members))})
        line = home.line()
        line.ask("message/send", {"to": "p-busy@kept", "text": "[[delay=60]]", "wait": "submitted"})
        line.ask("message/send", {"to": "p-asks@kept", "text": "[[bash=true]]", "wait": "submitted"})
        line.ask("agent/wait", {"agent": "p-busy@kept", "state": ["busy"], "timeoutSeconds": 10})
        line.ask("agent/wait", {"agent": "p-asks@kept", "state": ["needsInput"], "timeoutSeconds": 10})
        before, pids = states(home), home.tmux("list-panes", "-a", "-F", "#{pane_pid}").split()
        journal = line.ask("event/list", {"since": 0, "limit": 1000})["events"]
        line.close()

        home.kill()
        assert all(Path(f"/proc/{pid}").exists() for pid in pids), "an agent died with the daemon"
        home.start()

        assert states(home) == before
        after = home.ask("event/list", {"since": 0, "limit": 1000})["events"]
        assert after[: len(journal)] == journal
        assert [event["seq"] for event in after] == list(range(1, len(after) + 1))
        # It hears them again: a hook, a screen, an exit.
        line = home.line()
        line.ask("agent/interrupt", {"agent": "p-busy@kept"})
        assert not line.ask("agent/wait", {"agent": "p-busy@kept", "state": ["idle"], "timeoutSeconds": 10})["timedOut"]
        os.kill(int(home.tmux("list-panes", "-t", "=_hub:", "-s", "-F", "#{pane_pid}").split()[0]), 0)
        line.ask("message/send", {"to": "p-shell@kept", "text": "exit 7", "wait": "submitted"})
        gone = line.ask("agent/wait", {"agent": "p-shell@kept", "state": ["exited"], "timeoutSeconds": 10})
        assert gone["agent"]["exitCode"] == 7
        line.close()


@pytest.mark.parametrize(
    "point", ["before_commit", "after_commit", "after_paste", "before_enter", "after_enter", "before_settle"]
)
def test_a_message_on_its_way_is_there_and_not_doubled(point: str) -> None:
    with living() as home:
        log = home.folder / "told.log"
        home.start(OPENRIG_RPC_FAULT=f"{point}:1")
        home.ask("rig/up", {"path": home.write("rig.yaml", rig_of("one", scripted("a", log=str(log))))})
        line = home.line()
        sent = line.ask("message/send", {"to": "p-a@one", "text": "only once"})["messages"][0]
        line.close()
        assert home.died() == 9

        home.start()
        line = home.line()
        settled(home, line, sent["id"])
        message = line.ask("message/get", {"id": sent["id"]})["message"]
        line.ask("message/send", {"to": "p-a@one", "text": "and after", "wait": "accepted"})
        told = submitted(log)
        if point in ("before_commit", "after_commit") and message["state"] == "submitted":
            assert len([text for text in told if "only once" in text]) == 1
        else:
            assert message["state"] == "indeterminate"
            assert len([text for text in told if "only once" in text]) <= 1
            items = line.ask("inbox/list")["items"] if "inbox/list" in methods(line) else [{"ref": sent["id"]}]
            assert sent["id"] in [item["ref"] for item in items]
        line.close()


def methods(line: Line) -> list[str]:
    """What this daemon offers."""
    return [row["name"] for row in line.ask("rpc.discover")["methods"]]


def test_events_go_on_after_a_kill_without_gap_or_repeat() -> None:
    with living() as home:
        home.start()
        home.ask("rig/up", {"path": home.write("rig.yaml", rig_of("ev", scripted("a")))})
        line = home.line()
        at: int = line.ask("event/subscribe", {"since": 0})["seq"]
        seen: list[int] = []

        def take(line: Line, quiet: float) -> int:
            nonlocal at
            while (heard := line.listen(quiet)) is not None:
                params = heard["params"]
                assert params["prev"] == at
                at = int(params["seq"])
                seen.append(at)
            return at

        line.ask("message/send", {"to": "p-a@ev", "text": "one", "wait": "submitted"})
        take(line, 0.5)
        line.close()
        home.kill()
        home.start()
        line = home.line()
        assert line.ask("event/subscribe", {"since": at})["seq"] == at
        line.ask("message/send", {"to": "p-a@ev", "text": "two", "wait": "submitted"})
        until(lambda: take(line, 0.1) >= line.ask("event/list", {})["seq"], "all events came")
        assert seen == list(range(1, len(seen) + 1))
        line.close()
