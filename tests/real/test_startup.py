"""What an agent is told when it starts: in layers and phases, once a start, through the same gate."""

import json
from pathlib import Path

from tests.living import Living, living, until

RIG = """\
version: "0.2"
name: layers
culture_file: CULTURE.md
startup:
  files: [{path: rig.md, delivery_hint: send_text}]
  actions:
    - {type: send_text, value: "rig action", idempotent: true}
    - {type: send_text, value: "once ready", phase: after_ready, idempotent: false, applies_on: [fresh_start]}
pods:
  - id: p
    label: Pod
    startup: {files: [{path: pod.md, delivery_hint: send_text}, {path: rig.md, delivery_hint: guidance_merge}]}
    members:
      - id: a
        runtime: scripted
        agent_ref: "builtin:scripted"
        profile: none
        cwd: .
        startup: {actions: [{type: send_text, value: "member action", idempotent: true}]}
        x-openrig-rpc: {scripted: {log: LOG, slow_start: 0.3}}
      - id: t
        runtime: terminal
        agent_ref: "builtin:terminal"
        profile: none
        cwd: .
        startup: {actions: [{type: send_text, value: "echo for-the-shell", idempotent: true}]}
"""


def told(log: Path) -> list[str]:
    return [json.loads(line)["text"] for line in log.read_text().splitlines()] if log.exists() else []


def bring_up(home: Living) -> Path:
    log = home.folder / "a.log"
    for name in ("CULTURE.md", "rig.md", "pod.md"):
        home.write(name, f"text of {name}\n")
    home.ask("rig/up", {"path": home.write("rig.yaml", RIG.replace("LOG", str(log)))})
    return log


def test_startup_texts_come_in_order_and_once_a_start() -> None:
    with living() as home:
        home.start()
        log = bring_up(home)
        wanted = [
            "text of CULTURE.md",
            "text of rig.md",
            "text of pod.md",
            "rig action",
            "member action",
            "once ready",
        ]
        until(lambda: len(told(log)) >= len(wanted), "everything was told", 40)
        assert [text.strip() for text in told(log)] == wanted
        screen = home.ask("agent/capture", {"agent": "p-t@layers"})["text"]
        assert screen.count("for-the-shell") >= 1 and "text of rig.md" not in screen and "rig action" not in screen


def test_a_start_that_came_to_nothing_is_not_told_twice() -> None:
    with living() as home:
        home.start()
        log = bring_up(home)
        home.ask("agent/stop", {"agent": "p-a@layers"})
        before = len(told(log))
        home.ask("agent/start", {"agent": "p-a@layers", "fresh": True})
        until(lambda: len(told(log)) >= before + 6, "everything was told again", 40)
        assert [text.strip() for text in told(log)][before:].count("text of CULTURE.md") == 1
        waiting = [m for m in home.ask("message/list", {"agent": "p-a@layers"})["messages"] if m["state"] == "held"]
        assert waiting == []
