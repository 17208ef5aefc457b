"""From hooks, screens and processes to one state: a real store, and eyes that see what a test puts before them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from openrig_rpc.model.agent import AgentState, ContextUse, Prompt, PromptKind, Source
from openrig_rpc.model.base import moment, now, stamp
from openrig_rpc.model.errors import Storage
from openrig_rpc.model.system import RuntimeInfo
from openrig_rpc.observe import observer as observing
from openrig_rpc.observe.observer import Observer, judge
from openrig_rpc.observe.prompts import SeenChoice, SeenPrompt
from openrig_rpc.observe.rules import Reading
from openrig_rpc.observe.sight import Eyes, Sight
from openrig_rpc.observe.usage import note_use
from openrig_rpc.runtimes import hooks
from openrig_rpc.runtimes.diaries import Entry
from openrig_rpc.runtimes.runtime import Launch, Manners, Seat, Signal
from openrig_rpc.runtimes.shelf import Shelf
from openrig_rpc.store.rows import AgentRow
from openrig_rpc.store.store import Store
from openrig_rpc.store.writer import Tx
from openrig_rpc.tmux.pane import Look, PaneGone
from tests.unit.store_house import agent, journal, opened, pane, populate, rig

A = AgentState
HOME = rig()
ID = "a-demo-p.a"


class Harness:
    """A runtime with a composer, screens and hooks."""

    name = "fake"
    summary = "for tests"
    manners = Manners()
    screens: str | None = "fake"
    hooks = True

    def find(self, environ: Mapping[str, str]) -> RuntimeInfo:
        return RuntimeInfo(name=self.name, summary=self.summary, installed=True)

    def launch(self, seat: Seat) -> Launch:
        raise NotImplementedError

    def signal(self, event: str, payload: Mapping[str, Any]) -> Signal | None:
        return hooks.signal(event, payload)


class Shell(Harness):
    manners = Manners(composer=False)
    screens = None
    hooks = False


RUNTIMES = {"fake": Harness(), "terminal": Shell()}


class Sights:
    """Stands for eyes: `shows` is what the next looks see."""

    def __init__(self) -> None:
        self.shows: Sight | Exception = screen(A.IDLE)
        self.looks = 0
        self.hold: asyncio.Event | None = None

    async def look(self, row: AgentRow, runtime: object) -> Sight:
        self.looks += 1
        if self.hold is not None:
            await self.hold.wait()
        if isinstance(self.shows, Exception):
            raise self.shows
        return self.shows

    def get(self, name: str) -> Harness:
        return RUNTIMES[name]


def screen(state: AgentState, prompt: SeenPrompt | None = None, *, dead: bool = False) -> Sight:
    """What a screen reads as."""
    return Sight(_look(dead), Reading(state, "rule", "as it looks", None, prompt), True)


def shell(foreground: bool | None) -> Sight:
    """A terminal without screen rules."""
    return Sight(_look(False), None, foreground)


def _look(dead: bool) -> Look:
    return Look(
        pane="%1", pid=1, dead=dead, exit_code=None, columns=80, rows=24, cursor_x=0, cursor_y=0, cursor_visible=True,
        in_mode=False, alternate=True, bracketed=True, title="", command="vim", lines=(), humans=(),
    )  # fmt: skip


def dialog(question: str = "Run rm -rf?", kind: PromptKind = PromptKind.PERMISSION, *labels: str) -> SeenPrompt:
    return SeenPrompt(kind, question, tuple(SeenChoice(label) for label in labels or ("Yes", "No")))


def ago(seconds: float) -> str:
    return stamp(moment(now()) - timedelta(seconds=seconds))


class House:
    """One agent, watched."""

    def __init__(self, store: Store, sights: Sights, observer: Observer) -> None:
        self.store, self.sights, self.observer = store, sights, observer
        self.states: list[AgentState] = []
        self._changed = asyncio.Event()
        observer.on_state = self._state

    def _state(self, row: AgentRow) -> None:
        self.states.append(row.state)
        self._changed.set()

    async def put(self, state: AgentState = A.IDLE, *, watch: bool = True, **more: Any) -> AgentRow:
        """The agent, as shown for a minute."""
        row = agent(HOME, "p", "a", state=state, at=ago(60), runtime=more.pop("runtime", "fake"), **more)
        await populate(self.store, (HOME, [row]))
        if watch:
            self.observer.watch(row)
        return row

    @property
    def row(self) -> AgentRow:
        return self.store.roster.agents[ID]

    def state(self) -> AgentState:
        return self.row.state

    def prompt(self) -> Prompt | None:
        return self.row.prompt

    def differs(self) -> AgentState | None:
        """What the screen shows against what is shown."""
        found = self.observer._watched[ID].differs
        return found[0] if found is not None else None

    def prompt_id(self) -> str | None:
        return self.row.prompt.id if self.row.prompt is not None else None

    async def see(self, *sights: Sight) -> None:
        """Looks that somebody took."""
        for sight in sights:
            row = self.row
            await self.observer.seen(row, RUNTIMES[row.runtime], sight)

    async def hear(self, event: str, at: str | None = None, *, row: AgentRow | None = None, **payload: Any) -> None:
        await self.observer.report(row or self.row, event, payload, at)

    async def until(self, state: AgentState) -> None:
        async with asyncio.timeout(10):
            while self.row.state is not state:
                self._changed.clear()
                await self._changed.wait()

    async def kinds(self) -> list[str]:
        return [entry.kind for entry in await journal(self.store) if entry.kind.startswith("agent.")]


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr(observing, "GATHER", 0.0)
    monkeypatch.setattr(observing, "RATE", 0.0)
    monkeypatch.setattr(observing, "RETRY", 0.001)
    async with opened(tmp_path / "openrig.db") as store:
        sights = Sights()
        observer = Observer(store, cast(Eyes, sights), cast(Shelf, sights))
        yield House(store, sights, observer)
        observer.close()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing lasts long enough."""
    monkeypatch.setattr(observing, "SETTLE", 3600.0)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything lasted."""
    monkeypatch.setattr(observing, "SETTLE", 0.0)


# What a look alone tells.


def test_judge() -> None:
    assert judge(screen(A.BUSY)) == (A.BUSY, "rule: as it looks", "screen")
    assert judge(Sight(_look(False), Reading(A.UNKNOWN, None, "no rule fits"), None)) == (
        A.UNKNOWN, "no rule fits", "screen",
    )  # fmt: skip
    assert judge(shell(True))[::2] == (A.IDLE, "process")
    assert judge(shell(None))[::2] == (A.UNKNOWN, "process")
    state, detail, source = judge(shell(False))
    assert (state, source) == (A.BUSY, "process") and "vim" in detail


# Without hooks.


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(
    ("shown", "seen", "after"),
    [
        (A.STARTING, A.IDLE, A.IDLE), (A.STARTING, A.BUSY, A.BUSY), (A.STARTING, A.UNKNOWN, A.STARTING),
        (A.STARTING, A.STARTING, A.STARTING), (A.STARTING, A.NEEDS_INPUT, A.NEEDS_INPUT),
        (A.IDLE, A.BUSY, A.BUSY), (A.BUSY, A.IDLE, A.BUSY), (A.IDLE, A.UNKNOWN, A.IDLE), (A.BUSY, A.UNKNOWN, A.BUSY),
        (A.UNKNOWN, A.BUSY, A.BUSY), (A.UNKNOWN, A.IDLE, A.UNKNOWN), (A.IDLE, A.NEEDS_INPUT, A.NEEDS_INPUT),
        (A.BUSY, A.NEEDS_INPUT, A.NEEDS_INPUT), (A.UNKNOWN, A.NEEDS_INPUT, A.NEEDS_INPUT), (A.IDLE, A.IDLE, A.IDLE),
    ],
)  # fmt: skip
async def test_what_a_screen_alone_shows_at_once(
    house: House, shown: AgentState, seen: AgentState, after: AgentState
) -> None:
    await house.put(shown)
    sight = screen(seen, dialog() if seen is A.NEEDS_INPUT else None)
    await house.see(sight, sight)
    assert house.state() is after
    assert (house.prompt() is not None) is (after is A.NEEDS_INPUT)
    if after is not shown:
        assert house.row.evidence.source == "screen" and house.row.state_since == house.row.evidence.at


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("shown", "seen"),
    [(A.BUSY, A.IDLE), (A.IDLE, A.UNKNOWN), (A.BUSY, A.UNKNOWN), (A.UNKNOWN, A.IDLE), (A.NEEDS_INPUT, A.UNKNOWN)],
)
async def test_what_it_shows_once_it_lasted(house: House, shown: AgentState, seen: AgentState) -> None:
    await house.put(shown)
    await house.see(screen(seen))
    assert house.state() is seen


async def test_a_contradiction_is_looked_at_again_when_it_lasted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else happens: the observer comes back by itself."""
    monkeypatch.setattr(observing, "SETTLE", 0.03)
    house.sights.shows = screen(A.IDLE)
    await house.put(A.BUSY)
    await house.until(A.IDLE)
    assert house.sights.looks >= 2


