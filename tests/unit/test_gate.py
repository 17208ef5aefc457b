"""The gate, guard by guard: each case is open but for one thing, so that no guard can go unnoticed."""

from dataclasses import replace
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest

from openrig_rpc.delivery import gate
from openrig_rpc.delivery.gate import IDLE_FOR, LONGEST_LINE, QUIET, Go, Hold, by_row, decide
from openrig_rpc.model.agent import RUNNING, AgentState, Prompt, PromptKind
from openrig_rpc.model.message import HoldReason, Message, When
from openrig_rpc.observe.composer import Composer
from openrig_rpc.observe.rules import Reading
from openrig_rpc.observe.sight import Sight
from openrig_rpc.runtimes.runtime import Manners
from openrig_rpc.runtimes.scripted_agent import Scripted
from openrig_rpc.runtimes.terminal import Terminal
from openrig_rpc.store.rows import AgentRow
from openrig_rpc.tmux.pane import Human, Look
from tests.unit.store_house import AT, agent, message, rig

A, R = AgentState, HoldReason
HARNESS = Manners(submit="Enter", queue="Tab", now="C-x", queued="queued", steered="steered")
PATIENT = Manners(submit="Enter")  # no way to take anything while busy
SHELL = Terminal.manners
PROMPT = Prompt(id="p-1", kind=PromptKind.PERMISSION, question="May I?", opened_at=AT)
START = Go("Enter", "started")
NOW = 1_000_000_000.0


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "time", SimpleNamespace(time=lambda: NOW))


def row(state: AgentState = A.IDLE, **more: Any) -> AgentRow:
    return agent(rig(), "p", "a", state=state, **more)


def composer(draft: str | None = "") -> Composer:
    return Composer(
        shape="box",
        first=1,
        last=1,
        bottom=2,
        draft=draft,
        visible=draft or "",
        ghost="",
        wrapped=False,
        placeholders=(),
    )


def reading(state: AgentState = A.IDLE, draft: str | None = "", *, box: bool = True) -> Reading:
    return Reading(state, "rule", "reason", composer(draft) if box else None)


def human(ago: float, *, read_only: bool = False) -> Human:
    return Human("client", int(NOW - ago), read_only)


def sight(
    read: Reading | None = None, *, foreground: bool | None = True, humans: tuple[Human, ...] = (), **look: Any
) -> Sight:
    shown = Look(
        pane="%1", pid=1, dead=False, exit_code=None, columns=80, rows=24, cursor_x=0, cursor_y=0, cursor_visible=True,
        in_mode=False, alternate=True, bracketed=True, title="", command="harness", lines=(), humans=humans,
    )  # fmt: skip
    return Sight(replace(shown, **look), read, foreground)


def ask(
    agent_row: AgentRow | None = None,
    seen: Sight | None = None,
    *,
    manners: Manners = HARNESS,
    when: When = "auto",
    text: str = "hello",
    hook: AgentState | None = A.IDLE,
    idle: float = 60.0,
    canonical: bool | None = False,
) -> Go | Hold:
    """By default everything is open: an idle harness with an empty composer, nobody there."""
    asked: Message = message(text=text, when=when)
    return decide(
        agent_row or row(), asked, manners, seen or sight(reading()), hook=hook, idle_seconds=idle, canonical=canonical
    )


def ask_shell(seen: Sight | None = None, agent_row: AgentRow | None = None, **more: Any) -> Go | Hold:
    """The same for a terminal whose shell waits at its prompt."""
    return ask(agent_row, seen or sight(None), manners=SHELL, hook=None, **more)


WHENS: list[When] = ["auto", "idle", "now"]


@pytest.mark.parametrize("when", WHENS)
def test_open(when: When) -> None:
    assert ask(when=when) == START
    assert ask_shell(when=when) == START


