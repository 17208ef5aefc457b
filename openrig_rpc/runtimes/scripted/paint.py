"""Text as rows of a terminal: clean, no wider than they may be, with their attributes."""

import re
import unicodedata

PLAIN, BOLD, DIM, INVERSE = "0", "1", "2", "7"
TOLD = "48;5;237"
QUIET = "38;5;244"

UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f]")

Piece = tuple[str, str]
"""Style and text."""


def clean(text: str) -> str:
    """`text` without anything that a terminal would obey; tabs become spaces, new lines stay."""
    return "\n".join(UNSEEN.sub("�", line.expandtabs(4)) for line in text.split("\n"))


def width(text: str) -> int:
    """Columns that `text` (clean, one line) takes."""
    return len(text) if text.isascii() else sum(map(columns, text))


def columns(character: str) -> int:
    """0, 1 or 2."""
    if character < "\u0300":
        return 1
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def wrap(line: str, room: int) -> list[str]:
    """One line (clean) as rows of at most `room` columns, broken wherever they are full."""
    if line.isascii():
        return [line[at : at + room] for at in range(0, len(line), room)] or [""]
    rows, start, used = [], 0, 0
    for at, character in enumerate(line):
        takes = columns(character)
        if used + takes > room:
            rows.append(line[start:at])
            start, used = at, 0
        used += takes
    rows.append(line[start:])
    return rows


def block(text: str, room: int, first: str = "", rest: str = "  ", style: str = PLAIN) -> list[str]:
    """A text of many lines as painted rows, the first behind `first`, the others behind `rest`."""
    rows = [row for line in clean(text).split("\n") for row in wrap(line, max(1, room - width(rest)))]
    return [painted([(style, (rest if number else first) + row)]) for number, row in enumerate(rows)]


def painted(pieces: list[Piece], room: int = 0) -> str:
    """Pieces as one string of SGR and text, ending plain; cut to `room` columns where one is given."""
    out = []
    for style, text in pieces:
        if room:
            text = wrap(text, room)[0]
            room -= width(text)
        out.append(text if style == PLAIN else f"\x1b[{style}m{text}\x1b[0m")
        if room < 0:
            break
    return "".join(out)
