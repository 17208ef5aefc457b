"""Where a draft would be on a screen, and what it says: the words, apart from ghost text and cursor."""

import re
from dataclasses import dataclass
from itertools import islice, pairwise

from wcwidth import wcwidth

from ..runtimes.rulefile import ComposerShape, Look, Pattern
from .cells import Row, Screen, Style, columns

JOINED = re.compile("\u200d.|[\U0001f3fb-\U0001f3ff]", re.DOTALL)
"""A zero-width joiner with what it joins, and skin tones."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A long paste's mark in the draft; counts are None where the harness doesn't show them. `uncounted`: how long a
    line must be to be drawn without any.
    """

    text: str
    newlines: int | None
    characters: int | None
    uncounted: int | None = None

    def fits(self, text: str) -> bool | None:
        """Whether it may stand for `text`; None when that can't be told."""
        # JavaScript counts a character beyond U+FFFF as two.
        lengths = (len(text), len(text.encode("utf-16-le")) // 2)
        if self.newlines is None and self.characters is None:
            return None if self.uncounted is None else "\n" not in text and lengths[1] > self.uncounted
        return self.newlines in (None, text.count("\n")) and self.characters in (None, *lengths)


@dataclass(frozen=True, slots=True)
class Composer:
    """A composer that was recognised beyond doubt.

    `first` and `last` are the rows of its draft, `bottom` the row under it. `draft` is the text, "" when empty, None
    when a part is out of sight (`visible` is what can be seen). `wrapped`: rows were joined, so white space in
    `draft` is a guess. `ghost` is placeholder text, no draft.
    """

    shape: str
    first: int
    last: int
    bottom: int
    draft: str | None
    visible: str
    ghost: str
    wrapped: bool
    placeholders: tuple[Placeholder, ...]

    def shows(self, text: str) -> bool | None:
        """Whether the draft is `text` and nothing else; None when that can't be told.

        White space is compared in a draft of one row, and left out where rows may have been joined or a tab may have
        become blanks. What terminals leave out of a joined character is left out of both. A placeholder alone counts as
        `text` when its counts fit.
        """
        if self.draft is None:
            return None
        if self.placeholders:
            mark = self.placeholders[0]
            return mark.fits(text) if self.draft.strip() == mark.text else False
        if self.draft.rstrip() == text.rstrip():
            return True
        seen, meant = _drawn(self.draft), _drawn(text)
        if self.last > self.first or "\t" in text:
            return "".join(seen.split()) == "".join(meant.split())
        return seen.rstrip() == meant.rstrip()


def _drawn(text: str) -> str:
    """`text` as every terminal draws it: of characters joined to one, the first (tmux keeps 21 bytes of them)."""
    if text.isascii():
        return text
    return "".join(character for character in JOINED.sub("", text) if wcwidth(character) != 0 or character.isspace())


def find_composer(screen: Screen, shapes: tuple[ComposerShape, ...]) -> Composer | None:
    """The lowest composer that one of the shapes fits."""
    for shape in shapes:
        if shape.frame is not None:
            framed = _framed(screen.rows, shape, shape.frame)
            if framed is not None:
                return _read(screen, *framed, shape)
            continue
        for first in range(len(screen.rows) - 1, -1, -1):
            last = _extent(screen, first, shape)
            if last is not None:
                return _read(screen, first, last, shape)
    return None


def _framed(rows: tuple[Row, ...], shape: ComposerShape, frame: Pattern) -> tuple[int, int] | None:
    """The draft's first and last row, in the lowest frame that ends as the shape says."""
    for bottom in range(len(rows) - 1, 0, -1):
        if shape.below.search(rows[bottom].text) and _ends(rows, bottom, shape):
            top = bottom
            while top > 0 and frame.match(rows[top - 1].whole):
                top -= 1
            first, last = top + shape.margins[0], bottom - 1 - shape.margins[1]
            return (first, last) if first <= last else None
    return None


def _ends(rows: tuple[Row, ...], bottom: int, shape: ComposerShape) -> bool:
    """Whether no more stands below than may."""
    below = (row for row in rows[bottom + 1 :] if not row.blank)
    return sum(1 for _ in islice(below, shape.footer + 1)) <= shape.footer


def _extent(screen: Screen, first: int, shape: ComposerShape) -> int | None:
    """The draft's last row, when the composer begins in row `first`."""
    rows = screen.rows
    glyph = shape.glyph.match(rows[first].whole)
    if glyph is None:
        return None
    for run in rows[first].pieces(0, glyph.end()):
        if not run.text.isspace() and not looks(run.style, shape.look):
            return None
    if shape.above is not None and (first == 0 or not shape.above.search(rows[first - 1].text)):
        return None
    bottom = first + 1
    while bottom < len(rows) and not shape.below.search(rows[bottom].text):
        # A row that is neither indented nor blank belongs to something that was written over the composer.
        if not rows[bottom].blank and rows[bottom].whole[: shape.indent].strip(" "):
            return None
        bottom += 1
    if bottom == len(rows):
        return _filled(screen, first, shape)
    if not _ends(rows, bottom, shape):
        return None
    last = bottom - 1 - shape.gap
    if last < first or not all(row.blank for row in rows[last + 1 : bottom]):
        return None
    return last


def _filled(screen: Screen, first: int, shape: ComposerShape) -> int | None:
    """The last row of a draft that leaves no room for what stands below it: the cursor's."""
    if shape.fills is None or screen.cursor is None:
        return None
    last = screen.cursor[1]
    under = screen.rows[last + 1 :]
    near = shape.gap <= len(under) <= shape.gap + 1
    free = all(row.blank for row in under[: shape.gap])
    return last if last - first >= shape.fills - 1 and near and free else None


def looks(style: Style, look: Look) -> bool:
    """Whether a style has the attributes asked for."""
    return all(
        getattr(look, name) is None or getattr(style, name) is getattr(look, name)
        for name in ("bold", "dim", "italic", "inverse")
    )


def _read(screen: Screen, first: int, last: int, shape: ComposerShape) -> Composer:
    room = (screen.columns or max(row.width for row in screen.rows)) - shape.margin
    left = _left(screen.rows[first], shape.frame or shape.glyph)
    lines: list[str] = []
    ghosts: list[str] = []
    more = False
    for number in range(first, last + 1):
        row = screen.rows[number]
        start = left if number == first else shape.indent
        if shape.frame is not None:
            start = _left(row, shape.frame)
        end = len(row.whole)
        if shape.more is not None and (mark := shape.more.search(row.text)):
            more, end = True, mark.start()
        text, ghost = _words(row, start, end, shape)
        text = text.rstrip(" ")
        behind = None
        if screen.cursor is not None and screen.cursor[1] == number:
            # A row that is shorter than its indent has it all the same.
            behind = screen.cursor[0] - max(columns(row.whole[:start]), min(start, screen.cursor[0]))
        if shape.ghost_text is not None and first == last and shape.ghost_text.search(text) and not behind:
            text, ghost = "", text
        if behind is not None and not ghost:
            # Blanks at the end can't be seen, but the cursor stands behind them.
            text += " " * min(behind - columns(text), room)
        lines.append(text)
        ghosts += [ghost] if ghost else []
    visible, wrapped = _joined(lines, room, columns(screen.rows[first].whole[:left]), shape)
    return Composer(
        shape=shape.name,
        first=first,
        last=last,
        bottom=last + 1 + (shape.gap if shape.frame is None else shape.margins[1]),
        draft=None if more else visible,
        visible=visible,
        ghost=" ".join(ghosts),
        wrapped=wrapped,
        placeholders=_placeholders(visible, shape),
    )


def _left(row: Row, begins: Pattern) -> int:
    """Where a row's text begins, behind what it begins with."""
    found = begins.match(row.whole)
    return found.end() if found is not None else 0


def _words(row: Row, start: int, end: int, shape: ComposerShape) -> tuple[str, str]:
    """A row's draft and its ghost text."""
    runs = list(row.pieces(start, end))
    draft, ghost = "", ""
    for number, run in enumerate(runs):
        after = runs[number + 1] if number + 1 < len(runs) else None
        if getattr(run.style, shape.ghost):
            ghost += run.text
        elif (
            shape.cursor == "inverse"
            and run.style.inverse
            and len(run.text) == 1
            and not draft.strip()
            and (after is None or getattr(after.style, shape.ghost))
            and (after is not None or run.text == " ")
        ):
            # The cursor over the ghost's first letter, or over nothing.
            ghost += run.text.strip(" ")
        else:
            draft += run.text
    return draft, ghost.strip(" ")


def _joined(lines: list[str], room: int, indent: int, shape: ComposerShape) -> tuple[str, bool]:
    """Rows as lines: a row that was full, or too full for the next one's first word, goes on."""
    text, wrapped = lines[0], False
    for before, line in pairwise(lines):
        between = _break(before, line, room - indent, shape.wrap == "word")
        wrapped = wrapped or between != "\n"
        text += between + line
    return text, wrapped


def _break(before: str, line: str, room: int, by_words: bool) -> str:
    """What stood between two rows: a new line, or, where the first was full, a blank or nothing."""
    left = room - columns(before)
    if by_words:
        last, first = columns(before.rsplit(" ", 1)[-1]), columns(line.split(" ", 1)[0])
        if not line.strip() or first + 1 <= left:
            return "\n"
        # A word is only cut when no row has room for it.
        return "" if left <= 1 and last + first > room else " "
    if left <= 0 or (left == 1 and columns(line[:1]) == 2):
        return ""
    # Most likely a blank in the last column, which can't be seen.
    return " " if left == 1 and line else "\n"


def _placeholders(text: str, shape: ComposerShape) -> tuple[Placeholder, ...]:
    if shape.placeholder is None:
        return ()
    found = []
    for mark in shape.placeholder.match.finditer(text):
        counts = {name: int(value) for name, value in mark.groupdict().items() if value}
        newlines = counts["lines"] - 1 if "lines" in counts else counts.get("newlines")
        found.append(Placeholder(mark[0], newlines, counts.get("characters"), shape.placeholder.uncounted))
    return tuple(found)
