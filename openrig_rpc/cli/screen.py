"""A terminal's whole screen for what goes on changing, given back as it was."""

import os
import sys
from types import TracebackType

ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J"  # alternate screen, no cursor, long lines end at the edge
LEAVE = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l"


class Screen:
    """The alternate screen of stdout while in its `with` block; lines must be safe already."""

    def __enter__(self) -> "Screen":
        self._write(ENTER)
        return self

    def __exit__(self, kind: type[BaseException] | None, wrong: BaseException | None, at: TracebackType | None) -> None:
        try:
            self._write(LEAVE)
        except OSError:
            pass

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows, as they are now."""
        try:
            columns, rows = os.get_terminal_size(sys.stdout.fileno())
        except (OSError, ValueError):
            columns = rows = 0
        return columns or 80, rows or 24  # some terminals never say

    def draw(self, lines: list[str]) -> None:
        """Show `lines` from the top; what doesn't fit is left out."""
        rows = self.size[1]
        self._write("\x1b[H" + "\r\n".join(f"\x1b[0m\x1b[2K{line}" for line in lines[:rows]) + "\x1b[0m\x1b[J")

    def _write(self, data: str) -> None:
        sys.stdout.write(data)
        sys.stdout.flush()
