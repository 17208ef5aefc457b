"""The real Codex as an agent of a rig, offline, against our model API."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from openrig_rpc.runtimes.codex import Codex, toml
from openrig_rpc.runtimes.runtime import Seat
from tests.living import Living, until
from tests.real import harness_fixture as real

AGENT = "p-one@r"


@pytest.fixture(scope="module")
def api() -> Iterator[real.ModelApi]:
    with real.model_api() as api:
        yield api


@pytest.fixture
def home(api: real.ModelApi) -> Iterator[Living]:
    """A daemon with one idle Codex."""
    with real.house(api, real.codex()) as home:
        real.rig(home, "r", "one codex")
        real.settled(home, AGENT)
        yield home


def test_hooks_are_trusted_by_the_hash_that_it_says_itself(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "PATH": f"{real.codex().parent}:/usr/bin:/bin"}
    reporter = ["/a path/python", "-I", "/it's/reporter.py"]
    seat = Seat("a1", 1, AGENT, tmp_path, env, tmp_path, reporter)
    argv = list(Codex().launch(seat).argv)
    settings = argv[argv.index("-c") :]
    server = subprocess.Popen(
        [argv[0], "app-server", *settings],
        env=env, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        for request in (
            {"id": 1, "method": "initialize", "params": {"clientInfo": {"name": "test", "version": "1"}}},
            {"method": "initialized"},
            {"id": 2, "method": "hooks/list", "params": {"cwds": [str(tmp_path)]}},
        ):
            server.stdin.write(json.dumps({"jsonrpc": "2.0", **request}) + "\n")
        server.stdin.flush()
        answers = (json.loads(line) for line in server.stdout)
        answer = next(answer for answer in answers if answer.get("id") == 2)
    finally:
        server.kill()
        server.communicate()
    found = answer["result"]["data"][0]["hooks"]
    assert len(found) == 10
    assert {hook["trustStatus"] for hook in found} == {"trusted"}


def test_a_message_is_a_turn(home: Living, api: real.ModelApi) -> None:
    work, config = real.tree(home.work), (home.folder / "user" / ".codex" / "config.toml").read_bytes()
    seen = len(api.texts("openai"))
    message = real.send(home, AGENT, "two lines,\n$HOME `and` #{all} that; [[delay=1]]")
    assert (message["state"], message["turn"]) == ("submitted", "started")
    agent = real.until_turned(home, AGENT)
    assert api.texts("openai")[seen:] == [real.enveloped(message)]
    # Its conversation is learnt; nothing in the project, nothing in its config.
    assert list((home.folder / "user" / ".codex").glob(f"sessions/**/rollout-*-{agent['conversation']}.jsonl"))
    assert real.tree(home.work) == work
    assert (home.folder / "user" / ".codex" / "config.toml").read_bytes() == config
    assert not (home.folder / "user" / ".codex" / "hooks.json").exists()


@pytest.mark.parametrize("count", [8, 40])
def test_many_short_lines_arrive(home: Living, api: real.ModelApi, count: int) -> None:
    seen = len(api.texts("openai"))
    sent = real.send(home, AGENT, "\n".join(f"line {number}" for number in range(count)))
    real.until_turned(home, AGENT)
    (text,) = api.texts("openai")[seen:]
    assert text.rstrip() == real.enveloped(sent)


def test_while_busy_a_message_is_queued_or_cuts_in(home: Living, api: real.ModelApi) -> None:
    real.send(home, AGENT, "first [[delay=3]]")
    real.until_state(home, AGENT, "busy")
    assert real.send(home, AGENT, "second")["turn"] == "queued"
    until(lambda: any("second" in text for text in api.texts("openai")), "the queued one is asked")
    real.until_state(home, AGENT, "idle")
    real.send(home, AGENT, "third [[delay=20]]")
    real.until_state(home, AGENT, "busy")
    assert real.send(home, AGENT, "fourth", when="now")["turn"] == "steered"
    until(lambda: any("fourth" in text for text in api.texts("openai")), "it is asked at once")
    real.until_state(home, AGENT, "idle")


def test_a_permission_shows_and_closes(home: Living) -> None:
    made = home.folder / "made"
    real.send(home, AGENT, f"[[bash=touch {made}]] [[escalate]]")
    prompt = real.until_prompt(home, AGENT)
    assert prompt["kind"] == "permission"
    assert f"touch {made}" in prompt["question"]
    assert len(prompt["choices"]) >= 2
    # It shows its own prompt when nobody has answered its hook for a while.
    real.until_screen(home, AGENT, "Would you like to run", 40)
    real.choose(home, AGENT, {**prompt, "choices": [{"label": "Yes, proceed"}, {"label": "No, and tell"}]}, 0)
    until(made.exists, "the tool ran")
    assert real.until_state(home, AGENT, "idle").get("prompt") is None


@pytest.mark.parametrize("choice", ["allow", "deny"])
def test_a_permission_is_answered_from_elsewhere(home: Living, api: real.ModelApi, choice: str) -> None:
    made = home.folder / "made"
    real.send(home, AGENT, f"[[bash=touch {made}]] [[escalate]]")
    prompt = real.until_prompt(home, AGENT)
    home.ask("agent/answer", {"agent": AGENT, "promptId": prompt["id"], "choice": choice})
    assert real.until_state(home, AGENT, "idle").get("prompt") is None
    assert made.exists() is (choice == "allow")


def test_interrupted_it_is_idle(home: Living) -> None:
    real.send(home, AGENT, "[[slow=400]]")
    real.until_screen(home, AGENT, "word3")
    home.ask("agent/interrupt", {"agent": AGENT})
    real.until_state(home, AGENT, "idle")


def test_its_context_use_is_told_by_its_rollout(home: Living) -> None:
    real.send(home, AGENT, "hello [[usage=50000]]")
    use = real.until_used(home, AGENT, 50_020)
    assert use["windowTokens"] > 100_000 and use["usedPercent"] > 10
    (row,) = [line for line in home.rig("ps").stdout.splitlines() if AGENT in line]
    assert f" {use['usedPercent']:.0f}%" in row
    assert [event for event in real.events(home) if event["kind"] == "agent.contextChanged"]


def test_a_failed_turn_is_over_by_its_rollout(home: Living) -> None:
    real.send(home, AGENT, "hello")
    real.until_turned(home, AGENT)
    real.send(home, AGENT, "[[error=400]]")
    real.until_screen(home, AGENT, "asked-for error 400")
    # No hook tells of it.
    agent = real.until_turned(home, AGENT)
    assert agent["evidence"]["source"] == "file"


def test_killed_it_is_exited_and_its_conversation_comes_back(home: Living, api: real.ModelApi) -> None:
    real.send(home, AGENT, "remember the plum")
    before = real.until_turned(home, AGENT)
    os.kill(real.pane_pid(home), signal.SIGKILL)
    agent = real.until_state(home, AGENT, "exited")
    assert agent["evidence"]["source"] == "process"
    started: dict[str, Any] = home.ask("agent/start", {"agent": AGENT})
    assert started["agent"]["conversation"] == before["conversation"]
    real.settled(home, AGENT)
    seen = len(api.texts("openai"))
    real.send(home, AGENT, "and now the pear")
    until(lambda: len(api.texts("openai")) > seen, "it asks again")
    assert "remember the plum" in str(api.requests("openai")[-1]["body"]["input"])


@pytest.mark.parametrize("kind", ["trust", "login", "hookReview", "update"])
def test_start_up_screens_are_named_and_answered_by_a_person(api: real.ModelApi, kind: str) -> None:
    more = {"CODEX_MANAGED_BY_NPM": "1"} if kind == "update" else {}
    with real.house(api, real.codex(), trusted=kind != "trust", **more) as home:
        folder = home.folder / "user" / ".codex"
        subprocess.run(["git", "init", "-q", str(home.work)], check=True)
        if kind == "login":
            (folder / "config.toml").write_text("")
        if kind == "hookReview":
            hook = {"hooks": [{"type": "command", "command": "true"}]}
            (folder / "hooks.json").write_text(json.dumps({"hooks": {"Stop": [hook]}}))
        if kind == "update":
            config = (folder / "config.toml").read_text()
            (folder / "config.toml").write_text(config.replace("check_for_update_on_startup = false", ""))
            seen = {"latest_version": "999.0.0", "last_checked_at": "2099-01-01T00:00:00Z"}
            (folder / "version.json").write_text(json.dumps(seen))
        (outcome,) = real.rig(home, "r", "one codex")["agents"]
        assert outcome["state"] == "needsInput"
        prompt = real.until_prompt(home, AGENT)
        assert prompt["kind"] == kind
        if kind == "login":
            return  # Nobody can log in here.
        answer = {"trust": 0, "hookReview": 2, "update": 1}[kind]
        real.choose(home, AGENT, prompt, answer)
        real.settled(home, AGENT)


def test_values_in_toml() -> None:
    assert toml({"a b": [{"c": 'it\'s "so"\n'}], "d": 5, "e": False}) == (
        r'{"a b"=[{"c"="it' + "'" + r's \"so\"\n"}],"d"=5,"e"=false}'
    )
