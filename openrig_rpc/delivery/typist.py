"""Types one message: look, paste, look, submit, settle. One message at a time for each agent.

The agent's lock is held from a look to the keystroke it allowed, and not while something is waited for: a prompt that
opens after the paste must be answered before Enter can follow.
Nothing is typed before the receipt says `delivering`, durably; Enter is pressed only on a composer that shows our
text and nothing else; a receipt says `submitted` only on evidence. What can't be known is `indeterminate`.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ..model.agent import AgentState
from ..model.base import now
from ..model.errors import TmuxUnavailable
from ..model.message import HoldReason, Message, MessageState, Turn
from ..observe.cells import parse
from ..observe.observer import Observer
from ..observe.sight import Eyes, Sight
from ..runtimes.runtime import Runtime, Signal
from ..store.rows import AgentRow
from ..store.store import Store
from ..store.writer import Tx
from ..tmux.pane import PaneGone, PasteRefused
from ..tmux.server import Tmux
from . import faults
from .gate import QUIET, Go, Hold
from .notice import notice
from .text import same_text, squash, typed

log = logging.getLogger(__name__)

ECHO = 5.0
"""Seconds until the composer must show what was pasted."""
PASTES = 3
"""How often a text is pasted at most, where dialogs took it."""
TAKEN = 2.0
"""Seconds after Enter until the harness must have taken it, before one more Enter."""
AGAIN = 10.0
"""The same after that one: nothing more is pressed, and a harness under load takes that long to tell (Claude Code)."""
REDRAWN = 15.0
"""Seconds of that in which a harness without hooks may show no composer at all."""
ABOVE = 6
LATE = 0.4
"""Seconds that a hook's report may come after what the screen shows."""
GLANCE = 0.05
"""Seconds between looks while waiting, when nothing else happens."""
HUSH = 0.03
"""Seconds without output before Enter, where a person is attached: what they type shows that late."""
HUSHED = 10
"""How often that is tried: a harness that draws all the time has no hush."""
PATIENCE = 60.0
"""Seconds that a person may type behind our text before nobody waits for it any more."""
SHORT = 200
"""Characters at the end of a text that a terminal's echo is compared with."""


class Half(Exception):
    """Typed, but nobody can know what became of it. `str()` says how far it came."""


class Astray(Exception):
    """What was pasted went to a dialog that opened in that moment: it is nowhere, and no Enter followed."""


@dataclass(slots=True)
class Ear:
    """What is heard of an agent while a message is typed: prompts it reports, and that something happened.

    `submitted`: the prompts, each with when. `above`: what stood over the composer when Enter was pressed. Since then,
    or the paste: `empty`: when the composer got empty, by the loop's clock, 0 while it isn't; `covered`: something
    stood in front of it; `over`: when a turn ended behind which nothing of ours waited. `again`: it was the second
    Enter. `queued`: messages of ours that wait in the harness, as far as is known.
    """

    submitted: list[tuple[str, str]] = field(default_factory=list)
    above: tuple[str, ...] = ()
    empty: float = 0.0
    covered: bool = False
    over: str | None = None
    again: bool = False
    queued: int = 0
    stirred: asyncio.Event = field(default_factory=asyncio.Event)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def stir(self, seconds: float) -> bool:
        """Wait until something happens, at most `seconds`; whether it did."""
        self.stirred.clear()
        try:
            async with asyncio.timeout(seconds):
                await self.stirred.wait()
        except TimeoutError:
            return False
        return True

    def hear(self, signal: Signal, at: str) -> None:
        """A hook reported, of that moment by the harness's own clock."""
        if signal.submitted is not None:
            self.submitted.append((signal.submitted, at))
        elif signal.state is AgentState.IDLE:
            if not self.queued:
                self.over = min(self.over or at, at)
            self.queued = max(0, self.queued - 1)

    def took(self, text: str) -> bool:
        """Whether the harness reported exactly this prompt. Raises Half when it reported it with something else."""
        if self._taken_at(text) is not None:
            return True
        if any(squash(text) in squash(prompt) for prompt, _ in self.submitted):
            raise Half("it was submitted together with what somebody else typed into the composer")
        return False

    def ended(self, text: str) -> bool:
        """Whether its turn was over before it took this, and nothing of ours was next."""
        taken = self._taken_at(text)
        return self.over is not None and (taken is None or self.over <= taken)

    def _taken_at(self, text: str) -> str | None:
        return next((at for prompt, at in self.submitted if same_text(text, prompt)), None)

    def press(self, over_it: tuple[str, ...], *, lost: bool) -> None:
        """Enter is pressed now."""
        # One that met a prompt was not the harness's to lose.
        self.again = lost and not self.covered
        self.over, self.above, self.empty, self.covered = None, over_it, 0.0, False


