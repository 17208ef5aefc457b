"""The scripted harness itself: what its keys do, its queue, its hooks and its logs."""

import os
import signal
import sys
import termios
import time
import tty
from typing import TYPE_CHECKING

from .composer import Composer
from .dialog import Dialog
from .display import Display
from .keys import Decoder, Event
from .loop import Loop
from .options import Options
from .paint import PLAIN, TOLD
from .session import Session, append
from .transcript import Transcript, short
from .view import live

if TYPE_CHECKING:
    from .hooks import Decided, Hooks, Report
    from .turn import Turn

VERSION = "1.0"
KEYBOARD, SCREEN = 0, 1
ESCAPE_SECONDS = 0.05
ARMED_SECONDS = 2.0
FAREWELL_SECONDS = 1.5
EDITING = frozenset({"backspace", "delete", "kill", "left", "right", "home", "end", "up", "down"})
TRUST = ("No, exit", "Yes, I trust this folder")


class Harness:
    """One run in one terminal. `run` returns the exit code."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.name = options.name or os.environ.get("OPENRIG_RPC_AGENT") or "scripted"
        self.folder = os.getcwd()  # noqa: PTH109 - pathlib costs 10 ms
        self.loop = Loop()
        self.display = Display(SCREEN, options.alternate)
        self.transcript = Transcript(self.display.columns)
        self.composer = Composer(options.collapse)
        self.shown = ("", 0)
        self.dialog: Dialog | None = None
        self.turn: Turn | None = None
        self.queue: list[tuple[str, bool]] = []
        self.allowed: set[str] = set()
        self.dirty = True
        self.ready_at: float | None = None
        self.leaving_armed = False
        self.session = Session(options.sessions, options.session_id or session_id(), self.folder)
        self._keys = Decoder()
        self._hooks: Hooks | None = None
        self._swallow = False
        self._begun = False
        self._ticking = False
        self._code: int | None = None
        self._reason = "other"

    # Beginning and end.

    def run(self) -> int:
        """Draw, listen and act until something ends it."""
        was = termios.tcgetattr(KEYBOARD)
        self.loop.signals(self._signal)
        if self.options.slow_start:
            self._draw()
            self.loop.after(self.options.slow_start, self._ready)
        else:
            self._ready()
        while self._code is None:
            self.loop.turn(self._draw)
        if self.turn is not None:
            self.turn.stop()
        self._draw()
        self.hook("SessionEnd", {"reason": self._reason})
        if self._hooks is not None:
            self._hooks.close(FAREWELL_SECONDS)
        self.display.stop()
        try:
            termios.tcsetattr(KEYBOARD, termios.TCSADRAIN, was)
        except termios.error:
            pass  # the terminal is gone
        return self._code

    def leave(self, code: int, reason: str = "other") -> None:
        """End the run with this exit code."""
        self._code, self._reason = code, reason

    def _ready(self) -> None:
        tty.setraw(KEYBOARD, termios.TCSANOW)
        self.ready_at = time.monotonic()
        self.display.start()
        self.say(f"Scripted harness v{VERSION}", "✻ ")
        self.say(self.folder, "  ")
        self.loop.hear(KEYBOARD, self._read)
        if self.options.start_prompt == "trust":
            question = "Do you trust the files in this folder?"
            self.open(Dialog("trust", "Accessing workspace", self.folder, question, list(TRUST), self._trusted))
        else:
            self._begin_session()

    def _trusted(self, choice: int | None) -> None:
        chosen = TRUST[choice or 0]
        self.log_answer(self.dialog, chosen, "pane")
        if choice != 1:
            self.leave(1)
            return
        self.close_dialog()
        self._begin_session()

    def _begin_session(self) -> None:
        self._begun = True
        self.composer.insert(self.options.type_draft)
        self.shown = self.composer.shown()
        self.dirty = True
        self._draw()  # before the slower imports
        if self.options.report == "hooks":
            from .hooks import Hooks

            self._hooks = Hooks(self.options.reporter, self.loop.later)
        self.hook("SessionStart", {"source": "resume" if self.session.again(self.say) else "startup"})

    # What comes in.

    def _signal(self, number: int) -> None:
        if number == signal.SIGWINCH:
            self.display.measure()
            self.transcript.fit(self.display.columns)
            if self.ready_at is not None:
                self.display.clear()
            self.dirty = True
        elif number == signal.SIGCHLD:
            self._tool_moved()
        else:
            self.leave(128 + number)

    def _read(self) -> None:
        try:
            data = os.read(KEYBOARD, 65536)
        except OSError:
            data = b""
        if not data:
            self.leave(1)
            return
        self._act(self._keys.feed(data))
        if self._keys.undecided:
            self.loop.after(ESCAPE_SECONDS, self._settle)

    def _settle(self) -> None:
        if self._keys.undecided:
            self._act(self._keys.settle())

    def _act(self, events: list[Event]) -> None:
        for kind, value in events:
            if self._code is not None:
                return
            if kind == "key":
                self._key(value)
            elif kind == "text":
                self._type(value)
            elif self.dialog is None and self._begun:
                self.composer.paste(value)
                self._swallow = self.options.behaviour == "drop-first-enter"
        self._echo()

    def _echo(self) -> None:
        """Show the draft, at once or as late as the options say."""
        shown = self.composer.shown()
        if self.options.behaviour == "late-draw":
            self.loop.after(self.options.late_seconds, lambda: self._show(shown))
        else:
            self._show(shown)

    def _show(self, shown: tuple[str, int]) -> None:
        self.shown = shown
        self.dirty = True

    def _type(self, text: str) -> None:
        """Typed characters answer an open question one by one; what is left is a draft."""
        at = 0
        while at < len(text) and self.dialog is not None:
            self.dialog.letter(text[at])
            at += 1
        if at < len(text):
            self.composer.insert(text[at:])

    def _key(self, name: str) -> None:
        if name != "interrupt":
            self.leaving_armed = False
        if name == "interrupt":
            self._control_c()
        elif name == "redraw":
            self.display.clear()
        elif self.dialog is not None:
            self.dialog.key(name)
        elif name in EDITING:
            self.composer.edit(name)
        elif name == "newline":
            self.composer.insert("\n")
        elif name == "escape":
            self.interrupt()
        elif name in ("enter", "tab"):
            self._submit(name)

    def _control_c(self) -> None:
        if self.leaving_armed:
            self.leave(0, "prompt_input_exit")
            return
        self.leaving_armed = True
        self.loop.after(ARMED_SECONDS, self._disarm)
        if self.turn is not None:
            self.interrupt()
        else:
            self.composer.clear()

    def _disarm(self) -> None:
        self.leaving_armed = False
        self.dirty = True

    # Turns.

    def _submit(self, how: str) -> None:
        if how == "enter" and self._swallow:
            self._swallow = False
            return
        if not self.composer.text.strip():
            return
        text = self.composer.take()
        steer = how == "enter" and self.options.busy_enter == "steer"
        became = "started" if self.turn is None else "steered" if steer else "queued"
        append(self.options.log, {"at": stamp(), "text": text, "how": how, "turn": became})
        if text.strip() == "/exit":
            self.leave(0, "prompt_input_exit")
        elif text.strip() == "/clear" and became == "started":
            self.transcript = Transcript(self.display.columns)
            self.display.clear()
            self.session = Session(self.options.sessions, session_id(), self.folder)
            self.hook("SessionStart", {"source": "clear"})
        elif became == "started":
            self._begin(text, announce=True)
        elif became == "steered":
            self._steer(text)
        else:
            now = self.options.queued_report == "when-queued"
            self.queue.append((text, not now))
            if now:
                self.hook("UserPromptSubmit", {"prompt": text})

    def _begin(self, text: str, *, announce: bool) -> None:
        from .turn import Turn

        if announce:
            self.hook("UserPromptSubmit", {"prompt": text})
        self.say(short(text, 20, 2000), "❯ ", style=TOLD)
        self.turn = turn = Turn(self, text)
        if not self._ticking:
            self._ticking = True
            self.loop.after(1.0, self._tick)
        turn.go()

    def _steer(self, text: str) -> None:
        assert self.turn is not None
        self.hook("UserPromptSubmit", {"prompt": text})
        self.turn.steered.append(text)
        if self.turn.tool is None:
            self.turn.stop()
            self.ended(self.turn)

    def ended(self, turn: "Turn") -> None:
        """A turn came to its end: go on with what it was steered to, or with what is queued."""
        self.turn = None
        if turn.steered:
            self._begin("\n".join(turn.steered), announce=False)
        elif self.queue and self._code is None:
            text, announce = self.queue.pop(0)
            self._begin(text, announce=announce)

    def interrupt(self) -> None:
        """Escape: cut the turn short."""
        turn = self.turn
        if turn is None:
            return
        turn.stop()
        self.say("Interrupted", "  ⎿  ", "     ")
        self.hook("Interrupt", turn=turn)
        if self.options.restore_on_interrupt and turn.quiet:
            self.composer.insert(turn.text)
        self.ended(turn)

    def _tick(self) -> None:
        """Once a second while busy: the seconds are drawn anew."""
        self._ticking = self.turn is not None
        if self._ticking:
            self.dirty = True
            self.loop.after(1.0, self._tick)

    def _tool_moved(self) -> None:
        if self.turn is not None and self.turn.tool is not None:
            self.turn.go()

    # What turns need.

    def say(self, text: str, first: str = "● ", rest: str = "  ", style: str = PLAIN) -> None:
        """Add to the transcript."""
        if self._begun:
            self.session.keep(text, first, rest, style)
        self.display.forget(self.transcript.say(text, first, rest, style))
        self.dirty = True

    def open(self, dialog: Dialog) -> None:
        """Ask in the pane."""
        self.dialog = dialog
        self.dirty = True
        if self.options.bell:
            self.display.write("\a")

    def close_dialog(self) -> None:
        """The question is answered, or nobody's any more."""
        self.dialog = None
        self.dirty = True

    def hook(
        self,
        event: str,
        fields: "dict[str, object] | None" = None,
        decided: "Decided | None" = None,
        turn: "Turn | None" = None,
    ) -> "Report | None":
        """Report an event, unless nobody wants to hear of it."""
        if self._hooks is None or event in self.options.mute or (turn is not None and event in turn.muted):
            return None
        payload: dict[str, object] = {
            "session_id": self.session.id,
            "transcript_path": self.session.path or self.options.log,
            "cwd": self.folder,
            "permission_mode": "default",
            "hook_event_name": event,
            **(fields or {}),
        }
        return self._hooks.report(event, payload, decided)

    def log_answer(self, dialog: Dialog | None, answer: str, by: str) -> None:
        """Write down how a question was answered."""
        if dialog is not None:
            append(self.options.answer_log, {"at": stamp(), "prompt": dialog.kind, "answer": answer, "by": by})

    def _draw(self) -> None:
        if not self.dirty or self._keys.pasting:
            return
        self.dirty = False
        if self.ready_at is not None:
            busy = self.turn is not None and self.dialog is None
            self.display.title(f"{'◐' if busy else '✳'} {self.name}")
        rows, cursor = live(self)
        self.display.draw(self.transcript.rows, rows, cursor)


def stamp() -> str:
    """Now: RFC 3339 UTC with milliseconds."""
    now = time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1000):03d}Z"


def session_id() -> str:
    """A random UUID, version 4."""
    raw = bytearray(os.urandom(16))
    raw[6], raw[8] = raw[6] & 0x0F | 0x40, raw[8] & 0x3F | 0x80
    text = raw.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def main(arguments: list[str]) -> int:
    """`arguments`: at most one, the options."""
    try:
        options = Options(*arguments)
    except (ValueError, TypeError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if not os.isatty(KEYBOARD):
        sys.stderr.write("the scripted harness needs a terminal\n")
        return 2
    return Harness(options).run()
