"""The draft: what is typed and not sent, its cursor, and long pastes shown as one mark."""

import re

from .paint import PLAIN, QUIET, clean, painted, width, wrap

GLYPH = "❯\u00a0"
LONG, LINES = 1200, 10
FIRST_MARK, LAST_MARK = 0x10F000, 0x10FFFD
MARKS = re.compile(f"[{chr(FIRST_MARK)}-{chr(LAST_MARK)}]")
BEFORE, AFTER = 20_000, 4_000


class Composer:
    """A collapsed paste is one private-use character of `text`; `_pastes` has what it stands for."""

    def __init__(self, collapse: bool) -> None:
        self.collapse = collapse
        self.text = ""
        self.cursor = 0
        self._pastes: dict[str, tuple[str, str]] = {}
        self._marks: dict[tuple[str, str], str] = {}
        self._count = 0

    def insert(self, text: str) -> None:
        """Type `text` at the cursor."""
        # A user's own private-use character is kept as a mark that shows itself.
        self._put(MARKS.sub(lambda found: self._mark(found.group(), found.group()), text))

    def paste(self, text: str) -> None:
        """Insert a paste, as one mark when it is long."""
        lines = text.count("\n")
        if self.collapse and (len(text) >= LONG or lines >= LINES):
            self._count += 1
            label = f"[Pasted text #{self._count} +{lines} lines]" if lines else f"[Pasted text #{self._count}]"
            self._put(self._mark(text, label))
        else:
            self.insert(text)

    def take(self) -> str:
        """The whole draft with its pastes; it is empty afterwards."""
        text = MARKS.sub(lambda found: self._pastes[found.group()][0], self.text)
        self.clear()
        return text

    def clear(self) -> None:
        """Drop the draft."""
        self.text, self.cursor = "", 0
        self._pastes.clear()
        self._marks.clear()

    def edit(self, key: str) -> None:
        """What an editing key does."""
        before, after = self.text[: self.cursor], self.text[self.cursor :]
        start = before.rfind("\n") + 1
        if key == "backspace":
            self.text, self.cursor = before[:-1] + after, max(0, self.cursor - 1)
        elif key == "delete":
            self.text = before + after[1:]
        elif key == "kill":
            kept = before[:start] if start < len(before) else before[:-1]
            self.text, self.cursor = kept + after, len(kept)
        elif key == "left":
            self.cursor = max(0, self.cursor - 1)
        elif key == "right":
            self.cursor = min(len(self.text), self.cursor + 1)
        elif key == "home":
            self.cursor = start
        elif key == "end":
            self.cursor += len(after.split("\n", 1)[0])
        elif key == "up" and start:
            above = before.rfind("\n", 0, start - 1) + 1
            self.cursor = min(above + len(before) - start, start - 1)
        elif key == "down" and "\n" in after:
            below = self.cursor + after.index("\n") + 1
            self.cursor = min(below + len(before) - start, below + len(self.text[below:].split("\n", 1)[0]))

    def shown(self) -> tuple[str, int]:
        """The draft as it is drawn, and the cursor in it; of a huge one the part around the cursor."""
        start = max(0, self.cursor - BEFORE)
        before = self._labelled(self.text[start : self.cursor])
        return before + self._labelled(self.text[self.cursor : self.cursor + AFTER]), len(before)

    def _put(self, text: str) -> None:
        self.text = self.text[: self.cursor] + text + self.text[self.cursor :]
        self.cursor += len(text)

    def _mark(self, text: str, label: str) -> str:
        known = self._marks.get((text, label))
        if known is None:
            known = self._marks[text, label] = chr(FIRST_MARK + len(self._pastes) % (LAST_MARK - FIRST_MARK))
            self._pastes[known] = (text, label)
        return known

    def _labelled(self, text: str) -> str:
        return clean(MARKS.sub(lambda found: self._pastes[found.group()][1], text))


def drawn(text: str, cursor: int, room: int, most: int) -> tuple[list[str], int, int]:
    """At most `most` rows of a shown draft around its cursor, painted, and the cursor's row and column in them."""
    rows: list[str] = []
    row = column = at = 0
    for line in text.split("\n"):
        pieces = wrap(line, room - 2)
        if width(pieces[-1]) == room - 2:
            pieces.append("")
        for piece in pieces:
            if at <= cursor <= at + len(piece):
                row, column = len(rows), width(text[at:cursor])
            rows.append(piece)
            at += len(piece)
        at += 1
    first = max(0, min(row - most + 1, len(rows) - most))
    painted_rows = []
    for number, piece in enumerate(rows[first : first + most]):
        head = [(PLAIN, GLYPH if number == 0 else "  "), (PLAIN, piece)]
        more = (number == 0 and first > 0 and "↑") or (number == most - 1 and first + most < len(rows) and "↓")
        if more:
            head = [head[0], (PLAIN, wrap(piece, room - 4)[0]), (QUIET, " " + more)]
        painted_rows.append(painted(head))
    return painted_rows, row - first, column + 2
