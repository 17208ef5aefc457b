"""The real harnesses: how soon a question that they draw is known. Left out, with a word, where they can't be had."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from openrig_rpc.cli.line import Line

from ..living import Living, until
from ..real import harness_fixture as real
from .measure import Row, median, p95

AGENT = "p-one@bench"


@dataclass(frozen=True)
class Question:
    """What makes a harness ask, and what only its dialog shows."""

    what: str
    runtime: str
    directive: str
    drawn: str
    first: str | None = None
    times: int = 6


QUESTIONS = (
    Question("a permission in Claude Code", "claude-code", "[[bash=touch made]]", "Do you want to proceed?"),
    Question("a question in Claude Code", "claude-code", "[[ask=Which?|Red|Blue]]", "Enter to select"),
    # It is drawn when its hook was not answered for 20 seconds.
    Question(
        "a permission in Codex", "codex", "[[bash=touch /opt/made]] [[escalate]]", "Would you like to run", times=2
    ),
    Question("a question in Codex", "codex", "[[ask=Which?|Red|Blue]]", "enter to submit", "/plan"),
)


def questions() -> list[Row]:
    """From a dialog's being drawn to `agent.promptOpened`. Below zero: a hook told of it before."""
    rows = []
    with real.model_api() as api:
        for question in QUESTIONS:
            try:
                program = real.claude() if question.runtime == "claude-code" else real.codex()
            except (pytest.skip.Exception, pytest.fail.Exception) as missing:
                print(f"{question.what}: not measured: {missing}")
                continue
            with real.house(api, program) as home:
                took = _measure(home, question)
            name = f"{question.what}: drawn to promptOpened"
            rows.append(Row(name, "ms", median(took), p95(took), None, None, f"worst {max(took):.0f}; at most 500"))
    return rows


def _measure(home: Living, question: Question) -> list[float]:
    real.let_ask(home, "touch")
    real.rig(home, "bench", f"one {question.runtime}")
    real.settled(home, AGENT)
    if (first := question.first) is not None:
        home.ask("agent/keys", {"agent": AGENT, "keys": [{"text": first}]})
        real.until_screen(home, AGENT, first)
        home.ask("agent/keys", {"agent": AGENT, "keys": ["Enter"]})
        until(lambda: first not in real.screen(home, AGENT), "it took the command")
    line = home.line()
    try:
        line.ask("event/subscribe", {"kinds": ["agent.promptOpened"]})
        return [_once(home, line, question) for _ in range(question.times)]
    finally:
        line.close()


def _once(home: Living, line: Line, question: Question) -> float:
    """Milliseconds of one."""
    with _watching(home, question.drawn) as seen:
        line.send("message/send", {"to": AGENT, "text": question.directive})
        while (heard := line.listen(40)) and heard["method"] != "event/published":
            pass
        opened = time.perf_counter()
        assert heard is not None, f"no prompt\n{real.screen(home, AGENT)}"
        until(lambda: seen, f"{question.drawn!r} is drawn", 40)
    # Its answer, and whatever is told of it.
    until(lambda: _dismissed(home), "the question is over", 40)
    until(lambda: real.agent(home, AGENT)["state"] == "idle", "idle", 40)
    while line.listen(0.05):
        pass
    return (opened - seen[0]) * 1000


def _dismissed(home: Living) -> bool:
    if real.agent(home, AGENT).get("prompt") is None:
        return True
    home.ask("agent/keys", {"agent": AGENT, "keys": ["Escape"]})
    time.sleep(0.5)
    return False


@contextmanager
def _watching(home: Living, text: str) -> Iterator[list[float]]:
    """The first moment at which the pane shows a text, as tmux tells it."""
    seen: list[float] = []
    over = threading.Event()
    pane = next(
        row.split()[1]
        for row in home.tmux("list-panes", "-a", "-F", "#{session_name} #{pane_id}").splitlines()
        if row.startswith("a")
    )

    def watch() -> None:
        while not over.is_set() and not seen:
            if text in home.tmux("capture-pane", "-p", "-t", pane):
                seen.append(time.perf_counter())
            time.sleep(0.005)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()
