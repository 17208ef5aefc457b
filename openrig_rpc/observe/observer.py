"""From hooks, screens and processes to one state an agent, with its evidence.

What is shown is the newest word by its own time; a dead process always wins. A harness that reports by hooks is
believed; its screen adds what hooks miss: dialogs at once, and a contradiction once it lasted. A harness without
hooks is read from its screen, and `idle` only counts once it lasted. Nothing here runs while nothing happens.
"""

import asyncio
import logging
import uuid
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ..model.agent import AgentState, Choice, Evidence, Prompt, PromptKind, Source
from ..model.base import now
from ..model.errors import Storage
from ..runtimes.runtime import Runtime, Signal
from ..runtimes.shelf import Shelf
from ..store.rows import AgentRow
from ..store.store import Store
from ..store.writer import Tx
from ..tmux.pane import PaneGone
from .sight import Eyes, Sight

log = logging.getLogger(__name__)

T = TypeVar("T")

GATHER = 0.03
"""Seconds that output is gathered before a look."""
RATE = 0.25
"""Seconds between looks while a pane keeps printing."""
SETTLE = 1.0
"""Seconds that a screen must contradict a hook, or show idle without hooks, before it is believed."""

EARLY = 1000
"""Ends of unknown panes that are remembered, and panes whose end says nothing any more."""
RETRY = 2.0
"""Seconds until an end that could not be written down is tried again: nothing would tell it a second time."""

ENDED = frozenset({AgentState.STOPPED, AgentState.EXITED, AgentState.FAILED})