@pytest.mark.usefixtures("patient")
async def test_a_contradiction_that_did_not_last_counts_anew(house: House) -> None:
    await house.put(A.BUSY)
    await house.see(screen(A.IDLE))
    known = house.observer._watched[ID]
    first = known.differs
    assert first is not None
    assert first[0] is A.IDLE
    await house.see(screen(A.IDLE))
    assert known.differs == first, "the same contradiction goes on"
    await house.see(screen(A.UNKNOWN))
    assert house.differs() is A.UNKNOWN
    await house.see(screen(A.BUSY))
    assert house.differs() is None and house.state() is A.BUSY


@pytest.mark.usefixtures("patient")
async def test_a_terminal_needs_no_settling(house: House) -> None:
    await house.put(A.IDLE, runtime="terminal")
    for foreground, state in ((False, A.BUSY), (True, A.IDLE), (None, A.UNKNOWN), (True, A.IDLE)):
        await house.see(shell(foreground))
        assert house.state() is state and house.row.evidence.source == "process"


# With hooks.


@pytest.mark.usefixtures("patient")
async def test_hooks_are_believed_before_the_screen(house: House) -> None:
    await house.put(A.IDLE)
    await house.hear("UserPromptSubmit", prompt="hello")
    assert house.state() is A.BUSY and house.row.evidence.source == "hook"
    await house.see(screen(A.IDLE), screen(A.UNKNOWN))
    assert house.state() is A.BUSY
    await house.hear("Stop")
    await house.see(screen(A.BUSY))
    assert house.state() is A.IDLE, "with hooks, busy on the screen has to last, too"
    assert house.states == [A.BUSY, A.IDLE]


