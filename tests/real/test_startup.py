"""What an agent is told when it starts: in layers and phases, once a start, through the same gate."""

import json
from dataclasses import replace
from pathlib import Path

from openrig_rpc.model.startup import DeliveryHint, When
from openrig_rpc.rig.blocks import Blocks
from openrig_rpc.spec.loaded import ResolvedFile, ResolvedMember
from tests.living import Living, living, until

HINT = DeliveryHint.GUIDANCE_MERGE
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


def bring_up(home: Living, slow_start: float = 0.3, *, wait: bool = True) -> Path:
    log = home.folder / "a.log"
    for name in ("CULTURE.md", "rig.md", "pod.md"):
        home.write(name, f"text of {name}\n")
    rig = RIG.replace("LOG", str(log)).replace("slow_start: 0.3", f"slow_start: {slow_start}")
    home.ask("rig/up", {"path": home.write("rig.yaml", rig), "wait": wait})
    return log


WANTED = ["text of CULTURE.md", "text of rig.md", "text of pod.md", "rig action", "member action", "once ready"]


def heard(log: Path) -> list[str]:
    return [text.strip() for text in told(log)]


def waiting(home: Living) -> list[str]:
    messages = home.ask("message/list", {"agent": "p-a@layers"})["messages"]
    return [message["text"] for message in messages if message["state"] in ("accepted", "held", "delivering")]


def test_startup_texts_come_in_order_and_once_a_start() -> None:
    with living() as home:
        home.start()
        log = bring_up(home)
        until(lambda: len(told(log)) >= len(WANTED) and not waiting(home), "everything was told", 40)
        assert heard(log) == WANTED
        screen = home.ask("agent/capture", {"agent": "p-t@layers"})["text"]
        assert screen.count("for-the-shell") >= 1 and "text of rig.md" not in screen and "rig action" not in screen
        # The conversation goes on: what is for a fresh start only was said.
        home.ask("agent/stop", {"agent": "p-a@layers"})
        home.ask("agent/start", {"agent": "p-a@layers"})
        until(lambda: len(told(log)) >= 11 and not waiting(home), "the rest was told again", 40)
        assert heard(log) == [*WANTED, *WANTED[:-1]]


def test_a_start_that_came_to_nothing_is_told_once_and_loses_nothing() -> None:
    with living() as home:
        home.start()
        log = bring_up(home, slow_start=600, wait=False)
        home.ask("agent/stop", {"agent": "p-a@layers"})
        assert told(log) == []
        # The same conversation, but what was for its beginning was never typed.
        home.write("rig.yaml", RIG.replace("LOG", str(log)))
        plan = home.ask("rig/plan", {"path": str(home.work / "rig.yaml")})["planId"]
        home.ask("rig/up", {"path": str(home.work / "rig.yaml"), "planId": plan})
        until(lambda: len(told(log)) >= len(WANTED) and not waiting(home), "everything was told", 40)
        assert heard(log) == WANTED


def test_without_a_required_file_it_does_not_start() -> None:
    with living() as home:
        home.start()
        bring_up(home, wait=False)
        home.ask("rig/down", {"rig": "layers"})
        (home.work / "pod.md").unlink()
        up = {each["address"]: each for each in home.ask("rig/up", {"name": "layers"})["agents"]}
        assert up["p-t@layers"]["outcome"] != "failed"
        assert up["p-a@layers"]["outcome"] == "failed" and "pod.md can't be read" in up["p-a@layers"]["reason"]


def test_what_a_crash_left_in_a_project_is_taken_out_at_the_next_start() -> None:
    with living() as home:
        home.write("norms.md", "Be kind.\n")
        mine = Path(home.write("CLAUDE.md", "mine\n"))
        file = ResolvedFile("rig", "norms.md", home.work / "norms.md", HINT, True, tuple(When))
        member = ResolvedMember("p", "a", "claude-code", "x", "local:x", home.work, files=(file,))
        Blocks(home.home.state / "blocks").put("rgone", "gone", replace(member, guidance_file="CLAUDE.md"))
        assert "Be kind." in mine.read_text()
        home.start()
        assert mine.read_text() == "mine\n"
