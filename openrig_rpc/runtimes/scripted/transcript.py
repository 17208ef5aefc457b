"""What was said so far, as the rows that stand above the composer."""

from .paint import PLAIN, block

MOST_ROWS, FEWEST_ROWS = 6000, 3000


class Transcript:
    """Only ever grows at its end; its beginning is dropped when it gets long."""

    def __init__(self, columns: int) -> None:
        self.rows: list[str] = []
        self._columns = columns
        self._items: list[tuple[str, str, str, str, int]] = []

    def say(self, text: str, first: str = "● ", rest: str = "  ", style: str = PLAIN) -> int:
        """Add a text of any number of lines; how many rows were dropped at the beginning."""
        rows = block(text, self._columns, first, rest, style)
        self._items.append((text, first, rest, style, len(rows)))
        self.rows += rows
        dropped = 0
        if len(self.rows) > MOST_ROWS:
            while len(self.rows) - dropped > FEWEST_ROWS and len(self._items) > 1:
                dropped += self._items.pop(0)[4]
            del self.rows[:dropped]
        return dropped

    def fit(self, columns: int) -> None:
        """Wrap everything again for another width."""
        self._columns = columns
        items, self._items, self.rows = self._items, [], []
        for text, first, rest, style, _ in items:
            self.say(text, first, rest, style)


def short(text: str, lines: int, characters: int) -> str:
    """The beginning of a text, and how much of it is left out."""
    shown = "\n".join(text[:characters].split("\n")[:lines])
    left = text[len(shown) :]
    if not left:
        return text
    return f"{shown}\n… +{left.count(chr(10)) or len(left)} {'lines' if chr(10) in left else 'characters'}"