# What the row alone forbids.


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (A.STARTING, R.STARTING), (A.STOPPED, R.STOPPED), (A.EXITED, R.EXITED), (A.FAILED, R.FAILED),
        (A.IDLE, None), (A.BUSY, None), (A.NEEDS_INPUT, None), (A.UNKNOWN, None),
    ],
)  # fmt: skip
def test_by_row(state: AgentState, reason: HoldReason | None) -> None:
    assert by_row(row(state)) == (Hold(reason) if reason else None)
    assert by_row(row(state, pane=None)) == Hold(reason or R.STOPPED)
    assert {each for each in A if by_row(row(each)) is None} == RUNNING - {A.STARTING}


# What no mode ever types into.


@pytest.mark.parametrize("when", WHENS)
@pytest.mark.parametrize(
    ("reason", "case"),
    [
        (R.EXITED, {"seen": sight(reading(), dead=True)}),
        (R.COPY_MODE, {"seen": sight(reading(), in_mode=True)}),
        (R.NEEDS_INPUT, {"agent_row": row(A.NEEDS_INPUT)}),
        (R.NEEDS_INPUT, {"agent_row": row(prompt=PROMPT), "hook": A.NEEDS_INPUT}),
        (R.NEEDS_INPUT, {"seen": sight(reading(A.NEEDS_INPUT, box=False))}),
        (R.NEEDS_INPUT, {"seen": sight(reading(A.NEEDS_INPUT))}),
        (R.STARTING, {"seen": sight(reading(A.STARTING))}),
        (R.UNKNOWN, {"seen": sight(None)}),
        (R.UNKNOWN, {"seen": sight(reading(A.UNKNOWN))}),
        (R.UNKNOWN, {"seen": sight(reading(A.IDLE, box=False))}),
        (R.UNKNOWN, {"seen": sight(reading(A.BUSY, box=False))}),
        (R.UNKNOWN, {"agent_row": row(A.UNKNOWN)}),
        (R.DRAFT, {"seen": sight(reading(draft="half a thought"))}),
        (R.DRAFT, {"seen": sight(reading(draft="\n x"))}),
        (R.DRAFT, {"seen": sight(reading(draft=None))}),
        (R.DRAFT, {"seen": sight(reading(A.BUSY, draft="while it works"))}),
        (R.MULTILINE, {"seen": sight(reading(), bracketed=False)}),
    ],
    ids=lambda value: value.value if isinstance(value, HoldReason) else "",
)
def test_held_whatever_the_mode(when: When, reason: HoldReason, case: dict[str, Any]) -> None:
    assert ask(when=when, **case) == Hold(reason, whole=True)


@pytest.mark.parametrize("when", WHENS)
@pytest.mark.parametrize(
    ("reason", "case"),
    [
        (R.EXITED, {"seen": sight(None, dead=True)}),
        (R.COPY_MODE, {"seen": sight(None, in_mode=True)}),
        (R.NEEDS_INPUT, {"agent_row": row(A.NEEDS_INPUT)}),
        (R.TYPING, {"seen": sight(None, humans=(human(0),))}),
    ],
)
def test_a_terminal_is_held_for_the_same(when: When, reason: HoldReason, case: dict[str, Any]) -> None:
    assert ask_shell(when=when, **case) == Hold(reason, whole=True)


def test_which_reason_is_told_first() -> None:
    """Where several things forbid it, the one that matters most: a dead process before all."""
    everything: dict[str, Any] = {"dead": True, "in_mode": True, "bracketed": False, "humans": (human(0),)}
    asked = row(A.NEEDS_INPUT)
    assert ask(asked, sight(reading(A.UNKNOWN, draft="x"), **everything)) == Hold(R.EXITED)
    assert ask(asked, sight(reading(A.UNKNOWN, draft="x"), **{**everything, "dead": False})) == Hold(R.COPY_MODE)
    assert ask(asked, sight(reading(A.UNKNOWN), humans=(human(0),))) == Hold(R.NEEDS_INPUT)
    assert ask(row(), sight(reading(A.UNKNOWN, draft="x"), humans=(human(0),))) == Hold(R.TYPING)


