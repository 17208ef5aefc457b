"""One control-mode client: commands in, replies and notifications out, over asyncio pipes.

What tmux writes (control.c of 3.3a): a reply is `%begin TIME NUMBER FLAGS`, lines, `%end` or `%error` with the same
three; FLAGS 1 means that this client asked. Replies come in the order of the commands; nothing stands inside one.
A failed command takes the rest of its own line with it. Commands that run others (`source-file`, `if-shell`,
`run-shell -C`) must not be asked for: each command they run is answered too, as if it had been asked for.

Text from a pane stands in replies as it is, so it could spell an `%end` of its own. Where a reply may hold such
text, ask with `group`: it is fenced by a word nobody in a pane can know, and only what stands before that counts.
"""

import asyncio
import contextlib
import os
import secrets
import signal
from asyncio import transports
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from .quote import line

Command = Sequence[str]
OPENING = 10.0  # seconds for a client to attach


class ControlLost(ConnectionError):
    """The client ended while an answer was due; whether the command ran is unknown."""


class Refused(Exception):
    """tmux answered with an error; `str()` is its text."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What one command answered."""

    ok: bool
    lines: list[bytes]

    @property
    def text(self) -> str:
        return b"\n".join(self.lines).decode(errors="replace")

    def check(self) -> str:
        """The text; raises Refused if it is an error's."""
        if not self.ok:
            raise Refused(self.text)
        return self.text


@dataclass(slots=True)
class _Asked:
    """A line of commands whose replies are due: `left` blocks, or a fenced group."""

    done: "asyncio.Future[list[Reply]]"
    left: int
    fenced: bool
    replies: list[Reply] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)


