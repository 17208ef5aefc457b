"""The two control clients on the hub session, kept alive: one for commands, one for output.

A control client gets output only from windows of its own session, so every agent's window is linked into the hub.
Either client may be killed, or the hub with both; then they are started again and `on_resync` puts right what went
wrong meanwhile. Whether the server itself lives is known from its pidfd.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from openrig_rpc.model.errors import TmuxUnavailable

from . import config
from .control import Command, Control, ControlLost, Refused, Reply
from .pane import Interrupted
from .processes import Ends

log = logging.getLogger(__name__)

PAUSE_AFTER = 3  # seconds of output that tmux holds for us before it drops some and says so
PATIENCE = 15.0  # seconds until a tmux that doesn't answer counts as broken

# A control character would break the line that tells us: a process may call itself anything.
_STATE = "\t".join(
    f"#{{s/[\x01-\x1f\x7f]/ /:{name}}}" for name in ("pane_current_command", "pane_title", "pane_in_mode")
)


class Hub:
    """Our connection to one tmux server."""

    def __init__(
        self,
        tmux: str,
        socket: Path,
        env: Mapping[str, str],
        *,
        on_output: Callable[[str, bytes], None],
        on_notice: Callable[[bytes, bytes], None],
        on_resync: Callable[[bool], Awaitable[None]],
        on_gone: Callable[[], None],
    ) -> None:
        """`on_resync(gap)`: the connection is new; with `gap`, output may have been missed."""
        self._argv = [tmux, "-N", "-u", "-S", str(socket), "-C"]
        self._env = env
        self._on_output, self._on_notice = on_output, on_notice
        self._on_resync, self._on_gone = on_resync, on_gone
        self._ends = Ends()
        self._ready = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._commands: Control | None = None
        self._output: Control | None = None
        self.server_pid = 0
        self.server_version = ""
        self.gone = False

    async def open(self) -> None:
        """Connect. Raises ControlLost when no server runs there."""
        commands = await self._start("no-output")
        self._commands = commands
        said = (await commands.run("display-message", "-p", "#{pid} #{version}")).check()
        pid, _, self.server_version = said.partition(" ")
        self.server_pid = int(pid)
        self._ends.watch("server", self.server_pid, self._server_ended)
        self._output = await self._start_output()
        self._ready.set()
        await self._on_resync(False)
        self._keeper = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """Disconnect. The server and everything in it live on."""
        self.gone = True
        self._ready.set()
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        self._ends.close()
        await asyncio.gather(*(client.close() for client in (self._commands, self._output) if client is not None))

    # Asking.

    async def run(self, *argv: str) -> Reply:
        """One command that changes nothing and whose reply is tmux's own text; asked again if the client dies."""
        return (await self._read(lambda client: client.chain([argv])))[0]

    async def group(self, *commands: Command) -> list[Reply]:
        """Commands that change nothing, at one instant, whose replies may hold any text; asked again likewise."""
        return await self._read(lambda client: client.group(*commands))

    async def change(self, *commands: Command) -> list[Reply]:
        """Commands with an effect, never said twice. Raises Interrupted when it can't be known whether they ran."""
        return (await self.changes([commands]))[0]

    async def changes(self, chains: Sequence[Sequence[Command]]) -> list[list[Reply]]:
        """Many such chains in one write."""
        client = await self._client()
        async with _patience():
            answers = await asyncio.gather(*client.chains(chains), return_exceptions=True)
        found: list[list[Reply]] = []
        for answer in answers:
            if isinstance(answer, BaseException):
                raise Interrupted(str(answer)) from answer
            found.append(answer)
        return found

    async def drain(self) -> None:
        """Wait until all output that tmux had for us has been handed out."""
        client = self._output
        if client is not None and not client.lost.done():
            try:
                async with asyncio.timeout(1):
                    await client.run("display-message", "-p", "drained")
            except (ControlLost, TimeoutError):
                pass

    async def resume(self, pane: str) -> None:
        """Have a paused pane's output again."""
        client = self._output
        if client is not None:
            with contextlib.suppress(ControlLost):
                await client.run("refresh-client", "-A", f"{pane}:continue")

    async def _read(self, ask: "Callable[[Control], asyncio.Future[list[Reply]]]") -> list[Reply]:
        while True:
            client = await self._client()
            try:
                async with _patience():
                    return await ask(client)
            except ControlLost:
                await asyncio.sleep(0)  # let the keeper see it first

    async def _client(self) -> Control:
        async with _patience():
            while not self.gone:
                await self._ready.wait()
                if self._commands is not None and not self._commands.lost.done():
                    return self._commands
                if not self.gone:
                    self._ready.clear()
        raise TmuxUnavailable("the tmux server is gone", "it ended, with everything in it", "start the rigs again")

    # Staying connected.

    async def _start(self, flags: str) -> Control:
        client = Control(self._on_output, self._on_notice if flags == "no-output" else self._on_output_notice)
        hub = ("new-session", "-A", "-s", config.HUB, "-f", flags, "-c", "/")
        size = ("-x", str(config.COLUMNS), "-y", str(config.ROWS))
        await client.open([*self._argv, *hub, *size, *config.IDLE], self._env)
        return client

    async def _start_output(self) -> Control:
        client = await self._start(f"pause-after={PAUSE_AFTER}")
        (await client.run("refresh-client", "-B", f"state:%*:{_STATE}")).check()
        return client

    def _on_output_notice(self, word: bytes, rest: bytes) -> None:
        if word in (b"%subscription-changed", b"%pause"):  # everything else comes to the other client too
            self._on_notice(word, rest)

    async def _keep(self) -> None:
        delay, gap = 0.01, False
        while True:
            assert self._commands is not None and self._output is not None
            await asyncio.wait([self._commands.lost, self._output.lost], return_when=asyncio.FIRST_COMPLETED)
            if self.gone:
                return
            self._ready.clear()
            try:
                if self._commands.lost.done():
                    log.info("the tmux client for commands ended: %s", self._commands.lost.result())
                    self._commands = await self._start("no-output")
                if self._output.lost.done():
                    log.info("the tmux client for output ended: %s", self._output.lost.result())
                    gap = True
                    self._output = await self._start_output()
                self._ready.set()
                await self._on_resync(gap)
                delay, gap = 0.01, False
            except (ControlLost, Refused, OSError, TmuxUnavailable) as error:
                log.info("tmux can't be reached, trying again: %s", error)
                await asyncio.sleep(delay)
                delay = min(delay * 2, 1.0)

    def _server_ended(self) -> None:
        if not self.gone:
            self.gone = True
            self._ready.set()
            self._on_gone()


@contextlib.asynccontextmanager
async def _patience() -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(PATIENCE):
            yield
    except TimeoutError:
        raise TmuxUnavailable(
            "tmux does not answer", f"nothing came in {PATIENCE:.0f} s", "look at its server process"
        ) from None
