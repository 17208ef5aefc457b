"""The typist against a pane that does what a test says: when Enter is pressed, and what the receipt then says."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from openrig_rpc.delivery import typist as typing
from openrig_rpc.delivery.gate import Go, Hold
from openrig_rpc.delivery.typist import Ear, Typist
from openrig_rpc.model.agent import AgentState
from openrig_rpc.model.base import now
from openrig_rpc.model.message import HoldReason, Message, MessageState
from openrig_rpc.observe.composer import Composer
from openrig_rpc.observe.observer import Observer
from openrig_rpc.observe.rules import Reading
from openrig_rpc.observe.sight import Eyes, Sight
from openrig_rpc.runtimes.runtime import Manners, Runtime, Signal
from openrig_rpc.store.rows import AgentRow
from openrig_rpc.store.store import Store
from openrig_rpc.store.writer import Tx
from openrig_rpc.tmux.pane import Human, Look
from openrig_rpc.tmux.server import Tmux
from tests.unit.store_house import agent, message, opened, populate, rig

A, S = AgentState, MessageState
HOME = rig()


class Pane:
    """Stands for tmux, eyes, runtime and observer of one agent. `at_look` changes it before each look after the
    paste, by the number of that look; `at_enter` what Enter does, by its number."""

    name, summary, screens, hooks = "fake", "for tests", "fake", True

    def __init__(self, store: Store, row: AgentRow) -> None:
        self.store, self.row, self.ear = store, row, Ear()
        self.manners = Manners(envelope=False)
        self.told: AgentState | None = None
        self.hears = True
        self.state, self.draft = A.IDLE, ""
        self.above = "before"
        self.dead = self.in_mode = False
        self.humans: tuple[Human, ...] = ()
        self.pasted, self.looks, self.keys_pressed = "", 0, 0
        self.at_paste: Callable[[str], str] = lambda text: text
        self.at_look: Callable[[int], None] = lambda number: None
        self.at_enter: Callable[[int], None] = lambda number: self.submit()
        self.decides: list[Go | Hold] = [Go("Enter", "started")]

    def submit(self, more: str = "") -> None:
        """The harness takes what stands there, and reports it."""
        self.hear(self.draft + more)
        self.draft, self.state, self.above = "", A.BUSY, "after"

    def hear(self, prompt: str) -> None:
        self.ear.hear(Signal("a prompt", A.BUSY, prompt), now())

    async def show(self, state: AgentState) -> None:
        """What the roster says of the agent."""
        row = self.store.roster.agents[self.row.id].model_copy(update={"state": state})
        await populate(self.store, (HOME, [row]))

    async def look(self, row: AgentRow, runtime: object) -> Sight:
        if self.pasted:
            self.looks += 1
            self.at_look(self.looks)
        composer = Composer("c", 1, 1, 2, self.draft, self.draft, "", False, ())
        reading = Reading(self.state, "rule", "as it looks", composer) if self.manners.composer else None
        # A terminal's text stands where its cursor is.
        lines = (self.above, self.draft, "---")
        return Sight(
            Look(
                pane="%1", pid=1, dead=self.dead, exit_code=None, columns=80, rows=24, cursor_x=len(self.draft),
                cursor_y=1, cursor_visible=True, in_mode=self.in_mode, alternate=True, bracketed=True, title="",
                command="x", lines=lines, humans=self.humans,
            ),
            reading, True,
        )  # fmt: skip

    async def paste(self, pane: str, data: bytes) -> None:
        assert not self.pasted, "pasted twice"
        self.pasted = data.decode()
        self.draft = self.at_paste(self.pasted)

    async def keys(self, pane: str, keys: list[str]) -> None:
        assert keys == ["Enter"]
        self.keys_pressed += 1
        assert self.keys_pressed <= 2, "a third Enter"
        self.at_enter(self.keys_pressed)

    def decide(self, *of: object) -> Go | Hold:
        return self.decides[0]

    def heard(self, agent_id: str) -> bool:
        return self.hears

    def hook_word(self, agent_id: str) -> AgentState | None:
        return self.told

    async def deliver(self, sent: Message | None = None) -> Message:
        """Deliver a message; as it is afterwards."""
        sent = sent or message()

        async def unit(tx: Tx) -> None:
            await self.store.messages.accept(tx, sent, agent_id=self.row.id, rig="demo")

        await self.store.write("operator", unit)
        return await self.again(sent)

    async def again(self, sent: Message) -> Message:
        typist = Typist(self.store, cast(Tmux, self), cast(Eyes, self), cast(Observer, self), cast(Any, self.decide))
        await typist.deliver(self.row, cast(Runtime, self), sent, self.ear)
        found = await self.store.messages.get(sent.id)
        assert found is not None
        return found


@pytest.fixture
async def pane(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pane]:
    for name, value in {
        "ECHO": 0.2,
        "TAKEN": 0.15,
        "AGAIN": 0.15,
        "GLANCE": 0.002,
        "LATE": 0.02,
        "HUSH": 0.002,
    }.items():
        monkeypatch.setattr(typing, name, value)
    async with opened(tmp_path / "openrig.db") as store:
        row = agent(HOME, "p", "a")
        await populate(store, (HOME, [row]))
        yield Pane(store, row)


def uncertain(found: Message, why: str) -> bool:
    return found.state is S.INDETERMINATE and why in (found.reason or "")


async def test_pasted_shown_submitted(pane: Pane) -> None:
    found = await pane.deliver()
    assert (found.state, found.turn, pane.keys_pressed, pane.pasted) == (S.SUBMITTED, "started", 1, "hello")


async def test_one_that_was_cancelled_is_not_typed(pane: Pane) -> None:
    sent = message()

    async def unit(tx: Tx) -> None:
        await pane.store.messages.accept(tx, sent, agent_id=pane.row.id, rig="demo")
        expect = (S.ACCEPTED,)
        await pane.store.messages.move(tx, sent, S.CANCELLED, agent_id=pane.row.id, rig="demo", expect=expect)

    await pane.store.write("operator", unit)
    assert (await pane.again(sent)).state is S.CANCELLED and not pane.pasted


async def test_a_gate_that_closed_meanwhile_holds(pane: Pane) -> None:
    pane.decides = [Hold(HoldReason.DRAFT)]
    found = await pane.deliver()
    assert (found.state, found.reason, pane.pasted) == (S.HELD, "draft", "")


@pytest.mark.parametrize("shown", ["hello and more", "more hello", "something else", ""])
async def test_enter_is_for_our_text_alone(pane: Pane, shown: str) -> None:
    pane.at_paste = lambda text: shown
    found = await pane.deliver()
    assert found.state is S.INDETERMINATE and pane.keys_pressed == 0


async def waits_for(pane: Pane, opened: Callable[[], None], closed: Callable[[], None]) -> None:
    """Something stands in the way for a few looks, and Enter comes only behind it."""

    def look(number: int) -> None:
        if number == 5:
            closed()
        assert not (number <= 5 and pane.keys_pressed)

    opened()
    pane.at_look = look
    found = await pane.deliver()
    assert (found.state, pane.keys_pressed, pane.looks >= 5) == (S.SUBMITTED, 1, True)


async def test_a_prompt_on_the_screen_is_waited_out(pane: Pane) -> None:
    await waits_for(pane, lambda: setattr(pane, "state", A.NEEDS_INPUT), lambda: setattr(pane, "state", A.IDLE))


async def test_a_prompt_that_only_its_hook_tells_of_is_waited_out(pane: Pane) -> None:
    await pane.show(A.NEEDS_INPUT)
    agents = pane.store.roster.agents
    idle = agents[pane.row.id].model_copy(update={"state": A.IDLE})
    await waits_for(pane, lambda: None, lambda: agents.update({pane.row.id: idle}))


async def test_a_harness_that_wants_a_pause_gets_it(pane: Pane) -> None:
    """An Enter that comes too soon after a paste is a line's end there."""
    clock = asyncio.get_running_loop().time
    pane.manners = replace(pane.manners, pause=0.05)
    moments: list[float] = []

    def paste(text: str) -> str:
        moments.append(clock())
        return text

    def enter(number: int) -> None:
        moments.append(clock())
        pane.submit()

    pane.at_paste, pane.at_enter = paste, enter
    found = await pane.deliver()
    assert found.state is S.SUBMITTED and moments[1] - moments[0] >= 0.05


