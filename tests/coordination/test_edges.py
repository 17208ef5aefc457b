"""`policy: edges`, the whole table over the wire: every action of every principal to an agent at each kind of edge."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import product
from typing import Any

import pytest

from openrig_rpc.cli.faults import Refused
from openrig_rpc.cli.line import Line
from openrig_rpc.model.rig import EdgeKind
from tests.coordination.team import as_agent, messages_to, refused
from tests.living import Living, living, rig_of, scripted, until

KINDS = [kind.value for kind in EdgeKind]
SHORT = {kind: kind.partition("_")[0] for kind in KINDS}
PLACES = {
    **{(kind, "out"): f"{SHORT[kind]}-out" for kind in KINDS},
    **{(kind, "in"): f"{SHORT[kind]}-in" for kind in KINDS},
}
PLACES["none", ""] = "far"

WHOLE = {
    "message": "talk",
    "observe": "read",
    "interrupt": "steer",
    "assign": "steer",
    "answer": "steer",
    "keys": "steer",
}
"""The tier that allows an action to anybody."""
ALONG = {
    "message": {(kind, way) for kind, way in PLACES if kind != "none"},
    "observe": {("can_observe", "out"), ("delegates_to", "out")},
    "interrupt": {("delegates_to", "out")},
    "assign": {("delegates_to", "out")},
}
"""The issue's words, said once more: what an edge from or to the asker allows."""
CALLS: list[tuple[str, str, Callable[[str], dict[str, Any]]]] = [
    ("message", "message/send", lambda to: {"to": to, "text": "hello"}),
    ("message", "room/post", lambda to: {"rig": "net", "text": f"@{to.partition('@')[0]} hello"}),
    ("observe", "agent/capture", lambda to: {"agent": to}),
    ("observe", "agent/watch", lambda to: {"agent": to}),
    ("observe", "agent/attach", lambda to: {"agent": to}),
    ("interrupt", "agent/interrupt", lambda to: {"agent": to}),
    ("assign", "task/create", lambda to: {"rig": "net", "title": "t", "to": to}),
    ("answer", "agent/answer", lambda to: {"agent": to, "promptId": "p", "choice": "1"}),
    ("keys", "agent/keys", lambda to: {"agent": to, "keys": ["Escape"]}),
]
GRANTS = ["talk", "read", "steer", *WHOLE]
ASKERS = ["hub", *(f"g-{grant}" for grant in GRANTS)]


def spec() -> str:
    members = [scripted(name) for name in (*ASKERS, *PLACES.values())]
    edges = [f"      - {{kind: {kind}, from: hub, to: {PLACES[kind, 'out']}}}\n" for kind in KINDS]
    edges += [f"      - {{kind: {kind}, from: {PLACES[kind, 'in']}, to: hub}}\n" for kind in KINDS]
    grants = "".join(f"    p.g-{grant}: [{grant}]\n" for grant in GRANTS)
    text = rig_of("net", *members) + "    edges:\n" + "".join(edges)
    return f"{text}x-openrig-rpc:\n  policy: edges\n  grants:\n{grants}"


@pytest.fixture(scope="module")
def home() -> Iterator[Living]:
    with living() as home:
        home.start()
        # Those that are asked of needn't run: it is said first who may.
        home.ask("rig/up", {"path": home.write("net.yaml", spec()), "only": ASKERS})
        home.ask("rig/up", {"path": home.write("rig.yaml", rig_of("away", scripted("stranger")))})
        yield home


@pytest.fixture(scope="module")
def lines(home: Living) -> Iterator[dict[str, Line]]:
    with ExitStack() as stack:
        found = {name: as_agent(home, f"p-{name}@net") for name in ASKERS}
        found |= {"operator": home.line(), "stranger": as_agent(home, "p-stranger@away")}
        for line in found.values():
            stack.callback(line.close)
        yield found


def expected(asker: str, action: str, place: tuple[str, str]) -> bool:
    if asker in ("operator", "stranger"):
        return asker == "operator"
    if asker == "hub":
        return place in ALONG.get(action, set())
    grant = asker.removeprefix("g-")
    return grant in (action, WHOLE[action])


