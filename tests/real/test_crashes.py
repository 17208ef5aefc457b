"""What ends by itself: seen at once, started again by its spec's policy alone, and its pod goes on."""

import os
import signal
from functools import partial
from typing import Any

import pytest

from tests.living import Living, living, rig_of, scripted, terminal, until
from tests.real import harness_fixture as real


def crashing(member: str, policy: str, command: str) -> str:
    """A terminal that runs a command, restarted by a policy."""
    row = terminal(member).removesuffix("}")
    return f"{row}, x-openrig-rpc: {{command: [sh, -c, {command!r}], restart: {{policy: {policy}}}}}}}"


def agent(home: Living, name: str) -> dict[str, Any]:
    return real.agent(home, f"p-{name}@r")


def reborn(home: Living, name: str) -> bool:
    return bool(agent(home, name)["generation"] == 2)


def test_only_those_whose_policy_says_so_come_back() -> None:
    with living() as home:
        home.start()
        rows = [
            crashing("never", "never", "read line; exit 3"),
            crashing("clean", "on-failure", "read line; exit 0"),
            crashing("harmed", "on-failure", "read line; exit 3"),
            crashing("always", "always", "read line; exit 0"),
            scripted("other"),
        ]
        home.ask("rig/up", {"path": home.write("rig.yaml", rig_of("r", *rows))})
        names = ("never", "clean", "harmed", "always")
        before = {name: agent(home, name) for name in (*names, "other")}
        for name in names:
            home.ask("agent/keys", {"agent": f"p-{name}@r", "keys": ["Enter"]})
        for name in ("harmed", "always"):
            until(partial(reborn, home, name), f"{name} is started again")
            real.until_state(home, f"p-{name}@r", "busy" if agent(home, name)["state"] == "busy" else "idle")
        for name in ("never", "clean"):
            assert real.until_state(home, f"p-{name}@r", "exited")["generation"] == 1
        assert agent(home, "never")["exitCode"] == 3
        assert agent(home, "other") == before["other"]
        # Stopped on purpose it stays so.
        home.ask("agent/stop", {"agent": "p-always@r"})
        assert agent(home, "always")["state"] == "stopped"


def test_one_that_ends_again_and_again_has_failed() -> None:
    with living() as home:
        home.start()
        log = home.folder / "starts"
        rows = [crashing("loop", "always", f"echo x >> {log}; exit 1"), scripted("other")]
        home.ask("rig/up", {"path": home.write("rig.yaml", rig_of("r", *rows))})
        found = real.until_state(home, "p-loop@r", "failed")
        assert log.read_text() == "x\n" * 6
        assert "6 times in 10 s" in found["reason"]
        assert agent(home, "other")["state"] == "idle"
        assert home.ask("rig/list")["rigs"][0]["state"] == "partial"


def test_it_comes_back_with_its_conversation_also_when_it_ended_while_nobody_was_there() -> None:
    with living() as home:
        home.start()
        member = scripted("a").replace("cwd: .", "cwd: ., x-openrig-rpc: {restart: {policy: on-failure}}")
        home.ask("rig/up", {"path": home.write("rig.yaml", rig_of("r", member))})
        real.send(home, "p-a@r", "remember me")
        before = real.until_state(home, "p-a@r", "idle")
        os.kill(real.pane_pid(home), signal.SIGKILL)
        until(lambda: agent(home, "a")["generation"] == 2, "it is started again")
        real.until_state(home, "p-a@r", "idle")
        real.until_screen(home, "p-a@r", "remember me")
        home.kill()
        os.kill(real.pane_pid(home), signal.SIGKILL)
        home.start()
        until(lambda: agent(home, "a")["generation"] == 3, "it is started again")
        assert real.until_state(home, "p-a@r", "idle")["conversation"] == before["conversation"]


@pytest.mark.parametrize("how", ["same", "fresh"])
def test_restarted_on_purpose(how: str) -> None:
    with living() as home:
        home.start()
        home.ask("rig/up", {"path": home.write("rig.yaml", rig_of("r", scripted("a"), scripted("b")))})
        real.send(home, "p-a@r", "remember me")
        before, other = real.until_state(home, "p-a@r", "idle"), agent(home, "b")
        found = home.rig("restart", "p-a@r", *(["--fresh"] if how == "fresh" else []))
        assert ("resumed" if how == "same" else "fresh") in found.stdout
        after = real.until_state(home, "p-a@r", "idle")
        assert after["generation"] == before["generation"] + 1
        assert (after["conversation"] == before["conversation"]) is (how == "same")
        assert agent(home, "b") == other
        if how == "fresh":
            # A decision has to be made: it goes on as it is.
            lost = {"agent": "p-a@r", "conversation": "no-such-one"}
            assert home.ask("agent/restart", lost)["outcome"]["outcome"] == "awaitingDecision"
            assert agent(home, "a") == after
