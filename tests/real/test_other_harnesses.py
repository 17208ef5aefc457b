"""The real Gemini CLI, OpenCode and Pi as agents of a rig, offline: what their files say of them is so."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from tests.living import Living, until
from tests.real import harness_fixture as real

pytestmark = [pytest.mark.full, pytest.mark.timeout(180)]

AGENT = "p-one@r"
SLOW = 60.0
"""Seconds for a start: two of them are programs for Node.js."""
# Nothing is said twice: Gemini CLI asks whether an echo of that is a loop.
MANY = ["\n".join(f"line {number}" for number in range(20)), " ".join(f"word{number}" for number in range(200))]
APIS = {"gemini-cli": "gemini", "opencode": "anthropic", "pi": "anthropic"}


@pytest.fixture(scope="module")
def api() -> Iterator[real.ModelApi]:
    with real.model_api() as api:
        yield api


@pytest.fixture(params=list(APIS))
def runtime(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def home(api: real.ModelApi, runtime: str) -> Iterator[Living]:
    """A daemon with one idle agent."""
    binary = {"gemini-cli": real.gemini, "opencode": real.opencode, "pi": real.pi}[runtime]()
    with real.house(api, binary, trusted=True, **real.other_variables(api)) as home:
        user = home.folder / "user"
        real.seed_gemini(user, home.work)
        real.seed_opencode(user, api)
        real.seed_pi(user, api)
        real.rig(home, "r", f"one {runtime}")
        idle(home)
        yield home


def idle(home: Living) -> None:
    until(lambda: real.agent(home, AGENT)["state"] == "idle", f"idle; {real.screen(home, AGENT)}", SLOW)


def test_it_takes_messages(home: Living, api: real.ModelApi, runtime: str) -> None:
    info = {found["name"]: found for found in home.ask("system/info")["runtimes"]}[runtime]
    assert info["installed"] and info["version"] in info["verified"]
    work = real.tree(home.work)

    def asked(count: int) -> bool:
        return len(api.texts(APIS[runtime])) == count

    seen = len(api.texts(APIS[runtime]))
    texts = ["one line; #{no} `format` $HOME", "two lines,\n\nand \ta tab", *MANY]
    for number, text in enumerate(texts, 1):
        sent = real.send(home, AGENT, text)
        # A short turn may be over, or not yet be seen, when the next message comes.
        assert sent["state"] == "submitted" and sent["turn"] in ("started", "queued")[: min(number, 2)]
        until(partial(asked, seen + number), f"message {number} is asked")
        assert squashed(api.texts(APIS[runtime])[-1]) == squashed(real.enveloped(sent))
        idle(home)
    assert real.tree(home.work) == work
    # Gemini CLI takes no further instructions by a flag.
    told = f"You are the agent {AGENT}" in str(api.requests(APIS[runtime])[-1]["body"])
    assert told is (runtime != "gemini-cli")
    assert real.agent(home, AGENT)["evidence"]["source"] == "screen"


def test_while_busy_a_message_waits_in_its_queue_or_ours(home: Living, api: real.ModelApi, runtime: str) -> None:
    real.send(home, AGENT, "first [[delay=5]]")
    real.until_state(home, AGENT, "busy")
    (second,) = home.ask("message/send", {"to": AGENT, "text": "second"})["messages"]
    if runtime == "opencode":
        real.until_message(home, second, "held")
    sent = real.until_message(home, second, "submitted")
    assert sent["turn"] == ("started" if runtime == "opencode" else "queued")
    until(lambda: any("second" in text for text in api.texts(APIS[runtime])), "it is asked")
    idle(home)


def test_a_prompt_is_seen_and_answered_in_the_pane(home: Living, runtime: str) -> None:
    if runtime == "pi":
        pytest.skip("Pi asks for no permissions")
    made = home.work / "made"
    calls = {
        "gemini-cli": "[[bash=touch made]]",
        "opencode": '[[tool=bash {"command":"touch made","description":"m"}]]',
    }
    real.send(home, AGENT, calls[runtime])
    prompt = real.until_prompt(home, AGENT)
    assert (prompt["kind"], prompt["by"]) == ("permission", "screen")
    assert "touch made" in prompt["question"]
    (held,) = home.ask("message/send", {"to": AGENT, "text": "not into the question"})["messages"]
    assert real.until_message(home, held, "held")["reason"] == "needsInput"
    home.ask("agent/keys", {"agent": AGENT, "keys": ["Enter"]})
    until(made.exists, "the tool ran")
    real.until_message(home, held, "submitted")
    idle(home)


def test_its_conversation_comes_back(home: Living, api: real.ModelApi, runtime: str) -> None:
    if runtime == "opencode":
        pytest.skip("OpenCode's conversations can't be named beforehand")
    # Nothing was said: there is nothing to resume, and it starts all the same.
    restart(home)
    real.send(home, AGENT, "remember the plum")
    real.until_screen(home, AGENT, "ECHO:")
    idle(home)
    before = real.agent(home, AGENT)["conversation"]
    restart(home)
    assert real.agent(home, AGENT)["conversation"] == before
    seen = len(api.texts(APIS[runtime]))
    real.send(home, AGENT, "and now the pear")
    until(lambda: len(api.texts(APIS[runtime])) > seen, "it asks again")
    body: dict[str, Any] = api.requests(APIS[runtime])[-1]["body"]
    assert "remember the plum" in str(body)


def restart(home: Living) -> None:
    home.ask("agent/stop", {"agent": AGENT})
    home.ask("agent/start", {"agent": AGENT})
    idle(home)


def squashed(text: str) -> str:
    """Without white space: tabs become blanks in some. Gemini CLI keeps the backslash that `@` is given for it."""
    return "".join(text.replace("\\@", "@").split())
