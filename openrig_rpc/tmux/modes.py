"""What a pane's program asked its terminal for, read out of its raw output: bracketed paste, and bells.

tmux before 3.6 can't be asked whether a pane wants bracketed paste, so its own rules are followed here (input.c):
`CSI ? ... 2004 h|l`, also among other parameters; `ESC c` resets; a BEL that ends a title is no bell; within a
string nothing counts.
"""

import re

from .pane import Modes

_TOKEN = re.compile(
    rb"\x07"
    rb"|\x1b\[\?([0-9;]*)([hl])"  # private modes
    rb"|\x1b(c)"  # full reset
    rb"|\x1b([\]PX^_k])"  # a string begins: OSC, DCS, SOS, PM, APC, a window's name
)
_UNFINISHED = re.compile(rb"\x1b(?:\[(?:\?[0-9;]{0,64})?)?\Z")
_ENDS = {
    b"]": re.compile(rb"[\x07\x18\x1a]|(?=\x1b)"),  # an escape ends it and begins the next sequence
    b"P": re.compile(rb"\x1b\\"),
}
_END = re.compile(rb"[\x18\x1a]|(?=\x1b)")


class Tracker:
    """One pane's modes; feed it every byte in order."""

    def __init__(self, modes: Modes | None = None) -> None:
        self.bracketed = modes.bracketed if modes else None
        self.bells = modes.bells if modes else 0
        self._rest = b""
        self._end: re.Pattern[bytes] | None = None  # what ends the string that we are in

    @property
    def modes(self) -> Modes:
        return Modes(self.bracketed, self.bells)

    def gap(self) -> None:
        """Output is missing here: nothing half-read goes on after it."""
        self._rest, self._end = b"", None

    def feed(self, data: bytes) -> bool:
        """Take in output; True if anything changed."""
        if not self._rest and self._end is None and b"\x1b" not in data and b"\x07" not in data:
            return False
        before = (self.bracketed, self.bells)
        data, self._rest = self._rest + data, b""
        at = 0
        while at < len(data):
            if self._end is not None:
                end = self._end.search(data, at)
                if end is None:
                    self._rest = b"\x1b" if data.endswith(b"\x1b") else b""
                    break
                at, self._end = end.end(), None
                continue
            found = _TOKEN.search(data, at)
            if found is None:
                half = _UNFINISHED.search(data, at)
                self._rest = half[0] if half else b""
                break
            at = found.end()
            self._take(found)
        return (self.bracketed, self.bells) != before

    def _take(self, found: re.Match[bytes]) -> None:
        if found[0] == b"\x07":
            self.bells += 1
        elif found[2]:
            if b"2004" in found[1].split(b";"):
                self.bracketed = found[2] == b"h"
        elif found[3]:
            self.bracketed = False
        else:
            self._end = _ENDS.get(found[4], _END)