class Control(asyncio.SubprocessProtocol):
    """A running `tmux -C` client. Never stops reading; never blocks."""

    def __init__(
        self,
        on_output: Callable[[str, bytes], None] | None = None,
        on_notice: Callable[[bytes, bytes], None] | None = None,
    ) -> None:
        """`on_output(pane, data)`: decoded output. `on_notice(word, rest)`: any other `%word rest` line."""
        self._on_output, self._on_notice = on_output, on_notice
        self._fence = b"fence-" + secrets.token_hex(12).encode()
        self._asked: deque[_Asked] = deque()
        self._block: tuple[bytes, _Asked | None] | None = None  # what ends the open block, and whose it is
        self._lines: list[bytes] = []
        self._fenced: _Asked | None = None
        self._fence_seen = False
        self._rest = b""
        self._process: transports.SubprocessTransport | None = None
        self._stdin: transports.WriteTransport | None = None
        self._reason = b""
        self._attached: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """Done when the client is gone; the result is tmux's reason, if it gave one."""

    async def open(self, argv: Sequence[str], env: Mapping[str, str]) -> None:
        """Start the client. Returns when it is attached to its session: what is asked before that may be run
        before that. Raises ControlLost when it ends instead."""
        loop = asyncio.get_running_loop()
        await loop.subprocess_exec(
            lambda: self, *argv, env=dict(env), cwd="/", start_new_session=True, stderr=asyncio.subprocess.STDOUT
        )
        await asyncio.wait([self._attached, self.lost], timeout=OPENING, return_when=asyncio.FIRST_COMPLETED)
        if not self._attached.done():
            await self.close()
            raise ControlLost(f"the tmux client could not attach: {self.lost.result()}")

    async def close(self) -> None:
        """End the client (tmux takes an end of input for a detach) and wait until it is gone."""
        if self._process is None:
            return
        if self._stdin is not None:
            self._stdin.close()
        for force in (self.kill, self._process.close):
            try:
                async with asyncio.timeout(1):
                    await asyncio.shield(self.lost)
                    return
            except TimeoutError:
                force()
        await asyncio.shield(self.lost)

    def kill(self) -> None:
        """End a client that doesn't answer any more."""
        if self.pid is not None and not self.lost.done():
            # Not the transport's own: that may reap the child from under asyncio's watcher.
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    @property
    def pid(self) -> int | None:
        """The client's process id."""
        return self._process.get_pid() if self._process else None

    # Asking.

    async def run(self, *argv: str) -> Reply:
        """Run one command whose reply holds no text of others. Raises ControlLost."""
        return (await self.chain([argv]))[0]

    def chain(self, commands: Sequence[Command]) -> "asyncio.Future[list[Reply]]":
        """Run commands without anything in between; the first that fails is the last reply."""
        return self.chains([commands])[0]

    def chains(self, chains: Sequence[Sequence[Command]]) -> "list[asyncio.Future[list[Reply]]]":
        """Many chains in one write; each is answered for itself."""
        lines = [" ; ".join(line(*argv) for argv in chain) for chain in chains]
        due = [self._expect(len(chain), fenced=False) for chain in chains]
        if lines:  # an empty line would be a detach
            self._write("\n".join(lines))
        return due

    def group(self, *commands: Command) -> "asyncio.Future[list[Reply]]":
        """Run commands without anything in between, whose replies may hold any text; the first that fails is the
        last reply."""
        fence = self._fence.decode()
        mark = f" ; display-message -p {fence} ; "
        text = mark.join(line(*argv) for argv in commands) + f"\ndisplay-message -p {fence}."
        due = self._expect(len(commands), fenced=True)
        self._write(text)
        return due

    def _expect(self, left: int, *, fenced: bool) -> "asyncio.Future[list[Reply]]":
        asked = _Asked(asyncio.get_running_loop().create_future(), left, fenced)
        if self.lost.done():
            asked.done.set_exception(ControlLost("the tmux client is gone"))
        else:
            self._asked.append(asked)
        return asked.done

    def _write(self, text: str) -> None:
        if self._stdin is not None and not self.lost.done():
            self._stdin.write(text.encode() + b"\n")

    # Reading.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, transports.SubprocessTransport)
        self._process = transport
        stdin = transport.get_pipe_transport(0)
        assert isinstance(stdin, transports.WriteTransport)
        self._stdin = stdin

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        for text in lines:
            self._line(text)

    def _line(self, text: bytes) -> None:
        if self._fenced is not None:
            self._in_fence(self._fenced, text)
        elif self._block is not None:
            self._in_block(*self._block, text)
        elif text.startswith(b"%"):
            word, _, rest = text.partition(b" ")
            if word == b"%begin":
                self._begin(text, rest)
            else:
                self._notice(word, rest)

    def _begin(self, text: bytes, arguments: bytes) -> None:
        asked = self._asked[0] if self._asked and arguments.endswith(b" 1") else None
        if asked is not None and asked.fenced:
            self._fenced, self._fence_seen = self._asked.popleft(), False
            self._fenced.raw.append(text)
        else:
            self._block, self._lines = (arguments, asked), []

    def _in_block(self, arguments: bytes, asked: _Asked | None, text: bytes) -> None:
        if text != b"%end " + arguments and text != b"%error " + arguments:
            self._lines.append(text)
            return
        self._block = None
        if asked is None:
            return
        asked.replies.append(Reply(text.startswith(b"%end"), self._lines))
        asked.left -= 1
        if not asked.left or not asked.replies[-1].ok:
            self._asked.popleft()
            _answer(asked, asked.replies)

    def _in_fence(self, asked: _Asked, text: bytes) -> None:
        if self._fence_seen:  # the end of the fence's own reply
            self._fenced = None
            replies, notices = split(asked.raw, self._fence)
            _answer(asked, replies)
            for notice in notices:
                self._line(notice)
        elif text == self._fence + b".":
            self._fence_seen = True
            asked.raw.pop()  # its %begin
        else:
            asked.raw.append(text)

    def _notice(self, word: bytes, rest: bytes) -> None:
        if word == b"%output":
            pane, _, data = rest.partition(b" ")
            if self._on_output is not None:
                self._on_output(pane.decode(), decoded(data))
        elif word == b"%extended-output":
            head, _, data = rest.partition(b" : ")
            if self._on_output is not None:
                self._on_output(head.partition(b" ")[0].decode(), decoded(data))
        elif word == b"%exit":
            self._reason = rest
        elif word == b"%session-changed":  # said to the client whose session it is
            if not self._attached.done():
                self._attached.set_result("")
        elif self._on_notice is not None:
            self._on_notice(word, rest)

    # Ending.

    def connection_lost(self, exc: Exception | None) -> None:
        assert self._process is not None
        self._process.close()
        reason = (self._reason or self._rest or b"it was ended").decode(errors="replace")
        self.lost.set_result(reason)
        due = [self._fenced] if self._fenced is not None else []
        due.extend(self._asked)
        self._asked.clear()
        for asked in due:
            if not asked.done.done():
                asked.done.set_exception(ControlLost(f"the tmux client ended: {reason}"))


def _answer(asked: _Asked, replies: list[Reply]) -> None:
    if not asked.done.done():  # else whoever asked went away
        asked.done.set_result(replies)


def decoded(data: bytes) -> bytes:
    """The bytes that tmux wrote as `\\ooo` (all below space, and the backslash)."""
    return data.decode("unicode_escape").encode("latin-1") if b"\\" in data else data


def split(raw: Sequence[bytes], fence: bytes) -> tuple[list[Reply], list[bytes]]:
    """The replies of a fenced group, and the notifications that came after them.

    `raw` runs from the first `%begin` to the last line before the closing fence. Between two replies stands the
    fence's own reply: `%end A`, `%begin B`, fence, `%end B`, `%begin C`. The last one has no fence of its own on
    this line; searching backwards for its `%end` finds the true one, for what a pane wrote stands before it.
    """
    replies: list[Reply] = []
    begin = 0
    for at in range(len(raw)):
        if raw[at] == fence and at >= 2:
            replies.append(Reply(ok=True, lines=list(raw[begin + 1 : at - 2])))
            begin = at + 2
    arguments = raw[begin].partition(b" ")[2]
    ends = {b"%end " + arguments: True, b"%error " + arguments: False}
    last = max((at for at in range(begin + 1, len(raw)) if raw[at] in ends), default=len(raw) - 1)
    replies.append(Reply(ends.get(raw[last], False), list(raw[begin + 1 : last])))
    return replies, list(raw[last + 1 :])