def test_the_whole_table(home: Living, lines: dict[str, Line]) -> None:
    refusals: set[tuple[str, str, str]] = set()
    for (asker, line), (place, member), (action, method, params) in product(lines.items(), PLACES.items(), CALLS):
        if asker == "stranger" and method == "room/post":
            continue  # Refused for the room already, once for all places.
        target = f"p-{member}@net"
        try:
            line.ask(method, params(target))
            fault = None
        except Refused as error:
            fault = error if error.kind == "not-permitted" else None
        assert (fault is None) is expected(asker, action, place), (asker, method, place, fault and fault.why)
        if fault is None:
            continue
        needs = str(fault.facts["needs"])
        if asker == "stranger":
            assert needs in ("rig:net", "grant:steer")
        elif action in ALONG:
            assert needs.startswith("edge:") and fault.facts["grant"] == action
            assert fault.facts["edge"] == {"from": f"p-{asker}@net", "to": target}
            assert all(kind in needs for kind, way in ALONG[action] if action != "message")
        else:
            assert needs == "grant:steer" and f"`{action}`" in fault.why
        assert fault.fix
        refusals.add((asker, method, fault.why))

    def journalled() -> bool:
        told = set()
        since = 0
        operator = lines["operator"]
        while page := operator.ask("event/list", {"since": since, "kinds": ["agent.refused"], "limit": 1000})["events"]:
            for event in page:
                told.add(
                    (event["agent"].removeprefix("p-").partition("@")[0], event["data"]["method"], event["data"]["why"])
                )
                assert event["actor"] == event["data"]["principal"] == f"agent:{event['agent']}"
            since = page[-1]["seq"]
        return refusals <= told

    until(journalled, "every refusal is in the journal")
    assert len(refusals) > 100


def test_oneself_and_the_person_need_no_edge(lines: dict[str, Line]) -> None:
    hub = lines["hub"]
    hub.ask("agent/capture", {"agent": "p-hub@net"})
    hub.ask("task/create", {"rig": "net", "title": "note", "to": "hub"})
    hub.ask("task/create", {"rig": "net", "title": "may I?", "to": "human@net"})
    hub.ask("message/send", {"to": "human@net", "text": "hello"})
    refused(hub, "agent/answer", {"agent": "hub", "promptId": "p", "choice": "1"}, "not-permitted")


def test_groups_are_as_free_as_the_least_of_them(lines: dict[str, Line]) -> None:
    hub = lines["hub"]
    for method, params in (
        ("message/send", {"to": "*@net", "text": "x"}),
        ("message/send", {"to": "p-can-out,p-far", "text": "x"}),
        ("message/broadcast", {"text": "x"}),
        ("message/broadcast", {"pod": "p", "text": "x"}),
        ("task/create", {"rig": "net", "title": "t", "to": "*@net"}),
    ):
        assert refused(hub, method, params, "not-permitted").facts["needs"].startswith("edge:")
    hub.ask("message/send", {"to": "p-can-out,p-can-in", "text": "x"})


def test_who_was_written_to_may_answer(lines: dict[str, Line]) -> None:
    hub, talker, operator = lines["hub"], lines["g-talk"], lines["operator"]
    refused(hub, "message/send", {"to": "p-g-talk", "text": "first"}, "not-permitted")
    talker.ask("message/send", {"to": "p-hub", "text": "what do you think?"})
    asked = messages_to(operator, "p-hub@net", "what do you think?")[0]["id"]
    hub.ask("message/send", {"to": "p-g-talk", "text": "I agree", "replyTo": asked})
    refused(hub, "message/send", {"to": "p-g-talk,p-far", "text": "all", "replyTo": asked}, "not-permitted")
    other = talker.ask("message/send", {"to": "p-far", "text": "not to the hub"})["messages"][0]["id"]
    for wrong in (other, "m-nothing"):
        refused(hub, "message/send", {"to": "p-g-talk", "text": "x", "replyTo": wrong}, "not-permitted")


def test_handing_over_is_assigning(lines: dict[str, Line]) -> None:
    hub, operator = lines["hub"], lines["operator"]
    task = operator.ask("task/create", {"rig": "net", "title": "t", "to": "hub"})["task"]
    fence = hub.ask("task/claim", {"id": task["id"]})["task"]["fence"]
    refused(hub, "task/handoff", {"id": task["id"], "fence": fence, "to": "p-can-out"}, "not-permitted")
    hub.ask("task/handoff", {"id": task["id"], "fence": fence, "to": "p-delegates-out"})


def test_whoami_tells_grants(lines: dict[str, Line]) -> None:
    assert lines["hub"].ask("agent/whoami")["grants"] == ["read", "talk"]
    assert lines["g-keys"].ask("agent/whoami")["grants"] == ["keys", "read", "talk"]
