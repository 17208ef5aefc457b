"""A conversation is followed: through `/clear`, `/new` and compaction it is the one that its model is asked with."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.living import Living, until
from tests.real import harness_fixture as real

AGENT = "p-one@r"
APIS = {"claude-code": "anthropic", "codex": "openai"}
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def api() -> Iterator[real.ModelApi]:
    with real.model_api() as api:
        yield api


@pytest.fixture(params=list(APIS))
def runtime(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def home(api: real.ModelApi, runtime: str) -> Iterator[Living]:
    """A daemon with one idle agent, to which something was said."""
    with real.house(api, real.claude() if runtime == "claude-code" else real.codex()) as home:
        real.rig(home, "r", f"one {runtime}")
        real.settled(home, AGENT)
        real.send(home, AGENT, "remember the plum")
        real.until_turned(home, AGENT)
        yield home


def asked_with(api: real.ModelApi, runtime: str) -> str:
    """The conversation that the model was last asked in, as the request itself names it."""
    body: dict[str, Any] = api.requests(APIS[runtime])[-1]["body"]
    if runtime == "codex":
        return str(body["prompt_cache_key"])
    user = str(body["metadata"]["user_id"])
    if user.startswith("{"):
        return str(json.loads(user)["session_id"])
    return str(UUID.findall(user)[-1])


def conversation(home: Living) -> str:
    return str(real.agent(home, AGENT)["conversation"])


def command(home: Living, text: str) -> None:
    """A slash command, as a person types it."""
    home.ask("agent/keys", {"agent": AGENT, "keys": [{"text": text}]})
    real.until_screen(home, AGENT, text)
    home.ask("agent/keys", {"agent": AGENT, "keys": ["Enter"]})


@pytest.mark.parametrize("word", ["/clear", pytest.param("/new", marks=pytest.mark.full)])
def test_another_conversation_is_followed(home: Living, api: real.ModelApi, runtime: str, word: str) -> None:
    before = conversation(home)
    assert before == asked_with(api, runtime)
    command(home, word)
    until(lambda: "plum" not in real.screen(home, AGENT), "it is cleared")
    real.until_state(home, AGENT, "idle")
    if runtime == "claude-code":
        until(lambda: conversation(home) != before, "its new conversation is known at once")
    seen = len(api.texts(APIS[runtime]))
    real.send(home, AGENT, "and now the pear")
    until(lambda: len(api.texts(APIS[runtime])) > seen, "it is asked")
    real.until_turned(home, AGENT)
    assert conversation(home) != before
    assert conversation(home) == asked_with(api, runtime)
    assert "plum" not in str(api.requests(APIS[runtime])[-1]["body"])


def test_compaction_is_followed(home: Living, api: real.ModelApi, runtime: str) -> None:
    seen = len(api.requests(APIS[runtime])) + len(api.requests(APIS[runtime], side=True))
    command(home, "/compact")
    until(
        lambda: len(api.requests(APIS[runtime])) + len(api.requests(APIS[runtime], side=True)) > seen,
        "it asks for a summary",
    )
    until(lambda: "ompact" in real.screen(home, AGENT), "it tells of it")
    real.until_state(home, AGENT, "idle")
    seen = len(api.texts(APIS[runtime]))
    real.send(home, AGENT, "and now the pear")
    until(lambda: any("pear" in text for text in api.texts(APIS[runtime])[seen:]), "it is asked")
    real.until_turned(home, AGENT)
    assert conversation(home) == asked_with(api, runtime)
