"""The terminal's bytes as keys, typed text and pastes, however they are split."""

import codecs
import re

PASTE_BEGIN, PASTE_END = b"\x1b[200~", b"\x1b[201~"
CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
SEQUENCE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|O[ -~])")
BEGUN = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|O)?")
PLAIN = {
    0x01: "home",
    0x03: "interrupt",
    0x05: "end",
    0x08: "backspace",
    0x09: "tab",
    0x0A: "newline",
    0x0C: "redraw",
    0x0D: "enter",
    0x15: "kill",
    0x7F: "backspace",
}
NAMED = {b"A": "up", b"B": "down", b"C": "right", b"D": "left", b"H": "home", b"F": "end"}
TILDE = {b"1": "home", b"3": "delete", b"4": "end", b"7": "home", b"8": "end"}

Event = tuple[str, str]
"""`("text", typed)`, `("paste", pasted)` or `("key", name)`."""


class Decoder:
    """Keeps what is not complete yet: half a character, half a sequence, half a paste."""

    def __init__(self) -> None:
        self._buffer = b""
        self._paste: list[bytes] | None = None
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")

    @property
    def pasting(self) -> bool:
        """True inside a bracketed paste."""
        return self._paste is not None

    @property
    def undecided(self) -> bool:
        """True when the last bytes may be an Escape key or the beginning of a sequence: `settle` decides."""
        return self._paste is None and self._buffer.startswith(b"\x1b")

    def settle(self) -> list[Event]:
        """No more bytes came: a waiting ESC was the key."""
        rest, self._buffer = self._buffer[1:], b""
        return [("key", "escape"), *self.feed(rest)]

    def feed(self, data: bytes) -> list[Event]:
        """What `data` completes."""
        events: list[Event] = []
        self._buffer += data
        while self._buffer:
            if not (self._pasted(events) if self.pasting else self._typed(events)):
                break
        return events

    def _pasted(self, events: list[Event]) -> bool:
        assert self._paste is not None
        end = self._buffer.find(PASTE_END)
        if end < 0:
            kept = max(0, len(self._buffer) - len(PASTE_END) + 1)
            self._paste.append(self._buffer[:kept])
            self._buffer = self._buffer[kept:]
            return False
        self._paste.append(self._buffer[:end])
        text = b"".join(self._paste).decode("utf-8", "replace")
        events.append(("paste", text.replace("\r\n", "\n").replace("\r", "\n")))
        self._buffer = self._buffer[end + len(PASTE_END) :]
        self._paste = None
        return True

    def _typed(self, events: list[Event]) -> bool:
        control = CONTROL.search(self._buffer)
        at = control.start() if control else len(self._buffer)
        text = self._utf8.decode(self._buffer[:at], control is not None)
        if text:
            events.append(("text", text))
        self._buffer = self._buffer[at:]
        if control is None:
            return False
        if self._buffer[0] == 0x1B:
            return self._escape(events)
        name = PLAIN.get(self._buffer[0])
        if name:
            events.append(("key", name))
        self._buffer = self._buffer[1:]
        return True

    def _escape(self, events: list[Event]) -> bool:
        sequence = SEQUENCE.match(self._buffer)
        if sequence is None:
            begun = BEGUN.match(self._buffer)
            if begun and begun.end() == len(self._buffer):
                return False
            events.append(("key", "escape"))
            self._buffer = self._buffer[1:]
            return True
        self._buffer = self._buffer[sequence.end() :]
        if sequence.group() == PASTE_BEGIN:
            self._paste = []
            return True
        last = sequence.group()[-1:]
        name = TILDE.get(sequence.group()[2:-1]) if last == b"~" else NAMED.get(last)
        if name:
            events.append(("key", name))
        return True
