"""Our own tmux server: everything the house does with terminals goes through here.

Every agent has a session of its own, so that people can attach to it, and its window is linked into the hub, where
our two control clients sit (hub.py). Ids, not names, are the targets.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

from openrig_rpc.model.errors import TmuxUnavailable

from . import boot, config, processes
from . import keys as key_names
from . import look as looking
from . import spawn as spawning
from .control import Command, ControlLost
from .hub import Hub
from .listener import Listener
from .pane import (
    Capture,
    Human,
    Interrupted,
    Look,
    Modes,
    Pane,
    PaneGone,
    PaneInfo,
    PasteRefused,
    Spawn,
    SpawnFailed,
    Text,
    Version,
)
from .quote import literal
from .roster import Roster

_INLINE = 64 * 1024  # bytes that may be written to a file without a thread


class Tmux(Listener):
    """Our own tmux server, one a state folder. All calls are for the event loop's thread.

    What it tells by itself: `Listener`. When the server is gone, everything raises TmuxUnavailable.
    """

    def __init__(self, socket: Path, config_dir: Path, *, env: Mapping[str, str] | None = None) -> None:
        """`socket`: under 100 bytes, in a private folder. `config_dir`: ours, 0700. `env`: the server's own
        environment, for windows that a person opens; by default a minimal one, never the starter's."""
        super().__init__()
        self.socket, self.config_dir = socket, config_dir
        self._env = config.server_environment(env)
        self._tmux = ""
        self._roster = Roster(self)
        self._pastes = config_dir / "paste"
        self._pasted = 0
        self._encoded = False

    # The server.

    async def start(self) -> None:
        """Start the server, or attach to it where it runs already. Raises TmuxUnavailable."""
        await self.close()
        self._tmux, _ = await asyncio.to_thread(boot.find)
        conf = self.config_dir / "tmux.conf"
        boot.write_config(conf)
        self._pastes.mkdir(mode=0o700, exist_ok=True)
        for left in self._pastes.iterdir():  # a crash's
            left.unlink()
        try:
            await self._connect()
        except ControlLost:
            await asyncio.to_thread(boot.start_server, self._tmux, self.socket, conf, self._env)
            try:
                await self._connect()
            except ControlLost as error:
                raise TmuxUnavailable(
                    "the tmux server can't be reached", str(error), f"look who owns {self.socket.name}"
                ) from error
        try:
            await asyncio.to_thread(boot.configure, self._tmux, self.socket, conf, self._env)
            await self._drop_left_buffers()
            self._encoded = looking.encodes(await self._hub.group(*looking.PROBE))
        except BaseException:
            await self.close()
            raise

    async def _connect(self) -> None:
        hub = self._roster.connection = Hub(
            self._tmux,
            self.socket,
            self._env,
            on_output=self._roster.output,
            on_notice=self._roster.notice,
            on_resync=self._roster.resync,
            on_gone=self._roster.server_gone,
        )
        try:
            await hub.open()
        except BaseException:
            self._roster.connection = None
            await hub.close()
            raise

    async def _drop_left_buffers(self) -> None:
        """Pastes that an earlier daemon had no time to finish."""
        (buffers,) = await self._hub.group(("list-buffers", "-F", "#{buffer_name}"))
        ours = [name for name in buffers.text.splitlines() if name.startswith(_BUFFER)]
        await self._hub.changes([[("delete-buffer", "-b", name)] for name in ours])

    async def close(self) -> None:
        """End our own clients. The server and the agents live on."""
        hub, self._roster.connection = self._roster.connection, None
        await self._roster.close()
        if hub is not None:
            await hub.close()

    async def kill_server(self) -> None:
        """End the server and every process in it."""
        server = self._hub.server_pid
        leaders = {known.pid for known in self._roster.known.values()}
        members = await asyncio.to_thread(processes.session_members, leaders)
        await self.close()  # a client that nobody reads would hold the server up
        quiet = asyncio.subprocess.DEVNULL
        end = await asyncio.create_subprocess_exec(
            *(self._tmux, "-N", "-S", str(self.socket), "kill-server"),
            env=self._env,
            stdin=quiet,
            stdout=quiet,
            stderr=quiet,
        )
        for force in (signal.SIGTERM, signal.SIGKILL):
            if await processes.wait_end(server, 3):
                break
            with contextlib.suppress(ProcessLookupError):
                os.kill(server, force)
        await end.wait()
        await processes.end_session(leaders, members, grace=1.0)

    def version(self) -> Version:
        """The running server's version."""
        return boot.parsed(self._hub.server_version)

    @property
    def pid(self) -> int:
        """The server's process id."""
        return self._hub.server_pid

    async def inventory(self) -> boot.Inventory:
        """The server looked over with libtmux, in a thread, for the doctor."""
        return await asyncio.to_thread(boot.inventory, self._tmux, self.socket)

    @property
    def _hub(self) -> Hub:
        return self._roster.hub

    # Starting and ending processes.

    async def spawn(
        self,
        name: str,
        argv: Sequence[str],
        cwd: Path,
        env: Mapping[str, str],
        columns: int = config.COLUMNS,
        rows: int = config.ROWS,
    ) -> Pane:
        """Start one process in a session of its own. Raises SpawnFailed."""
        (made,) = await self.spawn_many([Spawn(name, argv, cwd, env, columns, rows)])
        if isinstance(made, SpawnFailed):
            raise made
        return made

    async def spawn_many(self, spawns: Sequence[Spawn]) -> list[Pane | SpawnFailed]:
        """Start all at once; each answer stands for itself."""
        made: list[Pane | SpawnFailed] = [SpawnFailed("not started")] * len(spawns)
        chains: dict[int, list[Command]] = {}
        for at, wanted in enumerate(spawns):
            try:
                spawning.check(wanted)
                chains[at] = spawning.commands(wanted, self._roster.server_variables)
            except SpawnFailed as failed:
                made[at] = failed
        taken = {known.name for known in self._roster.known.values()}
        with self._roster.starting():
            try:
                answers = await self._hub.changes(list(chains.values()))
            except Interrupted as error:
                for at in chains:
                    made[at] = SpawnFailed(f"the connection to tmux broke: {error}")
                    if spawns[at].name not in taken:
                        await self._unmake(spawns[at].name)
                return made
            for at, replies in zip(chains, answers, strict=True):
                wanted = spawns[at]
                if replies[-1].ok:
                    made[at] = pane = spawning.started(wanted.name, replies[0].text)
                    self._roster.take_on(pane, f"{wanted.columns}x{wanted.rows}")
                    continue
                made[at] = SpawnFailed(f"tmux did not start {wanted.name}: {replies[-1].text}")
                if len(replies) > 1:
                    await self._unmake(wanted.name)
        return made

    async def _unmake(self, name: str) -> None:
        """Take away what was only half made."""
        with contextlib.suppress(PaneGone):
            await self.kill((await self._roster.record(f"={name}:"))["pane_id"])

    async def kill(self, *panes: str, grace: float = 2.0) -> None:
        """End panes and their processes: hang-up, after `grace` seconds SIGKILL. Gone already is fine. Many at
        once cost little more than one."""
        if not panes:
            return
        records = await asyncio.gather(*map(self._roster.record, panes), return_exceptions=True)
        leaders = {int(record["pane_pid"]) for record in records if isinstance(record, dict)}
        members = await asyncio.to_thread(processes.session_members, leaders)
        # A window goes with its pane, unless a person split it.
        await self._hub.changes([[("kill-pane", "-t", pane)] for pane in panes])
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGCHLD)
        await processes.end_session(leaders, members, grace=grace)

    # Seeing.

    async def panes(self) -> list[PaneInfo]:
        """All panes we started, dead ones too; not those that people opened beside them."""
        return [looking.pane_info(record) for record in (await self._roster.inventory()).values()]

    async def look(self, pane: str) -> Look:
        """The pane at one instant. Raises PaneGone."""
        replies = await self._hub.group(
            ("display-message", "-p", "-t", pane, looking.PANE.format),
            looking.LIST_PEOPLE,
            *looking.screen(pane, "-e", "-N"),
        )
        record = looking.first(pane, replies[0])
        screen = looking.shown(pane, replies[2:], encoded=self._encoded)
        known = self._roster.known.get(pane)
        session = known.session if known else record["session_id"]
        return looking.look(record, screen, replies[1].text, session, self.modes(pane).bracketed)

    async def capture(
        self, pane: str, lines: int | None = None, *, history: bool = False, ansi: bool = False
    ) -> Capture:
        """The last `lines` (all: None) of the screen, with `history` of what scrolled away too; at most 10,000.
        Raises PaneGone."""
        start = ("-S", f"-{looking.MOST_LINES}") if history else ()
        replies = await self._hub.group(
            ("display-message", "-p", "-t", pane, looking.PANE.format),
            *looking.screen(pane, *(("-e",) if ansi else ()), *start),
        )
        record = looking.first(pane, replies[0])
        return looking.capture(record, looking.shown(pane, replies[1:], encoded=self._encoded), lines, history=history)

    async def humans(self, name: str) -> list[Human]:
        """Who is attached to that session."""
        (reply,) = await self._hub.group(looking.LIST_PEOPLE)
        sessions = {known.session for known in self._roster.known.values() if known.name == name}
        return [looking.human(found) for found in looking.people(reply.check()) if found["session_id"] in sessions]

    async def attach_argv(self, pane: str, *, read_only: bool = False) -> list[str]:
        """What to run in a person's terminal. It drops `TMUX`, so it works inside another tmux. Raises PaneGone."""
        record = (await self._roster.inventory()).get(pane)
        if record is None:
            raise PaneGone(pane)
        name = record["session_name"]
        if name == config.HUB:
            await self._roster.repair(record)
            name = record[spawning.NAME]
        return [
            *("env", "-u", "TMUX", "-u", "TMUX_PANE", self._tmux, "-S", str(self.socket), "attach-session"),
            *(("-r",) if read_only else ()),
            *("-t", f"={name}:{record['window_id']}.{pane}"),
        ]

    # Typing.

    async def paste(self, pane: str, data: bytes, *, bracketed_only: bool = False) -> None:
        """Write `data` into the pane as one paste, byte for byte; marked as a paste where the program asked for
        that. Raises PasteRefused, PaneGone, and Interrupted when it can't be known whether it was written."""
        if not data:
            raise PasteRefused("there is nothing to paste")
        if bracketed_only and not self.modes(pane).bracketed:
            raise PasteRefused("the program in the pane has not asked for pastes to be marked")
        self._pasted += 1
        name = f"{_BUFFER}{os.getpid()}-{self._pasted}"
        path = self._pastes / name
        try:
            if len(data) <= _INLINE:
                _write(path, data)
            else:
                await asyncio.to_thread(_write, path, data)
            replies = await self._hub.change(
                ("load-buffer", "-b", name, literal(str(path))),
                ("paste-buffer", "-p", "-r", "-d", "-b", name, "-t", pane),
            )
        except Interrupted:
            self._roster.do(lambda: self._drop_buffer(name))
            raise
        finally:
            path.unlink(missing_ok=True)
        if len(replies) == 1:
            raise TmuxUnavailable("tmux can't read what is to be pasted", replies[0].text, "look at the disk")
        if not replies[1].ok:
            await self._drop_buffer(name)
            raise PaneGone(f"{pane}: {replies[1].text}")

    async def _drop_buffer(self, name: str) -> None:
        await self._hub.change(("delete-buffer", "-b", name))

    async def keys(self, pane: str, keys: Sequence[str | Text]) -> None:
        """Press keys by tmux's names, or type Text as it is. Raises ValueError for an unknown name, PaneGone, and
        Interrupted when it can't be known whether they were pressed."""
        commands = key_names.commands(pane, keys)
        for replies in await self._hub.changes([[command] for command in commands]):
            if not replies[0].ok:
                raise PaneGone(f"{pane}: {replies[0].text}")

    async def leave_mode(self, pane: str) -> None:
        """Leave copy mode and the like. Raises PaneGone."""
        (reply,) = await self._hub.change(("copy-mode", "-q", "-t", pane))
        if not reply.ok:
            raise PaneGone(f"{pane}: {reply.text}")

    # What output told.

    def modes(self, pane: str) -> Modes:
        """What was seen in the pane's output."""
        known = self._roster.known.get(pane)
        return known.tracker.modes if known else Modes()

    def restore_modes(self, pane: str, modes: Modes) -> None:
        """Tell what was known before a restart; what was seen since then wins."""
        known = self._roster.known.get(pane)
        if known is not None:
            known.tracker.bells = max(known.tracker.bells, modes.bells)
            if known.tracker.bracketed is None:
                known.tracker.bracketed = modes.bracketed

    def canonical(self, tty: str) -> bool | None:
        """Whether the terminal is in line mode (lines over 4,095 bytes are cut); None if it is gone."""
        return processes.canonical(tty)


_BUFFER = "openrig-"


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