@pytest.mark.usefixtures("hasty")
async def test_a_screen_that_contradicts_for_long_wins(house: House) -> None:
    """Esc: no hook tells of it."""
    await house.put(A.IDLE)
    await house.hear("UserPromptSubmit", prompt="hello")
    await house.see(screen(A.IDLE))
    assert house.state() is A.IDLE and house.row.evidence.source == "screen"
    await house.hear("UserPromptSubmit", prompt="again")
    await house.see(screen(A.UNKNOWN))
    assert house.state() is A.BUSY, "a screen nobody can read contradicts no hook"


@pytest.mark.usefixtures("patient")
async def test_the_newest_hook_by_its_own_time_wins(house: House) -> None:
    """Each hook is a process; a slow one is overtaken."""
    await house.put(A.IDLE)
    await house.hear("UserPromptSubmit", ago(3), prompt="one")
    await house.hear("UserPromptSubmit", ago(1), prompt="two")
    await house.hear("Stop", ago(2))
    assert house.state() is A.BUSY and house.observer.hook_word(ID) is A.BUSY
    await house.hear("Stop", ago(0.5))
    assert house.state() is A.IDLE
    await house.hear("PostToolUse", ago(30))
    assert house.state() is A.IDLE and house.states == [A.BUSY, A.IDLE]


