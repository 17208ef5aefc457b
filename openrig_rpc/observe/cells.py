"""A pane's screen as rows of cells: what `tmux capture-pane -p -e -N` prints, read back with its attributes.

tmux writes SGR only, and attributes run on across lines, so a line is never read alone. `-N` keeps the blanks at a
line's end, among them a cursor drawn in reverse. Cells under an application's line-drawing set come between SO and
SI; hyperlinks (tmux 3.4) as OSC 8, which is dropped, as is any other sequence or control.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from wcwidth import wcwidth

Colour = int | tuple[int, int, int] | None
"""Palette index, red-green-blue, or the default."""

LONGEST = 128
SGR = re.compile(r"\x1b\[([0-9;:]*)m")
OTHER = re.compile(
    r"\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)?|\[(?![0-9;:]*m)[0-?]*[ -/]*[@-~]|[^\[\]\x1b]|(?!\[[0-9;:]*m))"
)
UNSEEN = re.compile(r"[\x00-\x09\x0b-\x0d\x10-\x1a\x1c-\x1f\x7f-\x9f]")
SHIFT = re.compile("([\x0e\x0f])")
DRAWN = str.maketrans("`afgijklmnopqrstuvwxyz{|}~", "◆▒°±␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·")

FLAGS = {1: "bold", 2: "dim", 3: "italic", 4: "underline", 7: "inverse", 8: "hidden", 9: "struck", 21: "underline"}
CLEARED = {22: ("bold", "dim"), 23: ("italic",), 24: ("underline",), 27: ("inverse",), 28: ("hidden",), 29: ("struck",)}


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell is drawn. Blinking and underline colours are not kept."""

    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False
    inverse: bool = False
    hidden: bool = False
    struck: bool = False
    foreground: Colour = None
    background: Colour = None


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring characters of one style; `start` is the first one's place in the row's text."""

    start: int
    text: str
    style: Style

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Cell:
    """A character with what combines with it, in one or two columns."""

    text: str
    style: Style
    column: int
    width: int


@dataclass(frozen=True)
class Row:
    """One line of the screen. `whole` has the blanks at its end, `text` does not (a no-break space is no blank)."""

    whole: str
    runs: tuple[Run, ...]

    @cached_property
    def text(self) -> str:
        """The characters up to the last that is not a space."""
        return self.whole.rstrip(" ")

    @property
    def blank(self) -> bool:
        """True when there is nothing to see but, perhaps, colours."""
        return not self.whole or self.whole.isspace()

    def pieces(self, start: int, end: int | None = None) -> Iterator[Run]:
        """The runs between two places of the text, cut to them."""
        stop = len(self.whole) if end is None else end
        for run in self.runs:
            first, last = max(start, run.start), min(stop, run.end)
            if first < last:
                yield Run(first, run.text[first - run.start : last - run.start], run.style)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Character by character, with columns."""
        cells: list[Cell] = []
        column = 0
        for run in self.runs:
            for character in run.text:
                wide = max(wcwidth(character), 0)
                if wide == 0 and cells:
                    last = cells[-1]
                    cells[-1] = Cell(last.text + character, last.style, last.column, last.width)
                    continue
                cells.append(Cell(character, run.style, column, wide))
                column += wide
        return tuple(cells)

    def column(self, place: int) -> int:
        """The column in which the character at `place` of the text begins."""
        return columns(self.whole[:place])

    @cached_property
    def width(self) -> int:
        """Columns of `text`."""
        return columns(self.text)


@dataclass(frozen=True, slots=True)
class Screen:
    """What a look at a pane gives. `cursor` is column and row, from 0, None when unknown; `columns` 0 when unknown."""

    rows: tuple[Row, ...]
    title: str = ""
    cursor: tuple[int, int] | None = None
    bell: bool = False
    columns: int = field(default=0)


