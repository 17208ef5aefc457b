"""Down and up: the same conversation, at the same address, or a decision that somebody has to make. With real Claude
Code and Codex, offline, and with scripted agents."""

import json
import os
import shutil
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.living import Living, living, rig_of, scripted, terminal, until
from tests.real import harness_fixture as real

TURNS = ("the plum is blue", "the pear is red", "the fig is green")
API = {"claude-code": "anthropic", "codex": "openai"}
AGAIN = "{type: send_text, value: hello again, idempotent: true, applies_on: [restore]}"
FILES = {"claude-code": ".claude/projects/*/{}.jsonl", "codex": ".codex/sessions/*/*/*/rollout-*-{}.jsonl"}


@pytest.fixture(scope="module")
def api() -> Iterator[real.ModelApi]:
    with real.model_api() as api:
        yield api


def both(home: Living) -> list[str]:
    """Each of the real ones, as the only agent of a rig."""
    real.rig(home, "r", "cc claude-code", "cx codex")
    found = ["p-cc@r", "p-cx@r"]
    for address in found:
        real.settled(home, address)
    return found


def say(home: Living, address: str, *texts: str) -> dict[str, Any]:
    """A turn for each text; the agent after them."""
    found: dict[str, Any] = {}
    for text in texts:
        real.send(home, address, text)
        found = real.until_turned(home, address)
    return found


def remembered(home: Living, api: real.ModelApi, address: str, text: str) -> str:
    """What the model API was sent with the next turn."""
    name = API[real.agent(home, address)["runtime"]]
    real.settled(home, address)
    seen = len(api.requests(name))
    real.send(home, address, text)
    until(lambda: any(text in entry["text"] for entry in api.requests(name)[seen:]), "it asks again")
    real.until_turned(home, address)
    body = next(entry for entry in api.requests(name)[seen:] if text in entry["text"])["body"]
    return json.dumps(body.get("messages") or body.get("input"))