@pytest.mark.usefixtures("patient")
async def test_an_old_hook_does_not_undo_a_newer_look(house: House) -> None:
    await house.put(A.UNKNOWN)
    await house.see(screen(A.BUSY))
    await house.hear("Stop", ago(10))
    assert house.state() is A.BUSY


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("at", ["9999-12-31T23:59:59.999Z", "zzz"])
async def test_no_hook_is_from_the_future(house: House, at: str) -> None:
    await house.put(A.IDLE)
    await house.hear("UserPromptSubmit", at, prompt="x")
    assert house.row.evidence.at <= now()
    await house.hear("Stop")
    assert house.state() is A.IDLE


@pytest.mark.usefixtures("patient")
async def test_a_hook_that_tells_of_no_state(house: House) -> None:
    await house.put(A.STARTING)
    await house.hear("SessionStart", session_id="c-1")
    assert (house.state(), house.row.conversation) == (A.STARTING, "c-1")
    assert house.observer.heard(ID) and house.observer.hook_word(ID) is None
    await house.hear("NoSuchHook")
    assert await house.kinds() == []


@pytest.mark.usefixtures("patient")
async def test_a_slow_hook_brings_no_old_conversation_back(house: House) -> None:
    await house.put(A.IDLE)
    await house.hear("SessionStart", ago(1), session_id="new")
    await house.hear("Stop", ago(2), session_id="old")
    assert house.row.conversation == "new"
    await house.hear("SessionStart", session_id="newer")
    assert house.row.conversation == "newer"


@pytest.mark.usefixtures("patient")
async def test_who_acted(house: House) -> None:
    await house.put(A.IDLE)
    await house.hear("UserPromptSubmit", prompt="x")
    await house.see(screen(A.NEEDS_INPUT, dialog()))
    actors = {entry.actor for entry in await journal(house.store) if entry.agent == "p-a@demo"}
    assert actors == {"agent:p-a@demo", "daemon"}


# Prompts.


@pytest.mark.usefixtures("patient")
async def test_a_prompt_opens_and_closes_with_one_id(house: House) -> None:
    await house.put(A.BUSY)
    await house.see(screen(A.NEEDS_INPUT, dialog()))
    first = house.prompt()
    assert first is not None and first.question == "Run rm -rf?" and first.by == "screen"
    assert [(choice.id, choice.label) for choice in first.choices] == [("1", "Yes"), ("2", "No")]
    await house.see(screen(A.NEEDS_INPUT, dialog()), screen(A.NEEDS_INPUT, dialog("Run   rm\n-rf?")))
    assert house.prompt_id() == first.id, "the same, however it is wrapped"
    await house.see(screen(A.NEEDS_INPUT, dialog("Something else?")))
    second = house.prompt()
    assert second is not None and second.id != first.id
    await house.see(screen(A.BUSY))
    assert house.prompt() is None and house.state() is A.BUSY
    assert await house.kinds() == [
        "agent.promptOpened", "agent.stateChanged", "agent.promptClosed", "agent.promptOpened", "agent.promptClosed",
        "agent.stateChanged",
    ]  # fmt: skip


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(
    "other",
    [dialog("Other?"), dialog("Run rm -rf?", PromptKind.TRUST), dialog("Run rm -rf?", PromptKind.PERMISSION, "Yes")],
)
async def test_another_question_is_another_prompt(house: House, other: SeenPrompt) -> None:
    await house.put(A.BUSY)
    await house.see(screen(A.NEEDS_INPUT, dialog()))
    first = house.prompt()
    await house.see(screen(A.NEEDS_INPUT, other))
    assert first is not None and house.prompt_id() not in (None, first.id)


async def answered(house: House) -> None:
    """A permission that its hook told of was answered through it, before its dialog was drawn."""
    await house.put(A.BUSY)
    await house.hear("PermissionRequest", ago(1), tool_name="Bash", tool_input={"command": "rm"})
    assert house.row.prompt is not None
    await house.observer.answered(house.row, house.row.prompt, "operator", lambda tx: None)
    assert (house.state(), house.prompt(), house.observer.closing(ID)) == (A.BUSY, None, True)


