"""One turn: what the scripted harness does about one text it was told."""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from typing import TYPE_CHECKING

from .dialog import Dialog
from .directives import number, split
from .hooks import Decision, Report
from .tool import Tool
from .transcript import short

if TYPE_CHECKING:
    from .harness import Harness

WORD_SECONDS = 0.05
PERMISSION = ("Yes", "Yes, and don't ask again for this command", "No")
HOTKEYS = ("y", "p", "esc")
DENIED = "Not run: permission was denied."

Steps = Generator[None, object, None]


class Turn:
    """Plays the text's directives one after the other. Waiting is a `yield`; whoever ends the wait calls `go`."""

    def __init__(self, harness: Harness, text: str) -> None:
        self.harness = harness
        self.text = text
        self.said, self.told = split(harness.options.directives + text)
        self.muted = self.told.get("mute", "").replace(",", " ").split()
        self.began = time.monotonic()
        self.live = ""
        self.quiet = True
        self.tool: Tool | None = None
        self.steered: list[str] = []
        self.over = False
        self._asked: Report | None = None
        self._steps = self._play()

    def go(self, value: object = None) -> None:
        """Play on until the next wait, or the end."""
        if self.over:
            return
        try:
            self._steps.send(value)
        except StopIteration:
            self.over = True
            self.harness.ended(self)
        self.harness.dirty = True

    def stop(self) -> None:
        """Cut it short: its tool ends, its question closes, nothing more is said."""
        self.over = True
        self._close_question()
        self._end_tool()
        if self.live:
            self.harness.say(self.live)
        self._steps.close()

    def _play(self) -> Steps:
        told, harness = self.told, self.harness
        if "delay" in told:
            yield from self._sleep(number(told, "delay"))
        if "hang" in told:
            while True:
                yield
        if "crash" in told:
            os._exit(int(number(told, "crash", 1)))
        reply = told.get("reply") or (f"ECHO: {self.said}" if self.said else "Done.")
        if "ask" in told:
            reply = yield from self._ask(told["ask"])
        if "bash" in told:
            refusal = yield from self._permission(told["bash"])
            if refusal:
                reply = refusal
            else:
                yield from self._run(told["bash"])
        if "run" in told and not self.steered:
            harness.hook("PreToolUse", tool_fields(told["run"]), turn=self)
            yield from self._run(told["run"])
        if self.steered:
            return
        if "slow" in told:
            yield from self._stream(int(number(told, "slow")))
            reply = self.live
        self.live = ""
        if "fail" in told:
            harness.say(told["fail"] or "The turn failed.", "■ ")
            return
        harness.say(short(reply, 100, 4000))
        harness.hook("Stop", {"stop_hook_active": False, "last_assistant_message": reply}, turn=self)
        if "exit" in told:
            harness.leave(int(number(told, "exit")), "prompt_input_exit")

    def _sleep(self, seconds: float) -> Steps:
        self.harness.loop.after(seconds, self.go)
        yield

    def _stream(self, words: int) -> Steps:
        for count in range(words):
            self.live += f"{' ' if count else ''}word{count}"
            self.quiet = False
            self.harness.dirty = True
            yield from self._sleep(WORD_SECONDS)

    def _run(self, command: str) -> Steps:
        self.tool = tool = Tool(command)
        if tool.code is None:
            self.harness.loop.hear(tool.descriptor, self._heard)
        while not tool.poll():
            yield
        self._end_tool()
        response: dict[str, object] = {"stdout": tool.output, "stderr": "", "interrupted": False}
        self.harness.hook(
            "PostToolUse", {**tool_fields(command), "tool_response": {**response, "exitCode": tool.code}}, turn=self
        )

    def _heard(self) -> None:
        if self.tool is not None and self.tool.read():
            self.harness.loop.deaf(self.tool.descriptor)
        self.harness.dirty = True

    def _end_tool(self) -> None:
        """The tool is over, or has to be: what it printed goes into the transcript."""
        tool, self.tool = self.tool, None
        if tool is None:
            return
        self.harness.loop.deaf(tool.descriptor)
        tool.end()
        self.quiet = False
        self.harness.say(f"Bash({tool.command})")
        self.harness.say(short(tool.output.strip("\n") or "(no output)", 12, 2000), "  ⎿  ", "     ")
        if tool.code:
            self.harness.say(f"exit code {tool.code}", "     ", "     ")

    def _permission(self, command: str) -> Generator[None, object, str]:
        """Whether the command may run: "" for yes, else what to say instead."""
        harness, fields = self.harness, tool_fields(command)
        harness.hook("PreToolUse", fields, turn=self)
        if command in harness.allowed:
            return ""
        dialog = Dialog(
            "permission",
            "Bash command",
            command,
            "Do you want to run this command?",
            list(PERMISSION),
            self._chosen,
            HOTKEYS if harness.options.hotkeys else (),
        )
        answer = yield from self._question(dialog, fields, allowing=True)
        if isinstance(answer, dict):
            harness.log_answer(dialog, str(answer.get("behavior")), "hook")
            allowed = answer.get("behavior") == "allow"
            message = answer.get("message")
            return "" if allowed else f"Not run: {message}" if message else DENIED
        harness.log_answer(dialog, PERMISSION[answer], "pane")
        if answer == 1:
            harness.allowed.add(command)
        return DENIED if answer == 2 else ""

    def _ask(self, text: str) -> Generator[None, object, str]:
        question, *choices = text.split("|")
        options = choices or ["Yes", "No"]
        fields: dict[str, object] = {
            "tool_name": "AskUserQuestion",
            "tool_input": {"questions": [{"question": question, "options": [{"label": label} for label in options]}]},
        }
        self.harness.hook("PreToolUse", fields, turn=self)
        dialog = Dialog("question", "☐ Question", "", question, options, self._chosen)
        answer = yield from self._question(dialog, fields, allowing=False)
        if isinstance(answer, dict):
            return f"Not answered: {answer.get('message') or 'the question was called off.'}"
        chosen = options[answer]
        self.harness.log_answer(dialog, chosen, "pane")
        self.quiet = False
        self.harness.say(f"{question} → {chosen}", "  ⎿  ", "     ")
        response = {"questions": [], "answers": {question: chosen}}
        self.harness.hook("PostToolUse", {**fields, "tool_response": response}, turn=self)
        return f"You chose: {chosen}"

    def _question(
        self, dialog: Dialog, fields: dict[str, object], *, allowing: bool
    ) -> Generator[None, object, int | Decision]:
        """Ask in the pane and by hook, as the options say; the first answer closes both.

        allowing: a hook's "allow" is an answer. It is none to a question with choices, which stays open.
        """
        harness, way = self.harness, self.harness.options.permission
        if way != "plain":
            self._asked = harness.hook("PermissionRequest", fields, self.go, turn=self)
        if way != "hook-first" or self._asked is None:
            harness.open(dialog)
        while True:
            answer = yield
            if isinstance(answer, int) or (isinstance(answer, dict) and (allowing or answer.get("behavior") == "deny")):
                self._close_question()
                return answer
            self._asked = None
            if harness.dialog is None:
                harness.open(dialog)

    def _chosen(self, number: int | None) -> None:
        if number is None:
            self.harness.interrupt()
        else:
            self.go(number)

    def _close_question(self) -> None:
        asked, self._asked = self._asked, None
        if asked is not None:
            asked.cancel()
        self.harness.close_dialog()


def tool_fields(command: str) -> dict[str, object]:
    """A hook's `tool_name` and `tool_input` for a command."""
    return {"tool_name": "Bash", "tool_input": {"command": command, "description": "scripted"}}
