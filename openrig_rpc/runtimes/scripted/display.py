"""The pane: what was said scrolls away above, what is live is redrawn below it.

On the main screen rows that leave at the top go into the terminal's history, as they must have looked; on the
alternate screen they are gone. Only rows that differ are written, all in one write.
"""

import os

ON, OFF = "\x1b[?2004h", "\x1b[?2004l"
ALTERNATE_ON, ALTERNATE_OFF = "\x1b[?1049h", "\x1b[?1049l"
# Wrapping is off while we draw: a character wider than we think must not push a row.
BEGIN, END = "\x1b[?25l\x1b[?7l", "\x1b[?7h"


class Display:
    """`file`: the terminal's descriptor. `columns` and `lines` are its size, as last asked."""

    def __init__(self, file: int, alternate: bool) -> None:
        self._file = file
        self._alternate = alternate
        self._old: list[str] = []
        self._gone = 0
        self._title = ""
        self.columns, self.lines = 80, 24
        self.measure()

    def measure(self) -> None:
        """Ask the terminal for its size; one without a size keeps the last."""
        try:
            columns, lines = os.get_terminal_size(self._file)
        except OSError:
            return
        if columns > 0 and lines > 0:
            self.columns, self.lines = max(columns, 20), max(lines, 4)

    def start(self) -> None:
        """Take the screen, and ask for bracketed pastes."""
        self.write((ALTERNATE_ON if self._alternate else "") + "\x1b[H\x1b[2J" + ON)

    def stop(self) -> None:
        """Give the terminal back as it was, the last picture left standing."""
        below = f"\x1b[{min(len(self._old) + 1, self.lines)};1H\r\n"
        self.write(OFF + "\x1b[?25h\x1b[0m" + (ALTERNATE_OFF if self._alternate else below))

    def clear(self) -> None:
        """Forget the picture, and the history that was cut for another width: all is printed again."""
        self._old, self._gone = [], 0
        self.write("\x1b[H\x1b[2J" + ("" if self._alternate else "\x1b[3J"))

    def forget(self, rows: int) -> None:
        """The first `rows` said rows, all out of sight, are not given any more."""
        self._gone = max(0, self._gone - rows)

    def title(self, text: str) -> None:
        """Set the pane's title, when it is another."""
        if text != self._title:
            self._title = text
            self.write(f"\x1b]0;{text}\x07")

    def draw(self, said: list[str], live: list[str], cursor: tuple[int, int] | None) -> None:
        """Show the end of `said`, then `live`; `cursor` is row and column in `live`, or None for hidden."""
        top = len(said)
        cut = max(0, len(live) - self.lines)
        live = live[cut:]
        if self._alternate:
            said = said[max(0, top - (self.lines - len(live))) :]
            top = max(len(said), self.lines - len(live))
            frame = said + [""] * (top - len(said)) + live
            text = self._changed(frame)
        else:
            frame = said[self._gone :] + live
            top -= self._gone
            text = self._scrolled(frame) if len(frame) > self.lines else self._changed(frame)
            top -= len(frame) - len(self._old)
        if cursor is not None and cursor[0] >= cut:
            row = top + cursor[0] - cut
            text += f"\x1b[{row + 1};{min(cursor[1], self.columns - 1) + 1}H\x1b[?25h"
        self.write(BEGIN + text + END)

    def _changed(self, frame: list[str]) -> str:
        old = self._old + [""] * (len(frame) - len(self._old))
        new = frame + [""] * (len(old) - len(frame))
        self._old = frame
        return "".join(
            f"\x1b[{row + 1};1H\x1b[2K{text}"
            for row, (text, was) in enumerate(zip(new, old, strict=True))
            if text != was
        )

    def _scrolled(self, frame: list[str]) -> str:
        same = 0
        while same < len(self._old) and self._old[same] == frame[same]:
            same += 1
        # From the first difference on everything is printed, and scrolls as it comes.
        same = min(same, self.lines - 1, len(frame) - 1)
        self._gone += len(frame) - self.lines
        self._old = frame[-self.lines :]
        return f"\x1b[{same + 1};1H\x1b[J" + "\r\n".join(frame[same:])

    def write(self, text: str) -> None:
        """Write all of it; a terminal that is gone is no error here."""
        data = text.encode("utf-8", "replace")
        try:
            while data:
                data = data[os.write(self._file, data) :]
        except OSError:
            return