async def test_the_dialog_of_an_answered_question_may_come_late(house: House) -> None:
    await answered(house)
    await house.see(screen(A.BUSY))
    assert house.observer.closing(ID)
    await house.see(screen(A.NEEDS_INPUT, dialog()))
    assert (house.state(), house.observer.closing(ID)) == (A.BUSY, True)
    await house.see(screen(A.BUSY))
    assert not house.observer.closing(ID)
    await house.see(screen(A.NEEDS_INPUT, dialog("Another one?")))
    assert house.state() is A.NEEDS_INPUT


async def test_a_word_of_the_harness_ends_the_wait_for_such_a_dialog(house: House) -> None:
    await answered(house)
    await house.hear("PreToolUse", ago(2))
    assert house.observer.closing(ID)
    await house.hear("PostToolUse", ago(-1))
    assert not house.observer.closing(ID)


async def test_a_dialog_that_stays_is_open_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observing, "CLOSING", 0.0)
    await house.put(A.BUSY)
    await house.hear("PermissionRequest", ago(1), tool_name="Bash", tool_input={"command": "rm"})
    assert house.row.prompt is not None
    await house.observer.answered(house.row, house.row.prompt, "operator", lambda tx: None)
    await house.see(screen(A.NEEDS_INPUT, dialog()))
    assert (house.state(), house.observer.closing(ID)) == (A.NEEDS_INPUT, False)


@pytest.mark.usefixtures("patient")
async def test_a_hook_and_the_screen_tell_of_one_prompt(house: House) -> None:
    await house.put(A.BUSY)
    await house.hear("PermissionRequest", tool_name="Bash", tool_input={"command": "rm -rf build"})
    first = house.prompt()
    assert first is not None and first.question == "Bash: rm -rf build" and first.by == "hook"
    await house.see(screen(A.NEEDS_INPUT, dialog("Bash command\nrm -rf build\nDo you want to proceed?")))
    assert house.prompt_id() == first.id
    await house.see(screen(A.BUSY))
    await house.hear("PostToolUse", tool_name="Bash")
    await house.see(screen(A.BUSY))
    assert house.prompt() is None and house.state() is A.BUSY
    assert (await house.kinds()).count("agent.promptClosed") == 1


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("state", [A.IDLE, A.BUSY])
async def test_a_dialog_that_is_gone_closes_at_once(house: House, state: AgentState) -> None:
    await house.put(A.BUSY)
    await house.see(screen(A.NEEDS_INPUT, dialog()), screen(state))
    assert (house.state(), house.prompt()) == (state, None)


@pytest.mark.usefixtures("patient")
async def test_a_dialog_that_gave_way_to_a_screen_nobody_can_read(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.put(A.BUSY)
    await house.see(screen(A.NEEDS_INPUT, dialog()), screen(A.UNKNOWN))
    assert house.state() is A.NEEDS_INPUT, "perhaps it is only being drawn"
    monkeypatch.setattr(observing, "SETTLE", 0.0)
    await house.see(screen(A.UNKNOWN))
    assert (house.state(), house.prompt()) == (A.UNKNOWN, None), "but an open question needs evidence, too"


@pytest.mark.usefixtures("patient")
async def test_behind_a_dialog_is_what_the_hooks_last_told(house: House) -> None:
    await house.put(A.IDLE)
    await house.hear("UserPromptSubmit", prompt="x")
    await house.see(screen(A.NEEDS_INPUT, dialog()), screen(A.UNKNOWN))
    assert (house.state(), house.prompt()) == (A.BUSY, None)


async def test_a_question_that_no_rule_reads_is_told_all_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observing, "SETTLE", 3600.0)
    await house.put(A.BUSY)
    # Its hooks must have told at least once, or nobody knew of the file.
    await house.hear("UserPromptSubmit", ago(5), prompt="x")
    house.observer._noted(ID, Entry(Signal("its session file says waiting", A.NEEDS_INPUT), now()))
    await house.until(A.NEEDS_INPUT)
    strange = replace(screen(A.UNKNOWN).look, lines=("Some new thing", "", "  > go on", ""))
    await house.see(replace(screen(A.UNKNOWN), look=strange))
    assert house.prompt() is None, "perhaps it is only being drawn"
    monkeypatch.setattr(observing, "SETTLE", 0.0)
    await house.see(replace(screen(A.UNKNOWN), look=strange))
    prompt = house.prompt()
    assert prompt is not None and (prompt.kind, prompt.question) == (PromptKind.QUESTION, "Some new thing\n> go on")
    await house.see(replace(screen(A.UNKNOWN), look=strange))
    assert (house.state(), house.prompt()) == (A.NEEDS_INPUT, prompt), "and it stays until the harness goes on"
    house.observer._noted(ID, Entry(Signal("its session file says idle", A.IDLE), now()))
    await house.until(A.IDLE)
    assert house.prompt() is None


