"""The panes we started, kept in step with what tmux has: their output, ends, changes, and the people before them."""

import asyncio
import contextlib
import logging
import os
import re
import signal
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass

from openrig_rpc.model.errors import TmuxUnavailable

from . import config, look
from .control import Refused
from .fields import exit_code, number
from .hub import Hub
from .listener import Listener
from .modes import Tracker
from .pane import Change, Interrupted, Modes, Pane, PaneGone
from .processes import Ends
from .spawn import NAME, SIZE

log = logging.getLogger(__name__)

_LOST_CHILD = 2.0  # seconds for tmux to say how a process ended
_UNREAD = 0.05  # seconds for tmux to read a terminal to its end; a child of the program may hold it open for ever
_SETTLE = 0.02  # seconds in which several notices of one kind are answered together
_EARLY = 1 << 20  # bytes kept of a pane that nobody has claimed yet
Work = Callable[[], Coroutine[None, None, None]]
_VARIABLE = re.compile(r"^([A-Za-z_][A-Za-z0-9_]*)=", re.MULTILINE)


@dataclass(slots=True)
class Known:
    """A pane of ours."""

    name: str
    pid: int
    window: str
    session: str
    size: str
    """As `COLUMNSxROWS`: what the window goes back to."""
    tracker: Tracker
    change: Change | None = None
    ended: bool = False


