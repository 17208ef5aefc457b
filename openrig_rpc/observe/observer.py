"""From hooks, screens and processes to one state an agent, with its evidence.

What is shown is the newest word by its own time; a dead process always wins. A harness that reports by hooks is
believed; its screen adds what hooks miss: dialogs at once, and a contradiction once it lasted. A harness without
hooks is read from its screen, and `idle` only counts once it lasted. Nothing here runs while nothing happens.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from ..model.agent import AgentState, Evidence, Prompt, PromptKind, Source
from ..model.base import now
from ..model.errors import Storage
from ..runtimes.diaries import DIARIES, Entry
from ..runtimes.runtime import Runtime, Signal
from ..runtimes.shelf import Shelf
from ..store.rows import AgentRow
from ..store.store import Store
from ..store.writer import Tx
from ..tmux.pane import PaneGone
from .asking import Held, Questions, alike, follow, hook_prompt, next_prompt, screen_prompt
from .cells import parse
from .conversation import learnt
from .files import Files
from .processes import owns_foreground
from .sight import Eyes, Sight
from .usage import note_use

log = logging.getLogger(__name__)

T = TypeVar("T")

GATHER = 0.03
"""Seconds that output is gathered before a look."""
RATE = 0.25
"""Seconds between looks while a pane keeps printing."""
SETTLE = 1.0
"""Seconds that a screen must contradict a hook, or show idle without hooks, before it is believed."""

CLOSING = 4.0
"""Seconds that the dialog of a question answered through its hook may take to show up and to leave the screen, unless
its harness says sooner that it goes on; after that it counts as open again."""

EARLY = 1000
"""Ends of unknown panes that are remembered, and panes whose end says nothing any more."""
LAST_WORDS = 8
"""Rows of a screen that no rule reads which are told as its question."""
RETRY = 2.0
"""Seconds until an end that could not be written down is tried again: nothing would tell it a second time."""

ENDED = frozenset({AgentState.STOPPED, AgentState.EXITED, AgentState.FAILED})


@dataclass(slots=True)
class Closing:
    """A question that was answered through its hook; its dialog may only be drawn afterwards (`shown`: it was)."""

    prompt: Prompt
    until: float
    shown: bool = False


@dataclass(slots=True)
class Watched:
    """What is known of a running agent beside its row; derivable again at any time."""

    agent_id: str
    heard: bool = False
    named_at: str = ""
    words: dict[Source, tuple[AgentState | None, Evidence]] = field(default_factory=dict)
    sight: Sight | None = None
    differs: tuple[AgentState, float] | None = None
    timer: asyncio.TimerHandle | None = None
    looked_at: float = 0.0
    looking: bool = False
    again: bool = False
    ended: bool = False
    closing: Closing | None = None


class Observer:
    """Watches every running agent. `on_sight` is called after each look, `on_signal` for each hook report."""

    def __init__(self, store: Store, eyes: Eyes, shelf: Shelf) -> None:
        self._store = store
        self._eyes = eyes
        self._shelf = shelf
        self._watched: dict[str, Watched] = {}
        self._panes: dict[str, str] = {}
        self._early: dict[str, int | None] = {}
        self._left: dict[str, None] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._files = Files(self._noted)
        self.questions = Questions()
        self.on_sight: Callable[[str, Sight], None] = lambda agent_id, sight: None
        self.on_signal: Callable[[str, Signal, str], None] = lambda agent_id, signal, at: None
        self.on_state: Callable[[AgentRow], None] = lambda row: None

    # Which agents are watched.

    def watch(self, row: AgentRow) -> None:
        """From now on, this agent's pane is looked at when it prints."""
        if row.pane is None:
            return
        known = self._watched.get(row.id)
        if known is not None and self._panes.get(row.pane.pane) == row.id:
            return
        self.forget(row.id)
        # Whether its hooks report is known again after a restart where they told last.
        self._watched[row.id] = Watched(row.id, heard=row.evidence.source == "hook")
        self._panes[row.pane.pane] = row.id
        self._left.pop(row.pane.pane, None)
        if row.pane.pane in self._early:
            # It ended before anybody knew whose it was.
            self._start(self.exited(row.pane.pane, self._early.pop(row.pane.pane)))
        else:
            self.glance(row.id)

    def forget(self, agent_id: str) -> None:
        """This agent is not watched any more."""
        self._files.forget(agent_id)
        known = self._watched.pop(agent_id, None)
        if known is not None and known.timer is not None:
            known.timer.cancel()
        for pane in [pane for pane, owner in self._panes.items() if owner == agent_id]:
            del self._panes[pane]
            if known is not None and not known.ended:
                _remember(self._left, pane, None)

    def agent_of(self, pane: str) -> str | None:
        """The agent whose pane this is."""
        return self._panes.get(pane)

    def close(self) -> None:
        """Watch nobody."""
        for agent_id in list(self._watched):
            self.forget(agent_id)
        self._files.close()
        for task in self._tasks:
            task.cancel()

    def words(self, agent_id: str) -> list[Evidence]:
        """The last word of each source."""
        known = self._watched.get(agent_id)
        return [evidence for _, evidence in known.words.values()] if known is not None else []

    def hook_word(self, agent_id: str) -> AgentState | None:
        """The state that the agent's harness last told, by a hook or by what it writes down."""
        known = self._watched.get(agent_id)
        word = told(known) if known is not None else None
        return word[0] if word is not None else None

    def closing(self, agent_id: str) -> bool:
        """Whether the dialog of an answered question may still stand there, or come."""
        known = self._watched.get(agent_id)
        closing = known.closing if known is not None else None
        return closing is not None and asyncio.get_running_loop().time() < closing.until

    def heard(self, agent_id: str) -> bool:
        """Whether the agent's hooks report: then their silence means something."""
        known = self._watched.get(agent_id)
        return known is not None and known.heard

    # What happens.

    def printed(self, pane: str) -> None:
        """The pane printed something: look at it soon."""
        agent_id = self._panes.get(pane)
        if agent_id is not None:
            self.glance(agent_id)

    def glance(self, agent_id: str, within: float = GATHER) -> None:
        """Look at an agent soon, unless a look is under way or planned."""
        known = self._watched.get(agent_id)
        if known is None:
            return
        if known.looking:
            known.again = True
            return
        loop = asyncio.get_running_loop()
        at = max(loop.time() + within, known.looked_at + RATE)
        if known.timer is not None:
            if known.timer.when() <= at:
                return
            known.timer.cancel()
        known.timer = loop.call_at(at, self._spawn_look, known)

    async def exited(self, pane: str, code: int | None, *, vanished: bool = False) -> None:
        """The pane's process ended; `vanished`: the pane too, with whatever it showed."""
        agent_id = self._panes.get(pane)
        row = self._store.roster.agents.get(agent_id or "")
        if row is None:
            # A pane that was left is not one that is still to be bound: tmux may give its id again.
            if pane in self._left:
                del self._left[pane]
            else:
                _remember(self._early, pane, code)
            return
        if agent_id in self._watched:
            self._watched[agent_id].ended = True
        state = AgentState.EXITED if row.wanted else AgentState.STOPPED
        detail = f"its process ended with code {code}" if code is not None else "its process ended"
        changes = {"exit_code": code, **({"pane": None} if vanished else {})}
        try:
            await self.show(row.id, row.generation, state, "process", detail, **changes)
        except Storage:
            log.exception("the end of %s can't be written down; trying again", row.address)
            asyncio.get_running_loop().call_later(RETRY, self._again, row.id, pane, code, vanished)

    def _again(self, agent_id: str, pane: str, code: int | None, vanished: bool) -> None:
        if self._panes.get(pane) == agent_id:
            self._start(self.exited(pane, code, vanished=vanished))

    async def report(
        self, row: AgentRow, event: str, payload: Mapping[str, Any], at: str | None = None, *, waits: bool = False
    ) -> Held | None:
        """A hook of the agent's own harness reports. With `waits`: what to wait for, where it asked for a permission;
        whoever waits calls `left` afterwards."""
        signal = self._shelf.get(row.runtime).signal(event, payload)
        known = self._watched.get(row.id)
        if signal is None or known is None:
            return None
        known.heard = True
        self._follow(row, payload)
        # Whoever waits for an answer asks at this very moment, whenever its process began.
        stamp = min(at, now()) if at is not None and not waits else now()
        evidence = Evidence(source="hook", at=stamp, detail=signal.detail)
        state = signal.state
        if state is not None:
            last = known.words.get("hook")
            if last is not None and stamp < last[1].at:
                state = None  # Each hook is a process of its own: this one was slower than a later one.
            else:
                known.differs = None
                known.words["hook"] = (state, evidence)
                _goes_on(known, state)
        learned = None
        if signal.conversation is not None and stamp >= known.named_at:  # Else of before `/clear`, and slower.
            known.named_at, learned = stamp, (signal.conversation, signal.state is not None)
        self.on_signal(row.id, signal, stamp)
        if signal.use is not None:
            await note_use(self._store, row, signal.use, f"agent:{row.address}")
            return None
        prompt = held = None
        if signal.prompt_kind is not None:
            prompt = hook_prompt(signal.prompt_kind, signal.question or "")
            held = Held() if waits and prompt.choices else None
        await self._apply(row, state, evidence, prompt=prompt, learned=learned, held=held, told_by=known)
        self.glance(row.id)
        return held if held is not None and held.prompt_id is not None else None

    def _follow(self, row: AgentRow, payload: Mapping[str, Any]) -> None:
        """Read along in what the harness writes down, where its hooks say where that is."""
        diary, transcript, conversation = (
            DIARIES.get(row.runtime),
            payload.get("transcript_path"),
            payload.get("session_id"),
        )
        if diary is not None and isinstance(transcript, str) and isinstance(conversation, str):
            self._files.follow(row.id, diary, Path(transcript), conversation)

    def _noted(self, agent_id: str, entry: Entry) -> None:
        """The harness wrote down what its hooks may not tell."""
        known, row = self._watched.get(agent_id), self._store.roster.agents.get(agent_id)
        state, at = entry.signal.state, min(entry.at, now())
        if known is not None and row is not None and entry.signal.use is not None:
            self._start(note_use(self._store, row, entry.signal.use, "daemon"))
        if known is None or row is None or state is None:
            return
        last = told(known)
        if last is not None and at < last[1].at:
            return
        if state is AgentState.NEEDS_INPUT and self.closing(agent_id):
            return  # The dialog of what is answered already.
        known.differs = None
        evidence = Evidence(source="file", at=at, detail=entry.signal.detail)
        known.words["file"] = (state, evidence)
        _goes_on(known, state)
        self._start(self._apply(row, state, evidence, told_by=known))
        self.glance(agent_id)

    def _told(self, known: Watched, row: AgentRow, state: AgentState | None) -> AgentState | None:
        """What of the harness's own word counts at once: none closes a prompt that another source still shows.

        A hook may be slower than the dialog it came before; the next look decides. `row` is the one in the
        transaction: the dialog may have been written a moment ago.
        """
        if state not in (AgentState.BUSY, AgentState.IDLE) or row.prompt is None:
            return state
        if self.questions.held(row.prompt.id):
            return None if state is AgentState.BUSY else state
        seen = known.sight.reading if known.sight is not None else None
        return None if seen is not None and seen.state is AgentState.NEEDS_INPUT else state

    def left(self, row: AgentRow, held: Held) -> None:
        """A waiting hook has its answer, or hung up: from now on the screen tells of its question."""
        self.questions.left(held)
        self.glance(row.id)

    async def answered(self, row: AgentRow, prompt: Prompt, by: str, note: Callable[[Tx], None]) -> None:
        """Somebody answered a prompt, and not by a key: it is over, and the turn goes on. `note` goes into the journal
        with that."""
        evidence = Evidence(source="hook", at=now(), detail=f"{by} answered")
        self.questions.answered(prompt.id, by)
        known = self._watched.get(row.id)
        if known is not None:
            known.closing = Closing(prompt, asyncio.get_running_loop().time() + CLOSING)
            known.words["hook"] = (AgentState.BUSY, evidence)
        await self._apply(row, AgentState.BUSY, evidence, actor=by, note=note)

    # Looking.

    def _spawn_look(self, known: Watched) -> None:
        known.timer = None
        known.looking = True
        self._start(self._look(known))

    def _start(self, job: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(job)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("observing failed", exc_info=error)

    async def _look(self, known: Watched) -> None:
        row = self._store.roster.agents.get(known.agent_id)
        try:
            if row is not None and row.running and self._watched.get(row.id) is known:
                runtime = self._shelf.get(row.runtime)
                if runtime.screens is None and row.pane is not None and unchanged(row.state, row.pane.pid):
                    return
                sight = await self._eyes.look(row, runtime)
                await self.seen(row, runtime, sight)
                # Only a look of our own: whoever took another one knows of it.
                self.on_sight(row.id, sight)
        except PaneGone:
            # Its end is told by `exited`; a look never decides that.
            pass
        except Exception:
            log.exception("looking at %s failed", known.agent_id)
        finally:
            known.looking = False
            known.looked_at = asyncio.get_running_loop().time()
            if known.again:
                known.again = False
                self.glance(known.agent_id)

    async def seen(self, row: AgentRow, runtime: Runtime, sight: Sight) -> None:
        """Take a look into account, whoever took it."""
        known = self._watched.get(row.id)
        current = self._store.roster.agents.get(row.id)
        if known is None or sight.look.dead:
            return
        if current is None or not current.running or current.generation != row.generation:
            return
        known.sight = sight
        state, detail, source = judge(sight)
        at = now()
        known.words[source] = (state, Evidence(source=source, at=at, detail=detail))
        if self._unread(known, current, state):
            asked = hook_prompt(PromptKind.QUESTION, _last_words(sight))
            await self._apply(current, AgentState.NEEDS_INPUT, current.evidence, prompt=asked)
            return
        verdict = self._weigh(known, runtime, current, state)
        if verdict is not None:
            prompt = None
            if verdict is AgentState.NEEDS_INPUT and sight.reading is not None and sight.reading.prompt is not None:
                prompt = screen_prompt(sight.reading.prompt)
            await self._apply(current, verdict, Evidence(source=source, at=at, detail=detail), prompt=prompt)

    def _weigh(self, known: Watched, runtime: Runtime, row: AgentRow, state: AgentState) -> AgentState | None:
        """The state to show by this screen now, or None to leave what is shown."""
        if state is AgentState.NEEDS_INPUT:
            known.differs = None
            return None if self._still_closing(known) else state
        if known.closing is not None and known.closing.shown:
            known.closing = None
        if row.prompt is not None and self.questions.held(row.prompt.id):
            return None  # Its harness asks by hook alone; the screen knows nothing of it.
        if state is row.state:
            known.differs = None
            return None
        if row.state is AgentState.STARTING:
            return state if state in (AgentState.IDLE, AgentState.BUSY) else None
        word = told(known)
        over = word is not None and word[0] is not AgentState.NEEDS_INPUT
        if row.state is AgentState.NEEDS_INPUT and row.prompt is not None and (row.prompt.by == "screen" or over):
            # The dialog is gone from the screen that told of it, or its hooks went on and the screen agrees.
            after = self._after_prompt(known, state)
            if after is not None:
                known.differs = None
                return after
        elif state is AgentState.UNKNOWN and known.heard:
            return None
        if not known.heard and state is AgentState.BUSY:
            return state
        # A contradiction, or idle without hooks: believed once it lasted.
        loop = asyncio.get_running_loop()
        settle = SETTLE if runtime.manners.composer else 0.0
        if known.differs is None or known.differs[0] is not state:
            known.differs = (state, loop.time())
            if settle:
                loop.call_later(settle, self.glance, row.id)
        if loop.time() - known.differs[1] < settle:
            return None
        known.differs = None
        return state

    def _unread(self, known: Watched, row: AgentRow, state: AgentState) -> bool:
        """Whether a harness has said for a while that it waits for a person, and no rule reads what for."""
        if state is not AgentState.UNKNOWN or row.state is not AgentState.NEEDS_INPUT or row.prompt is not None:
            return False
        word = told(known)
        if word is None or word[0] is not AgentState.NEEDS_INPUT:
            return False
        loop = asyncio.get_running_loop()
        if known.differs is None or known.differs[0] is not state:
            known.differs = (state, loop.time())
            loop.call_later(SETTLE, self.glance, row.id)
        return loop.time() - known.differs[1] >= SETTLE

    def _still_closing(self, known: Watched) -> bool:
        """Whether the dialog on the screen is one that was answered a moment ago."""
        sight, closing = known.sight, known.closing
        if closing is None or sight is None or sight.reading is None or sight.reading.prompt is None:
            return False
        loop = asyncio.get_running_loop()
        if loop.time() >= closing.until or sight.reading.prompt.kind is not closing.prompt.kind:
            known.closing = None
            return False
        closing.shown = True
        loop.call_at(closing.until, self.glance, known.agent_id)
        return True

    def _after_prompt(self, known: Watched, state: AgentState) -> AgentState | None:
        """What to show at once when a dialog is gone from the screen; None when that can't be told."""
        if state in (AgentState.IDLE, AgentState.BUSY):
            return state
        word = told(known)
        return word[0] if word is not None and word[0] is not AgentState.NEEDS_INPUT else None

    # Showing.

    async def show(
        self,
        agent_id: str,
        generation: int,
        state: AgentState,
        source: Source,
        detail: str,
        **changes: Any,
    ) -> None:
        """Show a state that something else than a look or a hook decided."""
        row = self._store.roster.agents.get(agent_id)
        if row is not None and row.generation == generation:
            await self._apply(row, state, Evidence(source=source, at=now(), detail=detail), changes=changes)

    async def _apply(
        self,
        row: AgentRow,
        state: AgentState | None,
        evidence: Evidence,
        *,
        prompt: Prompt | None = None,
        learned: tuple[str, bool] | None = None,
        changes: Mapping[str, Any] | None = None,
        held: Held | None = None,
        actor: str | None = None,
        note: Callable[[Tx], None] | None = None,
        told_by: Watched | None = None,
    ) -> None:
        if state is None and (learned is None or not learnt(row, *learned, evidence)):
            return

        async def unit(tx: Tx) -> AgentRow | None:
            roster = self._store.roster
            old = roster.agent_in(tx, row.id)
            if old is None or old.generation != row.generation:
                return None
            if note is not None:
                note(tx)
            counts = state if told_by is None else self._told(told_by, old, state)
            new = self._next(old, counts, evidence, prompt, learned, dict(changes or {}))
            self._hold(tx, held, old if new is None else new, prompt)
            if new is None:
                return None
            await roster.put_agent(tx, new)
            before, after = roster.agent_noun(old), roster.agent_noun(new)
            await follow(self._store, tx, old, new)
            if old.prompt is not None and (new.prompt is None or new.prompt.id != old.prompt.id):
                tx.after(partial(self.questions.over, old.prompt.id))
            if new.state is not old.state:
                tx.emit("agent.stateChanged", after, rig=new.rig, agent=new.address, before=before)
            return new

        who = actor or (f"agent:{row.address}" if evidence.source == "hook" else "daemon")
        changed = await self._store.write(who, unit)
        if changed is not None:
            self.on_state(changed)

    def _hold(self, tx: Tx, held: Held | None, row: AgentRow, asked: Prompt | None) -> None:
        """Bind a waiting hook to its prompt, before anybody can know of it: but only to what it asked itself."""
        prompt = row.prompt
        if held is not None and prompt is not None and asked is not None and prompt.question == asked.question:
            tx.after(partial(self.questions.bind, held, prompt.id))

    def _next(
        self,
        old: AgentRow,
        state: AgentState | None,
        evidence: Evidence,
        prompt: Prompt | None,
        learned: tuple[str, bool] | None,
        changes: dict[str, Any],
    ) -> AgentRow | None:
        """The row afterwards, or None where nothing changes."""
        if learned is not None:
            changes |= learnt(old, *learned, evidence)
        if old.state in ENDED and state not in ENDED and (evidence.source, state) != ("process", AgentState.STARTING):
            state = None  # A dead process always wins; only a new one starts.
        if state is not None and evidence.source != "process" and evidence.at < old.evidence.at:
            state = state if state is old.state and _names(prompt, old.prompt) else None  # Older than what is shown.
        if state is not None:
            if state is not old.state:
                changes |= {"state": state, "state_since": evidence.at, "evidence": evidence}
            kept = old.prompt if state is AgentState.NEEDS_INPUT else None
            held = kept is not None and self.questions.held(kept.id)
            if prompt is not None and prompt.by == "hook":
                held = False
            changes["prompt"] = next_prompt(kept, prompt, held=held)
            if state in ENDED:
                changes["prompt"] = None
        if all(getattr(old, name) == value for name, value in changes.items()):
            return None
        return old.model_copy(update=changes)


def _names(told: Prompt | None, shown: Prompt | None) -> bool:
    """Whether a hook tells of the question that was seen on the screen before it was heard."""
    if told is None or shown is None or (told.by, shown.by) != ("hook", "screen"):
        return False
    return alike(told, shown)


def _remember(panes: dict[str, T], pane: str, what: T) -> None:
    """Keep the newest few."""
    panes[pane] = what
    while len(panes) > EARLY:
        del panes[next(iter(panes))]


def _goes_on(known: Watched, state: AgentState) -> None:
    """A word of the harness after an answer: it has it."""
    if state in (AgentState.BUSY, AgentState.IDLE):
        known.closing = None


def unchanged(state: AgentState, pid: int) -> bool:
    """Whether a terminal still does what it is shown to do: two system calls instead of a look."""
    foreground = owns_foreground(pid)
    return (foreground is True and state is AgentState.IDLE) or (foreground is False and state is AgentState.BUSY)


def _last_words(sight: Sight) -> str:
    """What stands lowest on a screen."""
    rows = [row.text.strip() for row in parse("\n".join(sight.look.lines)) if not row.blank]
    return "\n".join(rows[-LAST_WORDS:])


def told(known: Watched) -> tuple[AgentState | None, Evidence] | None:
    """The harness's own last word."""
    words = [known.words[source] for source in ("hook", "file") if source in known.words]
    return max(words, key=lambda word: word[1].at, default=None)


def judge(sight: Sight) -> tuple[AgentState, str, Source]:
    """The state that one look alone tells, why, and by which source."""
    reading = sight.reading
    if reading is not None:
        return reading.state, f"{reading.rule}: {reading.reason}" if reading.rule else reading.reason, "screen"
    if sight.foreground is None:
        return AgentState.UNKNOWN, "its terminal's foreground can't be known", "process"
    if sight.foreground:
        return AgentState.IDLE, "its own process owns the terminal's foreground", "process"
    return AgentState.BUSY, f"{sight.look.command} owns the terminal's foreground", "process"
