"""The real Claude Code as an agent of a rig, offline, against our model API."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.living import Living, until
from tests.real import harness_fixture as real

VERSIONS = (real.CLAUDE, real.OLDER_CLAUDE)
AGENT = "p-one@r"


@pytest.fixture(scope="module")
def api() -> Iterator[real.ModelApi]:
    with real.model_api() as api:
        yield api


@pytest.fixture(params=VERSIONS)
def home(request: pytest.FixtureRequest, api: real.ModelApi) -> Iterator[Living]:
    """A daemon with one idle Claude Code, of either version, which asks before it runs anything."""
    with real.house(api, real.claude(request.param)) as home:
        real.let_ask(home, "touch")
        real.rig(home, "r", "one claude-code")
        real.settled(home, AGENT)
        yield home


def test_a_message_is_a_turn(home: Living, api: real.ModelApi) -> None:
    work, config = real.tree(home.work), (home.folder / "user" / ".claude.json").read_bytes()
    seen = len(api.texts("anthropic"))
    message = real.send(home, AGENT, "two lines,\n$HOME `and` #{all} that; [[delay=1]]")
    assert (message["state"], message["turn"]) == ("submitted", "started")
    real.until_turned(home, AGENT)
    texts = api.texts("anthropic")[seen:]
    assert [real.unwrapped(text) for text in texts] == [real.enveloped(message)]
    assert [state for state, _ in real.states(home, AGENT)][-3:] == ["idle", "busy", "idle"]
    assert {by for _, by in real.states(home, AGENT)[-2:]} <= {"hook", "file"}
    # Its own conversation, nothing in the project, nothing changed in its settings.
    agent = home.ask("agent/get", {"agent": AGENT})["agent"]
    transcripts = list((home.folder / "user" / ".claude").glob(f"projects/*/{agent['conversation']}.jsonl"))
    assert len(transcripts) == 1
    assert real.tree(home.work) == work
    assert real.same_settings(config, (home.folder / "user" / ".claude.json").read_bytes())
    assert "hooks" not in (home.folder / "user" / ".claude" / "settings.json").read_text()


def test_a_long_line_without_an_envelope_arrives(home: Living, api: real.ModelApi) -> None:
    # It is drawn as a paste that nothing is counted of.
    seen = len(api.texts("anthropic"))
    sent = real.send(home, AGENT, "a long line " * 100, raw=True)
    real.until_turned(home, AGENT)
    assert [real.unwrapped(text).strip() for text in api.texts("anthropic")[seen:]] == [sent["text"].strip()]


def test_while_busy_a_message_is_queued(home: Living, api: real.ModelApi) -> None:
    real.send(home, AGENT, "first [[delay=2]]")
    real.until_state(home, AGENT, "busy")
    message = real.send(home, AGENT, "second")
    assert (message["state"], message["turn"]) == ("submitted", "queued")
    until(lambda: any("second" in text for text in api.texts("anthropic")), "the queued one is asked")
    real.until_state(home, AGENT, "idle")


def test_a_permission_shows_and_closes(home: Living) -> None:
    made = home.folder / "made"
    real.send(home, AGENT, f"[[bash=touch {made}]]")
    prompt = real.until_prompt(home, AGENT)
    assert prompt["kind"] == "permission"
    assert f"touch {made}" in prompt["question"]
    assert len(prompt["choices"]) >= 2
    assert not made.exists()
    # Nothing is typed into an open question.
    held = home.ask("message/send", {"to": AGENT, "text": "not now"})["messages"][0]
    assert real.until_message(home, held, "held")["reason"] == "needsInput"
    prompt["choices"] = [{"label": "Yes"}, {"label": "No"}]
    real.choose(home, AGENT, prompt, 0)
    until(made.exists, "the tool ran")
    real.until_message(home, held, "submitted")
    agent = real.until_state(home, AGENT, "idle")
    assert agent.get("prompt") is None


@pytest.mark.parametrize("choice", ["allow", "deny"])
def test_a_permission_is_answered_from_elsewhere(home: Living, choice: str) -> None:
    made = home.folder / "made"
    real.send(home, AGENT, f"[[bash=touch {made}]]")
    prompt = real.until_prompt(home, AGENT, by="hook")
    home.ask("agent/answer", {"agent": AGENT, "promptId": prompt["id"], "choice": choice})
    assert real.until_state(home, AGENT, "idle").get("prompt") is None
    assert made.exists() is (choice == "allow")


def test_refused_with_escape_it_is_idle_again(home: Living) -> None:
    real.send(home, AGENT, "[[bash=touch never]]")
    real.until_prompt(home, AGENT)
    home.ask("agent/keys", {"agent": AGENT, "keys": ["Escape"]})
    # No hook tells of it: the session file does, or the screen where that is looked at first.
    agent = real.until_state(home, AGENT, "idle")
    assert agent["evidence"]["source"] in ("file", "screen")
    assert agent.get("prompt") is None
    assert not (home.work / "never").exists()


def test_a_question_shows_with_its_choices(home: Living, api: real.ModelApi) -> None:
    real.send(home, AGENT, "[[ask=Which colour shall it be?|Red|Blue]]")
    prompt = real.until_prompt(home, AGENT)
    assert (prompt["kind"], prompt["question"]) == ("question", "Which colour shall it be?")
    assert [choice["label"] for choice in prompt["choices"]][:2] == ["Red", "Blue"]
    real.choose(home, AGENT, prompt, 1)
    until(lambda: any('="Blue"' in (entry["output"] or "") for entry in api.requests("anthropic")), "Blue it is")
    real.until_state(home, AGENT, "idle")


def test_it_may_talk_without_being_asked(home: Living, api: real.ModelApi) -> None:
    real.send(home, AGENT, '[[bash=rig send human@r "done"]]')
    until(
        lambda: [m for m in home.ask("message/list", {"rig": "r"})["messages"] if m["from"] == AGENT],
        "it sent a message",
    )
    real.until_state(home, AGENT, "idle")
    assert not [event for event in real.events(home) if event["kind"] == "agent.promptOpened"]


def test_interrupted_it_is_idle_by_its_session_file(home: Living) -> None:
    real.send(home, AGENT, "[[slow=400]]")
    real.until_screen(home, AGENT, "word3")
    home.ask("agent/interrupt", {"agent": AGENT})
    agent = real.until_state(home, AGENT, "idle")
    assert agent["evidence"]["source"] == "file"


def test_its_context_use_and_cost_are_told(home: Living) -> None:
    real.send(home, AGENT, "hello [[usage=50000]]")
    use = real.until_used(home, AGENT, 50_000)
    assert use["windowTokens"] >= 200_000 and use["usedPercent"] > 0 and use["costUsd"] > 0
    (row,) = [line for line in home.rig("ps").stdout.splitlines() if AGENT in line]
    assert f"{use['usedPercent']:.0f}% ${use['costUsd']:.2f}" in row
    assert [event for event in real.events(home) if event["kind"] == "agent.contextChanged"]


def test_the_persons_own_status_line_stays(api: real.ModelApi) -> None:
    with real.house(api, real.claude()) as home:
        own = {"statusLine": {"type": "command", "command": "echo my own line"}}
        (home.folder / "user" / ".claude" / "settings.json").write_text(json.dumps(own))
        real.rig(home, "r", "one claude-code")
        real.settled(home, AGENT)
        real.until_screen(home, AGENT, "my own line")


def test_a_failed_turn_is_over(home: Living) -> None:
    real.send(home, AGENT, "[[error=400]]")
    real.until_screen(home, AGENT, "asked-for error 400")
    real.until_state(home, AGENT, "idle")


def test_killed_it_is_exited_and_its_conversation_comes_back(home: Living, api: real.ModelApi) -> None:
    real.send(home, AGENT, "remember the plum")
    before = real.until_turned(home, AGENT)
    projects = home.folder / "user" / ".claude" / "projects"

    def written() -> bool:
        kept = projects.glob(f"*/{before['conversation']}.jsonl")
        return any("ECHO: " in path.read_text("utf-8") for path in kept)

    until(written, "its transcript is written")
    os.kill(real.pane_pid(home), signal.SIGKILL)
    agent = real.until_state(home, AGENT, "exited")
    assert agent["evidence"]["source"] == "process"
    assert agent["exitCode"] in (137, -9, 9)
    started: dict[str, Any] = home.ask("agent/start", {"agent": AGENT})
    assert started["agent"]["conversation"] == before["conversation"]
    real.settled(home, AGENT)
    seen = len(api.requests("anthropic"))
    real.send(home, AGENT, "and now the pear")
    until(lambda: len(api.requests("anthropic")) > seen, "it asks again")
    assert "remember the plum" in str(api.requests("anthropic")[-1]["body"]["messages"])


@pytest.mark.parametrize("version", VERSIONS)
def test_start_up_screens_are_named_and_answered_by_a_person(api: real.ModelApi, version: str) -> None:
    with real.house(api, real.claude(version), trusted=False) as home:
        real.seed_claude(home.folder / "user", version=version, key=False)
        (outcome,) = real.rig(home, "r", "one claude-code")["agents"]
        assert outcome["state"] == "needsInput"
        for _ in range(2):
            prompt = real.until_prompt(home, AGENT)
            assert prompt["kind"] in ("apiKey", "trust")
            labels = [choice["label"] for choice in prompt["choices"]]
            wanted = next(number for number, label in enumerate(labels) if label.startswith("Yes"))
            real.choose(home, AGENT, prompt, wanted)
        real.settled(home, AGENT)


def test_it_is_found_behind_a_wrapper(api: real.ModelApi, tmp_path: Path) -> None:
    wrapper = tmp_path / "claude"
    wrapper.write_text(f'#!/bin/sh\nexec "{real.claude()}" "$@"\n')
    wrapper.chmod(0o755)
    with real.house(api, wrapper) as home:
        real.rig(home, "r", "one claude-code")
        real.settled(home, AGENT)
        assert Path(f"/proc/{real.pane_pid(home)}/exe").resolve() == real.claude().resolve()
