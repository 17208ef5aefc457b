"""Snapshots: taken, looked at, compared, and gone back to by plan."""

from typing import Any

import pytest

from openrig_rpc.cli.faults import Refused
from tests.living import Living, living, rig_of, scripted, until
from tests.real import harness_fixture as real

A, B = "p-a@r", "p-b@r"


def up(home: Living, *members: str) -> None:
    home.start(OPENRIG_RPC_SNAPSHOT_SECONDS="0.3")
    home.ask("rig/up", {"path": home.write("rig.yaml", rig_of("r", *(members or (scripted("a"), scripted("b")))))})


def tell(home: Living, address: str, text: str) -> dict[str, Any]:
    real.send(home, address, text)
    real.until_state(home, address, "idle")
    return real.agent(home, address)


def kinds(home: Living) -> list[str]:
    return [each["kind"] for each in home.ask("snapshot/list", {"rig": "r"})["snapshots"]]


def restore(home: Living, **params: Any) -> dict[str, dict[str, Any]]:
    found = home.ask("snapshot/restore", params)["agents"]
    return {each["address"]: each for each in found}


def test_taken_on_demand_on_down_and_while_something_changes() -> None:
    with living() as home:
        up(home)
        until(lambda: kinds(home) == ["periodic"], "one of the new rig")
        first = tell(home, A, "one")
        until(lambda: kinds(home) == ["periodic", "periodic"], "one of the new conversation")
        taken = home.ask("snapshot/create", {"rig": "r"})["snapshot"]
        assert (taken["kind"], taken["actor"], taken["revision"]) == ("manual", "operator", 0)
        told = {each["address"]: each.get("conversation") for each in taken["agents"]}
        assert told == {A: first["conversation"], B: None}
        assert home.ask("snapshot/get", {"id": taken["id"]})["snapshot"] == taken
        down = home.ask("rig/down", {"rig": "r"})["snapshotId"]
        newest = home.ask("snapshot/list", {"rig": "r", "limit": 1})
        assert newest["snapshots"][0]["id"] == down
        rest = home.ask("snapshot/list", {"rig": "r", "cursor": newest["nextCursor"]})
        assert [each["kind"] for each in rest["snapshots"]] == ["manual", "periodic", "periodic"]
        # Down already: nothing to keep. And not where it isn't wanted.
        assert home.ask("rig/down", {"rig": "r"}).get("snapshotId") is None
        home.ask("rig/up", {"name": "r"})
        assert home.ask("rig/down", {"rig": "r", "snapshot": False}).get("snapshotId") is None
        with pytest.raises(Refused) as refused:
            home.ask("snapshot/get", {"id": "s0"})
        assert refused.value.kind == "snapshot-not-found"


def test_compared_with_another_and_with_now() -> None:
    with living() as home:
        up(home)
        before = home.ask("snapshot/create", {"rig": "r"})["snapshot"]["id"]
        assert home.ask("snapshot/diff", {"id": before})["changes"] == []
        agent = tell(home, A, "one")
        after = home.ask("snapshot/create", {"rig": "r"})["snapshot"]["id"]
        home.ask("agent/stop", {"agent": B})
        (change,) = home.ask("snapshot/diff", {"id": before, "other": after})["changes"]
        assert change == {"address": A, "change": "changed", "detail": f"conversation: none → {agent['conversation']}"}
        now = {each["address"]: each["detail"] for each in home.ask("snapshot/diff", {"id": after})["changes"]}
        assert now == {B: "state: idle → stopped"}


def test_gone_back_to_by_plan_and_in_part() -> None:
    with living() as home:
        up(home)
        old = {address: tell(home, address, "the old days") for address in (A, B)}
        taken = home.ask("snapshot/create", {"rig": "r"})["snapshot"]["id"]
        for address in (A, B):
            home.ask("agent/keys", {"agent": address, "keys": [{"text": "/clear"}, "Enter"]})
            assert tell(home, address, "a new life")["conversation"] != old[address]["conversation"]
        new = real.agent(home, B)
        with pytest.raises(Refused) as refused:
            restore(home, id=taken, only=["a"])
        assert refused.value.kind == "rig-changed"
        assert [action["kind"] for action in refused.value.facts["actions"]] == ["restart", "keep"]
        plan = refused.value.facts["planId"]
        tell(home, A, "it goes on meanwhile")  # That alone makes no plan stale.
        found = restore(home, id=taken, only=["a"], planId=plan)
        assert (found[A]["outcome"], found[B]["outcome"]) == ("resumed", "skipped")
        assert real.agent(home, A)["conversation"] == old[A]["conversation"]
        real.until_screen(home, A, "the old days")
        assert "a new life" not in real.screen(home, A)
        assert real.agent(home, B) == new
        # What it was before is kept, too.
        (kept,) = [s for s in home.ask("snapshot/list", {"rig": "r"})["snapshots"] if s["kind"] == "preRestore"]
        assert {each["address"]: each["conversation"] for each in kept["agents"]}[B] == new["conversation"]
        with pytest.raises(Refused) as refused:
            restore(home, id=taken, only=["a"], planId=plan)
        assert refused.value.kind == "plan-stale"
        # Nobody has to be stopped: no plan is needed.
        home.ask("rig/down", {"rig": "r"})
        found = restore(home, id=taken)
        assert {each["outcome"] for each in found.values()} == {"resumed"}
        assert real.agent(home, B)["conversation"] == old[B]["conversation"]
        assert home.ask("rig/list")["rigs"][0]["state"] == "up"


def test_a_conversation_that_is_gone_stops_nobody_and_the_doctor_knows_before() -> None:
    with living() as home:
        up(home)
        lost = tell(home, A, "one")
        taken = home.ask("snapshot/create", {"rig": "r"})["snapshot"]["id"]
        home.ask("agent/keys", {"agent": A, "keys": [{"text": "/clear"}, "Enter"]})
        tell(home, A, "two")
        (home.home.state / "agents" / lost["id"] / "sessions" / f"{lost['conversation']}.jsonl").unlink()
        with pytest.raises(Refused) as refused:
            restore(home, id=taken)
        assert {a["agent"]: a["kind"] for a in refused.value.facts["actions"]}[A] == "await"
        found = restore(home, id=taken, planId=refused.value.facts["planId"])
        assert found[A]["outcome"] == "awaitingDecision"
        assert f"rig start {A} --fresh" in found[A]["next"]
        assert real.agent(home, A)["state"] == "idle"
        checks = {each["name"]: each for each in home.ask("system/doctor", {"restore": "r"})["checks"]}
        assert checks[A]["ok"] and "whole" in checks[A]["detail"]
        assert checks[B]["ok"] and "anew" in checks[B]["detail"]
        now = real.agent(home, A)
        (home.home.state / "agents" / now["id"] / "sessions" / f"{now['conversation']}.jsonl").unlink()
        done = home.rig("doctor", "--restore", "r", check=False)
        assert done.returncode == 1
        assert now["conversation"] in done.stdout and f"rig start {A} --fresh" in done.stdout
        assert real.agent(home, A)["state"] == "idle"


def test_of_a_rig_that_was_deleted_nothing_is_restored() -> None:
    with living() as home:
        up(home)
        taken = home.ask("snapshot/create", {"rig": "r"})["snapshot"]["id"]
        home.ask("rig/down", {"rig": "r"})
        home.ask("rig/delete", {"rig": "r"})
        home.ask("rig/up", {"path": str(home.work / "rig.yaml")})
        with pytest.raises(Refused) as refused:
            restore(home, id=taken)
        assert refused.value.kind == "snapshot-unusable"
