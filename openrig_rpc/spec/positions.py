"""Offsets in a text to the lines and characters that LSP counts, and back.

Inside this room a place is an offset in code points. LSP counts lines by `\\n`, `\\r\\n` and `\\r` (YAML also breaks
lines elsewhere, so its own line numbers are of no use), and characters in the units that were negotiated.
"""

from bisect import bisect_right
from typing import Literal, get_args

from ..model.diagnostic import Position, Range

Encoding = Literal["utf-8", "utf-16", "utf-32"]
UTF16: Encoding = "utf-16"
ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)


def units(text: str, encoding: Encoding = UTF16) -> int:
    """How long `text` is in the units of `encoding`. Lone surrogates count as one character."""
    if encoding == "utf-32" or text.isascii():
        return len(text)
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(1 for char in text if ord(char) > 0xFFFF)


class Lines:
    """The lines of a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0]
        at = 0
        for line in _lines(text):
            at += len(line)
            self._starts.append(at)
        self._ascii = text.isascii()

    @property
    def count(self) -> int:
        """How many lines there are; one at least."""
        return len(self._starts)

    def position(self, offset: int, encoding: Encoding = UTF16) -> Position:
        """The position of `offset`; one past the end, or negative, is brought inside the text."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self._starts, offset) - 1
        start = self._starts[line]
        character = offset - start if self._ascii else units(self.text[start:offset], encoding)
        return Position(line=line, character=character)

    def range(self, start: int, end: int, encoding: Encoding = UTF16) -> Range:
        """The range from offset `start` up to `end`."""
        return Range(start=self.position(start, encoding), end=self.position(end, encoding))

    def offset(self, position: Position, encoding: Encoding = UTF16) -> int:
        """The offset at `position`; past a line's end is its end, inside a character is its start."""
        if position.line >= len(self._starts):
            return len(self.text)
        start, end = self._starts[position.line], self.line_end(position.line)
        if self._ascii or encoding == "utf-32":
            return min(start + position.character, end)
        left = position.character
        for at in range(start, end):
            left -= units(self.text[at], encoding)
            if left < 0:
                return at
        return end

    def line_end(self, line: int) -> int:
        """The offset where line `line` ends, before its line break."""
        end = self._starts[line + 1] if line + 1 < len(self._starts) else len(self.text)
        while end > self._starts[line] and self.text[end - 1] in "\r\n":
            end -= 1
        return end

    def line_of(self, offset: int) -> int:
        """The line that `offset` is in."""
        return bisect_right(self._starts, offset) - 1

    def start_of(self, line: int) -> int:
        """The offset where `line` begins."""
        return self._starts[line]


def _lines(text: str) -> list[str]:
    """The parts that end with a line break of LSP's; what follows the last one is left out."""
    if "\r" not in text:
        return [part + "\n" for part in text.split("\n")[:-1]]
    parts, begin, at = [], 0, 0
    while at < len(text):
        char = text[at]
        at += 1
        if char == "\r" and text[at : at + 1] == "\n":
            at += 1
        elif char not in "\r\n":
            continue
        parts.append(text[begin:at])
        begin = at
    return parts
