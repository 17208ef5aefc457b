"""A person's own runtime file, in a real daemon: the scripted harness, which nothing but its screen tells of."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import openrig_rpc
from tests.living import Living, living, rig_of, until

PACKAGE = Path(openrig_rpc.__file__).parent / "runtimes"
AGENT = "p-one@r"


def own(**options: Any) -> str:
    """The file: the screen rules that ship, under another name, and how it is started."""
    program = str(PACKAGE / "scripted_harness.py")
    command = [sys.executable, "-I", "-S", program, json.dumps({"report": "screen-only", **options})]
    words = ", ".join(f"'{word}'" for word in command)
    table = f'[runtime]\nsummary = "Mine"\ncommand = [{words}]\nkeys = {{ queue = "Tab" }}\n'
    rules = (PACKAGE / "scripted.toml").read_text("utf-8").replace('harness = "scripted"', 'harness = "mine"')
    return f"{rules}\n{table}"


@pytest.fixture
def home() -> Iterator[Living]:
    with living() as home:
        home.write("agents/a/agent.yaml", 'name: a\nversion: "1.0"\nprofiles: {default: {}}\n')
        home.start()
        yield home


def file(home: Living, name: str, text: str) -> Path:
    path = home.folder / "user" / ".config" / "openrig-rpc" / "runtimes" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def rig(home: Living) -> str:
    member = "{id: one, runtime: mine, agent_ref: 'local:agents/a', profile: default, cwd: .}"
    return home.write("rig.yaml", rig_of("r", member))


def checks(home: Living) -> dict[str, dict[str, Any]]:
    return {check["name"]: check for check in home.ask("system/doctor")["checks"]}


def test_it_is_a_runtime_without_a_restart(home: Living) -> None:
    path = rig(home)
    (unknown,) = home.ask("rig/validate", {"path": path})["diagnostics"]
    assert unknown["code"] == "unknown-runtime"
    file(home, "mine.toml", own())
    assert home.ask("rig/validate", {"path": path})["diagnostics"] == []
    (agent,) = home.ask("rig/up", {"path": path})["agents"]
    assert (agent["outcome"], agent["state"]) == ("launched", "idle")
    sent = home.ask("message/send", {"to": AGENT, "text": "two\nlines", "wait": "submitted", "timeoutSeconds": 20})
    assert [each["state"] for each in sent["messages"]] == ["submitted"]
    found = home.ask("agent/get", {"agent": AGENT})["agent"]
    assert (found["runtime"], found["evidence"]["source"]) == ("mine", "screen")
    (asked,) = home.ask("message/send", {"to": AGENT, "text": "[[bash=true]]"})["messages"]
    until(lambda: home.ask("agent/get", {"agent": AGENT})["agent"]["state"] == "needsInput", "it asks")
    assert asked["to"] == AGENT
    assert "nobody" in checks(home)["runtime mine"]["detail"]


def test_a_bad_one_is_told_and_breaks_nothing(home: Living) -> None:
    path = file(home, "mine.toml", own().replace('state = "idle"', 'state = "idel"'))
    check = checks(home)["runtime file mine.toml"]
    assert not check["ok"] and "state" in check["detail"] and str(path) in check["fix"]
    (unknown,) = home.ask("rig/validate", {"path": rig(home)})["diagnostics"]
    assert unknown["code"] == "unknown-runtime"
    assert "runtime file mine.toml" in home.rig("doctor", check=False).stdout
    # Mended, it works; broken again, what was started with it goes on.
    file(home, "mine.toml", own())
    assert home.ask("rig/up", {"path": rig(home)})["agents"][0]["state"] == "idle"
    file(home, "mine.toml", "schema = ")
    assert not checks(home)["runtime file mine.toml"]["ok"]
    sent = home.ask("message/send", {"to": AGENT, "text": "still there?", "wait": "submitted", "timeoutSeconds": 20})
    assert [each["state"] for each in sent["messages"]] == ["submitted"]
    home.kill()
    home.start()
    assert home.ask("system/info")["runtimes"]
    (agent,) = home.ask("agent/list")["agents"]
    assert agent["address"] == AGENT
    (sent,) = home.ask("message/send", {"to": AGENT, "text": "and now?"})["messages"]
    until(lambda: home.ask("message/get", {"id": sent["id"]})["message"].get("reason") == "unknown", "it is held")
