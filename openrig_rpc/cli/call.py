"""One invocation of a verb: what was asked for, the line to the daemon, and where the answer goes."""

import json
import os
import sys
from collections.abc import Callable

from ..home import Home
from . import text
from .faults import Json, Usage
from .line import PATIENCE, Heard, Line
from .table import Table

COLOURS = {"red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36", "dim": "2", "bold": "1"}


class Call:
    """What a verb's function is given.

    `options`: the method's params as given on the command line. `flags`: the command line's own options.
    `words`: the positional arguments. `given`: options and words in the order they came, words under `""`.
    """

    def __init__(
        self,
        words: list[str],
        options: dict[str, Json],
        flags: dict[str, Json],
        given: list[tuple[str, str]],
        table: Table,
    ) -> None:
        self.words, self.options, self.flags, self.given, self.table = words, options, flags, given, table
        self.home = Home.find()
        self.host: str | None = flags.get("host")
        if self.host is not None:
            _absolute(given)
        self.json = bool(flags.get("json"))
        self.tty = _is_terminal(sys.stdout)
        self.colour = self.tty and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self.glyphs = "utf" in (getattr(sys.stdout, "encoding", None) or "").lower()
        self._line: Line | None = None
        self._page: list[str] | None = None

    # The daemon

    def line(self, *, start: bool = True) -> Line:
        """The connection, opened at the first need."""
        if self._line is None:
            self._line = Line.open(self.home, start=start, host=self.host)
        return self._line

    def ask(self, method: str, params: Json = None, *, heard: Heard | None = None) -> Json:
        """One request and its result, with the patience that the method needs."""
        params = dict(params or {})
        patience: float | None = PATIENCE
        if self.table.get(method, {}).get("waits"):
            asked = params.get("timeoutSeconds")
            patience = None if asked is None else float(asked) + PATIENCE
        return self.line().ask(method, params, heard=heard, patience=patience)

    def pages(self, method: str, params: dict[str, Json], member: str, most: int | None = None) -> Json:
        """The first page of a list with the items of all others, at most `most`."""
        first: Json = None
        cursor: str | None = None
        while True:
            page = self.ask(
                method, {**params, "limit": min(most or 1000, 1000), **({"cursor": cursor} if cursor else {})}
            )
            if first is None:
                first = page
            else:
                first[member].extend(page[member])
            cursor = page.get("nextCursor")
            if not cursor or (most is not None and len(first[member]) >= most):
                break
        first.pop("nextCursor", None)
        if most is not None:
            if cursor:
                first["nextCursor"] = cursor
            first[member] = first[member][:most]
        return first

    def hang_up(self, *, cancel: bool = False) -> None:
        """End the connection, telling the daemon first when its answer is not wanted any more."""
        if self._line is not None:
            if cancel:
                self._line.cancel()
            self._line.close()
            self._line = None

    # The terminal

    def say(self, line: str = "", *, now: bool = False) -> None:
        """Print a line of our own making (texts of others go through `text` first); `now`: whatever the buffer says."""
        if self._page is None:
            print(line, flush=now)
        else:
            self._page.append(line)

    def page(self, draw: Callable[[], None]) -> list[str]:
        """The lines that `draw` says, instead of printing them."""
        self._page = []
        try:
            draw()
            return self._page
        finally:
            self._page = None

    def paint(self, words: str, *styles: str) -> str:
        """`words` in colours, where the terminal has them."""
        if not self.colour or not styles or not words:
            return words
        return f"\x1b[{';'.join(COLOURS[style] for style in styles)}m{words}\x1b[0m"

    def show(self, result: Json, human: Callable[["Call", Json], None]) -> None:
        """Print a result: as one JSON value with `--json`, else by `human`."""
        if self.json:
            self.dump(result)
        else:
            human(self, result)

    def dump(self, value: Json, *, compact: bool = False) -> None:
        """Print one JSON value; on a terminal over several lines unless `compact`."""
        pretty = self.tty and not compact
        written = json.dumps(
            value, ensure_ascii=False, indent=2 if pretty else None, separators=None if pretty else (",", ":")
        )
        print(text.json_safe(written), flush=compact)

    def columns(self) -> int | None:
        """How wide the terminal is; None where output is no terminal."""
        if not self.tty:
            return None
        try:
            return os.get_terminal_size(sys.stdout.fileno()).columns or None
        except (OSError, ValueError):
            return None


def stdin_text() -> str:
    """All of stdin as text, without the line end that `echo` adds."""
    data = sys.stdin.buffer.read()
    try:
        found = data.decode()
    except UnicodeDecodeError as why:
        raise Usage("the text on stdin is not UTF-8", f"byte {why.start} fits no character", "pass UTF-8") from None
    return found[:-1] if found.endswith("\n") else found


def stdin_is_terminal() -> bool:
    """Whether a person would have to type the text now."""
    return _is_terminal(sys.stdin)


def _absolute(given: list[tuple[str, str]]) -> None:
    """Raise Usage where a path would be taken for one of this machine's folders."""
    for name, value in given:
        if name in ("path", "cwd") and not value.startswith("/"):
            raise Usage(f"{value!r} is relative", "with --host, paths are the other machine's", "give it from / on")


def _is_terminal(stream: object) -> bool:
    try:
        return bool(stream.isatty())  # type: ignore[attr-defined]
    except (AttributeError, ValueError):
        return False