async def test_copy_mode_is_waited_out(pane: Pane) -> None:
    await waits_for(pane, lambda: setattr(pane, "in_mode", True), lambda: setattr(pane, "in_mode", False))


async def test_a_person_who_types_is_waited_out(pane: Pane) -> None:
    types = (Human("c", int(time.time()) + 60, False),)
    await waits_for(pane, lambda: setattr(pane, "humans", types), lambda: setattr(pane, "humans", ()))


async def test_a_person_who_begins_to_type_behind_a_hush_is_waited_out(pane: Pane) -> None:
    def look(number: int) -> None:
        if number in (2, 6):
            pane.humans = (Human("c", int(time.time()) + 60, False),) if number == 2 else ()

    pane.humans = (Human("c", 0, False),)
    pane.at_look = look
    assert (await pane.deliver()).state is S.SUBMITTED and pane.looks >= 6


async def test_with_a_person_there_enter_waits_for_a_hush(pane: Pane) -> None:
    pane.humans = (Human("c", 0, False),)
    found = await pane.deliver()
    assert found.state is S.SUBMITTED and pane.looks >= 2


async def test_a_process_that_ends_behind_the_paste(pane: Pane) -> None:
    pane.at_paste = lambda text: "other"
    pane.at_look = lambda number: setattr(pane, "dead", True)
    assert uncertain(await pane.deliver(), "the process ended after the paste") and not pane.keys_pressed