@pytest.mark.usefixtures("patient")
async def test_an_ended_agent_has_no_prompt(house: House) -> None:
    await house.put(A.BUSY)
    await house.see(screen(A.NEEDS_INPUT, dialog()))
    await house.observer.exited("%1", 1)
    assert (house.state(), house.prompt()) == (A.EXITED, None)
    assert (await house.kinds())[-2:] == ["agent.promptClosed", "agent.stateChanged"]


# Ends.


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("end", [A.STOPPED, A.EXITED, A.FAILED])
async def test_a_dead_process_always_wins(house: House, end: AgentState) -> None:
    row = await house.put(A.BUSY)
    await house.observer.show(ID, 1, end, "process", "it ended")
    for event in ("UserPromptSubmit", "Stop", "SessionStart", "PermissionRequest"):
        await house.hear(event, prompt="late", tool_name="x", row=row)
    await house.observer.seen(row, RUNTIMES["fake"], screen(A.IDLE))
    await house.see(screen(A.BUSY), screen(A.NEEDS_INPUT, dialog()))
    assert (house.state(), house.prompt()) == (end, None)
    late: list[tuple[AgentState, Source]] = [(A.STARTING, "hook"), (A.STARTING, "screen"), (A.IDLE, "process")]
    for state, source in late:
        await house.observer.show(ID, 1, state, source, "no")
        assert house.state() is end
    await house.observer.show(ID, 1, A.STARTING, "process", "started again")
    assert house.state() is A.STARTING


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(("wanted", "state"), [(True, A.EXITED), (False, A.STOPPED)])
@pytest.mark.parametrize("code", [0, 137, None])
async def test_an_end_of_itself_or_on_purpose(house: House, wanted: bool, state: AgentState, code: int | None) -> None:
    await house.put(A.BUSY, wanted=wanted)
    await house.observer.exited("%1", code)
    assert (house.state(), house.row.exit_code, house.row.evidence.source) == (state, code, "process")
    assert code is None or str(code) in house.row.evidence.detail
    assert house.row.pane is not None, "its last screen can be read"
    await house.observer.exited("%1", code)
    assert await house.kinds() == ["agent.stateChanged"]


@pytest.mark.usefixtures("patient")
async def test_an_end_with_its_pane(house: House) -> None:
    await house.put(A.BUSY)
    await house.observer.exited("%1", None, vanished=True)
    assert (house.state(), house.row.pane) == (A.EXITED, None)


@pytest.mark.usefixtures("patient")
async def test_a_pane_that_ends_before_anybody_knows_whose_it_is(house: House) -> None:
    await house.observer.exited("%7", 3)
    row = await house.put(A.STARTING, pane=pane(7))
    assert row.state is A.STARTING
    await house.until(A.EXITED)
    assert house.row.exit_code == 3 and house.observer._early == {}
    assert house.sights.looks == 0


