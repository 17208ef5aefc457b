"""What it takes to make a rig equal its file, and ids that are bound to that."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from openrig_rpc.model.agent import RUNNING, AgentState
from openrig_rpc.rig.members import fingerprint
from openrig_rpc.rig.plan import Steps, plan, steps, wanted
from openrig_rpc.spec.loaded import LoadedRig, ResolvedMember
from openrig_rpc.store.rows import AgentRow
from tests.unit.store_house import agent, rig

HOME = rig("demo", digest="digest")


def member(name: str, **more: Any) -> ResolvedMember:
    pod, _, own = name.partition(".")
    return ResolvedMember(
        pod=pod, member=own, runtime="scripted", profile="none", agent_ref="builtin:scripted", cwd=Path("/"), **more
    )


def loaded(*names: str | ResolvedMember, digest: str = "digest") -> LoadedRig:
    members = [name if isinstance(name, ResolvedMember) else member(name) for name in names]
    return LoadedRig(None, {}, members, [], [], digest, "")


def row(name: str, state: AgentState = AgentState.IDLE, **more: Any) -> AgentRow:
    pod, _, own = name.partition(".")
    return agent(HOME, pod, own, state=state, fingerprint=fingerprint(member(name)), **more)


def told(found: Steps) -> dict[str, list[str]]:
    """The steps by name."""
    return {
        "add": [each.key for each in found.add],
        "start": [each.place for each, _ in found.start],
        "change": [each.place for each, _ in found.change],
        "keep": [each.place for each, _ in found.keep],
        "remove": [each.place for each in found.remove],
        "skip": [each.place for each in found.skip],
    }


def nothing(**some: list[str]) -> dict[str, list[str]]:
    return {**{key: [] for key in ("add", "start", "change", "keep", "remove", "skip")}, **some}


def test_a_new_rig_is_added_whole() -> None:
    found = steps(loaded("p.a", "p.b"), None, [], None)
    assert told(found) == nothing(add=["p.a", "p.b"])
    assert found.changes_spec and not found.topology


def test_each_member_in_the_order_of_the_file() -> None:
    changed = member("p.changed", model="new")
    file = loaded("p.new", "p.runs", changed, "p.stopped", "p.failed", "p.lost", "p.other")
    rows = [
        row("p.gone"),
        row("p.changed"),
        row("p.runs", AgentState.BUSY),
        row("p.stopped", AgentState.STOPPED, pane=None),
        row("p.failed", AgentState.FAILED),
        row("p.lost", AgentState.IDLE, pane=None),
        row("p.other", AgentState.EXITED),
    ]
    found = steps(file, HOME, rows, None)
    assert told(found) == nothing(
        add=["p.new"], keep=["p.runs"], change=["p.changed"], remove=["p.gone"],
        start=["p.stopped", "p.failed", "p.lost", "p.other"],
    )  # fmt: skip
    assert found.changes_spec


@pytest.mark.parametrize("state", list(AgentState))
def test_only_what_runs_is_kept(state: AgentState) -> None:
    found = steps(loaded("p.a"), HOME, [row("p.a", state)], None)
    assert told(found) == (nothing(keep=["p.a"]) if state in RUNNING else nothing(start=["p.a"]))
    assert not found.changes_spec


def test_only_some() -> None:
    rows = [row("p.a", AgentState.STOPPED), row("p.b", AgentState.STOPPED), row("p.c")]
    assert told(steps(loaded("p.a", "p.b", "p.c"), HOME, rows, ["p.b"])) == nothing(
        start=["p.b"], skip=["p.a"], keep=["p.c"]
    )
    assert told(steps(loaded("p.a", "p.b", "p.c"), HOME, rows, [])) == nothing(skip=["p.a", "p.b"], keep=["p.c"])


@pytest.mark.parametrize(
    ("only", "is_wanted"),
    [
        (None, True), (["p.a"], True), (["p-a"], True), (["a"], True), (["p.a@demo"], True), (["p-a@demo"], True),
        (["x", "a"], True), ([], False), (["p"], False), (["b"], False), (["p.b", "q.a"], False), (["p.a.x"], False),
        ([""], False),
    ],
)  # fmt: skip
def test_wanted(only: list[str] | None, is_wanted: bool) -> None:
    assert wanted(row("p.a"), only) is is_wanted
    assert wanted(member("p.a"), only) is is_wanted


@pytest.mark.parametrize(
    ("change", "matters"),
    [
        ({"runtime": "terminal"}, True),
        ({"model": "m"}, True),
        ({"effort": "high"}, True),
        ({"cwd": Path("/other")}, True),
        ({"command": ("htop",)}, True),
        ({"env": {"A": "1"}}, True),
        ({"profile": "other"}, True),
        ({"agent_ref": "local:x"}, True),
        ({"permission_policy": "none"}, True),
        ({"label": "Bob"}, False),
    ],
)
def test_what_takes_effect_only_at_a_start(change: dict[str, Any], matters: bool) -> None:
    changed = replace(member("p.a"), **change)
    found = steps(loaded(changed), HOME, [row("p.a")], None)
    assert told(found) == (nothing(change=["p.a"]) if matters else nothing(keep=["p.a"]))


def test_other_edges_alone_restart_nobody() -> None:
    found = steps(loaded("p.a", digest="other"), HOME, [row("p.a")], None)
    assert told(found) == nothing(keep=["p.a"]) and found.topology and found.changes_spec
    proposal = plan(found, loaded("p.a", digest="other"), HOME, [row("p.a")], "demo")
    assert [(action.kind, action.agent) for action in proposal.actions] == [("keep", "p-a@demo"), ("change", None)]


def test_the_actions_of_a_plan() -> None:
    changed, idle_changed = member("p.changed", model="new"), member("p.asleep", model="new")
    file = loaded("p.new", "p.runs", changed, idle_changed, "p.stopped")
    rows = [
        row("p.gone"), row("p.changed"), row("p.asleep", AgentState.STOPPED), row("p.runs"),
        row("p.stopped", AgentState.STOPPED),
    ]  # fmt: skip
    proposal = plan(steps(file, HOME, rows, None), file, HOME, rows, "demo")
    assert [(action.kind, action.agent) for action in proposal.actions] == [
        ("remove", "p-gone@demo"),
        ("add", "p-new@demo"),
        ("restart", "p-changed@demo"),
        ("start", "p-asleep@demo"),
        ("start", "p-stopped@demo"),
        ("keep", "p-runs@demo"),
    ]
    assert all(action.detail for action in proposal.actions)


def plan_id(file: LoadedRig, rows: list[AgentRow], known: Any = HOME, only: list[str] | None = None) -> str:
    return plan(steps(file, known, rows, only), file, known, rows, "demo").plan_id


def test_a_plan_is_bound_to_file_and_rig() -> None:
    file, rows = loaded("p.a", "p.b"), [row("p.a"), row("p.b", AgentState.STOPPED)]
    same = plan_id(file, rows)
    assert plan_id(loaded("p.a", "p.b"), [row("p.a"), row("p.b", AgentState.STOPPED)]) == same
    others = {
        "another file": plan_id(loaded("p.a", "p.b", digest="other"), rows),
        "a changed member": plan_id(loaded("p.a", member("p.b", model="m")), rows),
        "a revision in between": plan_id(file, rows, HOME.model_copy(update={"revision": 1})),
        "another rig of that name": plan_id(file, rows, HOME.model_copy(update={"id": "r-other"})),
        "no rig": plan_id(file, rows, None),
        "an agent that ended": plan_id(file, [row("p.a", AgentState.EXITED), rows[1]]),
        "an agent that was started": plan_id(file, [rows[0], row("p.b")]),
        "an agent that was started anew": plan_id(file, [row("p.a", generation=2), rows[1]]),
        "an agent more": plan_id(file, [*rows, row("p.c")]),
        "another agent there": plan_id(file, [row("p.a", id="a-other"), rows[1]]),
        "only some of it": plan_id(file, rows, only=["p.a"]),
    }
    assert same not in others.values() and len(set(others.values())) == len(others)


def test_a_plan_is_not_stale_because_agents_work() -> None:
    file = loaded("p.a", member("p.b", model="new"))
    ids = {plan_id(file, [row("p.a", one), row("p.b", other)]) for one in RUNNING for other in RUNNING}
    assert len(ids) == 1
