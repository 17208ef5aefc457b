"""Tasks over the wire, by agents and by the person: every rule of the queue."""

from collections.abc import Iterator
from typing import Any

import pytest

from openrig_rpc.cli.line import Line
from tests.coordination.team import messages_to, refused, team
from tests.living import Living, living, rig_of, scripted, terminal, until

LEAD, ONE, TWO = (f"p-{name}@work" for name in ("lead", "one", "two"))


@pytest.fixture(scope="module")
def home() -> Iterator[Living]:
    with living() as home:
        home.start()
        members = [scripted("lead"), scripted("one"), scripted("two"), terminal("shell")]
        home.ask("rig/up", {"path": home.write("rig.yaml", rig_of("work", *members))})
        yield home


@pytest.fixture
def me(home: Living) -> Iterator[Line]:
    line = home.line()
    yield line
    line.close()


@pytest.fixture
def agents(home: Living) -> Iterator[list[Line]]:
    with team(home, LEAD, ONE, TWO) as lines:
        yield lines


def made(line: Line, to: str, title: str = "do it", **more: Any) -> dict[str, Any]:
    task: dict[str, Any] = line.ask("task/create", {"rig": "work", "title": title, "to": to, **more})["task"]
    return task


def test_a_task_from_creation_to_its_end(me: Line, agents: list[Line]) -> None:
    lead, one, two = agents
    task = made(lead, "one", "write the parser", body="with tests", tags=["a"], urgency="fast")
    assert (task["state"], task["creator"], task["destination"]) == ("pending", LEAD, ONE)
    nudge = messages_to(me, ONE, task["id"])[0]
    assert nudge["from"] == LEAD and "write the parser" in nudge["text"] and "with tests" in nudge["text"]

    assert refused(two, "task/claim", {"id": task["id"]}, "not-permitted").facts["needs"] == "destination"
    claimed = one.ask("task/claim", {"id": task["id"]})["task"]
    assert (claimed["state"], claimed["owner"], claimed["fence"]) == ("inProgress", ONE, 1)
    assert one.ask("task/claim", {"id": task["id"]})["task"]["fence"] == 1, "said again, it is the same claim"
    assert one.ask("task/claimNext", {"tag": "a"})["task"]["id"] == task["id"], "nobody loses what it has"
    for line in (me, lead, two):
        assert "fence" not in line.ask("task/get", {"id": task["id"]})["task"], "the fence is its owner's alone"

    refused(two, "task/update", {"id": task["id"], "state": "done"}, "task-held")
    refused(one, "task/update", {"id": task["id"], "fence": 7, "state": "done"}, "fence-stale")
    refused(one, "task/update", {"id": task["id"], "state": "done"}, "fence-stale")
    said = {"id": task["id"], "fence": 1, "state": "done", "comment": "it parses"}
    done = one.ask("task/update", said)["task"]
    assert (done["state"], done["closureReason"]) == ("done", "noFollowOn")
    assert one.ask("task/update", said)["task"]["state"] == "done", "said again, it ends the same"
    assert "it parses" in messages_to(me, LEAD, task["id"])[0]["text"]
    comments = me.ask("task/get", {"id": task["id"]})["task"]["comments"]
    assert [(each["actor"], each["text"]) for each in comments] == [(f"agent:{ONE}", "it parses")]
    refused(one, "task/update", {"id": task["id"], "fence": 1, "state": "failed"}, "transition-refused")
    refused(one, "task/claim", {"id": task["id"]}, "transition-refused")


def test_a_refused_claim_says_who_holds_it(me: Line, agents: list[Line]) -> None:
    _, one, two = agents
    task = made(me, "*@work", tags=["b"])
    claimed = one.ask("task/claim", {"id": task["id"]})["task"]
    facts = refused(two, "task/claim", {"id": task["id"]}, "task-held").facts
    assert facts["holder"] == ONE and facts["since"] == claimed["claimedAt"]
    assert facts["mayAct"] == [ONE, "human@work"]
    refused(two, "task/forceRelease", {"id": task["id"], "why": "mine"}, "not-permitted")
    freed = me.ask("task/forceRelease", {"id": task["id"], "why": "two is quicker"})["task"]
    assert freed["state"] == "pending" and "owner" not in freed
    assert "two is quicker" in messages_to(me, ONE, "taken from you")[0]["text"]
    refused(one, "task/update", {"id": task["id"], "fence": claimed["fence"], "state": "done"}, "fence-stale")
    again = two.ask("task/claim", {"id": task["id"]})["task"]
    assert again["fence"] == claimed["fence"] + 1
    refused(one, "task/update", {"id": task["id"], "fence": claimed["fence"], "state": "done"}, "fence-stale")
    back = two.ask("task/release", {"id": task["id"], "fence": again["fence"]})["task"]
    assert back["state"] == "pending"
    assert two.ask("task/release", {"id": task["id"], "fence": again["fence"]})["task"]["state"] == "pending"
    assert me.ask("task/update", {"id": task["id"], "state": "cancelled"})["task"]["closureReason"] == "cancelled"


