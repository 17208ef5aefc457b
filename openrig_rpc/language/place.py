"""Where the cursor is in a file that is being typed: by its lines, since there may be no tree.

A line such as `      - id: dev` has marks: a dash at 6, a key at 8. From the cursor the lines are climbed, to the mark
that the cursor's line belongs under, and from there on, to the left margin.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..spec.positions import Lines
from .flow import Flow, scan
from .schema import Step

_DASHES = re.compile(r"(?P<indent> *)(?P<dashes>(?:-(?: +|$))*)")
_KEY = re.compile(r"""(?P<key>"[^"]*"|'[^']*'|[^\s#:'"\[\]{},&*!|>%@`-][^:#]*?|-[^\s:#][^:#]*?)\s*:(?P<gap>\s+|$)""")
_WORD = re.compile(r"[^\s\"'\[\]{},#]*$")
_REST = re.compile(r"[^\s\"'\[\]{},#:]*")
MOST_LINES = 5000


@dataclass(frozen=True, slots=True)
class Line:
    """What a line begins with: dashes by column, then perhaps a key with its value."""

    dashes: tuple[int, ...]
    column: int
    key: str | None = None
    value: str = ""
    value_at: int = 0
    empty: bool = False

    @property
    def marks(self) -> list[tuple[int, str | None, str]]:
        """From left to right: the column; the key, or None for a dash; the value."""
        found: list[tuple[int, str | None, str]] = [(dash, None, "") for dash in self.dashes]
        return found if self.key is None else [*found, (self.column, self.key, self.value)]


@dataclass
class Place:
    """`path` leads to the mapping or list the cursor is in; `key` is set where the value of a key is typed there.

    `start` to `end` is the word around the cursor, as offsets. `given` are the fields of that mapping which are
    there already, with what is written on their lines; `outer` the same for the mappings around it, nearest first.
    `item`: the cursor is where an item of a list begins.
    """

    path: list[Step]
    start: int
    end: int
    word: str
    key: str | None = None
    item: bool = False
    flow: bool = False
    quote: str = ""
    given: dict[str, str] = field(default_factory=dict)
    outer: list[dict[str, str]] = field(default_factory=list)


def read_line(text: str) -> Line:
    """The marks of a line."""
    found = _DASHES.match(text)
    assert found is not None
    at = found.end()
    indent = len(found["indent"])
    dashes = tuple(indent + number for number, char in enumerate(found["dashes"]) if char == "-")
    rest = text[at:]
    if not rest.strip() or rest.lstrip().startswith("#"):
        return Line(dashes, at, empty=not dashes)
    key = _KEY.match(rest)
    if key is None:
        return Line(dashes, at, value=rest, value_at=at)
    return Line(dashes, at, key["key"].strip("\"'"), rest[key.end() :], at + key.end())


def find_place(lines: Lines, offset: int) -> Place | None:
    """Where the cursor is; None in comments and long texts, where nothing is to be said."""
    text = lines.text
    number = lines.line_of(offset)
    begin, end = lines.start_of(number), lines.line_end(number)
    before = text[begin:offset]
    if _in_comment(before):
        return None
    word = _WORD.search(before)
    start = begin + (word.start() if word else len(before))
    rest = _REST.match(text, offset, max(end, offset))
    stop = rest.end() if rest else offset
    quote = text[start - 1] if start > begin and text[start - 1] in "\"'" else ""
    flow = scan(lines, number, offset)
    if flow is not None:
        return _in_flow(lines, flow, start, stop, text[start:offset], quote)
    line = read_line(before)
    place = Place([], start, stop, text[start:offset], quote=quote)
    full = read_line(text[begin:end])
    if line.key is not None:
        if line.value.startswith(("|", ">")):
            return None
        place.key = line.key
        place.start = begin + line.value_at + (1 if line.value[:1] in ("'", '"') else 0)
        place.quote = line.value[:1] if line.value[:1] in ("'", '"') else ""
        place.word = text[place.start : offset]
        place.end = max(stop, offset)
        column = line.column
    else:
        column = line.column if line.dashes or line.value else len(before)
        place.item = bool(line.dashes)
        if " " in line.value.strip():
            return None
    if _in_long_text(lines, number, column):
        return None
    _climb(lines, number, column, line.dashes, place)
    if full.key is not None and line.key is None and full.key in place.given:
        del place.given[full.key]
    return place


def _in_comment(before: str) -> bool:
    """Whether a `#` that begins a comment stands before the cursor."""
    quote = ""
    for at, char in enumerate(before):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'" and (at == 0 or before[at - 1] in " [{,:"):
            quote = char
        elif char == "#" and (at == 0 or before[at - 1] in " \t"):
            return True
    return False


def _in_flow(lines: Lines, flow: Flow, start: int, stop: int, word: str, quote: str) -> Place:
    """In brackets: their own path, behind that of the line they begin in."""
    place = Place([], start, stop, word, flow=True, quote=quote)
    number = lines.line_of(flow.start)
    line = read_line(lines.text[lines.start_of(number) : flow.start])
    _climb(lines, number, line.column, line.dashes, place)
    around = place.given
    if line.key is not None:
        place.path.append(line.key)
    place.outer = [*flow.outer, around, *place.outer]
    place.path += flow.path
    place.key, place.item, place.given = flow.key, flow.item, flow.given
    return place


def _in_long_text(lines: Lines, number: int, column: int) -> bool:
    """Whether the line is part of a `|` or `>` text above it."""
    for above in range(number - 1, max(-1, number - 200), -1):
        line = read_line(lines.text[lines.start_of(above) : lines.line_end(above)])
        if line.empty:
            continue
        left = line.dashes[0] if line.dashes else line.column
        if left < column:
            return line.key is not None and line.value.startswith(("|", ">")) and line.column < column
    return False


def _climb(lines: Lines, number: int, column: int, dashes: tuple[int, ...], place: Place) -> None:
    """Collect the path and the fields around what stands at `column` of line `number`, behind these dashes.

    Going up, and on each line to the left: a mark further left than where we are is what we are in, a mark in the same
    column stands beside us.
    """
    levels: list[dict[str, str]] = [{}]
    _below(lines, number, column, levels[0])
    path: list[Step] = []
    in_list, items = False, 0
    marks = Line(dashes, column).marks
    for above in range(number - 1, max(-1, number - MOST_LINES) - 1, -1):
        for at, key, value in reversed(marks):
            if at < column or (at == column and in_list and key is not None):
                if in_list:
                    path.insert(0, items)
                if key is not None:
                    path.insert(0, key)
                    levels.append({key: value})
                in_list, items, column = key is None, 0, at
            elif at == column and in_list and key is None:
                items += 1
            elif at == column and key is not None:
                levels[-1].setdefault(key, value)
        if above < 0:
            break
        begin = lines.start_of(above)
        deeper = lines.text.startswith(" " * (column + 1), begin)  # Most lines of a long file.
        marks = [] if deeper else read_line(lines.text[begin : lines.line_end(above)]).marks
    if in_list:
        path.insert(0, items)
    place.path = path + place.path
    place.given, place.outer = levels[0], levels[1:]


def _below(lines: Lines, number: int, column: int, level: dict[str, str]) -> None:
    """The fields of the same mapping on the lines that follow."""
    for below in range(number + 1, min(lines.count, number + 200)):
        line = read_line(lines.text[lines.start_of(below) : lines.line_end(below)])
        if line.empty:
            continue
        left = line.dashes[0] if line.dashes else line.column
        if left < column:
            return
        if line.key is not None and line.column == column and not line.dashes:
            level.setdefault(line.key, line.value)
