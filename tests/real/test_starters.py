"""A starter for real harnesses, brought up with them: everybody gets ready, and one reaches the other."""

from collections.abc import Iterator

import pytest

from tests.living import Living, until
from tests.real import harness_fixture as real

DRIVER, NAVIGATOR = "pair-driver@implementation-pair", "pair-navigator@implementation-pair"


@pytest.fixture
def api() -> Iterator[real.ModelApi]:
    with real.model_api() as api:
        yield api


@pytest.fixture
def home(api: real.ModelApi) -> Iterator[Living]:
    with real.house(api, real.claude(), real.codex()) as home:
        yield home


def test_the_pair_comes_up_and_talks(home: Living, api: real.ModelApi) -> None:
    assert "implementation-pair" in [found["name"] for found in home.ask("rig/starters")["starters"]]
    agents = home.ask("rig/up", {"name": "implementation-pair", "cwd": str(home.work)})["agents"]
    assert [agent["address"] for agent in agents] == [DRIVER, NAVIGATOR]
    for address in (DRIVER, NAVIGATOR):
        real.settled(home, address)
        assert real.agent(home, address)["cwd"] == str(home.work)
    real.send(home, DRIVER, f"[[bash=rig send {NAVIGATOR} 'my plan is this']]")
    until(lambda: any("my plan is this" in text for text in api.texts("openai")), "the navigator is asked")
    for address in (DRIVER, NAVIGATOR):
        real.until_state(home, address, "idle")