def test_the_most_urgent_first(me: Line, agents: list[Line]) -> None:
    _, one, _ = agents
    wanted = [
        made(me, "one", "last", tags=["c"], urgency="deep", priority=9),
        made(me, "one", "third", tags=["c"]),
        made(me, "one", "second", tags=["c"], priority=5),
        made(me, "p.*@work", "first", tags=["c"], urgency="critical"),
    ]
    listed = me.ask("task/list", {"tag": "c"})["tasks"]
    assert [each["title"] for each in listed] == ["first", "second", "third", "last"]
    order = []
    for _ in wanted:
        task = one.ask("task/claimNext", {"tag": "c"})["task"]
        order.append(task["title"])
        one.ask("task/update", {"id": task["id"], "fence": task["fence"], "state": "done"})
    assert order == ["first", "second", "third", "last"]
    assert "task" not in one.ask("task/claimNext", {"tag": "c"})


def test_blockers_and_cycles(me: Line, agents: list[Line]) -> None:
    lead, one, two = agents
    first = made(me, "one", "first", tags=["d"])
    second = made(lead, "two", "second", tags=["d"], blockers=[first["id"]])
    third = made(me, "two", "third", tags=["d"], blockers=[second["id"]])
    assert (second["state"], third["state"]) == ("blocked", "blocked")
    refused(two, "task/claim", {"id": second["id"]}, "transition-refused")
    refused(me, "task/update", {"id": first["id"], "blockers": [third["id"]]}, "invalid-params")
    refused(me, "task/update", {"id": first["id"], "blockers": [first["id"]]}, "invalid-params")
    refused(me, "task/update", {"id": first["id"], "blockers": ["t-nothing"]}, "task-not-found")
    refused(me, "task/update", {"id": first["id"], "state": "blocked"}, "invalid-params")

    claimed = one.ask("task/claim", {"id": first["id"]})["task"]
    successor = one.ask("task/handoff", {"id": first["id"], "fence": claimed["fence"], "to": "lead"})
    assert successor["closed"]["state"] == "handedOff"
    assert successor["closed"]["closureTarget"] == successor["task"]["id"]
    assert successor["task"]["handedFrom"] == first["id"] and successor["task"]["destination"] == LEAD
    assert me.ask("task/get", {"id": second["id"]})["task"]["blockers"] == [successor["task"]["id"]]
    assert messages_to(me, LEAD, successor["task"]["id"])[0]["from"] == ONE

    held = lead.ask("task/claim", {"id": successor["task"]["id"]})["task"]
    lead.ask("task/update", {"id": held["id"], "fence": held["fence"], "state": "done"})
    assert me.ask("task/get", {"id": second["id"]})["task"]["state"] == "pending"
    assert "nothing blocks it any more" in messages_to(me, TWO, second["id"])[0]["text"]
    waiting = two.ask("task/claim", {"id": second["id"]})["task"]
    blocker = made(two, "human@work", "may I?", tags=["d"])
    params = {"id": second["id"], "fence": waiting["fence"], "blockers": [blocker["id"]]}
    assert two.ask("task/update", {**params, "state": "blocked"})["task"]["state"] == "blocked"
    me.ask("task/update", {"id": blocker["id"], "state": "done", "comment": "yes"})
    assert me.ask("task/get", {"id": second["id"]})["task"]["state"] == "inProgress"
    failed = two.ask("task/update", {"id": second["id"], "fence": waiting["fence"], "state": "failed"})["task"]
    assert failed["state"] == "failed"
    assert me.ask("task/get", {"id": third["id"]})["task"]["state"] == "blocked", "a failed blocker frees nothing"
    assert me.ask("task/update", {"id": third["id"], "blockers": []})["task"]["state"] == "pending"