def outcomes(result: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By address."""
    return {each["address"]: each for each in result["agents"]}


def lose_everything(home: Living) -> None:
    """As a reboot does: daemon and tmux at once."""
    assert home.daemon is not None
    server, daemon = home.tmux_pid(), home.daemon
    os.kill(daemon.pid, signal.SIGKILL)
    os.kill(server, signal.SIGKILL)
    home.kill()


def again(home: Living) -> None:
    """The next daemon, with the programs of `harness_fixture.house`."""
    home.start(PATH=f"{home.folder / 'programs'}:{os.environ['PATH']}")


def came_back(home: Living, api: real.ModelApi, address: str, became: dict[str, Any], before: dict[str, Any]) -> None:
    """The same conversation, at the same address, by its own word and by what the model is sent."""
    assert became["outcome"] == "resumed", (became, real.screen(home, address))
    assert before["conversation"] in became["reason"]
    assert real.agent(home, address)["conversation"] == before["conversation"]
    assert real.agent(home, address)["id"] == before["id"]
    sent = remembered(home, api, address, "and what now?")
    positions = [sent.index(text) for text in TURNS]
    assert positions == sorted(positions)


@pytest.mark.timeout(180)
def test_real_ones_come_back_after_a_down_and_after_everything_died(api: real.ModelApi) -> None:
    with real.house(api, real.claude(), real.codex()) as home:
        agents = both(home)
        before = {address: say(home, address, *TURNS) for address in agents}
        home.ask("rig/down", {"rig": "r"})
        found = outcomes(home.ask("rig/up", {"name": "r"}))
        for address in agents:
            came_back(home, api, address, found[address], before[address])
        lose_everything(home)
        again(home)
        assert {real.agent(home, address)["state"] for address in agents} == {"exited"}
        found = outcomes(home.ask("rig/up", {"name": "r"}))
        for address in agents:
            came_back(home, api, address, found[address], before[address])


@pytest.mark.timeout(180)
def test_real_ones_come_back_with_what_was_said_since_they_were_cleared(api: real.ModelApi) -> None:
    with real.house(api, real.claude(), real.codex()) as home:
        agents = both(home)
        forgotten: dict[str, str] = {}
        for address in agents:
            old = forgotten[address] = say(home, address, "something to forget")["conversation"]
            home.ask("agent/keys", {"agent": address, "keys": [{"text": "/clear"}]})
            real.until_screen(home, address, "/clear")
            until(partial(cleared, home, address), "it is cleared")
            before = say(home, address, *TURNS)
            assert before["conversation"] != old
        lose_everything(home)
        again(home)
        found = outcomes(home.ask("rig/up", {"name": "r"}))
        for address in agents:
            assert found[address]["outcome"] == "resumed", found
            sent = remembered(home, api, address, "and what now?")
            assert all(text in sent for text in TURNS)
            assert "something to forget" not in sent
            named = {"agent": address, "conversation": forgotten[address]}
            assert home.ask("agent/restart", named)["outcome"]["outcome"] == "resumed"
            sent = remembered(home, api, address, "and before that?")
            assert "something to forget" in sent
            assert TURNS[0] not in sent


def cleared(home: Living, address: str) -> bool:
    """Press Enter until nothing of what was said is on the screen."""
    if "something to forget" in real.screen(home, address):
        home.ask("agent/keys", {"agent": address, "keys": ["Enter"]})
    return "something to forget" not in real.screen(home, address)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("harm", ["missing", pytest.param("damaged", marks=pytest.mark.full)])
def test_without_its_file_a_real_one_waits_for_a_decision(api: real.ModelApi, harm: str) -> None:
    with real.house(api, real.claude(), real.codex()) as home:
        agents = both(home)
        before = {address: say(home, address, TURNS[0]) for address in agents}
        home.ask("rig/down", {"rig": "r"})
        for address in agents:
            pattern = FILES[before[address]["runtime"]].format(before[address]["conversation"])
            (file,) = (home.folder / "user").glob(pattern)
            shutil.copy(file, file.with_suffix(".kept"))
            if harm == "missing":
                file.unlink()
            else:
                file.write_bytes(b"\0" * file.stat().st_size)
        for _ in range(2):  # Said again, it ends the same.
            found = outcomes(home.ask("rig/up", {"name": "r"}))
            for address in agents:
                became = found[address]
                assert became["outcome"] == "awaitingDecision", became
                assert became["state"] == "stopped"
                assert f"rig start {address} --fresh" in became["next"]
                assert before[address]["conversation"] in became["reason"]
        assert [row for row in panes(home) if row.startswith("a")] == []
        fresh, back = agents
        started = home.ask("agent/start", {"agent": fresh, "fresh": True})
        assert started["outcome"]["outcome"] == "fresh"
        assert started["agent"].get("conversation") != before[fresh]["conversation"]
        # Its file was found again.
        (kept,) = (home.folder / "user").glob(
            FILES["codex"].format(before[back]["conversation"]).replace("jsonl", "kept")
        )
        kept.rename(kept.with_suffix(".jsonl"))
        assert home.ask("agent/start", {"agent": back})["outcome"]["outcome"] == "resumed"
        assert TURNS[0] in remembered(home, api, back, "and what now?")


def panes(home: Living) -> list[str]:
    return home.tmux("list-panes", "-a", "-F", "#{session_name}").split()


# Scripted agents, which keep their conversations too.


def tell(home: Living, address: str, *texts: str) -> dict[str, Any]:
    for text in texts:
        real.send(home, address, text)
        real.until_state(home, address, "idle")
    return real.agent(home, address)


def session(home: Living, agent: dict[str, Any]) -> Path:
    folder: Path = home.home.state / "agents" / agent["id"] / "sessions"
    return folder / f"{agent['conversation']}.jsonl"


def test_members_come_back_each_as_it_is_meant_to() -> None:
    with living() as home:
        home.start()
        log = home.folder / "log"
        rows = [
            scripted("spoke", log=str(log)),
            scripted("silent"),
            scripted("anew").replace("cwd: .", "cwd: ., restore_policy: relaunch_fresh"),
            terminal("shell"),
            scripted("lost"),
            scripted("broken"),
        ]
        rig = rig_of("back", *rows)
        rig += f"    startup: {{actions: [{AGAIN}]}}\n"
        home.ask("rig/up", {"path": home.write("rig.yaml", rig)})
        at = {name: f"p-{name}@back" for name in ("spoke", "silent", "anew", "shell", "lost", "broken")}
        before = {
            name: tell(home, at[name], "one [[reply=first]]", "two") for name in ("spoke", "anew", "lost", "broken")
        }
        home.ask("rig/down", {"rig": "back"})
        session(home, before["lost"]).unlink()
        session(home, before["broken"]).write_bytes(b"nothing\nof this\n")
        plan = {each["agent"]: each for each in home.ask("rig/plan", {"name": "back"})["actions"]}
        assert before["spoke"]["conversation"] in plan[at["spoke"]]["detail"]
        assert plan[at["lost"]]["kind"] == plan[at["broken"]]["kind"] == "await"
        found = outcomes(home.ask("rig/up", {"name": "back"}))
        assert {name: found[at[name]]["outcome"] for name in at} == {
            "spoke": "resumed",
            "silent": "launched",
            "anew": "fresh",
            "shell": "launched",
            "lost": "awaitingDecision",
            "broken": "awaitingDecision",
        }
        real.until_screen(home, at["spoke"], "first")
        # Startup actions for a restore, and for these that were restored alone.
        until(lambda: "hello again" in log.read_text("utf-8"), "it is told what a restore says")
        assert "hello again" not in real.screen(home, at["silent"])
        assert found[at["anew"]]["reason"] and before["anew"]["conversation"] in found[at["anew"]]["next"]
        # A damaged one by name, as far as it can be read: the harness itself refuses, and that is told.
        named = {"agent": at["broken"], "conversation": before["broken"]["conversation"]}
        assert home.ask("agent/start", named)["outcome"]["outcome"] == "failed"
        taken = {"agent": at["lost"], "conversation": before["spoke"]["conversation"]}
        refused = home.rig("start", at["lost"], "--conversation", taken["conversation"], check=False)
        assert refused.returncode != 0 and at["spoke"] in refused.stderr
        refused = home.rig("restart", at["shell"], "--conversation", "any", check=False)
        assert refused.returncode != 0 and "has no conversations" in refused.stderr
        assert home.ask("agent/start", {"agent": at["lost"], "fresh": True})["outcome"]["outcome"] == "fresh"
        assert real.agent(home, at["lost"])["conversation"] != before["lost"]["conversation"]


@pytest.mark.timeout(120)
def test_thirty_come_back_when_tmux_dies() -> None:
    with living() as home:
        home.start()
        home.ask("rig/up", {"path": home.write("rig.yaml", rig_of("r", *(scripted(f"s{n}") for n in range(30))))})
        all_come_back_when_tmux_dies(home)


@pytest.mark.full
@pytest.mark.timeout(300)
def test_thirty_and_two_of_each_real_one_come_back_when_tmux_dies(api: real.ModelApi) -> None:
    with real.house(api, real.claude(), real.codex()) as home:
        many = "runtime: scripted, agent_ref: 'builtin:scripted', profile: none, cwd: ."
        rows = [f"{{id: s{n}, {many}}}" for n in range(30)]
        for name, runtime in (("c1", "claude-code"), ("c2", "claude-code"), ("x1", "codex"), ("x2", "codex")):
            rows.append(
                f"{{id: {name}, runtime: {runtime}, agent_ref: 'local:agents/plain', profile: default, cwd: .}}"
            )
        home.write("agents/plain/agent.yaml", real.AGENT.format(name="plain"))
        line = home.line()
        line.ask("rig/up", {"path": home.write("rig.yaml", rig_of("r", *rows))}, patience=None)
        line.close()
        for name in ("c1", "c2", "x1", "x2"):
            real.settled(home, f"p-{name}@r")
        all_come_back_when_tmux_dies(home)


def all_come_back_when_tmux_dies(home: Living) -> None:
    """Each is told something, tmux is killed, and one `rig/up` brings all of them back with that."""
    line = home.line()

    def states() -> set[str]:
        return {row["state"] for row in line.ask("agent/list", {})["agents"]}

    addresses = [row["address"] for row in line.ask("agent/list", {})["agents"]]
    texts = [{"to": address, "text": f"remember {address}"} for address in addresses]
    for sent in [line.ask("message/send", text)["messages"][0] for text in texts]:
        real.until_message(home, sent, "submitted")
    until(lambda: states() == {"idle"}, "all are idle", 60)
    before = {row["address"]: row for row in line.ask("agent/list", {})["agents"]}
    assert all(row.get("conversation") for row in before.values())
    os.kill(home.tmux_pid(), signal.SIGKILL)
    until(lambda: states() == {"exited"}, "all are gone")
    found = line.ask("rig/up", {"name": "r"}, patience=None)["agents"]
    assert [each for each in found if each["outcome"] != "resumed"] == []
    for row in line.ask("agent/list", {})["agents"]:
        assert row["conversation"] == before[row["address"]]["conversation"]
    for address in (addresses[0], addresses[-1]):
        real.until_screen(home, address, f"remember {address}")
    line.close()


def lives(pid: int) -> bool:
    """Whether it is there, and no zombie that nobody collects."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_what_ignores_the_hang_up_of_its_tmux_does_not_go_on_beside_its_successor() -> None:
    with living() as home:
        home.start()
        command = """x-openrig-rpc: {command: [sh, -c, 'trap "" HUP; sleep 600']}"""
        member = terminal("deaf").replace("cwd: .", f"cwd: ., {command}")
        home.ask("rig/up", {"path": home.write("rig.yaml", rig_of("r", member))})
        pid = real.pane_pid(home)
        until(lambda: Path(f"/proc/{pid}/task/{pid}/children").read_text(), "the trap is set")
        lose_everything(home)
        assert lives(pid)
        again(home)
        assert not lives(pid)
        (became,) = home.ask("rig/up", {"name": "r"})["agents"]
        assert became["outcome"] == "launched"


def test_all_that_was_up_comes_back_and_one_that_can_not_keeps_no_other_one_down() -> None:
    with living() as home:
        home.start()
        for name in ("one", "two", "down", "harmed"):
            home.ask("rig/up", {"path": home.write(f"{name}/rig.yaml", rig_of(name, scripted("a")))})
        (home.work / "harmed").rename(home.work / "moved")
        before = {name: tell(home, f"p-a@{name}", "remember me") for name in ("one", "two")}
        home.ask("rig/down", {"rig": "down"})
        lose_everything(home)
        home.start()
        done = home.rig("up", "--all", check=False)
        assert done.returncode == 1
        assert "one, two, harmed" in done.stdout and "working folder" in done.stdout
        for name, agent in before.items():
            after = real.until_state(home, f"p-a@{name}", "idle")
            assert after["conversation"] == agent["conversation"]
            real.until_screen(home, f"p-a@{name}", "remember me")
        assert real.agent(home, "p-a@down")["state"] == "stopped"
        assert real.agent(home, "p-a@harmed")["state"] == "failed"