Decide = Callable[[AgentRow, Message, Runtime, Sight], Go | Hold]


class Typist:
    """Takes one message from the gate to its receipt."""

    def __init__(self, store: Store, tmux: Tmux, eyes: Eyes, observer: Observer, decide: Decide) -> None:
        self._store = store
        self._tmux = tmux
        self._eyes = eyes
        self._observer = observer
        self._decide = decide

    async def deliver(self, row: AgentRow, runtime: Runtime, message: Message, ear: Ear) -> Hold | None:
        """Deliver `message` to an agent whose gate is open; a Hold when the gate closed before anything was typed."""
        assert row.pane is not None
        pane = row.pane.pane
        text = typed(message, runtime.manners)
        ear.submitted.clear()
        ear.covered = False
        faults.point("before_commit")
        moved = await self._move(
            row, message, MessageState.DELIVERING, (MessageState.ACCEPTED, MessageState.HELD),
            attempts=message.attempts + 1,
        )  # fmt: skip
        if moved is None:
            return None  # Cancelled or expired meanwhile.
        message = moved
        faults.point("after_commit")
        touched = False
        try:
            async with ear.lock:
                sight = await self._eyes.look(row, runtime)
                verdict = self._decide(row, message, runtime, sight)
                if not isinstance(verdict, Hold):
                    touched = True
                    await self._tmux.paste(pane, text.encode())
            if isinstance(verdict, Hold):
                return await self._hold(row, message, verdict)
            faults.point("after_paste")
            if runtime.manners.composer:
                await self._submit(row, runtime, message, text, verdict, ear)
            else:
                await self._enter(row, runtime, message, text, ear)
        except Astray:
            held = await self._move(
                row, message, MessageState.HELD, (MessageState.DELIVERING,), reason=HoldReason.NEEDS_INPUT.value
            )
            return await self.deliver(row, runtime, held, ear) if held is not None else None
        except PasteRefused as refusal:
            await self._end(row, message, MessageState.FAILED, str(refusal))
        except Half as half:
            await self._end(row, message, MessageState.INDETERMINATE, str(half))
        except PaneGone:
            if not touched:
                return await self._hold(row, message, Hold(HoldReason.EXITED))
            await self._end(row, message, MessageState.INDETERMINATE, "the pane vanished while it was typed")
        except (ConnectionError, TmuxUnavailable) as broken:
            log.warning("delivering to %s: %s", row.address, broken)
            if not touched:
                return await self._hold(row, message, Hold(HoldReason.UNKNOWN))
            why = "the connection to tmux broke while it was typed"
            await self._end(row, message, MessageState.INDETERMINATE, why)
        return None

    # A composer: the draft can be read back.

    async def _submit(self, row: AgentRow, runtime: Runtime, message: Message, text: str, go: Go, ear: Ear) -> None:
        pressed = await self._press_on_echo(row, runtime, message, text, go, ear)
        faults.point("after_enter")
        message = await self._delivered(row, message)
        while pressed is not None and not await self._taken(row, runtime, text, ear, pressed):
            if ear.again:
                raise Half("Enter was pressed twice, and the harness did not take the text")
            # That Enter was lost. One more, as carefully as the first: a prompt may have opened, a person may type.
            again = await self._press_on_echo(row, runtime, message, text, pressed, ear, lost=True)
            if again is None:
                break
            pressed = again
        faults.point("before_settle")
        turn = (pressed or go).turn
        if turn != "started" and await self._ended(row, text, ear):
            turn = "started"
        ear.queued = 0 if turn == "started" else ear.queued + 1
        await self._submitted(row, message, turn)

    async def _ended(self, row: AgentRow, text: str, ear: Ear) -> bool:
        """Whether the turn ended just before Enter. Each hook is a process of its own: that report may come last."""
        loop = asyncio.get_running_loop()
        until = (ear.empty or loop.time()) + LATE if self._observer.heard(row.id) else 0.0
        while not ear.ended(text) and loop.time() < until:
            await ear.stir(GLANCE)
        return ear.ended(text)

    def _key(self, runtime: Runtime, message: Message, sight: Sight, row: AgentRow, go: Go) -> Go:
        """The key for the state at this very moment: the harness may have become busy or idle since the paste."""
        manners = runtime.manners
        current = self._store.roster.agents.get(row.id, row)
        # What is shown may lag behind a hook that came while a dialog was still drawn.
        word = self._observer.hook_word(row.id) or current.state
        busy = AgentState.BUSY in (word, sight.reading.state if sight.reading is not None else None)
        if not busy:
            return Go(manners.submit, "started")
        if message.when == "now" and manners.now is not None:
            return Go(manners.now, manners.steered)
        if manners.queue is not None:
            return Go(manners.queue, manners.queued)
        return go

    def _ours(self, row: AgentRow, sight: Sight, text: str) -> bool:
        """Whether Enter would submit our text and nothing else."""
        reading = sight.reading
        if sight.look.in_mode or reading is None or reading.composer is None:
            return False
        current = self._store.roster.agents.get(row.id, row)
        if AgentState.NEEDS_INPUT in (reading.state, current.state):
            return False
        return reading.composer.shows(text) is True

    async def _press_on_echo(
        self, row: AgentRow, runtime: Runtime, message: Message, text: str, go: Go, ear: Ear, *, lost: bool = False
    ) -> Go | None:
        """Press Enter once the composer shows our text alone; None when the harness took it meanwhile: by somebody
        else's Enter, or, where one of ours seemed `lost`, by that.

        An open prompt, copy mode and a typing person are waited out.
        """
        loop = asyncio.get_running_loop()
        began, pasted = loop.time(), int(time.time())
        until, hushes, shown = began + ECHO, 0, lost
        hushed, since = False, 0.0
        while True:
            async with ear.lock:
                sight = await self._eyes.look(row, runtime)
                ours = self._ours(row, sight, text)
                typing = _typing(sight, pasted)
                since = (since or loop.time()) if ours else 0.0
                rested = loop.time() - since >= runtime.manners.pause
                if ours and not typing and rested and (hushed or hushes >= HUSHED or not _watched(sight)):
                    go = self._key(runtime, message, sight, row, go)
                    faults.point("before_enter")
                    ear.press(above(sight), lost=lost)
                    # Nothing is awaited between the look and Enter: a prompt could open meanwhile.
                    await self._press(row, go)
                    return go
            if sight.look.dead:
                raise Half(f"the process ended after {'Enter' if lost else 'the paste'}")
            if ear.took(text) or (lost and self._swallowed(row, sight, text, ear, go)):
                return None
            if ours and not typing:
                hushes += 1
                hushed = not await ear.stir(HUSH)
                continue
            shown = shown or ours
            ear.covered = ear.covered or self._waits_out(row, sight)
            if self._waits_out(row, sight) or (typing and loop.time() < began + PATIENCE):
                until = loop.time() + ECHO
            elif loop.time() >= until:
                if ear.covered and not shown and message.attempts < PASTES and _nothing(sight):
                    # Should it show late after all, it will stand there twice, and Enter is not pressed on that.
                    raise Astray
                raise Half(_unlike(sight, shown=shown, lost=lost))
            await ear.stir(GLANCE)

    def _waits_out(self, row: AgentRow, sight: Sight) -> bool:
        """Whether something is in front of the composer that goes away by itself, or by a person."""
        current = self._store.roster.agents.get(row.id, row)
        states = (current.state, sight.reading.state if sight.reading is not None else None)
        return sight.look.in_mode or AgentState.NEEDS_INPUT in states

    async def _taken(self, row: AgentRow, runtime: Runtime, text: str, ear: Ear, go: Go) -> bool:
        """Wait for evidence that the harness took our text: its own report, or the composer without it.

        What waits in a harness's queue is reported when its turn begins, or never: there the composer tells.
        """
        loop = asyncio.get_running_loop()
        until, longest = loop.time() + (AGAIN if ear.again else TAKEN), loop.time() + REDRAWN
        while loop.time() < until:
            if ear.took(text):
                return True
            current = self._store.roster.agents.get(row.id, row)
            ear.covered = ear.covered or current.state is AgentState.NEEDS_INPUT
            if not self._reported(row, text) or go.turn != "started":
                sight = await self._eyes.look(row, runtime)
                if sight.look.dead:
                    raise Half("the process ended after Enter")
                blank = sight.reading is not None and sight.reading.state is AgentState.UNKNOWN
                if blank and not self._observer.heard(row.id):
                    # It draws something else instead, and a slow one takes its time.
                    until = max(until, min(loop.time() + TAKEN, longest))
                if self._swallowed(row, sight, text, ear, go):
                    return True
            await ear.stir(GLANCE)
        return False

    def _swallowed(self, row: AgentRow, sight: Sight, text: str, ear: Ear, go: Go) -> bool:
        """Whether the screen alone tells that the harness took what Enter submitted. Where hooks report, they tell of
        a turn that begins."""
        heard, reading = self._reported(row, text), sight.reading
        if heard and go.turn == "started":
            return False
        if reading is not None and reading.prompt is not None and _stands(sight, text):
            return True  # It is told already, and asks.
        if reading is None or reading.composer is None or reading.draft != "":
            return False
        at = asyncio.get_running_loop().time()
        ear.empty = ear.empty or at
        # It may also be empty because somebody removed the text: then nothing else moved.
        moved = reading.state is AgentState.BUSY or above(sight) != ear.above
        # A report that the turn had just ended may be on its way: then it was no queue that took it.
        return moved and (not heard or ear.ended(text) or at - ear.empty >= LATE)

    def _reported(self, row: AgentRow, text: str) -> bool:
        """Whether the harness reports that it took this. It reports none of its own commands: no turn begins."""
        return self._observer.heard(row.id) and not (text.startswith("/") and "\n" not in text)

    # A terminal: only what it echoes can be seen.

    async def _enter(self, row: AgentRow, runtime: Runtime, message: Message, text: str, ear: Ear) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + ECHO
        tail = squash(text)[-SHORT:]
        while True:
            async with ear.lock:
                sight = await self._eyes.look(row, runtime)
                if sight.look.dead:
                    raise Half("the process ended after the paste")
                if not sight.look.in_mode and squash(_until_cursor(sight)).endswith(tail):
                    faults.point("before_enter")
                    await self._press(row, Go("Enter", "started"))
                    break
            if loop.time() >= until:
                raise Half("the terminal did not echo the text, so Enter was not pressed")
            await ear.stir(GLANCE)
        faults.point("after_enter")
        faults.point("before_settle")

        async def unit(tx: Tx) -> None:
            """Echo seen and Enter written are one moment here, so both receipts are one commit."""
            seen = await self._moved(
                tx, row, message, MessageState.DELIVERED, (MessageState.DELIVERING,), delivered_at=now()
            )
            if seen is not None:
                await self._moved(
                    tx,
                    row,
                    seen,
                    MessageState.SUBMITTED,
                    (MessageState.DELIVERED,),
                    submitted_at=now(),
                    turn="started",
                )

        await self._store.write("daemon", unit)

    # Receipts.

    async def _press(self, row: AgentRow, go: Go) -> None:
        assert row.pane is not None
        await self._tmux.keys(row.pane.pane, [go.key])

    async def _hold(self, row: AgentRow, message: Message, hold: Hold) -> Hold:
        """Nothing was typed: it waits again."""
        await self._move(row, message, MessageState.HELD, (MessageState.DELIVERING,), reason=hold.reason.value)
        return hold

    async def _delivered(self, row: AgentRow, message: Message) -> Message:
        moved = await self._move(row, message, MessageState.DELIVERED, (MessageState.DELIVERING,), delivered_at=now())
        return moved or message

    async def _submitted(self, row: AgentRow, message: Message, turn: Turn) -> None:
        await self._move(row, message, MessageState.SUBMITTED, (MessageState.DELIVERED,), submitted_at=now(), turn=turn)

    async def _end(self, row: AgentRow, message: Message, state: MessageState, why: str) -> None:
        async def unit(tx: Tx) -> None:
            expect = (MessageState.DELIVERING, MessageState.DELIVERED)
            moved = await self._moved(tx, row, message, state, expect, reason=why)
            if moved is not None and state is MessageState.INDETERMINATE:
                await self._store.desk.put(tx, notice(row.rig, row.address, moved, "indeterminate", why))

        await self._store.write("daemon", unit)

    async def _move(
        self, row: AgentRow, message: Message, state: MessageState, expect: tuple[MessageState, ...], **changes: object
    ) -> Message | None:
        return await self._store.write("daemon", lambda tx: self._moved(tx, row, message, state, expect, **changes))

    async def _moved(
        self,
        tx: Tx,
        row: AgentRow,
        message: Message,
        state: MessageState,
        expect: tuple[MessageState, ...],
        **changes: object,
    ) -> Message | None:
        return await self._store.messages.move(
            tx, message, state, agent_id=row.id, rig=row.rig, expect=expect, **changes
        )