@pytest.mark.usefixtures("patient")
async def test_a_pane_id_that_is_given_again_has_no_past(house: House) -> None:
    """After tmux was started anew. The end of a pane that was left says nothing of the next one with its id."""
    await house.put(A.IDLE)
    house.observer.forget(ID)
    await house.observer.exited("%1", 0)
    house.observer.watch(house.row)
    await house.hear("UserPromptSubmit", prompt="x")
    await house.until(A.BUSY)
    assert A.EXITED not in house.states
    await house.observer.exited("%1", 0)
    assert house.state() is A.EXITED, "its own end counts"
    house.observer.forget(ID)
    await house.observer.exited("%1", 5)
    assert house.observer._early == {"%1": 5}, "and this is nobody's yet"


@pytest.mark.usefixtures("patient")
async def test_what_is_remembered_is_bounded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observing, "EARLY", 3)
    for number in range(10):
        await house.observer.exited(f"%{number}", number)
    assert house.observer._early == {"%7": 7, "%8": 8, "%9": 9}


@pytest.mark.usefixtures("patient")
async def test_an_end_is_not_lost_to_a_full_disk(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing tells of it a second time."""
    await house.put(A.BUSY)
    write = house.store.write

    async def broken(actor: str, unit: Any) -> Any:
        raise Storage("the disk is full")

    monkeypatch.setattr(house.store, "write", broken)
    await house.observer.exited("%1", 9)
    assert house.state() is A.BUSY
    monkeypatch.setattr(house.store, "write", write)
    await house.until(A.EXITED)
    assert house.row.exit_code == 9


# Looking.


@pytest.mark.usefixtures("patient")
async def test_many_prints_are_one_look_and_one_after_it(house: House) -> None:
    house.sights.hold = asyncio.Event()
    await house.put(A.IDLE)
    seen = asyncio.Event()
    house.observer.on_sight = lambda agent_id, sight: seen.set()
    async with asyncio.timeout(10):
        while house.sights.looks == 0:
            await asyncio.sleep(0)
        for _ in range(100):
            house.observer.printed("%1")
        assert house.sights.looks == 1, "not while one looks"
        house.sights.hold.set()
        while house.sights.looks < 2:
            await asyncio.sleep(0)
    house.observer.printed("%99")
    await asyncio.wait_for(seen.wait(), 10)
    known = house.observer._watched[ID]
    async with asyncio.timeout(10):
        while known.looking:
            await asyncio.sleep(0)
    assert house.sights.looks == 2 and known.timer is None, "and nothing runs while nothing happens"


@pytest.mark.usefixtures("patient")
async def test_looks_that_fail_change_nothing_and_stop_nothing(house: House) -> None:
    house.sights.shows = PaneGone("%1")
    await house.put(A.IDLE)
    for shows in (PaneGone("%1"), RuntimeError("a bug"), screen(A.BUSY, dead=True)):
        house.sights.shows = shows
        before = house.sights.looks
        house.observer.printed("%1")
        async with asyncio.timeout(10):
            while house.sights.looks == before or house.observer._watched[ID].looking:
                await asyncio.sleep(0)
        assert house.state() is A.IDLE
    house.sights.shows = screen(A.BUSY)
    house.observer.printed("%1")
    await house.until(A.BUSY)


@pytest.mark.usefixtures("hasty")
async def test_a_look_at_an_earlier_generation_says_nothing(house: House) -> None:
    old = await house.put(A.IDLE)
    new = old.model_copy(update={"generation": 2, "state": A.STARTING, "pane": pane(2)})
    await populate(house.store, (HOME, [new]))
    house.observer.watch(new)
    await house.observer.seen(old, RUNTIMES["fake"], screen(A.BUSY))
    await house.hear("Stop", row=old)
    await house.observer.show(ID, 1, A.EXITED, "process", "the old one")
    assert house.state() is A.STARTING
    known = house.observer._watched[ID]
    assert known.sight is None and "screen" not in known.words
    assert house.observer.agent_of("%1") is None and house.observer.agent_of("%2") == ID


@pytest.mark.usefixtures("hasty")
async def test_who_is_not_watched(house: House) -> None:
    row = await house.put(A.IDLE, watch=False)
    await house.see(screen(A.BUSY))
    await house.hear("UserPromptSubmit", prompt="x")
    house.observer.printed("%1")
    house.observer.glance(ID)
    assert house.row == row and house.sights.looks == 0
    assert (house.observer.words(ID), house.observer.hook_word(ID), house.observer.heard(ID)) == ([], None, False)
    house.observer.watch(row.model_copy(update={"pane": None}))
    assert house.observer._watched == {}


@pytest.mark.usefixtures("hasty")
async def test_an_agent_that_left_its_rig_while_it_was_looked_at(house: House) -> None:
    row = await house.put(A.IDLE)

    async def unit(tx: Tx) -> None:
        await house.store.roster.remove_agent(tx, row, now())

    await asyncio.gather(
        house.store.write("operator", unit),
        house.observer.seen(row, RUNTIMES["fake"], screen(A.BUSY)),
        house.observer.report(row, "UserPromptSubmit", {"prompt": "x"}),
    )
    await house.observer.exited("%1", 0)
    assert ID not in house.store.roster.agents and await house.kinds() == []


@pytest.mark.usefixtures("patient")
async def test_the_same_word_again_is_no_event(house: House) -> None:
    await house.put(A.IDLE)
    for _ in range(3):
        await house.hear("UserPromptSubmit", prompt="x")
        await house.see(screen(A.BUSY))
    assert await house.kinds() == ["agent.stateChanged"]
    words = house.observer.words(ID)
    assert {word.source for word in words} == {"hook", "screen"}


@pytest.mark.usefixtures("patient")
async def test_what_was_told_and_seen_is_passed_on(house: House) -> None:
    told: list[Signal] = []
    house.observer.on_signal = lambda agent_id, signal, at: told.append(signal)
    await house.put(A.IDLE)
    await house.hear("UserPromptSubmit", ago(5), prompt="one")
    await house.hear("UserPromptSubmit", ago(9), prompt="late, and yet submitted")
    assert [signal.submitted for signal in told] == ["one", "late, and yet submitted"]


@pytest.mark.usefixtures("patient")
async def test_a_hook_that_was_slower_than_the_screen_still_names_its_question(house: House) -> None:
    await house.put(A.BUSY)
    await house.see(screen(A.NEEDS_INPUT, dialog("Do you want to?\nrm -rf build")))
    seen = house.prompt_id()
    await house.hear("PermissionRequest", ago(1), tool_name="Bash", tool_input={"command": "rm -rf build"})
    prompt = house.prompt()
    assert prompt is not None and (prompt.id, prompt.by) == (seen, "hook")
    await house.hear("PermissionRequest", ago(2), tool_name="Bash", tool_input={"command": "something else"})
    assert house.prompt() == prompt, "an old word of another question is not believed"


@pytest.mark.usefixtures("patient")
async def test_whoever_waits_for_an_answer_asks_now(house: House) -> None:
    await house.put(A.BUSY)
    await house.hear("PreToolUse", ago(1), tool_name="Bash")
    asked = {"tool_name": "Bash", "tool_input": {"command": "rm -rf build"}}
    held = await house.observer.report(house.row, "PermissionRequest", asked, ago(2), waits=True)
    assert held is not None and house.state() is A.NEEDS_INPUT
    house.observer.left(house.row, held)


async def test_context_use_is_told_when_it_changed(house: House) -> None:
    await house.put(A.IDLE)
    use = ContextUse(used_tokens=10, window_tokens=100, used_percent=10.0, at=ago(3))
    for given in (
        use,
        use.model_copy(update={"at": ago(2)}),  # the same again
        use.model_copy(update={"used_tokens": 5, "at": ago(9)}),  # older
        use.model_copy(update={"used_tokens": 20, "cost_usd": 0.5, "at": ago(1)}),
    ):
        await note_use(house.store, house.row, given, "daemon")
    told = [entry.event() for entry in await journal(house.store) if entry.kind == "agent.contextChanged"]
    assert [event.data["context"]["usedTokens"] for event in told] == [10, 20]
    noun = house.store.roster.noun(ID)
    assert noun.context is not None and noun.context.cost_usd == 0.5
    await note_use(house.store, house.row.model_copy(update={"generation": 9}), use, "daemon")
    assert house.store.roster.noun(ID) == noun