@dataclass(slots=True)
class Watched:
    """What is known of a running agent beside its row; derivable again at any time."""

    agent_id: str
    heard: bool = False
    words: dict[Source, tuple[AgentState | None, Evidence]] = field(default_factory=dict)
    sight: Sight | None = None
    differs: tuple[AgentState, float] | None = None
    timer: asyncio.TimerHandle | None = None
    looked_at: float = 0.0
    looking: bool = False
    again: bool = False
    ended: bool = False


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
        self.on_sight: Callable[[str, Sight], None] = lambda agent_id, sight: None
        self.on_signal: Callable[[str, Signal], None] = lambda agent_id, signal: None
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
        self._watched[row.id] = Watched(row.id)
        self._panes[row.pane.pane] = row.id
        self._left.pop(row.pane.pane, None)
        if row.pane.pane in self._early:
            # It ended before anybody knew whose it was.
            self._start(self.exited(row.pane.pane, self._early.pop(row.pane.pane)))
        else:
            self.glance(row.id)

    def forget(self, agent_id: str) -> None:
        """This agent is not watched any more."""
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
        for task in self._tasks:
            task.cancel()

    def words(self, agent_id: str) -> list[Evidence]:
        """The last word of each source."""
        known = self._watched.get(agent_id)
        return [evidence for _, evidence in known.words.values()] if known is not None else []

    def hook_word(self, agent_id: str) -> AgentState | None:
        """The state that the agent's hooks last told."""
        known = self._watched.get(agent_id)
        word = known.words.get("hook") if known is not None else None
        return word[0] if word is not None else None

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
        self, row: AgentRow, event: str, payload: Mapping[str, Any], at: str | None = None
    ) -> Signal | None:
        """A hook of the agent's own harness reports."""
        signal = self._shelf.get(row.runtime).signal(event, payload)
        known = self._watched.get(row.id)
        if signal is None or known is None:
            return signal
        known.heard = True
        stamp = min(at, now()) if at is not None else now()
        evidence = Evidence(source="hook", at=stamp, detail=signal.detail)
        state = signal.state
        if state is not None:
            last = known.words.get("hook")
            if last is not None and stamp < last[1].at:
                state = None  # Each hook is a process of its own: this one was slower than a later one.
            else:
                known.differs = None
                known.words["hook"] = (state, evidence)
        self.on_signal(row.id, signal)
        prompt = None
        if signal.prompt_kind is not None:
            prompt = new_prompt(signal.prompt_kind, signal.question or "", ["Allow", "Deny"], by="hook")
        await self._apply(row, state, evidence, prompt=prompt, conversation=signal.conversation)
        self.glance(row.id)
        return signal

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
                sight = await self._eyes.look(row, runtime)
                await self.seen(row, runtime, sight)
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
        verdict = self._weigh(known, runtime, current, state)
        if verdict is not None:
            prompt = None
            if verdict is AgentState.NEEDS_INPUT and sight.reading is not None and sight.reading.prompt is not None:
                found = sight.reading.prompt
                labels = [choice.label for choice in found.choices]
                prompt = new_prompt(found.kind, found.question, labels, by="screen")
            await self._apply(current, verdict, Evidence(source=source, at=at, detail=detail), prompt=prompt)
        self.on_sight(row.id, sight)

    def _weigh(self, known: Watched, runtime: Runtime, row: AgentRow, state: AgentState) -> AgentState | None:
        """The state to show by this screen now, or None to leave what is shown."""
        if state is AgentState.NEEDS_INPUT:
            known.differs = None
            return state
        if state is row.state:
            known.differs = None
            return None
        if row.state is AgentState.STARTING:
            return state if state in (AgentState.IDLE, AgentState.BUSY) else None
        if row.state is AgentState.NEEDS_INPUT and row.prompt is not None and row.prompt.by == "screen":
            # The dialog is gone from the screen that told of it.
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

    def _after_prompt(self, known: Watched, state: AgentState) -> AgentState | None:
        """What to show at once when a dialog is gone from the screen; None when that can't be told."""
        if state in (AgentState.IDLE, AgentState.BUSY):
            return state
        word = known.words.get("hook")
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
        conversation: str | None = None,
        changes: Mapping[str, Any] | None = None,
    ) -> None:
        if state is None and conversation in (None, row.conversation):
            return

        async def unit(tx: Tx) -> AgentRow | None:
            roster = self._store.roster
            old = roster.agent_in(tx, row.id)
            if old is None or old.generation != row.generation:
                return None
            new = self._next(old, state, evidence, prompt, conversation, dict(changes or {}))
            if new is None:
                return None
            await roster.put_agent(tx, new)
            before, after = roster.agent_noun(old), roster.agent_noun(new)
            if old.prompt is not None and (new.prompt is None or new.prompt.id != old.prompt.id):
                tx.emit("agent.promptClosed", after, rig=new.rig, agent=new.address, before=before)
            if new.prompt is not None and (old.prompt is None or new.prompt.id != old.prompt.id):
                tx.emit("agent.promptOpened", after, rig=new.rig, agent=new.address, before=before)
            if new.state is not old.state:
                tx.emit("agent.stateChanged", after, rig=new.rig, agent=new.address, before=before)
            return new

        changed = await self._store.write(f"agent:{row.address}" if evidence.source == "hook" else "daemon", unit)
        if changed is not None:
            self.on_state(changed)

    def _next(
        self,
        old: AgentRow,
        state: AgentState | None,
        evidence: Evidence,
        prompt: Prompt | None,
        conversation: str | None,
        changes: dict[str, Any],
    ) -> AgentRow | None:
        """The row afterwards, or None where nothing changes."""
        if conversation is not None:
            changes["conversation"] = conversation
        if old.state in ENDED and state not in ENDED and (evidence.source, state) != ("process", AgentState.STARTING):
            state = None  # A dead process always wins; only a new one starts.
        if state is not None and evidence.source != "process" and evidence.at < old.evidence.at:
            state = None  # Older than what is shown.
        if state is not None:
            if state is not old.state:
                changes |= {"state": state, "state_since": evidence.at, "evidence": evidence}
            kept = old.prompt if state is AgentState.NEEDS_INPUT else None
            changes["prompt"] = same_or_new(kept, prompt)
            if state in ENDED:
                changes["prompt"] = None
        if all(getattr(old, name) == value for name, value in changes.items()):
            return None
        return old.model_copy(update=changes)


def _remember(panes: dict[str, T], pane: str, what: T) -> None:
    """Keep the newest few."""
    panes[pane] = what
    while len(panes) > EARLY:
        del panes[next(iter(panes))]


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


def new_prompt(kind: PromptKind, question: str, choices: list[str], *, by: Any) -> Prompt:
    """A prompt that was not there before."""
    options = [Choice(id=str(number), label=label) for number, label in enumerate(choices, 1)]
    return Prompt(
        id=f"p-{uuid.uuid4().hex[:16]}", kind=kind, question=question, choices=options, opened_at=now(), by=by
    )


def same_or_new(open_prompt: Prompt | None, seen: Prompt | None) -> Prompt | None:
    """The open prompt while the same is seen; a hook's prompt stays while the screen shows its dialog."""
    if open_prompt is None or seen is None:
        return seen or open_prompt
    if open_prompt.by == "hook" and seen.by == "screen" and seen.kind is open_prompt.kind:
        return open_prompt
    same = (open_prompt.kind, open_prompt.question, open_prompt.choices) == (seen.kind, seen.question, seen.choices)
    return open_prompt if same else seen