def _until_cursor(sight: Sight) -> str:
    """What stands before the cursor on the screen, rows joined."""
    rows = [row.text for row in parse("\n".join(sight.look.lines))]
    above = rows[: sight.look.cursor_y]
    line = rows[sight.look.cursor_y][: sight.look.cursor_x] if sight.look.cursor_y < len(rows) else ""
    return "".join([*above, line])


def above(sight: Sight) -> tuple[str, ...]:
    """The last rows over the composer: they change when the harness takes a text."""
    composer = sight.reading.composer if sight.reading is not None else None
    rows = parse("\n".join(sight.look.lines))[: composer.first if composer is not None else 0]
    return tuple(row.text for row in rows if not row.blank)[-ABOVE:]


def _nothing(sight: Sight) -> bool:
    """Whether the composer is positively empty, and nobody is there who could have sent what was in it."""
    return sight.reading is not None and sight.reading.draft == "" and not _watched(sight)


def _stands(sight: Sight, text: str) -> bool:
    """Whether a dialog's screen has our text's first line, which no other text has: its envelope's."""
    rows = parse("\n".join(sight.look.lines))
    head = text.partition("\n")[0]
    return head.startswith("[message ") and squash(head) in squash("".join(row.text for row in rows))


def _watched(sight: Sight) -> bool:
    """Whether a person who could type is attached."""
    return any(not human.read_only for human in sight.look.humans)


def _typing(sight: Sight, since: int) -> bool:
    """Whether a person typed since then (epoch seconds), and may still be at it."""
    return any(
        not human.read_only and human.activity >= since and time.time() - human.activity < QUIET
        for human in sight.look.humans
    )


def _unlike(sight: Sight, *, shown: bool, lost: bool) -> str:
    reading = sight.reading
    if lost and reading is not None and reading.draft == "":
        return "Enter was pressed, and the text is gone from the composer, but nothing tells that it was taken"
    if lost:
        return "Enter was pressed, but the harness did not take it, and the composer shows something else now"
    if reading is None or reading.composer is None:
        return "the composer was not to be seen after the paste, so Enter was not pressed"
    if reading.draft == "" and shown:
        return "the text is gone from the composer without our Enter: somebody else sent or removed it"
    if reading.draft == "":
        return "the text did not show in the composer after the paste"
    return "the composer shows something else than the text that was pasted, so Enter was not pressed"
