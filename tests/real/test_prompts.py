"""Questions that agents ask: seen, in the inbox, answered exactly once, by whoever is first, and by nobody else."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from openrig_rpc.cli.faults import Refused
from openrig_rpc.cli.line import Line
from tests.living import Living, living, rig_of, scripted, until

RIG = "ask"
WAYS = ("hook", "first", "plain", "blind")
"""Hook and dialog at once; the hook alone first; a hook that only reports; no hooks at all."""


@pytest.fixture(scope="module")
def home() -> Iterator[Living]:
    with living() as home:
        home.start()
        members = [
            scripted("hook", **logs(home, "hook")),
            scripted("first", permission="hook-first", **logs(home, "first")),
            scripted("plain", permission="plain", **logs(home, "plain")),
            scripted("blind", report="screen-only", **logs(home, "blind")),
            scripted("keys", report="screen-only", hotkeys=True, **logs(home, "keys")),
            scripted("boss", **logs(home, "boss")),
        ]
        grants = "x-openrig-rpc: {grants: {p-boss: [steer], p-hook: [steer]}}\n"
        path = home.write("rig.yaml", rig_of(RIG, *members) + grants)
        home.ask("rig/up", {"path": path})
        yield home


@pytest.fixture
def line(home: Living) -> Iterator[Line]:
    line = home.line()
    yield line
    line.close()


def logs(home: Living, member: str) -> dict[str, str]:
    return {"log": str(home.folder / f"{member}.log"), "answer_log": str(home.folder / f"{member}.answers")}


def at(member: str) -> str:
    return f"p-{member}@{RIG}"


def answers(home: Living, member: str) -> list[tuple[str, str, str]]:
    """What the harness itself says was answered: which kind of prompt, what, and by which way."""
    path = Path(logs(home, member)["answer_log"])
    lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return [(each["prompt"], each["answer"], each["by"]) for each in lines]


def asked(home: Living, line: Line, member: str, text: str) -> dict[str, Any]:
    """Tell an agent something that makes it ask; the prompt."""
    line.ask("message/send", {"to": at(member), "text": text, "wait": "submitted"})
    waited = line.ask("agent/wait", {"agent": at(member), "state": ["needsInput"], "timeoutSeconds": 15})
    assert not waited["timedOut"], home.logs()

    def open_now() -> dict[str, Any] | None:
        found: dict[str, Any] | None = line.ask("agent/prompt", {"agent": at(member)}).get("prompt")
        by_hook = member in ("hook", "first", "a", "b") and found is not None and found["kind"] == "permission"
        return found if found and found["choices"] and (found["by"] == "hook") is by_hook else None

    found: dict[str, Any] = until(open_now, "the prompt is open as its harness tells of it")
    return found


def idle(line: Line, *members: str) -> None:
    for member in members:
        waited = line.ask("agent/wait", {"agent": at(member), "state": ["idle"], "timeoutSeconds": 15})
        assert not waited["timedOut"], waited


def in_inbox(line: Line, ref: str) -> list[dict[str, Any]]:
    return [item for item in line.ask("inbox/list", {"rig": RIG})["items"] if item["ref"] == ref]


def label(prompt: dict[str, Any], yes: bool) -> str:
    """The choice that allows or denies, under whatever name it has."""
    wanted = ("Allow", "Yes") if yes else ("Deny", "No")
    return next(str(choice["id"]) for choice in prompt["choices"] if choice["label"] in wanted)


@pytest.mark.parametrize("member", [*WAYS, "keys"])
@pytest.mark.parametrize("yes", [True, False])
def test_a_permission_is_answered_once(home: Living, line: Line, member: str, yes: bool) -> None:
    ran = home.work / f"ran-{member}-{yes}"
    before = len(answers(home, member))
    prompt = asked(home, line, member, f"[[bash=touch {ran}]]")
    assert prompt["kind"] == "permission" and str(ran) in prompt["question"]
    (item,) = in_inbox(line, prompt["id"])
    assert item["kind"] == "prompt" and item["agent"] == at(member) and item["prompt"]["id"] == prompt["id"]
    choice = label(line.ask("agent/prompt", {"agent": at(member)})["prompt"], yes)
    since = line.ask("event/list", {})["seq"]

    done = line.ask("agent/answer", {"agent": at(member), "promptId": prompt["id"], "choice": choice})
    assert done["agent"].get("prompt") is None and done["agent"]["state"] != "needsInput"
    idle(line, member)
    assert ran.exists() is yes
    way = "hook" if member in ("hook", "first") else "pane"
    said = {"hook": "allow" if yes else "deny", "pane": "Yes" if yes else "No"}[way]
    if not (member == "keys" and not yes):  # Escape answers there: no choice is written down
        assert answers(home, member)[before:] == [("permission", said, way)]
    assert in_inbox(line, prompt["id"]) == []

    with pytest.raises(Refused) as refused:
        line.ask("agent/answer", {"agent": at(member), "promptId": prompt["id"], "choice": choice})
    assert refused.value.kind == "already-answered" and refused.value.facts["by"] == "operator"
    events = line.ask("event/list", {"since": since})["events"]
    (steered,) = [event for event in events if event["kind"] == "agent.steered"]
    assert steered["actor"] == "operator" and steered["data"]["prompt"]["id"] == prompt["id"]
    assert len(steered["data"]["keys"]) == (0 if way == "hook" else 1)
    # Said once: it neither flickers while the dialog goes away nor comes again.
    assert [event["data"].get("prompt") for event in events if event["kind"] == "agent.promptClosed"] == [None]
    assert not [event for event in events if event["kind"] == "agent.promptOpened"]


@pytest.mark.parametrize("member", WAYS)
def test_a_question_with_choices(home: Living, line: Line, member: str) -> None:
    before = len(answers(home, member))
    prompt = asked(home, line, member, "[[ask=Which colour?|red|green|blue]]")
    assert prompt["kind"] == "question" and "Which colour?" in prompt["question"]
    assert [choice["label"] for choice in prompt["choices"]] == ["red", "green", "blue"]
    with pytest.raises(Refused) as refused:
        line.ask("agent/answer", {"agent": at(member), "promptId": prompt["id"], "text": "yellow"})
    assert refused.value.kind == "invalid-params" and answers(home, member)[before:] == []
    line.ask("agent/answer", {"agent": at(member), "promptId": prompt["id"], "text": "green"})
    idle(line, member)
    assert answers(home, member)[before:] == [("question", "green", "pane")]


@pytest.mark.parametrize("member", WAYS)
def test_an_answer_to_another_prompt_is_refused(home: Living, line: Line, member: str) -> None:
    first = asked(home, line, member, "[[bash=true one]]")
    line.ask("agent/answer", {"agent": at(member), "promptId": first["id"], "choice": label(first, False)})
    idle(line, member)
    second = asked(home, line, member, "[[bash=true two]]")
    before = answers(home, member)
    assert second["id"] != first["id"]
    for wrong, kind in ((first["id"], "already-answered"), ("p-0123", "prompt-changed")):
        with pytest.raises(Refused) as refused:
            line.ask("agent/answer", {"agent": at(member), "promptId": wrong, "choice": label(second, True)})
        assert refused.value.kind == kind and refused.value.facts["prompt"]["id"] == second["id"]
    assert answers(home, member) == before
    line.ask("agent/answer", {"agent": at(member), "promptId": second["id"], "choice": label(second, False)})
    idle(line, member)


@pytest.mark.parametrize("member", ["hook", "plain", "blind"])
def test_who_answers_at_the_pane_is_first(home: Living, line: Line, member: str) -> None:
    prompt = asked(home, line, member, "[[bash=true]]")
    line.ask("agent/keys", {"agent": at(member), "keys": ["3"]})
    until(lambda: not in_inbox(line, prompt["id"]), "it leaves the inbox")
    with pytest.raises(Refused) as refused:
        line.ask("agent/answer", {"agent": at(member), "promptId": prompt["id"], "choice": label(prompt, True)})
    assert refused.value.kind == "already-answered" and "pane" in refused.value.facts["by"]
    idle(line, member)


def test_two_at_once_are_one_answer(home: Living, line: Line) -> None:
    for member in ("hook", "blind"):
        before = len(answers(home, member))
        prompt = asked(home, line, member, "[[bash=true]]")
        lines = [home.line() for _ in range(8)]
        params = {"agent": at(member), "promptId": prompt["id"], "choice": label(prompt, False)}
        numbers = [each.send("agent/answer", params) for each in lines]
        kinds = []
        for each, number in zip(lines, numbers, strict=True):
            try:
                each.reply(number)
                kinds.append("answered")
            except Refused as refused:
                kinds.append(refused.kind)
            each.close()
        assert sorted(kinds) == ["already-answered"] * 7 + ["answered"]
        idle(line, member)
        assert len(answers(home, member)) == before + 1


def test_an_agent_never_answers_for_itself(home: Living, line: Line) -> None:
    prompt = asked(home, line, "hook", "[[bash=true]]")
    token = (home.home.tokens / line.ask("agent/get", {"agent": at("hook")})["agent"]["id"]).read_text()
    boss = (home.home.tokens / line.ask("agent/get", {"agent": at("boss")})["agent"]["id"]).read_text()
    params = {"agent": at("hook"), "promptId": prompt["id"], "choice": "deny"}
    for given, kind in ((token, "not-permitted"), (boss, None)):
        own = home.line()
        own.ask("session/open", {"client": {"name": "t"}, "token": given})
        if kind is None:
            own.ask("agent/answer", params)
        else:
            with pytest.raises(Refused) as refused:
                own.ask("agent/answer", params)
            assert refused.value.kind == kind
            (item,) = in_inbox(line, prompt["id"])
            with pytest.raises(Refused) as refused:
                own.ask("inbox/done", {"id": item["id"]})
            assert refused.value.kind == kind
        own.close()
    events = line.ask("event/list", {"kinds": ["agent.steered"], "limit": 1000})["events"]
    assert events[-1]["actor"] == f"agent:{at('boss')}"
    idle(line, "hook")


def test_a_denial_goes_with_its_reason(home: Living, line: Line) -> None:
    prompt = asked(home, line, "hook", "[[bash=true]]")
    params = {"agent": at("hook"), "promptId": prompt["id"], "choice": "deny", "text": "use the other one"}
    line.ask("agent/answer", params)
    idle(line, "hook")
    assert "use the other one" in line.ask("agent/capture", {"agent": at("hook")})["text"]


def test_nothing_is_answered_in_copy_mode(home: Living, line: Line) -> None:
    prompt = asked(home, line, "blind", "[[bash=true]]")
    before = answers(home, "blind")
    panes = home.tmux("list-panes", "-a", "-F", "#{pane_id} #{pane_title}").splitlines()
    pane = next(each.split()[0] for each in panes if at("blind") in each)
    home.tmux("copy-mode", "-t", pane)
    params = {"agent": at("blind"), "promptId": prompt["id"], "choice": label(prompt, False)}
    with pytest.raises(Refused) as refused:
        line.ask("agent/answer", params)
    assert refused.value.facts["state"] == "copyMode" and answers(home, "blind") == before
    home.tmux("send-keys", "-t", pane, "-X", "cancel")
    line.ask("agent/answer", params)
    idle(line, "blind")


def test_a_message_waits_for_the_prompt_and_is_not_its_answer(home: Living, line: Line) -> None:
    for member in ("hook", "first", "blind"):
        prompt = asked(home, line, member, "[[bash=true]]")
        before = answers(home, member)
        sent = line.ask("message/send", {"to": at(member), "text": "y"})["messages"][0]

        def reason(message_id: str = sent["id"]) -> Any:
            return line.ask("message/get", {"id": message_id})["message"].get("reason")

        until(lambda reason=reason: reason() == "needsInput", "it is held")  # type: ignore[misc]
        assert answers(home, member) == before
        line.ask("agent/answer", {"agent": at(member), "promptId": prompt["id"], "choice": label(prompt, False)})
        until(
            lambda sent=sent: line.ask("message/get", {"id": sent["id"]})["message"]["state"] == "submitted",  # type: ignore[misc]
            "it is delivered",
        )
        idle(line, member)


def test_the_persons_messages_are_put_away(line: Line) -> None:
    line.ask(
        "message/send", {"to": at("boss"), "text": f'[[run=rig send human@{RIG} "look here"]]', "wait": "submitted"}
    )
    item = until(
        lambda: next((i for i in line.ask("inbox/list", {})["items"] if i["text"] == "look here"), None), "it came"
    )
    assert item["kind"] == "message" and item["agent"] == at("boss")
    assert line.ask("agent/get", {"agent": at("boss")})["agent"]["unread"] == 1
    for _ in range(2):
        assert line.ask("inbox/done", {"id": item["id"]}) == {}
    assert line.ask("agent/get", {"agent": at("boss")})["agent"]["unread"] == 0
    assert line.ask("message/get", {"id": item["ref"]})["message"]["state"] == "submitted"
    assert in_inbox(line, item["ref"]) == []
    with pytest.raises(Refused) as refused:
        line.ask("inbox/done", {"id": "i-nothing"})
    assert refused.value.kind == "invalid-params"


def test_a_prompt_leaves_the_inbox_with_its_process() -> None:
    with living() as home:
        home.start()
        home.ask("rig/up", {"path": home.write("rig.yaml", rig_of(RIG, scripted("a"), scripted("b")))})
        line = home.line()
        for member, end in (("a", "agent/stop"), ("b", "kill")):
            prompt = asked(home, line, member, "[[bash=true]]")
            assert in_inbox(line, prompt["id"])
            if end == "kill":
                pid = home.tmux("list-panes", "-a", "-F", "#{pane_pid} #{pane_title}").splitlines()
                target = next(int(each.split()[0]) for each in pid if at("b") in each)
                os.kill(target, 9)
            else:
                line.ask(end, {"agent": at(member)})
            until(lambda prompt=prompt: not in_inbox(line, prompt["id"]), "it left the inbox")  # type: ignore[misc]
            with pytest.raises(Refused) as refused:
                line.ask("agent/answer", {"agent": at(member), "promptId": prompt["id"], "choice": "deny"})
            assert refused.value.kind in ("already-answered", "agent-not-running")
        line.close()


def test_an_uncertain_message_is_tried_again_on_a_persons_word() -> None:
    with living() as home:
        log = home.folder / "told.log"
        home.start(OPENRIG_RPC_FAULT="after_paste:1")
        home.ask("rig/up", {"path": home.write("rig.yaml", rig_of("one", scripted("a", log=str(log))))})
        line = home.line()
        sent = line.ask("message/send", {"to": "p-a@one", "text": "only once"})["messages"][0]
        line.close()
        assert home.died() == 9
        home.start()
        line = home.line()
        until(
            lambda: line.ask("message/get", {"id": sent["id"]})["message"]["state"] == "indeterminate",
            "it is uncertain",
        )
        (item,) = [i for i in line.ask("inbox/list", {})["items"] if i["ref"] == sent["id"]]
        assert item["kind"] == "indeterminate"
        # What was pasted stands there as a draft; the person takes it away, and says: again.
        assert line.ask("message/retry", {"id": sent["id"]})["message"]["state"] == "accepted"
        assert line.ask("inbox/list", {})["items"] == []
        until(
            lambda: line.ask("message/get", {"id": sent["id"]})["message"].get("reason") == "draft",
            "it does not come on top of what is there",
        )
        line.ask("agent/keys", {"agent": "p-a@one", "keys": ["C-u"] * 6})
        until(lambda: line.ask("message/get", {"id": sent["id"]})["message"]["state"] == "submitted", "it is submitted")
        told = [json.loads(each)["text"] for each in log.read_text().splitlines()]
        assert len(told) == 1 and told[0].count("only once") == 1
        with pytest.raises(Refused) as refused:
            line.ask("message/retry", {"id": sent["id"]})
        assert refused.value.kind == "transition-refused"
        line.close()


def test_explaining(home: Living, line: Line, tmp_path: Path) -> None:
    found = line.ask("agent/explain", {"agent": at("blind")})
    assert found["state"] == "idle" and found["rule"] == "ready" and found["draft"] == "" and not found.get("prompt")
    assert {source["source"] for source in found["sources"]} >= {"screen"}
    line.ask("agent/keys", {"agent": at("blind"), "keys": [{"text": "half a thought"}]})
    until(lambda: line.ask("agent/explain", {"agent": at("blind")})["draft"] == "half a thought", "the draft is told")
    line.ask("agent/keys", {"agent": at("blind"), "keys": ["C-u"]})
    line.ask("message/send", {"to": at("hook"), "text": "hello", "wait": "submitted"})
    hooked = line.ask("agent/explain", {"agent": at("hook")})
    assert {source["source"] for source in hooked["sources"]} >= {"screen", "hook"}

    prompt = asked(home, line, "blind", "[[bash=true]]")
    live = line.ask("agent/explain", {"agent": at("blind")})
    picture = line.ask("agent/capture", {"agent": at("blind"), "ansi": True})["text"]
    recorded = line.ask("agent/explain", {"runtime": "scripted", "screen": picture})
    for told in (live, recorded):
        assert told["state"] == "needsInput" and told["rule"] == "permission"
        assert told["prompt"]["choices"][0] == "Yes" and told["prompt"]["kind"] == "permission"
    file = tmp_path / "screen.ansi"
    file.write_text(picture)
    shown = home.rig("explain", "--runtime", "scripted", "--screen", str(file)).stdout
    assert "needs input" in shown and "permission" in shown and "- Yes" in shown
    as_json = json.loads(home.rig("explain", "--runtime", "scripted", "--screen", str(file), "--json").stdout)
    assert as_json["state"] == "needsInput" and as_json.get("draft") is None
    listed = home.rig("inbox").stdout
    assert at("blind") in listed and "rig answer" in listed
    home.rig("answer", at("blind"), "No")
    assert in_inbox(line, prompt["id"]) == []
    idle(line, "blind")
    assert "idle" in home.rig("explain", at("blind")).stdout
    nonsense = line.ask("agent/explain", {"runtime": "scripted", "screen": "$ ls\nfile\n$ "})
    assert nonsense["state"] == "unknown" and nonsense.get("rule") is None
    for wrong in ({"runtime": "nobody", "screen": ""}, {"runtime": "terminal", "screen": ""}, {}):
        with pytest.raises(Refused):
            line.ask("agent/explain", wrong)
