"""A running rig grows, shrinks and goes back, and each time it equals its spec while nobody else is touched."""

import json
from typing import Any

import pytest

from openrig_rpc.cli.faults import Refused
from tests.living import Living, living, rig_of, scripted, until
from tests.real import harness_fixture as real

SCRIPTED = {"runtime": "scripted", "agent_ref": "builtin:scripted", "profile": "none", "cwd": "."}


def up(home: Living) -> None:
    home.start()
    text = rig_of("r", scripted("a"), scripted("b")) + "    edges:\n      - {kind: delegates_to, from: a, to: b}\n"
    home.ask("rig/up", {"path": home.write("rig.yaml", text)})


def rows(home: Living) -> dict[str, dict[str, Any]]:
    return {each["address"]: each for each in home.ask("agent/list", {"rig": "r"})["agents"]}


def equals_its_spec(home: Living) -> bool:
    """What runs, against the spec as it is now."""
    actions = home.ask("rig/plan", {"name": "r"})["actions"]
    return {each["kind"] for each in actions} == {"keep"}


def refused(home: Living, method: str, params: dict[str, Any]) -> Refused:
    with pytest.raises(Refused) as found:
        home.ask(method, params)
    return found.value


def test_grown_by_a_pod_shrunk_by_a_member_and_rolled_back() -> None:
    with living() as home:
        up(home)
        first = rows(home)
        pod = {"id": "q", "label": "More", "members": [{"id": "c", **SCRIPTED}, {"id": "d", **SCRIPTED}]}
        edge = {"kind": "can_observe", "from": "p.a", "to": "q.c"}
        for _ in range(2):  # Said again, it ends the same.
            added = home.ask("rig/add", {"rig": "r", "pod": pod, "edges": [edge]})["agents"]
            assert [each["address"] for each in added] == ["q-c@r", "q-d@r"]
        assert {address: row for address, row in rows(home).items() if address in first} == first
        assert equals_its_spec(home)
        assert [e for e in home.ask("rig/get", {"rig": "r"})["edges"] if e["target"] == "q-c@r"]
        (member,) = home.ask("rig/add", {"rig": "r", "pod": "p", "member": {"id": "e", **SCRIPTED}})["agents"]
        assert (member["address"], member["outcome"]) == ("p-e@r", "launched")
        second = rows(home)
        (gone,) = home.ask("rig/remove", {"rig": "r", "pod": "p", "member": "b"})["agents"]
        assert (gone["address"], gone["outcome"]) == ("p-b@r", "stopped")
        assert rows(home) == {address: row for address, row in second.items() if address != "p-b@r"}
        assert [e["target"] for e in home.ask("rig/get", {"rig": "r"})["edges"]] == ["q-c@r"]
        assert equals_its_spec(home)

        said = refused(home, "rig/rollback", {"rig": "r", "revision": 0})
        assert said.kind == "rig-changed"
        assert {(a["kind"], a.get("agent")) for a in said.facts["actions"]} == {
            ("remove", "q-c@r"), ("remove", "q-d@r"), ("remove", "p-e@r"), ("add", "p-b@r"), ("keep", "p-a@r"),
        }  # fmt: skip
        back = home.ask("rig/rollback", {"rig": "r", "revision": 0, "planId": said.facts["planId"]})["agents"]
        assert {each["address"]: each["outcome"] for each in back} == {"p-a@r": "alreadyRunning", "p-b@r": "launched"}
        assert rows(home)["p-a@r"] == first["p-a@r"]
        assert equals_its_spec(home)
        told = home.ask("rig/history", {"rig": "r"})["revisions"]
        assert [(each["revision"], each["actor"], each["summary"]) for each in told] == [
            (0, "operator", "brought up"),
            (1, "operator", "added q.c, q.d"),
            (2, "operator", "added p.e"),
            (3, "operator", "removed p.b"),
            (4, "operator", "rolled back to 0"),
        ]
        assert "+      - id: e" in told[2]["diff"]
        lines = [line for line in told[1]["diff"].splitlines() if line[0] == "-"]
        assert lines == ["--- revision 0"], "nothing but what was added, however the file was written"
        assert "-" not in told[0].get("diff", "")
        shown = home.rig("history", "r", "--diff").stdout
        assert "removed p.b" in shown and "-      - id: b" in shown
        assert refused(home, "rig/rollback", {"rig": "r", "revision": 9}).kind == "invalid-params"


