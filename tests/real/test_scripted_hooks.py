"""The scripted harness's hooks, in a real pane: which fire, in what order, and who answers a permission first."""

import json
import os
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.real.scripted_fixture import Pane, Start, start, until

__all__ = ["start"]

RECORDER = """
import json, os, sys
folder, event = sys.argv[1:]
line = json.dumps([event, json.load(sys.stdin)]) + "\\n"
with open(folder + "/events", "a") as file:
    file.write(line)
if event == "PermissionRequest" and os.path.exists(folder + "/answer"):
    with open(folder + "/answer") as answer:
        sys.stdout.write(answer.read())
"""
ALLOW = {"behavior": "allow"}
DENY = {"behavior": "deny", "message": "not on a Friday"}


class Recorder:
    """Stands where the reporter would: writes every event down, and answers permissions from a fifo."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "recorder.py").write_text(RECORDER)
        self.argv = [sys.executable, "-I", "-S", str(folder / "recorder.py"), str(folder)]

    def block(self) -> None:
        """From now on a permission waits for `answer`."""
        os.mkfifo(self.folder / "answer")

    def answer(self, decision: dict[str, str] | None) -> None:
        """What the waiting hook prints; None: it ends without a word."""
        output = {"hookSpecificOutput": {"hookEventName": "PermissionRequest", "decision": decision}}
        (self.folder / "answer").write_text(json.dumps(output) if decision else "")

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        path = self.folder / "events"
        text = path.read_text() if path.exists() else ""
        return [(event, payload) for event, payload in map(json.loads, text[: text.rfind("\n") + 1].splitlines())]

    def until(self, *names: str) -> list[dict[str, Any]]:
        """Wait until exactly these came, in this order; their payloads."""
        until(
            lambda: len(self.events()) >= len(names),
            f"{names}, not {[name for name, _ in self.events()]}",
        )
        assert [name for name, _ in self.events()] == list(names)
        return [payload for _, payload in self.events()]


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    return Recorder(tmp_path)


def test_a_turn_is_reported_as_claude_code_would(start: Start, recorder: Recorder) -> None:
    pane = start(reporter=recorder.argv, session_id="the-session")
    pane.until_state("idle")
    pane.tell("hello [[run=echo out]]")
    pane.shows("● ECHO: hello")
    pane.tell("/exit")
    assert pane.exit_code() == 0
    names = ["SessionStart", "UserPromptSubmit", "PreToolUse", "PostToolUse", "Stop", "SessionEnd"]
    payloads = recorder.until(*names)
    for name, payload in zip(names, payloads, strict=True):
        assert payload["hook_event_name"] == name
        assert payload["session_id"] == "the-session"
        assert payload["cwd"] == str(pane.folder)
    assert payloads[0]["source"] == "startup"
    assert payloads[1]["prompt"] == "hello [[run=echo out]]"
    assert payloads[2]["tool_name"] == "Bash" and payloads[2]["tool_input"]["command"] == "echo out"
    assert payloads[3]["tool_response"]["stdout"] == "out\n"
    assert payloads[4]["last_assistant_message"] == "ECHO: hello"
    assert payloads[5]["reason"] == "prompt_input_exit"


def test_a_long_prompt_is_reported_whole(start: Start, recorder: Recorder) -> None:
    pane = start(reporter=recorder.argv)
    pane.until_state("idle")
    text = "0123456789\n" * 20_000
    pane.paste(text)
    pane.keys("Enter")
    assert recorder.until("SessionStart", "UserPromptSubmit", "Stop")[1]["prompt"] == text


@pytest.mark.parametrize("way", ["when-queued", "when-started"])
def test_a_queued_prompt_is_reported_when_the_options_say(start: Start, recorder: Recorder, way: str) -> None:
    pane = start(reporter=recorder.argv, queued_report=way)
    pane.until_state("idle")
    pane.tell("A [[delay=1.5]]")
    pane.until_state("busy")
    pane.tell("B")
    submit, stop = "UserPromptSubmit", "Stop"
    order = [submit, submit, stop, stop] if way == "when-queued" else [submit, stop, submit, stop]
    recorder.until("SessionStart", *order)


def test_interrupt_is_reported_unless_muted(start: Start, recorder: Recorder) -> None:
    pane = start(reporter=recorder.argv)
    pane.until_state("idle")
    for text in ("[[hang]]", "[[hang]] [[mute=Interrupt, Stop]]"):
        pane.tell(text)
        pane.until_state("busy")
        pane.keys("Escape")
        pane.until_state("idle")
    pane.tell("[[fail]]")
    pane.shows("The turn failed.")
    pane.tell("[[mute=Stop]]")
    pane.shows("Done.")
    submit = "UserPromptSubmit"
    recorder.until("SessionStart", submit, "Interrupt", submit, submit, submit)


def test_options_mute_for_good_and_screen_only_says_nothing(start: Start, recorder: Recorder) -> None:
    pane = start(reporter=recorder.argv, mute=["SessionStart", "Stop"])
    pane.until_state("idle")
    pane.tell("x")
    pane.shows("ECHO: x")
    pane.tell("/exit")
    pane.exit_code()
    recorder.until("UserPromptSubmit", "SessionEnd")


def test_screen_only(start: Start, recorder: Recorder, tmp_path: Path) -> None:
    pane = start(reporter=recorder.argv, report="screen-only")
    pane.until_state("idle")
    pane.tell(f"[[bash=touch {tmp_path}/x]]")
    pane.until_state("needsInput")
    pane.keys("1")
    pane.until_state("idle")
    assert (tmp_path / "x").exists()
    pane.tell("/exit")
    pane.exit_code()
    assert recorder.events() == []


def test_a_hook_may_allow_while_the_dialog_shows(start: Start, recorder: Recorder, tmp_path: Path) -> None:
    recorder.block()
    pane = start(reporter=recorder.argv)
    pane.until_state("idle")
    pane.tell(f"[[bash=touch {tmp_path}/x]]")
    pane.until_state("needsInput")
    recorder.answer(ALLOW)
    pane.until_state("idle")
    assert (tmp_path / "x").exists()
    assert pane.answers() == [("permission", "allow", "hook")]
    recorder.until("SessionStart", "UserPromptSubmit", "PreToolUse", "PermissionRequest", "PostToolUse", "Stop")


def test_a_hook_may_deny(start: Start, recorder: Recorder, tmp_path: Path) -> None:
    recorder.block()
    pane = start(reporter=recorder.argv)
    pane.until_state("idle")
    pane.tell(f"[[bash=touch {tmp_path}/x]]")
    pane.until_state("needsInput")
    recorder.answer(DENY)
    pane.shows("Not run: not on a Friday")
    assert not (tmp_path / "x").exists()


def test_the_pane_answers_first_and_the_hook_is_ended(start: Start, recorder: Recorder, tmp_path: Path) -> None:
    recorder.block()
    pane = start(reporter=recorder.argv)
    pane.until_state("idle")
    pane.tell(f"[[bash=touch {tmp_path}/x]]")
    pane.until_state("needsInput")
    until(lambda: len(recorder.events()) == 4, "the hook waits")
    pane.keys("3")
    pane.shows("Not run")
    # What comes after it comes at once: it doesn't hold the queue.
    recorder.until("SessionStart", "UserPromptSubmit", "PreToolUse", "PermissionRequest", "Stop")
    assert pane.answers() == [("permission", "No", "pane")]
    assert not (tmp_path / "x").exists()


def test_escape_at_a_permission_ends_the_hook_too(start: Start, recorder: Recorder) -> None:
    recorder.block()
    pane = start(reporter=recorder.argv)
    pane.until_state("idle")
    pane.tell("[[bash=true]]")
    pane.until_state("needsInput")
    until(lambda: len(recorder.events()) == 4, "the hook waits")
    pane.keys("Escape")
    pane.until_state("idle")
    recorder.until("SessionStart", "UserPromptSubmit", "PreToolUse", "PermissionRequest", "Interrupt")


def test_hook_first_shows_its_dialog_only_when_the_hook_was_silent(
    start: Start, recorder: Recorder, tmp_path: Path
) -> None:
    recorder.block()
    pane = start(reporter=recorder.argv, permission="hook-first")
    pane.until_state("idle")
    pane.tell(f"[[bash=touch {tmp_path}/x]]")
    until(lambda: len(recorder.events()) == 4, "the hook waits")
    assert pane.read().state.value == "busy"
    recorder.answer(None)
    pane.until_state("needsInput")
    pane.keys("y", "Enter")
    pane.until_state("idle")
    assert (tmp_path / "x").exists()


def test_plain_permission_asks_no_hook(start: Start, recorder: Recorder) -> None:
    pane = start(reporter=recorder.argv, permission="plain")
    pane.until_state("idle")
    pane.tell("[[bash=true]]")
    pane.until_state("needsInput")
    pane.keys("1")
    recorder.until("SessionStart", "UserPromptSubmit", "PreToolUse", "PostToolUse", "Stop")


def test_a_hook_can_call_a_question_off_but_not_answer_it(start: Start, recorder: Recorder) -> None:
    recorder.block()
    pane = start(reporter=recorder.argv)
    pane.until_state("idle")
    pane.tell("[[ask=Which?|A|B]]")
    pane.until_state("needsInput")
    recorder.answer(ALLOW)
    until(lambda: not pane_waits(pane), "the hook ended")
    assert pane.read().state.value == "needsInput"
    pane.keys("2")
    pane.shows("● You chose: B")
    pane.tell("[[ask=Which?|A|B]]")
    pane.until_state("needsInput")
    recorder.answer(DENY)
    pane.shows("Not answered: not on a Friday")
    asked = [payload for name, payload in recorder.events() if name == "PermissionRequest"]
    assert asked[0]["tool_name"] == "AskUserQuestion"
    assert asked[0]["tool_input"]["questions"] == [{"question": "Which?", "options": [{"label": "A"}, {"label": "B"}]}]


def pane_waits(pane: Pane) -> bool:
    """Whether a hook of the harness is running."""
    children = Path(f"/proc/{pane.process}/task").glob("*/children")
    return any(path.read_text().strip() for path in children)


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[tuple[Path, list[dict[str, Any]]]]:
    """A plain door that allows every permission; its socket and what it was sent."""
    path, requests = Path("/tmp") / f"door-{os.getpid()}", []  # type: tuple[Path, list[dict[str, Any]]]
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client, client.makefile("rb") as lines:
                for line in lines:
                    request = json.loads(line)
                    requests.append(request)
                    result = {"decision": ALLOW} if request["params"].get("waits") else {}
                    client.sendall(
                        json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}).encode() + b"\n"
                    )

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield path, requests
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(20)
    path.unlink()


def test_the_real_reporter_reports_and_brings_the_answer(
    start: Start, daemon: tuple[Path, list[dict[str, Any]]], tmp_path: Path
) -> None:
    path, requests = daemon
    pane = start(extra={"OPENRIG_RPC_SOCKET": str(path), "OPENRIG_RPC_AGENT": "dev-one@demo"})
    pane.tell(f"[[bash=touch {tmp_path}/x]] done")
    pane.shows("● ECHO: done")
    assert (tmp_path / "x").exists()
    pane.tell("/exit")
    pane.exit_code()
    reports = [request["params"] for request in requests if request["method"] == "agent/report"]
    assert [report["event"] for report in reports] == [
        "SessionStart",
        "UserPromptSubmit",
        "PreToolUse",
        "PermissionRequest",
        "PostToolUse",
        "Stop",
        "SessionEnd",
    ]
    assert {report["harness"] for report in reports} == {"scripted"}
    assert {report["pid"] for report in reports} == {pane.process}
    assert [report["at"] for report in reports] == sorted(report["at"] for report in reports)


def test_without_a_daemon_it_works_on(start: Start, tmp_path: Path) -> None:
    pane = start(extra={"OPENRIG_RPC_SOCKET": str(tmp_path / "none"), "OPENRIG_RPC_AGENT": "dev-one@demo"})
    pane.tell("[[bash=true]] hello")
    pane.until_state("needsInput")
    pane.keys("1")
    pane.shows("● ECHO: hello")
