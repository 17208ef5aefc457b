"""The starters that ship: listed, and valid without a single remark."""

import pytest

from openrig_rpc.spec.load import load_rig
from openrig_rpc.starters import Shipped, starters

RUNTIMES = {"scripted": True, "terminal": True}


def test_the_demo_ships() -> None:
    demo = next(found for found in starters() if found.name == "demo")
    assert "scripted agents" in demo.summary and "\n" not in demo.summary
    assert demo.path.is_file() and demo.path.is_absolute()


@pytest.mark.parametrize("shipped", starters(), ids=lambda shipped: shipped.name)
def test_starters_are_valid(shipped: Shipped) -> None:
    loaded = load_rig(shipped.path, known_runtimes=RUNTIMES)
    assert [found.message for found in loaded.diagnostics] == []
    assert loaded.spec is not None
    assert loaded.spec.name == shipped.name and loaded.spec.summary == shipped.summary


def test_the_demo_is_three_scripted_agents() -> None:
    demo = next(found for found in starters() if found.name == "demo")
    loaded = load_rig(demo.path, known_runtimes=RUNTIMES)
    assert [member.key for member in loaded.members] == ["team.lead", "team.builder", "team.reviewer"]
    assert {member.runtime for member in loaded.members} == {"scripted"}