class Roster:
    """Who is there."""

    def __init__(self, listener: Listener) -> None:
        self.connection: Hub | None = None
        self.known: dict[str, Known] = {}
        self.server_variables: list[str] = []
        self._listener = listener
        self._humans: dict[str, int] = {}
        self._ends = Ends()
        self._starting = 0
        self._early: dict[str, list[bytes]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._soon: dict[str, asyncio.TimerHandle] = {}

    @property
    def hub(self) -> Hub:
        """The connection. Raises TmuxUnavailable when there is none."""
        if self.connection is None:
            raise TmuxUnavailable("the tmux server is not started", "or it was closed", "start the daemon again")
        return self.connection

    async def close(self) -> None:
        """Forget everybody."""
        for timer in self._soon.values():
            timer.cancel()
        self._soon.clear()
        tasks = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._ends.close()
        self.known.clear()
        self._humans.clear()

    # Coming.

    @contextlib.contextmanager
    def starting(self) -> Iterator[None]:
        """While panes are being started: output of those not yet claimed is kept for them."""
        self._starting += 1
        try:
            yield
        finally:
            self._starting -= 1
            if not self._starting:
                for pane in [pane for pane in self._early if pane not in self.known]:
                    del self._early[pane]

    def take_on(self, pane: Pane, size: str) -> None:
        """A new pane. What it wrote already is told when the caller has had a chance to note its id."""
        self._early.setdefault(pane.id, [])
        self.known[pane.id] = Known(
            pane.name, pane.pid, pane.window, pane.session, size, Tracker(Modes(bracketed=False))
        )
        self._watch(pane.id, pane.pid)
        asyncio.get_running_loop().call_soon(self._tell_early, pane.id)

    def _tell_early(self, pane: str) -> None:
        for data in self._early.pop(pane, []):
            self.output(pane, data)

    async def resync(self, gap: bool) -> None:
        """See what is there; link what is not in the hub; watch what is not watched."""
        (environment,) = await self.hub.group(("show-environment", "-g"))
        self.server_variables = _VARIABLE.findall(environment.text)
        records = await self.inventory()
        await self.hub.changes(
            [
                [("link-window", "-d", "-s", record["window_id"], "-t", f"={config.HUB}:")]
                for record in records.values()
                if not record["hub"]
            ]
        )
        for pane, record in records.items():
            self._meet(pane, record)
            if record["session_name"] == config.HUB:
                await self.repair(record)
            if gap:
                self._gap(pane)
        await self._census()

    def _meet(self, pane: str, record: dict[str, str]) -> None:
        known = self.known.get(pane)
        if known is None:
            name, size, pid = record[NAME], record[SIZE], int(record["pane_pid"])
            known = Known(name, pid, record["window_id"], record["session_id"], size, Tracker())
            known.ended = record["pane_dead"] == "1" and exit_code(record) is not None
            self.known[pane] = known
        known.window = record["window_id"]
        if record["session_name"] != config.HUB:
            known.session = record["session_id"]
        if not known.ended:
            self._watch(pane, known.pid)

    async def repair(self, record: dict[str, str]) -> None:
        """Give a pane whose session a person killed a session again, so that it can be attached to."""
        replies = await self.hub.change(
            ("new-session", "-d", "-P", "-F", "#{session_id}", "-s", record[NAME], "-c", "/", *config.IDLE),
            ("link-window", "-k", "-s", record["window_id"], "-t", f"={record[NAME]}:0"),
        )
        if replies[-1].ok and (known := self.known.get(record["pane_id"])):
            known.session = replies[0].text

    # Output.

    def output(self, pane: str, data: bytes) -> None:
        """Raw output of any pane in the hub; people may have split off panes of their own there."""
        early = self._early.get(pane)
        known = self.known.get(pane)
        if early is not None or (known is None and self._starting):
            early = self._early.setdefault(pane, [])
            if sum(map(len, early)) < _EARLY:
                early.append(data)
        elif known is not None:
            changed = known.tracker.feed(data)
            self._listener.on_output(pane, data, False)
            if changed:
                self._listener.on_modes(pane, known.tracker.modes)

    # Notices.

    def notice(self, word: bytes, rest: bytes) -> None:
        """Anything that tmux tells of its own accord."""
        if word == b"%subscription-changed":
            self._state(rest)
        elif word == b"%pause":
            self._paused(rest.decode())
        elif word == b"%pane-mode-changed":
            pane = rest.decode()
            self._once(f"mode {pane}", lambda: self._mode(pane))
        elif word in (b"%client-session-changed", b"%client-detached"):
            self._once("census", self._census)
        elif word == b"%window-close":  # said of windows that live on, too: of a killed session's
            self._once("resync", lambda: self.resync(False))

    def _paused(self, pane: str) -> None:
        self._gap(pane)
        self.do(lambda: self.hub.resume(pane))

    def _gap(self, pane: str) -> None:
        known = self.known.get(pane)
        if known is not None:
            known.tracker.gap()
            self._listener.on_output(pane, b"", True)

    def _state(self, rest: bytes) -> None:
        head, _, value = rest.partition(b" : ")
        command, title, in_mode = value.decode(errors="replace").split("\t")
        self._changed(head.rpartition(b" ")[2].decode(), Change(title, command, number(in_mode) > 0))

    async def _mode(self, pane: str) -> None:
        record = await self.record(pane)
        in_mode = number(record["pane_in_mode"]) > 0
        self._changed(pane, Change(record["pane_title"], record["pane_current_command"], in_mode))

    def _changed(self, pane: str, change: Change) -> None:
        known = self.known.get(pane)
        if known is not None and known.change != change:
            known.change = change
            self._listener.on_change(pane, change)

    async def inventory(self) -> dict[str, dict[str, str]]:
        """Everything about all our panes, by id."""
        own, hub = await self.hub.group(*look.LIST_PANES)
        records = look.inventory(own, hub)
        for pane in look.orphans(records, hub):
            with contextlib.suppress(PaneGone):
                records[pane] = {**await self.record(pane), "hub": "1"}
        return records

    async def record(self, pane: str) -> dict[str, str]:
        """Everything about one pane. Raises PaneGone."""
        (reply,) = await self.hub.group(("display-message", "-p", "-t", pane, look.PANE.format))
        return look.first(pane, reply)

    # People.

    async def _census(self) -> None:
        """Tell who came and went; where nobody is, the window has its own size."""
        clients, windows = await self.hub.group(look.LIST_PEOPLE, look.LIST_WINDOWS)
        people = look.people(clients.check())
        counts = {
            known.name: sum(record["session_id"] == known.session for record in people) for known in self.known.values()
        }
        before, self._humans = self._humans, counts
        for name, count in counts.items():
            if count != before.get(name, 0):
                self._listener.on_attached(name, count)
        shown = {record["window_id"] for record in people}
        wrong = look.wrong_sizes(windows)
        for known in [known for known in self.known.values() if known.name in counts]:
            if known.window in wrong and known.window not in shown and not counts[known.name]:
                await self._restore_size(known)

    async def _restore_size(self, known: Known) -> None:
        columns, _, rows = known.size.partition("x")
        await self.hub.change(
            ("resize-window", "-t", known.window, "-x", columns, "-y", rows),
            ("set-option", "-wu", "-t", known.window, "window-size"),
        )

    # Going.

    def _watch(self, pane: str, pid: int) -> None:
        self._ends.watch(pane, pid, lambda: self.do(lambda: self._ended(pane)))

    async def _ended(self, pane: str) -> None:
        """Ask how it ended. tmux before 3.5 with libutempter loses SIGCHLD now and then: then it is sent again, but
        not before the terminal's end was read, because that signal makes tmux drop what it has not read."""
        clock = asyncio.get_running_loop().time
        begun, delay = clock(), 0.001
        code, gone = None, False
        while clock() - begun < _LOST_CHILD:
            try:
                record = await self.record(pane)
            except PaneGone:
                gone = True
                break
            code = exit_code(record)
            if code is not None:
                break
            if record["pane_dead"] == "1" or clock() - begun > _UNREAD:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.hub.server_pid, signal.SIGCHLD)
            await asyncio.sleep(delay)
            delay = min(delay * 2, 0.1)
        await self.hub.drain()
        self._tell_end(pane, code, gone)

    def _tell_end(self, pane: str, code: int | None, gone: bool) -> None:
        known = self.known.get(pane)
        if known is None or known.ended:
            return
        known.ended = True
        if gone:
            del self.known[pane]
        else:
            self._listener.on_output(pane, b"", True)  # tmux drops what it had not sent when the terminal closes
        self._listener.on_exit(pane, code)

    def server_gone(self) -> None:
        """Everybody is."""
        self._ends.close()
        self.known.clear()
        self._humans.clear()
        self._listener.on_gone()

    # Doing things beside.

    def _once(self, key: str, work: Work) -> None:
        if key not in self._soon:

            def start() -> None:
                del self._soon[key]
                self.do(work)

            self._soon[key] = asyncio.get_running_loop().call_later(_SETTLE, start)

    def do(self, work: Work) -> None:
        """Start something that nobody waits for; not any more once we are closed."""
        if self.connection is None:
            return
        task = asyncio.create_task(_quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _quietly(work: Work) -> None:
    """What fails because the pane or the server went away meanwhile is no news; the rest is logged."""
    try:
        await work()
    except (PaneGone, Interrupted, TmuxUnavailable, Refused) as error:
        log.debug("too late: %s", error)
    except Exception:
        log.exception("keeping in step with tmux failed")