def test_what_comes_of_other_methods(me: Line) -> None:
    task = made(me, "one", tags=["e"])
    for state in ("inProgress", "handedOff"):
        refused(me, "task/update", {"id": task["id"], "state": state}, "transition-refused")
    refused(me, "task/update", {"id": task["id"], "closureReason": "denied"}, "invalid-params")
    closing = {"id": task["id"], "state": "done", "closureReason": "escalation"}
    refused(me, "task/update", closing, "invalid-params")
    done = me.ask("task/update", {**closing, "closureTarget": LEAD})["task"]
    assert done["closureTarget"] == LEAD
    refused(me, "task/create", {"rig": "work", "title": "t", "to": "nobody"}, "agent-not-found")
    refused(me, "task/create", {"rig": "work", "title": "t", "to": "p-one@other"}, "invalid-params")
    refused(me, "task/get", {"id": "t-nothing"}, "task-not-found")


def test_a_task_for_the_person_is_a_question(me: Line, agents: list[Line]) -> None:
    lead, one, _ = agents
    task = made(lead, "human@work", "release it?", body="all is green", evidence="build 17")
    item = next(item for item in me.ask("inbox/list", {})["items"] if item["ref"] == task["id"])
    assert item["kind"] == "task" and LEAD in item["title"] and "release it?" in item["title"]
    assert "all is green" in item["text"] and "build 17" in item["text"]
    refused(one, "task/claim", {"id": task["id"]}, "not-permitted")
    me.ask("task/update", {"id": task["id"], "state": "done", "comment": "yes, tonight"})
    answer = messages_to(me, LEAD, task["id"])[0]
    assert answer["from"] == "human@work" and "yes, tonight" in answer["text"]
    assert all(item["ref"] != task["id"] for item in me.ask("inbox/list", {})["items"])

    other = made(lead, "human", "and this?")
    item = next(item for item in me.ask("inbox/list", {})["items"] if item["ref"] == other["id"])
    me.ask("inbox/done", {"id": item["id"]})
    assert me.ask("task/get", {"id": other["id"]})["task"]["state"] == "done"
    assert "without an answer" in messages_to(me, LEAD, other["id"])[0]["text"]


def test_nudges_coalesce(home: Living, me: Line, agents: list[Line]) -> None:
    """One waits for each agent and task, with every reason; nobody is nudged by itself."""
    lead, one, _ = agents
    home.ask("agent/stop", {"agent": TWO})
    try:
        task = made(lead, "two", "later", tags=["f"])
        for text in ("mind the tests", "and the docs"):
            lead.ask("task/comment", {"id": task["id"], "text": text})
        me.ask("task/comment", {"id": task["id"], "text": "no hurry"})
        # Nobody holds it, so that comments go to its maker; the person's is the only one that is not its own.
        held = [each for each in messages_to(me, TWO, task["id"]) if each["state"] in ("accepted", "held")]
        assert len(held) == 1
        assert len(messages_to(me, LEAD, task["id"])) == 1

        group = made(me, "one,two", "for both", tags=["f"])
        me.ask("task/update", {"id": group["id"], "blockers": [task["id"]]})
        me.ask("task/update", {"id": group["id"], "blockers": []})
        waiting = [each for each in messages_to(me, TWO, group["id"]) if each["state"] in ("accepted", "held")]
        assert len(waiting) == 1
        assert "new from human@work; nothing blocks it any more" in waiting[0]["text"]
        assert len(messages_to(me, TWO, group["id"])) == 2, "the first was taken back"
        own = made(one, "one", "a note to myself", tags=["f"])
        shell = made(me, "shell", "a command", tags=["f"])
        for address, task_id in ((ONE, own["id"]), ("p-shell@work", shell["id"])):
            found = me.ask("message/list", {"agent": address, "limit": 1000})["messages"]
            assert not [each for each in found if task_id in each["text"]]
    finally:
        home.ask("agent/start", {"agent": TWO})


def test_the_same_key_makes_one_task(me: Line, agents: list[Line]) -> None:
    lead, one, _ = agents
    asked = {"rig": "work", "title": "once", "to": "one", "tags": ["g"], "idempotencyKey": "k-1"}
    first, again = lead.ask("task/create", asked)["task"], lead.ask("task/create", asked)["task"]
    assert first["id"] == again["id"]
    refused(lead, "task/create", {**asked, "title": "twice"}, "idempotency-conflict")
    assert len(me.ask("task/list", {"tag": "g"})["tasks"]) == 1
    claimed = one.ask("task/claim", {"id": first["id"]})["task"]
    over = {"id": first["id"], "fence": claimed["fence"], "to": "two", "idempotencyKey": "k-2"}
    assert one.ask("task/handoff", over) == one.ask("task/handoff", over)