def test_a_hook_that_asked_for_something_that_was_answered() -> None:
    """Its last word is old when no prompt is open any more."""
    assert ask(hook=A.NEEDS_INPUT) == START


# People.


@pytest.mark.parametrize(
    ("humans", "held"),
    [
        ((human(0),), True),
        ((human(QUIET - 1),), True),
        ((human(QUIET),), False),  # the second that tmux tells began at least QUIET ago
        ((human(QUIET + 1),), False),
        ((human(-30),), True),  # a clock that ran back
        ((human(0, read_only=True),), False),
        ((human(999), human(0)), True),
        ((human(0), human(999)), True),
        ((human(999), human(0, read_only=True)), False),
        ((), False),
    ],
)
def test_nobody_is_interrupted_while_typing(humans: tuple[Human, ...], held: bool) -> None:
    for when in WHENS:
        assert ask(seen=sight(reading(), humans=humans), when=when) == (Hold(R.TYPING) if held else START)
        assert ask_shell(sight(None, humans=humans), when=when) == (Hold(R.TYPING) if held else START)


# Busy: as the harness likes it.

BUSY_BY = [
    {"agent_row": row(A.BUSY)},
    {"seen": sight(reading(A.BUSY))},
    {"hook": A.BUSY},
    {"agent_row": row(A.UNKNOWN), "seen": sight(reading(A.BUSY))},
]


@pytest.mark.parametrize("by", BUSY_BY, ids=["shown", "screen", "hook", "screen of an unknown"])
@pytest.mark.parametrize(
    ("manners", "when", "verdict"),
    [
        (HARNESS, "auto", Go("Tab", "queued")),
        (HARNESS, "now", Go("C-x", "steered")),
        (HARNESS, "idle", Hold(R.BUSY, whole=False)),
        (PATIENT, "auto", Hold(R.BUSY, whole=False)),
        (PATIENT, "now", Hold(R.BUSY, whole=False)),
        (PATIENT, "idle", Hold(R.BUSY, whole=False)),
        (Manners(queue="Enter", queued="steered"), "auto", Go("Enter", "steered")),
        (Manners(now="Enter", steered="queued"), "now", Go("Enter", "queued")),
        (Manners(now="Enter"), "auto", Hold(R.BUSY, whole=False)),
        (Manners(queue="Tab"), "now", Hold(R.BUSY, whole=False)),
    ],
)
def test_busy(by: dict[str, Any], manners: Manners, when: When, verdict: Go | Hold) -> None:
    assert ask(manners=manners, when=when, **by) == verdict


def test_a_busy_harness_that_is_not_bracketing_is_not_typed_into() -> None:
    assert ask(row(A.BUSY), sight(reading(A.BUSY), bracketed=False)) == Hold(R.MULTILINE)


def test_whether_it_brackets_may_be_unknown() -> None:
    assert ask(seen=sight(reading(), bracketed=None)) == START


def test_idle_has_to_last() -> None:
    assert ask(when="idle", idle=IDLE_FOR - 0.01) == Hold(R.BUSY, whole=False)
    assert ask(when="idle", idle=IDLE_FOR) == START
    for when in ("auto", "now"):
        assert ask(when=when, idle=0.0) == START
    assert ask_shell(when="idle", idle=IDLE_FOR - 0.01) == Hold(R.BUSY, whole=False)
    assert ask_shell(when="idle", idle=IDLE_FOR) == START
    assert ask_shell(when="auto", idle=0.0) == START


def test_the_key_is_the_harness_own() -> None:
    assert ask(manners=Manners(submit="C-m")) == Go("C-m", "started")


# Terminals.