def columns(text: str) -> int:
    """Columns that a text of one line takes; what has no width counts as none."""
    return len(text) if text.isascii() else sum(max(wcwidth(character), 0) for character in text)


def parse(captured: str) -> tuple[Row, ...]:
    """The rows of a capture, one for each of its lines. Takes any text; time grows with its length only."""
    if "\x1b" in captured:
        captured = OTHER.sub("", captured)
    captured = UNSEEN.sub("", captured)
    if "\x0e" in captured or "\x0f" in captured:
        captured = _line_drawn(captured)
    lines = captured.split("\n")
    if lines[-1] == "":
        lines.pop()
    style = PLAIN
    rows = []
    for line in lines:
        row, style = _row(line, style)
        rows.append(row)
    return tuple(rows)


def _row(line: str, style: Style) -> tuple[Row, Style]:
    if "\x1b" not in line:
        return Row(line, (Run(0, line, style),) if line else ()), style
    runs: list[Run] = []
    place = 0
    # Text and parameters by turns: the first piece is text, under the style the line before ended with.
    pieces = SGR.split(line)
    for number, piece in enumerate(pieces):
        if number % 2:
            style = restyled(style, piece)
        elif piece:
            runs.append(Run(place, piece, style))
            place += len(piece)
    return Row("".join(pieces[::2]), tuple(runs)), style


def _line_drawn(captured: str) -> str:
    shifted, out = False, []
    for piece in SHIFT.split(captured):
        if piece in ("\x0e", "\x0f"):
            shifted = piece == "\x0e"
        elif shifted:
            # Not the letters of an SGR that stands between.
            parts = re.split(r"(\x1b\[[0-9;:]*m)", piece)
            out += [part if at % 2 else part.translate(DRAWN) for at, part in enumerate(parts)]
        else:
            out.append(piece)
    return "".join(out)


@lru_cache(maxsize=4096)
def restyled(style: Style, parameters: str) -> Style:
    """`style` after `ESC [ parameters m`. What is unknown, or longer than any real one, changes nothing."""
    if len(parameters) > LONGEST:
        return style
    now: dict[str, bool | Colour] = {name: getattr(style, name) for name in Style.__slots__}
    codes = parameters.split(";")
    while codes:
        head, *sub = codes.pop(0).split(":")
        code = int(head or 0)
        if code == 0:
            now = {name: getattr(PLAIN, name) for name in Style.__slots__}
        elif code == 4:
            now["underline"] = sub[:1] != ["0"]
        elif code in FLAGS:
            now[FLAGS[code]] = True
        elif code in CLEARED:
            now.update(dict.fromkeys(CLEARED[code], False))
        elif code in (38, 48, 58):
            colour = _colour(sub) if sub else _colour(codes, taking=True)
            if code != 58:
                now["foreground" if code == 38 else "background"] = colour
        elif 30 <= code <= 37 or 90 <= code <= 97:
            now["foreground"] = code - 30 if code < 90 else code - 82
        elif 40 <= code <= 47 or 100 <= code <= 107:
            now["background"] = code - 40 if code < 100 else code - 92
        elif code in (39, 49):
            now["foreground" if code == 39 else "background"] = None
    return Style(**now)  # type: ignore[arg-type]


def _colour(codes: list[str], *, taking: bool = False) -> Colour:
    """The colour after 38 or 48: `5;n`, `2;r;g;b`, or `2::r:g:b`; taking: what belongs to it leaves the list."""
    numbers = [int(code) if code.isdigit() else 0 for code in codes]
    kind = numbers[0] if numbers else 0
    if kind == 5 and len(numbers) > 1:
        length, colour = 2, numbers[1]
        result: Colour = colour
    elif kind == 2 and len(numbers) > 3:
        values = numbers[1:4] if taking or len(numbers) == 4 else numbers[-3:]
        length, result = 4, (values[0], values[1], values[2])
    else:
        length, result = len(codes), None
    if taking:
        del codes[:length]
    return result