def test_its_maker_changes_and_deletes_it(me: Line, agents: list[Line]) -> None:
    lead, one, two = agents
    task = made(lead, "one", "draft", tags=["h"])
    assert (
        lead.ask("task/update", {"id": task["id"], "title": "better", "urgency": "deep"})["task"]["title"] == "better"
    )
    refused(lead, "task/update", {"id": task["id"], "state": "done"}, "not-permitted")
    refused(two, "task/update", {"id": task["id"], "title": "mine"}, "not-permitted")
    claimed = one.ask("task/claim", {"id": task["id"]})["task"]
    refused(lead, "task/update", {"id": task["id"], "title": "late"}, "task-held")
    one.ask("task/release", {"id": task["id"], "fence": claimed["fence"]})
    assert lead.ask("task/update", {"id": task["id"], "deleted": True})["task"]["deletedAt"]
    assert me.ask("task/list", {"tag": "h"})["tasks"] == []
    refused(one, "task/claim", {"id": task["id"]}, "task-not-found")
    assert me.ask("task/get", {"id": task["id"]})["task"]["title"] == "better", "its history stays"
    lead.ask("task/update", {"id": task["id"], "deleted": False})
    assert [each["id"] for each in me.ask("task/list", {"tag": "h"})["tasks"]] == [task["id"]]


def test_late_work_is_one_incident(me: Line, agents: list[Line]) -> None:
    _, one, _ = agents
    task = made(me, "one", "quickly", tags=["i"], dueInSeconds=0.05)

    def incidents() -> list[dict[str, Any]]:
        return [item for item in me.ask("inbox/list", {})["items"] if item["ref"] == task["id"]]

    until(incidents, "the person is told")
    assert "nobody took it" in incidents()[0]["title"]
    messages_to(me, ONE, "overdue")
    claimed = one.ask("task/claim", {"id": task["id"]})["task"]
    until(incidents, "it is late again, in another's hands")
    assert len(incidents()) == 1 and ONE in incidents()[0]["title"]
    told = len(me.ask("event/list", {"kinds": ["inbox.changed"], "limit": 1000})["events"])
    one.ask("task/comment", {"id": task["id"], "text": "still at it"})
    assert len(me.ask("event/list", {"kinds": ["inbox.changed"], "limit": 1000})["events"]) == told, "no flood"
    one.ask("task/update", {"id": task["id"], "fence": claimed["fence"], "state": "done"})
    assert incidents() == []


def test_a_claim_ends_with_its_pane(home: Living, me: Line, agents: list[Line]) -> None:
    _, _, two = agents
    task = made(me, "two", "long work", tags=["j"])
    claimed = two.ask("task/claim", {"id": task["id"]})["task"]
    home.ask("agent/stop", {"agent": TWO})
    freed = until(
        lambda: (found := me.ask("task/get", {"id": task["id"]})["task"])["state"] == "pending" and found, "it is free"
    )
    assert "owner" not in freed
    refused(two, "task/update", {"id": task["id"], "fence": claimed["fence"], "state": "done"}, "unauthenticated")
    home.ask("agent/start", {"agent": TWO})
    messages_to(me, TWO, "ended while it had it")
    with team(home, TWO) as (new,):
        refused(new, "task/update", {"id": task["id"], "fence": claimed["fence"], "state": "done"}, "fence-stale")
        again = new.ask("task/claim", {"id": task["id"]})["task"]
        assert again["fence"] == claimed["fence"] + 1
        new.ask("task/update", {"id": task["id"], "fence": again["fence"], "state": "done"})


def test_the_command_line(home: Living, me: Line) -> None:
    home.rig("task", "create", "work", "from the shell", "one", "--tags", "k", "--body", "hello")
    task = me.ask("task/list", {"tag": "k"})["tasks"][0]
    assert "from the shell" in home.rig("task", "list", "--tag", "k").stdout
    home.rig("task", "claim", task["id"])
    home.rig("task", "comment", task["id"], "looks fine")
    home.rig("task", "update", task["id"], "--state", "done", "--closure-reason", "denied")
    question = made(me, "human@work", "and this?")
    assert f"rig task update {question['id']} --state done --comment" in home.rig("inbox").stdout
    home.rig("task", "update", question["id"], "--state", "done", "--comment", "yes, do it")
    assert question["id"] not in home.rig("inbox").stdout
    closed = me.ask("task/get", {"id": task["id"]})["task"]
    assert (closed["state"], closed["owner"], closed["closureReason"]) == ("done", "human@work", "denied")