@pytest.mark.parametrize(
    ("when", "foreground", "verdict"),
    [
        ("auto", True, START),
        ("auto", False, Hold(R.BUSY, whole=False)),
        ("auto", None, Hold(R.UNKNOWN)),
        ("idle", True, START),
        ("idle", False, Hold(R.BUSY, whole=False)),
        ("idle", None, Hold(R.UNKNOWN)),
        ("now", True, START),
        ("now", False, START),
        ("now", None, START),
    ],
)
def test_who_owns_the_foreground(when: When, foreground: bool | None, verdict: Go | Hold) -> None:
    assert ask_shell(sight(None, foreground=foreground), when=when) == verdict


@pytest.mark.parametrize("when", WHENS)
@pytest.mark.parametrize("bracketed", [True, False, None])
def test_several_lines_for_a_terminal(when: When, bracketed: bool | None) -> None:
    seen = sight(None, bracketed=bracketed)
    held = START if bracketed else Hold(R.MULTILINE, whole=False)
    assert ask_shell(seen, text="one\ntwo", when=when) == held
    assert ask_shell(seen, text="one\ntwo\n", when=when) == held
    assert ask_shell(seen, text="\none", when=when) == held
    assert ask_shell(seen, text="one\n\n", when=when) == START, "new lines at the end are not typed"
    assert ask_shell(seen, text="one", when=when) == START


@pytest.mark.parametrize("when", WHENS)
@pytest.mark.parametrize("canonical", [True, False, None])
@pytest.mark.parametrize("text", ["x" * LONGEST_LINE, "é" * (LONGEST_LINE // 2)])
def test_long_lines_for_a_line_mode_program(when: When, canonical: bool | None, text: str) -> None:
    assert ask_shell(text=text, canonical=canonical, when=when) == START
    longer = text + "éx"
    held = Hold(R.MULTILINE, whole=False) if canonical else START
    assert ask_shell(text=longer, canonical=canonical, when=when) == held
    assert ask_shell(text=f"short\n{longer}", canonical=canonical, when=when) == held


def test_a_hold_of_one_message_leaves_others_their_way() -> None:
    """`whole` says that nothing at all may be typed there; a busy harness still takes what is for now."""
    partial = {R.BUSY, R.MULTILINE}
    seen: set[tuple[HoldReason, bool]] = set()
    for state, draft, when, manners in product(A, ("", "x"), WHENS, (HARNESS, PATIENT)):
        verdict = ask(row(A.BUSY), sight(reading(state, draft)), when=when, manners=manners)
        if isinstance(verdict, Hold):
            seen.add((verdict.reason, verdict.whole))
    assert all(whole or reason in partial for reason, whole in seen)
    assert (R.BUSY, False) in seen and (R.DRAFT, True) in seen


def test_nothing_gets_through_without_an_empty_composer_and_no_question() -> None:
    """Whatever else is so: every Go of a harness had a composer that was seen empty, and nobody's question open."""
    states = list(A)
    opened = 0
    for shown, screen, hook, draft, when, mode, dead, prompted in product(
        states, [None, *states], [None, A.IDLE, A.BUSY, A.NEEDS_INPUT], ["", "x", None], WHENS, [False, True],
        [False, True], [False, True],
    ):  # fmt: skip
        asked = row(shown, prompt=PROMPT if prompted else None)
        seen = sight(None if screen is None else reading(screen, draft), in_mode=mode, dead=dead)
        verdict = by_row(asked) or ask(asked, seen, when=when, hook=hook)
        if isinstance(verdict, Go):
            opened += 1
            assert not mode and not dead and draft == ""
            assert screen in (A.IDLE, A.BUSY, A.STOPPED, A.EXITED, A.FAILED)
            assert shown in (A.IDLE, A.BUSY, A.UNKNOWN) and not (prompted and hook is A.NEEDS_INPUT)
            busy = A.BUSY in (shown, screen, hook)
            assert (verdict == START) is not busy
    assert opened


def test_manners_of_ours() -> None:
    assert (Scripted.manners.composer, Scripted.manners.envelope) == (True, True)
    assert (SHELL.composer, SHELL.envelope, SHELL.queue) == (False, False, None)