def test_what_was_changed_comes_back_with_its_conversation() -> None:
    with living() as home:
        up(home)
        real.send(home, "p-a@r", "remember me")
        before = real.until_state(home, "p-a@r", "idle")
        stopped = home.ask("agent/stop", {"agent": "p-b@r"})["agent"]
        text = rig_of("r", scripted("a", ghost="Now"), scripted("b"))
        path = home.write("rig.yaml", text)
        plan = home.ask("rig/plan", {"path": path})["planId"]
        changed, _ = home.ask("rig/up", {"path": path, "planId": plan})["agents"]
        assert changed["outcome"] == "resumed"
        home.ask("agent/stop", {"agent": "p-b@r"})
        plan = refused(home, "rig/rollback", {"rig": "r", "revision": 0}).facts["planId"]
        found = home.ask("rig/rollback", {"rig": "r", "revision": 0, "planId": plan})["agents"]
        assert {each["address"]: each["outcome"] for each in found} == {"p-a@r": "resumed", "p-b@r": "skipped"}
        assert real.agent(home, "p-a@r")["conversation"] == before["conversation"]
        assert real.agent(home, "p-b@r")["state"] == stopped["state"] == "stopped"


def test_work_is_not_thrown_away_silently() -> None:
    with living() as home:
        up(home)
        real.send(home, "p-b@r", "[[delay=60]]")
        real.until_state(home, "p-b@r", "busy")
        waiting = home.ask("message/send", {"to": "p-b@r", "text": "later", "when": "idle"})["messages"][0]
        until(lambda: rows(home)["p-b@r"]["held"] == 1, "it is held")
        params = {"rig": "r", "pod": "p", "member": "b"}
        said = refused(home, "rig/remove", params)
        assert said.kind == "work-held"
        assert "it works on a turn" in said.why and "1 message waits for it" in said.why
        assert rows(home)["p-b@r"]["state"] == "busy"
        home.ask("rig/remove", {**params, "planId": said.facts["planId"]})
        assert set(rows(home)) == {"p-a@r"}
        assert real.message(home, waiting["id"])["state"] == "cancelled"


def test_what_does_not_fit_changes_nothing() -> None:
    with living() as home:
        up(home)
        before = rows(home)
        for method, params, kind in (
            ("rig/add", {"pod": "nowhere", "member": {"id": "c", **SCRIPTED}}, "invalid-params"),
            ("rig/add", {"pod": "p", "member": {"id": "a", **SCRIPTED, "runtime": "terminal"}}, "spec-invalid"),
            ("rig/add", {"pod": "p", "member": {"id": "c"}}, "spec-invalid"),
            ("rig/add", {"pod": {"id": "q", "members": [{"id": "c", **SCRIPTED}]}}, "spec-invalid"),
            ("rig/remove", {"pod": "p", "member": "nobody"}, "invalid-params"),
            ("rig/remove", {"pod": "p"}, "spec-invalid"),
        ):
            assert refused(home, method, {"rig": "r", **params}).kind == kind, params
        assert rows(home) == before
        assert len(home.ask("rig/history", {"rig": "r"})["revisions"]) == 1
        home.ask("rig/down", {"rig": "r"})
        assert refused(home, "rig/remove", {"rig": "r", "pod": "p", "member": "a"}).kind == "rig-not-up"


def test_by_the_command_line() -> None:
    with living() as home:
        up(home)
        member = {"id": "t", **SCRIPTED, "runtime": "terminal", "agent_ref": "builtin:terminal"}
        added = home.rig("add", "r", "p", "--member", json.dumps(member)).stdout
        assert "p-t@r" in added
        assert "p-t@r" in home.rig("remove", "r", "p", "--member", "t").stdout
        assert home.rig("rollback", "r", "1", check=False).returncode != 0