async def test_somebody_elses_enter_with_something_else(pane: Pane) -> None:
    pane.at_paste = lambda text: text + "xyz"
    pane.at_look = lambda number: pane.submit() if number == 2 else None
    assert uncertain(await pane.deliver(), "together with") and not pane.keys_pressed


async def test_somebody_elses_enter_on_our_text_alone(pane: Pane) -> None:
    pane.humans = (Human("c", int(time.time()) + 60, False),)
    pane.at_look = lambda number: pane.submit() if number == 2 else None
    assert (await pane.deliver()).state is S.SUBMITTED and not pane.keys_pressed


async def test_a_lost_enter_is_pressed_once_more(pane: Pane) -> None:
    pane.at_enter = lambda number: pane.submit() if number == 2 else None
    assert (await pane.deliver()).state is S.SUBMITTED and pane.keys_pressed == 2


async def test_there_is_no_third_enter(pane: Pane) -> None:
    pane.at_enter = lambda number: None
    assert uncertain(await pane.deliver(), "pressed twice") and pane.keys_pressed == 2


async def test_a_process_that_ends_behind_enter(pane: Pane) -> None:
    pane.hears = False
    pane.at_enter = lambda number: setattr(pane, "dead", True)
    assert uncertain(await pane.deliver(), "the process ended after Enter")


def gone(pane: Pane, draft: str, *, moved: bool) -> Callable[[int], None]:
    """What Enter does to the screen, where nothing is reported."""

    def enter(number: int) -> None:
        pane.draft, pane.above = draft, "after" if moved else pane.above

    return enter


async def test_where_hooks_report_their_silence_means_something(pane: Pane) -> None:
    pane.at_enter = gone(pane, "", moved=True)
    assert uncertain(await pane.deliver(), "nothing tells that it was taken") and pane.keys_pressed == 1


@pytest.mark.parametrize(
    ("draft", "moved", "state"),
    [("", True, S.SUBMITTED), ("", False, S.INDETERMINATE), ("other", True, S.INDETERMINATE)],
)
async def test_without_hooks_the_screen_tells(pane: Pane, draft: str, moved: bool, state: MessageState) -> None:
    pane.hears = False
    pane.at_enter = gone(pane, draft, moved=moved)
    assert (await pane.deliver()).state is state and pane.keys_pressed == 1


# A terminal.


@pytest.fixture
def shell(pane: Pane) -> Pane:
    pane.manners = Manners(envelope=False, composer=False)
    return pane


async def test_a_terminal_that_echoes(shell: Pane) -> None:
    assert (await shell.deliver()).state is S.SUBMITTED and shell.keys_pressed == 1


async def test_a_terminal_that_does_not_echo(shell: Pane) -> None:
    shell.at_paste = lambda text: "*****"
    assert uncertain(await shell.deliver(), "did not echo") and shell.keys_pressed == 0


async def test_a_terminal_in_copy_mode(shell: Pane) -> None:
    await waits_for(shell, lambda: setattr(shell, "in_mode", True), lambda: setattr(shell, "in_mode", False))


async def test_a_terminal_that_ends(shell: Pane) -> None:
    shell.at_look = lambda number: setattr(shell, "dead", True)
    assert uncertain(await shell.deliver(), "the process ended after the paste") and shell.keys_pressed == 0
